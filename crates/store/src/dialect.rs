//! Where the two engines truly differ, and nowhere else.

use crate::StoreError;

pub(crate) mod catalogue;

/// Which database it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

/// The oldest SQLite without the fault that can lose committed writes when a checkpoint runs beside
/// a writer (sqlite.org/wal.html, "WAL-reset bug").
pub(crate) const SQLITE_LEAST: i32 = 3_051_003;

/// Stands for the end of a statement inside another one while a migration is taken apart.
const INNER_END: &str = "\u{1}";

impl Engine {
    /// A statement of the portable subset as this engine wants it.
    pub(crate) fn sql(self, portable: &str) -> String {
        match self {
            // `$1` would be a name in SQLite, numbered by first appearance; `?1` is a place.
            Self::Sqlite => portable.replace('$', "?"),
            Self::Postgres => portable.to_owned(),
        }
    }

    /// A migration as this engine wants it: the four types, and strict tables.
    pub(crate) fn ddl(self, portable: &str) -> Vec<String> {
        let uncommented: Vec<&str> =
            portable.lines().map(|line| line.split("--").next().unwrap_or("")).collect();
        let mut statements = Vec::new();
        // Inside a trigger the end of a statement is written `\;`.
        let whole = uncommented.join("\n").replace("\\;", INNER_END);
        for statement in whole.split(';') {
            let statement = statement.trim().replace(INNER_END, ";");
            let statement = statement.as_str();
            if statement.is_empty() {
                continue;
            }
            let only = [("@postgres", Self::Postgres), ("@sqlite", Self::Sqlite)];
            let only = only
                .iter()
                .find_map(|(mark, engine)| statement.strip_prefix(mark).map(|sql| (*engine, sql)));
            match only {
                Some((engine, sql)) if engine == self => statements.push(self.spread(sql.trim())),
                Some(_) => {}
                None => statements.push(self.spread(&self.typed(statement))),
            }
        }
        statements
    }

    fn typed(self, statement: &str) -> String {
        let words = statement.split_inclusive(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        let mut text: String = words
            .map(|piece| {
                let word = piece.trim_end_matches(|c: char| !c.is_ascii_alphanumeric() && c != '_');
                let rest = &piece[word.len()..];
                let word = match (self, word) {
                    (Self::Sqlite, "bigint" | "boolean") => "integer",
                    (Self::Sqlite, "bytes") => "blob",
                    (Self::Postgres, "bytes") => "bytea",
                    (_, word) => word,
                };
                format!("{word}{rest}")
            })
            .collect();
        if self == Self::Sqlite && text.starts_with("create table") {
            text.push_str(" strict");
        }
        text
    }

    /// The words a column may hold, one comparison each: for a list of three and more SQLite makes a
    /// table in memory, anew for every row that is added.
    fn spread(self, statement: &str) -> String {
        const IN: &str = " in ('";
        let is_table =
            statement.starts_with("create table") || statement.starts_with("alter table");
        let is_table = is_table && self == Self::Sqlite;
        let (mut text, mut rest) = (String::with_capacity(statement.len()), statement);
        while let Some(at) = rest.find(IN).filter(|_| is_table) {
            let (before, list) = rest.split_at(at);
            let word = before.rsplit(|c: char| !c.is_ascii_alphanumeric() && c != '_').next();
            let (Some(word), Some(end)) = (word.filter(|word| !word.is_empty()), list.find(')'))
            else {
                break;
            };
            let equals = |item: &str| format!("{word} = {}", item.trim());
            let items: Vec<String> = list[IN.len() - 1..end].split(',').map(equals).collect();
            text.push_str(&before[..before.len() - word.len()]);
            text.push_str(&format!("({})", items.join(" or ")));
            rest = &list[end + 1..];
        }
        text.push_str(rest);
        text
    }

    /// How a transaction begins.
    pub(crate) fn begin(self, read_committed: bool) -> &'static str {
        match (self, read_committed) {
            (Self::Sqlite, _) => "begin immediate",
            (Self::Postgres, false) => "begin isolation level serializable",
            (Self::Postgres, true) => "begin isolation level read committed",
        }
    }

    /// How a snapshot for reading begins.
    pub(crate) fn begin_reading(self) -> &'static str {
        match self {
            Self::Sqlite => "begin deferred",
            Self::Postgres => "begin isolation level repeatable read read only",
        }
    }
}

/// What the PostgreSQL server calls itself.
pub(crate) fn postgres_version(tx: &mut crate::Tx<'_>) -> Result<String, StoreError> {
    let sql = "select current_setting('server_version')".to_owned();
    let rows = tx.composed(&crate::Composed { sql, args: Vec::new() })?;
    let version = rows.first().map(|row| row.text(0)).transpose()?.unwrap_or_default();
    Ok(format!("PostgreSQL {version}"))
}

/// What a SQLite error means.
pub(crate) fn sqlite_error(error: &rusqlite::Error) -> StoreError {
    use rusqlite::ErrorCode as Code;
    let said = error.to_string();
    match error.sqlite_error_code() {
        Some(Code::ConstraintViolation) => StoreError::Constraint(said),
        Some(Code::DatabaseBusy | Code::DatabaseLocked) => StoreError::Retry(said),
        Some(Code::DiskFull) => StoreError::ReadOnly,
        Some(Code::SystemIoFailure | Code::DatabaseCorrupt | Code::NotADatabase) => {
            StoreError::Fatal(said)
        }
        _ => StoreError::Engine(said),
    }
}

/// What a PostgreSQL error means.
pub(crate) fn postgres_error(error: &tokio_postgres::Error) -> StoreError {
    let said = error.as_db_error().map_or_else(|| error.to_string(), ToString::to_string);
    let Some(code) = error.code().map(|state| state.code()) else {
        return StoreError::Unknown(said);
    };
    match code {
        "40001" | "40P01" | "55P03" => StoreError::Retry(said),
        "53100" => StoreError::ReadOnly,
        "57P01" | "57P02" | "57P03" | "08006" | "08003" | "08000" => StoreError::Unknown(said),
        "XX001" | "XX002" | "58030" => StoreError::Fatal(said),
        code if code.starts_with("23") => {
            let name = error.as_db_error().and_then(|db| db.constraint()).unwrap_or(code);
            StoreError::Constraint(name.to_owned())
        }
        _ => StoreError::Engine(format!("{code}: {said}")),
    }
}
