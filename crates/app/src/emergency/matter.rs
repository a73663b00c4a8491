//! The matter that was named: found, judged, looked at, and whose it is to be told.

use crate::Who;
use crate::act::{Cx, No, Stop, may};
use crate::asker::Asker;
use crate::city::{City, Rx};
use access::{Act as A, Actor, Role, Thing};
use base::{
    CaseId, EmergencyId, EventId, Instant, Label, OrganisationId, PersonId, Reference, Refusal,
    TechnologyId,
};
use std::collections::BTreeSet;
use store::case::Case;
use store::{NewEvent, StoreError, Tx};
use trading::technology::Technology;

/// People of one role, and people on one case, that are told.
const PEOPLE_MAX: usize = 50;
/// Everybody who is told of one emergency, at most.
pub(super) const TOLD_MAX: usize = 1_000;

/// A case or a technology.
pub enum Matter {
    Case(Box<Case>),
    Technology(Box<Technology>),
}

impl Matter {
    /// The one of this reference.
    pub(super) fn named(
        tx: &mut Tx<'_>,
        reference: &Reference,
    ) -> Result<Option<Self>, StoreError> {
        if let Some(id) = store::case::by_reference(tx, reference.as_str())? {
            return Ok(store::case::find(tx, id)?.map(|case| Self::Case(Box::new(case))));
        }
        let Some(id) = store::technology::by_reference(tx, reference.as_str())? else {
            return Ok(None);
        };
        Ok(store::technology::find(tx, id)?.map(|found| Self::Technology(Box::new(found))))
    }

    /// The one of this id.
    pub(super) fn of_id(tx: &mut Tx<'_>, thing: &str) -> Result<Option<Self>, StoreError> {
        if let Ok(id) = CaseId::parse(thing) {
            return Ok(store::case::find(tx, id)?.map(|case| Self::Case(Box::new(case))));
        }
        let Ok(id) = TechnologyId::parse(thing) else { return Ok(None) };
        Ok(store::technology::find(tx, id)?.map(|found| Self::Technology(Box::new(found))))
    }

    pub(super) fn id(&self) -> String {
        match self {
            Self::Case(case) => case.id.to_string(),
            Self::Technology(technology) => technology.id.to_string(),
        }
    }

    pub(super) fn owner(&self) -> OrganisationId {
        match self {
            Self::Case(case) => case.owner,
            Self::Technology(technology) => technology.owner,
        }
    }

    pub(super) fn thing(&self) -> Thing {
        match self {
            Self::Case(case) => crate::case::thing_of(case),
            Self::Technology(technology) => crate::technology::thing_of(technology),
        }
    }

    /// The look that is asked of everybody else.
    pub(super) fn look(&self) -> A {
        match self {
            Self::Case(_) => A::LookAtCase,
            Self::Technology(_) => A::LookAtTechnology,
        }
    }

    /// Whether this person would see it once it is opened: the role of an asker, and the whole label.
    pub(super) fn opens_to(
        &self,
        cx: &mut Cx<'_, '_>,
        asker: PersonId,
    ) -> Result<bool, StoreError> {
        let actor = actor_of(cx.tx, cx.city, asker, cx.now)?;
        Ok(may(&actor, A::LookInEmergency, &opened(&self.thing(), asker)).is_ok())
    }

    /// Whom it concerns: those who answer for its owner, the people on the case, and an officer of
    /// confidentiality. Nobody is told who may not know of it.
    pub(super) fn affected(
        &self,
        cx: &mut Cx<'_, '_>,
        asker: PersonId,
    ) -> Result<Vec<PersonId>, StoreError> {
        let mut people: BTreeSet<PersonId> = BTreeSet::new();
        let officers = [
            Role::TransferOfficer,
            Role::ConfidentialityOfficer,
            Role::AgencyOfficer,
            Role::FirmAdministrator,
        ];
        for role in officers {
            people.extend(holders(cx, Some(self.owner()), role)?);
        }
        if let Self::Case(case) = self {
            people.extend(holders(cx, Some(case.desk), Role::ConfidentialityOfficer)?);
            people.insert(case.running.opener);
            people.extend(case.running.tasks.iter().filter_map(|open| open.assignee));
            let moves = store::case::moves(cx.tx, case.id, crate::case::MOVES_MAX)?;
            people.extend(moves.iter().filter_map(|it| it.person));
        }
        let mut told = self.knowing(cx, people)?;
        // An owner without an officer of confidentiality has the city's.
        if !told.iter().any(|(_, is_officer)| *is_officer) {
            let everywhere = holders(cx, None, Role::ConfidentialityOfficer)?;
            told.extend(self.knowing(cx, everywhere.into_iter().collect())?);
        }
        let mut told: Vec<PersonId> = told.into_iter().map(|(id, _)| id).collect();
        told.sort();
        told.dedup();
        told.retain(|person| *person != asker);
        told.truncate(TOLD_MAX);
        Ok(told)
    }

    /// Those of these people who may know of it, and whether each is an officer of confidentiality.
    fn knowing(
        &self,
        cx: &mut Cx<'_, '_>,
        people: BTreeSet<PersonId>,
    ) -> Result<Vec<(PersonId, bool)>, StoreError> {
        let thing = self.thing();
        let mut found = Vec::new();
        for person in people {
            let actor = actor_of(cx.tx, cx.city, person, cx.now)?;
            let is_officer = actor.holds(&[Role::ConfidentialityOfficer])
                && actor.clearance.may_read(&thing.label);
            if is_officer || may(&actor, self.look(), &thing).is_ok() {
                found.push((person, is_officer));
            }
        }
        Ok(found)
    }
}

fn holders(
    cx: &mut Cx<'_, '_>,
    organisation: Option<OrganisationId>,
    role: Role,
) -> Result<Vec<PersonId>, StoreError> {
    store::mail::holders(cx.tx, organisation, role.word(), cx.now, PEOPLE_MAX)
}

fn actor_of(
    tx: &mut Tx<'_>,
    city: &City,
    person: PersonId,
    now: Instant,
) -> Result<Actor, StoreError> {
    crate::asker::resolve(tx, Who::Person(person), now, city.settings().second_factor)
}

/// A matter as access judges it while it is open to this person.
fn opened(thing: &Thing, person: PersonId) -> Thing {
    Thing { person: Some(person), state: "running", ..thing.clone() }
}

/// What lets a reader in without a role.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entered {
    pub emergency: EmergencyId,
    /// The first moment at which it is shut.
    pub until: Instant,
}

/// The emergency that opens a thing to this reader now, if there is one.
pub(crate) fn entered(
    rx: &mut Rx<'_, '_>,
    id: &str,
    thing: &Thing,
) -> Result<Option<Entered>, StoreError> {
    let Some(person) = rx.actor.person else { return Ok(None) };
    let Some((emergency, until)) = store::emergency::running(rx.tx, person, id, rx.now)? else {
        return Ok(None);
    };
    let is_open = may(&rx.actor, A::LookInEmergency, &opened(thing, person)).is_ok();
    Ok(is_open.then_some(Entered { emergency, until }))
}

/// How a reader got in: the view, and the emergency where there was no other way.
pub(crate) type Entry = (&'static str, Option<Entered>);

/// The view that this reader gets of a thing: by right, or in an emergency.
pub(crate) fn entry(rx: &mut Rx<'_, '_>, act: A, id: &str, thing: &Thing) -> Result<Entry, Stop> {
    match rx.may(act, thing) {
        Ok(view) => Ok((view, None)),
        Err(no) => match entered(rx, id, thing)? {
            Some(entered) => Ok(("emergency", Some(entered))),
            None => Err(no),
        },
    }
}

impl City {
    /// Records the look before anything is shown: of watched things always, and under an emergency
    /// whatever the label. One that ended a moment ago shows nothing any more.
    pub(crate) fn note_entry(
        &self,
        asker: &Asker,
        person: Option<PersonId>,
        entered: Option<Entered>,
        (label, thing): (&Label, String),
    ) -> Result<(), No> {
        let Some(Entered { emergency, .. }) = entered else {
            return self.note_looks(asker, person, &[(label, thing)]);
        };
        let now = self.now();
        let (id, act, salt) = self.with_chance(|chance| {
            (EventId::new(now, chance), base::ActId::new(now, chance), chance.bytes32())
        });
        let event = NewEvent {
            id,
            kind: "looked".to_owned(),
            at: now,
            act,
            by: A::LookInEmergency.word(),
            actor: person,
            thing: thing.clone(),
            version: 0,
            owner: None,
            gate: label.gate(),
            state: "looked".to_owned(),
            salt,
            body: serde_json::json!({
                "things": [thing], "network": asker.network, "emergency": emergency,
            }),
        };
        let is_open = self.store().write("note look in emergency", move |tx| {
            let is_open = store::emergency::look(tx, emergency, now)?;
            if is_open {
                tx.record(event.clone());
            }
            Ok(is_open)
        })?;
        if is_open { Ok(()) } else { Err(Refusal::not_found().into()) }
    }
}
