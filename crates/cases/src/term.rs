//! The keys under which `words` has the names of a process's parts.

use crate::process::{AskKind, Process};
use crate::refuse::WANTED_TERMS;
use base::text::field_term;

/// The name of the person who opened a case, where a task is expected.
pub const OPENER_TERM: &str = "case-opener";

/// `case-<process>`.
pub fn process_term(process: &str) -> String {
    format!("case-{process}")
}

/// `case-<process>-state-<state>`.
pub fn state_term(process: &str, state: &str) -> String {
    format!("case-{process}-state-{state}")
}

/// `case-<process>-task-<task>`.
pub fn task_term(process: &str, task: &str) -> String {
    format!("case-{process}-task-{task}")
}

/// `case-<process>-step-<step>`; steps of one name in several tasks share it.
pub fn step_term(process: &str, step: &str) -> String {
    format!("case-{process}-step-{step}")
}

/// `case-<process>-choice-<ask>-<choice>`.
pub fn choice_term(process: &str, ask: &str, choice: &str) -> String {
    format!("case-{process}-choice-{ask}-{choice}")
}

/// `case-<process>-item-<item>`; items of one name in several checklists share it.
pub fn item_term(process: &str, item: &str) -> String {
    format!("case-{process}-item-{item}")
}

/// Every key that `words` needs for this process, sorted, besides the codes of [`crate::CODES`].
/// An ask is `field-<ask>`.
pub fn words_of(process: &Process) -> Vec<String> {
    let name = process.name;
    let mut keys = vec![process_term(name), OPENER_TERM.to_owned()];
    keys.extend(WANTED_TERMS.map(str::to_owned));
    keys.extend(process.states.iter().map(|state| state_term(name, state.name)));
    keys.extend(process.tasks().map(|task| task_term(name, task.name)));
    for step in process.tasks().flat_map(|task| task.steps) {
        keys.push(step_term(name, step.name));
        for ask in step.asks {
            keys.push(field_term(ask.name));
            match ask.kind {
                AskKind::Choice(choices) => {
                    keys.extend(choices.iter().map(|word| choice_term(name, ask.name, word)));
                }
                AskKind::Checklist(items) => {
                    keys.extend(items.iter().map(|item| item_term(name, item.name)));
                }
                AskKind::Text { .. }
                | AskKind::YesNo
                | AskKind::Date
                | AskKind::Number { .. }
                | AskKind::Share100 => {}
            }
        }
    }
    keys.sort();
    keys.dedup();
    keys
}
