//! Tariffs of instruments and the classes of customers, both dated.

use crate::contract::or_empty;
use crate::{Row, StoreError, Tx, args, statements};
use base::{Date, Instant, InstrumentId, OrganisationId, PersonId, TariffId};
use instruments::tariff::{Kept, Tariff};

statements! {
    ADD = "insert into tariffs (id, instrument, class, way, valid_from, valid_until, tariff,
               set_by, set_at)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    END = "update tariffs set valid_until = $2, tariff = $3 where id = $1";
    DROP = "delete from tariffs where id = $1";
    FIND = "select id, instrument, tariff, set_at from tariffs where id = $1";
    OF_INSTRUMENT = "select id, instrument, tariff, set_at from tariffs where instrument = $1
                     order by class, way, valid_from limit $2";
    CLASSES = "select distinct class, cast(case when valid_from <= $2
                   and (valid_until = '' or valid_until > $2) then 1 else 0 end as bigint)
               from tariffs where instrument = $1 limit $3";
    SET_CLASS = "insert into customer_classes (unit, organisation, valid_from, class, set_by, set_at)
                 values ($1, $2, $3, $4, $5, $6)
                 on conflict (unit, organisation, valid_from) do update
                 set class = $4, set_by = $5, set_at = $6";
    CLASS_ON = "select class from customer_classes
                where unit = $1 and organisation = $2 and valid_from <= $3
                order by valid_from desc limit 1";
}

/// Tariffs of one instrument at most.
pub const TARIFFS_MAX: usize = 500;

/// Adds a tariff.
pub fn add(tx: &mut Tx<'_>, it: &Kept, by: Option<PersonId>) -> Result<(), StoreError> {
    let tariff = &it.tariff;
    let row = [
        it.id.into(),
        it.instrument.into(),
        (&tariff.class).into(),
        tariff.way.word().into(),
        tariff.from.to_string().into(),
        until(tariff).into(),
        crate::json(tariff),
        or_empty(by).into(),
        it.set_at.into(),
    ];
    tx.later(&ADD, &row)
}

fn until(tariff: &Tariff) -> String {
    tariff.until.map(|day| day.to_string()).unwrap_or_default()
}

/// Writes a tariff with its new end.
pub fn end(tx: &mut Tx<'_>, it: &Kept) -> Result<(), StoreError> {
    tx.later(&END, &[it.id.into(), until(&it.tariff).into(), crate::json(&it.tariff)])
}

/// Takes away a tariff that never was valid.
pub fn drop(tx: &mut Tx<'_>, id: TariffId) -> Result<(), StoreError> {
    tx.later(&DROP, args![id])
}

/// One tariff.
pub fn find(tx: &mut Tx<'_>, id: TariffId) -> Result<Option<Kept>, StoreError> {
    tx.row(&FIND, args![id])?.as_ref().map(read).transpose()
}

/// Tariffs of an instrument by class, way and day.
pub fn of_instrument(tx: &mut Tx<'_>, id: InstrumentId) -> Result<Vec<Kept>, StoreError> {
    tx.rows(&OF_INSTRUMENT, args![id, TARIFFS_MAX])?.iter().map(read).collect()
}

/// Whether an instrument has any tariff, and the classes that have one on a day.
pub fn classes_on(
    tx: &mut Tx<'_>,
    id: InstrumentId,
    day: Date,
) -> Result<(bool, Vec<String>), StoreError> {
    let rows = tx.rows(&CLASSES, args![id, day.to_string(), TARIFFS_MAX])?;
    let mut classes = Vec::new();
    for row in &rows {
        if row.int(1)? == 1 {
            classes.push(row.text(0)?);
        }
    }
    Ok((!rows.is_empty(), classes))
}

fn read(row: &Row) -> Result<Kept, StoreError> {
    Ok(Kept {
        id: row.parsed(0, |text| TariffId::parse(text).ok())?,
        instrument: row.parsed(1, |text| InstrumentId::parse(text).ok())?,
        tariff: row.json(2)?,
        set_at: row.instant(3)?,
    })
}

/// Sets the class of a customer at a unit from a day on.
pub fn set_class(
    tx: &mut Tx<'_>,
    (unit, organisation): (OrganisationId, OrganisationId),
    (from, class): (Date, &str),
    (by, at): (Option<PersonId>, Instant),
) -> Result<(), StoreError> {
    let row = args![unit, organisation, from.to_string(), class, or_empty(by), at];
    tx.later(&SET_CLASS, row)
}

/// The class of a customer at a unit on a day, where somebody set one.
pub fn class_on(
    tx: &mut Tx<'_>,
    unit: OrganisationId,
    organisation: OrganisationId,
    day: Date,
) -> Result<Option<String>, StoreError> {
    let row = tx.row(&CLASS_ON, args![unit, organisation, day.to_string()])?;
    row.map(|row| row.text(0)).transpose()
}
