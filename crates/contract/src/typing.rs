//! Which of the five types a deal is, with the reasons for and against each.
//!
//! The rule proposes; a person of the registration office decides. A deal whose matter is goods,
//! plain labour or building works is no technology contract, whatever it is called.

use crate::kind::Kind;

/// What a deal does, as its parties answer in a form.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct Traits {
    /// Something is sought that neither side has yet.
    pub is_new_research: bool,
    /// A right goes over for good.
    pub right_changes_hands: bool,
    /// A right stays where it is, and may be used.
    pub right_is_lent: bool,
    /// A study, forecast, analysis or evaluation is the result.
    pub is_advice: bool,
    /// Somebody's knowledge solves a specific technical problem.
    pub solves_problem: bool,
    /// Goods are delivered, and the rest only serves that.
    pub is_supply: bool,
    /// Hands or machine hours are hired by time.
    pub is_labour: bool,
    /// Routine testing, repair, printing or building works.
    pub is_routine: bool,
}

/// The answer of the rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// None where it is no technology contract, or where nothing speaks for any type.
    pub kind: Option<Kind>,
    /// Traits that speak for it, and those against its being one at all.
    pub reasons: Vec<&'static str>,
    pub against: Vec<&'static str>,
    /// Other types that something speaks for: a mixed deal is split or typed by its main matter.
    pub others: Vec<Kind>,
}

impl Traits {
    /// What the terms themselves say; the rest is for people to answer.
    pub fn of(terms: &crate::Terms) -> Self {
        let mut found = Self::default();
        match terms.kind {
            Kind::Transfer => found.right_changes_hands = !terms.subject.rights.is_empty(),
            Kind::Licence => found.right_is_lent = terms.grant.is_some(),
            Kind::Development => found.is_new_research = !terms.milestones.is_empty(),
            Kind::Consulting => found.is_advice = terms.results.is_some(),
            Kind::Service => found.solves_problem = terms.results.is_some(),
        }
        // Where more than half of the price is no technology, the deal is called a supply.
        let goods = terms.price.deducted().unwrap_or(i64::MAX);
        found.is_supply = terms.price.technology_amount().is_none_or(|rest| goods > rest);
        found
    }

    /// Proposes a type. Of several the first in this order: what a court would ask first.
    pub fn propose(&self) -> Proposal {
        let for_each = [
            (Kind::Development, self.is_new_research, "new-research"),
            (Kind::Transfer, self.right_changes_hands, "right-changes-hands"),
            (Kind::Licence, self.right_is_lent, "right-is-lent"),
            (Kind::Consulting, self.is_advice, "advice"),
            (Kind::Service, self.solves_problem, "solves-problem"),
        ];
        let against: Vec<&'static str> = [
            (self.is_supply, "mere-supply"),
            (self.is_labour, "mere-labour"),
            (self.is_routine, "routine"),
        ]
        .into_iter()
        .filter_map(|(is, reason)| is.then_some(reason))
        .collect();
        let fitting = for_each.into_iter().filter(|(_, is, _)| *is);
        let fitting: Vec<(Kind, &'static str)> =
            fitting.map(|(kind, _, why)| (kind, why)).collect();
        let reasons = fitting.iter().map(|(_, why)| *why).collect();
        if !against.is_empty() {
            let others = fitting.iter().map(|(kind, _)| *kind).collect();
            return Proposal { kind: None, reasons, against, others };
        }
        let mut kinds = fitting.iter().map(|(kind, _)| *kind);
        Proposal { kind: kinds.next(), reasons, against, others: kinds.collect() }
    }

    /// Why a deal is not of the type it is called; nothing where it is.
    pub fn objections(&self, called: Kind) -> Vec<&'static str> {
        let proposal = self.propose();
        if !proposal.against.is_empty() {
            return proposal.against;
        }
        match proposal.kind {
            Some(kind) if kind == called => Vec::new(),
            Some(_) if proposal.others.contains(&called) => vec!["another-comes-first"],
            Some(_) => vec!["another-type"],
            None => vec!["nothing-speaks-for-it"],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_supply_called_service_is_told_why_it_is_none() {
        let supply = Traits { is_supply: true, solves_problem: true, ..Traits::default() };
        let proposal = supply.propose();
        assert_eq!((proposal.kind, proposal.against), (None, vec!["mere-supply"]));
        assert_eq!(supply.objections(Kind::Service), ["mere-supply"]);
    }

    #[test]
    fn each_type_has_its_trait() {
        let none = Traits::default();
        for (traits, want) in [
            (Traits { is_new_research: true, ..none }, Kind::Development),
            (Traits { right_changes_hands: true, ..none }, Kind::Transfer),
            (Traits { right_is_lent: true, ..none }, Kind::Licence),
            (Traits { is_advice: true, ..none }, Kind::Consulting),
            (Traits { solves_problem: true, ..none }, Kind::Service),
        ] {
            assert_eq!(traits.propose().kind, Some(want));
            assert_eq!(traits.objections(want), Vec::<&str>::new());
        }
        assert_eq!(none.objections(Kind::Service), ["nothing-speaks-for-it"]);
        let mixed = Traits { is_new_research: true, right_is_lent: true, ..none };
        assert_eq!(mixed.propose().others, [Kind::Licence]);
        assert_eq!(mixed.objections(Kind::Licence), ["another-comes-first"]);
        assert_eq!(mixed.objections(Kind::Service), ["another-type"]);
    }
}
