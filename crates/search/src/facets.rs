//! Counts over the documents of a strict answer.
use std::collections::HashMap;
use std::hash::BuildHasherDefault;

use crate::answer::{Count, Facets};
use crate::columns::{Bags, Columns, Words, wide};
use crate::counts::{Hashed, term_hash};
use crate::generation::Segment;

/// As many values of one facet are answered.
const VALUES_MAX: usize = 100;

/// A value and its count, by the value's hash.
type Counts<'a> = HashMap<u64, (&'a str, u64), BuildHasherDefault<Hashed>>;

/// Counts that are added up over segments.
#[derive(Default)]
pub(crate) struct Tally<'a> {
    words: [Counts<'a>; 6],
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
        let [kinds, fields, owners, regions, right_status, deal_modes] = self.words.map(|counts| {
            first(counts.into_values().collect())
                .into_iter()
                .map(|(value, n)| Count { value: value.to_owned(), n })
                .collect()
        });
        let [trl, years] = self.numbers.map(|counts| {
            // The first count is that of the missing value.
            let counts = counts.into_iter().skip(1).enumerate().filter(|(_, n)| *n > 0);
            let counts = first(counts.map(|(value, n)| (value.to_string(), n)).collect());
            counts.into_iter().map(|(value, n)| Count { value, n }).collect()
        });
        Facets { kinds, fields, owners, regions, trl, right_status, deal_modes, years }
    }
}

fn count_words<'a>(column: &'a Words, docs: &[u32], into: &mut Counts<'a>) {
    let mut counts = vec![0_u64; column.n_values()];
    docs.iter().for_each(|doc| counts[column.at(*doc)] += 1);
    // The first value is the missing one.
    add(column.values().iter().zip(counts).skip(1), into);
}

fn count_bags<'a>(column: &'a Bags, docs: &[u32], into: &mut Counts<'a>) {
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

fn add<'a>(counts: impl Iterator<Item = (&'a String, u64)>, into: &mut Counts<'a>) {
    for (value, n) in counts.filter(|(_, n)| *n > 0) {
        into.entry(term_hash(value)).or_insert((value, 0)).1 += n;
    }
}

/// The first values: most frequent first, then by value.
fn first<V: Ord>(mut counts: Vec<(V, u64)>) -> Vec<(V, u64)> {
    let order = |a: &(V, u64), b: &(V, u64)| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0));
    if counts.len() > VALUES_MAX {
        counts.select_nth_unstable_by(VALUES_MAX - 1, order);
        counts.truncate(VALUES_MAX);
    }
    counts.sort_unstable_by(order);
    counts
}
