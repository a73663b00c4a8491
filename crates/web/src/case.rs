//! One case: what is asked of the reader, what it is about, what happened.

use crate::case_facts::{due, process_name, state_mark, state_name};
use crate::case_matter as matter;
use crate::case_steps::{self as steps, Refused, Sheet};
use crate::case_timeline::{headline, timeline};
use crate::form::ticket;
use crate::link;
use crate::page::{Page, get, me, moment, name, say};
use crate::technology_part::named;
use access::Act;
use app::No;
use app::case::View;
use base::{CaseId, Refusal};
use cases::Standing;
use edge::{Fields, Reply, Request, Route};
use look::{
    Crumb, Look, PageHead, StepState, Tone, aside_split, link_button, notice, page_head, sheet,
};
use maud::{Markup, html};

/// The routes of this file.
pub static ROUTES: &[Route] = &[get("/cases/{id}", Act::LookAtCase, show)];

/// What the page tells when the browser comes back from an act.
const TOLD: [&str; 11] = [
    "step",
    "released",
    "taken",
    "given",
    "back",
    "stopped",
    "resumed",
    "noted",
    "withdrawn",
    "opened",
    "again",
];

fn show(request: &Request) -> Result<Reply, No> {
    // Whoever follows a link from a letter signs in first, whatever the case.
    me(request)?;
    let typed = request.param("id");
    let Ok(id) = typed.parse::<CaseId>() else {
        let found = request.city().case_named(&request.asker, typed)?;
        let id = found.ok_or_else(Refusal::not_found)?;
        return Ok(Reply::see_other(link::case(id)));
    };
    let view = request.city().case(&request.asker, id)?;
    Ok(plain(request, &view))
}

/// The page of a case without a refused form.
fn plain(request: &Request, view: &View) -> Reply {
    page(&Sheet {
        request,
        view,
        ticket: ticket(request),
        typed: Fields::default(),
        refused: Refused::None,
        errors: Vec::new(),
    })
}

/// The page of a case, perhaps with a form that was refused.
pub fn page(drawn: &Sheet<'_>) -> Reply {
    let (request, view) = (drawn.request, drawn.view);
    let is_print = request.query.get("print") == "1";
    let kind = steps::kind(request, view);
    let found = matter::title(request.lang, view);
    let title = found.as_ref().map_or_else(|| kind.clone(), |(title, _)| title.clone());
    let content = html! {
        (head(request, view, &title, found.and_then(|(_, lang)| lang), is_print))
        (crate::emergency::above(request, view.entered))
        (told(request))
        @if drawn.errors.iter().any(is_conflict) { (conflict(drawn)) }
        @if drawn.is_bare() { (look::error_summary(request.lang, &drawn.errors)) }
        (progress(request, view))
        (aside_split(
            html! {
                @if !is_print { (steps::asked(drawn)) }
                (matter::matter(request, view))
                (documents(request, view))
                (look::part("history", &say(request, "case-history"), timeline(request, view)))
            },
            html! {
                (facts(request, view))
                @if !is_print {
                    (steps::note(drawn))
                    (crate::case_hand::part(drawn))
                    (crate::case_clock::part(drawn))
                    (withdrawal(request, view))
                }
            },
        ))
    };
    let label = &view.case.label;
    let page = Page::new(request, title).at(here(drawn)).personal();
    matter::labelled(request, page, label).failed(&drawn.errors).reply(content)
}

/// The address that shows this page again.
fn here(drawn: &Sheet<'_>) -> String {
    let address = link::case(drawn.view.case.id);
    match drawn.refused {
        Refused::None => drawn.request.path_and_query.clone(),
        Refused::Step => {
            let named = format!("{}.{}", drawn.typed.get("task"), drawn.typed.get("step"));
            look::address::with(&address, "step", &named)
        }
        _ => address,
    }
}

fn head(
    request: &Request,
    view: &View,
    title: &str,
    title_lang: Option<base::Lang>,
    is_print: bool,
) -> Markup {
    let lang = request.lang;
    let list = say(request, "case-title");
    let kind = process_name(lang, view.process);
    let here = link::case(view.case.id);
    let print = if is_print {
        link_button(&here, &say(request, "case-print-back"), Look::Plain)
    } else {
        let print = look::address::with(&here, "print", "1");
        link_button(&print, &say(request, "case-print"), Look::Plain)
    };
    page_head(&PageHead {
        lang,
        crumbs: &[Crumb { href: link::CASES, text: &list }],
        kind: &kind,
        title,
        title_lang,
        tags: vec![state_mark(lang, view.process, &view.case.running.state)],
        label: Some(&view.case.label),
        reference: view.case.reference.as_str(),
        actions: vec![print],
        ..PageHead::default()
    })
}

fn told(request: &Request) -> Markup {
    let told = TOLD.into_iter().find(|told| *told == request.query.get("done"));
    html! {
        @if let Some(told) = told {
            div role="status" {
                (notice(request.lang, Tone::Ok, html! { p { (say(request, &format!("case-done-{told}"))) } }))
            }
        }
    }
}

/// Whether somebody else was faster.
pub fn is_conflict(refusal: &Refusal) -> bool {
    matches!(
        refusal.code.as_ref(),
        "case-version-conflict" | "version-conflict" | "case-step-out-of-turn" | "case-ended"
    )
}

/// What the other did.
fn conflict(drawn: &Sheet<'_>) -> Markup {
    let (request, view) = (drawn.request, drawn.view);
    let lang = request.lang;
    let is_over =
        drawn.errors.iter().any(|no| no.code == "case-step-out-of-turn" || no.code == "case-ended");
    let key = if is_over { "case-conflict-over" } else { "case-conflict-hint" };
    let history = say(request, "case-history");
    sheet(
        &say(request, "case-conflict"),
        html! {
            p { (words::say_with(lang, key, &[("history", history.into())])) }
            @if let Some(last) = view.moves.first() {
                p {
                    strong { (headline(request, view, last)) }
                    @if let Some((_, who)) = &last.person { " · " (name(who, lang).0) }
                    " · " (moment(request, last.at))
                }
            }
            p { a href="#history" { (say(request, "case-history")) } }
        },
    )
}

fn progress(request: &Request, view: &View) -> Markup {
    let lang = request.lang;
    let state = state_name(lang, view.process, &view.case.running.state);
    let is_bad = matches!(view.case.ending.as_str(), "refused" | "withdrawn" | "lapsed");
    let last = view.stages.last().map_or(0, |stage| stage.index);
    let named: Vec<(String, &str, StepState)> = view
        .stages
        .iter()
        .map(|stage| {
            let key = format!("case-{}-stage-{}", view.process.name, stage.index);
            let is_here = stage.states.contains(&view.case.running.state.as_str());
            let standing = match stage.standing {
                Standing::Done if is_bad && stage.index == last => StepState::Problem,
                Standing::Done => StepState::Done,
                Standing::Now => StepState::Now,
                Standing::Ahead | Standing::Skipped => StepState::Later,
            };
            (words::say(lang, &key), if is_here { state.as_str() } else { "" }, standing)
        })
        .collect();
    let drawn: Vec<look::Step<'_>> = named
        .iter()
        .map(|(name, detail, state)| look::Step { name, detail, state: *state })
        .collect();
    look::steps(lang, &drawn)
}

fn facts(request: &Request, view: &View) -> Markup {
    let lang = request.lang;
    let party = |organisation: &parties::Organisation| {
        let href = link::organisation(organisation.id);
        html! { a href=(href) { (organisation.profile.name.best(lang).0) } }
    };
    let mut rows = Vec::new();
    for open in &view.case.running.tasks {
        let who = match open.assignee.and_then(|id| view.assignees.get(&id)) {
            Some(who) => name(who, lang).0,
            None => say(request, "case-nobody"),
        };
        rows.push((
            say(request, "case-column-task"),
            html! {
                (crate::case_facts::task_name(lang, view.process, &open.name))
            },
        ));
        rows.push((say(request, "case-who"), html! { (who) }));
        rows.push((
            say(request, "case-due"),
            match &open.stopped {
                Some(stopped) => html! { (crate::case_clock::since(request, stopped)) },
                None => due(request, open.due_at),
            },
        ));
    }
    rows.push((say(request, "case-owner"), party(&view.owner)));
    if view.desk.id != view.owner.id {
        rows.push((say(request, "case-desk"), party(&view.desk)));
    }
    rows.push((
        say(request, "case-opened-by"),
        html! { (matter::asker(view).unwrap_or_else(|| name(&view.opener, lang).0)) },
    ));
    rows.push((
        say(request, "case-opened-at"),
        html! { (moment(request, view.case.running.opened_at)) },
    ));
    if let Some((id, reference, _)) = &view.technology {
        rows.push((
            say(request, "case-technology"),
            html! {
                a href=(link::technology(*id)) { code { (reference.as_str()) } }
            },
        ));
    }
    sheet(
        &say(request, "case-facts"),
        html! {
            (named(rows))
            p.small { a href=(crate::case_figures::figures_of(view.process)) { (say(request, "case-figures-link")) } }
        },
    )
}

fn documents(request: &Request, view: &View) -> Markup {
    let all: Vec<&app::file::Document> = view.documents.iter().collect();
    html! {
        @if !all.is_empty() {
            (look::part("documents", &say(request, "file-list"), crate::file::list(request, &all)))
        }
    }
}

fn withdrawal(request: &Request, view: &View) -> Markup {
    html! {
        @if view.may_withdraw {
            p { a.btn.plain.danger-text href=(link::case_withdrawal(view.case.id)) {
                (say(request, "case-withdraw"))
            } }
        }
    }
}
