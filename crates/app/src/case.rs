//! Cases: the desk and the pages of every process, and the acts that all processes share.
//!
//! The engine `cases` decides who may take which step when; a domain adds only what a step means
//! for its matter, see [`effect_of`]. A case and its thing move in the same act.

pub(crate) mod acts;
mod clock;
mod desk;
mod passing;
mod reading;
mod stand_in;
mod timer;
mod waiting;
mod wording;

pub use acts::{AssignTask, CaseMoved, NoteCase, TakeStep, WithdrawCase};
pub use clock::{Turn, TurnClock};
pub(crate) use desk::desk_for;
pub use desk::{Desk, SetDesk};
pub use passing::{PassOnTasks, Passed};
pub(crate) use passing::{pass_on, successor};
pub use reading::{
    CasesWanted, Colleague, ListPage, MOVES_MAX, MoveView, Offered, OpenTask, Row, TaskTimes, View,
};
pub(crate) use stand_in::live as live_stand_ins;
pub use stand_in::{EndStandIn, NameStandIn, Named, STAND_INS_MAX, StandIns};
pub(crate) use stand_in::{giver, live};
pub use store::case::{ListOrder, Wanted};
pub use store::stand_in::StandIn;
pub use store::task::{After, Order, TaskFilter, Which};
pub use timer::AnnounceDue;
pub use waiting::{Counts, TaskPage, TaskRow, TasksWanted};
pub(crate) use waiting::{n_own_tasks, own_tasks};
pub use wording::{terms_of, words_of};

use crate::act::{About, Cx, Stop};
use access::{Actor, Assurance, Thing};
use base::{CaseId, Class, Instant, Label, OrganisationId, PersonId, Refusal, WorkingDays};
use cases::{Moved, Process, Rights, Running, Sureness, Taker, Who};
use store::case::{Case, Move, Task, Time};

/// Every process of the city, all versions that may still be running.
pub static PROCESSES: &[&Process] = &[
    &trading::release::REVIEW,
    &trading::enquiry::ENQUIRY,
    &parties::registration::REGISTRATION,
    &parties::registration::JOINING,
];

/// The city's working days.
pub fn working_days() -> &'static WorkingDays {
    WorkingDays::china()
}

/// The declaration that a case runs by.
pub fn process_of(name: &str) -> Option<&'static Process> {
    PROCESSES.iter().copied().find(|process| process.name == name)
}

/// What access judges of a case.
pub fn thing_of(case: &Case) -> Thing {
    let state = process_of(&case.running.process).and_then(|it| it.state(&case.running.state));
    Thing {
        owner: Some(case.owner),
        desk: Some(case.desk),
        person: Some(case.running.opener),
        state: state.map_or("", |state| state.name),
        label: case.label.clone(),
    }
}

/// The roles of somebody as they count for a case of this owner and desk.
pub(crate) fn rights(actor: &Actor, owner: OrganisationId, desk: OrganisationId) -> Rights {
    let held = |wanted: OrganisationId| {
        let roles = actor.roles.iter().filter(move |(organisation, _)| *organisation == wanted);
        roles.map(|(_, role)| role.word()).collect()
    };
    Rights { desk: held(desk), owner: held(owner) }
}

/// Who acts, as the engine asks. Nobody signed in takes no step.
pub(crate) fn taker(actor: &Actor, case: &Case) -> Option<Taker> {
    let sureness = match actor.assurance {
        Assurance::Anonymous | Assurance::SignedIn => Sureness::SignedIn,
        Assurance::SecondFactor => Sureness::SecondFactor,
        // A key proves that it was made with care, not that somebody is there now.
        Assurance::Fresh if actor.scopes.is_some() => Sureness::SecondFactor,
        Assurance::Fresh => Sureness::Fresh,
    };
    Some(Taker {
        person: actor.person?,
        rights: rights(actor, case.owner, case.desk),
        sureness,
        on_behalf_of: None,
    })
}

pub(crate) fn find(cx: &mut Cx<'_, '_>, id: CaseId) -> Result<Case, Stop> {
    Ok(store::case::find(cx.tx, id)?.ok_or_else(Refusal::not_found)?)
}

/// A case to be opened.
pub(crate) struct Opening<'a> {
    pub process: &'static Process,
    /// Two letters of its reference.
    pub kind: &'static str,
    pub thing: String,
    pub owner: OrganisationId,
    pub desk: OrganisationId,
    pub opener: PersonId,
    pub label: &'a Label,
    pub matter: serde_json::Value,
    /// Documents that were handed in with it.
    pub documents: Vec<store::file::File>,
}

/// Opens a case and writes its first move down.
pub(crate) fn open(cx: &mut Cx<'_, '_>, it: Opening<'_>) -> Result<Case, Stop> {
    let running = cases::open(it.process, it.opener, cx.now, working_days());
    let case = Case {
        id: cx.city.with_chance(|chance| CaseId::new(cx.now, chance)),
        reference: cx.city.reference(it.kind, cx.now),
        thing: it.thing,
        owner: it.owner,
        desk: it.desk,
        label: it.label.clone(),
        version: 1,
        running,
        ending: String::new(),
        matter: it.matter,
        changed_at: cx.now,
        ended_at: None,
    };
    let tasks = tasks_of(&case)?;
    store::case::add(cx.tx, &case, &tasks)?;
    let said = Said { kind: "opened", documents: it.documents, ..Said::default() };
    write_down(cx, &case, &said)?;
    Ok(case)
}

/// What a move says of itself.
#[derive(Clone, Debug, Default)]
pub(crate) struct Said {
    /// The kind of the move, and of its event: `case-<kind>`.
    pub kind: &'static str,
    pub task: String,
    pub step: String,
    /// In whose name, where a stand-in acted.
    pub on_behalf_of: Option<PersonId>,
    pub reason: String,
    pub answers: serde_json::Map<String, serde_json::Value>,
    /// Documents that come with it.
    pub documents: Vec<store::file::File>,
    /// Facts that followers need besides.
    pub more: Option<(&'static str, serde_json::Value)>,
}

/// Saves what became of a case, with its move, times and event. Somebody faster is a conflict.
pub(crate) fn save(
    cx: &mut Cx<'_, '_>,
    before: &Case,
    after: Case,
    moved: Option<&Moved>,
    said: &Said,
) -> Result<Case, Stop> {
    let mut case = Case { version: before.version + 1, changed_at: cx.now, ..after };
    if let Some(ended) = moved.and_then(|moved| moved.ended.as_ref()) {
        case.ended_at = Some(cx.now);
        case.ending = ending_word(ended.ending).to_owned();
    }
    let tasks = tasks_of(&case)?;
    if !store::case::change(cx.tx, before.version, &case, &tasks)? {
        return Err(Refusal::new(Class::Conflict, "version-conflict").into());
    }
    let whole = moved.and_then(|moved| moved.ended.as_ref()).map(|ended| &ended.whole);
    let closed = moved.map_or(&[][..], |moved| &moved.closed);
    for closed in closed.iter().filter(|closed| closed.is_done).chain(whole) {
        let time = Time {
            task: &closed.name,
            closed_at: closed.closed_at,
            days: closed.days(working_days()),
            is_late: closed.due_at.is_some_and(|due| due < closed.closed_at),
        };
        store::case::add_time(cx.tx, &case, &time)?;
    }
    write_down(cx, &case, said)?;
    Ok(case)
}

fn write_down(cx: &mut Cx<'_, '_>, case: &Case, said: &Said) -> Result<(), Stop> {
    let it = Move {
        n: case.version,
        kind: said.kind.to_owned(),
        task: said.task.clone(),
        step: said.step.clone(),
        person: cx.actor.person,
        on_behalf_of: said.on_behalf_of,
        reason: said.reason.clone(),
        answers: serde_json::Value::Object(said.answers.clone()),
        state: case.running.state.clone(),
        act: cx.act.to_string(),
        at: cx.now,
    };
    store::case::add_move(cx.tx, case.id, &it)?;
    wording::add(cx.tx, case, said)?;
    // Reasons and answers are the case's alone: the log keeps that there was a move, and where to.
    let mut body = serde_json::json!({
        "process": case.running.process,
        "task": said.task,
        "step": said.step,
        "state": case.running.state,
        "thing": case.thing,
    });
    if !said.documents.is_empty() {
        body["documents"] = crate::file::hang_on_case(cx, case, &said.documents)?;
    }
    if let Some((name, value)) = &said.more {
        body[*name] = value.clone();
    }
    let about = About {
        thing: case.id.to_string(),
        version: case.version,
        owner: Some(case.owner),
        label: &case.label,
        state: &case.running.state,
    };
    cx.event(&format!("case-{}", said.kind), about, body);
    Ok(())
}

/// The word of an ending, as it is stored and published.
pub fn ending_word(ending: cases::Ending) -> &'static str {
    match ending {
        cases::Ending::Granted => "granted",
        cases::Ending::Partly => "partly",
        cases::Ending::Refused => "refused",
        cases::Ending::Withdrawn => "withdrawn",
        cases::Ending::Lapsed => "lapsed",
    }
}

/// The open tasks as rows: who may take them, when something has to be announced.
fn tasks_of(case: &Case) -> Result<Vec<Task>, Refusal> {
    let declared = cases::Case::find(PROCESSES, &case.running)?;
    let wakes = cases::wakes_at(&declared, working_days());
    let row = |(task, open): (&cases::Task, &cases::OpenTask)| Task {
        task: open.name.clone(),
        assignee: open.assignee,
        opened_at: open.opened_at,
        // While its clock stands still a task is neither urgent nor late.
        due_at: open.due_at.filter(|_| open.stopped.is_none()),
        next_at: wakes,
        takers: task.who.iter().filter_map(|who| taker_of(case, who)).collect(),
    };
    Ok(declared.tasks().map(row).collect())
}

/// Whom a declared taker means in this case; nobody before a task is given.
pub(crate) fn taker_of(case: &Case, who: &Who) -> Option<store::case::Taker> {
    match who {
        Who::Role(role) => Some(store::case::Taker::Role(case.desk, (*role).to_owned())),
        Who::OwnerRole(role) => Some(store::case::Taker::Role(case.owner, (*role).to_owned())),
        Who::Opener => Some(store::case::Taker::Person(case.running.opener)),
        Who::Assignee => None,
    }
}

/// What a step does besides moving the case.
pub(crate) enum Effect {
    None,
    /// The reviewed text is let out.
    Release(Box<crate::release::Letting>),
    /// Somebody gets a place in a firm, which is added where it is new.
    Admit(Box<crate::registration::Admitting>),
    /// The firm has an administrator, who decides from now on.
    PassOn(Box<(PersonId, OrganisationId, parties::registration::Application)>),
}

/// What a step means for the matter of its process: may change the matter and the new state's
/// deadlines, and says what else has to be saved.
pub(crate) fn effect_of(
    case: &mut Case,
    facts: &acts::Facts,
    (task, step): (&str, &str),
    answers: &serde_json::Map<String, serde_json::Value>,
    cx: &Cx<'_, '_>,
) -> Result<Effect, Vec<Refusal>> {
    match case.running.process.as_str() {
        trading::release::NAME => {
            crate::release::effect(case, facts.technology.as_ref(), (task, step), answers, cx)
        }
        parties::registration::NAME | parties::registration::JOINING_NAME => {
            let standing = facts.standing.as_ref().ok_or_else(Refusal::not_found);
            crate::registration::effect(case, standing.map_err(acts::one)?, (task, step), answers)
        }
        _ => Ok(Effect::None),
    }
}

/// Sets the deadline of the open tasks to the end of a day that somebody named, or of the next
/// working day.
pub(crate) fn due_on(running: &mut Running, day: base::Date) {
    let days = working_days();
    let (sign, minutes) = (days.offset_minutes().signum(), days.offset_minutes().abs());
    let sign = if sign < 0 { '-' } else { '+' };
    let noon = format!("{day}T12:00:00{sign}{:02}:{:02}", minutes / 60, minutes % 60);
    let Some(noon) = Instant::parse_rfc3339(&noon) else { return };
    for open in &mut running.tasks {
        open.due_at = Some(days.add_calendar(noon, 0));
    }
}

#[cfg(test)]
mod tests;
