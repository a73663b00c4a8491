//! Copies of everything: from a snapshot of one database into an empty one, on either engine.
//!
//! Invariants: which tables there are comes from the database itself; a copy sees one moment; it
//! blocks no writer; what was written is read back and compared before the copy counts.
//!
//! The statements are composed here from names of the catalogue; values are bound.

use crate::dialect::catalogue::{self, Hung, Table, quoted};
use crate::link::PgLink;
use crate::{Composed, Place, Row, StoreError, Tx, Value, migrate, sqlite};
use base::Instant;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicU64;
use std::time::Duration;
use tlog::Hash;

/// Rows read at once.
const ROWS_AT_ONCE: usize = 250;
/// Values that one insert binds at most; both engines take more.
const VALUES_MAX: usize = 900;
/// A snapshot of SQLite keeps the write-ahead log from being used anew: a copy that has let it grow
/// to this stops.
pub const WAL_BYTES_MAX: u64 = 1 << 30;

/// How long one statement of a copy may take: indexes of large tables are built anew.
const COPY_WAIT: Duration = Duration::from_secs(3_600);

/// Tables whose rows no copy for keeping holds; a move between databases takes them along. A
/// restored city must not know who was signed in, and no link or half sign-in opens it; and a backup
/// that somebody takes away must not open once the keys of a lot are public.
pub const WITHHELD: [&str; 7] = [
    "attempts",
    "identity_returns",
    "letter_secrets",
    "lot_seal_files",
    "one_time_links",
    "sessions",
    "sign_ins",
];

/// What a table held: as many rows, with this sum over their content in any order.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct TableSum {
    pub name: String,
    pub rows: u64,
    /// Hexadecimal; equal for equal rows on either engine.
    pub sum: String,
}

/// How far a copy has come. Answering `false` ends it.
pub type Told<'a> = &'a mut dyn FnMut(&str, u64) -> bool;

/// A connection of one's own to a database.
struct Own {
    link: Link,
    counter: AtomicU64,
}

enum Link {
    Sqlite(rusqlite::Connection),
    Postgres(Box<PgLink>),
}

impl Own {
    fn tx(&mut self) -> Tx<'_> {
        match &mut self.link {
            Link::Sqlite(connection) => Tx::sqlite(connection, &self.counter),
            Link::Postgres(link) => Tx::postgres(link, &self.counter),
        }
    }

    fn postgres(url: &str) -> Result<Self, StoreError> {
        let mut link = PgLink::open(url)?;
        link.wait_long(COPY_WAIT);
        // Copies of everything take longer than any act may.
        link.control("set statement_timeout = 0; set idle_in_transaction_session_timeout = 0")?;
        Ok(Self { link: Link::Postgres(Box::new(link)), counter: AtomicU64::new(0) })
    }
}

/// One moment of a database, read beside whoever writes to it.
pub struct Snapshot {
    own: Own,
    wal: Option<PathBuf>,
}

impl Snapshot {
    /// The moment now.
    pub fn of(place: &Place) -> Result<Self, StoreError> {
        Self::open(place, false)
    }

    /// The moment now, with every writer held off until the snapshot ends. On SQLite whoever holds
    /// the data folder's lock is the only writer.
    pub fn holding(place: &Place) -> Result<Self, StoreError> {
        Self::open(place, true)
    }

    fn open(place: &Place, holds: bool) -> Result<Self, StoreError> {
        let mut snapshot = match place {
            Place::Folder(folder) => Self::of_file(&Place::sqlite_file(folder))?,
            Place::Postgres(url) => {
                let mut own = Own::postgres(url)?;
                let begin = if holds { "begin" } else { own.tx().engine().begin_reading() };
                own.tx().control_once(begin)?;
                Self { own, wal: None }
            }
        };
        if holds {
            catalogue::hold_all(&mut snapshot.own.tx())?;
        }
        // The first query fixes the moment.
        migrate::found(&mut snapshot.own.tx())?;
        Ok(snapshot)
    }

    /// The moment now of a SQLite file.
    pub fn of_file(file: &Path) -> Result<Self, StoreError> {
        let link = Link::Sqlite(sqlite::connect(file, true)?);
        let mut own = Own { link, counter: AtomicU64::new(0) };
        own.tx().control_once("begin deferred")?;
        let mut wal = file.as_os_str().to_owned();
        wal.push("-wal");
        Ok(Self { own, wal: Some(wal.into()) })
    }

    /// The rows of this moment.
    pub fn tx(&mut self) -> Tx<'_> {
        self.own.tx()
    }

    /// The number of the schema it is written in; 0 where there is none.
    pub fn schema(&mut self) -> Result<u64, StoreError> {
        migrate::found(&mut self.own.tx())
    }

    /// Counts and sums every table.
    pub fn sums(&mut self, told: Told<'_>) -> Result<Vec<TableSum>, StoreError> {
        let tables = catalogue::tables(&mut self.own.tx())?;
        let mut sums = Vec::with_capacity(tables.len());
        for table in &tables {
            let mut sum = Sum::default();
            each_page(&mut self.own.tx(), table, told, &mut |rows| {
                rows.iter().for_each(|row| sum.add(row));
                Ok(())
            })?;
            sums.push(sum.of(&table.name));
        }
        Ok(sums)
    }

    fn check_wal(&self) -> Result<(), StoreError> {
        let grown = self.wal.as_ref().and_then(|wal| std::fs::metadata(wal).ok());
        if grown.is_some_and(|file| file.len() > WAL_BYTES_MAX) {
            return Err(StoreError::Stopped("wal"));
        }
        Ok(())
    }
}

/// A database that is being filled; nobody sees anything of it before [`Target::finish`].
pub struct Target {
    own: Own,
    file: Option<PathBuf>,
    hung: Vec<Hung>,
    sums: Vec<TableSum>,
}

impl Target {
    /// A new SQLite file, which must not be there yet. Until it is finished it is worth nothing.
    pub fn file(file: &Path, schema: u64, now: Instant) -> Result<Self, StoreError> {
        if file.exists() {
            return Err(StoreError::NotEmpty);
        }
        let link = Link::Sqlite(sqlite::connect_new(file)?);
        let own = Own { link, counter: AtomicU64::new(0) };
        Self::begin(own, Some(file.to_owned()), schema, now)
    }

    /// An empty PostgreSQL database. All of it is one transaction: what is not finished is not there.
    pub fn postgres(url: &str, schema: u64, now: Instant) -> Result<Self, StoreError> {
        let mut own = Own::postgres(url)?;
        own.tx().control_once("begin")?;
        if !catalogue::tables(&mut own.tx())?.is_empty() {
            return Err(StoreError::NotEmpty);
        }
        Self::begin(own, None, schema, now)
    }

    fn begin(
        mut own: Own,
        file: Option<PathBuf>,
        schema: u64,
        now: Instant,
    ) -> Result<Self, StoreError> {
        let mut tx = own.tx();
        if file.is_some() {
            tx.control_once("begin")?;
        }
        migrate::migrate_to(&mut tx, schema, now)?;
        let hung = catalogue::hung(&mut tx)?;
        for one in &hung {
            tx.control_once(&one.aside)?;
        }
        // A migration may have written rows; they come from the source like all others.
        for table in catalogue::tables(&mut tx)? {
            tx.control_once(&format!("delete from {}", quoted(&table.name)))?;
        }
        Ok(Self { own, file, hung, sums: Vec::new() })
    }

    /// Copies every table except those left out, and says what was copied.
    pub fn take(
        &mut self,
        from: &mut Snapshot,
        left_out: &[&str],
        told: Told<'_>,
    ) -> Result<Vec<TableSum>, StoreError> {
        let tables = catalogue::tables(&mut from.tx())?;
        let here = catalogue::tables(&mut self.own.tx())?;
        for table in &tables {
            if !here.iter().any(|known| known.name == table.name && known.columns == table.columns)
            {
                let said = format!("the target has no table {} with these columns", table.name);
                return Err(StoreError::Engine(said));
            }
        }
        self.sums.clear();
        for table in &tables {
            let mut sum = Sum::default();
            if !left_out.contains(&table.name.as_str()) {
                self.take_table(from, table, &mut sum, told)?;
            }
            self.sums.push(sum.of(&table.name));
        }
        Ok(self.sums.clone())
    }

    fn take_table(
        &mut self,
        from: &mut Snapshot,
        table: &Table,
        sum: &mut Sum,
        told: Told<'_>,
    ) -> Result<(), StoreError> {
        let at_once = (VALUES_MAX / table.columns.len().max(1)).max(1);
        let mut after = Vec::new();
        let mut done = 0;
        loop {
            from.check_wal()?;
            let rows = page(&mut from.tx(), table, &after)?;
            let Some(last) = rows.last() else { return Ok(()) };
            after = key_of(table, last);
            rows.iter().for_each(|row| sum.add(row));
            for chunk in rows.chunks(at_once) {
                insert(&mut self.own.tx(), table, chunk)?;
            }
            done += u64::try_from(rows.len()).unwrap_or(0);
            if !told(&table.name, done) {
                return Err(StoreError::Stopped("asked"));
            }
            if rows.len() < ROWS_AT_ONCE {
                return Ok(());
            }
        }
    }

    /// Puts indexes and foreign keys back, reads everything again, compares, and makes it durable.
    pub fn finish(mut self, told: Told<'_>) -> Result<Vec<TableSum>, StoreError> {
        let mut tx = self.own.tx();
        for one in self.hung.iter().rev() {
            tx.control_once(&one.back)?;
        }
        catalogue::check_foreign_keys(&mut tx)?;
        catalogue::set_sequences(&mut tx)?;
        let tables = catalogue::tables(&mut tx)?;
        for table in &tables {
            let mut sum = Sum::default();
            each_page(&mut tx, table, told, &mut |rows| {
                rows.iter().for_each(|row| sum.add(row));
                Ok(())
            })?;
            let found = sum.of(&table.name);
            let wanted = self.sums.iter().find(|sum| sum.name == table.name);
            if wanted.map_or(found.rows > 0, |wanted| *wanted != found) {
                let said = format!("table {} does not read back as it was copied", table.name);
                return Err(StoreError::Damaged(said));
            }
        }
        tx.control_once("commit")?;
        let Self { own, file, sums, .. } = self;
        drop(own);
        if let Some(file) = file {
            let synced = std::fs::File::open(&file).and_then(|file| file.sync_all());
            synced.map_err(|error| StoreError::Engine(format!("{}: {error}", file.display())))?;
        }
        Ok(sums)
    }
}

fn key_of(table: &Table, row: &Row) -> Vec<Value> {
    table.key.iter().filter_map(|at| row.0.get(*at).cloned()).collect()
}

fn each_page(
    tx: &mut Tx<'_>,
    table: &Table,
    told: Told<'_>,
    take: &mut dyn FnMut(&[Row]) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let (mut after, mut done) = (Vec::new(), 0);
    loop {
        let rows = page(tx, table, &after)?;
        let Some(last) = rows.last() else { return Ok(()) };
        after = key_of(table, last);
        take(&rows)?;
        done += u64::try_from(rows.len()).unwrap_or(0);
        if !told(&table.name, done) {
            return Err(StoreError::Stopped("asked"));
        }
        if rows.len() < ROWS_AT_ONCE {
            return Ok(());
        }
    }
}

/// The rows after a key, in the order of the key. Each engine pages by its own order of text; the
/// sums do not depend on it.
fn page(tx: &mut Tx<'_>, table: &Table, after: &[Value]) -> Result<Vec<Row>, StoreError> {
    if table.key.is_empty() {
        return Err(StoreError::Engine(format!("table {} has no primary key", table.name)));
    }
    let columns: Vec<String> = table.columns.iter().map(|name| quoted(name)).collect();
    let key: Vec<&str> =
        table.key.iter().filter_map(|at| columns.get(*at).map(String::as_str)).collect();
    let key = key.join(", ");
    let beyond = if after.is_empty() {
        String::new()
    } else {
        let places: Vec<String> = (1..=after.len()).map(|n| format!("${n}")).collect();
        format!("where ({key}) > ({})", places.join(", "))
    };
    let (columns, name) = (columns.join(", "), quoted(&table.name));
    let sql = format!("select {columns} from {name} {beyond} order by {key} limit {ROWS_AT_ONCE}");
    tx.composed(&Composed { sql, args: after.to_vec() })
}

fn insert(tx: &mut Tx<'_>, table: &Table, rows: &[Row]) -> Result<(), StoreError> {
    let columns: Vec<String> = table.columns.iter().map(|name| quoted(name)).collect();
    let width = columns.len();
    let row_of = |n: usize| {
        let places: Vec<String> = (1..=width).map(|at| format!("${}", n * width + at)).collect();
        format!("({})", places.join(", "))
    };
    let places: Vec<String> = (0..rows.len()).map(row_of).collect();
    let (name, columns, places) = (quoted(&table.name), columns.join(", "), places.join(", "));
    let sql = format!("insert into {name} ({columns}) values {places}");
    let args = rows.iter().flat_map(|row| row.0.iter().cloned()).collect();
    tx.run_composed(&Composed { sql, args }).map(|_| ())
}

/// A count, and a sum of the hashes of rows: rows in any order, on either engine, give the same.
#[derive(Default)]
struct Sum {
    rows: u64,
    lanes: [u64; 4],
}

impl Sum {
    fn add(&mut self, row: &Row) {
        let mut bytes = Vec::with_capacity(256);
        for value in &row.0 {
            let (tag, content): (u8, &[u8]) = match value {
                Value::Null => (0, &[]),
                Value::Int(number) => (1, &number.to_be_bytes()),
                // SQLite keeps truth as 0 and 1.
                Value::Bool(yes) => (1, &i64::from(*yes).to_be_bytes()),
                Value::Text(text) => (2, text.as_bytes()),
                Value::Bytes(bytes) => (3, bytes),
            };
            bytes.push(tag);
            bytes.extend_from_slice(&content.len().to_be_bytes());
            bytes.extend_from_slice(content);
        }
        let hash = Hash::leaf(&bytes);
        for (lane, part) in self.lanes.iter_mut().zip(hash.0.chunks_exact(8)) {
            let part: [u8; 8] = part.try_into().expect("chunks of eight");
            *lane = lane.wrapping_add(u64::from_be_bytes(part));
        }
        self.rows += 1;
    }

    fn of(self, name: &str) -> TableSum {
        let sum = self.lanes.iter().map(|lane| format!("{lane:016x}")).collect();
        TableSum { name: name.to_owned(), rows: self.rows, sum }
    }
}
