//! Deliveries to webhooks: one event for one webhook once, every attempt with what came back.

use crate::{Row, StoreError, Tx, args, statements};
use base::{DeliveryId, Instant, Label, OrganisationId, WebhookId};
use trading::webhook::DeliveryState as State;

statements! {
    ADD = "insert into webhook_deliveries (id, webhook, event, seq, kind, thing, thing_gate,
               thing_state, state, attempts, next_at, ends_at, status, said, created_at, changed_at)
           select $1, id, $3, $4, $5, $6, $7, $8, 'waiting', 0, $9, $10, 0, '', $9, $9
           from webhooks where id = $2
           on conflict (webhook, event) do nothing";
    FIND = "select d.id, d.webhook, d.event, d.seq, d.kind, d.thing, d.thing_gate, d.thing_state,
                d.state, d.attempts, d.next_at, d.ends_at, d.status, d.said, d.created_at,
                d.changed_at, t.owner, t.state, t.gate
            from webhook_deliveries d left join technologies t on t.id = d.thing
            where d.id = $1";
    NEWEST = "select d.id, d.webhook, d.event, d.seq, d.kind, d.thing, d.thing_gate, d.thing_state,
                  d.state, d.attempts, d.next_at, d.ends_at, d.status, d.said, d.created_at,
                  d.changed_at, t.owner, t.state, t.gate
              from webhook_deliveries d left join technologies t on t.id = d.thing
              where d.webhook = $1 and d.id < $2 order by d.id desc limit $3";
    NEXT = "select d.id, d.webhook, d.event, d.seq, d.kind, d.thing, d.thing_gate, d.thing_state,
                d.state, d.attempts, d.next_at, d.ends_at, d.status, d.said, d.created_at,
                d.changed_at, t.owner, t.state, t.gate
            from webhook_deliveries d left join technologies t on t.id = d.thing
            where d.webhook = $1 and d.state = 'waiting' and d.next_at <= $2
            order by d.seq, d.id limit 1";
    CLAIM = "update webhook_deliveries set attempts = attempts + 1, next_at = $3, changed_at = $4
             where id = $1 and attempts = $2 and state = 'waiting'";
    END = "update webhook_deliveries set state = $3, status = $4, said = $5, changed_at = $6
           where id = $1 and attempts = $2 and state = 'waiting'";
    POSTPONE = "update webhook_deliveries set next_at = $3, status = $4, said = $5, changed_at = $6
                where id = $1 and attempts = $2 and state = 'waiting'";
    ADD_ATTEMPT = "insert into webhook_attempts (delivery, n, at, took_ms, status, said)
                   select id, $2, $3, $4, $5, $6 from webhook_deliveries where id = $1
                   on conflict (delivery, n) do nothing";
    ATTEMPTS = "select n, at, took_ms, status, said from webhook_attempts
                where delivery = $1 order by n desc limit $2";
    AGAIN = "update webhook_deliveries set state = 'waiting', next_at = $2, ends_at = $3,
                 changed_at = $2
             where id = $1";
    DROP_ATTEMPTS = "delete from webhook_attempts where delivery = $1";
    DROP = "delete from webhook_deliveries where id = $1";
    DROP_ATTEMPTS_OF = "delete from webhook_attempts where delivery in
                            (select id from webhook_deliveries where webhook = $1)";
    DROP_OF = "delete from webhook_deliveries where webhook = $1";
    N_WAITING_OF = "select count(*) from
                        (select 1 from webhook_deliveries
                         where webhook = $1 and state = 'waiting' limit $2) as waiting";
    LAPSE = "update webhook_deliveries set state = 'given-up', changed_at = $1
             where state = 'waiting' and ends_at <= $1";
    SWEEP_ATTEMPTS = "delete from webhook_attempts where delivery in
                          (select id from webhook_deliveries
                           where state <> 'waiting' and changed_at < $1)";
    SWEEP = "delete from webhook_deliveries where state <> 'waiting' and changed_at < $1";
    TOTALS = "select (select count(*) from webhook_deliveries where state = 'waiting'),
                  (select coalesce(min(created_at), 0) from webhook_deliveries
                   where state = 'waiting'),
                  (select count(*) from webhook_deliveries where state = 'given-up'),
                  (select count(*) from webhooks where state = 'off')";
}

/// What a delivery is about, as it stands now.
pub type Standing = (OrganisationId, &'static str, Label);

/// One event for one webhook.
#[derive(Clone, Debug)]
pub struct Delivery {
    pub id: DeliveryId,
    pub webhook: WebhookId,
    /// The event's id, or `test:<act>`.
    pub event: String,
    /// The event's place in the log; 0 for what is only a test.
    pub seq: u64,
    pub kind: String,
    /// The technology it is about; empty for a test.
    pub thing: String,
    /// The label of the thing with the event; unreadable ones are nobody's.
    pub thing_gate: String,
    pub thing_state: String,
    pub state: State,
    pub attempts: u64,
    pub next_at: Instant,
    /// After this moment it is given up.
    pub ends_at: Instant,
    /// What was answered last; 0 where nothing was.
    pub status: u64,
    /// The beginning of the answer, or why there was none.
    pub said: String,
    pub created_at: Instant,
    pub changed_at: Instant,
    /// The thing as it is now; only where it is there, and was read.
    pub now: Option<Standing>,
}

/// One attempt.
#[derive(Clone, Debug)]
pub struct Attempt {
    pub n: u64,
    pub at: Instant,
    pub took_ms: u64,
    pub status: u64,
    pub said: String,
}

/// Queues a delivery; false where this event was queued for this webhook before.
pub fn add(tx: &mut Tx<'_>, delivery: &Delivery) -> Result<bool, StoreError> {
    let row = [
        delivery.id.into(),
        delivery.webhook.into(),
        (&delivery.event).into(),
        delivery.seq.into(),
        (&delivery.kind).into(),
        (&delivery.thing).into(),
        (&delivery.thing_gate).into(),
        (&delivery.thing_state).into(),
        delivery.created_at.into(),
        delivery.ends_at.into(),
    ];
    Ok(tx.run(&ADD, &row)? == 1)
}

/// One delivery.
pub fn find(tx: &mut Tx<'_>, id: DeliveryId) -> Result<Option<Delivery>, StoreError> {
    tx.row(&FIND, args![id])?.as_ref().map(read).transpose()
}

/// Deliveries of a webhook before an id, newest first.
pub fn list(
    tx: &mut Tx<'_>,
    webhook: WebhookId,
    before: Option<DeliveryId>,
    limit: usize,
) -> Result<Vec<Delivery>, StoreError> {
    let before = before.map_or_else(|| "x".to_owned(), |id| id.to_string());
    tx.rows(&NEWEST, args![webhook, before, limit])?.iter().map(read).collect()
}

/// What is due first for a webhook, in the order of the log.
pub fn next(
    tx: &mut Tx<'_>,
    webhook: WebhookId,
    now: Instant,
) -> Result<Option<Delivery>, StoreError> {
    tx.row(&NEXT, args![webhook, now])?.as_ref().map(read).transpose()
}

/// Takes a delivery for one attempt, until `next_at`. False where somebody was faster.
pub fn claim(
    tx: &mut Tx<'_>,
    delivery: &Delivery,
    next_at: Instant,
    now: Instant,
) -> Result<bool, StoreError> {
    Ok(tx.run(&CLAIM, args![delivery.id, delivery.attempts, next_at, now])? == 1)
}

/// Writes down an attempt.
pub fn add_attempt(tx: &mut Tx<'_>, id: DeliveryId, attempt: &Attempt) -> Result<(), StoreError> {
    let Attempt { n, at, took_ms, status, said } = attempt;
    tx.later(&ADD_ATTEMPT, args![id, *n, *at, *took_ms, *status, said])
}

/// The last attempts of a delivery, newest first.
pub fn attempts(tx: &mut Tx<'_>, id: DeliveryId, limit: usize) -> Result<Vec<Attempt>, StoreError> {
    let attempt = |row: &Row| {
        Ok(Attempt {
            n: row.count(0)?,
            at: row.instant(1)?,
            took_ms: row.count(2)?,
            status: row.count(3)?,
            said: row.text(4)?,
        })
    };
    tx.rows(&ATTEMPTS, args![id, limit])?.iter().map(attempt).collect()
}

/// Ends a delivery that was taken with this attempt; false where another has begun since.
pub fn end(
    tx: &mut Tx<'_>,
    id: DeliveryId,
    attempt: &Attempt,
    state: State,
    now: Instant,
) -> Result<bool, StoreError> {
    let (n, status, said) = (attempt.n, attempt.status, &attempt.said);
    Ok(tx.run(&END, args![id, n, state.word(), status, said, now])? == 1)
}

/// Leaves a delivery that was taken with this attempt for later.
pub fn postpone(
    tx: &mut Tx<'_>,
    id: DeliveryId,
    attempt: &Attempt,
    next_at: Instant,
    now: Instant,
) -> Result<(), StoreError> {
    let (n, status, said) = (attempt.n, attempt.status, &attempt.said);
    tx.later(&POSTPONE, args![id, n, next_at, status, said, now])
}

/// Has a delivery made again now, and for a while, whatever became of it.
pub fn again(
    tx: &mut Tx<'_>,
    id: DeliveryId,
    now: Instant,
    ends_at: Instant,
) -> Result<(), StoreError> {
    tx.later(&AGAIN, args![id, now, ends_at])
}

/// Takes away a delivery that is not to be made.
pub fn drop(tx: &mut Tx<'_>, id: DeliveryId) -> Result<(), StoreError> {
    tx.later(&DROP_ATTEMPTS, args![id])?;
    tx.later(&DROP, args![id])
}

pub(crate) fn drop_of(tx: &mut Tx<'_>, webhook: WebhookId) -> Result<(), StoreError> {
    tx.later(&DROP_ATTEMPTS_OF, args![webhook])?;
    tx.later(&DROP_OF, args![webhook])
}

/// How many deliveries wait for a webhook, counted up to a bound.
pub fn n_waiting_of(tx: &mut Tx<'_>, webhook: WebhookId, most: usize) -> Result<u64, StoreError> {
    tx.row(&N_WAITING_OF, args![webhook, most])?.map_or(Ok(0), |row| row.count(0))
}

/// Gives up what has waited for too long.
pub fn lapse(tx: &mut Tx<'_>, now: Instant) -> Result<u64, StoreError> {
    tx.run(&LAPSE, args![now])
}

/// Forgets deliveries that ended before a moment.
pub fn sweep(tx: &mut Tx<'_>, before: Instant) -> Result<u64, StoreError> {
    tx.later(&SWEEP_ATTEMPTS, args![before])?;
    tx.run(&SWEEP, args![before])
}

/// Webhooks, as far as those who look after the machines see them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Deliveries that wait, whatever for.
    pub n_waiting: u64,
    pub oldest: Option<Instant>,
    /// Deliveries that were given up in the last weeks.
    pub n_given_up: u64,
    /// Webhooks that the program switched off.
    pub n_off: u64,
}

/// How deliveries and webhooks stand all in all.
pub fn totals(tx: &mut Tx<'_>) -> Result<Totals, StoreError> {
    let Some(row) = tx.row(&TOTALS, &[])? else { return Ok(Totals::default()) };
    let n_waiting = row.count(0)?;
    let oldest = (n_waiting > 0).then(|| row.instant(1)).transpose()?;
    Ok(Totals { n_waiting, oldest, n_given_up: row.count(2)?, n_off: row.count(3)? })
}

fn read(row: &Row) -> Result<Delivery, StoreError> {
    let now = match row.text_or_none(16)? {
        None => None,
        Some(_) => Some((
            row.parsed(16, |text| OrganisationId::parse(text).ok())?,
            row.parsed(17, crate::technology::state_word)?,
            row.parsed(18, Label::from_gate)?,
        )),
    };
    Ok(Delivery {
        id: row.parsed(0, |text| DeliveryId::parse(text).ok())?,
        webhook: row.parsed(1, |text| WebhookId::parse(text).ok())?,
        event: row.text(2)?,
        seq: row.count(3)?,
        kind: row.text(4)?,
        thing: row.text(5)?,
        thing_gate: row.text(6)?,
        thing_state: row.text(7)?,
        state: row.parsed(8, State::parse)?,
        attempts: row.count(9)?,
        next_at: row.instant(10)?,
        ends_at: row.instant(11)?,
        status: row.count(12)?,
        said: row.text(13)?,
        created_at: row.instant(14)?,
        changed_at: row.instant(15)?,
        now,
    })
}
