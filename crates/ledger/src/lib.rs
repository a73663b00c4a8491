//! Double-entry books as a pure engine: what a transfer does, and in which order it is refused.
//!
//! A request names one account to debit and one to credit, so that imbalance cannot be said at
//! all. [`Books::run`] decides a batch over the rows it was given and tells what changed; the same
//! rules therefore run in memory and over rows of a database.
//!
//! Invariants, per book and after every batch: debits equal credits, posted and pending apart; no
//! limit is broken; every counter is the sum of its legs; a hold is resolved at most once; one id
//! names at most one transfer, for ever.
//!
//! Absent on purpose: a clock, chance, floats, storage, currencies mixed in one transfer, interest,
//! and any way to change or delete what was written. A mistake is mended by a transfer back.

pub mod account;
pub mod amount;
pub mod audit;
pub mod book;
pub mod books;
pub mod clearing;
pub mod export;
mod replay;
pub mod rounding;
mod rule;
pub mod split;
pub mod statement;
pub mod transfer;
pub mod why;

pub use account::{Account, Counters, Limit, OpenAccount, Purpose, Side};
pub use amount::{Amount, Asked};
pub use book::Book;
pub use books::{Answer, Books, Burnt, Changes, Leg, LegKind};
pub use transfer::{Ask, Code, Evidence, Flags, Grade, Hold, HoldState, References, Transfer};
pub use why::Why;

/// Transfers that one batch or chain holds (ledger.md 14).
pub const BATCH_MAX: usize = 8_000;
/// Holds that one step lets expire (ledger.md 4).
pub const EXPIRIES_MAX: usize = 1_000;
