//! The page of one run: preview, progress, result; and the question which column means what.

use crate::form::ticket;
use crate::import::state;
use crate::import_change;
use crate::import_kept::{self, Handed};
use crate::import_run;
use crate::import_stage::unknown_heads;
use crate::link;
use crate::page::{Page, moment};
use crate::search_panel::size;
use crate::technology_part::named;
use app::No;
use app::import::{ApproveImport, Counts, ImportRow, RunState, UNDO_HOURS, View};
use base::{ImportId, Lang, Refusal, TechnologyId};
use edge::{Reply, Request};
use look::{
    Choice, Column, Confirm, Crumb, Field, Figure, Form, Look, PageHead, Pager, PostButton,
    Progress, Row, Section, Table, Tone, Width, actions, button, confirm, error_summary, fieldset,
    figures, link_button, notice, page_head, pager, part, post_button, progress, select, table,
    tag,
};
use maud::{Markup, html};
use papers::{columns, guess_mapping};
use trading::intake::Problem;

/// Rows whose outcome is foretold.
const FORETOLD: usize = 2_000;
/// Rows on one page of the table.
const ROWS: usize = 50;
/// Problems on one page.
const PROBLEMS: usize = 100;

/// The page of a run.
pub fn show(request: &Request) -> Result<Reply, No> {
    with_errors(request, &[])
}

/// Approves a run and starts it in the background.
pub fn approve(request: &Request) -> Result<Reply, No> {
    let import: ImportId = request.id("id")?;
    let takes_good = request.form.get("choice") == "good";
    match request.city().perform(&request.keyed(), ApproveImport::new(import, takes_good)) {
        Ok(_) => {
            if let Some(me) = &request.me {
                import_run::start(request.city(), import, me.person.id);
            }
            Ok(Reply::see_other(link::import(import)))
        }
        Err(no) => with_errors(request, &crate::form::reasons(no)?),
    }
}

/// The page of a run with reasons why an act was refused.
pub fn with_errors(request: &Request, errors: &[Refusal]) -> Result<Reply, No> {
    let id: ImportId = request.id("id")?;
    let view = request.city().import(&request.asker, id)?;
    let lang = request.lang;
    let title = words::say_with(
        lang,
        "import-of",
        &[("owner", view.owner.profile.name.best(lang).0.into())],
    );
    let list = words::say(lang, "import-title");
    let content = html! {
        (page_head(&PageHead {
            lang,
            crumbs: &[Crumb { href: link::IMPORTS, text: &list }],
            title: &title,
            tags: vec![state(request, view.run.state)],
            ..PageHead::default()
        }))
        @if !errors.is_empty() { (error_summary(lang, errors)) }
        @match view.run.state {
            RunState::Staged | RunState::Paused => (preview(request, &view)?),
            RunState::Running => (running(request, &view)),
            RunState::Done | RunState::Undone => (result(request, &view)?),
            RunState::Discarded => (discarded(request)),
        }
        (problems(request, &view)?)
        (about(request, &view))
    };
    let page = Page::new(request, title).section(Section::Trade).at(link::import(id)).personal();
    Ok(page.failed(errors).reply(content))
}

/// The counts of a run side by side.
fn counted(lang: Lang, counts: Counts) -> Markup {
    let all = [
        ("created", counts.created),
        ("updated", counts.updated),
        ("unchanged", counts.unchanged),
        ("stubs", counts.stubs),
        ("rejected", counts.rejected),
        ("unsupported", counts.unsupported),
    ];
    let named: Vec<(String, String)> = all
        .iter()
        .map(|(key, n)| {
            let value = words::number(lang, i64::try_from(*n).unwrap_or(i64::MAX));
            (words::say(lang, &format!("import-count-{key}")), value)
        })
        .collect();
    let shown: Vec<Figure<'_>> =
        named.iter().map(|(label, value)| Figure { value, label, ..Figure::default() }).collect();
    figures(lang, &shown)
}

/// What would become of the rows; nothing is written yet.
fn preview(request: &Request, view: &View) -> Result<Markup, No> {
    let lang = request.lang;
    let run = &view.run;
    let (mut counts, rows) = request.city().import_preview(&request.asker, run.id, FORETOLD)?;
    let n_late = counts.rejected;
    counts.rejected += run.counts.rejected;
    counts.unsupported += run.counts.unsupported;
    let is_part = run.n_rows > u64::try_from(rows.len()).unwrap_or(u64::MAX);
    let shown: Vec<Row> = rows
        .iter()
        .take(ROWS)
        .map(|(row, foretold)| row_cells(lang, row, ("import-outcome", foretold.outcome)))
        .collect();
    let n_shown = shown.len();
    Ok(html! {
        (part("preview", &words::say(lang, "import-preview"), html! {
            p { (words::say(lang, "import-preview-hint")) }
            (counted(lang, counts))
            @if is_part {
                p.quiet.small { (words::say_with(lang, "import-preview-part",
                    &[("count", rows.len().into()), ("total", size(run.n_rows).into())])) }
            }
            @if counts.stubs > 0 {
                (notice(lang, Tone::Info, html! {
                    p { (words::say_with(lang, "import-stubs-hint",
                        &[("count", size(counts.stubs).into())])) }
                }))
            }
            @if !run.source.is_empty() {
                (notice(lang, Tone::Wait, html! {
                    p { (words::say_with(lang, "import-public-hint",
                        &[("source", run.source.as_str().into())])) }
                }))
            }
        }))
        @if run.n_rows > 0 { (approval(request, view, n_late)) }
        @else { (notice(lang, Tone::Live, html! { p { (words::say(lang, "import-nothing")) } })) }
        (disposal(request, view))
        (import_change::wrong(request, &rows))
        (import_change::changed(request, &rows))
        @if n_shown > 0 {
            (part("rows", &words::say(lang, "import-first-rows"), rows_table(lang, shown)))
        }
    })
}

/// The question: everything or nothing, or the good rows alone. `n_late` rows were read well but
/// would be refused when they are written.
fn approval(request: &Request, view: &View, n_late: u64) -> Markup {
    let lang = request.lang;
    let run = &view.run;
    let ticket = ticket(request);
    let address = link::import_approval(run.id);
    let form = Form::new(lang, &address, &ticket.csrf, &ticket.key);
    let n_rows = size(run.n_rows.saturating_sub(n_late));
    let n_wrong = size(run.counts.rejected + n_late);
    let act = words::say_with(lang, "import-approve", &[("count", n_rows.into())]);
    if n_wrong == 0 {
        return form.view(actions(&[
            button(&act, Look::Primary),
            html! { a href=(link::import_new()) { (words::say(lang, "import-again")) } },
        ]));
    }
    // All or nothing unless somebody says otherwise: the next step is to mend, and taking the good
    // rows alone is the other way.
    let args = [("wrong", n_wrong.into()), ("count", n_rows.into())];
    let mend =
        link_button(&link::import_new(), &words::say(lang, "import-choice-mend"), Look::Primary);
    html! {
        (notice(lang, Tone::Live, html! {
            p { (words::say_with(lang, "import-choice", &args)) }
        }))
        (form.view(html! {
            input type="hidden" name="choice" value="good";
            @let good = words::say_with(lang, "import-choice-good", &args);
            @if n_rows > 0 { (actions(&[mend, button(&good, Look::Second)])) }
            @else { (actions(&[mend])) }
        }))
    }
}

/// Putting the run away, for who will not say yes.
fn disposal(request: &Request, view: &View) -> Markup {
    let lang = request.lang;
    let ticket = ticket(request);
    let act = post_button(&PostButton {
        action: &link::import_disposal(view.run.id),
        csrf: &ticket.csrf,
        key: &ticket.key,
        text: &words::say(lang, "import-discard-act"),
        look: Look::Danger,
        values: &[],
    });
    confirm(&Confirm {
        lang,
        open: &words::say(lang, "import-discard"),
        title: &words::say(lang, "import-discard-title"),
        text: html! { p { (words::say(lang, "import-discard-text")) } },
        act,
    })
}

fn discarded(request: &Request) -> Markup {
    let lang = request.lang;
    notice(
        lang,
        Tone::Info,
        html! {
            p { (words::say(lang, "import-discarded")) }
            p { a href=(link::import_new()) { (words::say(lang, "import-again")) } }
        },
    )
}

fn running(request: &Request, view: &View) -> Markup {
    let lang = request.lang;
    let run = &view.run;
    let href = link::import(run.id);
    let title = words::say_with(lang, "import-running", &[("count", size(run.n_rows).into())]);
    html! {
        (progress(&Progress {
            lang,
            href: &href,
            title: &title,
            done: size(run.n_done),
            total: size(run.n_rows),
            is_finished: false,
            detail: &so_far(lang, run.counts),
        }))
        p { a href=(href) { (words::say(lang, "import-show-result")) } }
    }
}

fn so_far(lang: Lang, counts: Counts) -> String {
    words::say_with(
        lang,
        "import-so-far",
        &[
            ("created", size(counts.created).into()),
            ("updated", size(counts.updated).into()),
            ("stubs", size(counts.stubs).into()),
            ("rejected", size(counts.rejected).into()),
        ],
    )
}

fn result(request: &Request, view: &View) -> Result<Markup, No> {
    let lang = request.lang;
    let run = &view.run;
    let after = request.query.get("rows_after").parse().unwrap_or(0);
    let rows = request.city().import_rows(&request.asker, run.id, after, ROWS)?;
    let next = (rows.len() == ROWS).then(|| rows.last().map(|row| row.n)).flatten();
    let next = next.map(|n| with_after(run.id, "rows_after", n));
    let title = words::say_with(lang, "import-running", &[("count", size(run.n_rows).into())]);
    let is_undone = run.state == RunState::Undone;
    let shown =
        rows.iter().map(|row| row_cells(lang, row, ("import-count", &row.outcome))).collect();
    Ok(html! {
        @if is_undone {
            (notice(lang, Tone::Info, html! { p { (words::say(lang, "import-undone")) } }))
        } @else {
            (progress(&Progress {
                lang,
                href: &link::import(run.id),
                title: &title,
                done: size(run.n_done),
                total: size(run.n_rows),
                is_finished: true,
                detail: &so_far(lang, run.counts),
            }))
        }
        (part("result", &words::say(lang, "import-result"), html! {
            (counted(lang, run.counts))
            @if !is_undone { (undo(request, view)) }
        }))
        (part("rows", &words::say(lang, "import-rows"), html! {
            (rows_table(lang, shown))
            (pager(lang, &Pager::Keyset { previous: None, next: next.as_deref() }))
        }))
    })
}

/// Taking back, for a day; what others built on stays.
fn undo(request: &Request, view: &View) -> Markup {
    let lang = request.lang;
    let run = &view.run;
    let until = run.changed_at.plus_seconds(UNDO_HOURS * 3600);
    if request.now >= until {
        return html! {};
    }
    let ticket = ticket(request);
    let act = post_button(&PostButton {
        action: &link::import_reversal(run.id),
        csrf: &ticket.csrf,
        key: &ticket.key,
        text: &words::say(lang, "import-undo-act"),
        look: Look::Danger,
        values: &[],
    });
    confirm(&Confirm {
        lang,
        open: &words::say(lang, "import-undo"),
        title: &words::say(lang, "import-undo-title"),
        text: html! {
            p { (words::say_with(lang, "import-undo-text",
                &[("until", moment(request, until).into())])) }
        },
        act,
    })
}

fn with_after(id: ImportId, name: &str, n: u64) -> String {
    look::address::with(&link::import(id), name, &n.to_string())
}

fn rows_table(lang: Lang, rows: Vec<Row>) -> Markup {
    let say = |key: &str| words::say(lang, key);
    let titles = [
        say("import-column-number"),
        say("import-column-outcome"),
        say("import-column-title"),
        say("import-column-key"),
        say("import-column-place"),
    ];
    let caption = say("import-rows");
    table(&Table {
        lang,
        caption: &caption,
        is_caption_hidden: true,
        columns: vec![
            Column::figures("number", &titles[0], ""),
            Column::text("outcome", &titles[1]),
            Column::text("title", &titles[2]),
            Column::text("key", &titles[3]),
            Column::text("place", &titles[4]),
        ],
        rows,
        is_cards: true,
        ..Table::default()
    })
}

/// A row of a run; what becomes of it, or became, has names of its own.
fn row_cells(lang: Lang, row: &ImportRow, (stem, outcome): (&str, &str)) -> Row {
    let (title, found) = row.record.content.title.best(lang);
    let tone = match outcome {
        "created" | "updated" => Tone::Ok,
        "stubs" => Tone::Wait,
        "rejected" => Tone::Live,
        _ => Tone::Plain,
    };
    let technology = TechnologyId::parse(&row.technology).ok();
    Row::from(vec![
        html! { (row.n) },
        html! {
            @if !outcome.is_empty() {
                (tag(tone, &words::say(lang, &format!("{stem}-{outcome}"))))
            }
        },
        html! {
            span lang=[(found != lang).then(|| found.tag())] {
                @match technology {
                    Some(id) => { a href=(link::technology(id)) { (short(title)) } },
                    None => (short(title)),
                }
            }
        },
        html! { (row.record.key) },
        html! { span.small { (row.file) ":" (row.line) } },
    ])
}

pub fn short(title: &str) -> String {
    let mut letters = title.chars();
    let begin: String = letters.by_ref().take(120).collect();
    if letters.next().is_some() { format!("{begin}…") } else { begin }
}

fn problems(request: &Request, view: &View) -> Result<Markup, No> {
    let lang = request.lang;
    if view.n_problems == 0 {
        return Ok(html! {});
    }
    let id = view.run.id;
    let after = request.query.get("problems_after").parse().unwrap_or(0);
    let found = request.city().import_problems(&request.asker, id, after, PROBLEMS)?;
    let next = (found.len() == PROBLEMS).then(|| found.last().map(|(n, _)| *n)).flatten();
    let next = next.map(|n| format!("{}#problems", with_after(id, "problems_after", n)));
    let say = |key: &str| words::say(lang, key);
    let keys = ["place", "field", "kind", "problem"];
    let titles: Vec<String> = keys.iter().map(|key| say(&format!("import-column-{key}"))).collect();
    let title =
        words::say_with(lang, "import-problems", &[("count", size(view.n_problems).into())]);
    let columns = keys.iter().zip(&titles).map(|(key, title)| Column::text(key, title)).collect();
    Ok(part(
        "problems",
        &title,
        html! {
            (mended(request, view))
            (table(&Table {
                lang,
                caption: &title,
                is_caption_hidden: true,
                columns,
                rows: found.iter().map(|(_, problem)| problem_row(lang, problem)).collect(),
                is_cards: true,
                ..Table::default()
            }))
            (pager(lang, &Pager::Keyset { previous: None, next: next.as_deref() }))
        },
    ))
}

/// The way to mend a table: it comes back marked, is corrected, and is handed in again.
fn mended(request: &Request, view: &View) -> Markup {
    let lang = request.lang;
    let is_table = |format: &str| matches!(format, "table" | "workbook" | "nasa-patents");
    let has_table = view.run.files.iter().any(|file| is_table(&file.format));
    if !has_table {
        return html! {};
    }
    let href = link::import_problems(view.run.id);
    let tables = view.run.files.iter().filter(|file| is_table(&file.format));
    html! {
        @if import_kept::of_import(view.run.id, request.now).is_some() {
            p { (words::say(lang, "import-mend")) }
            ul {
                @for (at, file) in tables.enumerate() {
                    @let one = look::address::with(&href, "file", &at.to_string());
                    li {
                        a href=(one) { (words::say_with(lang, "import-mend-all",
                            &[("file", file.name.as_str().into())])) }
                        " · "
                        a href=(look::address::with(&one, "only", "wrong")) {
                            (words::say(lang, "import-mend-wrong"))
                        }
                    }
                }
            }
        } @else { p.quiet { (words::say(lang, "import-mend-gone")) } }
    }
}

fn problem_row(lang: Lang, problem: &Problem) -> Row {
    let (tone, key) = match problem.warning {
        true => (Tone::Wait, "import-warning"),
        false => (Tone::Live, "import-error"),
    };
    let field = match problem.field.as_str() {
        "" => String::new(),
        // The key of a record is the owner's own number, not the key of a request.
        "key" => words::say(lang, "import-column-key"),
        field => crate::versions::label(lang, field),
    };
    Row::from(vec![
        html! {
            span.small {
                (problem.file)
                @if problem.line > 0 { ":" (problem.line) }
                @if problem.column > 0 { ":" (problem.column) }
            }
        },
        html! { (field) },
        html! { (tag(tone, &words::say(lang, key))) },
        html! { (sentence(lang, problem)) },
    ])
}

/// The sentence of a problem; a refusal of the domain is told in its own words.
pub fn sentence(lang: Lang, problem: &Problem) -> String {
    if problem.code != "refused" {
        return papers::sentence(lang, problem);
    }
    let codes = problem.values.iter().find(|(name, _)| name == "codes");
    let codes = codes.map_or("", |(_, codes)| codes.as_str());
    let told = codes.split(", ").map(|code| {
        let keys = [format!("import-refused-{code}"), format!("refusal-{code}")];
        let known = keys.iter().find(|key| words::has(key));
        known.map_or_else(|| code.to_owned(), |key| words::say(lang, key))
    });
    told.collect::<Vec<_>>().join(" ")
}

/// What was handed in, by whom it is known again.
fn about(request: &Request, view: &View) -> Markup {
    let lang = request.lang;
    let say = |key: &str| words::say(lang, key);
    let run = &view.run;
    let mut rows = vec![
        (
            say("import-column-owner"),
            html! {
                a href=(link::organisation(view.owner.id)) {
                    (view.owner.profile.name.best(lang).0)
                }
            },
        ),
        (say("import-column-started"), html! { (moment(request, run.created_at)) }),
    ];
    if !run.source.is_empty() {
        rows.push((say("import-source"), html! { (run.source) }));
    }
    let files = html! {
        ul.files {
            @for file in run.files.iter().take(200) {
                li {
                    span { (file.name) }
                    span.quiet.small {
                        (file.format) " · " (words::bytes(lang, file.bytes)) " · "
                        code { (file.sha256.get(..12).unwrap_or(&file.sha256)) }
                    }
                }
            }
        }
    };
    rows.push((say("import-column-files"), files));
    part("about", &say("import-about"), named(rows))
}

/// The question which column of an upload means what.
pub fn mapping(request: &Request, handed: &Handed, errors: &[Refusal]) -> Reply {
    let lang = request.lang;
    let say = |key: &str| words::say(lang, key);
    let heads = unknown_heads(request, handed);
    let guesses = guess_mapping(&heads, &Default::default());
    let title = say("import-mapping");
    let list = say("import-title");
    let ticket = ticket(request);
    let address = link::import_mapping(&handed.id);
    let form = Form::new(lang, &address, &ticket.csrf, &ticket.key).with_errors(errors);
    let named: Vec<(&str, String)> =
        columns().iter().map(|column| (column.key, column.head(lang))).collect();
    let question = |(at, head): (usize, &String)| {
        let (name, kept) = (format!("columns.{at}.key"), format!("columns.{at}.head"));
        let typed = request.form.get(&name);
        let guess = guesses.get(at).copied().flatten().map_or("", |column| column.key);
        let chosen = if request.form.has(&name) { typed } else { guess };
        let choices: Vec<Choice<'_>> = named
            .iter()
            .map(|(key, text)| Choice {
                value: key,
                text,
                is_chosen: *key == chosen,
                ..Choice::default()
            })
            .collect();
        let label =
            words::say_with(lang, "import-mapping-column", &[("head", head.as_str().into())]);
        html! {
            input type="hidden" name=(kept) value=(head);
            (select(&form, &Field {
                name: &name,
                label: &label,
                is_optional: true,
                width: Width::Half,
                ..Field::default()
            }, &choices))
        }
    };
    let questions: Vec<Markup> = heads.iter().enumerate().map(question).collect();
    let content = html! {
        (page_head(&PageHead {
            lang,
            crumbs: &[Crumb { href: link::IMPORTS, text: &list }],
            title: &title,
            lead: Some(html! { p { (say("import-mapping-lead")) } }),
            ..PageHead::default()
        }))
        (form.view(html! {
            (fieldset(&say("import-mapping-title"), &say("import-mapping-hint"), html! {
                @for question in &questions { (question) }
            }))
            (actions(&[
                button(&say("import-mapping-act"), Look::Primary),
                html! { a href=(link::import_new()) { (say("import-again")) } },
            ]))
        }))
    };
    Page::new(request, title)
        .section(Section::Trade)
        .at(address.clone())
        .personal()
        .failed(errors)
        .reply(content)
}
