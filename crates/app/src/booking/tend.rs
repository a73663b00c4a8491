//! The timer of bookings: requests that nobody answered, bookings that nobody used. It asks "due by
//! now", so that a run that comes late finds all of them, once.

use super::change::{end, on};
use super::scene::rules_of;
use super::{BookingChanged, find};
use crate::act::{Act, Cx, No, Stop};
use crate::asker::Asker;
use crate::city::City;
use access::{Act as A, Thing};
use base::{BookingId, Class, Instant, InstrumentId, Refusal};
use instruments::Instrument;
use instruments::booking::{Attendance, Booking, State, missed_at};
use instruments::rules::Rules;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use store::Hold;

/// Bookings that one run of the timer looks at.
const RUN_MAX: usize = 200;
/// Bookings that began lately and are looked at as perhaps missed.
const LOOKED_AT_MAX: usize = 20_000;
/// Uses around one booking that are looked at.
const USES_MAX: usize = 200;
/// Days after its start in which a booking is looked at as perhaps missed.
const MISSED_DAYS: i64 = 7;

/// Ends a booking whose time to be answered or to begin is over.
#[derive(serde::Serialize)]
pub struct LapseBooking {
    pub booking: BookingId,
    pub instrument: InstrumentId,
}

/// A booking with what says whether it is over.
pub struct Due {
    booking: Booking,
    it: Instrument,
    rules: Rules,
    seen: Attendance,
}

impl Act for LapseBooking {
    const ACT: A = A::TendBookings;
    type Facts = Due;
    type Plan = (Booking, Instrument, State);
    type Outcome = BookingChanged;

    fn holds(&self) -> Vec<Hold> {
        vec![on(self.instrument)]
    }

    fn read_committed(&self) -> bool {
        true
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Due, Stop> {
        let (booking, it) = find(cx.tx, self.booking)?;
        let (rules, _) = rules_of(cx.tx, &it)?;
        let downs = store::booking_rule::outages(cx.tx, it.id, booking.span)?;
        let early = calendar::zone::plus_minutes(
            booking.span.start(),
            -i64::from(rules.early_minutes.value),
        );
        let since = (early, cx.now.max(booking.span.start()));
        let uses = store::usage::overlapping(cx.tx, it.id, since, USES_MAX)?;
        let came = uses.iter().any(|use_| use_.person == booking.person);
        let seen = Attendance {
            is_used: booking.state == State::InUse || came,
            // Whom the relay kept out has not stayed away.
            is_down: !downs.is_empty()
                || store::relay::kept_out(cx.tx, (it.id, booking.person), early)?,
            is_of_staff: it.is_operated_by(booking.person),
        };
        Ok(Due { booking, it, rules, seen })
    }

    fn thing(&self, _: &Due) -> Thing {
        Thing::open()
    }

    fn decide(&self, due: Due, cx: &Cx<'_, '_>) -> Result<Self::Plan, Vec<Refusal>> {
        let Due { booking, it, rules, seen } = due;
        let state = match booking.state {
            State::Pending if booking.decide_by.is_some_and(|by| by <= cx.now) => State::Lapsed,
            State::Confirmed if missed_at(&rules, booking.span, seen, cx.now).is_some() => {
                State::Missed
            }
            _ => return Err(vec![Refusal::new(Class::Conflict, "booking-not-due")]),
        };
        Ok((booking, it, state))
    }

    fn save(
        &self,
        (booking, it, state): Self::Plan,
        cx: &mut Cx<'_, '_>,
    ) -> Result<BookingChanged, Stop> {
        let kind = if state == State::Missed { "booking-missed" } else { "booking-lapsed" };
        let next = end(cx, &it, (&booking, state), kind)?;
        Ok(BookingChanged::of(&next, Vec::new()))
    }
}

impl City {
    /// Ends requests and bookings that are over; answers how many.
    pub fn tend_bookings(&self) -> Result<usize, No> {
        let timer = Asker::person(self.row()?.operator);
        let now = self.now();
        let since = now.plus_seconds(-MISSED_DAYS * 86_400);
        let due = self.store().read(|tx| {
            let mut due = store::booking::to_lapse(tx, now, RUN_MAX)?;
            due.extend(missable(tx, (since, now))?);
            Ok(due)
        })?;
        let mut done = 0;
        for (booking, instrument) in due {
            // Another node may have been faster, and a use may have begun.
            if self.perform(&timer, LapseBooking { booking, instrument }).is_ok() {
                done += 1;
            }
        }
        Ok(done)
    }
}

/// Bookings that began without anybody, where some level counts that at all.
fn missable(
    tx: &mut store::Tx<'_>,
    (since, now): (Instant, Instant),
) -> Result<Vec<(BookingId, InstrumentId)>, store::StoreError> {
    let mut found = Vec::new();
    let layers = store::booking_rule::all_layers(tx)?;
    if !layers.iter().any(|(.., layer)| layer.missed_after_minutes.is_some()) {
        return Ok(found);
    }
    let mut known: BTreeMap<InstrumentId, Rules> = BTreeMap::new();
    for (id, instrument, span) in store::booking::to_miss(tx, (since, now), LOOKED_AT_MAX)? {
        let rules = match known.entry(instrument) {
            Entry::Occupied(rules) => rules.into_mut(),
            Entry::Vacant(place) => {
                let Some(it) = store::instrument::find(tx, instrument)? else { continue };
                place.insert(rules_of(tx, &it)?.0)
            }
        };
        let nobody = Attendance { is_used: false, is_down: false, is_of_staff: false };
        if missed_at(rules, span, nobody, now).is_some() {
            found.push((id, instrument));
        }
    }
    Ok(found)
}
