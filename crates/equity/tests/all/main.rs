//! Valuation, cap table, dividends and exits.

mod exits;
mod flows;
mod model;
mod random;
mod valuations;
mod world;
