//! Technology for shares: what it is worth, what is issued for it, and who holds and gets what.
//!
//! [`valuation`] puts the cost, market and income methods side by side with their inputs;
//! [`contribution`] turns an agreed value into shares and divides them with the inventors;
//! [`Table`] is the cap table, a function of its [`Event`]s; [`view`], [`dividend`], [`exit`] and
//! [`statement`] read it as of any day; [`duty`] says what has to be announced, and for how long.
//!
//! Invariants: of every class, shares held equal shares issued less shares retired; no event makes
//! a share or a minor unit out of nothing; dividends and proceeds of an exit are paid out whole;
//! in an exit no class would do better by deciding otherwise.
//!
//! Absent on purpose: a clock, chance, floats, storage, names of people, and money that moves (see
//! `ledger`). Law is parameters with dates and sources, never a constant.

pub mod class;
pub mod contribution;
pub mod dividend;
pub mod duty;
pub mod event;
pub mod exit;
pub mod flaw;
pub mod grant;
pub mod price;
mod rates;
pub mod statement;
pub mod table;
pub mod tranche;
pub mod valuation;
pub mod view;

pub use class::Class;
pub use event::{Event, What};
pub use flaw::Flaw;
pub use ledger::rounding::Rate;
pub use price::Price;
pub use rates::as_percent;
pub use table::Table;

/// Minor units of the company's currency.
pub type Minor = i64;
/// A number of shares.
pub type Shares = i64;

/// Sums and shares of one line at most; sums of a hundred lines stay far from overflow.
pub const LINE_MAX: i64 = 1_000_000_000_000_000;
/// Classes, grants or lines of a round at most.
pub const PARTS_MAX: usize = 1_000;
