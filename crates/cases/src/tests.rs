//! Behaviour of the whole crate, on one rich process.

mod answers;
mod checks;
mod deadlines;
mod moves;
mod sample;
mod shown;
mod steps;
mod walks;
