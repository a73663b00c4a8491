//! How long cases take, in working days.

use crate::case_facts::{process_name, task_name};
use crate::link;
use crate::page::{Page, get, me, say};
use access::Act;
use app::No;
use app::case::{PROCESSES, process_of};
use cases::Process;
use edge::{Reply, Request, Route};
use look::{Column, Crumb, PageHead, Tab, Table};
use maud::html;

/// The route of this file.
pub static ROUTES: &[Route] = &[get(link::CASE_FIGURES, Act::ListCases, figures)];

/// How long cases of a process take.
pub fn figures_of(process: &Process) -> String {
    look::address::with(link::CASE_FIGURES, "process", process.name)
}

fn figures(request: &Request) -> Result<Reply, No> {
    me(request)?;
    let lang = request.lang;
    let process = process_of(request.query.get("process")).unwrap_or(PROCESSES[0]);
    let mut times = request.city().service_times(&request.asker, process.name)?;
    // In the order of the process, the whole last.
    let place = |task: &str| process.tasks().position(|it| it.name == task).unwrap_or(usize::MAX);
    times.sort_by_key(|(task, _)| place(task));
    let title = say(request, "case-figures");
    let list = say(request, "case-title");
    let named: Vec<(String, String, bool)> = PROCESSES
        .iter()
        .map(|one| (figures_of(one), process_name(lang, one), one.name == process.name))
        .collect();
    let tabs: Vec<Tab<'_>> = named
        .iter()
        .map(|(href, text, is_current)| Tab { href, text, is_current: *is_current, count: None })
        .collect();
    let heads = ["count", "median", "nine", "late"];
    let titles = heads.map(|head| say(request, &format!("case-figures-{head}")));
    let unit = say(request, "case-figures-days");
    let task = say(request, "case-column-task");
    let mut columns = vec![Column::text("task", &task)];
    columns.extend(heads.iter().zip(&titles).map(|(key, title)| {
        let is_days = matches!(*key, "median" | "nine");
        Column::figures(key, title, if is_days { &unit } else { "" })
    }));
    let number = |n: i64| html! { (words::number(lang, n)) };
    let size = |n: usize| number(i64::try_from(n).unwrap_or(i64::MAX));
    let rows = times.iter().map(|(task, times)| {
        let name = if *task == process.name {
            say(request, "case-figures-whole")
        } else {
            task_name(lang, process, task)
        };
        let cells = vec![
            html! { (name) },
            size(times.n),
            number(times.median),
            number(times.p90),
            size(times.n_late),
        ];
        look::Row::from(cells)
    });
    let content = html! {
        (look::page_head(&PageHead {
            lang, title: &title, crumbs: &[Crumb { href: link::CASES, text: &list }],
            lead: Some(html! { (say(request, "case-figures-lead")) }), ..PageHead::default()
        }))
        (look::tabs(lang, &title, &tabs))
        (look::table(&Table {
            lang,
            caption: &title,
            is_caption_hidden: true,
            columns,
            rows: rows.collect(),
            empty: Some(look::empty(&say(request, "case-figures-none"), html! {
                p { (say(request, "case-figures-none-hint")) }
            })),
            ..Table::default()
        }))
    };
    Ok(Page::new(request, &title).personal().reply(content))
}
