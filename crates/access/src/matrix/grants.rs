//! What the rows of the matrix are made of: who may, of which noun, how fresh a proof.

use crate::row::{Act, Grant, Rate, Row, Rule};
use crate::{Assurance, Role, Scope};
use Assurance::{Anonymous, Fresh};
use Role::{
    AgencyOfficer, AuditAdministrator, ConfidentialityOfficer, FirmAdministrator, FirmMember,
    Member, Operator, Reviewer, SecurityAdministrator, StatisticsOfficer, SystemAdministrator,
    TransferOfficer,
};
use Rule::{All, Holds, HoldsAtDesk, HoldsInOwner, Not, Own, State};

pub(super) const fn to(view: &'static str, when: Rule) -> Grant {
    Grant { when, view }
}

/// States in which others than the owner know of a technology.
pub(super) const SHOWN: Rule = State(&["confirmed", "withdrawn"]);
/// Who works on an owner's technologies.
pub(super) const OWNERS: Rule = HoldsInOwner(&[TransferOfficer]);
/// Who runs the city's catalogue, with every right a transfer officer has except the owner's word.
pub(super) const DESK: Rule = Holds(&[AgencyOfficer, Operator]);
/// Who looks after the machines.
pub(super) const MACHINES: Rule = Holds(&[SystemAdministrator, Operator]);
/// Who may see stubs of every owner, because review needs it.
pub(super) const REVIEWERS: Rule = Holds(&[AgencyOfficer, ConfidentialityOfficer, Operator]);
/// The three administrators have no business role (GB/T 22239-2019, separation of administrators).
pub(super) const MACHINERY: Rule =
    All(&[Holds(&[SystemAdministrator, SecurityAdministrator, AuditAdministrator]), Not(&DESK)]);

pub(super) const LOOK_GRANTS: &[Grant] =
    &[to("owner", OWNERS), to("officer", REVIEWERS), to("public", SHOWN)];

/// Who may ask for emergency access: officers of the city, reviewers, and those of the machinery.
pub(super) const EMERGENCY_ASKERS: Rule = Holds(&[
    AgencyOfficer,
    ConfidentialityOfficer,
    Reviewer,
    StatisticsOfficer,
    SystemAdministrator,
    SecurityAdministrator,
    AuditAdministrator,
]);
/// Who answers for a matter that was opened in an emergency.
pub(super) const EMERGENCY_OWNERS: Rule = HoldsInOwner(&[TransferOfficer, ConfidentialityOfficer]);

pub(super) const fn on_emergency(act: Act, grants: &'static [Grant]) -> Row {
    Row {
        look: Some(Act::LookAtEmergency),
        ..row(act, "emergency", grants, Scope::CasesWrite, Rate::Write)
    }
}

/// Who looks after the people of one organisation.
pub(super) const COLLEAGUES: &[Grant] = &[to("owner", HoldsInOwner(&[FirmAdministrator]))];

/// States of a case in which somebody wants to join a firm: its administrator's matter alone.
pub(super) const JOINING: Rule = State(&[
    "join-asked",
    "join-declined",
    "join-at-office",
    "joined",
    "join-refused",
    "join-withdrawn",
]);

/// Who works on a case: people of its desk, people of its owner, whoever opened it.
pub(super) const CASE_GRANTS: &[Grant] = &[
    to("officer", HoldsAtDesk(&[AgencyOfficer, ConfidentialityOfficer, Reviewer])),
    to("owner", HoldsInOwner(&[TransferOfficer, ConfidentialityOfficer, Reviewer])),
    to("owner", All(&[HoldsInOwner(&[FirmAdministrator]), JOINING])),
    to("opener", Own),
];

pub(super) const fn on_case(act: Act) -> Row {
    Row {
        prohibitions: &[MACHINERY],
        look: Some(Act::LookAtCase),
        ..row(act, "case", CASE_GRANTS, Scope::CasesWrite, Rate::Write)
    }
}

pub(super) const fn row(
    act: Act,
    noun: &'static str,
    grants: &'static [Grant],
    scope: Scope,
    rate: Rate,
) -> Row {
    Row {
        act,
        noun,
        grants,
        prohibitions: &[],
        look: None,
        scope,
        rate,
        assurance: Anonymous,
        is_enrolling: false,
    }
}

pub(super) const fn on_technology(act: Act, grants: &'static [Grant], rate: Rate) -> Row {
    Row {
        act,
        noun: "technology",
        grants,
        prohibitions: &[MACHINERY],
        look: Some(Act::LookAtTechnology),
        scope: Scope::TechnologiesWrite,
        rate,
        assurance: Anonymous,
        is_enrolling: false,
    }
}

/// The same row for somebody who has proved within five minutes who it is.
pub(super) const fn fresh(row: Row) -> Row {
    Row { assurance: Fresh, ..row }
}

/// The same row, also for somebody who has yet to enrol a second factor.
pub(super) const fn enrolling(row: Row) -> Row {
    Row { is_enrolling: true, ..row }
}

pub(super) const OWN: &[Grant] = &[to("owner", Own)];

/// A row of one's own account.
pub(super) const fn own(act: Act, rate: Rate) -> Row {
    row(act, "account", OWN, Scope::Account, rate)
}

/// A row of what somebody does about the own tasks.
pub(super) const fn own_of_cases(act: Act, scope: Scope, rate: Rate) -> Row {
    Row { prohibitions: &[MACHINERY], ..row(act, "case", OWN, scope, rate) }
}

/// Who makes bulletins of an organisation.
pub(super) const BULLETIN_DESK: Rule = HoldsInOwner(&[AgencyOfficer, Operator]);

pub(super) const fn on_bulletin(act: Act, grants: &'static [Grant]) -> Row {
    Row {
        prohibitions: &[MACHINERY],
        look: Some(Act::LookAtBulletin),
        ..row(act, "bulletin", grants, Scope::TechnologiesWrite, Rate::Write)
    }
}

/// A row of what somebody does about the own saved searches.
pub(super) const fn saved(act: Act, rate: Rate) -> Row {
    row(act, "saved-search", OWN, Scope::Account, rate)
}

/// Who looks after what an organisation is told by webhooks.
pub(super) const WEBHOOK_KEEPERS: &[Grant] =
    &[to("owner", HoldsInOwner(&[FirmAdministrator, TransferOfficer, AgencyOfficer]))];

pub(super) const fn on_webhook(act: Act) -> Row {
    on_party(act, "webhook", WEBHOOK_KEEPERS, Act::LookAtWebhook)
}

pub(super) const fn on_listing(act: Act, grants: &'static [Grant]) -> Row {
    Row { noun: "listing", ..on_technology(act, grants, Rate::Write) }
}

/// What everybody may see.
pub(super) const ANYBODY: &[Grant] = &[to("public", Rule::Anyone)];

/// Who answers for an owner's instruments.
pub(super) const INSTRUMENT_OWNERS: Rule = HoldsInOwner(&[TransferOfficer, FirmAdministrator]);
/// Who operates an instrument, while they have a place with its owner.
pub(super) const INSTRUMENT_OPERATORS: Rule =
    All(&[Own, HoldsInOwner(&[Member, FirmMember, TransferOfficer, FirmAdministrator])]);
/// Who sees an instrument, and as whom.
pub(super) const INSTRUMENT_GRANTS: &[Grant] = &[
    to("owner", INSTRUMENT_OWNERS),
    to("staff", INSTRUMENT_OPERATORS),
    to("officer", DESK),
    to("public", State(&["listed", "retired"])),
];
/// Who decides over an instrument as a whole.
pub(super) const INSTRUMENT_KEEPERS: &[Grant] =
    &[to("owner", INSTRUMENT_OWNERS), to("officer", DESK)];
/// Who writes its sheet.
pub(super) const INSTRUMENT_STAFF: &[Grant] =
    &[to("owner", INSTRUMENT_OWNERS), to("staff", INSTRUMENT_OPERATORS), to("officer", DESK)];

/// Who sees the agreements of an organisation on services.
pub(super) const AGREEMENT_GRANTS: &[Grant] = &[
    to("people", HoldsInOwner(&[Member, FirmMember, FirmAdministrator, TransferOfficer])),
    to("officer", DESK),
];

/// Who sets what switches an instrument.
pub(super) const RELAY_KEEPERS: &[Grant] =
    &[to("owner", INSTRUMENT_OWNERS), to("staff", INSTRUMENT_OPERATORS)];

pub(super) const fn on_instrument(act: Act, grants: &'static [Grant]) -> Row {
    Row {
        prohibitions: &[MACHINERY],
        look: Some(Act::LookAtInstrument),
        ..row(act, "instrument", grants, Scope::InstrumentsWrite, Rate::Write)
    }
}

/// Who books time: anybody whom we know, on what is shown.
pub(super) const BOOKERS: &[Grant] = &[
    to("owner", INSTRUMENT_OWNERS),
    to("staff", INSTRUMENT_OPERATORS),
    to("customer", All(&[Rule::Assured(Assurance::SignedIn), State(&["listed", "retired"])])),
];
/// Anybody who is signed in.
pub(super) const KNOWN: &[Grant] = &[to("reader", Rule::Assured(Assurance::SignedIn))];

pub(super) const fn on_area(act: Act, grants: &'static [Grant]) -> Row {
    Row {
        prohibitions: &[MACHINERY],
        look: Some(Act::LookAtArea),
        ..row(act, "area", grants, Scope::InstrumentsWrite, Rate::Write)
    }
}

/// Who sees and changes a booking: its person, and the people of the instrument.
pub(super) const BOOKING_GRANTS: &[Grant] = &[
    to("owner", INSTRUMENT_OWNERS),
    to("staff", INSTRUMENT_OPERATORS),
    to("officer", DESK),
    to("customer", Own),
];
/// Who looks at a booking: where the leader of its person's group is asked, the leader too.
pub(super) const BOOKING_LOOKERS: &[Grant] = &[
    to("owner", INSTRUMENT_OWNERS),
    to("staff", INSTRUMENT_OPERATORS),
    to("officer", DESK),
    to("customer", Own),
    to("leader", UNIT),
];
/// Who answers requests for time, each in turn.
pub(super) const BOOKING_DECIDERS: &[Grant] =
    &[to("owner", INSTRUMENT_OWNERS), to("staff", INSTRUMENT_OPERATORS), to("leader", UNIT)];

pub(super) const fn on_booking(act: Act, grants: &'static [Grant]) -> Row {
    Row {
        prohibitions: &[MACHINERY],
        look: Some(Act::LookAtBooking),
        ..row(act, "booking", grants, Scope::InstrumentsWrite, Rate::Write)
    }
}
/// Who stands at instruments for an organisation, and orders for it.
pub(super) const USERS: &[Grant] =
    &[to("customer", HoldsInOwner(&[Member, FirmMember, FirmAdministrator, TransferOfficer]))];
/// Who answers for a unit's instruments, where the unit is the desk.
pub(super) const UNIT: Rule = HoldsAtDesk(&[TransferOfficer, FirmAdministrator]);
/// Who sees a use: the user, who answers for either side, the office.
pub(super) const USE_GRANTS: &[Grant] = &[
    to("unit", UNIT),
    to("user", Own),
    to("customer", HoldsInOwner(&[FirmAdministrator, TransferOfficer])),
    to("officer", DESK),
];
/// Who sees a line of a statement.
pub(super) const CHARGE_GRANTS: &[Grant] = USE_GRANTS;
/// Who says that a line is wrong.
pub(super) const DISPUTERS: &[Grant] =
    &[to("user", Own), to("customer", HoldsInOwner(&[FirmAdministrator, TransferOfficer]))];
/// Who sees a voucher.
pub(super) const VOUCHER_GRANTS: &[Grant] = &[
    to("holder", HoldsInOwner(&[Member, FirmMember, FirmAdministrator, TransferOfficer])),
    to("officer", DESK),
];
/// Who claims what was redeemed, and who pays it.
pub(super) const REDEMPTION_GRANTS: &[Grant] = &[
    to("unit", All(&[HoldsInOwner(&[TransferOfficer, FirmAdministrator]), State(&["claim"])])),
    to("officer", All(&[DESK, State(&["pay"])])),
];
/// Who sees rows of the ledger of services.
pub(super) const RECORD_GRANTS: &[Grant] = &[to("unit", INSTRUMENT_OWNERS), to("officer", DESK)];
pub(super) const fn seen_use(
    act: Act,
    noun: &'static str,
    grants: &'static [Grant],
    rate: Rate,
) -> Row {
    Row { prohibitions: &[MACHINERY], ..row(act, noun, grants, Scope::InstrumentsRead, rate) }
}

pub(super) const fn on_use(act: Act, grants: &'static [Grant]) -> Row {
    Row { noun: "use", look: Some(Act::LookAtUse), ..on_instrument(act, grants) }
}

pub(super) const fn on_charge(act: Act, grants: &'static [Grant]) -> Row {
    Row { noun: "charge", look: Some(Act::LookAtCharge), ..on_instrument(act, grants) }
}

pub(super) const fn on_voucher(act: Act, grants: &'static [Grant]) -> Row {
    Row { noun: "voucher", look: Some(Act::LookAtVoucher), ..on_instrument(act, grants) }
}

/// Who sees an account: whoever answers for its owner, and the city's office.
pub(super) const ACCOUNT_GRANTS: &[Grant] =
    &[to("officer", DESK), to("owner", HoldsInOwner(&[TransferOfficer, FirmAdministrator]))];

/// Every state of a lot is shown to whoever may see its technology.
pub(super) const LOT_STATES: Rule =
    State(&["announced", "open", "sold", "signed", "unsuccessful", "withdrawn", "called-off"]);
pub(super) const LOT_GRANTS: &[Grant] =
    &[to("owner", OWNERS), to("officer", DESK), to("public", LOT_STATES)];
/// Who announces a lot and answers for its terms.
pub(super) const LOT_KEEPERS: &[Grant] = &[to("owner", OWNERS), to("officer", DESK)];
/// Who bids for an organisation.
pub(super) const BIDDERS: &[Grant] =
    &[to("bidder", HoldsInOwner(&[FirmMember, FirmAdministrator, Member, TransferOfficer]))];

/// Who keeps a key to sealed bids: nobody but the people that the terms of the lot name.
pub(super) const TRUSTEES: &[Grant] = &[to("trustee", Own)];

pub(super) const fn on_lot(act: Act, grants: &'static [Grant], rate: Rate) -> Row {
    Row {
        prohibitions: &[MACHINERY],
        look: Some(Act::LookAtLot),
        ..row(act, "lot", grants, Scope::TechnologiesWrite, rate)
    }
}

/// A row of who reads the books.
pub(super) const fn reads_books(act: Act, rate: Rate) -> Row {
    Row {
        prohibitions: &[MACHINERY],
        ..row(act, "ledger", ACCOUNT_GRANTS, Scope::LedgerRead, rate)
    }
}

/// Who looks after a company's register of shares: its own administrators, where it is the desk.
pub(super) const REGISTRARS: Rule = HoldsAtDesk(&[FirmAdministrator]);
/// Who knows of a venture: the institute's officers, the company's, the office that supervises.
pub(super) const VENTURE_GRANTS: &[Grant] =
    &[to("owner", OWNERS), to("company", REGISTRARS), to("officer", DESK)];
/// Who answers for the institute's side of a venture.
pub(super) const CONTRIBUTORS: &[Grant] = &[to("owner", OWNERS)];
/// Who enters holders: either side.
pub(super) const VENTURE_SIDES: &[Grant] = &[to("owner", OWNERS), to("company", REGISTRARS)];
/// Who says that something stands against a step with the state's assets.
pub(super) const OBJECTORS: &[Grant] = &[to("owner", OWNERS), to("officer", DESK)];
/// Whose holding it is: a person's, or an organisation's as its people see it.
pub(super) const HOLDING_GRANTS: &[Grant] =
    &[to("holder", Own), to("holder", HoldsInOwner(&[TransferOfficer, FirmAdministrator]))];

pub(super) const fn on_venture(act: Act, grants: &'static [Grant]) -> Row {
    Row {
        prohibitions: &[MACHINERY],
        look: Some(Act::LookAtVenture),
        ..row(act, "venture", grants, Scope::TechnologiesWrite, Rate::Write)
    }
}

/// A row of somebody who looks at ventures or holdings.
pub(super) const fn seen_venture(act: Act, grants: &'static [Grant], rate: Rate) -> Row {
    Row { prohibitions: &[MACHINERY], ..row(act, "venture", grants, Scope::TechnologiesRead, rate) }
}

/// Who sees a deal: whoever may answer for a side of it, and the city's office.
pub(super) const DEAL_GRANTS: &[Grant] = &[
    to("party", HoldsInOwner(&[FirmMember, FirmAdministrator, Member, TransferOfficer])),
    to("officer", DESK),
];

pub(super) const fn on_deal(act: Act, grants: &'static [Grant]) -> Row {
    Row {
        prohibitions: &[MACHINERY],
        look: Some(Act::LookAtDeal),
        ..row(act, "deal", grants, Scope::TechnologiesWrite, Rate::Write)
    }
}

/// Who speaks for an organisation in contracts.
const SPEAKERS: &[Role] = &[TransferOfficer, FirmAdministrator, FirmMember];
pub(super) const ACQUIRERS: Rule = HoldsAtDesk(SPEAKERS);
pub(super) const CONTRACT_PARTIES: &[Grant] =
    &[to("provider", HoldsInOwner(SPEAKERS)), to("acquirer", ACQUIRERS)];
pub(super) const CONTRACT_GRANTS: &[Grant] =
    &[to("provider", HoldsInOwner(SPEAKERS)), to("acquirer", ACQUIRERS), to("officer", DESK)];
/// Who fills in the form of a registration: whoever applies, and the office.
pub(super) const FILERS: &[Grant] = &[to("provider", HoldsInOwner(SPEAKERS)), to("officer", DESK)];
/// Who sees what an organisation's income is divided into.
pub(super) const INCOME_GRANTS: &[Grant] =
    &[to("owner", HoldsInOwner(&[TransferOfficer, FirmAdministrator])), to("officer", DESK)];

pub(super) const fn on_contract(act: Act, grants: &'static [Grant]) -> Row {
    Row {
        prohibitions: &[MACHINERY],
        look: Some(Act::LookAtContract),
        ..row(act, "contract", grants, Scope::CasesWrite, Rate::Write)
    }
}

/// Who keeps the books.
pub(super) const BOOKKEEPERS: &[Grant] = &[to("officer", DESK)];

/// A row of who moves what the books say: the city's office, with a fresh proof.
pub(super) const fn on_books(act: Act) -> Row {
    fresh(Row {
        prohibitions: &[MACHINERY],
        ..row(act, "ledger", BOOKKEEPERS, Scope::LedgerWrite, Rate::Write)
    })
}

/// A row of who reads payment orders.
pub(super) const fn reads_orders(act: Act) -> Row {
    Row {
        prohibitions: &[MACHINERY],
        ..row(act, "order", ACCOUNT_GRANTS, Scope::LedgerRead, Rate::Read)
    }
}

/// A row of who makes payment orders.
pub(super) const fn on_orders(act: Act) -> Row {
    Row {
        prohibitions: &[MACHINERY],
        look: Some(Act::LookAtOrder),
        ..row(act, "order", BOOKKEEPERS, Scope::LedgerWrite, Rate::Write)
    }
}

/// A row of who works with statements of banks.
pub(super) const fn on_bank(act: Act) -> Row {
    Row {
        prohibitions: &[MACHINERY],
        ..row(act, "bank", BOOKKEEPERS, Scope::LedgerWrite, Rate::Write)
    }
}

pub(super) const fn on_party(
    act: Act,
    noun: &'static str,
    grants: &'static [Grant],
    look: Act,
) -> Row {
    Row { look: Some(look), ..row(act, noun, grants, Scope::PartiesWrite, Rate::Write) }
}
