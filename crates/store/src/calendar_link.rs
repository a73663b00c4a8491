//! Addresses of calendars: kept as digests of their secrets, so that a stolen database opens none.

use crate::{Row, StoreError, Tx, args, statements};
use base::{Instant, PersonId};

statements! {
    ADD = "insert into calendar_links (id, digest, kind, thing, person, name, made_at, revoked_at,
               used_at)
           values ($1, $2, $3, $4, $5, $6, $7, null, null)";
    BY_DIGEST = "select id, kind, thing, person, name, made_at from calendar_links
                 where digest = $1 and revoked_at is null";
    OF_PERSON = "select id, kind, thing, person, name, made_at from calendar_links
                 where person = $1 and revoked_at is null order by id limit $2";
    REVOKE = "update calendar_links set revoked_at = $3
              where id = $1 and person = $2 and revoked_at is null";
}

/// What somebody subscribes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CalendarLink {
    pub id: String,
    /// `own`, `instrument` or `unit`.
    pub kind: String,
    /// The instrument or unit; empty for the own bookings.
    pub thing: String,
    /// Whose rights of the moment decide what it shows.
    pub person: PersonId,
    pub name: String,
    pub made_at: Instant,
}

/// Adds an address; `digest` is that of its secret.
pub fn add(tx: &mut Tx<'_>, link: &CalendarLink, digest: &str) -> Result<(), StoreError> {
    let row = [
        (&link.id).into(),
        digest.into(),
        (&link.kind).into(),
        (&link.thing).into(),
        link.person.into(),
        (&link.name).into(),
        link.made_at.into(),
    ];
    tx.later(&ADD, &row)
}

/// The address whose secret has this digest, unless it was revoked.
pub fn by_digest(tx: &mut Tx<'_>, digest: &str) -> Result<Option<CalendarLink>, StoreError> {
    tx.row(&BY_DIGEST, args![digest])?.as_ref().map(read).transpose()
}

/// The addresses of a person, oldest first.
pub fn of_person(
    tx: &mut Tx<'_>,
    person: PersonId,
    limit: usize,
) -> Result<Vec<CalendarLink>, StoreError> {
    tx.rows(&OF_PERSON, args![person, limit])?.iter().map(read).collect()
}

/// Revokes an address of a person. False where there is none.
pub fn revoke(
    tx: &mut Tx<'_>,
    id: &str,
    person: PersonId,
    now: Instant,
) -> Result<bool, StoreError> {
    Ok(tx.run(&REVOKE, args![id, person, now])? == 1)
}

fn read(row: &Row) -> Result<CalendarLink, StoreError> {
    Ok(CalendarLink {
        id: row.text(0)?,
        kind: row.text(1)?,
        thing: row.text(2)?,
        person: row.parsed(3, |text| PersonId::parse(text).ok())?,
        name: row.text(4)?,
        made_at: row.instant(5)?,
    })
}
