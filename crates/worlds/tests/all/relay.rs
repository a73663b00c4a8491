//! Relays at the door, over both databases: a use begins once its relay is on, and what a relay does not
//! do is told again and told to staff.

use crate::tie::{Lab, codes, person, set};
use app::Asker;
use app::No;
use app::usage::{RelayView, SetRelay, SettleRelayProblem, StartUse, StopUse, UseChanged};
use base::UseId;
use instruments::booking::State;
use instruments::relay::{CALLER_SECONDS, Wants};
use instruments::rules::Layer;
use instruments::start::Pass;
use worlds::{Behaves, RelayDevice, on_both};

/// Sets a relay; the codes of what stands against it.
fn relay(lab: &Lab<'_>, who: &Asker, address: &str) -> String {
    let act = SetRelay { instrument: lab.it, relay: address.to_owned() };
    lab.world.city.perform(who, act).map_or_else(|no| codes(&no), |_| String::new())
}

fn begin(lab: &Lab<'_>, who: &Asker, passes: &[Pass], reason: &str) -> Result<UseChanged, No> {
    let (passes, reason) = (passes.to_vec(), reason.to_owned());
    let organisation = if person(who) == person(&lab.keeper) { lab.unit } else { lab.firm };
    let act = StartUse { passes, reason, ..StartUse::new(lab.it, organisation) };
    lab.world.city.start_use(who, act)
}

fn end(lab: &Lab<'_>, who: &Asker, id: UseId) -> UseChanged {
    lab.world.city.stop_use(who, StopUse::new(id)).expect("ended")
}

fn seen(lab: &Lab<'_>) -> RelayView {
    lab.world.city.relay(&lab.keeper, lab.it).expect("seen")
}

/// How it is to stand and whether it does, and the problems that are open.
fn stands(lab: &Lab<'_>) -> String {
    let view = seen(lab);
    let want = view.want.map_or("nothing".to_owned(), |want| {
        let done = if want.next_at.is_none() { "" } else { " wanted" };
        format!("{}{done}", want.wants)
    });
    let problems: String = view.problems.iter().map(|(it, _)| format!(", {}", it.fault)).collect();
    format!("{want}{problems}")
}

fn tend(lab: &Lab<'_>) -> usize {
    lab.world.city.tend_relays(&|| true).expect("told")
}

fn n_uses(lab: &Lab<'_>) -> usize {
    lab.world.city.uses(&lab.keeper, (None, None), 10).expect("a page").rows.len()
}

on_both! {
    fn a_use_switches_its_relay(world) {
        let lab = Lab::new(world);
        assert!(begin(&lab, &lab.ada, &[], "").is_ok_and(|done| !done.has_relay));
        let running = world.city.kiosk(&lab.ada, lab.it).expect("seen").running[0].kept.id;
        end(&lab, &lab.ada, running);
        for device in [RelayDevice::modbus(), RelayDevice::web()] {
            assert_eq!(relay(&lab, &lab.keeper, &device.address), "");
            let done = begin(&lab, &lab.ada, &[], "").expect("begun");
            assert!(device.is_on() && done.has_relay);
            assert_eq!(stands(&lab), "on");
            end(&lab, &lab.ada, done.id);
            assert!(!device.is_on());
            assert_eq!(stands(&lab), "off");
            assert_eq!(tend(&lab), 0, "nothing is left to be told");
        }
        assert_eq!(relay(&lab, &lab.keeper, " "), "");
        assert!(begin(&lab, &lab.ada, &[], "").is_ok_and(|done| !done.has_relay));
    }

    fn a_relay_is_set_by_the_instruments_people_within_the_named_networks(world) {
        let lab = Lab::new(world);
        let check = |who: &Asker, address: &str, expect: &str| {
            assert_eq!(relay(&lab, who, address), expect, "{address}");
        };
        check(&lab.keeper, "modbus://127.0.0.1:502/1/0", "");
        check(&lab.keeper, "modbus://10.0.0.9:502/1/0", "relay-outside");
        check(&lab.keeper, "http://10.0.0.9#/on|/off|/state|on", "relay-outside");
        check(&lab.keeper, "https://127.0.0.1/on", "relay-unread");
        check(&lab.keeper, "modbus://127.0.0.1/1", "relay-unread");
        check(&lab.ada, "modbus://127.0.0.1:502/1/0", "not-allowed");
        // Where it stands in the house is for the instrument's people.
        assert_eq!(codes(&world.city.relay(&lab.ada, lab.it).expect_err("not hers")), "not-found");
        assert_eq!(seen(&lab).relay.map(|it| it.relay), Some("modbus://127.0.0.1:502/1/0".to_owned()));
    }

    /// Scenario 38.
    fn without_an_answer_nobody_begins(world) {
        let lab = Lab::new(world);
        lab.rules(0, Layer { missed_after_minutes: set(15), ..Layer::default() });
        let device = RelayDevice::modbus();
        assert_eq!(relay(&lab, &lab.keeper, &device.address), "");
        let booked = lab.book(&lab.ada, 0, 60).expect("booked");
        lab.until(0);
        for (n, how) in (1..).zip([Behaves::Mutely, Behaves::Stuck, Behaves::Refusing]) {
            device.behave(how);
            let no = begin(&lab, &lab.ada, &[], "").expect_err("it stays off");
            assert_eq!(codes(&no), "use-relay-off", "{how:?}");
            assert!(words::refusal(base::Lang::En, &no.0[0]).text.contains("has not begun"));
            assert_eq!(n_uses(&lab), 0);
            assert_eq!(lab.seen(&booked).booking.state, State::Confirmed);
            assert_eq!(stands(&lab), format!("off wanted{}", ", on".repeat(n)));
            // An answer that was lost may have switched it: it is told off once it hears.
            device.behave(Behaves::Soundly);
            assert_eq!(tend(&lab), 0, "not yet");
            world.clock.pass(5);
            assert_eq!(tend(&lab), 1);
            assert!(stands(&lab).starts_with("off,") && !device.is_on());
        }
        // Whom the relay kept out has not stayed away.
        lab.until(20);
        assert_eq!(world.city.tend_bookings().expect("tended"), 0);
        let id = begin(&lab, &lab.ada, &[], "").expect("now it does").id;
        assert!(device.is_on());
        end(&lab, &lab.ada, id);
        assert_eq!(lab.seen(&booked).booking.state, State::Finished);
        assert_eq!(n_uses(&lab), 1);
    }

    fn what_stays_on_is_told_again(world) {
        let lab = Lab::new(world);
        let device = RelayDevice::web();
        assert_eq!(relay(&lab, &lab.keeper, &device.address), "");
        let id = begin(&lab, &lab.ada, &[], "").expect("begun").id;
        device.behave(Behaves::Stuck);
        let done = end(&lab, &lab.ada, id);
        assert!(!done.is_running && device.is_on());
        assert_eq!(stands(&lab), "off wanted, off");
        world.clock.pass(5);
        assert_eq!(tend(&lab), 0);
        assert_eq!(stands(&lab), "off wanted, off", "one problem, however often it is told");
        device.behave(Behaves::Soundly);
        world.clock.pass(15);
        assert_eq!(tend(&lab), 1);
        assert!(!device.is_on());
        assert_eq!(stands(&lab), "off, off");
        let (problem, who) = seen(&lab).problems.remove(0);
        assert_eq!(who.en, "ada");
        let settle = |note: &str| {
            let (instrument, note) = (lab.it, note.to_owned());
            world.city.perform(&lab.keeper, SettleRelayProblem { instrument, problem: problem.id, note })
        };
        assert_eq!(codes(&settle(" ").expect_err("what was done")), "field-required");
        settle("The contactor was exchanged").expect("settled");
        assert_eq!(codes(&settle("again").expect_err("once")), "not-found");
        assert_eq!(stands(&lab), "off");
    }

    /// Whoever begins a use may be gone before its relay was told: the timer does it, once.
    fn the_timer_tells_what_nobody_told(world) {
        let lab = Lab::new(world);
        let device = RelayDevice::modbus();
        assert_eq!(relay(&lab, &lab.keeper, &device.address), "");
        let start = || StartUse::new(lab.it, lab.firm);
        let id = world.city.perform(&lab.ada, start()).expect("begun").id;
        assert_eq!((tend(&lab), device.is_on()), (0, false), "whoever began tells it first");
        world.clock.pass(CALLER_SECONDS);
        assert_eq!((tend(&lab), device.is_on()), (1, true));
        assert_eq!(tend(&lab), 0);
        end(&lab, &lab.ada, id);
        // And what does not switch on then has not begun either.
        world.city.perform(&lab.ada, start()).expect("begun");
        device.behave(Behaves::Refusing);
        world.clock.pass(CALLER_SECONDS);
        assert_eq!(tend(&lab), 0);
        assert!(world.city.kiosk(&lab.ada, lab.it).expect("seen").running.is_empty());
        assert_eq!(seen(&lab).want.map(|want| want.wants), Some(Wants::Off));
    }

    fn staff_begin_without_the_relay_and_say_why(world) {
        let lab = Lab::new(world);
        let device = RelayDevice::modbus();
        assert_eq!(relay(&lab, &lab.keeper, &device.address), "");
        device.behave(Behaves::Refusing);
        let refused = |who: &Asker, reason: &str| {
            codes(&begin(&lab, who, &[Pass::Relay], reason).expect_err("refused"))
        };
        assert_eq!(refused(&lab.ada, "I know how"), "use-pass-by-staff");
        assert_eq!(refused(&lab.keeper, ""), "field-required");
        let done = begin(&lab, &lab.keeper, &[Pass::Relay], "Bridged by hand").expect("staff");
        assert!(!done.has_relay && !device.is_on());
        let (problem, who) = seen(&lab).problems.remove(0);
        assert_eq!((problem.fault.word(), problem.said.as_str()), ("bypass", "Bridged by hand"));
        assert_eq!(who.en, "keeper");
    }
}
