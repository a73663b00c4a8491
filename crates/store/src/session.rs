//! Sessions: only the digest of the secret is kept.

use crate::{Row, StoreError, Tx, args, statements};
use base::{Instant, PersonId, SessionId};
use parties::session::Times;

statements! {
    ADD = "insert into sessions (id, person, secret, agent, network, created_at, seen_at, fresh_at,
                                 ends_at, factor_at)
           values ($1, $2, $3, $4, $5, $6, $6, $9, $7, $8)";
    FIND = "select id, person, agent, network, created_at, seen_at, fresh_at, ends_at, factor_at,
                (select count(*) from factors f where f.person = sessions.person)
            from sessions where id = $1";
    OF_PERSON = "select id, person, agent, network, created_at, seen_at, fresh_at, ends_at,
                     factor_at, (select count(*) from factors f where f.person = sessions.person)
                 from sessions where person = $1 and ends_at > $2 order by created_at desc, id desc
                 limit 100";
    SEE = "update sessions set seen_at = $2 where id = $1 and seen_at < $2";
    PROVE = "update sessions set secret = $2, fresh_at = $3, seen_at = $3, factor_at = $4
             where id = $1 and ends_at > $3";
    FORGET_FACTOR = "update sessions set factor_at = 0 where person = $1";
    END = "update sessions set ends_at = $2 where id = $1 and ends_at > $2";
    END_ALL = "update sessions set ends_at = $2 where person = $1 and ends_at > $2 and id <> $3";
    END_EVERYTHING = "delete from sessions";
    SWEEP = "delete from sessions where ends_at < $1";
}

/// A signed-in browser.
#[derive(Clone, Debug)]
pub struct Session {
    pub id: SessionId,
    pub person: PersonId,
    pub agent: String,
    pub network: String,
    pub created_at: Instant,
    pub times: Times,
    /// When a code of the second factor was given in it, or a provider vouched for one of its own;
    /// 0 for never.
    pub factor_at: Instant,
    /// Whether its person has a second factor now.
    pub has_factor: bool,
}

impl Session {
    /// Whether it opens anything: with a second factor, only after its code.
    pub fn is_whole(&self) -> bool {
        !self.has_factor || self.factor_at.micros() > 0
    }
}

/// Adds a session under the digest of its secret.
pub fn add(tx: &mut Tx<'_>, session: &Session, digest: &str) -> Result<(), StoreError> {
    let row = args![
        session.id,
        session.person,
        digest,
        &session.agent,
        &session.network,
        session.created_at,
        session.times.ends_at,
        session.factor_at,
        session.times.fresh_at,
    ]
    .to_vec();
    tx.later(&ADD, &row)
}

/// Removes every session, and says how many there were: a restored city knows nobody.
pub fn end_everything(tx: &mut Tx<'_>) -> Result<u64, StoreError> {
    tx.run(&END_EVERYTHING, &[])
}

/// One session.
pub fn find(tx: &mut Tx<'_>, id: SessionId) -> Result<Option<Session>, StoreError> {
    tx.row(&FIND, args![id])?.as_ref().map(read).transpose()
}

/// The sessions of a person that have not ended, newest first.
pub fn of_person(
    tx: &mut Tx<'_>,
    person: PersonId,
    now: Instant,
) -> Result<Vec<Session>, StoreError> {
    tx.rows(&OF_PERSON, args![person, now])?.iter().map(read).collect()
}

/// Notes that the session was used.
pub fn see(tx: &mut Tx<'_>, id: SessionId, now: Instant) -> Result<(), StoreError> {
    tx.later(&SEE, args![id, now])
}

/// Notes a fresh proof and gives the session a new secret; the old one opens nothing any more.
pub fn prove(
    tx: &mut Tx<'_>,
    id: SessionId,
    digest: &str,
    factor_at: Instant,
    now: Instant,
) -> Result<bool, StoreError> {
    Ok(tx.run(&PROVE, args![id, digest, now, factor_at])? == 1)
}

/// Forgets that a code was given in the sessions of a person, whose factor is gone.
pub fn forget_factor(tx: &mut Tx<'_>, person: PersonId) -> Result<(), StoreError> {
    tx.later(&FORGET_FACTOR, args![person])
}

/// Ends a session now.
pub fn end(tx: &mut Tx<'_>, id: SessionId, now: Instant) -> Result<bool, StoreError> {
    Ok(tx.run(&END, args![id, now])? == 1)
}

/// Ends all sessions of a person but one.
pub fn end_all(
    tx: &mut Tx<'_>,
    person: PersonId,
    but: Option<SessionId>,
    now: Instant,
) -> Result<u64, StoreError> {
    let but = but.map_or_else(String::new, |id| id.to_string());
    tx.run(&END_ALL, args![person, now, but])
}

/// Forgets sessions that ended before a moment.
pub fn sweep(tx: &mut Tx<'_>, before: Instant) -> Result<u64, StoreError> {
    tx.run(&SWEEP, args![before])
}

pub(crate) fn read(row: &Row) -> Result<Session, StoreError> {
    Ok(Session {
        id: row.parsed(0, |text| SessionId::parse(text).ok())?,
        person: row.parsed(1, |text| PersonId::parse(text).ok())?,
        agent: row.text(2)?,
        network: row.text(3)?,
        created_at: row.instant(4)?,
        times: Times {
            seen_at: row.instant(5)?,
            fresh_at: row.instant(6)?,
            ends_at: row.instant(7)?,
        },
        factor_at: row.instant(8)?,
        has_factor: row.count(9)? > 0,
    })
}
