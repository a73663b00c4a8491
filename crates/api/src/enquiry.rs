//! Enquiries: anybody who may read about a technology may ask its owner.

use crate::operation::{Answer, Call, Operation, schema_of};
use crate::reply;
use access::Act as A;
use app::No;
use app::enquiry::Enquire;
use edge::Reply;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use trading::enquiry::Enquiry;

/// The operations of this noun.
pub(crate) static OPERATIONS: &[&Operation] = &[&ASK];

/// A question to the owner of a technology.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "NewEnquiry")]
pub struct AskJson {
    pub name: String,
    /// Where the answer goes; may be left out by who is registered.
    #[serde(default)]
    pub email: String,
    #[serde(default)]
    pub organisation: String,
    pub message: String,
}

/// What the asker is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "EnquiryReceived")]
pub struct ReceivedJson {
    /// What people say aloud: `EQ-2026-7K3QXM-4`.
    pub reference: String,
    /// The case, for who asked with a key; null for others, who cannot read it.
    pub case: Option<String>,
}

static ASK: Operation = Operation {
    request: Some(schema_of::<AskJson>()),
    answer: Answer::json::<ReceivedJson>(201),
    is_for_anybody: true,
    ..Operation::post(
        "enquiry-ask",
        "/api/v1/technologies/{id}/enquiries",
        A::Enquire,
        |request| ASK.answer(request),
        ask,
    )
};

fn ask(call: &Call<'_>) -> Result<Reply, No> {
    let technology = call.id("id")?;
    let AskJson { name, email, organisation, message } = call.body()?;
    let enquiry = Enquiry { name, email, organisation, message };
    let moved = call.city().perform(call.asker(), Enquire { technology, enquiry })?;
    let is_known = call.request.me.is_some();
    let case = is_known.then(|| moved.case.to_string());
    let received = ReceivedJson { reference: moved.reference.to_string(), case };
    let Some(case) = &received.case else { return Ok(reply::json(&received).with_status(201)) };
    Ok(reply::created(call, &format!("/api/v1/cases/{case}"), &received))
}
