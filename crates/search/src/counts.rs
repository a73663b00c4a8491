//! Exact statistics of live public documents: in how many a term stands, and how long they are.
//!
//! A commit adds a small overlay to a shared base, so a snapshot costs little and never changes.
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::Arc;

/// The overlay is folded into the base beyond this size, and beyond a quarter of the base.
const OVERLAY_MIN: usize = 50_000;

/// The hash of a term; equal on all nodes and in all versions.
pub(crate) fn term_hash(term: &str) -> u64 {
    let mut hash = 0x51_7c_c1_b7_27_22_0a_95_u64;
    for chunk in term.as_bytes().chunks(8) {
        let mut word = [0_u8; 8];
        word[..chunk.len()].copy_from_slice(chunk);
        hash =
            (hash.rotate_left(23) ^ u64::from_le_bytes(word)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        hash ^= hash >> 29;
    }
    hash ^= u64::try_from(term.len()).unwrap_or(0);
    hash = hash.wrapping_mul(0x94d0_49bb_1331_11eb);
    hash ^ (hash >> 32)
}

/// A hasher for keys that are hashes already.
#[derive(Clone, Copy, Default)]
pub(crate) struct Hashed(u64);

impl Hasher for Hashed {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}

type Map<V> = HashMap<u64, V, BuildHasherDefault<Hashed>>;

/// In how many offers and needs a term stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Holding {
    offers: u32,
    needs: u32,
}

/// A change of a holding.
#[derive(Clone, Copy, Debug, Default)]
struct Shift {
    offers: i32,
    needs: i32,
}

/// Statistics at one commit.
#[derive(Clone, Debug, Default)]
pub(crate) struct Counts {
    n_offers: u64,
    n_needs: u64,
    /// Lengths of offers and of needs, added up.
    sum_len: [u64; 2],
    base: Arc<Map<Holding>>,
    overlay: Arc<Map<Shift>>,
}

fn mean(sum: u64, n: u64) -> f64 {
    if n == 0 { 0.0 } else { sum as f64 / n as f64 }
}

/// Whether a document joins the statistics or leaves them.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    Join,
    Leave,
}

impl Counts {
    /// How many public documents that are no needs.
    pub(crate) fn n_offers(&self) -> u64 {
        self.n_offers
    }

    pub(crate) fn n_needs(&self) -> u64 {
        self.n_needs
    }

    /// How many public documents.
    pub(crate) fn n_all(&self) -> u64 {
        self.n_offers + self.n_needs
    }

    /// The average length of a public document, in tokens.
    pub(crate) fn average_len(&self) -> f64 {
        let [offers, needs] = self.sum_len;
        mean(offers + needs, self.n_all())
    }

    /// The average length of a public document that is no need, in tokens.
    pub(crate) fn average_offer_len(&self) -> f64 {
        mean(self.sum_len[0], self.n_offers)
    }

    /// In how many offers and needs a term stands.
    pub(crate) fn holding(&self, term: &str) -> (u64, u64) {
        let hash = term_hash(term);
        let base = self.base.get(&hash).copied().unwrap_or_default();
        let shift = self.overlay.get(&hash).copied().unwrap_or_default();
        let sum = |n: u32, by: i32| u64::from(n.saturating_add_signed(by));
        (sum(base.offers, shift.offers), sum(base.needs, shift.needs))
    }

    /// In how many public documents a term stands.
    pub(crate) fn n_with(&self, term: &str) -> u64 {
        let (offers, needs) = self.holding(term);
        offers + needs
    }

    /// Counts one public document in or out; `terms` are its distinct terms.
    pub(crate) fn count(&mut self, terms: &[u64], len: u64, is_need: bool, step: Step) {
        let by = if step == Step::Join { 1 } else { -1 };
        let shift = |n: &mut u64, by: u64| {
            *n = if step == Step::Join { *n + by } else { n.saturating_sub(by) };
        };
        shift(if is_need { &mut self.n_needs } else { &mut self.n_offers }, 1);
        shift(&mut self.sum_len[usize::from(is_need)], len);
        let overlay = Arc::make_mut(&mut self.overlay);
        for term in terms {
            let entry = overlay.entry(*term).or_default();
            *(if is_need { &mut entry.needs } else { &mut entry.offers }) += by;
        }
        if self.overlay.len() > OVERLAY_MIN.max(self.base.len() / 4) {
            self.settle();
        }
    }

    /// Folds the overlay into the base.
    fn settle(&mut self) {
        let base = Arc::make_mut(&mut self.base);
        for (term, shift) in self.overlay.iter() {
            let entry = base.entry(*term).or_default();
            entry.offers = entry.offers.saturating_add_signed(shift.offers);
            entry.needs = entry.needs.saturating_add_signed(shift.needs);
            if *entry == Holding::default() {
                base.remove(term);
            }
        }
        self.overlay = Arc::default();
    }

    /// Counts a term in whole, when statistics are read back from the index.
    pub(crate) fn set(&mut self, term: &str, offers: u32, needs: u32) {
        let entry = Arc::make_mut(&mut self.base).entry(term_hash(term)).or_default();
        entry.offers += offers;
        entry.needs += needs;
    }

    /// Sets the totals, when statistics are read back from the index.
    pub(crate) fn set_totals(&mut self, n_offers: u64, n_needs: u64, sum_len: [u64; 2]) {
        (self.n_offers, self.n_needs, self.sum_len) = (n_offers, n_needs, sum_len);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn snapshots_do_not_move() {
        let mut counts = Counts::default();
        let terms: Vec<u64> = ["a", "b"].map(term_hash).to_vec();
        counts.count(&terms, 10, false, Step::Join);
        counts.count(&terms[..1], 20, true, Step::Join);
        let before = counts.clone();
        counts.settle();
        counts.count(&terms, 10, false, Step::Leave);
        assert_eq!((before.n_with("a"), before.n_with("b"), before.n_all()), (2, 1, 2));
        assert_eq!(before.holding("a"), (1, 1));
        assert_eq!((counts.n_with("a"), counts.n_with("b"), counts.n_all()), (1, 0, 1));
        assert!((counts.average_len() - 20.0).abs() < 1e-9);
    }
}
