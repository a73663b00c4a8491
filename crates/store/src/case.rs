//! Cases: their rows, open tasks and who may take them, and every move.

use crate::case_word::{Term, having};
use crate::filter::{Columns, Composer};
use crate::{Composed, Row, StoreError, Tx, Value, args, statements};
use access::Filter;
use base::{CaseId, Instant, Label, OrganisationId, PersonId, Reference};
use cases::Running;

statements! {
    ADD = "insert into cases (id, reference, process, state, ending, thing, owner, desk, opener,
                              gate, version, running, matter, opened_at, changed_at, ended_at,
                              is_worded)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)";
    CHANGE = "update cases set state = $3, ending = $4, gate = $5, version = $6, running = $7,
                  matter = $8, changed_at = $9, ended_at = $10, thing = $11
              where id = $1 and version = $2";
    FIND = "select id, reference, process, thing, owner, desk, opener, gate, version, running,
                matter, opened_at, changed_at, ended_at, ending
            from cases where id = $1";
    BY_REFERENCE = "select id from cases where reference = $1";
    OF_THING = "select id, reference, process, thing, owner, desk, opener, gate, version, running,
                    matter, opened_at, changed_at, ended_at, ending
                from cases where thing = $1 and ended_at = 0 order by id limit 20";
    CLEAR_TASKS = "delete from case_tasks where case_id = $1";
    ADD_TASK = "insert into case_tasks (case_id, task, assignee, opened_at, due_at, next_at)
                values ($1, $2, $3, $4, $5, $6)";
    CLEAR_TAKERS = "delete from case_takers where case_id = $1";
    ADD_TAKER = "insert into case_takers (organisation, role, person, is_given, due_at, case_id,
                                          task, gate, process, opened_at)
                 values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
                 on conflict (case_id, task, organisation, role, person) do nothing";
    ADD_MOVE = "insert into case_moves (case_id, n, kind, task, step, person, on_behalf_of, reason,
                                        answers, state, act, at)
                values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
    MOVES = "select n, kind, task, step, person, on_behalf_of, reason, answers, state, act, at
             from case_moves where case_id = $1 order by n desc limit $2";
    TO_ANNOUNCE = "select case_id from case_tasks where next_at > 0 and next_at <= $1
                   order by next_at, case_id limit $2";
    DESK = "select organisation from case_desks where process = $1";
    DESKS = "select process, organisation from case_desks order by process";
    SET_DESK = "insert into case_desks (process, organisation) values ($1, $2)
                on conflict (process) do update set organisation = $2";
    CLEAR_DESK = "delete from case_desks where process = $1";
    ADD_TIME = "insert into case_times (process, task, case_id, n, owner, desk, closed_at, days,
                                        is_late)
                values ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
}

/// The due time of a task without a deadline.
pub(crate) const END_OF_TIME: i64 = i64::MAX;

/// A case as it is kept.
#[derive(Clone, Debug)]
pub struct Case {
    pub id: CaseId,
    pub reference: Reference,
    /// What it is about: the outer form of an id.
    pub thing: String,
    /// The organisation whose matter it is.
    pub owner: OrganisationId,
    /// The organisation whose desk has it.
    pub desk: OrganisationId,
    pub label: Label,
    /// Counts what was written to it, notes and reminders included.
    pub version: u64,
    pub running: Running,
    /// The ending's word, or empty.
    pub ending: String,
    /// What the process keeps about its matter; its shape belongs to the domain.
    pub matter: serde_json::Value,
    pub changed_at: Instant,
    pub ended_at: Option<Instant>,
}

/// A task as lists show it, with what its deadline wants next.
#[derive(Clone, Debug)]
pub struct Task {
    pub task: String,
    pub assignee: Option<PersonId>,
    pub opened_at: Instant,
    pub due_at: Option<Instant>,
    /// When something has to be announced.
    pub next_at: Option<Instant>,
    pub takers: Vec<Taker>,
}

/// Who may take a task.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Taker {
    Role(OrganisationId, String),
    Person(PersonId),
}

/// One move of a case.
#[derive(Clone, Debug)]
pub struct Move {
    pub n: u64,
    /// `opened`, `step`, `note`, `assigned`, `withdrawn`, `stopped`, `resumed`, `announced`,
    /// `changed`.
    pub kind: String,
    pub task: String,
    pub step: String,
    pub person: Option<PersonId>,
    pub on_behalf_of: Option<PersonId>,
    pub reason: String,
    pub answers: serde_json::Value,
    /// The state afterwards.
    pub state: String,
    pub act: String,
    pub at: Instant,
}

/// The columns that access calls owner, desk, person, state and gate.
const COLUMNS: Columns = Columns {
    owner: "cases.owner",
    desk: "cases.desk",
    person: "cases.opener",
    state: "cases.state",
    gate: "cases.gate",
};

pub(crate) const SELECT: &str = "select cases.id, cases.reference, cases.process, cases.thing, cases.owner, \
     cases.desk, cases.opener, cases.gate, cases.version, cases.running, cases.matter, \
     cases.opened_at, cases.changed_at, cases.ended_at, cases.ending";

/// Adds a case with its open tasks.
pub fn add(tx: &mut Tx<'_>, case: &Case, tasks: &[Task]) -> Result<(), StoreError> {
    crate::gate::add(tx, &case.label.gate())?;
    let row = [
        case.id.into(),
        (&case.reference).into(),
        (&case.running.process).into(),
        (&case.running.state).into(),
        (&case.ending).into(),
        (&case.thing).into(),
        case.owner.into(),
        case.desk.into(),
        case.running.opener.into(),
        case.label.gate().into(),
        case.version.into(),
        crate::json(&case.running),
        crate::json(&case.matter),
        case.running.opened_at.into(),
        case.changed_at.into(),
        case.ended_at.map_or(0, Instant::micros).into(),
        true.into(),
    ];
    tx.later(&ADD, &row)?;
    add_tasks(tx, case, tasks)
}

/// Changes a case that is still at version `before`, and its open tasks.
pub fn change(
    tx: &mut Tx<'_>,
    before: u64,
    case: &Case,
    tasks: &[Task],
) -> Result<bool, StoreError> {
    crate::gate::add(tx, &case.label.gate())?;
    let row = [
        case.id.into(),
        before.into(),
        (&case.running.state).into(),
        (&case.ending).into(),
        case.label.gate().into(),
        case.version.into(),
        crate::json(&case.running),
        crate::json(&case.matter),
        case.changed_at.into(),
        case.ended_at.map_or(0, Instant::micros).into(),
        (&case.thing).into(),
    ];
    if tx.run(&CHANGE, &row)? == 0 {
        return Ok(false);
    }
    tx.later(&CLEAR_TAKERS, args![case.id])?;
    tx.later(&CLEAR_TASKS, args![case.id])?;
    add_tasks(tx, case, tasks)?;
    Ok(true)
}

fn add_tasks(tx: &mut Tx<'_>, case: &Case, tasks: &[Task]) -> Result<(), StoreError> {
    for task in tasks {
        let assignee = task.assignee.map_or_else(String::new, |person| person.to_string());
        let due = task.due_at.map_or(0, Instant::micros);
        let next = task.next_at.map_or(0, Instant::micros);
        tx.later(&ADD_TASK, args![case.id, &task.task, assignee, task.opened_at, due, next])?;
        let due = task.due_at.map_or(END_OF_TIME, Instant::micros);
        let mut takers = task.takers.clone();
        takers.extend(task.assignee.map(Taker::Person));
        for taker in takers {
            let (organisation, role, person) = match taker {
                Taker::Role(organisation, role) => (organisation.to_string(), role, String::new()),
                // A task that is given to somebody is no longer anybody else's by name.
                Taker::Person(person) if task.assignee.is_some_and(|given| given != person) => {
                    continue;
                }
                Taker::Person(person) => (String::new(), String::new(), person.to_string()),
            };
            let is_given = task.assignee.is_some() && person.is_empty();
            let row = [
                organisation.into(),
                role.into(),
                person.into(),
                is_given.into(),
                due.into(),
                case.id.into(),
                (&task.task).into(),
                case.label.gate().into(),
                (&case.running.process).into(),
                task.opened_at.into(),
            ];
            tx.later(&ADD_TAKER, &row)?;
        }
    }
    Ok(())
}

/// One case.
pub fn find(tx: &mut Tx<'_>, id: CaseId) -> Result<Option<Case>, StoreError> {
    tx.row(&FIND, args![id])?.as_ref().map(read).transpose()
}

/// The case of this reference.
pub fn by_reference(tx: &mut Tx<'_>, text: &str) -> Result<Option<CaseId>, StoreError> {
    tx.row(&BY_REFERENCE, args![text])?
        .map(|row| row.parsed(0, |text| CaseId::parse(text).ok()))
        .transpose()
}

/// Open cases about a thing.
pub fn open_about(tx: &mut Tx<'_>, thing: &str) -> Result<Vec<Case>, StoreError> {
    tx.rows(&OF_THING, args![thing])?.iter().map(read).collect()
}

/// Writes a move down.
pub fn add_move(tx: &mut Tx<'_>, case: CaseId, it: &Move) -> Result<(), StoreError> {
    let name = |person: Option<PersonId>| person.map_or_else(String::new, |id| id.to_string());
    let row = [
        case.into(),
        it.n.into(),
        (&it.kind).into(),
        (&it.task).into(),
        (&it.step).into(),
        name(it.person).into(),
        name(it.on_behalf_of).into(),
        (&it.reason).into(),
        crate::json(&it.answers),
        (&it.state).into(),
        (&it.act).into(),
        it.at.into(),
    ];
    tx.later(&ADD_MOVE, &row)
}

/// The moves of a case, newest first.
pub fn moves(tx: &mut Tx<'_>, case: CaseId, limit: usize) -> Result<Vec<Move>, StoreError> {
    tx.rows(&MOVES, args![case, limit])?
        .iter()
        .map(|row| {
            Ok(Move {
                n: row.count(0)?,
                kind: row.text(1)?,
                task: row.text(2)?,
                step: row.text(3)?,
                person: PersonId::parse(row.str(4)?).ok(),
                on_behalf_of: PersonId::parse(row.str(5)?).ok(),
                reason: row.text(6)?,
                answers: row.json(7)?,
                state: row.text(8)?,
                act: row.text(9)?,
                at: row.instant(10)?,
            })
        })
        .collect()
}

/// Cases of which something has to be announced by now.
pub fn to_announce(tx: &mut Tx<'_>, now: Instant, limit: usize) -> Result<Vec<CaseId>, StoreError> {
    tx.rows(&TO_ANNOUNCE, args![now, limit])?
        .iter()
        .map(|row| row.parsed(0, |text| CaseId::parse(text).ok()))
        .collect()
}

/// The organisation whose desk handles a process, where one is named.
pub fn desk(tx: &mut Tx<'_>, process: &str) -> Result<Option<OrganisationId>, StoreError> {
    tx.row(&DESK, args![process])?
        .map(|row| row.parsed(0, |text| OrganisationId::parse(text).ok()))
        .transpose()
}

/// All desks that are named, by process.
pub fn desks(tx: &mut Tx<'_>) -> Result<Vec<(String, OrganisationId)>, StoreError> {
    tx.rows(&DESKS, &[])?
        .iter()
        .map(|row| Ok((row.text(0)?, row.parsed(1, |text| OrganisationId::parse(text).ok())?)))
        .collect()
}

/// Names the desk of a process.
pub fn set_desk(
    tx: &mut Tx<'_>,
    process: &str,
    organisation: OrganisationId,
) -> Result<(), StoreError> {
    tx.later(&SET_DESK, args![process, organisation])
}

/// Names no desk for a process any more.
pub fn clear_desk(tx: &mut Tx<'_>, process: &str) -> Result<(), StoreError> {
    tx.later(&CLEAR_DESK, args![process])
}

/// A finished task, or a whole case under its process's name.
pub struct Time<'a> {
    pub task: &'a str,
    pub closed_at: Instant,
    /// Working days that count.
    pub days: i64,
    pub is_late: bool,
}

/// Keeps how long a task took.
pub fn add_time(tx: &mut Tx<'_>, case: &Case, time: &Time<'_>) -> Result<(), StoreError> {
    let row = [
        (&case.running.process).into(),
        time.task.into(),
        case.id.into(),
        case.version.into(),
        case.owner.into(),
        case.desk.into(),
        time.closed_at.into(),
        time.days.into(),
        time.is_late.into(),
    ];
    tx.later(&ADD_TIME, &row)
}

/// Which cases a list shows.
#[derive(Clone, Debug, Default)]
pub struct Wanted<'a> {
    /// The name of a process, or every one.
    pub process: Option<&'a str>,
    pub state: Option<&'a str>,
    pub is_open: Option<bool>,
    pub opener: Option<PersonId>,
    pub thing: Option<&'a str>,
    /// One of these tasks is open.
    pub tasks: Option<Vec<&'a str>>,
    /// An open task is due at this moment or later.
    pub due_from: Option<Instant>,
    /// An open task is due before this moment.
    pub due_before: Option<Instant>,
    /// One of these labels, in their written form.
    pub gates: Option<&'a [String]>,
    /// All of these words stand in it.
    pub terms: &'a [Term],
    pub order: ListOrder,
}

/// In which order cases are listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ListOrder {
    /// The newest change first.
    #[default]
    Changed,
    /// What was opened first.
    Oldest,
}

/// A page of the cases that the filter passes, newest change first.
pub fn list(
    tx: &mut Tx<'_>,
    filter: &Filter,
    wanted: &Wanted<'_>,
    after: Option<(Instant, CaseId)>,
    limit: usize,
) -> Result<Vec<Case>, StoreError> {
    if filter.is_never() {
        return Ok(Vec::new());
    }
    let mut composer = Composer::default();
    let mut parts = conditions(&mut composer, filter, wanted);
    let (column, beyond, way) = match wanted.order {
        ListOrder::Changed => ("cases.changed_at", "<", "desc"),
        ListOrder::Oldest => ("cases.opened_at", ">", "asc"),
    };
    if let Some((at, id)) = after {
        let (at, again, id) = (composer.bind(at), composer.bind(at), composer.bind(id));
        parts.push(format!(
            "({column} {beyond} {at} or ({column} = {again} and cases.id {beyond} {id}))"
        ));
    }
    let sql = format!(
        "{SELECT} from cases where {} order by {column} {way}, cases.id {way} limit {limit}",
        parts.join(" and ")
    );
    tx.composed(&Composed { sql, args: composer.args })?.iter().map(read).collect()
}

/// How many cases there are of each process and state.
pub type Counted = Vec<(String, String, u64)>;

/// How many of them there are, by process and state; nothing when they are more than
/// `COUNTED_MAX`.
pub fn count(
    tx: &mut Tx<'_>,
    filter: &Filter,
    wanted: &Wanted<'_>,
) -> Result<Option<Counted>, StoreError> {
    if filter.is_never() {
        return Ok(Some(Vec::new()));
    }
    let mut composer = Composer::default();
    let parts = conditions(&mut composer, filter, wanted);
    let sql = format!(
        "select process, state, count(*) from (select cases.process, cases.state from cases \
         where {} limit {}) some_of_them group by process, state order by process, state",
        parts.join(" and "),
        base::limits::COUNTED_MAX + 1
    );
    let counts: Vec<(String, String, u64)> = tx
        .composed(&Composed { sql, args: composer.args })?
        .iter()
        .map(|row| Ok((row.text(0)?, row.text(1)?, row.count(2)?)))
        .collect::<Result<_, StoreError>>()?;
    let n: u64 = counts.iter().map(|(_, _, n)| n).sum();
    Ok((n <= base::limits::COUNTED_MAX).then_some(counts))
}

fn conditions(composer: &mut Composer, filter: &Filter, wanted: &Wanted<'_>) -> Vec<String> {
    let mut parts = vec![composer.filter(filter, COLUMNS)];
    let mut equals = |column: &str, value: Option<Value>| {
        if let Some(value) = value {
            let place = composer.bind(value);
            parts.push(format!("{column} = {place}"));
        }
    };
    equals("cases.process", wanted.process.map(Value::from));
    equals("cases.state", wanted.state.map(Value::from));
    equals("cases.thing", wanted.thing.map(Value::from));
    equals("cases.opener", wanted.opener.map(Value::from));
    match wanted.is_open {
        Some(true) => parts.push("cases.ended_at = 0".to_owned()),
        Some(false) => parts.push("cases.ended_at > 0".to_owned()),
        None => {}
    }
    if let Some(gates) = wanted.gates {
        parts.push(composer.any_of("cases.gate", gates));
    }
    parts.extend(open_task(composer, wanted));
    parts.extend(having(composer, "cases.id", wanted.terms));
    parts
}

/// That a task of this kind is open, where one is asked for.
fn open_task(composer: &mut Composer, wanted: &Wanted<'_>) -> Option<String> {
    let mut parts = Vec::new();
    if let Some(tasks) = &wanted.tasks {
        parts.push(composer.any_of("t.task", tasks.iter().copied()));
    }
    if let Some(from) = wanted.due_from {
        parts.push(format!("t.due_at >= {}", composer.bind(from)));
    }
    if let Some(before) = wanted.due_before {
        parts.push(format!("t.due_at > 0 and t.due_at < {}", composer.bind(before)));
    }
    (!parts.is_empty()).then(|| {
        format!(
            "exists (select 1 from case_tasks t where t.case_id = cases.id and {})",
            parts.join(" and ")
        )
    })
}

/// Times of finished tasks of a process since a moment, for the organisations that the reader
/// works for; at most `limit`.
pub fn times(
    tx: &mut Tx<'_>,
    process: &str,
    organisations: &[OrganisationId],
    since: Instant,
    limit: usize,
) -> Result<Vec<(String, i64, bool)>, StoreError> {
    let mut composer = Composer::default();
    let process = composer.bind(process);
    let since = composer.bind(since);
    let owner = composer.any_of("owner", organisations);
    let desk = composer.any_of("desk", organisations);
    let sql = format!(
        "select task, days, is_late from case_times where process = {process} \
         and closed_at >= {since} and ({owner} or {desk}) order by closed_at desc limit {limit}"
    );
    tx.composed(&Composed { sql, args: composer.args })?
        .iter()
        .map(|row| Ok((row.text(0)?, row.int(1)?, row.bool(2)?)))
        .collect()
}

pub(crate) fn read(row: &Row) -> Result<Case, StoreError> {
    let running: Running = row.json(9)?;
    let ended_at = row.int(13)?;
    Ok(Case {
        id: row.parsed(0, |text| CaseId::parse(text).ok())?,
        reference: row.parsed(1, Reference::parse)?,
        thing: row.text(3)?,
        owner: row.parsed(4, |text| OrganisationId::parse(text).ok())?,
        desk: row.parsed(5, |text| OrganisationId::parse(text).ok())?,
        label: row.parsed(7, Label::from_gate)?,
        version: row.count(8)?,
        ending: row.text(14)?,
        running,
        matter: row.json(10)?,
        changed_at: row.instant(12)?,
        ended_at: (ended_at > 0).then(|| Instant::from_micros(ended_at)),
    })
}
