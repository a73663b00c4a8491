//! Letters about tasks that change hands, and about stand-ins.

use crate::case::{disclose, house};
use crate::mail::told;
use access::Role;
use app::case::{AssignTask, NameStandIn};
use app::person::DisablePerson;
use app::{Asker, Who};
use base::PersonId;
use worlds::{World, on_both};

fn id_of(asker: &Asker) -> PersonId {
    let Who::Person(person) = asker.who else { panic!("a person") };
    person
}

fn subjects(world: &World, name: &str) -> Vec<String> {
    let address = format!("{name}@testing.example");
    told(world).into_iter().filter(|(to, _)| *to == address).map(|(_, subject)| subject).collect()
}

on_both! {
    fn a_task_that_was_passed_on_is_told_to_whoever_has_it_now(world) {
        let house = house(world);
        let second = world.person("second", house.owner, Role::Reviewer);
        let third = world.person("third", house.owner, Role::Reviewer);
        let case = disclose(world, &house, "Pump");
        assert_eq!(subjects(world, "second").len(), 1, "a task of the role");
        let act = AssignTask {
            case: case.case,
            version: case.version,
            task: "review-content".to_owned(),
            to: Some(id_of(&house.reviewer)),
            reason: String::new(),
        };
        world.city.perform(&house.reviewer, act).expect("taken up");
        told(world);
        let act = DisablePerson { person: id_of(&house.reviewer), successor: Some(id_of(&second)) };
        world.city.perform(&world.operator(), act).expect("disabled");
        let wanted = format!("A task was passed on to you: {}", case.reference);
        let of_second = subjects(world, "second");
        assert_eq!(of_second.iter().filter(|it| **it == wanted).count(), 1, "{of_second:?}");
        assert!(!subjects(world, "third").contains(&wanted), "it is not theirs");
        assert_eq!(subjects(world, "second"), of_second, "once");
        // Without a successor it waits for everybody who may, and all of them hear of it.
        let act = DisablePerson { person: id_of(&second), successor: None };
        world.city.perform(&world.operator(), act).expect("disabled");
        assert!(subjects(world, "third").contains(&wanted));
        assert!(id_of(&third) != id_of(&second));
    }

    fn both_hear_of_a_stand_in(world) {
        let house = house(world);
        let second = world.person("second", house.owner, Role::Reviewer);
        let act = NameStandIn {
            to: id_of(&second),
            processes: vec!["release-review".to_owned()],
            from: None,
            until: world.city.now().plus_seconds(5 * 86_400),
        };
        world.city.perform(&house.reviewer, act).expect("named");
        assert!(subjects(world, "reviewer").contains(&"You named a stand-in".to_owned()));
        assert!(subjects(world, "second").contains(&"You stand in for a colleague".to_owned()));
        assert!(!subjects(world, "officer").iter().any(|it| it.contains("stand")));
    }

    fn an_administrator_of_machines_cannot_tell_a_case_from_none(world) {
        let house = house(world);
        let case = disclose(world, &house, "Pump");
        let roles =
            [Role::SystemAdministrator, Role::SecurityAdministrator, Role::AuditAdministrator];
        for (n, role) in roles.into_iter().enumerate() {
            let who = world.person(&format!("machine{n}"), world.hall, role);
            let there = world.city.case(&who, case.case).map(|_| ()).expect_err("not theirs");
            let absent = world.city.case(&who, base::CaseId::from_bits(7)).map(|_| ());
            assert_eq!(there, absent.expect_err("there is none"), "{role:?}");
            assert_eq!(there.0[0].code, "not-found");
        }
    }
}
