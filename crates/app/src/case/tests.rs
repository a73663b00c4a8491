use super::*;
use access::{Actor, Role, decide};

#[test]
fn the_processes_have_no_flaw() {
    let roles = Role::ALL.map(Role::word);
    for process in PROCESSES {
        assert_eq!(cases::check(process, &roles), [], "{}", process.name);
    }
}

/// Whoever may take a task may look at its case: otherwise a task would wait for people who cannot
/// know of it.
#[test]
fn who_takes_a_task_sees_its_case() {
    let (owner, desk) = (OrganisationId::from_bits(1), OrganisationId::from_bits(2));
    let opener = PersonId::from_bits(3);
    for process in PROCESSES {
        let open =
            process.states.iter().flat_map(|state| state.tasks.iter().map(move |it| (state, it)));
        for (state, task) in open {
            for who in task.who {
                let (person, roles) = match who {
                    Who::Role(role) => (PersonId::from_bits(4), vec![(desk, role)]),
                    Who::OwnerRole(role) => (PersonId::from_bits(4), vec![(owner, role)]),
                    Who::Opener | Who::Assignee => (opener, Vec::new()),
                };
                let role = |role: &str| Role::parse(role).expect("a role: tested above");
                let actor = Actor {
                    person: Some(person),
                    roles: roles.into_iter().map(|(at, word)| (at, role(word))).collect(),
                    assurance: Assurance::SignedIn,
                    ..Actor::default()
                };
                let thing = Thing {
                    owner: Some(owner),
                    desk: Some(desk),
                    person: Some(opener),
                    state: state.name,
                    ..Thing::default()
                };
                for act in [access::Act::LookAtCase, access::Act::ListCases, access::Act::TakeStep]
                {
                    let seen = decide(&actor, act, &thing).is_allowed();
                    assert!(seen, "{}: {} for {who:?}", process.name, task.name);
                }
            }
        }
    }
}

/// The diagrams of the documentation are drawn from the declarations.
#[test]
fn the_drawn_processes_are_the_declared_ones() {
    let mut text = "# Processes\n\nDrawn from their declarations; `cargo xtask bless` draws them \
                    anew.\n"
        .to_owned();
    for process in PROCESSES {
        text.push_str(&format!("\n## {} (version {})\n\n", process.name, process.version));
        text.push_str(&format!("```mermaid\n{}```\n", cases::diagram(process)));
    }
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/processes.md");
    expect_test::expect_file![file].assert_eq(&text);
}
