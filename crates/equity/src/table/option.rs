//! Pools, grants, exercises.

use super::{Table, one};
use crate::class::is_key;
use crate::flaw::{Flaw, Flaws};
use crate::grant::{Grant, Granted};
use crate::table::Pool;
use crate::{LINE_MAX, Minor, PARTS_MAX, Shares};
use base::Date;

impl Table {
    pub(super) fn pool(
        &mut self,
        pool: &str,
        class: &str,
        shares: Shares,
    ) -> Result<(), Vec<Flaw>> {
        let mut flaws = Flaws::default();
        flaws.when(!is_key(pool), "pool", "unreadable");
        flaws.when(!(1..=LINE_MAX).contains(&shares), "shares", "beyond");
        let known = self.classes.get(class);
        flaws.when(known.is_none(), "class", "unknown");
        // Options are on ordinary shares: what they come to in an exit is reckoned as such.
        flaws.when(known.is_some_and(|it| it.preference.is_some()), "class", "unfit");
        let other = self.pools.get(pool).is_some_and(|it| it.class != class);
        flaws.when(other, "class", "unfit");
        flaws.or(())?;
        if !self.has_room(class, shares) {
            return Err(one("shares", "over-authorised"));
        }
        let new = Pool { class: class.to_owned(), shares: 0 };
        self.pools.entry(pool.to_owned()).or_insert(new).shares += shares;
        Ok(())
    }

    pub(super) fn grant(&mut self, grant: &Grant) -> Result<(), Vec<Flaw>> {
        let mut flaws = Flaws::default();
        grant.flaws(&mut flaws);
        flaws.when(!is_key(&grant.key), "grant.key", "unreadable");
        flaws.when(!is_key(&grant.holder), "grant.holder", "unreadable");
        flaws.when(self.grants.contains_key(&grant.key), "grant.key", "twice");
        flaws.when(self.grants.len() >= PARTS_MAX, "grant", "too-many");
        flaws.when(!self.pools.contains_key(&grant.pool), "grant.pool", "unknown");
        flaws.or(())?;
        if self.free(&grant.pool) < grant.shares {
            return Err(one("grant.shares", "over-pool"));
        }
        let new = Granted { grant: grant.clone(), exercised: 0, returned: 0, left: None };
        self.grants.insert(grant.key.clone(), new);
        Ok(())
    }

    pub(super) fn exercise(
        &mut self,
        key: &str,
        shares: Shares,
        paid: Minor,
        on: Date,
    ) -> Result<(), Vec<Flaw>> {
        let Some(granted) = self.grants.get(key) else { return Err(one("grant", "unknown")) };
        let mut flaws = Flaws::default();
        let is_open = (1..=granted.exercisable(on)).contains(&shares);
        flaws.when(!is_open, "shares", "not-earned");
        let cost = granted.grant.strike.cost(shares);
        flaws.when(cost != Some(paid), "paid", "not-the-strike");
        flaws.or(())?;
        let (holder, pool) = (granted.grant.holder.clone(), granted.grant.pool.clone());
        let class = self.pools.get(&pool).expect("a grant's pool is there").class.clone();
        if !self.has_purse(&class, paid.into()) {
            return Err(one("paid", "too-large"));
        }
        let granted = self.grants.get_mut(key).expect("asked above");
        granted.exercised += shares;
        self.put(&holder, &class, shares, paid);
        Ok(())
    }

    pub(super) fn leave(&mut self, holder: &str, until: Date, on: Date) -> Result<(), Vec<Flaw>> {
        let is_granted = self.grants.values().any(|it| it.grant.holder == holder);
        let mut flaws = Flaws::default();
        flaws.when(!is_granted, "holder", "unknown");
        flaws.when(until < on, "exercise_until", "out-of-order");
        flaws.or(())?;
        let own = self.grants.values_mut().filter(|it| it.grant.holder == holder);
        for granted in own.filter(|it| it.left.is_none()) {
            let kept = granted.exercisable(on);
            granted.returned += granted.open() - kept;
            granted.left = Some(on);
            granted.grant.until = granted.grant.until.min(until);
        }
        Ok(())
    }

    pub(super) fn lapse(&mut self, key: &str, on: Date) -> Result<(), Vec<Flaw>> {
        let Some(granted) = self.grants.get_mut(key) else { return Err(one("grant", "unknown")) };
        if on <= granted.grant.until {
            return Err(one("grant", "not-over"));
        }
        granted.returned += granted.open();
        Ok(())
    }
}
