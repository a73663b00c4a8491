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

/// What is wanted of a segment's documents: the first `limit` of those that may stay.
pub(crate) struct Wanted<'a> {
    pub(crate) limit: usize,
    pub(crate) may_stay: &'a dyn Fn(u32) -> bool,
}

/// Adds up the scores of the documents of a segment that hold any of the terms.
///
/// The scores of the wanted documents are whole, and so are those of all that equal the last of
/// them. Once the terms still to come can lift no document without a score into the first
/// `limit`, their postings are met only for those that still can get there, so the long postings
/// of common terms, which weigh least, are skipped over. The sums are added in the order of the
/// terms either way and do not differ in the last bit. (Turtle and Flood 1995, term at a time.)
pub(crate) fn scores_of_any<'a>(
    book: &mut Book<'a>,
    weighted: &[(&'a str, f64)],
    (average_len, bm25): (f64, Bm25),
    wanted: &Wanted<'_>,
    room: &mut Room,
) -> Result<()> {
    let damping = Damping::new(bm25, average_len);
    let segment = book.segment;
    let most = |weighted: &[(&str, f64)]| {
        weighted.iter().map(|(_, weight)| weight * (bm25.k1 + 1.0)).sum::<f64>()
    };
    let mut left: Option<Vec<u32>> = None;
    let mut looked_at = f64::INFINITY;
    for (at, (term, weight)) in weighted.iter().enumerate() {
        let Some(info) = book.info(term)? else { continue };
        if is_long(info.doc_freq, left.as_ref().map_or(room.n_scored(), Vec::len)) {
            let to_come = most(&weighted[at..]) * (1.0 + ROUNDING);
            // Another look after a small step would find the same.
            if to_come < looked_at * LOOK_AGAIN {
                looked_at = to_come;
                left = still_in_reach(room, left.take(), to_come, wanted);
            }
        }
        let gain = |doc: u32, n: u32| weight * bm25.damped(f64::from(n), damping.of(segment, doc));
        match &left {
            None => each(segment, info, |doc, n| room.gain(doc, gain(doc, n)))?,
            Some(docs) => {
                let mut gains = Vec::new();
                frequencies(segment, info, docs, |at, n| gains.push((docs[at], n)))?;
                gains.into_iter().for_each(|(doc, n)| room.gain(doc, gain(doc, n)));
            }
        }
    }
    Ok(())
}

/// Sums that were added in another order differ by less.
const ROUNDING: f64 = 1e-9;
/// Shorter postings are added up without asking whether they matter.
const SHORT: u32 = if cfg!(test) { 8 } else { 512 };
/// Scores are looked at again when what is to come has shrunk to this share.
const LOOK_AGAIN: f64 = 0.85;

/// Whether postings are so long that a look at the scores may be cheaper.
fn is_long(n_postings: u32, n_looked_at: usize) -> bool {
    n_postings >= SHORT && wide(n_postings) >= n_looked_at / 16
}

/// Of `left`, or of all with a score, the documents that may still get among the first `limit`;
/// ascending. `None` while documents without a score may get there too.
fn still_in_reach(
    room: &Room,
    left: Option<Vec<u32>>,
    to_come: f64,
    wanted: &Wanted<'_>,
) -> Option<Vec<u32>> {
    let mut scored: Vec<(u32, f64)> = match &left {
        Some(docs) => docs.iter().map(|doc| (*doc, room.score(*doc))).collect(),
        None => room.scored().filter(|(_, score)| *score > to_come).collect(),
    };
    let is_ahead = |(doc, score): &&(u32, f64)| *score > to_come && (wanted.may_stay)(*doc);
    let mut ahead: Vec<f64> = scored.iter().filter(is_ahead).map(|(_, score)| *score).collect();
    if wanted.limit == 0 || ahead.len() < wanted.limit {
        return left;
    }
    let (_, floor, _) = ahead.select_nth_unstable_by(wanted.limit - 1, |a, b| b.total_cmp(a));
    let floor = *floor;
    if left.is_none() {
        scored = room.scored().collect();
    }
    scored.retain(|(_, score)| *score + to_come >= floor);
    let mut docs: Vec<u32> = scored.into_iter().map(|(doc, _)| doc).collect();
    if left.is_none() {
        docs.sort_unstable();
    }
    Some(docs)
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
