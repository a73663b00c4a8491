//! Uses of instruments: what really happened, and what still runs.

use crate::contract::{id_or_none, or_empty};
use crate::filter::{Columns, Composer};
use crate::{Composed, Row, StoreError, Tx, args, statements};
use access::Filter;
use base::{BookingId, Instant, InstrumentId, OrganisationId, PersonId, UseId, VoucherId};
use instruments::tariff::Way;
use instruments::usage::{Kept, Source};
use std::collections::BTreeMap;

statements! {
    ADD = "insert into uses (id, instrument, unit, person, organisation, project, booking, way,
               source, seat, started_at, stopped_at, voucher, note, version)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)";
    CHANGE = "update uses set started_at = $3, stopped_at = $4, note = $5, version = $2 + 1
              where id = $1 and version = $2";
    DROP = "delete from uses where id = $1 and stopped_at is null";
    FIND = "select u.id, u.instrument, u.unit, u.person, u.organisation, u.project, u.booking,
                u.way, u.source, u.seat, u.started_at, u.stopped_at, u.voucher, u.note, u.version
            from uses u where u.id = $1";
    RUNNING = "select u.id, u.instrument, u.unit, u.person, u.organisation, u.project, u.booking,
                   u.way, u.source, u.seat, u.started_at, u.stopped_at, u.voucher, u.note, u.version
               from uses u where u.instrument = $1 and u.stopped_at is null
               order by u.seat limit 1000";
    OVERLAPPING = "select u.id, u.instrument, u.unit, u.person, u.organisation, u.project, u.booking,
                       u.way, u.source, u.seat, u.started_at, u.stopped_at, u.voucher, u.note,
                       u.version
                   from uses u where u.instrument = $1 and u.started_at < $3
                     and (u.stopped_at is null or u.stopped_at > $2)
                   order by u.started_at, u.id limit $4";
    UNFINISHED = "select u.id, u.instrument, u.unit, u.person, u.organisation, u.project, u.booking,
                      u.way, u.source, u.seat, u.started_at, u.stopped_at, u.voucher, u.note,
                      u.version
                  from uses u where u.stopped_at is null and u.started_at < $1 and u.unit = $2
                  order by u.started_at, u.id limit $3";
    OF_BOOKING = "select u.id, u.instrument, u.unit, u.person, u.organisation, u.project, u.booking,
                      u.way, u.source, u.seat, u.started_at, u.stopped_at, u.voucher, u.note,
                      u.version
                  from uses u where u.booking = $1 and u.booking <> ''
                  order by u.started_at, u.id limit 100";
    OF_PERSON = "select u.id, u.instrument, u.unit, u.person, u.organisation, u.project, u.booking,
                     u.way, u.source, u.seat, u.started_at, u.stopped_at, u.voucher, u.note,
                     u.version
                 from uses u where u.person = $1 order by u.id desc limit $2";
    GIVE_UNIT = "update uses set unit = $2 where unit = $1";
    GIVE_CUSTOMER = "update uses set organisation = $2 where organisation = $1";
}

const COLUMNS: Columns<'static> = Columns {
    owner: "u.organisation",
    desk: "u.unit",
    person: "u.person",
    state: "u.way",
    gate: crate::gate::MEMBERS_SQL,
};

/// Adds a use.
pub fn add(tx: &mut Tx<'_>, it: &Kept) -> Result<(), StoreError> {
    crate::gate::add(tx, crate::gate::MEMBERS)?;
    let row = args![
        it.id,
        it.instrument,
        it.unit,
        it.person,
        it.organisation,
        &it.project,
        or_empty(it.booking),
        it.way.word(),
        it.source.word(),
        u64::from(it.seat),
        it.started_at,
        it.stopped_at,
        or_empty(it.voucher),
        &it.note,
        it.version
    ];
    tx.later(&ADD, row)
}

/// Writes span and note of a use that is still of this version.
pub fn change(tx: &mut Tx<'_>, it: &Kept, version: u64) -> Result<bool, StoreError> {
    let row = args![it.id, version, it.started_at, it.stopped_at, &it.note];
    Ok(tx.run(&CHANGE, row)? == 1)
}

/// A use that runs has not begun after all.
pub fn drop(tx: &mut Tx<'_>, id: UseId) -> Result<(), StoreError> {
    tx.later(&DROP, args![id])
}

/// One use.
pub fn find(tx: &mut Tx<'_>, id: UseId) -> Result<Option<Kept>, StoreError> {
    tx.row(&FIND, args![id])?.as_ref().map(read).transpose()
}

/// Uses of an instrument that run, by seat.
pub fn running(tx: &mut Tx<'_>, id: InstrumentId) -> Result<Vec<Kept>, StoreError> {
    tx.rows(&RUNNING, args![id])?.iter().map(read).collect()
}

/// Uses of an instrument that share a moment with `[from, until)`.
pub fn overlapping(
    tx: &mut Tx<'_>,
    id: InstrumentId,
    (from, until): (Instant, Instant),
    limit: usize,
) -> Result<Vec<Kept>, StoreError> {
    tx.rows(&OVERLAPPING, args![id, from, until, limit])?.iter().map(read).collect()
}

/// Uses that followed a booking, in order.
pub fn of_booking(tx: &mut Tx<'_>, id: BookingId) -> Result<Vec<Kept>, StoreError> {
    tx.rows(&OF_BOOKING, args![id])?.iter().map(read).collect()
}

/// Uses of a person, newest first.
pub fn of_person(tx: &mut Tx<'_>, id: PersonId, limit: usize) -> Result<Vec<Kept>, StoreError> {
    tx.rows(&OF_PERSON, args![id, limit])?.iter().map(read).collect()
}

/// Uses of a unit that began before a moment and run still.
pub fn unfinished(
    tx: &mut Tx<'_>,
    unit: OrganisationId,
    before: Instant,
    limit: usize,
) -> Result<Vec<Kept>, StoreError> {
    tx.rows(&UNFINISHED, args![before, unit, limit])?.iter().map(read).collect()
}

/// Uses that pass a filter before an id, newest first.
pub fn list(
    tx: &mut Tx<'_>,
    filter: &Filter,
    (instrument, before): (Option<InstrumentId>, Option<UseId>),
    limit: usize,
) -> Result<Vec<Kept>, StoreError> {
    if filter.is_never() {
        return Ok(Vec::new());
    }
    let mut composer = Composer::default();
    let seen = composer.filter(filter, COLUMNS);
    let mut wheres = vec![seen];
    if let Some(id) = instrument {
        wheres.push(format!("u.instrument = {}", composer.bind(id)));
    }
    if let Some(id) = before {
        wheres.push(format!("u.id < {}", composer.bind(id)));
    }
    let limit = composer.bind(limit);
    let sql = format!(
        "select u.id, u.instrument, u.unit, u.person, u.organisation, u.project, u.booking, u.way, \
         u.source, u.seat, u.started_at, u.stopped_at, u.voucher, u.note, u.version from uses u \
         where {} order by u.id desc limit {limit}",
        wheres.join(" and ")
    );
    tx.composed(&Composed { sql, args: composer.args })?.iter().map(read).collect()
}

fn read(row: &Row) -> Result<Kept, StoreError> {
    Ok(Kept {
        id: row.parsed(0, |text| UseId::parse(text).ok())?,
        instrument: row.parsed(1, |text| InstrumentId::parse(text).ok())?,
        unit: row.parsed(2, |text| OrganisationId::parse(text).ok())?,
        person: row.parsed(3, |text| PersonId::parse(text).ok())?,
        organisation: row.parsed(4, |text| OrganisationId::parse(text).ok())?,
        project: row.text(5)?,
        booking: id_or_none(row, 6, |text| BookingId::parse(text).ok())?,
        way: row.parsed(7, Way::parse)?,
        source: row.parsed(8, Source::parse)?,
        seat: u32::try_from(row.count(9)?).unwrap_or(u32::MAX),
        started_at: row.instant(10)?,
        stopped_at: row.instant_or_none(11)?,
        voucher: id_or_none(row, 12, |text| VoucherId::parse(text).ok())?,
        note: row.text(13)?,
        version: row.count(14)?,
    })
}

/// What belonged to one organisation belongs to another.
pub(crate) fn give(
    tx: &mut Tx<'_>,
    from: OrganisationId,
    into: OrganisationId,
) -> Result<(), StoreError> {
    tx.later(&GIVE_UNIT, args![from, into])?;
    tx.later(&GIVE_CUSTOMER, args![from, into])
}

/// Minutes of uses that are over, since a moment, by instrument.
pub fn minutes_used(
    tx: &mut Tx<'_>,
    ids: &[InstrumentId],
    since: Instant,
) -> Result<BTreeMap<InstrumentId, u64>, StoreError> {
    if ids.is_empty() {
        return Ok(BTreeMap::new());
    }
    let mut composer = Composer::default();
    let chosen = composer.any_of("instrument", ids);
    let since = composer.bind(since);
    let sql = format!(
        "select instrument, cast(sum(stopped_at - case when started_at < {since} then {since}
             else started_at end) as bigint) / 60000000
         from uses where {chosen} and stopped_at > {since} group by instrument"
    );
    crate::booking::minutes(tx.composed(&Composed { sql, args: composer.args })?)
}
