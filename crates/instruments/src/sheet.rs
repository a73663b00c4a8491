//! The sheet of an instrument: everything that its owner's staff writes about it.
//!
//! Fields follow the national network platform's list for instruments and PIDINST 1.0.

use crate::{Capability, Place, words_of};
use base::{Bilingual, Date, FileId, InstrumentId, Money, PersonId};

words_of! {
    /// How time or work on it is asked for.
    Mode {
        Bookings = "bookings",
        Queue = "queue",
        /// Bookings and a queue.
        Hybrid = "hybrid",
        /// Samples are handed in; nobody books time.
        Samples = "samples",
        NotShared = "not-shared",
    }

    /// How well it works, in the words of the national platform.
    Condition {
        Sound = "sound",
        FailsAtTimes = "fails-at-times",
        FailsOften = "fails-often",
        AwaitsRepair = "awaits-repair",
        AwaitsScrapping = "awaits-scrapping",
    }

    /// Whether it is made for many purposes or for one.
    Kind {
        General = "general",
        Special = "special",
    }

    /// How its owner came by it.
    Origin {
        Bought = "bought",
        Developed = "developed",
        Given = "given",
        Other = "other",
    }

    /// Whose money bought it.
    Funds {
        Own = "own",
        Central = "central",
        Local = "local",
        Other = "other",
    }

    /// Which larger house it belongs to, in the words of the national platform.
    Carrier {
        None = "none",
        Centre = "centre",
        Facility = "facility",
        KeyLaboratory = "key-laboratory",
        EngineeringCentre = "engineering-centre",
        GermplasmBank = "germplasm-bank",
    }

    /// How another thing stands to the instrument (PIDINST 1.0, relationType).
    Relation {
        IsDescribedBy = "IsDescribedBy",
        IsNewVersionOf = "IsNewVersionOf",
        IsPreviousVersionOf = "IsPreviousVersionOf",
        HasComponent = "HasComponent",
        IsComponentOf = "IsComponentOf",
        References = "References",
        HasMetadata = "HasMetadata",
        WasUsedIn = "WasUsedIn",
        IsIdenticalTo = "IsIdenticalTo",
        IsAttachedTo = "IsAttachedTo",
    }
}

/// Everything about an instrument that its owner's staff may write.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct Sheet {
    pub name: Bilingual,
    pub description: Bilingual,
    /// Technical indicators.
    pub indicators: Bilingual,
    pub functions: Bilingual,
    /// Empty for a self-built one: its owner made it.
    pub makers: Vec<Maker>,
    pub model: String,
    /// Six digits of the national classification; empty where unknown.
    pub class: String,
    pub numbers: Numbers,
    pub commissioned: Option<Date>,
    pub value: Option<Money>,
    pub kind: Kind,
    pub origin: Origin,
    pub funds: Funds,
    pub condition: Condition,
    pub carrier: Carrier,
    pub place: Place,
    pub mode: Mode,
    /// Equal seats that are booked one by one, at least 1.
    pub seats: u32,
    /// The group of instruments within its owner whose settings it inherits; empty for none.
    pub group: String,
    /// Department, laboratory or centre of the owner.
    pub department: Bilingual,
    pub parent: Option<InstrumentId>,
    pub accessories: Vec<Accessory>,
    pub needs: Vec<Need>,
    pub contacts: Vec<Contact>,
    /// People of the owner who operate it: the staff of this instrument.
    pub operators: Vec<PersonId>,
    /// Experts who know it, as its owner names them to everybody.
    pub experts: Vec<Expert>,
    pub rates: Bilingual,
    /// What a user must have read.
    pub notice: Bilingual,
    pub training: Bilingual,
    /// What is done on it for others, and what came of it.
    pub services: Bilingual,
    pub results: Bilingual,
    pub capabilities: Vec<Capability>,
    pub photographs: Vec<Photograph>,
    pub related: Vec<Related>,
    /// Scientific fields, separated by semicolons.
    pub fields: Bilingual,
    /// Made up for a demonstration; shown as such.
    pub invented: bool,
}

/// Who made it.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct Maker {
    pub name: String,
    /// ISO 3166 code, or empty.
    pub country: String,
    /// A ROR or another address that names the maker; empty where unknown.
    pub identifier: String,
}

/// Numbers it is known by.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct Numbers {
    /// The maker's.
    pub serial: String,
    /// The owner's inventory number: the identity within its owner.
    pub asset: String,
    /// Of the national platform.
    pub national: String,
    /// A Handle or DOI that names it for ever, without the resolver's address.
    pub persistent: String,
}

/// Something that may be booked with it.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct Accessory {
    pub name: Bilingual,
    /// How many there are.
    pub stock: u32,
    /// Whether every booking takes one at least.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub is_needed: bool,
}

/// A gas, a chiller, a clean room, another instrument without which it does not work.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct Need {
    /// The owner's name of the resource; instruments that name the same depend on the same.
    pub resource: String,
    /// The instrument that is the resource, where it is one.
    pub instrument: Option<InstrumentId>,
    /// Without it nothing works; else it works in part.
    pub is_full: bool,
}

/// Who answers questions.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct Contact {
    pub name: Bilingual,
    pub phone: String,
    pub email: String,
    pub address: String,
}

/// Somebody who knows the instrument.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct Expert {
    pub name: Bilingual,
    pub knows: Bilingual,
    pub email: String,
}

/// A picture of it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Photograph {
    pub file: FileId,
    #[serde(default)]
    pub caption: Bilingual,
}

/// Another thing that it is tied to.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct Related {
    pub relation: Relation,
    /// `DOI`, `URL`, `Handle` and others of PIDINST's list.
    pub kind: String,
    pub identifier: String,
    pub name: String,
}

impl Sheet {
    /// Seats as they count: never none.
    pub fn seats(&self) -> u32 {
        self.seats.max(1)
    }
}
