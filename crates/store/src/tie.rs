//! What ties bookings to uses and charges: how each ended, which are still to be settled.

use crate::contract::{id_or_none, or_empty};
use crate::filter::Composer;
use crate::{Composed, Row, StoreError, Tx, args, statements};
use base::{
    BookingId, ChargeId, Instant, InstrumentId, OrganisationId, PersonId, Span, UseId, VoucherId,
};
use instruments::booking::{Conduct, Kept};
use instruments::feedback;
use std::collections::BTreeMap;

statements! {
    COMING = "select id from bookings
              where person = $1 and instrument = $2 and state in ('confirmed', 'in_use')
                and ends_at > $3 and starts_at < $4
              order by starts_at, id limit 10";
    END = "select e.booking, e.instrument, e.starts_at, e.ends_at, e.kept, e.fee, e.resold_minutes,
               e.settled_at
           from booking_ends e where e.booking = $1";
    SET_END = "insert into booking_ends (booking, instrument, starts_at, ends_at, kept, fee,
                   resold_minutes, settled_at)
               values ($1, $2, $3, $4, $5, $6, $7, $8)
               on conflict (booking) do update
               set kept = $5, fee = $6, resold_minutes = $7, settled_at = $8";
    LOST = "select b.id, b.instrument from bookings b
            where b.state in ('missed', 'cancelled_late') and b.changed_at > $1
              and not exists (select 1 from booking_ends e where e.booking = b.id)
            order by b.changed_at, b.id limit $2";
    RESOLD = "select e.booking, e.instrument from booking_ends e
              where e.fee <> '' and e.ends_at > $1
                and exists (select 1 from bookings b
                            where b.instrument = e.instrument and b.id <> e.booking
                              and b.starts_at < e.ends_at and b.ends_at > e.starts_at
                              and b.changed_at > e.settled_at - 60000000
                              and b.state in ('confirmed', 'in_use', 'finished', 'missed'))
              order by e.ends_at, e.booking limit $2";
    HELD = "select b.id, b.instrument from voucher_redemptions r join bookings b on b.id = r.subject
            where r.stage = 'held'
              and b.state in ('cancelled', 'cancelled_late', 'displaced', 'missed', 'declined',
                  'withdrawn', 'lapsed')
            order by b.id limit $1";
    NAME_VOUCHER = "insert into booking_vouchers (booking, voucher) values ($1, $2)";
    VOUCHER = "select voucher from booking_vouchers where booking = $1";
    UNNAME_VOUCHER = "delete from booking_vouchers where booking = $1";
    HALTED = "select u.id, o.starts_at from uses u join outages o on o.instrument = u.instrument
              where u.stopped_at is null and o.reach = 'whole' and o.starts_at <= $1
                and o.ends_at > $1 and o.starts_at > u.started_at
              order by u.id limit $2";
}

/// How a booking ended, and what it cost without a use.
///
/// Who books in the minute before it was settled may have begun before that: they are looked at again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct End {
    pub booking: BookingId,
    pub instrument: InstrumentId,
    pub span: Span,
    /// How its use kept to it; nothing where nobody came.
    pub kept: Option<Kept>,
    /// The line that charges it without a use.
    pub fee: Option<ChargeId>,
    pub resold_minutes: u64,
    pub settled_at: Instant,
}

/// Live bookings of a person on an instrument that are not over, and begin before a moment, in order.
pub fn coming(
    tx: &mut Tx<'_>,
    (person, instrument): (PersonId, InstrumentId),
    (now, until): (Instant, Instant),
) -> Result<Vec<instruments::booking::Booking>, StoreError> {
    let rows = tx.rows(&COMING, args![person, instrument, now, until])?;
    let mut found = Vec::with_capacity(rows.len());
    for row in &rows {
        let id = row.parsed(0, |text| BookingId::parse(text).ok())?;
        found.extend(crate::booking::find(tx, id)?);
    }
    Ok(found)
}

/// How a booking ended, where it did.
pub fn end(tx: &mut Tx<'_>, id: BookingId) -> Result<Option<End>, StoreError> {
    tx.row(&END, args![id])?.as_ref().map(read).transpose()
}

/// When the uses of a booking began, and ended where none runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Used {
    pub first: Instant,
    pub last: Option<Instant>,
    /// The use of which its user is asked and has said nothing yet.
    pub asked: Option<UseId>,
}

/// When bookings were used.
pub type UsedBy = BTreeMap<BookingId, Used>;
/// How bookings ended.
pub type Ends = BTreeMap<BookingId, End>;

/// When bookings were used, and how they ended.
pub fn used_and_ended(tx: &mut Tx<'_>, ids: &[BookingId]) -> Result<(UsedBy, Ends), StoreError> {
    if ids.is_empty() {
        return Ok((BTreeMap::new(), BTreeMap::new()));
    }
    let mut composer = Composer::default();
    let chosen = composer.any_of("u.booking", ids);
    let sql = format!(
        "select u.booking, u.started_at, u.stopped_at, f.use_id from uses u \
         left join use_feedback f on f.use_id = u.id and f.answered_at = 0 \
         where {chosen} order by u.booking, u.started_at"
    );
    let mut used: BTreeMap<BookingId, Used> = BTreeMap::new();
    for row in tx.composed(&Composed { sql, args: composer.args })? {
        let id = row.parsed(0, |text| BookingId::parse(text).ok())?;
        let (first, last) = (row.instant(1)?, row.instant_or_none(2)?);
        let asked = match row.text_or_none(3)? {
            Some(text) => UseId::parse(&text).ok(),
            None => None,
        };
        let all = used.entry(id).or_insert(Used { first, last, asked });
        all.asked = all.asked.or(asked);
        all.last = all.last.zip(last).map(|(one, other)| one.max(other));
    }
    let mut composer = Composer::default();
    let chosen = composer.any_of("e.booking", ids);
    let sql = format!(
        "select e.booking, e.instrument, e.starts_at, e.ends_at, e.kept, e.fee, e.resold_minutes, \
         e.settled_at from booking_ends e where {chosen}"
    );
    let rows = tx.composed(&Composed { sql, args: composer.args })?;
    let ends = rows.iter().map(read).collect::<Result<Vec<_>, StoreError>>()?;
    Ok((used, ends.into_iter().map(|end| (end.booking, end)).collect()))
}

/// The booked times of bookings.
pub fn spans(tx: &mut Tx<'_>, ids: &[BookingId]) -> Result<BTreeMap<BookingId, Span>, StoreError> {
    if ids.is_empty() {
        return Ok(BTreeMap::new());
    }
    let mut composer = Composer::default();
    let chosen = composer.any_of("b.id", ids);
    let sql = format!("select b.id, b.starts_at, b.ends_at from bookings b where {chosen}");
    let mut found = BTreeMap::new();
    for row in tx.composed(&Composed { sql, args: composer.args })? {
        let id = row.parsed(0, |text| BookingId::parse(text).ok())?;
        if let Some(span) = Span::new(row.instant(1)?, row.instant(2)?) {
            found.insert(id, span);
        }
    }
    Ok(found)
}

/// Writes how a booking ended.
pub fn set_end(tx: &mut Tx<'_>, it: &End) -> Result<(), StoreError> {
    let row = args![
        it.booking,
        it.instrument,
        it.span.start(),
        it.span.end(),
        it.kept.map_or("", Kept::code),
        or_empty(it.fee),
        it.resold_minutes,
        it.settled_at
    ];
    tx.later(&SET_END, row)
}

/// Bookings that were lost after a moment and are not settled, bookings whose lost time somebody
/// booked since, and bookings that still hold a voucher although nothing will come of them.
pub fn to_settle(
    tx: &mut Tx<'_>,
    (since, now): (Instant, Instant),
    limit: usize,
) -> Result<Vec<(BookingId, InstrumentId)>, StoreError> {
    let mut rows = tx.rows(&LOST, args![since, limit])?;
    rows.extend(tx.rows(&RESOLD, args![now.plus_seconds(-86_400), limit])?);
    rows.extend(tx.rows(&HELD, args![limit])?);
    let both = |row: &Row| {
        let id = row.parsed(0, |text| BookingId::parse(text).ok())?;
        Ok((id, row.parsed(1, |text| InstrumentId::parse(text).ok())?))
    };
    let mut found = rows.iter().map(both).collect::<Result<Vec<_>, StoreError>>()?;
    found.sort_unstable();
    found.dedup();
    Ok(found)
}

/// What people did at an owner's instruments since a moment: one of them, or everybody of whom there is
/// anything.
pub fn conduct(
    tx: &mut Tx<'_>,
    (owner, person): (OrganisationId, Option<PersonId>),
    (since, now): (Instant, Instant),
) -> Result<BTreeMap<PersonId, Conduct>, StoreError> {
    let (before, day) = (feedback::due_before(now), feedback::DUE_HOURS * 3_600_000_000);
    let mut composer = Composer::default();
    let mut of = |column: &str| match person {
        Some(person) => composer.any_of(column, [person]),
        None => "1 = 1".to_owned(),
    };
    let (booked, asked, trusted) = (of("b.person"), of("f.person"), of("q.person"));
    let (owner, since) = (composer.bind(owner), composer.bind(since));
    let (before, day) = (composer.bind(before), composer.bind(day));
    let sql = format!(
        "select b.person, b.state, coalesce(e.kept, ''), count(*) \
         from bookings b join instruments i on i.id = b.instrument \
             left join booking_ends e on e.booking = b.id \
         where {booked} and i.owner = {owner} and b.ends_at > {since} \
             and b.state in ('missed', 'cancelled_late', 'finished') \
         group by b.person, b.state, coalesce(e.kept, '') \
         union all \
         select f.person, 'unanswered', '', count(*) from use_feedback f \
         where {asked} and f.unit = {owner} and f.asked_at > {since} and f.asked_at <= {before} \
             and (f.answered_at = 0 or f.answered_at > f.asked_at + {day}) \
         group by f.person \
         union all \
         select q.person, 'qualified', '', count(*) \
         from qualifications q join instruments i on i.id = q.instrument \
         where {trusted} and i.owner = {owner} and q.granted_at > {since} \
             and q.withdrawn_at is null \
         group by q.person"
    );
    let mut all: BTreeMap<PersonId, Conduct> = BTreeMap::new();
    for row in tx.composed(&Composed { sql, args: composer.args })? {
        let found = all.entry(row.parsed(0, |text| PersonId::parse(text).ok())?).or_default();
        let n = row.count(3)?;
        match row.text(1)?.as_str() {
            "missed" => found.missed += n,
            "cancelled_late" => found.given_up_late += n,
            "unanswered" => found.unanswered += n,
            "qualified" => found.qualified += n,
            _ => {}
        }
        let kept = row.text(2)?;
        found.kept += if kept == Kept::Normal.code() { n } else { 0 };
        found.late += if kept.starts_with("late") { n } else { 0 };
        found.left_early += if kept.ends_with("left_early") { n } else { 0 };
        found.overtime += if kept.ends_with("overtime") { n } else { 0 };
    }
    Ok(all)
}

/// Notes the voucher that shall pay a part of a booking.
pub fn name_voucher(tx: &mut Tx<'_>, id: BookingId, voucher: VoucherId) -> Result<(), StoreError> {
    tx.later(&NAME_VOUCHER, args![id, voucher])
}

/// The voucher that was named for a booking.
pub fn voucher(tx: &mut Tx<'_>, id: BookingId) -> Result<Option<VoucherId>, StoreError> {
    let read = |row: &Row| row.parsed(0, |text| VoucherId::parse(text).ok());
    tx.row(&VOUCHER, args![id])?.as_ref().map(read).transpose()
}

/// No voucher is named for a booking any more.
pub fn unname_voucher(tx: &mut Tx<'_>, id: BookingId) -> Result<(), StoreError> {
    tx.later(&UNNAME_VOUCHER, args![id])
}

/// Uses that run although their instrument stands still, and since when it does.
pub fn halted(
    tx: &mut Tx<'_>,
    now: Instant,
    limit: usize,
) -> Result<Vec<(base::UseId, Instant)>, StoreError> {
    let rows = tx.rows(&HALTED, args![now, limit])?;
    let both =
        |row: &Row| Ok((row.parsed(0, |text| base::UseId::parse(text).ok())?, row.instant(1)?));
    rows.iter().map(both).collect()
}

fn read(row: &Row) -> Result<End, StoreError> {
    let kept = row.text(4)?;
    Ok(End {
        booking: row.parsed(0, |text| BookingId::parse(text).ok())?,
        instrument: row.parsed(1, |text| InstrumentId::parse(text).ok())?,
        span: Span::new(row.instant(2)?, row.instant(3)?).ok_or_else(|| {
            StoreError::Damaged("a booking that ends before it begins".to_owned())
        })?,
        kept: if kept.is_empty() { None } else { Some(row.parsed(4, Kept::parse)?) },
        fee: id_or_none(row, 5, |text| ChargeId::parse(text).ok())?,
        resold_minutes: row.count(6)?,
        settled_at: row.instant(7)?,
    })
}
