//! What readers see of rooms: those of an owner, one of them, the one an instrument stands in.

use super::around::present;
use super::find;
use crate::account::sign_in_required;
use crate::act::{No, offers};
use crate::asker::Asker;
use crate::city::City;
use crate::instrument;
use access::{Act as A, Thing};
use base::{AreaId, Bilingual, Instant, InstrumentId, OrganisationId, PersonId, Refusal, Span};
use calendar::Zone;
use instruments::Instrument;
use instruments::area::{Area, Booking, chain, zone};
use store::area::Entrant;

/// Instruments, people and own bookings that one page shows.
const ROWS_MAX: usize = 200;
/// Days of the past and ahead that own bookings are shown.
const PAST_DAYS: i64 = 1;
const AHEAD_DAYS: i64 = 400;

/// The rooms of an owner.
#[derive(Clone, Debug)]
pub struct AreasView {
    pub owner: OrganisationId,
    pub owner_name: Bilingual,
    pub areas: Vec<Area>,
    pub may_keep: bool,
}

/// One room.
#[derive(Clone, Debug)]
pub struct AreaView {
    pub area: Area,
    pub owner_name: Bilingual,
    /// The rooms around it, from the inner to the outer.
    pub around: Vec<Area>,
    /// All rooms of the owner.
    pub all: Vec<Area>,
    pub instruments: Vec<(InstrumentId, Bilingual)>,
    /// Own bookings of it that stand, in order.
    pub own: Vec<Booking>,
    pub is_present: bool,
    /// People there now.
    pub present: usize,
    pub may_keep: bool,
    /// Who may enter always, for whoever keeps the room.
    pub entrants: Vec<(Entrant, Bilingual)>,
    /// In which its hours are written and its bookings shown.
    pub zone: Zone,
    pub now: Instant,
}

/// Where an instrument stands.
#[derive(Clone, Debug)]
pub struct StandsView {
    pub instrument: Instrument,
    /// The room and those around it, from the inner to the outer.
    pub around: Vec<Area>,
    /// What may be chosen, for whoever may choose.
    pub all: Vec<Area>,
    pub may_keep: bool,
}

impl City {
    /// The rooms of an owner.
    pub fn areas(&self, asker: &Asker, owner: OrganisationId) -> Result<AreasView, No> {
        self.read(asker, |rx| {
            let found = store::organisation::find(rx.tx, owner)?;
            let found = found.ok_or_else(Refusal::not_found)?;
            let thing = Thing::of(found.id);
            rx.may(A::LookAtArea, &thing)?;
            Ok(AreasView {
                owner: found.id,
                owner_name: found.profile.name,
                areas: store::area::of_owner(rx.tx, owner)?,
                may_keep: offers(&rx.actor, A::KeepAreas, &thing),
            })
        })
    }

    /// One room.
    pub fn area(&self, asker: &Asker, id: AreaId) -> Result<AreaView, No> {
        self.read(asker, |rx| {
            let (area, all) = find(rx.tx, id)?;
            let thing = Thing::of(area.owner);
            rx.may(A::LookAtArea, &thing)?;
            let me = rx.actor.person.ok_or_else(sign_in_required)?;
            let (from, until) = (
                rx.now.plus_seconds(-PAST_DAYS * 86_400),
                rx.now.plus_seconds(AHEAD_DAYS * 86_400),
            );
            let reach = Span::new(from, until).expect("time goes on");
            let mut own = store::area::booked(rx.tx, me, reach, ROWS_MAX)?;
            own.retain(|it| it.area == id && !it.is_cancelled);
            let there = present(rx.tx, &all, &[id])?.remove(&id).unwrap_or_default();
            let may_keep = offers(&rx.actor, A::KeepAreas, &thing);
            let entrants = match may_keep {
                true => store::area::entrants(rx.tx, id, ROWS_MAX)?,
                false => Vec::new(),
            };
            let people: Vec<PersonId> = entrants.iter().map(|it| it.person).collect();
            let names = store::person::names_of(rx.tx, &people)?;
            let named = |it: Entrant| {
                let name = names.get(&it.person).cloned().unwrap_or_default();
                (it, name)
            };
            // Hidden ones, and those of a label, as in every list.
            let listed = rx.filter(A::ListInstruments)?;
            let standing = store::area::standing(rx.tx, id, ROWS_MAX)?;
            let mut standing = store::instrument::many(rx.tx, &listed, &standing)?;
            standing.sort_by_key(|it| it.id);
            let owners = store::organisation::names_of(rx.tx, &[area.owner])?;
            Ok(AreaView {
                owner_name: owners.get(&area.owner.to_string()).cloned().unwrap_or_default(),
                zone: zone(&chain(&all, id)),
                around: chain(&all, id).into_iter().skip(1).cloned().collect(),
                instruments: standing.into_iter().map(|it| (it.id, it.sheet.name)).collect(),
                own,
                is_present: there.contains(&me),
                present: there.len(),
                may_keep,
                entrants: entrants.into_iter().map(named).collect(),
                now: rx.now,
                area,
                all,
            })
        })
    }

    /// Where an instrument stands.
    pub fn instrument_area(&self, asker: &Asker, id: InstrumentId) -> Result<StandsView, No> {
        self.read(asker, |rx| {
            let (it, _) = instrument::allowed(rx, id, A::LookAtInstrument)?;
            let thing = instrument::thing_of(&it, &rx.actor);
            let may_keep = offers(&rx.actor, A::KeepAreas, &thing);
            // Rooms are for people who are known; others learn of none.
            let may_look = offers(&rx.actor, A::LookAtArea, &Thing::of(it.owner));
            let all = match may_look {
                true => store::area::of_owner(rx.tx, it.owner)?,
                false => Vec::new(),
            };
            let around = it.area.map(|id| chain(&all, id)).unwrap_or_default();
            let around = around.into_iter().cloned().collect();
            let all = if may_keep { all } else { Vec::new() };
            Ok(StandsView { instrument: it, around, all, may_keep })
        })
    }
}
