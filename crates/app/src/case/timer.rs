//! What the clock does to cases: reminders, escalations, steps at a deadline.

use super::{PROCESSES, Said, effect_of, save, thing_of, working_days};
use crate::act::{Act, Cx, No, Stop};
use crate::asker::Asker;
use crate::case::acts::{Facts, load, one};
use crate::city::City;
use access::{Act as A, Thing};
use base::{CaseId, Refusal};
use cases::{Due, DueAct, Moved};
use store::Hold;
use store::case::Case;

/// Cases looked at in one round.
const CASES_A_ROUND: usize = 100;

/// Announces what is due on a case by now, or takes the step that stands at its deadline.
#[derive(serde::Serialize)]
pub struct AnnounceDue {
    pub case: CaseId,
}

/// What has to be saved.
pub enum Announced {
    Nothing,
    Told(Box<Case>, Vec<Due>),
    Moved(Box<(Case, Case, Moved, &'static str, &'static str)>),
}

impl Act for AnnounceDue {
    const ACT: A = A::AnnounceDue;
    type Facts = Facts;
    type Plan = Announced;
    /// How many things were announced.
    type Outcome = u64;

    fn holds(&self) -> Vec<Hold> {
        vec![Hold::on(self.case)]
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Facts, Stop> {
        load(cx, self.case, &[])
    }

    fn thing(&self, facts: &Facts) -> Thing {
        // The timer acts for nobody's knowledge: it moves what it may not read.
        Thing { label: base::Label::public(), ..thing_of(&facts.case) }
    }

    fn decide(&self, facts: Facts, cx: &Cx<'_, '_>) -> Result<Announced, Vec<Refusal>> {
        let declared = cases::Case::find(PROCESSES, &facts.case.running).map_err(one)?;
        let found = cases::due(&declared, cx.now, working_days());
        let step = found.iter().find_map(|due| match due.what {
            DueAct::Step { step } => Some((due.task, step)),
            _ => None,
        });
        if let Some((task, step)) = step {
            let moved = cases::lapse(&declared, task, cx.now, working_days())?;
            let mut after = Case { running: moved.running.clone(), ..facts.case.clone() };
            // A timer never releases: its steps change a matter at most.
            effect_of(&mut after, &facts, (task, step), &moved.answers, cx)?;
            return Ok(Announced::Moved(Box::new((facts.case, after, moved, task, step))));
        }
        if found.is_empty() {
            Ok(Announced::Nothing)
        } else {
            Ok(Announced::Told(Box::new(facts.case), found))
        }
    }

    fn save(&self, plan: Announced, cx: &mut Cx<'_, '_>) -> Result<u64, Stop> {
        match plan {
            Announced::Nothing => Ok(0),
            Announced::Told(before, due) => {
                let running = cases::announce(&before.running, &due);
                let after = Case { running, ..(*before).clone() };
                let told: Vec<serde_json::Value> = due.iter().map(told).collect();
                let n = u64::try_from(told.len()).unwrap_or(0);
                let task = due.first().map_or("", |due| due.task).to_owned();
                let step = due.first().map_or("", word).to_owned();
                let more = Some(("due", serde_json::Value::Array(told)));
                let said = Said { kind: "announced", task, step, more, ..Said::default() };
                save(cx, &before, after, None, &said)?;
                Ok(n)
            }
            Announced::Moved(it) => {
                let (before, after, moved, task, step) = *it;
                let (task, step) = (task.to_owned(), step.to_owned());
                let said = Said { kind: "step", task, step, ..Said::default() };
                // In nobody's name: the move of a timer has no person.
                let person = cx.actor.person.take();
                let saved = save(cx, &before, after, Some(&moved), &said);
                cx.actor.person = person;
                saved.map(|_| 1)
            }
        }
    }
}

fn word(due: &Due) -> &'static str {
    match due.what {
        DueAct::Remind { .. } => "remind",
        DueAct::Overdue => "overdue",
        DueAct::Escalate { .. } => "escalate",
        DueAct::Step { step } => step,
    }
}

fn told(due: &Due) -> serde_json::Value {
    let mut told = serde_json::json!({
        "task": due.task,
        "what": word(due),
        "assignee": due.assignee,
        "due_at": due.due_at.rfc3339(),
    });
    match due.what {
        DueAct::Remind { days_left } => told["days_left"] = days_left.into(),
        DueAct::Escalate { role } => told["role"] = role.into(),
        DueAct::Overdue | DueAct::Step { .. } => {}
    }
    told
}

impl City {
    /// Announces everything that is due by now; says how much. A case that cannot be announced is
    /// logged and does not hold up the others.
    pub fn announce_due(&self) -> Result<u64, No> {
        let row = self.row()?;
        let timer = Asker::person(row.operator);
        let mut n = 0;
        let mut failed = std::collections::BTreeSet::new();
        loop {
            let now = self.now();
            let waiting =
                self.store().read(|tx| store::case::to_announce(tx, now, CASES_A_ROUND))?;
            let fresh: Vec<CaseId> =
                waiting.into_iter().filter(|case| !failed.contains(case)).collect();
            if fresh.is_empty() {
                return Ok(n);
            }
            for case in fresh {
                let due = format!("due-{case}-{}", now.micros());
                match self.perform(&timer.clone().keyed(due), AnnounceDue { case }) {
                    Ok(0) | Err(_) => {
                        failed.insert(case);
                    }
                    Ok(told) => n += told,
                }
            }
        }
    }
}
