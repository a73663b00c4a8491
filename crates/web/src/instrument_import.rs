//! Bringing instruments in from a file: handed in, looked at row by row, entered.
//!
//! Nothing is written before the preview was seen; a row that cannot be taken hinders no other.

use crate::export::{failed, workbook};
use crate::form::{reasons, ticket};
use crate::import_kept::{self, Handed};
use crate::link;
use crate::page::{Page, get, me, post, say};
use crate::refused::PAGE;
use crate::technology_form::{allowed, required};
use access::Act;
use app::No;
use app::instrument::{ForetoldInstrument, Imported, Outcome, SaveInstruments};
use base::{Bilingual, Lang, OrganisationId, Refusal, limits};
use edge::{Body, Reply, Request, Route};
use look::{
    Choice, Column, Crumb, Field, FileField, Form, Look, PageHead, Row, Section, Table, Tone,
    Width, actions, button, file_field, link_button, select,
};
use maud::{Markup, html};
use papers::instrument_table::LeftOut;
use papers::{Sheet, Source, instrument_table};
use std::collections::BTreeSet;
use std::sync::Arc;
use trading::intake::Problem;

/// The address of the page.
pub const IMPORT: &str = "/instruments/import";

/// The routes of this file.
pub static ROUTES: &[Route] = &[
    get(IMPORT, Act::ImportInstruments, blank),
    Route {
        method: "POST",
        path: IMPORT,
        act: Act::ImportInstruments,
        body: Body::Upload,
        face: &PAGE,
        run: look_at,
    },
    post("/instruments/import/run", Act::ImportInstruments, run),
    get("/instruments/import/template.xlsx", Act::ListInstruments, template),
];

/// Rows of the preview that are shown; the rest is counted.
const SHOWN: usize = 200;
const ACCEPT: &str = ".xlsx,.csv,.tsv,.txt,.xml,.json";
const BYTES_MAX: u64 = 16 << 20;

fn owners(request: &Request) -> Result<Vec<(OrganisationId, Bilingual)>, No> {
    me(request)?;
    let mut owners = request.city().instrument_owners(&request.asker)?;
    allowed(request, !owners.is_empty())?;
    words::sort_by_name(request.lang, &mut owners, |(_, name)| name.best(request.lang).0);
    Ok(owners)
}

fn blank(request: &Request) -> Result<Reply, No> {
    form_page(request, &[])
}

fn head(request: &Request) -> Markup {
    let title = say(request, "instrument-import-title");
    let all = say(request, "instrument-page-title");
    look::page_head(&PageHead {
        lang: request.lang,
        crumbs: &[Crumb { href: link::INSTRUMENTS, text: &all }],
        title: &title,
        lead: Some(html! { p { (say(request, "instrument-import-lead")) } }),
        actions: vec![link_button(
            "/instruments/import/template.xlsx",
            &say(request, "instrument-import-template"),
            Look::Second,
        )],
        ..PageHead::default()
    })
}

fn form_page(request: &Request, errors: &[Refusal]) -> Result<Reply, No> {
    let lang = request.lang;
    let owners = owners(request)?;
    let ids: Vec<String> = owners.iter().map(|(id, _)| id.to_string()).collect();
    let chosen = match request.form.get("owner") {
        "" if ids.len() == 1 => ids[0].as_str(),
        typed => typed,
    };
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
    let forms = ticket(request);
    let form = Form::new(lang, IMPORT, &forms.csrf, &forms.key).with_files().with_errors(errors);
    let content = html! {
        (head(request))
        (form.view(html! {
            (select(&form, &Field { name: "owner", width: Width::Half, ..Field::default() }, &choices))
            (file_field(&form, &FileField {
                field: Field {
                    name: "file",
                    hint: &say(request, "instrument-import-file-hint"),
                    ..Field::default()
                },
                accept: ACCEPT,
                bytes_max: BYTES_MAX,
                is_several: false,
                kept: &[],
            }))
            (actions(&[button(&say(request, "instrument-import-look"), Look::Primary)]))
        }))
    };
    let page = Page::new(request, say(request, "instrument-import-title"));
    Ok(page.section(Section::Share).at(IMPORT).personal().failed(errors).reply(content))
}

/// Reads the file and shows what each row would become.
fn look_at(request: &Request) -> Result<Reply, No> {
    let me = me(request)?;
    let owner = OrganisationId::parse(request.form.get("owner")).ok();
    let file = request.files.iter().find(|file| file.field == "file" && !file.bytes.is_empty());
    let mut no = Vec::new();
    no.extend(owner.is_none().then(|| required("owner")));
    no.extend(file.is_none().then(|| required("file")));
    let (Some(owner), Some(file), Some(person)) = (owner, file, me.actor.person) else {
        return form_page(request, &no);
    };
    let bytes: Arc<[u8]> = Arc::from(file.bytes.as_slice());
    let read = instrument_table::read(&Source::Bytes(Arc::clone(&bytes)), &file.name);
    let foretold = request.city().foretell_instruments(&request.asker, owner, &read.rows)?;
    let id = request.fresh_key();
    import_kept::keep(Handed {
        id: id.clone(),
        person,
        owner,
        source: String::new(),
        files: vec![(file.name.clone(), bytes)],
        at: request.now,
        import: None,
    });
    Ok(preview(request, &id, &read, &foretold))
}

fn preview(
    request: &Request,
    id: &str,
    read: &instrument_table::Read,
    foretold: &[ForetoldInstrument],
) -> Reply {
    let lang = request.lang;
    let n_of = |outcome| foretold.iter().filter(|it| it.outcome == outcome).count();
    let counts = [
        ("entered", n_of(Outcome::Entered)),
        ("revised", n_of(Outcome::Revised)),
        ("unchanged", n_of(Outcome::Unchanged)),
        ("refused", n_of(Outcome::Refused) + read.left_out.len()),
    ];
    let n_to_do = counts[0].1 + counts[1].1;
    let forms = ticket(request);
    let form = Form::new(lang, "/instruments/import/run", &forms.csrf, &forms.key);
    let content = html! {
        (head(request))
        (counted(lang, &counts))
        (problems(lang, read))
        (rows(request, foretold, read))
        @if n_to_do > 0 {
            (form.view(html! {
                input type="hidden" name="upload" value=(id);
                label.row {
                    input type="checkbox" name="hidden" value="1";
                    span { (say(request, "instrument-form-hidden")) }
                }
                (actions(&[
                    button(&words::say_with(lang, "instrument-import-run",
                        &[("count", n_to_do.into())]), Look::Primary),
                    html! { a href=(IMPORT) { (say(request, "instrument-import-other")) } },
                ]))
            }))
        } @else {
            p { a href=(IMPORT) { (say(request, "instrument-import-other")) } }
        }
    };
    let page = Page::new(request, say(request, "instrument-import-title"));
    page.section(Section::Share).at(IMPORT).personal().reply(content)
}

fn counted(lang: Lang, counts: &[(&str, usize)]) -> Markup {
    let drawn: Vec<(String, String)> = counts
        .iter()
        .map(|(key, n)| {
            let n = words::number(lang, i64::try_from(*n).unwrap_or(i64::MAX));
            (n, words::say(lang, &format!("instrument-import-{key}")))
        })
        .collect();
    let figures: Vec<look::Figure<'_>> = drawn
        .iter()
        .map(|(value, label)| look::Figure { value, label, ..look::Figure::default() })
        .collect();
    look::figures(lang, &figures)
}

/// What is said of the file and of rows that are taken; of the others it stands in their rows.
fn problems(lang: Lang, read: &instrument_table::Read) -> Markup {
    let left_out: BTreeSet<(&str, u64)> =
        read.left_out.iter().map(|it| (it.file.as_str(), it.line)).collect();
    let is_here = |problem: &&Problem| !left_out.contains(&(problem.file.as_str(), problem.line));
    let told: Vec<&Problem> = read.problems.iter().filter(is_here).take(SHOWN).collect();
    if told.is_empty() {
        return html! {};
    }
    look::notice(
        lang,
        Tone::Wait,
        html! {
            ul { @for problem in told {
                @let line = problem.line.to_string();
                li {
                    @if problem.line > 0 {
                        (words::say_with(lang, "instrument-import-line", &[("line", line.into())])) " "
                    }
                    (papers::sentence(lang, problem))
                }
            } }
        },
    )
}

fn rows(
    request: &Request,
    foretold: &[ForetoldInstrument],
    read: &instrument_table::Read,
) -> Markup {
    let lang = request.lang;
    let tone = |outcome| match outcome {
        Outcome::Entered => Tone::Ok,
        Outcome::Revised => Tone::Info,
        Outcome::Unchanged => Tone::Plain,
        Outcome::Refused => Tone::Live,
    };
    let row = |it: &ForetoldInstrument| {
        let outcome = say(request, &format!("instrument-import-row-{}", it.outcome.word()));
        let name = it.name.best(lang).0;
        Row::from(vec![
            html! { (it.line) },
            html! { (it.asset) },
            match it.instrument {
                Some(id) => html! { a href=(link::instrument(id)) { (name) } },
                None => html! { (name) },
            },
            html! {
                (look::state_tag(tone(it.outcome), &outcome))
                @for reason in &it.reasons { br; span.small { (words::refusal(lang, reason).text) } }
            },
        ])
    };
    let refused = say(request, "instrument-import-row-refused");
    let left_out = |it: &LeftOut| {
        let why = read.problems.iter().filter(|problem| it.has(problem));
        Row::from(vec![
            html! { (it.line) },
            html! { (it.asset) },
            html! { (it.name.best(lang).0) },
            html! {
                div {
                    (look::state_tag(Tone::Live, &refused))
                    @for problem in why { br; span.small { (papers::sentence(lang, problem)) } }
                }
            },
        ])
    };
    // Both kinds in the order of the file; only what is shown is drawn.
    let taken = foretold.iter().map(|it| (it.line, Ok(it)));
    let mut all: Vec<(u64, Result<&ForetoldInstrument, &LeftOut>)> =
        taken.chain(read.left_out.iter().map(|it| (it.line, Err(it)))).collect();
    all.sort_by_key(|(line, _)| *line);
    let drawn = all.into_iter().take(SHOWN).map(|(_, it)| it.map_or_else(left_out, row));
    let heads = ["line-head", "asset-head", "name-head", "outcome-head"]
        .map(|key| say(request, &format!("instrument-import-{key}")));
    look::table(&Table {
        lang,
        caption: &say(request, "instrument-import-rows"),
        columns: heads.iter().map(|head| Column::text("", head)).collect(),
        rows: drawn.collect(),
        empty: Some(look::empty(&say(request, "instrument-import-nothing"), html! {})),
        is_cards: true,
        ..Table::default()
    })
}

/// Enters what was looked at, in acts of at most two hundred rows.
fn run(request: &Request) -> Result<Reply, No> {
    let person = me(request)?.actor.person.ok_or_else(Refusal::not_found)?;
    let id = request.form.get("upload");
    let Some(handed) = import_kept::of_person(id, person, request.now) else {
        return form_page(request, &[Refusal::invalid("instrument-import-forgotten").on("file")]);
    };
    let is_hidden = request.form.get("hidden") == "1";
    let (mut done, mut n_left_out) = (Imported::default(), 0);
    for (name, bytes) in &handed.files {
        let read = instrument_table::read(&Source::Bytes(Arc::clone(bytes)), name);
        n_left_out += read.left_out.len();
        for (n, rows) in read.rows.chunks(limits::IMPORT_BATCH_MAX).enumerate() {
            // The same form sent again enters nothing twice: each part has its own key.
            let asker = request.asker.clone().keyed(format!("{id}.{n}.{is_hidden}"));
            let act = SaveInstruments { owner: handed.owner, rows: rows.to_vec(), is_hidden };
            match request.city().perform(&asker, act) {
                Ok(part) => {
                    done.entered.extend(part.entered);
                    done.revised += part.revised;
                    done.unchanged += part.unchanged;
                    done.problems.extend(part.problems);
                }
                Err(refused) => return form_page(request, &reasons(refused)?),
            }
        }
    }
    Ok(done_page(request, (&done, n_left_out), handed.owner))
}

fn done_page(
    request: &Request,
    (done, n_left_out): (&Imported, usize),
    owner: OrganisationId,
) -> Reply {
    let lang = request.lang;
    let size = |n: u64| usize::try_from(n).unwrap_or(usize::MAX);
    let counts = [
        ("entered", done.entered.len()),
        ("revised", size(done.revised)),
        ("unchanged", size(done.unchanged)),
        ("refused", done.problems.len() + n_left_out),
    ];
    let list = look::address::with(link::INSTRUMENTS, "owner", &owner.to_string());
    let content = html! {
        (head(request))
        (look::notice(lang, Tone::Ok, html! { p { (say(request, "instrument-import-done")) } }))
        (counted(lang, &counts))
        @if !done.problems.is_empty() {
            ul { @for it in done.problems.iter().take(SHOWN) {
                @let line = it.line.to_string();
                li {
                    (words::say_with(lang, "instrument-import-line", &[("line", line.into())])) " "
                    @for reason in &it.reasons { (words::refusal(lang, reason).text) " " }
                }
            } }
        }
        p.row {
            a href=(list) { (say(request, "instrument-import-see")) }
            a href=(IMPORT) { (say(request, "instrument-import-other")) }
        }
    };
    let page = Page::new(request, say(request, "instrument-import-title"));
    page.section(Section::Share).at(IMPORT).personal().reply(content)
}

/// The columns that are read, in the reader's language.
fn template(request: &Request) -> Result<Reply, No> {
    let lang = request.lang;
    let name = words::say(lang, "instrument-page-title");
    let table =
        Sheet { name: name.clone(), heads: instrument_table::heads(lang), rows: Vec::new() };
    let mut about = vec![(name.clone(), say(request, "instrument-import-template-about"))];
    // Which words a column takes, where it takes no others.
    for (head, choices) in instrument_table::choices(lang) {
        let choices: Vec<&str> = choices.iter().map(String::as_str).collect();
        let args = [("what", words::list(lang, &choices).into())];
        about.push((head, words::say_with(lang, "instrument-import-template-choice", &args)));
    }
    let book = papers::sheets_xlsx(
        (&say(request, "instrument-import-template"), &about),
        &[table],
        request.now,
    );
    Ok(workbook("instruments-template.xlsx", book.map_err(|error| failed(&error))?))
}
