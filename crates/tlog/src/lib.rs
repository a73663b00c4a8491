//! A tamper-evident log: RFC 6962 trees, proofs, C2SP checkpoints.
//!
//! The log is a Merkle tree that only grows. [`Frontier`] keeps its right edge and gives out tiles
//! of 256 hashes as they fill; a [`HashSource`] reads them back for proofs; [`verify_inclusion`]
//! and its sisters check proofs without any store; [`SignedCheckpoint`] is the signed tree head,
//! [`Receipt`] the file a stranger checks off-line, [`Note`] a signed statement about anything else.
//!
//! Invariants: a hash once appended never changes place; a tile once full never changes; every
//! text that a parser here accepts is printed again byte for byte; no input makes this crate panic.
//!
//! Deliberately absent: storage, clocks, chance (seeds and times come in as arguments), the rules
//! of a witness, what an entry contains, and signature kinds other than Ed25519.

mod checkpoint;
mod frontier;
mod hash;
mod key;
mod note;
mod prove;
mod receipt;
mod signature;
mod text;
mod tile;
mod verify;

pub use checkpoint::{Checkpoint, Cosignature, NoteError, Policy, SignedCheckpoint, Verified};
pub use frontier::Frontier;
pub use hash::{Hash, HashError, commitment, root_of};
pub use key::{KeyError, KeyKind, SigningKey, VerifierKey};
pub use note::Note;
pub use prove::{HashSource, ProveError, WithEdge, consistency_proof, inclusion_proof, root_at};
pub use receipt::{Receipt, ReceiptError};
pub use signature::Signature;
pub use tile::{TILE_HASHES, Tile};
pub use verify::{
    VerifyError, verify_consistency, verify_inclusion, verify_subtree_consistency,
    verify_subtree_inclusion,
};

/// The most entries a tree may have, because C2SP texts carry sizes as 63-bit numbers.
pub const SIZE_MAX: u64 = (1 << 63) - 1;

/// The most hashes a proof may have: one for each level below the root of the largest tree.
pub const PROOF_HASHES_MAX: usize = 63;

/// The most signatures of a note; C2SP signed-note asks for at least 16.
pub const SIGNATURES_MAX: usize = 64;

/// The most bytes of a note: 64 post-quantum signatures of strangers still fit.
pub const NOTE_BYTES_MAX: usize = 512 * 1024;

/// The most bytes of a receipt, its extra line included.
pub const RECEIPT_BYTES_MAX: usize = 4 * 1024 * 1024;

/// The most bytes of a key name or an origin.
pub const NAME_BYTES_MAX: usize = 255;
