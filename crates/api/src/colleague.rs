//! The people of an organisation, for its own administrator: invited, given a role, let go.

use crate::operation::{Answer, Call, Operation, schema_of};
use crate::reply;
use crate::shape::{Moment, OneOf, TextJson, word};
use access::{Act as A, Role};
use app::No;
use app::colleague::{
    ChangeColleague, Invitation, InviteColleague, Invited, RemoveColleague, RevokeInvitation,
};
use base::{Lang, OrganisationId, PersonId, Refusal, limits};
use edge::Reply;
use parties::Person;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The operations of this noun.
pub(crate) static OPERATIONS: &[&Operation] = &[&LIST, &INVITE, &REVOKE, &CHANGE, &REMOVE];

/// Somebody of the organisation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "Colleague")]
pub struct ColleagueJson {
    pub person: String,
    pub email: String,
    pub name: TextJson,
    #[schemars(with = "Vec<OneOf<Role>>")]
    pub roles: Vec<String>,
}

impl From<&(Person, Vec<Role>)> for ColleagueJson {
    fn from((person, roles): &(Person, Vec<Role>)) -> Self {
        Self {
            person: person.id.to_string(),
            email: person.email.clone(),
            name: (&person.name).into(),
            roles: roles.iter().map(|role| role.word().to_owned()).collect(),
        }
    }
}

/// An invitation that waits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "Invitation")]
pub struct InvitationJson {
    pub id: String,
    pub email: String,
    #[schemars(with = "OneOf<Role>")]
    pub role: String,
    #[schemars(with = "Moment")]
    pub created_at: String,
    #[schemars(with = "Moment")]
    pub ends_at: String,
}

impl From<&Invitation> for InvitationJson {
    fn from(of: &Invitation) -> Self {
        Self {
            id: of.id.to_string(),
            email: of.email.clone(),
            role: of.role.word().to_owned(),
            created_at: of.created_at.rfc3339(),
            ends_at: of.ends_at.rfc3339(),
        }
    }
}

/// Who belongs to an organisation, and who is invited.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "ColleagueList")]
pub struct ListJson {
    pub data: Vec<ColleagueJson>,
    pub invitations: Vec<InvitationJson>,
}

static LIST: Operation = Operation {
    answer: Answer::json::<ListJson>(200),
    ..Operation::look(
        "colleague-list",
        "/api/v1/organisations/{id}/people",
        A::ListPeople,
        |request| LIST.answer(request),
        list,
    )
};

fn list(call: &Call<'_>) -> Result<Reply, No> {
    let id: OrganisationId = call.id("id")?;
    let people = call.city().people(call.asker(), Some(id), "", limits::PAGE_ROWS_MAX)?;
    let invitations = call.city().invitations(call.asker(), id)?;
    Ok(reply::json(&ListJson {
        data: people.iter().map(Into::into).collect(),
        invitations: invitations.iter().map(Into::into).collect(),
    }))
}

/// Somebody to invite.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "NewColleague")]
pub struct InviteJson {
    pub email: String,
    #[schemars(with = "OneOf<Role>")]
    pub role: String,
    /// The language of the letter: `en` or `zh-Hans`.
    #[serde(default)]
    pub lang: Option<String>,
}

/// An invitation that was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "InvitationMade")]
pub struct InvitedJson {
    pub id: String,
    #[schemars(with = "Moment")]
    pub ends_at: String,
    /// Whether the link goes out by mail.
    pub mailed: bool,
    /// The link, told once and only where no mail goes out; else null.
    pub link: Option<String>,
}

static INVITE: Operation = Operation {
    request: Some(schema_of::<InviteJson>()),
    answer: Answer::json::<InvitedJson>(201),
    ..Operation::post(
        "colleague-invite",
        "/api/v1/organisations/{id}/people",
        A::InviteColleague,
        |request| INVITE.answer(request),
        invite,
    )
};

fn invite(call: &Call<'_>) -> Result<Reply, No> {
    let organisation = call.id("id")?;
    let InviteJson { email, role, lang } = call.body()?;
    let role = role_of(&role)?;
    let lang = match lang {
        None => Lang::default(),
        Some(text) => Lang::parse(&text).ok_or_else(|| {
            let refusal = Refusal::invalid("choice-unknown").on("lang");
            let refusal = refusal.term("field", "field-language");
            refusal.text("found", crate::query::shortened(&text)).text("known", "en, zh-Hans")
        })?,
    };
    let act = InviteColleague { organisation, email, role, lang };
    let Invited { invitation, ends_at, link_secret, is_mailed } =
        call.city().perform(call.asker(), act)?;
    let made = InvitedJson {
        id: invitation.to_string(),
        ends_at: ends_at.rfc3339(),
        mailed: is_mailed,
        link: link_secret.map(|secret| call.url(&format!("/invitations/{secret}"))),
    };
    Ok(reply::json(&made).with_status(201))
}

fn role_of(text: &str) -> Result<Role, No> {
    let mut no: Vec<Refusal> = Vec::new();
    word("role", text, &mut no).ok_or(No(no))
}

/// What was taken back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "InvitationRevoked")]
pub struct RevokedJson {
    pub id: String,
}

static REVOKE: Operation = Operation {
    answer: Answer::json::<RevokedJson>(200),
    ..Operation::delete(
        "colleague-revoke",
        "/api/v1/organisations/{id}/invitations/{invitation}",
        A::RevokeInvitation,
        |request| REVOKE.answer(request),
        revoke,
    )
};

fn revoke(call: &Call<'_>) -> Result<Reply, No> {
    let (organisation, invitation) = (call.id("id")?, call.id("invitation")?);
    call.city().perform(call.asker(), RevokeInvitation { organisation, invitation })?;
    Ok(reply::json(&RevokedJson { id: invitation.to_string() }))
}

/// Another role in the same organisation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "ColleagueRole")]
pub struct RoleJson {
    #[schemars(with = "OneOf<Role>")]
    pub role: String,
}

/// Who was changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "ColleagueChanged")]
pub struct ChangedJson {
    pub person: String,
}

static CHANGE: Operation = Operation {
    request: Some(schema_of::<RoleJson>()),
    answer: Answer::json::<ChangedJson>(200),
    ..Operation::put(
        "colleague-change",
        "/api/v1/organisations/{id}/people/{person}",
        A::ChangeColleague,
        |request| CHANGE.answer(request),
        change,
    )
};

fn change(call: &Call<'_>) -> Result<Reply, No> {
    let (organisation, person) = (call.id("id")?, call.id("person")?);
    let ask: RoleJson = call.body()?;
    let act = ChangeColleague { organisation, person, role: role_of(&ask.role)? };
    let done = call.city().perform(call.asker(), act)?;
    Ok(reply::json(&ChangedJson { person: done.person.to_string() }))
}

/// Who takes over the open tasks.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "ColleagueLeaving")]
pub struct LeavingJson {
    /// A colleague; tasks that this person may not take wait for everybody who may.
    #[serde(default)]
    pub successor: Option<String>,
}

static REMOVE: Operation = Operation {
    request: Some(schema_of::<LeavingJson>()),
    is_body_optional: true,
    answer: Answer::json::<ChangedJson>(200),
    ..Operation::post(
        "colleague-remove",
        "/api/v1/organisations/{id}/people/{person}/removal",
        A::RemoveColleague,
        |request| REMOVE.answer(request),
        remove,
    )
};

fn remove(call: &Call<'_>) -> Result<Reply, No> {
    let (organisation, person) = (call.id("id")?, call.id("person")?);
    let ask: LeavingJson = call.body_or_default()?;
    let successor = match ask.successor {
        None => None,
        Some(text) => Some(colleague(call, organisation, &text)?),
    };
    let act = RemoveColleague { organisation, person, successor };
    let done = call.city().perform(call.asker(), act)?;
    Ok(reply::json(&ChangedJson { person: done.person.to_string() }))
}

/// A colleague by id. Of anybody else it is not told whether they are known here.
fn colleague(call: &Call<'_>, id: OrganisationId, text: &str) -> Result<PersonId, No> {
    let people = call.city().people(call.asker(), Some(id), "", limits::PAGE_ROWS_MAX)?;
    let found = people.into_iter().find(|(person, _)| person.id.to_string() == text);
    let unknown = || Refusal::invalid("person-successor-unknown").on("successor");
    Ok(found.map(|(person, _)| person.id).ok_or_else(unknown)?)
}
