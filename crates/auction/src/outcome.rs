//! How a lot ended.

use crate::entry::{Bidder, CallOff};
use crate::refused::Code;
use crate::side::Minor;

/// How a lot ended; stored once, never worked out again from accounts that live on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    Sold(Sale),
    Unsuccessful(Failure),
    /// The owner took the lot back before any bid.
    Withdrawn,
    CalledOff(CallOff),
    /// The machine was away too long: the auction is planned anew, and the bids stay in the record.
    Rescheduled,
}

/// Who buys, for how much, and who waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sale {
    /// In the order of their offers; one, but for several equal licences.
    pub winners: Vec<Winner>,
    /// The best of the others, if his offer would have been good enough alone.
    pub standby: Option<Winner>,
    /// What decided between equal offers for the last place.
    pub tie: Option<TieBreak>,
}

/// A bidder and what he would pay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Winner {
    pub bidder: Bidder,
    pub price: Minor,
}

/// What decided between equal offers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TieBreak {
    /// The higher priority right.
    Priority,
    /// The one received earlier.
    Earlier,
}

/// Why nobody bought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    NoBid,
    TooFewBidders,
    UnderReserve,
}

/// What becomes of a deposit that is held when a lot ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// Set against the price of the winner.
    TowardsPrice,
    /// Held until the winner has signed.
    Waiting,
    Released,
}

/// An offer of a sealed auction that took no part in the ranking, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Invalid {
    pub sequence: u64,
    pub bidder: Bidder,
    pub code: Code,
}
