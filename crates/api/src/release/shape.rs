//! Release reviews as published: what a proposer says, and what is under review.

use crate::shape::{Day, LabelJson, OneOf, date};
use crate::technology::content::ContentJson;
use base::{Level, Refusal};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use trading::release::{Disclosure, Matter};

/// What the proposer says besides the text itself. Every question wants an answer; "none" is one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Disclosure")]
pub struct DisclosureJson {
    /// To whom it should be told.
    #[serde(default)]
    #[schemars(with = "OneOf<Level>")]
    pub proposed: String,
    /// With which money it was made, and what that money asks for.
    #[serde(default)]
    pub funding: String,
    /// What has been told of it already, where and when.
    #[serde(default)]
    pub prior_publication: String,
    /// The day of a publication that is planned, such as a patent application's.
    #[serde(default)]
    #[schemars(with = "Option<Day>")]
    pub planned_on: Option<String>,
    /// Materials, software or data of others in it.
    #[serde(default)]
    pub third_parties: String,
    /// Whether it, or what it is made for, stands on a control list, and on which.
    #[serde(default)]
    pub export: String,
    /// The proposer declares by name that it contains no state secret.
    #[serde(default)]
    pub declared: bool,
}

impl From<&Disclosure> for DisclosureJson {
    fn from(of: &Disclosure) -> Self {
        Self {
            proposed: of.proposed.clone(),
            funding: of.funding.clone(),
            prior_publication: of.prior_publication.clone(),
            planned_on: of.planned_on.map(|on| on.to_string()),
            third_parties: of.third_parties.clone(),
            export: of.export.clone(),
            declared: of.declared,
        }
    }
}

impl DisclosureJson {
    /// What was said, with every reason against its form gathered; paths begin with `field`.
    pub(crate) fn read(self, field: &str, no: &mut Vec<Refusal>) -> Disclosure {
        let planned_on = self.planned_on;
        Disclosure {
            proposed: self.proposed,
            funding: self.funding,
            prior_publication: self.prior_publication,
            planned_on: planned_on.and_then(|on| date(&format!("{field}.planned_on"), &on, no)),
            third_parties: self.third_parties,
            export: self.export,
            declared: self.declared,
        }
    }
}

/// What is under review. It lies in the case and nowhere else until its release.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "ReleaseReview")]
pub struct ReviewJson {
    /// The technology that it is about.
    pub technology: String,
    /// The version of the technology when this was handed in.
    pub technology_version: u64,
    pub content: ContentJson,
    pub disclosure: DisclosureJson,
    /// Parts of the content that reviewers cut; any cut makes the release a redacted copy.
    pub cut: Vec<String>,
    /// The label that the confidentiality reviewer set; null until then.
    pub agreed: Option<LabelJson>,
    /// Not to be told before this day.
    #[schemars(with = "Option<Day>")]
    pub not_before: Option<String>,
    /// The technology that came of it.
    pub released_as: Option<String>,
}

impl From<&Matter> for ReviewJson {
    fn from(of: &Matter) -> Self {
        Self {
            technology: of.technology.to_string(),
            technology_version: of.version,
            content: (&of.content).into(),
            disclosure: (&of.disclosure).into(),
            cut: of.cut.clone(),
            agreed: of.agreed.as_ref().map(Into::into),
            not_before: of.not_before.map(|on| on.to_string()),
            released_as: of.released_as.map(|id| id.to_string()),
        }
    }
}

/// A result that the city did not know of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "NewDisclosure")]
pub struct DiscloseJson {
    /// The organisation that owns it.
    pub owner: String,
    /// The owner's own number.
    #[serde(default)]
    pub key: String,
    pub content: ContentJson,
    /// The label of the material until its release; members when left out.
    #[serde(default)]
    pub label: Option<LabelJson>,
    pub disclosure: DisclosureJson,
    /// Evidence that you handed in before, by the ids of its files.
    #[serde(default)]
    pub documents: Vec<String>,
}

/// A technology that is put forward for release.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "ProposedRelease")]
pub struct ProposeJson {
    /// The version of the technology seen; may stand in `If-Match` instead.
    #[serde(default)]
    pub version: Option<u64>,
    /// The text as it stands when left out.
    #[serde(default)]
    pub content: Option<ContentJson>,
    pub disclosure: DisclosureJson,
    /// Evidence that you handed in before, by the ids of its files.
    #[serde(default)]
    pub documents: Vec<String>,
}

/// A returned text, mended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Amendment")]
pub struct AmendJson {
    /// The version of the case seen; may stand in `If-Match` instead.
    #[serde(default)]
    pub version: Option<u64>,
    /// The whole content: what is left out is emptied.
    pub content: ContentJson,
    pub disclosure: DisclosureJson,
    #[serde(default)]
    pub reason: String,
    /// Evidence that you handed in before, by the ids of its files.
    #[serde(default)]
    pub documents: Vec<String>,
}

/// Something that cannot be told here: only its owner's own number stands in the city.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "NewStub")]
pub struct StubJson {
    /// The organisation that owns it.
    pub owner: String,
    /// The owner's own number.
    pub key: String,
    /// A key of the field tree, or empty.
    #[serde(default)]
    pub field: String,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::body;

    fn said() -> Disclosure {
        Disclosure {
            proposed: "public".to_owned(),
            funding: "own".to_owned(),
            prior_publication: "none".to_owned(),
            planned_on: base::time::read_date("2026-05-01"),
            third_parties: "none".to_owned(),
            export: "on no list".to_owned(),
            declared: true,
        }
    }

    #[test]
    fn what_is_published_reads_back() {
        let mut no = Vec::new();
        assert_eq!(DisclosureJson::from(&said()).read("disclosure", &mut no), said());
        assert_eq!(no, []);
    }

    #[test]
    fn a_day_that_is_none_is_named_with_its_path() {
        let odd = DisclosureJson { planned_on: Some("soon".to_owned()), ..(&said()).into() };
        let mut no = Vec::new();
        odd.read("disclosure", &mut no);
        let found: Vec<String> = no.iter().map(ToString::to_string).collect();
        assert_eq!(found, ["date-unreadable (disclosure.planned_on)"]);
    }

    #[test]
    fn bodies_are_read_strictly() {
        let check = |text: &str, want: &str| {
            let found = body::read::<DiscloseJson>(text.as_bytes());
            assert_eq!(found.err().map_or_else(String::new, |no| no.to_string()), want, "{text}");
        };
        check(r#"{"owner":"o","content":{},"disclosure":{}}"#, "");
        check(r#"{"owner":"o","content":{}}"#, "field-required (disclosure)");
        check(
            r#"{"owner":"o","content":{},"disclosure":{"declared":"yes"}}"#,
            "body-value-unfit (disclosure.declared)",
        );
        check(
            r#"{"owner":"o","content":{},"disclosure":{"secret":false}}"#,
            "body-field-unknown (disclosure.secret)",
        );
    }
}
