//! What readers see of bookings: one, the own ones, an instrument's week, free time, what waits.

use super::decide::is_own;
use super::make::{BookAsk, scene_of};
use super::price::{Asked, Estimate};
use super::scene::{OtherDays, rules_of, seats_of};
use super::{answerer, find, is_manager, is_staff, thing_of};
use crate::account::sign_in_required;
use crate::act::{No, Stop, offers};
use crate::asker::Asker;
use crate::city::{City, Rx};
use crate::instrument;
use access::{Act as A, Thing};
use base::{Bilingual, BookingId, Date, Instant, InstrumentId, OrganisationId, PersonId, Span};
use calendar::zone::add_days;
use calendar::{Spans, Zone};
use instruments::Instrument;
use instruments::booking::{Booking, State};
use instruments::policy::{Ask, Verdict, judge, nearest_by};
use instruments::rules::Rules;
use instruments::sheet::Accessory;
use std::collections::BTreeMap;
use store::booking_rule::Outage;

/// Colleagues of one organisation that are offered as a choice.
const COLLEAGUES_MAX: usize = 300;
/// Bookings of one page.
const ROWS_MAX: usize = 200;
/// Requests that one reader is shown to answer.
const WAITING_MAX: usize = 500;
/// Days before and after what was asked in which other free times are looked for.
const NEAR_DAYS: i64 = 7;
/// Free times that a refusal offers.
const NEAR_MAX: usize = 3;
/// Instruments that one search for free time looks at.
pub(super) const BOOKABLE_MAX: usize = 5_000;
/// A booking as this reader may see it.
#[derive(Clone, Debug)]
pub struct BookingView {
    pub booking: Booking,
    pub instrument: Bilingual,
    /// What may be lent with its instrument.
    pub accessories: Vec<Accessory>,
    pub owner: OrganisationId,
    /// The zone of the site, by its name.
    pub zone: String,
    pub person: Bilingual,
    /// Who agreed to it, by name.
    pub approvers: BTreeMap<PersonId, Bilingual>,
    pub is_own: bool,
    /// Whether the reader may move and cancel it, and answer it.
    pub may_change: bool,
    pub may_decide: bool,
    /// When it was used.
    pub used: Option<store::tie::Used>,
    /// How it ended.
    pub end: Option<store::tie::End>,
}

/// What a calendar shows of some time.
#[derive(Clone, Debug)]
pub struct Piece {
    pub span: Span,
    /// The booking, for its person and for staff.
    pub booking: Option<BookingId>,
    /// Whose it is, for staff.
    pub person: Option<Bilingual>,
    pub is_own: bool,
    pub is_pending: bool,
}

impl Piece {
    /// Time that is held for an offer.
    fn held(span: Span) -> Self {
        Self { span, booking: None, person: None, is_own: false, is_pending: true }
    }
}

/// A week of an instrument.
#[derive(Clone, Debug)]
pub struct WeekView {
    pub instrument: Instrument,
    pub zone: Zone,
    pub rules: Rules,
    pub monday: Date,
    pub span: Span,
    pub open: Spans,
    /// What is booked, with its buffers, in order.
    pub pieces: Vec<Piece>,
    pub outages: Vec<Outage>,
    pub seats: u16,
    pub may_book: bool,
    pub is_staff: bool,
    pub now: Instant,
}

/// What a booking would be answered, without booking.
#[derive(Clone, Debug)]
pub struct Checked {
    pub verdict: Verdict,
    /// Free times of the same length nearby that pass all rules, where this one does not.
    pub free: Vec<Span>,
    /// What it would cost.
    pub estimate: Estimate,
}

impl City {
    /// One booking.
    pub fn booking(&self, asker: &Asker, id: BookingId) -> Result<BookingView, No> {
        self.read(asker, |rx| {
            let (booking, it) = find(rx.tx, id)?;
            rx.may(A::LookAtBooking, &thing_of(&booking, &it, &rx.actor))?;
            let names = store::person::names_of(rx.tx, &people_of([&booking]))?;
            let mut shown = vec![view_of(rx, booking, &it, &names)];
            tie(rx, &mut shown)?;
            let mut view = shown.remove(0);
            view.accessories = super::accessories_of(rx.tx, &it)?;
            Ok(view)
        })
    }

    /// The asker's own bookings from a moment on, in order.
    pub fn own_bookings(&self, asker: &Asker, from: Instant) -> Result<Vec<BookingView>, No> {
        self.read(asker, |rx| {
            let person = rx.actor.person.ok_or_else(sign_in_required)?;
            rx.may(A::ListBookings, &Thing::own(person))?;
            let span =
                Span::new(from, from.plus_seconds(500 * 86_400)).ok_or_else(sign_in_required)?;
            let found = store::booking::of_person(rx.tx, person, span, ROWS_MAX)?;
            views(rx, found, |_, _, _| true)
        })
    }

    /// Bookings of others that are offered to the asker.
    pub fn bookings_offered(&self, asker: &Asker) -> Result<Vec<BookingView>, No> {
        self.read(asker, |rx| {
            let person = rx.actor.person.ok_or_else(sign_in_required)?;
            rx.may(A::ListBookings, &Thing::own(person))?;
            let now = rx.now;
            let mut found = store::booking::offered(rx.tx, person)?;
            found.retain(|booking| booking.state == State::Confirmed && booking.span.start() > now);
            views(rx, found, |_, _, _| true)
        })
    }

    /// Colleagues of the asker in any of the own organisations, to whom a booking may be offered.
    pub fn booking_colleagues(&self, asker: &Asker) -> Result<Vec<(PersonId, Bilingual)>, No> {
        self.read(asker, |rx| {
            let person = rx.actor.person.ok_or_else(sign_in_required)?;
            rx.may(A::ListBookings, &Thing::own(person))?;
            let own: std::collections::BTreeSet<OrganisationId> =
                rx.actor.roles.iter().map(|(id, _)| *id).collect();
            let mut all: BTreeMap<PersonId, Bilingual> = BTreeMap::new();
            for id in own {
                let now = rx.now;
                let people = store::person::of_organisation(rx.tx, (id, now), "", COLLEAGUES_MAX)?;
                let others = people.into_iter().map(|(it, ..)| it);
                let others = others.filter(|it| it.id != person && !it.state.is_shut());
                all.extend(others.map(|it| (it.id, it.name)));
            }
            Ok(all.into_iter().collect())
        })
    }

    /// Requests that the asker may answer, the most urgent first.
    pub fn bookings_to_decide(&self, asker: &Asker) -> Result<Vec<BookingView>, No> {
        self.read(asker, |rx| {
            let person = rx.actor.person.ok_or_else(sign_in_required)?;
            rx.may(A::ListBookings, &Thing::own(person))?;
            let agrees = crate::bench::answering(rx).agrees;
            let found = store::booking::to_decide(rx.tx, (&agrees, person), WAITING_MAX)?;
            views(rx, found, may_decide)
        })
    }

    /// A week of an instrument, from the Monday of a day.
    pub fn instrument_week(
        &self,
        asker: &Asker,
        id: InstrumentId,
        day: Option<Date>,
    ) -> Result<WeekView, No> {
        self.read(asker, |rx| {
            let (it, _) = instrument::allowed(rx, id, A::LookAtInstrument)?;
            let (rules, zone) = rules_of(rx.tx, &it)?;
            let monday = Zone::monday(day.unwrap_or_else(|| zone.date(rx.now)));
            let span = zone.dates(monday, add_days(monday, 7));
            let booked = store::booking::of_instrument(rx.tx, id, span, ROWS_MAX * 5)?;
            let booked: Vec<Booking> = booked
                .into_iter()
                .filter(|booking| booking.state.holds_time() || booking.state == State::Finished)
                .collect();
            let is_staff = is_staff(&it, &rx.actor) || is_manager(&it, &rx.actor);
            let people: Vec<PersonId> = match is_staff {
                true => booked.iter().map(|booking| booking.person).collect(),
                false => Vec::new(),
            };
            let names = store::person::names_of(rx.tx, &people)?;
            let me = rx.actor.person;
            let piece = |booking: &Booking| {
                let is_own = me == Some(booking.person);
                Piece {
                    span: booking.busy(),
                    booking: (is_own || is_staff).then_some(booking.id),
                    person: names.get(&booking.person).cloned(),
                    is_own,
                    is_pending: booking.state == State::Pending,
                }
            };
            let mut pieces: Vec<Piece> = booked.iter().map(piece).collect();
            // Time that is offered to somebody who waits is taken for everybody else.
            let held = store::wait::held(rx.tx, id, span)?;
            pieces.extend(held.into_iter().map(Piece::held));
            let thing = instrument::thing_of(&it, &rx.actor);
            Ok(WeekView {
                open: rules.hours.value.within(&zone, &rules.days.value, span),
                pieces,
                outages: store::booking_rule::outages(rx.tx, id, span)?,
                seats: seats_of(&it),
                may_book: it.takes_bookings() && offers(&rx.actor, A::BookTime, &thing),
                is_staff,
                now: rx.now,
                zone,
                rules,
                monday,
                span,
                instrument: it,
            })
        })
    }

    /// What a booking would be answered; with other free times where it would be refused.
    pub fn check_booking(&self, asker: &Asker, ask: &BookAsk) -> Result<Checked, No> {
        self.read(asker, |rx| {
            let span = ask.span();
            let reach = Span::new(
                span.start().min(rx.now).plus_seconds(-NEAR_DAYS * 86_400),
                span.end().plus_seconds(NEAR_DAYS * 86_400),
            );
            let mut scene = scene_of(rx, ask, reach.unwrap_or(span))?;
            let asked = Asked::in_scene(&scene, (span, ask.voucher));
            let estimate = Estimate::load(rx.tx, &asked, rx.now)?;
            scene.fund(&estimate);
            let (facts, question) = (scene.facts(), ask.ask());
            let verdict = judge(&facts, &question, rx.now);
            let (now, mut fault, mut days) = (rx.now, None, OtherDays::default());
            let is_fine = |again: &Ask| {
                let found = scene.is_fine(rx.tx, (again, ask.voucher), &mut days, now);
                fault.is_none()
                    && found.unwrap_or_else(|no| {
                        fault = Some(no);
                        false
                    })
            };
            let within = Span::new(
                span.start().plus_seconds(-NEAR_DAYS * 86_400).max(rx.now),
                span.end().plus_seconds(NEAR_DAYS * 86_400),
            );
            let free = match within {
                Some(within) if !verdict.is_fine() => {
                    nearest_by(&facts, &question, (within, NEAR_MAX), now, is_fine)
                }
                _ => Vec::new(),
            };
            if let Some(fault) = fault {
                return Err(fault.into());
            }
            Ok(Checked { verdict, free, estimate })
        })
    }
}

/// Words as the columns of a search hold them.
pub(super) fn folded(text: &str) -> Vec<String> {
    let folded = instruments::term::fold(text);
    folded.split_whitespace().take(8).map(str::to_owned).collect()
}

pub(super) fn views(
    rx: &mut Rx<'_, '_>,
    found: Vec<Booking>,
    wants: impl Fn(&Booking, &Instrument, &access::Actor) -> bool,
) -> Result<Vec<BookingView>, Stop> {
    let mut known: BTreeMap<InstrumentId, Instrument> = BTreeMap::new();
    for booking in &found {
        if let std::collections::btree_map::Entry::Vacant(entry) = known.entry(booking.instrument)
            && let Some(it) = store::instrument::find(rx.tx, booking.instrument)?
        {
            entry.insert(it);
        }
    }
    let names = store::person::names_of(rx.tx, &people_of(&found))?;
    let shown = found.into_iter().filter_map(|booking| {
        let it = known.get(&booking.instrument)?;
        wants(&booking, it, &rx.actor).then(|| view_of(rx, booking, it, &names))
    });
    let mut shown: Vec<BookingView> = shown.collect();
    tie(rx, &mut shown)?;
    Ok(shown)
}

/// Everybody who is named with these bookings.
fn people_of<'a>(bookings: impl IntoIterator<Item = &'a Booking>) -> Vec<PersonId> {
    let of = |it: &'a Booking| {
        let agreed = it.steps.iter().filter_map(|stage| stage.agreed);
        std::iter::once(it.person).chain(agreed.map(|(by, _)| by))
    };
    bookings.into_iter().flat_map(of).collect()
}

/// Ties bookings to their uses, in two statements for all of them.
fn tie(rx: &mut Rx<'_, '_>, shown: &mut [BookingView]) -> Result<(), Stop> {
    let ids: Vec<BookingId> = shown.iter().map(|view| view.booking.id).collect();
    let (mut used, mut ends) = store::tie::used_and_ended(rx.tx, &ids)?;
    for view in shown {
        view.used = used.remove(&view.booking.id);
        view.end = ends.remove(&view.booking.id);
    }
    Ok(())
}

/// Whether it is the reader's turn to answer a request.
fn may_decide(booking: &Booking, it: &Instrument, actor: &access::Actor) -> bool {
    booking.state == State::Pending
        && actor.person.is_some_and(|person| !is_own(booking, person))
        && answerer(booking, it, actor).may(booking.turn())
        && offers(actor, A::DecideBooking, &thing_of(booking, it, actor))
}

pub(crate) fn view_of(
    rx: &Rx<'_, '_>,
    booking: Booking,
    it: &Instrument,
    names: &BTreeMap<PersonId, Bilingual>,
) -> BookingView {
    let thing = thing_of(&booking, it, &rx.actor);
    let is_own = rx.actor.person == Some(booking.person);
    let may = |act| offers(&rx.actor, act, &thing);
    BookingView {
        may_change: booking.state.holds_time() && may(A::ChangeBooking),
        may_decide: may_decide(&booking, it, &rx.actor),
        instrument: it.sheet.name.clone(),
        accessories: it.sheet.accessories.clone(),
        owner: it.owner,
        zone: it.zone().to_owned(),
        person: names.get(&booking.person).cloned().unwrap_or_default(),
        approvers: booking
            .steps
            .iter()
            .filter_map(|stage| stage.agreed)
            .filter_map(|(by, _)| Some((by, names.get(&by)?.clone())))
            .collect(),
        is_own,
        used: None,
        end: None,
        booking,
    }
}
