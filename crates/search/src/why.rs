//! Which words of the query matched in which fields of a hit.
use std::collections::BTreeMap;

use matching::query::{Alternative, Target};

use crate::answer::{Hit, Matched};
use crate::columns::wide;
use crate::error::Result;
use crate::find::{Ask, Finder};
use crate::generation::{Generation, Place};
use crate::rank::Ranked;
use crate::schema::{N_TEXTS, TEXT_NAMES};

/// As many words are shown for one field.
const WORDS_MAX: usize = 8;

/// Hits with their reasons, in the order given.
pub(crate) fn explain<'a>(
    generation: &'a Generation,
    ask: &'a Ask<'a>,
    ranked: &[Ranked],
) -> Result<Vec<Hit>> {
    let mut spans: BTreeMap<Place, [Vec<(u32, u32)>; N_TEXTS]> = BTreeMap::new();
    for it in ranked {
        spans.insert(it.place, Default::default());
    }
    for (at, segment) in generation.segments.iter().enumerate() {
        let docs: Vec<u32> =
            spans.keys().filter(|place| place.segment == at).map(|place| place.doc).collect();
        if docs.is_empty() {
            continue;
        }
        let mut finder = Finder::new(segment, ask);
        for weighted in ask.weighted.iter().filter(|it| it.span.1 > it.span.0) {
            let mut see = |field: usize, doc: u32| {
                if let Some(fields) = spans.get_mut(&Place { segment: at, doc }) {
                    fields[field].push(weighted.span);
                }
            };
            match &weighted.what {
                Alternative::Term(term) => {
                    let lists = finder.lists(term)?.clone();
                    lists.frequencies(segment, &docs, |field, at, _| see(field, docs[at]))?;
                }
                Alternative::Phrase(terms) => {
                    for (field, target) in
                        [Target::Title, Target::Body, Target::Other].into_iter().enumerate()
                    {
                        for (doc, _) in finder.phrase(target, terms, Some(&docs))? {
                            see(field, doc);
                        }
                    }
                }
            }
        }
    }
    Ok(ranked.iter().map(|it| hit(generation, it, &spans[&it.place], &ask.plan.text)).collect())
}

fn hit(
    generation: &Generation,
    ranked: &Ranked,
    spans: &[Vec<(u32, u32)>; N_TEXTS],
    texts: &str,
) -> Hit {
    let (kind, id) = generation.name(ranked.place);
    let mut why = Vec::new();
    for (field, spans) in TEXT_NAMES.into_iter().zip(spans) {
        let words = words(spans.clone(), texts);
        if !words.is_empty() {
            why.push(Matched { field, words });
        }
    }
    Hit { kind: kind.to_owned(), id: id.to_owned(), score: ranked.score, why }
}

/// Words of the query, with neighbours joined: two pairs of one run are one word.
fn words(mut spans: Vec<(u32, u32)>, texts: &str) -> Vec<String> {
    spans.sort_unstable();
    let mut joined: Vec<(u32, u32)> = Vec::new();
    for (start, end) in spans {
        match joined.last_mut().filter(|last| start <= last.1) {
            Some(last) => last.1 = last.1.max(end),
            None => joined.push((start, end)),
        }
    }
    let mut words: Vec<String> = Vec::new();
    for (start, end) in joined {
        let word = texts.get(wide(start)..wide(end)).unwrap_or("").to_owned();
        if !word.is_empty() && !words.contains(&word) {
            words.push(word);
        }
    }
    words.truncate(WORDS_MAX);
    words
}
