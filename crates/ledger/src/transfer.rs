//! Transfers: what is asked for, what is kept for ever, and what becomes of a hold.

use crate::{Amount, Asked, Book};
use base::{AccountId, ActId, CaseId, Date, Instant, TransferId};

/// What a request may be, beyond moving an amount. Faces read these from bits, so that a
/// contradiction is refused with its number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Flags(u16);

impl Flags {
    pub const NONE: Self = Self(0);
    /// Succeeds or fails together with the next of the batch.
    pub const LINKED: Self = Self(1);
    /// A hold, to be posted or voided.
    pub const PENDING: Self = Self(2);
    pub const POST: Self = Self(4);
    pub const VOID: Self = Self(8);
    /// At most what the debit account has left.
    pub const BALANCING_DEBIT: Self = Self(16);
    /// At most what the credit account has left.
    pub const BALANCING_CREDIT: Self = Self(32);
    /// A hold that closes the debit account while it stands.
    pub const CLOSING_DEBIT: Self = Self(64);
    /// A hold that closes the credit account while it stands.
    pub const CLOSING_CREDIT: Self = Self(128);
    /// History: its instant is given.
    pub const IMPORTED: Self = Self(256);

    const BALANCING: u16 = Self::BALANCING_DEBIT.0 | Self::BALANCING_CREDIT.0;
    const CLOSING: u16 = Self::CLOSING_DEBIT.0 | Self::CLOSING_CREDIT.0;
    const KNOWN: u16 = 511;

    /// Flags from bits, unknown ones included: they are refused as reserved.
    pub const fn from_bits(bits: u16) -> Self {
        Self(bits)
    }

    pub const fn bits(self) -> u16 {
        self.0
    }

    /// Both sets of flags together.
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// These flags without those.
    pub const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Whether all of those are among these.
    pub const fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    pub(crate) const fn has_reserved(self) -> bool {
        self.0 & !Self::KNOWN != 0
    }

    pub const fn is_balancing(self) -> bool {
        self.0 & Self::BALANCING != 0
    }

    pub const fn is_closing(self) -> bool {
        self.0 & Self::CLOSING != 0
    }

    /// Whether it resolves a hold.
    pub const fn resolves(self) -> bool {
        self.has(Self::POST) || self.has(Self::VOID)
    }

    /// Whether flags contradict each other: a hold is not resolved by the request that makes it,
    /// is resolved in one way, and resolving neither balances nor closes.
    pub(crate) const fn conflict(self) -> bool {
        let both = self.has(Self::POST) && self.has(Self::VOID);
        let others = Self::PENDING.0 | Self::BALANCING | Self::CLOSING;
        both || (self.resolves() && self.0 & others != 0)
    }
}

/// What a transfer is for; 0 stands for none given.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Code(pub u16);

/// How well a fact is known (ledger.md 1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Grade {
    /// One party says so.
    E0,
    /// The other party confirmed the same amount and date.
    E1,
    /// A bank's reference or a matched statement line.
    E2,
    /// An auditor's report covers it.
    E3,
}

impl Grade {
    pub const ALL: [Self; 4] = [Self::E0, Self::E1, Self::E2, Self::E3];

    pub fn code(self) -> &'static str {
        match self {
            Self::E0 => "E0",
            Self::E1 => "E1",
            Self::E2 => "E2",
            Self::E3 => "E3",
        }
    }

    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|grade| grade.code() == code)
    }
}

/// By what a transfer is shown to be true.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    pub grade: Grade,
    /// The bank's reference, the statement line, the hash of a document.
    pub reference: String,
}

/// What a transfer belongs to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct References {
    pub act: Option<ActId>,
    pub case: Option<CaseId>,
    /// The day from which it counts; without one, the day of its instant in China.
    pub value_date: Option<Date>,
    pub evidence: Option<Evidence>,
    /// The transfer this one mends.
    pub corrects: Option<TransferId>,
}

/// One request. What is left out is `None`, and means "inherit" when a hold is resolved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ask {
    pub id: TransferId,
    pub debit: Option<AccountId>,
    pub credit: Option<AccountId>,
    pub amount: Asked,
    /// The hold that it resolves.
    pub pending: Option<TransferId>,
    pub book: Option<Book>,
    pub code: Code,
    /// Seconds until a hold expires; 0 means never.
    pub timeout_s: u32,
    pub flags: Flags,
    /// The instant of history, with [`Flags::IMPORTED`] alone.
    pub instant: Option<Instant>,
    pub refs: References,
}

impl Ask {
    /// A plain transfer.
    pub fn single(
        id: TransferId,
        (debit, credit): (AccountId, AccountId),
        amount: Amount,
        (book, code): (Book, Code),
    ) -> Self {
        Self {
            id,
            debit: Some(debit),
            credit: Some(credit),
            amount: Asked::Exactly(amount),
            pending: None,
            book: Some(book),
            code,
            timeout_s: 0,
            flags: Flags::NONE,
            instant: None,
            refs: References::default(),
        }
    }

    /// A hold for so many seconds, for ever with 0.
    pub fn pending(self, timeout_s: u32) -> Self {
        Self { flags: self.flags.and(Flags::PENDING), timeout_s, ..self }
    }

    /// Posts a hold, in part or wholly.
    pub fn post(id: TransferId, pending: TransferId, amount: Asked) -> Self {
        Self {
            id,
            debit: None,
            credit: None,
            amount,
            pending: Some(pending),
            book: None,
            code: Code(0),
            timeout_s: 0,
            flags: Flags::POST,
            instant: None,
            refs: References::default(),
        }
    }

    /// Voids a hold.
    pub fn void(id: TransferId, pending: TransferId) -> Self {
        Self { flags: Flags::VOID, ..Self::post(id, pending, Asked::All) }
    }

    /// The same, with more flags.
    pub fn with(self, flags: Flags) -> Self {
        Self { flags: self.flags.and(flags), ..self }
    }

    /// A transfer back, in whole, of one that was posted: what it mends stays as it was.
    pub fn reversal(id: TransferId, of: &Transfer, code: Code) -> Self {
        let accounts = (of.credit, of.debit);
        let refs = References { corrects: Some(of.id), ..References::default() };
        Self { refs, ..Self::single(id, accounts, of.amount, (of.book.clone(), code)) }
    }
}

/// A transfer that is kept; nothing about it ever changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transfer {
    pub id: TransferId,
    pub book: Book,
    pub debit: AccountId,
    pub credit: AccountId,
    /// What moved, or is held.
    pub amount: Amount,
    pub pending: Option<TransferId>,
    pub code: Code,
    pub timeout_s: u32,
    pub flags: Flags,
    /// The first transfer of the chain it is a link of.
    pub chain: Option<TransferId>,
    pub refs: References,
    /// The day from which it counts.
    pub value_date: Date,
    pub at: Instant,
    /// Its place among those of one instant.
    pub step: u32,
}

impl Transfer {
    /// Whether value moved, at once or by posting a hold.
    pub fn is_posted(&self) -> bool {
        !self.flags.has(Flags::PENDING) && !self.flags.has(Flags::VOID)
    }

    /// When a hold expires, if it does.
    pub fn expires_at(&self) -> Option<Instant> {
        (self.flags.has(Flags::PENDING) && self.timeout_s > 0)
            .then(|| self.at.plus_seconds(i64::from(self.timeout_s)))
    }
}

/// A hold and what became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hold {
    pub id: TransferId,
    pub expires_at: Option<Instant>,
    pub state: HoldState,
}

/// What became of a hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HoldState {
    Waiting,
    Posted {
        by: TransferId,
    },
    Voided {
        by: TransferId,
    },
    /// Freed at this instant, which is at or after the end of its time.
    Expired {
        at: Instant,
    },
}
