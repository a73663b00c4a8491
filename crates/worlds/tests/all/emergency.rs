//! Emergency access: two people, an end, everybody told, every look kept, no label above one's own.

use crate::case::{House, code, disclose, house, person_of};
use access::Role;
use app::case::{CaseMoved, CasesWanted, NoteCase};
use app::emergency::{
    AskForEmergency, EmergencyChanged, EndEmergency, GrantEmergency, RefuseEmergency, Shown,
};
use app::{Asker, No};
use base::{Clearance, EmergencyId, Label, Level};
use parties::emergency::{Ask, Standing};
use worlds::{World, on_both};

struct Cast {
    house: House,
    /// May see no case at all: of the machinery.
    machinist: Asker,
    clerk: Asker,
    one: Asker,
    two: Asker,
    auditor: Asker,
    stranger: Asker,
}

fn cast(world: &World) -> Cast {
    Cast {
        house: house(world),
        machinist: world.person("machinist", world.hall, Role::SystemAdministrator),
        clerk: world.person("clerk", world.hall, Role::StatisticsOfficer),
        one: world.person("one", world.hall, Role::SecurityAdministrator),
        two: world.person("two", world.hall, Role::SecurityAdministrator),
        auditor: world.person("auditor", world.hall, Role::AuditAdministrator),
        stranger: world.person("stranger", world.hall, Role::Member),
    }
}

fn ask(world: &World, asker: &Asker, reference: &str) -> Result<EmergencyId, No> {
    let ask = Ask {
        reference: reference.to_owned(),
        reason: "the desk’s disk is lost and a deadline ends today".to_owned(),
        hours: 2,
    };
    world.city.perform(asker, AskForEmergency { ask }).map(|done| done.emergency)
}

fn grant(world: &World, asker: &Asker, emergency: EmergencyId) -> Result<EmergencyChanged, No> {
    world.city.perform(asker, GrantEmergency { emergency })
}

fn end(world: &World, asker: &Asker, emergency: EmergencyId) -> Result<EmergencyChanged, No> {
    world.city.perform(asker, EndEmergency { emergency })
}

fn reference(world: &World, cast: &Cast, case: &CaseMoved) -> String {
    let view = world.city.case(&cast.house.inventor, case.case).expect("one's own case");
    view.case.reference.as_str().to_owned()
}

fn is_hidden(world: &World, asker: &Asker, case: &CaseMoved) {
    let no = world.city.case(asker, case.case).err().expect("not theirs");
    assert_eq!(code(&no), "not-found");
}

fn notices(world: &World, asker: &Asker) -> Vec<String> {
    world.settle();
    let desk = world.city.desk(asker).expect("a desk");
    desk.notices.into_iter().map(|notice| notice.kind).collect()
}

/// The entries about looks, with the emergency that each names.
fn looks(world: &World) -> Vec<(Option<base::PersonId>, String)> {
    world.settle();
    let read = |tx: &mut store::Tx<'_>| {
        store::log::entries_of_kind(tx, "looked", u64::try_from(i64::MAX).expect("fits"), 99)
    };
    let entries = world.city.store().read(read).expect("entries");
    let named = |entry: store::log::Entry| {
        let body = entry.body_json();
        (entry.header.actor, body["emergency"].as_str().unwrap_or("").to_owned())
    };
    entries.into_iter().map(named).filter(|(_, id)| !id.is_empty()).collect()
}

on_both! {
    /// Security scenario 21.
    fn two_people_an_end_and_everybody_is_told(world) {
        let cast = cast(world);
        let case = disclose(world, &cast.house, "Zyxglow");
        let other = disclose(world, &cast.house, "Another");
        let named = reference(world, &cast, &case);
        is_hidden(world, &cast.machinist, &case);
        let id = ask(world, &cast.machinist, &named.to_lowercase()).expect("asked");
        is_hidden(world, &cast.machinist, &case);
        let own = world.city.personal_data(&cast.machinist).expect("own").emergencies;
        assert_eq!(own.iter().map(|it| it.id).collect::<Vec<_>>(), [id]);
        // It waits with the security administrators, and is nobody else's to see.
        assert_eq!(world.city.desk(&cast.two).expect("a desk").emergencies.len(), 1);
        assert_eq!(world.city.desk_count(&cast.two).expect("a count"), 1);
        assert!(world.city.desk(&cast.machinist).expect("a desk").emergencies.is_empty());
        for reader in [&cast.stranger, &cast.house.officer, &cast.clerk] {
            let no = world.city.emergency(reader, id).expect_err("not theirs");
            assert_eq!(code(&no), "not-found");
            assert!(world.city.emergencies(reader, None, 9).expect("a list").rows.is_empty());
            assert_eq!(code(&grant(world, reader, id).expect_err("not theirs")), "not-found");
        }
        assert_eq!(code(&grant(world, &cast.machinist, id).expect_err("oneself")), "not-allowed");
        assert_eq!(code(&grant(world, &cast.auditor, id).expect_err("reads")), "not-allowed");
        grant(world, &cast.two, id).expect("opened");
        assert_eq!(
            code(&grant(world, &cast.one, id).expect_err("decided")),
            "emergency-not-waiting"
        );
        // The one matter is open to the one person, to look at and for nothing else.
        let view = world.city.case(&cast.machinist, case.case).expect("open");
        assert_eq!((view.view, view.offered.len(), view.may_note), ("emergency", 0, false));
        assert!(view.entered.is_some_and(|entered| entered.emergency == id));
        is_hidden(world, &cast.machinist, &other);
        is_hidden(world, &cast.clerk, &case);
        let lists = CasesWanted::default();
        let listed = world.city.cases(&cast.machinist, &lists, None, 9).expect("a list");
        assert!(listed.rows.is_empty(), "lists find what they found before");
        assert_eq!(world.city.case_named(&cast.machinist, &named).expect("read"), None);
        let note = NoteCase { case: case.case, text: "mine".to_owned(), documents: Vec::new() };
        let no = world.city.perform(&cast.machinist, note).expect_err("only to look at");
        assert_eq!(code(&no), "not-found");
        // Every look is kept, with what allowed it.
        world.city.case(&cast.machinist, case.case).expect("open");
        let kept = vec![(Some(person_of(&cast.machinist)), id.to_string()); 2];
        assert_eq!(looks(world), kept);
        // Those who answer for the owner and those on the case are told; the auditor sees whom.
        for told in [&cast.house.officer, &cast.house.secrecy, &cast.house.inventor] {
            assert!(notices(world, told).contains(&"emergency-opened".to_owned()));
            let view = world.city.emergency(told, id).expect("told");
            assert_eq!((view.standing, view.emergency.n_looks), (Standing::Running, 2));
            assert!(view.emergency.reason.starts_with("the desk"));
            assert_eq!(view.shown, Some(Shown::Case(case.case)));
            assert_eq!(world.city.emergencies(told, None, 9).expect("a list").rows.len(), 1);
        }
        assert_eq!(
            notices(world, &cast.machinist),
            ["emergency-answered", "personal-data-exported"]
        );
        for quiet in [&cast.stranger, &cast.clerk, &cast.house.reviewer] {
            let is_reviewer = std::ptr::eq(quiet, &cast.house.reviewer);
            assert!(is_reviewer || notices(world, quiet).is_empty());
        }
        let audited = world.city.emergency(&cast.auditor, id).expect("audited");
        assert!(audited.told.contains(&person_of(&cast.house.secrecy)));
        assert_eq!(audited.shown, None, "who reads about it does not see the matter");
        assert!(!audited.told.contains(&person_of(&cast.stranger)));
        // It ends by itself, at the very moment.
        world.clock.pass(2 * 3600);
        is_hidden(world, &cast.machinist, &case);
        let over = world.city.emergency(&cast.machinist, id).expect("one's own");
        assert_eq!((over.standing, over.shown), (Standing::Over, None));
        assert_eq!(
            code(&end(world, &cast.machinist, id).expect_err("over")),
            "emergency-not-running"
        );
        assert_eq!(looks(world).len(), 2);
    }

    fn nobody_learns_by_asking_and_no_label_is_passed(world) {
        let cast = cast(world);
        let secret = Label { compartments: ["A".to_owned()].into(), ..Label::at(Level::Restricted) };
        let full = Clearance {
            level: Level::Restricted,
            compartments: ["A".to_owned()].into(),
            ..Clearance::nobody()
        };
        world.clear(&cast.house.officer, full.clone());
        let draft = world.draft(&cast.house.officer, cast.house.owner, "Zyxglow", secret);
        let named = draft.reference.as_str();
        let absent = base::Reference::draw("TE", 2026, &mut base::chance::SeededChance::new(99));
        // Asking says the same of what is hidden, above one’s label, and not there.
        let hidden = ask(world, &cast.clerk, named).expect("asked");
        let nothing = ask(world, &cast.clerk, absent.as_str()).expect("asked");
        for id in [hidden, nothing] {
            let no = grant(world, &cast.one, id).expect_err("opens nothing");
            assert_eq!(code(&no), "emergency-opens-nothing");
            let view = world.city.emergency(&cast.clerk, id).expect("one's own");
            assert_eq!((view.standing, view.owner, view.shown), (Standing::Waiting, None, None));
        }
        assert!(world.city.technology(&cast.clerk, draft.technology).is_err());
        // With the clearance the same request opens it; without it again, it is shut at once.
        world.clear(&cast.clerk, full);
        grant(world, &cast.one, hidden).expect("opened");
        let seen = world.city.technology(&cast.clerk, draft.technology).expect("open");
        assert_eq!((seen.view, seen.offers.revise), ("emergency", false));
        assert_eq!(world.city.versions(&cast.clerk, draft.technology).expect("open").1.len(), 1);
        let id = draft.technology.to_string();
        let rows = world.city.looks(&cast.house.officer, None, None, 9).expect("looks");
        assert!(rows.rows.iter().any(|look| {
            look.person.as_ref().is_some_and(|(who, _)| *who == person_of(&cast.clerk))
                && look.things.iter().any(|(thing, _)| thing.to_string() == id)
        }));
        assert!(world.city.technology(&cast.machinist, draft.technology).is_err());
        world.clear(&cast.clerk, Clearance { level: Level::Members, ..Clearance::nobody() });
        let no = world.city.technology(&cast.clerk, draft.technology).err().expect("shut");
        assert_eq!(code(&no), "not-found");
        let view = world.city.emergency(&cast.clerk, hidden).expect("one's own");
        assert_eq!(view.shown, None);
    }

    fn it_is_refused_taken_back_lapses_and_ends_early(world) {
        let cast = cast(world);
        let case = disclose(world, &cast.house, "Zyxglow");
        let named = reference(world, &cast, &case);
        // Whoever may see it anyway, or holds no role, does not ask.
        let no = ask(world, &cast.house.reviewer, &named).expect_err("needless");
        assert_eq!(code(&no), "emergency-needless");
        assert_eq!(code(&ask(world, &cast.stranger, &named).expect_err("no role")), "not-allowed");
        // A security administrator who asks needs another one.
        let own = ask(world, &cast.one, &named).expect("asked");
        assert_eq!(code(&grant(world, &cast.one, own).expect_err("oneself")), "not-allowed");
        assert!(!world.city.emergency(&cast.one, own).expect("one's own").may_decide);
        let refuse = |asker: &Asker, emergency, reason: &str| {
            let act = RefuseEmergency { emergency, reason: reason.to_owned() };
            world.city.perform(asker, act).map(|_| ())
        };
        assert_eq!(code(&refuse(&cast.one, own, "no").expect_err("oneself")), "not-allowed");
        assert_eq!(code(&refuse(&cast.two, own, " ").expect_err("no reason")), "field-required");
        refuse(&cast.two, own, "ask the institute").expect("refused");
        let view = world.city.emergency(&cast.one, own).expect("one's own");
        assert_eq!(view.standing, Standing::Refused);
        is_hidden(world, &cast.one, &case);
        assert!(notices(world, &cast.house.officer).is_empty(), "nothing was opened");
        // Twice at once is once; taken back, nobody can open it any more.
        let back = ask(world, &cast.clerk, &named).expect("asked");
        let twice = ask(world, &cast.clerk, &named).expect_err("it waits");
        assert_eq!(code(&twice), "emergency-open-already");
        end(world, &cast.clerk, back).expect("taken back");
        let no = grant(world, &cast.one, back).expect_err("taken back");
        assert_eq!(code(&no), "emergency-not-waiting");
        // What nobody decides lapses.
        let late = ask(world, &cast.clerk, &named).expect("asked");
        world.clock.pass(4 * 3600);
        let no = grant(world, &cast.one, late).expect_err("too late");
        assert_eq!(code(&no), "emergency-not-waiting");
        assert!(world.city.desk(&cast.one).expect("a desk").emergencies.is_empty());
        // Whose matter it is shuts it, and both sides are told.
        let id = ask(world, &cast.clerk, &named).expect("asked");
        grant(world, &cast.one, id).expect("opened");
        world.city.case(&cast.clerk, case.case).expect("open");
        let no = end(world, &cast.house.inventor, id).expect_err("told, and no more");
        assert_eq!(code(&no), "not-found");
        end(world, &cast.house.secrecy, id).expect("ended");
        is_hidden(world, &cast.clerk, &case);
        assert!(notices(world, &cast.clerk).contains(&"emergency-closed".to_owned()));
        assert!(notices(world, &cast.house.officer).contains(&"emergency-closed".to_owned()));
        // Who loses the role loses the rest of it.
        let id = ask(world, &cast.clerk, &named).expect("asked");
        grant(world, &cast.two, id).expect("opened");
        world.city.case(&cast.clerk, case.case).expect("open");
        let disable = app::person::DisablePerson {
            person: person_of(&cast.clerk), successor: None,
        };
        world.city.perform(&cast.two, disable).expect("disabled");
        assert!(world.city.case(&cast.clerk, case.case).is_err());
    }
}
