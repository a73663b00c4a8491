//! Letters about the rights of a booking: to whoever is to agree next, about what was not in order, and
//! before access or a qualification ends.

use crate::mail::{Server, post};
use crate::tie::{Lab, person, set};
use crate::wait::subjects;
use access::Role;
use app::booking::{DecideBooking, GrantQualification, SetAccess};
use app::charge::{DecideAdjustment, DisputeCharge};
use app::feedback::GiveFeedback;
use app::{Asker, City};
use base::Instant;
use instruments::adjustment::Wish;
use instruments::approval::{Chain, Step, When};
use instruments::feedback::Feedback;
use instruments::qualification::{Grade, Way};
use instruments::rules::Layer;
use instruments::service_order::Opinion;
use std::sync::Arc;
use worlds::{On, World};

const DAY: i64 = 86_400;

fn decide(city: &City, who: &Asker, booked: &app::booking::BookingChanged, version: u64) {
    let act = DecideBooking::new(booked.booking, version, (true, "Fine".to_owned()));
    city.perform(who, act).expect("agreed");
}

/// Each step is asked by a letter when its turn comes; the person hears of the end.
fn steps(world: &World, server: &Arc<Server>) {
    let lab = Lab::new(world);
    let boss = world.person("boss", lab.firm, Role::FirmAdministrator);
    let staff = Asker::person(world.city.person_named("staff@testing.example").expect("known"));
    let mut seen = 0;
    let steps = Step::ALL.to_vec();
    let chains = set(vec![Chain { when: When::Always, steps }]);
    lab.rules(0, Layer { chains, asks_feedback: set(true), ..Layer::default() });
    subjects(world, server, &mut seen);
    let booked = lab.book(&lab.ada, 0, 60).expect("asked");
    let mut came = || subjects(world, server, &mut seen);
    assert_eq!(came(), ["ada: Asked for", "boss: A request for Furnace"]);
    decide(&world.city, &boss, &booked, 1);
    assert_eq!(came(), ["staff: A request for Furnace"]);
    decide(&world.city, &staff, &booked, 2);
    assert_eq!(came(), ["keeper: A request for Furnace"]);
    decide(&world.city, &lab.keeper, &booked, 3);
    assert_eq!(came(), ["ada: Agreed to"]);

    // What was not in order is told to the people of the instrument, once; what was fine to nobody.
    for (from, problem) in [(0, ""), (30, "The pump leaks")] {
        lab.until(from);
        let id = lab.start(&lab.ada).expect("begun");
        lab.until(from + 20);
        lab.stop(&lab.ada, id);
        came();
        let feedback = Feedback {
            opinion: Opinion::Content,
            is_in_order: problem.is_empty(),
            problem: problem.to_owned(),
            note: String::new(),
        };
        world.city.perform(&lab.ada, GiveFeedback { id, feedback }).expect("said");
        let want: &[&str] = match problem {
            "" => &[],
            _ => &["keeper: Not in order", "staff: Not in order"],
        };
        assert_eq!(came(), want);
    }
    let all = server.taken();
    assert!(all.iter().all(|it| !format!("{:?}", it.blocks).contains("pump")), "kept on the page");
}

/// One letter a fortnight before an end, none after it, one more where the end moves.
fn ends(world: &World, server: &Arc<Server>) {
    let lab = Lab::new(world);
    let city = &world.city;
    let mut seen = 0;
    let mut came = || subjects(world, server, &mut seen);
    let remind = || city.remind_of_access().expect("looked");
    let days = |n: i64| lab.start.plus_seconds(n * DAY);
    let access = |ends: Option<Instant>| {
        let reason = "Guest of the spring term".to_owned();
        let act = SetAccess { instrument: lab.it, person: person(&lab.ada), ends, reason };
        city.perform(&lab.keeper, act).expect("set");
    };
    let grant = |whom: &Asker, (lives_days, ends): (u32, Option<Instant>)| {
        let act = GrantQualification {
            instrument: lab.it,
            person: person(whom),
            grade: Grade::Full,
            way: Way::Course,
            lives_days,
            ends,
            hours: calendar::Hours::default(),
            reason: "Trained".to_owned(),
        };
        city.perform(&lab.keeper, act).expect("granted");
    };
    access(Some(days(30)));
    grant(&lab.ada, (0, Some(days(40))));
    grant(&lab.bo, (60, None));
    came();
    assert_eq!((remind(), came().len()), (0, 0));
    world.clock.pass(18 * DAY);
    assert_eq!((remind(), remind()), (1, 0));
    assert_eq!(came(), ["ada: Your access ends"]);
    world.clock.pass(10 * DAY);
    assert_eq!(remind(), 1);
    assert_eq!(came(), ["ada: Your qualification ends"]);
    // It is renewed for a time that ends soon too: another end, another letter.
    access(Some(days(33)));
    assert_eq!(remind(), 1);
    assert_eq!(came(), ["ada: Your access ends"]);
    // Where there is no end any more, and after it, nothing is told; without a use it lapses.
    access(None);
    world.clock.pass(20 * DAY);
    assert_eq!(remind(), 1);
    assert_eq!(came(), ["bo: Your qualification ends"]);
    world.clock.pass(40 * DAY);
    assert_eq!((remind(), came().len()), (0, 0));
    // One that lives shorter than that by its uses is told of when half of its life is over.
    grant(&lab.bo, (10, None));
    came();
    assert_eq!(remind(), 0);
    world.clock.pass(4 * DAY);
    assert_eq!((remind(), came().len()), (0, 0));
    world.clock.pass(2 * DAY);
    assert_eq!(remind(), 1);
    assert_eq!(came(), ["bo: Your qualification ends"]);
    // An end that was set is told of as before.
    grant(&lab.bo, (10, Some(city.now().plus_seconds(9 * DAY))));
    came();
    assert_eq!(remind(), 1);
    assert_eq!(came(), ["bo: Your qualification ends"]);
}

/// Who decides for the unit hears of a disputed line, and who asked of the decision; the letters say nothing
/// of either.
fn disputes(world: &World, server: &Arc<Server>) {
    let lab = Lab::new(world);
    let deputy = world.person("deputy", lab.unit, Role::TransferOfficer);
    lab.price(|_| {});
    let mut seen = 0;
    let mut came = || {
        subjects(world, server, &mut seen);
        let all = server.taken();
        let told = all.iter().filter(|it| it.subject.contains("CH-")).map(|it| {
            let name = it.to_address.split('@').next().unwrap_or("");
            format!("{name}: {}", it.subject.split(": ").next().unwrap_or(""))
        });
        told.collect::<std::collections::BTreeSet<_>>().into_iter().collect::<Vec<_>>()
    };
    let mut charges = Vec::new();
    for from in [0, 60] {
        lab.until(from);
        let id = lab.start(&lab.ada).expect("begun");
        lab.until(from + 30);
        charges.push(lab.stop(&lab.ada, id).charge.expect("a line"));
    }
    for (charge, grants) in charges.into_iter().zip([true, false]) {
        let reason = "The pump failed".to_owned();
        let act = DisputeCharge { charge, wish: Wish::Waive, reason };
        let asked = world.city.perform(&lab.ada, act).expect("asked").adjustment;
        let told = came();
        let asks = ["deputy: A customer asks for a change", "keeper: A customer asks for a change"];
        assert!(asks.iter().all(|one| told.contains(&(*one).to_owned())), "{told:?}");
        let act = DecideAdjustment::new(charge, asked, grants, "Seen in the log");
        world.city.perform(&deputy, act).expect("decided");
        let said = if grants { "ada: Changed as you asked" } else { "ada: Not changed" };
        let told = came();
        assert!(told.contains(&said.to_owned()), "{told:?}");
    }
    assert_eq!(came().len(), 4, "nobody else is told");
    let all = format!("{:?}", server.taken().iter().map(|it| &it.blocks).collect::<Vec<_>>());
    assert!(!all.contains("pump") && !all.contains("Seen in"), "kept on the page");
}

fn on(on: On, check: fn(&World, &Arc<Server>)) {
    let server = Arc::new(Server::default());
    if let Some(world) = World::with_mail(on, post(&server)) {
        check(&world, &server);
    }
}

mod the_next_one_is_asked_and_what_was_wrong_is_told {
    #[test]
    fn sqlite() {
        super::on(worlds::On::Sqlite, super::steps);
    }

    #[test]
    fn postgres() {
        super::on(worlds::On::Postgres, super::steps);
    }
}

mod a_dispute_and_its_decision_are_told {
    #[test]
    fn sqlite() {
        super::on(worlds::On::Sqlite, super::disputes);
    }

    #[test]
    fn postgres() {
        super::on(worlds::On::Postgres, super::disputes);
    }
}

mod an_end_is_told_once_a_fortnight_before {
    #[test]
    fn sqlite() {
        super::on(worlds::On::Sqlite, super::ends);
    }

    #[test]
    fn postgres() {
        super::on(worlds::On::Postgres, super::ends);
    }
}
