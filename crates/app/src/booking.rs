//! Bookings of instruments: judged by one engine on every way in, kept under a hold on the instrument.
//!
//! Invariants: whatever takes or frees time holds the instrument's name first; a booking that is
//! refused keeps everything as it was; what a reader may not know is not told by a refusal either.

mod access_end;
mod board;
mod bring;
pub(crate) mod change;
mod decide;
mod free;
pub(crate) mod fund;
mod link;
pub(crate) mod make;
mod outage;
mod price;
mod reading;
mod rule;
pub(crate) mod scene;
mod series;
mod series_end;
mod settle;
mod tend;
pub(crate) mod tie;
mod training;

pub use access_end::SetAccess;
pub use board::{Board, BoardRow};
mod transfer;

pub use bring::{BringBookings, CalendarBrought, CalendarRow, CalendarRowTold, calendar_rows};
pub use change::{CancelBooking, MoveBooking};
pub use decide::DecideBooking;
pub use free::{FreeAsk, FreeSlot};
pub use link::{CalendarLinkMade, CalendarText, MakeCalendarLink, RevokeCalendarLink};
pub use make::{Book, BookAsk};
pub use outage::{DeclareOutage, EndOutage, OutageDeclared, OutagesView};
pub use price::{Estimate, VoucherPart};
pub use reading::{BookingView, Checked, Piece, WeekView};
pub use rule::{
    GrantQualification, QualificationChanged, RulesSet, RulesView, SetBookingRules, Target,
    WithdrawQualification,
};
pub use series::{BookSeries, InstanceTold, SeriesAsk, SeriesMade};
pub use series_end::{CancelSeries, InstanceKept, SeriesEnded};
pub use settle::SettleBooking;
pub use store::booking_rule::Outage;
pub use store::calendar_link::CalendarLink;
pub use tend::LapseBooking;
pub use training::{
    AnswerTraining, AskTraining, BlockPerson, ConfirmNotice, OwnTrust, Reputation, TrainPerson,
    TrainingChanged, TrustView, Trusting, UnblockPerson,
};
pub use transfer::{OfferBooking, TakeBooking};

use crate::act::{About, Cx, Stop};
use access::{Actor, Role, Thing};
use base::{BookingId, Instant, OrganisationId, PersonId, Reference, Refusal};
use instruments::Instrument;
use instruments::accessory::offered;
use instruments::approval::{Answerer, Step};
use instruments::booking::Booking;
use instruments::problem::Problem;
use instruments::sheet::Accessory;

/// Roles that make somebody one of an owner's people.
const PEOPLE: &[Role] =
    &[Role::Member, Role::FirmMember, Role::TransferOfficer, Role::FirmAdministrator];
/// Roles that answer for an owner's instruments.
const MANAGERS: &[Role] = &[Role::TransferOfficer, Role::FirmAdministrator];

/// Whether somebody operates the instrument, as one of its owner's people.
pub fn is_staff(it: &Instrument, actor: &Actor) -> bool {
    let operates = actor.person.is_some_and(|person| it.is_operated_by(person));
    operates && actor.organisations_with(PEOPLE).contains(&it.owner)
}

/// Whether somebody answers for the instrument.
pub fn is_manager(it: &Instrument, actor: &Actor) -> bool {
    actor.organisations_with(MANAGERS).contains(&it.owner)
}

/// Whether somebody answers for an organisation, and so leads those who book for it.
pub(crate) fn leads(organisation: Option<OrganisationId>, actor: &Actor) -> bool {
    organisation.is_some_and(|id| actor.organisations_with(MANAGERS).contains(&id))
}

/// As whom somebody may answer a request.
pub(crate) fn answerer(booking: &Booking, it: &Instrument, actor: &Actor) -> Answerer {
    Answerer {
        leads: leads(booking.organisation, actor),
        is_staff: is_staff(it, actor),
        is_manager: is_manager(it, actor),
    }
}

/// What access judges of a booking: it belongs to its person, and is a matter of the instrument's
/// owner; for whoever operates the instrument it is theirs, and of a desk whose leader is asked.
pub fn thing_of(booking: &Booking, it: &Instrument, actor: &Actor) -> Thing {
    let person = if is_staff(it, actor) { actor.person } else { Some(booking.person) };
    // Whose leader is asked is a desk of it, before and after the answer.
    let is_led = booking.steps.iter().any(|stage| stage.step == Step::Leader);
    Thing {
        owner: Some(it.owner),
        desk: booking.organisation.filter(|_| is_led),
        person,
        state: it.state().word(),
        label: it.label.clone(),
    }
}

/// What a change of a booking tells its caller.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct BookingChanged {
    pub booking: BookingId,
    pub reference: Reference,
    pub state: String,
    pub version: u64,
    pub starts_at: Instant,
    pub ends_at: Instant,
    /// What staff let pass, and what is worth knowing.
    pub warnings: Vec<Problem>,
}

impl BookingChanged {
    pub(crate) fn of(it: &Booking, warnings: Vec<Problem>) -> Self {
        Self {
            booking: it.id,
            reference: it.reference.clone(),
            state: it.state.code().to_owned(),
            version: it.version,
            starts_at: it.span.start(),
            ends_at: it.span.end(),
            warnings,
        }
    }
}

/// Records what happened to a booking.
pub(crate) fn told(cx: &mut Cx<'_, '_>, it: &Instrument, booking: &Booking, kind: &str) {
    let about = About {
        thing: booking.id.to_string(),
        version: booking.version,
        owner: Some(it.owner),
        label: &it.label,
        state: booking.state.code(),
    };
    let body = serde_json::json!({
        "instrument": it.id,
        "person": booking.person,
        "starts_at": booking.span.start(),
        "ends_at": booking.span.end(),
        "passed": booking.passed.iter().map(|code| code.code()).collect::<Vec<_>>(),
        "reason": booking.reason,
    });
    cx.event(kind, about, body);
}

/// A booking with its instrument; a missing one looks like a hidden one.
pub(crate) fn find(tx: &mut store::Tx<'_>, id: BookingId) -> Result<(Booking, Instrument), Stop> {
    let booking = store::booking::find(tx, id)?.ok_or_else(Refusal::not_found)?;
    let it = store::instrument::find(tx, booking.instrument)?.ok_or_else(Refusal::not_found)?;
    Ok((booking, it))
}

/// The reasons of problems, in their order.
pub(crate) fn refusals(problems: &[Problem]) -> Vec<Refusal> {
    problems.iter().map(Problem::refusal).collect()
}

/// Who is asked about, where nobody else is named: the asker.
pub(crate) fn beneficiary(named: Option<PersonId>, actor: &Actor) -> Result<PersonId, Refusal> {
    named.or(actor.person).ok_or_else(crate::account::sign_in_required)
}

/// What may be lent with an instrument, with what it shares.
pub(crate) fn accessories_of(
    tx: &mut store::Tx<'_>,
    it: &Instrument,
) -> Result<Vec<Accessory>, store::StoreError> {
    let (rules, _) = scene::rules_of(tx, it)?;
    Ok(offered(&it.sheet.accessories, &rules.shared_accessories.value))
}
