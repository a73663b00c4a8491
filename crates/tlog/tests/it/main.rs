//! The log as its users see it: trees against a naive second implementation, the published
//! vectors, notes, receipts, and every parser against noise.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, its helpers too")]

mod fuzz;
mod note;
mod oracle;
mod proof;
mod receipt;
mod shelf;
mod vector;

/// A place or a size as the crate counts it.
fn wide(n: usize) -> u64 {
    u64::try_from(n).unwrap()
}
