//! Idempotency keys, kept in the transaction of their act with its answer.

use crate::{StoreError, Tx, args};
use base::Instant;

crate::statements! {
    FIND = "select digest, answer from act_keys where person = $1 and act = $2 and key = $3";
    KEEP = "insert into act_keys (person, act, key, digest, answer, at)
            values ($1, $2, $3, $4, $5, $6)";
    FORGET = "delete from act_keys where at < $1";
}

/// The answer kept under a key, with the digest of the act it answered.
pub fn find(
    tx: &mut Tx<'_>,
    person: &str,
    act: &str,
    key: &str,
) -> Result<Option<(String, String)>, StoreError> {
    tx.row(&FIND, args![person, act, key])?.map(|row| Ok((row.text(0)?, row.text(1)?))).transpose()
}

/// Keeps an answer.
pub fn keep(
    tx: &mut Tx<'_>,
    (person, act, key): (&str, &str, &str),
    digest: &str,
    answer: &str,
    now: Instant,
) -> Result<(), StoreError> {
    tx.later(&KEEP, args![person, act, key, digest, answer, now])
}

/// Forgets keys older than this; at least 30 days are kept by the caller.
pub fn forget_before(tx: &mut Tx<'_>, at: Instant) -> Result<u64, StoreError> {
    tx.run(&FORGET, args![at])
}
