//! Classes, rounds and the tranches of milestones.

use super::{Table, one};
use crate::class::{Class, is_key};
use crate::event::{Event, Round, What};
use crate::flaw::{Flaw, Flaws};
use crate::tranche::{Fate, Held, OnMiss};
use crate::{LINE_MAX, Minor, PARTS_MAX, Shares, rates};
use base::Date;
use ledger::rounding::Rounding;

impl Table {
    pub(super) fn happen(&mut self, event: &Event) -> Result<(), Vec<Flaw>> {
        let on = event.on;
        match &event.what {
            What::Define { class } => self.define(class),
            What::Round { round } => self.round(round, on),
            What::Pool { pool, class, shares } => self.pool(pool, class, *shares),
            What::Grant { grant } => self.grant(grant),
            What::Exercise { grant, shares, paid } => self.exercise(grant, *shares, *paid, on),
            What::Leave { holder, exercise_until } => self.leave(holder, *exercise_until, on),
            What::Lapse { grant } => self.lapse(grant, on),
            What::Convert { holder, class, into, shares } => {
                self.convert(holder, class, into, *shares)
            }
            What::Transfer { transfer } => self.transfer(transfer, on),
            What::BuyBack { holder, class, shares, paid } => {
                self.buy_back(holder, class, *shares, *paid)
            }
            What::Limit { limits } => {
                if !rates::is_part(limits.holder_max) || limits.pre_emption_days > 366 {
                    return Err(one("limits", "beyond"));
                }
                self.limits = limits.clone();
                Ok(())
            }
            What::Lock { holder, until } => {
                if !self.holders.contains(holder) {
                    return Err(one("holder", "unknown"));
                }
                self.locks.insert(holder.clone(), *until);
                Ok(())
            }
            What::Accept { tranche } => self.accept(tranche, on),
            What::Miss { tranche } => self.miss(tranche, on),
        }
    }

    fn define(&mut self, class: &Class) -> Result<(), Vec<Flaw>> {
        let mut flaws = Flaws::default();
        class.flaws(&mut flaws);
        flaws.when(self.classes.contains_key(&class.key), "class.key", "twice");
        flaws.when(self.classes.len() >= PARTS_MAX, "class", "too-many");
        flaws.or(())?;
        self.classes.insert(class.key.clone(), class.clone());
        Ok(())
    }

    fn round(&mut self, round: &Round, on: Date) -> Result<(), Vec<Flaw>> {
        let mut flaws = Flaws::default();
        flaws.when(round.name.trim().is_empty(), "round.name", "absent");
        flaws.when(self.rounds.contains(&round.name), "round.name", "twice");
        flaws.when(!self.classes.contains_key(&round.class), "round.class", "unknown");
        round.price.flaws("round.price", &mut flaws);
        let n_parts = round.allotments.len() + round.tranches.len();
        flaws.when(n_parts == 0, "round.allotments", "absent");
        flaws.when(n_parts > PARTS_MAX, "round.allotments", "too-many");
        flaws.or(())?;
        let mut flaws = Flaws::default();
        for (n, it) in round.allotments.iter().enumerate() {
            let field = format!("round.allotments.{n}");
            line(round, (&it.holder, it.shares, it.paid), &field, &mut flaws);
        }
        for (n, it) in round.tranches.iter().enumerate() {
            let field = format!("round.tranches.{n}");
            line(round, (&it.holder, it.shares, it.paid), &field, &mut flaws);
            let others = || round.tranches.iter().take(n);
            let is_twice =
                self.tranches.contains_key(&it.key) || others().any(|other| other.key == it.key);
            flaws.when(is_twice, format!("{field}.key"), "twice");
            flaws.when(it.class != round.class, format!("{field}.class"), "unfit");
            flaws.when(it.due < on, format!("{field}.due"), "out-of-order");
            let is_fine = match &it.on_miss {
                OnMiss::Void => true,
                OnMiss::Reduce { to } => rates::is_part(*to),
                OnMiss::Extend { until } => *until > it.due,
            };
            flaws.when(!is_fine, format!("{field}.on_miss"), "beyond");
        }
        flaws.or(())?;
        let sums = round.allotments.iter().map(|it| it.shares);
        let sum = sums
            .chain(round.tranches.iter().map(|it| it.shares))
            .try_fold(0_i64, |sum, next| sum.checked_add(next));
        if !sum.is_some_and(|sum| self.has_room(&round.class, sum)) {
            return Err(one("round.allotments", "over-authorised"));
        }
        let paid = round.allotments.iter().map(|it| it.paid);
        let paid = paid.chain(round.tranches.iter().map(|it| it.paid));
        if !self.has_purse(&round.class, paid.map(i128::from).sum()) {
            return Err(one("round.allotments", "too-large"));
        }
        for it in &round.allotments {
            self.put(&it.holder, &round.class, it.shares, it.paid);
        }
        for it in &round.tranches {
            self.enter(&it.holder);
            let fate = Fate::Waiting { due: it.due, is_extended: false };
            self.tranches.insert(it.key.clone(), Held { tranche: it.clone(), fate });
        }
        self.rounds.push(round.name.clone());
        Ok(())
    }

    /// Accepted is accepted, also after the day, as long as nobody has called it missed.
    fn accept(&mut self, key: &str, on: Date) -> Result<(), Vec<Flaw>> {
        let Some(held) = self.tranches.get(key) else { return Err(one("tranche", "unknown")) };
        if !matches!(held.fate, Fate::Waiting { .. }) {
            return Err(one("tranche", "settled"));
        }
        let (shares, paid) = (held.tranche.shares, held.tranche.paid);
        self.post(key, shares, paid, on);
        Ok(())
    }

    fn miss(&mut self, key: &str, on: Date) -> Result<(), Vec<Flaw>> {
        let Some(held) = self.tranches.get_mut(key) else { return Err(one("tranche", "unknown")) };
        let Fate::Waiting { due, is_extended } = held.fate else {
            return Err(one("tranche", "settled"));
        };
        if on <= due {
            return Err(one("tranche", "not-over"));
        }
        match &held.tranche.on_miss {
            OnMiss::Extend { until } if !is_extended => {
                held.fate = Fate::Waiting { due: *until, is_extended: true };
            }
            OnMiss::Reduce { to } => {
                let all = &held.tranche;
                let shares = to.of(all.shares, Rounding::Down).unwrap_or(0).clamp(0, all.shares);
                // What was given for the whole counts for the part that was earned.
                let paid = if shares > 0 { all.paid } else { 0 };
                self.post(key, shares, paid, on);
            }
            OnMiss::Void | OnMiss::Extend { .. } => held.fate = Fate::Void { on },
        }
        Ok(())
    }

    fn post(&mut self, key: &str, shares: Shares, paid: Minor, on: Date) {
        let held = self.tranches.get_mut(key).expect("asked before");
        held.fate = Fate::Posted { on, shares };
        let (holder, class) = (held.tranche.holder.clone(), held.tranche.class.clone());
        self.put(&holder, &class, shares, paid);
    }
}

fn line(
    round: &Round,
    (holder, shares, paid): (&str, Shares, Minor),
    field: &str,
    flaws: &mut Flaws,
) {
    flaws.when(!is_key(holder), format!("{field}.holder"), "unreadable");
    let is_number = (1..=LINE_MAX).contains(&shares);
    flaws.when(!is_number, format!("{field}.shares"), "beyond");
    flaws.when(!(0..=LINE_MAX).contains(&paid), format!("{field}.paid"), "beyond");
    let cost = round.price.cost(shares);
    // Under the price others would pay for these shares.
    flaws.when(
        is_number && cost.is_none_or(|cost| paid < cost),
        format!("{field}.paid"),
        "under-price",
    );
}
