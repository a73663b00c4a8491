//! Bulletins: a selection of released results that goes to departments and subscribers.

use crate::field::FieldTree;
use crate::saved_search::Question;
use base::{Bilingual, Date, Instant, OrganisationId, Refusal, TechnologyId, limits, text, time};

/// Departments of one bulletin.
pub const DEPARTMENTS_MAX: usize = 100;

/// Where a bulletin stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    Draft,
    /// Goes out by itself when its hour comes.
    Scheduled,
    /// Its items are frozen, and everybody may read it.
    Sent,
    Withdrawn,
}

impl State {
    /// All states.
    pub const ALL: [Self; 4] = [Self::Draft, Self::Scheduled, Self::Sent, Self::Withdrawn];

    /// The word of the column and of the programming interface.
    pub fn word(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Scheduled => "scheduled",
            Self::Sent => "sent",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// Reads the word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.word() == word)
    }
}

/// How often a schedule comes round.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Every {
    Week,
    Month,
}

impl Every {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Week, Self::Month];

    /// The word of the programming interface.
    pub fn word(self) -> &'static str {
        match self {
            Self::Week => "week",
            Self::Month => "month",
        }
    }

    /// Reads the word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|every| every.word() == word)
    }
}

/// When a bulletin goes out, in the city's time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Schedule {
    pub every: Every,
    /// Of the week from 1 (Monday), or of the month; 31 is its last day.
    pub day: i8,
    /// From 0 to 23.
    pub hour: i8,
}

impl Schedule {
    /// Everything that is wrong with it.
    pub fn problems(&self) -> Vec<Refusal> {
        let most: i8 = if self.every == Every::Week { 7 } else { 31 };
        let mut no = Vec::new();
        let out = |field: &str, least: i64, most: i8| {
            let refusal = Refusal::invalid("number-out-of-range").on(field);
            let refusal = refusal.term("field", text::field_term(field));
            refusal.number("least", least).number("most", i64::from(most))
        };
        if !(1..=most).contains(&self.day) {
            no.push(out("day", 1, most));
        }
        if !(0..=23).contains(&self.hour) {
            no.push(out("hour", 0, 23));
        }
        no
    }

    /// The first of its moments after `now`.
    pub fn next_after(&self, now: Instant, offset_minutes: i32) -> Option<Instant> {
        let fits = |date: Date| match self.every {
            Every::Week => date.weekday().to_monday_one_offset() == self.day,
            Every::Month => date.day() == self.day.min(date.days_in_month()),
        };
        time::next_hour(now, (self.hour, offset_minutes), fits)
    }
}

/// What an officer writes and chooses.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Draft {
    pub title: Bilingual,
    pub intro: Bilingual,
    /// Chosen by hand, in this order.
    pub items: Vec<TechnologyId>,
    /// Asked at the time of sending; what earlier issues held is left out.
    pub question: Option<Question>,
    /// Organisations whose people get it.
    pub departments: Vec<OrganisationId>,
    pub to_subscribers: bool,
}

impl Draft {
    /// Everything that is wrong with it; both languages are needed, as it goes to all.
    pub fn problems(&self, fields: &FieldTree) -> Vec<Refusal> {
        let mut no = Vec::new();
        for (name, typed, most) in [
            ("title.en", &self.title.en, limits::TITLE_CHARS_MAX),
            ("title.zh", &self.title.zh, limits::TITLE_CHARS_MAX),
        ] {
            no.extend(text::required_line(name, typed, most).err());
        }
        for (name, typed) in [("intro.en", &self.intro.en), ("intro.zh", &self.intro.zh)] {
            match text::block(name, typed, limits::BULLETIN_INTRO_CHARS_MAX) {
                Ok(text) if text.is_empty() => {
                    let refusal = Refusal::invalid("field-required").on(name);
                    no.push(refusal.term("field", text::field_term(name)));
                }
                Ok(_) => {}
                Err(refusal) => no.push(refusal),
            }
        }
        no.extend(self.question.iter().flat_map(|question| question.problems(fields)));
        for (name, found, most) in [
            ("items", self.items.len(), limits::BULLETIN_ITEMS_MAX),
            ("departments", self.departments.len(), DEPARTMENTS_MAX),
        ] {
            if found > most {
                let refusal = Refusal::invalid("too-many-parts").on(name);
                let refusal = refusal.term("field", text::field_term(name));
                no.push(refusal.number("found", found).number("most", most));
            }
        }
        no
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_schedule_comes_round_in_the_city_s_time() {
        let check = |every, day, hour, want: &str| {
            // Saturday, 31 January 2026, 10:00 in China.
            let now = Instant::parse_rfc3339("2026-01-31T02:00:00Z").expect("a moment");
            let found = Schedule { every, day, hour }.next_after(now, 480);
            assert_eq!(
                found.map(Instant::rfc3339).as_deref(),
                Some(want),
                "{every:?} {day} {hour}"
            );
        };
        check(Every::Week, 6, 11, "2026-01-31T03:00:00.000000Z");
        check(Every::Week, 6, 10, "2026-02-07T02:00:00.000000Z");
        check(Every::Month, 31, 9, "2026-02-28T01:00:00.000000Z");
        check(Every::Month, 1, 0, "2026-01-31T16:00:00.000000Z");
        let wrong = Schedule { every: Every::Week, day: 8, hour: 24 };
        assert_eq!(wrong.problems().len(), 2);
    }

    #[test]
    fn both_languages_are_needed() {
        let no = Draft::default().problems(&FieldTree::default());
        let fields: Vec<&str> = no.iter().filter_map(|refusal| refusal.field.as_deref()).collect();
        assert_eq!(fields, ["title.en", "title.zh", "intro.en", "intro.zh"]);
    }
}
