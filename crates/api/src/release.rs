//! Release review: results are put forward here; their review is a case like others.

pub mod shape;

use crate::case::case_of;
use crate::case::shape::MovedJson;
use crate::operation::{Answer, Call, Operation, schema_of};
use crate::release::shape::{AmendJson, DiscloseJson, ProposeJson, StubJson};
use crate::reply;
use crate::technology::content::nested;
use crate::technology::shape::ChangedJson;
use access::Act as A;
use app::No;
use app::case::CaseMoved;
use app::release::{DiscloseResult, HandInAgain, ProposeRelease, RegisterStub};
use base::OrganisationId;
use edge::Reply;

/// The operations of this noun.
pub(crate) static OPERATIONS: &[&Operation] = &[&DISCLOSE, &PROPOSE, &AMEND, &STUB];

/// A new case with its address.
fn opened(call: &Call<'_>, moved: CaseMoved) -> Reply {
    let path = format!("/api/v1/cases/{}", moved.case);
    reply::created(call, &path, &MovedJson::from(moved))
}

static DISCLOSE: Operation = Operation {
    request: Some(schema_of::<DiscloseJson>()),
    answer: Answer::json::<MovedJson>(201),
    ..Operation::post(
        "release-disclose",
        "/api/v1/disclosures",
        A::DiscloseResult,
        |request| DISCLOSE.answer(request),
        disclose,
    )
};

fn disclose(call: &Call<'_>) -> Result<Reply, No> {
    let ask: DiscloseJson = call.body()?;
    let mut no = Vec::new();
    let owner = crate::shape::id::<OrganisationId>("owner", &ask.owner, &mut no);
    let content = ask.content.read("content", &mut no);
    let label = ask.label.and_then(|label| label.read("label", &mut no));
    let disclosure = ask.disclosure.read("disclosure", &mut no);
    let documents = crate::file::ids(&ask.documents, &mut no);
    let Some(owner) = owner.filter(|_| no.is_empty()) else { return Err(No(no)) };
    let act = DiscloseResult { owner, key: ask.key, content, label, disclosure, documents };
    Ok(opened(call, call.city().perform(call.asker(), act).map_err(nested)?))
}

static PROPOSE: Operation = Operation {
    request: Some(schema_of::<ProposeJson>()),
    answer: Answer::json::<MovedJson>(201),
    takes_version: true,
    ..Operation::post(
        "release-propose",
        "/api/v1/technologies/{id}/release",
        A::ProposeRelease,
        |request| PROPOSE.answer(request),
        propose,
    )
};

fn propose(call: &Call<'_>) -> Result<Reply, No> {
    let technology = call.id("id")?;
    let ask: ProposeJson = call.body()?;
    let version = call.version(ask.version)?;
    let mut no = Vec::new();
    let content = ask.content.map(|content| content.read("content", &mut no));
    let disclosure = ask.disclosure.read("disclosure", &mut no);
    let documents = crate::file::ids(&ask.documents, &mut no);
    if !no.is_empty() {
        return Err(No(no));
    }
    let act = ProposeRelease { technology, version, content, disclosure, documents };
    Ok(opened(call, call.city().perform(call.asker(), act).map_err(nested)?))
}

static AMEND: Operation = Operation {
    request: Some(schema_of::<AmendJson>()),
    answer: Answer::json::<MovedJson>(200),
    takes_version: true,
    ..Operation::post(
        "release-amend",
        "/api/v1/cases/{id}/amendment",
        A::HandInAgain,
        |request| AMEND.answer(request),
        amend,
    )
};

fn amend(call: &Call<'_>) -> Result<Reply, No> {
    let case = case_of(call)?;
    let ask: AmendJson = call.body()?;
    let version = call.version(ask.version)?;
    let mut no = Vec::new();
    let content = ask.content.read("content", &mut no);
    let disclosure = ask.disclosure.read("disclosure", &mut no);
    let documents = crate::file::ids(&ask.documents, &mut no);
    if !no.is_empty() {
        return Err(No(no));
    }
    let act = HandInAgain { case, version, content, disclosure, reason: ask.reason, documents };
    let moved = call.city().perform(call.asker(), act).map_err(nested)?;
    Ok(reply::json(&MovedJson::from(moved)))
}

static STUB: Operation = Operation {
    request: Some(schema_of::<StubJson>()),
    answer: Answer::json::<ChangedJson>(201),
    ..Operation::post(
        "release-stub",
        "/api/v1/stubs",
        A::RegisterStub,
        |request| STUB.answer(request),
        stub,
    )
};

fn stub(call: &Call<'_>) -> Result<Reply, No> {
    let ask: StubJson = call.body()?;
    let mut no = Vec::new();
    let owner = crate::shape::id::<OrganisationId>("owner", &ask.owner, &mut no);
    let Some(owner) = owner else { return Err(No(no)) };
    let act = RegisterStub { owner, key: ask.key, field: ask.field };
    let changed = call.city().perform(call.asker(), act)?;
    let path = format!("/api/v1/technologies/{}", changed.technology);
    Ok(reply::created(call, &path, &ChangedJson::from(changed)))
}
