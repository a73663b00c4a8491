//! Payment orders: drafted, approved by another person, moved on by what the bank answers.

pub(crate) mod shape;

use crate::operation::{Answer, Call, Operation, schema_of};
use crate::query::{Kind, LIMIT, Parameter, limit};
use crate::reply;
use crate::shape::{ListJson, id};
use access::Act as A;
use app::No;
use app::order::{ApproveOrder, OrdersWanted};
use banking::OrderState;
use base::OrderId;
use edge::Reply;
use shape::{DraftOrderJson, OrderJson, OrderMovedJson, OrderStepJson, VersionJson};

/// The operations of this noun.
pub(crate) static OPERATIONS: &[&Operation] = &[&LIST, &LOOK, &DOCUMENT, &DRAFT, &APPROVE, &MOVE];

fn states() -> Vec<&'static str> {
    OrderState::ALL.iter().map(|state| state.word()).collect()
}

static LIST: Operation = Operation {
    query: &[
        limit(1_000),
        Parameter::new("after", Kind::Text),
        Parameter::new("state", Kind::Words(states)),
    ],
    answer: Answer::json::<ListJson<OrderJson>>(200),
    ..Operation::list(
        "order-list",
        "/api/v1/orders",
        A::ListOrders,
        |request| LIST.answer(request),
        list,
    )
};

fn list(call: &Call<'_>) -> Result<Reply, No> {
    let mut no = Vec::new();
    let after = call.query.some("after").and_then(|text| id::<OrderId>("after", text, &mut no));
    if !no.is_empty() {
        return Err(No(no));
    }
    let asked: Vec<OrderState> =
        call.query.texts("state").iter().filter_map(|word| OrderState::parse(word)).collect();
    let states = if asked.is_empty() { OrderState::ALL.to_vec() } else { asked };
    let wanted = OrdersWanted { states, after };
    let page = call.city().orders(call.asker(), &wanted, call.query.limit(LIMIT))?;
    let data = page.rows.iter().map(OrderJson::of).collect();
    let next = reply::next(call, page.next.map(|id| id.to_string()));
    Ok(reply::json(&ListJson { data, next }))
}

static LOOK: Operation = Operation {
    answer: Answer::json::<OrderJson>(200),
    ..Operation::look(
        "order-look",
        "/api/v1/orders/{id}",
        A::LookAtOrder,
        |request| LOOK.answer(request),
        |call| {
            let view = call.city().order(call.asker(), call.id("id")?)?;
            Ok(reply::json(&OrderJson::of(&view.row)))
        },
    )
};

static DOCUMENT: Operation = Operation {
    answer: Answer::text("application/xml"),
    ..Operation::look(
        "order-document",
        "/api/v1/orders/{id}/document",
        A::LookAtOrder,
        |request| DOCUMENT.answer(request),
        |call| {
            let (text, _) = call.city().order_document(call.asker(), call.id("id")?)?;
            Ok(Reply::new("application/xml", text))
        },
    )
};

static DRAFT: Operation = Operation {
    request: Some(schema_of::<DraftOrderJson>()),
    answer: Answer::json::<OrderMovedJson>(201),
    ..Operation::post(
        "order-draft",
        "/api/v1/orders",
        A::DraftOrder,
        |request| DRAFT.answer(request),
        |call| {
            let act = call.body::<DraftOrderJson>()?.read()?;
            let done = call.city().perform(call.asker(), act)?;
            let path = format!("/api/v1/orders/{}", done.order);
            Ok(reply::created(call, &path, &OrderMovedJson::from(done)))
        },
    )
};

static APPROVE: Operation = Operation {
    request: Some(schema_of::<VersionJson>()),
    answer: Answer::json::<OrderMovedJson>(200),
    ..Operation::post(
        "order-approve",
        "/api/v1/orders/{id}/approval",
        A::ApproveOrder,
        |request| APPROVE.answer(request),
        |call| {
            let version = call.body::<VersionJson>()?.version;
            let act = ApproveOrder::new(call.id("id")?, version);
            Ok(reply::json(&OrderMovedJson::from(call.city().perform(call.asker(), act)?)))
        },
    )
};

static MOVE: Operation = Operation {
    request: Some(schema_of::<OrderStepJson>()),
    answer: Answer::json::<OrderMovedJson>(200),
    ..Operation::post(
        "order-move",
        "/api/v1/orders/{id}/step",
        A::MoveOrder,
        |request| MOVE.answer(request),
        |call| {
            let act = call.body::<OrderStepJson>()?.read(call.id("id")?)?;
            Ok(reply::json(&OrderMovedJson::from(call.city().perform(call.asker(), act)?)))
        },
    )
};
