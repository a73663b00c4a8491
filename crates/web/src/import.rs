//! Imports: a file is handed in, looked at, approved, and can be taken back for a day.
//!
//! The officer came to bring many technologies in at once, to see before anything is written what
//! will become of each row, and to mend what is wrong.

use crate::export::{failed, workbook};
use crate::form::{reasons, ticket};
use crate::import_kept::{self, Handed};
use crate::import_page;
pub use crate::import_run::resume;
use crate::import_stage::{stage, unknown_heads};
use crate::link;
use crate::page::{Page, stamp, zoned};
use crate::refused::PAGE;
use crate::technology_form::allowed;
use access::Act;
use app::No;
use app::import::{DiscardImport, RunState, UndoImport, View};
use base::text::field_term;
use base::{Bilingual, ImportId, OrganisationId, Refusal, limits};
use edge::{Body, Reply, Request, Route};
use look::{
    Choice, Column, Crumb, Field, FileField, Form, Look, PageHead, Row, Section, Table, Tone,
    Width, actions, button, file_field, link_button, notice, page_head, select, state_tag, table,
    text_field,
};
use maud::{Markup, html};
use std::collections::BTreeMap;
use std::sync::Arc;

const fn route(
    method: &'static str,
    path: &'static str,
    act: Act,
    run: fn(&Request) -> Result<Reply, No>,
) -> Route {
    let body = if matches!(method.as_bytes(), b"GET") { Body::None } else { Body::Form };
    Route { method, path, act, body, face: &PAGE, run }
}

const MAPPING: &str = "/imports/mapping/{upload}";

/// The routes of this file.
pub static ROUTES: &[Route] = &[
    route("GET", link::IMPORTS, Act::ListImports, list),
    route("GET", "/imports/new", Act::StartImport, blank),
    Route {
        method: "POST",
        path: link::IMPORTS,
        act: Act::StartImport,
        body: Body::Upload,
        face: &PAGE,
        run: upload,
    },
    route("GET", "/imports/template.xlsx", Act::LookAtOrganisation, template),
    route("GET", "/imports/template.csv", Act::LookAtOrganisation, template_csv),
    route("GET", MAPPING, Act::StartImport, mapping),
    route("POST", MAPPING, Act::StartImport, map),
    route("GET", "/imports/{id}", Act::LookAtImport, import_page::show),
    route("GET", "/imports/{id}/problems.xlsx", Act::LookAtImport, problems),
    route("POST", "/imports/{id}/approval", Act::ApproveImport, import_page::approve),
    route("POST", "/imports/{id}/disposal", Act::DiscardImport, discard),
    route("POST", "/imports/{id}/reversal", Act::UndoImport, undo),
];

/// Runs on one page of the list.
const RUNS: usize = limits::PAGE_ROWS;
/// What browsers offer to choose.
const ACCEPT: &str = ".xlsx,.csv,.xml,.json,.jsonl,.txt,.zip";

fn list(request: &Request) -> Result<Reply, No> {
    allowed(request, request.me.is_some())?;
    let after = match request.query.get("after") {
        "" => None,
        text => Some(ImportId::parse(text).map_err(|_| Refusal::not_found())?),
    };
    let mut runs = request.city().imports(&request.asker, after, RUNS + 1)?;
    let has_more = runs.len() > RUNS;
    runs.truncate(RUNS);
    let next = runs.last().filter(|_| has_more).map(|view| view.run.id.to_string());
    let next = next.map(|id| look::address::with(link::IMPORTS, "after", &id));
    let first = after.map(|_| link::IMPORTS);
    let lang = request.lang;
    let say = |key: &str| words::say(lang, key);
    let title = say("import-title");
    let new = || link_button(&link::import_new(), &say("import-new"), Look::Primary);
    let keys = ["started", "state", "owner", "files", "rows", "problems"];
    let title_of = |key: &&str| {
        let title = say(&format!("import-column-{key}"));
        if *key == "started" { zoned(request, &title) } else { title }
    };
    let titles: Vec<String> = keys.iter().map(title_of).collect();
    let columns = keys
        .iter()
        .zip(&titles)
        .map(|(key, title)| match *key {
            "rows" | "problems" => Column::figures(key, title, ""),
            _ => Column::text(key, title),
        })
        .collect();
    let nothing = look::empty(&say("import-none"), html! { p { (say("import-none-hint")) } });
    let content = html! {
        (page_head(&PageHead {
            lang,
            title: &title,
            lead: Some(html! { p { (say("import-lead")) } }),
            actions: vec![new()],
            ..PageHead::default()
        }))
        (table(&Table {
            lang,
            caption: &title,
            is_caption_hidden: true,
            columns,
            rows: runs.iter().map(|view| run_row(request, view)).collect(),
            empty: Some(nothing),
            is_cards: true,
            ..Table::default()
        }))
        (look::pager(lang, &look::Pager::Keyset { previous: None, next: next.as_deref() }))
        @if let Some(first) = first { p { a href=(first) { (say("import-newest")) } } }
    };
    Ok(Page::new(request, title).section(Section::Trade).personal().reply(content))
}

/// The state of a run as a tag.
pub fn state(request: &Request, state: RunState) -> Markup {
    let tone = match state {
        RunState::Staged | RunState::Paused => Tone::Wait,
        RunState::Running => Tone::Info,
        RunState::Done => Tone::Ok,
        RunState::Undone | RunState::Discarded => Tone::Plain,
    };
    state_tag(tone, &words::say(request.lang, &format!("import-state-{}", state.word())))
}

fn run_row(request: &Request, view: &View) -> Row {
    let lang = request.lang;
    let number = |n: u64| words::number(lang, i64::try_from(n).unwrap_or(i64::MAX));
    let files: Vec<&str> = view.run.files.iter().map(|file| file.name.as_str()).collect();
    let shown = files.iter().take(3).copied().collect::<Vec<_>>().join(" · ");
    Row::from(vec![
        html! { a href=(link::import(view.run.id)) { (stamp(request, view.run.created_at)) } },
        state(request, view.run.state),
        html! { (view.owner.profile.name.best(lang).0) },
        html! { (shown) @if files.len() > 3 { " …" } },
        html! { (number(view.run.n_rows)) },
        html! { (number(view.n_problems)) },
    ])
}

type Owners = Vec<(OrganisationId, Bilingual)>;

fn owners(request: &Request) -> Result<Owners, No> {
    allowed(request, request.me.is_some())?;
    let mut owners = request.city().own_organisations(&request.asker)?;
    allowed(request, !owners.is_empty())?;
    words::sort_by_name(request.lang, &mut owners, |(_, name)| name.best(request.lang).0);
    Ok(owners)
}

fn blank(request: &Request) -> Result<Reply, No> {
    let owners = owners(request)?;
    Ok(upload_page(request, &owners, &[]))
}

fn upload(request: &Request) -> Result<Reply, No> {
    let owners = owners(request)?;
    let required = |name: &'static str| {
        Refusal::invalid("field-required").on(name).term("field", field_term(name))
    };
    let mut errors = Vec::new();
    let owner = OrganisationId::parse(request.form.get("owner")).ok();
    if owner.is_none() {
        errors.push(required("owner"));
    }
    let files: Vec<(String, Arc<[u8]>)> = request
        .files
        .iter()
        .filter(|file| file.field == "files")
        .map(|file| (file.name.clone(), Arc::from(file.bytes.as_slice())))
        .collect();
    if files.is_empty() {
        errors.push(required("files"));
    }
    let source = request.form.get("public_source");
    let source = base::text::line("public_source", source, limits::SUMMARY_CHARS_MAX)
        .unwrap_or_else(|refusal| {
            errors.push(refusal);
            String::new()
        });
    let person = request.me.as_ref().map(|me| me.person.id);
    let (Some(owner), Some(person), true) = (owner, person, errors.is_empty()) else {
        return Ok(upload_page(request, &owners, &errors));
    };
    let id = request.fresh_key();
    let handed = Handed { id, person, owner, source, files, at: request.now, import: None };
    if !unknown_heads(request, &handed).is_empty() {
        let address = link::import_mapping(&handed.id);
        import_kept::keep(handed);
        return Ok(Reply::see_other(address));
    }
    match begin(request, handed, &BTreeMap::new()) {
        Ok(reply) => Ok(reply),
        Err(no) => Ok(upload_page(request, &owners, &reasons(no)?)),
    }
}

/// Stages an upload and keeps it for giving it back with its problems.
fn begin(
    request: &Request,
    handed: Handed,
    mapping: &BTreeMap<String, String>,
) -> Result<Reply, No> {
    let import = stage(request, &handed, mapping)?;
    import_kept::keep(Handed { import: Some(import), ..handed });
    Ok(Reply::see_other(link::import(import)))
}

fn upload_page(request: &Request, owners: &Owners, errors: &[Refusal]) -> Reply {
    let lang = request.lang;
    let say = |key: &str| words::say(lang, key);
    let title = say("import-new");
    let list = say("import-title");
    let ticket = ticket(request);
    let form =
        Form::new(lang, link::IMPORTS, &ticket.csrf, &ticket.key).with_files().with_errors(errors);
    let content = html! {
        (page_head(&PageHead {
            lang,
            crumbs: &[Crumb { href: link::IMPORTS, text: &list }],
            title: &title,
            lead: Some(html! { p { (say("import-new-lead")) } }),
            ..PageHead::default()
        }))
        (notice(lang, Tone::Wait, html! { p { (say("technology-page-no-secrets")) } }))
        (form.view(html! {
            (upload_fields(&form, request, owners))
            (actions(&[button(&say("import-upload"), Look::Primary)]))
        }))
        section.part.stack {
            h2 { (say("import-formats")) }
            ul {
                @for format in ["table", "patents", "nasa", "software", "own", "zip"] {
                    li { (say(&format!("import-format-{format}"))) }
                }
            }
            p { (say("import-template")) " " (templates(request)) }
        }
    };
    Page::new(request, title)
        .section(Section::Trade)
        .at(link::import_new())
        .personal()
        .failed(errors)
        .reply(content)
}

fn upload_fields(form: &Form<'_>, request: &Request, owners: &Owners) -> Markup {
    let lang = request.lang;
    let ids: Vec<String> = owners.iter().map(|(id, _)| id.to_string()).collect();
    let typed = match (request.form.get("owner"), request.query.get("owner")) {
        ("", "") if ids.len() == 1 => ids[0].as_str(),
        ("", asked) => asked,
        (typed, _) => typed,
    };
    let choices: Vec<Choice<'_>> = owners
        .iter()
        .zip(&ids)
        .map(|((_, name), id)| Choice {
            value: id,
            text: name.best(lang).0,
            is_chosen: id == typed,
            ..Choice::default()
        })
        .collect();
    let hint = words::say(lang, "import-source-hint");
    html! {
        (select(form, &Field { name: "owner", width: Width::Half, ..Field::default() }, &choices))
        (file_field(form, &FileField {
            field: Field { name: "files", ..Field::default() },
            accept: ACCEPT,
            bytes_max: limits::UPLOAD_BYTES_MAX,
            is_several: true,
            kept: &[],
        }))
        (text_field(form, &Field {
            name: "public_source",
            hint: &hint,
            value: request.form.get("public_source"),
            is_optional: true,
            most: Some(limits::SUMMARY_CHARS_MAX),
            ..Field::default()
        }))
    }
}

/// The template in both languages and both forms.
fn templates(request: &Request) -> Markup {
    let lang = request.lang;
    html! {
        @for (at, of) in [lang, lang.other()].into_iter().enumerate() {
            @for (form, ending) in ["xlsx", "csv"].into_iter().enumerate() {
                @if at + form > 0 { " · " }
                @let href = look::address::with(&link::import_template(ending), "in", of.short());
                a href=(href) hreflang=(of.tag()) {
                    (words::say(lang, &format!("import-template-{ending}-{}", of.short())))
                }
            }
        }
    }
}

/// The language of a template; it changes nothing about the language of the pages.
fn template_lang(request: &Request) -> base::Lang {
    base::Lang::parse(request.query.get("in")).unwrap_or(request.lang)
}

fn template(request: &Request) -> Result<Reply, No> {
    let lang = template_lang(request);
    let book = papers::template(lang, request.city().fields()).map_err(|error| failed(&error))?;
    Ok(workbook(&format!("technologies-{}.xlsx", lang.short()), book))
}

fn template_csv(request: &Request) -> Result<Reply, No> {
    let lang = template_lang(request);
    let text = papers::template_csv(lang, request.city().fields());
    let name = format!("technologies-{}.csv", lang.short());
    Ok(Reply::file("text/csv; charset=utf-8", &name, text))
}

/// The upload that waits for its columns to be named. Forgotten ones lead to a new upload.
fn waiting(request: &Request) -> Result<Option<Handed>, No> {
    allowed(request, request.me.is_some())?;
    let person = request.me.as_ref().map(|me| me.person.id);
    let id = request.param("upload");
    Ok(person.and_then(|person| import_kept::of_person(id, person, request.now)))
}

fn mapping(request: &Request) -> Result<Reply, No> {
    let Some(handed) = waiting(request)? else {
        return Ok(Reply::see_other(link::import_new()));
    };
    Ok(import_page::mapping(request, &handed, &[]))
}

fn map(request: &Request) -> Result<Reply, No> {
    let Some(handed) = waiting(request)? else {
        return Ok(Reply::see_other(link::import_new()));
    };
    if let Some(import) = handed.import {
        return Ok(Reply::see_other(link::import(import)));
    }
    let form = &request.form;
    let chosen: BTreeMap<String, String> = form
        .rows("columns")
        .into_iter()
        .map(|at| {
            let part = |name: &str| form.get(&format!("columns.{at}.{name}")).to_owned();
            (part("head"), part("key"))
        })
        .filter(|(head, _)| !head.is_empty())
        .collect();
    match begin(request, handed.clone(), &chosen) {
        Ok(reply) => Ok(reply),
        Err(no) => Ok(import_page::mapping(request, &handed, &reasons(no)?)),
    }
}

/// The table that was handed in with its problems marked, whole or the wrong rows alone.
fn problems(request: &Request) -> Result<Reply, No> {
    let id: ImportId = request.id("id")?;
    let city = request.city();
    let found = city.import_problems(&request.asker, id, 0, limits::PROBLEMS_MAX)?;
    let found: Vec<_> = found.into_iter().map(|(_, problem)| problem).collect();
    let Some(handed) = import_kept::of_import(id, request.now) else {
        return Err(Refusal::new(base::Class::Refused, "import-upload-gone").into());
    };
    let only_wrong = request.query.get("only") == "wrong";
    let lang = request.lang;
    let tables = handed.files.iter().filter_map(|(name, bytes)| {
        let source = papers::Source::Bytes(Arc::clone(bytes));
        papers::annotated_workbook(&source, name, &found, lang, only_wrong)
    });
    // Of several tables the first that has problems is given back; each can be sent on its own.
    let mut books = tables.collect::<Result<Vec<_>, _>>().map_err(|error| failed(&error))?;
    let at = request.query.get("file").parse::<usize>().unwrap_or(0);
    if at >= books.len() {
        return Err(Refusal::not_found().into());
    }
    Ok(workbook("problems.xlsx", books.swap_remove(at)))
}

fn discard(request: &Request) -> Result<Reply, No> {
    let import: ImportId = request.id("id")?;
    match request.city().perform(&request.keyed(), DiscardImport { import }) {
        Ok(_) => Ok(Reply::see_other(link::import(import))),
        Err(no) => import_page::with_errors(request, &reasons(no)?),
    }
}

fn undo(request: &Request) -> Result<Reply, No> {
    let import: ImportId = request.id("id")?;
    match request.city().perform(&request.keyed(), UndoImport { import }) {
        Ok(_) => Ok(Reply::see_other(link::import(import))),
        Err(no) => import_page::with_errors(request, &reasons(no)?),
    }
}
