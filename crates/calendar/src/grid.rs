//! The grid that starts and lengths of bookings lie on.

use crate::zone::{Zone, minutes};
use base::{Instant, Span};

/// Steps of starts, counted from midnight of the place, and of lengths; one minute is any.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Grid {
    /// Minutes between starts, at least one.
    pub start: u16,
    /// Minutes that a length is a multiple of, at least one.
    pub length: u16,
}

impl Default for Grid {
    fn default() -> Self {
        Self { start: 1, length: 1 }
    }
}

impl Grid {
    /// Whether its steps can be minutes of a day.
    pub fn is_sound(self) -> bool {
        (1..=1440).contains(&self.start) && (1..=1440).contains(&self.length)
    }

    /// Whether a start lies on it, as the wall of the place shows it.
    pub fn has_start(self, zone: &Zone, at: Instant) -> bool {
        let wall = zone.civil(at);
        let minute = i32::from(wall.hour()) * 60 + i32::from(wall.minute());
        wall.second() == 0
            && wall.subsec_nanosecond() == 0
            && minute % i32::from(self.start.max(1)) == 0
    }

    /// Whether the length of a span lies on it.
    pub fn has_length(self, span: Span) -> bool {
        let micros = span.end().micros() - span.start().micros();
        micros % 60_000_000 == 0 && minutes(span) % i64::from(self.length.max(1)) == 0
    }

    /// The first start on the grid that is not before the moment.
    pub fn next_start(self, zone: &Zone, at: Instant) -> Instant {
        if self.has_start(zone, at) {
            return at;
        }
        let date = zone.date(at);
        let midnight = zone.at_minute(date, 0);
        let wall = zone.civil(at);
        let passed = u16::try_from(i32::from(wall.hour()) * 60 + i32::from(wall.minute()));
        let step = self.start.max(1);
        let mut minute = (passed.unwrap_or(0) / step) * step;
        loop {
            minute += step;
            let next = zone.at_minute(date, minute.min(1440));
            // A clock that is set back shows the same minutes again, later.
            if next >= at && next > midnight {
                return next;
            }
            if minute >= 1440 {
                return zone.at_minute(date, 1440).max(at);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Instant {
        Instant::parse_rfc3339(&format!("{text}+08:00")).expect("a moment")
    }

    #[test]
    fn starts_are_counted_from_midnight_of_the_place() {
        let (grid, china) = (Grid { start: 30, length: 15 }, Zone::china());
        assert!(grid.has_start(&china, at("2026-03-02T09:30:00")));
        assert!(!grid.has_start(&china, at("2026-03-02T09:15:00")));
        assert!(!grid.has_start(&china, at("2026-03-02T09:30:01")));
        let length = |until| Span::new(at("2026-03-02T09:30:00"), at(until)).expect("a span");
        assert!(grid.has_length(length("2026-03-02T10:15:00")));
        assert!(!grid.has_length(length("2026-03-02T10:10:00")));
    }

    #[test]
    fn the_next_start_is_found() {
        let (grid, china) = (Grid { start: 45, length: 45 }, Zone::china());
        let next = |from: &str| china.civil(grid.next_start(&china, at(from))).to_string();
        assert_eq!(next("2026-03-02T09:00:00"), "2026-03-02T09:00:00");
        assert_eq!(next("2026-03-02T09:00:01"), "2026-03-02T09:45:00");
        assert_eq!(next("2026-03-02T23:50:00"), "2026-03-03T00:00:00");
    }
}
