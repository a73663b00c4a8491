//! Open contracting data (OCDS 1.1.5): releases made, checked and merged into records, and red flags.
//!
//! [`compiled`], [`versioned`] and [`record`] merge the releases of a process by the rules of the
//! standard, or of any release schema. [`check`] says what is wrong with a release or a package.
//!
//! Invariants: equal releases in any order give equal results as long as no two have the same moment; a
//! process with a fault has no record, and names all its faults; compiled and versioned releases succeed
//! and fail together.
//!
//! Deliberately absent: files and addresses (texts come in, texts go out), a clock (moments come with
//! the process), sentences for people (faults and flags are values), names of bidders before they may be
//! known (they are not in the plain process), and what the city stores.

pub mod check;
mod fault;
mod merge;
mod rules;
mod standard;
mod tree;

pub use fault::{Fault, Notice, Shape};
pub use merge::{DEPTH_MAX, Merged, Recorded, Releases, Shown, compiled, record, versioned};
pub use rules::{Rules, extend};
pub use standard::Extension;

pub(crate) use merge::Stamp;
