//! Secrets that people carry: session cookies, keys, one-time links. Only digests are kept.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

/// A fresh secret as it is shown once, and the digest that is kept.
#[derive(Clone)]
pub struct Secret {
    pub text: String,
    pub digest: String,
}

impl Secret {
    /// From 32 random bytes, with a prefix that scanners of leaked secrets can know.
    pub fn from_bytes(prefix: &str, bytes: &[u8; 32]) -> Self {
        let text = format!("{prefix}{}", URL_SAFE_NO_PAD.encode(bytes));
        let digest = digest(&text);
        Self { text, digest }
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// The digest under which a secret is kept: SHA-256 of its text, in hexadecimal.
pub fn digest(text: &str) -> String {
    store::log::hex(&Sha256::digest(text.as_bytes()))
}

/// The same of bytes.
pub fn digest_of_bytes(bytes: &[u8]) -> String {
    store::log::hex(&Sha256::digest(bytes))
}

/// A keyed mark over a text, for form tokens and cursors (HMAC-SHA-256, RFC 2104).
pub fn mark(key: &[u8], text: &str) -> String {
    URL_SAFE_NO_PAD.encode(keyed(key, text))
}

/// The keyed hash itself, for keys made from keys.
pub(crate) fn keyed(key: &[u8], text: &str) -> [u8; 32] {
    let mut block = [0_u8; 64];
    let start: Vec<u8> = if key.len() > 64 { Sha256::digest(key).to_vec() } else { key.to_vec() };
    block[..start.len()].copy_from_slice(&start);
    let pad = |with: u8| block.map(|byte| byte ^ with);
    let inner = Sha256::new().chain_update(pad(0x36)).chain_update(text.as_bytes()).finalize();
    Sha256::new().chain_update(pad(0x5c)).chain_update(inner).finalize().into()
}

/// Whether two texts are equal, in time that does not tell where they differ.
pub fn same(a: &str, b: &str) -> bool {
    use subtle::ConstantTimeEq;
    a.as_bytes().ct_eq(b.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_vectors_hold() {
        let bytes: [u8; 32] = std::array::from_fn(|n| u8::try_from(n).expect("small"));
        let secret = Secret::from_bytes("", &bytes);
        let want = "ea866a757e4c38babfa8127cbe9a409d3e1f93a00ff1488ff735fcf917afffd0";
        assert_eq!(secret.digest, want);
        // RFC 4231, test case 2.
        let want = "W9zBRr-o9CFwgmxAdl8LCsrAA52F9IOX6lJqb2qV6vA";
        let found = mark(b"Jefe", "what do ya want for nothing?");
        assert_eq!(found.len(), want.len());
        let raw = URL_SAFE_NO_PAD.decode(found).expect("base64");
        assert_eq!(
            store::log::hex(&raw),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
    }
}
