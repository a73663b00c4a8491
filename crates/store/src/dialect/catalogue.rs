//! What a database says about itself: its tables, and what hangs on them.
//!
//! Copies ask here and keep no list of their own, so that a table added later is never forgotten.

use super::Engine;
use crate::{Composed, Row, StoreError, Tx};

/// A table with its columns by name, and the places of those that make up its key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Table {
    pub name: String,
    pub columns: Vec<String>,
    pub key: Vec<usize>,
}

/// An index, a foreign key or a trigger: set aside while rows are copied, put back afterwards.
pub(crate) struct Hung {
    pub aside: String,
    pub back: String,
}

/// Sequences of PostgreSQL with the column whose values they gave out.
pub const SEQUENCES: [(&str, &str, &str); 1] = [("log_tickets", "log_inbox", "ticket")];

const TABLES_SQLITE: &str = "
    select m.name, c.name, c.pk from sqlite_schema m join pragma_table_info(m.name) c
    where m.type = 'table' and substr(m.name, 1, 7) <> 'sqlite_' order by m.name, c.name";
const TABLES_POSTGRES: &str = "
    select cast(t.relname as text), cast(a.attname as text),
           cast(coalesce(array_position(cast(i.indkey as int2[]), a.attnum) + 1, 0) as bigint)
    from pg_class t
    join pg_namespace n on n.oid = t.relnamespace and n.nspname = current_schema()
    join pg_attribute a on a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped
    left join pg_index i on i.indrelid = t.oid and i.indisprimary
    where t.relkind in ('r', 'p') order by t.relname collate \"C\", a.attname collate \"C\"";

const HUNG_SQLITE: &str = "
    select 'drop ' || type || ' \"' || name || '\"', sql from sqlite_schema
    where type in ('index', 'trigger') and sql is not null order by type desc, name";
const HUNG_POSTGRES: &str = "
    select aside, back from (
        select 1 as turn, cast(g.tgname as text) as name,
               format('alter table %s disable trigger %I', cast(g.tgrelid as regclass), g.tgname)
                   as aside,
               format('alter table %s enable trigger %I', cast(g.tgrelid as regclass), g.tgname)
                   as back
        from pg_trigger g join pg_class t on t.oid = g.tgrelid
        where not g.tgisinternal and t.relnamespace = cast(current_schema() as regnamespace)
        union all
        select 2, cast(conname as text),
               format('alter table %s drop constraint %I', cast(conrelid as regclass), conname),
               format('alter table %s add constraint %I %s', cast(conrelid as regclass), conname,
                      pg_get_constraintdef(oid))
        from pg_constraint
        where contype = 'f' and connamespace = cast(current_schema() as regnamespace)
        union all
        select 3, cast(x.relname as text), format('drop index %I', x.relname),
               pg_get_indexdef(i.indexrelid)
        from pg_index i join pg_class x on x.oid = i.indexrelid
        where not i.indisprimary and x.relnamespace = cast(current_schema() as regnamespace)
          and not exists (select 1 from pg_constraint c where c.conindid = i.indexrelid
                                                           and c.contype in ('p', 'u', 'x'))
    ) hung order by turn, name";

fn ask(tx: &mut Tx<'_>, sql: impl Into<String>) -> Result<Vec<Row>, StoreError> {
    tx.composed(&Composed { sql: sql.into(), args: Vec::new() })
}

/// Every table, by name.
pub(crate) fn tables(tx: &mut Tx<'_>) -> Result<Vec<Table>, StoreError> {
    let sql = match tx.engine() {
        Engine::Sqlite => TABLES_SQLITE,
        Engine::Postgres => TABLES_POSTGRES,
    };
    let mut found: Vec<(Table, Vec<(u64, usize)>)> = Vec::new();
    for row in ask(tx, sql)? {
        let (name, column, place) = (row.text(0)?, row.text(1)?, row.count(2)?);
        if found.last().is_none_or(|(table, _)| table.name != name) {
            let table = Table { name, columns: Vec::new(), key: Vec::new() };
            found.push((table, Vec::new()));
        }
        let (table, key) = found.last_mut().expect("pushed above");
        if place > 0 {
            key.push((place, table.columns.len()));
        }
        table.columns.push(column);
    }
    let whole = found.into_iter().map(|(mut table, mut key)| {
        key.sort_unstable();
        table.key = key.into_iter().map(|(_, column)| column).collect();
        table
    });
    Ok(whole.collect())
}

/// What hangs on the tables, in the order in which it is set aside; put back in the other order.
pub(crate) fn hung(tx: &mut Tx<'_>) -> Result<Vec<Hung>, StoreError> {
    let sql = match tx.engine() {
        Engine::Sqlite => HUNG_SQLITE,
        Engine::Postgres => HUNG_POSTGRES,
    };
    let rows = ask(tx, sql)?;
    rows.iter().map(|row| Ok(Hung { aside: row.text(0)?, back: row.text(1)? })).collect()
}

/// Sequences of the database; none on SQLite.
pub(crate) fn sequences(tx: &mut Tx<'_>) -> Result<Vec<String>, StoreError> {
    if tx.engine() == Engine::Sqlite {
        return Ok(Vec::new());
    }
    let sql = "select cast(s.relname as text) from pg_class s where s.relkind = 'S'
               and s.relnamespace = cast(current_schema() as regnamespace) order by 1";
    ask(tx, sql)?.iter().map(|row| row.text(0)).collect()
}

/// Sets each sequence behind the values that were copied.
pub(crate) fn set_sequences(tx: &mut Tx<'_>) -> Result<(), StoreError> {
    if tx.engine() == Engine::Sqlite {
        return Ok(());
    }
    for (sequence, table, column) in SEQUENCES {
        let sql = format!(
            "select setval('{sequence}', (select coalesce(max({column}), 0) + 1 from {table}))"
        );
        ask(tx, sql)?;
    }
    Ok(())
}

/// The first sequence that would give out a value again.
pub(crate) fn sequence_behind(tx: &mut Tx<'_>) -> Result<Option<String>, StoreError> {
    if tx.engine() == Engine::Sqlite {
        return Ok(None);
    }
    for (sequence, table, column) in SEQUENCES {
        let sql = format!(
            "select 1 from {sequence} s where s.last_value
                 < (select coalesce(max({column}), 0) from {table})"
        );
        if !ask(tx, sql)?.is_empty() {
            return Ok(Some(sequence.to_owned()));
        }
    }
    Ok(None)
}

/// Holds every table against writers until the transaction ends; on SQLite the lock of the data
/// folder does that.
pub(crate) fn hold_all(tx: &mut Tx<'_>) -> Result<(), StoreError> {
    if tx.engine() == Engine::Sqlite {
        return Ok(());
    }
    // Names come before the snapshot begins, which the first query proper would start.
    let names: Vec<String> = tables(tx)?.iter().map(|table| quoted(&table.name)).collect();
    tx.control_once("commit")?;
    tx.control_once("begin isolation level repeatable read")?;
    if names.is_empty() {
        return Ok(());
    }
    tx.control_once(&format!("lock table {} in share mode", names.join(", ")))
}

/// Foreign keys that lead nowhere after a copy; PostgreSQL says so by itself.
pub(crate) fn check_foreign_keys(tx: &mut Tx<'_>) -> Result<(), StoreError> {
    if tx.engine() == Engine::Postgres {
        return Ok(());
    }
    let broken = ask(tx, "select \"table\", parent from pragma_foreign_key_check limit 1")?;
    match broken.first() {
        None => Ok(()),
        Some(row) => Err(StoreError::Damaged(format!(
            "a row of {} names one of {} that is not there",
            row.text(0)?,
            row.text(1)?
        ))),
    }
}

/// What the engine finds wrong with its own pages, at most a few lines; PostgreSQL checks them when
/// they are read.
pub(crate) fn integrity(tx: &mut Tx<'_>, is_quick: bool) -> Result<Vec<String>, StoreError> {
    if tx.engine() == Engine::Postgres {
        return Ok(Vec::new());
    }
    let sql = if is_quick { "pragma quick_check(5)" } else { "pragma integrity_check(5)" };
    let said: Result<Vec<String>, StoreError> =
        ask(tx, sql)?.iter().map(|row| row.text(0)).collect();
    Ok(said?.into_iter().filter(|line| line != "ok").collect())
}

/// Microseconds since 1970 by the clock of the database's own machine; `None` where it is ours.
pub(crate) fn clock_micros(tx: &mut Tx<'_>) -> Result<Option<i64>, StoreError> {
    if tx.engine() == Engine::Sqlite {
        return Ok(None);
    }
    let sql = "select cast(extract(epoch from clock_timestamp()) * 1000000 as bigint)";
    ask(tx, sql)?.first().map(|row| row.int(0)).transpose()
}

/// Whether the database orders text by code point, as SQLite does.
pub(crate) fn orders_by_code_point(tx: &mut Tx<'_>) -> Result<bool, StoreError> {
    if tx.engine() == Engine::Sqlite {
        return Ok(true);
    }
    let sql = "select cast(datcollate as text) from pg_database where datname = current_database()";
    let said = ask(tx, sql)?.first().map(|row| row.text(0)).transpose()?.unwrap_or_default();
    Ok(matches!(said.as_str(), "C" | "POSIX" | "C.UTF-8" | "C.utf8"))
}

/// A name as it stands in SQL.
pub(crate) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
