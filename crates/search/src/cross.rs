//! Hits in the other language, through the operator's dictionary.
use matching::dictionary::{Dictionary, Group};
use matching::weight::{Bm25, idf};

use crate::answer::{Hit, Matched, Translated};
use crate::error::Result;
use crate::find::Screen;
use crate::generation::{Generation, Segment};
use crate::keep::Keeper;
use crate::postings::{docs_of, each, frequencies};
use crate::rank::{Damping, Ranked};
use crate::schema::IS_PUBLIC;
use crate::search::ASIDE_MAX;

/// Hits for the glosses of a Chinese text.
pub(crate) fn translated(
    generation: &Generation,
    dictionary: &Dictionary,
    text: &str,
    screens: &[Screen<'_>],
) -> Result<Translated> {
    let groups = dictionary.groups(text);
    let is_foreign = |group: &&Group| group.word != group.gloss;
    let pairs: Vec<(String, String)> = groups
        .iter()
        .filter(is_foreign)
        .map(|group| (group.word.clone(), group.gloss.clone()))
        .collect();
    if pairs.is_empty() {
        return Ok(Translated::default());
    }
    let ranked = ranked(generation, &groups, screens, ASIDE_MAX)?;
    let mut hits = Vec::with_capacity(ranked.len());
    for it in &ranked {
        hits.push(hit(generation, &groups, it)?);
    }
    Ok(Translated { hits, pairs })
}

/// The best documents for groups of glosses; each group is scored as one term.
pub(crate) fn ranked(
    generation: &Generation,
    groups: &[Group],
    screens: &[Screen<'_>],
    limit: usize,
) -> Result<Vec<Ranked>> {
    let weights = weights(generation, groups)?;
    let bm25 = Bm25::default();
    let average_len = generation.counts.average_len();
    let damping = Damping::new(bm25, average_len);
    let mut keeper = Keeper::new(generation, limit);
    for (at, screen) in screens.iter().enumerate() {
        let segment = screen.segment;
        keeper.keep_scored(
            at,
            |doc| screen.passes(doc),
            |room, _| {
                for (group, weight) in groups.iter().zip(&weights) {
                    for (doc, n) in counts(segment, group)? {
                        room.gain(doc, weight * bm25.damped(n, damping.of(segment, doc)));
                    }
                }
                Ok(())
            },
        )?;
    }
    Ok(keeper.best())
}

/// How rare each group is: in how many public documents any of its terms stands.
fn weights(generation: &Generation, groups: &[Group]) -> Result<Vec<f64>> {
    let mut weights = Vec::with_capacity(groups.len());
    for group in groups {
        let mut n_with = 0_u64;
        for segment in &generation.segments {
            let mut docs = Vec::new();
            for (term, _) in &group.terms {
                docs.extend(docs_of(&segment.text, term)?);
            }
            docs.sort_unstable();
            docs.dedup();
            let is_counted =
                |doc: &&u32| segment.is_live(**doc) && segment.columns.has(**doc, IS_PUBLIC);
            n_with += u64::try_from(docs.iter().filter(is_counted).count()).unwrap_or(0);
        }
        weights.push(idf(generation.counts.n_all(), n_with));
    }
    Ok(weights)
}

/// The documents of a segment that hold terms of a group, and how often by their weights.
fn counts(segment: &Segment, group: &Group) -> Result<Vec<(u32, f64)>> {
    let mut counts: Vec<(u32, f64)> = Vec::new();
    for (term, weight) in &group.terms {
        if let Some(info) = segment.text.terms().get(term)? {
            each(segment, &info, |doc, n| counts.push((doc, weight * f64::from(n))))?;
        }
    }
    counts.sort_by_key(|(doc, _)| *doc);
    counts.dedup_by(|later, first| {
        let same = later.0 == first.0;
        if same {
            first.1 += later.1;
        }
        same
    });
    Ok(counts)
}

fn hit(generation: &Generation, groups: &[Group], ranked: &Ranked) -> Result<Hit> {
    let segment = &generation.segments[ranked.place.segment];
    let mut words = Vec::new();
    for group in groups {
        let mut is_held = false;
        for (term, _) in &group.terms {
            if let Some(info) = segment.text.terms().get(term)? {
                frequencies(segment, &info, &[ranked.place.doc], |_, _| is_held = true)?;
            }
        }
        if is_held {
            words.push(format!("{} → {}", group.word, group.gloss));
        }
    }
    let (kind, id) = generation.name(ranked.place);
    let why = vec![Matched { field: "translation", words }];
    Ok(Hit { kind: kind.to_owned(), id: id.to_owned(), score: ranked.score, why })
}
