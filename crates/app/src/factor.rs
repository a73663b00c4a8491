//! One's own second factor: enrolled, replaced, removed; its recovery codes; and how a code is
//! checked, wherever one is asked.

use crate::account::{person_event, sign_in_required};
use crate::act::{Act, Cx, No, Stop};
use crate::asker::{Asker, Who};
use crate::city::City;
use crate::seal::{self, Sealer};
use crate::secret::{Secret, digest};
use access::{Act as A, Thing};
use base::{Class, Instant, PersonId, Refusal};
use parties::factor::{
    RECOVERY_CODES, Recovery, Tries, Typed, WRONG_MAX, draw_recovery_code, grouped, read_code,
};
use parties::totp::{SECRET_BYTES, TotpSecret};
use store::StoreError;
use store::factor::Factor;

/// What sealed secrets are for, so that none is taken for another.
const KEPT: &str = "factor";
const DRAFT: &str = "factor-draft";
/// Seconds that a secret shown for enrolling may be used.
const DRAFT_SECONDS: i64 = 30 * 60;

/// What checking a code has to know.
pub struct CodeFacts {
    factor: Factor,
    tries: Tries,
    /// Whether what was typed is a recovery code of this person that was not used.
    is_recovery: bool,
}

/// What proved somebody: kept when it is used, so that it works once.
pub enum Proof {
    /// There is no second factor.
    None,
    /// The code of this step.
    Step(u64),
    /// The recovery code of this digest.
    Recovery(String),
}

fn tries_bucket(person: PersonId) -> String {
    digest(&format!("codes {person}"))
}

fn recovery_digest(person: PersonId, code: &str) -> String {
    digest(&format!("recovery {person} {code}"))
}

/// Loads what checking a code needs; `None` where there is no second factor.
pub(crate) fn load_code(
    cx: &mut Cx<'_, '_>,
    person: PersonId,
    typed: Option<&Typed>,
) -> Result<Option<CodeFacts>, StoreError> {
    let Some(factor) = store::factor::find(cx.tx, person)? else { return Ok(None) };
    let (n_wrong, ends_at) = store::person::attempts(cx.tx, &tries_bucket(person))?;
    let is_recovery = match typed {
        Some(Typed::Recovery(code)) => {
            store::factor::has_code(cx.tx, person, &recovery_digest(person, code))?
        }
        _ => false,
    };
    Ok(Some(CodeFacts { factor, tries: Tries { n_wrong, ends_at }, is_recovery }))
}

/// Whether what was typed proves the person. A window that five wrong codes have shut stays shut
/// for recovery codes neither: those cannot be guessed, and their owner needs a way in.
pub(crate) fn check_code(
    sealer: Option<&Sealer>,
    person: PersonId,
    facts: &CodeFacts,
    typed: Option<&Typed>,
    now: Instant,
) -> Result<Proof, Refusal> {
    let wrong = || Refusal::invalid("factor-code-wrong").on("one_time_code");
    match typed {
        Some(Typed::Recovery(code)) if facts.is_recovery => {
            Ok(Proof::Recovery(recovery_digest(person, code)))
        }
        Some(Typed::Code(code)) => {
            if let Some(seconds) = facts.tries.shut_for(now) {
                return Err(Refusal::new(Class::TooMany, "too-many").number("seconds", seconds));
            }
            let sealed = &facts.factor.sealed;
            let opened = sealer.and_then(|sealer| sealer.open(KEPT, person, sealed));
            let Some(secret) = opened.and_then(|bytes| secret_of(&bytes)) else {
                tracing::error!(%person, "a second factor cannot be opened: is log.key another?");
                return Err(Refusal::new(Class::Refused, "factor-unreadable").on("one_time_code"));
            };
            let step = secret.accepts(*code, facts.factor.last_step, now);
            step.map(Proof::Step).ok_or_else(wrong)
        }
        _ => Err(wrong()),
    }
}

/// Uses a proof up, and forgets the wrong codes before it.
pub(crate) fn use_proof(cx: &mut Cx<'_, '_>, person: PersonId, proof: &Proof) -> Result<(), Stop> {
    let is_first = match proof {
        Proof::None => return Ok(()),
        Proof::Step(step) => store::factor::use_step(cx.tx, person, *step)?,
        Proof::Recovery(digest) => {
            person_event(cx, "recovery-code-used", person.to_string(), serde_json::Value::Null);
            store::factor::use_code(cx.tx, person, digest, cx.now)?
        }
    };
    if !is_first {
        return Err(Refusal::invalid("factor-code-wrong").on("one_time_code").into());
    }
    store::person::clear_attempts(cx.tx, &tries_bucket(person))?;
    Ok(())
}

/// Counts a wrong code; the fifth within the window is told to the person.
pub(crate) fn remember_wrong(cx: &mut Cx<'_, '_>, person: PersonId) -> Result<(), StoreError> {
    let bucket = tries_bucket(person);
    let (n_wrong, ends_at) = store::person::attempts(cx.tx, &bucket)?;
    let tries = Tries { n_wrong, ends_at }.after_wrong(cx.now);
    store::person::set_attempts(cx.tx, &bucket, tries.n_wrong, tries.ends_at)?;
    if tries.n_wrong == WRONG_MAX {
        let body = serde_json::json!({ "network": cx.network });
        person_event(cx, "codes-refused", person.to_string(), body);
    }
    Ok(())
}

fn secret_of(bytes: &[u8]) -> Option<TotpSecret> {
    let bytes: [u8; SECRET_BYTES] = bytes.try_into().ok()?;
    Some(TotpSecret::from_bytes(bytes))
}

/// A person's own factor as the account page shows it.
#[derive(Clone, Debug)]
pub struct OwnFactor {
    /// Since when, and how many recovery codes are left.
    pub enrolled: Option<(Instant, u64)>,
    /// Somebody says that it is lost.
    pub recovery: Option<Recovery>,
    /// Whether role or clearance ask for one here.
    pub is_needed: bool,
}

/// A fresh secret, shown until its first code comes back.
pub struct FactorDraft {
    /// The secret sealed for this person, for a hidden field.
    pub sealed: String,
    /// The secret for people who type it.
    pub written: String,
    /// The address inside the QR code.
    pub address: String,
}

impl City {
    /// One's own second factor.
    pub fn own_factor(&self, asker: &Asker) -> Result<OwnFactor, No> {
        self.read(asker, |rx| {
            let person = rx.actor.person.ok_or_else(sign_in_required)?;
            rx.may(A::ListOwnSessions, &Thing::own(person))?;
            let found = store::factor::find(rx.tx, person)?;
            Ok(OwnFactor {
                enrolled: found.as_ref().map(|found| (found.created_at, found.n_codes)),
                recovery: found.and_then(|found| found.recovery).filter(|one| one.waits(rx.now)),
                is_needed: rx.actor.needs_factor,
            })
        })
    }

    /// A secret to enrol: the one of a form that came back, or a fresh one.
    pub fn factor_draft(
        &self,
        asker: &Asker,
        sealed: &str,
        issuer: &str,
    ) -> Result<FactorDraft, No> {
        let person = self.read(asker, |rx| {
            let id = rx.actor.person.ok_or_else(sign_in_required)?;
            rx.may(A::EnrolFactor, &Thing::own(id))?;
            Ok(store::person::find(rx.tx, id)?.ok_or_else(Refusal::not_found)?)
        })?;
        let sealer = Sealer::of(self)?;
        let now = self.now();
        if let Some(secret) = open_draft(&sealer, person.id, sealed, now) {
            return Ok(drawn(&secret, sealed.to_owned(), issuer, &person.email));
        }
        let (bytes, nonce) = self.with_chance(|chance| (chance.bytes32(), chance.bytes32()));
        let mut short = [0; SECRET_BYTES];
        short.copy_from_slice(&bytes[..SECRET_BYTES]);
        let until = now.plus_seconds(DRAFT_SECONDS).micros().to_be_bytes();
        let open = [&until[..], &short].concat();
        let sealed = seal::written(&sealer.seal(DRAFT, person.id, &open, nonce)?);
        Ok(drawn(&TotpSecret::from_bytes(short), sealed, issuer, &person.email))
    }
}

fn drawn(secret: &TotpSecret, sealed: String, issuer: &str, account: &str) -> FactorDraft {
    FactorDraft { sealed, written: secret.written(), address: secret.address(issuer, account) }
}

fn open_draft(sealer: &Sealer, person: PersonId, sealed: &str, now: Instant) -> Option<TotpSecret> {
    let open = sealer.open(DRAFT, person, &seal::read(sealed)?)?;
    let (until, bytes) = open.split_at_checked(8)?;
    let until = i64::from_be_bytes(until.try_into().ok()?);
    if now >= Instant::from_micros(until) {
        return None;
    }
    secret_of(bytes)
}

/// Enrols a second factor, or replaces the one there is.
#[derive(serde::Serialize)]
pub struct EnrolFactor {
    #[serde(skip)]
    who: Who,
    #[serde(skip)]
    draft: String,
    #[serde(skip)]
    typed: Option<Typed>,
    #[serde(skip)]
    sealer: Option<Sealer>,
}

/// What enrolling tells, once.
#[derive(serde::Serialize, serde::Deserialize)]
pub struct Enrolled {
    /// In groups of five; empty where the answer is repeated.
    #[serde(skip)]
    pub recovery_codes: Vec<String>,
    /// The new secret of the session.
    #[serde(skip)]
    pub secret: String,
}

impl EnrolFactor {
    /// The act of the sealed draft and the first code.
    pub fn new(asker: &Asker, draft: &str, code: &str) -> Self {
        let typed = read_code(code);
        Self { who: asker.who, draft: draft.to_owned(), typed, sealer: None }
    }
}

impl Act for EnrolFactor {
    const ACT: A = A::EnrolFactor;
    type Facts = (PersonId, bool);
    type Plan = (PersonId, bool, TotpSecret, u64);
    type Outcome = Enrolled;

    fn prepare(&mut self, city: &City) -> Result<(), No> {
        self.sealer = Some(Sealer::of(city)?);
        Ok(())
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Self::Facts, Stop> {
        let person = cx.actor.person.ok_or_else(sign_in_required)?;
        Ok((person, store::factor::find(cx.tx, person)?.is_some()))
    }

    fn thing(&self, facts: &Self::Facts) -> Thing {
        Thing::own(facts.0)
    }

    fn decide(&self, facts: Self::Facts, cx: &Cx<'_, '_>) -> Result<Self::Plan, Vec<Refusal>> {
        let (person, has_factor) = facts;
        let opened =
            self.sealer.as_ref().and_then(|it| open_draft(it, person, &self.draft, cx.now));
        let old = || vec![Refusal::invalid("factor-draft-old").on("one_time_code")];
        let secret = opened.ok_or_else(old)?;
        let wrong = || vec![Refusal::invalid("factor-code-wrong").on("one_time_code")];
        let Some(Typed::Code(code)) = self.typed else { return Err(wrong()) };
        let step = secret.accepts(code, 0, cx.now).ok_or_else(wrong)?;
        Ok((person, has_factor, secret, step))
    }

    fn save(&self, plan: Self::Plan, cx: &mut Cx<'_, '_>) -> Result<Enrolled, Stop> {
        let (person, had_factor, secret, step) = plan;
        let (nonce, fresh) = cx.city.with_chance(|chance| {
            (chance.bytes32(), Secret::from_bytes("bws_", &chance.bytes32()))
        });
        let sealer = self.sealer.as_ref().ok_or_else(Refusal::not_found)?;
        let sealed = sealer.seal(KEPT, person, secret.bytes(), nonce)?;
        store::factor::drop_all(cx.tx, person)?;
        store::factor::set(cx.tx, person, sealed, step, cx.now)?;
        let recovery_codes = fresh_codes(cx, person)?;
        let mut told = String::new();
        let mut but = None;
        if let Who::Session(id) = self.who {
            store::session::prove(cx.tx, id, &fresh.digest, cx.now, cx.now)?;
            (but, told) = (Some(id), fresh.text);
        }
        store::session::end_all(cx.tx, person, but, cx.now)?;
        let kind = if had_factor { "factor-replaced" } else { "factor-enrolled" };
        person_event(cx, kind, person.to_string(), serde_json::Value::Null);
        Ok(Enrolled { recovery_codes, secret: told })
    }
}

/// Draws ten codes in place of those before, and keeps their digests.
fn fresh_codes(cx: &mut Cx<'_, '_>, person: PersonId) -> Result<Vec<String>, StoreError> {
    let codes: Vec<String> = cx
        .city
        .with_chance(|chance| (0..RECOVERY_CODES).map(|_| draw_recovery_code(chance)).collect());
    let digests: Vec<String> = codes.iter().map(|code| recovery_digest(person, code)).collect();
    store::factor::set_codes(cx.tx, person, &digests)?;
    Ok(codes.iter().map(|code| grouped(code)).collect())
}

/// Removes one's own second factor.
#[derive(serde::Serialize)]
pub struct RemoveFactor {
    #[serde(skip)]
    who: Who,
}

impl RemoveFactor {
    /// The act of this asker.
    pub fn new(asker: &Asker) -> Self {
        Self { who: asker.who }
    }
}

fn own_facts(cx: &mut Cx<'_, '_>) -> Result<(PersonId, bool), Stop> {
    let person = cx.actor.person.ok_or_else(sign_in_required)?;
    Ok((person, store::factor::find(cx.tx, person)?.is_some()))
}

impl Act for RemoveFactor {
    const ACT: A = A::RemoveFactor;
    type Facts = (PersonId, bool, bool);
    type Plan = PersonId;
    type Outcome = ();

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Self::Facts, Stop> {
        let (person, has_factor) = own_facts(cx)?;
        Ok((person, has_factor, cx.actor.needs_factor))
    }

    fn thing(&self, facts: &Self::Facts) -> Thing {
        Thing::own(facts.0)
    }

    fn decide(&self, facts: Self::Facts, _: &Cx<'_, '_>) -> Result<PersonId, Vec<Refusal>> {
        match facts {
            (_, false, _) => Err(vec![Refusal::new(Class::Refused, "factor-absent")]),
            (_, true, true) => Err(vec![Refusal::new(Class::Refused, "factor-needed")]),
            (person, true, false) => Ok(person),
        }
    }

    fn save(&self, person: PersonId, cx: &mut Cx<'_, '_>) -> Result<(), Stop> {
        store::factor::drop_all(cx.tx, person)?;
        let but = match self.who {
            Who::Session(id) => Some(id),
            _ => None,
        };
        store::session::end_all(cx.tx, person, but, cx.now)?;
        store::session::forget_factor(cx.tx, person)?;
        person_event(cx, "factor-removed", person.to_string(), serde_json::Value::Null);
        Ok(())
    }
}

/// Draws ten new recovery codes; the old ones are worth nothing any more.
#[derive(serde::Serialize)]
pub struct RenewRecoveryCodes;

/// New recovery codes.
#[derive(serde::Serialize, serde::Deserialize)]
pub struct RecoveryCodes {
    /// In groups of five; told once, empty where the answer is repeated.
    #[serde(skip)]
    pub codes: Vec<String>,
}

impl Act for RenewRecoveryCodes {
    const ACT: A = A::RenewRecoveryCodes;
    type Facts = (PersonId, bool);
    type Plan = PersonId;
    type Outcome = RecoveryCodes;

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Self::Facts, Stop> {
        own_facts(cx)
    }

    fn thing(&self, facts: &Self::Facts) -> Thing {
        Thing::own(facts.0)
    }

    fn decide(&self, facts: Self::Facts, _: &Cx<'_, '_>) -> Result<PersonId, Vec<Refusal>> {
        if facts.1 { Ok(facts.0) } else { Err(vec![Refusal::new(Class::Refused, "factor-absent")]) }
    }

    fn save(&self, person: PersonId, cx: &mut Cx<'_, '_>) -> Result<RecoveryCodes, Stop> {
        let codes = fresh_codes(cx, person)?;
        person_event(cx, "recovery-codes-renewed", person.to_string(), serde_json::Value::Null);
        Ok(RecoveryCodes { codes })
    }
}
