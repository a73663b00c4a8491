//! Documents like another, or like a text: a weighted need on the index.
use std::collections::HashMap;

use matching::weight::{Bm25, Holding, Kept, Score, Totals, bound, reasons, weigh};

use crate::answer::{Filters, Reason, SimilarHit};
use crate::document::key;
use crate::error::Result;
use crate::find::Screen;
use crate::generation::{Generation, Place};
use crate::keep::Keeper;
use crate::postings::{Book, frequencies, sections};
use crate::rank::{Damping, Ranked, Wanted, scores_of_any};
use crate::reach::Reach;
use crate::screen::screens;

/// As many similar documents are answered at most.
const SIMILAR_MAX: usize = 200;
/// A document is compared by its heaviest terms, fewer than the text of a need is: whoever looks at
/// it has not asked, and each look pays for it.
pub(crate) const DOCUMENT_TERMS_MAX: usize = 16;

/// What others should be like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Like {
    /// A document of the index that the reader reaches.
    Document { kind: String, id: String },
    /// A text, such as a need being written.
    Text { title: String, body: String },
}

/// A question for similar documents.
#[derive(Clone, Debug)]
pub struct Likeness {
    pub like: Like,
    pub filters: Filters,
    pub reach: Reach,
    pub limit: usize,
    /// Ids changed since the index position; they take part in nothing.
    pub hide: Vec<String>,
}

impl Likeness {
    /// Ten documents like one, of any kind.
    pub fn new(like: Like, reach: Reach) -> Self {
        Self { like, filters: Filters::default(), reach, limit: 10, hide: Vec::new() }
    }
}

/// The most similar documents, with the terms that make them so.
pub(crate) fn similar(generation: &Generation, asked: &Likeness) -> Result<Vec<SimilarHit>> {
    let Likeness { reach, filters, hide, .. } = asked;
    let screens = screens(generation, (reach, hide), filters, &Vec::new())?;
    let (title, body, itself) = match &asked.like {
        Like::Text { title, body } => (title.clone(), body.clone(), None),
        Like::Document { kind, id } => {
            let Some(place) = generation.find(&key(kind, id))? else { return Ok(Vec::new()) };
            let own = self::screens(generation, (reach, hide), &Filters::default(), &Vec::new())?;
            if !own[place.segment].passes(place.doc) {
                return Ok(Vec::new());
            }
            let texts = generation.texts(place)?;
            (texts.title, texts.body, Some(place))
        }
    };
    let mut kept = keep(generation, &title, &body);
    if itself.is_some() {
        kept.truncate(DOCUMENT_TERMS_MAX);
    }
    let limit = asked.limit.min(SIMILAR_MAX);
    let mut books = books(generation);
    let ranked = ranked(generation, (&kept, &mut books), &screens, itself, limit)?;
    hits(generation, &kept, &mut books, &ranked)
}

/// The kept terms of a need, by the statistics of a generation.
pub(crate) fn keep(generation: &Generation, title: &str, body: &str) -> Vec<Kept> {
    let counts = &generation.counts;
    let totals = Totals { offers: counts.n_offers(), needs: counts.n_needs() };
    weigh(title, body, totals, |term| {
        let (offers, needs) = counts.holding(term);
        Holding { offers, needs }
    })
}

/// The best documents for kept terms.
pub(crate) fn ranked<'a>(
    generation: &Generation,
    (kept, books): (&'a [Kept], &mut [Book<'a>]),
    screens: &[Screen<'_>],
    without: Option<Place>,
    limit: usize,
) -> Result<Vec<Ranked>> {
    let terms: Vec<(&str, f64)> = kept.iter().map(|it| (it.term.as_str(), it.keep)).collect();
    let average_len = generation.counts.average_offer_len();
    let mut keeper = Keeper::new(generation, limit);
    if limit == 0 || terms.is_empty() {
        return Ok(Vec::new());
    }
    for (at, (screen, book)) in screens.iter().zip(books).enumerate() {
        let may_stay = |doc: u32| without != Some(Place { segment: at, doc }) && screen.passes(doc);
        keeper.keep_scored(at, may_stay, |room, may_stay| {
            let wanted = Wanted { limit, may_stay };
            scores_of_any(book, &terms, (average_len, Bm25::default()), &wanted, room)
        })?;
    }
    Ok(keeper.best())
}

/// The books of all segments.
pub(crate) fn books(generation: &Generation) -> Vec<Book<'_>> {
    generation.segments.iter().map(Book::new).collect()
}

/// The ranked documents with the terms that made them so. Each term is read once for all of them,
/// and where it stands for the terms alone that are shown.
fn hits<'a>(
    generation: &Generation,
    kept: &'a [Kept],
    books: &mut [Book<'a>],
    ranked: &[Ranked],
) -> Result<Vec<SimilarHit>> {
    let scores = scores(generation, kept, books, ranked)?;
    let most = bound(kept, Bm25::default());
    let terms: HashMap<&str, &'a str> =
        kept.iter().map(|it| (it.term.as_str(), it.term.as_str())).collect();
    let mut hits = Vec::with_capacity(ranked.len());
    for (ranked, score) in ranked.iter().zip(&scores) {
        let book = &mut books[ranked.place.segment];
        let mut shown = Vec::new();
        for reason in reasons(kept, score) {
            let mut fields = Vec::new();
            if let Some(info) = book.info(terms[reason.term.as_str()])?.cloned() {
                sections(book.segment, &info, &[ranked.place.doc], |_, _, sections| {
                    fields.extend(sections.iter().map(|section| section.name()));
                })?;
            }
            shown.push(Reason { term: reason.term, share: reason.share, fields });
        }
        let (kind, id) = generation.name(ranked.place);
        hits.push(SimilarHit {
            kind: kind.to_owned(),
            id: id.to_owned(),
            score: ranked.score,
            fit: if most > 0.0 { ranked.score / most } else { 0.0 },
            reasons: shown,
        });
    }
    Ok(hits)
}

/// What each term gives to each of these documents.
fn scores<'a>(
    generation: &Generation,
    kept: &'a [Kept],
    books: &mut [Book<'a>],
    ranked: &[Ranked],
) -> Result<Vec<Score>> {
    let bm25 = Bm25::default();
    let damping = Damping::new(bm25, generation.counts.average_offer_len());
    let mut parts = vec![vec![0.0; kept.len()]; ranked.len()];
    for (at, book) in books.iter_mut().enumerate() {
        let mut here: Vec<(u32, usize)> = ranked
            .iter()
            .enumerate()
            .filter(|(_, ranked)| ranked.place.segment == at)
            .map(|(n, ranked)| (ranked.place.doc, n))
            .collect();
        if here.is_empty() {
            continue;
        }
        here.sort_unstable();
        let docs: Vec<u32> = here.iter().map(|(doc, _)| *doc).collect();
        let segment = book.segment;
        for (term, it) in kept.iter().enumerate() {
            let Some(info) = book.info(&it.term)? else { continue };
            frequencies(segment, info, &docs, |at, n| {
                let damping = damping.of(segment, docs[at]);
                parts[here[at].1][term] = it.keep * bm25.damped(f64::from(n), damping);
            })?;
        }
    }
    Ok(parts.into_iter().map(|parts| Score { total: parts.iter().sum(), parts }).collect())
}
