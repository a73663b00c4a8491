//! Service orders: asked of one or several units, answered, worked on, reported, rated.
//!
//! What is owed begins when an order is accepted and follows its samples; a voucher's part is held then
//! and paid with the report. Each unit's part is an order of its own, which no other unit sees.

mod money;
mod reading;
mod request;
mod sample;
mod step;

pub(crate) use money::release;
pub use reading::{
    Choices, OrderPage, OrderRow, OrderView, Promised, RequestView, SampleView, UnitTurnaround,
};
pub(crate) use reading::{allowed, ratings, turnaround_of};
pub use request::{RequestService, Requested, Wanted};
pub use sample::MoveSample;
pub use step::{AnswerOrder, WorkOnOrder};
pub use store::service_order::{Move, Request};

use crate::act::{About, Cx, Stop};
use crate::usage::label;
use access::{Actor, Thing};
use base::{Refusal, ServiceOrderId};
use instruments::Instrument;
use instruments::service::Order;

/// What a change of an order tells its caller.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct OrderChanged {
    pub order: ServiceOrderId,
    pub reference: base::Reference,
    pub state: String,
    pub version: u64,
}

impl OrderChanged {
    fn of(it: &Order) -> Self {
        let (reference, state) = (it.reference.clone(), it.state.word().to_owned());
        Self { order: it.id, reference, state, version: it.version }
    }
}

/// What access judges of an order: its customer owns it, the unit is its desk; whoever asked has it as
/// the own, and so has who operates an instrument that it names.
pub(crate) fn thing_of(it: &Order, operates: bool, actor: &Actor) -> Thing {
    let is_own = |person: &base::PersonId| *person == it.person || operates;
    Thing {
        owner: Some(it.customer),
        desk: Some(it.unit),
        person: actor.person.filter(is_own),
        state: it.state.word(),
        label: label(),
    }
}

/// Instruments on which an order is worked: those of its lines and of their items.
pub(crate) fn operates(
    tx: &mut store::Tx<'_>,
    it: &Order,
    actor: &Actor,
) -> Result<bool, store::StoreError> {
    let Some(person) = actor.person else { return Ok(false) };
    let is_of = |found: &Instrument| found.owner == it.unit && found.is_operated_by(person);
    for line in &it.matter.lines {
        let mut ids: Vec<base::InstrumentId> = line.instrument.into_iter().collect();
        if let Some(item) = line.item {
            let found = store::item::find(tx, item)?;
            ids.extend(found.map(|item| item.sheet.instruments).unwrap_or_default());
        }
        for id in ids {
            if store::instrument::find(tx, id)?.is_some_and(|found| is_of(&found)) {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

fn find(cx: &mut Cx<'_, '_>, id: ServiceOrderId) -> Result<(Order, Thing), Stop> {
    let it = store::service_order::find(cx.tx, id)?.ok_or_else(Refusal::not_found)?;
    let operates = operates(cx.tx, &it, &cx.actor)?;
    let thing = thing_of(&it, operates, &cx.actor);
    Ok((it, thing))
}

/// Records what happened to an order; the log knows its state and no word of its matter.
fn told(cx: &mut Cx<'_, '_>, it: &Order, kind: &str, body: serde_json::Value) {
    let label = label();
    let about = About {
        thing: it.id.to_string(),
        version: it.version,
        owner: Some(it.customer),
        label: &label,
        state: it.state.word(),
    };
    cx.event(kind, about, body);
}
