//! Webhooks of an organisation: set up, changed, tried, and what was sent.

mod shape;

use crate::operation::{Answer, Call, Operation, schema_of};
use crate::query::{Kind, LIMIT, Parameter, limit};
use crate::reply;
use access::Act as A;
use app::No;
use app::webhook::{
    CreateWebhook, RemoveWebhook, RenewWebhookSecret, ResendDelivery, ReviseWebhook, TestWebhook,
};
use base::{DeliveryId, Refusal, WebhookId};
use edge::Reply;
use shape::{
    AskJson, AttemptJson, ChangedJson, DeliveryJson, DeliveryListJson, DeliveryViewJson,
    QueuedJson, ReviseJson, SecretJson, SeenJson, WebhookJson, WebhookListJson,
};

/// The operations of this noun.
pub(crate) static OPERATIONS: &[&Operation] =
    &[&LIST, &CREATE, &LOOK, &REVISE, &REMOVE, &SECRET, &TEST, &DELIVERIES, &DELIVERY, &AGAIN];

static LIST: Operation = Operation {
    answer: Answer::json::<WebhookListJson>(200),
    ..Operation::look(
        "webhook-list",
        "/api/v1/organisations/{id}/webhooks",
        A::ListWebhooks,
        |request| LIST.answer(request),
        list,
    )
};

fn list(call: &Call<'_>) -> Result<Reply, No> {
    let found = call.city().webhooks(call.asker(), call.id("id")?)?;
    let data = found.rows.iter().map(|(webhook, _)| WebhookJson::of(call, webhook)).collect();
    Ok(reply::json(&WebhookListJson { data }))
}

static CREATE: Operation = Operation {
    request: Some(schema_of::<AskJson>()),
    answer: Answer::json::<SecretJson>(201),
    ..Operation::post(
        "webhook-create",
        "/api/v1/organisations/{id}/webhooks",
        A::CreateWebhook,
        |request| CREATE.answer(request),
        create,
    )
};

fn create(call: &Call<'_>) -> Result<Reply, No> {
    let organisation = call.id("id")?;
    let ask: AskJson = call.body()?;
    let act = CreateWebhook { organisation, ask: ask.into() };
    let made = call.city().perform(call.asker(), act)?;
    let path = format!("/api/v1/webhooks/{}", made.webhook);
    Ok(reply::created(call, &path, &SecretJson::from(made)))
}

static LOOK: Operation = Operation {
    answer: Answer::json::<WebhookJson>(200),
    ..Operation::look(
        "webhook-look",
        "/api/v1/webhooks/{id}",
        A::LookAtWebhook,
        |request| LOOK.answer(request),
        look,
    )
};

fn look(call: &Call<'_>) -> Result<Reply, No> {
    let found = call.city().webhook(call.asker(), call.id("id")?)?.webhook;
    Ok(reply::single(call, found.version, &WebhookJson::of(call, &found)))
}

static REVISE: Operation = Operation {
    request: Some(schema_of::<ReviseJson>()),
    answer: Answer::json::<ChangedJson>(200),
    takes_version: true,
    ..Operation::put(
        "webhook-revise",
        "/api/v1/webhooks/{id}",
        A::ReviseWebhook,
        |request| REVISE.answer(request),
        revise,
    )
};

fn revise(call: &Call<'_>) -> Result<Reply, No> {
    let webhook = call.id("id")?;
    let ReviseJson { version, address, kinds, paused } = call.body()?;
    let version = call.version(version)?;
    let ask = AskJson { address, kinds }.into();
    let act = ReviseWebhook { webhook, version, ask, is_paused: paused };
    Ok(reply::json(&ChangedJson::from(call.city().perform(call.asker(), act)?)))
}

static REMOVE: Operation = Operation {
    answer: Answer::json::<ChangedJson>(200),
    ..Operation::delete(
        "webhook-remove",
        "/api/v1/webhooks/{id}",
        A::RemoveWebhook,
        |request| REMOVE.answer(request),
        remove,
    )
};

fn remove(call: &Call<'_>) -> Result<Reply, No> {
    let act = RemoveWebhook { webhook: call.id("id")? };
    Ok(reply::json(&ChangedJson::from(call.city().perform(call.asker(), act)?)))
}

static SECRET: Operation = Operation {
    request: Some(schema_of::<SeenJson>()),
    is_body_optional: true,
    answer: Answer::json::<SecretJson>(200),
    takes_version: true,
    ..Operation::post(
        "webhook-secret",
        "/api/v1/webhooks/{id}/secret",
        A::RenewWebhookSecret,
        |request| SECRET.answer(request),
        secret,
    )
};

fn secret(call: &Call<'_>) -> Result<Reply, No> {
    let webhook = call.id("id")?;
    let seen: SeenJson = call.body_or_default()?;
    let version = call.version(seen.version)?;
    let act = RenewWebhookSecret { webhook, version };
    Ok(reply::json(&SecretJson::from(call.city().perform(call.asker(), act)?)))
}

static TEST: Operation = Operation {
    answer: Answer::json::<QueuedJson>(200),
    ..Operation::post(
        "webhook-test",
        "/api/v1/webhooks/{id}/test",
        A::TestWebhook,
        |request| TEST.answer(request),
        test,
    )
    .taking(edge::Body::None)
};

fn test(call: &Call<'_>) -> Result<Reply, No> {
    let act = TestWebhook { webhook: call.id("id")? };
    let queued = call.city().perform(call.asker(), act)?;
    Ok(reply::json(&QueuedJson { id: queued.delivery.to_string() }))
}

static DELIVERIES: Operation = Operation {
    query: &[limit(100), Parameter::new("after", Kind::Text)],
    answer: Answer::json::<DeliveryListJson>(200),
    ..Operation::look(
        "webhook-deliveries",
        "/api/v1/webhooks/{id}/deliveries",
        A::LookAtWebhook,
        |request| DELIVERIES.answer(request),
        deliveries,
    )
};

fn deliveries(call: &Call<'_>) -> Result<Reply, No> {
    let unknown = || Refusal::invalid("cursor-unreadable").on("after");
    let after =
        call.query.some("after").map(DeliveryId::parse).transpose().map_err(|_| unknown())?;
    let limit = call.query.limit(LIMIT);
    let page = call.city().deliveries(call.asker(), call.id("id")?, after, limit)?;
    let data = page.rows.iter().map(|row| DeliveryJson::of(call, row)).collect();
    let next = reply::next(call, page.next.map(|id| id.to_string()));
    Ok(reply::json(&DeliveryListJson { data, next }))
}

static DELIVERY: Operation = Operation {
    answer: Answer::json::<DeliveryViewJson>(200),
    ..Operation::look(
        "webhook-delivery",
        "/api/v1/webhooks/{id}/deliveries/{delivery}",
        A::LookAtWebhook,
        |request| DELIVERY.answer(request),
        delivery,
    )
};

fn delivery(call: &Call<'_>) -> Result<Reply, No> {
    let view = found(call)?;
    let tries = view.attempts.iter().map(|one| AttemptJson::of(call, one)).collect();
    let delivery = DeliveryJson::of(call, &view.delivery);
    Ok(reply::json(&DeliveryViewJson { delivery, tries }))
}

/// The delivery of the path, which belongs to the webhook of the path.
fn found(call: &Call<'_>) -> Result<app::webhook::DeliveryView, No> {
    let id: WebhookId = call.id("id")?;
    let view = call.city().delivery(call.asker(), call.id("delivery")?)?;
    if view.webhook.id != id {
        return Err(Refusal::not_found().into());
    }
    Ok(view)
}

static AGAIN: Operation = Operation {
    answer: Answer::json::<QueuedJson>(200),
    ..Operation::post(
        "webhook-again",
        "/api/v1/webhooks/{id}/deliveries/{delivery}/again",
        A::ResendDelivery,
        |request| AGAIN.answer(request),
        again,
    )
    .taking(edge::Body::None)
};

fn again(call: &Call<'_>) -> Result<Reply, No> {
    let act = ResendDelivery { delivery: found(call)?.delivery.id };
    let queued = call.city().perform(call.asker(), act)?;
    Ok(reply::json(&QueuedJson { id: queued.delivery.to_string() }))
}
