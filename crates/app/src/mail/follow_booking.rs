//! Letters about waiting for time of instruments: offers, why somebody was passed over, freed time.
//!
//! A letter names an instrument that everybody may see, and of another one its reference alone.

use super::{BOOKING, FREED, Fact, Letter, TASK, To};
use crate::city::City;
use access::Role;
use base::{BookingId, Instant, InstrumentId, OrganisationId, PersonId, Span};
use instruments::Instrument;
use instruments::approval::Step;
use instruments::booking::{Booking, State};
use std::collections::BTreeSet;
use store::log::Entry;
use store::{StoreError, Tx};

/// People of one kind that are told of one request.
const DECIDERS_MAX: usize = 20;
/// People who are told of one freed time.
const PEOPLE_MAX: usize = 2_000;

/// The letters of an entry about a wish, or about freed time.
pub(super) fn letters(
    tx: &mut Tx<'_>,
    city: &City,
    entry: &Entry,
    now: Instant,
) -> Result<Vec<Letter>, StoreError> {
    let text = match entry.header.kind.as_str() {
        "time-freed" => return freed(tx, city, entry, now),
        "use-feedback-given" => return of_problem(tx, entry, now),
        "fault-reported" | "fault-settled" => return of_fault(tx, entry, now),
        kind if kind.starts_with("booking-") => return of_booking(tx, entry, now),
        "wait-offered" => "booking-offer",
        "wait-passed-over" => "booking-passed-over",
        "wait-lapsed" => "booking-lapsed",
        "turn-called" => "booking-called",
        _ => return Ok(Vec::new()),
    };
    let body = entry.body_json();
    let id = |name: &str| body[name].as_str().unwrap_or("");
    let (Ok(person), Ok(instrument)) =
        (PersonId::parse(id("person")), InstrumentId::parse(id("instrument")))
    else {
        return Ok(Vec::new());
    };
    let Some(it) = store::instrument::find(tx, instrument)? else { return Ok(Vec::new()) };
    let cause = format!("entry:{}", entry.seq);
    let mut letter = Letter::new(&BOOKING, To::Person(person), cause, text)
        .fact("instrument", name_of(&it))
        .path(match text {
            "booking-called" => format!("/kiosk/{instrument}"),
            _ => "/waits".to_owned(),
        });
    for (name, of) in [("starts", "starts_at"), ("ends", "ends_at"), ("until", "until")] {
        if let Some(at) = body[of].as_i64().map(Instant::from_micros) {
            letter = letter.fact(name, at);
            // An offer that is over is worth no letter.
            if of == "until" && text != "booking-lapsed" {
                letter = letter.until(at);
            }
        }
    }
    Ok(vec![letter])
}

/// What became of a booking: its person hears of it, and of a request whoever may answer it. What is
/// booked in one go is one letter.
fn of_booking(tx: &mut Tx<'_>, entry: &Entry, now: Instant) -> Result<Vec<Letter>, StoreError> {
    let Ok(id) = BookingId::parse(&entry.header.thing) else { return Ok(Vec::new()) };
    let Some(booking) = store::booking::find(tx, id)? else { return Ok(Vec::new()) };
    let Some(it) = store::instrument::find(tx, booking.instrument)? else { return Ok(Vec::new()) };
    if entry.header.kind == "booking-offered" {
        return Ok(handed(&booking, &it, entry));
    }
    let is_asked = booking.state == State::Pending;
    let text = match entry.header.kind.as_str() {
        "booking-made" if booking.series.is_some() => "booking-series",
        "booking-made" if is_asked => "booking-asked",
        "booking-made" => "booking-confirmed",
        "booking-moved" => "booking-moved",
        "booking-cancelled" => "booking-cancelled",
        "booking-approved" => "booking-approved",
        "booking-declined" => "booking-declined",
        "booking-displaced" => "booking-displaced",
        "booking-missed" => "booking-missed",
        "booking-lapsed" => "booking-request-lapsed",
        "booking-transferred" => "booking-transferred",
        // Its person hears of the end; now the next one is asked.
        "booking-step-agreed" => "",
        _ => return Ok(Vec::new()),
    };
    let cause = match booking.series.filter(|_| text == "booking-series") {
        Some(series) => format!("series:{series}"),
        None => format!("entry:{}", entry.seq),
    };
    let about = |letter: Letter| {
        letter
            .fact("instrument", name_of(&it))
            .fact("reference", &booking.reference)
            .fact("starts", booking.span.start())
            .fact("ends", booking.span.end())
            .path(format!("/bookings/{id}"))
    };
    let own =
        |text| about(Letter::new(&BOOKING, To::Person(booking.person), &*cause, text)).event(id);
    let mut letters: Vec<Letter> =
        Some(text).filter(|text| !text.is_empty()).map(own).into_iter().collect();
    let asks = ["booking-made", "booking-moved", "booking-step-agreed"];
    if is_asked && asks.contains(&entry.header.kind.as_str()) {
        let until = booking.decide_by.unwrap_or(booking.span.start());
        let people = match booking.turn() {
            Some(step) => of_step(tx, (&booking, &it), step, now)?,
            None => deciders(tx, &it, now)?,
        };
        let is_other = |id: &PersonId| *id != booking.person && *id != booking.booked_by;
        for person in people.into_iter().filter(is_other) {
            let letter = Letter::new(&TASK, To::Person(person), &*cause, "booking-to-decide");
            letters.push(about(letter).fact("until", until).until(until));
        }
    }
    Ok(letters)
}

/// A user says that an instrument was not in order: its people hear of it.
fn of_problem(tx: &mut Tx<'_>, entry: &Entry, now: Instant) -> Result<Vec<Letter>, StoreError> {
    let Ok(id) = base::UseId::parse(&entry.header.thing) else { return Ok(Vec::new()) };
    let Some(asked) = store::feedback::find(tx, id)? else { return Ok(Vec::new()) };
    let Some((at, _)) = asked.answer.filter(|(_, said)| !said.is_in_order) else {
        return Ok(Vec::new());
    };
    let Some(it) = store::instrument::find(tx, asked.instrument)? else { return Ok(Vec::new()) };
    let cause = format!("entry:{}", entry.seq);
    let letter = |to: PersonId| {
        Letter::new(&TASK, To::Person(to), &*cause, "booking-problem")
            .fact("instrument", name_of(&it))
            .fact("at", at)
            .path(format!("/uses/{id}"))
    };
    let people = deciders(tx, &it, now)?.into_iter().filter(|id| *id != asked.person);
    Ok(people.map(letter).collect())
}

/// Somebody found an instrument broken: its people hear of it, and who told it of their answer.
fn of_fault(tx: &mut Tx<'_>, entry: &Entry, now: Instant) -> Result<Vec<Letter>, StoreError> {
    let Ok(id) = base::FaultId::parse(&entry.header.thing) else { return Ok(Vec::new()) };
    let Some(fault) = store::upkeep::fault(tx, id)? else { return Ok(Vec::new()) };
    let Some(it) = store::instrument::find(tx, fault.instrument)? else { return Ok(Vec::new()) };
    let cause = format!("entry:{}", entry.seq);
    let path = format!("/instruments/{}/upkeep", it.id);
    if entry.header.kind == "fault-settled" {
        // Whoever answered the own report knows.
        let Some((by, _)) = fault.settled else { return Ok(Vec::new()) };
        let letter =
            Letter::new(&BOOKING, To::Person(fault.person), cause, "booking-fault-settled")
                .fact("instrument", name_of(&it))
                .path(path);
        return Ok(Some(letter).filter(|_| by != fault.person).into_iter().collect());
    }
    let letter = |to: PersonId| {
        Letter::new(&TASK, To::Person(to), &*cause, "booking-fault-reported")
            .fact("instrument", name_of(&it))
            .fact("at", fault.reported_at)
            .path(path.clone())
    };
    let people = deciders(tx, &it, now)?.into_iter().filter(|id| *id != fault.person);
    Ok(people.map(letter).collect())
}

/// A booking is offered to somebody, who has until it begins.
fn handed(booking: &Booking, it: &Instrument, entry: &Entry) -> Vec<Letter> {
    let letter = |to: PersonId| {
        let cause = format!("entry:{}", entry.seq);
        Letter::new(&BOOKING, To::Person(to), cause, "booking-handed")
            .fact("instrument", name_of(it))
            .fact("starts", booking.span.start())
            .fact("ends", booking.span.end())
            .path("/bookings")
            .until(booking.span.start())
    };
    booking.offered_to.map(letter).into_iter().collect()
}

/// Whose turn it is at a step of a request.
fn of_step(
    tx: &mut Tx<'_>,
    (booking, it): (&Booking, &Instrument),
    step: Step,
    now: Instant,
) -> Result<BTreeSet<PersonId>, StoreError> {
    let operators = it.sheet.operators.iter().copied().take(DECIDERS_MAX);
    match (step, booking.organisation) {
        (Step::Staff, _) if !it.sheet.operators.is_empty() => Ok(operators.collect()),
        (Step::Leader, Some(customer)) => managers(tx, customer, now),
        _ => managers(tx, it.owner, now),
    }
}

/// Who answers for an organisation.
fn managers(
    tx: &mut Tx<'_>,
    of: OrganisationId,
    now: Instant,
) -> Result<BTreeSet<PersonId>, StoreError> {
    let mut people = BTreeSet::new();
    for role in [Role::TransferOfficer, Role::FirmAdministrator] {
        people.extend(store::mail::holders(tx, Some(of), role.word(), now, DECIDERS_MAX)?);
    }
    Ok(people)
}

/// Who may answer a request: who operates the instrument, and who answers for it.
pub(super) fn deciders(
    tx: &mut Tx<'_>,
    it: &Instrument,
    now: Instant,
) -> Result<BTreeSet<PersonId>, StoreError> {
    let mut people = managers(tx, it.owner, now)?;
    people.extend(it.sheet.operators.iter().copied().take(DECIDERS_MAX));
    Ok(people)
}

/// Everybody for whom some of the time is worth a letter hears of the first such part, once.
fn freed(
    tx: &mut Tx<'_>,
    city: &City,
    entry: &Entry,
    now: Instant,
) -> Result<Vec<Letter>, StoreError> {
    let Ok(id) = InstrumentId::parse(&entry.header.thing) else { return Ok(Vec::new()) };
    let Some(it) = store::instrument::find(tx, id)? else { return Ok(Vec::new()) };
    let zone = calendar::Zone::named(it.zone()).unwrap_or_else(calendar::Zone::china);
    let body = entry.body_json();
    let parts: Vec<Span> =
        body["spans"].as_array().into_iter().flatten().filter_map(span).collect();
    let mut letters = Vec::new();
    for (person, notice) in store::wait::watchers(tx, id, PEOPLE_MAX)? {
        let worth = parts.iter().find_map(|part| notice.worth(&zone, *part, now));
        let Some(worth) = worth else { continue };
        if !may_book(tx, city, (person, &it), now)? {
            continue;
        }
        let cause = format!("entry:{}", entry.seq);
        let letter = Letter::new(&FREED, To::Person(person), cause, "booking-freed")
            .fact("instrument", name_of(&it))
            .fact("starts", worth.start())
            .fact("ends", worth.end())
            .path(format!("/instruments/{id}/week"))
            .until(worth.end());
        letters.push(letter);
    }
    Ok(letters)
}

/// Whether this person may book the instrument now.
fn may_book(
    tx: &mut Tx<'_>,
    city: &City,
    (person, it): (PersonId, &Instrument),
    now: Instant,
) -> Result<bool, StoreError> {
    let who = crate::Who::Person(person);
    let actor = crate::asker::resolve(tx, who, now, city.settings().second_factor)?;
    let thing = crate::instrument::thing_of(it, &actor);
    Ok(it.takes_bookings() && crate::act::offers(&actor, access::Act::BookTime, &thing))
}

fn span(part: &serde_json::Value) -> Option<Span> {
    let at = |name: &str| part[name].as_i64().map(Instant::from_micros);
    Span::new(at("starts_at")?, at("ends_at")?)
}

pub(super) fn name_of(it: &Instrument) -> Fact {
    let nobody = access::Actor::anonymous();
    let thing = crate::instrument::thing_of(it, &nobody);
    let is_open = crate::act::offers(&nobody, access::Act::LookAtInstrument, &thing);
    match is_open {
        true => Fact::Name(it.sheet.name.clone()),
        false => Fact::from(&it.reference),
    }
}
