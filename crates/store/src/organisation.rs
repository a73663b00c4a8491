//! Organisations in tables, with the other spellings under which they are recognised.

use crate::filter::Composer;
use crate::{Composed, Row, StoreError, Tx, args, statements};
use base::{Bilingual, Instant, OrganisationId, Reference};
use parties::organisation::{Profile, folded};
use parties::{Organisation, OrganisationKind};
use std::collections::BTreeMap;

statements! {
    ADD = "insert into organisations (id, reference, kind, name_en, name_zh, short_en, short_zh,
               credit_code, region_en, region_zh, about_en, about_zh, invented, version,
               created_at, changed_at)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 1, $14, $14)";
    CHANGE = "update organisations set kind = $3, name_en = $4, name_zh = $5, short_en = $6,
                  short_zh = $7, credit_code = $8, region_en = $9, region_zh = $10, about_en = $11,
                  about_zh = $12, changed_at = $13, version = version + 1
              where id = $1 and version = $2";
    FIND = "select id, reference, kind, name_en, name_zh, short_en, short_zh, credit_code,
                region_en, region_zh, about_en, about_zh, invented, version, created_at, changed_at
            from organisations where id = $1";
    BY_ALIAS = "select o.id, o.reference, o.kind, o.name_en, o.name_zh, o.short_en, o.short_zh,
                    o.credit_code, o.region_en, o.region_zh, o.about_en, o.about_zh, o.invented,
                    o.version, o.created_at, o.changed_at
                from organisation_aliases a join organisations o on o.id = a.organisation
                where a.alias = $1";
    BY_REFERENCE = "select id from organisations where reference = $1";
    BY_CREDIT_CODE = "select id from organisations
                      where credit_code = $1 and credit_code <> ''";
    LIST = "select id, reference, kind, name_en, name_zh, short_en, short_zh, credit_code,
                region_en, region_zh, about_en, about_zh, invented, version, created_at, changed_at
            from organisations where id > $1 order by id limit $2";
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
    tx.run(&ADD, &row)?;
    for name in [&profile.name.en, &profile.name.zh, &profile.short.en, &profile.short.zh] {
        add_alias(tx, name, id)?;
    }
    Ok(())
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
    Ok(tx.run(&CHANGE, &row)? == 1)
}

/// Remembers another spelling; the first organisation that has it keeps it.
pub fn add_alias(tx: &mut Tx<'_>, name: &str, id: OrganisationId) -> Result<(), StoreError> {
    let alias = folded(name);
    if alias.is_empty() {
        return Ok(());
    }
    tx.run(&ADD_ALIAS, args![alias, id]).map(|_| ())
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
    })
}
