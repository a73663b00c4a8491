//! Tasks do not stay with somebody who can no longer do them: who left, was shut out, lost the role
//! or the clearance. They go to a successor who may take them, or back to everybody who may.

use super::{PROCESSES, Said, find, rights, save};
use crate::act::{Act, Cx, No, Stop};
use crate::asker::Asker;
use crate::city::City;
use access::{Act as A, Actor, Thing};
use base::{CaseId, Instant, PersonId, Refusal};
use cases::Candidate;
use store::case::Case;
use store::{StoreError, Tx};

/// Tasks passed on in one act; the timer goes on with the rest.
const TASKS_MAX: usize = 500;
/// People looked at in one round of the timer.
const PEOPLE_A_ROUND: usize = 200;

/// What became of somebody's tasks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Passed {
    /// Tasks that wait for everybody who may take them.
    pub n_back: u64,
    /// Tasks that the successor has now.
    pub n_to_successor: u64,
}

/// Passes on what this person can no longer do, judged by the rows as the act has left them.
pub(crate) fn pass_on(
    cx: &mut Cx<'_, '_>,
    person: PersonId,
    successor: Option<PersonId>,
) -> Result<Passed, Stop> {
    let now = cx.now;
    let lost = lost(cx.tx, cx.city, person, now)?;
    pass(cx, person, lost, successor)
}

/// Who takes over; somebody unknown or shut out is refused before anything is changed.
pub(crate) fn successor(cx: &mut Cx<'_, '_>, named: Option<PersonId>) -> Result<(), Stop> {
    let Some(named) = named else { return Ok(()) };
    let policy = cx.city.settings().second_factor;
    let found = crate::asker::resolve(cx.tx, crate::Who::Person(named), cx.now, policy)?;
    if found.person.is_none() {
        return Err(Refusal::invalid("person-successor-unknown").on("successor").into());
    }
    Ok(())
}

fn pass(
    cx: &mut Cx<'_, '_>,
    person: PersonId,
    lost: Vec<(CaseId, String)>,
    successor: Option<PersonId>,
) -> Result<Passed, Stop> {
    let mut passed = Passed::default();
    let policy = cx.city.settings().second_factor;
    let heir = match successor {
        Some(heir) => Some(crate::asker::resolve(cx.tx, crate::Who::Person(heir), cx.now, policy)?),
        None => None,
    };
    for (id, task) in lost {
        let before = find(cx, id)?;
        let declared = cases::Case::find(PROCESSES, &before.running)?;
        let candidate = heir.as_ref().and_then(|heir| candidate(heir, &before));
        let given = candidate.and_then(|to| {
            let moved = cases::pass_on(&declared, &task, Some(&to)).ok()?;
            Some((moved, Some(to.person)))
        });
        let (moved, to) = match given {
            Some(given) => given,
            None => (cases::pass_on(&declared, &task, None)?, None),
        };
        let after = Case { running: moved.running.clone(), ..before.clone() };
        let mut said = Said { kind: "passed", task, ..Said::default() };
        said.answers.insert("from".to_owned(), serde_json::json!(person));
        if let Some(to) = to {
            said.answers.insert("to".to_owned(), serde_json::json!(to));
        }
        said.more = Some(("passed", serde_json::json!({ "from": person, "to": to })));
        save(cx, &before, after, Some(&moved), &said)?;
        match to {
            Some(_) => passed.n_to_successor += 1,
            None => passed.n_back += 1,
        }
    }
    Ok(passed)
}

/// The successor for this case; somebody who may not read it is none.
fn candidate(heir: &Actor, case: &Case) -> Option<Candidate> {
    let person = heir.person.filter(|_| heir.clearance.may_read(&case.label))?;
    Some(Candidate { person, rights: rights(heir, case.owner, case.desk) })
}

/// Tasks given to this person that the person can no longer do.
fn lost(
    tx: &mut Tx<'_>,
    city: &City,
    person: PersonId,
    now: Instant,
) -> Result<Vec<(CaseId, String)>, StoreError> {
    let held = store::task::of_assignee(tx, person, TASKS_MAX)?;
    if held.is_empty() {
        return Ok(held);
    }
    let policy = city.settings().second_factor;
    let actor = crate::asker::resolve(tx, crate::Who::Person(person), now, policy)?;
    let mut lost = Vec::new();
    for (id, task) in held {
        let Some(case) = store::case::find(tx, id)? else { continue };
        if !fits(&actor, &case, &task) {
            lost.push((id, task));
        }
    }
    Ok(lost)
}

fn fits(actor: &Actor, case: &Case, task: &str) -> bool {
    let Some(person) = actor.person else { return false };
    // A case whose process this program does not know is nobody's to judge here.
    let Ok(declared) = cases::Case::find(PROCESSES, &case.running) else { return true };
    actor.clearance.may_read(&case.label)
        && cases::still_fits(&declared, task, person, &rights(actor, case.owner, case.desk))
}

/// Passes on what somebody lost by the mere passing of time: a place or a clearance that ended.
#[derive(serde::Serialize)]
pub struct PassOnTasks {
    pub person: PersonId,
}

impl Act for PassOnTasks {
    const ACT: A = A::AnnounceDue;
    type Facts = Vec<(CaseId, String)>;
    type Plan = Vec<(CaseId, String)>;
    type Outcome = Passed;

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Self::Facts, Stop> {
        let now = cx.now;
        Ok(lost(cx.tx, cx.city, self.person, now)?)
    }

    fn thing(&self, _: &Self::Facts) -> Thing {
        Thing::open()
    }

    fn decide(&self, lost: Self::Facts, _: &Cx<'_, '_>) -> Result<Self::Plan, Vec<Refusal>> {
        Ok(lost)
    }

    fn save(&self, lost: Self::Plan, cx: &mut Cx<'_, '_>) -> Result<Passed, Stop> {
        // In nobody's name, as every move of a timer.
        let timer = cx.actor.person.take();
        let passed = pass(cx, self.person, lost, None);
        cx.actor.person = timer;
        passed
    }
}

impl City {
    /// Passes on every task whose holder can no longer do it; says how many.
    pub fn pass_on_tasks(&self) -> Result<u64, No> {
        let timer = Asker::person(self.row()?.operator);
        let (mut n, mut after) = (0, None);
        loop {
            let people =
                self.store().read(|tx| store::task::assignees(tx, after, PEOPLE_A_ROUND))?;
            let Some(last) = people.last().copied() else { return Ok(n) };
            for person in people {
                let now = self.now();
                let lost = self.store().read(|tx| lost(tx, self, person, now))?;
                if lost.is_empty() {
                    continue;
                }
                match self.perform(&timer, PassOnTasks { person }) {
                    Ok(passed) => n += passed.n_back + passed.n_to_successor,
                    Err(no) => tracing::warn!(%no, %person, "tasks were not passed on"),
                }
            }
            after = Some(last);
        }
    }
}
