//! The outbox for those who look after the machines, and one's own letters.

use super::{Content, Kind, render};
use crate::account::sign_in_required;
use crate::act::No;
use crate::asker::Asker;
use crate::city::City;
use access::{Act as A, Thing};
use base::{Bilingual, Instant, Lang, LetterId, PersonId, limits};
use std::collections::BTreeMap;
use store::mail::{Letter, Queue, State};

/// A letter as lists show it: never its body, and so no secret.
#[derive(Clone, Debug)]
pub struct LetterRow {
    pub id: LetterId,
    pub kind: String,
    /// Whom it goes to: a name, where it is a person, and an address.
    pub name: Bilingual,
    pub address: String,
    pub subject: String,
    pub state: State,
    pub attempts: u64,
    pub created_at: Instant,
    pub changed_at: Instant,
    /// When it is tried next, while it waits.
    pub next_at: Instant,
    /// What went wrong last: a key of `words` that begins with `mail-error-`, or a server's words.
    pub error: String,
}

/// A page of the outbox.
#[derive(Clone, Debug)]
pub struct Outbox {
    pub rows: Vec<LetterRow>,
    /// Where the list goes on.
    pub next: Option<LetterId>,
    pub counts: Vec<(State, u64)>,
    pub queue: Queue,
    /// Where letters are handed over; `None` where nothing is set up.
    pub place: Option<String>,
    /// Whether letters go out: a demonstration mails nobody.
    pub is_sending: bool,
}

impl City {
    /// A page of all letters, newest first, in the words of this language.
    pub fn outbox(
        &self,
        asker: &Asker,
        lang: Lang,
        state: Option<State>,
        before: Option<LetterId>,
        limit: usize,
    ) -> Result<Outbox, No> {
        let is_sending = self.sends_mail();
        let place = self.settings().mail.carrier.as_ref().map(|carrier| carrier.place());
        self.read(asker, |rx| {
            rx.actor.person.ok_or_else(sign_in_required)?;
            rx.may(A::ListLetters, &Thing::open())?;
            let limit = limit.clamp(1, limits::PAGE_ROWS_MAX);
            let mut found = store::mail::list(rx.tx, state, before, limit + 1)?;
            let is_more = found.len() > limit;
            found.truncate(limit);
            let next = found.last().filter(|_| is_more).map(|letter| letter.id);
            let mut people = BTreeMap::new();
            for letter in &found {
                if let Ok(id) = PersonId::parse(&letter.recipient)
                    && !people.contains_key(&id)
                    && let Some(person) = store::person::find(rx.tx, id)?
                {
                    people.insert(id, person);
                }
            }
            let rows = found.into_iter().map(|letter| row(self, letter, lang, &people));
            Ok(Outbox {
                rows: rows.collect(),
                next,
                counts: store::mail::counts(rx.tx)?,
                queue: store::mail::queue(rx.tx)?,
                place: place.clone(),
                is_sending,
            })
        })
    }

    /// The asker's own letters, newest first.
    pub fn own_letters(&self, asker: &Asker, lang: Lang) -> Result<Vec<LetterRow>, No> {
        self.read(asker, |rx| {
            let person = rx.actor.person.ok_or_else(sign_in_required)?;
            rx.may(A::SetMailWishes, &Thing::own(person))?;
            let found = store::mail::of_person(rx.tx, person, limits::PAGE_ROWS)?;
            let own = store::person::find(rx.tx, person)?.map(|own| (person, own));
            let people = own.into_iter().collect();
            Ok(found.into_iter().map(|letter| row(self, letter, lang, &people)).collect())
        })
    }

    /// How many letters wait, and since when: for the machine's own watch.
    pub fn mail_queue(&self) -> Result<Queue, No> {
        Ok(self.store().read(store::mail::queue)?)
    }
}

fn row(
    city: &City,
    letter: Letter,
    lang: Lang,
    people: &BTreeMap<PersonId, parties::Person>,
) -> LetterRow {
    let person = PersonId::parse(&letter.recipient).ok().and_then(|id| people.get(&id));
    let content = serde_json::from_value::<Content>(letter.content).ok();
    let subject = match content.filter(|_| Kind::of(&letter.kind).is_some()) {
        Some(content) => render::subject(city, &content, lang),
        None => String::new(),
    };
    LetterRow {
        id: letter.id,
        kind: letter.kind,
        name: person.map(|person| person.name.clone()).unwrap_or_default(),
        address: person.map_or(letter.recipient, |person| person.email.clone()),
        subject,
        state: letter.state,
        attempts: letter.attempts,
        created_at: letter.created_at,
        changed_at: letter.changed_at,
        next_at: letter.next_at,
        error: letter.error,
    }
}
