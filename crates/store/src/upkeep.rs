//! Upkeep of instruments in tables: plans, what was done, faults that people told of.

use crate::filter::Composer;
use crate::{Row, StoreError, Tx, args, statements};
use base::{Date, FaultId, Instant, InstrumentId, PersonId, UpkeepPlanId, UpkeepRecordId};
use instruments::upkeep::{Fault, FaultState, Kind, Plan, Record};

statements! {
    ADD_PLAN = "insert into upkeep_plans (id, instrument, kind, title, every_months, due_on, version,
                    ended_at)
                values ($1, $2, $3, $4, $5, $6, $7, $8)";
    CHANGE_PLAN = "update upkeep_plans set due_on = $3, version = $4, ended_at = $5
                   where id = $1 and version = $2";
    PLAN = "select id, instrument, kind, title, every_months, due_on, version, ended_at
            from upkeep_plans where id = $1";
    PLANS = "select id, instrument, kind, title, every_months, due_on, version, ended_at
             from upkeep_plans where instrument = $1 and ended_at = 0 and due_on <> ''
             order by due_on, id limit $2";
    DUE = "select id, instrument, kind, title, every_months, due_on, version, ended_at
           from upkeep_plans where due_on <= $1 and ended_at = 0 and due_on <> ''
             and (due_on > $2 or (due_on = $2 and id > $3))
           order by due_on, id limit $4";
    ADD_RECORD = "insert into upkeep_records (id, instrument, plan, kind, done_on, done_by, certificate,
                      valid_until, note, recorded_by, recorded_at)
                  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    RECORDS = "select id, instrument, plan, kind, done_on, done_by, certificate, valid_until, note,
                   recorded_by, recorded_at
               from upkeep_records where instrument = $1
               order by done_on desc, recorded_at desc, id desc limit $2";
    CALIBRATIONS = "select id, instrument, plan, kind, done_on, done_by, certificate, valid_until, note,
                        recorded_by, recorded_at
                    from upkeep_records where instrument = $1 and kind = 'calibration'
                    order by done_on desc, recorded_at desc, id desc limit $2";
    NEWEST_DAY = "select done_on from upkeep_records where instrument = $1 and plan = $2
                  order by done_on desc limit 1";
    CALIBRATED = "select id, instrument, plan, kind, done_on, done_by, certificate, valid_until, note,
                      recorded_by, recorded_at
                  from upkeep_records where instrument = $1 and kind = 'calibration'
                  order by done_on desc, recorded_at desc, id desc limit 1";
    ENDING = "select id, instrument, plan, kind, done_on, done_by, certificate, valid_until, note,
                  recorded_by, recorded_at
              from upkeep_records where valid_until >= $1 and valid_until <= $2 and valid_until <> ''
                and not exists (select 1 from upkeep_plans p
                                where p.id = upkeep_records.plan and p.ended_at = 0 and p.due_on <> ''
                                  and p.due_on <= upkeep_records.valid_until)
                and (valid_until > $3 or (valid_until = $3 and id > $4))
              order by valid_until, id limit $5";
    ADD_FAULT = "insert into instrument_faults (id, instrument, person, said, is_stopped, reported_at,
                     state, version, answer, settled_by, settled_at)
                 values ($1, $2, $3, $4, $5, $6, 'open', 1, '', '', 0)";
    SETTLE_FAULT = "update instrument_faults set state = $3, version = $4, answer = $5,
                        settled_by = $6, settled_at = $7
                    where id = $1 and version = $2 and state = 'open'";
    FAULT = "select id, instrument, person, said, is_stopped, reported_at, state, version, answer,
                 settled_by, settled_at
             from instrument_faults where id = $1";
    FAULTS = "select id, instrument, person, said, is_stopped, reported_at, state, version, answer,
                  settled_by, settled_at
              from instrument_faults where instrument = $1
              order by case when state = 'open' then 0 else 1 end, reported_at desc, id limit $2";
    N_OPEN = "select count(*), count(case when person = $2 then 1 end)
              from instrument_faults where instrument = $1 and state = 'open'";
    OF_PERSON = "select id, instrument, person, said, is_stopped, reported_at, state, version, answer,
                     settled_by, settled_at
                 from instrument_faults where person = $1 order by reported_at desc, id limit $2";
    EMPTY = "update instrument_faults set said = '' where person = $1";
}

fn day(date: Option<Date>) -> String {
    date.map(|date| date.to_string()).unwrap_or_default()
}

/// Adds a plan.
pub fn add_plan(tx: &mut Tx<'_>, it: &Plan) -> Result<(), StoreError> {
    let ended = it.ended_at.unwrap_or(Instant::from_micros(0));
    let months = i64::from(it.every_months);
    let kind = it.kind.word();
    let row = args![it.id, it.instrument, kind, &it.title, months, day(it.due), it.version, ended];
    tx.later(&ADD_PLAN, row)
}

/// Changes a plan that is still at version `before`.
pub fn change_plan(tx: &mut Tx<'_>, before: u64, it: &Plan) -> Result<bool, StoreError> {
    let ended = it.ended_at.unwrap_or(Instant::from_micros(0));
    Ok(tx.run(&CHANGE_PLAN, args![it.id, before, day(it.due), it.version, ended])? == 1)
}

/// A plan.
pub fn plan(tx: &mut Tx<'_>, id: UpkeepPlanId) -> Result<Option<Plan>, StoreError> {
    tx.row(&PLAN, args![id])?.as_ref().map(read_plan).transpose()
}

/// What is to be done at an instrument, the most urgent first.
pub fn plans(tx: &mut Tx<'_>, id: InstrumentId, limit: usize) -> Result<Vec<Plan>, StoreError> {
    tx.rows(&PLANS, args![id, limit])?.iter().map(read_plan).collect()
}

/// What is due on a day or before it, in order, after one of them.
pub fn due(
    tx: &mut Tx<'_>,
    by: Date,
    after: Option<(Date, UpkeepPlanId)>,
    limit: usize,
) -> Result<Vec<Plan>, StoreError> {
    let (on, id) = after.map(|(on, id)| (on.to_string(), id.to_string())).unwrap_or_default();
    tx.rows(&DUE, args![by.to_string(), on, id, limit])?.iter().map(read_plan).collect()
}

/// Adds what was done.
pub fn add_record(tx: &mut Tx<'_>, it: &Record) -> Result<(), StoreError> {
    let plan = it.plan.map(|id| id.to_string()).unwrap_or_default();
    let row = [
        it.id.into(),
        it.instrument.into(),
        plan.into(),
        it.kind.word().into(),
        it.done.to_string().into(),
        (&it.by).into(),
        (&it.certificate).into(),
        day(it.until).into(),
        (&it.note).into(),
        it.recorded_by.into(),
        it.recorded_at.into(),
    ];
    tx.later(&ADD_RECORD, &row)
}

/// What was done at an instrument, the newest first.
pub fn records(tx: &mut Tx<'_>, id: InstrumentId, limit: usize) -> Result<Vec<Record>, StoreError> {
    tx.rows(&RECORDS, args![id, limit])?.iter().map(read_record).collect()
}

/// What was calibrated at an instrument, the newest first.
pub fn calibrations(
    tx: &mut Tx<'_>,
    id: InstrumentId,
    limit: usize,
) -> Result<Vec<Record>, StoreError> {
    tx.rows(&CALIBRATIONS, args![id, limit])?.iter().map(read_record).collect()
}

/// The last day on which a plan of an instrument was done.
pub fn newest_day(
    tx: &mut Tx<'_>,
    (id, plan): (InstrumentId, UpkeepPlanId),
) -> Result<Option<Date>, StoreError> {
    let found = tx.row(&NEWEST_DAY, args![id, plan])?;
    found.map_or(Ok(None), |row| day_or_none(&row, 0))
}

/// The calibration that counts: the newest.
pub fn calibrated(tx: &mut Tx<'_>, id: InstrumentId) -> Result<Option<Record>, StoreError> {
    tx.row(&CALIBRATED, args![id])?.as_ref().map(read_record).transpose()
}

/// Certificates that end without a plan that is due by then, within a time, in order, after one of them.
pub fn ending(
    tx: &mut Tx<'_>,
    (from, until): (Date, Date),
    after: Option<(Date, UpkeepRecordId)>,
    limit: usize,
) -> Result<Vec<Record>, StoreError> {
    let (on, id) = after.map(|(on, id)| (on.to_string(), id.to_string())).unwrap_or_default();
    let row = args![from.to_string(), until.to_string(), on, id, limit];
    tx.rows(&ENDING, row)?.iter().map(read_record).collect()
}

/// Adds a fault that somebody told of.
pub fn add_fault(tx: &mut Tx<'_>, it: &Fault) -> Result<(), StoreError> {
    let row = args![it.id, it.instrument, it.person, &it.said, it.is_stopped, it.reported_at];
    tx.later(&ADD_FAULT, row)
}

/// Keeps the answer to a fault that is still open in the version `before`.
pub fn settle_fault(tx: &mut Tx<'_>, before: u64, it: &Fault) -> Result<bool, StoreError> {
    let Some((by, at)) = it.settled else { return Ok(false) };
    let row = args![it.id, before, it.state.word(), it.version, &it.answer, by, at];
    Ok(tx.run(&SETTLE_FAULT, row)? == 1)
}

/// A fault.
pub fn fault(tx: &mut Tx<'_>, id: FaultId) -> Result<Option<Fault>, StoreError> {
    tx.row(&FAULT, args![id])?.as_ref().map(read_fault).transpose()
}

/// The faults of an instrument: those that are open, then the newest.
pub fn faults(tx: &mut Tx<'_>, id: InstrumentId, limit: usize) -> Result<Vec<Fault>, StoreError> {
    tx.rows(&FAULTS, args![id, limit])?.iter().map(read_fault).collect()
}

/// How many faults of an instrument are open, and how many of them somebody told of.
pub fn n_open(tx: &mut Tx<'_>, id: InstrumentId, of: PersonId) -> Result<(u64, u64), StoreError> {
    let found = tx.row(&N_OPEN, args![id, of])?;
    found.map_or(Ok((0, 0)), |row| Ok((row.count(0)?, row.count(1)?)))
}

/// What somebody told of, newest first.
pub fn of_person(tx: &mut Tx<'_>, id: PersonId, limit: usize) -> Result<Vec<Fault>, StoreError> {
    tx.rows(&OF_PERSON, args![id, limit])?.iter().map(read_fault).collect()
}

/// Instruments with open faults and with what is due by a day, the oldest first, told in one list: the kind, the instrument and
/// its names, and how many.
pub(crate) fn waiting_text(composer: &mut Composer, whose: &str, by: Date) -> String {
    let by = composer.bind(by.to_string());
    format!(
        "select f.kind, i.id, i.name_en, i.name_zh, f.n
         from (select 'fault' as kind, instrument, count(*) as n, min(reported_at) as since, '' as due
               from instrument_faults where state = 'open' group by instrument
               union all
               select 'upkeep', instrument, count(*), 0, min(due_on) from upkeep_plans
               where due_on <= {by} and ended_at = 0 and due_on <> '' group by instrument) f
         join instruments i on i.id = f.instrument
         where i.state <> 'retired' and ({whose})
         order by f.due, f.since, i.id limit 80"
    )
}

/// Empties what an erased person wrote.
pub fn forget(tx: &mut Tx<'_>, person: PersonId) -> Result<(), StoreError> {
    tx.later(&EMPTY, args![person])
}

fn day_or_none(row: &Row, at: usize) -> Result<Option<Date>, StoreError> {
    match row.str(at)? {
        "" => Ok(None),
        _ => row.parsed(at, base::time::read_date).map(Some),
    }
}

fn read_plan(row: &Row) -> Result<Plan, StoreError> {
    let ended = row.instant(7)?;
    Ok(Plan {
        id: row.parsed(0, |text| UpkeepPlanId::parse(text).ok())?,
        instrument: row.parsed(1, |text| InstrumentId::parse(text).ok())?,
        kind: row.parsed(2, Kind::parse)?,
        title: row.text(3)?,
        every_months: u32::try_from(row.count(4)?).unwrap_or(u32::MAX),
        due: day_or_none(row, 5)?,
        version: row.count(6)?,
        ended_at: Some(ended).filter(|at| at.micros() > 0),
    })
}

fn read_record(row: &Row) -> Result<Record, StoreError> {
    let plan = match row.str(2)? {
        "" => None,
        _ => Some(row.parsed(2, |text| UpkeepPlanId::parse(text).ok())?),
    };
    Ok(Record {
        id: row.parsed(0, |text| UpkeepRecordId::parse(text).ok())?,
        instrument: row.parsed(1, |text| InstrumentId::parse(text).ok())?,
        plan,
        kind: row.parsed(3, Kind::parse)?,
        done: row.parsed(4, base::time::read_date)?,
        by: row.text(5)?,
        certificate: row.text(6)?,
        until: day_or_none(row, 7)?,
        note: row.text(8)?,
        recorded_by: row.parsed(9, |text| PersonId::parse(text).ok())?,
        recorded_at: row.instant(10)?,
    })
}

fn read_fault(row: &Row) -> Result<Fault, StoreError> {
    let settled = match row.str(9)? {
        "" => None,
        _ => Some((row.parsed(9, |text| PersonId::parse(text).ok())?, row.instant(10)?)),
    };
    Ok(Fault {
        id: row.parsed(0, |text| FaultId::parse(text).ok())?,
        instrument: row.parsed(1, |text| InstrumentId::parse(text).ok())?,
        person: row.parsed(2, |text| PersonId::parse(text).ok())?,
        said: row.text(3)?,
        is_stopped: row.bool(4)?,
        reported_at: row.instant(5)?,
        state: row.parsed(6, FaultState::parse)?,
        version: row.count(7)?,
        answer: row.text(8)?,
        settled,
    })
}
