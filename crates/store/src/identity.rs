//! Identities of other providers that people are linked to, and sign-ins that came back from there.

use crate::{Row, StoreError, Tx, args, statements};
use base::{IdentityId, Instant, PersonId};

statements! {
    ADD = "insert into identities (id, person, issuer, subject, shown, linked_at, used_at)
           values ($1, $2, $3, $4, $5, $6, 0)";
    FIND = "select id, person, issuer, subject, shown, linked_at, used_at from identities
            where id = $1";
    OF_SUBJECT = "select id, person, issuer, subject, shown, linked_at, used_at from identities
                  where issuer = $1 and subject = $2";
    OF_PERSON = "select id, person, issuer, subject, shown, linked_at, used_at from identities
                 where person = $1 order by linked_at, id limit 100";
    NOTE_USE = "update identities set used_at = $2 where id = $1";
    DROP = "delete from identities where id = $1";
    DROP_OF = "delete from identities where person = $1";
    COME_BACK = "insert into identity_returns (id, ends_at) values ($1, $2)
                 on conflict (id) do nothing";
    SWEEP = "delete from identity_returns where ends_at < $1";
}

/// Somebody's account at another provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    pub id: IdentityId,
    pub person: PersonId,
    pub issuer: String,
    pub subject: String,
    /// What the provider called it when it was linked.
    pub shown: String,
    pub linked_at: Instant,
    /// When somebody signed in with it last; 0 for never.
    pub used_at: Instant,
}

/// Links an identity; the schema lets a subject be linked once.
pub fn add(tx: &mut Tx<'_>, new: &Identity) -> Result<(), StoreError> {
    let row = args![new.id, new.person, &new.issuer, &new.subject, &new.shown, new.linked_at];
    tx.later(&ADD, row)
}

/// One identity.
pub fn find(tx: &mut Tx<'_>, id: IdentityId) -> Result<Option<Identity>, StoreError> {
    tx.row(&FIND, args![id])?.as_ref().map(read).transpose()
}

/// The identity of this subject of this issuer.
pub fn of_subject(
    tx: &mut Tx<'_>,
    issuer: &str,
    subject: &str,
) -> Result<Option<Identity>, StoreError> {
    tx.row(&OF_SUBJECT, args![issuer, subject])?.as_ref().map(read).transpose()
}

/// The identities of a person, oldest first.
pub fn of_person(tx: &mut Tx<'_>, person: PersonId) -> Result<Vec<Identity>, StoreError> {
    tx.rows(&OF_PERSON, args![person])?.iter().map(read).collect()
}

/// Notes that somebody signed in with it.
pub fn note_use(tx: &mut Tx<'_>, id: IdentityId, now: Instant) -> Result<(), StoreError> {
    tx.later(&NOTE_USE, args![id, now])
}

/// Unlinks an identity.
pub fn unlink(tx: &mut Tx<'_>, id: IdentityId) -> Result<(), StoreError> {
    tx.later(&DROP, args![id])
}

/// Unlinks every identity of a person.
pub fn drop_of(tx: &mut Tx<'_>, person: PersonId) -> Result<(), StoreError> {
    tx.later(&DROP_OF, args![person])
}

/// Notes that a sign-in came back; false when it had come back before.
pub fn come_back(tx: &mut Tx<'_>, id: &str, ends_at: Instant) -> Result<bool, StoreError> {
    Ok(tx.run(&COME_BACK, args![id, ends_at])? == 1)
}

/// Forgets sign-ins that could not come back any more before a moment.
pub fn sweep(tx: &mut Tx<'_>, before: Instant) -> Result<u64, StoreError> {
    tx.run(&SWEEP, args![before])
}

fn read(row: &Row) -> Result<Identity, StoreError> {
    Ok(Identity {
        id: row.parsed(0, |text| IdentityId::parse(text).ok())?,
        person: row.parsed(1, |text| PersonId::parse(text).ok())?,
        issuer: row.text(2)?,
        subject: row.text(3)?,
        shown: row.text(4)?,
        linked_at: row.instant(5)?,
        used_at: row.instant(6)?,
    })
}
