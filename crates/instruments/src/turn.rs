//! The live queue of an instrument: who stands in it, who is called, and when it pauses for bookings.
//!
//! A turn is one person's place. Nothing is stored about pauses: whether the queue calls follows from
//! the bookings of the moment.

use crate::instrument::Instrument;
use crate::sheet::Mode;
use base::{Class, Instant, InstrumentId, PersonId, Refusal, Span, TurnId};
use calendar::zone::plus_minutes;

/// People in one queue at most.
pub const TURNS_MAX: usize = 200;

/// Where a turn stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    Waiting,
    /// The instrument is kept for a while.
    Called,
    /// Its person has begun.
    Served,
    Left,
    /// Its person was called and did not come.
    Expired,
}

impl State {
    pub const ALL: [Self; 5] =
        [Self::Waiting, Self::Called, Self::Served, Self::Left, Self::Expired];

    /// The name in rows and answers.
    pub fn code(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Called => "called",
            Self::Served => "served",
            Self::Left => "left",
            Self::Expired => "expired",
        }
    }

    /// Reads the name.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }

    /// Whether it is in the queue.
    pub fn is_live(self) -> bool {
        matches!(self, Self::Waiting | Self::Called)
    }
}

/// One person's place in a queue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Turn {
    pub id: TurnId,
    pub instrument: InstrumentId,
    pub person: PersonId,
    /// Lower comes first; staff may change it.
    pub place: u64,
    pub state: State,
    pub joined: Instant,
    /// Until when the instrument is kept for whoever is called.
    pub called_until: Option<Instant>,
    /// Counts the changes, from 1.
    pub version: u64,
}

impl Turn {
    /// The next version of it.
    pub fn next(&self, state: State) -> Self {
        Self { state, version: self.version + 1, ..self.clone() }
    }
}

/// What is known of an instrument when its queue is looked at.
#[derive(Clone, Debug)]
pub struct Now<'a> {
    /// Who uses it.
    pub running: &'a [PersonId],
    pub seats: usize,
    /// Bookings that hold time, around this moment.
    pub bookings: &'a [Span],
    /// Minutes before a booking from which nobody is called any more.
    pub buffer_minutes: u32,
    /// Minutes for which the instrument is kept for whoever is called.
    pub hold_minutes: u32,
}

/// All reasons against joining: it has to have a queue, to be in use or waited for, and one place is
/// enough. `line` are the live turns.
pub fn join(it: &Instrument, person: PersonId, line: &[Turn], is_in_use: bool) -> Vec<Refusal> {
    let mut no = Vec::new();
    if !matches!(it.mode(), Mode::Queue | Mode::Hybrid) {
        no.push(Refusal::new(Class::Refused, "turn-no-queue"));
    } else if !is_in_use && line.is_empty() {
        no.push(Refusal::new(Class::Refused, "turn-free-now"));
    }
    if line.iter().any(|turn| turn.person == person) {
        no.push(Refusal::new(Class::Conflict, "turn-already"));
    }
    if line.len() >= TURNS_MAX {
        no.push(Refusal::new(Class::Refused, "turn-too-many").number("most", TURNS_MAX));
    }
    no
}

/// Whether the queue pauses: from the buffer before a booking until that ends, is missed or given up.
pub fn pauses(now: &Now<'_>, at: Instant) -> bool {
    let soon = plus_minutes(at, i64::from(now.buffer_minutes));
    let meets = |span: &&Span| span.start() <= soon && at < span.end();
    now.bookings.iter().filter(meets).count() >= now.seats
}

/// Who comes before somebody that wants to begin now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ahead {
    /// People who wait before them, or who are called.
    pub n: usize,
    /// Until when the instrument is kept for one of them.
    pub kept_until: Option<Instant>,
}

/// Who comes before somebody that wants to begin now; nothing where it is their turn, or where seats
/// are left for everybody before them. `line` are the live turns in their order.
pub fn ahead(line: &[Turn], me: PersonId, now: &Now<'_>, at: Instant) -> Option<Ahead> {
    let called = |turn: &Turn| {
        turn.state == State::Called && turn.called_until.is_some_and(|until| at < until)
    };
    let own = line.iter().position(|turn| turn.person == me);
    if own.is_some_and(|own| called(&line[own])) {
        return None;
    }
    let comes = |(n, turn): &(usize, &Turn)| {
        let is_before = own.is_none_or(|own| *n < own);
        let waits = turn.state == State::Waiting && is_before;
        turn.person != me && !now.running.contains(&turn.person) && (waits || called(turn))
    };
    let before: Vec<&Turn> = line.iter().enumerate().filter(comes).map(|(_, turn)| turn).collect();
    let room = now.seats.saturating_sub(now.running.len());
    // Where no seat is left that is told already.
    if before.is_empty() || before.len() < room {
        return None;
    }
    let kept_until =
        before.iter().filter(|turn| called(turn)).filter_map(|it| it.called_until).max();
    Some(Ahead { n: before.len(), kept_until })
}

/// What the timer does to a queue: turns whose person has begun or did not come, and who is called next.
/// `line` are the live turns in their order.
pub fn tend(line: &[Turn], now: &Now<'_>, at: Instant) -> Vec<Turn> {
    let mut changed = Vec::new();
    let mut n_called = 0;
    for turn in line {
        if now.running.contains(&turn.person) {
            changed.push(Turn { called_until: None, ..turn.next(State::Served) });
        } else if turn.state == State::Called {
            match turn.called_until.is_some_and(|until| at < until) {
                true => n_called += 1,
                false => changed.push(turn.next(State::Expired)),
            }
        }
    }
    if pauses(now, at) {
        return changed;
    }
    let room = now.seats.saturating_sub(now.running.len() + n_called);
    let waits = |turn: &&Turn| turn.state == State::Waiting && !now.running.contains(&turn.person);
    for turn in line.iter().filter(waits).take(room) {
        let until = plus_minutes(at, i64::from(now.hold_minutes));
        changed.push(Turn { called_until: Some(until), ..turn.next(State::Called) });
    }
    changed
}

/// The waiting turns with one of them moved before another, or to the end: those whose place changed.
pub fn reorder(line: &[Turn], moved: TurnId, before: Option<TurnId>) -> Vec<Turn> {
    let mut order: Vec<&Turn> = line.iter().filter(|turn| turn.id != moved).collect();
    let Some(turn) = line.iter().find(|turn| turn.id == moved) else { return Vec::new() };
    let at = before.and_then(|id| order.iter().position(|turn| turn.id == id));
    order.insert(at.unwrap_or(order.len()), turn);
    let places = (1_u64..).zip(order);
    let changed = places.filter(|(place, turn)| turn.place != *place);
    changed.map(|(place, turn)| Turn { place, ..turn.next(turn.state) }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minute: i64) -> Instant {
        Instant::from_micros(minute * 60_000_000)
    }

    fn span(from: i64, until: i64) -> Span {
        Span::new(at(from), at(until)).expect("a span")
    }

    fn turn(n: u64, state: State) -> Turn {
        Turn {
            id: TurnId::from_bits(u128::from(n)),
            instrument: InstrumentId::from_bits(1),
            person: PersonId::from_bits(u128::from(n)),
            place: n,
            state,
            joined: at(0),
            called_until: (state == State::Called).then(|| at(10)),
            version: 1,
        }
    }

    fn told(line: &[Turn], now: &Now<'_>, minute: i64) -> Vec<(u64, State)> {
        tend(line, now, at(minute)).iter().map(|turn| (turn.place, turn.state)).collect()
    }

    const FREE: Now<'static> =
        Now { running: &[], seats: 1, bookings: &[], buffer_minutes: 15, hold_minutes: 10 };

    #[test]
    fn the_first_is_called_for_a_time_and_then_the_next() {
        let line = [turn(1, State::Waiting), turn(2, State::Waiting)];
        assert_eq!(told(&line, &FREE, 0), [(1, State::Called)]);
        let line = [turn(1, State::Called), turn(2, State::Waiting)];
        assert_eq!(told(&line, &FREE, 9), []);
        assert_eq!(told(&line, &FREE, 10), [(1, State::Expired), (2, State::Called)]);
        // Who has begun is served, and while it is used nobody is called.
        let running = [PersonId::from_bits(1)];
        let used = Now { running: &running, ..FREE };
        assert_eq!(told(&line, &used, 5), [(1, State::Served)]);
    }

    #[test]
    fn a_hybrid_queue_pauses_before_a_booking_and_goes_on_after_it() {
        let line = [turn(1, State::Waiting)];
        let booked = [span(10, 60)];
        let soon = Now { bookings: &booked, ..FREE };
        assert_eq!(told(&line, &soon, 0), [], "a booking in ten minutes, buffer fifteen");
        assert_eq!(told(&line, &soon, 59), []);
        assert_eq!(told(&line, &soon, 60), [(1, State::Called)]);
        assert_eq!(told(&line, &FREE, 30), [(1, State::Called)], "it was missed or given up");
        let two = Now { seats: 2, ..soon };
        assert_eq!(told(&line, &two, 0), [(1, State::Called)], "another seat is free");
    }

    #[test]
    fn staff_change_the_order() {
        let line = [turn(1, State::Waiting), turn(2, State::Waiting), turn(3, State::Waiting)];
        let order = |changed: Vec<Turn>| -> Vec<(u128, u64)> {
            changed.iter().map(|turn| (turn.id.bits(), turn.place)).collect()
        };
        let id = |n: u128| TurnId::from_bits(n);
        assert_eq!(order(reorder(&line, id(3), Some(id(1)))), [(3, 1), (1, 2), (2, 3)]);
        assert_eq!(order(reorder(&line, id(1), None)), [(2, 1), (3, 2), (1, 3)]);
        assert_eq!(order(reorder(&line, id(2), Some(id(3)))), []);
        assert_eq!(order(reorder(&line, id(9), None)), []);
    }

    #[test]
    fn nobody_begins_before_whoever_is_before_them() {
        let line = [turn(1, State::Called), turn(2, State::Waiting), turn(3, State::Waiting)];
        let told = |line: &[Turn], me: u128, now: &Now<'_>, minute: i64| {
            ahead(line, PersonId::from_bits(me), now, at(minute))
                .map(|it| (it.n, it.kept_until.map(|until| until.seconds_since(at(0)) / 60)))
        };
        assert_eq!(told(&line, 1, &FREE, 5), None, "it is their turn");
        assert_eq!(told(&line, 2, &FREE, 5), Some((1, Some(10))));
        assert_eq!(told(&line, 3, &FREE, 5), Some((2, Some(10))));
        assert_eq!(told(&line, 9, &FREE, 5), Some((3, Some(10))), "who stands in no queue");
        // Whose call is over does not count any more.
        assert_eq!(told(&line, 2, &FREE, 10), None);
        assert_eq!(told(&line, 9, &FREE, 10), Some((2, None)));
        assert_eq!(told(&[], 9, &FREE, 5), None);
        // Three seats: one is kept, two are waited for; a fourth is anybody's.
        let seats = |seats: usize| Now { seats, ..FREE };
        assert_eq!(told(&line, 9, &seats(3), 5), Some((3, Some(10))));
        assert_eq!(told(&line, 9, &seats(4), 5), None);
        assert_eq!(told(&line, 3, &seats(3), 5), None);
        // Who has begun is no longer before anybody.
        let running = [PersonId::from_bits(1), PersonId::from_bits(2)];
        let two = Now { running: &running, seats: 3, ..FREE };
        assert_eq!(told(&line, 3, &two, 5), None);
        assert_eq!(told(&line, 9, &two, 5), Some((1, None)));
    }
}
