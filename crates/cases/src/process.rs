//! The declaration: what a process is made of, as constants.
//!
//! Everything is `'static` and built in a `const`. [`Task::new`] and [`Step::new`] give the plain
//! case; a declaration names what differs: `Step { reason: Needed::Required, ..Step::new(…) }`.
//! Names are kebab-case; `words` has a text for each of them, see [`crate::words_of`].

/// Stands in [`Task::apart_from`] for the person who opened the case.
pub const OPENER: &str = "opener";

/// A declared process. A changed declaration gets a new version; running cases keep theirs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Process {
    pub name: &'static str,
    pub version: u32,
    /// The state in which a case begins.
    pub first: &'static str,
    pub states: &'static [State],
    /// How a case is taken back as a whole; `None` where it cannot be.
    pub withdrawal: Option<Withdrawal>,
    /// Who may give a task to somebody; [`Who::Assignee`] here lets the holder pass it on.
    pub assigns: &'static [Who],
    /// Who may stop a task's clock and let it run again.
    pub stops_clock: &'static [Who],
}

/// A state of a case. Its tasks run beside each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct State {
    pub name: &'static str,
    pub kind: Kind,
    /// The place on the progress bar; states may share one.
    pub stage: u8,
    pub tasks: &'static [Task],
}

/// What kind of state it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Open,
    /// Somebody outside the desk has to do something: the days here are no service time of the
    /// case. Deadlines of its own tasks run all the same.
    Waiting,
    End(Ending),
}

/// How a case ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ending {
    Granted,
    Partly,
    Refused,
    Withdrawn,
    Lapsed,
}

/// Something that one person has to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Task {
    /// Unique in the process.
    pub name: &'static str,
    /// Anybody who is one of these may take its steps.
    pub who: &'static [Who],
    /// Tasks, or [`OPENER`], that must be another person's. The rule holds both ways.
    pub apart_from: &'static [&'static str],
    pub stand_in: StandIn,
    pub deadline: Option<Deadline>,
    /// Whether people can take no step of it after the deadline; the deadline's own step must then
    /// carry on.
    pub closes_at_deadline: bool,
    pub steps: &'static [Step],
}

impl Task {
    /// A task without steps, deadline, stand-ins or distinct persons, to be completed by
    /// `Task { steps, ..Task::new(name, who) }`.
    pub const fn new(name: &'static str, who: &'static [Who]) -> Self {
        Self {
            name,
            who,
            apart_from: &[],
            stand_in: StandIn::No,
            deadline: None,
            closes_at_deadline: false,
            steps: &[],
        }
    }

    /// The step of this name.
    pub fn step(&self, name: &str) -> Option<&'static Step> {
        self.steps.iter().find(|step| step.name == name)
    }
}

/// Who may do something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// Holders of the role in the organisation whose desk has the case.
    Role(&'static str),
    /// Holders of the role in the organisation whose matter it is.
    OwnerRole(&'static str),
    /// The person who opened the case.
    Opener,
    /// The person to whom the task is given.
    Assignee,
}

/// Whether somebody else may act in the name of one who may take a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StandIn {
    No,
    /// Only who holds a role named in [`Task::who`] as well.
    WithRole,
    Anybody,
}

/// Until when a task has to be done, and what happens otherwise.
///
/// Reminders come 7, 3 and 1 working days before, see [`crate::deadline::REMINDERS`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deadline {
    pub days: Days,
    pub then: AtDeadline,
}

/// A length of time, counted from the day after the task opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Days {
    Working(u16),
    /// Calendar days; an end on a day of rest moves to the next working day.
    Calendar(u16),
}

/// What happens once a deadline has passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AtDeadline {
    /// Whoever has the task is told that it is late.
    Remind,
    /// Holders of this role at the desk are told.
    Escalate(&'static str),
    /// The timer takes this step of the task.
    Step(&'static str),
}

/// One way to act on a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// Unique in its task.
    pub name: &'static str,
    /// What it asks for.
    pub asks: &'static [Ask],
    pub reason: Needed,
    pub documents: Needed,
    /// How sure it must be who takes it.
    pub sureness: Sureness,
    /// Tasks whose earlier takings no longer count: a case sent back makes its reviews void.
    pub voids: &'static [&'static str],
    /// Whether it is taken at the task's deadline only: people see no such step.
    pub by_timer_only: bool,
    pub to: To,
}

impl Step {
    /// A step that asks for nothing and needs a signed-in person.
    pub const fn new(name: &'static str, to: To) -> Self {
        Self {
            name,
            asks: &[],
            reason: Needed::No,
            documents: Needed::No,
            sureness: Sureness::SignedIn,
            voids: &[],
            by_timer_only: false,
            to,
        }
    }
}

/// Where a step leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum To {
    /// The task stays open.
    Stay,
    /// The case goes there at once; other tasks of the state close undone.
    State(&'static str),
    /// The task is done; the case goes there with the last task of the state.
    Join(&'static str),
}

/// Whether something has to be given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needed {
    No,
    Optional,
    Required,
}

/// How sure it is who acts; the later includes the earlier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sureness {
    SignedIn,
    SecondFactor,
    /// Proved again within the last minutes.
    Fresh,
}

/// One question of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ask {
    /// The key of the answer, and the name of the form's field.
    pub name: &'static str,
    pub kind: AskKind,
    pub required: bool,
}

/// What an answer looks like, as JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AskKind {
    /// A text of at most so many characters.
    Text { max_chars: usize },
    /// `true` or `false`.
    YesNo,
    /// One of these words.
    Choice(&'static [&'static str]),
    /// A text `YYYY-MM-DD`.
    Date,
    /// A whole number, both bounds included.
    Number { min: i64, max: i64 },
    /// An object: to whom, and a percentage as text with at most four digits behind the point.
    /// The sum is exactly 100.
    Share100,
    /// An object: item name to one of [`crate::answer::MARKS`]. Where the answer is required,
    /// every item is.
    Checklist(&'static [ChecklistItem]),
}

/// One condition of a checklist.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChecklistItem {
    pub name: &'static str,
    /// The clause that asks for it, shown beside it.
    pub clause: &'static str,
}

/// How a case is taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Withdrawal {
    pub who: &'static [Who],
    /// The states in which it can be.
    pub from: &'static [&'static str],
    /// A state that ends as [`Ending::Withdrawn`].
    pub to: &'static str,
    pub reason: Needed,
    pub sureness: Sureness,
}

impl Process {
    /// The state of this name.
    pub fn state(&self, name: &str) -> Option<&'static State> {
        self.states.iter().find(|state| state.name == name)
    }

    /// The task of this name, in whatever state.
    pub fn task(&self, name: &str) -> Option<&'static Task> {
        self.tasks().find(|task| task.name == name)
    }

    /// All tasks, in the order of their states.
    pub fn tasks(&self) -> impl Iterator<Item = &'static Task> {
        self.states.iter().flat_map(|state| state.tasks)
    }
}

impl State {
    /// The task of this name.
    pub fn task(&self, name: &str) -> Option<&'static Task> {
        self.tasks.iter().find(|task| task.name == name)
    }

    /// How a case ends here, if it does.
    pub fn ending(&self) -> Option<Ending> {
        match self.kind {
            Kind::End(ending) => Some(ending),
            Kind::Open | Kind::Waiting => None,
        }
    }
}
