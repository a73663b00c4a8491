//! What customers of a laboratory said when they closed their orders, counted.

use crate::service_order::Opinion;
use crate::turnaround::TOLD_FROM;

/// Opinions on the orders of one laboratory.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Rating {
    pub n_rated: u64,
    /// Those of them that were content, or very content.
    pub n_content: u64,
}

impl Rating {
    /// Counts so many orders with one opinion.
    pub fn count(&mut self, opinion: Opinion, n: u64) {
        self.n_rated += n;
        if matches!(opinion, Opinion::VeryContent | Opinion::Content) {
            self.n_content += n;
        }
    }

    /// Whether it may be told to everybody: of few orders, a single customer's word would show.
    pub fn is_told(&self) -> bool {
        usize::try_from(self.n_rated).is_ok_and(|n| n >= TOLD_FROM)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_two_upper_steps_of_five_are_content() {
        let mut rating = Rating::default();
        for opinion in Opinion::ALL {
            assert!(!rating.is_told(), "{rating:?}");
            rating.count(*opinion, 1);
        }
        assert_eq!(rating, Rating { n_rated: 5, n_content: 2 });
        assert!(rating.is_told());
        rating.count(Opinion::Poor, 7);
        assert_eq!(rating, Rating { n_rated: 12, n_content: 2 });
    }
}
