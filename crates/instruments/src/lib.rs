//! Instruments that a city shares: what they are, what they measure, when they may be booked, what
//! their use costs and what is recorded of it.
//!
//! Decisions are pure: facts, ask and `now` in; a plan or *all* the reasons to say no out.
//!
//! Invariants: a hidden instrument and one that is not there look the same; a retired instrument
//! keeps its page; one engine judges a booking on every way it can come, and tells all problems at
//! once, in one order, as codes with numbers; places are whole micro-degrees and distances whole
//! metres.
//!
//! Absent on purpose: SQL, HTTP, a clock, sentences (see `words`), the reading of files (see `papers`).

pub mod accessory;
pub mod adjustment;
pub mod agreement;
pub mod approval;
pub mod area;
pub mod booking;
pub mod capability;
pub mod charge;
pub mod check;
pub mod class;
pub mod estimate;
pub mod feedback;
pub mod find;
pub mod instrument;
pub mod item;
pub mod joint_request;
pub mod machine_hours;
pub mod national;
pub mod outage;
pub mod place;
pub mod policy;
pub mod problem;
pub mod qualification;
pub mod quota;
pub mod rating;
pub mod relay;
pub mod review;
pub mod rules;
pub mod scheme;
pub mod series;
pub mod service;
pub mod service_order;
pub mod service_record;
pub mod setting;
pub mod sheet;
pub mod standard;
pub mod start;
pub mod tariff;
pub mod term;
pub mod tie;
pub mod training;
pub mod transfer;
pub mod turn;
pub mod turnaround;
pub mod upkeep;
pub mod usage;
pub mod voucher;
pub mod wait;

pub use capability::Capability;
pub use instrument::Instrument;
pub use place::Place;
pub use sheet::Sheet;

/// Words of an enumeration: the text in stored shapes, in the programming interface and in the
/// keys of `words`. The first is the default.
macro_rules! words_of {
    ($($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $word:literal,)* })*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[derive(serde::Serialize, serde::Deserialize)]
        pub enum $name { $($(#[$vdoc])* #[serde(rename = $word)] $variant,)* }

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

        impl Default for $name {
            fn default() -> Self {
                Self::ALL[0]
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
