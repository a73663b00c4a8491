//! Sealed bids: encrypted for trustees, a threshold of whom opens them.
//!
//! Nobody ever holds a whole key. The bidder's program draws a seed; from it come the key of the
//! bid's content, the shares of that key, and the one-time keys under which each share is sealed to
//! its trustee. Trustees make their keys on their own machines for one auction, publish the public
//! halves before bidding opens and the secret halves after it ended; any threshold of them opens
//! every bid, for everybody who has the published files.
//!
//! Invariants: the content holds the seed, and opening seals the bid again from it and compares every
//! byte, so that whichever trustees open a bid come to the same result, and a bid that would show
//! different things to different trustees is void; a bid is bound to its auction, lot, bidder and
//! version, and to the list of trustees; all bids of one list of trustees are equally long; a secret
//! is never printed by `Debug`.
//!
//! The parts: HPKE (RFC 9180, base mode, X25519, HKDF-SHA256, AES-128-GCM) for the shares, AES-256-GCM
//! for the content, shares over the field of AES (A. Shamir 1979). All of them are in the Web
//! Cryptography of browsers or are a few lines there.
//!
//! Deliberately absent: chance and the clock (both come in), the rules of the auction (see
//! `auction`), where files lie, and protection of a bidder from an altered program.

mod bid;
mod derive;
mod hpke;
mod opening;
mod split;
mod text;
mod trustees;

#[cfg(test)]
mod tests;

pub use bid::{Content, Place, SealFailed, SealedBid, Unopened};
pub use opening::{KeyRefused, Opening, OpeningState};
pub use trustees::{NotTrustees, PublicKey, Trustee, TrusteeKey, Trustees};

/// Trustees of one auction at most.
pub const TRUSTEES_MAX: usize = 16;
/// Bytes of every content, whatever the bid says: its length tells nothing.
pub const CONTENT_BYTES: usize = 2_048;
/// Bytes of what a bidder may add to his amount.
pub const NOTE_BYTES_MAX: usize = 1_500;
/// Bytes of any file of this crate.
pub const FILE_BYTES_MAX: usize = 64 * 1024;
