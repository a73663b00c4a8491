//! Open tasks as lists show them: for whom they wait, which of them, in which order.
//!
//! Every list reads the index of `case_takers` once for each reason why a task waits for the
//! reader, so that a page costs the same among ten and ten thousand.

use crate::case::{Case, END_OF_TIME, SELECT, read};
use crate::case_word::{Term, having};
use crate::filter::Composer;
use crate::{Composed, StoreError, Tx, args, statements};
use base::{CaseId, Instant, OrganisationId, PersonId};

statements! {
    OF_ASSIGNEE = "select case_id, task from case_tasks where assignee = $1 and assignee <> ''
                   order by case_id, task limit $2";
    N_OF_ASSIGNEE = "select count(*) from case_tasks where assignee = $1 and assignee <> ''";
    ASSIGNEES = "select distinct assignee from case_tasks
                 where assignee > $1 and assignee <> '' order by assignee limit $2";
}

/// A row of a task list.
#[derive(Clone, Debug)]
pub struct Waiting {
    pub case: Case,
    pub task: String,
    pub is_given: bool,
    pub due_at: Option<Instant>,
}

/// Where a task list goes on: due time (or when it was opened), case, task.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct After(pub i64, pub String, pub String);

/// Which tasks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// Those the person can take now: given to them, to nobody yet, or to somebody for whom they
    /// stand in.
    Mine,
    /// All that their roles could take, whoever has them.
    Ours,
}

/// In which order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// The most urgent first, those without a deadline last.
    #[default]
    Due,
    /// What has waited longest first.
    Oldest,
}

impl Order {
    fn column(self) -> &'static str {
        match self {
            Self::Due => "due_at",
            Self::Oldest => "opened_at",
        }
    }
}

/// What of the tasks is wanted; everything where nothing is said.
#[derive(Clone, Debug, Default)]
pub struct TaskFilter<'a> {
    pub process: Option<&'a str>,
    /// One of these tasks.
    pub tasks: Option<Vec<&'a str>>,
    /// Due at this moment or later.
    pub due_from: Option<Instant>,
    /// Due before this moment.
    pub due_before: Option<Instant>,
    /// All of these words stand in the case.
    pub terms: &'a [Term],
    pub order: Order,
}

/// Somebody for whom the reader stands in, for these tasks of a process.
#[derive(Clone, Debug)]
pub struct Giver {
    pub person: PersonId,
    pub process: String,
    pub tasks: Vec<String>,
}

/// For whom tasks are listed.
#[derive(Clone, Debug)]
pub struct Reader {
    pub person: PersonId,
    /// Organisation and word of the role.
    pub roles: Vec<(OrganisationId, &'static str)>,
    /// Labels that the reader may read, in their written form.
    pub gates: Vec<String>,
    /// For whom the reader stands in now.
    pub givers: Vec<Giver>,
}

/// A page of waiting tasks.
pub fn tasks(
    tx: &mut Tx<'_>,
    reader: &Reader,
    (which, filter): (Which, &TaskFilter<'_>),
    after: Option<&After>,
    limit: usize,
) -> Result<Vec<Waiting>, StoreError> {
    let column = filter.order.column();
    let mut keys: Vec<(After, bool, i64)> = Vec::new();
    for source in sources(reader, which) {
        let mut composer = Composer::default();
        let mut chosen = chosen(&mut composer, reader, &source, which, filter);
        if let Some(after) = after {
            chosen.push_str(" and ");
            chosen.push_str(&beyond(&mut composer, column, after));
        }
        let sql = format!(
            "select {column}, case_id, task, is_given, due_at from case_takers where {chosen} \
             order by {column}, case_id, task limit {limit}"
        );
        for row in tx.composed(&Composed { sql, args: composer.args })? {
            let key = After(row.int(0)?, row.text(1)?, row.text(2)?);
            keys.push((key, row.bool(3)?, row.int(4)?));
        }
    }
    keys.sort_by(|(a, ..), (b, ..)| (a.0, &a.1, &a.2).cmp(&(b.0, &b.1, &b.2)));
    keys.dedup_by(|(a, ..), (b, ..)| a == b);
    keys.truncate(limit);
    let mut composer = Composer::default();
    let wanted = composer.any_of("cases.id", keys.iter().map(|(key, ..)| key.1.as_str()));
    let sql = format!("{SELECT} from cases where {wanted}");
    let found = tx.composed(&Composed { sql, args: composer.args })?;
    let found: Vec<Case> = found.iter().map(read).collect::<Result<_, _>>()?;
    let mut waiting = Vec::with_capacity(keys.len());
    for (After(_, id, task), is_given, due) in keys {
        let Some(case) = found.iter().find(|case| case.id.to_string() == id) else { continue };
        let due_at = (due != END_OF_TIME).then(|| Instant::from_micros(due));
        waiting.push(Waiting { case: case.clone(), task, is_given, due_at });
    }
    Ok(waiting)
}

/// How many tasks wait, and how many of them are late; each at most one more than
/// `COUNTED_MAX`, which says that there are more.
pub fn count_tasks(
    tx: &mut Tx<'_>,
    reader: &Reader,
    (which, filter): (Which, &TaskFilter<'_>),
    now: Instant,
) -> Result<(u64, u64), StoreError> {
    let most = base::limits::COUNTED_MAX + 1;
    let mut composer = Composer::default();
    let waiting = counted(&mut composer, reader, (which, filter));
    let late = composer.bind(now);
    let sql = format!(
        "select count(*), coalesce(sum(case when due_at < {late} then 1 else 0 end), 0) \
         from ({waiting}) waiting"
    );
    let rows = tx.composed(&Composed { sql, args: composer.args })?;
    rows.first().map_or(Ok((0, 0)), |row| Ok((row.count(0)?.min(most), row.count(1)?.min(most))))
}

/// The tasks that wait, each once, to be counted.
pub(crate) fn counted(
    composer: &mut Composer,
    reader: &Reader,
    (which, filter): (Which, &TaskFilter<'_>),
) -> String {
    let most = base::limits::COUNTED_MAX + 1;
    let parts: Vec<String> = sources(reader, which)
        .iter()
        .map(|source| {
            let chosen = chosen(composer, reader, source, which, filter);
            // The first due are counted, so that none late is left out for one that is not.
            format!(
                "select case_id, task, due_at from (select case_id, task, due_at \
                 from case_takers where {chosen} order by due_at limit {most}) some_of_them"
            )
        })
        .collect();
    // `union` counts a task once, by however many of their roles the reader could take it.
    parts.join(" union ")
}

/// Tasks that are given to a person.
pub fn of_assignee(
    tx: &mut Tx<'_>,
    person: PersonId,
    limit: usize,
) -> Result<Vec<(CaseId, String)>, StoreError> {
    tx.rows(&OF_ASSIGNEE, args![person, limit])?
        .iter()
        .map(|row| Ok((row.parsed(0, |text| CaseId::parse(text).ok())?, row.text(1)?)))
        .collect()
}

/// How many tasks are given to a person.
pub fn n_of_assignee(tx: &mut Tx<'_>, person: PersonId) -> Result<u64, StoreError> {
    tx.row(&N_OF_ASSIGNEE, args![person])?.map_or(Ok(0), |row| row.count(0))
}

/// People to whom tasks are given, after this one.
pub fn assignees(
    tx: &mut Tx<'_>,
    after: Option<PersonId>,
    limit: usize,
) -> Result<Vec<PersonId>, StoreError> {
    let after = after.map_or_else(String::new, |person| person.to_string());
    tx.rows(&ASSIGNEES, args![after, limit])?
        .iter()
        .map(|row| row.parsed(0, |text| PersonId::parse(text).ok()))
        .collect()
}

/// Why a task may wait for the reader.
enum Source<'a> {
    Person,
    Role(&'a OrganisationId, &'static str),
    Giver(&'a Giver),
}

fn sources(reader: &Reader, which: Which) -> Vec<Source<'_>> {
    let roles = reader.roles.iter().map(|(organisation, role)| Source::Role(organisation, role));
    // What is given to those for whom they stand in is among the tasks of their own roles anyway.
    let givers = reader.givers.iter().filter(|_| which == Which::Mine).map(Source::Giver);
    std::iter::once(Source::Person).chain(roles).chain(givers).collect()
}

fn chosen(
    composer: &mut Composer,
    reader: &Reader,
    source: &Source<'_>,
    which: Which,
    filter: &TaskFilter<'_>,
) -> String {
    let mut parts = vec![match source {
        Source::Person => {
            let person = composer.bind(reader.person);
            format!("person = {person} and person <> ''")
        }
        Source::Role(organisation, role) => {
            let (organisation, role) = (composer.bind(**organisation), composer.bind(*role));
            format!("organisation = {organisation} and role = {role}")
        }
        Source::Giver(giver) => stands_in(composer, reader, giver),
    }];
    if which == Which::Mine {
        let no = composer.bind(false);
        parts.push(format!("is_given = {no}"));
    }
    if let Some(process) = filter.process {
        let process = composer.bind(process);
        parts.push(format!("process = {process}"));
    }
    if let Some(tasks) = &filter.tasks {
        parts.push(composer.any_of("task", tasks.iter().copied()));
    }
    if let Some(from) = filter.due_from {
        let from = composer.bind(from);
        parts.push(format!("due_at >= {from} and due_at < {END_OF_TIME}"));
    }
    if let Some(before) = filter.due_before {
        let before = composer.bind(before);
        parts.push(format!("due_at < {before}"));
    }
    parts.push(composer.any_of("gate", &reader.gates));
    parts.extend(having(composer, "case_id", filter.terms));
    parts.join(" and ")
}

/// Tasks given to somebody for whom the reader stands in. A stand-in needs the role as well: so
/// that the list names no case that its reader could not look at.
fn stands_in(composer: &mut Composer, reader: &Reader, giver: &Giver) -> String {
    let person = composer.bind(giver.person);
    let process = composer.bind(&giver.process);
    let tasks = composer.any_of("task", &giver.tasks);
    let held: Vec<String> = reader
        .roles
        .iter()
        .map(|(organisation, role)| {
            let (organisation, role) = (composer.bind(*organisation), composer.bind(*role));
            format!("(own.organisation = {organisation} and own.role = {role})")
        })
        .collect();
    let held = if held.is_empty() { "1 = 0".to_owned() } else { held.join(" or ") };
    format!(
        "person = {person} and person <> '' and process = {process} and {tasks} \
         and exists (select 1 from case_takers own where own.case_id = case_takers.case_id \
                     and own.task = case_takers.task and ({held}))"
    )
}

fn beyond(composer: &mut Composer, column: &str, After(at, case, task): &After) -> String {
    let (at, again) = (composer.bind(*at), composer.bind(*at));
    let (case, same, task) = (composer.bind(case), composer.bind(case), composer.bind(task));
    format!(
        "({column} > {at} or ({column} = {again} and (case_id > {case} \
         or (case_id = {same} and task > {task}))))"
    )
}
