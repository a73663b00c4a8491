//! An existing register of enterprises: what of a row is kept, and what becomes of it.
//!
//! Names of people and telephone numbers in such files are not read: whoever speaks for a firm says
//! so themselves. What a firm says of itself, or the office has verified, a register never changes.

use crate::organisation::Profile;
use crate::{Organisation, OrganisationKind};
use base::{Bilingual, Date, Refusal, limits, text};

/// A row of a register, made safe to keep.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Entry {
    pub credit_code: String,
    pub name: Bilingual,
    /// The registered address.
    pub region: String,
    pub industry: String,
    pub founded_on: Option<Date>,
}

/// What becomes of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Became {
    Created,
    Updated,
    Unchanged,
}

impl Entry {
    /// Makes it safe to keep, with all reasons against it at once.
    pub fn checked(self) -> Result<Self, Vec<Refusal>> {
        let mut refusals = Vec::new();
        let mut keep = |read: Result<String, Refusal>| {
            read.unwrap_or_else(|refusal| {
                refusals.push(refusal);
                String::new()
            })
        };
        let most = limits::NAME_CHARS_MAX;
        let credit_code = keep(crate::credit_code::read(&self.credit_code));
        let (mut en, mut zh) = (self.name.en, self.name.zh);
        if en.trim().is_empty() && zh.trim().is_empty() {
            keep(text::required_line("name", "", most));
        }
        en = keep(text::line("name", &en, most));
        zh = keep(text::line("name", &zh, most));
        let region = keep(text::line("region", &self.region, most));
        let industry = keep(text::line("industry", &self.industry, most));
        if !refusals.is_empty() {
            return Err(refusals);
        }
        let name = Bilingual::new(en, zh);
        Ok(Self { credit_code, name, region, industry, founded_on: self.founded_on })
    }

    /// The profile of a firm that nobody has spoken for yet.
    pub fn profile(&self, invented: bool) -> Profile {
        Profile {
            kind: OrganisationKind::Firm,
            name: self.name.clone(),
            short: Bilingual::default(),
            credit_code: self.credit_code.clone(),
            region: side(&self.region),
            about: Bilingual::default(),
            invented,
        }
    }

    /// The day as it is kept.
    pub fn founded(&self) -> String {
        self.founded_on.map(|day| day.to_string()).unwrap_or_default()
    }

    /// What becomes of the row beside what is known; `is_kept` says whether somebody looks after
    /// the organisation.
    pub fn became(&self, known: Option<&Organisation>, is_kept: bool) -> Became {
        let Some(known) = known else { return Became::Created };
        // Only what came from a register, and nobody has spoken for since, follows the register.
        if is_kept || known.verified_at.is_some() || known.source.is_empty() {
            return Became::Unchanged;
        }
        let profile = &known.profile;
        let is_same = profile.name == self.name
            && profile.region == side(&self.region)
            && known.industry == self.industry
            && known.founded_on == self.founded();
        if is_same { Became::Unchanged } else { Became::Updated }
    }
}

/// A text on the side of its language.
fn side(text: &str) -> Bilingual {
    let is_han = |c: char| ('\u{3400}'..='\u{9fff}').contains(&c) || c > '\u{1ffff}';
    if text.chars().any(is_han) { Bilingual::new("", text) } else { Bilingual::new(text, "") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::{Instant, OrganisationId, Reference};

    fn entry() -> Entry {
        Entry {
            credit_code: "91350100M000100Y43".to_owned(),
            name: Bilingual::new("", "试验光学有限公司"),
            region: "绵阳市涪城区".to_owned(),
            industry: "光学仪器制造".to_owned(),
            founded_on: base::time::read_date("2019-05-06"),
        }
    }

    fn known(entry: &Entry) -> Organisation {
        Organisation {
            id: OrganisationId::from_bits(1),
            reference: Reference::draw("OR", 2026, &mut base::chance::SeededChance::new(1)),
            profile: entry.profile(false),
            version: 1,
            created_at: Instant::from_micros(1),
            changed_at: Instant::from_micros(1),
            verified_at: None,
            merged_into: None,
            source: "register 2026".to_owned(),
            industry: entry.industry.clone(),
            founded_on: entry.founded(),
        }
    }

    #[test]
    fn a_register_never_overrules_a_firm() {
        let entry = entry().checked().expect("whole");
        let there = known(&entry);
        assert_eq!(entry.became(None, false), Became::Created);
        assert_eq!(entry.became(Some(&there), false), Became::Unchanged);
        let moved = Entry { region: "绵阳市游仙区".to_owned(), ..entry.clone() };
        assert_eq!(moved.became(Some(&there), false), Became::Updated);
        assert_eq!(moved.became(Some(&there), true), Became::Unchanged);
        let verified = Organisation { verified_at: Some(Instant::from_micros(2)), ..there.clone() };
        assert_eq!(moved.became(Some(&verified), false), Became::Unchanged);
        let own = Organisation { source: String::new(), ..there };
        assert_eq!(moved.became(Some(&own), false), Became::Unchanged);
    }

    #[test]
    fn a_row_is_read_with_all_reasons() {
        let wrong = Entry { credit_code: "9135".to_owned(), ..Entry::default() };
        let codes: Vec<String> =
            wrong.checked().expect_err("two").iter().map(ToString::to_string).collect();
        assert_eq!(codes, ["credit-code-length (credit_code)", "field-required (name)"]);
    }
}
