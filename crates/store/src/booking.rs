//! Bookings in tables, and the time that they take, seat by seat.
//!
//! The act that books holds the instrument's name and looks first; beneath it the schema refuses rows
//! that would overlap on one seat, whoever writes them.

use crate::filter::{Columns, Composer};
use crate::{Composed, Row, StoreError, Tx, args, statements};
use access::Filter;
use base::{
    AreaId, Bilingual, BookingId, Instant, InstrumentId, OrganisationId, PersonId, Reference,
    SeriesId, Span, WishId,
};
use calendar::seats::Taken;
use instruments::accessory::Borrowed;
use instruments::approval::Step;
use instruments::booking::{Booking, State};
use instruments::policy::Own;
use instruments::sheet::Accessory;
use std::collections::{BTreeMap, BTreeSet};

const DAY_MICROS: i64 = 86_400_000_000;
/// How long before a window the start of a booking is looked for; longer ones have their own index.
const LONG_MICROS: i64 = 8 * DAY_MICROS;

statements! {
    ADD = "insert into bookings (id, reference, instrument, person, organisation, booked_by, state,
               version, sequence, starts_at, ends_at, setup_minutes, cleanup_minutes, purpose,
               project, series, is_detached, asked, passed, reason, decide_by, late_minutes,
               offered_to, made_at, changed_at, accessories, steps, turn)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18,
               $19, $20, $21, $22, $23, $24, $25, $26, $27, $28)";
    CHANGE = "update bookings set person = $3, organisation = $4, state = $5, version = $2 + 1,
                  sequence = $6, starts_at = $7, ends_at = $8, setup_minutes = $9,
                  cleanup_minutes = $10, purpose = $11, project = $12, is_detached = $13,
                  asked = $14, passed = $15, reason = $16, decide_by = $17, late_minutes = $18,
                  offered_to = $19, changed_at = $20, accessories = $21, steps = $22,
                  turn = $23
              where id = $1 and version = $2";
    KEEP_VERSION = "insert into booking_versions (booking, version, state, person, starts_at,
                        ends_at, reason, changed_at)
                    select id, version, state, person, starts_at, ends_at, reason, changed_at
                    from bookings where id = $1 and version = $2";
    HISTORY = "select cast(coalesce(max(case when state = 'pending' then 1 else 0 end), 0) as bigint),
                   cast(coalesce(max(case when state in ('confirmed', 'in_use')
                                          then ends_at - starts_at else 0 end), 0) as bigint),
                   coalesce(max(case when version = 1 then person else '' end), '')
               from booking_versions where booking = $1";
    ADD_TIME = "insert into booking_times (instrument, seat, starts_at, ends_at, holder)
                values ($1, $2, $3, $4, $5)";
    FREE_TIME = "delete from booking_times where holder = $1";
    OF_HOLDER = "select seat, starts_at, ends_at from booking_times where holder = $1
                 order by starts_at, seat";
    TAKEN = "select seat, starts_at, ends_at from booking_times
             where instrument = $1 and ends_at > $2 and starts_at < $3 and holder <> $4
             order by starts_at, seat";
    LENT = "select instrument, starts_at, ends_at, accessories from bookings
            where instrument = $1 and starts_at < $3 and ends_at > $2 and accessories <> '[]'
              and state in ('pending', 'confirmed', 'in_use') and id <> $4
            order by starts_at, id";
    LENT_AROUND = "select b.instrument, b.starts_at, b.ends_at, b.accessories
                   from instruments i join bookings b on b.instrument = i.id
                   where i.owner = $1 and ($5 = '' or i.belongs_to = $5) and b.starts_at < $3
                     and b.ends_at > $2 and b.accessories <> '[]'
                     and b.state in ('pending', 'confirmed', 'in_use') and b.id <> $4
                   order by b.starts_at, b.id";
    LENT_OF_ALL = "select b.instrument, b.starts_at, b.ends_at, b.accessories, i.owner, i.belongs_to
                   from bookings b join instruments i on i.id = b.instrument
                   where b.starts_at < $2 and b.ends_at > $1 and b.accessories <> '[]'
                     and b.state in ('pending', 'confirmed', 'in_use')
                   order by b.starts_at, b.id";
    TAKEN_OF_ALL = "select instrument, starts_at, ends_at from booking_times
                    where ends_at > $1 and starts_at < $2 order by instrument, starts_at";
    FIND = "select id, reference, instrument, person, organisation, booked_by, state, version,
                sequence, starts_at, ends_at, setup_minutes, cleanup_minutes, purpose, project,
                series, is_detached, asked, passed, reason, decide_by, late_minutes, offered_to,
                made_at, changed_at, accessories, steps
            from bookings where id = $1";
    BY_REFERENCE = "select id from bookings where reference = $1";
    OF_INSTRUMENT = "select id, reference, instrument, person, organisation, booked_by, state,
                         version, sequence, starts_at, ends_at, setup_minutes, cleanup_minutes,
                         purpose, project, series, is_detached, asked, passed, reason, decide_by,
                         late_minutes, offered_to, made_at, changed_at, accessories, steps
                     from bookings where instrument = $1 and starts_at < $3 and ends_at > $2
                     order by starts_at, id limit $4";
    OF_PERSON = "select id, reference, instrument, person, organisation, booked_by, state, version,
                     sequence, starts_at, ends_at, setup_minutes, cleanup_minutes, purpose,
                     project, series, is_detached, asked, passed, reason, decide_by, late_minutes,
                     offered_to, made_at, changed_at, accessories, steps
                 from bookings where person = $1 and ends_at > $2 and starts_at < $3
                 order by starts_at, id limit $4";
    OF_UNIT = "select b.id, b.reference, b.instrument, b.person, b.organisation, b.booked_by,
                   b.state, b.version, b.sequence, b.starts_at, b.ends_at, b.setup_minutes,
                   b.cleanup_minutes, b.purpose, b.project, b.series, b.is_detached, b.asked,
                   b.passed, b.reason, b.decide_by, b.late_minutes, b.offered_to, b.made_at,
                   b.changed_at, b.accessories, b.steps
               from bookings b join instruments i on i.id = b.instrument
               where i.owner = $1 and b.starts_at < $3 and b.ends_at > $2
               order by b.starts_at, b.id limit $4";
    OF_SERIES = "select id, reference, instrument, person, organisation, booked_by, state, version,
                     sequence, starts_at, ends_at, setup_minutes, cleanup_minutes, purpose,
                     project, series, is_detached, asked, passed, reason, decide_by, late_minutes,
                     offered_to, made_at, changed_at, accessories, steps
                 from bookings where series = $1 and series <> '' order by starts_at, id limit 200";
    OFFERED = "select id, reference, instrument, person, organisation, booked_by, state, version,
                   sequence, starts_at, ends_at, setup_minutes, cleanup_minutes, purpose, project,
                   series, is_detached, asked, passed, reason, decide_by, late_minutes, offered_to,
                   made_at, changed_at, accessories, steps
               from bookings where offered_to = $1 and offered_to <> '' order by id limit 100";
    OWN = "select instrument, starts_at, ends_at, state from bookings
           where person = $1 and ends_at > $2 and starts_at < $3 and id <> $4";
    OF_ORGANISATION = "select instrument, starts_at, ends_at, state from bookings
                       where organisation = $1 and organisation <> '' and ends_at > $2
                         and starts_at < $3 and id <> $4";
    OF_PROJECT = "select instrument, starts_at, ends_at, state from bookings
                  where project = $1 and project <> '' and ends_at > $2 and starts_at < $3
                    and id <> $4";
    NEIGHBOURS = "select i.id from instruments i join instruments o on o.owner = i.owner
                  where o.id = $1 and ($2 = '' or i.belongs_to = $2)";
    WEEK = "select instrument, id, state, starts_at, ends_at, person, changed_at, sequence
            from bookings
            where starts_at >= $1 and starts_at < $3 and ends_at > $2
              and state in ('pending', 'confirmed', 'in_use', 'finished')
            union all
            select instrument, id, state, starts_at, ends_at, person, changed_at, sequence
            from bookings
            where ends_at - starts_at > 691200000000 and ends_at > $2 and starts_at < $1
              and state in ('pending', 'confirmed', 'in_use', 'finished')
            order by 1, 4";
    TO_LAPSE = "select id, instrument from bookings where state = 'pending' and decide_by <= $1
                order by decide_by, id limit $2";
    TO_MISS = "select b.id, b.instrument, b.starts_at, b.ends_at from bookings b
               where b.state = 'confirmed' and b.starts_at <= $1 and b.starts_at > $2
               order by b.starts_at, b.id limit $3";
    EMPTY_PURPOSES = "update bookings set purpose = '', reason = '' where person = $1";
    EMPTY_VERSIONS = "update booking_versions set reason = '' where person = $1";
    DROP_LINKS = "delete from calendar_links where person = $1";
    DROP_BLOCKS = "delete from booking_blocks where person = $1";
    COUNT = "select count(*) from bookings";
}

/// A booking as a calendar over many instruments shows it.
#[derive(Clone, Debug)]
pub struct Shown {
    pub instrument: InstrumentId,
    pub id: BookingId,
    pub state: State,
    pub span: Span,
    pub person: PersonId,
    pub changed_at: Instant,
    pub sequence: u32,
}

/// Who holds a piece of time.
#[derive(Clone, Copy, Debug)]
pub enum Holder {
    Booking(BookingId),
    /// Somebody to whom freed time is offered.
    Wish(WishId),
}

impl std::fmt::Display for Holder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Booking(id) => id.fmt(f),
            Self::Wish(id) => id.fmt(f),
        }
    }
}

/// Adds a booking with the time that it takes.
pub fn add(tx: &mut Tx<'_>, it: &Booking, pieces: &[Taken]) -> Result<(), StoreError> {
    let row = [
        it.id.into(),
        (&it.reference).into(),
        it.instrument.into(),
        it.person.into(),
        or_empty(it.organisation).into(),
        it.booked_by.into(),
        it.state.code().into(),
        it.version.into(),
        i64::from(it.sequence).into(),
        it.span.start().into(),
        it.span.end().into(),
        i64::from(it.setup_minutes).into(),
        i64::from(it.cleanup_minutes).into(),
        (&it.purpose).into(),
        (&it.project).into(),
        or_empty(it.series).into(),
        it.is_detached.into(),
        crate::json(&it.asked),
        crate::json(&it.passed),
        (&it.reason).into(),
        it.decide_by.map_or(0, Instant::micros).into(),
        it.late_minutes.into(),
        or_empty(it.offered_to).into(),
        it.made_at.into(),
        it.changed_at.into(),
        crate::json(&it.accessories),
        crate::json(&it.steps),
        it.turn().map_or("", Step::word).into(),
    ];
    tx.later(&ADD, &row)?;
    take(tx, it.instrument, Holder::Booking(it.id), pieces)
}

/// What was agreed to of a booking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct History {
    /// Whether somebody else agreed, by answering it or by booking it.
    pub is_agreed: bool,
    /// Microseconds of the longest time that stood as confirmed.
    pub longest: i64,
}

/// What was agreed to of a booking that stands as confirmed.
pub fn history(tx: &mut Tx<'_>, it: &Booking) -> Result<History, StoreError> {
    let own = it.span.end().micros() - it.span.start().micros();
    let Some(row) = tx.row(&HISTORY, args![it.id])? else {
        return Ok(History { is_agreed: it.booked_by != it.person, longest: own });
    };
    let first = row.text(2)?;
    let first = PersonId::parse(&first).unwrap_or(it.person);
    let is_agreed = row.int(0)? > 0 || it.booked_by != first;
    Ok(History { is_agreed, longest: row.int(1)?.max(own) })
}

/// Writes the next version of a booking; what it was is kept. False where it moved on meanwhile.
pub fn change(tx: &mut Tx<'_>, before: u64, it: &Booking) -> Result<bool, StoreError> {
    tx.later(&KEEP_VERSION, args![it.id, before])?;
    let row = [
        it.id.into(),
        before.into(),
        it.person.into(),
        or_empty(it.organisation).into(),
        it.state.code().into(),
        i64::from(it.sequence).into(),
        it.span.start().into(),
        it.span.end().into(),
        i64::from(it.setup_minutes).into(),
        i64::from(it.cleanup_minutes).into(),
        (&it.purpose).into(),
        (&it.project).into(),
        it.is_detached.into(),
        crate::json(&it.asked),
        crate::json(&it.passed),
        (&it.reason).into(),
        it.decide_by.map_or(0, Instant::micros).into(),
        it.late_minutes.into(),
        or_empty(it.offered_to).into(),
        it.changed_at.into(),
        crate::json(&it.accessories),
        crate::json(&it.steps),
        it.turn().map_or("", Step::word).into(),
    ];
    Ok(tx.run(&CHANGE, &row)? == 1)
}

/// Takes time for somebody.
pub fn take(
    tx: &mut Tx<'_>,
    instrument: InstrumentId,
    holder: Holder,
    pieces: &[Taken],
) -> Result<(), StoreError> {
    let holder = holder.to_string();
    for piece in pieces {
        let (from, until) = (piece.span.start(), piece.span.end());
        let seat = i64::from(piece.seat);
        tx.later(&ADD_TIME, args![instrument, seat, from, until, holder.as_str()])?;
    }
    Ok(())
}

/// Frees all the time of a holder.
pub fn free(tx: &mut Tx<'_>, holder: Holder) -> Result<(), StoreError> {
    tx.later(&FREE_TIME, args![holder.to_string()])
}

/// Frees the time of a holder from a moment on; what lies before stays taken.
pub fn shorten(
    tx: &mut Tx<'_>,
    instrument: InstrumentId,
    holder: Holder,
    until: Instant,
) -> Result<(), StoreError> {
    let mut kept = Vec::new();
    for row in tx.rows(&OF_HOLDER, args![holder.to_string()])? {
        let span = span_at(&row, 1)?;
        let seat = u16::try_from(row.int(0)?)
            .map_err(|_| StoreError::Damaged(format!("a seat of {instrument}")))?;
        let span = Span::new(span.start(), span.end().min(until));
        kept.extend(span.map(|span| Taken { seat, span }));
    }
    free(tx, holder)?;
    take(tx, instrument, holder, &kept)
}

/// The taken time of an instrument within a span, but for that of one holder.
pub fn taken(
    tx: &mut Tx<'_>,
    instrument: InstrumentId,
    span: Span,
    except: Option<Holder>,
) -> Result<Vec<Taken>, StoreError> {
    let except = except.map(|holder| holder.to_string()).unwrap_or_default();
    let rows = tx.rows(&TAKEN, args![instrument, span.start(), span.end(), except])?;
    let read = |row: &Row| {
        let seat = u16::try_from(row.int(0)?)
            .map_err(|_| StoreError::Damaged(format!("a seat of {instrument}")))?;
        Ok(Taken { seat, span: span_at(row, 1)? })
    };
    rows.iter().map(read).collect()
}

/// Among whose bookings pieces are counted.
#[derive(Clone, Copy, Debug)]
pub enum Among<'a> {
    Instrument(InstrumentId),
    Unit(OrganisationId),
    /// The instruments of one group of a unit.
    Group(OrganisationId, &'a str),
}

/// What is lent within a span, but for one booking.
pub fn lent(
    tx: &mut Tx<'_>,
    among: Among<'_>,
    span: Span,
    except: Option<BookingId>,
) -> Result<Vec<Borrowed>, StoreError> {
    let except = or_empty(except);
    let (from, until) = (span.start(), span.end());
    let rows = match among {
        Among::Instrument(id) => tx.rows(&LENT, args![id, from, until, except])?,
        Among::Unit(owner) => tx.rows(&LENT_AROUND, args![owner, from, until, except, ""])?,
        Among::Group(owner, group) => {
            tx.rows(&LENT_AROUND, args![owner, from, until, except, group])?
        }
    };
    rows.iter().map(borrowed).collect()
}

fn borrowed(row: &Row) -> Result<Borrowed, StoreError> {
    Ok(Borrowed { instrument: instrument_at(row, 0)?, span: span_at(row, 1)?, lent: row.json(3)? })
}

/// Everything that is lent within a span, with the owner and the group of its instrument.
pub fn lent_of_all(
    tx: &mut Tx<'_>,
    span: Span,
) -> Result<Vec<(OrganisationId, String, Borrowed)>, StoreError> {
    let read = |row: &Row| {
        let owner = row.parsed(4, |text| OrganisationId::parse(text).ok())?;
        Ok((owner, row.text(5)?, borrowed(row)?))
    };
    tx.rows(&LENT_OF_ALL, args![span.start(), span.end()])?.iter().map(read).collect()
}

/// The taken time of every instrument within a span, instrument by instrument, in order.
pub fn taken_of_all(tx: &mut Tx<'_>, span: Span) -> Result<Vec<(InstrumentId, Span)>, StoreError> {
    let rows = tx.rows(&TAKEN_OF_ALL, args![span.start(), span.end()])?;
    rows.iter().map(|row| Ok((instrument_at(row, 0)?, span_at(row, 1)?))).collect()
}

/// One booking.
pub fn find(tx: &mut Tx<'_>, id: BookingId) -> Result<Option<Booking>, StoreError> {
    tx.row(&FIND, args![id])?.as_ref().map(read).transpose()
}

/// The booking of this reference.
pub fn by_reference(tx: &mut Tx<'_>, text: &str) -> Result<Option<BookingId>, StoreError> {
    let row = tx.row(&BY_REFERENCE, args![text])?;
    row.map(|row| row.parsed(0, |text| BookingId::parse(text).ok())).transpose()
}

/// Bookings of an instrument that touch a span, in whatever state, in order.
pub fn of_instrument(
    tx: &mut Tx<'_>,
    id: InstrumentId,
    span: Span,
    limit: usize,
) -> Result<Vec<Booking>, StoreError> {
    let rows = tx.rows(&OF_INSTRUMENT, args![id, span.start(), span.end(), limit])?;
    rows.iter().map(read).collect()
}

/// Bookings of a person that touch a span, in whatever state, in order.
pub fn of_person(
    tx: &mut Tx<'_>,
    id: PersonId,
    span: Span,
    limit: usize,
) -> Result<Vec<Booking>, StoreError> {
    let rows = tx.rows(&OF_PERSON, args![id, span.start(), span.end(), limit])?;
    rows.iter().map(read).collect()
}

/// Bookings of all instruments of a unit that touch a span, in whatever state, in order.
pub fn of_unit(
    tx: &mut Tx<'_>,
    id: OrganisationId,
    span: Span,
    limit: usize,
) -> Result<Vec<Booking>, StoreError> {
    let rows = tx.rows(&OF_UNIT, args![id, span.start(), span.end(), limit])?;
    rows.iter().map(read).collect()
}

/// Bookings of several instruments that touch a span, in order.
pub fn of_instruments(
    tx: &mut Tx<'_>,
    ids: &[InstrumentId],
    span: Span,
    limit: usize,
) -> Result<Vec<Booking>, StoreError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut composer = Composer::default();
    let chosen = composer.any_of("instrument", ids);
    let (from, to) = (composer.bind(span.start()), composer.bind(span.end()));
    let limit = composer.bind(limit);
    let sql = format!(
        "select id, reference, instrument, person, organisation, booked_by, state, version,
             sequence, starts_at, ends_at, setup_minutes, cleanup_minutes, purpose, project, series,
             is_detached, asked, passed, reason, decide_by, late_minutes, offered_to, made_at,
             changed_at, accessories, steps
         from bookings where {chosen} and starts_at < {to} and ends_at > {from}
         order by starts_at, id limit {limit}"
    );
    tx.composed(&Composed { sql, args: composer.args })?.iter().map(read).collect()
}

/// The instances of a series, in order.
pub fn of_series(tx: &mut Tx<'_>, id: SeriesId) -> Result<Vec<Booking>, StoreError> {
    tx.rows(&OF_SERIES, args![id])?.iter().map(read).collect()
}

/// Bookings that are offered to a person.
pub fn offered(tx: &mut Tx<'_>, id: PersonId) -> Result<Vec<Booking>, StoreError> {
    tx.rows(&OFFERED, args![id])?.iter().map(read).collect()
}

/// Requests that wait for somebody's answer, who answers for these organisations; the most urgent
/// first.
pub fn to_decide(
    tx: &mut Tx<'_>,
    (agrees, me): (&[OrganisationId], PersonId),
    limit: usize,
) -> Result<Vec<Booking>, StoreError> {
    let mut composer = Composer::default();
    let turns = crate::bench::turns_text(&mut composer, agrees, me);
    let limit = composer.bind(limit);
    let sql = format!(
        "select b.id, b.reference, b.instrument, b.person, b.organisation, b.booked_by, b.state,
             b.version, b.sequence, b.starts_at, b.ends_at, b.setup_minutes, b.cleanup_minutes,
             b.purpose, b.project, b.series, b.is_detached, b.asked, b.passed, b.reason,
             b.decide_by, b.late_minutes, b.offered_to, b.made_at, b.changed_at, b.accessories,
             b.steps {turns} order by b.decide_by, b.id limit {limit}"
    );
    tx.composed(&Composed { sql, args: composer.args })?.iter().map(read).collect()
}

/// Whose bookings are counted.
#[derive(Clone, Debug)]
pub enum Whose {
    Person(PersonId),
    Organisation(OrganisationId),
    Project(String),
}

/// Bookings that count together and touch a span, with their instruments; one booking is left out.
pub fn counted(
    tx: &mut Tx<'_>,
    whose: &Whose,
    (here, span): (InstrumentId, Span),
    except: Option<BookingId>,
) -> Result<Vec<(InstrumentId, Own)>, StoreError> {
    let except = or_empty(except);
    let (from, until) = (span.start(), span.end());
    let rows = match whose {
        Whose::Person(id) => tx.rows(&OWN, args![*id, from, until, except])?,
        Whose::Organisation(id) => tx.rows(&OF_ORGANISATION, args![*id, from, until, except])?,
        Whose::Project(name) => tx.rows(&OF_PROJECT, args![name.as_str(), from, until, except])?,
    };
    let read = |row: &Row| {
        let instrument = instrument_at(row, 0)?;
        let own = Own {
            span: span_at(row, 1)?,
            state: row.parsed(3, State::parse)?,
            is_here: instrument == here,
        };
        Ok((instrument, own))
    };
    rows.iter().map(read).collect()
}

/// The instruments of the same owner, and of the same group where one is named.
pub fn neighbours(
    tx: &mut Tx<'_>,
    of: InstrumentId,
    group: &str,
) -> Result<Vec<InstrumentId>, StoreError> {
    tx.rows(&NEIGHBOURS, args![of, group])?.iter().map(|row| instrument_at(row, 0)).collect()
}

/// Whose an instrument is, and its group there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    pub owner: OrganisationId,
    pub group: String,
}

/// Where these instruments belong.
pub fn places(
    tx: &mut Tx<'_>,
    ids: &BTreeSet<InstrumentId>,
) -> Result<BTreeMap<InstrumentId, Place>, StoreError> {
    if ids.is_empty() {
        return Ok(BTreeMap::new());
    }
    let mut composer = Composer::default();
    let chosen = composer.any_of("id", ids.iter().copied());
    let sql = format!("select id, owner, belongs_to from instruments where {chosen}");
    let read = |row: &Row| {
        let owner = row.parsed(1, |text| OrganisationId::parse(text).ok())?;
        Ok((instrument_at(row, 0)?, Place { owner, group: row.text(2)? }))
    };
    tx.composed(&Composed { sql, args: composer.args })?.iter().map(read).collect()
}

/// Everything that is booked within a span on all instruments, instrument by instrument.
pub fn week(tx: &mut Tx<'_>, span: Span) -> Result<Vec<Shown>, StoreError> {
    let early = Instant::from_micros(span.start().micros() - LONG_MICROS);
    let rows = tx.rows(&WEEK, args![early, span.start(), span.end()])?;
    let read = |row: &Row| {
        Ok(Shown {
            instrument: instrument_at(row, 0)?,
            id: row.parsed(1, |text| BookingId::parse(text).ok())?,
            state: row.parsed(2, State::parse)?,
            span: span_at(row, 3)?,
            person: row.parsed(5, |text| PersonId::parse(text).ok())?,
            changed_at: row.instant(6)?,
            sequence: u32::try_from(row.count(7)?).unwrap_or(u32::MAX),
        })
    };
    rows.iter().map(read).collect()
}

/// Requests whose time to be decided is over.
pub fn to_lapse(
    tx: &mut Tx<'_>,
    now: Instant,
    limit: usize,
) -> Result<Vec<(BookingId, InstrumentId)>, StoreError> {
    tx.rows(&TO_LAPSE, args![now, limit])?.iter().map(both).collect()
}

/// Confirmed bookings that began between two moments: they may have been missed.
pub fn to_miss(
    tx: &mut Tx<'_>,
    (after, until): (Instant, Instant),
    limit: usize,
) -> Result<Vec<(BookingId, InstrumentId, Span)>, StoreError> {
    let rows = tx.rows(&TO_MISS, args![until, after, limit])?;
    rows.iter()
        .map(|row| {
            let (id, instrument) = both(row)?;
            Ok((id, instrument, span_at(row, 2)?))
        })
        .collect()
}

/// Empties what an erased person wrote about bookings, and shuts their calendars.
pub fn forget(tx: &mut Tx<'_>, person: PersonId) -> Result<(), StoreError> {
    tx.later(&EMPTY_PURPOSES, args![person])?;
    tx.later(&EMPTY_VERSIONS, args![person])?;
    tx.later(&DROP_LINKS, args![person])?;
    tx.later(&DROP_BLOCKS, args![person])
}

/// An instrument as a search for free time looks at it.
#[derive(Clone, Debug)]
pub struct Bookable {
    pub id: InstrumentId,
    pub owner: OrganisationId,
    pub name: Bilingual,
    pub group: String,
    pub seats: u16,
    pub zone: String,
    pub point: Option<(i64, i64)>,
    /// The room it stands in.
    pub area: Option<AreaId>,
    /// What every booking of it takes along.
    pub needed: Vec<Accessory>,
}

/// What access calls the columns of instruments.
const COLUMNS: Columns<'static> =
    Columns { owner: "i.owner", desk: "i.owner", person: "i.id", state: "i.state", gate: "i.gate" };

/// The instruments that a reader may see and that take bookings, at most so many; among those whose
/// names or measured things hold a text.
pub fn bookable(
    tx: &mut Tx<'_>,
    filter: &Filter,
    words: &[String],
    limit: usize,
) -> Result<Vec<Bookable>, StoreError> {
    if filter.is_never() {
        return Ok(Vec::new());
    }
    let mut composer = Composer::default();
    let mut wanted = vec![
        composer.filter(filter, COLUMNS),
        "i.state = 'listed' and i.mode in ('bookings', 'hybrid')".to_owned(),
    ];
    for word in words {
        let places: Vec<String> = ["names", "measures", "rest", "standards"]
            .iter()
            .map(|column| format!("i.{column} like '%' || {} || '%'", composer.bind(word.as_str())))
            .collect();
        wanted.push(format!("({})", places.join(" or ")));
    }
    let limit = composer.bind(limit);
    let sql = format!(
        "select i.id, i.owner, i.name_en, i.name_zh, i.belongs_to, i.seats, i.zone, \
         i.latitude_e6, i.longitude_e6, i.area, i.needed from instruments i where {} order by i.id limit {limit}",
        wanted.join(" and ")
    );
    let read = |row: &Row| {
        let point = row.int_or_none(7)?.zip(row.int_or_none(8)?);
        Ok(Bookable {
            id: instrument_at(row, 0)?,
            owner: row.parsed(1, |text| OrganisationId::parse(text).ok())?,
            name: Bilingual::new(row.text(2)?, row.text(3)?),
            group: row.text(4)?,
            seats: u16::try_from(row.count(5)?).unwrap_or(u16::MAX),
            zone: row.text(6)?,
            point,
            area: or_none(row, 9, |text| AreaId::parse(text).ok())?,
            needed: row.json(10)?,
        })
    };
    tx.composed(&Composed { sql, args: composer.args })?.iter().map(read).collect()
}

/// How many bookings there are.
pub fn count(tx: &mut Tx<'_>) -> Result<u64, StoreError> {
    tx.row(&COUNT, &[])?.map_or(Ok(0), |row| row.count(0))
}

fn both(row: &Row) -> Result<(BookingId, InstrumentId), StoreError> {
    Ok((row.parsed(0, |text| BookingId::parse(text).ok())?, instrument_at(row, 1)?))
}

fn instrument_at(row: &Row, at: usize) -> Result<InstrumentId, StoreError> {
    row.parsed(at, |text| InstrumentId::parse(text).ok())
}

fn span_at(row: &Row, at: usize) -> Result<Span, StoreError> {
    Span::new(row.instant(at)?, row.instant(at + 1)?)
        .ok_or_else(|| StoreError::Damaged("a span that runs backwards".to_owned()))
}

fn or_empty(id: Option<impl std::fmt::Display>) -> String {
    id.map(|id| id.to_string()).unwrap_or_default()
}

fn or_none<T>(
    row: &Row,
    at: usize,
    read: impl Fn(&str) -> Option<T>,
) -> Result<Option<T>, StoreError> {
    if row.text(at)?.is_empty() { Ok(None) } else { row.parsed(at, read).map(Some) }
}

fn read(row: &Row) -> Result<Booking, StoreError> {
    let small =
        |at: usize| Ok::<u32, StoreError>(u32::try_from(row.count(at)?).unwrap_or(u32::MAX));
    let decide_by = row.instant(20)?;
    Ok(Booking {
        id: row.parsed(0, |text| BookingId::parse(text).ok())?,
        reference: row.parsed(1, Reference::parse)?,
        instrument: instrument_at(row, 2)?,
        person: row.parsed(3, |text| PersonId::parse(text).ok())?,
        organisation: or_none(row, 4, |text| OrganisationId::parse(text).ok())?,
        booked_by: row.parsed(5, |text| PersonId::parse(text).ok())?,
        state: row.parsed(6, State::parse)?,
        version: row.count(7)?,
        sequence: small(8)?,
        span: span_at(row, 9)?,
        setup_minutes: small(11)?,
        cleanup_minutes: small(12)?,
        purpose: row.text(13)?,
        project: row.text(14)?,
        series: or_none(row, 15, |text| SeriesId::parse(text).ok())?,
        is_detached: row.bool(16)?,
        asked: row.json(17)?,
        passed: row.json(18)?,
        reason: row.text(19)?,
        decide_by: (decide_by.micros() > 0).then_some(decide_by),
        late_minutes: row.int(21)?,
        offered_to: or_none(row, 22, |text| PersonId::parse(text).ok())?,
        made_at: row.instant(23)?,
        changed_at: row.instant(24)?,
        accessories: row.json(25)?,
        steps: row.json(26)?,
    })
}

/// Minutes of a span in which these instruments are taken, with their buffers and seat by seat.
pub fn minutes_taken(
    tx: &mut Tx<'_>,
    ids: &[InstrumentId],
    span: Span,
) -> Result<BTreeMap<InstrumentId, u64>, StoreError> {
    if ids.is_empty() {
        return Ok(BTreeMap::new());
    }
    let mut composer = Composer::default();
    let chosen = composer.any_of("instrument", ids);
    let (from, to) = (composer.bind(span.start()), composer.bind(span.end()));
    let sql = format!(
        "select instrument, cast(sum(case when ends_at > {to} then {to} else ends_at end
             - case when starts_at < {from} then {from} else starts_at end) as bigint) / 60000000
         from booking_times where {chosen} and ends_at > {from} and starts_at < {to}
         group by instrument"
    );
    minutes(tx.composed(&Composed { sql, args: composer.args })?)
}

/// Rows of an instrument and minutes.
pub(crate) fn minutes(rows: Vec<Row>) -> Result<BTreeMap<InstrumentId, u64>, StoreError> {
    let read =
        |row: &Row| Ok((row.parsed(0, |text| InstrumentId::parse(text).ok())?, row.count(1)?));
    rows.iter().map(read).collect()
}
