//! A voucher that was named for a booking: its part is held from the moment at which the booking stands,
//! follows its time, and goes back with it.
//!
//! While somebody is still asked, nothing is held. What is held lies in the books as a pending transfer
//! out of the voucher's own account, so that two bookings never get the same cent.

use super::price::{Asked, Estimate};
use super::scene::{Scene, unknown};
use crate::act::{Cx, Stop};
use crate::usage::books::{OfVoucher, claims_account, release, voucher_account};
use base::{AccountId, BookingId, OrganisationId, RedemptionId, Refusal, Span, VoucherId};
use instruments::Instrument;
use instruments::booking::{Booking, State};
use instruments::voucher::{KeptRedemption, Redemption, Stage};
use std::collections::BTreeSet;
use store::{StoreError, Tx};

/// What holding a part of a voucher for a unit changes in the books.
pub(super) fn accounts(unit: OrganisationId, voucher: VoucherId) -> BTreeSet<AccountId> {
    BTreeSet::from([voucher_account(voucher), claims_account(unit)])
}

/// The accounts that a change of a booking may touch: those of the voucher that was named for it.
pub(super) fn accounts_of(
    tx: &mut Tx<'_>,
    id: BookingId,
) -> Result<BTreeSet<AccountId>, StoreError> {
    let Some(voucher) = store::tie::voucher(tx, id)? else { return Ok(BTreeSet::new()) };
    let Some(booking) = store::booking::find(tx, id)? else { return Ok(BTreeSet::new()) };
    let it = store::instrument::find(tx, booking.instrument)?;
    Ok(it.map(|it| accounts(it.owner, voucher)).unwrap_or_default())
}

/// What a booking holds of a voucher now.
pub(crate) fn held(tx: &mut Tx<'_>, id: BookingId) -> Result<Option<KeptRedemption>, StoreError> {
    let found = store::voucher::of_subject(tx, &id.to_string())?;
    Ok(found.filter(|held| held.redemption.stage == Stage::Held))
}

/// What stands against the voucher that is named in a scene; that nothing is left of it is a problem
/// among those of the engine.
pub(super) fn judge(
    cx: &mut Cx<'_, '_>,
    scene: &mut Scene,
    (span, voucher): (Span, Option<VoucherId>),
) -> Result<Vec<Refusal>, Stop> {
    let told = Estimate::load(cx.tx, &Asked::in_scene(scene, (span, voucher)), cx.now)?;
    scene.fund(&told);
    let mut against = told.against().to_vec();
    if scene.beneficiary.organisation.is_none() {
        against.push(unknown("organisation"));
    }
    Ok(against)
}

/// Names a voucher for a new booking, and holds its part where the booking stands.
pub(super) fn name(
    cx: &mut Cx<'_, '_>,
    (it, booking): (&Instrument, &Booking),
    voucher: VoucherId,
) -> Result<(), Stop> {
    store::tie::name_voucher(cx.tx, booking.id, voucher)?;
    follow(cx, it, booking)
}

/// Holds what the voucher that was named pays of a booking as it now is: nothing while it is asked
/// about, another amount where its time changed, nothing for a customer who does not hold it.
pub(super) fn follow(cx: &mut Cx<'_, '_>, it: &Instrument, booking: &Booking) -> Result<(), Stop> {
    let Some(voucher) = store::tie::voucher(cx.tx, booking.id)? else { return Ok(()) };
    let held = held(cx.tx, booking.id)?;
    let pays = match booking.state {
        State::Confirmed | State::InUse => {
            let asked = Asked { held: held.as_ref(), ..Asked::of(it, booking, Some(voucher)) };
            Estimate::load(cx.tx, &asked, cx.now)?.voucher.map_or(0, |part| part.pays)
        }
        _ => 0,
    };
    if held.as_ref().is_some_and(|held| held.redemption.amount == pays) {
        return Ok(());
    }
    if let Some(held) = &held {
        release(cx, held)?;
    }
    if pays > 0 { hold(cx, (it, booking), (voucher, pays)) } else { Ok(()) }
}

fn hold(
    cx: &mut Cx<'_, '_>,
    (it, booking): (&Instrument, &Booking),
    (voucher, amount): (VoucherId, i64),
) -> Result<(), Stop> {
    let id = cx.city.with_chance(|chance| RedemptionId::new(cx.now, chance));
    let kept = KeptRedemption {
        id,
        voucher,
        unit: it.owner,
        subject: booking.id.to_string(),
        redemption: Redemption { stage: Stage::Held, amount },
        year: crate::tariff::wall(it)(cx.now).date.year(),
        evidence: Vec::new(),
        version: 1,
        at: cx.now,
    };
    store::voucher::add_redemption(cx.tx, &kept)?;
    OfVoucher { redemption: id, voucher, unit: it.owner, amount }.take(cx, Stage::Held)
}
