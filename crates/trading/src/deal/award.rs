//! What follows an award: an exclusive right has one taker, a contract signs it, or it comes to nothing.

use super::{Award, Deal, DealState, Side, ended, is_exclusive, not_now};
use crate::listing::DealMode;
use base::{Class, Instant, Refusal, Value};

/// Days for which the owner is bound to an award that nobody signs.
pub const SIGNING_DAYS: i64 = 30;
const DAY_SECONDS: i64 = 86_400;

impl DealState {
    /// Whether both sides have agreed, published or not.
    pub fn is_firm(self) -> bool {
        matches!(self, Self::Published | Self::Objected | Self::Agreed | Self::Signed)
    }
}

impl Deal {
    /// The award, once it stands.
    pub fn award(&self) -> Option<Award> {
        matches!(self.state, DealState::Agreed | DealState::Signed).then(|| Award {
            deal: self.id,
            reference: self.reference.clone(),
            listing: self.listing,
            technology: self.technology,
            giver: self.owner,
            taker: self.counterparty,
            price: self.terms.price,
            terms: self.terms.clone(),
        })
    }

    /// From when on the owner may let go of an award that was not signed; never of a licence that
    /// arose by notice.
    pub fn owner_bound_until(&self) -> Option<Instant> {
        (self.mode != DealMode::OpenLicence)
            .then(|| self.until.plus_seconds(SIGNING_DAYS * DAY_SECONDS))
    }
}

/// The deal by which somebody else has the whole right already.
pub fn rival<'a>(deal: &Deal, live: &'a [Deal]) -> Option<&'a Deal> {
    let has_it = |it: &&Deal| it.state.is_firm() && is_exclusive(it.terms.licence);
    live.iter().filter(|it| it.id != deal.id).find(has_it)
}

/// A deal that has just become firm stands only where nobody else has the whole right.
///
/// # Errors
/// Somebody has; the deal is named.
pub fn unrivalled(deal: Deal, live: &[Deal]) -> Result<Deal, Vec<Refusal>> {
    match rival(&deal, live).filter(|_| deal.state.is_firm()) {
        Some(other) => {
            let given = Refusal::new(Class::Conflict, "deal-right-given");
            let given = given.text("reference", other.reference.as_str());
            Err(vec![given.with("at", Value::At(other.until))])
        }
        None => Ok(deal),
    }
}

/// Its contract binds both.
///
/// # Errors
/// No award stands, or it is signed already.
pub fn sign(deal: Deal, now: Instant) -> Result<Deal, Vec<Refusal>> {
    match deal.state {
        DealState::Agreed => {
            Ok(Deal { reason: String::new(), ..deal.moved(DealState::Signed, now) })
        }
        _ => Err(vec![not_now(&deal)]),
    }
}

/// A side lets go of an award that no contract holds: the taker at any time, the owner once the taker
/// had its days to sign.
///
/// # Errors
/// There is no such award, the owner is bound still, or no reason is given.
pub fn let_go(deal: Deal, side: Side, reason: &str, now: Instant) -> Result<Deal, Vec<Refusal>> {
    if deal.state != DealState::Agreed {
        return Err(vec![not_now(&deal)]);
    }
    match (side, deal.owner_bound_until()) {
        (Side::Counterparty, _) => {}
        (Side::Owner, Some(until)) if until <= now => {}
        (Side::Owner, Some(until)) => {
            let bound = Refusal::new(Class::Refused, "deal-owner-bound");
            return Err(vec![bound.with("at", Value::At(until))]);
        }
        (Side::Owner, None) => return Err(vec![not_now(&deal)]),
    }
    ended(deal, DealState::CalledOff, reason, now)
}

/// Something outside ended it: the right went to somebody else, or its contract was terminated. A
/// deal that is over stays as it is.
pub fn fall(deal: Deal, reason: &str, now: Instant) -> Option<Deal> {
    if !deal.state.is_live() {
        return None;
    }
    Some(Deal { reason: reason.to_owned(), ..deal.moved(DealState::CalledOff, now) })
}

/// Its contract came to nothing before it was signed: the award stands, and another may be drafted.
pub fn note(deal: Deal, reason: &str, now: Instant) -> Deal {
    let state = deal.state;
    Deal { reason: reason.to_owned(), ..deal.moved(state, now) }
}
