//! Another mail address for one's own account.
//!
//! It is asked for with a fresh proof, and counts once the link that went there was pressed by the same
//! person, signed in. The address of before is told both times and opens the account until then. Whether
//! an address is somebody's already is told to nobody but whoever reads its letters.

use crate::account::{person_event, sign_in_required};
use crate::act::{Act, Cx, No, Stop};
use crate::asker::Asker;
use crate::city::City;
use crate::mail::{Letter, SECURITY, To};
use crate::secret::{Secret, digest};
use access::{Act as A, Thing};
use base::{Class, Instant, PersonId, Refusal};
use parties::Person;
use parties::address::{self, HOUR_SECONDS, LINK_SECONDS};
pub use store::address::Wanted;

/// Where pages take the link; the secret follows.
const LINK_PATH: &str = "/account/address/confirmation/";

impl City {
    /// The address that the asker wants and has not confirmed.
    pub fn own_address(&self, asker: &Asker) -> Result<Option<Wanted>, No> {
        self.read(asker, |rx| {
            let person = rx.actor.person.ok_or_else(sign_in_required)?;
            rx.may(A::DropAddress, &Thing::own(person))?;
            let found = store::address::of(rx.tx, person)?;
            Ok(found.filter(|wanted| rx.now < wanted.ends_at))
        })
    }
}

fn event(cx: &mut Cx<'_, '_>, kind: &str, person: PersonId) {
    person_event(cx, kind, person.to_string(), serde_json::Value::Null);
}

fn own(cx: &mut Cx<'_, '_>) -> Result<Person, Stop> {
    let id = cx.actor.person.ok_or_else(sign_in_required)?;
    Ok(store::person::find(cx.tx, id)?.ok_or_else(Refusal::not_found)?)
}

/// A letter about an address of this person: one for each moment and text.
fn letter(cx: &Cx<'_, '_>, person: &Person, to: &str, text: &str) -> Letter {
    let cause = format!("{}{}:{text}", store::address::cause_of(person.id), cx.now.micros());
    Letter::new(&SECURITY, To::Address(to.to_owned(), person.lang), cause, text)
        .fact("at", cx.now)
        .path("/account")
}

/// What is told to who asked for another address: the same whoever has it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct AddressAsked {
    pub address: String,
    /// Until when the link has to be pressed.
    pub ends_at: Instant,
}

/// Asks for another address.
#[derive(serde::Serialize)]
pub struct AskForAddress {
    pub address: String,
}

/// What is known when somebody asks for another address.
pub struct AskFacts {
    person: Person,
    counted: (u64, Instant),
}

impl Act for AskForAddress {
    const ACT: A = A::AskForAddress;
    type Facts = AskFacts;
    type Plan = (AskFacts, String);
    type Outcome = AddressAsked;

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<AskFacts, Stop> {
        let person = own(cx)?;
        let counted = store::person::attempts(cx.tx, &bucket(person.id))?;
        Ok(AskFacts { person, counted })
    }

    fn thing(&self, facts: &AskFacts) -> Thing {
        Thing::own(facts.person.id)
    }

    fn decide(&self, facts: AskFacts, cx: &Cx<'_, '_>) -> Result<Self::Plan, Vec<Refusal>> {
        let found = address::ask(&self.address, &facts.person.email, facts.counted, cx.now)?;
        Ok((facts, found))
    }

    fn save(&self, plan: Self::Plan, cx: &mut Cx<'_, '_>) -> Result<AddressAsked, Stop> {
        let (AskFacts { person, counted: (n, until) }, address) = plan;
        let (n, until) = match cx.now < until {
            true => (n + 1, until),
            false => (1, cx.now.plus_seconds(HOUR_SECONDS)),
        };
        store::person::set_attempts(cx.tx, &bucket(person.id), n, until)?;
        store::address::sweep(cx.tx, cx.now)?;
        let secret = cx.city.with_chance(|chance| Secret::from_bytes("bwm_", &chance.bytes32()));
        let ends_at = cx.now.plus_seconds(LINK_SECONDS);
        let wanted =
            Wanted { person: person.id, address: address.clone(), asked_at: cx.now, ends_at };
        store::address::set(cx.tx, &wanted, &secret.digest)?;
        // Rows and answer are the same for an address that somebody has: only its letter differs.
        let is_taken = store::person::by_email(cx.tx, &address)?.is_some();
        let to_new = match is_taken {
            true => letter(cx, &person, &address, "address-taken").until(ends_at),
            false => letter(cx, &person, &address, "address-confirm")
                .path(LINK_PATH)
                .secret(secret.text)
                .until(ends_at),
        };
        cx.letter(to_new)?;
        let to_old = letter(cx, &person, &person.email, "address-asked");
        cx.letter(to_old)?;
        event(cx, "address-asked", person.id);
        Ok(AddressAsked { address, ends_at })
    }
}

/// How often somebody asked is counted under this name.
fn bucket(person: PersonId) -> String {
    format!("address {person}")
}

/// Confirms the new address with the link that went there, signed in as the person who asked.
#[derive(serde::Serialize)]
pub struct ConfirmAddress {
    #[serde(skip)]
    pub secret: String,
}

/// What a link confirms.
pub struct ConfirmFacts {
    person: Person,
    wanted: Wanted,
    is_taken: bool,
}

impl Act for ConfirmAddress {
    const ACT: A = A::ConfirmAddress;
    type Facts = ConfirmFacts;
    type Plan = (Person, String);
    type Outcome = ();

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<ConfirmFacts, Stop> {
        let person = own(cx)?;
        // A link of somebody else is worth as much as none.
        let gone = || Refusal::new(Class::Refused, "address-link-gone");
        let found = store::address::by_digest(cx.tx, &digest(&self.secret))?;
        let wanted = found.filter(|wanted| wanted.person == person.id).ok_or_else(gone)?;
        let is_taken = store::person::by_email(cx.tx, &wanted.address)?.is_some();
        Ok(ConfirmFacts { person, wanted, is_taken })
    }

    fn thing(&self, facts: &ConfirmFacts) -> Thing {
        Thing::own(facts.person.id)
    }

    fn decide(&self, facts: ConfirmFacts, cx: &Cx<'_, '_>) -> Result<Self::Plan, Vec<Refusal>> {
        // Who has the link reads the letters of the address, so that no more is told than they know.
        if cx.now >= facts.wanted.ends_at || facts.is_taken {
            return Err(vec![Refusal::new(Class::Refused, "address-link-gone")]);
        }
        Ok((facts.person, facts.wanted.address))
    }

    fn save(&self, (person, address): Self::Plan, cx: &mut Cx<'_, '_>) -> Result<(), Stop> {
        store::address::change(cx.tx, person.id, &address)?;
        store::address::drop(cx.tx, person.id)?;
        // What lies in the letters of the old address sets no password any more.
        store::person::drop_links(cx.tx, person.id)?;
        let to_old = letter(cx, &person, &person.email, "address-changed");
        cx.letter(to_old)?;
        event(cx, "address-changed", person.id);
        Ok(())
    }
}

/// Drops a change that was not confirmed.
#[derive(serde::Serialize)]
pub struct DropAddress {}

impl Act for DropAddress {
    const ACT: A = A::DropAddress;
    type Facts = PersonId;
    type Plan = PersonId;
    type Outcome = ();

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<PersonId, Stop> {
        Ok(cx.actor.person.ok_or_else(sign_in_required)?)
    }

    fn thing(&self, facts: &PersonId) -> Thing {
        Thing::own(*facts)
    }

    fn decide(&self, person: PersonId, _: &Cx<'_, '_>) -> Result<PersonId, Vec<Refusal>> {
        Ok(person)
    }

    fn save(&self, person: PersonId, cx: &mut Cx<'_, '_>) -> Result<(), Stop> {
        // Dropped twice is dropped.
        if store::address::drop(cx.tx, person)? {
            event(cx, "address-dropped", person);
        }
        Ok(())
    }
}
