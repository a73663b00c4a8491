//! The objects of a JSON array inside a large file, and the lines of a text, one at a time.
//!
//! Memory holds one object: the array itself is never loaded, and an object that cannot be read
//! costs itself only.

use std::io::{BufRead, BufReader, Read};

/// Bytes of one object or line.
pub(crate) const ITEM_BYTES_MAX: usize = 8 << 20;
/// Objects inside each other.
const DEPTH_MAX: usize = 64;

/// One piece of the input, with the line where it begins.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Piece {
    Whole {
        line: u64,
        bytes: Vec<u8>,
    },
    /// Longer than allowed; left out.
    TooLong {
        line: u64,
    },
    /// The input ends inside it, or is nested too deeply.
    Broken {
        line: u64,
    },
    Unreadable {
        line: u64,
        why: String,
    },
}

/// Hands over each object of the first array that a key named `array` holds.
pub(crate) fn objects(from: impl Read, array: &str, each: &mut dyn FnMut(Piece) -> bool) {
    let mut scan = Scan::new(from);
    if !scan.find_array(array) {
        let line = scan.line;
        match scan.failed.take() {
            Some(why) => each(Piece::Unreadable { line, why }),
            None => each(Piece::Broken { line }),
        };
        return;
    }
    while let Some(piece) = scan.next_object() {
        let last = matches!(piece, Piece::Broken { .. } | Piece::Unreadable { .. });
        if !each(piece) || last {
            return;
        }
    }
}

/// Hands over each line that is not blank.
pub(crate) fn lines(from: impl Read, each: &mut dyn FnMut(Piece) -> bool) {
    let mut reader = BufReader::with_capacity(64 << 10, from);
    let most = u64::try_from(ITEM_BYTES_MAX).unwrap_or(u64::MAX);
    let mut line = 0;
    loop {
        line += 1;
        let mut bytes = Vec::new();
        let piece = match reader.by_ref().take(most).read_until(b'\n', &mut bytes) {
            Err(error) => Piece::Unreadable { line, why: error.to_string() },
            Ok(0) => return,
            Ok(n) if n == ITEM_BYTES_MAX && !bytes.ends_with(b"\n") => {
                if reader.skip_until(b'\n').is_err() {
                    return;
                }
                Piece::TooLong { line }
            }
            Ok(_) => Piece::Whole { line, bytes: bytes.trim_ascii().to_vec() },
        };
        if matches!(&piece, Piece::Whole { bytes, .. } if bytes.is_empty()) {
            continue;
        }
        let last = matches!(piece, Piece::Unreadable { .. });
        if !each(piece) || last {
            return;
        }
    }
}

struct Scan<R> {
    from: BufReader<R>,
    line: u64,
    failed: Option<String>,
}

impl<R: Read> Scan<R> {
    fn new(from: R) -> Self {
        Self { from: BufReader::with_capacity(64 << 10, from), line: 1, failed: None }
    }

    fn byte(&mut self) -> Option<u8> {
        let byte = match self.from.fill_buf() {
            Ok(buffer) => buffer.first().copied()?,
            Err(error) => {
                self.failed = Some(error.to_string());
                return None;
            }
        };
        self.from.consume(1);
        self.line += u64::from(byte == b'\n');
        Some(byte)
    }

    /// Reads on to behind the bracket of `"array": [`.
    fn find_array(&mut self, array: &str) -> bool {
        let mut name: Option<Vec<u8>> = None;
        while let Some(byte) = self.byte() {
            match byte {
                b'"' => name = Some(self.string()),
                b':' | b' ' | b'\t' | b'\r' | b'\n' => {}
                b'[' if name.as_deref() == Some(array.as_bytes()) => return true,
                _ => name = None,
            }
        }
        false
    }

    /// The raw bytes of a string up to its end; long ones are cut, for names are short.
    fn string(&mut self) -> Vec<u8> {
        let mut kept = Vec::new();
        let mut is_escaped = false;
        while let Some(byte) = self.byte() {
            match byte {
                b'"' if !is_escaped => break,
                _ => is_escaped = byte == b'\\' && !is_escaped,
            }
            if kept.len() < 256 {
                kept.push(byte);
            }
        }
        kept
    }

    fn next_object(&mut self) -> Option<Piece> {
        loop {
            match self.byte() {
                Some(b'{') => return Some(self.object()),
                Some(b']') => return None,
                Some(b',' | b' ' | b'\t' | b'\r' | b'\n') => {}
                Some(_) => return Some(Piece::Broken { line: self.line }),
                None => {
                    let line = self.line;
                    return Some(match self.failed.take() {
                        Some(why) => Piece::Unreadable { line, why },
                        None => Piece::Broken { line },
                    });
                }
            }
        }
    }

    fn object(&mut self) -> Piece {
        let line = self.line;
        let mut bytes = vec![b'{'];
        let (mut depth, mut in_text, mut is_escaped, mut is_long) = (1_usize, false, false, false);
        while depth > 0 {
            let Some(byte) = self.byte() else {
                return match self.failed.take() {
                    Some(why) => Piece::Unreadable { line: self.line, why },
                    None => Piece::Broken { line },
                };
            };
            match byte {
                _ if is_escaped => is_escaped = false,
                b'\\' if in_text => is_escaped = true,
                b'"' => in_text = !in_text,
                b'{' | b'[' if !in_text => depth += 1,
                b'}' | b']' if !in_text => depth -= 1,
                _ => {}
            }
            if depth > DEPTH_MAX {
                return Piece::Broken { line };
            }
            is_long |= bytes.len() >= ITEM_BYTES_MAX;
            if !is_long {
                bytes.push(byte);
            }
        }
        if is_long { Piece::TooLong { line } } else { Piece::Whole { line, bytes } }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, want: &str) {
        let mut found = Vec::new();
        objects(text.as_bytes(), "releases", &mut |piece| {
            found.push(match piece {
                Piece::Whole { line, bytes } => {
                    format!("{line}:{}", String::from_utf8_lossy(&bytes))
                }
                Piece::TooLong { line } => format!("{line}:long"),
                Piece::Broken { line } => format!("{line}:broken"),
                Piece::Unreadable { line, .. } => format!("{line}:unreadable"),
            });
            true
        });
        assert_eq!(found.join(" "), want);
    }

    #[test]
    fn objects_are_cut_out_of_their_array() {
        check(
            r#"{"a":[1],"releases":[{"x":"}]"},{"y":{"z":[]}}],"b":{}}"#,
            r#"1:{"x":"}]"} 1:{"y":{"z":[]}}"#,
        );
        check(
            "{\"releases\" :\n [\n {\"x\":\n1}\n, {\"q\":\"\\\"}\"} ] }",
            "3:{\"x\":\n1} 5:{\"q\":\"\\\"}\"}",
        );
        check(r#"{"name":"releases","releases":[]}"#, "");
        check(r#"{"releases":[{"x":1}"#, r#"1:{"x":1} 1:broken"#);
        check(r#"{"releases":[{"x":1"#, "1:broken");
        check(r#"{"releases":[7]}"#, "1:broken");
        check("{}", "1:broken");
        check(&format!("{{\"releases\":[{}", "{\"a\":".repeat(80)), "1:broken");
    }

    #[test]
    fn a_long_object_costs_itself_only() {
        let long = "x".repeat(ITEM_BYTES_MAX);
        check(&format!("{{\"releases\":[{{\"x\":\"{long}\"}},{{}}]}}"), "1:long 1:{}");
    }

    #[test]
    fn a_long_line_costs_itself_only() {
        let text = format!("{{}}\n\n{}\n{{ }}\n", "x".repeat(3 * ITEM_BYTES_MAX));
        let mut found = Vec::new();
        lines(text.as_bytes(), &mut |piece| {
            found.push(piece);
            true
        });
        let whole = |line, text: &str| Piece::Whole { line, bytes: text.into() };
        assert_eq!(found, [whole(1, "{}"), Piece::TooLong { line: 3 }, whole(4, "{ }")]);
    }
}
