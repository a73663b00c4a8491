//! What becomes of a booking: another time, none at all, an answer to a request.

use super::make::{taken_away, text_faults};
use super::scene::{For, Scene, Wanted, counted_names, rules_of};
use super::{BookingChanged, find, fund, is_manager, is_staff, refusals, thing_of, told};
use crate::act::{Act, Cx, No, Stop};
use crate::city::City;
use crate::ledger::holds_on;
use access::{Act as A, Thing};
use base::{AccountId, BookingId, Class, Instant, InstrumentId, Refusal, Span};
use calendar::seats::Taken;
use instruments::Instrument;
use instruments::accessory::{Lent, gathered};
use instruments::approval::{Stage, turn};
use instruments::booking::{Booking, State, cancel, decide_until, given_up_late};
use instruments::policy::{Ask, Doing, judge};
use instruments::problem::{Code, Problem};
use instruments::rules::Rules;
use std::collections::BTreeSet;
use store::Hold;
use store::booking::{History, Holder};

/// The names that a change of a booking holds, found out before its transaction; a booking never
/// changes its instrument.
pub(super) fn held(city: &City, id: BookingId) -> Result<Vec<String>, No> {
    let found = city.store().read(|tx| {
        let Some(booking) = store::booking::find(tx, id)? else { return Ok(None) };
        let Some(it) = store::instrument::find(tx, booking.instrument)? else { return Ok(None) };
        let (rules, _) = rules_of(tx, &it)?;
        let named = (booking.person, booking.organisation, booking.project.as_str());
        let nobody = access::Actor::anonymous();
        let mut names = vec![booking.instrument.to_string()];
        if let Ok(named) = For::load(tx, named, &nobody, city.now())? {
            names.extend(counted_names(&it, &rules, &named));
        }
        Ok(Some(names))
    })?;
    Ok(found.unwrap_or_default())
}

/// A booking as it is found by an act that changes it.
pub struct Found {
    pub(super) booking: Booking,
    pub(super) it: Instrument,
    pub(super) thing: Thing,
}

pub(super) fn load(cx: &mut Cx<'_, '_>, id: BookingId) -> Result<Found, Stop> {
    let (booking, it) = find(cx.tx, id)?;
    let thing = thing_of(&booking, &it, &cx.actor);
    Ok(Found { booking, it, thing })
}

pub(super) fn stale(booking: &Booking, seen: u64) -> Option<Refusal> {
    (booking.version != seen)
        .then(|| Problem::new(Code::Stale).number("version", booking.version).refusal())
}

pub(crate) fn keep(cx: &mut Cx<'_, '_>, before: u64, booking: &Booking) -> Result<(), Stop> {
    if store::booking::change(cx.tx, before, booking)? {
        return Ok(());
    }
    Err(Problem::new(Code::Stale).number("version", booking.version).refusal().into())
}

/// Moves a booking, or makes it longer or shorter: a move that fails keeps the old time.
#[derive(serde::Serialize)]
pub struct MoveBooking {
    pub booking: BookingId,
    /// The version that was seen.
    pub version: u64,
    pub start: Instant,
    pub end: Instant,
    pub passes: Vec<Code>,
    pub reason: String,
    /// What shall be lent with it from now on; what was, where it is left out.
    pub accessories: Option<Vec<Lent>>,
    #[serde(skip)]
    holds: Vec<String>,
    /// Of the voucher that was named for it.
    #[serde(skip)]
    accounts: BTreeSet<AccountId>,
}

impl MoveBooking {
    /// A new time for the version that was seen.
    pub fn new(booking: BookingId, version: u64, (start, end): (Instant, Instant)) -> Self {
        let (passes, reason, holds) = (Vec::new(), String::new(), Vec::new());
        let accounts = BTreeSet::new();
        let accessories = None;
        Self { booking, version, start, end, passes, reason, accessories, holds, accounts }
    }
}

/// What a move is decided from.
pub struct Moving {
    found: Found,
    scene: Result<Scene, Refusal>,
    /// What was agreed to, where a rule asks for agreement.
    history: Option<History>,
}

impl Act for MoveBooking {
    const ACT: A = A::ChangeBooking;
    type Facts = Moving;
    type Plan = (Scene, (Span, Booking), Vec<Taken>, Vec<Problem>);
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

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Moving, Stop> {
        let found = load(cx, self.booking)?;
        let booking = &found.booking;
        let named = (booking.person, booking.organisation, booking.project.as_str());
        let scene = match For::load(cx.tx, named, &cx.actor, cx.now)? {
            Ok(named) => {
                let span = Span::new(self.start, self.end).unwrap_or(booking.span);
                let is_owner = cx.actor.person == Some(booking.person);
                let moved = Some((booking.id, is_owner));
                let lent = match &self.accessories {
                    Some(asked) => gathered(asked)?,
                    None => booking.accessories.clone(),
                };
                let accessories = lent.as_slice();
                let wanted = Wanted { moved, accessories, ..Wanted::new(&cx.actor, span) };
                Ok(Scene::load(cx.tx, found.it.clone(), named, &wanted, cx.now)?)
            }
            Err(no) => Err(no),
        };
        let is_asked = !booking.asked.is_empty();
        let asks = |scene: &Scene| is_asked || scene.asks_agreement();
        let history = match scene.as_ref().is_ok_and(asks) {
            true => Some(store::booking::history(cx.tx, booking)?),
            false => None,
        };
        Ok(Moving { found, scene, history })
    }

    fn thing(&self, moving: &Moving) -> Thing {
        moving.found.thing.clone()
    }

    fn decide(&self, moving: Moving, cx: &Cx<'_, '_>) -> Result<Self::Plan, Vec<Refusal>> {
        let (booking, history) = (moving.found.booking, moving.history);
        let scene = moving.scene.map_err(|no| vec![no])?;
        let mut no = text_faults("", "", (!self.passes.is_empty(), &self.reason));
        let doing = Doing::Move {
            old: booking.span,
            state: booking.state,
            version: booking.version,
            seen: self.version,
        };
        let passes = self.passes.clone();
        // Staff move bookings of others as their task: that alone is nothing to let pass.
        let mut facts = scene.facts();
        facts.actor.is_owner |= facts.actor.is_staff || facts.actor.is_manager;
        let ask = Ask { start: self.start, end: self.end, doing, passes, asks: false };
        let verdict = judge(&facts, &ask, cx.now);
        no.extend(refusals(&verdict.problems));
        let span = Span::new(self.start, self.end);
        let Some(span) = span.filter(|_| no.is_empty()) else { return Err(no) };
        let rules = &scene.rules;
        let steps = next_steps(&scene, (&booking, history), span, cx).map_err(|no| vec![no])?;
        let late = given_up_late(rules, booking.span, span, cx.now);
        let late_minutes = booking.late_minutes + late.map_or(0, calendar::zone::minutes);
        let is_waiting = booking.state == State::Pending;
        let next = Booking {
            span,
            setup_minutes: rules.setup_minutes.value,
            cleanup_minutes: rules.cleanup_minutes.value,
            late_minutes,
            decide_by: is_waiting.then(|| decide_until(rules, span.start(), cx.now)),
            reason: self.reason.trim().to_owned(),
            is_detached: booking.series.is_some(),
            steps,
            accessories: scene.lent(),
            ..booking.next_version(cx.now)
        };
        let pieces = scene.place(span).map_err(|_| vec![taken_away()])?;
        drop(facts);
        Ok((scene, (booking.busy(), next), pieces, verdict.warnings))
    }

    fn save(
        &self,
        (scene, (old, booking), pieces, warnings): Self::Plan,
        cx: &mut Cx<'_, '_>,
    ) -> Result<BookingChanged, Stop> {
        let holder = Holder::Booking(booking.id);
        keep(cx, self.version, &booking)?;
        store::booking::free(cx.tx, holder)?;
        store::booking::take(cx.tx, booking.instrument, holder, &pieces)?;
        crate::wait::freed_of(cx, booking.instrument, (old, booking.busy()))?;
        fund::follow(cx, &scene.it, &booking)?;
        told(cx, &scene.it, &booking, "booking-moved");
        Ok(BookingChanged::of(&booking, warnings))
    }
}

/// The steps of agreement after a move: all anew while they are asked for, and none that nobody agreed to
/// once it is agreed to, so that nobody gets by a small or an old booking what the new time needs today:
/// longer than what was agreed to is agreed to by nobody. Within its own time it takes nothing, and needs
/// nothing.
fn next_steps(
    scene: &Scene,
    (booking, history): (&Booking, Option<History>),
    span: Span,
    cx: &Cx<'_, '_>,
) -> Result<Vec<Stage>, Refusal> {
    let by = cx.actor.person.ok_or_else(crate::account::sign_in_required)?;
    let is_asked = !booking.asked.is_empty();
    let needed = scene.approval((span, is_asked), (by, cx.now));
    if booking.state == State::Pending {
        let needed = needed.alive()?;
        let from = if needed.stages.is_empty() { &booking.steps } else { &needed.stages };
        return Ok(from.iter().map(|stage| Stage::open(stage.step)).collect());
    }
    let own = booking.span;
    if own.start() <= span.start() && span.end() <= own.end() {
        return Ok(booking.steps.clone());
    }
    let long = span.end().micros() - span.start().micros();
    let is_more = needed.waits
        && history
            .is_none_or(|had| long > had.longest || (needed.stages.is_empty() && !had.is_agreed));
    // What staff agree to by moving it for somebody is kept with what was agreed to before.
    let had = |stage: &Stage| booking.steps.iter().any(|own| own.step == stage.step);
    let mut steps = booking.steps.clone();
    steps.extend(needed.stages.iter().filter(|stage| !had(stage)));
    steps.sort_unstable_by_key(|stage| stage.step);
    if scene.is_dead(&steps) {
        return Err(Refusal::new(Class::Refused, "booking-nobody-agrees"));
    }
    match turn(&steps).is_none() && !is_more {
        true => Ok(steps),
        false => Err(Refusal::new(Class::Refused, "booking-move-needs-agreement").on("end")),
    }
}

/// The minutes before the start within which the tariff of each booking charges giving it up; all are of
/// one instrument.
fn late_windows(
    tx: &mut store::Tx<'_>,
    it: &Instrument,
    bookings: &[Booking],
) -> Result<Vec<u32>, store::StoreError> {
    if bookings.iter().all(|booking| booking.organisation.is_none()) {
        return Ok(vec![0; bookings.len()]);
    }
    let kept = store::tariff::of_instrument(tx, it.id)?;
    let all: Vec<_> = kept.into_iter().map(|it| it.tariff).collect();
    let mut windows = Vec::with_capacity(bookings.len());
    for booking in bookings {
        let customer = booking.organisation.filter(|_| all.iter().any(|it| it.late.is_some()));
        let Some(customer) = customer else {
            windows.push(0);
            continue;
        };
        let day = crate::tariff::wall(it)(booking.span.start()).date;
        let class = crate::tariff::class_of(tx, (it.owner, customer), day)?;
        let own = instruments::tariff::valid_on(&all, &class, instruments::tariff::Way::Own, day);
        windows.push(own.and_then(|tariff| tariff.late).map_or(0, |late| late.within_minutes));
    }
    Ok(windows)
}

/// Bookings of one instrument, each with the rules by which it is given up and whether an outage lies in it.
pub(super) fn for_giving_up(
    cx: &mut Cx<'_, '_>,
    it: &Instrument,
    bookings: &[Booking],
) -> Result<Vec<(Rules, bool)>, Stop> {
    let (rules, _) = rules_of(cx.tx, it)?;
    // What the tariff charges as late is late, whatever the rule of booking says.
    let windows = late_windows(cx.tx, it, bookings)?;
    let first = bookings.iter().map(|booking| booking.span.start()).min();
    let last = bookings.iter().map(|booking| booking.span.end()).max();
    let reach = first.zip(last).and_then(|(first, last)| Span::new(first, last));
    let downs = match reach {
        Some(reach) => store::booking_rule::outages(cx.tx, it.id, reach)?,
        None => Vec::new(),
    };
    let of = |(booking, window): (&Booking, u32)| {
        let mut rules = rules.clone();
        rules.late_cancel_minutes.value = rules.late_cancel_minutes.value.max(window);
        (rules, downs.iter().any(|down| down.span.overlaps(booking.span)))
    };
    Ok(bookings.iter().zip(windows).map(of).collect())
}

/// A booking as it is once it is given up, or all that stands against it.
pub(super) fn given_up(
    (booking, it): (&Booking, &Instrument),
    (rules, is_down): &(Rules, bool),
    reason: &str,
    cx: &Cx<'_, '_>,
) -> Result<Booking, Vec<Refusal>> {
    let mut no = Vec::new();
    let is_by_owner = cx.actor.person == Some(booking.person);
    let is_of_staff = is_staff(it, &cx.actor) || is_manager(it, &cx.actor);
    let least = rules.cancel_notice_minutes.value;
    let from = calendar::zone::plus_minutes(booking.span.start(), -i64::from(least));
    if least > 0 && !is_of_staff && cx.now > from {
        let problem = Problem::new(Code::EditLocked).number("notice_min", least);
        no.push(problem.by("cancel_notice_minutes", &rules.cancel_notice_minutes).refusal());
    }
    // What the owner's people take away costs nobody anything.
    let is_free = *is_down || (is_of_staff && !is_by_owner);
    match cancel(rules, (booking.state, booking.span), is_free, cx.now) {
        Ok(done) if no.is_empty() => Ok(Booking {
            state: done.state,
            late_minutes: booking.late_minutes + done.late_minutes,
            reason: reason.trim().to_owned(),
            decide_by: None,
            ..booking.next_version(cx.now)
        }),
        Ok(_) => Err(no),
        Err(problem) => {
            no.push(problem.refusal());
            Err(no)
        }
    }
}

/// Keeps a booking that is given up, and frees its time.
pub(super) fn keep_given_up(
    cx: &mut Cx<'_, '_>,
    it: &Instrument,
    (before, booking): (u64, &Booking),
) -> Result<(), Stop> {
    keep(cx, before, booking)?;
    store::booking::free(cx.tx, Holder::Booking(booking.id))?;
    crate::wait::freed(cx, booking.instrument, booking.busy(), true)?;
    told(cx, it, booking, "booking-cancelled");
    Ok(())
}

/// Gives a booking up.
#[derive(serde::Serialize)]
pub struct CancelBooking {
    pub booking: BookingId,
    pub version: u64,
    pub reason: String,
    #[serde(skip)]
    holds: Vec<String>,
}

impl CancelBooking {
    /// The version that was seen, and a reason that may be empty.
    pub fn new(booking: BookingId, version: u64, reason: impl Into<String>) -> Self {
        Self { booking, version, reason: reason.into(), holds: Vec::new() }
    }
}

impl Act for CancelBooking {
    const ACT: A = A::ChangeBooking;
    type Facts = (Found, (Rules, bool));
    type Plan = (Booking, Instrument);
    type Outcome = BookingChanged;

    fn prepare(&mut self, city: &City) -> Result<(), No> {
        self.holds = held(city, self.booking)?;
        Ok(())
    }

    fn holds(&self) -> Vec<Hold> {
        self.holds.iter().map(Hold::on).collect()
    }

    fn read_committed(&self) -> bool {
        true
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Self::Facts, Stop> {
        let found = load(cx, self.booking)?;
        let own = std::slice::from_ref(&found.booking);
        let judged = for_giving_up(cx, &found.it, own)?.remove(0);
        Ok((found, judged))
    }

    fn thing(&self, (found, ..): &Self::Facts) -> Thing {
        found.thing.clone()
    }

    fn decide(
        &self,
        (found, judged): Self::Facts,
        cx: &Cx<'_, '_>,
    ) -> Result<Self::Plan, Vec<Refusal>> {
        let Found { booking, it, .. } = found;
        let mut no = text_faults("", "", (false, &self.reason));
        no.extend(stale(&booking, self.version));
        match given_up((&booking, &it), &judged, &self.reason, cx) {
            Ok(next) if no.is_empty() => Ok((next, it)),
            Ok(_) => Err(no),
            Err(more) => Err(no.into_iter().chain(more).collect()),
        }
    }

    fn save(&self, (booking, it): Self::Plan, cx: &mut Cx<'_, '_>) -> Result<BookingChanged, Stop> {
        keep_given_up(cx, &it, (self.version, &booking))?;
        Ok(BookingChanged::of(&booking, Vec::new()))
    }
}

/// What frees the time of a booking without anybody having asked: a timer, an outage.
pub(crate) fn end(
    cx: &mut Cx<'_, '_>,
    it: &Instrument,
    (booking, state): (&Booking, State),
    kind: &str,
) -> Result<Booking, Stop> {
    let next = Booking { state, decide_by: None, ..booking.next_version(cx.now) };
    keep(cx, booking.version, &next)?;
    store::booking::free(cx.tx, Holder::Booking(booking.id))?;
    crate::wait::freed(cx, booking.instrument, booking.busy(), true)?;
    told(cx, it, &next, kind);
    Ok(next)
}

/// The hold on an instrument's time.
pub(crate) fn on(instrument: InstrumentId) -> Hold {
    Hold::on(instrument)
}
