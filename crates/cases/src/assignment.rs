//! Giving a task to somebody: taken up, assigned, handed over, put back.

use crate::moving::Moved;
use crate::process::{Needed, Task, Who};
use crate::refuse;
use crate::running::{Case, OpenTask};
use crate::taker::{Rights, Taker, done_before, is_one_of};
use crate::taking::{not_current, read_reason};
use base::{PersonId, Refusal};

/// What is asked for.
#[derive(Clone, Debug)]
pub struct Assigning {
    pub task: String,
    /// The version of the case that the person saw.
    pub expected_version: u64,
    /// `None` puts the task back, for anybody fit to take.
    pub to: Option<Candidate>,
    /// Empty where none is given.
    pub reason: String,
}

/// To whom a task is to be given.
#[derive(Clone, Debug)]
pub struct Candidate {
    pub person: PersonId,
    pub rights: Rights,
}

/// Gives an open task to somebody who may take it, or says every reason why not.
///
/// People named in [`crate::Process::assigns`] may; besides, everybody may take up for themselves
/// a task that nobody has. Deadlines go on as before.
pub fn assign(case: &Case<'_>, by: &Taker, assigning: &Assigning) -> Result<Moved, Vec<Refusal>> {
    let mut reasons = not_current(case, assigning.expected_version)?;
    let Some((task, open)) = case.task(&assigning.task) else {
        reasons.push(refuse::step_out_of_turn(case));
        return Err(reasons);
    };
    let to = assigning.to.as_ref();
    let takes_up = open.assignee.is_none() && to.is_some_and(|to| to.person == by.person);
    let assigns = is_one_of(case, case.process().assigns, Some(open), by.person, &by.rights);
    if !takes_up && !assigns {
        reasons.push(refuse::move_not_yours());
    }
    reasons.extend(by.on_behalf_of.as_ref().map(|_| refuse::stand_in_not_allowed()));
    let (reason, refused) = read_reason(Needed::Optional, &assigning.reason);
    reasons.extend(refused);
    reasons.extend(to.into_iter().flat_map(|to| unfit(case, (task, open), to, assigns)));
    if !reasons.is_empty() {
        return Err(reasons);
    }
    let mut moved = Moved::next(case.running());
    moved.reason = reason;
    if let Some(open) = moved.task_mut(task.name) {
        open.assignee = to.map(|to| to.person);
    }
    Ok(moved)
}

/// Whether this person may say who has an open task, besides taking up what nobody has.
pub fn may_assign(case: &Case<'_>, task: &str, by: &Taker) -> bool {
    case.task(task).is_some_and(|(_, open)| {
        is_one_of(case, case.process().assigns, Some(open), by.person, &by.rights)
    })
}

/// Whether nothing that this person did before keeps an open task from being theirs.
pub fn is_apart(case: &Case<'_>, task: &str, person: PersonId) -> bool {
    case.task(task).is_some_and(|(task, _)| done_before(case, task, &[person], &[]).is_empty())
}

/// Why the task cannot be this person's. Where [`Who::Assignee`] leaves the choice to those who
/// assign, they may choose anybody.
pub(crate) fn unfit(
    case: &Case<'_>,
    (task, open): (&Task, &OpenTask),
    to: &Candidate,
    assigns: bool,
) -> Vec<Refusal> {
    let by_choice = assigns && task.who.contains(&Who::Assignee);
    let own = is_one_of(case, task.who, Some(open), to.person, &to.rights);
    let role = (!by_choice && !own).then(|| refuse::assignee_unfit(case, task));
    let earlier = done_before(case, task, &[to.person], &[]);
    let apart =
        earlier.into_iter().map(|earlier| refuse::assignee_same_person(case, task, earlier));
    role.into_iter().chain(apart).collect()
}
