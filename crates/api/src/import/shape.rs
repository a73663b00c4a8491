//! Runs of imports as published.

use crate::shape::{LabelJson, Moment, NamedJson, NextJson, TextJson};
use crate::technology::content::ContentJson;
use app::import::{Counts, FileRead, View};
use base::Lang;
use papers::Problem;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "Import")]
pub struct ImportJson {
    pub id: String,
    pub owner: NamedJson,
    /// `staged`, `running`, `paused`, `done`, `undone` or `discarded`.
    pub state: String,
    /// Whether good records go in although others are wrong.
    pub takes_good: bool,
    /// The public source that the officer named, or empty.
    pub public_source: String,
    pub files: Vec<FileJson>,
    pub n_rows: u64,
    pub n_done: u64,
    /// What became of the records.
    pub counts: CountsJson,
    pub n_problems: u64,
    #[schemars(with = "Moment")]
    pub created_at: String,
    #[schemars(with = "Moment")]
    pub changed_at: String,
}

/// A file that was handed in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "ImportFile")]
pub struct FileJson {
    pub name: String,
    pub bytes: u64,
    pub sha256: String,
    pub format: String,
}

impl From<&FileRead> for FileJson {
    fn from(of: &FileRead) -> Self {
        Self {
            name: of.name.clone(),
            bytes: of.bytes,
            sha256: of.sha256.clone(),
            format: of.format.clone(),
        }
    }
}

/// What becomes of records; the numbers add up to what was read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "ImportCounts")]
pub struct CountsJson {
    pub created: u64,
    pub updated: u64,
    pub unchanged: u64,
    /// Entered without a title, because nothing proves that the text is public.
    pub stubs: u64,
    pub rejected: u64,
    pub unsupported: u64,
}

impl From<Counts> for CountsJson {
    fn from(of: Counts) -> Self {
        let Counts { created, updated, unchanged, stubs, rejected, unsupported } = of;
        Self { created, updated, unchanged, stubs, rejected, unsupported }
    }
}

impl From<&View> for ImportJson {
    fn from(of: &View) -> Self {
        let run = &of.run;
        Self {
            id: run.id.to_string(),
            owner: NamedJson::new(run.owner, &of.owner.profile.name),
            state: run.state.word().to_owned(),
            takes_good: run.takes_good,
            public_source: run.source.clone(),
            files: run.files.iter().map(Into::into).collect(),
            n_rows: run.n_rows,
            n_done: run.n_done,
            counts: run.counts.into(),
            n_problems: of.n_problems,
            created_at: run.created_at.rfc3339(),
            changed_at: run.changed_at.rfc3339(),
        }
    }
}

/// The newest runs, newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "ImportList")]
pub struct ImportsJson {
    pub data: Vec<ImportJson>,
    pub next: Option<NextJson>,
}

/// A run whose records wait for approval.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "StagedImport")]
pub struct StagedJson {
    pub import: ImportJson,
    /// What the records of this request would become if they were approved now.
    pub preview: CountsJson,
}

/// A complaint about a record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "ImportProblem")]
pub struct ProblemRowJson {
    pub n: u64,
    pub file: String,
    /// Counted from 1; 0 where no line can be named.
    pub line: u64,
    pub column: u64,
    pub field: String,
    pub code: String,
    /// What is wrong and what to do, in the asker's language.
    pub text: String,
    /// The record was taken all the same.
    pub warning: bool,
}

impl ProblemRowJson {
    /// The problem in this language.
    pub(crate) fn of(lang: Lang, n: u64, problem: &Problem) -> Self {
        Self {
            n,
            file: problem.file.clone(),
            line: problem.line,
            column: problem.column,
            field: problem.field.clone(),
            code: problem.code.to_string(),
            text: papers::sentence(lang, problem),
            warning: problem.warning,
        }
    }
}

/// Complaints about a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "ImportProblemList")]
pub struct ProblemsJson {
    pub data: Vec<ProblemRowJson>,
    /// Null at the end.
    pub next: Option<NextJson>,
}

/// One line of our own export: what is not read back may stand in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "Record")]
pub struct RecordJson {
    /// `bellwether-technology-1`.
    pub shape: String,
    /// The owner's own number; the same key again is the same technology.
    #[serde(default)]
    pub key: Option<String>,
    #[serde(default)]
    pub reference: String,
    #[serde(default)]
    pub owner: Option<TextJson>,
    /// Written by exports, not read.
    #[serde(default)]
    pub label: Option<LabelJson>,
    pub content: ContentJson,
}

/// Records to stage.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "NewImport")]
pub struct StartJson {
    /// The organisation that becomes the owner.
    pub owner: String,
    /// The public source that the officer names; without one, records that do not prove their own
    /// publication enter as stubs.
    #[serde(default)]
    pub public_source: String,
    /// At most 200; a record that cannot be read is reported, the others are staged.
    #[schemars(with = "Vec<RecordJson>", length(max = 200))]
    pub records: Vec<serde_json::Value>,
}

/// More records for a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "MoreRecords")]
pub struct MoreJson {
    /// At most 200.
    #[schemars(with = "Vec<RecordJson>", length(max = 200))]
    pub records: Vec<serde_json::Value>,
}

/// Files to stage, as `multipart/form-data`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "ImportUpload")]
pub struct UploadJson {
    pub owner: String,
    #[serde(default)]
    pub public_source: String,
    /// The files themselves.
    #[schemars(with = "Vec<FileBytes>")]
    pub files: Vec<String>,
}

/// The schema of a file inside a form.
pub struct FileBytes;

impl JsonSchema for FileBytes {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "FileBytes".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "string",
            "contentMediaType": "application/octet-stream",
        })
    }
}

/// A yes to a staged run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Approval")]
pub struct ApproveJson {
    /// Take the good records although others were rejected.
    #[serde(default)]
    pub takes_good: bool,
}

/// What taking a run back came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "Reversal")]
pub struct ReversalJson {
    pub import: String,
    pub counts: CountsJson,
}
