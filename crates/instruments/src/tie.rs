//! What ties a booking to uses and charges: who comes to which booking, what of lost time was booked
//! by somebody else.

use crate::booking::{Booking, State};
use base::{Instant, PersonId, Span};
use calendar::Spans;
use calendar::zone::plus_minutes;

/// The booking that somebody at the door comes to: the one whose time it is, from its early minutes
/// on; else the next one, which says when to come back. Bookings come in order of their start.
pub fn at_the_door(bookings: &[Booking], early_minutes: u32, now: Instant) -> Option<&Booking> {
    let is_live =
        |it: &&Booking| matches!(it.state, State::Confirmed | State::InUse) && it.span.end() > now;
    let due = bookings.iter().filter(is_live).find(|it| is_due(it.span, early_minutes, now));
    due.or_else(|| bookings.iter().find(is_live))
}

/// Whether a booked time may be used now.
pub fn is_due(booked: Span, early_minutes: u32, now: Instant) -> bool {
    plus_minutes(booked.start(), -i64::from(early_minutes)) <= now && now < booked.end()
}

/// When a booking ends that somebody else has for this moment, where those that are used and those
/// that others booked leave no seat.
pub fn taken_by_other(
    bookings: &[Booking],
    me: PersonId,
    (running, seats): (usize, usize),
    now: Instant,
) -> Option<Instant> {
    let is_theirs = |it: &&Booking| {
        it.state == State::Confirmed
            && it.person != me
            && it.span.start() <= now
            && now < it.span.end()
    };
    let ends: Vec<Instant> = bookings.iter().filter(is_theirs).map(|it| it.span.end()).collect();
    if running + ends.len() < seats { None } else { ends.into_iter().min() }
}

/// What of a lost time others booked after it was lost: each minute once.
///
/// `since` is when it was lost. With one seat whoever has the time now has it since then; with
/// several others had theirs before, which resells nothing.
pub fn resold(lost: &Booking, others: &[Booking], seats: u32, since: Instant) -> Vec<Span> {
    let counts = |it: &&Booking| {
        it.id != lost.id
            && it.person != lost.person
            && matches!(it.state, State::Confirmed | State::InUse | State::Finished | State::Missed)
            && (seats == 1 || it.made_at >= since)
    };
    let theirs: Spans = others.iter().filter(counts).map(|it| it.span).collect();
    theirs.within(lost.span).as_slice().to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::chance::SeededChance;
    use base::{BookingId, InstrumentId, Reference};

    fn at(minutes: i64) -> Instant {
        Instant::from_micros((100_000 + minutes) * 60_000_000)
    }

    fn booking(n: u128, person: u128, (from, until): (i64, i64), state: State) -> Booking {
        Booking {
            id: BookingId::from_bits(n),
            reference: Reference::draw("YY", 2026, &mut SeededChance::new(1)),
            instrument: InstrumentId::from_bits(1),
            person: PersonId::from_bits(person),
            organisation: None,
            booked_by: PersonId::from_bits(person),
            state,
            version: 1,
            sequence: 0,
            span: Span::new(at(from), at(until)).expect("a span"),
            setup_minutes: 0,
            cleanup_minutes: 0,
            purpose: String::new(),
            project: String::new(),
            series: None,
            is_detached: false,
            asked: Vec::new(),
            passed: Vec::new(),
            reason: String::new(),
            decide_by: None,
            late_minutes: 0,
            offered_to: None,
            steps: Vec::new(),
            accessories: Vec::new(),
            made_at: at(from - 60),
            changed_at: at(from - 60),
        }
    }

    #[test]
    fn the_booking_whose_time_it_is_opens_and_the_next_one_says_when() {
        let two =
            [booking(1, 7, (0, 60), State::Confirmed), booking(2, 7, (60, 120), State::Confirmed)];
        let found = |now: i64| at_the_door(&two, 15, at(now)).map(|it| it.id.bits());
        assert_eq!(found(-16), Some(1), "the next one");
        assert_eq!((found(-15), found(59), found(60)), (Some(1), Some(1), Some(2)));
        assert_eq!(found(120), None);
        let gone = [booking(1, 7, (0, 60), State::Missed)];
        assert!(at_the_door(&gone, 15, at(0)).is_none());
    }

    #[test]
    fn the_last_free_seat_belongs_to_whoever_booked_it() {
        let one = [booking(1, 8, (0, 60), State::Confirmed)];
        let taken = |me: u128, seats: (usize, usize), now: i64| {
            taken_by_other(&one, PersonId::from_bits(me), seats, at(now))
        };
        assert_eq!(taken(7, (0, 1), 0), Some(at(60)));
        assert_eq!(taken(7, (0, 1), -1), None, "not before it begins");
        assert_eq!(taken(8, (0, 1), 0), None, "it is their own");
        assert_eq!((taken(7, (0, 2), 0), taken(7, (1, 2), 0)), (None, Some(at(60))));
    }

    #[test]
    fn lost_minutes_are_resold_once_and_never_to_oneself() {
        let lost = booking(1, 7, (0, 120), State::Missed);
        let others = [
            booking(2, 8, (60, 180), State::Confirmed),
            booking(3, 9, (90, 100), State::Finished),
            booking(4, 7, (0, 30), State::Confirmed),
            booking(5, 8, (30, 60), State::Cancelled),
            lost.clone(),
        ];
        let one = resold(&lost, &others, 1, at(15));
        assert_eq!(one, [Span::new(at(60), at(120)).expect("a span")]);
        // With a second seat those that stood before resell nothing.
        let two = resold(&lost, &others, 2, at(15));
        assert_eq!(two, [Span::new(at(90), at(100)).expect("a span")]);
    }
}
