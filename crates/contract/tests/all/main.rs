//! Contracts from terms to text, signatures and versions.

mod drawing;
mod life;
mod world;
