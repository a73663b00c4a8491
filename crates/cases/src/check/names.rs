//! Names in a declaration: well made, never twice, and known where something points at them.

use super::Flaw;
use crate::process::{AskKind, AtDeadline, OPENER, Process, State, Step, Task, To, Who};

/// Fields of every form, which no ask may be named.
const RESERVED: [&str; 3] = ["reason", "documents", "assignee"];

pub(super) fn flaws(process: &Process) -> Vec<Flaw> {
    let mut flaws = Vec::new();
    made_well("", &[process.name], &mut flaws);
    made_well("", &process.states.iter().map(|state| state.name).collect::<Vec<_>>(), &mut flaws);
    let tasks: Vec<&str> = process.tasks().map(|task| task.name).collect();
    made_well("tasks/", &tasks, &mut flaws);
    if tasks.contains(&OPENER) {
        flaws.push(Flaw::BadName { at: format!("tasks/{OPENER}") });
    }
    for state in process.states {
        for task in state.tasks {
            of_task(process, state, task, &mut flaws);
        }
    }
    of_moves(process, &mut flaws);
    flaws
}

fn of_task(process: &Process, state: &State, task: &Task, flaws: &mut Vec<Flaw>) {
    let at = format!("{}/{}", state.name, task.name);
    let steps: Vec<&str> = task.steps.iter().map(|step| step.name).collect();
    made_well(&format!("{at}/"), &steps, flaws);
    unknown_tasks(process, &at, task.apart_from, flaws);
    for step in task.steps {
        of_step(process, &format!("{at}/{}", step.name), step, flaws);
    }
}

fn of_step(process: &Process, at: &str, step: &Step, flaws: &mut Vec<Flaw>) {
    match step.to {
        To::State(name) | To::Join(name) if process.state(name).is_none() => {
            flaws.push(Flaw::UnknownState { at: at.to_owned(), name });
        }
        To::State(_) | To::Join(_) | To::Stay => {}
    }
    let voids = step.voids.iter().filter(|name| process.task(name).is_none());
    flaws.extend(voids.map(|name| Flaw::UnknownTask { at: at.to_owned(), name }));
    let asks: Vec<&str> = step.asks.iter().map(|ask| ask.name).collect();
    made_well(&format!("{at}/"), &asks, flaws);
    for ask in step.asks {
        let at = format!("{at}/{}", ask.name);
        match ask.kind {
            AskKind::Choice(choices) => made_well(&format!("{at}/"), choices, flaws),
            AskKind::Checklist(items) => {
                let items: Vec<&str> = items.iter().map(|item| item.name).collect();
                made_well(&format!("{at}/"), &items, flaws);
            }
            _ => {}
        }
        if RESERVED.contains(&ask.name) {
            flaws.push(Flaw::BadName { at });
        }
    }
}

fn of_moves(process: &Process, flaws: &mut Vec<Flaw>) {
    if process.state(process.first).is_none() {
        flaws.push(Flaw::UnknownState { at: "first".to_owned(), name: process.first });
    }
    let named = process.withdrawal.iter().flat_map(|with| with.from.iter().chain([&with.to]));
    let unknown = named.filter(|name| process.state(name).is_none());
    let at = || "withdrawal".to_owned();
    flaws.extend(unknown.map(|name| Flaw::UnknownState { at: at(), name }));
}

fn unknown_tasks(process: &Process, at: &str, names: &[&'static str], flaws: &mut Vec<Flaw>) {
    let is_known = |name: &str| name == OPENER || process.task(name).is_some();
    let unknown = names.iter().filter(|name| !is_known(name));
    flaws.extend(unknown.map(|name| Flaw::UnknownTask { at: at.to_owned(), name }));
}

/// Flaws of names that stand beside each other.
fn made_well(at: &str, names: &[&str], flaws: &mut Vec<Flaw>) {
    for (n, name) in names.iter().enumerate() {
        let at = || format!("{at}{name}");
        if !is_kebab(name) {
            flaws.push(Flaw::BadName { at: at() });
        }
        if names.iter().take(n).any(|earlier| earlier == name) {
            flaws.push(Flaw::NameTwice { at: at() });
        }
    }
}

/// Small letters and digits in words joined by single hyphens, the first with a letter first.
fn is_kebab(name: &str) -> bool {
    let is_word = |word: &str| {
        !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
    };
    name.split('-').all(is_word) && name.starts_with(|c: char| c.is_ascii_lowercase())
}

/// Roles that a declaration names and nobody can hold.
pub(super) fn unknown_roles(process: &Process, roles: &[&str]) -> Vec<Flaw> {
    let mut named: Vec<(String, &'static str)> = Vec::new();
    for state in process.states {
        for task in state.tasks {
            let at = || format!("{}/{}", state.name, task.name);
            named.extend(roles_in(task.who).map(|role| (at(), role)));
            if let Some(AtDeadline::Escalate(role)) = task.deadline.map(|deadline| deadline.then) {
                named.push((at(), role));
            }
        }
    }
    let withdrawal = process.withdrawal.map_or(&[][..], |withdrawal| withdrawal.who);
    let moves = [
        ("withdrawal", withdrawal),
        ("assigns", process.assigns),
        ("stops-clock", process.stops_clock),
    ];
    for (at, who) in moves {
        named.extend(roles_in(who).map(|role| (at.to_owned(), role)));
    }
    let unknown = named.into_iter().filter(|(_, role)| !roles.contains(role));
    unknown.map(|(at, name)| Flaw::UnknownRole { at, name }).collect()
}

fn roles_in(who: &[Who]) -> impl Iterator<Item = &'static str> {
    who.iter().filter_map(|who| match who {
        Who::Role(role) | Who::OwnerRole(role) => Some(*role),
        Who::Opener | Who::Assignee => None,
    })
}
