//! Writing a bulletin, and choosing results for it.

use crate::form::{bilingual, reasons, ticket};
use crate::link;
use crate::page::{Page, get, me, post, say};
use access::Act;
use app::No;
use app::bulletin::{CreateBulletin, Draft, ReviseBulletin, View};
use app::saved_search::SavedRow;
use app::search::Ask;
use base::{BulletinId, Class, OrganisationId, Refusal, SavedSearchId, TechnologyId, limits};
use edge::{Reply, Request, Route};
use look::{Choice, Crumb, Field, Form, Look, PageHead, Width};
use maud::{Markup, html};

/// The routes of this file.
pub static ROUTES: &[Route] = &[
    get(link::BULLETIN_NEW, Act::CreateBulletin, show_new),
    post(link::BULLETINS, Act::CreateBulletin, create),
    get("/bulletins/{id}/revision", Act::ReviseBulletin, show_revision),
    post("/bulletins/{id}/revision", Act::ReviseBulletin, revise),
    get("/bulletins/{id}/results", Act::ReviseBulletin, show_results),
    post("/bulletins/{id}/results", Act::ReviseBulletin, choose),
];

/// Results that one search offers.
const OFFERED: usize = 25;

/// What is typed, beside what stands there.
struct Typed {
    draft: Draft,
    /// One organisation a line.
    departments: String,
    /// A saved search, `keep`, or nothing.
    question: String,
    version: u64,
}

fn read(request: &Request, before: &Draft) -> Result<Typed, Vec<Refusal>> {
    let form = &request.form;
    let mut no = Vec::new();
    let mut departments = Vec::new();
    for line in form.get("departments").lines().map(str::trim).filter(|line| !line.is_empty()) {
        match request.city().organisation_named(line) {
            Ok(id) if !departments.contains(&id) => departments.push(id),
            Ok(_) => {}
            Err(_) => {
                let refusal = Refusal::invalid("organisation-unknown").on("departments");
                no.push(refusal.text("found", line));
            }
        }
    }
    let question = match form.get("question") {
        "" => None,
        "keep" => before.question.clone(),
        id => {
            let id = SavedSearchId::parse(id).ok();
            let found = id.and_then(|id| request.city().saved_search(&request.asker, id).ok());
            found.map(|view| view.search.question)
        }
    };
    let is_kept = |id: &TechnologyId| form.all("items").contains(&id.to_string().as_str());
    let typed = Typed {
        draft: Draft {
            title: bilingual(form, "title"),
            intro: bilingual(form, "intro"),
            items: before.items.iter().copied().filter(is_kept).collect(),
            question,
            departments,
            to_subscribers: form.get("to_subscribers") == "1",
        },
        departments: form.get("departments").to_owned(),
        question: form.get("question").to_owned(),
        version: form.get("version").parse().unwrap_or(0),
    };
    if no.is_empty() { Ok(typed) } else { Err(no) }
}

fn typed_again(request: &Request, before: &Draft) -> Typed {
    let form = &request.form;
    Typed {
        draft: Draft {
            title: bilingual(form, "title"),
            intro: bilingual(form, "intro"),
            to_subscribers: form.get("to_subscribers") == "1",
            ..before.clone()
        },
        departments: form.get("departments").to_owned(),
        question: form.get("question").to_owned(),
        version: form.get("version").parse().unwrap_or(0),
    }
}

fn office(request: &Request) -> Result<OrganisationId, No> {
    let offices = request.city().bulletin_offices(&request.asker)?;
    let refused = || Refusal::new(Class::NotAllowed, "not-allowed").into();
    offices.first().map(|(id, _)| *id).ok_or_else(refused)
}

fn show_new(request: &Request) -> Result<Reply, No> {
    me(request)?;
    office(request)?;
    let draft = Draft { to_subscribers: true, ..Draft::default() };
    let typed = Typed { draft, departments: String::new(), question: String::new(), version: 0 };
    page(request, None, &typed, &[])
}

fn create(request: &Request) -> Result<Reply, No> {
    me(request)?;
    let owner = office(request)?;
    let before = Draft::default();
    let done = match read(request, &before) {
        Ok(typed) => {
            let act = CreateBulletin { owner, draft: typed.draft };
            request.city().perform(&request.keyed(), act)
        }
        Err(no) => Err(No(no)),
    };
    match done {
        Ok(done) => Ok(Reply::see_other(link::bulletin_part(done.bulletin, "results"))),
        Err(no) => page(request, None, &typed_again(request, &before), &reasons(no)?),
    }
}

/// A bulletin that the reader prepares.
fn own(request: &Request) -> Result<View, No> {
    me(request)?;
    let view = request.city().bulletin(&request.asker, request.id("id")?)?;
    if view.is_officer { Ok(view) } else { Err(Refusal::not_found().into()) }
}

fn show_revision(request: &Request) -> Result<Reply, No> {
    let view = own(request)?;
    let names = view.departments.iter().map(|(_, name)| name.best(request.lang).0.to_owned());
    let departments: Vec<String> = names.collect();
    let draft = view.bulletin.draft.clone();
    let question = if draft.question.is_some() { "keep" } else { "" }.to_owned();
    let version = view.bulletin.version;
    let typed = Typed { draft, departments: departments.join("\n"), question, version };
    page(request, Some(&view), &typed, &[])
}

fn revise(request: &Request) -> Result<Reply, No> {
    let view = own(request)?;
    let before = &view.bulletin.draft;
    let done = match read(request, before) {
        Ok(typed) => {
            let (bulletin, version) = (view.bulletin.id, typed.version);
            let act = ReviseBulletin { bulletin, version, draft: typed.draft };
            request.city().perform(&request.keyed(), act)
        }
        Err(no) => Err(No(no)),
    };
    match done {
        Ok(done) => Ok(Reply::see_other(link::bulletin(done.bulletin))),
        Err(no) => {
            let mut typed = typed_again(request, before);
            // Sending again builds on what stands there by now.
            typed.version = view.bulletin.version;
            page(request, Some(&view), &typed, &reasons(no)?)
        }
    }
}

fn page(
    request: &Request,
    view: Option<&View>,
    typed: &Typed,
    errors: &[Refusal],
) -> Result<Reply, No> {
    let lang = request.lang;
    let list = say(request, "bulletin-title");
    let (action, here, title) = match view {
        None => {
            let new = link::BULLETIN_NEW.to_owned();
            (link::BULLETINS.to_owned(), new, say(request, "bulletin-new"))
        }
        Some(view) => {
            let here = link::bulletin_part(view.bulletin.id, "revision");
            (here.clone(), here, say(request, "bulletin-revise"))
        }
    };
    let searches = request.city().saved_searches(&request.asker)?;
    let ticket = ticket(request);
    let form = Form::new(lang, &action, &ticket.csrf, &ticket.key).with_errors(errors);
    let content = html! {
        (look::page_head(&PageHead {
            lang,
            crumbs: &[Crumb { href: link::BULLETINS, text: &list }],
            title: &title,
            lead: Some(html! { (say(request, "bulletin-form-lead")) }),
            ..PageHead::default()
        }))
        (form.view(html! {
            input type="hidden" name="version" value=(typed.version);
            (fields(request, &form, view, typed, &searches))
            (look::actions(&[look::button(&say(request, "bulletin-save"), Look::Primary)]))
        }))
    };
    Ok(Page::new(request, &title).personal().at(here).failed(errors).reply(content))
}

fn fields(
    request: &Request,
    form: &Form<'_>,
    view: Option<&View>,
    typed: &Typed,
    searches: &[SavedRow],
) -> Markup {
    let text = say(request, "bulletin-to-subscribers");
    let subscribers =
        [Choice { value: "1", text: &text, hint: "", is_chosen: typed.draft.to_subscribers }];
    html! {
        (look::bilingual_field(form, &Field {
            name: "title", needs_both: true, most: Some(limits::TITLE_CHARS_MAX), ..Field::default()
        }, &typed.draft.title))
        (look::bilingual_field(form, &Field {
            name: "intro", needs_both: true, lines: Some(5),
            most: Some(limits::BULLETIN_INTRO_CHARS_MAX), ..Field::default()
        }, &typed.draft.intro))
        @if let Some(view) = view { (kept(request, form, view)) }
        (look::select(form, &Field {
            name: "question", label: &say(request, "bulletin-question"), is_optional: true,
            hint: &say(request, "bulletin-question-hint"), width: Width::Half, ..Field::default()
        }, &questions(request, view, typed, searches).iter().map(|(value, text, is_chosen)| Choice {
            value, text, hint: "", is_chosen: *is_chosen,
        }).collect::<Vec<_>>()))
        (look::text_area(form, &Field {
            name: "departments", value: &typed.departments, lines: Some(4), is_optional: true,
            hint: &say(request, "bulletin-departments-hint"), ..Field::default()
        }))
        (look::checkboxes(form, &Field {
            name: "to_subscribers", is_optional: true, ..Field::default()
        }, &subscribers))
    }
}

fn questions(
    request: &Request,
    view: Option<&View>,
    typed: &Typed,
    searches: &[SavedRow],
) -> Vec<(String, String, bool)> {
    let mut all = vec![(String::new(), say(request, "bulletin-question-none"))];
    if view.is_some_and(|view| view.bulletin.draft.question.is_some()) {
        all.push(("keep".to_owned(), say(request, "bulletin-question-keep")));
    }
    all.extend(searches.iter().map(|row| (row.search.id.to_string(), row.search.name.clone())));
    let chosen = typed.question.as_str();
    all.into_iter().map(|(value, text)| (value.clone(), text, value == chosen)).collect()
}

/// What was chosen so far; what is not ticked any more goes.
fn kept(request: &Request, form: &Form<'_>, view: &View) -> Markup {
    if view.items.is_empty() {
        return html! {};
    }
    let rows: Vec<(String, String)> = view
        .items
        .iter()
        .map(|item| (item.summary.id.to_string(), item.title.best(request.lang).0.to_owned()))
        .collect();
    let choices: Vec<Choice<'_>> = rows
        .iter()
        .map(|(id, title)| Choice { value: id, text: title, hint: "", is_chosen: true })
        .collect();
    look::checkboxes(
        form,
        &Field {
            name: "items",
            is_optional: true,
            hint: &say(request, "bulletin-items-hint"),
            ..Field::default()
        },
        &choices,
    )
}

fn show_results(request: &Request) -> Result<Reply, No> {
    let view = own(request)?;
    results(request, &view, &[])
}

fn results(request: &Request, view: &View, errors: &[Refusal]) -> Result<Reply, No> {
    let lang = request.lang;
    let id = view.bulletin.id;
    let words = request.query.get("q").to_owned();
    // Asked as nobody in particular: a bulletin holds public results alone.
    let ask = Ask { text: words.clone(), limit: OFFERED, ..Ask::default() };
    let found = request.city().search(&app::Asker::nobody(), &ask)?;
    let chosen = &view.bulletin.draft.items;
    let rows: Vec<(String, String, String)> = found
        .rows
        .iter()
        .filter(|row| !chosen.contains(&row.summary.id))
        .map(|row| {
            let title = row.summary.title.best(lang).0.to_owned();
            (row.summary.id.to_string(), title, row.owner_name.best(lang).0.to_owned())
        })
        .collect();
    let choices: Vec<Choice<'_>> = rows
        .iter()
        .map(|(id, title, owner)| Choice { value: id, text: title, hint: owner, is_chosen: false })
        .collect();
    let title = say(request, "bulletin-choose");
    let list = say(request, "bulletin-title");
    let name = view.bulletin.draft.title.best(lang).0.to_owned();
    let here = link::bulletin_part(id, "results");
    let ticket = ticket(request);
    let form = Form::new(lang, &here, &ticket.csrf, &ticket.key).with_errors(errors);
    let n = [("count", chosen.len().into())];
    let content = html! {
        (look::page_head(&PageHead {
            lang,
            crumbs: &[
                Crumb { href: link::BULLETINS, text: &list },
                Crumb { href: &link::bulletin(id), text: &name },
            ],
            title: &title,
            lead: Some(html! { (words::say_with(lang, "bulletin-chosen", &n)) }),
            ..PageHead::default()
        }))
        form.row method="get" action=(here) role="search"
            aria-label=(say(request, "bulletin-search")) {
            input name="q" type="search" value=(words) maxlength=(limits::QUERY_CHARS_MAX)
                aria-label=(say(request, "bulletin-search"));
            (look::button(&say(request, "bulletin-search"), Look::Second))
        }
        @if choices.is_empty() { p.quiet { (say(request, "bulletin-search-none")) } }
        @else {
            (form.view(html! {
                input type="hidden" name="version" value=(view.bulletin.version);
                (look::checkboxes(&form, &Field { name: "items", ..Field::default() }, &choices))
                (look::actions(&[look::button(&say(request, "bulletin-add"), Look::Primary)]))
            }))
        }
    };
    Ok(Page::new(request, &title).personal().at(here).failed(errors).reply(content))
}

fn choose(request: &Request) -> Result<Reply, No> {
    let view = own(request)?;
    let mut draft = view.bulletin.draft.clone();
    let more = request.form.all("items");
    draft.items.extend(more.iter().filter_map(|id| TechnologyId::parse(id).ok()));
    let bulletin: BulletinId = view.bulletin.id;
    let version = request.form.get("version").parse().unwrap_or(0);
    match request.city().perform(&request.keyed(), ReviseBulletin { bulletin, version, draft }) {
        Ok(_) => Ok(Reply::see_other(link::bulletin(bulletin))),
        Err(no) => results(request, &view, &reasons(no)?),
    }
}
