//! The city's books: opening accounts, posting transfers, holds that run out.
//!
//! The rules are those of the crate `ledger`, over rows that the act loads and locks. Ids are chosen
//! by the caller and kept before sending, so that a repeated act repeats its transfers and moves
//! nothing twice, with or without a key. An act that moves money itself calls [`post`] inside its
//! own transaction; its holds name the accounts.

mod account;
mod hold;
mod posting;
mod reading;

pub use account::{CloseAccount, OpenAccount, Opened};
pub(crate) use account::{Opening, ensure as ensure_account};
pub use hold::{ExpireHolds, Freed};
pub use posting::{Amount, Done, Move, PostTransfers, Posted, Proof, Request, ReverseTransfer};
pub use reading::{Account, Entry, Line, Page, Part, Side, Statement, Transfer, Wanted, Whole};
pub(crate) use reading::{find, one, visible};

use crate::act::{About, Cx, Stop};
use crate::city::City;
use ::ledger::{Answer, Ask, Books, Burnt, Changes, Why};
use access::Thing;
use base::{AccountId, ActId, Class, Instant, Label, Level, Refusal, TransferId, Value};
use parking_lot::Mutex;
use std::borrow::Cow;
use std::collections::BTreeSet;
use store::{Hold, StoreError, Tx};

/// What a transfer is for, where the books themselves make it.
pub mod code {
    /// Closes an account while it is held.
    pub const CLOSING: u16 = 90;
    /// Moves back what another transfer moved.
    pub const REVERSAL: u16 = 91;
}

/// The label of accounts: known to their owner and to the city's office, to nobody outside.
pub fn label() -> Label {
    Label::at(Level::Members)
}

/// What access judges about an account.
pub(crate) fn thing_of(kept: &store::ledger::Kept) -> Thing {
    Thing { owner: Some(kept.owner), label: kept.label.clone(), ..Thing::default() }
}

/// Accounts that requests may change: those they name, those of the holds they resolve, and those
/// on the other side of holds that are over. An act declares them before it begins; where one writer
/// is hold enough, nothing has to be declared and nothing is looked up.
pub(crate) fn accounts_held(
    city: &City,
    asks: impl FnOnce(&mut Tx<'_>) -> Result<Vec<Ask>, StoreError>,
) -> Result<BTreeSet<AccountId>, StoreError> {
    if city.store().has_one_writer() {
        return Ok(BTreeSet::new());
    }
    let now = city.now();
    city.store().read(|tx| {
        let asks = asks(tx)?;
        store::ledger_load::touched(tx, &asks, now)
    })
}

/// The same without a look at the database where requests name all accounts, and no hold is over.
fn accounts_of(city: &City, asks: Vec<Ask>) -> Result<BTreeSet<AccountId>, StoreError> {
    let is_plain = asks.iter().all(|ask| ask.pending.is_none());
    if !city.store().has_one_writer() && is_plain && city.is_no_hold_over()? {
        return Ok(store::ledger_load::named(&asks));
    }
    accounts_held(city, |_| Ok(asks))
}

/// How long it is known when the first hold is over: one that is made later waits for a second at least.
const FIRST_DUE_KNOWN_MICROS: i64 = 500_000;

/// When the time of the first hold is over, and when that was looked up.
#[derive(Default)]
pub(crate) struct FirstDue(Mutex<Option<(Instant, Option<Instant>)>>);

impl City {
    fn is_no_hold_over(&self) -> Result<bool, StoreError> {
        let now = self.now();
        let is_later = |first: Option<Instant>| first.is_none_or(|first| first > now);
        let known = *self.first_due().0.lock();
        let is_fresh =
            |at: Instant| (0..FIRST_DUE_KNOWN_MICROS).contains(&(now.micros() - at.micros()));
        if let Some((_, first)) = known.filter(|(at, _)| is_fresh(*at)) {
            return Ok(is_later(first));
        }
        let first = self.store().read(store::ledger::first_due)?;
        *self.first_due().0.lock() = Some((now, first));
        Ok(is_later(first))
    }
}

/// Holds on accounts, for an act to declare.
pub fn holds_on(accounts: &BTreeSet<AccountId>) -> Vec<Hold> {
    accounts.iter().map(Hold::on).collect()
}

/// Posts transfers in the transaction of an act, all of them or none, and records that.
///
/// # Errors
/// The refusal of the first that fails, with its place and its number.
pub fn post(cx: &mut Cx<'_, '_>, asks: &[Ask], held: &BTreeSet<AccountId>) -> Result<Posted, Stop> {
    let mut books = store::ledger_load::load(cx.tx, asks, held, cx.now)?;
    let (answers, changes) = books.run(asks, cx.now);
    let refused: Vec<Refusal> = asks
        .iter()
        .zip(&answers)
        .enumerate()
        .filter_map(|(n, (ask, answer))| refusal_of(n, ask.id, answer))
        .collect();
    if !refused.is_empty() {
        return Err(refused.into());
    }
    keep(cx, &books, &changes, "ledger-posted")?;
    let done = asks.iter().zip(&answers).filter_map(|(ask, answer)| Done::of(ask.id, answer));
    Ok(Posted { transfers: done.collect() })
}

/// Writes what changed, and an event of it unless nothing did.
fn keep(cx: &mut Cx<'_, '_>, books: &Books, changes: &Changes, kind: &str) -> Result<(), Stop> {
    if changes.legs.is_empty() {
        return Ok(());
    }
    store::ledger::save(cx.tx, books, changes, cx.act)?;
    let is_freed =
        |hold: &&::ledger::Hold| matches!(hold.state, ::ledger::HoldState::Expired { .. });
    let freed: Vec<TransferId> =
        changes.holds.iter().filter(is_freed).map(|hold| hold.id).collect();
    let moved: Vec<serde_json::Value> = changes.transfers.iter().map(told).collect();
    let versions: Vec<(AccountId, i64)> = changes
        .accounts
        .iter()
        .filter_map(|(id, _)| books.account(*id).map(|account| (*id, account.state.version)))
        .collect();
    let body = serde_json::json!({ "transfers": moved, "expired": freed, "accounts": versions });
    let first = changes.transfers.first().map(|transfer| transfer.id);
    let thing = first.or(freed.first().copied()).map_or(cx.act.to_string(), |id| id.to_string());
    let about = About { thing, version: 0, owner: None, label: &label(), state: "" };
    cx.event(kind, about, body);
    Ok(())
}

/// What the log keeps of a transfer: enough to move it again.
fn told(transfer: &::ledger::Transfer) -> serde_json::Value {
    serde_json::json!({
        "id": transfer.id,
        "book": transfer.book.to_string(),
        "debit": transfer.debit,
        "credit": transfer.credit,
        "amount": transfer.book.decimal(transfer.amount.minor()),
        "flags": transfer.flags.bits(),
        "pending": transfer.pending,
        "code": transfer.code.0,
        "timeout_s": transfer.timeout_s,
        "chain": transfer.chain,
        "corrects": transfer.refs.corrects,
        "value_date": transfer.value_date.to_string(),
    })
}

/// The reason of one answer; links of a chain that failed elsewhere say nothing of their own.
fn refusal_of(n: usize, id: TransferId, answer: &Answer) -> Option<Refusal> {
    let (why, first) = match answer {
        Answer::Created { .. } | Answer::Exists { .. } | Answer::Refused(Why::ChainFailed) => {
            return None;
        }
        Answer::Refused(why) => (*why, None),
        Answer::AlreadyFailed(burnt) => (Why::IdAlreadyFailed, Some(*burnt)),
    };
    let refusal = refused(why).on(format!("transfers.{n}")).text("transfer", id.to_string());
    Some(match first {
        Some(Burnt { why, at, .. }) => {
            refusal.number("first", why.number()).with("at", Value::At(at))
        }
        None => refusal,
    })
}

/// The refusal of a number, as faces and `words` know it.
pub(crate) fn refused(why: Why) -> Refusal {
    let class = match why.number() {
        101..=114 => Class::Invalid,
        200..=212 => Class::Conflict,
        _ => Class::Refused,
    };
    let code = Cow::Owned(format!("ledger-{}", why.name()));
    Refusal { code, ..Refusal::new(class, "") }.number("number", why.number())
}

/// Ids that are burnt by these reasons: what an act remembers although it was undone.
pub fn burnt_by(reasons: &[Refusal], now: Instant) -> Vec<Burnt> {
    let burnt = |reason: &Refusal| {
        let value =
            |name: &str| reason.values.iter().find(|(own, _)| own == name).map(|(_, value)| value);
        let why = match value("number")? {
            Value::Number(number) => Why::from_number(u16::try_from(*number).ok()?)?,
            _ => return None,
        };
        let id = match value("transfer")? {
            Value::Text(id) => TransferId::parse(id).ok()?,
            _ => return None,
        };
        (reason.code.starts_with("ledger-") && why.is_transient()).then_some(Burnt {
            id,
            why,
            at: now,
        })
    };
    reasons.iter().filter_map(burnt).collect()
}

/// The id of a leg of an act: the same act and name give the same id, whenever it is repeated.
pub fn leg_id(act: ActId, name: &str) -> TransferId {
    use sha2::{Digest, Sha256};
    let digest = Sha256::new().chain_update(act.to_string()).chain_update([0]).chain_update(name);
    let digest = digest.finalize();
    let bits = digest.iter().take(16).fold(0_u128, |bits, byte| (bits << 8) | u128::from(*byte));
    TransferId::from_bits(bits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_leg_of_an_act_has_one_id() {
        let (one, two) = (ActId::from_bits(1), ActId::from_bits(2));
        assert_eq!(leg_id(one, "deposit"), leg_id(one, "deposit"));
        let others = [leg_id(one, "refund"), leg_id(two, "deposit"), leg_id(two, "refund")];
        assert!(!others.contains(&leg_id(one, "deposit")));
    }

    #[test]
    fn only_transient_reasons_burn_an_id() {
        let id = TransferId::from_bits(7);
        let now = Instant::from_micros(1);
        let of = |why| refused(why).text("transfer", id.to_string());
        let burnt = burnt_by(&[of(Why::ExceedsCredits), of(Why::NotPending)], now);
        assert_eq!(burnt, [Burnt { id, why: Why::ExceedsCredits, at: now }]);
        assert_eq!(burnt_by(&[refused(Why::ExceedsCredits), Refusal::not_found()], now), []);
    }
}
