//! Accounts, transfers, legs and holds: the rows that the rules of `ledger` decide over.
//!
//! What a batch needs is loaded into `ledger::Books`, decided there, and what changed is written
//! back, each account only as the version it was read in. Transfers, legs and references are added
//! and never changed.

use crate::{Row, StoreError, Tx, args, statements};
use base::{AccountId, ActId, CaseId, Date, Instant, Label, OrganisationId, TransferId};
use ledger::account::{BankAccount, Keeps, State};
use ledger::{
    Account, Amount, Book, Books, Burnt, Changes, Code, Counters, Evidence, Flags, Grade, Hold,
    HoldState, Leg, LegKind, Limit, Purpose, References, Side, Transfer, Why,
};
use std::collections::BTreeSet;

statements! {
    ADD_ACCOUNT = "insert into ledger_accounts (id, book, purpose, owner, subject, side, bound,
                       bank_institution, bank_holder, bank_keeps, bank_number, bank_is_custodian,
                       opened_at, closed_by, debits_pending, debits_posted, credits_pending,
                       credits_posted, version, touched_at, gate)
                   values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, '', 0, 0, 0, 0,
                           0, 0, $14)";
    ACCOUNT = "select id, book, purpose, owner, subject, side, bound, bank_institution, bank_holder,
                   bank_keeps, bank_number, bank_is_custodian, opened_at, closed_by, debits_pending,
                   debits_posted, credits_pending, credits_posted, version, touched_at, gate
               from ledger_accounts where id = $1";
    CHANGE_ACCOUNT = "update ledger_accounts set closed_by = $3, debits_pending = $4,
                          debits_posted = $5, credits_pending = $6, credits_posted = $7,
                          version = $8, touched_at = $9
                      where id = $1 and version = $2";
    ADD_TRANSFER = "insert into ledger_transfers (id, book, debit, credit, amount, pending, code,
                        timeout_s, flags, chain, act, case_id, corrects, grade, evidence,
                        value_date, at, step)
                    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16,
                            $17, $18)";
    TRANSFER = "select id, book, debit, credit, amount, pending, code, timeout_s, flags, chain, act,
                    case_id, corrects, grade, evidence, value_date, at, step
                from ledger_transfers where id = $1";
    OF_ACT = "select id, book, debit, credit, amount, pending, code, timeout_s, flags, chain, act,
                  case_id, corrects, grade, evidence, value_date, at, step
              from ledger_transfers where act = $1 order by step limit $2";
    CORRECTIONS = "select id, book, debit, credit, amount, pending, code, timeout_s, flags, chain,
                       act, case_id, corrects, grade, evidence, value_date, at, step
                   from ledger_transfers where corrects = $1 order by at, step limit $2";
    PAGE = "select id, book, debit, credit, amount, pending, code, timeout_s, flags, chain, act,
                case_id, corrects, grade, evidence, value_date, at, step
            from ledger_transfers
            where at > $1 or (at = $1 and step > $2) or (at = $1 and step = $2 and id > $3)
            order by at, step, id limit $4";
    ADD_LEG = "insert into ledger_legs (account, version, transfer, side, kind, amount, at,
                   debits_pending, debits_posted, credits_pending, credits_posted)
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    LEGS_BEFORE = "select account, version, transfer, side, kind, amount, at, debits_pending,
                       debits_posted, credits_pending, credits_posted
                   from ledger_legs where account = $1 and version < $2
                   order by version desc limit $3";
    LEG = "select account, version, transfer, side, kind, amount, at, debits_pending,
               debits_posted, credits_pending, credits_posted
           from ledger_legs where account = $1 and version = $2";
    VERSION_AT = "with recursive narrow (low, high) as (
                      select cast(0 as bigint), version from ledger_accounts where id = $1
                      union all
                      select case when l.at <= $2 then l.version else n.low end,
                          case when l.at <= $2 then n.high else l.version - 1 end
                      from narrow n
                          join ledger_legs l
                              on l.account = $1 and l.version = (n.low + n.high + 1) / 2
                      where n.low < n.high)
                  select low from narrow where low >= high";
    ADD_HOLD = "insert into ledger_holds (id, debit, credit, expires_at, state, resolved_by,
                    freed_at)
                values ($1, $2, $3, $4, $5, $6, $7)";
    CHANGE_HOLD = "update ledger_holds set state = $2, resolved_by = $3, freed_at = $4
                   where id = $1 and state = 'waiting'";
    HOLD = "select id, expires_at, state, resolved_by, freed_at from ledger_holds where id = $1";
    DUE = "select id, debit, credit from ledger_holds
           where state = 'waiting' and expires_at > 0 and expires_at <= $1
           order by expires_at, id limit $2";
    FIRST_DUE = "select expires_at from ledger_holds
                 where state = 'waiting' and expires_at > 0 order by expires_at limit 1";
    DUE_OF_DEBIT = "select id, debit, credit from ledger_holds
                    where state = 'waiting' and debit = $1 and expires_at > 0 and expires_at <= $2
                    order by expires_at, id limit $3";
    DUE_OF_CREDIT = "select id, debit, credit from ledger_holds
                     where state = 'waiting' and credit = $1 and expires_at > 0 and expires_at <= $2
                     order by expires_at, id limit $3";
    ADD_BURNT = "insert into ledger_burnt (id, why, at) values ($1, $2, $3)
                 on conflict (id) do nothing";
    BURNT = "select id, why, at from ledger_burnt where id = $1";
    ADD_REFERENCE = "insert into ledger_references (account, reference, transfer)
                     values ($1, $2, $3)";
    HAS_REFERENCE = "select 1 from ledger_references where account = $1 and reference = $2";
}

/// An account with what only this city knows of it.
#[derive(Clone, Debug)]
pub struct Kept {
    pub account: Account,
    pub owner: OrganisationId,
    pub label: Label,
}

/// A transfer with the act that made it.
#[derive(Clone, Debug)]
pub struct Entry {
    pub transfer: Transfer,
    pub act: ActId,
}

/// A hold that is over: itself, and the accounts it stands on.
pub type Due = (TransferId, AccountId, AccountId);

/// Adds an account, which has moved nothing yet.
pub fn add_account(tx: &mut Tx<'_>, kept: &Kept) -> Result<(), StoreError> {
    let account = &kept.account;
    let bank = account.bank.as_ref();
    let text = |of: fn(&BankAccount) -> &str| bank.map_or("", of).to_owned();
    let gate = kept.label.gate();
    crate::gate::add(tx, &gate)?;
    let row = [
        account.id.into(),
        account.book.to_string().into(),
        account.purpose.code().into(),
        kept.owner.into(),
        account.subject.clone().unwrap_or_default().into(),
        side_code(account.side).into(),
        limit_code(account.limit).into(),
        text(|bank| &bank.institution).into(),
        text(|bank| &bank.holder).into(),
        text(|bank| bank.keeps.code()).into(),
        text(|bank| &bank.masked_number).into(),
        bank.is_some_and(|bank| bank.is_custodian).into(),
        account.opened_at.into(),
        gate.into(),
    ];
    tx.later(&ADD_ACCOUNT, &row)
}

/// One account.
pub fn account(tx: &mut Tx<'_>, id: AccountId) -> Result<Option<Kept>, StoreError> {
    tx.row(&ACCOUNT, args![id])?.as_ref().map(read_account).transpose()
}

/// One transfer.
pub fn transfer(tx: &mut Tx<'_>, id: TransferId) -> Result<Option<Entry>, StoreError> {
    tx.row(&TRANSFER, args![id])?.as_ref().map(read_transfer).transpose()
}

/// The transfers that an act made.
pub fn of_act(tx: &mut Tx<'_>, act: ActId, limit: usize) -> Result<Vec<Entry>, StoreError> {
    tx.rows(&OF_ACT, args![act, limit])?.iter().map(read_transfer).collect()
}

/// The transfers that mend one.
pub fn corrections(
    tx: &mut Tx<'_>,
    of: TransferId,
    limit: usize,
) -> Result<Vec<Entry>, StoreError> {
    tx.rows(&CORRECTIONS, args![of, limit])?.iter().map(read_transfer).collect()
}

/// Transfers after one of them, in the order of their making; from the beginning after `None`.
pub fn transfers_after(
    tx: &mut Tx<'_>,
    after: Option<(Instant, u32, TransferId)>,
    limit: usize,
) -> Result<Vec<Entry>, StoreError> {
    let (at, step, id) = match after {
        Some((at, step, id)) => (at, i64::from(step), id.to_string()),
        None => (Instant::from_micros(i64::MIN), 0, String::new()),
    };
    tx.rows(&PAGE, args![at, step, id, limit])?.iter().map(read_transfer).collect()
}

/// Legs of an account before a version, newest first; the newest with `None`.
pub fn legs_before(
    tx: &mut Tx<'_>,
    account: AccountId,
    before: Option<i64>,
    limit: usize,
) -> Result<Vec<Leg>, StoreError> {
    let before = before.unwrap_or(i64::MAX);
    tx.rows(&LEGS_BEFORE, args![account, before, limit])?.iter().map(read_leg).collect()
}

/// The leg of an account with this version.
pub fn leg(tx: &mut Tx<'_>, account: AccountId, version: i64) -> Result<Option<Leg>, StoreError> {
    tx.row(&LEG, args![account, version])?.as_ref().map(read_leg).transpose()
}

/// The newest version of an account at a moment, 0 before its first leg. Time never runs backwards
/// on one account, so that it is found by halving.
pub(crate) fn version_at(
    tx: &mut Tx<'_>,
    account: AccountId,
    at: Instant,
) -> Result<i64, StoreError> {
    let found = tx.row(&VERSION_AT, args![account, at])?;
    found.ok_or_else(|| StoreError::Damaged(format!("{account} has lost a leg")))?.int(0)
}

/// The newest version of an account before a moment.
pub(crate) fn version_before(
    tx: &mut Tx<'_>,
    account: AccountId,
    at: Instant,
) -> Result<i64, StoreError> {
    version_at(tx, account, Instant::from_micros(at.micros().saturating_sub(1)))
}

/// The counters of an account as they were at a moment.
pub fn as_of(tx: &mut Tx<'_>, account: AccountId, at: Instant) -> Result<Counters, StoreError> {
    let version = version_at(tx, account, at)?;
    Ok(leg(tx, account, version)?.map(|leg| leg.counters).unwrap_or_default())
}

/// What became of a hold so far.
pub fn hold(tx: &mut Tx<'_>, id: TransferId) -> Result<Option<Hold>, StoreError> {
    tx.row(&HOLD, args![id])?.as_ref().map(read_hold).transpose()
}

/// Holds whose time is over and that nobody has freed, oldest first.
pub fn due(tx: &mut Tx<'_>, now: Instant, limit: usize) -> Result<Vec<Due>, StoreError> {
    tx.rows(&DUE, args![now, limit])?.iter().map(read_due).collect()
}

/// When the time of the first hold that waits is over.
pub fn first_due(tx: &mut Tx<'_>) -> Result<Option<Instant>, StoreError> {
    tx.row(&FIRST_DUE, &[])?.map(|row| row.instant(0)).transpose()
}

/// Writes what a batch changed. An account that somebody else changed meanwhile makes the act run
/// again.
pub fn save(
    tx: &mut Tx<'_>,
    books: &Books,
    changes: &Changes,
    act: ActId,
) -> Result<(), StoreError> {
    for (id, before) in &changes.accounts {
        let account = books.account(*id).expect("an account that changed is in the books");
        change_account(tx, account, *before)?;
    }
    for transfer in &changes.transfers {
        add_transfer(tx, transfer, act)?;
    }
    let new: BTreeSet<TransferId> = changes.transfers.iter().map(|one| one.id).collect();
    for hold in &changes.holds {
        save_hold(tx, books, hold, new.contains(&hold.id))?;
    }
    for leg in &changes.legs {
        add_leg(tx, leg)?;
    }
    for transfer in &changes.transfers {
        let Some(evidence) = transfer.refs.evidence.as_ref().filter(|_| transfer.is_posted())
        else {
            continue;
        };
        for id in [transfer.debit, transfer.credit] {
            if books.account(id).is_some_and(Account::is_bank) {
                tx.later(&ADD_REFERENCE, args![id, &evidence.reference, transfer.id])?;
                // A line of a statement that says the same is recorded by it.
                let minor = transfer.amount.minor();
                let minor = if id == transfer.debit { minor } else { -minor };
                let told = (transfer.id, minor);
                crate::bank_statement::recorded(tx, id, &evidence.reference, told)?;
            }
        }
    }
    Ok(())
}

/// Notes ids that are refused for ever; one that is noted already keeps its first reason.
pub fn burn(tx: &mut Tx<'_>, burnt: &[Burnt]) -> Result<(), StoreError> {
    for one in burnt {
        tx.later(&ADD_BURNT, args![one.id, i64::from(one.why.number()), one.at])?;
    }
    Ok(())
}

fn change_account(tx: &mut Tx<'_>, account: &Account, before: i64) -> Result<(), StoreError> {
    let state = &account.state;
    let counters = &state.counters;
    let row = [
        account.id.into(),
        before.into(),
        state.closed_by.map(|id| id.to_string()).unwrap_or_default().into(),
        counters.debits_pending.minor().into(),
        counters.debits_posted.minor().into(),
        counters.credits_pending.minor().into(),
        counters.credits_posted.minor().into(),
        state.version.into(),
        state.touched_at.map_or(0, Instant::micros).into(),
    ];
    let otherwise = StoreError::Retry(format!("{} was changed meanwhile", account.id));
    tx.later_one(&CHANGE_ACCOUNT, &row, otherwise)
}

fn add_transfer(tx: &mut Tx<'_>, transfer: &Transfer, act: ActId) -> Result<(), StoreError> {
    let refs = &transfer.refs;
    let evidence = refs.evidence.as_ref();
    let or_empty = |id: Option<String>| id.unwrap_or_default();
    let row = [
        transfer.id.into(),
        transfer.book.to_string().into(),
        transfer.debit.into(),
        transfer.credit.into(),
        transfer.amount.minor().into(),
        or_empty(transfer.pending.map(|id| id.to_string())).into(),
        i64::from(transfer.code.0).into(),
        i64::from(transfer.timeout_s).into(),
        i64::from(transfer.flags.bits()).into(),
        or_empty(transfer.chain.map(|id| id.to_string())).into(),
        act.into(),
        or_empty(refs.case.map(|id| id.to_string())).into(),
        or_empty(refs.corrects.map(|id| id.to_string())).into(),
        evidence.map_or("", |evidence| evidence.grade.code()).into(),
        evidence.map_or("", |evidence| &evidence.reference).into(),
        transfer.value_date.to_string().into(),
        transfer.at.into(),
        i64::from(transfer.step).into(),
    ];
    tx.later(&ADD_TRANSFER, &row)
}

fn save_hold(tx: &mut Tx<'_>, books: &Books, hold: &Hold, is_new: bool) -> Result<(), StoreError> {
    let (state, by, freed_at) = match hold.state {
        HoldState::Waiting => ("waiting", String::new(), 0),
        HoldState::Posted { by } => ("posted", by.to_string(), 0),
        HoldState::Voided { by } => ("voided", by.to_string(), 0),
        HoldState::Expired { at } => ("expired", String::new(), at.micros()),
    };
    if is_new {
        let held = books.transfer(hold.id).expect("a hold has its transfer");
        let expires_at = hold.expires_at.map_or(0, Instant::micros);
        let row = args![hold.id, held.debit, held.credit, expires_at, state, by, freed_at].to_vec();
        return tx.later(&ADD_HOLD, &row);
    }
    let otherwise = StoreError::Retry(format!("{} was resolved meanwhile", hold.id));
    tx.later_one(&CHANGE_HOLD, args![hold.id, state, by, freed_at], otherwise)
}

fn add_leg(tx: &mut Tx<'_>, leg: &Leg) -> Result<(), StoreError> {
    let counters = &leg.counters;
    let row = [
        leg.account.into(),
        leg.version.into(),
        leg.transfer.into(),
        side_code(leg.side).into(),
        kind_code(leg.kind).into(),
        leg.amount.minor().into(),
        leg.at.into(),
        counters.debits_pending.minor().into(),
        counters.debits_posted.minor().into(),
        counters.credits_pending.minor().into(),
        counters.credits_posted.minor().into(),
    ];
    tx.later(&ADD_LEG, &row)
}

pub(crate) fn read_account(row: &Row) -> Result<Kept, StoreError> {
    let institution = row.text(7)?;
    let bank = match institution.is_empty() {
        true => None,
        false => Some(BankAccount {
            institution,
            holder: row.text(8)?,
            keeps: row.parsed(9, Keeps::parse)?,
            masked_number: row.text(10)?,
            is_custodian: row.bool(11)?,
        }),
    };
    let owner: OrganisationId = row.parsed(3, |text| OrganisationId::parse(text).ok())?;
    let account = Account {
        id: row.parsed(0, |text| AccountId::parse(text).ok())?,
        book: row.parsed(1, Book::parse)?,
        purpose: row.parsed(2, Purpose::parse)?,
        owner: Some(owner.to_string()),
        subject: some(row, 4)?,
        side: row.parsed(5, read_side)?,
        limit: row.parsed(6, read_limit)?,
        bank,
        opened_at: row.instant(12)?,
        state: State {
            closed_by: id_or_none(row, 13, |text| TransferId::parse(text).ok())?,
            counters: read_counters(row, 14)?,
            version: row.int(18)?,
            touched_at: Some(row.instant(19)?).filter(|at| at.micros() != 0),
        },
    };
    Ok(Kept { account, owner, label: row.parsed(20, Label::from_gate)? })
}

pub(crate) fn read_transfer(row: &Row) -> Result<Entry, StoreError> {
    let id = |at| row.parsed(at, |text| TransferId::parse(text).ok());
    let account = |at| row.parsed(at, |text| AccountId::parse(text).ok());
    let maybe = |at| id_or_none(row, at, |text| TransferId::parse(text).ok());
    let evidence = match row.text(13)?.is_empty() {
        true => None,
        false => Some(Evidence { grade: row.parsed(13, Grade::parse)?, reference: row.text(14)? }),
    };
    let small = |at: usize| {
        u16::try_from(row.int(at)?).map_err(|_| StoreError::Damaged(format!("column {at}")))
    };
    let count = |at: usize| {
        u32::try_from(row.int(at)?).map_err(|_| StoreError::Damaged(format!("column {at}")))
    };
    let value_date: Date = row.parsed(15, |text| text.parse().ok())?;
    let transfer = Transfer {
        id: id(0)?,
        book: row.parsed(1, Book::parse)?,
        debit: account(2)?,
        credit: account(3)?,
        amount: read_amount(row, 4)?,
        pending: maybe(5)?,
        code: Code(small(6)?),
        timeout_s: count(7)?,
        flags: Flags::from_bits(small(8)?),
        chain: maybe(9)?,
        refs: References {
            // The act is the row's, not the request's: a request repeated later is another act.
            act: None,
            case: id_or_none(row, 11, |text| CaseId::parse(text).ok())?,
            value_date: Some(value_date),
            evidence,
            corrects: maybe(12)?,
        },
        value_date,
        at: row.instant(16)?,
        step: count(17)?,
    };
    Ok(Entry { transfer, act: row.parsed(10, |text| ActId::parse(text).ok())? })
}

pub(crate) fn read_leg(row: &Row) -> Result<Leg, StoreError> {
    read_leg_from(row, 0)
}

/// A leg whose columns begin at this place.
pub(crate) fn read_leg_from(row: &Row, first: usize) -> Result<Leg, StoreError> {
    Ok(Leg {
        account: row.parsed(first, |text| AccountId::parse(text).ok())?,
        version: row.int(first + 1)?,
        transfer: row.parsed(first + 2, |text| TransferId::parse(text).ok())?,
        side: row.parsed(first + 3, read_side)?,
        kind: row.parsed(first + 4, read_kind)?,
        amount: read_amount(row, first + 5)?,
        at: row.instant(first + 6)?,
        counters: read_counters(row, first + 7)?,
    })
}

pub(crate) fn read_hold(row: &Row) -> Result<Hold, StoreError> {
    let by = || row.parsed(3, |text| TransferId::parse(text).ok());
    let state = match row.text(2)?.as_str() {
        "waiting" => HoldState::Waiting,
        "posted" => HoldState::Posted { by: by()? },
        "voided" => HoldState::Voided { by: by()? },
        _ => HoldState::Expired { at: row.instant(4)? },
    };
    let expires_at = Some(row.instant(1)?).filter(|at| at.micros() != 0);
    Ok(Hold { id: row.parsed(0, |text| TransferId::parse(text).ok())?, expires_at, state })
}

pub(crate) fn read_due(row: &Row) -> Result<Due, StoreError> {
    let account = |at| row.parsed(at, |text| AccountId::parse(text).ok());
    Ok((row.parsed(0, |text| TransferId::parse(text).ok())?, account(1)?, account(2)?))
}

pub(crate) fn read_burnt(row: &Row) -> Result<Burnt, StoreError> {
    let number = u16::try_from(row.int(1)?).ok().and_then(Why::from_number);
    let why = number.ok_or_else(|| StoreError::Damaged("an unknown refusal".to_owned()))?;
    Ok(Burnt { id: row.parsed(0, |text| TransferId::parse(text).ok())?, why, at: row.instant(2)? })
}

fn read_counters(row: &Row, first: usize) -> Result<Counters, StoreError> {
    Ok(Counters {
        debits_pending: read_amount(row, first)?,
        debits_posted: read_amount(row, first + 1)?,
        credits_pending: read_amount(row, first + 2)?,
        credits_posted: read_amount(row, first + 3)?,
    })
}

fn read_amount(row: &Row, at: usize) -> Result<Amount, StoreError> {
    let minor = row.int(at)?;
    Amount::new(minor).ok_or_else(|| StoreError::Damaged(format!("an amount of {minor}")))
}

fn some(row: &Row, at: usize) -> Result<Option<String>, StoreError> {
    Ok(Some(row.text(at)?).filter(|text| !text.is_empty()))
}

fn id_or_none<T>(
    row: &Row,
    at: usize,
    read: impl Fn(&str) -> Option<T>,
) -> Result<Option<T>, StoreError> {
    match row.text(at)?.is_empty() {
        true => Ok(None),
        false => row.parsed(at, read).map(Some),
    }
}

fn side_code(side: Side) -> &'static str {
    match side {
        Side::Debit => "debit",
        Side::Credit => "credit",
    }
}

fn read_side(text: &str) -> Option<Side> {
    [Side::Debit, Side::Credit].into_iter().find(|side| side_code(*side) == text)
}

fn limit_code(limit: Limit) -> &'static str {
    match limit {
        Limit::Free => "free",
        Limit::DebitsWithinCredits => "debits",
        Limit::CreditsWithinDebits => "credits",
    }
}

fn read_limit(text: &str) -> Option<Limit> {
    let all = [Limit::Free, Limit::DebitsWithinCredits, Limit::CreditsWithinDebits];
    all.into_iter().find(|limit| limit_code(*limit) == text)
}

fn kind_code(kind: LegKind) -> &'static str {
    match kind {
        LegKind::Posted => "posted",
        LegKind::Held => "held",
        LegKind::Voided => "voided",
        LegKind::Expired => "expired",
    }
}

fn read_kind(text: &str) -> Option<LegKind> {
    let all = [LegKind::Posted, LegKind::Held, LegKind::Voided, LegKind::Expired];
    all.into_iter().find(|kind| kind_code(*kind) == text)
}
