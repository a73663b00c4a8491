//! Checking proofs against roots, without any store.
//!
//! The algorithms are those of RFC 9162 sections 2.1.3.2 and 2.1.4.2 and, for subtrees, of the
//! IETF draft on Merkle tree certificates. Stricter than the RFC: an old size of zero proves
//! nothing and is refused; so is any size above 2^63 - 1.

use std::fmt;
use std::ops::Range;

use crate::SIZE_MAX;
use crate::hash::Hash;

/// Checks that the tree of `size` entries with this root has the leaf at `index`.
pub fn verify_inclusion(
    leaf: &Hash,
    index: u64,
    size: u64,
    proof: &[Hash],
    root: &Hash,
) -> Result<(), VerifyError> {
    if index >= size {
        return Err(VerifyError::IndexOutside { index });
    }
    check_size(size)?;
    // Where the node stands in its row, where the row ends, and the node's hash.
    let (mut at, mut last, mut hash) = (index, size - 1, *leaf);
    for sibling in proof {
        if last == 0 {
            return Err(VerifyError::ProofTooLong);
        }
        if at & 1 == 1 || at == last {
            hash = Hash::node(sibling, &hash);
            // An odd last node is carried upwards until it is a right child.
            let carried = at.trailing_zeros();
            (at, last) = (at >> carried, last >> carried);
        } else {
            hash = Hash::node(&hash, sibling);
        }
        (at, last) = (at >> 1, last >> 1);
    }
    if last != 0 {
        return Err(VerifyError::ProofTooShort);
    }
    if hash != *root {
        return Err(VerifyError::RootMismatch);
    }
    Ok(())
}

/// Checks that the tree of `size1` entries is the beginning of the tree of `size2` entries.
pub fn verify_consistency(
    size1: u64,
    size2: u64,
    proof: &[Hash],
    root1: &Hash,
    root2: &Hash,
) -> Result<(), VerifyError> {
    if size1 == 0 {
        return Err(VerifyError::SizeZero);
    }
    verify_subtree_consistency(0..size1, size2, proof, root1, root2)
}

/// Checks that the subtree over the leaves `range` has the leaf number `index` of the whole tree.
pub fn verify_subtree_inclusion(
    leaf: &Hash,
    index: u64,
    range: Range<u64>,
    proof: &[Hash],
    root: &Hash,
) -> Result<(), VerifyError> {
    check_size(range.end)?;
    if range.start >= range.end {
        return Err(VerifyError::NotSubtree { range });
    }
    check_subtree(&range)?;
    if !range.contains(&index) {
        return Err(VerifyError::IndexOutside { index });
    }
    verify_inclusion(leaf, index - range.start, range.end - range.start, proof, root)
}

/// Checks that the subtree over the leaves `range` is a part of the tree of `size` entries.
///
/// An empty range is part of every tree, provided its root is that of nothing and no proof is
/// given; this follows the published vectors.
pub fn verify_subtree_consistency(
    range: Range<u64>,
    size: u64,
    proof: &[Hash],
    subtree_root: &Hash,
    root: &Hash,
) -> Result<(), VerifyError> {
    check_size(size)?;
    if range.end > size {
        return Err(VerifyError::BeyondSize { end: range.end, size });
    }
    check_subtree(&range)?;
    if range.is_empty() {
        return check_empty(proof, subtree_root);
    }
    let mut walk = Walk { first: range.start, at: range.end - 1, last: size - 1 };
    walk.climb();
    let mut rest = proof.iter();
    // A perfect subtree is a node of the tree; else the walk starts at the last node within it.
    let seed = if walk.first == walk.at { Some(subtree_root) } else { rest.next() };
    let seed = *seed.ok_or(VerifyError::ProofTooShort)?;
    let (mut inner, mut outer) = (seed, seed);
    for hash in rest {
        if walk.last == 0 {
            return Err(VerifyError::ProofTooLong);
        }
        if walk.at & 1 == 1 || walk.at == walk.last {
            if walk.first < walk.at {
                inner = Hash::node(hash, &inner);
            }
            outer = Hash::node(hash, &outer);
            walk.shift(walk.at.trailing_zeros());
        } else {
            outer = Hash::node(&outer, hash);
        }
        walk.shift(1);
    }
    if walk.last != 0 {
        return Err(VerifyError::ProofTooShort);
    }
    if inner != *subtree_root {
        return Err(VerifyError::OldRootMismatch);
    }
    if outer != *root {
        return Err(VerifyError::RootMismatch);
    }
    Ok(())
}

/// One row of the tree: the subtree's first and last node in it, and the tree's last.
struct Walk {
    first: u64,
    at: u64,
    last: u64,
}

impl Walk {
    /// Goes up to the highest node that ends where the subtree ends.
    fn climb(&mut self) {
        let to_perfect = 64 - (self.first ^ self.at).leading_zeros();
        let to_left_child = self.at.trailing_ones();
        let is_at_edge = self.at == self.last;
        self.shift(if is_at_edge { to_perfect } else { to_perfect.min(to_left_child) });
    }

    fn shift(&mut self, rows: u32) {
        let up = |place: u64| place.checked_shr(rows).unwrap_or(0);
        *self = Self { first: up(self.first), at: up(self.at), last: up(self.last) };
    }
}

fn check_size(size: u64) -> Result<(), VerifyError> {
    if size > SIZE_MAX { Err(VerifyError::SizeTooLarge { size }) } else { Ok(()) }
}

/// A subtree starts at a multiple of the least power of two that holds it.
fn check_subtree(range: &Range<u64>) -> Result<(), VerifyError> {
    let width = range.end.checked_sub(range.start);
    let is_aligned = |width: u64| range.start.is_multiple_of(width.next_power_of_two());
    if width.is_some_and(is_aligned) {
        return Ok(());
    }
    Err(VerifyError::NotSubtree { range: range.clone() })
}

fn check_empty(proof: &[Hash], root: &Hash) -> Result<(), VerifyError> {
    if !proof.is_empty() {
        return Err(VerifyError::ProofTooLong);
    }
    if *root != Hash::EMPTY {
        return Err(VerifyError::OldRootMismatch);
    }
    Ok(())
}

/// Why a proof proves nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum VerifyError {
    /// The leaf lies outside the tree or the subtree.
    IndexOutside {
        /// The place of the leaf.
        index: u64,
    },
    /// A tree without entries is consistent with everything, which proves nothing.
    SizeZero,
    /// The size is above 2^63 - 1.
    SizeTooLarge {
        /// The size given.
        size: u64,
    },
    /// The old tree or the subtree ends after the tree.
    BeyondSize {
        /// Where the old tree or the subtree ends.
        end: u64,
        /// The size of the tree.
        size: u64,
    },
    /// The range is reversed, or its leaves have no node of their own.
    NotSubtree {
        /// The range given.
        range: Range<u64>,
    },
    /// The proof has more hashes than the sizes ask for.
    ProofTooLong,
    /// The proof has fewer hashes than the sizes ask for.
    ProofTooShort,
    /// The proof does not lead to the root of the old tree or of the subtree.
    OldRootMismatch,
    /// The proof does not lead to the root of the tree.
    RootMismatch,
}

impl fmt::Display for VerifyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::IndexOutside { index } => write!(f, "Leaf {index} lies outside the tree."),
            Self::SizeZero => write!(f, "An old tree without entries proves nothing."),
            Self::SizeTooLarge { size } => write!(f, "A tree of {size} entries is too large."),
            Self::BeyondSize { end, size } => {
                write!(f, "Leaves up to {end} are not in a tree of {size} entries.")
            }
            Self::NotSubtree { range } => {
                write!(f, "The leaves from {} up to {} are no subtree.", range.start, range.end)
            }
            Self::ProofTooLong => write!(f, "The proof has too many hashes."),
            Self::ProofTooShort => write!(f, "The proof has too few hashes."),
            Self::OldRootMismatch => write!(f, "The proof does not lead to the old root."),
            Self::RootMismatch => write!(f, "The proof does not lead to the root."),
        }
    }
}

impl std::error::Error for VerifyError {}
