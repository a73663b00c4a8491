//! What the office and the seller do with a lot.

use super::shape::{
    BidAnswerJson, BidJson, BidderJson, CallOffJson, DecideJson, DepositJson, HaltJson,
    LotChangedJson, ReasonJson,
};
use crate::operation::{Answer, Call, Operation, schema_of};
use crate::reply;
use crate::shape::{ListJson, date, id};
use access::Act as A;
use app::No;
use app::lot::{
    CallOffLot, DecideBidder, ExcludeBidder, HaltLot, LiftDefault, PlaceFloorBid, ReceiveDeposit,
    RejectAward, SignAward,
};
use base::Refusal;
use edge::Reply;

/// The number of a bidder in the path; anything else was never there.
fn alias(call: &Call<'_>) -> Result<u32, No> {
    let typed = call.request.param("number");
    Ok(typed.parse().map_err(|_| Refusal::not_found())?)
}

pub(crate) static BIDDERS: Operation = Operation {
    answer: Answer::json::<ListJson<BidderJson>>(200),
    ..Operation::look(
        "lot-bidders",
        "/api/v1/lots/{id}/bidders",
        A::LookAtBidders,
        |request| BIDDERS.answer(request),
        |call| {
            let all = call.city().lot_bidders(call.asker(), call.id("id")?)?;
            let data = all.iter().map(BidderJson::of).collect();
            Ok(reply::json(&ListJson { data, next: None }))
        },
    )
};

pub(crate) static DECIDE: Operation = Operation {
    request: Some(schema_of::<DecideJson>()),
    answer: Answer::json::<LotChangedJson>(200),
    ..Operation::post(
        "lot-decide",
        "/api/v1/lots/{id}/bidders/{number}/decision",
        A::DecideBidder,
        |request| DECIDE.answer(request),
        |call| {
            let ask: DecideJson = call.body()?;
            let (lot, bidder) = (call.id("id")?, alias(call)?);
            let (admits, rank, reason) = (ask.admits, ask.rank, ask.reason);
            let act = DecideBidder { lot, bidder, admits, rank, reason };
            Ok(reply::json(&LotChangedJson::from(call.city().perform(call.asker(), act)?)))
        },
    )
};

pub(crate) static EXCLUDE: Operation = Operation {
    request: Some(schema_of::<ReasonJson>()),
    answer: Answer::json::<LotChangedJson>(200),
    ..Operation::post(
        "lot-exclude",
        "/api/v1/lots/{id}/bidders/{number}/exclusion",
        A::ExcludeBidder,
        |request| EXCLUDE.answer(request),
        |call| {
            let reason = call.body::<ReasonJson>()?.reason;
            let act = ExcludeBidder { lot: call.id("id")?, bidder: alias(call)?, reason };
            Ok(reply::json(&LotChangedJson::from(call.city().perform(call.asker(), act)?)))
        },
    )
};

pub(crate) static LIFT: Operation = Operation {
    request: Some(schema_of::<ReasonJson>()),
    answer: Answer::json::<LotChangedJson>(200),
    ..Operation::post(
        "lot-lift",
        "/api/v1/lots/{id}/bidders/{number}/lifting",
        A::LiftDefault,
        |request| LIFT.answer(request),
        |call| {
            let reason = call.body::<ReasonJson>()?.reason;
            let act = LiftDefault { lot: call.id("id")?, bidder: alias(call)?, reason };
            Ok(reply::json(&LotChangedJson::from(call.city().perform(call.asker(), act)?)))
        },
    )
};

pub(crate) static RECEIVE: Operation = Operation {
    request: Some(schema_of::<DepositJson>()),
    answer: Answer::json::<LotChangedJson>(200),
    ..Operation::post(
        "lot-receive",
        "/api/v1/lots/{id}/bidders/{number}/deposit",
        A::ReceiveDeposit,
        |request| RECEIVE.answer(request),
        receive,
    )
};

fn receive(call: &Call<'_>) -> Result<Reply, No> {
    let ask: DepositJson = call.body()?;
    let mut no = Vec::new();
    let bank = id("bank", &ask.bank, &mut no);
    let value_date = ask.value_date.and_then(|text| date("value_date", &text, &mut no));
    let (Some(bank), true) = (bank, no.is_empty()) else { return Err(No(no)) };
    let mut act = ReceiveDeposit::new(call.id("id")?, alias(call)?, bank, ask.reference);
    act.value_date = value_date;
    Ok(reply::json(&LotChangedJson::from(call.city().perform(call.asker(), act)?)))
}

pub(crate) static FLOOR: Operation = Operation {
    request: Some(schema_of::<BidJson>()),
    answer: Answer::json::<BidAnswerJson>(200),
    ..Operation::post(
        "lot-floor",
        "/api/v1/lots/{id}/bidders/{number}/bids",
        A::PlaceFloorBid,
        |request| FLOOR.answer(request),
        |call| {
            let ask: BidJson = call.body()?;
            let act = PlaceFloorBid::new(call.id("id")?, alias(call)?, ask.amount()?.minor);
            let done = call.city().floor_bid(call.asker(), act)?;
            Ok(reply::json(&BidAnswerJson::of(&done, ask.currency())))
        },
    )
};

pub(crate) static HALT: Operation = Operation {
    request: Some(schema_of::<HaltJson>()),
    answer: Answer::json::<LotChangedJson>(200),
    ..Operation::post(
        "lot-halt",
        "/api/v1/lots/{id}/halt",
        A::HaltLot,
        |request| HALT.answer(request),
        |call| {
            let goes_on = call.body::<HaltJson>()?.goes_on;
            let act = HaltLot { lot: call.id("id")?, goes_on };
            Ok(reply::json(&LotChangedJson::from(call.city().perform(call.asker(), act)?)))
        },
    )
};

pub(crate) static CALL_OFF: Operation = Operation {
    request: Some(schema_of::<CallOffJson>()),
    answer: Answer::json::<LotChangedJson>(200),
    ..Operation::post(
        "lot-call-off",
        "/api/v1/lots/{id}/cancellation",
        A::CallOffLot,
        |request| CALL_OFF.answer(request),
        |call| {
            let ask = call.body::<CallOffJson>()?;
            let act = CallOffLot::new(call.id("id")?, ask.why, ask.grounds);
            Ok(reply::json(&LotChangedJson::from(call.city().perform(call.asker(), act)?)))
        },
    )
};

pub(crate) static SIGN: Operation = Operation {
    answer: Answer::json::<LotChangedJson>(200),
    ..Operation::post(
        "lot-sign",
        "/api/v1/lots/{id}/award/signature",
        A::SignAward,
        |request| SIGN.answer(request),
        |call| {
            let done = call.city().perform(call.asker(), SignAward::new(call.id("id")?))?;
            Ok(reply::json(&LotChangedJson::from(done)))
        },
    )
};

pub(crate) static REJECT: Operation = Operation {
    request: Some(schema_of::<ReasonJson>()),
    answer: Answer::json::<LotChangedJson>(200),
    ..Operation::post(
        "lot-reject",
        "/api/v1/lots/{id}/award/rejection",
        A::RejectAward,
        |request| REJECT.answer(request),
        |call| {
            let act = RejectAward::new(call.id("id")?, call.body::<ReasonJson>()?.reason);
            Ok(reply::json(&LotChangedJson::from(call.city().perform(call.asker(), act)?)))
        },
    )
};
