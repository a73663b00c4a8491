//! Technologies as published: one of them, its versions, and what a change of it is told.

use crate::listing::ListingJson;
use crate::operation::Call;
use crate::shape::{LabelJson, Moment, NamedJson, TextJson};
use crate::technology::content::ContentJson;
use app::technology::{Changed, Comparison, Offers, VersionView, View};
use base::Instant;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use trading::Source;

/// A technology as this reader may see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "Technology")]
pub struct TechnologyJson {
    pub id: String,
    /// What people say aloud: `TE-2026-7K3QXM-4`.
    pub reference: String,
    /// The page about it.
    pub url: String,
    pub owner: NamedJson,
    /// `stub`, `drafted`, `confirmed` or `withdrawn`.
    pub state: String,
    /// Why it was withdrawn; empty otherwise.
    pub reason: String,
    pub label: LabelJson,
    /// Counts the changes; send it back with a change.
    pub version: u64,
    /// Which fields are filled: `public`, `owner` or `officer`.
    pub view: String,
    /// Nobody has confirmed it for too long.
    pub is_stale: bool,
    /// The owner's own number; null for other readers.
    pub key: Option<String>,
    #[schemars(with = "Option<Moment>")]
    pub confirmed_at: Option<String>,
    #[schemars(with = "Moment")]
    pub changed_at: String,
    pub source: Option<SourceJson>,
    pub content: ContentJson,
    pub listings: Vec<ListingJson>,
    pub may: MayJson,
}

/// Where a technology came from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "Source")]
pub struct SourceJson {
    /// The office's publication, or the public source that an officer named.
    pub name: String,
    /// The file; null for readers other than the owner and officers, as what follows.
    pub file: Option<String>,
    pub line: Option<u64>,
    pub import: Option<String>,
}

impl SourceJson {
    fn of(source: &Source, is_inside: bool) -> Self {
        Self {
            name: source.name.clone(),
            file: is_inside.then(|| source.file.clone()),
            line: is_inside.then_some(source.line),
            import: source.import.filter(|_| is_inside).map(|import| import.to_string()),
        }
    }
}

/// Which changes this reader may make here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "May")]
pub struct MayJson {
    pub revise: bool,
    pub confirm: bool,
    pub withdraw: bool,
    pub raise_label: bool,
    pub list: bool,
}

impl From<Offers> for MayJson {
    fn from(of: Offers) -> Self {
        let Offers { revise, confirm, withdraw, raise_label, list, .. } = of;
        Self { revise, confirm, withdraw, raise_label, list }
    }
}

impl TechnologyJson {
    /// The technology for this reader.
    pub(crate) fn of(call: &Call<'_>, view: &View) -> Self {
        let technology = &view.technology;
        let is_inside = view.view != "public";
        let content = ContentJson::from(&technology.content);
        Self {
            id: technology.id.to_string(),
            reference: technology.reference.to_string(),
            url: call.url(&format!("/technologies/{}", technology.id)),
            owner: NamedJson::new(view.owner.id, &view.owner.profile.name),
            state: technology.state.word().to_owned(),
            reason: technology.state.reason().to_owned(),
            label: (&technology.label).into(),
            version: technology.version,
            view: view.view.to_owned(),
            is_stale: view.is_stale,
            key: technology.key.clone().filter(|_| is_inside),
            confirmed_at: technology.confirmed_at.map(Instant::rfc3339),
            changed_at: technology.changed_at.rfc3339(),
            source: technology.source.as_ref().map(|source| SourceJson::of(source, is_inside)),
            content: if is_inside { content } else { content.for_strangers() },
            listings: view.listings.iter().map(Into::into).collect(),
            may: view.offers.into(),
        }
    }
}

/// A version as the history shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "Version")]
pub struct VersionJson {
    pub version: u64,
    pub state: String,
    pub label: Option<LabelJson>,
    /// Who made it; null for readers other than the owner and officers.
    pub person: Option<NamedJson>,
    pub note: String,
    #[schemars(with = "Moment")]
    pub at: String,
}

impl From<&VersionView> for VersionJson {
    fn from(of: &VersionView) -> Self {
        Self {
            version: of.version,
            state: of.state.clone(),
            label: of.label.as_ref().map(Into::into),
            person: of.person.as_ref().map(|(id, name)| NamedJson::new(id, name)),
            note: of.note.clone(),
            at: of.at.rfc3339(),
        }
    }
}

/// What changed between two versions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "Comparison")]
pub struct ComparisonJson {
    pub technology: String,
    pub before: u64,
    pub after: u64,
    pub changes: Vec<ChangeJson>,
}

/// One field that differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "Change")]
pub struct ChangeJson {
    /// The path inside the content: `inventors.1.share`.
    pub field: String,
    /// Null where there was nothing.
    pub before: Option<String>,
    pub after: Option<String>,
}

impl ComparisonJson {
    /// The comparison for this reader: strangers are not told of shares.
    pub(crate) fn of(comparison: &Comparison) -> Self {
        let is_inside = comparison.view != "public";
        let told = |field: &str| is_inside || !is_share(field);
        let changes = comparison.changes.iter().filter(|change| told(&change.field));
        let change = |change: &trading::Change| ChangeJson {
            field: change.field.clone(),
            before: change.before.clone(),
            after: change.after.clone(),
        };
        Self {
            technology: comparison.technology.id.to_string(),
            before: comparison.before,
            after: comparison.after,
            changes: changes.map(change).collect(),
        }
    }
}

fn is_share(field: &str) -> bool {
    field.starts_with("inventors.") && field.ends_with(".share")
}

/// What a change of a technology is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "TechnologyChanged")]
pub struct ChangedJson {
    pub id: String,
    pub reference: String,
    pub version: u64,
    /// False when there was nothing to change.
    pub changed: bool,
}

impl From<Changed> for ChangedJson {
    fn from(of: Changed) -> Self {
        Self {
            id: of.technology.to_string(),
            reference: of.reference.to_string(),
            version: of.version,
            changed: of.changed,
        }
    }
}

/// A new technology.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "NewTechnology")]
pub struct CreateJson {
    /// The organisation that owns it.
    pub owner: String,
    pub content: ContentJson,
    /// Members when left out; public only with proof of publication.
    #[serde(default)]
    pub label: Option<LabelJson>,
    /// The owner's own number.
    #[serde(default)]
    pub key: String,
    /// The public source that the officer names; kept and shown.
    #[serde(default)]
    pub public_source: String,
}

/// New words about a technology.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "RevisedTechnology")]
pub struct ReviseJson {
    /// The version that the writer saw; may stand in `If-Match` instead.
    #[serde(default)]
    pub version: Option<u64>,
    /// The whole content: what is left out is emptied.
    pub content: ContentJson,
    #[serde(default)]
    pub note: String,
}

/// The version that somebody confirms.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Confirmation")]
pub struct ConfirmJson {
    /// The version seen; may stand in `If-Match` instead.
    #[serde(default)]
    pub version: Option<u64>,
}

/// Why something is taken back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Withdrawal")]
pub struct WithdrawJson {
    /// The version seen; may stand in `If-Match` instead.
    #[serde(default)]
    pub version: Option<u64>,
    /// Readers see it.
    pub reason: String,
}

/// A higher label.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "RaisedLabel")]
pub struct LabelRaiseJson {
    /// The version seen; may stand in `If-Match` instead.
    #[serde(default)]
    pub version: Option<u64>,
    pub label: LabelJson,
}

/// The versions of one technology, newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "VersionList")]
pub struct VersionsJson {
    pub technology: String,
    pub title: TextJson,
    pub data: Vec<VersionJson>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_shares_are_kept_from_strangers() {
        assert!(is_share("inventors.10.share"));
        assert!(!is_share("inventors.10.name.en") && !is_share("title.en"));
    }
}
