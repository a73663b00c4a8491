//! Joining the wait list, leaving it, and saying no to what is offered.

use super::{WishChanged, about, freed, keep, over, own, stale, told};
use crate::account::sign_in_required;
use crate::act::{Act, Cx, No, Stop};
use crate::booking::scene::For;
use crate::city::City;
use crate::instrument;
use access::{Act as A, Thing};
use base::{Instant, InstrumentId, OrganisationId, PersonId, Refusal, WishId};
use instruments::Instrument;
use instruments::wait::{EXTERNAL, INTERNAL, Join, State, Wish, join};
use store::Hold;
use store::booking::Holder;

/// Waits for time of one of several instruments.
#[derive(Clone, Debug, serde::Serialize)]
pub struct JoinWaitList {
    /// Any one of these.
    pub instruments: Vec<InstrumentId>,
    /// For which organisation of the asker.
    pub organisation: Option<OrganisationId>,
    /// The whole of the time lies between these.
    pub earliest: Instant,
    pub latest: Instant,
    pub minutes: u32,
    /// Whether it is booked without being asked about again.
    pub is_at_once: bool,
}

/// What joining is decided from.
pub struct Joining {
    person: PersonId,
    named: Result<For, Refusal>,
    /// The instruments, and whether the asker may book each.
    instruments: Vec<(Instrument, bool)>,
    n_live: usize,
}

impl Act for JoinWaitList {
    const ACT: A = A::KeepWishes;
    type Facts = Joining;
    type Plan = (Wish, Vec<Instrument>);
    type Outcome = WishChanged;

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Joining, Stop> {
        let person = cx.actor.person.ok_or_else(sign_in_required)?;
        let mut found: Vec<(Instrument, bool)> = Vec::new();
        for id in self.instruments.iter().take(instruments::wait::INSTRUMENTS_MAX) {
            if found.iter().any(|(it, _)| it.id == *id) {
                continue;
            }
            let it = instrument::find(cx, *id)?;
            let thing = instrument::thing_of(&it, &cx.actor);
            crate::act::may(&cx.actor, A::LookAtInstrument, &thing)
                .map_err(|_| Refusal::not_found())?;
            let may = it.takes_bookings() && crate::act::offers(&cx.actor, A::BookTime, &thing);
            found.push((it, may));
        }
        let named = For::load(cx.tx, (person, self.organisation, ""), &cx.actor, cx.now)?;
        let n_live = store::wait::n_live(cx.tx, person)?;
        Ok(Joining { person, named, instruments: found, n_live })
    }

    fn thing(&self, facts: &Joining) -> Thing {
        Thing::own(facts.person)
    }

    fn decide(&self, facts: Joining, cx: &Cx<'_, '_>) -> Result<Self::Plan, Vec<Refusal>> {
        let ask = Join {
            instruments: self.instruments.clone(),
            earliest: self.earliest,
            latest: self.latest,
            minutes: self.minutes,
        };
        let mut no = Vec::new();
        let within = join(&ask, facts.n_live, cx.now).map_err(|all| no.extend(all)).ok();
        if facts.instruments.iter().any(|(_, may)| !may) {
            no.push(Refusal::new(base::Class::Refused, "booking-no-bookings").on("instruments"));
        }
        let named = facts.named.map_err(|refusal| no.push(refusal)).ok();
        let (Some(within), Some(named)) = (within, named) else { return Err(no) };
        if !no.is_empty() {
            return Err(no);
        }
        let is_internal = facts.instruments.iter().all(|(it, _)| named.is_internal(it.owner));
        let wish = Wish {
            id: cx.city.with_chance(|chance| WishId::new(cx.now, chance)),
            person: facts.person,
            organisation: named.organisation,
            priority: if is_internal { INTERNAL } else { EXTERNAL },
            joined: cx.now,
            instruments: facts.instruments.iter().map(|(it, _)| it.id).collect(),
            within,
            minutes: self.minutes,
            is_at_once: self.is_at_once,
            state: State::Waiting,
            told: Vec::new(),
            offer: None,
            version: 1,
        };
        Ok((wish, facts.instruments.into_iter().map(|(it, _)| it).collect()))
    }

    fn save(&self, (wish, all): Self::Plan, cx: &mut Cx<'_, '_>) -> Result<WishChanged, Stop> {
        store::wait::add(cx.tx, &wish)?;
        // What is free already is offered as if it had become free now; nobody else is told of it.
        for it in &all {
            freed(cx, it.id, wish.within, false)?;
        }
        told(cx, &all[0], &wish, "wait-joined");
        Ok(WishChanged::of(&wish))
    }
}

/// The instrument whose time a wish holds, found out before a transaction.
pub(super) fn held(city: &City, id: WishId) -> Result<Vec<Hold>, No> {
    let wish = city.store().read(|tx| store::wait::find(tx, id))?;
    let offer = wish.and_then(|wish| wish.offer);
    Ok(offer.iter().map(|offer| Hold::on(offer.instrument)).collect())
}

/// A wish of the asker's own, in the version that was seen.
#[derive(serde::Serialize)]
struct Own {
    wish: WishId,
    version: u64,
    /// The instrument whose time it holds, found out before the transaction.
    #[serde(skip)]
    holds: Vec<Hold>,
}

impl Own {
    fn new(wish: WishId, version: u64) -> Self {
        Self { wish, version, holds: Vec::new() }
    }

    fn prepare(&mut self, city: &City) -> Result<(), No> {
        self.holds = held(city, self.wish)?;
        Ok(())
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<(Wish, Instrument), Stop> {
        let person = cx.actor.person.ok_or_else(sign_in_required)?;
        let wish = own(cx, self.wish, person)?;
        let it = about(cx, &wish)?;
        Ok((wish, it))
    }
}

/// Gives a wish up, with what is offered for it.
#[derive(serde::Serialize)]
pub struct LeaveWaitList(Own);

impl LeaveWaitList {
    /// The version that was seen.
    pub fn new(wish: WishId, version: u64) -> Self {
        Self(Own::new(wish, version))
    }
}

impl Act for LeaveWaitList {
    const ACT: A = A::KeepWishes;
    type Facts = (Wish, Instrument);
    type Plan = (Wish, Instrument);
    type Outcome = WishChanged;

    fn prepare(&mut self, city: &City) -> Result<(), No> {
        self.0.prepare(city)
    }

    fn holds(&self) -> Vec<Hold> {
        self.0.holds.clone()
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Self::Facts, Stop> {
        self.0.load(cx)
    }

    fn thing(&self, (wish, _): &Self::Facts) -> Thing {
        Thing::own(wish.person)
    }

    fn decide(&self, (wish, it): Self::Facts, _: &Cx<'_, '_>) -> Result<Self::Plan, Vec<Refusal>> {
        if wish.version != self.0.version {
            return Err(vec![stale()]);
        }
        if !wish.state.is_live() {
            return Err(vec![Refusal::new(base::Class::Conflict, "wait-over")]);
        }
        Ok((wish, it))
    }

    fn save(&self, (wish, it): Self::Plan, cx: &mut Cx<'_, '_>) -> Result<WishChanged, Stop> {
        let next = wish.next(State::Left);
        keep(cx, &next)?;
        give_back(cx, &wish)?;
        told(cx, &it, &next, "wait-left");
        Ok(WishChanged::of(&next))
    }
}

/// The time of an offer is free again, and the next is asked.
pub(super) fn give_back(cx: &mut Cx<'_, '_>, wish: &Wish) -> Result<(), Stop> {
    store::booking::free(cx.tx, Holder::Wish(wish.id))?;
    match wish.offer.filter(|_| wish.state == State::Offered) {
        Some(offer) => freed(cx, offer.instrument, offer.span, true),
        None => Ok(()),
    }
}

/// Says no to what is offered: the wish goes on waiting for other time, and the next is asked.
#[derive(serde::Serialize)]
pub struct DeclineOffer(Own);

impl DeclineOffer {
    /// The version that was seen.
    pub fn new(wish: WishId, version: u64) -> Self {
        Self(Own::new(wish, version))
    }
}

impl Act for DeclineOffer {
    const ACT: A = A::KeepWishes;
    type Facts = (Wish, Instrument);
    type Plan = (Wish, Instrument);
    type Outcome = WishChanged;

    fn prepare(&mut self, city: &City) -> Result<(), No> {
        self.0.prepare(city)
    }

    fn holds(&self) -> Vec<Hold> {
        self.0.holds.clone()
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Self::Facts, Stop> {
        self.0.load(cx)
    }

    fn thing(&self, (wish, _): &Self::Facts) -> Thing {
        Thing::own(wish.person)
    }

    fn decide(&self, (wish, it): Self::Facts, cx: &Cx<'_, '_>) -> Result<Self::Plan, Vec<Refusal>> {
        if let Some(refusal) = over(&wish, cx.now) {
            return Err(vec![refusal]);
        }
        match wish.version == self.0.version {
            true => Ok((wish, it)),
            false => Err(vec![stale()]),
        }
    }

    fn save(&self, (wish, it): Self::Plan, cx: &mut Cx<'_, '_>) -> Result<WishChanged, Stop> {
        let next = wish.next(State::Waiting);
        keep(cx, &next)?;
        give_back(cx, &wish)?;
        told(cx, &it, &next, "wait-declined");
        Ok(WishChanged::of(&next))
    }
}
