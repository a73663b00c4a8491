//! Reminders and deadlines: on time, late, and never twice.

use super::sample::*;
use crate::{DueAct, announce, due, wakes_at};
use base::Instant;
use expect_test::{Expect, expect};
use std::fmt::Write;

/// What the timer tells when it looks at these moments, one after the other.
fn check(mut world: World, moments: &[&str], want: Expect) {
    let mut told = String::new();
    for moment in moments {
        world.now = at(moment);
        let found = due(&world.case(), world.now, days());
        for due in &found {
            let _ = writeln!(told, "{moment} {}: {:?}", due.task, due.what);
        }
        world.running = announce(&world.running, &found);
        for due in found.iter().filter(|due| matches!(due.what, DueAct::Step { .. })) {
            world.lapse(due.task).expect("the timer's step");
        }
        assert_eq!(due_again(&world), 0, "{moment}: told twice");
    }
    want.assert_eq(&told);
}

fn due_again(world: &World) -> usize {
    due(&world.case(), world.now, days()).len()
}

#[test]
fn reminders_come_seven_three_and_one_working_days_before() {
    check(
        World::lodged(),
        &[
            "2026-03-04T23:59:59",
            "2026-03-05T00:00:00",
            "2026-03-10T12:00:00",
            "2026-03-11T12:00:00",
            "2026-03-12T00:00:00",
            "2026-03-13T07:00:00",
            "2026-03-16T23:59:59.999999",
            "2026-03-17T00:00:00",
            "2026-03-18T00:00:00",
            "2026-03-24T00:00:00",
        ],
        expect![[r#"
            2026-03-05T00:00:00 content-review: Remind { days_left: 7 }
            2026-03-11T12:00:00 content-review: Remind { days_left: 3 }
            2026-03-12T00:00:00 secrecy-review: Remind { days_left: 7 }
            2026-03-13T07:00:00 content-review: Remind { days_left: 1 }
            2026-03-17T00:00:00 content-review: Escalate { role: "head" }
            2026-03-18T00:00:00 secrecy-review: Remind { days_left: 3 }
            2026-03-24T00:00:00 secrecy-review: Overdue
        "#]],
    );
}

#[test]
fn of_missed_reminders_the_last_is_told() {
    check(
        World::lodged(),
        &["2026-03-16T12:00:00", "2026-03-16T13:00:00"],
        expect![[r#"
        2026-03-16T12:00:00 content-review: Remind { days_left: 1 }
        2026-03-16T12:00:00 secrecy-review: Remind { days_left: 7 }
    "#]],
    );
    check(
        World::lodged(),
        &["2026-06-01T12:00:00", "2026-06-02T12:00:00"],
        expect![[r#"
        2026-06-01T12:00:00 content-review: Escalate { role: "head" }
        2026-06-01T12:00:00 secrecy-review: Overdue
    "#]],
    );
}

#[test]
fn a_short_deadline_does_not_remind_at_once() {
    let world = World::cleared();
    check(
        world,
        &["2026-03-02T10:00:00", "2026-03-04T10:00:00", "2026-03-06T00:00:00"],
        expect![[r#"
            2026-03-04T10:00:00 release: Remind { days_left: 1 }
            2026-03-06T00:00:00 release: Step { step: "remember" }
        "#]],
    );
}

#[test]
fn a_deadline_takes_its_step_once() {
    let mut world = World::lodged();
    world.does(REN, "content-review/ask");
    check(
        world,
        &["2026-03-23T23:59:59", "2026-03-24T00:00:00", "2026-04-01T00:00:00"],
        expect![[r#"
            2026-03-23T23:59:59 supplement: Remind { days_left: 1 }
            2026-03-24T00:00:00 supplement: Step { step: "lapse" }
        "#]],
    );
}

#[test]
fn the_timer_comes_neither_early_nor_twice() {
    let mut world = World::cleared();
    let check = |world: &mut World, task: &str, want: Expect| {
        want.assert_eq(&told(&world.lapse(task)));
    };
    check(
        &mut world,
        "release",
        expect!["Conflict case-deadline-not-passed task=case-release-task-release"],
    );
    check(
        &mut world,
        "lodge",
        expect!["Conflict case-step-out-of-turn state=case-release-state-cleared"],
    );
    world.now = at("2026-03-06T00:00:00");
    let takings = world.running.takings.len();
    check(&mut world, "release", expect!["cleared [release]"]);
    check(
        &mut world,
        "release",
        expect!["Conflict case-deadline-not-passed task=case-release-task-release"],
    );
    assert_eq!(world.running.takings.len(), takings, "the timer is nobody");
    let mut world = World::lodged().at("2026-12-01T00:00:00");
    check(
        &mut world,
        "content-review",
        expect!["Conflict case-step-out-of-turn state=case-release-state-lodged"],
    );
    let mut world = World::cleared();
    world.stop(HAL, "release").expect("stopped");
    world.now = at("2026-12-01T00:00:00");
    check(
        &mut world,
        "release",
        expect![
            "Conflict case-clock-stopped task=case-release-task-release since=2026-03-02T09:00:00"
        ],
    );
    assert_eq!(due_again(&world), 0, "a stopped clock has nothing due");
}

#[test]
fn a_longer_deadline_repeats_no_reminder() {
    let mut world = World::lodged().at("2026-03-11T12:00:00");
    let found = due(&world.case(), world.now, days());
    world.running = announce(&world.running, &found);
    world.stop(HAL, "content-review").expect("stopped");
    world.now = at("2026-03-25T12:00:00");
    world.resume(HAL, "content-review").expect("runs");
    check(
        world,
        &["2026-03-26T12:00:00", "2026-03-27T12:00:00", "2026-03-30T12:00:00"],
        expect![[r#"
            2026-03-26T12:00:00 secrecy-review: Overdue
            2026-03-27T12:00:00 content-review: Remind { days_left: 1 }
        "#]],
    );
}

#[test]
fn a_case_says_when_to_look_again() {
    let mut world = World::lodged();
    let mut wakings = String::new();
    let mut last = Instant::from_micros(0);
    while let Some(next) = wakes_at(&world.case(), days()) {
        assert!(next > last, "each waking tells something");
        assert_eq!(due(&world.case(), Instant::from_micros(next.micros() - 1), days()), []);
        let found = due(&world.case(), next, days());
        let _ = writeln!(wakings, "{} {}", next.datetime_at(480), found.len());
        world.running = announce(&world.running, &found);
        last = next;
    }
    expect![[r#"
        2026-03-05T00:00:00 1
        2026-03-11T00:00:00 1
        2026-03-12T00:00:00 1
        2026-03-13T00:00:00 1
        2026-03-17T00:00:00 1
        2026-03-18T00:00:00 1
        2026-03-20T00:00:00 1
        2026-03-24T00:00:00 1
    "#]]
    .assert_eq(&wakings);
    let ended = World::lodged().withdraw(&taker(OPA)).expect("withdrawn").running;
    assert_eq!(wakes_at(&World { running: ended, now: last }.case(), days()), None);
}
