//! The parts of the model in which stages follow each other.

use super::{Act, Answer, Fault, Model, Part, Turn, ok};
use crate::*;

impl Model<'_> {
    /// Plays all turns again up to an instant: whose turn it is, and the offers that count.
    pub(super) fn turn(&self, rounds: &Rounds, us: i64) -> (Turn, Vec<Act>) {
        let mut offers: Vec<Act> = Vec::new();
        for act in self.acts.iter().filter(|act| act.us < 0) {
            offers.retain(|it| it.bidder != act.bidder);
            if act.amount.is_some() {
                offers.push(*act);
            }
        }
        let stays = |offer: &Act, until: i64| {
            !self.excluded.iter().any(|(it, at)| *it == offer.bidder && *at < until)
        };
        offers.retain(|offer| stays(offer, 0) || self.has(Fault::ExcludedStays));
        if us < 0 {
            return (Turn::Before, offers);
        }
        let n_min = usize::try_from(self.rules.bidders_min.max(2)).unwrap();
        if offers.len() < n_min {
            return (Turn::Over, offers);
        }
        let mut order: Vec<Bidder> = Vec::new();
        let mut starts = rounds.pause_us;
        let mut fixed = 0;
        for _ in 0..rounds.n_rounds {
            let inside: Vec<Act> = offers.iter().filter(|it| stays(it, fixed)).copied().collect();
            let mut fresh: Vec<Bidder> = self.ranked(&inside).iter().map(|it| it.bidder).collect();
            if !self.has(Fault::BestTurnsFirst) {
                fresh.reverse();
            }
            order.retain(|bidder| !fresh.contains(bidder));
            order.extend(fresh);
            for (place, bidder) in order.iter().enumerate() {
                let since = starts + rounds.turn_us * i64::try_from(place).unwrap();
                if us < since + rounds.turn_us {
                    let turn = if us < starts { Turn::Pause } else { Turn::Of(*bidder, since) };
                    return (turn, offers);
                }
                let in_turn = |it: &&Act| {
                    it.bidder == *bidder && it.us >= since && it.us < since + rounds.turn_us
                };
                let made = self.acts.iter().rfind(in_turn).filter(|it| it.amount.is_some());
                if let Some(made) = made {
                    offers.retain(|it| it.bidder != *bidder);
                    offers.push(*made);
                }
            }
            fixed = starts + rounds.turn_us * i64::try_from(order.len()).unwrap();
            starts = fixed + rounds.between_us;
        }
        (Turn::Over, offers)
    }

    pub(super) fn rounds(&mut self, rounds: &Rounds, act: Act) -> Answer {
        let amount = act.amount.unwrap();
        let (turn, offers) = self.turn(rounds, act.us);
        match turn {
            Turn::Before if amount <= 0 => return Err(Code::NotAnAmount),
            Turn::Before if self.better(self.lot().start, amount) => return Err(Code::UnderStart),
            Turn::Before => {}
            Turn::Pause => return Err(Code::Pause),
            Turn::Over => return Err(Code::Late),
            Turn::Of(bidder, _) if bidder != act.bidder && !self.has(Fault::AnybodysTurn) => {
                return Err(Code::NotYourTurn);
            }
            Turn::Of(..) if amount <= 0 => return Err(Code::NotAnAmount),
            Turn::Of(..) => {
                let own = offers.iter().find(|it| it.bidder == act.bidder).ok_or(Code::NoBid)?;
                let leader = self.ranked(&offers)[0];
                let against = if self.has(Fault::StepAgainstLeader) { leader } else { *own };
                let least = self.raised(&rounds.steps, against.amount.unwrap());
                if self.better(least, amount) {
                    return Err(Code::UnderStep);
                }
            }
        }
        self.acts.push(act);
        ok()
    }

    fn shown(&self, hybrid: &Hybrid, stage: u32) -> Minor {
        let initial = self.lot().start;
        if self.has(Fault::DriftingPrice) {
            let mut price = initial;
            for _ in 0..stage {
                price -= (price * i64::from(hybrid.fall_bp) + 5_000) / 10_000;
            }
            return price;
        }
        let tenths = i64::from(10_000 - hybrid.fall_bp * stage);
        let (whole, rest) = (initial * tenths / 10_000, initial * tenths % 10_000);
        if rest >= 5_000 { whole + 1 } else { whole }
    }

    pub(super) fn part(&self, hybrid: &Hybrid, us: i64) -> Part {
        if us < 0 {
            return Part::NotOpen;
        }
        if us < hybrid.pause_us {
            return Part::Pause;
        }
        let Some(click) = self.click else {
            for stage in 0..=hybrid.n_stages {
                if us < hybrid.pause_us + hybrid.stage_us * (i64::from(stage) + 1) {
                    return Part::Falling(stage);
                }
            }
            return Part::Over;
        };
        let mut left = us - click.us - hybrid.sealed_pause_us;
        if left < 0 {
            return Part::SealedPause;
        }
        left -= hybrid.sealed_us;
        if left < 0 {
            return Part::Sealed;
        }
        if self.live().is_empty() {
            return Part::Over;
        }
        left -= hybrid.best_pause_us;
        if left < 0 {
            return Part::BestPause;
        }
        if left < hybrid.best_us { Part::Best } else { Part::Over }
    }

    pub(super) fn hybrid(&mut self, hybrid: &Hybrid, act: Act, stage: Option<u32>) -> Answer {
        let amount = act.amount.unwrap();
        if self.click.is_some() && stage.is_some() {
            return Err(Code::Stopped);
        }
        let clicked = self.click.is_some_and(|it| it.bidder == act.bidder);
        let above = |click: Act| {
            let least = click.amount.unwrap() + i64::from(!self.has(Fault::EqualIsAbove));
            match amount {
                amount if amount <= 0 => Err(Code::NotAnAmount),
                amount if amount < least => Err(Code::NotAbove),
                _ => Ok(()),
            }
        };
        match self.part(hybrid, act.us) {
            Part::NotOpen => Err(Code::NotOpen),
            Part::Pause | Part::BestPause => Err(Code::Pause),
            Part::Falling(now) if stage.is_some_and(|seen| seen != now) => Err(Code::StageOver),
            Part::Falling(now) if self.shown(hybrid, now) != amount => Err(Code::NotShown),
            Part::Falling(_) if amount <= 0 => Err(Code::NotAnAmount),
            Part::Falling(_) => {
                self.click = Some(act);
                Ok((Some(amount), Some(act.bidder)))
            }
            Part::SealedPause => Err(Code::Stopped),
            Part::Sealed if clicked && !self.has(Fault::DutchWinnerSealsToo) => {
                Err(Code::NotYourTurn)
            }
            Part::Sealed => {
                above(self.click.unwrap())?;
                self.acts.push(act);
                ok()
            }
            Part::Best if !clicked => Err(Code::NotYourTurn),
            Part::Best => {
                above(self.click.unwrap())?;
                self.best.push(act);
                ok()
            }
            Part::Over => Err(Code::Late),
        }
    }
}
