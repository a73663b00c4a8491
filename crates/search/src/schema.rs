//! The fields of the index.
use tantivy::schema::{
    FAST, Field, INDEXED, IndexRecordOption, STORED, Schema, TextFieldIndexing, TextOptions,
};

use crate::coded::CODED;

/// Handles of all fields.
#[derive(Clone)]
pub(crate) struct Fields {
    pub(crate) schema: Schema,
    /// Id and kind, as a column.
    pub(crate) key: Field,
    /// The hash of the key, by which a document is found again: short terms build faster.
    pub(crate) hash: Field,
    /// Titles, then body, then other texts (owner's name, numbers), cut beforehand: one list of
    /// positions, in which two columns say where titles and body end.
    pub(crate) text: Field,
    pub(crate) title_end: Field,
    pub(crate) body_end: Field,
    /// Identifiers, folded.
    pub(crate) number: Field,
    /// Keys for suggestions.
    pub(crate) hint: Field,
    /// Latin words of public documents as they are spelt, for proposals.
    pub(crate) word: Field,
    pub(crate) gate: Field,
    pub(crate) owner: Field,
    pub(crate) state: Field,
    pub(crate) subject: Field,
    pub(crate) region: Field,
    pub(crate) right: Field,
    pub(crate) mode: Field,
    pub(crate) class: Field,
    pub(crate) trl: Field,
    pub(crate) year: Field,
    pub(crate) len: Field,
    pub(crate) flags: Field,
    pub(crate) version: Field,
    pub(crate) seq: Field,
    /// Original texts: title, other title, body, owner's name, numbers a line each.
    pub(crate) raw: [Field; 5],
}

/// A bit of the column `flags`.
pub(crate) const IS_PUBLIC: u64 = 1;
/// The document is gone; only its version is remembered.
pub(crate) const IS_GONE: u64 = 2;
/// The document is a need: rarity among needs is counted apart.
pub(crate) const IS_NEED: u64 = 4;

impl Fields {
    pub(crate) fn new() -> Self {
        let mut builder = Schema::builder();
        let indexing = TextFieldIndexing::default()
            .set_tokenizer(CODED)
            .set_fieldnorms(false)
            .set_index_option(IndexRecordOption::WithFreqsAndPositions);
        let coded = TextOptions::default().set_indexing_options(indexing);
        let column = || TextOptions::default().set_fast("raw");
        let term = || {
            let indexing = TextFieldIndexing::default()
                .set_tokenizer("raw")
                .set_fieldnorms(false)
                .set_index_option(IndexRecordOption::Basic);
            TextOptions::default().set_indexing_options(indexing)
        };
        Self {
            key: builder.add_text_field("key", column()),
            hash: builder.add_u64_field("hash", INDEXED),
            text: builder.add_text_field("text", coded),
            title_end: builder.add_u64_field("title_end", FAST),
            body_end: builder.add_u64_field("body_end", FAST),
            number: builder.add_text_field("number", term()),
            hint: builder.add_text_field("hint", term()),
            word: builder.add_text_field("word", term()),
            gate: builder.add_text_field("gate", column()),
            owner: builder.add_text_field("owner", column()),
            state: builder.add_text_field("state", column()),
            subject: builder.add_text_field("field", column()),
            region: builder.add_text_field("region", column()),
            right: builder.add_text_field("right", column()),
            mode: builder.add_text_field("mode", column()),
            class: builder.add_text_field("class", column()),
            trl: builder.add_u64_field("trl", FAST),
            year: builder.add_u64_field("year", FAST),
            len: builder.add_u64_field("len", FAST),
            flags: builder.add_u64_field("flags", FAST),
            version: builder.add_u64_field("version", FAST),
            seq: builder.add_u64_field("seq", FAST),
            raw: ["raw_title", "raw_other", "raw_body", "raw_owner", "raw_numbers"]
                .map(|name| builder.add_text_field(name, STORED)),
            schema: builder.build(),
        }
    }
}
