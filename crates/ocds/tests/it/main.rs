//! The crate as its users see it: merging beside a slow second telling, and the check beside the
//! released schema.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, its helpers too")]

mod check;
mod fixture;
mod flags;
mod model;
mod naive;
mod release;
mod schema;
mod story;
