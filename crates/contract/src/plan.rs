//! What is to be paid when, and what a late payment or milestone costs.

use crate::Minor;
use crate::milestone::{days_between, plus_days};
use crate::price::When;
use crate::terms::{Breach, Terms};
use base::Date;
use ledger::rounding::Rounding;
use std::collections::BTreeMap;

/// A fixed payment of the plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expected {
    pub key: String,
    pub amount: Minor,
    pub due: Due,
}

/// When a payment is due, or for what it waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Due {
    On(Date),
    /// Until the last party signed.
    WaitsForSignature,
    /// Until this milestone is accepted.
    WaitsForMilestone(String),
}

/// The plan as it stands: with the day of the last signature and those of accepted milestones.
pub fn payments(
    terms: &Terms,
    signed: Option<Date>,
    accepted: &BTreeMap<String, Date>,
) -> Vec<Expected> {
    let due = |when: &When| match when {
        When::On { date } => Due::On(*date),
        When::Signed { days } => {
            signed.map_or(Due::WaitsForSignature, |on| Due::On(plus_days(on, *days)))
        }
        When::Accepted { milestone, days } => accepted.get(milestone).map_or_else(
            || Due::WaitsForMilestone(milestone.clone()),
            |on| Due::On(plus_days(*on, *days)),
        ),
    };
    let instalments = terms.price.instalments.iter();
    instalments
        .map(|it| Expected { key: it.key.clone(), amount: it.amount, due: due(&it.when) })
        .collect()
}

/// The penalty for a sum that is late: a rate for each day, bounded. The day it is due is free.
///
/// `None` where it is out of range.
pub fn penalty(breach: &Breach, sum: Minor, due: Date, done: Date) -> Option<Minor> {
    let days = i64::from(days_between(due, done).max(0));
    let most = breach.penalty_max.of(sum, Rounding::HalfUp)?;
    // The days come first, so that nothing is rounded but the end.
    match sum.checked_mul(days) {
        Some(product) => breach.penalty_day.of(product, Rounding::HalfUp).map(|it| it.min(most)),
        None => Some(most),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::terms::tests::{date, licence};

    #[test]
    fn payments_wait_for_what_they_are_bound_to() {
        let terms = licence();
        let none = BTreeMap::new();
        let due = |signed: Option<Date>, accepted: &BTreeMap<String, Date>| {
            payments(&terms, signed, accepted).into_iter().map(|it| it.due).collect::<Vec<_>>()
        };
        let waits = Due::WaitsForMilestone("m1".into());
        assert_eq!(due(None, &none), [Due::WaitsForSignature, waits.clone()]);
        let signed = Some(date("2026-03-20"));
        assert_eq!(due(signed, &none), [Due::On(date("2026-03-30")), waits]);
        let accepted = BTreeMap::from([("m1".to_owned(), date("2026-10-01"))]);
        let both = [Due::On(date("2026-03-30")), Due::On(date("2026-10-16"))];
        assert_eq!(due(signed, &accepted), both);
        let sum: Minor = payments(&terms, None, &none).iter().map(|it| it.amount).sum();
        assert_eq!(Some(sum), terms.price.total());
    }

    #[test]
    fn a_penalty_grows_by_the_day_up_to_its_bound() {
        let breach = licence().breach;
        let check = |done: &str, want: Minor| {
            let found = penalty(&breach, 1_000_000, date("2026-03-01"), date(done));
            assert_eq!(found, Some(want), "{done}");
        };
        check("2026-02-01", 0);
        check("2026-03-01", 0);
        check("2026-03-02", 500);
        check("2026-03-31", 15_000);
        check("2027-03-31", 100_000);
    }
}
