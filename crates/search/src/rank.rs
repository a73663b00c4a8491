//! Scores documents with the one formula of `matching`, and keeps the best.
use matching::query::{Alternative, Target};
use matching::weight::Bm25;

use crate::columns::wide;
use crate::error::Result;
use crate::find::{Finder, Weighted};
use crate::generation::{Generation, Place, Room, Segment};
use crate::postings::{Book, each, frequencies};

/// A document and its score.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Ranked {
    pub(crate) score: f64,
    pub(crate) place: Place,
}

/// The scores of some documents of a segment, in their order.
pub(crate) fn scores<'a>(
    finder: &mut Finder<'a>,
    weighted: &'a [Weighted],
    average_len: f64,
    docs: &[u32],
) -> Result<Vec<f64>> {
    let bm25 = Bm25::for_search();
    let segment = finder.segment;
    let damping = Damping::new(bm25, average_len);
    let mut scores = vec![0.0; docs.len()];
    for it in weighted {
        let mut gain = |at: usize, n: u32| {
            let damping = damping.of(segment, docs[at]);
            scores[at] += it.weight * bm25.damped(f64::from(n), damping);
        };
        match &it.what {
            Alternative::Term(term) => {
                if let Some(info) = finder.book.info(term)? {
                    frequencies(segment, info, docs, gain)?;
                }
            }
            Alternative::Phrase(terms) => {
                for (doc, n) in finder.phrase(Target::Anywhere, terms, Some(docs))? {
                    if let Ok(at) = docs.binary_search(&doc) {
                        gain(at, n);
                    }
                }
            }
        }
    }
    Ok(scores)
}

/// What a document's length adds below the line, as a straight line over lengths.
#[derive(Clone, Copy)]
pub(crate) struct Damping {
    base: f64,
    slope: f64,
}

impl Damping {
    pub(crate) fn new(bm25: Bm25, average_len: f64) -> Self {
        let base = bm25.damping(0.0);
        if average_len > 0.0 {
            Self { base, slope: bm25.k1 * bm25.b / average_len }
        } else {
            Self { base: bm25.damping(1.0), slope: 0.0 }
        }
    }

    pub(crate) fn of(self, segment: &Segment, doc: u32) -> f64 {
        self.base + self.slope * f64::from(segment.columns.len[wide(doc)])
    }
}

/// Adds up the scores of all documents of a segment that hold any of the terms.
pub(crate) fn scores_of_any<'a>(
    book: &mut Book<'a>,
    weighted: &[(&'a str, f64)],
    average_len: f64,
    bm25: Bm25,
    room: &mut Room,
) -> Result<()> {
    let damping = Damping::new(bm25, average_len);
    let segment = book.segment;
    for (term, weight) in weighted {
        let Some(info) = book.info(term)? else { continue };
        each(segment, info, |doc, n| {
            room.gain(doc, weight * bm25.damped(f64::from(n), damping.of(segment, doc)));
        })?;
    }
    Ok(())
}

/// The order of all lists: higher score first, then smaller id, then kind.
pub(crate) fn order(generation: &Generation, a: &Ranked, b: &Ranked) -> std::cmp::Ordering {
    let by_score = b.score.total_cmp(&a.score);
    by_score.then_with(|| generation.key(a.place).cmp(generation.key(b.place)))
}

/// The first `limit` of the ranked documents, in order.
pub(crate) fn best(generation: &Generation, mut ranked: Vec<Ranked>, limit: usize) -> Vec<Ranked> {
    if limit == 0 {
        return Vec::new();
    }
    if ranked.len() > limit {
        // By score alone first: comparing ids is dear, and only ties need it.
        let by_score = |a: &Ranked, b: &Ranked| b.score.total_cmp(&a.score);
        let (_, last, _) = ranked.select_nth_unstable_by(limit - 1, by_score);
        let floor = last.score;
        ranked.retain(|it| it.score >= floor);
        if ranked.len() > limit {
            ranked.select_nth_unstable_by(limit - 1, |a, b| order(generation, a, b));
            ranked.truncate(limit);
        }
    }
    ranked.sort_unstable_by(|a, b| order(generation, a, b));
    ranked
}
