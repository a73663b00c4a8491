//! Cost: what it would take to make the technology again, less what it has lost since.

use super::{Estimate, Method, adjusted, is_change, is_sum, too_large};
use crate::flaw::{Flaw, Flaws};
use crate::{Minor, rates};
use ledger::rounding::{Rate, Rounding};

/// Money that was spent, brought to today's prices.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Item {
    pub what: String,
    pub spent: Minor,
    /// Change of prices since: `0.12` is twelve percent more.
    #[serde(with = "rates::text")]
    pub index: Rate,
}

#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Cost {
    pub items: Vec<Item>,
    /// What an investor would want on top.
    #[serde(with = "rates::text")]
    pub profit: Rate,
    /// What newer ways have taken from it, as a part.
    #[serde(with = "rates::text")]
    pub obsolete: Rate,
    /// Months it will still be of use, of all the months of its life.
    pub months_left: u32,
    pub months: u32,
    /// How far the true figure may lie to either side, as a part.
    #[serde(with = "rates::text")]
    pub spread: Rate,
}

impl Cost {
    pub fn estimate(&self) -> Result<Estimate, Vec<Flaw>> {
        let mut flaws = Flaws::default();
        flaws.when(self.items.is_empty(), "cost.items", "absent");
        flaws.when(self.items.len() > crate::PARTS_MAX, "cost.items", "too-many");
        for (n, it) in self.items.iter().enumerate() {
            flaws.when(it.what.trim().is_empty(), format!("cost.items.{n}.what"), "absent");
            flaws.when(!is_sum(it.spent), format!("cost.items.{n}.spent"), "beyond");
            flaws.when(!is_change(it.index), format!("cost.items.{n}.index"), "beyond");
        }
        flaws.when(!is_change(self.profit), "cost.profit", "beyond");
        flaws.when(!rates::is_part(self.obsolete), "cost.obsolete", "beyond");
        flaws.when(!rates::is_part(self.spread), "cost.spread", "beyond");
        let is_life = self.months > 0 && self.months_left <= self.months;
        flaws.when(!is_life, "cost.months", "beyond");
        flaws.or(())?;
        let (low, value, high) = self.reckon().ok_or_else(|| too_large("cost"))?;
        Ok(Estimate { method: Method::Cost, low, value, high, inputs: self.inputs() })
    }

    fn reckon(&self) -> Option<(Minor, Minor, Minor)> {
        let today = self
            .items
            .iter()
            .try_fold(0_i64, |sum, it| sum.checked_add(adjusted(it.spent, it.index)?))?;
        let with_profit = adjusted(today, self.profit)?;
        let lost = self.obsolete.of(with_profit, Rounding::HalfUp)?;
        let product = i128::from(with_profit - lost) * i128::from(self.months_left);
        let value = Rounding::HalfUp.quotient(product, i128::from(self.months))?;
        let spread = self.spread.of(value, Rounding::HalfUp)?;
        Some((value - spread, value, value.checked_add(spread)?))
    }

    fn inputs(&self) -> Vec<(String, String)> {
        let mut inputs: Vec<(String, String)> = self
            .items
            .iter()
            .map(|it| {
                (format!("cost.{}", it.what), format!("{} ({:+})", it.spent, Shown(it.index)))
            })
            .collect();
        inputs.push(("cost.profit".into(), self.profit.to_string()));
        inputs.push(("cost.obsolete".into(), self.obsolete.to_string()));
        inputs.push(("cost.months".into(), format!("{}/{}", self.months_left, self.months)));
        inputs.push(("cost.spread".into(), self.spread.to_string()));
        inputs
    }
}

/// A rate with its sign.
struct Shown(Rate);

impl std::fmt::Display for Shown {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if f.sign_plus() && self.0 >= rates::zero() {
            f.write_str("+")?;
        }
        std::fmt::Display::fmt(&self.0, f)
    }
}
