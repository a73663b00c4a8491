//! Statements of banks: ISO 20022 camt.053, SWIFT MT940 and CSV, read into one inner form, and
//! their lines matched to payments that are expected.
//!
//! Invariants: a line is taken with its amount to the minor unit or not at all; whatever is wrong
//! is named by line and element, and the rest is read; a statement whose lines do not lead from its
//! opening to its closing balance says so; input has a bound in every direction.
//!
//! Payment orders are documents for a bank ([`order`], [`pain`]); nothing here pays.
//!
//! Absent on purpose: anything that pays, a clock, floats, and guesses. A line that fits two
//! payments fits none.

mod camt;
mod csv_in;
pub mod matching;
mod mt940;
mod node;
pub mod order;
pub mod pain;
mod read;
pub mod statement;

pub use order::{Order, OrderState, OrderStep};
pub use read::{Format, detect, read};
pub use statement::{Balance, Line, Problem, Read, Statement, Wrong};

/// Bytes of one file.
pub const BYTES_MAX: usize = 16 * 1024 * 1024;
/// Lines of all statements of one file.
pub const LINES_MAX: usize = 100_000;
/// Problems that are named; the rest is counted.
pub const PROBLEMS_MAX: usize = 1_000;
/// Characters of one text of a line; more is cut.
pub const TEXT_CHARS_MAX: usize = 1_000;
