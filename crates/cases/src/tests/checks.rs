//! One flaw of each kind, planted in a sound declaration, is found; nothing else is.

use super::sample::{RELEASE, ROLES};
use crate::process::*;
use crate::{Flaw, check};

fn check_one(process: &Process, flaw: Flaw) {
    assert_eq!(check(process, &ROLES), [flaw]);
}

fn leak<T>(items: Vec<T>) -> &'static [T] {
    Box::leak(items.into_boxed_slice())
}

fn with_state(name: &str, edit: impl Fn(State) -> State) -> Process {
    let is_it = |state: &State| state.name == name;
    assert!(RELEASE.states.iter().any(is_it), "{name}");
    let states = RELEASE.states.iter().map(|it| if is_it(it) { edit(*it) } else { *it });
    Process { states: leak(states.collect()), ..RELEASE }
}

fn with_task(name: &str, edit: impl Fn(Task) -> Task) -> Process {
    let holds_it = |state: &&State| state.task(name).is_some();
    let state = RELEASE.states.iter().find(holds_it).expect("a task").name;
    with_state(state, |state| {
        let tasks = state.tasks.iter().map(|it| if it.name == name { edit(*it) } else { *it });
        State { tasks: leak(tasks.collect()), ..state }
    })
}

fn with_step(task: &str, name: &str, edit: impl Fn(Step) -> Step) -> Process {
    with_task(task, |task| {
        let steps = task.steps.iter().map(|it| if it.name == name { edit(*it) } else { *it });
        Task { steps: leak(steps.collect()), ..task }
    })
}

fn with_withdrawal(edit: impl Fn(Withdrawal) -> Withdrawal) -> Process {
    Process { withdrawal: RELEASE.withdrawal.map(edit), ..RELEASE }
}

fn with_ask(kind: AskKind) -> Process {
    with_step("secrecy-review", "agree", |step| Step {
        asks: leak(vec![Ask { name: "extra", kind, required: true }]),
        ..step
    })
}

fn at(path: &str) -> String {
    path.to_owned()
}

#[test]
fn names_are_made_well_and_stand_once() {
    let process = Process { name: "Release", ..RELEASE };
    check_one(&process, Flaw::BadName { at: at("Release") });
    for bad in ["", "a--b", "-a", "1a", "a_b"] {
        let process = Process { name: bad, ..RELEASE };
        check_one(&process, Flaw::BadName { at: at(bad) });
    }
    let process = with_step("secrecy-review", "agree", |step| Step {
        asks: &[Ask { name: "reason", kind: AskKind::YesNo, required: true }],
        ..step
    });
    check_one(&process, Flaw::BadName { at: at("lodged/secrecy-review/agree/reason") });
    let process = with_task("supplement", |task| Task { name: OPENER, ..task });
    check_one(&process, Flaw::BadName { at: at("tasks/opener") });
    let process = with_task("release", |task| Task { name: "supplement", ..task });
    check_one(&process, Flaw::NameTwice { at: at("tasks/supplement") });
    let process = with_state("partly", |state| State { name: "lapsed", ..state });
    let flaws = check(&process, &ROLES);
    assert!(flaws.contains(&Flaw::NameTwice { at: at("lapsed") }), "{flaws:?}");
    let process = with_step("secrecy-review", "refuse", |step| Step { name: "agree", ..step });
    check_one(&process, Flaw::NameTwice { at: at("lodged/secrecy-review/agree") });
    check_one(
        &with_ask(AskKind::Choice(&["a", "a"])),
        Flaw::NameTwice { at: at("lodged/secrecy-review/agree/extra/a") },
    );
    let item = ChecklistItem { name: "x y", clause: "" };
    check_one(
        &with_ask(AskKind::Checklist(leak(vec![item]))),
        Flaw::BadName { at: at("lodged/secrecy-review/agree/extra/x y") },
    );
}

#[test]
fn what_is_named_exists() {
    let process = Process { first: "nowhere", ..RELEASE };
    let flaws = check(&process, &ROLES);
    assert!(flaws.contains(&Flaw::UnknownState { at: at("first"), name: "nowhere" }), "{flaws:?}");
    let process =
        with_step("content-review", "note", |step| Step { to: To::State("moon"), ..step });
    let unknown = Flaw::UnknownState { at: at("lodged/content-review/note"), name: "moon" };
    check_one(&process, unknown);
    let process = with_withdrawal(|it| Withdrawal { from: &["stub", "moon"], ..it });
    check_one(&process, Flaw::UnknownState { at: at("withdrawal"), name: "moon" });
    let process = with_task("content-review", |task| Task { apart_from: &["walk"], ..task });
    check_one(&process, Flaw::UnknownTask { at: at("lodged/content-review"), name: "walk" });
    let process = with_step("content-review", "return", |step| Step { voids: &["walk"], ..step });
    check_one(&process, Flaw::UnknownTask { at: at("lodged/content-review/return"), name: "walk" });
    let then = |then| Some(Deadline { days: Days::Working(5), then });
    let process = with_task("content-review", |task| Task {
        deadline: then(AtDeadline::Step("walk")),
        ..task
    });
    check_one(&process, Flaw::UnknownStep { at: at("lodged/content-review"), name: "walk" });
    let process = with_task("content-review", |task| Task {
        deadline: then(AtDeadline::Escalate("king")),
        ..task
    });
    check_one(&process, Flaw::UnknownRole { at: at("lodged/content-review"), name: "king" });
    let process = with_task("content-review", |task| Task {
        who: &[Who::Role("reviewer"), Who::OwnerRole("king")],
        ..task
    });
    check_one(&process, Flaw::UnknownRole { at: at("lodged/content-review"), name: "king" });
    let process = with_withdrawal(|it| Withdrawal { who: &[Who::Role("king")], ..it });
    check_one(&process, Flaw::UnknownRole { at: at("withdrawal"), name: "king" });
    let process = Process { assigns: &[Who::Role("king")], ..RELEASE };
    check_one(&process, Flaw::UnknownRole { at: at("assigns"), name: "king" });
    let process = Process { stops_clock: &[Who::Role("king")], ..RELEASE };
    check_one(&process, Flaw::UnknownRole { at: at("stops-clock"), name: "king" });
}

#[test]
fn every_state_is_reached_and_leads_to_an_end() {
    let process =
        with_step("release", "release-part", |step| Step { to: To::State("released"), ..step });
    check_one(&process, Flaw::Unreachable { state: "partly" });
    let process = with_task("release", |task| Task {
        steps: leak(vec![Step::new("remember", To::Stay)]),
        ..task
    });
    let flaws = check(&process, &ROLES);
    let expected = [
        Flaw::NoWayOut { state: "cleared" },
        Flaw::Unreachable { state: "released" },
        Flaw::Unreachable { state: "partly" },
    ];
    assert_eq!(flaws, expected);
    let process = Process { withdrawal: None, ..RELEASE };
    check_one(&process, Flaw::Unreachable { state: "withdrawn" });
    let process = with_state("refused", |state| State {
        tasks: leak(vec![Task {
            steps: leak(vec![Step::new("sigh", To::Stay)]),
            ..Task::new("sigh", &[Who::Opener])
        }]),
        ..state
    });
    check_one(&process, Flaw::EndWithTasks { state: "refused" });
}

#[test]
fn joins_come_together() {
    let process =
        with_step("secrecy-review", "agree", |step| Step { to: To::Join("waiting"), ..step });
    check_one(&process, Flaw::JoinsDisagree { state: "lodged" });
    let process =
        with_step("secrecy-review", "agree", |step| Step { to: To::State("cleared"), ..step });
    check_one(&process, Flaw::JoinBlocked { at: at("lodged/secrecy-review") });
}

#[test]
fn every_task_can_be_done_by_somebody() {
    let process =
        with_task("content-review", |task| Task { who: &[], stand_in: StandIn::No, ..task });
    check_one(&process, Flaw::NobodyMay { at: at("lodged/content-review") });
    let process =
        with_step("secrecy-review", "refuse", |step| Step { by_timer_only: true, ..step });
    check_one(&process, Flaw::NobodyMay { at: at("lodged/secrecy-review/refuse") });
    let process = Process { assigns: &[Who::Assignee], ..RELEASE };
    check_one(&process, Flaw::NobodyMay { at: at("cleared/release") });
    let process = with_withdrawal(|it| Withdrawal { who: &[], ..it });
    check_one(&process, Flaw::NobodyMay { at: at("withdrawal") });
    let idle = |state: State| State {
        tasks: leak(vec![state.tasks[0], Task::new("idle", &[Who::Opener])]),
        ..state
    };
    check_one(&with_state("stub", idle), Flaw::NothingToDo { at: at("stub/idle") });
    let process = with_task("supplement", |task| Task { stand_in: StandIn::WithRole, ..task });
    check_one(&process, Flaw::StandInWithoutRole { at: at("waiting/supplement") });
}

#[test]
fn distinct_persons_can_be_found() {
    let process = with_task("supplement", |task| Task { apart_from: &[OPENER], ..task });
    check_one(&process, Flaw::NeverApart { at: at("waiting/supplement"), other: OPENER });
    let process = with_task("supplement", |task| Task { apart_from: &["supplement"], ..task });
    let flaws = check(&process, &ROLES);
    let itself = Flaw::ApartFromItself { at: at("waiting/supplement") };
    assert!(flaws.contains(&itself), "{flaws:?}");
    let openers: &[Who] = &[Who::Opener];
    let process = with_state("lodged", |state| State {
        tasks: leak(vec![
            Task { who: openers, apart_from: &[], stand_in: StandIn::No, ..state.tasks[0] },
            Task { who: openers, apart_from: &["content-review"], ..state.tasks[1] },
        ]),
        ..state
    });
    let never = Flaw::NeverApart { at: at("lodged/secrecy-review"), other: "content-review" };
    check_one(&process, never);
}

#[test]
fn every_deadline_is_answered() {
    let process = with_task("supplement", |task| Task { deadline: None, ..task });
    let never = Flaw::NobodyMay { at: at("waiting/supplement/lapse") };
    let unanswered = Flaw::DeadlineUnanswered { at: at("waiting/supplement") };
    assert_eq!(check(&process, &ROLES), [never, unanswered]);
    let process = with_task("content-review", |task| Task { closes_at_deadline: true, ..task });
    check_one(&process, Flaw::DeadlineUnanswered { at: at("lodged/content-review") });
    let asks = |path: &str| Flaw::DeadlineAsks { at: at(path) };
    let at_lapse = |edit: fn(Step) -> Step| with_step("supplement", "lapse", edit);
    for process in [
        at_lapse(|step| Step { reason: Needed::Required, ..step }),
        at_lapse(|step| Step { documents: Needed::Required, ..step }),
        at_lapse(|step| Step { sureness: Sureness::Fresh, ..step }),
        at_lapse(|step| Step {
            asks: &[Ask { name: "why", kind: AskKind::YesNo, required: true }],
            ..step
        }),
    ] {
        check_one(&process, asks("waiting/supplement/lapse"));
    }
}

#[test]
fn every_question_has_an_answer() {
    for kind in [
        AskKind::Text { max_chars: 0 },
        AskKind::Text { max_chars: usize::MAX },
        AskKind::Choice(&[]),
        AskKind::Number { min: 2, max: 1 },
        AskKind::Checklist(&[]),
    ] {
        let flaw = Flaw::AskImpossible { at: at("lodged/secrecy-review/agree/extra") };
        check_one(&with_ask(kind), flaw);
    }
}

#[test]
fn a_withdrawal_ends_as_withdrawn() {
    let process = with_withdrawal(|it| Withdrawal { to: "lapsed", ..it });
    let flaws = check(&process, &ROLES);
    let expected =
        [Flaw::Unreachable { state: "withdrawn" }, Flaw::WithdrawalAstray { name: "lapsed" }];
    assert_eq!(flaws, expected);
    let process = with_withdrawal(|it| Withdrawal { from: &["stub", "refused"], ..it });
    check_one(&process, Flaw::WithdrawalAstray { name: "refused" });
    let process = with_withdrawal(|it| Withdrawal { who: &[Who::Opener, Who::Assignee], ..it });
    check_one(&process, Flaw::AssigneeWithoutTask);
}
