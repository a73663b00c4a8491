//! Documents like another, or like a text: a weighted need on the index.
use matching::query::Target;
use matching::weight::{
    Bm25, Holding, Kept, Score, Totals, bound, len_ratio, reasons, weigh,
};

use crate::answer::{Filters, Reason, SimilarHit};
use crate::columns::wide;
use crate::document::key;
use crate::error::Result;
use crate::find::Screen;
use crate::generation::{Generation, Place};
use crate::postings::Lists;
use crate::rank::{Ranked, scores_of_any};
use crate::reach::Reach;
use crate::schema::TEXT_NAMES;
use crate::screen::screen;
use crate::search::Keeper;

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
    let mut screens = Vec::with_capacity(generation.segments.len());
    for segment in &generation.segments {
        let Likeness { reach, filters, hide, .. } = asked;
        screens.push(screen(segment, reach, filters, &Vec::new(), hide)?);
    }
    let (title, body, itself) = match &asked.like {
        Like::Text { title, body } => (title.clone(), body.clone(), None),
        Like::Document { kind, id } => {
            let Some(place) = generation.find(&key(kind, id))? else { return Ok(Vec::new()) };
            let segment = &generation.segments[place.segment];
            let Likeness { reach, hide, .. } = asked;
            let own = screen(segment, reach, &Filters::default(), &Vec::new(), hide)?;
            if !own.passes(place.doc) {
                return Ok(Vec::new());
            }
            let texts = generation.texts(place)?;
            (texts.title, texts.body, Some(place))
        }
    };
    let kept = keep(generation, &title, &body);
    let limit = asked.limit.min(SIMILAR_MAX);
    let ranked = ranked(generation, &kept, &screens, itself, limit)?;
    ranked.iter().map(|it| hit(generation, &kept, it)).collect()
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
pub(crate) fn ranked(
    generation: &Generation,
    kept: &[Kept],
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
    for (at, screen) in screens.iter().enumerate() {
        for (doc, score) in scores_of_any(screen.segment, &terms, average_len, Bm25::default())? {
            let place = Place { segment: at, doc };
            if keeper.may_keep(score) && without != Some(place) && screen.passes(doc) {
                keeper.keep(Ranked { score, place });
            }
        }
    }
    Ok(keeper.best())
}

fn hit(generation: &Generation, kept: &[Kept], ranked: &Ranked) -> Result<SimilarHit> {
    let Place { segment, doc } = ranked.place;
    let segment = &generation.segments[segment];
    let bm25 = Bm25::default();
    let len = f64::from(segment.columns.len[wide(doc)]);
    let damping = bm25.damping(len_ratio(len, generation.counts.average_offer_len()));
    let mut score = Score { total: 0.0, parts: Vec::with_capacity(kept.len()) };
    for it in kept {
        let mut n = 0.0;
        Lists::open(segment, &it.term)?
            .frequencies(segment, &[doc], |_, _, count| n += f64::from(count))?;
        let part = if n > 0.0 { it.keep * bm25.damped(n, damping) } else { 0.0 };
        score.parts.push(part);
        score.total += part;
    }
    let mut shown = Vec::new();
    for reason in reasons(kept, &score) {
        let fields = fields_of(segment, &reason.term, doc)?;
        shown.push(Reason { term: reason.term, share: reason.share, fields });
    }
    let (kind, id) = generation.name(ranked.place);
    let most = bound(kept, bm25);
    Ok(SimilarHit {
        kind: kind.to_owned(),
        id: id.to_owned(),
        score: ranked.score,
        fit: if most > 0.0 { ranked.score / most } else { 0.0 },
        reasons: shown,
    })
}

fn fields_of(
    segment: &crate::generation::Segment,
    term: &str,
    doc: u32,
) -> Result<Vec<&'static str>> {
    let mut fields = Vec::new();
    Lists::open(segment, term)?.within(Target::Anywhere).frequencies(
        segment,
        &[doc],
        |field, _, _| fields.push(TEXT_NAMES[field]),
    )?;
    Ok(fields)
}
