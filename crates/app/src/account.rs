//! One's own account: sign in and out, passwords, sessions, keys of the programming interface.
//!
//! An unknown address, a wrong password and a disabled person get the same words after the same
//! work, so that nobody can find out who has an account.

use crate::act::{About, Act, Cx, No, Stop};
use crate::asker::{Asker, Who};
use crate::city::{City, Rx};
use crate::secret::{Secret, digest};
pub use crate::sign_in::{Entered, FinishSignIn, HalfWay, ProveIdentity, SignIn, SignedIn};
use access::{Scope, Thing};
use argon2::password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash};
use argon2::{Algorithm, Argon2, Params, Version};
use base::{Class, Instant, Label, Level, PersonId, Refusal, SessionId, TokenId, limits, text};
use parking_lot::{Condvar, Mutex};
use parties::session;
use std::collections::BTreeSet;
pub use store::session::Session;
pub use store::token::Token;

/// Lets a few password hashes run at a time; others queue, so that sign-ins cannot starve the rest.
pub(crate) struct Turnstile {
    free: Mutex<usize>,
    left: Condvar,
}

impl Turnstile {
    pub(crate) fn new(places: usize) -> Self {
        Self { free: Mutex::new(places), left: Condvar::new() }
    }

    fn pass<R>(&self, work: impl FnOnce() -> R) -> R {
        let mut free = self.free.lock();
        while *free == 0 {
            self.left.wait(&mut free);
        }
        *free -= 1;
        drop(free);
        let done = work();
        *self.free.lock() += 1;
        self.left.notify_one();
        done
    }
}

fn argon(city: &City) -> Argon2<'static> {
    // 19 MiB, two passes, one lane: the floor of the OWASP password storage cheat sheet.
    let (memory, passes) = if city.settings().weak_hashing { (64, 1) } else { (19 * 1024, 2) };
    let params = Params::new(memory, passes, 1, None).expect("the parameters are in range");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

fn hash(city: &City, password: &str) -> Result<String, No> {
    let salt = city.with_chance(|chance| chance.bytes32());
    let hashed = city.hashing().pass(|| {
        argon(city).hash_password_with_salt(password.as_bytes(), &salt[..16]).map(|h| h.to_string())
    });
    hashed.map_err(|error| {
        tracing::error!(%error, "password hashing failed");
        Refusal::new(Class::Unknown, "own-fault").into()
    })
}

/// The hash of a password that the demonstration city prints.
pub(crate) fn hash_for(city: &City, password: &str) -> Result<String, No> {
    hash(city, password)
}

pub(crate) fn verifies(city: &City, password: &str, kept: &str) -> bool {
    if password.len() > limits::PASSWORD_BYTES_MAX {
        return false;
    }
    // Nobody's hash: the same work for an unknown address as for a known one.
    let stand_in = "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    let kept = if kept.is_empty() { stand_in } else { kept };
    let Ok(parsed) = PasswordHash::new(kept) else { return false };
    city.hashing().pass(|| argon(city).verify_password(password.as_bytes(), &parsed).is_ok())
}

/// Events about accounts are for administrators only.
pub(crate) fn person_event(
    cx: &mut Cx<'_, '_>,
    kind: &str,
    thing: String,
    body: serde_json::Value,
) {
    let label = Label::at(Level::Restricted);
    let about = About { thing, version: 0, owner: None, label: &label, state: "" };
    cx.event(kind, about, body);
}

impl City {
    /// Writes "last used" at most once a minute; whether that succeeds is nobody's worry.
    pub(crate) fn note_use(&self, session: Option<&Session>, token: Option<&Token>, now: Instant) {
        let is_old = |at: Instant| at.plus_seconds(session::SEEN_EVERY_SECONDS) <= now;
        let session = session.filter(|session| is_old(session.times.seen_at)).map(|it| it.id);
        let token = token.filter(|token| is_old(token.used_at)).map(|it| it.id);
        if session.is_none() && token.is_none() {
            return;
        }
        let noted = self.store().write("note use", move |tx| {
            session.map_or(Ok(()), |id| store::session::see(tx, id, now))?;
            token.map_or(Ok(()), |id| store::token::note_use(tx, id, now))
        });
        if let Err(error) = noted {
            tracing::debug!(%error, "last used was not noted");
        }
    }

    /// One's own open sessions and keys.
    pub fn own_account(&self, asker: &Asker) -> Result<(Vec<Session>, Vec<Token>), No> {
        self.read(asker, |rx: &mut Rx<'_, '_>| {
            let person = rx.actor.person.ok_or_else(sign_in_required)?;
            rx.may(access::Act::ListOwnSessions, &Thing::own(person))?;
            let sessions = store::session::of_person(rx.tx, person, rx.now)?;
            Ok((sessions, store::token::of_person(rx.tx, person)?))
        })
    }
}

/// The refusal for somebody unknown.
pub fn sign_in_required() -> Refusal {
    Refusal::new(Class::SignIn, "sign-in-required")
}

/// Ends one session: signing out, or ending another browser's.
#[derive(serde::Serialize)]
pub struct EndSession {
    pub session: SessionId,
}

impl Act for EndSession {
    const ACT: access::Act = access::Act::EndSession;
    type Facts = Session;
    type Plan = Session;
    type Outcome = ();

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Session, Stop> {
        Ok(store::session::find(cx.tx, self.session)?.ok_or_else(Refusal::not_found)?)
    }

    fn thing(&self, facts: &Session) -> Thing {
        Thing::own(facts.person)
    }

    fn decide(&self, facts: Session, _: &Cx<'_, '_>) -> Result<Session, Vec<Refusal>> {
        Ok(facts)
    }

    fn save(&self, session: Session, cx: &mut Cx<'_, '_>) -> Result<(), Stop> {
        if store::session::end(cx.tx, session.id, cx.now)? {
            let body = serde_json::json!({ "session": session.id });
            person_event(cx, "session-ended", session.person.to_string(), body);
        }
        Ok(())
    }
}

/// Ends every session of one's own but the one that asks.
#[derive(serde::Serialize)]
pub struct EndOtherSessions {
    #[serde(skip)]
    who: Who,
}

impl EndOtherSessions {
    /// The act of this asker.
    pub fn new(asker: &Asker) -> Self {
        Self { who: asker.who }
    }
}

impl Act for EndOtherSessions {
    const ACT: access::Act = access::Act::EndSession;
    type Facts = PersonId;
    type Plan = PersonId;
    type Outcome = ();

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<PersonId, Stop> {
        Ok(cx.actor.person.ok_or_else(sign_in_required)?)
    }

    fn thing(&self, facts: &PersonId) -> Thing {
        Thing::own(*facts)
    }

    fn decide(&self, facts: PersonId, _: &Cx<'_, '_>) -> Result<PersonId, Vec<Refusal>> {
        Ok(facts)
    }

    fn save(&self, person: PersonId, cx: &mut Cx<'_, '_>) -> Result<(), Stop> {
        let but = match self.who {
            Who::Session(id) => Some(id),
            _ => None,
        };
        if store::session::end_all(cx.tx, person, but, cx.now)? > 0 {
            let body = serde_json::json!({ "others": true });
            person_event(cx, "session-ended", person.to_string(), body);
        }
        Ok(())
    }
}

/// Sets a password through a one-time link: an invitation or a reset.
#[derive(serde::Serialize)]
pub struct SetPassword {
    #[serde(skip)]
    pub link_secret: String,
    #[serde(skip)]
    pub password: String,
    #[serde(skip)]
    hashed: String,
}

impl SetPassword {
    /// The act of a link and the new password.
    pub fn new(link_secret: &str, password: &str) -> Self {
        Self {
            link_secret: link_secret.to_owned(),
            password: password.to_owned(),
            hashed: String::new(),
        }
    }
}

impl Act for SetPassword {
    const ACT: access::Act = access::Act::SetPassword;
    type Facts = (parties::Person, Instant);
    type Plan = PersonId;
    type Outcome = PersonId;

    fn prepare(&mut self, city: &City) -> Result<(), No> {
        self.hashed = hash(city, &self.password)?;
        Ok(())
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Self::Facts, Stop> {
        let found = store::person::find_link(cx.tx, &digest(&self.link_secret))?;
        let gone = || Refusal::new(Class::Refused, "link-gone");
        let (id, ends_at) = found.ok_or_else(gone)?;
        let person = store::person::find(cx.tx, id)?.ok_or_else(gone)?;
        Ok((person, ends_at))
    }

    fn thing(&self, _: &Self::Facts) -> Thing {
        Thing::open()
    }

    fn decide(&self, facts: Self::Facts, cx: &Cx<'_, '_>) -> Result<PersonId, Vec<Refusal>> {
        let (person, ends_at) = facts;
        if cx.now >= ends_at || person.state.is_shut() {
            return Err(vec![Refusal::new(Class::Refused, "link-gone")]);
        }
        let context = context_of(&person);
        let words: Vec<&str> = context.iter().map(String::as_str).collect();
        parties::password::check(&self.password, &words).map_err(|refusal| vec![refusal])?;
        Ok(person.id)
    }

    fn save(&self, person: PersonId, cx: &mut Cx<'_, '_>) -> Result<PersonId, Stop> {
        store::person::set_password(cx.tx, person, &self.hashed, cx.now)?;
        store::person::drop_links(cx.tx, person)?;
        store::session::end_all(cx.tx, person, None, cx.now)?;
        person_event(cx, "password-set", person.to_string(), serde_json::Value::Null);
        Ok(person)
    }
}

/// Changes one's own password, knowing the old one; other sessions end.
#[derive(serde::Serialize)]
pub struct ChangePassword {
    #[serde(skip)]
    pub old: String,
    #[serde(skip)]
    pub new: String,
    #[serde(skip)]
    who: Who,
    #[serde(skip)]
    checked: Option<(String, String, bool)>,
}

impl ChangePassword {
    /// The act of the asker's two fields.
    pub fn new(asker: &Asker, old: &str, new: &str) -> Self {
        Self { old: old.to_owned(), new: new.to_owned(), who: asker.who, checked: None }
    }
}

impl Act for ChangePassword {
    const ACT: access::Act = access::Act::ChangePassword;
    type Facts = (parties::Person, String);
    type Plan = PersonId;
    type Outcome = ();

    fn prepare(&mut self, city: &City) -> Result<(), No> {
        let (who, now) = (self.who, city.now());
        let kept = city.store().read(|tx| {
            let actor = crate::asker::resolve(tx, who, now, city.settings().second_factor)?;
            actor.person.map_or(Ok(None), |id| store::person::password(tx, id))
        })?;
        let kept = kept.unwrap_or_default();
        let is_right = verifies(city, &self.old, &kept);
        self.checked = Some((kept, hash(city, &self.new)?, is_right));
        Ok(())
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Self::Facts, Stop> {
        let id = cx.actor.person.ok_or_else(sign_in_required)?;
        let person = store::person::find(cx.tx, id)?.ok_or_else(Refusal::not_found)?;
        let kept = store::person::password(cx.tx, id)?.unwrap_or_default();
        Ok((person, kept))
    }

    fn thing(&self, facts: &Self::Facts) -> Thing {
        Thing::own(facts.0.id)
    }

    fn decide(&self, facts: Self::Facts, _: &Cx<'_, '_>) -> Result<PersonId, Vec<Refusal>> {
        let (person, kept_now) = facts;
        let is_right =
            self.checked.as_ref().is_some_and(|(kept, _, is_right)| *is_right && *kept == kept_now);
        if !is_right {
            return Err(vec![Refusal::invalid("password-old-wrong").on("old")]);
        }
        let context = context_of(&person);
        let words: Vec<&str> = context.iter().map(String::as_str).collect();
        parties::password::check(&self.new, &words).map_err(|refusal| vec![refusal.on("new")])?;
        Ok(person.id)
    }

    fn save(&self, person: PersonId, cx: &mut Cx<'_, '_>) -> Result<(), Stop> {
        let hashed = self.checked.as_ref().map(|(_, hashed, _)| hashed.clone()).unwrap_or_default();
        store::person::set_password(cx.tx, person, &hashed, cx.now)?;
        let but = match self.who {
            Who::Session(id) => Some(id),
            _ => None,
        };
        store::session::end_all(cx.tx, person, but, cx.now)?;
        person_event(cx, "password-changed", person.to_string(), serde_json::Value::Null);
        Ok(())
    }
}

fn context_of(person: &parties::Person) -> Vec<String> {
    let names = [&person.name.en, &person.name.zh];
    let mut words: Vec<String> =
        names.iter().flat_map(|name| name.split_whitespace()).map(str::to_owned).collect();
    words.extend(person.email.split(['@', '.']).map(str::to_owned));
    words.push(person.email.clone());
    words.push("bellwether".to_owned());
    words
}

/// Makes a key of the programming interface; its secret is told once.
#[derive(serde::Serialize)]
pub struct CreateToken {
    /// Whose key it becomes; the asker where it is left out.
    pub person: Option<PersonId>,
    pub name: String,
    pub scopes: BTreeSet<Scope>,
    pub days: i64,
}

/// A new key.
#[derive(serde::Serialize, serde::Deserialize)]
pub struct TokenCreated {
    pub token: TokenId,
    /// Told once; an answer repeated by its key no longer knows it.
    #[serde(skip)]
    pub secret: String,
    pub ends_at: Instant,
}

impl Act for CreateToken {
    const ACT: access::Act = access::Act::CreateToken;
    type Facts = PersonId;
    type Plan = Token;
    type Outcome = TokenCreated;

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<PersonId, Stop> {
        let asker = cx.actor.person.ok_or_else(sign_in_required)?;
        let id = self.person.unwrap_or(asker);
        let person = store::person::find(cx.tx, id)?.ok_or_else(Refusal::not_found)?;
        Ok(person.id)
    }

    fn thing(&self, facts: &PersonId) -> Thing {
        Thing::own(*facts)
    }

    fn decide(&self, person: PersonId, cx: &Cx<'_, '_>) -> Result<Token, Vec<Refusal>> {
        let mut problems = Vec::new();
        let name = text::required_line("name", &self.name, limits::NAME_CHARS_MAX);
        if self.scopes.is_empty() {
            problems.push(Refusal::invalid("token-needs-scope").on("scopes"));
        }
        // A key never reaches further than the key or the person that makes it.
        if self.scopes.iter().any(|scope| !cx.actor.covers(*scope)) {
            problems.push(Refusal::new(Class::NotAllowed, "token-scope-wider").on("scopes"));
        }
        if !(1..=session::TOKEN_DAYS_MAX).contains(&self.days) {
            let most = session::TOKEN_DAYS_MAX;
            let refusal = Refusal::invalid("number-out-of-range").on("days");
            problems
                .push(refusal.term("field", "field-days").number("least", 1).number("most", most));
        }
        match name {
            Ok(name) if problems.is_empty() => Ok(Token {
                id: cx.city.with_chance(|chance| TokenId::new(cx.now, chance)),
                person,
                name,
                scopes: self.scopes.clone(),
                created_at: cx.now,
                used_at: Instant::from_micros(0),
                ends_at: cx.now.plus_seconds(self.days * 86_400),
            }),
            Ok(_) => Err(problems),
            Err(refusal) => {
                problems.insert(0, refusal);
                Err(problems)
            }
        }
    }

    fn save(&self, token: Token, cx: &mut Cx<'_, '_>) -> Result<TokenCreated, Stop> {
        let secret = cx.city.with_chance(|chance| Secret::from_bytes("bwk_", &chance.bytes32()));
        store::token::add(cx.tx, &token, &secret.digest)?;
        let body = serde_json::json!({ "token": token.id, "scopes": token.scopes });
        person_event(cx, "token-created", token.person.to_string(), body);
        Ok(TokenCreated { token: token.id, secret: secret.text, ends_at: token.ends_at })
    }
}

/// Ends a key.
#[derive(serde::Serialize)]
pub struct RevokeToken {
    pub token: TokenId,
}

impl Act for RevokeToken {
    const ACT: access::Act = access::Act::RevokeToken;
    type Facts = Token;
    type Plan = Token;
    type Outcome = ();

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Token, Stop> {
        Ok(store::token::find(cx.tx, self.token)?.ok_or_else(Refusal::not_found)?)
    }

    fn thing(&self, facts: &Token) -> Thing {
        Thing::own(facts.person)
    }

    fn decide(&self, facts: Token, _: &Cx<'_, '_>) -> Result<Token, Vec<Refusal>> {
        Ok(facts)
    }

    fn save(&self, token: Token, cx: &mut Cx<'_, '_>) -> Result<(), Stop> {
        store::token::end(cx.tx, token.id, cx.now)?;
        let body = serde_json::json!({ "token": token.id });
        person_event(cx, "token-revoked", token.person.to_string(), body);
        Ok(())
    }
}
