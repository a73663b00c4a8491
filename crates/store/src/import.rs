//! Runs of imports: what was handed in, row by row, and what became of it.

use crate::filter::{Columns, Composer};
use crate::{Composed, Row, StoreError, Tx, args, statements};
use access::Filter;
use base::{ImportId, Instant, Label, OrganisationId, PersonId};
use trading::intake::{Problem, Record};

statements! {
    ADD = "insert into imports (id, owner, person, files, source, state, choice, n_rows, n_done,
                                counts, created_at, changed_at)
           values ($1, $2, $3, $4, $5, $6, $7, $8, 0, $9, $10, $10)";
    FIND = "select id, owner, person, files, source, state, choice, n_rows, n_done, counts,
                created_at, changed_at
            from imports where id = $1";
    UNFINISHED = "select id from imports where state = 'running' order by id limit 100";
    MOVE = "update imports set state = $2, n_done = $3, counts = $4, changed_at = $5, n_rows = $6,
                choice = $7
            where id = $1";
    ADD_ROW = "insert into import_rows
                   (import, n, file, line, record, outcome, technology, version_before)
               values ($1, $2, $3, $4, $5, '', '', 0)";
    ROWS = "select n, file, line, record, outcome, technology, version_before
            from import_rows where import = $1 and n > $2 order by n limit $3";
    SETTLE = "update import_rows set outcome = $3, technology = $4, version_before = $5
              where import = $1 and n = $2";
    ADD_PROBLEM = "insert into import_problems (import, n, problem) values ($1, $2, $3)";
    PROBLEMS = "select n, problem from import_problems where import = $1 and n > $2
                order by n limit $3";
    FORGET_ROWS = "delete from import_rows where import = $1";
    FORGET_PROBLEMS = "delete from import_problems where import = $1";
    N_PROBLEMS = "select count(*) from import_problems where import = $1";
}

/// How far a run has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunState {
    /// Read, and waiting for somebody to say yes.
    Staged,
    Running,
    Paused,
    Done,
    Undone,
    /// Put away before anything of it was written.
    Discarded,
}

impl RunState {
    /// The word of files and of the programming interface; `import-state-<word>` is its text.
    pub fn word(self) -> &'static str {
        match self {
            Self::Staged => "staged",
            Self::Running => "running",
            Self::Paused => "paused",
            Self::Done => "done",
            Self::Undone => "undone",
            Self::Discarded => "discarded",
        }
    }

    /// The word of the table, which knows a discarded run as one undone before its first row.
    fn stored(self) -> &'static str {
        match self {
            Self::Discarded => Self::Undone.word(),
            other => other.word(),
        }
    }

    /// Reads the word of the table.
    fn parse(word: &str) -> Option<Self> {
        [Self::Staged, Self::Running, Self::Paused, Self::Done, Self::Undone]
            .into_iter()
            .find(|state| state.word() == word)
    }
}

/// What became of the records; they add up to what was read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Counts {
    pub created: u64,
    pub updated: u64,
    pub unchanged: u64,
    pub stubs: u64,
    pub rejected: u64,
    pub unsupported: u64,
}

impl Counts {
    /// Adds those of another part.
    pub fn add(&mut self, other: Self) {
        self.created += other.created;
        self.updated += other.updated;
        self.unchanged += other.unchanged;
        self.stubs += other.stubs;
        self.rejected += other.rejected;
        self.unsupported += other.unsupported;
    }
}

/// One file that was handed in.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct FileRead {
    pub name: String,
    pub bytes: u64,
    pub sha256: String,
    pub format: String,
}

/// A run.
#[derive(Clone, Debug)]
pub struct Import {
    pub id: ImportId,
    pub owner: OrganisationId,
    pub person: Option<PersonId>,
    pub files: Vec<FileRead>,
    /// The public source that the officer named, or empty.
    pub source: String,
    pub state: RunState,
    /// Whether good rows go in although others are wrong.
    pub takes_good: bool,
    pub n_rows: u64,
    pub n_done: u64,
    pub counts: Counts,
    pub created_at: Instant,
    pub changed_at: Instant,
}

/// A row of a run.
#[derive(Clone, Debug)]
pub struct ImportRow {
    pub n: u64,
    pub file: String,
    pub line: u64,
    pub record: Record,
    /// Empty until settled, then a word of [`Counts`].
    pub outcome: String,
    pub technology: String,
    pub version_before: u64,
}

/// Adds a run.
pub fn add(tx: &mut Tx<'_>, run: &Import) -> Result<(), StoreError> {
    let row = [
        run.id.into(),
        run.owner.into(),
        run.person.map_or_else(String::new, |person| person.to_string()).into(),
        crate::json(&run.files),
        (&run.source).into(),
        run.state.stored().into(),
        choice(run).into(),
        run.n_rows.into(),
        crate::json(&run.counts),
        run.created_at.into(),
    ];
    tx.later(&ADD, &row)
}

/// One run.
pub fn find(tx: &mut Tx<'_>, id: ImportId) -> Result<Option<Import>, StoreError> {
    tx.row(&FIND, args![id])?.as_ref().map(read).transpose()
}

/// Runs that the filter passes, newest first, after the key of the last one seen.
pub fn newest(
    tx: &mut Tx<'_>,
    filter: &Filter,
    after: Option<(Instant, ImportId)>,
    limit: usize,
) -> Result<Vec<Import>, StoreError> {
    if filter.is_never() {
        return Ok(Vec::new());
    }
    let mut composer = Composer::default();
    let allowed = allowed(&mut composer, filter);
    let page = after.map_or_else(String::new, |(at, id)| {
        let (at, again, id) = (composer.bind(at), composer.bind(at), composer.bind(id));
        format!(" and (created_at < {at} or (created_at = {again} and id < {id}))")
    });
    let limit = composer.bind(limit);
    let sql = format!(
        "select id, owner, person, files, source, state, choice, n_rows, n_done, counts, \
         created_at, changed_at from imports where {allowed}{page} \
         order by created_at desc, id desc limit {limit}"
    );
    tx.composed(&Composed { sql, args: composer.args })?.iter().map(read).collect()
}

fn allowed(composer: &mut Composer, filter: &Filter) -> String {
    // A run has no label of its own: it is for its owner, as its events are.
    let gate = Label::public().gate();
    let gate = format!("cast({} as text)", composer.bind(gate));
    let (owner, desk, person, state) = ("owner", "state", "person", "state");
    let columns = Columns { owner, desk, person, state, gate: &gate };
    // A filter that is never passed does not ask for the gate, and PostgreSQL wants every value used.
    format!("{gate} is not null and {}", composer.filter(filter, columns))
}

/// A count of those in these states among the newest that the filter passes.
pub(crate) fn counted(
    composer: &mut Composer,
    filter: &Filter,
    states: &[RunState],
    limit: usize,
) -> String {
    let allowed = allowed(composer, filter);
    let states = composer.any_of("q.state", states.iter().map(|state| state.stored()));
    format!(
        "select count(*) from (select state from imports where {allowed}
             order by created_at desc, id desc limit {limit}) q where {states}"
    )
}

/// Runs that were going on when the program ended.
pub fn unfinished(tx: &mut Tx<'_>) -> Result<Vec<ImportId>, StoreError> {
    tx.rows(&UNFINISHED, &[])?
        .iter()
        .map(|row| row.parsed(0, |text| ImportId::parse(text).ok()))
        .collect()
}

/// Writes down how far a run has come.
pub fn save(tx: &mut Tx<'_>, run: &Import, now: Instant) -> Result<(), StoreError> {
    let row = [
        run.id.into(),
        run.state.stored().into(),
        run.n_done.into(),
        crate::json(&run.counts),
        now.into(),
        run.n_rows.into(),
        choice(run).into(),
    ];
    tx.later(&MOVE, &row)
}

/// Stages a record as row `n`.
pub fn add_row(tx: &mut Tx<'_>, id: ImportId, n: u64, record: &Record) -> Result<(), StoreError> {
    let row =
        [id.into(), n.into(), (&record.at.file).into(), record.at.line.into(), crate::json(record)];
    tx.later(&ADD_ROW, &row)
}

/// Rows after a number.
pub fn rows(
    tx: &mut Tx<'_>,
    id: ImportId,
    after: u64,
    limit: usize,
) -> Result<Vec<ImportRow>, StoreError> {
    tx.rows(&ROWS, args![id, after, limit])?
        .iter()
        .map(|row| {
            Ok(ImportRow {
                n: row.count(0)?,
                file: row.text(1)?,
                line: row.count(2)?,
                record: row.json(3)?,
                outcome: row.text(4)?,
                technology: row.text(5)?,
                version_before: row.count(6)?,
            })
        })
        .collect()
}

/// Writes down what became of a row.
pub fn settle(
    tx: &mut Tx<'_>,
    (id, n): (ImportId, u64),
    outcome: &str,
    technology: &str,
    version_before: u64,
) -> Result<(), StoreError> {
    tx.later(&SETTLE, args![id, n, outcome, technology, version_before])
}

/// Keeps a problem as number `n`.
pub fn add_problem(
    tx: &mut Tx<'_>,
    id: ImportId,
    n: u64,
    problem: &Problem,
) -> Result<(), StoreError> {
    tx.later(&ADD_PROBLEM, &[id.into(), n.into(), crate::json(problem)])
}

/// Forgets what was staged; the run itself stays.
pub fn forget_rows(tx: &mut Tx<'_>, id: ImportId) -> Result<(), StoreError> {
    tx.later(&FORGET_ROWS, args![id])?;
    tx.later(&FORGET_PROBLEMS, args![id])
}

/// Problems after a number.
pub fn problems(
    tx: &mut Tx<'_>,
    id: ImportId,
    after: u64,
    limit: usize,
) -> Result<Vec<(u64, Problem)>, StoreError> {
    tx.rows(&PROBLEMS, args![id, after, limit])?
        .iter()
        .map(|row| Ok((row.count(0)?, row.json(1)?)))
        .collect()
}

/// How many problems a run has.
pub fn n_problems(tx: &mut Tx<'_>, id: ImportId) -> Result<u64, StoreError> {
    tx.row(&N_PROBLEMS, args![id])?.map_or(Ok(0), |row| row.count(0))
}

fn choice(run: &Import) -> &'static str {
    if run.takes_good { "good" } else { "all" }
}

fn read(row: &Row) -> Result<Import, StoreError> {
    let person = row.text(2)?;
    let n_done = row.count(8)?;
    let state = match row.parsed(5, RunState::parse)? {
        RunState::Undone if n_done == 0 => RunState::Discarded,
        other => other,
    };
    Ok(Import {
        id: row.parsed(0, |text| ImportId::parse(text).ok())?,
        owner: row.parsed(1, |text| OrganisationId::parse(text).ok())?,
        person: PersonId::parse(&person).ok(),
        files: row.json(3)?,
        source: row.text(4)?,
        state,
        takes_good: row.text(6)? == "good",
        n_rows: row.count(7)?,
        n_done,
        counts: row.json(9)?,
        created_at: row.instant(10)?,
        changed_at: row.instant(11)?,
    })
}
