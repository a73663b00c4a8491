//! Which format a file has, seen from its first bytes.
use crate::node::local;
use crate::scan::{is_name, is_name_start};

macro_rules! formats {
    ($($format:ident, $name:literal, $words:literal;)*) => {
        /// The formats that are told apart.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Format {
            $(#[doc = $words] $format,)*
        }

        impl Format {
            /// A short stable name.
            pub fn name(self) -> &'static str {
                match self { $(Self::$format => $name,)* }
            }

            /// What the format is, for people who know patents.
            pub fn words(self) -> &'static str {
                match self { $(Self::$format => $words,)* }
            }
        }
    };
}

formats! {
    UsGrant, "us-grant", "USPTO grant, XML 4.x";
    UsApplication, "us-application", "USPTO application, XML 4.x";
    UsPatdoc, "us-patdoc", "USPTO grant 2001 to 2004 (PATDOC)";
    UsPap, "us-pap", "USPTO application of 2001";
    UsGreenbook, "us-greenbook", "USPTO grant 1976 to 2001 (text)";
    Epo, "epo", "European patent document";
    Docdb, "docdb", "DOCDB exchange document";
    CnOld, "cn-old", "CNIPA document, older dialect";
    CnNew, "cn-new", "CNIPA document, newer dialect";
    St36, "st36", "WIPO ST.36 document";
    St96, "st96", "WIPO ST.96 patent publication";
    CpcScheme, "cpc-scheme", "the CPC scheme: a tree of classes";
    CpcMaster, "cpc-master", "the CPC master file: classes of many patents";
    FilePart, "file-part", "one part of an application file (claims or specification alone)";
    CnLegal, "cn-legal", "a CNIPA record of legal events";
}

impl Format {
    /// Whether documents of the format become records.
    pub fn is_patent(self) -> bool {
        !matches!(self, Self::CpcScheme | Self::CpcMaster | Self::FilePart | Self::CnLegal)
    }

    /// The format that a root element stands for; its prefix does not count.
    pub(crate) fn of_root(name: &str) -> Option<Self> {
        match local(name) {
            "us-patent-grant" => Some(Self::UsGrant),
            "us-patent-application" => Some(Self::UsApplication),
            "PATDOC" => Some(Self::UsPatdoc),
            "patent-application-publication" => Some(Self::UsPap),
            "ep-patent-document" => Some(Self::Epo),
            "exchange-document" => Some(Self::Docdb),
            "cn-patent-document" => Some(Self::CnOld),
            "PatentDocumentAndRelated" => Some(Self::CnNew),
            "PatentPublication" => Some(Self::St96),
            "class-scheme" => Some(Self::CpcScheme),
            "CPCMasterClassificationFile" => Some(Self::CpcMaster),
            "ClaimsDocument" | "SpecificationDocument" | "AbstractDocument" => Some(Self::FilePart),
            "PRSRecord" => Some(Self::CnLegal),
            "jp-official-gazette" | "wo-published-application" | "patent-document" => {
                Some(Self::St36)
            }
            _ => None,
        }
    }

    /// Whether `name` is an element around many documents.
    pub(crate) fn is_container(name: &str) -> bool {
        matches!(local(name), "exchange-documents" | "world-patent-data" | "PatentPublicationBag")
    }
}

/// Recognises a format by content; the file name counts only where the content is silent.
///
/// Hand over the first 64 kilobytes: the root element may come late. Nothing is believed that a
/// DOCTYPE says about the root, except when the root lies beyond the bytes given.
pub fn detect(first_bytes: &[u8], file_name: &str) -> Option<Format> {
    let bytes = first_bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(first_bytes);
    let bytes = bytes.trim_ascii_start();
    if is_greenbook(bytes) {
        return Some(Format::UsGreenbook);
    }
    let mut rest = bytes;
    let mut doc_type = None;
    while let Some(markup) = rest.strip_prefix(b"<") {
        rest = if markup.starts_with(b"!--") {
            after(markup, b"-->")?
        } else if markup.starts_with(b"?") {
            after(markup, b"?>")?
        } else if let Some(named) = markup.strip_prefix(b"!DOCTYPE") {
            doc_type = Some(name_of(named.trim_ascii_start()));
            match after_doc_type(named) {
                Some(rest) => rest,
                None => break,
            }
        } else {
            return of_element(name_of(markup), markup);
        }
        .trim_ascii_start();
    }
    let named = doc_type.as_deref().and_then(|name| of_element(name.to_owned(), b""));
    named.or_else(|| of_file_name(first_bytes, file_name))
}

pub(crate) fn is_greenbook(bytes: &[u8]) -> bool {
    let line = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default().trim_ascii();
    line == b"PATN" || (line.starts_with(b"HHHHHT") && !line.contains(&b'<'))
}

fn of_element(name: String, bytes: &[u8]) -> Option<Format> {
    if Format::is_container(&name) {
        let is_st96 = local(&name) == "PatentPublicationBag";
        return Some(if is_st96 { Format::St96 } else { Format::Docdb });
    }
    let has_data = || bytes.windows(18).any(|part| part == b"bibliographic-data");
    Format::of_root(&name).or_else(|| has_data().then_some(Format::St36))
}

/// A file whose root is out of sight may still be named like a greenbook.
fn of_file_name(first_bytes: &[u8], file_name: &str) -> Option<Format> {
    let is_named = file_name.to_ascii_lowercase().ends_with(".greenbook");
    (is_named && first_bytes.is_empty()).then_some(Format::UsGreenbook)
}

fn after<'a>(bytes: &'a [u8], end: &[u8]) -> Option<&'a [u8]> {
    let at = bytes.windows(end.len()).position(|part| part == end)?;
    bytes.get(at + end.len()..)
}

fn after_doc_type(bytes: &[u8]) -> Option<&[u8]> {
    let mut quote = None;
    let mut depth = 0_usize;
    for (at, byte) in bytes.iter().enumerate() {
        match (quote, byte) {
            (Some(open), close) if open == close => quote = None,
            (Some(_), _) => {}
            (None, b'"' | b'\'') => quote = Some(byte),
            (None, b'[') => depth += 1,
            (None, b']') => depth = depth.saturating_sub(1),
            (None, b'>') if depth == 0 => return bytes.get(at + 1..),
            (None, _) => {}
        }
    }
    None
}

fn name_of(bytes: &[u8]) -> String {
    let is_start = bytes.first().copied().is_some_and(is_name_start);
    let name = bytes.iter().take_while(|byte| is_start && is_name(**byte)).copied().collect();
    String::from_utf8(name).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_decides() {
        for (text, expect) in [
            ("PATN\r\nWKU  039327094\r\n", Some(Format::UsGreenbook)),
            ("\u{feff}<?xml version='1.0'?><cn-patent-document>", Some(Format::CnOld)),
            (
                "<!-- <!DOCTYPE x [ --> <!DOCTYPE PATDOC [<!ENTITY a '>'>]><PATDOC>",
                Some(Format::UsPatdoc),
            ),
            ("<!DOCTYPE html><patent-application-publication>", Some(Format::UsPap)),
            ("<!DOCTYPE PATDOC SYSTEM 'x' [ <!ENTITY", Some(Format::UsPatdoc)),
            ("<exch:exchange-documents>", Some(Format::Docdb)),
            ("<business:PatentDocumentAndRelated x='1'>", Some(Format::CnNew)),
            ("<kr-doc><bibliographic-data>", Some(Format::St36)),
            ("<html>", None),
            ("", None),
            ("PK\u{3}\u{4}", None),
        ] {
            assert_eq!(detect(text.as_bytes(), "a.xml"), expect, "{text}");
        }
    }
}
