//! Contracts in tables: the row, its versions, what happened to it.
//!
//! A row is written only as the version it was read in; where another was faster the act runs again.

use crate::filter::{Columns, Composer};
use crate::{Composed, Row, StoreError, Tx, args, statements};
use access::Filter;
use base::{
    ContractId, Currency, Date, DealId, Instant, Label, Level, ListingId, LotId, OrganisationId,
    PersonId, Reference, TechnologyId,
};
use contract::document::Document;
use contract::filing::Filing;
use contract::kept::{Kept, Moved};
use contract::statistics::Row as Counted;
use contract::{Digest, Kind, Mode, Terms};

statements! {
    ADD = "insert into contracts (id, reference, lot, listing, technology, provider, acquirer,
               drafted_by, kind, mode, state, life, terms, bound, template, template_version,
               happened, filing, filing_state, extra, traits, currency, total, technology_amount,
               signed_on, offer_until, is_offered, version, changed_at, deal)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18,
               $19, $20, $21, $22, $23, $24, $25, $26, $27, 1, $28, $29)";
    CHANGE = "update contracts set kind = $3, mode = $4, state = $5, life = $6, terms = $7,
                  bound = $8, template = $9, template_version = $10, happened = $11, filing = $12,
                  filing_state = $13, extra = $14, traits = $15, currency = $16, total = $17,
                  technology_amount = $18, signed_on = $19, offer_until = $20, is_offered = $21,
                  version = $2 + 1, changed_at = $22
              where id = $1 and version = $2";
    FIND = "select c.id, c.reference, c.lot, c.listing, c.technology, c.provider, c.acquirer,
                c.drafted_by, c.life, c.terms, c.bound, c.template, c.template_version, c.happened,
                c.filing, c.extra, c.traits, c.signed_on, c.version, c.changed_at, t.gate, c.deal
            from contracts c join technologies t on t.id = c.technology where c.id = $1";
    BY_REFERENCE = "select c.id, c.reference, c.lot, c.listing, c.technology, c.provider,
                        c.acquirer, c.drafted_by, c.life, c.terms, c.bound, c.template,
                        c.template_version, c.happened, c.filing, c.extra, c.traits, c.signed_on,
                        c.version, c.changed_at, t.gate, c.deal
                    from contracts c join technologies t on t.id = c.technology
                    where c.reference = $1";
    OF_LOT = "select c.id, c.reference, c.lot, c.listing, c.technology, c.provider, c.acquirer,
                  c.drafted_by, c.life, c.terms, c.bound, c.template, c.template_version,
                  c.happened, c.filing, c.extra, c.traits, c.signed_on, c.version, c.changed_at,
                  t.gate, c.deal
              from contracts c join technologies t on t.id = c.technology
              where c.lot = $1 order by c.id desc limit 100";
    OF_DEAL = "select c.id, c.reference, c.lot, c.listing, c.technology, c.provider, c.acquirer,
                   c.drafted_by, c.life, c.terms, c.bound, c.template, c.template_version,
                   c.happened, c.filing, c.extra, c.traits, c.signed_on, c.version, c.changed_at,
                   t.gate, c.deal
               from contracts c join technologies t on t.id = c.technology
               where c.deal = $1 order by c.id desc limit 100";
    OF_TECHNOLOGY = "select c.id, c.reference, c.lot, c.listing, c.technology, c.provider,
                         c.acquirer, c.drafted_by, c.life, c.terms, c.bound, c.template,
                         c.template_version, c.happened, c.filing, c.extra, c.traits, c.signed_on,
                         c.version, c.changed_at, t.gate, c.deal
                     from contracts c join technologies t on t.id = c.technology
                     where c.technology = $1 order by c.id desc limit 200";
    TO_LAPSE = "select id from contracts where offer_until > 0 and offer_until <= $1
                order by offer_until, id limit $2";
    IN_FORCE = "select id from contracts where state in ('in-force', 'breached') and id > $1
                order by id limit $2";
    ADD_VERSION = "insert into contract_versions (contract, n, digest, terms, document)
                   values ($1, $2, $3, $4, $5)";
    VERSION = "select digest, terms, document from contract_versions where contract = $1 and n = $2";
    ADD_MOVE = "insert into contract_moves (contract, n, at, person, party, kind, body)
                values ($1, $2, $3, $4, $5, $6, $7)";
    LAST_MOVE = "select coalesce(max(n), 0) from contract_moves where contract = $1";
    MOVES = "select n, at, person, party, kind, body from contract_moves
             where contract = $1 order by n desc limit $2";
}

pub(crate) const SELECT: &str = "select c.id, c.reference, c.lot, c.listing, c.technology, c.provider, \
     c.acquirer, c.drafted_by, c.life, c.terms, c.bound, c.template, c.template_version, \
     c.happened, c.filing, c.extra, c.traits, c.signed_on, c.version, c.changed_at, t.gate, c.deal \
     from contracts c join technologies t on t.id = c.technology";

/// How many columns these are.
pub(crate) const SELECT_COLUMNS: usize = 22;

/// What access calls the columns of contracts: the provider is their owner, the acquirer their desk.
const COLUMNS: Columns<'static> = Columns {
    owner: "c.provider",
    desk: "c.acquirer",
    person: "c.drafted_by",
    state: "c.state",
    gate: "t.gate",
};

/// The filter of contracts as a condition.
pub(crate) fn seen(composer: &mut Composer, filter: &Filter) -> String {
    composer.filter(filter, COLUMNS)
}

/// A version as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    pub digest: Digest,
    pub terms: Terms,
    pub document: Document,
}

/// What of a contract may change, in the order of the statements.
fn row(it: &Kept) -> Vec<crate::Value> {
    let bound = it.bound.as_ref();
    let counted = it.current();
    let until = it.life.offer().and_then(|offer| offer.until);
    vec![
        counted.kind.code().into(),
        counted.mode.code().into(),
        it.state().into(),
        crate::json(&it.life),
        crate::json(&it.terms),
        bound.map_or_else(|| String::new().into(), crate::json),
        (&it.template.0).into(),
        it.template.1.into(),
        crate::json(&it.happened),
        crate::json(&it.filing),
        filing_state(&it.filing).into(),
        crate::json(&it.extra),
        it.traits.as_ref().map_or_else(|| String::new().into(), crate::json),
        counted.price.currency.code().into(),
        counted.price.total().unwrap_or(0).into(),
        counted.price.technology_amount().unwrap_or(0).into(),
        it.signed_on.map(|on| on.to_string()).unwrap_or_default().into(),
        until.map_or(0, Instant::micros).into(),
        it.life.offer().is_some().into(),
    ]
}

/// The word of a filing's state, as lists and statistics tell it.
pub fn filing_state(filing: &Filing) -> &'static str {
    match filing {
        Filing::Open => "open",
        Filing::Submitted { .. } => "submitted",
        Filing::Returned { .. } => "returned",
        Filing::Registered { .. } => "registered",
        Filing::NotRegistered { .. } => "not-registered",
        Filing::ChangeSubmitted { .. } => "change-submitted",
        Filing::Cancelled { .. } => "cancelled",
    }
}

/// Adds a contract as it was drafted.
pub fn add(tx: &mut Tx<'_>, it: &Kept) -> Result<(), StoreError> {
    let mut all: Vec<crate::Value> = vec![
        it.id.into(),
        (&it.reference).into(),
        or_empty(it.lot).into(),
        it.listing.into(),
        it.technology.into(),
        it.provider.into(),
        it.acquirer.into(),
        or_empty(it.drafted_by).into(),
    ];
    all.extend(row(it));
    all.push(it.changed_at.into());
    all.push(or_empty(it.deal).into());
    tx.later(&ADD, &all)
}

/// Writes a contract that is still of the version it was read in.
pub fn change(tx: &mut Tx<'_>, it: &Kept) -> Result<(), StoreError> {
    let mut all: Vec<crate::Value> = vec![it.id.into(), it.version.into()];
    all.extend(row(it));
    all.push(it.changed_at.into());
    match tx.run(&CHANGE, &all)? {
        1 => Ok(()),
        _ => Err(StoreError::Retry(format!("{} was changed meanwhile", it.id))),
    }
}

/// One contract.
pub fn find(tx: &mut Tx<'_>, id: ContractId) -> Result<Option<Kept>, StoreError> {
    tx.row(&FIND, args![id])?.as_ref().map(read).transpose()
}

/// The contract of this reference.
pub fn by_reference(tx: &mut Tx<'_>, reference: &Reference) -> Result<Option<Kept>, StoreError> {
    tx.row(&BY_REFERENCE, args![reference])?.as_ref().map(read).transpose()
}

/// The contracts that came out of a lot, newest first.
pub fn of_lot(tx: &mut Tx<'_>, lot: LotId) -> Result<Vec<Kept>, StoreError> {
    tx.rows(&OF_LOT, args![lot])?.iter().map(read).collect()
}

/// The contracts that came out of a deal, newest first.
pub fn of_deal(tx: &mut Tx<'_>, deal: DealId) -> Result<Vec<Kept>, StoreError> {
    tx.rows(&OF_DEAL, args![deal])?.iter().map(read).collect()
}

/// The contracts on a technology, newest first.
pub fn of_technology(tx: &mut Tx<'_>, id: TechnologyId) -> Result<Vec<Kept>, StoreError> {
    tx.rows(&OF_TECHNOLOGY, args![id])?.iter().map(read).collect()
}

/// Contracts that a reader may see, the latest change first, before a place in the list.
pub fn list(
    tx: &mut Tx<'_>,
    filter: &Filter,
    states: &[&str],
    before: Option<(Instant, ContractId)>,
    limit: usize,
) -> Result<Vec<Kept>, StoreError> {
    if filter.is_never() {
        return Ok(Vec::new());
    }
    let mut composer = Composer::default();
    let seen = composer.filter(filter, COLUMNS);
    let states = match states {
        [] => "1 = 1".to_owned(),
        _ => composer.any_of("c.state", states.iter().copied()),
    };
    let place = match before {
        None => "1 = 1".to_owned(),
        Some((at, id)) => {
            let (at, again, id) =
                (composer.bind(at), composer.bind(at), composer.bind(id.to_string()));
            format!("(c.changed_at < {at} or (c.changed_at = {again} and c.id < {id}))")
        }
    };
    let limit = composer.bind(limit);
    let sql = format!(
        "{SELECT} where {seen} and {states} and {place} \
         order by c.changed_at desc, c.id desc limit {limit}"
    );
    tx.composed(&Composed { sql, args: composer.args })?.iter().map(read).collect()
}

/// What statistics know of the contracts that a reader may see, signed from one day up to another,
/// both counted.
pub fn counted(
    tx: &mut Tx<'_>,
    filter: &Filter,
    (from, until): (Date, Date),
    limit: usize,
) -> Result<Vec<Counted>, StoreError> {
    if filter.is_never() {
        return Ok(Vec::new());
    }
    let mut composer = Composer::default();
    let seen = composer.filter(filter, COLUMNS);
    let (from, until) = (composer.bind(from.to_string()), composer.bind(until.to_string()));
    let limit = composer.bind(limit);
    let sql = format!(
        "select c.kind, c.mode, c.currency, c.signed_on, c.total, c.technology_amount, \
         c.filing_state from contracts c join technologies t on t.id = c.technology \
         where {seen} and c.signed_on >= {from} and c.signed_on <= {until} \
         order by c.signed_on, c.id limit {limit}"
    );
    let read = |row: &Row| {
        let filing = row.text(6)?;
        Ok(Counted {
            kind: row.parsed(0, Kind::parse)?,
            mode: row.parsed(1, Mode::parse)?,
            currency: row.parsed(2, Currency::parse)?,
            signed: row.parsed(3, base::time::read_date)?,
            total: row.int(4)?,
            technology: row.int(5)?,
            is_registered: matches!(filing.as_str(), "registered" | "change-submitted"),
        })
    };
    tx.composed(&Composed { sql, args: composer.args })?.iter().map(read).collect()
}

/// Contracts whose open offer is over.
pub fn to_lapse(
    tx: &mut Tx<'_>,
    now: Instant,
    limit: usize,
) -> Result<Vec<ContractId>, StoreError> {
    let rows = tx.rows(&TO_LAPSE, args![now, limit])?;
    rows.iter().map(|row| row.parsed(0, |text| ContractId::parse(text).ok())).collect()
}

/// Contracts that bind now, by their ids, after one of them.
pub fn in_force(
    tx: &mut Tx<'_>,
    after: Option<ContractId>,
    limit: usize,
) -> Result<Vec<ContractId>, StoreError> {
    let rows = tx.rows(&IN_FORCE, args![or_empty(after), limit])?;
    rows.iter().map(|row| row.parsed(0, |text| ContractId::parse(text).ok())).collect()
}

/// Keeps a version; it is never changed.
pub fn add_version(
    tx: &mut Tx<'_>,
    id: ContractId,
    n: u32,
    it: &Version,
) -> Result<(), StoreError> {
    let row = [
        id.into(),
        i64::from(n).into(),
        it.digest.to_string().into(),
        crate::json(&it.terms),
        crate::json(&it.document),
    ];
    tx.later(&ADD_VERSION, &row)
}

/// A version by its number.
pub fn version(tx: &mut Tx<'_>, id: ContractId, n: u32) -> Result<Option<Version>, StoreError> {
    let row = tx.row(&VERSION, args![id, i64::from(n)])?;
    row.map(|row| {
        Ok(Version {
            digest: row.parsed(0, Digest::parse)?,
            terms: row.json(1)?,
            document: row.json(2)?,
        })
    })
    .transpose()
}

/// Keeps what happened, after everything that did before.
pub fn add_move(tx: &mut Tx<'_>, id: ContractId, it: &Moved) -> Result<(), StoreError> {
    let last = tx.row(&LAST_MOVE, args![id])?.map_or(Ok(0), |row| row.int(0))?;
    let person = or_empty(it.person);
    let row = args![id, last + 1, it.at, person, &it.party, &it.kind, &it.text];
    tx.later(&ADD_MOVE, row)
}

/// What happened, newest first.
pub fn moves(tx: &mut Tx<'_>, id: ContractId, limit: usize) -> Result<Vec<Moved>, StoreError> {
    let read = |row: &Row| {
        Ok(Moved {
            n: row.count(0)?,
            at: row.instant(1)?,
            person: id_or_none(row, 2, |text| PersonId::parse(text).ok())?,
            party: row.text(3)?,
            kind: row.text(4)?,
            text: row.text(5)?,
        })
    };
    tx.rows(&MOVES, args![id, limit])?.iter().map(read).collect()
}

pub(crate) fn or_empty<T: std::fmt::Display>(id: Option<T>) -> String {
    id.map(|id| id.to_string()).unwrap_or_default()
}

/// An id that is the empty text where there is none.
pub(crate) fn id_or_none<T>(
    row: &Row,
    at: usize,
    parse: impl Fn(&str) -> Option<T>,
) -> Result<Option<T>, StoreError> {
    match row.text(at)?.is_empty() {
        true => Ok(None),
        false => row.parsed(at, parse).map(Some),
    }
}

fn json_or_none<T: serde::de::DeserializeOwned>(
    row: &Row,
    at: usize,
) -> Result<Option<T>, StoreError> {
    if row.text(at)?.is_empty() { Ok(None) } else { row.json(at).map(Some) }
}

pub(crate) fn read(row: &Row) -> Result<Kept, StoreError> {
    let label = row.parsed(20, Label::from_gate)?;
    Ok(Kept {
        id: row.parsed(0, |text| ContractId::parse(text).ok())?,
        reference: row.parsed(1, Reference::parse)?,
        lot: id_or_none(row, 2, |text| LotId::parse(text).ok())?,
        deal: id_or_none(row, 21, |text| DealId::parse(text).ok())?,
        listing: row.parsed(3, |text| ListingId::parse(text).ok())?,
        technology: row.parsed(4, |text| TechnologyId::parse(text).ok())?,
        provider: row.parsed(5, |text| OrganisationId::parse(text).ok())?,
        acquirer: row.parsed(6, |text| OrganisationId::parse(text).ok())?,
        drafted_by: id_or_none(row, 7, |text| PersonId::parse(text).ok())?,
        life: row.json(8)?,
        terms: row.json(9)?,
        bound: json_or_none(row, 10)?,
        template: (row.text(11)?, row.count(12)?),
        happened: row.json(13)?,
        filing: row.json(14)?,
        extra: row.json(15)?,
        traits: json_or_none(row, 16)?,
        signed_on: id_or_none(row, 17, base::time::read_date)?,
        version: row.count(18)?,
        changed_at: row.instant(19)?,
        label: label.least_upper_bound(&Label::at(Level::Members)),
        judged: label,
    })
}
