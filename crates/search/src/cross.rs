//! Hits in the other language, through the operator's dictionary.
use matching::dictionary::{Dictionary, Group};
use matching::weight::{Bm25, idf, len_ratio};

use crate::answer::{Hit, Matched, Translated};
use crate::columns::wide;
use crate::error::Result;
use crate::find::Screen;
use crate::generation::{Generation, Place, Segment};
use crate::postings::{Lists, blocks, for_each_block};
use crate::rank::Ranked;
use crate::schema::IS_PUBLIC;
use crate::search::{ASIDE_MAX, Keeper};

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
    let mut keeper = Keeper::new(generation, limit);
    for (at, screen) in screens.iter().enumerate() {
        let segment = screen.segment;
        let n_docs = wide(segment.n_docs());
        let mut scores = vec![0.0_f64; n_docs];
        for (group, weight) in groups.iter().zip(&weights) {
            let counts = counts(segment, group)?;
            for (doc, n) in counts.iter().enumerate().filter(|(_, n)| **n > 0.0) {
                let len = f64::from(segment.columns.len[doc]);
                let damping = bm25.damping(len_ratio(len, average_len));
                scores[doc] += weight * bm25.damped(*n, damping);
            }
        }
        for (doc, score) in (0..).zip(scores).filter(|(_, score)| *score > 0.0) {
            if keeper.may_keep(score) && screen.passes(doc) {
                keeper.keep(Ranked { score, place: Place { segment: at, doc } });
            }
        }
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
                docs.extend(Lists::open(segment, term)?.docs(segment)?);
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

/// How often each document of a segment holds the terms of a group, by their weights.
fn counts(segment: &Segment, group: &Group) -> Result<Vec<f64>> {
    let mut counts = vec![0.0; wide(segment.n_docs())];
    for (term, weight) in &group.terms {
        for (field, info) in Lists::open(segment, term)?.fields() {
            let mut postings = blocks(&segment.texts[field], info, true)?;
            for_each_block(&mut postings, |docs, found| {
                for (doc, n) in docs.iter().zip(found) {
                    counts[wide(*doc)] += weight * f64::from(*n);
                }
            });
        }
    }
    Ok(counts)
}

fn hit(generation: &Generation, groups: &[Group], ranked: &Ranked) -> Result<Hit> {
    let segment = &generation.segments[ranked.place.segment];
    let mut words = Vec::new();
    for group in groups {
        let mut is_held = false;
        for (term, _) in &group.terms {
            let lists = Lists::open(segment, term)?;
            lists.frequencies(segment, &[ranked.place.doc], |_, _, _| is_held = true)?;
        }
        if is_held {
            words.push(format!("{} → {}", group.word, group.gloss));
        }
    }
    let (kind, id) = generation.name(ranked.place);
    let why = vec![Matched { field: "translation", words }];
    Ok(Hit { kind: kind.to_owned(), id: id.to_owned(), score: ranked.score, why })
}
