//! Emergency access: somebody sees one named matter that is not theirs, because two people said so.
//!
//! One asks with a reason, another opens it, and it ends by itself after a few hours at most. It stands
//! in for a role alone: whoever may not read the label of the matter does not see it this way either.

use base::{
    Class, EmergencyId, Instant, OrganisationId, PersonId, Reference, Refusal, limits, text,
};

/// Hours that it lasts at most.
pub const HOURS_MAX: u64 = 4;
/// Seconds for which a request waits; what was urgent then is asked anew.
pub const WAIT_SECONDS: i64 = 4 * 3600;
/// Requests that one person may have waiting or running at a time.
pub const OPEN_MAX: usize = 5;

/// What somebody asked for, and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Emergency {
    pub id: EmergencyId,
    /// Who asked, and alone sees by it.
    pub person: PersonId,
    /// The matter as it was named, whether or not there is one of this reference.
    pub reference: Reference,
    pub reason: String,
    /// From the moment of opening.
    pub hours: u64,
    pub asked_at: Instant,
    pub state: State,
    pub n_looks: u64,
    pub looked_at: Option<Instant>,
}

/// What became of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    Asked,
    Withdrawn { by: PersonId, at: Instant },
    Refused { by: PersonId, at: Instant, why: String },
    Opened(Opening),
    Ended { opening: Opening, by: PersonId, at: Instant },
}

/// What the second person opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opening {
    /// The id of a case or of a technology.
    pub thing: String,
    pub owner: OrganisationId,
    pub by: PersonId,
    pub at: Instant,
    /// The first moment at which it is shut.
    pub until: Instant,
}

/// How a request stands at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    Waiting,
    /// Nobody decided in time.
    Lapsed,
    Withdrawn,
    Refused,
    Running,
    /// Its hours have passed.
    Over,
    /// Somebody ended it early.
    Ended,
}

impl Standing {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Waiting,
        Self::Lapsed,
        Self::Withdrawn,
        Self::Refused,
        Self::Running,
        Self::Over,
        Self::Ended,
    ];

    /// The word of access and of the programming interface; `emergency-standing-<word>` is its text.
    pub fn word(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Lapsed => "lapsed",
            Self::Withdrawn => "withdrawn",
            Self::Refused => "refused",
            Self::Running => "running",
            Self::Over => "over",
            Self::Ended => "ended",
        }
    }

    /// Reads the word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|standing| standing.word() == word)
    }
}

impl Emergency {
    /// When the request lapses if nobody decides.
    pub fn lapses_at(&self) -> Instant {
        self.asked_at.plus_seconds(WAIT_SECONDS)
    }

    /// How it stands now.
    pub fn standing(&self, now: Instant) -> Standing {
        match &self.state {
            State::Asked if now >= self.lapses_at() => Standing::Lapsed,
            State::Asked => Standing::Waiting,
            State::Withdrawn { .. } => Standing::Withdrawn,
            State::Refused { .. } => Standing::Refused,
            State::Opened(opening) if now >= opening.until => Standing::Over,
            State::Opened(_) => Standing::Running,
            State::Ended { .. } => Standing::Ended,
        }
    }

    /// What was opened, if it ever was.
    pub fn opening(&self) -> Option<&Opening> {
        match &self.state {
            State::Opened(opening) | State::Ended { opening, .. } => Some(opening),
            State::Asked | State::Withdrawn { .. } | State::Refused { .. } => None,
        }
    }
}

/// What somebody asks for, as typed.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Ask {
    pub reference: String,
    pub reason: String,
    pub hours: u64,
}

/// What was asked for, read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    pub reference: Reference,
    pub reason: String,
    pub hours: u64,
}

/// What is known when somebody asks.
#[derive(Clone, Debug, Default)]
pub struct AskFacts {
    /// Whether the asker may see the matter anyway.
    pub is_needless: bool,
    /// References of what the asker has waiting or running.
    pub open: Vec<Reference>,
}

/// Reads a request. Whether there is such a matter is not said here: nobody may find out by asking.
pub fn ask(facts: &AskFacts, ask: &Ask) -> Result<Asked, Vec<Refusal>> {
    let mut problems = Vec::new();
    let reference = Reference::parse(&ask.reference);
    match &reference {
        None if ask.reference.trim().is_empty() => problems.push(
            Refusal::invalid("field-required").on("reference").term("field", "field-reference"),
        ),
        None => problems.push(Refusal::invalid("emergency-reference-unreadable").on("reference")),
        Some(_) if facts.is_needless => {
            problems.push(Refusal::new(Class::Refused, "emergency-needless").on("reference"));
        }
        Some(reference) if facts.open.contains(reference) => {
            problems.push(Refusal::new(Class::Conflict, "emergency-open-already").on("reference"));
        }
        Some(_) => {}
    }
    if facts.open.len() >= OPEN_MAX {
        let many = Refusal::new(Class::Refused, "emergencies-too-many");
        problems.push(many.number("most", OPEN_MAX));
    }
    if !(1..=HOURS_MAX).contains(&ask.hours) {
        let hours = Refusal::invalid("emergency-hours").on("hours");
        problems.push(hours.number("most", HOURS_MAX));
    }
    let reason = text::required_line("reason", &ask.reason, limits::SUMMARY_CHARS_MAX);
    match (reference, reason) {
        (Some(reference), Ok(reason)) if problems.is_empty() => {
            Ok(Asked { reference, reason, hours: ask.hours })
        }
        (_, reason) => {
            problems.extend(reason.err());
            Err(problems)
        }
    }
}

/// Opens a request: by somebody else than the asker, while it waits. `found` is the matter, where there
/// is one whose label the asker may read.
pub fn grant(
    emergency: &Emergency,
    found: Option<(String, OrganisationId)>,
    by: PersonId,
    now: Instant,
) -> Result<Opening, Vec<Refusal>> {
    let mut problems = decidable(emergency, by, now);
    let Some((thing, owner)) = found else {
        // One answer for a matter that is not there and one above the asker's own label.
        problems.push(Refusal::new(Class::Refused, "emergency-opens-nothing"));
        return Err(problems);
    };
    if !problems.is_empty() {
        return Err(problems);
    }
    let hours = i64::try_from(emergency.hours.min(HOURS_MAX)).unwrap_or(1);
    Ok(Opening { thing, owner, by, at: now, until: now.plus_seconds(hours * 3600) })
}

/// Refuses a request, with a reason that the asker reads.
pub fn refuse(
    emergency: &Emergency,
    why: &str,
    by: PersonId,
    now: Instant,
) -> Result<String, Vec<Refusal>> {
    let mut problems = decidable(emergency, by, now);
    let why = text::required_line("reason", why, limits::SUMMARY_CHARS_MAX);
    match why {
        Ok(why) if problems.is_empty() => Ok(why),
        why => {
            problems.extend(why.err());
            Err(problems)
        }
    }
}

fn decidable(emergency: &Emergency, by: PersonId, now: Instant) -> Vec<Refusal> {
    let mut problems = Vec::new();
    if emergency.standing(now) != Standing::Waiting {
        problems.push(Refusal::new(Class::Refused, "emergency-not-waiting"));
    }
    if emergency.person == by {
        problems.push(Refusal::new(Class::Refused, "emergency-same-person"));
    }
    problems
}

/// Ends what runs, or takes a request back before it was decided.
pub fn end(emergency: &Emergency, by: PersonId, now: Instant) -> Result<State, Vec<Refusal>> {
    match (emergency.standing(now), &emergency.state) {
        (Standing::Waiting, _) if emergency.person == by => Ok(State::Withdrawn { by, at: now }),
        (Standing::Running, State::Opened(opening)) => {
            Ok(State::Ended { opening: opening.clone(), by, at: now })
        }
        _ => Err(vec![Refusal::new(Class::Refused, "emergency-not-running")]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TYPED: &str = "CA-2026-7K3QXM";

    fn reference() -> Reference {
        // The check character is found by trying, so that the test needs no own arithmetic.
        "0123456789ABCDEFGHJKMNPQRSTVWXYZ*~$=U"
            .chars()
            .find_map(|check| Reference::parse(&format!("{TYPED}-{check}")))
            .expect("one of them checks")
    }

    fn at(seconds: i64) -> Instant {
        Instant::from_micros(seconds * 1_000_000)
    }

    fn person(n: u128) -> PersonId {
        PersonId::from_bits(n)
    }

    fn asked() -> Emergency {
        Emergency {
            id: EmergencyId::from_bits(1),
            person: person(1),
            reference: reference(),
            reason: "the disk of the desk is lost".to_owned(),
            hours: 2,
            asked_at: at(0),
            state: State::Asked,
            n_looks: 0,
            looked_at: None,
        }
    }

    fn matter() -> Option<(String, OrganisationId)> {
        Some(("cas_x".to_owned(), OrganisationId::from_bits(9)))
    }

    fn codes<T>(result: Result<T, Vec<Refusal>>) -> Vec<String> {
        result.err().unwrap_or_default().iter().map(|one| one.code.to_string()).collect()
    }

    #[test]
    fn a_request_says_everything_that_is_wrong() {
        let check = |facts: &AskFacts, reference: &str, reason: &str, hours, expect: &[&str]| {
            let typed = Ask { reference: reference.to_owned(), reason: reason.to_owned(), hours };
            assert_eq!(codes(ask(facts, &typed)), expect, "{reference} {hours}");
        };
        let none = AskFacts::default();
        let known = reference();
        check(&none, known.as_str(), "why", 4, &[]);
        check(&none, known.as_str(), "why", 5, &["emergency-hours"]);
        check(&none, known.as_str(), "why", 0, &["emergency-hours"]);
        check(&none, "", " ", 9, &["field-required", "emergency-hours", "field-required"]);
        check(&none, "CA-2026", "why", 1, &["emergency-reference-unreadable"]);
        let needless = AskFacts { is_needless: true, ..AskFacts::default() };
        check(&needless, known.as_str(), "why", 1, &["emergency-needless"]);
        let open = AskFacts { open: vec![known.clone(); OPEN_MAX], ..AskFacts::default() };
        let both = ["emergency-open-already", "emergencies-too-many"];
        check(&open, known.as_str(), "why", 1, &both);
    }

    #[test]
    fn two_people_open_it_in_time_and_to_something() {
        let opening = grant(&asked(), matter(), person(2), at(60)).expect("opened");
        assert_eq!(opening.until, at(60 + 2 * 3600));
        let same = grant(&asked(), matter(), person(1), at(60));
        assert_eq!(codes(same), ["emergency-same-person"]);
        let nothing = grant(&asked(), None, person(2), at(60));
        assert_eq!(codes(nothing), ["emergency-opens-nothing"]);
        let last = Instant::from_micros(at(WAIT_SECONDS).micros() - 1);
        assert!(grant(&asked(), matter(), person(2), last).is_ok());
        let late = grant(&asked(), None, person(1), at(WAIT_SECONDS));
        let all = ["emergency-not-waiting", "emergency-same-person", "emergency-opens-nothing"];
        assert_eq!(codes(late), all);
        let long = Emergency { hours: 99, ..asked() };
        let opening = grant(&long, matter(), person(2), at(0)).expect("opened");
        assert_eq!(opening.until, at(4 * 3600), "never more than four hours");
        assert_eq!(
            codes(refuse(&asked(), " ", person(1), at(1))),
            ["emergency-same-person", "field-required",]
        );
        assert!(refuse(&asked(), "ask the office", person(2), at(1)).is_ok());
    }

    #[test]
    fn it_ends_by_itself_and_early() {
        let opening = grant(&asked(), matter(), person(2), at(0)).expect("opened");
        let open = Emergency { state: State::Opened(opening.clone()), ..asked() };
        assert_eq!(
            open.standing(Instant::from_micros(opening.until.micros() - 1)),
            Standing::Running
        );
        assert_eq!(open.standing(opening.until), Standing::Over);
        assert_eq!(codes(end(&open, person(3), opening.until)), ["emergency-not-running"]);
        let ended = end(&open, person(3), at(5)).expect("ended");
        let ended = Emergency { state: ended, ..open };
        assert_eq!(ended.standing(at(6)), Standing::Ended);
        assert_eq!(ended.opening(), Some(&opening));
        let back = end(&asked(), person(1), at(5)).expect("taken back");
        assert_eq!(back, State::Withdrawn { by: person(1), at: at(5) });
        assert_eq!(codes(end(&asked(), person(2), at(5))), ["emergency-not-running"]);
        let gone = Emergency { state: back, ..asked() };
        assert_eq!(codes(end(&gone, person(1), at(6))), ["emergency-not-running"]);
        let late = grant(&gone, matter(), person(2), at(6));
        assert_eq!(codes(late), ["emergency-not-waiting"]);
    }
}
