//! Letters about service orders, to whoever answers for the side whose turn it is. A letter names the
//! reference and the step, and nothing that was asked or answered.

use super::follow_deal::speakers;
use super::{DEAL, Fact, Letter, To};
use crate::city::City;
use access::{Act as A, Thing};
use base::{Instant, ServiceOrderId};
use instruments::service_order::{Side, Step};
use store::log::Entry;
use store::{StoreError, Tx};

/// What a step tells the other side.
pub(super) fn letters(
    tx: &mut Tx<'_>,
    city: &City,
    entry: &Entry,
    now: Instant,
) -> Result<Vec<Letter>, StoreError> {
    let Ok(id) = ServiceOrderId::parse(&entry.header.thing) else { return Ok(Vec::new()) };
    let Some(order) = store::service_order::find(tx, id)? else { return Ok(Vec::new()) };
    let body = entry.body_json();
    let step = match entry.header.kind.as_str() {
        "service-requested" => Step::Submit,
        "service-moved" => match Step::parse(body["step"].as_str().unwrap_or_default()) {
            Some(step) => step,
            None => return Ok(Vec::new()),
        },
        _ => return Ok(Vec::new()),
    };
    let is_of_unit = Side::parse(body["side"].as_str().unwrap_or_default()) == Some(Side::Unit);
    let party = if is_of_unit { order.customer } else { order.unit };
    let thing = Thing {
        owner: Some(order.customer),
        desk: Some(order.unit),
        state: order.state.word(),
        label: crate::usage::label(),
        ..Thing::default()
    };
    let told = (entry.header.actor, now);
    let mut people = speakers(tx, city, party, (A::LookAtService, &thing), told)?;
    // Who asked is told of what the laboratory does, whatever else they may do for their firm.
    if is_of_unit && !people.contains(&order.person) && entry.header.actor != Some(order.person) {
        people.push(order.person);
    }
    let cause = format!("entry:{}", entry.seq);
    let letter = |person| {
        Letter::new(&DEAL, To::Person(person), &cause, "service-moved")
            .fact("reference", &order.reference)
            .fact("what", Fact::Term(format!("service-step-{step}")))
            .path(format!("/service-orders/{id}"))
    };
    Ok(people.into_iter().map(letter).collect())
}
