//! Sealed opening offers, then turns: the worst offer first, each held against its own step.

use crate::book::{Asker, Book, Offer};
use crate::english::plus;
use crate::entry::{Bidder, Taken};
use crate::outcome::Outcome;
use crate::refused::{Code, Refused};
use crate::rules::{Lot, Rounds};
use crate::sealed::ranking;
use crate::side::{Minor, Side};
use base::Instant;
use std::collections::BTreeSet;

#[derive(Clone, Debug)]
pub(crate) struct Course {
    offers: Book,
    unconfirmed: BTreeSet<Bidder>,
    opens: Instant,
    phase: Phase,
}

#[derive(Clone, Debug)]
enum Phase {
    Before,
    Running(Running),
    Over { at: Instant },
}

/// One round at work: who moves when, fixed in its pause.
#[derive(Clone, Debug)]
struct Running {
    round: u32,
    /// When the first turn of the round begins.
    starts: Instant,
    order: Vec<Bidder>,
    turn: usize,
    /// What the bidder of this turn typed; it counts, and shows, when the turn ends.
    pending: Option<Offer>,
}

/// What is going on in a lot of rounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RoundStage {
    /// Opening offers come in, unseen.
    Offers,
    /// A round begins in a moment.
    Pause,
    /// Somebody's turn.
    Turn,
    /// All turns are over.
    Over,
}

/// The course of rounds as everybody may see it: a turn shows when it has ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    pub stage: RoundStage,
    /// When this stage ends; the end of all of them once they are over.
    pub until: Instant,
    /// The round that runs or comes next, counted from 1; 0 where none does.
    pub round: u32,
    pub n_rounds: u32,
    /// The order of the turns of this round.
    pub order: Vec<Bidder>,
    /// Whose turn it is, or will be after the pause.
    pub turn: Option<Bidder>,
    /// What stands, the best first; empty while opening offers come in.
    pub offers: Vec<(Bidder, Minor)>,
}

#[derive(Clone, Copy)]
pub(crate) struct Terms<'a> {
    pub rules: &'a Rounds,
    pub side: Side,
    pub lot: &'a Lot,
    pub bidders_min: u32,
}

impl Course {
    pub(crate) fn new(lot: &Lot) -> Self {
        Self {
            offers: Book::default(),
            unconfirmed: BTreeSet::new(),
            opens: lot.opens,
            phase: Phase::Before,
        }
    }

    pub(crate) fn offers(&self) -> &Book {
        &self.offers
    }

    pub(crate) fn opens(&self) -> Instant {
        self.opens
    }

    /// The instant at which all turns are over, as far as it is known.
    pub(crate) fn end(&self, rules: &Rounds) -> Instant {
        match &self.phase {
            Phase::Before => {
                let n = u32::try_from(self.offers.len()).unwrap_or(u32::MAX);
                plus(self.opens, rules.length_us(n))
            }
            Phase::Running(now) => {
                let n = i64::try_from(now.order.len()).unwrap_or(i64::MAX);
                let rounds = i64::from(rules.n_rounds.saturating_sub(now.round + 1));
                let turns = n.saturating_mul(rules.turn_us);
                let rest = rounds.saturating_mul(turns.saturating_add(rules.between_us));
                plus(now.starts, turns.saturating_add(rest))
            }
            Phase::Over { at } => *at,
        }
    }

    pub(crate) fn is_over(&self) -> bool {
        matches!(self.phase, Phase::Over { .. })
    }

    /// Who may bid now, and until when.
    pub(crate) fn turn(&self, rules: &Rounds) -> Option<(Bidder, Instant)> {
        let Phase::Running(now) = &self.phase else { return None };
        now.order.get(now.turn).map(|bidder| (*bidder, now.turn_end(rules)))
    }

    /// What everybody may see of it at an instant up to which it was advanced.
    pub(crate) fn table(&self, terms: Terms<'_>, now: Instant) -> Table {
        let shown = |offer: &Offer| (offer.bidder, terms.side.amount(offer.value()));
        let mut table = Table {
            stage: RoundStage::Offers,
            until: self.opens,
            round: 0,
            n_rounds: terms.rules.n_rounds,
            order: Vec::new(),
            turn: None,
            offers: Vec::new(),
        };
        match &self.phase {
            Phase::Before => return table,
            Phase::Running(running) => {
                let is_pause = now < running.starts;
                table.stage = if is_pause { RoundStage::Pause } else { RoundStage::Turn };
                table.until = if is_pause { running.starts } else { running.turn_end(terms.rules) };
                table.round = running.round + 1;
                table.order.clone_from(&running.order);
                table.turn = running.order.get(running.turn).copied();
            }
            Phase::Over { at } => (table.stage, table.until) = (RoundStage::Over, *at),
        }
        table.offers = self.offers.iter().map(shown).collect();
        table
    }

    /// What a bidder typed in the turn that runs: for his eyes alone.
    pub(crate) fn pending(&self, bidder: Bidder) -> Option<&Offer> {
        let Phase::Running(now) = &self.phase else { return None };
        now.pending.as_ref().filter(|offer| offer.bidder == bidder)
    }

    /// Ends every turn that is over by then.
    pub(crate) fn advance(&mut self, terms: Terms<'_>, to: Instant) {
        if matches!(self.phase, Phase::Before) && to >= self.opens {
            for bidder in std::mem::take(&mut self.unconfirmed) {
                self.offers.remove(bidder);
            }
            let n = self.offers.len();
            let least = usize::try_from(terms.bidders_min).unwrap_or(usize::MAX).max(2);
            self.phase = match n < least {
                true => Phase::Over { at: self.opens },
                false => Phase::Running(Running {
                    round: 0,
                    starts: plus(self.opens, terms.rules.pause_us),
                    order: self.order(),
                    turn: 0,
                    pending: None,
                }),
            };
        }
        while let Phase::Running(now) = &mut self.phase {
            let turn_end = now.turn_end(terms.rules);
            if to < turn_end {
                return;
            }
            if let Some(offer) = now.pending.take() {
                self.offers.put(offer);
            }
            now.turn += 1;
            if now.turn < now.order.len() {
                continue;
            }
            let round = now.round + 1;
            if round == terms.rules.n_rounds {
                self.phase = Phase::Over { at: turn_end };
                return;
            }
            let starts = plus(turn_end, terms.rules.between_us);
            let order = now.order.clone();
            let fresh = self.order();
            // Whoever was shut out keeps an empty turn: the timetable that was announced stands.
            let gone = order.into_iter().filter(|bidder| self.offers.of(*bidder).is_none());
            let order: Vec<Bidder> = gone.chain(fresh).collect();
            self.phase = Phase::Running(Running { round, starts, order, turn: 0, pending: None });
        }
    }

    /// The worst offer first; of equal ones the later.
    fn order(&self) -> Vec<Bidder> {
        self.offers.iter().rev().map(|offer| offer.bidder).collect()
    }

    pub(crate) fn bid(
        &mut self,
        terms: Terms<'_>,
        of: &Asker,
        amount: Minor,
    ) -> Result<Taken, Refused> {
        let value = terms.side.value(amount);
        let is_number = amount > 0;
        match &mut self.phase {
            Phase::Before => {
                if !is_number {
                    return Err(Refused::new(Code::NotAnAmount));
                }
                if value < terms.side.value(terms.lot.start) {
                    return Err(Refused::new(Code::UnderStart).needs(terms.lot.start));
                }
                self.unconfirmed.remove(&of.bidder);
                self.offers.put(Offer::new(value, of));
            }
            Phase::Running(now) => {
                now.may_move(terms.rules, of)?;
                if !is_number {
                    return Err(Refused::new(Code::NotAnAmount));
                }
                let own = self.offers.of(of.bidder).map(Offer::value);
                let own = own.ok_or(Refused::new(Code::NoBid))?;
                let least = terms.rules.steps.over(own, terms.side);
                if value < least {
                    let needed = terms.side.amount(least);
                    return Err(Refused::new(Code::UnderStep).needs(needed));
                }
                now.pending = Some(Offer::new(value, of));
            }
            Phase::Over { at } => return Err(Refused::new(Code::Late).at(*at)),
        }
        Ok(Taken { is_silent: true, ..Taken::default() })
    }

    pub(crate) fn take_back(&mut self, terms: Terms<'_>, of: &Asker) -> Result<Taken, Refused> {
        let had = match &mut self.phase {
            Phase::Before => {
                self.unconfirmed.remove(&of.bidder);
                self.offers.remove(of.bidder).is_some()
            }
            Phase::Running(now) => {
                now.may_move(terms.rules, of)?;
                now.pending.take().is_some()
            }
            Phase::Over { at } => return Err(Refused::new(Code::Late).at(*at)),
        };
        let taken = Taken { is_silent: true, ..Taken::default() };
        if had { Ok(taken) } else { Err(Refused::new(Code::NoBid)) }
    }

    /// Whether terms may still be edited: before the first turn.
    pub(crate) fn is_before(&self) -> bool {
        matches!(self.phase, Phase::Before)
    }

    pub(crate) fn unconfirm(&mut self) {
        self.unconfirmed = self.offers.iter().map(|offer| offer.bidder).collect();
    }

    pub(crate) fn confirm(&mut self, bidder: Bidder) -> bool {
        self.unconfirmed.remove(&bidder)
    }

    pub(crate) fn exclude(&mut self, bidder: Bidder) {
        self.unconfirmed.remove(&bidder);
        self.offers.remove(bidder);
        if let Phase::Running(now) = &mut self.phase {
            now.pending = now.pending.take().filter(|offer| offer.bidder != bidder);
        }
    }

    pub(crate) fn shift(&mut self, us: i64) {
        match &mut self.phase {
            Phase::Before => self.opens = plus(self.opens, us),
            Phase::Running(now) => now.starts = plus(now.starts, us),
            Phase::Over { .. } => {}
        }
    }

    pub(crate) fn outcome(&self, terms: Terms<'_>) -> Outcome {
        let offers: Vec<Offer> = self.offers.iter().copied().collect();
        ranking(&offers, (offers.len(), terms.bidders_min), terms.lot, terms.side, None)
    }
}

impl Running {
    fn turn_end(&self, rules: &Rounds) -> Instant {
        let turns = i64::try_from(self.turn).unwrap_or(i64::MAX).saturating_add(1);
        plus(self.starts, rules.turn_us.saturating_mul(turns))
    }

    fn may_move(&self, rules: &Rounds, of: &Asker) -> Result<(), Refused> {
        if of.received < self.starts {
            return Err(Refused::new(Code::Pause).at(self.starts));
        }
        if self.order.get(self.turn) != Some(&of.bidder) {
            return Err(Refused::new(Code::NotYourTurn).at(self.turn_end(rules)));
        }
        Ok(())
    }
}
