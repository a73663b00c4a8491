//! Mail addresses that people want from now on, until the link that went there is used.

use crate::{StoreError, Tx, args, statements};
use base::{Instant, PersonId};

statements! {
    SET = "insert into address_changes (person, address, digest, asked_at, ends_at)
           values ($1, $2, $3, $4, $5)
           on conflict (person) do update
               set address = $2, digest = $3, asked_at = $4, ends_at = $5";
    OF = "select person, address, asked_at, ends_at from address_changes where person = $1";
    BY_DIGEST = "select person, address, asked_at, ends_at from address_changes where digest = $1";
    DROP = "delete from address_changes where person = $1";
    SWEEP = "delete from address_changes where ends_at <= $1";
    CHANGE = "update people set email = $2, version = version + 1 where id = $1";
    DROP_SECRETS = "delete from letter_secrets where letter in
                        (select id from letters where cause like $1)";
    DROP_LETTERS = "delete from letters where cause like $1";
}

/// An address that somebody wants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    pub person: PersonId,
    pub address: String,
    pub asked_at: Instant,
    /// The first moment at which its link is worth nothing.
    pub ends_at: Instant,
}

/// Keeps what somebody wants under the digest of its link, in place of what they wanted before.
pub fn set(tx: &mut Tx<'_>, wanted: &Wanted, digest: &str) -> Result<(), StoreError> {
    let row = args![wanted.person, &wanted.address, digest, wanted.asked_at, wanted.ends_at];
    tx.later(&SET, row)
}

/// What this person wants.
pub fn of(tx: &mut Tx<'_>, person: PersonId) -> Result<Option<Wanted>, StoreError> {
    tx.row(&OF, args![person])?.as_ref().map(read).transpose()
}

/// What the link of this digest confirms.
pub fn by_digest(tx: &mut Tx<'_>, digest: &str) -> Result<Option<Wanted>, StoreError> {
    tx.row(&BY_DIGEST, args![digest])?.as_ref().map(read).transpose()
}

/// Forgets what this person wants; says whether there was anything.
pub fn drop(tx: &mut Tx<'_>, person: PersonId) -> Result<bool, StoreError> {
    Ok(tx.run(&DROP, args![person])? > 0)
}

/// Forgets what was not confirmed in time.
pub fn sweep(tx: &mut Tx<'_>, now: Instant) -> Result<u64, StoreError> {
    tx.run(&SWEEP, args![now])
}

/// Gives a person this address.
pub fn change(tx: &mut Tx<'_>, person: PersonId, address: &str) -> Result<(), StoreError> {
    tx.later(&CHANGE, args![person, address])
}

/// What the cause of every letter about an address of this person begins with.
pub fn cause_of(person: PersonId) -> String {
    format!("address:{person}:")
}

/// Forgets everything about addresses of an erased person.
pub fn forget(tx: &mut Tx<'_>, person: PersonId) -> Result<(), StoreError> {
    let letters = format!("{}%", cause_of(person));
    tx.later(&DROP_SECRETS, args![&letters])?;
    tx.later(&DROP_LETTERS, args![&letters])?;
    drop(tx, person).map(|_| ())
}

fn read(row: &crate::Row) -> Result<Wanted, StoreError> {
    Ok(Wanted {
        person: row.parsed(0, |text| PersonId::parse(text).ok())?,
        address: row.text(1)?,
        asked_at: row.instant(2)?,
        ends_at: row.instant(3)?,
    })
}
