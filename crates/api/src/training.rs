//! What people need before they may book: what is missing, asked for, given, declined; and who may not
//! book for a time.

use crate::operation::{Answer, Call, Operation, schema_of};
use crate::reply;
use crate::shape::{Moment, OneOf, id, moment};
use access::Act as A;
use app::No;
use app::booking::{
    AnswerTraining, AskTraining, BlockPerson, ConfirmNotice, OwnTrust, SetAccess, TrainPerson,
    TrainingChanged, UnblockPerson, WithdrawQualification,
};
use base::{Instant, InstrumentId, PersonId};
use edge::Reply;
use instruments::training::{Needed, Request, State};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The operations of this noun.
pub(crate) static OPERATIONS: &[&Operation] =
    &[&LOOK, &ASK, &CONFIRM, &GIVE, &DECLINE, &WITHDRAW, &BLOCK, &UNBLOCK, &ACCESS];

/// What the reader has and lacks at an instrument; for its people the wishes that wait as well.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "InstrumentTraining")]
pub struct TrainingJson {
    /// In their order; empty where everybody may book.
    pub needed: Vec<NeededJson>,
    /// Whether the notice to users has been read; null where there is none to confirm.
    pub has_read_notice: Option<bool>,
    /// Whether the reader may not book for now.
    pub is_blocked: bool,
    /// Until when; null for good.
    #[schemars(with = "Option<Moment>")]
    pub blocked_until: Option<String>,
    /// When the reader's access to the unit's instruments ends, or ended; null without an end.
    #[schemars(with = "Option<Moment>")]
    pub access_ends: Option<String>,
    /// Whether an agreement with the unit holds today; null where none is needed.
    pub has_agreement: Option<bool>,
    /// Whether the use is barred for the jurisdiction of the reader or of those they stand for.
    pub is_barred: bool,
    pub requests: Vec<RequestJson>,
}

/// One thing that is needed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "TrainingNeeded")]
pub struct NeededJson {
    /// The owner's code of a course; empty for the training at the instrument itself.
    pub course: String,
    pub is_there: bool,
    pub is_asked: bool,
    /// Why the last wish for it was declined.
    pub declined: Option<String>,
}

/// A wish to be trained.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "TrainingRequest")]
pub struct RequestJson {
    pub person: String,
    pub course: String,
    pub note: String,
    #[schemars(with = "OneOf<State>")]
    pub state: String,
    #[schemars(with = "Moment")]
    pub asked_at: String,
}

impl From<&Needed> for NeededJson {
    fn from(it: &Needed) -> Self {
        Self {
            course: it.course.clone(),
            is_there: it.is_there,
            is_asked: it.is_asked,
            declined: it.declined.clone(),
        }
    }
}

impl From<&Request> for RequestJson {
    fn from(it: &Request) -> Self {
        Self {
            person: it.person.to_string(),
            course: it.course.clone(),
            note: it.note.clone(),
            state: it.state.word().to_owned(),
            asked_at: it.asked_at.rfc3339(),
        }
    }
}

static LOOK: Operation = Operation {
    answer: Answer::json::<TrainingJson>(200),
    ..Operation::look(
        "training-look",
        "/api/v1/instruments/{id}/training",
        A::LookAtInstrument,
        |request| LOOK.answer(request),
        look,
    )
};

fn look(call: &Call<'_>) -> Result<Reply, No> {
    let view = call.city().qualifications(call.asker(), call.id("id")?)?;
    let own = view.own.as_ref();
    let needed = |own: &OwnTrust| own.needed.iter().map(NeededJson::from).collect();
    let blocked = own.and_then(|own| own.blocked);
    let requests = view.staff.iter().flat_map(|staff| &staff.requests);
    Ok(reply::json(&TrainingJson {
        needed: own.map(needed).unwrap_or_default(),
        has_read_notice: own.and_then(|own| own.has_read),
        is_blocked: blocked.is_some(),
        blocked_until: blocked.flatten().map(Instant::rfc3339),
        access_ends: own.and_then(|own| own.access_ends).map(Instant::rfc3339),
        has_agreement: own.and_then(|own| own.has_agreement),
        is_barred: own.is_some_and(|own| own.is_barred),
        requests: requests.map(|(it, _)| RequestJson::from(it)).collect(),
    }))
}

/// What a change about somebody's training answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "TrainingChanged")]
pub struct ChangedJson {
    pub instrument: String,
    pub person: String,
    pub course: String,
    pub state: String,
}

impl From<TrainingChanged> for ChangedJson {
    fn from(done: TrainingChanged) -> Self {
        Self {
            instrument: done.instrument.to_string(),
            person: done.person.to_string(),
            course: done.course,
            state: done.state,
        }
    }
}

fn told(done: TrainingChanged) -> Reply {
    reply::json(&ChangedJson::from(done))
}

/// A wish to be trained.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "TrainingAsk")]
pub struct AskJson {
    /// The owner's code of a course; empty for the training at the instrument itself.
    #[serde(default)]
    pub course: String,
    #[serde(default)]
    pub note: String,
}

static ASK: Operation = Operation {
    request: Some(schema_of::<AskJson>()),
    answer: Answer::json::<ChangedJson>(200),
    ..Operation::post(
        "training-ask",
        "/api/v1/instruments/{id}/training-requests",
        A::BookTime,
        |request| ASK.answer(request),
        |call| {
            let ask: AskJson = call.body_or_default()?;
            let act =
                AskTraining { instrument: call.id("id")?, course: ask.course, note: ask.note };
            Ok(told(call.city().perform(call.asker(), act)?))
        },
    )
};

static CONFIRM: Operation = Operation {
    answer: Answer::json::<ChangedJson>(200),
    ..Operation::post(
        "training-confirm",
        "/api/v1/instruments/{id}/notice-confirmation",
        A::BookTime,
        |request| CONFIRM.answer(request),
        |call| {
            let act = ConfirmNotice { instrument: call.id("id")? };
            Ok(told(call.city().perform(call.asker(), act)?))
        },
    )
};

/// Somebody and what they did, or shall not do.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "TrainingGiven")]
pub struct GiveJson {
    pub person: String,
    /// The owner's code of a course.
    pub course: String,
    /// When it has to be done again.
    #[serde(default)]
    #[schemars(with = "Option<Moment>")]
    pub ends: Option<String>,
}

static GIVE: Operation = Operation {
    request: Some(schema_of::<GiveJson>()),
    answer: Answer::json::<ChangedJson>(200),
    ..Operation::post(
        "training-give",
        "/api/v1/instruments/{id}/courses",
        A::QualifyPeople,
        |request| GIVE.answer(request),
        |call| {
            let ask: GiveJson = call.body()?;
            let mut no = Vec::new();
            let person = id::<PersonId>("person", &ask.person, &mut no);
            let ends = ask.ends.as_ref().and_then(|text| moment("ends", text, &mut no));
            let (Some(person), []) = (person, no.as_slice()) else { return Err(No(no)) };
            let instrument: InstrumentId = call.id("id")?;
            let act = TrainPerson { instrument, person, course: ask.course, ends };
            Ok(told(call.city().perform(call.asker(), act)?))
        },
    )
};

/// Somebody, and why.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "TrainingDeclined")]
pub struct DeclineJson {
    pub person: String,
    #[serde(default)]
    pub course: String,
    pub answer: String,
}

static DECLINE: Operation = Operation {
    request: Some(schema_of::<DeclineJson>()),
    answer: Answer::json::<ChangedJson>(200),
    ..Operation::post(
        "training-decline",
        "/api/v1/instruments/{id}/training-requests/decline",
        A::QualifyPeople,
        |request| DECLINE.answer(request),
        |call| {
            let ask: DeclineJson = call.body()?;
            let person = person(&ask.person)?;
            let (instrument, course, answer) = (call.id("id")?, ask.course, ask.answer);
            let act = AnswerTraining { instrument, person, course, answer };
            Ok(told(call.city().perform(call.asker(), act)?))
        },
    )
};

fn person(text: &str) -> Result<PersonId, No> {
    let mut no = Vec::new();
    id::<PersonId>("person", text, &mut no).ok_or(No(no))
}

/// Somebody whose qualification ends, and why.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "QualificationWithdrawal")]
pub struct WithdrawJson {
    pub person: String,
    pub reason: String,
}

/// Whether it stands.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "QualificationWithdrawn")]
pub struct WithdrawnJson {
    pub person: String,
    pub stands: bool,
}

static WITHDRAW: Operation = Operation {
    request: Some(schema_of::<WithdrawJson>()),
    answer: Answer::json::<WithdrawnJson>(200),
    ..Operation::post(
        "training-withdraw",
        "/api/v1/instruments/{id}/qualifications/withdrawal",
        A::QualifyPeople,
        |request| WITHDRAW.answer(request),
        |call| {
            let ask: WithdrawJson = call.body()?;
            let (instrument, person) = (call.id("id")?, person(&ask.person)?);
            let act = WithdrawQualification { instrument, person, reason: ask.reason };
            let done = call.city().perform(call.asker(), act)?;
            let person = done.person.to_string();
            Ok(reply::json(&WithdrawnJson { person, stands: done.stands }))
        },
    )
};

/// Somebody who may not book, and why.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "BookingBlock")]
pub struct BlockJson {
    pub person: String,
    /// Everything of the unit; its managers' matter.
    #[serde(default)]
    pub of_unit: bool,
    /// Left out: for good.
    #[serde(default)]
    #[schemars(with = "Option<Moment>")]
    pub until: Option<String>,
    pub reason: String,
}

static BLOCK: Operation = Operation {
    request: Some(schema_of::<BlockJson>()),
    answer: Answer::json::<ChangedJson>(200),
    ..Operation::post(
        "training-block",
        "/api/v1/instruments/{id}/blocks",
        A::QualifyPeople,
        |request| BLOCK.answer(request),
        |call| {
            let ask: BlockJson = call.body()?;
            let mut no = Vec::new();
            let person = id::<PersonId>("person", &ask.person, &mut no);
            let until = ask.until.as_ref().and_then(|text| moment("until", text, &mut no));
            let (Some(person), []) = (person, no.as_slice()) else { return Err(No(no)) };
            let instrument = call.id("id")?;
            let (is_of_unit, reason) = (ask.of_unit, ask.reason);
            let act = BlockPerson { instrument, person, is_of_unit, until, reason };
            Ok(told(call.city().perform(call.asker(), act)?))
        },
    )
};

/// Somebody who may book again.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "BookingBlockEnd")]
pub struct UnblockJson {
    pub person: String,
    #[serde(default)]
    pub of_unit: bool,
}

static UNBLOCK: Operation = Operation {
    request: Some(schema_of::<UnblockJson>()),
    answer: Answer::json::<ChangedJson>(200),
    ..Operation::post(
        "training-unblock",
        "/api/v1/instruments/{id}/blocks/end",
        A::QualifyPeople,
        |request| UNBLOCK.answer(request),
        |call| {
            let ask: UnblockJson = call.body()?;
            let (instrument, person) = (call.id("id")?, person(&ask.person)?);
            let act = UnblockPerson { instrument, person, is_of_unit: ask.of_unit };
            Ok(told(call.city().perform(call.asker(), act)?))
        },
    )
};

/// Somebody, until when they have access to every instrument of the unit, and why.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "InstrumentAccess")]
pub struct AccessJson {
    pub person: String,
    /// Left out: without an end.
    #[serde(default)]
    #[schemars(with = "Option<Moment>")]
    pub ends: Option<String>,
    pub reason: String,
}

static ACCESS: Operation = Operation {
    request: Some(schema_of::<AccessJson>()),
    answer: Answer::json::<ChangedJson>(200),
    ..Operation::post(
        "training-access",
        "/api/v1/instruments/{id}/access",
        A::QualifyPeople,
        |request| ACCESS.answer(request),
        |call| {
            let ask: AccessJson = call.body()?;
            let mut no = Vec::new();
            let person = id::<PersonId>("person", &ask.person, &mut no);
            let ends = ask.ends.as_ref().and_then(|text| moment("ends", text, &mut no));
            let (Some(person), []) = (person, no.as_slice()) else { return Err(No(no)) };
            let (instrument, reason) = (call.id("id")?, ask.reason);
            let act = SetAccess { instrument, person, ends, reason };
            Ok(told(call.city().perform(call.asker(), act)?))
        },
    )
};
