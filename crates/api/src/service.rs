//! Service orders: asked for, looked at, moved from step to step by either side.

mod shape;

use crate::operation::{Answer, Call, Operation, schema_of};
use crate::query::{Kind, LIMIT, Parameter, limit};
use crate::reply;
use crate::shape::{ListJson, id};
use access::Act as A;
use app::No;
use app::service_order::{AnswerOrder, MoveSample, WorkOnOrder};
use base::ServiceOrderId;
use edge::Reply;
use shape::{
    AnswersJson, AskJson, ChangedServiceJson, MoveJson, OrderJson, OrderRowJson, RequestedJson,
    StepJson,
};

/// The operations of this noun.
pub(crate) static OPERATIONS: &[&Operation] =
    &[&LIST, &LOOK, &ASK, &ANSWER, &WORK, &MOVE, &COMPARE];

static LIST: Operation = Operation {
    query: &[limit(200), Parameter::new("after", Kind::Text)],
    answer: Answer::json::<ListJson<OrderRowJson>>(200),
    ..Operation::list(
        "service-list",
        "/api/v1/service-orders",
        A::ListServices,
        |request| LIST.answer(request),
        list,
    )
};

fn list(call: &Call<'_>) -> Result<Reply, No> {
    let mut no = Vec::new();
    let after = call.query.some("after");
    let after = after.and_then(|text| id::<ServiceOrderId>("after", text, &mut no));
    if !no.is_empty() {
        return Err(No(no));
    }
    let page = call.city().service_orders(call.asker(), after, call.query.limit(LIMIT))?;
    let data = page.rows.iter().map(OrderRowJson::of).collect();
    let next = reply::next(call, page.next.map(|id| id.to_string()));
    Ok(reply::json(&ListJson::<OrderRowJson> { data, next }))
}

static LOOK: Operation = Operation {
    answer: Answer::json::<OrderJson>(200),
    ..Operation::look(
        "service-look",
        "/api/v1/service-orders/{id}",
        A::LookAtService,
        |request| LOOK.answer(request),
        |call| {
            let view = call.city().service_order(call.asker(), call.id("id")?)?;
            Ok(reply::single(call, view.row.order.version, &OrderJson::of(&view)))
        },
    )
};

static ASK: Operation = Operation {
    request: Some(schema_of::<AskJson>()),
    answer: Answer::json::<RequestedJson>(201),
    ..Operation::post(
        "service-request",
        "/api/v1/service-orders",
        A::RequestService,
        |request| ASK.answer(request),
        |call| {
            let act = call.body::<AskJson>()?.read()?;
            let done = call.city().perform(call.asker(), act)?;
            let one = done.orders.first().map(|(id, _)| format!("/api/v1/service-orders/{id}"));
            let several = done.request.map(|id| format!("/api/v1/service-requests/{id}"));
            let path = several.or(one).unwrap_or_default();
            Ok(reply::created(call, &path, &RequestedJson::from(done)))
        },
    )
};

static ANSWER: Operation = Operation {
    request: Some(schema_of::<StepJson>()),
    answer: Answer::json::<ChangedServiceJson>(200),
    takes_version: true,
    ..Operation::post(
        "service-answer",
        "/api/v1/service-orders/{id}/answers",
        A::AnswerService,
        |request| ANSWER.answer(request),
        |call| {
            let ask: StepJson = call.body()?;
            let version = call.version(ask.version)?;
            let act = AnswerOrder::new(call.id("id")?, version, ask.read()?);
            let done = call.city().perform(call.asker(), act)?;
            Ok(reply::json(&ChangedServiceJson::from(done)))
        },
    )
};

static WORK: Operation = Operation {
    request: Some(schema_of::<StepJson>()),
    answer: Answer::json::<ChangedServiceJson>(200),
    takes_version: true,
    ..Operation::post(
        "service-work",
        "/api/v1/service-orders/{id}/work",
        A::WorkOnService,
        |request| WORK.answer(request),
        |call| {
            let ask: StepJson = call.body()?;
            let version = call.version(ask.version)?;
            let act = WorkOnOrder::new(call.id("id")?, version, ask.read()?);
            let done = call.city().perform(call.asker(), act)?;
            Ok(reply::json(&ChangedServiceJson::from(done)))
        },
    )
};

static MOVE: Operation = Operation {
    request: Some(schema_of::<MoveJson>()),
    answer: Answer::json::<ChangedServiceJson>(200),
    ..Operation::post(
        "service-move",
        "/api/v1/service-orders/{id}/samples/{sample}/moves",
        A::WorkOnService,
        |request| MOVE.answer(request),
        |call| {
            let ask: MoveJson = call.body()?;
            let (order, sample) = (call.id("id")?, call.id("sample")?);
            let act = MoveSample { order, sample, stands: ask.stands, note: ask.note };
            let done = call.city().perform(call.asker(), act)?;
            Ok(reply::json(&ChangedServiceJson::from(done)))
        },
    )
};

static COMPARE: Operation = Operation {
    answer: Answer::json::<AnswersJson>(200),
    ..Operation::look(
        "service-compare",
        "/api/v1/service-requests/{id}",
        A::LookAtService,
        |request| COMPARE.answer(request),
        |call| {
            let view = call.city().service_request(call.asker(), call.id("id")?)?;
            Ok(reply::json(&AnswersJson::of(&view)))
        },
    )
};
