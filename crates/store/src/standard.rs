//! Standards in tables, who follows them, and what serves them.

use crate::filter::Composer;
use crate::{Composed, Row, StoreError, Tx, args, statements};
use base::{Bilingual, Date, Instant, PersonId, StandardId};
use instruments::standard::{Facts, Standard, Status};
use std::collections::BTreeMap;

statements! {
    ADD = "insert into standards (id, number, title_en, title_zh, state, published_on, in_force_on,
               ended_on, successor, issuer, scope_en, scope_zh, invented, version, changed_at)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)";
    CHANGE = "update standards set title_en = $3, title_zh = $4, state = $5, published_on = $6,
                  in_force_on = $7, ended_on = $8, successor = $9, issuer = $10, scope_en = $11,
                  scope_zh = $12, invented = $13, version = $14, changed_at = $15
              where id = $1 and version = $2";
    FIND = "select id, number, title_en, title_zh, state, published_on, in_force_on, ended_on,
                successor, issuer, scope_en, scope_zh, invented, version, changed_at
            from standards where id = $1";
    BY_NUMBER = "select id, number, title_en, title_zh, state, published_on, in_force_on, ended_on,
                     successor, issuer, scope_en, scope_zh, invented, version, changed_at
                 from standards where number = $1";
    LIST = "select id, number, title_en, title_zh, state, published_on, in_force_on, ended_on,
                successor, issuer, scope_en, scope_zh, invented, version, changed_at
            from standards where number > $1 order by number limit $2";
    FORMER = "select number, id from standards where successor = $1 order by number limit 20";
    FOLLOW = "insert into standard_followers (standard, person, since_at) values ($1, $2, $3)
              on conflict (standard, person) do nothing";
    UNFOLLOW = "delete from standard_followers where standard = $1 and person = $2";
    IS_FOLLOWED = "select 1 from standard_followers where standard = $1 and person = $2";
    FOLLOWERS = "select person from standard_followers where standard = $1 order by person limit $2";
    SERVED = "select s.standard, count(*) from instrument_standards s
              join instruments i on i.id = s.instrument
              where i.state = 'listed' group by s.standard";
    FORGET = "delete from standard_followers where person = $1";
}

/// Adds a standard.
pub fn add(tx: &mut Tx<'_>, it: &Standard) -> Result<(), StoreError> {
    let mut row = vec![it.id.into(), (&it.facts.number).into()];
    row.extend(columns(it));
    tx.later(&ADD, &row)
}

/// Changes a standard that is still at version `before`.
pub fn change(tx: &mut Tx<'_>, before: u64, it: &Standard) -> Result<bool, StoreError> {
    let mut row = vec![it.id.into(), before.into()];
    row.extend(columns(it));
    Ok(tx.run(&CHANGE, &row)? == 1)
}

fn columns(it: &Standard) -> Vec<crate::Value> {
    let day = |on: Option<Date>| on.map(|on| on.to_string()).unwrap_or_default();
    let facts = &it.facts;
    vec![
        (&facts.title.en).into(),
        (&facts.title.zh).into(),
        facts.status.word().into(),
        day(facts.published).into(),
        day(facts.in_force).into(),
        day(facts.ended).into(),
        (&facts.successor).into(),
        (&facts.issuer).into(),
        (&facts.scope.en).into(),
        (&facts.scope.zh).into(),
        facts.invented.into(),
        it.version.into(),
        it.changed_at.into(),
    ]
}

/// One standard.
pub fn find(tx: &mut Tx<'_>, id: StandardId) -> Result<Option<Standard>, StoreError> {
    tx.row(&FIND, args![id])?.as_ref().map(read).transpose()
}

/// The standard of this number, as it is compared.
pub fn by_number(tx: &mut Tx<'_>, number: &str) -> Result<Option<Standard>, StoreError> {
    tx.row(&BY_NUMBER, args![number])?.as_ref().map(read).transpose()
}

/// Standards after a number, in the order of numbers.
pub fn list(tx: &mut Tx<'_>, after: &str, limit: usize) -> Result<Vec<Standard>, StoreError> {
    tx.rows(&LIST, args![after, limit])?.iter().map(read).collect()
}

/// Those of these numbers that are known.
pub fn of_numbers(
    tx: &mut Tx<'_>,
    numbers: &[String],
) -> Result<BTreeMap<String, Standard>, StoreError> {
    if numbers.is_empty() {
        return Ok(BTreeMap::new());
    }
    let mut composer = Composer::default();
    let chosen = composer.any_of("number", numbers);
    let sql = format!(
        "select id, number, title_en, title_zh, state, published_on, in_force_on, ended_on, \
         successor, issuer, scope_en, scope_zh, invented, version, changed_at \
         from standards where {chosen}"
    );
    let rows = tx.composed(&Composed { sql, args: composer.args })?;
    rows.iter().map(|row| read(row).map(|it| (it.facts.number.clone(), it))).collect()
}

/// Numbers of those whose place it took.
pub fn former(tx: &mut Tx<'_>, number: &str) -> Result<Vec<(String, StandardId)>, StoreError> {
    let rows = tx.rows(&FORMER, args![number])?;
    rows.iter().map(|row| Ok((row.text(0)?, id(row, 1)?))).collect()
}

/// How many listed instruments serve each number.
pub fn served(tx: &mut Tx<'_>) -> Result<BTreeMap<String, u64>, StoreError> {
    tx.rows(&SERVED, &[])?.iter().map(|row| Ok((row.text(0)?, row.count(1)?))).collect()
}

/// Somebody wants to be told of its changes, or no longer.
pub fn follow(
    tx: &mut Tx<'_>,
    standard: StandardId,
    person: PersonId,
    since: Option<Instant>,
) -> Result<(), StoreError> {
    match since {
        Some(now) => tx.run(&FOLLOW, args![standard, person, now])?,
        None => tx.run(&UNFOLLOW, args![standard, person])?,
    };
    Ok(())
}

/// Whether somebody is told of its changes.
pub fn is_followed(
    tx: &mut Tx<'_>,
    standard: StandardId,
    person: PersonId,
) -> Result<bool, StoreError> {
    Ok(tx.row(&IS_FOLLOWED, args![standard, person])?.is_some())
}

/// Everybody who is told of its changes.
pub fn followers(
    tx: &mut Tx<'_>,
    standard: StandardId,
    limit: usize,
) -> Result<Vec<PersonId>, StoreError> {
    let rows = tx.rows(&FOLLOWERS, args![standard, limit])?;
    rows.iter().map(|row| row.parsed(0, |text| PersonId::parse(text).ok())).collect()
}

/// An erased person follows nothing.
pub(crate) fn forget(tx: &mut Tx<'_>, person: PersonId) -> Result<(), StoreError> {
    tx.later(&FORGET, args![person])
}

fn id(row: &Row, at: usize) -> Result<StandardId, StoreError> {
    row.parsed(at, |text| StandardId::parse(text).ok())
}

fn day(row: &Row, at: usize) -> Result<Option<Date>, StoreError> {
    match row.text(at)?.is_empty() {
        true => Ok(None),
        false => row.parsed(at, |text| text.parse().ok()).map(Some),
    }
}

fn read(row: &Row) -> Result<Standard, StoreError> {
    Ok(Standard {
        id: id(row, 0)?,
        facts: Facts {
            number: row.text(1)?,
            title: Bilingual::new(row.text(2)?, row.text(3)?),
            status: row.parsed(4, Status::parse)?,
            published: day(row, 5)?,
            in_force: day(row, 6)?,
            ended: day(row, 7)?,
            successor: row.text(8)?,
            issuer: row.text(9)?,
            scope: Bilingual::new(row.text(10)?, row.text(11)?),
            invented: row.bool(12)?,
        },
        version: row.count(13)?,
        changed_at: row.instant(14)?,
    })
}
