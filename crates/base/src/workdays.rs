//! Working days: the days on which offices work, and deadlines counted in them.
//!
//! A calendar is a table: the notices of a government name public holidays and, in China, the
//! Saturdays and Sundays worked instead (调休). Between `known_from` and `known_until` the table
//! speaks; outside, Monday to Friday count, and [`WorkingDays::is_known`] lets a page say so.
//!
//! Absent on purpose: summer time. The offset from UTC is fixed, as in China.

use crate::{Date, Instant, Refusal};
use jiff::civil::{Time, Weekday};
use std::collections::BTreeSet;
use std::sync::LazyLock;

/// Minutes east of UTC that a calendar may lie at: from 12 hours behind to 14 hours before.
const OFFSET_MINUTES: std::ops::RangeInclusive<i32> = -12 * 60..=14 * 60;

static CHINA: LazyLock<WorkingDays> = LazyLock::new(|| {
    let table = include_str!("../data/workdays-cn.json");
    serde_json::from_str(table).expect("a test reads the table that lies in this crate")
});

/// A calendar of working days at a fixed offset from UTC.
///
/// It deserialises from [`WorkingDaysTable`], with the refusals of `WorkingDays::try_from`.
#[derive(Clone, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(try_from = "WorkingDaysTable")]
pub struct WorkingDays {
    offset_minutes: i32,
    known_from: Date,
    known_until: Date,
    /// Days of rest, whatever the day of the week.
    holidays: BTreeSet<Date>,
    /// Days of work, whatever the day of the week.
    workdays: BTreeSet<Date>,
}

/// The table as a file holds it; every date is `YYYY-MM-DD`.
#[derive(Clone, Debug, serde::Deserialize)]
pub struct WorkingDaysTable {
    /// Minutes east of UTC; 480 for China.
    pub offset_minutes: i32,
    /// The first date that the table speaks about.
    pub known_from: String,
    /// The last one.
    pub known_until: String,
    /// Public holidays, also those on a Saturday or Sunday.
    pub holidays: Vec<String>,
    /// Saturdays and Sundays that are worked.
    pub workdays: Vec<String>,
}

impl TryFrom<WorkingDaysTable> for WorkingDays {
    type Error = Refusal;

    /// Reads the table, or says what is wrong with it first: `workdays-offset-out-of-range`,
    /// `workdays-date-malformed`, `workdays-span-backwards`, `workdays-date-out-of-span`,
    /// `workdays-date-twice`.
    fn try_from(table: WorkingDaysTable) -> Result<Self, Refusal> {
        if !OFFSET_MINUTES.contains(&table.offset_minutes) {
            return Err(Refusal::invalid("workdays-offset-out-of-range")
                .on("offset_minutes")
                .number("least", *OFFSET_MINUTES.start())
                .number("most", *OFFSET_MINUTES.end())
                .number("found", table.offset_minutes));
        }
        let known_from = read(&table.known_from, "known_from")?;
        let known_until = read(&table.known_until, "known_until")?;
        if known_until < known_from {
            return Err(Refusal::invalid("workdays-span-backwards").on("known_until"));
        }
        let mut days = Self {
            offset_minutes: table.offset_minutes,
            known_from,
            known_until,
            holidays: BTreeSet::new(),
            workdays: BTreeSet::new(),
        };
        for (n, typed) in table.holidays.iter().enumerate() {
            let field = format!("holidays.{n}");
            let date = days.fresh(typed, &field)?;
            days.holidays.insert(date);
        }
        for (n, typed) in table.workdays.iter().enumerate() {
            let field = format!("workdays.{n}");
            let date = days.fresh(typed, &field)?;
            days.workdays.insert(date);
        }
        Ok(days)
    }
}

/// What a day becomes by word of the city.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Becomes {
    /// Nobody works, whatever the day of the week.
    Rest,
    /// It is worked, whatever the day of the week.
    Work,
    /// As the public calendar has it: a word on it was taken back.
    Usual,
}

impl Becomes {
    pub const ALL: [Self; 3] = [Self::Rest, Self::Work, Self::Usual];

    pub fn word(self) -> &'static str {
        match self {
            Self::Rest => "rest",
            Self::Work => "work",
            Self::Usual => "usual",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.word() == text)
    }
}

fn set(days: &mut BTreeSet<Date>, date: Date, is_in: bool) {
    if is_in {
        days.insert(date);
    } else {
        days.remove(&date);
    }
}

impl WorkingDays {
    /// Mainland China, by the yearly notices of the State Council's General Office.
    pub fn china() -> &'static Self {
        &CHINA
    }

    /// The calendar in which a day is one of rest, one of work, or what it is without a word on it.
    #[must_use]
    pub fn with(mut self, date: Date, becomes: Becomes) -> Self {
        let (rests, works) = match becomes {
            Becomes::Rest => (true, false),
            Becomes::Work => (false, true),
            Becomes::Usual => (CHINA.holidays.contains(&date), CHINA.workdays.contains(&date)),
        };
        set(&mut self.holidays, date, rests);
        set(&mut self.workdays, date, works);
        self
    }

    /// Where a time limit lies once a day has become something else, by word of that moment: as many
    /// working days are left as before, at the same time of day. What was announced is not cut short.
    pub fn recounted(&self, after: &Self, at: Instant, until: Instant) -> Instant {
        let left = u16::try_from(self.between(at, until)).unwrap_or(0);
        if left == 0 {
            return until;
        }
        let into_the_day = until.micros() - self.end_of(self.date(until)).micros();
        let found = after.add(at, left).micros().saturating_add(into_the_day);
        Instant::from_micros(found.max(until.micros()))
    }

    /// Minutes east of UTC.
    pub fn offset_minutes(&self) -> i32 {
        self.offset_minutes
    }

    /// Whether offices work on this date.
    pub fn is_working(&self, date: Date) -> bool {
        self.workdays.contains(&date) || !(is_weekend(date) || self.holidays.contains(&date))
    }

    /// Whether the table speaks about this date; elsewhere only weekends count as rest.
    pub fn is_known(&self, date: Date) -> bool {
        self.known_from <= date && date <= self.known_until
    }

    /// The civil date of a moment at this calendar's offset.
    pub fn date(&self, at: Instant) -> Date {
        at.date_at(self.offset_minutes)
    }

    /// The last microsecond of the `n`-th working day after the day of `from`.
    ///
    /// The day of `from` itself never counts (Civil Code of China, article 201). With `n` = 0 it
    /// is the end of that day, or of the next working day where that day is one of rest.
    pub fn add(&self, from: Instant, n: u16) -> Instant {
        let mut date = self.next_working(self.date(from), n == 0);
        for _ in 1..n {
            date = self.next_working(date, false);
        }
        self.end_of(date)
    }

    /// The last microsecond of the `n`-th calendar day after the day of `from`; where that is a
    /// day of rest, of the next working day (Civil Code of China, article 203).
    pub fn add_calendar(&self, from: Instant, n: u16) -> Instant {
        let start = self.date(from);
        let date = start.checked_add(jiff::Span::new().days(i64::from(n))).unwrap_or(Date::MAX);
        self.end_of(self.next_working(date, true))
    }

    /// The first moment of the day from which `n` working days are left until `until`: so many
    /// working days come after it, the day of `until` included.
    pub fn before(&self, until: Instant, n: u16) -> Instant {
        let mut date = self.date(until);
        let mut left = n;
        while let Ok(yesterday) = date.yesterday() {
            if self.is_working(date) {
                if left == 0 {
                    break;
                }
                left -= 1;
            }
            date = yesterday;
        }
        self.moment(date, Time::MIN)
    }

    /// How many working days lie after the day of `from` up to and with the day of `until`;
    /// negative where `until` comes first. `between(at, add(at, n))` is `n`.
    pub fn between(&self, from: Instant, until: Instant) -> i64 {
        let (from, until) = (self.date(from), self.date(until));
        if until >= from { self.count(from, until) } else { -self.count(until, from) }
    }

    fn count(&self, after: Date, until: Date) -> i64 {
        if after == until {
            return 0;
        }
        let span = (std::ops::Bound::Excluded(after), std::ops::Bound::Included(until));
        let worked = self.workdays.range(span).filter(|date| is_weekend(**date)).count();
        let rested = self.holidays.range(span).filter(|date| !is_weekend(**date)).count();
        let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
        weekdays_until(until) - weekdays_until(after) + count(worked) - count(rested)
    }

    /// The first working day after this one, or from this one on.
    fn next_working(&self, date: Date, or_itself: bool) -> Date {
        let mut date = if or_itself { date } else { date.tomorrow().unwrap_or(Date::MAX) };
        while !self.is_working(date) && date < Date::MAX {
            date = date.tomorrow().unwrap_or(Date::MAX);
        }
        date
    }

    fn end_of(&self, date: Date) -> Instant {
        self.moment(date, Time::constant(23, 59, 59, 999_999_000))
    }

    fn moment(&self, date: Date, time: Time) -> Instant {
        let offset = jiff::tz::Offset::from_seconds(self.offset_minutes.saturating_mul(60))
            .unwrap_or(jiff::tz::Offset::UTC);
        let stamp = offset.to_timestamp(date.to_datetime(time)).unwrap_or(jiff::Timestamp::MAX);
        Instant::from_micros(stamp.as_microsecond())
    }

    /// A date inside the span that stands in neither list yet.
    fn fresh(&self, typed: &str, field: &str) -> Result<Date, Refusal> {
        let date = read(typed, field)?;
        let refused = |code| Refusal::invalid(code).on(field).text("date", typed);
        if !self.is_known(date) {
            return Err(refused("workdays-date-out-of-span"));
        }
        if self.holidays.contains(&date) || self.workdays.contains(&date) {
            return Err(refused("workdays-date-twice"));
        }
        Ok(date)
    }
}

fn read(typed: &str, field: &str) -> Result<Date, Refusal> {
    let date = typed.parse::<Date>().ok().filter(|date| date.to_string() == typed);
    let refusal = || Refusal::invalid("workdays-date-malformed").on(field).text("date", typed);
    date.ok_or_else(refusal)
}

/// Mondays to Fridays from the week of 1970-01-01 up to and with this date, so that a difference
/// counts a span of any length at once.
fn weekdays_until(date: Date) -> i64 {
    const MONDAY: Date = Date::constant(1969, 12, 29);
    let days = date.duration_since(MONDAY).as_secs() / 86_400 + 1;
    days.div_euclid(7) * 5 + days.rem_euclid(7).min(5)
}

fn is_weekend(date: Date) -> bool {
    matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(text: &str) -> Instant {
        Instant::parse_rfc3339(&format!("{text}+08:00")).expect("a moment")
    }

    fn date(text: &str) -> Date {
        text.parse().expect("a date")
    }

    fn shown(at: Instant) -> String {
        at.datetime_at(480).to_string()
    }

    #[test]
    fn the_table_of_china_holds_what_the_notices_say() {
        let china = WorkingDays::china();
        for rest in ["2025-01-28", "2025-10-08", "2026-01-02", "2026-02-23", "2026-10-07"] {
            assert!(!china.is_working(date(rest)), "{rest}");
        }
        for work in ["2025-01-27", "2025-09-28", "2026-02-14", "2026-02-24", "2026-10-10"] {
            assert!(china.is_working(date(work)), "{work}");
        }
        for made_up in &china.workdays {
            assert!(is_weekend(*made_up), "{made_up}");
        }
        // Since 2025 there are 13 statutory holidays (State Council Order 795): 365 - 104 - 13.
        for year in ["2025", "2026"] {
            let first = date(&format!("{year}-01-01"));
            let worked = first.series(jiff::Span::new().days(1)).take(365);
            assert_eq!(worked.filter(|day| china.is_working(*day)).count(), 248, "{year}");
        }
    }

    #[test]
    fn a_deadline_ends_with_its_day() {
        let check = |from: &str, n: u16, due: &str| {
            let found = shown(WorkingDays::china().add(at(from), n));
            assert_eq!(found, format!("{due}T23:59:59.999999"), "{from} and {n}");
        };
        check("2026-03-02T09:00:00", 1, "2026-03-03");
        check("2026-03-02T00:00:00", 5, "2026-03-09");
        check("2026-03-06T23:59:59.999999", 1, "2026-03-09");
        // Over the Spring Festival, with the Saturdays worked before and after it.
        check("2026-02-13T12:00:00", 1, "2026-02-14");
        check("2026-02-13T12:00:00", 2, "2026-02-24");
        check("2026-02-27T12:00:00", 1, "2026-02-28");
        check("2026-03-02T09:00:00", 0, "2026-03-02");
        check("2026-02-15T09:00:00", 0, "2026-02-24");
        // A moment late in the evening of UTC is the next day in China.
        let utc = Instant::parse_rfc3339("2026-03-02T17:00:00Z").expect("a moment");
        assert_eq!(
            shown(WorkingDays::china().add(utc, 1)),
            "2026-03-04T23:59:59.999999",
            "the offset is applied"
        );
    }

    #[test]
    fn calendar_days_end_on_a_working_day() {
        let check = |from: &str, n: u16, due: &str| {
            let found = shown(WorkingDays::china().add_calendar(at(from), n));
            assert_eq!(found, format!("{due}T23:59:59.999999"), "{from} and {n}");
        };
        check("2026-03-02T09:00:00", 3, "2026-03-05");
        check("2026-03-02T09:00:00", 5, "2026-03-09");
        check("2026-09-20T09:00:00", 11, "2026-10-08");
    }

    #[test]
    fn the_days_left_begin_at_midnight_of_a_working_day() {
        let check = |until: &str, n: u16, start: &str| {
            let found = shown(WorkingDays::china().before(at(until), n));
            assert_eq!(found, format!("{start}T00:00:00"), "{n} before {until}");
        };
        check("2026-03-10T23:59:59", 0, "2026-03-10");
        check("2026-03-10T23:59:59", 1, "2026-03-09");
        check("2026-03-10T23:59:59", 3, "2026-03-05");
        check("2026-02-24T12:00:00", 1, "2026-02-14");
        check("2026-02-24T12:00:00", 2, "2026-02-13");
    }

    #[test]
    fn a_time_limit_keeps_its_working_days_and_is_never_cut_short() {
        let usual = WorkingDays::china().clone();
        let check = |day: &str, becomes: Becomes, until: &str, moved: &str| {
            let after = usual.clone().with(date(day), becomes);
            let found = usual.recounted(&after, at("2026-03-02T09:00:00"), at(until));
            assert_eq!(shown(found), moved, "{day} {becomes:?} and {until}");
            assert_eq!(after.with(date(day), Becomes::Usual), usual, "taken back");
        };
        // A Wednesday of rest before a Friday: Monday, at the same time of day.
        check("2026-03-04", Becomes::Rest, "2026-03-06T12:00:00", "2026-03-09T12:00:00");
        check("2026-03-06", Becomes::Rest, "2026-03-06T12:00:00", "2026-03-09T12:00:00");
        // A day after it changes nothing, nor one of rest anyhow.
        check("2026-03-09", Becomes::Rest, "2026-03-06T12:00:00", "2026-03-06T12:00:00");
        check("2026-03-07", Becomes::Rest, "2026-03-10T12:00:00", "2026-03-10T12:00:00");
        // A worked Saturday would end it a day earlier: what was announced stands.
        check("2026-03-07", Becomes::Work, "2026-03-10T12:00:00", "2026-03-10T12:00:00");
        // On its last day nothing is left to count.
        check("2026-03-03", Becomes::Rest, "2026-03-02T12:00:00", "2026-03-02T12:00:00");
        // A public holiday may be worked, and be one again.
        let worked = usual.clone().with(date("2026-10-07"), Becomes::Work);
        assert!(worked.is_working(date("2026-10-07")));
        assert_eq!(worked.with(date("2026-10-07"), Becomes::Usual), usual);
    }

    #[test]
    fn beyond_the_table_only_weekends_count() {
        let china = WorkingDays::china();
        assert!(china.is_known(date("2025-01-01")) && china.is_known(date("2026-12-31")));
        assert!(!china.is_known(date("2024-12-31")) && !china.is_known(date("2027-01-01")));
        assert!(china.is_working(date("2027-01-01")) && !china.is_working(date("2027-01-02")));
    }

    #[test]
    fn the_ends_of_time_are_no_trap() {
        let china = WorkingDays::china();
        for edge in [i64::MIN, i64::MAX] {
            let edge = Instant::from_micros(edge);
            let _ = (china.add(edge, 9), china.before(edge, 9), china.add_calendar(edge, 9));
        }
        let last = at("9999-12-30T00:00:00");
        assert!(china.add(last, u16::MAX) > last && china.add_calendar(last, u16::MAX) > last);
    }

    #[test]
    fn a_faulty_table_is_refused() {
        let check = |wrong: &str, code: &str, field: &str| {
            let table = format!(
                r#"{{"offset_minutes": 480, "known_from": "2026-01-01",
                     "known_until": "2026-12-31", "holidays": [], "workdays": [], {wrong}}}"#
            );
            // The later of two equal keys wins in a value, so that one can be replaced.
            let value: serde_json::Value = serde_json::from_str(&table).expect("JSON");
            let table: WorkingDaysTable = serde_json::from_value(value.clone()).expect("a table");
            let refusal = WorkingDays::try_from(table).expect_err(wrong);
            assert_eq!((refusal.code.as_ref(), refusal.field.as_deref()), (code, Some(field)));
            assert!(serde_json::from_value::<WorkingDays>(value).is_err(), "{wrong}");
        };
        check(r#""offset_minutes": 900"#, "workdays-offset-out-of-range", "offset_minutes");
        check(r#""known_from": "2026-1-1""#, "workdays-date-malformed", "known_from");
        check(r#""known_until": "2025-12-31""#, "workdays-span-backwards", "known_until");
        check(r#""holidays": ["2026-02-30"]"#, "workdays-date-malformed", "holidays.0");
        check(r#""workdays": ["2027-01-02"]"#, "workdays-date-out-of-span", "workdays.0");
        check(r#""holidays": ["2026-05-01", "2026-05-01"]"#, "workdays-date-twice", "holidays.1");
        check(
            r#""holidays": ["2026-05-01"], "workdays": ["2026-05-09", "2026-05-01"]"#,
            "workdays-date-twice",
            "workdays.1",
        );
    }

    proptest! {
        /// The count in one sum equals the count day by day, and undoes the addition.
        #[test]
        fn days_are_counted_as_by_hand(days in -800i64..1600, n in 0u16..400) {
            let china = WorkingDays::china();
            let from = at("2025-06-01T10:00:00").plus_seconds(days * 86_400 / 2);
            let until = china.add(from, n);
            let mut by_hand = 0;
            let mut day = china.date(from);
            while day < china.date(until) {
                day = day.tomorrow().expect("a day");
                by_hand += i64::from(china.is_working(day));
            }
            prop_assert_eq!(china.between(from, until), by_hand);
            prop_assert_eq!(china.between(until, from), -by_hand);
            if n > 0 {
                prop_assert_eq!(by_hand, i64::from(n));
                prop_assert_eq!(china.between(china.before(until, n), until), i64::from(n));
                prop_assert!(china.is_working(china.date(until)));
            }
        }
    }
}
