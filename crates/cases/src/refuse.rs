//! Every reason to say no, made in one place, and the list of their codes for `words`.

use crate::process::{Ask, AskKind, OPENER, Task};
use crate::running::{Case, Running, Stopped};
use crate::term;
use base::Class::{self, Conflict, Invalid, NotAllowed, Refused, Unknown};
use base::{Instant, Refusal, Span, Value};

/// One code as sentence writers need it: the sentence is `refusal-<code>` in `words`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Code {
    pub code: &'static str,
    pub class: Class,
    /// The field of the form it stands at; `<ask>` is the name of an ask, empty where none.
    pub field: &'static str,
    /// The names of its values.
    pub values: &'static [&'static str],
    pub meaning: &'static str,
}

const fn row(
    code: &'static str,
    class: Class,
    field: &'static str,
    values: &'static [&'static str],
    meaning: &'static str,
) -> Code {
    Code { code, class, field, values, meaning }
}

/// All codes of this crate. Texts may also be refused by `base` as `text-too-long` (field, most,
/// found) and `text-control-character` (field).
#[rustfmt::skip] // One code in a row reads as the table that it is.
pub const CODES: &[Code] = &[
    // The case as a whole.
    row("case-process-unknown", Unknown, "", &["process", "version"], "the program does not have the declaration with which the case runs, or it was changed without a new version"),
    row("case-ended", Conflict, "", &["state"], "the case has ended"),
    row("case-version-conflict", Conflict, "", &["expected", "found"], "the case has moved since the person looked"),
    row("case-step-out-of-turn", Conflict, "", &["state"], "in this state no open task has this step"),
    row("case-withdrawal-closed", Refused, "", &["state"], "in this state the case can no longer be withdrawn"),
    // Who acts.
    row("case-not-yours", NotAllowed, "", &["task"], "the task is not this person's: another role's, or given to somebody else"),
    row("case-move-not-yours", NotAllowed, "", &[], "the person may not withdraw this case, give tasks of it, or stop its clocks"),
    row("case-same-person", NotAllowed, "", &["task", "earlier"], "the task must be another person's than the earlier one (a task, or the opening of the case)"),
    row("case-stand-in-not-allowed", NotAllowed, "", &[], "this cannot be done in somebody else's name"),
    row("case-stand-in-lacks-role", NotAllowed, "", &["task"], "a stand-in must hold the role of the task as well"),
    row("case-stand-in-not-covered", NotAllowed, "", &["task"], "the delegation is another person's, or does not name this task"),
    row("case-stand-in-not-now", NotAllowed, "", &["from", "until"], "the delegation has not begun, or has ended"),
    row("case-second-factor-needed", NotAllowed, "", &[], "the step needs a sign-in with a second factor"),
    row("case-fresh-proof-needed", NotAllowed, "", &[], "the step needs a proof of identity given just now"),
    // When.
    row("case-deadline-passed", Refused, "", &["task", "due"], "the task is closed since its deadline"),
    row("case-deadline-not-passed", Conflict, "", &["task"], "the timer came too early, or the deadline has done its work already"),
    row("case-clock-stopped", Conflict, "", &["task", "since"], "the task's clock is stopped: it has to run again first"),
    row("case-clock-running", Conflict, "", &["task"], "the task's clock runs, so that it cannot be started again"),
    // What is given.
    row("case-reason-needed", Invalid, "reason", &[], "a reason has to be given"),
    row("case-reason-unwanted", Invalid, "reason", &[], "no reason is asked for, and it would be lost"),
    row("case-document-needed", Invalid, "documents", &[], "at least one document has to be attached"),
    row("case-document-unwanted", Invalid, "documents", &[], "no document is asked for, and it would be lost"),
    row("case-answer-missing", Invalid, "<ask>", &["field"], "the question has to be answered (with a checklist: the item named in the field)"),
    row("case-answer-malformed", Invalid, "<ask>", &["field", "wanted"], "the answer is not of the kind that is asked for"),
    row("case-answer-out-of-range", Invalid, "<ask>", &["field", "least", "most", "found"], "the number is below or above its bounds"),
    row("case-answer-unknown", Invalid, "<ask>", &["name"], "the step has no such question, or the checklist no such item"),
    row("case-shares-not-100", Invalid, "<ask>", &["field", "found"], "the shares do not sum to exactly 100"),
    row("case-shares-too-many", Invalid, "<ask>", &["field", "most", "found"], "more shares than the limit"),
    row("case-assignee-unfit", Refused, "assignee", &["task"], "the person to whom the task would be given may not take it"),
    row("case-assignee-same-person", Refused, "assignee", &["task", "earlier"], "the person to whom the task would be given did the earlier one"),
    // Delegations, when they are given.
    row("case-delegation-to-self", Invalid, "to", &[], "giver and stand-in are one person"),
    row("case-delegation-over", Invalid, "until", &["until"], "the delegation would end in the past"),
    row("case-delegation-too-long", Invalid, "until", &["most"], "the delegation would last longer than the limit, in days"),
    row("case-delegation-empty", Invalid, "tasks", &[], "no task is named"),
    row("case-delegation-task-unknown", Invalid, "tasks", &["name"], "the process has no such task"),
    row("case-delegation-not-allowed", Refused, "tasks", &["task"], "the task cannot be done by a stand-in"),
    row("case-delegation-wider", NotAllowed, "tasks", &["task"], "the giver has no right to the task"),
];

/// The terms of the value `wanted`, one for each kind of question.
pub const WANTED_TERMS: [&str; 7] = [
    "case-answer-text",
    "case-answer-yes-no",
    "case-answer-choice",
    "case-answer-date",
    "case-answer-number",
    "case-answer-shares",
    "case-answer-checklist",
];

/// A refusal of this code, with the class of its row.
fn refusal(code: &'static str) -> Refusal {
    let row = CODES.iter().find(|row| row.code == code);
    Refusal::new(row.map_or(Unknown, |row| row.class), code)
}

fn of_state(code: &'static str, case: &Case<'_>) -> Refusal {
    refusal(code).term("state", term::state_term(case.process().name, case.state().name))
}

fn of_task(code: &'static str, process: &str, task: &Task) -> Refusal {
    refusal(code).term("task", term::task_term(process, task.name))
}

pub(crate) fn process_unknown(running: &Running) -> Refusal {
    refusal("case-process-unknown")
        .text("process", running.process.clone())
        .number("version", running.process_version)
}

pub(crate) fn ended(case: &Case<'_>) -> Refusal {
    of_state("case-ended", case)
}

pub(crate) fn version_conflict(case: &Case<'_>, expected: u64) -> Refusal {
    refusal("case-version-conflict")
        .number("expected", expected)
        .number("found", case.running().version)
}

pub(crate) fn step_out_of_turn(case: &Case<'_>) -> Refusal {
    of_state("case-step-out-of-turn", case)
}

pub(crate) fn withdrawal_closed(case: &Case<'_>) -> Refusal {
    of_state("case-withdrawal-closed", case)
}

pub(crate) fn not_yours(case: &Case<'_>, task: &Task) -> Refusal {
    of_task("case-not-yours", case.process().name, task)
}

pub(crate) fn move_not_yours() -> Refusal {
    refusal("case-move-not-yours")
}

pub(crate) fn same_person(case: &Case<'_>, task: &Task, earlier: &str) -> Refusal {
    with_earlier("case-same-person", case, task, earlier)
}

pub(crate) fn assignee_same_person(case: &Case<'_>, task: &Task, earlier: &str) -> Refusal {
    with_earlier("case-assignee-same-person", case, task, earlier).on("assignee")
}

fn with_earlier(code: &'static str, case: &Case<'_>, task: &Task, earlier: &str) -> Refusal {
    let process = case.process().name;
    let earlier = match earlier {
        OPENER => term::OPENER_TERM.to_owned(),
        task => term::task_term(process, task),
    };
    of_task(code, process, task).term("earlier", earlier)
}

pub(crate) fn stand_in_not_allowed() -> Refusal {
    refusal("case-stand-in-not-allowed")
}

pub(crate) fn stand_in_lacks_role(case: &Case<'_>, task: &Task) -> Refusal {
    of_task("case-stand-in-lacks-role", case.process().name, task)
}

pub(crate) fn stand_in_not_covered(case: &Case<'_>, task: &Task) -> Refusal {
    of_task("case-stand-in-not-covered", case.process().name, task)
}

pub(crate) fn stand_in_not_now(lasts: Span) -> Refusal {
    refusal("case-stand-in-not-now")
        .with("from", Value::At(lasts.start()))
        .with("until", Value::At(lasts.end()))
}

pub(crate) fn second_factor_needed() -> Refusal {
    refusal("case-second-factor-needed")
}

pub(crate) fn fresh_proof_needed() -> Refusal {
    refusal("case-fresh-proof-needed")
}

pub(crate) fn deadline_passed(case: &Case<'_>, task: &Task, due: Instant) -> Refusal {
    of_task("case-deadline-passed", case.process().name, task).with("due", Value::At(due))
}

pub(crate) fn deadline_not_passed(case: &Case<'_>, task: &Task) -> Refusal {
    of_task("case-deadline-not-passed", case.process().name, task)
}

pub(crate) fn clock_stopped(case: &Case<'_>, task: &Task, stopped: &Stopped) -> Refusal {
    of_task("case-clock-stopped", case.process().name, task).with("since", Value::At(stopped.since))
}

pub(crate) fn clock_running(case: &Case<'_>, task: &Task) -> Refusal {
    of_task("case-clock-running", case.process().name, task)
}

pub(crate) fn reason_needed() -> Refusal {
    refusal("case-reason-needed").on("reason")
}

pub(crate) fn reason_unwanted() -> Refusal {
    refusal("case-reason-unwanted").on("reason")
}

pub(crate) fn document_needed() -> Refusal {
    refusal("case-document-needed").on("documents")
}

pub(crate) fn document_unwanted() -> Refusal {
    refusal("case-document-unwanted").on("documents")
}

fn of_ask(code: &'static str, ask: &Ask) -> Refusal {
    refusal(code).on(ask.name).term("field", base::text::field_term(ask.name))
}

pub(crate) fn answer_missing(ask: &Ask) -> Refusal {
    of_ask("case-answer-missing", ask)
}

pub(crate) fn answer_malformed(ask: &Ask) -> Refusal {
    let [text, yes_no, choice, date, number, shares, checklist] = WANTED_TERMS;
    let wanted = match ask.kind {
        AskKind::Text { .. } => text,
        AskKind::YesNo => yes_no,
        AskKind::Choice(_) => choice,
        AskKind::Date => date,
        AskKind::Number { .. } => number,
        AskKind::Share100 => shares,
        AskKind::Checklist(_) => checklist,
    };
    of_ask("case-answer-malformed", ask).term("wanted", wanted)
}

pub(crate) fn answer_out_of_range(ask: &Ask, (least, most): (i64, i64), found: i64) -> Refusal {
    of_ask("case-answer-out-of-range", ask)
        .number("least", least)
        .number("most", most)
        .number("found", found)
}

pub(crate) fn answer_unknown(field: &str) -> Refusal {
    refusal("case-answer-unknown").on(field).text("name", field)
}

pub(crate) fn shares_not_100(ask: &Ask, found: String) -> Refusal {
    of_ask("case-shares-not-100", ask).text("found", found)
}

pub(crate) fn shares_too_many(ask: &Ask, most: usize, found: usize) -> Refusal {
    of_ask("case-shares-too-many", ask).number("most", most).number("found", found)
}

pub(crate) fn assignee_unfit(case: &Case<'_>, task: &Task) -> Refusal {
    of_task("case-assignee-unfit", case.process().name, task).on("assignee")
}

pub(crate) fn delegation_to_self() -> Refusal {
    refusal("case-delegation-to-self").on("to")
}

pub(crate) fn delegation_over(until: Instant) -> Refusal {
    refusal("case-delegation-over").on("until").with("until", Value::At(until))
}

pub(crate) fn delegation_too_long(days_max: i64) -> Refusal {
    refusal("case-delegation-too-long").on("until").number("most", days_max)
}

pub(crate) fn delegation_empty() -> Refusal {
    refusal("case-delegation-empty").on("tasks")
}

pub(crate) fn delegation_task_unknown(name: &str) -> Refusal {
    refusal("case-delegation-task-unknown").on("tasks").text("name", name)
}

pub(crate) fn delegation_not_allowed(process: &str, task: &Task) -> Refusal {
    of_task("case-delegation-not-allowed", process, task).on("tasks")
}

pub(crate) fn delegation_wider(process: &str, task: &Task) -> Refusal {
    of_task("case-delegation-wider", process, task).on("tasks")
}
