//! Content lines: escaped, folded at 75 octets and never inside a character, ended by CRLF.

use base::Instant;

/// Octets of a line at most, without its end (RFC 5545, 3.1).
const LINE_OCTETS_MAX: usize = 75;

/// A text of content lines.
#[derive(Debug, Default)]
pub struct Text {
    out: String,
}

impl Text {
    /// Room for so many bytes.
    pub fn with_room(bytes: usize) -> Self {
        Self { out: String::with_capacity(bytes) }
    }

    /// A line whose value is written as it is: dates, states, addresses.
    pub fn line(&mut self, name: &str, value: &str) -> &mut Self {
        let mut left = LINE_OCTETS_MAX;
        for part in [name, ":", value] {
            self.put(part, &mut left);
        }
        self.out.push_str("\r\n");
        self
    }

    /// A line of text for people: escaped, without control characters.
    pub fn text(&mut self, name: &str, value: &str) -> &mut Self {
        let mut escaped = String::with_capacity(value.len() + 8);
        for c in value.replace("\r\n", "\n").chars() {
            match c {
                '\\' | ';' | ',' => {
                    escaped.push('\\');
                    escaped.push(c);
                }
                '\n' | '\r' => escaped.push_str("\\n"),
                c if c.is_control() && c != '\t' => {}
                c => escaped.push(c),
            }
        }
        self.line(name, &escaped)
    }

    /// A line with a moment in UTC: `20260301T093000Z`.
    pub fn at(&mut self, name: &str, at: Instant) -> &mut Self {
        let value = utc(at);
        self.line(name, &value)
    }

    /// The whole text.
    pub fn finish(self) -> String {
        self.out
    }

    fn put(&mut self, part: &str, left: &mut usize) {
        let mut rest = part;
        while rest.len() > *left {
            let mut cut = *left;
            while !rest.is_char_boundary(cut) {
                cut -= 1;
            }
            self.out.push_str(&rest[..cut]);
            self.out.push_str("\r\n ");
            rest = &rest[cut..];
            // The blank that begins a folded line counts.
            *left = LINE_OCTETS_MAX - 1;
        }
        self.out.push_str(rest);
        *left -= rest.len();
    }
}

/// A moment in UTC in the basic form, cut to the second.
pub fn utc(at: Instant) -> String {
    let wall = at.datetime_at(0);
    format!(
        "{:04}{:02}{:02}T{:02}{:02}{:02}Z",
        wall.year(),
        wall.month(),
        wall.day(),
        wall.hour(),
        wall.minute(),
        wall.second()
    )
}

/// Lines with their folds taken out, ends of lines forgiven.
pub fn unfold(text: &str) -> String {
    text.replace("\r\n", "\n").replace("\n ", "").replace("\n\t", "")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn lines(name: &str, value: &str) -> Vec<String> {
        let mut text = Text::default();
        text.text(name, value);
        text.finish().split_terminator("\r\n").map(str::to_owned).collect()
    }

    #[test]
    fn chinese_is_folded_between_characters() {
        let long: String = "测".repeat(60);
        let folded = lines("SUMMARY", &long);
        let octets: Vec<usize> = folded.iter().map(String::len).collect();
        assert_eq!(octets, [8 + 22 * 3, 1 + 24 * 3, 1 + 14 * 3]);
        assert_eq!(unfold(&folded.join("\r\n")), format!("SUMMARY:{long}"));
    }

    #[test]
    fn what_has_a_meaning_is_escaped() {
        assert_eq!(lines("SUMMARY", "a;b,c\\d\r\ne\u{7}"), ["SUMMARY:a\\;b\\,c\\\\d\\ne"]);
    }

    #[test]
    fn moments_are_in_utc() {
        let at = Instant::parse_rfc3339("2026-03-01T17:30:00.9+08:00").expect("a moment");
        assert_eq!(utc(at), "20260301T093000Z");
    }

    proptest! {
        /// Whatever is written, no line is too long, and unfolding gives the text back.
        #[test]
        fn every_text_folds_and_unfolds(value in "(?s)[\\PC\\n🔬测试\"';,\\\\]{0,300}") {
            let folded = lines("DESCRIPTION", &value);
            for line in &folded {
                prop_assert!(line.len() <= LINE_OCTETS_MAX, "{line}");
            }
            let line = unfold(&folded.join("\r\n"));
            let back = crate::ical::read::unescape(line.strip_prefix("DESCRIPTION:").expect("its name"));
            prop_assert_eq!(back, value);
        }
    }
}
