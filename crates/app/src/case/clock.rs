//! Stopping a task's clock while something is waited for, and letting it run again.

use super::acts::{CaseMoved, one};
use super::{PROCESSES, Said, find, save, taker, thing_of, working_days};
use crate::account::sign_in_required;
use crate::act::{Act, Cx, Stop};
use access::{Act as A, Thing};
use base::{CaseId, Refusal};
use cases::{Moved, Stopping};
use store::Hold;
use store::case::Case;

/// Stops the clock of an open task, or lets it run again.
#[derive(serde::Serialize)]
pub struct TurnClock {
    pub case: CaseId,
    /// The version of the case that the person saw.
    pub version: u64,
    pub task: String,
    /// Needed to stop a clock; possible when it runs again.
    pub reason: String,
    pub turn: Turn,
}

/// Which way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Turn {
    Stop,
    Resume,
}

impl Act for TurnClock {
    const ACT: A = A::StopClock;
    type Facts = Case;
    type Plan = (Case, Moved);
    type Outcome = CaseMoved;

    fn holds(&self) -> Vec<Hold> {
        vec![Hold::on(self.case)]
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Case, Stop> {
        find(cx, self.case)
    }

    fn thing(&self, facts: &Case) -> Thing {
        thing_of(facts)
    }

    fn decide(&self, case: Case, cx: &Cx<'_, '_>) -> Result<Self::Plan, Vec<Refusal>> {
        let declared = cases::Case::find(PROCESSES, &case.running).map_err(one)?;
        let taker = taker(&cx.actor, &case).ok_or_else(sign_in_required).map_err(one)?;
        let ask = Stopping {
            task: self.task.clone(),
            expected_version: self.version,
            reason: self.reason.clone(),
        };
        let moved = match self.turn {
            Turn::Stop => cases::stop_clock(&declared, &taker, &ask, cx.now)?,
            Turn::Resume => cases::resume(&declared, &taker, &ask, cx.now, working_days())?,
        };
        Ok((case, moved))
    }

    fn save(&self, (before, moved): Self::Plan, cx: &mut Cx<'_, '_>) -> Result<CaseMoved, Stop> {
        let after = Case { running: moved.running.clone(), ..before.clone() };
        let said = Said {
            kind: match self.turn {
                Turn::Stop => "stopped",
                Turn::Resume => "resumed",
            },
            task: self.task.clone(),
            reason: moved.reason.clone().unwrap_or_default(),
            ..Said::default()
        };
        Ok(CaseMoved::of(&save(cx, &before, after, Some(&moved), &said)?))
    }
}
