//! Who asks: found out anew in the transaction of each act, so that lost rights count at once.

use access::{Actor, Assurance, Role};
use base::{Clearance, Instant, Level, PersonId, SessionId, TokenId};
use parties::session;
use store::{StoreError, Tx};

/// How somebody showed who they are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Who {
    #[default]
    Nobody,
    /// A signed-in browser.
    Session(SessionId),
    /// A key of the programming interface.
    Token(TokenId),
    /// A command on the machine itself, or a job, acting for this person.
    Person(PersonId),
}

/// Somebody who asks, with what a face knows about the request.
#[derive(Clone, Debug, Default)]
pub struct Asker {
    pub who: Who,
    /// The idempotency key of this request.
    pub key: Option<String>,
    /// Network of the request, for limits and the log: never the whole address.
    pub network: String,
    /// The id under which the request is found in the logs of the program.
    pub request: String,
    /// Who it was found to be at the start of this request; readings use it, acts ask anew.
    pub snapshot: Option<Actor>,
    /// Acts of this asker are refused before they begin, so that a form which was sent while its
    /// writer was signed out is shown again with everything in it.
    pub rehearses: bool,
}

impl Asker {
    /// Somebody unknown.
    pub fn nobody() -> Self {
        Self::default()
    }

    /// A command or a job that acts for this person.
    pub fn person(id: PersonId) -> Self {
        Self { who: Who::Person(id), ..Self::default() }
    }

    /// The same asker with this key.
    pub fn keyed(mut self, key: impl Into<String>) -> Self {
        self.key = Some(key.into());
        self
    }
}

/// Finds out who it is and what they hold now. Somebody whose session has ended is nobody.
pub fn resolve(tx: &mut Tx<'_>, who: Who, now: Instant) -> Result<Actor, StoreError> {
    match who {
        Who::Nobody => Ok(Actor::anonymous()),
        Who::Person(id) => actor(tx, id, Assurance::Fresh, now),
        Who::Session(id) => {
            let Some(found) = store::session::find(tx, id)? else { return Ok(Actor::anonymous()) };
            let fresh = session::is_fresh(found.times, now);
            let sure = if fresh { Assurance::Fresh } else { Assurance::SignedIn };
            let actor = actor(tx, found.person, sure, now)?;
            let lives = session::lives(found.times, is_officer(&actor), now);
            Ok(if lives { actor } else { Actor::anonymous() })
        }
        Who::Token(id) => {
            let token = store::token::find(tx, id)?.filter(|token| now < token.ends_at);
            let Some(token) = token else { return Ok(Actor::anonymous()) };
            let actor = actor(tx, token.person, Assurance::SignedIn, now)?;
            Ok(Actor { scopes: Some(token.scopes), ..actor })
        }
    }
}

/// Whether the shorter limits of officers hold for this person.
pub fn is_officer(actor: &Actor) -> bool {
    actor.holds(&[
        Role::AgencyOfficer,
        Role::ConfidentialityOfficer,
        Role::StatisticsOfficer,
        Role::SystemAdministrator,
        Role::SecurityAdministrator,
        Role::AuditAdministrator,
        Role::Operator,
    ])
}

fn actor(
    tx: &mut Tx<'_>,
    id: PersonId,
    assurance: Assurance,
    now: Instant,
) -> Result<Actor, StoreError> {
    let person = store::person::find(tx, id)?;
    if person.is_none_or(|person| person.state == parties::PersonState::Disabled) {
        return Ok(Actor::anonymous());
    }
    let roles: Vec<_> =
        store::person::roles(tx, id, now)?.into_iter().map(|(_, org, role)| (org, role)).collect();
    // Registration alone clears for "registered", a place in an organisation for "members"; more
    // needs a clearance with dates, and one that has ended is worth nothing.
    let clearance = match store::person::clearance(tx, id)? {
        Some(given) => given.at(now),
        None if roles.is_empty() => Clearance { level: Level::Registered, ..Clearance::nobody() },
        None => Clearance { level: Level::Members, ..Clearance::nobody() },
    };
    Ok(Actor { person: Some(id), roles, clearance, assurance, scopes: None })
}
