//! What enters an event, one after the other, and what an accepted entry does.

use crate::side::Minor;
use base::Instant;

/// The number of a bidder in one event; it says nothing about who it is or when he registered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Bidder(pub u32);

impl std::fmt::Display for Bidder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// One entry: its place, the instant the server received it, and what it asks.
///
/// Entries come in the order of their places. `received` decides whether a bid is in time and
/// what it extends; a bid received before an end counts however late it is committed, as long as
/// the lot was not closed. Where stages follow each other (rounds, falling prices) the caller
/// drains what came in before a stage ended before it enters what came after.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub sequence: u64,
    pub received: Instant,
    pub input: Input,
}

/// What an entry asks. Lots are counted from 0 in the order of the rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// The bidder may take part; a priority right has a rank, 1 the highest.
    Admit { bidder: Bidder, rank: Option<u8> },
    /// The bidder's deposit for the lot is held.
    HoldDeposit { lot: usize, bidder: Bidder },
    /// It is given back at his wish.
    FreeDeposit { lot: usize, bidder: Bidder },
    /// An amount; `stage` is the stage of a falling price that the bidder saw.
    Bid { lot: usize, bidder: Bidder, amount: Minor, stage: Option<u32> },
    /// A sealed bid, known by the hash of its ciphertext.
    Seal { lot: usize, bidder: Bidder, commitment: [u8; 32] },
    /// What the sealed bid of that place holds, after the end.
    Open { lot: usize, sealed: u64, amount: Result<Minor, Unopened> },
    /// The lot at its fixed price, before any bid.
    Buy { lot: usize, bidder: Bidder },
    /// The bidder takes his own bid back.
    TakeBack { lot: usize, bidder: Bidder },
    /// The bidder stands by his offer after the terms were edited.
    Confirm { lot: usize, bidder: Bidder },
    /// New terms, inside the time for edits.
    Edit { lot: usize, terms: LotTerms },
    /// The bidder is shut out, and his offers are taken out in the open.
    Exclude { bidder: Bidder },
    /// A complaint or a pending cancellation stops the lot.
    Halt { lot: usize },
    /// It goes on, its ends shifted by the time it stood.
    GoOn { lot: usize },
    /// The owner takes the lot back.
    Withdraw { lot: usize },
    /// The lot is cancelled, with a reason of the closed list.
    CallOff { lot: usize, why: CallOff },
    /// The machine was away since then; a staged auction does not outlast a long absence.
    Return { lot: usize, away_since: Instant },
    /// What the rules committed to, once the end has passed: the reserve, and the salt of the hash.
    Reveal { lot: usize, reserve: Minor, salt: [u8; 32] },
    /// The lot is closed, once its end has passed.
    Close { lot: usize },
}

/// What an edit may change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LotTerms {
    pub start: Minor,
    pub reserve: Option<Minor>,
}

/// Why a sealed bid could not be opened; it stays in the record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unopened {
    /// The shares do not open it.
    Undecryptable,
    /// It opens, but was made for another bidder or another lot: a copy.
    NotHis,
    /// It opens to something that is not an amount.
    Unreadable,
}

/// Why a lot is called off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallOff {
    NoDemand,
    CannotBeMended,
    ForceMajeure,
    CostsCut,
    NoOffer,
    /// Too few trustees handed in their shares: nothing can be opened.
    KeysLost,
}

/// What an accepted entry did.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Taken {
    /// What is shown of the price now.
    pub price: Option<Minor>,
    pub leader: Option<Bidder>,
    pub extension: Extension,
    /// Whether nobody else may learn of it: a leader raised his limit, a turn is still hidden.
    pub is_silent: bool,
    /// The bids the engine made for bidders in settling this entry, in their order.
    pub automatic: Vec<(Bidder, Minor)>,
}

/// Whether an accepted bid moved the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Extension {
    /// Outside the window, or no bid at all.
    #[default]
    None,
    /// Exactly one window was left: no extension.
    AtTheEdge,
    /// The cap, or the number of extensions, is reached.
    AtTheCap,
    Moved {
        from: Instant,
        to: Instant,
    },
}
