//! Contracts on technology: structured terms in; texts, signatures, sums and forms out.
//!
//! [`Terms`] say what is agreed as data; a [`Template`] that an office may edit turns them into a
//! [`Document`] in both languages; a [`Contract`] is signed version by version; [`royalty`] and
//! [`income`] reckon what is owed and divide what came in; [`registration`] fills the form of the
//! registration of technology contracts.
//!
//! Invariants: a party's signature stands under one digest, and nothing is in force before every
//! party signed that one; a text is a function of its template and terms, to the byte; what comes
//! in equals what is paid out, withheld and used up, to the minor unit; the technology amount and
//! what is taken off it sum to the whole price.
//!
//! Absent on purpose: a clock, chance, floats, storage, who may sign for a party (a person comes
//! in that may), money that moves (see `ledger`), and code in templates: they choose and fill in.

pub mod audit;
pub mod compare;
pub mod condition;
pub mod document;
pub mod fact;
pub mod filing;
pub mod flaw;
pub mod income;
pub mod kept;
pub mod kind;
pub mod milestone;
pub mod party;
pub mod plan;
pub mod price;
pub mod rates;
pub mod registration;
pub mod royalty;
pub mod rules;
pub mod signing;
pub mod statistics;
pub mod template;
pub mod terms;
pub mod typing;

pub use document::{Digest, Document};
pub use flaw::Flaw;
pub use kind::{Kind, Mode};
pub use milestone::Milestone;
pub use party::{Party, Side};
pub use price::Price;
pub use royalty::Royalty;
pub use signing::Contract;
pub use template::{Fault, Template};
pub use terms::Terms;

/// Minor units of the contract's currency.
pub type Minor = i64;
