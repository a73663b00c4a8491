//! How much a term matters and how well two texts fit, with the reasons.
//!
//! One formula for every caller: a need against an offer, an offer against a need, a query
//! against a document. Counts come from public documents only; that is the caller's duty.
use std::collections::HashMap;

use crate::analysis::{Analyser, Kind, Tokens};

/// As many terms of a need are kept.
pub const KEPT_TERMS_MAX: usize = 64;
/// As many reasons are shown.
pub const REASONS_MAX: usize = 8;
/// A term in the title of a need weighs this much.
pub const TITLE_WEIGHT: f64 = 3.0;
/// A single Han character in more than one of so many documents is not scored …
const SINGLE_SHARE_INVERSE: u64 = 20;
/// … unless it stands in no more documents than this, which cost little to score. On the
/// development half this raised pool nDCG@10 from .749 to .756, and full R@100 from .605 to .617.
const SINGLE_DOCS_MIN: u64 = 1_000;

/// How rare a term is: `n_with` of `n_all` documents hold it.
pub fn idf(n_all: u64, n_with: u64) -> f64 {
    let n_with = real(n_with.min(n_all));
    (1.0 + (real(n_all) - n_with + 0.5) / (n_with + 0.5)).ln()
}

/// Whether a single Han character stands in too many documents to be scored.
pub fn is_too_common(n_all: u64, n_with: u64) -> bool {
    n_with > SINGLE_DOCS_MIN && n_with.saturating_mul(SINGLE_SHARE_INVERSE) > n_all
}

/// Counts fit a double exactly up to 2⁵³.
fn real(n: u64) -> f64 {
    n as f64
}

/// The two free constants of the saturation.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bm25 {
    pub k1: f64,
    pub b: f64,
}

impl Default for Bm25 {
    fn default() -> Self {
        Self { k1: 1.2, b: 0.75 }
    }
}

impl Bm25 {
    /// The constants of the search box: the best pair for titles on the development half, among
    /// k1 from 0.8 to 2 and b from 0.5 to 0.85.
    pub fn for_search() -> Self {
        Self { k1: 1.0, b: 0.75 }
    }

    /// What a document's length adds below the line, given its share of the average.
    pub fn damping(&self, len_ratio: f64) -> f64 {
        self.k1 * (1.0 - self.b + self.b * len_ratio)
    }

    /// The worth of `f` occurrences, from 0 to k1 + 1, given the damping.
    pub fn damped(&self, f: f64, damping: f64) -> f64 {
        f * (self.k1 + 1.0) / (f + damping)
    }

    /// The worth of `f` occurrences in a document of this share of the average length.
    pub fn saturation(&self, f: f64, len_ratio: f64) -> f64 {
        self.damped(f, self.damping(len_ratio))
    }
}

/// How many offers and needs there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    pub offers: u64,
    pub needs: u64,
}

/// In how many offers and needs a term stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Holding {
    pub offers: u64,
    pub needs: u64,
}

/// A term of a need that was kept, and its weight.
#[derive(Clone, Debug, PartialEq)]
pub struct Kept {
    pub term: String,
    pub keep: f64,
    pub is_single: bool,
    pub is_in_title: bool,
}

/// The weight of a term before rarity: 3 in the title, up to 1 by its occurrences in the text.
pub fn need_weight(is_in_title: bool, n_in_text: u32) -> f64 {
    let n = f64::from(n_in_text);
    (if is_in_title { TITLE_WEIGHT } else { 0.0 }) + n / (n + 1.0)
}

/// The terms of a need, heaviest first, at most `KEPT_TERMS_MAX`.
pub fn weigh(
    title: &str,
    text: &str,
    totals: Totals,
    mut holding: impl FnMut(&str) -> Holding,
) -> Vec<Kept> {
    let mut kept = Vec::new();
    let mut common = Vec::new();
    for (term, seen) in need_terms(title, text) {
        let held = holding(&term);
        if held.offers == 0 {
            continue;
        }
        let is_common = seen.is_single && is_too_common(totals.offers, held.offers);
        let rarity = idf(totals.offers, held.offers) * idf(totals.needs, held.needs);
        let keep = need_weight(seen.is_in_title, seen.n_in_text) * rarity;
        let Seen { is_single, is_in_title, .. } = seen;
        let list = if is_common { &mut common } else { &mut kept };
        list.push(Kept { term, keep, is_single, is_in_title });
    }
    if kept.is_empty() {
        // A need of common characters alone is still answered, by those.
        kept = common;
    }
    kept.sort_by(|a, b| b.keep.total_cmp(&a.keep).then_with(|| a.term.cmp(&b.term)));
    kept.truncate(KEPT_TERMS_MAX);
    kept
}

#[derive(Clone, Copy, Default)]
struct Seen {
    is_in_title: bool,
    is_single: bool,
    n_in_text: u32,
}

/// Every distinct term of a need; a lone part of a code is none.
fn need_terms(title: &str, text: &str) -> HashMap<String, Seen> {
    let mut terms: HashMap<String, Seen> = HashMap::new();
    let mut analyser = Analyser::new();
    let mut tokens = Tokens::default();
    for (source, is_title) in [(title, true), (text, false)] {
        analyser.run(source, &mut tokens);
        for token in tokens.tokens() {
            if matches!(token.kind, Kind::Part | Kind::Piece) {
                continue;
            }
            let seen = terms.entry(tokens.term(token).to_owned()).or_default();
            seen.is_single = token.kind == Kind::Single;
            seen.is_in_title |= is_title;
            seen.n_in_text = seen.n_in_text.saturating_add(u32::from(!is_title));
        }
    }
    terms
}

/// The terms of an offer as the score reads them.
#[derive(Clone, Debug, Default)]
pub struct Profile {
    counts: HashMap<String, u32>,
    len: u32,
}

impl Profile {
    /// Counts the tokens of all texts of one thing.
    pub fn of(texts: &[&str]) -> Self {
        let mut profile = Self::default();
        let mut analyser = Analyser::new();
        let mut tokens = Tokens::default();
        for text in texts {
            analyser.run(text, &mut tokens);
            for token in tokens.tokens() {
                *profile.counts.entry(tokens.term(token).to_owned()).or_default() += 1;
                profile.len += 1;
            }
        }
        profile
    }

    /// How many tokens there are.
    pub fn len(&self) -> u32 {
        self.len
    }

    /// True without any token.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// How often a term occurs.
    pub fn count(&self, term: &str) -> u32 {
        self.counts.get(term).copied().unwrap_or(0)
    }
}

/// A score and what each kept term gave to it, in the order of the kept terms.
#[derive(Clone, Debug, PartialEq)]
pub struct Score {
    pub total: f64,
    pub parts: Vec<f64>,
}

/// The one score of a need and an offer, whichever came first.
pub fn pair_score(kept: &[Kept], offer: &Profile, average_len: f64, bm25: Bm25) -> Score {
    let damping = bm25.damping(len_ratio(f64::from(offer.len()), average_len));
    let part = |it: &Kept| match offer.count(&it.term) {
        0 => 0.0,
        f => it.keep * bm25.damped(f64::from(f), damping),
    };
    let parts: Vec<f64> = kept.iter().map(part).collect();
    Score { total: parts.iter().sum(), parts }
}

/// A length as a share of the average; 1 where there is no average yet.
pub fn len_ratio(len: f64, average_len: f64) -> f64 {
    if average_len > 0.0 { len / average_len } else { 1.0 }
}

/// What no offer can exceed: every kept term at its maximum.
pub fn bound(kept: &[Kept], bm25: Bm25) -> f64 {
    kept.iter().map(|it| it.keep * (bm25.k1 + 1.0)).sum()
}

/// A term that speaks for a pair, and its share of the score.
#[derive(Clone, Debug, PartialEq)]
pub struct Reason {
    pub term: String,
    pub share: f64,
}

/// The terms that made a score, largest share first; a single is folded into a pair with it.
///
/// Shares of all kept terms add up to 1, so those shown add up to at most 1.
pub fn reasons(kept: &[Kept], score: &Score) -> Vec<Reason> {
    let mut given: Vec<(&Kept, f64)> = kept.iter().zip(score.parts.iter().copied()).collect();
    given.retain(|(_, part)| *part > 0.0);
    let mut shown: Vec<Reason> = Vec::new();
    let share = |part: f64| if score.total > 0.0 { part / score.total } else { 0.0 };
    for (kept, part) in given.iter().filter(|(kept, _)| !kept.is_single) {
        shown.push(Reason { term: kept.term.clone(), share: share(*part) });
    }
    for (single, part) in given.iter().filter(|(kept, _)| kept.is_single) {
        let holder = shown.iter_mut().find(|it| holds_single(&it.term, &single.term));
        match holder {
            Some(reason) => reason.share += share(*part),
            None => shown.push(Reason { term: single.term.clone(), share: share(*part) }),
        }
    }
    shown.sort_by(|a, b| b.share.total_cmp(&a.share).then_with(|| a.term.cmp(&b.term)));
    shown.truncate(REASONS_MAX);
    shown
}

fn holds_single(pair: &str, single: &str) -> bool {
    pair.len() > single.len() && pair.contains(single)
}

/// The anchors of a weighted standing query: how many of its terms, rarest first, a document
/// must share one of; without any of them it cannot reach the threshold.
pub fn n_anchors(maxima_rarest_first: &[f64], threshold: f64) -> usize {
    let mut rest: f64 = maxima_rarest_first.iter().sum();
    for (at, maximum) in maxima_rarest_first.iter().enumerate() {
        if rest < threshold {
            return at;
        }
        rest -= maximum;
    }
    maxima_rarest_first.len()
}

#[cfg(test)]
mod tests;
