//! Counts over the documents of a strict answer.
use std::collections::HashMap;

use crate::answer::{Count, Facets};
use crate::columns::{Bags, Columns, Words, wide};
use crate::generation::Segment;

/// As many values of one facet are answered.
const VALUES_MAX: usize = 100;

/// Counts that are added up over segments.
#[derive(Default)]
pub(crate) struct Tally {
    words: [HashMap<String, u64>; 8],
}

impl Tally {
    /// Counts documents of one segment.
    pub(crate) fn add(&mut self, segment: &Segment, docs: &[u32]) {
        let Columns { kind, subject, owner, region, trl, right, mode, year, .. } =
            segment.columns.as_ref();
        let [kinds, fields, owners, regions, trls, rights, modes, years] = &mut self.words;
        count_words(kind, docs, kinds);
        count_words(subject, docs, fields);
        count_words(owner, docs, owners);
        count_words(region, docs, regions);
        count_numbers(trl, docs, trls);
        count_bags(right, docs, rights);
        count_bags(mode, docs, modes);
        count_numbers(year, docs, years);
    }

    pub(crate) fn facets(self) -> Facets {
        let [kinds, fields, owners, regions, trl, right_status, deal_modes, years] =
            self.words.map(in_order);
        Facets { kinds, fields, owners, regions, trl, right_status, deal_modes, years }
    }
}

fn count_words(column: &Words, docs: &[u32], into: &mut HashMap<String, u64>) {
    let mut counts = vec![0_u64; column.n_values()];
    docs.iter().for_each(|doc| counts[column.at(*doc)] += 1);
    // The first value is the missing one.
    add(column.values().iter().zip(counts).skip(1), into);
}

fn count_bags(column: &Bags, docs: &[u32], into: &mut HashMap<String, u64>) {
    let mut counts = vec![0_u64; column.values().len()];
    docs.iter().flat_map(|doc| column.of(*doc)).for_each(|at| counts[wide(*at)] += 1);
    add(column.values().iter().zip(counts), into);
}

fn count_numbers(column: &[u32], docs: &[u32], into: &mut HashMap<String, u64>) {
    let mut counts: Vec<u64> = Vec::new();
    for doc in docs {
        let at = wide(column[wide(*doc)]);
        if at >= counts.len() {
            counts.resize(at + 1, 0);
        }
        counts[at] += 1;
    }
    for (value, n) in counts.into_iter().skip(1).enumerate().filter(|(_, n)| *n > 0) {
        *into.entry(value.to_string()).or_default() += n;
    }
}

fn add<'a>(counts: impl Iterator<Item = (&'a String, u64)>, into: &mut HashMap<String, u64>) {
    for (value, n) in counts.filter(|(_, n)| *n > 0) {
        match into.get_mut(value) {
            Some(sum) => *sum += n,
            None => {
                into.insert(value.clone(), n);
            }
        }
    }
}

/// Most frequent first, then by value.
fn in_order(counts: HashMap<String, u64>) -> Vec<Count> {
    let mut counts: Vec<Count> =
        counts.into_iter().map(|(value, n)| Count { value, n }).collect();
    counts.sort_unstable_by(|a, b| b.n.cmp(&a.n).then_with(|| a.value.cmp(&b.value)));
    counts.truncate(VALUES_MAX);
    counts
}
