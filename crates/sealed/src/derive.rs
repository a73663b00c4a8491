//! Everything secret of one bid, from its seed.

use crate::trustees::Trustees;
use hkdf::Hkdf;
use sha2::{Digest, Sha256};

const SALT: &[u8] = b"bellwether sealed bid 1";

/// The keys of a bid with this head.
pub(crate) struct Derived {
    from: Hkdf<Sha256>,
    head: [u8; 32],
}

impl Derived {
    pub(crate) fn new(seed: &[u8; 32], head: &str) -> Self {
        let from = Hkdf::new(Some(SALT), seed);
        Self { from, head: Sha256::digest(head.as_bytes()).into() }
    }

    /// The key of the content, which is what the shares are of.
    pub(crate) fn content_key(&self) -> [u8; 32] {
        self.bytes("content", 0)
    }

    /// The coefficients of the polynomial above its constant.
    pub(crate) fn coefficients(&self, trustees: &Trustees) -> Vec<[u8; 32]> {
        (1..trustees.threshold()).map(|power| self.bytes("coefficient", power)).collect()
    }

    /// The material of the one-time key for the trustee at a place.
    pub(crate) fn one_time(&self, place: u8) -> [u8; 32] {
        self.bytes("one-time", place)
    }

    fn bytes(&self, label: &str, n: u8) -> [u8; 32] {
        let info = [label.as_bytes(), &[0, n], &self.head].concat();
        let mut bytes = [0; 32];
        self.from.expand(&info, &mut bytes).expect("32 bytes are short");
        bytes
    }
}
