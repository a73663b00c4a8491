//! Whether a declaration makes sense: every flaw at once, for a test beside each process.

mod graph;
mod names;

use crate::process::{
    Ask, AskKind, AtDeadline, Ending, Kind, Needed, OPENER, Process, StandIn, State, Step,
    Sureness, Task, Who,
};
use base::limits::TEXT_CHARS_MAX;

/// What is wrong with a declaration. `at` is a path such as `lodged/content-review/agree`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// Not kebab-case, or a name with a meaning of its own (`opener`, `reason`, `documents`).
    BadName {
        at: String,
    },
    /// Two states, tasks of the process, steps of a task, asks of a step, and so on, of one name.
    NameTwice {
        at: String,
    },
    UnknownState {
        at: String,
        name: &'static str,
    },
    UnknownTask {
        at: String,
        name: &'static str,
    },
    UnknownStep {
        at: String,
        name: &'static str,
    },
    UnknownRole {
        at: String,
        name: &'static str,
    },
    /// No way leads here from the first state.
    Unreachable {
        state: &'static str,
    },
    /// From here no step leads to an end.
    NoWayOut {
        state: &'static str,
    },
    /// An end with something left to do.
    EndWithTasks {
        state: &'static str,
    },
    /// Tasks of one state join for different states.
    JoinsDisagree {
        state: &'static str,
    },
    /// Another task of the state joins, and this one never does: the join waits for ever.
    JoinBlocked {
        at: String,
    },
    /// Nobody can ever take it: no one is named, only an assignee whom nobody can name, or the
    /// timer where no deadline leads to the step.
    NobodyMay {
        at: String,
    },
    /// A task without a step.
    NothingToDo {
        at: String,
    },
    /// No two persons can do this and the other.
    NeverApart {
        at: String,
        other: &'static str,
    },
    /// The task must be another person's than itself.
    ApartFromItself {
        at: String,
    },
    /// It closes at a deadline that it does not have, or that no step answers.
    DeadlineUnanswered {
        at: String,
    },
    /// The timer cannot give what its step requires: an answer, a reason, a document, a proof of
    /// identity. What needs such a proof from people is never done by a timer.
    DeadlineAsks {
        at: String,
    },
    /// A question without a possible answer.
    AskImpossible {
        at: String,
    },
    /// A stand-in must hold the role, and no role is named.
    StandInWithoutRole {
        at: String,
    },
    /// A withdrawal does not end as withdrawn, or may begin in an end.
    WithdrawalAstray {
        name: &'static str,
    },
    /// A withdrawal has no task, and so no assignee.
    AssigneeWithoutTask,
}

/// Every flaw of the declaration, where these roles exist.
pub fn check(process: &Process, roles: &[&str]) -> Vec<Flaw> {
    let mut flaws = names::flaws(process);
    flaws.extend(names::unknown_roles(process, roles));
    flaws.extend(graph::flaws(process));
    for state in process.states {
        if state.ending().is_some() && !state.tasks.is_empty() {
            flaws.push(Flaw::EndWithTasks { state: state.name });
        }
        for task in state.tasks {
            flaws.extend(persons(process, state, task));
            flaws.extend(deadline(state, task));
            flaws.extend(task.steps.iter().flat_map(|step| asks(state, task, step)));
        }
    }
    flaws.extend(withdrawal(process));
    flaws
}

fn persons(process: &Process, state: &State, task: &Task) -> Vec<Flaw> {
    let at = || format!("{}/{}", state.name, task.name);
    let mut flaws = Vec::new();
    let assigns = process.assigns.iter().any(|who| *who != Who::Assignee);
    if !task.who.iter().any(|who| *who != Who::Assignee || assigns) {
        flaws.push(Flaw::NobodyMay { at: at() });
    }
    if task.steps.is_empty() {
        flaws.push(Flaw::NothingToDo { at: at() });
    }
    let then = task.deadline.map(|deadline| deadline.then);
    let is_answer = |step: &&Step| then == Some(AtDeadline::Step(step.name));
    let never = task.steps.iter().filter(|step| step.by_timer_only && !is_answer(step));
    flaws.extend(never.map(|step| Flaw::NobodyMay { at: format!("{}/{}", at(), step.name) }));
    if task.stand_in == StandIn::WithRole && !task.who.iter().any(is_role) {
        flaws.push(Flaw::StandInWithoutRole { at: at() });
    }
    if task.apart_from.contains(&task.name) {
        flaws.push(Flaw::ApartFromItself { at: at() });
    }
    let is_openers = |task: &Task| !task.who.is_empty() && task.who.iter().all(is_opener);
    for other in task.apart_from.iter().filter(|_| is_openers(task)) {
        if *other == OPENER || process.task(other).is_some_and(is_openers) {
            flaws.push(Flaw::NeverApart { at: at(), other });
        }
    }
    flaws
}

fn is_role(who: &Who) -> bool {
    matches!(who, Who::Role(_) | Who::OwnerRole(_))
}

fn is_opener(who: &Who) -> bool {
    *who == Who::Opener
}

fn deadline(state: &State, task: &Task) -> Vec<Flaw> {
    let at = || format!("{}/{}", state.name, task.name);
    let step = task.deadline.map(|deadline| deadline.then);
    let Some(AtDeadline::Step(name)) = step else {
        let unanswered = Flaw::DeadlineUnanswered { at: at() };
        return task.closes_at_deadline.then_some(unanswered).into_iter().collect();
    };
    let Some(step) = task.step(name) else {
        return vec![Flaw::UnknownStep { at: at(), name }];
    };
    let requires = step.reason == Needed::Required
        || step.documents == Needed::Required
        || step.sureness > Sureness::SignedIn
        || step.asks.iter().any(|ask| ask.required);
    requires.then(|| Flaw::DeadlineAsks { at: format!("{}/{name}", at()) }).into_iter().collect()
}

fn asks(state: &State, task: &Task, step: &Step) -> Vec<Flaw> {
    let is_impossible = |ask: &&Ask| match ask.kind {
        AskKind::Text { max_chars } => max_chars == 0 || max_chars > TEXT_CHARS_MAX,
        AskKind::Choice(choices) => choices.is_empty(),
        AskKind::Number { min, max } => max < min,
        AskKind::Checklist(items) => items.is_empty(),
        AskKind::YesNo | AskKind::Date | AskKind::Share100 => false,
    };
    let at = |ask: &Ask| format!("{}/{}/{}/{}", state.name, task.name, step.name, ask.name);
    let impossible = step.asks.iter().filter(is_impossible);
    impossible.map(|ask| Flaw::AskImpossible { at: at(ask) }).collect()
}

fn withdrawal(process: &Process) -> Vec<Flaw> {
    let Some(withdrawal) = process.withdrawal else { return Vec::new() };
    let mut flaws = Vec::new();
    let is_withdrawn = |state: &State| state.kind == Kind::End(Ending::Withdrawn);
    if process.state(withdrawal.to).is_some_and(|state| !is_withdrawn(state)) {
        flaws.push(Flaw::WithdrawalAstray { name: withdrawal.to });
    }
    let is_end = |name: &&&str| process.state(name).is_some_and(|it| it.ending().is_some());
    let ends = withdrawal.from.iter().filter(is_end);
    flaws.extend(ends.map(|name| Flaw::WithdrawalAstray { name }));
    if withdrawal.who.contains(&Who::Assignee) {
        flaws.push(Flaw::AssigneeWithoutTask);
    }
    if withdrawal.who.is_empty() {
        flaws.push(Flaw::NobodyMay { at: "withdrawal".to_owned() });
    }
    flaws
}
