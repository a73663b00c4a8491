//! Who gets what became free: judged in their order, under a hold on the instrument.

use super::{keep, not_due, told};
use crate::act::{About, Act, Cx, Stop};
use crate::asker::{Who, resolve};
use crate::booking::scene::{For, Scene, Wanted, seats_of};
use crate::instrument;
use access::{Act as A, Thing};
use base::{Instant, InstrumentId, Refusal, Span};
use calendar::seats::Taken;
use calendar::{Spans, zone};
use instruments::Instrument;
use instruments::problem::{Code, Problem};
use instruments::wait::{Offer, Skipped, State, Wish, fit, free_parts, offered_until, serve};
use store::Hold;
use store::booking::Holder;
use store::wait::Freed;

/// People who wait that are looked at for one time.
const CANDIDATES_MAX: usize = 200;
/// Offers that one act makes; what is left of the time is looked at again.
const OFFERS_MAX: usize = 10;

/// Offers time that became free to whoever comes first.
#[derive(serde::Serialize)]
pub struct ServeFreed {
    pub freed: String,
    pub instrument: InstrumentId,
}

/// Who is offered what, and who was passed over.
pub struct Serving {
    freed: Freed,
    it: Instrument,
    offered: Vec<Holding>,
    skipped: Vec<Wish>,
    /// What nobody who waits was offered.
    left: Spans,
    is_watched: bool,
}

impl Act for ServeFreed {
    const ACT: A = A::TendBookings;
    type Facts = Serving;
    type Plan = Serving;
    type Outcome = u64;

    fn holds(&self) -> Vec<Hold> {
        vec![Hold::on(self.instrument)]
    }

    fn read_committed(&self) -> bool {
        true
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Serving, Stop> {
        let freed = store::wait::freed_one(cx.tx, &self.freed)?.ok_or_else(not_due)?;
        let it = instrument::find(cx, self.instrument)?;
        let (mut offered, mut skipped) = (Vec::new(), Vec::new());
        let mut left = Spans::default();
        if let Some(span) = Span::new(freed.span.start().max(cx.now), freed.span.end()) {
            (offered, skipped) = ask(cx, &it, span)?;
            left = rest(cx, &it, span, &offered)?;
        }
        let is_watched = !store::wait::watchers(cx.tx, it.id, 1)?.is_empty();
        Ok(Serving { freed, it, offered, skipped, left, is_watched })
    }

    fn thing(&self, _: &Serving) -> Thing {
        Thing::open()
    }

    fn decide(&self, serving: Serving, _: &Cx<'_, '_>) -> Result<Serving, Vec<Refusal>> {
        Ok(serving)
    }

    fn save(&self, serving: Serving, cx: &mut Cx<'_, '_>) -> Result<u64, Stop> {
        let Serving { freed, it, offered, skipped, left, is_watched } = serving;
        for (wish, pieces) in &offered {
            keep(cx, wish)?;
            store::booking::take(cx.tx, it.id, Holder::Wish(wish.id), pieces)?;
            told(cx, &it, wish, "wait-offered");
        }
        for wish in &skipped {
            keep(cx, wish)?;
            told(cx, &it, wish, "wait-passed-over");
        }
        if offered.len() < OFFERS_MAX {
            store::wait::drop_freed(cx.tx, &freed.id)?;
            if freed.is_told && is_watched && !left.is_empty() {
                tell_free(cx, &it, &left);
            }
        }
        Ok(offered.len() as u64)
    }
}

/// A wish with the time that is held for it.
type Holding = (Wish, Vec<Taken>);

/// Asks everybody who waits in their order, until nobody is left or the time is.
fn ask(
    cx: &mut Cx<'_, '_>,
    it: &Instrument,
    span: Span,
) -> Result<(Vec<Holding>, Vec<Wish>), Stop> {
    let mut waiting = store::wait::for_time(cx.tx, it.id, span, CANDIDATES_MAX)?;
    let (mut offered, mut skipped): (Vec<Holding>, Vec<Wish>) = (Vec::new(), Vec::new());
    while offered.len() < OFFERS_MAX && !waiting.is_empty() {
        let held: Vec<Taken> = offered.iter().flat_map(|(_, own)| own.iter().copied()).collect();
        let (mut fault, mut pieces, mut minutes) = (None, Vec::new(), 0);
        let served = serve(it.id, span, &waiting, |wish, room| {
            if fault.is_some() {
                return Err(Vec::new());
            }
            match judged(cx, it, wish, (room, span), &held) {
                Ok(Ok((span, own, offer_minutes))) => {
                    (pieces, minutes) = (own, offer_minutes);
                    Ok(span)
                }
                Ok(Err(problems)) => Err(problems),
                Err(stop) => {
                    fault = Some(stop);
                    Err(Vec::new())
                }
            }
        });
        if let Some(stop) = fault {
            return Err(stop);
        }
        for Skipped { wish, problems } in served.skipped {
            let Some(at) = waiting.iter().position(|own| own.id == wish) else { continue };
            let wish = waiting.remove(at);
            let codes = |all: &[Problem]| all.iter().map(|one| one.code).collect::<Vec<Code>>();
            if codes(&wish.told) != codes(&problems) {
                skipped.push(Wish { told: problems, ..wish.next(State::Waiting) });
            }
        }
        let Some((winner, span, _)) = served.winner else { break };
        let at = waiting.iter().position(|own| own.id == winner).expect("it waited");
        let wish = waiting.remove(at);
        let until = until(cx, &wish, minutes, span.start())?;
        let offer = Some(Offer { instrument: it.id, span, until });
        offered.push((Wish { offer, told: Vec::new(), ..wish.next(State::Offered) }, pieces));
    }
    Ok((offered, skipped))
}

/// Until when an offer stands: the first right of a displaced booking lasts longer.
fn until(cx: &mut Cx<'_, '_>, wish: &Wish, minutes: u32, start: Instant) -> Result<Instant, Stop> {
    let plain = offered_until(minutes, start, cx.now);
    let right = store::wait::right(cx.tx, wish.id)?;
    Ok(right.map_or(plain, |(_, until)| until.max(plain).min(start)))
}

type Judged = Result<(Span, Vec<Taken>, u32), Vec<Problem>>;

/// Whether the rules allow a wish some time in a room, as they stand for its person now.
fn judged(
    cx: &mut Cx<'_, '_>,
    it: &Instrument,
    wish: &Wish,
    (room, freed): (Span, Span),
    held: &[Taken],
) -> Result<Judged, Stop> {
    let policy = cx.city.settings().second_factor;
    let actor = resolve(cx.tx, Who::Person(wish.person), cx.now, policy)?;
    let not_allowed = || Ok(Err(vec![Problem::new(Code::NotAllowed)]));
    let thing = instrument::thing_of(it, &actor);
    if !crate::act::offers(&actor, A::BookTime, &thing) {
        return not_allowed();
    }
    let named = (wish.person, wish.organisation, "");
    let Ok(named) = For::load(cx.tx, named, &actor, cx.now)? else { return not_allowed() };
    let span = likely(wish, room, freed);
    let wanted = Wanted { reach: room, ..Wanted::new(&actor, span) };
    let mut scene = Scene::load(cx.tx, it.clone(), named, &wanted, cx.now)?;
    scene.hold(held);
    let span = match fit(&scene.facts(), wish.minutes, room, cx.now) {
        Ok(span) => span,
        Err(problems) => return Ok(Err(problems)),
    };
    Ok(match scene.place(span) {
        Ok(pieces) => Ok((span, pieces, scene.rules.offer_minutes.value)),
        Err(_) => Err(Vec::new()),
    })
}

/// Where a wish would most likely lie: what counts over days is loaded around it.
fn likely(wish: &Wish, room: Span, freed: Span) -> Span {
    let long = i64::from(wish.minutes);
    let latest = zone::plus_minutes(room.end(), -long);
    let start = room.start().max(freed.start()).min(latest);
    Span::new(start, zone::plus_minutes(start, long)).unwrap_or(room)
}

/// What stays free of a time when these offers are made.
fn rest(
    cx: &mut Cx<'_, '_>,
    it: &Instrument,
    span: Span,
    offered: &[Holding],
) -> Result<Spans, Stop> {
    let mut taken: Vec<Span> =
        store::booking::taken(cx.tx, it.id, span, None)?.iter().map(|one| one.span).collect();
    taken.extend(offered.iter().flat_map(|(_, own)| own.iter().map(|one| one.span)));
    let downs = store::booking_rule::outages(cx.tx, it.id, span)?;
    let downs: Spans = downs.iter().map(|outage| outage.span).collect();
    Ok(free_parts(span, &taken, seats_of(it)).without(&downs))
}

/// Records that time is free and nobody who waits wanted it: those who watch are told by letter.
fn tell_free(cx: &mut Cx<'_, '_>, it: &Instrument, left: &Spans) {
    let about = About {
        thing: it.id.to_string(),
        version: it.version,
        owner: Some(it.owner),
        label: &it.label,
        state: it.state().word(),
    };
    let spans = left.as_slice().iter();
    let spans: Vec<_> = spans
        .map(|span| serde_json::json!({ "starts_at": span.start(), "ends_at": span.end() }))
        .collect();
    cx.event("time-freed", about, serde_json::json!({ "spans": spans }));
}
