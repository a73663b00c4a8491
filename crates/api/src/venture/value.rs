//! The published shapes of a valuation and of what was agreed.

use super::entry::{PriceJson, Reading, Written};
use crate::shape::Day;
use app::No;
use base::Currency;
use equity::contribution::Contribution;
use equity::valuation::{
    Adjustment, Comparable, Concluded, Cost, Estimate, Growth, Income, Item, Market, Method,
    Opinion, Used, Valuation,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use trading::venture::Offer;

/// Money that was spent, with the change of prices since.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "CostItem")]
pub struct ItemJson {
    pub what: String,
    pub spent: String,
    pub index: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "CostMethod")]
pub struct CostJson {
    pub items: Vec<ItemJson>,
    pub profit: String,
    pub obsolete: String,
    pub months_left: u32,
    pub months: u32,
    pub spread: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "DealAdjustment")]
pub struct AdjustmentJson {
    pub what: String,
    pub rate: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "ComparableDeal")]
pub struct ComparableJson {
    pub what: String,
    pub price: String,
    #[serde(default)]
    pub adjustments: Vec<AdjustmentJson>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "IncomeMethod")]
pub struct IncomeJson {
    /// Sales of each coming year.
    pub sales: Vec<String>,
    pub part: String,
    pub tax: String,
    pub discount: String,
    pub discount_spread: String,
    #[serde(default)]
    pub growth: Option<String>,
}

/// What an expert says, with reasons.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "ValueOpinion")]
pub struct OpinionJson {
    pub expert: String,
    pub low: String,
    pub high: String,
    /// `cost`, `market` or `income`.
    pub method: String,
    pub why: String,
}

/// A valuation: each method with its inputs, or why it is not used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Valuation")]
pub struct ValuationJson {
    #[schemars(with = "Day")]
    pub on: String,
    #[serde(default)]
    pub cost: Option<CostJson>,
    #[serde(default)]
    pub cost_not_used: String,
    #[serde(default)]
    pub market: Option<Vec<ComparableJson>>,
    #[serde(default)]
    pub market_not_used: String,
    #[serde(default)]
    pub income: Option<IncomeJson>,
    #[serde(default)]
    pub income_not_used: String,
    /// Weights of cost, market, income in the conclusion.
    pub weights: [u32; 3],
    #[serde(default)]
    pub opinions: Vec<OpinionJson>,
}

/// What one method comes to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "ValueEstimate")]
pub struct EstimateJson {
    pub method: String,
    pub low: String,
    pub value: String,
    pub high: String,
}

/// All methods beside one another, and the conclusion.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "ValueConclusion")]
pub struct ConcludedJson {
    pub estimates: Vec<EstimateJson>,
    pub low: String,
    pub value: String,
    pub high: String,
    /// Experts outside of whose range the conclusion lies.
    pub against: Vec<String>,
    #[schemars(with = "Day")]
    pub valid_until: String,
}

/// An inventor with the recorded weight.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "InventorWeight")]
pub struct InventorJson {
    pub holder: String,
    pub weight: u64,
}

/// What both sides agreed on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "ContributionOffer")]
pub struct OfferJson {
    #[schemars(with = "Day")]
    pub on: String,
    pub class: String,
    pub value: String,
    pub price: PriceJson,
    /// The inventors' part of the shares, such as `0.5`.
    pub reward: String,
    pub inventors: Vec<InventorJson>,
}

fn used<T, J>(it: &Used<T>, to: impl Fn(&T) -> J) -> (Option<J>, String) {
    match it {
        Used::Yes(it) => (Some(to(it)), String::new()),
        Used::No { why } => (None, why.clone()),
    }
}

impl ValuationJson {
    pub(crate) fn of(it: &Valuation, to: Written) -> Self {
        let (cost, cost_not_used) = used(&it.cost, |own| CostJson {
            items: own
                .items
                .iter()
                .map(|it| ItemJson {
                    what: it.what.clone(),
                    spent: to.sum(it.spent),
                    index: it.index.to_string(),
                })
                .collect(),
            profit: own.profit.to_string(),
            obsolete: own.obsolete.to_string(),
            months_left: own.months_left,
            months: own.months,
            spread: own.spread.to_string(),
        });
        let (market, market_not_used) = used(&it.market, |own| {
            let by = |it: &Adjustment| AdjustmentJson {
                what: it.what.clone(),
                rate: it.rate.to_string(),
            };
            let all = own.comparables.iter().map(|it| ComparableJson {
                what: it.what.clone(),
                price: to.sum(it.price),
                adjustments: it.adjustments.iter().map(by).collect(),
            });
            all.collect()
        });
        let (income, income_not_used) = used(&it.income, |own| IncomeJson {
            sales: own.sales.iter().map(|sum| to.sum(*sum)).collect(),
            part: own.part.to_string(),
            tax: own.tax.to_string(),
            discount: own.discount.to_string(),
            discount_spread: own.discount_spread.to_string(),
            growth: own.growth.map(|it| it.0.to_string()),
        });
        let opinion = |own: &Opinion| OpinionJson {
            expert: own.expert.clone(),
            low: to.sum(own.low),
            high: to.sum(own.high),
            method: own.method.code().to_owned(),
            why: own.why.clone(),
        };
        Self {
            on: it.on.to_string(),
            cost,
            cost_not_used,
            market,
            market_not_used,
            income,
            income_not_used,
            weights: it.weights,
            opinions: it.opinions.iter().map(opinion).collect(),
        }
    }

    /// The valuation, or every reason against it.
    pub(crate) fn read(&self, currency: Currency) -> Result<Valuation, No> {
        let mut reading = Reading::new(currency);
        let it = &mut reading;
        let on = it.day("on", &self.on);
        let cost = match &self.cost {
            None => Used::No { why: self.cost_not_used.clone() },
            Some(own) => Used::Yes(own.read(it)),
        };
        let market = match &self.market {
            None => Used::No { why: self.market_not_used.clone() },
            Some(all) => Used::Yes(read_market(all, it)),
        };
        let income = match &self.income {
            None => Used::No { why: self.income_not_used.clone() },
            Some(own) => Used::Yes(own.read(it)),
        };
        let mut opinions = Vec::new();
        for (n, own) in self.opinions.iter().enumerate() {
            let at = |part: &str| format!("opinions.{n}.{part}");
            let method = Method::ALL.into_iter().find(|it| it.code() == own.method);
            if method.is_none() {
                it.no.push(base::Refusal::invalid("venture-unknown").on(at("method")));
            }
            opinions.push(Opinion {
                expert: own.expert.clone(),
                low: it.sum(&at("low"), &own.low),
                high: it.sum(&at("high"), &own.high),
                method: method.unwrap_or(Method::Cost),
                why: own.why.clone(),
            });
        }
        let weights = self.weights;
        reading.end(Valuation { on, cost, market, income, weights, opinions })
    }
}

impl CostJson {
    fn read(&self, it: &mut Reading) -> Cost {
        let mut items = Vec::new();
        for (n, own) in self.items.iter().enumerate() {
            items.push(Item {
                what: own.what.clone(),
                spent: it.sum(&format!("cost.items.{n}.spent"), &own.spent),
                index: it.rate(&format!("cost.items.{n}.index"), &own.index),
            });
        }
        Cost {
            items,
            profit: it.rate("cost.profit", &self.profit),
            obsolete: it.rate("cost.obsolete", &self.obsolete),
            months_left: self.months_left,
            months: self.months,
            spread: it.rate("cost.spread", &self.spread),
        }
    }
}

fn read_market(all: &[ComparableJson], it: &mut Reading) -> Market {
    let mut comparables = Vec::new();
    for (n, own) in all.iter().enumerate() {
        let at = |part: &str| format!("market.comparables.{n}.{part}");
        let price = it.sum(&at("price"), &own.price);
        let mut adjustments = Vec::new();
        for by in &own.adjustments {
            let rate = it.rate(&at("adjustments"), &by.rate);
            adjustments.push(Adjustment { what: by.what.clone(), rate });
        }
        comparables.push(Comparable { what: own.what.clone(), price, adjustments });
    }
    Market { comparables }
}

impl IncomeJson {
    fn read(&self, it: &mut Reading) -> Income {
        let mut sales = Vec::new();
        for (n, sum) in self.sales.iter().enumerate() {
            sales.push(it.sum(&format!("income.sales.{n}"), sum));
        }
        Income {
            sales,
            part: it.rate("income.part", &self.part),
            tax: it.rate("income.tax", &self.tax),
            discount: it.rate("income.discount", &self.discount),
            discount_spread: it.rate("income.discount_spread", &self.discount_spread),
            growth: self.growth.as_ref().map(|rate| Growth(it.rate("income.growth", rate))),
        }
    }
}

impl ConcludedJson {
    pub(crate) fn of(it: &Concluded, to: Written) -> Self {
        let estimate = |own: &Estimate| EstimateJson {
            method: own.method.code().to_owned(),
            low: to.sum(own.low),
            value: to.sum(own.value),
            high: to.sum(own.high),
        };
        Self {
            estimates: it.estimates.iter().map(estimate).collect(),
            low: to.sum(it.low),
            value: to.sum(it.value),
            high: to.sum(it.high),
            against: it.against.clone(),
            valid_until: it.valid_until.to_string(),
        }
    }
}

impl OfferJson {
    pub(crate) fn of(it: &Offer, to: Written) -> Self {
        let own = &it.contribution;
        let inventor = |(holder, weight): &(String, u64)| InventorJson {
            holder: holder.clone(),
            weight: *weight,
        };
        Self {
            on: own.on.to_string(),
            class: it.class.clone(),
            value: to.sum(own.value),
            price: PriceJson::of(own.price, to),
            reward: own.reward.to_string(),
            inventors: own.inventors.iter().map(inventor).collect(),
        }
    }

    /// The offer, or every reason against it.
    pub(crate) fn read(&self, currency: Currency) -> Result<Offer, No> {
        let mut it = Reading::new(currency);
        let contribution = Contribution {
            on: it.day("on", &self.on),
            value: it.sum("value", &self.value),
            price: self.price.read("price", &mut it),
            owner: trading::venture::key_of(1),
            reward: it.rate("reward", &self.reward),
            inventors: self.inventors.iter().map(|own| (own.holder.clone(), own.weight)).collect(),
        };
        it.end(Offer { class: self.class.clone(), contribution })
    }
}
