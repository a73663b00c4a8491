//! What a reader sees of some kinds of a generation: found once, then asked of every document.
//!
//! A generation never changes, so what a reach sees of it does not either. The shelf keeps the
//! reaches asked last; strangers share one, and a signed-in person's own is found in about a
//! millisecond among 100,000 documents.
use std::sync::{Arc, OnceLock};

use parking_lot::Mutex;

use crate::answer::Facets;
use crate::columns::{small, wide};
use crate::generation::Segment;
use crate::reach::{Reach, Sieve};

/// So many reaches are kept with a generation.
const KEPT_MAX: usize = 64;

/// The live documents of each segment that a reach sees, of the kinds asked for.
pub(crate) struct Seen {
    segments: Vec<Bits>,
    /// The counts over all of them, made when a list without words first asks.
    facets: OnceLock<Facets>,
}

/// A set of a segment's documents.
struct Bits {
    words: Vec<u64>,
    n: u64,
}

impl Seen {
    fn new(segments: &[Segment], reach: &Reach, kinds: &[String]) -> Self {
        let bits = |segment: &Segment| {
            let mut sieves = vec![Sieve::new(reach, &segment.columns)];
            if !kinds.is_empty() {
                sieves.push(Sieve::of_values(&segment.columns.kind, kinds));
            }
            let sieve = Sieve::All(sieves);
            let mut words = vec![0_u64; wide(segment.n_docs()).div_ceil(64)];
            let mut n = 0;
            for doc in (0..segment.n_docs()).filter(|doc| segment.is_live(*doc)) {
                if sieve.passes(doc) {
                    words[wide(doc / 64)] |= 1 << (doc % 64);
                    n += 1;
                }
            }
            Bits { words, n }
        };
        Self { segments: segments.iter().map(bits).collect(), facets: OnceLock::new() }
    }

    pub(crate) fn holds(&self, segment: usize, doc: u32) -> bool {
        self.segments[segment].words[wide(doc / 64)] >> (doc % 64) & 1 == 1
    }

    /// The documents of a segment, ascending.
    pub(crate) fn docs(&self, segment: usize) -> impl Iterator<Item = u32> {
        self.segments[segment].words.iter().enumerate().flat_map(|(at, word)| {
            let mut left = *word;
            std::iter::from_fn(move || {
                let bit = left.trailing_zeros();
                left &= left.wrapping_sub(1);
                (bit < 64).then(|| small(at) * 64 + bit)
            })
        })
    }

    /// How many documents there are.
    pub(crate) fn n(&self) -> u64 {
        self.segments.iter().map(|bits| bits.n).sum()
    }

    /// The counts over all of them.
    pub(crate) fn facets(&self, make: impl FnOnce() -> Facets) -> &Facets {
        self.facets.get_or_init(make)
    }
}

/// A reach and the kinds asked for; no kinds are all kinds.
type Asked = (Reach, Vec<String>);

/// What the reaches asked last see, the latest last.
#[derive(Default)]
pub(crate) struct SeenShelf(Mutex<Vec<(Asked, Arc<Seen>)>>);

impl SeenShelf {
    /// What a reach sees of these segments, which are the same at each call.
    pub(crate) fn seen(&self, segments: &[Segment], reach: &Reach, kinds: &[String]) -> Arc<Seen> {
        let known = {
            let mut kept = self.0.lock();
            let is_it = |(asked, _): &(Asked, _)| asked.0 == *reach && asked.1 == kinds;
            kept.iter().position(is_it).map(|at| {
                let known = kept.remove(at);
                let seen = known.1.clone();
                kept.push(known);
                seen
            })
        };
        known.unwrap_or_else(|| {
            let seen = Arc::new(Seen::new(segments, reach, kinds));
            let mut kept = self.0.lock();
            if kept.len() >= KEPT_MAX {
                kept.remove(0);
            }
            kept.push(((reach.clone(), kinds.to_vec()), seen.clone()));
            seen
        })
    }
}
