//! Tasks between people: stand-ins, hand-over, stopped clocks, and tasks of those who leave.

use crate::case::{
    House, because, code, content_met, disclose, house, person_of, secrecy_met, step,
};
use access::Role;
use app::Asker;
use app::case::{
    AssignTask, CaseMoved, EndStandIn, NameStandIn, Named, TakeStep, TasksWanted, Turn, TurnClock,
    Which,
};
use base::{CaseId, Clearance, Level, PersonId};
use serde_json::Map;
use worlds::{World, on_both};

const DAY: i64 = 86_400;

fn give(world: &World, by: &Asker, case: &CaseMoved, to: Option<&Asker>) -> CaseMoved {
    world.city.perform(by, assignment(case, to)).expect("given")
}

fn assignment(case: &CaseMoved, to: Option<&Asker>) -> AssignTask {
    AssignTask {
        case: case.case,
        version: case.version,
        task: "review-content".to_owned(),
        to: to.map(person_of),
        reason: String::new(),
    }
}

fn stand_in(world: &World, to: &Asker, days: i64) -> NameStandIn {
    NameStandIn {
        to: person_of(to),
        processes: vec!["release-review".to_owned()],
        from: None,
        until: world.city.now().plus_seconds(days * DAY),
    }
}

fn name(world: &World, giver: &Asker, to: &Asker, days: i64) -> Named {
    world.city.perform(giver, stand_in(world, to, days)).expect("named")
}

fn agree_for(case: &CaseMoved, giver: Option<&Asker>) -> TakeStep {
    let act = step(case, "review-content", "agree", content_met());
    TakeStep { on_behalf_of: giver.map(person_of), ..act }
}

fn n_mine(world: &World, who: &Asker) -> u64 {
    let counts = world.city.task_counts(who, &TasksWanted::all()).expect("counted");
    let page = world.city.tasks(who, (Which::Mine, &TasksWanted::all()), None, 100).expect("tasks");
    assert_eq!(counts.mine, u64::try_from(page.rows.len()).expect("few"), "lists and counts agree");
    counts.mine
}

fn assignee(world: &World, by: &Asker, case: CaseId) -> Option<PersonId> {
    world.city.case(by, case).expect("a case").case.running.tasks[0].assignee
}

fn reviewers(world: &World, house: &House) -> (Asker, Asker) {
    (
        world.person("second", house.owner, Role::Reviewer),
        world.person("third", house.owner, Role::Reviewer),
    )
}

on_both! {
    fn a_stand_in_acts_by_the_givers_right(world) {
        let house = house(world);
        let (second, third) = reviewers(world, &house);
        let case = disclose(world, &house, "Pump");
        let case = give(world, &house.reviewer, &case, Some(&house.reviewer));
        assert_eq!((n_mine(world, &house.reviewer), n_mine(world, &second)), (1, 0));
        let no = world.city.perform(&second, agree_for(&case, Some(&house.reviewer)));
        assert_eq!(code(&no.expect_err("nobody named them")), "case-no-stand-in");
        name(world, &house.reviewer, &second, 10);
        assert_eq!(n_mine(world, &second), 1, "it stands among theirs");
        assert_eq!(n_mine(world, &third), 0);
        let view = world.city.case(&second, case.case).expect("a case");
        assert!(view.offered.iter().all(|it| it.on_behalf_of == Some(person_of(&house.reviewer))));
        assert_eq!(view.offered.len(), 3, "agree, send back, refuse");
        let no = world.city.perform(&second, agree_for(&case, None)).expect_err("not by own right");
        assert_eq!(code(&no), "case-not-yours");
        let no = world.city.perform(&third, agree_for(&case, Some(&house.reviewer)));
        assert_eq!(code(&no.expect_err("another's stand-in")), "case-no-stand-in");
        let moved = world
            .city
            .perform(&second, agree_for(&case, Some(&house.reviewer)))
            .expect("agreed in the other's name");
        assert_eq!(moved.state, "content-agreed");
        let view = world.city.case(&house.officer, case.case).expect("a case");
        let last = view.moves.first().expect("a move");
        assert_eq!(last.person.as_ref().map(|it| it.0), Some(person_of(&second)));
        assert_eq!(last.on_behalf_of.as_ref().map(|it| it.0), Some(person_of(&house.reviewer)));
        // Both count as having reviewed.
        for who in [&second, &house.reviewer] {
            world.grant(who, house.owner, Role::ConfidentialityOfficer);
            let act = step(&moved, "review-confidentiality", "agree", secrecy_met("public"));
            let no = world.city.perform(who, act).expect_err("the same person");
            assert_eq!(code(&no), "case-same-person");
        }
    }

    fn a_stand_in_ends_with_its_time_its_giver_or_its_right(world) {
        let house = house(world);
        let (second, _) = reviewers(world, &house);
        let case = disclose(world, &house, "Pump");
        let case = give(world, &house.reviewer, &case, Some(&house.reviewer));
        let try_it = || {
            let done = world.city.perform(&second, agree_for(&case, Some(&house.reviewer)));
            code(&done.expect_err("no longer"))
        };
        // Its time.
        name(world, &house.reviewer, &second, 2);
        world.clock.pass(3 * DAY);
        assert_eq!(n_mine(world, &second), 0);
        assert_eq!(try_it(), "case-no-stand-in");
        // Whoever gave it, or holds it.
        for by in [&house.reviewer, &second] {
            let named = name(world, &house.reviewer, &second, 20);
            assert_eq!(n_mine(world, &second), 1);
            let outsider = world.city.perform(&house.officer, EndStandIn { stand_in: named.stand_ins[0] });
            assert_eq!(code(&outsider.expect_err("not theirs")), "not-found");
            world.city.perform(by, EndStandIn { stand_in: named.stand_ins[0] }).expect("ended");
            assert_eq!(n_mine(world, &second), 0);
            assert_eq!(try_it(), "case-no-stand-in");
        }
        // The giver's right: it is theirs that counts.
        name(world, &house.reviewer, &second, 20);
        world.clear(&house.reviewer, Clearance { level: Level::Registered, ..Clearance::nobody() });
        assert_eq!(assignee(world, &house.officer, case.case), None, "and the task is free again");
        let case = CaseMoved { version: case.version + 1, ..case };
        let no = world.city.perform(&second, agree_for(&case, Some(&house.reviewer)));
        assert_eq!(code(&no.expect_err("the giver may not read it")), "case-not-yours");
        world.city.perform(&second, agree_for(&case, None)).expect("by their own right");
    }

    fn a_stand_in_is_named_within_bounds(world) {
        let house = house(world);
        let (second, _) = reviewers(world, &house);
        let refused = |by: &Asker, act: NameStandIn| {
            code(&world.city.perform(by, act).expect_err("refused"))
        };
        let act = |to: &Asker, days| stand_in(world, to, days);
        assert_eq!(refused(&house.reviewer, act(&house.reviewer, 5)), "case-delegation-to-self");
        assert_eq!(refused(&house.reviewer, act(&house.secrecy, 5)), "case-stand-in-unfit");
        let nobody = NameStandIn { to: PersonId::from_bits(7), ..act(&second, 5) };
        assert_eq!(refused(&house.reviewer, nobody), "case-stand-in-unfit", "as if unfit");
        assert_eq!(refused(&house.reviewer, act(&second, 400)), "case-delegation-too-long");
        assert_eq!(refused(&house.reviewer, act(&second, -1)), "case-stand-in-backwards");
        assert_eq!(refused(&house.inventor, act(&second, 5)), "case-stand-in-nothing");
        let none = NameStandIn { processes: Vec::new(), ..act(&second, 5) };
        assert_eq!(refused(&house.reviewer, none), "case-stand-in-no-process");
        let odd = NameStandIn { processes: vec!["tax".to_owned()], ..act(&second, 5) };
        assert_eq!(refused(&house.reviewer, odd), "case-no-such-process");
        name(world, &house.reviewer, &second, 5);
        assert_eq!(refused(&house.reviewer, act(&second, 3)), "case-stand-in-twice");
        let found = world.city.stand_ins(&house.reviewer).expect("listed");
        assert_eq!((found.given.len(), found.held.len()), (1, 0));
        let found = world.city.stand_ins(&second).expect("listed");
        assert_eq!((found.given.len(), found.held.len()), (0, 1));
        let security = world.person("security", world.hall, Role::SecurityAdministrator);
        assert!(world.city.stand_ins(&security).is_err(), "administrators have no cases");
    }

    fn a_task_is_handed_to_who_may_take_it(world) {
        let house = house(world);
        let (second, _) = reviewers(world, &house);
        let case = disclose(world, &house, "Pump");
        let row = world.city.case(&house.officer, case.case).expect("a case").case;
        let names = |by: &Asker| {
            let found = world.city.colleagues_for(by, &row, "review-content");
            found.expect("colleagues").into_iter().map(|it| it.person).collect::<Vec<_>>()
        };
        assert!(names(&house.officer).contains(&person_of(&second)));
        assert!(!names(&house.officer).contains(&person_of(&house.secrecy)), "another role");
        let outsider = world.person("outsider", world.organisation("Firm"), Role::FirmMember);
        assert!(world.city.colleagues_for(&outsider, &row, "review-content").is_err());
        // The transfer officer assigns, the holder hands over, a bystander does neither.
        let moved = give(world, &house.officer, &case, Some(&house.reviewer));
        let no = world.city.perform(&second, assignment(&moved, Some(&second)));
        assert_eq!(code(&no.expect_err("not theirs to give")), "case-move-not-yours");
        let moved = give(world, &house.reviewer, &moved, Some(&second));
        assert_eq!(assignee(world, &house.officer, case.case), Some(person_of(&second)));
        let no = world.city.perform(&second, assignment(&moved, Some(&house.secrecy)));
        assert_eq!(code(&no.expect_err("another role")), "case-assignee-unfit");
        give(world, &second, &moved, None);
        assert_eq!(assignee(world, &house.officer, case.case), None);
    }

    fn a_stopped_clock_gives_its_days_back(world) {
        let house = house(world);
        let case = disclose(world, &house, "Pump");
        let due = || {
            let view = world.city.case(&house.officer, case.case).expect("a case");
            view.case.running.tasks[0].due_at.expect("a time limit")
        };
        let turn = |version, reason: &str, turn| TurnClock {
            case: case.case,
            version,
            task: "review-content".to_owned(),
            reason: reason.to_owned(),
            turn,
        };
        let before = due();
        let no = world.city.perform(&house.officer, turn(case.version, "wait", Turn::Stop));
        assert_eq!(code(&no.expect_err("the proposer's side")), "case-move-not-yours");
        let no = world.city.perform(&house.reviewer, turn(case.version, " ", Turn::Stop));
        assert_eq!(code(&no.expect_err("without a reason")), "case-reason-needed");
        let act = turn(case.version, "Waiting for the contract", Turn::Stop);
        let moved = world.city.perform(&house.reviewer, act).expect("stopped");
        let act = step(&moved, "review-content", "agree", content_met());
        let no = world.city.perform(&house.reviewer, act).expect_err("it stands still");
        assert_eq!(code(&no), "case-clock-stopped");
        // Neither reminded nor late, however long it takes.
        world.clock.pass(30 * DAY);
        assert_eq!(world.city.announce_due().expect("announced"), 0);
        let counts = world.city.task_counts(&house.reviewer, &TasksWanted::all()).expect("counted");
        assert_eq!((counts.mine, counts.mine_late), (1, 0));
        let act = turn(moved.version, "", Turn::Resume);
        let moved = world.city.perform(&house.reviewer, act).expect("it runs");
        assert!(due().seconds_since(before) > 25 * DAY, "the days were given back");
        let no = world.city.perform(&house.reviewer, turn(moved.version, "", Turn::Resume));
        assert_eq!(code(&no.expect_err("it runs already")), "case-clock-running");
        let view = world.city.case(&house.inventor, case.case).expect("the opener follows");
        let kinds: Vec<&str> = view.moves.iter().map(|it| it.kind.as_str()).collect();
        assert_eq!(kinds, ["resumed", "stopped", "opened"]);
        assert_eq!(view.moves[1].reason, "Waiting for the contract");
    }

    fn tasks_of_who_leaves_go_back_or_on(world) {
        let house = house(world);
        let (second, third) = reviewers(world, &house);
        let cases: Vec<CaseMoved> =
            (0..3).map(|n| disclose(world, &house, &format!("Pump {n}"))).collect();
        for case in &cases {
            give(world, &house.officer, case, Some(&house.reviewer));
        }
        // One of them the successor cannot have: it is the successor's own disclosure.
        world.grant(&third, house.owner, Role::Member);
        let own = House { inventor: third.clone(), ..copy(&house) };
        let theirs = disclose(world, &own, "Pump 4");
        give(world, &house.officer, &theirs, Some(&house.reviewer));
        let view = world.city.person(&world.operator(), person_of(&house.reviewer)).expect("a person");
        let end = |successor| app::person::EndMembership { membership: view.roles[0].0, successor };
        let no = world.city.perform(&world.operator(), end(Some(PersonId::from_bits(9))));
        assert_eq!(code(&no.expect_err("nobody")), "person-successor-unknown");
        let done = world.city.perform(&world.operator(), end(Some(person_of(&third)))).expect("ended");
        assert_eq!((done.tasks.n_to_successor, done.tasks.n_back), (3, 1));
        for case in &cases {
            assert_eq!(assignee(world, &house.officer, case.case), Some(person_of(&third)));
        }
        assert_eq!(assignee(world, &house.officer, theirs.case), None);
        let moves = world.city.case(&house.officer, theirs.case).expect("a case").moves;
        assert_eq!(moves[0].kind, "passed");
        assert_eq!(moves[0].from.as_ref().map(|it| it.0), Some(person_of(&house.reviewer)));
        assert_eq!(n_mine(world, &second), 1, "anybody fit may take what went back");
        // Who is shut out keeps nothing either, nor a stand-in.
        name(world, &third, &second, 9);
        let shut = app::person::DisablePerson { person: person_of(&third), successor: None };
        let done = world.city.perform(&world.operator(), shut).expect("shut");
        assert_eq!((done.tasks.n_to_successor, done.tasks.n_back), (0, 3));
        assert_eq!(n_mine(world, &second), 4);
        assert!(world.city.stand_ins(&second).expect("listed").held.is_empty());
        world.settle();
        let id = cases[0].case.to_string();
        let entries = world.city.store().read(|tx| store::log::entries_of(tx, &id, 99));
        let n = entries.expect("entries").iter().filter(|it| it.header.kind == "case-passed").count();
        assert_eq!(n, 2, "each passing is an entry");
    }

    fn a_place_that_runs_out_leaves_no_orphan(world) {
        let house = house(world);
        let (second, _) = reviewers(world, &house);
        let guest = world.person("guest", house.owner, Role::Member);
        let act = app::person::GrantMembership {
            person: person_of(&guest),
            organisation: house.owner,
            role: Role::Reviewer,
            until: Some(world.city.now().plus_seconds(5 * DAY)),
        };
        world.city.perform(&world.operator(), act).expect("a place");
        let case = disclose(world, &house, "Pump");
        give(world, &house.officer, &case, Some(&guest));
        assert_eq!(world.city.pass_on_tasks().expect("looked"), 0);
        world.clock.pass(6 * DAY);
        assert_eq!(world.city.pass_on_tasks().expect("looked"), 1);
        assert_eq!(world.city.pass_on_tasks().expect("looked"), 0, "once");
        assert_eq!(assignee(world, &house.officer, case.case), None);
        assert_eq!(n_mine(world, &second), 1);
    }

    fn nobody_is_erased_with_an_open_task(world) {
        let house = house(world);
        let case = disclose(world, &house, "Pump");
        let case = give(world, &house.reviewer, &case, Some(&house.reviewer));
        let security = world.person("security", world.hall, Role::SecurityAdministrator);
        let erase = || app::erasure::ErasePerson {
            person: person_of(&house.reviewer),
            typed: "reviewer@testing.example".to_owned(),
        };
        let no = world.city.perform(&security, erase()).expect_err("open duties");
        assert!(code(&no).contains("erasure-tasks"), "{}", code(&no));
        give(world, &house.reviewer, &case, None);
        let view = world.city.person(&world.operator(), person_of(&house.reviewer)).expect("a person");
        let act = app::person::EndMembership { membership: view.roles[0].0, successor: None };
        world.city.perform(&world.operator(), act).expect("ended");
        world.city.perform(&security, erase()).expect("erased");
        let act = because(step(&case, "review-content", "send-back", Map::new()), "x");
        assert!(world.city.perform(&house.reviewer, act).is_err());
    }

    fn of_very_many_tasks_only_that_they_are_more_is_counted(world) {
        let house = house(world);
        let case = disclose(world, &house, "Pump").case;
        let (owner, now) = (house.owner, world.city.now());
        let role = store::case::Taker::Role(owner, "reviewer".to_owned());
        let counts = |n_more: u64, n_late: u64| {
            let role = role.clone();
            let mut chance = base::chance::SeededChance::new(n_more);
            let filled = world.city.store().write("fill", move |tx| {
                let mut case = store::case::find(tx, case)?.expect("a case");
                case.id = CaseId::from_bits(u128::from(n_more));
                case.reference = base::Reference::draw("CA", 2026, &mut chance);
                case.thing = format!("fill-{n_more}");
                let tasks = (0..n_more).map(|n| store::case::Task {
                    task: format!("t{n}"),
                    assignee: None,
                    opened_at: now,
                    due_at: (n < n_late).then(|| now.plus_seconds(-60)),
                    next_at: None,
                    takers: vec![role.clone()],
                });
                store::case::add(tx, &case, &tasks.collect::<Vec<_>>())
            });
            filled.expect("filled");
            let counts = world.city.task_counts(&house.reviewer, &TasksWanted::all());
            let app::case::Counts { mine, mine_late, ours, ours_late } = counts.expect("counted");
            assert_eq!((mine, mine_late), (ours, ours_late));
            (mine, mine_late)
        };
        let most = base::limits::COUNTED_MAX;
        // One is the case's own.
        assert_eq!(counts(most - 1, 7), (most, 7));
        assert_eq!(counts(1_000, 3), (most + 1, 10), "the late ones come first");
        assert_eq!(counts(most + 3, most + 3), (most + 1, most + 1));
    }
}

/// The same house, with its people.
fn copy(house: &House) -> House {
    House {
        owner: house.owner,
        inventor: house.inventor.clone(),
        officer: house.officer.clone(),
        reviewer: house.reviewer.clone(),
        secrecy: house.secrecy.clone(),
    }
}
