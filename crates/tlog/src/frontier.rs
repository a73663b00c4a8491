//! The right edge of the tree: all that appending and signing need to remember.
//!
//! Invariants: row `h` holds the nodes at height `h` that stand within the unfinished tile of their
//! level, so never more than 255; where bit `h` of the size is set, its last node has no right
//! sibling yet and is one of the peaks the tree consists of.

use crate::hash::Hash;
use crate::prove::{HashSource, Nodes, ProveError, WithEdge};
use crate::tile::Tile;

/// The append-only right edge of a tree.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Frontier {
    size: u64,
    /// By height above the leaves; every eighth row is an unfinished tile.
    rows: Vec<Vec<Hash>>,
}

impl Frontier {
    /// The edge of the tree without entries.
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads the edge of the tree of this size: at most 255 tiles and 255 hashes for each level.
    pub fn rebuild<S: HashSource>(size: u64, source: &S) -> Result<Self, ProveError<S::Error>> {
        let mut nodes = Nodes::new(size, source)?;
        let mut rows: Vec<Vec<Hash>> = Vec::new();
        let n_rows = 64 - size.leading_zeros();
        for height in 0..n_rows {
            let row = match rows.last() {
                Some(below) if !height.is_multiple_of(8) => pairs(below),
                _ => nodes.edge(height / 8)?,
            };
            rows.push(row);
        }
        Ok(Self { size, rows })
    }

    /// Appends a leaf and gives the tiles it filled, the lowest level first.
    #[must_use = "full tiles are kept by the caller"]
    pub fn append(&mut self, leaf: Hash) -> Vec<Tile> {
        let mut full = Vec::new();
        let mut hash = leaf;
        let mut height = 0;
        loop {
            if self.rows.len() == height {
                self.rows.push(Vec::new());
            }
            let row = self.rows.get_mut(height).expect("rows begin one by one, from the leaves");
            let left = row.last().copied();
            row.push(hash);
            if (self.size >> height) & 1 == 0 {
                break;
            }
            let left = left.expect("where the bit of the size is set, a left sibling waits");
            hash = Hash::node(&left, &hash);
            height += 1;
            if height.is_multiple_of(8) {
                full.push(self.take(height / 8 - 1));
            }
        }
        self.size += 1;
        full
    }

    /// How many leaves were appended.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The root of the tree.
    pub fn root(&self) -> Hash {
        let is_peak = |height: &usize| (self.size >> height) & 1 == 1;
        let peaks = (0..self.rows.len()).filter(is_peak);
        let peaks = peaks.filter_map(|height| self.rows.get(height)?.last().copied());
        peaks.reduce(|right, left| Hash::node(&left, &right)).unwrap_or(Hash::EMPTY)
    }

    /// The unfinished tile of this level at this place, if it holds any hash.
    pub fn tile(&self, level: u8, index: u64) -> Option<Tile> {
        let row = self.rows.get(8 * usize::from(level)).filter(|row| !row.is_empty())?;
        let last = (self.size >> (8 * level)) >> 8;
        (index == last).then(|| Tile { level, index, hashes: row.clone() })
    }

    /// The node number `index` of this height, if it stands within an unfinished tile.
    pub(crate) fn node(&self, height: u32, index: u64) -> Option<Hash> {
        let row = self.rows.get(usize::try_from(height).ok()?)?;
        let depth = height % 8;
        let start = (self.size >> (height - depth)) >> 8 << (8 - depth);
        let at = usize::try_from(index.checked_sub(start)?).ok()?;
        row.get(at).copied()
    }

    /// The leaves `from..to`, if all of them lie in the unfinished tile.
    pub fn leaves(&self, from: u64, to: u64) -> Option<&[Hash]> {
        let edge = self.rows.first()?;
        let start = self.size >> 8 << 8;
        let from = usize::try_from(from.checked_sub(start)?).ok()?;
        let to = usize::try_from(to.checked_sub(start)?).ok()?;
        edge.get(from..to)
    }

    /// A source of hashes that answers from this edge first, so that proofs read few tiles.
    pub fn over<'a, S: HashSource>(&'a self, full: &'a S) -> WithEdge<'a, S> {
        WithEdge::new(self, full)
    }

    /// Takes out the tile of a level that has just become full.
    fn take(&mut self, level: usize) -> Tile {
        let mut rows = self.rows.iter_mut().skip(8 * level).take(8);
        let hashes = rows.next().map(std::mem::take).unwrap_or_default();
        rows.for_each(Vec::clear);
        // The size is that before the append, when the level had 256·index + 255 hashes.
        let index = (self.size >> (8 * level)) >> 8;
        let level = u8::try_from(level).expect("a tree of 64-bit size has 8 levels of tiles");
        Tile { level, index, hashes }
    }
}

/// The nodes above a row; an odd last one still waits for its sibling.
fn pairs(row: &[Hash]) -> Vec<Hash> {
    let (pairs, _) = row.as_chunks::<2>();
    pairs.iter().map(|[left, right]| Hash::node(left, right)).collect()
}
