//! Cases and tasks as tables, on their own pages and on the desk.

use crate::case_facts::{due, process_name, state_mark, task_name};
use crate::link;
use crate::page::{name, say};
use app::case::{Row, TaskRow};
use base::{Instant, PersonId};
use edge::Request;
use look::{Column, Table, label_badge};
use maud::{Markup, html};

/// How a list of tasks is sorted, and the addresses that sort it.
pub struct Sort {
    pub due: String,
    pub oldest: String,
    pub is_oldest: bool,
}

/// Tasks with what sorts them, where the list can be sorted.
pub fn tasks(
    request: &Request,
    caption: &str,
    (rows, sort): (&[TaskRow], Option<&Sort>),
    empty: Markup,
) -> Markup {
    let line = |it: &TaskRow| {
        let open = it.row.open.iter().find(|open| open.task == it.task);
        let assignee = open.and_then(|open| open.assignee.as_ref());
        let task = task_name(request.lang, it.row.process, &it.task);
        let whose = html! {
            (who(request, assignee))
            @if it.is_for_another { " " (look::state_tag(look::Tone::Info, &say(request, "case-stand-in-tag"))) }
        };
        let due =
            html! { span { (until(request, it.due_at, open.and_then(|open| open.stopped_at))) } };
        let mut cells = first(request, &it.row);
        cells.extend([html! { (task) }, whose, opened(request, &it.row), due]);
        look::Row { is_marked: it.is_mine, ..look::Row::from(cells) }
    };
    let heads = ["reference", "title", "process", "task", "who", "opened", "due"];
    table(request, caption, (&heads, sort), rows.iter().map(line).collect(), empty)
}

/// Cases, the newest move first.
pub fn cases(request: &Request, caption: &str, rows: &[Row], empty: Markup) -> Markup {
    let lang = request.lang;
    let line = |row: &Row| {
        let mut cells = first(request, row);
        cells.extend([
            html! { (state_mark(lang, row.process, &row.state)) },
            html! {
                @for open in &row.open { p { (task_name(lang, row.process, &open.task)) } }
                @if row.open.is_empty() { (say(request, "table-unknown")) }
            },
            html! { @for open in &row.open { p { (who(request, open.assignee.as_ref())) } } },
            html! { @if !row.open.is_empty() {
                span { (until(request, row.due_at, row.open.iter().find_map(|open| open.stopped_at))) }
            } },
        ]);
        look::Row::from(cells)
    };
    let heads = ["reference", "title", "process", "state", "task", "who", "due"];
    table(request, caption, (&heads, None), rows.iter().map(line).collect(), empty)
}

/// Until when, or since when its clock stands still.
fn until(request: &Request, due_at: Option<Instant>, stopped_at: Option<Instant>) -> Markup {
    match (due_at, stopped_at) {
        (None, Some(at)) => {
            look::state_tag(look::Tone::Wait, &crate::case_clock::since_at(request, at))
        }
        (due_at, _) => due(request, due_at),
    }
}

/// The day on which the case was opened.
fn opened(request: &Request, row: &Row) -> Markup {
    let offset = request.city().settings().utc_offset_minutes;
    html! { (words::date(request.lang, row.opened_at.date_at(offset))) }
}

fn first(request: &Request, row: &Row) -> Vec<Markup> {
    let lang = request.lang;
    let (title, found) = name(&row.title, lang);
    vec![
        html! { a href=(link::case(row.id)) { code { (row.reference.as_str()) } } },
        html! {
            span {
                span lang=[found.map(base::Lang::tag)] { (title) }
                @if !row.label.is_public() { " " (label_badge(lang, &row.label)) }
            }
        },
        html! { (process_name(lang, row.process)) },
    ]
}

/// Who has a task: a name, "you", or nobody yet.
pub fn who(request: &Request, assignee: Option<&(PersonId, base::Bilingual)>) -> String {
    match assignee {
        Some((id, _)) if request.me.as_ref().is_some_and(|me| me.person.id == *id) => {
            say(request, "case-you")
        }
        Some((_, who)) => name(who, request.lang).0,
        None => say(request, "case-nobody"),
    }
}

/// A head, with the link that sorts by it where there is one.
fn sorted<'a>(key: &'a str, title: &'a str, sort: Option<&Sort>) -> Column<'a> {
    let column = Column::text(key, title);
    let up = |is_now: bool| is_now.then_some(look::Direction::Up);
    match (key, sort) {
        ("due", Some(sort)) => column.sorted_by(sort.due.clone(), up(!sort.is_oldest)),
        ("opened", Some(sort)) => column.sorted_by(sort.oldest.clone(), up(sort.is_oldest)),
        _ => column,
    }
}

fn table(
    request: &Request,
    caption: &str,
    (heads, sort): (&[&str], Option<&Sort>),
    rows: Vec<look::Row>,
    empty: Markup,
) -> Markup {
    let titles: Vec<String> =
        heads.iter().map(|head| say(request, &format!("case-column-{head}"))).collect();
    let columns = heads.iter().zip(&titles).map(|(key, title)| sorted(key, title, sort)).collect();
    look::table(&Table {
        lang: request.lang,
        caption,
        is_caption_hidden: true,
        columns,
        rows,
        empty: Some(empty),
        is_cards: true,
        ..Table::default()
    })
}
