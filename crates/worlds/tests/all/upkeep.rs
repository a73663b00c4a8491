//! Upkeep of instruments, over both databases: plans that go on as they are done, certificates that end, and
//! faults that are told of and answered; who sees what of it; and letters, once.

use crate::mail::{Server, post};
use crate::tie::{Lab, codes, person};
use crate::wait::subjects;
use app::instrument::{CreateInstrument, MoveInstrument, SearchAsk};
use app::upkeep::{EndUpkeepPlan, PlanUpkeep, RecordUpkeep, ReportFault, SettleFault};
use app::{Asker, No};
use base::{Bilingual, Date, FaultId, InstrumentId, UpkeepPlanId};
use calendar::zone::add_days;
use instruments::find::Question;
use instruments::sheet::Sheet;
use instruments::upkeep::{FaultState, Kind};
use std::sync::Arc;
use worlds::{On, World, on_both};

const DAY: i64 = 86_400;

fn today(world: &World) -> Date {
    base::WorkingDays::china().date(world.city.now())
}

fn plan(lab: &Lab<'_>, (kind, every_months): (Kind, u32), due: Date) -> UpkeepPlanId {
    let title = "Yearly".to_owned();
    let act = PlanUpkeep { instrument: lab.it, kind, title, every_months, due };
    let done = lab.world.city.perform(&lab.keeper, act).expect("planned");
    UpkeepPlanId::parse(&done.thing).expect("a plan")
}

fn done(instrument: InstrumentId, kind: Kind, on: Date) -> RecordUpkeep {
    let certificate = if kind == Kind::Calibration { "XC-7" } else { "" }.to_owned();
    RecordUpkeep {
        instrument,
        plan: None,
        kind,
        done: on,
        by: "Metrology".to_owned(),
        certificate,
        until: None,
        note: "Lamp at 80 %".to_owned(),
    }
}

fn report(lab: &Lab<'_>, who: &Asker, said: &str) -> Result<FaultId, No> {
    let act = ReportFault { instrument: lab.it, said: said.to_owned(), is_stopped: false };
    let done = lab.world.city.perform(who, act)?;
    Ok(FaultId::parse(&done.thing).expect("a fault"))
}

fn settle(lab: &Lab<'_>, who: &Asker, fault: FaultId, state: FaultState) -> Result<(), No> {
    let answer = "A new lamp".to_owned();
    let act = SettleFault { fault, version: 1, state, answer };
    lab.world.city.perform(who, act).map(|_| ())
}

on_both! {
    fn a_plan_goes_on_as_it_is_done(world) {
        let lab = Lab::new(world);
        let city = &world.city;
        let today = today(world);
        let view = |who: &Asker| city.instrument_upkeep(who, lab.it).expect("seen");
        let yearly = plan(&lab, (Kind::Calibration, 12), add_days(today, 10));
        let once = plan(&lab, (Kind::Maintenance, 0), today);
        assert_eq!(view(&lab.keeper).plans.iter().map(|it| it.id).collect::<Vec<_>>(), [once, yearly]);

        // The certificate names the next day, and the instrument says so to everybody.
        let until = add_days(today, 364);
        let act = RecordUpkeep {
            plan: Some(yearly),
            until: Some(until),
            // The plan knows what it is.
            ..done(lab.it, Kind::Calibration, today)
        };
        let told = city.perform(&lab.keeper, act).expect("entered");
        assert_eq!(told.due, Some(until.to_string()));
        let seen = city.instrument(&Asker::nobody(), lab.it).expect("seen").calibrated;
        assert_eq!(seen.map(|it| (it.until, it.certificate)), Some((Some(until), "XC-7".to_owned())));
        // A calibration of long ago that is entered late changes neither.
        city.perform(&lab.keeper, done(lab.it, Kind::Calibration, add_days(today, -900))).expect("entered");
        let seen = city.instrument(&Asker::nobody(), lab.it).expect("seen").calibrated;
        assert_eq!(seen.and_then(|it| it.until), Some(until));

        // What was planned once comes no more; a plan that is ended takes no record.
        let act = RecordUpkeep { plan: Some(once), certificate: String::new(), ..done(lab.it, Kind::Check, today) };
        assert_eq!(city.perform(&lab.keeper, act).expect("entered").due, None);
        let [only] = view(&lab.keeper).plans.try_into().expect("one plan");
        assert_eq!((only.id, only.version), (yearly, 2));
        let stale = EndUpkeepPlan { plan: yearly, version: 1 };
        assert_eq!(codes(&city.perform(&lab.keeper, stale).expect_err("stale")), "version-conflict");
        city.perform(&lab.keeper, EndUpkeepPlan { plan: yearly, version: 2 }).expect("ended");
        let act = RecordUpkeep { plan: Some(yearly), ..done(lab.it, Kind::Calibration, today) };
        assert_eq!(codes(&city.perform(&lab.keeper, act).expect_err("over")), "choice-unknown");

        // Its people see all of it with the notes; everybody else the calibrations without.
        let all = view(&lab.keeper);
        assert_eq!((all.records.len(), all.plans.len(), all.records[0].note.as_str()), (3, 0, "Lamp at 80 %"));
        for who in [lab.ada.clone(), Asker::nobody()] {
            let seen = view(&who);
            assert!(seen.records.iter().all(|it| it.kind == Kind::Calibration && it.note.is_empty()));
            assert_eq!((seen.records.len(), seen.plans.len(), seen.may_keep), (2, 0, false));
        }
        let act = done(lab.it, Kind::Check, today);
        assert!(city.perform(&lab.ada, act).is_err(), "only its people enter what was done");
    }

    fn a_fault_is_told_and_answered_once(world) {
        let lab = Lab::new(world);
        let city = &world.city;
        let view = |who: &Asker| city.instrument_upkeep(who, lab.it).expect("seen");
        assert_eq!(codes(&report(&lab, &lab.ada, " \n ").expect_err("nothing said")), "field-required");
        let fault = report(&lab, &lab.ada, "The lamp is dark").expect("told");
        assert!(report(&lab, &Asker::nobody(), "Dark").is_err(), "nobody is known");

        // Whoever may book it reads what is open, without a name; its people know who told.
        let seen = view(&lab.bo);
        assert_eq!((seen.faults.len(), seen.names.len()), (1, 0));
        assert!(view(&lab.keeper).names.contains_key(&person(&lab.ada)));
        assert!(view(&Asker::nobody()).faults.is_empty());
        let waits = |who: &Asker| city.desk(who).expect("a desk").bench.upkeep.len();
        assert_eq!((waits(&lab.keeper), waits(&lab.ada)), (1, 0));

        assert!(settle(&lab, &lab.ada, fault, FaultState::Mended).is_err(), "its people answer");
        settle(&lab, &lab.keeper, fault, FaultState::Mended).expect("answered");
        let no = settle(&lab, &lab.keeper, fault, FaultState::Mended).expect_err("once");
        assert_eq!(codes(&no), "upkeep-fault-settled");
        // Who told reads the answer, the others no more of it.
        assert_eq!(view(&lab.ada).faults[0].answer, "A new lamp");
        assert!(view(&lab.bo).faults.is_empty());
        assert_eq!(waits(&lab.keeper), 0);
    }

    fn a_hidden_instrument_has_no_upkeep_for_others(world) {
        let lab = Lab::new(world);
        let city = &world.city;
        plan(&lab, (Kind::Calibration, 12), today(world));
        let act = MoveInstrument { instrument: lab.it, version: 1, to: instruments::instrument::Move::Hide };
        city.perform(&lab.keeper, act).expect("hidden");
        let no = city.instrument_upkeep(&lab.ada, lab.it).expect_err("hidden");
        assert_eq!(codes(&no), "not-found");
        assert_eq!(codes(&report(&lab, &lab.ada, "Dark").expect_err("hidden")), "not-found");
        assert_eq!(codes(&city.instrument_busy(&lab.ada, lab.it).expect_err("hidden")), "not-found");
        assert_eq!(city.instrument_upkeep(&lab.keeper, lab.it).expect("seen").plans.len(), 1);
    }

    /// Section 15: who buys is told what there is, and only what is known counts.
    fn a_purchase_is_reviewed_by_what_there_is(world) {
        let lab = Lab::new(world);
        let city = &world.city;
        let sheet = Sheet {
            name: Bilingual::new("Furnace with gas", "气氛炉"),
            mode: instruments::sheet::Mode::Samples,
            ..Sheet::default()
        };
        let act = CreateInstrument { owner: lab.unit, is_hidden: false, sheet };
        city.perform(&lab.keeper, act).expect("entered");
        lab.until(0);
        let id = lab.start(&lab.ada).expect("begun");
        lab.until(180);
        lab.stop(&lab.ada, id);
        let question = Question { text: "furnace".to_owned(), ..Question::default() };
        let ask = SearchAsk { question, ..SearchAsk::default() };
        let check = |base_hours: u32, want: (usize, usize, usize, u64)| {
            let found = city.purchase_review(&Asker::nobody(), &ask, base_hours).expect("reviewed");
            let it = found.review;
            assert_eq!((it.found, it.known, it.full, it.spare_minutes / 60), want);
        };
        // Of the one that takes samples alone no hours are known here.
        check(3, (2, 1, 1, 0));
        check(1_200, (2, 1, 0, 1_197));
    }
}

/// What is due and what is wrong is told to the people of the instrument, each once.
fn letters(world: &World, server: &Arc<Server>) {
    let lab = Lab::new(world);
    let city = &world.city;
    let mut seen = 0;
    let mut came = || subjects(world, server, &mut seen);
    let remind = || city.remind_of_upkeep().expect("looked");
    let start = today(world);
    plan(&lab, (Kind::Maintenance, 6), add_days(start, 40));
    let act =
        RecordUpkeep { until: Some(add_days(start, 60)), ..done(lab.it, Kind::Calibration, start) };
    city.perform(&lab.keeper, act).expect("entered");
    came();
    assert_eq!((remind(), came().len()), (0, 0), "nothing is near");
    world.clock.pass(12 * DAY);
    assert_eq!((remind(), remind()), (2, 0), "the keeper and who operates it, once");
    assert_eq!(came().len(), 2);
    world.clock.pass(20 * DAY);
    assert_eq!(remind(), 2, "the certificate ends in 28 days");
    let all = came();
    assert!(all.iter().all(|it| it.contains("The certificate of Furnace ends on")), "{all:?}");
    // A new one takes its place: what ended before is told no more.
    let act = RecordUpkeep {
        until: Some(add_days(start, 400)),
        ..done(lab.it, Kind::Calibration, today(world))
    };
    city.perform(&lab.keeper, act).expect("entered");
    world.clock.pass(20 * DAY);
    assert_eq!((remind(), came().len()), (0, 0));

    let fault = report(&lab, &lab.ada, "The pump leaks").expect("told");
    let want =
        ["keeper: Something is wrong with Furnace", "staff: Something is wrong with Furnace"];
    assert_eq!(came(), want);
    settle(&lab, &lab.keeper, fault, FaultState::Mended).expect("answered");
    assert_eq!(came(), ["ada: Answered"]);
    // What the keeper finds and mends alone is told to the other one.
    let own = report(&lab, &lab.keeper, "Dust").expect("told");
    assert_eq!(came(), ["staff: Something is wrong with Furnace"]);
    settle(&lab, &lab.keeper, own, FaultState::Mended).expect("answered");
    assert_eq!(came(), [""; 0]);
    let all = server.taken();
    assert!(all.iter().all(|it| !format!("{:?}", it.blocks).contains("pump")), "kept on the page");
}

fn on(on: On) {
    let server = Arc::new(Server::default());
    if let Some(world) = World::with_mail(on, post(&server)) {
        letters(&world, &server);
    }
}

mod upkeep_is_told_once {
    #[test]
    fn sqlite() {
        super::on(worlds::On::Sqlite);
    }

    #[test]
    fn postgres() {
        super::on(worlds::On::Postgres);
    }
}

on_both! {
    /// Scenario 25, section 7: several of a series are given up together, what is detached by itself alone.
    fn several_of_a_series_are_given_up_together(world) {
        use app::booking::{BookAsk, CancelSeries, MoveBooking, SeriesAsk};
        use calendar::{Every, Recurrence, Until};
        use instruments::booking::State;
        use instruments::series::{Mode, Scope};
        let lab = Lab::new(world);
        let city = &world.city;
        let day = 24 * 60;
        let ask = SeriesAsk {
            first: BookAsk::new(lab.it, lab.at(0), lab.at(60)),
            repeats: Recurrence { every: Every::Days(1), until: Until::Count(6) },
            mode: Mode::AllOrNothing,
            is_rehearsal: true,
        };
        let looked = city.book_series(&lab.ada, ask.clone()).expect("looked at");
        assert_eq!((looked.n_booked, looked.instances.len()), (0, 6));
        let made = city.book_series(&lab.ada, SeriesAsk { is_rehearsal: false, ..ask }).expect("booked");
        let ids: Vec<_> = made.instances.iter().filter_map(|it| it.booking).collect();
        assert_eq!(ids.len(), 6);
        let states = |who: &Asker| -> Vec<State> {
            let all = city.booking_series(who, ids[0]).expect("seen");
            all.iter().map(|view| view.booking.state).collect()
        };
        // The fifth is moved by itself and stands alone from then on.
        city.perform(&lab.ada, MoveBooking::new(ids[4], 1, (lab.at(4 * day + 120), lab.at(4 * day + 180)))).expect("moved");

        assert!(city.perform(&lab.bo, CancelSeries::new((ids[3], 1), Scope::All, "")).is_err(), "not theirs");
        let no = city.perform(&lab.ada, CancelSeries::new((ids[3], 7), Scope::All, "")).expect_err("stale");
        assert_eq!(codes(&no), "booking-stale");
        let done = city.perform(&lab.ada, CancelSeries::new((ids[3], 1), Scope::ThisAndLater, "Sold out"));
        let done = done.expect("given up");
        assert_eq!((done.cancelled, done.kept), (vec![ids[3], ids[5]], Vec::new()));
        use State::{Cancelled as Gone, Confirmed as Kept};
        assert_eq!(states(&lab.ada), [Kept, Kept, Kept, Gone, Kept, Gone]);
        // The time is free for somebody else.
        lab.book(&lab.bo, 3 * day, 3 * day + 60).expect("free");
        // What has begun stays; from the first on all that is ahead goes but the moved one.
        lab.until(30);
        let done = city.perform(&lab.ada, CancelSeries::new((ids[1], 1), Scope::All, "")).expect("given up");
        assert_eq!(done.cancelled, [ids[1], ids[2]]);
        let no = city.perform(&lab.ada, CancelSeries::new((ids[1], 2), Scope::All, "")).expect_err("none");
        assert_eq!(codes(&no), "series-none-ahead");
        // By itself the moved one goes too.
        let done = city.perform(&lab.ada, CancelSeries::new((ids[4], 2), Scope::All, "")).expect("given up");
        assert_eq!(done.cancelled, [ids[4]]);
        let alone = lab.book(&lab.ada, 5 * day, 5 * day + 60).expect("booked");
        assert!(city.booking_series(&lab.ada, alone.booking).expect("seen").is_empty());
        assert!(city.perform(&lab.ada, CancelSeries::new((alone.booking, 1), Scope::All, "")).is_err());
    }

    /// A feed of duties shows who comes to what its person operates, for as long as they do; free and busy
    /// shows nobody.
    fn duties_and_busy_times_are_told(world) {
        use app::booking::MakeCalendarLink;
        let lab = Lab::new(world);
        let city = &world.city;
        lab.book(&lab.ada, 0, 60).expect("booked");
        lab.book(&lab.bo, 60, 90).expect("booked");
        let staff = Asker::person(city.person_named("staff@testing.example").expect("known"));
        let make = |who: &Asker, unit, is_duty| {
            let act = MakeCalendarLink { name: "Phone".to_owned(), instrument: None, unit, is_duty };
            city.perform(who, act).expect("made").secret
        };
        let duties = city.calendar(&make(&staff, None, true)).expect("read");
        assert!(duties.shows_people && duties.is_of_several);
        assert_eq!(duties.bookings.iter().map(|it| it.person.en.as_str()).collect::<Vec<_>>(), ["ada", "bo"]);
        // Who operates nothing has an empty one, never the own bookings.
        assert!(city.calendar(&make(&lab.ada, None, true)).expect("read").bookings.is_empty());
        // Of a unit its people see who comes, others when something is taken.
        let unit = city.calendar(&make(&lab.keeper, Some(lab.unit), false)).expect("read");
        assert!(unit.shows_people && unit.bookings.len() == 2);
        let other = city.calendar(&make(&lab.bo, Some(lab.unit), false)).expect("read");
        assert!(!other.shows_people && other.bookings.iter().all(|it| it.person.is_empty()));
        let busy = city.instrument_busy(&Asker::nobody(), lab.it).expect("told").busy;
        let spans: Vec<(i64, i64)> = busy.as_slice().iter().map(|span| {
            (span.start().seconds_since(lab.at(0)) / 60, span.end().seconds_since(lab.at(0)) / 60)
        }).collect();
        assert_eq!(spans, [(0, 90)]);
    }
}
