//! Setting up a webhook, changing it, and its secret, which is told once.

use crate::form::{reasons, ticket};
use crate::link;
use crate::page::{Page, get, may, me, moment, name, post, say};
use access::{Act, Thing};
use app::No;
use app::webhook::{
    Ask, CreateWebhook, KINDS, RenewWebhookSecret, ReviseWebhook, State, Webhook, WebhookSecret,
};
use base::{Instant, OrganisationId, Refusal, WebhookId, limits};
use edge::{Reply, Request, Route};
use look::{
    Choice, Confirm, Confirmation, Crumb, Field, Form, Kind, Look, PageHead, PostButton, Tone,
};
use maud::{Markup, html};

/// The routes that set up and change.
pub static ROUTES: &[Route] = &[
    get("/organisations/{id}/webhooks/new", Act::CreateWebhook, show_new),
    post("/organisations/{id}/webhooks", Act::CreateWebhook, create),
    post("/webhooks/{id}/revision", Act::ReviseWebhook, revise),
    post("/webhooks/{id}/secret", Act::RenewWebhookSecret, renew),
];

/// What was typed into the settings.
pub struct Typed {
    ask: Ask,
    is_paused: bool,
}

fn typed(request: &Request) -> Typed {
    let kinds = request.form.all("kinds").into_iter().map(str::to_owned).collect();
    let ask = Ask { url: request.form.get("url").trim().to_owned(), kinds };
    Typed { ask, is_paused: request.form.get("paused") == "1" }
}

/// Address and events.
fn asks(request: &Request, form: &Form<'_>, ask: &Ask) -> Markup {
    let texts = KINDS.map(|kind| say(request, &format!("event-{kind}")));
    let choices: Vec<Choice<'_>> = KINDS
        .iter()
        .zip(&texts)
        .map(|(kind, text)| Choice {
            value: kind,
            text,
            hint: kind,
            is_chosen: ask.kinds.contains(*kind),
        })
        .collect();
    html! {
        (look::text_field(form, &Field {
            name: "url", value: &ask.url, kind: Kind::Address,
            hint: &say(request, "webhook-address-hint"),
            most: Some(limits::WEBHOOK_ADDRESS_CHARS_MAX), ..Field::default()
        }))
        (look::checkboxes(form, &Field {
            name: "kinds", label: &say(request, "webhook-kinds"),
            hint: &say(request, "webhook-kinds-hint"), ..Field::default()
        }, &choices))
    }
}

fn show_new(request: &Request) -> Result<Reply, No> {
    let kinds = KINDS.iter().map(|kind| (*kind).to_owned()).collect();
    new_page(request, &Ask { url: String::new(), kinds }, &[])
}

fn new_page(request: &Request, ask: &Ask, errors: &[Refusal]) -> Result<Reply, No> {
    let lang = request.lang;
    me(request)?;
    let id: OrganisationId = request.id("id")?;
    if !may(request, Act::CreateWebhook, &Thing::of(id)) {
        return Err(Refusal::not_found().into());
    }
    let organisation = request.city().organisation(&request.asker, id)?.organisation;
    let named = name(&organisation.profile.name, lang).0;
    let (up, title) = (say(request, "webhook-title"), say(request, "webhook-new"));
    let (ticket, action) = (ticket(request), link::webhooks(id));
    let form = Form::new(lang, &action, &ticket.csrf, &ticket.key).with_errors(errors);
    let content = html! {
        (look::page_head(&PageHead {
            lang,
            crumbs: &[
                Crumb { href: &link::organisation(id), text: &named },
                Crumb { href: &link::webhooks(id), text: &up },
            ],
            title: &title,
            lead: Some(html! { (say(request, "webhook-new-lead")) }),
            ..PageHead::default()
        }))
        (form.view(html! {
            (asks(request, &form, ask))
            (look::actions(&[look::button(&say(request, "webhook-create"), Look::Primary)]))
        }))
    };
    Ok(Page::new(request, &title)
        .at(link::webhook_new(id))
        .failed(errors)
        .personal()
        .reply(content))
}

fn create(request: &Request) -> Result<Reply, No> {
    let organisation: OrganisationId = request.id("id")?;
    let Typed { ask, .. } = typed(request);
    let act = CreateWebhook { organisation, ask: ask.clone() };
    match request.city().perform(&request.keyed(), act) {
        Ok(made) => Ok(told(request, "webhook-created", &made)),
        Err(no) => new_page(request, &ask, &reasons(no)?),
    }
}

/// The part of a webhook's page where it is changed.
pub fn settings(
    request: &Request,
    webhook: &Webhook,
    typed: Option<&Typed>,
    errors: &[Refusal],
) -> Markup {
    let ticket = ticket(request);
    let action = link::webhook_part(webhook.id, "revision");
    let form = Form::new(request.lang, &action, &ticket.csrf, &ticket.key).with_errors(errors);
    let text = say(request, "webhook-paused-choice");
    let is_chosen = typed.map_or(webhook.state == State::Paused, |typed| typed.is_paused);
    let paused = [Choice { value: "1", text: &text, hint: "", is_chosen }];
    let body = html! {
        input type="hidden" name="version" value=(webhook.version);
        (asks(request, &form, typed.map_or(&webhook.ask, |typed| &typed.ask)))
        (look::checkboxes(&form, &Field {
            name: "paused", is_optional: true, ..Field::default()
        }, &paused))
        (look::actions(&[look::button(&say(request, "webhook-change"), Look::Second)]))
    };
    look::part(
        "settings",
        &say(request, "webhook-settings"),
        html! {
            p.quiet { (say(request, "webhook-settings-lead")) }
            (form.view(body))
        },
    )
}

fn revise(request: &Request) -> Result<Reply, No> {
    let webhook: WebhookId = request.id("id")?;
    let typed = typed(request);
    let act = ReviseWebhook {
        webhook,
        version: request.form.get("version").parse().unwrap_or(0),
        ask: typed.ask.clone(),
        is_paused: typed.is_paused,
    };
    match request.city().perform(&request.keyed(), act) {
        Ok(_) => {
            Ok(Reply::see_other(look::address::with(&link::webhook(webhook), "done", "changed")))
        }
        Err(no) => crate::webhook::page(request, Some(&typed), &reasons(no)?),
    }
}

/// The part of a webhook's page where its secret is renewed.
pub fn secret(request: &Request, webhook: &Webhook) -> Markup {
    let ticket = ticket(request);
    let is_both = webhook.before_until > request.now;
    look::part(
        "secret",
        &say(request, "webhook-secret-title"),
        html! {
            @if is_both { p { (overlap(request, webhook.before_until)) } }
            (look::confirm(&Confirm {
                lang: request.lang,
                open: &say(request, "webhook-secret-renew"),
                title: &say(request, "webhook-secret-renew-title"),
                text: html! { p { (say(request, "webhook-secret-renew-text")) } },
                act: look::post_button(&PostButton {
                    action: &link::webhook_part(webhook.id, "secret"),
                    csrf: &ticket.csrf,
                    key: &ticket.key,
                    text: &say(request, "webhook-secret-renew-press"),
                    look: Look::Second,
                    values: &[("version", &webhook.version.to_string())],
                }),
            }))
            p { a href=(format!("{}#webhooks", link::INTERFACE)) { (say(request, "webhook-guide")) } }
        },
    )
}

fn overlap(request: &Request, until: Instant) -> String {
    let at = [("at", moment(request, until).into())];
    words::say_with(request.lang, "webhook-secret-overlap", &at)
}

fn renew(request: &Request) -> Result<Reply, No> {
    let webhook: WebhookId = request.id("id")?;
    let version = request.form.get("version").parse().unwrap_or(0);
    let act = RenewWebhookSecret { webhook, version };
    match request.city().perform(&request.keyed(), act) {
        Ok(made) => Ok(told(request, "webhook-renewed", &made)),
        Err(no) => crate::webhook::page(request, None, &reasons(no)?),
    }
}

/// The page that tells the secret, once: sent again with its key, the act no longer knows it.
fn told(request: &Request, key: &str, made: &WebhookSecret) -> Reply {
    let lang = request.lang;
    let title = say(request, key);
    let here = link::webhook(made.webhook);
    let next = html! {
        @if made.secret.is_empty() {
            p { (say(request, "webhook-secret-told-before")) }
        } @else {
            p { (say(request, "webhook-secret-lead")) }
            p { (look::copy_id(lang, &made.secret)) }
            (look::notice(lang, Tone::Wait, html! { p { (say(request, "webhook-secret-once")) } }))
        }
        @if made.before_until > request.now { p { (overlap(request, made.before_until)) } }
        p { a href=(format!("{}#webhooks", link::INTERFACE)) { (say(request, "webhook-guide")) } }
    };
    let content = look::confirmation(&Confirmation {
        lang,
        title: &title,
        reference: "",
        at: &moment(request, request.now),
        next,
        actions: vec![look::link_button(&here, &say(request, "webhook-open"), Look::Plain)],
    });
    Page::new(request, &title).at(here).personal().reply(content)
}
