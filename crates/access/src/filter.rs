//! Which things may this actor see? A closed tree, compiled to SQL by `store`, to a query by
//! `search`.

use crate::{Act, Actor, Rule, Thing};
use base::{Label, OrganisationId, PersonId};

/// A condition on the columns every protected row has: owner, desk, person, state, gate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Filter {
    Always,
    Never,
    All(Vec<Filter>),
    Any(Vec<Filter>),
    Not(Box<Filter>),
    /// The owner is one of these.
    Owner(Vec<OrganisationId>),
    /// The desk is one of these.
    Desk(Vec<OrganisationId>),
    Person(PersonId),
    State(Vec<&'static str>),
    /// The label's written form is one of these.
    Gate(Vec<String>),
}

/// The filter of an act that lists. `gates` are all gates known; one that is not among them is not
/// passed, so that an unknown label fails closed.
pub fn filter(actor: &Actor, act: Act, gates: &[String]) -> Filter {
    let row = act.row();
    if actor.must_enrol && !row.is_enrolling {
        return filter(&Actor::anonymous(), act, gates);
    }
    if !actor.covers(row.scope) || actor.assurance < row.assurance {
        return Filter::Never;
    }
    let passed: Vec<String> = gates
        .iter()
        .filter(|gate| Label::from_gate(gate).is_some_and(|label| actor.clearance.may_read(&label)))
        .cloned()
        .collect();
    let granted = any(row.grants.iter().map(|grant| partial(&grant.when, actor)).collect());
    let prohibited = any(row.prohibitions.iter().map(|rule| partial(rule, actor)).collect());
    let mut parts = vec![Filter::Gate(passed), granted, not(prohibited)];
    if let Some(look) = row.look {
        parts.push(filter(actor, look, gates));
    }
    all(parts)
}

impl Filter {
    /// Whether no thing can pass, so that nothing need be asked.
    pub fn is_never(&self) -> bool {
        match self {
            Self::Never => true,
            Self::All(parts) => parts.iter().any(Self::is_never),
            Self::Any(parts) => parts.iter().all(Self::is_never),
            _ => false,
        }
    }

    /// Whether a thing passes: the third reading of the tree, beside SQL and the index.
    pub fn passes(&self, thing: &Thing) -> bool {
        match self {
            Self::Always => true,
            Self::Never => false,
            Self::All(parts) => parts.iter().all(|part| part.passes(thing)),
            Self::Any(parts) => parts.iter().any(|part| part.passes(thing)),
            Self::Not(part) => !part.passes(thing),
            Self::Owner(owners) => thing.owner.is_some_and(|owner| owners.contains(&owner)),
            Self::Desk(desks) => thing.desk.is_some_and(|desk| desks.contains(&desk)),
            Self::Person(person) => thing.person == Some(*person),
            Self::State(states) => states.contains(&thing.state),
            Self::Gate(gates) => gates.contains(&thing.label.gate()),
        }
    }
}

/// The rule with everything about the actor filled in; what is left is about the thing.
fn partial(rule: &Rule, actor: &Actor) -> Filter {
    let constant = |yes| if yes { Filter::Always } else { Filter::Never };
    match rule {
        Rule::Anyone => Filter::Always,
        Rule::Assured(least) => constant(actor.assurance >= *least),
        Rule::Holds(roles) => constant(actor.holds(roles)),
        Rule::HoldsInOwner(roles) => match actor.organisations_with(roles) {
            owners if owners.is_empty() => Filter::Never,
            owners => Filter::Owner(owners),
        },
        Rule::HoldsAtDesk(roles) => match actor.organisations_with(roles) {
            desks if desks.is_empty() => Filter::Never,
            desks => Filter::Desk(desks),
        },
        Rule::Own => actor.person.map_or(Filter::Never, Filter::Person),
        Rule::State(states) => Filter::State(states.to_vec()),
        Rule::All(rules) => all(rules.iter().map(|rule| partial(rule, actor)).collect()),
        Rule::Any(rules) => any(rules.iter().map(|rule| partial(rule, actor)).collect()),
        Rule::Not(rule) => not(partial(rule, actor)),
    }
}

fn all(parts: Vec<Filter>) -> Filter {
    if parts.contains(&Filter::Never) {
        return Filter::Never;
    }
    let mut kept: Vec<Filter> = parts.into_iter().filter(|part| *part != Filter::Always).collect();
    match kept.len() {
        0 => Filter::Always,
        1 => kept.remove(0),
        _ => Filter::All(kept),
    }
}

fn any(parts: Vec<Filter>) -> Filter {
    if parts.contains(&Filter::Always) {
        return Filter::Always;
    }
    let mut kept: Vec<Filter> = parts.into_iter().filter(|part| *part != Filter::Never).collect();
    match kept.len() {
        0 => Filter::Never,
        1 => kept.remove(0),
        _ => Filter::Any(kept),
    }
}

fn not(part: Filter) -> Filter {
    match part {
        Filter::Always => Filter::Never,
        Filter::Never => Filter::Always,
        other => Filter::Not(Box::new(other)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Assurance, MATRIX, Role, Scope, decide};
    use base::{Clearance, Level};
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    fn org(n: u8) -> OrganisationId {
        OrganisationId::from_bits(u128::from(n) + 1)
    }

    fn person(n: u8) -> PersonId {
        PersonId::from_bits(u128::from(n) + 1)
    }

    fn labels() -> impl Strategy<Value = Label> {
        let words = || proptest::collection::btree_set("[ab]", 0..2);
        (0..4i64, words(), words(), proptest::option::of(words())).prop_map(|(n, c, r, j)| Label {
            level: Level::from_number(n).expect("a level"),
            compartments: c,
            readers: r,
            jurisdictions: j,
        })
    }

    fn actors() -> impl Strategy<Value = Actor> {
        let role = (0..3u8, 0..Role::ALL.len()).prop_map(|(n, r)| (org(n), Role::ALL[r]));
        let words = || proptest::collection::btree_set("[ab]", 0..3);
        let scopes =
            proptest::option::of(proptest::collection::btree_set(0..Scope::ALL.len(), 0..8));
        (
            proptest::option::of(0..3u8),
            proptest::collection::vec(role, 0..3),
            (0..4i64, words(), words(), "[ab]?"),
            scopes,
            (0..3usize, proptest::bool::weighted(0.1)),
        )
            .prop_map(
                |(
                    who,
                    roles,
                    (level, compartments, lists, jurisdiction),
                    scopes,
                    (sure, enrols),
                )| Actor {
                    person: who.map(person),
                    roles: if who.is_some() { roles } else { Vec::new() },
                    clearance: Clearance {
                        level: Level::from_number(level).expect("a level"),
                        compartments,
                        lists,
                        jurisdiction,
                        valid_from: None,
                        valid_to: None,
                    },
                    assurance: if who.is_some() {
                        [Assurance::SignedIn, Assurance::SecondFactor, Assurance::Fresh][sure]
                    } else {
                        Assurance::Anonymous
                    },
                    scopes: scopes
                        .map(|set| set.into_iter().map(|n| Scope::ALL[n]).collect::<BTreeSet<_>>()),
                    needs_factor: enrols,
                    must_enrol: who.is_some() && enrols,
                },
            )
    }

    fn things() -> impl Strategy<Value = Thing> {
        let states = prop::sample::select(vec!["", "stub", "drafted", "confirmed", "withdrawn"]);
        let some = || proptest::option::of(0..3u8);
        (some(), some(), some(), states, labels()).prop_map(|(owner, desk, who, state, label)| {
            Thing {
                owner: owner.map(org),
                desk: desk.map(org),
                person: who.map(person),
                state,
                label,
            }
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(10_000))]

        #[test]
        fn the_filter_is_the_decision(actor in actors(), thing in things(), at in 0..MATRIX.len()) {
            let act = MATRIX[at].act;
            let gates = vec![thing.label.gate(), "0:::*".to_owned(), "junk".to_owned()];
            let listed = filter(&actor, act, &gates).passes(&thing);
            let allowed = decide(&actor, act, &thing).is_allowed();
            // A list shows a thing only where it could also be looked at.
            let seen = MATRIX[at].look.is_none_or(|look| decide(&actor, look, &thing).is_allowed());
            prop_assert_eq!(listed, allowed && seen);
        }

        #[test]
        fn an_unknown_gate_is_not_passed(actor in actors(), thing in things(), at in 0..MATRIX.len()) {
            let none: Vec<String> = Vec::new();
            prop_assert!(!filter(&actor, MATRIX[at].act, &none).passes(&thing));
        }

        #[test]
        fn raising_a_clearance_never_removes(actor in actors(), thing in things(), at in 0..MATRIX.len()) {
            let mut higher = actor.clone();
            higher.clearance.level = Level::Restricted;
            let act = MATRIX[at].act;
            if decide(&actor, act, &thing).is_allowed() {
                prop_assert!(decide(&higher, act, &thing).is_allowed());
            }
        }
    }

    #[test]
    fn a_fresh_proof_is_asked_of_those_who_may() {
        use crate::{Act, Decision};
        let mut actor = Actor {
            person: Some(person(1)),
            roles: vec![(org(0), Role::SecurityAdministrator)],
            assurance: Assurance::SecondFactor,
            ..Actor::anonymous()
        };
        let thing = Thing { person: Some(person(2)), owner: Some(org(0)), ..Thing::default() };
        let asked = |actor: &Actor| decide(actor, Act::SetClearance, &thing);
        assert_eq!(asked(&actor), Decision::Prove);
        assert!(asked(&actor).is_offered() && !asked(&actor).is_allowed());
        actor.assurance = Assurance::Fresh;
        assert!(asked(&actor).is_allowed());
        actor.roles = vec![(org(0), Role::Member)];
        actor.assurance = Assurance::SecondFactor;
        assert_eq!(asked(&actor), Decision::Deny, "who may not is not asked for a proof");
    }

    #[test]
    fn before_enrolling_nothing_but_enrolling_is_open() {
        use crate::{Act, Decision};
        let actor = Actor {
            person: Some(person(1)),
            assurance: Assurance::Fresh,
            must_enrol: true,
            ..Actor::anonymous()
        };
        let own = Thing::own(person(1));
        for row in MATRIX {
            let allowed = decide(&actor, row.act, &own).is_allowed();
            let anybody = decide(&Actor::anonymous(), row.act, &own).is_allowed();
            assert!(!allowed || anybody || row.is_enrolling, "{:?}", row.act);
        }
        assert!(decide(&actor, Act::EnrolFactor, &own).is_allowed());
        let refused = decide(&actor, Act::CreateToken, &own);
        assert_eq!(refused, Decision::Deny);
        assert_eq!(refused.refusal(&actor).expect_err("refused").code, "factor-required");
    }
}
