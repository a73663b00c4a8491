//! The ledger of services delivered: rows are added and taken back, never changed.

use crate::filter::{Columns, Composer};
use crate::{Composed, Row, StoreError, Tx, args, statements};
use access::Filter;
use base::{Bilingual, Instant, InstrumentId, OrganisationId, PersonId, ServiceRecordId, Span};
use instruments::machine_hours::Counted;
use instruments::national::Answer;
use instruments::service_record::{Kind, Record};
use std::collections::{BTreeMap, HashSet};

/// Sorts behind every id: rows that end with the moment before a period are not in it.
const AFTER_ALL_IDS: &str = "~";

statements! {
    ADD = "insert into service_records (id, instrument, unit, customer, kind, is_external, starts_at,
               ends_at, subject, record, names, reverses, answer, said, at, preparation_minutes,
               clearing_minutes, samples, amount)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, '', '', $13, $14, $15, $16,
               $17)";
    FIND = "select s.id, s.record, s.names, s.subject, s.answer, s.said, s.at,
                exists (select 1 from service_records b where b.reverses = s.id)
            from service_records s where s.id = $1";
    OF_SUBJECT = "select s.id, s.record, s.names, s.subject, s.answer, s.said, s.at,
                      exists (select 1 from service_records b where b.reverses = s.id)
                  from service_records s where s.subject = $1 order by s.id limit 100";
    SAY = "update service_records set answer = $2, said = $3 where id = $1";
    IN_PERIOD = "select s.id, s.unit, s.instrument, s.kind, s.is_external, s.starts_at, s.ends_at,
                     s.preparation_minutes, s.clearing_minutes, s.samples, s.amount
                 from service_records s
                 where s.ends_at >= $1 and (s.ends_at > $1 or s.id > $2) and s.starts_at < $3
                   and s.reverses = ''
                 order by s.ends_at, s.id limit $4";
    REVERSED = "select reverses from service_records where reverses <> ''";
    OF_PERSON = "select id, names from service_records
                 where subject in (select id from uses where person = $1
                                   union all select id from service_orders where person = $1)";
    RENAME = "update service_records set names = $2 where id = $1";
    GIVE_UNIT = "update service_records set unit = $2 where unit = $1";
}

const COLUMNS: Columns<'static> = Columns {
    owner: "s.unit",
    desk: "s.unit",
    person: "s.id",
    state: "s.kind",
    gate: crate::gate::MEMBERS_SQL,
};

/// A row as kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    pub record: Record,
    /// Texts for the platform's columns that are not in the record.
    pub names: BTreeMap<String, String>,
    pub subject: String,
    pub answer: Option<Answer>,
    /// What the platform said in words.
    pub said: String,
    pub at: Instant,
    pub is_reversed: bool,
}

/// A row with what is known now of who applied for the service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    pub kept: Kept,
    /// Nobody where the use or order is gone.
    pub applicant: Option<Bilingual>,
    /// Where they can be called, if they say so.
    pub telephone: Option<String>,
    /// English names of the instrument and of the customer, where there are any: the row has the others.
    pub english: [Option<String>; 2],
}

/// Adds a row.
pub fn add(tx: &mut Tx<'_>, it: &Kept) -> Result<(), StoreError> {
    crate::gate::add(tx, crate::gate::MEMBERS)?;
    let record = &it.record;
    let row = [
        record.id.into(),
        crate::contract::or_empty(record.instrument).into(),
        record.unit.into(),
        crate::contract::or_empty(record.customer).into(),
        record.kind.word().into(),
        record.is_external.into(),
        record.span.start().into(),
        record.span.end().into(),
        (&it.subject).into(),
        crate::json(record),
        crate::json(&it.names),
        crate::contract::or_empty(record.reverses).into(),
        it.at.into(),
        i64::from(record.preparation_minutes).into(),
        i64::from(record.clearing_minutes).into(),
        i64::from(record.samples).into(),
        record.amount().into(),
    ];
    tx.later(&ADD, &row)
}

/// One row.
pub fn find(tx: &mut Tx<'_>, id: ServiceRecordId) -> Result<Option<Kept>, StoreError> {
    tx.row(&FIND, args![id])?.as_ref().map(read).transpose()
}

/// Rows for one use or order.
pub fn of_subject(tx: &mut Tx<'_>, subject: &str) -> Result<Vec<Kept>, StoreError> {
    tx.rows(&OF_SUBJECT, args![subject])?.iter().map(read).collect()
}

/// Keeps what the platform answered to a row.
pub fn say(
    tx: &mut Tx<'_>,
    id: ServiceRecordId,
    answer: Answer,
    said: &str,
) -> Result<(), StoreError> {
    tx.later(&SAY, args![id, answer.word(), said])
}

/// Where a batch of counted rows ended.
pub type Place = (Instant, String);

/// A row as it is counted, with its id and its unit.
pub type Line = (String, OrganisationId, Counted);

/// Rows that touch a period as they are counted, each with its unit, in batches by their ends; where
/// the next one begins, if there may be more. Rows that were taken back are among them.
pub fn in_period(
    tx: &mut Tx<'_>,
    period: Span,
    after: Option<Place>,
    limit: usize,
) -> Result<(Vec<Line>, Option<Place>), StoreError> {
    let (from, id) = after.unwrap_or((period.start(), AFTER_ALL_IDS.to_owned()));
    let rows = tx.rows(&IN_PERIOD, args![from, id, period.end(), limit])?;
    let found = rows.iter().map(read_counted).collect::<Result<Vec<_>, _>>()?;
    let is_more = found.len() == limit;
    let next = found.last().map(|(id, _, it)| (it.span.end(), id.clone())).filter(|_| is_more);
    Ok((found, next))
}

/// The rows that others took back.
pub fn reversed(tx: &mut Tx<'_>) -> Result<HashSet<String>, StoreError> {
    tx.rows(&REVERSED, &[])?.iter().map(|row| row.text(0)).collect()
}

fn read_counted(row: &Row) -> Result<Line, StoreError> {
    let span = Span::new(row.instant(5)?, row.instant(6)?);
    let small = |at: usize| {
        u32::try_from(row.int(at)?).map_err(|_| StoreError::Damaged(format!("column {at}")))
    };
    let counted = Counted {
        instrument: InstrumentId::parse(row.str(2)?).ok(),
        kind: row.parsed(3, Kind::parse)?,
        is_external: row.bool(4)?,
        span: span.ok_or_else(|| StoreError::Damaged("a record without a length".to_owned()))?,
        preparation_minutes: small(7)?,
        clearing_minutes: small(8)?,
        samples: small(9)?,
        amount: row.int(10)?,
    };
    Ok((row.text(0)?, row.parsed(1, |text| OrganisationId::parse(text).ok())?, counted))
}

/// Rows that pass a filter and end in a period, newest first.
pub fn list(
    tx: &mut Tx<'_>,
    filter: &Filter,
    (period, before): (Span, Option<ServiceRecordId>),
    limit: usize,
) -> Result<Vec<Listed>, StoreError> {
    if filter.is_never() {
        return Ok(Vec::new());
    }
    let mut composer = Composer::default();
    let seen = composer.filter(filter, COLUMNS);
    let from = composer.bind(period.start());
    let until = composer.bind(period.end());
    let place = match before {
        None => "1 = 1".to_owned(),
        Some(id) => format!("s.id < {}", composer.bind(id)),
    };
    let limit = composer.bind(limit);
    let sql = format!(
        "select s.id, s.record, s.names, s.subject, s.answer, s.said, s.at, \
         exists (select 1 from service_records b where b.reverses = s.id), \
         p.name_en, p.name_zh, t.telephone, i.name_en, c.name_en from service_records s \
         left join uses u on u.id = s.subject left join service_orders o on o.id = s.subject \
         left join people p on p.id = coalesce(u.person, o.person) \
         left join telephones t on t.person = p.id \
         left join instruments i on i.id = s.instrument \
         left join organisations c on c.id = s.customer \
         where {seen} and s.ends_at > {from} and s.ends_at <= {until} and {place} \
         order by s.id desc limit {limit}"
    );
    let of = |row: &Row| {
        let en = row.text_or_none(8)?;
        let zh = row.text_or_none(9)?;
        Ok(Listed {
            kept: read(row)?,
            applicant: en.zip(zh).map(|(en, zh)| Bilingual::new(en, zh)),
            telephone: row.text_or_none(10)?,
            english: [row.text_or_none(11)?, row.text_or_none(12)?],
        })
    };
    tx.composed(&Composed { sql, args: composer.args })?.iter().map(of).collect()
}

fn read(row: &Row) -> Result<Kept, StoreError> {
    let answer = row.text(4)?;
    Ok(Kept {
        record: row.json(1)?,
        names: row.json(2)?,
        subject: row.text(3)?,
        answer: Answer::parse(&answer),
        said: row.text(5)?,
        at: row.instant(6)?,
        is_reversed: row.bool(7)?,
    })
}

/// Takes the name of an erased person out of the rows that were written when names were kept in them.
pub fn forget(tx: &mut Tx<'_>, person: PersonId) -> Result<(), StoreError> {
    for row in tx.rows(&OF_PERSON, args![person])? {
        let mut names: BTreeMap<String, String> = row.json(1)?;
        if names.remove("applicant").is_some() {
            tx.later(&RENAME, &[row.text(0)?.into(), crate::json(&names)])?;
        }
    }
    Ok(())
}

/// What belonged to one organisation belongs to another.
pub(crate) fn give(
    tx: &mut Tx<'_>,
    from: OrganisationId,
    into: OrganisationId,
) -> Result<(), StoreError> {
    tx.later(&GIVE_UNIT, args![from, into])
}
