//! Looking only where it matters gives what looking everywhere gives.
use testkit::Dice;

use crate::generation::Place;
use crate::keep::Keeper;
use crate::rank::{Ranked, Wanted, scores_of_any};
use crate::similar::{DOCUMENT_TERMS_MAX, books, keep};
use crate::{Change, Document, Index, Like, Likeness, Options, Reach};
use matching::weight::Bm25;

/// Texts of words with Zipf's frequencies, in several commits and so in several segments.
fn corpus(seed: u64, n: usize) -> (Index, Vec<Document>) {
    let mut dice = Dice::new(seed);
    let mut text = |n_words: usize| {
        let mut word = || {
            // The smaller of three draws: common words are far more common than rare ones.
            let at = (0..3).map(|_| dice.below(900)).min().expect("three draws");
            format!("w{}", at * at / 40)
        };
        (0..n_words).map(|_| word()).collect::<Vec<String>>().join(" ")
    };
    let documents: Vec<Document> = (0..n)
        .map(|at| Document {
            title: text(4),
            body: text(30 + at % 50),
            gate: if at % 3 == 0 { "members" } else { "public" }.to_owned(),
            public: at % 3 != 0,
            ..super::titled(&format!("d{at:05}"), "")
        })
        .collect();
    let options = Options { writer_threads: 1, ..Options::default() };
    let index = Index::open(None, options).expect("an index in memory");
    for (at, part) in documents.chunks(n / 2).enumerate() {
        let changes: Vec<Change> = part.iter().cloned().map(Change::put).collect();
        index.apply(&changes, u64::try_from(at + 1).expect("few commits")).expect("indexed");
    }
    (index, documents)
}

/// Every document's whole score, sorted; nothing is left out of the sums.
fn everywhere(index: &Index, like: &Document) -> Vec<Ranked> {
    let generation = index.now();
    let mut kept = keep(&generation, &like.title, &like.body);
    kept.truncate(DOCUMENT_TERMS_MAX);
    let terms: Vec<(&str, f64)> = kept.iter().map(|it| (it.term.as_str(), it.keep)).collect();
    let lens = (generation.counts.average_offer_len(), Bm25::default());
    let mut keeper = Keeper::new(&generation, 100_000);
    for (segment, book) in books(&generation).iter_mut().enumerate() {
        let is_public =
            |doc| generation.segments[segment].columns.has(doc, crate::schema::IS_PUBLIC);
        let score = |room: &mut crate::generation::Room, _: &dyn Fn(u32) -> bool| {
            // Where nothing is wanted, nothing is ever found to be out of reach.
            let wanted = Wanted { limit: 0, may_stay: &|_| true };
            scores_of_any(book, &terms, lens, &wanted, room)
        };
        keeper.keep_scored(segment, is_public, score).expect("scores");
    }
    let mut all = keeper.best();
    let itself = |it: &Ranked| generation.name(it.place).1 == like.id;
    all.retain(|it: &Ranked| !itself(it));
    all
}

#[test]
fn the_similar_ones_are_those_of_all_scores() {
    for seed in 0..3 {
        let (index, documents) = corpus(seed, 4_000);
        let generation = index.now();
        let id = |place: Place| generation.name(place).1.to_owned();
        for at in [1, 1_999, 3_998] {
            let all = everywhere(&index, &documents[at]);
            for limit in [1, 6, 50] {
                let like =
                    Like::Document { kind: "technology".into(), id: documents[at].id.clone() };
                let reach = Reach::Gate(vec!["public".into()]);
                let asked = Likeness { limit, ..Likeness::new(like, reach) };
                let found = index.similar(&asked).expect("similar ones");
                let found: Vec<(String, f64)> =
                    found.into_iter().map(|hit| (hit.id, hit.score)).collect();
                let expect: Vec<(String, f64)> =
                    all.iter().take(limit).map(|it| (id(it.place), it.score)).collect();
                assert_eq!(found, expect, "seed {seed}, document {at}, first {limit}");
            }
        }
    }
}
