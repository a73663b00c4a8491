//! Test items: looked for, looked at, kept by their unit's staff.

use crate::operation::{Answer, Call, Operation, schema_of};
use crate::query::{Kind, LIMIT, Parameter, limit};
use crate::reply;
use crate::shape::{Day, ListJson, MoneyJson, NamedJson, OneOf, TextJson, date, id, word};
use access::Act as A;
use app::No;
use app::item::{ItemAsk, ItemChanged, ItemRow, SaveItem};
use base::{Bilingual, Currency, InstrumentId, Money, OrganisationId, Refusal};
use edge::Reply;
use instruments::item::{Accreditation, ClassPrice, Mark, Sheet, State};
use instruments::rating::Rating;
use instruments::tariff::Counted;
use instruments::turnaround::Turnaround;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The operations of this noun.
pub(crate) static OPERATIONS: &[&Operation] = &[&LIST, &LOOK, &ENTER, &REVISE];

fn nothing() -> MoneyJson {
    Money::new(0, Currency::CNY).into()
}

/// What a laboratory says about a test.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "TestSheet")]
pub struct SheetJson {
    #[serde(default)]
    pub category: String,
    /// What is tested.
    pub object: TextJson,
    /// What is measured of it.
    pub parameter: TextJson,
    /// With its year: `GB/T 228.1-2021`.
    #[serde(default)]
    pub standard: String,
    #[serde(default)]
    pub range: TextJson,
    #[serde(default)]
    pub uncertainty: TextJson,
    #[serde(default)]
    pub exclusions: TextJson,
    /// What is needed of a sample.
    #[serde(default)]
    pub sample: TextJson,
    /// Ids of the unit's instruments.
    #[serde(default)]
    pub instruments: Vec<String>,
    /// Of one sample; zero where every order is quoted.
    #[serde(default = "nothing")]
    pub price: MoneyJson,
    /// Of one sample for classes of customers, instead of the list price.
    #[serde(default)]
    pub class_prices: Vec<ClassPriceJson>,
    #[serde(default = "nothing")]
    pub minimum: MoneyJson,
    #[serde(default = "all_samples")]
    #[schemars(with = "OneOf<Counted>")]
    pub counted: String,
    /// Hundredths of a percent that urgency adds.
    #[serde(default)]
    pub urgent_bp: u32,
    #[serde(default)]
    pub usual_days: u32,
    #[serde(default)]
    pub urgent_days: u32,
    #[serde(default)]
    pub accreditations: Vec<AccreditationJson>,
}

fn all_samples() -> String {
    Counted::All.word().to_owned()
}

/// What one sample costs customers of a class.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "TestClassPrice")]
pub struct ClassPriceJson {
    pub class: String,
    pub price: MoneyJson,
}

/// An accreditation as it stands on its certificate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "TestAccreditation")]
pub struct AccreditationJson {
    #[schemars(with = "OneOf<Mark>")]
    pub mark: String,
    pub certificate: String,
    #[schemars(with = "Day")]
    pub from: String,
    /// The last day.
    #[schemars(with = "Day")]
    pub until: String,
}

/// A test of a unit, to enter or to change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "TestEntry")]
pub struct EntryJson {
    /// The version seen, for a change; may stand in `If-Match` instead.
    #[serde(default)]
    pub version: Option<u64>,
    /// The unit whose it is; a change does not move it.
    #[serde(default)]
    pub unit: String,
    pub sheet: SheetJson,
    /// Whether it is no longer offered.
    #[serde(default)]
    pub withdrawn: bool,
}

/// A test as this reader may see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "Test")]
pub struct ItemJson {
    pub id: String,
    pub unit: NamedJson,
    #[schemars(with = "OneOf<State>")]
    pub state: String,
    pub version: u64,
    pub sheet: SheetJson,
    /// Marks that a report of today may carry.
    pub marks_today: Vec<String>,
    /// The status of its standard, where it is known here.
    pub standard_status: Option<String>,
    pub invented: bool,
    /// How long its orders really took; null where too few are known.
    pub turnaround: Option<TurnaroundJson>,
    /// What customers of its laboratory said; null where too few are known.
    pub rating: Option<RatingJson>,
}

/// Opinions on the orders of one laboratory in the last year.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "Rating")]
pub struct RatingJson {
    pub rated: u64,
    /// Those of them that were content, or very content.
    pub content: u64,
}

impl From<Rating> for RatingJson {
    fn from(of: Rating) -> Self {
        Self { rated: of.n_rated, content: of.n_content }
    }
}

/// Days from the receipt of the samples to the report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "Turnaround")]
pub struct TurnaroundJson {
    pub median_days: u32,
    pub ninetieth_days: u32,
}

impl From<Turnaround> for TurnaroundJson {
    fn from(of: Turnaround) -> Self {
        Self { median_days: of.median_days, ninetieth_days: of.ninetieth_days }
    }
}

/// What a change of a test led to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "TestChanged")]
pub struct ItemChangedJson {
    pub id: String,
    pub state: String,
    pub version: u64,
    pub changed: bool,
}

impl From<ItemChanged> for ItemChangedJson {
    fn from(of: ItemChanged) -> Self {
        let (id, state) = (of.item.to_string(), of.state);
        Self { id, state, version: of.version, changed: of.changed }
    }
}

impl SheetJson {
    fn of(it: &Sheet) -> Self {
        let money = |minor: i64| Money::new(minor, Currency::CNY).into();
        let one = |it: &Accreditation| AccreditationJson {
            mark: it.mark.word().to_owned(),
            certificate: it.certificate.clone(),
            from: it.from.to_string(),
            until: it.until.to_string(),
        };
        Self {
            category: it.category.clone(),
            object: (&it.object).into(),
            parameter: (&it.parameter).into(),
            standard: it.standard.clone(),
            range: (&it.range).into(),
            uncertainty: (&it.uncertainty).into(),
            exclusions: (&it.exclusions).into(),
            sample: (&it.sample).into(),
            instruments: it.instruments.iter().map(ToString::to_string).collect(),
            price: money(it.price),
            class_prices: it
                .class_prices
                .iter()
                .map(|own| ClassPriceJson { class: own.class.clone(), price: money(own.price) })
                .collect(),
            minimum: money(it.minimum),
            counted: it.counted.word().to_owned(),
            urgent_bp: it.urgent_bp,
            usual_days: it.usual_days,
            urgent_days: it.urgent_days,
            accreditations: it.accreditations.iter().map(one).collect(),
        }
    }

    fn read(self, no: &mut Vec<Refusal>) -> Sheet {
        let amount = |field: &str, money: &MoneyJson, no: &mut Vec<Refusal>| {
            money.read(field, no).map_or(0, |money| money.minor)
        };
        let price = amount("sheet.price", &self.price, no);
        let minimum = amount("sheet.minimum", &self.minimum, no);
        let mut class_prices = Vec::new();
        for (n, own) in self.class_prices.iter().enumerate() {
            let price = amount(&format!("sheet.class_prices.{n}.price"), &own.price, no);
            class_prices.push(ClassPrice { class: own.class.clone(), price });
        }
        let counted = word::<Counted>("sheet.counted", &self.counted, no).unwrap_or_default();
        let instruments = self.instruments.iter();
        let instruments: Vec<InstrumentId> =
            instruments.filter_map(|text| id("sheet.instruments", text, no)).collect();
        let mut accreditations = Vec::new();
        for (n, one) in self.accreditations.iter().enumerate() {
            let path = |part: &str| format!("sheet.accreditations.{n}.{part}");
            let mark = word::<Mark>(&path("mark"), &one.mark, no);
            let from = date(&path("from"), &one.from, no);
            let until = date(&path("until"), &one.until, no);
            if let (Some(mark), Some(from), Some(until)) = (mark, from, until) {
                let certificate = one.certificate.clone();
                accreditations.push(Accreditation { mark, certificate, from, until });
            }
        }
        Sheet {
            category: self.category,
            object: Bilingual::from(self.object),
            parameter: self.parameter.into(),
            standard: self.standard,
            range: self.range.into(),
            uncertainty: self.uncertainty.into(),
            exclusions: self.exclusions.into(),
            instruments,
            price,
            class_prices,
            minimum,
            counted,
            urgent_bp: self.urgent_bp,
            usual_days: self.usual_days,
            urgent_days: self.urgent_days,
            sample: self.sample.into(),
            accreditations,
            invented: false,
        }
    }
}

impl ItemJson {
    fn of(row: &ItemRow, today: base::Date, turnaround: Option<Turnaround>) -> Self {
        let it = &row.item;
        let marks = it.sheet.marks_on(today);
        Self {
            id: it.id.to_string(),
            unit: NamedJson::new(it.unit, &row.unit),
            state: it.state().word().to_owned(),
            version: it.version,
            sheet: SheetJson::of(&it.sheet),
            marks_today: marks.iter().map(|mark| mark.word().to_owned()).collect(),
            standard_status: row.standard.as_ref().map(|it| it.facts.status.word().to_owned()),
            invented: it.sheet.invented,
            turnaround: turnaround.map(TurnaroundJson::from),
            rating: row.rating.map(RatingJson::from),
        }
    }
}

static LIST: Operation = Operation {
    query: &[
        Parameter::new("q", Kind::Text),
        Parameter::new("standard", Kind::Text),
        Parameter::new("unit", Kind::Text),
        limit(200),
        Parameter::new("after", Kind::Text),
    ],
    answer: Answer::json::<ListJson<ItemJson>>(200),
    ..Operation::list(
        "item-list",
        "/api/v1/tests",
        A::ListItems,
        |request| LIST.answer(request),
        list,
    )
};

fn list(call: &Call<'_>) -> Result<Reply, No> {
    let query = &call.query;
    let mut no = Vec::new();
    let unit = query.some("unit").and_then(|text| id::<OrganisationId>("unit", text, &mut no));
    // The cursor is the number of the next page: the order of a search knows no other key.
    let page = match query.text("after") {
        "" => 1,
        typed => typed.parse::<usize>().unwrap_or_else(|_| {
            no.push(Refusal::invalid("cursor-unreadable").on("after"));
            1
        }),
    };
    if !no.is_empty() {
        return Err(No(no));
    }
    let ask = ItemAsk {
        text: query.text("q").to_owned(),
        unit,
        standard: query.text("standard").to_owned(),
        page,
        page_rows: query.limit(LIMIT),
    };
    let found = call.city().test_items(call.asker(), &ask)?;
    let data = found.rows.iter().map(|row| ItemJson::of(row, found.today, None)).collect();
    let is_more = found.page * ask.page_rows < found.total;
    let next = reply::next(call, is_more.then(|| (found.page + 1).to_string()));
    Ok(reply::json(&ListJson::<ItemJson> { data, next }))
}

static LOOK: Operation = Operation {
    answer: Answer::json::<ItemJson>(200),
    ..Operation::look(
        "item-look",
        "/api/v1/tests/{id}",
        A::LookAtItem,
        |request| LOOK.answer(request),
        |call| {
            let view = call.city().test_item(call.asker(), call.id("id")?)?;
            let shown = ItemJson::of(&view.row, view.today, view.turnaround);
            Ok(reply::single(call, view.row.item.version, &shown))
        },
    )
};

static ENTER: Operation = Operation {
    request: Some(schema_of::<EntryJson>()),
    answer: Answer::json::<ItemChangedJson>(201),
    ..Operation::post(
        "item-enter",
        "/api/v1/tests",
        A::SaveItem,
        |request| ENTER.answer(request),
        |call| {
            let ask: EntryJson = call.body()?;
            let mut no = Vec::new();
            let unit = id::<OrganisationId>("unit", &ask.unit, &mut no);
            let sheet = ask.sheet.read(&mut no);
            let Some(unit) = unit.filter(|_| no.is_empty()) else { return Err(No(no)) };
            let act = SaveItem { item: None, unit, sheet, is_withdrawn: false };
            let done = call.city().perform(call.asker(), act)?;
            let path = format!("/api/v1/tests/{}", done.item);
            Ok(reply::created(call, &path, &ItemChangedJson::from(done)))
        },
    )
};

static REVISE: Operation = Operation {
    request: Some(schema_of::<EntryJson>()),
    answer: Answer::json::<ItemChangedJson>(200),
    takes_version: true,
    ..Operation::put(
        "item-revise",
        "/api/v1/tests/{id}",
        A::SaveItem,
        |request| REVISE.answer(request),
        |call| {
            let item = call.id("id")?;
            let ask: EntryJson = call.body()?;
            let version = call.version(ask.version)?;
            let view = call.city().test_item(call.asker(), item)?.row.item;
            let mut no = Vec::new();
            let sheet = Sheet { invented: view.sheet.invented, ..ask.sheet.read(&mut no) };
            if !no.is_empty() {
                return Err(No(no));
            }
            let (unit, is_withdrawn) = (view.unit, ask.withdrawn);
            let act = SaveItem { item: Some((item, version)), unit, sheet, is_withdrawn };
            let done = call.city().perform(call.asker(), act)?;
            Ok(reply::json(&ItemChangedJson::from(done)))
        },
    )
};
