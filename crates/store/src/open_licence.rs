//! Open licences in tables: one at a time stands on a technology; licences that arose are deals.

use crate::{Row, StoreError, Tx, args, statements};
use base::{Label, ListingId, OpenLicenceId, OrganisationId, Reference, TechnologyId};
use trading::open_licence::{OpenLicence, OpenLicenceState};

statements! {
    ADD = "insert into open_licences (id, reference, listing, technology, owner, state, terms,
               report, declared_at, announced_at, ended_at, reason, version)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 1)";
    CHANGE = "update open_licences set state = $3, announced_at = $4, ended_at = $5, reason = $6,
                  version = $2 + 1
              where id = $1 and version = $2";
    FIND = "select o.id, o.reference, o.listing, o.technology, o.owner, o.state, o.terms, o.report,
                o.declared_at, o.announced_at, o.ended_at, o.reason, o.version, t.gate
            from open_licences o join technologies t on t.id = o.technology where o.id = $1";
    STANDING_ON = "select o.id, o.reference, o.listing, o.technology, o.owner, o.state, o.terms,
                       o.report, o.declared_at, o.announced_at, o.ended_at, o.reason, o.version,
                       t.gate
                   from open_licences o join technologies t on t.id = o.technology
                   where o.technology = $1 and o.state in ('declared', 'announced')";
    OF_LISTING = "select o.id, o.reference, o.listing, o.technology, o.owner, o.state, o.terms,
                      o.report, o.declared_at, o.announced_at, o.ended_at, o.reason, o.version,
                      t.gate
                  from open_licences o join technologies t on t.id = o.technology
                  where o.listing = $1 order by o.id desc limit 50";
    STANDING = "select id from open_licences
                where state in ('declared', 'announced') and id > $1 order by id limit $2";
}

/// Adds a declaration.
pub fn add(tx: &mut Tx<'_>, it: &OpenLicence) -> Result<(), StoreError> {
    let row = [
        it.id.into(),
        (&it.reference).into(),
        it.listing.into(),
        it.technology.into(),
        it.owner.into(),
        it.state.word().into(),
        crate::json(&it.terms),
        (&it.report).into(),
        it.declared_at.into(),
        it.announced_at.into(),
        it.ended_at.into(),
        (&it.reason).into(),
    ];
    tx.later(&ADD, &row)
}

/// Writes one that is still of the version before.
pub fn change(tx: &mut Tx<'_>, it: &OpenLicence) -> Result<(), StoreError> {
    let before = it.version - 1;
    let row = [
        it.id.into(),
        before.into(),
        it.state.word().into(),
        it.announced_at.into(),
        it.ended_at.into(),
        (&it.reason).into(),
    ];
    match tx.run(&CHANGE, &row)? {
        1 => Ok(()),
        _ => Err(StoreError::Retry(format!("{} was changed meanwhile", it.id))),
    }
}

/// One.
pub fn find(tx: &mut Tx<'_>, id: OpenLicenceId) -> Result<Option<OpenLicence>, StoreError> {
    tx.row(&FIND, args![id])?.as_ref().map(read).transpose()
}

/// The one that stands on a technology.
pub fn standing_on(tx: &mut Tx<'_>, id: TechnologyId) -> Result<Option<OpenLicence>, StoreError> {
    tx.row(&STANDING_ON, args![id])?.as_ref().map(read).transpose()
}

/// Those of a listing, newest first.
pub fn of_listing(tx: &mut Tx<'_>, id: ListingId) -> Result<Vec<OpenLicence>, StoreError> {
    tx.rows(&OF_LISTING, args![id])?.iter().map(read).collect()
}

/// Some of those that stand, after one of them.
pub fn standing(
    tx: &mut Tx<'_>,
    after: Option<OpenLicenceId>,
    limit: usize,
) -> Result<Vec<OpenLicenceId>, StoreError> {
    let after = after.map(|id| id.to_string()).unwrap_or_default();
    let rows = tx.rows(&STANDING, args![after, limit])?;
    rows.iter().map(|row| row.parsed(0, |text| OpenLicenceId::parse(text).ok())).collect()
}

fn read(row: &Row) -> Result<OpenLicence, StoreError> {
    Ok(OpenLicence {
        id: row.parsed(0, |text| OpenLicenceId::parse(text).ok())?,
        reference: row.parsed(1, Reference::parse)?,
        listing: row.parsed(2, |text| ListingId::parse(text).ok())?,
        technology: row.parsed(3, |text| TechnologyId::parse(text).ok())?,
        owner: row.parsed(4, |text| OrganisationId::parse(text).ok())?,
        state: row.parsed(5, OpenLicenceState::parse)?,
        terms: row.json(6)?,
        report: row.text(7)?,
        declared_at: row.instant(8)?,
        announced_at: row.instant(9)?,
        ended_at: row.instant(10)?,
        reason: row.text(11)?,
        version: row.count(12)?,
        label: row.parsed(13, Label::from_gate)?,
    })
}
