//! Service orders, their samples, who had them, and what was done.

use crate::contract::{id_or_none, or_empty};
use crate::filter::{Columns, Composer};
use crate::{Composed, Row, StoreError, Tx, args, statements};
use access::Filter;
use base::{
    Instant, OrganisationId, PersonId, Reference, SampleId, ServiceOrderId, ServiceRequestId,
    TestItemId, VoucherId,
};
use instruments::rating::Rating;
use instruments::service::{Custody, Handling, KeptSample, Order, Whereabouts};
use instruments::service_order::{Manner, Opinion, Side, State, Step};
use std::collections::BTreeMap;

statements! {
    ADD = "insert into service_orders (id, reference, request, customer, unit, person, item,
               instrument, state, is_over, matter, voucher, received_at, reported_at, opinion,
               version)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)";
    CHANGE = "update service_orders set state = $3, is_over = $4, matter = $5, voucher = $6,
                  received_at = $7, reported_at = $8, opinion = $9, version = $2 + 1
              where id = $1 and version = $2";
    FIND = "select o.id, o.reference, o.request, o.customer, o.unit, o.person, o.state, o.matter,
                o.voucher, o.opinion, o.version
            from service_orders o where o.id = $1";
    OF_REQUEST = "select o.id, o.reference, o.request, o.customer, o.unit, o.person, o.state,
                      o.matter, o.voucher, o.opinion, o.version
                  from service_orders o where o.request = $1 order by o.id limit 100";
    ADD_SAMPLE = "insert into service_samples (id, service_order, place, code, sample, state)
                  values ($1, $2, $3, $4, $5, $6)";
    CHANGE_SAMPLE = "update service_samples set sample = $2, state = $3 where id = $1";
    SAMPLES = "select id, service_order, place, code, sample, state from service_samples
               where service_order = $1 order by place limit 1000";
    ADD_CUSTODY = "insert into service_custody (sample, n, act, person, stands, note, at)
                   select cast($1 as text), coalesce(max(n), 0) + 1, cast($2 as text),
                       cast($3 as text), cast($4 as text), cast($5 as text), cast($6 as bigint)
                   from service_custody where sample = $1";
    CUSTODY = "select c.sample, c.n, c.act, c.person, c.stands, c.note, c.at
               from service_custody c join service_samples s on s.id = c.sample
               where s.service_order = $1 order by s.place, c.n limit 10000";
    ADD_MOVE = "insert into service_moves (service_order, n, step, side, person, note, at)
                values ($1, $2, $3, $4, $5, $6, $7)";
    MOVES = "select n, step, side, person, note, at from service_moves where service_order = $1
             order by n limit 1000";
    TOOK = "select received_at, reported_at from service_orders
            where unit = $1 and item = $2 and reported_at > $3 and received_at is not null
            order by reported_at desc limit $4";
    TOOK_BY_ITEM = "select item, received_at, reported_at from service_orders
                    where unit = $1 and item <> '' and reported_at > $2
                      and received_at is not null
                    order by reported_at desc limit $3";
    ADD_REQUEST = "insert into service_requests (id, reference, customer, person, manner, title,
                       made_at, chosen)
                   values ($1, $2, $3, $4, $5, $6, $7, '')";
    REQUEST = "select id, reference, customer, person, manner, title, made_at, chosen
               from service_requests where id = $1";
    CHOOSE = "update service_requests set chosen = $2 where id = $1 and chosen = ''";
    GIVE_UNIT = "update service_orders set unit = $2 where unit = $1";
    GIVE_CUSTOMER = "update service_orders set customer = $2 where customer = $1";
    GIVE_REQUEST = "update service_requests set customer = $2 where customer = $1";
}

/// Orders of which a line or its test names an instrument that somebody operates. What a customer wrote
/// may name one too: `app` looks again.
const ON_OPERATED: &str = r#"exists (select 1 from instrument_operators p
    join instruments i on i.id = p.instrument
    where p.person = {person} and i.owner = o.unit
      and (o.matter like '%"' || p.instrument || '"%'
           or exists (select 1 from test_item_instruments t
                      where t.instrument = p.instrument and o.matter like '%"' || t.item || '"%')))"#;

const COLUMNS: Columns<'static> = Columns {
    owner: "o.customer",
    desk: "o.unit",
    person: "o.person",
    state: "o.state",
    gate: crate::gate::MEMBERS_SQL,
};

/// Something done to an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Move {
    /// Counted from 1.
    pub n: u64,
    pub step: Step,
    pub side: Side,
    pub person: PersonId,
    pub note: String,
    pub at: Instant,
}

/// One request to several units.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    pub id: ServiceRequestId,
    pub reference: Reference,
    pub customer: OrganisationId,
    pub person: PersonId,
    pub manner: Manner,
    pub title: String,
    pub made_at: Instant,
    pub chosen: Option<ServiceOrderId>,
}

/// Which orders a list shows.
#[derive(Clone, Debug, Default)]
pub struct Part {
    /// Those alone that are not over.
    pub is_open: bool,
    pub before: Option<ServiceOrderId>,
    /// Beside what the filter passes: orders on instruments that this person operates.
    pub operator: Option<PersonId>,
}

/// Adds an order.
pub fn add(tx: &mut Tx<'_>, it: &Order) -> Result<(), StoreError> {
    crate::gate::add(tx, crate::gate::MEMBERS)?;
    let first = |of: fn(&instruments::service::Line) -> Option<String>| {
        it.matter.lines.iter().find_map(of).unwrap_or_default()
    };
    let row = [
        it.id.into(),
        (&it.reference).into(),
        or_empty(it.request).into(),
        it.customer.into(),
        it.unit.into(),
        it.person.into(),
        first(|line| line.item.map(|id| id.to_string())).into(),
        first(|line| line.instrument.map(|id| id.to_string())).into(),
        it.state.word().into(),
        it.state.is_over().into(),
        crate::json(&it.matter),
        or_empty(it.voucher).into(),
        it.matter.times.received.into(),
        it.matter.times.reported.into(),
        it.opinion.map_or("", Opinion::word).into(),
        it.version.into(),
    ];
    tx.later(&ADD, &row)
}

/// Writes an order that is still of this version.
pub fn change(tx: &mut Tx<'_>, it: &Order, version: u64) -> Result<bool, StoreError> {
    let row = [
        it.id.into(),
        version.into(),
        it.state.word().into(),
        it.state.is_over().into(),
        crate::json(&it.matter),
        or_empty(it.voucher).into(),
        it.matter.times.received.into(),
        it.matter.times.reported.into(),
        it.opinion.map_or("", Opinion::word).into(),
    ];
    Ok(tx.run(&CHANGE, &row)? == 1)
}

/// One order.
pub fn find(tx: &mut Tx<'_>, id: ServiceOrderId) -> Result<Option<Order>, StoreError> {
    tx.row(&FIND, args![id])?.as_ref().map(read).transpose()
}

/// The orders of one request.
pub fn of_request(tx: &mut Tx<'_>, id: ServiceRequestId) -> Result<Vec<Order>, StoreError> {
    tx.rows(&OF_REQUEST, args![id])?.iter().map(read).collect()
}

/// Orders that pass a filter, newest first.
pub fn list(
    tx: &mut Tx<'_>,
    filter: &Filter,
    part: &Part,
    limit: usize,
) -> Result<Vec<Order>, StoreError> {
    if filter.is_never() && part.operator.is_none() {
        return Ok(Vec::new());
    }
    let mut composer = Composer::default();
    let mut seen = vec![composer.filter(filter, COLUMNS)];
    if let Some(person) = part.operator {
        seen.push(ON_OPERATED.replace("{person}", &composer.bind(person)));
    }
    let mut wheres = vec![format!("({})", seen.join(" or "))];
    if part.is_open {
        wheres.push("o.is_over = false".to_owned());
    }
    if let Some(id) = part.before {
        wheres.push(format!("o.id < {}", composer.bind(id)));
    }
    let limit = composer.bind(limit);
    let sql = format!(
        "select o.id, o.reference, o.request, o.customer, o.unit, o.person, o.state, o.matter, \
         o.voucher, o.opinion, o.version from service_orders o \
         where {} order by o.id desc limit {limit}",
        wheres.join(" and ")
    );
    tx.composed(&Composed { sql, args: composer.args })?.iter().map(read).collect()
}

fn read(row: &Row) -> Result<Order, StoreError> {
    let opinion = row.text(9)?;
    Ok(Order {
        id: row.parsed(0, |text| ServiceOrderId::parse(text).ok())?,
        reference: row.parsed(1, Reference::parse)?,
        request: id_or_none(row, 2, |text| ServiceRequestId::parse(text).ok())?,
        customer: row.parsed(3, |text| OrganisationId::parse(text).ok())?,
        unit: row.parsed(4, |text| OrganisationId::parse(text).ok())?,
        person: row.parsed(5, |text| PersonId::parse(text).ok())?,
        state: row.parsed(6, State::parse)?,
        matter: row.json(7)?,
        voucher: id_or_none(row, 8, |text| VoucherId::parse(text).ok())?,
        opinion: Opinion::parse(&opinion),
        version: row.count(10)?,
    })
}

/// Adds a sample.
pub fn add_sample(tx: &mut Tx<'_>, it: &KeptSample) -> Result<(), StoreError> {
    let row = [
        it.id.into(),
        it.order.into(),
        it.place.into(),
        (&it.code).into(),
        crate::json(&it.sample),
        it.whereabouts.word().into(),
    ];
    tx.later(&ADD_SAMPLE, &row)
}

/// Writes what is known of a sample and where it is.
pub fn change_sample(tx: &mut Tx<'_>, it: &KeptSample) -> Result<(), StoreError> {
    let row = [it.id.into(), crate::json(&it.sample), it.whereabouts.word().into()];
    tx.later(&CHANGE_SAMPLE, &row)
}

/// The samples of an order, in their order.
pub fn samples(tx: &mut Tx<'_>, id: ServiceOrderId) -> Result<Vec<KeptSample>, StoreError> {
    let read = |row: &Row| {
        Ok(KeptSample {
            id: row.parsed(0, |text| SampleId::parse(text).ok())?,
            order: row.parsed(1, |text| ServiceOrderId::parse(text).ok())?,
            place: usize::try_from(row.count(2)?).unwrap_or(usize::MAX),
            code: row.text(3)?,
            sample: row.json(4)?,
            whereabouts: row.parsed(5, Whereabouts::parse)?,
        })
    };
    tx.rows(&SAMPLES, args![id])?.iter().map(read).collect()
}

/// Adds a link to a chain of custody; its number follows.
pub fn add_custody(
    tx: &mut Tx<'_>,
    (sample, act): (SampleId, Handling),
    person: PersonId,
    (stands, note): (&str, &str),
    at: Instant,
) -> Result<(), StoreError> {
    tx.later(&ADD_CUSTODY, args![sample, act.word(), person, stands, note, at])
}

/// The chains of custody of an order's samples, each from its beginning.
pub fn custody(tx: &mut Tx<'_>, id: ServiceOrderId) -> Result<Vec<Custody>, StoreError> {
    let read = |row: &Row| {
        Ok(Custody {
            sample: row.parsed(0, |text| SampleId::parse(text).ok())?,
            n: row.count(1)?,
            act: row.parsed(2, Handling::parse)?,
            person: row.parsed(3, |text| PersonId::parse(text).ok())?,
            stands: row.text(4)?,
            note: row.text(5)?,
            at: row.instant(6)?,
        })
    };
    tx.rows(&CUSTODY, args![id])?.iter().map(read).collect()
}

/// Adds what was done.
pub fn add_move(tx: &mut Tx<'_>, id: ServiceOrderId, it: &Move) -> Result<(), StoreError> {
    let row = args![id, it.n, it.step.word(), it.side.word(), it.person, &it.note, it.at];
    tx.later(&ADD_MOVE, row)
}

/// Everything that was done, the first first.
pub fn moves(tx: &mut Tx<'_>, id: ServiceOrderId) -> Result<Vec<Move>, StoreError> {
    let read = |row: &Row| {
        Ok(Move {
            n: row.count(0)?,
            step: row.parsed(1, Step::parse)?,
            side: row.parsed(2, Side::parse)?,
            person: row.parsed(3, |text| PersonId::parse(text).ok())?,
            note: row.text(4)?,
            at: row.instant(5)?,
        })
    };
    tx.rows(&MOVES, args![id])?.iter().map(read).collect()
}

/// When samples came and reports went, of an item at its unit since a moment, newest first.
pub fn took(
    tx: &mut Tx<'_>,
    (unit, item): (OrganisationId, TestItemId),
    since: Instant,
    limit: usize,
) -> Result<Vec<(Instant, Instant)>, StoreError> {
    let rows = tx.rows(&TOOK, args![unit, item, since, limit])?;
    rows.iter().map(|row| Ok((row.instant(0)?, row.instant(1)?))).collect()
}

/// The same of every item of a unit.
pub fn took_by_item(
    tx: &mut Tx<'_>,
    unit: OrganisationId,
    since: Instant,
    limit: usize,
) -> Result<Vec<(TestItemId, Instant, Instant)>, StoreError> {
    let read = |row: &Row| {
        let item = row.parsed(0, |text| TestItemId::parse(text).ok())?;
        Ok((item, row.instant(1)?, row.instant(2)?))
    };
    tx.rows(&TOOK_BY_ITEM, args![unit, since, limit])?.iter().map(read).collect()
}

/// What customers of these units said of the orders reported since a moment.
pub fn rated(
    tx: &mut Tx<'_>,
    units: &[OrganisationId],
    since: Instant,
) -> Result<BTreeMap<OrganisationId, Rating>, StoreError> {
    let mut wanted = units.to_vec();
    wanted.sort();
    wanted.dedup();
    let mut found = BTreeMap::new();
    if wanted.is_empty() {
        return Ok(found);
    }
    let mut composer = Composer::default();
    let chosen = composer.any_of("unit", &wanted);
    let since = composer.bind(since);
    let sql = format!(
        "select unit, opinion, count(*) from service_orders \
         where {chosen} and reported_at > {since} and opinion <> '' group by unit, opinion"
    );
    for row in tx.composed(&Composed { sql, args: composer.args })? {
        let unit = row.parsed(0, |text| OrganisationId::parse(text).ok())?;
        let rating: &mut Rating = found.entry(unit).or_default();
        rating.count(row.parsed(1, Opinion::parse)?, row.count(2)?);
    }
    Ok(found)
}

/// Adds a request to several units.
pub fn add_request(tx: &mut Tx<'_>, it: &Request) -> Result<(), StoreError> {
    let row = args![
        it.id,
        &it.reference,
        it.customer,
        it.person,
        it.manner.word(),
        &it.title,
        it.made_at
    ];
    tx.later(&ADD_REQUEST, row)
}

/// One request.
pub fn request(tx: &mut Tx<'_>, id: ServiceRequestId) -> Result<Option<Request>, StoreError> {
    let read = |row: &Row| {
        Ok(Request {
            id: row.parsed(0, |text| ServiceRequestId::parse(text).ok())?,
            reference: row.parsed(1, Reference::parse)?,
            customer: row.parsed(2, |text| OrganisationId::parse(text).ok())?,
            person: row.parsed(3, |text| PersonId::parse(text).ok())?,
            manner: row.parsed(4, Manner::parse)?,
            title: row.text(5)?,
            made_at: row.instant(6)?,
            chosen: id_or_none(row, 7, |text| ServiceOrderId::parse(text).ok())?,
        })
    };
    tx.row(&REQUEST, args![id])?.as_ref().map(read).transpose()
}

/// Notes which answer was taken, once; false where one was taken before.
pub fn choose(
    tx: &mut Tx<'_>,
    id: ServiceRequestId,
    chosen: ServiceOrderId,
) -> Result<bool, StoreError> {
    Ok(tx.run(&CHOOSE, args![id, chosen])? == 1)
}

/// What belonged to one organisation belongs to another.
pub(crate) fn give(
    tx: &mut Tx<'_>,
    from: OrganisationId,
    into: OrganisationId,
) -> Result<(), StoreError> {
    for statement in [&GIVE_UNIT, &GIVE_CUSTOMER, &GIVE_REQUEST] {
        tx.later(statement, args![from, into])?;
    }
    Ok(())
}
