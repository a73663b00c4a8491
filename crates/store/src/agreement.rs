//! Agreements on services between a unit and a customer, and until when somebody has access to the
//! instruments of a unit.

use crate::filter::Composer;
use crate::{Composed, Row, StoreError, Tx, args, statements};
use base::{Date, Instant, OrganisationId, PersonId};
use instruments::agreement::Agreement;
use std::collections::BTreeSet;

statements! {
    ADD = "insert into service_agreements (unit, number, customer, starts_on, ends_on, subject,
               entered_by, entered_at, ended_by, ended_at)
           values ($1, $2, $3, $4, $5, $6, $7, $8, '', 0)
           on conflict (unit, number) do nothing";
    END = "update service_agreements set ended_by = $3, ended_at = $4
           where unit = $1 and number = $2 and ended_at = 0";
    OF = "select unit, number, customer, starts_on, ends_on, subject, ended_at
          from service_agreements where unit = $1 or customer = $1
          order by ends_on desc, unit, number limit $2";
    HOLDS = "select 1 from service_agreements
             where customer = $1 and unit = $2 and starts_on <= $3 and ends_on >= $3
               and ended_at = 0 limit 1";
    SET_ACCESS = "insert into instrument_access (owner, person, ends_at, reason, set_by, set_at)
                  values ($1, $2, $3, $4, $5, $6)
                  on conflict (person, owner) do update
                  set ends_at = $3, reason = $4, set_by = $5, set_at = $6";
    DROP_ACCESS = "delete from instrument_access where person = $1 and owner = $2";
    ACCESS = "select owner, person, ends_at, reason from instrument_access where owner = $1
              order by ends_at desc, person limit $2";
    ACCESS_OF = "select owner, person, ends_at, reason from instrument_access where person = $1
                 order by owner limit $2";
    ENDING = "select owner, person, ends_at, reason from instrument_access
              where ends_at > $1 and ends_at <= $2
                and (ends_at > $3 or (ends_at = $3 and (person > $4 or (person = $4 and owner > $5))))
              order by ends_at, person, owner limit $6";
    FORGET_ACCESS = "delete from instrument_access where person = $1";
}

/// Keeps an agreement; false where the unit has used its number.
pub fn add(
    tx: &mut Tx<'_>,
    it: &Agreement,
    (by, now): (PersonId, Instant),
) -> Result<bool, StoreError> {
    let (from, until) = (it.from.to_string(), it.until.to_string());
    let row = args![it.unit, &it.number, it.customer, from, until, &it.subject, by, now];
    Ok(tx.run(&ADD, row)? == 1)
}

/// Ends an agreement that stands; false where it does not.
pub fn end(
    tx: &mut Tx<'_>,
    (unit, number): (OrganisationId, &str),
    (by, now): (PersonId, Instant),
) -> Result<bool, StoreError> {
    Ok(tx.run(&END, args![unit, number, by, now])? == 1)
}

/// Agreements of an organisation on either side, those that end last first.
pub fn of(
    tx: &mut Tx<'_>,
    organisation: OrganisationId,
    limit: usize,
) -> Result<Vec<Agreement>, StoreError> {
    tx.rows(&OF, args![organisation, limit])?.iter().map(read).collect()
}

/// Whether an agreement of a customer with a unit holds on a day.
pub fn holds(
    tx: &mut Tx<'_>,
    (unit, customer): (OrganisationId, OrganisationId),
    day: Date,
) -> Result<bool, StoreError> {
    Ok(tx.row(&HOLDS, args![customer, unit, day.to_string()])?.is_some())
}

/// Units with which any of these customers has an agreement that stands, with its days.
pub fn units_of(
    tx: &mut Tx<'_>,
    customers: &BTreeSet<OrganisationId>,
) -> Result<Vec<(OrganisationId, Date, Date)>, StoreError> {
    if customers.is_empty() {
        return Ok(Vec::new());
    }
    let mut composer = Composer::default();
    let chosen = composer.any_of("customer", customers.iter().copied());
    let sql = format!(
        "select unit, starts_on, ends_on from service_agreements where {chosen} and ended_at = 0"
    );
    let read = |row: &Row| {
        let unit = row.parsed(0, |text| OrganisationId::parse(text).ok())?;
        let day = |at| row.parsed(at, base::time::read_date);
        Ok((unit, day(1)?, day(2)?))
    };
    tx.composed(&Composed { sql, args: composer.args })?.iter().map(read).collect()
}

fn read(row: &Row) -> Result<Agreement, StoreError> {
    let ended = row.instant(6)?;
    Ok(Agreement {
        unit: row.parsed(0, |text| OrganisationId::parse(text).ok())?,
        number: row.text(1)?,
        customer: row.parsed(2, |text| OrganisationId::parse(text).ok())?,
        from: row.parsed(3, base::time::read_date)?,
        until: row.parsed(4, base::time::read_date)?,
        subject: row.text(5)?,
        ended_at: Some(ended).filter(|at| at.micros() > 0),
    })
}

/// Until when somebody has access to the instruments of a unit, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessEnd {
    pub owner: OrganisationId,
    pub person: PersonId,
    pub ends: Instant,
    pub reason: String,
}

/// Sets until when somebody has access; without an end nothing is kept.
pub fn set_access(
    tx: &mut Tx<'_>,
    (owner, person): (OrganisationId, PersonId),
    (ends, reason): (Option<Instant>, &str),
    (by, now): (PersonId, Instant),
) -> Result<(), StoreError> {
    match ends {
        Some(ends) => tx.later(&SET_ACCESS, args![owner, person, ends, reason, by, now]),
        None => tx.later(&DROP_ACCESS, args![person, owner]),
    }
}

/// Everybody whose access to the instruments of a unit ends, or ended; the last end first.
pub fn access(
    tx: &mut Tx<'_>,
    owner: OrganisationId,
    limit: usize,
) -> Result<Vec<AccessEnd>, StoreError> {
    tx.rows(&ACCESS, args![owner, limit])?.iter().map(read_access).collect()
}

/// The ends of access of a person, unit by unit.
pub fn access_of(
    tx: &mut Tx<'_>,
    person: PersonId,
    limit: usize,
) -> Result<Vec<AccessEnd>, StoreError> {
    tx.rows(&ACCESS_OF, args![person, limit])?.iter().map(read_access).collect()
}

/// Ends of access within a time, in order, after one of them.
pub fn ending(
    tx: &mut Tx<'_>,
    (from, until): (Instant, Instant),
    after: Option<(Instant, PersonId, OrganisationId)>,
    limit: usize,
) -> Result<Vec<AccessEnd>, StoreError> {
    let (at, person, owner) = match after {
        Some((at, person, owner)) => (at, person.to_string(), owner.to_string()),
        None => (from, String::new(), String::new()),
    };
    let rows = tx.rows(&ENDING, args![from, until, at, person, owner, limit])?;
    rows.iter().map(read_access).collect()
}

fn read_access(row: &Row) -> Result<AccessEnd, StoreError> {
    Ok(AccessEnd {
        owner: row.parsed(0, |text| OrganisationId::parse(text).ok())?,
        person: row.parsed(1, |text| PersonId::parse(text).ok())?,
        ends: row.instant(2)?,
        reason: row.text(3)?,
    })
}

/// Drops what an erased person had.
pub fn forget(tx: &mut Tx<'_>, person: PersonId) -> Result<(), StoreError> {
    tx.later(&FORGET_ACCESS, args![person])
}
