//! Sending: a letter is taken, carried, and then counts as sent or waits longer.
//!
//! Whoever takes a letter moves its next attempt on first, in a commit of its own, by a comparison
//! with the number of attempts. So no two nodes carry it at once, and a node that dies on the way
//! leaves it to the next attempt: a letter goes out at least once, always under the same Message-ID.

use super::render::{Ready, blocks, one_line, subject};
use super::{Content, KINDS, Kind, SEAL, Trouble, TroubleKind, While, Wish, wish};
use crate::act::No;
use crate::city::City;
use crate::seal::Sealer;
use base::{BookingId, Instant, Lang, PersonId};
use calendar::ical::Event;
use store::mail::{Letter, State};
use store::{StoreError, Tx};

/// Letters of one round.
const LETTERS_A_ROUND: usize = 50;
/// Seconds until the next attempt, by how many there were; the last one repeats. The first is longer
/// than any carrier may take, so that a letter is never carried twice at a time.
const DELAYS: [i64; 9] = [120, 300, 900, 3_600, 3 * 3_600, 6 * 3_600, 12 * 3_600, 86_400, 86_400];
/// Seconds until the next attempt at most where the server itself was the trouble.
const SERVER_DELAY_MAX: i64 = 900;
/// Characters kept of what a server said.
const SAID_CHARS_MAX: usize = 500;
/// Days for which letters that ended are kept.
const KEPT_DAYS: i64 = 90;

/// What one round did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Round {
    pub n_sent: usize,
    pub n_postponed: usize,
    pub n_given_up: usize,
    /// No longer wanted.
    pub n_dropped: usize,
    /// The server's own trouble, which ended the round.
    pub trouble: Option<String>,
    /// Whether more may be waiting for their turn.
    pub is_full: bool,
}

/// What became of taking a letter.
enum Taken {
    /// Somebody else has it.
    Elsewhere,
    /// It is not to be sent.
    Ended(State),
    Ready(Box<Ready>),
}

impl City {
    /// Sends letters whose turn has come, as long as `goes_on` says so.
    pub fn send_letters(&self, goes_on: &dyn Fn() -> bool) -> Result<Round, No> {
        let mut round = Round::default();
        if !self.sends_mail() || self.store().committed().is_read_only() {
            return Ok(round);
        }
        let Some(carrier) = self.settings().mail.carrier.clone() else { return Ok(round) };
        let now = self.now();
        let due = self.store().read(|tx| store::mail::due(tx, now, LETTERS_A_ROUND))?;
        round.is_full = due.len() == LETTERS_A_ROUND;
        for letter in due {
            if !goes_on() {
                break;
            }
            match self.take_letter(&letter)? {
                Taken::Elsewhere => {}
                Taken::Ended(State::GivenUp) => round.n_given_up += 1,
                Taken::Ended(_) => round.n_dropped += 1,
                Taken::Ready(ready) => {
                    let carried = carrier.carry(&ready);
                    if !self.settle_letter(&letter, carried, &mut round)? {
                        break;
                    }
                }
            }
        }
        Ok(round)
    }

    /// Takes a letter for one attempt and puts its words together, or ends it.
    fn take_letter(&self, letter: &Letter) -> Result<Taken, No> {
        let (city, letter) = (self.clone(), letter.clone());
        let (sealer, now) = (Sealer::of(self)?, self.now());
        Ok(self.store().write("take letter", move |tx| {
            let delay = DELAYS[usize::try_from(letter.attempts).unwrap_or(usize::MAX).min(8)];
            if !store::mail::claim(tx, &letter, now.plus_seconds(delay), now)? {
                return Ok(Taken::Elsewhere);
            }
            let ready = ready(tx, &city, &sealer, &letter, now)?;
            Ok(match ready {
                Ok(ready) => Taken::Ready(Box::new(ready)),
                Err((state, error)) => {
                    store::mail::end(tx, (letter.id, letter.attempts + 1), state, error, now)?;
                    Taken::Ended(state)
                }
            })
        })?)
    }

    /// Writes down what became of an attempt; whether the round goes on.
    fn settle_letter(
        &self,
        letter: &Letter,
        carried: Result<(), Trouble>,
        round: &mut Round,
    ) -> Result<bool, No> {
        let (taken, now) = ((letter.id, letter.attempts + 1), self.now());
        let delay = DELAYS[usize::try_from(letter.attempts).unwrap_or(usize::MAX).min(8)];
        let Err(trouble) = carried else {
            round.n_sent += 1;
            let sent = move |tx: &mut Tx<'_>| store::mail::end(tx, taken, State::Sent, "", now);
            self.store().write("letter sent", sent)?;
            return Ok(true);
        };
        let said: String = one_line(&trouble.said).chars().take(SAID_CHARS_MAX).collect();
        tracing::warn!(letter = %letter.id, kind = letter.kind, %said, "a letter was not taken");
        if trouble.what == TroubleKind::Never {
            round.n_given_up += 1;
            self.store().write("letter refused", move |tx| {
                store::mail::end(tx, taken, State::GivenUp, &said, now)
            })?;
            return Ok(true);
        }
        round.n_postponed += 1;
        let is_server = trouble.what == TroubleKind::Server;
        let delay = if is_server { delay.min(SERVER_DELAY_MAX) } else { delay };
        if is_server {
            round.trouble = Some(said.clone());
        }
        self.store().write("letter postponed", move |tx| {
            store::mail::postpone(tx, taken, now.plus_seconds(delay), &said, now)
        })?;
        Ok(!is_server)
    }

    /// Gives up what waited for too long and forgets what ended long ago.
    pub fn sweep_letters(&self) -> Result<(), No> {
        let now = self.now();
        self.store().write("sweep letters", move |tx| {
            store::mail::lapse(tx, now, "mail-error-too-late")?;
            store::mail::sweep(tx, now.plus_seconds(-KEPT_DAYS * 86_400))
        })?;
        Ok(())
    }
}

type Ended = (State, &'static str);

/// A letter ready to go, or why it does not go at all.
fn ready(
    tx: &mut Tx<'_>,
    city: &City,
    sealer: &Sealer,
    letter: &Letter,
    now: Instant,
) -> Result<Result<Ready, Ended>, StoreError> {
    if letter.ends_at <= now {
        return Ok(Err((State::GivenUp, "mail-error-too-late")));
    }
    let kind = KINDS.iter().copied().find(|kind| kind.name == letter.kind);
    let content = serde_json::from_value::<Content>(letter.content.clone());
    let (Some(kind), Ok(mut content)) = (kind, content) else {
        // Made by a program that knew more, or damaged: said so, and in nobody's way.
        return Ok(Err((State::GivenUp, "mail-error-unreadable")));
    };
    let (address, name, lang, person) = match PersonId::parse(&letter.recipient) {
        Err(_) => (letter.recipient.clone(), String::new(), letter.lang, None),
        Ok(id) => match wanted_by(tx, city, id, kind, &content, now)? {
            Ok(person) => {
                let name = person.name.best(person.lang).0.to_owned();
                (person.email, name, person.lang, Some(id))
            }
            Err(ended) => return Ok(Err(ended)),
        },
    };
    if let Some(While::BulletinSent { bulletin }) = &content.only_while {
        let found = store::bulletin::find(tx, *bulletin)?;
        if found.is_none_or(|found| found.state != trading::bulletin::State::Sent) {
            return Ok(Err((State::Dropped, "mail-error-done")));
        }
    }
    if !content.technologies.is_empty() && !super::items::fill(tx, city, &mut content, person, now)?
    {
        return Ok(Err((State::Dropped, "mail-error-nothing-left")));
    }
    let mut link = Some(&content.path).filter(|path| !path.is_empty());
    let mut secret = String::new();
    if content.has_secret {
        let sealed = store::mail::secret(tx, letter.id)?;
        let opened = sealed.and_then(|sealed| sealer.open(SEAL, letter.id, &sealed));
        match opened.and_then(|bytes| String::from_utf8(bytes).ok()) {
            Some(found) => secret = found,
            None => return Ok(Err((State::GivenUp, "mail-error-secret"))),
        }
    }
    let origin = &city.settings().public_url;
    let link = link.take().map(|path| format!("{origin}{path}{secret}"));
    let stop_url = match person.filter(|_| kind.may_stop) {
        _ if !content.stop.is_empty() => store::city::find(tx)?.map(|row| {
            let mark = super::stop_mark(&row.secret, &content.stop);
            format!("{origin}{}?mark={mark}", content.stop)
        }),
        None => None,
        Some(person) => store::city::find(tx)?.map(|row| {
            let mark = wish::mark(&row.secret, person, kind.name);
            format!("{origin}/mail/stop?person={person}&kind={}&mark={mark}", kind.name)
        }),
    };
    let blocks = blocks(city, &content, (kind.name, lang, &name), link, stop_url.as_deref());
    Ok(Ok(Ready {
        id: letter.id,
        at: now,
        to_name: one_line(&name),
        to_address: address,
        lang,
        subject: subject(city, &content, lang),
        blocks,
        stop_url,
        event: match (content.booking, person) {
            (Some(booking), Some(person)) => event(tx, city, booking, (person, lang))?,
            _ => None,
        },
    }))
}

/// A booking as an event of its own person's calendar; under one id for ever, as in the feeds.
fn event(
    tx: &mut Tx<'_>,
    city: &City,
    id: BookingId,
    (person, lang): (PersonId, Lang),
) -> Result<Option<Event>, StoreError> {
    let found = store::booking::find(tx, id)?.filter(|booking| booking.person == person);
    let Some(booking) = found else { return Ok(None) };
    let Some(it) = store::instrument::find(tx, booking.instrument)? else { return Ok(None) };
    let name = it.sheet.name.best(lang).0.to_owned();
    Ok(Some(Event {
        uid: booking.id.to_string(),
        sequence: booking.sequence,
        span: booking.span,
        status: booking.state.in_calendar(),
        summary: name.clone(),
        description: String::new(),
        location: name,
        url: format!("{}/bookings/{id}", city.settings().public_url),
        changed: booking.changed_at,
    }))
}

/// The person, if the letter is still for them.
fn wanted_by(
    tx: &mut Tx<'_>,
    city: &City,
    id: PersonId,
    kind: &Kind,
    content: &Content,
    now: Instant,
) -> Result<Result<parties::Person, Ended>, StoreError> {
    let person = store::person::find(tx, id)?.filter(|person| !person.state.is_shut());
    let Some(person) = person else { return Ok(Err((State::Dropped, "mail-error-gone"))) };
    if wish::of(tx, id, kind)? == Wish::None {
        return Ok(Err((State::Dropped, "mail-error-stopped")));
    }
    if let Some(While::TaskOpen { case, task, opened_at }) = &content.only_while {
        let is_open = store::mail::is_task_open(tx, *case, task, *opened_at)?;
        if !is_open || !super::follow::may_take(tx, city, id, (*case, task), now)? {
            return Ok(Err((State::Dropped, "mail-error-done")));
        }
    }
    Ok(Ok(person))
}
