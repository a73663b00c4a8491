//! What auctions and contracts wait for from the reader: a key, an agreement, a deposit, a contract, a
//! signature; each with its time limit and where it is done.

use crate::act::{Stop, offers};
use crate::city::Rx;
use crate::contract::{SPEAKERS, signs_next, thing_of as contract_thing};
use crate::lot::{bidding_for, holder, thing_of};
use access::Act as A;
use base::{ContractId, Instant, LotId, OrganisationId, PersonId, Reference};
use store::due::Bidding;
use trading::lot::{BidderState, Deposit, Lot, LotState};

/// What is waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// The trustee's public half, before the list is frozen.
    RegisterKey,
    /// The trustee's private half, after the end.
    PublishKey,
    /// The bidder's word on terms that were changed.
    Agree,
    /// The deposit of an admitted bidder.
    PayDeposit,
    /// Whoever has the award waits for a contract with its seller.
    AwaitContract,
    /// The seller's contract with whoever has the award.
    OfferContract,
    /// The next signature of a contract.
    Sign,
}

impl Act {
    /// The word by which faces know it.
    pub fn word(self) -> &'static str {
        match self {
            Self::RegisterKey => "register-key",
            Self::PublishKey => "publish-key",
            Self::Agree => "agree",
            Self::PayDeposit => "pay-deposit",
            Self::AwaitContract => "await-contract",
            Self::OfferContract => "offer-contract",
            Self::Sign => "sign",
        }
    }
}

/// Where it is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    Lot(LotId),
    Contract(ContractId),
}

/// One thing that is waited for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
    pub act: Act,
    pub place: Place,
    pub reference: Reference,
    /// The last moment; none where nothing is late.
    pub until: Option<Instant>,
}

impl Due {
    fn of(act: Act, lot: &Lot, until: Instant) -> Self {
        let (place, reference) = (Place::Lot(lot.id), lot.reference.clone());
        Self { act, place, reference, until: Some(until) }
    }
}

/// Everything that waits for the reader, the most urgent first.
pub(crate) fn of(rx: &mut Rx<'_, '_>, person: PersonId) -> Result<Vec<Due>, Stop> {
    let bidders = bidding_for(rx);
    let speakers: Vec<OrganisationId> = rx.actor.organisations_with(SPEAKERS);
    let now = rx.now;
    let mut due = Vec::new();
    for (lot, is_registered, is_published) in store::due::keys(rx.tx, person)? {
        due.extend(of_trustee(&lot, is_registered, is_published, now));
    }
    for it in store::due::bidding(rx.tx, &bidders)? {
        if offers(&rx.actor, A::LookAtLot, &thing_of(&it.lot)) {
            due.extend(of_bidder(&it, now));
        }
    }
    for lot in store::due::sold(rx.tx, &speakers)? {
        if offers(&rx.actor, A::LookAtLot, &thing_of(&lot)) {
            due.push(Due::of(Act::OfferContract, &lot, lot.award_until));
        }
    }
    for kept in store::due::offered(rx.tx, &speakers)? {
        let until = kept.life.offer().and_then(|offer| offer.until);
        // What has lapsed is offered again before anybody signs it; what its label hides is not told.
        let may_sign = offers(&rx.actor, A::SignContract, &contract_thing(&kept));
        let is_turn = may_sign && signs_next(&kept, &rx.actor.roles);
        if is_turn && until.is_none_or(|until| now < until) {
            let (place, reference) = (Place::Contract(kept.id), kept.reference);
            due.push(Due { act: Act::Sign, place, reference, until });
        }
    }
    due.sort_by_key(|it| (it.until.is_none(), it.until));
    Ok(due)
}

fn of_trustee(lot: &Lot, is_registered: bool, is_published: bool, now: Instant) -> Option<Due> {
    let sealing = lot.terms.way.sealing()?;
    let is_over = lot.state == LotState::Open && now >= lot.course.ends_at;
    if lot.state == LotState::Announced && !is_registered {
        return Some(Due::of(Act::RegisterKey, lot, lot.terms.frozen_from()));
    }
    // Without a bid nothing is opened, and the lot ends by itself.
    let is_awaited = is_over && is_registered && !is_published && !lot.course.is_halted;
    is_awaited.then(|| Due::of(Act::PublishKey, lot, sealing.until(lot.course.ends_at)))
}

fn of_bidder(it: &Bidding, now: Instant) -> Vec<Due> {
    let lot = &it.lot;
    if lot.state == LotState::Sold {
        let is_held = holder(lot) == Some(it.alias) && !it.has_contract;
        return Vec::from_iter(is_held.then(|| Due::of(Act::AwaitContract, lot, lot.award_until)));
    }
    if !lot.takes_bidders(now) {
        return Vec::new();
    }
    let until = lot.terms.entered_until().unwrap_or(lot.course.ends_at);
    let is_unpaid = lot.terms.deposit.is_some()
        && it.state == BidderState::Admitted
        && matches!(it.deposit, Deposit::None);
    let mut due = Vec::new();
    if it.agreed != lot.terms_version {
        due.push(Due::of(Act::Agree, lot, until));
    }
    if is_unpaid {
        due.push(Due::of(Act::PayDeposit, lot, until));
    }
    due
}
