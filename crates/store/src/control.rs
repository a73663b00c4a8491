//! Who controls whom, in a table; an end is noted, nothing is deleted.

use crate::{Row, StoreError, Tx, args, statements};
use base::{Instant, OrganisationId, PersonId};
use parties::control::Control;

statements! {
    ADD = "insert into organisation_controls (organisation, controller, grounds, entered_by, entered_at,
               ended_by, ended_at)
           values ($1, $2, $3, $4, $5, '', 0)";
    END = "update organisation_controls set ended_by = $3, ended_at = $4
           where organisation = $1 and controller = $2 and ended_at = 0";
    OF = "select organisation, controller, grounds, entered_by, entered_at, ended_at
          from organisation_controls where organisation = $1
          order by ended_at, entered_at desc limit 100";
    STANDING = "select controller from organisation_controls
                where organisation = $1 and ended_at = 0 order by controller limit 100";
    SET_JURISDICTION = "insert into organisation_jurisdictions (organisation, code, set_by, set_at)
                        values ($1, $2, $3, $4)
                        on conflict (organisation) do update
                        set code = $2, set_by = $3, set_at = $4";
    DROP_JURISDICTION = "delete from organisation_jurisdictions where organisation = $1";
    JURISDICTION = "select j.code, o.credit_code from organisations o
                        left join organisation_jurisdictions j on j.organisation = o.id
                    where o.id = $1";
}

/// Keeps a relation that was entered.
pub fn add(tx: &mut Tx<'_>, it: &Control) -> Result<(), StoreError> {
    let by = it.entered_by.map(|id| id.to_string()).unwrap_or_default();
    let row = args![it.organisation, it.controller, &it.grounds, by, it.entered_at];
    tx.later(&ADD, row)
}

/// Ends a relation that stands; false where it does not.
pub fn end(
    tx: &mut Tx<'_>,
    (organisation, controller): (OrganisationId, OrganisationId),
    by: Option<PersonId>,
    now: Instant,
) -> Result<bool, StoreError> {
    let by = by.map(|id| id.to_string()).unwrap_or_default();
    Ok(tx.run(&END, args![organisation, controller, by, now])? == 1)
}

/// Everybody who controls or controlled an organisation, those that stand first.
pub fn of(tx: &mut Tx<'_>, organisation: OrganisationId) -> Result<Vec<Control>, StoreError> {
    tx.rows(&OF, args![organisation])?.iter().map(read).collect()
}

/// Who controls an organisation now, directly.
pub fn standing(
    tx: &mut Tx<'_>,
    organisation: OrganisationId,
) -> Result<Vec<OrganisationId>, StoreError> {
    let read = |row: &Row| row.parsed(0, |text| OrganisationId::parse(text).ok());
    tx.rows(&STANDING, args![organisation])?.iter().map(read).collect()
}

/// Sets the jurisdiction of an organisation; an empty code takes it back.
pub fn set_jurisdiction(
    tx: &mut Tx<'_>,
    (organisation, code): (OrganisationId, &str),
    by: Option<PersonId>,
    now: Instant,
) -> Result<(), StoreError> {
    if code.is_empty() {
        return tx.later(&DROP_JURISDICTION, args![organisation]);
    }
    let by = by.map(|id| id.to_string()).unwrap_or_default();
    tx.later(&SET_JURISDICTION, args![organisation, code, by, now])
}

/// The jurisdiction of an organisation that was entered, and its credit code; both may be empty.
pub fn jurisdiction(
    tx: &mut Tx<'_>,
    organisation: OrganisationId,
) -> Result<(String, String), StoreError> {
    match tx.row(&JURISDICTION, args![organisation])? {
        Some(row) => Ok((row.text_or_none(0)?.unwrap_or_default(), row.text(1)?)),
        None => Ok(Default::default()),
    }
}

fn read(row: &Row) -> Result<Control, StoreError> {
    let by = row.text(3)?;
    let ended = row.instant(5)?;
    Ok(Control {
        organisation: row.parsed(0, |text| OrganisationId::parse(text).ok())?,
        controller: row.parsed(1, |text| OrganisationId::parse(text).ok())?,
        grounds: row.text(2)?,
        entered_by: match by.is_empty() {
            true => None,
            false => Some(row.parsed(3, |text| PersonId::parse(text).ok())?),
        },
        entered_at: row.instant(4)?,
        ended_at: (ended.micros() > 0).then_some(ended),
    })
}
