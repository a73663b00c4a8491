//! Calls that the city makes to other machines, guarded once for all who make them.
//!
//! Invariants: a name is resolved once and the connection goes to what was checked then; addresses
//! inside the house are called only where the operator said so, and those of no single machine
//! never; a redirect is an answer and is not followed; every wait ends; every answer has a bound;
//! no proxy of the environment is used. Relays of a laboratory speak in the clear, and are called in the
//! networks that the operator named for them alone.
//!
//! Absent on purpose: what is asked and what an answer means.

mod address;
mod caller;
mod relay;

pub use address::{Reach, reach};
pub use caller::{Answered, CallError, Caller, Options, Roots, check_address};
pub use relay::{Network, Relay, Switch};
