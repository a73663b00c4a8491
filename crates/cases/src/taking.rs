//! Taking a step: the one move in which a task is worked on.

use crate::moving::{Move, Moved};
use crate::process::{Needed, Step, Task};
use crate::running::{Case, OpenTask};
use crate::taker::{Taker, forbids, unsure};
use crate::{answer, deadline, refuse};
use base::limits::TEXT_CHARS_MAX;
use base::{Instant, Refusal, WorkingDays, text};
use serde_json::{Map, Value};

/// What the taker asks for.
#[derive(Clone, Debug)]
pub struct Taking {
    pub task: String,
    pub step: String,
    /// The version of the case that the taker saw.
    pub expected_version: u64,
    /// By the names of the step's asks, each of the JSON shape of its [`crate::AskKind`].
    pub answers: Map<String, Value>,
    /// Empty where none is given.
    pub reason: String,
    pub n_documents: usize,
}

/// Takes a step, or says every reason why not.
pub fn take(
    case: &Case<'_>,
    taker: &Taker,
    taking: &Taking,
    now: Instant,
    days: &WorkingDays,
) -> Result<Moved, Vec<Refusal>> {
    let mut reasons = not_current(case, taking.expected_version)?;
    let Some((task, open, step)) = find(case, &taking.task, &taking.step) else {
        reasons.push(refuse::step_out_of_turn(case));
        return Err(reasons);
    };
    reasons.extend(forbids(case, (task, open), taker, step.voids, now));
    reasons.extend(unsure(step.sureness, taker.sureness));
    reasons.extend(not_now(case, task, open, now));
    let (reason, refused) = read_reason(step.reason, &taking.reason);
    reasons.extend(refused);
    reasons.extend(read_documents(step.documents, taking.n_documents));
    let (answers, refused) = answer::read(step, &taking.answers);
    reasons.extend(refused);
    if !reasons.is_empty() {
        return Err(reasons);
    }
    let mut next = Move::new(case, now, days);
    next.record(task, taker);
    next.keep(reason, answers);
    next.follow(task, step);
    Ok(next.moved())
}

/// Refuses at once where the case has ended; otherwise begins the list of reasons, with the
/// conflict where the person saw another version.
pub(crate) fn not_current(case: &Case<'_>, expected: u64) -> Result<Vec<Refusal>, Vec<Refusal>> {
    if case.ending().is_some() {
        return Err(vec![refuse::ended(case)]);
    }
    let conflict = expected != case.running().version;
    Ok(conflict.then(|| refuse::version_conflict(case, expected)).into_iter().collect())
}

fn find<'a>(
    case: &Case<'a>,
    task: &str,
    step: &str,
) -> Option<(&'static Task, &'a OpenTask, &'static Step)> {
    let (task, open) = case.task(task)?;
    let step = task.step(step).filter(|step| !step.by_timer_only)?;
    Some((task, open, step))
}

fn not_now(case: &Case<'_>, task: &Task, open: &OpenTask, now: Instant) -> Vec<Refusal> {
    let stopped = open.stopped.as_ref().map(|stopped| refuse::clock_stopped(case, task, stopped));
    let passed = open
        .due_at
        .filter(|_| task.closes_at_deadline && deadline::is_over(open, now))
        .map(|due| refuse::deadline_passed(case, task, due));
    stopped.into_iter().chain(passed).collect()
}

/// The reason as it is kept, and why it cannot be. None is wanted where none is needed: a text
/// that nobody would read must not be swallowed.
pub(crate) fn read_reason(needed: Needed, typed: &str) -> (Option<String>, Option<Refusal>) {
    let read = match text::block("reason", typed, TEXT_CHARS_MAX) {
        Ok(read) => read,
        Err(refusal) => return (None, Some(refusal)),
    };
    match (needed, read.is_empty()) {
        (Needed::Required, true) => (None, Some(refuse::reason_needed())),
        (Needed::No, false) => (None, Some(refuse::reason_unwanted())),
        (_, true) => (None, None),
        (_, false) => (Some(read), None),
    }
}

fn read_documents(needed: Needed, n_documents: usize) -> Option<Refusal> {
    match (needed, n_documents) {
        (Needed::Required, 0) => Some(refuse::document_needed()),
        (Needed::No, 1..) => Some(refuse::document_unwanted()),
        _ => None,
    }
}
