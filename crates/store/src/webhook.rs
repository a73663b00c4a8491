//! Webhooks: where organisations are told of changes, with sealed secrets and one sender at a time.

use crate::{Row, StoreError, Tx, args, statements};
use base::{Instant, OrganisationId, PersonId, WebhookId};
use std::collections::BTreeSet;
use trading::webhook::{Ask, Reason, State};

statements! {
    ADD = "insert into webhooks (id, organisation, person, url, kinds, state, reason, sealed,
               sealed_before, before_until, since_at, n_failures, failing_since, rests_until, fence,
               leased_until, version, created_at, changed_at)
           values ($1, $2, $3, $4, $5, 'on', '', $6, $7, 0, $8, 0, 0, 0, 0, 0, 1, $8, $8)";
    FIND = "select id, organisation, person, url, kinds, state, reason, before_until, since_at,
                n_failures, failing_since, rests_until, fence, leased_until, version, created_at,
                changed_at
            from webhooks where id = $1";
    OF_ORGANISATION = "select id, organisation, person, url, kinds, state, reason, before_until,
                           since_at, n_failures, failing_since, rests_until, fence, leased_until,
                           version, created_at, changed_at
                       from webhooks where organisation = $1 order by id desc limit $2";
    OF_PERSON = "select id, organisation, person, url, kinds, state, reason, before_until, since_at,
                     n_failures, failing_since, rests_until, fence, leased_until, version,
                     created_at, changed_at
                 from webhooks where person = $1 order by id desc limit $2";
    COUNT_OF = "select count(*) from webhooks where organisation = $1";
    ON = "select id, organisation, person, url, kinds, state, reason, before_until, since_at,
              n_failures, failing_since, rests_until, fence, leased_until, version, created_at,
              changed_at
          from webhooks where state = 'on' order by id";
    DUE = "select id, organisation, person, url, kinds, state, reason, before_until, since_at,
               n_failures, failing_since, rests_until, fence, leased_until, version, created_at,
               changed_at
           from webhooks w
           where state = 'on' and rests_until <= $1 and leased_until <= $1
             and exists (select 1 from webhook_deliveries d
                         where d.webhook = w.id and d.state = 'waiting' and d.next_at <= $1)
           order by leased_until, id limit $2";
    SECRETS = "select sealed, sealed_before, before_until from webhooks where id = $1";
    CHANGE = "update webhooks set person = $3, url = $4, kinds = $5, state = $6, reason = '',
                  since_at = $7, n_failures = 0, failing_since = 0, rests_until = 0,
                  version = version + 1, changed_at = $8
              where id = $1 and version = $2";
    RENEW = "update webhooks set sealed_before = sealed, sealed = $3, before_until = $4,
                 version = version + 1, changed_at = $5
             where id = $1 and version = $2";
    SWITCH_OFF = "update webhooks set state = 'off', reason = $2, version = version + 1,
                      changed_at = $3
                  where id = $1 and state = 'on'";
    FORGET = "update webhooks set state = 'off', reason = 'owner', version = version + 1,
                  changed_at = $2
              where person = $1 and state <> 'off'";
    DROP = "delete from webhooks where id = $1";
    LEASE = "update webhooks set fence = fence + 1, leased_until = $3
             where id = $1 and fence = $2 and state = 'on' and leased_until <= $4";
    RENEW_LEASE = "update webhooks set leased_until = $3
                   where id = $1 and fence = $2 and state = 'on' and rests_until <= $4";
    RELEASE = "update webhooks set leased_until = 0 where id = $1 and fence = $2";
    SUCCEED = "update webhooks set n_failures = 0, failing_since = 0
               where id = $1 and fence = $2 and n_failures > 0";
    FAIL = "update webhooks set n_failures = n_failures + 1, rests_until = $3,
                failing_since = case when failing_since = 0 then $4 else failing_since end
            where id = $1 and fence = $2";
    WAKE = "update webhooks set rests_until = 0 where id = $1";
}

/// A webhook as it is kept, without its secrets.
#[derive(Clone, Debug)]
pub struct Webhook {
    pub id: WebhookId,
    pub organisation: OrganisationId,
    /// With whose rights it is judged what it is told.
    pub person: PersonId,
    pub ask: Ask,
    pub state: State,
    /// Why it is off.
    pub reason: Option<Reason>,
    /// Until when the secret before signs too.
    pub before_until: Instant,
    /// What happened before is not told.
    pub since_at: Instant,
    /// Failures in a row.
    pub n_failures: u64,
    /// Since when there was no success; 0 where the last attempt was one.
    pub failing_since: Instant,
    pub rests_until: Instant,
    pub fence: u64,
    pub leased_until: Instant,
    pub version: u64,
    pub created_at: Instant,
    pub changed_at: Instant,
}

/// Adds a webhook with its sealed secret.
pub fn add(tx: &mut Tx<'_>, webhook: &Webhook, sealed: Vec<u8>) -> Result<(), StoreError> {
    let row = [
        webhook.id.into(),
        webhook.organisation.into(),
        webhook.person.into(),
        (&webhook.ask.url).into(),
        crate::json(&webhook.ask.kinds),
        sealed.into(),
        Vec::new().into(),
        webhook.created_at.into(),
    ];
    tx.later(&ADD, &row)
}

/// One webhook.
pub fn find(tx: &mut Tx<'_>, id: WebhookId) -> Result<Option<Webhook>, StoreError> {
    tx.row(&FIND, args![id])?.as_ref().map(read).transpose()
}

/// The webhooks of an organisation, newest first.
pub fn of_organisation(
    tx: &mut Tx<'_>,
    organisation: OrganisationId,
    limit: usize,
) -> Result<Vec<Webhook>, StoreError> {
    tx.rows(&OF_ORGANISATION, args![organisation, limit])?.iter().map(read).collect()
}

/// The webhooks that a person set up or saved last, newest first.
pub fn of_person(
    tx: &mut Tx<'_>,
    person: PersonId,
    limit: usize,
) -> Result<Vec<Webhook>, StoreError> {
    tx.rows(&OF_PERSON, args![person, limit])?.iter().map(read).collect()
}

/// How many webhooks an organisation has.
pub fn count_of(tx: &mut Tx<'_>, organisation: OrganisationId) -> Result<u64, StoreError> {
    tx.row(&COUNT_OF, args![organisation])?.map_or(Ok(0), |row| row.count(0))
}

/// Every webhook that is told something.
pub fn on(tx: &mut Tx<'_>) -> Result<Vec<Webhook>, StoreError> {
    tx.rows(&ON, &[])?.iter().map(read).collect()
}

/// Webhooks for which something is due and which nobody serves, longest unserved first.
pub fn due(tx: &mut Tx<'_>, now: Instant, limit: usize) -> Result<Vec<Webhook>, StoreError> {
    tx.rows(&DUE, args![now, limit])?.iter().map(read).collect()
}

/// The sealed secrets that sign now: the one of now, then the one before while both do.
pub fn secrets(tx: &mut Tx<'_>, id: WebhookId, now: Instant) -> Result<Vec<Vec<u8>>, StoreError> {
    let Some(row) = tx.row(&SECRETS, args![id])? else { return Ok(Vec::new()) };
    let mut sealed = vec![row.bytes(0)?];
    if row.instant(2)? > now {
        sealed.push(row.bytes(1)?);
    }
    Ok(sealed)
}

/// Changes a webhook that is at this version, and forgets its failures. False where it moved on.
pub fn change(tx: &mut Tx<'_>, seen: u64, to: &Webhook, now: Instant) -> Result<bool, StoreError> {
    let row = [
        to.id.into(),
        seen.into(),
        to.person.into(),
        (&to.ask.url).into(),
        crate::json(&to.ask.kinds),
        to.state.word().into(),
        to.since_at.into(),
        now.into(),
    ];
    Ok(tx.run(&CHANGE, &row)? == 1)
}

/// Gives a webhook another secret; the one before signs too until that moment.
pub fn renew(
    tx: &mut Tx<'_>,
    (id, seen): (WebhookId, u64),
    sealed: Vec<u8>,
    before_until: Instant,
    now: Instant,
) -> Result<bool, StoreError> {
    Ok(tx.run(&RENEW, args![id, seen, sealed, before_until, now])? == 1)
}

/// Switches off a webhook that is on.
pub fn switch_off(
    tx: &mut Tx<'_>,
    id: WebhookId,
    reason: Reason,
    now: Instant,
) -> Result<bool, StoreError> {
    Ok(tx.run(&SWITCH_OFF, args![id, reason.word(), now])? == 1)
}

/// Switches off whatever is judged by the rights of this person.
pub(crate) fn forget(tx: &mut Tx<'_>, person: PersonId, now: Instant) -> Result<(), StoreError> {
    tx.later(&FORGET, args![person, now])
}

/// Removes a webhook with everything that was sent to it or waits.
pub fn drop(tx: &mut Tx<'_>, id: WebhookId) -> Result<(), StoreError> {
    crate::delivery::drop_of(tx, id)?;
    tx.later(&DROP, args![id])
}

/// Takes a webhook until that moment: nobody else serves it before. False where somebody was
/// faster. Whoever has it holds its fence, one higher than before.
pub fn lease(
    tx: &mut Tx<'_>,
    webhook: &Webhook,
    until: Instant,
    now: Instant,
) -> Result<bool, StoreError> {
    Ok(tx.run(&LEASE, args![webhook.id, webhook.fence, until, now])? == 1)
}

/// Keeps a webhook that was taken; false where it is somebody else's, rests, or is not on any more.
pub fn renew_lease(
    tx: &mut Tx<'_>,
    (id, fence): (WebhookId, u64),
    until: Instant,
    now: Instant,
) -> Result<bool, StoreError> {
    Ok(tx.run(&RENEW_LEASE, args![id, fence, until, now])? == 1)
}

/// Gives a webhook back.
pub fn release(tx: &mut Tx<'_>, (id, fence): (WebhookId, u64)) -> Result<(), StoreError> {
    tx.later(&RELEASE, args![id, fence])
}

/// Notes that its receiver took something.
pub fn succeed(tx: &mut Tx<'_>, (id, fence): (WebhookId, u64)) -> Result<(), StoreError> {
    tx.later(&SUCCEED, args![id, fence])
}

/// Notes that its receiver failed, and leaves it alone until that moment.
pub fn fail(
    tx: &mut Tx<'_>,
    (id, fence): (WebhookId, u64),
    rests_until: Instant,
    now: Instant,
) -> Result<(), StoreError> {
    tx.later(&FAIL, args![id, fence, rests_until, now])
}

/// Ends its rest.
pub fn wake(tx: &mut Tx<'_>, id: WebhookId) -> Result<(), StoreError> {
    tx.later(&WAKE, args![id])
}

fn read(row: &Row) -> Result<Webhook, StoreError> {
    let kinds: BTreeSet<String> = row.json(4)?;
    let ask = Ask { url: row.text(3)?, kinds };
    Ok(Webhook {
        id: row.parsed(0, |text| WebhookId::parse(text).ok())?,
        organisation: row.parsed(1, |text| OrganisationId::parse(text).ok())?,
        person: row.parsed(2, |text| PersonId::parse(text).ok())?,
        ask,
        state: row.parsed(5, State::parse)?,
        reason: Reason::parse(row.str(6)?),
        before_until: row.instant(7)?,
        since_at: row.instant(8)?,
        n_failures: row.count(9)?,
        failing_since: row.instant(10)?,
        rests_until: row.instant(11)?,
        fence: row.count(12)?,
        leased_until: row.instant(13)?,
        version: row.count(14)?,
        created_at: row.instant(15)?,
        changed_at: row.instant(16)?,
    })
}
