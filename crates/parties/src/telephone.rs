//! Telephone numbers, as people type them.

use base::Refusal;

/// Characters of a number as it is kept.
pub const CHARS_MAX: usize = 32;
/// Digits of a number, with its codes and an extension.
const DIGITS: std::ops::RangeInclusive<usize> = 5..=20;

/// Reads a number: digits, with blanks, hyphens and brackets between them and a plus before; an
/// extension follows `转` or a hyphen. Full-width characters are folded; nothing is nobody's number.
pub fn read(typed: &str) -> Result<Option<String>, Refusal> {
    let folded: String = typed.chars().map(folded).collect();
    let text = folded.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.is_empty() {
        return Ok(None);
    }
    let n_digits = text.chars().filter(char::is_ascii_digit).count();
    let is_shaped = text.chars().enumerate().all(|(at, c)| match c {
        '+' => at == 0,
        '转' => at > 0,
        _ => c.is_ascii_digit() || " -()".contains(c),
    });
    match is_shaped && DIGITS.contains(&n_digits) && text.chars().count() <= CHARS_MAX {
        true => Ok(Some(text)),
        false => Err(Refusal::invalid("telephone-unreadable").on("telephone")),
    }
}

/// A full-width character as the one that it stands for, any dash as a hyphen.
fn folded(c: char) -> char {
    match c {
        '０'..='９' | '＋' | '（' | '）' | '－' => {
            u32::from(c).checked_sub(0xfee0).and_then(char::from_u32).unwrap_or(c)
        }
        '–' | '—' | '‐' | '‑' => '-',
        _ => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_people_type_them() {
        for (typed, kept) in [
            ("0816-234 5678", Some("0816-234 5678")),
            (" +86  138 0000 0000 ", Some("+86 138 0000 0000")),
            ("（０８１６）２３４５６７８", Some("(0816)2345678")),
            ("0816–2345678转801", Some("0816-2345678转801")),
            ("12345", Some("12345")),
            ("  ", None),
        ] {
            assert_eq!(read(typed), Ok(kept.map(str::to_owned)), "{typed}");
        }
        let long = format!("1{}", "-1".repeat(20));
        for typed in ["1234", "no number", "86+13800000000", "转12345", "12345; drop", &long] {
            let no = read(typed).expect_err(typed);
            assert_eq!(
                (no.code.as_ref(), no.field.as_deref()),
                ("telephone-unreadable", Some("telephone"))
            );
        }
    }
}
