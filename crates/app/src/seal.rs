//! Sealing what must be readable again but not from the rows alone: secrets of second factors.
//!
//! ChaCha20-Poly1305 (RFC 8439). The key comes from the city's own secret, which lies in the rows,
//! and from the seed of the log's key, which lies in the file `log.key` beside them: whoever has
//! only the database, or only the file, opens nothing.

use crate::act::No;
use crate::city::City;
use base::{Class, Refusal};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{ChaCha20Poly1305, Key, Nonce};

/// Bytes of a nonce; drawn anew for each sealing.
const NONCE_BYTES: usize = 12;

/// Seals and opens for one installation.
#[derive(Clone)]
pub(crate) struct Sealer(ChaCha20Poly1305);

impl Sealer {
    /// The sealer of this city.
    pub(crate) fn of(city: &City) -> Result<Self, No> {
        let row = city.row()?;
        Ok(Self::new(&row.secret, &city.settings().log_seed))
    }

    fn new(secret: &[u8], seed: &[u8; 32]) -> Self {
        let whole = [secret, seed].concat();
        let key = crate::secret::keyed(&whole, "seals of second factors");
        Self(ChaCha20Poly1305::new(&Key::from(key)))
    }

    /// Seals bytes for one person, or one letter, and purpose; they open for no other.
    pub(crate) fn seal(
        &self,
        purpose: &str,
        whom: impl std::fmt::Display,
        open: &[u8],
        chance: [u8; 32],
    ) -> Result<Vec<u8>, Refusal> {
        let mut nonce = [0; NONCE_BYTES];
        nonce.copy_from_slice(&chance[..NONCE_BYTES]);
        let aad = format!("{purpose} {whom}");
        let payload = Payload { msg: open, aad: aad.as_bytes() };
        let sealed = self.0.encrypt(&Nonce::from(nonce), payload).map_err(|_| {
            tracing::error!("sealing failed");
            Refusal::new(Class::Unknown, "own-fault")
        })?;
        Ok([&nonce[..], &sealed].concat())
    }

    /// Opens what was sealed for this person, or letter, and purpose.
    pub(crate) fn open(
        &self,
        purpose: &str,
        whom: impl std::fmt::Display,
        sealed: &[u8],
    ) -> Option<Vec<u8>> {
        let (nonce, rest) = sealed.split_at_checked(NONCE_BYTES)?;
        let nonce: [u8; NONCE_BYTES] = nonce.try_into().ok()?;
        let aad = format!("{purpose} {whom}");
        self.0.decrypt(&Nonce::from(nonce), Payload { msg: rest, aad: aad.as_bytes() }).ok()
    }
}

/// Sealed bytes as a text for a hidden field.
pub(crate) fn written(sealed: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(sealed)
}

/// Reads the text of a hidden field.
pub(crate) fn read(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::PersonId;

    #[test]
    fn what_is_sealed_opens_for_its_person_and_installation_only() {
        let sealer = Sealer::new(b"rows", &[1; 32]);
        let (wu, li) = (PersonId::from_bits(1), PersonId::from_bits(2));
        let sealed = sealer.seal("factor", wu, b"a secret", [9; 32]).expect("sealed");
        assert!(!sealed.windows(8).any(|part| part == b"a secret"));
        assert_eq!(sealer.open("factor", wu, &sealed).as_deref(), Some(&b"a secret"[..]));
        assert_eq!(sealer.open("factor", li, &sealed), None);
        assert_eq!(sealer.open("draft", wu, &sealed), None);
        assert_eq!(sealer.open("factor", wu, &sealed[..9]), None);
        let mut bent = sealed.clone();
        bent[NONCE_BYTES] ^= 1;
        assert_eq!(sealer.open("factor", wu, &bent), None);
        let rows_alone = Sealer::new(b"rows", &[0; 32]);
        assert_eq!(rows_alone.open("factor", wu, &sealed), None, "the file is needed too");
        assert_eq!(read(&written(&sealed)), Some(sealed));
    }
}
