//! One lot of one process: its bids, its awards, its deadline.

use std::collections::BTreeSet;

use base::{Instant, Money};

use super::{Subject, Why};
use crate::process::{Award, AwardState, Bid, BidState, Criteria, Direction, Process, Tender};

/// What the indicators look at: a lot, or a whole process without lots.
pub(super) struct Case<'a> {
    pub(super) process: &'a Process,
    pub(super) tender: &'a Tender,
    /// Named where the process has several.
    lot: Option<&'a str>,
    pub(super) bids: Vec<&'a Bid>,
    /// Active ones.
    pub(super) awards: Vec<&'a Award>,
    /// When bidding really ended: the auction's end with its extensions, or that of the time for bids.
    pub(super) deadline: Instant,
    /// Whether bidding is over.
    pub(super) is_closed: bool,
}

/// Who won, with which bid and amount.
pub(super) struct Won<'a> {
    pub(super) winner: &'a str,
    pub(super) bid: &'a Bid,
    pub(super) amount: Money,
}

/// The lots of a process that was announced.
pub(super) fn cases<'a>(process: &'a Process) -> Vec<Case<'a>> {
    let Some(tender) = process.tender() else { return Vec::new() };
    let closing = process.closing();
    let awards = process.awards();
    let lots: Vec<Option<&str>> = match tender.lots.as_slice() {
        // With one lot everything belongs to it, whether or not it says so.
        [] | [_] => vec![None],
        several => several.iter().map(|lot| Some(lot.id.as_str())).collect(),
    };
    let case = |lot: Option<&'a str>| {
        let is_of = |own: Option<&str>| lot.is_none() || own == lot;
        let bids = closing.map_or(&[][..], |closing| &closing.bids);
        let auctions = closing.map_or(&[][..], |closing| &closing.auctions);
        let ends =
            auctions.iter().filter(|own| is_of(own.lot.as_deref())).map(|own| own.span.end());
        let is_active = |award: &&&Award| award.state == AwardState::Active;
        Case {
            process,
            tender,
            lot,
            bids: bids.iter().filter(|bid| is_of(bid.lot.as_deref())).collect(),
            awards: awards
                .iter()
                .filter(is_active)
                .filter(|award| is_of(award.lot.as_deref()))
                .copied()
                .collect(),
            deadline: ends.max().unwrap_or(tender.submission.end()).max(tender.submission.end()),
            is_closed: closing.is_some(),
        }
    };
    lots.into_iter().map(case).collect()
}

impl<'a> Case<'a> {
    pub(super) fn subject(&self) -> Subject {
        Subject::Process { number: self.process.number.clone(), lot: self.lot.map(str::to_owned) }
    }

    pub(super) fn in_state(&self, state: BidState) -> impl Iterator<Item = &'a Bid> + Clone {
        self.bids.iter().copied().filter(move |bid| bid.state == state)
    }

    /// Valid and disqualified ones.
    pub(super) fn submitted(&self) -> impl Iterator<Item = &'a Bid> {
        self.bids.iter().copied().filter(|bid| bid.state != BidState::Withdrawn)
    }

    /// The bids that are not valid, by their ids.
    pub(super) fn invalid(&self) -> Vec<String> {
        let invalid = self.bids.iter().filter(|bid| bid.state != BidState::Valid);
        invalid.map(|bid| bid.id.clone()).collect()
    }

    /// The best of these, the earliest received of equal ones; why not, where they have no common
    /// measure.
    pub(super) fn best(
        &self,
        bids: impl Iterator<Item = &'a Bid> + Clone,
    ) -> Result<Option<(&'a Bid, Money)>, Why> {
        let mut best: Option<(&Bid, Money)> = None;
        for bid in bids {
            let amount = bid.value.ok_or(Why::NoAmount)?;
            let Some((known, most)) = best else {
                best = Some((bid, amount));
                continue;
            };
            if most.currency != amount.currency {
                return Err(Why::OtherCurrency);
            }
            let is_earlier = amount == most && bid.received < known.received;
            if self.is_better(amount, most) || is_earlier {
                best = Some((bid, amount));
            }
        }
        Ok(best)
    }

    /// Whether one amount of the same currency is better than another.
    pub(super) fn is_better(&self, one: Money, other: Money) -> bool {
        match self.process.direction {
            Direction::Sale => one.minor > other.minor,
            Direction::Purchase => one.minor < other.minor,
        }
    }

    /// The one winner of the one award; why there is none.
    pub(super) fn winner(&self) -> Result<&'a str, Why> {
        match self.awards.as_slice() {
            [] => Err(Why::NoAward),
            [award] => match award.winners.as_slice() {
                [winner] => Ok(winner),
                _ => Err(Why::Jointly),
            },
            _ => Err(Why::SeveralAwards),
        }
    }

    /// The winner's best valid bid, where all bids can be compared by price.
    pub(super) fn won(&self) -> Result<Won<'a>, Why> {
        let winner = self.winner()?;
        let valid = self.in_state(BidState::Valid);
        if valid.clone().any(|bid| bid.bidders.len() != 1) {
            return Err(Why::Jointly);
        }
        self.best(valid.clone())?;
        let own = valid.filter(|bid| bid.bidders.iter().any(|bidder| bidder == winner));
        let (bid, amount) = self.best(own)?.ok_or(Why::NoWinningBid)?;
        Ok(Won { winner, bid, amount })
    }

    /// Why prices do not decide here, where they do not.
    pub(super) fn price_alone(&self) -> Result<(), Why> {
        match self.tender.criteria {
            Criteria::Price => Ok(()),
            Criteria::FixedPrice => Err(Why::FixedPrice),
            Criteria::Rated => Err(Why::NotPriceAlone),
        }
    }
}

/// Everybody behind these bids, each once.
pub(super) fn bidders<'a>(bids: impl Iterator<Item = &'a Bid>) -> BTreeSet<&'a str> {
    bids.flat_map(|bid| &bid.bidders).map(String::as_str).collect()
}
