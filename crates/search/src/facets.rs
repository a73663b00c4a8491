//! Counts over the documents of a strict answer.
use std::collections::HashMap;

use crate::answer::{Count, Facets};
use crate::columns::{Bags, Columns, Words, wide};
use crate::generation::Segment;

/// As many values of one facet are answered.
const VALUES_MAX: usize = 100;

/// Counts that are added up over segments.
#[derive(Default)]
pub(crate) struct Tally<'a> {
    words: [HashMap<&'a str, u64>; 6],
    numbers: [Vec<u64>; 2],
}

impl<'a> Tally<'a> {
    /// Counts documents of one segment.
    pub(crate) fn add(&mut self, segment: &'a Segment, docs: &[u32]) {
        let Columns { kind, subject, owner, region, trl, right, mode, year, .. } =
            segment.columns.as_ref();
        let [kinds, fields, owners, regions, rights, modes] = &mut self.words;
        let [trls, years] = &mut self.numbers;
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
        let [kinds, fields, owners, regions, right_status, deal_modes] =
            self.words.map(|counts| {
                let counts = counts.into_iter();
                in_order(counts.map(|(value, n)| Count { value: value.to_owned(), n }).collect())
            });
        let [trl, years] = self.numbers.map(|counts| {
            // The first count is that of the missing value.
            let counts = counts.into_iter().skip(1).enumerate().filter(|(_, n)| *n > 0);
            in_order(counts.map(|(value, n)| Count { value: value.to_string(), n }).collect())
        });
        Facets { kinds, fields, owners, regions, trl, right_status, deal_modes, years }
    }
}

fn count_words<'a>(column: &'a Words, docs: &[u32], into: &mut HashMap<&'a str, u64>) {
    let mut counts = vec![0_u64; column.n_values()];
    docs.iter().for_each(|doc| counts[column.at(*doc)] += 1);
    // The first value is the missing one.
    add(column.values().iter().zip(counts).skip(1), into);
}

fn count_bags<'a>(column: &'a Bags, docs: &[u32], into: &mut HashMap<&'a str, u64>) {
    let mut counts = vec![0_u64; column.values().len()];
    docs.iter().flat_map(|doc| column.of(*doc)).for_each(|at| counts[wide(*at)] += 1);
    add(column.values().iter().zip(counts), into);
}

fn count_numbers(column: &[u32], docs: &[u32], counts: &mut Vec<u64>) {
    for doc in docs {
        let at = wide(column[wide(*doc)]);
        if at >= counts.len() {
            counts.resize(at + 1, 0);
        }
        counts[at] += 1;
    }
}

fn add<'a>(
    counts: impl Iterator<Item = (&'a String, u64)>,
    into: &mut HashMap<&'a str, u64>,
) {
    for (value, n) in counts.filter(|(_, n)| *n > 0) {
        *into.entry(value).or_default() += n;
    }
}

/// Most frequent first, then by value.
fn in_order(mut counts: Vec<Count>) -> Vec<Count> {
    counts.sort_unstable_by(|a, b| b.n.cmp(&a.n).then_with(|| a.value.cmp(&b.value)));
    counts.truncate(VALUES_MAX);
    counts
}
