//! Encodings, and texts repaired on the way in.

use std::io::{self, Read};

/// How the bytes of a text file are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Encoding {
    Utf8,
    /// Recognised by its characters, since nothing in such a file names it.
    Gb18030,
    Utf16Le,
    Utf16Be,
    /// No text at all.
    Binary,
}

/// Sees the encoding from the first bytes. Bytes that are neither UTF-8 nor GB 18030 count as
/// UTF-8: then single records are refused, not the file.
pub(crate) fn encoding(head: &[u8]) -> Encoding {
    if head.starts_with(&[0xff, 0xfe]) {
        return Encoding::Utf16Le;
    }
    if head.starts_with(&[0xfe, 0xff]) {
        return Encoding::Utf16Be;
    }
    if head.iter().take(4096).any(|byte| *byte == 0) {
        return Encoding::Binary;
    }
    match std::str::from_utf8(head) {
        Ok(_) => Encoding::Utf8,
        // The last character may be cut by the end of the head.
        Err(error) if error.error_len().is_none() => Encoding::Utf8,
        Err(_) if is_gb18030(head) => Encoding::Gb18030,
        Err(_) => Encoding::Utf8,
    }
}

/// Whether the bytes read as Chinese in GB 18030: no broken pair, and mostly common characters.
fn is_gb18030(head: &[u8]) -> bool {
    let cut = head.iter().rposition(|byte| *byte == b'\n').and_then(|at| head.get(..at));
    let cut = cut.unwrap_or(head);
    let (text, broken) = encoding_rs::GB18030.decode_without_bom_handling(cut);
    if broken {
        return false;
    }
    let wide: Vec<char> = text.chars().filter(|c| !c.is_ascii()).collect();
    let common =
        |c: &&char| matches!(u32::from(**c), 0x3000..=0x303f | 0x4e00..=0x9fff | 0xff00..=0xffef);
    !wide.is_empty() && wide.iter().filter(common).count() * 10 >= wide.len() * 9
}

/// The head as text, for looking only.
pub(crate) fn decode_head(head: &[u8], encoding: Encoding) -> String {
    match encoding.table() {
        Some(table) => table.decode(head).0.into_owned(),
        None => String::from_utf8_lossy(head).into_owned(),
    }
}

impl Encoding {
    fn table(self) -> Option<&'static encoding_rs::Encoding> {
        match self {
            Self::Utf8 | Self::Binary => None,
            Self::Gb18030 => Some(encoding_rs::GB18030),
            Self::Utf16Le => Some(encoding_rs::UTF_16LE),
            Self::Utf16Be => Some(encoding_rs::UTF_16BE),
        }
    }

    /// The bytes as UTF-8 without a mark; broken places become U+FFFD.
    pub(crate) fn decoding<'a>(self, from: impl Read + 'a) -> Box<dyn Read + 'a> {
        match self.table() {
            None => Box::new(WithoutMark { from, at_start: true }),
            Some(table) => Box::new(Decoding {
                from,
                decoder: table.new_decoder_with_bom_removal(),
                raw: Vec::new(),
                ready: Vec::new(),
                given: 0,
                ended: false,
            }),
        }
    }
}

struct WithoutMark<R> {
    from: R,
    at_start: bool,
}

impl<R: Read> Read for WithoutMark<R> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        if !self.at_start || to.len() < 3 {
            return self.from.read(to);
        }
        self.at_start = false;
        let mut start = Vec::new();
        self.from.by_ref().take(3).read_to_end(&mut start)?;
        if start == b"\xEF\xBB\xBF" {
            return self.from.read(to);
        }
        (&*start).read(to)
    }
}

/// Bytes decoded at a time.
const PIECE_BYTES: u64 = 16 << 10;

struct Decoding<R> {
    from: R,
    decoder: encoding_rs::Decoder,
    raw: Vec<u8>,
    ready: Vec<u8>,
    given: usize,
    ended: bool,
}

impl<R: Read> Read for Decoding<R> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        while self.given == self.ready.len() {
            if self.ended {
                return Ok(0);
            }
            self.raw.clear();
            let n = self.from.by_ref().take(PIECE_BYTES).read_to_end(&mut self.raw)?;
            self.ended = n == 0;
            let most = self.decoder.max_utf8_buffer_length(n).unwrap_or(n * 3 + 16);
            self.ready.resize(most, 0);
            let (_, _, written, _) =
                self.decoder.decode_to_utf8(&self.raw, &mut self.ready, self.ended);
            self.ready.truncate(written);
            self.given = 0;
        }
        let n = self.ready.get(self.given..).unwrap_or_default().read(to)?;
        self.given += n;
        Ok(n)
    }
}

/// A text whose UTF-8 was once read as Windows-1252 and encoded again: `â€“` for a dash.
pub(crate) fn repaired(text: &str) -> Option<String> {
    if !text.contains(['â', 'Ã', 'Â']) {
        return None;
    }
    let (bytes, _, unmappable) = encoding_rs::WINDOWS_1252.encode(text);
    if unmappable {
        return repaired_parts(text);
    }
    match String::from_utf8(bytes.into_owned()) {
        Ok(repaired) if repaired != text => Some(repaired),
        _ => repaired_parts(text),
    }
}

/// Where other characters stand in the text as well, only the known sequences are mended.
fn repaired_parts(text: &str) -> Option<String> {
    const KNOWN: [(&str, &str); 9] = [
        ("â€“", "–"),
        ("â€”", "—"),
        ("â€™", "’"),
        ("â€˜", "‘"),
        ("â€œ", "“"),
        ("â€\u{9d}", "”"),
        ("â€¦", "…"),
        ("Â°", "°"),
        ("Âµ", "µ"),
    ];
    let mended = KNOWN.iter().fold(text.to_owned(), |text, (from, to)| text.replace(from, to));
    (mended != text).then_some(mended)
}

/// Full-width digits, letters and signs as half-width ones.
pub(crate) fn half_width(text: &str) -> String {
    text.chars().map(base::time::half_width).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodings_are_seen_from_the_bytes() {
        let check = |bytes: &[u8], want| assert_eq!(encoding(bytes), want);
        check("标题,a".as_bytes(), Encoding::Utf8);
        check(&"标题".as_bytes()[..4], Encoding::Utf8);
        check(b"\xFF\xFEa\0", Encoding::Utf16Le);
        check(b"\x7fELF\0\0", Encoding::Binary);
        check(b"caf\xe9 au lait, r\xe9sum\xe9\n", Encoding::Utf8);
        let (gb, _, _) = encoding_rs::GB18030.encode("编号,标题\n一,磁性材料\n");
        check(&gb, Encoding::Gb18030);
    }

    #[test]
    fn files_decode_as_streams() {
        let text = format!("编号\n{}", "磁性材料，".repeat(10_000));
        let (gb, _, _) = encoding_rs::GB18030.encode(&text);
        let mut read = String::new();
        Encoding::Gb18030.decoding(&*gb).read_to_string(&mut read).expect("decodes");
        assert_eq!(read, text);
        let mut read = String::new();
        let marked = "\u{feff}a,b";
        Encoding::Utf8.decoding(marked.as_bytes()).read_to_string(&mut read).expect("decodes");
        assert_eq!(read, "a,b");
        let mut read = String::new();
        let utf16 = b"\xFF\xFEa\0\x07\x68";
        Encoding::Utf16Le.decoding(&utf16[..]).read_to_string(&mut read).expect("decodes");
        assert_eq!(read, "a标");
    }

    #[test]
    fn twice_encoded_texts_are_mended() {
        let check = |text: &str, want: Option<&str>| assert_eq!(repaired(text).as_deref(), want);
        check("Particle â€“ Surface", Some("Particle – Surface"));
        check("Particle â€“ 表面", Some("Particle – 表面"));
        check("château", None);
        check("plain", None);
        check("Â°C", Some("°C"));
    }
}
