//! Processes: how each of them is declared. What a program has to ask a person is read here.

pub mod shape;

use crate::operation::{Answer, Call, Operation, schema_of};
use crate::process::shape::{ProcessJson, ProcessesJson, TermJson};
use crate::reply;
use crate::shape::{NamedJson, id};
use access::Act as A;
use app::No;
use app::case::{Desk, SetDesk};
use base::{OrganisationId, Refusal};
use edge::Reply;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The operations of this noun.
pub(crate) static OPERATIONS: &[&Operation] = &[&LIST, &LOOK, &DESKS, &SET_DESK];

/// The names of all processes.
pub(crate) fn names() -> Vec<&'static str> {
    let mut names: Vec<&str> = app::case::PROCESSES.iter().map(|process| process.name).collect();
    names.dedup();
    names
}

/// The names of all states of all processes.
pub(crate) fn states() -> Vec<&'static str> {
    let states = app::case::PROCESSES.iter().flat_map(|process| process.states);
    let mut names: Vec<&str> = states.map(|state| state.name).collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// The process that the path names.
pub(crate) fn named(call: &Call<'_>) -> Result<&'static cases::Process, No> {
    let found = app::case::process_of(call.request.param("name"));
    Ok(found.ok_or_else(Refusal::not_found)?)
}

static LIST: Operation = Operation {
    answer: Answer::json::<ProcessesJson>(200),
    ..Operation::list(
        "process-list",
        "/api/v1/processes",
        A::ListCases,
        |request| LIST.answer(request),
        list,
    )
};

fn list(_: &Call<'_>) -> Result<Reply, No> {
    let data = app::case::PROCESSES.iter().map(|process| ProcessJson::from(*process));
    Ok(reply::public(&ProcessesJson { data: data.collect() }))
}

static LOOK: Operation = Operation {
    answer: Answer::json::<ProcessJson>(200),
    ..Operation::look(
        "process-look",
        "/api/v1/processes/{name}",
        A::ListCases,
        |request| LOOK.answer(request),
        look,
    )
};

fn look(call: &Call<'_>) -> Result<Reply, No> {
    Ok(reply::public(&ProcessJson::from(named(call)?)))
}

/// Which organisation's people handle a process.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "Desk")]
pub struct DeskJson {
    pub process: TermJson,
    /// Null where the city's office handles it.
    pub organisation: Option<NamedJson>,
}

/// The desks of all processes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "DeskList")]
pub struct DesksJson {
    pub data: Vec<DeskJson>,
}

/// The desk of a process from now on; cases that run stay where they are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "SetDesk")]
pub struct SetDeskJson {
    /// The id of an organisation; null leaves it to the city's office.
    pub organisation: Option<String>,
}

static DESKS: Operation = Operation {
    answer: Answer::json::<DesksJson>(200),
    ..Operation::list(
        "process-desks",
        "/api/v1/desks",
        A::ListOrganisations,
        |request| DESKS.answer(request),
        desks,
    )
};

fn desks(call: &Call<'_>) -> Result<Reply, No> {
    let one = |desk: &Desk| DeskJson {
        process: TermJson::process(desk.process.name),
        organisation: desk.organisation.as_ref().map(|it| NamedJson::new(it.id, &it.profile.name)),
    };
    let data = call.city().desks(call.asker())?.iter().map(one).collect();
    Ok(reply::json(&DesksJson { data }))
}

static SET_DESK: Operation = Operation {
    request: Some(schema_of::<SetDeskJson>()),
    answer: Answer::json::<DesksJson>(200),
    ..Operation::put(
        "process-set-desk",
        "/api/v1/processes/{name}/desk",
        A::SetDesk,
        |request| SET_DESK.answer(request),
        set_desk,
    )
};

fn set_desk(call: &Call<'_>) -> Result<Reply, No> {
    let process = named(call)?.name.to_owned();
    let ask: SetDeskJson = call.body()?;
    let mut no = Vec::new();
    let organisation = ask.organisation;
    let organisation =
        organisation.and_then(|it| id::<OrganisationId>("organisation", &it, &mut no));
    if !no.is_empty() {
        return Err(No(no));
    }
    call.city().perform(call.asker(), SetDesk { process, organisation })?;
    desks(call)
}
