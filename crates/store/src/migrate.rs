//! Migrations: numbered, forward only, one text for both engines.

use crate::dialect::Engine;
use crate::{StoreError, Tx, args};
use base::Instant;

crate::statements! {
    NEWEST = "select n from schema_versions order by n desc limit 1";
    DONE = "insert into schema_versions (n, at) values ($1, $2)";
}

/// All migrations in their order; the number is the place.
const MIGRATIONS: &[&str] =
    &[include_str!("../migrations/0001_spine.sql"), include_str!("../migrations/0002_factors.sql")];

const FIRST: &str = "create table if not exists schema_versions (n bigint not null primary key, at bigint not null)";

/// The schema this program writes.
pub fn newest() -> u64 {
    u64::try_from(MIGRATIONS.len()).expect("few migrations")
}

/// Brings the schema up to date, inside the transaction of the caller.
pub(crate) fn migrate(tx: &mut Tx<'_>, now: Instant) -> Result<(), StoreError> {
    let engine = tx.engine();
    for statement in engine.ddl(FIRST) {
        tx.control_once(&statement)?;
    }
    let found = tx.row(&NEWEST, &[])?.map_or(Ok(0), |row| row.count(0))?;
    if found > newest() {
        return Err(StoreError::Engine(format!(
            "this data was written by a newer version (schema {found}, known {})",
            newest()
        )));
    }
    for (n, text) in (1u64..).zip(MIGRATIONS) {
        if n <= found {
            continue;
        }
        for statement in engine.ddl(text) {
            tx.control_once(&statement)?;
        }
        tx.run(&DONE, args![n, now])?;
    }
    Ok(())
}

/// The schema as this engine would be told it, for the tests and the docs.
pub fn schema(engine: Engine) -> Vec<String> {
    MIGRATIONS.iter().flat_map(|text| engine.ddl(text)).collect()
}
