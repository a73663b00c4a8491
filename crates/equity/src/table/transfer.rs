//! Shares that move: transfers within their limits, conversion, buy-back.

use super::{Table, one};
use crate::class::is_key;
use crate::event::Transfer;
use crate::flaw::{Flaw, Flaws};
use crate::{LINE_MAX, Minor, Shares, rates, view};
use base::Date;

impl Table {
    pub(super) fn transfer(&mut self, it: &Transfer, on: Date) -> Result<(), Vec<Flaw>> {
        let mut flaws = Flaws::default();
        let held = self.position(&it.from, &it.class).shares;
        flaws.when(!(1..=held).contains(&it.shares), "transfer.shares", "beyond");
        flaws.when(!is_key(&it.to), "transfer.to", "unreadable");
        flaws.when(it.from == it.to, "transfer.to", "same");
        flaws.when(!(0..=LINE_MAX).contains(&it.price), "transfer.price", "beyond");
        let is_locked = self.locks.get(&it.from).is_some_and(|until| on < *until);
        flaws.when(is_locked, "transfer.from", "locked");
        self.pre_emption(it, on, &mut flaws);
        flaws.or(())?;
        if !self.stays_under(it) {
            return Err(one("transfer.shares", "over-holder-max"));
        }
        let paid = self.draw(&it.from, &it.class, it.shares);
        self.enter(&it.to);
        let position = self.positions.entry((it.to.clone(), it.class.clone())).or_default();
        position.shares += it.shares;
        position.paid += paid;
        Ok(())
    }

    /// Among holders shares go freely; to an outsider after the others' days, or their word.
    fn pre_emption(&self, it: &Transfer, on: Date, flaws: &mut Flaws) {
        let is_holder = |holder: &str| {
            self.positions.iter().any(|((other, _), at)| other == holder && at.shares > 0)
        };
        if self.limits.pre_emption_days == 0 || is_holder(&it.to) {
            return;
        }
        let others = self.holders.iter().filter(|other| **other != it.from && is_holder(other));
        if others.into_iter().all(|other| it.waived.contains(other)) {
            return;
        }
        let Some(offered) = it.offered else {
            return flaws.when(true, "transfer.offered", "absent");
        };
        let first = plus_days(offered, self.limits.pre_emption_days);
        flaws.when(on <= first, "transfer.offered", "not-over");
    }

    /// Whether the receiver stays within the part one holder may have.
    fn stays_under(&self, it: &Transfer) -> bool {
        if self.limits.holder_max == rates::whole() {
            return true;
        }
        let all = view::ordinary(self, None);
        let own = view::ordinary(self, Some(&it.to));
        let gets = self.classes.get(&it.class).and_then(|class| class.as_ordinary(it.shares));
        let Some((gets, most)) = gets.zip(rates::parts(self.limits.holder_max)) else {
            return false;
        };
        (own + i128::from(gets)) * rates::WHOLE <= all * most
    }

    pub(super) fn convert(
        &mut self,
        holder: &str,
        class: &str,
        into: &str,
        shares: Shares,
    ) -> Result<(), Vec<Flaw>> {
        let mut flaws = Flaws::default();
        let held = self.position(holder, class).shares;
        flaws.when(!(1..=held).contains(&shares), "shares", "beyond");
        let preference = self.classes.get(class).and_then(|it| it.preference.as_ref());
        flaws.when(preference.is_none(), "class", "unfit");
        let target = self.classes.get(into);
        flaws.when(target.is_none_or(|it| it.preference.is_some()), "into", "unfit");
        let conversion = preference.map(|it| it.conversion);
        // No fraction of a share is left behind.
        let is_whole = conversion
            .is_none_or(|it| i128::from(shares) * i128::from(it.into) % i128::from(it.from) == 0);
        flaws.when(!is_whole, "shares", "not-whole");
        flaws.or(())?;
        let new = conversion.and_then(|it| it.of(shares));
        let Some(new) = new.filter(|new| self.has_room(into, *new)) else {
            return Err(one("shares", "over-authorised"));
        };
        let paid = self.retire(holder, class, shares);
        self.put(holder, into, new, paid);
        Ok(())
    }

    pub(super) fn buy_back(
        &mut self,
        holder: &str,
        class: &str,
        shares: Shares,
        paid: Minor,
    ) -> Result<(), Vec<Flaw>> {
        let mut flaws = Flaws::default();
        let held = self.position(holder, class).shares;
        flaws.when(!(1..=held).contains(&shares), "shares", "beyond");
        flaws.when(!(0..=LINE_MAX).contains(&paid), "paid", "beyond");
        flaws.or(())?;
        self.retire(holder, class, shares);
        Ok(())
    }
}

fn plus_days(date: Date, days: u32) -> Date {
    date.saturating_add(std::time::Duration::from_secs(u64::from(days) * 86_400))
}
