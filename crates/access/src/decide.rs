//! May this actor do this act to this thing?

use crate::{Act, Actor, Rule};
use base::{Label, OrganisationId, PersonId, Refusal};

/// What access needs to know of a thing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Thing {
    pub owner: Option<OrganisationId>,
    /// The person it is, or belongs to alone.
    pub person: Option<PersonId>,
    /// The organisation whose desk handles it, where that is another than its owner.
    pub desk: Option<OrganisationId>,
    /// The word of its state; empty where it has none.
    pub state: &'static str,
    pub label: Label,
}

impl Thing {
    /// A thing without owner, state or secret.
    pub fn open() -> Self {
        Self::default()
    }

    /// A thing of this organisation.
    pub fn of(owner: OrganisationId) -> Self {
        Self { owner: Some(owner), ..Self::default() }
    }

    /// A thing of this person alone.
    pub fn own(person: PersonId) -> Self {
        Self { person: Some(person), ..Self::default() }
    }
}

/// The answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Yes, with the fields of this view.
    Allow { view: &'static str },
    /// Yes, once the asker has proved anew who it is.
    Prove,
    /// No, and the asker may know that the thing exists.
    Deny,
    /// No, and for the asker the thing does not exist.
    Hidden,
}

impl Decision {
    /// Whether it is a yes, now or after a fresh proof: what a button is shown for.
    pub fn is_offered(self) -> bool {
        matches!(self, Self::Allow { .. } | Self::Prove)
    }

    /// Whether it is a yes.
    pub fn is_allowed(self) -> bool {
        matches!(self, Self::Allow { .. })
    }

    /// The refusal that the asker gets, if it is one.
    pub fn refusal(self, actor: &Actor) -> Result<&'static str, Refusal> {
        use base::Class::{NotAllowed, SignIn};
        match self {
            Self::Allow { view } => Ok(view),
            Self::Hidden => Err(Refusal::not_found()),
            Self::Prove => Err(Refusal::new(SignIn, "proof-required")),
            Self::Deny if actor.must_enrol => Err(Refusal::new(NotAllowed, "factor-required")),
            Self::Deny if actor.person.is_none() => Err(Refusal::new(SignIn, "sign-in-required")),
            Self::Deny => Err(Refusal::new(NotAllowed, "not-allowed")),
        }
    }
}

/// Decides by the row of the act: prohibitions, then label, then grants in their order, then
/// whether the proof of identity is fresh enough.
pub fn decide(actor: &Actor, act: Act, thing: &Thing) -> Decision {
    let row = act.row();
    if actor.must_enrol && !row.is_enrolling {
        return decide(&Actor::anonymous(), act, thing);
    }
    let hidden = match row.look {
        Some(look) => !decide(actor, look, thing).is_allowed(),
        // A look that is not granted must not tell that there is something to look at.
        None => thing.owner.is_some(),
    };
    let no = if hidden { Decision::Hidden } else { Decision::Deny };
    if !actor.clearance.may_read(&thing.label) {
        return Decision::Hidden;
    }
    if !actor.covers(row.scope) || row.prohibitions.iter().any(|rule| holds(rule, actor, thing)) {
        return no;
    }
    match row.grants.iter().find(|grant| holds(&grant.when, actor, thing)) {
        Some(_) if actor.assurance < row.assurance => Decision::Prove,
        Some(grant) => Decision::Allow { view: grant.view },
        None => no,
    }
}

/// Whether the rule holds for actor and thing.
pub(crate) fn holds(rule: &Rule, actor: &Actor, thing: &Thing) -> bool {
    match rule {
        Rule::Anyone => true,
        Rule::Assured(least) => actor.assurance >= *least,
        Rule::Holds(roles) => actor.holds(roles),
        Rule::HoldsInOwner(roles) => thing.owner.is_some_and(|owner| {
            actor.roles.iter().any(|(org, role)| *org == owner && roles.contains(role))
        }),
        Rule::HoldsAtDesk(roles) => thing.desk.is_some_and(|desk| {
            actor.roles.iter().any(|(org, role)| *org == desk && roles.contains(role))
        }),
        Rule::Own => thing.person.is_some() && thing.person == actor.person,
        Rule::State(states) => states.contains(&thing.state),
        Rule::All(rules) => rules.iter().all(|rule| holds(rule, actor, thing)),
        Rule::Any(rules) => rules.iter().any(|rule| holds(rule, actor, thing)),
        Rule::Not(rule) => !holds(rule, actor, thing),
    }
}
