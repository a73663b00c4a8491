//! Letters about what happens to tasks and matters beside their moves: a task that was passed on, a
//! stand-in that was named, a registration that was decided.

use super::follow::{about, about_case, people_of};
use super::{Fact, Letter, REGISTRATION, SECURITY, TASK, To};
use crate::city::City;
use base::{Instant, PersonId};
use parties::registration::{JOINING_NAME, NAME};
use store::case::Case;
use store::log::Entry;
use store::{StoreError, Tx};

/// A task that somebody can no longer do is told to whoever has it now, also where they were told of
/// it when it was somebody else's.
pub(super) fn of_passed(
    tx: &mut Tx<'_>,
    city: &City,
    entry: &Entry,
    case: &Case,
    now: Instant,
) -> Result<Vec<Letter>, StoreError> {
    let body = entry.body_json();
    let task = body["task"].as_str().unwrap_or("");
    let Some(open) = case.running.tasks.iter().find(|open| open.name == task) else {
        return Ok(Vec::new());
    };
    let mut letters = Vec::new();
    for person in people_of(tx, city, case, task, now)? {
        if entry.header.actor == Some(person) {
            continue;
        }
        let cause = format!("entry:{}:{task}", entry.seq);
        let mut letter = Letter::new(&TASK, To::Person(person), cause, "task-passed");
        if let Some(due) = open.due_at {
            letter.content.text = "task-passed-due".to_owned();
            letter = letter.fact("due", due);
        }
        letters.push(about(letter, case, task, open.opened_at));
    }
    Ok(letters)
}

/// Both people hear which process it is and for how long; who the other is stands on the page.
pub(super) fn of_stand_in(entry: &Entry, person: PersonId, cause: String) -> Letter {
    let body = entry.body_json();
    let is_giver = body["giver"].as_str() == Some(person.to_string().as_str());
    let text = if is_giver { "stand-in-given" } else { "stand-in-taken" };
    let at = |name: &str| body[name].as_str().and_then(Instant::parse_rfc3339);
    let process = body["process"].as_str().unwrap_or("");
    Letter::new(&SECURITY, To::Person(person), cause, text)
        .fact("process", Fact::Term(format!("case-{process}")))
        .fact("from", at("from").unwrap_or(entry.header.at))
        .fact("until", at("until").unwrap_or(entry.header.at))
        .path("/stand-ins")
}

/// Who is told of emergency access reads which matter it is and until when; by whom and why stands on
/// the page.
pub(super) fn of_emergency(
    entry: &Entry,
    (person, emergency): (PersonId, base::EmergencyId),
    cause: String,
) -> Letter {
    let body = entry.body_json();
    let until = body["until"].as_str().and_then(Instant::parse_rfc3339);
    let text = match (entry.header.kind.as_str(), until) {
        ("emergency-answered", Some(_)) => "emergency-granted",
        ("emergency-answered", None) => "emergency-refused",
        ("emergency-closed", _) => "emergency-closed",
        _ => "emergency-opened",
    };
    Letter::new(&SECURITY, To::Person(person), cause, text)
        .fact("reference", body["reference"].as_str().unwrap_or(""))
        .fact("at", entry.header.at)
        .fact("until", until.unwrap_or(entry.header.at))
        .path(format!("/emergencies/{emergency}"))
}

/// Whoever registered a firm, or asked to join one, hears how that was decided.
pub(super) fn of_registration(case: &Case) -> Option<Letter> {
    let is_ours = matches!(case.running.process.as_str(), NAME | JOINING_NAME);
    let text = match case.running.state.as_str() {
        _ if !is_ours => return None,
        "accepted" | "joined" => "registration-granted",
        "passed-on" => "registration-passed-on",
        "refused" | "join-refused" => "registration-refused",
        "lapsed" => "registration-lapsed",
        "join-declined" => "registration-declined",
        _ => return None,
    };
    let cause = format!("decided:{}:{}", case.id, case.running.state);
    let to = To::Person(case.running.opener);
    Some(about_case(Letter::new(&REGISTRATION, to, cause, text), case))
}
