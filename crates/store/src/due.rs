//! What waits in auctions and contracts for somebody's act: as bidder, seller, trustee, party.

use crate::filter::Composer;
use crate::lot::{LOT, LOT_COLUMNS, read};
use crate::{Composed, Row, StoreError, Tx};
use access::Filter;
use base::{ContractId, OrganisationId, PersonId, Reference};
use contract::kept::Kept;
use trading::lot::{BidderState, Deposit, Lot};

/// Rows of one kind that are told.
const TOLD_MAX: usize = 20;

/// Whether somebody has a contract on a lot before them: one that is only drafted is not.
const HAS_CONTRACT: &str = "exists (select 1 from contracts c where c.lot = l.id
     and c.state not in ('draft', 'abandoned'))";

/// Lots of bidders that are not over, or wait for a contract.
const BIDS: &str = "l.state in ('announced', 'open', 'sold') and b.state in ('asked', 'admitted')";
/// Sealed lots that are not over and of which somebody keeps a key.
const KEEPS: &str = "l.state in ('announced', 'open')";

/// A lot on which an organisation bids, or asked to.
#[derive(Clone, Debug)]
pub struct Bidding {
    pub organisation: OrganisationId,
    pub alias: u32,
    pub state: BidderState,
    /// The version of the terms that was agreed to.
    pub agreed: u64,
    pub deposit: Deposit,
    /// Whether a contract of it was offered.
    pub has_contract: bool,
}

/// What somebody is to a lot.
#[derive(Clone, Debug)]
pub enum Part {
    /// Of a bidder.
    Bids(Bidding),
    /// Of the seller, where it is sold and no contract is before anybody yet.
    Sells,
    /// A trustee: whether the key is registered, and whether it is published.
    Keeps { is_registered: bool, is_published: bool },
}

/// For whom lots are asked: as trustee, as bidders, as sellers.
#[derive(Clone, Copy, Debug)]
pub struct Reader<'a> {
    pub person: PersonId,
    pub bidders: &'a [OrganisationId],
    pub speakers: &'a [OrganisationId],
}

/// Lots in which the reader has a part that may wait for an act, the first to end first.
pub fn lots(tx: &mut Tx<'_>, reader: Reader<'_>) -> Result<Vec<(Lot, Part)>, StoreError> {
    let mut composer = Composer::default();
    let bidders = composer.any_of("b.organisation", reader.bidders);
    let sellers = composer.any_of("l.owner", reader.speakers);
    let person = composer.bind(reader.person);
    // Each part has its own bound, so that none hides another.
    let sql = format!(
        "select {LOT}, d.part, d.organisation, d.alias, d.state, d.agreed, d.deposit, d.one, d.two
         from (select * from (select 'bids' as part, l.id as lot, b.organisation as organisation,
                       b.alias as alias, b.state as state, b.agreed as agreed,
                       b.deposit as deposit, {HAS_CONTRACT} as one, false as two
                   from lot_bidders b join lots l on l.id = b.lot
                   where {bidders} and {BIDS} order by l.ends_at, l.id limit {TOLD_MAX}) bids
               union all
               select * from (select 'sells', l.id, '', 0, '', 0, '', false, false from lots l
                   where {sellers} and l.state = 'sold' and not {HAS_CONTRACT}
                   order by l.award_until, l.id limit {TOLD_MAX}) sells
               union all
               select * from (select 'keeps', l.id, '', 0, '', 0, '',
                       coalesce(k.public_key, '') <> '', coalesce(k.secret, '') <> ''
                   from lot_seats s join lots l on l.id = s.lot
                       left join lot_trustees k on k.lot = s.lot and k.person = s.person
                   where s.person = {person} and {KEEPS}
                   order by l.ends_at, l.id limit {TOLD_MAX}) keeps) d
             join lots l on l.id = d.lot join technologies t on t.id = l.technology
         order by l.ends_at, l.id, d.part, d.organisation"
    );
    let read = |row: &Row| Ok((read(row)?, part(row)?));
    tx.composed(&Composed { sql, args: composer.args })?.iter().map(read).collect()
}

fn part(row: &Row) -> Result<Part, StoreError> {
    let is = |at: usize| row.bool(LOT_COLUMNS + at);
    Ok(match row.text(LOT_COLUMNS)?.as_str() {
        "sells" => Part::Sells,
        "keeps" => Part::Keeps { is_registered: is(6)?, is_published: is(7)? },
        _ => {
            let damaged = |_| StoreError::Damaged("the number of a bidder".to_owned());
            Part::Bids(Bidding {
                organisation: row
                    .parsed(LOT_COLUMNS + 1, |text| OrganisationId::parse(text).ok())?,
                alias: u32::try_from(row.int(LOT_COLUMNS + 2)?).map_err(damaged)?,
                state: row.parsed(LOT_COLUMNS + 3, BidderState::parse)?,
                agreed: row.count(LOT_COLUMNS + 4)?,
                deposit: row.parsed(LOT_COLUMNS + 5, Deposit::parse)?,
                has_contract: is(6)?,
            })
        }
    })
}

/// Whether there is any such lot, as a query of one number: most people have none.
pub(crate) fn n_lots(composer: &mut Composer, reader: Reader<'_>) -> String {
    let bidders = composer.any_of("b.organisation", reader.bidders);
    let sellers = composer.any_of("l.owner", reader.speakers);
    let person = composer.bind(reader.person);
    format!(
        "select (select count(*) from lot_bidders b join lots l on l.id = b.lot
                 where {bidders} and {BIDS})
             + (select count(*) from lots l where {sellers} and l.state = 'sold')
             + (select count(*) from lot_seats s join lots l on l.id = s.lot
                where s.person = {person} and {KEEPS})"
    )
}

/// Contracts between these organisations and others with a version that waits for signatures.
pub fn offered(tx: &mut Tx<'_>, of: &[OrganisationId]) -> Result<Vec<Kept>, StoreError> {
    if of.is_empty() {
        return Ok(Vec::new());
    }
    let mut composer = Composer::default();
    let sql = offered_text(&mut composer, of);
    let rows = tx.composed(&Composed { sql, args: composer.args })?;
    rows.iter().map(crate::contract::read).collect()
}

pub(crate) fn offered_text(composer: &mut Composer, of: &[OrganisationId]) -> String {
    let (provider, acquirer) =
        (composer.any_of("c.provider", of), composer.any_of("c.acquirer", of));
    let select = crate::contract::SELECT;
    format!(
        "{select} where c.is_offered = true and ({provider} or {acquirer})
         order by c.changed_at, c.id limit {TOLD_MAX}"
    )
}

/// What a contract that binds waits for from the office, and from whoever has it registered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// A payment, by its number, is divided.
    Divide(u64),
    /// A registration that was handed in is decided.
    Decide,
    /// The form of the registration is filled in and handed in, or again.
    File,
}

/// For whom such steps are asked: of which contracts they may know, and what they may do.
#[derive(Clone, Copy, Debug)]
pub struct Steps<'a> {
    pub seen: &'a Filter,
    pub divides: bool,
    pub decides: bool,
    pub files: &'a [OrganisationId],
}

/// Contracts that wait for such a step, each kind the oldest first.
pub fn steps(
    tx: &mut Tx<'_>,
    of: Steps<'_>,
) -> Result<Vec<(Step, ContractId, Reference)>, StoreError> {
    let mut composer = Composer::default();
    let Some(sql) = steps_text(&mut composer, of) else { return Ok(Vec::new()) };
    let read = |row: &Row| {
        let step = match row.text(0)?.as_str() {
            "divide" => Step::Divide(row.count(2)?),
            "decide" => Step::Decide,
            _ => Step::File,
        };
        let id = row.parsed(1, |text| ContractId::parse(text).ok())?;
        Ok((step, id, row.parsed(3, Reference::parse)?))
    };
    tx.composed(&Composed { sql, args: composer.args })?.iter().map(read).collect()
}

pub(crate) fn steps_text(composer: &mut Composer, of: Steps<'_>) -> Option<String> {
    let mut parts = Vec::new();
    let mut part = |step: &str, (n, from): (&str, &str), chosen: &str, seen: &str| {
        parts.push(format!(
            "select * from (select '{step}' as step, c.id as id, {n} as n, c.reference as reference
                 from {from} join technologies t on t.id = c.technology
                 where {chosen} and {seen}
                 order by c.changed_at, c.id, 3 limit {TOLD_MAX}) {step}s"
        ));
    };
    let plain = ("cast(0 as bigint)", "contracts c");
    if of.divides {
        let from = "contract_payments p join contracts c on c.id = p.contract";
        part("divide", ("p.n", from), "p.split = ''", &crate::contract::seen(composer, of.seen));
    }
    if of.decides {
        let chosen = "c.filing_state in ('submitted', 'change-submitted')";
        part("decide", plain, chosen, &crate::contract::seen(composer, of.seen));
    }
    if !of.files.is_empty() {
        let chosen = format!(
            "{} and c.filing_state in ('open', 'returned')
                 and c.state in ('in-force', 'breached', 'performed')",
            composer.any_of("c.provider", of.files)
        );
        part("file", plain, &chosen, &crate::contract::seen(composer, of.seen));
    }
    (!parts.is_empty()).then(|| parts.join(" union all "))
}
