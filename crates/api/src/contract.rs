//! Contracts: drafted, revised, offered, signed; their payments, registration and statistics.

mod money;
mod receivable;
pub(crate) mod shape;

use crate::operation::{Answer, Call, Operation, schema_of};
use crate::query::{Kind, LIMIT, Parameter, limit};
use crate::reply;
use crate::shape::{ListJson, date, id, moment};
use access::Act as A;
use app::No;
use app::contract::{
    ContractChanged, DecideFiling, DraftContract, DraftFrom, FillFiling, Mark, MarkMilestone,
    MoveContract, OfferContract, ReviseContract, SaveTemplate, SignContract, SubmitFiling, Turn,
};
use base::{ContractId, FileId, Refusal};
use contract::filing::Move;
use contract::registration::Extra;
use contract::signing::Ground;
use contract::typing::Traits;
use contract::{Digest, Terms};
use edge::Reply;
use shape::{
    ContractChangedJson, ContractJson, ContractTextJson, CountJson, DecideJson, DivideJson,
    DraftJson, FillJson, IncomeJson, MarkJson, OfferJson, PayJson, RegistrationJson, ReportJson,
    ReviseJson, RulesJson, SaveTemplateJson, SignJson, SplitJson, SubmitJson, TemplateJson,
    TemplateSavedJson, TurnJson,
};

/// The operations of this noun.
pub(crate) static OPERATIONS: &[&Operation] = &[
    &LIST,
    &LOOK,
    &TEXT,
    &DRAFT,
    &REVISE,
    &OFFER,
    &SIGN,
    &MOVE,
    &MARK,
    &PAY,
    &SPLIT,
    &DIVIDE,
    &REPORT,
    &INCOME,
    &RULES,
    &REGISTRATION,
    &FILL,
    &SUBMIT,
    &DECIDE,
    &STATISTICS,
    &receivable::RECEIVABLES,
    &TEMPLATES,
    &TEMPLATE,
];

/// What a change tells.
fn done(done: ContractChanged) -> Reply {
    reply::json(&ContractChangedJson::from(done))
}

static LIST: Operation = Operation {
    query: &[limit(100), Parameter::new("after", Kind::Text), Parameter::new("state", Kind::Text)],
    answer: Answer::json::<ListJson<ContractJson>>(200),
    ..Operation::list(
        "contract-list",
        "/api/v1/contracts",
        A::ListContracts,
        |request| LIST.answer(request),
        list,
    )
};

static LOOK: Operation = Operation {
    answer: Answer::json::<ContractJson>(200),
    ..Operation::look(
        "contract-look",
        "/api/v1/contracts/{id}",
        A::LookAtContract,
        |request| LOOK.answer(request),
        look,
    )
};

static TEXT: Operation = Operation {
    query: &[Parameter::new("version", Kind::Number { least: 1, most: 1_000_000 })],
    answer: Answer::json::<ContractTextJson>(200),
    ..Operation::look(
        "contract-text",
        "/api/v1/contracts/{id}/text",
        A::LookAtContract,
        |request| TEXT.answer(request),
        text,
    )
};

static DRAFT: Operation = Operation {
    request: Some(schema_of::<DraftJson>()),
    answer: Answer::json::<ContractChangedJson>(201),
    ..Operation::post(
        "contract-draft",
        "/api/v1/contracts",
        A::DraftContract,
        |request| DRAFT.answer(request),
        draft,
    )
};

static REVISE: Operation = Operation {
    takes_version: true,
    request: Some(schema_of::<ReviseJson>()),
    answer: Answer::json::<ContractChangedJson>(200),
    ..Operation::put(
        "contract-revise",
        "/api/v1/contracts/{id}",
        A::ReviseContract,
        |request| REVISE.answer(request),
        revise,
    )
};

static OFFER: Operation = Operation {
    takes_version: true,
    request: Some(schema_of::<OfferJson>()),
    answer: Answer::json::<ContractChangedJson>(200),
    ..Operation::post(
        "contract-offer",
        "/api/v1/contracts/{id}/offer",
        A::OfferContract,
        |request| OFFER.answer(request),
        offer,
    )
};

static SIGN: Operation = Operation {
    request: Some(schema_of::<SignJson>()),
    answer: Answer::json::<ContractChangedJson>(200),
    ..Operation::post(
        "contract-sign",
        "/api/v1/contracts/{id}/signature",
        A::SignContract,
        |request| SIGN.answer(request),
        sign,
    )
};

static MOVE: Operation = Operation {
    request: Some(schema_of::<TurnJson>()),
    answer: Answer::json::<ContractChangedJson>(200),
    ..Operation::post(
        "contract-move",
        "/api/v1/contracts/{id}/turns",
        A::MoveContract,
        |request| MOVE.answer(request),
        turn,
    )
};

static MARK: Operation = Operation {
    request: Some(schema_of::<MarkJson>()),
    answer: Answer::json::<ContractChangedJson>(200),
    ..Operation::post(
        "contract-mark",
        "/api/v1/contracts/{id}/milestones",
        A::MarkMilestone,
        |request| MARK.answer(request),
        mark,
    )
};

static PAY: Operation = Operation {
    request: Some(schema_of::<PayJson>()),
    answer: Answer::json::<ContractChangedJson>(200),
    ..Operation::post(
        "contract-pay",
        "/api/v1/contracts/{id}/payments",
        A::ConfirmPayment,
        |request| PAY.answer(request),
        money::pay,
    )
};

static SPLIT: Operation = Operation {
    answer: Answer::json::<SplitJson>(200),
    ..Operation::look(
        "contract-split",
        "/api/v1/contracts/{id}/payments/{number}/division",
        A::LookAtIncome,
        |request| SPLIT.answer(request),
        money::split,
    )
};

static DIVIDE: Operation = Operation {
    request: Some(schema_of::<DivideJson>()),
    answer: Answer::json::<ContractChangedJson>(200),
    ..Operation::post(
        "contract-divide",
        "/api/v1/contracts/{id}/payments/{number}/division",
        A::DivideIncome,
        |request| DIVIDE.answer(request),
        money::divide,
    )
};

static REPORT: Operation = Operation {
    request: Some(schema_of::<ReportJson>()),
    answer: Answer::json::<ContractChangedJson>(200),
    ..Operation::post(
        "contract-report",
        "/api/v1/contracts/{id}/reports",
        A::ReportSales,
        |request| REPORT.answer(request),
        money::report,
    )
};

static INCOME: Operation = Operation {
    query: &[Parameter::new("beneficiary", Kind::Text)],
    answer: Answer::json::<IncomeJson>(200),
    ..Operation::look(
        "contract-income",
        "/api/v1/organisations/{id}/income",
        A::LookAtIncome,
        |request| INCOME.answer(request),
        money::income,
    )
};

static RULES: Operation = Operation {
    request: Some(schema_of::<RulesJson>()),
    answer: Answer::json::<IncomeJson>(200),
    ..Operation::post(
        "contract-rules",
        "/api/v1/organisations/{id}/income/rules",
        A::DeclareIncomeRules,
        |request| RULES.answer(request),
        money::rules,
    )
};

static REGISTRATION: Operation = Operation {
    answer: Answer::json::<RegistrationJson>(200),
    ..Operation::look(
        "contract-registration",
        "/api/v1/contracts/{id}/registration",
        A::LookAtContract,
        |request| REGISTRATION.answer(request),
        registration,
    )
};

static FILL: Operation = Operation {
    takes_version: true,
    request: Some(schema_of::<FillJson>()),
    answer: Answer::json::<ContractChangedJson>(200),
    ..Operation::put(
        "contract-fill",
        "/api/v1/contracts/{id}/registration",
        A::FillFiling,
        |request| FILL.answer(request),
        fill,
    )
};

static SUBMIT: Operation = Operation {
    takes_version: true,
    request: Some(schema_of::<SubmitJson>()),
    answer: Answer::json::<ContractChangedJson>(200),
    ..Operation::post(
        "contract-submit",
        "/api/v1/contracts/{id}/registration/submission",
        A::FillFiling,
        |request| SUBMIT.answer(request),
        submit,
    )
};

static DECIDE: Operation = Operation {
    request: Some(schema_of::<DecideJson>()),
    answer: Answer::json::<ContractChangedJson>(200),
    ..Operation::post(
        "contract-decide",
        "/api/v1/contracts/{id}/registration/decision",
        A::DecideFiling,
        |request| DECIDE.answer(request),
        decide,
    )
};

static STATISTICS: Operation = Operation {
    query: &[Parameter::required("from", Kind::Text), Parameter::required("until", Kind::Text)],
    answer: Answer::json::<ListJson<CountJson>>(200),
    ..Operation::list(
        "contract-statistics",
        "/api/v1/contract-statistics",
        A::CountContracts,
        |request| STATISTICS.answer(request),
        statistics,
    )
};

static TEMPLATES: Operation = Operation {
    answer: Answer::json::<ListJson<TemplateJson>>(200),
    ..Operation::list(
        "contract-templates",
        "/api/v1/contract-templates",
        A::LookAtTemplates,
        |request| TEMPLATES.answer(request),
        templates,
    )
};

static TEMPLATE: Operation = Operation {
    request: Some(schema_of::<SaveTemplateJson>()),
    answer: Answer::json::<TemplateSavedJson>(201),
    ..Operation::post(
        "contract-template",
        "/api/v1/contract-templates",
        A::SaveTemplate,
        |request| TEMPLATE.answer(request),
        template,
    )
};

fn list(call: &Call<'_>) -> Result<Reply, No> {
    let mut no = Vec::new();
    let after = match call.query.text("after") {
        "" => None,
        typed => id::<ContractId>("after", typed, &mut no),
    };
    if !no.is_empty() {
        return Err(No(no));
    }
    let state = call.query.text("state");
    let states = [state];
    let states: &[&str] = if state.is_empty() { &[] } else { &states };
    let page = call.city().contracts(call.asker(), states, after, call.query.limit(LIMIT))?;
    let data = page.rows.iter().map(ContractJson::row).collect();
    let next = reply::next(call, page.next.map(|id| id.to_string()));
    Ok(reply::json(&ListJson { data, next }))
}

fn look(call: &Call<'_>) -> Result<Reply, No> {
    let view = call.city().contract(call.asker(), call.id("id")?)?;
    Ok(reply::json(&ContractJson::whole(&view)))
}

fn text(call: &Call<'_>) -> Result<Reply, No> {
    let n = call.query.number("version");
    let view = call.city().contract_version(call.asker(), call.id("id")?, n)?;
    Ok(reply::json(&ContractTextJson::of(&view)))
}

fn required(field: &'static str) -> Refusal {
    Refusal::invalid("field-required").on(field).term("field", base::text::field_term(field))
}

fn unknown(field: &'static str) -> Refusal {
    Refusal::invalid("choice-unknown").on(field).term("field", base::text::field_term(field))
}

fn draft(call: &Call<'_>) -> Result<Reply, No> {
    let ask: DraftJson = call.body()?;
    let mut no = Vec::new();
    let from = match (&ask.lot, &ask.deal, &ask.listing, &ask.acquirer) {
        (Some(lot), None, None, None) => id("lot", lot, &mut no).map(DraftFrom::Lot),
        (None, Some(deal), None, None) => id("deal", deal, &mut no).map(DraftFrom::Deal),
        (None, None, Some(listing), Some(acquirer)) => {
            let (listing, acquirer) =
                (id("listing", listing, &mut no), id("acquirer", acquirer, &mut no));
            let price = ask.price.as_ref().and_then(|it| it.read("price", &mut no));
            let of = listing.zip(acquirer);
            of.map(|(listing, acquirer)| DraftFrom::Listing { listing, acquirer, price })
        }
        (None, None, Some(_), None) => {
            no.push(required("acquirer"));
            None
        }
        _ => {
            no.push(required("listing"));
            None
        }
    };
    let Some(from) = from.filter(|_| no.is_empty()) else { return Err(No(no)) };
    let made = call.city().perform(call.asker(), DraftContract { from, template: ask.template })?;
    let path = format!("/api/v1/contracts/{}", made.contract);
    Ok(reply::created(call, &path, &ContractChangedJson::from(made)))
}

fn revise(call: &Call<'_>) -> Result<Reply, No> {
    let contract = call.id("id")?;
    let ask: ReviseJson = call.body()?;
    let version = call.version(ask.version)?;
    let mut no = Vec::new();
    let unread = |_| Refusal::invalid("contract-flaw-unreadable").on("terms");
    let terms = serde_json::from_value::<Terms>(ask.terms);
    let terms = terms.map_err(|it| no.push(unread(it))).ok();
    let ids = ask.documents.iter().filter_map(|it| id::<FileId>("documents", it, &mut no));
    let documents: Vec<FileId> = ids.collect();
    let Some(terms) = terms.filter(|_| no.is_empty()) else { return Err(No(no)) };
    let act = ReviseContract { contract, version, terms, why: ask.why, documents };
    Ok(done(call.city().perform(call.asker(), act)?))
}

fn offer(call: &Call<'_>) -> Result<Reply, No> {
    let contract = call.id("id")?;
    let ask: OfferJson = call.body()?;
    let version = call.version(ask.version)?;
    let mut no = Vec::new();
    let until = ask.until.as_deref().and_then(|it| moment("until", it, &mut no));
    if !no.is_empty() {
        return Err(No(no));
    }
    let act = OfferContract { contract, version, until };
    Ok(done(call.city().perform(call.asker(), act)?))
}

fn sign(call: &Call<'_>) -> Result<Reply, No> {
    let digest = Digest::parse(&call.body::<SignJson>()?.digest);
    let unread = || Refusal::invalid("contract-flaw-unreadable").on("digest");
    let act = SignContract::new(call.id("id")?, digest.ok_or_else(unread)?);
    Ok(done(call.city().perform(call.asker(), act)?))
}

fn turn(call: &Call<'_>) -> Result<Reply, No> {
    let TurnJson { turn, why } = call.body()?;
    let turn = match turn.as_str() {
        "refuse" => Turn::Refuse { why },
        "withdraw" => Turn::Withdraw { why },
        "abandon" => Turn::Abandon { why },
        "perform" => Turn::Perform,
        "notify" => Turn::Notify { what: why },
        "settle" => Turn::Settle,
        "end-breach" => Turn::End { ground: Ground::Breach, why },
        "end-agreement" => Turn::End { ground: Ground::Agreement, why },
        "end-law" => Turn::End { ground: Ground::Law, why },
        _ => return Err(unknown("turn").into()),
    };
    let act = MoveContract::new(call.id("id")?, turn);
    Ok(done(call.city().perform(call.asker(), act)?))
}

fn mark(call: &Call<'_>) -> Result<Reply, No> {
    let MarkJson { milestone, mark, why } = call.body()?;
    let mark = match mark.as_str() {
        "delivered" => Mark::Delivered,
        "accepted" => Mark::Accepted,
        "rejected" => Mark::Rejected { why },
        _ => return Err(unknown("do").into()),
    };
    let act = MarkMilestone { contract: call.id("id")?, milestone, mark };
    Ok(done(call.city().perform(call.asker(), act)?))
}

fn registration(call: &Call<'_>) -> Result<Reply, No> {
    let found = call.city().contract_registration(call.asker(), call.id("id")?)?;
    Ok(reply::json(&RegistrationJson::of(&found)))
}

fn fill(call: &Call<'_>) -> Result<Reply, No> {
    let contract = call.id("id")?;
    let ask: FillJson = call.body()?;
    let version = call.version(ask.version)?;
    let mut no = Vec::new();
    let mut sum = |field: &str, it: Option<crate::shape::MoneyJson>| {
        it.and_then(|it| it.read(field, &mut no))
    };
    let extra = Extra {
        signed: None,
        planned_investment: sum("planned_investment", ask.planned_investment),
        planned_output: sum("planned_output", ask.planned_output),
        number: None,
        applicant: ask.applicant,
        telephone: ask.telephone,
        parties: ask.parties,
    };
    if !no.is_empty() {
        return Err(No(no));
    }
    let traits = ask.traits.map(|it| Traits {
        is_new_research: it.is_new_research,
        right_changes_hands: it.right_changes_hands,
        right_is_lent: it.right_is_lent,
        is_advice: it.is_advice,
        solves_problem: it.solves_problem,
        is_supply: it.is_supply,
        is_labour: it.is_labour,
        is_routine: it.is_routine,
    });
    let act = FillFiling { contract, version, extra, traits, hands_in: false };
    Ok(done(call.city().perform(call.asker(), act)?))
}

fn submit(call: &Call<'_>) -> Result<Reply, No> {
    let contract = call.id("id")?;
    let version = call.version(call.body::<SubmitJson>()?.version)?;
    Ok(done(call.city().perform(call.asker(), SubmitFiling { contract, version })?))
}

fn decide(call: &Call<'_>) -> Result<Reply, No> {
    let DecideJson { decision, number, why } = call.body()?;
    let step = match decision.as_str() {
        "register" => Move::Register { number },
        "return" => Move::Return { why },
        "refuse" => Move::Refuse { why },
        "cancel" => Move::Cancel { why },
        _ => return Err(unknown("do").into()),
    };
    let act = DecideFiling { contract: call.id("id")?, step };
    Ok(done(call.city().perform(call.asker(), act)?))
}

fn statistics(call: &Call<'_>) -> Result<Reply, No> {
    let mut no = Vec::new();
    let from = date("from", call.query.text("from"), &mut no);
    let until = date("until", call.query.text("until"), &mut no);
    let Some((from, until)) = from.zip(until) else { return Err(No(no)) };
    let found = call.city().contract_statistics(call.asker(), from, until)?;
    Ok(reply::json(&ListJson { data: CountJson::all(&found), next: None }))
}

fn templates(call: &Call<'_>) -> Result<Reply, No> {
    let found = call.city().contract_templates(call.asker())?;
    let of = |it: contract::kept::KeptTemplate| TemplateJson {
        name: it.name,
        version: it.n,
        note: it.note,
        source: it.source,
    };
    let data = found.all.into_iter().map(of).collect();
    Ok(reply::json(&ListJson::<TemplateJson> { data, next: None }))
}

fn template(call: &Call<'_>) -> Result<Reply, No> {
    let SaveTemplateJson { source, note } = call.body()?;
    let saved = call.city().perform(call.asker(), SaveTemplate { source, note })?;
    let shape = TemplateSavedJson { name: saved.name, version: saved.version };
    Ok(reply::created(call, "/api/v1/contract-templates", &shape))
}
