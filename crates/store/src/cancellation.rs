//! Cancellations of lots: asked for, open to appeal, and what came of them.

use crate::{Row, StoreError, Tx, args, statements};
use base::{Instant, LotId, PersonId};
use trading::cancellation::{Cancellation, CancellationState};

statements! {
    ADD = "insert into lot_cancellations (lot, n, why, grounds, asked_by, asked_at, until_at, state,
               ended_at)
           values ($1, $2, $3, $4, $5, $6, $7, 'pending', 0)";
    OF_LOT = "select lot, n, why, grounds, asked_by, asked_at, until_at, state, ended_at
              from lot_cancellations where lot = $1 order by n desc limit 100";
    END = "update lot_cancellations set state = $3, ended_at = $4
           where lot = $1 and n = $2 and state = 'pending'";
    DUE = "select c.lot from lot_cancellations c
           where c.state = 'pending' and c.until_at <= $1
               and not exists (select 1 from lot_complaints p where p.lot = c.lot
                   and p.lodged_at >= c.asked_at
                   and p.state in ('pending', 'accepted', 'satisfied'))
           order by c.until_at, c.lot limit $2";
}

/// Keeps a cancellation that was asked for.
pub fn add(tx: &mut Tx<'_>, it: &Cancellation) -> Result<(), StoreError> {
    let row = args![it.lot, it.n, &it.why, &it.grounds, it.asked_by, it.asked_at, it.until];
    tx.later(&ADD, row)
}

/// All cancellations of a lot, the newest first.
pub fn of_lot(tx: &mut Tx<'_>, lot: LotId) -> Result<Vec<Cancellation>, StoreError> {
    tx.rows(&OF_LOT, args![lot])?.iter().map(read).collect()
}

/// Ends a pending one; false where it was none any more.
pub fn end(tx: &mut Tx<'_>, it: &Cancellation) -> Result<bool, StoreError> {
    Ok(tx.run(&END, args![it.lot, it.n, it.state.word(), it.ended_at])? == 1)
}

/// Lots whose cancellation takes effect by then: nobody's appeal is open.
pub fn due(tx: &mut Tx<'_>, now: Instant, limit: usize) -> Result<Vec<LotId>, StoreError> {
    let id = |row: &Row| row.parsed(0, |text| LotId::parse(text).ok());
    tx.rows(&DUE, args![now, limit])?.iter().map(id).collect()
}

fn read(row: &Row) -> Result<Cancellation, StoreError> {
    Ok(Cancellation {
        lot: row.parsed(0, |text| LotId::parse(text).ok())?,
        n: row.count(1)?,
        why: row.text(2)?,
        grounds: row.text(3)?,
        asked_by: row.parsed(4, |text| PersonId::parse(text).ok())?,
        asked_at: row.instant(5)?,
        until: row.instant(6)?,
        state: row.parsed(7, CancellationState::parse)?,
        ended_at: row.instant(8)?,
    })
}
