//! Repetition by the calendar of a place: the wall time stays, whatever its clocks do.

use crate::hours::Weekdays;
use crate::zone::{Zone, add_days};
use base::{Date, Span};
use jiff::civil::{DateTime, Weekday};

/// Instances of one series at most.
pub const INSTANCES_MAX: usize = 200;
/// Days from the first instance to the last at most.
pub const DAYS_MAX: i64 = 366;
/// The longest step: every so many days, weeks or months.
pub const STEP_MAX: u16 = 366;

/// What repeats.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Every {
    /// Every so many days.
    Days(u16),
    /// On these days of every so many weeks; weeks begin on Monday.
    Weeks(u16, Weekdays),
    /// On the day of the month of the first instance, every so many months; months without it are
    /// left out.
    Months(u16),
    /// On the weekday of the first instance, the nth of its month, every so many months; `-1` is the
    /// last one of the month.
    MonthsNth(u16, i8),
}

/// When it stops.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Until {
    /// The last day on which an instance may begin.
    Date(Date),
    /// So many instances.
    Count(u16),
}

/// A rule of repetition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Recurrence {
    pub every: Every,
    pub until: Until,
}

/// Why a rule is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unsound {
    /// A step of nothing, or one that is too long.
    Step,
    /// No day of the week, or a place in the month that no month has.
    Days,
    /// It has no end within a year and 200 instances.
    TooMany,
    /// It ends before it begins.
    Ends,
}

impl Recurrence {
    /// The dates of the instances, the first of them included; all or a reason, never a part.
    pub fn dates(&self, first: Date) -> Result<Vec<Date>, Unsound> {
        self.check(first)?;
        let count = match self.until {
            Until::Count(count) => usize::from(count),
            Until::Date(_) => INSTANCES_MAX + 1,
        };
        let last = match self.until {
            Until::Date(date) => date,
            Until::Count(_) => add_days(first, DAYS_MAX),
        };
        let mut dates = vec![first];
        for step in 0..=u16::try_from(DAYS_MAX).expect("a year of days") {
            let found = self.of_step(first, step);
            if self.start_of(first, step) > last {
                break;
            }
            let wanted = found.into_iter().filter(|date| *date > first && *date <= last);
            dates.extend(wanted);
            if dates.len() >= count {
                break;
            }
        }
        let is_by_count = matches!(self.until, Until::Count(_));
        if (is_by_count && dates.len() < count) || (!is_by_count && dates.len() > INSTANCES_MAX) {
            return Err(Unsound::TooMany);
        }
        dates.truncate(count);
        Ok(dates)
    }

    /// The spans of the instances in the zone: every one begins and ends at the wall times of the
    /// first. What a change of the clock leaves no time for is `None` in its place.
    pub fn spans(&self, zone: &Zone, first: Span) -> Result<Vec<(Date, Option<Span>)>, Unsound> {
        let (start, end) = (zone.civil(first.start()), zone.civil(first.end()));
        let days = (end.date() - start.date()).get_days();
        let span_on = |date: Date| {
            let from = zone.at(DateTime::from_parts(date, start.time()));
            let until = zone.at(DateTime::from_parts(add_days(date, days.into()), end.time()));
            (date, Span::new(from, until))
        };
        Ok(self.dates(start.date())?.into_iter().map(span_on).collect())
    }

    fn check(&self, first: Date) -> Result<(), Unsound> {
        let step = match self.every {
            Every::Days(step)
            | Every::Weeks(step, _)
            | Every::Months(step)
            | Every::MonthsNth(step, _) => step,
        };
        if !(1..=STEP_MAX).contains(&step) {
            return Err(Unsound::Step);
        }
        let has_days = match self.every {
            Every::Weeks(_, days) => (1..=Weekdays::ALL.0).contains(&days.0),
            Every::MonthsNth(_, nth) => nth == -1 || (1..=5).contains(&nth),
            Every::Days(_) | Every::Months(_) => true,
        };
        if !has_days {
            return Err(Unsound::Days);
        }
        match self.until {
            Until::Count(0) => Err(Unsound::Ends),
            Until::Date(last) if last < first => Err(Unsound::Ends),
            Until::Count(count) if usize::from(count) > INSTANCES_MAX => Err(Unsound::TooMany),
            Until::Date(last) if last > add_days(first, DAYS_MAX) => Err(Unsound::TooMany),
            _ => Ok(()),
        }
    }

    /// A day that no instance of this step or a later one precedes.
    fn start_of(&self, first: Date, step: u16) -> Date {
        match self.every {
            Every::Days(n) => add_days(first, i64::from(n) * i64::from(step)),
            Every::Weeks(n, _) => add_days(Zone::monday(first), 7 * i64::from(n) * i64::from(step)),
            Every::Months(n) | Every::MonthsNth(n, _) => month_later(first, n, step),
        }
    }

    fn of_step(&self, first: Date, step: u16) -> Vec<Date> {
        let start = self.start_of(first, step);
        match self.every {
            Every::Days(_) => vec![start],
            Every::Weeks(_, days) => {
                let offset = |day: Weekday| i64::from(day.to_monday_zero_offset());
                days.each().map(|day| add_days(start, offset(day))).collect()
            }
            Every::Months(_) => {
                Date::new(start.year(), start.month(), first.day()).into_iter().collect()
            }
            Every::MonthsNth(_, nth) => {
                start.nth_weekday_of_month(nth, first.weekday()).into_iter().collect()
            }
        }
    }
}

/// The first day of the month so many steps later.
fn month_later(first: Date, n: u16, step: u16) -> Date {
    let months = i64::from(n) * i64::from(step);
    let begin = first.first_of_month();
    begin.checked_add(jiff::Span::new().months(months.min(12_000))).unwrap_or(Date::MAX)
}

/// Which nth weekday of its month a day is, from 1 to 5.
pub fn nth_of_month(date: Date) -> i8 {
    (date.day() - 1) / 7 + 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::Instant;
    use proptest::prelude::*;

    fn date(text: &str) -> Date {
        text.parse().expect("a date")
    }

    fn check(every: Every, until: Until, first: &str, want: &[&str]) {
        let found = Recurrence { every, until }.dates(date(first)).expect("a rule");
        let found: Vec<String> = found.iter().map(ToString::to_string).collect();
        assert_eq!(found, want, "{every:?} {until:?}");
    }

    #[test]
    fn dates_repeat() {
        check(
            Every::Days(2),
            Until::Count(3),
            "2026-02-27",
            &["2026-02-27", "2026-03-01", "2026-03-03"],
        );
        let days = Weekdays(0b000_0101);
        check(
            Every::Weeks(1, days),
            Until::Date(date("2026-03-11")),
            "2026-03-02",
            &["2026-03-02", "2026-03-04", "2026-03-09", "2026-03-11"],
        );
        check(
            Every::Weeks(2, days),
            Until::Count(3),
            "2026-03-04",
            &["2026-03-04", "2026-03-16", "2026-03-18"],
        );
        check(
            Every::Months(1),
            Until::Count(3),
            "2026-01-31",
            &["2026-01-31", "2026-03-31", "2026-05-31"],
        );
        check(
            Every::MonthsNth(1, 2),
            Until::Count(3),
            "2026-03-10",
            &["2026-03-10", "2026-04-14", "2026-05-12"],
        );
        check(
            Every::MonthsNth(1, -1),
            Until::Count(3),
            "2026-03-27",
            &["2026-03-27", "2026-04-24", "2026-05-29"],
        );
    }

    #[test]
    fn what_is_no_rule_is_refused_whole() {
        let refused = |every, until| Recurrence { every, until }.dates(date("2026-03-02"));
        let count = Until::Count(5);
        assert_eq!(refused(Every::Days(0), count), Err(Unsound::Step));
        assert_eq!(refused(Every::Weeks(1, Weekdays(0)), count), Err(Unsound::Days));
        assert_eq!(refused(Every::MonthsNth(1, 6), count), Err(Unsound::Days));
        assert_eq!(refused(Every::Days(1), Until::Count(201)), Err(Unsound::TooMany));
        assert_eq!(refused(Every::Days(2), Until::Count(200)), Err(Unsound::TooMany));
        assert_eq!(refused(Every::Days(1), Until::Date(date("2026-12-31"))), Err(Unsound::TooMany));
        assert_eq!(refused(Every::Days(1), Until::Date(date("2026-03-01"))), Err(Unsound::Ends));
        assert_eq!(refused(Every::Days(1), Until::Count(200)).map(|all| all.len()), Ok(200));
    }

    #[test]
    fn the_wall_time_stays_over_a_change_of_the_clock() {
        let berlin = Zone::named("Europe/Berlin").expect("a zone");
        let at = |text: &str| Instant::parse_rfc3339(text).expect("a moment");
        let first =
            Span::new(at("2026-03-22T08:00:00Z"), at("2026-03-22T10:00:00Z")).expect("a span");
        let rule = Recurrence { every: Every::Weeks(1, Weekdays::ALL), until: Until::Count(9) };
        for (_, span) in rule.spans(&berlin, first).expect("a rule") {
            let span = span.expect("nine o'clock is never skipped");
            assert_eq!(berlin.civil(span.start()).hour(), 9);
            assert_eq!(berlin.civil(span.end()).hour(), 11);
        }
        let night =
            Span::new(at("2026-03-28T01:15:00Z"), at("2026-03-28T01:45:00Z")).expect("a span");
        let rule = Recurrence { every: Every::Days(1), until: Until::Count(2) };
        let spans = rule.spans(&berlin, night).expect("a rule");
        assert_eq!(spans[1].1.map(Span::start), Some(at("2026-03-29T01:15:00Z")), "an hour later");
    }

    proptest! {
        /// Dates rise strictly, begin with the first, and stay within the year.
        #[test]
        fn dates_rise(
            kind in 0u8..4, step in 1u16..5, mask in 1u8..128, nth in 1i8..5, count in 1u16..60,
            day in 0i64..800,
        ) {
            let first = add_days(date("2025-01-01"), day);
            let every = match kind {
                0 => Every::Days(step),
                1 => Every::Weeks(step, Weekdays(mask)),
                2 => Every::Months(step),
                _ => Every::MonthsNth(step, nth),
            };
            if let Ok(dates) = (Recurrence { every, until: Until::Count(count) }).dates(first) {
                prop_assert_eq!(dates.len(), usize::from(count));
                prop_assert_eq!(dates[0], first);
                prop_assert!(dates.windows(2).all(|pair| pair[0] < pair[1]));
                prop_assert!(dates[dates.len() - 1] <= add_days(first, DAYS_MAX));
            }
        }
    }
}
