//! Open contracting data (OCDS 1.1.5): releases made, checked and merged into records, and red flags.
//!
//! [`releases`] writes a plain [`Process`] as releases, [`release_package`] and [`record_package`] wrap
//! them. [`compiled`], [`versioned`] and [`record`] merge releases by the rules of the standard, or of any
//! release schema; [`Intake`] does it for many processes at once. [`check`] says what is wrong with a
//! release or a package, and [`verify`] makes a file's merged releases again. [`flags`] looks for what makes an officer look twice.
//!
//! Invariants: equal releases in any order give equal results as long as no two have the same moment; a
//! process with a fault has no record, and names all its faults; compiled and versioned releases succeed
//! and fail together; a release once written is never written otherwise, whatever happens later; no
//! release names a bidder who was not awarded anything, nor tells a single bid.
//!
//! Deliberately absent: files and addresses (texts come in, texts go out), a clock (moments come with
//! the process), sentences for people (faults and flags are values), names of bidders before they may be
//! known (they are not in the plain process), and what the city stores.

mod bulk;
pub mod check;
mod fault;
pub mod flags;
mod flaw;
mod merge;
mod package;
pub mod process;
mod read;
mod release;
mod rules;
mod section;
mod sound;
mod standard;
mod tree;
mod verify;

pub use bulk::{Bulk, Intake, Place, Skipped, Unread, Why};
pub use fault::{Fault, Notice, Shape};
pub use flaw::Flaw;
pub use merge::{DEPTH_MAX, Merged, Recorded, Releases, Shown, compiled, record, versioned};
pub use package::{
    Envelope, Publisher, extension_file, extension_schema, json_lines, record_package,
    release_package,
};
pub use process::Process;
pub use release::{ocid, releases};
pub use rules::{Rules, extend};
pub use sound::is_prefix;
pub use standard::Extension;
pub use verify::{Part, Verified, verify};

pub(crate) use merge::Stamp;
