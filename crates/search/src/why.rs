//! Which words of the query matched in which fields of a hit.
use std::collections::BTreeMap;

use matching::query::{Alternative, Target};

use crate::answer::{Hit, Matched};
use crate::columns::{Section, wide};
use crate::error::Result;
use crate::find::{Ask, Finder};
use crate::generation::{Generation, Place};
use crate::postings::sections;
use crate::rank::Ranked;

/// As many words are shown for one field.
const WORDS_MAX: usize = 8;

/// Where in the texts, and which bytes of the query.
type Spans = Vec<(Section, (u32, u32))>;

/// Hits with their reasons, in the order given.
pub(crate) fn explain<'a>(
    generation: &Generation,
    ask: &'a Ask<'a>,
    finders: &mut [Finder<'a>],
    ranked: &[Ranked],
) -> Result<Vec<Hit>> {
    let mut spans: BTreeMap<Place, Spans> = BTreeMap::new();
    for it in ranked {
        spans.insert(it.place, Default::default());
    }
    for (at, finder) in finders.iter_mut().enumerate() {
        let segment = finder.segment;
        let docs: Vec<u32> =
            spans.keys().filter(|place| place.segment == at).map(|place| place.doc).collect();
        if docs.is_empty() {
            continue;
        }
        for weighted in ask.weighted.iter().filter(|it| it.span.1 > it.span.0) {
            let mut see = |doc: u32, section: Section| {
                if let Some(of_doc) = spans.get_mut(&Place { segment: at, doc }) {
                    of_doc.push((section, weighted.span));
                }
            };
            match &weighted.what {
                Alternative::Term(term) => {
                    let Some(info) = finder.book.info(term)? else { continue };
                    sections(segment, info, &docs, |doc, _, sections| {
                        sections.iter().for_each(|section| see(doc, *section));
                    })?;
                }
                Alternative::Phrase(terms) => {
                    for target in [Target::Title, Target::Body, Target::Other] {
                        let held = finder.phrase(target, terms, Some(&docs))?;
                        held.into_iter().for_each(|(doc, _)| see(doc, section_of(target)));
                    }
                }
            }
        }
    }
    Ok(ranked.iter().map(|it| hit(generation, it, &spans[&it.place], &ask.plan.text)).collect())
}

fn section_of(target: Target) -> Section {
    match target {
        Target::Title => Section::Title,
        Target::Body => Section::Body,
        Target::Other | Target::Anywhere => Section::Other,
    }
}

fn hit(generation: &Generation, ranked: &Ranked, spans: &Spans, texts: &str) -> Hit {
    let (kind, id) = generation.name(ranked.place);
    let mut why = Vec::new();
    for section in [Section::Title, Section::Body, Section::Other] {
        let here = spans.iter().filter(|(of, _)| *of == section).map(|(_, span)| *span);
        let words = words(here.collect(), texts);
        if !words.is_empty() {
            why.push(Matched { field: section.name(), words });
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
