//! Milestones: what is due when, how it is accepted, and what follows when it is not.

use crate::flaw::Flaws;
use crate::kind::OnMiss;
use crate::party::is_key;
use base::{Bilingual, Date};

/// One thing to be delivered and accepted.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Milestone {
    pub key: String,
    pub title: Bilingual,
    pub due: Date,
    /// By what it is judged.
    pub acceptance: Bilingual,
    /// Days from delivery within which the other side answers.
    pub answer_days: u32,
    /// Whether silence accepts.
    pub is_tacit: bool,
    pub on_miss: OnMiss,
}

/// What happened to a milestone.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Happened {
    Delivered {
        on: Date,
    },
    Accepted {
        on: Date,
    },
    /// Sent back with what is missing; a new delivery starts the answer's days anew.
    Rejected {
        on: Date,
        why: String,
    },
}

/// How a milestone stands on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    Open,
    /// Not delivered and its day is over.
    Late {
        days: i32,
    },
    Delivered {
        answer_by: Date,
    },
    /// Delivered, not answered in time, and silence does not accept.
    Unanswered {
        since: Date,
    },
    Accepted {
        on: Date,
    },
}

impl Milestone {
    pub(crate) fn flaws(&self, n: usize, flaws: &mut Flaws) {
        let field = |name: &str| format!("milestones.{n}.{name}");
        flaws.when(!is_key(&self.key), field("key"), "unreadable");
        flaws.when(self.title.is_empty(), field("title"), "absent");
        // Without a test nobody can say whether it is reached.
        flaws.when(self.acceptance.is_empty(), field("acceptance"), "absent");
        flaws.when(!(1..=366).contains(&self.answer_days), field("answer_days"), "beyond");
    }

    /// How it stands at the end of a day, from what happened in its order.
    pub fn standing(&self, happened: &[Happened], on: Date) -> Standing {
        let mut known = happened.iter().filter(|it| it.on() <= on);
        match known.next_back() {
            Some(Happened::Accepted { on }) => Standing::Accepted { on: *on },
            Some(Happened::Delivered { on: handed }) => {
                let answer_by = plus_days(*handed, self.answer_days);
                match (on > answer_by, self.is_tacit) {
                    (false, _) => Standing::Delivered { answer_by },
                    (true, true) => Standing::Accepted { on: answer_by },
                    (true, false) => Standing::Unanswered { since: answer_by },
                }
            }
            Some(Happened::Rejected { .. }) | None if on > self.due => {
                Standing::Late { days: days_between(self.due, on) }
            }
            Some(Happened::Rejected { .. }) | None => Standing::Open,
        }
    }
}

impl Happened {
    pub fn on(&self) -> Date {
        match self {
            Self::Delivered { on } | Self::Accepted { on } | Self::Rejected { on, .. } => *on,
        }
    }
}

/// So many days later; the last day of the calendar where there is none.
pub(crate) fn plus_days(date: Date, days: u32) -> Date {
    date.saturating_add(std::time::Duration::from_secs(u64::from(days) * DAY_S))
}

/// Days from one date to a later one; negative where it is earlier.
pub(crate) fn days_between(from: Date, to: Date) -> i32 {
    let days = to.duration_since(from).as_hours() / 24;
    i32::try_from(days).expect("the calendar has fewer than four million days")
}

/// Seconds of a civil day.
const DAY_S: u64 = 86_400;

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> Date {
        base::time::read_date(text).expect("a date")
    }

    #[test]
    fn days_are_counted_over_leap_years() {
        for (from, days, to) in [
            ("2026-01-31", 1, "2026-02-01"),
            ("2024-02-28", 1, "2024-02-29"),
            ("2025-12-31", 60, "2026-03-01"),
            ("2023-03-01", 366, "2024-03-01"),
            ("1900-02-28", 1, "1900-03-01"),
        ] {
            assert_eq!(plus_days(date(from), days), date(to), "{from}");
            assert_eq!(days_between(date(from), date(to)), i32::try_from(days).expect("few"));
        }
        assert_eq!(days_between(date("2026-03-02"), date("2026-03-01")), -1);
    }

    #[test]
    fn a_milestone_is_open_late_delivered_or_accepted() {
        let mut it = Milestone {
            key: "m1".into(),
            title: Bilingual::new("Prototype", "样机"),
            due: date("2026-06-30"),
            acceptance: Bilingual::new("Runs 100 hours", "连续运行一百小时"),
            answer_days: 10,
            is_tacit: false,
            on_miss: OnMiss::Penalty,
        };
        let handed = Happened::Delivered { on: date("2026-06-20") };
        let check = |it: &Milestone, happened: &[Happened], on: &str, want: Standing| {
            assert_eq!(it.standing(happened, date(on)), want, "{on}");
        };
        check(&it, &[], "2026-06-30", Standing::Open);
        check(&it, &[], "2026-07-02", Standing::Late { days: 2 });
        let answer_by = date("2026-06-30");
        check(&it, std::slice::from_ref(&handed), "2026-06-30", Standing::Delivered { answer_by });
        check(
            &it,
            std::slice::from_ref(&handed),
            "2026-07-01",
            Standing::Unanswered { since: answer_by },
        );
        let back =
            Happened::Rejected { on: date("2026-06-25"), why: "stops after 80 hours".into() };
        check(&it, &[handed.clone(), back], "2026-07-01", Standing::Late { days: 1 });
        it.is_tacit = true;
        check(
            &it,
            std::slice::from_ref(&handed),
            "2026-07-01",
            Standing::Accepted { on: answer_by },
        );
        // What comes later is not known yet.
        check(&it, &[handed], "2026-06-19", Standing::Open);
    }
}
