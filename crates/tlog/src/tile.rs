//! Tiles: 256 neighbouring hashes of the tree, stored as one row.
//!
//! Tile `index` of level `level` holds the hashes number 256·index to 256·index + 255 at height
//! 8·level above the leaves. Only full tiles are stored; a shorter one lives at the right edge.

use crate::hash::{Hash, HashError, root_of};

/// How many hashes a full tile holds.
pub const TILE_HASHES: usize = 256;

/// How many bytes a full tile takes.
const TILE_BYTES: usize = TILE_HASHES * 32;

/// Neighbouring hashes at one height; fewer than 256 only at the right edge of the tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tile {
    /// The height of the hashes above the leaves, divided by 8.
    pub level: u8,
    /// The place of the tile in its level, counted from the left.
    pub index: u64,
    /// The hashes from left to right.
    pub hashes: Vec<Hash>,
}

impl Tile {
    /// Whether the tile holds all of its 256 hashes and will never change again.
    pub fn is_full(&self) -> bool {
        self.hashes.len() == TILE_HASHES
    }

    /// The root over the hashes of the tile; for a full tile, one hash of the level above.
    pub fn root(&self) -> Hash {
        root_of(&self.hashes)
    }

    /// The hashes joined, as a store keeps them.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.hashes.iter().flat_map(|hash| hash.0).collect()
    }

    /// Reads a full tile as a store keeps it.
    pub fn from_bytes(level: u8, index: u64, bytes: &[u8]) -> Result<Self, HashError> {
        let (chunks, rest) = bytes.as_chunks::<32>();
        if bytes.len() != TILE_BYTES || !rest.is_empty() {
            return Err(HashError::TileLength { bytes: bytes.len() });
        }
        Ok(Self { level, index, hashes: chunks.iter().copied().map(Hash).collect() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tile_survives_its_bytes() {
        let hashes: Vec<Hash> = (0..=255).map(|byte| Hash::leaf(&[byte])).collect();
        let tile = Tile { level: 1, index: 7, hashes };
        let bytes = tile.to_bytes();
        assert!(tile.is_full());
        assert_eq!(Tile::from_bytes(1, 7, &bytes), Ok(tile));
        for cut in [0, 1, 31, 32, TILE_BYTES - 32, TILE_BYTES - 1] {
            let refused = Tile::from_bytes(1, 7, &bytes[..cut]);
            assert_eq!(refused, Err(HashError::TileLength { bytes: cut }));
        }
    }
}
