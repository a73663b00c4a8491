//! Quotas, and quiet hours that lift limits.

use base::{Date, Instant, Span};
use calendar::zone::{add_days, add_months, minutes, plus_minutes};
use calendar::{Days, Hours, Spans, Weekdays, Window, Zone};

/// Quotas of one level at most.
pub const QUOTAS_MAX: usize = 20;
/// Days of a rolling window at most.
pub const ROLLING_DAYS_MAX: u16 = 92;

/// Days after the asked span that the open future reaches: further ahead nobody can book.
const FUTURE_DAYS: i64 = 400;

/// Whose bookings are counted together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Who {
    Person,
    Group,
    Project,
    Organisation,
}

/// On what they are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    Instrument,
    Group,
    Unit,
    All,
}

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    Minutes,
    Bookings,
}

/// Within which time it is counted; days, weeks and months are those of the site.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Period {
    Day,
    Week,
    Month,
    Quarter,
    Year,
    /// Any so many days in a row.
    Rolling(u16),
    /// Everything that is not over.
    Future,
}

impl Period {
    /// The name in answers.
    pub fn code(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
            Self::Quarter => "quarter",
            Self::Year => "year",
            Self::Rolling(_) => "rolling",
            Self::Future => "future",
        }
    }
}

/// How much somebody may book.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Quota {
    pub who: Who,
    pub what: What,
    pub measure: Measure,
    pub period: Period,
    /// The hours that count; without windows all.
    #[serde(default)]
    pub hours: Hours,
    pub limit: u32,
}

/// A booking as quotas see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counted {
    pub span: Span,
}

/// A quota that would be exceeded, in one of its windows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exceeded {
    pub used: i64,
    pub asked: i64,
    /// When the window ends; `None` for the open future.
    pub resets_at: Option<Instant>,
}

impl Quota {
    /// Whether its numbers make sense.
    pub fn is_sound(&self) -> bool {
        let is_short = match self.period {
            Period::Rolling(days) => (1..=ROLLING_DAYS_MAX).contains(&days),
            _ => true,
        };
        is_short
            && self.hours.windows.len() <= calendar::hours::WINDOWS_MAX
            && self.hours.windows.iter().all(Window::is_sound)
    }

    /// The time whose bookings have to be known to judge this span.
    pub fn reach(&self, zone: &Zone, span: Span, now: Instant) -> Span {
        let windows = self.windows(zone, span, now);
        let start = windows.iter().map(|own| own.start()).min().unwrap_or(span.start());
        let end = windows.iter().map(|own| own.end()).max().unwrap_or(span.end());
        Span::new(start, end).expect("windows hold the span")
    }

    /// The first window in which the span and what is counted already would exceed the limit.
    pub fn exceeded(
        &self,
        (zone, days): (&Zone, &Days),
        counted: &[Counted],
        span: Span,
        now: Instant,
    ) -> Option<Exceeded> {
        self.windows(zone, span, now).into_iter().find_map(|window| {
            let open = self.hours.within(zone, days, window);
            let measured = |span: Span| match self.measure {
                Measure::Minutes => open.minutes_in(span),
                Measure::Bookings => i64::from(!open.touching(span).is_empty()),
            };
            let asked = measured(span);
            let used: i64 = counted.iter().map(|own| measured(own.span)).sum();
            let is_over = asked > 0 && used + asked > i64::from(self.limit);
            let resets_at = (self.period != Period::Future).then(|| window.end());
            is_over.then_some(Exceeded { used, asked, resets_at })
        })
    }

    /// From when on a span as long as one that exceeds is worth trying: no start before that fits. Nothing
    /// in the second place where none later ever does, nothing in the first where it does not exceed.
    pub fn later(
        &self,
        place: (&Zone, &Days),
        counted: &[Counted],
        span: Span,
        now: Instant,
    ) -> Option<Option<Instant>> {
        let over = self.exceeded(place, counted, span, now)?;
        let next = plus_minutes(span.start(), 1);
        let left = (i64::from(self.limit) - over.used).max(0);
        if !self.hours.windows.is_empty() {
            // Nothing is left of the hours that count: it has to begin after those that it touches.
            let ends = over.resets_at.unwrap_or(span.end());
            let open = self.hours.within(place.0, place.1, span);
            let touched = open.as_slice().iter().filter(|own| own.start() < ends);
            let after = touched.map(|own| own.end().min(ends)).next_back().filter(|_| left == 0);
            return Some(Some(after.unwrap_or(next).max(next)));
        }
        Some(match (over.resets_at, self.measure) {
            (None, _) => None,
            _ if self.limit == 0 => None,
            (Some(resets), Measure::Bookings) => Some(resets.max(next)),
            // So much of it may lie before the end of the window.
            (Some(resets), Measure::Minutes) => Some(plus_minutes(resets, -left).max(next)),
        })
    }

    /// Every window that a span touches.
    fn windows(&self, zone: &Zone, span: Span, now: Instant) -> Vec<Span> {
        if self.period == Period::Future {
            let end = span.end().max(now).plus_seconds(FUTURE_DAYS * 86_400);
            return Span::new(now.min(span.start()), end).into_iter().collect();
        }
        let mut windows: Vec<Span> = Vec::new();
        let eve = match self.period {
            Period::Rolling(n) => i64::from(n) - 1,
            _ => 0,
        };
        let first = add_days(zone.date(span.start()), -eve);
        let last = zone.date(Instant::from_micros(span.end().micros() - 1));
        let mut date = first;
        while date <= last {
            let (from, until) = self.period_of(date);
            let window = zone.dates(from, until);
            if windows.last() != Some(&window) {
                windows.push(window);
            }
            date =
                if matches!(self.period, Period::Rolling(_)) { add_days(date, 1) } else { until };
        }
        windows
    }

    fn period_of(&self, date: Date) -> (Date, Date) {
        match self.period {
            Period::Day | Period::Future => (date, add_days(date, 1)),
            Period::Rolling(n) => (date, add_days(date, i64::from(n))),
            Period::Week => (Zone::monday(date), add_days(Zone::monday(date), 7)),
            Period::Month => (date.first_of_month(), add_months(date.first_of_month(), 1)),
            Period::Quarter => {
                let passed = i64::from((date.month() - 1) % 3);
                let first = add_months(date.first_of_month(), -passed);
                (first, add_months(first, 3))
            }
            Period::Year => (date.first_of_year(), add_months(date.first_of_year(), 12)),
        }
    }
}

/// Quiet hours in which some limits do not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Relief {
    /// Every day from one minute to another; over midnight where the second is not later.
    Daily { from: u16, to: u16 },
    /// Days that are not worked, by the unit's calendar.
    RestDays,
}

impl Relief {
    /// Whether its minutes are minutes of a day.
    pub fn is_sound(&self) -> bool {
        match self {
            Self::Daily { from, to } => *from < 1440 && *to <= 1440,
            Self::RestDays => true,
        }
    }
}

/// The quiet time in a span.
pub fn relieved(relief: &[Relief], zone: &Zone, days: &Days, span: Span) -> Spans {
    let mut quiet: Vec<Span> = Vec::new();
    for one in relief {
        match one {
            Relief::Daily { from, to } => {
                let eve = add_days(zone.date(span.start()), -1);
                let window = Window { days: Weekdays::ALL, from: *from, to: *to, grid: None };
                let dates = std::iter::once(eve).chain(zone.days_of(span));
                quiet.extend(dates.filter_map(|date| window.on(zone, date)));
            }
            Relief::RestDays => {
                let rest = zone.days_of(span).filter(|date| !days.is_working(*date));
                quiet.extend(rest.map(|date| zone.day(date)));
            }
        }
    }
    quiet.into_iter().collect::<Spans>().within(span)
}

/// The minutes of a span that count for limits of length: all but the quiet ones.
pub fn counted_minutes(quiet: &Spans, span: Span) -> i64 {
    minutes(span) - quiet.minutes_in(span)
}

#[cfg(test)]
mod tests {
    use super::*;
    use calendar::Day;

    fn at(text: &str) -> Instant {
        Instant::parse_rfc3339(&format!("{text}:00+08:00")).expect("a moment")
    }

    fn span(from: &str, until: &str) -> Span {
        Span::new(at(from), at(until)).expect("a span")
    }

    #[test]
    fn quiet_minutes_are_subtracted() {
        let check = |relief: Relief, from: &str, until: &str, (real, counted): (i64, i64)| {
            let mut days = Days::default();
            // A Saturday that is worked.
            days.named.insert("2026-03-14".parse().expect("a date"), Day::Work);
            let span = span(from, until);
            let quiet = relieved(&[relief], &Zone::china(), &days, span);
            assert_eq!((minutes(span), counted_minutes(&quiet, span)), (real, counted), "{from}");
            assert_eq!(quiet.covers(span), counted == 0);
        };
        let night = Relief::Daily { from: 20 * 60, to: 6 * 60 };
        let day = Relief::Daily { from: 8 * 60, to: 18 * 60 };
        check(night, "2026-03-03T19:00", "2026-03-04T07:00", (720, 120));
        check(day, "2026-03-03T07:30", "2026-03-03T10:30", (180, 30));
        check(day, "2026-03-03T09:00", "2026-03-03T12:00", (180, 0));
        check(Relief::RestDays, "2026-03-06T22:00", "2026-03-07T02:00", (240, 120));
        check(Relief::RestDays, "2026-03-14T09:00", "2026-03-14T12:00", (180, 180));
    }

    fn quota(measure: Measure, period: Period, limit: u32) -> Quota {
        let (who, what) = (Who::Group, What::Instrument);
        Quota { who, what, measure, period, hours: Hours::default(), limit }
    }

    fn exceeded(quota: &Quota, counted: &[(&str, &str)], asked: Span) -> Option<(i64, i64)> {
        let counted: Vec<Counted> =
            counted.iter().map(|(from, until)| Counted { span: span(from, until) }).collect();
        let days = Days::default();
        let found =
            quota.exceeded((&Zone::china(), &days), &counted, asked, at("2026-03-01T00:00"));
        found.map(|found| (found.used, found.asked))
    }

    #[test]
    fn no_start_is_passed_over_that_a_quota_allows() {
        let peak = Hours::daily(Weekdays::WORKDAYS, 9 * 60, 17 * 60);
        let used = ["2026-03-02T09:00", "2026-03-02T13:00", "2026-03-03T20:00"];
        let counted: Vec<Counted> = used
            .iter()
            .map(|from| Counted { span: span(from, &from.replace(":00", ":45")) })
            .collect();
        let (zone, days, now) = (Zone::china(), Days::default(), at("2026-03-01T00:00"));
        let periods = [Period::Day, Period::Week, Period::Rolling(2), Period::Future];
        let mut n_later = 0;
        for (measure, limits) in
            [(Measure::Minutes, [0, 45, 100, 200]), (Measure::Bookings, [0, 1, 2, 3])]
        {
            for (period, limit) in
                periods.into_iter().flat_map(|it| limits.map(|limit| (it, limit)))
            {
                for hours in [Hours::default(), peak.clone()] {
                    let quota = Quota { hours, ..quota(measure, period, limit) };
                    for (start, long) in [("2026-03-02T08:30", 60), ("2026-03-02T22:00", 180)] {
                        let asked = |from| Span::new(from, plus_minutes(from, long)).expect("long");
                        let over = |from| {
                            quota.exceeded((&zone, &days), &counted, asked(from), now).is_some()
                        };
                        let later = quota.later((&zone, &days), &counted, asked(at(start)), now);
                        assert_eq!(later.is_some(), over(at(start)));
                        let Some(later) = later else { continue };
                        n_later += 1;
                        for n in 1..12 * 24 * 4 {
                            let from = plus_minutes(at(start), n * 15);
                            if later.is_none_or(|later| from < later) {
                                assert!(over(from), "{quota:?}: {from:?} before {later:?}");
                            }
                        }
                    }
                }
            }
        }
        assert!(n_later > 40, "{n_later}");
    }

    #[test]
    fn minutes_are_split_at_the_ends_of_windows() {
        let week = quota(Measure::Minutes, Period::Week, 600);
        let used = [("2026-03-02T08:00", "2026-03-02T17:40")];
        assert_eq!(
            exceeded(&week, &used, span("2026-03-04T09:00", "2026-03-04T09:30")),
            Some((580, 30))
        );
        assert_eq!(exceeded(&week, &used, span("2026-03-04T09:00", "2026-03-04T09:20")), None);
        // Twenty minutes on Sunday night, the rest in the next week.
        assert_eq!(exceeded(&week, &used, span("2026-03-08T23:40", "2026-03-09T05:00")), None);
        assert_eq!(
            exceeded(&week, &used, span("2026-03-08T23:30", "2026-03-09T05:00")),
            Some((580, 30))
        );
    }

    #[test]
    fn a_booking_counts_once_in_each_window_it_touches() {
        let day = quota(Measure::Bookings, Period::Day, 1);
        let night = [("2026-03-02T23:00", "2026-03-03T01:00")];
        for asked in
            [("2026-03-02T09:00", "2026-03-02T10:00"), ("2026-03-03T09:00", "2026-03-03T10:00")]
        {
            assert_eq!(exceeded(&day, &night, span(asked.0, asked.1)), Some((1, 1)));
        }
        assert_eq!(exceeded(&day, &night, span("2026-03-04T09:00", "2026-03-04T10:00")), None);
    }

    #[test]
    fn only_the_hours_of_a_quota_count() {
        let mut peak = quota(Measure::Minutes, Period::Day, 60);
        peak.hours = Hours::daily(Weekdays::WORKDAYS, 9 * 60, 17 * 60);
        assert_eq!(exceeded(&peak, &[], span("2026-03-03T06:00", "2026-03-03T10:00")), None);
        assert_eq!(
            exceeded(&peak, &[], span("2026-03-03T06:00", "2026-03-03T10:30")),
            Some((0, 90))
        );
    }

    #[test]
    fn every_rolling_window_is_asked() {
        let rolling = quota(Measure::Bookings, Period::Rolling(7), 2);
        let around =
            [("2026-03-01T09:00", "2026-03-01T10:00"), ("2026-03-09T09:00", "2026-03-09T10:00")];
        assert_eq!(exceeded(&rolling, &around, span("2026-03-05T09:00", "2026-03-05T10:00")), None);
        let close =
            [("2026-03-08T09:00", "2026-03-08T10:00"), ("2026-03-09T09:00", "2026-03-09T10:00")];
        assert_eq!(
            exceeded(&rolling, &close, span("2026-03-05T09:00", "2026-03-05T10:00")),
            Some((2, 1))
        );
    }

    #[test]
    fn the_longer_windows_have_their_ends() {
        let ends = |period| {
            let quota = quota(Measure::Minutes, period, 0);
            let days = Days::default();
            let asked = span("2026-05-05T09:00", "2026-05-05T10:00");
            let found = quota.exceeded((&Zone::china(), &days), &[], asked, at("2026-03-01T00:00"));
            found.and_then(|found| found.resets_at).map(|at| Zone::china().date(at).to_string())
        };
        assert_eq!(ends(Period::Month).as_deref(), Some("2026-06-01"));
        assert_eq!(ends(Period::Quarter).as_deref(), Some("2026-07-01"));
        assert_eq!(ends(Period::Year).as_deref(), Some("2027-01-01"));
        assert_eq!(ends(Period::Future), None);
    }
}
