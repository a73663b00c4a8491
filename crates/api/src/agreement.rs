//! Agreements on services: seen by the people of both sides, recorded and ended by the unit.

use crate::operation::{Answer, Operation, schema_of};
use crate::reply;
use crate::shape::{Day, ListJson, Moment, TextJson, date, id};
use access::Act as A;
use app::No;
use app::agreement::{AgreementChanged, AgreementsView, EndAgreement, RecordAgreement};
use base::{Instant, OrganisationId};
use instruments::agreement::Agreement;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The operations of this noun.
pub(crate) static OPERATIONS: &[&Operation] = &[&LIST, &RECORD, &END];

/// An agreement on services.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "ServiceAgreement")]
pub struct AgreementJson {
    /// The unit's own number.
    pub number: String,
    /// Who owns the instruments.
    pub unit: String,
    pub unit_name: TextJson,
    pub customer: String,
    pub customer_name: TextJson,
    /// The first day.
    #[schemars(with = "Day")]
    pub from: String,
    /// The last day.
    #[schemars(with = "Day")]
    pub until: String,
    pub subject: String,
    /// When it was ended before its last day; null where it was not.
    #[schemars(with = "Option<Moment>")]
    pub ended_at: Option<String>,
    /// Whether it holds today.
    pub holds: bool,
}

impl AgreementJson {
    fn of(view: &AgreementsView, it: &Agreement) -> Self {
        let name = |id: &OrganisationId| {
            view.names.get(&id.to_string()).map(TextJson::from).unwrap_or_default()
        };
        Self {
            number: it.number.clone(),
            unit: it.unit.to_string(),
            unit_name: name(&it.unit),
            customer: it.customer.to_string(),
            customer_name: name(&it.customer),
            from: it.from.to_string(),
            until: it.until.to_string(),
            subject: it.subject.clone(),
            ended_at: it.ended_at.map(Instant::rfc3339),
            holds: it.holds_on(view.today),
        }
    }
}

/// A new agreement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "ServiceAgreementEntry")]
pub struct RecordJson {
    pub customer: String,
    /// The unit's own number, used once.
    pub number: String,
    #[schemars(with = "Day")]
    pub from: String,
    #[schemars(with = "Day")]
    pub until: String,
    /// What it is about, and where its text lies.
    #[serde(default)]
    pub subject: String,
}

/// Ends an agreement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "ServiceAgreementEnd")]
pub struct EndJson {
    pub number: String,
}

/// What a change of an agreement is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "ServiceAgreementChanged")]
pub struct ChangedJson {
    pub unit: String,
    pub number: String,
    pub stands: bool,
}

impl From<AgreementChanged> for ChangedJson {
    fn from(of: AgreementChanged) -> Self {
        Self { unit: of.unit.to_string(), number: of.number, stands: of.stands }
    }
}

static LIST: Operation = Operation {
    answer: Answer::json::<ListJson<AgreementJson>>(200),
    ..Operation::look(
        "agreement-list",
        "/api/v1/organisations/{id}/agreements",
        A::ListAgreements,
        |request| LIST.answer(request),
        |call| {
            let view = call.city().agreements(call.asker(), call.id("id")?)?;
            let data = view.agreements.iter().map(|it| AgreementJson::of(&view, it)).collect();
            Ok(reply::json(&ListJson { data, next: None }))
        },
    )
};

static RECORD: Operation = Operation {
    request: Some(schema_of::<RecordJson>()),
    answer: Answer::json::<ChangedJson>(200),
    ..Operation::post(
        "agreement-record",
        "/api/v1/organisations/{id}/agreements",
        A::KeepAgreements,
        |request| RECORD.answer(request),
        |call| {
            let unit = call.id("id")?;
            let ask: RecordJson = call.body()?;
            let mut no = Vec::new();
            let customer = id::<OrganisationId>("customer", &ask.customer, &mut no);
            let from = date("from", &ask.from, &mut no);
            let until = date("until", &ask.until, &mut no);
            let (Some(customer), Some(from), Some(until)) = (customer, from, until) else {
                return Err(No(no));
            };
            let (number, subject) = (ask.number, ask.subject);
            let act = RecordAgreement { unit, customer, number, from, until, subject };
            Ok(reply::json(&ChangedJson::from(call.city().perform(call.asker(), act)?)))
        },
    )
};

static END: Operation = Operation {
    request: Some(schema_of::<EndJson>()),
    answer: Answer::json::<ChangedJson>(200),
    ..Operation::post(
        "agreement-end",
        "/api/v1/organisations/{id}/agreements/end",
        A::KeepAgreements,
        |request| END.answer(request),
        |call| {
            let EndJson { number } = call.body()?;
            let act = EndAgreement { unit: call.id("id")?, number };
            Ok(reply::json(&ChangedJson::from(call.city().perform(call.asker(), act)?)))
        },
    )
};
