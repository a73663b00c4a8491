//! Relays that switch instruments, for whoever looks after the instrument.

use crate::operation::{Answer, Operation, schema_of};
use crate::reply;
use crate::shape::{Moment, OneOf};
use access::Act as A;
use app::usage::{RelayChanged, RelayView, SetRelay, SettleRelayProblem};
use base::Instant;
use instruments::relay::{Fault, Wants};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The operations of this noun.
pub(crate) static OPERATIONS: &[&Operation] = &[&LOOK, &SET, &SETTLE];

/// What switches an instrument, how it is to stand, and what it did not do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "Relay")]
pub struct RelayJson {
    /// Its address; null where nothing switches the instrument.
    pub relay: Option<String>,
    /// How it is to stand after the last use that began or ended; null where none has.
    #[schemars(with = "Option<OneOf<Wants>>")]
    pub wants: Option<String>,
    /// Whether it says so itself.
    pub done: bool,
    /// When it is told next; null where there is nothing to tell.
    #[schemars(with = "Option<Moment>")]
    pub next_at: Option<String>,
    /// What the last call in vain came to.
    pub said: String,
    /// What nobody settled yet, the newest first.
    pub problems: Vec<ProblemJson>,
}

/// Something that a relay did not do, or a use that began without it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "RelayProblem")]
pub struct ProblemJson {
    pub id: String,
    #[schemars(with = "OneOf<Fault>")]
    pub fault: String,
    pub person: Option<String>,
    /// What came of the call; for a use without it, the reason.
    pub said: String,
    #[schemars(with = "Moment")]
    pub at: String,
}

impl From<&RelayView> for RelayJson {
    fn from(view: &RelayView) -> Self {
        let want = view.want.as_ref();
        let problem = |it: &instruments::relay::Problem| ProblemJson {
            id: it.id.to_string(),
            fault: it.fault.word().to_owned(),
            person: it.person.map(|id| id.to_string()),
            said: it.said.clone(),
            at: it.at.rfc3339(),
        };
        Self {
            relay: view.relay.as_ref().map(|it| it.relay.clone()),
            wants: want.map(|want| want.wants.word().to_owned()),
            done: want.is_some_and(|want| want.next_at.is_none()),
            next_at: want.and_then(|want| want.next_at).map(Instant::rfc3339),
            said: want.map(|want| want.said.clone()).unwrap_or_default(),
            problems: view.problems.iter().map(|(it, _)| problem(it)).collect(),
        }
    }
}

static LOOK: Operation = Operation {
    answer: Answer::json::<RelayJson>(200),
    ..Operation::look(
        "relay-look",
        "/api/v1/instruments/{id}/relay",
        A::KeepRelay,
        |request| LOOK.answer(request),
        |call| {
            let view = call.city().relay(call.asker(), call.id("id")?)?;
            Ok(reply::json(&RelayJson::from(&view)))
        },
    )
};

/// What shall switch an instrument.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "RelayAddress")]
pub struct SetJson {
    /// `modbus://host[:port]/unit/coil`, or `http://host[:port]#/on|/off|/state|text` where a state that
    /// is on holds the text; empty for none.
    pub relay: String,
}

/// What a change of a relay answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "RelayChanged")]
pub struct ChangedJson {
    pub instrument: String,
    pub has_relay: bool,
}

impl From<RelayChanged> for ChangedJson {
    fn from(done: RelayChanged) -> Self {
        Self { instrument: done.instrument.to_string(), has_relay: done.has_relay }
    }
}

static SET: Operation = Operation {
    request: Some(schema_of::<SetJson>()),
    answer: Answer::json::<ChangedJson>(200),
    ..Operation::post(
        "relay-set",
        "/api/v1/instruments/{id}/relay",
        A::KeepRelay,
        |request| SET.answer(request),
        |call| {
            let ask: SetJson = call.body()?;
            let act = SetRelay { instrument: call.id("id")?, relay: ask.relay };
            Ok(reply::json(&ChangedJson::from(call.city().perform(call.asker(), act)?)))
        },
    )
};

/// What was done about a problem.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "RelaySettlement")]
pub struct SettleJson {
    pub note: String,
}

static SETTLE: Operation = Operation {
    request: Some(schema_of::<SettleJson>()),
    answer: Answer::json::<ChangedJson>(200),
    ..Operation::post(
        "relay-settle",
        "/api/v1/instruments/{id}/relay/problems/{problem}/settlement",
        A::KeepRelay,
        |request| SETTLE.answer(request),
        |call| {
            let (instrument, problem) = (call.id("id")?, call.id("problem")?);
            let ask: SettleJson = call.body()?;
            let act = SettleRelayProblem { instrument, problem, note: ask.note };
            Ok(reply::json(&ChangedJson::from(call.city().perform(call.asker(), act)?)))
        },
    )
};
