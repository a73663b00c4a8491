//! What a password must be: long enough, not among the common, not made of names at hand.
//!
//! No rules of composition and no forced change (OWASP ASVS 5.0, V6.2.5 and V6.2.10).

use base::{Refusal, limits};

/// Passwords that are tried first by everybody who guesses; compared without case and digits' end.
const COMMON: &str = include_str!("common_passwords.txt");

/// Whether this password may be set, given words that are known about the person.
pub fn check(password: &str, context: &[&str]) -> Result<(), Refusal> {
    let on = |refusal: Refusal| Err(refusal.on("password"));
    if password.len() > limits::PASSWORD_BYTES_MAX {
        let most = limits::PASSWORD_BYTES_MAX;
        return on(Refusal::invalid("password-too-long").number("most", most));
    }
    if password.chars().count() < limits::PASSWORD_CHARS_MIN {
        let least = limits::PASSWORD_CHARS_MIN;
        return on(Refusal::invalid("password-too-short").number("least", least));
    }
    let folded = password.to_lowercase();
    let stem = folded.trim_end_matches(|c: char| c.is_ascii_digit() || "!.?#@".contains(c));
    let is_common = COMMON.lines().any(|word| word == folded || (word.len() >= 5 && word == stem));
    let mut letters: Vec<char> = folded.chars().collect();
    letters.sort_unstable();
    letters.dedup();
    if is_common || letters.len() < 4 {
        return on(Refusal::invalid("password-common"));
    }
    let is_known = |word: &str| {
        let word = word.to_lowercase();
        word.chars().count() >= 4 && (word == folded || word == stem)
    };
    if context.iter().any(|word| is_known(word)) {
        return on(Refusal::invalid("password-context"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expect(password: &str, code: Option<&str>) {
        let refusal = check(password, &["wu.min@city.example", "Wu Min", "fucheng"]).err();
        assert_eq!(refusal.as_ref().map(|refusal| refusal.code.as_ref()), code, "{password}");
    }

    #[test]
    fn passwords_are_long_and_not_the_usual_ones() {
        expect("correct horse", None);
        expect("长长的口令也可以用", None);
        expect("short", Some("password-too-short"));
        expect("Password123", Some("password-common"));
        expect("aaaaaaaaaaaa", Some("password-common"));
        expect("fucheng2026", Some("password-context"));
        expect(&"x9".repeat(200), Some("password-too-long"));
    }
}
