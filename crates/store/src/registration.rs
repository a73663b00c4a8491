//! Registrations that wait for their mail address to be confirmed, and who looks after a firm.

use crate::{Row, StoreError, Tx, args, statements};
use base::{ApplicationId, Bilingual, CaseId, Instant, Lang, OrganisationId, PersonId, Reference};
use parties::registration::Application;

statements! {
    ADD = "insert into applications (id, secret, email, name_en, name_zh, lang, password, matter,
                                     case_id, created_at, ends_at)
           values ($1, $2, $3, $4, $5, $6, $7, $8, '', $9, $10)";
    FIND = "select id, email, name_en, name_zh, lang, password, matter, case_id, created_at, ends_at
            from applications where id = $1";
    BY_SECRET = "select id, email, name_en, name_zh, lang, password, matter, case_id, created_at,
                     ends_at
                 from applications where secret = $1";
    WAITING = "select id, email, name_en, name_zh, lang, password, matter, case_id, created_at,
                   ends_at
               from applications where case_id = '' and ends_at > $1 and id > $2
               order by id limit $3";
    RENEW = "update applications set secret = $2, ends_at = $3 where id = $1 and case_id = ''";
    CONFIRM = "update applications set email = '', name_en = '', name_zh = '', password = '',
                   matter = '{}', case_id = $2
               where id = $1 and case_id = ''";
    OPEN_OF = "select reference from cases
               where opener = $1 and ended_at = 0
                 and ((process = 'registration' and thing = $2)
                      or (process = 'joining' and thing = $3))
               order by id limit 1";
    RIVALS = "select id, reference, state from cases
              where thing = $1 and process = 'registration' and id <> $2
              order by id desc limit 20";
    SWEEP = "delete from applications where ends_at <= $1";
    DROP_ADDRESS = "delete from applications where email = $1 and email <> ''";
    N_ADMINISTRATORS = "select count(distinct m.person)
                        from memberships m join people p on p.id = m.person
                        where m.organisation = $1 and m.role = 'firm-administrator'
                          and m.from_at <= $2 and m.until_at > $2
                          and p.state in ('active', 'invited')";
}

/// A registration that waits for its link to be opened; after that only the case is known.
#[derive(Clone, Debug)]
pub struct Waiting {
    pub id: ApplicationId,
    pub email: String,
    /// The contact person.
    pub name: Bilingual,
    pub lang: Lang,
    /// The hash of the password that was chosen.
    pub password: String,
    pub application: Application,
    /// The case that was opened when the address was confirmed.
    pub case: Option<CaseId>,
    pub created_at: Instant,
    pub ends_at: Instant,
}

/// Keeps a registration under the digest of its link.
pub fn add(tx: &mut Tx<'_>, digest: &str, it: &Waiting) -> Result<(), StoreError> {
    let row = [
        it.id.into(),
        digest.into(),
        (&it.email).into(),
        (&it.name.en).into(),
        (&it.name.zh).into(),
        it.lang.tag().into(),
        (&it.password).into(),
        crate::json(&it.application),
        it.created_at.into(),
        it.ends_at.into(),
    ];
    tx.later(&ADD, &row)
}

/// One registration.
pub fn find(tx: &mut Tx<'_>, id: ApplicationId) -> Result<Option<Waiting>, StoreError> {
    tx.row(&FIND, args![id])?.as_ref().map(read).transpose()
}

/// The registration of a link.
pub fn by_secret(tx: &mut Tx<'_>, digest: &str) -> Result<Option<Waiting>, StoreError> {
    tx.row(&BY_SECRET, args![digest])?.as_ref().map(read).transpose()
}

/// Registrations whose address is not confirmed yet, in the order in which they came.
pub fn waiting(
    tx: &mut Tx<'_>,
    now: Instant,
    after: &str,
    limit: usize,
) -> Result<Vec<Waiting>, StoreError> {
    tx.rows(&WAITING, args![now, after, limit])?.iter().map(read).collect()
}

/// Gives a registration another link; false when it was confirmed meanwhile.
pub fn renew(
    tx: &mut Tx<'_>,
    id: ApplicationId,
    digest: &str,
    ends_at: Instant,
) -> Result<bool, StoreError> {
    Ok(tx.run(&RENEW, args![id, digest, ends_at])? == 1)
}

/// Notes the case and forgets everything personal; false when it was confirmed meanwhile.
pub fn confirm(tx: &mut Tx<'_>, id: ApplicationId, case: CaseId) -> Result<bool, StoreError> {
    Ok(tx.run(&CONFIRM, args![id, case])? == 1)
}

/// The open case in which this person speaks for the firm of this code already.
pub fn open_of(
    tx: &mut Tx<'_>,
    person: PersonId,
    code: &str,
    holder: Option<OrganisationId>,
) -> Result<Option<Reference>, StoreError> {
    let holder = holder.map_or_else(String::new, |id| id.to_string());
    tx.row(&OPEN_OF, args![person, code, holder])?
        .map(|row| row.parsed(0, Reference::parse))
        .transpose()
}

/// Other registrations of this code, newest first: their cases, references and states.
pub fn rivals(
    tx: &mut Tx<'_>,
    code: &str,
    but: CaseId,
) -> Result<Vec<(CaseId, Reference, String)>, StoreError> {
    tx.rows(&RIVALS, args![code, but])?
        .iter()
        .map(|row| {
            let id = row.parsed(0, |text| CaseId::parse(text).ok())?;
            Ok((id, row.parsed(1, Reference::parse)?, row.text(2)?))
        })
        .collect()
}

/// Forgets registrations whose time is over.
pub fn sweep(tx: &mut Tx<'_>, now: Instant) -> Result<u64, StoreError> {
    tx.run(&SWEEP, args![now])
}

/// Forgets registrations of an address.
pub fn drop_address(tx: &mut Tx<'_>, email: &str) -> Result<u64, StoreError> {
    tx.run(&DROP_ADDRESS, args![email])
}

/// How many people look after an organisation: its administrators who can sign in, or will.
pub fn n_administrators(
    tx: &mut Tx<'_>,
    organisation: OrganisationId,
    now: Instant,
) -> Result<u64, StoreError> {
    tx.row(&N_ADMINISTRATORS, args![organisation, now])?.map_or(Ok(0), |row| row.count(0))
}

fn read(row: &Row) -> Result<Waiting, StoreError> {
    Ok(Waiting {
        id: row.parsed(0, |text| ApplicationId::parse(text).ok())?,
        email: row.text(1)?,
        name: Bilingual::new(row.text(2)?, row.text(3)?),
        lang: row.lang(4)?,
        password: row.text(5)?,
        application: row.json(6)?,
        case: CaseId::parse(row.str(7)?).ok(),
        created_at: row.instant(8)?,
        ends_at: row.instant(9)?,
    })
}
