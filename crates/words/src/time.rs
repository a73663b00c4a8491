//! Dates and times: `1 March 2026`, `2026年3月1日`; a clock time always has its zone beside it.

use crate::{Arg, say, say_with};
use base::{Date, Instant, Lang};
use icu_datetime::DateTimeFormatter;
use icu_datetime::fieldsets::{E, YM, YMD};
use icu_datetime::input::Date as Day;
use icu_locale_core::{Locale, locale};

/// The city's clock where nobody says otherwise: China Standard Time.
pub const CITY_OFFSET_MINUTES: i32 = 480;

/// The formatters of one language.
struct Writers {
    date: DateTimeFormatter<YMD>,
    month: DateTimeFormatter<YM>,
    weekday: DateTimeFormatter<E>,
}

// The formatters share nothing between threads, so each thread builds its own, once.
thread_local! {
    static EN: Writers = Writers::new(&locale!("en-GB"));
    static ZH: Writers = Writers::new(&locale!("zh-Hans"));
}

/// A date: `1 March 2026`, `2026年3月1日`.
pub fn date(lang: Lang, date: Date) -> String {
    write(lang, date, Part::Date)
}

/// A month of a year: `March 2026`, `2026年3月`.
pub fn month(lang: Lang, date: Date) -> String {
    write(lang, date, Part::Month)
}

/// The name of the day of the week: `Sunday`, `星期日`.
pub fn weekday(lang: Lang, date: Date) -> String {
    write(lang, date, Part::Weekday)
}

/// The clock time without its zone, for rows below a head that names it: `14:03`.
pub fn clock(at: Instant, offset_minutes: i32) -> String {
    let local = at.datetime_at(offset_minutes);
    format!("{:02}:{:02}", local.hour(), local.minute())
}

/// The same to the second, where it does not fall on a whole minute: in a room where seconds decide.
pub fn clock_exact(at: Instant, offset_minutes: i32) -> String {
    let second = at.datetime_at(offset_minutes).second();
    match second {
        0 => clock(at, offset_minutes),
        _ => format!("{}:{second:02}", clock(at, offset_minutes)),
    }
}

/// The zone as people read it: `+08:00`.
pub fn zone(offset_minutes: i32) -> String {
    let sign = if offset_minutes < 0 { '-' } else { '+' };
    let size = offset_minutes.unsigned_abs();
    format!("{sign}{:02}:{:02}", size / 60, size % 60)
}

/// A moment with its zone: `1 March 2026, 14:03 (+08:00)`.
pub fn date_time(lang: Lang, at: Instant, offset_minutes: i32) -> String {
    with_zone(lang, at, offset_minutes, clock(at, offset_minutes))
}

/// The same to the second: `1 March 2026, 14:03:20 (+08:00)`.
pub fn date_time_exact(lang: Lang, at: Instant, offset_minutes: i32) -> String {
    with_zone(lang, at, offset_minutes, clock_exact(at, offset_minutes))
}

fn with_zone(lang: Lang, at: Instant, offset_minutes: i32, time: String) -> String {
    let args = [
        ("date", Arg::from(date(lang, at.date_at(offset_minutes)))),
        ("time", Arg::from(time)),
        ("zone", Arg::from(zone(offset_minutes))),
    ];
    say_with(lang, "time-moment", &args)
}

/// Two dates, both included: `1 March 2026 to 5 March 2026`.
pub fn date_range(lang: Lang, first: Date, last: Date) -> String {
    let args = [("first", date(lang, first).into()), ("last", date(lang, last).into())];
    say_with(lang, "time-range", &args)
}

/// How far a moment lies from now, in the largest whole unit: `in 3 hours`, `2天前`. It stands
/// beside the moment itself, never alone.
pub fn relative(lang: Lang, at: Instant, now: Instant) -> String {
    let (ahead, seconds) =
        if at >= now { (true, at.seconds_since(now)) } else { (false, now.seconds_since(at)) };
    let (unit, count) = match seconds {
        0..60 => return say(lang, "time-now"),
        60..3_600 => ("minutes", seconds / 60),
        3_600..86_400 => ("hours", seconds / 3_600),
        _ => ("days", seconds / 86_400),
    };
    let side = if ahead { "in" } else { "ago" };
    say_with(lang, &format!("time-{side}-{unit}"), &[("count", count.into())])
}

impl Writers {
    fn new(locale: &Locale) -> Self {
        const COMPILED: &str = "date data of both languages is compiled in";
        Self {
            date: DateTimeFormatter::try_new(locale.into(), YMD::long()).expect(COMPILED),
            month: DateTimeFormatter::try_new(locale.into(), YM::long()).expect(COMPILED),
            weekday: DateTimeFormatter::try_new(locale.into(), E::long()).expect(COMPILED),
        }
    }
}

/// What of a date is written.
enum Part {
    Date,
    Month,
    Weekday,
}

fn write(lang: Lang, date: Date, part: Part) -> String {
    let small = |number: i8| u8::try_from(number).unwrap_or(1);
    let year = i32::from(date.year());
    let Ok(day) = Day::try_new_iso(year, small(date.month()), small(date.day())) else {
        return date.to_string();
    };
    let write = |writers: &Writers| match part {
        Part::Date => writers.date.format(&day).to_string(),
        Part::Month => writers.month.format(&day).to_string(),
        Part::Weekday => writers.weekday.format(&day).to_string(),
    };
    match lang {
        Lang::En => EN.with(write),
        Lang::Zh => ZH.with(write),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on(text: &str) -> Date {
        text.parse().unwrap()
    }

    #[test]
    fn dates_are_written_as_people_read_them() {
        assert_eq!(date(Lang::En, on("2026-03-01")), "1 March 2026");
        assert_eq!(date(Lang::Zh, on("2026-03-01")), "2026年3月1日");
        assert_eq!(month(Lang::En, on("2026-03-01")), "March 2026");
        assert_eq!(month(Lang::Zh, on("2026-03-01")), "2026年3月");
        assert_eq!(weekday(Lang::En, on("2026-03-01")), "Sunday");
        assert_eq!(weekday(Lang::Zh, on("2026-03-01")), "星期日");
        let range = |lang| date_range(lang, on("2026-03-01"), on("2026-03-05"));
        assert_eq!(range(Lang::En), "1 March 2026 to 5 March 2026");
        assert_eq!(range(Lang::Zh), "2026年3月1日至2026年3月5日");
    }

    #[test]
    fn moments_carry_their_zone() {
        let at = Instant::parse_rfc3339("2026-03-01T06:03:59Z").unwrap();
        assert_eq!(date_time(Lang::En, at, 480), "1 March 2026, 14:03 (+08:00)");
        assert_eq!(date_time(Lang::Zh, at, 480), "2026年3月1日 14:03（+08:00）");
        assert_eq!(date_time(Lang::En, at, -210), "1 March 2026, 02:33 (-03:30)");
    }

    #[test]
    fn distances_use_the_largest_whole_unit() {
        let now = Instant::from_micros(1_772_355_600_000_000);
        let check = |seconds, en: &str, zh: &str| {
            assert_eq!(relative(Lang::En, now.plus_seconds(seconds), now), en);
            assert_eq!(relative(Lang::Zh, now.plus_seconds(seconds), now), zh);
        };
        check(59, "now", "刚刚");
        check(-59, "now", "刚刚");
        check(60, "in 1 minute", "1分钟后");
        check(-7_300, "2 hours ago", "2小时前");
        check(86_400, "in 1 day", "1天后");
        check(-864_000, "10 days ago", "10天前");
    }
}
