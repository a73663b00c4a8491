//! Technologies and listings: what they hold, how they move.
//!
//! A technology is what a thing is; a listing is the terms on which it is offered. Decisions are
//! pure: `decide(facts, ask, now)` answers with a plan or with *all* the reasons to say no.
//!
//! Invariants: inventors' shares sum to exactly 100 where any is given; a label is never lowered
//! here; nothing is public without proof of publication or a named public source; a stub carries no
//! title, no text and no name of a person; a text that looks marked as a secret never enters.
//!
//! Absent on purpose: SQL, files, HTTP, a clock, sentences (see `words`), the reading of file
//! formats (see `papers`, `patents`), prices found by auction.

pub mod bulletin;
pub mod cancellation;
pub mod compare;
pub mod complaint;
pub mod deal;
pub mod enquiry;
pub mod falling;
pub mod field;
pub mod intake;
pub mod listing;
pub mod lot;
pub mod lot_default;
pub mod lot_event;
pub mod marking;
pub mod open_licence;
pub mod percent;
pub mod proof;
pub mod release;
pub mod reserve;
pub mod rounds;
pub mod saved_search;
pub mod sealing;
pub mod technology;
pub mod venture;
pub mod webhook;
pub mod workday;

pub use compare::Change;
pub use field::{Field, FieldTree};
pub use listing::{DealMode, Licence, Listing, ListingState, Terms};
pub use percent::{Percent, Share};
pub use proof::Proof;
pub use release::Matter as ReleaseMatter;
pub use technology::{
    Class, Contact, Content, Export, ExportCategory, Inventor, Right, RightKind, RightStatus,
    Source, Stage, State, Technology, TransferMode, Trl,
};

/// Words of an enumeration: the text in stored shapes, in the programming interface and in the
/// keys of `words`.
macro_rules! words_of {
    ($($(#[$doc:meta])* $name:ident { $($variant:ident = $word:literal,)* })*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[derive(serde::Serialize, serde::Deserialize)]
        pub enum $name { $(#[serde(rename = $word)] $variant,)* }

        impl $name {
            /// All of them, in the order of menus.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The word as it is stored and published.
            pub fn word(self) -> &'static str {
                match self { $(Self::$variant => $word,)* }
            }

            /// Reads the word.
            pub fn parse(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| one.word() == word)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.word())
            }
        }
    )*};
}
pub(crate) use words_of;
