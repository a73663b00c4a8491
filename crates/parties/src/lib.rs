//! Organisations, people, memberships, sign-in: the rules about parties.
//!
//! Invariants: a credit code has a right check character; a password is never kept, only its hash;
//! a session ends when idle or old, whichever is first; a one-time code works once.
//!
//! Absent on purpose: hashing itself (it takes time and is done outside transactions, in `app`),
//! SQL, cookies.

pub mod address;
pub mod control;
pub mod credit_code;
pub mod emergency;
pub mod erasure;
pub mod factor;
pub mod organisation;
pub mod password;
pub mod person;
pub mod register;
pub mod registration;
pub mod session;
pub mod telephone;
pub mod totp;

pub use organisation::{Organisation, OrganisationKind};
pub use person::{Person, PersonState};
