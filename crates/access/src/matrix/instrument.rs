//! Instruments, bookings, uses and what they cost, standards.

use super::grants::*;
use crate::row::{Act, Rate, Row, Rule};
use crate::{Assurance, Role, Scope};
use Assurance::SignedIn;
use Role::Operator;
use Rule::{Anyone, Assured, Holds};

pub(super) const ROWS: &[Row] = &[
    // Instruments: everybody sees what is shown; what is hidden is its owner's and the office's.
    // The thing of a person's look is the instrument as that person's, where they operate it.
    row(Act::LookAtInstrument, "instrument", INSTRUMENT_GRANTS, Scope::InstrumentsRead, Rate::Read),
    row(
        Act::ListInstruments,
        "instrument",
        INSTRUMENT_GRANTS,
        Scope::InstrumentsRead,
        Rate::Search,
    ),
    row(
        Act::ExportInstruments,
        "instrument",
        INSTRUMENT_GRANTS,
        Scope::InstrumentsRead,
        Rate::Export,
    ),
    Row {
        look: Some(Act::LookAtOrganisation),
        ..on_instrument(Act::CreateInstrument, INSTRUMENT_KEEPERS)
    },
    on_instrument(Act::ReviseInstrument, INSTRUMENT_STAFF),
    on_instrument(Act::MoveInstrument, INSTRUMENT_KEEPERS),
    Row {
        look: Some(Act::LookAtOrganisation),
        ..on_instrument(Act::ImportInstruments, INSTRUMENT_KEEPERS)
    },
    Row { look: None, ..on_instrument(Act::NameClasses, BOOKKEEPERS) },
    // Bookings: of whoever we know; seen by their person and the people of the instrument.
    on_instrument(Act::BookTime, BOOKERS),
    on_instrument(Act::SetBookingRules, INSTRUMENT_STAFF),
    on_instrument(Act::DeclareOutage, INSTRUMENT_STAFF),
    on_instrument(Act::QualifyPeople, INSTRUMENT_STAFF),
    on_instrument(Act::KeepUpkeep, INSTRUMENT_STAFF),
    // Whoever stands before it and finds it broken says so.
    on_instrument(Act::ReportFault, BOOKERS),
    // What switches an instrument stands inside the house: for its own people alone.
    on_instrument(Act::KeepRelay, RELAY_KEEPERS),
    row(Act::LookAtBooking, "booking", BOOKING_LOOKERS, Scope::InstrumentsRead, Rate::Read),
    row(Act::ListBookings, "booking", OWN, Scope::InstrumentsRead, Rate::Read),
    on_booking(Act::ChangeBooking, BOOKING_GRANTS),
    on_booking(Act::DecideBooking, BOOKING_DECIDERS),
    row(
        Act::TendBookings,
        "booking",
        &[to("officer", Holds(&[Operator]))],
        Scope::InstrumentsWrite,
        Rate::Write,
    ),
    row(Act::KeepCalendarLinks, "booking", OWN, Scope::InstrumentsWrite, Rate::Write),
    // Waiting for time is one's own matter; which instruments can be waited for the act asks itself.
    row(Act::KeepWishes, "booking", OWN, Scope::InstrumentsWrite, Rate::Write),
    // The address of a calendar carries the proof that it may be read.
    row(Act::ReadCalendar, "booking", &[to("public", Anyone)], Scope::InstrumentsRead, Rate::Read),
    // Rooms are for people who are known; their owner keeps them, and whoever is known books them.
    row(Act::LookAtArea, "area", KNOWN, Scope::InstrumentsRead, Rate::Read),
    on_area(Act::KeepAreas, INSTRUMENT_KEEPERS),
    on_area(Act::BookArea, KNOWN),
    // Standards are public; the office keeps them, and anybody signed in is told of changes.
    row(Act::LookAtStandard, "standard", ANYBODY, Scope::InstrumentsRead, Rate::Read),
    row(Act::ListStandards, "standard", ANYBODY, Scope::InstrumentsRead, Rate::Search),
    Row {
        prohibitions: &[MACHINERY],
        ..row(Act::SaveStandard, "standard", BOOKKEEPERS, Scope::InstrumentsWrite, Rate::Write)
    },
    row(
        Act::FollowStandard,
        "standard",
        &[to("reader", Assured(SignedIn))],
        Scope::InstrumentsWrite,
        Rate::Write,
    ),
    // Uses and what they cost: the customer's organisation owns them, the unit is their desk; whoever
    // operates the instrument has its uses as the own.
    on_instrument(Act::SetTariff, INSTRUMENT_STAFF),
    Row {
        look: Some(Act::LookAtOrganisation),
        ..on_instrument(Act::SetCustomerClass, INSTRUMENT_KEEPERS)
    },
    // Agreements on services: both sides' people see them, the unit records them.
    Row {
        prohibitions: &[MACHINERY],
        look: Some(Act::LookAtOrganisation),
        ..row(
            Act::ListAgreements,
            "agreement",
            AGREEMENT_GRANTS,
            Scope::InstrumentsRead,
            Rate::Search,
        )
    },
    Row {
        prohibitions: &[MACHINERY],
        look: Some(Act::LookAtOrganisation),
        ..row(
            Act::KeepAgreements,
            "agreement",
            INSTRUMENT_KEEPERS,
            Scope::InstrumentsWrite,
            Rate::Write,
        )
    },
    on_instrument(Act::EnterUse, INSTRUMENT_STAFF),
    Row { look: None, ..on_use(Act::StartUse, USERS) },
    on_use(Act::StopUse, USE_GRANTS),
    // What is said of a use: by its user alone, which the act asks; read with the use, and by the
    // instrument's people as a list.
    on_use(Act::GiveFeedback, &[to("user", Rule::Own)]),
    Row {
        scope: Scope::InstrumentsRead,
        rate: Rate::Search,
        ..on_instrument(Act::ListFeedback, INSTRUMENT_STAFF)
    },
    seen_use(Act::LookAtUse, "use", USE_GRANTS, Rate::Read),
    seen_use(Act::ListUses, "use", USE_GRANTS, Rate::Search),
    seen_use(Act::LookAtCharge, "charge", CHARGE_GRANTS, Rate::Read),
    seen_use(Act::ListCharges, "charge", CHARGE_GRANTS, Rate::Search),
    on_charge(Act::DisputeCharge, DISPUTERS),
    on_charge(Act::DecideAdjustment, &[to("unit", UNIT)]),
    // Vouchers: their holder's, and the office's that issues them. A redemption is the unit's.
    seen_use(Act::LookAtVoucher, "voucher", VOUCHER_GRANTS, Rate::Read),
    seen_use(Act::ListVouchers, "voucher", VOUCHER_GRANTS, Rate::Search),
    Row { look: None, ..fresh(on_voucher(Act::FundProgramme, BOOKKEEPERS)) },
    Row { look: None, ..fresh(on_voucher(Act::IssueVoucher, BOOKKEEPERS)) },
    Row { look: None, ..on_voucher(Act::MoveRedemption, REDEMPTION_GRANTS) },
    // The ledger of services: the unit's own rows, and the office's.
    seen_use(Act::LookAtRecord, "service-record", RECORD_GRANTS, Rate::Read),
    seen_use(Act::ListRecords, "service-record", RECORD_GRANTS, Rate::Export),
    Row {
        look: Some(Act::LookAtRecord),
        ..row(
            Act::AnswerRecord,
            "service-record",
            RECORD_GRANTS,
            Scope::InstrumentsWrite,
            Rate::Write,
        )
    },
];
