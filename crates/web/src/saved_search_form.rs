//! Saving a search, and changing its name and how often it tells.

use crate::form::{reasons, ticket};
use crate::link;
use crate::page::{Page, get, me, post, say};
use crate::search_filter::Wanted;
use access::Act;
use app::No;
use app::saved_search::{Frequency, ReviseSavedSearch, SavedSearch};
use base::{Refusal, SavedSearchId, limits};
use edge::{Fields, Reply, Request, Route};
use look::{Choice, Crumb, Field, Form, Look, PageHead, Section, Width};
use maud::{Markup, html};
use std::collections::BTreeMap;

/// The routes that save and change.
pub static ROUTES: &[Route] = &[
    get(link::SAVED_SEARCH_NEW, Act::SaveSearch, show_new),
    post(link::SAVED_SEARCHES, Act::SaveSearch, save),
    post("/searches/{id}/revision", Act::ReviseSavedSearch, revise),
];

fn show_new(request: &Request) -> Result<Reply, No> {
    me(request)?;
    let wanted = Wanted::read(&request.query, request.city().fields());
    let name = wanted.words.clone();
    Ok(page(request, &wanted, (&name, Frequency::default()), &[]))
}

fn save(request: &Request) -> Result<Reply, No> {
    me(request)?;
    let typed = Fields::parse(request.form.get("question"));
    let wanted = Wanted::read(&typed, request.city().fields());
    let name = request.form.get("name").to_owned();
    let frequency = Frequency::parse(request.form.get("frequency")).unwrap_or_default();
    let asked = (name.clone(), wanted.question());
    match request.city().save_search(&request.keyed(), asked, frequency) {
        Ok(done) => Ok(Reply::see_other(link::saved_search(done.search))),
        Err(no) => Ok(page(request, &wanted, (&name, frequency), &reasons(no)?)),
    }
}

fn page(
    request: &Request,
    wanted: &Wanted,
    (name, frequency): (&str, Frequency),
    errors: &[Refusal],
) -> Reply {
    let lang = request.lang;
    let title = say(request, "saved-search-save-title");
    let list = say(request, "saved-search-title");
    let ticket = ticket(request);
    let kept = Wanted::of(&wanted.question());
    let here = kept.address(link::SAVED_SEARCH_NEW);
    let question = here.split_once('?').map_or("", |(_, query)| query);
    let sentence = kept.sentence(lang, request.city().fields(), &BTreeMap::new());
    let form = Form::new(lang, link::SAVED_SEARCHES, &ticket.csrf, &ticket.key);
    let form = form.with_errors(errors);
    let body = html! {
        input type="hidden" name="question" value=(question);
        (asks(request, &form, name, frequency))
        (look::actions(&[look::button(&say(request, "saved-search-save"), Look::Primary)]))
    };
    let content = html! {
        (look::page_head(&PageHead {
            lang,
            crumbs: &[Crumb { href: link::SAVED_SEARCHES, text: &list }],
            title: &title,
            lead: Some(html! { (sentence) }),
            ..PageHead::default()
        }))
        p.quiet { (say(request, "saved-search-save-lead")) }
        (form.view(body))
    };
    Page::new(request, &title)
        .section(Section::Find)
        .personal()
        .at(here.clone())
        .failed(errors)
        .reply(content)
}

/// Name and frequency.
fn asks(request: &Request, form: &Form<'_>, name: &str, frequency: Frequency) -> Markup {
    let texts = Frequency::ALL.map(|one| {
        let key = format!("saved-search-{}", one.word());
        (one, say(request, &key), say(request, &format!("{key}-hint")))
    });
    let choices: Vec<Choice<'_>> = texts
        .iter()
        .map(|(one, text, hint)| Choice {
            value: one.word(),
            text,
            hint,
            is_chosen: *one == frequency,
        })
        .collect();
    html! {
        (look::text_field(form, &Field {
            name: "name", value: name, width: Width::Half, most: Some(limits::NAME_CHARS_MAX),
            ..Field::default()
        }))
        (look::radios(form, &Field { name: "frequency", ..Field::default() }, &choices))
    }
}

/// The part of a saved search's page where it is changed.
pub fn settings(request: &Request, search: &SavedSearch, errors: &[Refusal]) -> Markup {
    let ticket = ticket(request);
    let action = link::saved_search_part(search.id, "revision");
    let form = Form::new(request.lang, &action, &ticket.csrf, &ticket.key).with_errors(errors);
    let text = say(request, "saved-search-paused-choice");
    let paused = [Choice { value: "1", text: &text, hint: "", is_chosen: search.is_paused }];
    let body = html! {
        input type="hidden" name="version" value=(search.version);
        (asks(request, &form, &search.name, search.frequency))
        (look::checkboxes(&form, &Field {
            name: "paused", is_optional: true, ..Field::default()
        }, &paused))
        (look::actions(&[look::button(&say(request, "saved-search-change"), Look::Second)]))
    };
    look::part("settings", &say(request, "saved-search-settings"), form.view(body))
}

fn revise(request: &Request) -> Result<Reply, No> {
    me(request)?;
    let search: SavedSearchId = request.id("id")?;
    let act = ReviseSavedSearch {
        search,
        version: request.form.get("version").parse().unwrap_or(0),
        name: request.form.get("name").to_owned(),
        frequency: Frequency::parse(request.form.get("frequency")).unwrap_or_default(),
        is_paused: request.form.get("paused") == "1",
    };
    let (name, frequency, is_paused) = (act.name.clone(), act.frequency, act.is_paused);
    match request.city().perform(&request.keyed(), act) {
        Ok(_) => Ok(Reply::see_other(link::saved_search(search))),
        Err(no) => {
            let errors = reasons(no)?;
            let view = request.city().saved_search(&request.asker, search)?;
            // What was typed stands there, on the version of now.
            let typed = SavedSearch { name, frequency, is_paused, ..view.search };
            let title = say(request, "saved-search-settings");
            let content = html! {
                (look::page_head(&PageHead {
                    lang: request.lang, title: &title, ..PageHead::default()
                }))
                (settings(request, &typed, &errors))
            };
            let page = Page::new(request, &title).at(link::saved_search(search));
            Ok(page.failed(&errors).reply(content))
        }
    }
}
