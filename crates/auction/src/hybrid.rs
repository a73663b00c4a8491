//! A falling price that somebody stops, sealed bids of the others above it, and his best bid.

use crate::book::{Asker, Book, Offer};
use crate::english::plus;
use crate::entry::{Bidder, Extension, Taken};
use crate::outcome::Outcome;
use crate::refused::{Code, Refused};
use crate::rules::{Hybrid, Lot};
use crate::sealed::ranking;
use crate::side::{Minor, Side};
use crate::view::Phase;
use base::Instant;

#[derive(Clone, Debug)]
pub(crate) struct Course {
    opens: Instant,
    stop: Option<Stop>,
    sealed: Book,
    best: Option<Offer>,
}

/// The click that stopped the falling price.
#[derive(Clone, Debug)]
struct Stop {
    offer: Offer,
    /// From when the later parts are timed: the click, shifted by halts.
    from: Instant,
    /// The bidder was shut out afterwards; the timetable stands, his offer does not.
    is_void: bool,
}

#[derive(Clone, Copy)]
pub(crate) struct Terms<'a> {
    pub rules: &'a Hybrid,
    pub lot: &'a Lot,
    pub bidders_min: u32,
}

/// What is going on at an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    Before,
    Falling { stage: u32, until: Instant },
    SealedPause { until: Instant },
    Sealed { until: Instant },
    BestPause { until: Instant },
    Best { until: Instant },
    Over { at: Instant },
}

impl Course {
    pub(crate) fn new(lot: &Lot) -> Self {
        Self { opens: lot.opens, stop: None, sealed: Book::default(), best: None }
    }

    pub(crate) fn part(&self, rules: &Hybrid, at: Instant) -> Part {
        let falls = plus(self.opens, rules.pause_us);
        if at < falls {
            return Part::Before;
        }
        let Some(stop) = &self.stop else {
            let over = plus(self.opens, rules.falling_us());
            if at >= over {
                return Part::Over { at: over };
            }
            let stage = at.micros().saturating_sub(falls.micros()) / rules.stage_us;
            let until = plus(falls, rules.stage_us.saturating_mul(stage + 1));
            return Part::Falling { stage: u32::try_from(stage).unwrap_or(u32::MAX), until };
        };
        let sealed = plus(stop.from, rules.sealed_pause_us);
        let sealed_end = plus(sealed, rules.sealed_us);
        let best = plus(sealed_end, rules.best_pause_us);
        let best_end = plus(best, rules.best_us);
        match at {
            at if at < sealed => Part::SealedPause { until: sealed },
            at if at < sealed_end => Part::Sealed { until: sealed_end },
            _ if self.sealed.is_empty() => Part::Over { at: sealed_end },
            at if at < best => Part::BestPause { until: best },
            at if at < best_end => Part::Best { until: best_end },
            _ => Part::Over { at: best_end },
        }
    }

    /// The part as others may know it, and until when.
    pub(crate) fn phase(&self, rules: &Hybrid, at: Instant) -> (Phase, Instant) {
        match self.part(rules, at) {
            Part::Before => (Phase::Before, plus(self.opens, rules.pause_us)),
            Part::Falling { until, .. } => (Phase::Falling, until),
            Part::SealedPause { until } => (Phase::SealedPause, until),
            Part::Sealed { until } => (Phase::Sealed, until),
            Part::BestPause { until } => (Phase::BestPause, until),
            Part::Best { until } => (Phase::Best, until),
            Part::Over { at } => (Phase::Over, at),
        }
    }

    pub(crate) fn opens(&self) -> Instant {
        self.opens
    }

    /// The latest instant at which it is over, as far as it is known.
    pub(crate) fn end(&self, rules: &Hybrid) -> Instant {
        match &self.stop {
            None => plus(self.opens, rules.falling_us()),
            Some(stop) => {
                let parts = rules.sealed_pause_us + rules.sealed_us;
                plus(stop.from, parts + rules.best_pause_us + rules.best_us)
            }
        }
    }

    pub(crate) fn is_stopped(&self) -> bool {
        self.stop.is_some()
    }

    pub(crate) fn stopped_at(&self) -> Option<(Bidder, Minor)> {
        let stop = self.stop.as_ref().filter(|stop| !stop.is_void)?;
        Some((stop.offer.bidder, stop.offer.value()))
    }

    /// The place of the entry that stopped the falling price.
    pub(crate) fn stopped_by_place(&self) -> Option<u64> {
        self.stop.as_ref().map(|stop| stop.offer.sequence)
    }

    pub(crate) fn has(&self, bidder: Bidder) -> bool {
        self.stopped_at().is_some_and(|(winner, _)| winner == bidder)
            || self.sealed.of(bidder).is_some()
    }

    pub(crate) fn bid(
        &mut self,
        terms: Terms<'_>,
        of: &Asker,
        amount: Minor,
        stage: Option<u32>,
    ) -> Result<Taken, Refused> {
        let part = self.part(terms.rules, of.received);
        let stopper = self.stop.as_ref().map(|stop| stop.offer);
        // A click meant for the falling price is no sealed bid, however late it comes.
        if stopper.is_some() && stage.is_some() {
            return Err(Refused::new(Code::Stopped));
        }
        match (part, stopper) {
            (Part::Before, _) if of.received < self.opens => {
                Err(Refused::new(Code::NotOpen).at(self.opens))
            }
            (Part::Before, _) => {
                Err(Refused::new(Code::Pause).at(plus(self.opens, terms.rules.pause_us)))
            }
            (Part::Falling { stage: now, until }, _) => {
                let shown = terms.rules.price(terms.lot.start, now);
                if stage.is_some_and(|seen| seen != now) {
                    return Err(Refused::new(Code::StageOver).needs(shown).at(until));
                }
                if amount != shown {
                    return Err(Refused::new(Code::NotShown).needs(shown).at(until));
                }
                if amount <= 0 {
                    return Err(Refused::new(Code::NotAnAmount));
                }
                let offer = Offer::new(amount, of);
                self.stop = Some(Stop { offer, from: of.received, is_void: false });
                let leader = Some(of.bidder);
                Ok(Taken { price: Some(amount), leader, ..Taken::default() })
            }
            (Part::SealedPause { until }, _) => Err(Refused::new(Code::Stopped).at(until)),
            (Part::Sealed { until }, Some(stop)) => {
                if stop.bidder == of.bidder {
                    return Err(Refused::new(Code::NotYourTurn).at(until));
                }
                is_above(amount, &stop)?;
                self.sealed.put(Offer::new(amount, of));
                Ok(silent())
            }
            (Part::BestPause { until }, _) => Err(Refused::new(Code::Pause).at(until)),
            (Part::Best { until }, Some(stop)) => {
                if stop.bidder != of.bidder {
                    return Err(Refused::new(Code::NotYourTurn).at(until));
                }
                is_above(amount, &stop)?;
                self.best = Some(Offer::new(amount, of));
                Ok(silent())
            }
            (Part::Over { at }, _) => Err(Refused::new(Code::Late).at(at)),
            (Part::Sealed { .. } | Part::Best { .. }, None) => {
                Err(Refused::new(Code::Late).at(of.received))
            }
        }
    }

    pub(crate) fn take_back(&mut self, terms: Terms<'_>, of: &Asker) -> Result<Taken, Refused> {
        let stopper = self.stop.as_ref().map(|stop| stop.offer.bidder);
        let had = match self.part(terms.rules, of.received) {
            Part::Sealed { .. } if stopper != Some(of.bidder) => {
                self.sealed.remove(of.bidder).is_some()
            }
            Part::Best { .. } if stopper == Some(of.bidder) => self.best.take().is_some(),
            Part::Over { at } => return Err(Refused::new(Code::Late).at(at)),
            // The click binds, and so do sealed bids once their time is over.
            _ if self.has(of.bidder) => return Err(Refused::new(Code::BidStands)),
            _ => false,
        };
        if had { Ok(silent()) } else { Err(Refused::new(Code::NoBid)) }
    }

    pub(crate) fn exclude(&mut self, bidder: Bidder) {
        self.sealed.remove(bidder);
        if let Some(stop) = self.stop.as_mut().filter(|stop| stop.offer.bidder == bidder) {
            stop.is_void = true;
            self.best = None;
        }
    }

    pub(crate) fn shift(&mut self, us: i64) {
        match &mut self.stop {
            Some(stop) => stop.from = plus(stop.from, us),
            None => self.opens = plus(self.opens, us),
        }
    }

    pub(crate) fn outcome(&self, terms: Terms<'_>) -> Outcome {
        let mut offers: Vec<Offer> = self.sealed.iter().copied().collect();
        if let Some(stop) = self.stop.as_ref().filter(|stop| !stop.is_void) {
            offers.push(self.best.unwrap_or(stop.offer));
        }
        offers.sort_unstable();
        ranking(&offers, (offers.len(), terms.bidders_min), terms.lot, Side::Sale, None)
    }
}

fn is_above(amount: Minor, stop: &Offer) -> Result<(), Refused> {
    if amount <= 0 {
        return Err(Refused::new(Code::NotAnAmount));
    }
    if amount <= stop.value() {
        let needed = stop.value().saturating_add(1);
        return Err(Refused::new(Code::NotAbove).needs(needed));
    }
    Ok(())
}

fn silent() -> Taken {
    Taken { is_silent: true, extension: Extension::None, ..Taken::default() }
}
