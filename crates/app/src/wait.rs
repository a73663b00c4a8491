//! Waiting for time of instruments: wishes, what becomes free, offers that pass on, and who hears of it.
//!
//! Invariants: whatever frees time notes it in its own commit ([`freed`]); the timer deals with a note in
//! one act under a hold on the instrument, so that nothing is offered twice or forgotten; offered time is
//! taken time until the offer is answered or lapses.

mod join;
mod offer;
mod reading;
mod serve;
mod tend;
mod watch;

pub use join::{DeclineOffer, JoinWaitList, LeaveWaitList};
pub use offer::{BookWish, TakeOffer};
pub use reading::{Watch, WishView};
pub use serve::ServeFreed;
pub use tend::{EndWish, WaitsTended};
pub use watch::{UnwatchInstrument, WatchInstrument};

use crate::act::{About, Cx, Stop};
use base::{Class, FreedId, Instant, InstrumentId, PersonId, Refusal, Span, WishId};
use instruments::Instrument;
use instruments::booking::Booking;
use instruments::wait::{DISPLACED, State, Wish, first_right_within};
use store::wait::Freed;

/// What a change of a wish tells its caller.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct WishChanged {
    pub wish: WishId,
    pub state: String,
    pub version: u64,
}

impl WishChanged {
    fn of(it: &Wish) -> Self {
        Self { wish: it.id, state: it.state.code().to_owned(), version: it.version }
    }
}

/// Notes that time of an instrument became free: whoever waits is asked, and then the watchers told.
pub(crate) fn freed(
    cx: &mut Cx<'_, '_>,
    instrument: InstrumentId,
    span: Span,
    is_told: bool,
) -> Result<(), Stop> {
    let Some(span) = Span::new(span.start().max(cx.now), span.end()) else { return Ok(()) };
    let id = cx.city.with_chance(|chance| FreedId::new(cx.now, chance)).to_string();
    Ok(store::wait::add_freed(cx.tx, &Freed { id, instrument, span, is_told }, cx.now)?)
}

/// Notes the parts of a time that became free when it was changed for another.
pub(crate) fn freed_of(
    cx: &mut Cx<'_, '_>,
    instrument: InstrumentId,
    (old, new): (Span, Span),
) -> Result<(), Stop> {
    let (old, new): (calendar::Spans, calendar::Spans) =
        ([old].into_iter().collect(), [new].into_iter().collect());
    for span in old.without(&new).as_slice() {
        freed(cx, instrument, *span, true)?;
    }
    Ok(())
}

/// Gives somebody whose booking an outage took the first right to other time of the same length.
pub(crate) fn first_right(
    cx: &mut Cx<'_, '_>,
    it: &Instrument,
    booking: &Booking,
) -> Result<(), Stop> {
    let Some((within, until)) = first_right_within(booking.span, cx.now) else { return Ok(()) };
    let wish = Wish {
        id: cx.city.with_chance(|chance| WishId::new(cx.now, chance)),
        person: booking.person,
        organisation: booking.organisation,
        priority: DISPLACED,
        joined: cx.now,
        instruments: vec![it.id],
        within,
        minutes: u32::try_from(calendar::zone::minutes(booking.span)).unwrap_or(u32::MAX),
        is_at_once: false,
        state: State::Waiting,
        told: Vec::new(),
        offer: None,
        version: 1,
    };
    store::wait::add(cx.tx, &wish)?;
    store::wait::add_right(cx.tx, wish.id, booking.id, until)?;
    freed(cx, it.id, within, false)?;
    told(cx, it, &wish, "wait-joined");
    Ok(())
}

/// Records what happened to a wish; one that names several instruments is told under the one it is
/// about.
fn told(cx: &mut Cx<'_, '_>, it: &Instrument, wish: &Wish, kind: &str) {
    let about = About {
        thing: wish.id.to_string(),
        version: wish.version,
        owner: Some(it.owner),
        label: &it.label,
        state: wish.state.code(),
    };
    let mut body = serde_json::json!({ "instrument": it.id, "person": wish.person });
    if let Some(offer) = wish.offer {
        body["starts_at"] = serde_json::json!(offer.span.start());
        body["ends_at"] = serde_json::json!(offer.span.end());
        body["until"] = serde_json::json!(offer.until);
    }
    if !wish.told.is_empty() && kind == "wait-passed-over" {
        let codes = wish.told.iter().map(|problem| problem.code.code());
        body["codes"] = serde_json::json!(codes.collect::<Vec<_>>());
    }
    cx.event(kind, about, body);
}

/// Writes the next version of a wish; refused where it moved on meanwhile.
fn keep(cx: &mut Cx<'_, '_>, wish: &Wish) -> Result<(), Stop> {
    match store::wait::change(cx.tx, wish)? {
        true => Ok(()),
        false => Err(stale().into()),
    }
}

fn stale() -> Refusal {
    Refusal::new(Class::Conflict, "version-conflict")
}

fn not_due() -> Refusal {
    Refusal::new(Class::Conflict, "wait-not-due")
}

/// A wish of this person; somebody else's is not there.
fn own(cx: &mut Cx<'_, '_>, id: WishId, person: PersonId) -> Result<Wish, Stop> {
    let found = store::wait::find(cx.tx, id)?.filter(|wish| wish.person == person);
    Ok(found.ok_or_else(Refusal::not_found)?)
}

/// The instrument that a wish is about now: the one of its offer, or the first that it names.
fn about(cx: &mut Cx<'_, '_>, wish: &Wish) -> Result<Instrument, Stop> {
    let id = wish.offer.map(|offer| offer.instrument).or(wish.instruments.first().copied());
    crate::instrument::find(cx, id.ok_or_else(Refusal::not_found)?)
}

/// Why an offer cannot be answered any more, if it cannot.
fn over(wish: &Wish, now: Instant) -> Option<Refusal> {
    let until = wish.offer.map(|offer| offer.until);
    match (wish.state, until) {
        (State::Offered, Some(until)) if instruments::wait::is_live(until, now) => None,
        (State::Offered | State::Expired, Some(until)) => Some(
            Refusal::new(Class::Conflict, "wait-offer-over").with("until", base::Value::At(until)),
        ),
        _ => Some(Refusal::new(Class::Conflict, "wait-no-offer")),
    }
}
