//! Free time that is offered is free time that is given: by a search over all, and after a refusal.

use crate::area::{another, hours, room, sheet, stand};
use crate::booking::{Lab, person, set};
use app::area::BookArea;
use app::booking::{
    BlockPerson, BookAsk, DeclareOutage, FreeAsk, FreeSlot, GrantQualification, SetBookingRules,
    Target,
};
use base::{InstrumentId, Span};
use calendar::{Grid, Hours, Weekdays};
use instruments::area::Sheet as AreaSheet;
use instruments::outage::Over;
use instruments::qualification::{Grade, Way};
use instruments::quota::{Measure, Period, Quota, What, Who};
use instruments::rules::Layer;
use worlds::on_both;

/// A sequence that looks like chance and is the same each time.
struct Seed(u64);

impl Seed {
    fn below(&mut self, n: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n
    }

    fn minutes(&mut self, n: u64) -> i64 {
        i64::try_from(self.below(n)).expect("few") * 15
    }
}

fn rules(seed: &mut Seed) -> Layer {
    let mut rules = Layer::default();
    let n = |seed: &mut Seed, most: u64| u32::try_from(seed.below(most)).expect("few");
    match seed.below(8) {
        0 => rules.site_hours = set(Hours::daily(Weekdays::WORKDAYS, 9 * 60, 17 * 60)),
        1 => rules.hours = set(Hours::daily(Weekdays::ALL, 8 * 60, 20 * 60)),
        2 => rules.notice_minutes = set(30 * 60 + n(seed, 600)),
        3 => rules.horizon_days = set(1 + n(seed, 3)),
        4 => rules.most_minutes = set(60 + 60 * n(seed, 3)),
        5 => rules.over_midnight = set(false),
        6 => rules.grid = set(Grid { start: 60, length: 30 }),
        _ => (rules.gap_minutes, rules.day_count) = (set(60 * n(seed, 4)), set(2)),
    }
    rules.setup_minutes = set(15 * n(seed, 3));
    rules.cleanup_minutes = set(15 * n(seed, 2));
    rules
}

fn search(lab: &Lab<'_>, from: i64, minutes: u32) -> Vec<FreeSlot> {
    let (from, until) = (lab.at(from), lab.at(6 * 1_440));
    let ask = FreeAsk { words: String::new(), from, until, minutes, limit: 50 };
    lab.city().free_slots(&lab.ada, &ask).expect("searched")
}

fn ask(it: InstrumentId, span: Span) -> BookAsk {
    BookAsk::new(it, span.start(), span.end())
}

/// Instruments with rules of all kinds, most of them in rooms of all kinds.
fn city(lab: &Lab<'_>, seed: &mut Seed, n: usize) -> Vec<InstrumentId> {
    let hall = room(lab, AreaSheet { capacity: 3, ..sheet("Hall") });
    let small = AreaSheet { capacity: 1, parent: Some(hall), ..sheet("Small") };
    let shut = AreaSheet { hours: hours(lab, 5), ..sheet("Shut") };
    let asked = AreaSheet { needs_booking: true, ..sheet("Asked") };
    let rooms = [small, shut, asked].map(|sheet| room(lab, sheet));
    let act = BookArea::new(rooms[2], (lab.at(300), lab.at(900)));
    lab.city().perform(&lab.ada, act).expect("booked");
    let all: Vec<InstrumentId> = (0..n).map(|_| another(lab)).collect();
    for (n, it) in all.iter().enumerate() {
        let (target, rules) = (Target::Instrument(*it), rules(seed));
        let act = SetBookingRules { target, version: 0, rules };
        lab.city().perform(&lab.keeper, act).expect("set");
        if let Some(room) =
            [Some(hall), Some(rooms[0]), Some(rooms[1]), Some(rooms[2]), None][n % 5]
        {
            stand(lab, *it, room);
        }
        for _ in 0..4 {
            let from = seed.minutes(96);
            let span = Span::new(lab.at(from), lab.at(from + 60 + seed.minutes(8)));
            // Whatever does not fit is not booked.
            let _ = lab.city().book(&lab.bo, ask(*it, span.expect("a span")));
        }
    }
    all
}

on_both! {
    /// Whatever a search offers, and whatever a refusal offers instead, the act takes.
    fn every_offered_time_is_given(world) {
        let lab = Lab::with_seats(world, 2);
        let mut seed = Seed(20_261_123);
        let all = city(&lab, &mut seed, 15);
        let act = DeclareOutage::new(all[0], "Repair", (lab.at(0), lab.at(240)), Over::Displace);
        lab.city().perform(&lab.keeper, act).expect("declared");
        let mut n_offered = [0, 0];
        for round in 0..12 {
            let minutes = [60, 120, 45, 180][round % 4];
            let found = search(&lab, seed.minutes(96), minutes);
            for slot in &found {
                let told = lab.city().check_booking(&lab.ada, &ask(slot.instrument, slot.span));
                let told = told.expect("checked").verdict;
                assert!(told.is_fine(), "{slot:?}: {:?}", told.problems);
            }
            n_offered[0] += found.len();
            let Some(slot) = found.get(seed.below(found.len().max(1) as u64) as usize) else { continue };
            lab.city().book(&lab.ada, ask(slot.instrument, slot.span)).expect("as offered");
            let it = all[seed.below(15) as usize];
            let from = seed.minutes(96);
            let asked = Span::new(lab.at(from), lab.at(from + i64::from(minutes))).expect("a span");
            let free = lab.city().check_booking(&lab.ada, &ask(it, asked)).expect("checked").free;
            for span in &free {
                let told = lab.city().check_booking(&lab.ada, &ask(it, *span)).expect("checked").verdict;
                assert!(told.is_fine(), "{span:?} for {asked:?}: {:?}", told.problems);
            }
            n_offered[1] += free.len();
            if let Some(span) = free.first() {
                lab.city().book(&lab.ada, ask(it, *span)).expect("as offered");
            }
        }
        assert!(n_offered[0] > 80 && n_offered[1] > 6, "{n_offered:?}");
    }

    /// Rooms cost the same however many instruments stand in them, and nothing where none does.
    fn rooms_cost_a_search_a_few_statements(world) {
        let lab = Lab::new(world);
        let statements = || {
            let before = store::n_statements_here();
            assert!(!search(&lab, 0, 60).is_empty());
            store::n_statements_here() - before
        };
        let bare = statements();
        let hall = room(&lab, AreaSheet { capacity: 1, ..sheet("Hall") });
        assert_eq!(statements(), bare, "nothing stands in it");
        stand(&lab, lab.it, hall);
        assert_eq!(statements(), bare + 2);
        for _ in 0..5 {
            stand(&lab, another(&lab), hall);
        }
        assert_eq!(statements(), bare + 2);
        lab.book(&lab.bo, 0, 60).expect("the hall is full");
        let first = search(&lab, 0, 60);
        assert!(first.len() == 6 && first.iter().all(|slot| slot.span.start() == lab.at(60)));
    }

    /// Instruments that can never serve do not use up the tries of one that can.
    fn what_never_serves_hides_nothing(world) {
        let lab = Lab::new(world);
        let act = DeclareOutage::new(lab.it, "Repair", (lab.at(0), lab.at(3 * 1_440)), Over::Displace);
        lab.city().perform(&lab.keeper, act).expect("declared");
        for _ in 0..30 {
            let target = Target::Instrument(another(&lab));
            let rules = Layer { over_midnight: set(false), ..Layer::default() };
            let act = SetBookingRules { target, version: 0, rules };
            lab.city().perform(&lab.keeper, act).expect("set");
        }
        // A day and an hour, which one day has where clocks are set back; and more.
        for minutes in [1_500, 1_530] {
            let found = search(&lab, 0, minutes);
            let found: Vec<_> = found.iter().map(|slot| (slot.instrument, slot.span.start())).collect();
            assert_eq!(found, [(lab.it, lab.at(3 * 1_440))], "{minutes} minutes");
        }
    }

    /// What counts in another week is counted for a time that is offered there.
    fn a_refusal_offers_what_quotas_and_agreements_of_that_day_allow(world) {
        let lab = Lab::new(world);
        let quota = Quota {
            who: Who::Person,
            what: What::Instrument,
            measure: Measure::Bookings,
            period: Period::Day,
            hours: Hours::default(),
            limit: 1,
        };
        lab.rules(0, Layer { quotas: set(vec![quota]), ..Layer::default() });
        for day in [-1, 0, 1, 2] {
            let at = day * 1_440;
            if lab.at(at) > lab.city().now() {
                lab.book(&lab.ada, at, at + 60).expect("one a day");
            }
        }
        let checked = lab.city().check_booking(&lab.ada, &lab.ask(120, 180)).expect("checked");
        assert_eq!(checked.verdict.codes(), ["quota"]);
        assert_eq!(checked.free.len(), 3);
        let span = checked.free[0];
        lab.city().book(&lab.ada, ask(lab.it, span)).expect("as offered");
    }

    /// A search offers no time that a quota refuses, and says what is to be done first of an instrument.
    fn what_a_reader_may_not_book_yet_is_said(world) {
        let lab = Lab::new(world);
        let city = lab.city();
        let [taught, trained, shared, shut, outside] = [(); 5].map(|()| another(&lab));
        let rules = |it, rules| {
            let act = SetBookingRules { target: Target::Instrument(it), version: 0, rules };
            city.perform(&lab.keeper, act).expect("set");
        };
        let statements = || {
            let before = store::n_statements_here();
            assert!(!search(&lab, 0, 60).is_empty());
            store::n_statements_here() - before
        };
        let bare = statements();
        let quota = |who, what, measure, period, limit| {
            vec![Quota { who, what, measure, period, hours: Hours::default(), limit }]
        };
        let daily = quota(Who::Person, What::Instrument, Measure::Bookings, Period::Day, 1);
        rules(lab.it, Layer { quotas: set(daily), ..Layer::default() });
        rules(taught, Layer { needs_qualification: set(true), ..Layer::default() });
        rules(trained, Layer { trainings: set(vec!["laser".to_owned()]), ..Layer::default() });
        let weekly = quota(Who::Organisation, What::Unit, Measure::Minutes, Period::Week, 90);
        rules(shared, Layer { quotas: set(weekly), ..Layer::default() });
        rules(outside, Layer { needs_agreement: set(true), ..Layer::default() });
        let block = BlockPerson {
            instrument: shut,
            person: person(&lab.ada),
            is_of_unit: false,
            until: None,
            reason: "Left the door open".to_owned(),
        };
        city.perform(&lab.keeper, block).expect("blocked");
        lab.book(&lab.ada, 0, 60).expect("one today");
        // Grants, agreements, the organisation's bookings and where they belong, the own bookings.
        assert!(statements() <= bare + 5, "{} after {bare}", statements());
        let found = search(&lab, 0, 60);
        let lacks = |found: &[FreeSlot], it| {
            let slot = found.iter().find(|slot| slot.instrument == it)?;
            Some(slot.lacks.iter().map(|code| code.code()).collect::<Vec<_>>())
        };
        let named = [lab.it, taught, trained, shared, shut, outside].map(|it| lacks(&found, it));
        let want = [
            Some(vec![]),
            Some(vec!["not_qualified"]),
            Some(vec!["training_missing"]),
            Some(vec![]),
            None,
            Some(vec!["agreement_missing"]),
        ];
        assert_eq!(named, want);
        assert!(found.is_sorted_by_key(|slot| !slot.lacks.is_empty()), "those come last");
        for slot in found.iter() {
            let told = city.check_booking(&lab.ada, &ask(slot.instrument, slot.span)).expect("checked");
            let codes = told.verdict.codes();
            let lacks: Vec<&str> = slot.lacks.iter().map(|code| code.code()).collect();
            assert_eq!(codes, lacks, "{slot:?}");
            if slot.instrument == lab.it || slot.instrument == shared {
                assert!(slot.span.start() > lab.at(60), "not the day, or the week, that is used up");
            }
        }
        // Who does what is missing is offered it; of whom nobody knows nothing is said.
        let grant = GrantQualification {
            instrument: taught,
            person: person(&lab.ada),
            grade: Grade::Full,
            way: Way::Course,
            lives_days: 0,
            ends: None,
            hours: Hours::default(),
            reason: "Course".to_owned(),
        };
        city.perform(&lab.staff, grant).expect("granted");
        assert_eq!(lacks(&search(&lab, 0, 60), taught), Some(vec![]));
        let (from, until) = (lab.at(0), lab.at(6 * 1_440));
        let all = FreeAsk { words: String::new(), from, until, minutes: 60, limit: 50 };
        let found = city.free_slots(&app::Asker::nobody(), &all).expect("searched");
        assert!(found.len() == 6 && found.iter().all(|slot| slot.lacks.is_empty()));
        // Few places go to what may be booked.
        let few = FreeAsk { limit: 1, ..all };
        assert_eq!(city.free_slots(&lab.ada, &few).expect("searched")[0].lacks, []);
    }
}
