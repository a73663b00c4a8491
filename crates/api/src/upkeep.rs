//! Upkeep of instruments: calibrations for everybody, faults for whoever books, the rest for an instrument's
//! people.

use crate::operation::{Answer, Operation, schema_of};
use crate::reply;
use crate::shape::{Day, Moment, OneOf, date, word};
use access::Act as A;
use app::No;
use app::upkeep::{
    EndUpkeepPlan, PlanUpkeep, RecordUpkeep, ReportFault, SettleFault, UpkeepChanged, UpkeepView,
};
use base::UpkeepPlanId;
use instruments::upkeep::{Fault, FaultState, Kind, Plan, Record};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The operations of this noun.
pub(crate) static OPERATIONS: &[&Operation] = &[&LOOK, &PLAN, &END, &RECORD, &REPORT, &SETTLE];

/// What is to be done at an instrument.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "UpkeepPlan")]
pub struct PlanJson {
    pub id: String,
    pub version: u64,
    #[schemars(with = "OneOf<Kind>")]
    pub kind: String,
    pub title: String,
    /// 0 where it is done once.
    pub every_months: u32,
    #[schemars(with = "Option<Day>")]
    pub due: Option<String>,
}

impl From<&Plan> for PlanJson {
    fn from(it: &Plan) -> Self {
        Self {
            id: it.id.to_string(),
            version: it.version,
            kind: it.kind.word().to_owned(),
            title: it.title.clone(),
            every_months: it.every_months,
            due: it.due.map(|due| due.to_string()),
        }
    }
}

/// What was done at an instrument.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "UpkeepRecord")]
pub struct RecordJson {
    pub id: String,
    /// Null where no plan asked for it.
    pub plan: Option<String>,
    #[schemars(with = "OneOf<Kind>")]
    pub kind: String,
    #[schemars(with = "Day")]
    pub done_on: String,
    pub done_by: String,
    /// The number of the certificate of a calibration; else empty.
    pub certificate: String,
    /// The last day on which it counts; null where it names none.
    #[schemars(with = "Option<Day>")]
    pub valid_until: Option<String>,
    /// For the people of the instrument alone.
    pub note: String,
    #[schemars(with = "Moment")]
    pub recorded_at: String,
}

impl From<&Record> for RecordJson {
    fn from(it: &Record) -> Self {
        Self {
            id: it.id.to_string(),
            plan: it.plan.map(|id| id.to_string()),
            kind: it.kind.word().to_owned(),
            done_on: it.done.to_string(),
            done_by: it.by.clone(),
            certificate: it.certificate.clone(),
            valid_until: it.until.map(|until| until.to_string()),
            note: it.note.clone(),
            recorded_at: it.recorded_at.rfc3339(),
        }
    }
}

/// What somebody found wrong with an instrument.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "InstrumentFault")]
pub struct FaultJson {
    pub id: String,
    pub version: u64,
    pub trouble: String,
    /// Whether nothing can be done with it, as they say.
    pub stopped: bool,
    /// Who told of it; for the people of the instrument and whoever told of it.
    pub person: Option<String>,
    #[schemars(with = "Moment")]
    pub reported_at: String,
    #[schemars(with = "OneOf<FaultState>")]
    pub state: String,
    pub answer: String,
}

impl FaultJson {
    fn of(view: &UpkeepView, it: &Fault) -> Self {
        let is_told = view.may_keep || view.me == Some(it.person);
        Self {
            id: it.id.to_string(),
            version: it.version,
            trouble: it.said.clone(),
            stopped: it.is_stopped,
            person: is_told.then(|| it.person.to_string()),
            reported_at: it.reported_at.rfc3339(),
            state: it.state.word().to_owned(),
            answer: it.answer.clone(),
        }
    }
}

/// The upkeep of an instrument, as far as the reader sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "Upkeep")]
pub struct UpkeepJson {
    /// The calibration that counts; null where none is recorded.
    pub calibrated: Option<RecordJson>,
    /// For the people of the instrument, the most urgent first.
    pub plans: Vec<PlanJson>,
    /// The newest first; calibrations alone for everybody else.
    pub records: Vec<RecordJson>,
    /// For whoever may book it, those that are open first.
    pub faults: Vec<FaultJson>,
}

static LOOK: Operation = Operation {
    answer: Answer::json::<UpkeepJson>(200),
    ..Operation::look(
        "upkeep-look",
        "/api/v1/instruments/{id}/upkeep",
        A::LookAtInstrument,
        |request| LOOK.answer(request),
        |call| {
            let view = call.city().instrument_upkeep(call.asker(), call.id("id")?)?;
            Ok(reply::json(&UpkeepJson {
                calibrated: view.calibrated.as_ref().map(RecordJson::from),
                plans: view.plans.iter().map(PlanJson::from).collect(),
                records: view.records.iter().map(RecordJson::from).collect(),
                faults: view.faults.iter().map(|it| FaultJson::of(&view, it)).collect(),
            }))
        },
    )
};

/// What a change of the upkeep of an instrument is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "UpkeepChanged")]
pub struct ChangedJson {
    pub instrument: String,
    /// The id of the plan, record or fault.
    pub thing: String,
    pub version: u64,
    /// When the plan is due next; null where there is none or it comes no more.
    #[schemars(with = "Option<Day>")]
    pub due: Option<String>,
}

impl From<UpkeepChanged> for ChangedJson {
    fn from(of: UpkeepChanged) -> Self {
        let (instrument, thing) = (of.instrument.to_string(), of.thing);
        Self { instrument, thing, version: of.version, due: of.due }
    }
}

/// Something to be done at an instrument, once or in a rhythm.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "UpkeepPlanEntry")]
pub struct PlanEntryJson {
    #[schemars(with = "OneOf<Kind>")]
    pub kind: String,
    pub title: String,
    /// 0 where it is done once.
    pub every_months: u32,
    #[schemars(with = "Day")]
    pub due: String,
}

static PLAN: Operation = Operation {
    request: Some(schema_of::<PlanEntryJson>()),
    answer: Answer::json::<ChangedJson>(200),
    ..Operation::post(
        "upkeep-plan",
        "/api/v1/instruments/{id}/upkeep/plans",
        A::KeepUpkeep,
        |request| PLAN.answer(request),
        |call| {
            let ask: PlanEntryJson = call.body()?;
            let mut no = Vec::new();
            let kind = word::<Kind>("kind", &ask.kind, &mut no);
            let due = date("due", &ask.due, &mut no);
            let (Some(kind), Some(due)) = (kind, due) else { return Err(No(no)) };
            let (title, every_months) = (ask.title, ask.every_months);
            let act = PlanUpkeep { instrument: call.id("id")?, kind, title, every_months, due };
            Ok(reply::json(&ChangedJson::from(call.city().perform(call.asker(), act)?)))
        },
    )
};

/// The version of a plan that was seen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "UpkeepPlanEnd")]
pub struct EndJson {
    pub version: u64,
}

static END: Operation = Operation {
    request: Some(schema_of::<EndJson>()),
    answer: Answer::json::<ChangedJson>(200),
    ..Operation::post(
        "upkeep-plan-end",
        "/api/v1/upkeep-plans/{id}/end",
        A::KeepUpkeep,
        |request| END.answer(request),
        |call| {
            let EndJson { version } = call.body()?;
            let act = EndUpkeepPlan { plan: call.id("id")?, version };
            Ok(reply::json(&ChangedJson::from(call.city().perform(call.asker(), act)?)))
        },
    )
};

/// What was done at an instrument.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "UpkeepRecordEntry")]
pub struct RecordEntryJson {
    /// The plan that it belongs to, which names the kind.
    #[serde(default)]
    pub plan: Option<String>,
    #[schemars(with = "OneOf<Kind>")]
    pub kind: String,
    #[schemars(with = "Day")]
    pub done_on: String,
    pub done_by: String,
    #[serde(default)]
    pub certificate: String,
    #[serde(default)]
    #[schemars(with = "Option<Day>")]
    pub valid_until: Option<String>,
    #[serde(default)]
    pub note: String,
}

static RECORD: Operation = Operation {
    request: Some(schema_of::<RecordEntryJson>()),
    answer: Answer::json::<ChangedJson>(200),
    ..Operation::post(
        "upkeep-record",
        "/api/v1/instruments/{id}/upkeep/records",
        A::KeepUpkeep,
        |request| RECORD.answer(request),
        |call| {
            let ask: RecordEntryJson = call.body()?;
            let mut no = Vec::new();
            let kind = word::<Kind>("kind", &ask.kind, &mut no);
            let done = date("done_on", &ask.done_on, &mut no);
            let until = ask.valid_until.as_deref();
            let until = until.and_then(|text| date("valid_until", text, &mut no));
            let plan = ask.plan.as_deref();
            let plan =
                plan.and_then(|text| crate::shape::id::<UpkeepPlanId>("plan", text, &mut no));
            let (Some(kind), Some(done), true) = (kind, done, no.is_empty()) else {
                return Err(No(no));
            };
            let act = RecordUpkeep {
                instrument: call.id("id")?,
                plan,
                kind,
                done,
                by: ask.done_by,
                certificate: ask.certificate,
                until,
                note: ask.note,
            };
            Ok(reply::json(&ChangedJson::from(call.city().perform(call.asker(), act)?)))
        },
    )
};

/// What is wrong with an instrument.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "InstrumentFaultReport")]
pub struct ReportJson {
    pub trouble: String,
    /// Whether nothing can be done with it.
    #[serde(default)]
    pub stopped: bool,
}

static REPORT: Operation = Operation {
    request: Some(schema_of::<ReportJson>()),
    answer: Answer::json::<ChangedJson>(200),
    ..Operation::post(
        "upkeep-report",
        "/api/v1/instruments/{id}/faults",
        A::ReportFault,
        |request| REPORT.answer(request),
        |call| {
            let ask: ReportJson = call.body()?;
            let (said, is_stopped) = (ask.trouble, ask.stopped);
            let act = ReportFault { instrument: call.id("id")?, said, is_stopped };
            Ok(reply::json(&ChangedJson::from(call.city().perform(call.asker(), act)?)))
        },
    )
};

/// The answer to a fault.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "InstrumentFaultAnswer")]
pub struct SettleJson {
    pub version: u64,
    /// `mended` or `dismissed`.
    #[schemars(with = "OneOf<FaultState>")]
    pub state: String,
    /// Needed where it is dismissed.
    #[serde(default)]
    pub answer: String,
}

static SETTLE: Operation = Operation {
    request: Some(schema_of::<SettleJson>()),
    answer: Answer::json::<ChangedJson>(200),
    ..Operation::post(
        "upkeep-settle",
        "/api/v1/faults/{id}/answer",
        A::KeepUpkeep,
        |request| SETTLE.answer(request),
        |call| {
            let ask: SettleJson = call.body()?;
            let mut no = Vec::new();
            let Some(state) = word::<FaultState>("state", &ask.state, &mut no) else {
                return Err(No(no));
            };
            let (version, answer) = (ask.version, ask.answer);
            let act = SettleFault { fault: call.id("id")?, version, state, answer };
            Ok(reply::json(&ChangedJson::from(call.city().perform(call.asker(), act)?)))
        },
    )
};
