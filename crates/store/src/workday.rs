//! Days that the city names, as changes in their order; time limits that moved with them.

use crate::{Row, StoreError, Tx, args, statements};
use base::{Becomes, Bilingual, Date, Instant, LotId, PersonId};
use trading::workday::{Change, Recount};

statements! {
    ADD = "insert into workday_changes (n, at, person, day, becomes, reason_en, reason_zh)
           values ($1, $2, $3, $4, $5, $6, $7)
           on conflict (n) do nothing";
    ALL_CHANGES = "select n, at, day, becomes, reason_en, reason_zh
                   from workday_changes order by n limit 10000";
    ADD_RECOUNT = "insert into lot_recounts (lot, n, at, before_at, after_at)
                   values ($1, $2, $3, $4, $5)";
    OF_LOT = "select lot, n, at, before_at, after_at from lot_recounts
              where lot = $1 order by n limit 1000";
    NEWEST = "select lot, n, at, before_at, after_at from lot_recounts
              order by n desc, lot limit $1";
    BEHIND = "select id from lots where state = 'sold'
                  and days_seen < (select coalesce(max(n), 0) from workday_changes)
              order by id limit $1";
}

/// Adds the next change; nothing where another one took its place meanwhile.
pub fn add(tx: &mut Tx<'_>, it: &Change, by: Option<PersonId>) -> Result<bool, StoreError> {
    let by = by.map(|id| id.to_string()).unwrap_or_default();
    let day = it.day.to_string();
    let (en, zh) = (&it.reason.en, &it.reason.zh);
    Ok(tx.run(&ADD, args![it.n, it.at, by, day, it.becomes.word(), en, zh])? == 1)
}

/// Every change in its order.
pub fn changes(tx: &mut Tx<'_>) -> Result<Vec<Change>, StoreError> {
    let read = |row: &Row| {
        Ok(Change {
            n: row.count(0)?,
            at: row.instant(1)?,
            day: row.parsed(2, |text| text.parse::<Date>().ok())?,
            becomes: row.parsed(3, Becomes::parse)?,
            reason: Bilingual::new(row.text(4)?, row.text(5)?),
        })
    };
    tx.rows(&ALL_CHANGES, args![])?.iter().map(read).collect()
}

/// Notes that a time limit was counted anew.
pub fn add_recount(tx: &mut Tx<'_>, it: &Recount) -> Result<(), StoreError> {
    tx.later(&ADD_RECOUNT, args![it.lot, it.n, it.at, it.before, it.after])
}

/// How the time to sign of a lot has moved.
pub fn of_lot(tx: &mut Tx<'_>, lot: LotId) -> Result<Vec<Recount>, StoreError> {
    tx.rows(&OF_LOT, args![lot])?.iter().map(read).collect()
}

/// The last time limits that moved.
pub fn newest(tx: &mut Tx<'_>, limit: usize) -> Result<Vec<Recount>, StoreError> {
    tx.rows(&NEWEST, args![limit])?.iter().map(read).collect()
}

/// Sold lots whose time to sign was counted without the last change.
pub fn behind(tx: &mut Tx<'_>, _: Instant, limit: usize) -> Result<Vec<LotId>, StoreError> {
    let rows = tx.rows(&BEHIND, args![limit])?;
    rows.iter().map(|row| row.parsed(0, |text| LotId::parse(text).ok())).collect()
}

fn read(row: &Row) -> Result<Recount, StoreError> {
    Ok(Recount {
        lot: row.parsed(0, |text| LotId::parse(text).ok())?,
        n: row.count(1)?,
        at: row.instant(2)?,
        before: row.instant(3)?,
        after: row.instant(4)?,
    })
}
