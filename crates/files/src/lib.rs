//! Files by their content.
//!
//! Invariants: a file's name is the SHA-256 of its bytes, counted while they come in; a file is
//! complete and durable (bytes and folder) before its name is told to anybody; a file is never held
//! whole in memory; whoever reads one is told when its bytes are not those of its name.
//!
//! Absent on purpose: who may see what, and which files somebody still needs; that is for acts.

mod bucket;
mod error;
mod incoming;
mod kind;
mod name;
mod place;
mod reading;

pub use bucket::Bucket;
pub use error::FilesError;
pub use incoming::{Incoming, Stored};
pub use kind::{Kind, check as check_kind, is_text};
pub use name::{clean as clean_name, disposition};
pub use place::{Files, Found, Hash, Place, WHOLE};
pub use reading::{Condition, Reading};
