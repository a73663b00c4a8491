//! Keys of the programming interface: named, scoped, expiring; only the digest is kept.

use crate::{Row, StoreError, Tx, args, statements};
use access::Scope;
use base::{Instant, PersonId, TokenId};
use std::collections::BTreeSet;

statements! {
    ADD = "insert into tokens (id, person, name, secret, scopes, created_at, used_at, ends_at)
           values ($1, $2, $3, $4, $5, $6, 0, $7)";
    FIND = "select id, person, name, scopes, created_at, used_at, ends_at from tokens where id = $1";
    OF_PERSON = "select id, person, name, scopes, created_at, used_at, ends_at
                 from tokens where person = $1 order by created_at desc, id desc limit 100";
    USE = "update tokens set used_at = $2 where id = $1 and used_at < $2";
    END = "update tokens set ends_at = $2 where id = $1 and ends_at > $2";
    END_ALL = "update tokens set ends_at = $2 where person = $1 and ends_at > $2";
}

/// A key of the programming interface.
#[derive(Clone, Debug)]
pub struct Token {
    pub id: TokenId,
    pub person: PersonId,
    pub name: String,
    pub scopes: BTreeSet<Scope>,
    pub created_at: Instant,
    pub used_at: Instant,
    pub ends_at: Instant,
}

/// Adds a key under the digest of its secret.
pub fn add(tx: &mut Tx<'_>, token: &Token, digest: &str) -> Result<(), StoreError> {
    let row = [
        token.id.into(),
        token.person.into(),
        (&token.name).into(),
        digest.into(),
        crate::json(&token.scopes),
        token.created_at.into(),
        token.ends_at.into(),
    ];
    tx.later(&ADD, &row)
}

/// One key.
pub fn find(tx: &mut Tx<'_>, id: TokenId) -> Result<Option<Token>, StoreError> {
    tx.row(&FIND, args![id])?.as_ref().map(read).transpose()
}

/// The keys of a person, newest first.
pub fn of_person(tx: &mut Tx<'_>, person: PersonId) -> Result<Vec<Token>, StoreError> {
    tx.rows(&OF_PERSON, args![person])?.iter().map(read).collect()
}

/// Notes that a key was used.
pub fn note_use(tx: &mut Tx<'_>, id: TokenId, now: Instant) -> Result<(), StoreError> {
    tx.later(&USE, args![id, now])
}

/// Ends a key now.
pub fn end(tx: &mut Tx<'_>, id: TokenId, now: Instant) -> Result<bool, StoreError> {
    Ok(tx.run(&END, args![id, now])? == 1)
}

/// Ends all keys of a person.
pub fn end_all(tx: &mut Tx<'_>, person: PersonId, now: Instant) -> Result<u64, StoreError> {
    tx.run(&END_ALL, args![person, now])
}

pub(crate) fn read(row: &Row) -> Result<Token, StoreError> {
    Ok(Token {
        id: row.parsed(0, |text| TokenId::parse(text).ok())?,
        person: row.parsed(1, |text| PersonId::parse(text).ok())?,
        name: row.text(2)?,
        scopes: row.json(3)?,
        created_at: row.instant(4)?,
        used_at: row.instant(5)?,
        ends_at: row.instant(6)?,
    })
}
