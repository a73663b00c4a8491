//! Documents like another, or like a text: a weighted need on the index.
use std::collections::HashMap;

use matching::weight::{Bm25, Holding, Kept, Score, Totals, bound, reasons, weigh};

use crate::answer::{Filters, Reason, SimilarHit};
use crate::columns::Section;
use crate::document::key;
use crate::error::Result;
use crate::find::Screen;
use crate::generation::{Generation, Place};
use crate::keep::Keeper;
use crate::postings::{Book, sections};
use crate::rank::{Damping, Ranked, Wanted, scores_of_any};
use crate::reach::Reach;
use crate::screen::screens;

/// As many similar documents are answered at most.
const SIMILAR_MAX: usize = 200;

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
    let kept = keep(generation, &title, &body);
    let limit = asked.limit.min(SIMILAR_MAX);
    let mut books = books(generation);
    let ranked = ranked(generation, (&kept, &mut books), &screens, itself, limit)?;
    ranked.iter().map(|it| hit(generation, &kept, &mut books, it)).collect()
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

fn hit<'a>(
    generation: &Generation,
    kept: &'a [Kept],
    books: &mut [Book<'a>],
    ranked: &Ranked,
) -> Result<SimilarHit> {
    let book = &mut books[ranked.place.segment];
    let doc = ranked.place.doc;
    let segment = book.segment;
    let bm25 = Bm25::default();
    let damping = Damping::new(bm25, generation.counts.average_offer_len()).of(segment, doc);
    let mut score = Score { total: 0.0, parts: Vec::with_capacity(kept.len()) };
    let mut fields: HashMap<&str, Vec<Section>> = HashMap::new();
    for it in kept {
        let mut n = 0;
        if let Some(info) = book.info(&it.term)? {
            let mut here = Vec::new();
            sections(segment, info, &[doc], |_, count, sections| {
                n += count;
                here.extend_from_slice(sections);
            })?;
            fields.insert(&it.term, here);
        }
        let part = if n > 0 { it.keep * bm25.damped(f64::from(n), damping) } else { 0.0 };
        score.parts.push(part);
        score.total += part;
    }
    let shown = reasons(kept, &score).into_iter().map(|reason| {
        let fields = fields.get(reason.term.as_str()).map(Vec::as_slice).unwrap_or_default();
        let fields = fields.iter().map(|section| section.name()).collect();
        Reason { term: reason.term, share: reason.share, fields }
    });
    let (kind, id) = generation.name(ranked.place);
    let most = bound(kept, bm25);
    Ok(SimilarHit {
        kind: kind.to_owned(),
        id: id.to_owned(),
        score: ranked.score,
        fit: if most > 0.0 { ranked.score / most } else { 0.0 },
        reasons: shown.collect(),
    })
}
