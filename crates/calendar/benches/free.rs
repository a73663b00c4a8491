//! How long a search for free time takes over many instruments, from the rows to the answer, and how long
//! a week of all of them takes to be written as one calendar. `cargo bench -p calendar`; arguments:
//! instruments (1200), bookings (100000), rounds (20).
#![expect(clippy::disallowed_methods, reason = "a bench reads the clock")]

use base::{Instant, Span};
use calendar::ical::{Event, Feed, Status};
use calendar::zone::plus_minutes;
use calendar::{Board, Days, Grid, Hours, Wanted, Weekdays, Zone};

fn main() {
    let mut arguments = std::env::args().skip(1).filter_map(|it| it.parse::<usize>().ok());
    let n_things = arguments.next().unwrap_or(1_200);
    let n_bookings = arguments.next().unwrap_or(100_000);
    let n_rounds = arguments.next().unwrap_or(20);
    let zone = Zone::china();
    let start = zone.at_minute(base::Date::constant(2026, 3, 2), 0);
    let rows = rows(n_things, n_bookings, start);
    let week = Span::new(start, start.plus_seconds(7 * 86_400)).expect("a week");
    let hours = Hours::daily(Weekdays::WORKDAYS, 8 * 60, 20 * 60);
    measure("free time, from rows", n_rounds, || {
        let mut board = Board::with_room(n_things, n_bookings);
        let open = board.open(hours.within(&zone, &Days::china(), week));
        for taken in &rows {
            let grid = Grid { start: 15, length: 15 };
            board.add(open, (1, grid, (0, 0)), taken.iter().copied());
        }
        let found = board.first_free(&zone, Wanted { within: week, minutes: 120 });
        assert!(found.len() <= n_things);
    });
    let events = rows.iter().flatten().filter(|span| span.overlaps(week));
    let events: Vec<Event> = events.map(|span| event(*span, start)).collect();
    println!("week: {} events", events.len());
    let feed = Feed { name: "仪器".to_owned(), refresh_minutes: 15, events };
    measure("week written", n_rounds, || {
        assert!(feed.write().ends_with("END:VCALENDAR\r\n"));
    });
}

/// Bookings of each instrument over a year, one after another.
fn rows(n_things: usize, n_bookings: usize, start: Instant) -> Vec<Vec<Span>> {
    let each = n_bookings / n_things.max(1);
    let step = 365 * 1440 / i64::try_from(each.max(1)).expect("few");
    let row = |thing: usize| {
        let shift = i64::try_from(thing % 480).expect("few");
        let booking = |n: usize| {
            let from = plus_minutes(start, i64::try_from(n).expect("few") * step + shift);
            Span::new(from, plus_minutes(from, step.min(240))).expect("a span")
        };
        (0..each).map(booking).collect()
    };
    (0..n_things).map(row).collect()
}

fn event(span: Span, now: Instant) -> Event {
    Event {
        uid: format!("bkg_{}", span.start().micros()),
        sequence: 1,
        span,
        status: Status::Confirmed,
        summary: "X射线衍射仪（二号，高温台）".to_owned(),
        description: String::new(),
        location: "材料楼 B 座 203".to_owned(),
        url: String::new(),
        changed: now,
    }
}

/// The median and the best of some rounds, in milliseconds.
fn measure(name: &str, n_rounds: usize, mut run: impl FnMut()) {
    let mut times: Vec<f64> = (0..n_rounds.max(1))
        .map(|_| {
            let begun = std::time::Instant::now();
            run();
            begun.elapsed().as_secs_f64() * 1_000.0
        })
        .collect();
    times.sort_by(f64::total_cmp);
    println!("{name}: median {:.2} ms, best {:.2} ms", times[times.len() / 2], times[0]);
}
