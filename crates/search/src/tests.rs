//! Tests of the whole crate: small documents, through the public functions.
mod keeping;
mod labels;
mod properties;
mod pruning;
mod quality;
mod scenarios;

use crate::{Change, Document, Index, Options, Query, Reach};

/// A public technology with a title.
fn titled(id: &str, title: &str) -> Document {
    Document {
        kind: "technology".into(),
        id: id.into(),
        version: 1,
        seq: 1,
        gate: "public".into(),
        owner: "owner-1".into(),
        state: "released".into(),
        public: true,
        title: title.into(),
        ..Document::default()
    }
}

/// An index in memory of these documents.
fn index_of(documents: Vec<Document>) -> Index {
    let options = Options { writer_threads: 1, ..Options::default() };
    let index = Index::open(None, options).expect("an index in memory");
    let changes: Vec<Change> = documents.into_iter().map(Change::put).collect();
    index.apply(&changes, 1).expect("the documents are indexed");
    index
}

/// An index of titles; the ids are `a`, `b`, `c` …
fn titles(titles: &[&str]) -> Index {
    let id = |at: usize| char::from(b'a' + u8::try_from(at).expect("few titles")).to_string();
    index_of(titles.iter().enumerate().map(|(at, title)| titled(&id(at), title)).collect())
}

/// The ids of the strict hits, sorted and joined.
fn found(index: &Index, text: &str) -> String {
    let mut query = Query::new(text, Reach::Everything);
    query.limit = 100;
    let answer = index.search(&query).expect("an answer");
    let mut ids: Vec<String> = answer.hits.into_iter().map(|hit| hit.id).collect();
    ids.sort_unstable();
    ids.join(" ")
}

/// Searches as a reader of these gates.
fn as_reader(text: &str, gates: &[&str]) -> Query {
    Query::new(text, Reach::Gate(gates.iter().map(|gate| (*gate).to_owned()).collect()))
}
