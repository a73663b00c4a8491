//! Emergency access: asked for, decided by somebody else, ended.

use crate::operation::{Answer, Call, Operation, schema_of};
use crate::query::{Kind, LIMIT, Parameter, limit};
use crate::reply;
use crate::shape::{ListJson, Moment, NamedJson, OneOf};
use access::Act as A;
use app::No;
use app::emergency::{
    AskForEmergency, EmergencyChanged, EndEmergency, GrantEmergency, RefuseEmergency, Shown, View,
};
use base::{EmergencyId, Instant, PersonId, Refusal};
use edge::Reply;
use parties::emergency::{Ask, Standing, State};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The operations of this noun.
pub(crate) static OPERATIONS: &[&Operation] = &[&LIST, &LOOK, &ASK, &GRANT, &REFUSE, &END];

/// Somebody's access to one matter that is not theirs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "Emergency")]
pub struct EmergencyJson {
    pub id: String,
    /// Of the case or technology, as it was asked for.
    pub reference: String,
    #[schemars(with = "OneOf<Standing>")]
    pub standing: String,
    /// Who asked, and alone sees by it.
    pub person: NamedJson,
    pub reason: String,
    /// Hours from the opening on.
    pub hours: u64,
    #[schemars(with = "Moment")]
    pub asked_at: String,
    /// Null until somebody opened it.
    pub opened: Option<OpenedJson>,
    /// Null unless somebody refused, ended or took it back.
    pub closed: Option<ClosedJson>,
    /// How often the matter was looked at by it.
    pub looks: u64,
    #[schemars(with = "Option<Moment>")]
    pub looked_at: Option<String>,
    /// Who was told; empty for those who neither decide nor audit.
    pub told: Vec<NamedJson>,
    /// Where the matter is, while you may see it.
    pub matter: Option<String>,
    pub may_decide: bool,
    pub may_end: bool,
}

/// By whom and until when it was opened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "EmergencyOpened")]
pub struct OpenedJson {
    pub by: NamedJson,
    #[schemars(with = "Moment")]
    pub at: String,
    /// The first moment at which it is shut.
    #[schemars(with = "Moment")]
    pub until: String,
    /// Whose matter it is.
    pub owner: NamedJson,
}

/// Who refused it, ended it or took it back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "EmergencyClosed")]
pub struct ClosedJson {
    pub by: NamedJson,
    #[schemars(with = "Moment")]
    pub at: String,
    /// Why it was refused; empty otherwise.
    pub reason: String,
}

impl EmergencyJson {
    fn of(call: &Call<'_>, view: &View) -> Self {
        let it = &view.emergency;
        let named =
            |id: PersonId| NamedJson::new(id, &view.names.get(&id).cloned().unwrap_or_default());
        let closed = |by: PersonId, at: Instant, reason: &str| {
            Some(ClosedJson { by: named(by), at: at.rfc3339(), reason: reason.to_owned() })
        };
        let owner = view.owner.as_ref().map(|(id, name)| NamedJson::new(*id, name));
        let opened = it.opening().zip(owner).map(|(opening, owner)| OpenedJson {
            by: named(opening.by),
            at: opening.at.rfc3339(),
            until: opening.until.rfc3339(),
            owner,
        });
        Self {
            id: it.id.to_string(),
            reference: it.reference.as_str().to_owned(),
            standing: view.standing.word().to_owned(),
            person: named(it.person),
            reason: it.reason.clone(),
            hours: it.hours,
            asked_at: it.asked_at.rfc3339(),
            opened,
            closed: match &it.state {
                State::Refused { by, at, why } => closed(*by, *at, why),
                State::Withdrawn { by, at } | State::Ended { by, at, .. } => closed(*by, *at, ""),
                State::Asked | State::Opened(_) => None,
            },
            looks: it.n_looks,
            looked_at: it.looked_at.map(Instant::rfc3339),
            told: view.told.iter().map(|id| named(*id)).collect(),
            matter: view.shown.as_ref().map(|shown| match shown {
                Shown::Case(id) => call.url(&format!("/api/v1/cases/{id}")),
                Shown::Technology(id) => call.url(&format!("/api/v1/technologies/{id}")),
            }),
            may_decide: view.may_decide,
            may_end: view.may_end,
        }
    }
}

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "NewEmergency")]
pub struct NewJson {
    /// Of one case or technology.
    pub reference: String,
    /// Why it cannot wait; everybody affected reads it.
    pub reason: String,
    /// Hours from the opening on, 4 at most.
    pub hours: u64,
}

/// Why it is not opened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "EmergencyRefusal")]
pub struct RefusalJson {
    pub reason: String,
}

/// What a change of an emergency is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "EmergencyChanged")]
pub struct ChangedJson {
    pub id: String,
}

impl From<EmergencyChanged> for ChangedJson {
    fn from(of: EmergencyChanged) -> Self {
        Self { id: of.emergency.to_string() }
    }
}

static LIST: Operation = Operation {
    query: &[limit(100), Parameter::new("after", Kind::Text)],
    answer: Answer::json::<ListJson<EmergencyJson>>(200),
    ..Operation::list(
        "emergency-list",
        "/api/v1/emergencies",
        A::ListEmergencies,
        |request| LIST.answer(request),
        list,
    )
};

fn list(call: &Call<'_>) -> Result<Reply, No> {
    let after = call.query.some("after").map(read_place).transpose()?;
    let page = call.city().emergencies(call.asker(), after, call.query.limit(LIMIT))?;
    let data = page.rows.iter().map(|view| EmergencyJson::of(call, view)).collect();
    let next = page.next.map(|(at, id)| format!("{}.{id}", at.micros()));
    Ok(reply::json(&ListJson { data, next: reply::next(call, next) }))
}

fn read_place(typed: &str) -> Result<(Instant, EmergencyId), Refusal> {
    let read = || {
        let (at, id) = typed.split_once('.')?;
        Some((Instant::from_micros(at.parse().ok()?), EmergencyId::parse(id).ok()?))
    };
    read().ok_or_else(|| Refusal::invalid("cursor-unreadable").on("after"))
}

static LOOK: Operation = Operation {
    answer: Answer::json::<EmergencyJson>(200),
    ..Operation::look(
        "emergency-look",
        "/api/v1/emergencies/{id}",
        A::LookAtEmergency,
        |request| LOOK.answer(request),
        look,
    )
};

fn look(call: &Call<'_>) -> Result<Reply, No> {
    let view = call.city().emergency(call.asker(), call.id("id")?)?;
    Ok(reply::json(&EmergencyJson::of(call, &view)))
}

static ASK: Operation = Operation {
    request: Some(schema_of::<NewJson>()),
    answer: Answer::json::<ChangedJson>(201),
    ..Operation::post(
        "emergency-ask",
        "/api/v1/emergencies",
        A::AskForEmergency,
        |request| ASK.answer(request),
        ask,
    )
};

fn ask(call: &Call<'_>) -> Result<Reply, No> {
    let NewJson { reference, reason, hours } = call.body()?;
    let act = AskForEmergency { ask: Ask { reference, reason, hours } };
    let made = call.city().perform(call.asker(), act)?;
    let path = format!("/api/v1/emergencies/{}", made.emergency);
    Ok(reply::created(call, &path, &ChangedJson::from(made)))
}

static GRANT: Operation = Operation {
    answer: Answer::json::<ChangedJson>(200),
    ..Operation::post(
        "emergency-grant",
        "/api/v1/emergencies/{id}/grant",
        A::GrantEmergency,
        |request| GRANT.answer(request),
        grant,
    )
    .taking(edge::Body::None)
};

fn grant(call: &Call<'_>) -> Result<Reply, No> {
    let act = GrantEmergency { emergency: call.id("id")? };
    Ok(reply::json(&ChangedJson::from(call.city().perform(call.asker(), act)?)))
}

static REFUSE: Operation = Operation {
    request: Some(schema_of::<RefusalJson>()),
    answer: Answer::json::<ChangedJson>(200),
    ..Operation::post(
        "emergency-refuse",
        "/api/v1/emergencies/{id}/refusal",
        A::RefuseEmergency,
        |request| REFUSE.answer(request),
        refuse,
    )
};

fn refuse(call: &Call<'_>) -> Result<Reply, No> {
    let emergency = call.id("id")?;
    let RefusalJson { reason } = call.body()?;
    let act = RefuseEmergency { emergency, reason };
    Ok(reply::json(&ChangedJson::from(call.city().perform(call.asker(), act)?)))
}

static END: Operation = Operation {
    answer: Answer::json::<ChangedJson>(200),
    ..Operation::delete(
        "emergency-end",
        "/api/v1/emergencies/{id}",
        A::EndEmergency,
        |request| END.answer(request),
        end,
    )
};

fn end(call: &Call<'_>) -> Result<Reply, No> {
    let act = EndEmergency { emergency: call.id("id")? };
    Ok(reply::json(&ChangedJson::from(call.city().perform(call.asker(), act)?)))
}
