//! Which kind a file is, seen from its first bytes.

use crate::columns;
use crate::text::{self, Encoding};

/// What is looked at to tell kinds apart; the root of an XML document may come late.
pub(crate) const HEAD_BYTES: usize = 64 << 10;

/// The kinds of files that are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A document of a patent office.
    Patent(patents::Format),
    /// NASA's list of patents in seven columns.
    NasaPatents,
    /// NASA's catalogue of technologies: an object with `data.patents`.
    NasaCatalogue,
    /// Software metadata of the code.gov form: an object with `releases`.
    Software,
    /// A table whose columns carry our names, as text.
    Table,
    /// A workbook of the Office Open XML form.
    Workbook,
    /// Our own export, one JSON object a line.
    Lines,
    /// An archive of other files.
    Archive,
    /// Something that is not read; the code of the reason.
    Unsupported(&'static str),
}

impl Kind {
    /// A short stable name for reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Patent(format) => format.name(),
            Self::NasaPatents => "nasa-patents",
            Self::NasaCatalogue => "nasa-catalogue",
            Self::Software => "software",
            Self::Table => "table",
            Self::Workbook => "workbook",
            Self::Lines => "lines",
            Self::Archive => "archive",
            Self::Unsupported(_) => "unsupported",
        }
    }
}

/// Recognises a file by its content. Hand over the first 64 kilobytes; the name counts only where
/// the content is silent.
pub fn detect(first_bytes: &[u8], name: &str) -> Kind {
    if first_bytes.trim_ascii().is_empty() {
        return Kind::Unsupported("file-empty");
    }
    if first_bytes.starts_with(b"PK\x03\x04") || first_bytes.starts_with(b"PK\x05\x06") {
        return if is_workbook(first_bytes) { Kind::Workbook } else { Kind::Archive };
    }
    if let Some(code) = binary(first_bytes) {
        return Kind::Unsupported(code);
    }
    if let Some(format) = patents::detect(first_bytes, name) {
        return match format.is_patent() {
            true => Kind::Patent(format),
            false => Kind::Unsupported("not-a-patent-file"),
        };
    }
    match text::encoding(first_bytes) {
        Encoding::Binary => Kind::Unsupported("kind-unknown"),
        encoding => of_text(&text::decode_head(first_bytes, encoding)),
    }
}

/// A workbook names its parts in the first headers of the archive.
fn is_workbook(bytes: &[u8]) -> bool {
    let named = |name: &[u8]| bytes.windows(name.len()).any(|part| part == name);
    named(b"[Content_Types].xml") || named(b"xl/workbook.xml") || named(b"xl/_rels/")
}

fn binary(bytes: &[u8]) -> Option<&'static str> {
    let begins = |start: &[u8]| bytes.starts_with(start);
    // The compound format holds old workbooks and encrypted new ones alike.
    if begins(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1") {
        return Some("workbook-old-or-encrypted");
    }
    if begins(b"%PDF-") {
        return Some("pdf-unsupported");
    }
    let packed: [&[u8]; 5] = [b"Rar!", b"7z\xBC\xAF", b"\x1F\x8B", b"BZh", b"\xFD7zXZ"];
    if packed.iter().any(|start| begins(start)) {
        return Some("archive-unsupported");
    }
    None
}

fn of_text(text: &str) -> Kind {
    let text = text.trim_start_matches('\u{feff}').trim_start();
    match text.chars().next() {
        Some('{') => of_json(text),
        Some('[') => Kind::Unsupported("json-unknown"),
        Some('<') => Kind::Unsupported("xml-unknown"),
        _ => of_table(text),
    }
}

fn of_json(text: &str) -> Kind {
    let head: String = text.chars().take(400).filter(|c| !c.is_whitespace()).collect();
    if head.contains(concat!("\"", "shape", "\":\"bellwether-technology")) {
        return Kind::Lines;
    }
    let dense: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    if dense.contains("\"data\":{") && dense.contains("\"patents\":[") {
        return Kind::NasaCatalogue;
    }
    if dense.contains("\"releases\":[") {
        return Kind::Software;
    }
    Kind::Unsupported("json-unknown")
}

fn of_table(text: &str) -> Kind {
    let mut rows = text.lines().filter(|line| !line.trim().is_empty()).take(columns::HEAD_ROWS);
    let is_separated = |line: &str| line.contains([',', ';', '\t']);
    if rows.clone().next().is_some_and(columns::is_nasa_line) {
        return Kind::NasaPatents;
    }
    if rows.any(is_separated) { Kind::Table } else { Kind::Unsupported("kind-unknown") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bytes: &[u8], want: &str) {
        let kind = detect(bytes, "");
        let found = match kind {
            Kind::Unsupported(code) => code,
            other => other.name(),
        };
        assert_eq!(found, want, "{}", String::from_utf8_lossy(bytes));
    }

    #[test]
    fn content_decides() {
        check(b"", "file-empty");
        check(b" \r\n", "file-empty");
        check(b"PK\x03\x04....[Content_Types].xml", "workbook");
        check(b"PK\x03\x04....a.xml", "archive");
        check(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1..", "workbook-old-or-encrypted");
        check(b"%PDF-1.7", "pdf-unsupported");
        check(b"\x1F\x8B\x08", "archive-unsupported");
        check(b"<ep-patent-document>", "epo");
        check(b"<html><body>", "xml-unknown");
        check(b"{\"a\":1}", "json-unknown");
        check(b"{ \"version\": \"2.0.0\", \"releases\" : [ {", "software");
        check(b"{\"_source\":1,\"data\": {\"count\":6,\"patents\":[{", "nasa-catalogue");
        check(b"{\"shape\":\"bellwether-technology-1\",", "lines");
        check(
            b"Center,Status,Case Number,Patent Number,Application SN,Title,Patent Expiration Date",
            "nasa-patents",
        );
        check("编号,标题\nA,钢".as_bytes(), "table");
        check(b"\xB1\xE0\xBA\xC5,\xB1\xEA\xCC\xE2\n", "table");
        check(b"just words", "kind-unknown");
        check(b"\x00\x01\x02\x03\x00\x00", "kind-unknown");
    }
}
