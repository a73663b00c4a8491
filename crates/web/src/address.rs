//! Another mail address for one's own account: asked for, confirmed by the link that goes there.

use crate::form::{reasons, ticket};
use crate::link;
use crate::page::{Page, get, me, moment, post, say};
use access::Act;
use app::No;
use app::address::{AskForAddress, ConfirmAddress, DropAddress, Wanted};
use base::{Refusal, limits};
use edge::{Reply, Request, Route};
use look::{Crumb, Field, Form, Kind, Look, PageHead, PostButton, Tone, Width};
use maud::{Markup, html};

/// The routes of this file.
pub static ROUTES: &[Route] = &[
    get(link::ACCOUNT_ADDRESS, Act::DropAddress, show),
    post(link::ACCOUNT_ADDRESS, Act::AskForAddress, ask),
    post(link::ACCOUNT_ADDRESS_DROP, Act::DropAddress, drop_it),
    get("/account/address/confirmation/{secret}", Act::ConfirmAddress, show_confirm),
    post("/account/address/confirmation/{secret}", Act::ConfirmAddress, confirm),
];

fn show(request: &Request) -> Result<Reply, No> {
    me(request)?;
    page(request, &[])
}

fn ask(request: &Request) -> Result<Reply, No> {
    me(request)?;
    let address = request.form.get("address").to_owned();
    match request.city().perform(&request.keyed(), AskForAddress { address }) {
        Ok(_) => Ok(told("asked")),
        Err(no) => page(request, &reasons(no)?),
    }
}

fn drop_it(request: &Request) -> Result<Reply, No> {
    me(request)?;
    request.city().perform(&request.keyed(), DropAddress {})?;
    Ok(told("dropped"))
}

fn told(done: &str) -> Reply {
    Reply::see_other(look::address::with(link::ACCOUNT_ADDRESS, "done", done))
}

fn page(request: &Request, errors: &[Refusal]) -> Result<Reply, No> {
    let lang = request.lang;
    let me = me(request)?;
    let wanted = request.city().own_address(&request.asker)?;
    let title = say(request, "address-title");
    let done = ["asked", "dropped"].into_iter().find(|done| *done == request.query.get("done"));
    let content = html! {
        (head(request, &title))
        @if let Some(done) = done {
            div role="status" {
                (look::notice(lang, Tone::Ok, html! {
                    p { (say(request, &format!("address-done-{done}"))) }
                }))
            }
        }
        @if !request.city().sends_mail() {
            (look::notice(lang, Tone::Info, html! { p { (say(request, "address-no-mail")) } }))
        }
        p { (words::say_with(lang, "address-now", &[("address", me.person.email.as_str().into())])) }
        @if let Some(wanted) = &wanted { (waiting(request, wanted)) }
        (form(request, errors))
    };
    let page = Page::new(request, &title).at(link::ACCOUNT_ADDRESS).personal();
    Ok(page.failed(errors).reply(content))
}

fn head(request: &Request, title: &str) -> Markup {
    look::page_head(&PageHead {
        lang: request.lang,
        crumbs: &[Crumb { href: link::ACCOUNT, text: &say(request, "account-title") }],
        title,
        lead: Some(html! { (say(request, "address-lead")) }),
        ..PageHead::default()
    })
}

fn waiting(request: &Request, wanted: &Wanted) -> Markup {
    let values = [
        ("address", wanted.address.as_str().into()),
        ("until", moment(request, wanted.ends_at).into()),
    ];
    look::sheet(
        &say(request, "address-waits"),
        html! {
            p { (words::say_with(request.lang, "address-waits-lead", &values)) }
            (look::post_button(&PostButton {
                action: link::ACCOUNT_ADDRESS_DROP,
                csrf: &request.csrf,
                key: &request.fresh_key(),
                text: &say(request, "address-drop"),
                look: Look::Plain,
                values: &[],
            }))
        },
    )
}

fn form(request: &Request, errors: &[Refusal]) -> Markup {
    let ticket = ticket(request);
    let form = Form::new(request.lang, link::ACCOUNT_ADDRESS, &ticket.csrf, &ticket.key)
        .with_errors(errors);
    form.view(html! {
        (look::text_field(&form, &Field {
            name: "address", label: &say(request, "address-new"),
            hint: &say(request, "address-new-hint"), value: request.form.get("address"),
            kind: Kind::Email, width: Width::Half, autocomplete: "email",
            most: Some(limits::NAME_CHARS_MAX), ..Field::default()
        }))
        (look::actions(&[look::button(&say(request, "address-ask"), Look::Primary)]))
    })
}

/// The link of a letter only shows this page: programs that look into letters open every link.
fn show_confirm(request: &Request) -> Result<Reply, No> {
    me(request)?;
    Ok(confirm_page(request, &[]))
}

fn confirm(request: &Request) -> Result<Reply, No> {
    me(request)?;
    let secret = request.param("secret").to_owned();
    match request.city().perform(&request.keyed(), ConfirmAddress { secret }) {
        Ok(()) => Ok(Reply::see_other(look::address::with(link::ACCOUNT, "changed", "1"))),
        Err(no) => Ok(confirm_page(request, &reasons(no)?)),
    }
}

fn confirm_page(request: &Request, errors: &[Refusal]) -> Reply {
    let title = say(request, "address-confirm-title");
    let here = link::account_address_confirmation(request.param("secret"));
    let content = html! {
        (look::page_head(&PageHead {
            lang: request.lang,
            crumbs: &[Crumb { href: link::ACCOUNT, text: &say(request, "account-title") }],
            title: &title,
            lead: Some(html! { (say(request, "address-confirm-lead")) }),
            ..PageHead::default()
        }))
        (look::error_summary(request.lang, errors))
        (look::post_button(&PostButton {
            action: &here,
            csrf: &request.csrf,
            key: &request.fresh_key(),
            text: &say(request, "address-confirm"),
            look: Look::Primary,
            values: &[],
        }))
    };
    Page::new(request, &title).at(here.as_str()).personal().failed(errors).reply(content)
}
