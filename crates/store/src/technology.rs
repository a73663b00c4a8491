//! Technologies in tables: the row of today, and every version beside it.

use crate::filter::{Columns, Composer};
use crate::{Composed, Row, StoreError, Tx, args, statements};
use access::Filter;
use base::{ActId, Bilingual, Instant, Label, OrganisationId, PersonId, Reference, TechnologyId};
use std::collections::BTreeMap;
use trading::technology::{Content, Source, State, Technology};

statements! {
    ADD = "insert into technologies (id, reference, owner, key, state, gate, version, title_en,
               title_zh, summary_en, summary_zh, field, trl, year, right_status, deal_modes,
               digest, source, reason, confirmed_at, changed_at)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, '', $16, $17,
                   $18, $19, $20)";
    CHANGE = "update technologies set state = $3, gate = $4, version = $5, title_en = $6,
                  title_zh = $7, summary_en = $8, summary_zh = $9, field = $10, trl = $11,
                  year = $12, right_status = $13, digest = $14, source = $15, reason = $16,
                  confirmed_at = $17, changed_at = $18
              where id = $1 and version = $2";
    ADD_VERSION = "insert into technology_versions
                       (technology, version, content, digest, gate, state, person, act, note, at)
                   values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    FIND = "select t.id, t.reference, t.owner, t.key, t.state, t.gate, t.version, t.source,
                t.reason, t.confirmed_at, t.changed_at, v.content
            from technologies t
            join technology_versions v on v.technology = t.id and v.version = t.version
            where t.id = $1";
    /// Without the second condition on the key the partial index could not answer.
    BY_KEY = "select t.id, t.reference, t.owner, t.key, t.state, t.gate, t.version, t.source,
                  t.reason, t.confirmed_at, t.changed_at, v.content
              from technologies t
              join technology_versions v on v.technology = t.id and v.version = t.version
              where t.owner = $1 and t.key = $2 and t.key <> ''";
    STATE = "select owner, state, gate, version from technologies where id = $1";
    BY_REFERENCE = "select id from technologies where reference = $1";
    KEY_TAKEN = "select 1 from technologies where owner = $1 and key = $2 and key <> ''";
    VERSIONS = "select version, gate, state, person, act, note, at, digest
                from technology_versions where technology = $1 order by version desc limit $2";
    VERSION = "select content, gate from technology_versions
               where technology = $1 and version = $2";
    VERSION_DIGEST = "select digest from technology_versions
                      where technology = $1 and version = $2";
    AFTER = "select t.id, t.reference, t.owner, t.key, t.state, t.gate, t.version, t.source,
                 t.reason, t.confirmed_at, t.changed_at, v.content
             from technologies t
             join technology_versions v on v.technology = t.id and v.version = t.version
             where t.id > $1 order by t.id limit $2";
    SET_DEAL_MODES = "update technologies set deal_modes = $2 where id = $1";
    COUNT = "select count(*) from technologies";
    N_OF_STATE = "select state, count(*) from technologies group by state order by state";
}

/// What stands on a list about one technology.
#[derive(Clone, Debug)]
pub struct Summary {
    pub id: TechnologyId,
    pub reference: Reference,
    pub owner: OrganisationId,
    pub state: String,
    pub label: Label,
    pub version: u64,
    pub title: Bilingual,
    pub summary: Bilingual,
    pub field: String,
    pub trl: u8,
    pub year: u16,
    pub right_status: String,
    pub deal_modes: String,
    pub confirmed_at: Option<Instant>,
    pub changed_at: Instant,
}

/// One version, without its content.
#[derive(Clone, Debug)]
pub struct VersionRow {
    pub version: u64,
    pub gate: String,
    pub state: String,
    pub person: Option<PersonId>,
    pub act: String,
    pub note: String,
    pub at: Instant,
    pub digest: String,
}

/// Who made a version, and why.
#[derive(Clone, Debug)]
pub struct By {
    pub person: Option<PersonId>,
    pub act: ActId,
    pub note: String,
}

/// The columns that access calls owner, desk, person, state and gate; a technology has no desk and
/// no person, so these two hold nothing that could match.
const COLUMNS: Columns<'static> = Columns {
    owner: "technologies.owner",
    desk: "technologies.state",
    person: "technologies.owner",
    state: "technologies.state",
    gate: "technologies.gate",
};

const SUMMARY: &str = "select technologies.id, technologies.reference, technologies.owner, \
     technologies.state, technologies.gate, technologies.version, technologies.title_en, \
     technologies.title_zh, technologies.summary_en, technologies.summary_zh, technologies.field, \
     technologies.trl, technologies.year, technologies.right_status, technologies.deal_modes, \
     technologies.confirmed_at, technologies.changed_at from technologies where ";

/// Adds a technology and its first version; its gate must be known.
pub fn add(tx: &mut Tx<'_>, technology: &Technology, by: &By) -> Result<(), StoreError> {
    crate::gate::add(tx, &technology.label.gate())?;
    let facts = Facts::of(technology);
    let row = [
        technology.id.into(),
        (&technology.reference).into(),
        technology.owner.into(),
        technology.key.clone().unwrap_or_default().into(),
        technology.state.word().into(),
        technology.label.gate().into(),
        technology.version.into(),
        (&technology.content.title.en).into(),
        (&technology.content.title.zh).into(),
        (&technology.content.summary.en).into(),
        (&technology.content.summary.zh).into(),
        (&technology.content.field).into(),
        facts.trl.into(),
        facts.year.into(),
        facts.right_status.into(),
        digest(&technology.content).into(),
        source_json(technology.source.as_ref()),
        technology.state.reason().into(),
        technology.confirmed_at.map_or(0, Instant::micros).into(),
        technology.changed_at.into(),
    ];
    tx.later(&ADD, &row)?;
    add_version(tx, technology, by)
}

/// Changes a technology that is still at version `before`, and keeps the new version.
pub fn change(
    tx: &mut Tx<'_>,
    before: u64,
    technology: &Technology,
    by: &By,
) -> Result<bool, StoreError> {
    crate::gate::add(tx, &technology.label.gate())?;
    let facts = Facts::of(technology);
    let row = [
        technology.id.into(),
        before.into(),
        technology.state.word().into(),
        technology.label.gate().into(),
        technology.version.into(),
        (&technology.content.title.en).into(),
        (&technology.content.title.zh).into(),
        (&technology.content.summary.en).into(),
        (&technology.content.summary.zh).into(),
        (&technology.content.field).into(),
        facts.trl.into(),
        facts.year.into(),
        facts.right_status.into(),
        digest(&technology.content).into(),
        source_json(technology.source.as_ref()),
        technology.state.reason().into(),
        technology.confirmed_at.map_or(0, Instant::micros).into(),
        technology.changed_at.into(),
    ];
    if tx.run(&CHANGE, &row)? == 0 {
        return Ok(false);
    }
    add_version(tx, technology, by)?;
    Ok(true)
}

fn add_version(tx: &mut Tx<'_>, technology: &Technology, by: &By) -> Result<(), StoreError> {
    let content = String::from_utf8(technology.content.to_bytes())
        .map_err(|_| StoreError::Damaged("a content that is not UTF-8".to_owned()))?;
    let row = args![
        technology.id,
        technology.version,
        content,
        digest(&technology.content),
        technology.label.gate(),
        technology.state.word(),
        by.person.map_or_else(String::new, |person| person.to_string()),
        by.act,
        &by.note,
        technology.changed_at,
    ]
    .to_vec();
    tx.later(&ADD_VERSION, &row)
}

/// One technology with its content of today.
pub fn find(tx: &mut Tx<'_>, id: TechnologyId) -> Result<Option<Technology>, StoreError> {
    tx.row(&FIND, args![id])?.as_ref().map(read).transpose()
}

/// The technology that its owner knows under this key.
pub fn by_key(
    tx: &mut Tx<'_>,
    owner: OrganisationId,
    key: &str,
) -> Result<Option<Technology>, StoreError> {
    tx.row(&BY_KEY, args![owner, key])?.as_ref().map(read).transpose()
}

/// Owner, state, label and version without the content.
pub fn standing(
    tx: &mut Tx<'_>,
    id: TechnologyId,
) -> Result<Option<(OrganisationId, &'static str, Label, u64)>, StoreError> {
    tx.row(&STATE, args![id])?
        .map(|row| {
            let owner = row.parsed(0, |text| OrganisationId::parse(text).ok())?;
            let label = row.parsed(2, Label::from_gate)?;
            Ok((owner, row.parsed(1, state_word)?, label, row.count(3)?))
        })
        .transpose()
}

/// The technology of this reference.
pub fn by_reference(tx: &mut Tx<'_>, text: &str) -> Result<Option<TechnologyId>, StoreError> {
    tx.row(&BY_REFERENCE, args![text])?.map(|row| id(&row, 0)).transpose()
}

/// Whether the owner already knows something under this key.
pub fn key_taken(tx: &mut Tx<'_>, owner: OrganisationId, key: &str) -> Result<bool, StoreError> {
    Ok(!key.is_empty() && tx.row(&KEY_TAKEN, args![owner, key])?.is_some())
}

/// Versions, newest first.
pub fn versions(
    tx: &mut Tx<'_>,
    id: TechnologyId,
    limit: usize,
) -> Result<Vec<VersionRow>, StoreError> {
    tx.rows(&VERSIONS, args![id, limit])?
        .iter()
        .map(|row| {
            let person = row.text(3)?;
            Ok(VersionRow {
                version: row.count(0)?,
                gate: row.text(1)?,
                state: row.text(2)?,
                person: PersonId::parse(&person).ok(),
                act: row.text(4)?,
                note: row.text(5)?,
                at: row.instant(6)?,
                digest: row.text(7)?,
            })
        })
        .collect()
}

/// The content and label of one version.
pub fn version(
    tx: &mut Tx<'_>,
    id: TechnologyId,
    version: u64,
) -> Result<Option<(Content, Label)>, StoreError> {
    tx.row(&VERSION, args![id, version])?
        .map(|row| Ok((content(row.str(0)?)?, row.parsed(1, Label::from_gate)?)))
        .transpose()
}

/// The digest kept beside a version, and the digest of what is kept: the verifier compares both
/// with the log.
pub fn version_digests(
    tx: &mut Tx<'_>,
    id: TechnologyId,
    at: u64,
) -> Result<Option<(String, String)>, StoreError> {
    let Some(row) = tx.row(&VERSION_DIGEST, args![id, at])? else { return Ok(None) };
    let kept = row.text(0)?;
    let found = version(tx, id, at)?.map(|(content, _)| digest(&content)).unwrap_or_default();
    Ok(Some((kept, found)))
}

/// Technologies after an id in the order of ids: for building the index and for exports.
pub fn after(tx: &mut Tx<'_>, id: &str, limit: usize) -> Result<Vec<Technology>, StoreError> {
    tx.rows(&AFTER, args![id, limit])?.iter().map(read).collect()
}

/// Keeps beside the technology which deal modes its listings offer.
pub fn set_deal_modes(tx: &mut Tx<'_>, id: TechnologyId, modes: &str) -> Result<(), StoreError> {
    tx.later(&SET_DEAL_MODES, args![id, modes])
}

/// How many there are in all; for operators only, as it counts the hidden too.
pub fn count(tx: &mut Tx<'_>) -> Result<u64, StoreError> {
    tx.row(&COUNT, &[])?.map_or(Ok(0), |row| row.count(0))
}

/// How many there are in each state; for operators only.
pub fn count_by_state(tx: &mut Tx<'_>) -> Result<BTreeMap<String, u64>, StoreError> {
    tx.rows(&N_OF_STATE, &[])?.iter().map(|row| Ok((row.text(0)?, row.count(1)?))).collect()
}

/// Those of these ids that the filter passes, in no order.
pub fn summaries(
    tx: &mut Tx<'_>,
    filter: &Filter,
    ids: &[TechnologyId],
) -> Result<Vec<Summary>, StoreError> {
    if filter.is_never() {
        return Ok(Vec::new());
    }
    let mut composer = Composer::default();
    let chosen = composer.any_of("technologies.id", ids);
    let allowed = composer.filter(filter, COLUMNS);
    // The few are taken first, by their ids: with the conditions beside them a planner may walk
    // through an index of all that is confirmed instead.
    let few = format!("(select * from technologies where {chosen} limit {})", ids.len());
    let sql =
        SUMMARY.replace(" from technologies where ", &format!(" from {few} technologies where "));
    let query = Composed { sql: format!("{sql}{allowed}"), args: composer.args };
    tx.composed(&query)?.iter().map(summary).collect()
}

/// A page of those the filter passes, newest first, after the key of the last row seen.
pub fn newest(
    tx: &mut Tx<'_>,
    filter: &Filter,
    after: Option<(Instant, TechnologyId)>,
    limit: usize,
) -> Result<Vec<Summary>, StoreError> {
    if filter.is_never() {
        return Ok(Vec::new());
    }
    let mut composer = Composer::default();
    let allowed = composer.filter(filter, COLUMNS);
    let page = after.map_or_else(String::new, |(at, id)| {
        let (at, again, id) = (composer.bind(at), composer.bind(at), composer.bind(id));
        format!(
            " and (technologies.changed_at < {at} \
             or (technologies.changed_at = {again} and technologies.id < {id}))"
        )
    });
    let limit = composer.bind(limit);
    let sql = format!(
        "{SUMMARY}{allowed}{page} order by technologies.changed_at desc, technologies.id desc \
         limit {limit}"
    );
    let query = Composed { sql, args: composer.args };
    tx.composed(&query)?.iter().map(summary).collect()
}

/// When something was last said of one of them.
const SAID: &str = "coalesce(technologies.confirmed_at, technologies.changed_at)";

/// How many the filter passes of which nothing was said since that moment, and the ones that wait
/// longest.
pub fn stale(
    tx: &mut Tx<'_>,
    filter: &Filter,
    before: Instant,
    limit: usize,
) -> Result<(u64, Vec<Summary>), StoreError> {
    if filter.is_never() {
        return Ok((0, Vec::new()));
    }
    let mut composer = Composer::default();
    let allowed = composer.filter(filter, COLUMNS);
    let before = composer.bind(before);
    let old = format!("{allowed} and {SAID} < {before}");
    let count = Composed {
        sql: format!("select count(*) from technologies where {old}"),
        args: composer.args.clone(),
    };
    let n = tx.composed(&count)?.first().map_or(Ok(0), |row| row.count(0))?;
    if n == 0 || limit == 0 {
        return Ok((n, Vec::new()));
    }
    let limit = composer.bind(limit);
    let sql = format!("{SUMMARY}{old} order by {SAID}, technologies.id limit {limit}");
    let rows = tx.composed(&Composed { sql, args: composer.args })?;
    Ok((n, rows.iter().map(summary).collect::<Result<_, _>>()?))
}

/// A count of those the filter passes that are drafted, and of confirmed ones that were last spoken for
/// before a moment.
pub(crate) fn to_confirm(composer: &mut Composer, filter: &Filter, before: Instant) -> String {
    let allowed = composer.filter(filter, COLUMNS);
    let before = composer.bind(before);
    format!(
        "select count(*) from technologies where {allowed} and (technologies.state = 'drafted'
             or (technologies.state = 'confirmed'
                 and {SAID} < {before}))"
    )
}

/// A count of those the filter passes.
pub(crate) fn passed(composer: &mut Composer, filter: &Filter) -> String {
    format!("select count(*) from technologies where {}", composer.filter(filter, COLUMNS))
}

/// How many the filter passes, grouped by a column: the counts page and the tests of the index.
pub fn count_by(
    tx: &mut Tx<'_>,
    filter: &Filter,
    group: Group,
) -> Result<Vec<(String, u64)>, StoreError> {
    if filter.is_never() {
        return Ok(Vec::new());
    }
    let column = match group {
        Group::Field => "technologies.field",
        Group::Owner => "technologies.owner",
        Group::Year => "cast(technologies.year as text)",
        Group::RightStatus => "technologies.right_status",
        Group::Trl => "cast(technologies.trl as text)",
        Group::All => "'all'",
    };
    let mut composer = Composer::default();
    let allowed = composer.filter(filter, COLUMNS);
    let sql = format!(
        "select {column}, count(*) from technologies where {allowed} \
         group by 1 order by 1"
    );
    tx.composed(&Composed { sql, args: composer.args })?
        .iter()
        .map(|row| Ok((row.text(0)?, row.count(1)?)))
        .collect()
}

/// What counts are grouped by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    Field,
    Owner,
    Year,
    RightStatus,
    Trl,
    All,
}

/// The digest of a content, as the log repeats it.
pub fn digest(content: &Content) -> String {
    crate::log::hex(&tlog::Hash::leaf(&content.to_bytes()).0)
}

/// What is drawn out of the content into columns.
struct Facts {
    trl: i64,
    year: i64,
    right_status: String,
}

impl Facts {
    fn of(technology: &Technology) -> Self {
        let content = &technology.content;
        Self {
            trl: content.trl.as_ref().map_or(0, |trl| i64::from(trl.level)),
            year: i64::from(year_of(content)),
            right_status: right_status_of(content).to_owned(),
        }
    }
}

/// The year that a technology counts under: its first publication or filing, else 0.
pub fn year_of(content: &Content) -> i16 {
    let dates = content.rights.iter().filter_map(|right| right.published.or(right.filed));
    dates.map(|date| date.year()).min().unwrap_or(0)
}

/// The strongest status among the rights: granted before published before pending.
pub fn right_status_of(content: &Content) -> &'static str {
    let strength = |word: &str| match word {
        "granted" => 0,
        "published" => 1,
        "pending" => 2,
        "unknown" => 3,
        _ => 4,
    };
    let words = content.rights.iter().map(|right| right.status.word());
    words.min_by_key(|word| strength(word)).unwrap_or("none")
}

fn source_json(source: Option<&Source>) -> crate::Value {
    source.map_or_else(|| "".into(), crate::json)
}

fn content(text: &str) -> Result<Content, StoreError> {
    Content::from_bytes(text.as_bytes())
        .map_err(|error| StoreError::Damaged(format!("a technology's content: {error:?}")))
}

fn id(row: &Row, at: usize) -> Result<TechnologyId, StoreError> {
    row.parsed(at, |text| TechnologyId::parse(text).ok())
}

pub(crate) fn state_word(word: &str) -> Option<&'static str> {
    State::WORDS.into_iter().find(|known| *known == word)
}

fn read(row: &Row) -> Result<Technology, StoreError> {
    let key = row.text(3)?;
    let reason = row.text(8)?;
    let source = row.text(7)?;
    let confirmed = row.int(9)?;
    Ok(Technology {
        id: id(row, 0)?,
        reference: row.parsed(1, Reference::parse)?,
        owner: row.parsed(2, |text| OrganisationId::parse(text).ok())?,
        key: (!key.is_empty()).then_some(key),
        state: row.parsed(4, |word| State::parse(word, &reason))?,
        label: row.parsed(5, Label::from_gate)?,
        version: row.count(6)?,
        source: if source.is_empty() { None } else { Some(row.json(7)?) },
        confirmed_at: (confirmed != 0).then(|| Instant::from_micros(confirmed)),
        changed_at: row.instant(10)?,
        content: content(row.str(11)?)?,
    })
}

fn summary(row: &Row) -> Result<Summary, StoreError> {
    let confirmed = row.int(15)?;
    Ok(Summary {
        id: id(row, 0)?,
        reference: row.parsed(1, Reference::parse)?,
        owner: row.parsed(2, |text| OrganisationId::parse(text).ok())?,
        state: row.text(3)?,
        label: row.parsed(4, Label::from_gate)?,
        version: row.count(5)?,
        title: Bilingual::new(row.text(6)?, row.text(7)?),
        summary: Bilingual::new(row.text(8)?, row.text(9)?),
        field: row.text(10)?,
        trl: u8::try_from(row.int(11)?).unwrap_or(0),
        year: u16::try_from(row.int(12)?).unwrap_or(0),
        right_status: row.text(13)?,
        deal_modes: row.text(14)?,
        confirmed_at: (confirmed != 0).then(|| Instant::from_micros(confirmed)),
        changed_at: row.instant(16)?,
    })
}
