//! Parties: who promises, with the codes that registration asks for.

use crate::flaw::Flaws;
use base::{Bilingual, OrganisationId};

/// On which side of the deal a party stands.
///
/// The provider develops, transfers, licenses, advises or serves; the acquirer commissions or
/// takes, and pays.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Side {
    Provider,
    Acquirer,
}

impl Side {
    pub const ALL: [Self; 2] = [Self::Provider, Self::Acquirer];

    pub fn code(self) -> &'static str {
        match self {
            Self::Provider => "provider",
            Self::Acquirer => "acquirer",
        }
    }
}

/// One party of a contract. Keys are unique within it: `a`, `b`.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Party {
    pub key: String,
    pub side: Side,
    pub name: Bilingual,
    /// Its record in the city, where it has one.
    #[serde(default)]
    pub organisation: Option<OrganisationId>,
    /// Unified social credit code, or the number of its own country.
    #[serde(default)]
    pub code: String,
    /// Three digits of ISO 3166-1.
    #[serde(default)]
    pub country: String,
    /// Six digits of GB/T 2260; asked for in China alone.
    #[serde(default)]
    pub division: String,
    /// Code of the legal nature, by the operator's list.
    #[serde(default)]
    pub nature: String,
    #[serde(default)]
    pub address: Bilingual,
    /// Who speaks for it.
    #[serde(default)]
    pub representative: String,
    #[serde(default)]
    pub contact: String,
}

/// The number of China in ISO 3166-1.
pub const CHINA: &str = "156";

impl Party {
    /// A party with no more than its name.
    pub fn new(key: impl Into<String>, side: Side, name: Bilingual) -> Self {
        Self {
            key: key.into(),
            side,
            name,
            organisation: None,
            code: String::new(),
            country: String::new(),
            division: String::new(),
            nature: String::new(),
            address: Bilingual::default(),
            representative: String::new(),
            contact: String::new(),
        }
    }

    pub(crate) fn flaws(&self, n: usize, flaws: &mut Flaws) {
        let field = |name: &str| format!("parties.{n}.{name}");
        flaws.when(!is_key(&self.key), field("key"), "unreadable");
        flaws.when(self.name.is_empty(), field("name"), "absent");
        let digits = |text: &str, many: usize| {
            text.is_empty() || text.len() == many && text.bytes().all(|b| b.is_ascii_digit())
        };
        flaws.when(!digits(&self.country, 3), field("country"), "unreadable");
        flaws.when(!digits(&self.division, 6), field("division"), "unreadable");
    }
}

/// Keys are short: letters, digits, hyphens.
pub(crate) fn is_key(text: &str) -> bool {
    (1..=40).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}
