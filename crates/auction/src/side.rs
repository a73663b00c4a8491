//! Which way prices run: up in a sale, down in a purchase.

/// Whole minor units of the one currency of an event.
pub type Minor = i64;

/// Whether the best price is the highest or the lowest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    Sale,
    Purchase,
}

impl Side {
    /// The amount on a scale on which more is always better: comparisons are written once for both
    /// sides, so that no tie-break is turned round by reversing a sort.
    pub(crate) fn value(self, amount: Minor) -> Minor {
        match self {
            Self::Sale => amount,
            Self::Purchase => amount.saturating_neg(),
        }
    }

    /// The amount that has this value; its own inverse.
    pub(crate) fn amount(self, value: Minor) -> Minor {
        self.value(value)
    }
}
