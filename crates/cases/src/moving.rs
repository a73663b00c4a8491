//! What a move does to a case: tasks close and open, states change, the end comes.

use crate::process::{Ending, Kind, Process, State, Step, Task, To};
use crate::running::{Case, FORMAT, OpenTask, Running, Taken};
use crate::taker::Taker;
use base::{Instant, PersonId, WorkingDays};
use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// What a move did to the case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moved {
    /// The case afterwards, its version one higher.
    pub running: Running,
    /// Tasks that closed.
    pub closed: Vec<Closed>,
    /// Names of tasks that opened; they stand in `running.tasks`.
    pub opened: Vec<&'static str>,
    /// `Some` where the case ended with this move.
    pub ended: Option<Ended>,
    /// The reason as it is kept: trimmed, `None` where none was given.
    pub reason: Option<String>,
    /// The answers as they are kept: trimmed, without empty ones.
    pub answers: Map<String, Value>,
}

/// A closed task, or a whole case under the name of its process: what service times are made of.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Closed {
    pub name: String,
    pub opened_at: Instant,
    pub closed_at: Instant,
    pub due_at: Option<Instant>,
    /// Working days that do not count: a stopped clock or, for a case, its waiting states.
    pub stopped_days: i64,
    /// Whether it was done, and not closed with its state by another task or by a withdrawal.
    pub is_done: bool,
}

/// The end of a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ended {
    pub ending: Ending,
    pub whole: Closed,
}

/// Opens a case: `opener` opens it `now`, and the tasks of the first state begin.
///
/// Whether this person may open such a case is the business of `access`.
pub fn open(
    process: &'static Process,
    opener: PersonId,
    now: Instant,
    days: &WorkingDays,
) -> Running {
    let first = process.state(process.first);
    let tasks = first.map_or(&[][..], |state| state.tasks);
    Running {
        format: FORMAT,
        process: process.name.to_owned(),
        process_version: process.version,
        state: process.first.to_owned(),
        opener,
        opened_at: now,
        entered_at: now,
        waited_days: 0,
        stages: first.iter().map(|state| state.stage).collect::<BTreeSet<_>>(),
        tasks: tasks.iter().map(|task| opened(task, now, days)).collect(),
        takings: Vec::new(),
        version: 1,
    }
}

/// A move in the making: the next version of a case.
pub(crate) struct Move<'a> {
    case: Case<'a>,
    now: Instant,
    days: &'a WorkingDays,
    moved: Moved,
}

impl<'a> Move<'a> {
    /// The next version, with nothing changed yet.
    pub(crate) fn new(case: &Case<'a>, now: Instant, days: &'a WorkingDays) -> Self {
        Self { case: *case, now, days, moved: Moved::next(case.running()) }
    }

    pub(crate) fn moved(self) -> Moved {
        self.moved
    }

    pub(crate) fn keep(&mut self, reason: Option<String>, answers: Map<String, Value>) {
        self.moved.reason = reason;
        self.moved.answers = answers;
    }

    /// Remembers who took a step of the task; once is enough for each person.
    pub(crate) fn record(&mut self, task: &Task, taker: &Taker) {
        let taken = Taken {
            task: task.name.to_owned(),
            person: taker.person,
            on_behalf_of: taker.on_behalf_of.as_ref().map(|giver| giver.delegation.giver),
            is_void: false,
        };
        if !self.moved.running.takings.contains(&taken) {
            self.moved.running.takings.push(taken);
        }
    }

    /// Makes void what the step makes void, and goes where it leads.
    pub(crate) fn follow(&mut self, task: &Task, step: &Step) {
        for taken in &mut self.moved.running.takings {
            taken.is_void |= step.voids.contains(&taken.task.as_str());
        }
        match step.to {
            To::Stay => {}
            To::State(to) => self.go(to, Some(task.name)),
            To::Join(to) if self.is_last(task) => self.go(to, Some(task.name)),
            To::Join(_) => {
                self.moved.running.tasks.retain(|open| open.name != task.name);
                let open = self.case.running().tasks.iter().find(|open| open.name == task.name);
                self.moved.closed.extend(open.map(|open| self.closed(open, true)));
            }
        }
    }

    /// Takes the step of a passed deadline; a task that stays open has no more to happen then.
    pub(crate) fn lapse(&mut self, task: &Task, step: &Step) {
        self.follow(task, step);
        if let (To::Stay, Some(open)) = (step.to, self.moved.task_mut(task.name)) {
            open.is_overdue_announced = true;
        }
    }

    /// Leaves the state for another: `done` is the task that led there, the others close undone.
    pub(crate) fn go(&mut self, to: &str, done: Option<&str>) {
        let left = std::mem::take(&mut self.moved.running.tasks);
        let closed: Vec<Closed> =
            left.iter().map(|open| self.closed(open, done == Some(open.name.as_str()))).collect();
        let state = self.case.state();
        self.moved.running.waited_days += match (state.kind, state.tasks) {
            (Kind::Waiting, _) => self.days.between(self.case.running().entered_at, self.now),
            (_, [_]) => closed.iter().map(|closed| closed.stopped_days).sum(),
            _ => 0,
        };
        self.moved.closed.extend(closed);
        if let Some(state) = self.case.process().state(to) {
            self.enter(state);
        }
    }

    fn is_last(&self, task: &Task) -> bool {
        self.moved.running.tasks.iter().all(|open| open.name == task.name)
    }

    fn closed(&self, open: &OpenTask, is_done: bool) -> Closed {
        let since = open.stopped.as_ref().map(|stopped| stopped.since);
        Closed {
            name: open.name.clone(),
            opened_at: open.opened_at,
            closed_at: self.now,
            due_at: open.due_at,
            stopped_days: open.stopped_days
                + since.map_or(0, |since| self.days.between(since, self.now)),
            is_done,
        }
    }

    fn enter(&mut self, state: &'static State) {
        let running = &mut self.moved.running;
        state.name.clone_into(&mut running.state);
        running.entered_at = self.now;
        running.stages.insert(state.stage);
        running.tasks = state.tasks.iter().map(|task| opened(task, self.now, self.days)).collect();
        self.moved.opened = state.tasks.iter().map(|task| task.name).collect();
        self.moved.ended = state.ending().map(|ending| Ended {
            ending,
            whole: Closed {
                name: running.process.clone(),
                opened_at: running.opened_at,
                closed_at: self.now,
                due_at: None,
                stopped_days: running.waited_days,
                is_done: ending != Ending::Withdrawn,
            },
        });
    }
}

impl Moved {
    /// The next version of the case, with nothing changed yet.
    pub(crate) fn next(running: &Running) -> Self {
        Self {
            running: Running { version: running.version + 1, ..running.clone() },
            closed: Vec::new(),
            opened: Vec::new(),
            ended: None,
            reason: None,
            answers: Map::new(),
        }
    }

    /// The open task of this name, to be changed.
    pub(crate) fn task_mut(&mut self, name: &str) -> Option<&mut OpenTask> {
        self.running.tasks.iter_mut().find(|open| open.name == name)
    }
}

fn opened(task: &Task, now: Instant, days: &WorkingDays) -> OpenTask {
    OpenTask {
        name: task.name.to_owned(),
        assignee: None,
        opened_at: now,
        due_at: task.deadline.map(|deadline| deadline.days.after(now, days)),
        stopped: None,
        stopped_days: 0,
        reminded: None,
        is_overdue_announced: false,
    }
}
