//! Moves besides steps: withdrawal, assignment, the clock, delegation.

use super::sample::*;
use crate::process::Sureness;
use crate::{Delegation, Moved, Rights, Taker, delegate, stop_clock};
use base::{Refusal, Span};
use expect_test::{Expect, expect};

fn check(outcome: &Result<Moved, Vec<Refusal>>, want: Expect) {
    want.assert_eq(&told(outcome));
}

#[test]
fn a_case_is_withdrawn_by_its_side_while_it_is_undecided() {
    let moved = World::lodged().withdraw(&taker(OPA));
    check(&moved, expect!["withdrawn []"]);
    let moved = moved.expect("withdrawn");
    assert_eq!(moved.reason.as_deref(), Some("Sold."));
    assert!(moved.closed.iter().all(|closed| !closed.is_done));
    assert_eq!(moved.closed.len(), 2);
    check(&World::new().withdraw(&taker(NIL)), expect!["withdrawn []"]);
    let unsure = Taker { sureness: Sureness::SignedIn, ..taker(REN) };
    check(
        &World::new().withdraw(&unsure),
        expect![[r#"
        NotAllowed case-move-not-yours
        NotAllowed case-second-factor-needed"#]],
    );
    check(
        &World::new().withdraw(&stand_in(OPA, NIL, "lodge")),
        expect!["NotAllowed case-stand-in-not-allowed"],
    );
    check(
        &World::cleared().withdraw(&taker(OPA)),
        expect!["Refused case-withdrawal-closed state=case-release-state-cleared"],
    );
    let mut world = World::new();
    world.withdraw(&taker(OPA)).expect("withdrawn");
    check(
        &world.withdraw(&taker(OPA)),
        expect!["Conflict case-ended state=case-release-state-withdrawn"],
    );
}

#[test]
fn tasks_are_taken_up_given_handed_over_and_put_back() {
    let mut world = World::lodged();
    let task = "content-review";
    check(
        &world.assign(NIL, task, Some(NIL)),
        expect!["Refused case-assignee-unfit (assignee) task=case-release-task-content-review"],
    );
    check(&world.assign(ROY, task, Some(REN)), expect!["NotAllowed case-move-not-yours"]);
    check(
        &world.assign(HAL, task, Some(CAT)),
        expect!["Refused case-assignee-unfit (assignee) task=case-release-task-content-review"],
    );
    check(
        &world.assign(HAL, task, Some(OPA)),
        expect![
            "Refused case-assignee-same-person (assignee) task=case-release-task-content-review earlier=case-opener"
        ],
    );
    check(
        &world.assign(HAL, "release", Some(REN)),
        expect!["Conflict case-step-out-of-turn state=case-release-state-lodged"],
    );
    let due_at = world.running.tasks[0].due_at;
    world.now = at("2026-03-04T09:00:00");
    check(&world.assign(ROY, task, Some(ROY)), expect!["lodged [content-review secrecy-review]"]);
    check(&world.assign(REN, task, Some(REN)), expect!["NotAllowed case-move-not-yours"]);
    check(&world.assign(ROY, task, Some(REN)), expect!["lodged [content-review secrecy-review]"]);
    assert_eq!(world.running.tasks[0].assignee, Some(REN));
    assert_eq!(world.running.tasks[0].due_at, due_at, "the deadline goes on");
    check(&world.assign(REN, task, None), expect!["lodged [content-review secrecy-review]"]);
    assert_eq!(world.running.tasks[0].assignee, None);
    world.does(REN, "content-review/note");
    world.does(BIX, "secrecy-review/agree");
    check(
        &world.assign(HAL, task, Some(BIX)),
        expect![
            "Refused case-assignee-same-person (assignee) task=case-release-task-content-review earlier=case-release-task-secrecy-review"
        ],
    );
}

#[test]
fn a_chosen_person_is_chosen_by_somebody_else() {
    let mut world = World::lodged();
    world.does(REN, "content-review/agree");
    world.does(CAT, "secrecy-review/agree");
    check(
        &world.take(&taker(NIL), "release/remember", |_| {}),
        expect!["NotAllowed case-not-yours task=case-release-task-release"],
    );
    check(
        &world.assign(NIL, "release", Some(NIL)),
        expect!["Refused case-assignee-unfit (assignee) task=case-release-task-release"],
    );
    check(
        &world.assign(HAL, "release", Some(OPA)),
        expect![
            "Refused case-assignee-same-person (assignee) task=case-release-task-release earlier=case-opener"
        ],
    );
    check(&world.assign(HAL, "release", Some(NIL)), expect!["cleared [release]"]);
    check(
        &world.take(&taker(HAL), "release/remember", |_| {}),
        expect!["NotAllowed case-not-yours task=case-release-task-release"],
    );
    check(&world.take(&taker(NIL), "release/remember", |_| {}), expect!["cleared [release]"]);
}

#[test]
fn a_stopped_clock_moves_the_deadline() {
    let mut world = World::lodged();
    let due = |world: &World| {
        let due = |open: &crate::OpenTask| open.due_at.map(|at| at.date_at(480).to_string());
        world.running.tasks.iter().filter_map(due).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(due(&world), "2026-03-16 2026-03-23");
    check(&world.stop(REN, "content-review"), expect!["NotAllowed case-move-not-yours"]);
    check(
        &world.resume(HAL, "content-review"),
        expect!["Conflict case-clock-running task=case-release-task-content-review"],
    );
    check(&world.stop(HAL, "content-review"), expect!["lodged [content-review secrecy-review]"]);
    check(
        &world.stop(HAL, "content-review"),
        expect![
            "Conflict case-clock-stopped task=case-release-task-content-review since=2026-03-02T09:00:00"
        ],
    );
    check(&world.stop(HAL, "secrecy-review"), expect!["lodged [content-review secrecy-review]"]);
    check(
        &world.take(&taker(REN), "content-review/note", |_| {}),
        expect![
            "Conflict case-clock-stopped task=case-release-task-content-review since=2026-03-02T09:00:00"
        ],
    );
    // Nine days, of which seven are worked; the later deadline would fall on a Wednesday.
    world.now = at("2026-03-11T09:00:00");
    check(&world.resume(NIL, "content-review"), expect!["NotAllowed case-move-not-yours"]);
    check(&world.resume(HAL, "content-review"), expect!["lodged [content-review secrecy-review]"]);
    check(&world.resume(HAL, "secrecy-review"), expect!["lodged [content-review secrecy-review]"]);
    assert_eq!(due(&world), "2026-03-25 2026-04-01");
    let moved = world.does(REN, "content-review/agree");
    assert_eq!(moved.closed[0].stopped_days, 7);
    assert_eq!(moved.closed[0].days(days()), 0);
    let mut world = World::lodged().at("2026-03-17T00:00:00");
    check(
        &world.stop(HAL, "content-review"),
        expect![
            "Refused case-deadline-passed task=case-release-task-content-review due=2026-03-16T23:59:59.999999"
        ],
    );
    let unexplained = world.stopping("secrecy-review", " ");
    let outcome = stop_clock(&world.case(), &taker(HAL), &unexplained, world.now);
    check(&outcome, expect!["Invalid case-reason-needed (reason)"]);
}

#[test]
fn a_stop_and_a_wait_are_no_service_time() {
    let mut world = World::lodged();
    world.does(REN, "content-review/ask");
    world.now = at("2026-03-06T09:00:00");
    world.does(OPA, "supplement/supplement");
    world.does(REN, "content-review/agree");
    world.does(CAT, "secrecy-review/agree");
    world.assign(HAL, "release", Some(HAL)).expect("given");
    world.stop(HAL, "release").expect("stopped");
    world.now = at("2026-03-10T09:00:00");
    world.resume(HAL, "release").expect("runs");
    world.now = at("2026-03-11T09:00:00");
    let ended = world.does(HAL, "release/release").ended.expect("an end");
    // Seven working days since Monday: four of waiting, two of a stopped clock.
    assert_eq!((ended.whole.stopped_days, ended.whole.days(days())), (6, 1));
}

#[test]
fn a_delegation_is_dated_narrow_and_for_somebody_else() {
    let now = at("2026-03-02T09:00:00");
    let check = |delegation: &Delegation, rights: &Rights, want: Expect| {
        let reasons = delegate(&RELEASE, delegation, rights, now);
        want.assert_eq(&reasons.iter().map(line).collect::<Vec<_>>().join("\n"));
    };
    let given = delegation(REN, ROY, "content-review");
    check(&given, &rights(REN), expect![[""]]);
    check(
        &given,
        &rights(CAT),
        expect!["NotAllowed case-delegation-wider (tasks) task=case-release-task-content-review"],
    );
    check(
        &Delegation { to: REN, ..given.clone() },
        &rights(REN),
        expect!["Invalid case-delegation-to-self (to)"],
    );
    check(
        &Delegation { tasks: Vec::new(), ..given.clone() },
        &rights(REN),
        expect!["Invalid case-delegation-empty (tasks)"],
    );
    let tasks = vec!["content-review".into(), "secrecy-review".into(), "dance".into()];
    check(
        &Delegation { tasks, ..given.clone() },
        &rights(REN),
        expect![[r#"
        Refused case-delegation-not-allowed (tasks) task=case-release-task-secrecy-review
        Invalid case-delegation-task-unknown (tasks) name="dance""#]],
    );
    let until = |text: &str| Span::new(at("2026-02-01T00:00:00"), at(text)).expect("a span");
    let over = Delegation { lasts: until("2026-03-02T09:00:00"), ..given.clone() };
    check(
        &over,
        &rights(REN),
        expect!["Invalid case-delegation-over (until) until=2026-03-02T09:00:00"],
    );
    let long = Delegation { lasts: until("2027-03-02T09:00:00"), ..given };
    check(&long, &rights(REN), expect!["Invalid case-delegation-too-long (until) most=366"]);
    // What somebody does as opener can be given without a role.
    check(&delegation(OPA, NIL, "supplement"), &Rights::default(), expect![[""]]);
}
