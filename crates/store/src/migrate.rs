//! Migrations: numbered, forward only, one text for both engines.

use crate::dialect::Engine;
use crate::{StoreError, Tx, args};
use base::Instant;

crate::statements! {
    NEWEST = "select n from schema_versions order by n desc limit 1";
    DONE = "insert into schema_versions (n, at) values ($1, $2)";
}

/// All migrations in their order; the number is the place.
const MIGRATIONS: &[&str] = &[
    include_str!("../migrations/0001_spine.sql"),
    include_str!("../migrations/0002_factors.sql"),
    include_str!("../migrations/0003_cases.sql"),
    include_str!("../migrations/0004_mail.sql"),
    include_str!("../migrations/0005_files.sql"),
    include_str!("../migrations/0006_firms.sql"),
    include_str!("../migrations/0007_tasks.sql"),
    include_str!("../migrations/0008_webhooks.sql"),
    include_str!("../migrations/0009_bulletins.sql"),
    include_str!("../migrations/0010_identities.sql"),
    include_str!("../migrations/0011_ledger.sql"),
    include_str!("../migrations/0012_emergencies.sql"),
    include_str!("../migrations/0013_auctions.sql"),
    include_str!("../migrations/0014_modes.sql"),
    include_str!("../migrations/0015_contracts.sql"),
    include_str!("../migrations/0016_bank.sql"),
    include_str!("../migrations/0017_equity.sql"),
    include_str!("../migrations/0018_offers.sql"),
    include_str!("../migrations/0019_complaints.sql"),
    include_str!("../migrations/0020_lots.sql"),
    include_str!("../migrations/0021_deals.sql"),
    include_str!("../migrations/0022_instruments.sql"),
    include_str!("../migrations/0023_bookings.sql"),
    include_str!("../migrations/0024_uses.sql"),
    include_str!("../migrations/0025_services.sql"),
    include_str!("../migrations/0026_orders.sql"),
    include_str!("../migrations/0027_waits.sql"),
    include_str!("../migrations/0028_rounds.sql"),
    include_str!("../migrations/0029_ties.sql"),
    include_str!("../migrations/0030_funds.sql"),
    include_str!("../migrations/0031_legs.sql"),
    include_str!("../migrations/0032_record_counts.sql"),
    include_str!("../migrations/0033_areas.sql"),
    include_str!("../migrations/0034_rights.sql"),
    include_str!("../migrations/0035_dues.sql"),
    include_str!("../migrations/0036_workdays.sql"),
    include_str!("../migrations/0037_feedback.sql"),
    include_str!("../migrations/0038_zones_and_needs.sql"),
    include_str!("../migrations/0039_deal_days.sql"),
    include_str!("../migrations/0040_lending.sql"),
    include_str!("../migrations/0041_telephones.sql"),
    include_str!("../migrations/0042_upkeep.sql"),
    include_str!("../migrations/0043_lot_defaults.sql"),
];

pub(crate) const FIRST: &str = "create table if not exists schema_versions (n bigint not null primary key, at bigint not null)";

/// The schema this program writes.
pub fn newest() -> u64 {
    u64::try_from(MIGRATIONS.len()).expect("few migrations")
}

/// Brings the schema up to date, inside the transaction of the caller.
pub(crate) fn migrate(tx: &mut Tx<'_>, now: Instant) -> Result<(), StoreError> {
    migrate_to(tx, newest(), now)
}

/// The schema's number as it stands; 0 where there is none.
pub(crate) fn found(tx: &mut Tx<'_>) -> Result<u64, StoreError> {
    let tables = crate::dialect::catalogue::tables(tx)?;
    if !tables.iter().any(|table| table.name == "schema_versions") {
        return Ok(0);
    }
    tx.row(&NEWEST, &[])?.map_or(Ok(0), |row| row.count(0))
}

/// Brings the schema up to this number: copies are loaded in the schema they were made in.
pub(crate) fn migrate_to(tx: &mut Tx<'_>, upto: u64, now: Instant) -> Result<(), StoreError> {
    let engine = tx.engine();
    for statement in engine.ddl(FIRST) {
        tx.control_once(&statement)?;
    }
    let found = tx.row(&NEWEST, &[])?.map_or(Ok(0), |row| row.count(0))?;
    if found.max(upto) > newest() {
        let found = found.max(upto);
        return Err(StoreError::Newer { found, known: newest() });
    }
    for (n, text) in (1u64..).zip(MIGRATIONS) {
        if n <= found || n > upto {
            continue;
        }
        for statement in engine.ddl(text) {
            tx.control_once(&statement)?;
        }
        tx.run(&DONE, args![n, now])?;
    }
    Ok(())
}

/// One migration as this engine is told it, for tests of upgrades; empty where there is none.
pub fn step(engine: Engine, n: usize) -> Vec<String> {
    let text = n.checked_sub(1).and_then(|at| MIGRATIONS.get(at));
    text.map_or_else(Vec::new, |text| engine.ddl(text))
}

/// The schema as this engine would be told it, for the tests and the docs.
pub fn schema(engine: Engine) -> Vec<String> {
    MIGRATIONS.iter().flat_map(|text| engine.ddl(text)).collect()
}
