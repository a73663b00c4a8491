//! Rooms: who fits, when they are open, who booked them and who is there, over both databases.

use crate::booking::{Lab, codes, person, set};
use app::area::{
    AdmitPerson, BookArea, CancelAreaBooking, CreateArea, EnterArea, LeaveArea, PlaceInstrument,
    ReviseArea,
};
use app::booking::{BookAsk, MoveBooking};
use app::instrument::CreateInstrument;
use app::usage::StartUse;
use app::{Asker, No};
use base::{AreaId, Bilingual, InstrumentId};
use calendar::zone::add_days;
use calendar::{Hours, Weekdays, Zone};
use instruments::area::Sheet as AreaSheet;
use instruments::problem::Code;
use instruments::rules::Layer;
use instruments::sheet::Sheet;
use worlds::on_both;

pub fn sheet(name: &str) -> AreaSheet {
    AreaSheet { name: Bilingual::new(name, "房间"), ..AreaSheet::default() }
}

pub fn room(lab: &Lab<'_>, sheet: AreaSheet) -> AreaId {
    let act = CreateArea { owner: lab.unit, sheet };
    lab.city().perform(&lab.keeper, act).expect("entered").area
}

pub fn stand(lab: &Lab<'_>, instrument: InstrumentId, area: AreaId) {
    let act = PlaceInstrument { instrument, area: Some(area) };
    lab.city().perform(&lab.keeper, act).expect("placed");
}

/// Another instrument of the unit; the same staff operates it.
pub fn another(lab: &Lab<'_>) -> InstrumentId {
    let sheet = Sheet {
        name: Bilingual::new("Microscope", "显微镜"),
        operators: vec![person(&lab.staff)],
        ..Sheet::default()
    };
    let act = CreateInstrument { owner: lab.unit, is_hidden: false, sheet };
    lab.city().perform(&lab.keeper, act).expect("entered").instrument
}

fn book(lab: &Lab<'_>, who: &Asker, it: InstrumentId, span: (i64, i64)) -> Result<(), No> {
    lab.city().book(who, BookAsk::new(it, lab.at(span.0), lab.at(span.1))).map(|_| ())
}

pub fn told<T: std::fmt::Debug>(done: Result<T, No>) -> Vec<String> {
    let no = done.expect_err("refused");
    codes(&no).into_iter().map(str::to_owned).collect()
}

/// Open from the lab's first hour for so many hours, every day.
pub fn hours(lab: &Lab<'_>, n: u16) -> Hours {
    let wall = Zone::china().civil(lab.start);
    let from = u16::try_from(wall.hour()).expect("an hour") * 60;
    Hours::daily(Weekdays::ALL, from, (from + n * 60) % 1440)
}

on_both! {
    fn people_of_a_room_and_of_what_lies_around_it_are_counted(world) {
        let lab = Lab::with_seats(world, 5);
        let hall = room(&lab, AreaSheet { capacity: 2, ..sheet("Hall") });
        let inner = room(&lab, AreaSheet { capacity: 1, parent: Some(hall), ..sheet("Inner") });
        let other = another(&lab);
        stand(&lab, lab.it, inner);
        stand(&lab, other, hall);
        book(&lab, &lab.ada, lab.it, (0, 60)).expect("one in the inner room");
        assert_eq!(told(book(&lab, &lab.bo, lab.it, (30, 90))), ["booking-over-capacity"]);
        // Ada has a place already, wherever she works in it.
        book(&lab, &lab.ada, lab.it, (0, 60)).expect("herself again");
        book(&lab, &lab.bo, other, (0, 60)).expect("two in the hall");
        assert_eq!(told(book(&lab, &lab.keeper, other, (120, 60))), ["booking-bad-span"]);
        let third = another(&lab);
        stand(&lab, third, hall);
        assert_eq!(told(book(&lab, &lab.keeper, third, (0, 60))), ["booking-over-capacity"]);
        book(&lab, &lab.keeper, third, (60, 120)).expect("an hour later there is room");
        // Whoever operates an instrument there takes no place, until the room says so.
        book(&lab, &lab.staff, third, (0, 60)).expect("staff");
        let stricter = AreaSheet { capacity: 2, counts_staff: true, ..sheet("Hall") };
        lab.city().perform(&lab.keeper, ReviseArea::new(hall, 1, stricter)).expect("revised");
        assert_eq!(told(book(&lab, &lab.staff, lab.it, (0, 60))), ["booking-over-capacity"]);
    }

    fn two_at_once_do_not_both_get_the_last_place(world) {
        let lab = Lab::new(world);
        let hall = room(&lab, AreaSheet { capacity: 1, ..sheet("Hall") });
        let other = another(&lab);
        stand(&lab, lab.it, hall);
        stand(&lab, other, hall);
        let won: Vec<bool> = std::thread::scope(|scope| {
            let tries = [(&lab.ada, lab.it), (&lab.bo, other)];
            let lab = &lab;
            let running = tries.map(|(who, it)| scope.spawn(move || book(lab, who, it, (0, 60))));
            running.into_iter().map(|one| one.join().expect("answered").is_ok()).collect()
        });
        assert_eq!(won.iter().filter(|won| **won).count(), 1, "{won:?}");
    }

    fn a_closed_room_lets_in_whom_its_owner_lets_in_always(world) {
        let lab = Lab::new(world);
        let hall = room(&lab, AreaSheet { hours: hours(&lab, 2), ..sheet("Hall") });
        stand(&lab, lab.it, hall);
        book(&lab, &lab.ada, lab.it, (0, 120)).expect("while it is open");
        assert_eq!(told(book(&lab, &lab.ada, lab.it, (120, 180))), ["booking-site-closed"]);
        let admit = |who: &Asker, is_let_in, reason: &str| {
            let (person, reason) = (person(&lab.ada), reason.to_owned());
            lab.city().perform(who, AdmitPerson { area: hall, person, is_let_in, reason })
        };
        assert_eq!(told(admit(&lab.keeper, true, "")), ["field-required"]);
        assert!(admit(&lab.ada, true, "I like nights").is_err(), "not one's own to give");
        admit(&lab.keeper, true, "Night runs").expect("let in");
        book(&lab, &lab.ada, lab.it, (120, 180)).expect("she may come always");
        assert_eq!(told(book(&lab, &lab.bo, lab.it, (180, 240))), ["booking-site-closed"]);
        let own = lab.city().personal_data(&lab.ada).expect("hers").time;
        assert_eq!(own.entries.iter().map(|it| it.area).collect::<Vec<_>>(), [hall]);
        admit(&lab.keeper, false, "").expect("taken back");
        assert_eq!(told(book(&lab, &lab.ada, lab.it, (180, 240))), ["booking-site-closed"]);
        // A manager passes it, and the building's own hours are asked without any room.
        let passing = BookAsk {
            passes: vec![Code::SiteClosed],
            reason: "Handover".to_owned(),
            ..lab.ask(180, 240)
        };
        lab.city().book(&lab.keeper, passing).expect("let pass");
        let act = PlaceInstrument { instrument: lab.it, area: None };
        lab.city().perform(&lab.keeper, act).expect("moved out");
        lab.rules(0, Layer { site_hours: set(hours(&lab, 2)), ..Layer::default() });
        assert_eq!(told(book(&lab, &lab.ada, lab.it, (300, 360))), ["booking-site-closed"]);
    }

    fn a_room_is_open_by_the_clock_of_its_site(world) {
        let lab = Lab::new(world);
        let far = Zone::named("Asia/Urumqi").expect("a zone");
        let day = add_days(far.date(lab.start), 1);
        let hall = AreaSheet {
            hours: Hours::daily(Weekdays::ALL, 9 * 60, 12 * 60),
            zone: far.name().to_owned(),
            needs_booking: true,
            ..sheet("Hall")
        };
        let bay = AreaSheet { parent: Some(room(&lab, hall)), ..sheet("Bay") };
        let bay = room(&lab, bay);
        stand(&lab, lab.it, bay);
        let hall = lab.city().area(&lab.ada, bay).expect("seen").around[0].id;
        let reserve = |zone: &Zone, from: u16, until: u16| {
            let span = (zone.at_minute(day, from * 60), zone.at_minute(day, until * 60));
            lab.city().perform(&lab.ada, BookArea::new(hall, span))
        };
        // Nine in China is seven there.
        assert_eq!(told(reserve(&Zone::china(), 9, 10)), ["booking-site-closed"]);
        reserve(&far, 9, 12).expect("while it is open there");
        let book = |from: u16, until: u16| {
            let (from, until) = (far.at_minute(day, from * 60), far.at_minute(day, until * 60));
            lab.city().book(&lab.ada, BookAsk::new(lab.it, from, until))
        };
        assert_eq!(told(book(11, 13)), ["booking-site-closed"]);
        book(11, 12).expect("until it closes");
        assert_eq!(lab.city().area(&lab.ada, bay).expect("seen").zone.name(), "Asia/Urumqi");
    }

    fn a_room_that_wants_it_is_booked_first_and_not_given_up_under_a_booking(world) {
        let lab = Lab::new(world);
        let hall = room(&lab, AreaSheet { needs_booking: true, capacity: 1, ..sheet("Hall") });
        stand(&lab, lab.it, hall);
        assert_eq!(told(book(&lab, &lab.ada, lab.it, (0, 60))), ["booking-area-missing"]);
        let reserve = |who: &Asker, from, until| {
            let act = BookArea::new(hall, (lab.at(from), lab.at(until)));
            lab.city().perform(who, act)
        };
        let mine = reserve(&lab.ada, 0, 120).expect("booked");
        assert_eq!(told(reserve(&lab.ada, 60, 180)), ["booking-overlap"]);
        assert_eq!(told(reserve(&lab.bo, 60, 180)), ["booking-over-capacity"]);
        let ask = BookAsk::new(lab.it, lab.at(60), lab.at(180));
        let done = lab.city().book(&lab.ada, ask).expect("it covers the start");
        let give = |who: &Asker, seen| {
            lab.city().perform(who, CancelAreaBooking::new(mine.booking, seen))
        };
        assert_eq!(told(give(&lab.bo, 1)), ["not-found"]);
        assert_eq!(told(give(&lab.ada, 1)), ["area-booking-needed"]);
        let away = MoveBooking::new(done.booking, 1, (lab.at(120), lab.at(180)));
        assert_eq!(told(lab.city().perform(&lab.ada, away)), ["booking-area-missing"]);
        let cancel = app::booking::CancelBooking::new(done.booking, 1, "");
        lab.city().perform(&lab.ada, cancel).expect("cancelled");
        give(&lab.ada, 1).expect("nothing rests on it now");
        reserve(&lab.bo, 60, 180).expect("free again");
        let own = lab.city().personal_data(&lab.ada).expect("hers").time;
        assert!(own.area_bookings.iter().all(|it| it.is_cancelled) && own.area_bookings.len() == 1);
    }

    fn the_door_asks_for_the_room_and_for_company(world) {
        let lab = Lab::new(world);
        let sheet = AreaSheet { needs_booking: true, least_present: 2, ..sheet("Hall") };
        let hall = room(&lab, sheet);
        stand(&lab, lab.it, hall);
        let start = |who: &Asker| {
            let firm = lab.city().me(who).expect("known").expect("somebody").roles[0].0;
            lab.city().start_use(who, StartUse::new(lab.it, firm)).map(|_| ())
        };
        let against = ["use-area-absent", "use-alone", "use-area-not-booked"];
        assert_eq!(told(start(&lab.ada)), against);
        let now = lab.city().now().micros() / 60_000_000;
        let minute = |n| base::Instant::from_micros((now + n) * 60_000_000);
        let act = BookArea::new(hall, (minute(0), minute(60)));
        lab.city().perform(&lab.ada, act).expect("booked");
        let enter = |who: &Asker| lab.city().perform(who, EnterArea::new(hall));
        enter(&lab.ada).expect("there");
        assert_eq!(told(enter(&lab.ada)), ["area-there"]);
        assert_eq!(told(start(&lab.ada)), ["use-alone"]);
        assert_eq!(enter(&lab.bo).expect("there").present, 2);
        let leave = |who: &Asker| lab.city().perform(who, LeaveArea { area: hall });
        leave(&lab.bo).expect("gone");
        assert_eq!(told(start(&lab.ada)), ["use-alone"]);
        assert_eq!(told(leave(&lab.bo)), ["area-not-there"]);
        enter(&lab.bo).expect("back");
        start(&lab.ada).expect("both are there");
    }

    fn a_room_names_no_instrument_that_its_reader_may_not_see(world) {
        let lab = Lab::new(world);
        let hall = room(&lab, sheet("Hall"));
        let sheet = Sheet { name: Bilingual::new("Secret", "机密"), ..Sheet::default() };
        let act = CreateInstrument { owner: lab.unit, is_hidden: true, sheet };
        let hidden = lab.city().perform(&lab.keeper, act).expect("entered").instrument;
        stand(&lab, lab.it, hall);
        stand(&lab, hidden, hall);
        let seen = |who: &Asker| -> Vec<InstrumentId> {
            let view = lab.city().area(who, hall).expect("seen");
            view.instruments.into_iter().map(|(id, _)| id).collect()
        };
        assert_eq!(seen(&lab.ada), [lab.it]);
        assert_eq!(seen(&lab.keeper), [lab.it, hidden]);
    }

    fn rooms_are_kept_by_their_owner_alone(world) {
        let lab = Lab::new(world);
        let hall = room(&lab, sheet("Hall"));
        let act = CreateArea { owner: lab.unit, sheet: sheet("Mine") };
        assert!(lab.city().perform(&lab.ada, act).is_err());
        assert!(lab.city().perform(&lab.ada, ReviseArea::new(hall, 1, sheet("Mine"))).is_err());
        let anyone = Asker::nobody();
        assert!(lab.city().area(&anyone, hall).is_err() && lab.city().areas(&anyone, lab.unit).is_err());
        let other = world.organisation("Elsewhere");
        let keeper = world.person("elsewhere", other, access::Role::TransferOfficer);
        let act = CreateArea { owner: other, sheet: sheet("Theirs") };
        let theirs = lab.city().perform(&keeper, act).expect("entered").area;
        let act = PlaceInstrument { instrument: lab.it, area: Some(theirs) };
        assert_eq!(told(lab.city().perform(&lab.keeper, act)), ["choice-unknown"]);
        let act = ReviseArea::new(hall, 1, AreaSheet { parent: Some(theirs), ..sheet("Hall") });
        assert_eq!(told(lab.city().perform(&lab.keeper, act)), ["choice-unknown"]);
        let act = ReviseArea::new(hall, 7, sheet("Hall"));
        assert_eq!(told(lab.city().perform(&lab.keeper, act)), ["version-conflict"]);
    }
}
