//! Places in live queues in tables.

use crate::{Row, StoreError, Tx, args, statements};
use base::{InstrumentId, PersonId, TurnId};
use instruments::turn::{State, TURNS_MAX, Turn};

statements! {
    ADD = "insert into queue_turns (id, instrument, person, place, state, joined_at, called_until,
               version)
           values ($1, $2, $3, $4, $5, $6, $7, $8)";
    CHANGE = "update queue_turns set place = $3, state = $4, called_until = $5, version = $2 + 1
              where id = $1 and version = $2";
    FIND = "select id, instrument, person, place, state, joined_at, called_until, version
            from queue_turns where id = $1";
    LINE = "select id, instrument, person, place, state, joined_at, called_until, version
            from queue_turns where instrument = $1 and state in ('waiting', 'called')
            order by place, joined_at, id limit $2";
    OF_PERSON = "select id, instrument, person, place, state, joined_at, called_until, version
                 from queue_turns where person = $1 and state in ('waiting', 'called')
                 order by id limit $2";
    QUEUES = "select distinct instrument from queue_turns where state in ('waiting', 'called')
              order by instrument limit $1";
    FORGET = "update queue_turns set state = 'left', version = version + 1
              where person = $1 and state in ('waiting', 'called')";
}

/// Adds a turn. The schema refuses a second live one of the same person.
pub fn add(tx: &mut Tx<'_>, it: &Turn) -> Result<(), StoreError> {
    let called = it.called_until.map_or(0, base::Instant::micros);
    let state = it.state.code();
    let row =
        args![it.id, it.instrument, it.person, it.place, state, it.joined, called, it.version];
    tx.later(&ADD, row)
}

/// Writes the next version of a turn. False where it moved on meanwhile.
pub fn change(tx: &mut Tx<'_>, it: &Turn) -> Result<bool, StoreError> {
    let called = it.called_until.map_or(0, base::Instant::micros);
    let row = args![it.id, it.version - 1, it.place, it.state.code(), called];
    Ok(tx.run(&CHANGE, row)? == 1)
}

/// One turn.
pub fn find(tx: &mut Tx<'_>, id: TurnId) -> Result<Option<Turn>, StoreError> {
    tx.row(&FIND, args![id])?.as_ref().map(read).transpose()
}

/// The queue of an instrument, in its order.
pub fn line(tx: &mut Tx<'_>, id: InstrumentId) -> Result<Vec<Turn>, StoreError> {
    tx.rows(&LINE, args![id, TURNS_MAX + 1])?.iter().map(read).collect()
}

/// The queues in which a person stands.
pub fn of_person(tx: &mut Tx<'_>, person: PersonId, limit: usize) -> Result<Vec<Turn>, StoreError> {
    tx.rows(&OF_PERSON, args![person, limit])?.iter().map(read).collect()
}

/// Instruments for which somebody stands in a queue.
pub fn queues(tx: &mut Tx<'_>, limit: usize) -> Result<Vec<InstrumentId>, StoreError> {
    let rows = tx.rows(&QUEUES, args![limit])?;
    rows.iter().map(|row| row.parsed(0, |text| InstrumentId::parse(text).ok())).collect()
}

/// An erased person stands in no queue any more.
pub fn forget(tx: &mut Tx<'_>, person: PersonId) -> Result<(), StoreError> {
    tx.later(&FORGET, args![person])
}

fn read(row: &Row) -> Result<Turn, StoreError> {
    let called = row.instant(6)?;
    Ok(Turn {
        id: row.parsed(0, |text| TurnId::parse(text).ok())?,
        instrument: row.parsed(1, |text| InstrumentId::parse(text).ok())?,
        person: row.parsed(2, |text| PersonId::parse(text).ok())?,
        place: row.count(3)?,
        state: row.parsed(4, State::parse)?,
        joined: row.instant(5)?,
        called_until: (called.micros() > 0).then_some(called),
        version: row.count(7)?,
    })
}
