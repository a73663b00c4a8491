//! What happened to a case: who, when, why, with the answers given.

use crate::case_facts::{answered, state_name, step_name, task_name};
use crate::page::{moment, name, say};
use crate::technology_part::named;
use app::case::{MOVES_MAX, MoveView, View};
use edge::Request;
use look::Event;
use maud::{Markup, html};

/// The timeline, the newest first.
pub fn timeline(request: &Request, view: &View) -> Markup {
    let lang = request.lang;
    let told: Vec<(String, String, String, Markup)> = view
        .moves
        .iter()
        .map(|it| {
            let asker = (it.kind == "opened").then(|| crate::case_matter::asker(view)).flatten();
            let who = match &it.person {
                _ if asker.is_some() => asker.unwrap_or_default(),
                Some((_, who)) => match &it.on_behalf_of {
                    Some((_, giver)) => words::say_with(
                        lang,
                        "case-who-for",
                        &[
                            ("name", name(who, lang).0.into()),
                            ("giver", name(giver, lang).0.into()),
                        ],
                    ),
                    None => name(who, lang).0,
                },
                None => say(request, "case-clock"),
            };
            (moment(request, it.at), it.at.rfc3339(), who, text(request, view, it))
        })
        .collect();
    let events: Vec<Event<'_>> = told
        .iter()
        .map(|(at, machine_at, who, text)| Event {
            at,
            machine_at,
            who,
            text: text.clone(),
            log_number: "",
        })
        .collect();
    html! {
        @if view.moves.len() >= MOVES_MAX {
            p.quiet { (words::say_with(lang, "case-history-cut", &[("most", MOVES_MAX.into())])) }
        }
        (look::timeline(lang, &events))
    }
}

/// What a move did, in one line.
pub fn headline(request: &Request, view: &View, it: &MoveView) -> String {
    let lang = request.lang;
    let task = task_name_or(request, view, &it.task);
    let to = it.to.as_ref().map(|(id, who)| (*id, name(who, lang).0));
    let (key, args): (&str, Vec<(&str, words::Arg)>) = match it.kind.as_str() {
        "opened" => ("case-move-opened", vec![]),
        "step" => {
            let step = step_name(lang, view.process, &it.step);
            ("case-move-step", vec![("task", task.into()), ("step", step.into())])
        }
        "assigned" => match to {
            Some((id, _)) if it.person.as_ref().is_some_and(|(by, _)| *by == id) => {
                ("case-move-taken-up", vec![("task", task.into())])
            }
            Some((_, to)) => {
                ("case-move-assigned", vec![("task", task.into()), ("name", to.into())])
            }
            None => ("case-move-put-back", vec![("task", task.into())]),
        },
        "passed" => {
            let from = it.from.as_ref().map(|(_, who)| name(who, lang).0).unwrap_or_default();
            let mut args = vec![("task", task.into()), ("from", from.into())];
            args.extend(to.clone().map(|(_, to)| ("name", to.into())));
            let key = if to.is_some() { "case-move-passed-to" } else { "case-move-passed-back" };
            (key, args)
        }
        "note" => ("case-move-note", vec![]),
        "withdrawn" => ("case-move-withdrawn", vec![]),
        "stopped" => ("case-move-stopped", vec![("task", task.into())]),
        "resumed" => ("case-move-resumed", vec![("task", task.into())]),
        "announced" => match it.step.as_str() {
            "overdue" => ("case-move-announced-overdue", vec![("task", task.into())]),
            "escalate" => ("case-move-announced-escalate", vec![("task", task.into())]),
            _ => ("case-move-announced-remind", vec![("task", task.into())]),
        },
        _ => ("case-move-changed", vec![]),
    };
    words::say_with(lang, key, &args)
}

fn task_name_or(request: &Request, view: &View, task: &str) -> String {
    match task {
        "" => String::new(),
        task => task_name(request.lang, view.process, task),
    }
}

fn came_with(view: &View, n: u64) -> Vec<&app::file::Document> {
    view.documents.iter().filter(|document| document.at_move == Some(n)).collect()
}

fn text(request: &Request, view: &View, it: &MoveView) -> Markup {
    let lang = request.lang;
    let is_note = it.kind == "note";
    let moved = matches!(it.kind.as_str(), "step" | "withdrawn");
    let rows = answered(lang, view.process, (&it.task, &it.step), &it.answers);
    html! {
        p { strong { (headline(request, view, it)) } }
        @if is_note { p.diff { (it.reason) } }
        @else if !it.reason.is_empty() {
            p.diff { (words::say_with(lang, "case-reason-given", &[("reason", it.reason.as_str().into())])) }
        }
        @if !rows.is_empty() { (named(rows)) }
        (crate::file::list(request, &came_with(view, it.n)))
        @if moved {
            @let state = state_name(lang, view.process, &it.state);
            p.quiet.small { (words::say_with(lang, "case-now", &[("state", state.into())])) }
        }
    }
}
