//! The webhooks of an organisation, and one of them with what was sent to it.

use crate::form::ticket;
use crate::link;
use crate::page::{Page, get, me, moment, name, post, say, stamp, zoned};
use access::Act;
use app::No;
use app::webhook::{
    Delivery, DeliveryPage, DeliveryState, RemoveWebhook, ResendDelivery, State, TEST, TestWebhook,
    Webhook, WebhookView,
};
use base::{Bilingual, DeliveryId, OrganisationId, Refusal, WebhookId, limits};
use edge::{Reply, Request, Route};
use look::{Column, Confirm, Crumb, Look, PageHead, Pager, PostButton, Table, Tone};
use maud::{Markup, html};

/// The routes that show webhooks and send.
pub static ROUTES: &[Route] = &[
    get("/organisations/{id}/webhooks", Act::ListWebhooks, list),
    get("/webhooks/{id}", Act::LookAtWebhook, show),
    get("/webhooks/{id}/deliveries/{delivery}", Act::LookAtWebhook, show_delivery),
    post("/webhooks/{id}/test", Act::TestWebhook, test),
    post("/webhooks/{id}/removal", Act::RemoveWebhook, remove),
    post("/webhooks/{id}/deliveries/{delivery}/again", Act::ResendDelivery, again),
];

fn list(request: &Request) -> Result<Reply, No> {
    let lang = request.lang;
    me(request)?;
    let id: OrganisationId = request.id("id")?;
    let found = request.city().webhooks(&request.asker, id)?;
    let named = name(&found.organisation.profile.name, lang).0;
    let title = words::say_with(lang, "webhook-of", &[("organisation", named.as_str().into())]);
    let new =
        look::link_button(&link::webhook_new(id), &say(request, "webhook-new"), Look::Primary);
    let content = html! {
        (look::page_head(&PageHead {
            lang,
            crumbs: &[Crumb { href: &link::organisation(id), text: &named }],
            title: &title,
            lead: Some(html! { (say(request, "webhook-lead")) }),
            actions: vec![new],
            ..PageHead::default()
        }))
        @if request.query.get("done") == "removed" { (told(request, "webhook-removed")) }
        (waits(request))
        (table(request, &title, &found.rows))
    };
    Ok(Page::new(request, &title).personal().reply(content))
}

fn told(request: &Request, key: &str) -> Markup {
    html! {
        div role="status" { (look::notice(request.lang, Tone::Ok, html! { p { (say(request, key)) } })) }
    }
}

/// Where nobody is called, that is said.
fn waits(request: &Request) -> Markup {
    if request.city().calls_webhooks() {
        return html! {};
    }
    let is_demo = request.city().row().is_ok_and(|row| row.demo);
    let key = if is_demo { "webhook-waits-demo" } else { "webhook-waits" };
    look::notice(request.lang, Tone::Info, html! { p { (say(request, key)) } })
}

fn state(request: &Request, webhook: &Webhook) -> Markup {
    let tone = match webhook.state {
        State::On => Tone::Ok,
        State::Paused => Tone::Wait,
        State::Off => Tone::Live,
    };
    let text = say(request, &format!("webhook-state-{}", webhook.state.word()));
    look::state_tag(tone, &text)
}

fn table(request: &Request, caption: &str, rows: &[(Webhook, Bilingual)]) -> Markup {
    let heads = ["address", "state", "kinds", "person"];
    let titles = heads.map(|head| say(request, &format!("webhook-head-{head}")));
    let columns = heads.iter().zip(&titles).map(|(key, title)| Column::text(key, title)).collect();
    let row = |(webhook, person): &(Webhook, Bilingual)| {
        let count = [("count", webhook.ask.kinds.len().into())];
        look::Row::from(vec![
            html! { a href=(link::webhook(webhook.id)) { (webhook.ask.url) } },
            state(request, webhook),
            html! { (words::say_with(request.lang, "webhook-n-kinds", &count)) },
            html! { (name(person, request.lang).0) },
        ])
    };
    look::table(&Table {
        lang: request.lang,
        caption,
        is_caption_hidden: true,
        columns,
        rows: rows.iter().map(row).collect(),
        empty: Some(look::empty(&say(request, "webhook-none"), html! {})),
        is_cards: true,
        ..Table::default()
    })
}

fn show(request: &Request) -> Result<Reply, No> {
    page(request, None, &[])
}

/// The page of one webhook; after a refusal with what was typed.
pub fn page(
    request: &Request,
    typed: Option<&crate::webhook_form::Typed>,
    errors: &[Refusal],
) -> Result<Reply, No> {
    let lang = request.lang;
    me(request)?;
    let id: WebhookId = request.id("id")?;
    let view = request.city().webhook(&request.asker, id)?;
    let before = DeliveryId::parse(request.query.get("before")).ok();
    let sent = request.city().deliveries(&request.asker, id, before, limits::PAGE_ROWS)?;
    let webhook = &view.webhook;
    let of = webhook.organisation;
    let named = name(&view.organisation.profile.name, lang).0;
    let up = say(request, "webhook-title");
    let content = html! {
        (look::page_head(&PageHead {
            lang,
            crumbs: &[
                Crumb { href: &link::organisation(of), text: &named },
                Crumb { href: &link::webhooks(of), text: &up },
            ],
            kind: &say(request, "webhook-one"),
            title: &webhook.ask.url,
            tags: vec![state(request, webhook)],
            actions: acts(request, webhook),
            ..PageHead::default()
        }))
        @if let Some(key) = done(request) { (told(request, key)) }
        (waits(request))
        (trouble(request, webhook))
        (look::part("deliveries", &say(request, "webhook-deliveries"), deliveries(request, &view, &sent)))
        (crate::webhook_form::settings(request, webhook, typed, errors))
        (crate::webhook_form::secret(request, webhook))
        (removal(request, id))
    };
    let title = webhook.ask.url.clone();
    Ok(Page::new(request, title).at(link::webhook(id)).failed(errors).personal().reply(content))
}

fn done(request: &Request) -> Option<&'static str> {
    match request.query.get("done") {
        "changed" => Some("webhook-changed"),
        "tested" => Some("webhook-tested"),
        _ => None,
    }
}

fn acts(request: &Request, webhook: &Webhook) -> Vec<Markup> {
    if webhook.state != State::On {
        return Vec::new();
    }
    let ticket = ticket(request);
    vec![look::post_button(&PostButton {
        action: &link::webhook_part(webhook.id, "test"),
        csrf: &ticket.csrf,
        key: &ticket.key,
        text: &say(request, "webhook-test"),
        look: Look::Second,
        values: &[],
    })]
}

/// Why it is off, or since when its receiver fails.
fn trouble(request: &Request, webhook: &Webhook) -> Markup {
    let lang = request.lang;
    if let Some(reason) = webhook.reason {
        let why = say(request, &format!("webhook-reason-{}", reason.word()));
        return look::notice(
            lang,
            Tone::Live,
            html! {
                p { (why) }
                p { (say(request, "webhook-off-help")) }
            },
        );
    }
    if webhook.n_failures == 0 {
        return html! {};
    }
    let since = moment(request, webhook.failing_since);
    let args = [("count", webhook.n_failures.to_string().into()), ("at", since.into())];
    let text = words::say_with(lang, "webhook-failing", &args);
    look::notice(lang, Tone::Wait, html! { p { (text) } })
}

/// The event of a delivery in words.
fn event(request: &Request, delivery: &Delivery) -> String {
    match delivery.kind.as_str() {
        TEST => say(request, "webhook-kind-test"),
        kind => say(request, &format!("event-{kind}")),
    }
}

fn delivery_state(request: &Request, delivery: &Delivery) -> Markup {
    let tone = match delivery.state {
        DeliveryState::Waiting => Tone::Wait,
        DeliveryState::Delivered => Tone::Ok,
        DeliveryState::GivenUp => Tone::Live,
    };
    let text = say(request, &format!("webhook-delivery-state-{}", delivery.state.word()));
    look::state_tag(tone, &text)
}

fn status(request: &Request, status: u64) -> String {
    match status {
        0 => say(request, "webhook-attempt-no-status"),
        status => status.to_string(),
    }
}

/// What the receiver said, or our own sentence where it could not be asked.
fn said(request: &Request, said: &str) -> String {
    if said.starts_with("webhook-error-") { say(request, said) } else { said.to_owned() }
}

fn deliveries(request: &Request, view: &WebhookView, sent: &DeliveryPage) -> Markup {
    let lang = request.lang;
    let id = view.webhook.id;
    let heads = ["event", "made", "state", "attempts", "status"];
    let titles = [
        say(request, "webhook-delivery-event"),
        zoned(request, &say(request, "webhook-delivery-made")),
        say(request, "webhook-head-state"),
        say(request, "webhook-delivery-attempts"),
        say(request, "webhook-delivery-status"),
    ];
    let columns = heads.iter().zip(&titles).map(|(key, title)| match *key {
        "attempts" => Column::figures(key, title, ""),
        _ => Column::text(key, title),
    });
    let row = |delivery: &Delivery| {
        let n = i64::try_from(delivery.attempts).unwrap_or(i64::MAX);
        look::Row::from(vec![
            html! { a href=(link::delivery(id, delivery.id)) { (event(request, delivery)) } },
            stamp(request, delivery.created_at),
            delivery_state(request, delivery),
            html! { (words::number(lang, n)) },
            html! { @if delivery.attempts > 0 { (status(request, delivery.status)) } @else { "–" } },
        ])
    };
    let next =
        sent.next.map(|last| look::address::with(&link::webhook(id), "before", &last.to_string()));
    html! {
        (look::table(&Table {
            lang,
            caption: &say(request, "webhook-deliveries"),
            is_caption_hidden: true,
            columns: columns.collect(),
            rows: sent.rows.iter().map(row).collect(),
            empty: Some(html! { p.quiet { (say(request, "webhook-deliveries-none")) } }),
            is_cards: true,
            ..Table::default()
        }))
        (look::pager(lang, &Pager::Keyset { previous: None, next: next.as_deref() }))
    }
}

fn removal(request: &Request, id: WebhookId) -> Markup {
    let ticket = ticket(request);
    look::confirm(&Confirm {
        lang: request.lang,
        open: &say(request, "webhook-remove"),
        title: &say(request, "webhook-remove-title"),
        text: html! { p { (say(request, "webhook-remove-text")) } },
        act: look::post_button(&PostButton {
            action: &link::webhook_part(id, "removal"),
            csrf: &ticket.csrf,
            key: &ticket.key,
            text: &say(request, "webhook-remove-press"),
            look: Look::Danger,
            values: &[],
        }),
    })
}

fn test(request: &Request) -> Result<Reply, No> {
    let webhook: WebhookId = request.id("id")?;
    request.city().perform(&request.keyed(), TestWebhook { webhook })?;
    Ok(Reply::see_other(look::address::with(&link::webhook(webhook), "done", "tested")))
}

fn remove(request: &Request) -> Result<Reply, No> {
    let webhook: WebhookId = request.id("id")?;
    let of = request.city().webhook(&request.asker, webhook)?.webhook.organisation;
    request.city().perform(&request.keyed(), RemoveWebhook { webhook })?;
    Ok(Reply::see_other(look::address::with(&link::webhooks(of), "done", "removed")))
}

/// The delivery of the address, which belongs to the webhook of the address.
fn delivery_of(request: &Request) -> Result<app::webhook::DeliveryView, No> {
    me(request)?;
    let (id, delivery): (WebhookId, DeliveryId) = (request.id("id")?, request.id("delivery")?);
    let view = request.city().delivery(&request.asker, delivery)?;
    if view.webhook.id != id {
        return Err(Refusal::not_found().into());
    }
    Ok(view)
}

fn show_delivery(request: &Request) -> Result<Reply, No> {
    let lang = request.lang;
    let view = delivery_of(request)?;
    let (webhook, delivery) = (&view.webhook, &view.delivery);
    let (up, title) = (say(request, "webhook-title"), event(request, delivery));
    let ticket = ticket(request);
    let mut actions = Vec::new();
    if webhook.state == State::On {
        actions.push(look::post_button(&PostButton {
            action: &format!("{}/again", link::delivery(webhook.id, delivery.id)),
            csrf: &ticket.csrf,
            key: &ticket.key,
            text: &say(request, "webhook-again"),
            look: Look::Second,
            values: &[],
        }));
    }
    let content = html! {
        (look::page_head(&PageHead {
            lang,
            crumbs: &[
                Crumb { href: &link::webhooks(webhook.organisation), text: &up },
                Crumb { href: &link::webhook(webhook.id), text: &webhook.ask.url },
            ],
            kind: &say(request, "webhook-delivery"),
            title: &title,
            tags: vec![delivery_state(request, delivery)],
            lead: Some(html! { (say(request, "webhook-delivery-of")) }),
            actions,
            ..PageHead::default()
        }))
        @if request.query.get("done") == "again" { (told(request, "webhook-again-done")) }
        (waits(request))
        (facts(request, delivery))
        (look::part("attempts", &say(request, "webhook-delivery-attempts"), attempts(request, &view)))
    };
    Ok(Page::new(request, &title).personal().reply(content))
}

fn facts(request: &Request, delivery: &Delivery) -> Markup {
    let labels = ["id", "thing", "made", "next"]
        .map(|fact| say(request, &format!("webhook-delivery-{fact}")));
    let [id, thing, made, next] = &labels;
    let mut facts: Vec<(&str, Markup)> =
        vec![(id, look::copy_id(request.lang, &delivery.id.to_string()))];
    if let Ok(technology) = base::TechnologyId::parse(&delivery.thing) {
        let here = link::technology(technology);
        facts.push((thing, html! { a href=(here) { code { (delivery.thing) } } }));
    }
    facts.push((made, html! { (moment(request, delivery.created_at)) }));
    if delivery.state == DeliveryState::Waiting {
        facts.push((next, html! { (moment(request, delivery.next_at)) }));
    }
    look::facts(&facts)
}

fn attempts(request: &Request, view: &app::webhook::DeliveryView) -> Markup {
    let titles = [
        say(request, "webhook-attempt-n"),
        zoned(request, &say(request, "webhook-attempt-at")),
        say(request, "webhook-attempt-took"),
        say(request, "webhook-delivery-status"),
        say(request, "webhook-attempt-said"),
    ];
    let columns = vec![
        Column::figures("n", &titles[0], ""),
        Column::text("at", &titles[1]),
        Column::figures("took", &titles[2], ""),
        Column::text("status", &titles[3]),
        Column::text("said", &titles[4]),
    ];
    let number = |n: u64| words::number(request.lang, i64::try_from(n).unwrap_or(i64::MAX));
    let row = |one: &app::webhook::Attempt| {
        look::Row::from(vec![
            html! { (number(one.n)) },
            stamp(request, one.at),
            html! { (number(one.took_ms)) },
            html! { (status(request, one.status)) },
            html! { (said(request, &one.said)) },
        ])
    };
    look::table(&Table {
        lang: request.lang,
        caption: &say(request, "webhook-delivery-attempts"),
        is_caption_hidden: true,
        columns,
        rows: view.attempts.iter().map(row).collect(),
        empty: Some(html! { p.quiet { (say(request, "webhook-delivery-attempts-none")) } }),
        is_cards: true,
        ..Table::default()
    })
}

fn again(request: &Request) -> Result<Reply, No> {
    let view = delivery_of(request)?;
    let delivery = view.delivery.id;
    request.city().perform(&request.keyed(), ResendDelivery { delivery })?;
    let here = link::delivery(view.webhook.id, delivery);
    Ok(Reply::see_other(look::address::with(&here, "done", "again")))
}
