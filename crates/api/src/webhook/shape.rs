//! The published shapes of webhooks and their deliveries.

use crate::operation::Call;
use crate::shape::{Moment, NextJson, OneOf};
use app::webhook::{
    Ask, Attempt, Delivery, DeliveryState, Reason, State, Webhook, WebhookChanged, WebhookSecret,
};
use base::Instant;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// A webhook, without its secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "Webhook")]
pub struct WebhookJson {
    pub id: String,
    /// Its page.
    pub url: String,
    pub version: u64,
    pub organisation: String,
    /// Who answers for it: it is told what this person may see.
    pub person: String,
    /// What is called.
    pub address: String,
    /// Kinds of events that it is told.
    pub kinds: BTreeSet<String>,
    #[schemars(with = "OneOf<State>")]
    pub state: String,
    /// Why it was switched off; null while it was not.
    #[schemars(with = "Option<OneOf<Reason>>")]
    pub reason: Option<String>,
    /// Failures in a row.
    pub failures: u64,
    #[schemars(with = "Option<Moment>")]
    pub failing_since: Option<String>,
    /// Until when the secret before signs too; null where it does not.
    #[schemars(with = "Option<Moment>")]
    pub both_secrets_until: Option<String>,
    #[schemars(with = "Moment")]
    pub created_at: String,
    #[schemars(with = "Moment")]
    pub changed_at: String,
}

/// A moment, unless it is the beginning of time.
fn moment(at: Instant) -> Option<String> {
    (at.micros() > 0).then(|| at.rfc3339())
}

impl WebhookJson {
    pub(crate) fn of(call: &Call<'_>, of: &Webhook) -> Self {
        Self {
            id: of.id.to_string(),
            url: call.url(&format!("/webhooks/{}", of.id)),
            version: of.version,
            organisation: of.organisation.to_string(),
            person: of.person.to_string(),
            address: of.ask.url.clone(),
            kinds: of.ask.kinds.clone(),
            state: of.state.word().to_owned(),
            reason: of.reason.map(|reason| reason.word().to_owned()),
            failures: of.n_failures,
            failing_since: moment(of.failing_since),
            both_secrets_until: moment(of.before_until),
            created_at: of.created_at.rfc3339(),
            changed_at: of.changed_at.rfc3339(),
        }
    }
}

/// The webhooks of an organisation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "WebhookList")]
pub struct WebhookListJson {
    pub data: Vec<WebhookJson>,
}

/// What is to be called, and told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "NewWebhook")]
pub struct AskJson {
    /// An https address.
    pub address: String,
    pub kinds: BTreeSet<String>,
}

impl From<AskJson> for Ask {
    fn from(of: AskJson) -> Self {
        Self { url: of.address, kinds: of.kinds }
    }
}

/// What a webhook is to be from now on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "RevisedWebhook")]
pub struct ReviseJson {
    /// The version seen; may stand in `If-Match` instead.
    #[serde(default)]
    pub version: Option<u64>,
    pub address: String,
    pub kinds: BTreeSet<String>,
    #[serde(default)]
    pub paused: bool,
}

/// The version of a webhook that was seen.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "WebhookSeen")]
pub struct SeenJson {
    /// The version seen; may stand in `If-Match` instead.
    #[serde(default)]
    pub version: Option<u64>,
}

/// A webhook with its new secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "WebhookSecret")]
pub struct SecretJson {
    pub id: String,
    pub version: u64,
    /// Told once: a repeated request answers null.
    pub secret: Option<String>,
    /// Until when the secret before signs too; null where there is none.
    #[schemars(with = "Option<Moment>")]
    pub both_secrets_until: Option<String>,
}

impl From<WebhookSecret> for SecretJson {
    fn from(of: WebhookSecret) -> Self {
        Self {
            id: of.webhook.to_string(),
            version: of.version,
            secret: Some(of.secret).filter(|secret| !secret.is_empty()),
            both_secrets_until: moment(of.before_until),
        }
    }
}

/// What was changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "WebhookChanged")]
pub struct ChangedJson {
    pub id: String,
    pub version: u64,
}

impl From<WebhookChanged> for ChangedJson {
    fn from(of: WebhookChanged) -> Self {
        Self { id: of.webhook.to_string(), version: of.version }
    }
}

/// What was queued.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "DeliveryQueued")]
pub struct QueuedJson {
    /// The id of the delivery, and of its calls.
    pub id: String,
}

/// One event for one webhook.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "Delivery")]
pub struct DeliveryJson {
    /// The value of `webhook-id`.
    pub id: String,
    pub webhook: String,
    /// The kind of event, or `test`.
    pub kind: String,
    /// What it is about; null for a test.
    pub technology: Option<String>,
    #[schemars(with = "OneOf<DeliveryState>")]
    pub state: String,
    pub attempts: u64,
    /// What was answered last; null where nothing was.
    pub status: Option<u64>,
    /// The beginning of the answer, or why there was none.
    pub said: String,
    #[schemars(with = "Moment")]
    pub created_at: String,
    /// When it is tried next; null where it is not.
    #[schemars(with = "Option<Moment>")]
    pub next_at: Option<String>,
}

/// Our own sentence, or what the receiver said.
fn said(call: &Call<'_>, said: &str) -> String {
    if said.starts_with("webhook-error-") { words::say(call.lang(), said) } else { said.to_owned() }
}

impl DeliveryJson {
    pub(crate) fn of(call: &Call<'_>, of: &Delivery) -> Self {
        let waits = of.state == DeliveryState::Waiting;
        Self {
            id: of.id.to_string(),
            webhook: of.webhook.to_string(),
            kind: of.kind.clone(),
            technology: Some(of.thing.clone()).filter(|thing| !thing.is_empty()),
            state: of.state.word().to_owned(),
            attempts: of.attempts,
            status: Some(of.status).filter(|status| *status > 0),
            said: said(call, &of.said),
            created_at: of.created_at.rfc3339(),
            next_at: waits.then(|| of.next_at.rfc3339()),
        }
    }
}

/// One attempt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "DeliveryAttempt")]
pub struct AttemptJson {
    pub n: u64,
    #[schemars(with = "Moment")]
    pub at: String,
    pub took_ms: u64,
    /// What was answered; null where nothing was.
    pub status: Option<u64>,
    /// The beginning of the answer, or why there was none.
    pub said: String,
}

impl AttemptJson {
    pub(crate) fn of(call: &Call<'_>, of: &Attempt) -> Self {
        Self {
            n: of.n,
            at: of.at.rfc3339(),
            took_ms: of.took_ms,
            status: Some(of.status).filter(|status| *status > 0),
            said: said(call, &of.said),
        }
    }
}

/// A delivery with every attempt, newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "DeliveryView")]
pub struct DeliveryViewJson {
    #[serde(flatten)]
    pub delivery: DeliveryJson,
    pub tries: Vec<AttemptJson>,
}

/// Deliveries, newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "DeliveryList")]
pub struct DeliveryListJson {
    pub data: Vec<DeliveryJson>,
    pub next: Option<NextJson>,
}
