//! What a merger takes along of trade: lots, bids that are over, deals, contracts, licences, rules.
//!
//! Two organisations that dealt with each other keep those deals under both names: nobody contracts
//! with oneself. Texts that were signed stay as they were; the row alone says who is bound now.

use crate::{StoreError, Tx, args, statements};
use base::OrganisationId;

statements! {
    BIDS_IN = "select l.reference from lot_bidders b join lots l on l.id = b.lot
               where b.organisation = $1 and b.state <> 'refused'
                 and (l.state in ('announced', 'open', 'sold') or b.deposit = 'held')
               order by l.id limit 1";
    GIVE_LOTS = "update lots set owner = $2 where owner = $1";
    GIVE_BIDDERS = "update lot_bidders set organisation = $2
                    where organisation = $1 and not exists (
                        select 1 from lot_bidders b
                        where b.lot = lot_bidders.lot and b.organisation = $2)";
    GIVE_DEFAULTS = "update lot_defaults set organisation = $2 where organisation = $1";
    GIVE_COMPLAINTS = "update lot_complaints set organisation = $2
                       where organisation = $1 and not exists (
                           select 1 from lot_complaints c
                           where c.lot = lot_complaints.lot and c.organisation = $2)";
    GIVE_TRUSTEES = "update lot_trustees set organisation = $2 where organisation = $1";
    GIVE_LICENCES = "update open_licences set owner = $2 where owner = $1";
    GIVE_DEALS = "update deals set owner = $2 where owner = $1 and counterparty <> $2";
    GIVE_TAKEN = "update deals set counterparty = $2 where counterparty = $1 and owner <> $2";
    GIVE_CONTRACTS = "update contracts set provider = $2, terms = replace(terms, $1, $2),
                          bound = replace(bound, $1, $2)
                      where provider = $1 and acquirer <> $2";
    GIVE_ACQUIRED = "update contracts set acquirer = $2, terms = replace(terms, $1, $2),
                         bound = replace(bound, $1, $2)
                     where acquirer = $1 and provider <> $2 and not exists (
                         select 1 from contracts c
                         where c.lot = contracts.lot and c.lot <> '' and c.acquirer = $2)";
    GIVE_PARTS = "update contract_parts set owner = $2 where owner = $1";
    HAS_RULES = "select n from income_rules where organisation = $1 order by n limit 1";
    GIVE_RULES = "update income_rules set organisation = $2 where organisation = $1";
    COUNT = "select (select count(*) from deals where owner = $1 or counterparty = $1)
                 + (select count(*) from contracts where provider = $1 or acquirer = $1)
                 + (select count(*) from lots where owner = $1)";
}

/// The reference of an auction in which it bids, or in which its deposit lies.
pub fn bids_in(tx: &mut Tx<'_>, id: OrganisationId) -> Result<Option<String>, StoreError> {
    tx.row(&BIDS_IN, args![id])?.map(|row| row.text(0)).transpose()
}

/// How many deals, contracts and lots it has a part in.
pub fn count(tx: &mut Tx<'_>, id: OrganisationId) -> Result<u64, StoreError> {
    tx.row(&COUNT, args![id])?.map_or(Ok(0), |row| row.count(0))
}

/// What belonged to one organisation belongs to another.
pub(crate) fn give(
    tx: &mut Tx<'_>,
    from: OrganisationId,
    to: OrganisationId,
) -> Result<(), StoreError> {
    let all = [
        &GIVE_LOTS,
        &GIVE_BIDDERS,
        &GIVE_DEFAULTS,
        &GIVE_COMPLAINTS,
        &GIVE_TRUSTEES,
        &GIVE_LICENCES,
        &GIVE_DEALS,
        &GIVE_TAKEN,
        // Ids are of one length and stand in the terms as they are.
        &GIVE_CONTRACTS,
        &GIVE_ACQUIRED,
        &GIVE_PARTS,
    ];
    for statement in all {
        tx.later(statement, args![from, to])?;
    }
    // Whoever has rules of its own divides by them from now on.
    if tx.row(&HAS_RULES, args![to])?.is_none() {
        tx.later(&GIVE_RULES, args![from, to])?;
    }
    Ok(())
}
