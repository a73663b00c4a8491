//! What is printed and counted: diagram, progress bar, service times, words, codes.

use super::sample::*;
use crate::{CODES, Closed, Flaw, WANTED_TERMS, check, diagram, progress, service_times, words_of};
use expect_test::{Expect, expect};

#[test]
fn the_sample_has_no_flaw() {
    assert_eq!(check(&RELEASE, &ROLES), Vec::<Flaw>::new());
}

#[test]
fn a_process_is_drawn() {
    expect![[r#"
        %% release version 3, printed from its declaration.
        stateDiagram-v2
            state "stub" as s_stub
            state "lodged" as s_lodged
            state "waiting (waiting)" as s_waiting
            state "cleared" as s_cleared
            state "released (granted)" as s_released
            state "partly (partly)" as s_partly
            state "refused (refused)" as s_refused
            state "withdrawn (withdrawn)" as s_withdrawn
            state "lapsed (lapsed)" as s_lapsed
            [*] --> s_stub
            s_stub --> s_stub: lodge / save (opener or owner's transfer-officer)
            s_stub --> s_lodged: lodge / lodge (opener or owner's transfer-officer)
            s_lodged --> s_cleared: content-review / agree (reviewer, fresh proof, joins)
            s_lodged --> s_stub: content-review / return (reviewer)
            s_lodged --> s_waiting: content-review / ask (reviewer)
            s_lodged --> s_lodged: content-review / note (reviewer)
            s_lodged --> s_cleared: secrecy-review / agree (confidentiality-officer, second factor, joins)
            s_lodged --> s_refused: secrecy-review / refuse (confidentiality-officer)
            s_waiting --> s_lodged: supplement / supplement (opener)
            s_waiting --> s_lapsed: supplement / lapse (timer)
            s_cleared --> s_released: release / release (assignee, fresh proof)
            s_cleared --> s_partly: release / release-part (assignee)
            s_cleared --> s_cleared: release / remember (assignee)
            s_released --> [*]
            s_partly --> [*]
            s_refused --> [*]
            s_withdrawn --> [*]
            s_lapsed --> [*]
            s_stub --> s_withdrawn: withdraw (opener or owner's firm-administrator)
            s_lodged --> s_withdrawn: withdraw (opener or owner's firm-administrator)
            s_waiting --> s_withdrawn: withdraw (opener or owner's firm-administrator)
            note right of s_lodged
                content-review in 10 working days, then tell head
                content-review is never by who did opener, lodge
                secrecy-review in 20 calendar days, then remind
                secrecy-review is never by who did opener, lodge, content-review
            end note
            note right of s_waiting
                supplement in 15 working days, then lapse
            end note
            note right of s_cleared
                release in 3 working days, then remember
                release is never by who did opener
            end note
    "#]].assert_eq(&diagram(&RELEASE));
}

#[test]
fn the_bar_shows_where_a_case_has_been() {
    let check = |world: &World, want: Expect| {
        let stages = progress(&world.case());
        let lines: String = stages
            .iter()
            .map(|it| format!("{} {:?} {}\n", it.index, it.standing, it.states.join(" ")))
            .collect();
        want.assert_eq(&lines);
    };
    check(
        &World::new(),
        expect![[r#"
        1 Now stub
        2 Ahead lodged waiting
        3 Ahead cleared
        4 Ahead released partly refused withdrawn lapsed
    "#]],
    );
    let mut world = World::lodged();
    check(
        &world,
        expect![[r#"
        1 Done stub
        2 Now lodged waiting
        3 Ahead cleared
        4 Ahead released partly refused withdrawn lapsed
    "#]],
    );
    world.does(REN, "content-review/return");
    check(
        &world,
        expect![[r#"
        1 Now stub
        2 Ahead lodged waiting
        3 Ahead cleared
        4 Ahead released partly refused withdrawn lapsed
    "#]],
    );
    world.withdraw(&taker(OPA)).expect("withdrawn");
    check(
        &world,
        expect![[r#"
        1 Done stub
        2 Done lodged waiting
        3 Skipped cleared
        4 Done released partly refused withdrawn lapsed
    "#]],
    );
}

fn closed(opened: &str, closed: &str, due: Option<&str>) -> Closed {
    let nine = |date: &str| at(&format!("{date}T09:00:00"));
    Closed {
        name: "content-review".into(),
        opened_at: nine(opened),
        closed_at: nine(closed),
        due_at: due.map(|date| at(&format!("{date}T23:59:59.999999"))),
        stopped_days: 0,
        is_done: true,
    }
}

#[test]
fn service_times_are_counted_in_working_days() {
    assert_eq!(service_times(&[], days()), None);
    let undone = Closed { is_done: false, ..closed("2026-03-02", "2026-03-03", None) };
    assert_eq!(service_times(std::slice::from_ref(&undone), days()), None);
    let one = service_times(&[closed("2026-03-02", "2026-03-09", None), undone], days());
    let one = one.expect("one");
    assert_eq!((one.count, one.median_days, one.p90_days, one.late_percent()), (1, 5, 5, None));
    // Ten tasks of 1 to 10 working days with a deadline of 8.
    let ends = [3, 4, 5, 6, 9, 10, 11, 12, 13, 16];
    let ten: Vec<Closed> = ends
        .iter()
        .map(|day| closed("2026-03-02", &format!("2026-03-{day:02}"), Some("2026-03-12")))
        .collect();
    let ten = service_times(&ten, days()).expect("ten");
    assert_eq!((ten.count, ten.median_days, ten.p90_days), (10, 5, 9));
    assert_eq!((ten.n_due, ten.n_late, ten.late_percent()), (10, 2, Some(20)));
    let stopped = Closed { stopped_days: 3, ..closed("2026-03-02", "2026-03-09", None) };
    assert_eq!(stopped.days(days()), 2);
}

#[test]
fn the_keys_for_words_are_known() {
    expect![[r#"
        case-answer-checklist
        case-answer-choice
        case-answer-date
        case-answer-number
        case-answer-shares
        case-answer-text
        case-answer-yes-no
        case-opener
        case-release
        case-release-choice-form-file
        case-release-choice-form-paper
        case-release-item-no-open-patent
        case-release-item-owner-agrees
        case-release-state-cleared
        case-release-state-lapsed
        case-release-state-lodged
        case-release-state-partly
        case-release-state-refused
        case-release-state-released
        case-release-state-stub
        case-release-state-waiting
        case-release-state-withdrawn
        case-release-step-agree
        case-release-step-ask
        case-release-step-lapse
        case-release-step-lodge
        case-release-step-note
        case-release-step-refuse
        case-release-step-release
        case-release-step-release-part
        case-release-step-remember
        case-release-step-return
        case-release-step-save
        case-release-step-supplement
        case-release-task-content-review
        case-release-task-lodge
        case-release-task-release
        case-release-task-secrecy-review
        case-release-task-supplement
        field-conditions
        field-copies
        field-embargo
        field-form
        field-is-final
        field-shares
        field-title"#]]
    .assert_eq(&words_of(&RELEASE).join("\n"));
}

/// Every code has a row, once, and the factory makes no other.
#[test]
fn the_list_of_codes_is_whole() {
    let source = include_str!("../refuse.rs");
    let factory = source.split("pub const WANTED_TERMS").nth(1).expect("the factory");
    for row in CODES {
        let quoted = format!("\"{}\"", row.code);
        assert_eq!(factory.matches(&quoted).count(), 1, "{} is made in one place", row.code);
        assert_eq!(CODES.iter().filter(|other| other.code == row.code).count(), 1);
        assert!(!row.meaning.is_empty());
    }
    let made = factory.matches("\"case-").count() - WANTED_TERMS.len();
    assert_eq!(made, CODES.len());
}
