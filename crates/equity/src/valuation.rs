//! What a technology is worth: the cost, market and income methods side by side.
//!
//! A figure without its method is refused, and a method that is not used says why. Sums are whole
//! minor units; present values are reckoned in millionths of one and rounded once at the end.

use crate::flaw::{Flaw, Flaws};
use crate::{LINE_MAX, Minor, rates};
use base::Date;
use ledger::rounding::{Rate, Rounding};

mod cost;
mod income;
mod market;

pub use cost::{Cost, Item};
pub use income::{Growth, Income, Sensitivity};
pub use market::{Adjustment, Comparable, Market};

/// The three ways.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum Method {
    Cost,
    Market,
    Income,
}

impl Method {
    pub const ALL: [Self; 3] = [Self::Cost, Self::Market, Self::Income];

    pub fn code(self) -> &'static str {
        match self {
            Self::Cost => "cost",
            Self::Market => "market",
            Self::Income => "income",
        }
    }
}

/// What a method comes to, with every input by its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Estimate {
    pub method: Method,
    pub low: Minor,
    pub value: Minor,
    pub high: Minor,
    /// Names and values, in the order they are used.
    pub inputs: Vec<(String, String)>,
}

/// A method, or why it is not used.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Used<T> {
    Yes(T),
    No { why: String },
}

/// A valuation of one technology.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Valuation {
    pub on: Date,
    pub cost: Used<Cost>,
    pub market: Used<Market>,
    pub income: Used<Income>,
    /// Weights of cost, market, income in the conclusion; of methods not used nothing counts.
    pub weights: [u32; 3],
    pub opinions: Vec<Opinion>,
}

/// What an expert says, with reasons.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Opinion {
    pub expert: String,
    pub low: Minor,
    pub high: Minor,
    /// The method it rests on.
    pub method: Method,
    pub why: String,
}

/// All three beside one another, and the conclusion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Concluded {
    pub estimates: Vec<Estimate>,
    /// Methods that were not used, with their reasons.
    pub not_used: Vec<(Method, String)>,
    /// The weighted mean, halves up.
    pub value: Minor,
    pub low: Minor,
    pub high: Minor,
    /// Opinions whose range the conclusion lies outside of: to be answered in the report.
    pub against: Vec<String>,
    /// Last day on which it may be used.
    pub valid_until: Date,
}

/// Months for which a valuation may be used (trading.md 9).
pub const VALID_MONTHS: u32 = 12;

impl Valuation {
    /// Reckons every method that is used and concludes.
    ///
    /// Errors: everything missing or out of range, by field.
    pub fn conclude(&self) -> Result<Concluded, Vec<Flaw>> {
        let mut flaws = Flaws::default();
        let mut estimates = Vec::new();
        let mut not_used = Vec::new();
        take(&self.cost, Method::Cost, Cost::estimate, &mut estimates, &mut not_used, &mut flaws);
        take(
            &self.market,
            Method::Market,
            Market::estimate,
            &mut estimates,
            &mut not_used,
            &mut flaws,
        );
        take(
            &self.income,
            Method::Income,
            Income::estimate,
            &mut estimates,
            &mut not_used,
            &mut flaws,
        );
        for (n, it) in self.opinions.iter().enumerate() {
            let field = |name: &str| format!("opinions.{n}.{name}");
            flaws.when(it.expert.trim().is_empty(), field("expert"), "absent");
            flaws.when(it.why.trim().is_empty(), field("why"), "absent");
            let is_range = 0 <= it.low && it.low <= it.high && it.high <= LINE_MAX;
            flaws.when(!is_range, field("high"), "out-of-order");
        }
        let weight = |method: Method| match method {
            Method::Cost => self.weights[0],
            Method::Market => self.weights[1],
            Method::Income => self.weights[2],
        };
        let all: i128 = estimates.iter().map(|it| i128::from(weight(it.method))).sum();
        flaws.when(flaws.0.is_empty() && all == 0, "weights", "absent");
        flaws.or(())?;
        let mean = |of: fn(&Estimate) -> Minor| {
            let sum = estimates.iter().map(|it| i128::from(of(it)) * i128::from(weight(it.method)));
            Rounding::HalfUp.quotient(sum.sum(), all).expect("a mean is no larger than its parts")
        };
        let (low, value, high) = (mean(|it| it.low), mean(|it| it.value), mean(|it| it.high));
        let against = self.opinions.iter().filter(|it| value < it.low || value > it.high);
        Ok(Concluded {
            against: against.map(|it| it.expert.clone()).collect(),
            estimates,
            not_used,
            value,
            low,
            high,
            valid_until: plus_months(self.on, VALID_MONTHS).unwrap_or(self.on),
        })
    }
}

fn take<T>(
    used: &Used<T>,
    method: Method,
    estimate: fn(&T) -> Result<Estimate, Vec<Flaw>>,
    estimates: &mut Vec<Estimate>,
    not_used: &mut Vec<(Method, String)>,
    flaws: &mut Flaws,
) {
    match used {
        Used::Yes(it) => match estimate(it) {
            Ok(found) => estimates.push(found),
            Err(found) => flaws.0.extend(found),
        },
        Used::No { why } => {
            flaws.when(why.trim().is_empty(), format!("{}.why", method.code()), "absent");
            not_used.push((method, why.clone()));
        }
    }
}

/// So many months later; the last day of a month that is shorter.
pub(crate) fn plus_months(date: Date, months: u32) -> Option<Date> {
    let at = u32::from(date.month().unsigned_abs()) - 1 + months;
    let year = date.year().checked_add(i16::try_from(at / 12).ok()?)?;
    let month = i8::try_from(at % 12 + 1).ok()?;
    let first = Date::new(year, month, 1).ok()?;
    Date::new(year, month, date.day().min(first.days_in_month())).ok()
}

/// A sum times one and a rate, halves up: `-0.2` takes a fifth away.
fn adjusted(sum: Minor, rate: Rate) -> Option<Minor> {
    let parts = rates::WHOLE.checked_add(rates::parts(rate)?)?;
    Rounding::HalfUp.quotient(i128::from(sum).checked_mul(parts)?, rates::WHOLE)
}

fn too_large(field: &str) -> Vec<Flaw> {
    vec![Flaw { field: field.to_owned(), code: "too-large" }]
}

fn is_sum(sum: Minor) -> bool {
    (0..=LINE_MAX).contains(&sum)
}

/// More than losing everything, and less than a hundredfold.
fn is_change(rate: Rate) -> bool {
    rates::parts(rate).is_some_and(|it| (-rates::WHOLE..=100 * rates::WHOLE).contains(&it))
}
