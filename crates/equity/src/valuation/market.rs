//! Market: what was paid for comparable technologies, each adjusted for how it differs.

use super::{Estimate, Method, adjusted, is_change, is_sum, too_large};
use crate::Minor;
use crate::flaw::{Flaw, Flaws};
use crate::rates;
use ledger::rounding::Rate;

/// A deal that is comparable.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Comparable {
    /// Which deal, and where it is known from.
    pub what: String,
    pub price: Minor,
    /// By what it is made comparable, one after the other: maturity, scope, age, exclusivity.
    #[serde(default)]
    pub adjustments: Vec<Adjustment>,
}

#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Adjustment {
    pub what: String,
    #[serde(with = "rates::text")]
    pub rate: Rate,
}

#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Market {
    pub comparables: Vec<Comparable>,
}

/// With fewer a middle means nothing.
pub const COMPARABLES_MIN: usize = 3;

impl Market {
    /// The lowest, the middle and the highest adjusted price; of an even number the mean of the
    /// two in the middle, rounded down.
    pub fn estimate(&self) -> Result<Estimate, Vec<Flaw>> {
        let mut flaws = Flaws::default();
        let n = self.comparables.len();
        flaws.when(n < COMPARABLES_MIN, "market.comparables", "too-few");
        flaws.when(n > crate::PARTS_MAX, "market.comparables", "too-many");
        for (n, it) in self.comparables.iter().enumerate() {
            let field = |name: &str| format!("market.comparables.{n}.{name}");
            flaws.when(it.what.trim().is_empty(), field("what"), "absent");
            flaws.when(!is_sum(it.price), field("price"), "beyond");
            let is_fine = |it: &Adjustment| is_change(it.rate) && !it.what.trim().is_empty();
            let are_fine = it.adjustments.iter().all(is_fine) && it.adjustments.len() <= 100;
            flaws.when(!are_fine, field("adjustments"), "beyond");
        }
        flaws.or(())?;
        let prices = self.comparables.iter().map(|it| {
            it.adjustments.iter().try_fold(it.price, |price, by| adjusted(price, by.rate))
        });
        let prices: Option<Vec<Minor>> = prices.collect();
        let mut prices = prices.ok_or_else(|| too_large("market"))?;
        let inputs = self.inputs(&prices);
        prices.sort_unstable();
        let (below, above) = (prices[(n - 1) / 2], prices[n / 2]);
        let value = below + (above - below) / 2;
        let (low, high) = (prices[0], prices[n - 1]);
        Ok(Estimate { method: Method::Market, low, value, high, inputs })
    }

    fn inputs(&self, adjusted: &[Minor]) -> Vec<(String, String)> {
        let rows = self.comparables.iter().zip(adjusted);
        let mut inputs = Vec::new();
        for (it, adjusted) in rows {
            inputs.push((format!("market.{}", it.what), format!("{} → {adjusted}", it.price)));
            let by = it.adjustments.iter();
            inputs.extend(
                by.map(|by| (format!("market.{}.{}", it.what, by.what), by.rate.to_string())),
            );
        }
        inputs
    }
}
