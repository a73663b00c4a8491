//! Events of several lots in tables.

use crate::{Row, StoreError, Tx, args, statements};
use base::{Bilingual, LotEventId, LotId, PersonId, Reference};
use trading::lot_event::{Content, LotEvent, LotEventState};

statements! {
    ADD = "insert into lot_events (id, reference, name_en, name_zh, text_en, text_zh, place_en,
               place_zh, state, version, made_by, made_at, changed_at)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
    CHANGE = "update lot_events set name_en = $3, name_zh = $4, text_en = $5, text_zh = $6,
                  place_en = $7, place_zh = $8, state = $9, version = $2 + 1, changed_at = $10
              where id = $1 and version = $2";
    FIND = "select id, reference, name_en, name_zh, text_en, text_zh, place_en, place_zh, state,
                version, made_at, changed_at
            from lot_events where id = $1";
    NEWEST = "select id, reference, name_en, name_zh, text_en, text_zh, place_en, place_zh, state,
                  version, made_at, changed_at
              from lot_events where state = 'announced' and id < $1 order by id desc limit $2";
    CLEAR = "delete from lot_event_lots where event = $1";
    PLACE = "insert into lot_event_lots (event, place, lot) values ($1, $2, $3)";
    LOTS = "select lot from lot_event_lots where event = $1 order by place limit 200";
    OF_LOT = "select event from lot_event_lots where lot = $1";
}

/// Adds an event.
pub fn add(tx: &mut Tx<'_>, it: &LotEvent, by: Option<PersonId>) -> Result<(), StoreError> {
    let mut row = vec![it.id.into(), (&it.reference).into()];
    row.extend(columns(it));
    let by = by.map(|id| id.to_string()).unwrap_or_default();
    row.extend([it.version.into(), by.into(), it.made_at.into(), it.changed_at.into()]);
    tx.later(&ADD, &row)
}

/// Changes an event that is still at version `before`.
pub fn change(tx: &mut Tx<'_>, before: u64, it: &LotEvent) -> Result<bool, StoreError> {
    let mut row = vec![it.id.into(), before.into()];
    row.extend(columns(it));
    row.push(it.changed_at.into());
    Ok(tx.run(&CHANGE, &row)? == 1)
}

fn columns(it: &LotEvent) -> Vec<crate::Value> {
    let Content { name, text, place } = &it.content;
    let mut all: Vec<crate::Value> = Vec::with_capacity(7);
    for of in [name, text, place] {
        all.extend([(&of.en).into(), (&of.zh).into()]);
    }
    all.push(it.state.word().into());
    all
}

/// One event.
pub fn find(tx: &mut Tx<'_>, id: LotEventId) -> Result<Option<LotEvent>, StoreError> {
    tx.row(&FIND, args![id])?.as_ref().map(read).transpose()
}

/// Announced events before one in the list, the newest first.
pub fn newest(
    tx: &mut Tx<'_>,
    before: Option<LotEventId>,
    limit: usize,
) -> Result<Vec<LotEvent>, StoreError> {
    let before = before.map_or_else(|| "~".to_owned(), |id| id.to_string());
    tx.rows(&NEWEST, args![before, limit])?.iter().map(read).collect()
}

/// Puts lots into an event, in this order, in the place of those it had.
pub fn place(tx: &mut Tx<'_>, id: LotEventId, lots: &[LotId]) -> Result<(), StoreError> {
    tx.later(&CLEAR, args![id])?;
    for (lot, place) in lots.iter().zip(1_i64..) {
        tx.later(&PLACE, args![id, place, *lot])?;
    }
    Ok(())
}

/// The lots of an event in their order.
pub fn lots(tx: &mut Tx<'_>, id: LotEventId) -> Result<Vec<LotId>, StoreError> {
    let read = |row: &Row| row.parsed(0, |text| LotId::parse(text).ok());
    tx.rows(&LOTS, args![id])?.iter().map(read).collect()
}

/// The event of a lot.
pub fn of_lot(tx: &mut Tx<'_>, lot: LotId) -> Result<Option<LotEventId>, StoreError> {
    let row = tx.row(&OF_LOT, args![lot])?;
    row.map(|row| row.parsed(0, |text| LotEventId::parse(text).ok())).transpose()
}

fn read(row: &Row) -> Result<LotEvent, StoreError> {
    let pair = |at: usize| Ok::<_, StoreError>(Bilingual::new(row.text(at)?, row.text(at + 1)?));
    Ok(LotEvent {
        id: row.parsed(0, |text| LotEventId::parse(text).ok())?,
        reference: row.parsed(1, Reference::parse)?,
        content: Content { name: pair(2)?, text: pair(4)?, place: pair(6)? },
        state: row.parsed(8, LotEventState::parse)?,
        version: row.count(9)?,
        made_at: row.instant(10)?,
        changed_at: row.instant(11)?,
    })
}
