//! Classes of shares and what they promise.

use crate::flaw::Flaws;
use crate::price::Price;
use crate::{LINE_MAX, Shares, rates};
use ledger::rounding::{Rate, Rounding};

/// A class of shares. Keys are unique within a company.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Class {
    pub key: String,
    /// None is an ordinary share.
    #[serde(default)]
    pub preference: Option<Preference>,
    /// Shares that may be issued at most.
    #[serde(default)]
    pub authorised: Option<Shares>,
}

/// What a preferred share gets first, and what it may become.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Preference {
    /// What a share was issued at.
    pub price: Price,
    /// So many times that price is paid first.
    #[serde(with = "rates::text")]
    pub multiple: Rate,
    /// Lower is paid earlier; equal ranks are paid together.
    pub rank: u32,
    pub participation: Participation,
    pub conversion: Conversion,
}

/// Whether a preferred share that keeps its preference shares in the rest.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Participation {
    None,
    Full,
    /// Until preference and part come to so many times the price.
    Capped {
        #[serde(with = "rates::text")]
        multiple: Rate,
    },
}

/// `into` ordinary shares for every `from` preferred ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Conversion {
    pub from: Shares,
    pub into: Shares,
}

impl Conversion {
    pub const ONE_TO_ONE: Self = Self { from: 1, into: 1 };

    /// So many shares as ordinary ones, whole ones only.
    pub fn of(self, shares: Shares) -> Option<Shares> {
        let product = i128::from(shares) * i128::from(self.into);
        i64::try_from(product.div_euclid(i128::from(self.from))).ok()
    }
}

impl Class {
    /// An ordinary class.
    pub fn ordinary(key: impl Into<String>) -> Self {
        Self { key: key.into(), preference: None, authorised: None }
    }

    /// Its shares as ordinary ones.
    pub fn as_ordinary(&self, shares: Shares) -> Option<Shares> {
        self.preference.as_ref().map_or(Some(shares), |it| it.conversion.of(shares))
    }

    pub(crate) fn flaws(&self, flaws: &mut Flaws) {
        flaws.when(!is_key(&self.key), "class.key", "unreadable");
        let is_bounded = self.authorised.is_none_or(|it| (1..=LINE_MAX).contains(&it));
        flaws.when(!is_bounded, "class.authorised", "beyond");
        let Some(it) = &self.preference else { return };
        it.price.flaws("class.price", flaws);
        let is_multiple = |rate: Rate| {
            rate >= rates::zero() && rates::parts(rate).is_some_and(|it| it <= 100 * rates::WHOLE)
        };
        flaws.when(!is_multiple(it.multiple), "class.multiple", "beyond");
        if let Participation::Capped { multiple } = it.participation {
            // A cap under the preference itself would take back what is promised first.
            let is_fine = is_multiple(multiple) && multiple >= it.multiple;
            flaws.when(!is_fine, "class.participation", "beyond");
        }
        let Conversion { from, into } = it.conversion;
        let is_fine = (1..=1_000_000_000).contains(&from) && (1..=1_000_000_000).contains(&into);
        flaws.when(!is_fine, "class.conversion", "beyond");
    }
}

impl Preference {
    /// What so many shares are paid first, and with their part at most.
    pub fn amounts(&self, shares: Shares) -> Option<(i64, Option<i64>)> {
        let paid = self.price.cost(shares)?;
        let first = self.multiple.of(paid, Rounding::HalfUp)?;
        let most = match &self.participation {
            Participation::Capped { multiple } => Some(multiple.of(paid, Rounding::HalfUp)?),
            _ => None,
        };
        Some((first, most))
    }
}

/// Keys are short: letters, digits, hyphens.
pub(crate) fn is_key(text: &str) -> bool {
    (1..=60).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}
