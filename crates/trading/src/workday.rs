//! Working days of the city: the public calendar, and the days on which the office has another word.
//!
//! A change speaks of a day that has not begun, so that what is left of a time limit can be counted
//! from the moment of the change on; and no time limit that was announced is cut short by it.

use base::limits::NAME_CHARS_MAX;
use base::{Becomes, Bilingual, Class, Date, Instant, LotId, Refusal, Value, WorkingDays};

/// Changes at most.
pub const CHANGES_MAX: usize = 5_000;
/// How far ahead a day may lie, in days.
pub const AHEAD_DAYS_MAX: i64 = 1_100;

/// A word of the office on one day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// From 1.
    pub n: u64,
    pub at: Instant,
    pub day: Date,
    pub becomes: Becomes,
    pub reason: Bilingual,
}

/// A time limit that was counted anew after a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recount {
    pub lot: LotId,
    /// The change.
    pub n: u64,
    pub at: Instant,
    pub before: Instant,
    pub after: Instant,
}

/// The calendar after the changes up to one of them.
pub fn calendar(changes: &[Change], upto: u64) -> WorkingDays {
    let seen = changes.iter().filter(|it| it.n <= upto);
    seen.fold(WorkingDays::china().clone(), |days, it| days.with(it.day, it.becomes))
}

/// The next change, or everything that stands against it.
pub fn change(
    before: &[Change],
    (day, becomes): (Date, Becomes),
    reason: &Bilingual,
    now: Instant,
) -> Result<Change, Vec<Refusal>> {
    let days = calendar(before, u64::MAX);
    let today = days.date(now);
    let mut no = Vec::new();
    let last = days.date(now.plus_seconds(AHEAD_DAYS_MAX * 86_400));
    if day <= today {
        no.push(Refusal::invalid("workday-past").on("day").with("on", Value::On(today)));
    } else if day > last {
        no.push(Refusal::invalid("workday-too-far").on("day").with("on", Value::On(last)));
    }
    let after = days.clone().with(day, becomes);
    let is_same = match becomes {
        Becomes::Usual => after == days,
        Becomes::Rest | Becomes::Work => after.is_working(day) == days.is_working(day),
    };
    if is_same && no.is_empty() {
        no.push(Refusal::new(Class::Conflict, "workday-as-is").on("day"));
    }
    if before.len() >= CHANGES_MAX {
        no.push(Refusal::new(Class::Refused, "workday-full").number("most", CHANGES_MAX));
    }
    let part = |field: &str, text: &str| base::text::line(field, text, NAME_CHARS_MAX);
    let (en, zh) = (part("reason.en", &reason.en), part("reason.zh", &reason.zh));
    no.extend([&en, &zh].into_iter().filter_map(|it| it.as_ref().err().cloned()));
    let (en, zh) = (en.unwrap_or_default(), zh.unwrap_or_default());
    if en.is_empty() && zh.is_empty() && no.is_empty() {
        no.push(Refusal::invalid("field-required").on("reason").term("field", "field-reason"));
    }
    if !no.is_empty() {
        return Err(no);
    }
    let n = before.last().map_or(1, |last| last.n + 1);
    Ok(Change { n, at: now, day, becomes, reason: Bilingual::new(en, zh) })
}

/// A time limit after the changes that it was counted without, one after the other, with each. It runs
/// since a moment: what was said of a day before that takes nothing from it.
pub fn recount(
    changes: &[Change],
    seen: u64,
    since: Instant,
    until: Instant,
) -> Vec<(u64, Instant, Instant)> {
    let mut days = calendar(changes, seen);
    let mut until = until;
    let mut moved = Vec::new();
    for it in changes.iter().filter(|it| it.n > seen) {
        let after = days.clone().with(it.day, it.becomes);
        let found = days.recounted(&after, it.at.max(since), until);
        if found != until {
            moved.push((it.n, until, found));
        }
        (days, until) = (after, found);
    }
    moved
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Instant {
        Instant::parse_rfc3339(&format!("{text}:00+08:00")).expect("a moment")
    }

    fn date(text: &str) -> Date {
        text.parse().expect("a date")
    }

    fn said(n: u64, day: &str, becomes: Becomes) -> Change {
        let reason = Bilingual::new("Festival", "");
        Change { n, at: at("2026-03-02T09:00"), day: date(day), becomes, reason }
    }

    #[test]
    fn a_word_is_on_a_day_that_has_not_begun_and_changes_it() {
        let before = [said(1, "2026-03-04", Becomes::Rest)];
        let check = |day: &str, becomes, reason: &str, want: Result<u64, &str>| {
            let reason = Bilingual::new(reason, "");
            let found = change(&before, (date(day), becomes), &reason, at("2026-03-02T23:59"));
            let found = found.map(|it| it.n).map_err(|no| {
                no.iter().map(|it| it.code.to_string()).collect::<Vec<_>>().join(" ")
            });
            assert_eq!(found, want.map_err(str::to_owned), "{day} {becomes:?}");
        };
        check("2026-03-03", Becomes::Rest, "Festival", Ok(2));
        check("2026-03-02", Becomes::Rest, "Festival", Err("workday-past"));
        check("2029-03-06", Becomes::Rest, "Festival", Ok(2));
        check("2029-03-07", Becomes::Rest, "Festival", Err("workday-too-far"));
        check("2026-03-04", Becomes::Rest, "Festival", Err("workday-as-is"));
        check("2026-03-04", Becomes::Work, "Festival", Ok(2));
        check("2026-03-04", Becomes::Usual, "Festival", Ok(2));
        check("2026-03-05", Becomes::Usual, "Festival", Err("workday-as-is"));
        check("2026-03-05", Becomes::Work, "Festival", Err("workday-as-is"));
        check("2026-03-07", Becomes::Rest, "Festival", Err("workday-as-is"));
        check("2026-03-07", Becomes::Work, " ", Err("field-required"));
        check("2026-03-07", Becomes::Work, &"x".repeat(9_999), Err("text-too-long"));
    }

    #[test]
    fn what_was_not_seen_is_followed_in_its_order() {
        let all = [
            said(1, "2026-03-04", Becomes::Rest),
            said(2, "2026-03-05", Becomes::Rest),
            said(3, "2026-03-04", Becomes::Usual),
        ];
        let (begun, until) = (at("2026-03-02T09:00"), at("2026-03-06T12:00"));
        let (monday, tuesday) = (at("2026-03-09T12:00"), at("2026-03-10T12:00"));
        assert_eq!(recount(&all, 0, begun, until), [(1, until, monday), (2, monday, tuesday)]);
        assert_eq!(recount(&all, 1, begun, monday), [(2, monday, tuesday)]);
        assert_eq!(recount(&all, 3, begun, tuesday), []);
        // What began after the day that was named loses nothing by it.
        let later = at("2026-03-05T09:00");
        assert_eq!(recount(&all[..1], 0, later, until), []);
        let days = calendar(&all, u64::MAX);
        assert!(days.is_working(date("2026-03-04")) && !days.is_working(date("2026-03-05")));
    }
}
