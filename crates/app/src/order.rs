//! Payment orders: drafted, approved by another person, sent, and ended by what the bank answers.
//!
//! The rules are those of `banking::order`. Approval holds the money in the books without an end,
//! execution posts the hold with the bank's reference, rejection and dropping give it back, each in
//! the act that says so.

mod draft;
mod reading;
mod step;

pub use draft::DraftOrder;
pub(crate) use draft::{Refund, refund};
pub use reading::{OrderPage, OrderRow, OrderView, OrdersWanted};
pub use step::{ApproveOrder, KeepOrder, MoveOrder};

use crate::act::{About, Cx, Stop};
use access::Thing;
use banking::Order;
use base::{OrderId, Refusal};
use ledger::Code;
use store::order::KeptOrder;

/// Paid out by an order.
pub(crate) const PAID_OUT: Code = Code(120);

/// What an act on an order tells its caller.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct OrderMoved {
    pub order: OrderId,
    pub reference: String,
    pub state: String,
    pub version: u64,
}

impl OrderMoved {
    fn of(order: &Order) -> Self {
        Self {
            order: order.id,
            reference: order.reference.to_string(),
            state: order.state.word().to_owned(),
            version: order.version,
        }
    }
}

/// What access judges about an order.
pub(crate) fn thing_of(kept: &KeptOrder) -> Thing {
    Thing {
        owner: Some(kept.order.owner),
        label: kept.label.clone(),
        state: kept.order.state.word(),
        ..Thing::default()
    }
}

fn find(cx: &mut Cx<'_, '_>, id: OrderId) -> Result<KeptOrder, Stop> {
    Ok(store::order::find(cx.tx, id)?.ok_or_else(Refusal::not_found)?)
}

/// Records what happened to an order.
fn told(cx: &mut Cx<'_, '_>, kept: &KeptOrder, kind: &str) {
    let order = &kept.order;
    let body = serde_json::json!({
        "reference": order.reference,
        "amount": order.money().decimal(),
        "currency": order.currency.code(),
        "bank": order.bank,
        "account": order.account,
        "hold": order.hold,
        "bank_reference": order.bank_reference,
        "reason": order.reason,
    });
    let about = About {
        thing: order.id.to_string(),
        version: order.version,
        owner: Some(order.owner),
        label: &kept.label,
        state: order.state.word(),
    };
    cx.event(kind, about, body);
}
