//! A slow second opinion: it keeps no counter and no undo list, only what happened, and counts
//! everything anew for every question.
//!
//! It was written from the page and not from the engine. `Fault` plants one mistake in it, so that
//! the random runs can show that they would notice the same mistake in the engine.

use crate::world::{acc, id};
use base::{AccountId, Instant, TransferId};
use ledger::{Ask, Asked, Flags, Limit};
use std::collections::BTreeMap;

/// One planted mistake each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Held money may be spent again.
    HoldsDoNotCount,
    /// Announced money may be spent.
    AnnouncedCounts,
    /// Posting a part leaves the rest held.
    RestStaysHeld,
    /// A hold lives one microsecond too long.
    ExpiresLate,
    /// A refused id may be tried again.
    NothingBurns,
    /// Ids of failed chains are burnt, all of them.
    ChainsBurnAll,
    /// A failed chain leaves its first link.
    ChainLeavesFirst,
    /// The same id moves money again.
    IdsAreIgnored,
    /// Other content passes for a repeat.
    ContentIsIgnored,
    /// Two resolutions of one hold.
    HoldsResolveTwice,
    /// A closed account takes money.
    ClosedTakes,
    /// Voiding does not open what closed.
    VoidOpensNothing,
    /// Balancing asks only the debit side.
    BalancesOneSide,
    /// A limit is asked with less than, not at most.
    LimitOffByOne,
    /// Money of an ended hold waits for the timer.
    NoSweepBefore,
}

impl Fault {
    pub(crate) const ALL: [Self; 15] = [
        Self::HoldsDoNotCount,
        Self::AnnouncedCounts,
        Self::RestStaysHeld,
        Self::ExpiresLate,
        Self::NothingBurns,
        Self::ChainsBurnAll,
        Self::ChainLeavesFirst,
        Self::IdsAreIgnored,
        Self::ContentIsIgnored,
        Self::HoldsResolveTwice,
        Self::ClosedTakes,
        Self::VoidOpensNothing,
        Self::BalancesOneSide,
        Self::LimitOffByOne,
        Self::NoSweepBefore,
    ];
}

/// Something that happened.
#[derive(Clone, Debug)]
struct Event {
    ask: Ask,
    amount: i128,
    at: i64,
    chain: Option<TransferId>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    Waiting,
    Posted,
    Voided,
    Expired,
}

/// The model: limits of A1 … and the story so far.
#[derive(Clone)]
pub(crate) struct Model {
    limits: BTreeMap<AccountId, Limit>,
    story: Vec<Event>,
    burnt: Vec<TransferId>,
    /// What the clock showed when each hold was freed for its time.
    freed: Vec<TransferId>,
    fault: Option<Fault>,
}

/// Counters d, c, dp, cp.
type Sums = [i128; 4];
const TOP: i128 = i64::MAX as i128;

impl Model {
    pub(crate) fn new(limits: &[Limit], fault: Option<Fault>) -> Self {
        let limits = (1..).map(acc).zip(limits.iter().copied()).collect();
        Self { limits, story: Vec::new(), burnt: Vec::new(), freed: Vec::new(), fault }
    }

    fn has(&self, fault: Fault) -> bool {
        self.fault == Some(fault)
    }

    fn event(&self, of: TransferId) -> Option<&Event> {
        self.story.iter().find(|event| event.ask.id == of)
    }

    fn fate(&self, hold: &Event) -> Fate {
        let by = self.story.iter().find(|event| event.ask.pending == Some(hold.ask.id));
        match by {
            Some(event) if event.ask.flags.has(Flags::POST) => Fate::Posted,
            Some(_) => Fate::Voided,
            None if self.freed.contains(&hold.ask.id) => Fate::Expired,
            None => Fate::Waiting,
        }
    }

    fn is_over(&self, hold: &Event, now: i64) -> bool {
        let late = i64::from(self.has(Fault::ExpiresLate));
        hold.ask.timeout_s > 0 && hold.at + i64::from(hold.ask.timeout_s) * 1_000_000 + late <= now
    }

    fn ends(event: &Event) -> [AccountId; 2] {
        [event.ask.debit.expect("kept whole"), event.ask.credit.expect("kept whole")]
    }

    /// Frees what is over: all of it, or what touches these accounts.
    pub(crate) fn free(&mut self, now: Instant, on: Option<&[AccountId]>) {
        let now = now.micros();
        let over: Vec<TransferId> = self
            .story
            .iter()
            .filter(|event| event.ask.flags.has(Flags::PENDING))
            .filter(|event| self.fate(event) == Fate::Waiting && self.is_over(event, now))
            .filter(|event| {
                on.is_none_or(|on| Self::ends(event).iter().any(|end| on.contains(end)))
            })
            .map(|event| event.ask.id)
            .collect();
        self.freed.extend(over);
    }

    /// Counters of an account, from the story alone.
    pub(crate) fn sums(&self, of: AccountId) -> Sums {
        let mut sums = [0; 4];
        for event in &self.story {
            let [debit, credit] = Self::ends(event);
            let side = match of {
                of if of == debit => 0,
                of if of == credit => 1,
                _ => continue,
            };
            if event.ask.flags.has(Flags::VOID) {
                continue;
            }
            if !event.ask.flags.has(Flags::PENDING) {
                sums[side] += event.amount;
                continue;
            }
            match self.fate(event) {
                Fate::Waiting => sums[side + 2] += event.amount,
                Fate::Posted if self.has(Fault::RestStaysHeld) => {
                    let taken = self.story.iter().find(|by| by.ask.pending == Some(event.ask.id));
                    sums[side + 2] += event.amount - taken.map_or(0, |by| by.amount);
                }
                _ => {}
            }
        }
        sums
    }

    fn is_closed(&self, of: AccountId) -> bool {
        self.story.iter().any(|event| {
            let [debit, credit] = Self::ends(event);
            let closes = (event.ask.flags.has(Flags::CLOSING_DEBIT) && debit == of)
                || (event.ask.flags.has(Flags::CLOSING_CREDIT) && credit == of);
            let fate = || self.fate(event);
            closes
                && (fate() == Fate::Waiting
                    || (self.has(Fault::VoidOpensNothing) && fate() == Fate::Voided))
        })
    }

    /// What is left on each side, and whether so much breaks the limit.
    fn room(&self, of: AccountId, is_debit: bool) -> i128 {
        let [d, c, dp, cp] = self.sums(of);
        let (dp, cp) = if self.has(Fault::HoldsDoNotCount) { (0, 0) } else { (dp, cp) };
        let [_, _, adp, acp] = self.sums(of);
        let announced = self.has(Fault::AnnouncedCounts);
        match is_debit {
            true => c + if announced { acp } else { 0 } - d - dp,
            false => d + if announced { adp } else { 0 } - c - cp,
        }
    }

    fn breaks(&self, of: AccountId, is_debit: bool, amount: i128) -> bool {
        let limit = if is_debit { Limit::DebitsWithinCredits } else { Limit::CreditsWithinDebits };
        let slack = i128::from(self.has(Fault::LimitOffByOne));
        self.limits.get(&of) == Some(&limit) && amount > self.room(of, is_debit) + slack
    }

    /// Answers a batch as the page tells: 0 is created.
    pub(crate) fn run(&mut self, asks: &[Ask], now: Instant) -> Vec<u16> {
        if !self.has(Fault::NoSweepBefore) {
            let held = asks.iter().filter_map(|ask| self.event(ask.pending?)).flat_map(Self::ends);
            let named = asks.iter().flat_map(|ask| [ask.debit, ask.credit]).flatten();
            let on: Vec<AccountId> = named.chain(held).collect();
            self.free(now, Some(&on));
        }
        let mut answers = Vec::new();
        for chain in asks.chunk_by(|ask, _| ask.flags.has(Flags::LINKED)) {
            answers.extend(self.chain(chain, now));
        }
        answers
    }

    fn chain(&mut self, chain: &[Ask], now: Instant) -> Vec<u16> {
        let is_open = chain.last().is_some_and(|ask| ask.flags.has(Flags::LINKED));
        let first = (chain.len() > 1 || is_open).then(|| chain[0].id);
        let before = self.story.clone();
        let mut failed = None;
        for (n, ask) in chain.iter().enumerate() {
            let is_left_open = is_open && n + 1 == chain.len();
            let number = if is_left_open { 101 } else { self.one(ask, first, now) };
            if number != 0 && number != 200 {
                failed = Some((n, number));
                break;
            }
            if number == 200 {
                continue;
            }
        }
        let Some((at, number)) = failed else {
            let is_new = |ask: &Ask| {
                let was = before.iter().filter(|event| event.ask.id == ask.id).count();
                self.story.iter().filter(|event| event.ask.id == ask.id).count() > was
            };
            return chain.iter().map(|ask| if is_new(ask) { 0 } else { 200 }).collect();
        };
        let kept = before.len() + usize::from(self.has(Fault::ChainLeavesFirst) && at > 0);
        self.story.truncate(kept);
        if [301, 302, 305, 306, 401, 520, 521].contains(&number) && !self.has(Fault::NothingBurns) {
            self.burnt.push(chain[at].id);
        }
        if self.has(Fault::ChainsBurnAll) {
            self.burnt.extend(chain.iter().map(|ask| ask.id));
        }
        let last = chain.len() - 1;
        let of = |n: usize| match n {
            n if n == at => number,
            n if n == last && is_open => 101,
            _ => 102,
        };
        (0..chain.len()).map(of).collect()
    }

    fn one(&mut self, ask: &Ask, chain: Option<TransferId>, now: Instant) -> u16 {
        if let Some(event) = self.event(ask.id).filter(|_| !self.has(Fault::IdsAreIgnored)) {
            return self.again(ask, event, chain);
        }
        if self.burnt.contains(&ask.id) {
            return 212;
        }
        let flags = ask.flags;
        let resolves = flags.has(Flags::POST) || flags.has(Flags::VOID);
        let judged = if resolves { self.resolve(ask, now) } else { self.fresh(ask) };
        match judged {
            Err(number) => number,
            Ok(event) => {
                self.story.push(Event { at: now.micros(), chain, ..event });
                0
            }
        }
    }

    fn again(&self, ask: &Ask, was: &Event, chain: Option<TransferId>) -> u16 {
        if self.has(Fault::ContentIsIgnored) {
            return 200;
        }
        let held = was.ask.pending.and_then(|hold| self.event(hold));
        let inherits = held.is_some();
        let balances =
            was.ask.flags.has(Flags::BALANCING_DEBIT) || was.ask.flags.has(Flags::BALANCING_CREDIT);
        let is_amount = match ask.amount {
            Asked::All => held.map_or(balances, |held| held.amount == was.amount),
            Asked::Exactly(amount) if balances => i128::from(amount.minor()) >= was.amount,
            Asked::Exactly(amount) => i128::from(amount.minor()) == was.amount,
        };
        if ask.flags != was.ask.flags || chain != was.chain {
            return 201;
        }
        if ask.pending != was.ask.pending {
            return 202;
        }
        if ask.timeout_s != was.ask.timeout_s {
            return 203;
        }
        if ask.debit != was.ask.debit && !(inherits && ask.debit.is_none()) {
            return 204;
        }
        if ask.credit != was.ask.credit && !(inherits && ask.credit.is_none()) {
            return 205;
        }
        if is_amount { 200 } else { 206 }
    }

    fn fresh(&self, ask: &Ask) -> Result<Event, u16> {
        let (debit, credit) = (ask.debit.ok_or(108_u16)?, ask.credit.ok_or(108_u16)?);
        let balances = |flag| ask.flags.has(flag);
        let refusals = [
            (
                ask.amount == Asked::All
                    && !balances(Flags::BALANCING_DEBIT)
                    && !balances(Flags::BALANCING_CREDIT),
                107,
            ),
            (debit == credit, 109),
            (ask.timeout_s > 0 && !balances(Flags::PENDING), 111),
            (
                (balances(Flags::CLOSING_DEBIT) || balances(Flags::CLOSING_CREDIT))
                    && !balances(Flags::PENDING),
                112,
            ),
            (!self.limits.contains_key(&debit), 301),
            (!self.limits.contains_key(&credit), 302),
            (self.is_closed(debit) && !self.has(Fault::ClosedTakes), 305),
            (self.is_closed(credit) && !self.has(Fault::ClosedTakes), 306),
        ];
        if let Some((_, number)) = refusals.iter().find(|(is, _)| *is) {
            return Err(*number);
        }
        let mut amount = match ask.amount {
            Asked::All => TOP,
            Asked::Exactly(amount) => i128::from(amount.minor()),
        };
        if balances(Flags::BALANCING_DEBIT) {
            amount = amount.min(self.room(debit, true).max(0));
        }
        if balances(Flags::BALANCING_CREDIT) && !self.has(Fault::BalancesOneSide) {
            amount = amount.min(self.room(credit, false).max(0));
        }
        let ([d, _, dp, _], [_, c, _, cp]) = (self.sums(debit), self.sums(credit));
        let is_hold = balances(Flags::PENDING);
        let overflows = [
            (is_hold && dp + amount > TOP, 501),
            (is_hold && cp + amount > TOP, 502),
            (d + amount > TOP, 503),
            (c + amount > TOP, 504),
            (d + dp + amount > TOP, 505),
            (c + cp + amount > TOP, 506),
            (self.breaks(debit, true, amount), 520),
            (self.breaks(credit, false, amount), 521),
        ];
        match overflows.iter().find(|(is, _)| *is) {
            Some((_, number)) => Err(*number),
            None => Ok(Event { ask: ask.clone(), amount, at: 0, chain: None }),
        }
    }

    fn resolve(&self, ask: &Ask, now: Instant) -> Result<Event, u16> {
        let hold = ask.pending.filter(|hold| *hold != ask.id && *hold != id(0)).ok_or(110_u16)?;
        let held = self.event(hold).ok_or(401_u16)?;
        let is_post = ask.flags.has(Flags::POST);
        let amount = match ask.amount {
            Asked::All => held.amount,
            Asked::Exactly(amount) => i128::from(amount.minor()),
        };
        let [debit, credit] = Self::ends(held);
        let fate = if held.ask.flags.has(Flags::PENDING) { self.fate(held) } else { Fate::Waiting };
        let fate = if self.has(Fault::HoldsResolveTwice) { Fate::Waiting } else { fate };
        let refusals = [
            (ask.timeout_s > 0, 111),
            (!held.ask.flags.has(Flags::PENDING), 402),
            (ask.debit.is_some_and(|given| given != debit), 403),
            (ask.credit.is_some_and(|given| given != credit), 404),
            (amount > held.amount, 407),
            (!is_post && amount < held.amount, 408),
            (fate == Fate::Posted, 409),
            (fate == Fate::Voided, 410),
            (fate == Fate::Expired || self.is_over(held, now.micros()), 411),
            (is_post && self.is_closed(debit) && !self.has(Fault::ClosedTakes), 305),
            (is_post && self.is_closed(credit) && !self.has(Fault::ClosedTakes), 306),
        ];
        if let Some((_, number)) = refusals.iter().find(|(is, _)| *is) {
            return Err(*number);
        }
        let ask = Ask { debit: Some(debit), credit: Some(credit), ..ask.clone() };
        Ok(Event { ask, amount, at: 0, chain: None })
    }
}
