//! Organisations in tables, with the other spellings under which they are recognised.

use crate::filter::Composer;
use crate::{Composed, Row, StoreError, Tx, args, statements};
use base::{Bilingual, Instant, OrganisationId, Reference};
use matching::spelling::{READ_CHARS_MAX, keys};
use parties::organisation::{Profile, folded};
use parties::{Organisation, OrganisationKind};
use std::collections::BTreeMap;

/// The columns of an organisation, before what follows.
macro_rules! columns {
    ($rest:literal) => {
        concat!(
            "select o.id, o.reference, o.kind, o.name_en, o.name_zh, o.short_en, o.short_zh,
                 o.credit_code, o.region_en, o.region_zh, o.about_en, o.about_zh, o.invented,
                 o.version, o.created_at, o.changed_at, o.verified_at, o.merged_into, o.source,
                 o.industry, o.founded_on
             from organisations o",
            $rest
        )
    };
}

statements! {
    ADD = "insert into organisations (id, reference, kind, name_en, name_zh, short_en, short_zh,
               credit_code, region_en, region_zh, about_en, about_zh, invented, version,
               created_at, changed_at)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 1, $14, $14)";
    CHANGE = "update organisations set kind = $3, name_en = $4, name_zh = $5, short_en = $6,
                  short_zh = $7, credit_code = $8, region_en = $9, region_zh = $10, about_en = $11,
                  about_zh = $12, changed_at = $13, version = version + 1
              where id = $1 and version = $2";
    FIND = columns!(" where o.id = $1");
    BY_ALIAS = columns!(" join organisation_aliases a on a.organisation = o.id where a.alias = $1");
    BY_REFERENCE = "select id from organisations where reference = $1";
    BY_CREDIT_CODE = "select id from organisations
                      where credit_code = $1 and credit_code <> ''";
    LIST = columns!(" where o.id > $1 order by o.id limit $2");
    DROP_TERMS = "delete from organisation_terms where organisation = $1";
    ADD_TERM = "insert into organisation_terms (term, organisation) values ($1, $2)
                on conflict (term, organisation) do nothing";
    BY_TERM = columns!(" where o.id in (select t.organisation from organisation_terms t
                                        where t.term >= $1 and t.term < $2)
                             and o.id > $3
                         order by o.id limit $4");
    WITHOUT_TERMS = columns!(" where o.id > $1 and not exists (
                                   select 1 from organisation_terms t where t.organisation = o.id)
                               order by o.id limit $2");
    SET_REGISTER = "update organisations set source = $2, industry = $3, founded_on = $4
                    where id = $1";
    VERIFY = "update organisations set verified_at = $2, version = version + 1, changed_at = $2
              where id = $1 and verified_at = 0";
    NAMES = "select id, name_en, name_zh from organisations order by id";
    COUNT = "select count(*) from organisations";
    ADD_ALIAS = "insert into organisation_aliases (alias, organisation) values ($1, $2)
                 on conflict (alias) do nothing";
}

/// Adds an organisation and its own names as aliases.
pub fn add(
    tx: &mut Tx<'_>,
    (id, reference): (OrganisationId, &Reference),
    profile: &Profile,
    now: Instant,
) -> Result<(), StoreError> {
    let row = args![
        id,
        reference,
        profile.kind.word(),
        &profile.name.en,
        &profile.name.zh,
        &profile.short.en,
        &profile.short.zh,
        &profile.credit_code,
        &profile.region.en,
        &profile.region.zh,
        &profile.about.en,
        &profile.about.zh,
        profile.invented,
        now,
    ]
    .to_vec();
    tx.later(&ADD, &row)?;
    for name in [&profile.name.en, &profile.name.zh, &profile.short.en, &profile.short.zh] {
        add_alias(tx, name, id)?;
    }
    set_terms(tx, id, profile)
}

/// Terms of one organisation at most; the rest of a long name is not looked into.
const TERMS_MAX: usize = 160;

/// Writes anew what an organisation is found by.
pub fn set_terms(tx: &mut Tx<'_>, id: OrganisationId, profile: &Profile) -> Result<(), StoreError> {
    tx.later(&DROP_TERMS, args![id])?;
    // A code counts to its last character; a name is found by its head.
    let mut terms = vec![matching::analysis::fold(&profile.credit_code)];
    for name in [&profile.name.zh, &profile.short.zh, &profile.name.en, &profile.short.en] {
        let mut is_inside = false;
        for (at, letter) in name.char_indices() {
            // A Han character may begin a word anywhere, a Latin letter where the last one ended.
            let begins = !letter.is_ascii_alphanumeric() || !is_inside;
            is_inside = letter.is_ascii_alphanumeric();
            if begins && letter.is_alphanumeric() {
                terms.extend(keys(&name[at..]));
            }
        }
    }
    terms.retain(|term| !term.is_empty());
    let mut seen = std::collections::BTreeSet::new();
    terms.retain(|term| seen.insert(term.clone()));
    for term in terms.iter().take(TERMS_MAX) {
        tx.later(&ADD_TERM, args![term, id])?;
    }
    Ok(())
}

/// Organisations after an id with a word that begins like this.
pub fn by_term(
    tx: &mut Tx<'_>,
    typed: &str,
    after: &str,
    limit: usize,
) -> Result<Vec<Organisation>, StoreError> {
    let whole = matching::analysis::fold(typed.trim());
    let is_code = whole.len() > READ_CHARS_MAX
        && whole.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && whole.bytes().any(|byte| byte.is_ascii_digit());
    let name = || keys(typed).into_iter().next();
    let Some(from) = is_code.then(|| whole.clone()).or_else(name) else {
        return Ok(Vec::new());
    };
    if from.is_empty() {
        return Ok(Vec::new());
    }
    let upto = format!("{from}\u{10ffff}");
    tx.rows(&BY_TERM, args![from, upto, after, limit])?.iter().map(read).collect()
}

/// Organisations after an id that cannot be found by name yet: those of an older program.
pub fn without_terms(
    tx: &mut Tx<'_>,
    after: &str,
    limit: usize,
) -> Result<Vec<Organisation>, StoreError> {
    tx.rows(&WITHOUT_TERMS, args![after, limit])?.iter().map(read).collect()
}

/// Changes an organisation that is still at this version; false when somebody was faster.
pub fn change(
    tx: &mut Tx<'_>,
    (id, version): (OrganisationId, u64),
    profile: &Profile,
    now: Instant,
) -> Result<bool, StoreError> {
    let row = args![
        id,
        version,
        profile.kind.word(),
        &profile.name.en,
        &profile.name.zh,
        &profile.short.en,
        &profile.short.zh,
        &profile.credit_code,
        &profile.region.en,
        &profile.region.zh,
        &profile.about.en,
        &profile.about.zh,
        now,
    ]
    .to_vec();
    if tx.run(&CHANGE, &row)? != 1 {
        return Ok(false);
    }
    set_terms(tx, id, profile).map(|()| true)
}

/// Notes which register told of an organisation, its trade and the day it was founded.
pub fn set_register(
    tx: &mut Tx<'_>,
    id: OrganisationId,
    (source, industry, founded_on): (&str, &str, &str),
) -> Result<(), StoreError> {
    tx.later(&SET_REGISTER, args![id, source, industry, founded_on])
}

/// Notes that the city's office is satisfied; false when it was before.
pub fn verify(tx: &mut Tx<'_>, id: OrganisationId, now: Instant) -> Result<bool, StoreError> {
    Ok(tx.run(&VERIFY, args![id, now])? == 1)
}

/// Remembers another spelling; the first organisation that has it keeps it.
pub fn add_alias(tx: &mut Tx<'_>, name: &str, id: OrganisationId) -> Result<(), StoreError> {
    let alias = folded(name);
    if alias.is_empty() {
        return Ok(());
    }
    tx.later(&ADD_ALIAS, args![alias, id])
}

/// One organisation.
pub fn find(tx: &mut Tx<'_>, id: OrganisationId) -> Result<Option<Organisation>, StoreError> {
    tx.row(&FIND, args![id])?.as_ref().map(read).transpose()
}

/// The organisation known under this name in any spelling.
pub fn by_name(tx: &mut Tx<'_>, name: &str) -> Result<Option<Organisation>, StoreError> {
    tx.row(&BY_ALIAS, args![folded(name)])?.as_ref().map(read).transpose()
}

/// The organisation of this reference.
pub fn by_reference(
    tx: &mut Tx<'_>,
    reference: &str,
) -> Result<Option<OrganisationId>, StoreError> {
    tx.row(&BY_REFERENCE, args![reference])?.map(|row| id(&row, 0)).transpose()
}

/// The organisation that holds this credit code.
pub fn by_credit_code(tx: &mut Tx<'_>, code: &str) -> Result<Option<OrganisationId>, StoreError> {
    tx.row(&BY_CREDIT_CODE, args![code])?.map(|row| id(&row, 0)).transpose()
}

/// Organisations after an id, in the order they were added.
pub fn list(tx: &mut Tx<'_>, after: &str, limit: usize) -> Result<Vec<Organisation>, StoreError> {
    tx.rows(&LIST, args![after, limit])?.iter().map(read).collect()
}

/// Names of all organisations, for choices and labels of facets.
pub fn names(tx: &mut Tx<'_>) -> Result<Vec<(OrganisationId, Bilingual)>, StoreError> {
    tx.rows(&NAMES, &[])?
        .iter()
        .map(|row| Ok((id(row, 0)?, Bilingual::new(row.text(1)?, row.text(2)?))))
        .collect()
}

/// Names of these organisations, by the written form of their ids.
pub fn names_of(
    tx: &mut Tx<'_>,
    ids: &[OrganisationId],
) -> Result<BTreeMap<String, Bilingual>, StoreError> {
    let mut wanted = ids.to_vec();
    wanted.sort();
    wanted.dedup();
    if wanted.is_empty() {
        return Ok(BTreeMap::new());
    }
    let mut composer = Composer::default();
    let chosen = composer.any_of("id", &wanted);
    let sql = format!("select id, name_en, name_zh from organisations where {chosen}");
    tx.composed(&Composed { sql, args: composer.args })?
        .iter()
        .map(|row| Ok((row.text(0)?, Bilingual::new(row.text(1)?, row.text(2)?))))
        .collect()
}

/// How many there are.
pub fn count(tx: &mut Tx<'_>) -> Result<u64, StoreError> {
    tx.row(&COUNT, &[])?.map_or(Ok(0), |row| row.count(0))
}

fn id(row: &Row, at: usize) -> Result<OrganisationId, StoreError> {
    row.parsed(at, |text| OrganisationId::parse(text).ok())
}

fn read(row: &Row) -> Result<Organisation, StoreError> {
    Ok(Organisation {
        id: id(row, 0)?,
        reference: row.parsed(1, Reference::parse)?,
        profile: Profile {
            kind: row.parsed(2, OrganisationKind::parse)?,
            name: Bilingual::new(row.text(3)?, row.text(4)?),
            short: Bilingual::new(row.text(5)?, row.text(6)?),
            credit_code: row.text(7)?,
            region: Bilingual::new(row.text(8)?, row.text(9)?),
            about: Bilingual::new(row.text(10)?, row.text(11)?),
            invented: row.bool(12)?,
        },
        version: row.count(13)?,
        created_at: row.instant(14)?,
        changed_at: row.instant(15)?,
        verified_at: Some(row.instant(16)?).filter(|at| at.micros() > 0),
        merged_into: OrganisationId::parse(row.str(17)?).ok(),
        source: row.text(18)?,
        industry: row.text(19)?,
        founded_on: row.text(20)?,
    })
}
