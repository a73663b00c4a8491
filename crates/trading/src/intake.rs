//! What an importer hands over: records with their place, their proof and their warnings.
//!
//! Invariant: a record becomes public only by its own proof or by a source that an officer names;
//! a grade that does not say "everybody" never does. What does not qualify enters as a stub that
//! holds owner, key, date and field, and not a word of the record's text.

pub mod patent;

use crate::{Content, Proof, marking, words_of};
use base::{Bilingual, Date};
use sha2::{Digest, Sha256};
use std::borrow::Cow;

/// Where a record stands in what was handed in.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Place {
    /// The file as the caller named it; members of an archive follow after `!/`.
    pub file: String,
    /// Counted from 1; 0 when no line can be named.
    pub line: u64,
}

/// One complaint about a file: a reason to reject a record, or a warning beside one.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Problem {
    pub file: String,
    /// Counted from 1; 0 when no line can be named.
    pub line: u64,
    /// Counted from 1; 0 when no column can be named.
    pub column: u64,
    /// The head of the column, the path in the document, or empty.
    pub field: String,
    /// The sentence is `problem-<code>` in `words`.
    pub code: Cow<'static, str>,
    pub values: Vec<(Cow<'static, str>, String)>,
    /// The record was taken all the same.
    pub warning: bool,
}

impl Problem {
    /// A reason to reject what stands at this place.
    pub fn new(code: &'static str, at: &Place) -> Self {
        Self {
            file: at.file.clone(),
            line: at.line,
            column: 0,
            field: String::new(),
            code: Cow::Borrowed(code),
            values: Vec::new(),
            warning: false,
        }
    }

    /// A remark beside a record that is taken.
    pub fn warn(code: &'static str, at: &Place) -> Self {
        Self { warning: true, ..Self::new(code, at) }
    }

    /// The field it speaks of.
    pub fn on(self, field: impl Into<String>) -> Self {
        Self { field: field.into(), ..self }
    }

    /// The column, counted from 1.
    pub fn at_column(self, column: u64) -> Self {
        Self { column, ..self }
    }

    /// A value inside the sentence, shortened to what a line can hold. A text that looks marked
    /// as a secret is not repeated.
    pub fn with(mut self, name: &'static str, value: impl std::fmt::Display) -> Self {
        let value = value.to_string();
        let told =
            if marking::find(&value).is_some() { "…".to_owned() } else { shortened(&value) };
        self.values.push((Cow::Borrowed(name), told));
        self
    }
}

/// Characters of an outside text that a problem repeats.
const VALUE_CHARS_MAX: usize = 120;

fn shortened(text: &str) -> String {
    let clean = |c: char| if c.is_control() { ' ' } else { c };
    let mut short: String = text.chars().take(VALUE_CHARS_MAX).map(clean).collect();
    if text.chars().nth(VALUE_CHARS_MAX).is_some() {
        short.push('…');
    }
    short
}

/// The little that a stub may tell.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct StubFacts {
    /// The owner's own number of the case.
    pub reference: String,
    pub date: Option<Date>,
    /// A key of the field tree, or empty.
    pub field: String,
}

words_of! {
    /// Who may receive a piece of software or a record, as its source says.
    Grade {
        OpenSource = "open-source",
        GeneralPublic = "general-public",
        UsAndForeign = "us-and-foreign",
        DomesticOnly = "domestic-only",
        GovernmentPurpose = "government-purpose",
        ProjectLimited = "project-limited",
        Academic = "academic",
        Pending = "pending",
        NotStated = "not-stated",
    }
}

impl Grade {
    /// Reads a grade as sources write it: `U.S. Government Purpose Release `, `Pending Release`.
    pub fn read(text: &str) -> Option<Self> {
        let plain = text.trim().to_lowercase().replace(['-', '_'], " ");
        let plain = plain.replace("u.s.", "us");
        let has = |word: &str| plain.contains(word);
        Some(match plain.as_str() {
            "open source" | "open source release" => Self::OpenSource,
            "general public release" | "general public" => Self::GeneralPublic,
            _ if has("pending release") => Self::Pending,
            _ if has("(project)") || has("project limited") => Self::ProjectLimited,
            _ if has("(academic)") => Self::Academic,
            _ if has("us government purpose release") => Self::GovernmentPurpose,
            _ if has("us and foreign release") => Self::UsAndForeign,
            _ if has("us release only") => Self::DomesticOnly,
            _ => return None,
        })
    }

    /// Whether it says that everybody may have it.
    pub fn is_for_everybody(self) -> bool {
        matches!(self, Self::OpenSource | Self::GeneralPublic)
    }
}

/// One record as read from a file.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Record {
    /// Its identity with its owner: publication number, case number.
    pub key: String,
    pub at: Place,
    pub content: Content,
    pub proof: Proof,
    /// The owner as the file names it.
    pub owner_hint: Option<Bilingual>,
    pub stub_facts: StubFacts,
    /// `None` in formats that know no grades.
    pub grade: Option<Grade>,
    /// The record names a licence that is open to everybody.
    pub open_licence: bool,
    pub warnings: Vec<Problem>,
}

impl Record {
    /// Hash of everything that an import would write: equal hashes mean "unchanged".
    pub fn hash(&self) -> String {
        let mut hasher = Sha256::new();
        hasher.update(self.key.as_bytes());
        hasher.update([0]);
        hasher.update(self.content.to_bytes());
        hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// As what a record enters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry {
    /// With its text, visible to everybody; the proof is kept and shown.
    Public { proof: Proof },
    /// Without a title, awaiting review.
    Stub { facts: StubFacts, key: String, why: StubReason },
}

words_of! {
    /// Why a record enters as a stub.
    StubReason {
        NoProof = "no-proof",
        Grade = "grade",
    }
}

/// The standing of a record: public by its own proof or by the named source, otherwise a stub.
pub fn standing(record: &Record, public_source: Option<&str>) -> Entry {
    let stub = |why| Entry::Stub { facts: record.stub_facts.clone(), key: record.key.clone(), why };
    let may_be_public = match record.grade {
        None => true,
        Some(Grade::NotStated) => record.open_licence,
        Some(grade) => grade.is_for_everybody(),
    };
    if !may_be_public {
        return stub(StubReason::Grade);
    }
    if record.proof.holds() {
        return Entry::Public { proof: record.proof.clone() };
    }
    match public_source.map(str::trim).filter(|text| !text.is_empty()) {
        Some(text) => Entry::Public { proof: Proof::Source { text: text.to_owned() } },
        None => stub(StubReason::NoProof),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(grade: &str, open: bool, proof: bool, source: &str, want: &str) {
        let on = Date::new(2003, 7, 9).expect("a date");
        let (office, number) = ("EP".to_owned(), "1325900".to_owned());
        let proof = if proof { Proof::Publication { office, number, on } } else { Proof::None };
        let grade = (!grade.is_empty()).then(|| Grade::read(grade).unwrap_or(Grade::NotStated));
        let mut record = Record { grade, proof, open_licence: open, ..Record::default() };
        record.content.title.en = "Secret sauce".to_owned();
        let entry = standing(&record, Some(source).filter(|text| !text.is_empty()));
        let found = match &entry {
            Entry::Public { proof } => proof.text(),
            Entry::Stub { why, .. } => format!("stub: {why}"),
        };
        assert_eq!(found, want);
        assert!(!format!("{entry:?}").contains("sauce"));
    }

    #[test]
    fn the_standing_of_records() {
        check("", false, true, "", "EP 1325900, 2003-07-09");
        check("", false, true, "a site", "EP 1325900, 2003-07-09");
        check("", false, false, "", "stub: no-proof");
        check("", false, false, "  ", "stub: no-proof");
        check("", false, false, "a site", "a site");
        check("Open Source", false, false, "a site", "a site");
        check("open-source", false, false, "", "stub: no-proof");
        check("General Public Release", false, false, "a site", "a site");
        check("Pending Release", true, true, "a site", "stub: grade");
        check("U.S. Government Purpose Release ", true, false, "a site", "stub: grade");
        check("U.S. Government Purpose Release (Project)", true, false, "a site", "stub: grade");
        check("U.S. Release Only", true, false, "a site", "stub: grade");
        check("U.S. and Foreign Release (Academic)", true, false, "a site", "stub: grade");
        check("what", false, false, "a site", "stub: grade");
        check("what", true, false, "a site", "a site");
    }

    #[test]
    fn a_hash_tells_the_text_and_not_the_place() {
        let record = Record { key: "K".to_owned(), ..Record::default() };
        let mut moved = record.clone();
        moved.at.line = 9;
        assert_eq!(record.hash(), moved.hash());
        moved.content.title.zh = "新".to_owned();
        assert_ne!(record.hash(), moved.hash());
    }

    #[test]
    fn a_problem_repeats_little_of_the_file() {
        let long = "x\n".repeat(500);
        let problem = Problem::warn("date-unreadable", &Place::default()).with("found", long);
        assert_eq!(problem.values[0].1.chars().count(), VALUE_CHARS_MAX + 1);
        assert!(problem.warning && !problem.values[0].1.contains('\n'));
        let marked = Problem::new("file-unreadable", &Place::default()).with("why", "机密★10年 甲");
        assert_eq!(marked.values[0].1, "…");
    }
}
