//! Who asks: found out anew in the transaction of each act, so that lost rights count at once.

use access::{Actor, Assurance, Role};
use base::{Clearance, Instant, Level, PersonId, SessionId, TokenId};
use parties::factor::Policy;
use parties::session;
use std::sync::{Arc, OnceLock};
use store::who::{By, Found};
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
    /// What was found out for this request already.
    pub memo: Memo,
}

/// What one request needs more than once, found out once. Only readings with a snapshot use it:
/// their rights are those of the start of the request too.
#[derive(Clone, Debug, Default)]
pub struct Memo(Arc<Remembered>);

#[derive(Debug, Default)]
pub struct Remembered {
    /// The labels that there are, in their written form.
    pub(crate) gates: OnceLock<Vec<String>>,
    /// Things that became stricter since the index's position.
    pub(crate) hidden: OnceLock<Vec<String>>,
    /// For whom the reader stands in now.
    pub(crate) stand_ins: OnceLock<Vec<store::stand_in::StandIn>>,
    /// How many things wait on the desk.
    pub(crate) n_waiting: OnceLock<u64>,
}

impl std::ops::Deref for Memo {
    type Target = Remembered;

    fn deref(&self) -> &Remembered {
        &self.0
    }
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

/// Finds out who it is and what they hold now. Somebody whose session has ended is nobody, and so
/// is one with a second factor whose session never got its code. Who needs a second factor under
/// this policy and has none holds nothing until it is enrolled.
pub fn resolve(
    tx: &mut Tx<'_>,
    who: Who,
    now: Instant,
    policy: Policy,
) -> Result<Actor, StoreError> {
    let Some(by) = by(who) else { return Ok(Actor::anonymous()) };
    let found = store::who::find(tx, by, now)?;
    Ok(found.and_then(|found| actor_of(&found, now, policy)).unwrap_or_else(Actor::anonymous))
}

/// What [`resolve`] will ask.
pub(crate) fn foreseen(who: Who) -> Vec<store::Question> {
    by(who).map(|by| store::who::asks(by).into()).unwrap_or_default()
}

fn by(who: Who) -> Option<By<'static>> {
    match who {
        Who::Nobody => None,
        Who::Person(id) => Some(By::Person(id)),
        Who::Session(id) => Some(By::Session(id)),
        Who::Token(id) => Some(By::Token(id)),
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

/// Whether somebody with these roles and this given clearance needs a second factor where the
/// installation asks so. What a mere place in an organisation clears for does not count.
fn needs_factor(roles: &[Role], given: Option<&Clearance>) -> bool {
    let is_cleared = given.is_some_and(|given| given.level >= Level::Members);
    is_cleared || roles.iter().any(|role| role.needs_factor())
}

/// What somebody who was found holds now; `None` when the person is shut out, or the session or the
/// key has ended.
pub(crate) fn actor_of(found: &Found, now: Instant, policy: Policy) -> Option<Actor> {
    if found.person.state.is_shut() {
        return None;
    }
    let roles: Vec<_> = found.places.iter().map(|(org, _, role)| (*org, *role)).collect();
    let given = found.clearance.as_ref().map(|given| given.at(now));
    let held: Vec<Role> = roles.iter().map(|(_, role)| *role).collect();
    let needs_factor = needs_factor(&held, given.as_ref());
    // Registration alone clears for "registered", a place in an organisation for "members"; more
    // needs a clearance with dates, and one that has ended is worth nothing.
    let clearance = match given {
        Some(given) => given,
        None if roles.is_empty() => Clearance { level: Level::Registered, ..Clearance::nobody() },
        None => Clearance { level: Level::Members, ..Clearance::nobody() },
    };
    let actor = Actor {
        person: Some(found.person.id),
        roles,
        clearance,
        assurance: Assurance::Fresh,
        scopes: None,
        needs_factor: policy == Policy::Required && needs_factor,
        must_enrol: false,
    };
    match (&found.session, &found.token) {
        (Some(opened), _) => {
            let lives = session::lives(opened.times, is_officer(&actor), now);
            if !lives || !opened.is_whole() {
                return None;
            }
            // A code given here, or a provider that was named as sufficient and vouched for its own.
            let has_factor = opened.has_factor || opened.factor_at.micros() > 0;
            let assurance = match (session::is_fresh(opened.times, now), has_factor) {
                (true, _) => Assurance::Fresh,
                (false, true) => Assurance::SecondFactor,
                (false, false) => Assurance::SignedIn,
            };
            if actor.needs_factor && !has_factor {
                let (roles, clearance) = (Vec::new(), Clearance::nobody());
                return Some(Actor { roles, clearance, assurance, must_enrol: true, ..actor });
            }
            Some(Actor { assurance, ..actor })
        }
        // A key is made after a fresh proof, has an end and reaches no further than its scopes; a
        // program that holds it cannot be asked for a telephone.
        (_, Some(token)) => {
            (now < token.ends_at).then(|| Actor { scopes: Some(token.scopes.clone()), ..actor })
        }
        _ => Some(actor),
    }
}
