//! Uses: begun and ended at the instrument, entered by staff afterwards, charged as they end.
//!
//! What a use costs is posted in the books, and what was served written into the ledger of services,
//! in the act that ends it.

pub(crate) mod books;
mod charging;
mod door;
mod enter;
mod finish;
mod reading;
mod relay;
mod start;

pub use books::{claims_account, earned_account, owed_account, voucher_account};
pub(crate) use charging::{Charging, Delivered, prepare, reprice};
pub use enter::EnterUse;
pub use finish::{HaltUse, StopUse};
pub use reading::{Kiosk, Running, UsePage, UseRow, UseView};
pub use relay::{RelayChanged, RelayView, SetRelay, SettleRelayProblem};
pub use start::StartUse;

use crate::act::{About, Cx, Stop};
use access::{Actor, Role, Thing};
use base::{ChargeId, InstrumentId, Label, Level, OrganisationId, Refusal, UseId};
use instruments::Instrument;
use instruments::usage::Kept;

/// What a change of a use tells its caller.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct UseChanged {
    #[serde(rename = "use")]
    pub id: UseId,
    pub instrument: InstrumentId,
    pub is_running: bool,
    pub version: u64,
    /// The line that charges it, where it costs anything.
    pub charge: Option<ChargeId>,
    /// What the customer pays, in minor units.
    pub pays: i64,
    /// Whether the instrument's relay is to be told.
    #[serde(default)]
    pub has_relay: bool,
}

impl UseChanged {
    fn of(it: &Kept, charge: Option<&instruments::charge::Kept>) -> Self {
        Self {
            id: it.id,
            instrument: it.instrument,
            is_running: it.stopped_at.is_none(),
            version: it.version,
            charge: charge.map(|line| line.id),
            pays: charge.map_or(0, |line| line.chain.pays),
            has_relay: false,
        }
    }
}

/// The label of uses and lines: known to both sides and the office.
pub(crate) fn label() -> Label {
    Label::at(Level::Members)
}

/// What access judges of a use: its customer owns it, the unit is its desk; who operates the
/// instrument has it as the own.
pub(crate) fn thing_of(it: &Kept, instrument: Option<&Instrument>, actor: &Actor) -> Thing {
    let operates = |person| instrument.is_some_and(|found| found.is_operated_by(person));
    let is_own = |person: &base::PersonId| *person == it.person || operates(*person);
    Thing {
        owner: Some(it.organisation),
        desk: Some(it.unit),
        person: actor.person.filter(is_own),
        label: label(),
        ..Thing::default()
    }
}

/// The organisations for which somebody may stand at an instrument.
pub(crate) fn customers_of(actor: &Actor) -> Vec<OrganisationId> {
    let roles = [Role::Member, Role::FirmMember, Role::FirmAdministrator, Role::TransferOfficer];
    let mut all: Vec<OrganisationId> =
        actor.roles.iter().filter(|(_, role)| roles.contains(role)).map(|(id, _)| *id).collect();
    all.sort_unstable();
    all.dedup();
    all
}

fn find(cx: &mut Cx<'_, '_>, id: UseId) -> Result<Kept, Stop> {
    Ok(store::usage::find(cx.tx, id)?.ok_or_else(Refusal::not_found)?)
}

/// Records what happened to a use.
fn told(cx: &mut Cx<'_, '_>, it: &Kept, kind: &str, body: serde_json::Value) {
    let label = label();
    let about = About {
        thing: it.id.to_string(),
        version: it.version,
        owner: Some(it.organisation),
        label: &label,
        state: if it.stopped_at.is_none() { "running" } else { "over" },
    };
    cx.event(kind, about, body);
}
