//! Technologies: looked at by whoever may, changed by the owner's transfer officer.

pub mod content;
pub mod shape;

use crate::operation::{Answer, Call, Operation, schema_of};
use crate::query::{Kind, Parameter};
use crate::reply;
use crate::technology::content::nested;
use crate::technology::shape::{
    ChangedJson, ComparisonJson, ConfirmJson, CreateJson, LabelRaiseJson, ReviseJson,
    TechnologyJson, VersionsJson, WithdrawJson,
};
use access::Act as A;
use app::No;
use app::technology::{
    ConfirmTechnology, CreateTechnology, RaiseLabel, ReviseTechnology, WithdrawTechnology,
};
use base::{Class, OrganisationId, Refusal};
use edge::Reply;

/// The operations of this noun.
pub(crate) static OPERATIONS: &[&Operation] =
    &[&LOOK, &CREATE, &REVISE, &CONFIRM, &WITHDRAW, &RAISE, &VERSIONS, &COMPARE, &ST96];

static LOOK: Operation = Operation {
    answer: Answer::json::<TechnologyJson>(200),
    ..Operation::look(
        "technology-look",
        "/api/v1/technologies/{id}",
        A::LookAtTechnology,
        |request| LOOK.answer(request),
        look,
    )
};

fn look(call: &Call<'_>) -> Result<Reply, No> {
    let view = call.city().technology(call.asker(), call.id("id")?)?;
    Ok(reply::single(call, view.technology.version, &TechnologyJson::of(call, &view)))
}

static CREATE: Operation = Operation {
    request: Some(schema_of::<CreateJson>()),
    answer: Answer::json::<ChangedJson>(201),
    ..Operation::post(
        "technology-create",
        "/api/v1/technologies",
        A::CreateTechnology,
        |request| CREATE.answer(request),
        create,
    )
};

fn create(call: &Call<'_>) -> Result<Reply, No> {
    let ask: CreateJson = call.body()?;
    let mut no = Vec::new();
    let owner = crate::shape::id::<OrganisationId>("owner", &ask.owner, &mut no);
    let content = ask.content.read("content", &mut no);
    let label = ask.label.and_then(|label| label.read("label", &mut no));
    let Some(owner) = owner.filter(|_| no.is_empty()) else { return Err(No(no)) };
    let (key, public_source) = (ask.key, ask.public_source);
    let act = CreateTechnology { owner, content, label, key, public_source };
    let changed = call.city().perform(call.asker(), act).map_err(nested)?;
    let path = format!("/api/v1/technologies/{}", changed.technology);
    Ok(reply::created(call, &path, &ChangedJson::from(changed)))
}

static REVISE: Operation = Operation {
    request: Some(schema_of::<ReviseJson>()),
    answer: Answer::json::<ChangedJson>(200),
    takes_version: true,
    ..Operation::put(
        "technology-revise",
        "/api/v1/technologies/{id}",
        A::ReviseTechnology,
        |request| REVISE.answer(request),
        revise,
    )
};

fn revise(call: &Call<'_>) -> Result<Reply, No> {
    let technology = call.id("id")?;
    let ask: ReviseJson = call.body()?;
    let version = call.version(ask.version)?;
    let mut no = Vec::new();
    let content = ask.content.read("content", &mut no);
    if !no.is_empty() {
        return Err(No(no));
    }
    let act = ReviseTechnology { technology, version, content, note: ask.note };
    let changed = call.city().perform(call.asker(), act).map_err(nested)?;
    Ok(reply::json(&ChangedJson::from(changed)))
}

static CONFIRM: Operation = Operation {
    request: Some(schema_of::<ConfirmJson>()),
    is_body_optional: true,
    answer: Answer::json::<ChangedJson>(200),
    takes_version: true,
    ..Operation::post(
        "technology-confirm",
        "/api/v1/technologies/{id}/confirmation",
        A::ConfirmTechnology,
        |request| CONFIRM.answer(request),
        confirm,
    )
};

fn confirm(call: &Call<'_>) -> Result<Reply, No> {
    let technology = call.id("id")?;
    let ask: ConfirmJson = call.body_or_default()?;
    let act = ConfirmTechnology { technology, version: call.version(ask.version)? };
    let changed = call.city().perform(call.asker(), act).map_err(nested)?;
    Ok(reply::json(&ChangedJson::from(changed)))
}

static WITHDRAW: Operation = Operation {
    request: Some(schema_of::<WithdrawJson>()),
    answer: Answer::json::<ChangedJson>(200),
    takes_version: true,
    ..Operation::post(
        "technology-withdraw",
        "/api/v1/technologies/{id}/withdrawal",
        A::WithdrawTechnology,
        |request| WITHDRAW.answer(request),
        withdraw,
    )
};

fn withdraw(call: &Call<'_>) -> Result<Reply, No> {
    let technology = call.id("id")?;
    let ask: WithdrawJson = call.body()?;
    let version = call.version(ask.version)?;
    let act = WithdrawTechnology { technology, version, reason: ask.reason };
    let changed = call.city().perform(call.asker(), act)?;
    Ok(reply::json(&ChangedJson::from(changed)))
}

static RAISE: Operation = Operation {
    request: Some(schema_of::<LabelRaiseJson>()),
    answer: Answer::json::<ChangedJson>(200),
    takes_version: true,
    ..Operation::post(
        "technology-label",
        "/api/v1/technologies/{id}/label",
        A::RaiseLabel,
        |request| RAISE.answer(request),
        raise,
    )
};

fn raise(call: &Call<'_>) -> Result<Reply, No> {
    let technology = call.id("id")?;
    let ask: LabelRaiseJson = call.body()?;
    let version = call.version(ask.version)?;
    let mut no = Vec::new();
    let label = ask.label.read("label", &mut no);
    let Some(label) = label.filter(|_| no.is_empty()) else { return Err(No(no)) };
    let changed = call.city().perform(call.asker(), RaiseLabel { technology, version, label })?;
    Ok(reply::json(&ChangedJson::from(changed)))
}

static VERSIONS: Operation = Operation {
    answer: Answer::json::<VersionsJson>(200),
    ..Operation::look(
        "technology-versions",
        "/api/v1/technologies/{id}/versions",
        A::LookAtVersions,
        |request| VERSIONS.answer(request),
        versions,
    )
};

fn versions(call: &Call<'_>) -> Result<Reply, No> {
    let (view, versions) = call.city().versions(call.asker(), call.id("id")?)?;
    let shown = VersionsJson {
        technology: view.technology.id.to_string(),
        title: (&view.technology.content.title).into(),
        data: versions.iter().map(Into::into).collect(),
    };
    Ok(reply::single(call, view.technology.version, &shown))
}

const VERSION: Kind = Kind::Number { least: 1, most: 1_000_000_000 };

static COMPARE: Operation = Operation {
    query: &[Parameter::required("before", VERSION), Parameter::required("after", VERSION)],
    answer: Answer::json::<ComparisonJson>(200),
    ..Operation::look(
        "technology-compare",
        "/api/v1/technologies/{id}/versions/compare",
        A::LookAtVersions,
        |request| COMPARE.answer(request),
        compare,
    )
};

fn compare(call: &Call<'_>) -> Result<Reply, No> {
    let wanted = |name| call.query.number(name).ok_or_else(Refusal::not_found);
    let (before, after) = (wanted("before")?, wanted("after")?);
    let found = call.city().compare_versions(call.asker(), call.id("id")?, before, after)?;
    Ok(reply::unchanged_is_free(call, &ComparisonJson::of(&found)))
}

static ST96: Operation = Operation {
    answer: Answer::text("application/xml"),
    ..Operation::look(
        "technology-st96",
        "/api/v1/technologies/{id}/st96",
        A::ExportTechnologies,
        |request| ST96.answer(request),
        st96,
    )
};

fn st96(call: &Call<'_>) -> Result<Reply, No> {
    let whole = call.city().whole(call.asker(), call.id("id")?)?;
    let row = papers::Exported {
        technology: whole.technology,
        owner: whole.owner,
        listings: whole.offers,
    };
    let mut xml = Vec::new();
    let n_documents = papers::export_st96([row], &mut xml)
        .map_err(|_| Refusal::new(Class::Unknown, "own-fault"))?;
    if n_documents == 0 {
        return Err(Refusal::new(Class::Refused, "technology-without-publication").into());
    }
    Ok(Reply::new("application/xml", xml))
}
