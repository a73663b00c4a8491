//! What auctions and contracts wait for from the reader: a key, an agreement, a deposit, a contract, a
//! signature; each with its time limit and where it is done.

use crate::act::{Stop, offers};
use crate::city::Rx;
use crate::contract::{SPEAKERS, signs_next, thing_of as contract_thing};
use crate::lot::{bidding_for, holder, thing_of};
use ::contract::kept::Kept;
use access::Act as A;
use base::{ContractId, Instant, LotId, OrganisationId, PersonId, Reference};
use store::due::{Bidding, Part};
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

/// For whom lots and contracts are asked.
pub(crate) struct Reader {
    person: PersonId,
    bidders: Vec<OrganisationId>,
    speakers: Vec<OrganisationId>,
}

impl Reader {
    pub(crate) fn of(rx: &Rx<'_, '_>, person: PersonId) -> Self {
        Self { person, bidders: bidding_for(rx), speakers: rx.actor.organisations_with(SPEAKERS) }
    }

    pub(crate) fn stored(&self) -> store::due::Reader<'_> {
        let (bidders, speakers) = (&self.bidders, &self.speakers);
        store::due::Reader { person: self.person, bidders, speakers }
    }
}

/// Everything that waits for the reader, the most urgent first.
pub(crate) fn of(rx: &mut Rx<'_, '_>, person: PersonId) -> Result<Vec<Due>, Stop> {
    let reader = Reader::of(rx, person);
    let lots = store::due::lots(rx.tx, reader.stored())?;
    let contracts = store::due::offered(rx.tx, &reader.speakers)?;
    let mut due = told(rx, &lots, contracts);
    due.sort_by_key(|it| (it.until.is_none(), it.until));
    Ok(due)
}

/// What of these waits for the reader now.
pub(crate) fn told(rx: &Rx<'_, '_>, lots: &[(Lot, Part)], contracts: Vec<Kept>) -> Vec<Due> {
    let now = rx.now;
    let mut due = Vec::new();
    for (lot, part) in lots {
        // Whoever keeps a key was named by the lot; everybody else is asked for the label.
        let sees = || offers(&rx.actor, A::LookAtLot, &thing_of(lot));
        match part {
            Part::Keeps { is_registered, is_published } => {
                due.extend(of_trustee(lot, *is_registered, *is_published, now));
            }
            Part::Bids(it) if sees() => due.extend(of_bidder(lot, it, now)),
            Part::Sells if sees() => due.push(Due::of(Act::OfferContract, lot, lot.award_until)),
            Part::Bids(_) | Part::Sells => {}
        }
    }
    for kept in contracts {
        let until = kept.life.offer().and_then(|offer| offer.until);
        // What has lapsed is offered again before anybody signs it; what its label hides is not told.
        let may_sign = offers(&rx.actor, A::SignContract, &contract_thing(&kept));
        let is_turn = may_sign && signs_next(&kept, &rx.actor.roles);
        if is_turn && until.is_none_or(|until| now < until) {
            let (place, reference) = (Place::Contract(kept.id), kept.reference);
            due.push(Due { act: Act::Sign, place, reference, until });
        }
    }
    due
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

fn of_bidder(lot: &Lot, it: &Bidding, now: Instant) -> Vec<Due> {
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
