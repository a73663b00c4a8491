//! The live queue of an instrument.

use crate::operation::{Answer, Operation, schema_of};
use crate::reply;
use crate::shape::{Moment, id};
use access::Act as A;
use app::No;
use app::turn::{JoinQueue, LeaveQueue, QueueView, ReorderQueue, TurnChanged};
use base::TurnId;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The operations of this noun.
pub(crate) static OPERATIONS: &[&Operation] = &[&QUEUE, &JOIN, &LEAVE, &MOVE];

/// A place in a queue; whose it is, is not told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "Turn")]
pub struct TurnJson {
    pub id: String,
    /// `waiting` or `called`.
    pub state: String,
    pub version: u64,
    #[schemars(with = "Moment")]
    pub joined_at: String,
    /// Until when the instrument is kept for whoever is called.
    #[schemars(with = "Option<Moment>")]
    pub called_until: Option<String>,
    pub own: bool,
}

/// A queue in its order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "Queue")]
pub struct QueueJson {
    pub in_use: bool,
    /// Whether it waits for a booking to end.
    pub paused: bool,
    pub may_join: bool,
    pub turns: Vec<TurnJson>,
}

impl From<&QueueView> for QueueJson {
    fn from(view: &QueueView) -> Self {
        let turns = view.turns.iter().map(|(turn, _)| TurnJson {
            id: turn.id.to_string(),
            state: turn.state.code().to_owned(),
            version: turn.version,
            joined_at: turn.joined.rfc3339(),
            called_until: turn.called_until.map(base::Instant::rfc3339),
            own: Some(turn.id) == view.own,
        });
        Self {
            in_use: view.is_in_use,
            paused: view.is_paused,
            may_join: view.may_join,
            turns: turns.collect(),
        }
    }
}

static QUEUE: Operation = Operation {
    answer: Answer::json::<QueueJson>(200),
    ..Operation::look(
        "turn-queue",
        "/api/v1/instruments/{id}/queue",
        A::LookAtInstrument,
        |request| QUEUE.answer(request),
        |call| {
            let view = call.city().queue(call.asker(), call.id("id")?)?;
            Ok(reply::json(&QueueJson::from(&view)))
        },
    )
};

/// What a change of a place answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "TurnChanged")]
pub struct ChangedJson {
    pub id: String,
    pub state: String,
    pub version: u64,
}

impl From<TurnChanged> for ChangedJson {
    fn from(done: TurnChanged) -> Self {
        Self { id: done.turn.to_string(), state: done.state, version: done.version }
    }
}

static JOIN: Operation = Operation {
    answer: Answer::json::<ChangedJson>(200),
    ..Operation::post(
        "turn-join",
        "/api/v1/instruments/{id}/queue",
        A::KeepWishes,
        |request| JOIN.answer(request),
        |call| {
            let act = JoinQueue { instrument: call.id("id")? };
            Ok(reply::json(&ChangedJson::from(call.city().perform(call.asker(), act)?)))
        },
    )
};

/// The version of a place that was seen.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "TurnVersion")]
pub struct VersionJson {
    pub version: u64,
}

static LEAVE: Operation = Operation {
    request: Some(schema_of::<VersionJson>()),
    answer: Answer::json::<ChangedJson>(200),
    ..Operation::post(
        "turn-leave",
        "/api/v1/turns/{id}/departure",
        A::KeepWishes,
        |request| LEAVE.answer(request),
        |call| {
            let ask: VersionJson = call.body()?;
            let act = LeaveQueue { turn: call.id("id")?, version: ask.version };
            Ok(reply::json(&ChangedJson::from(call.city().perform(call.asker(), act)?)))
        },
    )
};

/// Another order, by staff.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "QueueOrder")]
pub struct OrderJson {
    pub turn: String,
    /// Before whom; the end where it is left out.
    #[serde(default)]
    pub before: Option<String>,
    pub reason: String,
}

static MOVE: Operation = Operation {
    request: Some(schema_of::<OrderJson>()),
    answer: Answer::json::<ChangedJson>(200),
    ..Operation::post(
        "turn-move",
        "/api/v1/instruments/{id}/queue/order",
        A::SetBookingRules,
        |request| MOVE.answer(request),
        |call| {
            let ask: OrderJson = call.body()?;
            let mut no = Vec::new();
            let turn = id::<TurnId>("turn", &ask.turn, &mut no);
            let before = ask.before.as_deref().and_then(|it| id::<TurnId>("before", it, &mut no));
            let (Some(turn), true) = (turn, no.is_empty()) else { return Err(No(no)) };
            let instrument = call.id("id")?;
            let act = ReorderQueue { instrument, turn, before, reason: ask.reason };
            Ok(reply::json(&ChangedJson::from(call.city().perform(call.asker(), act)?)))
        },
    )
};
