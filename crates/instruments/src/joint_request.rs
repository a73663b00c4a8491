//! Joint requests: firms that need a standard which does not exist yet, and what the office answers.

use crate::words_of;
use base::limits::{NAME_CHARS_MAX, SUMMARY_CHARS_MAX, TITLE_CHARS_MAX};
use base::{Class, Instant, JointRequestId, OrganisationId, PersonId, Reference, Refusal, text};

/// Firms of one request.
pub const FIRMS_MAX: usize = 500;

words_of! {
    /// Where a request stands.
    State {
        /// Others may join.
        Open = "open",
        /// The office takes it on.
        Accepted = "accepted",
        Declined = "declined",
    }
}

/// A request as kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JointRequest {
    pub id: JointRequestId,
    pub reference: Reference,
    /// Who opened it, and for which organisation.
    pub organisation: OrganisationId,
    pub person: PersonId,
    /// What the standard would be about.
    pub title: String,
    /// Why it is needed.
    pub reason: String,
    pub state: State,
    pub answer: String,
    /// The number of the standard that came of it; empty for none.
    pub standard: String,
    pub asked_at: Instant,
    pub answered_at: Option<Instant>,
    /// Counts the changes, from 1.
    pub version: u64,
}

/// Somebody who wants the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Firm {
    pub organisation: OrganisationId,
    pub person: PersonId,
    /// What they need of it.
    pub word: String,
    pub joined_at: Instant,
}

/// The texts of a new request, safe to keep.
pub fn open(title: &str, reason: &str) -> Result<(String, String), Vec<Refusal>> {
    let title = text::required_line("title", title, TITLE_CHARS_MAX);
    let reason = text::block("reason", reason, SUMMARY_CHARS_MAX).and_then(|reason| {
        let missing = Refusal::invalid("field-required").on("reason");
        if reason.is_empty() { Err(missing.term("field", "field-reason")) } else { Ok(reason) }
    });
    match (title, reason) {
        (Ok(title), Ok(reason)) => Ok((title, reason)),
        (title, reason) => Err([title.err(), reason.err()].into_iter().flatten().collect()),
    }
}

impl JointRequest {
    /// Lets another organisation join, with what it needs.
    pub fn join(
        &self,
        organisation: OrganisationId,
        firms: &[Firm],
        word: &str,
    ) -> Result<String, Vec<Refusal>> {
        let mut no = Vec::new();
        if self.state != State::Open {
            no.push(Refusal::new(Class::Conflict, "joint-request-over"));
        }
        if firms.iter().any(|firm| firm.organisation == organisation) {
            no.push(Refusal::new(Class::Conflict, "joint-request-joined").on("organisation"));
        }
        if firms.len() >= FIRMS_MAX {
            no.push(Refusal::new(Class::Refused, "joint-request-full").number("most", FIRMS_MAX));
        }
        match (text::line("word", word, NAME_CHARS_MAX), no.is_empty()) {
            (Ok(word), true) => Ok(word),
            (word, _) => Err(no.into_iter().chain(word.err()).collect()),
        }
    }

    /// The request with what the office answers, once.
    pub fn answered(
        &self,
        (accepts, answer): (bool, &str),
        standard: &str,
        now: Instant,
    ) -> Result<Self, Vec<Refusal>> {
        let mut no = Vec::new();
        if self.state != State::Open {
            no.push(Refusal::new(Class::Conflict, "joint-request-over"));
        }
        let answer = text::block("answer", answer, SUMMARY_CHARS_MAX).and_then(|answer| {
            let missing = Refusal::invalid("field-required").on("answer");
            if answer.is_empty() { Err(missing.term("field", "field-answer")) } else { Ok(answer) }
        });
        let number = crate::capability::standard_key(standard);
        if !number.is_empty() && crate::item::year_of(&number).is_none() {
            no.push(Refusal::invalid("item-standard-year").on("standard"));
        }
        let answer = match answer {
            Ok(answer) if no.is_empty() => answer,
            other => return Err(no.into_iter().chain(other.err()).collect()),
        };
        let state = if accepts { State::Accepted } else { State::Declined };
        let (standard, answered_at) = (number, Some(now));
        Ok(Self { state, answer, standard, answered_at, ..self.clone() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request() -> JointRequest {
        JointRequest {
            id: JointRequestId::from_bits(1),
            reference: Reference::draw("LH", 2026, &mut base::chance::SeededChance::new(1)),
            organisation: OrganisationId::from_bits(2),
            person: PersonId::from_bits(3),
            title: "Fatigue of printed titanium".to_owned(),
            reason: "Each customer asks for another method.".to_owned(),
            state: State::Open,
            answer: String::new(),
            standard: String::new(),
            asked_at: Instant::from_micros(0),
            answered_at: None,
            version: 1,
        }
    }

    fn codes<T: std::fmt::Debug>(it: Result<T, Vec<Refusal>>) -> Vec<String> {
        it.expect_err("refused").iter().map(|no| no.code.to_string()).collect()
    }

    #[test]
    fn a_request_says_what_and_why() {
        assert_eq!(codes(open(" ", "")), ["field-required", "field-required"]);
        assert_eq!(open(" a  b ", "why"), Ok(("a b".to_owned(), "why".to_owned())));
    }

    #[test]
    fn an_organisation_joins_once_while_it_is_open() {
        let it = request();
        let firm = |bits| Firm {
            organisation: OrganisationId::from_bits(bits),
            person: it.person,
            word: String::new(),
            joined_at: it.asked_at,
        };
        let firms = [firm(2)];
        assert!(it.join(OrganisationId::from_bits(5), &firms, "tensile too").is_ok());
        assert_eq!(codes(it.join(it.organisation, &firms, "")), ["joint-request-joined"]);
        let over = JointRequest { state: State::Declined, ..it.clone() };
        let twice = codes(over.join(it.organisation, &firms, ""));
        assert_eq!(twice, ["joint-request-over", "joint-request-joined"]);
    }

    #[test]
    fn the_office_answers_once_and_in_words() {
        let now = Instant::from_micros(5);
        let it = request();
        assert_eq!(
            codes(it.answered((true, " "), "GB/T 1", now)),
            ["item-standard-year", "field-required"]
        );
        let done = it.answered((true, "We ask the committee."), "gb/t 1-2027", now).expect("once");
        assert_eq!((done.state, done.standard.as_str()), (State::Accepted, "GB/T 1-2027"));
        assert_eq!(codes(done.answered((false, "no"), "", now)), ["joint-request-over"]);
    }
}
