//! An event: its lots, its bidders, and the one door for entries.

use crate::book::{Asker, NO_RANK};
use crate::entry::{Bidder, Entry, Extension, Input, Taken};
use crate::flaw::Flaw;
use crate::lot::State;
use crate::outcome::{Fate, Invalid, Outcome};
use crate::refused::{Code, Refused};
use crate::rounds::Table;
use crate::rules::{Admission, Digest, Mode, Rules};
use crate::side::Minor;
use crate::view::View;
use base::Instant;
use std::collections::BTreeMap;

/// One auction or several at once, under one set of rules.
#[derive(Clone, Debug)]
pub struct Event {
    rules: Rules,
    digest: Digest,
    lots: Vec<State>,
    members: BTreeMap<Bidder, Member>,
    last: Option<u64>,
}

#[derive(Clone, Debug)]
struct Member {
    rank: u8,
    /// The place of his admission.
    since: u64,
    is_excluded: bool,
}

impl Event {
    /// Freezes the rules, or says everything that is wrong with them.
    pub fn open(rules: Rules) -> Result<Self, Vec<Flaw>> {
        let flaws = rules.flaws();
        if !flaws.is_empty() {
            return Err(flaws);
        }
        let digest = rules.digest();
        let lots = rules.lots.iter().map(|lot| State::new(&rules, lot)).collect();
        Ok(Self { rules, digest, lots, members: BTreeMap::new(), last: None })
    }

    /// The rules as they were frozen; edits of terms are entries.
    pub fn rules(&self) -> &Rules {
        &self.rules
    }

    /// The digest of the rules as they were frozen.
    pub fn digest(&self) -> Digest {
        self.digest
    }

    /// What everybody may see of a lot.
    pub fn view(&self, lot: usize, now: Instant) -> Option<View> {
        self.lots.get(lot).map(|state| state.view(&self.rules, now))
    }

    /// The end of a lot as it stands.
    pub fn end(&self, lot: usize) -> Option<Instant> {
        self.lots.get(lot).map(|state| state.end(&self.rules))
    }

    /// How a lot ended; none before it did.
    pub fn outcome(&self, lot: usize) -> Option<&Outcome> {
        self.lots.get(lot)?.outcome()
    }

    /// What becomes of every deposit that was held when the lot ended.
    pub fn fates(&self, lot: usize) -> &[(Bidder, Fate)] {
        self.lots.get(lot).map_or(&[], State::fates)
    }

    /// The sealed bids of a lot that take no part, with their reasons.
    pub fn invalid(&self, lot: usize) -> Vec<Invalid> {
        self.lots.get(lot).map_or_else(Vec::new, |state| state.invalid(&self.rules))
    }

    /// What a bidder himself has offered: his limit, or his offer between turns.
    pub fn offer_of(&self, lot: usize, bidder: Bidder) -> Option<Minor> {
        self.lots.get(lot)?.offer_of(self.rules.side, bidder)
    }

    /// The course of a lot of rounds, true where the event was advanced to that instant.
    pub fn table(&self, lot: usize, now: Instant) -> Option<Table> {
        self.lots.get(lot)?.table(&self.rules, now)
    }

    /// What a bidder typed in the turn that runs, and what he must bid at least in a turn of his own.
    pub fn turn_of(&self, lot: usize, bidder: Bidder) -> (Option<Minor>, Option<Minor>) {
        self.lots.get(lot).map_or((None, None), |state| state.turn_of(&self.rules, bidder))
    }

    /// Ends every stage that is over by an instant, so that a view after it is true.
    pub fn advance(&mut self, to: Instant) {
        let Self { rules, lots, .. } = self;
        lots.iter_mut().for_each(|lot| lot.advance(rules, to));
    }

    /// Takes one entry, or refuses it and changes neither price nor standing nor end.
    pub fn apply(&mut self, entry: &Entry) -> Result<Taken, Refused> {
        if self.last.is_some_and(|last| entry.sequence <= last) {
            return Err(Refused::new(Code::OutOfOrder));
        }
        self.last = Some(entry.sequence);
        let received = entry.received;
        match &entry.input {
            Input::Admit { bidder, rank } => self.admit(entry.sequence, *bidder, *rank),
            Input::Exclude { bidder } => self.exclude(received, *bidder),
            Input::HoldDeposit { lot, bidder } => {
                self.member(*bidder, entry.sequence)?;
                self.lot(*lot)?.1.hold_deposit(*bidder)
            }
            Input::FreeDeposit { lot, bidder } => {
                self.member(*bidder, entry.sequence)?;
                self.lot(*lot)?.1.free_deposit(*bidder)
            }
            Input::Bid { lot, bidder, .. }
            | Input::Seal { lot, bidder, .. }
            | Input::Buy { lot, bidder }
            | Input::TakeBack { lot, bidder }
            | Input::Confirm { lot, bidder } => self.ask(*lot, *bidder, entry),
            Input::Open { lot, sealed, amount } => {
                let (rules, state) = self.lot(*lot)?;
                state.open(rules, received, *sealed, *amount)
            }
            Input::Edit { lot, terms } => {
                let (rules, state) = self.lot(*lot)?;
                state.edit(rules, received, *terms)
            }
            Input::Halt { lot } => {
                let (rules, state) = self.lot(*lot)?;
                state.halt(rules, received)
            }
            Input::GoOn { lot } => self.lot(*lot)?.1.go_on(received),
            Input::Withdraw { lot } => self.lot(*lot)?.1.withdraw(received),
            Input::CallOff { lot, why } => self.lot(*lot)?.1.call_off(received, *why),
            Input::Return { lot, away_since } => {
                let (rules, state) = self.lot(*lot)?;
                state.come_back(rules, received, *away_since)
            }
            Input::Reveal { lot, reserve, salt } => {
                let (rules, state) = self.lot(*lot)?;
                state.reveal(rules, received, *reserve, salt)
            }
            Input::Close { lot } => {
                let (rules, state) = self.lot(*lot)?;
                state.close(rules, received)
            }
        }
    }

    fn ask(&mut self, lot: usize, bidder: Bidder, entry: &Entry) -> Result<Taken, Refused> {
        // Who you are, then whether you may take part; the moment and the rest are the lot's.
        let (rank, since) = self.member(bidder, entry.sequence)?;
        let (rules, state) = self.lot(lot)?;
        state.is_open()?;
        if !state.is_secured(bidder) {
            let refused = Refused::new(Code::DepositMissing);
            return Err(state.lot.deposit.map_or(refused, |sum| refused.needs(sum)));
        }
        let Entry { sequence, received, .. } = *entry;
        let of = Asker { bidder, rank, received, sequence };
        let taken = state.ask(rules, &of, since, &entry.input)?;
        if let (true, Extension::Moved { to, .. }) = (rules.is_joined, taken.extension) {
            self.lots.iter_mut().for_each(|other| other.join(received, to));
        }
        Ok(taken)
    }

    fn admit(&mut self, since: u64, bidder: Bidder, rank: Option<u8>) -> Result<Taken, Refused> {
        if self.members.contains_key(&bidder) {
            return Err(Refused::new(Code::KnownBidder));
        }
        let is_hybrid = matches!(self.rules.mode, Mode::Hybrid(_));
        let is_over = |lot: &State| lot.outcome().is_some() || is_hybrid && lot.is_stopped();
        if self.lots.iter().all(is_over) {
            return Err(Refused::new(Code::AdmissionOver));
        }
        let rank = rank.unwrap_or(NO_RANK);
        self.members.insert(bidder, Member { rank, since, is_excluded: false });
        Ok(Taken { is_silent: true, ..Taken::default() })
    }

    fn exclude(&mut self, received: Instant, bidder: Bidder) -> Result<Taken, Refused> {
        let member = self.members.get_mut(&bidder);
        let member = member.ok_or(Refused::new(Code::UnknownBidder))?;
        if std::mem::replace(&mut member.is_excluded, true) {
            return Err(Refused::new(Code::Excluded));
        }
        let Self { rules, lots, .. } = self;
        lots.iter_mut().for_each(|lot| lot.exclude(rules, received, bidder));
        Ok(Taken::default())
    }

    /// The rank of a member and the place of his admission.
    fn member(&mut self, bidder: Bidder, sequence: u64) -> Result<(u8, u64), Refused> {
        if self.rules.admission == Admission::Open {
            let new = Member { rank: NO_RANK, since: 0, is_excluded: false };
            self.members.entry(bidder).or_insert(new);
        }
        let member = self.members.get(&bidder).filter(|member| member.since <= sequence);
        let member = member.ok_or(Refused::new(Code::UnknownBidder))?;
        if member.is_excluded {
            return Err(Refused::new(Code::Excluded));
        }
        Ok((member.rank, member.since))
    }

    fn lot(&mut self, lot: usize) -> Result<(&Rules, &mut State), Refused> {
        let state = self.lots.get_mut(lot).ok_or(Refused::new(Code::UnknownLot))?;
        Ok((&self.rules, state))
    }
}
