//! What laboratories offer and do for others: test items, service orders, joint requests.

use super::grants::*;
use crate::row::{Act, Grant, Rate, Row, Rule};
use crate::{Assurance, Role, Scope};
use Assurance::SignedIn;
use Role::{FirmAdministrator, FirmMember, Member, TransferOfficer};
use Rule::{All, Assured, HoldsAtDesk, HoldsInOwner, Own, State};

/// Who sees a test item: everybody what is offered, its unit's people what is not.
const ITEM_GRANTS: &[Grant] = &[
    to("owner", INSTRUMENT_OWNERS),
    to("staff", INSTRUMENT_OPERATORS),
    to("officer", DESK),
    to("public", State(&["offered"])),
];

/// Who works on an order and operates an instrument that it names.
const STAFF: Rule =
    All(&[Own, HoldsAtDesk(&[Member, FirmMember, TransferOfficer, FirmAdministrator])]);
/// Who asked for it, while they have a place with the customer.
const ASKER: Rule =
    All(&[Own, HoldsInOwner(&[Member, FirmMember, TransferOfficer, FirmAdministrator])]);
/// Who answers for its customer.
const CUSTOMER: Rule = HoldsInOwner(&[FirmAdministrator, TransferOfficer]);
/// Who sees an order: its unit, whoever operates an instrument of it, its customer, the office.
const SERVICE_GRANTS: &[Grant] = &[
    to("unit", UNIT),
    to("staff", STAFF),
    to("user", ASKER),
    to("customer", CUSTOMER),
    to("officer", DESK),
];

const fn on_service(act: Act, grants: &'static [Grant]) -> Row {
    Row {
        prohibitions: &[MACHINERY],
        look: Some(Act::LookAtService),
        ..row(act, "service", grants, Scope::InstrumentsWrite, Rate::Write)
    }
}

const fn seen_service(act: Act, rate: Rate) -> Row {
    Row {
        prohibitions: &[MACHINERY],
        ..row(act, "service", SERVICE_GRANTS, Scope::InstrumentsRead, rate)
    }
}

const SEEN_JOINT: &[Grant] = &[to("reader", Assured(SignedIn))];

const fn seen_joint(act: Act, rate: Rate) -> Row {
    row(act, "joint-request", SEEN_JOINT, Scope::InstrumentsRead, rate)
}

const fn on_joint(act: Act, grants: &'static [Grant]) -> Row {
    Row {
        prohibitions: &[MACHINERY],
        ..row(act, "joint-request", grants, Scope::InstrumentsWrite, Rate::Write)
    }
}

pub(super) const ROWS: &[Row] = &[
    // Test items: the thing of a person's look is the own, where they operate one of its instruments.
    row(Act::LookAtItem, "item", ITEM_GRANTS, Scope::InstrumentsRead, Rate::Read),
    row(Act::ListItems, "item", ITEM_GRANTS, Scope::InstrumentsRead, Rate::Search),
    Row {
        prohibitions: &[MACHINERY],
        look: Some(Act::LookAtItem),
        ..row(Act::SaveItem, "item", INSTRUMENT_STAFF, Scope::InstrumentsWrite, Rate::Write)
    },
    // Orders: their customer owns them, the unit is their desk. Of one request to several units each
    // has an order of its own, so that none sees another's.
    seen_service(Act::LookAtService, Rate::Read),
    seen_service(Act::ListServices, Rate::Search),
    Row { look: None, ..on_service(Act::RequestService, USERS) },
    on_service(Act::AnswerService, &[to("user", ASKER), to("customer", CUSTOMER)]),
    on_service(Act::WorkOnService, &[to("unit", UNIT), to("staff", STAFF)]),
    // Joint requests for a new standard: everybody who is signed in sees who else needs it.
    seen_joint(Act::LookAtJointRequest, Rate::Read),
    seen_joint(Act::ListJointRequests, Rate::Search),
    on_joint(Act::OpenJointRequest, USERS),
    on_joint(Act::JoinJointRequest, USERS),
    on_joint(Act::AnswerJointRequest, BOOKKEEPERS),
];
