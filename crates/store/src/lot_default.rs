//! Winners who did not sign, in tables.

use crate::{Row, StoreError, Tx, args, statements};
use base::{Instant, LotId, OrganisationId, PersonId, Reference, TechnologyId};
use trading::lot_default::LotDefault;

/// Defaults of one organisation that are looked at, the latest first.
const DEFAULTS_MAX: usize = 100;

statements! {
    ADD = "insert into lot_defaults (lot, organisation, alias, technology, reference, at)
           values ($1, $2, $3, $4, $5, $6)";
    OF_LOT = "select lot, organisation, alias, technology, reference, at, lifted_at, reason
              from lot_defaults where lot = $1 order by at";
    OF_ORGANISATION = "select lot, organisation, alias, technology, reference, at, lifted_at, reason
                       from lot_defaults where organisation = $1 order by at desc limit $2";
    LIFT = "update lot_defaults set lifted_at = $3, lifted_by = $4, reason = $5
            where lot = $1 and alias = $2 and lifted_at = 0";
}

/// Adds one.
pub fn add(tx: &mut Tx<'_>, it: &LotDefault) -> Result<(), StoreError> {
    let (alias, reference) = (u64::from(it.alias), it.reference.as_str());
    tx.later(&ADD, args![it.lot, it.organisation, alias, it.technology, reference, it.at])
}

/// Those of one lot: the best, and perhaps the second.
pub fn of_lot(tx: &mut Tx<'_>, lot: LotId) -> Result<Vec<LotDefault>, StoreError> {
    tx.rows(&OF_LOT, args![lot])?.iter().map(read).collect()
}

/// Those of one organisation, the latest first.
pub fn of_organisation(
    tx: &mut Tx<'_>,
    organisation: OrganisationId,
) -> Result<Vec<LotDefault>, StoreError> {
    tx.rows(&OF_ORGANISATION, args![organisation, DEFAULTS_MAX])?.iter().map(read).collect()
}

/// Lifts one that stands; false where none does.
pub fn lift(
    tx: &mut Tx<'_>,
    (lot, alias): (LotId, u32),
    (by, reason): (PersonId, &str),
    now: Instant,
) -> Result<bool, StoreError> {
    Ok(tx.run(&LIFT, args![lot, u64::from(alias), now, by, reason])? == 1)
}

fn read(row: &Row) -> Result<LotDefault, StoreError> {
    let alias = u32::try_from(row.count(2)?)
        .map_err(|_| StoreError::Damaged("a bidder's number".to_owned()))?;
    let lifted = Some(row.instant(6)?).filter(|at| at.micros() > 0);
    Ok(LotDefault {
        lot: row.parsed(0, |text| LotId::parse(text).ok())?,
        organisation: row.parsed(1, |text| OrganisationId::parse(text).ok())?,
        alias,
        technology: row.parsed(3, |text| TechnologyId::parse(text).ok())?,
        reference: row.parsed(4, Reference::parse)?,
        at: row.instant(5)?,
        lifted: lifted.map(|at| Ok::<_, StoreError>((at, row.text(7)?))).transpose()?,
    })
}
