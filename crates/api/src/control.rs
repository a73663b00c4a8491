//! Who controls an organisation: read, entered and ended by the office.

use crate::operation::{Answer, Operation, schema_of};
use crate::reply;
use crate::shape::{ListJson, Moment, TextJson, id};
use access::Act as A;
use app::No;
use app::control::{ControlChanged, ControlView, EndControl, EnterControl, EnterJurisdiction};
use base::Refusal;
use parties::control::Control;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The operations of this file.
pub(crate) static OPERATIONS: &[&Operation] =
    &[&LIST, &ENTER, &END, &JURISDICTION, &SET_JURISDICTION];

/// One who controls an organisation, or did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "Control")]
pub struct ControlJson {
    pub controller: String,
    pub name: TextJson,
    /// What it rests on.
    pub grounds: String,
    #[schemars(with = "Moment")]
    pub entered_at: String,
    /// None while it stands.
    #[schemars(with = "Option<Moment>")]
    pub ended_at: Option<String>,
}

impl ControlJson {
    fn of(view: &ControlView, it: &Control) -> Self {
        Self {
            controller: it.controller.to_string(),
            name: view.names.get(&it.controller).map(TextJson::from).unwrap_or_default(),
            grounds: it.grounds.clone(),
            entered_at: it.entered_at.rfc3339(),
            ended_at: it.ended_at.map(|at| at.rfc3339()),
        }
    }
}

/// Enters a relation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "ControlEntry")]
pub struct EnterJson {
    pub controller: String,
    pub grounds: String,
}

/// Ends a relation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "ControlEnd")]
pub struct EndJson {
    pub controller: String,
}

/// What a change of a relation is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "ControlChanged")]
pub struct ControlChangedJson {
    pub organisation: String,
    pub controller: String,
}

impl From<ControlChanged> for ControlChangedJson {
    fn from(of: ControlChanged) -> Self {
        let (organisation, controller) = (of.organisation.to_string(), of.controller.to_string());
        Self { organisation, controller }
    }
}

static LIST: Operation = Operation {
    answer: Answer::json::<ListJson<ControlJson>>(200),
    ..Operation::look(
        "organisation-controllers",
        "/api/v1/organisations/{id}/controllers",
        A::KeepControls,
        |request| LIST.answer(request),
        |call| {
            let view = call.city().controls(call.asker(), call.id("id")?)?;
            let data = view.controls.iter().map(|it| ControlJson::of(&view, it)).collect();
            Ok(reply::json(&ListJson { data, next: None }))
        },
    )
};

static ENTER: Operation = Operation {
    request: Some(schema_of::<EnterJson>()),
    answer: Answer::json::<ControlChangedJson>(200),
    ..Operation::post(
        "organisation-control",
        "/api/v1/organisations/{id}/controllers",
        A::KeepControls,
        |request| ENTER.answer(request),
        |call| {
            let organisation = call.id("id")?;
            let EnterJson { controller, grounds } = call.body()?;
            let mut no: Vec<Refusal> = Vec::new();
            let Some(controller) = id("controller", &controller, &mut no) else {
                return Err(No(no));
            };
            let act = EnterControl { organisation, controller, grounds };
            let done = call.city().perform(call.asker(), act)?;
            Ok(reply::json(&ControlChangedJson::from(done)))
        },
    )
};

static END: Operation = Operation {
    request: Some(schema_of::<EndJson>()),
    answer: Answer::json::<ControlChangedJson>(200),
    ..Operation::post(
        "organisation-control-end",
        "/api/v1/organisations/{id}/controllers/end",
        A::KeepControls,
        |request| END.answer(request),
        |call| {
            let organisation = call.id("id")?;
            let EndJson { controller } = call.body()?;
            let mut no: Vec<Refusal> = Vec::new();
            let Some(controller) = id("controller", &controller, &mut no) else {
                return Err(No(no));
            };
            let done =
                call.city().perform(call.asker(), EndControl { organisation, controller })?;
            Ok(reply::json(&ControlChangedJson::from(done)))
        },
    )
};

/// The jurisdiction of an organisation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "OrganisationJurisdiction")]
pub struct JurisdictionJson {
    /// What the office entered: an ISO 3166 code of two letters, or empty.
    pub entered: String,
    /// What counts: that, or the country of its credit code; null where none is known.
    pub counts: Option<String>,
}

/// Enters the jurisdiction of an organisation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "OrganisationJurisdictionEntry")]
pub struct SetJurisdictionJson {
    /// An ISO 3166 code of two letters; empty takes back what was entered.
    pub jurisdiction: String,
}

/// What that is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "OrganisationJurisdictionEntered")]
pub struct JurisdictionEnteredJson {
    pub organisation: String,
    pub jurisdiction: String,
}

static JURISDICTION: Operation = Operation {
    answer: Answer::json::<JurisdictionJson>(200),
    ..Operation::look(
        "organisation-jurisdiction",
        "/api/v1/organisations/{id}/jurisdiction",
        A::KeepControls,
        |request| JURISDICTION.answer(request),
        |call| {
            let view = call.city().controls(call.asker(), call.id("id")?)?;
            let (entered, counts) = view.jurisdiction;
            Ok(reply::json(&JurisdictionJson { entered, counts }))
        },
    )
};

static SET_JURISDICTION: Operation = Operation {
    request: Some(schema_of::<SetJurisdictionJson>()),
    answer: Answer::json::<JurisdictionEnteredJson>(200),
    ..Operation::put(
        "organisation-jurisdiction-set",
        "/api/v1/organisations/{id}/jurisdiction",
        A::KeepControls,
        |request| SET_JURISDICTION.answer(request),
        |call| {
            let SetJurisdictionJson { jurisdiction } = call.body()?;
            let act = EnterJurisdiction { organisation: call.id("id")?, jurisdiction };
            let done = call.city().perform(call.asker(), act)?;
            let (organisation, jurisdiction) = (done.organisation.to_string(), done.jurisdiction);
            Ok(reply::json(&JurisdictionEnteredJson { organisation, jurisdiction }))
        },
    )
};
