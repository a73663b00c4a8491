//! Prices far from the others: a warning to look twice, never a rejection.
//!
//! ProZorro asks for a justification where a purchase's best offer is 40 % under the mean of the
//! others or 30 % under the next; sales are looked at the same way upwards.

use crate::side::{Minor, Side};

/// What is unusual about the best offer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unusual {
    /// 40 % or more from the mean of all others.
    FarFromMean,
    /// 30 % or more from the next one.
    FarFromNext,
}

/// What is unusual about the best of these offers, in exact arithmetic; the order does not matter.
pub fn unusual(side: Side, offers: &[Minor]) -> Vec<Unusual> {
    let mut ranked: Vec<i128> = offers.iter().copied().map(i128::from).collect();
    match side {
        Side::Sale => ranked.sort_unstable_by(|a, b| b.cmp(a)),
        Side::Purchase => ranked.sort_unstable(),
    }
    let [best, others @ ..] = ranked.as_slice() else { return Vec::new() };
    let Some(next) = others.first() else { return Vec::new() };
    let is_far = |from: i128, n: usize, percent: i128| {
        let n = i128::try_from(n).expect("offers are few");
        match side {
            Side::Sale => best * n * 100 >= from * (100 + percent),
            Side::Purchase => best * n * 100 <= from * (100 - percent),
        }
    };
    let mut found = Vec::new();
    if is_far(others.iter().sum(), others.len(), 40) {
        found.push(Unusual::FarFromMean);
    }
    if is_far(*next, 1, 30) {
        found.push(Unusual::FarFromNext);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use Unusual::{FarFromMean, FarFromNext};

    #[test]
    fn the_edges_are_those_of_the_page() {
        let check = |side, offers: &[Minor], want: &[Unusual]| {
            assert_eq!(unusual(side, offers), want, "{side:?} {offers:?}");
        };
        // auctions.md 15: 60 among 100, 100; 70 under 100.
        check(Side::Purchase, &[100, 60, 100], &[FarFromMean, FarFromNext]);
        check(Side::Purchase, &[61, 100, 100], &[FarFromNext]);
        check(Side::Purchase, &[70, 100], &[FarFromNext]);
        check(Side::Purchase, &[71, 100], &[]);
        check(Side::Purchase, &[60, 70, 130], &[FarFromMean]);
        check(Side::Sale, &[100, 140, 100], &[FarFromMean, FarFromNext]);
        check(Side::Sale, &[129, 100], &[]);
        check(Side::Sale, &[5], &[]);
        check(Side::Sale, &[], &[]);
        check(Side::Sale, &[Minor::MAX, Minor::MAX, Minor::MAX], &[]);
    }
}
