//! What an operator sets about deals and what is published of them.

/// Keys of `open_data`.
pub(crate) const OPEN_DATA_KEYS: [&str; 2] = ["prefix", "licence"];
/// Keys of `deals`.
pub(crate) const DEALS_KEYS: [&str; 3] = ["publicity_days", "checking_days", "exclusivity_days"];

/// What is published of processes.
#[derive(Clone, Debug, Default, PartialEq, serde::Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct OpenData {
    /// The registered prefix of every `ocid`; nothing is published without it.
    pub prefix: String,
    /// The address of the licence under which it may be used.
    pub licence: String,
}

impl OpenData {
    /// The same as the city knows it.
    pub fn as_settings(&self) -> app::open_data::OpenData {
        app::open_data::OpenData {
            prefix: self.prefix.trim().to_owned(),
            licence: self.licence.trim().to_owned(),
        }
    }
}

/// How long deals take.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Deals {
    /// Working days for which an agreement of a public institution is published before it stands.
    pub publicity_days: u16,
    /// Working days for which an accepted price is looked at before it stands.
    pub checking_days: u16,
    /// Days for which one counterparty alone negotiates about an exclusive right.
    pub exclusivity_days: u16,
}

impl Default for Deals {
    fn default() -> Self {
        let pace = trading::deal::Pace::default();
        Self {
            publicity_days: pace.publicity_days,
            checking_days: pace.checking_days,
            exclusivity_days: pace.exclusivity_days,
        }
    }
}

impl Deals {
    /// The same as the city knows it.
    pub fn as_settings(self) -> trading::deal::Pace {
        trading::deal::Pace {
            publicity_days: self.publicity_days,
            checking_days: self.checking_days,
            exclusivity_days: self.exclusivity_days,
        }
    }
}
