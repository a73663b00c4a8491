//! Where people can be called. It is theirs to tell and to take away.

use crate::{StoreError, Tx, args, statements};
use base::{Instant, PersonId};

statements! {
    OF = "select telephone from telephones where person = $1";
    SET = "insert into telephones (person, telephone, set_at) values ($1, $2, $3)
           on conflict (person) do update set telephone = $2, set_at = $3";
    DROP = "delete from telephones where person = $1";
}

/// Where this person can be called.
pub fn of(tx: &mut Tx<'_>, person: PersonId) -> Result<Option<String>, StoreError> {
    tx.row(&OF, args![person])?.map(|row| row.text(0)).transpose()
}

/// Keeps a number in place of the one before.
pub fn set(
    tx: &mut Tx<'_>,
    person: PersonId,
    telephone: &str,
    now: Instant,
) -> Result<(), StoreError> {
    tx.later(&SET, args![person, telephone, now])
}

/// Forgets the number of a person.
pub fn forget(tx: &mut Tx<'_>, person: PersonId) -> Result<(), StoreError> {
    tx.later(&DROP, args![person])
}
