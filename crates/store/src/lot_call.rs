//! Keys of trustees that are called in by letter: each call once for each end.

use crate::{Row, StoreError, Tx, args, statements};
use base::{Instant, LotId};

statements! {
    CALLED = "insert into lot_calls (lot, kind, ends_at) values ($1, $2, $3)
              on conflict (lot, kind, ends_at) do nothing";
    OPENING = "select l.id from lots l
               left join lot_calls c
                   on c.lot = l.id and c.kind = 'register' and c.ends_at = l.ends_at
               where l.state = 'announced' and l.opens_at <= $1 and c.lot is null
               order by l.opens_at, l.id limit $2";
    WAITING = "select l.id from lots l join lot_sealings s on s.lot = l.id
               left join lot_calls c on c.lot = l.id and c.kind = $3 and c.ends_at = l.ends_at
               where l.state = 'open' and l.ends_at <= $1 and l.is_halted = false and c.lot is null
               order by l.ends_at, l.id limit $2";
}

/// Notes that keys were called in.
pub fn called(tx: &mut Tx<'_>, lot: LotId, kind: &str, ends_at: Instant) -> Result<(), StoreError> {
    tx.later(&CALLED, args![lot, kind, ends_at])
}

/// Announced lots that open by then and whose trustees were not called yet.
pub fn opening(tx: &mut Tx<'_>, until: Instant, limit: usize) -> Result<Vec<LotId>, StoreError> {
    tx.rows(&OPENING, args![until, limit])?.iter().map(id).collect()
}

/// Sealed lots over by then whose keys are waited for, and were not called in this way yet.
pub fn waiting(
    tx: &mut Tx<'_>,
    kind: &str,
    now: Instant,
    limit: usize,
) -> Result<Vec<LotId>, StoreError> {
    tx.rows(&WAITING, args![now, limit, kind])?.iter().map(id).collect()
}

fn id(row: &Row) -> Result<LotId, StoreError> {
    row.parsed(0, |text| LotId::parse(text).ok())
}
