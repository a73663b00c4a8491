//! Lots with a falling price: when the timer looks at them next.

use crate::{Row, StoreError, Tx, args, statements};
use base::{Instant, LotId};

statements! {
    LOOK = "insert into lot_falls (lot, look_at) values ($1, $2)
            on conflict (lot) do update set look_at = $2";
    LOOK_AT = "select look_at from lot_falls where lot = $1";
    TO_LOOK = "select f.lot from lot_falls f join lots l on l.id = f.lot
               where l.state = 'open' and l.is_halted = false and f.look_at <= $1
               order by f.look_at, f.lot limit $2";
}

/// The timer looks at this lot then.
pub fn look(tx: &mut Tx<'_>, lot: LotId, at: Instant) -> Result<(), StoreError> {
    tx.run(&LOOK, args![lot, at]).map(|_| ())
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
