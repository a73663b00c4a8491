//! A use ends: its minutes are charged and written into the ledger of services, and its booking is
//! finished.

use crate::act::{Act, Cx, No, Stop};
use crate::asker::Asker;
use crate::booking::scene::rules_of;
use crate::booking::tie;
use crate::city::City;
use crate::instrument;
use crate::ledger::holds_on;
use crate::usage::{Charging, Delivered, UseChanged, books, find, prepare, relay, thing_of, told};
use access::{Act as A, Thing};
use base::{AccountId, Class, Instant, InstrumentId, Refusal, Span, UseId, Value, limits};
use instruments::booking::Booking;
use instruments::charge::Free;
use instruments::outage::Reach;
use instruments::rules::Rules;
use instruments::service_record::Evidence;
use instruments::usage::{Kept, OPEN_HOURS_MAX};
use instruments::voucher::{KeptRedemption, Stage};
use std::collections::BTreeSet;
use store::Hold;

/// Uses that one run of the timer ends.
const RUN_MAX: usize = 200;

/// A use that is about to end, with everything that prices it.
pub struct Ending {
    it: Kept,
    charging: Charging,
    rules: Rules,
    booking: Option<Booking>,
    /// What the booking holds of a voucher.
    held: Option<KeptRedemption>,
    /// When its instrument stood still.
    free: Vec<(Span, Free)>,
}

impl Ending {
    fn load(cx: &mut Cx<'_, '_>, id: UseId) -> Result<Self, Stop> {
        let it = find(cx, id)?;
        let found = instrument::find(cx, it.instrument)?;
        let (rules, _) = rules_of(cx.tx, &found)?;
        let booking = match it.booking {
            Some(id) => store::booking::find(cx.tx, id)?,
            None => None,
        };
        let held = match &booking {
            Some(booking) => store::voucher::of_subject(cx.tx, &booking.id.to_string())?,
            None => None,
        };
        let held = held.filter(|held| held.redemption.stage == Stage::Held);
        let began = booking.as_ref().map_or(it.started_at, |booking| booking.span.start());
        let began = began.min(it.started_at);
        let until = booking.as_ref().map_or(cx.now, |booking| booking.span.end().max(cx.now));
        let free = match Span::new(began, until.max(began.plus_seconds(60))) {
            Some(span) => store::booking_rule::outages(cx.tx, found.id, span)?,
            None => Vec::new(),
        };
        let free = free.into_iter().filter(|down| down.reach == Reach::Whole);
        let free = free.map(|down| (down.span, Free::Outage)).collect();
        let mut charging = Charging::load(cx, found, (it.organisation, began), it.voucher)?;
        if let Some(held) = &held {
            charging.take_over(cx, held);
        }
        Ok(Self { it, charging, rules, booking, held, free })
    }

    /// What is charged once it ended then.
    fn delivered(&self) -> Delivered<'_> {
        let booking = self.booking.as_ref();
        Delivered {
            booked: booking.map(|booking| booking.span),
            free: &self.free,
            buffers: booking.map_or([0, 0], |it| [it.setup_minutes, it.cleanup_minutes]),
            ..Delivered::of(&self.it)
        }
    }

    /// Ends it: the row, the booking, the voucher's hold, the charge.
    fn save(mut self, cx: &mut Cx<'_, '_>, kind: &str) -> Result<UseChanged, Stop> {
        let version = self.it.version;
        if !store::usage::change(cx.tx, &self.it, version)? {
            return Err(Refusal::new(Class::Conflict, "version-conflict").into());
        }
        self.it.version += 1;
        let end = self.it.stopped_at.unwrap_or(cx.now);
        if let Some(held) = &self.held {
            books::release(cx, held)?;
        }
        if let Some(booking) = &self.booking {
            let ruled = (&self.charging.instrument, &self.rules);
            tie::finish(cx, ruled, booking, (self.it.started_at, end))?;
        }
        crate::feedback::ask(cx, (&self.charging.instrument, &self.rules), &self.it)?;
        // Uses keep a qualification alive.
        store::booking_rule::used(cx.tx, (self.it.instrument, self.it.person), end)?;
        let evidence = Evidence::from(self.it.source.strength());
        let charge = self.charging.settle(cx, &self.delivered(), evidence)?;
        let body = serde_json::json!({
            "charge": charge.as_ref().map(|line| line.id),
            "booking": self.it.booking,
        });
        told(cx, &self.it, kind, body);
        let has_relay = relay::ends(cx, &self.it)?;
        Ok(UseChanged { has_relay, ..UseChanged::of(&self.it, charge.as_ref()) })
    }
}

fn over() -> Refusal {
    Refusal::new(Class::Conflict, "use-over")
}

/// Ends a use, now or, where nobody ended it in time, at a moment that staff proposes.
#[derive(serde::Serialize)]
pub struct StopUse {
    #[serde(rename = "use")]
    pub id: UseId,
    /// When it really ended; nothing for now.
    pub ended_at: Option<Instant>,
    /// Answers and remarks.
    pub note: String,
    #[serde(skip)]
    instrument: Option<InstrumentId>,
    #[serde(skip)]
    accounts: BTreeSet<AccountId>,
}

impl StopUse {
    pub fn new(id: UseId) -> Self {
        let (ended_at, note, accounts) = (None, String::new(), BTreeSet::new());
        Self { id, ended_at, note, instrument: None, accounts }
    }

    /// At a moment that lies behind, for a reason.
    pub fn at(id: UseId, ended_at: Instant, note: &str) -> Self {
        Self { ended_at: Some(ended_at), note: note.to_owned(), ..Self::new(id) }
    }
}

/// What ending a use may change, found before its act begins.
fn named(city: &City, id: UseId) -> Result<(Option<InstrumentId>, BTreeSet<AccountId>), No> {
    let found = city.store().read(|tx| store::usage::find(tx, id))?;
    Ok((found.map(|it| it.instrument), prepare(city, id)?))
}

fn holds(id: UseId, instrument: Option<InstrumentId>, accounts: &BTreeSet<AccountId>) -> Vec<Hold> {
    let mut holds = holds_on(accounts);
    holds.push(Hold::on(id));
    holds.extend(instrument.map(Hold::on));
    holds
}

impl Act for StopUse {
    const ACT: A = A::StopUse;
    type Facts = (Ending, Thing);
    type Plan = Ending;
    type Outcome = UseChanged;

    fn prepare(&mut self, city: &City) -> Result<(), No> {
        (self.instrument, self.accounts) = named(city, self.id)?;
        Ok(())
    }

    fn holds(&self) -> Vec<Hold> {
        holds(self.id, self.instrument, &self.accounts)
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Self::Facts, Stop> {
        let ending = Ending::load(cx, self.id)?;
        let thing = thing_of(&ending.it, Some(&ending.charging.instrument), &cx.actor);
        Ok((ending, thing))
    }

    fn thing(&self, (.., thing): &Self::Facts) -> Thing {
        thing.clone()
    }

    fn decide(
        &self,
        (mut ending, _): Self::Facts,
        cx: &Cx<'_, '_>,
    ) -> Result<Self::Plan, Vec<Refusal>> {
        let it = &mut ending.it;
        if it.stopped_at.is_some() {
            return Err(vec![over()]);
        }
        let mut no = Vec::new();
        let end = self.ended_at.unwrap_or(cx.now);
        if end < it.started_at || end > cx.now {
            no.push(Refusal::invalid("use-end-outside").on("ended_at"));
        }
        let limit = it.started_at.plus_seconds(3_600 * OPEN_HOURS_MAX);
        let found = &ending.charging.instrument;
        let operates = cx.actor.person.is_some_and(|me| found.is_operated_by(me));
        let manages = cx.actor.roles.iter().any(|(id, role)| {
            *id == it.unit
                && matches!(role, access::Role::TransferOfficer | access::Role::FirmAdministrator)
        });
        let is_staff = operates || manages;
        if self.ended_at.is_some() && !is_staff {
            no.push(Refusal::new(Class::NotAllowed, "use-end-by-staff").on("ended_at"));
        }
        // Nobody charges himself a day for a forgotten stop: staff looks at it first.
        if self.ended_at.is_none() && cx.now >= limit && !is_staff {
            let refusal = Refusal::new(Class::Refused, "use-unfinished");
            no.push(refusal.with("since", Value::At(it.started_at)));
        }
        match base::text::block("note", &self.note, limits::SUMMARY_CHARS_MAX) {
            Ok(note) => it.note = note,
            Err(refusal) => no.push(refusal),
        }
        if self.ended_at.is_some() && self.note.trim().is_empty() {
            no.push(Refusal::invalid("adjustment-reason-missing").on("note"));
        }
        it.stopped_at = Some(end);
        no.extend(ending.charging.price(&ending.delivered()).err());
        if no.is_empty() { Ok(ending) } else { Err(no) }
    }

    fn save(&self, ending: Ending, cx: &mut Cx<'_, '_>) -> Result<UseChanged, Stop> {
        ending.save(cx, "use-stopped")
    }
}

/// Ends a use whose instrument stands still: its later minutes are never charged.
#[derive(serde::Serialize)]
pub struct HaltUse {
    #[serde(rename = "use")]
    pub id: UseId,
    /// Since when the instrument stands still.
    pub since: Instant,
    #[serde(skip)]
    instrument: Option<InstrumentId>,
    #[serde(skip)]
    accounts: BTreeSet<AccountId>,
}

impl HaltUse {
    /// For the timer.
    pub fn new(id: UseId, since: Instant) -> Self {
        Self { id, since, instrument: None, accounts: BTreeSet::new() }
    }
}

impl Act for HaltUse {
    const ACT: A = A::TendBookings;
    type Facts = Ending;
    type Plan = Ending;
    type Outcome = UseChanged;

    fn prepare(&mut self, city: &City) -> Result<(), No> {
        (self.instrument, self.accounts) = named(city, self.id)?;
        Ok(())
    }

    fn holds(&self) -> Vec<Hold> {
        holds(self.id, self.instrument, &self.accounts)
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Ending, Stop> {
        Ending::load(cx, self.id)
    }

    fn thing(&self, _: &Ending) -> Thing {
        Thing::open()
    }

    fn decide(&self, mut ending: Ending, cx: &Cx<'_, '_>) -> Result<Ending, Vec<Refusal>> {
        let is_down = |(span, _): &(Span, Free)| span.start() == self.since && span.holds(cx.now);
        if ending.it.stopped_at.is_some() || !ending.free.iter().any(is_down) {
            return Err(vec![over()]);
        }
        ending.it.stopped_at = Some(self.since.max(ending.it.started_at));
        ending.charging.price(&ending.delivered()).map_err(|no| vec![no])?;
        Ok(ending)
    }

    fn save(&self, ending: Ending, cx: &mut Cx<'_, '_>) -> Result<UseChanged, Stop> {
        ending.save(cx, "use-halted")
    }
}

impl City {
    /// Ends uses whose instrument stands still; answers how many.
    pub fn halt_uses(&self) -> Result<usize, No> {
        let timer = Asker::person(self.row()?.operator);
        let now = self.now();
        let due = self.store().read(|tx| store::tie::halted(tx, now, RUN_MAX))?;
        let halt = |(id, since)| self.perform(&timer, HaltUse::new(id, since)).is_ok();
        Ok(due.into_iter().map(halt).filter(|done| *done).count())
    }
}
