//! Answers one query on one generation.
use matching::dictionary::Dictionary;
use matching::query::{Alternative, Note as BoxNote, Plan, parse, plan};
use matching::weight::Bm25;

use crate::answer::{Answer, Cursor, Facets, Note, Query};
use crate::columns::wide;
use crate::error::Result;
use crate::facets::Tally;
use crate::find::{Ask, Finder, Screen};
use crate::generation::{Generation, Place};
use crate::keep::Keeper;
use crate::postings::docs_of;
use crate::prepare::folded;
use crate::rank::{Ranked, Wanted, scores, scores_of_any};
use crate::screen::{Condition, Conditions, narrow, screens};
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
    let Query { reach, filters, hide, .. } = query;
    let mut screens = screens(generation, (reach, hide), filters, &conditions)?;
    if let Some(ids) = &query.among {
        narrow(&mut screens, ids)?;
    }
    let ask = Ask::new(&plan, &generation.counts);
    let finder = |segment| Finder::new(segment, &ask);
    let mut finders: Vec<Finder<'_>> = generation.segments.iter().map(finder).collect();
    let limit = query.limit.min(PAGE_MAX);
    let keeper = Keeper::new(generation, limit + 1).behind(query.after.as_ref());
    let strict = strict(&ask, &mut finders, &screens, keeper, query.facets)?;
    answer.total = strict.total;
    answer.facets = strict.facets;
    let page = page(generation, strict.best, limit);
    answer.next = page.next;
    answer.hits = explain(generation, &ask, &mut finders, &page.ranked)?;
    if is_list {
        return Ok(answer);
    }
    answer.jump = jump(generation, &query.text, &screens)?;
    if query.after.is_none() && strict.total < STRICT_ENOUGH {
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
struct Strict {
    /// The first of them behind the cursor, one more than a page.
    best: Vec<Ranked>,
    total: u64,
    /// All of them where they are few.
    places: Vec<Place>,
    facets: Facets,
}

fn strict<'a>(
    ask: &'a Ask<'a>,
    finders: &mut [Finder<'a>],
    screens: &[Screen<'a>],
    mut keeper: Keeper<'_>,
    with_facets: bool,
) -> Result<Strict> {
    let is_list = ask.plan.must.is_empty();
    if is_list && ask.plan.without.is_empty() && screens.iter().all(Screen::is_bare) {
        return Ok(everything(screens, keeper, with_facets));
    }
    let mut tally = Tally::default();
    let (mut total, mut places) = (0, Vec::new());
    for (at, (screen, finder)) in screens.iter().zip(finders).enumerate() {
        let docs = finder.strict(screen)?;
        if docs.is_empty() {
            continue;
        }
        if with_facets {
            tally.add(screen.segment, &docs);
        }
        let place = |doc: &u32| Place { segment: at, doc: *doc };
        if is_list {
            docs.iter().rev().map(place).for_each(|place| keeper.keep(newest(screen, place)));
        } else {
            let scores = scores(finder, &ask.weighted, ask.average_len, &docs)?;
            docs.iter().map(place).zip(scores).for_each(|(place, score)| {
                keeper.keep(Ranked { score, place });
            });
        }
        total += u64::try_from(docs.len()).unwrap_or(u64::MAX);
        if total < STRICT_ENOUGH {
            places.extend(docs.iter().map(place));
        }
    }
    Ok(Strict { best: keeper.best(), total, places, facets: tally.facets() })
}

/// A list of all that the reader sees.
fn everything(screens: &[Screen<'_>], mut keeper: Keeper<'_>, with_facets: bool) -> Strict {
    for screen in screens {
        // The newest were mostly added last; seen first, they keep the others out.
        for doc in screen.seen.docs(screen.at).collect::<Vec<u32>>().into_iter().rev() {
            keeper.keep(newest(screen, Place { segment: screen.at, doc }));
        }
    }
    let Some(first) = screens.first() else {
        return Strict {
            best: Vec::new(),
            total: 0,
            places: Vec::new(),
            facets: Facets::default(),
        };
    };
    let count = || {
        let mut tally = Tally::default();
        for screen in screens {
            tally.add(screen.segment, &screen.seen.docs(screen.at).collect::<Vec<u32>>());
        }
        tally.facets()
    };
    let facets = if with_facets { first.seen.facets(count).clone() } else { Facets::default() };
    Strict { best: keeper.best(), total: first.seen.n(), places: Vec::new(), facets }
}

/// A list without words has the newest first.
fn newest(screen: &Screen<'_>, place: Place) -> Ranked {
    Ranked { score: screen.segment.columns.seq[wide(place.doc)] as f64, place }
}

struct Page {
    ranked: Vec<Ranked>,
    next: Option<Cursor>,
}

/// A page of what was kept, and the cursor behind it.
fn page(generation: &Generation, mut ranked: Vec<Ranked>, limit: usize) -> Page {
    let has_more = ranked.len() > limit;
    ranked.truncate(limit);
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
        keeper.keep_scored(at, may_stay, |room, may_stay| {
            let wanted = Wanted { limit, may_stay };
            scores_of_any(&mut finder.book, &terms, (ask.average_len, bm25), &wanted, room)
        })?;
    }
    Ok(keeper.best())
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
