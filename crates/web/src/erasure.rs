//! Erasing a person: what goes, what stays and why, what has to be handed over first; then the
//! address typed again.

use crate::form::{reasons, ticket};
use crate::link;
use crate::page::{Page, get, may, me, post, say};
use access::{Act, Thing};
use app::No;
use app::erasure::{ErasePerson, ErasureView};
use app::person::View;
use base::{PersonId, Refusal};
use edge::{Reply, Request, Route};
use look::{Confirmation, Crumb, Field, Form, Look, PageHead, Width};
use maud::{Markup, html};
use parties::PersonState;

/// The routes of erasing.
pub static ROUTES: &[Route] = &[
    get(link::ACCOUNT_ERASURE, Act::ErasePerson, show_own),
    post(link::ACCOUNT_ERASURE, Act::ErasePerson, erase_own),
    get("/people/{id}/erasure", Act::ErasePerson, show),
    post("/people/{id}/erasure", Act::ErasePerson, erase),
];

/// The link on a person's page, for those who may.
pub fn on_person(request: &Request, view: &View, thing: &Thing) -> Markup {
    if view.person.state == PersonState::Erased || !may(request, Act::ErasePerson, thing) {
        return html! {};
    }
    let href = link::person_erasure(view.person.id);
    html! { p { a href=(href) { (say(request, "erasure-person-link")) } } }
}

fn show_own(request: &Request) -> Result<Reply, No> {
    let own = me(request)?.person.id;
    page(request, own, link::ACCOUNT_ERASURE, &[])
}

fn show(request: &Request) -> Result<Reply, No> {
    me(request)?;
    let id: PersonId = request.id("id")?;
    page(request, id, &link::person_erasure(id), &[])
}

fn erase_own(request: &Request) -> Result<Reply, No> {
    let own = me(request)?.person.id;
    perform(request, own, link::ACCOUNT_ERASURE)
}

fn erase(request: &Request) -> Result<Reply, No> {
    me(request)?;
    let id: PersonId = request.id("id")?;
    perform(request, id, &link::person_erasure(id))
}

fn perform(request: &Request, person: PersonId, here: &str) -> Result<Reply, No> {
    let is_own = me(request)?.person.id == person;
    let act = ErasePerson { person, typed: request.form.get("typed").to_owned() };
    match request.city().erase(&request.asker, act) {
        Ok(_) => {
            if !is_own {
                return Ok(done(request));
            }
            // Nobody is signed in any more, so the page is one for anybody.
            let gone = request.secret_cookie("session", "", Some(0));
            let address = look::address::with(link::SIGN_IN, "erased", "1");
            Ok(Reply::see_other(address)
                .with_cookie(gone)
                .with_header("clear-site-data", "\"cache\", \"storage\""))
        }
        Err(no) => page(request, person, here, &reasons(no)?),
    }
}

fn done(request: &Request) -> Reply {
    let lang = request.lang;
    let title = say(request, "erasure-done-title");
    let content = look::confirmation(&Confirmation {
        lang,
        title: &title,
        reference: "",
        at: &crate::page::moment(request, request.now),
        next: html! { p { (say(request, "erasure-done-text")) } },
        actions: vec![look::link_button(link::HOME, &say(request, "factor-go-on"), Look::Plain)],
    });
    Page::new(request, &title).personal().at(link::HOME).reply(content)
}

fn page(request: &Request, person: PersonId, here: &str, reasons: &[Refusal]) -> Result<Reply, No> {
    let lang = request.lang;
    let view = request.city().erasure(&request.asker, person)?;
    let ticket = ticket(request);
    let form = Form::new(lang, here, &ticket.csrf, &ticket.key).with_errors(reasons);
    let title = say(request, if view.is_own { "erasure-own-title" } else { "erasure-title" });
    let name = view.person.name.best(lang).0;
    let (up, up_text) = if view.is_own {
        (link::ACCOUNT.to_owned(), say(request, "account-title"))
    } else {
        (link::person(person), name.to_owned())
    };
    let email = [("email", view.person.email.as_str().into())];
    let body = html! {
        (look::text_field(&form, &Field {
            name: "typed", hint: &words::say_with(lang, "erasure-typed-hint", &email),
            width: Width::Half, ..Field::default()
        }))
        (look::actions(&[look::button(&say(request, "erasure-do"), Look::Danger)]))
    };
    let head = PageHead {
        lang,
        crumbs: &[Crumb { href: &up, text: &up_text }],
        kind: &title,
        title: name,
        lead: Some(html! { (say(request, "erasure-lead")) }),
        ..PageHead::default()
    };
    let content = html! {
        (look::page_head(&head))
        (told(request, &view))
        @if view.open.is_empty() { (form.view(body)) } @else { (open(request, &view.open)) }
    };
    Ok(Page::new(request, &title).personal().at(here).failed(reasons).reply(content))
}

/// What goes, and what stays and why.
fn told(request: &Request, view: &ErasureView) -> Markup {
    let texts = [("count", usize::try_from(view.n_texts).unwrap_or(usize::MAX).into())];
    html! {
        (look::part("goes", &say(request, "erasure-goes-title"), html! {
            ul {
                @for key in ["name", "access", "clearance"] {
                    li { (say(request, &format!("erasure-goes-{key}"))) }
                }
                li { (words::say_with(request.lang, "erasure-goes-texts", &texts)) }
            }
        }))
        (look::part("stays", &say(request, "erasure-stays-title"), html! {
            ul {
                @for key in ["log", "work", "looks", "backup"] {
                    li { (say(request, &format!("erasure-stays-{key}"))) }
                }
            }
        }))
    }
}

fn open(request: &Request, reasons: &[Refusal]) -> Markup {
    look::part(
        "open",
        &say(request, "erasure-open-title"),
        html! {
            ul {
                @for reason in reasons {
                    @let said = words::refusal(request.lang, reason);
                    li { (said.text) @if let Some(help) = said.help { " " (help) } }
                }
            }
        },
    )
}
