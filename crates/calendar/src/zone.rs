//! Civil time in the zone of a place, from the table of zones inside the binary.

use base::{Date, Instant, Span};
use jiff::civil::{DateTime, Time, Weekday};
use jiff::tz::{TimeZone, TimeZoneDatabase};
use std::sync::LazyLock;

/// The zones of the world (IANA), with the names of their changes.
static ZONES: LazyLock<TimeZoneDatabase> = LazyLock::new(TimeZoneDatabase::bundled);

/// Characters of the name of a zone at most.
const NAME_CHARS_MAX: usize = 64;

/// The zone that a place lies in, by its name in the IANA table.
#[derive(Clone, Debug, PartialEq)]
pub struct Zone {
    name: String,
    zone: TimeZone,
}

impl Zone {
    /// The zone of this name (`Asia/Shanghai`), unless the table has none.
    pub fn named(name: &str) -> Option<Self> {
        if name.len() > NAME_CHARS_MAX {
            return None;
        }
        let zone = ZONES.get(name).ok()?;
        let name = zone.iana_name().unwrap_or(name).to_owned();
        Some(Self { name, zone })
    }

    /// The zone of China, where a place does not name another.
    pub fn china() -> Self {
        Self::named("Asia/Shanghai").expect("the table has the zone of China")
    }

    /// Its name in the IANA table.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What a clock on the wall shows at this moment.
    pub fn civil(&self, at: Instant) -> DateTime {
        self.zone.to_datetime(stamp(at))
    }

    /// The civil day of a moment.
    pub fn date(&self, at: Instant) -> Date {
        self.civil(at).date()
    }

    /// The moment at which a clock on the wall shows this. What a change of the clock skips lies as
    /// much later as was skipped; of what comes twice the first is meant (RFC 5545, 3.3.5).
    pub fn at(&self, wall: DateTime) -> Instant {
        let stamp = self.zone.to_ambiguous_timestamp(wall).compatible();
        Instant::from_micros(stamp.unwrap_or(jiff::Timestamp::MAX).as_microsecond())
    }

    /// Whether a clock on the wall ever shows this.
    pub fn is_shown(&self, wall: DateTime) -> bool {
        self.civil(self.at(wall)) == wall
    }

    /// The moment of so many minutes after a day's midnight, as a clock on the wall shows them; 1,440
    /// is the midnight after it.
    pub fn at_minute(&self, date: Date, minute: u16) -> Instant {
        let (days, minute) = (i64::from(minute / 1440), minute % 1440);
        let date = add_days(date, days);
        let hour = i8::try_from(minute / 60).expect("fewer than 24 hours");
        let time = Time::constant(hour, i8::try_from(minute % 60).expect("under 60"), 0, 0);
        self.at(date.to_datetime(time))
    }

    /// A day of the place: 23, 24 or 25 hours.
    pub fn day(&self, date: Date) -> Span {
        self.dates(date, add_days(date, 1))
    }

    /// The days from one date to before another; one day where the second is not later.
    pub fn dates(&self, from: Date, until: Date) -> Span {
        let until = if until > from { until } else { add_days(from, 1) };
        Span::new(self.at_minute(from, 0), self.at_minute(until, 0))
            .expect("a later date begins later")
    }

    /// The days that a span touches, in order.
    pub fn days_of(&self, span: Span) -> impl Iterator<Item = Date> {
        let last = self.date(Instant::from_micros(span.end().micros() - 1));
        let mut next = Some(self.date(span.start()));
        std::iter::from_fn(move || {
            let date = next.filter(|date| *date <= last)?;
            next = date.tomorrow().ok();
            Some(date)
        })
    }

    /// The Monday of a day's week (ISO 8601).
    pub fn monday(date: Date) -> Date {
        add_days(date, -i64::from(date.weekday().to_monday_zero_offset()))
    }

    /// Minutes east of UTC at this moment.
    pub fn offset_minutes(&self, at: Instant) -> i32 {
        self.zone.to_offset(stamp(at)).seconds() / 60
    }
}

/// So many days later; the ends of time stay where they are.
pub fn add_days(date: Date, days: i64) -> Date {
    date.checked_add(jiff::Span::new().days(days.clamp(-3_650_000, 3_650_000)))
        .unwrap_or(if days < 0 { Date::MIN } else { Date::MAX })
}

/// So many months later, on the same day or the last of the month; the ends of time stay.
pub fn add_months(date: Date, months: i64) -> Date {
    date.checked_add(jiff::Span::new().months(months.clamp(-100_000, 100_000)))
        .unwrap_or(if months < 0 { Date::MIN } else { Date::MAX })
}

/// Minutes of a span, the begun one counted.
pub fn minutes(span: Span) -> i64 {
    (span.end().micros() - span.start().micros() + 59_999_999) / 60_000_000
}

/// This moment and so many minutes.
pub fn plus_minutes(at: Instant, minutes: i64) -> Instant {
    at.plus_seconds(minutes.saturating_mul(60))
}

/// Saturday and Sunday.
pub fn is_weekend(date: Date) -> bool {
    matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday)
}

fn stamp(at: Instant) -> jiff::Timestamp {
    jiff::Timestamp::from_microsecond(at.micros()).unwrap_or(jiff::Timestamp::UNIX_EPOCH)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Instant {
        Instant::parse_rfc3339(text).expect("a moment")
    }

    #[test]
    fn a_zone_is_known_by_its_name() {
        assert_eq!(
            Zone::named("Asia/Shanghai").map(|zone| zone.name().to_owned()).as_deref(),
            Some("Asia/Shanghai")
        );
        for wrong in ["", "Mars/Olympus", "../etc/passwd", &"A".repeat(100)] {
            assert_eq!(Zone::named(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn days_are_those_of_the_place() {
        let china = Zone::china();
        assert_eq!(china.date(at("2026-03-02T16:00:00Z")).to_string(), "2026-03-03");
        let berlin = Zone::named("Europe/Berlin").expect("a zone");
        let hours = |text: &str| minutes(berlin.day(text.parse().expect("a date"))) / 60;
        assert_eq!(hours("2026-03-29"), 23);
        assert_eq!(hours("2026-10-25"), 25);
        assert_eq!(hours("2026-06-01"), 24);
    }

    #[test]
    fn a_skipped_hour_lies_later_and_a_double_one_is_the_first() {
        let berlin = Zone::named("Europe/Berlin").expect("a zone");
        let wall = |text: &str| text.parse::<DateTime>().expect("a wall time");
        assert_eq!(berlin.at(wall("2026-03-29T02:30:00")), at("2026-03-29T01:30:00Z"));
        assert!(!berlin.is_shown(wall("2026-03-29T02:30:00")));
        assert_eq!(berlin.at(wall("2026-10-25T02:30:00")), at("2026-10-25T00:30:00Z"));
        assert!(berlin.is_shown(wall("2026-10-25T02:30:00")));
    }

    #[test]
    fn the_days_of_a_span_end_before_its_end() {
        let china = Zone::china();
        let span = |from: &str, until: &str| Span::new(at(from), at(until)).expect("a span");
        let days = |span| china.days_of(span).map(|day| day.to_string()).collect::<Vec<_>>();
        assert_eq!(days(span("2026-03-01T15:00:00Z", "2026-03-01T16:00:00Z")), ["2026-03-01"]);
        assert_eq!(
            days(span("2026-03-01T15:00:00Z", "2026-03-01T16:01:00Z")),
            ["2026-03-01", "2026-03-02"]
        );
    }

    #[test]
    fn a_week_begins_on_its_monday() {
        let monday = |text: &str| Zone::monday(text.parse().expect("a date")).to_string();
        assert_eq!(monday("2026-03-01"), "2026-02-23");
        assert_eq!(monday("2026-03-02"), "2026-03-02");
    }
}
