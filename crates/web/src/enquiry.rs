//! Asking the owner of a technology: the form, and what happens next.

use crate::form::{reasons, ticket};
use crate::link;
use crate::page::{Page, get, name, post, say};
use access::Act;
use app::No;
use app::enquiry::Enquire;
use app::technology::View;
use base::{Reference, Refusal, TechnologyId, limits};
use edge::{Reply, Request, Route};
use look::{Confirmation, Crumb, Field, Form, Kind, Look, PageHead, Section, Tone, Width};
use maud::html;
use trading::enquiry::{Enquiry, MESSAGE_CHARS_MAX};
use trading::technology::State;

/// The routes of this file.
pub static ROUTES: &[Route] = &[
    get("/technologies/{id}/enquiry", Act::Enquire, show),
    post("/technologies/{id}/enquiry", Act::Enquire, send),
];

fn view(request: &Request) -> Result<View, No> {
    let id: TechnologyId = request.id("id")?;
    let view = request.city().technology(&request.asker, id)?;
    // Nobody is asked about what is not offered to readers.
    if view.technology.state == State::Confirmed {
        Ok(view)
    } else {
        Err(Refusal::not_found().into())
    }
}

fn show(request: &Request) -> Result<Reply, No> {
    let view = view(request)?;
    Ok(match Reference::parse(request.query.get("sent")) {
        Some(reference) => sent(request, &view, &reference),
        None => page(request, &view, &[]),
    })
}

fn send(request: &Request) -> Result<Reply, No> {
    let view = view(request)?;
    let typed = |name: &str| request.form.get(name).to_owned();
    let enquiry = Enquiry {
        name: typed("name"),
        email: typed("email"),
        organisation: typed("organisation"),
        message: typed("message"),
    };
    let technology = view.technology.id;
    match request.city().perform(&request.keyed(), Enquire { technology, enquiry }) {
        Ok(done) => {
            let here = link::technology_enquiry(technology);
            Ok(Reply::see_other(look::address::with(&here, "sent", done.reference.as_str())))
        }
        Err(no) => Ok(page(request, &view, &reasons(no)?)),
    }
}

fn page(request: &Request, view: &View, errors: &[Refusal]) -> Reply {
    let lang = request.lang;
    let id = view.technology.id;
    let address = link::technology_enquiry(id);
    let thing = link::technology(id);
    let of = crate::technology::title(request, view);
    let owner = name(&view.owner.profile.name, lang).0;
    let ticket = ticket(request);
    let form = Form::new(lang, &address, &ticket.csrf, &ticket.key).with_errors(errors);
    let title = say(request, "enquiry-title");
    let list = say(request, "search-technologies");
    let me = request.me.as_ref();
    // What is known of somebody signed in need not be typed again.
    let known = |field: &str| match (request.form.has(field), me, field) {
        (true, _, _) => request.form.get(field).to_owned(),
        (false, Some(me), "name") => name(&me.person.name, lang).0,
        (false, Some(me), "email") => me.person.email.clone(),
        (false, Some(me), "organisation") => {
            me.roles.first().map(|(_, of, _)| name(of, lang).0).unwrap_or_default()
        }
        _ => String::new(),
    };
    let line = |field: &'static str, kind: Kind, autocomplete: &'static str, is_optional: bool| {
        look::text_field(
            &form,
            &Field {
                name: field,
                label: &if field == "name" { say(request, "enquiry-name") } else { String::new() },
                hint: &say(request, &format!("enquiry-{field}-hint")),
                value: &known(field),
                kind,
                is_optional,
                width: Width::Half,
                autocomplete,
                most: (kind == Kind::Text).then_some(limits::NAME_CHARS_MAX),
                ..Field::default()
            },
        )
    };
    let lead = [("owner", owner.into())];
    let content = html! {
        (look::page_head(&PageHead {
            lang,
            crumbs: &[
                Crumb { href: link::TECHNOLOGIES, text: &list },
                Crumb { href: &thing, text: &of },
            ],
            title: &title,
            label: Some(&view.technology.label),
            reference: view.technology.reference.as_str(),
            lead: Some(html! {
                p { strong { (of) } }
                p { (words::say_with(lang, "enquiry-lead", &lead)) }
            }),
            ..PageHead::default()
        }))
        (look::notice(lang, Tone::Wait, html! { p { (say(request, "enquiry-no-secrets")) } }))
        (form.view(html! {
            (line("name", Kind::Text, "name", false))
            (line("email", Kind::Email, "email", false))
            (line("organisation", Kind::Text, "organization", true))
            (look::text_area(&form, &Field {
                name: "message",
                hint: &say(request, "enquiry-message-hint"),
                value: request.form.get("message"),
                most: Some(MESSAGE_CHARS_MAX),
                lines: Some(8),
                ..Field::default()
            }))
            (look::actions(&[
                look::button(&say(request, "enquiry-send"), Look::Primary),
                html! { a href=(thing) { (say(request, "button-cancel")) } },
            ]))
        }))
    };
    framed(request, view, title).at(address.as_str()).failed(errors).reply(content)
}

fn framed<'r>(request: &'r Request, view: &View, title: String) -> Page<'r> {
    let page = Page::new(request, title).section(Section::Find).personal();
    let label = &view.technology.label;
    if label.is_public() { page } else { page.label(label, say(request, "enquiry-title")) }
}

fn sent(request: &Request, view: &View, reference: &Reference) -> Reply {
    let lang = request.lang;
    let title = say(request, "enquiry-sent-title");
    let owner = name(&view.owner.profile.name, lang).0;
    let thing = link::technology(view.technology.id);
    let mut acts =
        vec![look::link_button(&thing, &say(request, "enquiry-sent-back"), Look::Primary)];
    if request.me.is_some() {
        let case = format!("{}/{}", link::CASES, reference.as_str());
        acts.push(look::link_button(&case, &say(request, "enquiry-sent-follow"), Look::Plain));
    }
    let content = look::confirmation(&Confirmation {
        lang,
        title: &title,
        reference: reference.as_str(),
        at: "",
        next: html! {
            p { (words::say_with(lang, "enquiry-sent-next", &[("owner", owner.into())])) }
            p { (say(request, "enquiry-sent-keep")) }
        },
        actions: acts,
    });
    framed(request, view, title).reply(content)
}
