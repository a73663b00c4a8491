//! What waits at instruments, laboratories and auctions for somebody's answer: counted, with the first of each.

use crate::filter::Composer;
use crate::{Composed, Row, StoreError, Tx, args, statements};
use base::{
    Bilingual, ChargeId, Instant, InstrumentId, LotId, OrganisationId, PersonId, Reference,
};
use instruments::service_order::{Side, State};

statements! {
    BOOKED = "select count(*), min(starts_at) from bookings
              where person = $1 and state in ('confirmed', 'pending') and ends_at > $2";
    TO_ADMIT = "select l.id, l.reference, count(*) from lots l join lot_bidders b on b.lot = l.id
                where l.state in ('announced', 'open') and b.state = 'asked'
                group by l.id, l.reference order by l.id limit $1";
}

/// Rows of one kind that are told.
const TOLD_MAX: usize = 20;

/// How many bookings somebody has from now on, and when the first begins.
pub fn booked(
    tx: &mut Tx<'_>,
    person: PersonId,
    now: Instant,
) -> Result<(u64, Option<Instant>), StoreError> {
    let row = tx.row(&BOOKED, args![person, now])?;
    row.map_or(Ok((0, None)), |row| Ok((row.count(0)?, row.instant_or_none(1)?)))
}

/// Instruments of these units, and those that somebody operates, at which people ask for training; with
/// how many wishes.
pub fn trainings(
    tx: &mut Tx<'_>,
    units: &[OrganisationId],
    operator: PersonId,
) -> Result<Vec<(InstrumentId, Bilingual, u64)>, StoreError> {
    let read = |row: &Row| {
        let id = row.parsed(0, |text| InstrumentId::parse(text).ok())?;
        Ok((id, Bilingual::new(row.text(1)?, row.text(2)?), row.count(3)?))
    };
    let mut composer = Composer::default();
    let operator = composer.bind(operator);
    let operated =
        format!("i.id in (select instrument from instrument_operators where person = {operator})");
    let mut wheres = vec![operated];
    if !units.is_empty() {
        wheres.push(composer.any_of("i.owner", units));
    }
    let sql = format!(
        "select i.id, i.name_en, i.name_zh, count(*) from training_requests t
         join instruments i on i.id = t.instrument
         where t.state = 'asked' and ({})
         group by i.id, i.name_en, i.name_zh order by min(t.asked_at), i.id limit {TOLD_MAX}",
        wheres.join(" or ")
    );
    tx.composed(&Composed { sql, args: composer.args })?.iter().map(read).collect()
}

/// Lines of these units whose customer asks for a change, the oldest first.
pub fn disputes(
    tx: &mut Tx<'_>,
    units: &[OrganisationId],
) -> Result<Vec<(ChargeId, Reference, Bilingual)>, StoreError> {
    let read = |row: &Row| {
        let id = row.parsed(0, |text| ChargeId::parse(text).ok())?;
        let customer = Bilingual::new(row.text(2)?, row.text(3)?);
        Ok((id, row.parsed(1, Reference::parse)?, customer))
    };
    of_units(tx, units, "c.unit", |chosen| {
        format!(
            "select c.id, c.reference, o.name_en, o.name_zh from charge_adjustments a
             join charges c on c.id = a.charge join organisations o on o.id = c.customer
             where a.state = 'asked' and {chosen} order by a.asked_at, c.id limit {TOLD_MAX}"
        )
    })?
    .iter()
    .map(read)
    .collect()
}

/// Bookings at these units that wait for somebody's agreement.
pub fn to_agree(tx: &mut Tx<'_>, units: &[OrganisationId]) -> Result<u64, StoreError> {
    let rows = of_units(tx, units, "i.owner", |chosen| {
        format!(
            "select count(*) from bookings b join instruments i on i.id = b.instrument
             where b.state = 'pending' and {chosen}"
        )
    })?;
    rows.first().map_or(Ok(0), |row| row.count(0))
}

/// Orders whose next step is of these organisations, as laboratories or as customers.
pub fn orders(
    tx: &mut Tx<'_>,
    organisations: &[OrganisationId],
    side: Side,
) -> Result<u64, StoreError> {
    let states: Vec<String> = State::ALL
        .iter()
        .filter(|state| state.turn() == Some(side))
        .map(|state| format!("'{state}'"))
        .collect();
    let column = if side == Side::Unit { "unit" } else { "customer" };
    let rows = of_units(tx, organisations, column, |chosen| {
        let states = states.join(", ");
        format!(
            "select count(*) from service_orders
             where is_over = false and state in ({states}) and {chosen}"
        )
    })?;
    rows.first().map_or(Ok(0), |row| row.count(0))
}

/// Auctions in which somebody waits to be admitted, with how many.
pub fn to_admit(tx: &mut Tx<'_>) -> Result<Vec<(LotId, Reference, u64)>, StoreError> {
    let read = |row: &Row| {
        let id = row.parsed(0, |text| LotId::parse(text).ok())?;
        Ok((id, row.parsed(1, Reference::parse)?, row.count(2)?))
    };
    tx.rows(&TO_ADMIT, args![TOLD_MAX])?.iter().map(read).collect()
}

/// Rows of what belongs to these organisations; none where there are none.
fn of_units(
    tx: &mut Tx<'_>,
    units: &[OrganisationId],
    column: &str,
    sql: impl FnOnce(&str) -> String,
) -> Result<Vec<Row>, StoreError> {
    if units.is_empty() {
        return Ok(Vec::new());
    }
    let mut composer = Composer::default();
    let chosen = composer.any_of(column, units);
    let sql = sql(&chosen);
    tx.composed(&Composed { sql, args: composer.args })
}
