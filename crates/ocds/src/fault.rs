//! What keeps the releases of a process from being merged, and what is worth knowing of those that were.

use std::fmt;

/// Why the releases of one process make no record. The number is the release's place in the input,
/// from 0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// There is no release at all.
    Nothing,
    /// A release is not an object.
    NotObject { release: usize },
    /// `ocid` is missing, empty or not a text.
    NoOcid { release: usize },
    /// `ocid` is not that of the first release.
    OtherOcid { release: usize, ocid: String },
    /// `date` is missing, null or not a text.
    NoDate { release: usize },
    /// `date` is a text that names no moment.
    UnreadableDate { release: usize, date: String },
    /// What is a value in one release is an object or a list in another, or such a list is merged by
    /// ids in one and replaced whole in another.
    OtherShape { release: usize, path: String, was: Shape, is: Shape },
    /// The `id` of an object in a list is neither a text nor a number.
    OddId { release: usize, path: String },
    /// More levels of objects and lists than [`crate::DEPTH_MAX`].
    TooDeep { release: usize },
}

/// What a field was seen to hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// A text, number, truth value or a list that is replaced whole.
    Value,
    Object,
    /// A list of objects that is merged by their ids.
    List,
}

impl fmt::Display for Shape {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str(match self {
            Self::Value => "a value",
            Self::Object => "an object",
            Self::List => "a list of objects",
        })
    }
}

/// What did not hinder the merging and may still surprise. Numbers are places in the input, from 0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// Two releases have the same moment; the one that came first in the input counts as earlier.
    SameMoment { releases: [usize; 2] },
    /// A date has no offset and is taken as UTC.
    NoOffset { release: usize },
    /// Sorted as text, as some programs do, these two would change places.
    TextOrderDiffers { releases: [usize; 2] },
    /// Two releases have the same `id`.
    SameReleaseId { releases: [usize; 2] },
    /// Several objects of one list have the same id in one release; the last says what counts.
    SameId { release: usize, path: String, id: String },
}

impl Fault {
    /// The place of the release in the input, where the fault has one.
    pub fn release(&self) -> Option<usize> {
        match self {
            Self::Nothing => None,
            Self::NotObject { release }
            | Self::NoOcid { release }
            | Self::OtherOcid { release, .. }
            | Self::NoDate { release }
            | Self::UnreadableDate { release, .. }
            | Self::OtherShape { release, .. }
            | Self::OddId { release, .. }
            | Self::TooDeep { release } => Some(*release),
        }
    }

    /// A short name for texts and tables: `ocds-no-date`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Nothing => "ocds-nothing",
            Self::NotObject { .. } => "ocds-not-object",
            Self::NoOcid { .. } => "ocds-no-ocid",
            Self::OtherOcid { .. } => "ocds-other-ocid",
            Self::NoDate { .. } => "ocds-no-date",
            Self::UnreadableDate { .. } => "ocds-unreadable-date",
            Self::OtherShape { .. } => "ocds-other-shape",
            Self::OddId { .. } => "ocds-odd-id",
            Self::TooDeep { .. } => "ocds-too-deep",
        }
    }
}
