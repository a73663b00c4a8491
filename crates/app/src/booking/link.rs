//! Addresses of calendars: a secret of 256 bits, kept as its digest, that shows what its person may
//! see now.

use super::reading::{BookingView, view_of};
use crate::account::sign_in_required;
use crate::act::{Act, Cx, No, Stop};
use crate::asker::{Asker, Who, resolve};
use crate::city::{City, Rx};
use crate::instrument;
use crate::secret::{Secret, digest};
use access::{Act as A, Thing};
use base::{
    Bilingual, Instant, InstrumentId, Lang, OrganisationId, PersonId, Refusal, Span, limits, text,
};
use instruments::booking::{Booking, State};
use std::collections::BTreeMap;
use store::calendar_link::CalendarLink;

/// Addresses of one person.
const LINKS_MAX: usize = 20;
/// Days of the past that a feed keeps, and of cancelled bookings.
const PAST_DAYS: i64 = 90;
const CANCELLED_DAYS: i64 = 30;
/// Days ahead that a feed reaches, and its events at most.
const AHEAD_DAYS: i64 = 400;
const EVENTS_MAX: usize = 2_000;
/// Instruments of one operator that a feed shows.
const OPERATED_MAX: usize = 200;
/// What stands before the secret of an address.
const PREFIX: &str = "bwc_";

/// Makes an address of a calendar; its secret is told once.
#[derive(serde::Serialize)]
pub struct MakeCalendarLink {
    pub name: String,
    /// The instrument; the own bookings where it is left out.
    pub instrument: Option<InstrumentId>,
    /// The unit whose instruments it shows, instead.
    pub unit: Option<OrganisationId>,
    /// What its person operates, instead.
    #[serde(default)]
    pub is_duty: bool,
}

/// A new address.
#[derive(serde::Serialize, serde::Deserialize)]
pub struct CalendarLinkMade {
    pub link: String,
    /// Told once; an answer repeated by its key no longer knows it.
    #[serde(skip)]
    pub secret: String,
}

impl Act for MakeCalendarLink {
    const ACT: A = A::KeepCalendarLinks;
    type Facts = (PersonId, usize);
    type Plan = CalendarLink;
    type Outcome = CalendarLinkMade;

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Self::Facts, Stop> {
        let person = cx.actor.person.ok_or_else(sign_in_required)?;
        if let Some(id) = self.instrument {
            let it = instrument::find(cx, id)?;
            let thing = instrument::thing_of(&it, &cx.actor);
            crate::act::may(&cx.actor, A::LookAtInstrument, &thing)
                .map_err(|_| Refusal::not_found())?;
        }
        let n = store::calendar_link::of_person(cx.tx, person, LINKS_MAX + 1)?.len();
        Ok((person, n))
    }

    fn thing(&self, (person, _): &Self::Facts) -> Thing {
        Thing::own(*person)
    }

    fn decide(
        &self,
        (person, n): Self::Facts,
        cx: &Cx<'_, '_>,
    ) -> Result<CalendarLink, Vec<Refusal>> {
        let name = text::required_line("name", &self.name, limits::NAME_CHARS_MAX);
        let name = name.map_err(|refusal| vec![refusal])?;
        if n >= LINKS_MAX {
            let refusal = Refusal::new(base::Class::Refused, "calendar-links-too-many");
            return Err(vec![refusal.number("most", LINKS_MAX)]);
        }
        let (kind, thing) = match (self.instrument, self.unit) {
            (None, None) if self.is_duty => ("instrument", String::new()),
            (Some(id), _) => ("instrument", id.to_string()),
            (None, Some(id)) => ("unit", id.to_string()),
            (None, None) => ("own", String::new()),
        };
        let id = cx.city.with_chance(|chance| base::TokenId::new(cx.now, chance)).to_string();
        Ok(CalendarLink { id, kind: kind.to_owned(), thing, person, name, made_at: cx.now })
    }

    fn save(&self, link: CalendarLink, cx: &mut Cx<'_, '_>) -> Result<CalendarLinkMade, Stop> {
        let secret = cx.city.with_chance(|chance| Secret::from_bytes(PREFIX, &chance.bytes32()));
        store::calendar_link::add(cx.tx, &link, &secret.digest)?;
        Ok(CalendarLinkMade { link: link.id, secret: secret.text })
    }
}

/// Takes an address back: from then on it is not there.
#[derive(serde::Serialize)]
pub struct RevokeCalendarLink {
    pub link: String,
}

impl Act for RevokeCalendarLink {
    const ACT: A = A::KeepCalendarLinks;
    type Facts = PersonId;
    type Plan = PersonId;
    type Outcome = ();

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<PersonId, Stop> {
        Ok(cx.actor.person.ok_or_else(sign_in_required)?)
    }

    fn thing(&self, person: &PersonId) -> Thing {
        Thing::own(*person)
    }

    fn decide(&self, person: PersonId, _: &Cx<'_, '_>) -> Result<PersonId, Vec<Refusal>> {
        Ok(person)
    }

    fn save(&self, person: PersonId, cx: &mut Cx<'_, '_>) -> Result<(), Stop> {
        match store::calendar_link::revoke(cx.tx, &self.link, person, cx.now)? {
            true => Ok(()),
            false => Err(Refusal::not_found().into()),
        }
    }
}

/// What a calendar's address shows now.
#[derive(Clone, Debug)]
pub struct CalendarText {
    pub link: CalendarLink,
    pub lang: Lang,
    /// The name of the instrument or unit; empty for the own bookings.
    pub of: Bilingual,
    pub bookings: Vec<BookingView>,
    /// Whether its person sees whose bookings they are.
    pub shows_people: bool,
    /// Whether it shows several instruments of others' bookings.
    pub is_of_several: bool,
}

impl City {
    /// The asker's addresses of calendars.
    pub fn calendar_links(&self, asker: &Asker) -> Result<Vec<CalendarLink>, No> {
        self.read(asker, |rx| {
            let person = rx.actor.person.ok_or_else(sign_in_required)?;
            rx.may(A::KeepCalendarLinks, &Thing::own(person))?;
            Ok(store::calendar_link::of_person(rx.tx, person, LINKS_MAX)?)
        })
    }

    /// The calendar behind a secret; one that was revoked, or whose person may no longer look, is not
    /// there.
    pub fn calendar(&self, secret: &str) -> Result<CalendarText, No> {
        self.read(&Asker::nobody(), |rx| {
            if !secret.starts_with(PREFIX) || secret.len() > 100 {
                return Err(Refusal::not_found().into());
            }
            let link = store::calendar_link::by_digest(rx.tx, &digest(secret))?;
            let link = link.ok_or_else(Refusal::not_found)?;
            let policy = rx.city.settings().second_factor;
            rx.actor = resolve(rx.tx, Who::Person(link.person), rx.now, policy)?;
            let person = store::person::find(rx.tx, link.person)?.ok_or_else(Refusal::not_found)?;
            if rx.actor.person.is_none() {
                return Err(Refusal::not_found().into());
            }
            show(rx, link, person.lang)
        })
    }
}

fn show(rx: &mut Rx<'_, '_>, link: CalendarLink, lang: Lang) -> Result<CalendarText, Stop> {
    let from = rx.now.plus_seconds(-PAST_DAYS * 86_400);
    let until = rx.now.plus_seconds(AHEAD_DAYS * 86_400);
    let span = Span::new(from, until).ok_or_else(Refusal::not_found)?;
    let (mut of, mut shows_people) = (Bilingual::default(), false);
    let found: Vec<Booking> = match link.kind.as_str() {
        "instrument" if link.thing.is_empty() => {
            let mut own = Vec::new();
            for id in store::instrument::operated_by(rx.tx, link.person, OPERATED_MAX)? {
                let Some(it) = store::instrument::find(rx.tx, id)? else { continue };
                // Who is no longer of its owner's people operates it no more.
                if super::is_staff(&it, &rx.actor) {
                    own.push(id);
                }
            }
            shows_people = true;
            store::booking::of_instruments(rx.tx, &own, span, EVENTS_MAX)?
        }
        "instrument" => {
            let id = InstrumentId::parse(&link.thing).map_err(|_| Refusal::not_found())?;
            let (it, _) = instrument::allowed(rx, id, A::LookAtInstrument)?;
            shows_people = super::is_staff(&it, &rx.actor) || super::is_manager(&it, &rx.actor);
            of = it.sheet.name;
            store::booking::of_instrument(rx.tx, id, span, EVENTS_MAX)?
        }
        "unit" => {
            let id = OrganisationId::parse(&link.thing).map_err(|_| Refusal::not_found())?;
            let unit = store::organisation::find(rx.tx, id)?.ok_or_else(Refusal::not_found)?;
            of = unit.profile.name;
            shows_people = rx.actor.organisations_with(super::MANAGERS).contains(&id);
            store::booking::of_unit(rx.tx, id, span, EVENTS_MAX)?
        }
        _ => store::booking::of_person(rx.tx, link.person, span, EVENTS_MAX)?,
    };
    let now = rx.now;
    let mut bookings = Vec::new();
    let mut known: BTreeMap<InstrumentId, instruments::Instrument> = BTreeMap::new();
    let people: Vec<PersonId> = found.iter().map(|booking| booking.person).collect();
    let names = match shows_people {
        true => store::person::names_of(rx.tx, &people)?,
        false => BTreeMap::new(),
    };
    for booking in found.into_iter().filter(|booking| is_kept(booking, now)) {
        if !known.contains_key(&booking.instrument) {
            let Some(it) = store::instrument::find(rx.tx, booking.instrument)? else { continue };
            known.insert(it.id, it);
        }
        let it = &known[&booking.instrument];
        let is_own = booking.person == link.person;
        let thing = instrument::thing_of(it, &rx.actor);
        // Own bookings are shown whatever became of the instrument.
        if !is_own && rx.may(A::LookAtInstrument, &thing).is_err() {
            continue;
        }
        bookings.push(view_of(rx, booking, it, &names));
    }
    let is_of_several = link.kind == "unit" || (link.kind == "instrument" && link.thing.is_empty());
    Ok(CalendarText { link, lang, of, bookings, shows_people, is_of_several })
}

/// Cancelled ones are kept for a time, so that programs take them out.
fn is_kept(booking: &Booking, now: Instant) -> bool {
    match booking.state {
        State::Pending | State::Confirmed | State::InUse | State::Finished => true,
        _ => booking.changed_at > now.plus_seconds(-CANCELLED_DAYS * 86_400),
    }
}
