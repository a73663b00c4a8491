//! The follower that queues deliveries: what a webhook wants, once for each event.
//!
//! Who may know of it is not asked here but when it is sent; only what is told to nobody at all is
//! left out.

use super::{DeliveryState, Reason, SwitchOffWebhook};
use crate::act::No;
use crate::asker::Asker;
use crate::city::City;
use crate::feed::{is_told, thing_in_feed};
use base::{DeliveryId, Instant, WebhookId, limits};
use std::collections::BTreeSet;
use store::delivery::Delivery;
use store::log::Entry;
use store::webhook::Webhook;
use trading::webhook::{ENDS_SECONDS, KINDS};

/// The name under which the follower keeps its position.
pub const NAME: &str = "webhooks";
/// Entries that one commit takes in.
const ENTRIES_AT_ONCE: usize = 500;

impl City {
    /// Follows the log until the store stops: the body of the follower's thread.
    pub fn follow_with_webhooks(&self) {
        self.follow_rows(NAME, &|position| self.deliveries_after(position));
    }

    /// Queues the deliveries of every entry there is: for commands and tests.
    pub fn follow_webhooks(&self) -> Result<(), No> {
        let mut position = self.followed_to(NAME)?;
        loop {
            let upto = self.deliveries_after(position)?;
            if upto == position {
                return Ok(());
            }
            position = upto;
        }
    }

    /// Takes the next entries and says how far it came.
    fn deliveries_after(&self, position: u64) -> Result<u64, No> {
        let now = self.now();
        let (webhooks, entries, head) = self.store().read(|tx| {
            let webhooks = store::webhook::on(tx)?;
            if webhooks.is_empty() {
                // Nobody wants anything: whatever is set up later begins later.
                let head = store::log::head(tx)?.map_or(0, |(size, _)| size);
                return Ok((webhooks, Vec::new(), head));
            }
            Ok((webhooks, store::log::entries_after(tx, position, ENTRIES_AT_ONCE)?, 0))
        })?;
        let upto = entries.last().map_or(head, |last| last.seq);
        if upto <= position {
            return Ok(position);
        }
        let queued = self.deliveries_of(&webhooks, &entries, now);
        let full = self.store().write("follow with webhooks", move |tx| {
            let mut full = BTreeSet::new();
            let mut known: Option<WebhookId> = None;
            for delivery in &queued {
                let id = delivery.webhook;
                if known != Some(id) {
                    known = Some(id);
                    let most = limits::WEBHOOK_WAITING_MAX;
                    let n = store::delivery::n_waiting_of(tx, id, most)?;
                    if usize::try_from(n).unwrap_or(usize::MAX) >= most {
                        full.insert(id);
                    }
                }
                if !full.contains(&id) {
                    store::delivery::add(tx, delivery)?;
                }
            }
            store::follower::advance(tx, NAME, upto, now)?;
            Ok(full)
        })?;
        for webhook in full {
            self.switch_off(webhook, Reason::Full)?;
        }
        Ok(upto)
    }

    /// What is to be queued, webhook by webhook in the order of the log.
    fn deliveries_of(
        &self,
        webhooks: &[Webhook],
        entries: &[Entry],
        now: Instant,
    ) -> Vec<Delivery> {
        let mut queued = Vec::new();
        for webhook in webhooks {
            for entry in entries {
                let header = &entry.header;
                let is_wanted = header.at >= webhook.since_at
                    && KINDS.contains(&header.kind.as_str())
                    && webhook.ask.kinds.contains(&header.kind)
                    && is_told(&header.state);
                let Some(thing) = thing_in_feed(entry).filter(|_| is_wanted) else { continue };
                queued.push(Delivery {
                    id: self.with_chance(|chance| DeliveryId::new(now, chance)),
                    webhook: webhook.id,
                    event: header.id.to_string(),
                    seq: entry.seq,
                    kind: header.kind.clone(),
                    thing: thing.to_string(),
                    thing_gate: header.gate.clone(),
                    thing_state: header.state.clone(),
                    ..blank(webhook.id, now)
                });
            }
        }
        queued
    }

    /// Switches a webhook off in the name of the installation; its keepers get a letter.
    pub(super) fn switch_off(&self, webhook: WebhookId, reason: Reason) -> Result<(), No> {
        let operator = Asker::person(self.row()?.operator);
        self.perform(&operator, SwitchOffWebhook { webhook, reason })?;
        Ok(())
    }
}

/// A delivery of which only the webhook is known.
pub(super) fn blank(webhook: WebhookId, now: Instant) -> Delivery {
    Delivery {
        id: DeliveryId::from_bits(0),
        webhook,
        event: String::new(),
        seq: 0,
        kind: String::new(),
        thing: String::new(),
        thing_gate: String::new(),
        thing_state: String::new(),
        state: DeliveryState::Waiting,
        attempts: 0,
        next_at: now,
        ends_at: now.plus_seconds(ENDS_SECONDS),
        status: 0,
        said: String::new(),
        created_at: now,
        changed_at: now,
        now: None,
    }
}
