//! Deadlines: until when, who is reminded, what the timer does.
//!
//! The timer may come late, or twice: [`due`] tells everything that is due by now and not yet
//! announced, and [`announce`] remembers it. A task with a stopped clock has nothing due.

use crate::moving::{Move, Moved};
use crate::process::{AtDeadline, Days, Step, Task};
use crate::refuse;
use crate::running::{Case, OpenTask, Running};
use base::{Instant, PersonId, Refusal, WorkingDays};

/// When people are reminded, in working days before the deadline. A reminder that would come on
/// the day the task opens, or earlier, is left out.
pub const REMINDERS: [u16; 3] = [7, 3, 1];

impl Days {
    /// The last moment in time for something that begins at this one.
    pub fn after(self, from: Instant, days: &WorkingDays) -> Instant {
        match self {
            Self::Working(n) => days.add(from, n),
            Self::Calendar(n) => days.add_calendar(from, n),
        }
    }
}

/// Something that has to be told or done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
    pub task: &'static str,
    /// Who has the task, if anybody.
    pub assignee: Option<PersonId>,
    /// The deadline itself.
    pub due_at: Instant,
    pub what: DueAct,
}

/// What has to be told or done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DueAct {
    /// Remind whoever has the task: at most so many working days are left, today not counted.
    Remind { days_left: u16 },
    /// Tell whoever has the task that it is late.
    Overdue,
    /// Tell the holders of this role at the desk.
    Escalate { role: &'static str },
    /// Take this step by [`lapse`].
    Step { step: &'static str },
}

/// Everything that is due by now and was not announced, a line for each open task at most: of
/// several reminders missed only the last counts, and none once the deadline has passed.
pub fn due(case: &Case<'_>, now: Instant, days: &WorkingDays) -> Vec<Due> {
    let mut found = Vec::new();
    for (task, open) in case.tasks().filter(|(_, open)| open.stopped.is_none()) {
        let (Some(deadline), Some(due_at)) = (task.deadline, open.due_at) else { continue };
        let what = if is_over(open, now) {
            (!open.is_overdue_announced).then_some(match deadline.then {
                AtDeadline::Remind => DueAct::Overdue,
                AtDeadline::Escalate(role) => DueAct::Escalate { role },
                AtDeadline::Step(step) => DueAct::Step { step },
            })
        } else {
            let past = reminders(open, due_at, days).filter(|(_, at)| *at <= now).last();
            past.map(|(days_left, _)| DueAct::Remind { days_left })
        };
        let assignee = open.assignee;
        found.extend(what.map(|what| Due { task: task.name, assignee, due_at, what }));
    }
    found
}

/// The case with these remembered as told, so that nobody is told twice. Steps of the timer are
/// not told but taken, by [`lapse`]. The version stays: what people see has not changed.
pub fn announce(running: &Running, told: &[Due]) -> Running {
    let mut running = running.clone();
    for due in told {
        let open = running.tasks.iter_mut().find(|open| open.name == due.task);
        match (open, due.what) {
            (Some(open), DueAct::Remind { days_left }) => open.reminded = Some(days_left),
            (Some(open), DueAct::Overdue | DueAct::Escalate { .. }) => {
                open.is_overdue_announced = true;
            }
            (Some(_), DueAct::Step { .. }) | (None, _) => {}
        }
    }
    running
}

/// The earliest moment at which [`due`] tells something new; `None` where it never will. Kept
/// beside the case, it tells the timer which cases to look at.
pub fn wakes_at(case: &Case<'_>, days: &WorkingDays) -> Option<Instant> {
    let of_task = |open: &OpenTask| {
        let has_more = open.stopped.is_none() && !open.is_overdue_announced;
        let due_at = open.due_at.filter(|_| has_more)?;
        let over = Instant::from_micros(due_at.micros().saturating_add(1));
        reminders(open, due_at, days).map(|(_, at)| at).chain([over]).min()
    };
    case.tasks().filter_map(|(_, open)| of_task(open)).min()
}

/// Takes the step that stands at a passed deadline, in nobody's name, or says why not.
pub fn lapse(
    case: &Case<'_>,
    task: &str,
    now: Instant,
    days: &WorkingDays,
) -> Result<Moved, Vec<Refusal>> {
    let mut reasons = crate::taking::not_current(case, case.running().version)?;
    let at_deadline = |(task, open)| step_at_deadline(task).map(|step| (task, open, step));
    let Some((task, open, step)) = case.task(task).and_then(at_deadline) else {
        reasons.push(refuse::step_out_of_turn(case));
        return Err(reasons);
    };
    if let Some(stopped) = &open.stopped {
        reasons.push(refuse::clock_stopped(case, task, stopped));
    } else if !is_over(open, now) || open.is_overdue_announced {
        reasons.push(refuse::deadline_not_passed(case, task));
    }
    if !reasons.is_empty() {
        return Err(reasons);
    }
    let mut next = Move::new(case, now, days);
    next.lapse(task, step);
    Ok(next.moved())
}

fn step_at_deadline(task: &Task) -> Option<&'static Step> {
    match task.deadline?.then {
        AtDeadline::Step(step) => task.step(step),
        AtDeadline::Remind | AtDeadline::Escalate(_) => None,
    }
}

/// Whether the deadline has passed; its last moment is still in time.
pub(crate) fn is_over(open: &OpenTask, now: Instant) -> bool {
    open.due_at.is_some_and(|due| due < now)
}

/// Reminders not yet announced with the moment from which each is due, the earliest first.
fn reminders(
    open: &OpenTask,
    due_at: Instant,
    days: &WorkingDays,
) -> impl Iterator<Item = (u16, Instant)> {
    let (opened_at, reminded) = (open.opened_at, open.reminded.unwrap_or(u16::MAX));
    REMINDERS
        .into_iter()
        .filter(move |left| *left < reminded)
        .map(move |left| (left, days.before(due_at, left)))
        .filter(move |(_, at)| opened_at < *at)
}
