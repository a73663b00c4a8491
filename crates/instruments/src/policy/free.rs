//! Other times than the one that was asked for: the nearest that pass, and when a later try is worth it.

use super::{Ask, Facts, judge, place};
use crate::problem::{Code, Problem};
use crate::rules::Rules;
use base::{Instant, Span, Value};
use calendar::Spans;
use calendar::zone::plus_minutes;

/// Starts that are tried at most, and the minutes between them at least.
const STARTS_MAX: usize = 4_000;
const STEP_MINUTES_MIN: u16 = 5;
/// The longest day, on which clocks are set back.
const DAY_MINUTES_MAX: u32 = 25 * 60;

/// The free times of the same length nearest to what was asked that pass all rules: at most `n`, the
/// nearest first. `taken` in the facts has to reach over `within`.
pub fn nearest(facts: &Facts<'_>, ask: &Ask, within: (Span, usize), now: Instant) -> Vec<Span> {
    nearest_by(facts, ask, within, now, |again| judge(facts, again, now).is_fine())
}

/// The same, where another one says whether a time that is free passes.
pub fn nearest_by(
    facts: &Facts<'_>,
    ask: &Ask,
    (within, n): (Span, usize),
    now: Instant,
    mut is_fine: impl FnMut(&Ask) -> bool,
) -> Vec<Span> {
    let long = ask.end.micros().saturating_sub(ask.start.micros());
    if long < 60_000_000 {
        return Vec::new();
    }
    let grid = facts.rules.grid.value;
    let step = i64::from(grid.start.max(STEP_MINUTES_MIN)) * 60_000_000;
    let mut found = Vec::new();
    let mut starts: Vec<Instant> = Vec::new();
    let mut at = facts.rules.grid.value.next_start(facts.zone, within.start().max(now));
    while at.micros() + long <= within.end().micros() && starts.len() < STARTS_MAX {
        starts.push(at);
        at = grid.next_start(facts.zone, Instant::from_micros(at.micros() + step));
    }
    starts.sort_by_key(|at| (at.micros().abs_diff(ask.start.micros()), *at));
    for start in starts {
        let end = Instant::from_micros(start.micros() + long);
        let Some(span) = Span::new(start, end) else { continue };
        let is_apart = found.iter().all(|own: &Span| !own.overlaps(span));
        if !is_apart || !place::has_room(facts, span) {
            continue;
        }
        if is_fine(&Ask { start, end, ..ask.clone() }) {
            found.push(span);
            if found.len() == n {
                break;
            }
        }
    }
    found
}

/// Whether a time of so many minutes can pass at any moment.
pub fn is_ever(rules: &Rules, minutes: u32) -> bool {
    let is_long = minutes > rules.most_minutes.value && rules.most_minutes.value > 0;
    let has_grids = rules.hours.value.windows.iter().any(|window| window.grid.is_some());
    let is_off = !minutes.is_multiple_of(u32::from(rules.grid.value.length.max(1)));
    let is_free = !rules.relief.value.is_empty();
    let is_over_midnight = minutes > DAY_MINUTES_MAX && !rules.over_midnight.value;
    minutes >= rules.least_minutes.value
        && (!is_long || is_free)
        && (!is_off || has_grids)
        && !is_over_midnight
}

/// From when on a time that was refused for these problems is worth trying again, as long and later;
/// nothing where no later one helps. No start before that passes.
pub fn again(facts: &Facts<'_>, span: Span, problems: &[Problem], now: Instant) -> Option<Instant> {
    let next = plus_minutes(span.start(), 1);
    let each = problems.iter().map(|problem| later(facts, span, problem, now));
    each.chain([Some(next)]).reduce(|one, other| Some(one?.max(other?))).flatten()
}

fn later(facts: &Facts<'_>, span: Span, problem: &Problem, now: Instant) -> Option<Instant> {
    let next = plus_minutes(span.start(), 1);
    match problem.code {
        Code::BeyondHorizon | Code::TooShort | Code::AccessExpired => None,
        // A qualification that lapses does not come back; its hours do.
        Code::NotQualified if problem.param("ends").is_some() => None,
        Code::Quota => {
            let place = (facts.zone, &facts.rules.days.value);
            let each = facts.quotas.iter();
            let each = each.filter_map(|(quota, counted)| quota.later(place, counted, span, now));
            each.chain([Some(next)]).reduce(|one, other| Some(one?.max(other?))).flatten()
        }
        Code::TooLong | Code::FutureCount | Code::FutureTime
            if facts.rules.relief.value.is_empty() =>
        {
            None
        }
        Code::TooSoon => Some(plus_minutes(now, i64::from(facts.rules.notice_minutes.value))),
        // Whatever begins before that instant holds it too.
        Code::OverCapacity => match problem.param("first_at") {
            Some(Value::At(at)) => Some(plus_minutes(*at, 1)),
            _ => Some(next),
        },
        Code::AccessoryShort => match problem.param("name") {
            Some(Value::Text(name)) => place::lent_until(facts, span, name),
            _ => Some(next),
        },
        Code::CrossesMidnight => Some(facts.zone.day(facts.zone.date(span.start())).end()),
        // In quiet hours of that day it would not count.
        Code::DayCount if facts.rules.relief.value.is_empty() => match problem.param("on") {
            Some(Value::On(on)) => Some(facts.zone.day(*on).end()),
            _ => Some(next),
        },
        Code::SelfOverlap => match problem.param("until") {
            Some(Value::At(until)) => Some(*until),
            _ => Some(next),
        },
        Code::SiteClosed => opens(facts.site.as_ref(), span.start(), next),
        Code::AreaMissing => opens(facts.area.as_ref(), span.start(), next),
        _ => Some(next),
    }
}

/// The first moment of a set from one on; the next minute where that one is in it.
fn opens(set: Option<&Spans>, at: Instant, next: Instant) -> Option<Instant> {
    let Some(set) = set.filter(|set| !set.holds(at)) else { return Some(next) };
    set.as_slice().iter().map(|span| span.start()).find(|start| *start > at)
}
