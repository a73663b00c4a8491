//! The rules that levels set, outages, qualifications, and who may not book: what a booking is judged
//! by.

use crate::{Row, StoreError, Tx, args, statements};
use base::{Instant, InstrumentId, OrganisationId, OutageId, PersonId, Span};
use instruments::outage::{Down, Kind, Reach};
use instruments::qualification::{Grade, Grant, Way};
use instruments::rules::Layer;
use instruments::setting::Level;
use std::collections::{BTreeMap, BTreeSet};

statements! {
    LAYERS = "select level, rules from booking_rules
              where (level = 'platform' and thing = '') or (level = 'unit' and thing = $1)
                 or (level = 'group' and thing = $2) or (level = 'instrument' and thing = $3)";
    LAYER = "select rules, version from booking_rules where level = $1 and thing = $2";
    ALL_LAYERS = "select level, thing, rules from booking_rules order by level, thing";
    ADD_LAYER = "insert into booking_rules (level, thing, rules, version, changed_by, changed_at)
                 values ($1, $2, $3, 1, $4, $5) on conflict (level, thing) do nothing";
    SET_LAYER = "update booking_rules set rules = $3, version = version + 1, changed_by = $4,
                     changed_at = $5
                 where level = $1 and thing = $2 and version = $6";
    ADD_OUTAGE = "insert into outages (id, instrument, kind, reach, title, starts_at, ends_at,
                      is_planned, cause, declared_by, version, made_at)
                  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 1, $11)";
    OUTAGE = "select id, instrument, kind, reach, title, starts_at, ends_at, is_planned, cause,
                  version
              from outages where id = $1";
    OUTAGES = "select id, instrument, kind, reach, title, starts_at, ends_at, is_planned, cause,
                   version
               from outages where instrument = $1 and ends_at > $2 and starts_at < $3
                 and starts_at < ends_at
               order by starts_at, id limit 200";
    ALL_OUTAGES = "select instrument, starts_at, ends_at from outages
                   where ends_at > $1 and starts_at < $2 and reach = 'whole'
                     and starts_at < ends_at
                   order by instrument, starts_at";
    END_OUTAGE = "update outages set ends_at = $3, version = version + 1
                  where id = $1 and version = $2";
    CAUSED = "select id, version from outages where cause = $1 and cause <> ''";
    QUALIFICATION = "select grade, way, granted_at, last_use_at, lives_days, ends_at, withdrawn_at,
                         hours, reason, person, version
                     from qualifications where instrument = $1 and person = $2";
    QUALIFIED = "select grade, way, granted_at, last_use_at, lives_days, ends_at, withdrawn_at,
                     hours, reason, person, version
                 from qualifications where instrument = $1 order by person limit $2";
    LAPSING = "select grade, way, granted_at, last_use_at, lives_days, ends_at, withdrawn_at,
                   hours, reason, person, version, instrument
               from qualifications
               where withdrawn_at is null
                 and ((ends_at > $1 and ends_at <= $2)
                   or (lives_days > 0 and lives_days <= 3660
                     and coalesce(last_use_at, granted_at) + lives_days * 86400000000 > $1
                     and coalesce(last_use_at, granted_at) + lives_days * 86400000000 <= $2))
                 and (instrument > $3 or (instrument = $3 and person > $4))
               order by instrument, person limit $5";
    GRANTS_OF = "select grade, way, granted_at, last_use_at, lives_days, ends_at, withdrawn_at,
                     hours, reason, person, version, instrument
                 from qualifications where person = $1 order by instrument limit 2000";
    KNOWN = "select 'block', level, thing, until_at from booking_blocks
             where person = $1 and (until_at is null or until_at > $2)
             union all
             select 'access', '', owner, ends_at from instrument_access where person = $1
             union all
             select 'training', code, owner, ends_at from booking_trainings where person = $1
             union all
             select 'owed', '', unit, min(asked_at) from use_feedback
             where person = $1 and answered_at = 0 and asked_at <= $3 group by unit";
    GRANT = "insert into qualifications (instrument, person, grade, way, granted_at, last_use_at,
                 lives_days, ends_at, withdrawn_at, hours, reason, granted_by, version)
             values ($1, $2, $3, $4, $5, null, $6, $7, null, $8, $9, $10, 1)
             on conflict (instrument, person) do update
             set grade = $3, way = $4, granted_at = $5, last_use_at = null, lives_days = $6,
                 ends_at = $7, withdrawn_at = null, hours = $8, reason = $9, granted_by = $10,
                 version = qualifications.version + 1";
    WITHDRAW = "update qualifications set withdrawn_at = $3, reason = $4, version = version + 1
                where instrument = $1 and person = $2 and withdrawn_at is null";
    NEEDING = "select id from instruments where sheet like '%' || $1 || '%' and id <> $1
               order by id limit 100";
    USED = "update qualifications set last_use_at = $3 where instrument = $1 and person = $2
              and (last_use_at is null or last_use_at < $3)";
    TRAIN = "insert into booking_trainings (owner, code, person, done_at, ends_at, granted_by)
             values ($1, $2, $3, $4, $5, $6)
             on conflict (person, owner, code) do update
             set done_at = $4, ends_at = $5, granted_by = $6";
    TRAINED = "select code from booking_trainings
               where person = $1 and owner = $2 and (ends_at is null or ends_at >= $3)";
    BLOCK = "insert into booking_blocks (level, thing, person, until_at, reason, blocked_by, at)
             values ($1, $2, $3, $4, $5, $6, $7)
             on conflict (person, level, thing) do update
             set until_at = $4, reason = $5, blocked_by = $6, at = $7";
    UNBLOCK = "delete from booking_blocks where person = $1 and level = $2 and thing = $3";
    STANDING = "select 'block', until_at from booking_blocks
                where person = $1 and (until_at is null or until_at > $2)
                  and (level = 'platform' or (level = 'unit' and thing = $3)
                       or (level = 'instrument' and thing = $4))
                union all
                select 'access', ends_at from instrument_access where person = $1 and owner = $3";
}

/// The name of a group of a unit, as rules know it; empty where there is none.
pub fn group_of(owner: OrganisationId, group: &str) -> String {
    if group.is_empty() { String::new() } else { format!("{owner}/{group}") }
}

/// What each level sets for an instrument, the highest level first.
pub fn layers(
    tx: &mut Tx<'_>,
    (owner, group, id): (OrganisationId, &str, InstrumentId),
) -> Result<Vec<(Level, Layer)>, StoreError> {
    let rows = tx.rows(&LAYERS, args![owner, group_of(owner, group), id])?;
    let read = |row: &Row| Ok((row.parsed(0, Level::parse)?, row.json(1)?));
    let mut layers = rows.iter().map(read).collect::<Result<Vec<_>, StoreError>>()?;
    layers.sort_by_key(|(level, _): &(Level, Layer)| *level);
    Ok(layers)
}

/// What every level of everything sets.
pub fn all_layers(tx: &mut Tx<'_>) -> Result<Vec<(Level, String, Layer)>, StoreError> {
    let rows = tx.rows(&ALL_LAYERS, &[])?;
    rows.iter().map(|row| Ok((row.parsed(0, Level::parse)?, row.text(1)?, row.json(2)?))).collect()
}

/// What one level sets, and its version; version 0 where it sets nothing yet.
pub fn layer(tx: &mut Tx<'_>, level: Level, thing: &str) -> Result<(Layer, u64), StoreError> {
    match tx.row(&LAYER, args![level.code(), thing])? {
        Some(row) => Ok((row.json(0)?, row.count(1)?)),
        None => Ok((Layer::default(), 0)),
    }
}

/// Sets what a level says, as the version that was seen. False where somebody was faster.
pub fn set_layer(
    tx: &mut Tx<'_>,
    (level, thing, layer): (Level, &str, &Layer),
    seen: u64,
    (by, now): (PersonId, Instant),
) -> Result<bool, StoreError> {
    let text = crate::json(layer);
    let done = match seen {
        0 => {
            tx.run(&ADD_LAYER, &[level.code().into(), thing.into(), text, by.into(), now.into()])?
        }
        _ => tx.run(
            &SET_LAYER,
            &[level.code().into(), thing.into(), text, by.into(), now.into(), seen.into()],
        )?,
    };
    Ok(done == 1)
}

/// A time in which an instrument cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outage {
    pub id: OutageId,
    pub instrument: InstrumentId,
    pub kind: Kind,
    pub reach: Reach,
    pub title: String,
    pub span: Span,
    pub is_planned: bool,
    /// The outage from which it follows.
    pub cause: Option<OutageId>,
    pub version: u64,
}

impl Outage {
    /// As a booking meets it.
    pub fn down(&self) -> Down {
        Down { id: self.id, span: self.span, reach: self.reach }
    }
}

/// Adds an outage.
pub fn add_outage(
    tx: &mut Tx<'_>,
    it: &Outage,
    (by, now): (PersonId, Instant),
) -> Result<(), StoreError> {
    let row = [
        it.id.into(),
        it.instrument.into(),
        it.kind.code().into(),
        it.reach.code().into(),
        (&it.title).into(),
        it.span.start().into(),
        it.span.end().into(),
        it.is_planned.into(),
        it.cause.map(|id| id.to_string()).unwrap_or_default().into(),
        by.into(),
        now.into(),
    ];
    tx.later(&ADD_OUTAGE, &row)
}

/// One outage; `None` also for one that was called off before it began.
pub fn outage(tx: &mut Tx<'_>, id: OutageId) -> Result<Option<Outage>, StoreError> {
    tx.row(&OUTAGE, args![id])?.as_ref().map(read_outage).transpose().map(Option::flatten)
}

/// Outages of an instrument that touch a span, in order.
pub fn outages(tx: &mut Tx<'_>, id: InstrumentId, span: Span) -> Result<Vec<Outage>, StoreError> {
    let rows = tx.rows(&OUTAGES, args![id, span.start(), span.end()])?;
    let read = rows.iter().map(read_outage).collect::<Result<Vec<_>, StoreError>>()?;
    Ok(read.into_iter().flatten().collect())
}

/// Times in which instruments stand still within a span, instrument by instrument.
pub fn all_outages(tx: &mut Tx<'_>, span: Span) -> Result<Vec<(InstrumentId, Span)>, StoreError> {
    let rows = tx.rows(&ALL_OUTAGES, args![span.start(), span.end()])?;
    let read = |row: &Row| {
        let id = row.parsed(0, |text| InstrumentId::parse(text).ok())?;
        Ok(Span::new(row.instant(1)?, row.instant(2)?).map(|span| (id, span)))
    };
    let read = rows.iter().map(read).collect::<Result<Vec<_>, StoreError>>()?;
    Ok(read.into_iter().flatten().collect())
}

/// The instruments that an outage reaches besides its own.
pub fn caused(tx: &mut Tx<'_>, id: OutageId) -> Result<Vec<InstrumentId>, StoreError> {
    let mut all = Vec::new();
    for row in tx.rows(&CAUSED, args![id])? {
        let caused = row.parsed(0, |text| OutageId::parse(text).ok())?;
        all.extend(outage(tx, caused)?.map(|outage| outage.instrument));
    }
    Ok(all)
}

/// Ends an outage at a moment, with those that follow from it. False where it moved on meanwhile.
pub fn end_outage(
    tx: &mut Tx<'_>,
    id: OutageId,
    version: u64,
    at: Instant,
) -> Result<bool, StoreError> {
    let mut done = tx.run(&END_OUTAGE, args![id, version, at])? == 1;
    for row in tx.rows(&CAUSED, args![id])? {
        let caused = row.parsed(0, |text| OutageId::parse(text).ok())?;
        done &= tx.run(&END_OUTAGE, args![caused, row.count(1)?, at])? == 1;
    }
    Ok(done)
}

fn read_outage(row: &Row) -> Result<Option<Outage>, StoreError> {
    let span = Span::new(row.instant(5)?, row.instant(6)?);
    let cause = row.text(8)?;
    let cause = OutageId::parse(&cause).ok();
    let Some(span) = span else { return Ok(None) };
    Ok(Some(Outage {
        id: row.parsed(0, |text| OutageId::parse(text).ok())?,
        instrument: row.parsed(1, |text| InstrumentId::parse(text).ok())?,
        kind: row.parsed(2, Kind::parse)?,
        reach: row.parsed(3, Reach::parse)?,
        title: row.text(4)?,
        span,
        is_planned: row.bool(7)?,
        cause,
        version: row.count(9)?,
    }))
}

/// Instruments whose sheets name this one: they may need it.
pub fn needing(tx: &mut Tx<'_>, id: InstrumentId) -> Result<Vec<InstrumentId>, StoreError> {
    let rows = tx.rows(&NEEDING, args![id])?;
    rows.iter().map(|row| row.parsed(0, |text| InstrumentId::parse(text).ok())).collect()
}

/// Somebody's qualification as kept.
#[derive(Clone, Debug)]
pub struct Qualification {
    pub person: PersonId,
    pub grant: Grant,
    pub way: Way,
    pub reason: String,
    pub version: u64,
}

/// What a person is trusted with at an instrument.
pub fn qualification(
    tx: &mut Tx<'_>,
    instrument: InstrumentId,
    person: PersonId,
) -> Result<Option<Qualification>, StoreError> {
    tx.row(&QUALIFICATION, args![instrument, person])?.as_ref().map(read_qualification).transpose()
}

/// Who is trusted with an instrument.
pub fn qualified(
    tx: &mut Tx<'_>,
    instrument: InstrumentId,
    limit: usize,
) -> Result<Vec<Qualification>, StoreError> {
    tx.rows(&QUALIFIED, args![instrument, limit])?.iter().map(read_qualification).collect()
}

/// Qualifications one of whose ends lies within a time, after one of them.
pub fn lapsing(
    tx: &mut Tx<'_>,
    (from, until): (Instant, Instant),
    after: Option<(InstrumentId, PersonId)>,
    limit: usize,
) -> Result<Vec<(InstrumentId, Qualification)>, StoreError> {
    let (instrument, person) = match after {
        Some((instrument, person)) => (instrument.to_string(), person.to_string()),
        None => (String::new(), String::new()),
    };
    let rows = tx.rows(&LAPSING, args![from, until, instrument, person, limit])?;
    let both = |row: &Row| {
        let instrument = row.parsed(11, |text| InstrumentId::parse(text).ok())?;
        Ok((instrument, read_qualification(row)?))
    };
    rows.iter().map(both).collect()
}

fn read_qualification(row: &Row) -> Result<Qualification, StoreError> {
    Ok(Qualification {
        person: row.parsed(9, |text| PersonId::parse(text).ok())?,
        grant: Grant {
            grade: row.parsed(0, Grade::parse)?,
            granted: row.instant(2)?,
            last_use: row.instant_or_none(3)?,
            lives_days: u32::try_from(row.count(4)?).unwrap_or(u32::MAX),
            ends: row.instant_or_none(5)?,
            withdrawn: row.instant_or_none(6)?,
            hours: row.json(7)?,
        },
        way: row.parsed(1, Way::parse)?,
        reason: row.text(8)?,
        version: row.count(10)?,
    })
}

/// Grants a qualification, or renews it.
pub fn grant(
    tx: &mut Tx<'_>,
    (instrument, person): (InstrumentId, PersonId),
    (grant, way, reason): (&Grant, Way, &str),
    by: PersonId,
) -> Result<(), StoreError> {
    let row = [
        instrument.into(),
        person.into(),
        grant.grade.code().into(),
        way.code().into(),
        grant.granted.into(),
        i64::from(grant.lives_days).into(),
        grant.ends.map(Instant::micros).into(),
        crate::json(&grant.hours),
        reason.into(),
        by.into(),
    ];
    tx.later(&GRANT, &row)
}

/// Withdraws a qualification. False where there is none that stands.
pub fn withdraw(
    tx: &mut Tx<'_>,
    (instrument, person): (InstrumentId, PersonId),
    reason: &str,
    now: Instant,
) -> Result<bool, StoreError> {
    Ok(tx.run(&WITHDRAW, args![instrument, person, now, reason])? == 1)
}

/// A use keeps the qualification of its person alive.
pub fn used(
    tx: &mut Tx<'_>,
    (instrument, person): (InstrumentId, PersonId),
    at: Instant,
) -> Result<(), StoreError> {
    tx.later(&USED, args![instrument, person, at])
}

/// Notes that somebody did a course at a site.
pub fn train(
    tx: &mut Tx<'_>,
    (owner, code, person): (OrganisationId, &str, PersonId),
    (done_at, ends): (Instant, Option<Instant>),
    by: PersonId,
) -> Result<(), StoreError> {
    let ends = ends.map(Instant::micros);
    tx.later(&TRAIN, args![owner, code, person, done_at, ends, by])
}

/// The courses of an owner that count for a person until a moment.
pub fn trained(
    tx: &mut Tx<'_>,
    person: PersonId,
    owner: OrganisationId,
    until: Instant,
) -> Result<Vec<String>, StoreError> {
    tx.rows(&TRAINED, args![person, owner, until])?.iter().map(|row| row.text(0)).collect()
}

/// Keeps somebody from booking: at a level's thing, for a time or for good.
pub fn block(
    tx: &mut Tx<'_>,
    (level, thing, person): (Level, &str, PersonId),
    (until, reason): (Option<Instant>, &str),
    (by, now): (PersonId, Instant),
) -> Result<(), StoreError> {
    let until = until.map(Instant::micros);
    tx.later(&BLOCK, args![level.code(), thing, person, until, reason, by, now])
}

/// Lets somebody book again. False where nothing kept them from it.
pub fn unblock(
    tx: &mut Tx<'_>,
    (level, thing, person): (Level, &str, PersonId),
) -> Result<bool, StoreError> {
    Ok(tx.run(&UNBLOCK, args![person, level.code(), thing])? == 1)
}

/// What is set about a person at an instrument.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// Until when they may not book; `Some(None)` is without an end.
    pub blocked: Option<Option<Instant>>,
    /// When their access to the instruments of the unit ends.
    pub access_ends: Option<Instant>,
}

/// What is known of somebody with every owner.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Known {
    /// Where they may not book now.
    pub blocks: Vec<(Level, String)>,
    /// When their access to the instruments of a unit ends, or ended.
    pub access: BTreeMap<OrganisationId, Instant>,
    /// Courses they have done at a unit, and when each stops counting.
    pub trainings: BTreeMap<(OrganisationId, String), Option<Instant>>,
    /// Units that have waited for more than a day to hear of a use.
    pub owed: BTreeSet<OrganisationId>,
}

/// What is known of somebody with every owner, in one question.
pub fn known_of(tx: &mut Tx<'_>, person: PersonId, now: Instant) -> Result<Known, StoreError> {
    let mut found = Known::default();
    let before = instruments::feedback::due_before(now);
    for row in tx.rows(&KNOWN, args![person, now, before])? {
        let (word, at) = (row.text(1)?, row.instant_or_none(3)?);
        let owner = || row.parsed(2, |text| OrganisationId::parse(text).ok());
        match row.text(0)?.as_str() {
            "block" => found.blocks.push((row.parsed(1, Level::parse)?, row.text(2)?)),
            "access" => found.access.extend(at.map(|at| Ok((owner()?, at))).transpose()?),
            "training" => {
                found.trainings.insert((owner()?, word), at);
            }
            _ => {
                found.owed.insert(owner()?);
            }
        }
    }
    Ok(found)
}

/// Everything that somebody is qualified for.
pub fn grants_of(
    tx: &mut Tx<'_>,
    person: PersonId,
) -> Result<BTreeMap<InstrumentId, Grant>, StoreError> {
    let both = |row: &Row| {
        let instrument = row.parsed(11, |text| InstrumentId::parse(text).ok())?;
        Ok((instrument, read_qualification(row)?.grant))
    };
    tx.rows(&GRANTS_OF, args![person])?.iter().map(both).collect()
}

/// Whether somebody may not book an instrument now, and until when their access lasts; the longest
/// block counts.
pub fn standing(
    tx: &mut Tx<'_>,
    person: PersonId,
    (owner, id): (OrganisationId, InstrumentId),
    now: Instant,
) -> Result<Standing, StoreError> {
    let mut found = Standing::default();
    for row in tx.rows(&STANDING, args![person, now, owner, id])? {
        let until = row.instant_or_none(1)?;
        match row.text(0)?.as_str() {
            "access" => found.access_ends = until,
            // Without an end is the longest.
            _ => {
                let long = |until: Option<Instant>| until.map_or(i64::MAX, Instant::micros);
                let is_longer = found.blocked.is_none_or(|known| long(known) < long(until));
                found.blocked = if is_longer { Some(until) } else { found.blocked };
            }
        }
    }
    Ok(found)
}
