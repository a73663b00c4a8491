//! Lots: announced, bid on, looked after by the office, signed. Bidders are numbers.

pub(crate) mod complaint;
pub(crate) mod desk;
pub(crate) mod event;
pub(crate) mod falling;
pub(crate) mod rounds;
pub(crate) mod sealing;
pub(crate) mod shape;

use crate::operation::{Answer, Call, Operation, schema_of};
use crate::query::{Kind, LIMIT, Parameter, limit};
use crate::reply;
use crate::shape::{ListJson, id};
use access::Act as A;
use app::No;
use app::lot::{
    AgreeToLot, AnnounceLot, FreeDeposit, LeaveStandby, PlaceBid, RegisterForLot, ReviseLot,
    WithdrawLot,
};
use base::{LotId, OrganisationId, Refusal};
use edge::Reply;
use shape::{
    AgreeJson, BidAnswerJson, BidJson, EntryJson, ForJson, LotChangedJson, LotJson, LotTermsJson,
    RegisterJson,
};
use trading::lot::LotState;

/// The operations of this noun.
pub(crate) static OPERATIONS: &[&Operation] = &[
    &LIST,
    &LOOK,
    &ENTRIES,
    &RULES,
    &PROTOCOL,
    &ANNOUNCE,
    &REVISE,
    &WITHDRAW,
    &REGISTER,
    &AGREE,
    &BID,
    &FREE,
    &LEAVE,
    &event::LIST,
    &event::LOOK,
    &event::ANNOUNCE,
    &event::REVISE,
    &event::SCHEDULE,
    &event::WITHDRAW,
    &falling::FALLING,
    &rounds::ROUNDS,
    &sealing::SEALING,
    &sealing::TRUSTEES,
    &sealing::KEY_FILE,
    &sealing::SEAL_FILE,
    &sealing::REGISTER_KEY,
    &sealing::PUBLISH_KEY,
    &sealing::SEAL,
    &sealing::TAKE_BACK,
    &desk::BIDDERS,
    &desk::DECIDE,
    &desk::EXCLUDE,
    &desk::LIFT,
    &desk::RECEIVE,
    &desk::FLOOR,
    &desk::HALT,
    &desk::CALL_OFF,
    &desk::SIGN,
    &desk::REJECT,
    &complaint::LIST,
    &complaint::LODGE,
    &complaint::MOVE,
    &complaint::WITHDRAW,
];

fn states() -> Vec<&'static str> {
    LotState::ALL.iter().map(|state| state.word()).collect()
}

static LIST: Operation = Operation {
    query: &[
        limit(100),
        Parameter::new("after", Kind::Text),
        Parameter::new("state", Kind::Words(states)),
    ],
    answer: Answer::json::<ListJson<LotJson>>(200),
    ..Operation::list("lot-list", "/api/v1/lots", A::ListLots, |request| LIST.answer(request), list)
};

fn list(call: &Call<'_>) -> Result<Reply, No> {
    let mut no = Vec::new();
    let after = match call.query.text("after") {
        "" => None,
        typed => id::<LotId>("after", typed, &mut no),
    };
    if !no.is_empty() {
        return Err(No(no));
    }
    let asked: Vec<LotState> =
        call.query.texts("state").iter().filter_map(|word| LotState::parse(word)).collect();
    let states = if asked.is_empty() { LotState::ALL } else { &asked };
    let page = call.city().lots(call.asker(), states, after, call.query.limit(LIMIT))?;
    let data = page.rows.iter().map(|row| LotJson::of(&row.lot, &row.title, page.now)).collect();
    let next = reply::next(call, page.next.map(|id| id.to_string()));
    Ok(reply::json(&ListJson { data, next }))
}

static LOOK: Operation = Operation {
    answer: Answer::json::<LotJson>(200),
    ..Operation::look(
        "lot-look",
        "/api/v1/lots/{id}",
        A::LookAtLot,
        |request| LOOK.answer(request),
        look,
    )
};

fn look(call: &Call<'_>) -> Result<Reply, No> {
    let view = call.city().lot(call.asker(), call.id("id")?)?;
    Ok(reply::json(&LotJson::whole(&view)))
}

static ENTRIES: Operation = Operation {
    query: &[limit(200), Parameter::new("entry", Kind::Number { least: 0, most: 1_000_000_000 })],
    answer: Answer::json::<ListJson<EntryJson>>(200),
    ..Operation::look(
        "lot-entries",
        "/api/v1/lots/{id}/entries",
        A::LookAtLot,
        |request| ENTRIES.answer(request),
        entries,
    )
};

fn entries(call: &Call<'_>) -> Result<Reply, No> {
    let after = call.query.number("entry").unwrap_or(0);
    let news =
        call.city().lot_news(call.asker(), call.id("id")?, after, call.query.limit(LIMIT))?;
    let data = news.entries.iter().map(|told| EntryJson::of(&news.lot, told)).collect();
    Ok(reply::json(&ListJson { data, next: None }))
}

static RULES: Operation = Operation {
    answer: Answer::text("text/plain"),
    ..Operation::look(
        "lot-rules",
        "/api/v1/lots/{id}/rules",
        A::LookAtLot,
        |request| RULES.answer(request),
        rules,
    )
};

fn rules(call: &Call<'_>) -> Result<Reply, No> {
    let text = call.city().lot_rules(call.asker(), call.id("id")?)?;
    Ok(Reply::new("text/plain; charset=utf-8", text))
}

static PROTOCOL: Operation = Operation {
    answer: Answer::text("text/plain"),
    ..Operation::look(
        "lot-protocol",
        "/api/v1/lots/{id}/protocol",
        A::LookAtLot,
        |request| PROTOCOL.answer(request),
        protocol,
    )
};

fn protocol(call: &Call<'_>) -> Result<Reply, No> {
    let kept = call.city().lot_protocol(call.asker(), call.id("id")?)?;
    Ok(Reply::new("text/plain; charset=utf-8", kept.text))
}

static ANNOUNCE: Operation = Operation {
    request: Some(schema_of::<LotTermsJson>()),
    answer: Answer::json::<LotChangedJson>(201),
    ..Operation::post(
        "lot-announce",
        "/api/v1/listings/{id}/lots",
        A::AnnounceLot,
        |request| ANNOUNCE.answer(request),
        announce,
    )
};

fn announce(call: &Call<'_>) -> Result<Reply, No> {
    let listing = call.id("id")?;
    let (_, terms) = call.body::<LotTermsJson>()?.read()?;
    let done = call.city().perform(call.asker(), AnnounceLot { listing, terms })?;
    let path = format!("/api/v1/lots/{}", done.lot);
    Ok(reply::created(call, &path, &LotChangedJson::from(done)))
}

static REVISE: Operation = Operation {
    request: Some(schema_of::<LotTermsJson>()),
    answer: Answer::json::<LotChangedJson>(200),
    takes_version: true,
    ..Operation::put(
        "lot-revise",
        "/api/v1/lots/{id}",
        A::ReviseLot,
        |request| REVISE.answer(request),
        revise,
    )
};

fn revise(call: &Call<'_>) -> Result<Reply, No> {
    let lot = call.id("id")?;
    let (version, terms) = call.body::<LotTermsJson>()?.read()?;
    let version = call.version(version)?;
    let done = call.city().perform(call.asker(), ReviseLot { lot, version, terms })?;
    Ok(reply::json(&LotChangedJson::from(done)))
}

static WITHDRAW: Operation = Operation {
    answer: Answer::json::<LotChangedJson>(200),
    ..Operation::post(
        "lot-withdraw",
        "/api/v1/lots/{id}/withdrawal",
        A::WithdrawLot,
        |request| WITHDRAW.answer(request),
        |call| {
            let done = call.city().perform(call.asker(), WithdrawLot::new(call.id("id")?))?;
            Ok(reply::json(&LotChangedJson::from(done)))
        },
    )
};

static REGISTER: Operation = Operation {
    request: Some(schema_of::<RegisterJson>()),
    answer: Answer::json::<LotChangedJson>(200),
    ..Operation::post(
        "lot-register",
        "/api/v1/lots/{id}/bidders",
        A::RegisterForLot,
        |request| REGISTER.answer(request),
        register,
    )
};

fn register(call: &Call<'_>) -> Result<Reply, No> {
    let lot = call.id("id")?;
    let ask: RegisterJson = call.body()?;
    let organisation = organisation(&ask.organisation)?;
    let act = RegisterForLot { lot, organisation, terms: ask.terms, stands_by: ask.stands_by };
    Ok(reply::json(&LotChangedJson::from(call.city().perform(call.asker(), act)?)))
}

pub(crate) fn organisation(text: &str) -> Result<OrganisationId, No> {
    let mut no: Vec<Refusal> = Vec::new();
    id("organisation", text, &mut no).ok_or(No(no))
}

static AGREE: Operation = Operation {
    request: Some(schema_of::<AgreeJson>()),
    answer: Answer::json::<LotChangedJson>(200),
    ..Operation::post(
        "lot-agree",
        "/api/v1/lots/{id}/agreement",
        A::AgreeToLot,
        |request| AGREE.answer(request),
        |call| {
            let ask: AgreeJson = call.body()?;
            let (lot, organisation) = (call.id("id")?, organisation(&ask.organisation)?);
            let act = AgreeToLot { lot, organisation, terms: ask.terms };
            Ok(reply::json(&LotChangedJson::from(call.city().perform(call.asker(), act)?)))
        },
    )
};

static BID: Operation = Operation {
    request: Some(schema_of::<BidJson>()),
    answer: Answer::json::<BidAnswerJson>(200),
    ..Operation::post(
        "lot-bid",
        "/api/v1/lots/{id}/bids",
        A::PlaceBid,
        |request| BID.answer(request),
        bid,
    )
};

fn bid(call: &Call<'_>) -> Result<Reply, No> {
    let lot = call.id("id")?;
    let ask: BidJson = call.body()?;
    let organisation = ask.organisation.as_deref().map(organisation).transpose()?;
    let act = match ask.buys {
        true => PlaceBid::buy(lot, organisation),
        false => {
            let minor = ask.amount()?.minor;
            match ask.stage {
                Some(stage) => PlaceBid::at_stage(lot, organisation, minor, stage),
                None => PlaceBid::new(lot, organisation, minor),
            }
        }
    };
    let done = call.city().bid(call.asker(), act)?;
    Ok(reply::json(&BidAnswerJson::of(&done, ask.currency())))
}

static FREE: Operation = Operation {
    request: Some(schema_of::<ForJson>()),
    answer: Answer::json::<LotChangedJson>(200),
    ..Operation::post(
        "lot-free",
        "/api/v1/lots/{id}/deposit-return",
        A::FreeDeposit,
        |request| FREE.answer(request),
        |call| {
            let organisation = organisation(&call.body::<ForJson>()?.organisation)?;
            let act = FreeDeposit { lot: call.id("id")?, organisation };
            Ok(reply::json(&LotChangedJson::from(call.city().perform(call.asker(), act)?)))
        },
    )
};

static LEAVE: Operation = Operation {
    request: Some(schema_of::<ForJson>()),
    answer: Answer::json::<LotChangedJson>(200),
    ..Operation::post(
        "lot-leave",
        "/api/v1/lots/{id}/standby-departure",
        A::LeaveStandby,
        |request| LEAVE.answer(request),
        |call| {
            let organisation = organisation(&call.body::<ForJson>()?.organisation)?;
            let act = LeaveStandby::new(call.id("id")?, organisation);
            Ok(reply::json(&LotChangedJson::from(call.city().perform(call.asker(), act)?)))
        },
    )
};
