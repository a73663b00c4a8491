//! Lots that are auctioned, and events of several lots.

use super::grants::*;
use crate::Role::Operator;
use crate::Scope;
use crate::row::{Act, Rate, Row, Rule};
use Rule::{Anyone, Holds};

pub(super) const ROWS: &[Row] = &[
    // Lots: announced by the owner of the technology or by the city's office; anybody who may see
    // the technology sees the lot, and its bidders as numbers.
    row(Act::LookAtLot, "lot", LOT_GRANTS, Scope::TechnologiesRead, Rate::Read),
    row(Act::ListLots, "lot", LOT_GRANTS, Scope::TechnologiesRead, Rate::Search),
    Row { look: Some(Act::LookAtTechnology), ..on_lot(Act::AnnounceLot, LOT_KEEPERS, Rate::Write) },
    on_lot(Act::ReviseLot, LOT_KEEPERS, Rate::Write),
    on_lot(Act::WithdrawLot, LOT_KEEPERS, Rate::Write),
    // The thing is the lot as a matter of the bidder's organisation.
    on_lot(Act::RegisterForLot, BIDDERS, Rate::Write),
    on_lot(Act::AgreeToLot, BIDDERS, Rate::Write),
    on_lot(Act::FreeDeposit, BIDDERS, Rate::Write),
    on_lot(Act::LeaveStandby, BIDDERS, Rate::Write),
    on_lot(Act::PlaceBid, BIDDERS, Rate::Bid),
    on_lot(Act::LodgeComplaint, BIDDERS, Rate::Write),
    on_lot(Act::WithdrawComplaint, BIDDERS, Rate::Write),
    fresh(on_lot(Act::MoveComplaint, BOOKKEEPERS, Rate::Write)),
    // Who they are is known to the office alone while the lot runs.
    on_lot(Act::LookAtBidders, BOOKKEEPERS, Rate::Read),
    on_lot(Act::DecideBidder, BOOKKEEPERS, Rate::Write),
    on_lot(Act::ExcludeBidder, BOOKKEEPERS, Rate::Write),
    on_lot(Act::LiftDefault, BOOKKEEPERS, Rate::Write),
    fresh(on_lot(Act::ReceiveDeposit, BOOKKEEPERS, Rate::Write)),
    on_lot(Act::PlaceFloorBid, BOOKKEEPERS, Rate::Bid),
    // The thing is the lot as a matter of the trustee alone.
    on_lot(Act::RegisterTrusteeKey, TRUSTEES, Rate::Write),
    fresh(on_lot(Act::PublishTrusteeKey, TRUSTEES, Rate::Write)),
    on_lot(Act::SealBid, BIDDERS, Rate::Bid),
    on_lot(Act::TakeBackSeal, BIDDERS, Rate::Write),
    on_lot(Act::HaltLot, BOOKKEEPERS, Rate::Write),
    fresh(on_lot(Act::CallOffLot, BOOKKEEPERS, Rate::Write)),
    fresh(on_lot(Act::SignAward, LOT_KEEPERS, Rate::Write)),
    fresh(on_lot(Act::RejectAward, BOOKKEEPERS, Rate::Write)),
    // The timer acts in the name of the installation.
    row(
        Act::TendLots,
        "lot",
        &[to("officer", Holds(&[Operator]))],
        Scope::TechnologiesWrite,
        Rate::Write,
    ),
    // Who controls whom: the office enters it from registers, and a party does not bid against itself.
    Row {
        prohibitions: &[MACHINERY],
        ..row(Act::KeepControls, "organisation", BOOKKEEPERS, Scope::PartiesWrite, Rate::Write)
    },
    // Events: everybody reads them, the city's office keeps them.
    row(
        Act::ListLotEvents,
        "lot-event",
        &[to("public", Anyone)],
        Scope::TechnologiesRead,
        Rate::Search,
    ),
    // Working days: everybody reads what the office says of one.
    row(Act::LookAtWorkdays, "workday", ANYBODY, Scope::TechnologiesRead, Rate::Read),
    Row {
        prohibitions: &[MACHINERY],
        ..row(Act::KeepWorkdays, "workday", BOOKKEEPERS, Scope::TechnologiesWrite, Rate::Write)
    },
    Row {
        prohibitions: &[MACHINERY],
        ..row(Act::KeepLotEvents, "lot-event", BOOKKEEPERS, Scope::TechnologiesWrite, Rate::Write)
    },
];
