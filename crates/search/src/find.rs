//! Which documents of a segment answer a plan.
//!
//! Documents are handled as ascending lists: the rarest group gives the first list, and every
//! further group, and the reader's reach, only ever shorten it.
use std::collections::HashMap;
use std::sync::Arc;

use matching::query::{Alternative, COVER_SHARE, Demand, Group, Plan, Scored, Target};
use matching::weight::{idf, is_too_common};

use crate::columns::wide;
use crate::counts::Counts;
use crate::error::Result;
use crate::generation::Segment;
use crate::postings::{Book, all_docs, frequencies, phrase};
use crate::reach::Sieve;
use crate::seen::Seen;

/// A share of its own mass that a long run gains when it stands adjacent as a whole.
const ADJACENCY_BONUS: f64 = 0.2;
/// Sums of masses differ by rounding only.
const ROUNDING: f64 = 1e-9;

/// A term or phrase and its weight, rarity included.
#[derive(Clone, Debug)]
pub(crate) struct Weighted {
    pub(crate) what: Alternative,
    pub(crate) weight: f64,
    /// The bytes of the plan's text; empty for what is not shown as a reason.
    pub(crate) span: (u32, u32),
}

/// A plan with the statistics of one generation.
pub(crate) struct Ask<'a> {
    pub(crate) plan: &'a Plan,
    pub(crate) weighted: Vec<Weighted>,
    /// The mass of each pair of each long run, by its term.
    masses: HashMap<&'a str, f64>,
    pub(crate) average_len: f64,
}

impl<'a> Ask<'a> {
    pub(crate) fn new(plan: &'a Plan, counts: &Counts) -> Self {
        let mut masses = HashMap::new();
        let mut wholes = Vec::new();
        for (_, demand) in plan.must.iter().flat_map(|group| group.any.iter().flatten()) {
            if let Demand::Cover { pairs, whole } = demand {
                let mut sum = 0.0;
                for pair in pairs {
                    let mass = idf(counts.n_all(), counts.n_with(pair));
                    masses.insert(pair.as_str(), mass);
                    sum += mass;
                }
                let what = Alternative::Phrase(whole.clone());
                let weight = sum * ADJACENCY_BONUS;
                wholes.push(Weighted { what, weight, span: (0, 0) });
            }
        }
        let mut weighted = weighted(&plan.scored, counts, false);
        if weighted.is_empty() {
            // Common characters alone: better scored than not.
            weighted = self::weighted(&plan.scored, counts, true);
        }
        weighted.extend(wholes);
        Self { plan, weighted, masses, average_len: counts.average_len() }
    }
}

fn weighted(scored: &[Scored], counts: &Counts, with_common: bool) -> Vec<Weighted> {
    let n_all = counts.n_all();
    let rarity = |term: &str| idf(n_all, counts.n_with(term));
    let mut weighted = Vec::with_capacity(scored.len());
    for scored in scored {
        let rarity = match &scored.what {
            Alternative::Term(term) => {
                let n_with = counts.n_with(term);
                let is_common = scored.is_single && is_too_common(n_all, n_with);
                if is_common && !with_common {
                    continue;
                }
                rarity(term)
            }
            // A phrase is at least as rare as its rarest term.
            Alternative::Phrase(terms) => {
                terms.iter().map(|(_, term)| rarity(term)).fold(0.0, f64::max)
            }
        };
        weighted.push(Weighted {
            what: scored.what.clone(),
            weight: scored.weight * rarity,
            span: scored.span,
        });
    }
    weighted
}

/// What a document must pass besides the words.
pub(crate) struct Screen<'a> {
    pub(crate) segment: &'a Segment,
    /// The segment's place in the generation.
    pub(crate) at: usize,
    /// What the reader sees of the generation.
    pub(crate) seen: Arc<Seen>,
    pub(crate) sieves: Vec<Sieve<'a>>,
    pub(crate) hidden: Vec<u32>,
}

impl Screen<'_> {
    pub(crate) fn passes(&self, doc: u32) -> bool {
        self.seen.holds(self.at, doc)
            && self.sieves.iter().all(|sieve| sieve.passes(doc))
            && self.hidden.binary_search(&doc).is_err()
    }

    /// Nothing but the reach and the kinds narrows it.
    pub(crate) fn is_bare(&self) -> bool {
        self.sieves.is_empty() && self.hidden.is_empty()
    }
}

/// Finds documents in one segment, looking each term up once.
pub(crate) struct Finder<'a> {
    pub(crate) segment: &'a Segment,
    ask: &'a Ask<'a>,
    pub(crate) book: Book<'a>,
}

impl<'a> Finder<'a> {
    pub(crate) fn new(segment: &'a Segment, ask: &'a Ask<'a>) -> Self {
        Self { segment, ask, book: Book::new(segment) }
    }

    /// About how many documents hold a term.
    fn n_docs(&mut self, term: &'a str) -> Result<usize> {
        Ok(self.book.info(term)?.map_or(0, |info| wide(info.doc_freq)))
    }

    /// The documents that answer all groups, pass the screen and answer no exclusion.
    pub(crate) fn strict(&mut self, screen: &Screen<'_>) -> Result<Vec<u32>> {
        let plan = self.ask.plan;
        let mut groups = Vec::with_capacity(plan.must.len());
        for group in &plan.must {
            groups.push((self.cost(group)?, group));
        }
        groups.sort_by_key(|(cost, _)| *cost);
        let mut groups = groups.into_iter().map(|(_, group)| group);
        let mut docs = match groups.next() {
            Some(first) => self.group(first, None)?,
            None => screen.seen.docs(screen.at).collect(),
        };
        docs.retain(|doc| screen.passes(*doc));
        for group in groups {
            if docs.is_empty() {
                break;
            }
            docs = self.group(group, Some(&docs))?;
        }
        self.exclude(&mut docs)?;
        Ok(docs)
    }

    /// Takes out the documents that answer an exclusion.
    fn exclude(&mut self, docs: &mut Vec<u32>) -> Result<()> {
        let plan = self.ask.plan;
        for group in &plan.without {
            if docs.is_empty() {
                break;
            }
            let out = self.group(group, Some(docs))?;
            docs.retain(|doc| out.binary_search(doc).is_err());
        }
        Ok(())
    }

    /// The documents that answer an exclusion.
    pub(crate) fn excluded(&mut self) -> Result<Vec<u32>> {
        let mut excluded = Vec::new();
        for group in &self.ask.plan.without {
            merge(&mut excluded, self.group(group, None)?);
        }
        Ok(excluded)
    }

    /// About how many documents a group's first list has.
    fn cost(&mut self, group: &'a Group) -> Result<usize> {
        let mut sum = 0;
        for all in &group.any {
            let mut least = usize::MAX;
            for (_, demand) in all {
                least = least.min(self.demand_cost(demand)?);
            }
            sum += least;
        }
        Ok(sum)
    }

    fn demand_cost(&mut self, demand: &'a Demand) -> Result<usize> {
        let mut sum = 0;
        match demand {
            Demand::Cover { pairs, .. } => {
                for pair in self.anchors(pairs) {
                    sum += self.n_docs(pair)?;
                }
            }
            Demand::Any(any) => {
                for alternative in any {
                    sum += match alternative {
                        Alternative::Term(term) => self.n_docs(term)?,
                        Alternative::Phrase(terms) => {
                            let mut least = usize::MAX;
                            for (_, term) in terms {
                                least = least.min(self.n_docs(term)?);
                            }
                            least
                        }
                    };
                }
            }
        }
        Ok(sum)
    }

    /// The rarest pairs, of which one at least stands in any document with enough mass.
    fn anchors(&self, pairs: &'a [String]) -> Vec<&'a str> {
        let mut by_mass: Vec<(&str, f64)> =
            pairs.iter().map(|pair| (pair.as_str(), self.ask.masses[pair.as_str()])).collect();
        by_mass.sort_by(|a, b| b.1.total_cmp(&a.1));
        let maxima: Vec<f64> = by_mass.iter().map(|(_, mass)| *mass).collect();
        let wanted = maxima.iter().sum::<f64>() * COVER_SHARE - ROUNDING;
        let n = matching::weight::n_anchors(&maxima, wanted);
        by_mass.truncate(n);
        by_mass.into_iter().map(|(pair, _)| pair).collect()
    }

    fn group(&mut self, group: &'a Group, within: Option<&[u32]>) -> Result<Vec<u32>> {
        let mut found = Vec::new();
        for all in &group.any {
            let mut ordered = Vec::with_capacity(all.len());
            for (target, demand) in all {
                ordered.push((self.demand_cost(demand)?, *target, demand));
            }
            ordered.sort_by_key(|(cost, _, _)| *cost);
            let mut docs: Option<Vec<u32>> = None;
            for (_, target, demand) in ordered {
                docs = Some(self.demand(target, demand, docs.as_deref().or(within))?);
            }
            merge(&mut found, docs.unwrap_or_default());
        }
        Ok(found)
    }

    fn demand(
        &mut self,
        target: Target,
        demand: &'a Demand,
        within: Option<&[u32]>,
    ) -> Result<Vec<u32>> {
        match demand {
            Demand::Cover { pairs, .. } => self.cover(target, pairs, within),
            Demand::Any(any) => {
                let mut found = Vec::new();
                for alternative in any {
                    let docs = match alternative {
                        Alternative::Term(term) => self.term(target, term, within)?,
                        Alternative::Phrase(terms) => {
                            let placed = self.phrase(target, terms, within)?;
                            placed.into_iter().map(|(doc, _)| doc).collect()
                        }
                    };
                    merge(&mut found, docs);
                }
                Ok(found)
            }
        }
    }

    fn term(&mut self, target: Target, term: &'a str, within: Option<&[u32]>) -> Result<Vec<u32>> {
        let segment = self.segment;
        let Some(info) = self.book.info(term)? else { return Ok(Vec::new()) };
        if target != Target::Anywhere {
            let found = phrase(segment, &[(0, info.clone())], within, target)?;
            return Ok(found.into_iter().map(|(doc, _)| doc).collect());
        }
        let Some(docs) = within else { return all_docs(segment, info) };
        let mut held = Vec::new();
        frequencies(segment, info, docs, |at, _| held.push(docs[at]))?;
        Ok(held)
    }

    /// The documents that hold a phrase in the target, and how often.
    pub(crate) fn phrase(
        &mut self,
        target: Target,
        terms: &'a [(u32, String)],
        within: Option<&[u32]>,
    ) -> Result<Vec<(u32, u32)>> {
        let mut infos = Vec::with_capacity(terms.len());
        for (offset, term) in terms {
            let Some(info) = self.book.info(term)? else { return Ok(Vec::new()) };
            infos.push((*offset, info.clone()));
        }
        phrase(self.segment, &infos, within, target)
    }

    /// The documents that hold enough of a long run's mass.
    fn cover(
        &mut self,
        target: Target,
        pairs: &'a [String],
        within: Option<&[u32]>,
    ) -> Result<Vec<u32>> {
        let mut docs = match within {
            Some(docs) => docs.to_vec(),
            None => {
                let mut docs = Vec::new();
                for pair in self.anchors(pairs) {
                    docs.extend(self.term(target, pair, None)?);
                }
                docs.sort_unstable();
                docs.dedup();
                docs
            }
        };
        let mut found = vec![0.0_f64; docs.len()];
        let mut wanted = 0.0;
        for pair in pairs {
            let mass = self.ask.masses[pair.as_str()];
            wanted += mass * COVER_SHARE;
            for held in self.term(target, pair, Some(&docs))? {
                if let Ok(at) = docs.binary_search(&held) {
                    found[at] += mass;
                }
            }
        }
        let mut found = found.into_iter();
        docs.retain(|_| found.next().is_some_and(|found| found >= wanted - ROUNDING));
        Ok(docs)
    }
}

/// Adds ascending documents to others.
fn merge(into: &mut Vec<u32>, docs: Vec<u32>) {
    if into.is_empty() {
        *into = docs;
    } else if !docs.is_empty() {
        into.extend(docs);
        into.sort_unstable();
        into.dedup();
    }
}
