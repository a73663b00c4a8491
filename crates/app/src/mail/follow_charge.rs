//! Letters about lines of statements: that a customer asks for a change, and how that was decided. A letter
//! names the reference, and nothing of what was asked, paid or noted.

use super::follow_deal::speakers;
use super::{DEAL, Letter, TASK, To};
use crate::city::City;
use access::Act as A;
use base::{AdjustmentId, ChargeId, Instant};
use store::log::Entry;
use store::{StoreError, Tx};

/// Whoever decides for the unit hears of a request, and whoever asked hears of its decision.
pub(super) fn letters(
    tx: &mut Tx<'_>,
    city: &City,
    entry: &Entry,
    now: Instant,
) -> Result<Vec<Letter>, StoreError> {
    let Ok(id) = ChargeId::parse(&entry.header.thing) else { return Ok(Vec::new()) };
    let Some(line) = store::charge::find(tx, id)? else { return Ok(Vec::new()) };
    let cause = format!("entry:{}", entry.seq);
    let letter = |kind, person, text| {
        Letter::new(kind, To::Person(person), &cause, text)
            .fact("reference", &line.reference)
            .path(format!("/charges/{id}"))
    };
    let body = entry.body_json();
    match entry.header.kind.as_str() {
        "charge-disputed" => {
            let thing = crate::charge::thing_of(&line);
            let told = (entry.header.actor, now);
            let mut people = speakers(tx, city, line.unit, (A::DecideAdjustment, &thing), told)?;
            // Nobody decides about a line that they caused.
            people.retain(|person| *person != line.person);
            let of = |person| letter(&TASK, person, "charge-disputed");
            Ok(people.into_iter().map(of).collect())
        }
        "charge-decided" => {
            let asked = AdjustmentId::parse(body["adjustment"].as_str().unwrap_or_default());
            let Ok(asked) = asked else { return Ok(Vec::new()) };
            let Some(asked) = store::charge::adjustment(tx, asked)? else { return Ok(Vec::new()) };
            let text = match body["granted"].as_bool() {
                Some(true) => "charge-granted",
                _ => "charge-declined",
            };
            Ok(vec![letter(&DEAL, asked.asked_by, text)])
        }
        _ => Ok(Vec::new()),
    }
}
