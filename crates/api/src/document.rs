//! What the interface says about itself: the OpenAPI document and the page for people.

use crate::guide;
use crate::openapi::openapi;
use crate::operation::{Answer, Call, Operation};
use access::Act as A;
use app::No;
use edge::{Cache, Reply};

/// The operations of this noun.
pub(crate) static OPERATIONS: &[&Operation] = &[&OPENAPI, &GUIDE, &HOME];

static OPENAPI: Operation = Operation {
    is_open: true,
    ..Operation::list(
        "document-openapi",
        "/api/v1/openapi.json",
        A::ReadLog,
        |request| OPENAPI.answer(request),
        show_openapi,
    )
};

fn show_openapi(call: &Call<'_>) -> Result<Reply, No> {
    let shown = openapi(call.request.origin(), call.lang());
    Ok(Reply::json(&shown).kept(Cache::Revalidate))
}

static GUIDE: Operation = Operation {
    answer: Answer::text("text/html"),
    is_open: true,
    ..Operation::list(
        "document-guide",
        "/api/v1/docs",
        A::ReadLog,
        |request| GUIDE.answer(request),
        show_guide,
    )
};

static HOME: Operation = Operation {
    answer: Answer::text("text/html"),
    is_open: true,
    ..Operation::list(
        "document-home",
        "/api",
        A::ReadLog,
        |request| HOME.answer(request),
        show_guide,
    )
};

fn show_guide(call: &Call<'_>) -> Result<Reply, No> {
    Ok(Reply::html(guide::page(call)).kept(Cache::Revalidate))
}
