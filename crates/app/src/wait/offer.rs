//! Taking what is offered: judged once more by the same engine, and booked in the place of the offer.

use super::{WishChanged, freed, keep, not_due, over, own, stale, told};
use crate::account::sign_in_required;
use crate::act::{Act, Cx, No, Stop};
use crate::asker::{Who, resolve};
use crate::booking::make::{made, taken_away, text_faults};
use crate::booking::scene::{For, Scene, Wanted, counted_names, rules_of};
use crate::booking::{BookAsk, BookingChanged, refusals};
use crate::city::City;
use crate::instrument;
use access::{Act as A, Actor, Thing};
use base::{Refusal, WishId};
use calendar::seats::Taken;
use instruments::Instrument;
use instruments::accessory::{Lent, gathered};
use instruments::booking::Booking;
use instruments::policy::{Verdict, judge};
use instruments::problem::Problem;
use instruments::wait::{State, Wish};
use store::Hold;
use store::booking::Holder;

/// The names that a booking of an offer holds, found out before its transaction.
fn held(city: &City, id: WishId) -> Result<Vec<Hold>, No> {
    let now = city.now();
    let found = city.store().read(|tx| {
        let Some(wish) = store::wait::find(tx, id)? else { return Ok(Vec::new()) };
        let Some(offer) = wish.offer else { return Ok(Vec::new()) };
        let Some(it) = store::instrument::find(tx, offer.instrument)? else {
            return Ok(Vec::new());
        };
        let (rules, _) = rules_of(tx, &it)?;
        let mut names = vec![offer.instrument.to_string()];
        let named = (wish.person, wish.organisation, "");
        if let Ok(named) = For::load(tx, named, &Actor::anonymous(), now)? {
            names.extend(counted_names(&it, &rules, &named));
        }
        Ok(names)
    })?;
    Ok(found.iter().map(Hold::on).collect())
}

/// An offer with what its booking is judged by.
pub struct Offered {
    wish: Wish,
    it: Instrument,
    scene: Option<Result<Scene, Refusal>>,
}

/// The scene of a wish's offer for an actor who is its person; none where there is no offer.
fn load(
    cx: &mut Cx<'_, '_>,
    wish: Wish,
    actor: &Actor,
    accessories: &[Lent],
) -> Result<Offered, Stop> {
    let it = super::about(cx, &wish)?;
    let scene = match wish.offer.filter(|_| wish.state == State::Offered) {
        None => None,
        Some(offer) => {
            let named = For::load(cx.tx, (wish.person, wish.organisation, ""), actor, cx.now)?;
            Some(match named {
                Err(refusal) => Err(refusal),
                Ok(named) => {
                    let offered = Some(wish.id);
                    let new = Wanted::new(actor, offer.span);
                    let wanted = Wanted { offer: offered, accessories, ..new };
                    Ok(Scene::load(cx.tx, it.clone(), named, &wanted, cx.now)?)
                }
            })
        }
    };
    Ok(Offered { wish, it, scene })
}

/// What a taken offer is kept as.
type Taking = (Wish, Instrument, Booking, Vec<Taken>, Vec<Problem>);

/// The booking of an offer, as the judgement allows it.
fn taking(
    (wish, it, scene): (Wish, Instrument, &Scene),
    ask: &BookAsk,
    verdict: Verdict,
    cx: &Cx<'_, '_>,
) -> Result<Taking, Vec<Refusal>> {
    let mut booking = made(scene, ask, &verdict, cx)?;
    booking.booked_by = wish.person;
    let pieces = scene.place(booking.span).map_err(|_| vec![taken_away()])?;
    Ok((wish.next(State::Served), it, booking, pieces, verdict.warnings))
}

fn book(
    cx: &mut Cx<'_, '_>,
    (wish, it, booking, pieces, warnings): Taking,
) -> Result<BookingChanged, Stop> {
    keep(cx, &wish)?;
    store::booking::free(cx.tx, Holder::Wish(wish.id))?;
    store::booking::add(cx.tx, &booking, &pieces)?;
    told(cx, &it, &wish, "wait-served");
    crate::booking::told(cx, &it, &booking, "booking-made");
    Ok(BookingChanged::of(&booking, warnings))
}

/// Books what is offered.
#[derive(serde::Serialize)]
pub struct TakeOffer {
    pub wish: WishId,
    pub version: u64,
    pub purpose: String,
    pub project: String,
    /// What shall be lent with it.
    pub accessories: Vec<Lent>,
    #[serde(skip)]
    holds: Vec<Hold>,
}

impl TakeOffer {
    /// The version that was seen.
    pub fn new(wish: WishId, version: u64) -> Self {
        let (purpose, project, holds) = (String::new(), String::new(), Vec::new());
        Self { wish, version, purpose, project, accessories: Vec::new(), holds }
    }
}

impl Act for TakeOffer {
    const ACT: A = A::KeepWishes;
    type Facts = Offered;
    type Plan = Taking;
    type Outcome = BookingChanged;

    fn prepare(&mut self, city: &City) -> Result<(), No> {
        self.holds = held(city, self.wish)?;
        Ok(())
    }

    fn holds(&self) -> Vec<Hold> {
        self.holds.clone()
    }

    fn read_committed(&self) -> bool {
        true
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Offered, Stop> {
        let person = cx.actor.person.ok_or_else(sign_in_required)?;
        let wish = own(cx, self.wish, person)?;
        let actor = cx.actor.clone();
        load(cx, wish, &actor, &gathered(&self.accessories)?)
    }

    fn thing(&self, facts: &Offered) -> Thing {
        Thing::own(facts.wish.person)
    }

    fn decide(&self, facts: Offered, cx: &Cx<'_, '_>) -> Result<Taking, Vec<Refusal>> {
        let Offered { wish, it, scene } = facts;
        if let Some(refusal) = over(&wish, cx.now) {
            return Err(vec![refusal]);
        }
        if wish.version != self.version {
            return Err(vec![stale()]);
        }
        let thing = instrument::thing_of(&it, &cx.actor);
        crate::act::may(&cx.actor, A::BookTime, &thing).map_err(|refusal| vec![refusal])?;
        let mut no = text_faults(&self.purpose, &self.project, (false, ""));
        let (Some(scene), Some(offer)) = (scene, wish.offer) else { return Err(vec![not_due()]) };
        let scene = scene.map_err(|refusal| vec![refusal])?;
        let mut ask = BookAsk::new(it.id, offer.span.start(), offer.span.end());
        (ask.purpose, ask.project) = (self.purpose.clone(), self.project.clone());
        let verdict = judge(&scene.facts(), &ask.ask(), cx.now);
        no.extend(refusals(&verdict.problems));
        if no.is_empty() { taking((wish, it, &scene), &ask, verdict, cx) } else { Err(no) }
    }

    fn save(&self, taking: Taking, cx: &mut Cx<'_, '_>) -> Result<BookingChanged, Stop> {
        book(cx, taking)
    }
}

/// Books an offer for somebody who wants no question; or passes them over where a rule stands against
/// it meanwhile.
#[derive(serde::Serialize)]
pub struct BookWish {
    pub wish: WishId,
    #[serde(skip)]
    holds: Vec<Hold>,
}

impl BookWish {
    /// The wish.
    pub fn new(wish: WishId) -> Self {
        Self { wish, holds: Vec::new() }
    }
}

/// What becomes of such an offer.
pub enum Fate {
    Books(Box<Taking>),
    /// It waits on, is told why, and the next is asked.
    Passes(Box<(Wish, Instrument)>),
}

impl Act for BookWish {
    const ACT: A = A::TendBookings;
    type Facts = Offered;
    type Plan = Fate;
    type Outcome = WishChanged;

    fn prepare(&mut self, city: &City) -> Result<(), No> {
        self.holds = held(city, self.wish)?;
        Ok(())
    }

    fn holds(&self) -> Vec<Hold> {
        self.holds.clone()
    }

    fn read_committed(&self) -> bool {
        true
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Offered, Stop> {
        let wish = store::wait::find(cx.tx, self.wish)?.ok_or_else(not_due)?;
        let policy = cx.city.settings().second_factor;
        let actor = resolve(cx.tx, Who::Person(wish.person), cx.now, policy)?;
        load(cx, wish, &actor, &[])
    }

    fn thing(&self, _: &Offered) -> Thing {
        Thing::open()
    }

    fn decide(&self, facts: Offered, cx: &Cx<'_, '_>) -> Result<Fate, Vec<Refusal>> {
        let Offered { wish, it, scene } = facts;
        if !wish.is_at_once || over(&wish, cx.now).is_some() {
            return Err(vec![not_due()]);
        }
        let (Some(Ok(scene)), Some(offer)) = (scene, wish.offer) else {
            return Err(vec![not_due()]);
        };
        let ask = BookAsk::new(it.id, offer.span.start(), offer.span.end());
        let verdict = judge(&scene.facts(), &ask.ask(), cx.now);
        if verdict.is_fine() {
            return Ok(Fate::Books(Box::new(taking((wish, it, &scene), &ask, verdict, cx)?)));
        }
        Ok(Fate::Passes(Box::new((Wish { told: verdict.problems, ..wish }, it))))
    }

    fn save(&self, fate: Fate, cx: &mut Cx<'_, '_>) -> Result<WishChanged, Stop> {
        match fate {
            Fate::Books(taking) => {
                let done = WishChanged::of(&taking.0);
                book(cx, *taking)?;
                Ok(done)
            }
            Fate::Passes(passed) => {
                let (wish, it) = *passed;
                let next = wish.next(State::Waiting);
                keep(cx, &next)?;
                store::booking::free(cx.tx, Holder::Wish(wish.id))?;
                if let Some(offer) = wish.offer {
                    freed(cx, offer.instrument, offer.span, true)?;
                }
                told(cx, &it, &next, "wait-passed-over");
                Ok(WishChanged::of(&next))
            }
        }
    }
}
