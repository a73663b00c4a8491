//! Processes: how each of them is declared. What a program has to ask a person is read here.

pub mod shape;

use crate::operation::{Answer, Call, Operation};
use crate::process::shape::{ProcessJson, ProcessesJson};
use crate::reply;
use access::Act as A;
use app::No;
use base::Refusal;
use edge::Reply;

/// The operations of this noun.
pub(crate) static OPERATIONS: &[&Operation] = &[&LIST, &LOOK];

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
