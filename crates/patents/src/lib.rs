//! Reads patent documents of the offices into one inner form, and writes a subset of ST.96.
//!
//! Invariants: a source is read as a stream, one record at a time, in memory that [`Limits`]
//! bounds; whatever bytes come, reading ends and never panics; a malformed document costs itself
//! only; a name that must not be published is in no record and in no warning.
//!
//! Absent on purpose: files are not opened here, archives not unpacked, nothing outside a document
//! (DTD, entity, style sheet) is ever fetched, no clock is read. Descriptions and drawings are
//! checked but not kept.
mod bytes;
mod check;
mod class;
mod cnipa;
mod convert;
mod cpc;
mod date;
mod doctype;
mod draft;
mod entity;
mod epo;
mod format;
mod greenbook;
mod kind;
mod limits;
mod node;
mod number;
mod pap;
mod patdoc;
mod problem;
mod record;
mod scan;
mod st36;
mod st96;
mod stream;
mod withheld;

use std::io::{BufRead, Cursor, Read};

pub use check::{
    CheckFault, check_cn_application, check_ep_application, cn_check_digit, ep_check_digit,
};
pub use cpc::read_cpc_scheme;
pub use date::PatDate;
pub use format::{Format, detect};
pub use kind::PatentKind;
pub use limits::Limits;
pub use number::{NumberFault, ParsedNumber, Role, is_office, parse_number};
pub use problem::{Code, Problem};
pub use record::{Citation, Claim, Class, DocNumber, Party, PatentRecord, Scheme, Status, Text};
pub use st96::write_st96;

/// How many bytes are looked at to tell text formats from XML.
const HEAD_BYTES: u64 = 4096;

/// Reads every document of a source; a refused one is an error, and the next one follows.
///
/// The source may hold one document, many documents after each other, or many inside one root.
pub fn read(
    mut source: impl BufRead,
    file_name: &str,
    limits: &Limits,
) -> impl Iterator<Item = Result<PatentRecord, Problem>> {
    let mut head = Vec::new();
    let looked = source.by_ref().take(HEAD_BYTES).read_to_end(&mut head);
    let refusal = match looked {
        Err(error) => Some((Code::SourceUnreadable, error.to_string())),
        Ok(_) => refusal(&head),
    };
    let is_text = format::is_greenbook(
        head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&head).trim_ascii_start(),
    );
    let file = file_name.to_owned();
    let whole = Cursor::new(head).chain(source);
    let (mut text, mut xml, mut refused) = (None, None, None);
    match refusal {
        Some((code, value)) => {
            let values = vec![problem::excerpt(&value)];
            let field = String::new();
            refused = Some(Problem { file, line: 1, column: 1, field, code, values });
        }
        None if is_text => text = Some(greenbook::Greenbook::new(whole, file, limits.clone())),
        None => xml = Some(stream::Documents::new(whole, file, limits.clone())),
    }
    let refused = refused.into_iter().map(Err);
    refused.chain(text.into_iter().flatten()).chain(xml.into_iter().flatten())
}

/// Why a source that begins like this is not read at all.
fn refusal(head: &[u8]) -> Option<(Code, String)> {
    if head.starts_with(&[0xFF, 0xFE]) || head.starts_with(&[0xFE, 0xFF]) {
        return Some((Code::EncodingRefused, "UTF-16".to_owned()));
    }
    let plain = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head).trim_ascii_start();
    match plain.first() {
        None => Some((Code::NoDocument, String::new())),
        Some(b'<') => None,
        Some(_) if format::is_greenbook(plain) => None,
        Some(_) => {
            let start = plain.get(..40).unwrap_or(plain);
            Some((Code::FormatUnknown, String::from_utf8_lossy(start).into_owned()))
        }
    }
}
