//! Registrations of firms: anybody may send one, and learns nothing by it of who is here already.

use crate::operation::{Answer, Call, Operation, schema_of};
use crate::reply;
use crate::shape::{Moment, TextJson};
use access::Act as A;
use app::No;
use app::case::CaseMoved;
use app::registration::{Apply, ConfirmRegistration, RegisterFirm};
use edge::Reply;
use parties::registration::Application;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The operations of this noun.
pub(crate) static OPERATIONS: &[&Operation] = &[&REGISTER, &CONFIRM, &APPLY];

/// What is said about a firm, and how it can be seen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "FirmApplication")]
pub struct ApplicationJson {
    /// Unified social credit code, with its check character.
    pub credit_code: String,
    /// The name as registered; Chinese is asked for, English may be left out.
    pub firm: TextJson,
    /// How it can be seen that the person speaks for the firm.
    pub evidence: String,
    /// Whether the terms are agreed to.
    pub agrees: bool,
    /// Ids of files that were handed in, such as the business licence.
    #[serde(default)]
    pub documents: Vec<String>,
}

impl From<ApplicationJson> for Application {
    fn from(of: ApplicationJson) -> Self {
        Self {
            credit_code: of.credit_code,
            name: of.firm.into(),
            evidence: of.evidence,
            organisation: None,
        }
    }
}

/// A registration by somebody without an account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "NewRegistration")]
pub struct RegisterJson {
    /// Unified social credit code, with its check character.
    pub credit_code: String,
    /// The name as registered; Chinese is asked for, English may be left out.
    pub firm: TextJson,
    /// How it can be seen that the person speaks for the firm.
    pub evidence: String,
    /// Whether the terms are agreed to.
    pub agrees: bool,
    /// The contact person.
    pub name: TextJson,
    /// Where the one-time link goes.
    pub email: String,
    pub password: String,
}

/// What everybody is told who registers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "RegistrationReceived")]
pub struct ReceivedJson {
    pub email: String,
    /// Until when the link has to be opened.
    #[schemars(with = "Moment")]
    pub ends_at: String,
}

/// The link that came by mail, and the password.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "RegistrationConfirmation")]
pub struct ConfirmJson {
    /// The last part of the link.
    pub secret: String,
    pub password: String,
}

/// The case that decides.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "RegistrationCase")]
pub struct CaseOpenedJson {
    pub case: String,
    /// What people say aloud: `RG-2026-7K3QXM-4`.
    pub reference: String,
}

impl From<CaseMoved> for CaseOpenedJson {
    fn from(of: CaseMoved) -> Self {
        Self { case: of.case.to_string(), reference: of.reference.to_string() }
    }
}

static REGISTER: Operation = Operation {
    request: Some(schema_of::<RegisterJson>()),
    answer: Answer::json::<ReceivedJson>(202),
    is_for_anybody: true,
    ..Operation::post(
        "registration-send",
        "/api/v1/registrations",
        A::RegisterFirm,
        |request| REGISTER.answer(request),
        register,
    )
};

fn register(call: &Call<'_>) -> Result<Reply, No> {
    let it: RegisterJson = call.body()?;
    let application = Application {
        credit_code: it.credit_code,
        name: it.firm.into(),
        evidence: it.evidence,
        organisation: None,
    };
    let known = (it.email.as_str(), it.password.as_str());
    let act = RegisterFirm::new(application, it.name.into(), known, call.lang(), it.agrees);
    let done = call.city().perform(call.asker(), act)?;
    let received = ReceivedJson { email: done.email, ends_at: done.ends_at.rfc3339() };
    Ok(reply::json(&received).with_status(202))
}

static CONFIRM: Operation = Operation {
    request: Some(schema_of::<ConfirmJson>()),
    answer: Answer::json::<CaseOpenedJson>(201),
    is_for_anybody: true,
    ..Operation::post(
        "registration-confirm",
        "/api/v1/registrations/confirmations",
        A::ConfirmRegistration,
        |request| CONFIRM.answer(request),
        confirm,
    )
};

fn confirm(call: &Call<'_>) -> Result<Reply, No> {
    let ConfirmJson { secret, password } = call.body()?;
    let act = ConfirmRegistration::new(&secret, &password);
    let done = CaseOpenedJson::from(call.city().perform(call.asker(), act)?);
    Ok(reply::json(&done).with_status(201))
}

static APPLY: Operation = Operation {
    request: Some(schema_of::<ApplicationJson>()),
    answer: Answer::json::<CaseOpenedJson>(201),
    ..Operation::post(
        "registration-apply",
        "/api/v1/registrations/own",
        A::Apply,
        |request| APPLY.answer(request),
        apply,
    )
};

fn apply(call: &Call<'_>) -> Result<Reply, No> {
    let it: ApplicationJson = call.body()?;
    if !it.agrees {
        return Err(base::Refusal::invalid("registration-agreement").on("agrees").into());
    }
    let mut no: Vec<base::Refusal> = Vec::new();
    let read = |text: &String| crate::shape::id("documents", text, &mut no);
    let documents =
        it.documents.iter().take(base::limits::DOCUMENTS_MAX + 1).filter_map(read).collect();
    if !no.is_empty() {
        return Err(No(no));
    }
    let act = Apply { application: it.into(), documents };
    let done = CaseOpenedJson::from(call.city().perform(call.asker(), act)?);
    let path = format!("/api/v1/cases/{}", done.case);
    Ok(reply::created(call, &path, &done))
}
