//! One transaction: the only way to the rows. Statements in, rows out, events beside.

use crate::dialect::{Engine, sqlite_error};
use crate::link::PgLink;
use crate::log::NewEvent;
use crate::{Row, Statement, StoreError, Value};
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU64, Ordering};

crate::statements! {
    /// Takes a hold: the first statement of an act, so that a waiter sees what the winner wrote.
    HOLD = "insert into holds (name, n) values ($1, 1)
            on conflict (name) do update set n = holds.n + 1";
}

/// A row that an act declares it will change: locked first, in the order of names.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hold(String);

impl Hold {
    /// A hold on the thing of this id or name.
    pub fn on(name: impl std::fmt::Display) -> Self {
        Self(name.to_string())
    }
}

/// A query built from closed pieces by a filter, with its arguments.
#[derive(Clone, Debug)]
pub struct Composed {
    pub sql: String,
    pub args: Vec<Value>,
}

/// A statement with its arguments.
pub type Question = (&'static Statement, Vec<Value>);

/// An open transaction on either engine.
pub struct Tx<'c> {
    pub(crate) link: Link<'c>,
    pub(crate) events: Vec<NewEvent>,
    pub(crate) counter: &'c AtomicU64,
}

pub(crate) enum Link<'c> {
    Sqlite(&'c rusqlite::Connection),
    Postgres(&'c mut PgLink),
}

thread_local! {
    static HERE: std::cell::Cell<u64> = const { std::cell::Cell::new(0) };
}

/// Statements that this thread has asked so far: what a reading costs, whatever goes on beside it.
pub fn n_statements_here() -> u64 {
    HERE.get()
}

/// Questions that are on their way at once.
const SEVERAL_MAX: usize = 256;
/// Prepared statements kept for each connection.
pub(crate) const PREPARED_MAX: usize = 512;

impl<'c> Tx<'c> {
    pub(crate) fn sqlite(connection: &'c rusqlite::Connection, counter: &'c AtomicU64) -> Self {
        Self { link: Link::Sqlite(connection), events: Vec::new(), counter }
    }

    pub(crate) fn postgres(link: &'c mut PgLink, counter: &'c AtomicU64) -> Self {
        Self { link: Link::Postgres(link), events: Vec::new(), counter }
    }

    /// Which engine it is; only the dialect and the log ask.
    pub(crate) fn engine(&self) -> Engine {
        match self.link {
            Link::Sqlite(_) => Engine::Sqlite,
            Link::Postgres(_) => Engine::Postgres,
        }
    }

    /// All rows of a statement.
    pub fn rows(
        &mut self,
        statement: &'static Statement,
        args: &[Value],
    ) -> Result<Vec<Row>, StoreError> {
        self.query(statement.text(self.engine()), args)
    }

    /// The first row, if there is one.
    pub fn row(
        &mut self,
        statement: &'static Statement,
        args: &[Value],
    ) -> Result<Option<Row>, StoreError> {
        Ok(self.query(statement.text(self.engine()), args)?.into_iter().next())
    }

    /// The rows of several questions, in their order: PostgreSQL hears them all before it answers
    /// the first, so that they cost one way there and back.
    pub fn several(&mut self, asked: &[Question]) -> Result<Vec<Vec<Row>>, StoreError> {
        let engine = self.engine();
        let texts = asked.iter().map(|(statement, args)| (statement.text(engine), &args[..]));
        let Link::Postgres(link) = &mut self.link else {
            return texts.map(|(sql, args)| self.query(sql, args)).collect();
        };
        let texts: Vec<(&str, &[Value])> = texts.collect();
        let mut found = Vec::with_capacity(asked.len());
        let mut n = 0;
        for some in texts.chunks(SEVERAL_MAX) {
            let (answers, n_asked) = link.several(some)?;
            found.extend(answers);
            n += n_asked;
        }
        let n = u64::try_from(n).expect("few questions");
        self.counter.fetch_add(n, Ordering::Relaxed);
        HERE.set(HERE.get() + n);
        Ok(found)
    }

    /// Runs a statement and says how many rows it changed.
    pub fn run(
        &mut self,
        statement: &'static Statement,
        args: &[Value],
    ) -> Result<u64, StoreError> {
        self.execute(statement.text(self.engine()), args)
    }

    /// Runs a statement whose effect nobody looks at: on PostgreSQL it goes out with the next
    /// question or with the commit, which fails if this did.
    pub fn later(
        &mut self,
        statement: &'static Statement,
        args: &[Value],
    ) -> Result<(), StoreError> {
        self.put(statement.text(self.engine()), args, None)
    }

    /// The same for a statement that must change exactly one row, with the error otherwise.
    pub fn later_one(
        &mut self,
        statement: &'static Statement,
        args: &[Value],
        otherwise: StoreError,
    ) -> Result<(), StoreError> {
        self.put(statement.text(self.engine()), args, Some(otherwise))
    }

    /// All rows of a query that a filter composed.
    pub fn composed(&mut self, query: &Composed) -> Result<Vec<Row>, StoreError> {
        self.query(&self.engine().sql(&query.sql), &query.args)
    }

    /// Runs a statement composed for a copy and says how many rows it changed.
    pub(crate) fn run_composed(&mut self, query: &Composed) -> Result<u64, StoreError> {
        self.execute(&self.engine().sql(&query.sql), &query.args)
    }

    /// Records an event; it is numbered when the transaction becomes durable.
    pub fn record(&mut self, event: NewEvent) {
        self.events.push(event);
    }

    /// Whether nobody writes beside this transaction, so that it holds every row.
    pub(crate) fn is_only_writer(&self) -> bool {
        self.engine() == Engine::Sqlite
    }

    /// Takes the declared holds. On SQLite the one writer is hold enough.
    pub(crate) fn take_holds<'h>(&mut self, holds: impl Iterator<Item = &'h Hold>) {
        let sorted: BTreeSet<&Hold> = holds.collect();
        let Link::Postgres(link) = &mut self.link else { return };
        let n = u64::try_from(sorted.len()).expect("few holds");
        self.counter.fetch_add(n, Ordering::Relaxed);
        HERE.set(HERE.get() + n);
        for hold in sorted {
            link.apart(HOLD.sql, vec![Value::from(&hold.0)]);
        }
    }

    /// From now on several works share this transaction; what they will ask is asked now.
    pub(crate) fn share(&mut self, foreseen: &[Question]) -> Result<(), StoreError> {
        if let Link::Postgres(link) = &mut self.link {
            link.share();
            self.several(foreseen)?;
        }
        Ok(())
    }

    /// Ends one of several works that share this transaction.
    pub(crate) fn set_aside(&mut self) -> Result<(), StoreError> {
        match &mut self.link {
            Link::Sqlite(_) => Ok(()),
            Link::Postgres(link) => link.set_aside(),
        }
    }

    /// Takes back what one of them wrote, if nothing of it has gone out.
    pub(crate) fn take_back(&mut self) -> bool {
        match &mut self.link {
            Link::Sqlite(_) => false,
            Link::Postgres(link) => link.take_back(),
        }
    }

    /// Begins a transaction; PostgreSQL hears of it with the first question.
    pub(crate) fn begin(&mut self, sql: &'static str) -> Result<(), StoreError> {
        match &mut self.link {
            Link::Sqlite(_) => self.control(sql),
            Link::Postgres(link) => {
                link.begin(sql);
                Ok(())
            }
        }
    }

    /// Runs control text such as `savepoint a`; never with values.
    pub(crate) fn control(&mut self, sql: &str) -> Result<(), StoreError> {
        match &mut self.link {
            Link::Sqlite(connection) => {
                let mut prepared =
                    connection.prepare_cached(sql).map_err(|error| sqlite_error(&error))?;
                prepared.raw_execute().map(|_| ()).map_err(|error| sqlite_error(&error))
            }
            Link::Postgres(link) => link.control(sql),
        }
    }

    /// Runs text of a migration: never kept prepared.
    pub(crate) fn control_once(&mut self, sql: &str) -> Result<(), StoreError> {
        match &mut self.link {
            Link::Sqlite(connection) => {
                connection.execute_batch(sql).map_err(|error| sqlite_error(&error))
            }
            Link::Postgres(link) => link.control(sql),
        }
    }

    fn count(&self) {
        self.counter.fetch_add(1, Ordering::Relaxed);
        HERE.set(HERE.get() + 1);
    }

    pub(crate) fn put(
        &mut self,
        sql: &'static str,
        args: &[Value],
        unless_one: Option<StoreError>,
    ) -> Result<(), StoreError> {
        self.count();
        let changed = match &mut self.link {
            Link::Sqlite(connection) => sqlite_execute(connection, sql, args)?,
            Link::Postgres(link) => return link.later(sql, args.to_vec(), unless_one),
        };
        match unless_one {
            Some(error) if changed != 1 => Err(error),
            _ => Ok(()),
        }
    }

    fn query(&mut self, sql: &str, args: &[Value]) -> Result<Vec<Row>, StoreError> {
        if let Link::Postgres(link) = &self.link
            && let Some(rows) = link.told(sql, args)
        {
            return Ok(rows);
        }
        self.count();
        match &mut self.link {
            Link::Sqlite(connection) => sqlite_query(connection, sql, args),
            Link::Postgres(link) => link.query(sql, args),
        }
    }

    fn execute(&mut self, sql: &str, args: &[Value]) -> Result<u64, StoreError> {
        self.count();
        match &mut self.link {
            Link::Sqlite(connection) => sqlite_execute(connection, sql, args),
            Link::Postgres(link) => link.execute(sql, args),
        }
    }
}

fn sqlite_query(
    connection: &rusqlite::Connection,
    sql: &str,
    args: &[Value],
) -> Result<Vec<Row>, StoreError> {
    let fail = |error: rusqlite::Error| sqlite_error(&error);
    let mut prepared = connection.prepare_cached(sql).map_err(fail)?;
    let width = prepared.column_count();
    let mut rows = prepared.query(rusqlite::params_from_iter(args)).map_err(fail)?;
    let mut found = Vec::new();
    while let Some(row) = rows.next().map_err(fail)? {
        let mut values = Vec::with_capacity(width);
        for at in 0..width {
            values.push(from_sqlite(row.get_ref(at).map_err(fail)?)?);
        }
        found.push(Row(values));
    }
    Ok(found)
}

fn sqlite_execute(
    connection: &rusqlite::Connection,
    sql: &str,
    args: &[Value],
) -> Result<u64, StoreError> {
    let fail = |error: rusqlite::Error| sqlite_error(&error);
    let mut prepared = connection.prepare_cached(sql).map_err(fail)?;
    let changed = prepared.execute(rusqlite::params_from_iter(args)).map_err(fail)?;
    Ok(u64::try_from(changed).unwrap_or(u64::MAX))
}

fn from_sqlite(value: rusqlite::types::ValueRef<'_>) -> Result<Value, StoreError> {
    use rusqlite::types::ValueRef;
    Ok(match value {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(number) => Value::Int(number),
        ValueRef::Text(bytes) => Value::Text(
            std::str::from_utf8(bytes)
                .map_err(|_| StoreError::Damaged("a text that is not UTF-8".to_owned()))?
                .to_owned(),
        ),
        ValueRef::Blob(bytes) => Value::Bytes(bytes.to_vec()),
        ValueRef::Real(_) => return Err(StoreError::Damaged("a float in a row".to_owned())),
    })
}

impl rusqlite::ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'_>> {
        use rusqlite::types::{ToSqlOutput, ValueRef};
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Int(number) => ValueRef::Integer(*number),
            Self::Bool(yes) => ValueRef::Integer(i64::from(*yes)),
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
            Self::Bytes(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

impl tokio_postgres::types::ToSql for Value {
    fn to_sql(
        &self,
        kind: &tokio_postgres::types::Type,
        out: &mut bytes::BytesMut,
    ) -> Result<tokio_postgres::types::IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match self {
            Self::Null => Ok(tokio_postgres::types::IsNull::Yes),
            Self::Int(number) => match *kind {
                tokio_postgres::types::Type::INT4 => i32::try_from(*number)?.to_sql(kind, out),
                tokio_postgres::types::Type::BOOL => (*number != 0).to_sql(kind, out),
                _ => number.to_sql(kind, out),
            },
            Self::Bool(yes) => yes.to_sql(kind, out),
            Self::Text(text) => text.to_sql(kind, out),
            Self::Bytes(bytes) => bytes.to_sql(kind, out),
        }
    }

    fn accepts(_: &tokio_postgres::types::Type) -> bool {
        true
    }

    tokio_postgres::types::to_sql_checked!();
}

impl<'a> tokio_postgres::types::FromSql<'a> for Value {
    fn from_sql(
        kind: &tokio_postgres::types::Type,
        raw: &'a [u8],
    ) -> Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        use tokio_postgres::types::Type;
        Ok(match *kind {
            Type::INT8 => Self::Int(i64::from_sql(kind, raw)?),
            Type::INT4 => Self::Int(i64::from(i32::from_sql(kind, raw)?)),
            Type::BOOL => Self::Bool(bool::from_sql(kind, raw)?),
            Type::BYTEA => Self::Bytes(Vec::from_sql(kind, raw)?),
            _ => Self::Text(String::from_sql(kind, raw)?),
        })
    }

    fn from_sql_null(
        _: &tokio_postgres::types::Type,
    ) -> Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        Ok(Self::Null)
    }

    fn accepts(_: &tokio_postgres::types::Type) -> bool {
        true
    }
}
