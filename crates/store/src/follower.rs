//! How far each follower of the log has come, in the same commit as its effect.

use crate::{StoreError, Tx, args};
use base::Instant;

crate::statements! {
    POSITION = "select seq from followers where name = $1";
    MOVE = "insert into followers (name, seq, at) values ($1, $2, $3)
            on conflict (name) do update set seq = $2, at = $3 where followers.seq < $2";
    ALL_POSITIONS = "select name, seq, at from followers order by name";
}

/// The last number a follower has dealt with.
pub fn position(tx: &mut Tx<'_>, name: &str) -> Result<u64, StoreError> {
    tx.row(&POSITION, args![name])?.map_or(Ok(0), |row| row.count(0))
}

/// Moves a follower forward; never back.
pub fn advance(tx: &mut Tx<'_>, name: &str, seq: u64, now: Instant) -> Result<(), StoreError> {
    tx.later(&MOVE, args![name, seq, now])
}

/// Every follower with its position and when it moved.
pub fn positions(tx: &mut Tx<'_>) -> Result<Vec<(String, u64, Instant)>, StoreError> {
    tx.rows(&ALL_POSITIONS, &[])?
        .iter()
        .map(|row| Ok((row.text(0)?, row.count(1)?, row.instant(2)?)))
        .collect()
}
