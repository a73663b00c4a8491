//! Files as published.

use crate::import::shape::FileBytes;
use crate::operation::Call;
use crate::shape::{Moment, NamedJson};
use app::file::Document;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A file, as `multipart/form-data`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "FileUpload")]
pub struct UploadedFileJson {
    /// The file itself.
    #[schemars(with = "FileBytes")]
    pub file: String,
}

/// What is known of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "File")]
pub struct FileJson {
    pub id: String,
    /// As it was given, without what hides or turns characters.
    pub name: String,
    /// `pdf`, `docx`, `xlsx`, `pptx`, `png`, `jpg`, `txt` or `csv`.
    pub kind: String,
    pub bytes: u64,
    /// Of the content, in hexadecimal.
    pub sha256: String,
    #[schemars(with = "Moment")]
    pub kept_at: String,
    /// Whether it hangs on something; what nothing names goes after a day.
    pub is_named: bool,
    /// Where its content is.
    pub url: String,
}

impl FileJson {
    pub(crate) fn of(call: &Call<'_>, file: &app::file::File) -> Self {
        Self {
            id: file.id.to_string(),
            name: file.name.clone(),
            kind: file.kind.clone(),
            bytes: file.bytes,
            sha256: file.hash.clone(),
            kept_at: file.kept_at.rfc3339(),
            is_named: file.named.is_some(),
            url: call.url(&format!("/api/v1/files/{}/content", file.id)),
        }
    }
}

/// A document of a case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "CaseDocument")]
pub struct DocumentJson {
    #[serde(flatten)]
    pub file: FileJson,
    /// Who handed it in.
    pub person: NamedJson,
    /// The number of the move that it came with.
    pub at_move: Option<u64>,
}

impl DocumentJson {
    pub(crate) fn of(call: &Call<'_>, of: &Document) -> Self {
        Self {
            file: FileJson::of(call, &of.file),
            person: NamedJson::new(of.file.person, &of.person),
            at_move: of.at_move,
        }
    }
}
