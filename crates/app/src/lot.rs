//! Lots: announced, bid on, closed, signed. Every decision over bids is the engine's.
//!
//! What enters a lot is a row in a dense order, chained by salted digests; the engine's state of a
//! lot is kept in memory beside the chain it stands for ([`Rooms`]) and used only where the row that
//! the transaction reads says the same. So a bid costs a few statements however many came before,
//! and neither a rollback nor another node can make the memory lie.

mod announce;
mod award;
mod bid;
mod bidder;
mod call;
mod cancellation;
mod complaint;
mod default;
mod deposit;
mod desk;
mod enter;
mod falling;
mod outcome;
mod reading;
mod reserve;
mod room;
mod rounds;
mod seal;
mod sealing;
mod stage;
mod tend;
mod trustee;
mod unseal;

pub use announce::{AnnounceLot, ReviseLot, WithdrawLot};
pub use auction::{Phase, RoundStage};
pub use award::{ExpireAward, Holder, LeaveStandby, RejectAward, SignAward};
pub(crate) use award::{holder, signed_by_contract};
pub use bid::{BidAnswer, PlaceBid, PlaceFloorBid};
pub use bidder::{AgreeToLot, DecideBidder, ExcludeBidder, RegisterForLot};
pub use cancellation::{CallOffLot, EndCancellation};
pub use complaint::{LodgeComplaint, MoveComplaint, WithdrawComplaint};
pub use default::LiftDefault;
pub(crate) use deposit::{Accounts, derived};
pub use deposit::{FreeDeposit, ReceiveDeposit, deposit_account, lot_account, payable_account};
pub use desk::HaltLot;
pub use falling::{FallingView, LastBid};
pub use outcome::Ended;
pub use reading::{
    BidderView, History, LotOffers, LotPage, LotRow, LotView, OwnPlace, PayBank, PayIn, ToAuction,
};
pub(crate) use reading::{bidding_for, may_register, own_bidder};
pub(crate) use room::Rooms;
pub use rounds::{RoundsPlace, RoundsView, Staged};
pub use seal::{SealAnswer, SealBid, TakeBackSeal};
pub use sealing::{SealingView, SeatView};
pub use stage::TendStages;
pub use store::lot::Told;
pub use tend::{CloseLot, KeepProtocol, OpenLot, Tended};
pub use trustee::{KeyAnswer, PublishTrusteeKey, RegisterTrusteeKey};
pub use unseal::{OpenSeals, VoidLot};

use crate::act::{About, Cx, Stop};
use access::Thing;
use base::{Label, Level, LotId, OrganisationId, Reference, Refusal};
use store::StoreError;
use trading::lot::{Lot, LotBidder};

/// Bidders of one lot.
pub const BIDDERS_MAX: usize = 10_000;

/// What a change of a lot tells its caller.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct LotChanged {
    pub lot: LotId,
    pub reference: Reference,
    pub state: String,
    /// The version of the terms.
    pub version: u64,
    /// Its last entry.
    pub entry: u64,
}

impl LotChanged {
    pub(crate) fn of(lot: &Lot) -> Self {
        Self {
            lot: lot.id,
            reference: lot.reference.clone(),
            state: lot.state.word().to_owned(),
            version: lot.terms_version,
            entry: lot.course.n_entries,
        }
    }
}

/// What access judges of a lot.
pub fn thing_of(lot: &Lot) -> Thing {
    Thing {
        owner: Some(lot.owner),
        state: lot.state.word(),
        label: lot.label.clone(),
        ..Thing::default()
    }
}

/// The lot as a matter of an organisation that bids, or wants to.
pub(crate) fn thing_for(lot: &Lot, bidder: OrganisationId) -> Thing {
    Thing { owner: Some(bidder), ..thing_of(lot) }
}

pub(crate) fn find(cx: &mut Cx<'_, '_>, id: LotId) -> Result<Lot, Stop> {
    Ok(store::lot::find(cx.tx, id)?.ok_or_else(Refusal::not_found)?)
}

fn bidder_of(cx: &mut Cx<'_, '_>, lot: LotId, alias: u32) -> Result<LotBidder, Stop> {
    Ok(store::lot::bidder_of_alias(cx.tx, lot, alias)?.ok_or_else(Refusal::not_found)?)
}

/// The organisation for which somebody acts on a lot: the one named, or the only one of theirs that
/// has asked to bid.
fn organisation_of(
    cx: &mut Cx<'_, '_>,
    lot: LotId,
    named: Option<OrganisationId>,
) -> Result<(OrganisationId, Option<LotBidder>), Stop> {
    if let Some(named) = named {
        return Ok((named, store::lot::bidder(cx.tx, lot, named)?));
    }
    let mut own: Vec<OrganisationId> = cx.actor.roles.iter().map(|(id, _)| *id).collect();
    own.sort_unstable();
    own.dedup();
    for organisation in own {
        if let Some(bidder) = store::lot::bidder(cx.tx, lot, organisation)? {
            return Ok((organisation, Some(bidder)));
        }
    }
    Err(Refusal::not_found().into())
}

/// Records what everybody who may see the lot may know.
pub(crate) fn told(cx: &mut Cx<'_, '_>, lot: &Lot, kind: &str, more: serde_json::Value) {
    let mut body = serde_json::json!({
        "technology": lot.technology,
        "listing": lot.listing,
        "entry": lot.course.n_entries,
    });
    merge(&mut body, more);
    let about = About {
        thing: lot.id.to_string(),
        version: lot.course.n_entries,
        owner: Some(lot.owner),
        label: &lot.label,
        state: lot.state.word(),
    };
    cx.event(kind, about, body);
}

/// Records that the terms of a lot were changed.
pub(crate) fn told_revised(cx: &mut Cx<'_, '_>, lot: &Lot) {
    told(cx, lot, "lot-revised", serde_json::json!({ "terms": lot.terms_version }));
}

/// Records what only a bidder and the office may know.
fn told_in_private(cx: &mut Cx<'_, '_>, lot: &Lot, it: &LotBidder, kind: &str) {
    let label = Label::at(Level::Restricted);
    let body = serde_json::json!({ "bidder": it.alias, "deposit": it.deposit.word() });
    let about = About {
        thing: lot.id.to_string(),
        version: it.version,
        owner: Some(it.organisation),
        label: &label,
        state: it.state.word(),
    };
    cx.event(kind, about, body);
}

fn merge(body: &mut serde_json::Value, more: serde_json::Value) {
    if let (Some(body), serde_json::Value::Object(more)) = (body.as_object_mut(), more) {
        body.extend(more);
    }
}

/// Bids of a lot that hold a deposit now.
fn holders(tx: &mut store::Tx<'_>, lot: LotId) -> Result<Vec<LotBidder>, StoreError> {
    let mut all = store::lot::bidders(tx, lot, BIDDERS_MAX)?;
    all.retain(|it| it.deposit == trading::lot::Deposit::Held);
    Ok(all)
}
