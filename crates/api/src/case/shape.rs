//! Cases as published: one of them, lists, tasks that wait, figures, and what a move is told.

use crate::case::{place, task_place};
use crate::file::shape::DocumentJson;
use crate::operation::Call;
use crate::process::shape::{StepJson, TermJson};
use crate::release::shape::ReviewJson;
use crate::reply;
use crate::shape::{LabelJson, Moment, NamedJson, NextJson, TextJson};
use app::case::TaskTimes;
use app::case::{CaseMoved, Counts, ListPage, MoveView, Offered, Row, TaskPage, TaskRow, View};
use base::{Bilingual, Instant};
use cases::{OpenTask, Stage, Standing};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// A case as lists show it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "CaseSummary")]
pub struct SummaryJson {
    pub id: String,
    /// What people say aloud: `RR-2026-7K3QXM-4`.
    pub reference: String,
    /// The page about it.
    pub url: String,
    pub process: TermJson,
    pub state: TermJson,
    /// `granted`, `partly`, `refused`, `withdrawn` or `lapsed`; null while it runs.
    pub ending: Option<String>,
    pub title: TextJson,
    pub owner: NamedJson,
    pub label: LabelJson,
    /// When the first of its open tasks is due.
    #[schemars(with = "Option<Moment>")]
    pub due_at: Option<String>,
    pub tasks: Vec<OpenSummaryJson>,
    #[schemars(with = "Moment")]
    pub opened_at: String,
    #[schemars(with = "Moment")]
    pub changed_at: String,
}

impl SummaryJson {
    fn of(call: &Call<'_>, row: &Row) -> Self {
        let process = row.process.name;
        Self {
            id: row.id.to_string(),
            reference: row.reference.to_string(),
            url: call.url(&format!("/cases/{}", row.id)),
            process: TermJson::process(process),
            state: TermJson::state(process, &row.state),
            ending: some(&row.ending),
            title: (&row.title).into(),
            owner: NamedJson::new(row.owner.0, &row.owner.1),
            label: (&row.label).into(),
            due_at: row.due_at.map(Instant::rfc3339),
            tasks: row.open.iter().map(|open| OpenSummaryJson::of(process, open)).collect(),
            opened_at: row.opened_at.rfc3339(),
            changed_at: row.changed_at.rfc3339(),
        }
    }
}

/// An open task as lists show it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "OpenTaskSummary")]
pub struct OpenSummaryJson {
    pub task: TermJson,
    /// Who has it; null while it is free.
    pub assignee: Option<NamedJson>,
    /// Null without a time limit, and while its clock stands still.
    #[schemars(with = "Option<Moment>")]
    pub due_at: Option<String>,
    /// Since when its clock stands still; null while it runs.
    #[schemars(with = "Option<Moment>")]
    pub stopped_at: Option<String>,
}

impl OpenSummaryJson {
    fn of(process: &str, of: &app::case::OpenTask) -> Self {
        Self {
            task: TermJson::task(process, &of.task),
            assignee: of.assignee.as_ref().map(|(id, name)| NamedJson::new(id, name)),
            due_at: of.due_at.map(Instant::rfc3339),
            stopped_at: of.stopped_at.map(Instant::rfc3339),
        }
    }
}

fn some(text: &str) -> Option<String> {
    Some(text.to_owned()).filter(|text| !text.is_empty())
}

/// A page of cases, newest change first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "CaseList")]
pub struct CasesJson {
    pub data: Vec<SummaryJson>,
    /// Null at the end.
    pub next: Option<NextJson>,
    /// The whole list under the same filter, by process and state; null when it is longer than
    /// 2,000.
    pub counts: Option<Vec<CountJson>>,
}

/// How many cases are in a state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "CaseCount")]
pub struct CountJson {
    pub process: String,
    pub state: String,
    pub n: u64,
}

impl CasesJson {
    pub(crate) fn of(call: &Call<'_>, page: &ListPage) -> Self {
        let count = |(process, state, n): &(String, String, u64)| CountJson {
            process: process.clone(),
            state: state.clone(),
            n: *n,
        };
        Self {
            data: page.rows.iter().map(|row| SummaryJson::of(call, row)).collect(),
            next: reply::next(call, page.next.map(place)),
            counts: page.counts.as_ref().map(|counts| counts.iter().map(count).collect()),
        }
    }
}

/// A task that waits for somebody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "WaitingTask")]
pub struct WaitingJson {
    pub task: TermJson,
    pub case: SummaryJson,
    /// Whether somebody has it already.
    pub is_given: bool,
    /// Whether it was given to you.
    pub is_mine: bool,
    /// Whether it was given to somebody for whom you stand in.
    pub is_for_another: bool,
    #[schemars(with = "Option<Moment>")]
    pub due_at: Option<String>,
    pub is_late: bool,
}

impl WaitingJson {
    fn of(call: &Call<'_>, of: &TaskRow) -> Self {
        Self {
            task: TermJson::task(of.row.process.name, &of.task),
            case: SummaryJson::of(call, &of.row),
            is_given: of.is_given,
            is_mine: of.is_mine,
            is_for_another: of.is_for_another,
            due_at: of.due_at.map(Instant::rfc3339),
            is_late: of.is_late,
        }
    }
}

/// A page of tasks, the first due first, those without a deadline last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "TaskList")]
pub struct TasksJson {
    pub data: Vec<WaitingJson>,
    /// Null at the end.
    pub next: Option<NextJson>,
    pub counts: TaskCountsJson,
}

/// How many tasks wait under the same filter, late or not. Each is counted up to 2,000; 2,001 says
/// that there are more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "TaskCounts")]
pub struct TaskCountsJson {
    /// Those that you can take: given to you, or to nobody yet.
    pub mine: u64,
    pub mine_late: u64,
    /// Those that your roles can take, whoever has them.
    pub ours: u64,
    pub ours_late: u64,
}

impl From<Counts> for TaskCountsJson {
    fn from(of: Counts) -> Self {
        let Counts { mine, mine_late, ours, ours_late } = of;
        Self { mine, mine_late, ours, ours_late }
    }
}

impl TasksJson {
    pub(crate) fn of(call: &Call<'_>, page: &TaskPage, counts: Counts) -> Self {
        Self {
            data: page.rows.iter().map(|row| WaitingJson::of(call, row)).collect(),
            next: reply::next(call, page.next.as_ref().map(task_place)),
            counts: counts.into(),
        }
    }
}

/// A case as this reader may see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "Case")]
pub struct CaseJson {
    pub id: String,
    pub reference: String,
    /// The page about it.
    pub url: String,
    pub process: TermJson,
    /// The version of the declaration that it runs by.
    pub process_version: u32,
    pub state: TermJson,
    /// `granted`, `partly`, `refused`, `withdrawn` or `lapsed`; null while it runs.
    pub ending: Option<String>,
    pub label: LabelJson,
    /// Whose matter it is.
    pub owner: NamedJson,
    /// Whose desk has it.
    pub desk: NamedJson,
    pub opener: NamedJson,
    /// The technology that it is about, where this reader may see it.
    pub technology: Option<AboutJson>,
    /// Counts the moves; send it back with the next one.
    pub version: u64,
    #[schemars(with = "Moment")]
    pub opened_at: String,
    #[schemars(with = "Moment")]
    pub changed_at: String,
    #[schemars(with = "Option<Moment>")]
    pub ended_at: Option<String>,
    /// Why the reader sees it: `officer`, `owner` or `opener`.
    pub view: String,
    pub stages: Vec<StageJson>,
    /// The open tasks.
    pub tasks: Vec<OpenTaskJson>,
    /// What you may do now. A missing second factor or fresh proof hides nothing.
    pub offered: Vec<OfferedJson>,
    pub may: CaseMayJson,
    /// Oldest first.
    pub documents: Vec<DocumentJson>,
    /// Newest first.
    pub moves: Vec<MoveJson>,
    /// The matter of a release review; null in other processes.
    pub review: Option<ReviewJson>,
    /// The matter of an enquiry; null in other processes.
    pub enquiry: Option<EnquiryJson>,
    /// What is said about a firm that is registered or joined; null in other processes.
    pub registration: Option<RegisteredJson>,
}

/// A technology that a case is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "CaseTechnology")]
pub struct AboutJson {
    pub id: String,
    pub reference: String,
    /// Empty while it is a stub.
    pub title: TextJson,
}

/// A place on the progress bar.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "CaseStage")]
pub struct StageJson {
    pub stage: u8,
    /// The states that share the place.
    pub states: Vec<TermJson>,
    /// `done`, `now`, `ahead` or `skipped`.
    pub standing: String,
}

impl StageJson {
    fn of(process: &str, of: &Stage) -> Self {
        let standing = match of.standing {
            Standing::Done => "done",
            Standing::Now => "now",
            Standing::Ahead => "ahead",
            Standing::Skipped => "skipped",
        };
        Self {
            stage: of.index,
            states: of.states.iter().map(|state| TermJson::state(process, state)).collect(),
            standing: standing.to_owned(),
        }
    }
}

/// A task that is open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "OpenTask")]
pub struct OpenTaskJson {
    pub task: TermJson,
    /// Who has it; null while it is free.
    pub assignee: Option<NamedJson>,
    #[schemars(with = "Moment")]
    pub opened_at: String,
    #[schemars(with = "Option<Moment>")]
    pub due_at: Option<String>,
    pub is_late: bool,
    /// Since when and why its clock stands still; null while it runs.
    pub stopped: Option<StoppedJson>,
    /// Whether you could take it up: assign it to yourself.
    pub may_take_up: bool,
    /// Whether you could give it to somebody.
    pub may_give: bool,
    /// Whether you could stop its clock, or let it run again.
    pub may_turn_clock: bool,
}

/// A clock that stands still.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "StoppedClock")]
pub struct StoppedJson {
    #[schemars(with = "Moment")]
    pub since: String,
    pub reason: String,
}

impl OpenTaskJson {
    fn of(call: &Call<'_>, view: &View, of: &OpenTask) -> Self {
        let named = |id| {
            let name = view.assignees.get(&id).cloned().unwrap_or_default();
            NamedJson::new(id, &name)
        };
        let stopped = of
            .stopped
            .as_ref()
            .map(|it| StoppedJson { since: it.since.rfc3339(), reason: it.reason.clone() });
        Self {
            task: TermJson::task(view.process.name, &of.name),
            assignee: of.assignee.map(named),
            opened_at: of.opened_at.rfc3339(),
            due_at: of.due_at.map(Instant::rfc3339),
            is_late: stopped.is_none() && of.due_at.is_some_and(|due| due < call.request.now),
            stopped,
            may_take_up: view.takes_up.contains(&of.name),
            may_give: view.gives.contains(&of.name),
            may_turn_clock: view.turns.contains(&of.name),
        }
    }
}

/// A step that the reader could take now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "OfferedStep")]
pub struct OfferedJson {
    /// The word of the task.
    pub task: String,
    #[serde(flatten)]
    pub step: StepJson,
}

impl OfferedJson {
    fn of(process: &str, of: &Offered) -> Self {
        Self { task: of.task.name.to_owned(), step: StepJson::of(process, of.step) }
    }
}

/// Which moves besides steps this reader may make.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "CaseMay")]
pub struct CaseMayJson {
    pub withdraw: bool,
    pub note: bool,
}

/// What happened once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "CaseMove")]
pub struct MoveJson {
    pub n: u64,
    /// `opened`, `step`, `note`, `assigned`, `withdrawn`, `stopped`, `resumed`, `announced` or
    /// `changed`.
    pub kind: String,
    pub task: Option<TermJson>,
    pub step: Option<TermJson>,
    /// Null where nobody did it: the clock, or somebody who is not registered.
    pub person: Option<NamedJson>,
    /// To whom a task was given; null where it was put back.
    pub to: Option<NamedJson>,
    /// The reason, or the text of a note.
    pub reason: String,
    /// By the names of what the step asked.
    pub answers: Map<String, Value>,
    /// The state afterwards.
    pub state: TermJson,
    #[schemars(with = "Moment")]
    pub at: String,
}

impl MoveJson {
    fn of(process: &str, of: &MoveView) -> Self {
        let named = |it: &Option<(base::PersonId, Bilingual)>| {
            it.as_ref().map(|(id, name)| NamedJson::new(id, name))
        };
        let mut answers = of.answers.clone();
        // To whom a task was given is told once, with the name.
        if of.kind == "assigned" {
            answers.clear();
        }
        Self {
            n: of.n,
            kind: of.kind.clone(),
            task: some(&of.task).map(|task| TermJson::task(process, &task)),
            step: some(&of.step).map(|step| TermJson::step(process, &step)),
            person: named(&of.person),
            to: named(&of.to),
            reason: of.reason.clone(),
            answers,
            state: TermJson::state(process, &of.state),
            at: of.at.rfc3339(),
        }
    }
}

/// What somebody asked about a technology.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "Enquiry")]
pub struct EnquiryJson {
    pub name: String,
    pub email: String,
    pub organisation: String,
    pub message: String,
}

/// A firm that somebody speaks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "RegisteredFirm")]
pub struct RegisteredJson {
    /// Unified social credit code.
    pub credit_code: String,
    pub firm: TextJson,
    pub evidence: String,
    /// The organisation that held the code when the case was opened; null where none did.
    pub organisation: Option<String>,
}

impl From<parties::registration::Application> for RegisteredJson {
    fn from(of: parties::registration::Application) -> Self {
        Self {
            credit_code: of.credit_code,
            firm: (&of.name).into(),
            evidence: of.evidence,
            organisation: of.organisation.map(|id| id.to_string()),
        }
    }
}

impl CaseJson {
    /// The case for this reader.
    pub(crate) fn of(call: &Call<'_>, view: &View) -> Self {
        let (case, process) = (&view.case, view.process.name);
        let running = &case.running;
        let is = |name: &str| process == name;
        let about = view.technology.as_ref().map(|(id, reference, title)| AboutJson {
            id: id.to_string(),
            reference: reference.to_string(),
            title: title.into(),
        });
        let review = Some(case).filter(|_| is(trading::release::NAME));
        let enquiry = Some(case).filter(|_| is(trading::enquiry::NAME));
        let enquiry = enquiry.and_then(app::enquiry::enquiry_of).map(|it| EnquiryJson {
            name: it.name,
            email: it.email,
            organisation: it.organisation,
            message: it.message,
        });
        Self {
            id: case.id.to_string(),
            reference: case.reference.to_string(),
            url: call.url(&format!("/cases/{}", case.id)),
            process: TermJson::process(process),
            process_version: running.process_version,
            state: TermJson::state(process, &running.state),
            ending: some(&case.ending),
            label: (&case.label).into(),
            owner: NamedJson::new(view.owner.id, &view.owner.profile.name),
            desk: NamedJson::new(view.desk.id, &view.desk.profile.name),
            opener: NamedJson::new(running.opener, &view.opener),
            technology: about,
            version: running.version,
            opened_at: running.opened_at.rfc3339(),
            changed_at: case.changed_at.rfc3339(),
            ended_at: case.ended_at.map(Instant::rfc3339),
            view: view.view.to_owned(),
            stages: view.stages.iter().map(|stage| StageJson::of(process, stage)).collect(),
            tasks: running.tasks.iter().map(|it| OpenTaskJson::of(call, view, it)).collect(),
            offered: view.offered.iter().map(|it| OfferedJson::of(process, it)).collect(),
            may: CaseMayJson { withdraw: view.may_withdraw, note: view.may_note },
            documents: view.documents.iter().map(|it| DocumentJson::of(call, it)).collect(),
            moves: view.moves.iter().map(|it| MoveJson::of(process, it)).collect(),
            review: review.and_then(app::release::matter_of).as_ref().map(Into::into),
            enquiry,
            registration: app::registration::application_of(case).map(Into::into),
        }
    }
}

/// How long the tasks of a process took in the last year at your organisations.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "ProcessFigures")]
pub struct FiguresJson {
    pub process: TermJson,
    pub data: Vec<TimesJson>,
}

/// How long a task took, in working days.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "TaskTimes")]
pub struct TimesJson {
    /// Null for the case as a whole.
    pub task: Option<TermJson>,
    /// How many were finished.
    pub n: usize,
    /// How many of them after their due time.
    pub n_late: usize,
    pub median_days: i64,
    /// Nine of ten took no longer.
    pub p90_days: i64,
}

impl FiguresJson {
    pub(crate) fn of(process: &str, times: &[(String, TaskTimes)]) -> Self {
        let data = times.iter().map(|(task, times)| TimesJson {
            task: (task != process).then(|| TermJson::task(process, task)),
            n: times.n,
            n_late: times.n_late,
            median_days: times.median,
            p90_days: times.p90,
        });
        Self { process: TermJson::process(process), data: data.collect() }
    }
}

/// A step to be taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "TakeStep")]
pub struct StepTakenJson {
    /// The version seen; may stand in `If-Match` instead.
    #[serde(default)]
    pub version: Option<u64>,
    /// The word of the task.
    pub task: String,
    /// The word of the step.
    pub step: String,
    /// By the names of what the step asks; the schema of each stands with the offered step.
    #[serde(default)]
    pub answers: Map<String, Value>,
    #[serde(default)]
    pub reason: String,
    /// The id of the person for whom you stand in; left out where you act by your own right.
    #[serde(default)]
    pub on_behalf_of: Option<String>,
    /// Files that you handed in before, by their ids.
    #[serde(default)]
    pub documents: Vec<String>,
}

/// A clock to be stopped, or to run again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "TurnClock")]
pub struct ClockJson {
    /// The version seen; may stand in `If-Match` instead.
    #[serde(default)]
    pub version: Option<u64>,
    /// The word of the task.
    pub task: String,
    /// Needed to stop a clock: what is waited for.
    #[serde(default)]
    pub reason: String,
}

/// A note that everybody who sees the case can read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "CaseNote")]
pub struct NoteJson {
    pub text: String,
    /// Files that you handed in before, by their ids.
    #[serde(default)]
    pub documents: Vec<String>,
}

/// To whom a task is given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Assignment")]
pub struct AssignJson {
    /// The version seen; may stand in `If-Match` instead.
    #[serde(default)]
    pub version: Option<u64>,
    /// The word of the task.
    pub task: String,
    /// The id of a person, your own to take it up; null or left out puts the task back.
    #[serde(default)]
    pub to: Option<String>,
    #[serde(default)]
    pub reason: String,
}

/// What a move of a case is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "CaseMoved")]
pub struct MovedJson {
    pub id: String,
    pub reference: String,
    /// The word of the state afterwards.
    pub state: String,
    /// The version to send with the next move.
    pub version: u64,
    /// The technology that came of it, where one did.
    pub technology: Option<String>,
}

impl From<CaseMoved> for MovedJson {
    fn from(of: CaseMoved) -> Self {
        Self {
            id: of.case.to_string(),
            reference: of.reference.to_string(),
            state: of.state,
            version: of.version,
            technology: of.technology.map(|id| id.to_string()),
        }
    }
}
