//! Sending: a webhook is leased, its deliveries are taken one after another in the order of the log,
//! judged, signed, sent, and written down.
//!
//! Whoever serves a webhook holds its lease, kept up before each call; a node that dies leaves it to
//! the next after a minute. After a failure the receiver is left alone for a while, whatever waits,
//! so that one who is away costs one call at a time.

use super::{DeliveryState, Reason, TEST, Webhook, sign};
use crate::act::No;
use crate::asker::{Who, resolve};
use crate::city::City;
use crate::feed::{self, Item};
use crate::seal::Sealer;
use access::{Act as A, Actor, Thing};
use base::{Instant, WebhookId};
use calls::{Answered, CallError, Caller};
use store::delivery::{Attempt, Delivery};
use store::{StoreError, Tx};
use trading::webhook::{is_hopeless, next_attempt, rests_until};

/// The purpose under which secrets of webhooks are sealed.
pub(super) const SEAL: &str = "webhook";
/// Webhooks of one round.
const WEBHOOKS_A_ROUND: usize = 50;
/// Deliveries that one webhook is sent before the others have their turn.
const DELIVERIES_A_TURN: usize = 50;
/// Seconds for which a webhook, and a delivery, are taken: longer than any call may take.
const LEASE_SECONDS: i64 = 60;
/// Deliveries that nobody may see, taken away in one commit at most.
const DROPPED_AT_ONCE: u64 = 500;
/// Characters kept of what a receiver said.
const SAID_CHARS_MAX: usize = 500;
/// Days for which deliveries that ended are kept.
const KEPT_DAYS: i64 = 30;

/// What one round did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Round {
    pub n_delivered: usize,
    pub n_failed: usize,
    /// Whether more may be waiting for their turn.
    pub is_full: bool,
}

/// What became of taking a delivery.
enum Taken {
    /// Nothing is due, or the webhook is somebody else's by now.
    Nothing,
    /// More may be due: what was looked at so far may be seen by nobody.
    Hidden,
    /// Who answers for the webhook may not any more.
    NoOwner,
    Ready(Box<Ready>),
}

/// A delivery that is ready to go.
struct Ready {
    webhook: Webhook,
    delivery: Delivery,
    body: String,
    sealed: Vec<Vec<u8>>,
}

/// What is sent, as Standard Webhooks wants it.
#[derive(serde::Serialize)]
struct Body<'a> {
    #[serde(rename = "type")]
    kind: &'a str,
    timestamp: String,
    data: Data<'a>,
}

/// The item of the change feed; for a test, nothing.
#[derive(serde::Serialize)]
#[serde(untagged)]
enum Data<'a> {
    Item {
        cursor: &'a str,
        kind: &'a str,
        at: String,
        technology: &'a str,
        uri: String,
        version: u64,
        state: &'a str,
    },
    Test {},
}

impl City {
    /// Makes deliveries whose turn has come, as long as `goes_on` says so. Several may do this at
    /// a time: each webhook is served by one of them.
    pub fn send_webhooks(&self, goes_on: &dyn Fn() -> bool) -> Result<Round, No> {
        let mut round = Round::default();
        if !self.calls_webhooks() || self.store().committed().is_read_only() {
            return Ok(round);
        }
        let Some(caller) = self.settings().webhooks.caller.clone() else { return Ok(round) };
        let now = self.now();
        let due = self.store().read(|tx| store::webhook::due(tx, now, WEBHOOKS_A_ROUND))?;
        round.is_full = due.len() == WEBHOOKS_A_ROUND;
        for webhook in due {
            if !goes_on() {
                break;
            }
            let (taken, now) = (webhook.clone(), self.now());
            let until = now.plus_seconds(LEASE_SECONDS);
            let is_ours = self
                .store()
                .write("lease webhook", move |tx| store::webhook::lease(tx, &taken, until, now))?;
            if !is_ours {
                continue;
            }
            let ours = (webhook.id, webhook.fence + 1);
            let served = self.serve(&caller, ours, goes_on, &mut round);
            self.store().write("release webhook", move |tx| store::webhook::release(tx, ours))?;
            served?;
        }
        Ok(round)
    }

    /// Sends one webhook what is due, until it fails or had its turn.
    fn serve(
        &self,
        caller: &Caller,
        ours: (WebhookId, u64),
        goes_on: &dyn Fn() -> bool,
        round: &mut Round,
    ) -> Result<(), No> {
        let sealer = Sealer::of(self)?;
        for _ in 0..DELIVERIES_A_TURN {
            if !goes_on() {
                return Ok(());
            }
            match self.take_delivery(ours)? {
                Taken::Nothing => return Ok(()),
                Taken::Hidden => {}
                Taken::NoOwner => return self.switch_off(ours.0, Reason::Owner),
                Taken::Ready(ready) => {
                    let attempt = self.call(caller, &sealer, &ready);
                    if !self.settle_delivery(ours, &ready, attempt)? {
                        round.n_failed += 1;
                        return Ok(());
                    }
                    round.n_delivered += 1;
                }
            }
        }
        round.is_full = true;
        Ok(())
    }

    /// Takes what is due first and may be known, for one attempt.
    fn take_delivery(&self, ours: (WebhookId, u64)) -> Result<Taken, No> {
        let (city, now) = (self.clone(), self.now());
        let secret = self.row()?.secret.clone();
        Ok(self.store().write("take delivery", move |tx| {
            let until = now.plus_seconds(LEASE_SECONDS);
            if !store::webhook::renew_lease(tx, ours, until, now)? {
                return Ok(Taken::Nothing);
            }
            let Some(webhook) = store::webhook::find(tx, ours.0)? else {
                return Ok(Taken::Nothing);
            };
            let Some(owner) = owner(tx, &city, &webhook, now)? else {
                return Ok(Taken::NoOwner);
            };
            for _ in 0..DROPPED_AT_ONCE {
                let Some(delivery) = store::delivery::next(tx, webhook.id, now)? else {
                    return Ok(Taken::Nothing);
                };
                if delivery.ends_at <= now {
                    store::delivery::lapse(tx, now)?;
                    continue;
                }
                let Some(body) = body(tx, &city, &secret, &owner, &delivery)? else {
                    store::delivery::drop(tx, delivery.id)?;
                    continue;
                };
                if !store::delivery::claim(tx, &delivery, until, now)? {
                    return Ok(Taken::Nothing);
                }
                let sealed = store::webhook::secrets(tx, webhook.id, now)?;
                return Ok(Taken::Ready(Box::new(Ready { webhook, delivery, body, sealed })));
            }
            Ok(Taken::Hidden)
        })?)
    }

    /// One call, with its end.
    fn call(&self, caller: &Caller, sealer: &Sealer, ready: &Ready) -> Attempt {
        let begun = self.now();
        let Ready { webhook, delivery, body, sealed } = ready;
        let keys: Vec<Vec<u8>> =
            sealed.iter().filter_map(|one| sealer.open(SEAL, webhook.id, one)).collect();
        let n = delivery.attempts + 1;
        if keys.is_empty() {
            let said = "webhook-error-secret".to_owned();
            return Attempt { n, at: begun, took_ms: 0, status: 0, said };
        }
        let (id, seconds) = (delivery.id.to_string(), begun.micros() / 1_000_000);
        let signed = sign::signature(&keys, &id, seconds, body);
        let moment = seconds.to_string();
        let headers = [
            ("webhook-id", id.as_str()),
            ("webhook-timestamp", moment.as_str()),
            ("webhook-signature", signed.as_str()),
        ];
        let answer = caller.post(&webhook.ask.url, "application/json", &headers, body.as_bytes());
        let took = (self.now().micros() - begun.micros()) / 1_000;
        let took_ms = u64::try_from(took).unwrap_or(0);
        let (status, said) = match answer {
            Ok(Answered { status, body, .. }) => {
                (u64::from(status), excerpt(&String::from_utf8_lossy(&body)))
            }
            Err(CallError::Forbidden(_)) => (0, "webhook-error-forbidden".to_owned()),
            Err(error) => (0, excerpt(&error.to_string())),
        };
        Attempt { n, at: begun, took_ms, status, said }
    }

    /// Writes down what became of an attempt; whether the receiver took it.
    fn settle_delivery(
        &self,
        ours: (WebhookId, u64),
        ready: &Ready,
        attempt: Attempt,
    ) -> Result<bool, No> {
        let now = self.now();
        let (id, ends_at) = (ready.delivery.id, ready.delivery.ends_at);
        let webhook = &ready.webhook;
        let (status, n) = (attempt.status, attempt.n);
        let is_taken = (200..300).contains(&status);
        let rests = rests_until(webhook.n_failures + 1, now);
        self.store().write("settle delivery", move |tx| {
            store::delivery::add_attempt(tx, id, &attempt)?;
            if is_taken {
                store::delivery::end(tx, id, &attempt, DeliveryState::Delivered, now)?;
                return store::webhook::succeed(tx, ours);
            }
            match next_attempt(n, now, ends_at) {
                Some(next) => store::delivery::postpone(tx, id, &attempt, next, now)?,
                None => {
                    store::delivery::end(tx, id, &attempt, DeliveryState::GivenUp, now)?;
                }
            }
            store::webhook::fail(tx, ours, rests, now)
        })?;
        if status == 410 {
            self.switch_off(webhook.id, Reason::Gone)?;
        } else if !is_taken && is_hopeless(webhook.failing_since, now) {
            self.switch_off(webhook.id, Reason::Failing)?;
        }
        Ok(is_taken)
    }

    /// Gives up what waited for too long and forgets what ended long ago.
    pub fn sweep_webhooks(&self) -> Result<(), No> {
        let now = self.now();
        self.store().write("sweep deliveries", move |tx| {
            store::delivery::lapse(tx, now)?;
            store::delivery::sweep(tx, now.plus_seconds(-KEPT_DAYS * 86_400))
        })?;
        Ok(())
    }
}

/// The person who answers for a webhook with what they hold now, while they may look after it.
fn owner(
    tx: &mut Tx<'_>,
    city: &City,
    webhook: &Webhook,
    now: Instant,
) -> Result<Option<Actor>, StoreError> {
    let policy = city.settings().second_factor;
    let actor = resolve(tx, Who::Person(webhook.person), now, policy)?;
    let may = crate::act::may(&actor, A::LookAtWebhook, &Thing::of(webhook.organisation));
    Ok(may.is_ok().then_some(actor))
}

/// What is sent, if the person who answers for the webhook may know of it.
fn body(
    tx: &mut Tx<'_>,
    city: &City,
    secret: &[u8],
    owner: &Actor,
    delivery: &Delivery,
) -> Result<Option<String>, StoreError> {
    let write = |body: &Body<'_>| serde_json::to_string(body).expect("a body has text keys");
    if delivery.kind == TEST {
        let timestamp = delivery.created_at.rfc3339();
        return Ok(Some(write(&Body { kind: TEST, timestamp, data: Data::Test {} })));
    }
    let entries = store::log::entries_after(tx, delivery.seq.saturating_sub(1), 1)?;
    let entry = entries.first().filter(|entry| entry.header.id.to_string() == delivery.event);
    let Some(entry) = entry else { return Ok(None) };
    let item = feed::item_of(tx, owner, secret, entry)?;
    Ok(item.map(|item: Item| {
        let data = Data::Item {
            cursor: &item.cursor,
            kind: &item.kind,
            at: item.at.rfc3339(),
            technology: &item.thing,
            uri: format!("{}/api/v1/technologies/{}", city.settings().public_url, item.thing),
            version: item.version,
            state: &item.state,
        };
        write(&Body { kind: &item.kind, timestamp: item.at.rfc3339(), data })
    }))
}

/// The beginning of what a receiver said, on one line.
fn excerpt(said: &str) -> String {
    let plain: String = said
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .take(SAID_CHARS_MAX * 4)
        .collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(SAID_CHARS_MAX).collect()
}
