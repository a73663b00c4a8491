//! What somebody waits for, and of what they want to hear.

use super::watch::WATCHES_MAX;
use crate::account::sign_in_required;
use crate::act::{No, Stop};
use crate::asker::Asker;
use crate::booking::{is_manager, is_staff};
use crate::city::{City, Rx};
use crate::instrument;
use access::{Act as A, Thing};
use base::{Bilingual, InstrumentId, PersonId, Refusal, WishId};
use instruments::Instrument;
use instruments::sheet::Accessory;
use instruments::wait::{Notice, State, Wish};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

/// Wishes of one list.
const ROWS_MAX: usize = 200;
/// Days for which a wish that is over is shown.
const PAST_DAYS: i64 = 7;

/// A wish as its person and the instrument's people see it.
#[derive(Clone, Debug)]
pub struct WishView {
    pub wish: Wish,
    /// Its instruments by name, with their zones; one that the reader may not see any more is left out.
    pub instruments: Vec<(InstrumentId, Bilingual, String)>,
    /// Whose it is, for the instrument's people.
    pub person: Bilingual,
    /// How many wait before it for the same instruments and time.
    pub n_before: usize,
    /// Whether it is the first right of a booking that an outage displaced.
    pub is_first_right: bool,
    /// What may be lent with the instrument that is offered.
    pub accessories: Vec<Accessory>,
}

/// An instrument of whose freed time somebody wants to hear.
#[derive(Clone, Debug)]
pub struct Watch {
    pub instrument: InstrumentId,
    pub name: Bilingual,
    pub notice: Notice,
}

impl City {
    /// What the asker waits for, offers first.
    pub fn own_wishes(&self, asker: &Asker) -> Result<Vec<WishView>, No> {
        self.read(asker, |rx| {
            let person = rx.actor.person.ok_or_else(sign_in_required)?;
            rx.may(A::ListBookings, &Thing::own(person))?;
            let since = rx.now.plus_seconds(-PAST_DAYS * 86_400);
            let mut found = store::wait::of_person(rx.tx, person, since, ROWS_MAX)?;
            found.sort_by_key(|wish| (rank(wish), std::cmp::Reverse(wish.id)));
            views(rx, found, false)
        })
    }

    /// One of them.
    pub fn own_wish(&self, asker: &Asker, id: WishId) -> Result<WishView, No> {
        self.read(asker, |rx| {
            let person = rx.actor.person.ok_or_else(sign_in_required)?;
            rx.may(A::ListBookings, &Thing::own(person))?;
            let found = store::wait::find(rx.tx, id)?.filter(|wish| wish.person == person);
            let found = found.ok_or_else(Refusal::not_found)?;
            let mut views = views(rx, vec![found], false)?;
            Ok(views.pop().ok_or_else(Refusal::not_found)?)
        })
    }

    /// Who waits for an instrument, in their order; for its own people.
    pub fn waiting_for(&self, asker: &Asker, id: InstrumentId) -> Result<Vec<WishView>, No> {
        self.read(asker, |rx| {
            let (it, _) = instrument::allowed(rx, id, A::LookAtInstrument)?;
            if !is_staff(&it, &rx.actor) && !is_manager(&it, &rx.actor) {
                return Err(Refusal::new(base::Class::NotAllowed, "not-allowed").into());
            }
            let found = store::wait::on(rx.tx, id, rx.now, ROWS_MAX)?;
            views(rx, found, true)
        })
    }

    /// The instruments of whose freed time the asker wants to hear.
    pub fn watches(&self, asker: &Asker) -> Result<Vec<Watch>, No> {
        self.read(asker, |rx| {
            let person = rx.actor.person.ok_or_else(sign_in_required)?;
            rx.may(A::ListBookings, &Thing::own(person))?;
            let mut all = Vec::new();
            for (id, notice) in store::wait::watched(rx.tx, person, WATCHES_MAX)? {
                if let Some(it) = seen(rx, id)? {
                    all.push(Watch { instrument: id, name: it.sheet.name, notice });
                }
            }
            Ok(all)
        })
    }

    /// Others of the same owner and group that the asker may wait for too.
    pub fn waitable_besides(
        &self,
        asker: &Asker,
        id: InstrumentId,
    ) -> Result<Vec<(InstrumentId, Bilingual)>, No> {
        self.read(asker, |rx| {
            let (it, _) = instrument::allowed(rx, id, A::LookAtInstrument)?;
            if it.sheet.group.is_empty() {
                return Ok(Vec::new());
            }
            let mut all = Vec::new();
            for other in store::booking::neighbours(rx.tx, id, &it.sheet.group)? {
                if other == id || all.len() + 1 >= instruments::wait::INSTRUMENTS_MAX {
                    continue;
                }
                if let Some(it) = seen(rx, other)?.filter(Instrument::takes_bookings) {
                    all.push((other, it.sheet.name));
                }
            }
            Ok(all)
        })
    }
}

fn rank(wish: &Wish) -> u8 {
    match wish.state {
        State::Offered => 0,
        State::Waiting => 1,
        _ => 2,
    }
}

fn seen(rx: &mut Rx<'_, '_>, id: InstrumentId) -> Result<Option<Instrument>, Stop> {
    let Some(it) = store::instrument::find(rx.tx, id)? else { return Ok(None) };
    let thing = instrument::thing_of(&it, &rx.actor);
    Ok(rx.may(A::LookAtInstrument, &thing).is_ok().then_some(it))
}

fn views(rx: &mut Rx<'_, '_>, found: Vec<Wish>, with_people: bool) -> Result<Vec<WishView>, Stop> {
    let people: Vec<PersonId> = match with_people {
        true => found.iter().map(|wish| wish.person).collect(),
        false => Vec::new(),
    };
    let names = store::person::names_of(rx.tx, &people)?;
    let mut known: BTreeMap<InstrumentId, Option<Instrument>> = BTreeMap::new();
    let mut lines: BTreeMap<InstrumentId, Vec<Wish>> = BTreeMap::new();
    let mut views = Vec::new();
    for wish in found {
        let mut instruments = Vec::new();
        let mut n_before = 0;
        for id in &wish.instruments {
            if let Entry::Vacant(place) = known.entry(*id) {
                place.insert(seen(rx, *id)?);
                lines.insert(*id, store::wait::on(rx.tx, *id, rx.now, ROWS_MAX)?);
            }
            if let Some(it) = &known[id] {
                instruments.push((*id, it.sheet.name.clone(), it.zone().to_owned()));
            }
            let is_before = |other: &&Wish| {
                let order = |wish: &Wish| (wish.priority, wish.joined, wish.id);
                order(other) < order(&wish) && other.within.overlaps(wish.within)
            };
            n_before = n_before.max(lines[id].iter().filter(is_before).count());
        }
        let is_first_right = store::wait::right(rx.tx, wish.id)?.is_some();
        let person = names.get(&wish.person).cloned().unwrap_or_default();
        let offer = wish.offer.filter(|_| wish.state == State::Offered);
        let offered = offer.and_then(|offer| known.get(&offer.instrument)?.as_ref());
        let accessories = match offered {
            Some(it) => crate::booking::accessories_of(rx.tx, it)?,
            None => Vec::new(),
        };
        views.push(WishView { wish, instruments, person, n_before, is_first_right, accessories });
    }
    Ok(views)
}
