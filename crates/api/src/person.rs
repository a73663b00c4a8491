//! People, for those who administer them. Clearances and passwords are not for programs.

use crate::account::ClearanceJson;
use crate::operation::{Answer, Call, Operation, schema_of};
use crate::query::{Kind, LIMIT, Parameter, limit};
use crate::reply;
use crate::shape::{ListJson, Moment, NamedJson, OneOf, TextJson, id, moment, word};
use access::{Act as A, Role};
use app::No;
use app::person::{
    CreatePerson, DisablePerson, EndMembership, GrantMembership, PersonChanged, View,
};
use base::{Lang, OrganisationId, PersonId, Refusal};
use edge::Reply;
use parties::Person;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The operations of this noun.
pub(crate) static OPERATIONS: &[&Operation] = &[&LIST, &LOOK, &CREATE, &DISABLE, &GRANT, &END];

/// A person as lists show them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "PersonSummary")]
pub struct SummaryJson {
    pub id: String,
    pub email: String,
    pub name: TextJson,
    /// `en` or `zh-Hans`.
    pub lang: String,
    /// `invited`, `active` or `disabled`.
    pub state: String,
    /// Made up for a demonstration.
    pub invented: bool,
    #[schemars(with = "Moment")]
    pub created_at: String,
    /// Their roles in the organisation that was asked for.
    #[schemars(with = "Vec<OneOf<Role>>")]
    pub roles: Vec<String>,
}

impl SummaryJson {
    fn of(person: &Person, roles: &[Role]) -> Self {
        Self {
            id: person.id.to_string(),
            email: person.email.clone(),
            name: (&person.name).into(),
            lang: person.lang.tag().to_owned(),
            state: person.state.word().to_owned(),
            invented: person.invented,
            created_at: person.created_at.rfc3339(),
            roles: roles.iter().map(|role| role.word().to_owned()).collect(),
        }
    }
}

/// A person with their places and clearance.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "Person")]
pub struct PersonJson {
    pub id: String,
    pub email: String,
    pub name: TextJson,
    pub lang: String,
    pub state: String,
    pub invented: bool,
    #[schemars(with = "Moment")]
    pub created_at: String,
    pub memberships: Vec<MembershipJson>,
    /// Null where nobody set one.
    pub clearance: Option<ClearanceJson>,
}

/// A place in an organisation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "Membership")]
pub struct MembershipJson {
    pub id: String,
    pub organisation: NamedJson,
    #[schemars(with = "OneOf<Role>")]
    pub role: String,
}

impl From<&View> for PersonJson {
    fn from(of: &View) -> Self {
        let SummaryJson { id, email, name, lang, state, invented, created_at, .. } =
            SummaryJson::of(&of.person, &[]);
        let place = |(id, organisation, name, role): &(_, _, base::Bilingual, Role)| {
            let (id, role) = (base::MembershipId::to_string(id), role.word().to_owned());
            let organisation = NamedJson::new(OrganisationId::to_string(organisation), name);
            MembershipJson { id, organisation, role }
        };
        let memberships = of.roles.iter().map(place).collect();
        let clearance = of.clearance.as_ref().map(Into::into);
        Self { id, email, name, lang, state, invented, created_at, memberships, clearance }
    }
}

/// Somebody to invite.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "NewPerson")]
pub struct CreateJson {
    pub email: String,
    pub name: TextJson,
    /// `en` or `zh-Hans`.
    #[serde(default)]
    pub lang: Option<String>,
    pub organisation: String,
    #[schemars(with = "OneOf<Role>")]
    pub role: String,
}

impl CreateJson {
    fn read(self) -> Result<CreatePerson, No> {
        let mut no: Vec<Refusal> = Vec::new();
        let organisation = id("organisation", &self.organisation, &mut no);
        let role = word("role", &self.role, &mut no);
        let lang = self.lang.as_deref().map_or(Some(Lang::default()), Lang::parse);
        if lang.is_none() {
            let refusal = Refusal::invalid("choice-unknown").on("lang");
            no.push(refusal.term("field", "field-language").text("known", "en, zh-Hans"));
        }
        let (Some(organisation), Some(role), Some(lang)) = (organisation, role, lang) else {
            return Err(No(no));
        };
        Ok(CreatePerson {
            email: self.email,
            name: self.name.into(),
            lang,
            organisation,
            role,
            invented: false,
            password: None,
            hashed: String::new(),
        })
    }
}

/// What a change of a person is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "PersonChanged")]
pub struct ChangedJson {
    pub id: String,
    /// The secret of the link with which an invited person sets a password: told once, null
    /// otherwise.
    pub link_secret: Option<String>,
    /// Whether the link goes to the person by mail, too.
    pub link_mailed: bool,
    /// Open tasks that wait again for everybody who may take them.
    pub n_tasks_back: u64,
    /// Open tasks that the successor has now.
    pub n_tasks_passed: u64,
}

/// Who takes over what is open.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Successor")]
pub struct SuccessorJson {
    /// The id of a person; left out, open tasks wait for everybody who may take them.
    #[serde(default)]
    pub successor: Option<String>,
}

impl From<PersonChanged> for ChangedJson {
    fn from(of: PersonChanged) -> Self {
        Self {
            id: of.person.to_string(),
            link_secret: of.link_secret,
            link_mailed: of.is_mailed,
            n_tasks_back: of.tasks.n_back,
            n_tasks_passed: of.tasks.n_to_successor,
        }
    }
}

/// A place to give.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "NewMembership")]
pub struct GrantJson {
    pub organisation: String,
    #[schemars(with = "OneOf<Role>")]
    pub role: String,
    /// Until somebody ends it, when left out.
    #[serde(default)]
    #[schemars(with = "Option<Moment>")]
    pub until: Option<String>,
}

static LIST: Operation = Operation {
    query: &[
        Parameter::new("organisation", Kind::Text),
        limit(100),
        Parameter::new("after", Kind::Text),
    ],
    answer: Answer::json::<ListJson<SummaryJson>>(200),
    ..Operation::look(
        "person-list",
        "/api/v1/people",
        A::ListPeople,
        |request| LIST.answer(request),
        list,
    )
};

fn list(call: &Call<'_>) -> Result<Reply, No> {
    let limit = call.query.limit(LIMIT);
    let mut no = Vec::new();
    let organisation = call.query.some("organisation");
    let organisation =
        organisation.and_then(|text| id::<OrganisationId>("organisation", text, &mut no));
    if !no.is_empty() {
        return Err(No(no));
    }
    let after = call.query.text("after");
    let mut rows = call.city().people(call.asker(), organisation, after, limit + 1)?;
    let is_more = reply::cut(&mut rows, limit);
    let last = rows.last().filter(|_| is_more).map(|(person, _)| person.id.to_string());
    let data = rows.iter().map(|(person, roles)| SummaryJson::of(person, roles)).collect();
    Ok(reply::json(&ListJson { data, next: reply::next(call, last) }))
}

static LOOK: Operation = Operation {
    answer: Answer::json::<PersonJson>(200),
    ..Operation::look(
        "person-look",
        "/api/v1/people/{id}",
        A::LookAtPerson,
        |request| LOOK.answer(request),
        look,
    )
};

fn look(call: &Call<'_>) -> Result<Reply, No> {
    let view = call.city().person(call.asker(), call.id("id")?)?;
    Ok(reply::unchanged_is_free(call, &PersonJson::from(&view)))
}

static CREATE: Operation = Operation {
    request: Some(schema_of::<CreateJson>()),
    answer: Answer::json::<ChangedJson>(201),
    ..Operation::post(
        "person-create",
        "/api/v1/people",
        A::CreatePerson,
        |request| CREATE.answer(request),
        create,
    )
};

fn create(call: &Call<'_>) -> Result<Reply, No> {
    let act = call.body::<CreateJson>()?.read()?;
    let changed = call.city().perform(call.asker(), act)?;
    let path = format!("/api/v1/people/{}", changed.person);
    Ok(reply::created(call, &path, &ChangedJson::from(changed)))
}

static DISABLE: Operation = Operation {
    request: Some(schema_of::<SuccessorJson>()),
    is_body_optional: true,
    answer: Answer::json::<ChangedJson>(200),
    ..Operation::post(
        "person-disable",
        "/api/v1/people/{id}/disablement",
        A::DisablePerson,
        |request| DISABLE.answer(request),
        disable,
    )
};

fn disable(call: &Call<'_>) -> Result<Reply, No> {
    let person = call.id("id")?;
    let ask: SuccessorJson = call.body_or_default()?;
    let successor = successor(ask.successor.as_deref())?;
    let changed = call.city().perform(call.asker(), DisablePerson { person, successor })?;
    Ok(reply::json(&ChangedJson::from(changed)))
}

static GRANT: Operation = Operation {
    request: Some(schema_of::<GrantJson>()),
    answer: Answer::json::<ChangedJson>(201),
    ..Operation::post(
        "person-grant",
        "/api/v1/people/{id}/memberships",
        A::GrantMembership,
        |request| GRANT.answer(request),
        grant,
    )
};

fn grant(call: &Call<'_>) -> Result<Reply, No> {
    let person = call.id("id")?;
    let ask: GrantJson = call.body()?;
    let mut no = Vec::new();
    let organisation = id("organisation", &ask.organisation, &mut no);
    let role = word("role", &ask.role, &mut no);
    let until = ask.until.and_then(|until| moment("until", &until, &mut no));
    let (Some(organisation), Some(role), true) = (organisation, role, no.is_empty()) else {
        return Err(No(no));
    };
    let act = GrantMembership { person, organisation, role, until };
    let changed = call.city().perform(call.asker(), act)?;
    let path = format!("/api/v1/people/{person}");
    Ok(reply::created(call, &path, &ChangedJson::from(changed)))
}

fn successor(typed: Option<&str>) -> Result<Option<PersonId>, No> {
    let mut no = Vec::new();
    let found = typed.and_then(|typed| id::<PersonId>("successor", typed, &mut no));
    if no.is_empty() { Ok(found) } else { Err(No(no)) }
}

static END: Operation = Operation {
    query: &[Parameter::new("successor", Kind::Text)],
    answer: Answer::json::<ChangedJson>(200),
    ..Operation::delete(
        "person-leave",
        "/api/v1/memberships/{id}",
        A::EndMembership,
        |request| END.answer(request),
        end,
    )
};

fn end(call: &Call<'_>) -> Result<Reply, No> {
    let membership = call.id("id")?;
    let successor = successor(call.query.some("successor"))?;
    let changed = call.city().perform(call.asker(), EndMembership { membership, successor })?;
    Ok(reply::json(&ChangedJson::from(changed)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_invitation_is_read_strictly() {
        let read = |organisation: &str, role: &str, lang: Option<&str>| {
            let ask = CreateJson {
                email: "wu@city.example".to_owned(),
                name: TextJson::default(),
                lang: lang.map(str::to_owned),
                organisation: organisation.to_owned(),
                role: role.to_owned(),
            };
            ask.read().map(|act| act.role).map_err(|no| no.to_string())
        };
        let organisation = OrganisationId::from_bits(1).to_string();
        assert_eq!(read(&organisation, "member", Some("zh-Hans")), Ok(Role::Member));
        let wrong = "id-unreadable (organisation); choice-unknown (role); choice-unknown (lang)";
        assert_eq!(read("org_1", "boss", Some("fr")), Err(wrong.to_owned()));
    }
}
