//! Files: handed in first, then named by the act that they belong to, and read by whoever sees what
//! they hang on.

pub mod shape;

use crate::file::shape::{FileJson, UploadedFileJson};
use crate::operation::{Answer, Call, Operation, schema_of};
use crate::reply;
use access::Act as A;
use app::No;
use app::file::DropFile;
use base::{FileId, Refusal};
use edge::{Body, Reply};

/// The operations of this noun.
pub(crate) static OPERATIONS: &[&Operation] = &[&KEEP, &LOOK, &CONTENT, &DROP];

/// The ids that a body names, with every one that is none.
pub(crate) fn ids(typed: &[String], no: &mut Vec<Refusal>) -> Vec<FileId> {
    let read = |(at, text): (usize, &String)| {
        crate::shape::id::<FileId>(&format!("documents.{at}"), text, no)
    };
    typed.iter().enumerate().filter_map(read).collect()
}

static KEEP: Operation = Operation {
    request: Some(schema_of::<UploadedFileJson>()),
    answer: Answer::json::<FileJson>(201),
    ..Operation::post(
        "file-keep",
        "/api/v1/files",
        A::KeepFile,
        |request| KEEP.answer(request),
        keep,
    )
    .taking(Body::Files)
};

fn keep(call: &Call<'_>) -> Result<Reply, No> {
    let request = call.request;
    let odd = request.form.0.iter().map(|(name, _)| name.as_str());
    let mut odd = odd.chain(request.received.iter().map(|it| it.field.as_str()));
    if let Some(name) = odd.find(|name| *name != "file") {
        let refusal = Refusal::invalid("body-field-unknown").on(name).text("found", name);
        return Err(refusal.text("known", "file").into());
    }
    let [received] = request.received.as_slice() else {
        let refusal = Refusal::invalid("field-required").on("file");
        return Err(refusal.term("field", "field-file").into());
    };
    let received = received.file.as_ref().map_err(|no| No::from(no.clone().on("file")))?;
    let kept = call.city().keep_received(call.asker(), received)?;
    let file = call.city().file(call.asker(), kept.file)?;
    let path = format!("/api/v1/files/{}", kept.file);
    Ok(reply::created(call, &path, &FileJson::of(call, &file)))
}

static LOOK: Operation = Operation {
    answer: Answer::json::<FileJson>(200),
    ..Operation::look(
        "file-look",
        "/api/v1/files/{id}",
        A::LookAtFile,
        |request| LOOK.answer(request),
        look,
    )
};

fn look(call: &Call<'_>) -> Result<Reply, No> {
    let file = call.city().file(call.asker(), call.id("id")?)?;
    Ok(reply::json(&FileJson::of(call, &file)))
}

static CONTENT: Operation = Operation {
    answer: Answer::text("application/octet-stream"),
    ..Operation::look(
        "file-content",
        "/api/v1/files/{id}/content",
        A::LookAtFile,
        |request| CONTENT.answer(request),
        content,
    )
};

fn content(call: &Call<'_>) -> Result<Reply, No> {
    let opened = call.city().open_file(call.asker(), call.id("id")?)?;
    Ok(Reply::stored(opened, false))
}

static DROP: Operation = Operation {
    answer: Answer::json::<FileJson>(200),
    ..Operation::delete(
        "file-drop",
        "/api/v1/files/{id}",
        A::DropFile,
        |request| DROP.answer(request),
        take_back,
    )
};

fn take_back(call: &Call<'_>) -> Result<Reply, No> {
    let id = call.id("id")?;
    let file = call.city().file(call.asker(), id)?;
    call.city().perform(call.asker(), DropFile { file: id })?;
    Ok(reply::json(&FileJson::of(call, &file)))
}
