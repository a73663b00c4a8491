//! What a booking asks about the party it is for, over both databases: its jurisdiction, its agreement
//! with the unit, and until when a person has access there.

use crate::tie::{Lab, codes, person, set};
use access::Role;
use app::agreement::{EndAgreement, RecordAgreement};
use app::booking::{BookAsk, SetAccess};
use app::control::EnterJurisdiction;
use app::erasure::ErasePerson;
use app::service_order::{RequestService, Wanted};
use app::{Asker, No};
use base::{Clearance, Date, Instant};
use instruments::problem::Code;
use instruments::rules::{Layer, UNKNOWN};
use instruments::service_order::{Manner, Sample};
use instruments::service_record::Purpose;
use worlds::on_both;

fn bar(lab: &Lab<'_>, version: u64, all: &[&str]) {
    let barred = all.iter().map(|code| (*code).to_owned()).collect();
    lab.rules(version, Layer { barred: set(barred), ..Layer::default() });
}

fn place(lab: &Lab<'_>, by: &Asker, code: &str) -> Result<(), No> {
    let act = EnterJurisdiction { organisation: lab.firm, jurisdiction: code.to_owned() };
    lab.world.city.perform(by, act).map(|_| ())
}

/// Staff books for somebody and lets everything pass that has a name.
fn forced(lab: &Lab<'_>, whom: &Asker, passes: &[Code]) -> Result<(), No> {
    let ask = BookAsk {
        person: Some(person(whom)),
        passes: passes.to_vec(),
        reason: "The director wants it".to_owned(),
        ..BookAsk::new(lab.it, lab.at(0), lab.at(60))
    };
    lab.world.city.book(&lab.keeper, ask).map(|_| ())
}

fn order(lab: &Lab<'_>) -> Result<(), No> {
    let act = RequestService {
        customer: lab.firm,
        title: "Annealing".to_owned(),
        project: String::new(),
        purpose: Purpose::Development,
        note: String::new(),
        is_urgent: false,
        manner: Manner::Each,
        wanted: vec![Wanted { instrument: Some(lab.it), ..Wanted::default() }],
        samples: vec![Sample { label: "Bar".to_owned(), ..Sample::default() }],
        voucher: None,
    };
    lab.world.city.perform(&lab.ada, act).map(|_| ())
}

fn day(lab: &Lab<'_>, ahead: i64) -> Date {
    calendar::zone::add_days(calendar::Zone::china().date(lab.start), ahead)
}

fn record(lab: &Lab<'_>, by: &Asker, number: &str, (from, until): (i64, i64)) -> Result<(), No> {
    let act = RecordAgreement {
        unit: lab.unit,
        customer: lab.firm,
        number: number.to_owned(),
        from: day(lab, from),
        until: day(lab, until),
        subject: "Annealing of alloys".to_owned(),
    };
    lab.world.city.perform(by, act).map(|_| ())
}

fn access(lab: &Lab<'_>, by: &Asker, whom: &Asker, ends: Option<Instant>) -> Result<(), No> {
    let reason = "Guest of the spring term".to_owned();
    let act = SetAccess { instrument: lab.it, person: person(whom), ends, reason };
    lab.world.city.perform(by, act).map(|_| ())
}

fn told(done: Result<(), No>) -> String {
    done.map_or_else(|no| codes(&no), |()| "fine".to_owned())
}

on_both! {
    /// Scenario 24.
    fn a_barred_jurisdiction_is_refused_and_nobody_lets_it_pass(world) {
        let lab = Lab::new(world);
        let office = world.person("office", world.hall, Role::AgencyOfficer);
        bar(&lab, 0, &["DE", "FR"]);
        let book = |who: &Asker| told(lab.book(who, 0, 60).map(|_| ()));
        // Nothing is known of the firm: only the office says where it belongs.
        assert_eq!(told(order(&lab)), "fine");
        assert!(place(&lab, &lab.keeper, "DE").is_err() && place(&lab, &lab.ada, "DE").is_err());
        assert_eq!(told(place(&lab, &office, "Germany")), "release-jurisdiction");
        place(&lab, &office, "de").expect("entered");
        let view = world.city.controls(&office, lab.firm).expect("seen").jurisdiction;
        assert_eq!(view, ("DE".to_owned(), Some("DE".to_owned())));

        // On every way: booking, staff that let it pass, an order of work, the door.
        assert_eq!(book(&lab.ada), "booking-export-control");
        assert_eq!(told(forced(&lab, &lab.ada, &[])), "booking-export-control");
        assert_eq!(told(forced(&lab, &lab.ada, &[Code::ExportControl])), "booking-export-control");
        assert_eq!(told(order(&lab)), "booking-export-control");
        assert_eq!(told(lab.start(&lab.ada).map(|_| ())), "booking-export-control");
        let own = world.city.qualifications(&lab.ada, lab.it).expect("seen").own.expect("own");
        assert!(own.is_barred);

        // Taken back, only who has no jurisdiction on record could still be barred.
        place(&lab, &office, "").expect("taken back");
        bar(&lab, 1, &["DE", UNKNOWN]);
        assert_eq!(book(&lab.ada), "booking-export-control");
        place(&lab, &office, "CN").expect("entered");
        assert_eq!(book(&lab.ada), "fine");

        // A person is bound by the own jurisdiction too, whomever they stand for.
        let clearance = Clearance { jurisdiction: "DE".to_owned(), ..Clearance::nobody() };
        world.clear(&lab.bo, clearance);
        assert_eq!(told(lab.book(&lab.bo, 120, 180).map(|_| ())), "booking-export-control");
        lab.until(-15);
        // A booking that was made before the rule changed does not open the door.
        bar(&lab, 2, &["CN"]);
        assert_eq!(told(lab.start(&lab.ada).map(|_| ())), "booking-export-control");
        bar(&lab, 3, &["DE"]);
        lab.start(&lab.ada).expect("begun");
    }

    fn an_agreement_lets_in_the_people_of_its_customer_until_its_last_day(world) {
        let lab = Lab::new(world);
        lab.rules(0, Layer { needs_agreement: set(true), ..Layer::default() });
        let other = world.organisation("Another firm");
        let eve = world.person("eve", other, Role::FirmMember);
        let boss = world.person("boss", lab.firm, Role::FirmAdministrator);
        let book = |who: &Asker, from: i64, until: i64| {
            told(lab.book(who, from, until).map(|_| ()))
        };
        let own = |who: &Asker| {
            let view = world.city.qualifications(who, lab.it).expect("seen");
            view.own.expect("own").has_agreement
        };
        assert_eq!(book(&lab.ada, 0, 60), "booking-agreement-missing");
        // The unit records it, nobody else.
        assert!(record(&lab, &boss, "A-1", (0, 1)).is_err());
        assert_eq!(told(record(&lab, &lab.keeper, " ", (1, 0))), "field-required agreement-backward");
        record(&lab, &lab.keeper, "A-1", (0, 1)).expect("recorded");
        assert_eq!(told(record(&lab, &lab.keeper, "A-1", (0, 1))), "agreement-known");
        // It begins tomorrow: what counts is the day on which the booking ends.
        assert_eq!(own(&lab.ada), Some(false));
        assert_eq!(book(&lab.ada, 0, 60), "fine");
        assert_eq!(book(&eve, 60, 120), "booking-agreement-missing");
        let late = 24 * 60;
        assert_eq!(book(&lab.bo, late, late + 60), "fine");
        // To midnight of the last day, and not beyond.
        let midnight = late + 15 * 60;
        assert_eq!(book(&lab.bo, midnight - 60, midnight), "fine");
        assert_eq!(book(&lab.ada, midnight, midnight + 60), "booking-agreement-missing");
        // The people of the unit need none.
        let staff = world.person("another", lab.unit, Role::Member);
        assert_eq!(book(&staff, 120, 180), "fine");

        // Both sides see it, nobody else learns anything.
        for who in [&lab.keeper, &boss, &lab.ada] {
            let unit = if std::ptr::eq(who, &lab.keeper) { lab.unit } else { lab.firm };
            let view = world.city.agreements(who, unit).expect("seen");
            assert_eq!(view.agreements.len(), 1);
            assert_eq!(view.agreements[0].number, "A-1");
            assert_eq!(view.may_keep, view.organisation.id == lab.unit || std::ptr::eq(who, &boss));
        }
        for at in [lab.unit, lab.firm] {
            assert!(world.city.agreements(&eve, at).is_err());
            assert!(world.city.agreements(&Asker::nobody(), at).is_err());
        }
        assert!(world.city.agreements(&eve, other).expect("her own").agreements.is_empty());

        // Ended, it opens nothing more.
        lab.until(0);
        assert_eq!(own(&lab.ada), Some(true));
        let end = |who: &Asker| {
            let act = EndAgreement { unit: lab.unit, number: "A-1".to_owned() };
            told(world.city.perform(who, act).map(|_| ()))
        };
        assert_ne!(end(&boss), "fine");
        assert_eq!((end(&lab.keeper), end(&lab.keeper)), ("fine".to_owned(), "not-found".to_owned()));
        assert_eq!((own(&lab.ada), own(&lab.bo)), (Some(false), Some(false)));
        assert_eq!(book(&lab.ada, 180, 240), "booking-agreement-missing");
    }

    fn access_ends_on_a_day_at_booking_and_at_the_door(world) {
        let lab = Lab::new(world);
        let staff = world.city.person_named("staff@testing.example").expect("known");
        let book = |from: i64, until: i64| told(lab.book(&lab.ada, from, until).map(|_| ()));
        // Who answers for the unit sets it, for others.
        let no = access(&lab, &Asker::person(staff), &lab.ada, Some(lab.at(90)));
        assert_eq!(told(no), "training-access-unit");
        assert!(access(&lab, &lab.ada, &lab.ada, None).is_err());
        let own = access(&lab, &lab.keeper, &lab.keeper, Some(lab.at(90)));
        assert_eq!(told(own), "qualification-of-oneself");
        access(&lab, &lab.keeper, &lab.ada, Some(lab.at(90))).expect("set");

        assert_eq!(book(60, 91 + 14), "booking-access-expired");
        assert_eq!(book(0, 90), "fine");
        assert_eq!(told(lab.book(&lab.bo, 90, 120).map(|_| ())), "fine");
        let trust = world.city.qualifications(&lab.ada, lab.it).expect("seen").own.expect("own");
        assert_eq!(trust.access_ends, Some(lab.at(90)));
        let shown = world.city.qualifications(&lab.keeper, lab.it).expect("seen").staff;
        let shown = shown.expect("staff").access;
        assert_eq!((shown.len(), shown[0].0.ends), (1, lab.at(90)));
        let held = world.city.personal_data(&lab.ada).expect("own").time.access;
        assert_eq!((held.len(), held[0].owner), (1, lab.unit));

        // Staff may let it pass for a booking; the door asks again.
        let ask = BookAsk {
            person: Some(person(&lab.ada)),
            passes: vec![Code::AccessExpired],
            reason: "Comes with her host".to_owned(),
            ..BookAsk::new(lab.it, lab.at(180), lab.at(240))
        };
        world.city.book(&lab.keeper, ask).expect("let pass");
        lab.until(180);
        assert_eq!(told(lab.start(&lab.ada).map(|_| ())), "use-access-ended");
        // Without an end nothing is kept; an erased person has nothing.
        access(&lab, &lab.keeper, &lab.ada, None).expect("set");
        let id = lab.start(&lab.ada).expect("begun");
        lab.stop(&lab.ada, id);
        assert_eq!(world.city.personal_data(&lab.ada).expect("own").time.access, []);
        let guest = world.person("guest", lab.firm, Role::FirmMember);
        access(&lab, &lab.keeper, &guest, Some(lab.at(900))).expect("set");
        let security = world.person("security", world.hall, Role::SecurityAdministrator);
        let (gone, typed) = (person(&guest), "guest@testing.example".to_owned());
        world.city.erase(&security, ErasePerson { person: gone, typed }).expect("erased");
        let read = world.city.store().read(|tx| store::agreement::access_of(tx, gone, 9));
        assert_eq!(read.expect("read"), []);
    }
}
