//! Answers to requests for time: step by step in the order of the owner's chains, and by nobody for the
//! own booking. A no at any step ends the request.

use super::change::{Found, held, keep, load, stale};
use super::make::text_faults;
use super::{BookingChanged, answerer, fund, told};
use crate::act::{Act, Cx, No, Stop};
use crate::city::City;
use crate::ledger::holds_on;
use access::{Act as A, Thing};
use base::{AccountId, BookingId, Class, PersonId, Refusal};
use instruments::Instrument;
use instruments::approval::{Step, agree, turn};
use instruments::booking::{Booking, State};
use instruments::problem::{Code, Problem};
use std::collections::BTreeSet;
use store::Hold;
use store::booking::Holder;

/// Answers a request: whoever's turn it is agrees or declines, and nobody their own.
#[derive(serde::Serialize)]
pub struct DecideBooking {
    pub booking: BookingId,
    pub version: u64,
    pub agrees: bool,
    pub reason: String,
    #[serde(skip)]
    holds: Vec<String>,
    /// Of the voucher that was named for it.
    #[serde(skip)]
    accounts: BTreeSet<AccountId>,
}

impl DecideBooking {
    /// The answer to the version that was seen.
    pub fn new(booking: BookingId, version: u64, (agrees, reason): (bool, String)) -> Self {
        Self { booking, version, agrees, reason, holds: Vec::new(), accounts: BTreeSet::new() }
    }
}

impl Act for DecideBooking {
    const ACT: A = A::DecideBooking;
    type Facts = Found;
    type Plan = (Booking, Instrument);
    type Outcome = BookingChanged;

    fn prepare(&mut self, city: &City) -> Result<(), No> {
        self.holds = held(city, self.booking)?;
        self.accounts = city.store().read(|tx| fund::accounts_of(tx, self.booking))?;
        Ok(())
    }

    fn holds(&self) -> Vec<Hold> {
        let mut holds: Vec<Hold> = self.holds.iter().map(Hold::on).collect();
        holds.extend(holds_on(&self.accounts));
        holds
    }

    fn read_committed(&self) -> bool {
        self.accounts.is_empty()
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Found, Stop> {
        load(cx, self.booking)
    }

    fn thing(&self, found: &Found) -> Thing {
        found.thing.clone()
    }

    fn decide(&self, found: Found, cx: &Cx<'_, '_>) -> Result<Self::Plan, Vec<Refusal>> {
        let Found { booking, it, .. } = found;
        let mut no = text_faults("", "", (!self.agrees, &self.reason));
        no.extend(stale(&booking, self.version));
        let by = cx.actor.person.ok_or_else(|| vec![crate::account::sign_in_required()])?;
        if is_own(&booking, by) {
            no.push(Refusal::new(Class::NotAllowed, "booking-own-decision"));
        }
        let is_late = booking.decide_by.is_some_and(|until| until <= cx.now);
        if booking.state != State::Pending || is_late {
            no.push(Problem::new(Code::ClosedBooking).refusal());
        } else if !answerer(&booking, &it, &cx.actor).may(booking.turn()) {
            no.push(not_yours(booking.turn()));
        }
        if !no.is_empty() {
            return Err(no);
        }
        let steps =
            if self.agrees { agree(&booking.steps, by, cx.now) } else { booking.steps.clone() };
        let state = match (self.agrees, turn(&steps)) {
            (false, _) => State::Declined,
            (true, Some(_)) => State::Pending,
            (true, None) => State::Confirmed,
        };
        let is_open = state == State::Pending;
        let next = Booking {
            state,
            steps,
            // What was said before stands until somebody says more.
            reason: match self.reason.trim() {
                "" if is_open => booking.reason.clone(),
                said => said.to_owned(),
            },
            decide_by: booking.decide_by.filter(|_| is_open),
            // Calendars show the same while others still have to answer.
            sequence: if is_open { booking.sequence } else { booking.sequence + 1 },
            ..booking.next_version(cx.now)
        };
        Ok((next, it))
    }

    fn save(&self, (booking, it): Self::Plan, cx: &mut Cx<'_, '_>) -> Result<BookingChanged, Stop> {
        keep(cx, self.version, &booking)?;
        if booking.state == State::Declined {
            store::booking::free(cx.tx, Holder::Booking(booking.id))?;
            crate::wait::freed(cx, booking.instrument, booking.busy(), true)?;
        }
        if booking.state != State::Pending {
            fund::follow(cx, &it, &booking)?;
        }
        let kind = match booking.state {
            State::Pending => "booking-step-agreed",
            State::Declined => "booking-declined",
            _ => "booking-approved",
        };
        told(cx, &it, &booking, kind);
        Ok(BookingChanged::of(&booking, Vec::new()))
    }
}

/// Whether it is somebody's own: for them, or made by them.
pub(super) fn is_own(booking: &Booking, person: PersonId) -> bool {
    person == booking.person || person == booking.booked_by
}

fn not_yours(step: Option<Step>) -> Refusal {
    let key = step.map_or("booking-step-owner".to_owned(), |step| format!("booking-step-{step}"));
    Refusal::new(Class::NotAllowed, "booking-not-your-turn").term("whose", key)
}
