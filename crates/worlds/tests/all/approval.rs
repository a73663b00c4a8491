//! Bookings that several agree to, over both databases: in order, each in turn, nobody for the own one; and
//! what a request holds meanwhile.

use crate::tie::{Lab, codes, person, set};
use access::Role;
use app::booking::{
    BookAsk, BookingChanged, DecideBooking, MoveBooking, OfferBooking, SetBookingRules,
    TakeBooking, Target,
};
use app::instrument::CreateInstrument;
use app::tariff::SetCustomerClass;
use app::{Asker, No};
use base::{BookingId, PersonId};
use instruments::approval::{Chain, Stage, Step, When};
use instruments::booking::State;
use instruments::rules::{Approval, Layer};
use instruments::sheet::Sheet;
use worlds::on_both;

fn chain(when: When, steps: &[Step]) -> Chain {
    Chain { when, steps: steps.to_vec() }
}

fn told<T>(done: Result<T, No>) -> String {
    done.map_or_else(|no| codes(&no), |_| "fine".to_owned())
}

/// Answers the newest version.
fn decide(lab: &Lab<'_>, who: &Asker, id: BookingId, agrees: bool) -> Result<BookingChanged, No> {
    let seen = lab.world.city.booking(&lab.keeper, id).expect("seen").booking.version;
    let act = DecideBooking::new(id, seen, (agrees, "Seen".to_owned()));
    lab.world.city.perform(who, act)
}

/// Whose turn the desk and the list say it is.
fn asked(lab: &Lab<'_>, people: &[(&str, &Asker)]) -> String {
    let mut found = Vec::new();
    for (name, who) in people {
        let list = lab.world.city.bookings_to_decide(who).expect("listed");
        let desk = lab.world.city.desk(who).expect("desk").bench.to_agree;
        assert_eq!(u64::try_from(list.len()).expect("few"), desk, "{name}");
        if desk > 0 {
            found.push(*name);
        }
    }
    found.join(" ")
}

on_both! {
    /// Scenario 27: leader, staff and unit, each in turn, and nobody for the own booking.
    fn each_agrees_in_turn_and_nobody_to_the_own_booking(world) {
        let lab = Lab::new(world);
        let city = &world.city;
        let boss = world.person("boss", lab.firm, Role::FirmAdministrator);
        let staff = Asker::person(city.person_named("staff@testing.example").expect("known"));
        let all = [Step::Leader, Step::Staff, Step::Unit];
        lab.rules(0, Layer {
            chains: set(vec![
                chain(When::External, &[Step::Staff, Step::Leader]),
                chain(When::Over(60), &[Step::Unit]),
            ]),
            ..Layer::default()
        });
        let people =
            [("ada", &lab.ada), ("boss", &boss), ("staff", &staff), ("keeper", &lab.keeper)];
        assert_eq!(asked(&lab, &people), "");
        let made = lab.book(&lab.ada, 0, 90).expect("asked");
        assert_eq!(made.state, "pending");
        let id = made.booking;
        let steps = |id| {
            let booking = city.booking(&lab.keeper, id).expect("seen").booking;
            let agreed = booking.steps.iter().filter(|stage| stage.agreed.is_some()).count();
            (booking.steps.iter().map(|stage| stage.step).collect::<Vec<_>>(), agreed)
        };
        assert_eq!(steps(id), (all.to_vec(), 0));
        // The leader is asked, nobody else; the time is held.
        assert_eq!(asked(&lab, &people), "boss");
        assert_eq!(told(lab.book(&lab.bo, 30, 60)), "booking-overlap");
        for who in [&staff, &lab.keeper] {
            assert_eq!(told(decide(&lab, who, id, true)), "booking-not-your-turn");
        }
        assert_eq!(told(decide(&lab, &lab.ada, id, true)), "not-allowed");
        assert_eq!(told(decide(&lab, &lab.bo, id, true)), "not-found");

        assert_eq!(decide(&lab, &boss, id, true).expect("agreed").state, "pending");
        assert_eq!(asked(&lab, &people), "staff keeper");
        assert_eq!(told(decide(&lab, &boss, id, true)), "booking-not-your-turn");
        // Who comes next sees who agreed.
        let seen = city.booking(&staff, id).expect("seen");
        assert_eq!(seen.approvers.keys().copied().collect::<Vec<_>>(), [person(&boss)]);
        assert!(seen.may_decide && !city.booking(&boss, id).expect("seen").may_decide);
        assert_eq!(decide(&lab, &staff, id, true).expect("agreed").state, "pending");
        assert_eq!(asked(&lab, &people), "keeper");
        assert_eq!(told(decide(&lab, &staff, id, true)), "booking-not-your-turn");
        assert_eq!(decide(&lab, &lab.keeper, id, true).expect("agreed").state, "confirmed");
        assert_eq!((steps(id), asked(&lab, &people)), ((all.to_vec(), 3), String::new()));

        // A leader's own booking goes to the unit in the leader's place.
        let own = lab.book(&boss, 120, 150).expect("asked");
        assert_eq!(steps(own.booking).0, [Step::Staff, Step::Unit]);
        assert_eq!(told(decide(&lab, &boss, own.booking, true)), "not-allowed");
        // A no at any step ends it, and its time is free.
        let no = decide(&lab, &staff, own.booking, false).expect("declined");
        assert_eq!((no.state.as_str(), asked(&lab, &people)), ("declined", String::new()));
        assert_eq!(told(lab.book(&lab.bo, 120, 150)), "fine");
        // What the keeper books for a user is agreed to as far as it is the keeper's to agree.
        let ask = BookAsk { person: Some(person(&lab.ada)), ..BookAsk::new(lab.it, lab.at(180), lab.at(270)) };
        let forced = city.book(&lab.keeper, ask).expect("asked");
        assert_eq!(steps(forced.booking), (all.to_vec(), 2));
        assert_eq!(decide(&lab, &boss, forced.booking, true).expect("agreed").state, "confirmed");
        // What the own staff book for themselves is agreed to by others.
        lab.rules(1, Layer { chains: set(vec![chain(When::Always, &[Step::Staff, Step::Unit])]), ..Layer::default() });
        let self_made = city.book(&staff, BookAsk::new(lab.it, lab.at(300), lab.at(330))).expect("asked");
        assert_eq!(self_made.state, "pending");
        assert_eq!(told(decide(&lab, &staff, self_made.booking, true)), "booking-own-decision");
    }

    /// Nobody gets by a small booking what a large one needs, and a new time is agreed to anew.
    fn a_move_asks_again_and_never_slips_through(world) {
        let lab = Lab::new(world);
        let boss = world.person("boss", lab.firm, Role::FirmAdministrator);
        lab.rules(0, Layer {
            chains: set(vec![chain(When::Over(60), &[Step::Leader, Step::Unit])]),
            ..Layer::default()
        });
        let shift = |made: &BookingChanged, version, until| {
            let time = (lab.at(0), lab.at(until));
            world.city.perform(&lab.ada, MoveBooking::new(made.booking, version, time))
        };
        let small = lab.book(&lab.ada, 0, 60).expect("booked");
        assert_eq!(small.state, "confirmed");
        assert_eq!(told(shift(&small, 1, 120)), "booking-move-needs-agreement");
        assert_eq!(told(shift(&small, 1, 45)), "fine");
        world.city
            .perform(&lab.ada, app::booking::CancelBooking::new(small.booking, 2, ""))
            .expect("given up");
        let large = lab.book(&lab.ada, 0, 120).expect("asked");
        decide(&lab, &boss, large.booking, true).expect("agreed");
        assert_eq!(told(shift(&large, 2, 180)), "fine");
        let again = world.city.booking(&lab.ada, large.booking).expect("seen").booking;
        assert!(again.steps.iter().all(|stage| stage.agreed.is_none()), "{again:?}");
        decide(&lab, &boss, large.booking, true).expect("agreed");
        decide(&lab, &lab.keeper, large.booking, true).expect("agreed");
        // What all have agreed to may be made shorter, and as long again.
        assert_eq!(told(shift(&large, 5, 90)), "fine");
        assert_eq!(told(shift(&large, 6, 180)), "fine");
        // Longer than what they agreed to is agreed to by nobody, under the same steps too.
        assert_eq!(told(shift(&large, 7, 195)), "booking-move-needs-agreement");
        let keepers = MoveBooking::new(large.booking, 7, (lab.at(0), lab.at(240)));
        assert_eq!(told(world.city.perform(&lab.keeper, keepers)), "booking-move-needs-agreement");
        let later = MoveBooking::new(large.booking, 7, (lab.at(60), lab.at(240)));
        assert_eq!(told(world.city.perform(&lab.ada, later)), "fine", "as long");
    }

    /// Without a chain the simple rule asks about outsiders, and the owner's people answer in one step.
    fn the_simple_rule_asks_about_outsiders(world) {
        let lab = Lab::new(world);
        let city = &world.city;
        let boss = world.person("boss", lab.firm, Role::FirmAdministrator);
        let colleague = world.person("colleague", lab.unit, Role::Member);
        let staff = Asker::person(city.person_named("staff@testing.example").expect("known"));
        lab.rules(0, Layer { approval: set(Approval::External), ..Layer::default() });
        let mine = |who: &Asker, from: i64| {
            city.book(who, BookAsk::new(lab.it, lab.at(from), lab.at(from + 60))).expect("booked")
        };
        let inside = mine(&colleague, 0);
        assert_eq!((inside.state.as_str(), mine(&staff, 60).state.as_str()), ("confirmed", "confirmed"));
        let outside = mine(&lab.ada, 120);
        assert_eq!(outside.state, "pending");
        let people = [("boss", &boss), ("staff", &staff), ("keeper", &lab.keeper), ("colleague", &colleague)];
        assert_eq!(asked(&lab, &people), "staff keeper");
        assert_eq!(told(decide(&lab, &lab.ada, outside.booking, true)), "not-allowed");
        assert_eq!(decide(&lab, &staff, outside.booking, true).expect("agreed").state, "confirmed");
        // Who books for an outsider has agreed by that.
        let ask = BookAsk { person: Some(person(&lab.ada)), ..BookAsk::new(lab.it, lab.at(180), lab.at(240)) };
        let forced = city.book(&lab.keeper, ask).expect("booked");
        assert_eq!(forced.state, "confirmed");
        // As long as agreed at another time; longer is asked for anew.
        let shift = |made: &BookingChanged, (from, until)| {
            let seen = city.booking(&lab.keeper, made.booking).expect("seen").booking.version;
            let act = MoveBooking::new(made.booking, seen, (lab.at(from), lab.at(until)));
            told(city.perform(&lab.ada, act))
        };
        assert_eq!(shift(&outside, (300, 360)), "fine");
        assert_eq!(shift(&outside, (300, 375)), "booking-move-needs-agreement");
        assert_eq!(shift(&forced, (180, 210)), "fine");
        assert_eq!(shift(&forced, (180, 240)), "fine");
        assert_eq!(shift(&forced, (180, 255)), "booking-move-needs-agreement");
        // Nobody takes what nobody agreed to; what was agreed to goes on to a colleague.
        let give = |from: &Asker, id, to: &Asker| {
            let seen = city.booking(&lab.keeper, id).expect("seen").booking.version;
            city.perform(from, OfferBooking::new(id, seen, Some(person(to)))).expect("offered");
            told(city.perform(to, TakeBooking::new(id, seen + 1, true)))
        };
        assert_eq!(give(&colleague, inside.booking, &lab.ada), "booking-transfer-needs-agreement");
        assert_eq!(give(&colleague, inside.booking, &staff), "fine");
        assert_eq!(give(&lab.ada, outside.booking, &lab.bo), "fine");
    }

    /// Who alone answers for the unit is answered by who operates the instrument, or told that nobody is.
    fn a_lone_manager_agrees_to_nothing_of_their_own(world) {
        let lab = Lab::new(world);
        let city = &world.city;
        let staff = Asker::person(city.person_named("staff@testing.example").expect("known"));
        let all = [Step::Leader, Step::Staff, Step::Unit];
        lab.rules(0, Layer { chains: set(vec![chain(When::Always, &all)]), ..Layer::default() });
        let own = |from: i64| city.book(&lab.keeper, BookAsk::new(lab.it, lab.at(from), lab.at(from + 60)));
        let made = own(0).expect("asked");
        let steps = city.booking(&lab.keeper, made.booking).expect("seen").booking.steps;
        assert_eq!((made.state.as_str(), steps), ("pending", vec![Stage::open(Step::Staff)]));
        assert_eq!(told(decide(&lab, &lab.keeper, made.booking, true)), "booking-own-decision");
        assert_eq!(decide(&lab, &staff, made.booking, true).expect("agreed").state, "confirmed");
        // A second one answers for the unit.
        let deputy = world.person("deputy", lab.unit, Role::TransferOfficer);
        let made = own(60).expect("asked");
        assert_eq!(decide(&lab, &staff, made.booking, true).expect("agreed").state, "pending");
        assert_eq!(decide(&lab, &deputy, made.booking, true).expect("agreed").state, "confirmed");
        // Where nobody else is there, nothing is held that nobody could ever answer.
        let alone = world.organisation("One-woman laboratory");
        let head = world.person("head", alone, Role::TransferOfficer);
        let sheet = Sheet { name: base::Bilingual::new("Balance", "天平"), ..Sheet::default() };
        let act = CreateInstrument { owner: alone, is_hidden: false, sheet };
        let it = city.perform(&head, act).expect("entered").instrument;
        let rules = Layer { chains: set(vec![chain(When::Always, &[Step::Unit])]), ..Layer::default() };
        city.perform(&head, SetBookingRules { target: Target::Instrument(it), version: 0, rules }).expect("set");
        let book = |who: &Asker| told(city.book(who, BookAsk::new(it, lab.at(0), lab.at(60))));
        assert_eq!(book(&head), "booking-nobody-agrees");
        assert_eq!(book(&lab.ada), "fine", "a request that the head answers");
    }

    /// Scenarios 26 and 28: what a rule refuses is asked for step by step; without answers it lapses.
    fn what_a_rule_refuses_is_asked_for_step_by_step(world) {
        let lab = Lab::new(world);
        let boss = world.person("boss", lab.firm, Role::FirmAdministrator);
        lab.rules(0, Layer {
            chains: set(vec![chain(When::Asked, &[Step::Leader, Step::Unit])]),
            most_minutes: set(60),
            may_ask: set(true),
            approval: set(Approval::Never),
            ..Layer::default()
        });
        assert_eq!(lab.book(&lab.ada, 0, 60).expect("booked").state, "confirmed");
        let long = |from: i64| {
            let ask = BookAsk { asks: true, ..BookAsk::new(lab.it, lab.at(from), lab.at(from + 120)) };
            world.city.book(&lab.ada, ask).expect("asked")
        };
        let first = long(120);
        let view = world.city.booking(&boss, first.booking).expect("seen");
        let asked: Vec<&str> = view.booking.asked.iter().map(|it| it.code.code()).collect();
        assert_eq!((asked, view.may_decide), (vec!["too_long"], true));
        decide(&lab, &boss, first.booking, true).expect("agreed");
        assert_eq!(decide(&lab, &lab.keeper, first.booking, true).expect("agreed").state, "confirmed");
        // The leader agrees, the unit does not answer: it lapses at the one deadline of the request.
        let second = long(300);
        let until = world.city.booking(&lab.ada, second.booking).expect("seen").booking.decide_by;
        decide(&lab, &boss, second.booking, true).expect("agreed");
        let still = world.city.booking(&lab.ada, second.booking).expect("seen").booking;
        assert_eq!((still.decide_by, still.state), (until, State::Pending));
        lab.until(300);
        world.city.tend_bookings().expect("tended");
        let view = world.city.booking(&lab.ada, second.booking).expect("seen");
        assert_eq!(view.booking.state, State::Lapsed);
        assert_eq!(told(decide(&lab, &lab.keeper, second.booking, true)), "booking-closed");
    }

    /// A pending request that staff move is agreed to by nobody yet.
    fn a_request_that_staff_move_is_asked_about_anew(world) {
        let lab = Lab::new(world);
        let boss = world.person("boss", lab.firm, Role::FirmAdministrator);
        let chains = vec![chain(When::External, &[Step::Leader, Step::Unit])];
        lab.rules(0, Layer { chains: set(chains), ..Layer::default() });
        let id = lab.book(&lab.ada, 0, 60).expect("asked").booking;
        decide(&lab, &boss, id, true).expect("agreed");
        let act = MoveBooking::new(id, 2, (lab.at(30), lab.at(90)));
        assert_eq!(world.city.perform(&lab.keeper, act).expect("moved").state, "pending");
        let steps = world.city.booking(&lab.keeper, id).expect("seen").booking.steps;
        assert_eq!(steps, [Step::Leader, Step::Unit].map(Stage::open));
        decide(&lab, &boss, id, true).expect("agreed");
        assert_eq!(decide(&lab, &lab.keeper, id, true).expect("agreed").state, "confirmed");
    }

    /// New rules break no old booking, but a move is judged by them.
    fn a_move_under_a_chain_set_since_needs_its_agreement(world) {
        let lab = Lab::new(world);
        let id = lab.book(&lab.ada, 0, 120).expect("booked").booking;
        let chains = vec![chain(When::Over(60), &[Step::Unit])];
        lab.rules(0, Layer { chains: set(chains), ..Layer::default() });
        let shift = |who: &Asker, from, until| {
            let seen = world.city.booking(&lab.keeper, id).expect("seen").booking.version;
            let act = MoveBooking::new(id, seen, (lab.at(from), lab.at(until)));
            told(world.city.perform(who, act))
        };
        for (from, until) in [(0, 180), (60, 180), (60, 150)] {
            assert_eq!(shift(&lab.ada, from, until), "booking-move-needs-agreement");
        }
        // Who gives time back needs nobody, nor does what no chain asks about.
        assert_eq!(shift(&lab.ada, 0, 90), "fine");
        assert_eq!(shift(&lab.ada, 0, 120), "booking-move-needs-agreement");
        assert_eq!(shift(&lab.ada, 60, 120), "fine");
        assert_eq!(shift(&lab.ada, 60, 150), "booking-move-needs-agreement");
        // The unit agrees by moving it for somebody, and that is kept.
        assert_eq!(shift(&lab.keeper, 60, 180), "fine");
        let steps = world.city.booking(&lab.keeper, id).expect("seen").booking.steps;
        let agreed: Vec<_> = steps.iter().map(|it| (it.step, it.agreed.map(|it| it.0))).collect();
        assert_eq!(agreed, [(Step::Unit, Some(person(&lab.keeper)))]);
        assert_eq!(shift(&lab.ada, 90, 210), "fine");
    }

    /// Whoever takes a booking needs the agreement that booking it would need.
    fn nobody_takes_a_booking_that_nobody_agreed_to_for_them(world) {
        let lab = Lab::new(world);
        let city = &world.city;
        let boss = world.person("boss", lab.firm, Role::FirmAdministrator);
        let other = world.organisation("Other firm");
        let cy = world.person("cy", other, Role::FirmMember);
        let colleague = world.person("colleague", lab.unit, Role::Member);
        let staff = Asker::person(city.person_named("staff@testing.example").expect("known"));
        lab.rules(0, Layer {
            chains: set(vec![
                chain(When::External, &[Step::Leader]),
                chain(When::Over(60), &[Step::Unit]),
            ]),
            ..Layer::default()
        });
        let give = |from: &Asker, id, to: &Asker| {
            let seen = city.booking(&lab.keeper, id).expect("seen").booking.version;
            city.perform(from, OfferBooking::new(id, seen, Some(person(to)))).expect("offered");
            told(city.perform(to, TakeBooking::new(id, seen + 1, true)))
        };
        let no = "booking-transfer-needs-agreement";
        // Nobody asked about a member's booking; an outsider's is asked about.
        let inside = lab.book(&staff, 0, 60).expect("booked");
        assert_eq!(inside.state, "confirmed");
        assert_eq!(give(&staff, inside.booking, &lab.ada), no);
        assert_eq!(give(&staff, inside.booking, &colleague), "fine");
        // A leader's yes is for others of the organisation.
        let led = lab.book(&lab.ada, 60, 120).expect("asked").booking;
        assert_eq!(decide(&lab, &boss, led, true).expect("agreed").state, "confirmed");
        assert_eq!(give(&lab.ada, led, &boss), no);
        assert_eq!(give(&lab.ada, led, &cy), no);
        assert_eq!(give(&lab.ada, led, &lab.bo), "fine");
        // Nobody takes what they agreed to themselves.
        let long = lab.book(&colleague, 120, 240).expect("asked").booking;
        assert_eq!(decide(&lab, &lab.keeper, long, true).expect("agreed").state, "confirmed");
        assert_eq!(give(&colleague, long, &lab.keeper), no);
        assert_eq!(give(&colleague, long, &staff), "fine");
    }

    /// Nobody escapes the chain of a class by naming no organisation.
    fn a_chain_of_a_class_counts_every_organisation_where_none_is_named(world) {
        let lab = Lab::new(world);
        let other = world.organisation("Other firm");
        world.grant(&lab.ada, other, Role::FirmMember);
        let act = SetCustomerClass {
            unit: lab.unit,
            customer: other,
            class: "member".to_owned(),
            from: base::WorkingDays::china().date(world.city.now()),
        };
        world.city.perform(&lab.keeper, act).expect("set");
        let chains = vec![chain(When::Class("member".to_owned()), &[Step::Unit])];
        lab.rules(0, Layer { chains: set(chains), ..Layer::default() });
        let state = |organisation, from| {
            let ask = BookAsk { organisation, ..BookAsk::new(lab.it, lab.at(from), lab.at(from + 30)) };
            world.city.book(&lab.ada, ask).expect("booked").state
        };
        assert_eq!(state(Some(lab.firm), 0), "confirmed");
        assert_eq!(state(Some(other), 30), "pending");
        assert_eq!(state(None, 60), "pending");
    }

    /// Who answers for the unit leads its people, and agrees by booking for one of them.
    fn the_only_manager_books_for_a_colleague(world) {
        let lab = Lab::new(world);
        let staff = world.city.person_named("staff@testing.example").expect("known");
        let chains = vec![chain(When::Always, &[Step::Leader])];
        lab.rules(0, Layer { chains: set(chains), ..Layer::default() });
        let book = |who: PersonId, from| {
            let ask = BookAsk::new(lab.it, lab.at(from), lab.at(from + 60));
            world.city.book(&lab.keeper, BookAsk { person: Some(who), ..ask }).expect("booked").state
        };
        assert_eq!(book(staff, 0), "confirmed");
        assert_eq!(book(person(&lab.ada), 60), "pending", "theirs is another leader");
    }
}
