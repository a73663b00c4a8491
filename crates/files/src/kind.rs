//! Kinds of files that are taken: what the name says has to be what the bytes are.

use base::Refusal;

/// A kind of file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    Pdf,
    Png,
    Jpeg,
    Docx,
    Xlsx,
    Pptx,
    Txt,
    Csv,
}

impl Kind {
    /// Every kind, in the order in which they are named.
    pub const ALL: [Self; 8] = [
        Self::Pdf,
        Self::Docx,
        Self::Xlsx,
        Self::Pptx,
        Self::Png,
        Self::Jpeg,
        Self::Txt,
        Self::Csv,
    ];

    /// The word that is stored: the usual end of a name.
    pub fn word(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::Png => "png",
            Self::Jpeg => "jpg",
            Self::Docx => "docx",
            Self::Xlsx => "xlsx",
            Self::Pptx => "pptx",
            Self::Txt => "txt",
            Self::Csv => "csv",
        }
    }

    /// Reads a stored word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }

    /// What the end of a name says.
    pub fn of_name(name: &str) -> Option<Self> {
        let (stem, end) = name.rsplit_once('.')?;
        let end = end.to_ascii_lowercase();
        let end = if end == "jpeg" { "jpg" } else { end.as_str() };
        Self::parse(end).filter(|_| !stem.is_empty())
    }

    /// How it is served. Nothing here is ever run or drawn by a browser but the two pictures.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Pptx => {
                "application/vnd.openxmlformats-officedocument.presentationml.presentation"
            }
            // No charset: nobody knows it, and guessing is forbidden by `nosniff`.
            Self::Txt => "text/plain",
            Self::Csv => "text/csv",
        }
    }

    /// Whether a page may show it in its place.
    pub fn is_picture(self) -> bool {
        matches!(self, Self::Png | Self::Jpeg)
    }

    /// As in the attribute `accept` of a form.
    pub fn accept() -> String {
        let all: Vec<String> = Self::ALL.iter().map(|kind| format!(".{}", kind.word())).collect();
        all.join(",")
    }
}

/// Whether a name promises plain text, whose words can be read as they come in.
pub fn is_text(name: &str) -> bool {
    matches!(Kind::of_name(name), Some(Kind::Txt | Kind::Csv))
}

/// The kind of a file by its name, its first bytes and its last; or why it is not taken.
pub fn check(name: &str, head: &[u8], tail: &[u8]) -> Result<Kind, Refusal> {
    let named = |refusal: Refusal| refusal.text("name", name);
    if head.is_empty() {
        return Err(named(Refusal::invalid("file-empty")));
    }
    let Some(kind) = Kind::of_name(name) else {
        let known: Vec<&str> = Kind::ALL.iter().map(|kind| kind.word()).collect();
        return Err(named(Refusal::invalid("file-kind-unknown")).text("kinds", known.join(", ")));
    };
    let is_it = match kind {
        Kind::Pdf => head.starts_with(b"%PDF-"),
        Kind::Png => head.starts_with(b"\x89PNG\r\n\x1a\n"),
        Kind::Jpeg => head.starts_with(b"\xff\xd8\xff"),
        Kind::Docx => is_office(head, tail, b"word/document.xml"),
        Kind::Xlsx => is_office(head, tail, b"xl/workbook.xml"),
        Kind::Pptx => is_office(head, tail, b"ppt/presentation.xml"),
        Kind::Txt | Kind::Csv => is_plain(head) && is_plain(tail),
    };
    if !is_it {
        return Err(named(Refusal::invalid("file-kind-differs")).text("kind", kind.word()));
    }
    let is_office = matches!(kind, Kind::Docx | Kind::Xlsx | Kind::Pptx);
    if is_office && has(tail, b"vbaProject.bin") {
        return Err(named(Refusal::invalid("file-with-macros")));
    }
    Ok(kind)
}

/// An archive whose directory, at its end, names the main part of such a document.
fn is_office(head: &[u8], tail: &[u8], part: &[u8]) -> bool {
    head.starts_with(b"PK\x03\x04") && has(tail, b"PK\x05\x06") && has(tail, part)
}

/// Neither binary nor a page that some browser might draw.
fn is_plain(bytes: &[u8]) -> bool {
    let known: [&[u8]; 5] = [b"%PDF-", b"PK\x03\x04", b"\x89PNG", b"\xff\xd8\xff", b"MZ"];
    !bytes.contains(&0) && !known.iter().any(|magic| bytes.starts_with(magic))
}

fn has(bytes: &[u8], wanted: &[u8]) -> bool {
    bytes.windows(wanted.len()).any(|run| run == wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_one(name: &str, bytes: &[u8], want: &str) {
        let told = match check(name, bytes, bytes) {
            Ok(kind) => kind.word().to_owned(),
            Err(no) => no.code.into_owned(),
        };
        assert_eq!(told, want, "{name}");
    }

    #[test]
    fn what_a_name_says_has_to_be_what_the_bytes_are() {
        check_one("a.pdf", b"%PDF-1.7\n", "pdf");
        check_one("A.PDF", b"%PDF-1.7\n", "pdf");
        check_one("a.pdf", b"<html><script>", "file-kind-differs");
        check_one("a.png", b"\x89PNG\r\n\x1a\n....", "png");
        check_one("a.jpeg", b"\xff\xd8\xff\xe0", "jpg");
        check_one("a.png", b"\xff\xd8\xff\xe0", "file-kind-differs");
        check_one("a.txt", "专利\r\n".as_bytes(), "txt");
        check_one("a.csv", b"a,b\n\0", "file-kind-differs");
        check_one("a.txt", b"MZ\x90", "file-kind-differs");
        check_one("a.svg", b"<svg/>", "file-kind-unknown");
        check_one("a.html", b"<html>", "file-kind-unknown");
        check_one("a.zip", b"PK\x03\x04", "file-kind-unknown");
        check_one("pdf", b"%PDF-", "file-kind-unknown");
        check_one(".pdf", b"%PDF-", "file-kind-unknown");
        check_one("a.pdf.exe", b"%PDF-", "file-kind-unknown");
        check_one("a.pdf", b"", "file-empty");
    }

    #[test]
    fn office_documents_are_told_by_their_directory() {
        let archive = |part: &str| format!("PK\x03\x04..{part}..PK\x05\x06").into_bytes();
        check_one("a.docx", &archive("word/document.xml"), "docx");
        check_one("a.xlsx", &archive("word/document.xml"), "file-kind-differs");
        check_one("a.xlsx", &archive("xl/workbook.xml"), "xlsx");
        check_one("a.pptx", &archive("ppt/presentation.xml"), "pptx");
        let macros = archive("word/document.xml word/vbaProject.bin");
        check_one("a.docx", &macros, "file-with-macros");
    }

    #[test]
    fn words_read_back() {
        for kind in Kind::ALL {
            assert_eq!(Kind::parse(kind.word()), Some(kind));
            assert_eq!(Kind::of_name(&format!("a.{}", kind.word())), Some(kind));
        }
        assert_eq!(Kind::accept(), ".pdf,.docx,.xlsx,.pptx,.png,.jpg,.txt,.csv");
    }
}
