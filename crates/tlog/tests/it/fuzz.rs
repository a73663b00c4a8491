//! Noise: no parser and no verifier panics, and what is accepted is printed byte for byte.

use proptest::prelude::*;
use tlog::{
    Checkpoint, Hash, KeyKind, Receipt, Signature, SignedCheckpoint, Tile, VerifierKey,
    verify_consistency, verify_inclusion, verify_subtree_consistency, verify_subtree_inclusion,
};

use crate::note::{LOG, key, policy};
use crate::receipt::receipt;

/// Gives the bytes to every parser; what one accepts, it must print again.
fn parse_all(bytes: &[u8]) {
    if let Ok(note) = SignedCheckpoint::parse(bytes) {
        assert_eq!(note.to_string().as_bytes(), bytes);
        let _ = note.verify(&policy(1));
    }
    if let Ok(receipt) = Receipt::parse(bytes) {
        assert_eq!(receipt.to_string().as_bytes(), bytes);
        let _ = receipt.verify(&Hash::EMPTY, &policy(1));
    }
    let _ = Tile::from_bytes(0, 0, bytes);
    let _ = Hash::try_from(bytes);
    let text = String::from_utf8_lossy(bytes);
    if let Ok(checkpoint) = Checkpoint::parse(&text) {
        assert_eq!(checkpoint.body(), text);
    }
    if let Ok(signature) = text.parse::<Signature>() {
        assert_eq!(signature.to_string(), text);
    }
    if let Ok(key) = text.parse::<VerifierKey>() {
        assert_eq!(key.to_string(), text);
    }
    if let Ok(hash) = Hash::from_base64(&text) {
        assert_eq!(hash.to_base64(), text);
    }
}

/// Valid texts of every kind.
fn samples() -> Vec<Vec<u8>> {
    let note = receipt().checkpoint;
    let texts = [
        receipt().to_string(),
        note.to_string(),
        note.checkpoint().body(),
        note.signatures()[0].to_string(),
        key(LOG).verifier(KeyKind::Log).to_string(),
        Hash::EMPTY.to_base64(),
    ];
    texts.into_iter().map(String::into_bytes).collect()
}

fn hashes() -> impl Strategy<Value = Vec<Hash>> {
    prop::collection::vec(any::<[u8; 32]>().prop_map(Hash), 0..70)
}

/// Numbers near the edges, and any other.
fn numbers() -> impl Strategy<Value = u64> {
    let near = |middle: u64| middle.saturating_sub(3)..=middle.saturating_add(3);
    prop_oneof![0..300_u64, near(1 << 32), near(1 << 63), near(u64::MAX), any::<u64>()]
}

proptest! {
    #[test]
    fn random_bytes_break_no_parser(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        parse_all(&bytes);
    }

    #[test]
    fn random_texts_break_no_parser(text in "[a-z0-9=+/ \n—é]{0,80}") {
        parse_all(text.as_bytes());
    }

    #[test]
    fn damaged_texts_break_no_parser(
        at in any::<prop::sample::Index>(),
        cut in 0..4_usize,
        put in prop::collection::vec(any::<u8>(), 0..4),
    ) {
        for mut bytes in samples() {
            let start = at.index(bytes.len());
            let end = bytes.len().min(start + cut);
            bytes.splice(start..end, put.iter().copied());
            parse_all(&bytes);
        }
    }

    #[test]
    fn random_proofs_prove_nothing(
        proof in hashes(),
        (a, b, c) in (numbers(), numbers(), numbers()),
        (leaf, root) in (any::<[u8; 32]>().prop_map(Hash), any::<[u8; 32]>().prop_map(Hash)),
    ) {
        prop_assert!(verify_inclusion(&leaf, a, b, &proof, &root).is_err());
        prop_assert!(verify_consistency(a, b, &proof, &leaf, &root).is_err());
        prop_assert!(verify_subtree_inclusion(&leaf, a, b..c, &proof, &root).is_err());
        prop_assert!(verify_subtree_consistency(a..b, c, &proof, &leaf, &root).is_err());
    }
}

#[test]
fn valid_samples_are_accepted() {
    let samples = samples();
    Receipt::parse(&samples[0]).unwrap();
    SignedCheckpoint::parse(&samples[1]).unwrap();
    samples.iter().for_each(|sample| parse_all(sample));
}
