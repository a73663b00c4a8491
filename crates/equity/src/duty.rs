//! What has to be announced or approved before a step with state assets, and for how long.
//!
//! All days and values are rows with dates and sources; nothing here is law by itself.

use crate::Minor;
use crate::class::is_key;
use crate::flaw::Flaw;
use base::{Date, Instant, WorkingDays};

/// A step that may need something first.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum Act {
    /// Technology is contributed for shares.
    Contribute,
    /// Shares held by the state are sold.
    Sell,
    /// New shares thin out those of the state.
    Thin,
    /// Inventors are rewarded in shares.
    Reward,
}

/// One row: what a step of some size needs.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Duty {
    pub key: String,
    pub act: Act,
    /// From this value on.
    #[serde(default)]
    pub value_min: Minor,
    /// Below this value.
    #[serde(default)]
    pub value_under: Option<Minor>,
    pub from: Date,
    #[serde(default)]
    pub until: Option<Date>,
    pub needs: Needs,
    pub source: String,
}

/// What has to come first.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Needs {
    /// A public notice of so many days; an objection stops the step until it is settled.
    Notice { days: u16, working: bool },
    /// An approval by a body, or a filing with it.
    Approval { body: String },
    /// A valuation no older than so many months.
    Valuation { months: u32 },
}

/// What was done about a duty.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Done {
    Noticed { at: Instant, open_objections: u32 },
    Approved { on: Date },
    Valued { on: Date },
}

/// The rows that apply to a step on a day.
pub fn duties(rows: &[Duty], act: Act, value: Minor, on: Date) -> Vec<&Duty> {
    let applies = |it: &&Duty| {
        let is_live = it.from <= on && it.until.is_none_or(|last| on <= last);
        let is_sized = it.value_min <= value && it.value_under.is_none_or(|top| value < top);
        it.act == act && is_live && is_sized
    };
    rows.iter().filter(applies).collect()
}

/// Why a step cannot be taken at a moment: one reason for each duty that is not met.
pub fn open(
    duties: &[&Duty],
    done: &[(String, Done)],
    calendar: &WorkingDays,
    now: Instant,
) -> Vec<Flaw> {
    let today = calendar.date(now);
    let mut found = Vec::new();
    for duty in duties {
        let mut own = done.iter().filter(|(key, _)| *key == duty.key).map(|(_, done)| done);
        // The last word on a duty counts.
        let code = match (&duty.needs, own.next_back()) {
            (Needs::Notice { days, working }, Some(Done::Noticed { at, open_objections })) => {
                let last = match working {
                    true => calendar.add(*at, *days),
                    false => calendar.add_calendar(*at, *days),
                };
                match (now > last, *open_objections) {
                    (true, 0) => continue,
                    (false, _) => "notice-not-over",
                    (true, _) => "objection-open",
                }
            }
            (Needs::Approval { .. }, Some(Done::Approved { on })) if *on <= today => continue,
            (Needs::Valuation { months }, Some(Done::Valued { on })) => {
                if crate::valuation::plus_months(*on, *months).is_some_and(|last| today <= last) {
                    continue;
                }
                "valuation-old"
            }
            (Needs::Notice { .. }, _) => "notice-absent",
            (Needs::Approval { .. }, _) => "approval-absent",
            (Needs::Valuation { .. }, _) => "valuation-absent",
        };
        found.push(Flaw { field: duty.key.clone(), code });
    }
    found
}

/// Everything wrong with rows that an office entered.
pub fn flaws(rows: &[Duty]) -> Vec<Flaw> {
    let mut found = Vec::new();
    for (n, it) in rows.iter().enumerate() {
        let mut when = |is: bool, field: &str, code: &'static str| {
            if is {
                found.push(Flaw { field: format!("rows.{n}.{field}"), code });
            }
        };
        when(!is_key(&it.key), "key", "unreadable");
        when(it.source.trim().is_empty(), "source", "absent");
        when(it.until.is_some_and(|last| last < it.from), "until", "out-of-order");
        when(it.value_under.is_some_and(|top| top <= it.value_min), "value_under", "out-of-order");
        when(matches!(it.needs, Needs::Notice { days: 0, .. }), "days", "beyond");
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> Date {
        base::time::read_date(text).expect("a date")
    }

    fn at(text: &str) -> Instant {
        Instant::parse_rfc3339(text).expect("a moment")
    }

    fn rows() -> Vec<Duty> {
        let row = |key: &str, needs: Needs| Duty {
            key: key.into(),
            act: Act::Sell,
            value_min: 0,
            value_under: None,
            from: date("2025-02-01"),
            until: None,
            needs,
            source: "a rule".into(),
        };
        let mut small = row("notice-short", Needs::Notice { days: 10, working: true });
        small.value_under = Some(1_000);
        let mut large = row("notice", Needs::Notice { days: 20, working: true });
        large.value_min = 1_000;
        vec![
            small,
            large,
            row("approval", Needs::Approval { body: "the holder of the state's shares".into() }),
            row("valuation", Needs::Valuation { months: 12 }),
        ]
    }

    #[test]
    fn a_step_waits_for_every_duty() {
        let rows = rows();
        assert_eq!(flaws(&rows), []);
        let keys = |value: Minor, on: &str| {
            let duties = duties(&rows, Act::Sell, value, date(on)).into_iter();
            duties.map(|it| it.key.clone()).collect::<Vec<_>>()
        };
        assert_eq!(keys(999, "2026-03-02"), ["notice-short", "approval", "valuation"]);
        assert_eq!(keys(1_000, "2026-03-02"), ["notice", "approval", "valuation"]);
        assert!(keys(1_000, "2025-01-31").is_empty());
        let calendar = WorkingDays::china();
        let duties = duties(&rows, Act::Sell, 1_000, date("2026-03-02"));
        let check = |done: &[(String, Done)], now: &str, want: &[&str]| {
            let found = open(&duties, done, calendar, at(now));
            let found: Vec<&str> = found.iter().map(|it| it.code).collect();
            assert_eq!(found, want, "{now}");
        };
        check(
            &[],
            "2026-03-02T00:00:00Z",
            &["notice-absent", "approval-absent", "valuation-absent"],
        );
        let begun = at("2026-03-02T02:00:00Z");
        let mut done = vec![
            ("notice".to_owned(), Done::Noticed { at: begun, open_objections: 0 }),
            ("approval".to_owned(), Done::Approved { on: date("2026-03-10") }),
            ("valuation".to_owned(), Done::Valued { on: date("2026-01-15") }),
        ];
        let over = calendar.add(begun, 20);
        check(&done, "2026-03-09T02:00:00Z", &["notice-not-over", "approval-absent"]);
        check(&done, &over.rfc3339(), &["notice-not-over"]);
        check(&done, &over.plus_seconds(1).rfc3339(), &[]);
        check(&done, "2027-01-16T02:00:00Z", &["valuation-old"]);
        done.push(("notice".to_owned(), Done::Noticed { at: begun, open_objections: 1 }));
        check(&done, &over.plus_seconds(1).rfc3339(), &["objection-open"]);
    }
}
