//! Taking steps: each reason to refuse, and what a step does.

use super::sample::*;
use crate::process::Sureness;
use crate::{Case, Moved, Rights, Running, Taker, offers};
use base::Refusal;
use expect_test::{Expect, expect};
use serde_json::json;

fn check(outcome: &Result<Moved, Vec<Refusal>>, want: Expect) {
    want.assert_eq(&told(outcome));
}

#[test]
fn a_case_runs_from_its_opening_to_its_end() {
    let mut world = World::new();
    check(&world.take(&taker(OPA), "lodge/save", |_| {}), expect!["stub [lodge]"]);
    check(
        &world.take(&taker(TOM), "lodge/lodge", |_| {}),
        expect!["lodged [content-review secrecy-review]"],
    );
    check(
        &world.take(&taker(CAT), "secrecy-review/agree", |_| {}),
        expect!["lodged [content-review]"],
    );
    check(&world.take(&taker(REN), "content-review/agree", |_| {}), expect!["cleared [release]"]);
    check(&world.assign(HAL, "release", Some(ROY)), expect!["cleared [release]"]);
    let moved = world.take(&taker(ROY), "release/release", |_| {});
    check(&moved, expect!["released []"]);
    let moved = moved.expect("released");
    assert_eq!(moved.ended.map(|ended| ended.ending), Some(crate::Ending::Granted));
    assert_eq!(moved.closed.len(), 1);
    assert_eq!(world.running.version, 7);
}

#[test]
fn steps_out_of_turn_and_old_pages_are_refused() {
    let mut world = World::lodged();
    check(
        &world.take(&taker(TOM), "lodge/lodge", |_| {}),
        expect!["Conflict case-step-out-of-turn state=case-release-state-lodged"],
    );
    check(
        &world.take(&taker(REN), "content-review/burn", |_| {}),
        expect!["Conflict case-step-out-of-turn state=case-release-state-lodged"],
    );
    check(
        &world.take(&taker(REN), "nothing/agree", |_| {}),
        expect!["Conflict case-step-out-of-turn state=case-release-state-lodged"],
    );
    let old = world.take(&taker(REN), "content-review/note", |ask| ask.expected_version = 1);
    check(&old, expect!["Conflict case-version-conflict expected=1 found=2"]);
    world.does(CAT, "secrecy-review/refuse");
    check(
        &world.take(&taker(REN), "content-review/agree", |_| {}),
        expect!["Conflict case-ended state=case-release-state-refused"],
    );
}

#[test]
fn a_step_belongs_to_its_people() {
    let mut world = World::new();
    for other in [REN, CAT, HAL, NIL] {
        let refused = world.take(&taker(other), "lodge/save", |_| {}).expect_err("not theirs");
        assert_eq!(refused[0].code, "case-not-yours");
    }
    world.does(TOM, "lodge/lodge");
    check(
        &world.take(&taker(CAT), "content-review/note", |_| {}),
        expect!["NotAllowed case-not-yours task=case-release-task-content-review"],
    );
    // A role in the owner's organisation is none at the desk, and the reverse.
    let owner = Rights { desk: Vec::new(), owner: vec!["reviewer"] };
    let outsider = Taker { rights: owner, ..taker(NIL) };
    check(
        &world.take(&outsider, "content-review/note", |_| {}),
        expect!["NotAllowed case-not-yours task=case-release-task-content-review"],
    );
    world.assign(REN, "content-review", Some(REN)).expect("taken up");
    check(
        &world.take(&taker(ROY), "content-review/note", |_| {}),
        expect!["NotAllowed case-not-yours task=case-release-task-content-review"],
    );
    check(
        &world.take(&taker(REN), "content-review/note", |_| {}),
        expect!["lodged [content-review secrecy-review]"],
    );
}

#[test]
fn different_tasks_need_different_persons() {
    let mut world = World::new();
    world.does(BIX, "lodge/lodge");
    check(
        &world.take(&taker(OPA), "content-review/note", |_| {}),
        expect![
            "NotAllowed case-same-person task=case-release-task-content-review earlier=case-opener"
        ],
    );
    check(
        &world.take(&taker(BIX), "content-review/note", |_| {}),
        expect![
            "NotAllowed case-same-person task=case-release-task-content-review earlier=case-release-task-lodge"
        ],
    );
    let mut world = World::lodged();
    world.does(BIX, "secrecy-review/agree");
    // The rule is declared with the other task, and holds both ways.
    check(
        &world.take(&taker(BIX), "content-review/note", |_| {}),
        expect![
            "NotAllowed case-same-person task=case-release-task-content-review earlier=case-release-task-secrecy-review"
        ],
    );
    check(&world.take(&taker(REN), "content-review/agree", |_| {}), expect!["cleared [release]"]);
}

#[test]
fn reviews_sent_back_are_void() {
    let mut world = World::lodged();
    world.does(BIX, "secrecy-review/agree");
    let refused = world.take(&taker(BIX), "content-review/agree", |_| {});
    check(
        &refused,
        expect![
            "NotAllowed case-same-person task=case-release-task-content-review earlier=case-release-task-secrecy-review"
        ],
    );
    // Sending back makes his own review void in the same breath, so that he may do it.
    check(&world.take(&taker(BIX), "content-review/return", |_| {}), expect!["stub [lodge]"]);
    let void: Vec<_> =
        world.running.takings.iter().filter(|taken| taken.is_void).map(|it| &it.task).collect();
    assert_eq!(void, ["secrecy-review", "content-review"]);
    world.does(TOM, "lodge/lodge");
    world.does(BIX, "content-review/agree");
    // Who edited is no reviewer any more: lodging was never made void.
    let refused = world.take(&taker(TOM), "secrecy-review/agree", |_| {});
    check(
        &refused,
        expect![[r#"
        NotAllowed case-not-yours task=case-release-task-secrecy-review
        NotAllowed case-same-person task=case-release-task-secrecy-review earlier=case-release-task-lodge"#]],
    );
}

#[test]
fn a_stand_in_acts_for_two() {
    let mut world = World::lodged();
    let check_one = |world: &mut World, taker: &Taker, path: &str, want: Expect| {
        check(&world.take(taker, path, |_| {}), want);
    };
    let path = "content-review/note";
    let task = "content-review";
    check_one(
        &mut world,
        &stand_in(NIL, REN, task),
        path,
        expect!["NotAllowed case-stand-in-lacks-role task=case-release-task-content-review"],
    );
    check_one(
        &mut world,
        &stand_in(ROY, CAT, task),
        path,
        expect!["NotAllowed case-not-yours task=case-release-task-content-review"],
    );
    check_one(
        &mut world,
        &stand_in(ROY, REN, "lodge"),
        path,
        expect!["NotAllowed case-stand-in-not-covered task=case-release-task-content-review"],
    );
    check_one(
        &mut world,
        &stand_in(BIX, CAT, "secrecy-review"),
        "secrecy-review/agree",
        expect!["NotAllowed case-stand-in-not-allowed"],
    );
    let other = Taker { person: BIX, ..stand_in(ROY, REN, task) };
    check_one(
        &mut world,
        &other,
        path,
        expect!["NotAllowed case-stand-in-not-covered task=case-release-task-content-review"],
    );
    // The giver opened the case, so the stand-in is no other person.
    check_one(
        &mut world,
        &stand_in(ROY, OPA, task),
        path,
        expect![
            "NotAllowed case-same-person task=case-release-task-content-review earlier=case-opener"
        ],
    );
    check_one(
        &mut world,
        &stand_in(ROY, REN, task),
        path,
        expect!["lodged [content-review secrecy-review]"],
    );
    // Both have now taken part, each of them.
    for (person, also) in [(REN, "confidentiality-officer"), (ROY, "confidentiality-officer")] {
        let both = Rights { desk: vec![also], owner: Vec::new() };
        let taker = Taker { rights: both, ..taker(person) };
        let refused = world.take(&taker, "secrecy-review/agree", |_| {}).expect_err("same person");
        assert_eq!(refused[0].code, "case-same-person");
    }
    let mut late = World::lodged().at("2026-04-01T00:00:00");
    check_one(
        &mut late,
        &stand_in(ROY, REN, task),
        path,
        expect![
            "NotAllowed case-stand-in-not-now from=2026-03-01T00:00:00 until=2026-04-01T00:00:00"
        ],
    );
    late.does(REN, "content-review/ask");
    late.now = at("2026-03-31T23:59:59");
    let supplement = stand_in(NIL, OPA, "supplement");
    check_one(
        &mut late,
        &supplement,
        "supplement/supplement",
        expect!["lodged [content-review secrecy-review]"],
    );
}

#[test]
fn a_lost_role_is_lost_for_the_stand_in_too() {
    let mut world = World::lodged();
    let mut taker = stand_in(ROY, REN, "content-review");
    if let Some(giver) = &mut taker.on_behalf_of {
        giver.rights = Rights::default();
    }
    check(
        &world.take(&taker, "content-review/note", |_| {}),
        expect!["NotAllowed case-not-yours task=case-release-task-content-review"],
    );
}

#[test]
fn a_step_asks_how_sure_it_is() {
    let mut world = World::lodged();
    let as_sure = |person, sureness| Taker { sureness, ..taker(person) };
    let second = as_sure(REN, Sureness::SecondFactor);
    check(
        &world.take(&second, "content-review/agree", |_| {}),
        expect!["NotAllowed case-fresh-proof-needed"],
    );
    let signed_in = as_sure(CAT, Sureness::SignedIn);
    check(
        &world.take(&signed_in, "secrecy-review/agree", |_| {}),
        expect!["NotAllowed case-second-factor-needed"],
    );
    let second = as_sure(CAT, Sureness::SecondFactor);
    check(&world.take(&second, "secrecy-review/agree", |_| {}), expect!["lodged [content-review]"]);
}

#[test]
fn reasons_and_documents_are_asked_for() {
    let mut world = World::lodged();
    let path = "content-review/return";
    check(
        &world.take(&taker(REN), path, |ask| ask.reason = " \n".into()),
        expect!["Invalid case-reason-needed (reason)"],
    );
    let long = "x".repeat(50_001);
    check(
        &world.take(&taker(REN), path, |ask| ask.reason = long),
        expect!["Invalid text-too-long (reason) field=field-reason most=50000 found=50001"],
    );
    let path = "secrecy-review/agree";
    let extra = world.take(&taker(CAT), path, |ask| {
        ask.reason = "Fine.".into();
        ask.n_documents = 2;
    });
    check(
        &extra,
        expect![[r#"
        Invalid case-reason-unwanted (reason)
        Invalid case-document-unwanted (documents)"#]],
    );
    let mut world = World::new();
    check(
        &world.take(&taker(OPA), "lodge/lodge", |ask| ask.n_documents = 0),
        expect!["Invalid case-document-needed (documents)"],
    );
}

#[test]
fn all_reasons_come_at_once() {
    let mut world = World::lodged();
    let taker = Taker { sureness: Sureness::SignedIn, ..taker(OPA) };
    let outcome = world.take(&taker, "secrecy-review/agree", |ask| {
        ask.expected_version = 1;
        ask.reason = "Why not.".into();
        ask.n_documents = 1;
        ask.answers.insert("colour".into(), json!("red"));
    });
    check(
        &outcome,
        expect![[r#"
        Conflict case-version-conflict expected=1 found=2
        NotAllowed case-not-yours task=case-release-task-secrecy-review
        NotAllowed case-same-person task=case-release-task-secrecy-review earlier=case-opener
        NotAllowed case-second-factor-needed
        Invalid case-reason-unwanted (reason)
        Invalid case-document-unwanted (documents)
        Invalid case-answer-unknown (colour) name="colour""#]],
    );
}

#[test]
fn a_closed_task_takes_steps_until_its_last_moment() {
    let waiting = || {
        let mut world = World::lodged();
        world.does(REN, "content-review/ask");
        world
    };
    let mut world = waiting().at("2026-03-23T23:59:59.999999");
    check(
        &world.take(&taker(OPA), "supplement/supplement", |_| {}),
        expect!["lodged [content-review secrecy-review]"],
    );
    let mut world = waiting().at("2026-03-24T00:00:00");
    check(
        &world.take(&taker(OPA), "supplement/supplement", |_| {}),
        expect![
            "Refused case-deadline-passed task=case-release-task-supplement due=2026-03-23T23:59:59.999999"
        ],
    );
    check(
        &world.take(&taker(OPA), "supplement/lapse", |_| {}),
        expect!["Conflict case-step-out-of-turn state=case-release-state-waiting"],
    );
    // Without `closes_at_deadline` a late step is still a step.
    let mut world = World::lodged().at("2026-12-01T09:00:00");
    check(
        &world.take(&taker(REN), "content-review/note", |_| {}),
        expect!["lodged [content-review secrecy-review]"],
    );
}

#[test]
fn pages_offer_what_would_be_taken() {
    let offered = |world: &World, taker: &Taker| {
        let offers = offers(&world.case(), taker, world.now);
        let paths = offers.iter().map(|offer| format!("{}/{}", offer.task.name, offer.step.name));
        paths.collect::<Vec<_>>().join(" ")
    };
    let mut world = World::lodged();
    expect!["content-review/agree content-review/return content-review/ask content-review/note"]
        .assert_eq(&offered(&world, &taker(REN)));
    assert_eq!(offered(&world, &taker(TOM)), "");
    let unsure = Taker { sureness: Sureness::SignedIn, ..taker(CAT) };
    expect!["secrecy-review/agree secrecy-review/refuse"].assert_eq(&offered(&world, &unsure));
    world.does(BIX, "secrecy-review/agree");
    expect!["content-review/return"].assert_eq(&offered(&world, &taker(BIX)));
    world.stop(HAL, "content-review").expect("stopped");
    assert_eq!(offered(&world, &taker(REN)), "");
}

#[test]
fn a_case_is_stored_and_read_with_its_number() {
    let world = World::cleared();
    let stored = serde_json::to_string(&world.running).expect("JSON");
    assert_eq!(serde_json::from_str::<Running>(&stored).expect("read"), world.running);
    let newer = stored.replace("\"format\":1", "\"format\":2");
    assert!(serde_json::from_str::<Running>(&newer).is_err());
    let stranger = stored.replace("\"version\"", "\"colour\"");
    assert!(serde_json::from_str::<Running>(&stranger).is_err());
}

#[test]
fn a_case_needs_its_own_declaration() {
    let running = World::lodged().running;
    let refused = |running: &Running| line(&Case::find(&[&RELEASE], running).expect_err("none"));
    let newer = Running { process_version: 4, ..running.clone() };
    expect![[r#"Unknown case-process-unknown process="release" version=4"#]]
        .assert_eq(&refused(&newer));
    let moved = Running { state: "gone".into(), ..running.clone() };
    assert!(Case::find(&[&RELEASE], &moved).is_err());
    let mut foreign = running.clone();
    foreign.tasks[0].name = "release".into();
    assert!(Case::find(&[&RELEASE], &foreign).is_err());
    assert!(Case::find(&[], &running).is_err());
}
