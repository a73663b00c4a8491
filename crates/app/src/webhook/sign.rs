//! Signatures of deliveries, in the manner of the Standard Webhooks specification (version 1):
//! HMAC-SHA-256 over id, moment and body, so that no part can be changed or used again.

use crate::secret::keyed;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// What every secret begins with; the rest is Base64 of the key.
pub const SECRET_PREFIX: &str = "whsec_";

/// A secret as it is told, from its key.
pub(super) fn secret_text(key: &[u8]) -> String {
    format!("{SECRET_PREFIX}{}", STANDARD.encode(key))
}

/// The value of the header `webhook-signature` for keys that all sign, the newest first.
pub fn signature(keys: &[Vec<u8>], id: &str, seconds: i64, body: &str) -> String {
    let signed = format!("{id}.{seconds}.{body}");
    let each = keys.iter().map(|key| format!("v1,{}", STANDARD.encode(keyed(key, &signed))));
    each.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_that_of_the_specification() {
        let key: Vec<u8> = (0_u8..32).collect();
        assert_eq!(secret_text(&key), "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=");
        let signed = signature(&[key.clone(), vec![7; 24]], "whd_1", 1_764_000_000, "{\"a\":1}");
        assert_eq!(
            signed,
            "v1,d4KVII0aL86MbHp+5rK0RtHN34LOisls1zuMOtSzGDQ= v1,+1Z08Q3YtntO+Vw46D4T2BNZoBiN+RnOUnFkRPbSPUI="
        );
        assert_ne!(signed, signature(&[key], "whd_2", 1_764_000_000, "{\"a\":1}"));
    }
}
