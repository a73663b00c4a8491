//! What owners set: rules, outages, qualifications; and free time over all instruments.

use super::shape::{SpanJson, choice, moment};
use crate::operation::{Answer, Call, Operation, schema_of};
use crate::query::{Kind, Parameter, limit};
use crate::reply;
use crate::shape::{ListJson, Moment, TextJson, id};
use access::Act as A;
use app::No;
use app::booking::{
    DeclareOutage, EndOutage, FreeAsk, GrantQualification, OutageDeclared, SetBookingRules, Target,
};
use base::{PersonId, Refusal};
use edge::Reply;
use instruments::outage::{Kind as OutageKind, Over, Reach};
use instruments::qualification::{Grade, Way};
use instruments::rules::Layer;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What an instrument's own level sets: each rule with `value` and, where lower levels may set no
/// other, `is_locked`.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "BookingRules")]
pub struct RulesJson {
    pub version: u64,
    pub rules: BTreeMap<String, serde_json::Value>,
}

pub(super) static RULES: Operation = Operation {
    answer: Answer::json::<RulesJson>(200),
    ..Operation::look(
        "booking-rules",
        "/api/v1/instruments/{id}/booking-rules",
        A::LookAtInstrument,
        |request| RULES.answer(request),
        |call| {
            let view = call.city().booking_rules(call.asker(), call.id("id")?)?;
            let own = serde_json::to_value(&view.own).unwrap_or_default();
            let rules = serde_json::from_value(own).unwrap_or_default();
            Ok(reply::json(&RulesJson { version: view.version, rules }))
        },
    )
};

/// What setting rules answers.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "BookingRulesSet")]
pub struct SetJson {
    pub level: String,
    pub version: u64,
}

pub(super) static SET_RULES: Operation = Operation {
    request: Some(schema_of::<RulesJson>()),
    answer: Answer::json::<SetJson>(200),
    ..Operation::put(
        "booking-rules-set",
        "/api/v1/instruments/{id}/booking-rules",
        A::SetBookingRules,
        |request| SET_RULES.answer(request),
        |call| {
            let ask: RulesJson = call.body()?;
            let value = serde_json::to_value(&ask.rules).unwrap_or_default();
            let rules: Layer = serde_json::from_value(value).map_err(|error| {
                let refusal = Refusal::invalid("booking-rule-unsound").on("rules");
                No(vec![refusal.text("rule", error.to_string())])
            })?;
            let (target, version) = (Target::Instrument(call.id("id")?), ask.version);
            let act = SetBookingRules { target, version, rules };
            let done = call.city().perform(call.asker(), act)?;
            Ok(reply::json(&SetJson { level: done.level, version: done.version }))
        },
    )
};

/// An instrument with its first free time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "FreeTime")]
pub struct FreeJson {
    pub instrument: String,
    pub name: TextJson,
    pub owner: TextJson,
    pub zone: String,
    #[serde(flatten)]
    pub span: SpanJson,
    /// What whoever asks has to do before they may book it, at that time or any other:
    /// `training_missing`, `not_qualified`, `agreement_missing`, `feedback_due`.
    pub lacks: Vec<String>,
}

pub(super) static FREE: Operation = Operation {
    query: &[
        Parameter::new("q", Kind::Text),
        Parameter::new("from", Kind::Text),
        Parameter::new("until", Kind::Text),
        Parameter::new("minutes", Kind::Number { least: 1, most: 10_080 }),
        limit(200),
    ],
    answer: Answer::json::<ListJson<FreeJson>>(200),
    ..Operation::list(
        "booking-free",
        "/api/v1/instruments/free",
        A::ListInstruments,
        |request| FREE.answer(request),
        free,
    )
};

fn free(call: &Call<'_>) -> Result<Reply, No> {
    let (mut no, query) = (Vec::new(), &call.query);
    let from = match query.text("from") {
        "" => call.request.now,
        text => moment("from", text, &mut no),
    };
    let until = match query.text("until") {
        "" => from.plus_seconds(14 * 86_400),
        text => moment("until", text, &mut no),
    };
    if !no.is_empty() {
        return Err(No(no));
    }
    let words = query.text("q").chars().take(base::limits::QUERY_CHARS_MAX).collect();
    let minutes = query.number("minutes").unwrap_or(60);
    let ask = FreeAsk { words, from, until, minutes, limit: query.limit(25) };
    let found = call.city().free_slots(call.asker(), &ask)?;
    let data = found.iter().map(|slot| FreeJson {
        instrument: slot.instrument.to_string(),
        name: TextJson::from(&slot.name),
        owner: TextJson::from(&slot.owner),
        zone: slot.zone.clone(),
        span: slot.span.into(),
        lacks: slot.lacks.iter().map(|code| code.code().to_owned()).collect(),
    });
    Ok(reply::json(&ListJson { data: data.collect(), next: None }))
}

/// A time in which an instrument cannot be used.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Outage")]
pub struct OutageJson {
    pub title: String,
    /// `maintenance`, `calibration`, `repair`, `supply`, `training` or `other`.
    pub kind: String,
    /// `whole` refuses bookings, `part` warns them.
    pub reach: String,
    #[schemars(with = "Moment")]
    pub start: String,
    #[schemars(with = "Moment")]
    pub end: String,
    /// What becomes of bookings under it: `refuse` or `displace`.
    pub over: String,
}

/// What a declaration answers.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "OutageDeclared")]
pub struct DeclaredJson {
    pub id: String,
    pub version: u64,
    #[serde(flatten)]
    pub span: SpanJson,
    /// How many bookings lost their time.
    pub displaced: u64,
    /// Instruments that it reaches besides.
    pub reaches: Vec<String>,
}

impl From<OutageDeclared> for DeclaredJson {
    fn from(done: OutageDeclared) -> Self {
        let (start, end) = (done.starts_at.rfc3339(), done.ends_at.rfc3339());
        Self {
            id: done.outage.to_string(),
            version: done.version,
            span: SpanJson { start, end },
            displaced: done.displaced,
            reaches: done.reaches.iter().map(ToString::to_string).collect(),
        }
    }
}

pub(super) static OUTAGE: Operation = Operation {
    request: Some(schema_of::<OutageJson>()),
    answer: Answer::json::<DeclaredJson>(200),
    ..Operation::post(
        "booking-outage",
        "/api/v1/instruments/{id}/outages",
        A::DeclareOutage,
        |request| OUTAGE.answer(request),
        |call| {
            let ask: OutageJson = call.body()?;
            let mut no = Vec::new();
            let span = (moment("start", &ask.start, &mut no), moment("end", &ask.end, &mut no));
            let read =
                (OutageKind::parse(&ask.kind), Reach::parse(&ask.reach), Over::parse(&ask.over));
            let (Some(kind), Some(reach), Some(over)) = read else {
                no.push(choice("kind"));
                return Err(No(no));
            };
            if !no.is_empty() {
                return Err(No(no));
            }
            let mut act = DeclareOutage::new(call.id("id")?, &ask.title, span, over);
            (act.kind, act.reach) = (kind, reach);
            Ok(reply::json(&DeclaredJson::from(call.city().perform(call.asker(), act)?)))
        },
    )
};

/// An outage of an instrument as everybody sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "KnownOutage")]
pub struct KnownJson {
    pub id: String,
    pub version: u64,
    pub title: String,
    pub kind: String,
    pub reach: String,
    #[serde(flatten)]
    pub span: SpanJson,
    /// The outage that it follows from.
    pub cause: Option<String>,
}

pub(super) static OUTAGES: Operation = Operation {
    answer: Answer::json::<ListJson<KnownJson>>(200),
    ..Operation::look(
        "booking-outages",
        "/api/v1/instruments/{id}/outages",
        A::LookAtInstrument,
        |request| OUTAGES.answer(request),
        |call| {
            let view = call.city().outages(call.asker(), call.id("id")?)?;
            let data = view.outages.iter().map(|it| KnownJson {
                id: it.id.to_string(),
                version: it.version,
                title: it.title.clone(),
                kind: it.kind.code().to_owned(),
                reach: it.reach.code().to_owned(),
                span: it.span.into(),
                cause: it.cause.map(|id| id.to_string()),
            });
            Ok(reply::json(&ListJson { data: data.collect(), next: None }))
        },
    )
};

/// The version that was seen.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "OutageEnd")]
pub struct EndJson {
    pub version: u64,
}

pub(super) static END_OUTAGE: Operation = Operation {
    request: Some(schema_of::<EndJson>()),
    answer: Answer::json::<DeclaredJson>(200),
    ..Operation::post(
        "booking-outage-end",
        "/api/v1/outages/{id}/end",
        A::DeclareOutage,
        |request| END_OUTAGE.answer(request),
        |call| {
            let version = call.body::<EndJson>()?.version;
            let act = EndOutage { outage: call.id("id")?, version };
            Ok(reply::json(&DeclaredJson::from(call.city().perform(call.asker(), act)?)))
        },
    )
};

/// What somebody is trusted with.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "QualificationGrant")]
pub struct GrantJson {
    pub person: String,
    /// `supervised`, `office_hours` or `full`.
    pub grade: String,
    /// `course`, `exam`, `supervised_uses`, `accepted` or `staff`.
    pub way: String,
    /// Days after the last use at which it runs out; 0 never.
    #[serde(default)]
    pub lives_days: u32,
    #[serde(default)]
    #[schemars(with = "Option<Moment>")]
    pub ends: Option<String>,
    pub reason: String,
}

/// Whether it stands.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "QualificationChanged")]
pub struct GrantedJson {
    pub person: String,
    pub stands: bool,
}

pub(super) static QUALIFY: Operation = Operation {
    request: Some(schema_of::<GrantJson>()),
    answer: Answer::json::<GrantedJson>(200),
    ..Operation::post(
        "booking-qualify",
        "/api/v1/instruments/{id}/qualifications",
        A::QualifyPeople,
        |request| QUALIFY.answer(request),
        |call| {
            let ask: GrantJson = call.body()?;
            let mut no = Vec::new();
            let person = id::<PersonId>("person", &ask.person, &mut no);
            let ends = ask.ends.as_deref().map(|text| moment("ends", text, &mut no));
            let (grade, way) = (Grade::parse(&ask.grade), Way::parse(&ask.way));
            let (Some(person), Some(grade), Some(way), true) = (person, grade, way, no.is_empty())
            else {
                no.push(choice("grade"));
                return Err(No(no));
            };
            let act = GrantQualification {
                instrument: call.id("id")?,
                person,
                grade,
                way,
                lives_days: ask.lives_days,
                ends,
                hours: calendar::Hours::default(),
                reason: ask.reason,
            };
            let done = call.city().perform(call.asker(), act)?;
            Ok(reply::json(&GrantedJson { person: done.person.to_string(), stands: done.stands }))
        },
    )
};
