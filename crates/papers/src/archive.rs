//! Archives and workbooks: bounded before anything in them is believed.
//!
//! A member is streamed, never unpacked to the disk; names that lead out of the archive, archives
//! inside archives, encrypted members and anything beyond the bounds are refused by name.

use crate::hidden::Gathering;
use crate::kind::{HEAD_BYTES, Kind, detect};
use crate::read::{Out, Outcome, Refused, read_stream, read_workbook, refused};
use crate::source::ReadSeek;
use base::limits::{ARCHIVE_MEMBERS_MAX, UNPACKED_BYTES_MAX, UPLOAD_BYTES_MAX};
use std::io::{self, Cursor, Read};
use trading::intake::{Place, Problem};
use zip::ZipArchive;

/// Bytes that the parts of one workbook may unpack to; its reader holds them in memory.
const WORKBOOK_BYTES_MAX: u64 = 256 << 20;
/// Parts of one workbook.
const WORKBOOK_PARTS_MAX: usize = 2_000;

type Archive = ZipArchive<Box<dyn ReadSeek>>;

/// Reads an archive, or the workbook that it is.
pub(crate) fn read(reader: Box<dyn ReadSeek>, name: &str, out: &mut Out<'_>) {
    let at = Place { file: name.to_owned(), line: 0 };
    let mut archive = match ZipArchive::new(reader) {
        Ok(archive) => archive,
        Err(error) => {
            let problem = Problem::new("archive-broken", &at).with("why", error);
            let problems = vec![problem];
            out.refuse(Refused { at, outcome: Outcome::Unsupported, problems });
            return;
        }
    };
    let most = ARCHIVE_MEMBERS_MAX;
    if archive.len() > most {
        let problem = Problem::new("archive-too-many", &at).with("found", archive.len());
        let problems = vec![problem.with("most", most)];
        out.refuse(Refused { at, outcome: Outcome::Unsupported, problems });
        return;
    }
    if archive.index_for_name("xl/workbook.xml").is_some() {
        return workbook(archive, &at, out);
    }
    if declared(&mut archive) > UNPACKED_BYTES_MAX {
        out.refuse(too_large(&at, UNPACKED_BYTES_MAX));
        return;
    }
    let mut left = UNPACKED_BYTES_MAX;
    for place in 0..archive.len() {
        if !member(&mut archive, place, name, &mut left, out) {
            return;
        }
    }
}

fn too_large(at: &Place, most: u64) -> Refused {
    let problems = vec![Problem::new("archive-too-large", at).with("most", most)];
    Refused { at: at.clone(), outcome: Outcome::Unsupported, problems }
}

/// What the members say they unpack to. They may lie, so the bytes are counted as well.
fn declared(archive: &mut Archive) -> u64 {
    (0..archive.len())
        .filter_map(|place| archive.by_index_raw(place).ok().map(|member| member.size()))
        .fold(0, u64::saturating_add)
}

/// Checks that the parts keep to their bound and hold no macros, then reads the workbook.
fn workbook(mut archive: Archive, at: &Place, out: &mut Out<'_>) {
    let most = WORKBOOK_BYTES_MAX;
    let is_macro = |name: &str| name.to_lowercase().ends_with("vbaproject.bin");
    let has_macros = archive.file_names().flatten().any(|name| is_macro(&name));
    if has_macros {
        out.refuse(refused(Outcome::Unsupported, "workbook-macros", at));
        return;
    }
    if archive.len() > WORKBOOK_PARTS_MAX || declared(&mut archive) > most {
        out.refuse(too_large(at, most));
        return;
    }
    let (mut left, mut gathering) = (most, Gathering::default());
    for place in 0..archive.len() {
        let Ok(part) = archive.by_index(place) else {
            let code = "workbook-old-or-encrypted";
            out.refuse(refused(Outcome::Unsupported, code, at));
            return;
        };
        let name = part.name().map(|name| name.into_owned()).unwrap_or_default();
        let mut counted = Counted { from: part, left: &mut left, is_spent: false };
        let read = gathering.part(&name, &mut counted);
        if counted.is_spent {
            out.refuse(too_large(at, most));
            return;
        }
        if let Err(error) = read {
            let problems = vec![Problem::new("archive-broken", at).with("why", error)];
            let at = at.clone();
            out.refuse(Refused { at, outcome: Outcome::Unsupported, problems });
            return;
        }
    }
    let mut reader = archive.into_inner();
    match reader.rewind() {
        Ok(()) => read_workbook(reader, &at.file, &gathering.rows(), out),
        Err(error) => out.unreadable(at, &error),
    }
}

/// Reads one member; `false` when the archive is to be left.
fn member(
    archive: &mut Archive,
    place: usize,
    name: &str,
    left: &mut u64,
    out: &mut Out<'_>,
) -> bool {
    let raw = archive.by_index_raw(place).map(|member| {
        (member_name(member.name_raw()), member.is_dir(), member.encrypted(), member.is_symlink())
    });
    let archive_at = Place { file: name.to_owned(), line: 0 };
    let Ok((inner, is_folder, is_encrypted, is_link)) = raw else {
        return out.refuse(refused(Outcome::Unsupported, "archive-broken-member", &archive_at));
    };
    if is_folder || is_clutter(&inner) {
        return true;
    }
    let file = format!("{name}!/{inner}");
    let at = Place { file: file.clone(), line: 0 };
    if is_link || leads_out(&inner) {
        return out.refuse(refused(Outcome::Unsupported, "archive-path", &at));
    }
    if is_encrypted {
        return out.refuse(refused(Outcome::Unsupported, "archive-encrypted", &at));
    }
    let part = match archive.by_index(place) {
        Ok(part) => part,
        Err(error) => {
            let problems = vec![Problem::new("archive-broken", &at).with("why", error)];
            return out.refuse(Refused { at, outcome: Outcome::Unsupported, problems });
        }
    };
    let mut counted = Counted { from: part, left, is_spent: false };
    stream(&mut counted, &file, out);
    if counted.is_spent {
        out.refuse(too_large(&archive_at, UNPACKED_BYTES_MAX));
        return false;
    }
    out.is_going()
}

fn stream<R: Read>(part: &mut Counted<'_, R>, file: &str, out: &mut Out<'_>) {
    let at = Place { file: file.to_owned(), line: 0 };
    let mut head = Vec::new();
    let most = u64::try_from(HEAD_BYTES).unwrap_or(u64::MAX);
    if let Err(error) = part.by_ref().take(most).read_to_end(&mut head) {
        return out.unreadable(&at, &error);
    }
    let kind = detect(&head, file);
    if kind != Kind::Workbook {
        return read_stream(kind, head, part, file, out);
    }
    // A workbook has its list of parts at its end, so it is held in memory.
    let mut bytes = head;
    let read = part.by_ref().take(UPLOAD_BYTES_MAX + 1).read_to_end(&mut bytes);
    if let Err(error) = read {
        return out.unreadable(&at, &error);
    }
    if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > UPLOAD_BYTES_MAX {
        out.refuse(too_large(&at, UPLOAD_BYTES_MAX));
        return;
    }
    let reader: Box<dyn ReadSeek> = Box::new(Cursor::new(bytes));
    match ZipArchive::new(reader) {
        Ok(inner) if inner.index_for_name("xl/workbook.xml").is_some() => {
            workbook(inner, &at, out);
        }
        _ => {
            out.refuse(refused(Outcome::Unsupported, "archive-nested", &at));
        }
    }
}

/// The name of a member: UTF-8 where it is, else GB 18030, which Chinese systems write.
fn member_name(raw: &[u8]) -> String {
    match std::str::from_utf8(raw) {
        Ok(name) => name.to_owned(),
        Err(_) => encoding_rs::GB18030.decode_without_bom_handling(raw).0.into_owned(),
    }
}

/// What systems put into archives of their own accord.
fn is_clutter(name: &str) -> bool {
    let last = name.rsplit('/').next().unwrap_or(name);
    name.starts_with("__MACOSX/") || matches!(last, ".DS_Store" | "Thumbs.db" | "desktop.ini")
}

fn leads_out(name: &str) -> bool {
    name.starts_with(['/', '\\'])
        || name.contains(':')
        || name.contains('\0')
        || name.split(['/', '\\']).any(|part| part == "..")
}

/// Ends with an error when more bytes come than are left.
struct Counted<'l, R> {
    from: R,
    left: &'l mut u64,
    is_spent: bool,
}

impl<R: Read> Read for Counted<'_, R> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        let n = self.from.read(to)?;
        match self.left.checked_sub(u64::try_from(n).unwrap_or(u64::MAX)) {
            Some(left) => {
                *self.left = left;
                Ok(n)
            }
            None => {
                self.is_spent = true;
                Err(io::Error::from(io::ErrorKind::QuotaExceeded))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_lead_out_are_seen() {
        for name in ["../a", "a/../../b", "/etc/x", "\\x", "c:\\x", "a\\..\\b", "a\0b"] {
            assert!(leads_out(name), "{name}");
        }
        for name in ["a", "a/b.xml", "a..b", "数据/一.csv"] {
            assert!(!leads_out(name), "{name}");
        }
    }

    #[test]
    fn names_in_gb18030_are_read() {
        let (raw, _, _) = encoding_rs::GB18030.encode("数据.csv");
        assert_eq!(member_name(&raw), "数据.csv");
    }
}
