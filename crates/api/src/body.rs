//! JSON bodies: bounded in depth, read strictly, refused with the path of what is wrong.

use base::Refusal;
use base::text::field_term;
use serde::de::DeserializeOwned;
use serde_json::error::Category;

/// Objects and lists inside each other.
pub const DEPTH_MAX: usize = 32;

/// The body as this shape. Numbers are numbers and texts are texts: nothing is guessed.
pub fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Refusal> {
    if walk(bytes, bytes.len()).depth > DEPTH_MAX {
        return Err(Refusal::invalid("body-too-deep").number("most", DEPTH_MAX));
    }
    let found = serde_json::from_slice(bytes).map_err(|error| refusal_of(bytes, &error))?;
    // The reader would take a list for an object, its parts in their order.
    if !bytes.trim_ascii_start().starts_with(b"{") {
        return Err(Refusal::invalid("body-value-unfit").text("why", "expected an object"));
    }
    Ok(found)
}

fn refusal_of(bytes: &[u8], error: &serde_json::Error) -> Refusal {
    let said = error.to_string();
    let why = said.split(" at line ").next().unwrap_or("").to_owned();
    if error.classify() != Category::Data {
        let refusal = Refusal::invalid("body-unreadable").text("why", why);
        return refusal.number("line", error.line()).number("column", error.column());
    }
    let path = walk(bytes, offset(bytes, error.line(), error.column())).path;
    let quoted = why.split('`').nth(1).unwrap_or("").to_owned();
    if why.starts_with("missing field") {
        let path = joined(&path, &quoted);
        return Refusal::invalid("field-required").term("field", field_term(&quoted)).on(path);
    }
    if why.starts_with("unknown field") {
        let known = why.split_once("expected").map_or("", |(_, known)| known.trim());
        let known = known.trim_start_matches("one of ").replace('`', "");
        let refusal = Refusal::invalid("body-field-unknown").text("found", quoted);
        return refusal.text("known", known).on(path);
    }
    let refusal = Refusal::invalid("body-value-unfit").text("why", why);
    if path.is_empty() { refusal } else { refusal.on(path) }
}

fn joined(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}

/// Where a line and a column, both counted from 1 as the reader of JSON does, lie in the bytes.
fn offset(bytes: &[u8], line: usize, column: usize) -> usize {
    let lines = bytes.split(|byte| *byte == b'\n').take(line.saturating_sub(1));
    let before: usize = lines.map(|line| line.len() + 1).sum();
    before + column
}

/// What was met on the way to a place.
struct Walk {
    path: String,
    depth: usize,
}

#[derive(Default)]
struct Level {
    is_object: bool,
    key: String,
    place: usize,
    awaits_key: bool,
}

/// Walks through JSON up to an offset. What is not JSON does no harm: the reader refuses it later.
fn walk(bytes: &[u8], until: usize) -> Walk {
    let mut levels: Vec<Level> = Vec::new();
    let (mut at, mut depth) = (0, 0);
    while at < until.min(bytes.len()) && depth <= DEPTH_MAX {
        let byte = bytes[at];
        at += 1;
        match byte {
            b'{' | b'[' => {
                let is_object = byte == b'{';
                levels.push(Level { is_object, awaits_key: is_object, ..Level::default() });
                depth = depth.max(levels.len());
            }
            b'}' | b']' => {
                levels.pop();
            }
            b'"' => {
                let start = at;
                at = end_of_text(bytes, at);
                if let Some(level) = levels.last_mut().filter(|level| level.awaits_key) {
                    let text = &bytes[start..at.saturating_sub(1).max(start)];
                    level.key = String::from_utf8_lossy(text).chars().take(100).collect();
                }
            }
            b':' => {
                if let Some(level) = levels.last_mut() {
                    level.awaits_key = false;
                }
            }
            b',' => {
                if let Some(level) = levels.last_mut() {
                    level.place += 1;
                    level.awaits_key = level.is_object;
                    level.key.clear();
                }
            }
            _ => {}
        }
    }
    let step = |level: &Level| match level.is_object {
        true => level.key.clone(),
        false => level.place.to_string(),
    };
    let steps: Vec<String> = levels.iter().map(step).filter(|step| !step.is_empty()).collect();
    Walk { path: steps.join("."), depth }
}

/// The offset behind the closing mark of a text.
fn end_of_text(bytes: &[u8], mut at: usize) -> usize {
    while at < bytes.len() {
        match bytes[at] {
            b'"' => return at + 1,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Shape {
        #[expect(dead_code, reason = "only read")]
        n: u64,
        #[serde(default)]
        #[expect(dead_code, reason = "only read")]
        parts: Vec<Part>,
    }

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Part {
        #[expect(dead_code, reason = "only read")]
        name: String,
    }

    fn check(text: &str, want: &str) {
        let found = match read::<Shape>(text.as_bytes()) {
            Ok(_) => "ok".to_owned(),
            Err(no) => no.to_string(),
        };
        assert_eq!(found, want, "{text}");
    }

    #[test]
    fn what_is_wrong_is_named_with_its_path() {
        check(r#"{"n": 1, "parts": [{"name": "a"}]}"#, "ok");
        check(
            "{\"n\": 1,\n \"parts\": [{\"name\": \"a\"},\n {\"nam\": 2}]}",
            "body-field-unknown (parts.1.nam)",
        );
        check(
            r#"{"n": 1, "parts": [{"name": "a"}, {"name": 2}]}"#,
            "body-value-unfit (parts.1.name)",
        );
        check(r#"{"n": 1, "parts": [{}]}"#, "field-required (parts.0.name)");
        check(r#"{"parts": []}"#, "field-required (n)");
        check(r#"{"n": 1, "n": 2}"#, "body-value-unfit (n)");
        for wrong in ["[]", "[1]", "7", "null", "\"n\""] {
            check(wrong, "body-value-unfit");
        }
    }

    #[test]
    fn integers_are_numbers_only() {
        for wrong in [r#""5""#, "5.0", "1e3", "-1", "18446744073709551616", "null", "true"] {
            check(&format!(r#"{{"n": {wrong}}}"#), "body-value-unfit (n)");
        }
    }

    #[test]
    fn what_is_no_json_is_unreadable() {
        for wrong in ["", "{", "n=1", r#"{"n": 01}"#, r#"{"n": 1} {}"#, "\u{feff}{\"n\":1}"] {
            check(wrong, "body-unreadable");
        }
        assert!(read::<Shape>(b"{\"n\": 1, \"parts\": [{\"name\": \"\xff\"}]}").is_err());
    }

    #[test]
    fn depth_is_bounded() {
        check(&"[".repeat(100_000), "body-too-deep");
        let deep = |n: usize| format!("{{\"a\":{}{}}}", "[".repeat(n - 1), "]".repeat(n - 1));
        assert!(read::<serde_json::Value>(deep(DEPTH_MAX).as_bytes()).is_ok());
        assert!(read::<serde_json::Value>(deep(DEPTH_MAX + 1).as_bytes()).is_err());
    }
}
