//! Statements of banks as they came in, and what became of their lines.

use crate::{Row, StoreError, Tx, args, statements};
use base::{
    AccountId, BankStatementId, Date, Instant, LotId, OrganisationId, PersonId, Reference,
    TransferId,
};

statements! {
    ADD = "insert into bank_statements (id, account, digest, name, number, has_closing, closing,
               closing_on, n_lines, state, difference, brought_by, brought_at, taken_at)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'brought', 0, $10, $11, 0)";
    ADD_LINE = "insert into bank_lines (statement, n, account, reference, value_date, amount,
                    payer_order, counterparty, counterparty_account, remittance, state, transfer,
                    settled, reason, keeper, aside_at)
                values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, '', '', '', 0)";
    FIND = "select id, account, digest, name, number, has_closing, closing, closing_on, n_lines,
                state, difference, brought_by, brought_at, taken_at
            from bank_statements where id = $1";
    OF_DIGEST = "select id, account, digest, name, number, has_closing, closing, closing_on,
                     n_lines, state, difference, brought_by, brought_at, taken_at
                 from bank_statements where account = $1 and digest = $2 and state <> 'dropped'";
    OF_ACCOUNT = "select id, account, digest, name, number, has_closing, closing, closing_on,
                      n_lines, state, difference, brought_by, brought_at, taken_at
                  from bank_statements where account = $1 and state <> 'dropped'
                  order by closing_on desc, id desc limit $2";
    LAST_EVEN = "select id, account, digest, name, number, has_closing, closing, closing_on,
                     n_lines, state, difference, brought_by, brought_at, taken_at
                 from bank_statements
                 where account = $1 and state = 'taken' and has_closing = $2 and difference = 0
                 order by closing_on desc, id desc limit 1";
    LAST_TOLD = "select id, account, digest, name, number, has_closing, closing, closing_on,
                     n_lines, state, difference, brought_by, brought_at, taken_at
                 from bank_statements
                 where account = $1 and state = 'taken' and has_closing = $2
                 order by closing_on desc, id desc limit 1";
    SET_STATE = "update bank_statements set state = $2, difference = $3, taken_at = $4
                 where id = $1 and state = 'brought'";
    DROP_LINES = "delete from bank_lines where statement = $1 and state in ('brought', 'seen')";
    LINES = "select statement, n, account, reference, value_date, amount, payer_order, counterparty,
                 counterparty_account, remittance, state, transfer, settled, reason, keeper, aside_at
             from bank_lines where statement = $1 and n > $2 order by n limit $3";
    LINE = "select statement, n, account, reference, value_date, amount, payer_order, counterparty,
                counterparty_account, remittance, state, transfer, settled, reason, keeper, aside_at
            from bank_lines where statement = $1 and n = $2";
    BROUGHT = "select statement, n, account, reference, value_date, amount, payer_order,
                   counterparty, counterparty_account, remittance, state, transfer, settled, reason,
                   keeper, aside_at
               from bank_lines where statement = $1 and state = 'brought' order by n limit $2";
    ASIDE = "select statement, n, account, reference, value_date, amount, payer_order, counterparty,
                 counterparty_account, remittance, state, transfer, settled, reason, keeper, aside_at
             from bank_lines
             where state = 'aside' and (aside_at > $1 or (aside_at = $1 and statement > $2)
                 or (aside_at = $1 and statement = $2 and n > $3))
             order by aside_at, statement, n limit $4";
    N_BROUGHT = "select count(*) from bank_lines where statement = $1 and state = 'brought'";
    N_ASIDE = "select count(*) from bank_lines where state = 'aside'";
    HAS_LINE = "select 1 from bank_lines where account = $1 and reference = $2 limit 1";
    USED = "select t.amount, t.debit, t.id from ledger_references r
            join ledger_transfers t on t.id = r.transfer
            where r.account = $1 and r.reference = $2";
    RECORDED = "update bank_lines set state = 'recorded', transfer = $3
                where account = $1 and reference = $2 and state = 'brought' and amount = $4";
    PUT_ASIDE = "update bank_lines set state = 'aside', transfer = $3, aside_at = $4
                 where statement = $1 and n = $2 and state in ('brought', 'recorded')";
    SETTLE = "update bank_lines set state = 'settled', settled = $3, reason = $4, keeper = $5
              where statement = $1 and n = $2 and state = 'aside'";
    DEPOSITS = "select l.id, l.reference, l.terms, b.alias
                from lot_bidders b join lots l on l.id = b.lot
                where l.state in ('announced', 'open') and b.state = 'admitted'
                    and b.deposit <> 'held'
                order by l.id, b.alias limit $1";
    DEPOSIT_BANKS = "select bank_institution, bank_holder, bank_number from ledger_accounts
                     where purpose = 'bank' and book = $1 and bank_keeps = 'deposits'
                         and closed_by = '' order by id limit 5";
    LATER = "select cast(coalesce(sum(case when l.side = 'debit' then l.amount
                 else -l.amount end), 0) as bigint)
             from ledger_legs l join ledger_transfers t on t.id = l.transfer
             where l.account = $1 and l.version > $2 and l.kind = 'posted' and t.value_date > $3";
}

/// A statement as it came in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BankStatement {
    pub id: BankStatementId,
    pub account: AccountId,
    pub digest: String,
    /// The name of its file.
    pub name: String,
    /// The bank's number of it.
    pub number: String,
    /// What the bank says stood at its end, in minor units, and on which day.
    pub closing: Option<(i64, Date)>,
    pub n_lines: u64,
    pub state: StatementState,
    /// What is recorded less what the bank says, once it is taken.
    pub difference: i64,
    pub brought: (PersonId, Instant),
    pub taken_at: Option<Instant>,
}

/// How a statement stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StatementState {
    /// Its lines wait to be taken.
    Brought,
    Taken,
    Dropped,
}

impl StatementState {
    /// Its word in rows.
    pub fn word(self) -> &'static str {
        match self {
            Self::Brought => "brought",
            Self::Taken => "taken",
            Self::Dropped => "dropped",
        }
    }

    fn parse(word: &str) -> Option<Self> {
        [Self::Brought, Self::Taken, Self::Dropped].into_iter().find(|it| it.word() == word)
    }
}

/// A line and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BankLine {
    pub statement: BankStatementId,
    /// Its place in the statement, from 1.
    pub n: u64,
    pub account: AccountId,
    pub reference: String,
    pub value_date: Date,
    /// Above zero what came in, below zero what went out.
    pub minor: i64,
    /// The reference that whoever paid gave.
    pub order: String,
    pub counterparty: String,
    pub counterparty_account: String,
    pub text: String,
    pub state: LineState,
    pub transfer: Option<TransferId>,
    /// The transfer that settled what was put aside, why, and by whom.
    pub settled: Option<TransferId>,
    pub reason: String,
    pub keeper: Option<PersonId>,
    pub aside_at: Option<Instant>,
}

/// What became of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineState {
    Brought,
    /// Some transfer carries its reference and its amount.
    Recorded,
    /// Nobody knew what it was: it stands among the unmatched.
    Aside,
    /// Settled by hand.
    Settled,
    /// Its reference was known before.
    Seen,
}

impl LineState {
    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::Brought, Self::Recorded, Self::Aside, Self::Settled, Self::Seen];

    /// Its word in rows.
    pub fn word(self) -> &'static str {
        match self {
            Self::Brought => "brought",
            Self::Recorded => "recorded",
            Self::Aside => "aside",
            Self::Settled => "settled",
            Self::Seen => "seen",
        }
    }

    fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.word() == word)
    }
}

/// What is known of a reference of a bank account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Known {
    Never,
    /// A line of another statement has it.
    Line,
    /// A transfer has it, which moved so much into the account, or out of it below zero.
    Transfer(TransferId, i64),
}

/// Adds a statement, and its lines.
pub fn add(
    tx: &mut Tx<'_>,
    statement: &BankStatement,
    lines: &[BankLine],
) -> Result<(), StoreError> {
    let (closing, on) = statement.closing.map_or((0, String::new()), |(m, on)| (m, on.to_string()));
    let row = [
        statement.id.into(),
        statement.account.into(),
        statement.digest.clone().into(),
        statement.name.clone().into(),
        statement.number.clone().into(),
        statement.closing.is_some().into(),
        closing.into(),
        on.into(),
        statement.n_lines.into(),
        statement.brought.0.into(),
        statement.brought.1.into(),
    ];
    tx.later(&ADD, &row)?;
    for line in lines {
        let row = [
            line.statement.into(),
            line.n.into(),
            line.account.into(),
            line.reference.clone().into(),
            line.value_date.to_string().into(),
            line.minor.into(),
            line.order.clone().into(),
            line.counterparty.clone().into(),
            line.counterparty_account.clone().into(),
            line.text.clone().into(),
            line.state.word().into(),
            line.transfer.map(|id| id.to_string()).unwrap_or_default().into(),
        ];
        tx.later(&ADD_LINE, &row)?;
    }
    Ok(())
}

/// One statement.
pub fn find(tx: &mut Tx<'_>, id: BankStatementId) -> Result<Option<BankStatement>, StoreError> {
    tx.row(&FIND, args![id])?.as_ref().map(read).transpose()
}

/// The statement of these bytes, if it came in before.
pub fn of_digest(
    tx: &mut Tx<'_>,
    account: AccountId,
    digest: &str,
) -> Result<Option<BankStatement>, StoreError> {
    tx.row(&OF_DIGEST, args![account, digest])?.as_ref().map(read).transpose()
}

/// Statements of an account, the newest first.
pub fn of_account(
    tx: &mut Tx<'_>,
    account: AccountId,
    limit: usize,
) -> Result<Vec<BankStatement>, StoreError> {
    tx.rows(&OF_ACCOUNT, args![account, limit])?.iter().map(read).collect()
}

/// The newest statement that was taken and tells a balance, and the newest of those that agree.
pub fn last_taken(
    tx: &mut Tx<'_>,
    account: AccountId,
) -> Result<(Option<BankStatement>, Option<BankStatement>), StoreError> {
    let told = tx.row(&LAST_TOLD, args![account, true])?.as_ref().map(read).transpose()?;
    let even = tx.row(&LAST_EVEN, args![account, true])?.as_ref().map(read).transpose()?;
    Ok((told, even))
}

/// Ends the waiting of a statement.
pub fn set_state(
    tx: &mut Tx<'_>,
    id: BankStatementId,
    state: StatementState,
    difference: i64,
    at: Instant,
) -> Result<bool, StoreError> {
    Ok(tx.run(&SET_STATE, args![id, state.word(), difference, at])? == 1)
}

/// Takes away the lines of a statement that was brought by mistake.
pub fn drop_lines(tx: &mut Tx<'_>, id: BankStatementId) -> Result<(), StoreError> {
    tx.later(&DROP_LINES, args![id])
}

/// Lines of a statement after a place.
pub fn lines(
    tx: &mut Tx<'_>,
    id: BankStatementId,
    after: u64,
    limit: usize,
) -> Result<Vec<BankLine>, StoreError> {
    tx.rows(&LINES, args![id, after, limit])?.iter().map(read_line).collect()
}

/// One line.
pub fn line(tx: &mut Tx<'_>, id: BankStatementId, n: u64) -> Result<Option<BankLine>, StoreError> {
    tx.row(&LINE, args![id, n])?.as_ref().map(read_line).transpose()
}

/// Lines that wait to be taken.
pub fn brought(
    tx: &mut Tx<'_>,
    id: BankStatementId,
    limit: usize,
) -> Result<Vec<BankLine>, StoreError> {
    tx.rows(&BROUGHT, args![id, limit])?.iter().map(read_line).collect()
}

/// How many lines of a statement wait.
pub fn n_brought(tx: &mut Tx<'_>, id: BankStatementId) -> Result<u64, StoreError> {
    tx.row(&N_BROUGHT, args![id])?.map_or(Ok(0), |row| row.count(0))
}

/// Lines that stand among the unmatched, the oldest first, after one of the page before.
pub fn aside(
    tx: &mut Tx<'_>,
    after: Option<(Instant, BankStatementId, u64)>,
    limit: usize,
) -> Result<Vec<BankLine>, StoreError> {
    let (at, id, n) = match after {
        Some((at, id, n)) => (at, id.to_string(), n),
        None => (Instant::from_micros(0), String::new(), 0),
    };
    tx.rows(&ASIDE, args![at, id, n, limit])?.iter().map(read_line).collect()
}

/// How many stand among the unmatched.
pub fn n_aside(tx: &mut Tx<'_>) -> Result<u64, StoreError> {
    tx.row(&N_ASIDE, &[])?.map_or(Ok(0), |row| row.count(0))
}

/// What is known of a reference.
pub fn known(tx: &mut Tx<'_>, account: AccountId, reference: &str) -> Result<Known, StoreError> {
    if let Some(row) = tx.row(&USED, args![account, reference])? {
        let (amount, is_in) = (row.int(0)?, row.text(1)? == account.to_string());
        let id = row.parsed(2, |text| TransferId::parse(text).ok())?;
        return Ok(Known::Transfer(id, if is_in { amount } else { -amount }));
    }
    let is_line = tx.row(&HAS_LINE, args![account, reference])?.is_some();
    Ok(if is_line { Known::Line } else { Known::Never })
}

/// Notes that a transfer carries the reference and the amount of a line, if there is such a line.
pub(crate) fn recorded(
    tx: &mut Tx<'_>,
    account: AccountId,
    reference: &str,
    (transfer, minor): (TransferId, i64),
) -> Result<(), StoreError> {
    tx.later(&RECORDED, args![account, reference, transfer, minor])
}

/// Puts a line among the unmatched.
pub fn put_aside(
    tx: &mut Tx<'_>,
    (id, n): (BankStatementId, u64),
    transfer: TransferId,
    at: Instant,
) -> Result<(), StoreError> {
    match tx.run(&PUT_ASIDE, args![id, n, transfer, at])? {
        1 => Ok(()),
        _ => Err(StoreError::Retry(format!("line {n} of {id} was taken meanwhile"))),
    }
}

/// Settles a line by hand.
pub fn settle(
    tx: &mut Tx<'_>,
    (id, n): (BankStatementId, u64),
    transfer: TransferId,
    (reason, by): (&str, PersonId),
) -> Result<(), StoreError> {
    match tx.run(&SETTLE, args![id, n, transfer, reason, by])? {
        1 => Ok(()),
        _ => Err(StoreError::Retry(format!("line {n} of {id} was settled meanwhile"))),
    }
}

/// A deposit that a bidder was asked for and that has not come in.
#[derive(Clone, Debug)]
pub struct WantedDeposit {
    pub lot: LotId,
    pub reference: Reference,
    pub bidder: u32,
    pub minor: i64,
}

/// Deposits that are asked for in a currency, of lots that still take bidders.
pub fn deposits_wanted(
    tx: &mut Tx<'_>,
    currency: &str,
    limit: usize,
) -> Result<Vec<WantedDeposit>, StoreError> {
    let mut wanted = Vec::new();
    for row in tx.rows(&DEPOSITS, args![limit])? {
        let terms: trading::lot::Terms = row.json(2)?;
        let Some(minor) = terms.deposit.filter(|_| terms.currency.code() == currency) else {
            continue;
        };
        let bidder = u32::try_from(row.count(3)?)
            .map_err(|_| StoreError::Damaged("a bidder's number".to_owned()))?;
        wanted.push(WantedDeposit {
            lot: row.parsed(0, |text| LotId::parse(text).ok())?,
            reference: row.parsed(1, Reference::parse)?,
            bidder,
            minor,
        });
    }
    Ok(wanted)
}

/// Where deposits in a currency are paid in: the institution, the holder, the number as it is shown.
pub fn deposit_banks(
    tx: &mut Tx<'_>,
    currency: &str,
) -> Result<Vec<(String, OrganisationId, String)>, StoreError> {
    let read = |row: &Row| {
        let holder = row.parsed(1, |text| OrganisationId::parse(text).ok())?;
        Ok((row.text(0)?, holder, row.text(2)?))
    };
    tx.rows(&DEPOSIT_BANKS, args![currency])?.iter().map(read).collect()
}

/// What an account moved by value dates after a day, debits less credits, of everything recorded
/// since a moment.
pub fn moved_later(
    tx: &mut Tx<'_>,
    account: AccountId,
    since: Instant,
    day: Date,
) -> Result<i64, StoreError> {
    let before = crate::ledger::version_before(tx, account, since)?;
    tx.row(&LATER, args![account, before, day.to_string()])?.map_or(Ok(0), |row| row.int(0))
}

fn read(row: &Row) -> Result<BankStatement, StoreError> {
    let closing = match row.bool(5)? {
        true => Some((row.int(6)?, row.parsed(7, |text| text.parse().ok())?)),
        false => None,
    };
    Ok(BankStatement {
        id: row.parsed(0, |text| BankStatementId::parse(text).ok())?,
        account: row.parsed(1, |text| AccountId::parse(text).ok())?,
        digest: row.text(2)?,
        name: row.text(3)?,
        number: row.text(4)?,
        closing,
        n_lines: row.count(8)?,
        state: row.parsed(9, StatementState::parse)?,
        difference: row.int(10)?,
        brought: (row.parsed(11, |text| PersonId::parse(text).ok())?, row.instant(12)?),
        taken_at: Some(row.instant(13)?).filter(|at| at.micros() != 0),
    })
}

fn read_line(row: &Row) -> Result<BankLine, StoreError> {
    let transfer = |at: usize| match row.text(at)?.is_empty() {
        true => Ok(None),
        false => row.parsed(at, |text| TransferId::parse(text).ok()).map(Some),
    };
    let keeper = match row.text(14)?.is_empty() {
        true => None,
        false => Some(row.parsed(14, |text| PersonId::parse(text).ok())?),
    };
    Ok(BankLine {
        statement: row.parsed(0, |text| BankStatementId::parse(text).ok())?,
        n: row.count(1)?,
        account: row.parsed(2, |text| AccountId::parse(text).ok())?,
        reference: row.text(3)?,
        value_date: row.parsed(4, |text| text.parse().ok())?,
        minor: row.int(5)?,
        order: row.text(6)?,
        counterparty: row.text(7)?,
        counterparty_account: row.text(8)?,
        text: row.text(9)?,
        state: row.parsed(10, LineState::parse)?,
        transfer: transfer(11)?,
        settled: transfer(12)?,
        reason: row.text(13)?,
        keeper,
        aside_at: Some(row.instant(15)?).filter(|at| at.micros() != 0),
    })
}
