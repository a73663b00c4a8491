//! The live offers of a lot, one for each bidder, always in order: the best first.
//!
//! This order is the one place where ties are decided.

use crate::entry::Bidder;
use crate::side::Minor;
use base::Instant;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// The rank of a bidder without a priority right: after every holder of one.
pub(crate) const NO_RANK: u8 = u8::MAX;

/// One offer; of two, the smaller is the better: the greater value, then the higher priority
/// right, then the one received earlier, then the one entered earlier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Offer {
    value: Reverse<Minor>,
    pub rank: u8,
    pub received: Instant,
    pub sequence: u64,
    pub bidder: Bidder,
}

impl Offer {
    pub(crate) fn new(value: Minor, of: &Asker) -> Self {
        let Asker { bidder, rank, received, sequence } = *of;
        Self { value: Reverse(value), rank, received, sequence, bidder }
    }

    pub(crate) fn value(&self) -> Minor {
        self.value.0
    }
}

/// Who asks, and when.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asker {
    pub bidder: Bidder,
    pub rank: u8,
    pub received: Instant,
    pub sequence: u64,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Book {
    in_order: BTreeSet<Offer>,
    by_bidder: BTreeMap<Bidder, Offer>,
}

impl Book {
    /// Enters an offer in the place of the bidder's former one.
    pub(crate) fn put(&mut self, offer: Offer) {
        self.remove(offer.bidder);
        self.in_order.insert(offer);
        self.by_bidder.insert(offer.bidder, offer);
    }

    pub(crate) fn remove(&mut self, bidder: Bidder) -> Option<Offer> {
        let former = self.by_bidder.remove(&bidder)?;
        self.in_order.remove(&former);
        Some(former)
    }

    pub(crate) fn of(&self, bidder: Bidder) -> Option<&Offer> {
        self.by_bidder.get(&bidder)
    }

    pub(crate) fn best(&self) -> Option<&Offer> {
        self.in_order.first()
    }

    pub(crate) fn second(&self) -> Option<&Offer> {
        self.in_order.iter().nth(1)
    }

    /// All offers, the best first.
    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = &Offer> {
        self.in_order.iter()
    }

    pub(crate) fn len(&self) -> usize {
        self.in_order.len()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.in_order.is_empty()
    }
}
