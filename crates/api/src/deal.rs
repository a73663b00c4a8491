//! Deals: a price accepted, offers and answers, objections, open licences and notices.

use crate::operation::{Answer, Call, Operation, schema_of};
use crate::query::{Kind, LIMIT, Parameter, limit};
use crate::reply;
use crate::shape::{ListJson, Moment, MoneyJson, id};
use access::Act as A;
use app::No;
use app::deal::{
    AcceptPrice, Answer as Answered, AnswerDeal, DealChanged, DecideObjection, MakeOffer,
    ObjectToDeal, Offer,
};
use app::open_licence::{
    AnnounceOpenLicence, DeclareOpenLicence, NotifyLicensor, OpenLicenceChanged,
    WithdrawOpenLicence,
};
use base::{DealId, Instant, OrganisationId, Refusal};
use edge::Reply;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use trading::deal::Deal;
use trading::listing::Terms;

/// The operations of this noun.
pub(crate) static OPERATIONS: &[&Operation] = &[
    &LIST, &LOOK, &ACCEPT, &OFFER, &OWNER, &TAKER, &OBJECT, &DECIDE, &DECLARE, &ANNOUNCE,
    &WITHDRAW, &NOTICE,
];

/// A deal as one of its parties sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "Deal")]
pub struct DealJson {
    pub id: String,
    pub reference: String,
    pub listing: String,
    pub technology: String,
    pub owner: String,
    pub counterparty: String,
    /// `fixed-price`, `negotiation` or `open-licence`.
    pub mode: String,
    /// `talking`, `reserved`, `published`, `objected`, `agreed`, `signed`, `refused`, `expired` or
    /// `called-off`.
    pub state: String,
    pub licence: String,
    pub price: Option<MoneyJson>,
    /// The royalty in per cent of sales.
    pub royalty: Option<String>,
    /// The number of the last offer, and whose it is.
    pub offer: u64,
    pub offered_by: String,
    /// When what runs now ends.
    #[schemars(with = "Moment")]
    pub until: String,
    pub reason: String,
    /// Whether it stands, so that a contract may start from it.
    pub is_award: bool,
    pub version: u64,
    #[schemars(with = "Moment")]
    pub opened_at: String,
}

impl DealJson {
    fn of(deal: &Deal) -> Self {
        Self {
            id: deal.id.to_string(),
            reference: deal.reference.to_string(),
            listing: deal.listing.to_string(),
            technology: deal.technology.to_string(),
            owner: deal.owner.to_string(),
            counterparty: deal.counterparty.to_string(),
            mode: deal.mode.word().to_owned(),
            state: deal.state.word().to_owned(),
            licence: deal.terms.licence.word().to_owned(),
            price: deal.terms.price.map(MoneyJson::from),
            royalty: deal.terms.royalty.map(|it| it.to_string()),
            offer: deal.n_offers,
            offered_by: deal.offered_by.word().to_owned(),
            until: deal.until.rfc3339(),
            reason: deal.reason.clone(),
            is_award: deal.award().is_some(),
            version: deal.version,
            opened_at: deal.opened_at.rfc3339(),
        }
    }
}

/// What changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "DealChanged")]
pub struct ChangedJson {
    pub id: String,
    pub reference: String,
    pub state: String,
    pub version: u64,
}

impl From<DealChanged> for ChangedJson {
    fn from(of: DealChanged) -> Self {
        let (id, reference) = (of.deal.to_string(), of.reference.to_string());
        Self { id, reference, state: of.state, version: of.version }
    }
}

impl From<OpenLicenceChanged> for ChangedJson {
    fn from(of: OpenLicenceChanged) -> Self {
        let (id, reference) = (of.licence.to_string(), of.reference.to_string());
        Self { id, reference, state: of.state, version: of.version }
    }
}

/// Who accepts, and which version of the listing.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "PriceAcceptance")]
pub struct AcceptJson {
    pub organisation: String,
    pub version: u64,
}

/// An offer: complete, with its end.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Offer")]
pub struct OfferJson {
    pub price: Option<MoneyJson>,
    /// Per cent of sales.
    pub royalty: Option<String>,
    #[schemars(with = "Moment")]
    pub expires: String,
}

impl OfferJson {
    /// The offer on the other terms of what is talked about.
    fn read(&self, terms: &Terms) -> Result<Offer, No> {
        let mut no = Vec::new();
        let price = self.price.as_ref().and_then(|price| price.read("price", &mut no));
        let royalty = self.royalty.as_deref().and_then(|text| {
            let unread = || Refusal::invalid("number-unreadable").on("royalty");
            let read = trading::Percent::parse(text);
            read.map_err(|_| no.push(unread().term("field", "field-royalty"))).ok()
        });
        let expires = Instant::parse_rfc3339(&self.expires).unwrap_or_else(|| {
            let unread = Refusal::invalid("date-unreadable").on("expires");
            no.push(unread.term("field", "field-expires"));
            Instant::from_micros(0)
        });
        match no.is_empty() {
            true => Ok(Offer { terms: Terms { price, royalty, ..terms.clone() }, expires }),
            false => Err(No(no)),
        }
    }
}

/// A first offer.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "FirstOffer")]
pub struct FirstOfferJson {
    pub organisation: String,
    pub version: u64,
    pub offer: OfferJson,
}

/// An answer: one of these and nothing beside it.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "DealAnswer")]
pub struct AnswerJson {
    pub counter: Option<OfferJson>,
    /// The number of the offer that was read.
    pub accept: Option<u64>,
    /// The reason, for the other side.
    pub refuse: Option<String>,
    /// True: the owner has nothing against an accepted price.
    pub confirm: Option<bool>,
    /// The reason why an award that no contract holds is let go.
    #[serde(default)]
    pub let_go: Option<String>,
}

/// A reason.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Objection")]
pub struct ReasonJson {
    pub reason: String,
}

/// What the office decides of an objection.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "ObjectionDecision")]
pub struct DecisionJson {
    pub upheld: bool,
    pub reason: String,
}

/// A declaration of an open licence.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "OpenLicenceDeclaration")]
pub struct DeclareJson {
    /// The number of the evaluation report, for utility models and designs.
    #[serde(default)]
    pub report: String,
}

/// Who gives notice.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "LicenceNotice")]
pub struct NoticeJson {
    pub organisation: String,
}

fn organisation(text: &str) -> Result<OrganisationId, No> {
    let mut no = Vec::new();
    id("organisation", text, &mut no).ok_or(No(no))
}

static LIST: Operation = Operation {
    query: &[limit(100), Parameter::new("after", Kind::Text)],
    answer: Answer::json::<ListJson<DealJson>>(200),
    ..Operation::list(
        "deal-list",
        "/api/v1/deals",
        A::ListDeals,
        |request| LIST.answer(request),
        list,
    )
};

fn list(call: &Call<'_>) -> Result<Reply, No> {
    let mut no = Vec::new();
    let after = match call.query.text("after") {
        "" => None,
        typed => id::<DealId>("after", typed, &mut no),
    };
    if !no.is_empty() {
        return Err(No(no));
    }
    let page = call.city().deals(call.asker(), after, call.query.limit(LIMIT))?;
    let data = page.rows.iter().map(|row| DealJson::of(&row.deal)).collect();
    let next = reply::next(call, page.next.map(|id| id.to_string()));
    Ok(reply::json(&ListJson { data, next }))
}

static LOOK: Operation = Operation {
    answer: Answer::json::<DealJson>(200),
    ..Operation::look(
        "deal-look",
        "/api/v1/deals/{id}",
        A::LookAtDeal,
        |request| LOOK.answer(request),
        |call| {
            let view = call.city().deal(call.asker(), call.id("id")?)?;
            Ok(reply::json(&DealJson::of(&view.deal)))
        },
    )
};

fn made(call: &Call<'_>, done: DealChanged) -> Reply {
    let path = format!("/api/v1/deals/{}", done.deal);
    reply::created(call, &path, &ChangedJson::from(done))
}

static ACCEPT: Operation = Operation {
    request: Some(schema_of::<AcceptJson>()),
    answer: Answer::json::<ChangedJson>(201),
    ..Operation::post(
        "deal-accept",
        "/api/v1/listings/{id}/acceptances",
        A::AcceptPrice,
        |request| ACCEPT.answer(request),
        |call| {
            let ask: AcceptJson = call.body()?;
            let organisation = organisation(&ask.organisation)?;
            let act = AcceptPrice::new(call.id("id")?, ask.version, organisation);
            Ok(made(call, call.city().perform(call.asker(), act)?))
        },
    )
};

static OFFER: Operation = Operation {
    request: Some(schema_of::<FirstOfferJson>()),
    answer: Answer::json::<ChangedJson>(201),
    ..Operation::post(
        "deal-offer",
        "/api/v1/listings/{id}/offers",
        A::MakeOffer,
        |request| OFFER.answer(request),
        |call| {
            let ask: FirstOfferJson = call.body()?;
            let listing = call.id("id")?;
            let organisation = organisation(&ask.organisation)?;
            let view = call.city().listing(call.asker(), listing)?;
            let offer = ask.offer.read(&view.listing.terms)?;
            let act = MakeOffer::new(listing, ask.version, organisation, offer);
            Ok(made(call, call.city().perform(call.asker(), act)?))
        },
    )
};

fn answered(call: &Call<'_>, deal: DealId) -> Result<Answered, No> {
    let ask: AnswerJson = call.body()?;
    match (ask.counter, ask.accept, ask.refuse, ask.confirm, ask.let_go) {
        (Some(offer), None, None, None, None) => {
            let view = call.city().deal(call.asker(), deal)?;
            Ok(Answered::Counter(offer.read(&view.deal.terms)?))
        }
        (None, Some(offer), None, None, None) => Ok(Answered::Accept(offer)),
        (None, None, Some(reason), None, None) => Ok(Answered::Refuse(reason)),
        (None, None, None, Some(true), None) => Ok(Answered::Confirm),
        (None, None, None, None, Some(reason)) => Ok(Answered::LetGo(reason)),
        _ => Err(Refusal::invalid("choice-unknown")
            .on("answer")
            .term("field", "field-answer")
            .into()),
    }
}

static OWNER: Operation = Operation {
    request: Some(schema_of::<AnswerJson>()),
    answer: Answer::json::<ChangedJson>(200),
    ..Operation::post(
        "deal-owner-answer",
        "/api/v1/deals/{id}/owner-answers",
        A::AnswerAsOwner,
        |request| OWNER.answer(request),
        |call| {
            let deal = call.id("id")?;
            let act = AnswerDeal::<true>::new(deal, answered(call, deal)?);
            Ok(reply::json(&ChangedJson::from(call.city().perform(call.asker(), act)?)))
        },
    )
};

static TAKER: Operation = Operation {
    request: Some(schema_of::<AnswerJson>()),
    answer: Answer::json::<ChangedJson>(200),
    ..Operation::post(
        "deal-taker-answer",
        "/api/v1/deals/{id}/taker-answers",
        A::AnswerAsTaker,
        |request| TAKER.answer(request),
        |call| {
            let deal = call.id("id")?;
            let act = AnswerDeal::<false>::new(deal, answered(call, deal)?);
            Ok(reply::json(&ChangedJson::from(call.city().perform(call.asker(), act)?)))
        },
    )
};

static OBJECT: Operation = Operation {
    request: Some(schema_of::<ReasonJson>()),
    answer: Answer::json::<ChangedJson>(200),
    ..Operation::post(
        "deal-object",
        "/api/v1/deals/{id}/objections",
        A::ObjectToDeal,
        |request| OBJECT.answer(request),
        |call| {
            let reason = call.body::<ReasonJson>()?.reason;
            let act = ObjectToDeal { deal: call.id("id")?, reason };
            Ok(reply::json(&ChangedJson::from(call.city().perform(call.asker(), act)?)))
        },
    )
};

static DECIDE: Operation = Operation {
    request: Some(schema_of::<DecisionJson>()),
    answer: Answer::json::<ChangedJson>(200),
    ..Operation::post(
        "deal-decide",
        "/api/v1/deals/{id}/decision",
        A::DecideObjection,
        |request| DECIDE.answer(request),
        |call| {
            let ask: DecisionJson = call.body()?;
            let (deal, is_upheld) = (call.id("id")?, ask.upheld);
            let act = DecideObjection { deal, is_upheld, reason: ask.reason };
            Ok(reply::json(&ChangedJson::from(call.city().perform(call.asker(), act)?)))
        },
    )
};

static DECLARE: Operation = Operation {
    request: Some(schema_of::<DeclareJson>()),
    answer: Answer::json::<ChangedJson>(200),
    ..Operation::post(
        "deal-declare",
        "/api/v1/listings/{id}/open-licences",
        A::DeclareOpenLicence,
        |request| DECLARE.answer(request),
        |call| {
            let act = DeclareOpenLicence::new(call.id("id")?, call.body::<DeclareJson>()?.report);
            Ok(reply::json(&ChangedJson::from(call.city().perform(call.asker(), act)?)))
        },
    )
};

static ANNOUNCE: Operation = Operation {
    answer: Answer::json::<ChangedJson>(200),
    ..Operation::post(
        "deal-announce",
        "/api/v1/open-licences/{id}/announcement",
        A::AnnounceOpenLicence,
        |request| ANNOUNCE.answer(request),
        |call| {
            let act = AnnounceOpenLicence { licence: call.id("id")? };
            Ok(reply::json(&ChangedJson::from(call.city().perform(call.asker(), act)?)))
        },
    )
};

static WITHDRAW: Operation = Operation {
    request: Some(schema_of::<ReasonJson>()),
    answer: Answer::json::<ChangedJson>(200),
    ..Operation::post(
        "deal-withdraw",
        "/api/v1/open-licences/{id}/withdrawal",
        A::WithdrawOpenLicence,
        |request| WITHDRAW.answer(request),
        |call| {
            let reason = call.body::<ReasonJson>()?.reason;
            let act = WithdrawOpenLicence { licence: call.id("id")?, reason };
            Ok(reply::json(&ChangedJson::from(call.city().perform(call.asker(), act)?)))
        },
    )
};

static NOTICE: Operation = Operation {
    request: Some(schema_of::<NoticeJson>()),
    answer: Answer::json::<ChangedJson>(201),
    ..Operation::post(
        "deal-notice",
        "/api/v1/open-licences/{id}/notices",
        A::NotifyLicensor,
        |request| NOTICE.answer(request),
        |call| {
            let organisation = organisation(&call.body::<NoticeJson>()?.organisation)?;
            let act = NotifyLicensor { licence: call.id("id")?, organisation };
            Ok(made(call, call.city().perform(call.asker(), act)?))
        },
    )
};
