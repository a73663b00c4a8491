//! A search that somebody keeps: what it asks, and how often it tells.

use crate::field::FieldTree;
use base::{Instant, OrganisationId, Refusal, limits, text, time};

/// The hour of the city's day at which collected alerts go out.
pub const ALERT_HOUR: i8 = 8;
/// Values of one filter at most.
const VALUES_MAX: usize = 40;

/// What a search asks: words and filters, as the address of the list has them.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct Question {
    pub words: String,
    /// Keys of fields; each stands for all below it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub owners: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trl_min: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trl_max: Option<u8>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub statuses: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub modes: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub year_min: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub year_max: Option<u16>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub classes: Vec<String>,
}

impl Question {
    /// Everything that is wrong with it; a question without words and filters asks nothing.
    pub fn problems(&self, fields: &FieldTree) -> Vec<Refusal> {
        let mut no = Vec::new();
        if *self == Self::default() {
            no.push(Refusal::invalid("saved-search-empty").on("question"));
        }
        no.extend(text::line("words", &self.words, limits::QUERY_CHARS_MAX).err());
        for key in self.fields.iter().filter(|key| fields.get(key).is_none()) {
            let refusal = Refusal::invalid("technology-field-unknown").on("field");
            no.push(refusal.text("found", key.chars().take(100).collect::<String>()));
        }
        for owner in self.owners.iter().filter(|id| OrganisationId::parse(id).is_err()) {
            let refusal = Refusal::invalid("organisation-unknown").on("owner");
            no.push(refusal.text("found", owner.chars().take(100).collect::<String>()));
        }
        let lists = [&self.fields, &self.owners, &self.statuses, &self.modes, &self.classes];
        let is_long = |value: &String| value.chars().count() > 64;
        if let Some(list) =
            lists.iter().find(|list| list.len() > VALUES_MAX || list.iter().any(is_long))
        {
            let refusal = Refusal::invalid("too-many-parts").on("question");
            let refusal = refusal.term("field", "field-question").number("most", VALUES_MAX);
            no.push(refusal.number("found", list.len()));
        }
        no
    }

    /// The chosen fields and every field below them.
    pub fn fields_below(&self, tree: &FieldTree) -> Vec<String> {
        let is_meant = |key: &str| self.fields.iter().any(|wanted| tree.is(key, wanted));
        let inside = tree.fields().iter().filter(|field| is_meant(&field.key));
        inside.map(|field| field.key.clone()).collect()
    }
}

/// How often a saved search tells what is new.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Frequency {
    AtOnce,
    #[default]
    Daily,
    /// On Mondays.
    Weekly,
}

impl Frequency {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::AtOnce, Self::Daily, Self::Weekly];
    /// Their words.
    pub const WORDS: [&'static str; 3] = ["at-once", "daily", "weekly"];

    /// The word of the column and of the programming interface.
    pub fn word(self) -> &'static str {
        match self {
            Self::AtOnce => "at-once",
            Self::Daily => "daily",
            Self::Weekly => "weekly",
        }
    }

    /// Reads the word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|frequency| frequency.word() == word)
    }

    /// When alerts are looked at next after `now`, in the city's time; `None` where only something
    /// new makes one.
    pub fn next_after(self, now: Instant, offset_minutes: i32) -> Option<Instant> {
        let at =
            |fits: fn(base::Date) -> bool| time::next_hour(now, (ALERT_HOUR, offset_minutes), fits);
        match self {
            Self::AtOnce => None,
            Self::Daily => at(|_| true),
            Self::Weekly => at(|date| date.weekday().to_monday_one_offset() == 1),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn alerts_come_in_the_morning_of_the_city() {
        let check = |frequency: Frequency, want: Option<&str>| {
            // A Monday, nine o'clock in China.
            let now = Instant::parse_rfc3339("2026-03-02T01:00:00Z").expect("a moment");
            let found = frequency.next_after(now, 480).map(Instant::rfc3339);
            assert_eq!(found.as_deref(), want, "{frequency:?}");
        };
        check(Frequency::AtOnce, None);
        check(Frequency::Daily, Some("2026-03-03T00:00:00.000000Z"));
        check(Frequency::Weekly, Some("2026-03-09T00:00:00.000000Z"));
    }

    #[test]
    fn every_flaw_of_a_question_is_named() {
        let check = |question: &Question, want: &[&str]| {
            let no = question.problems(&FieldTree::default());
            let found: Vec<&str> = no.iter().map(|refusal| refusal.code.as_ref()).collect();
            assert_eq!(found, want, "{question:?}");
        };
        check(&Question::default(), &["saved-search-empty"]);
        check(&Question { words: "laser".to_owned(), ..Question::default() }, &[]);
        let wrong = Question {
            words: "x".repeat(limits::QUERY_CHARS_MAX + 1),
            fields: vec!["zz".to_owned()],
            owners: vec!["nobody".to_owned()],
            classes: vec!["G01N".to_owned(); VALUES_MAX + 1],
            ..Question::default()
        };
        let want =
            ["text-too-long", "technology-field-unknown", "organisation-unknown", "too-many-parts"];
        check(&wrong, &want);
    }
}
