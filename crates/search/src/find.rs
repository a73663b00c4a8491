//! Which documents of a segment answer a plan.
//!
//! Documents are handled as ascending lists: the rarest group gives the first list, and every
//! further group, and the reader's reach, only ever shorten it.
use std::collections::HashMap;

use matching::query::{Alternative, COVER_SHARE, Demand, Group, Plan, Scored, Target};
use matching::weight::{idf, is_too_common};

use crate::counts::Counts;
use crate::error::Result;
use crate::generation::Segment;
use crate::postings::{Lists, phrase};
use crate::reach::Sieve;
use crate::schema::N_TEXTS;

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
    pub(crate) sieves: Vec<Sieve<'a>>,
    pub(crate) hidden: Vec<u32>,
}

impl Screen<'_> {
    pub(crate) fn passes(&self, doc: u32) -> bool {
        self.segment.is_live(doc)
            && self.sieves.iter().all(|sieve| sieve.passes(doc))
            && self.hidden.binary_search(&doc).is_err()
    }
}

/// Finds documents in one segment, looking each term up once.
pub(crate) struct Finder<'a> {
    pub(crate) segment: &'a Segment,
    ask: &'a Ask<'a>,
    known: HashMap<&'a str, Lists>,
}

impl<'a> Finder<'a> {
    pub(crate) fn new(segment: &'a Segment, ask: &'a Ask<'a>) -> Self {
        Self { segment, ask, known: HashMap::new() }
    }

    /// The lists of a term, from every field.
    pub(crate) fn lists(&mut self, term: &'a str) -> Result<&Lists> {
        if !self.known.contains_key(term) {
            let lists = Lists::open(self.segment, term)?;
            self.known.insert(term, lists);
        }
        Ok(&self.known[term])
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
            None => (0..self.segment.n_docs()).collect(),
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
    pub(crate) fn exclude(&mut self, docs: &mut Vec<u32>) -> Result<()> {
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

    /// About how many documents a group's first list has.
    fn cost(&mut self, group: &'a Group) -> Result<usize> {
        let mut sum = 0;
        for all in &group.any {
            let mut least = usize::MAX;
            for (target, demand) in all {
                least = least.min(self.demand_cost(*target, demand)?);
            }
            sum += least;
        }
        Ok(sum)
    }

    fn demand_cost(&mut self, target: Target, demand: &'a Demand) -> Result<usize> {
        let mut sum = 0;
        match demand {
            Demand::Cover { pairs, .. } => {
                for pair in self.anchors(pairs) {
                    sum += self.lists(pair)?.within(target).n_docs();
                }
            }
            Demand::Any(any) => {
                for alternative in any {
                    sum += match alternative {
                        Alternative::Term(term) => self.lists(term)?.within(target).n_docs(),
                        Alternative::Phrase(terms) => {
                            let mut least = usize::MAX;
                            for (_, term) in terms {
                                least = least.min(self.lists(term)?.within(target).n_docs());
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
                ordered.push((self.demand_cost(*target, demand)?, *target, demand));
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
        let lists = self.lists(term)?.within(target);
        let Some(docs) = within else { return lists.docs(segment) };
        let mut marks = vec![false; docs.len()];
        lists.mark(segment, docs, &mut marks)?;
        Ok(docs.iter().zip(marks).filter(|(_, mark)| *mark).map(|(doc, _)| *doc).collect())
    }

    /// The documents that hold a phrase in one of the target's fields, and how often.
    pub(crate) fn phrase(
        &mut self,
        target: Target,
        terms: &'a [(u32, String)],
        within: Option<&[u32]>,
    ) -> Result<Vec<(u32, u32)>> {
        let mut lists = Vec::with_capacity(terms.len());
        for (offset, term) in terms {
            lists.push((*offset, self.lists(term)?.within(target)));
        }
        let mut found: Vec<(u32, u32)> = Vec::new();
        for field in 0..N_TEXTS {
            let infos: Option<Vec<_>> = lists
                .iter()
                .map(|(offset, lists)| Some((*offset, lists.field(field)?.clone())))
                .collect();
            let Some(infos) = infos else { continue };
            found.extend(phrase(self.segment, field, &infos, within)?);
        }
        found.sort_unstable();
        found.dedup_by(|later, first| {
            let same = later.0 == first.0;
            if same {
                first.1 += later.1;
            }
            same
        });
        Ok(found)
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
                    let segment = self.segment;
                    docs.extend(self.lists(pair)?.within(target).docs(segment)?);
                }
                docs.sort_unstable();
                docs.dedup();
                docs
            }
        };
        let mut found = vec![0.0_f64; docs.len()];
        let mut wanted = 0.0;
        let mut marks = vec![false; docs.len()];
        for pair in pairs {
            let mass = self.ask.masses[pair.as_str()];
            wanted += mass * COVER_SHARE;
            marks.fill(false);
            let segment = self.segment;
            self.lists(pair)?.within(target).mark(segment, &docs, &mut marks)?;
            for (found, mark) in found.iter_mut().zip(&marks) {
                *found += if *mark { mass } else { 0.0 };
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
