//! What waits in auctions and contracts for somebody's act: as bidder, seller, trustee, party.

use crate::filter::Composer;
use crate::lot::{LOT, LOT_COLUMNS, read};
use crate::{Composed, Row, StoreError, Tx};
use base::{OrganisationId, PersonId};
use contract::kept::Kept;
use trading::lot::{BidderState, Deposit, Lot};

/// Rows of one kind that are told.
const TOLD_MAX: usize = 20;

/// Whether somebody has a contract on a lot before them: one that is only drafted is not.
const HAS_CONTRACT: &str = "exists (select 1 from contracts c where c.lot = l.id
     and c.state not in ('draft', 'abandoned'))";

/// A lot on which an organisation bids, or asked to.
#[derive(Clone, Debug)]
pub struct Bidding {
    pub lot: Lot,
    pub organisation: OrganisationId,
    pub alias: u32,
    pub state: BidderState,
    /// The version of the terms that was agreed to.
    pub agreed: u64,
    pub deposit: Deposit,
    /// Whether a contract of it was offered.
    pub has_contract: bool,
}

/// Lots of these bidders that are not over, or wait for a contract.
pub fn bidding(tx: &mut Tx<'_>, of: &[OrganisationId]) -> Result<Vec<Bidding>, StoreError> {
    if of.is_empty() {
        return Ok(Vec::new());
    }
    let mut composer = Composer::default();
    let chosen = composer.any_of("b.organisation", of);
    let sql = format!(
        "select {LOT}, b.organisation, b.alias, b.state, b.agreed, b.deposit, {HAS_CONTRACT}
         from lot_bidders b join lots l on l.id = b.lot join technologies t on t.id = l.technology
         where {chosen} and l.state in ('announced', 'open', 'sold')
             and b.state in ('asked', 'admitted')
         order by l.ends_at, l.id limit {TOLD_MAX}"
    );
    let read = |row: &Row| {
        let alias = row.int(LOT_COLUMNS + 1)?;
        let damaged = |_| StoreError::Damaged("the number of a bidder".to_owned());
        Ok(Bidding {
            lot: read(row)?,
            organisation: row.parsed(LOT_COLUMNS, |text| OrganisationId::parse(text).ok())?,
            alias: u32::try_from(alias).map_err(damaged)?,
            state: row.parsed(LOT_COLUMNS + 2, BidderState::parse)?,
            agreed: row.count(LOT_COLUMNS + 3)?,
            deposit: row.parsed(LOT_COLUMNS + 4, Deposit::parse)?,
            has_contract: row.bool(LOT_COLUMNS + 5)?,
        })
    };
    tx.composed(&Composed { sql, args: composer.args })?.iter().map(read).collect()
}

/// Lots of these sellers that are sold and have no contract before anybody yet.
pub fn sold(tx: &mut Tx<'_>, of: &[OrganisationId]) -> Result<Vec<Lot>, StoreError> {
    if of.is_empty() {
        return Ok(Vec::new());
    }
    let mut composer = Composer::default();
    let chosen = composer.any_of("l.owner", of);
    let sql = format!(
        "select {LOT} from lots l join technologies t on t.id = l.technology
         where {chosen} and l.state = 'sold' and not {HAS_CONTRACT}
         order by l.award_until, l.id limit {TOLD_MAX}"
    );
    tx.composed(&Composed { sql, args: composer.args })?.iter().map(read).collect()
}

/// Sealed lots that are not over and of which somebody keeps a key: whether it is registered, and
/// whether it is published.
pub fn keys(tx: &mut Tx<'_>, person: PersonId) -> Result<Vec<(Lot, bool, bool)>, StoreError> {
    let mut composer = Composer::default();
    let person = composer.bind(person);
    let sql = format!(
        "select {LOT}, coalesce(k.public_key, ''), coalesce(k.secret, '')
         from lot_seats s join lots l on l.id = s.lot join technologies t on t.id = l.technology
         left join lot_trustees k on k.lot = s.lot and k.person = s.person
         where s.person = {person} and l.state in ('announced', 'open')
         order by l.ends_at, l.id limit {TOLD_MAX}"
    );
    let is = |row: &Row, at: usize| Ok::<_, StoreError>(!row.text(at)?.is_empty());
    let read = |row: &Row| Ok((read(row)?, is(row, LOT_COLUMNS)?, is(row, LOT_COLUMNS + 1)?));
    tx.composed(&Composed { sql, args: composer.args })?.iter().map(read).collect()
}

/// Contracts between these organisations and others with a version that waits for signatures.
pub fn offered(tx: &mut Tx<'_>, of: &[OrganisationId]) -> Result<Vec<Kept>, StoreError> {
    if of.is_empty() {
        return Ok(Vec::new());
    }
    let mut composer = Composer::default();
    let (provider, acquirer) =
        (composer.any_of("c.provider", of), composer.any_of("c.acquirer", of));
    let select = crate::contract::SELECT;
    let sql = format!(
        "{select} where c.is_offered = true and ({provider} or {acquirer})
         order by c.changed_at, c.id limit {TOLD_MAX}"
    );
    let rows = tx.composed(&Composed { sql, args: composer.args })?;
    rows.iter().map(crate::contract::read).collect()
}
