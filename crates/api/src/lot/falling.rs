//! Lots with a falling price: the timetable, and what is going on.

use crate::operation::{Answer, Operation};
use crate::reply;
use crate::shape::{Moment, MoneyJson};
use access::Act as A;
use app::lot::Phase;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use trading::falling::Falling;

/// The timetable of a falling price. The planned end is as long after the opening as it falls.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "FallingTerms")]
pub struct FallingJson {
    pub pause_seconds: u32,
    /// Falls after the initial price.
    pub n_stages: u32,
    pub stage_seconds: u32,
    /// What each takes off, in basis points of the initial price.
    pub fall_basis_points: u32,
    pub sealed_pause_seconds: u32,
    pub sealed_seconds: u32,
    pub best_pause_seconds: u32,
    pub best_seconds: u32,
}

impl From<&Falling> for FallingJson {
    fn from(of: &Falling) -> Self {
        Self {
            pause_seconds: of.pause_s,
            n_stages: of.n_stages,
            stage_seconds: of.stage_s,
            fall_basis_points: of.fall_bp,
            sealed_pause_seconds: of.sealed_pause_s,
            sealed_seconds: of.sealed_s,
            best_pause_seconds: of.best_pause_s,
            best_seconds: of.best_s,
        }
    }
}

impl From<FallingJson> for Falling {
    fn from(of: FallingJson) -> Self {
        Self {
            pause_s: of.pause_seconds,
            n_stages: of.n_stages,
            stage_s: of.stage_seconds,
            fall_bp: of.fall_basis_points,
            sealed_pause_s: of.sealed_pause_seconds,
            sealed_s: of.sealed_seconds,
            best_pause_s: of.best_pause_seconds,
            best_s: of.best_seconds,
        }
    }
}

/// What is going on in a lot with a falling price.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "LotFalling")]
pub struct FallingViewJson {
    /// `before`, `falling`, `sealed-pause`, `sealed`, `best-pause`, `best` or `over`.
    pub phase: String,
    #[schemars(with = "Moment")]
    pub until: String,
    /// The stage that is shown; a bid carries it.
    pub stage: Option<u32>,
    pub price: MoneyJson,
    /// The number of the one who stopped it.
    pub stopper: Option<u32>,
    /// The own bid: for the one who asks alone.
    pub own: Option<MoneyJson>,
    /// The last bid of each, the highest first; empty until the lot is over.
    pub bids: Vec<LastBidJson>,
}

/// What somebody offered in the end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "LotLastBid")]
pub struct LastBidJson {
    pub bidder: u32,
    pub amount: MoneyJson,
    #[schemars(with = "Moment")]
    pub received: String,
}

pub(crate) static FALLING: Operation = Operation {
    answer: Answer::json::<FallingViewJson>(200),
    ..Operation::look(
        "lot-falling",
        "/api/v1/lots/{id}/falling",
        A::LookAtLot,
        |request| FALLING.answer(request),
        |call| {
            let id = call.id("id")?;
            let lot = call.city().lot(call.asker(), id)?.lot;
            let view = call.city().lot_falling(call.asker(), id)?;
            let money = |minor: i64| MoneyJson::from(lot.terms.money(minor));
            Ok(reply::json(&FallingViewJson {
                phase: word(view.phase).to_owned(),
                until: view.until.rfc3339(),
                stage: view.stage,
                price: money(view.price),
                stopper: view.stopper,
                own: view.own.map(money),
                bids: (view.bids.iter())
                    .map(|it| LastBidJson {
                        bidder: it.bidder,
                        amount: money(it.amount),
                        received: it.received.rfc3339(),
                    })
                    .collect(),
            }))
        },
    )
};

fn word(phase: Phase) -> &'static str {
    match phase {
        Phase::Before => "before",
        Phase::Falling => "falling",
        Phase::SealedPause => "sealed-pause",
        Phase::Sealed => "sealed",
        Phase::BestPause => "best-pause",
        Phase::Best => "best",
        Phase::Over => "over",
    }
}
