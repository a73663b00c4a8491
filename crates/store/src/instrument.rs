//! Instruments in tables: the row of today with its sheet, every version beside it, and what a
//! search looks at.

use crate::filter::{Columns, Composer};
use crate::{Composed, Row, StoreError, Tx, args, statements};
use access::Filter;
use base::{
    ActId, AreaId, Bilingual, FileId, Instant, InstrumentId, Label, OrganisationId, PersonId,
    Reference,
};
use instruments::Instrument;
use instruments::find::Texts;
use instruments::instrument::State;
use instruments::place::Point;
use instruments::sheet::{Mode, Sheet};
use std::collections::BTreeMap;

/// Instruments that one statement finds by their ids.
const AT_ONCE: usize = 500;

statements! {
    ADD = "insert into instruments (id, reference, owner, state, is_hidden, retired_on, gate,
               version, name_en, name_zh, model, class, asset, mode, seats, belongs_to, condition,
               is_special, value_minor, currency, zone, latitude_e6, longitude_e6, parent, picture,
               sheet, names, measures, rest, standards, needed, changed_at)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18,
                   $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32)";
    CHANGE = "update instruments set state = $3, is_hidden = $4, retired_on = $5, gate = $6,
                  version = $7, name_en = $8, name_zh = $9, model = $10, class = $11, asset = $12,
                  mode = $13, seats = $14, belongs_to = $15, condition = $16, is_special = $17,
                  value_minor = $18, currency = $19, zone = $20, latitude_e6 = $21,
                  longitude_e6 = $22, parent = $23, picture = $24, sheet = $25, names = $26,
                  measures = $27, rest = $28, standards = $29, needed = $30, changed_at = $31
              where id = $1 and version = $2";
    ADD_VERSION = "insert into instrument_versions
                       (instrument, version, state, gate, sheet, digest, person, act, at)
                   values ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    FIND = "select id, reference, owner, is_hidden, retired_on, gate, version, sheet, changed_at,
                area
            from instruments where id = $1";
    BY_ASSET = "select id, reference, owner, is_hidden, retired_on, gate, version, sheet, changed_at,
                    area
                from instruments where owner = $1 and asset = $2 and asset <> ''";
    OF_OWNER = "select id, reference, owner, is_hidden, retired_on, gate, version, sheet, changed_at,
                    area
                from instruments where owner = $1 order by id limit $2";
    BY_REFERENCE = "select id from instruments where reference = $1";
    AFTER = "select id, reference, owner, is_hidden, retired_on, gate, version, sheet, changed_at,
                 area
             from instruments where id > $1 order by id limit $2";
    ASSET_TAKEN = "select 1 from instruments
                   where owner = $1 and asset = $2 and asset <> '' and id <> $3";
    VERSIONS = "select version, state, person, act, at from instrument_versions
                where instrument = $1 order by version desc limit $2";
    DIGEST = "select digest, sheet from instrument_versions where instrument = $1 and version = $2";
    DROP_OPERATORS = "delete from instrument_operators where instrument = $1";
    ADD_OPERATOR = "insert into instrument_operators (instrument, person) values ($1, $2)";
    OPERATED = "select instrument from instrument_operators where person = $1
                order by instrument limit $2";
    DROP_STANDARDS = "delete from instrument_standards where instrument = $1";
    ADD_STANDARD = "insert into instrument_standards (instrument, standard) values ($1, $2)";
    COMPONENTS = "select id, name_en, name_zh from instruments
                  where parent = $1 and parent <> '' order by id limit $2";
    N_OF_OWNER = "select count(*) from instruments where owner = $1 and state = 'listed'";
    COUNT = "select count(*) from instruments";
    CLASSES = "select code, name_en, name_zh from instrument_classes order by code";
    SET_CLASS = "insert into instrument_classes (code, name_en, name_zh, is_invented)
                 values ($1, $2, $3, $4)
                 on conflict (code) do update
                 set name_en = $2, name_zh = $3, is_invented = $4";
    OF_OWNER_TO_GIVE = "select id, asset from instruments where owner = $1 order by id";
    GIVE = "update instruments set owner = $2, asset = $3 where id = $1";
    FORGET = "delete from instrument_operators where person = $1";
}

/// What access calls the columns of instruments; there is no desk and no one person.
const COLUMNS: Columns<'static> =
    Columns { owner: "i.owner", desk: "i.owner", person: "i.id", state: "i.state", gate: "i.gate" };

const WHOLE: &str = "select i.id, i.reference, i.owner, i.is_hidden, i.retired_on, i.gate, \
     i.version, i.sheet, i.changed_at, i.area from instruments i where ";

const SLIM: &str = "select i.id, i.owner, i.state, i.name_en, i.name_zh, i.class, i.mode, \
     i.latitude_e6, i.longitude_e6, i.names, i.measures, i.rest, i.standards from instruments i \
     where ";

/// An instrument as a search looks at it.
#[derive(Clone, Debug)]
pub struct Slim {
    pub id: InstrumentId,
    pub owner: OrganisationId,
    pub state: State,
    pub name: Bilingual,
    pub class: String,
    pub mode: Mode,
    pub point: Option<Point>,
    pub texts: Texts,
}

/// One version, without its sheet.
#[derive(Clone, Debug)]
pub struct VersionRow {
    pub version: u64,
    pub state: String,
    pub person: Option<PersonId>,
    pub act: String,
    pub at: Instant,
}

/// Adds an instrument and its first version; its gate must be known.
pub fn add(
    tx: &mut Tx<'_>,
    it: &Instrument,
    texts: &Texts,
    by: (Option<PersonId>, ActId),
) -> Result<(), StoreError> {
    crate::gate::add(tx, &it.label.gate())?;
    let mut row = vec![it.id.into(), (&it.reference).into(), it.owner.into()];
    row.extend(columns(it, texts));
    tx.later(&ADD, &row)?;
    beside(tx, it, texts, by)
}

/// Changes an instrument that is still at version `before`, and keeps the new version.
pub fn change(
    tx: &mut Tx<'_>,
    before: u64,
    it: &Instrument,
    texts: &Texts,
    by: (Option<PersonId>, ActId),
) -> Result<bool, StoreError> {
    crate::gate::add(tx, &it.label.gate())?;
    let mut row = vec![it.id.into(), before.into()];
    row.extend(columns(it, texts));
    if tx.run(&CHANGE, &row)? == 0 {
        return Ok(false);
    }
    tx.later(&DROP_OPERATORS, args![it.id])?;
    tx.later(&DROP_STANDARDS, args![it.id])?;
    beside(tx, it, texts, by)?;
    Ok(true)
}

fn columns(it: &Instrument, texts: &Texts) -> Vec<crate::Value> {
    let sheet = &it.sheet;
    let point = sheet.place.point;
    let needed: Vec<_> = sheet.accessories.iter().filter(|it| it.is_needed).collect();
    vec![
        it.state().word().into(),
        it.is_hidden.into(),
        it.retired.map(|on| on.to_string()).unwrap_or_default().into(),
        it.label.gate().into(),
        it.version.into(),
        (&sheet.name.en).into(),
        (&sheet.name.zh).into(),
        (&sheet.model).into(),
        (&sheet.class).into(),
        (&sheet.numbers.asset).into(),
        sheet.mode.word().into(),
        i64::from(sheet.seats()).into(),
        (&sheet.group).into(),
        sheet.condition.word().into(),
        (sheet.kind == instruments::sheet::Kind::Special).into(),
        sheet.value.map(|value| value.minor).into(),
        sheet.value.map_or("", |value| value.currency.code()).into(),
        it.zone().into(),
        point.map(|point| point.latitude_e6).into(),
        point.map(|point| point.longitude_e6).into(),
        sheet.parent.map(|parent| parent.to_string()).unwrap_or_default().into(),
        sheet.photographs.first().map(|it| it.file.to_string()).unwrap_or_default().into(),
        crate::json(sheet),
        (&texts.names).into(),
        (&texts.measures).into(),
        (&texts.rest).into(),
        (&texts.standards).into(),
        crate::json(&needed),
        it.changed_at.into(),
    ]
}

fn beside(
    tx: &mut Tx<'_>,
    it: &Instrument,
    texts: &Texts,
    (person, act): (Option<PersonId>, ActId),
) -> Result<(), StoreError> {
    let row = [
        it.id.into(),
        it.version.into(),
        it.state().word().into(),
        it.label.gate().into(),
        crate::json(&it.sheet),
        digest(&it.sheet).into(),
        person.map(|person| person.to_string()).unwrap_or_default().into(),
        act.to_string().into(),
        it.changed_at.into(),
    ];
    tx.later(&ADD_VERSION, &row)?;
    for person in &it.sheet.operators {
        tx.later(&ADD_OPERATOR, args![it.id, *person])?;
    }
    for key in texts.standards.split('|').filter(|key| !key.is_empty()) {
        tx.later(&ADD_STANDARD, args![it.id, key])?;
    }
    Ok(())
}

/// The hash of a sheet as it is stored: what the log tells of a version.
pub fn digest(sheet: &Sheet) -> String {
    let text = serde_json::to_vec(sheet).expect("a sheet has text keys only");
    crate::log::hex(&tlog::Hash::leaf(&text).0)
}

/// One instrument with its sheet of today.
pub fn find(tx: &mut Tx<'_>, id: InstrumentId) -> Result<Option<Instrument>, StoreError> {
    tx.row(&FIND, args![id])?.as_ref().map(read).transpose()
}

/// These instruments, some hundreds to a statement.
pub fn these(
    tx: &mut Tx<'_>,
    ids: &[InstrumentId],
) -> Result<BTreeMap<InstrumentId, Instrument>, StoreError> {
    let mut found = BTreeMap::new();
    for some in ids.chunks(AT_ONCE) {
        let mut composer = Composer::default();
        let chosen = composer.any_of("id", some);
        let sql = format!(
            "select id, reference, owner, is_hidden, retired_on, gate, version, sheet, changed_at, \
             area from instruments where {chosen}"
        );
        for row in tx.composed(&Composed { sql, args: composer.args })? {
            let it = read(&row)?;
            found.insert(it.id, it);
        }
    }
    Ok(found)
}

/// The instrument that its owner knows under this inventory number.
pub fn by_asset(
    tx: &mut Tx<'_>,
    owner: OrganisationId,
    asset: &str,
) -> Result<Option<Instrument>, StoreError> {
    tx.row(&BY_ASSET, args![owner, asset])?.as_ref().map(read).transpose()
}

/// The instruments of an owner, hidden ones too, by id.
pub fn of_owner(
    tx: &mut Tx<'_>,
    owner: OrganisationId,
    limit: usize,
) -> Result<Vec<Instrument>, StoreError> {
    tx.rows(&OF_OWNER, args![owner, limit])?.iter().map(read).collect()
}

/// The instrument of this reference.
pub fn by_reference(tx: &mut Tx<'_>, text: &str) -> Result<Option<InstrumentId>, StoreError> {
    tx.row(&BY_REFERENCE, args![text])?.map(|row| id(&row, 0)).transpose()
}

/// Whether the owner has another instrument under this inventory number.
pub fn asset_taken(
    tx: &mut Tx<'_>,
    owner: OrganisationId,
    asset: &str,
    but: Option<InstrumentId>,
) -> Result<bool, StoreError> {
    let but = but.map(|id| id.to_string()).unwrap_or_default();
    Ok(!asset.is_empty() && tx.row(&ASSET_TAKEN, args![owner, asset, but])?.is_some())
}

/// Those of these ids that the filter passes, in no order.
pub fn many(
    tx: &mut Tx<'_>,
    filter: &Filter,
    ids: &[InstrumentId],
) -> Result<Vec<Instrument>, StoreError> {
    if filter.is_never() || ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut composer = Composer::default();
    let chosen = composer.any_of("i.id", ids);
    let allowed = composer.filter(filter, COLUMNS);
    let sql = format!("{WHOLE}{chosen} and {allowed}");
    tx.composed(&Composed { sql, args: composer.args })?.iter().map(read).collect()
}

/// Which part of the catalogue is looked at.
#[derive(Clone, Debug, Default)]
pub struct Part {
    pub owner: Option<OrganisationId>,
    /// Retired ones too; else those in use, and the hidden that the filter passes.
    pub with_retired: bool,
    /// The first digits of the class.
    pub class: String,
}

/// Everything the filter passes, as a search looks at it, by id.
pub fn slim(
    tx: &mut Tx<'_>,
    filter: &Filter,
    part: &Part,
    limit: usize,
) -> Result<Vec<Slim>, StoreError> {
    if filter.is_never() {
        return Ok(Vec::new());
    }
    let mut composer = Composer::default();
    let mut sql = format!("{SLIM}{}", composer.filter(filter, COLUMNS));
    if let Some(owner) = part.owner {
        sql.push_str(&format!(" and i.owner = {}", composer.bind(owner)));
    }
    if !part.with_retired {
        sql.push_str(" and i.state <> 'retired' and i.retired_on = ''");
    }
    if !part.class.is_empty() {
        let (from, to) = (part.class.clone(), format!("{}:", part.class));
        let (from, to) = (composer.bind(from), composer.bind(to));
        sql.push_str(&format!(" and i.class >= {from} and i.class < {to}"));
    }
    let limit = composer.bind(limit);
    sql.push_str(&format!(" order by i.id limit {limit}"));
    tx.composed(&Composed { sql, args: composer.args })?.iter().map(read_slim).collect()
}

/// Instruments after an id in the order of ids: for exports.
pub fn after(tx: &mut Tx<'_>, id: &str, limit: usize) -> Result<Vec<Instrument>, StoreError> {
    tx.rows(&AFTER, args![id, limit])?.iter().map(read).collect()
}

/// Versions, newest first.
pub fn versions(
    tx: &mut Tx<'_>,
    id: InstrumentId,
    limit: usize,
) -> Result<Vec<VersionRow>, StoreError> {
    let read = |row: &Row| {
        Ok(VersionRow {
            version: row.count(0)?,
            state: row.text(1)?,
            person: PersonId::parse(row.str(2)?).ok(),
            act: row.text(3)?,
            at: row.instant(4)?,
        })
    };
    tx.rows(&VERSIONS, args![id, limit])?.iter().map(read).collect()
}

/// The digest kept beside a version, and the digest of the sheet that is kept.
pub fn version_digests(
    tx: &mut Tx<'_>,
    id: InstrumentId,
    version: u64,
) -> Result<Option<(String, String)>, StoreError> {
    let Some(row) = tx.row(&DIGEST, args![id, version])? else { return Ok(None) };
    Ok(Some((row.text(0)?, digest(&row.json::<Sheet>(1)?))))
}

/// What somebody operates.
pub fn operated_by(
    tx: &mut Tx<'_>,
    person: PersonId,
    limit: usize,
) -> Result<Vec<InstrumentId>, StoreError> {
    tx.rows(&OPERATED, args![person, limit])?.iter().map(|row| id(row, 0)).collect()
}

/// Instruments that name this one as the larger one they belong to.
pub fn components(
    tx: &mut Tx<'_>,
    of: InstrumentId,
    limit: usize,
) -> Result<Vec<(InstrumentId, Bilingual)>, StoreError> {
    let read = |row: &Row| Ok((id(row, 0)?, Bilingual::new(row.text(1)?, row.text(2)?)));
    tx.rows(&COMPONENTS, args![of, limit])?.iter().map(read).collect()
}

/// How many of an owner are listed.
pub fn count_of(tx: &mut Tx<'_>, owner: OrganisationId) -> Result<u64, StoreError> {
    tx.row(&N_OF_OWNER, args![owner])?.map_or(Ok(0), |row| row.count(0))
}

/// How many there are in all; for operators only, as it counts the hidden too.
pub fn count(tx: &mut Tx<'_>) -> Result<u64, StoreError> {
    tx.row(&COUNT, &[])?.map_or(Ok(0), |row| row.count(0))
}

/// Names of classes below the first level, by code.
pub fn classes(tx: &mut Tx<'_>) -> Result<Vec<(String, Bilingual)>, StoreError> {
    let read = |row: &Row| Ok((row.text(0)?, Bilingual::new(row.text(1)?, row.text(2)?)));
    tx.rows(&CLASSES, &[])?.iter().map(read).collect()
}

/// Names a class.
pub fn set_class(
    tx: &mut Tx<'_>,
    code: &str,
    name: &Bilingual,
    is_invented: bool,
) -> Result<(), StoreError> {
    tx.later(&SET_CLASS, args![code, &name.en, &name.zh, is_invented])
}

/// What belonged to one organisation belongs to another. An inventory number that the other has
/// already gets the old owner's id behind it.
pub(crate) fn give(
    tx: &mut Tx<'_>,
    from: OrganisationId,
    to: OrganisationId,
) -> Result<(), StoreError> {
    for row in tx.rows(&OF_OWNER_TO_GIVE, args![from])? {
        let (id, asset) = (id(&row, 0)?, row.text(1)?);
        let is_taken = asset_taken(tx, to, &asset, Some(id))?;
        let asset = if is_taken { format!("{asset} ({from})") } else { asset };
        tx.later(&GIVE, args![id, to, asset])?;
    }
    Ok(())
}

/// An erased person operates nothing.
pub(crate) fn forget(tx: &mut Tx<'_>, person: PersonId) -> Result<(), StoreError> {
    tx.later(&FORGET, args![person])
}

fn id(row: &Row, at: usize) -> Result<InstrumentId, StoreError> {
    row.parsed(at, |text| InstrumentId::parse(text).ok())
}

fn read(row: &Row) -> Result<Instrument, StoreError> {
    let retired = row.text(4)?;
    Ok(Instrument {
        id: id(row, 0)?,
        reference: row.parsed(1, Reference::parse)?,
        owner: row.parsed(2, |text| OrganisationId::parse(text).ok())?,
        is_hidden: row.bool(3)?,
        retired: match retired.is_empty() {
            true => None,
            false => Some(row.parsed(4, |text| text.parse().ok())?),
        },
        label: row.parsed(5, Label::from_gate)?,
        version: row.count(6)?,
        sheet: row.json(7)?,
        changed_at: row.instant(8)?,
        area: AreaId::parse(&row.text(9)?).ok(),
    })
}

fn read_slim(row: &Row) -> Result<Slim, StoreError> {
    let point = match (row.int_or_none(7)?, row.int_or_none(8)?) {
        (Some(latitude_e6), Some(longitude_e6)) => Some(Point { latitude_e6, longitude_e6 }),
        _ => None,
    };
    Ok(Slim {
        id: id(row, 0)?,
        owner: row.parsed(1, |text| OrganisationId::parse(text).ok())?,
        state: row.parsed(2, State::parse)?,
        name: Bilingual::new(row.text(3)?, row.text(4)?),
        class: row.text(5)?,
        mode: row.parsed(6, Mode::parse)?,
        point,
        texts: Texts {
            names: row.text(9)?,
            measures: row.text(10)?,
            rest: row.text(11)?,
            standards: row.text(12)?,
        },
    })
}

/// The first picture's file, for lists.
pub fn picture(it: &Instrument) -> Option<FileId> {
    it.sheet.photographs.first().map(|picture| picture.file)
}
