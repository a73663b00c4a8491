//! Texts that begin like what is being typed, in letters, Han or pinyin.
use std::collections::BTreeMap;

use matching::spelling::keys;

use crate::answer::{Filters, Suggestion};
use crate::columns::{Words, wide};
use crate::error::Result;
use crate::generation::{Generation, Place};
use crate::postings::{blocks, for_each_block};
use crate::prepare::hint_keys;
use crate::reach::Reach;
use crate::screen::screen;

/// So many beginnings that the reader reaches are looked at.
const HINTS_MAX: usize = 256;
/// So many documents of one beginning are looked at.
const DOCS_A_HINT_MAX: usize = 32;
/// So many suggestions are answered at most.
const SUGGESTIONS_MAX: usize = 50;
/// A longer prefix is cut.
const PREFIX_CHARS_MAX: usize = 32;

/// Suggestions: fields and regions first, then owners and titles, each shortest first.
pub(crate) fn suggest(
    generation: &Generation,
    prefix: &str,
    reach: &Reach,
    limit: usize,
) -> Result<Vec<Suggestion>> {
    let folded = matching::analysis::fold(prefix);
    let prefix: String =
        folded.chars().filter(|ch| ch.is_alphanumeric()).take(PREFIX_CHARS_MAX).collect();
    if prefix.is_empty() {
        return Ok(Vec::new());
    }
    let mut found: Vec<Suggestion> = Vec::new();
    from_columns(generation, &prefix, reach, &mut found)?;
    from_texts(generation, &prefix, reach, &mut found)?;
    let rank = |it: &Suggestion| match it.what {
        "field" | "region" => 0,
        "owner" => 1,
        _ => 2,
    };
    found.sort_by(|a, b| {
        let order = |it: &Suggestion| (rank(it), it.text.chars().count());
        order(a).cmp(&order(b)).then_with(|| (&a.text, &a.id).cmp(&(&b.text, &b.id)))
    });
    found.dedup_by(|later, first| later.text == first.text);
    found.truncate(limit.min(SUGGESTIONS_MAX));
    Ok(found)
}

/// Fields and regions, if the reader reaches a document that has them.
fn from_columns(
    generation: &Generation,
    prefix: &str,
    reach: &Reach,
    found: &mut Vec<Suggestion>,
) -> Result<()> {
    for segment in &generation.segments {
        let screen = screen(segment, reach, &Filters::default(), &Vec::new(), &[])?;
        let columns = [("field", &segment.columns.subject), ("region", &segment.columns.region)];
        for (what, column) in columns {
            let wanted = wanted_values(column, prefix);
            if !wanted.contains(&true) {
                continue;
            }
            let mut is_reached = vec![false; column.n_values()];
            for doc in 0..segment.n_docs() {
                let value = column.at(doc);
                if wanted[value] && !is_reached[value] && screen.passes(doc) {
                    is_reached[value] = true;
                }
            }
            for (value, _) in column.values().iter().zip(is_reached).filter(|(_, is)| *is) {
                found.push(Suggestion { text: value.clone(), what, id: None });
            }
        }
    }
    Ok(())
}

fn wanted_values(column: &Words, prefix: &str) -> Vec<bool> {
    let begins = |value: &String| keys(value).iter().any(|key| key.starts_with(prefix));
    column.values().iter().map(|value| !value.is_empty() && begins(value)).collect()
}

/// Titles and owners' names of documents that the reader reaches.
fn from_texts(
    generation: &Generation,
    prefix: &str,
    reach: &Reach,
    found: &mut Vec<Suggestion>,
) -> Result<()> {
    let mut hints: BTreeMap<Vec<u8>, Vec<Place>> = BTreeMap::new();
    for (at, segment) in generation.segments.iter().enumerate() {
        let screen = screen(segment, reach, &Filters::default(), &Vec::new(), &[])?;
        let mut n_hints = 0;
        let mut stream = segment.hint.terms().range().ge(prefix).into_stream()?;
        while let Some((hint, info)) = stream.next() {
            if n_hints == HINTS_MAX || !hint.starts_with(prefix.as_bytes()) {
                break;
            }
            let mut places = Vec::new();
            let mut postings = blocks(&segment.hint, info, false)?;
            for_each_block(&mut postings, |docs, _| {
                let reached = docs.iter().copied().filter(|doc| screen.passes(*doc));
                places.extend(reached.map(|doc| Place { segment: at, doc }));
            });
            // What the reader does not reach does not even use up the limit.
            if !places.is_empty() {
                n_hints += 1;
                hints.entry(hint.to_vec()).or_default().extend(places);
            }
        }
    }
    let mut places: Vec<Place> = Vec::new();
    for (_, mut of_hint) in hints.into_iter().take(HINTS_MAX) {
        of_hint.sort_by_key(|place| generation.key(*place));
        places.extend(of_hint.into_iter().take(DOCS_A_HINT_MAX));
    }
    places.sort_unstable();
    places.dedup();
    for place in places {
        from_document(generation, place, prefix, found)?;
    }
    Ok(())
}

fn from_document(
    generation: &Generation,
    place: Place,
    prefix: &str,
    found: &mut Vec<Suggestion>,
) -> Result<()> {
    let texts = generation.texts(place)?;
    let titled = [(&texts.title, "title"), (&texts.title_other, "title")];
    for (text, what) in titled.into_iter().chain([(&texts.owner_name, "owner")]) {
        if hint_keys(text).iter().any(|key| key.starts_with(prefix)) {
            let id = (what == "title").then(|| texts.id.clone());
            found.push(Suggestion { text: text.clone(), what, id });
        }
    }
    debug_assert!(wide(place.doc) < generation.segments[place.segment].columns.len.len());
    Ok(())
}
