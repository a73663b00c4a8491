//! Erasing a person: name, address and everything to sign in with go; the log keeps that things
//! happened and forgets the personal texts, and still verifies.

use crate::account::sign_in_required;
use crate::act::{Act, Cx, No, Stop};
use crate::asker::Asker;
use crate::city::City;
use crate::person::{event, find};
use access::{Act as A, Thing};
use base::{Bilingual, Class, Lang, PersonId, Refusal};
use parties::Person;
use parties::erasure::{Duties, check};
use std::time::Duration;
use store::{Hold, StoreError, Tx};

/// What an erasure would do, told before it is done.
#[derive(Clone, Debug)]
pub struct ErasureView {
    pub person: Person,
    /// What has to be handed over first; empty when nothing stands in the way.
    pub open: Vec<Refusal>,
    /// Texts of the log about the person that will be erased.
    pub n_texts: u64,
    /// Whether it is the asker.
    pub is_own: bool,
}

impl City {
    /// What the erasure of this person would do.
    pub fn erasure(&self, asker: &Asker, id: PersonId) -> Result<ErasureView, No> {
        self.read(asker, |rx| {
            let own = rx.actor.person.ok_or_else(sign_in_required)?;
            let person = store::person::find(rx.tx, id)?.ok_or_else(Refusal::not_found)?;
            let (thing, _) = crate::person::thing_of(rx.tx, id, rx.now)?;
            rx.may(A::ErasePerson, &thing)?;
            let duties = duties(rx.tx, &person, rx.now)?;
            let open = check(&duties, is_erased(&person)).err().unwrap_or_default();
            let n_texts = store::erasure::n_bodies(rx.tx, id)?;
            Ok(ErasureView { person, open, n_texts, is_own: own == id })
        })
    }

    /// Erases a person, then whatever of the person came into the log while that went on, and takes
    /// what was deleted out of the files.
    pub fn erase(&self, asker: &Asker, act: ErasePerson) -> Result<Erased, No> {
        let done = self.perform(asker, act)?;
        let person = done.person;
        for _ in 0..WAITS_MAX {
            if self.store().read(store::log::n_waiting)? == 0 {
                break;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        self.store().write("erase texts", move |tx| store::erasure::erase_bodies(tx, person))?;
        if let Err(error) = self.store().scrub() {
            // The rows are gone; what is left of them in the journal goes with its next turn.
            tracing::warn!(%error, "the journal was not emptied after an erasure");
        }
        Ok(done)
    }
}

/// How often an erasure looks whether events still wait for their numbers.
const WAITS_MAX: usize = 250;

fn is_erased(person: &Person) -> bool {
    person.state == parties::PersonState::Erased
}

fn duties(tx: &mut Tx<'_>, person: &Person, now: base::Instant) -> Result<Duties, StoreError> {
    let roles = store::person::roles(tx, person.id, now)?;
    let mut open: Vec<&'static str> =
        roles.iter().filter(|(.., role)| role.is_duty()).map(|(.., role)| role.word()).collect();
    open.sort_unstable();
    open.dedup();
    let city = store::city::find(tx)?;
    Ok(Duties {
        roles: open,
        n_imports: store::erasure::n_open_imports(tx, person.id)?,
        n_tasks: store::task::n_of_assignee(tx, person.id)?,
        is_operator_account: city.is_some_and(|city| city.operator == person.id),
    })
}

/// Erases a person for good.
#[derive(serde::Serialize)]
pub struct ErasePerson {
    pub person: PersonId,
    /// The address typed again, so that nobody is erased by a slip.
    #[serde(skip)]
    pub typed: String,
}

/// A person that is no more.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct Erased {
    pub person: PersonId,
}

impl Act for ErasePerson {
    const ACT: A = A::ErasePerson;
    type Facts = (Person, Thing, Duties);
    type Plan = PersonId;
    type Outcome = Erased;

    fn holds(&self) -> Vec<Hold> {
        vec![Hold::on("administrators"), Hold::on(self.person)]
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Self::Facts, Stop> {
        let (person, thing) = find(cx, self.person)?;
        let duties = duties(cx.tx, &person, cx.now)?;
        Ok((person, thing, duties))
    }

    fn thing(&self, facts: &Self::Facts) -> Thing {
        facts.1.clone()
    }

    fn decide(&self, facts: Self::Facts, _: &Cx<'_, '_>) -> Result<PersonId, Vec<Refusal>> {
        let (person, _, duties) = facts;
        check(&duties, is_erased(&person))?;
        if self.typed.trim().to_lowercase() != person.email {
            return Err(vec![Refusal::new(Class::Invalid, "erasure-typed").on("typed")]);
        }
        Ok(person.id)
    }

    fn save(&self, person: PersonId, cx: &mut Cx<'_, '_>) -> Result<Erased, Stop> {
        let said = |lang| words::say(lang, "erasure-name");
        let name = Bilingual::new(said(Lang::En), said(Lang::Zh));
        store::stand_in::end_of(cx.tx, person, cx.now)?;
        store::erasure::erase(cx.tx, person, &name, cx.now)?;
        event(cx, "person-erased", person, serde_json::Value::Null);
        Ok(Erased { person })
    }
}
