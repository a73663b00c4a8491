//! Lots in stages, falling prices and rounds: when the timer looks at them next, and what a stage that
//! has ended brought.

use crate::{Row, StoreError, Tx, args, statements};
use base::{Instant, LotId};
use trading::lot::Course;

statements! {
    LOOK = "insert into lot_falls (lot, look_at) values ($1, $2)
            on conflict (lot) do update set look_at = $2";
    LOOK_AT = "select look_at from lot_falls where lot = $1";
    TO_LOOK = "select f.lot from lot_falls f join lots l on l.id = f.lot
               where l.state = 'open' and l.is_halted = false and f.look_at <= $1
               order by f.look_at, f.lot limit $2";
    SHOW = "update lots set price = $4, leader = $5, n_bids = $6, ends_at = $7
            where id = $1 and n_entries = $2 and chain = $3";
}

/// The timer looks at this lot then.
pub fn look(tx: &mut Tx<'_>, lot: LotId, at: Instant) -> Result<(), StoreError> {
    tx.later(&LOOK, args![lot, at])
}

/// When the timer looks at a lot.
pub fn look_at(tx: &mut Tx<'_>, lot: LotId) -> Result<Option<Instant>, StoreError> {
    tx.row(&LOOK_AT, args![lot])?.map(|row| row.instant(0)).transpose()
}

/// Running lots that are to be looked at by then.
pub fn to_look(tx: &mut Tx<'_>, now: Instant, limit: usize) -> Result<Vec<LotId>, StoreError> {
    let read = |row: &Row| row.parsed(0, |text| LotId::parse(text).ok());
    tx.rows(&TO_LOOK, args![now, limit])?.iter().map(read).collect()
}

/// Shows what the end of a stage has brought, where nothing was entered meanwhile.
pub fn show(tx: &mut Tx<'_>, id: LotId, course: &Course) -> Result<(), StoreError> {
    let row = [
        id.into(),
        course.n_entries.into(),
        (&course.chain).into(),
        course.price.into(),
        course.leader.map(i64::from).into(),
        course.n_bids.into(),
        course.ends_at.into(),
    ];
    match tx.run(&SHOW, &row)? {
        1 => Ok(()),
        _ => Err(StoreError::Retry(format!("{id} took another entry meanwhile"))),
    }
}
