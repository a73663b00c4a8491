//! Mergers: one organisation is taken into another, and what belongs to it goes there.
//!
//! The row of the one that was taken stays under its id with its name, reference and code, and says
//! into which it went; what the log says of it stays as well.

use crate::{StoreError, Tx, args, statements};
use access::Role;
use base::{CaseId, Instant, MembershipId, OrganisationId, PersonId, TechnologyId};

statements! {
    MARK = "update organisations set merged_into = $3, version = version + 1, changed_at = $4
            where id = $1 and version = $2 and merged_into = ''";
    LEAD_ON = "update organisations set merged_into = $2 where merged_into = $1";
    PLACES = "select id, person, role, until_at from memberships
              where organisation = $1 and until_at > $2 order by id";
    GIVE_ALIASES = "update organisation_aliases set organisation = $2 where organisation = $1";
    GIVE_INVITATIONS = "update invitations set organisation = $2 where organisation = $1";
    GIVE_WEBHOOKS = "update webhooks set organisation = $2 where organisation = $1";
    GIVE_IMPORTS = "update imports set owner = $2 where owner = $1";
    GIVE_FILES = "update files set owner = $2 where owner = $1";
    GIVE_BULLETINS = "update bulletins set owner = $2 where owner = $1";
    GIVE_EMERGENCIES = "update emergencies set owner = $2 where owner = $1";
    GIVE_SEARCHES = "update saved_searches set question = replace(question, $1, $2)
                     where question like '%' || $1 || '%'";
    GIVE_QUESTIONS = "update bulletins set question = replace(question, $1, $2),
                          departments = replace(departments, $1, $2)
                      where question like '%' || $1 || '%' or departments like '%' || $1 || '%'";
    GIVE_DESKS = "update case_desks set organisation = $2 where organisation = $1";
    CASES = "select id from cases where owner = $1 or desk = $1 order by id limit $2";
    GIVE_CASE = "update cases set owner = case when owner = $2 then $3 else owner end,
                     desk = case when desk = $2 then $3 else desk end
                 where id = $1";
    DROP_DOUBLE_TAKERS = "delete from case_takers
                          where case_id = $1 and organisation = $2 and exists (
                              select 1 from case_takers t
                              where t.case_id = case_takers.case_id and t.task = case_takers.task
                                and t.role = case_takers.role and t.person = case_takers.person
                                and t.organisation = $3)";
    GIVE_TAKERS = "update case_takers set organisation = $3
                   where case_id = $1 and organisation = $2";
    TECHNOLOGIES = "select id from technologies where owner = $1 order by id limit $2";
    GIVE_TECHNOLOGY = "update technologies set owner = $3, key = $4, changed_at = $5
                       where id = $1 and owner = $2";
    UNFINISHED = "select o.id from organisations o
                  where o.merged_into <> ''
                    and (exists (select 1 from technologies t where t.owner = o.id)
                         or exists (select 1 from cases c where c.owner = o.id)
                         or exists (select 1 from cases c where c.desk = o.id))
                  order by o.id limit $1";
    COUNTS = "select (select count(*) from technologies where owner = $1),
                  (select count(*) from cases where owner = $1 or desk = $1),
                  (select count(distinct person) from memberships
                   where organisation = $1 and until_at > $2)";
}

/// A place that somebody has in an organisation.
pub type Place = (MembershipId, PersonId, Role, Instant);

/// Marks an organisation of this version as taken into another; what was taken into it before leads
/// there as well. False where it moved on or was taken already.
pub fn mark(
    tx: &mut Tx<'_>,
    (id, seen): (OrganisationId, u64),
    into: OrganisationId,
    now: Instant,
) -> Result<bool, StoreError> {
    if tx.run(&MARK, args![id, seen, into, now])? == 0 {
        return Ok(false);
    }
    tx.later(&LEAD_ON, args![id, into])?;
    Ok(true)
}

/// Everybody with a place there.
pub fn places(tx: &mut Tx<'_>, id: OrganisationId, now: Instant) -> Result<Vec<Place>, StoreError> {
    tx.rows(&PLACES, args![id, now])?
        .iter()
        .map(|row| {
            Ok((
                row.parsed(0, |text| MembershipId::parse(text).ok())?,
                row.parsed(1, |text| PersonId::parse(text).ok())?,
                row.parsed(2, Role::parse)?,
                row.instant(3)?,
            ))
        })
        .collect()
}

/// Gives everything that is moved at once: names it is known by, invitations, webhooks, imports,
/// files, bulletins, desks, lots, deals, contracts, ventures and holdings.
pub fn give_rest(
    tx: &mut Tx<'_>,
    from: OrganisationId,
    to: OrganisationId,
) -> Result<(), StoreError> {
    let all = [
        &GIVE_ALIASES,
        &GIVE_INVITATIONS,
        &GIVE_WEBHOOKS,
        &GIVE_IMPORTS,
        &GIVE_FILES,
        &GIVE_BULLETINS,
        &GIVE_DESKS,
        &GIVE_EMERGENCIES,
        // Ids are of one length and stand in these texts as they are.
        &GIVE_SEARCHES,
        &GIVE_QUESTIONS,
    ];
    for statement in all {
        tx.later(statement, args![from, to])?;
    }
    crate::merger_deal::give(tx, from, to)?;
    crate::venture::give(tx, from, to)?;
    crate::instrument::give(tx, from, to)?;
    crate::area::give(tx, from, to)?;
    crate::item::give(tx, from, to)?;
    crate::joint_request::give(tx, from, to)?;
    crate::service_order::give(tx, from, to)?;
    crate::usage::give(tx, from, to)?;
    crate::charge::give(tx, from, to)?;
    crate::voucher::give(tx, from, to)?;
    crate::service_record::give(tx, from, to)
}

/// Cases of which it is owner or desk.
pub fn cases(tx: &mut Tx<'_>, id: OrganisationId, limit: usize) -> Result<Vec<CaseId>, StoreError> {
    let rows = tx.rows(&CASES, args![id, limit])?;
    rows.iter().map(|row| row.parsed(0, |text| CaseId::parse(text).ok())).collect()
}

/// Gives a case, with who may take its tasks.
pub fn give_case(
    tx: &mut Tx<'_>,
    case: CaseId,
    from: OrganisationId,
    to: OrganisationId,
) -> Result<(), StoreError> {
    tx.later(&GIVE_CASE, args![case, from, to])?;
    tx.later(&DROP_DOUBLE_TAKERS, args![case, from, to])?;
    tx.later(&GIVE_TAKERS, args![case, from, to])
}

/// Technologies that it owns.
pub fn technologies(
    tx: &mut Tx<'_>,
    id: OrganisationId,
    limit: usize,
) -> Result<Vec<TechnologyId>, StoreError> {
    let rows = tx.rows(&TECHNOLOGIES, args![id, limit])?;
    rows.iter().map(|row| row.parsed(0, |text| TechnologyId::parse(text).ok())).collect()
}

/// Gives a technology, under this key of its new owner.
pub fn give_technology(
    tx: &mut Tx<'_>,
    technology: TechnologyId,
    (from, to): (OrganisationId, OrganisationId),
    key: &str,
    now: Instant,
) -> Result<bool, StoreError> {
    Ok(tx.run(&GIVE_TECHNOLOGY, args![technology, from, to, key, now])? == 1)
}

/// Organisations that were taken into another and still have something.
pub fn unfinished(tx: &mut Tx<'_>, limit: usize) -> Result<Vec<OrganisationId>, StoreError> {
    let rows = tx.rows(&UNFINISHED, args![limit])?;
    rows.iter().map(|row| row.parsed(0, |text| OrganisationId::parse(text).ok())).collect()
}

/// What goes with a merger.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub n_technologies: u64,
    pub n_cases: u64,
    pub n_people: u64,
    /// Deals, contracts and lots.
    pub n_deals: u64,
}

/// What belongs to an organisation now.
pub fn counts(tx: &mut Tx<'_>, id: OrganisationId, now: Instant) -> Result<Counts, StoreError> {
    let Some(row) = tx.row(&COUNTS, args![id, now])? else { return Ok(Counts::default()) };
    let (n_technologies, n_cases, n_people) = (row.count(0)?, row.count(1)?, row.count(2)?);
    let n_deals = crate::merger_deal::count(tx, id)?;
    Ok(Counts { n_technologies, n_cases, n_people, n_deals })
}
