//! A running case as it is stored, and the view that pairs it with its declaration.

use crate::process::{Ending, Process, State, Task};
use crate::refuse;
use base::{Instant, PersonId, Refusal};
use std::collections::BTreeSet;

/// The number of the stored shape, raised when the shape changes.
pub const FORMAT: u32 = 1;

/// A running or ended case. It never holds answers, reasons or documents: they belong to the
/// record of each move.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Running {
    /// Always [`FORMAT`]; another number is not read.
    #[serde(deserialize_with = "known_format")]
    pub format: u32,
    pub process: String,
    pub process_version: u32,
    pub state: String,
    pub opener: PersonId,
    pub opened_at: Instant,
    /// When the case came into its state.
    pub entered_at: Instant,
    /// Working days that are no service time: in waiting states that were left, and while the
    /// clock of a state's only task was stopped.
    pub waited_days: i64,
    /// Stages of the progress bar that the case has been in.
    pub stages: BTreeSet<u8>,
    /// The tasks open now, in the order of the declaration; those already joined are gone.
    pub tasks: Vec<OpenTask>,
    /// Who took steps of which task, the earliest first; a person stands once for each task, and
    /// again after a step made that void.
    pub takings: Vec<Taken>,
    /// Counts the moves, from 1. What is announced is no move.
    pub version: u64,
}

/// A task that waits to be done.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OpenTask {
    pub name: String,
    /// The one person to whom it is given; `None` while anybody fit may take it.
    pub assignee: Option<PersonId>,
    pub opened_at: Instant,
    /// The last moment in time; already moved by the days for which the clock was stopped.
    pub due_at: Option<Instant>,
    /// `Some` while its clock is stopped.
    pub stopped: Option<Stopped>,
    /// Working days for which its clock was stopped before.
    pub stopped_days: i64,
    /// The last reminder announced, in working days before the deadline.
    pub reminded: Option<u16>,
    /// Whether that which happens at the deadline has happened.
    pub is_overdue_announced: bool,
}

/// A stopped clock.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stopped {
    pub since: Instant,
    pub reason: String,
}

/// Somebody took a step of a task.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Taken {
    pub task: String,
    pub person: PersonId,
    /// In whose name, where a stand-in acted.
    pub on_behalf_of: Option<PersonId>,
    /// Whether a later step made it void.
    pub is_void: bool,
}

fn known_format<'de, D: serde::Deserializer<'de>>(from: D) -> Result<u32, D::Error> {
    let found = <u32 as serde::Deserialize>::deserialize(from)?;
    let unknown = || serde::de::Error::custom(format!("case format {found}, not {FORMAT}"));
    (found == FORMAT).then_some(found).ok_or_else(unknown)
}

/// A running case together with its declaration: what every decision looks at.
///
/// Invariant: the state and the open tasks are declared, and an ended case has no open task.
#[derive(Clone, Copy, Debug)]
pub struct Case<'a> {
    process: &'static Process,
    running: &'a Running,
    state: &'static State,
}

impl<'a> Case<'a> {
    /// Pairs a case with the declaration of its name and version.
    ///
    /// Refused as `case-process-unknown` where none of these is its own, or where the declaration
    /// was changed without a new version.
    pub fn find(processes: &[&'static Process], running: &'a Running) -> Result<Self, Refusal> {
        let is_own = |process: &&&'static Process| {
            process.name == running.process && process.version == running.process_version
        };
        let found = processes.iter().find(is_own).and_then(|process| {
            let state = process.state(&running.state)?;
            let fits = running.tasks.iter().all(|open| state.task(&open.name).is_some());
            fits.then_some(Self { process, running, state })
        });
        found.ok_or_else(|| refuse::process_unknown(running))
    }

    pub fn process(&self) -> &'static Process {
        self.process
    }

    pub fn running(&self) -> &'a Running {
        self.running
    }

    pub fn state(&self) -> &'static State {
        self.state
    }

    /// How the case ended, if it has.
    pub fn ending(&self) -> Option<Ending> {
        self.state.ending()
    }

    /// The open tasks with their declarations.
    pub fn tasks(&self) -> impl Iterator<Item = (&'static Task, &'a OpenTask)> {
        let state = self.state;
        self.running.tasks.iter().filter_map(move |open| Some((state.task(&open.name)?, open)))
    }

    /// The open task of this name.
    pub fn task(&self, name: &str) -> Option<(&'static Task, &'a OpenTask)> {
        self.tasks().find(|(task, _)| task.name == name)
    }
}
