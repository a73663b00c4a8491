//! Wishes to be trained, courses done, notices read, and people who may not book for a time.

use crate::{Row, StoreError, Tx, args, statements};
use base::{Instant, InstrumentId, OrganisationId, PersonId};
use instruments::setting::Level;
use instruments::training::{Request, State};

statements! {
    ASK = "insert into training_requests (instrument, person, course, note, state, answer,
               answered_by, asked_at, answered_at)
           values ($1, $2, $3, $4, 'asked', '', '', $5, null)
           on conflict (instrument, person, course) do update
           set note = $4, state = 'asked', answer = '', answered_by = '', asked_at = $5,
               answered_at = null";
    ANSWER = "update training_requests set state = $4, answer = $5, answered_by = $6,
                  answered_at = $7
              where instrument = $1 and person = $2 and course = $3 and state = 'asked'";
    FIND = "select instrument, person, course, note, state, answer, asked_at, answered_at
            from training_requests where instrument = $1 and person = $2 and course = $3";
    OF_PERSON = "select instrument, person, course, note, state, answer, asked_at, answered_at
                 from training_requests where instrument = $1 and person = $2
                 order by course limit 100";
    ASKED = "select instrument, person, course, note, state, answer, asked_at, answered_at
             from training_requests where instrument = $1 and state = 'asked'
             order by asked_at, person, course limit $2";
    COURSES = "select t.person, t.code, t.done_at, t.ends_at from booking_trainings t
               where t.owner = $1 order by t.done_at desc, t.person limit $2";
    COURSES_OF = "select t.person, t.code, t.done_at, t.ends_at from booking_trainings t
                  where t.owner = $1 and t.person = $2 order by t.code limit 100";
    BLOCKS = "select b.person, b.level, b.until_at, b.reason from booking_blocks b
              where (b.until_at is null or b.until_at > $3)
                and ((b.level = 'unit' and b.thing = $1) or (b.level = 'instrument' and b.thing = $2))
              order by b.person, b.level limit $4";
    CONFIRM = "insert into notice_confirmations (instrument, person, digest, at)
               values ($1, $2, $3, $4)
               on conflict (instrument, person) do update set digest = $3, at = $4";
    CONFIRMED = "select digest from notice_confirmations where instrument = $1 and person = $2";
    FORGET = "delete from training_requests where person = $1";
    FORGET_NOTICES = "delete from notice_confirmations where person = $1";
}

/// Keeps a wish, anew where it was answered before.
pub fn ask(tx: &mut Tx<'_>, it: &Request) -> Result<(), StoreError> {
    let row = args![it.instrument, it.person, &it.course, &it.note, it.asked_at];
    tx.later(&ASK, row)
}

/// Answers a wish that is open; false where there is none.
pub fn answer(
    tx: &mut Tx<'_>,
    (instrument, person, course): (InstrumentId, PersonId, &str),
    (state, answer): (State, &str),
    (by, now): (PersonId, Instant),
) -> Result<bool, StoreError> {
    let row = args![instrument, person, course, state.word(), answer, by, now];
    Ok(tx.run(&ANSWER, row)? == 1)
}

/// One wish.
pub fn find(
    tx: &mut Tx<'_>,
    instrument: InstrumentId,
    (person, course): (PersonId, &str),
) -> Result<Option<Request>, StoreError> {
    tx.row(&FIND, args![instrument, person, course])?.as_ref().map(read).transpose()
}

/// Wishes of a person at an instrument, answered ones too.
pub fn of_person(
    tx: &mut Tx<'_>,
    instrument: InstrumentId,
    person: PersonId,
) -> Result<Vec<Request>, StoreError> {
    tx.rows(&OF_PERSON, args![instrument, person])?.iter().map(read).collect()
}

/// Wishes at an instrument that wait for an answer, the oldest first.
pub fn asked(
    tx: &mut Tx<'_>,
    instrument: InstrumentId,
    limit: usize,
) -> Result<Vec<Request>, StoreError> {
    tx.rows(&ASKED, args![instrument, limit])?.iter().map(read).collect()
}

fn read(row: &Row) -> Result<Request, StoreError> {
    Ok(Request {
        instrument: row.parsed(0, |text| InstrumentId::parse(text).ok())?,
        person: row.parsed(1, |text| PersonId::parse(text).ok())?,
        course: row.text(2)?,
        note: row.text(3)?,
        state: row.parsed(4, State::parse)?,
        answer: row.text(5)?,
        asked_at: row.instant(6)?,
        answered_at: row.instant_or_none(7)?,
    })
}

/// A course that somebody did with an owner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Course {
    pub person: PersonId,
    pub code: String,
    pub done_at: Instant,
    pub ends_at: Option<Instant>,
}

/// Courses done with an owner, the newest first.
pub fn courses(
    tx: &mut Tx<'_>,
    owner: OrganisationId,
    limit: usize,
) -> Result<Vec<Course>, StoreError> {
    tx.rows(&COURSES, args![owner, limit])?.iter().map(course).collect()
}

/// Courses that a person did with an owner.
pub fn courses_of(
    tx: &mut Tx<'_>,
    owner: OrganisationId,
    person: PersonId,
) -> Result<Vec<Course>, StoreError> {
    tx.rows(&COURSES_OF, args![owner, person])?.iter().map(course).collect()
}

fn course(row: &Row) -> Result<Course, StoreError> {
    Ok(Course {
        person: row.parsed(0, |text| PersonId::parse(text).ok())?,
        code: row.text(1)?,
        done_at: row.instant(2)?,
        ends_at: row.instant_or_none(3)?,
    })
}

/// Somebody who may not book for a time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    pub person: PersonId,
    pub level: Level,
    /// Nothing for good.
    pub until: Option<Instant>,
    pub reason: String,
}

/// Who may not book an instrument now, at the instrument's or its unit's level.
pub fn blocks(
    tx: &mut Tx<'_>,
    (owner, id): (OrganisationId, InstrumentId),
    now: Instant,
    limit: usize,
) -> Result<Vec<Block>, StoreError> {
    let rows = tx.rows(&BLOCKS, args![owner, id, now, limit])?;
    let read = |row: &Row| {
        Ok(Block {
            person: row.parsed(0, |text| PersonId::parse(text).ok())?,
            level: row.parsed(1, Level::parse)?,
            until: row.instant_or_none(2)?,
            reason: row.text(3)?,
        })
    };
    rows.iter().map(read).collect()
}

/// Notes that somebody read a notice, by the digest of its text.
pub fn confirm(
    tx: &mut Tx<'_>,
    (instrument, person): (InstrumentId, PersonId),
    digest: &str,
    now: Instant,
) -> Result<(), StoreError> {
    tx.later(&CONFIRM, args![instrument, person, digest, now])
}

/// The digest of the notice that somebody read.
pub fn confirmed(
    tx: &mut Tx<'_>,
    instrument: InstrumentId,
    person: PersonId,
) -> Result<Option<String>, StoreError> {
    tx.row(&CONFIRMED, args![instrument, person])?.map(|row| row.text(0)).transpose()
}

/// Drops what an erased person asked for and read.
pub fn forget(tx: &mut Tx<'_>, person: PersonId) -> Result<(), StoreError> {
    tx.later(&FORGET, args![person])?;
    tx.later(&FORGET_NOTICES, args![person])
}
