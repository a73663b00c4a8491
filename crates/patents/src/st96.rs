//! A subset of WIPO ST.96 V6 `PatentPublication`: what is written is read back unchanged.
//!
//! Dates of month or year precision have no place in ST.96 and are left out on writing; citations,
//! relations and warnings are not written.
mod read;
mod write;

pub(crate) use read::fill;
pub use write::write_st96;
