//! Why an entry is refused: a code, the value that is allowed, and the time that counts.

use crate::side::Minor;
use base::Instant;

/// One refused entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refused {
    pub code: Code,
    /// The least amount that would do, or the price that is shown.
    pub needed: Option<Minor>,
    /// The end, the opening, or the next moment that counts.
    pub at: Option<Instant>,
}

impl Refused {
    pub(crate) fn new(code: Code) -> Self {
        Self { code, needed: None, at: None }
    }

    pub(crate) fn needs(self, amount: Minor) -> Self {
        Self { needed: Some(amount), ..self }
    }

    pub(crate) fn at(self, at: Instant) -> Self {
        Self { at: Some(at), ..self }
    }
}

macro_rules! codes {
    ($($(#[$doc:meta])* $code:ident $word:literal,)*) => {
        /// The rule that says no.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code { $($(#[$doc])* $code,)* }

        impl Code {
            /// Every code, in the order in which rules are looked at.
            pub const ALL: &[Self] = &[$(Self::$code,)*];

            /// The word by which pages, papers and programs know it.
            pub fn word(self) -> &'static str {
                match self { $(Self::$code => $word,)* }
            }
        }
    };
}

codes! {
    /// Entries come in the order of their places.
    OutOfOrder "out-of-order",
    /// No lot has this number.
    UnknownLot "unknown-lot",
    /// Nobody was admitted under this number.
    UnknownBidder "unknown-bidder",
    /// The number is admitted already.
    KnownBidder "known-bidder",
    /// The bidder was shut out.
    Excluded "excluded",
    /// The deposit for this lot is not held.
    DepositMissing "deposit-missing",
    /// No deposit is asked for, or it is held, or it is not.
    DepositAsIs "deposit-as-is",
    /// Newcomers are too late: the falling price was stopped.
    AdmissionOver "admission-over",
    /// The lot was closed, withdrawn or called off.
    Closed "closed",
    /// A complaint or a pending cancellation stops the lot.
    Halted "halted",
    /// The lot is not halted.
    NotHalted "not-halted",
    /// Bidding has not begun.
    NotOpen "not-open",
    /// The end has passed.
    Late "late",
    /// The end has not passed.
    NotOver "not-over",
    /// Sealed bids are still unopened.
    Unopened "unopened",
    /// The hidden reserve was not revealed yet.
    ReserveHidden "reserve-hidden",
    /// Not what the rules committed to.
    NotCommitted "not-committed",
    /// Between two stages nobody bids.
    Pause "pause",
    /// The stage the bidder saw is over.
    StageOver "stage-over",
    /// Another bidder stopped the falling price.
    Stopped "stopped",
    /// Another bidder has the turn.
    NotYourTurn "not-your-turn",
    /// This kind of entry has no place in this mode.
    NotHere "not-here",
    /// The time for edits has passed, or there was none.
    EditsOver "edits-over",
    /// New terms that break the rules.
    BadTerms "bad-terms",
    /// An offer that must not be lost stands.
    BidStands "bid-stands",
    /// There is no offer to take back, to confirm or to open.
    NoBid "no-bid",
    /// The first bid is final.
    Final "final",
    /// The amount is not above zero.
    NotAnAmount "not-an-amount",
    /// The bidder leads already.
    Leading "leading",
    /// The bidder leads, and this does not raise his limit.
    LimitNotRaised "limit-not-raised",
    /// Under the first admissible price.
    UnderStart "under-start",
    /// Under the next admissible price.
    UnderStep "under-step",
    /// Not the price that is shown.
    NotShown "not-shown",
    /// Not above the price at which the falling price was stopped.
    NotAbove "not-above",
    /// The fixed price died with the first bid, or there was none.
    NoBuyNow "no-buy-now",
    /// A sealed bid that did not open, in the record of the opening.
    Unopenable "unopenable",
    /// An offer that was not confirmed after an edit, in the record of the opening.
    Unconfirmed "unconfirmed",
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_a_word_of_its_own() {
        let mut words: Vec<&str> = Code::ALL.iter().map(|code| code.word()).collect();
        assert!(words.iter().all(|word| word.bytes().all(|b| b.is_ascii_lowercase() || b == b'-')));
        words.sort_unstable();
        words.dedup();
        assert_eq!(words.len(), Code::ALL.len());
    }
}
