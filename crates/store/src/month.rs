//! Sealed months of a book: the balance of every account at the end of the month by value dates, under
//! one Merkle root. What is sealed is never written into again.

use crate::tx::Question;
use crate::{Row, StoreError, Tx, args, statements};
use base::{AccountId, Date, Instant, PersonId};
use ledger::Book;

statements! {
    THROUGH = "select through from ledger_sealing where book = $1";
    ADD_BOOK = "insert into ledger_sealing (book, through) values ($1, '')
                on conflict (book) do nothing";
    TAKE_BOOK = "update ledger_sealing set through = through where book = $1";
    SET_THROUGH = "update ledger_sealing set through = $2 where book = $1";
    BALANCES = "select account, cast(sum(d) as bigint), cast(sum(c) as bigint) from (
                    select debit as account, amount as d, 0 as c from ledger_transfers
                    where book = $1 and value_date <= $2 and flags & 10 = 0
                    union all
                    select credit, 0, amount from ledger_transfers
                    where book = $1 and value_date <= $2 and flags & 10 = 0) m
                group by account order by account";
    ADD = "insert into ledger_seals (book, month, through, n_accounts, root, note, sealed_by,
               sealed_at)
           values ($1, $2, $3, $4, $5, $6, $7, $8)";
    ADD_BALANCE = "insert into ledger_seal_balances (book, month, account, debits, credits)
                   values ($1, $2, $3, $4, $5)";
    FIND = "select book, month, through, n_accounts, root, note, sealed_by, sealed_at
            from ledger_seals where book = $1 and month = $2";
    LIST = "select book, month, through, n_accounts, root, note, sealed_by, sealed_at
            from ledger_seals order by month desc, book limit $1";
    OF_SEAL = "select account, debits, credits from ledger_seal_balances
               where book = $1 and month = $2 order by account";
    BOOKS = "select distinct book from ledger_accounts order by book limit $1";
    ADD_CHECK = "insert into ledger_checks (at, took_ms, faults) values ($1, $2, $3)
                 on conflict (at) do nothing";
    LAST_CHECK = "select at, took_ms, faults from ledger_checks order by at desc limit 1";
    DROP_CHECKS = "delete from ledger_checks where at < $1";
}

/// A seal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seal {
    pub book: String,
    /// `2026-03`.
    pub month: String,
    pub through: Date,
    pub n_accounts: u64,
    /// Hexadecimal.
    pub root: String,
    /// The signed note over the root.
    pub note: String,
    pub sealed: (PersonId, Instant),
}

/// What an account had moved by value dates up to a day: debits and credits.
pub type Balance = (AccountId, i64, i64);

/// The last sealed day of a book.
pub fn through(tx: &mut Tx<'_>, book: &Book) -> Result<Option<Date>, StoreError> {
    let (statement, args) = asks_through(book);
    read_through(tx.row(statement, &args)?.as_ref())
}

/// The question for the last sealed day of a book.
pub(crate) fn asks_through(book: &Book) -> Question {
    (&THROUGH, vec![book.to_string().into()])
}

pub(crate) fn read_through(found: Option<&Row>) -> Result<Option<Date>, StoreError> {
    match found {
        Some(row) if !row.text(0)?.is_empty() => row.parsed(0, |text| text.parse().ok()).map(Some),
        _ => Ok(None),
    }
}

/// Takes the row of a book, so that nobody seals it while something is written into a past month, or
/// the other way round.
pub fn take(tx: &mut Tx<'_>, book: &Book) -> Result<(), StoreError> {
    let book = book.to_string();
    tx.later(&ADD_BOOK, args![&book])?;
    tx.later(&TAKE_BOOK, args![&book])
}

/// What every account of a book moved up to a day, by account: a scan of the book, once a month.
pub fn balances(tx: &mut Tx<'_>, book: &Book, day: Date) -> Result<Vec<Balance>, StoreError> {
    tx.rows(&BALANCES, args![book.to_string(), day.to_string()])?.iter().map(read_balance).collect()
}

/// Keeps a seal with its balances.
pub fn add(tx: &mut Tx<'_>, seal: &Seal, balances: &[Balance]) -> Result<(), StoreError> {
    let row = [
        seal.book.clone().into(),
        seal.month.clone().into(),
        seal.through.to_string().into(),
        seal.n_accounts.into(),
        seal.root.clone().into(),
        seal.note.clone().into(),
        seal.sealed.0.into(),
        seal.sealed.1.into(),
    ];
    tx.later(&ADD, &row)?;
    for (account, debits, credits) in balances {
        tx.later(&ADD_BALANCE, args![&seal.book, &seal.month, *account, *debits, *credits])?;
    }
    tx.later(&SET_THROUGH, args![&seal.book, seal.through.to_string()])
}

/// One seal.
pub fn find(tx: &mut Tx<'_>, book: &str, month: &str) -> Result<Option<Seal>, StoreError> {
    tx.row(&FIND, args![book, month])?.as_ref().map(read).transpose()
}

/// The newest seals.
pub fn list(tx: &mut Tx<'_>, limit: usize) -> Result<Vec<Seal>, StoreError> {
    tx.rows(&LIST, args![limit])?.iter().map(read).collect()
}

/// The balances of a seal, by account.
pub fn of_seal(tx: &mut Tx<'_>, book: &str, month: &str) -> Result<Vec<Balance>, StoreError> {
    tx.rows(&OF_SEAL, args![book, month])?.iter().map(read_balance).collect()
}

/// Books that have an account.
pub fn books(tx: &mut Tx<'_>, limit: usize) -> Result<Vec<String>, StoreError> {
    tx.rows(&BOOKS, args![limit])?.iter().map(|row| row.text(0)).collect()
}

/// How the books were found at a moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    pub at: Instant,
    pub took_ms: i64,
    /// What was broken, each a kind and an id.
    pub faults: Vec<(String, String)>,
}

/// Notes how the books were found, and forgets what is older than a moment.
pub fn note_check(tx: &mut Tx<'_>, check: &Check, forget: Instant) -> Result<(), StoreError> {
    tx.later(&DROP_CHECKS, args![forget])?;
    let row = [check.at.into(), check.took_ms.into(), crate::value::json(&check.faults)];
    tx.later(&ADD_CHECK, &row)
}

/// How the books were found the last time.
pub fn last_check(tx: &mut Tx<'_>) -> Result<Option<Check>, StoreError> {
    let read = |row: &Row| -> Result<Check, StoreError> {
        Ok(Check { at: row.instant(0)?, took_ms: row.int(1)?, faults: row.json(2)? })
    };
    tx.row(&LAST_CHECK, &[])?.as_ref().map(read).transpose()
}

fn read(row: &Row) -> Result<Seal, StoreError> {
    Ok(Seal {
        book: row.text(0)?,
        month: row.text(1)?,
        through: row.parsed(2, |text| text.parse().ok())?,
        n_accounts: row.count(3)?,
        root: row.text(4)?,
        note: row.text(5)?,
        sealed: (row.parsed(6, |text| PersonId::parse(text).ok())?, row.instant(7)?),
    })
}

fn read_balance(row: &Row) -> Result<Balance, StoreError> {
    Ok((row.parsed(0, |text| AccountId::parse(text).ok())?, row.int(1)?, row.int(2)?))
}
