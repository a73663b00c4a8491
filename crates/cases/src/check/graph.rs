//! Ways through a process: what is reached, what leads to an end, which joins come together.

use super::Flaw;
use crate::process::{Process, State, Step, Task, To};
use std::collections::BTreeSet;

pub(super) fn flaws(process: &Process) -> Vec<Flaw> {
    let mut flaws: Vec<Flaw> = process.states.iter().flat_map(joins).collect();
    let reached = reached(process);
    let leads_out = leads_out(process);
    for state in process.states {
        if !reached.contains(state.name) {
            flaws.push(Flaw::Unreachable { state: state.name });
        }
        if !leads_out.contains(state.name) {
            flaws.push(Flaw::NoWayOut { state: state.name });
        }
    }
    flaws
}

fn joins(state: &State) -> Vec<Flaw> {
    let mut flaws = Vec::new();
    let targets: BTreeSet<&str> =
        state.tasks.iter().flat_map(|task| task.steps).filter_map(join).collect();
    if targets.len() > 1 {
        flaws.push(Flaw::JoinsDisagree { state: state.name });
    }
    let blocking = state.tasks.iter().filter(|task| !targets.is_empty() && !joins_in(task));
    let at = |task: &Task| format!("{}/{}", state.name, task.name);
    flaws.extend(blocking.map(|task| Flaw::JoinBlocked { at: at(task) }));
    flaws
}

fn join(step: &Step) -> Option<&'static str> {
    match step.to {
        To::Join(to) => Some(to),
        To::Stay | To::State(_) => None,
    }
}

fn joins_in(task: &Task) -> bool {
    task.steps.iter().any(|step| join(step).is_some())
}

/// Where the steps of a state lead; a join leads on only if every task can join.
fn next(state: &State) -> BTreeSet<&'static str> {
    let joined = state.tasks.iter().all(joins_in);
    let steps = state.tasks.iter().flat_map(|task| task.steps);
    steps
        .filter_map(|step| match step.to {
            To::State(to) => Some(to),
            To::Join(to) => joined.then_some(to),
            To::Stay => None,
        })
        .collect()
}

/// The states that a case can come to, by steps or by its withdrawal.
fn reached(process: &Process) -> BTreeSet<&'static str> {
    let mut reached = BTreeSet::new();
    let mut ahead = vec![process.first];
    while let Some(name) = ahead.pop() {
        if let Some(state) = process.state(name).filter(|_| reached.insert(name)) {
            ahead.extend(next(state));
            let withdrawal = process.withdrawal.filter(|with| with.from.contains(&name));
            ahead.extend(withdrawal.map(|with| with.to));
        }
    }
    reached
}

/// The ends, and the states from which steps alone lead to one.
fn leads_out(process: &Process) -> BTreeSet<&'static str> {
    let ends = process.states.iter().filter(|state| state.ending().is_some());
    let mut out: BTreeSet<&'static str> = ends.map(|state| state.name).collect();
    loop {
        let found = process.states.iter().filter(|state| {
            !out.contains(state.name) && next(state).iter().any(|to| out.contains(to))
        });
        let found: Vec<&'static str> = found.map(|state| state.name).collect();
        if found.is_empty() {
            return out;
        }
        out.extend(found);
    }
}
