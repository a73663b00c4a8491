//! The cap table: who holds how many shares of which class, as a function of events.

use crate::class::Class;
use crate::event::{Event, Limits};
use crate::flaw::Flaw;
use crate::grant::Granted;
use crate::tranche::Held;
use crate::{Minor, Shares};
use base::Date;
use std::collections::BTreeMap;

mod issue;
mod option;
mod transfer;

/// The state after some events.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    pub classes: BTreeMap<String, Class>,
    /// By holder and class; empty positions stay, so that a former holder's statement can be made.
    pub positions: BTreeMap<(String, String), Position>,
    /// In the order of their entry, which settles the last unit of a division.
    pub holders: Vec<String>,
    pub pools: BTreeMap<String, Pool>,
    pub grants: BTreeMap<String, Granted>,
    pub tranches: BTreeMap<String, Held>,
    pub limits: Limits,
    pub locks: BTreeMap<String, Date>,
    /// Names of the rounds, in their order.
    pub rounds: Vec<String>,
    pub counts: BTreeMap<String, Count>,
    pub last: Option<Date>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Position {
    pub shares: Shares,
    /// What was paid to the company for them.
    pub paid: Minor,
}

/// Shares set aside for options.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pool {
    pub class: String,
    pub shares: Shares,
}

/// What was ever issued and retired of a class.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    pub issued: Shares,
    pub retired: Shares,
    pub paid: Minor,
    pub retired_paid: Minor,
}

/// Where a list of events stopped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stopped {
    /// From 0.
    pub event: usize,
    pub flaws: Vec<Flaw>,
}

impl Table {
    /// The table after all events.
    pub fn replay(events: &[Event]) -> Result<Self, Stopped> {
        let mut table = Self::default();
        for (event, it) in events.iter().enumerate() {
            table.apply(it).map_err(|flaws| Stopped { event, flaws })?;
        }
        Ok(table)
    }

    /// The table at the end of a day.
    pub fn as_of(events: &[Event], on: Date) -> Result<Self, Stopped> {
        let n = events.iter().take_while(|it| it.on <= on).count();
        Self::replay(&events[..n])
    }

    /// One event more; where it is refused nothing changes.
    pub fn apply(&mut self, event: &Event) -> Result<(), Vec<Flaw>> {
        if self.last.is_some_and(|last| event.on < last) {
            return Err(one("on", "out-of-order"));
        }
        self.happen(event)?;
        self.last = Some(event.on);
        Ok(())
    }

    /// Shares of a class that are held.
    pub fn issued(&self, class: &str) -> Shares {
        let of_class = self.positions.iter().filter(|((_, it), _)| it == class);
        of_class.map(|(_, position)| position.shares).sum()
    }

    pub fn position(&self, holder: &str, class: &str) -> Position {
        let key = (holder.to_owned(), class.to_owned());
        self.positions.get(&key).copied().unwrap_or_default()
    }

    /// Shares of a pool that nobody was granted.
    pub fn free(&self, pool: &str) -> Shares {
        let all = self.pools.get(pool).map_or(0, |it| it.shares);
        let granted = self.grants.values().filter(|it| it.grant.pool == pool);
        all - granted.map(|it| it.grant.shares - it.returned).sum::<Shares>()
    }

    /// Shares of a class that are promised and not issued: waiting tranches, and pools less what
    /// was exercised.
    pub fn promised(&self, class: &str) -> Shares {
        let held = self.tranches.values().filter(|it| it.tranche.class == class);
        let waiting: Shares = held.map(Held::waiting).sum();
        let pools = self.pools.iter().filter(|(_, it)| it.class == class);
        let set_aside: Shares = pools.map(|(_, it)| it.shares).sum();
        let exercised = self
            .grants
            .values()
            .filter(|it| self.pools.get(&it.grant.pool).is_some_and(|pool| pool.class == class));
        waiting + set_aside - exercised.map(|it| it.exercised).sum::<Shares>()
    }

    /// Everything that does not add up; always empty, and asked by whoever stores a table.
    pub fn audit(&self) -> Vec<Flaw> {
        let mut found = Vec::new();
        for class in self.classes.keys() {
            let count = self.counts.get(class).copied().unwrap_or_default();
            if self.issued(class) != count.issued - count.retired {
                found.push(Flaw { field: class.clone(), code: "shares-do-not-add-up" });
            }
            let of_class = self.positions.iter().filter(|((_, it), _)| it == class);
            let paid: Minor = of_class.map(|(_, position)| position.paid).sum();
            if paid != count.paid - count.retired_paid {
                found.push(Flaw { field: class.clone(), code: "payments-do-not-add-up" });
            }
        }
        for ((holder, _), position) in &self.positions {
            if position.shares < 0 || position.paid < 0 {
                found.push(Flaw { field: holder.clone(), code: "below-nothing" });
            }
        }
        let over = self.pools.keys().filter(|pool| self.free(pool) < 0);
        found.extend(over.map(|it| Flaw { field: it.clone(), code: "pool-overdrawn" }));
        found
    }

    fn enter(&mut self, holder: &str) {
        if !self.holders.iter().any(|it| it == holder) {
            self.holders.push(holder.to_owned());
        }
    }

    /// New shares for a holder.
    fn put(&mut self, holder: &str, class: &str, shares: Shares, paid: Minor) {
        self.enter(holder);
        let key = (holder.to_owned(), class.to_owned());
        let position = self.positions.entry(key).or_default();
        position.shares += shares;
        position.paid += paid;
        let count = self.counts.entry(class.to_owned()).or_default();
        count.issued += shares;
        count.paid += paid;
    }

    /// Takes shares from a holder who has them, with their part of what was paid.
    fn draw(&mut self, holder: &str, class: &str, shares: Shares) -> Minor {
        let key = (holder.to_owned(), class.to_owned());
        let position = self.positions.get_mut(&key).expect("asked before");
        let product = i128::from(position.paid) * i128::from(shares);
        let part = product / i128::from(position.shares.max(1));
        let part = i64::try_from(part).expect("no more than all");
        position.shares -= shares;
        position.paid -= part;
        part
    }

    /// Shares that leave a class for good.
    fn retire(&mut self, holder: &str, class: &str, shares: Shares) -> Minor {
        let paid = self.draw(holder, class, shares);
        let count = self.counts.entry(class.to_owned()).or_default();
        count.retired += shares;
        count.retired_paid += paid;
        paid
    }

    /// Whether so many shares of a class may still be issued or promised.
    fn has_room(&self, class: &str, shares: Shares) -> bool {
        let Some(it) = self.classes.get(class) else { return false };
        let used = self.issued(class).checked_add(self.promised(class));
        let after = used.and_then(|used| used.checked_add(shares));
        let most = it.authorised.unwrap_or(crate::LINE_MAX);
        after.is_some_and(|after| after <= most)
    }

    /// Whether so much more may be paid for shares of a class, with what waits for milestones.
    fn has_purse(&self, class: &str, paid: i128) -> bool {
        let held = self.tranches.values().filter(|it| it.tranche.class == class);
        let waiting = held.filter(|it| it.waiting() > 0).map(|it| i128::from(it.tranche.paid));
        let before = self.counts.get(class).map_or(0, |it| i128::from(it.paid));
        before + waiting.sum::<i128>() + paid <= i128::from(crate::LINE_MAX)
    }
}

pub(crate) fn one(field: &str, code: &'static str) -> Vec<Flaw> {
    debug_assert!(crate::flaw::CODES.contains(&code), "{code} is not listed");
    vec![Flaw { field: field.to_owned(), code }]
}
