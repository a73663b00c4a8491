//! Erasing a person: which rows go, which are emptied, and which bodies of the log.
//!
//! The row of the person stays under its id, so that what others did with it still reads; the log
//! keeps the commitment of every body that is erased.

use crate::{StoreError, Tx, args, statements};
use base::{Bilingual, Instant, PersonId};

statements! {
    EMPTY = "update people set email = $2, name_en = $3, name_zh = $4, password = '',
                 password_at = 0, state = 'disabled', erased_at = $5, version = version + 1
             where id = $1";
    DROP_SESSIONS = "delete from sessions where person = $1";
    DROP_TOKENS = "delete from tokens where person = $1";
    DROP_LINKS = "delete from one_time_links where person = $1";
    DROP_CLEARANCE = "delete from clearances where person = $1";
    DROP_KEYS = "delete from act_keys where person = $1";
    DROP_APPLICATIONS = "delete from applications
                         where email = (select email from people where id = $1) and email <> ''";
    DROP_INVITATIONS = "delete from invitations
                        where email = (select email from people where id = $1) and email <> ''";
    EMPTY_MATTERS = "update cases set matter = '{}'
                     where opener = $1 and process in ('registration', 'joining')";
    DROP_WORDS = "delete from case_words where case_id in (
                      select id from cases
                      where opener = $1 and process in ('registration', 'joining'))";
    EMPTY_MOVES = "update case_moves set reason = '', answers = '{}'
                   where person = $1 and case_id in (
                       select id from cases
                       where opener = $1 and process in ('registration', 'joining'))";
    END_PLACES = "update memberships set until_at = $2 where person = $1 and until_at > $2";
    ERASE_BODIES = "delete from log_bodies
                    where seq in (select seq from log_entries where thing = $1)";
    N_BODIES = "select count(*) from log_entries e join log_bodies b on b.seq = e.seq
                where e.thing = $1";
    OPEN_IMPORTS = "select count(*) from imports
                    where person = $1 and state in ('staged', 'running', 'paused')";
}

/// Empties the row of a person, drops everything to sign in with, ends the places held, and erases
/// the bodies of the log that are about the person.
pub fn erase(
    tx: &mut Tx<'_>,
    person: PersonId,
    name: &Bilingual,
    now: Instant,
) -> Result<(), StoreError> {
    crate::factor::drop_all(tx, person)?;
    crate::identity::drop_of(tx, person)?;
    crate::mail::drop_of(tx, person)?;
    crate::saved_search::drop_of(tx, person)?;
    crate::file::forget_person(tx, person, "file")?;
    crate::subscriber::drop_of(tx, person)?;
    crate::bulletin::forget(tx, &person.to_string())?;
    crate::emergency::forget(tx, person)?;
    crate::address::forget(tx, person)?;
    crate::telephone::forget(tx, person)?;
    crate::service_record::forget(tx, person)?;
    crate::instrument::forget(tx, person)?;
    crate::area::forget(tx, person)?;
    crate::booking::forget(tx, person)?;
    crate::feedback::forget(tx, person)?;
    crate::upkeep::forget(tx, person)?;
    crate::training::forget(tx, person)?;
    crate::agreement::forget(tx, person)?;
    crate::wait::forget(tx, person)?;
    crate::turn::forget(tx, person)?;
    crate::standard::forget(tx, person)?;
    crate::venture::forget(tx, person)?;
    crate::webhook::forget(tx, person, now)?;
    let plain =
        [&DROP_SESSIONS, &DROP_TOKENS, &DROP_LINKS, &DROP_CLEARANCE, &DROP_KEYS, &ERASE_BODIES];
    let registered =
        [&DROP_APPLICATIONS, &DROP_INVITATIONS, &EMPTY_MATTERS, &EMPTY_MOVES, &DROP_WORDS];
    for statement in plain.into_iter().chain(registered) {
        tx.later(statement, args![person])?;
    }
    tx.later(&END_PLACES, args![person, now])?;
    // Nobody can type this as an address, and no two are equal.
    let address = format!("erased:{person}");
    tx.later(&EMPTY, args![person, address, &name.en, &name.zh, now])
}

/// Erases the bodies of the log about a person that were numbered since.
pub fn erase_bodies(tx: &mut Tx<'_>, person: PersonId) -> Result<u64, StoreError> {
    tx.run(&ERASE_BODIES, args![person])
}

/// How many bodies of the log about a person there still are.
pub fn n_bodies(tx: &mut Tx<'_>, person: PersonId) -> Result<u64, StoreError> {
    tx.row(&N_BODIES, args![person])?.map_or(Ok(0), |row| row.count(0))
}

/// Imports that a person began and did not finish.
pub fn n_open_imports(tx: &mut Tx<'_>, person: PersonId) -> Result<u64, StoreError> {
    tx.row(&OPEN_IMPORTS, args![person])?.map_or(Ok(0), |row| row.count(0))
}
