//! Proofs and roots computed from stored tiles.
//!
//! A perfect subtree is found inside one tile, so a proof reads one tile per level on its path and
//! one per level at the right edge. The hashes of an unfinished tile above the leaves are roots of
//! full tiles below: without [`WithEdge`] each of them costs one more read, at most 255 a level.

use std::fmt;

use crate::SIZE_MAX;
use crate::frontier::Frontier;
use crate::hash::{Hash, root_of};
use crate::tile::{TILE_HASHES, Tile};

/// Where stored hashes are read from.
pub trait HashSource {
    /// What may go wrong when reading.
    type Error;

    /// A stored tile; one that is not yet full may be absent, or hold what it has so far.
    fn tile(&self, level: u8, index: u64) -> Result<Option<Tile>, Self::Error>;

    /// The leaf hashes `from..to`; asked only for leaves after the last full tile.
    fn leaves(&self, from: u64, to: u64) -> Result<Vec<Hash>, Self::Error>;

    /// The root of the perfect subtree number `index` of this height, if no read is needed.
    fn at_hand(&self, _height: u32, _index: u64) -> Option<Hash> {
        None
    }
}

/// A source that answers from the edge in memory before it asks the store.
#[derive(Clone, Copy, Debug)]
pub struct WithEdge<'a, S> {
    edge: &'a Frontier,
    full: &'a S,
}

impl<'a, S: HashSource> WithEdge<'a, S> {
    /// Joins the edge of a tree with the store of its full tiles.
    pub fn new(edge: &'a Frontier, full: &'a S) -> Self {
        Self { edge, full }
    }
}

impl<S: HashSource> HashSource for WithEdge<'_, S> {
    type Error = S::Error;

    fn tile(&self, level: u8, index: u64) -> Result<Option<Tile>, S::Error> {
        match self.edge.tile(level, index) {
            Some(tile) => Ok(Some(tile)),
            None => self.full.tile(level, index),
        }
    }

    fn leaves(&self, from: u64, to: u64) -> Result<Vec<Hash>, S::Error> {
        match self.edge.leaves(from, to) {
            Some(leaves) => Ok(leaves.to_vec()),
            None => self.full.leaves(from, to),
        }
    }

    fn at_hand(&self, height: u32, index: u64) -> Option<Hash> {
        self.edge.node(height, index)
    }
}

/// The proof that the tree of `size` entries has the leaf `index` (RFC 6962 section 2.1.1).
pub fn inclusion_proof<S: HashSource>(
    index: u64,
    size: u64,
    source: &S,
) -> Result<Vec<Hash>, ProveError<S::Error>> {
    if index >= size {
        return Err(ProveError::IndexBeyondSize { index, size });
    }
    let mut nodes = Nodes::new(size, source)?;
    let mut proof = Vec::new();
    let (mut start, mut end) = (0, size);
    while end - start > 1 {
        let middle = split(start, end);
        if index < middle {
            proof.push(nodes.subtree(middle, end)?);
            end = middle;
        } else {
            proof.push(nodes.subtree(start, middle)?);
            start = middle;
        }
    }
    proof.reverse();
    Ok(proof)
}

/// The proof that the tree of `size1` entries is the beginning of that of `size2`
/// (RFC 6962 section 2.1.2).
pub fn consistency_proof<S: HashSource>(
    size1: u64,
    size2: u64,
    source: &S,
) -> Result<Vec<Hash>, ProveError<S::Error>> {
    if size1 == 0 {
        return Err(ProveError::SizeZero);
    }
    if size1 > size2 {
        return Err(ProveError::SizesReversed { size1, size2 });
    }
    let mut nodes = Nodes::new(size2, source)?;
    let mut proof = Vec::new();
    let (mut start, mut end) = (0, size2);
    while size1 != end {
        let middle = split(start, end);
        if size1 <= middle {
            proof.push(nodes.subtree(middle, end)?);
            end = middle;
        } else {
            proof.push(nodes.subtree(start, middle)?);
            start = middle;
        }
    }
    // A subtree that begins at the first leaf is the old tree itself, whose root is known.
    if start > 0 {
        proof.push(nodes.subtree(start, end)?);
    }
    proof.reverse();
    Ok(proof)
}

/// The root of the tree when it had `size` entries.
pub fn root_at<S: HashSource>(size: u64, source: &S) -> Result<Hash, ProveError<S::Error>> {
    if size == 0 {
        return Ok(Hash::EMPTY);
    }
    Nodes::new(size, source)?.subtree(0, size)
}

/// Where the subtree `start..end` of two or more leaves is split.
fn split(start: u64, end: u64) -> u64 {
    start + (1 << (end - start - 1).ilog2())
}

/// Perfect subtrees of one tree, each tile read at most once.
pub(crate) struct Nodes<'a, S> {
    source: &'a S,
    size: u64,
    seen: Vec<Tile>,
}

impl<'a, S: HashSource> Nodes<'a, S> {
    pub(crate) fn new(size: u64, source: &'a S) -> Result<Self, ProveError<S::Error>> {
        if size > SIZE_MAX {
            return Err(ProveError::SizeTooLarge { size });
        }
        Ok(Self { source, size, seen: Vec::new() })
    }

    /// The hashes of the unfinished tile of this level.
    pub(crate) fn edge(&mut self, level: u32) -> Result<Vec<Hash>, ProveError<S::Error>> {
        let level = u8::try_from(level).expect("a tree of 64-bit size has 8 levels of tiles");
        let n_hashes = self.size >> (8 * u32::from(level));
        let (tile, count) = place(n_hashes);
        if count == 0 {
            return Ok(Vec::new());
        }
        match self.read(level, tile)?.get(..count) {
            Some(hashes) => Ok(hashes.to_vec()),
            None => self.roots_below(level, tile, 0, count),
        }
    }

    /// The root of the leaves `start..end`, which are a subtree by RFC 6962's way of splitting.
    fn subtree(&mut self, start: u64, end: u64) -> Result<Hash, ProveError<S::Error>> {
        let mut peaks = Vec::new();
        let mut at = start;
        for height in (0..=(end - start).ilog2()).rev() {
            if ((end - start) >> height) & 1 == 1 {
                peaks.push(self.perfect(height, at >> height)?);
                at += 1 << height;
            }
        }
        let join = |right: Hash, left: Hash| Hash::node(&left, &right);
        Ok(peaks.into_iter().rev().reduce(join).expect("a subtree has a leaf"))
    }

    /// The root of the perfect subtree number `index` among those of this height.
    fn perfect(&mut self, height: u32, index: u64) -> Result<Hash, ProveError<S::Error>> {
        if let Some(hash) = self.source.at_hand(height, index) {
            return Ok(hash);
        }
        let level = u8::try_from(height / 8).expect("heights are below 64");
        let depth = height % 8;
        let (tile, offset) = place(index << depth);
        let count = 1 << depth;
        match self.read(level, tile)?.get(offset..offset + count) {
            Some(hashes) => Ok(root_of(hashes)),
            None => Ok(root_of(&self.roots_below(level, tile, offset, count)?)),
        }
    }

    /// `count` hashes of an unfinished tile the source does not have: each is the root of a full
    /// tile of the level below.
    fn roots_below(
        &self,
        level: u8,
        tile: u64,
        offset: usize,
        count: usize,
    ) -> Result<Vec<Hash>, ProveError<S::Error>> {
        let below = level.checked_sub(1).ok_or(ProveError::TileMalformed { level, index: tile })?;
        let children = (tile << 8..).skip(offset).take(count);
        children.map(|child| Ok(self.full(below, child)?.root())).collect()
    }

    /// What the source has of a tile, with the leaves after the last full one.
    fn read(&mut self, level: u8, index: u64) -> Result<&[Hash], ProveError<S::Error>> {
        let seen = self.seen.iter().position(|tile| (tile.level, tile.index) == (level, index));
        let at = match seen {
            Some(at) => at,
            None => {
                let tile = self.fetch(level, index)?;
                self.seen.push(tile);
                self.seen.len() - 1
            }
        };
        Ok(self.seen.get(at).map_or(&[], |tile| tile.hashes.as_slice()))
    }

    fn fetch(&self, level: u8, index: u64) -> Result<Tile, ProveError<S::Error>> {
        let n_level = self.size >> (8 * u32::from(level));
        let first = index << 8;
        if n_level >> 8 > index {
            return self.full(level, index);
        }
        let (_, due) = place(n_level);
        let found = self.source.tile(level, index).map_err(ProveError::Source)?;
        if let Some(tile) = found.filter(|tile| tile.hashes.len() >= due) {
            return checked(tile, level, index);
        }
        if level > 0 {
            return Ok(Tile { level, index, hashes: Vec::new() });
        }
        let hashes = self.source.leaves(first, n_level).map_err(ProveError::Source)?;
        if hashes.len() != due {
            return Err(ProveError::LeavesMissing { from: first, to: n_level });
        }
        Ok(Tile { level, index, hashes })
    }

    /// A tile that this size of the tree has filled.
    fn full(&self, level: u8, index: u64) -> Result<Tile, ProveError<S::Error>> {
        let found = self.source.tile(level, index).map_err(ProveError::Source)?;
        let tile = checked(found.ok_or(ProveError::TileMissing { level, index })?, level, index)?;
        if !tile.is_full() {
            return Err(ProveError::TileMissing { level, index });
        }
        Ok(tile)
    }
}

/// The tile in which this hash of a level stands, and its place there.
fn place(hash: u64) -> (u64, usize) {
    let [.., low] = hash.to_be_bytes();
    (hash >> 8, usize::from(low))
}

fn checked<E>(tile: Tile, level: u8, index: u64) -> Result<Tile, ProveError<E>> {
    let is_asked = (tile.level, tile.index) == (level, index);
    if !is_asked || tile.hashes.len() > TILE_HASHES {
        return Err(ProveError::TileMalformed { level, index });
    }
    Ok(tile)
}

/// Why a proof or a root could not be computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProveError<E> {
    /// The tree has no such leaf.
    IndexBeyondSize {
        /// The leaf asked for.
        index: u64,
        /// The size of the tree.
        size: u64,
    },
    /// A tree without entries has nothing to prove.
    SizeZero,
    /// The size is above 2^63 - 1.
    SizeTooLarge {
        /// The size asked for.
        size: u64,
    },
    /// The old tree is larger than the new one.
    SizesReversed {
        /// The size of the old tree.
        size1: u64,
        /// The size of the new tree.
        size2: u64,
    },
    /// The source lacks a tile that must be full at this size.
    TileMissing {
        /// The level of the tile.
        level: u8,
        /// Its place in the level.
        index: u64,
    },
    /// The source gave another tile than asked, or one of more than 256 hashes.
    TileMalformed {
        /// The level of the tile asked for.
        level: u8,
        /// Its place in the level.
        index: u64,
    },
    /// The source gave more or fewer leaf hashes than asked.
    LeavesMissing {
        /// The first leaf asked for.
        from: u64,
        /// The leaf after the last one asked for.
        to: u64,
    },
    /// The source failed.
    Source(E),
}

impl<E: fmt::Display> fmt::Display for ProveError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::IndexBeyondSize { index, size } => {
                write!(f, "Leaf {index} is not in a tree of {size} entries.")
            }
            Self::SizeZero => write!(f, "A tree without entries has no proof."),
            Self::SizeTooLarge { size } => write!(f, "A tree of {size} entries is too large."),
            Self::SizesReversed { size1, size2 } => {
                write!(f, "The old size {size1} is larger than the new size {size2}.")
            }
            Self::TileMissing { level, index } => {
                write!(f, "Tile {index} of level {level} should be stored, but is missing.")
            }
            Self::TileMalformed { level, index } => {
                write!(f, "What is stored as tile {index} of level {level} is not that tile.")
            }
            Self::LeavesMissing { from, to } => {
                write!(f, "The leaf hashes from {from} up to {to} are not all stored.")
            }
            Self::Source(why) => write!(f, "The stored hashes could not be read: {why}"),
        }
    }
}

impl<E: std::error::Error + 'static> std::error::Error for ProveError<E> {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Source(why) => Some(why),
            _ => None,
        }
    }
}
