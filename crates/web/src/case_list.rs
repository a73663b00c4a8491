//! Lists of cases: mine, my organisations', overdue, all; as a file; and how long they take.

use crate::case_facts::{left, process_name, state_name, task_name};
use crate::case_table as tables;
use crate::link;
use crate::page::{Page, get, me, moment, say};
use access::Act;
use app::No;
use app::case::{After, Counts, PROCESSES, Row, TaskRow, TasksWanted, Wanted, Which, process_of};
use base::{CaseId, Class, Instant, Label, Refusal, limits};
use cases::Process;
use edge::{Reply, Request, Route};
use look::{Chip, Choice, Column, Crumb, Field, Filters, Form, Look, PageHead, Pager, Tab, Table};
use maud::{Markup, html};

/// The routes of this file.
pub static ROUTES: &[Route] = &[
    get(link::CASES, Act::ListCases, show),
    get(link::CASES_CSV, Act::ListCases, csv),
    get(link::CASE_FIGURES, Act::ListCases, figures),
];

/// Which list.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Tabbed {
    Mine,
    Ours,
    Late,
    All,
}

impl Tabbed {
    const EVERY: [Self; 4] = [Self::Mine, Self::Ours, Self::Late, Self::All];

    fn word(self) -> &'static str {
        match self {
            Self::Mine => "mine",
            Self::Ours => "ours",
            Self::Late => "late",
            Self::All => "all",
        }
    }

    fn href(self) -> String {
        look::address::with(link::CASES, "view", self.word())
    }

    /// Which tasks, and whether only late ones; none where cases are listed.
    fn tasks(self) -> Option<(Which, bool)> {
        match self {
            Self::Mine => Some((Which::Mine, false)),
            Self::Ours => Some((Which::Ours, false)),
            Self::Late => Some((Which::Ours, true)),
            Self::All => None,
        }
    }
}

/// What the address asks for.
struct Asked {
    tab: Tabbed,
    process: Option<&'static Process>,
    state: Option<&'static str>,
    is_open: Option<bool>,
}

impl Asked {
    fn read(request: &Request) -> Self {
        let query = &request.query;
        let tab = Tabbed::EVERY.into_iter().find(|tab| tab.word() == query.get("view"));
        let process = process_of(query.get("process"));
        let state = process.and_then(|it| it.state(query.get("state"))).map(|state| state.name);
        let is_open = match query.get("standing") {
            "open" => Some(true),
            "ended" => Some(false),
            _ => None,
        };
        // A filter belongs to the list of all.
        let filtered = process.is_some() || is_open.is_some();
        let tab = tab.unwrap_or(if filtered { Tabbed::All } else { Tabbed::Mine });
        Self { tab, process, state, is_open }
    }

    fn wanted(&self) -> Wanted<'static> {
        Wanted {
            process: self.process.map(|process| process.name),
            state: self.state,
            is_open: self.is_open,
            ..Wanted::default()
        }
    }

    /// The address of this list without its place.
    fn address(&self, path: &str) -> String {
        let mut pairs = vec![("view", self.tab.word())];
        pairs.extend(self.process.map(|process| ("process", process.name)));
        pairs.extend(self.state.map(|state| ("state", state)));
        pairs.extend(self.is_open.map(|open| ("standing", if open { "open" } else { "ended" })));
        look::address::build(path, &pairs)
    }
}

fn show(request: &Request) -> Result<Reply, No> {
    me(request)?;
    let typed = request.query.get("reference").trim();
    if !typed.is_empty()
        && let Some(id) = request.city().case_named(&request.asker, typed)?
    {
        return Ok(Reply::see_other(link::case(id)));
    }
    let asked = Asked::read(request);
    let lang = request.lang;
    let counts = request.city().task_counts(&request.asker, &TasksWanted::all())?;
    let title = say(request, "case-title");
    let (body, label, next, n_all) = list(request, &asked)?;
    crate::desk::counted_tasks(request, counts.mine)?;
    let next = next.map(|place| look::address::with(&asked.address(link::CASES), "after", &place));
    let content = html! {
        (look::page_head(&PageHead {
            lang, title: &title, lead: Some(html! { (say(request, "case-lead")) }),
            actions: acts(request), ..PageHead::default()
        }))
        (tabs(request, &asked, &counts, n_all))
        (find(request, typed))
        (body)
        (look::pager(lang, &Pager::Keyset { previous: None, next: next.as_deref() }))
        p.row.small {
            a href=(asked.address(link::CASES_CSV)) { (say(request, "button-export")) " CSV" }
            a href=(link::CASE_FIGURES) { (say(request, "case-figures")) }
            a href=(link::STAND_INS) { (say(request, "stand-in-link")) }
        }
    };
    Ok(Page::new(request, &title).personal().highest(&label, &title).reply(content))
}

/// What this person may open a case with.
fn acts(request: &Request) -> Vec<Markup> {
    let mut acts = Vec::new();
    if !crate::release::owners(request, Act::DiscloseResult).is_empty() {
        let text = say(request, "release-disclose-title");
        acts.push(look::link_button(link::DISCLOSURE_NEW, &text, Look::Primary));
    }
    if !crate::release::owners(request, Act::RegisterStub).is_empty() {
        let text = say(request, "release-stub-title");
        acts.push(look::link_button(link::STUB_NEW, &text, Look::Plain));
    }
    acts
}

fn tabs(request: &Request, asked: &Asked, counts: &Counts, n_all: Option<usize>) -> Markup {
    let count = |n: u64| usize::try_from(n).ok();
    let named = Tabbed::EVERY.map(|tab| {
        let n = match tab {
            Tabbed::Mine => count(counts.mine),
            Tabbed::Ours => count(counts.ours),
            Tabbed::Late => count(counts.ours_late),
            Tabbed::All => n_all,
        };
        (tab, tab.href(), say(request, &format!("case-{}", tab.word())), n)
    });
    let drawn: Vec<Tab<'_>> = named
        .iter()
        .map(|(tab, href, text, count)| Tab {
            href,
            text,
            count: *count,
            is_current: *tab == asked.tab,
        })
        .collect();
    look::tabs(request.lang, &say(request, "case-tabs"), &drawn)
}

/// Straight to a case by its reference.
fn find(request: &Request, typed: &str) -> Markup {
    let hint = say(request, "case-find-hint");
    html! {
        @if !typed.is_empty() {
            (look::notice(request.lang, look::Tone::Wait, html! {
                p { (words::say_with(request.lang, "case-find-none", &[("typed", typed.into())])) }
            }))
        }
        form.row action=(link::CASES) {
            label for="x-reference" { (say(request, "case-column-reference")) }
            div.field.short {
                input id="x-reference" name="reference" value=(typed) title=(hint)
                    autocomplete="off";
            }
            button.btn.plain.small type="submit" { (say(request, "case-find")) }
        }
    }
}

type Listed = (Markup, Label, Option<String>, Option<usize>);

fn list(request: &Request, asked: &Asked) -> Result<Listed, No> {
    let city = request.city();
    let caption = say(request, &format!("case-{}", asked.tab.word()));
    let none = empty(request, asked.tab);
    let after = request.query.get("after");
    if let Some((which, only_late)) = asked.tab.tasks() {
        let after = read_after(after);
        let rows = limits::PAGE_ROWS;
        let wanted = tasks_wanted(request, only_late);
        let page = city.tasks(&request.asker, (which, &wanted), after.as_ref(), rows)?;
        let body = tables::tasks(request, &caption, &page.rows, none);
        return Ok((body, page.label, page.next.as_ref().map(write_after), None));
    }
    let page = city.cases(&request.asker, &asked.wanted(), read_place(after), limits::PAGE_ROWS)?;
    let n: u64 = page.counts.iter().map(|(_, _, n)| n).sum();
    let label =
        page.rows.iter().fold(Label::public(), |label, row| label.least_upper_bound(&row.label));
    let next = page.next.map(|(at, id)| format!("{}~{id}", at.micros()));
    let body = html! {
        (filter(request, asked))
        (tables::cases(request, &caption, &page.rows, none))
    };
    Ok((body, label, next, usize::try_from(n).ok()))
}

fn tasks_wanted(request: &Request, only_late: bool) -> TasksWanted {
    let all = TasksWanted::all();
    if only_late { all.before(request.now) } else { all }
}

fn read_after(text: &str) -> Option<After> {
    let mut parts = text.splitn(3, '~');
    let due = parts.next()?.parse().ok()?;
    Some(After(due, parts.next()?.to_owned(), parts.next()?.to_owned()))
}

fn write_after(after: &After) -> String {
    format!("{}~{}~{}", after.0, after.1, after.2)
}

fn read_place(text: &str) -> Option<(Instant, CaseId)> {
    let (at, id) = text.split_once('~')?;
    Some((Instant::from_micros(at.parse().ok()?), id.parse().ok()?))
}

fn empty(request: &Request, tab: Tabbed) -> Markup {
    let say = |part: &str| say(request, &format!("case-none-{}{part}", tab.word()));
    look::empty(&say(""), html! { p { (say("-hint")) } (look::actions(&acts(request))) })
}

fn filter(request: &Request, asked: &Asked) -> Markup {
    let lang = request.lang;
    let form = Form::new(lang, link::CASES, "", "");
    let named: Vec<(&str, String)> =
        PROCESSES.iter().map(|process| (process.name, process_name(lang, process))).collect();
    let processes: Vec<Choice<'_>> = named
        .iter()
        .map(|(value, text)| Choice {
            value,
            text,
            is_chosen: asked.process.is_some_and(|process| process.name == *value),
            ..Choice::default()
        })
        .collect();
    let states: Vec<(&str, String)> = asked
        .process
        .map(|process| {
            let one = |state: &cases::State| (state.name, state_name(lang, process, state.name));
            process.states.iter().map(one).collect()
        })
        .unwrap_or_default();
    let states: Vec<Choice<'_>> = states
        .iter()
        .map(|(value, text)| Choice {
            value,
            text,
            is_chosen: asked.state == Some(*value),
            ..Choice::default()
        })
        .collect();
    let standings =
        ["open", "ended"].map(|word| (word, say(request, &format!("case-{word}-only"))));
    let standings = standings.each_ref().map(|(value, text)| Choice {
        value,
        text,
        is_chosen: asked.is_open == Some(*value == "open"),
        ..Choice::default()
    });
    let choose = |name: &'static str, label: &str, choices: &[Choice<'_>]| {
        let label = say(request, label);
        let field = Field { name, label: &label, is_optional: true, ..Field::default() };
        look::select(&form, &field, choices)
    };
    let body = html! {
        input type="hidden" name="view" value="all";
        (choose("process", "case-process", &processes))
        @if !states.is_empty() { (choose("state", "case-state", &states)) }
        (choose("standing", "case-standing", &standings))
    };
    let here = asked.address(link::CASES);
    let set: Vec<(String, String)> = [
        asked.process.map(|it| (process_name(lang, it), "process")),
        asked.process.zip(asked.state).map(|(it, state)| (state_name(lang, it, state), "state")),
        asked.is_open.map(|open| {
            (say(request, if open { "case-open-only" } else { "case-ended-only" }), "standing")
        }),
    ]
    .into_iter()
    .flatten()
    .map(|(text, name)| (text, look::address::without(&here, name)))
    .collect();
    let chips: Vec<Chip<'_>> =
        set.iter().map(|(text, remove_href)| Chip { text, remove_href }).collect();
    let clear = Tabbed::All.href();
    let filters = Filters {
        lang,
        action: link::CASES,
        kept: &[],
        chips: &chips,
        clear_href: &clear,
        unknown: &[],
        body,
    };
    html! { (look::filter_chips(&filters)) (look::filter_panel(&filters)) }
}

/// The list as a file: exactly this filter, every row.
fn csv(request: &Request) -> Result<Reply, No> {
    me(request)?;
    let asked = Asked::read(request);
    let lines = match asked.tab.tasks() {
        Some((which, only_late)) => task_lines(request, which, only_late)?,
        None => case_lines(request, &asked)?,
    };
    let heads = ["reference", "process", "title", "owner", "state", "task", "who", "due", "late"];
    let heads = heads.map(|head| say(request, &format!("case-column-{head}")));
    let mut text = String::from('\u{feff}');
    line(&mut text, &heads);
    for cells in &lines {
        line(&mut text, cells);
    }
    let day = request.now.date_at(request.city().settings().utc_offset_minutes);
    Ok(Reply::file("text/csv; charset=utf-8", &format!("cases-{day}.csv"), text))
}

fn bounded(n_rows: usize) -> Result<(), No> {
    if n_rows <= limits::EXPORT_ROWS_MAX {
        return Ok(());
    }
    let refusal = Refusal::new(Class::TooLarge, "export-too-many");
    Err(refusal.number("most", limits::EXPORT_ROWS_MAX).into())
}

fn task_lines(request: &Request, which: Which, only_late: bool) -> Result<Vec<[String; 9]>, No> {
    let mut lines = Vec::new();
    let mut after: Option<After> = None;
    loop {
        let most = limits::PAGE_ROWS_MAX;
        let wanted = tasks_wanted(request, only_late);
        let page = request.city().tasks(&request.asker, (which, &wanted), after.as_ref(), most)?;
        let one = |it: &TaskRow| cells(request, &it.row, Some(&it.task));
        lines.extend(page.rows.iter().map(one));
        bounded(lines.len())?;
        match page.next {
            Some(next) => after = Some(next),
            None => return Ok(lines),
        }
    }
}

fn case_lines(request: &Request, asked: &Asked) -> Result<Vec<[String; 9]>, No> {
    let mut lines = Vec::new();
    let mut after = None;
    loop {
        let most = limits::PAGE_ROWS_MAX;
        let page = request.city().cases(&request.asker, &asked.wanted(), after, most)?;
        let one = |row: &Row| cells(request, row, row.open.first().map(|open| open.task.as_str()));
        lines.extend(page.rows.iter().map(one));
        bounded(lines.len())?;
        match page.next {
            Some(next) => after = Some(next),
            None => return Ok(lines),
        }
    }
}

fn cells(request: &Request, row: &Row, task: Option<&str>) -> [String; 9] {
    let lang = request.lang;
    let open = row.open.iter().find(|open| Some(open.task.as_str()) == task);
    let due = open.and_then(|open| open.due_at);
    let late = due.map(|due| left(request, due)).filter(|(_, is_late)| *is_late);
    [
        row.reference.to_string(),
        process_name(lang, row.process),
        row.title.best(lang).0.to_owned(),
        row.owner.1.best(lang).0.to_owned(),
        state_name(lang, row.process, &row.state),
        open.map_or_else(String::new, |open| task_name(lang, row.process, &open.task)),
        open.map_or_else(String::new, |open| tables::who(request, open.assignee.as_ref())),
        due.map_or_else(String::new, |due| moment(request, due)),
        late.map_or_else(String::new, |(text, _)| text),
    ]
}

/// One line: quoted, and never a formula where a table program opens it.
fn line(text: &mut String, cells: &[String]) {
    for (at, cell) in cells.iter().enumerate() {
        if at > 0 {
            text.push(',');
        }
        let guard = if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { "'" } else { "" };
        text.push_str(&format!("\"{guard}{}\"", cell.replace('"', "\"\"")));
    }
    text.push_str("\r\n");
}

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_reads_back() {
        let after = After(-7, "cas_1".to_owned(), "review-content".to_owned());
        assert_eq!(read_after(&write_after(&after)), Some(after));
        for odd in ["", "7", "x~cas_1~t", "7~cas_1"] {
            assert_eq!(read_after(odd), None, "{odd}");
        }
        let id = CaseId::from_bits(9);
        assert_eq!(read_place(&format!("5~{id}")), Some((Instant::from_micros(5), id)));
        assert_eq!(read_place("5~x"), None);
    }

    #[test]
    fn no_cell_is_a_formula() {
        let mut text = String::new();
        line(&mut text, &["=1+1".to_owned(), "a \"b\"".to_owned()]);
        assert_eq!(text, "\"'=1+1\",\"a \"\"b\"\"\"\r\n");
    }
}
