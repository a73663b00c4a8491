//! The one row about the installation itself.

use crate::{StoreError, Tx, args};
use base::{Instant, OrganisationId, PersonId};

crate::statements! {
    FIND = "select store_id, name_en, name_zh, origin, demo, secret, operator, created_at
            from city where id = 1";
    FOUND = "insert into city (id, store_id, name_en, name_zh, origin, demo, secret, operator,
                               settings, created_at)
             values (1, $1, $2, $3, $4, $5, $6, $7, '{}', $8)";
    OFFICE = "select m.organisation from memberships m join city c on c.operator = m.person
              where c.id = 1 and m.role = 'operator' order by m.from_at, m.id limit 1";
}

/// Facts about this installation.
#[derive(Clone, Debug)]
pub struct CityRow {
    pub store_id: String,
    pub name_en: String,
    pub name_zh: String,
    /// The origin line of the log's checkpoints.
    pub origin: String,
    /// Whether people and prices are invented; `serve` refuses such a store.
    pub demo: bool,
    /// Masks cursors and signs form tokens; never leaves the store.
    pub secret: Vec<u8>,
    /// The account that commands act as by default.
    pub operator: PersonId,
    pub created_at: Instant,
}

/// The installation, unless it was never initialised.
pub fn find(tx: &mut Tx<'_>) -> Result<Option<CityRow>, StoreError> {
    tx.row(&FIND, &[])?
        .map(|row| {
            Ok(CityRow {
                store_id: row.text(0)?,
                name_en: row.text(1)?,
                name_zh: row.text(2)?,
                origin: row.text(3)?,
                demo: row.bool(4)?,
                secret: row.bytes(5)?,
                operator: row.parsed(6, |text| PersonId::parse(text).ok())?,
                created_at: row.instant(7)?,
            })
        })
        .transpose()
}

/// Writes the installation down, once.
pub fn found(tx: &mut Tx<'_>, city: &CityRow) -> Result<(), StoreError> {
    let row = args![
        &city.store_id,
        &city.name_en,
        &city.name_zh,
        &city.origin,
        city.demo,
        city.secret.clone(),
        city.operator,
        city.created_at,
    ]
    .to_vec();
    tx.later(&FOUND, &row)
}

/// The city's office: the organisation in which the installation's own account was made.
pub fn office(tx: &mut Tx<'_>) -> Result<Option<OrganisationId>, StoreError> {
    tx.row(&OFFICE, &[])?
        .map(|row| row.parsed(0, |text| OrganisationId::parse(text).ok()))
        .transpose()
}
