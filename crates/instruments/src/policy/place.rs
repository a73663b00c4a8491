//! Stage B: is there room?

use super::{Accessory, Facts, Room};
use crate::booking::busy;
use crate::outage::{Down, Reach};
use crate::problem::{Code, Problem};
use base::{Instant, Span};
use calendar::Spans;
use calendar::seats::{busiest, place};

pub(super) fn problems(facts: &Facts<'_>, span: Span) -> Vec<Problem> {
    let mut problems = Vec::new();
    problems.extend(taken(facts, span));
    problems.extend(full(facts.rooms, span));
    let down = facts.downs.iter().find(|down| is_hit(down, span, Reach::Whole));
    problems.extend(down.map(outage));
    problems.extend(facts.accessories.iter().filter_map(|one| {
        let mut lent = 0;
        let most = turns(one, span).into_iter().map(|(_, n)| {
            lent += n;
            lent
        });
        let free = i64::from(one.stock) - most.max().unwrap_or(0).max(0);
        let is_short = one.wanted > 0 && free < i64::from(one.wanted);
        is_short.then(|| {
            let problem = Problem::new(Code::AccessoryShort).number("free", free.max(0));
            problem.with("name", base::Value::Text(one.name.clone()))
        })
    }));
    let site = facts.site.as_ref().filter(|_| !facts.person.enters_always);
    problems.extend(site.and_then(|site| closed(site, span)));
    problems
}

pub(super) fn warnings(facts: &Facts<'_>, span: Span) -> Vec<Problem> {
    let partly = facts.downs.iter().filter(|down| is_hit(down, span, Reach::Part));
    partly.map(outage).collect()
}

/// When so much of an accessory is lent for the last time within a span that too little is left;
/// nothing where there never is enough of it.
pub(super) fn lent_until(facts: &Facts<'_>, span: Span, name: &str) -> Option<Instant> {
    let one = facts.accessories.iter().find(|one| one.name == name)?;
    let spare = i64::from(one.stock.checked_sub(one.wanted)?);
    let (mut lent, mut until) = (0, span.start());
    for (at, n) in turns(one, span) {
        // It is given back here.
        if lent > spare && lent + n <= spare {
            until = at;
        }
        lent += n;
    }
    Some(until)
}

/// When pieces of an accessory are lent and given back around a span, in order.
fn turns(one: &Accessory, span: Span) -> Vec<(Instant, i64)> {
    let mut turns = Vec::new();
    for (own, n) in one.taken.iter().filter(|(own, _)| own.overlaps(span)) {
        turns.push((own.start(), i64::from(*n)));
        turns.push((own.end(), -i64::from(*n)));
    }
    turns.sort_unstable();
    turns
}

/// The time that the asked span makes busy, with its buffers.
fn wide(facts: &Facts<'_>, span: Span) -> Span {
    busy(span, facts.rules.setup_minutes.value, facts.rules.cleanup_minutes.value)
}

/// Whether any seat is free, asked before everything else where many times are tried.
pub(super) fn has_room(facts: &Facts<'_>, span: Span) -> bool {
    taken(facts, span).is_none() && !facts.downs.iter().any(|down| is_hit(down, span, Reach::Whole))
}

fn taken(facts: &Facts<'_>, span: Span) -> Option<Problem> {
    let wide = wide(facts, span);
    if facts.seats > 1 {
        let full = place(facts.taken, facts.seats, wide).err()?;
        let problem = Problem::new(Code::OverCapacity).number("limit", facts.seats);
        return Some(problem.at("first_at", full));
    }
    let hit = facts.taken.iter().filter(|taken| taken.span.overlaps(wide));
    let first = hit.min_by_key(|taken| taken.span.start())?;
    let problem = Problem::new(Code::Overlap).at("at", first.span.start());
    Some(problem.at("until", first.span.end()))
}

/// The first room that is full at some instant.
pub(super) fn full(rooms: &[Room], span: Span) -> Option<Problem> {
    rooms.iter().find_map(|room| crowded(room, span))
}

fn crowded(room: &Room, span: Span) -> Option<Problem> {
    let (most, at) = busiest(room.present.iter().copied(), span);
    let is_full = most >= usize::from(room.limit);
    is_full.then(|| Problem::new(Code::OverCapacity).number("limit", room.limit).at("first_at", at))
}

fn is_hit(down: &Down, span: Span, reach: Reach) -> bool {
    down.reach == reach && down.span.overlaps(span)
}

fn outage(down: &Down) -> Problem {
    let problem = Problem::new(Code::Outage).at("at", down.span.start());
    problem.at("until", down.span.end()).with("outage", base::Value::Text(down.id.to_string()))
}

/// The site has to be open at the start and at the end.
pub(super) fn closed(site: &Spans, span: Span) -> Option<Problem> {
    let last = Instant::from_micros(span.end().micros() - 1);
    let shut = [span.start(), last].into_iter().find(|at| !site.holds(*at))?;
    Some(Problem::new(Code::SiteClosed).at("at", shut))
}
