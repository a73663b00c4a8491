//! The right edge of the tree: all that appending and signing need to remember.
//!
//! Invariants: there is one peak per set bit of the size; the edge of a level holds the hashes of
//! its last tile while that is not full, so never more than 255.

use crate::hash::Hash;
use crate::prove::{HashSource, Nodes, ProveError, WithEdge};
use crate::tile::{TILE_HASHES, Tile};

/// The append-only right edge of a tree.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Frontier {
    size: u64,
    /// Roots of the perfect subtrees the tree consists of, the largest first.
    peaks: Vec<Hash>,
    /// The unfinished tile of each level, from the leaves up.
    edges: Vec<Vec<Hash>>,
}

impl Frontier {
    /// The edge of the tree without entries.
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads the edge of the tree of this size: at most 255 tiles and 255 hashes for each level.
    pub fn rebuild<S: HashSource>(size: u64, source: &S) -> Result<Self, ProveError<S::Error>> {
        let mut nodes = Nodes::new(size, source)?;
        let mut edges = Vec::new();
        let mut peaks = Vec::new();
        for level in 0_u8..8 {
            let n_hashes = size >> (8 * u32::from(level));
            if n_hashes == 0 {
                break;
            }
            let edge = nodes.edge(level)?;
            peaks.extend(peaks_of(&edge));
            edges.push(edge);
        }
        peaks.reverse();
        Ok(Self { size, peaks, edges })
    }

    /// Appends a leaf and gives the tiles it filled, the lowest level first.
    #[must_use = "full tiles are kept by the caller"]
    pub fn append(&mut self, leaf: Hash) -> Vec<Tile> {
        let mut full = Vec::new();
        let mut hash = leaf;
        let mut height = 0_u32;
        loop {
            if height.is_multiple_of(8) {
                full.extend(self.push(height / 8, hash));
            }
            if (self.size >> height) & 1 == 0 {
                break;
            }
            let left = self.peaks.pop().expect("each set bit of the size has a peak");
            hash = Hash::node(&left, &hash);
            height += 1;
        }
        self.peaks.push(hash);
        self.size += 1;
        full
    }

    /// How many leaves were appended.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The root of the tree.
    pub fn root(&self) -> Hash {
        let join = |right: Hash, left: Hash| Hash::node(&left, &right);
        self.peaks.iter().rev().copied().reduce(join).unwrap_or(Hash::EMPTY)
    }

    /// The unfinished tile of this level at this place, if it holds any hash.
    pub fn tile(&self, level: u8, index: u64) -> Option<Tile> {
        let hashes = self.edges.get(usize::from(level)).filter(|edge| !edge.is_empty())?;
        let last = (self.size >> (8 * u32::from(level))) >> 8;
        (index == last).then(|| Tile { level, index, hashes: hashes.clone() })
    }

    /// The leaves `from..to`, if all of them lie in the unfinished tile.
    pub fn leaves(&self, from: u64, to: u64) -> Option<&[Hash]> {
        let edge = self.edges.first()?;
        let start = self.size >> 8 << 8;
        let from = usize::try_from(from.checked_sub(start)?).ok()?;
        let to = usize::try_from(to.checked_sub(start)?).ok()?;
        edge.get(from..to)
    }

    /// A source of hashes that answers from this edge first, so that proofs read few tiles.
    pub fn over<'a, S: HashSource>(&'a self, full: &'a S) -> WithEdge<'a, S> {
        WithEdge::new(self, full)
    }

    /// Puts a hash at the edge of a tile level and takes the tile out if that filled it.
    fn push(&mut self, level: u32, hash: Hash) -> Option<Tile> {
        let level = u8::try_from(level).expect("a tree of 64-bit size has 8 tile levels");
        if self.edges.len() == usize::from(level) {
            self.edges.push(Vec::with_capacity(TILE_HASHES));
        }
        let edge = self.edges.get_mut(usize::from(level)).expect("levels begin one by one");
        edge.push(hash);
        if edge.len() < TILE_HASHES {
            return None;
        }
        let hashes = std::mem::replace(edge, Vec::with_capacity(TILE_HASHES));
        // Before this append the level had 256·index + 255 hashes.
        let index = (self.size >> (8 * u32::from(level))) >> 8;
        Some(Tile { level, index, hashes })
    }
}

/// The roots of the perfect subtrees over an unfinished tile, the smallest first.
fn peaks_of(edge: &[Hash]) -> Vec<Hash> {
    let mut rest = edge;
    let mut peaks = Vec::new();
    for depth in (0..8).rev() {
        if let Some((perfect, after)) = rest.split_at_checked(1 << depth) {
            peaks.push(crate::hash::root_of(perfect));
            rest = after;
        }
    }
    peaks.reverse();
    peaks
}
