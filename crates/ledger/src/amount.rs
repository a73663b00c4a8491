//! An amount: whole minor units of a book, never negative, never beyond what a bigint holds.

/// From 0 to 2⁶³ − 1 minor units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Amount(i64);

impl Amount {
    pub const ZERO: Self = Self(0);
    pub const MAX: Self = Self(i64::MAX);

    /// So many minor units, unless negative.
    pub const fn new(minor: i64) -> Option<Self> {
        if minor < 0 { None } else { Some(Self(minor)) }
    }

    /// Minor units.
    pub const fn minor(self) -> i64 {
        self.0
    }

    /// The sum, unless it grows out of range.
    pub fn plus(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).map(Self)
    }

    /// The difference, unless it would be negative.
    pub fn minus(self, other: Self) -> Option<Self> {
        self.0.checked_sub(other.0).and_then(Self::new)
    }

    /// The difference, or nothing where it would be negative.
    pub fn less(self, other: Self) -> Self {
        self.minus(other).unwrap_or(Self::ZERO)
    }
}

/// What a request asks to move.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    Exactly(Amount),
    /// Everything there is: the whole hold when posting or voiding, all headroom when balancing.
    /// With anything else it means nothing and is refused.
    All,
}

impl Asked {
    /// So many minor units; a negative number is no amount.
    pub fn minor(minor: i64) -> Option<Self> {
        Amount::new(minor).map(Self::Exactly)
    }
}
