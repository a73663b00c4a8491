//! How text is cut, weighed and compared: analysis, the search box, scores and their reasons.
//!
//! Everything here is a pure function of its arguments: the index, the page and the percolator
//! call the same ones, so a score has one meaning wherever it is computed. Invariants: analysing
//! never fails, takes time in proportion to the text, and gives spans that lie on character
//! borders of the *original* text; every pair of adjacent Han characters is a token; a term that
//! no public document holds never changes a score.
//!
//! Absent on purpose: files, SQL, clocks, the full-text index (see `search`), who may see what
//! (see `access`), and any dictionary: a dictionary is the operator's own file and comes in as
//! text.
pub mod analysis;
pub mod dictionary;
pub mod highlight;
pub mod measure;
pub mod query;
pub mod spelling;
pub mod weight;

/// Raised whenever the same text would give other tokens, so that an index knows it is stale.
pub const ANALYSER_VERSION: u32 = 1;
