//! A connection to PostgreSQL that never waits for ever.
//!
//! A server that is frozen still acknowledges packets, because its kernel does; so neither
//! time-outs of the socket nor those of the server end the wait. Here the asking side stops by
//! itself: every wait has an end, and a connection whose wait ran out is shut and never used
//! again, because nobody knows what it would still answer.

use crate::dialect::postgres_error;
use crate::{Row, StoreError, Value, bulk};
use futures_util::future::{maybe_done, try_join_all};
use std::borrow::Cow;
use std::collections::hash_map::Entry;
use std::collections::{HashMap, VecDeque};
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::task::Poll;
use std::time::Duration;
use tokio::runtime::Runtime;
use tokio::time::Instant;
use tokio_postgres::{Client, Error, NoTls, Statement};

/// How long a connection may take to open.
const CONNECT_WAIT: Duration = Duration::from_secs(2);
/// How long one answer of the server is waited for, unless somebody waits for less.
pub(crate) const ANSWER_WAIT: Duration = Duration::from_secs(5);
/// Statements that nobody waits for go out when so many are together.
const LATER_MAX: usize = 512;
/// Prepared statements kept for each connection.
const PREPARED_MAX: usize = crate::tx::PREPARED_MAX;

/// Rows by the question they answered.
type Told = HashMap<(String, Vec<Value>), Vec<Row>>;
type Driving = Pin<Box<dyn Future<Output = Result<(), Error>> + Send>>;

/// A statement whose answer nobody waits for alone.
enum Later {
    Control(&'static str),
    /// With the error it means when not exactly one row was changed.
    Run(&'static str, Vec<Value>, Option<StoreError>),
    /// One of several rows of which no two are the same, so that an upsert takes them together.
    Apart(&'static str, Vec<Value>),
}

/// The same, ready to go out.
enum Ready {
    Control(&'static str),
    Run(Statement, Vec<Value>, Option<StoreError>),
}

/// A PostgreSQL connection with its prepared statements.
pub(crate) struct PgLink {
    runtime: Runtime,
    client: Client,
    /// What carries questions out and answers in; gone when the connection is.
    driving: Option<Driving>,
    prepared: HashMap<String, Statement>,
    /// Statements that add several rows, by the one that adds one; none where a row stays alone.
    bulk: HashMap<(&'static str, usize), Option<Statement>>,
    /// What goes out with the next question, in its order.
    later: Vec<Later>,
    /// What works that have ended leave for the commit they share, each in its order.
    aside: Vec<Vec<Later>>,
    /// What was told in this transaction, where several works share it.
    told: Option<Told>,
    /// Whether the work at hand has changed rows that a question would see.
    has_written: bool,
    /// How long one answer is waited for.
    wait: Duration,
    /// When whoever uses the connection now stops waiting, whatever is asked.
    until: Option<Instant>,
}

impl PgLink {
    /// Connects, within two seconds.
    pub(crate) fn open(url: &str) -> Result<Self, StoreError> {
        let mut config: tokio_postgres::Config = url
            .parse()
            .map_err(|error: Error| StoreError::Engine(format!("database address: {error}")))?;
        config.connect_timeout(CONNECT_WAIT);
        config.application_name("bellwether");
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| StoreError::Away(error.to_string()))?;
        let opened = runtime
            .block_on(async { tokio::time::timeout(CONNECT_WAIT, config.connect(NoTls)).await });
        let (client, connection) = match opened {
            Ok(Ok(both)) => both,
            Ok(Err(error)) => return Err(not_there(&error)),
            Err(_) => return Err(StoreError::Away("the database let nobody in".to_owned())),
        };
        let mut link = Self {
            runtime,
            client,
            driving: Some(Box::pin(connection)),
            prepared: HashMap::new(),
            bulk: HashMap::new(),
            later: Vec::new(),
            aside: Vec::new(),
            told: None,
            has_written: false,
            wait: ANSWER_WAIT,
            until: None,
        };
        link.control(
            "set statement_timeout = '30s'; set lock_timeout = '5s';
             set idle_in_transaction_session_timeout = '60s'; set timezone = 'UTC'",
        )?;
        Ok(link)
    }

    /// Whether nothing can be asked any more.
    pub(crate) fn is_closed(&self) -> bool {
        self.driving.is_none() || self.client.is_closed()
    }

    /// Every wait of this connection may take this long: for migrations.
    pub(crate) fn wait_long(&mut self, wait: Duration) {
        self.wait = wait;
    }

    /// From now on nothing is waited for beyond this moment; `None` lifts that.
    pub(crate) fn wait_until(&mut self, until: Option<Instant>) {
        self.until = until;
    }

    /// Runs text without values.
    pub(crate) fn control(&mut self, sql: &str) -> Result<(), StoreError> {
        if sql == "rollback" && !self.forget() {
            return Ok(());
        }
        if sql == "commit" && !self.aside.is_empty() {
            let last = std::mem::take(&mut self.later);
            self.aside.push(last);
            self.later = woven(std::mem::take(&mut self.aside));
        }
        let must_change = |one: &Later| matches!(one, Later::Run(_, _, Some(_)));
        if sql == "commit" && self.later.iter().any(must_change) {
            // Only here is it seen that a row was not changed: the server would commit all the same.
            self.send_later()?;
        }
        let later = self.ready()?;
        let ends = self.ends();
        let asked = self.client.batch_execute(sql);
        drive(&self.runtime, &mut self.driving, ends, after(&self.client, &later, asked))?
    }

    /// Statements keep the plan that was made for any value: an act asks by keys, and would be planned
    /// anew each time where a table is small.
    pub(crate) fn plan_once(&mut self) -> Result<(), StoreError> {
        self.control("set plan_cache_mode = 'force_generic_plan'")
    }

    /// Ends a reading without waiting for the answer: nothing depends on it.
    pub(crate) fn let_go(&mut self) {
        if !self.forget() {
            return;
        }
        let Some(driving) = &mut self.driving else { return };
        let client = &self.client;
        let is_shut = self.runtime.block_on(async {
            let mut asked = pin!(client.batch_execute("rollback"));
            poll_fn(|cx| {
                let _ = asked.as_mut().poll(cx);
                // It goes out when the connection is driven once.
                Poll::Ready(driving.as_mut().poll(cx).is_ready())
            })
            .await
        });
        if is_shut {
            self.driving = None;
        }
    }

    /// Forgets what has not gone out; whether the server has heard of the transaction.
    fn forget(&mut self) -> bool {
        let first = self.aside.first().unwrap_or(&self.later).first();
        let is_begun = !matches!(first, Some(Later::Control(_)));
        self.later.clear();
        self.aside.clear();
        self.told = None;
        is_begun
    }

    /// Begins a transaction with the next question.
    pub(crate) fn begin(&mut self, sql: &'static str) {
        self.forget();
        self.later.push(Later::Control(sql));
    }

    /// From now on several works share this transaction: what one of them was told is not asked
    /// again by the next, unless rows have changed meanwhile.
    pub(crate) fn share(&mut self) {
        self.told = Some(HashMap::new());
        self.has_written = false;
    }

    /// Ends one of several works. What it writes goes out with the commit that they share, so that the
    /// rows of all go together; but where some of it went out already, all of it does, so that the
    /// next sees all of its rows or none.
    pub(crate) fn set_aside(&mut self) -> Result<(), StoreError> {
        if std::mem::take(&mut self.has_written) {
            return self.send_later();
        }
        let written = std::mem::take(&mut self.later);
        if !written.is_empty() {
            self.aside.push(written);
        }
        Ok(())
    }

    /// Takes back what one of several works wrote; whether that could be done, because nothing of it had
    /// gone out.
    pub(crate) fn take_back(&mut self) -> bool {
        if self.has_written {
            return false;
        }
        // The beginning and the holds are everybody's.
        self.later.retain(|one| !matches!(one, Later::Run(..)));
        true
    }

    /// Runs a statement with the next question, which fails if this one did.
    pub(crate) fn later(
        &mut self,
        sql: &'static str,
        args: Vec<Value>,
        unless_one: Option<StoreError>,
    ) -> Result<(), StoreError> {
        self.later.push(Later::Run(sql, args, unless_one));
        if self.later.len() < LATER_MAX { Ok(()) } else { self.send_later() }
    }

    /// The same for one of several rows of which no two are the same.
    pub(crate) fn apart(&mut self, sql: &'static str, args: Vec<Value>) {
        self.later.push(Later::Apart(sql, args));
    }

    fn send_later(&mut self) -> Result<(), StoreError> {
        let later = self.ready()?;
        let ends = self.ends();
        let all = after(&self.client, &later, std::future::ready(Ok(())));
        drive(&self.runtime, &mut self.driving, ends, all)?
    }

    /// What another work of this transaction was told, if no row has changed since.
    pub(crate) fn told(&self, sql: &str, args: &[Value]) -> Option<Vec<Row>> {
        let told = self.told.as_ref().filter(|told| !told.is_empty())?;
        let is_writing = self.later.iter().any(|one| matches!(one, Later::Run(..)));
        if is_writing { None } else { told.get(&(sql.to_owned(), args.to_vec())).cloned() }
    }

    fn remember(&mut self, sql: &str, args: &[Value], rows: &[Row]) {
        if let Some(told) = self.told.as_mut().filter(|_| is_reading(sql)) {
            told.insert((sql.to_owned(), args.to_vec()), rows.to_vec());
        }
    }

    /// Rows have changed, which whoever asks from now on must see.
    fn has_changed(&mut self) {
        self.has_written = true;
        if let Some(told) = &mut self.told {
            told.clear();
        }
    }

    pub(crate) fn query(&mut self, sql: &str, args: &[Value]) -> Result<Vec<Row>, StoreError> {
        if !is_reading(sql) {
            self.has_changed();
        }
        let statement = self.prepared(sql)?;
        let later = self.ready()?;
        let ends = self.ends();
        let params = params(args);
        let asked = self.client.query(&statement, &params);
        let rows =
            drive(&self.runtime, &mut self.driving, ends, after(&self.client, &later, asked))??;
        let rows = read(&rows)?;
        self.remember(sql, args, &rows);
        Ok(rows)
    }

    /// Asks several questions, none of which waits for the answer of another; and how many had to be
    /// asked. Those for one row by its key each go together.
    pub(crate) fn several(
        &mut self,
        asked: &[(&str, &[Value])],
    ) -> Result<(Vec<Vec<Row>>, usize), StoreError> {
        let mut answers: Vec<Option<Vec<Row>>> =
            asked.iter().map(|(sql, args)| self.told(sql, args)).collect();
        let mut open = Vec::new();
        for (one, _) in asked.iter().zip(&answers).filter(|(_, told)| told.is_none()) {
            open.push(*one);
        }
        let found = if open.is_empty() { Vec::new() } else { self.several_anew(&open)? };
        let n_asked = open.len();
        let mut found = found.into_iter();
        for answer in answers.iter_mut().filter(|told| told.is_none()) {
            *answer = found.next();
        }
        Ok((answers.into_iter().map(Option::unwrap_or_default).collect(), n_asked))
    }

    fn several_anew(&mut self, asked: &[(&str, &[Value])]) -> Result<Vec<Vec<Row>>, StoreError> {
        let rounds = together(asked);
        let mut statements = Vec::with_capacity(rounds.len());
        for round in &rounds {
            statements.push(self.prepared(&round.sql)?);
        }
        let later = self.ready()?;
        let ends = self.ends();
        let client = &self.client;
        let one = async |(statement, round): (&Statement, &Round<'_>)| {
            client.query(statement, &params_of(&round.args)).await
        };
        let all = try_join_all(statements.iter().zip(&rounds).map(one));
        let answers = drive(&self.runtime, &mut self.driving, ends, after(client, &later, all))??;
        let mut found = vec![Vec::new(); asked.len()];
        for (round, rows) in rounds.iter().zip(&answers) {
            let rows = read(rows)?;
            for at in &round.of {
                let Some((sql, args)) = asked.get(*at) else { continue };
                let mut own = rows.clone();
                if round.is_by_key {
                    own.retain(|row| row.0.first() == args.first());
                }
                self.remember(sql, args, &own);
                if let Some(place) = found.get_mut(*at) {
                    *place = own;
                }
            }
        }
        Ok(found)
    }

    pub(crate) fn execute(&mut self, sql: &str, args: &[Value]) -> Result<u64, StoreError> {
        self.has_changed();
        let statement = self.prepared(sql)?;
        let later = self.ready()?;
        let ends = self.ends();
        let params = params(args);
        let asked = self.client.execute(&statement, &params);
        drive(&self.runtime, &mut self.driving, ends, after(&self.client, &later, asked))?
    }

    fn prepared(&mut self, sql: &str) -> Result<Statement, StoreError> {
        if let Some(statement) = self.prepared.get(sql) {
            return Ok(statement.clone());
        }
        let ends = self.ends();
        let asked = self.client.prepare(sql);
        let statement = drive(&self.runtime, &mut self.driving, ends, asked)?;
        if self.prepared.len() >= PREPARED_MAX {
            self.prepared.clear();
        }
        self.prepared.insert(sql.to_owned(), statement.clone());
        Ok(statement)
    }

    /// What goes out with the next question; rows that one statement adds after another go together.
    fn ready(&mut self) -> Result<Vec<Ready>, StoreError> {
        let mut ready = Vec::with_capacity(self.later.len());
        let mut later = std::mem::take(&mut self.later).into_iter().peekable();
        while let Some(one) = later.next() {
            let (sql, args, unless_one, is_apart) = match one {
                Later::Control(sql) => {
                    ready.push(Ready::Control(sql));
                    continue;
                }
                Later::Run(sql, args, unless_one) => (sql, args, unless_one, false),
                Later::Apart(sql, args) => (sql, args, None, true),
            };
            if !is_apart {
                self.has_changed();
            }
            let mut rows = vec![args];
            if unless_one.is_none() {
                let is_same = |next: &Later| match next {
                    Later::Run(of, _, None) => !is_apart && *of == sql,
                    Later::Apart(of, _) => is_apart && *of == sql,
                    _ => false,
                };
                while let Some(Later::Run(_, args, _) | Later::Apart(_, args)) =
                    later.next_if(is_same)
                {
                    rows.push(args);
                }
            }
            self.gather((sql, is_apart), rows, unless_one, &mut ready)?;
        }
        Ok(ready)
    }

    /// As few statements as these rows need.
    fn gather(
        &mut self,
        (sql, is_apart): (&'static str, bool),
        rows: Vec<Vec<Value>>,
        unless_one: Option<StoreError>,
        ready: &mut Vec<Ready>,
    ) -> Result<(), StoreError> {
        let mut rows = rows.into_iter();
        for size in bulk::SIZES {
            while rows.len() >= size {
                let n_args = rows.as_slice().first().map_or(0, Vec::len);
                let Some(statement) = self.bulk((sql, is_apart), n_args, size)? else { break };
                let together = rows.by_ref().take(size).flatten().collect();
                ready.push(Ready::Run(statement, together, None));
            }
        }
        for row in rows {
            let statement = self.prepared(sql)?;
            ready.push(Ready::Run(statement, row, unless_one.clone()));
        }
        Ok(())
    }

    fn bulk(
        &mut self,
        (sql, is_apart): (&'static str, bool),
        n_args: usize,
        n_rows: usize,
    ) -> Result<Option<Statement>, StoreError> {
        if let Some(known) = self.bulk.get(&(sql, n_rows)) {
            return Ok(known.clone());
        }
        let statement = match bulk::for_rows(sql, n_args, n_rows, is_apart) {
            Some(text) => {
                let ends = self.ends();
                let asked = self.client.prepare(&text);
                Some(drive(&self.runtime, &mut self.driving, ends, asked)?)
            }
            None => None,
        };
        self.bulk.insert((sql, n_rows), statement.clone());
        Ok(statement)
    }

    fn ends(&self) -> Instant {
        let by_itself = Instant::now() + self.wait;
        self.until.map_or(by_itself, |until| until.min(by_itself))
    }
}

/// A statement that answers one question, the same question several times, or several that ask for
/// one row each by its key.
struct Round<'q> {
    sql: Cow<'q, str>,
    args: Vec<&'q Value>,
    /// Places of the questions that it answers.
    of: Vec<usize>,
    /// Whether each has only the rows of its key.
    is_by_key: bool,
}

/// As few statements as these questions need.
fn together<'q>(asked: &[(&'q str, &'q [Value])]) -> Vec<Round<'q>> {
    let mut same: HashMap<(&str, &[Value]), usize> = HashMap::new();
    let mut rounds: Vec<Round<'q>> = Vec::with_capacity(asked.len());
    for (at, (sql, args)) in asked.iter().enumerate() {
        match same.entry((sql, args)) {
            Entry::Occupied(known) => rounds[*known.get()].of.push(at),
            Entry::Vacant(new) => {
                new.insert(rounds.len());
                let args = args.iter().collect();
                rounds.push(Round {
                    sql: Cow::Borrowed(sql),
                    args,
                    of: vec![at],
                    is_by_key: false,
                });
            }
        }
    }
    let mut keyed: HashMap<Cow<'q, str>, Vec<Round<'q>>> = HashMap::new();
    let mut all = Vec::with_capacity(rounds.len());
    for round in rounds {
        match bulk::is_by_key(&round.sql, round.args.len()) {
            true => keyed.entry(round.sql.clone()).or_default().push(round),
            false => all.push(round),
        }
    }
    for (sql, mut rounds) in keyed {
        while !rounds.is_empty() {
            let some: Vec<Round<'q>> = rounds.drain(..rounds.len().min(bulk::KEYS_MAX)).collect();
            all.push(by_keys(&sql, some));
        }
    }
    all
}

fn by_keys<'q>(sql: &Cow<'q, str>, mut some: Vec<Round<'q>>) -> Round<'q> {
    if some.len() == 1
        && let Some(alone) = some.pop()
    {
        return alone;
    }
    let n = bulk::n_keys(some.len());
    let mut args: Vec<&Value> = some.iter().flat_map(|one| one.args.iter().copied()).collect();
    // Few lengths, so that few statements are kept prepared: a key that is named again changes nothing.
    let last = args.last().copied();
    args.extend(std::iter::repeat_n(last, n - args.len()).flatten());
    let of = some.into_iter().flat_map(|one| one.of).collect();
    Round { sql: Cow::Owned(bulk::for_keys(sql, n)), args, of, is_by_key: true }
}

/// Whether a statement changes nothing.
fn is_reading(sql: &str) -> bool {
    sql.starts_with("select") || sql.starts_with("with")
}

/// The statements of several works as one list: each work's in its order, and rows of one statement
/// beside each other where that lets them.
fn woven(works: Vec<Vec<Later>>) -> Vec<Later> {
    let n = works.iter().map(Vec::len).sum();
    let mut works: VecDeque<_> =
        works.into_iter().map(|work| work.into_iter().peekable()).collect();
    let mut woven = Vec::with_capacity(n);
    while let Some(first) = works.front_mut() {
        let Some(one) = first.next() else {
            works.pop_front();
            continue;
        };
        let of = match &one {
            Later::Run(sql, ..) => Some(*sql),
            Later::Control(_) | Later::Apart(..) => None,
        };
        woven.push(one);
        let is_same = |next: &Later| matches!(next, Later::Run(sql, ..) if Some(*sql) == of);
        for work in &mut works {
            while let Some(next) = work.next_if(is_same) {
                woven.push(next);
            }
        }
    }
    woven
}

fn read(rows: &[tokio_postgres::Row]) -> Result<Vec<Row>, StoreError> {
    let value = |row: &tokio_postgres::Row, at| {
        row.try_get::<_, Value>(at).map_err(|error| postgres_error(&error))
    };
    rows.iter()
        .map(|row| (0..row.len()).map(|at| value(row, at)).collect::<Result<Vec<_>, _>>().map(Row))
        .collect()
}

fn params_of<'v>(args: &[&'v Value]) -> Vec<&'v (dyn tokio_postgres::types::ToSql + Sync)> {
    args.iter().map(|value| *value as &(dyn tokio_postgres::types::ToSql + Sync)).collect()
}

fn params(args: &[Value]) -> Vec<&(dyn tokio_postgres::types::ToSql + Sync)> {
    args.iter().map(|value| value as &(dyn tokio_postgres::types::ToSql + Sync)).collect()
}

/// Sends what waited and then a question, all without waiting between them; the first that failed is
/// the answer, because the server refuses whatever follows it.
async fn after<T>(
    client: &Client,
    later: &[Ready],
    asked: impl Future<Output = Result<T, Error>>,
) -> Result<Result<T, StoreError>, Error> {
    let send = async |one: &Ready| match one {
        Ready::Control(sql) => client.batch_execute(sql).await.map(|()| 1),
        Ready::Run(statement, args, _) => client.execute(statement, &params(args)).await,
    };
    // Each is sent when it is first polled, so that the order of polling is the order of sending.
    let mut sent: Vec<_> = later.iter().map(|one| Box::pin(maybe_done(send(one)))).collect();
    let mut asked = pin!(maybe_done(asked));
    poll_fn(|cx| {
        let mut all = true;
        for one in &mut sent {
            all &= one.as_mut().poll(cx).is_ready();
        }
        all &= asked.as_mut().poll(cx).is_ready();
        if all { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
    for (one, what) in sent.iter_mut().zip(later) {
        let changed = one.as_mut().take_output().expect("every one has ended")?;
        if let Ready::Run(_, _, Some(error)) = what
            && changed != 1
        {
            return Ok(Err(error.clone()));
        }
    }
    asked.as_mut().take_output().expect("it has ended").map(Ok)
}

/// What it means that nobody could be connected to: nothing was asked, so nothing was done.
fn not_there(error: &Error) -> StoreError {
    match postgres_error(error) {
        StoreError::Unknown(said) => StoreError::Away(said),
        other => other,
    }
}

/// Carries one question out and waits for its answer, at most until `ends`.
fn drive<T>(
    runtime: &Runtime,
    driving: &mut Option<Driving>,
    ends: Instant,
    asked: impl Future<Output = Result<T, Error>>,
) -> Result<T, StoreError> {
    if driving.is_none() {
        return Err(StoreError::Unknown("the connection was shut".to_owned()));
    }
    let answered = runtime.block_on(async {
        let mut asked = pin!(asked);
        let both = poll_fn(|cx| {
            if let Poll::Ready(answer) = asked.as_mut().poll(cx) {
                return Poll::Ready(answer);
            }
            let Some(open) = driving.as_mut() else { return Poll::Pending };
            if open.as_mut().poll(cx).is_ready() {
                // Whoever waits for an answer is told that none comes.
                *driving = None;
                return asked.as_mut().poll(cx);
            }
            Poll::Pending
        });
        tokio::time::timeout_at(ends, both).await
    });
    match answered {
        Ok(answer) => answer.map_err(|error| postgres_error(&error)),
        Err(_) => {
            // Dropping it shuts the socket: an answer that comes late finds nobody.
            *driving = None;
            Err(StoreError::Unknown("the database did not answer in time".to_owned()))
        }
    }
}
