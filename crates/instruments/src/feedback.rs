//! What somebody says of a use of theirs: how content they were, whether the instrument was in order.

use crate::service_order::Opinion;
use base::{Class, Instant, InstrumentId, OrganisationId, PersonId, Refusal, UseId, limits, text};

/// Hours after the end of a use in which an answer is given; later it is due.
pub const DUE_HOURS: i64 = 24;

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Feedback {
    pub opinion: Opinion,
    /// Whether the instrument was in order.
    pub is_in_order: bool,
    /// What was wrong.
    pub problem: String,
    pub note: String,
}

/// A use of which an answer is asked, as kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    pub id: UseId,
    pub instrument: InstrumentId,
    pub unit: OrganisationId,
    pub person: PersonId,
    pub asked_at: Instant,
    /// What was answered, and when.
    pub answer: Option<(Instant, Feedback)>,
}

impl Feedback {
    /// Tidies what was typed, or says all that is wrong with it.
    pub fn read(mut self) -> Result<Self, Vec<Refusal>> {
        let mut no = Vec::new();
        match text::block("problem", &self.problem, limits::SUMMARY_CHARS_MAX) {
            Ok(problem) => self.problem = problem,
            Err(refusal) => no.push(refusal),
        }
        match text::block("note", &self.note, limits::SUMMARY_CHARS_MAX) {
            Ok(note) => self.note = note,
            Err(refusal) => no.push(refusal),
        }
        if !self.is_in_order && self.problem.trim().is_empty() {
            no.push(Refusal::invalid("feedback-problem-missing").on("problem"));
        }
        if no.is_empty() { Ok(self) } else { Err(no) }
    }
}

impl Asked {
    /// Whether this person may answer now: the user alone, and once.
    pub fn against(&self, person: Option<PersonId>) -> Option<Refusal> {
        if person != Some(self.person) {
            return Some(Refusal::new(Class::NotAllowed, "feedback-of-another"));
        }
        self.answer.is_some().then(|| Refusal::new(Class::Conflict, "feedback-given"))
    }

    /// Whether the answer is due: nothing was said in time.
    pub fn is_due(&self, now: Instant) -> bool {
        self.answer.is_none() && self.asked_at <= due_before(now)
    }
}

/// Whoever was asked before this moment has had the time to answer.
pub fn due_before(now: Instant) -> Instant {
    now.plus_seconds(-DUE_HOURS * 3_600)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain() -> Feedback {
        let opinion = Opinion::Content;
        Feedback { opinion, is_in_order: true, problem: String::new(), note: " Fine \n".into() }
    }

    fn check(change: impl FnOnce(&mut Feedback), want: &[&str]) {
        let mut it = plain();
        change(&mut it);
        let no = it.read().err().unwrap_or_default();
        let codes: Vec<&str> = no.iter().map(|refusal| refusal.code.as_ref()).collect();
        assert_eq!(codes, want);
    }

    #[test]
    fn what_was_wrong_is_said_where_something_was() {
        check(|_| {}, &[]);
        check(|it| it.is_in_order = false, &["feedback-problem-missing"]);
        check(
            |it| {
                it.is_in_order = false;
                it.problem = "The pump leaks".into();
            },
            &[],
        );
        check(|it| it.note = "x".repeat(limits::SUMMARY_CHARS_MAX + 1), &["text-too-long"]);
        assert_eq!(plain().read().expect("sound").note, "Fine");
    }

    #[test]
    fn the_user_alone_answers_once_and_is_late_after_a_day() {
        let (me, other) = (PersonId::from_bits(1), PersonId::from_bits(2));
        let at = |hours: i64| Instant::from_micros(0).plus_seconds(hours * 3_600);
        let mut it = Asked {
            id: UseId::from_bits(3),
            instrument: InstrumentId::from_bits(4),
            unit: OrganisationId::from_bits(5),
            person: me,
            asked_at: at(0),
            answer: None,
        };
        let code = |it: &Asked, who| it.against(who).map(|no| no.code.to_string());
        assert_eq!(code(&it, Some(me)), None);
        assert_eq!(code(&it, Some(other)).as_deref(), Some("feedback-of-another"));
        assert_eq!(code(&it, None).as_deref(), Some("feedback-of-another"));
        assert_eq!([23, 24, 25].map(|hour| it.is_due(at(hour))), [false, true, true]);
        it.answer = Some((at(30), plain()));
        assert_eq!(code(&it, Some(me)).as_deref(), Some("feedback-given"));
        assert!(!it.is_due(at(99)));
    }
}
