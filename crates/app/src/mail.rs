//! Mail: letters are queued by an act in its own transaction, or by a follower of the log, and sent
//! by a job.
//!
//! An act queues a letter with [`Cx::letter`] where it holds a secret that must be in no log;
//! everything else follows the log in [`follow`], or comes from a job through
//! [`City::queue_letters`]. A cause makes at most one letter for a recipient.
//!
//! Invariants: a letter holds names of texts and values that its recipient may read, and of what is
//! not public only kind, reference and address; secrets are sealed beside it and go when it is sent;
//! a letter is taken before it is carried, and counts as sent only after the server said so.

pub mod act;
pub mod follow;
mod follow_booking;
mod follow_case;
mod follow_charge;
mod follow_deal;
pub(crate) mod follow_lot;
mod follow_service;
mod follow_standard;
mod follow_webhook;
mod items;
pub mod list;
mod remind_access;
mod remind_deal;
mod remind_upkeep;
pub mod render;
pub mod send;
pub mod wish;

pub use act::{RetryLetter, TestMail};
pub use list::LetterRow;
pub use render::{Block, Ready};
pub use send::Round;
pub use store::mail::State;
pub use wish::{SetMailWishes, StopMail, Wish};

use crate::act::{Cx, No, Stop};
use crate::city::City;
use crate::seal::Sealer;
use base::{
    Bilingual, BookingId, BulletinId, CaseId, Instant, Lang, LetterId, PersonId, TechnologyId,
};
use std::collections::BTreeMap;
use std::sync::Arc;
use store::{StoreError, Tx};

/// A kind of letters: what somebody can want or not.
#[derive(Debug, PartialEq, Eq)]
pub struct Kind {
    /// `mail-kind-<name>` is its text, `mail-why-<name>` says why one gets it.
    pub name: &'static str,
    /// Days after which such a letter is worth nothing and is not sent any more.
    pub days: i64,
    /// Whether a person can turn it off.
    pub may_stop: bool,
}

/// An invitation, or another one-time link.
pub static INVITATION: Kind = Kind { name: "invitation", days: 7, may_stop: false };
/// Confirms the address of somebody who registers a firm, or is invited into one.
pub static REGISTRATION: Kind = Kind { name: "registration", days: 7, may_stop: false };
/// What happened to one's own account.
pub static SECURITY: Kind = Kind { name: "security", days: 7, may_stop: false };
/// A task that waits for somebody.
pub static TASK: Kind = Kind { name: "task", days: 7, may_stop: true };
/// A time limit that is near or over.
pub static REMINDER: Kind = Kind { name: "reminder", days: 3, may_stop: true };
/// What a saved search found.
pub static ALERT: Kind = Kind { name: "alert", days: 3, may_stop: true };
/// Selected results, for departments and subscribers.
pub static BULLETIN: Kind = Kind { name: "bulletin", days: 7, may_stop: true };
/// A link that confirms an address.
pub static SUBSCRIPTION: Kind = Kind { name: "subscription", days: 7, may_stop: false };
/// A signed checkpoint of the log, for a witness.
pub static CHECKPOINT: Kind = Kind { name: "checkpoint", days: 30, may_stop: false };
/// A webhook of one's organisation was switched off.
pub static WEBHOOK: Kind = Kind { name: "webhook", days: 7, may_stop: true };
/// What happened in an auction in which one bids, or which is one's own.
pub static AUCTION: Kind = Kind { name: "auction", days: 7, may_stop: true };
/// Somebody bid more; worth nothing once the auction has ended.
pub static OUTBID: Kind = Kind { name: "outbid", days: 1, may_stop: true };
/// What happens in deals and contracts of one's organisation.
pub static DEAL: Kind = Kind { name: "deal", days: 7, may_stop: true };
/// What becomes of one's bookings of instruments, and of wishes for time.
pub static BOOKING: Kind = Kind { name: "booking", days: 3, may_stop: true };
/// Time of an instrument is free again: worth nothing soon.
pub static FREED: Kind = Kind { name: "freed", days: 1, may_stop: true };
/// A letter that only shows that mail works.
pub static TEST: Kind = Kind { name: "test", days: 1, may_stop: false };

/// Every kind.
pub static KINDS: &[&Kind] = &[
    &INVITATION,
    &REGISTRATION,
    &SECURITY,
    &TASK,
    &REMINDER,
    &ALERT,
    &BULLETIN,
    &SUBSCRIPTION,
    &CHECKPOINT,
    &WEBHOOK,
    &AUCTION,
    &OUTBID,
    &DEAL,
    &BOOKING,
    &FREED,
    &TEST,
];

impl Kind {
    /// The kind of this name.
    pub fn of(name: &str) -> Option<&'static Self> {
        KINDS.iter().copied().find(|kind| kind.name == name)
    }
}

/// Where a letter goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum To {
    /// To whatever address and language the person has when it is sent.
    Person(PersonId),
    /// To somebody who is no person here.
    Address(String, Lang),
}

/// A value in the text of a letter.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fact {
    /// As it stands: a reference, a network.
    Text(String),
    /// A name in both languages.
    Name(Bilingual),
    /// A key of `words`.
    Term(String),
    Number(i64),
    At(Instant),
}

impl From<&str> for Fact {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<&base::Reference> for Fact {
    fn from(reference: &base::Reference) -> Self {
        Self::Text(reference.as_str().to_owned())
    }
}

impl From<Bilingual> for Fact {
    fn from(name: Bilingual) -> Self {
        Self::Name(name)
    }
}

impl From<Instant> for Fact {
    fn from(at: Instant) -> Self {
        Self::At(at)
    }
}

/// One of several public things in a letter, with its address.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Item {
    pub title: Bilingual,
    /// Below the title, in one line.
    pub note: Bilingual,
    /// Within the city: `/technologies/…`.
    pub path: String,
}

/// What has to be true still when a letter is sent.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum While {
    /// The task of the case that was opened then is open, and the person may take it.
    TaskOpen { case: CaseId, task: String, opened_at: Instant },
    /// The bulletin was not withdrawn.
    BulletinSent { bulletin: BulletinId },
}

/// What a letter says, as it is kept.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(crate) struct Content {
    /// `mail-<text>-subject` and `mail-<text>-body` are its words.
    pub text: String,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub facts: BTreeMap<String, Fact>,
    /// Where it leads, within the city; the secret follows where there is one.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub path: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub items: Vec<Item>,
    /// Technologies that it lists, as the recipient may see them when it is sent: the version that
    /// was meant, or 0 for that of then.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub technologies: Vec<(TechnologyId, u64)>,
    /// Where exactly this is stopped, within the city; a mark follows when it is sent.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub stop: String,
    /// Lines that stand as they are, such as a signed note.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub verbatim: String,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub has_secret: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub only_while: Option<While>,
    /// The recipient's booking that goes along as an event of a calendar.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub booking: Option<BookingId>,
}

/// A letter to be queued.
///
/// ```ignore
/// let letter = Letter::new(&mail::TASK, To::Person(person), cause, "task")
///     .fact("reference", &case.reference)
///     .path(format!("/cases/{}", case.id));
/// cx.letter(letter)?;
/// ```
#[derive(Clone)]
pub struct Letter {
    pub(crate) kind: &'static Kind,
    pub(crate) to: To,
    pub(crate) cause: String,
    pub(crate) content: Content,
    pub(crate) secret: Option<String>,
    pub(crate) ends_at: Option<Instant>,
}

impl Letter {
    /// A letter with the words `mail-<text>-subject` and `mail-<text>-body`. The cause names what
    /// brought it about, such as `task:<case>:<task>`; it makes one letter for a recipient, ever.
    pub fn new(kind: &'static Kind, to: To, cause: impl Into<String>, text: &str) -> Self {
        let content = Content { text: text.to_owned(), ..Content::default() };
        Self { kind, to, cause: cause.into(), content, secret: None, ends_at: None }
    }

    /// Puts a value into its words. Nothing that is not public, but a reference.
    pub fn fact(mut self, name: &str, fact: impl Into<Fact>) -> Self {
        self.content.facts.insert(name.to_owned(), fact.into());
        self
    }

    /// Where it leads, within the city.
    pub fn path(mut self, path: impl Into<String>) -> Self {
        self.content.path = path.into();
        self
    }

    /// Things that it lists; all of them public.
    pub fn items(mut self, items: Vec<Item>) -> Self {
        self.content.items = items;
        self
    }

    /// Technologies that it lists, in this order, each with the version that is meant or 0. Who
    /// may see what is asked when it is sent. Of what is not public kind and reference stand there
    /// alone, and of a version that is meant nothing.
    /// The words get `$count`, and a letter of which nothing is left is dropped.
    pub fn technologies(mut self, technologies: Vec<(TechnologyId, u64)>) -> Self {
        self.content.technologies = technologies;
        self
    }

    /// Where exactly this is stopped without a sign-in, instead of all letters of its kind.
    pub fn stop(mut self, path: impl Into<String>) -> Self {
        self.content.stop = path.into();
        self
    }

    /// Lines that stand as they are.
    pub fn verbatim(mut self, text: impl Into<String>) -> Self {
        self.content.verbatim = text.into();
        self
    }

    /// The secret that follows the path of its link. Sealed at rest, in no log and no answer.
    pub fn secret(mut self, secret: impl Into<String>) -> Self {
        self.content.has_secret = true;
        self.secret = Some(secret.into());
        self
    }

    /// After this moment it is worth nothing; else its kind says so.
    pub fn until(mut self, at: Instant) -> Self {
        self.ends_at = Some(at);
        self
    }

    /// The recipient's own booking, which goes along for calendar programs as it stands when it is sent.
    pub fn event(mut self, booking: BookingId) -> Self {
        self.content.booking = Some(booking);
        self
    }

    /// Sent only while this is so.
    pub fn only_while(mut self, what: While) -> Self {
        self.content.only_while = Some(what);
        self
    }
}

/// Who carries letters to their addresses: a mail server, or a test.
pub trait Carrier: Send + Sync {
    /// Hands one letter over; returns when the other side took it. Never waits for ever.
    fn carry(&self, letter: &Ready) -> Result<(), Trouble>;
    /// Whether letters would be taken now, without sending one.
    fn check(&self) -> Result<(), Trouble>;
    /// Where letters are handed over, without secrets.
    fn place(&self) -> String;
}

/// Why a letter was not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    pub what: TroubleKind,
    /// In the words of the other side, without secrets.
    pub said: String,
}

/// What to do about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TroubleKind {
    /// The server is not there, or lets nobody in: other letters need not be tried now.
    Server,
    /// Not this letter now.
    Later,
    /// Never this letter.
    Never,
}

/// What an operator set about mail.
#[derive(Clone, Default)]
pub struct Post {
    /// Without one, letters wait and are shown.
    pub carrier: Option<Arc<dyn Carrier>>,
    pub witness: Option<Witness>,
}

impl std::fmt::Debug for Post {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let place = self.carrier.as_ref().map(|carrier| carrier.place());
        f.debug_struct("Post").field("place", &place).field("witness", &self.witness).finish()
    }
}

/// Somebody outside who is sent the signed checkpoints of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Witness {
    pub address: String,
    pub lang: Lang,
    /// Seconds between two letters.
    pub every_seconds: i64,
}

/// The mark that lets the link of a letter stop what stands at this path, and nothing else.
pub fn stop_mark(secret: &[u8], path: &str) -> String {
    crate::secret::mark(secret, &format!("stop at {path}"))
}

/// The purpose under which secrets of letters are sealed.
const SEAL: &str = "letter";

/// A letter with everything that chance and the sealer give, ready for any transaction.
pub(crate) struct Prepared {
    letter: store::mail::Letter,
    sealed: Option<Vec<u8>>,
    to: To,
    kind: &'static Kind,
}

impl City {
    /// Whether letters go out. A demonstration city mails nobody, whatever is set.
    pub fn sends_mail(&self) -> bool {
        self.settings().mail.carrier.is_some() && self.row().is_ok_and(|row| !row.demo)
    }

    /// Draws ids and seals secrets.
    pub(crate) fn prepare_letter(&self, letter: Letter, now: Instant) -> Result<Prepared, No> {
        let (id, chance) =
            self.with_chance(|chance| (LetterId::new(now, chance), chance.bytes32()));
        let sealed = match &letter.secret {
            None => None,
            Some(secret) => Some(Sealer::of(self)?.seal(SEAL, id, secret.as_bytes(), chance)?),
        };
        let (recipient, lang) = match &letter.to {
            To::Person(person) => (person.to_string(), Lang::default()),
            To::Address(address, lang) => (address.clone(), *lang),
        };
        let content = serde_json::to_value(&letter.content).expect("contents have text keys");
        let ends_at = letter.ends_at.unwrap_or_else(|| now.plus_seconds(letter.kind.days * 86_400));
        let row = store::mail::Letter {
            id,
            cause: letter.cause,
            recipient,
            lang,
            kind: letter.kind.name.to_owned(),
            content,
            state: State::Waiting,
            attempts: 0,
            next_at: now,
            ends_at,
            error: String::new(),
            created_at: now,
            changed_at: now,
        };
        Ok(Prepared { letter: row, sealed, to: letter.to, kind: letter.kind })
    }

    /// Queues letters in a transaction of their own, for jobs; says how many are new.
    pub fn queue_letters(&self, letters: Vec<Letter>) -> Result<usize, No> {
        let now = self.now();
        let prepared: Result<Vec<_>, No> =
            letters.into_iter().map(|letter| self.prepare_letter(letter, now)).collect();
        let prepared = prepared?;
        Ok(self.store().write("queue letters", move |tx| put_all(tx, &prepared))?)
    }
}

impl Cx<'_, '_> {
    /// Queues a letter in the act's own transaction: undone with it, kept with it. False where it
    /// is not wanted, or this cause made one before.
    pub fn letter(&mut self, letter: Letter) -> Result<bool, Stop> {
        let prepared =
            self.city.prepare_letter(letter, self.now).map_err(|no| Stop::Refused(no.0))?;
        Ok(put(self.tx, &prepared)?)
    }
}

/// Puts letters into the queue; says how many are new.
pub(crate) fn put_all(tx: &mut Tx<'_>, letters: &[Prepared]) -> Result<usize, StoreError> {
    let mut n = 0;
    for letter in letters {
        n += usize::from(put(tx, letter)?);
    }
    Ok(n)
}

fn put(tx: &mut Tx<'_>, prepared: &Prepared) -> Result<bool, StoreError> {
    if let To::Person(person) = prepared.to {
        let found = store::person::find(tx, person)?;
        let is_open = found.is_some_and(|found| !found.state.is_shut());
        if !is_open || wish::of(tx, person, prepared.kind)? == Wish::None {
            return Ok(false);
        }
    }
    store::mail::add(tx, &prepared.letter, prepared.sealed.as_deref())
}
