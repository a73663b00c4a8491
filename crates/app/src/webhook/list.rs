//! Webhooks and deliveries as their keepers see them. A delivery is shown to whoever may know of
//! what it tells, now: the list is no way around a label.

use super::{TEST, Webhook};
use crate::account::sign_in_required;
use crate::act::{No, Stop};
use crate::asker::Asker;
use crate::city::{City, Rx};
use crate::feed::shows;
use access::{Act as A, Actor, Thing};
use base::{Bilingual, DeliveryId, OrganisationId, PersonId, Refusal, WebhookId, limits};
use parties::Organisation;
use store::Tx;
use store::delivery::{Attempt, Delivery};

/// Attempts that one page shows.
const ATTEMPTS_MAX: usize = 50;
/// Deliveries read for one page at most, so that a long run of hidden ones ends too.
const READ_MAX: usize = 2_000;

/// The webhooks of an organisation.
#[derive(Clone, Debug)]
pub struct WebhookList {
    pub organisation: Organisation,
    /// Newest first, each with the name of the person who answers for it.
    pub rows: Vec<(Webhook, Bilingual)>,
}

/// A webhook with whose it is.
#[derive(Clone, Debug)]
pub struct WebhookView {
    pub webhook: Webhook,
    pub organisation: Organisation,
    /// The person who answers for it.
    pub person: Bilingual,
}

/// A page of deliveries, newest first.
#[derive(Clone, Debug)]
pub struct DeliveryPage {
    pub rows: Vec<Delivery>,
    /// Before this one there are more.
    pub next: Option<DeliveryId>,
}

/// A delivery with what came of it.
#[derive(Clone, Debug)]
pub struct DeliveryView {
    pub delivery: Delivery,
    /// Newest first.
    pub attempts: Vec<Attempt>,
    pub webhook: Webhook,
}

/// Whether somebody may know of what a delivery tells.
pub(super) fn is_shown(actor: &Actor, delivery: &Delivery) -> bool {
    delivery.kind == TEST
        || delivery.now.clone().is_some_and(|standing| {
            shows(actor, (&delivery.thing_gate, &delivery.thing_state), standing)
        })
}

impl City {
    /// The webhooks of an organisation, for those who look after them.
    pub fn webhooks(&self, asker: &Asker, id: OrganisationId) -> Result<WebhookList, No> {
        self.read(asker, |rx| {
            rx.actor.person.ok_or_else(sign_in_required)?;
            rx.may(A::ListWebhooks, &Thing::of(id))?;
            let organisation =
                store::organisation::find(rx.tx, id)?.ok_or_else(Refusal::not_found)?;
            let found = store::webhook::of_organisation(rx.tx, id, limits::WEBHOOKS_MAX)?;
            let people: Vec<PersonId> = found.iter().map(|webhook| webhook.person).collect();
            let names = store::person::names_of(rx.tx, &people)?;
            let named = |webhook: Webhook| {
                let name = names.get(&webhook.person).cloned().unwrap_or_default();
                (webhook, name)
            };
            Ok(WebhookList { organisation, rows: found.into_iter().map(named).collect() })
        })
    }

    /// One webhook.
    pub fn webhook(&self, asker: &Asker, id: WebhookId) -> Result<WebhookView, No> {
        self.read(asker, |rx| {
            let webhook = looked_at(rx, id)?;
            let organisation = store::organisation::find(rx.tx, webhook.organisation)?;
            let organisation = organisation.ok_or_else(Refusal::not_found)?;
            let person = name_of(rx.tx, webhook.person)?;
            Ok(WebhookView { webhook, organisation, person })
        })
    }

    /// Deliveries of a webhook that the reader may know of, newest first.
    pub fn deliveries(
        &self,
        asker: &Asker,
        id: WebhookId,
        before: Option<DeliveryId>,
        limit: usize,
    ) -> Result<DeliveryPage, No> {
        self.read(asker, |rx| {
            looked_at(rx, id)?;
            let limit = limit.clamp(1, limits::PAGE_ROWS_MAX);
            let (mut rows, mut at, mut n_read) = (Vec::new(), before, 0);
            while rows.len() <= limit && n_read < READ_MAX {
                let found = store::delivery::list(rx.tx, id, at, limit + 1)?;
                let is_end = found.len() <= limit;
                n_read += found.len();
                at = found.last().map(|last| last.id);
                rows.extend(found.into_iter().filter(|one| is_shown(&rx.actor, one)));
                if is_end {
                    break;
                }
            }
            let is_more = rows.len() > limit;
            rows.truncate(limit);
            // The last one shown, never one that is hidden.
            let next = rows.last().filter(|_| is_more).map(|last: &Delivery| last.id);
            Ok(DeliveryPage { rows, next })
        })
    }

    /// One delivery with its attempts.
    pub fn delivery(&self, asker: &Asker, id: DeliveryId) -> Result<DeliveryView, No> {
        self.read(asker, |rx| {
            rx.actor.person.ok_or_else(sign_in_required)?;
            let delivery = store::delivery::find(rx.tx, id)?.ok_or_else(Refusal::not_found)?;
            let webhook = looked_at(rx, delivery.webhook)?;
            if !is_shown(&rx.actor, &delivery) {
                return Err(Refusal::not_found().into());
            }
            let attempts = store::delivery::attempts(rx.tx, id, ATTEMPTS_MAX)?;
            Ok(DeliveryView { delivery, attempts, webhook })
        })
    }
}

fn looked_at(rx: &mut Rx<'_, '_>, id: WebhookId) -> Result<Webhook, Stop> {
    rx.actor.person.ok_or_else(sign_in_required)?;
    let webhook = store::webhook::find(rx.tx, id)?.ok_or_else(Refusal::not_found)?;
    rx.may(A::LookAtWebhook, &Thing::of(webhook.organisation))?;
    Ok(webhook)
}

fn name_of(tx: &mut Tx<'_>, person: PersonId) -> Result<Bilingual, Stop> {
    Ok(store::person::find(tx, person)?.map(|person| person.name).unwrap_or_default())
}
