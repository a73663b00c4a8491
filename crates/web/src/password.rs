//! Passwords: set through a one-time link, or changed by somebody who knows the old one.

use crate::form::{reasons, ticket};
use crate::link;
use crate::page::{Page, get, me_enrolling, post, say};
use access::Act;
use app::No;
use app::account::{ChangePassword, SetPassword};
use base::{Class, Refusal, limits};
use edge::{Reply, Request, Route};
use look::{Crumb, Field, Form, Kind, Look, PageHead, Width};
use maud::html;

/// The routes of passwords.
pub static ROUTES: &[Route] = &[
    get("/set-password/{secret}", Act::SetPassword, show_set),
    post("/set-password/{secret}", Act::SetPassword, set),
    get(link::ACCOUNT_PASSWORD, Act::ChangePassword, show_change),
    post(link::ACCOUNT_PASSWORD, Act::ChangePassword, change),
];

/// Shows a form and nothing else: a mail scanner that follows the link uses nothing up.
fn show_set(request: &Request) -> Result<Reply, No> {
    Ok(set_page(request, &[]))
}

fn set(request: &Request) -> Result<Reply, No> {
    let act = SetPassword::new(request.param("secret"), request.form.get("password"));
    match request.city().perform(&request.asker, act) {
        Ok(_) => Ok(Reply::see_other(look::address::with(link::SIGN_IN, "set", "1"))),
        Err(no) => Ok(set_page(request, &reasons(no)?)),
    }
}

fn set_page(request: &Request, reasons: &[Refusal]) -> Reply {
    let lang = request.lang;
    let here = link::set_password(request.param("secret"));
    let ticket = ticket(request);
    let form = Form::new(lang, &here, &ticket.csrf, &ticket.key).with_errors(reasons);
    let title = say(request, "account-set-password-title");
    let body = html! {
        (new_password(request, &form, "password"))
        (look::actions(&[look::button(&say(request, "account-set-password"), Look::Primary)]))
    };
    let head = PageHead {
        lang,
        title: &title,
        lead: Some(html! { (say(request, "account-set-password-lead")) }),
        ..PageHead::default()
    };
    let content = html! {
        (look::page_head(&head))
        (form.view(body))
        (crate::identity::accept_buttons(request, request.param("secret")))
    };
    Page::new(request, &title).at(here.as_str()).failed(reasons).reply(content)
}

fn show_change(request: &Request) -> Result<Reply, No> {
    me_enrolling(request)?;
    Ok(change_page(request, &[]))
}

fn change(request: &Request) -> Result<Reply, No> {
    let (old, new) = (request.form.get("old"), request.form.get("new"));
    let act = ChangePassword::new(&request.asker, old, new);
    match request.city().perform(&request.asker, act) {
        Ok(()) => Ok(Reply::see_other(look::address::with(link::ACCOUNT, "changed", "1"))),
        Err(no) if no.class() == Class::SignIn => Err(no),
        Err(no) => Ok(change_page(request, &reasons(no)?)),
    }
}

fn change_page(request: &Request, reasons: &[Refusal]) -> Reply {
    let lang = request.lang;
    let ticket = ticket(request);
    let here = link::ACCOUNT_PASSWORD;
    let form = Form::new(lang, here, &ticket.csrf, &ticket.key).with_errors(reasons);
    let title = say(request, "account-change-password-title");
    let account = say(request, "account-title");
    let body = html! {
        (look::text_field(&form, &Field {
            name: "old", kind: Kind::Password, width: Width::Half,
            autocomplete: "current-password", ..Field::default()
        }))
        (new_password(request, &form, "new"))
        (look::actions(&[look::button(&say(request, "account-change-password"), Look::Primary)]))
    };
    let head = PageHead {
        lang,
        crumbs: &[Crumb { href: link::ACCOUNT, text: &account }],
        title: &title,
        lead: Some(html! { (say(request, "account-change-password-lead")) }),
        ..PageHead::default()
    };
    let content = html! { (look::page_head(&head)) (form.view(body)) };
    Page::new(request, &title).at(here).failed(reasons).reply(content)
}

/// The field of a new password, with what it has to be.
pub fn new_password(request: &Request, form: &Form<'_>, name: &str) -> maud::Markup {
    let hint = words::say_with(
        request.lang,
        "account-password-hint",
        &[("least", limits::PASSWORD_CHARS_MIN.into())],
    );
    let label = say(request, "account-password-new");
    look::text_field(
        form,
        &Field {
            name,
            label: &label,
            hint: &hint,
            kind: Kind::Password,
            width: Width::Half,
            autocomplete: "new-password",
            ..Field::default()
        },
    )
}
