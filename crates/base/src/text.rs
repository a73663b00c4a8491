//! Texts from outside, made safe to keep: bounded, without control characters, ends trimmed.

use crate::Refusal;

/// Reads a one-line text: white space folded, at most `chars_max` characters.
pub fn line(field: &str, typed: &str, chars_max: usize) -> Result<String, Refusal> {
    let folded = typed.split_whitespace().collect::<Vec<_>>().join(" ");
    bounded(field, folded, chars_max)
}

/// Reads a text of several lines: line ends normalised, outer white space trimmed.
pub fn block(field: &str, typed: &str, chars_max: usize) -> Result<String, Refusal> {
    let normal = typed.replace("\r\n", "\n").replace('\r', "\n");
    let lines: Vec<&str> = normal.lines().map(str::trim_end).collect();
    bounded(field, lines.join("\n").trim().to_owned(), chars_max)
}

/// Reads a one-line text that must not be empty.
pub fn required_line(field: &str, typed: &str, chars_max: usize) -> Result<String, Refusal> {
    let text = line(field, typed, chars_max)?;
    if text.is_empty() {
        return Err(Refusal::invalid("field-required").on(field).term("field", field_term(field)));
    }
    Ok(text)
}

/// The key of a field's name in `words`: numbers inside a path are left out.
pub fn field_term(field: &str) -> String {
    let parts: Vec<&str> = field.split('.').filter(|part| part.parse::<usize>().is_err()).collect();
    format!("field-{}", parts.join("-").replace('_', "-"))
}

fn bounded(field: &str, text: String, chars_max: usize) -> Result<String, Refusal> {
    let length = text.chars().count();
    if length > chars_max {
        return Err(Refusal::invalid("text-too-long")
            .on(field)
            .term("field", field_term(field))
            .number("most", chars_max)
            .number("found", length));
    }
    let control = |c: char| (c.is_control() && c != '\n' && c != '\t') || is_hidden_direction(c);
    if text.chars().any(control) {
        let refusal = Refusal::invalid("text-control-character");
        return Err(refusal.on(field).term("field", field_term(field)));
    }
    Ok(text)
}

/// Marks that reorder text on screen can make a title read as another one.
fn is_hidden_direction(c: char) -> bool {
    matches!(u32::from(c), 0x202a..=0x202e | 0x2066..=0x2069)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_folded_and_bounded() {
        assert_eq!(line("title", "  a \n b ", 5), Ok("a b".to_owned()));
        assert_eq!(block("body", "a \r\nb\r\n\r\n", 9), Ok("a\nb".to_owned()));
        let refusal = line("inventors.2.name", "abc", 2).expect_err("too long");
        assert_eq!(refusal.code, "text-too-long");
        assert_eq!(field_term("inventors.2.name"), "field-inventors-name");
        assert!(line("title", "a\u{0}b", 9).is_err() && line("title", "a\u{202e}b", 9).is_err());
        assert!(required_line("title", " \n", 9).is_err());
    }
}
