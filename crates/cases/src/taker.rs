//! Who acts: a person with roles, perhaps in another's name, and whether a task is theirs.

use crate::process::{OPENER, StandIn, Step, Sureness, Task, Who};
use crate::running::{Case, OpenTask};
use crate::{Delegation, refuse};
use base::{Instant, PersonId, Refusal};

/// The person who acts.
#[derive(Clone, Debug)]
pub struct Taker {
    pub person: PersonId,
    pub rights: Rights,
    pub sureness: Sureness,
    /// Where they act as somebody's stand-in: whose, and by which delegation.
    pub on_behalf_of: Option<Giver>,
}

/// The roles of a person as they count for one case, by their words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rights {
    /// Roles in the organisation whose desk has the case.
    pub desk: Vec<&'static str>,
    /// Roles in the organisation whose matter it is.
    pub owner: Vec<&'static str>,
}

/// Who gave the delegation, with the roles that this person holds now.
#[derive(Clone, Debug)]
pub struct Giver {
    pub delegation: Delegation,
    pub rights: Rights,
}

impl Taker {
    /// Everybody who counts as having acted: the person and, with a stand-in, the giver.
    fn persons(&self) -> Vec<PersonId> {
        let giver = self.on_behalf_of.as_ref().map(|giver| giver.delegation.giver);
        std::iter::once(self.person).chain(giver).collect()
    }
}

/// Whether the person holds the task: by role, as opener, as assignee. A task that is given to
/// somebody is nobody else's.
pub(crate) fn holds(
    case: &Case<'_>,
    (task, open): (&Task, &OpenTask),
    person: PersonId,
    rights: &Rights,
) -> bool {
    open.assignee.is_none_or(|assignee| assignee == person)
        && is_one_of(case, task.who, Some(open), person, rights)
}

/// Whether the person is one of these. Without a task nobody is the assignee.
pub(crate) fn is_one_of(
    case: &Case<'_>,
    who: &[Who],
    open: Option<&OpenTask>,
    person: PersonId,
    rights: &Rights,
) -> bool {
    who.iter().any(|who| match who {
        Who::Opener => case.running().opener == person,
        Who::Assignee => open.is_some_and(|open| open.assignee == Some(person)),
        Who::Role(_) | Who::OwnerRole(_) => rights.has(*who),
    })
}

impl Rights {
    /// Whether one of these roles is held; opener and assignee are no roles.
    pub(crate) fn has(&self, who: Who) -> bool {
        match who {
            Who::Role(role) => self.desk.contains(&role),
            Who::OwnerRole(role) => self.owner.contains(&role),
            Who::Opener | Who::Assignee => false,
        }
    }
}

/// Every reason why the taker may not touch this task, apart from how sure it is who they are.
pub(crate) fn forbids(
    case: &Case<'_>,
    (task, open): (&Task, &OpenTask),
    taker: &Taker,
    voids: &[&str],
    now: Instant,
) -> Vec<Refusal> {
    let mut reasons = Vec::new();
    let own = (taker.person, &taker.rights);
    let (holder, rights) = match &taker.on_behalf_of {
        Some(giver) => (giver.delegation.giver, &giver.rights),
        None => own,
    };
    if !holds(case, (task, open), holder, rights) {
        reasons.push(refuse::not_yours(case, task));
    }
    if let Some(giver) = &taker.on_behalf_of {
        reasons.extend(stand_in(case, task, taker, &giver.delegation, now));
    }
    let earlier = done_before(case, task, &taker.persons(), voids);
    reasons.extend(earlier.into_iter().map(|earlier| refuse::same_person(case, task, earlier)));
    reasons
}

fn stand_in(
    case: &Case<'_>,
    task: &Task,
    taker: &Taker,
    delegation: &Delegation,
    now: Instant,
) -> Vec<Refusal> {
    let mut reasons = Vec::new();
    let lacks_role = !task.who.iter().any(|who| taker.rights.has(*who));
    match task.stand_in {
        StandIn::No => reasons.push(refuse::stand_in_not_allowed()),
        StandIn::WithRole if lacks_role => reasons.push(refuse::stand_in_lacks_role(case, task)),
        StandIn::WithRole | StandIn::Anybody => {}
    }
    let covers = delegation.to == taker.person
        && delegation.process == case.process().name
        && delegation.tasks.iter().any(|name| name == task.name);
    if !covers {
        reasons.push(refuse::stand_in_not_covered(case, task));
    }
    if !delegation.lasts.holds(now) {
        reasons.push(refuse::stand_in_not_now(delegation.lasts));
    }
    reasons
}

/// What one of these persons did before and somebody else must have done: names of tasks, or
/// [`OPENER`]. Takings that the step itself makes void do not count.
pub(crate) fn done_before<'a>(
    case: &Case<'a>,
    task: &Task,
    persons: &[PersonId],
    voids: &[&str],
) -> Vec<&'a str> {
    let mut found: Vec<&str> = Vec::new();
    if task.apart_from.contains(&OPENER) && persons.contains(&case.running().opener) {
        found.push(OPENER);
    }
    for taken in case.running().takings.iter().filter(|taken| !taken.is_void) {
        let is_same = persons.contains(&taken.person)
            || taken.on_behalf_of.is_some_and(|giver| persons.contains(&giver));
        let name = taken.task.as_str();
        let is_apart = task.apart_from.contains(&name)
            || case.process().task(name).is_some_and(|it| it.apart_from.contains(&task.name));
        if is_same && is_apart && !voids.contains(&name) && !found.contains(&name) {
            found.push(name);
        }
    }
    found
}

/// The reason why it is not sure enough who acts, if it is not.
pub(crate) fn unsure(needed: Sureness, found: Sureness) -> Option<Refusal> {
    let refusal = match needed {
        Sureness::SignedIn | Sureness::SecondFactor => refuse::second_factor_needed,
        Sureness::Fresh => refuse::fresh_proof_needed,
    };
    (found < needed).then(refusal)
}

/// A step that somebody could take now, once its form is filled in and its proof given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Offer {
    pub task: &'static Task,
    pub step: &'static Step,
}

/// The steps that the taker could take now, in the order of the declaration: what a page offers
/// as buttons. A missing second factor or fresh proof hides nothing: it is asked for at the step.
pub fn offers(case: &Case<'_>, taker: &Taker, now: Instant) -> Vec<Offer> {
    let is_open = |task: &Task, open: &OpenTask| {
        open.stopped.is_none() && !(task.closes_at_deadline && crate::deadline::is_over(open, now))
    };
    case.tasks()
        .filter(|(task, open)| is_open(task, open))
        .flat_map(|(task, open)| task.steps.iter().map(move |step| (task, open, step)))
        .filter(|(task, open, step)| {
            !step.by_timer_only && forbids(case, (task, open), taker, step.voids, now).is_empty()
        })
        .map(|(task, _, step)| Offer { task, step })
        .collect()
}
