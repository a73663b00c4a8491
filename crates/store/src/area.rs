//! Rooms in tables: who is expected in them, who may enter always, who is there.

use crate::filter::Composer;
use crate::{Composed, Row, StoreError, Tx, args, statements};
use base::{
    AreaBookingId, AreaId, Bilingual, BookingId, Instant, InstrumentId, OrganisationId, PersonId,
    Span,
};
use instruments::area::{Area, Booking, Expected, Sheet};
use std::collections::{BTreeMap, BTreeSet};

statements! {
    ADD = "insert into areas (id, owner, name_en, name_zh, capacity, parent, hours, counts_staff,
               needs_booking, least_present, zone, version, changed_by, changed_at)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 1, $12, $13)";
    CHANGE = "update areas set name_en = $3, name_zh = $4, capacity = $5, parent = $6, hours = $7,
                  counts_staff = $8, needs_booking = $9, least_present = $10, zone = $11,
                  version = version + 1, changed_by = $12, changed_at = $13
              where id = $1 and version = $2";
    OWNER = "select owner from areas where id = $1";
    OF_OWNER = "select id, owner, name_en, name_zh, capacity, parent, hours, counts_staff,
                    needs_booking, least_present, version, zone
                from areas where owner = $1 order by id";
    PUT = "update instruments set area = $2 where id = $1";
    OPERATES = "select 1 from instrument_operators o join instruments i on i.id = o.instrument
                where i.area = $1 and i.area <> '' and o.person = $2";
    STANDING = "select id from instruments where area = $1 and area <> '' order by id limit $2";
    LET_IN = "insert into area_entrants (area, person, reason, granted_by, granted_at)
              values ($1, $2, $3, $4, $5)
              on conflict (area, person) do update
              set reason = $3, granted_by = $4, granted_at = $5";
    SHUT_OUT = "delete from area_entrants where area = $1 and person = $2";
    ENTERED = "select area from area_entrants where person = $1";
    ENTRANTS = "select person, area, reason, granted_at from area_entrants where area = $1
                order by granted_at, person limit $2";
    ENTRIES = "select person, area, reason, granted_at from area_entrants where person = $1
               order by granted_at, area limit $2";
    BOOK = "insert into area_bookings (id, area, person, state, starts_at, ends_at, version, made_at,
                changed_at)
            values ($1, $2, $3, 'confirmed', $4, $5, 1, $6, $6)";
    GIVE_UP = "update area_bookings set state = 'cancelled', version = version + 1, changed_at = $3
               where id = $1 and version = $2 and state = 'confirmed'";
    BOOKING = "select id, area, person, state, starts_at, ends_at, version from area_bookings
               where id = $1";
    BOOKED = "select id, area, person, state, starts_at, ends_at, version from area_bookings
              where person = $1 and ends_at > $2 and starts_at < $3
              order by starts_at, id limit $4";
    RESTING = "select b.starts_at, b.ends_at, i.area from bookings b
               join instruments i on i.id = b.instrument
               where b.person = $1 and b.ends_at > $2 and b.starts_at < $3 and i.area <> ''
                 and b.state in ('pending', 'confirmed', 'in_use')
               order by b.starts_at, b.id";
    ENTER = "insert into area_presences (area, person, entered_at) values ($1, $2, $3)
             on conflict (area, person, entered_at) do update set left_at = null";
    LEAVE = "update area_presences set left_at = $3
             where area = $1 and person = $2 and left_at is null";
    VISITS = "select area, entered_at, left_at from area_presences where person = $1
              order by entered_at desc limit $2";
    GIVE = "update areas set owner = $2 where owner = $1";
    FORGET_ENTRIES = "delete from area_entrants where person = $1";
    FORGET_BOOKINGS = "update area_bookings set state = 'cancelled', version = version + 1
                       where person = $1 and state = 'confirmed'";
    FORGET_VISITS = "delete from area_presences where person = $1";
}

fn or_empty(id: Option<AreaId>) -> String {
    id.map(|id| id.to_string()).unwrap_or_default()
}

fn columns(sheet: &Sheet) -> [crate::Value; 9] {
    [
        (&sheet.name.en).into(),
        (&sheet.name.zh).into(),
        i64::from(sheet.capacity).into(),
        or_empty(sheet.parent).into(),
        crate::json(&sheet.hours),
        sheet.counts_staff.into(),
        sheet.needs_booking.into(),
        i64::from(sheet.least_present).into(),
        (&sheet.zone).into(),
    ]
}

/// Adds a room.
pub fn add(
    tx: &mut Tx<'_>,
    (id, owner): (AreaId, OrganisationId),
    sheet: &Sheet,
    (by, now): (PersonId, Instant),
) -> Result<(), StoreError> {
    let mut row = vec![id.into(), owner.into()];
    row.extend(columns(sheet));
    row.extend([by.into(), now.into()]);
    tx.later(&ADD, &row)
}

/// Changes a room that is still at the version that was seen.
pub fn change(
    tx: &mut Tx<'_>,
    (id, seen): (AreaId, u64),
    sheet: &Sheet,
    (by, now): (PersonId, Instant),
) -> Result<bool, StoreError> {
    let mut row = vec![id.into(), seen.into()];
    row.extend(columns(sheet));
    row.extend([by.into(), now.into()]);
    Ok(tx.run(&CHANGE, &row)? == 1)
}

/// Whose room it is.
pub fn owner(tx: &mut Tx<'_>, id: AreaId) -> Result<Option<OrganisationId>, StoreError> {
    let row = tx.row(&OWNER, args![id])?;
    row.map(|row| row.parsed(0, |text| OrganisationId::parse(text).ok())).transpose()
}

/// The rooms of an owner.
pub fn of_owner(tx: &mut Tx<'_>, owner: OrganisationId) -> Result<Vec<Area>, StoreError> {
    tx.rows(&OF_OWNER, args![owner])?.iter().map(read).collect()
}

/// The rooms of several owners, each with its own.
pub fn of_owners(
    tx: &mut Tx<'_>,
    owners: &BTreeSet<OrganisationId>,
) -> Result<BTreeMap<OrganisationId, Vec<Area>>, StoreError> {
    let mut found: BTreeMap<OrganisationId, Vec<Area>> = BTreeMap::new();
    if owners.is_empty() {
        return Ok(found);
    }
    let mut composer = Composer::default();
    let chosen = composer.any_of("owner", owners.iter().copied());
    let sql = format!(
        "select id, owner, name_en, name_zh, capacity, parent, hours, counts_staff, needs_booking,
             least_present, version, zone from areas where {chosen} order by id"
    );
    for row in tx.composed(&Composed { sql, args: composer.args })? {
        let area = read(&row)?;
        found.entry(area.owner).or_default().push(area);
    }
    Ok(found)
}

fn area_at(row: &Row, at: usize) -> Result<AreaId, StoreError> {
    row.parsed(at, |text| AreaId::parse(text).ok())
}

fn person_at(row: &Row, at: usize) -> Result<PersonId, StoreError> {
    row.parsed(at, |text| PersonId::parse(text).ok())
}

fn span_at(row: &Row, at: usize) -> Result<Span, StoreError> {
    Span::new(row.instant(at)?, row.instant(at + 1)?)
        .ok_or_else(|| StoreError::Damaged("a span that runs backwards".to_owned()))
}

fn read(row: &Row) -> Result<Area, StoreError> {
    let small =
        |at: usize| Ok::<u16, StoreError>(u16::try_from(row.count(at)?).unwrap_or(u16::MAX));
    let parent = row.text(5)?;
    Ok(Area {
        id: area_at(row, 0)?,
        owner: row.parsed(1, |text| OrganisationId::parse(text).ok())?,
        sheet: Sheet {
            name: Bilingual::new(row.text(2)?, row.text(3)?),
            capacity: small(4)?,
            parent: AreaId::parse(&parent).ok(),
            hours: row.json(6)?,
            counts_staff: row.bool(7)?,
            needs_booking: row.bool(8)?,
            least_present: small(9)?,
            zone: row.text(11)?,
        },
        version: row.count(10)?,
    })
}

/// Puts an instrument into a room, or into none.
pub fn put(tx: &mut Tx<'_>, it: InstrumentId, area: Option<AreaId>) -> Result<(), StoreError> {
    tx.later(&PUT, args![it, or_empty(area)])
}

/// Whether somebody operates an instrument in a room.
pub fn operates(tx: &mut Tx<'_>, id: AreaId, person: PersonId) -> Result<bool, StoreError> {
    Ok(tx.row(&OPERATES, args![id, person])?.is_some())
}

/// The instruments that stand in a room, whoever may see them.
pub fn standing(
    tx: &mut Tx<'_>,
    id: AreaId,
    limit: usize,
) -> Result<Vec<InstrumentId>, StoreError> {
    let read = |row: &Row| row.parsed(0, |text| InstrumentId::parse(text).ok());
    tx.rows(&STANDING, args![id, limit])?.iter().map(read).collect()
}

/// Who is expected in these rooms within a span: by live bookings of instruments that stand in them,
/// but for one, and by bookings of the rooms.
pub fn expected(
    tx: &mut Tx<'_>,
    areas: &BTreeSet<AreaId>,
    span: Span,
    except: Option<BookingId>,
) -> Result<Vec<Expected>, StoreError> {
    if areas.is_empty() {
        return Ok(Vec::new());
    }
    let mut composer = Composer::default();
    let (from, until) = (composer.bind(span.start()), composer.bind(span.end()));
    let except = composer.bind(except.map(|id| id.to_string()).unwrap_or_default());
    let standing = composer.any_of("i.area", areas.iter().copied());
    let booked = composer.any_of("a.area", areas.iter().copied());
    let sql = format!(
        "select b.person, b.starts_at, b.ends_at, i.area, cast(case when exists (
             select 1 from instrument_operators o
             where o.instrument = b.instrument and o.person = b.person
         ) then 1 else 0 end as bigint)
         from instruments i join bookings b on b.instrument = i.id
         where {standing} and b.ends_at > {from} and b.starts_at < {until} and b.id <> {except}
           and b.state in ('pending', 'confirmed', 'in_use')
         union all
         select a.person, a.starts_at, a.ends_at, a.area, cast(case when exists (
             select 1 from instrument_operators o join instruments n on n.id = o.instrument
             where n.area = a.area and o.person = a.person
         ) then 1 else 0 end as bigint)
         from area_bookings a
         where {booked} and a.ends_at > {from} and a.starts_at < {until} and a.state = 'confirmed'"
    );
    let read = |row: &Row| {
        Ok(Expected {
            person: person_at(row, 0)?,
            span: span_at(row, 1)?,
            area: area_at(row, 3)?,
            is_staff: row.int(4)? > 0,
        })
    };
    tx.composed(&Composed { sql, args: composer.args })?.iter().map(read).collect()
}

/// Somebody who may enter a room while it is closed.
#[derive(Clone, Debug)]
pub struct Entrant {
    pub person: PersonId,
    pub area: AreaId,
    pub reason: String,
    pub granted_at: Instant,
}

fn read_entrant(row: &Row) -> Result<Entrant, StoreError> {
    Ok(Entrant {
        person: person_at(row, 0)?,
        area: area_at(row, 1)?,
        reason: row.text(2)?,
        granted_at: row.instant(3)?,
    })
}

/// Lets somebody enter a room always.
pub fn let_in(
    tx: &mut Tx<'_>,
    (area, person): (AreaId, PersonId),
    reason: &str,
    (by, now): (PersonId, Instant),
) -> Result<(), StoreError> {
    tx.later(&LET_IN, args![area, person, reason, by, now])
}

/// Takes that back. False where they were not let in.
pub fn shut_out(tx: &mut Tx<'_>, area: AreaId, person: PersonId) -> Result<bool, StoreError> {
    Ok(tx.run(&SHUT_OUT, args![area, person])? == 1)
}

/// The rooms that somebody may enter always.
pub fn entered(tx: &mut Tx<'_>, person: PersonId) -> Result<Vec<AreaId>, StoreError> {
    tx.rows(&ENTERED, args![person])?.iter().map(|row| area_at(row, 0)).collect()
}

/// Who may enter a room always.
pub fn entrants(tx: &mut Tx<'_>, id: AreaId, limit: usize) -> Result<Vec<Entrant>, StoreError> {
    tx.rows(&ENTRANTS, args![id, limit])?.iter().map(read_entrant).collect()
}

/// What somebody may enter always, and why.
pub fn entries(
    tx: &mut Tx<'_>,
    person: PersonId,
    limit: usize,
) -> Result<Vec<Entrant>, StoreError> {
    tx.rows(&ENTRIES, args![person, limit])?.iter().map(read_entrant).collect()
}

/// Adds a booking of a room.
pub fn book(tx: &mut Tx<'_>, it: &Booking, now: Instant) -> Result<(), StoreError> {
    let (start, end) = (it.span.start(), it.span.end());
    tx.later(&BOOK, args![it.id, it.area, it.person, start, end, now])
}

/// Gives a booking of a room up. False where it moved on meanwhile.
pub fn give_up(
    tx: &mut Tx<'_>,
    id: AreaBookingId,
    seen: u64,
    now: Instant,
) -> Result<bool, StoreError> {
    Ok(tx.run(&GIVE_UP, args![id, seen, now])? == 1)
}

fn read_booking(row: &Row) -> Result<Booking, StoreError> {
    Ok(Booking {
        id: row.parsed(0, |text| AreaBookingId::parse(text).ok())?,
        area: area_at(row, 1)?,
        person: person_at(row, 2)?,
        is_cancelled: row.text(3)? == "cancelled",
        span: span_at(row, 4)?,
        version: row.count(6)?,
    })
}

/// One booking of a room.
pub fn booking(tx: &mut Tx<'_>, id: AreaBookingId) -> Result<Option<Booking>, StoreError> {
    tx.row(&BOOKING, args![id])?.as_ref().map(read_booking).transpose()
}

/// What somebody booked of rooms within a span, cancelled ones too.
pub fn booked(
    tx: &mut Tx<'_>,
    person: PersonId,
    span: Span,
    limit: usize,
) -> Result<Vec<Booking>, StoreError> {
    let rows = tx.rows(&BOOKED, args![person, span.start(), span.end(), limit])?;
    rows.iter().map(read_booking).collect()
}

/// Times of live bookings of instruments that stand in rooms, with the rooms.
pub fn resting(
    tx: &mut Tx<'_>,
    person: PersonId,
    span: Span,
) -> Result<Vec<(Span, AreaId)>, StoreError> {
    let rows = tx.rows(&RESTING, args![person, span.start(), span.end()])?;
    rows.iter().map(|row| Ok((span_at(row, 0)?, area_at(row, 2)?))).collect()
}

/// Somebody comes in.
pub fn enter(
    tx: &mut Tx<'_>,
    (area, person): (AreaId, PersonId),
    now: Instant,
) -> Result<(), StoreError> {
    tx.later(&ENTER, args![area, person, now])
}

/// Somebody leaves. False where they were not there.
pub fn leave(
    tx: &mut Tx<'_>,
    (area, person): (AreaId, PersonId),
    now: Instant,
) -> Result<bool, StoreError> {
    Ok(tx.run(&LEAVE, args![area, person, now])? > 0)
}

/// Who is in these rooms now.
pub fn present(
    tx: &mut Tx<'_>,
    areas: &BTreeSet<AreaId>,
) -> Result<BTreeMap<AreaId, BTreeSet<PersonId>>, StoreError> {
    let mut found: BTreeMap<AreaId, BTreeSet<PersonId>> = BTreeMap::new();
    if areas.is_empty() {
        return Ok(found);
    }
    let mut composer = Composer::default();
    let chosen = composer.any_of("area", areas.iter().copied());
    let sql = format!("select area, person from area_presences where {chosen} and left_at is null");
    for row in tx.composed(&Composed { sql, args: composer.args })? {
        found.entry(area_at(&row, 0)?).or_default().insert(person_at(&row, 1)?);
    }
    Ok(found)
}

/// A stay in a room.
#[derive(Clone, Debug)]
pub struct Visit {
    pub area: AreaId,
    pub entered_at: Instant,
    pub left_at: Option<Instant>,
}

/// When somebody was in rooms, newest first.
pub fn visits(tx: &mut Tx<'_>, person: PersonId, limit: usize) -> Result<Vec<Visit>, StoreError> {
    let read = |row: &Row| {
        Ok(Visit {
            area: area_at(row, 0)?,
            entered_at: row.instant(1)?,
            left_at: row.instant_or_none(2)?,
        })
    };
    tx.rows(&VISITS, args![person, limit])?.iter().map(read).collect()
}

/// The rooms of one owner become another's, with the instruments in them.
pub(crate) fn give(
    tx: &mut Tx<'_>,
    from: OrganisationId,
    to: OrganisationId,
) -> Result<(), StoreError> {
    tx.later(&GIVE, args![from, to])
}

/// An erased person enters nothing, is expected nowhere, and was nowhere.
pub(crate) fn forget(tx: &mut Tx<'_>, person: PersonId) -> Result<(), StoreError> {
    tx.later(&FORGET_ENTRIES, args![person])?;
    tx.later(&FORGET_BOOKINGS, args![person])?;
    tx.later(&FORGET_VISITS, args![person])
}
