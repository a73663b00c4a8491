//! Joint requests for a new standard: listed, opened, joined, answered by the office.

use crate::operation::{Answer, Call, Operation, schema_of};
use crate::query::{Kind, LIMIT, Parameter, limit};
use crate::reply;
use crate::shape::{ListJson, Moment, NamedJson, OneOf, id};
use access::Act as A;
use app::No;
use app::joint_request::{
    AnswerJointRequest, JoinJointRequest, JointRequestChanged, JointRequestRow, OpenJointRequest,
};
use base::{JointRequestId, OrganisationId};
use edge::Reply;
use instruments::joint_request::State;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The operations of this noun.
pub(crate) static OPERATIONS: &[&Operation] = &[&LIST, &LOOK, &OPEN, &JOIN, &ANSWER];

/// What a firm asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "JointRequestEntry")]
pub struct OpenJson {
    pub organisation: String,
    /// What the standard would be about.
    pub title: String,
    /// Why it is needed.
    pub reason: String,
}

/// An organisation that joins.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "JointRequestJoin")]
pub struct JoinJson {
    pub organisation: String,
    /// What it needs of the standard.
    #[serde(default)]
    pub word: String,
}

/// What the office answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "JointRequestAnswer")]
pub struct AnswerJson {
    /// The version seen; may stand in `If-Match` instead.
    #[serde(default)]
    pub version: Option<u64>,
    pub accepts: bool,
    pub answer: String,
    /// The number of the standard that came of it.
    #[serde(default)]
    pub standard: String,
}

/// A request in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "JointRequestRow")]
pub struct RowJson {
    pub id: String,
    pub reference: String,
    pub organisation: NamedJson,
    pub title: String,
    #[schemars(with = "OneOf<State>")]
    pub state: String,
    /// How many want it.
    pub n_firms: u64,
    pub version: u64,
}

/// A request with everybody who wants it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "JointRequest")]
pub struct JointJson {
    pub request: RowJson,
    pub reason: String,
    pub answer: String,
    pub standard: String,
    pub firms: Vec<FirmJson>,
}

/// An organisation that wants the same.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "JointRequestFirm")]
pub struct FirmJson {
    pub organisation: NamedJson,
    pub word: String,
    #[schemars(with = "Moment")]
    pub joined_at: String,
}

/// What a change of a request led to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "JointRequestChanged")]
pub struct ChangedJson {
    pub id: String,
    pub reference: String,
    pub state: String,
    pub version: u64,
}

impl From<JointRequestChanged> for ChangedJson {
    fn from(of: JointRequestChanged) -> Self {
        let (id, reference) = (of.request.to_string(), of.reference.to_string());
        Self { id, reference, state: of.state, version: of.version }
    }
}

impl RowJson {
    fn of(row: &JointRequestRow) -> Self {
        let it = &row.request;
        Self {
            id: it.id.to_string(),
            reference: it.reference.to_string(),
            organisation: NamedJson::new(it.organisation, &row.organisation),
            title: it.title.clone(),
            state: it.state.word().to_owned(),
            n_firms: row.n_firms,
            version: it.version,
        }
    }
}

static LIST: Operation = Operation {
    query: &[limit(200), Parameter::new("after", Kind::Text)],
    answer: Answer::json::<ListJson<RowJson>>(200),
    ..Operation::list(
        "joint-list",
        "/api/v1/standard-requests",
        A::ListJointRequests,
        |request| LIST.answer(request),
        list,
    )
};

fn list(call: &Call<'_>) -> Result<Reply, No> {
    let mut no = Vec::new();
    let after = call.query.some("after");
    let after = after.and_then(|text| id::<JointRequestId>("after", text, &mut no));
    if !no.is_empty() {
        return Err(No(no));
    }
    let page = call.city().joint_requests(call.asker(), after, call.query.limit(LIMIT))?;
    let data = page.rows.iter().map(RowJson::of).collect();
    let next = reply::next(call, page.next.map(|id| id.to_string()));
    Ok(reply::json(&ListJson::<RowJson> { data, next }))
}

static LOOK: Operation = Operation {
    answer: Answer::json::<JointJson>(200),
    ..Operation::look(
        "joint-look",
        "/api/v1/standard-requests/{id}",
        A::LookAtJointRequest,
        |request| LOOK.answer(request),
        |call| {
            let view = call.city().joint_request(call.asker(), call.id("id")?)?;
            let it = &view.row.request;
            let firms = view.firms.iter().map(|(firm, name)| FirmJson {
                organisation: NamedJson::new(firm.organisation, name),
                word: firm.word.clone(),
                joined_at: firm.joined_at.rfc3339(),
            });
            let shown = JointJson {
                request: RowJson::of(&view.row),
                reason: it.reason.clone(),
                answer: it.answer.clone(),
                standard: it.standard.clone(),
                firms: firms.collect(),
            };
            Ok(reply::single(call, it.version, &shown))
        },
    )
};

static OPEN: Operation = Operation {
    request: Some(schema_of::<OpenJson>()),
    answer: Answer::json::<ChangedJson>(201),
    ..Operation::post(
        "joint-open",
        "/api/v1/standard-requests",
        A::OpenJointRequest,
        |request| OPEN.answer(request),
        |call| {
            let ask: OpenJson = call.body()?;
            let mut no = Vec::new();
            let found = id::<OrganisationId>("organisation", &ask.organisation, &mut no);
            let Some(organisation) = found else { return Err(No(no)) };
            let act = OpenJointRequest { organisation, title: ask.title, reason: ask.reason };
            let done = call.city().perform(call.asker(), act)?;
            let path = format!("/api/v1/standard-requests/{}", done.request);
            Ok(reply::created(call, &path, &ChangedJson::from(done)))
        },
    )
};

static JOIN: Operation = Operation {
    request: Some(schema_of::<JoinJson>()),
    answer: Answer::json::<ChangedJson>(200),
    ..Operation::post(
        "joint-join",
        "/api/v1/standard-requests/{id}/firms",
        A::JoinJointRequest,
        |request| JOIN.answer(request),
        |call| {
            let ask: JoinJson = call.body()?;
            let mut no = Vec::new();
            let found = id::<OrganisationId>("organisation", &ask.organisation, &mut no);
            let Some(organisation) = found else { return Err(No(no)) };
            let request = call.id("id")?;
            let act = JoinJointRequest { request, organisation, word: ask.word };
            let done = call.city().perform(call.asker(), act)?;
            Ok(reply::json(&ChangedJson::from(done)))
        },
    )
};

static ANSWER: Operation = Operation {
    request: Some(schema_of::<AnswerJson>()),
    answer: Answer::json::<ChangedJson>(200),
    takes_version: true,
    ..Operation::post(
        "joint-answer",
        "/api/v1/standard-requests/{id}/answers",
        A::AnswerJointRequest,
        |request| ANSWER.answer(request),
        |call| {
            let ask: AnswerJson = call.body()?;
            let version = call.version(ask.version)?;
            let act = AnswerJointRequest {
                request: call.id("id")?,
                version,
                accepts: ask.accepts,
                answer: ask.answer,
                standard: ask.standard,
            };
            let done = call.city().perform(call.asker(), act)?;
            Ok(reply::json(&ChangedJson::from(done)))
        },
    )
};
