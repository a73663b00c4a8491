//! Names of files as people give them, made safe to keep, to show and to send.

/// Characters of a name that are kept.
const NAME_CHARS_MAX: usize = 160;

/// A name as it is kept: the last part of a path, one line, without characters that hide or
/// reorder others; the end of the name survives a cut.
pub fn clean(typed: &str) -> String {
    let last = typed.rsplit(['/', '\\']).next().unwrap_or("");
    let told: String = last.chars().filter(|c| !is_hidden(*c)).collect();
    let told = told.split_whitespace().collect::<Vec<_>>().join(" ");
    let told = told.trim_matches(['.', ' ']);
    if told.is_empty() {
        return "file".to_owned();
    }
    let n = told.chars().count();
    if n <= NAME_CHARS_MAX {
        return told.to_owned();
    }
    let (stem, end) = told.rsplit_once('.').unwrap_or((told, ""));
    let end: String = end.chars().take(16).collect();
    let room = NAME_CHARS_MAX - end.chars().count() - 1;
    let stem: String = stem.chars().take(room).collect();
    if end.is_empty() { stem } else { format!("{stem}.{end}") }
}

/// Control characters, marks that turn the direction of writing, and what has no width.
fn is_hidden(c: char) -> bool {
    let odd = matches!(
        u32::from(c),
        0x61c | 0x180e | 0x200b..=0x200f | 0x2028..=0x202e | 0x2060..=0x206f | 0xfeff | 0xad
            | 0xfff9..=0xfffb | 0xe0000..=0xe007f
    );
    odd || (c.is_control() && !matches!(c, '\t' | '\n' | '\r'))
}

/// The header that says under which name to save it (RFC 6266): a plain name for old programs, and
/// the real one with its bytes escaped (RFC 8187).
pub fn disposition(name: &str, is_shown: bool) -> String {
    let how = if is_shown { "inline" } else { "attachment" };
    let plain: String = name
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || "-_. ".contains(c) { c } else { '_' })
        .collect();
    let mut escaped = String::new();
    for byte in name.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => {
                escaped.push(char::from(byte));
            }
            other => escaped.push_str(&format!("%{other:02X}")),
        }
    }
    format!("{how}; filename=\"{plain}\"; filename*=UTF-8''{escaped}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(typed: &str, want: &str) {
        assert_eq!(clean(typed), want, "{typed:?}");
    }

    #[test]
    fn names_are_one_safe_line() {
        check("report.pdf", "report.pdf");
        check("../../etc/passwd", "passwd");
        check("C:\\Users\\me\\测试 报告.docx", "测试 报告.docx");
        check("a\r\nSet-Cookie: x=1.pdf", "a Set-Cookie: x=1.pdf");
        check("\u{202e}fdp.exe", "fdp.exe");
        check("a\u{200b}b\u{feff}.txt", "ab.txt");
        check("  .hidden.  ", "hidden");
        check("a\0b.pdf", "ab.pdf");
        for nothing in ["", "/", "..", "\u{202e}", " . "] {
            check(nothing, "file");
        }
        let long = format!("{}.pdf", "长".repeat(500));
        assert_eq!(clean(&long).chars().count(), NAME_CHARS_MAX);
        assert!(clean(&long).ends_with(".pdf"));
    }

    #[test]
    fn the_header_is_one_line_of_plain_characters() {
        for name in ["a\"; x=\"b.pdf", "测试.pdf", "a\r\nb: c", "a'b;c%00\\.txt", "é.png"] {
            let header = disposition(name, false);
            assert!(header.is_ascii() && !header.contains(['\r', '\n', '\\']), "{header}");
            assert_eq!(header.matches('"').count(), 2, "{header}");
        }
        assert_eq!(
            disposition("测 a.pdf", false),
            "attachment; filename=\"_ a.pdf\"; filename*=UTF-8''%E6%B5%8B%20a.pdf"
        );
        assert!(disposition("a.png", true).starts_with("inline; "));
    }
}
