//! The smallest admissible raise.

use crate::side::{Minor, Side};

/// Basis points that are the whole.
const WHOLE_BP: i128 = 10_000;

/// How much a raise is at least, within one band of prices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// A sum in minor units.
    Fixed(Minor),
    /// A share of the price in basis points, rounded up to the minor unit and never under one.
    Share(u32),
}

impl Step {
    fn at(self, price: Minor) -> Minor {
        match self {
            Self::Fixed(sum) => sum.max(1),
            Self::Share(basis_points) => {
                let exact = i128::from(price.max(0)) * i128::from(basis_points);
                let up = (exact + WHOLE_BP - 1) / WHOLE_BP;
                Minor::try_from(up).unwrap_or(Minor::MAX).max(1)
            }
        }
    }
}

/// A table of steps: each holds from its price on, up to the next one's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Steps(Vec<(Minor, Step)>);

impl Steps {
    /// Bands by the price they hold from; the rules say later whether they are in order.
    pub fn new(bands: Vec<(Minor, Step)>) -> Self {
        Self(bands)
    }

    /// One step for every price.
    pub fn one(step: Step) -> Self {
        Self(vec![(0, step)])
    }

    /// The bands, lowest first.
    pub fn bands(&self) -> &[(Minor, Step)] {
        &self.0
    }

    /// The step at a price.
    pub fn at(&self, price: Minor) -> Minor {
        let above = self.0.partition_point(|(from, _)| *from <= price);
        let band = self.0.get(above.saturating_sub(1));
        band.map_or(1, |(_, step)| step.at(price))
    }

    /// The least value that is a raise over this one.
    pub(crate) fn over(&self, value: Minor, side: Side) -> Minor {
        value.saturating_add(self.at(side.amount(value)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_band_holds_from_its_price_on() {
        let steps = Steps::new(vec![(0, Step::Fixed(5)), (100, Step::Fixed(25))]);
        for (price, want) in [(0, 5), (99, 5), (100, 25), (101, 25), (Minor::MAX, 25)] {
            assert_eq!(steps.at(price), want, "{price}");
        }
    }

    #[test]
    fn a_share_is_rounded_up_and_never_nothing() {
        let steps = Steps::one(Step::Share(1_000));
        for (price, want) in [(0, 1), (1, 1), (10, 1), (11, 2), (100, 10), (101, 11)] {
            assert_eq!(steps.at(price), want, "{price}");
        }
        assert_eq!(steps.over(1, Side::Sale), 2);
        assert_eq!(Steps::one(Step::Share(u32::MAX)).over(Minor::MAX, Side::Sale), Minor::MAX);
    }
}
