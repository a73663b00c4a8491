//! Rooms that instruments stand in: kept by their owners, booked and entered by people.
//!
//! Invariant: whatever takes or frees a place in a room holds the rooms of its owner first, be it by a
//! booking of an instrument in it or of the room itself.

mod around;
mod own;
mod reading;

pub(crate) use around::{Around, Known, at_the_door, hold_of};
pub use own::{AreaBooked, AreaEntered, BookArea, CancelAreaBooking, EnterArea, LeaveArea};
pub use reading::{AreaView, AreasView, StandsView};

use crate::account::sign_in_required;
use crate::act::{About, Act, Cx, Stop};
use crate::instrument;
use access::{Act as A, Thing};
use base::{AreaId, Class, InstrumentId, Label, OrganisationId, PersonId, Refusal, limits, text};
use instruments::Instrument;
use instruments::area::{AREAS_MAX, Area, Sheet, tidy};
use store::{Hold, Tx};

/// A room with all of its owner; a missing one looks like a hidden one.
pub(crate) fn find(tx: &mut Tx<'_>, id: AreaId) -> Result<(Area, Vec<Area>), Stop> {
    let owner = store::area::owner(tx, id)?.ok_or_else(Refusal::not_found)?;
    let all = store::area::of_owner(tx, owner)?;
    let found = all.iter().find(|it| it.id == id).cloned().ok_or_else(Refusal::not_found)?;
    Ok((found, all))
}

/// The hold on the rooms of a room's owner, found out before the transaction.
fn held(city: &crate::City, id: AreaId) -> Result<Vec<Hold>, crate::act::No> {
    let owner = city.store().read(|tx| store::area::owner(tx, id))?;
    Ok(owner.map(|owner| Hold::on(hold_of(owner))).into_iter().collect())
}

fn tell(
    cx: &mut Cx<'_, '_>,
    (id, owner, version): (AreaId, OrganisationId, u64),
    (kind, state): (&str, &str),
    body: serde_json::Value,
) {
    let label = Label::public();
    let about = About { thing: id.to_string(), version, owner: Some(owner), label: &label, state };
    cx.event(kind, about, body);
}

/// What a change of a room tells its caller.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct AreaChanged {
    pub area: AreaId,
    pub version: u64,
}

/// Enters a room of an owner.
#[derive(serde::Serialize)]
pub struct CreateArea {
    pub owner: OrganisationId,
    pub sheet: Sheet,
}

impl Act for CreateArea {
    const ACT: A = A::KeepAreas;
    type Facts = (Thing, Vec<Area>);
    type Plan = (AreaId, Sheet);
    type Outcome = AreaChanged;

    fn holds(&self) -> Vec<Hold> {
        vec![Hold::on(hold_of(self.owner))]
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Self::Facts, Stop> {
        let found = store::organisation::find(cx.tx, self.owner)?;
        let found = found.ok_or_else(Refusal::not_found)?;
        Ok((Thing::of(found.id), store::area::of_owner(cx.tx, found.id)?))
    }

    fn thing(&self, (thing, _): &Self::Facts) -> Thing {
        thing.clone()
    }

    fn decide(&self, (_, all): Self::Facts, cx: &Cx<'_, '_>) -> Result<Self::Plan, Vec<Refusal>> {
        let id = cx.city.with_chance(|chance| AreaId::new(cx.now, chance));
        if all.len() >= AREAS_MAX {
            return Err(vec![Refusal::new(Class::Refused, "area-many").number("most", AREAS_MAX)]);
        }
        Ok((id, tidy(self.sheet.clone(), id, &all)?))
    }

    fn save(&self, (id, sheet): Self::Plan, cx: &mut Cx<'_, '_>) -> Result<AreaChanged, Stop> {
        let by = cx.actor.person.ok_or_else(sign_in_required)?;
        store::area::add(cx.tx, (id, self.owner), &sheet, (by, cx.now))?;
        let body = serde_json::json!({ "name": sheet.name });
        tell(cx, (id, self.owner, 1), ("area-created", "kept"), body);
        Ok(AreaChanged { area: id, version: 1 })
    }
}

/// Writes a room anew.
#[derive(serde::Serialize)]
pub struct ReviseArea {
    pub area: AreaId,
    /// The version that was seen.
    pub version: u64,
    pub sheet: Sheet,
    #[serde(skip)]
    holds: Vec<Hold>,
}

impl ReviseArea {
    /// The next sheet of the version that was seen.
    pub fn new(area: AreaId, version: u64, sheet: Sheet) -> Self {
        Self { area, version, sheet, holds: Vec::new() }
    }
}

impl Act for ReviseArea {
    const ACT: A = A::KeepAreas;
    type Facts = (Area, Vec<Area>);
    type Plan = (Area, Sheet);
    type Outcome = AreaChanged;

    fn prepare(&mut self, city: &crate::City) -> Result<(), crate::act::No> {
        self.holds = held(city, self.area)?;
        Ok(())
    }

    fn holds(&self) -> Vec<Hold> {
        self.holds.clone()
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Self::Facts, Stop> {
        find(cx.tx, self.area)
    }

    fn thing(&self, (it, _): &Self::Facts) -> Thing {
        Thing::of(it.owner)
    }

    fn decide(&self, (it, all): Self::Facts, _: &Cx<'_, '_>) -> Result<Self::Plan, Vec<Refusal>> {
        if it.version != self.version {
            return Err(vec![stale(self.version, it.version)]);
        }
        let sheet = tidy(self.sheet.clone(), it.id, &all)?;
        Ok((it, sheet))
    }

    fn save(&self, (it, sheet): Self::Plan, cx: &mut Cx<'_, '_>) -> Result<AreaChanged, Stop> {
        let by = cx.actor.person.ok_or_else(sign_in_required)?;
        if !store::area::change(cx.tx, (it.id, self.version), &sheet, (by, cx.now))? {
            return Err(stale(self.version, it.version).into());
        }
        let version = self.version + 1;
        let body = serde_json::json!({ "name": sheet.name });
        tell(cx, (it.id, it.owner, version), ("area-changed", "kept"), body);
        Ok(AreaChanged { area: it.id, version })
    }
}

fn stale(seen: u64, now: u64) -> Refusal {
    let refusal = Refusal::new(Class::Conflict, "version-conflict");
    refusal.number("seen", seen).number("now", now)
}

/// Says in which room of its owner an instrument stands, or in none.
#[derive(serde::Serialize)]
pub struct PlaceInstrument {
    pub instrument: InstrumentId,
    pub area: Option<AreaId>,
}

/// What a change of place tells its caller.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct InstrumentPlaced {
    pub instrument: InstrumentId,
    pub area: Option<AreaId>,
}

impl Act for PlaceInstrument {
    const ACT: A = A::KeepAreas;
    type Facts = (Instrument, Thing, bool);
    type Plan = Instrument;
    type Outcome = InstrumentPlaced;

    fn holds(&self) -> Vec<Hold> {
        vec![Hold::on(self.instrument)]
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Self::Facts, Stop> {
        let it = instrument::find(cx, self.instrument)?;
        let thing = instrument::thing_of(&it, &cx.actor);
        let is_known = match self.area {
            None => true,
            Some(id) => store::area::owner(cx.tx, id)? == Some(it.owner),
        };
        Ok((it, thing, is_known))
    }

    fn thing(&self, (_, thing, _): &Self::Facts) -> Thing {
        thing.clone()
    }

    fn decide(
        &self,
        (it, _, is_known): Self::Facts,
        _: &Cx<'_, '_>,
    ) -> Result<Instrument, Vec<Refusal>> {
        if is_known { Ok(it) } else { Err(vec![unknown("area")]) }
    }

    fn save(&self, it: Instrument, cx: &mut Cx<'_, '_>) -> Result<InstrumentPlaced, Stop> {
        store::area::put(cx.tx, it.id, self.area)?;
        let about = About {
            thing: it.id.to_string(),
            version: it.version,
            owner: Some(it.owner),
            label: &it.label,
            state: it.state().word(),
        };
        cx.event("area-instrument-put", about, serde_json::json!({ "area": self.area }));
        Ok(InstrumentPlaced { instrument: it.id, area: self.area })
    }
}

fn unknown(field: &'static str) -> Refusal {
    Refusal::invalid("choice-unknown").on(field).term("field", text::field_term(field))
}

/// Lets somebody enter a room while it is closed, or takes that back.
#[derive(serde::Serialize)]
pub struct AdmitPerson {
    pub area: AreaId,
    pub person: PersonId,
    /// Whether they are let in; else it is taken back.
    pub is_let_in: bool,
    pub reason: String,
}

/// What that tells its caller.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct PersonAdmitted {
    pub area: AreaId,
    pub person: PersonId,
    pub stands: bool,
}

impl Act for AdmitPerson {
    const ACT: A = A::KeepAreas;
    type Facts = (Area, bool);
    type Plan = (Area, String);
    type Outcome = PersonAdmitted;

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Self::Facts, Stop> {
        let (it, _) = find(cx.tx, self.area)?;
        Ok((it, store::person::find(cx.tx, self.person)?.is_some()))
    }

    fn thing(&self, (it, _): &Self::Facts) -> Thing {
        Thing::of(it.owner)
    }

    fn decide(
        &self,
        (it, is_known): Self::Facts,
        _: &Cx<'_, '_>,
    ) -> Result<Self::Plan, Vec<Refusal>> {
        let mut no = Vec::new();
        if !is_known {
            no.push(unknown("person"));
        }
        let reason = match self.is_let_in {
            true => text::required_line("reason", &self.reason, limits::SUMMARY_CHARS_MAX),
            false => text::line("reason", &self.reason, limits::SUMMARY_CHARS_MAX),
        };
        match reason {
            Ok(reason) if no.is_empty() => Ok((it, reason)),
            reason => {
                no.extend(reason.err());
                Err(no)
            }
        }
    }

    fn save(&self, (it, reason): Self::Plan, cx: &mut Cx<'_, '_>) -> Result<PersonAdmitted, Stop> {
        let by = cx.actor.person.ok_or_else(sign_in_required)?;
        let kind = match self.is_let_in {
            true => {
                store::area::let_in(cx.tx, (it.id, self.person), &reason, (by, cx.now))?;
                ("area-person-let-in", "stands")
            }
            false if store::area::shut_out(cx.tx, it.id, self.person)? => {
                ("area-person-shut-out", "withdrawn")
            }
            false => return Err(Refusal::not_found().into()),
        };
        let body = serde_json::json!({ "person": self.person });
        tell(cx, (it.id, it.owner, it.version), kind, body);
        Ok(PersonAdmitted { area: it.id, person: self.person, stands: self.is_let_in })
    }
}
