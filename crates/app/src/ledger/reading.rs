//! Reading the books: an account, its balance at any moment, its statement, one transfer.

use super::thing_of;
use crate::act::{No, Stop};
use crate::asker::Asker;
use crate::city::{City, Rx};
use ::ledger::account::Shown;
use ::ledger::statement::Line as Told;
use ::ledger::{HoldState, Purpose};
use access::{Act as A, Filter, Thing};
use base::{
    AccountId, ActId, Bilingual, Class, ContractId, Instant, LotId, OrganisationId, Refusal,
    TransferId, VentureId, limits,
};
use std::collections::BTreeMap;
use store::ledger::Kept;
use store::ledger_statement::{Accounts, Lines};

/// Transfers that one file takes.
const EXPORT_TRANSFERS_MAX: usize = 1_000_000;
/// Transfers of one act that a page looks through for its entry.
const BESIDE_MAX: usize = 50;

/// All accounts by id, and all transfers in the order of their making, each with its act.
pub type Whole = (Vec<::ledger::Account>, Vec<::ledger::Transfer>);

/// An account as its reader sees it.
#[derive(Clone, Debug)]
pub struct Account {
    pub account: ::ledger::Account,
    pub owner: OrganisationId,
    pub owner_name: Bilingual,
    /// What it is about as people call it: a reference, a name; as it was entered where there is none.
    pub about: Option<Bilingual>,
    /// Balance, held, available and announced, in minor units of the book.
    pub shown: Shown,
}

/// Which accounts a list wants.
#[derive(Clone, Copy, Debug, Default)]
pub struct Wanted {
    pub owner: Option<OrganisationId>,
    pub purpose: Option<Purpose>,
    pub after: Option<AccountId>,
}

/// A page of accounts by id.
#[derive(Clone, Debug)]
pub struct Page {
    pub rows: Vec<Account>,
    /// Where the next page begins, if there is one.
    pub next: Option<AccountId>,
}

/// A part of a statement: between two moments, both counted, and before a version.
#[derive(Clone, Copy, Debug, Default)]
pub struct Part {
    pub from: Option<Instant>,
    pub until: Option<Instant>,
    pub before: Option<i64>,
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
    /// What the other account is called, where it is shown.
    pub counterparty: Option<Account>,
}

/// One transfer as its reader sees it.
#[derive(Clone, Debug)]
pub struct Transfer {
    pub transfer: ::ledger::Transfer,
    pub act: ActId,
    /// The accounts, each only where the reader may see it; one of them is always there.
    pub debit: Option<Side>,
    pub credit: Option<Side>,
    /// What became of it, if it is a hold.
    pub hold: Option<HoldState>,
    /// Other transfers of the same act that touch an account the reader may see.
    pub beside: Vec<TransferId>,
    /// Transfers that mend it.
    pub corrections: Vec<TransferId>,
    pub entry: Option<Entry>,
}

/// An account of a transfer, and how it stood after it.
#[derive(Clone, Debug)]
pub struct Side {
    pub account: Account,
    pub after: Option<Shown>,
}

/// The entry of the log that holds a transfer.
#[derive(Clone, Debug)]
pub struct Entry {
    pub seq: u64,
    pub at: Instant,
    /// The name of the act.
    pub by: String,
    /// Whether the reader may keep its receipt.
    pub is_provable: bool,
}

impl Account {
    fn of(kept: Kept) -> Self {
        let shown = kept.account.state.counters.shown(kept.account.side);
        let (owner_name, about) = (Bilingual::default(), None);
        Self { account: kept.account, owner: kept.owner, owner_name, about, shown }
    }
}

/// Accounts with the names of their owners.
fn named(rx: &mut Rx<'_, '_>, kept: Vec<Kept>) -> Result<Vec<Account>, Stop> {
    let owners: Vec<OrganisationId> = kept.iter().map(|kept| kept.owner).collect();
    let names = store::organisation::names_of(rx.tx, &owners)?;
    let mut all = Vec::with_capacity(kept.len());
    for kept in kept {
        let owner_name = names.get(&kept.owner.to_string()).cloned().unwrap_or_default();
        let about = match &kept.account.subject {
            Some(subject) => Some(about(rx, kept.owner, subject)?),
            None => None,
        };
        all.push(Account { owner_name, about, ..Account::of(kept) });
    }
    Ok(all)
}

/// What an account is about, as people call it: the reference of a lot, a contract or a venture with
/// what follows it; the name of an organisation, or of whoever a part of income is for.
fn about(rx: &mut Rx<'_, '_>, owner: OrganisationId, subject: &str) -> Result<Bilingual, Stop> {
    let (id, rest) = subject.split_once(' ').unwrap_or((subject, ""));
    if let Ok(id) = OrganisationId::parse(id) {
        let found = store::organisation::find(rx.tx, id)?;
        return Ok(found.map(|it| it.profile.name).unwrap_or_default());
    }
    let reference = if let Ok(id) = LotId::parse(id) {
        store::lot::find(rx.tx, id)?.map(|it| it.reference)
    } else if let Ok(id) = ContractId::parse(id) {
        store::contract::find(rx.tx, id)?.map(|it| it.reference)
    } else if let Ok(id) = VentureId::parse(id) {
        store::venture::find(rx.tx, id)?.map(|it| it.reference)
    } else {
        let parts = store::contract_money::parts(rx.tx, owner, subject, 1)?;
        if let Some(part) = parts.into_iter().next().filter(|it| !it.name.is_empty()) {
            return Ok(part.name);
        }
        None
    };
    let shown = match reference {
        Some(reference) => format!("{reference} {rest}").trim_end().to_owned(),
        None => subject.to_owned(),
    };
    Ok(Bilingual::new(shown.clone(), shown))
}

impl City {
    /// One account.
    pub fn ledger_account(&self, asker: &Asker, id: AccountId) -> Result<Account, No> {
        self.read(asker, |rx| one(rx, id))
    }

    /// Accounts that the asker may see, by id.
    pub fn ledger_accounts(&self, asker: &Asker, wanted: Wanted, limit: usize) -> Result<Page, No> {
        let limit = limit.clamp(1, limits::PAGE_ROWS_MAX);
        self.read(asker, |rx| {
            let filter = rx.filter(A::ListAccounts)?;
            let Wanted { owner, purpose, after } = wanted;
            let wanted = Accounts { owner, purpose, after };
            let mut found = store::ledger_statement::accounts(rx.tx, &filter, wanted, limit + 1)?;
            let is_more = found.len() > limit;
            found.truncate(limit);
            let next = found.last().map(|kept| kept.account.id).filter(|_| is_more);
            Ok(Page { rows: named(rx, found)?, next })
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
                let wanted = Accounts { after, ..Accounts::default() };
                let found =
                    store::ledger_statement::accounts(rx.tx, &Filter::Always, wanted, page)?;
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

    /// A page of the statement of an account, newest line first. The number of statements it runs
    /// does not depend on how long the statement is, nor on how many lines are asked for.
    pub fn ledger_statement(
        &self,
        asker: &Asker,
        id: AccountId,
        part: Part,
        limit: usize,
    ) -> Result<Statement, No> {
        let limit = limit.clamp(1, limits::PAGE_ROWS_MAX);
        self.read(asker, |rx| {
            let account = one(rx, id)?;
            let all = Lines::ALL;
            let wanted = Lines {
                from: part.from.unwrap_or(all.from),
                until: part.until.unwrap_or(all.until),
                before: part.before,
            };
            let mut found = store::ledger_statement::lines(rx.tx, id, wanted, limit + 1)?;
            let is_more = found.len() > limit;
            found.truncate(limit);
            let next = found.last().map(|(leg, _)| leg.version).filter(|_| is_more);
            let told: Vec<(Told, ActId)> = found
                .iter()
                .map(|(leg, entry)| (Told::of(&account.account, leg, &entry.transfer), entry.act))
                .collect();
            let others: Vec<AccountId> =
                told.iter().filter_map(|(told, _)| told.counterparty).collect();
            let others = visible(rx, &others)?;
            let line = |(told, act): (Told, ActId)| {
                let counterparty = told.counterparty.and_then(|id| others.get(&id).cloned());
                let other = counterparty.as_ref().map(|other| other.account.id);
                Line { told: Told { counterparty: other, ..told }, act, counterparty }
            };
            Ok(Statement { account, lines: told.into_iter().map(line).collect(), next })
        })
    }

    /// One transfer, for whoever may see one of its accounts.
    pub fn ledger_transfer(&self, asker: &Asker, id: TransferId) -> Result<Transfer, No> {
        self.read(asker, |rx| {
            let found = store::ledger::transfer(rx.tx, id)?.ok_or_else(Refusal::not_found)?;
            let transfer = found.transfer;
            let mut seen = visible(rx, &[transfer.debit, transfer.credit])?;
            if seen.is_empty() {
                return Err(Refusal::not_found().into());
            }
            let hold = store::ledger::hold(rx.tx, id)?.map(|hold| hold.state);
            let debit = side(rx, seen.remove(&transfer.debit), &transfer)?;
            let credit = side(rx, seen.remove(&transfer.credit), &transfer)?;
            let together = store::ledger::of_act(rx.tx, found.act, BESIDE_MAX)?;
            let entry = entry(rx, id, &together)?;
            let corrections = store::ledger::corrections(rx.tx, id, BESIDE_MAX)?;
            let together: Vec<_> =
                together.into_iter().filter(|other| other.transfer.id != id).collect();
            Ok(Transfer {
                beside: shown(rx, &together)?,
                corrections: shown(rx, &corrections)?,
                transfer,
                act: found.act,
                debit,
                credit,
                hold,
                entry,
            })
        })
    }
}

fn side(
    rx: &mut Rx<'_, '_>,
    account: Option<Account>,
    transfer: &::ledger::Transfer,
) -> Result<Option<Side>, Stop> {
    let Some(account) = account else { return Ok(None) };
    let id = account.account.id;
    let leg = store::ledger_statement::leg_of(rx.tx, id, transfer.at, transfer.id)?;
    let after = leg.map(|leg| leg.counters.shown(account.account.side));
    Ok(Some(Side { account, after }))
}

/// Those of some transfers that touch an account the reader may see.
fn shown(rx: &mut Rx<'_, '_>, entries: &[store::ledger::Entry]) -> Result<Vec<TransferId>, Stop> {
    let of = |entry: &store::ledger::Entry| [entry.transfer.debit, entry.transfer.credit];
    let seen = visible(rx, &entries.iter().flat_map(of).collect::<Vec<_>>())?;
    let is_seen = |entry: &&store::ledger::Entry| of(entry).iter().any(|id| seen.contains_key(id));
    Ok(entries.iter().filter(is_seen).map(|entry| entry.transfer.id).collect())
}

/// The entry of the act that made a transfer: it carries the number of the act's first transfer.
fn entry(
    rx: &mut Rx<'_, '_>,
    id: TransferId,
    together: &[store::ledger::Entry],
) -> Result<Option<Entry>, Stop> {
    let first = together.iter().map(|entry| entry.transfer.id);
    for thing in first.chain([id]).take(BESIDE_MAX) {
        let found = store::log::entries_of(rx.tx, &thing.to_string(), 10)?;
        let is_it = |entry: &store::log::Entry| {
            entry.header.kind == "ledger-posted"
                && entry.body_json()["transfers"]
                    .as_array()
                    .is_some_and(|all| all.iter().any(|one| one["id"] == id.to_string()))
        };
        if let Some(entry) = found.into_iter().find(is_it) {
            return Ok(Some(Entry {
                seq: entry.seq,
                at: entry.header.at,
                by: entry.header.by.clone(),
                is_provable: crate::receipt::may_take(rx, &entry).is_ok(),
            }));
        }
    }
    Ok(None)
}

/// Those of some accounts that the reader may see, with their names, in two statements.
pub(crate) fn visible(
    rx: &mut Rx<'_, '_>,
    ids: &[AccountId],
) -> Result<BTreeMap<AccountId, Account>, Stop> {
    let filter = rx.filter(A::ListAccounts)?;
    let found = store::ledger_statement::visible(rx.tx, &filter, ids)?;
    Ok(named(rx, found)?.into_iter().map(|account| (account.account.id, account)).collect())
}

pub(crate) fn one(rx: &mut Rx<'_, '_>, id: AccountId) -> Result<Account, Stop> {
    let kept = find(rx, id)?;
    let found = named(rx, vec![kept])?.into_iter().next();
    Ok(found.ok_or_else(Refusal::not_found)?)
}

pub(crate) fn find(rx: &mut Rx<'_, '_>, id: AccountId) -> Result<Kept, Stop> {
    let kept = store::ledger::account(rx.tx, id)?.ok_or_else(Refusal::not_found)?;
    // A prohibition must not tell either that there is an account.
    rx.may(A::LookAtAccount, &thing_of(&kept)).map_err(|_| Refusal::not_found())?;
    Ok(kept)
}
