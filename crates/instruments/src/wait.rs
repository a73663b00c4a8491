//! Waiting for time: wishes for a slot, offers that pass on, and the live queue.

use crate::problem::Code;
use base::{Instant, InstrumentId, PersonId, Span, WishId};
use calendar::zone::{minutes, plus_minutes};

/// Somebody's wish for some time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wish {
    pub id: WishId,
    pub person: PersonId,
    /// The class's place in the order; lower comes first.
    pub priority: u16,
    pub joined: Instant,
    /// Any one of these.
    pub instruments: Vec<InstrumentId>,
    /// The whole of the time lies in it.
    pub within: Span,
    pub minutes: u32,
    /// Whether it is booked without being asked about again.
    pub is_at_once: bool,
}

/// A wish that was passed over, and why; it keeps its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skipped {
    pub wish: WishId,
    pub codes: Vec<Code>,
}

/// Who gets freed time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Served {
    /// The wish, its time, and whether it is booked at once.
    pub winner: Option<(WishId, Span, bool)>,
    pub skipped: Vec<Skipped>,
}

/// Finds who gets freed time: by class, then by who came first. `judge` says which rules a booking of
/// that wish would break now; it finds the time within what is free.
pub fn serve(
    instrument: InstrumentId,
    freed: Span,
    wishes: &[Wish],
    mut judge: impl FnMut(&Wish, Span) -> Result<Span, Vec<Code>>,
) -> Served {
    let mut order: Vec<&Wish> =
        wishes.iter().filter(|wish| wish.instruments.contains(&instrument)).collect();
    order.sort_by_key(|wish| (wish.priority, wish.joined, wish.id));
    let mut served = Served::default();
    for wish in order {
        let room = calendar::spans::common(wish.within, freed);
        let room = room.filter(|room| minutes(*room) >= i64::from(wish.minutes));
        let Some(room) = room else { continue };
        match judge(wish, room) {
            Ok(span) => {
                served.winner = Some((wish.id, span, wish.is_at_once));
                break;
            }
            Err(codes) => served.skipped.push(Skipped { wish: wish.id, codes }),
        }
    }
    served
}

/// Until when an offer stands: so many minutes, and never after the start.
pub fn offered_until(offer_minutes: u32, start: Instant, now: Instant) -> Instant {
    plus_minutes(now, i64::from(offer_minutes)).min(start)
}

/// Whether an offer can still be taken.
pub fn is_live(until: Instant, now: Instant) -> bool {
    now < until
}

/// What the live queue of an instrument does between bookings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Queue {
    /// The first may be called.
    Calls,
    /// A booking begins within the buffer, or runs.
    Pauses,
}

/// Whether the queue calls: it pauses from the buffer before a booking until that ends or is missed.
pub fn queue(bookings: &[Span], buffer_minutes: u32, now: Instant) -> Queue {
    let soon = plus_minutes(now, i64::from(buffer_minutes));
    let is_held = bookings.iter().any(|span| span.start() <= soon && now < span.end());
    if is_held { Queue::Pauses } else { Queue::Calls }
}

/// What somebody wants to hear of freed time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Notice {
    pub least_minutes: u32,
    pub days_ahead: u32,
}

impl Notice {
    /// The part of freed time that is still to come, where it is worth telling.
    pub fn worth(&self, freed: Span, now: Instant) -> Option<Span> {
        let left = Span::new(freed.start().max(now), freed.end())?;
        let last = now.plus_seconds(i64::from(self.days_ahead) * 86_400);
        let is_worth = minutes(left) >= i64::from(self.least_minutes) && left.start() <= last;
        is_worth.then_some(left)
    }
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

    const ONE: InstrumentId = InstrumentId::from_bits(1);

    fn wish(id: u128, priority: u16, joined: i64, minutes: u32) -> Wish {
        Wish {
            id: WishId::from_bits(id),
            person: PersonId::from_bits(id),
            priority,
            joined: at(joined),
            instruments: vec![ONE],
            within: span(0, 10_000),
            minutes,
            is_at_once: id == 2,
        }
    }

    #[test]
    fn the_first_fitting_by_priority_is_served() {
        let wishes = [wish(1, 2, 1, 60), wish(2, 1, 3, 60), wish(3, 1, 2, 60), wish(4, 1, 1, 600)];
        let judge = |wish: &Wish, room: Span| {
            if wish.id == WishId::from_bits(3) {
                return Err(vec![Code::NotQualified]);
            }
            let end = plus_minutes(room.start(), i64::from(wish.minutes));
            Ok(Span::new(room.start(), end).expect("a span"))
        };
        let served = serve(ONE, span(100, 220), &wishes, judge);
        assert_eq!(served.winner, Some((WishId::from_bits(2), span(100, 160), true)));
        let told = Skipped { wish: WishId::from_bits(3), codes: vec![Code::NotQualified] };
        assert_eq!(served.skipped, [told]);
        let none = serve(InstrumentId::from_bits(9), span(100, 220), &wishes, judge);
        assert_eq!(none, Served::default());
    }

    #[test]
    fn an_offer_ends_before_its_time_begins() {
        assert_eq!(offered_until(15, at(100), at(0)), at(15));
        assert_eq!(offered_until(15, at(10), at(0)), at(10));
        assert!(is_live(at(15), at(14)) && !is_live(at(15), at(15)));
    }

    #[test]
    fn the_queue_pauses_before_a_booking_and_goes_on_after_it() {
        let booked = [span(100, 160)];
        assert_eq!(queue(&booked, 15, at(84)), Queue::Calls);
        assert_eq!(queue(&booked, 15, at(90)), Queue::Pauses);
        assert_eq!(queue(&booked, 15, at(159)), Queue::Pauses);
        assert_eq!(queue(&booked, 15, at(160)), Queue::Calls);
        assert_eq!(queue(&[], 15, at(120)), Queue::Calls, "a missed one is no booking any more");
    }

    #[test]
    fn freed_time_is_told_where_it_is_worth_it() {
        let notice = Notice { least_minutes: 30, days_ahead: 1 };
        assert_eq!(notice.worth(span(10, 60), at(20)), Some(span(20, 60)));
        assert_eq!(notice.worth(span(10, 15), at(0)), None);
        assert_eq!(notice.worth(span(10, 60), at(60)), None);
        assert_eq!(notice.worth(span(5_000, 5_100), at(0)), None);
    }
}
