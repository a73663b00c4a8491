//! Desks: which organisation's people handle the cases of a process.

use crate::case_facts::process_name;
use crate::form::{reasons, ticket};
use crate::link;
use crate::page::{Page, get, me, name, post, say};
use access::{Act, Thing};
use app::No;
use app::case::{Desk, SetDesk};
use base::{Class, Refusal};
use edge::{Reply, Request, Route};
use look::{Crumb, Field, Form, Look, PageHead, Tone, Width};
use maud::{Markup, html};

/// The routes of this file.
pub static ROUTES: &[Route] =
    &[get(link::DESKS, Act::SetDesk, show), post(link::DESKS, Act::SetDesk, set)];

fn allowed(request: &Request) -> Result<(), No> {
    me(request)?;
    if crate::page::may(request, Act::SetDesk, &Thing::open()) {
        return Ok(());
    }
    Err(Refusal::new(Class::NotAllowed, "not-allowed").into())
}

fn show(request: &Request) -> Result<Reply, No> {
    allowed(request)?;
    page(request, &[])
}

fn set(request: &Request) -> Result<Reply, No> {
    allowed(request)?;
    let typed = request.form.get("organisation").trim();
    let organisation = match typed {
        "" => Ok(None),
        typed => request.city().organisation_named(typed).map(Some),
    };
    let done = organisation.and_then(|organisation| {
        let process = request.form.get("process").to_owned();
        request.city().perform(&request.keyed(), SetDesk { process, organisation })
    });
    match done {
        Ok(_) => Ok(Reply::see_other(look::address::with(link::DESKS, "done", "1"))),
        Err(no) if no.class() == Class::NotFound => {
            let errors: Vec<Refusal> =
                no.0.into_iter().map(|refusal| refusal.on("organisation")).collect();
            page(request, &errors)
        }
        Err(no) => page(request, &reasons(no)?),
    }
}

fn page(request: &Request, errors: &[Refusal]) -> Result<Reply, No> {
    let lang = request.lang;
    let desks = request.city().desks(&request.asker)?;
    let title = say(request, "desk-desks-title");
    let back = say(request, "desk-title");
    let content = html! {
        (look::page_head(&PageHead {
            lang,
            crumbs: &[Crumb { href: link::DESK, text: &back }],
            title: &title,
            lead: Some(html! { p { (say(request, "desk-desks-lead")) } }),
            ..PageHead::default()
        }))
        @if request.query.get("done") == "1" {
            div role="status" {
                (look::notice(lang, Tone::Ok, html! { p { (say(request, "desk-desks-done")) } }))
            }
        }
        @for desk in &desks { (one(request, desk, errors)) }
    };
    Ok(Page::new(request, title).at(link::DESKS).personal().failed(errors).reply(content))
}

fn one(request: &Request, desk: &Desk, errors: &[Refusal]) -> Markup {
    let lang = request.lang;
    let is_this = request.form.get("process") == desk.process.name;
    let errors = if is_this { errors } else { &[] };
    let ticket = ticket(request);
    let form = Form::new(lang, link::DESKS, &ticket.csrf, &ticket.key).with_errors(errors);
    let named = desk.organisation.as_ref().map(|it| name(&it.profile.name, lang).0);
    let value = match (&named, errors.is_empty()) {
        (Some(name), true) => name.as_str(),
        (None, true) => "",
        (_, false) => request.form.get("organisation"),
    };
    let body = form.view(html! {
        input type="hidden" name="process" value=(desk.process.name);
        (look::text_field(&form, &Field {
            name: "organisation",
            label: &say(request, "desk-desks-organisation"),
            hint: &say(request, "desk-desks-hint"),
            value,
            is_optional: true,
            width: Width::Half,
            ..Field::default()
        }))
        (look::actions(&[look::button(&say(request, "desk-desks-act"), Look::Second)]))
    });
    look::sheet(
        &process_name(lang, desk.process),
        html! {
            p {
                span.quiet { (say(request, "desk-desks-now")) } " "
                @match &desk.organisation {
                    Some(it) => a href=(link::organisation(it.id)) {
                        (named.as_deref().unwrap_or_default())
                    },
                    None => (say(request, "desk-desks-office")),
                }
            }
            (body)
        },
    )
}
