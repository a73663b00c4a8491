//! Stopping a task's clock, and letting it run again.
//!
//! While it stands still there are no reminders, no deadline passes, and no step is taken. The
//! working days (or calendar days) of the stop are added to the deadline.

use crate::moving::Moved;
use crate::process::{Days, Needed, Task};
use crate::refuse;
use crate::running::{Case, OpenTask, Stopped};
use crate::taker::{Taker, is_one_of};
use crate::taking::{not_current, read_reason};
use base::{Instant, Refusal, WorkingDays};

/// What is asked for.
#[derive(Clone, Debug)]
pub struct Stopping {
    pub task: String,
    /// The version of the case that the person saw.
    pub expected_version: u64,
    /// Needed to stop a clock, and possible when it runs again; empty where none is given.
    pub reason: String,
}

/// Stops the clock of an open task, or says every reason why not.
pub fn stop_clock(
    case: &Case<'_>,
    by: &Taker,
    stopping: &Stopping,
    now: Instant,
) -> Result<Moved, Vec<Refusal>> {
    let (task, open, mut reasons) = may_turn(case, by, stopping)?;
    reasons.extend(open.stopped.as_ref().map(|since| refuse::clock_stopped(case, task, since)));
    let passed = open.due_at.filter(|_| crate::deadline::is_over(open, now));
    reasons.extend(passed.map(|due| refuse::deadline_passed(case, task, due)));
    let (reason, refused) = read_reason(Needed::Required, &stopping.reason);
    reasons.extend(refused);
    let (Some(reason), true) = (reason, reasons.is_empty()) else { return Err(reasons) };
    let mut moved = Moved::next(case.running());
    moved.reason = Some(reason.clone());
    if let Some(open) = moved.task_mut(task.name) {
        open.stopped = Some(Stopped { since: now, reason });
    }
    Ok(moved)
}

/// Lets a stopped clock run again, or says every reason why not.
pub fn resume(
    case: &Case<'_>,
    by: &Taker,
    resuming: &Stopping,
    now: Instant,
    days: &WorkingDays,
) -> Result<Moved, Vec<Refusal>> {
    let (task, open, mut reasons) = may_turn(case, by, resuming)?;
    let (reason, refused) = read_reason(Needed::Optional, &resuming.reason);
    reasons.extend(refused);
    let Some(stopped) = &open.stopped else {
        reasons.push(refuse::clock_running(case, task));
        return Err(reasons);
    };
    if !reasons.is_empty() {
        return Err(reasons);
    }
    let mut moved = Moved::next(case.running());
    moved.reason = reason;
    if let Some(open) = moved.task_mut(task.name) {
        open.stopped = None;
        open.stopped_days += days.between(stopped.since, now);
        open.due_at = open.due_at.map(|due| later(task, due, stopped.since, now, days));
    }
    Ok(moved)
}

/// Whether this person may stop and start the clock of an open task.
pub fn may_turn_clock(case: &Case<'_>, task: &str, by: &Taker) -> bool {
    case.task(task).is_some_and(|(_, open)| {
        is_one_of(case, case.process().stops_clock, Some(open), by.person, &by.rights)
    })
}

fn may_turn<'a>(
    case: &Case<'a>,
    by: &Taker,
    stopping: &Stopping,
) -> Result<(&'static Task, &'a OpenTask, Vec<Refusal>), Vec<Refusal>> {
    let mut reasons = not_current(case, stopping.expected_version)?;
    let Some((task, open)) = case.task(&stopping.task) else {
        reasons.push(refuse::step_out_of_turn(case));
        return Err(reasons);
    };
    if !is_one_of(case, case.process().stops_clock, Some(open), by.person, &by.rights) {
        reasons.push(refuse::move_not_yours());
    }
    reasons.extend(by.on_behalf_of.as_ref().map(|_| refuse::stand_in_not_allowed()));
    Ok((task, open, reasons))
}

/// The deadline after a stop: as much later as the clock stood still, counted as it is counted.
fn later(task: &Task, due: Instant, since: Instant, now: Instant, days: &WorkingDays) -> Instant {
    let is_calendar =
        task.deadline.is_some_and(|deadline| matches!(deadline.days, Days::Calendar(_)));
    let stood = |days: i64| u16::try_from(days.max(0)).unwrap_or(u16::MAX);
    if is_calendar {
        let span = days.date(now).duration_since(days.date(since));
        days.add_calendar(due, stood(span.as_hours() / 24))
    } else {
        days.add(due, stood(days.between(since, now)))
    }
}
