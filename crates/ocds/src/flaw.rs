//! What keeps a plain process from being written as releases.

use base::{Instant, Money};

/// A thing in a process that cannot be published as it is. All are told at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// The prefix is not that of a registered `ocid`: `ocds-` and six small letters or digits.
    Prefix(String),
    /// The number of the process is empty or has other signs than letters, digits, `-`, `.`, `_`, `:`.
    Number(String),
    /// There is nothing to publish.
    NoSteps,
    /// A step is not later than the one before it.
    NotLater { step: usize, at: Instant },
    /// An organisation is named that the process does not have.
    UnknownOrganisation { step: Option<usize>, id: String },
    /// Two organisations, items, lots, documents or the like have one id.
    SameId { step: Option<usize>, of: &'static str, id: String },
    /// An id is empty.
    NoId { step: Option<usize>, of: &'static str },
    /// A lot, award or contract is named that was not told before.
    Unknown { step: usize, of: &'static str, id: String },
    /// Something is told of the tender before it was announced.
    NotAnnounced { step: usize },
    /// It is listed once more after it was announced: from then on the tender is amended.
    ListedLate { step: usize },
    /// A tender is announced twice; a change is an amendment.
    AnnouncedTwice { step: usize },
    /// A contract is signed twice under one id; a change is a change.
    SignedTwice { step: usize, id: String },
    /// An amended tender lacks a lot, an item or a document it had: merging would keep it.
    Vanished { step: usize, of: &'static str, id: String },
    /// An amount has no exact JSON number.
    Inexact { step: usize, money: Money },
    /// An address is none: a scheme, and no blanks.
    Address { step: usize, address: String },
    /// An active award has nobody to whom it was made.
    NoWinner { step: usize, id: String },
}
