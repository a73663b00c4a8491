//! Contracts: drafted out of an award or freely, signed in steps, paid, divided, registered.
//!
//! Every decision is the crate `contract`'s; here stand who acts for which party, the rows, the
//! log, and what the books do. The provider is the owner of the technology, so that access judges it
//! as owner; the acquirer stands in the place of the desk.

mod draft;
mod filing;
mod income;
mod milestone;
mod payment;
mod prefill;
mod reading;
mod receivable;
mod revise;
mod royalty;
mod rules;
mod sign;
mod step;
mod template;

pub use draft::{DraftContract, DraftFrom};
pub use filing::{DecideFiling, FillFiling, SubmitFiling, form_term, in_form};
pub use income::{DivideIncome, Planned, beneficiary_account, cost_account, tax_account};
pub use milestone::{Mark, MarkMilestone};
pub use payment::{ConfirmPayment, income_account};
pub(crate) use payment::{ROYALTY, payment_faults, take_in};
pub use prefill::rule_defaults;
pub(crate) use reading::signs_next;
pub use reading::{
    ContractOffers, ContractPage, ContractRow, ContractView, IncomeView, Registration, Statistics,
    VersionView,
};
pub(crate) use receivable::open_items;
pub use receivable::{Receivable, Receivables};
pub use revise::ReviseContract;
pub use royalty::{ReportSales, Royalties};
pub use rules::DeclareIncomeRules;
pub use sign::{OfferContract, SignContract};
pub use step::{LapseOffer, MoveContract, Turn};
pub use template::{STANDARD_NAME, SaveTemplate, TemplateSaved, Templates};

pub use store::contract::filing_state;

use crate::act::{About, Cx, Stop};
use ::contract::Flaw;
use ::contract::kept::{Kept, Moved};
use access::{Actor, Role, Thing};
use base::{Class, ContractId, Date, OrganisationId, Reference, Refusal};
use std::borrow::Cow;

/// Who speaks for an organisation in contracts; the rows of the matrix say the same.
pub(crate) const SPEAKERS: &[Role] =
    &[Role::TransferOfficer, Role::FirmAdministrator, Role::FirmMember];

/// What a change of a contract tells its caller.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct ContractChanged {
    pub contract: ContractId,
    pub reference: Reference,
    pub state: String,
    /// Counts the changes.
    pub version: u64,
    /// The last version of the text.
    pub text: u32,
}

impl ContractChanged {
    /// As it stands after a change that was written.
    fn of(kept: &Kept) -> Self {
        Self {
            contract: kept.id,
            reference: kept.reference.clone(),
            state: kept.state().to_owned(),
            version: kept.version + 1,
            text: kept.life.latest(),
        }
    }
}

/// What access judges of a contract where one of its parties acts: the technology's own label.
pub fn thing_of(kept: &Kept) -> Thing {
    Thing {
        owner: Some(kept.provider),
        desk: Some(kept.acquirer),
        person: kept.drafted_by,
        state: kept.state(),
        label: kept.judged.clone(),
    }
}

/// The same where the office acts: to everybody but its parties a contract is at least of members.
pub(crate) fn office_thing(kept: &Kept) -> Thing {
    Thing { label: kept.label.clone(), ..thing_of(kept) }
}

/// The same for whoever looks.
pub(crate) fn thing_for(kept: &Kept, actor: &Actor) -> Thing {
    let is_of = |of: &OrganisationId| *of == kept.provider || *of == kept.acquirer;
    match actor.roles.iter().any(|(of, _)| is_of(of)) {
        true => thing_of(kept),
        false => office_thing(kept),
    }
}

fn find(cx: &mut Cx<'_, '_>, id: ContractId) -> Result<Kept, Stop> {
    Ok(store::contract::find(cx.tx, id)?.ok_or_else(Refusal::not_found)?)
}

/// The day in the city's own time.
fn today(cx: &Cx<'_, '_>) -> Date {
    cx.now.date_at(cx.city.settings().utc_offset_minutes)
}

/// The refusals of flaws: `contract-flaw-<code>` at their fields.
fn refusals(flaws: Vec<Flaw>) -> Vec<Refusal> {
    flaws
        .into_iter()
        .map(|flaw| match (flaw.field.as_str(), flaw.code) {
            ("state", "unfit") => Refusal::new(Class::Conflict, "contract-state-unfit"),
            _ => {
                let code = Cow::Owned(format!("contract-flaw-{}", flaw.code));
                Refusal { code, ..Refusal::invalid("") }.on(flaw.field)
            }
        })
        .collect()
}

/// The party for which somebody acts: of an organisation in which they speak.
fn party_of(kept: &Kept, roles: &[(OrganisationId, Role)]) -> Option<String> {
    let speaks = |organisation: OrganisationId| {
        roles.iter().any(|(of, role)| *of == organisation && SPEAKERS.contains(role))
    };
    let own = [kept.provider, kept.acquirer].into_iter().filter(|it| speaks(*it));
    own.filter_map(|it| kept.party_of(it)).next().map(str::to_owned)
}

fn own_party(kept: &Kept, cx: &Cx<'_, '_>) -> Result<String, Vec<Refusal>> {
    let none = || vec![Refusal::new(Class::NotAllowed, "contract-not-a-party")];
    party_of(kept, &cx.actor.roles).ok_or_else(none)
}

/// Writes the row, what happened, and the entry of the log.
fn save(
    cx: &mut Cx<'_, '_>,
    kept: &mut Kept,
    kind: &str,
    party: &str,
    text: &str,
) -> Result<ContractChanged, Stop> {
    kept.changed_at = cx.now;
    store::contract::change(cx.tx, kept)?;
    happened(cx, kept, kind, party, text)?;
    Ok(ContractChanged::of(kept))
}

/// Keeps what happened, for the parties in words and for the log without them.
fn happened(
    cx: &mut Cx<'_, '_>,
    kept: &Kept,
    kind: &str,
    party: &str,
    text: &str,
) -> Result<(), Stop> {
    let moved = Moved {
        n: 0,
        at: cx.now,
        person: cx.actor.person,
        party: party.to_owned(),
        kind: kind.to_owned(),
        text: text.to_owned(),
    };
    store::contract::add_move(cx.tx, kept.id, &moved)?;
    let digest = kept.life.version(kept.life.latest()).map(|it| it.digest.to_string());
    let body = serde_json::json!({
        "technology": kept.technology,
        "lot": kept.lot,
        "move": kind,
        "text": kept.life.latest(),
        "digest": digest,
    });
    let about = About {
        thing: kept.id.to_string(),
        version: kept.version,
        owner: Some(kept.provider),
        label: &kept.label,
        state: kept.state(),
    };
    cx.event(event_of(kind), about, body);
    Ok(())
}

/// The kind of entry that a move makes: few, so that feeds stay readable.
fn event_of(kind: &str) -> &'static str {
    match kind {
        "drafted" => "contract-drafted",
        "revised" => "contract-revised",
        "offered" => "contract-offered",
        "signed" => "contract-signed",
        "bound" => "contract-bound",
        "paid" | "deposit-set" => "contract-paid",
        "divided" => "contract-divided",
        _ if kind.starts_with("filing-") => "contract-filing-moved",
        _ => "contract-moved",
    }
}

/// A line that somebody typed: not empty where it is needed, one line, not too long.
fn line(field: &'static str, typed: &str) -> Result<String, Refusal> {
    base::text::required_line(field, typed, base::limits::SUMMARY_CHARS_MAX)
}
