//! Ventures: opened, valued, announced, contributed; then a register of shares, entry by entry.
//!
//! Every entry is decided by `equity` over the stored ones, under a hold on the venture, and chained
//! by salted digests. What it does to shares is posted in the book of the company in the same act,
//! so that every holder's posted balance is what the register says; a tranche that waits for its
//! milestone is a pending transfer. What is known here is told to nobody but its parties: events
//! of the log carry the label *restricted* and no figure.

mod books;
mod contribute;
mod dividend;
mod enter;
mod holder;
mod note;
mod open;
mod reading;

pub use books::{payable_account, share_account, unissued_account};
pub use contribute::ContributeTechnology;
pub use dividend::{DeclareDividend, Declared};
pub use enter::EnterShares;
pub use holder::{EnterHolder, Entered, NewHolder};
pub use note::{GiveNotice, ObjectToVenture, SetVentureRules, SettleDuty};
pub use open::{OpenVenture, ReviseVenture, WithdrawVenture};
pub use reading::{
    Exit, HolderName, Holding, VentureOffers, VenturePage, VentureRow, VentureStatement,
    VentureView,
};
pub use store::venture::Dividend;

use crate::act::{About, Cx, Stop};
use access::Thing;
use base::{Label, Level, Reference, Refusal, VentureId};
use equity::{Event, Table};
use store::StoreError;
use trading::venture::{
    ENTRIES_MAX, Entry, HOLDERS_MAX, Holder, NOTES_MAX, Register, Venture, chain_of,
};

/// What a change of a venture tells its caller.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct VentureChanged {
    pub venture: VentureId,
    pub reference: Reference,
    pub state: String,
    /// The version of the plan and the state.
    pub version: u64,
    /// The register's last entry.
    pub entry: u64,
}

impl VentureChanged {
    fn of(it: &Venture) -> Self {
        Self {
            venture: it.id,
            reference: it.reference.clone(),
            state: it.state.word().to_owned(),
            version: it.version,
            entry: it.n_entries,
        }
    }
}

/// What access judges of a venture: the institute owns it, the company is its desk.
pub fn thing_of(it: &Venture) -> Thing {
    Thing {
        owner: Some(it.owner),
        desk: Some(it.company),
        state: it.state.word(),
        label: it.label.clone(),
        ..Thing::default()
    }
}

/// A holding: its holder's matter.
pub(crate) fn thing_of_holder(it: &Venture, holder: &Holder) -> Thing {
    Thing { owner: holder.organisation, desk: None, person: holder.person, ..thing_of(it) }
}

fn find(cx: &mut Cx<'_, '_>, id: VentureId) -> Result<Venture, Stop> {
    Ok(store::venture::find(cx.tx, id)?.ok_or_else(Refusal::not_found)?)
}

/// Everything that decides what may be entered next.
fn register(tx: &mut store::Tx<'_>, venture: Venture) -> Result<Register, StoreError> {
    let id = venture.id;
    Ok(Register {
        entries: store::venture::entries(tx, id, ENTRIES_MAX)?,
        holders: store::venture::holders(tx, id, HOLDERS_MAX)?,
        notes: store::venture::notes(tx, id, NOTES_MAX)?,
        rules: store::venture::rules(tx)?,
        venture,
    })
}

/// Records that something happened, for its parties and the audit alone.
fn told(cx: &mut Cx<'_, '_>, it: &Venture, kind: &str, body: serde_json::Value) {
    let label = Label::at(Level::Restricted);
    let about = About {
        thing: it.id.to_string(),
        version: it.version,
        owner: Some(it.owner),
        label: &label,
        state: it.state.word(),
    };
    cx.event(kind, about, body);
}

/// Adds an entry to the register, posts what it does to shares, and commits to it in the log.
fn keep(
    cx: &mut Cx<'_, '_>,
    register: &mut Register,
    event: Event,
    (before, after): (&Table, &Table),
) -> Result<(), Stop> {
    let was = register.venture.clone();
    let salt = store::log::hex(&cx.city.with_chance(|chance| chance.bytes32()));
    let text = serde_json::to_string(&event).expect("our own shapes have text keys");
    let digest = chain_of(&was.chain, &salt, &text);
    let entry = Entry { n: was.n_entries + 1, event, at: cx.now, digest: digest.clone() };
    let word = entry.event.what.word();
    let by = (cx.act, cx.actor.person);
    store::venture::add_entry(cx.tx, &was, (&entry, word, &salt), by)?;
    books::post_entry(cx, register, &entry, (before, after))?;
    register.venture.n_entries = entry.n;
    register.venture.chain = digest;
    let body = serde_json::json!({ "entry": entry.n, "chain": entry.digest });
    told(cx, &register.venture, "venture-entered", body);
    register.entries.push(entry);
    Ok(())
}
