//! One lot of an event: which moves its state allows, whatever its mode.

use crate::book::Asker;
use crate::entry::{Bidder, Input, LotTerms, Taken};
use crate::outcome::{Fate, Invalid, Outcome};
use crate::refused::{Code, Refused};
use crate::rules::{Lot, Mode, Rules};
use crate::side::{Minor, Side};
use crate::view::View;
use crate::{english, hybrid, rounds, sealed};
use base::Instant;
use std::collections::BTreeSet;

/// How long a machine may be away before a staged auction is planned anew.
const AWAY_US_MAX: i64 = 120 * 1_000_000;

#[derive(Clone, Debug)]
pub(crate) struct State {
    pub lot: Lot,
    course: Course,
    n_bids: u64,
    halted: Option<Instant>,
    deposits: BTreeSet<Bidder>,
    ending: Option<Ending>,
}

#[derive(Clone, Debug)]
struct Ending {
    outcome: Outcome,
    at: Instant,
    fates: Vec<(Bidder, Fate)>,
}

#[derive(Clone, Debug)]
enum Course {
    English(english::Course),
    Rounds(rounds::Course),
    Hybrid(hybrid::Course),
    Sealed(sealed::Course),
}

/// The rules together with the course they govern; rules and course are of one mode by
/// construction.
enum Play<'a> {
    English(english::Terms<'a>, &'a mut english::Course),
    Rounds(rounds::Terms<'a>, &'a mut rounds::Course),
    Hybrid(hybrid::Terms<'a>, &'a mut hybrid::Course),
    Sealed(sealed::Terms<'a>, &'a mut sealed::Course),
}

fn play<'a>(rules: &'a Rules, lot: &'a Lot, course: &'a mut Course) -> Play<'a> {
    let (side, bidders_min) = (rules.side, rules.bidders_min);
    match (&rules.mode, course) {
        (Mode::English(rules), Course::English(course)) => {
            Play::English(english::Terms { rules, side, lot }, course)
        }
        (Mode::Rounds(rules), Course::Rounds(course)) => {
            Play::Rounds(rounds::Terms { rules, side, lot, bidders_min }, course)
        }
        (Mode::Hybrid(rules), Course::Hybrid(course)) => {
            Play::Hybrid(hybrid::Terms { rules, lot, bidders_min }, course)
        }
        (Mode::Sealed(rules), Course::Sealed(course)) => {
            Play::Sealed(sealed::Terms { rules, side, lot, bidders_min }, course)
        }
        _ => unreachable!("a course is made from the mode of its rules"),
    }
}

impl State {
    pub(crate) fn new(rules: &Rules, lot: &Lot) -> Self {
        let course = match &rules.mode {
            Mode::English(english) => Course::English(english::Course::new(english, lot)),
            Mode::Rounds(_) => Course::Rounds(rounds::Course::new(lot)),
            Mode::Hybrid(_) => Course::Hybrid(hybrid::Course::new(lot)),
            Mode::Sealed(_) => Course::Sealed(sealed::Course::new(lot)),
        };
        let lot = lot.clone();
        Self { lot, course, n_bids: 0, halted: None, deposits: BTreeSet::new(), ending: None }
    }

    pub(crate) fn outcome(&self) -> Option<&Outcome> {
        self.ending.as_ref().map(|ending| &ending.outcome)
    }

    pub(crate) fn fates(&self) -> &[(Bidder, Fate)] {
        self.ending.as_ref().map_or(&[], |ending| &ending.fates)
    }

    /// Whether the deposit that the lot asks for is held, or it asks for none.
    pub(crate) fn is_secured(&self, bidder: Bidder) -> bool {
        self.lot.deposit.is_none() || self.deposits.contains(&bidder)
    }

    /// Ends every stage that is over by then.
    pub(crate) fn advance(&mut self, rules: &Rules, to: Instant) {
        if self.halted.is_some() || self.ending.is_some() {
            return;
        }
        if let Play::Rounds(terms, course) = play(rules, &self.lot, &mut self.course) {
            course.advance(terms, to);
        }
    }

    pub(crate) fn is_open(&self) -> Result<(), Refused> {
        match &self.ending {
            Some(ending) => Err(Refused::new(Code::Closed).at(ending.at)),
            None => Ok(()),
        }
    }

    /// Takes what a bidder asks of the lot; who he is was looked at before.
    pub(crate) fn ask(
        &mut self,
        rules: &Rules,
        of: &Asker,
        since: u64,
        input: &Input,
    ) -> Result<Taken, Refused> {
        self.is_open()?;
        if self.halted.is_some() {
            return Err(Refused::new(Code::Halted));
        }
        self.advance(rules, of.received);
        let taken = match *input {
            Input::Bid { amount, stage, .. } => self.bid(rules, of, since, amount, stage),
            Input::Seal { .. } => match play(rules, &self.lot, &mut self.course) {
                Play::Sealed(terms, course) => course.put(terms, of, None),
                _ => Err(Refused::new(Code::NotHere)),
            },
            Input::Buy { .. } => match play(rules, &self.lot, &mut self.course) {
                Play::English(terms, course) => course.buy(terms, of),
                _ => Err(Refused::new(Code::NotHere)),
            },
            Input::TakeBack { .. } => return self.take_back(rules, of),
            Input::Confirm { .. } => return self.confirm(rules, of),
            _ => return Err(Refused::new(Code::NotHere)),
        }?;
        self.n_bids += 1;
        Ok(taken)
    }

    fn bid(
        &mut self,
        rules: &Rules,
        of: &Asker,
        since: u64,
        amount: Minor,
        stage: Option<u32>,
    ) -> Result<Taken, Refused> {
        match play(rules, &self.lot, &mut self.course) {
            Play::English(terms, course) => course.bid(terms, of, amount),
            Play::Rounds(terms, course) => course.bid(terms, of, amount),
            Play::Hybrid(terms, course) => {
                // Whoever was admitted after the falling price had been stopped came too late.
                if course.stopped_by_place().is_some_and(|stopped| stopped < since) {
                    return Err(Refused::new(Code::AdmissionOver));
                }
                course.bid(terms, of, amount, stage)
            }
            Play::Sealed(terms, course) => course.put(terms, of, Some(amount)),
        }
    }

    fn take_back(&mut self, rules: &Rules, of: &Asker) -> Result<Taken, Refused> {
        match play(rules, &self.lot, &mut self.course) {
            // Open bids bind: others have bid against them.
            Play::English(_, course) if course.book().of(of.bidder).is_some() => {
                Err(Refused::new(Code::BidStands))
            }
            Play::English(..) => Err(Refused::new(Code::NoBid)),
            Play::Rounds(terms, course) => course.take_back(terms, of),
            Play::Hybrid(terms, course) => course.take_back(terms, of),
            Play::Sealed(_, course) => course.take_back(of),
        }
    }

    fn confirm(&mut self, rules: &Rules, of: &Asker) -> Result<Taken, Refused> {
        let had = match play(rules, &self.lot, &mut self.course) {
            Play::Rounds(_, course) => course.confirm(of.bidder),
            Play::Sealed(_, course) if of.received >= course.end() => {
                return Err(Refused::new(Code::Late).at(course.end()));
            }
            Play::Sealed(_, course) => course.confirm(of.bidder),
            Play::English(..) | Play::Hybrid(..) => false,
        };
        let taken = Taken { is_silent: true, ..Taken::default() };
        if had { Ok(taken) } else { Err(Refused::new(Code::NoBid)) }
    }

    /// Enters what a sealed bid holds.
    pub(crate) fn open(
        &mut self,
        rules: &Rules,
        received: Instant,
        sealed: u64,
        amount: Result<Minor, crate::Unopened>,
    ) -> Result<Taken, Refused> {
        self.is_open()?;
        if self.halted.is_some() {
            return Err(Refused::new(Code::Halted));
        }
        match play(rules, &self.lot, &mut self.course) {
            Play::Sealed(terms, course) => course.open(terms, received, sealed, amount),
            _ => Err(Refused::new(Code::NotHere)),
        }
    }

    pub(crate) fn hold_deposit(&mut self, bidder: Bidder) -> Result<Taken, Refused> {
        self.is_open()?;
        if self.lot.deposit.is_none() || !self.deposits.insert(bidder) {
            return Err(Refused::new(Code::DepositAsIs));
        }
        Ok(Taken { is_silent: true, ..Taken::default() })
    }

    pub(crate) fn free_deposit(&mut self, bidder: Bidder) -> Result<Taken, Refused> {
        self.is_open()?;
        if !self.deposits.contains(&bidder) {
            return Err(Refused::new(Code::DepositAsIs));
        }
        if self.has_offer(bidder) {
            return Err(Refused::new(Code::BidStands));
        }
        self.deposits.remove(&bidder);
        Ok(Taken { is_silent: true, ..Taken::default() })
    }

    pub(crate) fn edit(
        &mut self,
        rules: &Rules,
        received: Instant,
        new: LotTerms,
    ) -> Result<Taken, Refused> {
        self.is_open()?;
        self.advance(rules, received);
        let in_time = rules.edits_until.is_some_and(|until| received < until)
            && match &self.course {
                Course::English(course) => received < course.opens(),
                Course::Rounds(course) => course.is_before(),
                Course::Hybrid(course) => received < course.opens(),
                Course::Sealed(course) => received < course.end(),
            };
        if !in_time {
            let refused = Refused::new(Code::EditsOver);
            return Err(rules.edits_until.map_or(refused, |until| refused.at(until)));
        }
        let lot = Lot { start: new.start, reserve: new.reserve, ..self.lot.clone() };
        if !(Rules { lots: vec![lot.clone()], ..rules.clone() }).flaws().is_empty() {
            return Err(Refused::new(Code::BadTerms));
        }
        self.lot = lot;
        match &mut self.course {
            Course::Rounds(course) => course.unconfirm(),
            Course::Sealed(course) => course.unconfirm(),
            Course::English(_) | Course::Hybrid(_) => {}
        }
        Ok(Taken::default())
    }

    /// Takes a bidder's offers out; a lot that has ended keeps its result.
    pub(crate) fn exclude(&mut self, rules: &Rules, received: Instant, bidder: Bidder) {
        if self.ending.is_some() {
            return;
        }
        self.advance(rules, received);
        match play(rules, &self.lot, &mut self.course) {
            Play::English(terms, course) => course.exclude(terms, bidder),
            Play::Rounds(_, course) => course.exclude(bidder),
            Play::Hybrid(_, course) => course.exclude(bidder),
            Play::Sealed(_, course) => course.exclude(bidder),
        }
    }

    pub(crate) fn halt(&mut self, rules: &Rules, received: Instant) -> Result<Taken, Refused> {
        self.is_open()?;
        if self.halted.is_some() {
            return Err(Refused::new(Code::Halted));
        }
        self.advance(rules, received);
        self.halted = Some(received);
        Ok(Taken::default())
    }

    pub(crate) fn go_on(&mut self, received: Instant) -> Result<Taken, Refused> {
        self.is_open()?;
        let since = self.halted.take().ok_or(Refused::new(Code::NotHalted))?;
        let us = received.micros().saturating_sub(since.micros()).max(0);
        match &mut self.course {
            Course::English(course) => course.shift(since, us),
            Course::Rounds(course) => course.shift(us),
            Course::Hybrid(course) => course.shift(us),
            Course::Sealed(course) => course.shift(since, us),
        }
        Ok(Taken::default())
    }

    pub(crate) fn withdraw(&mut self, received: Instant) -> Result<Taken, Refused> {
        self.is_open()?;
        if self.has_offers() {
            return Err(Refused::new(Code::BidStands));
        }
        self.finish(Outcome::Withdrawn, received);
        Ok(Taken::default())
    }

    pub(crate) fn call_off(
        &mut self,
        received: Instant,
        why: crate::CallOff,
    ) -> Result<Taken, Refused> {
        self.is_open()?;
        self.finish(Outcome::CalledOff(why), received);
        Ok(Taken::default())
    }

    /// The machine is back: stages that nobody could take part in are not resumed.
    pub(crate) fn come_back(
        &mut self,
        rules: &Rules,
        received: Instant,
        away_since: Instant,
    ) -> Result<Taken, Refused> {
        self.is_open()?;
        let was_long = received.micros().saturating_sub(away_since.micros()) > AWAY_US_MAX;
        if was_long && self.halted.is_none() {
            self.advance(rules, away_since);
            let is_staged = match play(rules, &self.lot, &mut self.course) {
                Play::English(..) | Play::Sealed(..) => false,
                Play::Rounds(_, course) => !course.is_over() && course.opens() <= received,
                Play::Hybrid(terms, course) => {
                    let part = course.part(terms.rules, away_since);
                    let over = matches!(part, hybrid::Part::Over { .. });
                    !over && course.opens() <= received
                }
            };
            if is_staged {
                self.finish(Outcome::Rescheduled, received);
            }
        }
        Ok(Taken::default())
    }

    /// Takes the reserve that the rules committed to; from then on it counts like one that was told.
    pub(crate) fn reveal(
        &mut self,
        rules: &Rules,
        received: Instant,
        reserve: Minor,
        salt: &[u8; 32],
    ) -> Result<Taken, Refused> {
        self.is_open()?;
        let hidden = self.lot.commitment.filter(|_| self.lot.reserve.is_none());
        let commitment = hidden.ok_or(Refused::new(Code::NotHere))?;
        if self.halted.is_some() {
            return Err(Refused::new(Code::Halted));
        }
        let end = self.end(rules);
        if received < end {
            return Err(Refused::new(Code::NotOver).at(end));
        }
        if crate::commit(&rules.name, &self.lot.name, &rules.unit, reserve, salt) != commitment {
            return Err(Refused::new(Code::NotCommitted));
        }
        self.lot.reserve = Some(reserve);
        match play(rules, &self.lot, &mut self.course) {
            Play::English(terms, course) => Ok(course.reveal(terms)),
            _ => Ok(Taken::default()),
        }
    }

    pub(crate) fn close(&mut self, rules: &Rules, received: Instant) -> Result<Taken, Refused> {
        self.is_open()?;
        if self.halted.is_some() {
            return Err(Refused::new(Code::Halted));
        }
        self.advance(rules, received);
        let end = self.end(rules);
        if received >= end && self.lot.commitment.is_some() && self.lot.reserve.is_none() {
            return Err(Refused::new(Code::ReserveHidden));
        }
        let not_over = Err(Refused::new(Code::NotOver).at(end));
        let outcome = match play(rules, &self.lot, &mut self.course) {
            Play::English(terms, course) => {
                if received < end {
                    return not_over;
                }
                course.outcome(terms, rules.bidders_min)
            }
            Play::Rounds(terms, course) => {
                if !course.is_over() {
                    return not_over;
                }
                course.outcome(terms)
            }
            Play::Hybrid(terms, course) => {
                let hybrid::Part::Over { .. } = course.part(terms.rules, received) else {
                    return not_over;
                };
                course.outcome(terms)
            }
            Play::Sealed(terms, course) => {
                if received < end {
                    return not_over;
                }
                if !course.is_all_open() {
                    return Err(Refused::new(Code::Unopened));
                }
                course.outcome(terms)
            }
        };
        self.finish(outcome, end);
        Ok(Taken::default())
    }

    fn finish(&mut self, outcome: Outcome, at: Instant) {
        let fate = |bidder: &Bidder| {
            let fate = match &outcome {
                Outcome::Sold(sale) if sale.winners.iter().any(|it| it.bidder == *bidder) => {
                    Fate::TowardsPrice
                }
                Outcome::Sold(sale) if sale.standby.is_some_and(|it| it.bidder == *bidder) => {
                    Fate::Waiting
                }
                _ => Fate::Released,
            };
            (*bidder, fate)
        };
        let fates = self.deposits.iter().map(fate).collect();
        self.ending = Some(Ending { outcome, at, fates });
    }

    fn has_offers(&self) -> bool {
        match &self.course {
            Course::English(course) => !course.book().is_empty(),
            Course::Rounds(course) => !course.offers().is_empty(),
            Course::Hybrid(course) => course.is_stopped(),
            Course::Sealed(course) => course.len() > 0,
        }
    }

    fn has_offer(&self, bidder: Bidder) -> bool {
        match &self.course {
            Course::English(course) => course.book().of(bidder).is_some(),
            Course::Rounds(course) => course.offers().of(bidder).is_some(),
            Course::Hybrid(course) => course.has(bidder),
            Course::Sealed(course) => course.has(bidder),
        }
    }

    pub(crate) fn is_stopped(&self) -> bool {
        matches!(&self.course, Course::Hybrid(course) if course.is_stopped())
    }

    /// Runs as long as another lot of a joined event.
    pub(crate) fn join(&mut self, received: Instant, to: Instant) {
        let runs = self.ending.is_none() && self.halted.is_none();
        if let Course::English(course) = &mut self.course
            && runs
        {
            course.join(received, to);
        }
    }

    pub(crate) fn end(&self, rules: &Rules) -> Instant {
        match (&self.course, &rules.mode) {
            (Course::English(course), _) => course.end(),
            (Course::Rounds(course), Mode::Rounds(rules)) => course.end(rules),
            (Course::Hybrid(course), Mode::Hybrid(rules)) => course.end(rules),
            (Course::Sealed(course), _) => course.end(),
            _ => self.lot.closes,
        }
    }

    /// The own offer of a bidder: for his eyes alone.
    pub(crate) fn offer_of(&self, side: Side, bidder: Bidder) -> Option<Minor> {
        let offer = match &self.course {
            Course::English(course) => course.book().of(bidder),
            Course::Rounds(course) => course.offers().of(bidder),
            Course::Hybrid(_) | Course::Sealed(_) => None,
        };
        offer.map(|offer| side.amount(offer.value()))
    }

    /// The course of rounds, where there are any.
    pub(crate) fn table(&self, rules: &Rules, now: Instant) -> Option<rounds::Table> {
        let (Course::Rounds(course), Mode::Rounds(mode)) = (&self.course, &rules.mode) else {
            return None;
        };
        let (side, lot, bidders_min) = (rules.side, &self.lot, rules.bidders_min);
        let terms = rounds::Terms { rules: mode, side, lot, bidders_min };
        let mut table = course.table(terms, self.halted.unwrap_or(now));
        if let Some(ending) = &self.ending {
            (table.stage, table.until) = (rounds::RoundStage::Over, ending.at);
            (table.turn, table.order) = (None, Vec::new());
        }
        Some(table)
    }

    /// What a bidder typed in the turn that runs, and what his bid must be at least in his turn: for
    /// his eyes alone.
    pub(crate) fn turn_of(&self, rules: &Rules, bidder: Bidder) -> (Option<Minor>, Option<Minor>) {
        let (Course::Rounds(course), Mode::Rounds(mode)) = (&self.course, &rules.mode) else {
            return (None, None);
        };
        let side = rules.side;
        let typed = course.pending(bidder).map(|offer| side.amount(offer.value()));
        let own = course.offers().of(bidder);
        let least = own.map(|offer| side.amount(mode.steps.over(offer.value(), side)));
        (typed, least)
    }

    pub(crate) fn invalid(&self, rules: &Rules) -> Vec<Invalid> {
        let (Course::Sealed(course), Mode::Sealed(mode)) = (&self.course, &rules.mode) else {
            return Vec::new();
        };
        let (side, lot, bidders_min) = (rules.side, &self.lot, rules.bidders_min);
        course.invalid(sealed::Terms { rules: mode, side, lot, bidders_min })
    }

    pub(crate) fn view(&self, rules: &Rules, now: Instant) -> View {
        let mut view = View {
            opens: self.lot.opens,
            end: self.ending.as_ref().map_or_else(|| self.end(rules), |ending| ending.at),
            price: None,
            leader: None,
            n_bids: self.n_bids,
            least: None,
            stage: None,
            phase: None,
            turn: None,
            is_halted: self.halted.is_some(),
            is_closed: self.ending.is_some(),
        };
        let side = rules.side;
        // While a lot stands still, so does its falling price.
        let now = self.halted.unwrap_or(now);
        match (&self.course, &rules.mode) {
            (Course::English(course), Mode::English(rules)) => {
                let terms = english::Terms { rules, side, lot: &self.lot };
                view.opens = course.opens();
                view.price = course.price().map(|price| side.amount(price));
                view.leader = course.book().best().map(|best| best.bidder);
                view.least = Some(side.amount(course.least(terms)));
            }
            (Course::Rounds(course), Mode::Rounds(rules)) => {
                view.opens = course.opens();
                view.turn = course.turn(rules);
                let started = !course.is_before();
                let best = course.offers().best().filter(|_| started);
                view.price = best.map(|best| side.amount(best.value()));
                view.leader = best.map(|best| best.bidder);
            }
            (Course::Hybrid(course), Mode::Hybrid(mode)) => {
                view.opens = course.opens();
                view.phase = Some(course.phase(mode, now));
                if let hybrid::Part::Falling { stage, .. } = course.part(mode, now) {
                    view.stage = Some(stage);
                    view.price = Some(mode.price(self.lot.start, stage));
                }
                if let Some((bidder, price)) = course.stopped_at() {
                    view.price = Some(price);
                    view.leader = Some(bidder);
                }
            }
            (Course::Sealed(course), _) => view.opens = course.opens(),
            _ => {}
        }
        view
    }
}
