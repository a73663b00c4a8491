//! The content of a technology as published: the same shape in answers, in requests, and in the
//! lines of our own export.

use crate::shape::{Day, OneOf, TextJson, date, word};
use base::{Bilingual, Date, Refusal, text};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use trading::{
    Class, Contact, Content, Export, ExportCategory, Inventor, Percent, Right, RightKind,
    RightStatus, Stage, TransferMode, Trl,
};

/// Everything about a technology that its owner may write.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Content")]
pub struct ContentJson {
    #[serde(default)]
    pub title: TextJson,
    /// One sentence for somebody who may use it.
    #[serde(default)]
    pub summary: TextJson,
    #[serde(default)]
    pub description: TextJson,
    #[serde(default)]
    pub applications: TextJson,
    #[serde(default)]
    pub benefits: TextJson,
    /// Separated by semicolons.
    #[serde(default)]
    pub keywords: TextJson,
    #[serde(default)]
    pub encumbrances: TextJson,
    /// A key of the field tree, or empty.
    #[serde(default)]
    pub field: String,
    #[serde(default)]
    pub classes: Vec<ClassJson>,
    #[serde(default)]
    pub trl: Option<TrlJson>,
    #[serde(default)]
    #[schemars(with = "Option<OneOf<Stage>>")]
    pub stage: Option<String>,
    #[serde(default)]
    #[schemars(with = "Option<OneOf<TransferMode>>")]
    pub mode: Option<String>,
    #[serde(default)]
    pub inventors: Vec<InventorJson>,
    #[serde(default)]
    pub rights: Vec<RightJson>,
    #[serde(default)]
    pub export: ExportJson,
    #[serde(default)]
    pub contact: ContactJson,
    /// Numbers of cases, applications and publications that belong to it.
    #[serde(default)]
    pub related: Vec<String>,
    #[serde(default)]
    pub notes: TextJson,
    /// The holder that the source document names, where the record came out of one.
    #[serde(default)]
    pub holder: TextJson,
    /// Titles in other languages, by language tag.
    #[serde(default)]
    pub other_titles: BTreeMap<String, String>,
    /// Made up for a demonstration.
    #[serde(default)]
    pub invented: bool,
}

/// A symbol of a classification: `IPC` and `H01L 21/02`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Class")]
pub struct ClassJson {
    pub scheme: String,
    pub symbol: String,
}

/// Technology readiness, as somebody judged it on a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Trl")]
pub struct TrlJson {
    #[schemars(range(min = 1, max = 9))]
    pub level: u8,
    #[serde(default)]
    pub evidence: TextJson,
    #[serde(default)]
    #[schemars(with = "Option<Day>")]
    pub on: Option<String>,
    /// Judged by others; otherwise declared by the owner.
    #[serde(default)]
    pub assessed: bool,
}

/// A person who made the invention.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Inventor")]
pub struct InventorJson {
    pub name: TextJson,
    /// Parts of a hundred as decimal text, `33.3333`; readers other than the owner see null.
    #[serde(default)]
    pub share: Option<String>,
}

/// One right in a technology, as an office or its owner states it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Right")]
pub struct RightJson {
    #[schemars(with = "OneOf<RightKind>")]
    pub kind: String,
    /// The office's code by WIPO ST.3.
    #[serde(default)]
    pub office: String,
    /// The number without office and kind of document.
    #[serde(default)]
    pub number: String,
    /// The kind of document by WIPO ST.16.
    #[serde(default)]
    pub code: String,
    #[serde(default)]
    pub application: String,
    #[schemars(with = "OneOf<RightStatus>")]
    pub status: String,
    #[serde(default)]
    #[schemars(with = "Option<Day>")]
    pub filed: Option<String>,
    #[serde(default)]
    #[schemars(with = "Option<Day>")]
    pub published: Option<String>,
    #[serde(default)]
    #[schemars(with = "Option<Day>")]
    pub expires: Option<String>,
    /// Where and when the status was looked up.
    #[serde(default)]
    pub checked: String,
}

/// Whom the technology may be shown and sold to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Export")]
pub struct ExportJson {
    #[schemars(with = "OneOf<ExportCategory>")]
    pub category: String,
    #[serde(default)]
    pub notes: TextJson,
}

impl Default for ExportJson {
    fn default() -> Self {
        Self { category: ExportCategory::Unknown.word().to_owned(), notes: TextJson::default() }
    }
}

/// Who answers questions.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Contact")]
pub struct ContactJson {
    #[serde(default)]
    pub name: TextJson,
    #[serde(default)]
    pub phone: String,
    #[serde(default)]
    pub email: String,
}

impl From<&Content> for ContentJson {
    fn from(of: &Content) -> Self {
        Self {
            title: (&of.title).into(),
            summary: (&of.summary).into(),
            description: (&of.description).into(),
            applications: (&of.applications).into(),
            benefits: (&of.benefits).into(),
            keywords: (&of.keywords).into(),
            encumbrances: (&of.encumbrances).into(),
            field: of.field.clone(),
            classes: of.classes.iter().map(Into::into).collect(),
            trl: of.trl.as_ref().map(Into::into),
            stage: of.stage.map(|stage| stage.word().to_owned()),
            mode: of.mode.map(|mode| mode.word().to_owned()),
            inventors: of.inventors.iter().map(Into::into).collect(),
            rights: of.rights.iter().map(Into::into).collect(),
            export: ExportJson {
                category: of.export.category.word().to_owned(),
                notes: (&of.export.notes).into(),
            },
            contact: ContactJson {
                name: (&of.contact.name).into(),
                phone: of.contact.phone.clone(),
                email: of.contact.email.clone(),
            },
            related: of.related.clone(),
            notes: (&of.notes).into(),
            holder: (&of.holder).into(),
            other_titles: of.other_titles.clone(),
            invented: of.invented,
        }
    }
}

impl From<&Class> for ClassJson {
    fn from(of: &Class) -> Self {
        Self { scheme: of.scheme.clone(), symbol: of.symbol.clone() }
    }
}

impl From<&Trl> for TrlJson {
    fn from(of: &Trl) -> Self {
        let (level, assessed) = (of.level, of.assessed);
        Self { level, evidence: (&of.evidence).into(), on: day(of.on), assessed }
    }
}

impl From<&Inventor> for InventorJson {
    fn from(of: &Inventor) -> Self {
        Self { name: (&of.name).into(), share: of.share.map(|share| share.to_string()) }
    }
}

impl From<&Right> for RightJson {
    fn from(of: &Right) -> Self {
        Self {
            kind: of.kind.word().to_owned(),
            office: of.office.clone(),
            number: of.number.clone(),
            code: of.code.clone(),
            application: of.application.clone(),
            status: of.status.word().to_owned(),
            filed: day(of.filed),
            published: day(of.published),
            expires: day(of.expires),
            checked: of.checked.clone(),
        }
    }
}

fn day(on: Option<Date>) -> Option<String> {
    on.map(|on| on.to_string())
}

impl ContentJson {
    /// What readers who are not the owner's see: no shares of inventors.
    pub(crate) fn for_strangers(mut self) -> Self {
        for inventor in &mut self.inventors {
            inventor.share = None;
        }
        self
    }

    /// The content, with every reason against it gathered; paths begin with `field`.
    pub(crate) fn read(self, field: &str, no: &mut Vec<Refusal>) -> Content {
        let at = |name: &str| format!("{field}.{name}");
        let stage = self.stage.and_then(|stage| word(&at("stage"), &stage, no));
        let mode = self.mode.and_then(|mode| word(&at("mode"), &mode, no));
        let trl = self.trl.map(|trl| trl.read(&at("trl"), no));
        let inventors = self.inventors.into_iter().enumerate();
        let inventors = inventors
            .map(|(place, one)| one.read(&at(&format!("inventors.{place}")), no))
            .collect();
        let rights = self.rights.into_iter().enumerate();
        let rights =
            rights.map(|(place, one)| one.read(&at(&format!("rights.{place}")), no)).collect();
        let category = word(&at("export.category"), &self.export.category, no);
        let class = |of: ClassJson| Class { scheme: of.scheme, symbol: of.symbol };
        let (contact, export) = (self.contact, self.export.notes);
        Content {
            title: self.title.into(),
            summary: self.summary.into(),
            description: self.description.into(),
            applications: self.applications.into(),
            benefits: self.benefits.into(),
            keywords: self.keywords.into(),
            encumbrances: self.encumbrances.into(),
            field: self.field,
            classes: self.classes.into_iter().map(class).collect(),
            trl,
            stage,
            mode,
            inventors,
            rights,
            export: Export {
                category: category.unwrap_or(ExportCategory::Unknown),
                notes: export.into(),
            },
            contact: Contact {
                name: contact.name.into(),
                phone: contact.phone,
                email: contact.email,
            },
            related: self.related,
            notes: self.notes.into(),
            holder: self.holder.into(),
            other_titles: self.other_titles,
            invented: self.invented,
        }
    }
}

impl TrlJson {
    fn read(self, field: &str, no: &mut Vec<Refusal>) -> Trl {
        let on = self.on.and_then(|on| date(&format!("{field}.on"), &on, no));
        Trl { level: self.level, evidence: self.evidence.into(), on, assessed: self.assessed }
    }
}

impl InventorJson {
    fn read(self, field: &str, no: &mut Vec<Refusal>) -> Inventor {
        let name: Bilingual = self.name.into();
        let share = self.share.and_then(|share| percent(&format!("{field}.share"), &share, no));
        Inventor { name, share }
    }
}

impl RightJson {
    fn read(self, field: &str, no: &mut Vec<Refusal>) -> Right {
        let at = |name: &str| format!("{field}.{name}");
        let kind = word(&at("kind"), &self.kind, no).unwrap_or(RightKind::Invention);
        let status = word(&at("status"), &self.status, no).unwrap_or(RightStatus::Unknown);
        let mut day =
            |name: &str, text: Option<String>| text.and_then(|text| date(&at(name), &text, no));
        let (filed, published) = (day("filed", self.filed), day("published", self.published));
        let expires = day("expires", self.expires);
        Right {
            kind,
            office: self.office,
            number: self.number,
            code: self.code,
            application: self.application,
            status,
            filed,
            published,
            expires,
            checked: self.checked,
        }
    }
}

/// Parts of a hundred, written as digits with at most one point.
pub(crate) fn percent(field: &str, text: &str, no: &mut Vec<Refusal>) -> Option<Percent> {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let read = plain.then(|| Percent::parse(text).ok()).flatten();
    if read.is_none() {
        let refusal = Refusal::invalid("number-unreadable").on(field);
        no.push(refusal.term("field", text::field_term(field)));
    }
    read
}

/// Fields of a content, as refusals of the domain name them.
const FIELDS: [&str; 21] = [
    "title",
    "summary",
    "description",
    "applications",
    "benefits",
    "keywords",
    "encumbrances",
    "field",
    "classes",
    "trl",
    "stage",
    "mode",
    "inventors",
    "rights",
    "export",
    "contact",
    "related",
    "notes",
    "holder",
    "other_titles",
    "invented",
];

/// The domain's reasons with the paths of the published shape, where the content is nested.
pub(crate) fn nested(no: app::No) -> app::No {
    let nest = |mut refusal: Refusal| {
        let first = refusal.field.as_deref().and_then(|field| field.split('.').next());
        if first.is_some_and(|first| FIELDS.contains(&first)) {
            refusal.field = refusal.field.map(|field| format!("content.{field}"));
        }
        refusal
    };
    app::No(no.0.into_iter().map(nest).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn full() -> Content {
        let day = |text: &str| base::time::read_date(text);
        Content {
            title: Bilingual::new("Foil", "箔"),
            classes: vec![Class { scheme: "IPC".to_owned(), symbol: "H01L 21/02".to_owned() }],
            trl: Some(Trl { level: 4, on: day("2026-03-01"), assessed: true, ..Trl::default() }),
            stage: Some(Stage::Bench),
            mode: Some(TransferMode::InstituteToFirm),
            inventors: vec![Inventor {
                name: Bilingual::new("Wu", "吴"),
                share: Percent::parse("33.3333").ok(),
            }],
            rights: vec![Right { filed: day("2020-01-31"), ..Right::default() }],
            other_titles: [("de".to_owned(), "Folie".to_owned())].into(),
            ..Content::default()
        }
    }

    #[test]
    fn what_is_published_reads_back() {
        let mut no = Vec::new();
        assert_eq!(ContentJson::from(&full()).read("content", &mut no), full());
        assert_eq!(no, []);
    }

    #[test]
    fn the_shape_is_that_of_our_own_lines() {
        // What the export writes, the interface reads: one shape for both.
        let line = serde_json::to_value(full()).expect("text keys");
        let read: ContentJson = serde_json::from_value(line).expect("the published shape");
        assert_eq!(read, ContentJson::from(&full()));
    }

    #[test]
    fn strangers_see_no_shares() {
        let shown = ContentJson::from(&full()).for_strangers();
        assert!(shown.inventors.iter().all(|inventor| inventor.share.is_none()));
    }

    #[test]
    fn all_reasons_come_at_once() {
        let mut json = ContentJson::from(&full());
        json.stage = Some("ready".to_owned());
        json.inventors[0].share = Some("a third".to_owned());
        json.rights[0].filed = Some("31.1.2020".to_owned());
        json.export.category = String::new();
        let mut no = Vec::new();
        json.read("content", &mut no);
        let found: Vec<String> = no.iter().map(ToString::to_string).collect();
        let want = [
            "choice-unknown (content.stage)",
            "number-unreadable (content.inventors.0.share)",
            "date-unreadable (content.rights.0.filed)",
            "choice-unknown (content.export.category)",
        ];
        assert_eq!(found, want);
    }

    #[test]
    fn the_domains_paths_are_nested() {
        let no = app::No(vec![
            Refusal::invalid("technology-trl-range").on("trl.level"),
            Refusal::invalid("label-word").on("label"),
            Refusal::not_found(),
        ]);
        let found: Vec<Option<String>> = nested(no).0.into_iter().map(|no| no.field).collect();
        assert_eq!(found, [Some("content.trl.level".into()), Some("label".into()), None]);
    }
}
