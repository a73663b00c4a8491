//! A booking and the use that follows it: begun by it, finished with it.

use super::change::keep;
use super::told;
use crate::act::{Cx, Stop};
use base::{Instant, PersonId, Span};
use calendar::zone::plus_minutes;
use instruments::Instrument;
use instruments::booking::{Booking, State, kept};
use instruments::rules::Rules;
use store::booking::Holder;
use store::tie::End;

/// Days ahead in which the next booking of somebody at the door is looked for.
const AHEAD_DAYS: i64 = 7;

/// The bookings of a person on an instrument that are not over, in order.
pub(crate) fn coming(
    tx: &mut store::Tx<'_>,
    (it, person): (&Instrument, PersonId),
    now: Instant,
) -> Result<Vec<Booking>, store::StoreError> {
    let until = now.plus_seconds(AHEAD_DAYS * 86_400);
    store::tie::coming(tx, (person, it.id), (now, until))
}

/// The use of a booking begins.
pub(crate) fn begin(cx: &mut Cx<'_, '_>, it: &Instrument, booking: &Booking) -> Result<(), Stop> {
    if booking.state == State::InUse {
        return Ok(());
    }
    let next = Booking { state: State::InUse, ..booking.next_version(cx.now) };
    keep(cx, booking.version, &next)?;
    told(cx, it, &next, "booking-begun");
    Ok(())
}

/// The use of a booking ends: what is left of its time is free, and how it kept to it is noted.
pub(crate) fn finish(
    cx: &mut Cx<'_, '_>,
    (it, rules): (&Instrument, &Rules),
    booking: &Booking,
    (first, last): (Instant, Instant),
) -> Result<(), Stop> {
    if booking.state != State::InUse {
        return Ok(());
    }
    let next = Booking { state: State::Finished, ..booking.next_version(cx.now) };
    keep(cx, booking.version, &next)?;
    // Whole minutes are what others book, and what is charged; cleaning follows what was really used.
    let minute = 60_000_000;
    let over = Instant::from_micros(last.micros().div_euclid(minute) * minute);
    let over = plus_minutes(over, i64::from(booking.cleanup_minutes));
    store::booking::shorten(cx.tx, it.id, Holder::Booking(booking.id), over)?;
    if let Some(rest) = Span::new(over, booking.span.end()) {
        crate::wait::freed(cx, it.id, rest, true)?;
    }
    let end = End {
        booking: booking.id,
        instrument: it.id,
        span: booking.span,
        kept: Some(kept(rules, booking.span, first, last)),
        fee: None,
        resold_minutes: 0,
        settled_at: cx.now,
    };
    store::tie::set_end(cx.tx, &end)?;
    told(cx, it, &next, "booking-finished");
    Ok(())
}
