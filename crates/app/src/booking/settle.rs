//! What a booking costs that nobody used: charged once by the tariff, less when somebody else books
//! its time, nothing where it was displaced. What it held of a voucher goes back.
//!
//! The act asks what is to be settled now, so that a run which comes late, or twice, settles each once.

use super::change::on;
use super::scene::seats_of;
use super::{BookingChanged, find, told};
use crate::act::{Act, Cx, No, Stop};
use crate::asker::Asker;
use crate::city::City;
use crate::ledger::holds_on;
use crate::usage::{Charging, Delivered, books, reprice};
use access::{Act as A, Thing};
use base::{AccountId, BookingId, Class, InstrumentId, Refusal, Span};
use instruments::Instrument;
use instruments::booking::{Booking, State};
use instruments::charge::{Free, Kept as Charge, State as Stands};
use instruments::service_record::Evidence;
use instruments::tie::resold;
use instruments::voucher::{KeptRedemption, Stage};
use std::collections::BTreeSet;
use store::Hold;
use store::tie::End;

/// Bookings that one run settles of each kind.
const RUN_MAX: usize = 200;
/// Days in which a lost booking is settled.
const LOST_DAYS: i64 = 30;
/// Bookings of others over one lost time that are looked at.
const OTHERS_MAX: usize = 500;

/// Settles a booking that was lost, or gives back what one that is over held.
#[derive(serde::Serialize)]
pub struct SettleBooking {
    pub booking: BookingId,
    pub instrument: InstrumentId,
    #[serde(skip)]
    accounts: BTreeSet<AccountId>,
}

impl SettleBooking {
    /// For the timer and for whoever just lost a booking.
    pub fn new(booking: BookingId, instrument: InstrumentId) -> Self {
        Self { booking, instrument, accounts: BTreeSet::new() }
    }
}

/// What a booking is settled from.
pub struct Facts {
    booking: Booking,
    it: Instrument,
    end: Option<End>,
    line: Option<Charge>,
    /// What of it others booked since.
    resold: Vec<Span>,
    held: Option<KeptRedemption>,
    charging: Option<Charging>,
}

impl Facts {
    fn is_lost(&self) -> bool {
        matches!(self.booking.state, State::Missed | State::CancelledLate)
    }

    fn resold_minutes(&self) -> u64 {
        let minutes = self.resold.iter().map(|span| calendar::zone::minutes(*span)).sum::<i64>();
        minutes.unsigned_abs()
    }

    /// Whether the line in force may be counted again.
    fn may_shrink(&self) -> bool {
        let is_posted = self.line.as_ref().is_some_and(|line| line.state == Stands::Posted);
        let before = self.end.as_ref().map_or(0, |end| end.resold_minutes);
        is_posted && self.resold_minutes() > before
    }
}

impl Act for SettleBooking {
    const ACT: A = A::TendBookings;
    type Facts = Facts;
    type Plan = Facts;
    type Outcome = BookingChanged;

    fn prepare(&mut self, city: &City) -> Result<(), No> {
        let id = self.booking;
        self.accounts = city.store().read(|tx| {
            let Some(booking) = store::booking::find(tx, id)? else { return Ok(BTreeSet::new()) };
            let Some(it) = store::instrument::find(tx, booking.instrument)? else {
                return Ok(BTreeSet::new());
            };
            let held = store::voucher::of_subject(tx, &id.to_string())?;
            let parties = (it.owner, booking.organisation.unwrap_or(it.owner));
            Ok::<_, store::StoreError>(books::accounts(parties, held.map(|held| held.voucher)))
        })?;
        Ok(())
    }

    fn holds(&self) -> Vec<Hold> {
        let mut holds = holds_on(&self.accounts);
        holds.push(on(self.instrument));
        holds
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Facts, Stop> {
        let (booking, it) = find(cx.tx, self.booking)?;
        let end = store::tie::end(cx.tx, booking.id)?;
        let line = match end.as_ref().and_then(|end| end.fee) {
            Some(id) => store::charge::find(cx.tx, id)?,
            None => None,
        };
        let subject = booking.id.to_string();
        let held = store::voucher::of_subject(cx.tx, &subject)?;
        let held = held.filter(|held| held.redemption.stage == Stage::Held);
        let mut facts = Facts { booking, it, end, line, resold: Vec::new(), held, charging: None };
        if facts.is_lost() {
            let (booking, it) = (&facts.booking, &facts.it);
            let others = store::booking::of_instrument(cx.tx, it.id, booking.span, OTHERS_MAX)?;
            let seats = u32::from(seats_of(it));
            facts.resold = resold(booking, &others, seats, booking.changed_at);
            if let Some(customer) = booking.organisation {
                let who = (customer, booking.span.start());
                facts.charging = Some(Charging::load(cx, it.clone(), who, None)?);
            }
        }
        Ok(facts)
    }

    fn thing(&self, _: &Facts) -> Thing {
        Thing::open()
    }

    fn decide(&self, facts: Facts, _: &Cx<'_, '_>) -> Result<Facts, Vec<Refusal>> {
        let is_over = !facts.booking.state.holds_time() && facts.booking.state != State::Finished;
        let has_hold = is_over && facts.held.is_some();
        let is_new = facts.is_lost() && facts.end.is_none();
        // A line in dispute is settled once somebody decided about it.
        let is_again = facts.end.as_ref().is_some_and(|end| end.fee.is_some());
        let is_disputed = facts.line.as_ref().is_some_and(|line| line.state == Stands::Disputed);
        match has_hold || is_new || (is_again && !is_disputed) {
            true => Ok(facts),
            false => Err(vec![Refusal::new(Class::Conflict, "booking-not-due")]),
        }
    }

    fn save(&self, facts: Facts, cx: &mut Cx<'_, '_>) -> Result<BookingChanged, Stop> {
        if let Some(held) = &facts.held {
            books::release(cx, held)?;
        }
        if facts.is_lost() {
            settle(cx, &facts)?;
        }
        Ok(BookingChanged::of(&facts.booking, Vec::new()))
    }
}

/// Charges what was lost, or counts it again.
fn settle(cx: &mut Cx<'_, '_>, facts: &Facts) -> Result<(), Stop> {
    let booking = &facts.booking;
    let free: Vec<(Span, Free)> = facts.resold.iter().map(|span| (*span, Free::Resold)).collect();
    let of = |customer| Delivered {
        subject: booking.id.to_string(),
        customer,
        person: booking.person,
        project: &booking.project,
        way: instruments::tariff::Way::Own,
        booked: Some(booking.span),
        used: None,
        cancelled_at: (booking.state == State::CancelledLate).then_some(booking.changed_at),
        free: &free,
        buffers: [booking.setup_minutes, booking.cleanup_minutes],
    };
    let fee = match (&facts.end, &facts.charging, booking.organisation) {
        (None, Some(charging), Some(customer)) => {
            let it = of(customer);
            // Without a tariff for that day there is nothing that could be charged.
            match charging.price(&it) {
                Ok(Some(_)) => charging.settle(cx, &it, Evidence::Weak)?.map(|line| line.id),
                Ok(None) | Err(_) => None,
            }
        }
        (Some(_), Some(charging), Some(customer)) if facts.may_shrink() => {
            let line = facts.line.as_ref().expect("it may shrink");
            reprice(cx, line, Some((charging, &of(customer))))?.map(|line| line.id)
        }
        (end, ..) => end.as_ref().and_then(|end| end.fee),
    };
    let before = facts.end.as_ref().map_or(0, |end| end.resold_minutes);
    let end = End {
        booking: booking.id,
        instrument: facts.it.id,
        span: booking.span,
        kept: None,
        fee,
        resold_minutes: facts.resold_minutes().max(before),
        settled_at: cx.now,
    };
    store::tie::set_end(cx.tx, &end)?;
    told(cx, &facts.it, booking, "booking-settled");
    Ok(())
}

impl City {
    /// Settles what is to be settled of bookings; answers how many.
    pub fn settle_bookings(&self) -> Result<usize, No> {
        let now = self.now();
        let since = now.plus_seconds(-LOST_DAYS * 86_400);
        let due = self.store().read(|tx| store::tie::to_settle(tx, (since, now), RUN_MAX))?;
        Ok(due.into_iter().filter(|(id, it)| self.settle_booking(*id, *it)).count())
    }

    /// Settles one booking, where there is anything to settle.
    pub fn settle_booking_of(&self, booking: BookingId) -> bool {
        let found = self.store().read(|tx| store::booking::find(tx, booking)).ok().flatten();
        found.is_some_and(|found| self.settle_booking(booking, found.instrument))
    }

    /// Settles one booking, where there is anything to settle: another node may have been faster.
    pub fn settle_booking(&self, booking: BookingId, instrument: InstrumentId) -> bool {
        let Ok(row) = self.row() else { return false };
        self.perform(&Asker::person(row.operator), SettleBooking::new(booking, instrument)).is_ok()
    }
}
