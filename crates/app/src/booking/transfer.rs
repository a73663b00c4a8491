//! Giving a booking to somebody else, who takes it before it begins and whom its rules let.

use super::change::{Found, held, keep, load, stale};
use super::scene::{For, Scene, Wanted, counted_names, rules_of};
use super::{BookingChanged, fund, refusals, told};
use crate::account::sign_in_required;
use crate::act::{Act, Cx, No, Stop};
use crate::city::City;
use crate::instrument;
use crate::ledger::holds_on;
use access::{Act as A, Thing};
use base::{AccountId, BookingId, OrganisationId, PersonId, Refusal};
use instruments::Instrument;
use instruments::approval::{Stage, Step};
use instruments::booking::Booking;
use instruments::transfer::{offer, problems};
use std::collections::BTreeSet;
use store::Hold;

/// Offers a booking to somebody, or takes the offer back.
#[derive(serde::Serialize)]
pub struct OfferBooking {
    pub booking: BookingId,
    pub version: u64,
    /// To whom; nobody takes it back.
    pub to: Option<PersonId>,
    #[serde(skip)]
    holds: Vec<String>,
}

impl OfferBooking {
    /// For the version that was seen.
    pub fn new(booking: BookingId, version: u64, to: Option<PersonId>) -> Self {
        Self { booking, version, to, holds: Vec::new() }
    }
}

impl Act for OfferBooking {
    const ACT: A = A::ChangeBooking;
    type Facts = (Found, bool, bool);
    type Plan = (Booking, Instrument);
    type Outcome = BookingChanged;

    fn prepare(&mut self, city: &City) -> Result<(), No> {
        self.holds = held(city, self.booking)?;
        Ok(())
    }

    fn holds(&self) -> Vec<Hold> {
        self.holds.iter().map(Hold::on).collect()
    }

    fn read_committed(&self) -> bool {
        true
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Self::Facts, Stop> {
        let found = load(cx, self.booking)?;
        let (rules, _) = rules_of(cx.tx, &found.it)?;
        let is_known = match self.to {
            None => true,
            Some(to) => {
                store::person::find(cx.tx, to)?.is_some_and(|person| !person.state.is_shut())
            }
        };
        Ok((found, rules.may_transfer.value, is_known))
    }

    fn thing(&self, (found, ..): &Self::Facts) -> Thing {
        found.thing.clone()
    }

    fn decide(
        &self,
        (found, may_transfer, is_known): Self::Facts,
        cx: &Cx<'_, '_>,
    ) -> Result<Self::Plan, Vec<Refusal>> {
        let Found { booking, it, .. } = found;
        let mut no: Vec<Refusal> = stale(&booking, self.version).into_iter().collect();
        if !is_known {
            no.push(super::scene::unknown("person"));
        }
        if let Some(to) = self.to {
            no.extend(offer(&booking, to, may_transfer, cx.now));
        }
        if !no.is_empty() {
            return Err(no);
        }
        // Nothing that a calendar shows has changed.
        let sequence = booking.sequence;
        Ok((Booking { offered_to: self.to, sequence, ..booking.next_version(cx.now) }, it))
    }

    fn save(&self, (booking, it): Self::Plan, cx: &mut Cx<'_, '_>) -> Result<BookingChanged, Stop> {
        keep(cx, self.version, &booking)?;
        told(cx, &it, &booking, "booking-offered");
        Ok(BookingChanged::of(&booking, Vec::new()))
    }
}

/// Takes a booking that is offered, or says no.
#[derive(serde::Serialize)]
pub struct TakeBooking {
    pub booking: BookingId,
    pub version: u64,
    /// Whether it is taken; else the offer is over.
    pub takes: bool,
    /// For which organisation of the recipient, and what is charged.
    pub organisation: Option<OrganisationId>,
    pub project: String,
    #[serde(skip)]
    holds: Vec<String>,
    /// Of the voucher that was named for it.
    #[serde(skip)]
    accounts: BTreeSet<AccountId>,
}

impl TakeBooking {
    /// For the version that was seen.
    pub fn new(booking: BookingId, version: u64, takes: bool) -> Self {
        let (organisation, project, holds) = (None, String::new(), Vec::new());
        let accounts = BTreeSet::new();
        Self { booking, version, takes, organisation, project, holds, accounts }
    }
}

/// What taking is decided from.
pub struct Taking {
    booking: Booking,
    it: Instrument,
    me: PersonId,
    scene: Result<Scene, Refusal>,
    /// Whether somebody has agreed to it, where a rule asks for that.
    is_agreed: bool,
}

impl Act for TakeBooking {
    const ACT: A = A::KeepWishes;
    type Facts = Taking;
    type Plan = (Booking, Instrument);
    type Outcome = BookingChanged;

    fn prepare(&mut self, city: &City) -> Result<(), No> {
        let mut names = held(city, self.booking)?;
        let now = city.now();
        let (id, organisation, project) = (self.booking, self.organisation, self.project.clone());
        names.extend(city.store().read(|tx| {
            let Some(booking) = store::booking::find(tx, id)? else { return Ok(Vec::new()) };
            let Some(to) = booking.offered_to else { return Ok(Vec::new()) };
            let Some(it) = store::instrument::find(tx, booking.instrument)? else {
                return Ok(Vec::new());
            };
            let (rules, _) = rules_of(tx, &it)?;
            let nobody = access::Actor::anonymous();
            let named = For::load(tx, (to, organisation, &project), &nobody, now)?;
            Ok(named.map(|named| counted_names(&it, &rules, &named)).unwrap_or_default())
        })?);
        self.holds = names;
        self.accounts = city.store().read(|tx| fund::accounts_of(tx, id))?;
        Ok(())
    }

    fn holds(&self) -> Vec<Hold> {
        let mut holds: Vec<Hold> = self.holds.iter().map(Hold::on).collect();
        holds.extend(holds_on(&self.accounts));
        holds
    }

    fn read_committed(&self) -> bool {
        self.accounts.is_empty()
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Taking, Stop> {
        let me = cx.actor.person.ok_or_else(sign_in_required)?;
        let (booking, it) = super::find(cx.tx, self.booking)?;
        if booking.offered_to != Some(me) {
            return Err(Refusal::not_found().into());
        }
        let named = (me, self.organisation, self.project.as_str());
        let scene = match For::load(cx.tx, named, &cx.actor, cx.now)? {
            Ok(named) => {
                let span = booking.span;
                let moved = Some((booking.id, true));
                let accessories = booking.accessories.as_slice();
                let wanted = Wanted { moved, accessories, ..Wanted::new(&cx.actor, span) };
                Ok(Scene::load(cx.tx, it.clone(), named, &wanted, cx.now)?)
            }
            Err(refusal) => Err(refusal),
        };
        let is_agreed = match scene.as_ref().is_ok_and(Scene::asks_agreement) {
            true => store::booking::history(cx.tx, &booking)?.is_agreed,
            false => true,
        };
        Ok(Taking { booking, it, me, scene, is_agreed })
    }

    fn thing(&self, facts: &Taking) -> Thing {
        Thing::own(facts.me)
    }

    fn decide(&self, facts: Taking, cx: &Cx<'_, '_>) -> Result<Self::Plan, Vec<Refusal>> {
        let Taking { booking, it, me, scene, is_agreed } = facts;
        let mut no: Vec<Refusal> = stale(&booking, self.version).into_iter().collect();
        if !self.takes {
            let sequence = booking.sequence;
            let next = Booking { offered_to: None, sequence, ..booking.next_version(cx.now) };
            return if no.is_empty() { Ok((next, it)) } else { Err(no) };
        }
        let thing = instrument::thing_of(&it, &cx.actor);
        crate::act::may(&cx.actor, A::BookTime, &thing).map_err(|refusal| vec![refusal])?;
        let scene = scene.map_err(|refusal| vec![refusal])?;
        no.extend(refusals(&problems(&scene.facts(), &booking, cx.now)));
        if !scene.rules.may_transfer.value {
            no.push(Refusal::new(base::Class::Refused, "booking-no-transfer"));
        }
        let steps = agreed(&booking, (me, scene.beneficiary.organisation));
        let needed = scene.approval((booking.span, !booking.asked.is_empty()), (me, cx.now));
        let had = |stage: &Stage| steps.iter().any(|own| own.step == stage.step);
        // Without chains the owner's people have agreed to what they answered or booked for somebody.
        let is_unasked = needed.waits && needed.stages.is_empty() && !is_agreed;
        if is_unasked || !needed.stages.iter().all(had) {
            no.push(Refusal::new(base::Class::Refused, "booking-transfer-needs-agreement"));
        }
        if !no.is_empty() {
            return Err(no);
        }
        let next = Booking {
            person: me,
            organisation: scene.beneficiary.organisation,
            project: scene.beneficiary.project.clone(),
            is_detached: booking.series.is_some(),
            offered_to: None,
            steps,
            ..booking.next_version(cx.now)
        };
        Ok((next, it))
    }

    fn save(&self, (booking, it): Self::Plan, cx: &mut Cx<'_, '_>) -> Result<BookingChanged, Stop> {
        keep(cx, self.version, &booking)?;
        fund::follow(cx, &it, &booking)?;
        let kind = if self.takes { "booking-transferred" } else { "booking-offer-declined" };
        told(cx, &it, &booking, kind);
        Ok(BookingChanged::of(&booking, Vec::new()))
    }
}

/// The steps that stand when somebody takes a booking: nobody's own answer, and that of a leader only
/// for the organisation it was given for.
fn agreed(
    booking: &Booking,
    (taker, organisation): (PersonId, Option<OrganisationId>),
) -> Vec<Stage> {
    let stands = |stage: &&Stage| {
        let is_led = stage.step != Step::Leader || booking.organisation == organisation;
        is_led && stage.agreed.is_some_and(|(by, _)| by != taker)
    };
    booking.steps.iter().filter(stands).copied().collect()
}
