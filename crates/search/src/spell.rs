//! Proposes words for mistyped ones, from public documents alone.
use matching::analysis::{Analyser, Kind, RunKind, Tokens};
use matching::spelling::{edits_forgiven, propose as nearest};

use crate::error::Result;
use crate::generation::{Generation, Place};
use crate::postings::docs_of;
use crate::schema::IS_PUBLIC;

/// More documents are not searched for the spelling of a proposal.
const SOURCES_MAX: usize = 2_000;

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
        let (start, end) = (crate::columns::wide(run.start), crate::columns::wide(run.end));
        let word = matching::analysis::fold(&text[start..end]);
        let is_word = word.chars().all(char::is_alphabetic);
        let is_short = edits_forgiven(word.chars().count()) == 0;
        if !is_word || is_short || generation.counts.n_with(stem) > 0 {
            continue;
        }
        let known = vocabulary(generation)?;
        let known = known.iter().map(|(word, n)| (word.as_str(), *n));
        let Some(better) = nearest(stem, known) else { continue };
        let Some(spelt) = spelling(generation, &better)? else { continue };
        proposal.push_str(&text[copied..start]);
        proposal.push_str(&spelt);
        copied = end;
    }
    if copied == 0 {
        return Ok(None);
    }
    proposal.push_str(&text[copied..]);
    Ok(Some(proposal))
}

/// Latin terms of public documents and in how many they stand.
fn vocabulary(generation: &Generation) -> Result<&[(String, u64)]> {
    if let Some(known) = generation.vocabulary.get() {
        return Ok(known);
    }
    let mut words: Vec<String> = Vec::new();
    for segment in &generation.segments {
        // Latin letters come before all others in the dictionary.
        let mut stream = segment.text.terms().range().ge("a").lt("{").into_stream()?;
        while let Some((term, _)) = stream.next() {
            let is_word = term.len() >= 3 && term.iter().all(u8::is_ascii_lowercase);
            if let Some(word) = std::str::from_utf8(term).ok().filter(|_| is_word) {
                words.push(word.to_owned());
            }
        }
    }
    words.sort_unstable();
    words.dedup();
    let counted = words.into_iter().map(|word| {
        let n = generation.counts.n_with(&word);
        (word, n)
    });
    let known: Vec<(String, u64)> = counted.filter(|(_, n)| *n > 0).collect();
    Ok(generation.vocabulary.get_or_init(|| known))
}

/// How a term is spelt where it stands: in the public document with the smallest id.
fn spelling(generation: &Generation, term: &str) -> Result<Option<String>> {
    let mut places: Vec<Place> = Vec::new();
    for (at, segment) in generation.segments.iter().enumerate() {
        for doc in docs_of(&segment.text, term)? {
            if segment.is_live(doc) && segment.columns.has(doc, IS_PUBLIC) {
                places.push(Place { segment: at, doc });
            }
        }
    }
    places.truncate(SOURCES_MAX);
    let Some(place) = places.into_iter().min_by_key(|place| generation.key(*place)) else {
        return Ok(None);
    };
    let source = generation.texts(place)?;
    let mut tokens = Tokens::default();
    for text in [&source.title, &source.title_other, &source.body] {
        Analyser::new().run(text, &mut tokens);
        let token = tokens.tokens().iter().find(|token| tokens.term(token) == term);
        if let Some(token) = token {
            let (start, end) = (crate::columns::wide(token.start), crate::columns::wide(token.end));
            return Ok(text.get(start..end).map(str::to_lowercase));
        }
    }
    Ok(None)
}
