//! Standing in for somebody: dated, for named tasks of one process, never passed on.
//!
//! A stand-in acts by the giver's own right as it is at that moment: a giver who lost the role
//! gives nothing. What somebody may do only as a stand-in they cannot give, because only their own
//! roles are looked at. Both persons count for the rule of distinct persons.

use crate::process::{Process, StandIn, Task, Who};
use crate::refuse;
use crate::taker::Rights;
use base::{Instant, PersonId, Refusal, Span};

/// Days that a delegation may last.
pub const DELEGATION_DAYS_MAX: i64 = 366;

/// One delegation, as it is kept.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Delegation {
    pub giver: PersonId,
    /// The stand-in.
    pub to: PersonId,
    pub process: String,
    pub tasks: Vec<String>,
    pub lasts: Span,
}

/// Whether a delegation may be given: every reason why not, empty where it may.
///
/// `rights` are the giver's own roles, here in any organisation. Each taking is judged again by
/// [`crate::take`] with the roles that count for its case.
pub fn delegate(
    process: &Process,
    delegation: &Delegation,
    rights: &Rights,
    now: Instant,
) -> Vec<Refusal> {
    let mut reasons = Vec::new();
    if delegation.giver == delegation.to {
        reasons.push(refuse::delegation_to_self());
    }
    let (from, until) = (delegation.lasts.start(), delegation.lasts.end());
    if until <= now {
        reasons.push(refuse::delegation_over(until));
    }
    if until.seconds_since(from) > DELEGATION_DAYS_MAX * 86_400 {
        reasons.push(refuse::delegation_too_long(DELEGATION_DAYS_MAX));
    }
    if delegation.tasks.is_empty() {
        reasons.push(refuse::delegation_empty());
    }
    reasons.extend(delegation.tasks.iter().filter_map(|name| refused(process, name, rights)));
    reasons
}

/// The tasks of a process that somebody with these roles may give to a stand-in.
pub fn delegable(process: &Process, rights: &Rights) -> Vec<&'static Task> {
    process.tasks().filter(|task| refused(process, task.name, rights).is_none()).collect()
}

fn refused(process: &Process, name: &str, rights: &Rights) -> Option<Refusal> {
    let Some(task) = process.task(name) else {
        return Some(refuse::delegation_task_unknown(name));
    };
    if task.stand_in == StandIn::No {
        return Some(refuse::delegation_not_allowed(process.name, task));
    }
    let may = |who: &Who| matches!(who, Who::Opener | Who::Assignee) || rights.has(*who);
    (!task.who.iter().any(may)).then(|| refuse::delegation_wider(process.name, task))
}
