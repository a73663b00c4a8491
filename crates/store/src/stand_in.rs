//! Stand-ins: who may do whose tasks, from when until when.

use crate::{Row, StoreError, Tx, args, statements};
use base::time::Span;
use base::{Instant, PersonId, StandInId};
use cases::Delegation;

statements! {
    ADD = "insert into stand_ins (id, giver, person, process, tasks, from_at, until_at, created_at,
                                  ended_at)
           values ($1, $2, $3, $4, $5, $6, $7, $8, 0)";
    FIND = "select id, giver, person, process, tasks, from_at, until_at, created_at, ended_at
            from stand_ins where id = $1";
    END = "update stand_ins set ended_at = $2 where id = $1 and ended_at = 0 and until_at > $2";
    END_OF = "update stand_ins set ended_at = $2
              where (giver = $1 or person = $1) and ended_at = 0 and until_at > $2";
    OF_PERSON = "select id, giver, person, process, tasks, from_at, until_at, created_at, ended_at
                 from stand_ins where person = $1 and until_at > $2 and ended_at = 0
                 order by from_at, id limit $3";
    OF_GIVER = "select id, giver, person, process, tasks, from_at, until_at, created_at, ended_at
                from stand_ins where giver = $1 and until_at > $2 and ended_at = 0
                order by from_at, id limit $3";
}

/// A delegation with its number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StandIn {
    pub id: StandInId,
    pub delegation: Delegation,
    pub created_at: Instant,
    /// When somebody ended it early.
    pub ended_at: Option<Instant>,
}

/// Adds a stand-in.
pub fn add(tx: &mut Tx<'_>, it: &StandIn) -> Result<(), StoreError> {
    let given = &it.delegation;
    let row = [
        it.id.into(),
        given.giver.into(),
        given.to.into(),
        (&given.process).into(),
        crate::json(&given.tasks),
        given.lasts.start().into(),
        given.lasts.end().into(),
        it.created_at.into(),
    ];
    tx.later(&ADD, &row)
}

/// One of them.
pub fn find(tx: &mut Tx<'_>, id: StandInId) -> Result<Option<StandIn>, StoreError> {
    tx.row(&FIND, args![id])?.as_ref().map(read).transpose()
}

/// Ends one that has not ended; says whether it did.
pub fn end(tx: &mut Tx<'_>, id: StandInId, now: Instant) -> Result<bool, StoreError> {
    Ok(tx.run(&END, args![id, now])? > 0)
}

/// Ends every one that this person gave or was given; says how many.
pub fn end_of(tx: &mut Tx<'_>, person: PersonId, now: Instant) -> Result<u64, StoreError> {
    tx.run(&END_OF, args![person, now])
}

/// Those in which this person stands in, now or later.
pub fn of_person(
    tx: &mut Tx<'_>,
    person: PersonId,
    now: Instant,
    limit: usize,
) -> Result<Vec<StandIn>, StoreError> {
    tx.rows(&OF_PERSON, args![person, now, limit])?.iter().map(read).collect()
}

/// Those that this person gave, now or later.
pub fn of_giver(
    tx: &mut Tx<'_>,
    person: PersonId,
    now: Instant,
    limit: usize,
) -> Result<Vec<StandIn>, StoreError> {
    tx.rows(&OF_GIVER, args![person, now, limit])?.iter().map(read).collect()
}

fn read(row: &Row) -> Result<StandIn, StoreError> {
    let damaged = || StoreError::Damaged("a stand-in that ends before it begins".to_owned());
    let lasts = Span::new(row.instant(5)?, row.instant(6)?).ok_or_else(damaged)?;
    let ended_at = row.int(8)?;
    Ok(StandIn {
        id: row.parsed(0, |text| StandInId::parse(text).ok())?,
        delegation: Delegation {
            giver: row.parsed(1, |text| PersonId::parse(text).ok())?,
            to: row.parsed(2, |text| PersonId::parse(text).ok())?,
            process: row.text(3)?,
            tasks: row.json(4)?,
            lasts,
        },
        created_at: row.instant(7)?,
        ended_at: (ended_at > 0).then(|| Instant::from_micros(ended_at)),
    })
}
