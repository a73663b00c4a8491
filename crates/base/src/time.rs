//! Instants, civil dates and half-open spans. The clock itself lives in the binary.

pub use jiff::civil::Date;

/// A moment: microseconds since 1970-01-01T00:00:00Z.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
#[serde(transparent)]
pub struct Instant(i64);

impl Instant {
    /// The moment this many microseconds after the epoch.
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// Microseconds after the epoch.
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// This moment and so many seconds.
    pub const fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds.saturating_mul(1_000_000)))
    }

    /// Whole seconds from an earlier moment to this one, zero where it is not earlier.
    pub const fn seconds_since(self, earlier: Self) -> i64 {
        let micros = self.0.saturating_sub(earlier.0);
        if micros < 0 { 0 } else { micros / 1_000_000 }
    }

    /// RFC 3339 in UTC: `2026-03-01T09:30:00.000000Z`.
    pub fn rfc3339(self) -> String {
        jiff::Timestamp::from_microsecond(self.0)
            .map_or_else(|_| self.0.to_string(), |stamp| format!("{stamp:.6}"))
    }

    /// Reads RFC 3339 with any offset.
    pub fn parse_rfc3339(text: &str) -> Option<Self> {
        text.parse::<jiff::Timestamp>().ok().map(|stamp| Self(stamp.as_microsecond()))
    }

    /// The civil date at a fixed offset from UTC in minutes (480 for China).
    pub fn date_at(self, offset_minutes: i32) -> Date {
        self.datetime_at(offset_minutes).date()
    }

    /// The civil date and time at a fixed offset from UTC in minutes.
    pub fn datetime_at(self, offset_minutes: i32) -> jiff::civil::DateTime {
        let offset = jiff::tz::Offset::from_seconds(offset_minutes.saturating_mul(60))
            .unwrap_or(jiff::tz::Offset::UTC);
        let stamp =
            jiff::Timestamp::from_microsecond(self.0).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
        offset.to_datetime(stamp)
    }
}

/// A span of time that holds its start and not its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub struct Span {
    start: Instant,
    end: Instant,
}

impl Span {
    /// The span, unless it is empty or runs backwards.
    pub fn new(start: Instant, end: Instant) -> Option<Self> {
        (start < end).then_some(Self { start, end })
    }

    pub fn start(self) -> Instant {
        self.start
    }

    pub fn end(self) -> Instant {
        self.end
    }

    /// Whether the moment lies inside: the start does, the end does not.
    pub fn holds(self, at: Instant) -> bool {
        self.start <= at && at < self.end
    }

    /// Whether two spans share a moment; touching ones do not.
    pub fn overlaps(self, other: Self) -> bool {
        self.start < other.end && other.start < self.end
    }
}

/// The moment at which this hour of a civil day begins, at a fixed offset from UTC in minutes.
pub fn at_hour(date: Date, hour: i8, offset_minutes: i32) -> Option<Instant> {
    let offset = jiff::tz::Offset::from_seconds(offset_minutes.checked_mul(60)?).ok()?;
    let time = jiff::civil::Time::new(hour, 0, 0, 0).ok()?;
    let stamp = offset.to_timestamp(date.to_datetime(time)).ok()?;
    Some(Instant(stamp.as_microsecond()))
}

/// The first moment after `now` at which this hour begins on a day that fits, within two months.
pub fn next_hour(
    now: Instant,
    (hour, offset_minutes): (i8, i32),
    fits: impl Fn(Date) -> bool,
) -> Option<Instant> {
    let mut date = now.date_at(offset_minutes);
    for _ in 0..62 {
        let at = at_hour(date, hour, offset_minutes).filter(|at| *at > now);
        if at.is_some() && fits(date) {
            return at;
        }
        date = date.tomorrow().ok()?;
    }
    None
}

/// Reads a civil date as people write it: `2026-3-1`, `20260301`, `2026/3/1`, `2026年3月1日`, also
/// in full-width digits.
pub fn read_date(typed: &str) -> Option<Date> {
    let plain: String = typed.trim().chars().map(half_width).collect();
    let parts: Vec<&str> =
        plain.split(|c: char| "-/.年月日 ".contains(c)).filter(|part| !part.is_empty()).collect();
    let (year, month, day) = match parts.as_slice() {
        [whole] if whole.len() == 8 && whole.is_ascii() => (&whole[..4], &whole[4..6], &whole[6..]),
        [year, month, day] if year.len() == 4 => (*year, *month, *day),
        _ => return None,
    };
    Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
}

/// A full-width digit, letter or sign as its half-width one.
pub fn half_width(c: char) -> char {
    match u32::from(c) {
        code @ 0xff01..=0xff5e => char::from_u32(code - 0xfee0).unwrap_or(c),
        0x3000 => ' ',
        _ => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_as_people_write_them() {
        let want = Date::new(2026, 3, 1).ok();
        for typed in
            ["2026-3-1", "20260301", "2026/3/1", "2026年3月1日", "２０２６－３－１", " 2026-03-01 "]
        {
            assert_eq!(read_date(typed), want, "{typed}");
        }
        for wrong in
            ["", "2026", "2026-02-30", "1-3-2026", "2026-13-01", "2026-1-1-1", "2026030１x"]
        {
            assert_eq!(read_date(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn the_next_hour_is_one_of_the_place() {
        let now = |text: &str| Instant::parse_rfc3339(text).expect("a moment");
        let check = |at: &str, day: i8, want: &str| {
            let found = next_hour(now(at), (8, 480), |date| date.day() == day);
            assert_eq!(found.map(Instant::rfc3339).as_deref(), Some(want), "{at}");
        };
        // Eight in the morning in China is midnight in UTC.
        check("2026-03-02T23:59:59Z", 3, "2026-03-03T00:00:00.000000Z");
        check("2026-03-03T00:00:00Z", 3, "2026-04-03T00:00:00.000000Z");
        assert_eq!(next_hour(now("2026-03-03T00:00:00Z"), (8, 480), |_| false), None);
        assert_eq!(next_hour(now("2026-03-03T00:00:00Z"), (24, 480), |_| true), None);
    }

    #[test]
    fn spans_are_half_open() {
        let at = Instant::from_micros;
        let (a, b) = (Span::new(at(0), at(10)), Span::new(at(10), at(20)));
        let (a, b) = (a.expect("a span"), b.expect("a span"));
        assert!(!a.overlaps(b) && a.holds(at(0)) && !a.holds(at(10)));
        assert_eq!(Span::new(at(5), at(5)), None);
    }

    #[test]
    fn instants_read_back_from_rfc3339() {
        let at = Instant::from_micros(1_772_355_600_000_001);
        assert_eq!(at.rfc3339(), "2026-03-01T09:00:00.000001Z");
        assert_eq!(Instant::parse_rfc3339(&at.rfc3339()), Some(at));
        assert_eq!(at.date_at(480).to_string(), "2026-03-01");
    }
}
