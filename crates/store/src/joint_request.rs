//! Joint requests for a new standard, and who joined them.

use crate::{Row, StoreError, Tx, args, statements};
use base::{Instant, JointRequestId, OrganisationId, PersonId, Reference};
use instruments::joint_request::{Firm, JointRequest, State};

statements! {
    ADD = "insert into joint_requests (id, reference, organisation, person, title, reason, state,
               answer, standard, asked_at, answered_at, version)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
    ANSWER = "update joint_requests set state = $3, answer = $4, standard = $5, answered_at = $6,
                  version = $2 + 1
              where id = $1 and version = $2";
    FIND = "select id, reference, organisation, person, title, reason, state, answer, standard,
                asked_at, answered_at, version
            from joint_requests where id = $1";
    LIST = "select r.id, r.reference, r.organisation, r.person, r.title, r.reason, r.state, r.answer,
                r.standard, r.asked_at, r.answered_at, r.version,
                (select count(*) from joint_request_firms f where f.request = r.id)
            from joint_requests r where r.id < $1 order by r.id desc limit $2";
    JOIN = "insert into joint_request_firms (request, organisation, person, word, joined_at)
            values ($1, $2, $3, $4, $5)";
    FIRMS = "select organisation, person, word, joined_at from joint_request_firms
             where request = $1 order by joined_at, organisation limit $2";
    GIVE = "update joint_requests set organisation = $2 where organisation = $1";
    DROP_DOUBLE = "delete from joint_request_firms where organisation = $1 and request in (
                       select request from joint_request_firms where organisation = $2)";
    GIVE_PLACE = "update joint_request_firms set organisation = $2 where organisation = $1";
}

/// What every id comes before.
const LAST: &str = "~";

/// Adds a request; its opener is the first who joined.
pub fn add(tx: &mut Tx<'_>, it: &JointRequest) -> Result<(), StoreError> {
    let row = args![
        it.id,
        &it.reference,
        it.organisation,
        it.person,
        &it.title,
        &it.reason,
        it.state.word(),
        &it.answer,
        &it.standard,
        it.asked_at,
        it.answered_at,
        it.version
    ];
    tx.later(&ADD, row)?;
    let (organisation, person, joined_at) = (it.organisation, it.person, it.asked_at);
    join(tx, it.id, &Firm { organisation, person, word: String::new(), joined_at })
}

/// Writes what the office answered to a request that is still of this version.
pub fn answer(tx: &mut Tx<'_>, it: &JointRequest, version: u64) -> Result<bool, StoreError> {
    let row = args![it.id, version, it.state.word(), &it.answer, &it.standard, it.answered_at];
    Ok(tx.run(&ANSWER, row)? == 1)
}

/// One request.
pub fn find(tx: &mut Tx<'_>, id: JointRequestId) -> Result<Option<JointRequest>, StoreError> {
    tx.row(&FIND, args![id])?.as_ref().map(read).transpose()
}

/// Requests before an id, newest first, each with how many joined.
pub fn list(
    tx: &mut Tx<'_>,
    before: Option<JointRequestId>,
    limit: usize,
) -> Result<Vec<(JointRequest, u64)>, StoreError> {
    let before = before.map_or(LAST.to_owned(), |id| id.to_string());
    let rows = tx.rows(&LIST, args![before, limit])?;
    rows.iter().map(|row| Ok((read(row)?, row.count(12)?))).collect()
}

/// Adds an organisation that wants the same.
pub fn join(tx: &mut Tx<'_>, id: JointRequestId, it: &Firm) -> Result<(), StoreError> {
    let row = args![id, it.organisation, it.person, &it.word, it.joined_at];
    tx.later(&JOIN, row)
}

/// Who joined, the first first.
pub fn firms(tx: &mut Tx<'_>, id: JointRequestId, limit: usize) -> Result<Vec<Firm>, StoreError> {
    let read = |row: &Row| {
        Ok(Firm {
            organisation: row.parsed(0, |text| OrganisationId::parse(text).ok())?,
            person: row.parsed(1, |text| PersonId::parse(text).ok())?,
            word: row.text(2)?,
            joined_at: row.instant(3)?,
        })
    };
    tx.rows(&FIRMS, args![id, limit])?.iter().map(read).collect()
}

fn read(row: &Row) -> Result<JointRequest, StoreError> {
    let answered_at: Option<Instant> = row.instant_or_none(10)?;
    Ok(JointRequest {
        id: row.parsed(0, |text| JointRequestId::parse(text).ok())?,
        reference: row.parsed(1, Reference::parse)?,
        organisation: row.parsed(2, |text| OrganisationId::parse(text).ok())?,
        person: row.parsed(3, |text| PersonId::parse(text).ok())?,
        title: row.text(4)?,
        reason: row.text(5)?,
        state: row.parsed(6, State::parse)?,
        answer: row.text(7)?,
        standard: row.text(8)?,
        asked_at: row.instant(9)?,
        answered_at,
        version: row.count(11)?,
    })
}

/// What belonged to one organisation belongs to another.
pub(crate) fn give(
    tx: &mut Tx<'_>,
    from: OrganisationId,
    into: OrganisationId,
) -> Result<(), StoreError> {
    for statement in [&GIVE, &DROP_DOUBLE, &GIVE_PLACE] {
        tx.later(statement, args![from, into])?;
    }
    Ok(())
}
