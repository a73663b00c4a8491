//! Numbers of bidders, drawn so that they say nothing: not who it is, not who came first.

use crate::entry::Bidder;
use base::Chance;
use std::collections::BTreeSet;

/// The least number, so that all of an ordinary event have three digits.
const FIRST: u32 = 100;
const SPAN: u32 = 900;

impl Bidder {
    /// Draws a number that nobody has in this event. All free ones are equally likely, whoever
    /// asks and however many came before.
    pub fn draw(taken: &BTreeSet<Bidder>, chance: &mut dyn Chance) -> Bidder {
        let n_taken = u32::try_from(taken.len()).unwrap_or(u32::MAX);
        // Half of the numbers stay free, so that a draw ends soon.
        let mut span = SPAN;
        while span / 2 <= n_taken && span < u32::MAX / 16 {
            span *= 10;
        }
        loop {
            let [a, b, c, d, ..] = chance.bytes32();
            let drawn = u32::from_le_bytes([a, b, c, d]);
            // What lies past the last whole span would make small numbers likelier.
            let is_fair = drawn < u32::MAX - u32::MAX % span;
            let bidder = Bidder(FIRST + drawn % span);
            if is_fair && !taken.contains(&bidder) {
                return bidder;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::chance::SeededChance;

    #[test]
    fn numbers_are_distinct_and_tell_no_order() {
        let mut n_rising = 0;
        for seed in 0..400 {
            let mut chance = SeededChance::new(seed);
            let mut taken = BTreeSet::new();
            let mut drawn = Vec::new();
            for _ in 0..6 {
                let bidder = Bidder::draw(&taken, &mut chance);
                assert!((100..1_000).contains(&bidder.0) && taken.insert(bidder));
                drawn.push(bidder);
            }
            n_rising += drawn.windows(2).filter(|pair| pair[0] < pair[1]).count();
        }
        // Of 2,000 neighbours half rise; five standard deviations are 112.
        assert!((888..=1_112).contains(&n_rising), "{n_rising}");
    }

    #[test]
    fn a_large_event_has_longer_numbers() {
        let mut chance = SeededChance::new(1);
        let mut taken = BTreeSet::new();
        for _ in 0..2_000 {
            let bidder = Bidder::draw(&taken, &mut chance);
            assert!(taken.insert(bidder));
        }
        assert!(taken.iter().any(|bidder| bidder.0 > 1_000));
    }
}
