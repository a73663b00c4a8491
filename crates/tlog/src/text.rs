//! Strict readings shared by the parsers: base64, decimal numbers and names.
//!
//! Each value has exactly one spelling here, so that a text cannot be altered and stay valid.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::{NAME_BYTES_MAX, SIZE_MAX};

/// Standard base64 with padding.
pub(crate) fn encode(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// The bytes of canonical base64; no white space, no missing padding, no spare bits.
pub(crate) fn decode(text: &str) -> Option<Vec<u8>> {
    STANDARD.decode(text).ok()
}

/// A decimal number up to 2^63 - 1 without sign or leading zero.
pub(crate) fn decimal(text: &str) -> Option<u64> {
    let is_plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let has_leading_zero = text.len() > 1 && text.starts_with('0');
    if !is_plain || has_leading_zero {
        return None;
    }
    text.parse().ok().filter(|number| *number <= SIZE_MAX)
}

/// Whether this may name a key or a log: C2SP signed-note forbids spaces and plus.
pub(crate) fn is_name(text: &str) -> bool {
    let is_odd = |c: char| c.is_whitespace() || c.is_control() || c == '+';
    (1..=NAME_BYTES_MAX).contains(&text.len()) && !text.chars().any(is_odd)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_has_one_spelling() {
        assert_eq!(decode("AA=="), Some(vec![0]));
        for bad in ["AA", "AA=", "AB==", "AA==\n", " AA==", "A A==", "AA===", "_-==", "A"] {
            assert_eq!(decode(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn numbers_have_one_spelling() {
        assert_eq!(decimal("0"), Some(0));
        assert_eq!(decimal("9223372036854775807"), Some(SIZE_MAX));
        for bad in ["", "00", "01", "+1", "-1", " 1", "1 ", "1.0", "9223372036854775808", "٣"] {
            assert_eq!(decimal(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn names_hold_no_space_plus_or_control() {
        assert!(is_name("bellwether.example/log"));
        assert!(is_name("例え.example/ログ"));
        let too_long = "n".repeat(NAME_BYTES_MAX + 1);
        for bad in ["", "a b", "a+b", "a\tb", "a\u{3000}b", "a\u{a0}b", "a\u{7f}", &too_long] {
            assert!(!is_name(bad), "{bad:?}");
        }
    }
}
