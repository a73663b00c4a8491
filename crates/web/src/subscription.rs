//! Asking for bulletins, confirming an address, and ending that.

use crate::form::{reasons, ticket};
use crate::link;
use crate::page::{Page, get, post, say};
use access::Act;
use app::No;
use app::subscriber::{ConfirmSubscription, EndSubscription, SubscribeToBulletins, stop_path};
use base::{Refusal, SubscriptionId};
use edge::{Reply, Request, Route};
use look::{Crumb, Field, Form, Kind, Look, PageHead, PostButton, Tone, Width};
use maud::{Markup, html};

/// The routes of this file.
pub static ROUTES: &[Route] = &[
    get(link::SUBSCRIPTIONS, Act::SubscribeToBulletins, show),
    post(link::SUBSCRIPTIONS, Act::SubscribeToBulletins, subscribe),
    get("/bulletins/subscriptions/confirmation/{secret}", Act::ConfirmSubscription, show_confirm),
    post("/bulletins/subscriptions/confirmation/{secret}", Act::ConfirmSubscription, confirm),
    get("/bulletins/subscriptions/{id}/stop", Act::EndSubscription, show_stop),
    post("/bulletins/subscriptions/{id}/stop", Act::EndSubscription, stop),
];

fn frame(request: &Request, title: &str, body: Markup) -> Markup {
    let list = say(request, "bulletin-title");
    html! {
        (look::page_head(&PageHead {
            lang: request.lang,
            crumbs: &[Crumb { href: link::BULLETINS, text: &list }],
            title,
            ..PageHead::default()
        }))
        (body)
    }
}

fn said(request: &Request, tone: Tone, key: &str) -> Markup {
    look::notice(request.lang, tone, html! { p { (say(request, key)) } })
}

fn show(request: &Request) -> Result<Reply, No> {
    page(request, "", &[])
}

fn page(request: &Request, address: &str, errors: &[Refusal]) -> Result<Reply, No> {
    let lang = request.lang;
    let title = say(request, "bulletin-subscribe");
    let own = request.city().own_subscription(&request.asker)?;
    let ticket = ticket(request);
    let form = Form::new(lang, link::SUBSCRIPTIONS, &ticket.csrf, &ticket.key).with_errors(errors);
    let is_known = request.me.is_some();
    let body = html! {
        @if let Some(id) = own {
            (said(request, Tone::Ok, "bulletin-subscribed"))
            (look::post_button(&PostButton {
                action: &stop_path(&id.to_string()),
                csrf: &ticket.csrf,
                key: &ticket.key,
                text: &say(request, "bulletin-unsubscribe"),
                look: Look::Second,
                values: &[],
            }))
        } @else if request.query.get("done") == "1" {
            (said(request, Tone::Ok, "bulletin-subscribe-done"))
        } @else {
            p.lead { (say(request, "bulletin-subscribe-lead")) }
            (form.view(html! {
                @if !is_known {
                    (look::text_field(&form, &Field {
                        name: "address", value: address, kind: Kind::Email, width: Width::Half,
                        autocomplete: "email", ..Field::default()
                    }))
                }
                (look::actions(&[look::button(&say(request, "bulletin-subscribe"), Look::Primary)]))
            }))
            p.quiet { (say(request, "bulletin-subscribe-privacy")) }
        }
    };
    let page = Page::new(request, &title).at(link::SUBSCRIPTIONS).failed(errors).personal();
    Ok(page.reply(frame(request, &title, body)))
}

fn subscribe(request: &Request) -> Result<Reply, No> {
    let address = request.form.get("address").to_owned();
    let act = SubscribeToBulletins { address: address.clone(), lang: request.lang };
    match request.city().perform(&request.keyed(), act) {
        Ok(()) => Ok(Reply::see_other(look::address::with(link::SUBSCRIPTIONS, "done", "1"))),
        Err(no) => page(request, &address, &reasons(no)?),
    }
}

/// The link of a letter only shows this page: programs that look into letters open every link.
fn show_confirm(request: &Request) -> Result<Reply, No> {
    let title = say(request, "bulletin-confirm-title");
    let ticket = ticket(request);
    let body = html! {
        p.lead { (say(request, "bulletin-confirm-lead")) }
        (look::post_button(&PostButton {
            action: &request.path,
            csrf: &ticket.csrf,
            key: &ticket.key,
            text: &say(request, "bulletin-confirm-press"),
            look: Look::Primary,
            values: &[],
        }))
    };
    Ok(Page::new(request, &title).personal().reply(frame(request, &title, body)))
}

fn confirm(request: &Request) -> Result<Reply, No> {
    let secret = request.param("secret").to_owned();
    request.city().perform(&request.keyed(), ConfirmSubscription { secret })?;
    let title = say(request, "bulletin-confirm-title");
    let body = said(request, Tone::Ok, "bulletin-confirmed");
    Ok(Page::new(request, &title).personal().reply(frame(request, &title, body)))
}

fn show_stop(request: &Request) -> Result<Reply, No> {
    let id: SubscriptionId = request.id("id")?;
    let title = say(request, "bulletin-unsubscribe");
    let ticket = ticket(request);
    let body = html! {
        p.lead { (say(request, "bulletin-stop-lead")) }
        (look::post_button(&PostButton {
            action: &stop_path(&id.to_string()),
            csrf: &ticket.csrf,
            key: &ticket.key,
            text: &say(request, "bulletin-unsubscribe"),
            look: Look::Primary,
            values: &[("mark", request.query.get("mark"))],
        }))
    };
    Ok(Page::new(request, &title).personal().reply(frame(request, &title, body)))
}

fn stop(request: &Request) -> Result<Reply, No> {
    let subscription: SubscriptionId = request.id("id")?;
    // A mail program posts to the address as it stands in the letter.
    let marks = [request.form.get("mark"), request.query.get("mark")];
    let mark = marks.into_iter().find(|mark| !mark.is_empty()).unwrap_or("").to_owned();
    // A press of a mail program counts for what its address proves, never for a session.
    let is_press = request.form.get("List-Unsubscribe") == "One-Click";
    let asker = if is_press { app::Asker::nobody() } else { request.keyed() };
    request.city().perform(&asker, EndSubscription { subscription, mark })?;
    let title = say(request, "bulletin-unsubscribe");
    let body = said(request, Tone::Ok, "bulletin-unsubscribed");
    Ok(Page::new(request, &title).personal().reply(frame(request, &title, body)))
}
