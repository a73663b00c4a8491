//! Proposes words for mistyped ones, from public documents alone.
use std::collections::BTreeMap;

use matching::analysis::{Analyser, Kind, RunKind, Tokens};
use matching::spelling::{edits_forgiven, propose as nearest};

use crate::columns::{small, wide};
use crate::error::Result;
use crate::generation::Generation;
use crate::postings::{blocks, for_each_block};
use crate::schema::IS_PUBLIC;

/// The query with each unknown word replaced by its nearest known one, if any has one.
pub(crate) fn propose(generation: &Generation, text: &str) -> Result<Option<String>> {
    let mut tokens = Tokens::default();
    Analyser::new().run(text, &mut tokens);
    let mut proposal = String::new();
    let mut copied = 0;
    for run in tokens.runs().iter().filter(|run| run.kind == RunKind::Word) {
        let Some(token) = tokens.of(run).iter().find(|token| token.kind == Kind::Word) else {
            continue;
        };
        let stem = tokens.term(token);
        let (start, end) = (wide(run.start), wide(run.end));
        let word = matching::analysis::fold(&text[start..end]);
        let is_word = word.chars().all(char::is_alphabetic);
        let is_short = edits_forgiven(word.chars().count()) == 0;
        if !is_word || is_short || generation.counts.n_with(stem) > 0 {
            continue;
        }
        let known = vocabulary(generation)?;
        let known = known.iter().map(|(word, n)| (word.as_str(), *n));
        let Some(better) = nearest(&word, known) else { continue };
        proposal.push_str(&text[copied..start]);
        proposal.push_str(&better);
        copied = end;
    }
    if copied == 0 {
        return Ok(None);
    }
    proposal.push_str(&text[copied..]);
    Ok(Some(proposal))
}

/// Words of live public documents, and in how many they stand.
fn vocabulary(generation: &Generation) -> Result<&[(String, u64)]> {
    if let Some(known) = generation.vocabulary.get() {
        return Ok(known);
    }
    let mut words: BTreeMap<String, u64> = BTreeMap::new();
    for segment in &generation.segments {
        let is_counted =
            |doc: &&u32| segment.is_live(**doc) && segment.columns.has(**doc, IS_PUBLIC);
        let mut stream = segment.word.terms().stream()?;
        while let Some((word, info)) = stream.next() {
            let mut n = 0;
            for_each_block(&mut blocks(&segment.word, info, false)?, |docs, _| {
                n += u64::from(small(docs.iter().filter(is_counted).count()));
            });
            if n > 0 {
                *words.entry(String::from_utf8_lossy(word).into_owned()).or_default() += n;
            }
        }
    }
    Ok(generation.vocabulary.get_or_init(|| words.into_iter().collect()))
}
