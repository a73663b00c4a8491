//! The rules told a second time, slowly: every answer is worked out from the whole history.
//!
//! Amounts are compared as they are, sides are told apart by hand, rankings are made by asking
//! every pair, and the state of rounds is played again from the opening for each question. A fault
//! can be planted, to see that the comparison would notice it.

mod ending;
mod staged;

use super::common::*;
use crate::*;

/// What may be wrong in the model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    None,
    RefusedBidExtends,
    LaterWinsTies,
    StaleStep,
    EndIsInTime,
    CapFromMovingEnd,
    PriceBeyondLimit,
    LeaderRaiseExtends,
    StepAgainstLeader,
    ReserveForgotten,
    DepositForgotten,
    PriorityForgotten,
    SecondPaysHisBid,
    ReplacingKeepsPlace,
    AnybodysTurn,
    BestTurnsFirst,
    DriftingPrice,
    DutchWinnerSealsToo,
    EqualIsAbove,
    ExcludedStays,
    TakenBackStays,
    StandbyKeepsNothing,
}

pub(crate) type Answer = Result<(Option<Minor>, Option<Bidder>), Code>;

#[derive(Clone, Copy, Debug)]
struct Act {
    us: i64,
    sequence: u64,
    bidder: Bidder,
    rank: u32,
    /// None takes the bidder's offer back.
    amount: Option<Minor>,
}

pub(crate) struct Model<'a> {
    rules: &'a Rules,
    fault: Fault,
    members: Vec<(Bidder, u32)>,
    excluded: Vec<(Bidder, i64)>,
    deposits: Vec<Bidder>,
    acts: Vec<Act>,
    price: Option<Minor>,
    price_before: Option<Minor>,
    end: i64,
    n_extensions: u32,
    bought: Option<Bidder>,
    click: Option<Act>,
    best: Vec<Act>,
    pub outcome: Option<Outcome>,
    pub fates: Vec<(Bidder, Fate)>,
}

enum Turn {
    Before,
    Pause,
    Of(Bidder, i64),
    Over,
}

enum Part {
    NotOpen,
    Pause,
    Falling(u32),
    SealedPause,
    Sealed,
    BestPause,
    Best,
    Over,
}

fn ok() -> Answer {
    Ok((None, None))
}

impl<'a> Model<'a> {
    pub(crate) fn new(rules: &'a Rules, fault: Fault) -> Self {
        Self {
            rules,
            fault,
            members: Vec::new(),
            excluded: Vec::new(),
            deposits: Vec::new(),
            acts: Vec::new(),
            price: None,
            price_before: None,
            end: rules.lots[0].closes.micros() - OPENS_US,
            n_extensions: 0,
            bought: None,
            click: None,
            best: Vec::new(),
            outcome: None,
            fates: Vec::new(),
        }
    }

    pub(crate) fn end(&self) -> i64 {
        self.end
    }

    fn has(&self, fault: Fault) -> bool {
        self.fault == fault
    }

    fn lot(&self) -> &'a Lot {
        &self.rules.lots[0]
    }

    fn is_sale(&self) -> bool {
        self.rules.side == Side::Sale
    }

    fn better(&self, a: Minor, b: Minor) -> bool {
        if self.is_sale() { a > b } else { a < b }
    }

    fn step(&self, steps: &Steps, price: Minor) -> Minor {
        let mut step = steps.bands()[0].1;
        for (from, band) in steps.bands() {
            if price >= *from {
                step = *band;
            }
        }
        match step {
            Step::Fixed(sum) => sum,
            Step::Share(bp) => {
                let whole = price * i64::from(bp) / 10_000;
                let rest = price * i64::from(bp) % 10_000;
                (whole + i64::from(rest > 0)).max(1)
            }
        }
    }

    fn raised(&self, steps: &Steps, price: Minor) -> Minor {
        let step = self.step(steps, price);
        if self.is_sale() { price + step } else { price - step }
    }

    fn is_excluded(&self, bidder: Bidder) -> bool {
        !self.has(Fault::ExcludedStays) && self.excluded.iter().any(|(it, _)| *it == bidder)
    }

    /// Whether the first of two offers stands before the second.
    fn beats(&self, a: &Act, b: &Act) -> bool {
        if a.sequence == b.sequence {
            return false;
        }
        let (amount_a, amount_b) = (a.amount.unwrap(), b.amount.unwrap());
        if amount_a != amount_b {
            return self.better(amount_a, amount_b);
        }
        if a.rank != b.rank && !self.has(Fault::PriorityForgotten) {
            return a.rank < b.rank;
        }
        let is_earlier = if a.us == b.us { a.sequence < b.sequence } else { a.us < b.us };
        is_earlier != self.has(Fault::LaterWinsTies)
    }

    /// The live offers, the best first: each stands behind as many as beat it.
    fn ranked(&self, offers: &[Act]) -> Vec<Act> {
        let mut places: Vec<Option<Act>> = vec![None; offers.len()];
        for offer in offers {
            let before = offers.iter().filter(|other| self.beats(other, offer)).count();
            places[before] = Some(*offer);
        }
        places.into_iter().map(|it| it.expect("no two offers share a place")).collect()
    }

    /// The last word of each bidder who is still in.
    fn live(&self) -> Vec<Act> {
        let mut live: Vec<Act> = Vec::new();
        for (bidder, _) in &self.members {
            let own: Vec<&Act> = self.acts.iter().filter(|act| act.bidder == *bidder).collect();
            let Some(last) = own.last().filter(|act| act.amount.is_some()) else { continue };
            if self.is_excluded(*bidder) {
                continue;
            }
            let mut last = **last;
            if self.has(Fault::ReplacingKeepsPlace) {
                (last.us, last.sequence) = (own[0].us, own[0].sequence);
            }
            live.push(last);
        }
        self.ranked(&live)
    }

    pub(crate) fn apply(&mut self, entry: &Entry) -> Answer {
        let us = entry.received.micros() - OPENS_US;
        match entry.input {
            Input::Admit { bidder, rank } => {
                self.members.push((bidder, rank.map_or(1_000, u32::from)));
                ok()
            }
            Input::Exclude { bidder } => self.exclude(us, bidder),
            Input::HoldDeposit { bidder, .. } => {
                self.member(bidder)?;
                self.is_open()?;
                if self.lot().deposit.is_none() || self.deposits.contains(&bidder) {
                    return Err(Code::DepositAsIs);
                }
                self.deposits.push(bidder);
                ok()
            }
            Input::FreeDeposit { bidder, .. } => {
                self.member(bidder)?;
                self.is_open()?;
                if !self.deposits.contains(&bidder) {
                    return Err(Code::DepositAsIs);
                }
                if self.has_offer(bidder) {
                    return Err(Code::BidStands);
                }
                self.deposits.retain(|it| *it != bidder);
                ok()
            }
            Input::Close { .. } => self.close(us),
            Input::Bid { bidder, .. }
            | Input::Buy { bidder, .. }
            | Input::TakeBack { bidder, .. } => {
                let rank = self.member(bidder)?;
                self.is_open()?;
                let is_secured = self.lot().deposit.is_none() || self.deposits.contains(&bidder);
                if !is_secured && !self.has(Fault::DepositForgotten) {
                    return Err(Code::DepositMissing);
                }
                let sequence = entry.sequence;
                let act = |amount| Act { us, sequence, bidder, rank, amount };
                match entry.input {
                    Input::Bid { amount, stage, .. } => self.bid(act(Some(amount)), stage),
                    Input::Buy { .. } => self.buy(act(None)),
                    _ => self.take_back(act(None)),
                }
            }
            _ => unreachable!("the dice make no other entries"),
        }
    }

    fn member(&self, bidder: Bidder) -> Result<u32, Code> {
        let member = self.members.iter().find(|(it, _)| *it == bidder);
        let (_, rank) = member.ok_or(Code::UnknownBidder)?;
        let out = self.excluded.iter().any(|(it, _)| *it == bidder);
        if out { Err(Code::Excluded) } else { Ok(*rank) }
    }

    fn is_open(&self) -> Result<(), Code> {
        if self.outcome.is_some() { Err(Code::Closed) } else { Ok(()) }
    }

    fn exclude(&mut self, us: i64, bidder: Bidder) -> Answer {
        self.member(bidder)?;
        self.excluded.push((bidder, us));
        if let (Mode::English(english), None) = (&self.rules.mode, &self.outcome) {
            let live = self.live();
            let was_in = self.acts.iter().any(|act| act.bidder == bidder);
            if was_in {
                self.price = match live.first() {
                    None => None,
                    Some(best) if !english.is_proxy => best.amount,
                    Some(_) => Some(self.standing(english, &live)),
                };
            }
        }
        ok()
    }

    fn has_offer(&self, bidder: Bidder) -> bool {
        if let Mode::Rounds(rounds) = &self.rules.mode {
            // Turns move offers and take back what was typed in them; whoever came in stays in.
            let (_, offers) = self.turn(rounds, -1);
            return !self.is_excluded(bidder) && offers.iter().any(|act| act.bidder == bidder);
        }
        let clicked = self.click.is_some_and(|act| act.bidder == bidder);
        clicked || self.bought == Some(bidder) || self.live().iter().any(|act| act.bidder == bidder)
    }

    fn bid(&mut self, act: Act, stage: Option<u32>) -> Answer {
        match &self.rules.mode {
            Mode::English(english) => {
                let answer = self.english(english, act);
                let refused = answer.is_err() && self.has(Fault::RefusedBidExtends);
                if refused && act.us >= 0 && act.us < self.end {
                    self.extend(english, act.us);
                }
                answer
            }
            Mode::Sealed(sealed) => {
                self.sealed_in_time(act.us)?;
                if sealed.replacing == Replacing::Final && self.has_offer(act.bidder) {
                    return Err(Code::Final);
                }
                if act.amount <= Some(0) {
                    return Err(Code::NotAnAmount);
                }
                self.acts.push(act);
                ok()
            }
            Mode::Rounds(rounds) => self.rounds(rounds, act),
            Mode::Hybrid(hybrid) => self.hybrid(hybrid, act, stage),
        }
    }

    fn buy(&mut self, act: Act) -> Answer {
        let Mode::English(_) = self.rules.mode else { return Err(Code::NotHere) };
        self.english_in_time(act.us)?;
        let Some(price) = self.lot().buy_now.filter(|_| self.live().is_empty()) else {
            return Err(Code::NoBuyNow);
        };
        self.acts.push(Act { amount: Some(price), ..act });
        self.price = Some(price);
        self.bought = Some(act.bidder);
        self.end = act.us;
        Ok((Some(price), Some(act.bidder)))
    }

    fn take_back(&mut self, act: Act) -> Answer {
        let has_offer = self.has_offer(act.bidder);
        let forgets = self.has(Fault::TakenBackStays);
        match &self.rules.mode {
            Mode::English(_) => Err(if has_offer { Code::BidStands } else { Code::NoBid }),
            Mode::Sealed(_) => {
                self.sealed_in_time(act.us)?;
                if !has_offer {
                    return Err(Code::NoBid);
                }
                if !forgets {
                    self.acts.push(act);
                }
                ok()
            }
            Mode::Rounds(rounds) => {
                let had = match self.turn(rounds, act.us).0 {
                    Turn::Before => has_offer,
                    Turn::Of(bidder, since) if bidder == act.bidder => {
                        let made = |it: &&Act| it.bidder == bidder && it.us >= since;
                        self.acts.iter().rfind(made).is_some_and(|it| it.amount.is_some())
                    }
                    Turn::Of(..) => return Err(Code::NotYourTurn),
                    Turn::Pause => return Err(Code::Pause),
                    Turn::Over => return Err(Code::Late),
                };
                if !had {
                    return Err(Code::NoBid);
                }
                if !forgets {
                    self.acts.push(act);
                }
                ok()
            }
            Mode::Hybrid(hybrid) => {
                let clicked = self.click.is_some_and(|click| click.bidder == act.bidder);
                match self.part(hybrid, act.us) {
                    Part::Sealed if !clicked => {
                        if !self.live().iter().any(|it| it.bidder == act.bidder) {
                            return Err(Code::NoBid);
                        }
                        if !forgets {
                            self.acts.push(act);
                        }
                        ok()
                    }
                    Part::Best if clicked => {
                        let had = self.best.last().is_some_and(|it| it.amount.is_some());
                        if !had {
                            return Err(Code::NoBid);
                        }
                        self.best.push(act);
                        ok()
                    }
                    Part::Over => Err(Code::Late),
                    _ if has_offer => Err(Code::BidStands),
                    _ => Err(Code::NoBid),
                }
            }
        }
    }

    fn english_in_time(&self, us: i64) -> Result<(), Code> {
        if us < 0 {
            return Err(Code::NotOpen);
        }
        let is_late = if self.has(Fault::EndIsInTime) { us > self.end } else { us >= self.end };
        if is_late { Err(Code::Late) } else { Ok(()) }
    }

    fn sealed_in_time(&self, us: i64) -> Result<(), Code> {
        self.english_in_time(us)
    }

    fn english(&mut self, english: &English, act: Act) -> Answer {
        self.english_in_time(act.us)?;
        let amount = act.amount.unwrap();
        if amount <= 0 {
            return Err(Code::NotAnAmount);
        }
        let live = self.live();
        if let Some(leader) = live.first().filter(|it| it.bidder == act.bidder) {
            if !english.is_proxy {
                return Err(Code::Leading);
            }
            if !self.better(amount, leader.amount.unwrap()) {
                return Err(Code::LimitNotRaised);
            }
            self.acts.push(act);
            let reserve = self.lot().reserve.filter(|it| !self.better(*it, amount));
            if let Some(reserve) = reserve.filter(|it| self.better(*it, self.price.unwrap())) {
                self.price = Some(reserve);
            }
            if self.has(Fault::LeaderRaiseExtends) {
                self.extend(english, act.us);
            }
            return Ok((self.price, Some(act.bidder)));
        }
        let against = if self.has(Fault::StaleStep) { self.price_before } else { self.price };
        let enough = match against {
            None => !self.better(self.lot().start, amount),
            Some(price) => !self.better(self.raised(&english.steps, price), amount),
        };
        let outranks = live.first().is_some_and(|leader| act.rank < leader.rank);
        let equals = self.price == Some(amount) && outranks && !self.has(Fault::PriorityForgotten);
        if !enough && !equals {
            let is_first = self.price.is_none();
            return Err(if is_first { Code::UnderStart } else { Code::UnderStep });
        }
        self.price_before = self.price;
        self.acts.push(act);
        let live = self.live();
        let price = if english.is_proxy { self.standing(english, &live) } else { amount };
        self.price = Some(match self.price {
            Some(former) if self.better(former, price) => former,
            _ => price,
        });
        self.extend(english, act.us);
        Ok((self.price, Some(live[0].bidder)))
    }

    fn standing(&self, english: &English, live: &[Act]) -> Minor {
        let best = live[0].amount.unwrap();
        let mut price = self.lot().start;
        if let Some(second) = live.get(1) {
            let asked = self.raised(&english.steps, second.amount.unwrap());
            if self.better(asked, price) {
                price = asked;
            }
        }
        if self.better(price, best) && !self.has(Fault::PriceBeyondLimit) {
            price = best;
        }
        match self.lot().reserve {
            Some(reserve) if !self.better(reserve, best) && self.better(reserve, price) => reserve,
            _ => price,
        }
    }

    fn extend(&mut self, english: &English, us: i64) {
        let Some(soft) = &english.soft_close else { return };
        if self.end - us >= soft.window_us {
            return;
        }
        if soft.extensions_max.is_some_and(|most| most <= self.n_extensions) {
            return;
        }
        let mut to = soft.window_us + if soft.stretch == Stretch::Add { self.end } else { us };
        let planned = self.lot().closes.micros() - OPENS_US;
        let from = if self.has(Fault::CapFromMovingEnd) { self.end } else { planned };
        if let Some(cap) = soft.cap_us {
            to = to.min(from + cap);
        }
        if to > self.end {
            self.end = to;
            self.n_extensions += 1;
        }
    }
}
