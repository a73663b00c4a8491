//! The ledger of services: what was delivered, as the national platform takes it, and the hours that
//! come of it, for one owner or the whole city.

use crate::act::{About, Act, Cx, No, Stop};
use crate::asker::Asker;
use crate::city::City;
use access::{Act as A, Role, Thing};
use base::{
    Bilingual, Date, Instant, InstrumentId, Label, Level, OrganisationId, Refusal, ServiceRecordId,
    Span, limits,
};
use instruments::Instrument;
use instruments::machine_hours::{Caps, Counting, Hours, Overlap};
use instruments::national::{Answer, Field, List, Row, cells, missing, standing};
use std::collections::BTreeMap;
use store::Hold;
use store::service_record::{Kept, Listed};

/// Who reports for a unit.
const UNIT_ROLES: &[Role] = &[Role::TransferOfficer, Role::FirmAdministrator];
/// Rows that are read at once.
const BATCH: usize = 5_000;
/// Minutes of preparation and clearing that count of each use.
pub const CAPS: Caps = Caps { preparation: 60, clearing: 60 };
/// Hours from which an instrument counts as busy: the education ministry's general quota.
pub const BASE_HOURS: i64 = 1_400;
/// Minor units from which an instrument is evaluated in Sichuan (川科政〔2025〕10号).
pub const LARGE_VALUE: i64 = 50_000_000;
/// Large instruments from which on an owner is evaluated in Sichuan.
pub const LARGE_COUNT: usize = 5;

fn label() -> Label {
    Label::at(Level::Members)
}

fn thing_of(unit: OrganisationId) -> Thing {
    Thing { owner: Some(unit), label: label(), ..Thing::default() }
}

/// A civil year in China.
pub fn year(year: i16) -> Option<Span> {
    let first = |year: i16| base::time::at_hour(Date::new(year, 1, 1).ok()?, 0, 480);
    Span::new(first(year)?, first(year.checked_add(1)?)?)
}

/// A row with what the platform takes of it and what it lacks.
#[derive(Clone, Debug)]
pub struct RecordView {
    pub kept: Kept,
    pub row: Row,
    pub missing: Vec<&'static Field>,
    pub standing: Answer,
    /// Of the instrument and of the customer, as pages name them.
    pub names: [Bilingual; 2],
}

/// The column of the platform's list that holds where the applicant can be called.
pub const PHONE: &str = "phone";

impl RecordView {
    /// The applicant's telephone is for the people of the unit alone; whether it is there everybody who
    /// sees the row is told.
    fn of(listed: Listed, is_of_unit: bool) -> Self {
        let Listed { kept, applicant, telephone, english } = listed;
        let mut row = kept.record.row();
        for field in List::Record.fields() {
            if let Some(text) = kept.names.get(field.key) {
                row.insert(field.key, text.clone());
            }
        }
        if let Some(name) = applicant {
            row.insert("applicant", name.best(base::Lang::Zh).0.to_owned());
        }
        if let Some(telephone) = telephone {
            row.insert(PHONE, telephone);
        }
        let missing = missing(List::Record.fields(), &row);
        if !is_of_unit {
            row.remove(PHONE);
        }
        let standing = standing(&missing, kept.answer);
        let zh = ["instrument", "unit"].map(|key| row.get(key).cloned().unwrap_or_default());
        let [instrument, customer] = english.map(Option::unwrap_or_default);
        let [zh_instrument, zh_customer] = zh;
        let names =
            [Bilingual::new(instrument, zh_instrument), Bilingual::new(customer, zh_customer)];
        Self { kept, row, missing, standing, names }
    }

    /// Its cells in the platform's order.
    pub fn cells(&self) -> Vec<String> {
        cells(List::Record.fields(), &self.row)
    }
}

/// Hours of one instrument.
#[derive(Clone, Debug)]
pub struct InstrumentHours {
    pub instrument: InstrumentId,
    pub name: Bilingual,
    pub owner: OrganisationId,
    pub value: Option<i64>,
    pub hours: Hours,
}

/// One owner's figures as Sichuan evaluates them.
#[derive(Clone, Debug)]
pub struct Evaluated {
    pub owner: OrganisationId,
    pub name: Bilingual,
    /// Instruments of half a million yuan and more.
    pub large: usize,
    /// Whether it has so many that it is evaluated.
    pub is_due: bool,
    /// Of its large instruments together.
    pub hours: Hours,
    pub value: i64,
}

/// The figures of a year.
#[derive(Clone, Debug)]
pub struct YearFigures {
    pub year: i16,
    pub total: Hours,
    pub instruments: Vec<InstrumentHours>,
    pub owners: Vec<Evaluated>,
}

impl City {
    /// Rows that the reader may see of a year, newest first.
    pub fn service_records(
        &self,
        asker: &Asker,
        (of_year, before): (i16, Option<ServiceRecordId>),
        limit: usize,
    ) -> Result<(Vec<RecordView>, Option<ServiceRecordId>), No> {
        self.read(asker, |rx| {
            rx.actor.person.ok_or_else(crate::account::sign_in_required)?;
            let period = year(of_year).ok_or_else(Refusal::not_found)?;
            let filter = rx.filter(A::ListRecords)?;
            let limit = limit.clamp(1, limits::EXPORT_ROWS_MAX);
            let mut rows =
                store::service_record::list(rx.tx, &filter, (period, before), limit + 1)?;
            let next = (rows.len() > limit).then(|| rows.pop()).flatten();
            let next = next.and(rows.last().map(|it| it.kept.record.id));
            let own = rx.actor.organisations_with(UNIT_ROLES);
            let view = |it: Listed| {
                let is_of_unit = own.contains(&it.kept.record.unit);
                RecordView::of(it, is_of_unit)
            };
            Ok((rows.into_iter().map(view).collect(), next))
        })
    }

    /// The hours of a year: of the reader's own units, for the office of all.
    pub fn year_figures(&self, asker: &Asker, of_year: i16) -> Result<YearFigures, No> {
        self.read(asker, |rx| {
            rx.actor.person.ok_or_else(crate::account::sign_in_required)?;
            let period = year(of_year).ok_or_else(Refusal::not_found)?;
            let mut may: BTreeMap<OrganisationId, bool> = BTreeMap::new();
            let reversed = store::service_record::reversed(rx.tx)?;
            let (mut counting, mut after) = (Counting::new(CAPS, period), None);
            loop {
                let (batch, next) = store::service_record::in_period(rx.tx, period, after, BATCH)?;
                for (id, unit, it) in batch {
                    let is_shown = *may
                        .entry(unit)
                        .or_insert_with(|| rx.may(A::LookAtRecord, &thing_of(unit)).is_ok());
                    if is_shown && !reversed.contains(&id) {
                        counting.take(&it);
                    }
                }
                if next.is_none() {
                    break;
                }
                after = next;
            }
            figures(rx, counting.hours(Overlap::Union), of_year)
        })
    }
}

fn figures(
    rx: &mut crate::city::Rx<'_, '_>,
    by: BTreeMap<InstrumentId, Hours>,
    of_year: i16,
) -> Result<YearFigures, Stop> {
    let total = by.values().copied().fold(Hours::default(), Hours::plus);
    let ids: Vec<InstrumentId> = by.keys().copied().collect();
    let found = store::instrument::these(rx.tx, &ids)?;
    let of = |(id, it): (InstrumentId, Instrument)| InstrumentHours {
        instrument: id,
        owner: it.owner,
        value: it.sheet.value.map(|money| money.minor),
        name: it.sheet.name,
        hours: by[&id],
    };
    let mut instruments: Vec<InstrumentHours> = found.into_iter().map(of).collect();
    instruments.sort_by_key(|it| std::cmp::Reverse((it.hours.effective, it.instrument)));
    let owners = evaluated(rx, &instruments)?;
    Ok(YearFigures { year: of_year, total, instruments, owners })
}

fn evaluated(
    rx: &mut crate::city::Rx<'_, '_>,
    instruments: &[InstrumentHours],
) -> Result<Vec<Evaluated>, Stop> {
    let mut owners: BTreeMap<OrganisationId, (usize, Hours, i64)> = BTreeMap::new();
    for it in instruments {
        let owner = owners.entry(it.owner).or_default();
        let value = it.value.unwrap_or(0);
        if value >= LARGE_VALUE {
            owner.0 += 1;
            owner.1 = owner.1.plus(it.hours);
            owner.2 += value;
        }
    }
    let ids: Vec<OrganisationId> = owners.keys().copied().collect();
    let names = store::organisation::names_of(rx.tx, &ids)?;
    let of = |(owner, (large, hours, value))| Evaluated {
        owner,
        name: names.get(&OrganisationId::to_string(&owner)).cloned().unwrap_or_default(),
        large,
        is_due: large >= LARGE_COUNT,
        hours,
        value,
    };
    Ok(owners.into_iter().map(of).collect())
}

/// Keeps what the national platform answered to a row.
#[derive(serde::Serialize)]
pub struct AnswerRecord {
    pub record: ServiceRecordId,
    pub answer: Answer,
    pub said: String,
}

/// What the answer tells its caller.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct RecordChanged {
    pub record: ServiceRecordId,
    pub answer: String,
    pub at: Instant,
}

impl Act for AnswerRecord {
    const ACT: A = A::AnswerRecord;
    type Facts = Kept;
    type Plan = (Kept, String);
    type Outcome = RecordChanged;

    fn holds(&self) -> Vec<Hold> {
        vec![Hold::on(self.record)]
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Kept, Stop> {
        Ok(store::service_record::find(cx.tx, self.record)?.ok_or_else(Refusal::not_found)?)
    }

    fn thing(&self, it: &Kept) -> Thing {
        thing_of(it.record.unit)
    }

    fn decide(&self, it: Kept, _: &Cx<'_, '_>) -> Result<Self::Plan, Vec<Refusal>> {
        let said = base::text::line("said", &self.said, limits::SUMMARY_CHARS_MAX);
        said.map(|said| (it, said)).map_err(|no| vec![no])
    }

    fn save(&self, (it, said): Self::Plan, cx: &mut Cx<'_, '_>) -> Result<RecordChanged, Stop> {
        store::service_record::say(cx.tx, self.record, self.answer, &said)?;
        let label = label();
        let about = About {
            thing: self.record.to_string(),
            version: 0,
            owner: Some(it.record.unit),
            label: &label,
            state: self.answer.word(),
        };
        cx.event("service-record-answered", about, serde_json::json!({ "said": said }));
        let answer = self.answer.word().to_owned();
        Ok(RecordChanged { record: self.record, answer, at: cx.now })
    }
}
