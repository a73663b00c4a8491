//! Stage E: may it be this time?

use super::{Ask, Doing, Facts, Own};
use crate::problem::{Code, Problem};
use crate::quota::{counted_minutes, relieved};
use base::{Instant, Span, Value};
use calendar::Spans;
use calendar::zone::{minutes, plus_minutes};

pub(super) fn problems(facts: &Facts<'_>, ask: &Ask, span: Span, now: Instant) -> Vec<Problem> {
    let quiet = relieved(&facts.rules.relief.value, facts.zone, &facts.rules.days.value, span);
    // Whole bookings in quiet hours are free of gaps and counts.
    let is_quiet = !facts.rules.relief.value.is_empty() && quiet.covers(span);
    let mut problems = Vec::new();
    problems.extend(owner(facts, ask));
    problems.extend(moment(facts, ask, span, now));
    problems.extend(shape(facts, span, &quiet));
    problems.extend(hours(facts, span));
    if !is_quiet {
        problems.extend(gaps(facts, span));
        problems.extend(days(facts, span));
        problems.extend(future(facts, span, &quiet, now));
    }
    problems.extend(quotas(facts, span, now));
    problems.extend(others(facts, span));
    problems
}

fn owner(facts: &Facts<'_>, ask: &Ask) -> Option<Problem> {
    let is_change = matches!(ask.doing, Doing::Move { .. });
    (is_change && !facts.actor.is_owner).then(|| Problem::new(Code::NotOwner))
}

/// Too late, too soon, too far ahead.
fn moment(facts: &Facts<'_>, ask: &Ask, span: Span, now: Instant) -> Vec<Problem> {
    let rules = facts.rules;
    let mut problems = Vec::new();
    let is_past = match ask.doing {
        // Of a booking that runs only the end can change.
        Doing::Move { old, .. } if old.start() <= now && span.start() == old.start() => {
            span.end() < now
        }
        _ => span.start() < now,
    };
    if is_past {
        problems.push(Problem::new(Code::InPast).at("now", now));
    }
    match ask.doing {
        Doing::Book => {
            let least = rules.notice_minutes.value;
            if !is_past && span.start() < plus_minutes(now, i64::from(least)) {
                let problem = Problem::new(Code::TooSoon).number("notice_min", least);
                problems.push(problem.by("notice_minutes", &rules.notice_minutes));
            }
        }
        Doing::Move { old, .. } => {
            let least = rules.edit_notice_minutes.value;
            let is_locked = least > 0 && old.start() < plus_minutes(now, i64::from(least));
            if is_locked && span != old {
                let problem = Problem::new(Code::EditLocked).number("notice_min", least);
                problems.push(problem.by("edit_notice_minutes", &rules.edit_notice_minutes));
            }
        }
    }
    let days = rules.horizon_for(&facts.person.class);
    let latest = now.plus_seconds(i64::from(days) * 86_400);
    if days > 0 && span.start() > latest {
        let problem = Problem::new(Code::BeyondHorizon).at("latest_start", latest);
        problems.push(problem.by("horizon_days", &rules.horizon_days));
    }
    problems
}

/// Grid and length.
fn shape(facts: &Facts<'_>, span: Span, quiet: &Spans) -> Vec<Problem> {
    let rules = facts.rules;
    let mut problems = Vec::new();
    let window = rules.hours.value.at(facts.zone, &rules.days.value, span.start());
    let grid = window.and_then(|window| window.grid).unwrap_or(rules.grid.value);
    if !(grid.has_start(facts.zone, span.start()) && grid.has_length(span)) {
        let problem = Problem::new(Code::OffGrid).number("start_min", grid.start);
        problems.push(problem.number("length_min", grid.length).by("grid", &rules.grid));
    }
    let real = minutes(span);
    if real < i64::from(rules.least_minutes.value) {
        let problem = Problem::new(Code::TooShort).number("limit_min", rules.least_minutes.value);
        problems.push(problem.number("real_min", real).by("least_minutes", &rules.least_minutes));
    }
    let (counted, most) = (counted_minutes(quiet, span), rules.most_minutes.value);
    if most > 0 && counted > i64::from(most) {
        let problem = Problem::new(Code::TooLong).number("limit_min", most);
        problems
            .push(problem.number("counted_min", counted).by("most_minutes", &rules.most_minutes));
    }
    problems
}

fn hours(facts: &Facts<'_>, span: Span) -> Vec<Problem> {
    let rules = facts.rules;
    let mut problems = Vec::new();
    let open = rules.hours.value.within(facts.zone, &rules.days.value, span);
    if !open.covers(span) {
        let closed = open.gaps(span);
        let first = closed.as_slice().first().map_or(span.start(), |gap| gap.start());
        problems.push(
            Problem::new(Code::OutsideHours).at("closed_at", first).by("hours", &rules.hours),
        );
    }
    if !rules.over_midnight.value && facts.zone.days_of(span).nth(1).is_some() {
        problems
            .push(Problem::new(Code::CrossesMidnight).by("over_midnight", &rules.over_midnight));
    }
    problems
}

/// Own bookings here that still hold their time or held it.
fn own_here<'a>(facts: &'a Facts<'_>) -> impl Iterator<Item = &'a Own> {
    facts.own.iter().filter(|own| own.is_here)
}

fn gaps(facts: &Facts<'_>, span: Span) -> Vec<Problem> {
    let least = i64::from(facts.rules.gap_minutes.value);
    let mut problems = Vec::new();
    if least == 0 {
        return problems;
    }
    let kept = || own_here(facts).filter(|own| own.state.counts_on_its_day());
    let tell = |code, at| {
        let problem = Problem::new(code).number("least_min", least).at("at", at);
        problem.by("gap_minutes", &facts.rules.gap_minutes)
    };
    let before = kept().map(|own| own.span.end()).filter(|end| *end <= span.start()).max();
    if let Some(end) = before.filter(|end| plus_minutes(*end, least) > span.start()) {
        problems.push(tell(Code::GapBefore, end));
    }
    let after = kept().map(|own| own.span.start()).filter(|start| *start >= span.end()).min();
    if let Some(start) = after.filter(|start| plus_minutes(span.end(), least) > *start) {
        problems.push(tell(Code::GapAfter, start));
    }
    problems
}

/// Own bookings that touch each day of the site; missed ones too.
fn days(facts: &Facts<'_>, span: Span) -> Option<Problem> {
    let limit = facts.rules.day_count.value;
    if limit == 0 {
        return None;
    }
    let full = facts.zone.days_of(span).find(|date| {
        let day = facts.zone.day(*date);
        let count = own_here(facts)
            .filter(|own| own.state.counts_on_its_day() && own.span.overlaps(day))
            .count();
        count >= usize::try_from(limit).unwrap_or(usize::MAX)
    })?;
    let problem = Problem::new(Code::DayCount).number("limit", limit).with("on", Value::On(full));
    Some(problem.by("day_count", &facts.rules.day_count))
}

/// What the person holds of time that is not over. Minutes of a running booking count from now on;
/// missed ones hold no time any more.
fn future(facts: &Facts<'_>, span: Span, quiet: &Spans, now: Instant) -> Vec<Problem> {
    let rules = facts.rules;
    let mut problems = Vec::new();
    let ahead: Vec<Span> = own_here(facts)
        .filter(|own| own.state.holds_time() && own.span.end() > now)
        .map(|own| own.span)
        .collect();
    let count = rules.future_count.value;
    if count > 0 && ahead.len() >= usize::try_from(count).unwrap_or(usize::MAX) {
        let problem = Problem::new(Code::FutureCount).number("limit", count);
        problems.push(problem.by("future_count", &rules.future_count));
    }
    let limit = rules.future_minutes.value;
    if limit > 0 {
        let left = |own: &Span| {
            let left = Span::new(own.start().max(now), own.end())?;
            let quiet = relieved(&rules.relief.value, facts.zone, &rules.days.value, left);
            Some(counted_minutes(&quiet, left))
        };
        let used: i64 = ahead.iter().filter_map(left).sum();
        let asked = counted_minutes(quiet, span);
        if used + asked > i64::from(limit) {
            let problem = Problem::new(Code::FutureTime).number("limit_min", limit);
            let problem = problem.number("used_min", used).number("asked_min", asked);
            problems.push(problem.by("future_minutes", &rules.future_minutes));
        }
    }
    problems
}

fn quotas(facts: &Facts<'_>, span: Span, now: Instant) -> Vec<Problem> {
    let place = (facts.zone, &facts.rules.days.value);
    let over = facts.quotas.iter().filter_map(|(quota, counted)| {
        let found = quota.exceeded(place, counted, span, now)?;
        let unit = match quota.measure {
            crate::quota::Measure::Minutes => "minutes",
            crate::quota::Measure::Bookings => "bookings",
        };
        let problem = Problem::new(Code::Quota)
            .number("limit", quota.limit)
            .number("used", found.used)
            .number("asked", found.asked)
            .with("unit", Value::Term(format!("booking-unit-{unit}")))
            .with("window", Value::Term(format!("booking-period-{}", quota.period.code())));
        let problem = match found.resets_at {
            Some(at) => problem.at("resets_at", at),
            None => problem,
        };
        Some(problem.by("quotas", &facts.rules.quotas))
    });
    over.collect()
}

fn others(facts: &Facts<'_>, span: Span) -> Vec<Problem> {
    let mut problems = Vec::new();
    if facts.rules.no_self_overlap.value {
        let twice = facts
            .own
            .iter()
            .find(|own| !own.is_here && own.state.holds_time() && own.span.overlaps(span));
        problems.extend(twice.map(|own| {
            let problem = Problem::new(Code::SelfOverlap).at("at", own.span.start());
            let problem = problem.at("until", own.span.end());
            problem.by("no_self_overlap", &facts.rules.no_self_overlap)
        }));
    }
    if facts.area.as_ref().is_some_and(|area| !area.holds(span.start())) {
        problems.push(Problem::new(Code::AreaMissing));
    }
    problems
}
