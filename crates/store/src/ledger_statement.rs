//! Lists of the books: accounts that a reader may see, and the lines of a statement, each page by
//! its index alone.

use crate::filter::{Columns, Composer};
use crate::ledger::{
    Entry, Kept, read_account, read_leg, read_leg_from, read_transfer, version_at, version_before,
};
use crate::{Composed, StoreError, Tx, args, statements};
use access::Filter;
use base::{AccountId, Instant, OrganisationId, TransferId};
use ledger::{Leg, Purpose};

statements! {
    LINES = "select t.id, t.book, t.debit, t.credit, t.amount, t.pending, t.code, t.timeout_s,
                 t.flags, t.chain, t.act, t.case_id, t.corrects, t.grade, t.evidence, t.value_date,
                 t.at, t.step, l.account, l.version, l.transfer, l.side, l.kind, l.amount, l.at,
                 l.debits_pending, l.debits_posted, l.credits_pending, l.credits_posted
             from ledger_legs l join ledger_transfers t on t.id = l.transfer
             where l.account = $1 and l.version > $2 and l.version <= $3
             order by l.version desc limit $4";
    LEG_OF_TRANSFER = "select account, version, transfer, side, kind, amount, at, debits_pending,
                           debits_posted, credits_pending, credits_posted
                       from ledger_legs
                       where account = $1 and version > $2 and version <= $3 and transfer = $4
                       order by version limit 1";
}

/// Which lines of a statement are wanted: between two moments, both counted, before a version.
#[derive(Clone, Copy, Debug)]
pub struct Lines {
    pub from: Instant,
    pub until: Instant,
    pub before: Option<i64>,
}

impl Lines {
    /// All of them, the newest first.
    pub const ALL: Self = Self {
        from: Instant::from_micros(i64::MIN),
        until: Instant::from_micros(i64::MAX),
        before: None,
    };
}

/// Lines of an account, newest first, each with its transfer.
pub fn lines(
    tx: &mut Tx<'_>,
    account: AccountId,
    wanted: Lines,
    limit: usize,
) -> Result<Vec<(Leg, Entry)>, StoreError> {
    let mut last = i64::MAX;
    if wanted.until != Lines::ALL.until {
        last = version_at(tx, account, wanted.until)?;
    }
    if let Some(version) = wanted.before {
        last = last.min(version - 1);
    }
    let before = match wanted.from == Lines::ALL.from {
        true => 0,
        false => version_before(tx, account, wanted.from)?,
    };
    tx.rows(&LINES, args![account, before, last, limit])?
        .iter()
        .map(|row| Ok((read_leg_from(row, 18)?, read_transfer(row)?)))
        .collect()
}

/// The leg that a transfer made on one of its accounts, at the moment of its making.
pub fn leg_of(
    tx: &mut Tx<'_>,
    account: AccountId,
    at: Instant,
    transfer: TransferId,
) -> Result<Option<Leg>, StoreError> {
    let before = version_before(tx, account, at)?;
    let last = version_at(tx, account, at)?;
    let row = tx.row(&LEG_OF_TRANSFER, args![account, before, last, transfer])?;
    row.as_ref().map(read_leg).transpose()
}

/// Which accounts are wanted.
#[derive(Clone, Copy, Debug, Default)]
pub struct Accounts {
    pub owner: Option<OrganisationId>,
    pub purpose: Option<Purpose>,
    pub after: Option<AccountId>,
}

/// A page of accounts that the filter passes, by id.
pub fn accounts(
    tx: &mut Tx<'_>,
    filter: &Filter,
    wanted: Accounts,
    limit: usize,
) -> Result<Vec<Kept>, StoreError> {
    let mut composer = Composer::default();
    let mut parts = Vec::new();
    if let Some(owner) = wanted.owner {
        let owner = composer.bind(owner);
        parts.push(format!("owner = {owner}"));
    }
    if let Some(purpose) = wanted.purpose {
        let purpose = composer.bind(purpose.code());
        parts.push(format!("purpose = {purpose}"));
    }
    if let Some(after) = wanted.after {
        let after = composer.bind(after);
        parts.push(format!("id > {after}"));
    }
    chosen(tx, filter, (composer, parts), limit)
}

/// Those of some accounts that the filter passes.
pub fn visible(
    tx: &mut Tx<'_>,
    filter: &Filter,
    ids: &[AccountId],
) -> Result<Vec<Kept>, StoreError> {
    let mut wanted = ids.to_vec();
    wanted.sort();
    wanted.dedup();
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let mut composer = Composer::default();
    let parts = vec![composer.any_of("id", &wanted)];
    chosen(tx, filter, (composer, parts), wanted.len())
}

fn chosen(
    tx: &mut Tx<'_>,
    filter: &Filter,
    (mut composer, mut parts): (Composer, Vec<String>),
    limit: usize,
) -> Result<Vec<Kept>, StoreError> {
    if filter.is_never() {
        return Ok(Vec::new());
    }
    let columns = Columns { owner: "owner", desk: "''", person: "''", state: "''", gate: "gate" };
    parts.push(composer.filter(filter, columns));
    let sql = format!(
        "select id, book, purpose, owner, subject, side, bound, bank_institution, bank_holder,
             bank_keeps, bank_number, bank_is_custodian, opened_at, closed_by, debits_pending,
             debits_posted, credits_pending, credits_posted, version, touched_at, gate
         from ledger_accounts where {} order by id limit {limit}",
        parts.join(" and ")
    );
    tx.composed(&Composed { sql, args: composer.args })?.iter().map(read_account).collect()
}
