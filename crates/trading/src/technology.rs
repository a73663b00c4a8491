//! A technology: what it is, who owns it, how sure we are of it.
//!
//! Terms of an offer are not here: see `listing`. How it may change is in `technology::change`,
//! what a text must keep to in `technology::content_check`.

pub mod change;
pub(crate) mod content_check;
mod parts;

pub use parts::{
    Class, Contact, Content, Export, ExportCategory, Inventor, NotContent, Right, RightKind,
    RightStatus, SHAPE, Stage, TransferMode, Trl,
};

use base::{ImportId, Instant, Label, OrganisationId, Reference, TechnologyId};

/// After so many days without a confirmation the page says that a technology may be out of date.
pub const CONFIRMATION_DAYS: i64 = 180;

/// One technology, as it is kept.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Technology {
    pub id: TechnologyId,
    pub reference: Reference,
    pub owner: OrganisationId,
    pub state: State,
    pub label: Label,
    /// Counts the changes, from 1.
    pub version: u64,
    pub content: Content,
    /// Its identity with its owner: publication number, case number. Unique within the owner.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirmed_at: Option<Instant>,
    pub changed_at: Instant,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Source>,
}

/// Where a technology stands.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(tag = "state", rename_all = "lowercase")]
pub enum State {
    /// Owner, key, date and field only: its release is not decided.
    Stub,
    /// Being written, or taken over from a file.
    Drafted,
    /// Its owner stands by it.
    Confirmed,
    /// No longer offered or shown, and why.
    Withdrawn { reason: String },
}

impl State {
    /// The words of all states, in the order of life.
    pub const WORDS: [&'static str; 4] = ["stub", "drafted", "confirmed", "withdrawn"];

    /// The word as it is stored and published.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Stub => "stub",
            Self::Drafted => "drafted",
            Self::Confirmed => "confirmed",
            Self::Withdrawn { .. } => "withdrawn",
        }
    }

    /// Reads the word; the reason is stored beside it and counts only for withdrawn.
    pub fn parse(word: &str, reason: &str) -> Option<Self> {
        match word {
            "stub" => Some(Self::Stub),
            "drafted" => Some(Self::Drafted),
            "confirmed" => Some(Self::Confirmed),
            "withdrawn" => Some(Self::Withdrawn { reason: reason.to_owned() }),
            _ => None,
        }
    }

    /// The reason of a withdrawal, empty otherwise.
    pub fn reason(&self) -> &str {
        match self {
            Self::Withdrawn { reason } => reason,
            _ => "",
        }
    }
}

/// The file or the named public source that a technology came from.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Source {
    /// What readers are shown: the office's publication, or the source an officer named.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub file: String,
    #[serde(default)]
    pub line: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub import: Option<ImportId>,
    /// The release review that let the text out: it changes by another review only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub review: Option<Reference>,
    /// Hash of the content as last read from the file: the same again changes nothing.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub hash: String,
}

impl Technology {
    /// Whether its owner has said nothing about it for too long.
    pub fn is_stale(&self, now: Instant) -> bool {
        let last = self.confirmed_at.unwrap_or(self.changed_at);
        now.seconds_since(last) > CONFIRMATION_DAYS * 86_400
    }
}
