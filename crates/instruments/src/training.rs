//! What somebody needs before an instrument can be booked, and how it is asked for.

use crate::qualification::{Grant, Standing};
use crate::words_of;
use base::{Instant, InstrumentId, PersonId};

words_of! {
    /// Where a wish to be trained stands.
    State {
        Asked = "asked",
        Done = "done",
        Declined = "declined",
        Withdrawn = "withdrawn",
    }
}

/// A wish to be trained.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    pub instrument: InstrumentId,
    pub person: PersonId,
    /// The owner's code of a course; empty for the training at the instrument itself.
    pub course: String,
    pub note: String,
    pub state: State,
    /// What staff answered.
    pub answer: String,
    pub asked_at: Instant,
    pub answered_at: Option<Instant>,
}

/// One thing that a person needs, and whether it is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Needed {
    /// The owner's code of a course; empty for the training at the instrument itself.
    pub course: String,
    pub is_there: bool,
    /// Whether staff has been asked for it.
    pub is_asked: bool,
    /// What they answered last.
    pub declined: Option<String>,
}

/// Everything that a person needs to have been taught, in the order in which the rules name it.
pub fn needed(
    (standing, courses): (Option<Standing>, &[String]),
    done: &[String],
    asked: &[Request],
) -> Vec<Needed> {
    let one = |course: &str, is_there: bool| {
        let own = asked.iter().find(|it| it.course == course);
        let declined = own.filter(|it| it.state == State::Declined && !is_there);
        Needed {
            course: course.to_owned(),
            is_there,
            is_asked: own.is_some_and(|it| it.state == State::Asked) && !is_there,
            declined: declined.map(|it| it.answer.clone()),
        }
    };
    // Who may work it in other hours has what the instrument asks for.
    let at_it = standing
        .map(|standing| one("", matches!(standing, Standing::Good | Standing::OutsideHours)));
    at_it.into_iter().chain(courses.iter().map(|code| one(code, done.contains(code)))).collect()
}

/// Until when a grant counts, as things stand; nothing where it has no end or stands no more.
pub fn counts_until(grant: &Grant) -> Option<Instant> {
    grant.until().filter(|_| grant.withdrawn.is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(course: &str, state: State) -> Request {
        Request {
            instrument: InstrumentId::from_bits(1),
            person: PersonId::from_bits(2),
            course: course.to_owned(),
            note: String::new(),
            state,
            answer: "full until May".to_owned(),
            asked_at: Instant::from_micros(0),
            answered_at: None,
        }
    }

    #[test]
    fn what_is_missing_is_told_with_how_it_stands() {
        let courses = ["lasers".to_owned(), "fire".to_owned()];
        let asked = [request("", State::Asked), request("lasers", State::Declined)];
        let told = |standing, done: &[String]| -> Vec<(String, bool, bool, bool)> {
            needed((standing, &courses), done, &asked)
                .into_iter()
                .map(|it| (it.course, it.is_there, it.is_asked, it.declined.is_some()))
                .collect()
        };
        let of = |course: &str, there, asked, declined| (course.to_owned(), there, asked, declined);
        assert_eq!(
            told(Some(Standing::Missing), &["fire".to_owned()]),
            [
                of("", false, true, false),
                of("lasers", false, false, true),
                of("fire", true, false, false)
            ]
        );
        // What is there is asked for no more, whatever was asked before.
        assert_eq!(
            told(Some(Standing::OutsideHours), &courses),
            [
                of("", true, false, false),
                of("lasers", true, false, false),
                of("fire", true, false, false)
            ]
        );
        assert_eq!(told(None, &courses).len(), 2, "where no qualification is needed");
    }
}
