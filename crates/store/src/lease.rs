//! Leases: one node at a time does a job, and a holder that slept too long changes nothing.
//!
//! The sequencer takes its lease anew in each of its commits: the row stays locked until the
//! commit, so the lock itself is the fence and no clock is read. Longer jobs compare epochs.

use crate::{StoreError, Tx, args};
use base::Instant;

crate::statements! {
    LOCK = "insert into leases (name, holder, epoch, until) values ($1, $2, 1, 0)
            on conflict (name) do update set holder = $2, epoch = leases.epoch + 1";
    TAKE = "insert into leases (name, holder, epoch, until) values ($1, $2, 1, $3)
            on conflict (name) do update set holder = $2, epoch = leases.epoch + 1, until = $3
            where leases.until < $4 or leases.holder = $2
            returning epoch";
    STILL = "select 1 from leases where name = $1 and holder = $2 and epoch = $3";
}

/// Takes the lease for the transaction that is open now; it ends with the commit.
pub(crate) fn take_for_this_commit(
    tx: &mut Tx<'_>,
    name: &str,
    node: &str,
) -> Result<bool, StoreError> {
    Ok(tx.run(&LOCK, args![name, node])? == 1)
}

/// Takes or renews a lease until a moment; `None` while another node holds it.
pub fn take(
    tx: &mut Tx<'_>,
    name: &str,
    node: &str,
    until: Instant,
    now: Instant,
) -> Result<Option<u64>, StoreError> {
    tx.row(&TAKE, args![name, node, until, now])?.map(|row| row.count(0)).transpose()
}

/// Whether a lease taken earlier is still ours; asked in the transaction of each effect.
pub fn is_ours(tx: &mut Tx<'_>, name: &str, node: &str, epoch: u64) -> Result<bool, StoreError> {
    Ok(tx.row(&STILL, args![name, node, epoch])?.is_some())
}
