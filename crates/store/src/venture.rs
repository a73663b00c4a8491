//! Ventures in tables: plan, holders, the register's entries in their dense order, notes, dividends.
//!
//! An entry is added by `n` and the chain of digests before it; where somebody was faster the row of
//! the venture does not match and the act runs again.

use crate::filter::{Columns, Composer};
use crate::{Composed, Row, StoreError, Tx, args, statements};
use access::Filter;
use base::{
    ActId, Bilingual, Currency, Instant, Label, OrganisationId, PersonId, Reference, TechnologyId,
    VentureId,
};
use equity::dividend::{Declared, Payment};
use trading::venture::{Entry, Holder, Note, NoteKind, Rules, Venture, VentureState};

statements! {
    ADD = "insert into ventures (id, reference, technology, owner, company, currency, state, plan,
               version, n_entries, chain, invented, opened_by, opened_at, changed_at)
           values ($1, $2, $3, $4, $5, $6, 'prepared', $7, 1, 0, '', $8, $9, $10, $10)";
    FIND = "select v.id, v.reference, v.technology, v.owner, v.company, v.currency, v.state, v.plan,
                v.version, v.n_entries, v.chain, v.invented, v.changed_at, t.gate
            from ventures v join technologies t on t.id = v.technology where v.id = $1";
    OF_TECHNOLOGY = "select v.id, v.reference, v.technology, v.owner, v.company, v.currency,
                         v.state, v.plan, v.version, v.n_entries, v.chain, v.invented,
                         v.changed_at, t.gate
                     from ventures v join technologies t on t.id = v.technology
                     where v.technology = $1 order by v.id desc limit 200";
    CHANGE = "update ventures set state = $3, plan = $4, version = $2 + 1, changed_at = $5
              where id = $1 and version = $2";
    ADVANCE = "update ventures set n_entries = $4, chain = $5, changed_at = $6
               where id = $1 and n_entries = $2 and chain = $3";
    ADD_HOLDER = "insert into venture_holders (venture, n, organisation, person, name_en, name_zh,
                      is_state, entered_at)
                  values ($1, $2, $3, $4, $5, $6, $7, $8)";
    HOLDERS = "select h.venture, h.n, h.organisation, h.person, h.name_en, h.name_zh, h.is_state
               from venture_holders h where h.venture = $1 order by h.n limit $2";
    FORGET = "update venture_holders set name_en = '', name_zh = '' where person = $1";
    ADD_ENTRY = "insert into venture_entries (venture, n, on_day, kind, event, salt, chain, act,
                     person, at)
                 values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    ENTRIES = "select n, event, at, chain from venture_entries
               where venture = $1 order by n limit $2";
    SALTS = "select n, event, salt, chain from venture_entries where venture = $1 order by n";
    ADD_NOTE = "insert into venture_notes (venture, n, duty, kind, on_day, reason, person, at)
                values ($1, $2, $3, $4, $5, $6, $7, $8)";
    NOTES = "select n, duty, kind, on_day, reason, person, at from venture_notes
             where venture = $1 order by n limit $2";
    ADD_DIVIDEND = "insert into venture_dividends (venture, n, entry, declared, total, person, at)
                    values ($1, $2, $3, $4, $5, $6, $7)";
    ADD_PAYMENT = "insert into venture_payments (venture, dividend, holder, gross, withheld, net)
                   values ($1, $2, $3, $4, $5, $6)";
    DIVIDENDS = "select n, entry, declared, at from venture_dividends
                 where venture = $1 order by n limit $2";
    PAYMENTS = "select dividend, holder, gross, withheld, net from venture_payments
                where venture = $1 order by dividend, holder";
    RULES = "select rules from venture_rules order by n desc limit 1";
    N_RULES = "select coalesce(max(n), 0) from venture_rules";
    ADD_RULES = "insert into venture_rules (n, rules, person, at) values ($1, $2, $3, $4)";
    HELD_BY = "select v.id, v.reference, h.n, o.name_en, o.name_zh
               from venture_holders h join ventures v on v.id = h.venture
               join organisations o on o.id = v.company
               where h.person = $1 order by v.id, h.n limit $2";
    GIVE_OWNER = "update ventures set owner = $2 where owner = $1";
    GIVE_COMPANY = "update ventures set company = $2 where company = $1";
    GIVE_HOLDER = "update venture_holders set organisation = $2 where organisation = $1";
}

const SELECT: &str = "select v.id, v.reference, v.technology, v.owner, v.company, v.currency, \
     v.state, v.plan, v.version, v.n_entries, v.chain, v.invented, v.changed_at, t.gate \
     from ventures v join technologies t on t.id = v.technology";

/// What access calls the columns of ventures.
const COLUMNS: Columns<'static> = Columns {
    owner: "v.owner",
    desk: "v.company",
    person: "v.opened_by",
    state: "v.state",
    gate: "t.gate",
};

/// What access calls the columns of holders: a holding is its holder's.
const HOLDING_COLUMNS: Columns<'static> = Columns {
    owner: "h.organisation",
    desk: "h.organisation",
    person: "h.person",
    state: "v.state",
    gate: "t.gate",
};

/// A dividend as it was declared, with who was paid what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dividend {
    pub n: u64,
    /// The register's entry at whose table it was divided.
    pub entry: u64,
    pub declared: Declared,
    pub at: Instant,
    pub payments: Vec<Payment>,
}

/// Adds a venture as it was opened.
pub fn add(tx: &mut Tx<'_>, it: &Venture, by: Option<PersonId>) -> Result<(), StoreError> {
    let row = [
        it.id.into(),
        (&it.reference).into(),
        it.technology.into(),
        it.owner.into(),
        it.company.into(),
        it.currency.code().into(),
        crate::json(&it.plan),
        it.invented.into(),
        or_empty(by).into(),
        it.changed_at.into(),
    ];
    tx.later(&ADD, &row)
}

/// One venture.
pub fn find(tx: &mut Tx<'_>, id: VentureId) -> Result<Option<Venture>, StoreError> {
    tx.row(&FIND, args![id])?.as_ref().map(read).transpose()
}

/// The ventures of a technology, newest first.
pub fn of_technology(tx: &mut Tx<'_>, id: TechnologyId) -> Result<Vec<Venture>, StoreError> {
    tx.rows(&OF_TECHNOLOGY, args![id])?.iter().map(read).collect()
}

/// Ventures that pass a filter before an id, newest first.
pub fn list(
    tx: &mut Tx<'_>,
    filter: &Filter,
    before: Option<VentureId>,
    limit: usize,
) -> Result<Vec<Venture>, StoreError> {
    if filter.is_never() {
        return Ok(Vec::new());
    }
    let mut composer = Composer::default();
    let seen = composer.filter(filter, COLUMNS);
    let place = match before {
        None => "1 = 1".to_owned(),
        Some(id) => format!("v.id < {}", composer.bind(id.to_string())),
    };
    let limit = composer.bind(limit);
    let sql = format!("{SELECT} where {seen} and {place} order by v.id desc limit {limit}");
    tx.composed(&Composed { sql, args: composer.args })?.iter().map(read).collect()
}

/// Holdings that pass a filter, the newest venture first.
pub fn holdings(
    tx: &mut Tx<'_>,
    filter: &Filter,
    limit: usize,
) -> Result<Vec<(Venture, u64)>, StoreError> {
    if filter.is_never() {
        return Ok(Vec::new());
    }
    let mut composer = Composer::default();
    let seen = composer.filter(filter, HOLDING_COLUMNS);
    let limit = composer.bind(limit);
    let select = SELECT.replacen(" from ventures v", ", h.n from ventures v", 1);
    let sql = format!(
        "{select} join venture_holders h on h.venture = v.id \
         where {seen} order by v.id desc, h.n limit {limit}"
    );
    let rows = tx.composed(&Composed { sql, args: composer.args })?;
    rows.iter().map(|row| Ok((read(row)?, row.count(14)?))).collect()
}

/// What somebody holds, or is to hold: the venture, its reference, the number of the holder and the
/// company's name.
pub type Holding = (VentureId, Reference, u64, Bilingual);

/// Every holding of a person, whatever labels say: for the person alone.
pub fn held_by(
    tx: &mut Tx<'_>,
    person: PersonId,
    limit: usize,
) -> Result<Vec<Holding>, StoreError> {
    let read = |row: &crate::Row| {
        Ok((
            row.parsed(0, |text| VentureId::parse(text).ok())?,
            row.parsed(1, Reference::parse)?,
            row.count(2)?,
            Bilingual::new(row.text(3)?, row.text(4)?),
        ))
    };
    tx.rows(&HELD_BY, args![person, limit])?.iter().map(read).collect()
}

/// Writes plan and state of a venture that is still of this version.
pub fn change(tx: &mut Tx<'_>, it: &Venture, version: u64) -> Result<bool, StoreError> {
    let plan = crate::json(&it.plan);
    let row = [it.id.into(), version.into(), it.state.word().into(), plan, it.changed_at.into()];
    Ok(tx.run(&CHANGE, &row)? == 1)
}

/// Adds a holder.
pub fn add_holder(tx: &mut Tx<'_>, it: &Holder, now: Instant) -> Result<(), StoreError> {
    let row = args![
        it.venture,
        it.n,
        or_empty(it.organisation),
        or_empty(it.person),
        &it.name.en,
        &it.name.zh,
        it.is_state,
        now
    ];
    tx.later(&ADD_HOLDER, row)
}

/// Holders in the order of their entry.
pub fn holders(tx: &mut Tx<'_>, id: VentureId, limit: usize) -> Result<Vec<Holder>, StoreError> {
    tx.rows(&HOLDERS, args![id, limit])?.iter().map(read_holder).collect()
}

/// Empties the names that stand beside a person who is erased.
pub(crate) fn forget(tx: &mut Tx<'_>, person: PersonId) -> Result<(), StoreError> {
    tx.later(&FORGET, args![person])
}

/// What belonged to one organisation belongs to another.
pub(crate) fn give(
    tx: &mut Tx<'_>,
    from: OrganisationId,
    to: OrganisationId,
) -> Result<(), StoreError> {
    for statement in [&GIVE_OWNER, &GIVE_COMPANY, &GIVE_HOLDER] {
        tx.later(statement, args![from, to])?;
    }
    Ok(())
}

/// Adds an entry after the last one of `before`, and leads the chain on.
pub fn add_entry(
    tx: &mut Tx<'_>,
    before: &Venture,
    (entry, kind, salt): (&Entry, &str, &str),
    (act, person): (ActId, Option<PersonId>),
) -> Result<(), StoreError> {
    let event = crate::json(&entry.event);
    let row = [
        before.id.into(),
        entry.n.into(),
        entry.event.on.to_string().into(),
        kind.into(),
        event,
        salt.into(),
        (&entry.digest).into(),
        act.to_string().into(),
        or_empty(person).into(),
        entry.at.into(),
    ];
    tx.later(&ADD_ENTRY, &row)?;
    let row = args![before.id, before.n_entries, &before.chain, entry.n, &entry.digest, entry.at];
    match tx.run(&ADVANCE, row)? {
        1 => Ok(()),
        _ => Err(StoreError::Retry(format!("the register of {} moved on", before.id))),
    }
}

/// Entries in their order.
pub fn entries(tx: &mut Tx<'_>, id: VentureId, limit: usize) -> Result<Vec<Entry>, StoreError> {
    let read = |row: &Row| {
        Ok(Entry {
            n: row.count(0)?,
            event: row.json(1)?,
            at: row.instant(2)?,
            digest: row.text(3)?,
        })
    };
    tx.rows(&ENTRIES, args![id, limit])?.iter().map(read).collect()
}

/// The text, salt and digest of every entry: for whoever recomputes the chain.
pub fn salts(
    tx: &mut Tx<'_>,
    id: VentureId,
) -> Result<Vec<(u64, String, String, String)>, StoreError> {
    let read = |row: &Row| Ok((row.count(0)?, row.text(1)?, row.text(2)?, row.text(3)?));
    tx.rows(&SALTS, args![id])?.iter().map(read).collect()
}

/// Adds what was done about a duty.
pub fn add_note(tx: &mut Tx<'_>, id: VentureId, it: &Note) -> Result<(), StoreError> {
    let on = it.on.to_string();
    let row = args![id, it.n, &it.duty, it.kind.word(), on, &it.reason, or_empty(it.person), it.at];
    tx.later(&ADD_NOTE, row)
}

/// What was done about duties, in its order.
pub fn notes(tx: &mut Tx<'_>, id: VentureId, limit: usize) -> Result<Vec<Note>, StoreError> {
    let read = |row: &Row| {
        Ok(Note {
            n: row.count(0)?,
            duty: row.text(1)?,
            kind: row.parsed(2, NoteKind::parse)?,
            on: row.parsed(3, base::time::read_date)?,
            reason: row.text(4)?,
            person: id_or_none(row, 5, |text| PersonId::parse(text).ok())?,
            at: row.instant(6)?,
        })
    };
    tx.rows(&NOTES, args![id, limit])?.iter().map(read).collect()
}

/// Adds a dividend with every payment; a holder is known by the number of its key.
pub fn add_dividend(
    tx: &mut Tx<'_>,
    id: VentureId,
    it: &Dividend,
    person: Option<PersonId>,
) -> Result<(), StoreError> {
    let declared = crate::json(&it.declared);
    let row = [
        id.into(),
        it.n.into(),
        it.entry.into(),
        declared,
        it.declared.total.into(),
        or_empty(person).into(),
        it.at.into(),
    ];
    tx.later(&ADD_DIVIDEND, &row)?;
    for payment in &it.payments {
        let holder = number(&payment.holder)?;
        let row = args![id, it.n, holder, payment.gross, payment.withheld, payment.net];
        tx.later(&ADD_PAYMENT, row)?;
    }
    Ok(())
}

/// Dividends in their order, each with its payments.
pub fn dividends(
    tx: &mut Tx<'_>,
    id: VentureId,
    limit: usize,
) -> Result<Vec<Dividend>, StoreError> {
    let read = |row: &Row| {
        let (n, entry, declared) = (row.count(0)?, row.count(1)?, row.json(2)?);
        Ok(Dividend { n, entry, declared, at: row.instant(3)?, payments: Vec::new() })
    };
    let mut all: Vec<Dividend> = tx
        .rows(&DIVIDENDS, args![id, limit])?
        .iter()
        .map(read)
        .collect::<Result<_, StoreError>>()?;
    for row in tx.rows(&PAYMENTS, args![id])? {
        let n = row.count(0)?;
        let payment = Payment {
            holder: trading::venture::key_of(row.count(1)?),
            gross: row.int(2)?,
            withheld: row.int(3)?,
            net: row.int(4)?,
        };
        if let Some(of) = all.iter_mut().find(|it| it.n == n) {
            of.payments.push(payment);
        }
    }
    Ok(all)
}

/// The rows of law in force here: those the office set last, or those a city begins with.
pub fn rules(tx: &mut Tx<'_>) -> Result<Rules, StoreError> {
    tx.row(&RULES, &[])?.map_or_else(|| Ok(Rules::initial()), |row| row.json(0))
}

/// Sets the rows of law; what was set before stays.
pub fn set_rules(
    tx: &mut Tx<'_>,
    rules: &Rules,
    (person, now): (Option<PersonId>, Instant),
) -> Result<u64, StoreError> {
    let n = tx.row(&N_RULES, &[])?.map_or(Ok(0), |row| row.count(0))? + 1;
    let row = [n.into(), crate::json(rules), or_empty(person).into(), now.into()];
    tx.later(&ADD_RULES, &row)?;
    Ok(n)
}

fn number(key: &str) -> Result<u64, StoreError> {
    let n = key.strip_prefix('h').and_then(|n| n.parse().ok());
    n.ok_or_else(|| StoreError::Damaged(format!("no holder's key: {key}")))
}

fn or_empty<T: std::fmt::Display>(id: Option<T>) -> String {
    id.map(|id| id.to_string()).unwrap_or_default()
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

fn read(row: &Row) -> Result<Venture, StoreError> {
    Ok(Venture {
        id: row.parsed(0, |text| VentureId::parse(text).ok())?,
        reference: row.parsed(1, Reference::parse)?,
        technology: row.parsed(2, |text| TechnologyId::parse(text).ok())?,
        owner: row.parsed(3, |text| OrganisationId::parse(text).ok())?,
        company: row.parsed(4, |text| OrganisationId::parse(text).ok())?,
        currency: row.parsed(5, Currency::parse)?,
        state: row.parsed(6, VentureState::parse)?,
        plan: row.json(7)?,
        version: row.count(8)?,
        n_entries: row.count(9)?,
        chain: row.text(10)?,
        invented: row.bool(11)?,
        changed_at: row.instant(12)?,
        label: row.parsed(13, Label::from_gate)?,
    })
}

fn read_holder(row: &Row) -> Result<Holder, StoreError> {
    Ok(Holder {
        venture: row.parsed(0, |text| VentureId::parse(text).ok())?,
        n: row.count(1)?,
        organisation: id_or_none(row, 2, |text| OrganisationId::parse(text).ok())?,
        person: id_or_none(row, 3, |text| PersonId::parse(text).ok())?,
        name: Bilingual::new(row.text(4)?, row.text(5)?),
        is_state: row.bool(6)?,
    })
}
