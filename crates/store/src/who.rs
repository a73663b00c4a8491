//! Who asks: a person with clearance and places, found in two statements by the person, by a
//! session or by a key.

use crate::session::Session;
use crate::token::Token;
use crate::tx::Question;
use crate::{Row, Statement, StoreError, Tx, Value, args, statements};
use access::Role;
use base::{Bilingual, Clearance, Instant, OrganisationId, PersonId, SessionId, TokenId};
use parties::Person;

/// The columns of a person and the clearance, before what follows.
macro_rules! person_and {
    ($rest:literal) => {
        concat!(
            "select p.id, p.email, p.name_en, p.name_zh, p.lang,
                 case when p.erased_at > 0 then 'erased' else p.state end, p.invented, p.version,
                 p.created_at, c.clearance",
            $rest
        )
    };
}

/// The places of a person who is told by an expression of the first argument, of any time.
macro_rules! places {
    ($person:literal) => {
        concat!(
            "select m.organisation, o.name_en, o.name_zh, m.role, m.from_at, m.until_at
             from memberships m join organisations o on o.id = m.organisation
             where m.person = ",
            $person,
            " order by m.organisation, m.role"
        )
    };
}

statements! {
    OF_PERSON = person_and!(" from people p left join clearances c on c.person = p.id
                              where p.id = $1");
    OF_SESSION = person_and!(", s.id, s.person, s.agent, s.network, s.created_at, s.seen_at,
                                  s.fresh_at, s.ends_at, s.factor_at,
                                  (select count(*) from factors f where f.person = s.person)
                              from sessions s join people p on p.id = s.person
                                  left join clearances c on c.person = p.id
                              where s.id = $1");
    OF_SESSION_SECRET = person_and!(", s.id, s.person, s.agent, s.network, s.created_at,
                                         s.seen_at, s.fresh_at, s.ends_at, s.factor_at,
                                         (select count(*) from factors f where f.person = s.person)
                                     from sessions s join people p on p.id = s.person
                                         left join clearances c on c.person = p.id
                                     where s.secret = $1");
    OF_TOKEN = person_and!(", t.id, t.person, t.name, t.scopes, t.created_at, t.used_at, t.ends_at
                            from tokens t join people p on p.id = t.person
                                left join clearances c on c.person = p.id
                            where t.id = $1");
    OF_TOKEN_SECRET = person_and!(", t.id, t.person, t.name, t.scopes, t.created_at, t.used_at,
                                       t.ends_at
                                   from tokens t join people p on p.id = t.person
                                       left join clearances c on c.person = p.id
                                   where t.secret = $1");
    PLACES = places!("$1");
    SESSION_PLACES = places!("(select person from sessions where id = $1)");
    SESSION_SECRET_PLACES = places!("(select person from sessions where secret = $1)");
    TOKEN_PLACES = places!("(select person from tokens where id = $1)");
    TOKEN_SECRET_PLACES = places!("(select person from tokens where secret = $1)");
}

/// What somebody is found by.
#[derive(Clone, Copy, Debug)]
pub enum By<'d> {
    Person(PersonId),
    Session(SessionId),
    /// The digest of a session's secret.
    SessionSecret(&'d str),
    Token(TokenId),
    /// The digest of a key's secret.
    TokenSecret(&'d str),
}

/// Somebody with everything that rights are judged by.
#[derive(Clone, Debug)]
pub struct Found {
    pub person: Person,
    pub clearance: Option<Clearance>,
    /// The session, where it was one that was asked for.
    pub session: Option<Session>,
    /// The key, where it was one that was asked for.
    pub token: Option<Token>,
    /// Places held at the moment asked for.
    pub places: Vec<(OrganisationId, Bilingual, Role)>,
}

/// A person with the clearance that was given, without asking for more.
pub fn person(
    tx: &mut Tx<'_>,
    id: PersonId,
) -> Result<Option<(Person, Option<Clearance>)>, StoreError> {
    let Some(row) = tx.row(&OF_PERSON, args![id])? else { return Ok(None) };
    let clearance = match row.text_or_none(9)? {
        Some(_) => Some(row.json(9)?),
        None => None,
    };
    Ok(Some((crate::person::read(&row)?, clearance)))
}

/// The questions by which somebody is found: who it is, and the places held at any time.
pub fn asks(by: By<'_>) -> [Question; 2] {
    let (who, places, told): (&'static Statement, &'static Statement, Value) = match by {
        By::Person(id) => (&OF_PERSON, &PLACES, id.into()),
        By::Session(id) => (&OF_SESSION, &SESSION_PLACES, id.into()),
        By::SessionSecret(digest) => (&OF_SESSION_SECRET, &SESSION_SECRET_PLACES, digest.into()),
        By::Token(id) => (&OF_TOKEN, &TOKEN_PLACES, id.into()),
        By::TokenSecret(digest) => (&OF_TOKEN_SECRET, &TOKEN_SECRET_PLACES, digest.into()),
    };
    [(who, vec![told.clone()]), (places, vec![told])]
}

/// Finds somebody, in whatever state the person, the session or the key is.
pub fn find(tx: &mut Tx<'_>, by: By<'_>, now: Instant) -> Result<Option<Found>, StoreError> {
    let mut answers = tx.several(&asks(by))?.into_iter();
    let (found, places) = (answers.next().unwrap_or_default(), answers.next().unwrap_or_default());
    let Some(row) = found.into_iter().next() else { return Ok(None) };
    let person = crate::person::read(&row)?;
    let clearance = match row.text_or_none(9)? {
        Some(_) => Some(row.json(9)?),
        None => None,
    };
    let rest = Row(row.0.get(10..).unwrap_or_default().to_vec());
    let (session, token) = match by {
        By::Person(_) => (None, None),
        By::Session(_) | By::SessionSecret(_) => (Some(crate::session::read(&rest)?), None),
        By::Token(_) | By::TokenSecret(_) => (None, Some(crate::token::read(&rest)?)),
    };
    let mut held = Vec::with_capacity(places.len());
    for row in &places {
        if row.instant(4)? <= now && now < row.instant(5)? {
            let organisation = row.parsed(0, |text| OrganisationId::parse(text).ok())?;
            let name = Bilingual::new(row.text(1)?, row.text(2)?);
            held.push((organisation, name, row.parsed(3, Role::parse)?));
        }
    }
    let places = held;
    Ok(Some(Found { person, clearance, session, token, places }))
}
