//! The books checked against themselves: balances anew from the transfers, sums, limits, holds.
//!
//! It trusts no counter: every one is computed again from what was kept.

use crate::{
    Account, Amount, Book, Counters, Flags, Hold, HoldState, Leg, LegKind, Side, Transfer,
};
use base::{AccountId, TransferId};
use std::collections::{BTreeMap, HashMap};

/// Something that must never be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Broken {
    /// Debits and credits of a book differ, by so many minor units posted and held.
    Unbalanced { book: Book, posted: i128, held: i128 },
    /// An account's counters are not the sum of its transfers.
    Counters { account: AccountId, kept: Counters, summed: Option<Counters> },
    /// An account is beyond its limit.
    Limit { account: AccountId },
    /// A transfer names an account of another book, or none.
    Stray { transfer: TransferId },
    /// A hold has no transfer, or was resolved twice or by something else than it says.
    Hold { hold: TransferId },
    /// Legs of an account leave out a version, or tell other counters than the account.
    Legs { account: AccountId, version: i64 },
}

/// Everything that is wrong with these rows, which are all of their books.
pub fn audit(
    accounts: &[&Account],
    transfers: &[&Transfer],
    holds: &[Hold],
    legs: &[Leg],
) -> Vec<Broken> {
    let mut broken = Vec::new();
    let by_id: HashMap<AccountId, &Account> = accounts.iter().map(|a| (a.id, *a)).collect();
    let summed = replayed(&by_id, transfers, holds, &mut broken);
    balance(accounts, &mut broken);
    for account in accounts {
        let sum = summed.get(&account.id).copied().unwrap_or(Some(Counters::default()));
        if sum != Some(account.state.counters) {
            let kept = account.state.counters;
            broken.push(Broken::Counters { account: account.id, kept, summed: sum });
        }
        if !account.is_within_limit() {
            broken.push(Broken::Limit { account: account.id });
        }
    }
    follow(accounts, legs, &mut broken);
    broken
}

/// Sums of each book over its accounts.
fn balance(accounts: &[&Account], broken: &mut Vec<Broken>) {
    let mut sums: BTreeMap<&Book, (i128, i128)> = BTreeMap::new();
    for account in accounts {
        let counters = &account.state.counters;
        let (posted, held) = sums.entry(&account.book).or_default();
        let off = |d: Amount, c: Amount| i128::from(d.minor()) - i128::from(c.minor());
        *posted += off(counters.debits_posted, counters.credits_posted);
        *held += off(counters.debits_pending, counters.credits_pending);
    }
    for (book, (posted, held)) in sums {
        if (posted, held) != (0, 0) {
            broken.push(Broken::Unbalanced { book: book.clone(), posted, held });
        }
    }
}

/// Counters of every account from transfers and holds alone; `None` where they overflow.
fn replayed(
    accounts: &HashMap<AccountId, &Account>,
    transfers: &[&Transfer],
    holds: &[Hold],
    broken: &mut Vec<Broken>,
) -> HashMap<AccountId, Option<Counters>> {
    let mut summed: HashMap<AccountId, Option<Counters>> = HashMap::new();
    let states: HashMap<TransferId, Hold> = holds.iter().map(|hold| (hold.id, *hold)).collect();
    let mut resolved: HashMap<TransferId, Vec<HoldState>> = HashMap::new();
    let mut pendings = 0;
    for transfer in transfers {
        let in_book = |id| accounts.get(&id).is_some_and(|account| account.book == transfer.book);
        if !in_book(transfer.debit) || !in_book(transfer.credit) {
            broken.push(Broken::Stray { transfer: transfer.id });
        }
        if let Some(hold) = transfer.pending {
            let by = transfer.id;
            let is_post = transfer.flags.has(Flags::POST);
            let state = if is_post { HoldState::Posted { by } } else { HoldState::Voided { by } };
            resolved.entry(hold).or_default().push(state);
        }
        let is_pending = transfer.flags.has(Flags::PENDING);
        pendings += usize::from(is_pending);
        let is_waiting = is_pending
            && states.get(&transfer.id).is_some_and(|hold| hold.state == HoldState::Waiting);
        for (id, side) in [(transfer.debit, Side::Debit), (transfer.credit, Side::Credit)] {
            let sum = summed.entry(id).or_insert(Some(Counters::default()));
            *sum = sum.and_then(|sum| add(sum, side, transfer, is_waiting));
        }
    }
    for hold in holds {
        let by = resolved.remove(&hold.id).unwrap_or_default();
        let is_fine = match hold.state {
            HoldState::Waiting | HoldState::Expired { .. } => by.is_empty(),
            state => by == [state],
        };
        if !is_fine {
            broken.push(Broken::Hold { hold: hold.id });
        }
    }
    let of_nothing = resolved.into_keys().map(|hold| Broken::Hold { hold });
    broken.extend(of_nothing);
    if pendings != holds.len() {
        let lost = transfers.iter().filter(|transfer| transfer.flags.has(Flags::PENDING));
        let lost = lost.filter(|transfer| !states.contains_key(&transfer.id));
        broken.extend(lost.map(|transfer| Broken::Hold { hold: transfer.id }));
    }
    summed
}

fn add(sum: Counters, side: Side, transfer: &Transfer, is_waiting: bool) -> Option<Counters> {
    let amount = transfer.amount;
    let mut sum = sum;
    let (pending, posted) = match side {
        Side::Debit => (&mut sum.debits_pending, &mut sum.debits_posted),
        Side::Credit => (&mut sum.credits_pending, &mut sum.credits_posted),
    };
    if transfer.is_posted() {
        *posted = posted.plus(amount)?;
    } else if is_waiting {
        *pending = pending.plus(amount)?;
    }
    Some(sum)
}

/// Legs are dense per account, move only what they say, and end at the account's counters.
fn follow(accounts: &[&Account], legs: &[Leg], broken: &mut Vec<Broken>) {
    let mut by_account: HashMap<AccountId, Vec<&Leg>> = HashMap::new();
    for leg in legs {
        by_account.entry(leg.account).or_default().push(leg);
    }
    for account in accounts {
        let mut own = by_account.remove(&account.id).unwrap_or_default();
        own.sort_by_key(|leg| leg.version);
        let mut last = (0, None, Counters::default());
        for leg in &own {
            let moved = moved(&last.2, &leg.counters, leg.side);
            let fits = match leg.kind {
                LegKind::Posted => moved.1 == i128::from(leg.amount.minor()) && moved.0 <= 0,
                LegKind::Held => moved == (i128::from(leg.amount.minor()), 0),
                LegKind::Voided | LegKind::Expired => moved == (-i128::from(leg.amount.minor()), 0),
            };
            if leg.version != last.0 + 1 || Some(leg.at) < last.1 || !fits {
                broken.push(Broken::Legs { account: account.id, version: leg.version });
            }
            last = (leg.version, Some(leg.at), leg.counters);
        }
        if (last.0, last.2) != (account.state.version, account.state.counters) {
            let version = account.state.version;
            broken.push(Broken::Legs { account: account.id, version });
        }
    }
    let of_nobody = by_account.into_iter();
    broken.extend(of_nobody.map(|(account, legs)| {
        let version = legs.first().map_or(0, |leg| leg.version);
        Broken::Legs { account, version }
    }));
}

/// How far the held and the posted counter of a side moved; the other side stands still, or the
/// answer fits nothing.
fn moved(before: &Counters, after: &Counters, side: Side) -> (i128, i128) {
    let by = |before: Amount, after: Amount| i128::from(after.minor()) - i128::from(before.minor());
    let debit = (
        by(before.debits_pending, after.debits_pending),
        by(before.debits_posted, after.debits_posted),
    );
    let credit = (
        by(before.credits_pending, after.credits_pending),
        by(before.credits_posted, after.credits_posted),
    );
    let (own, other) = match side {
        Side::Debit => (debit, credit),
        Side::Credit => (credit, debit),
    };
    if other == (0, 0) { own } else { (i128::MAX, i128::MAX) }
}
