//! The published shapes of service orders, their samples and answers.

use crate::shape::{Moment, MoneyJson, NamedJson, OneOf, TextJson, id, word};
use app::No;
use app::service_order::{
    OrderChanged, OrderRow, OrderView, RequestService, RequestView, Requested, SampleView, Wanted,
};
use base::{Currency, Money, OrganisationId, Refusal, VoucherId};
use instruments::charge::Samples;
use instruments::item::Mark;
use instruments::service::{Doing, Handling, Quote, Whereabouts};
use instruments::service_order::{Manner, Opinion, Rest, Sample, Side, State, Step};
use instruments::service_record::Purpose;
use instruments::tariff::Counted;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A sample as its customer describes it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "ServiceSample")]
pub struct SampleJson {
    pub label: String,
    #[serde(default)]
    pub material: String,
    #[serde(default)]
    pub form: String,
    #[serde(default)]
    pub amount: String,
    #[serde(default)]
    pub hazard: String,
    #[serde(default)]
    pub storage: String,
    /// What becomes of what is left.
    #[serde(default = "returned")]
    #[schemars(with = "OneOf<Rest>")]
    pub rest: String,
}

fn returned() -> String {
    Rest::Return.word().to_owned()
}

/// One thing that is wanted: a test, or work on an instrument.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "ServiceWanted")]
pub struct WantedJson {
    #[serde(default)]
    pub test: Option<String>,
    #[serde(default)]
    pub instrument: Option<String>,
    /// What is to be done, where no test says it.
    #[serde(default)]
    pub what: String,
}

/// What is asked of one laboratory or several.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "ServiceRequest")]
pub struct AskJson {
    /// The organisation that orders.
    pub customer: String,
    #[serde(default)]
    pub title: String,
    #[serde(default)]
    pub project: String,
    #[serde(default)]
    #[schemars(with = "Option<OneOf<Purpose>>")]
    pub purpose: Option<String>,
    #[serde(default)]
    pub note: String,
    #[serde(default)]
    pub urgent: bool,
    /// Of several: compare their answers, or each does its part.
    #[serde(default)]
    #[schemars(with = "Option<OneOf<Manner>>")]
    pub manner: Option<String>,
    pub wanted: Vec<WantedJson>,
    pub samples: Vec<SampleJson>,
    #[serde(default)]
    pub voucher: Option<String>,
}

/// What a request led to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "ServiceRequested")]
pub struct RequestedJson {
    /// Where several laboratories were asked.
    pub request: Option<String>,
    pub orders: Vec<String>,
}

/// A step of either side. Fields that belong to another step are not read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "ServiceStep")]
pub struct StepJson {
    /// The version seen; may stand in `If-Match` instead.
    #[serde(default)]
    pub version: Option<u64>,
    #[schemars(with = "OneOf<Step>")]
    pub step: String,
    /// Of an answer: the price of one sample.
    #[serde(default)]
    pub price: Option<MoneyJson>,
    #[serde(default)]
    pub minimum: Option<MoneyJson>,
    #[serde(default)]
    #[schemars(with = "Option<OneOf<Counted>>")]
    pub counted: Option<String>,
    /// Of an answer: days from the receipt of the samples to the report.
    #[serde(default)]
    pub days: u32,
    /// A remark, a reason, or what the customer says.
    #[serde(default)]
    pub note: String,
    /// The voucher that shall pay a part, named by who accepts an answer.
    #[serde(default)]
    pub voucher: Option<String>,
    /// Of a receipt: where the samples stand.
    #[serde(default)]
    pub stands: String,
    /// Of a finished test: whether each sample gave a result.
    #[serde(default)]
    pub succeeded: Vec<bool>,
    /// Of a report: the id of a file that was handed in before.
    #[serde(default)]
    pub file: Option<String>,
    #[serde(default)]
    pub marks: Vec<String>,
    #[serde(default)]
    #[schemars(with = "Option<OneOf<Opinion>>")]
    pub opinion: Option<String>,
}

/// Where a sample was put.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "ServiceSampleMove")]
pub struct MoveJson {
    pub stands: String,
    #[serde(default)]
    pub note: String,
}

/// What a step led to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "ServiceChanged")]
pub struct ChangedServiceJson {
    pub id: String,
    pub reference: String,
    #[schemars(with = "OneOf<State>")]
    pub state: String,
    pub version: u64,
}

impl From<OrderChanged> for ChangedServiceJson {
    fn from(of: OrderChanged) -> Self {
        let (id, reference) = (of.order.to_string(), of.reference.to_string());
        Self { id, reference, state: of.state, version: of.version }
    }
}

/// An order in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "ServiceRow")]
pub struct OrderRowJson {
    pub id: String,
    pub reference: String,
    pub request: Option<String>,
    pub customer: NamedJson,
    pub unit: NamedJson,
    #[schemars(with = "OneOf<State>")]
    pub state: String,
    pub version: u64,
    pub urgent: bool,
    /// What it costs as far as is known.
    pub cost: Option<MoneyJson>,
    /// The next step, where it is one of the reader's.
    pub next: Option<String>,
}

/// An order as this reader may see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "ServiceOrder")]
pub struct OrderJson {
    pub order: OrderRowJson,
    pub title: String,
    pub project: String,
    pub note: String,
    pub lines: Vec<LineJson>,
    pub days: u32,
    pub samples: Vec<KeptSampleJson>,
    pub moves: Vec<MovedJson>,
    pub report: Option<ReportJson>,
    /// Lines of statements that charge it, by id.
    pub charges: Vec<String>,
    pub opinion: Option<String>,
}

/// One thing that is asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "ServiceLine")]
pub struct LineJson {
    pub test: Option<String>,
    pub instrument: Option<String>,
    pub what: TextJson,
    pub standard: String,
    /// Of one sample; null where the laboratory has to say.
    pub price: Option<MoneyJson>,
}

/// A sample with everybody who had it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "ServiceKeptSample")]
pub struct KeptSampleJson {
    pub id: String,
    /// What stands on its label.
    pub code: String,
    pub sample: SampleJson,
    #[schemars(with = "OneOf<Whereabouts>")]
    pub whereabouts: String,
    pub stands: String,
    /// Null before the test is done.
    pub succeeded: Option<bool>,
    pub custody: Vec<CustodyJson>,
}

/// One link of a chain of custody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "ServiceCustody")]
pub struct CustodyJson {
    #[schemars(with = "OneOf<Handling>")]
    pub what: String,
    pub person: NamedJson,
    pub stands: String,
    pub note: String,
    #[schemars(with = "Moment")]
    pub at: String,
}

/// Something that was done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "ServiceMove")]
pub struct MovedJson {
    #[schemars(with = "OneOf<Step>")]
    pub step: String,
    #[schemars(with = "OneOf<Side>")]
    pub side: String,
    pub person: NamedJson,
    pub note: String,
    #[schemars(with = "Moment")]
    pub at: String,
}

/// A report as issued.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "ServiceReport")]
pub struct ReportJson {
    pub file: String,
    pub sha256: String,
    pub marks: Vec<String>,
    pub issued_on: String,
}

/// Answers of several laboratories, or the parts that each does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "ServiceAnswers")]
pub struct AnswersJson {
    pub id: String,
    pub reference: String,
    #[schemars(with = "OneOf<Manner>")]
    pub manner: String,
    pub title: String,
    /// The order that was taken, where answers are compared.
    pub chosen: Option<String>,
    pub orders: Vec<AnswerJson>,
}

/// One laboratory's answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "ServiceAnswer")]
pub struct AnswerJson {
    pub order: OrderRowJson,
    pub days: u32,
    /// Marks that a report of today may carry.
    pub marks: Vec<String>,
}

fn yuan(minor: i64) -> MoneyJson {
    Money::new(minor, Currency::CNY).into()
}

impl OrderRowJson {
    pub(super) fn of(row: &OrderRow) -> Self {
        let it = &row.order;
        Self {
            id: it.id.to_string(),
            reference: it.reference.to_string(),
            request: it.request.map(|id| id.to_string()),
            customer: NamedJson::new(it.customer, &row.customer),
            unit: NamedJson::new(it.unit, &row.unit),
            state: it.state.word().to_owned(),
            version: it.version,
            urgent: it.matter.is_urgent,
            cost: row.cost.map(yuan),
            next: row.next.map(|step| step.word().to_owned()),
        }
    }
}

impl OrderJson {
    pub(super) fn of(view: &OrderView) -> Self {
        let it = &view.row.order;
        let line = |line: &instruments::service::Line| LineJson {
            test: line.item.map(|id| id.to_string()),
            instrument: line.instrument.map(|id| id.to_string()),
            what: (&line.what).into(),
            standard: line.standard.clone(),
            price: line.prices.map(|prices| yuan(prices.price)),
        };
        let moved = |(it, who): &(app::service_order::Move, base::Bilingual)| MovedJson {
            step: it.step.word().to_owned(),
            side: it.side.word().to_owned(),
            person: NamedJson::new(it.person, who),
            note: it.note.clone(),
            at: it.at.rfc3339(),
        };
        let marks = |all: &[Mark]| all.iter().map(|mark| mark.word().to_owned()).collect();
        Self {
            order: OrderRowJson::of(&view.row),
            title: it.matter.title.clone(),
            project: it.matter.project.clone(),
            note: it.matter.note.clone(),
            lines: it.matter.lines.iter().map(line).collect(),
            days: it.days(),
            samples: view.samples.iter().map(KeptSampleJson::of).collect(),
            moves: view.moves.iter().map(moved).collect(),
            report: it.matter.report.as_ref().map(|report| ReportJson {
                file: report.file.to_string(),
                sha256: report.hash.clone(),
                marks: marks(&report.marks),
                issued_on: report.day.to_string(),
            }),
            charges: view.charges.iter().map(|line| line.id.to_string()).collect(),
            opinion: it.opinion.map(|one| one.word().to_owned()),
        }
    }
}

impl KeptSampleJson {
    pub(super) fn of(it: &SampleView) -> Self {
        let sample = &it.kept.sample;
        let custody = it.chain.iter().map(|(link, who)| CustodyJson {
            what: link.act.word().to_owned(),
            person: NamedJson::new(link.person, who),
            stands: link.stands.clone(),
            note: link.note.clone(),
            at: link.at.rfc3339(),
        });
        Self {
            id: it.kept.id.to_string(),
            code: it.kept.code.clone(),
            sample: SampleJson {
                label: sample.label.clone(),
                material: sample.material.clone(),
                form: sample.form.clone(),
                amount: sample.amount.clone(),
                hazard: sample.hazard.clone(),
                storage: sample.storage.clone(),
                rest: sample.rest.word().to_owned(),
            },
            whereabouts: it.kept.whereabouts.word().to_owned(),
            stands: it.stands.clone(),
            succeeded: sample.succeeded,
            custody: custody.collect(),
        }
    }
}

impl AnswersJson {
    pub(super) fn of(view: &RequestView) -> Self {
        let it = &view.request;
        let answer = |(row, marks): &(OrderRow, Vec<Mark>)| AnswerJson {
            order: OrderRowJson::of(row),
            days: row.order.days(),
            marks: marks.iter().map(|mark| mark.word().to_owned()).collect(),
        };
        Self {
            id: it.id.to_string(),
            reference: it.reference.to_string(),
            manner: it.manner.word().to_owned(),
            title: it.title.clone(),
            chosen: it.chosen.map(|id| id.to_string()),
            orders: view.orders.iter().map(answer).collect(),
        }
    }
}

impl AskJson {
    pub(super) fn read(self) -> Result<RequestService, No> {
        let mut no: Vec<Refusal> = Vec::new();
        let customer = id::<OrganisationId>("customer", &self.customer, &mut no);
        let purpose = self.purpose.as_ref().and_then(|text| word("purpose", text, &mut no));
        let manner = self.manner.as_ref().and_then(|text| word("manner", text, &mut no));
        let voucher = self.voucher.as_ref();
        let voucher = voucher.and_then(|text| id::<VoucherId>("voucher", text, &mut no));
        let mut wanted = Vec::new();
        for (n, one) in self.wanted.into_iter().enumerate() {
            let path = |part: &str| format!("wanted.{n}.{part}");
            let item = one.test.as_ref().and_then(|text| id(&path("test"), text, &mut no));
            let used = one.instrument.as_ref();
            let instrument = used.and_then(|text| id(&path("instrument"), text, &mut no));
            wanted.push(Wanted { item, instrument, what: one.what });
        }
        let mut samples = Vec::new();
        for (n, one) in self.samples.into_iter().enumerate() {
            let rest = word::<Rest>(&format!("samples.{n}.rest"), &one.rest, &mut no);
            samples.push(Sample {
                label: one.label,
                material: one.material,
                form: one.form,
                amount: one.amount,
                hazard: one.hazard,
                storage: one.storage,
                rest: rest.unwrap_or_default(),
                succeeded: None,
            });
        }
        let Some(customer) = customer.filter(|_| no.is_empty()) else { return Err(No(no)) };
        Ok(RequestService {
            customer,
            title: self.title,
            project: self.project,
            purpose: purpose.unwrap_or_default(),
            note: self.note,
            is_urgent: self.urgent,
            manner: manner.unwrap_or(Manner::Each),
            wanted,
            samples,
            voucher,
        })
    }
}

impl StepJson {
    pub(super) fn read(self) -> Result<Doing, No> {
        let mut no: Vec<Refusal> = Vec::new();
        let step = word::<Step>("step", &self.step, &mut no);
        let money = |field: &str, money: &Option<MoneyJson>, no: &mut Vec<Refusal>| {
            money.as_ref().and_then(|money| money.read(field, no)).map_or(0, |money| money.minor)
        };
        let (price, minimum) =
            (money("price", &self.price, &mut no), money("minimum", &self.minimum, &mut no));
        let counted = self.counted.as_ref().and_then(|text| word("counted", text, &mut no));
        let voucher = self.voucher.as_ref().and_then(|text| id("voucher", text, &mut no));
        let file = self.file.as_ref().and_then(|text| id("file", text, &mut no));
        let marks = self.marks.iter();
        let marks: Vec<Mark> = marks.filter_map(|text| word("marks", text, &mut no)).collect();
        let opinion = self.opinion.as_ref().and_then(|text| word("opinion", text, &mut no));
        let Some(step) = step.filter(|_| no.is_empty()) else { return Err(No(no)) };
        let prices = Samples { price, minimum, counted: counted.unwrap_or_default(), urgent_bp: 0 };
        let (note, reason) = (self.note.clone(), self.note);
        Ok(match step {
            Step::Quote => Doing::Quote(Quote { prices, days: self.days, note }),
            Step::Accept => Doing::Accept { voucher },
            Step::Receive => Doing::Receive { stands: self.stands },
            Step::Start => Doing::Start,
            Step::Finish => Doing::Finish { succeeded: self.succeeded },
            Step::Report => Doing::Report { file, marks },
            Step::Clear => Doing::Clear { note },
            Step::Close => Doing::Close { opinion, word: note },
            Step::Reject => Doing::Reject { reason },
            Step::Cancel => Doing::Cancel { reason },
            Step::Return => Doing::Return { reason },
            Step::Submit | Step::Approve => {
                let refusal = Refusal::invalid("choice-unknown").on("step");
                return Err(refusal.term("field", "field-step").into());
            }
        })
    }
}

impl From<Requested> for RequestedJson {
    fn from(of: Requested) -> Self {
        let orders = of.orders.iter().map(|(id, _)| id.to_string()).collect();
        Self { request: of.request.map(|id| id.to_string()), orders }
    }
}
