//! Winners who did not sign: noted with the award that fell, asked by whoever bids again, lifted by the office.

use crate::act::{Act, Cx, Stop};
use crate::lot::bidder::reason_faults;
use crate::lot::{LotChanged, bidder_of, find, thing_of, told_in_private};
use access::{Act as A, Thing};
use base::{Class, LotId, OrganisationId, PersonId, Refusal};
use store::{Hold, StoreError, Tx};
use trading::lot::{Lot, LotBidder};
use trading::lot_default::{LotDefault, barred};

/// What stands against a bidder because it did not sign before.
pub(crate) fn against(
    tx: &mut Tx<'_>,
    lot: &Lot,
    organisation: OrganisationId,
    now: base::Instant,
) -> Result<Option<Refusal>, StoreError> {
    let all = store::lot_default::of_organisation(tx, organisation)?;
    Ok(barred(&all, lot.technology, now))
}

/// Notes that whoever had the award let its time pass.
pub(crate) fn note(cx: &mut Cx<'_, '_>, lot: &Lot, alias: u32) -> Result<(), Stop> {
    let it = bidder_of(cx, lot.id, alias)?;
    let default = LotDefault {
        lot: lot.id,
        organisation: it.organisation,
        alias,
        technology: lot.technology,
        reference: lot.reference.clone(),
        at: cx.now,
        lifted: None,
    };
    Ok(store::lot_default::add(cx.tx, &default)?)
}

/// Lifts what keeps a winner who did not sign from bidding again, with the reason.
#[derive(serde::Serialize)]
pub struct LiftDefault {
    pub lot: LotId,
    pub bidder: u32,
    pub reason: String,
}

impl Act for LiftDefault {
    const ACT: A = A::LiftDefault;
    type Facts = (Lot, LotBidder, bool);
    type Plan = (Lot, LotBidder, PersonId);
    type Outcome = LotChanged;

    fn holds(&self) -> Vec<Hold> {
        vec![Hold::on(self.lot)]
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Self::Facts, Stop> {
        let (lot, it) = (find(cx, self.lot)?, bidder_of(cx, self.lot, self.bidder)?);
        let all = store::lot_default::of_lot(cx.tx, self.lot)?;
        let stands = all.iter().any(|it| it.alias == self.bidder && it.lifted.is_none());
        Ok((lot, it, stands))
    }

    fn thing(&self, (lot, ..): &Self::Facts) -> Thing {
        thing_of(lot)
    }

    fn decide(
        &self,
        (lot, it, stands): Self::Facts,
        cx: &Cx<'_, '_>,
    ) -> Result<Self::Plan, Vec<Refusal>> {
        let mut no = reason_faults(&self.reason, true);
        if !stands {
            no.push(Refusal::new(Class::Conflict, "lot-default-none"));
        }
        // Nobody lifts what stands against the own house.
        if cx.actor.roles.iter().any(|(own, _)| *own == it.organisation) {
            no.push(Refusal::new(Class::Refused, "lot-own-bidder"));
        }
        match cx.actor.person {
            Some(person) if no.is_empty() => Ok((lot, it, person)),
            _ => Err(no),
        }
    }

    fn save(&self, (lot, it, by): Self::Plan, cx: &mut Cx<'_, '_>) -> Result<LotChanged, Stop> {
        let of = (self.lot, self.bidder);
        if !store::lot_default::lift(cx.tx, of, (by, self.reason.trim()), cx.now)? {
            return Err(Refusal::new(Class::Conflict, "lot-default-none").into());
        }
        told_in_private(cx, &lot, &it, "lot-default-lifted");
        Ok(LotChanged::of(&lot))
    }
}
