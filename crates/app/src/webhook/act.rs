//! What is done about webhooks: set up, changed, given another secret, tried, sent again, removed;
//! and switched off by the program.

use super::follow::blank;
use super::list::is_shown;
use super::send::SEAL;
use super::{Ask, Reason, State, TEST, Webhook, sign};
use crate::account::sign_in_required;
use crate::act::{About, Act, Cx, No, Stop};
use crate::city::City;
use crate::seal::Sealer;
use access::{Act as A, Thing};
use base::{
    Class, DeliveryId, Instant, Label, Level, OrganisationId, PersonId, Refusal, WebhookId, limits,
};
use calls::CallError;
use store::Hold;
use store::delivery::Delivery;
use trading::webhook::{ENDS_SECONDS, OVERLAP_SECONDS};

/// What a change of a webhook is told.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct WebhookChanged {
    pub webhook: WebhookId,
    pub version: u64,
}

/// A webhook's new secret.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct WebhookSecret {
    pub webhook: WebhookId,
    pub version: u64,
    /// Told once; an answer repeated by its key no longer knows it.
    #[serde(skip)]
    pub secret: String,
    /// Until when the secret before signs too; the beginning of time where there is none.
    pub before_until: Instant,
}

fn event(cx: &mut Cx<'_, '_>, kind: &str, webhook: &Webhook, body: serde_json::Value) {
    let about = About {
        thing: webhook.id.to_string(),
        version: webhook.version,
        owner: Some(webhook.organisation),
        label: &Label::at(Level::Restricted),
        state: webhook.state.word(),
    };
    cx.event(kind, about, body);
}

fn load(cx: &mut Cx<'_, '_>, id: WebhookId) -> Result<Webhook, Stop> {
    Ok(store::webhook::find(cx.tx, id)?.ok_or_else(Refusal::not_found)?)
}

fn conflict(seen: u64, now: u64) -> Option<Refusal> {
    let refusal = || Refusal::new(Class::Conflict, "version-conflict");
    (seen != now).then(|| refusal().number("seen", seen).number("now", now))
}

/// Everything wrong with what is asked, what the address says of itself among it.
fn problems(ask: &Ask, city: &City) -> Vec<Refusal> {
    let mut no = ask.problems();
    if no.iter().any(|refusal| refusal.field.as_deref() == Some("url")) {
        return no;
    }
    if let Err(CallError::Forbidden(_)) = city.may_call(&ask.url) {
        no.insert(0, Refusal::invalid("webhook-address").on("url"));
    }
    no
}

/// A new key: as it is told, and sealed.
fn new_secret(cx: &Cx<'_, '_>, id: WebhookId) -> Result<(String, Vec<u8>), Stop> {
    let (key, chance) = cx.city.with_chance(|chance| (chance.bytes32(), chance.bytes32()));
    let sealer = Sealer::of(cx.city).map_err(|no| Stop::Refused(no.0))?;
    Ok((sign::secret_text(&key), sealer.seal(SEAL, id, &key, chance)?))
}

/// Sets up a webhook. It is told what its maker may see.
#[derive(serde::Serialize)]
pub struct CreateWebhook {
    pub organisation: OrganisationId,
    pub ask: Ask,
}

impl Act for CreateWebhook {
    const ACT: A = A::CreateWebhook;
    type Facts = u64;
    type Plan = (PersonId, WebhookId);
    type Outcome = WebhookSecret;

    fn holds(&self) -> Vec<Hold> {
        vec![Hold::on(format!("webhooks of {}", self.organisation))]
    }

    fn prepare(&mut self, _: &City) -> Result<(), No> {
        self.ask.url = self.ask.url.trim().to_owned();
        Ok(())
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<u64, Stop> {
        cx.actor.person.ok_or_else(sign_in_required)?;
        store::organisation::find(cx.tx, self.organisation)?.ok_or_else(Refusal::not_found)?;
        Ok(store::webhook::count_of(cx.tx, self.organisation)?)
    }

    fn thing(&self, _: &u64) -> Thing {
        Thing::of(self.organisation)
    }

    fn decide(&self, n: u64, cx: &Cx<'_, '_>) -> Result<Self::Plan, Vec<Refusal>> {
        let mut no = problems(&self.ask, cx.city);
        if usize::try_from(n).unwrap_or(usize::MAX) >= limits::WEBHOOKS_MAX {
            let refusal = Refusal::new(Class::Refused, "webhook-too-many");
            no.push(refusal.number("most", limits::WEBHOOKS_MAX));
        }
        match cx.actor.person {
            Some(person) if no.is_empty() => {
                Ok((person, cx.city.with_chance(|chance| WebhookId::new(cx.now, chance))))
            }
            Some(_) => Err(no),
            None => Err(vec![sign_in_required()]),
        }
    }

    fn save(&self, plan: Self::Plan, cx: &mut Cx<'_, '_>) -> Result<WebhookSecret, Stop> {
        let (person, id) = plan;
        let never = Instant::from_micros(0);
        let webhook = Webhook {
            id,
            organisation: self.organisation,
            person,
            ask: self.ask.clone(),
            state: State::On,
            reason: None,
            before_until: never,
            since_at: cx.now,
            n_failures: 0,
            failing_since: never,
            rests_until: never,
            fence: 0,
            leased_until: never,
            version: 1,
            created_at: cx.now,
            changed_at: cx.now,
        };
        let (secret, sealed) = new_secret(cx, id)?;
        store::webhook::add(cx.tx, &webhook, sealed)?;
        event(cx, "webhook-created", &webhook, serde_json::json!({ "person": person }));
        Ok(WebhookSecret { webhook: id, version: 1, secret, before_until: never })
    }
}

/// Changes a webhook, pauses it or switches it on again. From then on it is told what whoever did
/// that may see.
#[derive(serde::Serialize)]
pub struct ReviseWebhook {
    pub webhook: WebhookId,
    pub version: u64,
    pub ask: Ask,
    pub is_paused: bool,
}

impl Act for ReviseWebhook {
    const ACT: A = A::ReviseWebhook;
    type Facts = Webhook;
    type Plan = Webhook;
    type Outcome = WebhookChanged;

    fn holds(&self) -> Vec<Hold> {
        vec![Hold::on(self.webhook)]
    }

    fn prepare(&mut self, _: &City) -> Result<(), No> {
        self.ask.url = self.ask.url.trim().to_owned();
        Ok(())
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Webhook, Stop> {
        load(cx, self.webhook)
    }

    fn thing(&self, facts: &Webhook) -> Thing {
        Thing::of(facts.organisation)
    }

    fn decide(&self, before: Webhook, cx: &Cx<'_, '_>) -> Result<Webhook, Vec<Refusal>> {
        let mut no: Vec<Refusal> = conflict(self.version, before.version).into_iter().collect();
        no.extend(problems(&self.ask, cx.city));
        let Some(person) = cx.actor.person.filter(|_| no.is_empty()) else { return Err(no) };
        let state = if self.is_paused { State::Paused } else { State::On };
        // What happened while it was told nothing is for the feed to tell.
        let is_resumed = before.state != State::On && state == State::On;
        let since_at = if is_resumed { cx.now } else { before.since_at };
        let (ask, version) = (self.ask.clone(), before.version + 1);
        Ok(Webhook { person, ask, state, reason: None, since_at, version, ..before })
    }

    fn save(&self, after: Webhook, cx: &mut Cx<'_, '_>) -> Result<WebhookChanged, Stop> {
        if !store::webhook::change(cx.tx, self.version, &after, cx.now)? {
            return Err(Refusal::new(Class::Conflict, "version-conflict").into());
        }
        event(cx, "webhook-revised", &after, serde_json::json!({ "person": after.person }));
        Ok(WebhookChanged { webhook: after.id, version: after.version })
    }
}

/// Gives a webhook another secret. The one before signs too for a day.
#[derive(serde::Serialize)]
pub struct RenewWebhookSecret {
    pub webhook: WebhookId,
    pub version: u64,
}

impl Act for RenewWebhookSecret {
    const ACT: A = A::RenewWebhookSecret;
    type Facts = Webhook;
    type Plan = Webhook;
    type Outcome = WebhookSecret;

    fn holds(&self) -> Vec<Hold> {
        vec![Hold::on(self.webhook)]
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Webhook, Stop> {
        load(cx, self.webhook)
    }

    fn thing(&self, facts: &Webhook) -> Thing {
        Thing::of(facts.organisation)
    }

    fn decide(&self, before: Webhook, _: &Cx<'_, '_>) -> Result<Webhook, Vec<Refusal>> {
        match conflict(self.version, before.version) {
            Some(refusal) => Err(vec![refusal]),
            None => Ok(Webhook { version: before.version + 1, ..before }),
        }
    }

    fn save(&self, after: Webhook, cx: &mut Cx<'_, '_>) -> Result<WebhookSecret, Stop> {
        let (secret, sealed) = new_secret(cx, after.id)?;
        let before_until = cx.now.plus_seconds(OVERLAP_SECONDS);
        let seen = (after.id, self.version);
        if !store::webhook::renew(cx.tx, seen, sealed, before_until, cx.now)? {
            return Err(Refusal::new(Class::Conflict, "version-conflict").into());
        }
        event(cx, "webhook-secret-renewed", &after, serde_json::Value::Null);
        Ok(WebhookSecret { webhook: after.id, version: after.version, secret, before_until })
    }
}

/// Removes a webhook with its deliveries for good.
#[derive(serde::Serialize)]
pub struct RemoveWebhook {
    pub webhook: WebhookId,
}

impl Act for RemoveWebhook {
    const ACT: A = A::RemoveWebhook;
    type Facts = Webhook;
    type Plan = Webhook;
    type Outcome = WebhookChanged;

    fn holds(&self) -> Vec<Hold> {
        vec![Hold::on(self.webhook)]
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Webhook, Stop> {
        load(cx, self.webhook)
    }

    fn thing(&self, facts: &Webhook) -> Thing {
        Thing::of(facts.organisation)
    }

    fn decide(&self, before: Webhook, _: &Cx<'_, '_>) -> Result<Webhook, Vec<Refusal>> {
        Ok(before)
    }

    fn save(&self, webhook: Webhook, cx: &mut Cx<'_, '_>) -> Result<WebhookChanged, Stop> {
        store::webhook::drop(cx.tx, webhook.id)?;
        event(cx, "webhook-removed", &webhook, serde_json::Value::Null);
        Ok(WebhookChanged { webhook: webhook.id, version: webhook.version })
    }
}

/// The refusal of sending to a webhook that is told nothing.
fn is_on(webhook: &Webhook) -> Result<(), Vec<Refusal>> {
    match webhook.state {
        State::On => Ok(()),
        State::Paused | State::Off => Err(vec![Refusal::new(Class::Refused, "webhook-not-on")]),
    }
}

/// Sends a webhook something only to see whether it arrives.
#[derive(serde::Serialize)]
pub struct TestWebhook {
    pub webhook: WebhookId,
}

/// What was queued.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct DeliveryQueued {
    pub delivery: DeliveryId,
}

impl Act for TestWebhook {
    const ACT: A = A::TestWebhook;
    type Facts = Webhook;
    type Plan = Delivery;
    type Outcome = DeliveryQueued;

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Webhook, Stop> {
        load(cx, self.webhook)
    }

    fn thing(&self, facts: &Webhook) -> Thing {
        Thing::of(facts.organisation)
    }

    fn decide(&self, webhook: Webhook, cx: &Cx<'_, '_>) -> Result<Delivery, Vec<Refusal>> {
        is_on(&webhook)?;
        Ok(Delivery {
            id: cx.city.with_chance(|chance| DeliveryId::new(cx.now, chance)),
            event: format!("test:{}", cx.act),
            kind: TEST.to_owned(),
            ..blank(webhook.id, cx.now)
        })
    }

    fn save(&self, delivery: Delivery, cx: &mut Cx<'_, '_>) -> Result<DeliveryQueued, Stop> {
        store::delivery::add(cx.tx, &delivery)?;
        store::webhook::wake(cx.tx, delivery.webhook)?;
        Ok(DeliveryQueued { delivery: delivery.id })
    }
}

/// Makes a delivery again, whatever became of it, under the same id.
#[derive(serde::Serialize)]
pub struct ResendDelivery {
    pub delivery: DeliveryId,
}

impl Act for ResendDelivery {
    const ACT: A = A::ResendDelivery;
    type Facts = (Webhook, Delivery);
    type Plan = Delivery;
    type Outcome = DeliveryQueued;

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Self::Facts, Stop> {
        let delivery = store::delivery::find(cx.tx, self.delivery)?;
        let delivery = delivery.ok_or_else(Refusal::not_found)?;
        if !is_shown(&cx.actor, &delivery) {
            return Err(Refusal::not_found().into());
        }
        Ok((load(cx, delivery.webhook)?, delivery))
    }

    fn thing(&self, facts: &Self::Facts) -> Thing {
        Thing::of(facts.0.organisation)
    }

    fn decide(&self, facts: Self::Facts, _: &Cx<'_, '_>) -> Result<Delivery, Vec<Refusal>> {
        is_on(&facts.0)?;
        Ok(facts.1)
    }

    fn save(&self, delivery: Delivery, cx: &mut Cx<'_, '_>) -> Result<DeliveryQueued, Stop> {
        store::delivery::again(cx.tx, delivery.id, cx.now, cx.now.plus_seconds(ENDS_SECONDS))?;
        store::webhook::wake(cx.tx, delivery.webhook)?;
        Ok(DeliveryQueued { delivery: delivery.id })
    }
}

/// Switches a webhook off for a reason that the program has; its keepers hear of it by the log.
#[derive(serde::Serialize)]
pub struct SwitchOffWebhook {
    pub webhook: WebhookId,
    pub reason: Reason,
}

impl Act for SwitchOffWebhook {
    const ACT: A = A::SwitchOffWebhook;
    type Facts = Webhook;
    type Plan = Webhook;
    /// Whether it was on until now.
    type Outcome = bool;

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Webhook, Stop> {
        load(cx, self.webhook)
    }

    fn thing(&self, facts: &Webhook) -> Thing {
        Thing::of(facts.organisation)
    }

    fn decide(&self, before: Webhook, _: &Cx<'_, '_>) -> Result<Webhook, Vec<Refusal>> {
        Ok(before)
    }

    fn save(&self, before: Webhook, cx: &mut Cx<'_, '_>) -> Result<bool, Stop> {
        if !store::webhook::switch_off(cx.tx, before.id, self.reason, cx.now)? {
            return Ok(false);
        }
        let after = Webhook { state: State::Off, version: before.version + 1, ..before };
        let body = serde_json::json!({ "reason": self.reason });
        event(cx, "webhook-switched-off", &after, body);
        Ok(true)
    }
}
