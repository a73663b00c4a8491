//! Answers one query on one generation.
use matching::dictionary::Dictionary;
use matching::query::{Alternative, Note as BoxNote, Plan, parse, plan};
use matching::weight::Bm25;

use crate::answer::{Answer, Cursor, Note, Query};
use crate::columns::wide;
use crate::error::Result;
use crate::facets::Tally;
use crate::find::{Ask, Finder, Screen};
use crate::generation::{Generation, Place, Room};
use crate::postings::docs_of;
use crate::prepare::folded;
use crate::rank::{Ranked, best, order, scores, scores_of_any};
use crate::screen::{Condition, Conditions, screen};
use crate::why::explain;

/// More hits are never on one page.
const PAGE_MAX: usize = 100;
/// With fewer strict hits, relaxed ones follow.
const STRICT_ENOUGH: u64 = 3;
/// As many relaxed or translated hits are shown.
pub(crate) const ASIDE_MAX: usize = 20;

/// Answers a query.
pub(crate) fn answer(
    generation: &Generation,
    query: &Query,
    dictionary: Option<&Dictionary>,
) -> Result<Answer> {
    let plan = plan(&parse(&query.text));
    let mut answer = Answer { notes: notes(&plan), ..Answer::default() };
    let conditions = conditions(&plan, &mut answer.notes);
    let is_list = plan.must.is_empty();
    if is_list && has_nothing_to_list(query, &plan, &conditions) {
        return Ok(answer);
    }
    let mut screens = Vec::with_capacity(generation.segments.len());
    for segment in &generation.segments {
        let Query { reach, filters, hide, .. } = query;
        screens.push(screen(segment, reach, filters, &conditions, hide)?);
    }
    let ask = Ask::new(&plan, &generation.counts);
    let finder = |segment| Finder::new(segment, &ask);
    let mut finders: Vec<Finder<'_>> = generation.segments.iter().map(finder).collect();
    let strict = strict(&ask, &mut finders, &screens, query.facets)?;
    answer.total = strict.ranked_total;
    answer.facets = strict.tally.facets();
    let limit = query.limit.min(PAGE_MAX);
    let page = page(generation, strict.ranked, query.after.as_ref(), limit);
    answer.next = page.next;
    answer.hits = explain(generation, &ask, &mut finders, &page.ranked)?;
    if is_list {
        return Ok(answer);
    }
    answer.jump = jump(generation, &query.text, &screens)?;
    if query.after.is_none() && answer.total < STRICT_ENOUGH {
        let ranked = ranked_by_any(
            generation,
            (&ask, &mut finders),
            &screens,
            &strict.places,
            ASIDE_MAX.min(limit),
        )?;
        answer.relaxed = explain(generation, &ask, &mut finders, &ranked)?;
        if answer.total == 0 {
            answer.did_you_mean = crate::spell::propose(generation, &query.text)?;
        }
    }
    if query.translate && query.after.is_none() {
        match dictionary {
            Some(dictionary) => {
                answer.translated =
                    crate::cross::translated(generation, dictionary, &plan.text, &screens)?;
            }
            None => answer.notes.push(Note::OneLanguage),
        }
    }
    Ok(answer)
}

fn notes(plan: &Plan) -> Vec<Note> {
    let note = |note: &BoxNote| match note {
        BoxNote::CharactersCut => Note::CharactersCut,
        BoxNote::GroupsCut => Note::GroupsCut,
        BoxNote::OnlyNegatives => Note::OnlyNegatives,
        BoxNote::OnlyFilters => Note::OnlyFilters,
        BoxNote::OnlyStopWords => Note::OnlyStopWords,
        BoxNote::Nothing => Note::NothingToSearch,
    };
    plan.notes.iter().map(note).collect()
}

fn conditions(plan: &Plan, notes: &mut Vec<Note>) -> Conditions {
    let mut conditions = Vec::new();
    for (is_without, values) in &plan.filters {
        let read: Vec<Condition> =
            values.iter().filter_map(|(field, value)| Condition::read(*field, value)).collect();
        if read.len() < values.len() && !notes.contains(&Note::FilterUnread) {
            notes.push(Note::FilterUnread);
        }
        if !read.is_empty() {
            conditions.push((*is_without, read));
        }
    }
    conditions
}

/// Without words, a list needs a filter: the box's own, or the form's beside an empty box.
fn has_nothing_to_list(query: &Query, plan: &Plan, conditions: &Conditions) -> bool {
    let is_box_empty = query.text.trim().is_empty();
    let has_filter = conditions.iter().any(|(is_without, _)| !is_without);
    let is_unreadable = !has_filter || plan.notes.contains(&BoxNote::Nothing);
    !is_box_empty && is_unreadable
}

/// What matches strictly.
struct Strict<'a> {
    ranked: Vec<Ranked>,
    ranked_total: u64,
    places: Vec<Place>,
    tally: Tally<'a>,
}

fn strict<'a>(
    ask: &'a Ask<'a>,
    finders: &mut [Finder<'a>],
    screens: &[Screen<'a>],
    with_facets: bool,
) -> Result<Strict<'a>> {
    let mut tally = Tally::default();
    let mut ranked = Vec::new();
    for (at, (screen, finder)) in screens.iter().zip(finders).enumerate() {
        let docs = finder.strict(screen)?;
        if docs.is_empty() {
            continue;
        }
        if with_facets {
            tally.add(screen.segment, &docs);
        }
        let scores = if ask.plan.must.is_empty() {
            // A list without words: the newest first.
            let seq = &screen.segment.columns.seq;
            docs.iter().map(|doc| seq[wide(*doc)] as f64).collect()
        } else {
            scores(finder, &ask.weighted, ask.average_len, &docs)?
        };
        ranked.extend(docs.into_iter().zip(scores).map(|(doc, score)| {
            let place = Place { segment: at, doc };
            Ranked { score, place }
        }));
    }
    let ranked_total = u64::try_from(ranked.len()).unwrap_or(u64::MAX);
    let places = if ranked_total < STRICT_ENOUGH {
        ranked.iter().map(|it| it.place).collect()
    } else {
        Vec::new()
    };
    Ok(Strict { ranked, ranked_total, places, tally })
}

struct Page {
    ranked: Vec<Ranked>,
    next: Option<Cursor>,
}

/// The page behind a cursor, and the cursor behind the page.
fn page(
    generation: &Generation,
    mut ranked: Vec<Ranked>,
    after: Option<&Cursor>,
    limit: usize,
) -> Page {
    if let Some(after) = after {
        ranked.retain(|it| {
            it.score < after.score
                || (it.score == after.score && generation.name(it.place).1 > after.id.as_str())
        });
    }
    let has_more = ranked.len() > limit;
    let ranked = best(generation, ranked, limit);
    let next = ranked.last().filter(|_| has_more).map(|last| Cursor {
        score: last.score,
        id: generation.name(last.place).1.to_owned(),
        generation: generation.number,
    });
    Page { ranked, next }
}

/// The best documents that hold any of the scored terms.
pub(crate) fn ranked_by_any<'a>(
    generation: &Generation,
    (ask, finders): (&'a Ask<'a>, &mut [Finder<'a>]),
    screens: &[Screen<'a>],
    without: &[Place],
    limit: usize,
) -> Result<Vec<Ranked>> {
    let mut terms: Vec<(&str, f64)> = Vec::with_capacity(ask.weighted.len());
    for weighted in &ask.weighted {
        if let Alternative::Term(term) = &weighted.what {
            terms.push((term, weighted.weight));
        }
    }
    let bm25 = Bm25::for_search();
    let mut keeper = Keeper::new(generation, limit);
    for (at, (screen, finder)) in screens.iter().zip(finders).enumerate() {
        let excluded = finder.excluded()?;
        let may_stay = |doc: u32| {
            let place = Place { segment: at, doc };
            screen.passes(doc) && !without.contains(&place) && excluded.binary_search(&doc).is_err()
        };
        keeper.keep_scored(at, may_stay, |room| {
            scores_of_any(&mut finder.book, &terms, ask.average_len, bm25, room)
        })?;
    }
    Ok(keeper.best())
}

/// Keeps the best of many without sorting them all.
pub(crate) struct Keeper<'a> {
    generation: &'a Generation,
    limit: usize,
    floor: f64,
    ranked: Vec<Ranked>,
}

impl<'a> Keeper<'a> {
    pub(crate) fn new(generation: &'a Generation, limit: usize) -> Self {
        Self { generation, limit, floor: 0.0, ranked: Vec::new() }
    }

    /// Has the documents of a segment scored, and keeps the best that may stay.
    pub(crate) fn keep_scored(
        &mut self,
        segment: usize,
        may_stay: impl Fn(u32) -> bool,
        score: impl FnOnce(&mut Room) -> Result<()>,
    ) -> Result<()> {
        self.generation.with_room(|room| {
            score(room)?;
            for (doc, score) in room.scored() {
                if score >= self.floor && may_stay(doc) {
                    self.keep(Ranked { score, place: Place { segment, doc } });
                }
            }
            Ok(())
        })
    }

    fn keep(&mut self, ranked: Ranked) {
        self.ranked.push(ranked);
        if self.ranked.len() >= self.limit * 4 + 64 {
            let by_order = |a: &Ranked, b: &Ranked| order(self.generation, a, b);
            let (_, last, _) = self.ranked.select_nth_unstable_by(self.limit, by_order);
            self.floor = last.score;
            self.ranked.truncate(self.limit + 1);
        }
    }

    pub(crate) fn best(self) -> Vec<Ranked> {
        best(self.generation, self.ranked, self.limit)
    }
}

/// The one document whose identifier is the whole text.
fn jump(generation: &Generation, text: &str, screens: &[Screen<'_>]) -> Result<Option<String>> {
    let Some(number) = folded(text) else { return Ok(None) };
    let mut found: Vec<Place> = Vec::new();
    for (at, screen) in screens.iter().enumerate() {
        for doc in docs_of(&screen.segment.number, &number)? {
            if screen.passes(doc) {
                found.push(Place { segment: at, doc });
            }
        }
    }
    let only = found.first().filter(|_| found.len() == 1);
    Ok(only.map(|place| generation.name(*place).1.to_owned()))
}
