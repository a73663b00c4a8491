//! Strict readings shared by the files: lines, names, base64. Each value has one spelling.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

pub(crate) fn encode(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

pub(crate) fn decode(text: &str) -> Option<Vec<u8>> {
    STANDARD.decode(text).ok()
}

pub(crate) fn decode_32(text: &str) -> Option<[u8; 32]> {
    decode(text)?.try_into().ok()
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

pub(crate) fn read_hex(text: &str) -> Option<[u8; 32]> {
    let is_hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    (text.len() == 64 && text.bytes().all(is_hex)).then_some(())?;
    let mut bytes = [0; 32];
    for (n, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(2 * n..2 * n + 2)?, 16).ok()?;
    }
    Some(bytes)
}

/// A decimal number without sign or leading zero.
pub(crate) fn number<T: std::str::FromStr + ToString>(text: &str) -> Option<T> {
    let number: T = text.parse().ok()?;
    (number.to_string() == text).then_some(number)
}

/// Whether a text may stand at the end of a line: not empty, short, no control characters, no
/// outer blanks.
pub(crate) fn is_name(text: &str) -> bool {
    let is_odd = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
    (1..=300).contains(&text.len()) && text.trim() == text && !text.chars().any(is_odd)
}

/// The lines of a file, one after the other, each ended.
pub(crate) struct Lines<'a>(std::str::Split<'a, char>);

impl<'a> Lines<'a> {
    /// None where the last line is not ended or the file is too long.
    pub(crate) fn new(file: &'a str) -> Option<Self> {
        (file.len() <= crate::FILE_BYTES_MAX).then_some(())?;
        Some(Self(file.strip_suffix('\n')?.split('\n')))
    }

    pub(crate) fn next(&mut self) -> Option<&'a str> {
        self.0.next()
    }

    /// What stands after the name of a line.
    pub(crate) fn value(&mut self, name: &str) -> Option<&'a str> {
        self.next()?.strip_prefix(name)?.strip_prefix(' ')
    }
}
