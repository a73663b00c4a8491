//! Complaints against a lot.

use super::organisation;
use super::shape::{ForJson, LotChangedJson};
use crate::operation::{Answer, Call, Operation, schema_of};
use crate::reply;
use crate::shape::{ListJson, Moment};
use access::Act as A;
use app::No;
use app::lot::{LodgeComplaint, MoveComplaint, WithdrawComplaint};
use base::{ComplaintId, Refusal};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use trading::complaint::Complaint;

/// A complaint, as who lodged it and the office read it.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Complaint")]
pub(crate) struct ComplaintJson {
    pub id: String,
    pub organisation: String,
    /// `pending`, `accepted`, `satisfied`, `resolved`, `declined`, `invalid` or `withdrawn`.
    pub state: String,
    pub text: String,
    /// What the office answered last.
    pub reply: String,
    #[schemars(with = "Moment")]
    pub lodged_at: String,
}

impl ComplaintJson {
    fn of(it: &Complaint) -> Self {
        Self {
            id: it.id.to_string(),
            organisation: it.organisation.to_string(),
            state: it.state.word().to_owned(),
            text: it.text.clone(),
            reply: it.reply.clone(),
            lodged_at: it.lodged_at.rfc3339(),
        }
    }
}

/// What is wrong, and for whom it is said.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "ComplaintLodge")]
pub(crate) struct LodgeJson {
    pub organisation: String,
    pub complaint: String,
}

/// What the office does with a complaint.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "ComplaintDecision")]
pub(crate) struct MoveJson {
    /// `accept`, `dismiss`, `satisfy`, `decline` or `resolve`.
    pub to: String,
    #[serde(default)]
    pub reply: String,
}

fn complaint(call: &Call<'_>) -> Result<ComplaintId, No> {
    call.request.param("complaint").parse().map_err(|_| Refusal::not_found().into())
}

pub(crate) static LIST: Operation = Operation {
    answer: Answer::json::<ListJson<ComplaintJson>>(200),
    ..Operation::look(
        "lot-complaints",
        "/api/v1/lots/{id}/complaints",
        A::LookAtLot,
        |request| LIST.answer(request),
        |call| {
            let view = call.city().lot(call.asker(), call.id("id")?)?;
            let data = view.complaints.iter().map(|(it, _)| ComplaintJson::of(it)).collect();
            Ok(reply::json(&ListJson { data, next: None }))
        },
    )
};

pub(crate) static LODGE: Operation = Operation {
    request: Some(schema_of::<LodgeJson>()),
    answer: Answer::json::<LotChangedJson>(200),
    ..Operation::post(
        "lot-complaint-lodge",
        "/api/v1/lots/{id}/complaints",
        A::LodgeComplaint,
        |request| LODGE.answer(request),
        |call| {
            let ask: LodgeJson = call.body()?;
            let organisation = organisation(&ask.organisation)?;
            let act = LodgeComplaint { lot: call.id("id")?, organisation, text: ask.complaint };
            Ok(reply::json(&LotChangedJson::from(call.city().perform(call.asker(), act)?)))
        },
    )
};

pub(crate) static MOVE: Operation = Operation {
    request: Some(schema_of::<MoveJson>()),
    answer: Answer::json::<LotChangedJson>(200),
    ..Operation::post(
        "lot-complaint-move",
        "/api/v1/lots/{id}/complaints/{complaint}/decision",
        A::MoveComplaint,
        |request| MOVE.answer(request),
        |call| {
            let ask: MoveJson = call.body()?;
            let (lot, complaint) = (call.id("id")?, complaint(call)?);
            let act = MoveComplaint { lot, complaint, to: ask.to, reply: ask.reply };
            Ok(reply::json(&LotChangedJson::from(call.city().perform(call.asker(), act)?)))
        },
    )
};

pub(crate) static WITHDRAW: Operation = Operation {
    request: Some(schema_of::<ForJson>()),
    answer: Answer::json::<LotChangedJson>(200),
    ..Operation::post(
        "lot-complaint-withdraw",
        "/api/v1/lots/{id}/complaints/{complaint}/withdrawal",
        A::WithdrawComplaint,
        |request| WITHDRAW.answer(request),
        |call| {
            let organisation = organisation(&call.body::<ForJson>()?.organisation)?;
            let (lot, complaint) = (call.id("id")?, complaint(call)?);
            let act = WithdrawComplaint { lot, complaint, organisation };
            Ok(reply::json(&LotChangedJson::from(call.city().perform(call.asker(), act)?)))
        },
    )
};
