//! Wishes for time in tables, what became free, and who wants to hear of that.
//!
//! A wish whose time is held has rows in `booking_times` under its own name.

use crate::{Row, StoreError, Tx, args, statements};
use base::{BookingId, Instant, InstrumentId, OrganisationId, PersonId, Span, WishId};
use instruments::wait::{Notice, Offer, State, Wish};

statements! {
    ADD = "insert into booking_wishes (id, person, organisation, priority, starts_at, ends_at,
               minutes, is_at_once, state, told, offered_on, offer_starts_at, offer_ends_at,
               offered_until, joined_at, version)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)";
    NAME = "insert into booking_wish_instruments (wish, instrument) values ($1, $2)";
    CHANGE = "update booking_wishes set state = $3, told = $4, offered_on = $5, offer_starts_at = $6,
                  offer_ends_at = $7, offered_until = $8, version = $2 + 1
              where id = $1 and version = $2";
    FIND = "select id, person, organisation, priority, starts_at, ends_at, minutes, is_at_once,
                state, told, offered_on, offer_starts_at, offer_ends_at, offered_until, joined_at,
                version
            from booking_wishes where id = $1";
    OF_PERSON = "select id, person, organisation, priority, starts_at, ends_at, minutes, is_at_once,
                     state, told, offered_on, offer_starts_at, offer_ends_at, offered_until,
                     joined_at, version
                 from booking_wishes where person = $1 and ends_at > $2 order by id desc limit $3";
    N_LIVE = "select count(*) from booking_wishes
              where person = $1 and state in ('waiting', 'offered')";
    FOR_TIME = "select w.id, w.person, w.organisation, w.priority, w.starts_at, w.ends_at, w.minutes,
                    w.is_at_once, w.state, w.told, w.offered_on, w.offer_starts_at, w.offer_ends_at,
                    w.offered_until, w.joined_at, w.version
                from booking_wish_instruments n join booking_wishes w on w.id = n.wish
                where n.instrument = $1 and w.state = 'waiting' and w.starts_at < $3
                  and w.ends_at > $2
                order by w.priority, w.joined_at, w.id limit $4";
    ON = "select w.id, w.person, w.organisation, w.priority, w.starts_at, w.ends_at, w.minutes,
              w.is_at_once, w.state, w.told, w.offered_on, w.offer_starts_at, w.offer_ends_at,
              w.offered_until, w.joined_at, w.version
          from booking_wish_instruments n join booking_wishes w on w.id = n.wish
          where n.instrument = $1 and w.state in ('waiting', 'offered') and w.ends_at > $2
          order by w.priority, w.joined_at, w.id limit $3";
    HELD = "select offer_starts_at, offer_ends_at from booking_wishes
            where offered_on = $1 and state = 'offered' and offer_starts_at < $3
              and offer_ends_at > $2
            order by offer_starts_at limit 500";
    INSTRUMENTS = "select instrument from booking_wish_instruments where wish = $1
                   order by instrument";
    TO_EXPIRE = "select id from booking_wishes where state = 'offered' and offered_until <= $1
                 order by offered_until, id limit $2";
    OVER = "select id from booking_wishes where state = 'waiting' and ends_at <= $1
            union
            select w.id from first_rights r join booking_wishes w on w.id = r.wish
            where r.until_at <= $1 and w.state = 'waiting'
            order by 1 limit $2";
    AT_ONCE = "select id from booking_wishes
               where state = 'offered' and is_at_once = $1 and offered_until > $2
               order by offered_until, id limit $3";
    ADD_FREED = "insert into freed_times (id, instrument, starts_at, ends_at, is_told, freed_at)
                 values ($1, $2, $3, $4, $5, $6)";
    FREED = "select id, instrument, starts_at, ends_at, is_told from freed_times
             order by freed_at, id limit $1";
    FREED_ONE = "select id, instrument, starts_at, ends_at, is_told from freed_times where id = $1";
    DROP_FREED = "delete from freed_times where id = $1";
    WATCH = "insert into freed_watches (instrument, person, least_minutes, days_ahead, from_minute,
                 to_minute, made_at)
             values ($1, $2, $3, $4, $5, $6, $7)
             on conflict (instrument, person) do update set least_minutes = $3, days_ahead = $4,
                 from_minute = $5, to_minute = $6";
    UNWATCH = "delete from freed_watches where instrument = $1 and person = $2";
    WATCHERS = "select person, least_minutes, days_ahead, from_minute, to_minute from freed_watches
                where instrument = $1 order by person limit $2";
    WATCHED = "select instrument, least_minutes, days_ahead, from_minute, to_minute
               from freed_watches where person = $1 order by instrument limit $2";
    ADD_RIGHT = "insert into first_rights (wish, booking, until_at) values ($1, $2, $3)";
    RIGHT = "select booking, until_at from first_rights where wish = $1";
    FORGET_WISHES = "update booking_wishes set state = 'left', version = version + 1
                     where person = $1 and state = 'waiting'";
    FORGET_WATCHES = "delete from freed_watches where person = $1";
}

/// Time that became free.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Freed {
    pub id: String,
    pub instrument: InstrumentId,
    pub span: Span,
    /// Whether those who want to hear of freed time are told.
    pub is_told: bool,
}

/// Adds a wish.
pub fn add(tx: &mut Tx<'_>, it: &Wish) -> Result<(), StoreError> {
    let offer = OfferColumns::of(it);
    let row = [
        it.id.into(),
        it.person.into(),
        it.organisation.map(|id| id.to_string()).unwrap_or_default().into(),
        i64::from(it.priority).into(),
        it.within.start().into(),
        it.within.end().into(),
        i64::from(it.minutes).into(),
        it.is_at_once.into(),
        it.state.code().into(),
        crate::json(&it.told),
        offer.on.into(),
        offer.starts_at.into(),
        offer.ends_at.into(),
        offer.until.into(),
        it.joined.into(),
        it.version.into(),
    ];
    tx.later(&ADD, &row)?;
    for instrument in &it.instruments {
        tx.later(&NAME, args![it.id, *instrument])?;
    }
    Ok(())
}

struct OfferColumns {
    on: String,
    starts_at: i64,
    ends_at: i64,
    until: i64,
}

impl OfferColumns {
    fn of(it: &Wish) -> Self {
        match it.offer {
            None => Self { on: String::new(), starts_at: 0, ends_at: 0, until: 0 },
            Some(offer) => Self {
                on: offer.instrument.to_string(),
                starts_at: offer.span.start().micros(),
                ends_at: offer.span.end().micros(),
                until: offer.until.micros(),
            },
        }
    }
}

/// Writes the next version of a wish. False where it moved on meanwhile.
pub fn change(tx: &mut Tx<'_>, it: &Wish) -> Result<bool, StoreError> {
    let offer = OfferColumns::of(it);
    let row = [
        it.id.into(),
        (it.version - 1).into(),
        it.state.code().into(),
        crate::json(&it.told),
        offer.on.into(),
        offer.starts_at.into(),
        offer.ends_at.into(),
        offer.until.into(),
    ];
    Ok(tx.run(&CHANGE, &row)? == 1)
}

/// One wish.
pub fn find(tx: &mut Tx<'_>, id: WishId) -> Result<Option<Wish>, StoreError> {
    let Some(row) = tx.row(&FIND, args![id])? else { return Ok(None) };
    read(tx, &row).map(Some)
}

/// The wishes of a person whose time is not over, the newest first.
pub fn of_person(
    tx: &mut Tx<'_>,
    person: PersonId,
    since: Instant,
    limit: usize,
) -> Result<Vec<Wish>, StoreError> {
    let rows = tx.rows(&OF_PERSON, args![person, since, limit])?;
    rows.iter().map(|row| read(tx, row)).collect()
}

/// How many wishes of a person wait or have an offer.
pub fn n_live(tx: &mut Tx<'_>, person: PersonId) -> Result<usize, StoreError> {
    let row = tx.row(&N_LIVE, args![person])?;
    row.map_or(Ok(0), |row| Ok(usize::try_from(row.count(0)?).unwrap_or(usize::MAX)))
}

/// Who waits for time of an instrument that touches a span, in their order.
pub fn for_time(
    tx: &mut Tx<'_>,
    instrument: InstrumentId,
    span: Span,
    limit: usize,
) -> Result<Vec<Wish>, StoreError> {
    let rows = tx.rows(&FOR_TIME, args![instrument, span.start(), span.end(), limit])?;
    rows.iter().map(|row| read(tx, row)).collect()
}

/// Who waits for an instrument or has an offer, in their order.
pub fn on(
    tx: &mut Tx<'_>,
    instrument: InstrumentId,
    now: Instant,
    limit: usize,
) -> Result<Vec<Wish>, StoreError> {
    let rows = tx.rows(&ON, args![instrument, now, limit])?;
    rows.iter().map(|row| read(tx, row)).collect()
}

/// The time of an instrument that is held for somebody who was offered it.
pub fn held(
    tx: &mut Tx<'_>,
    instrument: InstrumentId,
    span: Span,
) -> Result<Vec<Span>, StoreError> {
    let rows = tx.rows(&HELD, args![instrument, span.start(), span.end()])?;
    rows.iter().map(|row| span_at(row, 0)).collect()
}

/// Offers that nobody answered in time.
pub fn to_expire(tx: &mut Tx<'_>, now: Instant, limit: usize) -> Result<Vec<WishId>, StoreError> {
    tx.rows(&TO_EXPIRE, args![now, limit])?.iter().map(wish_at).collect()
}

/// Wishes whose time is over.
pub fn over(tx: &mut Tx<'_>, now: Instant, limit: usize) -> Result<Vec<WishId>, StoreError> {
    tx.rows(&OVER, args![now, limit])?.iter().map(wish_at).collect()
}

/// Offers to people who want them booked at once.
pub fn at_once(tx: &mut Tx<'_>, now: Instant, limit: usize) -> Result<Vec<WishId>, StoreError> {
    tx.rows(&AT_ONCE, args![true, now, limit])?.iter().map(wish_at).collect()
}

/// Notes that time became free.
pub fn add_freed(tx: &mut Tx<'_>, it: &Freed, now: Instant) -> Result<(), StoreError> {
    let (from, until) = (it.span.start(), it.span.end());
    let row = args![it.id.as_str(), it.instrument, from, until, it.is_told, now];
    tx.later(&ADD_FREED, row)
}

/// What became free, the longest ago first.
pub fn freed(tx: &mut Tx<'_>, limit: usize) -> Result<Vec<Freed>, StoreError> {
    tx.rows(&FREED, args![limit])?.iter().map(read_freed).collect()
}

/// One of them, unless it was dealt with.
pub fn freed_one(tx: &mut Tx<'_>, id: &str) -> Result<Option<Freed>, StoreError> {
    tx.row(&FREED_ONE, args![id])?.as_ref().map(read_freed).transpose()
}

/// It was dealt with.
pub fn drop_freed(tx: &mut Tx<'_>, id: &str) -> Result<(), StoreError> {
    tx.later(&DROP_FREED, args![id])
}

/// Lets somebody hear of freed time on an instrument, or changes what is worth it.
pub fn watch(
    tx: &mut Tx<'_>,
    instrument: InstrumentId,
    person: PersonId,
    notice: Notice,
    now: Instant,
) -> Result<(), StoreError> {
    let Notice { least_minutes, days_ahead, hours: (from, to) } = notice;
    let (least, days) = (i64::from(least_minutes), i64::from(days_ahead));
    let row = args![instrument, person, least, days, i64::from(from), i64::from(to), now];
    tx.later(&WATCH, row)
}

/// Ends that. False where it was not so.
pub fn unwatch(
    tx: &mut Tx<'_>,
    instrument: InstrumentId,
    person: PersonId,
) -> Result<bool, StoreError> {
    Ok(tx.run(&UNWATCH, args![instrument, person])? == 1)
}

/// Who wants to hear of freed time on an instrument.
pub fn watchers(
    tx: &mut Tx<'_>,
    instrument: InstrumentId,
    limit: usize,
) -> Result<Vec<(PersonId, Notice)>, StoreError> {
    let rows = tx.rows(&WATCHERS, args![instrument, limit])?;
    let read =
        |row: &Row| Ok((row.parsed(0, |text| PersonId::parse(text).ok())?, notice_at(row, 1)?));
    rows.iter().map(read).collect()
}

/// The instruments of whose freed time a person wants to hear.
pub fn watched(
    tx: &mut Tx<'_>,
    person: PersonId,
    limit: usize,
) -> Result<Vec<(InstrumentId, Notice)>, StoreError> {
    let rows = tx.rows(&WATCHED, args![person, limit])?;
    rows.iter().map(|row| Ok((instrument_at(row, 0)?, notice_at(row, 1)?))).collect()
}

/// Gives a wish the first right of a displaced booking.
pub fn add_right(
    tx: &mut Tx<'_>,
    wish: WishId,
    booking: BookingId,
    until: Instant,
) -> Result<(), StoreError> {
    tx.later(&ADD_RIGHT, args![wish, booking, until])
}

/// The displaced booking of a wish with a first right, and until when that holds.
pub fn right(tx: &mut Tx<'_>, wish: WishId) -> Result<Option<(BookingId, Instant)>, StoreError> {
    let row = tx.row(&RIGHT, args![wish])?;
    let read = |row: Row| Ok((row.parsed(0, |text| BookingId::parse(text).ok())?, row.instant(1)?));
    row.map(read).transpose()
}

/// An erased person waits for nothing any more; what is held for them lapses by itself.
pub fn forget(tx: &mut Tx<'_>, person: PersonId) -> Result<(), StoreError> {
    tx.later(&FORGET_WISHES, args![person])?;
    tx.later(&FORGET_WATCHES, args![person])
}

fn read(tx: &mut Tx<'_>, row: &Row) -> Result<Wish, StoreError> {
    let id = wish_at(row)?;
    let organisation = row.text(2)?;
    let on = row.text(10)?;
    let offer = match on.is_empty() {
        true => None,
        false => Some(Offer {
            instrument: instrument_at(row, 10)?,
            span: span_at(row, 11)?,
            until: row.instant(13)?,
        }),
    };
    let named = tx.rows(&INSTRUMENTS, args![id])?;
    Ok(Wish {
        id,
        person: row.parsed(1, |text| PersonId::parse(text).ok())?,
        organisation: match organisation.is_empty() {
            true => None,
            false => Some(row.parsed(2, |text| OrganisationId::parse(text).ok())?),
        },
        priority: u16::try_from(row.count(3)?).unwrap_or(u16::MAX),
        joined: row.instant(14)?,
        instruments: named.iter().map(|row| instrument_at(row, 0)).collect::<Result<_, _>>()?,
        within: span_at(row, 4)?,
        minutes: small(row, 6)?,
        is_at_once: row.bool(7)?,
        state: row.parsed(8, State::parse)?,
        told: row.json(9)?,
        offer,
        version: row.count(15)?,
    })
}

fn read_freed(row: &Row) -> Result<Freed, StoreError> {
    Ok(Freed {
        id: row.text(0)?,
        instrument: instrument_at(row, 1)?,
        span: span_at(row, 2)?,
        is_told: row.bool(4)?,
    })
}

fn notice_at(row: &Row, at: usize) -> Result<Notice, StoreError> {
    let hours = (minute(row, at + 2)?, minute(row, at + 3)?);
    Ok(Notice { least_minutes: small(row, at)?, days_ahead: small(row, at + 1)?, hours })
}

fn small(row: &Row, at: usize) -> Result<u32, StoreError> {
    Ok(u32::try_from(row.count(at)?).unwrap_or(u32::MAX))
}

fn minute(row: &Row, at: usize) -> Result<u16, StoreError> {
    Ok(u16::try_from(row.count(at)?).unwrap_or(u16::MAX))
}

fn wish_at(row: &Row) -> Result<WishId, StoreError> {
    row.parsed(0, |text| WishId::parse(text).ok())
}

fn instrument_at(row: &Row, at: usize) -> Result<InstrumentId, StoreError> {
    row.parsed(at, |text| InstrumentId::parse(text).ok())
}

fn span_at(row: &Row, at: usize) -> Result<Span, StoreError> {
    Span::new(row.instant(at)?, row.instant(at + 1)?)
        .ok_or_else(|| StoreError::Damaged("a span that runs backwards".to_owned()))
}
