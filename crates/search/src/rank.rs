//! Scores documents with the one formula of `matching`, and keeps the best.
use matching::query::{Alternative, Target};
use matching::weight::{Bm25, len_ratio};

use crate::columns::wide;
use crate::error::Result;
use crate::find::{Finder, Weighted};
use crate::generation::{Generation, Place, Segment};
use crate::postings::{Lists, blocks, for_each_block};

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
    let dampings: Vec<f64> = docs
        .iter()
        .map(|doc| damping(segment, *doc, average_len, bm25))
        .collect();
    let mut scores = vec![0.0; docs.len()];
    let mut counts = vec![0.0; docs.len()];
    let mut touched: Vec<usize> = Vec::new();
    for it in weighted {
        match &it.what {
            Alternative::Term(term) => {
                let lists = finder.lists(term)?.clone();
                lists.frequencies(segment, docs, |_, at, n| {
                    touched.push(at);
                    counts[at] += f64::from(n);
                })?;
            }
            Alternative::Phrase(terms) => {
                for (doc, n) in finder.phrase(Target::Anywhere, terms, Some(docs))? {
                    if let Ok(at) = docs.binary_search(&doc) {
                        touched.push(at);
                        counts[at] += f64::from(n);
                    }
                }
            }
        }
        for at in touched.drain(..) {
            // A document in two lists is touched twice, and its count is spent by the first.
            if counts[at] > 0.0 {
                scores[at] += it.weight * bm25.damped(counts[at], dampings[at]);
                counts[at] = 0.0;
            }
        }
    }
    Ok(scores)
}

fn damping(segment: &Segment, doc: u32, average_len: f64, bm25: Bm25) -> f64 {
    let len = f64::from(segment.columns.len[wide(doc)]);
    bm25.damping(len_ratio(len, average_len))
}

/// Adds up the scores of all documents of a segment that hold any of the terms.
///
/// Phrases take no part. Answers the documents with a score, in order.
pub(crate) fn scores_of_any(
    segment: &Segment,
    weighted: &[(&str, f64)],
    average_len: f64,
    bm25: Bm25,
) -> Result<Vec<(u32, f64)>> {
    let n_docs = wide(segment.n_docs());
    let mut scores = vec![0.0_f64; n_docs];
    let mut counts: Vec<f64> = Vec::new();
    let dampings: Vec<f64> = segment
        .columns
        .len
        .iter()
        .map(|len| bm25.damping(len_ratio(f64::from(*len), average_len)))
        .collect();
    for (term, weight) in weighted {
        let lists = Lists::open(segment, term)?;
        let mut fields = lists.fields();
        let (first, second) = (fields.next(), fields.next());
        let Some((at, info)) = first else { continue };
        if second.is_none() {
            let mut postings = blocks(&segment.texts[at], info, true)?;
            for_each_block(&mut postings, |docs, counts| {
                for (doc, n) in docs.iter().zip(counts) {
                    let doc = wide(*doc);
                    scores[doc] += weight * bm25.damped(f64::from(*n), dampings[doc]);
                }
            });
            continue;
        }
        counts.clear();
        counts.resize(n_docs, 0.0);
        for (at, info) in lists.fields() {
            let mut postings = blocks(&segment.texts[at], info, true)?;
            for_each_block(&mut postings, |docs, found| {
                for (doc, n) in docs.iter().zip(found) {
                    counts[wide(*doc)] += f64::from(*n);
                }
            });
        }
        for (doc, n) in counts.iter().enumerate().filter(|(_, n)| **n > 0.0) {
            scores[doc] += weight * bm25.damped(*n, dampings[doc]);
        }
    }
    let scored = (0..).zip(scores).filter(|(_, score)| *score > 0.0);
    Ok(scored.collect())
}

/// The order of all lists: higher score first, then smaller id, then kind.
pub(crate) fn order(generation: &Generation, a: &Ranked, b: &Ranked) -> std::cmp::Ordering {
    b.score.total_cmp(&a.score).then_with(|| {
        let (kind, id) = generation.name(a.place);
        let (other_kind, other_id) = generation.name(b.place);
        (id, kind).cmp(&(other_id, other_kind))
    })
}

/// The first `limit` of the ranked documents, in order.
pub(crate) fn best(
    generation: &Generation,
    mut ranked: Vec<Ranked>,
    limit: usize,
) -> Vec<Ranked> {
    let by_order = |a: &Ranked, b: &Ranked| order(generation, a, b);
    if limit == 0 {
        return Vec::new();
    }
    if ranked.len() > limit {
        ranked.select_nth_unstable_by(limit - 1, by_order);
        ranked.truncate(limit);
    }
    ranked.sort_unstable_by(by_order);
    ranked
}
