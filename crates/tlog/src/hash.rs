//! Hashes of RFC 6962 section 2.1, and the salted commitment to an erasable body.

use std::fmt;

use sha2::block_api::compress256;
use sha2::{Digest, Sha256};

use crate::text;

/// A SHA-256 value: a leaf, an inner node or a root of the tree.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hash(pub [u8; 32]);

impl Hash {
    /// The root of the tree without entries: SHA-256 of nothing.
    pub const EMPTY: Self = Self([
        0xe3, 0xb0, 0xc4, 0x42, 0x98, 0xfc, 0x1c, 0x14, 0x9a, 0xfb, 0xf4, 0xc8, 0x99, 0x6f, 0xb9,
        0x24, 0x27, 0xae, 0x41, 0xe4, 0x64, 0x9b, 0x93, 0x4c, 0xa4, 0x95, 0x99, 0x1b, 0x78, 0x52,
        0xb8, 0x55,
    ]);

    /// The hash of an entry.
    pub fn leaf(entry: &[u8]) -> Self {
        digest(&[&[0], entry])
    }

    /// The hash of two subtrees side by side: SHA-256 of 0x01 and both.
    ///
    /// Proofs consist of some 500 of these, so the two blocks of this fixed length are laid out
    /// here: a fifth faster than a hasher that must expect any length.
    pub fn node(left: &Self, right: &Self) -> Self {
        let mut blocks = NODE_BLOCKS;
        let (_, message) = blocks.as_flattened_mut().split_at_mut(1);
        let (to_left, message) = message.split_at_mut(32);
        let (to_right, _) = message.split_at_mut(32);
        to_left.copy_from_slice(&left.0);
        to_right.copy_from_slice(&right.0);
        let mut state = SHA256_START;
        compress256(&mut state, &blocks);
        let mut hash = [0; 32];
        let (words, _) = hash.as_chunks_mut::<4>();
        for (bytes, word) in words.iter_mut().zip(state) {
            *bytes = word.to_be_bytes();
        }
        Self(hash)
    }

    /// Reads canonical base64 of exactly 32 bytes.
    pub fn from_base64(text: &str) -> Result<Self, HashError> {
        let bytes = text::decode(text).ok_or(HashError::NotBase64)?;
        Self::try_from(bytes.as_slice())
    }

    /// Writes the hash as C2SP texts carry it.
    pub fn to_base64(&self) -> String {
        text::encode(&self.0)
    }
}

/// The initial state of SHA-256 (FIPS 180-4 section 5.3.3).
const SHA256_START: [u32; 8] = [
    0x6a09_e667,
    0xbb67_ae85,
    0x3c6e_f372,
    0xa54f_f53a,
    0x510e_527f,
    0x9b05_688c,
    0x1f83_d9ab,
    0x5be0_cd19,
];

/// A node's message with both hashes still zero: the prefix, 64 bytes, and the padding of FIPS
/// 180-4 section 5.1.1, which is a set bit, zeros and the length of 520 bits.
const NODE_BLOCKS: [[u8; 64]; 2] = {
    let mut blocks = [[0; 64]; 2];
    blocks[0][0] = 0x01;
    blocks[1][1] = 0x80;
    [blocks[1][62], blocks[1][63]] = 520_u16.to_be_bytes();
    blocks
};

impl TryFrom<&[u8]> for Hash {
    type Error = HashError;

    fn try_from(bytes: &[u8]) -> Result<Self, HashError> {
        let array = bytes.try_into().map_err(|_| HashError::WrongLength { bytes: bytes.len() })?;
        Ok(Self(array))
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Hash({self})")
    }
}

/// Why a text or a row of bytes is not a hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HashError {
    /// The text is not base64, or not its one canonical spelling.
    NotBase64,
    /// There are more or fewer than 32 bytes.
    WrongLength {
        /// How many there are.
        bytes: usize,
    },
    /// A stored tile has more or fewer than 256 hashes of 32 bytes.
    TileLength {
        /// How many bytes it has.
        bytes: usize,
    },
}

impl fmt::Display for HashError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotBase64 => write!(f, "The hash is not canonical base64."),
            Self::WrongLength { bytes } => {
                write!(f, "A hash has 32 bytes, but {bytes} were given.")
            }
            Self::TileLength { bytes } => {
                write!(f, "A full tile has 8192 bytes, but {bytes} were given.")
            }
        }
    }
}

impl std::error::Error for HashError {}

/// The root of the tree over these leaf hashes.
pub fn root_of(leaves: &[Hash]) -> Hash {
    // Pairing neighbours and carrying an odd last one upwards gives the tree that RFC 6962 defines
    // from the top by splitting at the largest power of two.
    let mut row = row_above(leaves);
    while row.len() > 1 {
        row = row_above(&row);
    }
    row.first().copied().unwrap_or(Hash::EMPTY)
}

fn row_above(row: &[Hash]) -> Vec<Hash> {
    let (pairs, odd) = row.as_chunks::<2>();
    let nodes = pairs.iter().map(|[left, right]| Hash::node(left, right));
    nodes.chain(odd.iter().copied()).collect()
}

/// The commitment to a body: erasing salt and body leaves the log valid and the body unguessable.
pub fn commitment(salt: &[u8; 32], body: &[u8]) -> Hash {
    digest(&[b"bellwether/commit/v1\n", salt, body])
}

/// SHA-256 of the parts joined.
pub(crate) fn digest(parts: &[&[u8]]) -> Hash {
    let mut sha = Sha256::new();
    for part in parts {
        sha.update(part);
    }
    Hash(sha.finalize().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_empty_root_is_the_hash_of_nothing() {
        assert_eq!(Hash::EMPTY, digest(&[]));
        assert_eq!(root_of(&[]), Hash::EMPTY);
    }

    #[test]
    fn a_node_is_the_plain_hash_of_its_message() {
        let mut left = Hash::EMPTY;
        for entry in 0..=255_u8 {
            let right = Hash::leaf(&[entry]);
            let node = Hash::node(&left, &right);
            assert_eq!(node, digest(&[&[1], &left.0, &right.0]));
            left = node;
        }
    }

    #[test]
    fn the_commitment_equals_its_vector() {
        let salt = std::array::from_fn(|at| u8::try_from(at).unwrap());
        assert_eq!(
            commitment(&salt, br#"{"act":"book","id":"b1"}"#).to_string(),
            "96c4664cca8981c441a5faae1004a7a004652ebd2815ca45e474b1b63b4116fc"
        );
    }

    #[test]
    fn a_hash_is_read_in_one_spelling_only() {
        let hash = Hash::leaf(b"x");
        let text = hash.to_base64();
        assert_eq!(Hash::from_base64(&text), Ok(hash));
        assert_eq!(Hash::from_base64(text.trim_end_matches('=')), Err(HashError::NotBase64));
        assert_eq!(Hash::from_base64(&format!("{text}\n")), Err(HashError::NotBase64));
        assert_eq!(Hash::from_base64(""), Err(HashError::WrongLength { bytes: 0 }));
        assert_eq!(Hash::from_base64("AA=="), Err(HashError::WrongLength { bytes: 1 }));
    }
}
