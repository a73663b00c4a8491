//! What happens to a cap table, in the order it happened.

use crate::class::Class;
use crate::grant::Grant;
use crate::price::Price;
use crate::tranche::Tranche;
use crate::{Minor, Shares, rates};
use base::Date;
use ledger::rounding::Rate;

/// One entry. Days never run backwards.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Event {
    pub on: Date,
    pub what: What,
}

#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum What {
    /// A class comes into being, with none of its shares issued.
    Define {
        class: Class,
    },
    /// Founding is the first of these.
    Round {
        round: Round,
    },
    /// Shares are set aside for options; a pool that is there grows.
    Pool {
        pool: String,
        class: String,
        shares: Shares,
    },
    Grant {
        grant: Grant,
    },
    Exercise {
        grant: String,
        shares: Shares,
        paid: Minor,
    },
    /// A holder of options leaves: what is not earned goes back to the pool at once, the rest can
    /// be exercised until a day.
    Leave {
        holder: String,
        exercise_until: Date,
    },
    /// A grant's time is over: what is open goes back to the pool.
    Lapse {
        grant: String,
    },
    /// Preferred shares become ordinary ones of a class.
    Convert {
        holder: String,
        class: String,
        into: String,
        shares: Shares,
    },
    Transfer {
        transfer: Transfer,
    },
    /// The company takes back shares, and they are no more.
    BuyBack {
        holder: String,
        class: String,
        shares: Shares,
        paid: Minor,
    },
    /// The charter's limits from this day on.
    Limit {
        limits: Limits,
    },
    /// Nothing of this holder can be transferred before a day.
    Lock {
        holder: String,
        until: Date,
    },
    /// A milestone is accepted: its tranche is posted.
    Accept {
        tranche: String,
    },
    /// A milestone's day is over: what its tranche says happens.
    Miss {
        tranche: String,
    },
}

impl What {
    /// Every word there is.
    pub const WORDS: [&'static str; 15] = [
        "define",
        "round",
        "pool",
        "grant",
        "exercise",
        "leave",
        "lapse",
        "convert",
        "transfer",
        "buy-back",
        "limit",
        "lock",
        "accept",
        "miss",
        "technology",
    ];

    /// The word of what happened; a round in which technology comes in has its own.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Define { .. } => "define",
            Self::Round { round } if round.allotments.iter().any(|it| it.is_technology) => {
                "technology"
            }
            Self::Round { .. } => "round",
            Self::Pool { .. } => "pool",
            Self::Grant { .. } => "grant",
            Self::Exercise { .. } => "exercise",
            Self::Leave { .. } => "leave",
            Self::Lapse { .. } => "lapse",
            Self::Convert { .. } => "convert",
            Self::Transfer { .. } => "transfer",
            Self::BuyBack { .. } => "buy-back",
            Self::Limit { .. } => "limit",
            Self::Lock { .. } => "lock",
            Self::Accept { .. } => "accept",
            Self::Miss { .. } => "miss",
        }
    }
}

/// Shares of one class issued at one price.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Round {
    pub name: String,
    pub class: String,
    pub price: Price,
    #[serde(default)]
    pub allotments: Vec<Allotment>,
    #[serde(default)]
    pub tranches: Vec<Tranche>,
}

#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Allotment {
    pub holder: String,
    pub shares: Shares,
    /// At least what they cost at the round's price.
    pub paid: Minor,
    /// Given in technology and not in money.
    #[serde(default)]
    pub is_technology: bool,
}

/// Shares go from one holder to another.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Transfer {
    pub from: String,
    pub to: String,
    pub class: String,
    pub shares: Shares,
    pub price: Minor,
    /// When they were offered to the other holders.
    #[serde(default)]
    pub offered: Option<Date>,
    /// Holders that do not want them.
    #[serde(default)]
    pub waived: Vec<String>,
}

/// Limits of transfers in the charter.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Limits {
    /// Days the other holders have before shares go to an outsider; zero is none.
    pub pre_emption_days: u32,
    /// Part of all issued shares, as ordinary ones, that a transfer may bring one holder to.
    #[serde(with = "rates::text")]
    pub holder_max: Rate,
}

impl Default for Limits {
    fn default() -> Self {
        Self { pre_emption_days: 0, holder_max: rates::whole() }
    }
}
