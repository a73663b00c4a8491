//! Relays of instruments: what switches one, how it is to stand, and what it did not do.

use crate::contract::{id_or_none, or_empty};
use crate::{Row, StoreError, Tx, args, statements};
use base::{Instant, InstrumentId, PersonId, RelayProblemId, UseId};
use instruments::relay::{Fault, Kept, Problem, Want, Wants};

statements! {
    FIND = "select instrument, relay, set_at from instrument_relays where instrument = $1";
    SET = "insert into instrument_relays (instrument, relay, set_by, set_at) values ($1, $2, $3, $4)
           on conflict (instrument) do update set relay = $2, set_by = $3, set_at = $4";
    DROP = "delete from instrument_relays where instrument = $1";
    FORGET_WANT = "delete from relay_wants where instrument = $1";
    WANT = "insert into relay_wants (instrument, wants, subject, person, tries, next_at, said, at,
                version)
            values ($1, $2, $3, $4, 0, $5, '', $6, 1)
            on conflict (instrument) do update
            set wants = $2, subject = $3, person = $4, tries = 0, next_at = $5, said = '', at = $6,
                version = relay_wants.version + 1";
    WANTED = "select instrument, wants, subject, person, tries, next_at, said, at, version
              from relay_wants where instrument = $1";
    CHANGE = "update relay_wants set wants = $3, subject = $4, person = $5, tries = $6, next_at = $7,
                  said = $8, at = $9, version = $2 + 1
              where instrument = $1 and version = $2";
    DUE = "select instrument from relay_wants where next_at is not null and next_at <= $1
           order by next_at, instrument limit $2";
    ADD_PROBLEM = "insert into relay_problems (id, instrument, person, kind, said, at, settled_by,
                       settled_at, note)
                   values ($1, $2, $3, $4, $5, $6, '', null, '')";
    OPEN = "select id, instrument, person, kind, said, at from relay_problems
            where instrument = $1 and settled_at is null order by at desc, id desc limit $2";
    SETTLE = "update relay_problems set settled_by = $3, settled_at = $4, note = $5
              where id = $1 and instrument = $2 and settled_at is null";
    KEPT_OUT = "select instrument from relay_problems
                where instrument = $1 and person = $2 and kind = 'on' and at >= $3 limit 1";
}

/// What switches an instrument, where anything does.
pub fn find(tx: &mut Tx<'_>, id: InstrumentId) -> Result<Option<Kept>, StoreError> {
    let read = |row: &Row| {
        Ok::<_, StoreError>(Kept {
            instrument: row.parsed(0, |text| InstrumentId::parse(text).ok())?,
            relay: row.text(1)?,
            set_at: row.instant(2)?,
        })
    };
    tx.row(&FIND, args![id])?.as_ref().map(read).transpose()
}

/// Sets what switches an instrument.
pub fn set(tx: &mut Tx<'_>, it: &Kept, by: Option<PersonId>) -> Result<(), StoreError> {
    tx.later(&SET, args![it.instrument, &it.relay, or_empty(by), it.set_at])
}

/// Nothing switches an instrument any more, and nothing is told.
pub fn drop(tx: &mut Tx<'_>, id: InstrumentId) -> Result<(), StoreError> {
    tx.run(&FORGET_WANT, args![id])?;
    tx.later(&DROP, args![id])
}

/// How the relay of an instrument is to stand from now on.
pub fn want(tx: &mut Tx<'_>, it: &Want) -> Result<(), StoreError> {
    let row = args![
        it.instrument,
        it.wants.word(),
        or_empty(it.subject),
        or_empty(it.person),
        it.next_at,
        it.at
    ];
    tx.later(&WANT, row)
}

/// How the relay of an instrument is to stand.
pub fn wanted(tx: &mut Tx<'_>, id: InstrumentId) -> Result<Option<Want>, StoreError> {
    tx.row(&WANTED, args![id])?.as_ref().map(read).transpose()
}

/// Writes the next version of it. False where it moved on meanwhile.
pub fn change(tx: &mut Tx<'_>, it: &Want) -> Result<bool, StoreError> {
    let row = args![
        it.instrument,
        it.version,
        it.wants.word(),
        or_empty(it.subject),
        or_empty(it.person),
        u64::from(it.tries),
        it.next_at,
        &it.said,
        it.at
    ];
    Ok(tx.run(&CHANGE, row)? == 1)
}

/// Instruments whose relay is to be told by now.
pub fn due(tx: &mut Tx<'_>, now: Instant, limit: usize) -> Result<Vec<InstrumentId>, StoreError> {
    let rows = tx.rows(&DUE, args![now, limit])?;
    rows.iter().map(|row| row.parsed(0, |text| InstrumentId::parse(text).ok())).collect()
}

/// Notes what a relay did not do.
pub fn add_problem(tx: &mut Tx<'_>, it: &Problem) -> Result<(), StoreError> {
    let row = args![it.id, it.instrument, or_empty(it.person), it.fault.word(), &it.said, it.at];
    tx.later(&ADD_PROBLEM, row)
}

/// Problems of an instrument's relay that nobody settled, newest first.
pub fn open_problems(
    tx: &mut Tx<'_>,
    id: InstrumentId,
    limit: usize,
) -> Result<Vec<Problem>, StoreError> {
    let read = |row: &Row| {
        Ok(Problem {
            id: row.parsed(0, |text| RelayProblemId::parse(text).ok())?,
            instrument: row.parsed(1, |text| InstrumentId::parse(text).ok())?,
            person: id_or_none(row, 2, |text| PersonId::parse(text).ok())?,
            fault: row.parsed(3, Fault::parse)?,
            said: row.text(4)?,
            at: row.instant(5)?,
        })
    };
    tx.rows(&OPEN, args![id, limit])?.iter().map(read).collect()
}

/// Settles a problem; false where it is none that is open.
pub fn settle(
    tx: &mut Tx<'_>,
    (id, instrument): (RelayProblemId, InstrumentId),
    (by, at): (Option<PersonId>, Instant),
    note: &str,
) -> Result<bool, StoreError> {
    Ok(tx.run(&SETTLE, args![id, instrument, or_empty(by), at, note])? == 1)
}

/// Whether a relay kept somebody from beginning since a moment.
pub fn kept_out(
    tx: &mut Tx<'_>,
    (instrument, person): (InstrumentId, PersonId),
    since: Instant,
) -> Result<bool, StoreError> {
    Ok(tx.row(&KEPT_OUT, args![instrument, person, since])?.is_some())
}

fn read(row: &Row) -> Result<Want, StoreError> {
    Ok(Want {
        instrument: row.parsed(0, |text| InstrumentId::parse(text).ok())?,
        wants: row.parsed(1, Wants::parse)?,
        subject: id_or_none(row, 2, |text| UseId::parse(text).ok())?,
        person: id_or_none(row, 3, |text| PersonId::parse(text).ok())?,
        tries: u32::try_from(row.count(4)?).unwrap_or(u32::MAX),
        next_at: row.instant_or_none(5)?,
        said: row.text(6)?,
        at: row.instant(7)?,
        version: row.count(8)?,
    })
}
