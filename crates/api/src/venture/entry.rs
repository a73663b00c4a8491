//! The published shapes of what happens to shares. Amounts are decimal texts in the venture's
//! currency, rates decimal texts such as `0.15`, days civil dates.

use crate::shape::{Day, date};
use app::No;
use base::{Currency, Date, Money, Refusal};
use equity::class::{Conversion, Participation, Preference};
use equity::event::{Allotment, Limits, Round, Transfer};
use equity::grant::{Grant, Vesting};
use equity::tranche::{OnMiss, Tranche};
use equity::{Class, Event, Price, Rate, What};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Reads texts, and keeps every reason against them.
pub(crate) struct Reading {
    pub currency: Currency,
    pub no: Vec<Refusal>,
}

impl Reading {
    pub(crate) fn new(currency: Currency) -> Self {
        Self { currency, no: Vec::new() }
    }

    pub(crate) fn sum(&mut self, field: &str, text: &str) -> i64 {
        let read = Money::parse(text, self.currency).map(|it| it.minor);
        read.unwrap_or_else(|_| {
            self.no.push(Refusal::invalid("venture-money-unreadable").on(field));
            0
        })
    }

    pub(crate) fn rate(&mut self, field: &str, text: &str) -> Rate {
        Rate::parse(text).unwrap_or_else(|| {
            self.no.push(Refusal::invalid("venture-rate-unreadable").on(field));
            Rate::parse("0").expect("a rate")
        })
    }

    pub(crate) fn day(&mut self, field: &str, text: &str) -> Date {
        date(field, text, &mut self.no).unwrap_or(Date::MIN)
    }

    /// The value, or every reason against it.
    pub(crate) fn end<T>(self, value: T) -> Result<T, No> {
        if self.no.is_empty() { Ok(value) } else { Err(No(self.no)) }
    }
}

/// Writes amounts.
#[derive(Clone, Copy)]
pub(crate) struct Written(pub Currency);

impl Written {
    pub(crate) fn sum(self, minor: i64) -> String {
        Money::new(minor, self.0).decimal()
    }
}

/// A price of shares as an exact fraction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "SharePrice")]
pub struct PriceJson {
    pub amount: String,
    /// For so many shares.
    #[serde(default = "one")]
    pub shares: i64,
}

fn one() -> i64 {
    1
}

impl PriceJson {
    pub(crate) fn of(it: Price, to: Written) -> Self {
        Self { amount: to.sum(it.minor), shares: it.shares }
    }

    pub(crate) fn read(&self, field: &str, reading: &mut Reading) -> Price {
        Price::new(reading.sum(&format!("{field}.minor"), &self.amount), self.shares)
    }
}

/// What a preferred share gets first, and what it may become.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "SharePreference")]
pub struct PreferenceJson {
    pub price: PriceJson,
    /// So many times that price is paid first.
    pub multiple: String,
    /// Lower is paid earlier.
    pub rank: u32,
    /// Whether it shares in the rest.
    pub participates: bool,
    /// Up to so many times the price; null is no limit.
    #[serde(default)]
    pub cap: Option<String>,
    /// So many preferred shares become …
    pub converts_from: i64,
    /// … so many ordinary ones.
    pub converts_into: i64,
}

/// A class of shares.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "ShareClass")]
pub struct ClassJson {
    pub key: String,
    /// Null is an ordinary share.
    #[serde(default)]
    pub preference: Option<PreferenceJson>,
    /// Shares that may be issued at most.
    #[serde(default)]
    pub authorised: Option<i64>,
}

/// Shares issued to one holder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Allotment")]
pub struct AllotmentJson {
    pub holder: String,
    pub shares: i64,
    pub paid: String,
    /// Given in technology: by the contribution alone.
    #[serde(default)]
    pub is_technology: bool,
}

/// Shares that wait for a milestone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Tranche")]
pub struct TrancheJson {
    pub key: String,
    pub holder: String,
    pub shares: i64,
    pub paid: String,
    pub milestone: String,
    #[schemars(with = "Day")]
    pub due: String,
    pub on_miss: OnMissJson,
}

/// What happens when the last day is over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[schemars(rename = "OnMiss")]
pub enum OnMissJson {
    Void,
    /// A part is posted all the same.
    Reduce {
        to: String,
    },
    /// There is more time, once.
    Extend {
        #[schemars(with = "Day")]
        until: String,
    },
}

/// A grant of options out of a pool.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "OptionGrant")]
pub struct GrantJson {
    pub key: String,
    pub pool: String,
    pub holder: String,
    pub shares: i64,
    pub strike: PriceJson,
    #[schemars(with = "Day")]
    pub start: String,
    pub cliff_months: u32,
    pub months: u32,
    #[schemars(with = "Day")]
    pub until: String,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
#[schemars(rename = "ShareEvent")]
pub enum WhatJson {
    Define {
        class: ClassJson,
    },
    Round {
        name: String,
        class: String,
        price: PriceJson,
        #[serde(default)]
        allotments: Vec<AllotmentJson>,
        #[serde(default)]
        tranches: Vec<TrancheJson>,
    },
    Pool {
        pool: String,
        class: String,
        shares: i64,
    },
    Grant {
        grant: GrantJson,
    },
    Exercise {
        grant: String,
        shares: i64,
        paid: String,
    },
    Leave {
        holder: String,
        #[schemars(with = "Day")]
        exercise_until: String,
    },
    Lapse {
        grant: String,
    },
    Convert {
        holder: String,
        class: String,
        into: String,
        shares: i64,
    },
    Transfer {
        from: String,
        to: String,
        class: String,
        shares: i64,
        price: String,
        /// When they were offered to the other holders.
        #[serde(default)]
        #[schemars(with = "Option<Day>")]
        offered: Option<String>,
        /// Holders that do not want them.
        #[serde(default)]
        waived: Vec<String>,
    },
    BuyBack {
        holder: String,
        class: String,
        shares: i64,
        paid: String,
    },
    Limit {
        pre_emption_days: u32,
        holder_max: String,
    },
    Lock {
        holder: String,
        #[schemars(with = "Day")]
        until: String,
    },
    Accept {
        tranche: String,
    },
    Miss {
        tranche: String,
    },
}

/// One entry to be made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "ShareEntry")]
pub struct EventJson {
    #[schemars(with = "Day")]
    pub on: String,
    pub what: WhatJson,
    /// The last entry that was seen, where the caller minds what came between.
    #[serde(default)]
    pub seen: Option<u64>,
}

impl EventJson {
    /// The event, or every reason against it.
    pub(crate) fn read(&self, currency: Currency) -> Result<Event, No> {
        let mut reading = Reading::new(currency);
        let on = reading.day("on", &self.on);
        let what = self.what.read(&mut reading);
        reading.end(Event { on, what })
    }
}

impl ClassJson {
    fn of(it: &Class, to: Written) -> Self {
        let preference = it.preference.as_ref().map(|own| PreferenceJson {
            price: PriceJson::of(own.price, to),
            multiple: own.multiple.to_string(),
            rank: own.rank,
            participates: own.participation != Participation::None,
            cap: match own.participation {
                Participation::Capped { multiple } => Some(multiple.to_string()),
                _ => None,
            },
            converts_from: own.conversion.from,
            converts_into: own.conversion.into,
        });
        Self { key: it.key.clone(), preference, authorised: it.authorised }
    }

    fn read(&self, reading: &mut Reading) -> Class {
        let preference = self.preference.as_ref().map(|own| Preference {
            price: own.price.read("class.price", reading),
            multiple: reading.rate("class.multiple", &own.multiple),
            rank: own.rank,
            participation: match (own.participates, &own.cap) {
                (false, _) => Participation::None,
                (true, None) => Participation::Full,
                (true, Some(cap)) => {
                    Participation::Capped { multiple: reading.rate("class.participation", cap) }
                }
            },
            conversion: Conversion { from: own.converts_from, into: own.converts_into },
        });
        Class { key: self.key.clone(), preference, authorised: self.authorised }
    }
}

impl AllotmentJson {
    fn read(&self, n: usize, reading: &mut Reading) -> Allotment {
        let paid = reading.sum(&format!("round.allotments.{n}.paid"), &self.paid);
        let (holder, shares) = (self.holder.clone(), self.shares);
        Allotment { holder, shares, paid, is_technology: self.is_technology }
    }
}

impl TrancheJson {
    pub(super) fn of(it: &Tranche, to: Written) -> Self {
        Self {
            key: it.key.clone(),
            holder: it.holder.clone(),
            shares: it.shares,
            paid: to.sum(it.paid),
            milestone: it.milestone.clone(),
            due: it.due.to_string(),
            on_miss: match &it.on_miss {
                OnMiss::Void => OnMissJson::Void,
                OnMiss::Reduce { to } => OnMissJson::Reduce { to: to.to_string() },
                OnMiss::Extend { until } => OnMissJson::Extend { until: until.to_string() },
            },
        }
    }

    fn read(&self, (n, class): (usize, &str), reading: &mut Reading) -> Tranche {
        let at = |part: &str| format!("round.tranches.{n}.{part}");
        Tranche {
            key: self.key.clone(),
            holder: self.holder.clone(),
            class: class.to_owned(),
            shares: self.shares,
            paid: reading.sum(&at("paid"), &self.paid),
            milestone: self.milestone.clone(),
            due: reading.day(&at("due"), &self.due),
            on_miss: match &self.on_miss {
                OnMissJson::Void => OnMiss::Void,
                OnMissJson::Reduce { to } => {
                    OnMiss::Reduce { to: reading.rate(&at("on_miss"), to) }
                }
                OnMissJson::Extend { until } => {
                    OnMiss::Extend { until: reading.day(&at("on_miss"), until) }
                }
            },
        }
    }
}

impl GrantJson {
    fn of(it: &Grant, to: Written) -> Self {
        Self {
            key: it.key.clone(),
            pool: it.pool.clone(),
            holder: it.holder.clone(),
            shares: it.shares,
            strike: PriceJson::of(it.strike, to),
            start: it.vesting.start.to_string(),
            cliff_months: it.vesting.cliff_months,
            months: it.vesting.months,
            until: it.until.to_string(),
        }
    }

    fn read(&self, reading: &mut Reading) -> Grant {
        Grant {
            key: self.key.clone(),
            pool: self.pool.clone(),
            holder: self.holder.clone(),
            shares: self.shares,
            strike: self.strike.read("grant.strike", reading),
            vesting: Vesting {
                start: reading.day("grant.start", &self.start),
                cliff_months: self.cliff_months,
                months: self.months,
            },
            until: reading.day("grant.until", &self.until),
        }
    }
}

impl WhatJson {
    pub(crate) fn of(it: &What, to: Written) -> Self {
        match it {
            What::Define { class } => Self::Define { class: ClassJson::of(class, to) },
            What::Round { round } => Self::of_round(round, to),
            What::Pool { pool, class, shares } => {
                Self::Pool { pool: pool.clone(), class: class.clone(), shares: *shares }
            }
            What::Grant { grant } => Self::Grant { grant: GrantJson::of(grant, to) },
            What::Exercise { grant, shares, paid } => {
                Self::Exercise { grant: grant.clone(), shares: *shares, paid: to.sum(*paid) }
            }
            What::Leave { holder, exercise_until } => {
                Self::Leave { holder: holder.clone(), exercise_until: exercise_until.to_string() }
            }
            What::Lapse { grant } => Self::Lapse { grant: grant.clone() },
            What::Convert { holder, class, into, shares } => Self::Convert {
                holder: holder.clone(),
                class: class.clone(),
                into: into.clone(),
                shares: *shares,
            },
            What::Transfer { transfer } => Self::Transfer {
                from: transfer.from.clone(),
                to: transfer.to.clone(),
                class: transfer.class.clone(),
                shares: transfer.shares,
                price: to.sum(transfer.price),
                offered: transfer.offered.map(|on| on.to_string()),
                waived: transfer.waived.clone(),
            },
            What::BuyBack { holder, class, shares, paid } => Self::BuyBack {
                holder: holder.clone(),
                class: class.clone(),
                shares: *shares,
                paid: to.sum(*paid),
            },
            What::Limit { limits } => Self::Limit {
                pre_emption_days: limits.pre_emption_days,
                holder_max: limits.holder_max.to_string(),
            },
            What::Lock { holder, until } => {
                Self::Lock { holder: holder.clone(), until: until.to_string() }
            }
            What::Accept { tranche } => Self::Accept { tranche: tranche.clone() },
            What::Miss { tranche } => Self::Miss { tranche: tranche.clone() },
        }
    }

    fn of_round(round: &Round, to: Written) -> Self {
        let allotment = |it: &Allotment| AllotmentJson {
            holder: it.holder.clone(),
            shares: it.shares,
            paid: to.sum(it.paid),
            is_technology: it.is_technology,
        };
        Self::Round {
            name: round.name.clone(),
            class: round.class.clone(),
            price: PriceJson::of(round.price, to),
            allotments: round.allotments.iter().map(allotment).collect(),
            tranches: round.tranches.iter().map(|it| TrancheJson::of(it, to)).collect(),
        }
    }

    fn read(&self, reading: &mut Reading) -> What {
        match self {
            Self::Define { class } => What::Define { class: class.read(reading) },
            Self::Round { name, class, price, allotments, tranches } => {
                let price = price.read("round.price", reading);
                let allotments =
                    allotments.iter().enumerate().map(|(n, it)| it.read(n, reading)).collect();
                let tranches = tranches.iter().enumerate();
                let tranches = tranches.map(|(n, it)| it.read((n, class), reading)).collect();
                let (name, class) = (name.clone(), class.clone());
                What::Round { round: Round { name, class, price, allotments, tranches } }
            }
            Self::Pool { pool, class, shares } => {
                What::Pool { pool: pool.clone(), class: class.clone(), shares: *shares }
            }
            Self::Grant { grant } => What::Grant { grant: grant.read(reading) },
            Self::Exercise { grant, shares, paid } => What::Exercise {
                grant: grant.clone(),
                shares: *shares,
                paid: reading.sum("paid", paid),
            },
            Self::Leave { holder, exercise_until } => What::Leave {
                holder: holder.clone(),
                exercise_until: reading.day("exercise_until", exercise_until),
            },
            Self::Lapse { grant } => What::Lapse { grant: grant.clone() },
            Self::Convert { holder, class, into, shares } => What::Convert {
                holder: holder.clone(),
                class: class.clone(),
                into: into.clone(),
                shares: *shares,
            },
            Self::Transfer { from, to, class, shares, price, offered, waived } => {
                let offered = offered.as_ref().map(|day| reading.day("transfer.offered", day));
                What::Transfer {
                    transfer: Transfer {
                        from: from.clone(),
                        to: to.clone(),
                        class: class.clone(),
                        shares: *shares,
                        price: reading.sum("transfer.price", price),
                        offered,
                        waived: waived.clone(),
                    },
                }
            }
            Self::BuyBack { holder, class, shares, paid } => What::BuyBack {
                holder: holder.clone(),
                class: class.clone(),
                shares: *shares,
                paid: reading.sum("paid", paid),
            },
            Self::Limit { pre_emption_days, holder_max } => What::Limit {
                limits: Limits {
                    pre_emption_days: *pre_emption_days,
                    holder_max: reading.rate("holder_max", holder_max),
                },
            },
            Self::Lock { holder, until } => {
                What::Lock { holder: holder.clone(), until: reading.day("until", until) }
            }
            Self::Accept { tranche } => What::Accept { tranche: tranche.clone() },
            Self::Miss { tranche } => What::Miss { tranche: tranche.clone() },
        }
    }
}
