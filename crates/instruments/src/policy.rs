//! The one engine that judges a booking: for pages, the programming interface, the kiosk, imports and
//! timers alike.
//!
//! Stage A stops at its first problem. Stages B to E are all asked and all their problems told, in the
//! order of [`Code`]. A problem that staff let pass is told as a warning.

mod free;
mod person;
mod place;
mod span;
#[cfg(test)]
mod tests;

use crate::outage::Down;
use crate::problem::{Code, Pass, Problem};
use crate::qualification::Standing;
use crate::quota::{Counted, Quota};
use crate::rules::Rules;
use base::{Instant, Span};
use calendar::seats::Taken;
use calendar::{Spans, Zone};

pub use free::{again, is_ever, nearest, nearest_by};

/// Minutes of a booking at most, whatever the rules say: a year.
const LONGEST_MINUTES: i64 = 366 * 1440;

/// What somebody wants to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doing {
    Book,
    /// Another time for a booking; what the client saw was this version.
    Move {
        old: Span,
        state: crate::booking::State,
        version: u64,
        seen: u64,
    },
}

/// A request.
#[derive(Clone, Debug)]
pub struct Ask {
    pub start: Instant,
    pub end: Instant,
    pub doing: Doing,
    /// Problems that the asker lets pass.
    pub passes: Vec<Code>,
    /// Whether the asker asks for what rules refuse.
    pub asks: bool,
}

/// Who asks, as far as access knows.
#[derive(Clone, Copy, Debug)]
pub struct Actor {
    pub sees_it: bool,
    pub may_book: bool,
    /// Whether the booking is for somebody else, and whether that is allowed.
    pub is_for_other: bool,
    pub may_act_for_other: bool,
    pub is_staff: bool,
    pub is_manager: bool,
    /// Whether the booking that is changed is their own, or they stand in for its owner.
    pub is_owner: bool,
}

impl Actor {
    /// Somebody who books for themselves and answers for nothing.
    pub fn of_public() -> Self {
        Self {
            sees_it: true,
            may_book: true,
            is_for_other: false,
            may_act_for_other: false,
            is_staff: false,
            is_manager: false,
            is_owner: true,
        }
    }
}

/// What is charged, and whether it can be.
#[derive(Clone, Debug, Default)]
pub struct Purse {
    pub is_project_missing: bool,
    /// Why the project cannot be charged, as a term.
    pub project_refused: Option<&'static str>,
    pub is_tariff_missing: bool,
    /// Minor units that the account or voucher is short by.
    pub short_by: Option<i64>,
    pub is_barred: bool,
}

/// The person the booking is for.
#[derive(Clone, Debug)]
pub struct Person {
    /// The class of customers, which decides horizons.
    pub class: String,
    pub is_external: bool,
    /// Until when they are blocked; `Some(None)` is without an end.
    pub blocked: Option<Option<Instant>>,
    /// Codes of courses that they have not done.
    pub missing_trainings: Vec<String>,
    pub access_ends: Option<Instant>,
    /// What their qualification is worth for the asked time; asked only where one is needed.
    pub standing: Standing,
    pub is_notice_unread: bool,
    pub has_agreement: bool,
    pub is_feedback_due: bool,
    pub credit: u32,
    /// Whether they may enter a closed site.
    pub enters_always: bool,
}

impl Person {
    /// Somebody of whom nothing is known that stands against a booking.
    pub fn plain(is_external: bool) -> Self {
        Self {
            class: if is_external { "external" } else { "internal" }.to_owned(),
            is_external,
            blocked: None,
            missing_trainings: Vec::new(),
            access_ends: None,
            standing: Standing::Good,
            is_notice_unread: false,
            has_agreement: true,
            is_feedback_due: false,
            credit: u32::MAX,
            enters_always: false,
        }
    }
}

/// A booking of the person, here or elsewhere. The one that is moved is not among them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Own {
    pub span: Span,
    pub state: crate::booking::State,
    /// Whether it is on this instrument.
    pub is_here: bool,
}

/// Something that is lent with the instrument.
#[derive(Clone, Debug)]
pub struct Accessory {
    pub name: String,
    pub stock: u16,
    pub wanted: u16,
    pub taken: Vec<(Span, u16)>,
}

/// A room that the instrument stands in, or one around it.
#[derive(Clone, Debug)]
pub struct Room {
    pub limit: u16,
    /// When others are in it; staff only where the room counts them.
    pub present: Vec<Span>,
}

/// Everything that is known when a booking is judged.
pub struct Facts<'a> {
    pub zone: &'a Zone,
    pub rules: &'a Rules,
    pub seats: u16,
    /// Whether the instrument takes bookings at all.
    pub takes_bookings: bool,
    pub actor: Actor,
    pub person: Person,
    pub purse: Purse,
    /// Time that is taken, with its buffers. What is moved is not among it.
    pub taken: &'a [Taken],
    pub downs: &'a [Down],
    pub rooms: &'a [Room],
    pub accessories: &'a [Accessory],
    /// When building and area are open; `None` is always.
    pub site: Option<Spans>,
    pub own: &'a [Own],
    /// Each quota with what counts in it already.
    pub quotas: &'a [(Quota, Vec<Counted>)],
    /// Own bookings of the area, where one has to cover the start.
    pub area: Option<Spans>,
}

/// What the engine answers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    /// Why it is refused; none means that it may be booked.
    pub problems: Vec<Problem>,
    /// What staff let pass, and what is worth knowing.
    pub warnings: Vec<Problem>,
    /// Problems that somebody is asked to let pass: the booking waits for them.
    pub asked: Vec<Problem>,
}

impl Verdict {
    /// Whether the time may be booked, be it pending.
    pub fn is_fine(&self) -> bool {
        self.problems.is_empty()
    }

    /// The codes of the problems, in order.
    pub fn codes(&self) -> Vec<&'static str> {
        self.problems.iter().map(|problem| problem.code.code()).collect()
    }
}

/// Judges a request.
pub fn judge(facts: &Facts<'_>, ask: &Ask, now: Instant) -> Verdict {
    let span = match stop(facts, ask) {
        Ok(span) => span,
        Err(problem) => return Verdict { problems: vec![problem], ..Verdict::default() },
    };
    let mut problems = place::problems(facts, span);
    problems.extend(purse(facts));
    problems.extend(person::problems(facts, span));
    problems.extend(span::problems(facts, ask, span, now));
    debug_assert!(problems.is_sorted_by_key(|problem| problem.code), "told in one order");
    sort_out(facts, ask, problems, place::warnings(facts, span))
}

/// Stage A: the first problem ends it.
fn stop(facts: &Facts<'_>, ask: &Ask) -> Result<Span, Problem> {
    let actor = &facts.actor;
    if !actor.sees_it {
        return Err(Problem::new(Code::NotFound));
    }
    let may_name = ask.passes.is_empty() || actor.is_staff || actor.is_manager;
    if !actor.may_book || (actor.is_for_other && !actor.may_act_for_other) || !may_name {
        return Err(Problem::new(Code::NotAllowed));
    }
    let passes_block = actor.is_manager && ask.passes.contains(&Code::PersonBlocked);
    if let Some(until) = facts.person.blocked.filter(|_| !passes_block) {
        let problem = Problem::new(Code::PersonBlocked);
        return Err(match until {
            Some(until) => problem.at("until", until),
            None => problem,
        });
    }
    if !facts.takes_bookings {
        return Err(Problem::new(Code::NoBookings));
    }
    let span = Span::new(ask.start, ask.end).filter(|span| is_in_whole_minutes(*span));
    let span = span.filter(|span| calendar::zone::minutes(*span) <= LONGEST_MINUTES);
    let span = span.ok_or_else(|| Problem::new(Code::BadSpan))?;
    match ask.doing {
        Doing::Move { state, .. } if !state.holds_time() => Err(Problem::new(Code::ClosedBooking)),
        Doing::Move { version, seen, .. } if version != seen => {
            Err(Problem::new(Code::Stale).number("version", version))
        }
        _ => Ok(span),
    }
}

fn is_in_whole_minutes(span: Span) -> bool {
    span.start().micros() % 60_000_000 == 0 && span.end().micros() % 60_000_000 == 0
}

/// Stage C: who pays.
fn purse(facts: &Facts<'_>) -> Vec<Problem> {
    let purse = &facts.purse;
    let mut problems = Vec::new();
    if purse.is_project_missing {
        let problem = Problem::new(Code::ProjectMissing);
        problems.push(problem.by("needs_project", &facts.rules.needs_project));
    }
    if let Some(why) = purse.project_refused {
        problems.push(
            Problem::new(Code::ProjectRefused).with("why", base::Value::Term(why.to_owned())),
        );
    }
    if purse.is_tariff_missing {
        problems.push(Problem::new(Code::NoTariff));
    }
    if let Some(short_by) = purse.short_by {
        problems.push(Problem::new(Code::NoFunds).number("short_by", short_by));
    }
    if purse.is_barred {
        problems.push(Problem::new(Code::ExportControl).by("barred", &facts.rules.barred));
    }
    problems
}

/// Divides problems into those that refuse, those that are let pass, and those that are asked about.
fn sort_out(
    facts: &Facts<'_>,
    ask: &Ask,
    problems: Vec<Problem>,
    mut warnings: Vec<Problem>,
) -> Verdict {
    let (passed, left): (Vec<Problem>, Vec<Problem>) = problems
        .into_iter()
        .partition(|problem| ask.passes.contains(&problem.code) && may_pass(facts, problem.code));
    warnings.extend(passed);
    warnings.sort_by_key(|problem| problem.code);
    let can_be_asked = ask.asks
        && facts.rules.may_ask.value
        && left.iter().all(|problem| problem.code.may_be_asked_for());
    if can_be_asked {
        return Verdict { problems: Vec::new(), warnings, asked: left };
    }
    Verdict { problems: left, warnings, asked: Vec::new() }
}

/// What rooms say of a time in them: one that is full, and one that is closed at its start or end.
pub fn of_rooms(rooms: &[Room], open: Option<&Spans>, span: Span) -> Vec<Problem> {
    let mut problems: Vec<Problem> = place::full(rooms, span).into_iter().collect();
    problems.extend(open.and_then(|open| place::closed(open, span)));
    problems
}

/// Whether the asker may let a problem pass.
fn may_pass(facts: &Facts<'_>, code: Code) -> bool {
    match code.pass() {
        Pass::Nobody => false,
        Pass::Staff => facts.actor.is_staff || facts.actor.is_manager,
        Pass::Manager => facts.actor.is_manager,
    }
}
