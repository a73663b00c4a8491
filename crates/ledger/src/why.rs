//! Stable numbers of answers (ledger.md 7). A number is never given to another meaning.

macro_rules! whys {
    ($($(#[$doc:meta])* $name:ident = $number:literal $text:literal;)*) => {
        /// Why a request was not carried out, or that it was carried out before.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Why {
            $($(#[$doc])* $name,)*
        }

        impl Why {
            /// All of them, by number.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The stable number.
            pub fn number(self) -> u16 {
                match self { $(Self::$name => $number,)* }
            }

            /// The name beside the number.
            pub fn name(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }
        }
    };
}

whys! {
    ChainOpen = 101 "chain-open";
    ChainFailed = 102 "chain-failed";
    ImportMixed = 103 "import-mixed";
    InstantNotAllowed = 104 "instant-not-allowed";
    ReservedFlag = 105 "reserved-flag";
    IdReserved = 106 "id-reserved";
    FlagsConflict = 107 "flags-conflict";
    AccountIdReserved = 108 "account-id-reserved";
    SameAccount = 109 "same-account";
    PendingIdWrong = 110 "pending-id-wrong";
    TimeoutOnlyForPending = 111 "timeout-only-for-pending";
    ClosingMustBePending = 112 "closing-must-be-pending";
    BookMissing = 113 "book-missing";
    CodeMissing = 114 "code-missing";
    Exists = 200 "exists";
    OtherFlags = 201 "other-flags";
    OtherPendingId = 202 "other-pending-id";
    OtherTimeout = 203 "other-timeout";
    OtherDebitAccount = 204 "other-debit-account";
    OtherCreditAccount = 205 "other-credit-account";
    OtherAmount = 206 "other-amount";
    /// Another act asked for it; of an account: another owner.
    OtherAct = 207 "other-act";
    /// It belonged to another case; of an account: another subject.
    OtherCase = 208 "other-case";
    /// Another evidence, value date or corrected transfer; of an account: another bank account.
    OtherEvidence = 209 "other-evidence";
    OtherBook = 210 "other-book";
    OtherCode = 211 "other-code";
    IdAlreadyFailed = 212 "id-already-failed";
    DebitAccountNotFound = 301 "debit-account-not-found";
    CreditAccountNotFound = 302 "credit-account-not-found";
    BooksDiffer = 303 "books-differ";
    BookMismatch = 304 "book-mismatch";
    DebitAccountClosed = 305 "debit-account-closed";
    CreditAccountClosed = 306 "credit-account-closed";
    PeriodSealed = 307 "period-sealed";
    ImportOrder = 308 "import-order";
    EvidenceMissing = 309 "evidence-missing";
    CustodyForbidden = 310 "custody-forbidden";
    /// Another transfer of the same bank account carries this bank reference.
    EvidenceUsed = 311 "evidence-used";
    PendingNotFound = 401 "pending-not-found";
    NotPending = 402 "not-pending";
    PendingOtherDebitAccount = 403 "pending-other-debit-account";
    PendingOtherCreditAccount = 404 "pending-other-credit-account";
    PendingOtherBook = 405 "pending-other-book";
    PendingOtherCode = 406 "pending-other-code";
    ExceedsPendingAmount = 407 "exceeds-pending-amount";
    PendingAmountDiffers = 408 "pending-amount-differs";
    AlreadyPosted = 409 "already-posted";
    AlreadyVoided = 410 "already-voided";
    Expired = 411 "expired";
    OverClears = 420 "over-clears";
    WrongParty = 421 "wrong-party";
    NotOpen = 422 "not-open";
    OverflowDebitsPending = 501 "overflow-debits-pending";
    OverflowCreditsPending = 502 "overflow-credits-pending";
    OverflowDebitsPosted = 503 "overflow-debits-posted";
    OverflowCreditsPosted = 504 "overflow-credits-posted";
    OverflowDebits = 505 "overflow-debits";
    OverflowCredits = 506 "overflow-credits";
    OverflowTimeout = 507 "overflow-timeout";
    ExceedsCredits = 520 "exceeds-credits";
    ExceedsDebits = 521 "exceeds-debits";
}

impl Why {
    /// Whether it depends on the state of the books. Such a refusal burns the id: to try again
    /// takes a new one, so that a late repeat of the old request never moves money.
    pub fn is_transient(self) -> bool {
        matches!(
            self,
            Self::DebitAccountNotFound
                | Self::CreditAccountNotFound
                | Self::PendingNotFound
                | Self::DebitAccountClosed
                | Self::CreditAccountClosed
                | Self::ExceedsCredits
                | Self::ExceedsDebits
        )
    }

    /// The one of this number.
    pub fn from_number(number: u16) -> Option<Self> {
        Self::ALL.iter().copied().find(|why| why.number() == number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_rise_and_read_back() {
        assert!(Why::ALL.is_sorted_by(|a, b| a.number() < b.number()), "no number twice");
        for why in Why::ALL {
            assert_eq!(Why::from_number(why.number()), Some(*why));
        }
        let transient: Vec<u16> =
            Why::ALL.iter().filter(|why| why.is_transient()).map(|why| why.number()).collect();
        assert_eq!(transient, [301, 302, 305, 306, 401, 520, 521], "the column T of ledger.md 7");
    }
}
