//! Standards: the numbers by which is tested, whether they are in force, and what took their place.

use crate::capability::standard_key;
use crate::words_of;
use base::limits::{NAME_CHARS_MAX, SUMMARY_CHARS_MAX, TITLE_CHARS_MAX};
use base::{Bilingual, Class, Date, Instant, Refusal, StandardId, Value, text};

words_of! {
    /// Where a standard stands.
    Status {
        InForce = "in-force",
        /// Published, and not in force yet.
        Coming = "coming",
        /// Another took its place.
        Superseded = "superseded",
        Withdrawn = "withdrawn",
    }
}

/// A standard as kept.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Standard {
    pub id: StandardId,
    pub facts: Facts,
    pub version: u64,
    pub changed_at: Instant,
}

/// What is known of a standard.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct Facts {
    /// With its year, as it is compared: `GB/T 19077-2016`.
    pub number: String,
    pub title: Bilingual,
    pub status: Status,
    pub published: Option<Date>,
    pub in_force: Option<Date>,
    /// The last day on which it counted.
    pub ended: Option<Date>,
    /// The number of the one that took its place; empty where there is none.
    pub successor: String,
    pub issuer: String,
    pub scope: Bilingual,
    pub invented: bool,
}

impl Facts {
    /// Makes the texts safe to keep and says all that stands against them.
    fn tidy(&mut self) -> Vec<Refusal> {
        let mut no = Vec::new();
        self.number = standard_key(&self.number);
        self.successor = standard_key(&self.successor);
        let mut line =
            |value: &mut String, field: &str, most: usize| match text::line(field, value, most) {
                Ok(tidy) => *value = tidy,
                Err(refusal) => no.push(refusal.on(field)),
            };
        line(&mut self.number, "number", NAME_CHARS_MAX);
        line(&mut self.successor, "successor", NAME_CHARS_MAX);
        line(&mut self.issuer, "issuer", NAME_CHARS_MAX);
        line(&mut self.title.en, "title.en", TITLE_CHARS_MAX);
        line(&mut self.title.zh, "title.zh", TITLE_CHARS_MAX);
        line(&mut self.scope.en, "scope.en", SUMMARY_CHARS_MAX);
        line(&mut self.scope.zh, "scope.zh", SUMMARY_CHARS_MAX);
        let on = |code: &'static str, field: &str| Refusal::invalid(code).on(field);
        if crate::item::year_of(&self.number).is_none() {
            no.push(on("standard-year", "number").text("found", &*self.number));
        }
        if self.title.is_empty() {
            no.push(on("field-required", "title").term("field", "field-title"));
        }
        if self.successor == self.number && !self.number.is_empty() {
            no.push(on("standard-own-successor", "successor"));
        }
        if self.status == Status::Superseded && self.successor.is_empty() {
            no.push(on("standard-successor-missing", "successor"));
        }
        let ordered = [self.published, self.in_force, self.ended];
        let known: Vec<Date> = ordered.into_iter().flatten().collect();
        if !known.is_sorted() {
            no.push(on("standard-days", "in_force"));
        }
        no
    }

    /// Whether a test by it is a test by what counts on that day.
    pub fn counts_on(&self, day: Date) -> bool {
        matches!(self.status, Status::InForce | Status::Superseded)
            && self.in_force.is_none_or(|from| from <= day)
            && self.ended.is_none_or(|until| day <= until)
            && (self.status == Status::InForce || self.ended.is_some())
    }
}

/// Enters a standard. `is_known`: whether its number is there already.
pub fn enter(
    id: StandardId,
    mut facts: Facts,
    is_known: bool,
    now: Instant,
) -> Result<Standard, Vec<Refusal>> {
    let mut no = facts.tidy();
    if is_known {
        let known = Refusal::new(Class::Conflict, "standard-known").on("number");
        no.push(known.with("number", Value::Text(facts.number.clone())));
    }
    match no.is_empty() {
        true => Ok(Standard { id, facts, version: 1, changed_at: now }),
        false => Err(no),
    }
}

/// Changes a standard; its number stays. Equal facts are no change: `None`.
pub fn revise(
    standard: &Standard,
    version: u64,
    mut facts: Facts,
    now: Instant,
) -> Result<Option<Standard>, Vec<Refusal>> {
    if standard.version != version {
        let no = Refusal::new(Class::Conflict, "version-conflict");
        return Err(vec![no.number("seen", version).number("now", standard.version)]);
    }
    facts.number.clone_from(&standard.facts.number);
    let no = facts.tidy();
    if !no.is_empty() {
        return Err(no);
    }
    let next = Standard { facts, version: version + 1, changed_at: now, ..standard.clone() };
    Ok((next.facts != standard.facts).then_some(next))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(number: &str) -> Facts {
        Facts {
            number: number.to_owned(),
            title: Bilingual::new("Particle size analysis", "粒度分析"),
            ..Facts::default()
        }
    }

    fn check(facts: Facts, want: &[&str]) {
        let found = enter(StandardId::from_bits(1), facts, false, Instant::from_micros(1));
        let codes: Vec<String> =
            found.err().unwrap_or_default().iter().map(|no| no.code.to_string()).collect();
        assert_eq!(codes, want);
    }

    #[test]
    fn a_standard_is_entered_once_with_its_year() {
        check(facts("gb/t19077—2016"), &[]);
        check(facts("GB/T 19077"), &["standard-year"]);
        check(Facts::default(), &["standard-year", "field-required"]);
        let gone = Facts { status: Status::Superseded, ..facts("GB/T 1-2008") };
        check(gone.clone(), &["standard-successor-missing"]);
        check(
            Facts { successor: "GB/T 1—2008".to_owned(), ..gone.clone() },
            &["standard-own-successor"],
        );
        check(Facts { successor: "GB/T 1-2020".to_owned(), ..gone }, &[]);
        let late = Facts {
            published: base::time::read_date("2020-02-01"),
            in_force: base::time::read_date("2020-01-01"),
            ..facts("GB/T 1-2020")
        };
        check(late, &["standard-days"]);
    }

    #[test]
    fn its_number_stays_and_equal_facts_are_no_change() {
        let now = Instant::from_micros(2);
        let one =
            enter(StandardId::from_bits(1), facts("GB/T 1-2020"), false, now).expect("entered");
        assert_eq!(revise(&one, 1, facts("GB/T 2-2020"), now), Ok(None));
        let two = Facts { issuer: "SAC".to_owned(), ..facts("") };
        let two = revise(&one, 1, two, now).expect("fits").expect("changed");
        assert_eq!((two.version, two.facts.number.as_str()), (2, "GB/T 1-2020"));
        assert!(revise(&two, 1, facts(""), now).is_err());
    }

    #[test]
    fn what_counts_depends_on_the_day() {
        let day = |text: &str| base::time::read_date(text).expect("a day");
        let it = Facts {
            in_force: Some(day("2016-07-01")),
            ended: Some(day("2024-12-31")),
            status: Status::Superseded,
            ..facts("GB/T 1-2016")
        };
        assert!(it.counts_on(day("2024-12-31")) && !it.counts_on(day("2025-01-01")));
        assert!(!it.counts_on(day("2016-06-30")));
        assert!(
            !Facts { status: Status::Coming, ..facts("GB/T 1-2030") }.counts_on(day("2025-01-01"))
        );
    }
}
