//! Erasing a person: what stands in the way. What goes and what stays is told by the pages; the
//! log keeps its salted commitments.

use base::{Class, Refusal};

/// What a person still answers for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Duties {
    /// Words of the roles that somebody else has to take over first.
    pub roles: Vec<&'static str>,
    /// Imports that were begun and not finished.
    pub n_imports: u64,
    /// Open tasks that are given to this person.
    pub n_tasks: u64,
    /// The installation's own account, which commands act as.
    pub is_operator_account: bool,
}

/// All that has to be handed over before a person can be erased.
pub fn check(duties: &Duties, is_erased: bool) -> Result<(), Vec<Refusal>> {
    let mut problems = Vec::new();
    if is_erased {
        problems.push(Refusal::new(Class::Conflict, "erasure-done"));
    }
    if duties.is_operator_account {
        problems.push(Refusal::new(Class::Refused, "erasure-operator"));
    }
    for role in &duties.roles {
        let open = Refusal::new(Class::Refused, "erasure-role");
        problems.push(open.term("role", format!("role-{role}")));
    }
    if duties.n_imports > 0 {
        let open = Refusal::new(Class::Refused, "erasure-imports");
        problems.push(open.number("count", duties.n_imports));
    }
    if duties.n_tasks > 0 {
        let open = Refusal::new(Class::Refused, "erasure-tasks");
        problems.push(open.number("count", duties.n_tasks));
    }
    if problems.is_empty() { Ok(()) } else { Err(problems) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn open_duties_are_all_named() {
        let codes = |duties: &Duties, is_erased| {
            let refused = check(duties, is_erased).err().unwrap_or_default();
            refused.iter().map(|refusal| refusal.code.to_string()).collect::<Vec<_>>()
        };
        assert!(codes(&Duties::default(), false).is_empty());
        let duties = Duties {
            roles: vec!["transfer-officer", "agency-officer"],
            n_imports: 2,
            n_tasks: 1,
            is_operator_account: true,
        };
        let all = [
            "erasure-operator",
            "erasure-role",
            "erasure-role",
            "erasure-imports",
            "erasure-tasks",
        ];
        assert_eq!(codes(&duties, false), all);
        assert_eq!(codes(&Duties::default(), true), ["erasure-done"]);
    }
}
