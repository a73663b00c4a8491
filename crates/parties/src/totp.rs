//! Time-based one-time codes: RFC 6238 over RFC 4226 with SHA-1, 30 seconds, six digits and a
//! secret of 160 bits, which is what authenticator programs understand.
//!
//! A code works once: the caller keeps the highest step that was used. Only the current step is
//! accepted (OWASP ASVS 5.0, V6.5.5 and V6.5.8).

use base::Instant;
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;

/// Seconds of one step.
pub const STEP_SECONDS: i64 = 30;
/// Bytes of a secret: 160 bits (RFC 4226, section 4).
pub const SECRET_BYTES: usize = 20;
/// Digits of a code.
pub const DIGITS: u32 = 6;

/// What a person's authenticator program and the city share.
#[derive(Clone, PartialEq, Eq)]
pub struct TotpSecret([u8; SECRET_BYTES]);

impl std::fmt::Debug for TotpSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TotpSecret(…)")
    }
}

impl TotpSecret {
    /// The secret of these bytes.
    pub const fn from_bytes(bytes: [u8; SECRET_BYTES]) -> Self {
        Self(bytes)
    }

    /// The bytes, to be sealed before they are kept.
    pub const fn bytes(&self) -> &[u8; SECRET_BYTES] {
        &self.0
    }

    /// The secret as people type it into a program: base 32 (RFC 4648) in groups of four.
    pub fn written(&self) -> String {
        let letters = base32(&self.0);
        let groups: Vec<&str> =
            (0..letters.len()).step_by(4).map(|at| &letters[at..at + 4]).collect();
        groups.join(" ")
    }

    /// The address that authenticator programs read from a QR code.
    pub fn address(&self, issuer: &str, account: &str) -> String {
        let (issuer, account) = (escaped(issuer), escaped(account));
        let secret = base32(&self.0);
        format!("otpauth://totp/{issuer}:{account}?secret={secret}&issuer={issuer}")
    }

    /// The step whose code this is, if it may be used now and was not used before.
    pub fn accepts(&self, typed: u32, last_step: u64, now: Instant) -> Option<u64> {
        let step = step_at(now);
        (step > last_step && code(&self.0, step, DIGITS) == typed).then_some(step)
    }

    /// The code of a moment, for tests and for programs that stand in for a telephone.
    pub fn code_at(&self, now: Instant) -> String {
        written(code(&self.0, step_at(now), DIGITS), DIGITS)
    }
}

/// The step that a moment lies in; moments before 1970 are in the first.
pub fn step_at(now: Instant) -> u64 {
    u64::try_from(now.micros().div_euclid(STEP_SECONDS * 1_000_000)).unwrap_or(0)
}

/// The code of a step: dynamic truncation of the keyed hash (RFC 4226, section 5.3).
fn code(secret: &[u8], step: u64, digits: u32) -> u32 {
    let mut keyed = Hmac::<Sha1>::new_from_slice(secret).expect("a key of any length is taken");
    keyed.update(&step.to_be_bytes());
    let hash = keyed.finalize().into_bytes();
    let at = usize::from(hash[hash.len() - 1] & 15);
    let cut = u32::from_be_bytes([hash[at], hash[at + 1], hash[at + 2], hash[at + 3]]);
    (cut & 0x7fff_ffff) % 10_u32.pow(digits)
}

fn written(code: u32, digits: u32) -> String {
    let width = usize::try_from(digits).expect("a few digits");
    format!("{code:0width$}")
}

const LETTERS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// Base 32 of 20 bytes needs no padding: 160 bits are 32 letters.
fn base32(bytes: &[u8; SECRET_BYTES]) -> String {
    let mut text = String::with_capacity(32);
    for five in bytes.chunks(5) {
        let bits = five.iter().fold(0_u64, |bits, byte| (bits << 8) | u64::from(*byte));
        for place in (0..8).rev() {
            let at = usize::try_from((bits >> (place * 5)) & 31).expect("five bits");
            text.push(char::from(LETTERS[at]));
        }
    }
    text
}

/// Everything but letters and digits as percent signs, so that no name breaks the address.
fn escaped(text: &str) -> String {
    text.bytes().fold(String::new(), |mut out, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const RFC: &[u8; 20] = b"12345678901234567890";

    fn at(seconds: i64) -> Instant {
        Instant::from_micros(0).plus_seconds(seconds)
    }

    #[test]
    fn the_codes_of_the_rfc() {
        // RFC 6238, appendix B, and the six digits of our security page.
        for (seconds, eight, six) in [
            (59, "94287082", "287082"),
            (1_111_111_109, "07081804", "081804"),
            (1_111_111_111, "14050471", "050471"),
            (1_234_567_890, "89005924", "005924"),
            (2_000_000_000, "69279037", "279037"),
            (20_000_000_000, "65353130", "353130"),
        ] {
            let step = step_at(at(seconds));
            assert_eq!(written(code(RFC, step, 8), 8), eight, "{seconds}");
            assert_eq!(TotpSecret::from_bytes(*RFC).code_at(at(seconds)), six, "{seconds}");
        }
    }

    #[test]
    fn a_code_works_in_its_step_and_once() {
        let secret = TotpSecret::from_bytes(*RFC);
        let typed: u32 = secret.code_at(at(59)).parse().expect("digits");
        assert_eq!(secret.accepts(typed, 0, at(59)), Some(1));
        assert_eq!(secret.accepts(typed, 0, at(30)), Some(1), "the whole step");
        assert_eq!(secret.accepts(typed, 1, at(59)), None, "a second time");
        assert_eq!(secret.accepts(typed, 0, at(60)), None, "the step after");
        assert_eq!(secret.accepts(typed, 0, at(29)), None, "the step before");
        assert_eq!(secret.accepts(typed + 1, 0, at(59)), None);
    }

    #[test]
    fn a_secret_is_written_for_people_and_programs() {
        let secret = TotpSecret::from_bytes(*RFC);
        // RFC 4648 gives this text for the bytes of the RFC's secret.
        assert_eq!(secret.written(), "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ");
        let address = secret.address("Fucheng: 科技城", "wu@city.example");
        assert!(address.starts_with("otpauth://totp/Fucheng%3A%20%E7"), "{address}");
        assert!(address.contains(":wu%40city.example?secret=GEZDGNBVGY3TQOJQGEZD"), "{address}");
        assert_eq!(format!("{secret:?}"), "TotpSecret(…)");
    }
}
