//! A process as a Mermaid state diagram, for the documents.

use crate::process::{AtDeadline, Days, Deadline, Kind, Process, Sureness, Task, To, Who};
use std::fmt::Write;

/// The diagram: states, steps as arrows with who takes them, deadlines and distinct persons as
/// notes.
pub fn diagram(process: &Process) -> String {
    let mut text = format!(
        "%% {} version {}, printed from its declaration.\nstateDiagram-v2\n",
        process.name, process.version
    );
    for state in process.states {
        let kind = match state.kind {
            Kind::Open => String::new(),
            Kind::Waiting => " (waiting)".to_owned(),
            Kind::End(ending) => format!(" ({})", format!("{ending:?}").to_lowercase()),
        };
        let _ = writeln!(text, "    state \"{}{kind}\" as {}", state.name, id(state.name));
    }
    let _ = writeln!(text, "    [*] --> {}", id(process.first));
    for state in process.states {
        for task in state.tasks {
            arrows(&mut text, state.name, task);
        }
        if state.ending().is_some() {
            let _ = writeln!(text, "    {} --> [*]", id(state.name));
        }
    }
    if let Some(withdrawal) = process.withdrawal {
        let who = names(withdrawal.who);
        for from in withdrawal.from {
            let (from, to) = (id(from), id(withdrawal.to));
            let _ = writeln!(text, "    {from} --> {to}: withdraw ({who})");
        }
    }
    for state in process.states {
        notes(&mut text, state.name, state.tasks);
    }
    text
}

fn arrows(text: &mut String, state: &str, task: &Task) {
    for step in task.steps {
        let (to, joins) = match step.to {
            To::Stay => (state, ""),
            To::State(to) => (to, ""),
            To::Join(to) => (to, ", joins"),
        };
        let proof = match step.sureness {
            Sureness::SignedIn => "",
            Sureness::SecondFactor => ", second factor",
            Sureness::Fresh => ", fresh proof",
        };
        let who = if step.by_timer_only { "timer".to_owned() } else { names(task.who) };
        let (from, to) = (id(state), id(to));
        let label = format!("{} / {} ({who}{proof}{joins})", task.name, step.name);
        let _ = writeln!(text, "    {from} --> {to}: {label}");
    }
}

fn notes(text: &mut String, state: &str, tasks: &[Task]) {
    let lines: Vec<String> = tasks
        .iter()
        .flat_map(|task| {
            let apart = (!task.apart_from.is_empty()).then(|| {
                format!("{} is never by who did {}", task.name, task.apart_from.join(", "))
            });
            let due = task.deadline.map(|due| format!("{} in {}", task.name, words(due)));
            due.into_iter().chain(apart)
        })
        .collect();
    if lines.is_empty() {
        return;
    }
    let _ = writeln!(text, "    note right of {}", id(state));
    for line in lines {
        let _ = writeln!(text, "        {line}");
    }
    text.push_str("    end note\n");
}

fn words(deadline: Deadline) -> String {
    let length = match deadline.days {
        Days::Working(n) => format!("{n} working days"),
        Days::Calendar(n) => format!("{n} calendar days"),
    };
    let then = match deadline.then {
        AtDeadline::Remind => "remind".to_owned(),
        AtDeadline::Escalate(role) => format!("tell {role}"),
        AtDeadline::Step(step) => step.to_owned(),
    };
    format!("{length}, then {then}")
}

fn names(who: &[Who]) -> String {
    let name = |who: &Who| match who {
        Who::Role(role) => (*role).to_owned(),
        Who::OwnerRole(role) => format!("owner's {role}"),
        Who::Opener => "opener".to_owned(),
        Who::Assignee => "assignee".to_owned(),
    };
    who.iter().map(name).collect::<Vec<_>>().join(" or ")
}

/// Mermaid reads neither hyphens nor its own words as names of states.
fn id(state: &str) -> String {
    format!("s_{}", state.replace('-', "_"))
}
