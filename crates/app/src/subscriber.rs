//! Who wants bulletins: people of the city at once, others after their address is confirmed.
//!
//! Invariants: whether an address is known is told to nobody; an address that was not confirmed is
//! forgotten after a week, and one that ends its subscription at once.

use crate::act::{About, Act, Cx, No, Stop};
use crate::asker::Asker;
use crate::city::City;
use crate::mail::{Letter, SUBSCRIPTION, To};
use crate::secret::{Secret, digest};
use access::{Act as A, Thing};
use base::{Label, Lang, Level, Refusal, SubscriptionId};
use store::subscriber::Subscriber;

/// Days after which an address that was not confirmed is forgotten.
const WAITING_DAYS: i64 = 7;

/// Where a subscription is ended.
pub fn stop_path(id: &str) -> String {
    format!("/bulletins/subscriptions/{id}/stop")
}

fn event(cx: &mut Cx<'_, '_>, kind: &str, id: SubscriptionId) {
    let label = Label::at(Level::Restricted);
    let about = About { thing: id.to_string(), version: 0, owner: None, label: &label, state: "" };
    cx.event(kind, about, serde_json::Value::Null);
}

impl City {
    /// The asker's own subscription, if there is one.
    pub fn own_subscription(&self, asker: &Asker) -> Result<Option<SubscriptionId>, No> {
        self.read(asker, |rx| {
            let Some(person) = rx.actor.person else { return Ok(None) };
            Ok(store::subscriber::of(rx.tx, &person.to_string())?.map(|found| found.id))
        })
    }

    /// Forgets addresses that were not confirmed in time.
    pub fn sweep_subscribers(&self) -> Result<(), No> {
        let before = self.now().plus_seconds(-WAITING_DAYS * 86_400);
        self.store().write("sweep subscribers", move |tx| store::subscriber::sweep(tx, before))?;
        Ok(())
    }
}

/// Asks for bulletins. Whoever is signed in gets them; an address is sent a link to confirm.
#[derive(serde::Serialize)]
pub struct SubscribeToBulletins {
    /// Not asked of somebody who is signed in.
    pub address: String,
    pub lang: Lang,
}

impl Act for SubscribeToBulletins {
    const ACT: A = A::SubscribeToBulletins;
    type Facts = ();
    type Plan = String;
    type Outcome = ();

    fn load(&self, _: &mut Cx<'_, '_>) -> Result<(), Stop> {
        Ok(())
    }

    fn thing(&self, (): &()) -> Thing {
        Thing::open()
    }

    fn decide(&self, (): (), cx: &Cx<'_, '_>) -> Result<String, Vec<Refusal>> {
        if let Some(person) = cx.actor.person {
            return Ok(person.to_string());
        }
        parties::person::email(&self.address).map_err(|no| vec![no.on("address")])
    }

    fn save(&self, recipient: String, cx: &mut Cx<'_, '_>) -> Result<(), Stop> {
        let is_confirmed = cx.actor.person.is_some();
        let known = store::subscriber::of(cx.tx, &recipient)?;
        if known.is_some_and(|known| known.is_confirmed) {
            // The same answer as to everybody else.
            return Ok(());
        }
        let (id, secret) = cx.city.with_chance(|chance| {
            (SubscriptionId::new(cx.now, chance), Secret::from_bytes("", &chance.bytes32()))
        });
        let subscriber =
            Subscriber { id, recipient: recipient.clone(), lang: self.lang, is_confirmed };
        if is_confirmed {
            store::subscriber::add(cx.tx, &subscriber, "", cx.now)?;
            event(cx, "subscription-confirmed", id);
            return Ok(());
        }
        // One letter to an address a day, however often somebody types it; its link stays right.
        let day = cx.now.date_at(cx.city.settings().utc_offset_minutes);
        let cause = format!("subscription:{day}");
        let to = To::Address(recipient, self.lang);
        let letter = Letter::new(&SUBSCRIPTION, to, cause, "subscription")
            .path("/bulletins/subscriptions/confirmation/")
            .secret(secret.text.clone())
            .until(cx.now.plus_seconds(WAITING_DAYS * 86_400));
        if cx.letter(letter)? {
            store::subscriber::add(cx.tx, &subscriber, &secret.digest, cx.now)?;
        }
        Ok(())
    }
}

/// Confirms an address with the link that was sent there.
#[derive(serde::Serialize)]
pub struct ConfirmSubscription {
    #[serde(skip)]
    pub secret: String,
}

impl Act for ConfirmSubscription {
    const ACT: A = A::ConfirmSubscription;
    type Facts = Subscriber;
    type Plan = SubscriptionId;
    type Outcome = ();

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Subscriber, Stop> {
        let found = store::subscriber::by_digest(cx.tx, &digest(&self.secret))?;
        Ok(found.ok_or_else(Refusal::not_found)?)
    }

    fn thing(&self, _: &Subscriber) -> Thing {
        Thing::open()
    }

    fn decide(&self, facts: Subscriber, _: &Cx<'_, '_>) -> Result<SubscriptionId, Vec<Refusal>> {
        Ok(facts.id)
    }

    fn save(&self, id: SubscriptionId, cx: &mut Cx<'_, '_>) -> Result<(), Stop> {
        // Pressing twice is as good as once.
        if store::subscriber::confirm(cx.tx, id, cx.now)? {
            event(cx, "subscription-confirmed", id);
        }
        Ok(())
    }
}

/// Ends a subscription: with the link of a bulletin, or one's own.
#[derive(serde::Serialize)]
pub struct EndSubscription {
    pub subscription: SubscriptionId,
    /// As the letter's link carries it; empty for one's own.
    #[serde(skip)]
    pub mark: String,
}

impl Act for EndSubscription {
    const ACT: A = A::EndSubscription;
    type Facts = bool;
    type Plan = bool;
    type Outcome = ();

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<bool, Stop> {
        let city = store::city::find(cx.tx)?.ok_or_else(Refusal::not_found)?;
        let path = stop_path(&self.subscription.to_string());
        let is_right =
            crate::secret::same(&crate::mail::stop_mark(&city.secret, &path), &self.mark);
        let found = store::subscriber::find(cx.tx, self.subscription)?;
        let person = cx.actor.person.map(|id| id.to_string());
        let is_own = |found: &Subscriber| person.as_deref() == Some(found.recipient.as_str());
        if is_right || found.as_ref().is_some_and(is_own) {
            // Ended twice is ended.
            return Ok(found.is_some());
        }
        Err(Refusal::not_found().into())
    }

    fn thing(&self, _: &bool) -> Thing {
        Thing::open()
    }

    fn decide(&self, is_there: bool, _: &Cx<'_, '_>) -> Result<bool, Vec<Refusal>> {
        Ok(is_there)
    }

    fn save(&self, is_there: bool, cx: &mut Cx<'_, '_>) -> Result<(), Stop> {
        if let Some(found) = store::subscriber::find(cx.tx, self.subscription)?.filter(|_| is_there)
        {
            store::subscriber::remove(cx.tx, found.id)?;
            event(cx, "subscription-ended", found.id);
        }
        Ok(())
    }
}
