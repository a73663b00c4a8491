//! Letters about a webhook that the program switched off, to those who look after it.

use super::{Fact, Letter, To, WEBHOOK};
use base::{Instant, PersonId, WebhookId};
use std::collections::BTreeSet;
use store::log::Entry;
use store::{StoreError, Tx};
use trading::webhook::Reason;

/// People of one role that are told.
const PEOPLE_MAX: usize = 50;

/// One letter for each of its keepers. Neither its address nor what was sent stands in it.
pub(super) fn letters(
    tx: &mut Tx<'_>,
    entry: &Entry,
    now: Instant,
) -> Result<Vec<Letter>, StoreError> {
    let Ok(id) = WebhookId::parse(&entry.header.thing) else { return Ok(Vec::new()) };
    let Some(webhook) = store::webhook::find(tx, id)? else { return Ok(Vec::new()) };
    let body = entry.body_json();
    let reason = body["reason"].as_str().and_then(Reason::parse).unwrap_or(Reason::Failing);
    let organisation = store::organisation::find(tx, webhook.organisation)?;
    let name = organisation.map(|found| found.profile.name).unwrap_or_default();
    let mut people: BTreeSet<PersonId> = BTreeSet::new();
    for role in crate::webhook::KEEPERS {
        let of = Some(webhook.organisation);
        people.extend(store::mail::holders(tx, of, role.word(), now, PEOPLE_MAX)?);
    }
    let letter = |person| {
        Letter::new(&WEBHOOK, To::Person(person), format!("entry:{}", entry.seq), "webhook-off")
            .fact("organisation", name.clone())
            .fact("reason", Fact::Term(format!("webhook-reason-{}", reason.word())))
            .path(format!("/webhooks/{id}"))
    };
    Ok(people.into_iter().map(letter).collect())
}
