//! A price of shares as an exact fraction: so many minor units for so many shares.

use crate::flaw::Flaws;
use crate::{LINE_MAX, Minor, Shares};

/// `minor` for every `shares`: 50,000,000.00 for 8,000,000 is 6.25 a share, and nothing is rounded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Price {
    pub minor: Minor,
    pub shares: Shares,
}

impl Price {
    pub const fn new(minor: Minor, shares: Shares) -> Self {
        Self { minor, shares }
    }

    /// What so many shares cost, rounded up: nobody pays less than the price.
    pub fn cost(self, shares: Shares) -> Option<Minor> {
        let product = i128::from(self.minor).checked_mul(i128::from(shares))?;
        let of = i128::from(self.shares);
        i64::try_from((product + of - 1).div_euclid(of)).ok()
    }

    /// How many whole shares a sum pays for, and what is left of it.
    pub fn buys(self, sum: Minor) -> Option<(Shares, Minor)> {
        if self.minor <= 0 {
            return None;
        }
        let product = i128::from(sum).checked_mul(i128::from(self.shares))?;
        let shares = i64::try_from(product.div_euclid(i128::from(self.minor))).ok()?;
        Some((shares, sum - self.cost(shares)?))
    }

    pub(crate) fn flaws(self, field: &str, flaws: &mut Flaws) {
        flaws.when(!(0..=LINE_MAX).contains(&self.minor), format!("{field}.minor"), "beyond");
        flaws.when(!(1..=LINE_MAX).contains(&self.shares), format!("{field}.shares"), "beyond");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_price_rounds_for_the_company() {
        let third = Price::new(100, 3);
        assert_eq!(third.cost(1), Some(34));
        assert_eq!(third.cost(3), Some(100));
        assert_eq!(third.buys(100), Some((3, 0)));
        assert_eq!(third.buys(99), Some((2, 32)));
        for sum in 0..500 {
            let (shares, left) = third.buys(sum).expect("in range");
            assert!(left >= 0 && third.cost(shares + 1).expect("in range") > sum, "{sum}");
        }
        assert_eq!(Price::new(0, 1).buys(5), None);
        assert_eq!(Price::new(i64::MAX, 1).cost(2), None);
    }
}
