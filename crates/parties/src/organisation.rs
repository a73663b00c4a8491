//! Organisations: institutes, firms, agencies and other bodies.

use base::{Bilingual, Instant, OrganisationId, Reference, Refusal, limits, text};

/// What kind of body it is; `organisation-kind-<word>` is its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OrganisationKind {
    Institute,
    University,
    Firm,
    Agency,
    ExpertBody,
    Bank,
    Park,
}

impl OrganisationKind {
    /// All kinds.
    pub const ALL: [Self; 7] = [
        Self::Institute,
        Self::University,
        Self::Firm,
        Self::Agency,
        Self::ExpertBody,
        Self::Bank,
        Self::Park,
    ];

    /// The word of files and forms.
    pub fn word(self) -> &'static str {
        match self {
            Self::Institute => "institute",
            Self::University => "university",
            Self::Firm => "firm",
            Self::Agency => "agency",
            Self::ExpertBody => "expert-body",
            Self::Bank => "bank",
            Self::Park => "park",
        }
    }

    /// Reads the word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }
}

/// What is said about an organisation; all of it is public.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Profile {
    pub kind: OrganisationKind,
    pub name: Bilingual,
    pub short: Bilingual,
    /// Unified social credit code, or empty.
    pub credit_code: String,
    pub region: Bilingual,
    pub about: Bilingual,
    pub invented: bool,
}

/// An organisation as kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Organisation {
    pub id: OrganisationId,
    pub reference: Reference,
    pub profile: Profile,
    pub version: u64,
    pub created_at: Instant,
    pub changed_at: Instant,
}

impl Profile {
    /// All that has to be mended before this profile can be kept.
    pub fn problems(&self) -> Vec<Refusal> {
        let mut found = Vec::new();
        let mut bound = |field: &str, pair: &Bilingual, most| {
            for side in [&pair.en, &pair.zh] {
                found.extend(text::line(field, side, most).err());
            }
        };
        bound("name", &self.name, limits::NAME_CHARS_MAX);
        bound("short", &self.short, limits::NAME_CHARS_MAX);
        bound("region", &self.region, limits::NAME_CHARS_MAX);
        for side in [&self.about.en, &self.about.zh] {
            found.extend(text::block("about", side, limits::SUMMARY_CHARS_MAX * 2).err());
        }
        if self.name.is_empty() {
            found.push(Refusal::invalid("field-required").on("name").term("field", "field-name"));
        }
        if !self.credit_code.is_empty() && !is_credit_code(&self.credit_code) {
            let refusal = Refusal::invalid("organisation-credit-code");
            found.push(refusal.on("credit_code").text("found", &self.credit_code));
        }
        found
    }
}

const CODE_LETTERS: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";
const CODE_WEIGHTS: [usize; 17] = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];

/// Whether the text is a unified social credit code with a right check character (GB 32100-2015).
pub fn is_credit_code(code: &str) -> bool {
    let values: Option<Vec<usize>> =
        code.bytes().map(|byte| CODE_LETTERS.iter().position(|letter| *letter == byte)).collect();
    let Some(values) = values.filter(|values| values.len() == 18) else { return false };
    let sum: usize = values.iter().zip(CODE_WEIGHTS).map(|(value, weight)| value * weight).sum();
    values.last() == Some(&((31 - sum % 31) % 31))
}

/// A name as importers compare it: lower case, one blank, no full-width forms or outer signs.
pub fn folded(name: &str) -> String {
    let plain: String = name.chars().map(base::time::half_width).collect();
    plain
        .to_lowercase()
        .split(|c: char| c.is_whitespace() || ",.;()（）·".contains(c))
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_credit_code_has_a_check_character() {
        // The example of GB 32100-2015 and a single change of it.
        assert!(is_credit_code("91350100M000100Y43"));
        assert!(!is_credit_code("91350100M000100Y44"));
        assert!(!is_credit_code("91350100M000100Y4") && !is_credit_code("91350100I000100Y43"));
    }

    #[test]
    fn names_are_compared_without_their_dress() {
        assert_eq!(folded("ＮＡＳＡ  Langley, (LaRC)"), "nasa langley larc");
    }
}
