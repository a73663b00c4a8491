//! The one door to change: [`City::perform`].
//!
//! An act loads its facts, says which thing it is about, decides purely, and saves. `perform` finds
//! out who asks, repeats the answer of a known key, authorises, and maps every way to fail.

use crate::{Asker, City, asker};
use access::{Actor, Thing};
use base::{ActId, Class, EventId, Instant, Label, OrganisationId, Refusal};
use parking_lot::Mutex;
use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};
use std::any::Any;
use std::sync::Arc;
use std::time::Duration;
use store::{End, Errand, Hold, NewEvent, Part, Question, Run, StoreError, Tx};

/// Something that changes the city.
pub trait Act: Serialize + Send + Sync + 'static {
    /// Its row in the matrix.
    const ACT: access::Act;
    /// What has to be known to decide.
    type Facts;
    /// What was decided.
    type Plan;
    /// What the caller is told; kept with the key.
    type Outcome: Serialize + DeserializeOwned + Send + 'static;

    /// Rows that will be changed, locked first.
    fn holds(&self) -> Vec<Hold> {
        Vec::new()
    }

    /// Whether holds and schema cover every check of this act, so that PostgreSQL may run it at
    /// read committed. Such an act is in the race tests. (Serialisable acts that merely look for
    /// their keys in the same page of an index undo each other on PostgreSQL.)
    fn read_committed(&self) -> bool {
        false
    }

    /// What it will ask the database first, where that is known before: asked together with what the
    /// acts beside it ask. Only an act that runs at read committed is told so.
    fn foresees(&self) -> Vec<Question> {
        Vec::new()
    }

    /// How long its caller waits; an act that moves many rows takes longer than a page may.
    fn patience(&self) -> Option<Duration> {
        None
    }

    /// Slow work before the transaction: hashing, parsing. Must not write.
    fn prepare(&mut self, _city: &City) -> Result<(), No> {
        Ok(())
    }

    /// Loads the facts; a thing that is not there is [`Refusal::not_found`].
    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Self::Facts, Stop>;

    /// What access judges.
    fn thing(&self, facts: &Self::Facts) -> Thing;

    /// Decides without touching anything; all reasons at once.
    fn decide(&self, facts: Self::Facts, cx: &Cx<'_, '_>) -> Result<Self::Plan, Vec<Refusal>>;

    /// Saves the rows and records the events.
    fn save(&self, plan: Self::Plan, cx: &mut Cx<'_, '_>) -> Result<Self::Outcome, Stop>;

    /// What must be remembered although the act was refused.
    fn remember(&self, _reasons: &[Refusal], _cx: &mut Cx<'_, '_>) -> Result<(), StoreError> {
        Ok(())
    }
}

/// What an act works with: its transaction, who asks, the moment, and chance.
pub struct Cx<'t, 'c> {
    pub tx: &'t mut Tx<'c>,
    pub city: &'t City,
    pub actor: Actor,
    pub now: Instant,
    pub act: ActId,
    /// The name of the act, for the log.
    pub by: String,
    pub network: &'t str,
}

/// What an event is about.
pub struct About<'a> {
    pub thing: String,
    pub version: u64,
    pub owner: Option<OrganisationId>,
    pub label: &'a Label,
    pub state: &'a str,
}

impl Cx<'_, '_> {
    /// Records what happened; it is numbered when the act is durable.
    pub fn event(&mut self, kind: &str, about: About<'_>, body: serde_json::Value) {
        let (id, salt) =
            self.city.with_chance(|chance| (EventId::new(self.now, chance), chance.bytes32()));
        self.tx.record(NewEvent {
            id,
            kind: kind.to_owned(),
            at: self.now,
            act: self.act,
            by: self.by.clone(),
            actor: self.actor.person,
            thing: about.thing,
            version: about.version,
            owner: about.owner,
            gate: about.label.gate(),
            state: about.state.to_owned(),
            salt,
            body,
        });
    }
}

/// Why an act stopped before its end.
#[derive(Debug)]
pub enum Stop {
    Refused(Vec<Refusal>),
    Store(StoreError),
}

impl From<StoreError> for Stop {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<Refusal> for Stop {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(vec![refusal])
    }
}

impl From<Vec<Refusal>> for Stop {
    fn from(reasons: Vec<Refusal>) -> Self {
        Self::Refused(reasons)
    }
}

/// A no with at least one reason: what every face renders.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct No(pub Vec<Refusal>);

impl No {
    /// The class of the first reason, which decides the status.
    pub fn class(&self) -> Class {
        self.0.first().map_or(Class::Unknown, |refusal| refusal.class)
    }
}

impl std::fmt::Display for No {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let reasons: Vec<String> = self.0.iter().map(ToString::to_string).collect();
        f.write_str(&reasons.join("; "))
    }
}

impl From<Refusal> for No {
    fn from(refusal: Refusal) -> Self {
        Self(vec![refusal])
    }
}

impl From<Vec<Refusal>> for No {
    fn from(reasons: Vec<Refusal>) -> Self {
        Self(reasons)
    }
}

impl From<StoreError> for No {
    fn from(error: StoreError) -> Self {
        Self(vec![refusal_of(&error, "")])
    }
}

impl From<Stop> for No {
    fn from(stop: Stop) -> Self {
        match stop {
            Stop::Refused(reasons) => Self(reasons),
            Stop::Store(error) => error.into(),
        }
    }
}

/// The answer as kept under a key.
#[derive(Serialize, serde::Deserialize)]
enum Kept<O> {
    #[serde(rename = "done")]
    Done(O),
    #[serde(rename = "refused")]
    Refused(Vec<Refusal>),
}

/// What an act told, whatever its type.
type AnyOutcome = Box<dyn Any + Send>;

/// An act as the door sees it: the door is built once, not once for each act.
trait Performed: Send + Sync {
    fn row(&self) -> access::Act;
    fn decide_and_save(&self, cx: &mut Cx<'_, '_>) -> Result<AnyOutcome, Stop>;
    fn remember_refused(&self, reasons: &[Refusal], cx: &mut Cx<'_, '_>) -> Result<(), StoreError>;
    /// The outcome as it is kept under a key.
    fn written(&self, outcome: &(dyn Any + Send)) -> serde_json::Result<String>;
    /// An answer that was kept.
    fn read(&self, answer: &str) -> serde_json::Result<Result<AnyOutcome, Vec<Refusal>>>;
}

impl<A: Act> Performed for A {
    fn row(&self) -> access::Act {
        A::ACT
    }

    fn decide_and_save(&self, cx: &mut Cx<'_, '_>) -> Result<AnyOutcome, Stop> {
        let facts = self.load(cx)?;
        let thing = self.thing(&facts);
        access::decide(&cx.actor, A::ACT, &thing).refusal(&cx.actor)?;
        let plan = self.decide(facts, cx)?;
        Ok(Box::new(self.save(plan, cx)?))
    }

    fn remember_refused(&self, reasons: &[Refusal], cx: &mut Cx<'_, '_>) -> Result<(), StoreError> {
        self.remember(reasons, cx)
    }

    fn written(&self, outcome: &(dyn Any + Send)) -> serde_json::Result<String> {
        let outcome = outcome.downcast_ref::<A::Outcome>().expect("an act's own outcome");
        serde_json::to_string(&Kept::Done(outcome))
    }

    fn read(&self, answer: &str) -> serde_json::Result<Result<AnyOutcome, Vec<Refusal>>> {
        Ok(match serde_json::from_str::<Kept<A::Outcome>>(answer)? {
            Kept::Done(outcome) => Ok(Box::new(outcome)),
            Kept::Refused(reasons) => Err(reasons),
        })
    }
}

impl City {
    /// Performs an act: acknowledged only when durable.
    pub fn perform<A: Act>(&self, asker: &Asker, mut act: A) -> Result<A::Outcome, No> {
        check_key(asker)?;
        if asker.rehearses {
            return Err(Refusal::new(Class::Invalid, "form-resumed").into());
        }
        act.prepare(self)?;
        let mut errand = Errand {
            name: std::any::type_name::<A>(),
            holds: act.holds(),
            read_committed: act.read_committed(),
            wait: act.patience(),
            foreseen: Vec::new(),
        };
        if errand.read_committed && !self.store().has_one_writer() {
            errand.foreseen = asker::foreseen(asker.who);
            errand.foreseen.extend(act.foresees());
        }
        let digest = asker.key.as_ref().map(|_| digest_of(&act)).unwrap_or_default();
        let outcome = self.perform_any(asker, Arc::new(act), &errand, &digest)?;
        Ok(*outcome.downcast().expect("an act's own outcome"))
    }

    fn perform_any(
        &self,
        asker: &Asker,
        act: Arc<dyn Performed>,
        errand: &Errand,
        digest: &str,
    ) -> Result<AnyOutcome, No> {
        let answer: Arc<Mutex<Option<Answer>>> = Arc::default();
        let run = || -> Run {
            let (kept, act, digest) = (Arc::clone(&answer), Arc::clone(&act), digest.to_owned());
            let (city, asked) = (self.clone(), asker.clone());
            Box::new(move |tx: &mut Tx<'_>, part: Part| {
                let turn = Turn { city: &city, asker: &asked, act: &*act, digest: &digest };
                match part {
                    Part::Act => {
                        let (end, result) = turn.act(tx)?;
                        *kept.lock() = Some(result);
                        Ok(end)
                    }
                    Part::Memory => {
                        let reasons = match &*kept.lock() {
                            Some(Err(reasons)) => reasons.clone(),
                            _ => Vec::new(),
                        };
                        turn.remember(tx, &reasons).map(|()| End::Keep)
                    }
                }
            })
        };
        let perform = || self.store().perform(errand.clone(), run());
        let mut done = perform();
        for _ in 0..REFERENCES_DRAWN_MAX {
            if !done.as_ref().is_err_and(is_taken_reference) {
                break;
            }
            done = perform();
        }
        if let Err(error) = done {
            let refusal = refusal_of(&error, asker.key.as_deref().unwrap_or(""));
            log_failure(errand.name, &error, asker);
            return Err(refusal.into());
        }
        let taken = answer.lock().take();
        let unknown = || No::from(Refusal::new(Class::Unknown, "unknown-outcome").text("key", ""));
        taken.ok_or_else(unknown)?.map_err(No)
    }
}

/// How often an act draws new references before it gives up.
const REFERENCES_DRAWN_MAX: usize = 8;

/// Whether chance drew a reference that somebody has: among a hundred thousand things of one year it
/// does so a few times, and the act, undone by the schema, draws again.
fn is_taken_reference(error: &StoreError) -> bool {
    let is_reference = |name: &str| name.contains("reference_once") || name.ends_with(".reference");
    matches!(error, StoreError::Constraint(name) if is_reference(name))
}

/// One run of an act inside its transaction.
struct Turn<'a> {
    city: &'a City,
    asker: &'a Asker,
    act: &'a dyn Performed,
    digest: &'a str,
}

type Answer = Result<AnyOutcome, Vec<Refusal>>;

impl Turn<'_> {
    fn cx<'t, 'c>(&'t self, tx: &'t mut Tx<'c>) -> Result<Cx<'t, 'c>, StoreError> {
        let now = self.city.now();
        let actor = asker::resolve(tx, self.asker.who, now, self.city.settings().second_factor)?;
        let act = self.city.with_chance(|chance| ActId::new(now, chance));
        let by = self.act.row().word();
        Ok(Cx { tx, city: self.city, actor, now, act, by, network: &self.asker.network })
    }

    fn act(&self, tx: &mut Tx<'_>) -> Result<(End, Answer), StoreError> {
        let mut cx = self.cx(tx)?;
        if let Some(answer) = self.known_answer(&mut cx)? {
            return Ok((End::Keep, answer));
        }
        match self.act.decide_and_save(&mut cx) {
            Ok(outcome) => {
                let written = || self.act.written(&*outcome);
                self.keep_answer(&mut cx, written)?;
                Ok((End::Keep, Ok(outcome)))
            }
            Err(Stop::Refused(reasons)) => Ok((End::Undo, Err(reasons))),
            Err(Stop::Store(error)) => Err(error),
        }
    }

    fn known_answer(&self, cx: &mut Cx<'_, '_>) -> Result<Option<Answer>, StoreError> {
        let (Some(key), Some(person)) = (&self.asker.key, cx.actor.person) else { return Ok(None) };
        let found = store::key::find(cx.tx, &person.to_string(), &cx.by, key)?;
        let Some((digest, answer)) = found else { return Ok(None) };
        if digest != self.digest {
            return Ok(Some(Err(vec![Refusal::new(Class::Invalid, "key-reused")])));
        }
        let damaged =
            |error: serde_json::Error| StoreError::Damaged(format!("a kept answer: {error}"));
        self.act.read(&answer).map(Some).map_err(damaged)
    }

    fn keep_answer(
        &self,
        cx: &mut Cx<'_, '_>,
        written: impl FnOnce() -> serde_json::Result<String>,
    ) -> Result<(), StoreError> {
        let (Some(key), Some(person)) = (&self.asker.key, cx.actor.person) else { return Ok(()) };
        let answer = written().expect("outcomes have text keys");
        let scope = (person.to_string(), cx.by.clone());
        store::key::keep(cx.tx, (&scope.0, &scope.1, key), self.digest, &answer, cx.now)
    }

    /// Keeps the refusal under its key, and the denial in the log.
    fn remember(&self, tx: &mut Tx<'_>, reasons: &[Refusal]) -> Result<(), StoreError> {
        let mut cx = self.cx(tx)?;
        // Who is asked for a proof sends the same act again under the same key.
        let is_open = |refusal: &Refusal| {
            let code = refusal.code.as_ref();
            matches!(code, "key-reused" | "proof-required" | "factor-required")
                || matches!(code, "case-fresh-proof-needed" | "case-second-factor-needed")
        };
        if !reasons.iter().any(is_open) {
            let kept = || serde_json::to_string(&Kept::<()>::Refused(reasons.to_vec()));
            self.keep_answer(&mut cx, kept)?;
        }
        let denied = reasons
            .iter()
            .any(|refusal| matches!(refusal.class, Class::NotAllowed | Class::NotFound));
        if denied && cx.actor.person.is_some() {
            let codes: Vec<&str> = reasons.iter().map(|refusal| refusal.code.as_ref()).collect();
            let body = serde_json::json!({ "codes": codes });
            let label = Label::at(base::Level::Restricted);
            let about = About {
                thing: cx.act.to_string(),
                version: 0,
                owner: None,
                label: &label,
                state: "denied",
            };
            cx.event("act-denied", about, body);
        }
        self.act.remember_refused(reasons, &mut cx)
    }
}

/// Whether this actor may look, and which view of the thing.
pub fn may(actor: &Actor, act: access::Act, thing: &Thing) -> Result<&'static str, Refusal> {
    access::decide(actor, act, thing).refusal(actor)
}

/// Whether a button for this act is worth showing.
pub fn offers(actor: &Actor, act: access::Act, thing: &Thing) -> bool {
    access::decide(actor, act, thing).is_offered()
}

fn check_key(asker: &Asker) -> Result<(), No> {
    let most = base::limits::KEY_CHARS_MAX;
    let long = asker.key.as_ref().is_some_and(|key| key.chars().count() > most);
    let odd = asker.key.as_ref().is_some_and(|key| key.chars().any(char::is_control));
    if long || odd {
        return Err(Refusal::invalid("key-malformed").number("most", most).into());
    }
    Ok(())
}

/// What the key stands for: which act it is, and its content. Acts that share a row of the matrix
/// may share a content too.
fn digest_of<A: Act>(act: &A) -> String {
    let bytes = serde_json::to_vec(act).expect("acts have text keys");
    let name = std::any::type_name::<A>().rsplit("::").next().unwrap_or("");
    let digest = Sha256::new().chain_update(name).chain_update([0]).chain_update(&bytes).finalize();
    store::log::hex(&digest)
}

fn refusal_of(error: &StoreError, key: &str) -> Refusal {
    match error {
        StoreError::ReadOnly => Refusal::new(Class::ReadOnly, "read-only"),
        StoreError::Away(_) => Refusal::new(Class::Busy, "database-away"),
        StoreError::Busy | StoreError::Retry(_) => Refusal::new(Class::Busy, "busy"),
        StoreError::Constraint(name) => {
            let known = CONSTRAINTS.iter().find(|(constraint, _)| name.contains(constraint));
            let code = known.map_or("version-conflict", |(_, code)| code);
            Refusal::new(Class::Conflict, code)
        }
        StoreError::Panicked(_)
        | StoreError::Damaged(_)
        | StoreError::Newer { .. }
        | StoreError::NotEmpty
        | StoreError::Stopped(_)
        | StoreError::Engine(_) => Refusal::new(Class::Unknown, "own-fault"),
        StoreError::Unknown(_) | StoreError::Fatal(_) => {
            Refusal::new(Class::Unknown, "unknown-outcome").text("key", key)
        }
    }
}

/// The belt of the schema in words: the name (or on SQLite the column) of each constraint.
const CONSTRAINTS: &[(&str, &str)] = &[
    ("technologies.owner, technologies.key", "technology-key-taken"),
    ("technologies_key_once", "technology-key-taken"),
    ("people.email", "person-email-taken"),
    ("people_email_once", "person-email-taken"),
    ("identities.issuer, identities.subject", "identity-taken"),
    ("identities_once", "identity-taken"),
    ("organisations.credit_code", "organisation-credit-code-taken"),
    ("organisations_credit_code_once", "organisation-credit-code-taken"),
    ("instruments.owner, instruments.asset", "instrument-asset-taken"),
    ("instruments_asset_once", "instrument-asset-taken"),
    ("booking_times_never_overlap", "booking-taken"),
    ("booking_times", "booking-taken"),
    ("standards_number_once", "standard-known"),
    ("standards.number", "standard-known"),
    ("act_keys", "key-running"),
    ("lots_listing_once", "lot-listing-busy"),
    ("lots.listing", "lot-listing-busy"),
    ("lot_bidders.lot, lot_bidders.organisation", "lot-bidder-known"),
    ("lot_bidders_pkey", "lot-bidder-known"),
    ("ventures_once", "venture-open-already"),
    ("ventures.technology, ventures.company", "venture-open-already"),
    ("ledger_references", "ledger-evidence-used"),
    ("ledger_transfers_resolve_once", "ledger-already-posted"),
    ("ledger_transfers.pending", "ledger-already-posted"),
];

fn log_failure(name: &str, error: &StoreError, asker: &Asker) {
    match error {
        StoreError::Busy | StoreError::ReadOnly | StoreError::Away(_) => {
            tracing::warn!(act = name, %error, request = %asker.request, "act not taken");
        }
        _ => tracing::error!(act = name, %error, request = %asker.request, "act failed"),
    }
}
