//! Tasks of somebody who is gone: they pass to a successor, or back to everybody fit.
//!
//! Nobody is asked for a reason and no right is looked at: the cause lies outside the case, and a
//! task must not stay with a person who can no longer do it.

use crate::assignment::{Candidate, unfit};
use crate::moving::Moved;
use crate::refuse;
use crate::running::Case;
use crate::taker::{Rights, is_one_of};
use base::{PersonId, Refusal};

/// Whether somebody to whom an open task is given may still do it, by the roles held now.
pub fn still_fits(case: &Case<'_>, task: &str, person: PersonId, rights: &Rights) -> bool {
    case.task(task)
        .is_some_and(|(task, open)| is_one_of(case, task.who, Some(open), person, rights))
}

/// Passes an open task on, or says every reason why the successor cannot have it. Without one it
/// waits for anybody fit; deadlines go on as before.
pub fn pass_on(case: &Case<'_>, task: &str, to: Option<&Candidate>) -> Result<Moved, Vec<Refusal>> {
    let Some((task, open)) = case.task(task) else {
        return Err(vec![refuse::step_out_of_turn(case)]);
    };
    let reasons: Vec<Refusal> =
        to.into_iter().flat_map(|to| unfit(case, (task, open), to, false)).collect();
    if !reasons.is_empty() {
        return Err(reasons);
    }
    let mut moved = Moved::next(case.running());
    if let Some(open) = moved.task_mut(task.name) {
        open.assignee = to.map(|to| to.person);
    }
    Ok(moved)
}
