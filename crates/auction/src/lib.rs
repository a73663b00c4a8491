//! Auctions: rules and ordered entries in, prices, ends, refusals and results out.
//!
//! An [`Event`] is opened with [`Rules`] and takes one [`Entry`] after the other; the room, the
//! replay of a file and the check of a protocol run the same code. Nothing is worked out anew from
//! the whole history, so an entry costs a logarithm of the number of bidders.
//!
//! Invariants: equal rules and equal entries give equal results, to the byte of the protocol; a
//! refused entry moves neither price nor standing nor end; an end never passes its cap, and the cap
//! is fixed when the rules are; nobody pays more than he bid; of equal offers the holder of a
//! priority right wins, then the one that came first, in sales and in purchases alike; a deposit
//! that is held when a lot ends has exactly one fate; a reserve that was hidden is the one that the
//! rules committed to.
//!
//! Deliberately absent: a clock (instants come with the entries), chance (it comes in where a number is
//! drawn), who an organisation is and whether it may take part (an admission says so), names,
//! money that moves (see the ledger), sealing and opening of bids (an amount enters once opened),
//! signatures (see `tlog`), and floats.

mod award;
mod book;
mod canonical;
mod english;
mod entry;
mod event;
mod flaw;
mod hybrid;
mod lot;
mod number;
mod outcome;
pub mod protocol;
mod refused;
mod reserve;
mod rounds;
mod rules;
mod sealed;
mod side;
mod step;
mod unusual;
mod view;

#[cfg(test)]
mod tests;

pub use award::{Award, AwardMove, AwardRefused, AwardState, DepositMove};
pub use entry::{Bidder, CallOff, Entry, Extension, Input, LotTerms, Taken, Unopened};
pub use event::Event;
pub use flaw::Flaw;
pub use outcome::{Failure, Fate, Invalid, Outcome, Sale, TieBreak, Winner};
pub use refused::{Code, Refused};
pub use reserve::commit;
pub use rounds::{RoundStage, Table};
pub use rules::{
    Admission, Digest, English, Hybrid, Lot, Mode, Pricing, Replacing, Rounds, Rules, Sealed,
    SoftClose, Stretch, Unit,
};
pub use side::{Minor, Side};
pub use step::{Step, Steps};
pub use unusual::{Unusual, unusual};
pub use view::{Phase, View};
