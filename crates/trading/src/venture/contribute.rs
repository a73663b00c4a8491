//! The contribution takes effect: valued, announced, waited for, and issued as shares.

use crate::venture::register::waiting;
use crate::venture::{Register, Standing, refusals, standings};
use base::{Class, Instant, Refusal, WorkingDays};
use equity::contribution::Allotted;
use equity::duty::Act;
use equity::event::{Allotment, Round};
use equity::{Class as ShareClass, Event, Table, What};

/// The name of the round in which the technology comes in.
pub const ROUND: &str = "technology";

/// What is entered when it takes effect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contributed {
    pub events: Vec<Event>,
    pub allotted: Allotted,
    pub table: Table,
}

impl Register {
    /// How every duty of the planned contribution and of the inventors' reward stands.
    pub fn duties_of_contribution(&self, now: Instant) -> Vec<Standing> {
        let plan = &self.venture.plan;
        let valued = plan.valuation.as_ref().map(|it| it.on);
        let value = self.venture.value();
        let of = |act| {
            let since = plan.changed_at;
            standings(&self.rules, (act, value), &self.notes, (valued, since), now)
        };
        let mut all = of(Act::Contribute);
        let rewards = plan.offer.as_ref().is_some_and(|it| !it.contribution.inventors.is_empty());
        if rewards {
            all.extend(of(Act::Reward));
        }
        all
    }
}

/// Decides whether the planned contribution takes effect today, or says all that stands against it.
pub fn contribute(register: &Register, now: Instant) -> Result<Contributed, Vec<Refusal>> {
    let venture = &register.venture;
    venture.still_prepared().map_err(|no| vec![no])?;
    let today = WorkingDays::china().date(now);
    let mut no = register.before(today, now);
    let refused = |code| Refusal::new(Class::Refused, code);
    match venture.concluded() {
        None => no.push(refused("venture-valuation-absent").on("valuation")),
        Some(it) if it.valid_until < today => {
            no.push(refused("venture-valuation-old").on("valuation"));
        }
        Some(_) => {}
    }
    let Some(offer) = &venture.plan.offer else {
        no.push(refused("venture-offer-absent").on("offer"));
        return Err(no);
    };
    no.extend(waiting(&register.duties_of_contribution(now)));
    let mut contribution = offer.contribution.clone();
    contribution.on = today;
    let allotted = match contribution.allot(&register.rules.floors) {
        Ok(allotted) => allotted,
        Err(flaws) => {
            no.extend(refusals(flaws));
            return Err(no);
        }
    };
    let events = events(register, offer.class.clone(), &contribution, &allotted)?;
    let mut table = register.table()?;
    for event in &events {
        no.extend(register.unknown(event));
        if let Err(flaws) = table.apply(event) {
            no.extend(refusals(flaws));
        }
    }
    if no.is_empty() { Ok(Contributed { events, allotted, table }) } else { Err(no) }
}

/// The class where the company has none of that key yet, and the round.
fn events(
    register: &Register,
    class: String,
    contribution: &equity::contribution::Contribution,
    allotted: &Allotted,
) -> Result<Vec<Event>, Vec<Refusal>> {
    let (on, price) = (contribution.on, contribution.price);
    let mut events = Vec::new();
    if !register.table()?.classes.contains_key(&class) {
        let class = ShareClass::ordinary(class.clone());
        events.push(Event { on, what: What::Define { class } });
    }
    let parts = allotted.parts.iter().filter(|(_, shares)| *shares > 0);
    let allotments = parts.map(|(holder, shares)| Allotment {
        holder: holder.clone(),
        shares: *shares,
        // Each part is given at the price, rounded up as everybody's.
        paid: price.cost(*shares).unwrap_or(i64::MAX),
        is_technology: true,
    });
    let round = Round {
        name: ROUND.to_owned(),
        class,
        price,
        allotments: allotments.collect(),
        tranches: Vec::new(),
    };
    events.push(Event { on, what: What::Round { round } });
    Ok(events)
}
