//! Deals in tables: each with its moves in their order; an exclusive right has one deal at a time.

use crate::{Row, StoreError, Tx, args, statements};
use base::{DealId, Instant, Label, ListingId, OrganisationId, PersonId, Reference, TechnologyId};
use trading::deal::{Deal, DealState, Side, is_exclusive};
use trading::listing::{DealMode, Terms};

statements! {
    ADD = "insert into deals (id, reference, listing, technology, owner, counterparty, mode, state,
               is_exclusive, terms, listing_version, until_at, left_us, exclusive_until, n_offers,
               offered_by, reason, version, opened_by, opened_at, changed_at, days_seen)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, 1,
               $18, $19, $20, $21)";
    CHANGE = "update deals set state = $3, terms = $4, until_at = $5, left_us = $6, n_offers = $7,
                  offered_by = $8, reason = $9, version = $2 + 1, changed_at = $10, days_seen = $11
              where id = $1 and version = $2";
    FIND = "select d.id, d.reference, d.listing, d.technology, d.owner, d.counterparty, d.mode,
                d.state, d.terms, d.listing_version, d.until_at, d.left_us, d.exclusive_until,
                d.n_offers, d.offered_by, d.reason, d.version, d.opened_by, d.opened_at,
                d.changed_at, t.gate, d.days_seen
            from deals d join technologies t on t.id = d.technology where d.id = $1";
    LIVE = "select d.id, d.reference, d.listing, d.technology, d.owner, d.counterparty, d.mode,
                d.state, d.terms, d.listing_version, d.until_at, d.left_us, d.exclusive_until,
                d.n_offers, d.offered_by, d.reason, d.version, d.opened_by, d.opened_at,
                d.changed_at, t.gate, d.days_seen
            from deals d join technologies t on t.id = d.technology
            where d.technology = $1
              and d.state in ('talking', 'reserved', 'published', 'objected', 'agreed', 'signed')
            order by d.id limit 10000";
    OF_LISTING = "select d.id, d.reference, d.listing, d.technology, d.owner, d.counterparty,
                      d.mode, d.state, d.terms, d.listing_version, d.until_at, d.left_us,
                      d.exclusive_until, d.n_offers, d.offered_by, d.reason, d.version,
                      d.opened_by, d.opened_at, d.changed_at, t.gate, d.days_seen
                  from deals d join technologies t on t.id = d.technology
                  where d.listing = $1 order by d.id desc limit 200";
    OF_ORGANISATION = "select d.id, d.reference, d.listing, d.technology, d.owner, d.counterparty,
                           d.mode, d.state, d.terms, d.listing_version, d.until_at, d.left_us,
                           d.exclusive_until, d.n_offers, d.offered_by, d.reason, d.version,
                           d.opened_by, d.opened_at, d.changed_at, t.gate, d.days_seen
                       from deals d join technologies t on t.id = d.technology
                       where (d.owner = $1 or d.counterparty = $1) and d.id < $2
                       order by d.id desc limit $3";
    OBJECTED = "select d.id, d.reference, d.listing, d.technology, d.owner, d.counterparty,
                    d.mode, d.state, d.terms, d.listing_version, d.until_at, d.left_us,
                    d.exclusive_until, d.n_offers, d.offered_by, d.reason, d.version,
                    d.opened_by, d.opened_at, d.changed_at, t.gate, d.days_seen
                from deals d join technologies t on t.id = d.technology
                where d.state = 'objected' order by d.changed_at, d.id limit $1";
    /// Not by a calendar that has changed: what is behind is counted anew first.
    DUE = "select id from deals where state in ('talking', 'reserved', 'published')
             and until_at <= $1
             and (state = 'talking'
                  or days_seen >= (select coalesce(max(n), 0) from workday_changes))
           order by until_at, id limit $2";
    BEHIND = "select id from deals where state in ('reserved', 'published')
                  and days_seen < (select coalesce(max(n), 0) from workday_changes)
              order by id limit $1";
    SEE = "update deals set days_seen = $2 where id = $1";
    OFFERED_AS = "select id from listings where mode = $1 and state = 'offered'
                  order by id limit $2";
    ADD_MOVE = "insert into deal_moves (deal, n, at, kind, side, person, terms, until_at, reason)
                values ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    MOVES = "select n, at, kind, side, person, terms, until_at, reason from deal_moves
             where deal = $1 order by n limit 1000";
}

/// Something that was done in a deal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moved {
    /// The version of the deal that it led to.
    pub n: u64,
    pub at: Instant,
    pub kind: String,
    pub side: String,
    pub person: String,
    pub terms: Terms,
    pub until: Instant,
    pub reason: String,
}

/// Adds a deal.
pub fn add(tx: &mut Tx<'_>, deal: &Deal) -> Result<(), StoreError> {
    let row = [
        deal.id.into(),
        (&deal.reference).into(),
        deal.listing.into(),
        deal.technology.into(),
        deal.owner.into(),
        deal.counterparty.into(),
        deal.mode.word().into(),
        deal.state.word().into(),
        is_exclusive(deal.terms.licence).into(),
        crate::json(&deal.terms),
        deal.listing_version.into(),
        deal.until.into(),
        deal.left_us.into(),
        deal.exclusive_until.into(),
        deal.n_offers.into(),
        deal.offered_by.word().into(),
        (&deal.reason).into(),
        deal.opened_by.into(),
        deal.opened_at.into(),
        deal.changed_at.into(),
        deal.days_seen.into(),
    ];
    tx.later(&ADD, &row)
}

/// Writes a deal that is still of the version before.
pub fn change(tx: &mut Tx<'_>, deal: &Deal) -> Result<(), StoreError> {
    let before = deal.version - 1;
    let row = [
        deal.id.into(),
        before.into(),
        deal.state.word().into(),
        crate::json(&deal.terms),
        deal.until.into(),
        deal.left_us.into(),
        deal.n_offers.into(),
        deal.offered_by.word().into(),
        (&deal.reason).into(),
        deal.changed_at.into(),
        deal.days_seen.into(),
    ];
    match tx.run(&CHANGE, &row)? {
        1 => Ok(()),
        _ => Err(StoreError::Retry(format!("{} was changed meanwhile", deal.id))),
    }
}

/// One deal.
pub fn find(tx: &mut Tx<'_>, id: DealId) -> Result<Option<Deal>, StoreError> {
    tx.row(&FIND, args![id])?.as_ref().map(read).transpose()
}

/// Deals of a technology that have not come to nothing.
pub fn live(tx: &mut Tx<'_>, id: TechnologyId) -> Result<Vec<Deal>, StoreError> {
    tx.rows(&LIVE, args![id])?.iter().map(read).collect()
}

/// Deals of a listing, newest first.
pub fn of_listing(tx: &mut Tx<'_>, id: ListingId) -> Result<Vec<Deal>, StoreError> {
    tx.rows(&OF_LISTING, args![id])?.iter().map(read).collect()
}

/// Deals of an organisation on either side, newest first, before one of them.
pub fn of_organisation(
    tx: &mut Tx<'_>,
    id: OrganisationId,
    before: Option<DealId>,
    limit: usize,
) -> Result<Vec<Deal>, StoreError> {
    // Every id sorts before this one.
    let before = before.map_or_else(|| "dea_~".to_owned(), |id| id.to_string());
    tx.rows(&OF_ORGANISATION, args![id, before, limit])?.iter().map(read).collect()
}

/// Deals to which somebody objects, the oldest first.
pub fn objected(tx: &mut Tx<'_>, limit: usize) -> Result<Vec<Deal>, StoreError> {
    tx.rows(&OBJECTED, args![limit])?.iter().map(read).collect()
}

/// Deals whose time is over.
pub fn due(tx: &mut Tx<'_>, now: Instant, limit: usize) -> Result<Vec<DealId>, StoreError> {
    let rows = tx.rows(&DUE, args![now, limit])?;
    rows.iter().map(|row| row.parsed(0, |text| DealId::parse(text).ok())).collect()
}

/// Deals whose time limit was counted without the last change of a day.
pub fn behind(tx: &mut Tx<'_>, limit: usize) -> Result<Vec<DealId>, StoreError> {
    let rows = tx.rows(&BEHIND, args![limit])?;
    rows.iter().map(|row| row.parsed(0, |text| DealId::parse(text).ok())).collect()
}

/// Notes that the changes of days up to one of them leave a deal's time limit as it is.
pub fn see_days(tx: &mut Tx<'_>, id: DealId, n: u64) -> Result<(), StoreError> {
    tx.later(&SEE, args![id, n])
}

/// Listings that are offered in a way, in the order they were made.
pub fn offered_as(
    tx: &mut Tx<'_>,
    mode: DealMode,
    limit: usize,
) -> Result<Vec<ListingId>, StoreError> {
    let rows = tx.rows(&OFFERED_AS, args![mode.word(), limit])?;
    rows.iter().map(|row| row.parsed(0, |text| ListingId::parse(text).ok())).collect()
}

/// Adds what was done.
pub fn add_move(tx: &mut Tx<'_>, deal: DealId, moved: &Moved) -> Result<(), StoreError> {
    let row = [
        deal.into(),
        moved.n.into(),
        moved.at.into(),
        (&moved.kind).into(),
        (&moved.side).into(),
        (&moved.person).into(),
        crate::json(&moved.terms),
        moved.until.into(),
        (&moved.reason).into(),
    ];
    tx.later(&ADD_MOVE, &row)
}

/// What was done, in its order.
pub fn moves(tx: &mut Tx<'_>, deal: DealId) -> Result<Vec<Moved>, StoreError> {
    let read = |row: &Row| {
        Ok(Moved {
            n: row.count(0)?,
            at: row.instant(1)?,
            kind: row.text(2)?,
            side: row.text(3)?,
            person: row.text(4)?,
            terms: row.json(5)?,
            until: row.instant(6)?,
            reason: row.text(7)?,
        })
    };
    tx.rows(&MOVES, args![deal])?.iter().map(read).collect()
}

fn read(row: &Row) -> Result<Deal, StoreError> {
    Ok(Deal {
        id: row.parsed(0, |text| DealId::parse(text).ok())?,
        reference: row.parsed(1, Reference::parse)?,
        listing: row.parsed(2, |text| ListingId::parse(text).ok())?,
        technology: row.parsed(3, |text| TechnologyId::parse(text).ok())?,
        owner: row.parsed(4, |text| OrganisationId::parse(text).ok())?,
        counterparty: row.parsed(5, |text| OrganisationId::parse(text).ok())?,
        mode: row.parsed(6, DealMode::parse)?,
        state: row.parsed(7, DealState::parse)?,
        terms: row.json(8)?,
        listing_version: row.count(9)?,
        until: row.instant(10)?,
        left_us: row.int(11)?,
        exclusive_until: row.instant(12)?,
        n_offers: row.count(13)?,
        offered_by: row.parsed(14, Side::parse)?,
        reason: row.text(15)?,
        version: row.count(16)?,
        opened_by: row.parsed(17, |text| PersonId::parse(text).ok())?,
        opened_at: row.instant(18)?,
        changed_at: row.instant(19)?,
        label: row.parsed(20, Label::from_gate)?,
        days_seen: row.count(21)?,
    })
}
