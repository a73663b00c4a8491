//! Statements of banks: brought in, their lines taken for what they are, the rest put aside.
//!
//! A file is read whole or refused with everything that is wrong in it. Its lines wait until
//! somebody takes them: those that fit an order, a deposit or a payment of a contract become its bank's
//! word, one act each; everything else stands among the unmatched of its bank account until somebody settles it by
//! hand. Each line moves money once, because its reference is the evidence of one transfer.

mod aside;
mod bring;
mod reading;
mod take;

pub use aside::{ParkLine, SettleLine};
pub use bring::{BringStatement, Brought, DropStatement};
pub use reading::{
    AsidePage, AsideRow, LineView, Proposal, Reconciled, StatementView, deposit_reference,
};
pub use take::{CloseStatement, Taken};

use crate::act::{About, Cx, Stop};
use base::{AccountId, BankStatementId, Refusal};
use ledger::Code;
pub use store::bank_statement::{BankLine, BankStatement, LineState, StatementState};

/// Came in, or went out, and nobody knew what for.
pub(crate) const UNMATCHED: Code = Code(121);
/// What was unmatched, settled by hand.
pub(crate) const BY_HAND: Code = Code(122);

/// Lines of one statement; a day of one account holds far fewer.
pub const LINES_MAX: usize = 5_000;

/// What an act on a statement tells its caller.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct StatementMoved {
    pub statement: BankStatementId,
    /// Whether it had been done before, just so.
    pub replayed: bool,
}

/// The account of what came in unmatched at a bank account, or of what went out.
pub fn suspense_account(bank: AccountId, is_in: bool) -> AccountId {
    use sha2::{Digest, Sha256};
    let name = if is_in { "suspense-in" } else { "suspense-out" };
    let digest = Sha256::new().chain_update(name).chain_update([0]).chain_update(bank.to_string());
    let digest = digest.finalize();
    AccountId::from_bits(
        digest.iter().take(16).fold(0, |bits, byte| (bits << 8) | u128::from(*byte)),
    )
}

fn find(cx: &mut Cx<'_, '_>, id: BankStatementId) -> Result<BankStatement, Stop> {
    Ok(store::bank_statement::find(cx.tx, id)?.ok_or_else(Refusal::not_found)?)
}

fn line(cx: &mut Cx<'_, '_>, (id, n): (BankStatementId, u64)) -> Result<BankLine, Stop> {
    Ok(store::bank_statement::line(cx.tx, id, n)?.ok_or_else(Refusal::not_found)?)
}

/// Records what happened to a statement.
fn told(cx: &mut Cx<'_, '_>, statement: BankStatementId, kind: &str, body: serde_json::Value) {
    let label = crate::ledger::label();
    let thing = statement.to_string();
    cx.event(kind, About { thing, version: 0, owner: None, label: &label, state: "" }, body);
}
