//! Cases and the release review: who may step when, what is told before a release, and races.

use access::Role;
use app::case::{
    AssignTask, CaseMoved, CasesWanted, NoteCase, TakeStep, TasksWanted, Which, WithdrawCase,
};
use app::enquiry::Enquire;
use app::release::{DiscloseResult, HandInAgain, ProposeRelease, RegisterStub};
use app::{Asker, No, Who};
use base::{Bilingual, Clearance, Label, Level, OrganisationId, PersonId};
use serde_json::{Map, Value, json};
use trading::enquiry::Enquiry;
use trading::release::Disclosure;
use trading::{Content, Inventor, Share};
use worlds::{World, on_both};

pub fn code(no: &No) -> String {
    no.0.iter().map(|refusal| refusal.code.to_string()).collect::<Vec<_>>().join(" ")
}

pub fn person_of(asker: &Asker) -> PersonId {
    let Who::Person(person) = asker.who else { panic!("a person") };
    person
}

pub fn content(title: &str) -> Content {
    let inventor = |name: &str, share: &str| Inventor {
        name: Bilingual::new(name, ""),
        share: Share::parse(share).ok(),
    };
    Content {
        inventors: vec![inventor("Li", "60"), inventor("Wang", "40")],
        ..World::content(title)
    }
}

pub fn disclosure() -> Disclosure {
    Disclosure {
        proposed: "public".to_owned(),
        funding: "the institute's own".to_owned(),
        prior_publication: "none".to_owned(),
        planned_on: None,
        third_parties: "none".to_owned(),
        export: "on no list".to_owned(),
        declared: true,
    }
}

/// An institute with an inventor, an officer and two reviewers.
pub struct House {
    pub owner: OrganisationId,
    pub inventor: Asker,
    pub officer: Asker,
    pub reviewer: Asker,
    pub secrecy: Asker,
}

pub fn house(world: &World) -> House {
    let owner = world.organisation("Institute");
    House {
        owner,
        inventor: world.person("inventor", owner, Role::Member),
        officer: world.person("officer", owner, Role::TransferOfficer),
        reviewer: world.person("reviewer", owner, Role::Reviewer),
        secrecy: world.person("secrecy", owner, Role::ConfidentialityOfficer),
    }
}

pub fn disclose(world: &World, house: &House, title: &str) -> CaseMoved {
    let act = DiscloseResult {
        owner: house.owner,
        key: String::new(),
        content: content(title),
        label: None,
        disclosure: disclosure(),
        documents: Vec::new(),
    };
    world.city.perform(&house.inventor, act).expect("disclosed")
}

fn all_met(ask: &str, items: &[&str]) -> Map<String, Value> {
    let items: Map<String, Value> =
        items.iter().map(|item| ((*item).to_owned(), json!("met"))).collect();
    [(ask.to_owned(), Value::Object(items))].into_iter().collect()
}

pub fn content_met() -> Map<String, Value> {
    all_met(
        "content",
        &[
            "own-result",
            "contributors-agreed",
            "novelty-kept",
            "claims-evident",
            "third-parties-cleared",
        ],
    )
}

pub fn secrecy_met(level: &str) -> Map<String, Value> {
    let mut answers = all_met(
        "confidentiality",
        &[
            "no-state-secret",
            "no-work-secret",
            "export-control",
            "technology-export",
            "foreign-filing",
            "personal-data",
        ],
    );
    answers.insert("level".to_owned(), json!(level));
    answers
}

pub fn step(moved: &CaseMoved, task: &str, step: &str, answers: Map<String, Value>) -> TakeStep {
    TakeStep {
        case: moved.case,
        version: moved.version,
        task: task.to_owned(),
        step: step.to_owned(),
        answers,
        reason: String::new(),
        on_behalf_of: None,
        documents: Vec::new(),
    }
}

pub fn because(act: TakeStep, reason: &str) -> TakeStep {
    TakeStep { reason: reason.to_owned(), ..act }
}

pub fn agree(world: &World, house: &House, case: &CaseMoved, level: &str) -> CaseMoved {
    let act = step(case, "review-content", "agree", content_met());
    let moved = world.city.perform(&house.reviewer, act).expect("the content is agreed");
    let act = step(&moved, "review-confidentiality", "agree", secrecy_met(level));
    world.city.perform(&house.secrecy, act).expect("confidentiality is agreed")
}

fn found(world: &World, asker: &Asker, text: &str) -> u64 {
    world.settle();
    let ask = app::search::Ask { text: text.to_owned(), ..Default::default() };
    world.city.search(asker, &ask).expect("searched").total
}

on_both! {
    fn three_people_let_a_disclosure_out(world) {
        let house = house(world);
        let case = disclose(world, &house, "Quiet pump");
        let technology = case.technology.expect("a stub");
        let outsider = world.person("outsider", world.organisation("Firm"), Role::FirmMember);
        // Before the release nobody else learns more than that there is something, and outsiders not
        // even that.
        assert_eq!(found(world, &outsider, "Quiet pump"), 0);
        assert!(world.city.technology(&outsider, technology).is_err());
        assert!(world.city.case(&outsider, case.case).is_err());
        let stub = world.city.technology(&house.officer, technology).expect("a stub");
        assert_eq!(stub.technology.content.title, Bilingual::default(), "a stub has no title");
        let moved = agree(world, &house, &case, "public");
        assert_eq!(moved.state, "cleared");
        assert_eq!(found(world, &Asker::nobody(), "Quiet pump"), 0, "cleared is not released");
        let act = step(&moved, "publish", "release", Map::new());
        let released = world.city.perform(&house.officer, act).expect("released");
        assert_eq!(released.state, "released");
        assert_eq!(released.technology, Some(technology), "a whole release is the same technology");
        assert_eq!(found(world, &Asker::nobody(), "Quiet pump"), 1);
        let view = world.city.technology(&Asker::nobody(), technology).expect("public");
        assert!(view.technology.label.is_public());
        // A reviewed text changes by another review only; whom to ask may change.
        let mut content = view.technology.content.clone();
        content.benefits = Bilingual::new("More than was reviewed", "");
        let revise = |content| app::technology::ReviseTechnology {
            technology,
            version: view.technology.version,
            content,
            note: String::new(),
        };
        let no = world.city.perform(&house.officer, revise(content)).expect_err("not reviewed");
        assert_eq!(code(&no), "technology-reviewed-text");
        let mut content = view.technology.content.clone();
        content.contact.email = "new@testing.example".to_owned();
        world.city.perform(&house.officer, revise(content)).expect("another contact");
    }

    fn a_redacted_release_is_a_new_technology(world) {
        let house = house(world);
        let draft = world.draft(&house.officer, house.owner, "Loud pump", Label::at(Level::Members));
        let act = app::technology::ReviseTechnology {
            technology: draft.technology,
            version: draft.version,
            content: content("Loud pump"),
            note: String::new(),
        };
        let draft = world.city.perform(&house.officer, act).expect("revised");
        let propose = || ProposeRelease {
            technology: draft.technology,
            version: draft.version,
            content: None,
            disclosure: disclosure(),
            documents: Vec::new(),
        };
        let case = world.city.perform(&house.officer, propose()).expect("proposed");
        let again = world.city.perform(&house.officer, propose()).expect_err("twice");
        assert_eq!(code(&again), "release-under-review");
        let mut answers = content_met();
        answers.insert("cut-inventors".to_owned(), json!(true));
        let act = step(&case, "review-content", "agree", answers);
        let moved = world.city.perform(&house.reviewer, act).expect("agreed with a cut");
        let act = step(&moved, "review-confidentiality", "agree", secrecy_met("public"));
        let moved = world.city.perform(&house.secrecy, act).expect("agreed");
        let act = step(&moved, "publish", "release", Map::new());
        let released = world.city.perform(&house.officer, act).expect("released");
        let copy = released.technology.expect("a copy");
        assert_ne!(copy, draft.technology);
        let shown = world.city.technology(&Asker::nobody(), copy).expect("public");
        assert!(shown.technology.content.inventors.is_empty(), "cut");
        let original = world.city.technology(&house.officer, draft.technology).expect("kept");
        assert_eq!(original.technology.version, draft.version, "the original is untouched");
        assert_eq!(original.technology.label, Label::at(Level::Members));
        assert_eq!(original.technology.content.inventors.len(), 2);
    }

    fn nobody_reviews_what_they_proposed_or_reviewed(world) {
        let house = house(world);
        // One person with every role in the house.
        let all = world.person("both", house.owner, Role::Reviewer);
        world.grant(&all, house.owner, Role::ConfidentialityOfficer);
        let case = disclose(world, &house, "Pump");
        let act = step(&case, "review-content", "agree", content_met());
        let no = world.city.perform(&house.secrecy, act).expect_err("another role");
        assert_eq!(code(&no), "case-not-yours");
        let act = step(&case, "review-content", "agree", content_met());
        let moved = world.city.perform(&all, act).expect("agreed");
        let act = step(&moved, "review-confidentiality", "agree", secrecy_met("public"));
        let no = world.city.perform(&all, act).expect_err("the same person");
        assert_eq!(code(&no), "case-same-person");
        let act = step(&moved, "publish", "release", Map::new());
        let no = world.city.perform(&house.officer, act).expect_err("out of turn");
        assert_eq!(code(&no), "case-step-out-of-turn");
        // The proposer is no reviewer, whatever roles are given afterwards.
        world.grant(&house.inventor, house.owner, Role::ConfidentialityOfficer);
        let act = step(&moved, "review-confidentiality", "agree", secrecy_met("public"));
        let no = world.city.perform(&house.inventor, act).expect_err("the proposer");
        assert_eq!(code(&no), "case-same-person");
        let outsider = world.person("outsider", world.organisation("Firm"), Role::Reviewer);
        let act = step(&moved, "review-content", "agree", content_met());
        let no = world.city.perform(&outsider, act).expect_err("another house");
        assert_eq!(code(&no), "not-found", "they do not even know of it");
    }

    fn a_case_sent_back_is_reviewed_anew(world) {
        let house = house(world);
        let case = disclose(world, &house, "Pump");
        let act = step(&case, "review-content", "agree", content_met());
        let moved = world.city.perform(&house.reviewer, act).expect("agreed");
        let act = step(&moved, "review-confidentiality", "send-back", Map::new());
        let no = world.city.perform(&house.secrecy, act).expect_err("without a reason");
        assert_eq!(code(&no), "case-reason-needed");
        let act = because(step(&moved, "review-confidentiality", "send-back", Map::new()), "names");
        let moved = world.city.perform(&house.secrecy, act).expect("sent back");
        assert_eq!(moved.state, "returned");
        let act = HandInAgain {
            case: moved.case,
            version: moved.version,
            content: content("A better pump"),
            disclosure: disclosure(),
            reason: String::new(),
            documents: Vec::new(),
        };
        let moved = world.city.perform(&house.inventor, act).expect("handed in again");
        assert_eq!(moved.state, "lodged", "both reviews are void");
        let moved = agree(world, &house, &moved, "members");
        assert_eq!(moved.state, "cleared");
        let view = world.city.case(&house.inventor, moved.case).expect("the opener follows");
        let steps: Vec<&str> = view.moves.iter().map(|it| it.kind.as_str()).collect();
        assert_eq!(steps, ["step", "step", "step", "step", "step", "opened"]);
    }

    fn of_two_reviewers_at_once_one_wins(world) {
        let house = house(world);
        let others: Vec<Asker> =
            (0..8).map(|n| world.person(&format!("rev{n}"), house.owner, Role::Reviewer)).collect();
        let case = disclose(world, &house, "Pump");
        let outcomes: Vec<Result<String, String>> = std::thread::scope(|scope| {
            let threads: Vec<_> = others
                .iter()
                .map(|reviewer| {
                    let (city, case) = (world.city.clone(), case.clone());
                    scope.spawn(move || {
                        let act = step(&case, "review-content", "agree", content_met());
                        let done = city.perform(reviewer, act);
                        done.map(|moved| moved.state).map_err(|no| code(&no))
                    })
                })
                .collect();
            threads.into_iter().map(|thread| thread.join().expect("no panic")).collect()
        });
        let won: Vec<_> = outcomes.iter().filter(|outcome| outcome.is_ok()).collect();
        assert_eq!(won.len(), 1, "{outcomes:?}");
        let view = world.city.case(&house.officer, case.case).expect("a case");
        assert_eq!(view.moves.len(), 2);
    }

    fn a_double_click_is_one_step(world) {
        let house = house(world);
        let case = disclose(world, &house, "Pump");
        let keyed = house.reviewer.clone().keyed("k1");
        let act = || step(&case, "review-content", "agree", content_met());
        let first = world.city.perform(&keyed, act()).expect("agreed");
        let again = world.city.perform(&keyed, act()).expect("the same answer");
        assert_eq!(first.version, again.version);
    }

    fn marked_material_never_enters(world) {
        let house = house(world);
        let mut marked = content("Pump");
        marked.description = Bilingual::new("", "绝密★长期");
        let act = DiscloseResult {
            owner: house.owner,
            key: String::new(),
            content: marked,
            label: None,
            disclosure: disclosure(),
            documents: Vec::new(),
        };
        let no = world.city.perform(&house.inventor, act).expect_err("marked");
        assert_eq!(code(&no), "technology-marking-found");
        assert!(!format!("{no:?}").contains("绝密★长期"), "the text is not repeated");
        let page = world.city.cases(&house.officer, &CasesWanted::default(), None, 10).expect("listed");
        assert!(page.rows.is_empty());
        let act = RegisterStub { owner: house.owner, key: "2026-17".to_owned(), field: String::new() };
        world.city.perform(&house.officer, act).expect("an offline reference");
    }

    fn tasks_wait_for_those_who_can_take_them(world) {
        let house = house(world);
        let case = disclose(world, &house, "Pump");
        let n = |who: &Asker| world.city.task_counts(who, &TasksWanted::all()).expect("counted").mine;
        assert_eq!((n(&house.reviewer), n(&house.secrecy), n(&house.officer)), (1, 0, 0));
        let security = world.person("security", world.hall, Role::SecurityAdministrator);
        assert_eq!(n(&security), 0);
        let take = |version, to| AssignTask {
            case: case.case,
            version,
            task: "review-content".to_owned(),
            to,
            reason: String::new(),
        };
        let other = world.person("second", house.owner, Role::Reviewer);
        assert_eq!(n(&other), 1);
        let act = take(case.version, Some(person_of(&house.reviewer)));
        let moved = world.city.perform(&house.reviewer, act).expect("taken up");
        assert_eq!((n(&house.reviewer), n(&other)), (1, 0));
        let ours = world.city.task_counts(&other, &TasksWanted::all()).expect("counted").ours;
        assert_eq!(ours, 1, "it is still the house's");
        let no = world.city.perform(&other, take(moved.version, Some(person_of(&other))));
        assert_eq!(code(&no.expect_err("taken")), "case-move-not-yours");
        let act = step(&moved, "review-content", "agree", content_met());
        let no = world.city.perform(&other, act).expect_err("not theirs");
        assert_eq!(code(&no), "case-not-yours");
        let all = TasksWanted::all();
        let mine = (Which::Mine, &all);
        let page = world.city.tasks(&house.reviewer, mine, None, 10).expect("tasks");
        assert_eq!(page.rows.len(), 1);
        assert!(page.rows[0].is_mine && !page.rows[0].is_late);
        // Somebody without the clearance cannot be given it, and is told like nobody.
        let far = world.person("far", world.organisation("Firm"), Role::FirmMember);
        let no = world.city.perform(&house.reviewer, take(moved.version, Some(person_of(&far))));
        let refused = code(&no.expect_err("unfit"));
        assert!(["case-assignee-unfit", "case-assignee-unknown"].contains(&refused.as_str()), "{refused}");
    }

    fn a_page_of_tasks_follows_the_last(world) {
        let house = house(world);
        let mut wanted: Vec<String> = (0..7)
            .map(|n| disclose(world, &house, &format!("Pump {n}")).case.to_string())
            .collect();
        wanted.sort();
        let (mut seen, mut after) = (Vec::new(), None);
        loop {
            let page = world
                .city
                .tasks(&house.reviewer, (Which::Mine, &TasksWanted::all()), after.as_ref(), 3)
                .expect("tasks");
            seen.extend(page.rows.iter().map(|task| task.row.id.to_string()));
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        seen.sort();
        assert_eq!(seen, wanted);
    }

    fn the_timer_reminds_once_and_never_releases(world) {
        let house = house(world);
        let case = disclose(world, &house, "Pump");
        assert_eq!(world.city.announce_due().expect("announced"), 0);
        world.clock.pass(12 * 86_400);
        assert_eq!(world.city.announce_due().expect("announced"), 1, "a reminder");
        assert_eq!(world.city.announce_due().expect("announced"), 0, "not twice");
        world.clock.pass(20 * 86_400);
        assert_eq!(world.city.announce_due().expect("announced"), 1, "it is late: the office hears");
        assert_eq!(world.city.announce_due().expect("announced"), 0);
        world.clock.pass(300 * 86_400);
        world.city.announce_due().expect("announced");
        let view = world.city.case(&house.officer, case.case).expect("a case");
        assert_eq!(view.case.running.state, "lodged", "no timer lets anything out");
        let counts = world.city.task_counts(&house.reviewer, &TasksWanted::all()).expect("counted");
        assert_eq!((counts.mine, counts.mine_late), (1, 1));
        // What came back and is never handed in again lapses by the timer alone.
        let act = because(step(&case, "review-content", "send-back", Map::new()), "unclear");
        world.city.perform(&house.reviewer, act).expect("sent back");
        world.clock.pass(90 * 86_400);
        world.city.announce_due().expect("announced");
        world.city.announce_due().expect("announced");
        let view = world.city.case(&house.officer, case.case).expect("a case");
        assert_eq!(view.case.running.state, "lapsed");
        assert_eq!(view.case.ending, "lapsed");
    }

    fn held_material_comes_back_on_its_day(world) {
        let house = house(world);
        let case = disclose(world, &house, "Pump");
        let act = step(&case, "review-content", "agree", content_met());
        let moved = world.city.perform(&house.reviewer, act).expect("agreed");
        let on = |day: &str| [("review-again-on".to_owned(), json!(day))].into_iter().collect();
        let act = because(step(&moved, "review-confidentiality", "hold", on("2026-01-05")), "patent");
        let no = world.city.perform(&house.secrecy, act).expect_err("a day that is past");
        assert_eq!(code(&no), "release-date-past");
        let act = because(step(&moved, "review-confidentiality", "hold", on("2026-06-01")), "patent");
        world.city.perform(&house.secrecy, act).expect("held");
        world.clock.pass(80 * 86_400);
        world.city.announce_due().expect("announced");
        let state = || {
            let view = world.city.case(&house.officer, case.case).expect("a case");
            view.case.running.state
        };
        assert_eq!(state(), "held");
        world.clock.pass(20 * 86_400);
        world.city.announce_due().expect("announced");
        assert_eq!(state(), "lodged", "reviewed again, not released");
    }

    fn nothing_goes_out_before_its_day(world) {
        let house = house(world);
        let case = disclose(world, &house, "Pump");
        let act = step(&case, "review-content", "agree", content_met());
        let moved = world.city.perform(&house.reviewer, act).expect("agreed");
        let mut answers = secrecy_met("public");
        answers.insert("not-before".to_owned(), json!("2026-05-01"));
        let act = step(&moved, "review-confidentiality", "agree", answers);
        let moved = world.city.perform(&house.secrecy, act).expect("agreed");
        let act = || step(&moved, "publish", "release", Map::new());
        let no = world.city.perform(&house.officer, act()).expect_err("too early");
        assert_eq!(code(&no), "release-too-early");
        world.clock.pass(70 * 86_400);
        world.city.perform(&house.officer, act()).expect("released");
    }

    fn a_withdrawn_case_is_over_and_leaves_the_stub(world) {
        let house = house(world);
        let case = disclose(world, &house, "Pump");
        let act = |reason: &str| WithdrawCase {
            case: case.case,
            version: case.version,
            reason: reason.to_owned(),
        };
        let no = world.city.perform(&house.reviewer, act("mine")).expect_err("not the reviewer's");
        assert_eq!(code(&no), "case-move-not-yours");
        world.city.perform(&house.inventor, act("a mistake")).expect("withdrawn");
        let act = step(&case, "review-content", "agree", content_met());
        let no = world.city.perform(&house.reviewer, act).expect_err("over");
        assert_eq!(code(&no), "case-ended");
        assert_eq!(world.city.task_counts(&house.reviewer, &TasksWanted::all()).expect("counted").mine, 0);
    }

    fn an_enquiry_is_the_owners_case(world) {
        let house = house(world);
        let technology =
            world.technology(&house.officer, house.owner, "Open pump", Label::public());
        let enquire = |message: &str, email: &str| Enquire {
            technology,
            enquiry: Enquiry {
                name: "Zhang".to_owned(),
                email: email.to_owned(),
                organisation: "A firm".to_owned(),
                message: message.to_owned(),
            },
        };
        let no = world.city.perform(&Asker::nobody(), enquire("", "x")).expect_err("empty");
        assert_eq!(no.0.len(), 2, "both reasons at once: {}", code(&no));
        let act = enquire("May we test it?", "zhang@firm.example");
        let asked = world.city.perform(&Asker::nobody(), act).expect("asked");
        assert_eq!(world.city.task_counts(&house.officer, &TasksWanted::all()).expect("counted").mine, 1);
        let outsider = world.person("outsider", world.organisation("Firm"), Role::FirmMember);
        assert!(world.city.case(&outsider, asked.case).is_err(), "what people write is not public");
        let answer = [("answer".to_owned(), json!("Gladly"))].into_iter().collect();
        let act = step(&asked, "answer", "reply", answer);
        let moved = world.city.perform(&house.officer, act).expect("answered");
        assert_eq!(moved.state, "answered");
        let hidden = world.draft(&house.officer, house.owner, "Hidden", Label::at(Level::Members));
        let act = Enquire { technology: hidden.technology, ..enquire("Hm?", "a@b.example") };
        let no = world.city.perform(&Asker::nobody(), act).expect_err("unknown to them");
        assert_eq!(code(&no), "not-found");
    }

    fn looks_at_a_restricted_case_are_in_the_log(world) {
        let house = house(world);
        let cleared = Clearance { level: Level::Restricted, ..Clearance::nobody() };
        for who in [&house.inventor, &house.officer] {
            world.clear(who, cleared.clone());
        }
        let act = DiscloseResult {
            owner: house.owner,
            key: String::new(),
            content: content("Pump"),
            label: Some(Label::at(Level::Restricted)),
            disclosure: disclosure(),
            documents: Vec::new(),
        };
        let case = world.city.perform(&house.inventor, act).expect("disclosed");
        // The reviewer has no such clearance: for them there is no case.
        assert!(world.city.case(&house.reviewer, case.case).is_err());
        assert_eq!(world.city.task_counts(&house.reviewer, &TasksWanted::all()).expect("counted").mine, 0);
        world.clear(&house.reviewer, cleared);
        assert_eq!(world.city.task_counts(&house.reviewer, &TasksWanted::all()).expect("counted").mine, 1);
        world.city.case(&house.reviewer, case.case).expect("cleared");
        world.settle();
        let id = case.case.to_string();
        let entries = world.city.store().read(|tx| store::log::entries_of(tx, &id, 99));
        let kinds: Vec<String> =
            entries.expect("entries").into_iter().map(|entry| entry.header.kind).collect();
        assert!(kinds.contains(&"looked".to_owned()), "{kinds:?}");
    }

    /// The list of cases, its counts and the tasks show exactly what could be looked at.
    fn every_list_of_cases_is_the_decision(world) {
        let house = house(world);
        let other = world.organisation("Other institute");
        let wide = Clearance {
            level: Level::Restricted,
            compartments: ["A".to_owned()].into(),
            ..Clearance::nobody()
        };
        let their = world.person("their", other, Role::TransferOfficer);
        for who in [&house.inventor, &their] {
            world.clear(who, wide.clone());
        }
        let secret = Label { compartments: ["A".to_owned()].into(), ..Label::at(Level::Restricted) };
        let labels = [Label::at(Level::Members), Label::at(Level::Restricted), secret];
        let mut all = Vec::new();
        for (n, label) in labels.iter().enumerate() {
            for (opener, owner) in [(&house.inventor, house.owner), (&their, other)] {
                let act = DiscloseResult {
                    owner,
                    key: String::new(),
                    content: content(&format!("Pump {n}")),
                    label: Some(label.clone()),
                    disclosure: disclosure(),
                    documents: Vec::new(),
                };
                all.push(world.city.perform(opener, act).expect("disclosed").case);
            }
        }
        let act = WithdrawCase { case: all[0], version: 1, reason: "over".to_owned() };
        world.city.perform(&house.inventor, act).expect("withdrawn");
        let members = Clearance { level: Level::Members, ..Clearance::nobody() };
        let restricted = Clearance { level: Level::Restricted, ..Clearance::nobody() };
        let mut askers = vec![Asker::nobody(), house.inventor.clone(), their, world.operator()];
        let mut n = 0;
        for role in Role::ALL {
            for place in [house.owner, other, world.hall] {
                for clearance in [&members, &restricted, &wide] {
                    n += 1;
                    let who = world.person(&format!("p{n}"), place, role);
                    world.clear(&who, clearance.clone());
                    askers.push(who);
                }
            }
        }
        let mut n_seen = 0;
        for asker in &askers {
            let may: Vec<_> =
                all.iter().filter(|id| world.city.case(asker, **id).is_ok()).copied().collect();
            let (mut listed, mut after, mut counted) = (Vec::new(), None, None);
            while let Ok(page) = world.city.cases(asker, &CasesWanted::default(), after, 2) {
                listed.extend(page.rows.iter().map(|row| row.id));
                counted = Some(page.counts.expect("few").iter().map(|(_, _, n)| *n).sum::<u64>());
                after = page.next;
                if after.is_none() {
                    break;
                }
            }
            listed.sort();
            let mut wanted = may.clone();
            wanted.sort();
            assert_eq!(listed, wanted, "{asker:?}");
            let n = u64::try_from(wanted.len()).expect("few");
            assert!(counted.is_none_or(|counted| counted == n));
            n_seen += n;
            let Ok(tasks) = world.city.tasks(asker, (Which::Ours, &TasksWanted::all()), None, 100) else { continue };
            assert!(tasks.rows.iter().all(|task| may.contains(&task.row.id)), "{asker:?}");
            let counts = world.city.task_counts(asker, &TasksWanted::all()).expect("counted");
            assert_eq!(counts.ours, u64::try_from(tasks.rows.len()).expect("few"));
        }
        assert!(n_seen > 40, "the test saw cases at all: {n_seen}");
    }

    fn a_note_stays_with_the_case(world) {
        let house = house(world);
        let case = disclose(world, &house, "Pump");
        let act = |text: &str| NoteCase {
            case: case.case,
            text: text.to_owned(),
            documents: Vec::new(),
        };
        let no = world.city.perform(&house.officer, act(" ")).expect_err("empty");
        assert_eq!(code(&no), "case-note-empty");
        world.city.perform(&house.officer, act("Called the inventor")).expect("noted");
        // A note does not take the step away from whoever saw the case before it.
        let act = step(&case, "review-content", "agree", content_met());
        world.city.perform(&house.reviewer, act).expect("agreed");
    }
}
