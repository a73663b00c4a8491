//! The full-text index: a follower of the log that answers within labels.
//!
//! One index per node, with one writer. Tantivy keeps postings and columns; which documents
//! match, and in which order, is decided here with the pure functions of `matching`.
//!
//! Invariants: what a reader may not see takes part in nothing the reader gets: hits, totals,
//! facets, suggestions, spelling, scores. Statistics count live public documents alone, exactly,
//! at the position of the commit, so two nodes at one position give the same scores. An older
//! version of a document never replaces a newer one. The position in the log is stored in the
//! index's own commit.
//!
//! Absent on purpose: SQL, rows, clocks, sentences for people (answers carry codes), rights (the
//! caller says what a reader reaches).
mod answer;
mod coded;
mod columns;
mod counts;
mod cross;
mod document;
mod error;
pub mod evaluate;
mod facets;
mod find;
mod generation;
mod index;
mod keep;
mod payload;
mod postings;
mod prepare;
mod rank;
mod reach;
mod recount;
mod schema;
mod screen;
mod search;
mod seen;
mod similar;
mod spell;
mod store;
mod suggest;
mod unsynced;
mod why;

pub use answer::{
    Answer, Count, Cursor, Facets, Filters, Hit, Matched, Note, Query, Reason, SimilarHit,
    Suggestion, Translated,
};
pub use document::{Change, Document};
pub use error::SearchError;
pub use index::{Beside, Index, Options};
pub use prepare::BODY_BYTES_MAX;
pub use reach::Reach;
pub use similar::{Like, Likeness};

#[cfg(test)]
mod tests;
