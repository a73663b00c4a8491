//! Stores for tests: a shelf of full tiles, and a huge tree of equal leaves that needs no memory.

use std::cell::Cell;
use std::collections::HashMap;
use std::convert::Infallible;

use tlog::{Frontier, Hash, HashSource, TILE_HASHES, Tile};

use crate::oracle::node;

/// Full tiles and the leaves after them, as a database keeps them; reads are counted.
#[derive(Default)]
pub struct Shelf {
    pub tiles: HashMap<(u8, u64), Tile>,
    pub tail: Vec<Hash>,
    pub n_reads: Cell<usize>,
}

impl Shelf {
    /// Appends the leaf to the tree and puts what it filled on the shelf.
    pub fn append(&mut self, frontier: &mut Frontier, leaf: Hash) {
        self.tail.push(leaf);
        for tile in frontier.append(leaf) {
            assert_eq!(tile.hashes.len(), TILE_HASHES);
            if tile.level == 0 {
                assert_eq!(tile.hashes, self.tail);
                self.tail.clear();
            }
            let earlier = self.tiles.insert((tile.level, tile.index), tile);
            assert_eq!(earlier, None, "a tile fills once");
        }
    }

    /// Where the leaves begin that stand in no full tile.
    fn tail_start(&self) -> u64 {
        let level_0 = self.tiles.keys().filter(|(level, _)| *level == 0);
        level_0.map(|(_, index)| (index + 1) * 256).max().unwrap_or(0)
    }
}

impl HashSource for Shelf {
    type Error = Infallible;

    fn tile(&self, level: u8, index: u64) -> Result<Option<Tile>, Infallible> {
        self.n_reads.set(self.n_reads.get() + 1);
        Ok(self.tiles.get(&(level, index)).cloned())
    }

    fn leaves(&self, from: u64, to: u64) -> Result<Vec<Hash>, Infallible> {
        self.n_reads.set(self.n_reads.get() + 1);
        let start = self.tail_start();
        assert!(from >= start, "leaves of full tiles are read from tiles");
        let at = |leaf: u64| usize::try_from(leaf - start).unwrap();
        Ok(self.tail[at(from)..at(to)].to_vec())
    }
}

/// A tree of any size whose leaves are all the same.
pub struct Uniform {
    pub size: u64,
    /// The root of 2^height leaves, by height.
    pub perfect: Vec<Hash>,
}

impl Uniform {
    pub fn new(size: u64) -> Self {
        let mut perfect = vec![Hash::leaf(b"the same")];
        for height in 0..63 {
            perfect.push(node(&perfect[height], &perfect[height]));
        }
        Self { size, perfect }
    }

    pub fn root(&self, n_leaves: u64) -> Hash {
        let height = n_leaves.ilog2();
        let perfect = self.perfect[usize::try_from(height).unwrap()];
        match n_leaves - (1 << height) {
            0 => perfect,
            rest => node(&perfect, &self.root(rest)),
        }
    }

    pub fn path(&self, index: u64, size: u64) -> Vec<Hash> {
        if size <= 1 {
            return Vec::new();
        }
        let left = 1 << (size - 1).ilog2();
        let (mut path, sibling) = if index < left {
            (self.path(index, left), self.root(size - left))
        } else {
            (self.path(index - left, size - left), self.root(left))
        };
        path.push(sibling);
        path
    }
}

impl HashSource for Uniform {
    type Error = Infallible;

    fn tile(&self, level: u8, index: u64) -> Result<Option<Tile>, Infallible> {
        let n_full = self.size >> (8 * u32::from(level)) >> 8;
        let hash = self.perfect[8 * usize::from(level)];
        let tile = Tile { level, index, hashes: vec![hash; TILE_HASHES] };
        Ok((index < n_full).then_some(tile))
    }

    fn leaves(&self, from: u64, to: u64) -> Result<Vec<Hash>, Infallible> {
        assert!(from >= self.size >> 8 << 8 && to <= self.size);
        Ok(vec![self.perfect[0]; usize::try_from(to - from).unwrap()])
    }
}
