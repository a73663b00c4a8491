//! References that people say aloud: kind, year, six random characters, a check character.
//!
//! `TE-2026-7K3QXM-4`. Nothing runs in sequence, so that nothing hidden can be counted.

use crate::{Chance, id::ALPHABET};

/// A reference such as `TE-2026-7K3QXM-4`, always in its written form.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(transparent)]
pub struct Reference(String);

impl Reference {
    /// Draws a reference of the two-letter kind for this year.
    pub fn draw(kind: &str, year: i16, chance: &mut dyn Chance) -> Self {
        assert!(kind.len() == 2 && kind.bytes().all(|b| b.is_ascii_uppercase()), "a kind: {kind}");
        let mut random = [0; 6];
        chance.fill(&mut random);
        let drawn: String = random
            .iter()
            .map(|byte| char::from(ALPHABET[usize::from(byte & 31)].to_ascii_uppercase()))
            .collect();
        let stem = format!("{kind}-{year:04}-{drawn}");
        let check = check_character(&stem);
        Self(format!("{stem}-{check}"))
    }

    /// Reads what a person typed: small letters, blanks, and I, L, O for 1, 1, 0 are forgiven.
    pub fn parse(typed: &str) -> Option<Self> {
        let plain: String =
            typed.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_uppercase();
        if plain.len() != 13
            || typed.chars().any(|c| !(c.is_ascii_alphanumeric() || " -".contains(c)))
        {
            return None;
        }
        let (kind, rest) = plain.split_at(2);
        let (year, rest) = rest.split_at(4);
        let rest = rest.replace(['I', 'L'], "1").replace('O', "0");
        let (drawn, check) = rest.split_at(6);
        let known = |text: &str| text.bytes().all(|b| ALPHABET.contains(&b.to_ascii_lowercase()));
        let shaped = kind.bytes().all(|b| b.is_ascii_uppercase())
            && year.bytes().all(|b| b.is_ascii_digit())
            && known(drawn);
        let stem = format!("{kind}-{year}-{drawn}");
        (shaped && check_character(&stem).to_string() == check)
            .then(|| Self(format!("{stem}-{check}")))
    }

    /// The written form.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for Reference {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> serde::Deserialize<'de> for Reference {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom("not a reference"))
    }
}

/// A sum over the field of 32 elements: every single wrong character and every swap of
/// neighbours shows, because doubling there is invertible and moves everything but zero.
fn check_character(stem: &str) -> char {
    let value = |letter: u8| {
        let at = ALPHABET.iter().position(|known| *known == letter.to_ascii_lowercase());
        at.unwrap_or_else(|| usize::from(letter & 31))
    };
    let doubled = |sum: usize| if sum & 16 == 0 { sum << 1 } else { (sum << 1) ^ 0b10_0101 };
    let sum = stem.bytes().filter(|byte| *byte != b'-').fold(0, |sum, b| doubled(sum) ^ value(b));
    char::from(ALPHABET[sum].to_ascii_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chance::SeededChance;

    #[test]
    fn a_reference_is_read_as_people_type_it() {
        let mut chance = SeededChance::new(7);
        for _ in 0..200 {
            let reference = Reference::draw("TE", 2026, &mut chance);
            let typed = reference.as_str().to_lowercase().replace('-', " ");
            assert_eq!(Reference::parse(&typed), Some(reference.clone()));
            assert_eq!(Reference::parse(&reference.as_str().replace('-', "")), Some(reference));
        }
    }

    #[test]
    fn one_wrong_character_is_noticed() {
        let mut chance = SeededChance::new(8);
        let reference = Reference::draw("TE", 2026, &mut chance);
        let text = reference.as_str();
        for at in 8..14 {
            for letter in ALPHABET.iter().map(|b| char::from(b.to_ascii_uppercase())) {
                let mut wrong: Vec<char> = text.chars().collect();
                if wrong[at] == letter {
                    continue;
                }
                wrong[at] = letter;
                let wrong: String = wrong.into_iter().collect();
                let read = Reference::parse(&wrong);
                assert_eq!(read, None, "{wrong}");
            }
        }
    }
}
