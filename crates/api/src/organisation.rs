//! Organisations: public bodies, added by the city's desk and kept current by their own people.

use crate::operation::{Answer, Call, Operation, schema_of};
use crate::query::{Kind, LIMIT, Parameter, limit};
use crate::reply;
use crate::shape::{ListJson, Moment, OneOf, TextJson, word};
use access::Act as A;
use app::No;
use app::merger::MergeOrganisations;
use app::organisation::{CreateOrganisation, OrganisationChanged, ReviseOrganisation};
use base::Refusal;
use edge::Reply;
use parties::organisation::Profile;
use parties::{Organisation, OrganisationKind};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The operations of this noun.
pub(crate) static OPERATIONS: &[&Operation] = &[&LIST, &LOOK, &CREATE, &REVISE, &MERGE];

/// An organisation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "Organisation")]
pub struct OrganisationJson {
    pub id: String,
    pub reference: String,
    /// The page about it.
    pub url: String,
    pub version: u64,
    #[schemars(with = "OneOf<OrganisationKind>")]
    pub kind: String,
    pub name: TextJson,
    pub short: TextJson,
    /// Unified social credit code, or empty.
    pub credit_code: String,
    pub region: TextJson,
    pub about: TextJson,
    /// Made up for a demonstration.
    pub invented: bool,
    /// Whether the city's office was satisfied that it is what it says.
    pub verified: bool,
    /// The organisation into which it was taken; null where it was not.
    pub merged_into: Option<String>,
    /// The register that told of it, or empty.
    pub source: String,
    /// The trade as that register names it, or empty.
    pub industry: String,
    /// The day on which it was founded, `YYYY-MM-DD`, or empty.
    pub founded_on: String,
    #[schemars(with = "Moment")]
    pub created_at: String,
    #[schemars(with = "Moment")]
    pub changed_at: String,
}

impl OrganisationJson {
    fn of(call: &Call<'_>, of: &Organisation) -> Self {
        let profile = &of.profile;
        Self {
            id: of.id.to_string(),
            reference: of.reference.to_string(),
            url: call.url(&format!("/organisations/{}", of.id)),
            version: of.version,
            kind: profile.kind.word().to_owned(),
            name: (&profile.name).into(),
            short: (&profile.short).into(),
            credit_code: profile.credit_code.clone(),
            region: (&profile.region).into(),
            about: (&profile.about).into(),
            invented: profile.invented,
            verified: of.verified_at.is_some(),
            merged_into: of.merged_into.map(|into| into.to_string()),
            source: of.source.clone(),
            industry: of.industry.clone(),
            founded_on: of.founded_on.clone(),
            created_at: of.created_at.rfc3339(),
            changed_at: of.changed_at.rfc3339(),
        }
    }
}

/// What is said about an organisation; all of it is public.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Profile")]
pub struct ProfileJson {
    #[schemars(with = "OneOf<OrganisationKind>")]
    pub kind: String,
    pub name: TextJson,
    #[serde(default)]
    pub short: TextJson,
    #[serde(default)]
    pub credit_code: String,
    #[serde(default)]
    pub region: TextJson,
    #[serde(default)]
    pub about: TextJson,
    /// Made up for a demonstration; counts only when it is added.
    #[serde(default)]
    pub invented: bool,
}

impl ProfileJson {
    fn read(self) -> Result<Profile, No> {
        let mut no: Vec<Refusal> = Vec::new();
        let Some(kind) = word("profile.kind", &self.kind, &mut no) else { return Err(No(no)) };
        Ok(Profile {
            kind,
            name: self.name.into(),
            short: self.short.into(),
            credit_code: self.credit_code,
            region: self.region.into(),
            about: self.about.into(),
            invented: self.invented,
        })
    }
}

/// A new organisation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "NewOrganisation")]
pub struct CreateJson {
    pub profile: ProfileJson,
    /// Other spellings under which importers meet it.
    #[serde(default)]
    pub aliases: Vec<String>,
}

/// New words about an organisation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "RevisedOrganisation")]
pub struct ReviseJson {
    /// The version seen; may stand in `If-Match` instead.
    #[serde(default)]
    pub version: Option<u64>,
    pub profile: ProfileJson,
}

/// What a change of an organisation is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "OrganisationChanged")]
pub struct ChangedJson {
    pub id: String,
    pub reference: String,
    pub version: u64,
}

impl From<OrganisationChanged> for ChangedJson {
    fn from(of: OrganisationChanged) -> Self {
        Self {
            id: of.organisation.to_string(),
            reference: of.reference.to_string(),
            version: of.version,
        }
    }
}

static LIST: Operation = Operation {
    query: &[limit(100), Parameter::new("after", Kind::Text), Parameter::new("q", Kind::Text)],
    answer: Answer::json::<ListJson<OrganisationJson>>(200),
    ..Operation::list(
        "organisation-list",
        "/api/v1/organisations",
        A::ListOrganisations,
        |request| LIST.answer(request),
        list,
    )
};

fn list(call: &Call<'_>) -> Result<Reply, No> {
    let limit = call.query.limit(LIMIT);
    let after = call.query.text("after");
    let mut rows = match call.query.text("q") {
        "" => call.city().organisations(call.asker(), after, limit + 1)?,
        typed => call.city().find_organisations(call.asker(), typed, after, limit + 1)?,
    };
    let is_more = reply::cut(&mut rows, limit);
    let last = rows.last().filter(|_| is_more).map(|row| row.id.to_string());
    let data = rows.iter().map(|row| OrganisationJson::of(call, row)).collect();
    Ok(reply::public(&ListJson { data, next: reply::next(call, last) }))
}

static LOOK: Operation = Operation {
    answer: Answer::json::<OrganisationJson>(200),
    ..Operation::look(
        "organisation-look",
        "/api/v1/organisations/{id}",
        A::LookAtOrganisation,
        |request| LOOK.answer(request),
        look,
    )
};

fn look(call: &Call<'_>) -> Result<Reply, No> {
    let found = call.city().organisation(call.asker(), call.id("id")?)?.organisation;
    Ok(reply::single(call, found.version, &OrganisationJson::of(call, &found)))
}

static CREATE: Operation = Operation {
    request: Some(schema_of::<CreateJson>()),
    answer: Answer::json::<ChangedJson>(201),
    ..Operation::post(
        "organisation-create",
        "/api/v1/organisations",
        A::CreateOrganisation,
        |request| CREATE.answer(request),
        create,
    )
};

fn create(call: &Call<'_>) -> Result<Reply, No> {
    let ask: CreateJson = call.body()?;
    let act = CreateOrganisation { profile: ask.profile.read()?, aliases: ask.aliases };
    let changed = call.city().perform(call.asker(), act).map_err(nested)?;
    let path = format!("/api/v1/organisations/{}", changed.organisation);
    Ok(reply::created(call, &path, &ChangedJson::from(changed)))
}

static REVISE: Operation = Operation {
    request: Some(schema_of::<ReviseJson>()),
    answer: Answer::json::<ChangedJson>(200),
    takes_version: true,
    ..Operation::put(
        "organisation-revise",
        "/api/v1/organisations/{id}",
        A::ReviseOrganisation,
        |request| REVISE.answer(request),
        revise,
    )
};

fn revise(call: &Call<'_>) -> Result<Reply, No> {
    let organisation = call.id("id")?;
    let ask: ReviseJson = call.body()?;
    let version = call.version(ask.version)?;
    let act = ReviseOrganisation { organisation, version, profile: ask.profile.read()? };
    let changed = call.city().perform(call.asker(), act).map_err(nested)?;
    Ok(reply::json(&ChangedJson::from(changed)))
}

/// The domain's reasons with the paths of the published shape, where the profile is nested.
fn nested(no: No) -> No {
    let nest = |mut refusal: Refusal| {
        let is_own = |field: &&String| field.as_str() != "aliases" && field.as_str() != "version";
        if let Some(field) = refusal.field.as_ref().filter(is_own) {
            refusal.field = Some(format!("profile.{field}"));
        }
        refusal
    };
    No(no.0.into_iter().map(nest).collect())
}

/// Into which organisation, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Merger")]
pub struct MergeJson {
    /// The version seen; may stand in `If-Match` instead.
    #[serde(default)]
    pub version: Option<u64>,
    /// The other organisation.
    pub into: String,
    /// What shows that they are one.
    pub reason: String,
}

/// What became of two organisations.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "Merged")]
pub struct MergedJson {
    pub organisation: String,
    pub into: String,
}

static MERGE: Operation = Operation {
    request: Some(schema_of::<MergeJson>()),
    answer: Answer::json::<MergedJson>(200),
    takes_version: true,
    ..Operation::post(
        "organisation-merge",
        "/api/v1/organisations/{id}/merger",
        A::MergeOrganisations,
        |request| MERGE.answer(request),
        merge,
    )
};

fn merge(call: &Call<'_>) -> Result<Reply, No> {
    let organisation = call.id("id")?;
    let MergeJson { version, into, reason } = call.body()?;
    let version = call.version(version)?;
    let mut no: Vec<Refusal> = Vec::new();
    let Some(into) = crate::shape::id("into", &into, &mut no) else { return Err(No(no)) };
    let act = MergeOrganisations { organisation, version, into, reason };
    let done = call.city().merge(call.asker(), act)?;
    let (organisation, into) = (done.organisation.to_string(), done.into.to_string());
    Ok(reply::json(&MergedJson { organisation, into }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_profile_is_read_strictly() {
        let check = |text: &str, want: Result<OrganisationKind, &str>| {
            let read = crate::body::read::<ProfileJson>(text.as_bytes()).map_err(No::from);
            let found = read.and_then(ProfileJson::read).map(|profile| profile.kind);
            assert_eq!(found.map_err(|no| no.to_string()), want.map_err(str::to_owned), "{text}");
        };
        check(r#"{"kind":"expert-body","name":{"en":"A"}}"#, Ok(OrganisationKind::ExpertBody));
        check(r#"{"kind":"club","name":{"en":"A"}}"#, Err("choice-unknown (profile.kind)"));
        check(r#"{"kind":"firm","name":"A"}"#, Err("body-value-unfit (name)"));
    }
}
