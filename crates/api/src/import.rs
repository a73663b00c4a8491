//! Imports: records or files are staged, looked at, approved, and can be taken back.

pub mod shape;
mod stage;

use crate::import::shape::{
    ApproveJson, ImportJson, ImportsJson, MoreJson, ProblemRowJson, ProblemsJson, ReversalJson,
    StagedJson, StartJson, UploadJson,
};
use crate::import::stage::{Input, Staging};
use crate::operation::{Answer, Call, Operation, schema_of};
use crate::query::{Kind, LIMIT, Parameter, limit};
use crate::reply;
use access::Act as A;
use app::import::{ApproveImport, DiscardImport, RunState, StartImport, UndoImport};
use app::{Asker, City, No};
use base::{ImportId, OrganisationId, Refusal};
use edge::{Body, Reply};

/// The operations of this noun.
pub(crate) static OPERATIONS: &[&Operation] =
    &[&LIST, &LOOK, &PROBLEMS, &START, &UPLOAD, &MORE, &APPROVE, &DISCARD, &UNDO];

/// Records committed while the asker waits; longer runs go on by themselves.
const ROWS_WAITED_FOR: u64 = 1_000;

static LIST: Operation = Operation {
    query: &[limit(100), Parameter::new("after", Kind::Text)],
    answer: Answer::json::<ImportsJson>(200),
    ..Operation::list(
        "import-list",
        "/api/v1/imports",
        A::ListImports,
        |request| LIST.answer(request),
        list,
    )
};

fn list(call: &Call<'_>) -> Result<Reply, No> {
    let limit = call.query.limit(LIMIT);
    let after = call.query.some("after");
    let mut no = Vec::new();
    let after = after.and_then(|text| crate::shape::id::<ImportId>("after", text, &mut no));
    if !no.is_empty() {
        return Err(No(no));
    }
    let mut views = call.city().imports(call.asker(), after, limit + 1)?;
    let is_more = reply::cut(&mut views, limit);
    let last = views.last().filter(|_| is_more).map(|view| view.run.id.to_string());
    let data = views.iter().map(Into::into).collect();
    Ok(reply::json(&ImportsJson { data, next: reply::next(call, last) }))
}

static LOOK: Operation = Operation {
    answer: Answer::json::<ImportJson>(200),
    ..Operation::look(
        "import-look",
        "/api/v1/imports/{id}",
        A::LookAtImport,
        |request| LOOK.answer(request),
        look,
    )
};

fn look(call: &Call<'_>) -> Result<Reply, No> {
    let view = call.city().import(call.asker(), call.id("id")?)?;
    Ok(reply::unchanged_is_free(call, &ImportJson::from(&view)))
}

static PROBLEMS: Operation = Operation {
    query: &[limit(1_000), Parameter::new("after", Kind::Number { least: 0, most: 1_000_000_000 })],
    answer: Answer::json::<ProblemsJson>(200),
    ..Operation::look(
        "import-problems",
        "/api/v1/imports/{id}/problems",
        A::LookAtImport,
        |request| PROBLEMS.answer(request),
        problems,
    )
};

fn problems(call: &Call<'_>) -> Result<Reply, No> {
    let limit = call.query.limit(100);
    let after = call.query.number("after").unwrap_or(0);
    let mut rows = call.city().import_problems(call.asker(), call.id("id")?, after, limit + 1)?;
    let is_more = reply::cut(&mut rows, limit);
    let last = rows.last().filter(|_| is_more).map(|(n, _)| n.to_string());
    let data = rows.iter().map(|(n, problem)| ProblemRowJson::of(call.lang(), *n, problem));
    Ok(reply::json(&ProblemsJson { data: data.collect(), next: reply::next(call, last) }))
}

static START: Operation = Operation {
    request: Some(schema_of::<StartJson>()),
    answer: Answer::json::<StagedJson>(201),
    ..Operation::post(
        "import-start",
        "/api/v1/imports",
        A::StartImport,
        |request| START.answer(request),
        start,
    )
};

fn start(call: &Call<'_>) -> Result<Reply, No> {
    let ask: StartJson = call.body()?;
    let input = Input::of_records(&ask.records)?;
    stage(call, &ask.owner, ask.public_source, &[input])
}

static UPLOAD: Operation = Operation {
    request: Some(schema_of::<UploadJson>()),
    answer: Answer::json::<StagedJson>(201),
    ..Operation::post(
        "import-upload",
        "/api/v1/imports/files",
        A::StartImport,
        |request| UPLOAD.answer(request),
        upload,
    )
    .taking(Body::Upload)
};

fn upload(call: &Call<'_>) -> Result<Reply, No> {
    let request = call.request;
    let known = ["owner", "public_source"];
    let odd = request.form.0.iter().map(|(name, _)| name.as_str());
    let odd_files = request.files.iter().map(|file| file.field.as_str());
    let odd = odd.filter(|name| !known.contains(name));
    let mut odd = odd.chain(odd_files.filter(|name| *name != "files"));
    if let Some(name) = odd.next() {
        let refusal = Refusal::invalid("body-field-unknown").on(name).text("found", name);
        return Err(refusal.text("known", "owner, public_source, files").into());
    }
    if request.files.is_empty() {
        let refusal = Refusal::invalid("field-required").on("files");
        return Err(refusal.term("field", "field-files").into());
    }
    let input = |file: &edge::Upload| Input {
        name: file.name.clone(),
        bytes: file.bytes.as_slice().into(),
    };
    let inputs: Vec<Input> = request.files.iter().map(input).collect();
    let public_source = request.form.get("public_source").to_owned();
    stage(call, request.form.get("owner"), public_source, &inputs)
}

/// Opens a run and stages everything that was sent with it.
fn stage(
    call: &Call<'_>,
    owner: &str,
    public_source: String,
    inputs: &[Input],
) -> Result<Reply, No> {
    let mut no = Vec::new();
    let Some(owner) = crate::shape::id::<OrganisationId>("owner", owner, &mut no) else {
        return Err(No(no));
    };
    let files = inputs.iter().map(|input| input.file_read(input.kind().name())).collect();
    let act = StartImport { owner, files, public_source: public_source.clone(), takes_good: false };
    let import = call.city().perform(call.asker(), act)?.import;
    let preview = Staging { call, import, owner, public_source }.stage(inputs)?;
    let view = call.city().import(call.asker(), import)?;
    let shown = StagedJson { import: (&view).into(), preview: preview.into() };
    Ok(reply::created(call, &format!("/api/v1/imports/{import}"), &shown))
}

static MORE: Operation = Operation {
    request: Some(schema_of::<MoreJson>()),
    answer: Answer::json::<StagedJson>(200),
    ..Operation::post(
        "import-more",
        "/api/v1/imports/{id}/records",
        A::ImportTechnologies,
        |request| MORE.answer(request),
        more,
    )
};

fn more(call: &Call<'_>) -> Result<Reply, No> {
    let import: ImportId = call.id("id")?;
    let ask: MoreJson = call.body()?;
    let input = Input::of_records(&ask.records)?;
    let run = call.city().import(call.asker(), import)?.run;
    let staging = Staging { call, import, owner: run.owner, public_source: run.source };
    let preview = staging.stage(&[input])?;
    let view = call.city().import(call.asker(), import)?;
    Ok(reply::json(&StagedJson { import: (&view).into(), preview: preview.into() }))
}

static APPROVE: Operation = Operation {
    request: Some(schema_of::<ApproveJson>()),
    is_body_optional: true,
    answer: Answer::json::<ImportJson>(200),
    ..Operation::post(
        "import-approve",
        "/api/v1/imports/{id}/approval",
        A::ApproveImport,
        |request| APPROVE.answer(request),
        approve,
    )
};

fn approve(call: &Call<'_>) -> Result<Reply, No> {
    let import: ImportId = call.id("id")?;
    let ask: ApproveJson = call.body_or_default()?;
    let act = ApproveImport::new(import, ask.takes_good);
    call.city().perform(call.asker(), act)?;
    run(call.city(), call.asker(), import)?;
    let view = call.city().import(call.asker(), import)?;
    Ok(reply::json(&ImportJson::from(&view)))
}

/// Commits the first rows while the asker waits and the rest behind the answer.
///
/// Batches carry no key: each goes on where the one before ended, whoever asks for it.
fn run(city: &City, asker: &Asker, import: ImportId) -> Result<(), No> {
    if city.import(asker, import)?.run.state != RunState::Running {
        return Ok(());
    }
    let asker = Asker { key: None, ..asker.clone() };
    let waited = |n_done: u64, _| n_done < ROWS_WAITED_FOR;
    if city.run_import(&asker, import, waited)?.state != RunState::Running {
        return Ok(());
    }
    let (city, request) = (city.clone(), asker.request.clone());
    let rest = move || {
        if let Err(no) = city.run_import(&asker, import, |_, _| true) {
            tracing::warn!(%import, %no, request = %asker.request, "a run stopped half-way");
        }
    };
    if let Err(error) = std::thread::Builder::new().name("import".to_owned()).spawn(rest) {
        // The run stays as it is and is gone on with when its approval is sent again.
        tracing::error!(%error, %import, request = %request, "no thread for the rest of a run");
    }
    Ok(())
}

static DISCARD: Operation = Operation {
    answer: Answer::json::<ImportJson>(200),
    ..Operation::post(
        "import-discard",
        "/api/v1/imports/{id}/disposal",
        A::DiscardImport,
        |request| DISCARD.answer(request),
        discard,
    )
};

fn discard(call: &Call<'_>) -> Result<Reply, No> {
    let import: ImportId = call.id("id")?;
    call.city().perform(call.asker(), DiscardImport { import })?;
    let view = call.city().import(call.asker(), import)?;
    Ok(reply::json(&ImportJson::from(&view)))
}

static UNDO: Operation = Operation {
    answer: Answer::json::<ReversalJson>(200),
    ..Operation::post(
        "import-undo",
        "/api/v1/imports/{id}/reversal",
        A::UndoImport,
        |request| UNDO.answer(request),
        undo,
    )
};

fn undo(call: &Call<'_>) -> Result<Reply, No> {
    let import: ImportId = call.id("id")?;
    let counts = call.city().perform(call.asker(), UndoImport { import })?;
    let import = import.to_string();
    Ok(reply::json(&ReversalJson { import, counts: counts.into() }))
}
