//! My desk: what waits for me first, then what my organisations have.

use crate::link;
use crate::page::{Page, get, may, me, moment, say, stamp, zoned};
use crate::search_hit::{state, withheld};
use access::{Act, Thing};
use app::No;
use app::case::{TaskPage, TasksWanted, Which};
use app::desk::{Desk, Pile};
use app::import::RunState;
use app::search::Summary;
use base::limits;

use edge::{Reply, Request, Route};
use look::{Column, Look, PageHead, Table, Tone};
use maud::{Markup, html};

/// The route of the desk.
pub static ROUTES: &[Route] = &[get(link::DESK, Act::LookAtDesk, show)];

/// How many things wait for the reader. One that cannot be counted just now is not shown.
pub fn count(request: &Request) -> usize {
    let Some(me) = request.me.as_ref().filter(|me| !me.actor.must_enrol) else { return 0 };
    let city = request.city();
    let counted = city.known_waiting(me.person.id).map_or_else(
        || {
            let n = city.waiting_count(&request.asker)?;
            city.remember_waiting(me.person.id, n);
            Ok(n)
        },
        Ok,
    );
    counted.map_or_else(
        |no: No| {
            tracing::warn!(%no, "the desk was not counted");
            0
        },
        |n| usize::try_from(n).unwrap_or(usize::MAX),
    )
}

/// Tasks that a page has counted need not be counted again for its bar.
pub fn counted_tasks(request: &Request, tasks: u64) -> Result<(), No> {
    let Some(me) = &request.me else { return Ok(()) };
    let others = request.city().desk_count(&request.asker)?;
    request.city().remember_waiting(me.person.id, others.saturating_add(tasks));
    Ok(())
}

fn show(request: &Request) -> Result<Reply, No> {
    let lang = request.lang;
    let me = me(request)?;
    let desk = request.city().desk(&request.asker)?;
    let title = say(request, "desk-title");
    let name = [("name", me.person.name.best(lang).0.into())];
    let greeting = words::say_with(lang, "desk-greeting", &name);
    let tasks = Tasks::read(request)?;
    let waiting_now = desk.n_waiting().saturating_add(tasks.n);
    request.city().remember_waiting(me.person.id, waiting_now);
    let n = usize::try_from(waiting_now).unwrap_or(usize::MAX);
    let lead = match n {
        0 => html! { (greeting) },
        n => html! { (greeting) " "
        (words::say_with(lang, "desk-waiting", &[("count", n.into())])) },
    };
    let content = html! {
        (look::page_head(&PageHead {
            lang, title: &title, lead: Some(lead), actions: acts(request), ..PageHead::default()
        }))
        (tasks.view(request))
        (crate::due::on_desk(request, &desk.dues))
        (crate::bench::on_desk(request, &desk.bench))
        (waiting(request, &desk, n))
        (crate::saved_search::on_desk(request)?)
        @if desk.own.n > 0 {
            (pile(request, "own", &desk.own, Some(own_href())))
        }
    };
    let page = Page::new(request, &title)
        .personal()
        .highest(&desk.label.least_upper_bound(&tasks.page.label), &title);
    Ok(page.reply(content))
}

fn own_href() -> String {
    look::address::with(link::SEARCH, "own", "1")
}

/// What this person does most, as far as the roles allow.
fn acts(request: &Request) -> Vec<Markup> {
    let Some(me) = &request.me else { return Vec::new() };
    let owned: Vec<Thing> = me.roles.iter().map(|(id, _, _)| Thing::of(*id)).collect();
    let anywhere = |act: Act| {
        may(request, act, &Thing::open()) || owned.iter().any(|thing| may(request, act, thing))
    };
    let mut acts = Vec::new();
    let mut add = |href: &str, key: &str| {
        let look = if acts.is_empty() { Look::Primary } else { Look::Plain };
        acts.push(look::link_button(href, &say(request, key), look));
    };
    if anywhere(Act::CreateTechnology) {
        add(&link::technology_new(), "desk-act-technology");
    }
    if anywhere(Act::DiscloseResult) {
        add(link::DISCLOSURE_NEW, "release-desk-disclose");
    }
    if anywhere(Act::ListCases) {
        add(link::CASES, "case-title");
    }
    if anywhere(Act::StartImport) {
        add(&link::imports(), "desk-act-import");
    }
    if anywhere(Act::ListAccounts) {
        add(link::ACCOUNTS, "ledger-page-title");
    }
    if anywhere(Act::CreateBulletin) {
        add(link::BULLETINS, "bulletin-title");
    }
    if anywhere(Act::ListPeople) {
        add(link::PEOPLE, "desk-act-people");
    }
    if anywhere(Act::ListLooks) {
        add(link::LOG_LOOKS, "desk-act-looks");
    }
    if may(request, Act::SetDesk, &Thing::open()) {
        add(link::DESKS, "desk-desks-title");
    }
    if may(request, Act::LookAtOperations, &Thing::open()) {
        add(link::OPERATIONS, "desk-act-operations");
    }
    if acts.is_empty() {
        acts.push(look::link_button(link::SEARCH, &say(request, "desk-act-find"), Look::Primary));
    }
    acts
}

/// Tasks shown on the desk; the rest is a list.
const TASKS_SHOWN: usize = 8;

/// The tasks that wait for the reader.
struct Tasks {
    n: u64,
    page: TaskPage,
}

impl Tasks {
    fn read(request: &Request) -> Result<Self, No> {
        let page = request.city().tasks(
            &request.asker,
            (Which::Mine, &TasksWanted::all()),
            None,
            TASKS_SHOWN,
        )?;
        // A page that holds all needs no count.
        let n = match page.next {
            None => u64::try_from(page.rows.len()).unwrap_or(u64::MAX),
            Some(_) => request.city().own_task_count(&request.asker)?,
        };
        Ok(Self { n, page })
    }

    fn view(&self, request: &Request) -> Markup {
        let lang = request.lang;
        let size = |n: u64| usize::try_from(n).unwrap_or(usize::MAX);
        let has_more = self.n > limits::COUNTED_MAX;
        let said = |key: &str, n: usize| {
            let more = has_more.then(|| words::number_up_to(lang, self.n, limits::COUNTED_MAX));
            words::say_with(lang, key, &[("count", more.map_or(n.into(), Into::into))])
        };
        let title = said("case-desk-title", size(self.n));
        let rest = size(self.n).saturating_sub(self.page.rows.len());
        html! {
            @if self.n > 0 {
                (look::part("tasks", &title, html! {
                    p.quiet { (say(request, "case-desk-lead")) }
                    (crate::case_table::tasks(request, &title, (&self.page.rows, None), html! {}))
                    @if rest > 0 {
                        p { a href=(link::CASES) {
                            (said("desk-more", rest))
                        } }
                    }
                }))
            }
            p { a href=(link::CASES) { (say(request, "case-desk-all")) } }
        }
    }
}

fn waiting(request: &Request, desk: &Desk, n: usize) -> Markup {
    let nothing = n == 0
        && desk.bench.is_empty()
        && desk.imports.is_empty()
        && desk.notices.is_empty()
        && desk.recoveries.is_empty();
    html! {
        @if nothing {
            (look::empty(&say(request, "empty-desk"), html! { p { (say(request, "desk-empty")) } }))
        }
        (crate::recovery::on_desk(request, &desk.recoveries))
        (crate::emergency::on_desk(request, &desk.emergencies))
        (crate::notice::on_desk(request, &desk.notices))
        @if desk.drafts.n > 0 { (pile(request, "drafts", &desk.drafts, None)) }
        @if !desk.imports.is_empty() { (imports(request, desk)) }
        @if desk.stale.n > 0 { (pile(request, "stale", &desk.stale, None)) }
        @if desk.stubs.n > 0 { (pile(request, "stubs", &desk.stubs, None)) }
    }
}

/// A pile of technologies: `drafts`, `stale`, `stubs` or `own`.
fn pile(request: &Request, what: &str, pile: &Pile, all: Option<String>) -> Markup {
    let lang = request.lang;
    let n = usize::try_from(pile.n).unwrap_or(usize::MAX);
    let title = words::say_with(lang, &format!("desk-{what}-title"), &[("count", n.into())]);
    let heads = ["title", "reference", "state", "changed", "act"];
    let titles = heads.map(|head| {
        let title = say(request, &format!("desk-column-{head}"));
        if head == "changed" { zoned(request, &title) } else { title }
    });
    let columns = heads.iter().zip(&titles).map(|(key, title)| Column::text(key, title)).collect();
    let rows = pile.rows.iter().map(|row| look::Row::from(cells(request, what, row)));
    let rest = n.saturating_sub(pile.rows.len());
    look::part(
        what,
        &title,
        html! {
            p.quiet { (say(request, &format!("desk-{what}-lead"))) }
            (look::table(&Table {
                lang,
                caption: &title,
                is_caption_hidden: true,
                columns,
                rows: rows.collect(),
                is_cards: true,
                ..Table::default()
            }))
            @if rest > 0 || all.is_some() {
                p.row {
                    @if rest > 0 {
                        @let more = [("count", rest.into())];
                        span.quiet { (words::say_with(lang, "desk-more", &more)) }
                    }
                    @if let Some(href) = &all { a href=(href) { (say(request, "desk-all")) } }
                }
            }
        },
    )
}

fn cells(request: &Request, what: &str, row: &Summary) -> Vec<Markup> {
    let lang = request.lang;
    let (title, found) = row.title.best(lang);
    let href = link::technology(row.id);
    let act = match what {
        "drafts" | "stale" => look::link_button(
            &link::technology_confirmation(row.id),
            &say(request, &format!("desk-{what}-act")),
            Look::Plain,
        ),
        "stubs" => look::link_button(&href, &say(request, "desk-stubs-act"), Look::Plain),
        _ if may(request, Act::ReviseTechnology, &thing(row)) => look::link_button(
            &link::technology_revision(row.id),
            &say(request, "desk-own-act"),
            Look::Plain,
        ),
        _ => html! {},
    };
    vec![
        html! {
            a href=(href) lang=[(found != lang).then(|| found.tag())] {
                @if title.is_empty() { (withheld(lang, row.reference.as_str())) }
                @else { (title) }
            }
            @if !row.label.is_public() { " " (look::label_badge(lang, &row.label)) }
        },
        html! { code { (row.reference.as_str()) } },
        state(lang, &row.state),
        stamp(request, row.confirmed_at.unwrap_or(row.changed_at)),
        act,
    ]
}

/// A row as access judges it.
fn thing(row: &Summary) -> Thing {
    // The words of states are few and fixed; access compares them with its own.
    let known = ["stub", "drafted", "confirmed", "withdrawn"];
    let state = known.into_iter().find(|word| *word == row.state).unwrap_or("");
    Thing { owner: Some(row.owner), state, label: row.label.clone(), ..Thing::default() }
}

fn imports(request: &Request, desk: &Desk) -> Markup {
    let lang = request.lang;
    let title =
        words::say_with(lang, "desk-imports-title", &[("count", desk.imports.len().into())]);
    look::part(
        "imports",
        &title,
        html! {
            p.quiet { (say(request, "desk-imports-lead")) }
            ul {
                @for view in &desk.imports {
                    @let run = &view.run;
                    @let files = run.files.iter().map(|file| file.name.as_str());
                    @let files: Vec<&str> = files.collect();
                    li.row {
                        a href=(link::import(run.id)) { (words::list(lang, &files)) }
                        (look::state_tag(import_tone(run.state), &say(
                            request, &format!("import-state-{}", run.state.word()),
                        )))
                        span.quiet {
                            (view.owner.profile.name.best(lang).0) " · "
                            (words::say_with(lang, "desk-import-rows", &[
                                ("done", count_of(run.n_done)), ("total", count_of(run.n_rows)),
                            ]))
                            " · " (moment(request, run.changed_at))
                        }
                    }
                }
            }
        },
    )
}

fn count_of(n: u64) -> words::Arg {
    usize::try_from(n).unwrap_or(usize::MAX).into()
}

fn import_tone(state: RunState) -> Tone {
    match state {
        RunState::Staged | RunState::Paused => Tone::Wait,
        RunState::Running => Tone::Info,
        RunState::Done => Tone::Ok,
        RunState::Undone | RunState::Discarded => Tone::Plain,
    }
}
