//! People, their places in organisations, their clearances.

use crate::filter::Composer;
use crate::{Composed, Row, StoreError, Tx, args, statements};
use access::Role;
use base::{Bilingual, Clearance, Instant, MembershipId, OrganisationId, PersonId};
use parties::{Person, PersonState};
use std::collections::BTreeMap;

statements! {
    ADD = "insert into people (id, email, name_en, name_zh, lang, state, password, password_at,
                               invented, version, created_at)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 1, $8)";
    FIND = "select id, email, name_en, name_zh, lang,
                case when erased_at > 0 then 'erased' else state end, invented, version, created_at
            from people where id = $1";
    BY_EMAIL = "select id, email, name_en, name_zh, lang,
                    case when erased_at > 0 then 'erased' else state end, invented, version,
                    created_at, password
                from people where email = $1";
    PASSWORD = "select password from people where id = $1";
    SET_PASSWORD = "update people set password = $2, password_at = $3, state = 'active',
                        version = version + 1
                    where id = $1 and state <> 'disabled'";
    SET_NOTICES_SEQ = "update people set notices_seq = $2 where id = $1 and notices_seq < $2";
    PLACES = "select organisation, role, granted_by, from_at, until_at from memberships
              where person = $1 order by from_at, id limit 1000";
    SET_STATE = "update people set state = $2, version = version + 1 where id = $1";
    SET_LANG = "update people set lang = $2 where id = $1";
    LIST = "select id, email, name_en, name_zh, lang,
                case when erased_at > 0 then 'erased' else state end, invented, version, created_at
            from people where id > $1 order by id limit $2";
    OF_ORGANISATION = "select p.id, p.email, p.name_en, p.name_zh, p.lang,
                           case when p.erased_at > 0 then 'erased' else p.state end, p.invented,
                           p.version, p.created_at, m.id, m.role
                       from memberships m join people p on p.id = m.person
                       where m.organisation = $1 and m.from_at <= $2 and m.until_at > $2
                         and p.id in (select person from memberships
                                      where organisation = $1 and from_at <= $2 and until_at > $2
                                        and person > $3
                                      group by person order by person limit $4)
                       order by p.id, m.role";
    COUNT = "select count(*) from people";
    ADD_MEMBERSHIP = "insert into memberships
                          (id, person, organisation, role, granted_by, from_at, until_at)
                      values ($1, $2, $3, $4, $5, $6, $7)";
    END_MEMBERSHIP = "update memberships set until_at = $2 where id = $1 and until_at > $2";
    FIND_MEMBERSHIP = "select id, person, organisation, role, until_at from memberships
                       where id = $1";
    ROLES = "select id, organisation, role from memberships
             where person = $1 and from_at <= $2 and until_at > $2 order by organisation, role";
    NAMED_ROLES = "select m.id, m.organisation, o.name_en, o.name_zh, m.role
                   from memberships m join organisations o on o.id = m.organisation
                   where m.person = $1 and m.from_at <= $2 and m.until_at > $2
                   order by m.organisation, m.role";
    N_OF_ROLE = "select count(*) from memberships m join people p on p.id = m.person
                 where m.role = $1 and m.from_at <= $2 and m.until_at > $2
                   and p.state = 'active'";
    CLEARANCE = "select clearance from clearances where person = $1";
    SET_CLEARANCE = "insert into clearances (person, clearance, set_by, set_at)
                     values ($1, $2, $3, $4)
                     on conflict (person) do update
                         set clearance = $2, set_by = $3, set_at = $4";
    ADD_LINK = "insert into one_time_links (secret, person, created_at, ends_at)
                values ($1, $2, $3, $4)";
    FIND_LINK = "select person, ends_at from one_time_links where secret = $1";
    DROP_LINKS = "delete from one_time_links where person = $1";
    ATTEMPTS = "select n, until_at from attempts where bucket = $1";
    COUNT_ATTEMPT = "insert into attempts (bucket, n, until_at) values ($1, 1, $2)
                     on conflict (bucket) do update set n = attempts.n + 1, until_at = $3";
    SWEEP_ATTEMPTS = "delete from attempts where until_at < $1";
    SET_ATTEMPTS = "insert into attempts (bucket, n, until_at) values ($1, $2, $3)
                    on conflict (bucket) do update set n = $2, until_at = $3";
    CLEAR_ATTEMPTS = "delete from attempts where bucket = $1";
}

/// A place of a person in an organisation.
#[derive(Clone, Debug)]
pub struct Membership {
    pub id: MembershipId,
    pub person: PersonId,
    pub organisation: OrganisationId,
    pub role: Role,
    pub until_at: Instant,
}

/// Memberships without an end carry this one, so that the column is never null.
pub const FOR_EVER: Instant = Instant::from_micros(i64::MAX);

/// Adds a person; `password` is a hash, or empty before the first one is set.
pub fn add(tx: &mut Tx<'_>, person: &Person, password: &str) -> Result<(), StoreError> {
    let row = args![
        person.id,
        &person.email,
        &person.name.en,
        &person.name.zh,
        person.lang.tag(),
        person.state.word(),
        password,
        person.created_at,
        person.invented,
    ]
    .to_vec();
    tx.later(&ADD, &row)
}

/// One person.
pub fn find(tx: &mut Tx<'_>, id: PersonId) -> Result<Option<Person>, StoreError> {
    tx.row(&FIND, args![id])?.as_ref().map(read).transpose()
}

/// The person of this address, with the hash of the password.
pub fn by_email(tx: &mut Tx<'_>, email: &str) -> Result<Option<(Person, String)>, StoreError> {
    tx.row(&BY_EMAIL, args![email])?.map(|row| Ok((read(&row)?, row.text(9)?))).transpose()
}

/// The hash of a person's password.
pub fn password(tx: &mut Tx<'_>, id: PersonId) -> Result<Option<String>, StoreError> {
    tx.row(&PASSWORD, args![id])?.map(|row| row.text(0)).transpose()
}

/// Sets the hash; a disabled person stays disabled.
pub fn set_password(
    tx: &mut Tx<'_>,
    id: PersonId,
    hash: &str,
    now: Instant,
) -> Result<bool, StoreError> {
    Ok(tx.run(&SET_PASSWORD, args![id, hash, now])? == 1)
}

/// Sets whether the person can sign in.
pub fn set_state(tx: &mut Tx<'_>, id: PersonId, state: PersonState) -> Result<(), StoreError> {
    tx.later(&SET_STATE, args![id, state.word()])
}

/// Remembers the language of a person.
pub fn set_lang(tx: &mut Tx<'_>, id: PersonId, lang: base::Lang) -> Result<(), StoreError> {
    tx.later(&SET_LANG, args![id, lang.tag()])
}

/// People after an id.
pub fn list(tx: &mut Tx<'_>, after: &str, limit: usize) -> Result<Vec<Person>, StoreError> {
    tx.rows(&LIST, args![after, limit])?.iter().map(read).collect()
}

/// At most so many people of an organisation after an id, each with every role and the membership
/// that makes it so.
pub fn of_organisation(
    tx: &mut Tx<'_>,
    (organisation, now): (OrganisationId, Instant),
    after: &str,
    limit: usize,
) -> Result<Vec<(Person, MembershipId, Role)>, StoreError> {
    tx.rows(&OF_ORGANISATION, args![organisation, now, after, limit])?
        .iter()
        .map(|row| {
            let membership = row.parsed(9, |text| MembershipId::parse(text).ok())?;
            Ok((read(row)?, membership, row.parsed(10, Role::parse)?))
        })
        .collect()
}

/// Names of these people.
pub fn names_of(
    tx: &mut Tx<'_>,
    ids: &[PersonId],
) -> Result<BTreeMap<PersonId, Bilingual>, StoreError> {
    let mut wanted = ids.to_vec();
    wanted.sort();
    wanted.dedup();
    if wanted.is_empty() {
        return Ok(BTreeMap::new());
    }
    let mut composer = Composer::default();
    let chosen = composer.any_of("id", &wanted);
    let sql = format!("select id, name_en, name_zh from people where {chosen}");
    tx.composed(&Composed { sql, args: composer.args })?
        .iter()
        .map(|row| {
            let id = row.parsed(0, |text| PersonId::parse(text).ok())?;
            Ok((id, Bilingual::new(row.text(1)?, row.text(2)?)))
        })
        .collect()
}

/// The first organisation of each of these people, in the order in which [`roles`] gives them.
pub fn places_of(
    tx: &mut Tx<'_>,
    ids: &[PersonId],
    now: Instant,
) -> Result<BTreeMap<PersonId, OrganisationId>, StoreError> {
    if ids.is_empty() {
        return Ok(BTreeMap::new());
    }
    let mut composer = Composer::default();
    let chosen = composer.any_of("person", ids);
    let (from, until) = (composer.bind(now), composer.bind(now));
    let sql = format!(
        "select person, min(organisation) from memberships \
         where {chosen} and from_at <= {from} and until_at > {until} group by person"
    );
    tx.composed(&Composed { sql, args: composer.args })?
        .iter()
        .map(|row| {
            let person = row.parsed(0, |text| PersonId::parse(text).ok())?;
            Ok((person, row.parsed(1, |text| OrganisationId::parse(text).ok())?))
        })
        .collect()
}

/// The roles that each of these people holds now, in any organisation.
pub fn roles_of(
    tx: &mut Tx<'_>,
    ids: &[PersonId],
    now: Instant,
) -> Result<BTreeMap<PersonId, Vec<Role>>, StoreError> {
    let mut found: BTreeMap<PersonId, Vec<Role>> = BTreeMap::new();
    if ids.is_empty() {
        return Ok(found);
    }
    let mut composer = Composer::default();
    let chosen = composer.any_of("person", ids);
    composer.args.push(now.into());
    let at = composer.args.len();
    let sql = format!(
        "select person, role from memberships
         where {chosen} and from_at <= ${at} and until_at > ${at} order by person, role"
    );
    for row in tx.composed(&Composed { sql, args: composer.args })? {
        let person = row.parsed(0, |text| PersonId::parse(text).ok())?;
        found.entry(person).or_default().push(row.parsed(1, Role::parse)?);
    }
    Ok(found)
}

/// Somebody with the name, and the clearance where one was given.
pub type Cleared = (PersonId, Bilingual, Option<Clearance>);

/// Active people who hold one of these roles now, each role in its organisation, in the order of
/// their ids, with the clearance that was given.
pub fn of_roles(
    tx: &mut Tx<'_>,
    places: &[(OrganisationId, &str)],
    now: Instant,
    limit: usize,
) -> Result<Vec<Cleared>, StoreError> {
    if places.is_empty() {
        return Ok(Vec::new());
    }
    let mut composer = Composer::default();
    let wanted: Vec<String> = places
        .iter()
        .map(|(organisation, role)| {
            let (organisation, role) = (composer.bind(*organisation), composer.bind(*role));
            format!("(m.organisation = {organisation} and m.role = {role})")
        })
        .collect();
    let (from, until) = (composer.bind(now), composer.bind(now));
    let sql = format!(
        "select distinct p.id, p.name_en, p.name_zh, c.clearance from memberships m \
             join people p on p.id = m.person left join clearances c on c.person = p.id \
         where ({}) and m.from_at <= {from} and m.until_at > {until} and p.state = 'active' \
             and p.erased_at = 0 order by p.id limit {limit}",
        wanted.join(" or ")
    );
    tx.composed(&Composed { sql, args: composer.args })?
        .iter()
        .map(|row| {
            let id = row.parsed(0, |text| PersonId::parse(text).ok())?;
            let given = match row.text_or_none(3)? {
                Some(_) => Some(row.json(3)?),
                None => None,
            };
            Ok((id, Bilingual::new(row.text(1)?, row.text(2)?), given))
        })
        .collect()
}

/// How many people there are.
pub fn count(tx: &mut Tx<'_>) -> Result<u64, StoreError> {
    tx.row(&COUNT, &[])?.map_or(Ok(0), |row| row.count(0))
}

/// Adds a membership.
pub fn add_membership(
    tx: &mut Tx<'_>,
    membership: &Membership,
    granted_by: &str,
    now: Instant,
) -> Result<(), StoreError> {
    let row = args![
        membership.id,
        membership.person,
        membership.organisation,
        membership.role.word(),
        granted_by,
        now,
        membership.until_at,
    ]
    .to_vec();
    tx.later(&ADD_MEMBERSHIP, &row)
}

/// Ends a membership now; false when it had ended.
pub fn end_membership(tx: &mut Tx<'_>, id: MembershipId, now: Instant) -> Result<bool, StoreError> {
    Ok(tx.run(&END_MEMBERSHIP, args![id, now])? == 1)
}

/// One membership.
pub fn find_membership(
    tx: &mut Tx<'_>,
    id: MembershipId,
) -> Result<Option<Membership>, StoreError> {
    tx.row(&FIND_MEMBERSHIP, args![id])?
        .map(|row| {
            Ok(Membership {
                id,
                person: row.parsed(1, |text| PersonId::parse(text).ok())?,
                organisation: row.parsed(2, |text| OrganisationId::parse(text).ok())?,
                role: row.parsed(3, Role::parse)?,
                until_at: row.instant(4)?,
            })
        })
        .transpose()
}

/// The roles a person holds now.
pub fn roles(
    tx: &mut Tx<'_>,
    id: PersonId,
    now: Instant,
) -> Result<Vec<(MembershipId, OrganisationId, Role)>, StoreError> {
    tx.rows(&ROLES, args![id, now])?
        .iter()
        .map(|row| {
            Ok((
                row.parsed(0, |text| MembershipId::parse(text).ok())?,
                row.parsed(1, |text| OrganisationId::parse(text).ok())?,
                row.parsed(2, Role::parse)?,
            ))
        })
        .collect()
}

/// The roles a person holds now, with the names of the organisations.
pub fn named_roles(
    tx: &mut Tx<'_>,
    id: PersonId,
    now: Instant,
) -> Result<Vec<(MembershipId, OrganisationId, Bilingual, Role)>, StoreError> {
    tx.rows(&NAMED_ROLES, args![id, now])?
        .iter()
        .map(|row| {
            Ok((
                row.parsed(0, |text| MembershipId::parse(text).ok())?,
                row.parsed(1, |text| OrganisationId::parse(text).ok())?,
                Bilingual::new(row.text(2)?, row.text(3)?),
                row.parsed(4, Role::parse)?,
            ))
        })
        .collect()
}

/// How many active people hold a role now: the last administrator of a kind stays.
pub fn n_of_role(tx: &mut Tx<'_>, role: Role, now: Instant) -> Result<u64, StoreError> {
    tx.row(&N_OF_ROLE, args![role.word(), now])?.map_or(Ok(0), |row| row.count(0))
}

/// What a person is cleared for; a person without a row is cleared for nothing above registered.
pub fn clearance(tx: &mut Tx<'_>, id: PersonId) -> Result<Option<Clearance>, StoreError> {
    tx.row(&CLEARANCE, args![id])?.map(|row| row.json(0)).transpose()
}

/// Sets a clearance.
pub fn set_clearance(
    tx: &mut Tx<'_>,
    id: PersonId,
    clearance: &Clearance,
    by: &str,
    now: Instant,
) -> Result<(), StoreError> {
    tx.later(&SET_CLEARANCE, &[id.into(), crate::json(clearance), by.into(), now.into()])
}

/// Keeps the digest of a one-time link.
pub fn add_link(
    tx: &mut Tx<'_>,
    digest: &str,
    person: PersonId,
    now: Instant,
    ends_at: Instant,
) -> Result<(), StoreError> {
    tx.later(&ADD_LINK, args![digest, person, now, ends_at])
}

/// Whom a one-time link is for, and until when.
pub fn find_link(tx: &mut Tx<'_>, digest: &str) -> Result<Option<(PersonId, Instant)>, StoreError> {
    tx.row(&FIND_LINK, args![digest])?
        .map(|row| Ok((row.parsed(0, |text| PersonId::parse(text).ok())?, row.instant(1)?)))
        .transpose()
}

/// Drops every link of a person: one was used, or the person was disabled.
pub fn drop_links(tx: &mut Tx<'_>, person: PersonId) -> Result<(), StoreError> {
    tx.later(&DROP_LINKS, args![person])
}

/// Wrong tries in a bucket, and until when it is shut.
pub fn attempts(tx: &mut Tx<'_>, bucket: &str) -> Result<(u64, Instant), StoreError> {
    tx.row(&ATTEMPTS, args![bucket])?
        .map_or(Ok((0, Instant::from_micros(0))), |row| Ok((row.count(0)?, row.instant(1)?)))
}

/// Counts a wrong try and shuts the bucket until a moment.
pub fn count_attempt(tx: &mut Tx<'_>, bucket: &str, until: Instant) -> Result<(), StoreError> {
    tx.later(&COUNT_ATTEMPT, args![bucket, until, until])
}

/// Forgets buckets that were shut for the last time before a moment.
pub fn sweep_attempts(tx: &mut Tx<'_>, before: Instant) -> Result<u64, StoreError> {
    tx.run(&SWEEP_ATTEMPTS, args![before])
}

/// Writes a bucket down as it counts now.
pub fn set_attempts(
    tx: &mut Tx<'_>,
    bucket: &str,
    n: u64,
    until: Instant,
) -> Result<(), StoreError> {
    tx.later(&SET_ATTEMPTS, args![bucket, n, until])
}

/// Notes up to which number of the log somebody has read what happened to the own account.
pub fn set_notices_seq(tx: &mut Tx<'_>, id: PersonId, seq: u64) -> Result<(), StoreError> {
    tx.later(&SET_NOTICES_SEQ, args![id, seq])
}

/// A place held once or now, with who gave it and when.
#[derive(Clone, Debug)]
pub struct Place {
    pub organisation: OrganisationId,
    pub role: Role,
    pub granted_by: String,
    pub from_at: Instant,
    pub until_at: Instant,
}

/// Every place a person has held, oldest first.
pub fn places(tx: &mut Tx<'_>, id: PersonId) -> Result<Vec<Place>, StoreError> {
    tx.rows(&PLACES, args![id])?
        .iter()
        .map(|row| {
            Ok(Place {
                organisation: row.parsed(0, |text| OrganisationId::parse(text).ok())?,
                role: row.parsed(1, Role::parse)?,
                granted_by: row.text(2)?,
                from_at: row.instant(3)?,
                until_at: row.instant(4)?,
            })
        })
        .collect()
}

/// Opens a bucket again.
pub fn clear_attempts(tx: &mut Tx<'_>, bucket: &str) -> Result<(), StoreError> {
    tx.later(&CLEAR_ATTEMPTS, args![bucket])
}

pub(crate) fn read(row: &Row) -> Result<Person, StoreError> {
    Ok(Person {
        id: row.parsed(0, |text| PersonId::parse(text).ok())?,
        email: row.text(1)?,
        name: Bilingual::new(row.text(2)?, row.text(3)?),
        lang: row.lang(4)?,
        state: row.parsed(5, PersonState::parse)?,
        invented: row.bool(6)?,
        version: row.count(7)?,
        created_at: row.instant(8)?,
    })
}
