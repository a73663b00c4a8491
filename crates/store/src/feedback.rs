//! What people are asked about their uses, and what they answered.

use crate::filter::Composer;
use crate::{Composed, Row, StoreError, Tx, args, statements};
use base::{Instant, InstrumentId, OrganisationId, PersonId, UseId};
use instruments::feedback::{Asked, Feedback};
use instruments::service_order::Opinion;
use std::collections::BTreeMap;

statements! {
    ASK = "insert into use_feedback (use_id, instrument, unit, person, asked_at, answered_at,
               opinion, is_in_order, problem, note)
           values ($1, $2, $3, $4, $5, 0, '', true, '', '')
           on conflict (use_id) do nothing";
    FIND = "select use_id, instrument, unit, person, asked_at, answered_at, opinion, is_in_order,
                problem, note
            from use_feedback where use_id = $1";
    ANSWER = "update use_feedback set answered_at = $2, opinion = $3, is_in_order = $4,
                  problem = $5, note = $6
              where use_id = $1 and answered_at = 0";
    DUE = "select 1 from use_feedback
           where person = $1 and unit = $2 and asked_at <= $3 and answered_at = 0 limit 1";
    DUE_ALL = "select use_id from use_feedback
               where person = $1 and unit = $2 and answered_at = 0
               order by asked_at, use_id limit $3";
    OF_INSTRUMENT = "select use_id, instrument, unit, person, asked_at, answered_at, opinion,
                         is_in_order, problem, note
                     from use_feedback where instrument = $1 and answered_at > 0
                     order by answered_at desc, use_id limit $2";
    OF_PERSON = "select use_id, instrument, unit, person, asked_at, answered_at, opinion,
                     is_in_order, problem, note
                 from use_feedback where person = $1 order by asked_at desc, use_id limit $2";
    EMPTY = "update use_feedback set problem = '', note = '' where person = $1";
    DROP = "delete from use_feedback where person = $1 and answered_at = 0";
}

/// Asks somebody about a use of theirs.
pub fn ask(tx: &mut Tx<'_>, it: &Asked) -> Result<(), StoreError> {
    tx.later(&ASK, args![it.id, it.instrument, it.unit, it.person, it.asked_at])
}

/// What was asked about a use.
pub fn find(tx: &mut Tx<'_>, id: UseId) -> Result<Option<Asked>, StoreError> {
    tx.row(&FIND, args![id])?.as_ref().map(read).transpose()
}

/// Keeps an answer; false where there is one already.
pub fn answer(tx: &mut Tx<'_>, id: UseId, it: &Feedback, now: Instant) -> Result<bool, StoreError> {
    let row = args![id, now, it.opinion.word(), it.is_in_order, &it.problem, &it.note];
    Ok(tx.run(&ANSWER, row)? == 1)
}

/// Whether somebody has said nothing of a use of this unit's instruments that they were asked about
/// before a moment.
pub fn is_due(
    tx: &mut Tx<'_>,
    (person, unit): (PersonId, OrganisationId),
    before: Instant,
) -> Result<bool, StoreError> {
    Ok(tx.row(&DUE, args![person, unit, before])?.is_some())
}

/// Uses of this unit's instruments of which somebody has said nothing yet, the oldest first.
pub fn open(
    tx: &mut Tx<'_>,
    (person, unit): (PersonId, OrganisationId),
    limit: usize,
) -> Result<Vec<UseId>, StoreError> {
    let rows = tx.rows(&DUE_ALL, args![person, unit, limit])?;
    rows.iter().map(|row| row.parsed(0, |text| UseId::parse(text).ok())).collect()
}

/// What was asked about these uses.
pub fn of_uses(tx: &mut Tx<'_>, ids: &[UseId]) -> Result<BTreeMap<UseId, Asked>, StoreError> {
    if ids.is_empty() {
        return Ok(BTreeMap::new());
    }
    let mut composer = Composer::default();
    let chosen = composer.any_of("use_id", ids);
    let sql = format!(
        "select use_id, instrument, unit, person, asked_at, answered_at, opinion, is_in_order, \
         problem, note from use_feedback where {chosen}"
    );
    let rows = tx.composed(&Composed { sql, args: composer.args })?;
    rows.iter().map(|row| read(row).map(|it| (it.id, it))).collect()
}

/// The answers about an instrument, newest first.
pub fn of_instrument(
    tx: &mut Tx<'_>,
    id: InstrumentId,
    limit: usize,
) -> Result<Vec<Asked>, StoreError> {
    tx.rows(&OF_INSTRUMENT, args![id, limit])?.iter().map(read).collect()
}

/// Everything that somebody was asked, newest first.
pub fn of_person(tx: &mut Tx<'_>, id: PersonId, limit: usize) -> Result<Vec<Asked>, StoreError> {
    tx.rows(&OF_PERSON, args![id, limit])?.iter().map(read).collect()
}

/// Empties what an erased person wrote; what they were asked is not asked any more.
pub fn forget(tx: &mut Tx<'_>, person: PersonId) -> Result<(), StoreError> {
    tx.later(&DROP, args![person])?;
    tx.later(&EMPTY, args![person])
}

fn read(row: &Row) -> Result<Asked, StoreError> {
    let answered = row.instant(5)?;
    let answer = match answered.micros() {
        0 => None,
        _ => Some((
            answered,
            Feedback {
                opinion: row.parsed(6, Opinion::parse)?,
                is_in_order: row.bool(7)?,
                problem: row.text(8)?,
                note: row.text(9)?,
            },
        )),
    };
    Ok(Asked {
        id: row.parsed(0, |text| UseId::parse(text).ok())?,
        instrument: row.parsed(1, |text| InstrumentId::parse(text).ok())?,
        unit: row.parsed(2, |text| OrganisationId::parse(text).ok())?,
        person: row.parsed(3, |text| PersonId::parse(text).ok())?,
        asked_at: row.instant(4)?,
        answer,
    })
}
