//! Firms register themselves: the link, the verification, claims of one code, races, leaks.

use access::Role;
use app::case::{CaseMoved, CasesWanted, TakeStep, TasksWanted, Which, WithdrawCase};
use app::person::DisablePerson;
use app::registration::{Apply, ConfirmRegistration, LinkApplication, RegisterFirm};
use app::{Asker, No, Who};
use base::{Bilingual, CaseId, Lang, OrganisationId, PersonId};
use parties::registration::Application;
use serde_json::{Map, Value, json};
use worlds::{World, on_both};

const CODE: &str = "91350100M000100Y43";
const PASSWORD: &str = "a firm's own words";

fn code(no: &No) -> String {
    no.0.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

fn firm(code: &str) -> Application {
    Application {
        credit_code: code.to_owned(),
        name: Bilingual::new("Testing Optics", "试验光学有限公司"),
        evidence: "Licence 2024-17".to_owned(),
        organisation: None,
    }
}

fn another_code(n: u32) -> String {
    parties::credit_code::completed(&format!("91350100M{n:06}Y4")).expect("a code")
}

fn ask(email: &str, code: &str) -> RegisterFirm {
    let name = Bilingual::new(email.split('@').next().unwrap_or(""), "");
    RegisterFirm::new(firm(code), name, (email, PASSWORD), Lang::En, true)
}

/// Registers, and has the office make a link, as where there is no mail.
fn link(world: &World, email: &str, code: &str) -> String {
    world.city.perform(&Asker::nobody(), ask(email, code)).expect("registered");
    let waiting = world.city.applications(&world.operator(), "", 100).expect("listed");
    let found = waiting.iter().rev().find(|it| it.email == email).expect("waits");
    let act = LinkApplication { application: found.id };
    let made = world.city.perform(&world.operator(), act).expect("a link");
    made.link_secret.expect("told once")
}

fn confirmed(world: &World, email: &str, code: &str) -> CaseMoved {
    let link = link(world, email, code);
    let act = ConfirmRegistration::new(&link, PASSWORD);
    world.city.perform(&Asker::nobody(), act).expect("confirmed")
}

fn applicant(world: &World, email: &str) -> Asker {
    Asker::person(world.city.person_named(email).expect("known"))
}

fn officer(world: &World, name: &str) -> Asker {
    world.person(name, world.hall, Role::AgencyOfficer)
}

fn step(moved: &CaseMoved, task: &str, step: &str, reason: &str) -> TakeStep {
    TakeStep {
        case: moved.case,
        version: moved.version,
        task: task.to_owned(),
        step: step.to_owned(),
        answers: Map::new(),
        reason: reason.to_owned(),
        on_behalf_of: None,
        documents: Vec::new(),
    }
}

fn accept(moved: &CaseMoved) -> TakeStep {
    let met = json!({ "code-agrees": "met", "name-agrees": "met", "person-entitled": "met" });
    let answers = [("checks".to_owned(), met)].into_iter().collect();
    TakeStep { answers, ..step(moved, "check", "accept", "") }
}

fn admit(moved: &CaseMoved, task: &str, role: &str) -> TakeStep {
    let answers = [("role".to_owned(), Value::from(role))].into_iter().collect();
    TakeStep { answers, ..step(moved, task, "admit", "") }
}

fn roles(world: &World, who: &Asker) -> Vec<(OrganisationId, Role)> {
    world.city.me(who).expect("read").map(|me| me.actor.roles).unwrap_or_default()
}

fn person_of(asker: &Asker) -> PersonId {
    let Who::Person(person) = asker.who else { panic!("a person") };
    person
}

/// The cases that somebody finds, by state.
fn cases(world: &World, who: &Asker) -> Vec<(CaseId, String)> {
    let page = world.city.cases(who, &CasesWanted::default(), None, 100).expect("a list");
    page.rows.into_iter().map(|row| (row.id, row.state)).collect()
}

on_both! {
    fn a_firm_registers_and_its_person_becomes_the_administrator(world) {
        let desk = officer(world, "desk");
        let case = confirmed(world, "li@firm.example", CODE);
        let li = applicant(world, "li@firm.example");
        assert_eq!(roles(world, &li), [], "nothing before the office has decided");
        assert_eq!(cases(world, &li), [(case.case, "received".to_owned())], "only its own case");
        let task = world.city.tasks(&desk, (Which::Mine, &TasksWanted::all()), None, 9).expect("tasks");
        assert_eq!(task.rows.len(), 1);
        let returned = world.city.perform(&desk, step(&case, "check", "ask", "Which licence?"));
        let returned = returned.expect("asked");
        let answers: Map<String, Value> = [
            ("evidence".to_owned(), json!("Licence 2024-18")),
            ("firm-name".to_owned(), json!("试验光电有限公司")),
            ("credit-code".to_owned(), json!("91350100M000100Y44")),
        ].into_iter().collect();
        let wrong = TakeStep { answers: answers.clone(), ..step(&returned, "amend", "hand-in", "") };
        let no = world.city.perform(&li, wrong).expect_err("a slip");
        assert_eq!(code(&no), "credit-code-check (credit-code)");
        let mut right = answers;
        right.insert("credit-code".to_owned(), json!(CODE));
        let act = TakeStep { answers: right, ..step(&returned, "amend", "hand-in", "") };
        let again = world.city.perform(&li, act).expect("handed in");
        let done = world.city.perform(&desk, accept(&again)).expect("accepted");
        assert_eq!(done.state, "accepted");
        let held = roles(world, &li);
        assert_eq!(held.len(), 1);
        assert_eq!(held[0].1, Role::FirmAdministrator);
        let firm = world.city.organisation(&Asker::nobody(), held[0].0).expect("public");
        assert_eq!(firm.organisation.profile.name.zh, "试验光电有限公司");
        assert_eq!(firm.organisation.profile.credit_code, CODE);
        assert!(firm.organisation.verified_at.is_some());
    }

    fn who_registered_hears_how_it_was_decided(world) {
        let desk = officer(world, "desk");
        let case = confirmed(world, "li@firm.example", CODE);
        let told = |address: &str| {
            let letters = crate::mail::told(world).into_iter();
            letters.filter(|(to, _)| to == address).map(|it| it.1).collect::<Vec<_>>()
        };
        let before = told("li@firm.example").len();
        let reference = case.reference.to_string();
        world.city.perform(&desk, accept(&case)).expect("accepted");
        let subjects = told("li@firm.example");
        assert!(subjects.len() > before, "{subjects:?}");
        assert!(subjects.contains(&format!("Your registration was accepted: {reference}")));
        let refused = confirmed(world, "wu@firm.example", &another_code(2));
        let act = step(&refused, "check", "refuse", "Nobody knows this firm.");
        world.city.perform(&desk, act).expect("refused");
        let subjects = told("wu@firm.example");
        let wanted = format!("Your registration was not accepted: {}", refused.reference);
        assert!(subjects.contains(&wanted), "{subjects:?}");
        assert_eq!(told("wu@firm.example"), subjects, "once");
        // A second one of the same firm is its administrator's to answer.
        let second = confirmed(world, "chen@firm.example", CODE);
        let li = applicant(world, "li@firm.example");
        let act = step(&second, "answer-join", "decline", "We do not know her.");
        world.city.perform(&li, act).expect("declined");
        let wanted = format!("The firm’s administrator declined: {}", second.reference);
        assert!(told("chen@firm.example").contains(&wanted));
        let letters = crate::mail::told(world);
        let all = format!("{letters:?}");
        assert!(!all.contains("not know") && !all.contains("Nobody knows") && !all.contains("Licence"), "no reasons, no evidence");
    }

    fn nobody_learns_who_is_known(world) {
        let desk = officer(world, "desk");
        world.person("known", world.hall, Role::Member);
        let case = confirmed(world, "li@firm.example", CODE);
        world.city.perform(&desk, accept(&case)).expect("accepted");
        world.settle();
        let before = world.city.store().committed().size();
        let answer = |email: &str, code: &str| {
            let done = world.city.perform(&Asker::nobody(), ask(email, code)).expect("taken");
            let text = serde_json::to_value(&done).expect("json");
            text.as_object().expect("an object").keys().cloned().collect::<Vec<_>>()
        };
        let new = answer("new@firm.example", &another_code(1));
        assert_eq!(answer("known@testing.example", &another_code(1)), new);
        assert_eq!(answer("new@firm.example", CODE), new);
        assert_eq!(answer("known@testing.example", CODE), new);
        world.settle();
        let after = world.city.store().committed().size();
        assert_eq!(before, after, "nothing of it is in the log");
        for who in [Asker::nobody(), applicant(world, "li@firm.example")] {
            assert!(world.city.applications(&who, "", 9).is_err(), "the list is the office's");
        }
    }

    fn all_reasons_come_at_once(world) {
        let asked = Application { credit_code: "91350100M000100Y4".to_owned(), ..Application::default() };
        let act = RegisterFirm::new(asked, Bilingual::default(), ("li", "short"), Lang::En, false);
        let no = world.city.perform(&Asker::nobody(), act).expect_err("refused");
        assert_eq!(
            code(&no),
            "credit-code-length (credit_code), field-required (firm.zh), field-required \
             (evidence), field-required (name), person-email-unreadable (email), \
             password-too-short (password), registration-agreement (agrees)"
        );
    }

    fn a_link_alone_opens_nothing(world) {
        let link = link(world, "li@firm.example", CODE);
        let stranger = Asker::nobody();
        let wrong = ConfirmRegistration::new(&link, "somebody else's words");
        let no = world.city.perform(&stranger, wrong).expect_err("another person's");
        assert_eq!(code(&no), "registration-password-wrong (password)");
        assert!(world.city.person_named("li@firm.example").is_err(), "no account yet");
        let view = world.city.application_of_link(&stranger, &link).expect("shown");
        assert!(!view.has_account && view.case.is_none());
        let done = world.city.perform(&stranger, ConfirmRegistration::new(&link, PASSWORD));
        let done = done.expect("confirmed");
        let again = world.city.perform(&stranger, ConfirmRegistration::new(&link, PASSWORD));
        assert_eq!(again.expect("the same").case, done.case, "sent twice it is one case");
        assert_eq!(cases(world, &applicant(world, "li@firm.example")).len(), 1);
        let none = ConfirmRegistration::new("bwr_nothing", PASSWORD);
        assert_eq!(code(&world.city.perform(&stranger, none).expect_err("gone")), "link-gone");
    }

    fn a_link_ends(world) {
        let link = link(world, "li@firm.example", CODE);
        world.clock.pass(parties::registration::CONFIRMATION_SECONDS);
        let act = ConfirmRegistration::new(&link, PASSWORD);
        assert_eq!(code(&world.city.perform(&Asker::nobody(), act).expect_err("late")), "link-gone");
        world.city.perform(&Asker::nobody(), ask("wu@firm.example", CODE)).expect("registered");
        let waiting = world.city.applications(&world.operator(), "", 9).expect("listed");
        assert_eq!(waiting.len(), 1, "what nobody confirmed is forgotten");
    }

    fn an_address_that_has_an_account_keeps_its_password(world) {
        world.person("known", world.hall, Role::Member);
        let link = link(world, "known@testing.example", CODE);
        assert!(world.city.application_of_link(&Asker::nobody(), &link).expect("shown").has_account);
        let theirs = ConfirmRegistration::new(&link, PASSWORD);
        let no = world.city.perform(&Asker::nobody(), theirs).expect_err("not the account's");
        assert_eq!(code(&no), "registration-password-wrong (password)");
        let own = ConfirmRegistration::new(&link, "a testing password");
        let case = world.city.perform(&Asker::nobody(), own).expect("confirmed");
        let known = applicant(world, "known@testing.example");
        assert_eq!(cases(world, &known), [(case.case, "received".to_owned())]);
        let no = world.city.perform(&known, Apply { application: firm(CODE), documents: Vec::new() }).expect_err("twice");
        assert_eq!(no.0[0].code, "registration-open-already");
    }

    fn evidence_is_seen_by_whoever_decides_and_by_nobody_else(world) {
        let desk = officer(world, "desk");
        let known = world.person("known", world.organisation("Elsewhere"), Role::Member);
        let stranger = world.person("stranger", world.hall, Role::SystemAdministrator);
        let licence = b"%PDF-1.7\nBusiness licence 2024-17\n%%EOF\n";
        let received = world.city.receive_all("licence.pdf", &mut &licence[..]).expect("received");
        let file = world.city.keep_received(&known, &received).expect("kept").file;
        // Somebody else's file is nobody's evidence.
        let act = |documents| Apply { application: firm(CODE), documents };
        let no = world.city.perform(&stranger, act(vec![file])).expect_err("not theirs");
        assert!(code(&no).contains("not-allowed") || code(&no).contains("file-not-waiting"), "{no}");
        let case = world.city.perform(&known, act(vec![file])).expect("applied");
        let view = world.city.case(&desk, case.case).expect("the office sees it");
        assert_eq!(view.documents.len(), 1);
        for who in [&known, &desk] {
            assert_eq!(world.city.file(who, file).expect("seen").name, "licence.pdf");
        }
        for who in [&stranger, &Asker::nobody()] {
            assert!(world.city.file(who, file).is_err(), "{who:?}");
        }
        // More comes with a note, as with any case.
        let more = world.city.receive_all("order.pdf", &mut &licence[..]).expect("received");
        let more = world.city.keep_received(&known, &more).expect("kept").file;
        let act = app::case::NoteCase {
            case: case.case,
            text: "The order, too".to_owned(),
            documents: vec![more],
        };
        world.city.perform(&known, act).expect("noted");
        assert_eq!(world.city.case(&desk, case.case).expect("seen").documents.len(), 2);
    }

    fn others_see_nothing_of_a_registration(world) {
        let case = confirmed(world, "li@firm.example", CODE);
        let absent = CaseId::from_bits(99);
        let other = world.organisation("Other");
        for (name, role) in [
            ("firm", Role::FirmAdministrator), ("member", Role::Member),
            ("transfer", Role::TransferOfficer), ("expert", Role::Expert),
        ] {
            let who = world.person(name, other, role);
            let hidden = world.city.case(&who, case.case).err().expect("hidden");
            let none = world.city.case(&who, absent).err().expect("absent");
            assert_eq!(hidden, none, "{name}");
            assert_eq!(cases(world, &who), [], "{name}");
            let act = world.city.perform(&who, accept(&case)).expect_err("hidden");
            assert_eq!(code(&act), "not-found", "{name}");
        }
        let rival = confirmed(world, "wu@firm.example", CODE);
        let wu = applicant(world, "wu@firm.example");
        assert_eq!(cases(world, &wu), [(rival.case, "received".to_owned())]);
        let view = world.city.case(&wu, rival.case).expect("own");
        let standing = world.city.registration_standing(&wu, &view).expect("read");
        assert!(standing.rivals.is_empty() && standing.email.is_empty(), "{standing:?}");
        let desk = officer(world, "desk");
        let view = world.city.case(&desk, rival.case).expect("the office's");
        let standing = world.city.registration_standing(&desk, &view).expect("read");
        assert_eq!(standing.rivals.len(), 1);
        assert_eq!(standing.email, "wu@firm.example");
    }

    fn of_two_registrations_of_one_code_one_is_accepted(world) {
        let desk = officer(world, "desk");
        let first = confirmed(world, "li@firm.example", CODE);
        let second = confirmed(world, "wu@firm.example", CODE);
        let nobody = world.city.perform(&desk, step(&second, "check", "pass-on", "")).expect_err("no");
        assert_eq!(code(&nobody), "registration-nobody-to-join");
        world.city.perform(&desk, accept(&first)).expect("accepted");
        let no = world.city.perform(&desk, accept(&second)).expect_err("decided");
        assert_eq!(code(&no), "registration-code-decided");
        let wu = applicant(world, "wu@firm.example");
        let view = world.city.case(&wu, second.case).expect("own");
        let told = world.city.registration_standing(&wu, &view).expect("read");
        assert!(told.holder.is_some_and(|(_, _, has)| has), "the other is told why");
        let passed = world.city.perform(&desk, step(&second, "check", "pass-on", ""));
        assert_eq!(passed.expect("passed on").state, "passed-on");
        let li = applicant(world, "li@firm.example");
        let joining = cases(world, &li);
        let joining = joining.iter().find(|(_, state)| state == "join-asked").expect("hers");
        let moved = CaseMoved { case: joining.0, version: 1, ..second };
        world.city.perform(&li, admit(&moved, "answer-join", "firm-member")).expect("admitted");
        let firm = roles(world, &li)[0].0;
        assert_eq!(roles(world, &wu), [(firm, Role::FirmMember)]);
    }

    fn two_acceptances_at_once_give_one_administrator(world) {
        for round in 0..6 {
            let code_of = another_code(100 + round);
            let (one, two) = (officer(world, &format!("a{round}")), officer(world, &format!("b{round}")));
            let emails = [format!("li{round}@firm.example"), format!("wu{round}@firm.example")];
            let first = confirmed(world, &emails[0], &code_of);
            let second = confirmed(world, &emails[1], &code_of);
            let pairs = [(&one, &first), (&two, &second), (&two, &first), (&one, &second)];
            let start = &std::sync::Barrier::new(pairs.len());
            let ends: Vec<_> = std::thread::scope(|scope| {
                let threads = pairs.map(|(who, case)| scope.spawn(move || {
                    start.wait();
                    world.city.perform(who, accept(case))
                }));
                threads.into_iter().map(|thread| thread.join().expect("no panic")).collect()
            });
            assert_eq!(ends.iter().filter(|end| end.is_ok()).count(), 1, "{ends:?}");
            let held: Vec<_> = emails.iter().flat_map(|it| roles(world, &applicant(world, it))).collect();
            assert_eq!(held.len(), 1);
            let n = world.city.store().read(|tx| {
                store::registration::n_administrators(tx, held[0].0, world.city.now())
            });
            assert_eq!(n.expect("read"), 1);
        }
    }

    fn one_link_confirmed_many_times_at_once_is_one_case(world) {
        let link = link(world, "li@firm.example", CODE);
        let found: Vec<_> = std::thread::scope(|scope| {
            let link = &link;
            let threads: Vec<_> = (0..6).map(|_| scope.spawn(move || {
                world.city.perform(&Asker::nobody(), ConfirmRegistration::new(link, PASSWORD))
            })).collect();
            threads.into_iter().map(|thread| thread.join().expect("no panic")).collect()
        });
        let cases_of: std::collections::BTreeSet<_> =
            found.iter().filter_map(|end| end.as_ref().ok()).map(|done| done.case).collect();
        assert_eq!(cases_of.len(), 1, "{found:?}");
        assert_eq!(cases(world, &applicant(world, "li@firm.example")).len(), 1);
    }

    fn one_key_accepts_once(world) {
        let desk = officer(world, "desk").keyed("one");
        let case = confirmed(world, "li@firm.example", CODE);
        let first = world.city.perform(&desk, accept(&case)).expect("accepted");
        let again = world.city.perform(&desk, accept(&case)).expect("the same answer");
        assert_eq!((first.case, first.version), (again.case, again.version));
        assert_eq!(roles(world, &applicant(world, "li@firm.example")).len(), 1);
    }

    fn a_claim_of_a_firm_with_an_administrator_is_that_persons(world) {
        let desk = officer(world, "desk");
        let first = confirmed(world, "li@firm.example", CODE);
        world.city.perform(&desk, accept(&first)).expect("accepted");
        let li = applicant(world, "li@firm.example");
        let claim = confirmed(world, "wu@firm.example", CODE);
        let wu = applicant(world, "wu@firm.example");
        assert_eq!(claim.state, "join-asked");
        let other = world.organisation("Other");
        let stranger = world.person("stranger", other, Role::FirmAdministrator);
        let hidden = world.city.perform(&stranger, admit(&claim, "answer-join", "firm-member"));
        assert_eq!(code(&hidden.expect_err("hidden")), "not-found");
        let self_made = world.city.perform(&wu, admit(&claim, "answer-join", "firm-administrator"));
        assert!(self_made.is_err(), "nobody lets themselves in");
        let no = step(&claim, "answer-join", "decline", "Nobody knows this person.");
        let declined = world.city.perform(&li, no).expect("declined");
        let disputed = world.city.perform(&wu, step(&declined, "object", "dispute", "I am the owner."));
        let disputed = disputed.expect("disputed");
        let late = world.city.perform(&li, admit(&disputed, "decide-join", "firm-member"));
        assert!(late.is_err(), "the office decides now");
        world.city.perform(&desk, admit(&disputed, "decide-join", "firm-administrator")).expect("in");
        let firm = roles(world, &li)[0].0;
        assert_eq!(roles(world, &wu), [(firm, Role::FirmAdministrator)]);
    }

    fn a_claim_nobody_answers_comes_to_the_office(world) {
        let desk = officer(world, "desk");
        let first = confirmed(world, "li@firm.example", CODE);
        world.city.perform(&desk, accept(&first)).expect("accepted");
        let claim = confirmed(world, "wu@firm.example", CODE);
        world.clock.pass(9 * 86_400);
        world.city.announce_due().expect("announced");
        let view = world.city.case(&desk, claim.case).expect("the office's");
        assert_eq!(view.case.running.state, "join-at-office");
        let moved = CaseMoved { version: view.case.running.version, ..claim };
        world.city.perform(&desk, admit(&moved, "decide-join", "firm-member")).expect("admitted");
        assert_eq!(roles(world, &applicant(world, "wu@firm.example")).len(), 1);
    }

    fn an_organisation_without_administrator_is_claimed(world) {
        let desk = officer(world, "desk");
        let id = world.organisation("Imported firm");
        let found = world.city.organisation(&desk, id).expect("there").organisation;
        let mut profile = found.profile;
        profile.credit_code = CODE.to_owned();
        let act = app::organisation::ReviseOrganisation {
            organisation: id, version: found.version, profile,
        };
        world.city.perform(&desk, act).expect("revised");
        let case = confirmed(world, "li@firm.example", CODE);
        assert_eq!(case.state, "received");
        world.city.perform(&desk, accept(&case)).expect("accepted");
        let li = applicant(world, "li@firm.example");
        assert_eq!(roles(world, &li), [(id, Role::FirmAdministrator)], "no second organisation");
        // The administrator's account is shut: the firm can be claimed anew.
        let act = DisablePerson { person: person_of(&li), successor: None };
        world.city.perform(&world.operator(), act).expect("shut");
        let again = confirmed(world, "wu@firm.example", CODE);
        assert_eq!(again.state, "received");
    }

    fn who_withdraws_may_register_again(world) {
        let case = confirmed(world, "li@firm.example", CODE);
        let li = applicant(world, "li@firm.example");
        let act = WithdrawCase { case: case.case, version: case.version, reason: String::new() };
        world.city.perform(&li, act).expect("withdrawn");
        world.city.perform(&li, Apply { application: firm(CODE), documents: Vec::new() }).expect("again");
    }

    fn registrations_are_counted_by_address_and_network(world) {
        let from = |network: &str| Asker { network: network.to_owned(), ..Asker::nobody() };
        let (campus, other) = (from("192.0.2.0/24"), from("198.51.100.0/24"));
        for _ in 0..3 {
            world.city.perform(&campus, ask("li@firm.example", CODE)).expect("taken");
        }
        let no = world.city.perform(&other, ask("Li@firm.example", CODE)).expect_err("too many");
        assert_eq!(code(&no), "too-many", "the address counts wherever it comes from");
        for n in 0..37 {
            world.city.perform(&campus, ask(&format!("wu{n}@firm.example"), CODE)).expect("taken");
        }
        let no = world.city.perform(&campus, ask("xu@firm.example", CODE)).expect_err("too many");
        assert_eq!(code(&no), "too-many", "and so does the network");
        world.city.perform(&other, ask("xu@firm.example", CODE)).expect("another network");
        world.clock.pass(3_601);
        world.city.perform(&campus, ask("li@firm.example", CODE)).expect("an hour later");
    }

    fn an_erased_applicant_leaves_no_word(world) {
        let case = confirmed(world, "li@firm.example", CODE);
        let li = applicant(world, "li@firm.example");
        let act = WithdrawCase { case: case.case, version: case.version, reason: "Li".to_owned() };
        world.city.perform(&li, act).expect("withdrawn");
        let act = app::erasure::ErasePerson { person: person_of(&li), typed: "li@firm.example".to_owned() };
        world.city.erase(&li, act).expect("erased");
        let desk = officer(world, "desk");
        let view = world.city.case(&desk, case.case).expect("the case stays");
        assert_eq!(view.case.matter, json!({}));
        assert!(view.moves.iter().all(|it| it.reason.is_empty()));
    }
}
