//! What the rows stand on, for operators: integrity, order, the database's clock, the write-ahead log.

use crate::dialect::catalogue;
use crate::{Place, StoreError, Tx, args, migrate};

crate::statements! {
    ENDS = "select count(*), coalesce(min(seq), 0), coalesce(max(seq), 0) from log_entries";
}

/// What an engine says about itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Health {
    /// The number of the schema.
    pub schema: u64,
    /// What the engine found wrong with its own pages.
    pub damage: Vec<String>,
    /// A sequence that would give out a value again.
    pub sequence_behind: Option<String>,
    /// Microseconds since 1970 by the database's clock, where it has one of its own.
    pub clock_micros: Option<i64>,
    /// Whether text is ordered by code point, as statements expect.
    pub orders_by_code_point: bool,
    /// Entries of the log: how many, the first, the last.
    pub entries: (u64, u64, u64),
}

/// Looks at everything; the pages of SQLite with `is_quick` without their indexes.
pub fn look(tx: &mut Tx<'_>, is_quick: bool) -> Result<Health, StoreError> {
    let row = tx.row(&ENDS, args![])?;
    let entries = match row {
        Some(row) => (row.count(0)?, row.count(1)?, row.count(2)?),
        None => (0, 0, 0),
    };
    Ok(Health {
        schema: migrate::found(tx)?,
        damage: catalogue::integrity(tx, is_quick)?,
        sequence_behind: catalogue::sequence_behind(tx)?,
        clock_micros: catalogue::clock_micros(tx)?,
        orders_by_code_point: catalogue::orders_by_code_point(tx)?,
        entries,
    })
}

/// The number of the schema the rows are written in.
pub fn schema(tx: &mut Tx<'_>) -> Result<u64, StoreError> {
    migrate::found(tx)
}

/// The names of all tables, from the database itself.
pub fn tables(tx: &mut Tx<'_>) -> Result<Vec<String>, StoreError> {
    Ok(catalogue::tables(tx)?.into_iter().map(|table| table.name).collect())
}

/// The sequences of the database; none on SQLite.
pub fn sequences(tx: &mut Tx<'_>) -> Result<Vec<String>, StoreError> {
    catalogue::sequences(tx)
}

/// The sequences that copies know how to set.
pub fn known_sequences() -> Vec<&'static str> {
    catalogue::SEQUENCES.iter().map(|(name, ..)| *name).collect()
}

/// Bytes of the write-ahead log; 0 where there is none of ours.
pub fn wal_bytes(place: &Place) -> u64 {
    let Place::Folder(folder) = place else { return 0 };
    let mut wal = Place::sqlite_file(folder).into_os_string();
    wal.push("-wal");
    std::fs::metadata(wal).map_or(0, |file| file.len())
}
