//! The unified social credit code (GB 32100-2015): 18 characters, the last computed from the others.
//!
//! One character for the office that registered the body, one for its kind, six figures of the
//! administrative division, nine of the organisation code (GB 11714, which has a check character of
//! its own), one check character. The inner check character never decides whether a code is right,
//! because old bodies carry wrong ones; it only helps to say where a slip lies.

use base::{Refusal, Value};

/// Characters of a code.
pub const CHARS: usize = 18;

/// The characters that occur, each worth its place: no I, O, S, V or Z.
const LETTERS: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";
const WEIGHTS: [usize; 17] = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];
/// Weights of the eight characters of an organisation code.
const INNER_WEIGHTS: [usize; 8] = [3, 7, 9, 10, 5, 8, 4, 2];

/// A code as people type and files carry it, in its one form: half width, capitals, without blanks
/// and hyphens.
pub fn plain(typed: &str) -> String {
    let is_dress = |c: &char| !c.is_whitespace() && !matches!(c, '-' | '‐' | '–' | '\u{feff}');
    let half = typed.chars().map(base::time::half_width).filter(is_dress);
    half.collect::<String>().to_uppercase()
}

/// Reads a code as typed; the refusal says which character is wrong.
pub fn read(typed: &str) -> Result<String, Refusal> {
    let code = plain(typed);
    check(&code).map(|()| code)
}

/// Whether the text is a code with a right check character.
pub fn is_right(code: &str) -> bool {
    check(code).is_ok()
}

/// Why the text is no code: its length, the first character that cannot stand where it stands, or
/// the check character, with the part in which the slip must lie.
pub fn check(code: &str) -> Result<(), Refusal> {
    let wrong = |code: &'static str| Refusal::invalid(code).on("credit_code");
    let letters: Vec<char> = code.chars().collect();
    if letters.len() != CHARS {
        return Err(wrong("credit-code-length").number("found", letters.len()));
    }
    let mut values = Vec::with_capacity(CHARS);
    for (at, letter) in letters.iter().enumerate() {
        let value = LETTERS.iter().position(|known| char::from(*known) == *letter);
        let named = |refusal: Refusal| refusal.number("place", at + 1).text("found", *letter);
        let Some(value) = value else { return Err(named(wrong("credit-code-character"))) };
        if (2..8).contains(&at) && value > 9 {
            return Err(named(wrong("credit-code-division")));
        }
        values.push(value);
    }
    let sum: usize = values.iter().zip(WEIGHTS).map(|(value, weight)| value * weight).sum();
    let expected = char::from(LETTERS[(31 - sum % 31) % 31]);
    if letters.last() == Some(&expected) {
        return Ok(());
    }
    let place = if is_inner_right(&letters[8..17]) { "outer" } else { "inner" };
    let refusal = wrong("credit-code-check").text("expected", expected);
    let refusal = refusal.text("found", letters[CHARS - 1]);
    Err(refusal.with("place", Value::Term(format!("registration-slip-{place}"))))
}

/// Whether the ninth of these characters follows from the eight before it (GB 11714, modulo 11).
fn is_inner_right(inner: &[char]) -> bool {
    let worth = |letter: &char| letter.to_digit(36).and_then(|worth| usize::try_from(worth).ok());
    let values: Vec<usize> = inner.iter().filter_map(worth).collect();
    let sum: usize = values.iter().zip(INNER_WEIGHTS).map(|(value, weight)| value * weight).sum();
    let expected = match 11 - sum % 11 {
        10 => 'X',
        11 => '0',
        n => char::from_digit(u32::try_from(n).unwrap_or(0), 10).unwrap_or('0'),
    };
    inner.last() == Some(&expected)
}

/// A right code made of 17 characters, for cities that are made up.
pub fn completed(first: &str) -> Option<String> {
    let values: Option<Vec<usize>> =
        first.bytes().map(|byte| LETTERS.iter().position(|letter| *letter == byte)).collect();
    let values = values.filter(|values| values.len() == CHARS - 1)?;
    let sum: usize = values.iter().zip(WEIGHTS).map(|(value, weight)| value * weight).sum();
    let code = format!("{first}{}", char::from(LETTERS[(31 - sum % 31) % 31]));
    is_right(&code).then_some(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(typed: &str) -> String {
        match read(typed) {
            Ok(code) => code,
            Err(refusal) => {
                let values: Vec<String> = refusal
                    .values
                    .iter()
                    .map(|(name, value)| format!("{name}={value:?}"))
                    .collect();
                format!("{} {}", refusal.code, values.join(" "))
            }
        }
    }

    #[test]
    fn a_code_is_read_in_any_dress() {
        // The example of GB 32100-2015.
        for typed in ["91350100M000100Y43", " 91350100m000100y43 ", "９１３５０１００-M000100Y-43"]
        {
            assert_eq!(told(typed), "91350100M000100Y43");
        }
    }

    #[test]
    fn the_wrong_character_is_named() {
        let cases = [
            ("91350100M000100Y4", "credit-code-length found=Number(17)"),
            ("91350100I000100Y43", "credit-code-character place=Number(9) found=Text(\"I\")"),
            ("9135O100M000100Y43", "credit-code-character place=Number(5) found=Text(\"O\")"),
            ("913501A0M000100Y43", "credit-code-division place=Number(7) found=Text(\"A\")"),
            (
                "91350100M000100Y44",
                "credit-code-check expected=Text(\"3\") found=Text(\"4\") \
                 place=Term(\"registration-slip-outer\")",
            ),
            (
                "91350100M000200Y43",
                "credit-code-check expected=Text(\"T\") found=Text(\"3\") \
                 place=Term(\"registration-slip-inner\")",
            ),
        ];
        for (typed, want) in cases {
            assert_eq!(told(typed), want, "{typed}");
        }
    }

    #[test]
    fn no_single_slip_and_no_swap_passes() {
        let right: Vec<char> = "91350100M000100Y43".chars().collect();
        for at in 0..CHARS {
            for letter in LETTERS.iter().map(|letter| char::from(*letter)) {
                let mut wrong = right.clone();
                wrong[at] = letter;
                let text: String = wrong.iter().collect();
                assert_eq!(is_right(&text), wrong == right, "{text}");
            }
            if at + 1 < CHARS {
                let mut wrong = right.clone();
                wrong.swap(at, at + 1);
                let text: String = wrong.iter().collect();
                assert_eq!(is_right(&text), wrong == right, "{text}");
            }
        }
    }

    #[test]
    fn seventeen_characters_are_completed() {
        assert_eq!(completed("91350100M000100Y4").as_deref(), Some("91350100M000100Y43"));
        assert_eq!(completed("91350100M000100YI"), None);
    }
}
