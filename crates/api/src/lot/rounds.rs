//! Lots in rounds: the timetable, and what is going on.

use crate::operation::{Answer, Operation};
use crate::reply;
use crate::shape::{Moment, MoneyJson};
use access::Act as A;
use app::lot::RoundStage;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use trading::rounds::Rounds;

/// The timetable of rounds. The planned end is that of two bidders; each further one adds a turn to each
/// round.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "RoundTerms")]
pub struct RoundsJson {
    /// How long before the opening the opening offers are taken.
    pub offers_seconds: u32,
    pub n_rounds: u32,
    /// Before the first turn.
    pub pause_seconds: u32,
    pub turn_seconds: u32,
    /// Between two rounds.
    pub between_seconds: u32,
}

impl From<&Rounds> for RoundsJson {
    fn from(of: &Rounds) -> Self {
        Self {
            offers_seconds: of.offers_s,
            n_rounds: of.n_rounds,
            pause_seconds: of.pause_s,
            turn_seconds: of.turn_s,
            between_seconds: of.between_s,
        }
    }
}

impl From<RoundsJson> for Rounds {
    fn from(of: RoundsJson) -> Self {
        Self {
            offers_s: of.offers_seconds,
            n_rounds: of.n_rounds,
            pause_s: of.pause_seconds,
            turn_s: of.turn_seconds,
            between_s: of.between_seconds,
        }
    }
}

/// What is going on in a lot of rounds. A turn shows when it has ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "LotRounds")]
pub struct RoundsViewJson {
    /// `offers`, `pause`, `turn` or `over`.
    pub stage: String,
    #[schemars(with = "Moment")]
    pub until: String,
    /// The round that runs or comes next, counted from 1; 0 where none does.
    pub round: u32,
    /// The number of the bidder whose turn it is, or will be after the pause.
    pub turn: Option<u32>,
    /// The order of the turns of this round.
    pub order: Vec<u32>,
    /// What stands, the best first; empty while opening offers come in.
    pub offers: Vec<OfferJson>,
    /// The own place: for the one who asks alone.
    pub own: Option<RoundsPlaceJson>,
}

/// One offer that stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "RoundOffer")]
pub struct OfferJson {
    pub bidder: u32,
    pub amount: MoneyJson,
}

/// The own place in a lot of rounds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "RoundPlace")]
pub struct RoundsPlaceJson {
    pub number: u32,
    pub offer: Option<MoneyJson>,
    /// What was bid in the turn that runs; it counts when the turn ends.
    pub typed: Option<MoneyJson>,
    /// What a bid of an own turn must be at least.
    pub least: MoneyJson,
}

pub(crate) static ROUNDS: Operation = Operation {
    answer: Answer::json::<RoundsViewJson>(200),
    ..Operation::look(
        "lot-rounds",
        "/api/v1/lots/{id}/rounds",
        A::LookAtLot,
        |request| ROUNDS.answer(request),
        |call| {
            let id = call.id("id")?;
            let lot = call.city().lot(call.asker(), id)?.lot;
            let view = call.city().lot_rounds(call.asker(), id)?;
            let money = |minor: i64| MoneyJson::from(lot.terms.money(minor));
            let offer =
                |(bidder, minor): &(u32, i64)| OfferJson { bidder: *bidder, amount: money(*minor) };
            Ok(reply::json(&RoundsViewJson {
                stage: word(view.stage).to_owned(),
                until: view.until.rfc3339(),
                round: view.round,
                turn: view.turn,
                order: view.order.clone(),
                offers: view.offers.iter().map(offer).collect(),
                own: view.own.map(|own| RoundsPlaceJson {
                    number: own.number,
                    offer: own.offer.map(money),
                    typed: own.typed.map(money),
                    least: money(own.least),
                }),
            }))
        },
    )
};

fn word(stage: RoundStage) -> &'static str {
    match stage {
        RoundStage::Offers => "offers",
        RoundStage::Pause => "pause",
        RoundStage::Turn => "turn",
        RoundStage::Over => "over",
    }
}
