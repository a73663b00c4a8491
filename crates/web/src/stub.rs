//! References to what cannot be told here: the owner's own number and nothing else.

use crate::form::{reasons, ticket};
use crate::link;
use crate::page::{Page, get, me, post, say};
use crate::release::owners;
use crate::search_filter::field_name;
use crate::technology_form::{allowed, back, required};
use access::Act;
use app::No;
use app::release::RegisterStub;
use base::{OrganisationId, Refusal, limits};
use edge::{Reply, Request, Route};
use look::{Choice, Field, Form, Look, PageHead, Section, Tone, Width};
use maud::html;

/// The routes of this file.
pub static ROUTES: &[Route] = &[
    get(link::STUB_NEW, Act::RegisterStub, blank),
    get(link::STUBS, Act::RegisterStub, to_form),
    post(link::STUBS, Act::RegisterStub, register),
];

fn to_form(_: &Request) -> Result<Reply, No> {
    Ok(Reply::see_other(link::STUB_NEW))
}

fn blank(request: &Request) -> Result<Reply, No> {
    page(request, &[])
}

fn register(request: &Request) -> Result<Reply, No> {
    let typed = &request.form;
    let Ok(owner) = OrganisationId::parse(typed.get("owner")) else {
        return page(request, &[required("owner")]);
    };
    let (key, field) = (typed.get("key").to_owned(), typed.get("field").to_owned());
    match request.city().perform(&request.keyed(), RegisterStub { owner, key, field }) {
        Ok(done) => Ok(back(done.technology, "referenced")),
        Err(no) => page(request, &reasons(no)?),
    }
}

fn page(request: &Request, errors: &[Refusal]) -> Result<Reply, No> {
    me(request)?;
    let owners = owners(request, Act::RegisterStub);
    allowed(request, !owners.is_empty())?;
    let lang = request.lang;
    let typed = &request.form;
    let ticket = ticket(request);
    let form = Form::new(lang, link::STUBS, &ticket.csrf, &ticket.key).with_errors(errors);
    let ids: Vec<String> = owners.iter().map(|(id, _)| id.to_string()).collect();
    let chosen = if ids.len() == 1 { ids[0].as_str() } else { typed.get("owner") };
    let choices: Vec<Choice<'_>> = owners
        .iter()
        .zip(&ids)
        .map(|((_, name), id)| Choice {
            value: id,
            text: name.best(lang).0,
            is_chosen: id == chosen,
            ..Choice::default()
        })
        .collect();
    let tree = request.city().fields();
    let named: Vec<(&str, String)> =
        tree.roots().map(|root| (root.key.as_str(), field_name(lang, tree, &root.key))).collect();
    let fields: Vec<Choice<'_>> = named
        .iter()
        .map(|(value, text)| Choice {
            value,
            text,
            is_chosen: *value == typed.get("field"),
            ..Choice::default()
        })
        .collect();
    let title = say(request, "release-stub-title");
    let content = html! {
        (look::page_head(&PageHead {
            lang, title: &title, lead: Some(html! { (say(request, "release-stub-lead")) }),
            ..PageHead::default()
        }))
        (look::notice(lang, Tone::Wait, html! { p { (say(request, "release-no-secrets")) } }))
        (form.view(html! {
            (look::select(&form, &Field { name: "owner", width: Width::Half, ..Field::default() }, &choices))
            (look::text_field(&form, &Field {
                name: "key",
                label: &say(request, "technology-page-key"),
                hint: &say(request, "release-stub-hint"),
                value: typed.get("key"),
                most: Some(limits::KEY_CHARS_MAX),
                width: Width::Half,
                autocomplete: "off",
                ..Field::default()
            }))
            (look::select(&form, &Field { name: "field", is_optional: true, ..Field::default() }, &fields))
            (look::actions(&[look::button(&say(request, "release-stub-act"), Look::Primary)]))
        }))
    };
    Ok(Page::new(request, title)
        .section(Section::Trade)
        .at(link::STUB_NEW)
        .personal()
        .failed(errors)
        .reply(content))
}
