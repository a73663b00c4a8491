//! Signing in, in two steps where there is a second factor; and proving again who one is.
//!
//! An unknown address, a wrong password and a shut account get the same words after the same work.
//! A sign-in that waits for its code opens nothing; each step gives a new secret.

use crate::account::{person_event, sign_in_required, verifies};
use crate::act::{Act, Cx, No, Stop};
use crate::asker::{Asker, Who};
use crate::city::City;
use crate::factor::{CodeFacts, Proof, check_code, load_code, remember_wrong, use_proof};
use crate::seal::Sealer;
use crate::secret::{Secret, digest};
use access::Thing;
use base::{Class, Instant, PersonId, Refusal, SessionId};
use parties::factor::{HALF_SECONDS, Typed, WRONG_MAX, read_code};
use parties::{PersonState, session};
use store::StoreError;
use store::factor::Half;
use store::session::Session;

/// Signs a person in on a browser: the first step.
#[derive(serde::Serialize)]
pub struct SignIn {
    pub email: String,
    #[serde(skip)]
    pub password: String,
    pub agent: String,
    #[serde(skip)]
    checked: Option<Checked>,
}

#[derive(Clone)]
struct Checked {
    person: Option<PersonId>,
    /// The hash that the password was held against; another one means it was changed meanwhile.
    kept: String,
    is_right: bool,
}

/// Where a right password leads.
#[derive(serde::Serialize, serde::Deserialize)]
pub enum Entered {
    /// Signed in: there is no second factor.
    In(SignedIn),
    /// A code has to follow.
    HalfWay(HalfWay),
}

/// What a browser keeps until its code has come.
#[derive(serde::Serialize, serde::Deserialize)]
pub struct HalfWay {
    /// Told once.
    #[serde(skip)]
    pub secret: String,
}

/// What a browser keeps.
#[derive(serde::Serialize, serde::Deserialize)]
pub struct SignedIn {
    pub session: SessionId,
    pub person: PersonId,
    /// Told once; an answer repeated by its key no longer knows it.
    #[serde(skip)]
    pub secret: String,
    pub lang: base::Lang,
}

impl SignIn {
    /// The act of these two fields.
    pub fn new(email: &str, password: &str, agent: &str) -> Self {
        let agent = browser_line(agent);
        let email = email.trim().to_lowercase().chars().take(254).collect();
        Self { email, password: password.to_owned(), agent, checked: None }
    }

    fn bucket(&self, cx: &Cx<'_, '_>) -> String {
        digest(&format!("sign-in {} {}", self.email, cx.network))
    }
}

/// The line of a browser as it is kept.
pub(crate) fn browser_line(agent: &str) -> String {
    agent.chars().filter(|c| !c.is_control()).take(200).collect()
}

/// What the first step has to know.
pub struct SignInFacts {
    shut_until: Instant,
    /// The hash of the password now.
    kept: Option<String>,
    has_factor: bool,
}

impl Act for SignIn {
    const ACT: access::Act = access::Act::SignIn;
    type Facts = SignInFacts;
    type Plan = (PersonId, bool);
    type Outcome = Entered;

    fn prepare(&mut self, city: &City) -> Result<(), No> {
        let found = city.store().read(|tx| store::person::by_email(tx, &self.email))?;
        let usable = found.filter(|(person, _)| person.state == PersonState::Active);
        let (person, kept) =
            usable.map_or((None, String::new()), |(person, kept)| (Some(person.id), kept));
        let is_right = verifies(city, &self.password, &kept) && person.is_some();
        self.checked = Some(Checked { person, kept, is_right });
        Ok(())
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<SignInFacts, Stop> {
        let (_, shut_until) = store::person::attempts(cx.tx, &self.bucket(cx))?;
        let Some(person) = self.checked.as_ref().and_then(|checked| checked.person) else {
            return Ok(SignInFacts { shut_until, kept: None, has_factor: false });
        };
        let kept = store::person::password(cx.tx, person)?;
        let has_factor = store::factor::find(cx.tx, person)?.is_some();
        Ok(SignInFacts { shut_until, kept, has_factor })
    }

    fn thing(&self, _: &SignInFacts) -> Thing {
        Thing::open()
    }

    fn decide(&self, facts: SignInFacts, cx: &Cx<'_, '_>) -> Result<Self::Plan, Vec<Refusal>> {
        shut(facts.shut_until, cx.now)?;
        let right = self
            .checked
            .as_ref()
            .filter(|checked| checked.is_right && Some(&checked.kept) == facts.kept.as_ref())
            .and_then(|checked| checked.person);
        let person =
            right.ok_or_else(|| vec![Refusal::new(Class::SignIn, "sign-in-wrong").on("email")])?;
        Ok((person, facts.has_factor))
    }

    fn save(&self, plan: Self::Plan, cx: &mut Cx<'_, '_>) -> Result<Entered, Stop> {
        let (person, has_factor) = plan;
        let bucket = self.bucket(cx);
        store::person::clear_attempts(cx.tx, &bucket)?;
        if !has_factor {
            let fresh_at = cx.now;
            let opening = Opening { person, agent: &self.agent, has_factor: false, fresh_at };
            return Ok(Entered::In(open_session(cx, &opening)?));
        }
        Ok(Entered::HalfWay(open_half(cx, person, &self.agent)?))
    }

    fn remember(&self, reasons: &[Refusal], cx: &mut Cx<'_, '_>) -> Result<(), StoreError> {
        if !reasons.iter().any(|refusal| refusal.code == "sign-in-wrong") {
            return Ok(());
        }
        let bucket = self.bucket(cx);
        count_password(cx, &bucket)?;
        let known = self.checked.as_ref().and_then(|checked| checked.person);
        let thing = known.map_or_else(|| cx.act.to_string(), |id| id.to_string());
        let body = serde_json::json!({ "network": cx.network });
        person_event(cx, "sign-in-refused", thing, body);
        Ok(())
    }
}

/// Keeps a sign-in that waits for its code.
pub(crate) fn open_half(
    cx: &mut Cx<'_, '_>,
    person: PersonId,
    agent: &str,
) -> Result<HalfWay, StoreError> {
    let secret = cx.city.with_chance(|chance| Secret::from_bytes("bwh_", &chance.bytes32()));
    let half = Half {
        person,
        agent: agent.to_owned(),
        network: cx.network.to_owned(),
        n_wrong: 0,
        ends_at: cx.now.plus_seconds(HALF_SECONDS),
    };
    store::factor::add_half(cx.tx, &secret.digest, &half)?;
    Ok(HalfWay { secret: secret.text })
}

fn shut(until: Instant, now: Instant) -> Result<(), Vec<Refusal>> {
    if now < until {
        let seconds = until.seconds_since(now) + 1;
        return Err(vec![Refusal::new(Class::TooMany, "too-many").number("seconds", seconds)]);
    }
    Ok(())
}

fn count_password(cx: &mut Cx<'_, '_>, bucket: &str) -> Result<(), StoreError> {
    let (n_wrong, _) = store::person::attempts(cx.tx, bucket)?;
    let pause = session::pause_seconds(n_wrong + 1);
    store::person::count_attempt(cx.tx, bucket, cx.now.plus_seconds(pause))
}

/// Signs a person in on a browser: the second step.
#[derive(serde::Serialize)]
pub struct FinishSignIn {
    #[serde(skip)]
    half_secret: String,
    #[serde(skip)]
    typed: Option<Typed>,
    #[serde(skip)]
    sealer: Option<Sealer>,
}

impl FinishSignIn {
    /// The act of the secret that the first step gave, and of the code as typed.
    pub fn new(half_secret: &str, code: &str) -> Self {
        Self { half_secret: half_secret.to_owned(), typed: read_code(code), sealer: None }
    }
}

/// The refusal where a sign-in has to begin anew.
fn sign_in_over() -> Refusal {
    Refusal::new(Class::SignIn, "sign-in-over")
}

impl Act for FinishSignIn {
    const ACT: access::Act = access::Act::FinishSignIn;
    type Facts = (Half, CodeFacts);
    type Plan = (Half, Proof);
    type Outcome = SignedIn;

    fn prepare(&mut self, city: &City) -> Result<(), No> {
        self.sealer = Some(Sealer::of(city)?);
        Ok(())
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Self::Facts, Stop> {
        let half = store::factor::find_half(cx.tx, &digest(&self.half_secret))?;
        let half = half.ok_or_else(sign_in_over)?;
        let person = store::person::find(cx.tx, half.person)?;
        if person.is_none_or(|person| person.state != PersonState::Active) {
            return Err(sign_in_over().into());
        }
        let code = load_code(cx, half.person, self.typed.as_ref())?.ok_or_else(sign_in_over)?;
        Ok((half, code))
    }

    fn thing(&self, _: &Self::Facts) -> Thing {
        Thing::open()
    }

    fn decide(&self, facts: Self::Facts, cx: &Cx<'_, '_>) -> Result<Self::Plan, Vec<Refusal>> {
        let (half, code) = facts;
        if cx.now >= half.ends_at || half.n_wrong >= WRONG_MAX {
            return Err(vec![sign_in_over()]);
        }
        let sealer = self.sealer.as_ref();
        let proof = check_code(sealer, half.person, &code, self.typed.as_ref(), cx.now)
            .map_err(|refusal| vec![refusal])?;
        Ok((half, proof))
    }

    fn save(&self, plan: Self::Plan, cx: &mut Cx<'_, '_>) -> Result<SignedIn, Stop> {
        let (half, proof) = plan;
        use_proof(cx, half.person, &proof)?;
        store::factor::drop_half(cx.tx, &digest(&self.half_secret))?;
        let (person, agent, fresh_at) = (half.person, half.agent.as_str(), cx.now);
        open_session(cx, &Opening { person, agent, has_factor: true, fresh_at })
    }

    fn remember(&self, reasons: &[Refusal], cx: &mut Cx<'_, '_>) -> Result<(), StoreError> {
        if !reasons.iter().any(|refusal| refusal.code == "factor-code-wrong") {
            return Ok(());
        }
        let half = digest(&self.half_secret);
        let Some(found) = store::factor::find_half(cx.tx, &half)? else { return Ok(()) };
        store::factor::count_half(cx.tx, &half)?;
        if found.n_wrong + 1 >= WRONG_MAX {
            store::factor::drop_half(cx.tx, &half)?;
        }
        remember_wrong(cx, found.person)
    }
}

/// Proves again who one is: by password, and by code where there is a second factor.
#[derive(serde::Serialize)]
pub struct ProveIdentity {
    #[serde(skip)]
    who: Who,
    #[serde(skip)]
    password: String,
    #[serde(skip)]
    typed: Option<Typed>,
    #[serde(skip)]
    checked: Option<(Sealer, String, bool)>,
}

/// A session after a fresh proof.
#[derive(serde::Serialize, serde::Deserialize)]
pub struct Proved {
    /// Told once; the secret before opens nothing any more.
    #[serde(skip)]
    pub secret: String,
}

impl ProveIdentity {
    /// The act of the asker's fields; the code is empty where there is no second factor.
    pub fn new(asker: &Asker, password: &str, code: &str) -> Self {
        let (password, typed) = (password.to_owned(), read_code(code));
        Self { who: asker.who, password, typed, checked: None }
    }

    fn bucket(cx: &Cx<'_, '_>, person: PersonId) -> String {
        digest(&format!("proof {person} {}", cx.network))
    }
}

/// What a proof has to know.
pub struct ProofFacts {
    session: Session,
    shut_until: Instant,
    kept: String,
    code: Option<CodeFacts>,
}

impl Act for ProveIdentity {
    const ACT: access::Act = access::Act::ProveIdentity;
    type Facts = ProofFacts;
    type Plan = (Session, Proof);
    type Outcome = Proved;

    fn prepare(&mut self, city: &City) -> Result<(), No> {
        let who = self.who;
        let kept = city.store().read(|tx| {
            let Who::Session(id) = who else { return Ok(None) };
            let found = store::session::find(tx, id)?;
            found.map_or(Ok(None), |session| store::person::password(tx, session.person))
        })?;
        let kept = kept.unwrap_or_default();
        let is_right = verifies(city, &self.password, &kept);
        self.checked = Some((Sealer::of(city)?, kept, is_right));
        Ok(())
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<ProofFacts, Stop> {
        let Who::Session(id) = self.who else { return Err(sign_in_required().into()) };
        let person = cx.actor.person.ok_or_else(sign_in_required)?;
        let session = store::session::find(cx.tx, id)?.ok_or_else(sign_in_required)?;
        let (_, shut_until) = store::person::attempts(cx.tx, &Self::bucket(cx, person))?;
        let kept = store::person::password(cx.tx, person)?.unwrap_or_default();
        let code = load_code(cx, person, self.typed.as_ref())?;
        Ok(ProofFacts { session, shut_until, kept, code })
    }

    fn thing(&self, facts: &ProofFacts) -> Thing {
        Thing::own(facts.session.person)
    }

    fn decide(&self, facts: ProofFacts, cx: &Cx<'_, '_>) -> Result<Self::Plan, Vec<Refusal>> {
        shut(facts.shut_until, cx.now)?;
        let person = facts.session.person;
        let checked = self.checked.as_ref();
        let is_right = checked.is_some_and(|(_, kept, is_right)| *is_right && *kept == facts.kept);
        let sealer = checked.map(|(sealer, ..)| sealer);
        // Which of the two was wrong is not said; a code is not used up by a wrong password.
        let wrong = || vec![Refusal::invalid("proof-wrong").on("password")];
        let proof = match &facts.code {
            None => Proof::None,
            Some(code) => match check_code(sealer, person, code, self.typed.as_ref(), cx.now) {
                Ok(proof) => proof,
                Err(refusal) if refusal.class != Class::Invalid => return Err(vec![refusal]),
                Err(_) => return Err(wrong()),
            },
        };
        if is_right { Ok((facts.session, proof)) } else { Err(wrong()) }
    }

    fn save(&self, plan: Self::Plan, cx: &mut Cx<'_, '_>) -> Result<Proved, Stop> {
        let (session, proof) = plan;
        use_proof(cx, session.person, &proof)?;
        let bucket = Self::bucket(cx, session.person);
        store::person::clear_attempts(cx.tx, &bucket)?;
        let secret = cx.city.with_chance(|chance| Secret::from_bytes("bws_", &chance.bytes32()));
        let factor_at = if matches!(proof, Proof::None) { session.factor_at } else { cx.now };
        if !store::session::prove(cx.tx, session.id, &secret.digest, factor_at, cx.now)? {
            return Err(sign_in_required().into());
        }
        let body = serde_json::json!({ "session": session.id });
        person_event(cx, "identity-proved", session.person.to_string(), body);
        Ok(Proved { secret: secret.text })
    }

    fn remember(&self, reasons: &[Refusal], cx: &mut Cx<'_, '_>) -> Result<(), StoreError> {
        let is_wrong = reasons.iter().any(|refusal| refusal.code == "proof-wrong");
        let Some(person) = cx.actor.person.filter(|_| is_wrong) else { return Ok(()) };
        let bucket = Self::bucket(cx, person);
        count_password(cx, &bucket)?;
        if matches!(self.typed, Some(Typed::Code(_))) {
            remember_wrong(cx, person)?;
        }
        person_event(cx, "proof-refused", person.to_string(), serde_json::Value::Null);
        Ok(())
    }
}

/// Entries about a person that are looked through for a browser known before.
const ENTRIES_SEEN: usize = 200;

/// What a session begins with.
pub(crate) struct Opening<'a> {
    pub(crate) person: PersonId,
    pub(crate) agent: &'a str,
    /// Whether a second factor was shown on the way.
    pub(crate) has_factor: bool,
    /// When it was last proved who it is.
    pub(crate) fresh_at: Instant,
}

pub(crate) fn open_session(cx: &mut Cx<'_, '_>, opening: &Opening<'_>) -> Result<SignedIn, Stop> {
    let Opening { person, agent, has_factor, fresh_at } = *opening;
    let now = cx.now;
    let (id, secret) = cx.city.with_chance(|chance| {
        (SessionId::new(now, chance), Secret::from_bytes("bws_", &chance.bytes32()))
    });
    let open = store::session::of_person(cx.tx, person, now)?;
    for old in open.iter().skip(session::SESSIONS_MAX - 1) {
        store::session::end(cx.tx, old.id, now)?;
    }
    let times = session::Times {
        seen_at: now,
        fresh_at,
        ends_at: now.plus_seconds(session::ABSOLUTE_SECONDS),
    };
    let network = cx.network.to_owned();
    let new = what_is_new(cx, person, agent)?;
    let opened = Session {
        id,
        person,
        agent: agent.to_owned(),
        network,
        created_at: now,
        times,
        factor_at: if has_factor { now } else { Instant::from_micros(0) },
        has_factor,
    };
    store::session::add(cx.tx, &opened, &secret.digest)?;
    let found = store::person::find(cx.tx, person)?.ok_or_else(Refusal::not_found)?;
    let body = serde_json::json!({
        "session": id, "network": cx.network, "agent": agent, "new": new,
    });
    person_event(cx, "signed-in", person.to_string(), body);
    Ok(SignedIn { session: id, person, secret: secret.text, lang: found.lang })
}

/// `device` or `network` where this person never signed in so before; the first time of all is not
/// worth a notice.
fn what_is_new(
    cx: &mut Cx<'_, '_>,
    person: PersonId,
    agent: &str,
) -> Result<&'static str, StoreError> {
    let entries = store::log::entries_of(cx.tx, &person.to_string(), ENTRIES_SEEN)?;
    let before: Vec<serde_json::Value> = entries
        .iter()
        .filter(|entry| entry.header.kind == "signed-in")
        .map(store::log::Entry::body_json)
        .collect();
    let knows = |name: &str, value: &str| before.iter().any(|body| body[name] == value);
    Ok(match before.as_slice() {
        [] => "",
        _ if !knows("agent", agent) => "device",
        _ if !knows("network", cx.network) => "network",
        _ => "",
    })
}
