//! Webhooks: an organisation is told of changes at an address of its own.
//!
//! A follower of the log queues one delivery for each event that a webhook wants; a job makes them,
//! one webhook at a time, signed, and writes down every attempt. What is told is what the change
//! feed shows the person who answers for the webhook, judged when it is sent; what that person may
//! not see is not sent and leaves no row.
//!
//! Invariants: an event is queued for a webhook once; whoever serves a webhook holds its lease, and
//! an older fence changes nothing; a delivery counts as made only after the receiver said so, and
//! goes out under one id however often; secrets are sealed and told once; no call is made inside a
//! transaction.

pub mod act;
mod follow;
mod list;
pub mod send;
mod sign;

pub use act::{
    CreateWebhook, RemoveWebhook, RenewWebhookSecret, ResendDelivery, ReviseWebhook,
    SwitchOffWebhook, TestWebhook, WebhookChanged, WebhookSecret,
};
pub use follow::NAME;
pub use list::{DeliveryPage, DeliveryView, WebhookList, WebhookView};
pub use send::Round;
pub use sign::{SECRET_PREFIX, signature};
pub use store::delivery::{Attempt, Delivery};
pub use store::webhook::Webhook;
pub use trading::webhook::{Ask, DeliveryState, KINDS, Reason, State, TEST};

use crate::city::City;
use access::Role;
use calls::{CallError, Caller, check_address};

/// Who looks after the webhooks of an organisation; the matrix says the same.
pub const KEEPERS: [Role; 3] =
    [Role::FirmAdministrator, Role::TransferOfficer, Role::AgencyOfficer];

/// What an operator set about calls to webhooks.
#[derive(Clone, Debug, Default)]
pub struct Hooks {
    /// Without one, deliveries wait and are shown.
    pub caller: Option<Caller>,
    /// Whether addresses in the house may be named; the caller obeys the same.
    pub private_addresses: bool,
    /// Whether calls leave a demonstration city too.
    pub in_demo: bool,
}

impl City {
    /// Whether deliveries go out. A demonstration city calls nobody unless its operator says so.
    pub fn calls_webhooks(&self) -> bool {
        let hooks = &self.settings().webhooks;
        hooks.caller.is_some() && (hooks.in_demo || self.row().is_ok_and(|row| !row.demo))
    }

    /// Whether an address could be called, as far as it says so itself.
    pub(crate) fn may_call(&self, address: &str) -> Result<(), CallError> {
        check_address(address, self.settings().webhooks.private_addresses)
    }
}
