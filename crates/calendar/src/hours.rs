//! Opening windows: when, in the week of a place, its time can be had.

use crate::days::Days;
use crate::grid::Grid;
use crate::spans::{Spans, common};
use crate::zone::{Zone, add_days};
use base::{Date, Span};
use jiff::civil::Weekday;

/// Windows of one week at most.
pub const WINDOWS_MAX: usize = 50;
/// Minutes of a day.
pub const DAY_MINUTES: u16 = 1440;

/// Days of the week, Monday in the lowest bit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct Weekdays(pub u8);

impl Weekdays {
    pub const ALL: Self = Self(0b111_1111);
    pub const WORKDAYS: Self = Self(0b001_1111);
    pub const WEEKEND: Self = Self(0b110_0000);

    /// One day of the week.
    pub fn one(day: Weekday) -> Self {
        Self(1 << day.to_monday_zero_offset())
    }

    /// Whether the day is among them.
    pub fn has(self, day: Weekday) -> bool {
        self.0 & Self::one(day).0 != 0
    }

    /// The days, Monday first.
    pub fn each(self) -> impl Iterator<Item = Weekday> {
        Weekday::Monday.cycle_forward().take(7).filter(move |day| self.has(*day))
    }
}

/// Some hours on some days of the week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Window {
    pub days: Weekdays,
    /// Minutes after midnight at which it opens, below 1,440.
    pub from: u16,
    /// Minutes after midnight at which it closes; on the next day where that is not after `from`.
    pub to: u16,
    /// The grid of bookings that begin in it, where it is another than the instrument's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grid: Option<Grid>,
}

impl Window {
    /// Whether its numbers can be minutes of a day.
    pub fn is_sound(&self) -> bool {
        self.from < DAY_MINUTES
            && self.to <= DAY_MINUTES
            && (1..=Weekdays::ALL.0).contains(&self.days.0)
            && self.grid.is_none_or(|grid| grid.is_sound())
    }

    /// The span of this window that opens on the date.
    pub fn on(&self, zone: &Zone, date: Date) -> Option<Span> {
        let close = if self.to > self.from { date } else { add_days(date, 1) };
        // A clock that is set forward can close a short window before it opens.
        Span::new(zone.at_minute(date, self.from), zone.at_minute(close, self.to))
    }
}

/// The opening windows of a week; none at all means always open.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct Hours {
    pub windows: Vec<Window>,
}

impl Hours {
    /// Open on these days from one minute to another.
    pub fn daily(days: Weekdays, from: u16, to: u16) -> Self {
        Self { windows: vec![Window { days, from, to, grid: None }] }
    }

    /// Whether nothing is ever closed.
    pub fn is_always(&self) -> bool {
        self.windows.is_empty()
    }

    /// The open time within a span.
    pub fn within(&self, zone: &Zone, days: &Days, span: Span) -> Spans {
        if self.is_always() {
            return [span].into_iter().collect();
        }
        let pieces = self.opened(zone, days, span).map(|(piece, _)| piece);
        pieces.filter_map(|piece| common(piece, span)).collect()
    }

    /// The window that a moment lies in, the first of several.
    pub fn at(&self, zone: &Zone, days: &Days, at: base::Instant) -> Option<Window> {
        let moment = Span::new(at, base::Instant::from_micros(at.micros() + 1))?;
        let found = self.opened(zone, days, moment).find(|(piece, _)| piece.holds(at));
        found.map(|(_, window)| window)
    }

    /// Every opening that may touch the span; those of the day before may reach over midnight.
    fn opened<'a>(
        &'a self,
        zone: &'a Zone,
        days: &'a Days,
        span: Span,
    ) -> impl Iterator<Item = (Span, Window)> + 'a {
        let eve = add_days(zone.date(span.start()), -1);
        let dates = std::iter::once(eve).chain(zone.days_of(span));
        dates.flat_map(move |date| {
            let day = days.opens_as(date);
            let open = self.windows.iter().filter(move |window| window.days.has(day));
            open.filter_map(move |window| Some((window.on(zone, date)?, *window)))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::days::Day;
    use base::Instant;

    fn span(from: &str, until: &str) -> Span {
        let at = |text: &str| Instant::parse_rfc3339(&format!("{text}+08:00")).expect("a moment");
        Span::new(at(from), at(until)).expect("a span")
    }

    fn shown(spans: &Spans) -> Vec<String> {
        let china = Zone::china();
        let text =
            |span: &Span| format!("{} {}", china.civil(span.start()), china.civil(span.end()));
        spans.as_slice().iter().map(text).collect()
    }

    #[test]
    fn windows_open_by_the_week_and_the_calendar() {
        let (china, mut days) = (Zone::china(), Days::china());
        let hours = Hours::daily(Weekdays::WORKDAYS, 9 * 60, 17 * 60);
        let week = span("2026-02-13T00:00:00", "2026-02-16T00:00:00");
        // The Saturday before the Spring Festival is worked, the Sunday is not.
        assert_eq!(
            shown(&hours.within(&china, &days, week)),
            ["2026-02-13T09:00:00 2026-02-13T17:00:00", "2026-02-14T09:00:00 2026-02-14T17:00:00"]
        );
        days.named.insert("2026-02-13".parse().expect("a date"), Day::Rest);
        assert_eq!(hours.within(&china, &days, week).as_slice().len(), 1);
    }

    #[test]
    fn a_window_over_midnight_is_seen_from_the_next_day() {
        let hours = Hours::daily(Weekdays::ALL, 20 * 60, 6 * 60);
        let early = span("2026-03-03T04:00:00", "2026-03-03T08:00:00");
        assert_eq!(
            shown(&hours.within(&Zone::china(), &Days::default(), early)),
            ["2026-03-03T04:00:00 2026-03-03T06:00:00"]
        );
    }

    #[test]
    fn no_windows_are_always_open() {
        let any = span("2026-03-03T04:00:00", "2027-03-03T08:00:00");
        assert_eq!(Hours::default().within(&Zone::china(), &Days::china(), any).as_slice(), [any]);
    }

    #[test]
    fn a_changed_clock_moves_no_wall_time() {
        let berlin = Zone::named("Europe/Berlin").expect("a zone");
        let hours = Hours::daily(Weekdays::ALL, 60, 4 * 60);
        let day = berlin.day("2026-03-29".parse().expect("a date"));
        let open = hours.within(&berlin, &Days::default(), day);
        assert_eq!(open.minutes(), 120, "from one to four, without the hour that is skipped");
    }
}
