//! The rules told a second time, slowly: every answer is worked out from the whole history.
//!
//! Amounts are compared as they are, sides are told apart by hand, rankings are made by asking
//! every pair, and the state of rounds is played again from the opening for each question. A fault
//! can be planted, to see that the comparison would notice it.

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

    /// Plays all turns again up to an instant: whose turn it is, and the offers that count.
    fn turn(&self, rounds: &Rounds, us: i64) -> (Turn, Vec<Act>) {
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

    fn rounds(&mut self, rounds: &Rounds, act: Act) -> Answer {
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

    fn part(&self, hybrid: &Hybrid, us: i64) -> Part {
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

    fn hybrid(&mut self, hybrid: &Hybrid, act: Act, stage: Option<u32>) -> Answer {
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

    fn close(&mut self, us: i64) -> Answer {
        self.is_open()?;
        let outcome = match &self.rules.mode {
            Mode::English(_) if us < self.end => return Err(Code::NotOver),
            Mode::English(_) => match self.bought {
                Some(bidder) => {
                    let winner = Winner { bidder, price: self.lot().buy_now.unwrap() };
                    Outcome::Sold(Sale { winners: vec![winner], standby: None, tie: None })
                }
                None => self.first_price(&self.live(), self.price),
            },
            Mode::Sealed(_) if us < self.end => return Err(Code::NotOver),
            Mode::Sealed(sealed) => {
                let mut live = self.live();
                live.retain(|it| !self.better(self.lot().start, it.amount.unwrap()));
                match sealed.pricing {
                    Pricing::First => self.first_price(&live, None),
                    Pricing::Second { n_winners } => self.second_price(&live, n_winners),
                }
            }
            Mode::Rounds(rounds) => {
                let (Turn::Over, mut offers) = self.turn(rounds, us) else {
                    return Err(Code::NotOver);
                };
                offers.retain(|it| !self.is_excluded(it.bidder));
                self.first_price(&self.ranked(&offers), None)
            }
            Mode::Hybrid(hybrid) => {
                let Part::Over = self.part(hybrid, us) else { return Err(Code::NotOver) };
                let mut offers = self.live();
                let last = self.best.last().filter(|it| it.amount.is_some()).copied();
                let own = last.or(self.click).filter(|it| !self.is_excluded(it.bidder));
                offers.extend(own);
                self.first_price(&self.ranked(&offers), None)
            }
        };
        self.fates = self.deposits.iter().map(|it| (*it, self.fate(*it, &outcome))).collect();
        self.fates.sort_unstable_by_key(|(bidder, _)| *bidder);
        self.outcome = Some(outcome);
        ok()
    }

    fn fate(&self, bidder: Bidder, outcome: &Outcome) -> Fate {
        let Outcome::Sold(sale) = outcome else { return Fate::Released };
        if sale.winners.iter().any(|it| it.bidder == bidder) {
            return Fate::TowardsPrice;
        }
        let waits = sale.standby.is_some_and(|it| it.bidder == bidder);
        if waits && !self.has(Fault::StandbyKeepsNothing) { Fate::Waiting } else { Fate::Released }
    }

    fn failure(&self, live: &[Act], reserve: Option<Minor>) -> Option<Failure> {
        let reserve = reserve.filter(|_| !self.has(Fault::ReserveForgotten));
        if live.is_empty() {
            return Some(Failure::NoBid);
        }
        if live.len() < usize::try_from(self.rules.bidders_min).unwrap() {
            return Some(Failure::TooFewBidders);
        }
        let under = reserve.is_some_and(|it| self.better(it, live[0].amount.unwrap()));
        under.then_some(Failure::UnderReserve)
    }

    fn tie(&self, place: usize, live: &[Act]) -> Option<TieBreak> {
        let (a, b) = (live.get(place)?, live.get(place + 1)?);
        if a.amount != b.amount {
            return None;
        }
        Some(if a.rank == b.rank { TieBreak::Earlier } else { TieBreak::Priority })
    }

    fn first_price(&self, live: &[Act], shown: Option<Minor>) -> Outcome {
        let reserve = self.lot().reserve;
        if let Some(failure) = self.failure(live, reserve) {
            return Outcome::Unsuccessful(failure);
        }
        let own = |act: &Act| Winner { bidder: act.bidder, price: act.amount.unwrap() };
        let first = own(&live[0]);
        let winners = vec![Winner { price: shown.unwrap_or(first.price), ..first }];
        let good = |it: &&Act| reserve.is_none_or(|at| !self.better(at, it.amount.unwrap()));
        let standby = live.get(1).filter(good).map(own);
        Outcome::Sold(Sale { winners, standby, tie: self.tie(0, live) })
    }

    fn second_price(&self, live: &[Act], n_winners: u32) -> Outcome {
        let start = self.lot().start;
        let floor = self.lot().reserve.filter(|it| self.better(*it, start)).unwrap_or(start);
        if let Some(failure) = self.failure(live, Some(floor)) {
            return Outcome::Unsuccessful(failure);
        }
        let is_good = |it: &&Act| !self.better(floor, it.amount.unwrap());
        let good: Vec<Act> = live.iter().filter(is_good).copied().collect();
        let n_won = good.len().min(usize::try_from(n_winners).unwrap());
        let pays = |after: usize| good.get(after).map_or(floor, |it| it.amount.unwrap());
        let winner = |act: &Act| {
            let own = act.amount.unwrap();
            let price = if self.has(Fault::SecondPaysHisBid) { own } else { pays(n_won) };
            Winner { bidder: act.bidder, price }
        };
        let winners = good[..n_won].iter().map(winner).collect();
        let standby = good.get(n_won);
        let standby = standby.map(|it| Winner { bidder: it.bidder, price: pays(n_won + 1) });
        let tie = if n_won == 0 { None } else { self.tie(n_won - 1, live) };
        Outcome::Sold(Sale { winners, standby, tie })
    }
}
