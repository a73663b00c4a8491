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
    /// When the city's office was satisfied that it is what it says.
    pub verified_at: Option<Instant>,
    /// The organisation into which it was taken.
    pub merged_into: Option<OrganisationId>,
    /// The register that told of it, or empty.
    pub source: String,
    /// The trade as that register names it, or empty.
    pub industry: String,
    /// The day on which it was founded, or empty.
    pub founded_on: String,
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
        if !self.credit_code.is_empty() {
            found.extend(crate::credit_code::check(&self.credit_code).err());
        }
        found
    }
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
    fn names_are_compared_without_their_dress() {
        assert_eq!(folded("ＮＡＳＡ  Langley, (LaRC)"), "nasa langley larc");
    }
}
