//! Shares that wait for a milestone: held back at the issue, posted when it is reached.

use crate::{Minor, Shares, rates};
use base::Date;
use ledger::rounding::Rate;

/// A part of an issue that waits. It is neither held nor voted nor paid dividends until posted.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Tranche {
    pub key: String,
    pub holder: String,
    pub class: String,
    pub shares: Shares,
    /// What is given for them; counted as paid when they are posted.
    pub paid: Minor,
    /// What has to be reached, in words.
    pub milestone: String,
    /// Last day to reach it.
    pub due: Date,
    pub on_miss: OnMiss,
}

/// What happens when the day is over.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OnMiss {
    /// It falls away.
    Void,
    /// A part is posted all the same, rounded down; the rest falls away.
    Reduce {
        #[serde(with = "rates::text")]
        to: Rate,
    },
    /// There is more time, once; after that it falls away.
    Extend { until: Date },
}

/// What became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    Waiting { due: Date, is_extended: bool },
    Posted { on: Date, shares: Shares },
    Void { on: Date },
}

/// A tranche of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    pub tranche: Tranche,
    pub fate: Fate,
}

impl Held {
    /// Shares that may still be posted.
    pub fn waiting(&self) -> Shares {
        match self.fate {
            Fate::Waiting { .. } => self.tranche.shares,
            _ => 0,
        }
    }
}
