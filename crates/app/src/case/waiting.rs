//! Tasks that wait: for somebody, for their organisations; filtered, counted, in order.

use super::reading::{Row, rows_of};
use super::{process_of, terms_of};
use crate::account::sign_in_required;
use crate::act::{No, Stop};
use crate::asker::Asker;
use crate::city::{City, Rx};
use access::Act as A;
use base::{Instant, Label, Level, OrganisationId, PersonId, Refusal};
use store::case::Case;
use store::task::{After, Giver, Order, Reader, TaskFilter, Waiting, Which};

/// What of the tasks is asked for; everything where nothing is said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TasksWanted {
    pub process: Option<&'static str>,
    /// Tasks that are open in this state of the process.
    pub state: Option<&'static str>,
    pub task: Option<&'static str>,
    pub due_from: Option<Instant>,
    pub due_before: Option<Instant>,
    pub level: Option<Level>,
    /// Words of the case.
    pub text: String,
    pub order: Order,
}

impl TasksWanted {
    /// Every task, the most urgent first.
    pub fn all() -> Self {
        Self::default()
    }

    /// The same, only what was due before this moment.
    pub fn before(self, now: Instant) -> Self {
        let due_before = Some(self.due_before.map_or(now, |before| before.min(now)));
        Self { due_before, ..self }
    }

    /// The names of the tasks that process, state and task leave; `None` for any.
    pub fn tasks(&self) -> Option<Vec<&'static str>> {
        if self.task.is_none() && self.state.is_none() {
            return None;
        }
        let processes = super::PROCESSES.iter().copied();
        let states = processes
            .filter(|process| self.process.is_none_or(|name| process.name == name))
            .flat_map(|process| process.states)
            .filter(|state| self.state.is_none_or(|name| state.name == name));
        let names = states
            .flat_map(|state| state.tasks)
            .map(|task| task.name)
            .filter(|name| self.task.is_none_or(|wanted| wanted == *name));
        Some(names.collect())
    }
}

/// A line of a task list.
#[derive(Clone, Debug)]
pub struct TaskRow {
    pub row: Row,
    pub task: String,
    /// Whether it is somebody's already.
    pub is_given: bool,
    pub is_mine: bool,
    /// Whether it is given to somebody for whom the reader stands in.
    pub is_for_another: bool,
    /// `None` without a deadline, and while its clock stands still.
    pub due_at: Option<Instant>,
    pub is_late: bool,
}

/// A page of tasks.
#[derive(Default)]
pub struct TaskPage {
    pub rows: Vec<TaskRow>,
    pub next: Option<After>,
    /// The highest label among the rows.
    pub label: Label,
}

/// How many tasks wait for somebody.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub mine: u64,
    pub mine_late: u64,
    pub ours: u64,
    pub ours_late: u64,
}

impl City {
    /// A page of the tasks that wait for the reader, or for the reader's organisations.
    pub fn tasks(
        &self,
        asker: &Asker,
        (which, wanted): (Which, &TasksWanted),
        after: Option<&After>,
        limit: usize,
    ) -> Result<TaskPage, No> {
        let (page, person) = self.read(asker, |rx| {
            let reader = reader(rx, wanted)?;
            let limit = limit.clamp(1, base::limits::PAGE_ROWS_MAX);
            let terms = terms_of(&wanted.text);
            let filter = filter(wanted, &terms);
            let mut found = store::task::tasks(rx.tx, &reader, (which, &filter), after, limit + 1)?;
            let has_more = found.len() > limit;
            found.truncate(limit);
            let next = found.last().filter(|_| has_more).map(|last| key_of(last, wanted.order));
            // Rows and tasks go side by side below, so what has no row has no task either.
            found.retain(|waiting| process_of(&waiting.case.running.process).is_some());
            let cases: Vec<Case> = found.iter().map(|waiting| waiting.case.clone()).collect();
            let rows = rows_of(rx, cases)?;
            let (now, person) = (rx.now, rx.actor.person);
            let row = |(row, waiting)| task_row(row, waiting, person, now);
            let rows: Vec<TaskRow> = rows.into_iter().zip(&found).map(row).collect();
            let label = rows
                .iter()
                .fold(Label::public(), |label, it| label.least_upper_bound(&it.row.label));
            Ok((TaskPage { rows, next, label }, person))
        })?;
        self.note_rows(asker, person, page.rows.iter().map(|task| &task.row))?;
        Ok(page)
    }

    /// How many tasks wait, under the same filter.
    pub fn task_counts(&self, asker: &Asker, wanted: &TasksWanted) -> Result<Counts, No> {
        self.read(asker, |rx| {
            let (reader, now) = (reader(rx, wanted)?, rx.now);
            let terms = terms_of(&wanted.text);
            let filter = filter(wanted, &terms);
            let mut count = |which| store::task::count_tasks(rx.tx, &reader, (which, &filter), now);
            let (mine, mine_late) = count(Which::Mine)?;
            let (ours, ours_late) = count(Which::Ours)?;
            Ok(Counts { mine, mine_late, ours, ours_late })
        })
    }

    /// How many tasks wait for the reader alone.
    pub fn own_task_count(&self, asker: &Asker) -> Result<u64, No> {
        self.read(asker, n_own_tasks)
    }
}

/// How many tasks wait for the reader alone.
pub(crate) fn n_own_tasks(rx: &mut Rx<'_, '_>) -> Result<u64, Stop> {
    let wanted = TasksWanted::all();
    let (reader, now) = (reader(rx, &wanted)?, rx.now);
    let all = TaskFilter::default();
    Ok(store::task::count_tasks(rx.tx, &reader, (Which::Mine, &all), now)?.0)
}

/// For whom tasks are counted in the bar, stand-ins aside; none where no task can be.
pub(crate) fn own_tasks(rx: &mut Rx<'_, '_>) -> Result<Option<Reader>, Stop> {
    let Some(person) = rx.actor.person else { return Ok(None) };
    if !rx.actor.covers(A::ListCases.row().scope) {
        return Ok(None);
    }
    let gates = gates(rx, None)?;
    let roles = own_roles(rx)?;
    Ok(Some(Reader { person, roles, gates, givers: Vec::new() }))
}

/// The roles by which the reader may take tasks: who may list no case at all, such as an administrator
/// of the machinery, has none.
fn own_roles(rx: &mut Rx<'_, '_>) -> Result<Vec<(OrganisationId, &'static str)>, Stop> {
    if rx.filter(A::ListCases)? == access::Filter::Never {
        return Ok(Vec::new());
    }
    let word = |(organisation, role): &(OrganisationId, access::Role)| (*organisation, role.word());
    Ok(rx.actor.roles.iter().map(word).collect())
}

fn filter<'a>(wanted: &'a TasksWanted, terms: &'a [store::case_word::Term]) -> TaskFilter<'a> {
    TaskFilter {
        process: wanted.process,
        tasks: wanted.tasks(),
        due_from: wanted.due_from,
        due_before: wanted.due_before,
        terms,
        order: wanted.order,
    }
}

fn task_row(row: Row, waiting: &Waiting, person: Option<PersonId>, now: Instant) -> TaskRow {
    let open = waiting.case.running.tasks.iter().find(|open| open.name == waiting.task);
    let assignee = open.and_then(|open| open.assignee);
    let is_mine = assignee.is_some() && assignee == person;
    TaskRow {
        row,
        task: waiting.task.clone(),
        is_given: waiting.is_given || assignee.is_some(),
        is_mine,
        // Rows of roles say that a task is given; one that is not mine and yet not given to
        // others is listed because of whom I stand in for.
        is_for_another: assignee.is_some() && !is_mine && !waiting.is_given,
        due_at: waiting.due_at,
        is_late: waiting.due_at.is_some_and(|due| due < now),
    }
}

fn key_of(waiting: &Waiting, order: Order) -> After {
    let open = waiting.case.running.tasks.iter().find(|open| open.name == waiting.task);
    let at = match order {
        Order::Due => waiting.due_at.map_or(i64::MAX, Instant::micros),
        Order::Oldest => open.map_or(0, |open| open.opened_at.micros()),
    };
    After(at, waiting.case.id.to_string(), waiting.task.clone())
}

/// Who lists tasks: roles word by word, the labels they may read, and for whom they stand in.
fn reader(rx: &mut Rx<'_, '_>, wanted: &TasksWanted) -> Result<Reader, Stop> {
    let person = rx.actor.person.ok_or_else(sign_in_required)?;
    // A key for cases is enough; the row of the desk page would ask for the account's scope too.
    if !rx.actor.covers(A::ListCases.row().scope) {
        return Err(Refusal::new(base::Class::NotAllowed, "not-allowed").into());
    }
    let gates = gates(rx, wanted.level)?;
    let roles = own_roles(rx)?;
    let live = rx.stand_ins()?.to_vec();
    let giver = |it: store::stand_in::StandIn| Giver {
        person: it.delegation.giver,
        process: it.delegation.process,
        tasks: it.delegation.tasks,
    };
    // Who has no role for tasks takes none of others either.
    let givers = live.into_iter().filter(|_| !roles.is_empty()).map(giver).collect();
    Ok(Reader { person, roles, gates, givers })
}

/// The labels that the reader may read, of this level alone where one is named.
pub(super) fn gates(rx: &mut Rx<'_, '_>, level: Option<Level>) -> Result<Vec<String>, Stop> {
    let clearance = rx.actor.clearance.clone();
    let is_wanted = |gate: &&String| {
        Label::from_gate(gate).is_some_and(|label| {
            clearance.may_read(&label) && level.is_none_or(|level| label.level == level)
        })
    };
    Ok(rx.gates()?.iter().filter(is_wanted).cloned().collect())
}
