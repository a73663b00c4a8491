//! One's own telephone number, for the reports of the units whose instruments one used.
//!
//! It is in no event and in no row but its own, so that it goes with its person.

use crate::account::{person_event, sign_in_required};
use crate::act::{Act, Cx, No, Stop};
use crate::asker::Asker;
use crate::city::City;
use access::{Act as A, Thing};
use base::{PersonId, Refusal};

impl City {
    /// Where the asker can be called.
    pub fn own_telephone(&self, asker: &Asker) -> Result<Option<String>, No> {
        self.read(asker, |rx| {
            let person = rx.actor.person.ok_or_else(sign_in_required)?;
            rx.may(A::SetTelephone, &Thing::own(person))?;
            Ok(store::telephone::of(rx.tx, person)?)
        })
    }
}

/// Sets one's own number, or takes it away where nothing is typed.
#[derive(serde::Serialize)]
pub struct SetTelephone {
    pub telephone: String,
}

impl Act for SetTelephone {
    const ACT: A = A::SetTelephone;
    type Facts = PersonId;
    type Plan = (PersonId, Option<String>);
    type Outcome = ();

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<PersonId, Stop> {
        Ok(cx.actor.person.ok_or_else(sign_in_required)?)
    }

    fn thing(&self, person: &PersonId) -> Thing {
        Thing::own(*person)
    }

    fn decide(&self, person: PersonId, _: &Cx<'_, '_>) -> Result<Self::Plan, Vec<Refusal>> {
        let read = parties::telephone::read(&self.telephone).map_err(|no| vec![no])?;
        Ok((person, read))
    }

    fn save(&self, (person, telephone): Self::Plan, cx: &mut Cx<'_, '_>) -> Result<(), Stop> {
        let kind = match telephone {
            Some(telephone) => {
                store::telephone::set(cx.tx, person, &telephone, cx.now)?;
                "telephone-set"
            }
            None => {
                store::telephone::forget(cx.tx, person)?;
                "telephone-dropped"
            }
        };
        person_event(cx, kind, person.to_string(), serde_json::Value::Null);
        Ok(())
    }
}
