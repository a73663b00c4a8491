//! Stand-ins: who does whose tasks for a time.

use crate::operation::{Answer, Call, Operation, schema_of};
use crate::process::shape::TermJson;
use crate::reply;
use crate::shape::{Moment, NamedJson, id, moment};
use access::Act as A;
use app::No;
use app::case::{EndStandIn, NameStandIn, Named, StandIn, StandIns};
use base::PersonId;
use edge::Reply;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The operations of this noun; they belong to the cases.
pub(crate) static OPERATIONS: &[&Operation] = &[&LIST, &NAME, &END];

/// Somebody who may do another's tasks for a time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "StandIn")]
pub struct StandInJson {
    pub id: String,
    /// Whose tasks they are.
    pub giver: NamedJson,
    /// Who may do them.
    pub to: NamedJson,
    pub process: TermJson,
    pub tasks: Vec<TermJson>,
    #[schemars(with = "Moment")]
    pub from: String,
    /// The first moment at which it is over.
    #[schemars(with = "Moment")]
    pub until: String,
    /// Whether it lasts now.
    pub is_now: bool,
}

/// Your stand-ins, now and later.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "StandInList")]
pub struct StandInsJson {
    /// Who stands in for you.
    pub given: Vec<StandInJson>,
    /// For whom you stand in.
    pub held: Vec<StandInJson>,
}

impl StandInsJson {
    fn of(call: &Call<'_>, found: &StandIns) -> Self {
        let named = |person: PersonId| {
            let name = found.names.get(&person).cloned().unwrap_or_default();
            NamedJson::new(person, &name)
        };
        let one = |it: &StandIn| {
            let of = &it.delegation;
            StandInJson {
                id: it.id.to_string(),
                giver: named(of.giver),
                to: named(of.to),
                process: TermJson::process(&of.process),
                tasks: of.tasks.iter().map(|task| TermJson::task(&of.process, task)).collect(),
                from: of.lasts.start().rfc3339(),
                until: of.lasts.end().rfc3339(),
                is_now: of.lasts.holds(call.request.now),
            }
        };
        Self {
            given: found.given.iter().map(one).collect(),
            held: found.held.iter().map(one).collect(),
        }
    }
}

/// A stand-in to be named.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "NewStandIn")]
pub struct NewJson {
    /// The id of a person who holds the same role in the same organisation.
    pub to: String,
    /// The words of processes.
    pub processes: Vec<String>,
    /// From now on, when left out.
    #[serde(default)]
    #[schemars(with = "Option<Moment>")]
    pub from: Option<String>,
    /// The first moment at which it is over.
    #[schemars(with = "Moment")]
    pub until: String,
}

/// The stand-ins that were named or ended, one for each process.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "StandInsChanged")]
pub struct ChangedJson {
    pub ids: Vec<String>,
}

impl From<Named> for ChangedJson {
    fn from(of: Named) -> Self {
        Self { ids: of.stand_ins.iter().map(ToString::to_string).collect() }
    }
}

static LIST: Operation = Operation {
    answer: Answer::json::<StandInsJson>(200),
    ..Operation::list(
        "case-stand-ins",
        "/api/v1/stand-ins",
        A::ListStandIns,
        |request| LIST.answer(request),
        list,
    )
};

fn list(call: &Call<'_>) -> Result<Reply, No> {
    let found = call.city().stand_ins(call.asker())?;
    Ok(reply::json(&StandInsJson::of(call, &found)))
}

static NAME: Operation = Operation {
    request: Some(schema_of::<NewJson>()),
    answer: Answer::json::<ChangedJson>(201),
    ..Operation::post(
        "case-stand-in",
        "/api/v1/stand-ins",
        A::NameStandIn,
        |request| NAME.answer(request),
        name,
    )
};

fn name(call: &Call<'_>) -> Result<Reply, No> {
    let ask: NewJson = call.body()?;
    let mut no = Vec::new();
    let to = id::<PersonId>("to", &ask.to, &mut no);
    let from = ask.from.and_then(|from| moment("from", &from, &mut no));
    let until = moment("until", &ask.until, &mut no);
    let (Some(to), Some(until), true) = (to, until, no.is_empty()) else { return Err(No(no)) };
    let act = NameStandIn { to, processes: ask.processes, from, until };
    let named = call.city().perform(call.asker(), act)?;
    Ok(reply::created(call, "/api/v1/stand-ins", &ChangedJson::from(named)))
}

static END: Operation = Operation {
    answer: Answer::json::<ChangedJson>(200),
    ..Operation::delete(
        "case-stand-in-end",
        "/api/v1/stand-ins/{id}",
        A::EndStandIn,
        |request| END.answer(request),
        end,
    )
};

fn end(call: &Call<'_>) -> Result<Reply, No> {
    let act = EndStandIn { stand_in: call.id("id")? };
    Ok(reply::json(&ChangedJson::from(call.city().perform(call.asker(), act)?)))
}
