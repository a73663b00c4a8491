//! What users say of their uses: given by the user, listed for the people of an instrument.

use crate::operation::{Answer, Call, Operation, schema_of};
use crate::reply;
use crate::shape::{ListJson, Moment, OneOf, word};
use access::Act as A;
use app::No;
use app::feedback::GiveFeedback;
use base::UseId;
use edge::Reply;
use instruments::feedback::{Asked, Feedback};
use instruments::service_order::Opinion;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The operations of this file.
pub(crate) static OPERATIONS: &[&Operation] = &[&GIVE, &LIST];

/// What somebody says of a use of theirs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "UseFeedbackGiven")]
pub struct GiveJson {
    #[schemars(with = "OneOf<Opinion>")]
    pub opinion: String,
    /// Whether the instrument was in order.
    pub in_order: bool,
    /// What was wrong; needed where something was.
    #[serde(default)]
    pub problem: String,
    #[serde(default)]
    pub note: String,
}

/// What the user of an instrument was asked about a use, and what they said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "UseFeedback")]
pub struct FeedbackJson {
    #[serde(rename = "use")]
    pub id: String,
    pub person: String,
    #[schemars(with = "Moment")]
    pub asked_at: String,
    /// Null until they answer, as all that follows.
    #[schemars(with = "Option<Moment>")]
    pub answered_at: Option<String>,
    #[schemars(with = "Option<OneOf<Opinion>>")]
    pub opinion: Option<String>,
    pub in_order: Option<bool>,
    pub problem: Option<String>,
    pub note: Option<String>,
}

impl FeedbackJson {
    pub(crate) fn of(it: &Asked) -> Self {
        let answer = it.answer.as_ref();
        Self {
            id: it.id.to_string(),
            person: it.person.to_string(),
            asked_at: it.asked_at.rfc3339(),
            answered_at: answer.map(|(at, _)| at.rfc3339()),
            opinion: answer.map(|(_, said)| said.opinion.word().to_owned()),
            in_order: answer.map(|(_, said)| said.is_in_order),
            problem: answer.map(|(_, said)| said.problem.clone()),
            note: answer.map(|(_, said)| said.note.clone()),
        }
    }
}

/// What an answer is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "UseFeedbackKept")]
pub struct GivenJson {
    #[serde(rename = "use")]
    pub id: String,
    pub in_order: bool,
}

static GIVE: Operation = Operation {
    request: Some(schema_of::<GiveJson>()),
    answer: Answer::json::<GivenJson>(200),
    ..Operation::post(
        "feedback-give",
        "/api/v1/uses/{id}/feedback",
        A::GiveFeedback,
        |request| GIVE.answer(request),
        give,
    )
};

fn give(call: &Call<'_>) -> Result<Reply, No> {
    let id: UseId = call.id("id")?;
    let ask: GiveJson = call.body()?;
    let mut no = Vec::new();
    let opinion = word::<Opinion>("opinion", &ask.opinion, &mut no);
    let Some(opinion) = opinion else { return Err(No(no)) };
    let (is_in_order, problem, note) = (ask.in_order, ask.problem, ask.note);
    let feedback = Feedback { opinion, is_in_order, problem, note };
    let done = call.city().perform(call.asker(), GiveFeedback { id, feedback })?;
    let (id, in_order) = (done.id.to_string(), done.is_in_order);
    Ok(reply::json(&GivenJson { id, in_order }))
}

static LIST: Operation = Operation {
    answer: Answer::json::<ListJson<FeedbackJson>>(200),
    ..Operation::look(
        "feedback-list",
        "/api/v1/instruments/{id}/feedback",
        A::ListFeedback,
        |request| LIST.answer(request),
        |call| {
            let view = call.city().instrument_feedback(call.asker(), call.id("id")?)?;
            let data = view.answers.iter().map(|(it, _)| FeedbackJson::of(it)).collect();
            Ok(reply::json(&ListJson { data, next: None }))
        },
    )
};
