//! Who wants bulletins: people, and addresses that were confirmed.

use crate::{Row, StoreError, Tx, args, statements};
use base::{Instant, Lang, PersonId, SubscriptionId};

statements! {
    ADD = "insert into bulletin_subscribers
               (id, recipient, lang, state, digest, created_at, changed_at)
           values ($1, $2, $3, $4, $5, $6, $6)
           on conflict (recipient) do update set digest = $5, lang = $3, changed_at = $6
               where bulletin_subscribers.state = 'waiting'";
    FIND = "select id, recipient, lang, state from bulletin_subscribers where id = $1";
    OF_RECIPIENT = "select id, recipient, lang, state from bulletin_subscribers
                    where recipient = $1";
    BY_DIGEST = "select id, recipient, lang, state from bulletin_subscribers where digest = $1";
    CONFIRM = "update bulletin_subscribers set state = 'confirmed', changed_at = $2
               where id = $1 and state = 'waiting'";
    DROP = "delete from bulletin_subscribers where id = $1";
    DROP_OF = "delete from bulletin_subscribers where recipient = $1
                   or recipient in (select email from people where id = $1)";
    SWEEP = "delete from bulletin_subscribers where state = 'waiting' and changed_at < $1";
    CONFIRMED = "select s.id, coalesce(p.id, s.recipient), s.lang
                 from bulletin_subscribers s left join people p on p.email = s.recipient
                 where s.state = 'confirmed' order by s.id limit $1";
    COUNT = "select count(*) from bulletin_subscribers where state = 'confirmed'";
}

/// Somebody who wants bulletins, or has yet to confirm it.
#[derive(Clone, Debug)]
pub struct Subscriber {
    pub id: SubscriptionId,
    /// A person's id, or an address.
    pub recipient: String,
    pub lang: Lang,
    pub is_confirmed: bool,
}

/// Adds somebody under the digest of a secret; one who waits already gets the new secret, and one
/// who has confirmed stays as they are.
pub fn add(
    tx: &mut Tx<'_>,
    subscriber: &Subscriber,
    digest: &str,
    now: Instant,
) -> Result<(), StoreError> {
    let state = if subscriber.is_confirmed { "confirmed" } else { "waiting" };
    let row = [
        subscriber.id.into(),
        (&subscriber.recipient).into(),
        subscriber.lang.tag().into(),
        state.into(),
        digest.into(),
        now.into(),
    ];
    tx.later(&ADD, &row)
}

/// One subscription.
pub fn find(tx: &mut Tx<'_>, id: SubscriptionId) -> Result<Option<Subscriber>, StoreError> {
    tx.row(&FIND, args![id])?.as_ref().map(read).transpose()
}

/// The subscription of a person or an address.
pub fn of(tx: &mut Tx<'_>, recipient: &str) -> Result<Option<Subscriber>, StoreError> {
    tx.row(&OF_RECIPIENT, args![recipient])?.as_ref().map(read).transpose()
}

/// The subscription to whose address this secret went.
pub fn by_digest(tx: &mut Tx<'_>, digest: &str) -> Result<Option<Subscriber>, StoreError> {
    tx.row(&BY_DIGEST, args![digest])?.as_ref().map(read).transpose()
}

/// Confirms a subscription; false where it was confirmed before.
pub fn confirm(tx: &mut Tx<'_>, id: SubscriptionId, now: Instant) -> Result<bool, StoreError> {
    Ok(tx.run(&CONFIRM, args![id, now])? == 1)
}

/// Ends a subscription and forgets the address.
pub fn remove(tx: &mut Tx<'_>, id: SubscriptionId) -> Result<bool, StoreError> {
    Ok(tx.run(&DROP, args![id])? == 1)
}

/// Ends the subscriptions of a person and of that person's address.
pub(crate) fn drop_of(tx: &mut Tx<'_>, person: PersonId) -> Result<(), StoreError> {
    tx.later(&DROP_OF, args![person])
}

/// Forgets addresses that were not confirmed since a moment.
pub fn sweep(tx: &mut Tx<'_>, before: Instant) -> Result<u64, StoreError> {
    tx.run(&SWEEP, args![before])
}

/// Everybody who confirmed: subscription, person or address, language. An address that belongs to a
/// person here stands for that person.
pub fn confirmed(
    tx: &mut Tx<'_>,
    limit: usize,
) -> Result<Vec<(SubscriptionId, String, Lang)>, StoreError> {
    let read = |row: &Row| {
        let id = row.parsed(0, |text| SubscriptionId::parse(text).ok())?;
        Ok((id, row.text(1)?, row.lang(2)?))
    };
    tx.rows(&CONFIRMED, args![limit])?.iter().map(read).collect()
}

/// How many confirmed.
pub fn count(tx: &mut Tx<'_>) -> Result<u64, StoreError> {
    tx.row(&COUNT, &[])?.map_or(Ok(0), |row| row.count(0))
}

fn read(row: &Row) -> Result<Subscriber, StoreError> {
    Ok(Subscriber {
        id: row.parsed(0, |text| SubscriptionId::parse(text).ok())?,
        recipient: row.text(1)?,
        lang: row.lang(2)?,
        is_confirmed: row.text(3)? == "confirmed",
    })
}
