//! The dated calendar of a unit: its holidays, and the weekends that are worked instead.

use crate::zone::is_weekend;
use base::{Date, WorkingDays};
use jiff::civil::Weekday;
use std::collections::BTreeMap;

/// Days that one unit's calendar names at most.
pub const NAMED_MAX: usize = 1_000;

/// What a unit says of one of its days.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Day {
    /// Nobody works, whatever the day of the week.
    Rest,
    /// It is worked, whatever the day of the week.
    Work,
}

/// Which days are worked: what the unit names itself, else the State Council's notices where the unit
/// follows them, else Monday to Friday.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Days {
    /// Whether the public holidays and make-up days of China count.
    #[serde(default)]
    pub follows_china: bool,
    #[serde(default)]
    pub named: BTreeMap<Date, Day>,
}

impl Days {
    /// The public calendar of China and nothing else.
    pub fn china() -> Self {
        Self { follows_china: true, named: BTreeMap::new() }
    }

    /// Whether people work on this day.
    pub fn is_working(&self, date: Date) -> bool {
        match self.named.get(&date) {
            Some(day) => *day == Day::Work,
            None if self.follows_china => WorkingDays::china().is_working(date),
            None => !is_weekend(date),
        }
    }

    /// The day of the week whose opening windows count on this day: a worked weekend opens as a Monday,
    /// a holiday in the week as a Sunday.
    pub fn opens_as(&self, date: Date) -> Weekday {
        match (self.is_working(date), is_weekend(date)) {
            (true, true) => Weekday::Monday,
            (false, false) => Weekday::Sunday,
            _ => date.weekday(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> Date {
        text.parse().expect("a date")
    }

    #[test]
    fn the_unit_is_asked_first() {
        let mut days = Days::china();
        // A make-up Saturday and a holiday of the Spring Festival of 2026.
        assert!(days.is_working(date("2026-02-14")) && !days.is_working(date("2026-02-17")));
        assert_eq!(days.opens_as(date("2026-02-14")), Weekday::Monday);
        assert_eq!(days.opens_as(date("2026-02-17")), Weekday::Sunday);
        days.named.insert(date("2026-02-14"), Day::Rest);
        days.named.insert(date("2026-03-02"), Day::Rest);
        assert!(!days.is_working(date("2026-02-14")) && !days.is_working(date("2026-03-02")));
        assert_eq!(days.opens_as(date("2026-02-14")), Weekday::Saturday);
    }

    #[test]
    fn without_any_table_the_week_decides() {
        let days = Days::default();
        assert!(days.is_working(date("2026-02-17")) && !days.is_working(date("2026-02-14")));
    }
}
