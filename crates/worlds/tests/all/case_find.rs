//! Lists of cases and tasks under filters, and cases found by their words, within every reader's
//! reach.

use crate::case::{code, content, content_met, disclose, disclosure, house, person_of, step};
use access::Role;
use app::Asker;
use app::case::{
    AssignTask, CasesWanted, ListOrder, NoteCase, Order, SetDesk, TasksWanted, Wanted, Which,
};
use app::enquiry::Enquire;
use app::release::DiscloseResult;
use base::{CaseId, Clearance, Label, Level};
use trading::enquiry::Enquiry;
use worlds::{World, on_both};

fn tasks(world: &World, who: &Asker, which: Which, wanted: &TasksWanted) -> Vec<CaseId> {
    let page = world.city.tasks(who, (which, wanted), None, 100).expect("tasks");
    let counts = world.city.task_counts(who, wanted).expect("counted");
    let n = if which == Which::Mine { counts.mine } else { counts.ours };
    assert_eq!(n, u64::try_from(page.rows.len()).expect("few"), "the count is of the same filter");
    page.rows.iter().map(|it| it.row.id).collect()
}

fn cases(world: &World, who: &Asker, wanted: &CasesWanted<'_>) -> Vec<CaseId> {
    let page = world.city.cases(who, wanted, None, 100).expect("cases");
    let n: u64 = page.counts.iter().flatten().map(|(_, _, n)| n).sum();
    assert_eq!(n, u64::try_from(page.rows.len()).expect("few"));
    page.rows.iter().map(|row| row.id).collect()
}

fn by_words(text: &str) -> CasesWanted<'static> {
    CasesWanted { text: text.to_owned(), ..CasesWanted::default() }
}

fn words(text: &str) -> TasksWanted {
    TasksWanted { text: text.to_owned(), ..TasksWanted::default() }
}

on_both! {
    fn tasks_are_listed_by_what_is_asked(world) {
        let house = house(world);
        let first = disclose(world, &house, "Quiet pump");
        world.clock.pass(3 * 86_400);
        let second = disclose(world, &house, "Loud motor");
        let technology = world.technology(&house.officer, house.owner, "Open lamp", Label::public());
        let enquiry = Enquiry {
            name: "Zhang".to_owned(),
            email: "zhang@firm.example".to_owned(),
            organisation: "A firm".to_owned(),
            message: "May we test it?".to_owned(),
        };
        let act = Enquire { technology, enquiry };
        let asked = world.city.perform(&Asker::nobody(), act).expect("asked");
        let mine = |who: &Asker, wanted: TasksWanted| tasks(world, who, Which::Mine, &wanted);
        assert_eq!(mine(&house.reviewer, TasksWanted::all()), [first.case, second.case]);
        let of = |process| TasksWanted { process: Some(process), ..TasksWanted::all() };
        assert_eq!(mine(&house.officer, of("enquiry")), [asked.case]);
        assert!(mine(&house.officer, of("release-review")).is_empty());
        let state = |state| TasksWanted { state: Some(state), ..TasksWanted::all() };
        assert_eq!(mine(&house.reviewer, state("lodged")).len(), 2);
        assert!(mine(&house.reviewer, state("content-agreed")).is_empty());
        let task = |task| TasksWanted { task: Some(task), ..TasksWanted::all() };
        assert_eq!(mine(&house.reviewer, task("review-content")).len(), 2);
        assert!(mine(&house.reviewer, task("publish")).is_empty());
        let both = TasksWanted { state: Some("cleared"), ..task("review-content") };
        assert!(mine(&house.reviewer, both).is_empty(), "a task of another state");
        // The due span: its first moment is inside, its last is not.
        let due = |case| world.city.case(&house.reviewer, case).expect("a case").case.running.tasks[0]
            .due_at.expect("a time limit");
        let (early, late) = (due(first.case), due(second.case));
        assert!(early < late);
        let before = TasksWanted { due_before: Some(late), ..TasksWanted::all() };
        assert_eq!(mine(&house.reviewer, before), [first.case]);
        let from = TasksWanted { due_from: Some(late), ..TasksWanted::all() };
        assert_eq!(mine(&house.reviewer, from), [second.case]);
        let level = |level| TasksWanted { level: Some(level), ..TasksWanted::all() };
        assert_eq!(mine(&house.reviewer, level(Level::Members)).len(), 2);
        assert!(mine(&house.reviewer, level(Level::Public)).is_empty());
        assert_eq!(mine(&house.reviewer, words("motor")), [second.case]);
        let oldest = TasksWanted { order: Order::Oldest, ..TasksWanted::all() };
        assert_eq!(mine(&house.reviewer, oldest.clone()), [first.case, second.case]);
        // Page by page in that order.
        let one = world.city.tasks(&house.reviewer, (Which::Mine, &oldest), None, 1).expect("a page");
        let next = one.next.expect("there is more");
        let rest = world.city.tasks(&house.reviewer, (Which::Mine, &oldest), Some(&next), 9);
        let rest: Vec<CaseId> = rest.expect("a page").rows.iter().map(|it| it.row.id).collect();
        assert_eq!(rest, [second.case]);
    }

    fn cases_are_listed_by_what_is_asked(world) {
        let house = house(world);
        let first = disclose(world, &house, "Quiet pump");
        world.clock.pass(86_400);
        let second = disclose(world, &house, "Loud motor");
        let act = step(&first, "review-content", "agree", content_met());
        world.city.perform(&house.reviewer, act).expect("agreed");
        let rows = |rows| CasesWanted { rows, ..CasesWanted::default() };
        let all = cases(world, &house.officer, &CasesWanted::default());
        assert_eq!(all, [first.case, second.case], "the newest change first");
        let oldest = rows(Wanted { order: ListOrder::Oldest, ..Wanted::default() });
        assert_eq!(cases(world, &house.officer, &oldest), [first.case, second.case]);
        let page = world.city.cases(&house.officer, &oldest, None, 1).expect("a page");
        let page = world.city.cases(&house.officer, &oldest, page.next, 1).expect("a page");
        assert_eq!(page.rows[0].id, second.case);
        let task = rows(Wanted { tasks: Some(vec!["review-content"]), ..Wanted::default() });
        assert_eq!(cases(world, &house.officer, &task), [second.case]);
        let now = world.city.now();
        let late = rows(Wanted { due_before: Some(now), ..Wanted::default() });
        assert!(cases(world, &house.officer, &late).is_empty());
        let ahead = rows(Wanted { due_from: Some(now), ..Wanted::default() });
        assert_eq!(cases(world, &house.officer, &ahead).len(), 2);
        let level = CasesWanted { level: Some(Level::Restricted), ..CasesWanted::default() };
        assert!(cases(world, &house.officer, &level).is_empty());
    }

    fn cases_are_found_by_their_words(world) {
        let house = house(world);
        let mut text = content("Quiet pump");
        text.title = base::Bilingual::new("Quiet pump", "静音水泵");
        let act = DiscloseResult {
            owner: house.owner,
            key: String::new(),
            content: text,
            label: None,
            disclosure: disclosure(),
            documents: Vec::new(),
        };
        let pump = world.city.perform(&house.inventor, act).expect("disclosed");
        let motor = disclose(world, &house, "Loud motor");
        let note = |text: &str| NoteCase {
            case: motor.case,
            text: text.to_owned(),
            documents: Vec::new(),
        };
        world.city.perform(&house.officer, note("Called 绵阳研究院 about bearings")).expect("noted");
        let find = |typed: &str| cases(world, &house.officer, &by_words(typed));
        assert_eq!(find("pump"), [pump.case]);
        assert_eq!(find("水泵"), [pump.case], "two characters find");
        assert_eq!(find("靜音"), [pump.case], "traditional ones too");
        assert_eq!(find("bear"), [motor.case], "the beginning of a word of a note");
        assert_eq!(find("绵阳"), [motor.case]);
        assert_eq!(find(pump.reference.as_str()), [pump.case]);
        assert_eq!(find(&pump.reference.as_str()[..7]).len(), 2, "the beginning of both references");
        assert!(find("pump bearings").is_empty(), "every word has to be there");
        assert!(find("??").is_empty(), "no word finds nothing");
        assert_eq!(find(" ").len(), 2, "nothing typed filters nothing");
        // What a step was answered and why.
        let mut act = step(&pump, "review-content", "agree", content_met());
        act.reason = "Novelty confirmed by Wanfang".to_owned();
        world.city.perform(&house.reviewer, act).expect("agreed");
        assert_eq!(find("wanfang"), [pump.case]);
        // The text under review is in the case and in no index of words.
        assert!(find("good").is_empty(), "its summary is not searched");
    }

    fn nobody_finds_a_case_that_they_could_not_look_at(world) {
        let house = house(world);
        let wide = Clearance { level: Level::Restricted, ..Clearance::nobody() };
        world.clear(&house.inventor, wide.clone());
        let act = DiscloseResult {
            owner: house.owner,
            key: String::new(),
            content: content("Zyxglow lamp"),
            label: Some(Label::at(Level::Restricted)),
            disclosure: disclosure(),
            documents: Vec::new(),
        };
        let hidden = world.city.perform(&house.inventor, act).expect("disclosed");
        let open = disclose(world, &house, "Zyxglow motor");
        let other = world.organisation("Other");
        let outsiders = [
            world.person("member", other, Role::Member),
            world.person("rival", other, Role::TransferOfficer),
            world.person("judge", other, Role::Reviewer),
            world.person("system", world.hall, Role::SystemAdministrator),
        ];
        for who in &outsiders {
            for typed in ["zyxglow", "zyx", hidden.reference.as_str(), "nowhere"] {
                assert!(cases(world, who, &by_words(typed)).is_empty(), "{typed}");
                assert!(tasks(world, who, Which::Ours, &words(typed)).is_empty(), "{typed}");
            }
        }
        // In the house itself the label still holds, and changes with the clearance at once.
        let find = |who: &Asker| cases(world, who, &by_words("zyxglow"));
        assert_eq!(find(&house.reviewer), [open.case]);
        assert_eq!(tasks(world, &house.reviewer, Which::Mine, &words("zyxglow")), [open.case]);
        world.clear(&house.reviewer, wide);
        assert_eq!(find(&house.reviewer).len(), 2);
        assert_eq!(tasks(world, &house.reviewer, Which::Mine, &words("zyxglow")).len(), 2);
        let narrow = Clearance { level: Level::Members, ..Clearance::nobody() };
        world.clear(&house.reviewer, narrow);
        assert_eq!(find(&house.reviewer), [open.case]);
    }

    fn cases_from_before_are_worded_once(world) {
        let house = house(world);
        let case = disclose(world, &house, "Quiet pump");
        let act = NoteCase {
            case: case.case,
            text: "Called the foundry".to_owned(),
            documents: Vec::new(),
        };
        world.city.perform(&house.officer, act).expect("noted");
        assert_eq!(world.city.word_cases().expect("worded"), 0, "a new case has its words");
        world
            .city
            .store()
            .write("forget", move |tx| store::case_word::forget(tx, case.case))
            .expect("forgotten");
        let find = |typed: &str| cases(world, &house.officer, &by_words(typed)).len();
        assert_eq!((find("pump"), find("foundry")), (0, 0));
        assert_eq!(world.city.word_cases().expect("worded"), 1);
        assert_eq!((find("pump"), find("foundry")), (1, 1));
        assert_eq!(world.city.word_cases().expect("worded"), 0);
    }

    fn a_desk_is_named_by_the_system_administrator(world) {
        let house = house(world);
        let bureau = world.organisation("Bureau");
        let judge = world.person("judge", bureau, Role::Reviewer);
        let system = world.person("system", world.hall, Role::SystemAdministrator);
        let act = |organisation| SetDesk { process: "release-review".to_owned(), organisation };
        let no = world.city.perform(&house.officer, act(Some(bureau))).expect_err("not theirs");
        assert_eq!(code(&no), "not-allowed");
        let before = disclose(world, &house, "Pump");
        world.city.perform(&system, act(Some(bureau))).expect("named");
        let odd = SetDesk { process: "tax".to_owned(), organisation: None };
        let no = world.city.perform(&system, odd).expect_err("no such process");
        assert_eq!(code(&no), "case-no-such-process");
        let desks = world.city.desks(&system).expect("listed");
        let named = |name: &str| {
            let found = desks.iter().find(|desk| desk.process.name == name).expect("a process");
            found.organisation.as_ref().map(|it| it.id)
        };
        assert_eq!((named("release-review"), named("enquiry")), (Some(bureau), None));
        let case = disclose(world, &house, "Motor");
        let seen = tasks(world, &judge, Which::Mine, &TasksWanted::all());
        assert_eq!(seen, [case.case], "cases that ran before stay where they were");
        assert!(world.city.case(&judge, before.case).is_err());
        world.city.perform(&system, act(None)).expect("left to the office");
        let desks = world.city.desks(&system).expect("listed");
        assert!(desks.iter().all(|desk| desk.organisation.is_none()));
        // Who only looks after the machines has no case for that.
        assert!(world.city.case(&system, case.case).is_err());
        let act = AssignTask {
            case: case.case,
            version: case.version,
            task: "review-content".to_owned(),
            to: Some(person_of(&judge)),
            reason: String::new(),
        };
        world.city.perform(&judge, act).expect("taken up");
    }
}
