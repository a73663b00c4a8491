//! Reading the books: an account, its balance at any moment, its statement.

use super::thing_of;
use crate::act::{No, Stop};
use crate::asker::Asker;
use crate::city::{City, Rx};
use ::ledger::account::Shown;
use ::ledger::statement::Line as Told;
use access::{Act as A, Filter, Thing};
use base::{AccountId, ActId, Class, Instant, OrganisationId, Refusal, limits};
use std::collections::BTreeMap;
use store::ledger::Kept;

/// Transfers that one file takes.
const EXPORT_TRANSFERS_MAX: usize = 1_000_000;

/// All accounts by id, and all transfers in the order of their making, each with its act.
pub type Whole = (Vec<::ledger::Account>, Vec<::ledger::Transfer>);

/// An account as its reader sees it.
#[derive(Clone, Debug)]
pub struct Account {
    pub account: ::ledger::Account,
    pub owner: OrganisationId,
    /// Balance, held, available and announced, in minor units of the book.
    pub shown: Shown,
}

/// A page of a statement, newest line first.
#[derive(Clone, Debug)]
pub struct Statement {
    pub account: Account,
    pub lines: Vec<Line>,
    /// Where the next page begins, if there is one.
    pub next: Option<i64>,
}

/// A line with the act it leads to.
#[derive(Clone, Debug)]
pub struct Line {
    pub told: Told,
    /// The act that made the transfer.
    pub act: ActId,
}

impl Account {
    fn of(kept: Kept) -> Self {
        let shown = kept.account.state.counters.shown(kept.account.side);
        Self { account: kept.account, owner: kept.owner, shown }
    }
}

impl City {
    /// One account.
    pub fn ledger_account(&self, asker: &Asker, id: AccountId) -> Result<Account, No> {
        self.read(asker, |rx| find(rx, id).map(Account::of))
    }

    /// Accounts that the asker may see, by id.
    pub fn ledger_accounts(
        &self,
        asker: &Asker,
        owner: Option<OrganisationId>,
        after: Option<AccountId>,
        limit: usize,
    ) -> Result<Vec<Account>, No> {
        let limit = limit.clamp(1, limits::PAGE_ROWS_MAX);
        self.read(asker, |rx| {
            let filter = rx.filter(A::ListAccounts)?;
            let found = store::ledger::accounts(rx.tx, &filter, owner, after, limit)?;
            Ok(found.into_iter().map(Account::of).collect())
        })
    }

    /// The books whole, at one moment, for those who keep them: a part would not balance.
    pub fn whole_ledger(&self, asker: &Asker) -> Result<Whole, No> {
        self.read(asker, |rx| {
            if rx.may(A::ListAccounts, &Thing::open())? != "officer" {
                return Err(Refusal::new(Class::NotAllowed, "not-allowed").into());
            }
            let (mut accounts, mut transfers) = (Vec::new(), Vec::new());
            loop {
                let after = accounts.last().map(|account: &::ledger::Account| account.id);
                let page = limits::PAGE_ROWS_MAX;
                let found = store::ledger::accounts(rx.tx, &Filter::Always, None, after, page)?;
                let is_end = found.len() < page;
                accounts.extend(found.into_iter().map(|kept| kept.account));
                if is_end {
                    break;
                }
            }
            loop {
                let after =
                    transfers.last().map(|one: &::ledger::Transfer| (one.at, one.step, one.id));
                let page = limits::PAGE_ROWS_MAX;
                let found = store::ledger::transfers_after(rx.tx, after, page)?;
                let is_end = found.len() < page;
                transfers.extend(found.into_iter().map(|entry| {
                    let mut transfer = entry.transfer;
                    transfer.refs.act = Some(entry.act);
                    transfer
                }));
                if is_end {
                    return Ok((accounts, transfers));
                }
                if transfers.len() > EXPORT_TRANSFERS_MAX {
                    let no = Refusal::new(Class::TooLarge, "ledger-export-too-large");
                    return Err(no.number("most", EXPORT_TRANSFERS_MAX).into());
                }
            }
        })
    }

    /// What an account held at a moment.
    pub fn ledger_balance(&self, asker: &Asker, id: AccountId, at: Instant) -> Result<Shown, No> {
        self.read(asker, |rx| {
            let kept = find(rx, id)?;
            Ok(store::ledger::as_of(rx.tx, id, at)?.shown(kept.account.side))
        })
    }

    /// A page of the statement of an account before a version, newest line first.
    pub fn ledger_statement(
        &self,
        asker: &Asker,
        id: AccountId,
        before: Option<i64>,
        limit: usize,
    ) -> Result<Statement, No> {
        let limit = limit.clamp(1, limits::PAGE_ROWS_MAX);
        self.read(asker, |rx| {
            let kept = find(rx, id)?;
            let legs = store::ledger::legs_before(rx.tx, id, before, limit)?;
            let last = legs.last().map(|leg| leg.version).filter(|version| *version > 1);
            let next = last.filter(|_| legs.len() == limit);
            let mut seen: BTreeMap<AccountId, bool> = BTreeMap::new();
            let mut lines = Vec::with_capacity(legs.len());
            for leg in &legs {
                let entry = store::ledger::transfer(rx.tx, leg.transfer)?;
                let entry = entry.ok_or_else(Refusal::not_found)?;
                let told = Told::of(&kept.account, leg, &entry.transfer);
                let other = told.counterparty.filter(|other| {
                    *seen.entry(*other).or_insert_with(|| find(rx, *other).is_ok())
                });
                let told = Told { counterparty: other, ..told };
                lines.push(Line { told, act: entry.act });
            }
            Ok(Statement { account: Account::of(kept), lines, next })
        })
    }
}

fn find(rx: &mut Rx<'_, '_>, id: AccountId) -> Result<Kept, Stop> {
    let kept = store::ledger::account(rx.tx, id)?.ok_or_else(Refusal::not_found)?;
    // A prohibition must not tell either that there is an account.
    rx.may(A::LookAtAccount, &thing_of(&kept)).map_err(|_| Refusal::not_found())?;
    Ok(kept)
}
