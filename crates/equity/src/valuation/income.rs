//! Income: what the technology will bring, at today's worth.

use super::{Estimate, Method, is_sum, too_large};
use crate::flaw::{Flaw, Flaws};
use crate::{Minor, rates};
use ledger::rounding::{Rate, Rounding};

/// Sales by year, of which a part is the technology's.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Income {
    /// Sales of each coming year, the first one a year from now.
    pub sales: Vec<Minor>,
    /// The part that is owed to the technology: a royalty saved, or a share of the profit.
    #[serde(with = "rates::text")]
    pub part: Rate,
    #[serde(with = "rates::text")]
    pub tax: Rate,
    /// What a year is discounted by.
    #[serde(with = "rates::text")]
    pub discount: Rate,
    /// How much the discount may be off to either side, for the range.
    #[serde(with = "rates::text")]
    pub discount_spread: Rate,
    /// Growth for ever after the last year; none is an end of its life.
    #[serde(default)]
    pub growth: Option<Growth>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Growth(#[serde(with = "rates::text")] pub Rate);

/// Values by discount (rows) and by how sales turn out (columns: `0.8` is a fifth less).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sensitivity {
    pub discounts: Vec<Rate>,
    pub factors: Vec<Rate>,
    /// Nothing where a discount is not above the growth.
    pub values: Vec<Vec<Option<Minor>>>,
}

/// Years that are forecast at most.
pub const YEARS_MAX: usize = 50;
/// Present values are reckoned in millionths of a minor unit.
const FINE: i128 = 1_000_000;

impl Income {
    /// The value at the discount; low and high at the discount raised and lowered by its spread.
    pub fn estimate(&self) -> Result<Estimate, Vec<Flaw>> {
        let mut flaws = Flaws::default();
        flaws.when(self.sales.is_empty(), "income.sales", "absent");
        flaws.when(self.sales.len() > YEARS_MAX, "income.sales", "too-many");
        for (n, sum) in self.sales.iter().enumerate() {
            flaws.when(!is_sum(*sum), format!("income.sales.{n}"), "beyond");
        }
        for (name, rate) in [
            ("part", self.part),
            ("tax", self.tax),
            ("discount", self.discount),
            ("discount_spread", self.discount_spread),
        ] {
            flaws.when(!rates::is_part(rate), format!("income.{name}"), "beyond");
        }
        let [discount, spread] = [self.discount, self.discount_spread].map(rates::parts);
        let (discount, spread) = (discount.unwrap_or(0), spread.unwrap_or(0));
        let growth = self.growth.and_then(|it| rates::parts(it.0));
        // At a growth near the discount every figure can be had: even the low one has to differ.
        let is_endless = growth.is_some_and(|growth| discount - spread <= growth);
        flaws.when(is_endless, "income.growth", "over-discount");
        let is_small = self.growth.is_none_or(|it| rates::is_part(it.0));
        flaws.when(!is_small, "income.growth", "beyond");
        flaws.when(spread > discount, "income.discount_spread", "beyond");
        flaws.or(())?;
        let at = |discount: i128| self.present(discount, rates::WHOLE);
        let values = (at(discount + spread), at(discount), at(discount - spread));
        let (Some(low), Some(value), Some(high)) = values else {
            return Err(too_large("income"));
        };
        Ok(Estimate { method: Method::Income, low, value, high, inputs: self.inputs() })
    }

    /// A table of what the value would be under other assumptions.
    pub fn sensitivity(&self, discounts: &[Rate], factors: &[Rate]) -> Sensitivity {
        let row = |discount: &Rate| {
            let cell =
                |factor: &Rate| self.present(rates::parts(*discount)?, rates::parts(*factor)?);
            factors.iter().map(cell).collect()
        };
        let values = discounts.iter().map(row).collect();
        Sensitivity { discounts: discounts.to_vec(), factors: factors.to_vec(), values }
    }

    /// The table around the own assumptions: the discount and half and all of its spread to either
    /// side, sales from three tenths less to three tenths more.
    pub fn around(&self) -> Sensitivity {
        let parts = |rate| rates::parts(rate).unwrap_or(0);
        let (discount, spread) = (parts(self.discount), parts(self.discount_spread));
        let steps = [-2, -1, 0, 1, 2].map(|n| rates::of_parts(discount + spread * n / 2));
        let mut discounts: Vec<Rate> = steps.into_iter().flatten().collect();
        discounts.dedup();
        let factors = ["0.7", "0.85", "1", "1.15", "1.3"].map(Rate::parse);
        let factors: Vec<Rate> = factors.into_iter().flatten().collect();
        self.sensitivity(&discounts, &factors)
    }

    /// Today's worth at a discount and with sales times a factor, both in parts of a whole.
    ///
    /// From the last year to the first, each step divided by one and the discount (Horner's
    /// scheme), so that no power is ever formed.
    fn present(&self, discount: i128, factor: i128) -> Option<Minor> {
        if discount < 0 || factor < 0 {
            return None;
        }
        let flows: Option<Vec<i128>> =
            self.sales.iter().map(|sum| self.flow(*sum, factor)).collect();
        let flows = flows?;
        let mut worth = match self.growth.and_then(|it| rates::parts(it.0)) {
            None => 0,
            Some(growth) if discount > growth => {
                let next = flows.last()?.checked_mul(rates::WHOLE.checked_add(growth)?)?;
                next / (discount - growth)
            }
            Some(_) => return None,
        };
        for flow in flows.iter().rev() {
            let sum = worth.checked_add(*flow)?.checked_mul(rates::WHOLE)?;
            let divisor = rates::WHOLE.checked_add(discount)?;
            worth = (sum + divisor / 2) / divisor;
        }
        Rounding::HalfUp.quotient(worth, FINE)
    }

    /// What of a year's sales is the technology's after tax, in fine units.
    fn flow(&self, sales: Minor, factor: i128) -> Option<i128> {
        let fine = i128::from(sales).checked_mul(FINE)?;
        let mut flow = fine;
        let kept = rates::WHOLE - rates::parts(self.tax)?;
        for part in [rates::parts(self.part)?, kept, factor] {
            flow = flow.checked_mul(part)? / rates::WHOLE;
        }
        Some(flow)
    }

    fn inputs(&self) -> Vec<(String, String)> {
        let years = (1..).zip(&self.sales);
        let mut inputs: Vec<(String, String)> =
            years.map(|(n, sum)| (format!("income.sales.{n}"), sum.to_string())).collect();
        for (name, rate) in [
            ("part", self.part),
            ("tax", self.tax),
            ("discount", self.discount),
            ("discount-spread", self.discount_spread),
        ] {
            inputs.push((format!("income.{name}"), rate.to_string()));
        }
        let growth = self.growth.map_or_else(|| "-".to_owned(), |it| it.0.to_string());
        inputs.push(("income.growth".into(), growth));
        inputs
    }
}
