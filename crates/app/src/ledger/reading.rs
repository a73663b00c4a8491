//! Reading the books: an account, its balance at any moment, its statement.

use super::thing_of;
use crate::act::{No, Stop};
use crate::asker::Asker;
use crate::city::{City, Rx};
use ::ledger::account::Shown;
use ::ledger::statement::Line as Told;
use access::Act as A;
use base::{AccountId, ActId, Instant, OrganisationId, Refusal, limits};
use std::collections::BTreeMap;
use store::ledger::Kept;

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
