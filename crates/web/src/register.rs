//! A register of enterprises comes in: handed in, looked at, approved.

use crate::export::workbook;
use crate::form::{Ticket, reasons, ticket};
use crate::import_kept::{self, Handed};
use crate::link;
use crate::page::{Page, get, may, me, say};
use access::{Act, Thing};
use app::No;
use app::register::{ImportOrganisations, Taken};
use base::{Class, Refusal, limits, text};
use edge::{Body, Reply, Request, Route};
use look::{
    Column, Crumb, Field, FileField, Form, Look, PageHead, PostButton, Row, Section, Table, Tone,
};
use maud::{Markup, html};
use papers::{Problem, Register, Source};
use std::sync::Arc;

/// The routes of this file.
pub static ROUTES: &[Route] = &[
    get(link::REGISTER_IMPORT, Act::ImportOrganisations, blank),
    uploading(link::REGISTER_IMPORT, upload),
    get("/organisations/import/{upload}", Act::ImportOrganisations, preview),
    get("/organisations/import/{upload}/problems.xlsx", Act::ImportOrganisations, problems),
    // Many rows take longer than a page may.
    uploading("/organisations/import/{upload}/approval", approve),
];

const fn uploading(path: &'static str, run: fn(&Request) -> Result<Reply, No>) -> Route {
    let act = Act::ImportOrganisations;
    Route { method: "POST", path, act, body: Body::Upload, face: &crate::PAGE, run }
}

/// Rows that a browser may bring in at once; more come by the command.
const ROWS_MAX: usize = 20_000;
/// Problems that the page shows; all of them are in the workbook that is given back.
const PROBLEMS_SHOWN: usize = 100;
/// What browsers offer to choose.
const ACCEPT: &str = ".xlsx,.csv,.txt";

fn allowed(request: &Request) -> Result<(), No> {
    me(request)?;
    if may(request, Act::ImportOrganisations, &Thing::open()) {
        return Ok(());
    }
    Err(Refusal::new(Class::NotAllowed, "not-allowed").into())
}

fn blank(request: &Request) -> Result<Reply, No> {
    allowed(request)?;
    Ok(form_page(request, &[]))
}

fn form_page(request: &Request, errors: &[Refusal]) -> Reply {
    let lang = request.lang;
    let Ticket { csrf, key } = ticket(request);
    let form = Form::new(lang, link::REGISTER_IMPORT, &csrf, &key).with_errors(errors).with_files();
    let body = html! {
        p.quiet { (say(request, "register-personal")) }
        (form.view(html! {
            (look::file_field(&form, &FileField {
                field: Field { name: "files", ..Field::default() },
                accept: ACCEPT,
                bytes_max: limits::UPLOAD_BYTES_MAX,
                ..FileField::default()
            }))
            (look::text_field(&form, &Field {
                name: "source", value: request.form.get("source"),
                hint: &say(request, "register-source-hint"), most: Some(limits::NAME_CHARS_MAX),
                ..Field::default()
            }))
            (look::actions(&[look::button(&say(request, "register-look"), Look::Primary)]))
        }))
    };
    let title = say(request, "register-title");
    let page = Page::new(request, &title).section(Section::Find).at(link::REGISTER_IMPORT);
    page.failed(errors).reply(framed(request, &title, "register-lead", body))
}

fn framed(request: &Request, title: &str, lead: &str, body: Markup) -> Markup {
    let list = say(request, "organisation-list-title");
    html! {
        (look::page_head(&PageHead {
            lang: request.lang,
            crumbs: &[Crumb { href: link::ORGANISATIONS, text: &list }],
            title,
            lead: Some(html! { (say(request, lead)) }),
            ..PageHead::default()
        }))
        (body)
    }
}

fn upload(request: &Request) -> Result<Reply, No> {
    allowed(request)?;
    let required = |name: &'static str, term: &'static str| {
        Refusal::invalid("field-required").on(name).term("field", term)
    };
    let mut errors = Vec::new();
    let file = request.files.iter().find(|file| file.field == "files");
    if file.is_none() {
        errors.push(required("files", "field-files"));
    }
    let source = text::required_line("source", request.form.get("source"), limits::NAME_CHARS_MAX)
        .unwrap_or_else(|refusal| {
            errors.push(refusal);
            String::new()
        });
    let me = me(request)?;
    let owner = me.roles.first().map(|(organisation, ..)| *organisation);
    let (Some(file), Some(owner), true) = (file, owner, errors.is_empty()) else {
        return Ok(form_page(request, &errors));
    };
    let handed = Handed {
        id: request.fresh_key(),
        person: me.person.id,
        owner,
        source,
        files: vec![(file.name.clone(), Arc::from(file.bytes.as_slice()))],
        at: request.now,
        import: None,
    };
    let address = link::register_upload(&handed.id);
    import_kept::keep(handed);
    Ok(Reply::see_other(address))
}

/// What was handed in, and what stands in it.
fn handed(request: &Request) -> Result<(Handed, Register), No> {
    allowed(request)?;
    let person = me(request)?.person.id;
    let found = import_kept::of_person(request.param("upload"), person, request.now);
    let handed = found.ok_or_else(Refusal::not_found)?;
    let Some((name, bytes)) = handed.files.first() else {
        return Err(Refusal::not_found().into());
    };
    let register = papers::read_register(&Source::Bytes(Arc::clone(bytes)), name);
    Ok((handed, register))
}

fn entries(register: &Register) -> Vec<parties::register::Entry> {
    register.firms.iter().map(|firm| firm.entry.clone()).collect()
}

fn preview(request: &Request) -> Result<Reply, No> {
    let (handed, register) = handed(request)?;
    preview_page(request, &handed, &register, &[])
}

fn preview_page(
    request: &Request,
    handed: &Handed,
    register: &Register,
    errors: &[Refusal],
) -> Result<Reply, No> {
    let taken = request.city().preview_organisations(&request.asker, &entries(register))?;
    let lang = request.lang;
    let here = link::register_upload(&handed.id);
    let number = |n: u64| words::number(lang, i64::try_from(n).unwrap_or(i64::MAX));
    let counts = [
        ("created", taken.created),
        ("updated", taken.updated),
        ("unchanged", taken.unchanged + register.n_repeated),
        ("rejected", register.n_rejected),
    ];
    let labels = counts.map(|(key, n)| (say(request, &format!("register-{key}")), number(n)));
    let facts: Vec<(&str, Markup)> =
        labels.iter().map(|(label, n)| (label.as_str(), html! { (n) })).collect();
    let sheet = format!("{here}/problems.xlsx");
    let title = say(request, "register-preview-title");
    let body = html! {
        (look::error_summary(lang, errors))
        p { strong { (handed.source) } " · " (handed.files.first().map_or("", |(name, _)| name)) }
        (look::facts(&facts))
        @if !register.problems.is_empty() {
            (look::part("problems", &say(request, "register-problems"), html! {
                (problem_table(request, &register.problems))
                p { a href=(sheet) download { (say(request, "register-problems-sheet")) } }
            }))
        }
        (choices(request, &here, register, taken))
    };
    let page = Page::new(request, &title).section(Section::Find).at(here.as_str());
    Ok(page.failed(errors).reply(framed(request, &title, "register-preview-lead", body)))
}

fn choices(request: &Request, here: &str, register: &Register, taken: Taken) -> Markup {
    let lang = request.lang;
    if register.firms.len() > ROWS_MAX {
        return look::notice(lang, Tone::Wait, html! { p { (say(request, "register-too-many")) } });
    }
    if taken.created + taken.updated == 0 {
        return look::notice(lang, Tone::Info, html! { p { (say(request, "register-nothing")) } });
    }
    let action = format!("{here}/approval");
    let n = i64::try_from(taken.created + taken.updated).unwrap_or(i64::MAX);
    let key = if register.n_rejected == 0 { "register-take" } else { "register-take-good" };
    html! {
        @if register.n_rejected > 0 { p { (say(request, "register-mend")) } }
        (look::post_button(&PostButton {
            action: &action,
            csrf: &request.csrf,
            key: &request.fresh_key(),
            text: &words::say_with(lang, key, &[("count", n.into())]),
            look: Look::Primary,
            values: &[],
        }))
    }
}

fn problem_table(request: &Request, problems: &[Problem]) -> Markup {
    let lang = request.lang;
    let caption = say(request, "register-problems");
    let heads = ["line", "column", "what"].map(|head| say(request, &format!("register-{head}")));
    let columns = vec![
        Column::text("line", &heads[0]),
        Column::text("column", &heads[1]),
        Column::text("what", &heads[2]),
    ];
    let row = |problem: &Problem| {
        let tone = if problem.warning { Tone::Plain } else { Tone::Live };
        let kind = if problem.warning { "register-remark" } else { "register-wrong" };
        Row::from(vec![
            html! { (problem.line) },
            html! { @if problem.column > 0 { (problem.column) } },
            html! { (look::state_tag(tone, &say(request, kind))) " " (papers::sentence(lang, problem)) },
        ])
    };
    look::table(&Table {
        lang,
        caption: &caption,
        is_caption_hidden: true,
        columns,
        rows: problems.iter().take(PROBLEMS_SHOWN).map(row).collect(),
        is_cards: true,
        ..Table::default()
    })
}

fn problems(request: &Request) -> Result<Reply, No> {
    let (handed, register) = handed(request)?;
    let Some((name, bytes)) = handed.files.first() else {
        return Err(Refusal::not_found().into());
    };
    let source = Source::Bytes(Arc::clone(bytes));
    let made = papers::annotated_workbook(&source, name, &register.problems, request.lang, false);
    match made {
        Some(Ok(bytes)) => Ok(workbook("problems.xlsx", bytes)),
        _ => Err(Refusal::not_found().into()),
    }
}

fn approve(request: &Request) -> Result<Reply, No> {
    let (handed, register) = handed(request)?;
    let entries = entries(&register);
    if entries.len() > ROWS_MAX {
        return preview_page(request, &handed, &register, &[]);
    }
    let key = request.form.get("idempotency_key");
    let mut taken = Taken::default();
    for (n, part) in entries.chunks(limits::IMPORT_BATCH_MAX).enumerate() {
        let act = ImportOrganisations { entries: part.to_vec(), source: handed.source.clone() };
        let asker = request.asker.clone().keyed(format!("{key}/{n}"));
        match request.city().perform(&asker, act) {
            Ok(step) => taken.add(step),
            // What was taken stays; sent again, it counts as unchanged.
            Err(no) => {
                let errors = reasons(no)?;
                return preview_page(request, &handed, &register, &errors);
            }
        }
    }
    let lang = request.lang;
    let told = [
        ("created", i64::try_from(taken.created).unwrap_or(i64::MAX).into()),
        ("updated", i64::try_from(taken.updated).unwrap_or(i64::MAX).into()),
        ("unchanged", i64::try_from(taken.unchanged).unwrap_or(i64::MAX).into()),
    ];
    let title = say(request, "register-done");
    let list = say(request, "organisation-list-title");
    let content = look::confirmation(&look::Confirmation {
        lang,
        title: &title,
        reference: "",
        at: &crate::page::moment(request, request.now),
        next: html! { p { (words::say_with(lang, "register-done-text", &told)) } },
        actions: vec![look::link_button(link::ORGANISATIONS, &list, Look::Primary)],
    });
    Ok(Page::new(request, &title).at(link::REGISTER_IMPORT).personal().reply(content))
}
