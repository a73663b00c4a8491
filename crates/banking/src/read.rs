//! Which format a file is of, and reading it.

use crate::statement::{Read, Wrong};
use crate::{BYTES_MAX, camt, csv_in, mt940};
use base::Currency;

/// A format of statements.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// ISO 20022 camt.053, XML.
    Camt053,
    /// SWIFT MT940, tagged text.
    Mt940,
    /// A table with a heading row, as banks' web pages export it.
    Csv,
}

/// The format of a file by how it begins.
pub fn detect(bytes: &[u8]) -> Format {
    let start = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let start = start.trim_ascii_start();
    match start {
        _ if start.starts_with(b"<") => Format::Camt053,
        _ if start.starts_with(b":20:") || start.starts_with(b"{1:") => Format::Mt940,
        _ if start.windows(5).take(400).any(|window| window == b"\n:20:") => Format::Mt940,
        _ => Format::Csv,
    }
}

/// Reads a file. `currency` is that of the account, for files that do not name one.
pub fn read(bytes: &[u8], format: Format, currency: Currency) -> Read {
    let mut into = Read::default();
    if bytes.len() > BYTES_MAX {
        into.problem(1, "file", Wrong::TooLarge);
        return into;
    }
    let text = decode(bytes);
    match format {
        Format::Camt053 => camt::read(&text, &mut into),
        Format::Mt940 => mt940::read(&text, &mut into),
        Format::Csv => csv_in::read(&text, currency, &mut into),
    }
    into
}

/// UTF-8, or else GB18030, which Chinese banks write their tables in.
fn decode(bytes: &[u8]) -> String {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => encoding_rs::GB18030.decode_without_bom_handling(bytes).0.into_owned(),
    }
}
