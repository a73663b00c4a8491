//! What is known at the door of an instrument, and whether a use may begin.

use super::start::StartUse;
use crate::act::Stop;
use crate::booking::scene::{is_barred, rules_of, seats_of};
use crate::booking::{fund, is_manager, is_staff, tie};
use crate::tariff::{class_of, wall};
use access::{Act as A, Actor};
use base::{Instant, PersonId, Refusal, Span, Value, VoucherId, limits};
use calendar::Zone;
use instruments::Instrument;
use instruments::booking::Booking;
use instruments::outage::Reach;
use instruments::qualification::{Standing, best};
use instruments::rules::Rules;
use instruments::sheet::{Condition, Mode};
use instruments::start::{Facts as Door, Pass, Role, check, pass};
use instruments::tariff::{Tariff, valid_on};
use instruments::tie::{at_the_door, is_due, taken_by_other};
use instruments::turn::{Ahead, Now};
use instruments::usage::Kept;
use store::Tx;
use store::booking_rule::Outage;

/// Bookings of an instrument for one moment that are looked at.
const NOW_MAX: usize = 200;

/// What is known at the door.
pub struct Found {
    pub(super) instrument: Instrument,
    /// The booking that the use takes up.
    pub(super) booking: Option<Booking>,
    /// The voucher that the booking holds.
    pub(super) held: Option<VoucherId>,
    is_visible: bool,
    running: Vec<Kept>,
    tariffs: Vec<Tariff>,
    class: String,
    /// Whether the voucher that was named is the organisation's own.
    has_voucher: bool,
    rules: Rules,
    /// Start and end of the nearest booking, be it for later.
    nearest: Option<(Instant, Instant)>,
    booked_by_other: Option<Instant>,
    /// Who comes before in the queue.
    ahead: Option<Ahead>,
    is_qualified: bool,
    is_blocked: bool,
    is_barred: bool,
    /// When the person's access to the unit's instruments ends.
    access_ends: Option<Instant>,
    missing_trainings: Vec<String>,
    downs: Vec<Outage>,
    /// What the rooms around it ask.
    area: Option<instruments::start::Area>,
    /// Whether the person operates the instrument, or answers for it.
    is_staff: bool,
}

impl Found {
    /// The lowest seat that nobody uses.
    pub(super) fn seat(&self) -> u32 {
        let taken: Vec<u32> = self.running.iter().map(|it| it.seat).collect();
        (1..=self.instrument.sheet.seats()).find(|seat| !taken.contains(seat)).unwrap_or(1)
    }

    fn seats(&self) -> usize {
        usize::try_from(self.instrument.sheet.seats()).unwrap_or(usize::MAX)
    }
}

/// Loads what the checks at the door ask about.
pub(super) fn load(
    tx: &mut Tx<'_>,
    actor: &Actor,
    act: &StartUse,
    now: Instant,
) -> Result<Found, Stop> {
    let it = store::instrument::find(tx, act.instrument)?.ok_or_else(Refusal::not_found)?;
    let thing = crate::instrument::thing_of(&it, actor);
    let is_visible = crate::act::may(actor, A::LookAtInstrument, &thing).is_ok();
    let day = wall(&it)(now).date;
    let class = class_of(tx, (it.owner, act.organisation), day)?;
    let kept = store::tariff::of_instrument(tx, it.id)?;
    let has_voucher = match act.voucher {
        None => true,
        Some(id) => store::voucher::find(tx, id)?
            .is_some_and(|found| found.terms.holder == act.organisation),
    };
    let (rules, zone) = rules_of(tx, &it)?;
    let person = actor.person.ok_or_else(crate::account::sign_in_required)?;
    let running = store::usage::running(tx, it.id)?;
    let own = tie::coming(tx, (&it, person), now)?;
    let early = rules.early_minutes.value;
    let nearest = at_the_door(&own, early, now);
    let booking = nearest.filter(|found| is_due(found.span, early, now)).cloned();
    let held = match &booking {
        Some(found) => fund::held(tx, found.id)?,
        None => None,
    };
    let moment = minute(now);
    let others = store::booking::of_instrument(tx, it.id, moment, NOW_MAX)?;
    let seats = usize::from(seats_of(&it));
    let ahead = ahead(tx, (&it, person), &running, now)?;
    let trust = trust(tx, (&it, person), (&rules, &zone), moment)?;
    let set = store::booking_rule::standing(tx, person, (it.owner, it.id), now)?;
    Ok(Found {
        booked_by_other: taken_by_other(&others, person, (running.len(), seats), now),
        nearest: nearest.map(|found| (found.span.start(), found.span.end())),
        ahead,
        downs: store::booking_rule::outages(tx, it.id, moment)?,
        area: crate::area::at_the_door(tx, (&it, person), now)?,
        is_staff: is_staff(&it, actor) || is_manager(&it, actor),
        is_blocked: set.blocked.is_some(),
        is_barred: is_barred(tx, &rules, (person, &[act.organisation]))?,
        access_ends: set.access_ends,
        is_qualified: trust.0,
        missing_trainings: trust.1,
        held: held.map(|held| held.voucher),
        tariffs: kept.into_iter().map(|it| it.tariff).collect(),
        instrument: it,
        booking,
        is_visible,
        running,
        class,
        has_voucher,
        rules,
    })
}

/// Who comes before somebody in the queue of an instrument that has one.
fn ahead(
    tx: &mut Tx<'_>,
    (it, person): (&Instrument, PersonId),
    running: &[Kept],
    now: Instant,
) -> Result<Option<Ahead>, store::StoreError> {
    if !matches!(it.mode(), Mode::Queue | Mode::Hybrid) {
        return Ok(None);
    }
    let line = store::turn::line(tx, it.id)?;
    let running: Vec<PersonId> = running.iter().map(|use_| use_.person).collect();
    let known = Now {
        running: &running,
        seats: usize::from(seats_of(it)),
        bookings: &[],
        buffer_minutes: 0,
        hold_minutes: 0,
    };
    Ok(instruments::turn::ahead(&line, person, &known, now))
}

/// The minute that begins now.
fn minute(now: Instant) -> Span {
    Span::new(now, now.plus_seconds(60)).expect("a minute has a length")
}

/// Whether the person's qualification is valid at this moment, and which courses are missing.
fn trust(
    tx: &mut Tx<'_>,
    (it, person): (&Instrument, PersonId),
    (rules, zone): (&Rules, &Zone),
    moment: Span,
) -> Result<(bool, Vec<String>), store::StoreError> {
    let is_qualified = match rules.needs_qualification.value {
        true => {
            let found = store::booking_rule::qualification(tx, it.id, person)?;
            let grants: Vec<_> = found.into_iter().map(|found| found.grant).collect();
            best(&grants, zone, &rules.days.value, moment) == Standing::Good
        }
        false => true,
    };
    let wanted = &rules.trainings.value;
    let done = match wanted.is_empty() {
        true => Vec::new(),
        false => store::booking_rule::trained(tx, person, it.owner, moment.start())?,
    };
    let missing = wanted.iter().filter(|code| !done.contains(code)).cloned().collect();
    Ok((is_qualified, missing))
}

/// Lets a use begin, with the project that is charged, or says everything that stands against it.
pub(super) fn judge(
    act: &StartUse,
    found: &Found,
    person: PersonId,
    now: Instant,
) -> Result<String, Vec<Refusal>> {
    let booked = found.booking.as_ref().map(|booking| booking.project.as_str());
    let typed = match act.project.trim() {
        "" => booked.unwrap_or_default(),
        typed => typed,
    };
    // Only staff lets it pass; whoever else names it is told so, and nothing passes.
    let passes_turn = found.is_staff && act.passes.contains(&Pass::Turn);
    let door = door(found, person, (typed, passes_turn));
    let mut no = check(&door, now).err().unwrap_or_default();
    if !found.is_visible {
        return Err(no);
    }
    let day = wall(&found.instrument)(now).date;
    let is_priced = valid_on(&found.tariffs, &found.class, act.way, day).is_some();
    if !found.tariffs.is_empty() && !is_priced {
        no.push(Refusal::invalid("no-tariff").with("on", Value::On(day)));
    }
    if !found.has_voucher {
        no.push(Refusal::invalid("voucher-other-holder").on("voucher"));
    }
    // Who was named in the booking pays for its use.
    let named = found.booking.as_ref().and_then(|booking| booking.organisation);
    if named.is_some_and(|named| named != act.organisation) {
        no.push(Refusal::invalid("use-booked-for-other").on("organisation"));
    }
    no.extend(pass(&act.passes, found.is_staff, &act.reason));
    let project = base::text::line("project", typed, limits::NAME_CHARS_MAX);
    match (project, no.as_slice()) {
        (Ok(project), []) => Ok(project),
        (project, _) => {
            no.extend(project.err());
            Err(no)
        }
    }
}

fn door(found: &Found, person: PersonId, (project, passes_turn): (&str, bool)) -> Door {
    let it = &found.instrument;
    let operates = it.is_operated_by(person);
    let broken = matches!(it.sheet.condition, Condition::AwaitsRepair | Condition::AwaitsScrapping);
    let taken = found.running.len() >= found.seats();
    let own = found.running.iter().find(|use_| use_.person == person);
    let since = own.or_else(|| found.running.first().filter(|_| taken));
    // An outage that follows from another one's tells what is down; its own says until when.
    let whole = || found.downs.iter().filter(|down| down.reach == Reach::Whole);
    let resources = whole().filter(|down| down.cause.is_some()).map(|down| down.title.clone());
    let until = whole().filter(|down| down.cause.is_none()).map(|down| down.span.end()).max();
    Door {
        may_use: operates || !found.is_blocked,
        is_visible: found.is_visible,
        role: if operates { Role::Staff } else { Role::User },
        is_operational: !broken && it.retired.is_none(),
        in_use_since: since.map(|use_| use_.started_at),
        take_over: false,
        is_qualified: operates || found.is_qualified,
        for_another: false,
        resources_down: resources.collect(),
        area: found.area.clone(),
        needs_booking: found.rules.needs_booking.value,
        booking: found.nearest,
        early_minutes: found.rules.early_minutes.value,
        booked_by_other: found.booked_by_other,
        ahead: found.ahead.filter(|_| !passes_turn),
        project_ok: !found.rules.needs_project.value || !project.is_empty(),
        is_barred: found.is_barred,
        missing_trainings: if operates { Vec::new() } else { found.missing_trainings.clone() },
        access_until: found.access_ends.filter(|_| !operates),
        cooling_until: None,
        outage_until: until,
    }
}
