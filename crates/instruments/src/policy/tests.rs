//! The acceptance scenarios of the rules, and what must hold of every judgement.

use super::*;
use crate::booking::State;
use crate::outage::Reach;
use crate::quota::{Measure, Period, Relief, What, Who};
use crate::rules::{ClassHorizon, Layer};
use crate::setting::{Level, Set};
use base::{OutageId, Value};
use calendar::{Hours, Weekdays};
use proptest::prelude::*;

/// Everything that facts borrow.
struct World {
    zone: Zone,
    layer: Layer,
    seats: u16,
    takes_bookings: bool,
    actor: Actor,
    person: Person,
    purse: Purse,
    taken: Vec<Taken>,
    downs: Vec<Down>,
    own: Vec<Own>,
    quotas: Vec<(Quota, Vec<Counted>)>,
    accessories: Vec<Accessory>,
    rooms: Vec<Room>,
    site: Option<Spans>,
    area: Option<Spans>,
    passes: Vec<Code>,
    asks: bool,
    doing: Doing,
}

/// A Monday, eight in the morning.
const NOW: &str = "02T08:00";

fn at(text: &str) -> Instant {
    Instant::parse_rfc3339(&format!("2026-03-{text}:00+08:00")).expect("a moment")
}

fn span(from: &str, until: &str) -> Span {
    Span::new(at(from), at(until)).expect("a span")
}

fn world() -> World {
    World {
        zone: Zone::china(),
        layer: Layer { grid: Some(Set::open(calendar::Grid::default())), ..Layer::default() },
        seats: 1,
        takes_bookings: true,
        actor: Actor {
            sees_it: true,
            may_book: true,
            is_for_other: false,
            may_act_for_other: false,
            is_staff: false,
            is_manager: false,
            is_owner: true,
        },
        person: Person {
            class: "internal".to_owned(),
            is_external: false,
            blocked: None,
            missing_trainings: vec![],
            access_ends: None,
            standing: Standing::Missing,
            is_notice_unread: false,
            has_agreement: false,
            is_feedback_due: false,
            credit: 100,
            enters_always: false,
        },
        purse: Purse::default(),
        taken: vec![],
        downs: vec![],
        own: vec![],
        quotas: vec![],
        accessories: vec![],
        rooms: vec![],
        site: None,
        area: None,
        passes: vec![],
        asks: false,
        doing: Doing::Book,
    }
}

impl World {
    fn rule(mut self, change: impl FnOnce(&mut Layer)) -> Self {
        change(&mut self.layer);
        self
    }

    fn with(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }

    fn judge(&self, from: &str, until: &str) -> Verdict {
        self.judge_span(at(from), at(until))
    }

    fn judge_span(&self, start: Instant, end: Instant) -> Verdict {
        self.asked(|facts, ask| judge(facts, ask, at(NOW)), start, end)
    }

    fn asked<T>(&self, run: impl FnOnce(&Facts<'_>, &Ask) -> T, start: Instant, end: Instant) -> T {
        let rules = Rules::of(&[(Level::Unit, self.layer.clone())]);
        let facts = Facts {
            zone: &self.zone,
            rules: &rules,
            seats: self.seats,
            takes_bookings: self.takes_bookings,
            actor: self.actor,
            person: self.person.clone(),
            purse: self.purse.clone(),
            taken: &self.taken,
            downs: &self.downs,
            rooms: &self.rooms,
            accessories: &self.accessories,
            site: self.site.clone(),
            own: &self.own,
            quotas: &self.quotas,
            area: self.area.clone(),
        };
        let (passes, asks) = (self.passes.clone(), self.asks);
        run(&facts, &Ask { start, end, doing: self.doing, passes, asks })
    }

    fn codes(&self, from: &str, until: &str) -> Vec<&'static str> {
        self.judge(from, until).codes()
    }
}

fn taken(from: &str, until: &str) -> Taken {
    Taken { seat: 1, span: span(from, until) }
}

fn own(from: &str, until: &str, state: State) -> Own {
    Own { span: span(from, until), state, is_here: true }
}

fn number(verdict: &Verdict, name: &str) -> Option<i64> {
    match verdict.problems.first()?.param(name)? {
        Value::Number(number) => Some(*number),
        _ => None,
    }
}

fn moment(verdict: &Verdict, name: &str) -> Option<Instant> {
    match verdict.problems.first()?.param(name)? {
        Value::At(at) => Some(*at),
        _ => None,
    }
}

/// Scenarios 5 and 6.
#[test]
fn touching_bookings_do_not_conflict_and_buffers_do() {
    let world = world().with(|w| w.taken.push(taken("02T10:00", "02T11:00")));
    assert!(world.codes("02T11:00", "02T12:00").is_empty());
    assert_eq!(world.codes("02T10:59", "02T12:00"), ["overlap"]);
    // A cleaning of fifteen minutes is part of the taken time.
    let world = world.with(|w| w.taken = vec![taken("02T10:00", "02T11:15")]);
    let verdict = world.judge("02T11:10", "02T12:00");
    assert_eq!(
        (verdict.codes(), moment(&verdict, "until")),
        (vec!["overlap"], Some(at("02T11:15")))
    );
    // Buffers of neighbours add up: ours of ten minutes reaches into theirs.
    let world = world.rule(|layer| layer.setup_minutes = Some(Set::open(10)));
    assert_eq!(world.codes("02T11:20", "02T12:00"), ["overlap"]);
    assert!(world.codes("02T11:25", "02T12:00").is_empty());
}

/// Scenario 3, for one caller after another.
#[test]
fn seats_are_counted_and_not_refused() {
    let world = world().with(|w| {
        w.seats = 2;
        w.taken.push(taken("02T10:00", "02T11:00"));
    });
    assert!(world.codes("02T10:00", "02T11:00").is_empty());
    let full = world.with(|w| w.taken.push(Taken { seat: 2, span: span("02T10:30", "02T12:00") }));
    let verdict = full.judge("02T10:00", "02T11:00");
    assert_eq!(verdict.codes(), ["over_capacity"]);
    assert_eq!(
        (number(&verdict, "limit"), moment(&verdict, "first_at")),
        (Some(2), Some(at("02T10:30")))
    );
}

/// Scenario 7.
#[test]
fn two_problems_come_in_one_answer() {
    let world = world().rule(|layer| {
        layer.least_minutes = Some(Set::open(90));
        layer.most_minutes = Some(Set::open(30));
    });
    assert_eq!(world.codes("02T10:00", "02T11:00"), ["too_short", "too_long"]);
}

/// Scenario 8.
#[test]
fn a_class_can_have_a_longer_horizon() {
    let near = world().rule(|layer| {
        layer.horizon_days = Some(Set::open(2));
        let class = "partner".to_owned();
        layer.class_horizons = Some(Set::open(vec![ClassHorizon { class, days: 30 }]));
    });
    let verdict = near.judge("05T08:00", "05T09:00");
    assert_eq!(verdict.codes(), ["beyond_horizon"]);
    assert_eq!(moment(&verdict, "latest_start"), Some(at("04T08:00")));
    assert!(
        near.with(|w| w.person.class = "partner".to_owned())
            .codes("05T08:00", "05T09:00")
            .is_empty()
    );
}

/// Scenarios 9 and 10.
#[test]
fn an_outage_refuses_or_warns() {
    let down =
        |reach| Down { id: OutageId::from_bits(1), span: span("02T10:00", "02T12:00"), reach };
    let whole = world().with(|w| w.downs.push(down(Reach::Whole)));
    for (from, until) in
        [("02T09:00", "02T10:01"), ("02T11:59", "02T13:00"), ("02T10:00", "02T12:00")]
    {
        assert_eq!(whole.codes(from, until), ["outage"], "{from}");
    }
    assert!(whole.codes("02T12:00", "02T13:00").is_empty());
    let part = world().with(|w| w.downs.push(down(Reach::Part)));
    let verdict = part.judge("02T10:00", "02T12:00");
    assert!(verdict.is_fine());
    assert_eq!(verdict.warnings.iter().map(|own| own.code).collect::<Vec<_>>(), [Code::Outage]);
}

/// Scenarios 11 and 12.
#[test]
fn the_count_of_a_day_has_nights_and_missed_ones() {
    let one = world().rule(|layer| layer.day_count = Some(Set::open(1)));
    let night = one.with(|w| w.own.push(own("03T23:00", "04T01:00", State::Confirmed)));
    assert_eq!(night.codes("03T09:00", "03T10:00"), ["day_count"]);
    assert_eq!(night.codes("04T09:00", "04T10:00"), ["day_count"]);
    assert!(night.codes("05T09:00", "05T10:00").is_empty());
    let missed = night.with(|w| w.own = vec![own("02T08:00", "02T08:30", State::Missed)]);
    assert_eq!(missed.codes("02T09:00", "02T10:00"), ["day_count"]);
    let cancelled = missed.with(|w| w.own[0].state = State::Cancelled);
    assert!(cancelled.codes("02T09:00", "02T10:00").is_empty());
}

/// Scenario 13.
#[test]
fn a_gap_is_asked_on_each_side() {
    let world = world()
        .rule(|layer| layer.gap_minutes = Some(Set::open(120)))
        .with(|w| w.own.push(own("02T10:00", "02T11:00", State::Confirmed)));
    assert_eq!(world.codes("02T11:30", "02T12:00"), ["gap_before"]);
    assert_eq!(world.codes("02T09:00", "02T09:30"), ["gap_after"]);
    assert!(world.codes("02T13:00", "02T14:00").is_empty());
}

/// Scenario 14.
#[test]
fn a_running_booking_counts_what_is_left_of_it() {
    let world = world()
        .rule(|layer| layer.future_minutes = Some(Set::open(90)))
        .with(|w| w.own.push(own("02T07:00", "02T09:00", State::InUse)));
    assert_eq!(world.codes("02T10:00", "02T10:45"), ["future_time"]);
    assert!(world.codes("02T10:00", "02T10:30").is_empty());
    let missed = world.with(|w| w.own[0].state = State::Missed);
    assert!(missed.codes("02T10:00", "02T10:45").is_empty(), "a missed one holds no time");
}

/// Scenario 15.
#[test]
fn a_group_shares_its_quota() {
    let quota = Quota {
        who: Who::Group,
        what: What::Instrument,
        measure: Measure::Minutes,
        period: Period::Week,
        hours: Hours::default(),
        limit: 600,
    };
    let counted = [("02T08:00", "02T13:00"), ("03T08:00", "03T12:40")];
    let counted = counted.map(|(from, until)| Counted { span: span(from, until) }).to_vec();
    let world = world().with(|w| w.quotas.push((quota, counted)));
    let verdict = world.judge("04T10:00", "04T10:30");
    assert_eq!(verdict.codes(), ["quota"]);
    assert_eq!((number(&verdict, "used"), number(&verdict, "limit")), (Some(580), Some(600)));
    assert_eq!(moment(&verdict, "resets_at"), Some(at("09T00:00")));
    assert!(world.codes("04T10:00", "04T10:20").is_empty());
}

/// Scenarios 16 and 17.
#[test]
fn quiet_hours_lift_lengths_and_counts() {
    let relief = |one: Relief| {
        world().rule(move |layer| {
            layer.relief = Some(Set::open(vec![one]));
            layer.most_minutes = Some(Set::open(60));
        })
    };
    let daily = relief(Relief::Daily { from: 8 * 60, to: 18 * 60 });
    assert!(daily.codes("03T09:00", "03T12:00").is_empty());
    let verdict = daily.judge("03T06:30", "03T09:00");
    assert_eq!(verdict.codes(), ["too_long"]);
    assert_eq!(
        (number(&verdict, "limit_min"), number(&verdict, "counted_min")),
        (Some(60), Some(90))
    );
    let weekend = relief(Relief::RestDays).rule(|layer| {
        let mut days = calendar::Days::default();
        days.named.insert(base::Date::constant(2026, 3, 14), calendar::Day::Work);
        layer.days = Some(Set::open(days));
    });
    assert!(weekend.codes("07T09:00", "07T12:00").is_empty());
    assert_eq!(weekend.codes("14T09:00", "14T12:00"), ["too_long"]);
}

/// Scenarios 18, 19 and 24.
#[test]
fn only_staff_let_problems_pass_and_only_those_they_name() {
    let world = world()
        .rule(|layer| {
            layer.most_minutes = Some(Set::open(60));
            layer.needs_qualification = Some(Set::open(true));
        })
        .with(|w| w.passes = vec![Code::TooLong]);
    assert_eq!(world.codes("02T10:00", "02T12:00"), ["not_allowed"]);
    let staff = world.with(|w| w.actor.is_staff = true);
    let verdict = staff.judge("02T10:00", "02T12:00");
    assert_eq!(verdict.codes(), ["not_qualified"]);
    assert_eq!(verdict.warnings.iter().map(|own| own.code).collect::<Vec<_>>(), [Code::TooLong]);
    let barred = staff.with(|w| {
        w.purse.is_barred = true;
        w.actor.is_manager = true;
        w.passes = Code::ALL.to_vec();
    });
    assert_eq!(barred.codes("02T10:00", "02T12:00"), ["export_control"]);
}

/// Scenario 22, and what is over.
#[test]
fn a_move_knows_its_version_and_its_own_time() {
    let old = span("02T10:00", "02T11:00");
    let moving =
        |state, seen| world().with(move |w| w.doing = Doing::Move { old, state, version: 3, seen });
    assert!(moving(State::Confirmed, 3).codes("02T10:30", "02T11:30").is_empty());
    assert_eq!(moving(State::Confirmed, 2).codes("02T10:30", "02T11:30"), ["stale"]);
    assert_eq!(moving(State::Cancelled, 3).codes("02T10:30", "02T11:30"), ["closed_booking"]);
    let foreign = moving(State::Confirmed, 3).with(|w| w.actor.is_owner = false);
    assert_eq!(foreign.codes("02T10:30", "02T11:30"), ["not_owner"]);
    let locked = moving(State::Confirmed, 3).rule(|l| l.edit_notice_minutes = Some(Set::open(180)));
    assert_eq!(locked.codes("02T12:00", "02T13:00"), ["edit_locked"]);
    // Of a running booking only the end counts.
    let running = world().with(|w| {
        let old = span("02T07:00", "02T09:00");
        w.doing = Doing::Move { old, state: State::InUse, version: 1, seen: 1 };
    });
    assert!(running.codes("02T07:00", "02T10:00").is_empty());
    assert_eq!(running.codes("02T07:00", "02T07:30"), ["in_past"]);
}

/// Scenario 28: only problems that can be asked for become a request.
#[test]
fn what_may_be_asked_for_becomes_a_request() {
    let world = world()
        .rule(|layer| {
            layer.most_minutes = Some(Set::open(60));
            layer.may_ask = Some(Set::open(true));
        })
        .with(|w| w.asks = true);
    let verdict = world.judge("02T10:00", "02T12:00");
    assert!(verdict.is_fine());
    assert_eq!(verdict.asked.iter().map(|own| own.code).collect::<Vec<_>>(), [Code::TooLong]);
    let short = world.rule(|layer| layer.least_minutes = Some(Set::open(240)));
    assert_eq!(short.codes("02T10:00", "02T12:00"), ["too_short", "too_long"]);
}

/// Every code is reached, each by its own cause.
#[test]
fn the_stops_of_stage_a() {
    let check = |change: fn(&mut World), code: &str| {
        assert_eq!(world().with(change).codes("02T10:00", "02T11:00"), [code]);
    };
    check(|w| w.actor.sees_it = false, "not_found");
    check(|w| w.actor.may_book = false, "not_allowed");
    check(|w| w.actor.is_for_other = true, "not_allowed");
    check(|w| w.person.blocked = Some(None), "person_blocked");
    check(|w| w.takes_bookings = false, "no_bookings");
    assert_eq!(world().codes("02T11:00", "02T11:00"), ["bad_span"]);
    let second = at("02T11:00").plus_seconds(1);
    assert_eq!(world().judge_span(at("02T10:00"), second).codes(), ["bad_span"]);
    assert_eq!(
        world().judge_span(at("02T10:00"), at("02T10:00").plus_seconds(367 * 86_400)).codes(),
        ["bad_span"]
    );
}

/// The rest of the codes, each by its own cause.
#[test]
fn every_other_problem_has_its_cause() {
    let check = |change: fn(&mut World), code: &str| {
        assert_eq!(world().with(change).codes("02T10:00", "02T11:00"), [code]);
    };
    check(
        |w| w.rooms.push(Room { limit: 1, present: vec![span("02T10:30", "02T12:00")] }),
        "over_capacity",
    );
    check(
        |w| {
            let taken = vec![(span("02T10:30", "02T12:00"), 2)];
            w.accessories.push(Accessory { name: "cell".to_owned(), stock: 2, wanted: 1, taken });
        },
        "accessory_short",
    );
    check(|w| w.site = Some([span("02T10:30", "02T12:00")].into_iter().collect()), "site_closed");
    check(|w| w.purse.is_project_missing = true, "project_missing");
    check(|w| w.purse.project_refused = Some("booking-project-closed"), "project_refused");
    check(|w| w.purse.is_tariff_missing = true, "no_tariff");
    check(|w| w.purse.short_by = Some(100), "no_funds");
    check(|w| w.person.missing_trainings.push("laser".to_owned()), "training_missing");
    check(|w| w.person.access_ends = Some(at("02T10:59")), "access_expired");
    check(|w| w.layer.needs_qualification = Some(Set::open(true)), "not_qualified");
    check(|w| w.person.is_notice_unread = true, "notice_unread");
    check(
        |w| {
            w.layer.needs_agreement = Some(Set::open(true));
            w.person.is_external = true;
        },
        "agreement_missing",
    );
    check(|w| w.person.is_feedback_due = true, "feedback_due");
    check(
        |w| {
            w.layer.least_credit = Some(Set::open(50));
            w.person.credit = 49;
        },
        "credit_low",
    );
    check(|w| w.layer.notice_minutes = Some(Set::open(121)), "too_soon");
    check(|w| w.layer.grid = Some(Set::open(calendar::Grid { start: 45, length: 15 })), "off_grid");
    check(
        |w| w.layer.hours = Some(Set::open(Hours::daily(Weekdays::WORKDAYS, 540, 630))),
        "outside_hours",
    );
    check(
        |w| {
            w.layer.future_count = Some(Set::open(1));
            w.own.push(own("03T10:00", "03T11:00", State::Pending));
        },
        "future_count",
    );
    check(
        |w| {
            w.layer.no_self_overlap = Some(Set::open(true));
            let elsewhere = Own { is_here: false, ..own("02T10:30", "02T12:00", State::Confirmed) };
            w.own.push(elsewhere);
        },
        "self_overlap",
    );
    check(|w| w.area = Some(Spans::default()), "area_missing");
    assert_eq!(world().codes("02T07:00", "02T11:00"), ["in_past"]);
    let early = world().rule(|layer| layer.over_midnight = Some(Set::open(false)));
    assert_eq!(early.codes("02T23:00", "03T01:00"), ["crosses_midnight"]);
    assert!(early.codes("02T23:00", "03T00:00").is_empty(), "midnight is the end of its day");
}

/// The free times that a refusal offers are the nearest ones that pass.
#[test]
fn a_refusal_offers_what_passes() {
    let world = world()
        .rule(|layer| layer.hours = Some(Set::open(Hours::daily(Weekdays::ALL, 540, 1020))))
        .with(|w| w.taken.push(taken("02T10:00", "02T12:00")));
    let offered = world.asked(
        |facts, ask| nearest(facts, ask, (span("02T00:00", "09T00:00"), 3), at(NOW)),
        at("02T10:30"),
        at("02T11:30"),
    );
    let want = [("02T09:00", "02T10:00"), ("02T12:00", "02T13:00"), ("02T13:00", "02T14:00")];
    assert_eq!(offered, want.map(|(from, until)| span(from, until)));
}

/// When a refused time is worth another try.
#[test]
fn no_try_is_made_before_it_can_pass() {
    let ask = |world: &World, from: &str, until: &str| {
        world.asked(
            |facts, ask| {
                let problems = judge(facts, ask, at(NOW)).problems;
                assert!(!problems.is_empty(), "refused");
                again(facts, span(from, until), &problems, at(NOW))
            },
            at(from),
            at(until),
        )
    };
    let room = Room { limit: 1, present: vec![span("02T10:00", "02T12:00")] };
    let full = world().with(|w| w.rooms.push(room));
    assert_eq!(ask(&full, "02T09:00", "02T11:00"), Some(at("02T10:01")));
    let open = [span("02T09:00", "02T12:00"), span("03T09:00", "03T12:00")];
    let shut = world().with(|w| w.site = Some(open.into_iter().collect()));
    assert_eq!(ask(&shut, "02T13:00", "02T14:00"), Some(at("03T09:00")));
    assert_eq!(ask(&shut, "02T11:30", "02T12:30"), Some(at("02T11:31")));
    assert_eq!(ask(&shut, "03T13:00", "03T14:00"), None);
    let far = world().rule(|layer| layer.horizon_days = Some(Set::open(1)));
    assert_eq!(ask(&far, "04T09:00", "04T10:00"), None);
    let soon = world().rule(|layer| layer.notice_minutes = Some(Set::open(120)));
    assert_eq!(ask(&soon, "02T09:00", "02T10:00"), Some(at("02T10:00")));
    let early = world().rule(|layer| layer.over_midnight = Some(Set::open(false)));
    assert_eq!(ask(&early, "02T23:00", "03T01:00"), Some(at("03T00:00")));
    let own =
        |from, until, is_here| Own { span: span(from, until), state: State::Confirmed, is_here };
    let once = world().rule(|layer| layer.day_count = Some(Set::open(1)));
    let once = once.with(|w| w.own.push(own("03T09:00", "03T10:00", true)));
    assert_eq!(ask(&once, "02T23:00", "03T01:00"), Some(at("04T00:00")));
    let night = vec![Relief::Daily { from: 1_200, to: 360 }];
    let once = once.rule(|layer| layer.relief = Some(Set::open(night)));
    assert_eq!(ask(&once, "03T12:00", "03T13:00"), Some(at("03T12:01")), "the night is free");
    let twice = world().rule(|layer| layer.no_self_overlap = Some(Set::open(true)));
    let twice = twice.with(|w| w.own.push(own("02T10:00", "02T12:00", false)));
    assert_eq!(ask(&twice, "02T09:00", "02T11:00"), Some(at("02T12:00")));
    let lent = vec![(span("02T08:00", "02T10:00"), 1), (span("02T09:00", "02T11:00"), 1)];
    let holder = |stock| {
        let taken = lent.clone();
        let one = Accessory { name: "Holder".to_owned(), stock, wanted: 1, taken };
        world().with(|w| w.accessories.push(one))
    };
    assert_eq!(ask(&holder(2), "02T08:30", "02T12:00"), Some(at("02T10:00")));
    assert_eq!(ask(&holder(1), "02T08:30", "02T12:00"), Some(at("02T11:00")));
    assert_eq!(ask(&holder(0), "02T12:00", "02T13:00"), None);
    let ever = |change: &dyn Fn(&mut Layer), minutes| {
        let world = world().rule(|layer| change(layer));
        is_ever(&Rules::of(&[(Level::Unit, world.layer)]), minutes)
    };
    assert!(!ever(&|layer| layer.most_minutes = Some(Set::open(60)), 61));
    assert!(ever(&|layer| layer.most_minutes = Some(Set::open(60)), 60));
    assert!(!ever(&|layer| layer.least_minutes = Some(Set::open(60)), 59));
    assert!(ever(&|layer| layer.over_midnight = Some(Set::open(false)), 1_500));
    assert!(!ever(&|layer| layer.over_midnight = Some(Set::open(false)), 1_501));
    let grid = calendar::Grid { start: 30, length: 30 };
    assert!(!ever(&|layer| layer.grid = Some(Set::open(grid)), 45));
}

proptest! {
    /// Whatever is asked, problems come in one order, what is judged fine holds no taken time, and the
    /// answer does not depend on the order in which facts were found.
    #[test]
    fn no_judgement_lets_time_be_taken_twice(
        seats in 1u16..4,
        buffers in (0u32..20, 0u32..20),
        asked in prop::collection::vec((0i64..600, 1i64..120), 1..30),
    ) {
        let mut world = world().rule(|layer| {
            layer.setup_minutes = Some(Set::open(buffers.0));
            layer.cleanup_minutes = Some(Set::open(buffers.1));
            layer.least_minutes = Some(Set::open(1));
        });
        world.seats = seats;
        let mut held: Vec<Span> = Vec::new();
        for (from, long) in asked {
            let start = calendar::zone::plus_minutes(at("02T09:00"), from);
            let end = calendar::zone::plus_minutes(start, long);
            let verdict = world.judge_span(start, end);
            let mut turned = World { taken: world.taken.iter().rev().copied().collect(), ..self::world() };
            (turned.seats, turned.layer) = (seats, world.layer.clone());
            prop_assert_eq!(turned.judge_span(start, end), verdict.clone());
            prop_assert!(verdict.problems.is_sorted_by_key(|problem| problem.code));
            if verdict.is_fine() {
                let busy = crate::booking::busy(Span::new(start, end).expect("a span"), buffers.0, buffers.1);
                world.taken.extend(calendar::seats::place(&world.taken, seats, busy).expect("room"));
                held.push(busy);
            }
        }
        prop_assert!(is_sound(&held, seats));
    }
}

/// The check that finds double bookings finds them: faults planted in the question whether two times
/// meet are all caught, and the question that we ask is never at fault.
#[test]
fn a_planted_fault_is_caught() {
    let mut chance = base::chance::SeededChance::new(7);
    let mut draw = |below: u8| {
        let mut byte = [0];
        base::Chance::fill(&mut chance, &mut byte);
        i64::from(byte[0] % below)
    };
    let mut asked = Vec::new();
    for _ in 0..200 {
        let start = calendar::zone::plus_minutes(at("02T09:00"), draw(120));
        let end = calendar::zone::plus_minutes(start, 5 + draw(60));
        asked.push(Span::new(start, end).expect("a span"));
    }
    let run = |meets: fn(Span, Span) -> bool| {
        asked.chunks(20).all(|day| {
            let mut held: Vec<Span> = Vec::new();
            for one in day {
                if !held.iter().any(|own| meets(*own, *one)) {
                    held.push(*one);
                }
            }
            is_sound(&held, 1)
        })
    };
    assert!(run(Span::overlaps));
    let only_the_new_start: fn(Span, Span) -> bool = |own, new| own.holds(new.start());
    let only_equal_times: fn(Span, Span) -> bool = |own, new| own == new;
    let without_the_end: fn(Span, Span) -> bool = |own, new| {
        let short = Span::new(own.start(), calendar::zone::plus_minutes(own.end(), -5));
        short.is_some_and(|short| short.overlaps(new))
    };
    for fault in [only_the_new_start, only_equal_times, without_the_end] {
        assert!(!run(fault));
    }
}

/// Whether no moment is held more often than there are seats.
fn is_sound(held: &[Span], seats: u16) -> bool {
    let whole = span("01T00:00", "31T00:00");
    calendar::seats::busiest(held.iter().copied(), whole).0 <= usize::from(seats)
}
