//! Announcing a lot, changing its terms while nobody can bid, taking it back.

use crate::act::{Act, Cx, No, Stop};
use crate::city::City;
use crate::lot::deposit::{Accounts, release};
use crate::lot::enter::{Via, enter_or_refuse};
use crate::lot::tend::finish;
use crate::lot::trustee::seat_faults;
use crate::lot::{BIDDERS_MAX, LotChanged, find, holders, reserve, thing_of, told, told_revised};
use access::{Act as A, Thing};
use auction::Input;
use base::{Class, ListingId, LotId, Refusal};
use store::Hold;
use trading::listing::Listing;
use trading::lot::{Announce, Deposit, Lot, LotState, Terms, announce};
use trading::technology::Technology;

/// Announces a lot on a listing that is to be auctioned.
#[derive(serde::Serialize)]
pub struct AnnounceLot {
    pub listing: ListingId,
    pub terms: Terms,
}

/// A listing, what it offers, and the attempts before.
pub struct Offered {
    technology: Technology,
    listing: Listing,
    before: Vec<Lot>,
    /// What stands against the trustees.
    seats: Vec<Refusal>,
    against: Vec<Refusal>,
}

impl Act for AnnounceLot {
    const ACT: A = A::AnnounceLot;
    type Facts = Offered;
    type Plan = Lot;
    type Outcome = LotChanged;

    fn holds(&self) -> Vec<Hold> {
        vec![Hold::on(self.listing)]
    }

    fn read_committed(&self) -> bool {
        true
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Offered, Stop> {
        let listing = store::listing::find(cx.tx, self.listing)?.ok_or_else(Refusal::not_found)?;
        let technology = crate::technology::find(cx, listing.technology)?;
        let before = store::lot::of_listing(cx.tx, listing.id)?;
        let seats = seat_faults(cx.tx, &self.terms, (technology.owner, &[]), cx.now)?;
        let licence = listing.terms.licence;
        let against = crate::deal::in_the_way(cx, technology.id, Some(listing.id), licence)?;
        Ok(Offered { technology, listing, before, seats, against })
    }

    fn thing(&self, facts: &Offered) -> Thing {
        crate::technology::thing_of(&facts.technology)
    }

    fn decide(&self, facts: Offered, cx: &Cx<'_, '_>) -> Result<Lot, Vec<Refusal>> {
        let is_busy =
            |lot: &Lot| matches!(lot.state, LotState::Announced | LotState::Open | LotState::Sold);
        if facts.before.iter().any(is_busy) {
            return Err(vec![Refusal::new(Class::Conflict, "lot-listing-busy")]);
        }
        if !facts.against.is_empty() {
            return Err(facts.against);
        }
        let ask = Announce {
            id: cx.city.with_chance(|chance| LotId::new(cx.now, chance)),
            reference: cx.city.reference("LO", cx.now),
            terms: self.terms.clone(),
            attempt: 1 + facts.before.iter().map(|lot| lot.attempt).max().unwrap_or(0),
            former: facts.before.first().map(|lot| lot.id),
            failed: facts
                .before
                .first()
                .filter(|lot| lot.state == LotState::Unsuccessful)
                .map(|lot| lot.terms.clone()),
        };
        let mut more = facts.seats;
        more.extend(reserve::missing(&self.terms));
        match announce(&facts.technology, &facts.listing, ask, cx.now) {
            Ok(lot) if more.is_empty() => Ok(lot),
            Ok(_) => Err(more),
            Err(no) => Err(no.into_iter().chain(more).collect()),
        }
    }

    fn save(&self, mut lot: Lot, cx: &mut Cx<'_, '_>) -> Result<LotChanged, Stop> {
        let sealed = reserve::draw(cx, &mut lot)?;
        store::lot::add(cx.tx, &lot, cx.actor.person)?;
        if let Some(sealing) = lot.terms.way.sealing() {
            store::sealing::seat(cx.tx, lot.id, Some(sealing))?;
        }
        reserve::keep(cx, lot.id, sealed)?;
        told(cx, &lot, "lot-announced", serde_json::json!({ "attempt": lot.attempt }));
        Ok(LotChanged::of(&lot))
    }
}

/// Changes the terms of a lot that nobody can bid on yet: whoever has agreed has to agree again.
#[derive(serde::Serialize)]
pub struct ReviseLot {
    pub lot: LotId,
    pub version: u64,
    pub terms: Terms,
}

/// A lot whose terms change.
pub struct Revised {
    lot: Lot,
    /// Whether a deposit is held for it.
    is_held: bool,
    /// What stands against the trustees.
    seats: Vec<Refusal>,
    /// The new terms, with the hidden reserve that stays.
    terms: Terms,
}

impl Act for ReviseLot {
    const ACT: A = A::ReviseLot;
    type Facts = Revised;
    type Plan = Lot;
    type Outcome = LotChanged;

    fn holds(&self) -> Vec<Hold> {
        vec![Hold::on(self.lot)]
    }

    fn read_committed(&self) -> bool {
        true
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Self::Facts, Stop> {
        let lot = find(cx, self.lot)?;
        let bidders = store::lot::bidders(cx.tx, lot.id, BIDDERS_MAX)?;
        let is_held = bidders.iter().any(|it| it.deposit == Deposit::Held);
        let seats = seat_faults(cx.tx, &self.terms, (lot.owner, &bidders), cx.now)?;
        let mut terms = self.terms.clone();
        if let Some(hidden) = terms.hidden.as_mut().filter(|hidden| hidden.sum.is_none()) {
            hidden.sum = reserve::kept(cx, lot.id)?.map(|(sum, _)| sum);
        }
        Ok(Revised { lot, is_held, seats, terms })
    }

    fn thing(&self, facts: &Revised) -> Thing {
        thing_of(&facts.lot)
    }

    fn decide(&self, facts: Revised, cx: &Cx<'_, '_>) -> Result<Lot, Vec<Refusal>> {
        let Revised { lot, is_held, seats, terms } = facts;
        if !lot.is_changeable(cx.now) {
            let no = Refusal::new(Class::Refused, "lot-frozen");
            return Err(vec![no.with("at", base::Value::At(lot.terms.frozen_from()))]);
        }
        if lot.terms_version != self.version {
            return Err(vec![Refusal::new(Class::Conflict, "version-conflict")]);
        }
        let mut no = terms.faults(cx.now);
        no.extend(seats);
        no.extend(reserve::missing(&terms));
        let sum = |terms: &Terms| (terms.currency, terms.deposit);
        if is_held && sum(&terms) != sum(&lot.terms) {
            no.push(Refusal::new(Class::Refused, "lot-deposit-stands").on("deposit"));
        }
        if !no.is_empty() {
            return Err(no);
        }
        let mut course = lot.course.clone();
        course.ends_at = terms.closes;
        Ok(Lot { terms, course, changed_at: cx.now, ..lot })
    }

    fn save(&self, mut lot: Lot, cx: &mut Cx<'_, '_>) -> Result<LotChanged, Stop> {
        let sealed = reserve::draw(cx, &mut lot)?;
        if !store::lot::change_terms(cx.tx, &lot, self.version)? {
            return Err(Refusal::new(Class::Conflict, "version-conflict").into());
        }
        store::sealing::seat(cx.tx, lot.id, lot.terms.way.sealing())?;
        reserve::keep(cx, lot.id, sealed)?;
        lot.terms_version += 1;
        told_revised(cx, &lot);
        Ok(LotChanged::of(&lot))
    }
}

/// Takes a lot back that nobody has bid on; every deposit is released.
#[derive(serde::Serialize)]
pub struct WithdrawLot {
    pub lot: LotId,
    #[serde(skip)]
    accounts: Accounts,
}

impl WithdrawLot {
    pub fn new(lot: LotId) -> Self {
        Self { lot, accounts: Accounts::default() }
    }
}

impl Act for WithdrawLot {
    const ACT: A = A::WithdrawLot;
    type Facts = Lot;
    type Plan = Lot;
    type Outcome = LotChanged;

    fn prepare(&mut self, city: &City) -> Result<(), No> {
        self.accounts = Accounts::of_holders(city, self.lot)?;
        Ok(())
    }

    fn holds(&self) -> Vec<Hold> {
        self.accounts.holds(self.lot)
    }

    fn read_committed(&self) -> bool {
        true
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Lot, Stop> {
        find(cx, self.lot)
    }

    fn thing(&self, lot: &Lot) -> Thing {
        thing_of(lot)
    }

    fn decide(&self, lot: Lot, _: &Cx<'_, '_>) -> Result<Lot, Vec<Refusal>> {
        match lot.state {
            LotState::Announced | LotState::Open => Ok(lot),
            _ => Err(vec![over(&lot)]),
        }
    }

    fn save(&self, mut lot: Lot, cx: &mut Cx<'_, '_>) -> Result<LotChanged, Stop> {
        if lot.state == LotState::Open {
            enter_or_refuse(cx, &mut lot, Input::Withdraw { lot: 0 }, Via::Desk)?;
            finish(cx, &mut lot, &self.accounts)?;
            return Ok(LotChanged::of(&lot));
        }
        lot.state = LotState::Withdrawn;
        lot.outcome = crate::lot::Ended::of(&auction::Outcome::Withdrawn).text();
        lot.changed_at = cx.now;
        let mut held = holders(cx.tx, lot.id)?;
        release(cx, &lot, &mut held, &self.accounts, Deposit::Released)?;
        store::lot::end(cx.tx, &lot)?;
        told(cx, &lot, "lot-ended", serde_json::json!({ "how": "withdrawn" }));
        Ok(LotChanged::of(&lot))
    }
}

/// The lot has ended: nothing of that kind happens any more.
pub(crate) fn over(lot: &Lot) -> Refusal {
    Refusal::new(Class::Conflict, "lot-closed").with("at", base::Value::At(lot.course.ends_at))
}
