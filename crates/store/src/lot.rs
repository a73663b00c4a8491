//! Lots in tables: terms, bidders, entries in their dense order, moves of awards, protocols.
//!
//! An entry is added by `n` and the chain of digests before it; where another node was faster the
//! row of the lot does not match and the act runs again.

use crate::filter::{Columns, Composer};
use crate::{Composed, Row, StoreError, Tx, args, statements};
use access::Filter;
use base::TransferId;
use base::{Instant, Label, ListingId, LotId, OrganisationId, PersonId, Reference, TechnologyId};
use trading::lot::{BidderState, Course, Deposit, Lot, LotBidder, LotState};

statements! {
    ADD = "insert into lots (id, reference, listing, technology, owner, state, terms, terms_version,
               attempt, former, opens_at, rules, digest, n_entries, chain, price, leader, n_bids,
               ends_at, is_halted, outcome, award, award_until, announced_by, changed_at)
           values ($1, $2, $3, $4, $5, 'announced', $6, 1, $7, $8, $9, '', '', 0, '', null, null, 0,
               $10, false, '', '', 0, $11, $12)";
    FIND = "select l.id, l.reference, l.listing, l.technology, l.owner, l.state, l.terms,
                l.terms_version, l.attempt, l.former, l.digest, l.n_entries, l.chain, l.price,
                l.leader, l.n_bids, l.ends_at, l.is_halted, l.outcome, l.award, l.award_until,
                l.changed_at, t.gate, l.days_seen
            from lots l join technologies t on t.id = l.technology where l.id = $1";
    OF_LISTING = "select l.id, l.reference, l.listing, l.technology, l.owner, l.state, l.terms,
                      l.terms_version, l.attempt, l.former, l.digest, l.n_entries, l.chain, l.price,
                      l.leader, l.n_bids, l.ends_at, l.is_halted, l.outcome, l.award,
                      l.award_until, l.changed_at, t.gate, l.days_seen
                  from lots l join technologies t on t.id = l.technology
                  where l.listing = $1 order by l.id desc limit 200";
    OF_TECHNOLOGY = "select l.id, l.reference, l.listing, l.technology, l.owner, l.state, l.terms,
                         l.terms_version, l.attempt, l.former, l.digest, l.n_entries, l.chain,
                         l.price, l.leader, l.n_bids, l.ends_at, l.is_halted, l.outcome, l.award,
                         l.award_until, l.changed_at, t.gate, l.days_seen
                     from lots l join technologies t on t.id = l.technology
                     where l.technology = $1 order by l.id desc limit 200";
    TO_AUCTION = "select id, technology from listings
                  where mode = 'auction' and state = 'offered' order by id limit $1";
    BY_REFERENCE = "select id from lots where reference = $1";
    RULES = "select rules from lots where id = $1";
    SHIFT = "update lots set terms = $2, opens_at = $3, ends_at = $4, changed_at = $5
             where id = $1 and state = 'announced'";
    CHANGE_TERMS = "update lots set terms = $3, terms_version = $2 + 1, opens_at = $4, ends_at = $5,
                        changed_at = $6
                    where id = $1 and terms_version = $2 and state = 'announced'";
    FREEZE = "update lots set state = 'open', rules = $2, digest = $3, changed_at = $4
              where id = $1 and state = 'announced'";
    ADVANCE = "update lots set n_entries = $4, chain = $5, price = $6, leader = $7, n_bids = $8,
                   ends_at = $9, is_halted = $10, changed_at = $11
               where id = $1 and n_entries = $2 and chain = $3";
    END = "update lots set state = $2, outcome = $3, award = $4, award_until = $5, changed_at = $6,
               days_seen = $7
           where id = $1";
    TO_OPEN = "select id from lots where state = 'announced' and opens_at <= $1
               order by opens_at, id limit $2";
    TO_CLOSE = "select id from lots
                where state = 'open' and ends_at <= $1 and is_halted = false
                    and not exists (select 1 from lot_sealings s where s.lot = lots.id)
                    and not exists (select 1 from lot_falls f where f.lot = lots.id)
                order by ends_at, id limit $2";
    /// Not by a calendar that has changed: what is behind is counted anew first.
    TO_EXPIRE = "select id from lots
                 where state = 'sold' and award_until <= $1
                   and days_seen >= (select coalesce(max(n), 0) from workday_changes)
                 order by award_until, id limit $2";
    WITHOUT_PROTOCOL = "select l.id from lots l left join lot_protocols p on p.lot = l.id
                        where l.rules <> '' and l.state not in ('announced', 'open')
                          and p.lot is null
                        order by l.id limit $1";
    ADD_ENTRY = "insert into lot_entries (lot, n, received, kind, bidder, person, via, line, salt,
                     chain, is_accepted, is_shown, amount, price, leader, ends_at)
                 values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)";
    LINES_AFTER = "select n, line from lot_entries where lot = $1 and n > $2 and n <= $3 order by n";
    CHAIN_AT = "select chain from lot_entries where lot = $1 and n = $2";
    SHOWN_BEFORE = "select n, received, kind, bidder, via, is_accepted, is_shown, amount, price,
                        leader, ends_at
                    from lot_entries where lot = $1 and is_shown = true and n < $2
                    order by n desc limit $3";
    SHOWN_AFTER = "select n, received, kind, bidder, via, is_accepted, is_shown, amount, price,
                       leader, ends_at
                   from lot_entries where lot = $1 and is_shown = true and n > $2
                   order by n limit $3";
    OF_BIDDER = "select n, received, kind, bidder, via, is_accepted, is_shown, amount, price,
                     leader, ends_at
                 from lot_entries where lot = $1 and bidder = $2 order by n desc limit $3";
    BIDS = "select n, received, kind, bidder, via, is_accepted, is_shown, amount, price, leader,
                ends_at
            from lot_entries
            where lot = $1 and is_accepted = true and kind in ('bid', 'take-back', 'exclude')
            order by n limit $2";
    ADD_BIDDER = "insert into lot_bidders (lot, organisation, alias, person, state, reason, rank,
                      agreed, stands_by, is_entered, deposit, n_deposits, hold, version, asked_at)
                  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)";
    CHANGE_BIDDER = "update lot_bidders set state = $4, reason = $5, rank = $6, agreed = $7,
                         stands_by = $8, is_entered = $9, deposit = $10, n_deposits = $11,
                         hold = $12, version = $3 + 1
                     where lot = $1 and organisation = $2 and version = $3";
    BIDDER = "select lot, organisation, alias, person, state, reason, rank, agreed, stands_by,
                  is_entered, deposit, n_deposits, hold, version, asked_at
              from lot_bidders where lot = $1 and organisation = $2";
    BIDDER_BY_ALIAS = "select lot, organisation, alias, person, state, reason, rank, agreed,
                           stands_by, is_entered, deposit, n_deposits, hold, version, asked_at
                       from lot_bidders where lot = $1 and alias = $2";
    BIDDERS = "select lot, organisation, alias, person, state, reason, rank, agreed, stands_by,
                   is_entered, deposit, n_deposits, hold, version, asked_at
               from lot_bidders where lot = $1 order by alias limit $2";
    BIDDING = "select lot from lot_bidders where organisation = $1 order by lot desc limit $2";
    ADD_MOVE = "insert into lot_moves (lot, n, at, kind, until_at) values ($1, $2, $3, $4, $5)";
    MOVES = "select n, at, kind, until_at from lot_moves where lot = $1 order by n";
    ADD_PROTOCOL = "insert into lot_protocols (lot, text, digest, at) values ($1, $2, $3, $4)
                    on conflict (lot) do nothing";
    PROTOCOL = "select text, digest, at from lot_protocols where lot = $1";
}

/// The columns of a lot, for statements that ask for more beside it.
pub(crate) const LOT: &str = "l.id, l.reference, l.listing, l.technology, l.owner, l.state, l.terms, \
     l.terms_version, l.attempt, l.former, l.digest, l.n_entries, l.chain, l.price, l.leader, \
     l.n_bids, l.ends_at, l.is_halted, l.outcome, l.award, l.award_until, l.changed_at, t.gate, l.days_seen";
/// How many they are.
pub(crate) const LOT_COLUMNS: usize = 24;

/// What access calls the columns of lots.
const COLUMNS: Columns<'static> = Columns {
    owner: "l.owner",
    desk: "l.owner",
    person: "l.announced_by",
    state: "l.state",
    gate: "t.gate",
};

/// One entry as it is kept.
#[derive(Clone, Debug)]
pub struct NewEntry {
    pub received: Instant,
    pub kind: &'static str,
    pub bidder: u32,
    pub person: Option<PersonId>,
    pub via: &'static str,
    pub line: String,
    pub salt: String,
    pub is_accepted: bool,
    pub is_shown: bool,
    pub amount: Option<i64>,
}

/// One entry as the room or its bidder may see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    pub n: u64,
    pub received: Instant,
    pub kind: String,
    pub bidder: u32,
    pub via: String,
    pub is_accepted: bool,
    pub is_shown: bool,
    /// What was asked: for the bidder alone.
    pub amount: Option<i64>,
    pub price: Option<i64>,
    pub leader: Option<u32>,
    pub ends_at: Instant,
}

/// A move of an award as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moved {
    pub n: u64,
    pub at: Instant,
    pub kind: String,
    pub until: Instant,
}

/// A signed protocol.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Protocol {
    pub text: String,
    pub digest: String,
    pub at: Instant,
}

/// Adds a lot as it was announced.
pub fn add(tx: &mut Tx<'_>, lot: &Lot, by: Option<PersonId>) -> Result<(), StoreError> {
    let row = [
        lot.id.into(),
        (&lot.reference).into(),
        lot.listing.into(),
        lot.technology.into(),
        lot.owner.into(),
        crate::json(&lot.terms),
        lot.attempt.into(),
        or_empty(lot.former).into(),
        lot.terms.taken_from().into(),
        lot.terms.closes.into(),
        or_empty(by).into(),
        lot.changed_at.into(),
    ];
    tx.later(&ADD, &row)
}

/// One lot.
pub fn find(tx: &mut Tx<'_>, id: LotId) -> Result<Option<Lot>, StoreError> {
    tx.row(&FIND, args![id])?.as_ref().map(read).transpose()
}

/// The lot of this reference.
pub fn by_reference(tx: &mut Tx<'_>, text: &str) -> Result<Option<LotId>, StoreError> {
    let row = tx.row(&BY_REFERENCE, args![text])?;
    row.map(|row| row.parsed(0, |text| LotId::parse(text).ok())).transpose()
}

/// Listings that are to be auctioned, with their technologies, in the order they were made.
pub fn to_auction(
    tx: &mut Tx<'_>,
    limit: usize,
) -> Result<Vec<(ListingId, TechnologyId)>, StoreError> {
    let rows = tx.rows(&TO_AUCTION, args![limit])?;
    let read = |row: &Row| {
        let listing = row.parsed(0, |text| ListingId::parse(text).ok())?;
        Ok((listing, row.parsed(1, |text| TechnologyId::parse(text).ok())?))
    };
    rows.iter().map(read).collect()
}

/// All attempts of a listing, newest first.
pub fn of_listing(tx: &mut Tx<'_>, id: ListingId) -> Result<Vec<Lot>, StoreError> {
    tx.rows(&OF_LISTING, args![id])?.iter().map(read).collect()
}

/// All lots of a technology, newest first.
pub fn of_technology(tx: &mut Tx<'_>, id: TechnologyId) -> Result<Vec<Lot>, StoreError> {
    tx.rows(&OF_TECHNOLOGY, args![id])?.iter().map(read).collect()
}

/// Lots in some states that a reader may see, the latest end first, before a place in the list.
pub fn list(
    tx: &mut Tx<'_>,
    filter: &Filter,
    states: &[LotState],
    before: Option<(Instant, LotId)>,
    limit: usize,
) -> Result<Vec<Lot>, StoreError> {
    if filter.is_never() {
        return Ok(Vec::new());
    }
    let mut composer = Composer::default();
    let seen = composer.filter(filter, COLUMNS);
    let states = composer.any_of("l.state", states.iter().map(|state| state.word()));
    let place = match before {
        None => "1 = 1".to_owned(),
        Some((at, id)) => {
            let (at, again, id) =
                (composer.bind(at), composer.bind(at), composer.bind(id.to_string()));
            format!("(l.ends_at < {at} or (l.ends_at = {again} and l.id < {id}))")
        }
    };
    let limit = composer.bind(limit);
    let sql = format!(
        "select {LOT} from lots l join technologies t on t.id = l.technology \
         where {seen} and {states} and {place} \
         order by l.ends_at desc, l.id desc limit {limit}"
    );
    tx.composed(&Composed { sql, args: composer.args })?.iter().map(read).collect()
}

/// The canonical text of the rules; empty until they are frozen.
pub fn rules(tx: &mut Tx<'_>, id: LotId) -> Result<String, StoreError> {
    tx.row(&RULES, args![id])?.map_or_else(|| Ok(String::new()), |row| row.text(0))
}

/// Changes the terms of a lot that is still announced on this version of them.
pub fn change_terms(tx: &mut Tx<'_>, lot: &Lot, before: u64) -> Result<bool, StoreError> {
    let terms = &lot.terms;
    let row = [
        lot.id.into(),
        before.into(),
        crate::json(terms),
        terms.taken_from().into(),
        terms.closes.into(),
        lot.changed_at.into(),
    ];
    Ok(tx.run(&CHANGE_TERMS, &row)? == 1)
}

/// Freezes the rules of an announced lot.
pub fn freeze(
    tx: &mut Tx<'_>,
    id: LotId,
    (rules, digest): (&str, &str),
    now: Instant,
) -> Result<bool, StoreError> {
    Ok(tx.run(&FREEZE, args![id, rules, digest, now])? == 1)
}

/// Adds the entry after those the lot has, and what it left behind. Where another one took the
/// place meanwhile the act runs again.
pub fn add_entry(
    tx: &mut Tx<'_>,
    id: LotId,
    before: &Course,
    entry: &NewEntry,
    after: &Course,
    now: Instant,
) -> Result<(), StoreError> {
    let leader = after.leader.map(i64::from);
    let row = [
        id.into(),
        before.n_entries.into(),
        (&before.chain).into(),
        after.n_entries.into(),
        (&after.chain).into(),
        after.price.into(),
        leader.into(),
        after.n_bids.into(),
        after.ends_at.into(),
        after.is_halted.into(),
        now.into(),
    ];
    if tx.run(&ADVANCE, &row)? != 1 {
        return Err(StoreError::Retry(format!("{id} took another entry meanwhile")));
    }
    let row = [
        id.into(),
        after.n_entries.into(),
        entry.received.into(),
        entry.kind.into(),
        i64::from(entry.bidder).into(),
        or_empty(entry.person).into(),
        entry.via.into(),
        (&entry.line).into(),
        (&entry.salt).into(),
        (&after.chain).into(),
        entry.is_accepted.into(),
        entry.is_shown.into(),
        entry.amount.into(),
        after.price.into(),
        leader.into(),
        after.ends_at.into(),
    ];
    tx.later(&ADD_ENTRY, &row)
}

/// Moves the times of a lot that nobody could open meanwhile; what was agreed to stays agreed.
pub fn shift(tx: &mut Tx<'_>, lot: &Lot) -> Result<(), StoreError> {
    let terms = &lot.terms;
    let row = [
        lot.id.into(),
        crate::json(terms),
        terms.taken_from().into(),
        lot.course.ends_at.into(),
        lot.changed_at.into(),
    ];
    tx.later(&SHIFT, &row)
}

/// How a lot ended, and where its award stands.
pub fn end(tx: &mut Tx<'_>, lot: &Lot) -> Result<(), StoreError> {
    let row = [
        lot.id.into(),
        lot.state.word().into(),
        (&lot.outcome).into(),
        (&lot.award).into(),
        lot.award_until.into(),
        lot.changed_at.into(),
        lot.days_seen.into(),
    ];
    tx.later(&END, &row)
}

/// Announced lots whose rules are to be frozen by now, given when they open.
pub fn to_open(tx: &mut Tx<'_>, opens: Instant, limit: usize) -> Result<Vec<LotId>, StoreError> {
    ids(tx.rows(&TO_OPEN, args![opens, limit])?)
}

/// Open lots whose end has passed by then.
pub fn to_close(tx: &mut Tx<'_>, ended: Instant, limit: usize) -> Result<Vec<LotId>, StoreError> {
    ids(tx.rows(&TO_CLOSE, args![ended, limit])?)
}

/// Sold lots whose time to sign is over.
pub fn to_expire(tx: &mut Tx<'_>, now: Instant, limit: usize) -> Result<Vec<LotId>, StoreError> {
    ids(tx.rows(&TO_EXPIRE, args![now, limit])?)
}

/// Lots that have ended and have no protocol yet.
pub fn without_protocol(tx: &mut Tx<'_>, limit: usize) -> Result<Vec<LotId>, StoreError> {
    ids(tx.rows(&WITHOUT_PROTOCOL, args![limit])?)
}

/// The lines of the entries after one place up to another, in their order.
pub fn lines(
    tx: &mut Tx<'_>,
    id: LotId,
    after: u64,
    upto: u64,
) -> Result<Vec<(u64, String)>, StoreError> {
    let rows = tx.rows(&LINES_AFTER, args![id, after, upto])?;
    rows.iter().map(|row| Ok((row.count(0)?, row.text(1)?))).collect()
}

/// The chain of digests at an entry.
pub fn chain_at(tx: &mut Tx<'_>, id: LotId, n: u64) -> Result<Option<String>, StoreError> {
    tx.row(&CHAIN_AT, args![id, n])?.map(|row| row.text(0)).transpose()
}

/// What the room has seen before a place, newest first.
pub fn shown_before(
    tx: &mut Tx<'_>,
    id: LotId,
    before: Option<u64>,
    limit: usize,
) -> Result<Vec<Told>, StoreError> {
    let before = before.unwrap_or(i64::MAX.unsigned_abs());
    tx.rows(&SHOWN_BEFORE, args![id, before, limit])?.iter().map(read_told).collect()
}

/// What the room has seen after a place, oldest first.
pub fn shown_after(
    tx: &mut Tx<'_>,
    id: LotId,
    after: u64,
    limit: usize,
) -> Result<Vec<Told>, StoreError> {
    tx.rows(&SHOWN_AFTER, args![id, after, limit])?.iter().map(read_told).collect()
}

/// The entries of one bidder, newest first: for that bidder alone.
pub fn of_bidder(
    tx: &mut Tx<'_>,
    id: LotId,
    alias: u32,
    limit: usize,
) -> Result<Vec<Told>, StoreError> {
    let alias = i64::from(alias);
    tx.rows(&OF_BIDDER, args![id, alias, limit])?.iter().map(read_told).collect()
}

/// What was bid, taken back and shut out on a lot, shown to the room or not, in its order.
pub fn bids(tx: &mut Tx<'_>, id: LotId, limit: usize) -> Result<Vec<Told>, StoreError> {
    tx.rows(&BIDS, args![id, limit])?.iter().map(read_told).collect()
}

/// Adds somebody who wants to bid.
pub fn add_bidder(tx: &mut Tx<'_>, it: &LotBidder) -> Result<(), StoreError> {
    let row = [
        it.lot.into(),
        it.organisation.into(),
        i64::from(it.alias).into(),
        it.person.into(),
        it.state.word().into(),
        (&it.reason).into(),
        i64::from(it.rank.unwrap_or(0)).into(),
        it.agreed.into(),
        it.stands_by.into(),
        it.is_entered.into(),
        it.deposit.word().into(),
        it.n_deposits.into(),
        or_empty(it.hold).into(),
        it.version.into(),
        it.asked_at.into(),
    ];
    tx.later(&ADD_BIDDER, &row)
}

/// Writes a bidder that is still of the version it was read in.
pub fn change_bidder(tx: &mut Tx<'_>, it: &LotBidder) -> Result<(), StoreError> {
    let row = [
        it.lot.into(),
        it.organisation.into(),
        it.version.into(),
        it.state.word().into(),
        (&it.reason).into(),
        i64::from(it.rank.unwrap_or(0)).into(),
        it.agreed.into(),
        it.stands_by.into(),
        it.is_entered.into(),
        it.deposit.word().into(),
        it.n_deposits.into(),
        or_empty(it.hold).into(),
    ];
    match tx.run(&CHANGE_BIDDER, &row)? {
        1 => Ok(()),
        _ => Err(StoreError::Retry(format!("bidder {} was changed meanwhile", it.alias))),
    }
}

/// The bidder of an organisation.
pub fn bidder(
    tx: &mut Tx<'_>,
    lot: LotId,
    organisation: OrganisationId,
) -> Result<Option<LotBidder>, StoreError> {
    tx.row(&BIDDER, args![lot, organisation])?.as_ref().map(read_bidder).transpose()
}

/// The bidder of a number.
pub fn bidder_of_alias(
    tx: &mut Tx<'_>,
    lot: LotId,
    alias: u32,
) -> Result<Option<LotBidder>, StoreError> {
    let row = tx.row(&BIDDER_BY_ALIAS, args![lot, i64::from(alias)])?;
    row.as_ref().map(read_bidder).transpose()
}

/// Everybody who wants to bid, by number.
pub fn bidders(tx: &mut Tx<'_>, lot: LotId, limit: usize) -> Result<Vec<LotBidder>, StoreError> {
    tx.rows(&BIDDERS, args![lot, limit])?.iter().map(read_bidder).collect()
}

/// The lots an organisation wants to bid on, newest first.
pub fn bidding_of(
    tx: &mut Tx<'_>,
    organisation: OrganisationId,
    limit: usize,
) -> Result<Vec<LotId>, StoreError> {
    ids(tx.rows(&BIDDING, args![organisation, limit])?)
}

/// Adds a move of the award.
pub fn add_move(tx: &mut Tx<'_>, lot: LotId, moved: &Moved) -> Result<(), StoreError> {
    let row = args![lot, moved.n, moved.at, &moved.kind, moved.until];
    tx.later(&ADD_MOVE, row)
}

/// The moves of the award in their order.
pub fn moves(tx: &mut Tx<'_>, lot: LotId) -> Result<Vec<Moved>, StoreError> {
    let read = |row: &Row| {
        Ok(Moved {
            n: row.count(0)?,
            at: row.instant(1)?,
            kind: row.text(2)?,
            until: row.instant(3)?,
        })
    };
    tx.rows(&MOVES, args![lot])?.iter().map(read).collect()
}

/// Keeps the protocol of a lot; the first one stays.
pub fn add_protocol(tx: &mut Tx<'_>, lot: LotId, it: &Protocol) -> Result<bool, StoreError> {
    Ok(tx.run(&ADD_PROTOCOL, args![lot, &it.text, &it.digest, it.at])? == 1)
}

/// The protocol of a lot.
pub fn protocol(tx: &mut Tx<'_>, lot: LotId) -> Result<Option<Protocol>, StoreError> {
    let row = tx.row(&PROTOCOL, args![lot])?;
    row.map(|row| Ok(Protocol { text: row.text(0)?, digest: row.text(1)?, at: row.instant(2)? }))
        .transpose()
}

fn or_empty<T: std::fmt::Display>(id: Option<T>) -> String {
    id.map(|id| id.to_string()).unwrap_or_default()
}

fn ids(rows: Vec<Row>) -> Result<Vec<LotId>, StoreError> {
    rows.iter().map(|row| row.parsed(0, |text| LotId::parse(text).ok())).collect()
}

fn small<T: TryFrom<i64>>(row: &Row, at: usize) -> Result<T, StoreError> {
    T::try_from(row.int(at)?).map_err(|_| StoreError::Damaged(format!("column {at}")))
}

fn small_or_none(row: &Row, at: usize) -> Result<Option<u32>, StoreError> {
    let damaged = |_| StoreError::Damaged(format!("column {at}"));
    row.int_or_none(at)?.map(|n| u32::try_from(n).map_err(damaged)).transpose()
}

pub(crate) fn read(row: &Row) -> Result<Lot, StoreError> {
    let course = Course {
        n_entries: row.count(11)?,
        chain: row.text(12)?,
        price: row.int_or_none(13)?,
        leader: small_or_none(row, 14)?,
        n_bids: row.count(15)?,
        ends_at: row.instant(16)?,
        is_halted: row.bool(17)?,
    };
    let former = row.text(9)?;
    Ok(Lot {
        id: row.parsed(0, |text| LotId::parse(text).ok())?,
        reference: row.parsed(1, Reference::parse)?,
        listing: row.parsed(2, |text| ListingId::parse(text).ok())?,
        technology: row.parsed(3, |text| TechnologyId::parse(text).ok())?,
        owner: row.parsed(4, |text| OrganisationId::parse(text).ok())?,
        state: row.parsed(5, LotState::parse)?,
        terms: row.json(6)?,
        terms_version: row.count(7)?,
        attempt: row.count(8)?,
        former: match former.is_empty() {
            true => None,
            false => Some(row.parsed(9, |text| LotId::parse(text).ok())?),
        },
        digest: row.text(10)?,
        course,
        outcome: row.text(18)?,
        award: row.text(19)?,
        award_until: row.instant(20)?,
        changed_at: row.instant(21)?,
        label: row.parsed(22, Label::from_gate)?,
        days_seen: row.count(23)?,
    })
}

fn read_told(row: &Row) -> Result<Told, StoreError> {
    Ok(Told {
        n: row.count(0)?,
        received: row.instant(1)?,
        kind: row.text(2)?,
        bidder: small(row, 3)?,
        via: row.text(4)?,
        is_accepted: row.bool(5)?,
        is_shown: row.bool(6)?,
        amount: row.int_or_none(7)?,
        price: row.int_or_none(8)?,
        leader: small_or_none(row, 9)?,
        ends_at: row.instant(10)?,
    })
}

fn read_bidder(row: &Row) -> Result<LotBidder, StoreError> {
    let hold = row.text(12)?;
    let rank: u8 = small(row, 6)?;
    Ok(LotBidder {
        lot: row.parsed(0, |text| LotId::parse(text).ok())?,
        organisation: row.parsed(1, |text| OrganisationId::parse(text).ok())?,
        alias: small(row, 2)?,
        person: row.parsed(3, |text| PersonId::parse(text).ok())?,
        state: row.parsed(4, BidderState::parse)?,
        reason: row.text(5)?,
        rank: Some(rank).filter(|rank| *rank > 0),
        agreed: row.count(7)?,
        stands_by: row.bool(8)?,
        is_entered: row.bool(9)?,
        deposit: row.parsed(10, Deposit::parse)?,
        n_deposits: row.count(11)?,
        hold: match hold.is_empty() {
            true => None,
            false => Some(row.parsed(12, |text| TransferId::parse(text).ok())?),
        },
        version: row.count(13)?,
        asked_at: row.instant(14)?,
    })
}
