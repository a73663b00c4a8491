//! Complaints against auctions.

use crate::value::Row;
use crate::{StoreError, Tx, args};
use base::{ComplaintId, LotId, OrganisationId, PersonId};
use trading::complaint::{Complaint, ComplaintState};

crate::statements! {
    ADD = "insert into lot_complaints (id, lot, organisation, person, text, state, reply, lodged_at,
               stands_since, stopped_since, changed_at, version)
           values ($1, $2, $3, $4, $5, $6, '', $7, $8, null, $7, 1)";
    OF_LOT = "select id, lot, organisation, person, text, state, reply, lodged_at, stands_since,
                  stopped_since, changed_at, version
              from lot_complaints where lot = $1 order by lodged_at, id limit $2";
    CHANGE = "update lot_complaints set state = $3, reply = $4, stopped_since = $5, changed_at = $6,
                  version = $2 + 1
              where id = $1 and version = $2";
    STANDS = "select 1 from lot_complaints
              where lot = $1 and state in ('pending', 'accepted', 'satisfied') limit 1";
}

/// Complaints of one lot that are read.
const OF_LOT_MAX: usize = 1_000;

/// Keeps a complaint that came in.
pub fn add(tx: &mut Tx<'_>, it: &Complaint) -> Result<(), StoreError> {
    let (state, lodged_at) = (it.state.word(), it.lodged_at);
    let values = args![
        it.id,
        it.lot,
        it.organisation,
        it.person,
        &it.text,
        state,
        lodged_at,
        it.stands_since
    ];
    tx.later(&ADD, values)
}

/// All complaints against a lot, the oldest first.
pub fn of_lot(tx: &mut Tx<'_>, lot: LotId) -> Result<Vec<Complaint>, StoreError> {
    tx.rows(&OF_LOT, args![lot, OF_LOT_MAX])?.iter().map(read).collect()
}

/// Whether the award of a lot stands still.
pub fn stands(tx: &mut Tx<'_>, lot: LotId) -> Result<bool, StoreError> {
    Ok(tx.row(&STANDS, args![lot])?.is_some())
}

/// Writes a move of a complaint; false where another came first.
pub fn change(tx: &mut Tx<'_>, it: &Complaint) -> Result<bool, StoreError> {
    let state = it.state.word();
    let values = args![it.id, it.version, state, &it.reply, it.stopped_since, it.changed_at];
    Ok(tx.run(&CHANGE, values)? == 1)
}

fn read(row: &Row) -> Result<Complaint, StoreError> {
    Ok(Complaint {
        id: row.parsed(0, |text| ComplaintId::parse(text).ok())?,
        lot: row.parsed(1, |text| LotId::parse(text).ok())?,
        organisation: row.parsed(2, |text| OrganisationId::parse(text).ok())?,
        person: row.parsed(3, |text| PersonId::parse(text).ok())?,
        text: row.text(4)?,
        state: row.parsed(5, ComplaintState::parse)?,
        reply: row.text(6)?,
        lodged_at: row.instant(7)?,
        stands_since: row.instant(8)?,
        stopped_since: row.instant_or_none(9)?,
        changed_at: row.instant(10)?,
        version: row.count(11)?,
    })
}
