//! Emergencies: who asked to see which matter, who opened it, until when, who was told.

use crate::filter::Composer;
use crate::{Composed, Row, StoreError, Tx, args, statements};
use base::{EmergencyId, Instant, Label, OrganisationId, PersonId, Reference};
use parties::emergency::{Emergency, Opening, State};
use std::collections::{BTreeMap, BTreeSet};

statements! {
    ADD = "insert into emergencies (id, person, reference, reason, hours, state, asked_at,
                decided_by, decided_at, answer, thing, owner, until_at, ended_by, ended_at, n_looks,
                looked_at)
           values ($1, $2, $3, $4, $5, 'asked', $6, '', 0, '', '', '', 0, '', 0, 0, 0)";
    FIND = "select id, person, reference, reason, hours, state, asked_at, decided_by, decided_at,
                answer, thing, owner, until_at, ended_by, ended_at, n_looks, looked_at
            from emergencies where id = $1";
    OPEN_OF = "select id, person, reference, reason, hours, state, asked_at, decided_by, decided_at,
                   answer, thing, owner, until_at, ended_by, ended_at, n_looks, looked_at
               from emergencies
               where person = $1 and ((state = 'asked' and asked_at > $2)
                   or (state = 'opened' and until_at > $3))
               order by asked_at, id limit $4";
    OF_PERSON = "select id, person, reference, reason, hours, state, asked_at, decided_by, decided_at,
                     answer, thing, owner, until_at, ended_by, ended_at, n_looks, looked_at
                 from emergencies where person = $1 order by asked_at desc, id limit $2";
    WAITING = "select id, person, reference, reason, hours, state, asked_at, decided_by, decided_at,
                   answer, thing, owner, until_at, ended_by, ended_at, n_looks, looked_at
               from emergencies where state = 'asked' and asked_at > $1
               order by asked_at, id limit $2";
    RUNNING = "select id, until_at from emergencies
               where person = $1 and thing = $2 and state = 'opened' and until_at > $3
               order by until_at desc limit 1";
    OPEN = "update emergencies set state = 'opened', decided_by = $2, decided_at = $3, thing = $4,
                owner = $5, until_at = $6
            where id = $1 and state = 'asked'";
    REFUSE = "update emergencies set state = 'refused', decided_by = $2, decided_at = $3, answer = $4
              where id = $1 and state = 'asked'";
    WITHDRAW = "update emergencies set state = 'withdrawn', ended_by = $2, ended_at = $3
                where id = $1 and state = 'asked'";
    END = "update emergencies set state = 'ended', ended_by = $2, ended_at = $3
           where id = $1 and state = 'opened'";
    LOOK = "update emergencies set n_looks = n_looks + 1, looked_at = $2
            where id = $1 and state = 'opened' and until_at > $2";
    TELL = "insert into emergency_people (emergency, person) values ($1, $2)
            on conflict (emergency, person) do nothing";
    IS_TOLD = "select person from emergency_people where emergency = $1 and person = $2";
    TOLD = "select person from emergency_people where emergency = $1 order by person limit $2";
    FORGET = "update emergencies set reason = '' where person = $1";
    FORGET_ANSWERS = "update emergencies set answer = '' where decided_by = $1";
}

/// Which emergencies a list is about: those that any of these makes the reader's.
#[derive(Clone, Debug, Default)]
pub struct Scope {
    /// All there are.
    pub all: bool,
    /// Asked for by, or told to, this person.
    pub person: Option<PersonId>,
    /// Opened to matters of these.
    pub owners: Vec<OrganisationId>,
}

/// Adds a request.
pub fn add(tx: &mut Tx<'_>, it: &Emergency) -> Result<(), StoreError> {
    let row = [
        it.id.into(),
        it.person.into(),
        it.reference.as_str().into(),
        (&it.reason).into(),
        it.hours.into(),
        it.asked_at.into(),
    ];
    tx.later(&ADD, &row)
}

/// One of them.
pub fn find(tx: &mut Tx<'_>, id: EmergencyId) -> Result<Option<Emergency>, StoreError> {
    tx.row(&FIND, args![id])?.as_ref().map(read).transpose()
}

/// What this person has waiting since a moment, or running now.
pub fn open_of(
    tx: &mut Tx<'_>,
    person: PersonId,
    (since, now): (Instant, Instant),
    limit: usize,
) -> Result<Vec<Emergency>, StoreError> {
    tx.rows(&OPEN_OF, args![person, since, now, limit])?.iter().map(read).collect()
}

/// Everything that somebody asked for, newest first.
pub fn of_person(
    tx: &mut Tx<'_>,
    person: PersonId,
    limit: usize,
) -> Result<Vec<Emergency>, StoreError> {
    tx.rows(&OF_PERSON, args![person, limit])?.iter().map(read).collect()
}

/// Requests since a moment that nobody decided, oldest first.
pub fn waiting(
    tx: &mut Tx<'_>,
    since: Instant,
    limit: usize,
) -> Result<Vec<Emergency>, StoreError> {
    tx.rows(&WAITING, args![since, limit])?.iter().map(read).collect()
}

/// Counts of requests of others since a moment, and of recoveries of lost factors since another that
/// this person may confirm: what waits for a security administrator.
pub(crate) fn counted(
    composer: &mut Composer,
    person: PersonId,
    (requests, recoveries): (Instant, Instant),
) -> [String; 2] {
    let (requests, person) = (composer.bind(requests), composer.bind(person));
    let recoveries = composer.bind(recoveries);
    [
        format!(
            "select count(*) from emergencies
             where state = 'asked' and asked_at > {requests} and person <> {person}"
        ),
        format!(
            "select count(*) from factor_recoveries
             where started_at > {recoveries} and person <> {person} and started_by <> {person}"
        ),
    ]
}

/// What opens this thing to this person now, and until when.
pub fn running(
    tx: &mut Tx<'_>,
    person: PersonId,
    thing: &str,
    now: Instant,
) -> Result<Option<(EmergencyId, Instant)>, StoreError> {
    tx.row(&RUNNING, args![person, thing, now])?
        .map(|row| Ok((row.parsed(0, |text| EmergencyId::parse(text).ok())?, row.instant(1)?)))
        .transpose()
}

/// Keeps what became of a request; false where somebody was faster.
pub fn change(tx: &mut Tx<'_>, id: EmergencyId, state: &State) -> Result<bool, StoreError> {
    let n = match state {
        State::Asked => 0,
        State::Opened(it) => {
            let row = [
                id.into(),
                it.by.into(),
                it.at.into(),
                (&it.thing).into(),
                it.owner.into(),
                it.until.into(),
            ];
            tx.run(&OPEN, &row)?
        }
        State::Refused { by, at, why } => tx.run(&REFUSE, args![id, *by, *at, why])?,
        State::Withdrawn { by, at } => tx.run(&WITHDRAW, args![id, *by, *at])?,
        State::Ended { by, at, .. } => tx.run(&END, args![id, *by, *at])?,
    };
    Ok(n == 1)
}

/// Counts a look; false where it does not run any more.
pub fn look(tx: &mut Tx<'_>, id: EmergencyId, now: Instant) -> Result<bool, StoreError> {
    Ok(tx.run(&LOOK, args![id, now])? == 1)
}

/// Notes that this person is told of it.
pub fn tell(tx: &mut Tx<'_>, id: EmergencyId, person: PersonId) -> Result<(), StoreError> {
    tx.later(&TELL, args![id, person])
}

/// Whether this person was told of it.
pub fn is_told(tx: &mut Tx<'_>, id: EmergencyId, person: PersonId) -> Result<bool, StoreError> {
    Ok(tx.row(&IS_TOLD, args![id, person])?.is_some())
}

/// Who was told of it.
pub fn told(tx: &mut Tx<'_>, id: EmergencyId, limit: usize) -> Result<Vec<PersonId>, StoreError> {
    let rows = tx.rows(&TOLD, args![id, limit])?;
    rows.iter().map(|row| row.parsed(0, |text| PersonId::parse(text).ok())).collect()
}

/// Those of these that this person was told of.
pub fn told_of(
    tx: &mut Tx<'_>,
    person: PersonId,
    ids: &[EmergencyId],
) -> Result<BTreeSet<EmergencyId>, StoreError> {
    let mut composer = Composer::default();
    let (mine, these) = (composer.bind(person), composer.any_of("emergency", ids));
    let sql = format!("select emergency from emergency_people where person = {mine} and {these}");
    let rows = tx.composed(&Composed { sql, args: composer.args })?;
    rows.iter().map(|row| row.parsed(0, |text| EmergencyId::parse(text).ok())).collect()
}

/// The labels of matters by their ids, as they are now.
pub fn labels(tx: &mut Tx<'_>, things: &[String]) -> Result<BTreeMap<String, Label>, StoreError> {
    if things.is_empty() {
        return Ok(BTreeMap::new());
    }
    let mut composer = Composer::default();
    let cases = composer.any_of("id", things);
    let technologies = composer.any_of("id", things);
    let sql = format!(
        "select id, gate from cases where {cases}
         union all select id, gate from technologies where {technologies}"
    );
    let rows = tx.composed(&Composed { sql, args: composer.args })?;
    rows.iter().map(|row| Ok((row.text(0)?, row.parsed(1, Label::from_gate)?))).collect()
}

/// A page of them, newest first, after this place.
pub fn list(
    tx: &mut Tx<'_>,
    scope: &Scope,
    after: Option<(Instant, EmergencyId)>,
    limit: usize,
) -> Result<Vec<Emergency>, StoreError> {
    let mut composer = Composer::default();
    let mut ways = vec![composer.any_of("e.owner", &scope.owners)];
    if scope.all {
        ways.push("1 = 1".to_owned());
    }
    if let Some(person) = scope.person {
        let (asker, told) = (composer.bind(person), composer.bind(person));
        ways.push(format!(
            "e.person = {asker} or exists (select 1 from emergency_people p
             where p.emergency = e.id and p.person = {told})"
        ));
    }
    let mut sql = format!(
        "select e.id, e.person, e.reference, e.reason, e.hours, e.state, e.asked_at, e.decided_by,
             e.decided_at, e.answer, e.thing, e.owner, e.until_at, e.ended_by, e.ended_at, e.n_looks,
             e.looked_at
         from emergencies e where ({})",
        ways.join(" or ")
    );
    if let Some((at, id)) = after {
        let (at, again, id) = (composer.bind(at), composer.bind(at), composer.bind(id));
        sql.push_str(&format!(
            " and (e.asked_at < {at} or (e.asked_at = {again} and e.id < {id}))"
        ));
    }
    let limit = composer.bind(limit);
    sql.push_str(&format!(" order by e.asked_at desc, e.id desc limit {limit}"));
    tx.composed(&Composed { sql, args: composer.args })?.iter().map(read).collect()
}

/// Empties what an erased person wrote.
pub fn forget(tx: &mut Tx<'_>, person: PersonId) -> Result<(), StoreError> {
    tx.later(&FORGET, args![person])?;
    tx.later(&FORGET_ANSWERS, args![person])
}

fn read(row: &Row) -> Result<Emergency, StoreError> {
    let person = |at: usize| row.parsed(at, |text| PersonId::parse(text).ok());
    let opening = || -> Result<Opening, StoreError> {
        Ok(Opening {
            thing: row.text(10)?,
            owner: row.parsed(11, |text| OrganisationId::parse(text).ok())?,
            by: person(7)?,
            at: row.instant(8)?,
            until: row.instant(12)?,
        })
    };
    let state = match row.text(5)?.as_str() {
        "asked" => State::Asked,
        "withdrawn" => State::Withdrawn { by: person(13)?, at: row.instant(14)? },
        "refused" => State::Refused { by: person(7)?, at: row.instant(8)?, why: row.text(9)? },
        "opened" => State::Opened(opening()?),
        "ended" => State::Ended { opening: opening()?, by: person(13)?, at: row.instant(14)? },
        other => return Err(StoreError::Damaged(format!("an emergency that is {other:?}"))),
    };
    let looked_at = row.int(16)?;
    Ok(Emergency {
        id: row.parsed(0, |text| EmergencyId::parse(text).ok())?,
        person: person(1)?,
        reference: row.parsed(2, Reference::parse)?,
        reason: row.text(3)?,
        hours: row.count(4)?,
        asked_at: row.instant(6)?,
        state,
        n_looks: row.count(15)?,
        looked_at: (looked_at > 0).then(|| Instant::from_micros(looked_at)),
    })
}
