//! The content of a technology and the parts it is made of.

use crate::{Share, words_of};
use base::{Bilingual, Date};
use std::collections::BTreeMap;

/// The version of the stored shape of a content.
pub const SHAPE: u32 = 1;

/// Everything about a technology that its owner may write.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct Content {
    pub title: Bilingual,
    /// One sentence for somebody who may use it.
    pub summary: Bilingual,
    pub description: Bilingual,
    pub applications: Bilingual,
    pub benefits: Bilingual,
    /// Separated by semicolons.
    pub keywords: Bilingual,
    /// Pledges, exclusive licences, co-owners' consents, funders' rights; "none known" counts.
    pub encumbrances: Bilingual,
    /// A key of the field tree, or empty.
    pub field: String,
    pub classes: Vec<Class>,
    pub trl: Option<Trl>,
    pub stage: Option<Stage>,
    pub mode: Option<TransferMode>,
    pub inventors: Vec<Inventor>,
    pub rights: Vec<Right>,
    pub export: Export,
    pub contact: Contact,
    /// Numbers of cases, applications and publications that belong to it.
    pub related: Vec<String>,
    /// What a reader of a file has to say about its text: shortened, in another language.
    pub notes: Bilingual,
    /// Titles in languages other than the city's two, by language tag, as the office wrote them.
    pub other_titles: BTreeMap<String, String>,
    /// Made up for a demonstration; shown as such.
    pub invented: bool,
    /// The holder that the source document names, where the record came out of one.
    #[serde(default, skip_serializing_if = "Bilingual::is_empty")]
    pub holder: Bilingual,
}

/// Why bytes are not a content.
#[derive(Debug)]
pub enum NotContent {
    Unreadable(serde_json::Error),
    /// Written by a newer program.
    ShapeUnknown(u32),
}

impl std::fmt::Display for NotContent {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Unreadable(error) => write!(f, "content unreadable: {error}"),
            Self::ShapeUnknown(shape) => write!(f, "content has the unknown shape {shape}"),
        }
    }
}

impl std::error::Error for NotContent {}

#[derive(serde::Serialize)]
struct Written<'a> {
    shape: u32,
    content: &'a Content,
}

#[derive(serde::Deserialize)]
struct Read {
    shape: u32,
    content: Content,
}

impl Content {
    /// The stored form: equal contents have equal bytes, fields in their declared order.
    pub fn to_bytes(&self) -> Vec<u8> {
        let written = Written { shape: SHAPE, content: self };
        serde_json::to_vec(&written).expect("a content has text keys only")
    }

    /// Reads the stored form.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, NotContent> {
        let read: Read = serde_json::from_slice(bytes).map_err(NotContent::Unreadable)?;
        if read.shape == SHAPE {
            Ok(read.content)
        } else {
            Err(NotContent::ShapeUnknown(read.shape))
        }
    }

    /// Every text of both languages with the name of its field, in the order of the form.
    pub fn texts(&self) -> [(&'static str, &Bilingual); 8] {
        [
            ("title", &self.title),
            ("summary", &self.summary),
            ("description", &self.description),
            ("applications", &self.applications),
            ("benefits", &self.benefits),
            ("keywords", &self.keywords),
            ("encumbrances", &self.encumbrances),
            ("notes", &self.notes),
        ]
    }
}

/// A symbol of a classification: `IPC` and `H01L 21/02`.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct Class {
    pub scheme: String,
    pub symbol: String,
}

/// Technology readiness, as somebody judged it on a day.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct Trl {
    /// 1 to 9.
    pub level: u8,
    pub evidence: Bilingual,
    pub on: Option<Date>,
    /// Judged by others; otherwise declared by the owner.
    pub assessed: bool,
}

/// A person who made the invention.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct Inventor {
    pub name: Bilingual,
    pub share: Option<Share>,
}

/// One right in a technology, as an office or its owner states it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct Right {
    pub kind: RightKind,
    /// The office's code by WIPO ST.3, such as CN, US, EP.
    pub office: String,
    /// The publication or registration number without office and kind.
    pub number: String,
    /// The kind of document by WIPO ST.16, such as A1 or B2.
    pub code: String,
    pub application: String,
    pub status: RightStatus,
    pub filed: Option<Date>,
    pub published: Option<Date>,
    pub expires: Option<Date>,
    /// Where and when the status was looked up.
    pub checked: String,
}

impl Default for Right {
    fn default() -> Self {
        Self {
            kind: RightKind::Invention,
            office: String::new(),
            number: String::new(),
            code: String::new(),
            application: String::new(),
            status: RightStatus::Unknown,
            filed: None,
            published: None,
            expires: None,
            checked: String::new(),
        }
    }
}

/// Whom the technology may be shown and sold to.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct Export {
    pub category: ExportCategory,
    pub notes: Bilingual,
}

impl Default for Export {
    fn default() -> Self {
        Self { category: ExportCategory::Unknown, notes: Bilingual::default() }
    }
}

/// Who answers questions: an office rather than a person.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct Contact {
    pub name: Bilingual,
    pub phone: String,
    pub email: String,
}

impl Contact {
    /// Whether somebody can be reached by it.
    pub fn is_reachable(&self) -> bool {
        !self.phone.is_empty() || !self.email.is_empty()
    }
}

words_of! {
    /// How far the evidence goes.
    Stage {
        Concept = "concept",
        Bench = "bench",
        Prototype = "prototype",
        Pilot = "pilot",
        Field = "field",
        Clinical = "clinical",
        Commercial = "commercial",
    }

    /// The four modes of transfer under which every deal is counted.
    TransferMode {
        InsideInstitute = "inside-institute",
        InstituteToFirm = "institute-to-firm",
        BetweenInstitutes = "between-institutes",
        PrivateToPublic = "private-to-public",
    }

    /// What kind of right it is. Know-how is the explicit statement that nothing is registered.
    RightKind {
        Invention = "invention",
        UtilityModel = "utility-model",
        Design = "design",
        Software = "software",
        PlantVariety = "plant-variety",
        LayoutDesign = "layout-design",
        KnowHow = "know-how",
    }

    /// Where a right stands with its office.
    RightStatus {
        Pending = "pending",
        Published = "published",
        Granted = "granted",
        Lapsed = "lapsed",
        Expired = "expired",
        Refused = "refused",
        Unknown = "unknown",
    }

    /// The category of the national catalogue of technologies whose export is ruled.
    ExportCategory {
        Free = "free",
        Restricted = "restricted",
        Prohibited = "prohibited",
        Unknown = "unknown",
    }
}

impl RightKind {
    /// Whether it arises by an office's act only; software and know-how are there without one.
    pub fn is_registered(self) -> bool {
        !matches!(self, Self::Software | Self::KnowHow)
    }
}

impl Export {
    /// Whether an organisation may buy it: what is restricted or prohibited goes to houses of this
    /// country alone, known by their unified social credit code. Whether a restricted one may leave
    /// the country for a certain buyer is for its licence to say, not for an auction.
    pub fn fits(&self, credit_code: &str) -> bool {
        let is_ruled =
            matches!(self.category, ExportCategory::Restricted | ExportCategory::Prohibited);
        !is_ruled || !credit_code.is_empty()
    }
}

impl Right {
    /// Whether an office has published it: its office, its number and the day are known.
    pub fn is_published(&self) -> bool {
        !self.office.is_empty()
            && !self.number.is_empty()
            && self.published.is_some()
            && self.kind != RightKind::KnowHow
    }
}
