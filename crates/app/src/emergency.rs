//! Emergency access: an officer or administrator asks to see one named matter, a security administrator
//! opens it for some hours, and everybody affected is told.
//!
//! It stands in for a role and for nothing else: the label is obeyed, lists and searches find what they
//! found before, and no step can be taken by it. Every look under it is in the log before anything is
//! shown, whatever the label. Nobody learns by asking whether there is a matter of a reference.

mod matter;
mod reading;

pub use matter::Entered;
pub(crate) use matter::{Entry, entered, entry};
pub use reading::{ListPage, Shown, View};
pub(crate) use reading::{decided_since, waiting};

use crate::account::sign_in_required;
use crate::act::{About, Act, Cx, Stop, may};
use access::{Act as A, Thing};
use base::{EmergencyId, Label, Level, OrganisationId, PersonId, Refusal};
use matter::Matter;
use parties::emergency::{self, Ask, AskFacts, Asked, Emergency, OPEN_MAX, State, WAIT_SECONDS};
use store::Hold;

/// What a change of an emergency tells its caller.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct EmergencyChanged {
    pub emergency: EmergencyId,
}

/// What access judges of it: of a request nothing is labelled but whose matter it opened.
pub(crate) fn thing_of(it: &Emergency, now: base::Instant) -> Thing {
    Thing {
        owner: it.opening().map(|opening| opening.owner),
        person: Some(it.person),
        state: it.standing(now).word(),
        ..Thing::default()
    }
}

/// Asks to see one matter.
#[derive(serde::Serialize)]
pub struct AskForEmergency {
    pub ask: Ask,
}

impl Act for AskForEmergency {
    const ACT: A = A::AskForEmergency;
    type Facts = (PersonId, AskFacts);
    type Plan = (PersonId, Asked);
    type Outcome = EmergencyChanged;

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Self::Facts, Stop> {
        let person = cx.actor.person.ok_or_else(sign_in_required)?;
        let is_needless = match base::Reference::parse(&self.ask.reference) {
            Some(reference) => Matter::named(cx.tx, &reference)?
                .is_some_and(|found| may(&cx.actor, found.look(), &found.thing()).is_ok()),
            None => false,
        };
        let since = cx.now.plus_seconds(-WAIT_SECONDS);
        let open = store::emergency::open_of(cx.tx, person, (since, cx.now), OPEN_MAX)?;
        let open = open.into_iter().map(|it| it.reference).collect();
        Ok((person, AskFacts { is_needless, open }))
    }

    fn thing(&self, facts: &Self::Facts) -> Thing {
        Thing::own(facts.0)
    }

    fn decide(&self, facts: Self::Facts, _: &Cx<'_, '_>) -> Result<Self::Plan, Vec<Refusal>> {
        Ok((facts.0, emergency::ask(&facts.1, &self.ask)?))
    }

    fn save(
        &self,
        (person, asked): Self::Plan,
        cx: &mut Cx<'_, '_>,
    ) -> Result<EmergencyChanged, Stop> {
        let it = Emergency {
            id: cx.city.with_chance(|chance| EmergencyId::new(cx.now, chance)),
            person,
            reference: asked.reference,
            reason: asked.reason,
            hours: asked.hours,
            asked_at: cx.now,
            state: State::Asked,
            n_looks: 0,
            looked_at: None,
        };
        store::emergency::add(cx.tx, &it)?;
        event(cx, "emergency-asked", &it, serde_json::json!({ "hours": it.hours }));
        Ok(EmergencyChanged { emergency: it.id })
    }
}

/// What is known when somebody decides.
pub struct Facts {
    it: Emergency,
    /// The matter, where the asker may see it once it is opened.
    found: Option<Matter>,
}

fn load(cx: &mut Cx<'_, '_>, id: EmergencyId) -> Result<Facts, Stop> {
    let it = store::emergency::find(cx.tx, id)?.ok_or_else(Refusal::not_found)?;
    let found = match it.opening() {
        Some(opening) => Matter::of_id(cx.tx, &opening.thing)?,
        None => Matter::named(cx.tx, &it.reference)?,
    };
    Ok(Facts { it, found })
}

/// Opens what somebody else asked for.
#[derive(serde::Serialize)]
pub struct GrantEmergency {
    pub emergency: EmergencyId,
}

impl Act for GrantEmergency {
    const ACT: A = A::GrantEmergency;
    type Facts = Facts;
    type Plan = (Emergency, Matter);
    type Outcome = EmergencyChanged;

    fn holds(&self) -> Vec<Hold> {
        vec![Hold::on(self.emergency)]
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Facts, Stop> {
        let facts = load(cx, self.emergency)?;
        // What the asker may read and do counts as it is now, not as it was when they asked.
        let found = match facts.found {
            Some(found) => found.opens_to(cx, facts.it.person)?.then_some(found),
            None => None,
        };
        Ok(Facts { found, ..facts })
    }

    fn thing(&self, facts: &Facts) -> Thing {
        Thing { owner: None, ..thing_of(&facts.it, base::Instant::from_micros(0)) }
    }

    fn decide(&self, facts: Facts, cx: &Cx<'_, '_>) -> Result<Self::Plan, Vec<Refusal>> {
        let by = cx.actor.person.ok_or_else(|| vec![sign_in_required()])?;
        let found = facts.found.as_ref().map(|found| (found.id(), found.owner()));
        let opening = emergency::grant(&facts.it, found, by, cx.now)?;
        let matter = facts.found.ok_or_else(|| vec![Refusal::not_found()])?;
        Ok((Emergency { state: State::Opened(opening), ..facts.it }, matter))
    }

    fn save(
        &self,
        (it, matter): Self::Plan,
        cx: &mut Cx<'_, '_>,
    ) -> Result<EmergencyChanged, Stop> {
        change(cx, &it)?;
        let until = it.opening().map(|opening| opening.until.rfc3339());
        event(cx, "emergency-granted", &it, serde_json::json!({ "until": until }));
        let body = told(&it);
        for person in matter.affected(cx, it.person)? {
            store::emergency::tell(cx.tx, it.id, person)?;
            crate::person::event(cx, "emergency-opened", person, body.clone());
        }
        crate::person::event(cx, "emergency-answered", it.person, body);
        Ok(EmergencyChanged { emergency: it.id })
    }
}

/// Does not open what somebody else asked for.
#[derive(serde::Serialize)]
pub struct RefuseEmergency {
    pub emergency: EmergencyId,
    pub reason: String,
}

impl Act for RefuseEmergency {
    const ACT: A = A::RefuseEmergency;
    type Facts = Facts;
    type Plan = Emergency;
    type Outcome = EmergencyChanged;

    fn holds(&self) -> Vec<Hold> {
        vec![Hold::on(self.emergency)]
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Facts, Stop> {
        load(cx, self.emergency)
    }

    fn thing(&self, facts: &Facts) -> Thing {
        thing_of(&facts.it, base::Instant::from_micros(0))
    }

    fn decide(&self, facts: Facts, cx: &Cx<'_, '_>) -> Result<Emergency, Vec<Refusal>> {
        let by = cx.actor.person.ok_or_else(|| vec![sign_in_required()])?;
        let why = emergency::refuse(&facts.it, &self.reason, by, cx.now)?;
        Ok(Emergency { state: State::Refused { by, at: cx.now, why }, ..facts.it })
    }

    fn save(&self, it: Emergency, cx: &mut Cx<'_, '_>) -> Result<EmergencyChanged, Stop> {
        change(cx, &it)?;
        event(cx, "emergency-refused", &it, serde_json::Value::Null);
        crate::person::event(cx, "emergency-answered", it.person, told(&it));
        Ok(EmergencyChanged { emergency: it.id })
    }
}

/// Shuts what is open before its time, or takes a request back that nobody decided.
#[derive(serde::Serialize)]
pub struct EndEmergency {
    pub emergency: EmergencyId,
}

impl Act for EndEmergency {
    const ACT: A = A::EndEmergency;
    type Facts = (Emergency, Thing);
    type Plan = Emergency;
    type Outcome = EmergencyChanged;

    fn holds(&self) -> Vec<Hold> {
        vec![Hold::on(self.emergency)]
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Self::Facts, Stop> {
        let it = load(cx, self.emergency)?.it;
        let thing = reading::thing_for(cx.tx, &it, &cx.actor, cx.now)?;
        Ok((it, thing))
    }

    fn thing(&self, facts: &Self::Facts) -> Thing {
        facts.1.clone()
    }

    fn decide(&self, facts: Self::Facts, cx: &Cx<'_, '_>) -> Result<Emergency, Vec<Refusal>> {
        let by = cx.actor.person.ok_or_else(|| vec![sign_in_required()])?;
        let state = emergency::end(&facts.0, by, cx.now)?;
        Ok(Emergency { state, ..facts.0 })
    }

    fn save(&self, it: Emergency, cx: &mut Cx<'_, '_>) -> Result<EmergencyChanged, Stop> {
        change(cx, &it)?;
        if matches!(it.state, State::Withdrawn { .. }) {
            event(cx, "emergency-withdrawn", &it, serde_json::Value::Null);
            return Ok(EmergencyChanged { emergency: it.id });
        }
        event(cx, "emergency-ended", &it, serde_json::json!({ "looks": it.n_looks }));
        let body = told(&it);
        let people = store::emergency::told(cx.tx, it.id, matter::TOLD_MAX)?;
        for person in people.into_iter().chain([it.person]) {
            // Nobody is told of what they did themselves.
            if cx.actor.person != Some(person) {
                crate::person::event(cx, "emergency-closed", person, body.clone());
            }
        }
        Ok(EmergencyChanged { emergency: it.id })
    }
}

fn change(cx: &mut Cx<'_, '_>, it: &Emergency) -> Result<(), Stop> {
    if store::emergency::change(cx.tx, it.id, &it.state)? {
        return Ok(());
    }
    Err(Refusal::new(base::Class::Conflict, "version-conflict").into())
}

/// What those who are told find on the page of it; reasons lie in the row alone.
fn told(it: &Emergency) -> serde_json::Value {
    serde_json::json!({
        "emergency": it.id,
        "reference": it.reference,
        "until": it.opening().map(|opening| opening.until.rfc3339()),
    })
}

fn event(cx: &mut Cx<'_, '_>, kind: &str, it: &Emergency, more: serde_json::Value) {
    let label = Label::at(Level::Restricted);
    let about = About {
        thing: it.id.to_string(),
        version: 0,
        owner: it.opening().map(|opening| opening.owner),
        label: &label,
        state: it.standing(cx.now).word(),
    };
    let mut body = serde_json::json!({ "reference": it.reference, "person": it.person });
    if let Some(opening) = it.opening() {
        body["thing"] = opening.thing.as_str().into();
    }
    if let serde_json::Value::Object(more) = more {
        for (name, value) in more {
            body[name] = value;
        }
    }
    cx.event(kind, about, body);
}

/// The organisation of an opened matter, for lists of those who answer for it.
pub(crate) fn owners(actor: &access::Actor) -> Vec<OrganisationId> {
    actor.organisations_with(&[access::Role::TransferOfficer, access::Role::ConfidentialityOfficer])
}

/// Whether somebody decides about requests of others, or reads all of them.
pub(crate) fn reads_all(actor: &access::Actor) -> bool {
    actor.holds(&[access::Role::SecurityAdministrator, access::Role::AuditAdministrator])
}
