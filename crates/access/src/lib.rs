//! Who may do what to which thing: one declaration, read as a decision and as a list filter.
//!
//! [`matrix::MATRIX`] has one row for every act of the program. [`decide`] answers *may this actor
//! do this act to this thing*; [`filter()`] answers *which things may this actor see* as a closed
//! tree that `store` compiles to SQL and `search` to a query.
//!
//! Invariants: default is no; prohibitions win; a label is always obeyed, whatever the role; the
//! filter holds for a thing exactly when the decision allows (tested on random worlds); removing a
//! grant never widens a list.
//!
//! Absent on purpose: SQL, sessions, a rule language, plug-ins.

pub mod actor;
pub mod decide;
pub mod filter;
pub mod matrix;
pub mod print;
pub mod row;

pub use actor::{Actor, Assurance, Role, Scope};
pub use decide::{Decision, Thing, decide};
pub use filter::{Filter, filter};
pub use matrix::MATRIX;
pub use row::{Act, Grant, Rate, Row, Rule};
