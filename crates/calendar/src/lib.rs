//! Time that can be booked: civil time in zones, opening windows, segments, recurrence, free slots.
//!
//! Invariants: every span is half-open and in UTC; days, weeks and months are those of a place, with
//! its changes of the clock; a set of spans is sorted, and no two of it touch.
//!
//! Absent on purpose: a clock, people, rules about who may, and anything about instruments.

pub mod days;
pub mod free;
pub mod grid;
pub mod hours;
pub mod ical;
pub mod recurrence;
pub mod seats;
pub mod spans;
pub mod zone;

pub use days::{Day, Days};
pub use free::{Board, Lane, Wanted};
pub use grid::Grid;
pub use hours::{Hours, Weekdays, Window};
pub use recurrence::{Every, Recurrence, Until};
pub use spans::Spans;
pub use zone::Zone;
