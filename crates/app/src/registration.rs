//! Firms register themselves: the form, the confirmed mail address, the case that follows.
//!
//! Invariants: nobody finds out here which addresses or codes are known: every registration gets
//! the same answer after the same work, and the difference is told to whoever opens the link. A
//! link alone opens no account: the password that was chosen has to come with it, so that nobody
//! confirms what somebody else has begun. Until the office has decided, the account has no place
//! anywhere.

mod deciding;
mod reading;

pub(crate) use deciding::{Admitting, effect, let_in, living, pass_on, standing};
pub use reading::{LinkView, Standing, application_of};
pub use store::registration::Waiting;

use crate::account::{hash_for, verifies};
use crate::act::{Act, Cx, No, Stop};
use crate::case::{self, CaseMoved, Opening};
use crate::city::City;
use crate::file::Documents;
use crate::mail::{self, Letter, To};
use crate::secret::{Secret, digest};
use access::{Act as A, Thing};
use base::{
    ApplicationId, Bilingual, Class, FileId, Instant, Label, Lang, Level, PersonId, Reference,
    Refusal, limits, text,
};
use parties::registration::{Application, CONFIRMATION_SECONDS, REGISTRATION};
use parties::{Person, PersonState, session};
use store::file::File;
use store::{Hold, StoreError};

/// The hour in which registrations are counted.
const HOUR_SECONDS: i64 = 3_600;

/// Registers a firm, by somebody who is not signed in.
#[derive(serde::Serialize)]
pub struct RegisterFirm {
    pub application: Application,
    /// The contact person.
    pub name: Bilingual,
    pub email: String,
    pub lang: Lang,
    #[serde(skip)]
    pub password: String,
    /// Whether the terms were agreed to.
    pub agrees: bool,
    #[serde(skip)]
    hashed: String,
}

/// What somebody who registers is told: the same whoever they are.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct Registered {
    pub email: String,
    /// Until when the link has to be opened.
    pub ends_at: Instant,
}

impl RegisterFirm {
    /// The act of these fields.
    pub fn new(
        application: Application,
        name: Bilingual,
        (email, password): (&str, &str),
        lang: Lang,
        agrees: bool,
    ) -> Self {
        let (email, password) = (email.to_owned(), password.to_owned());
        Self { application, name, email, lang, password, agrees, hashed: String::new() }
    }

    /// What is kept of the fields, or all that has to be mended in them.
    fn read(&self) -> Result<(Application, Bilingual, String), Vec<Refusal>> {
        let mut problems = Vec::new();
        let application = read_application(&self.application).map_err(|no| problems.extend(no));
        let mut side = |typed: &str| {
            text::line("name", typed, limits::NAME_CHARS_MAX).unwrap_or_else(|no| {
                problems.push(no);
                String::new()
            })
        };
        let name = Bilingual::new(side(&self.name.en), side(&self.name.zh));
        if name.is_empty() && !problems.iter().any(|no| no.field.as_deref() == Some("name")) {
            let missing = Refusal::invalid("field-required").on("name");
            problems.push(missing.term("field", "field-contact"));
        }
        let email = parties::person::email(&self.email).map_err(|no| problems.push(no));
        let known = [&self.email, &self.name.en, &self.name.zh, &self.application.name.zh];
        let known: Vec<&str> = known.into_iter().map(String::as_str).collect();
        problems.extend(parties::password::check(&self.password, &known).err());
        if !self.agrees {
            problems.push(Refusal::invalid("registration-agreement").on("agrees"));
        }
        match (application, email) {
            (Ok(application), Ok(email)) if problems.is_empty() => Ok((application, name, email)),
            _ => Err(problems),
        }
    }

    fn buckets(&self, cx: &Cx<'_, '_>) -> [(String, u32); 2] {
        let limits = &cx.city.settings().limits;
        let folded = self.email.trim().to_lowercase();
        [
            (digest(&format!("register {}", cx.network)), limits.registrations_of_network),
            (digest(&format!("register-address {folded}")), limits.registrations_of_address),
        ]
    }
}

fn read_application(asked: &Application) -> Result<Application, Vec<Refusal>> {
    let application = asked.clone().checked()?;
    if let Some(pattern) = trading::marking::find(&application.evidence) {
        return Err(vec![trading::marking::refusal("evidence", "evidence", pattern)]);
    }
    Ok(application)
}

impl Act for RegisterFirm {
    const ACT: A = A::RegisterFirm;
    /// How often was registered in this hour, by network and by address.
    type Facts = [(u64, Instant); 2];
    type Plan = (Application, Bilingual, String, [(u64, Instant); 2]);
    type Outcome = Registered;

    fn prepare(&mut self, city: &City) -> Result<(), No> {
        // What is refused for its form costs no hash.
        if self.read().is_ok() {
            self.hashed = hash_for(city, &self.password)?;
        }
        Ok(())
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Self::Facts, Stop> {
        let [(network, _), (address, _)] = self.buckets(cx);
        let network = store::person::attempts(cx.tx, &network)?;
        Ok([network, store::person::attempts(cx.tx, &address)?])
    }

    fn thing(&self, _: &Self::Facts) -> Thing {
        Thing::open()
    }

    fn decide(&self, facts: Self::Facts, cx: &Cx<'_, '_>) -> Result<Self::Plan, Vec<Refusal>> {
        let (application, name, email) = self.read()?;
        for ((n, until), (_, most)) in facts.iter().zip(self.buckets(cx)) {
            if *n >= u64::from(most) && cx.now < *until {
                let seconds = until.seconds_since(cx.now) + 1;
                let refusal = Refusal::new(Class::TooMany, "too-many");
                return Err(vec![refusal.number("seconds", seconds)]);
            }
        }
        Ok((application, name, email, facts))
    }

    fn save(&self, plan: Self::Plan, cx: &mut Cx<'_, '_>) -> Result<Registered, Stop> {
        let (application, name, email, counts) = plan;
        for ((n, until), (bucket, _)) in counts.into_iter().zip(self.buckets(cx)) {
            let (n, until) = match cx.now < until {
                true => (n + 1, until),
                false => (1, cx.now.plus_seconds(HOUR_SECONDS)),
            };
            store::person::set_attempts(cx.tx, &bucket, n, until)?;
        }
        store::registration::sweep(cx.tx, cx.now)?;
        let (id, link) = cx.city.with_chance(|chance| {
            let link = Secret::from_bytes("bwr_", &chance.bytes32());
            (ApplicationId::new(cx.now, chance), link)
        });
        let ends_at = cx.now.plus_seconds(CONFIRMATION_SECONDS);
        let waiting = Waiting {
            id,
            email: email.clone(),
            name,
            lang: self.lang,
            password: self.hashed.clone(),
            application,
            case: None,
            created_at: cx.now,
            ends_at,
        };
        store::registration::add(cx.tx, &link.digest, &waiting)?;
        mail_link(cx, &waiting, &link.text, ends_at)?;
        Ok(Registered { email, ends_at })
    }
}

/// Where pages take the links of registrations; the secret follows.
const LINK_PATH: &str = "/register/";

/// Queues the link: here, because its secret is in no log. Says whether it goes out. The letter is
/// the same whoever has the address.
fn mail_link(
    cx: &mut Cx<'_, '_>,
    waiting: &Waiting,
    secret: &str,
    ends_at: Instant,
) -> Result<bool, Stop> {
    if cx.city.settings().log_seed == [0; 32] {
        // A command far from the data folder has half of the key only: what it seals opens nowhere.
        return Ok(false);
    }
    let row = cx.city.row().map_err(|no| Stop::Refused(no.0))?;
    let to = To::Address(waiting.email.clone(), waiting.lang);
    let cause = format!("registration:{}", cx.act);
    let place = Bilingual::new(row.name_en.clone(), row.name_zh.clone());
    let letter = Letter::new(&mail::REGISTRATION, to, cause, "registration")
        .fact("place", place)
        .fact("until", ends_at)
        .path(LINK_PATH)
        .secret(secret)
        .until(ends_at);
    Ok(cx.letter(letter)? && cx.city.sends_mail())
}

/// Makes a fresh link for a registration, to be passed on by a way that the office trusts.
#[derive(serde::Serialize)]
pub struct LinkApplication {
    pub application: ApplicationId,
}

/// A fresh link.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct ApplicationLink {
    pub ends_at: Instant,
    /// Told once.
    #[serde(skip)]
    pub link_secret: Option<String>,
    /// Whether the link goes out by mail.
    pub is_mailed: bool,
}

impl Act for LinkApplication {
    const ACT: A = A::LinkApplication;
    type Facts = Waiting;
    type Plan = Waiting;
    type Outcome = ApplicationLink;

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Waiting, Stop> {
        let found = store::registration::find(cx.tx, self.application)?;
        Ok(found.filter(|it| cx.now < it.ends_at).ok_or_else(Refusal::not_found)?)
    }

    fn thing(&self, _: &Waiting) -> Thing {
        Thing::open()
    }

    fn decide(&self, it: Waiting, _: &Cx<'_, '_>) -> Result<Waiting, Vec<Refusal>> {
        match it.case {
            Some(_) => Err(vec![Refusal::new(Class::Conflict, "registration-confirmed")]),
            None => Ok(it),
        }
    }

    fn save(&self, it: Waiting, cx: &mut Cx<'_, '_>) -> Result<ApplicationLink, Stop> {
        let link = cx.city.with_chance(|chance| Secret::from_bytes("bwr_", &chance.bytes32()));
        let ends_at = cx.now.plus_seconds(CONFIRMATION_SECONDS);
        if !store::registration::renew(cx.tx, it.id, &link.digest, ends_at)? {
            return Err(Refusal::new(Class::Conflict, "registration-confirmed").into());
        }
        let is_mailed = mail_link(cx, &it, &link.text, ends_at)?;
        Ok(ApplicationLink { ends_at, link_secret: Some(link.text), is_mailed })
    }
}

/// Confirms the mail address of a registration: the account is made and the case opened.
#[derive(serde::Serialize)]
pub struct ConfirmRegistration {
    #[serde(skip)]
    link_secret: String,
    #[serde(skip)]
    password: String,
    /// The hash that the password was held against, and whether it is right.
    #[serde(skip)]
    checked: Option<(String, bool)>,
}

impl ConfirmRegistration {
    /// The act of a link and a password: the one chosen at the registration, or that of the
    /// account that has this address already.
    pub fn new(link_secret: &str, password: &str) -> Self {
        let (link_secret, password) = (link_secret.to_owned(), password.to_owned());
        Self { link_secret, password, checked: None }
    }

    fn bucket(&self) -> String {
        digest(&format!("confirm {}", self.link_secret))
    }
}

/// What a confirmation needs to know.
pub struct Confirming {
    waiting: Waiting,
    /// Who has this address already, with the hash of the password.
    known: Option<(Person, String)>,
    /// What became of it, where it was confirmed before.
    before: Option<CaseMoved>,
    /// Why a case cannot be opened for this person.
    no: Option<Refusal>,
    shut_until: Instant,
}

/// What becomes of a confirmed registration.
pub enum Confirmed {
    Again(CaseMoved),
    New(Box<(Waiting, Option<PersonId>)>),
}

fn link_gone() -> Refusal {
    Refusal::new(Class::Refused, "link-gone")
}

impl Act for ConfirmRegistration {
    const ACT: A = A::ConfirmRegistration;
    type Facts = Confirming;
    type Plan = Confirmed;
    type Outcome = CaseMoved;

    fn holds(&self) -> Vec<Hold> {
        vec![Hold::on(digest(&self.link_secret))]
    }

    fn prepare(&mut self, city: &City) -> Result<(), No> {
        let kept = city.store().read(|tx| {
            let found = store::registration::by_secret(tx, &digest(&self.link_secret))?;
            let Some(waiting) = found else { return Ok(String::new()) };
            let known = store::person::by_email(tx, &waiting.email)?;
            Ok(known.map_or(waiting.password, |(_, hash)| hash))
        })?;
        let is_right = verifies(city, &self.password, &kept);
        self.checked = Some((kept, is_right));
        Ok(())
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Confirming, Stop> {
        let found = store::registration::by_secret(cx.tx, &digest(&self.link_secret))?;
        let waiting = found.filter(|it| cx.now < it.ends_at).ok_or_else(link_gone)?;
        let (_, shut_until) = store::person::attempts(cx.tx, &self.bucket())?;
        if let Some(case) = waiting.case {
            let before = Some(CaseMoved::of(&case::find(cx, case)?));
            return Ok(Confirming { waiting, known: None, before, no: None, shut_until });
        }
        let known = store::person::by_email(cx.tx, &waiting.email)?;
        let no = match &known {
            Some((person, _)) => cannot_apply(cx, person.id, &waiting.application.credit_code)?,
            None => None,
        };
        Ok(Confirming { waiting, known, before: None, no, shut_until })
    }

    fn thing(&self, _: &Confirming) -> Thing {
        Thing::open()
    }

    fn decide(&self, facts: Confirming, cx: &Cx<'_, '_>) -> Result<Confirmed, Vec<Refusal>> {
        // Sent twice, it is the same registration.
        if let Some(before) = facts.before {
            return Ok(Confirmed::Again(before));
        }
        if cx.now < facts.shut_until {
            let seconds = facts.shut_until.seconds_since(cx.now) + 1;
            return Err(vec![Refusal::new(Class::TooMany, "too-many").number("seconds", seconds)]);
        }
        let kept = facts.known.as_ref().map_or(&facts.waiting.password, |(_, hash)| hash);
        let is_right = self.checked.as_ref().is_some_and(|(hash, is)| *is && hash == kept);
        if !is_right {
            return Err(vec![Refusal::invalid("registration-password-wrong").on("password")]);
        }
        if facts.known.as_ref().is_some_and(|(person, _)| person.state != PersonState::Active) {
            return Err(vec![link_gone()]);
        }
        if let Some(no) = facts.no {
            return Err(vec![no]);
        }
        let known = facts.known.map(|(person, _)| person.id);
        Ok(Confirmed::New(Box::new((facts.waiting, known))))
    }

    fn save(&self, plan: Confirmed, cx: &mut Cx<'_, '_>) -> Result<CaseMoved, Stop> {
        let (waiting, known) = match plan {
            Confirmed::Again(before) => return Ok(before),
            Confirmed::New(it) => *it,
        };
        let person = match known {
            Some(person) => person,
            None => add_person(cx, &waiting)?,
        };
        // Link and password prove who it is: the case is theirs, not nobody's.
        let before = cx.actor.person.replace(person);
        let opened = open(cx, person, waiting.application, Vec::new());
        cx.actor.person = before;
        let case = opened?;
        if !store::registration::confirm(cx.tx, waiting.id, case.case)? {
            return Err(link_gone().into());
        }
        Ok(case)
    }

    fn remember(&self, reasons: &[Refusal], cx: &mut Cx<'_, '_>) -> Result<(), StoreError> {
        if !reasons.iter().any(|refusal| refusal.code == "registration-password-wrong") {
            return Ok(());
        }
        let bucket = self.bucket();
        let (n_wrong, _) = store::person::attempts(cx.tx, &bucket)?;
        let pause = session::pause_seconds(n_wrong + 1);
        store::person::count_attempt(cx.tx, &bucket, cx.now.plus_seconds(pause))
    }
}

fn add_person(cx: &mut Cx<'_, '_>, waiting: &Waiting) -> Result<PersonId, Stop> {
    let id = cx.city.with_chance(|chance| PersonId::new(cx.now, chance));
    let person = Person {
        id,
        email: waiting.email.clone(),
        name: waiting.name.clone(),
        lang: waiting.lang,
        state: PersonState::Active,
        invented: store::city::find(cx.tx)?.is_some_and(|city| city.demo),
        version: 1,
        created_at: cx.now,
    };
    store::person::add(cx.tx, &person, &waiting.password)?;
    crate::person::event(cx, "person-registered", id, serde_json::Value::Null);
    Ok(id)
}

/// Registers a firm, by somebody who has an account.
#[derive(serde::Serialize)]
pub struct Apply {
    pub application: Application,
    /// Files that were handed in, such as the business licence.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub documents: Vec<FileId>,
}

impl Act for Apply {
    const ACT: A = A::Apply;
    type Facts = (Option<Refusal>, Documents);
    type Plan = (Application, Documents);
    type Outcome = CaseMoved;

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Self::Facts, Stop> {
        let person = cx.actor.person.ok_or_else(crate::account::sign_in_required)?;
        let code = parties::credit_code::plain(&self.application.credit_code);
        let office = office_for(cx, parties::registration::NAME)?;
        let documents = Documents::load(cx, &self.documents, office)?;
        Ok((cannot_apply(cx, person, &code)?, documents))
    }

    fn thing(&self, _: &Self::Facts) -> Thing {
        Thing::open()
    }

    fn decide(&self, facts: Self::Facts, cx: &Cx<'_, '_>) -> Result<Self::Plan, Vec<Refusal>> {
        let (no, documents) = facts;
        let read = read_application(&self.application);
        let read = read.and_then(|it| no.map_or(Ok(it), |no| Err(vec![no])));
        let application = documents.checked(cx, read)?;
        Ok((application, documents))
    }

    fn save(&self, plan: Self::Plan, cx: &mut Cx<'_, '_>) -> Result<CaseMoved, Stop> {
        let (application, documents) = plan;
        let person = cx.actor.person.ok_or_else(crate::account::sign_in_required)?;
        open(cx, person, application, documents.files)
    }
}

/// Why this person cannot speak for the firm of this code now, if so.
fn cannot_apply(
    cx: &mut Cx<'_, '_>,
    person: PersonId,
    code: &str,
) -> Result<Option<Refusal>, StoreError> {
    let holder = deciding::holder_of(cx.tx, code, cx.now)?.map(|(holder, _)| holder);
    let places = store::person::roles(cx.tx, person, cx.now)?;
    if places.iter().any(|(_, organisation, _)| Some(*organisation) == holder) {
        return Ok(Some(Refusal::new(Class::Refused, "registration-is-member")));
    }
    let open = store::registration::open_of(cx.tx, person, code, holder)?;
    let again = |reference: Reference| {
        let refusal = Refusal::new(Class::Conflict, "registration-open-already");
        refusal.on("credit_code").text("reference", reference.as_str())
    };
    Ok(open.map(again))
}

/// Opens the case: the firm's administrator decides where there is one, else the office.
fn open(
    cx: &mut Cx<'_, '_>,
    person: PersonId,
    application: Application,
    documents: Vec<File>,
) -> Result<CaseMoved, Stop> {
    match deciding::holder_of(cx.tx, &application.credit_code, cx.now)? {
        Some((holder, true)) => pass_on(cx, person, holder, application, documents),
        holder => {
            let holder = holder.map(|(holder, _)| holder);
            let desk = office_for(cx, parties::registration::NAME)?;
            let thing = application.credit_code.clone();
            let application = Application { organisation: holder, ..application };
            let of = (&REGISTRATION, "RG", thing);
            open_case(cx, of, (desk, desk), person, (&application, documents))
        }
    }
}

/// The desk of a process that has no owner but the city's office.
fn office_for(cx: &mut Cx<'_, '_>, process: &str) -> Result<base::OrganisationId, Stop> {
    if let Some(named) = store::case::desk(cx.tx, process)? {
        return Ok(named);
    }
    Ok(store::city::office(cx.tx)?.ok_or_else(Refusal::not_found)?)
}

fn open_case(
    cx: &mut Cx<'_, '_>,
    (process, kind, thing): (&'static cases::Process, &'static str, String),
    (owner, desk): (base::OrganisationId, base::OrganisationId),
    opener: PersonId,
    (application, documents): (&Application, Vec<File>),
) -> Result<CaseMoved, Stop> {
    // The applicant has no place anywhere yet and must be able to read it.
    let label = Label::at(Level::Registered);
    let matter = serde_json::to_value(application).expect("an application has text keys only");
    let opening =
        Opening { process, kind, thing, owner, desk, opener, label: &label, matter, documents };
    Ok(CaseMoved::of(&case::open(cx, opening)?))
}

impl City {
    /// Forgets registrations and invitations that nobody took up in time; says how many.
    pub fn sweep_registrations(&self) -> Result<u64, No> {
        let now = self.now();
        Ok(self.store().write("sweep registrations", move |tx| {
            let n = store::registration::sweep(tx, now)?;
            Ok(n + store::colleague::sweep(tx, now)?)
        })?)
    }
}
