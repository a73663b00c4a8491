//! Bids: from the room by an admitted bidder, from the hall by a clerk.
//!
//! A bid that the engine refuses is an answer too: it is kept in the record of the lot, and the same
//! key gives the same answer again.

use crate::act::{Act, Cx, No, Stop};
use crate::asker::Asker;
use crate::city::City;
use crate::lot::enter::{Via, enter, refusal};
use crate::lot::{bidder_of, find, organisation_of, thing_for, thing_of};
use access::{Act as A, Thing};
use auction::{Bidder, Extension, Input};
use base::{Class, Instant, LotId, OrganisationId, Refusal, Value};
use store::Hold;
use trading::lot::{Lot, LotBidder, LotState};

/// What a bidder is told of a bid.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct BidAnswer {
    pub lot: LotId,
    /// Its place in the order of the lot.
    pub entry: u64,
    /// When it arrived, by the city's clock: what decides whether it was in time.
    pub received: Instant,
    /// The end as it stands after it.
    pub ends_at: Instant,
    pub price: Option<i64>,
    /// Whether the bidder leads after it.
    pub leads: bool,
    /// Whether it moved the end.
    pub extended: bool,
    /// Whether nobody else learns of it.
    pub is_silent: bool,
    pub refused: Option<Refusal>,
}

/// A bid in the room; under proxy rules the amount is the bidder's limit.
#[derive(serde::Serialize)]
pub struct PlaceBid {
    pub lot: LotId,
    /// For whom; without it the one organisation of the asker that takes part.
    pub organisation: Option<OrganisationId>,
    /// Minor units.
    pub amount: i64,
    /// Whether it is for the price at which the lot can be had at once.
    pub buys: bool,
    /// The stage of a falling price that the bidder saw.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stage: Option<u32>,
    /// When it arrived.
    #[serde(skip)]
    received: Option<Instant>,
}

impl PlaceBid {
    pub fn new(lot: LotId, organisation: Option<OrganisationId>, amount: i64) -> Self {
        Self { lot, organisation, amount, buys: false, stage: None, received: None }
    }

    /// Stops a falling price that was shown in this stage.
    pub fn at_stage(
        lot: LotId,
        organisation: Option<OrganisationId>,
        amount: i64,
        stage: u32,
    ) -> Self {
        Self { stage: Some(stage), ..Self::new(lot, organisation, amount) }
    }

    /// Takes the lot at its fixed price.
    pub fn buy(lot: LotId, organisation: Option<OrganisationId>) -> Self {
        Self { buys: true, ..Self::new(lot, organisation, 0) }
    }
}

/// Why nothing can be entered into a lot that is not open.
pub(crate) fn not_open(lot: &Lot) -> Refusal {
    match lot.state {
        LotState::Announced => Refusal::new(Class::Refused, "lot-not-open")
            .with("at", Value::At(lot.terms.taken_from())),
        _ => crate::lot::announce::over(lot),
    }
}

/// Whoever the owner controls does not bid, from the moment at which that is known.
pub(crate) fn independent(
    cx: &mut Cx<'_, '_>,
    lot: &Lot,
    bidder: OrganisationId,
) -> Result<(), Stop> {
    match crate::control::controlled(cx.tx, bidder, lot.owner)? {
        Some(refusal) => Err(refusal.into()),
        None => Ok(()),
    }
}

/// Where bids are sealed no amount enters in the open: it would be kept with the entry.
fn no_open_amounts(lot: &Lot) -> Result<(), Vec<Refusal>> {
    match lot.terms.way.sealing() {
        Some(_) => Err(vec![Refusal::new(Class::Refused, "lot-bids-sealed")]),
        None => Ok(()),
    }
}

fn entered(
    cx: &mut Cx<'_, '_>,
    mut lot: Lot,
    it: &LotBidder,
    input: Input,
    (received, via): (Instant, Via),
) -> Result<BidAnswer, Stop> {
    let done = enter(cx, &mut lot, input, received, via)?;
    let taken = done.answer.as_ref().ok();
    if lot.terms.way.falling().is_some() && taken.is_some() {
        // The price was stopped, or bid above: the timer asks for the next part anew.
        store::falling::look(cx.tx, lot.id, received)?;
    }
    Ok(BidAnswer {
        lot: lot.id,
        entry: done.n,
        received,
        ends_at: lot.course.ends_at,
        price: lot.course.price,
        leads: lot.course.leader == Some(it.alias),
        extended: taken.is_some_and(|it| matches!(it.extension, Extension::Moved { .. })),
        is_silent: taken.is_some_and(|it| it.is_silent),
        refused: done.answer.as_ref().err().map(|refused| refusal(&lot, refused)),
    })
}

impl Act for PlaceBid {
    const ACT: A = A::PlaceBid;
    type Facts = (Lot, OrganisationId, Option<LotBidder>);
    type Plan = (Lot, LotBidder);
    type Outcome = BidAnswer;

    fn prepare(&mut self, city: &City) -> Result<(), No> {
        self.received = Some(city.now());
        Ok(())
    }

    fn holds(&self) -> Vec<Hold> {
        vec![Hold::on(self.lot)]
    }

    fn read_committed(&self) -> bool {
        true
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Self::Facts, Stop> {
        let lot = find(cx, self.lot)?;
        let (organisation, it) = organisation_of(cx, self.lot, self.organisation)?;
        independent(cx, &lot, organisation)?;
        Ok((lot, organisation, it))
    }

    fn thing(&self, (lot, organisation, _): &Self::Facts) -> Thing {
        thing_for(lot, *organisation)
    }

    fn decide(
        &self,
        (lot, _, it): Self::Facts,
        _: &Cx<'_, '_>,
    ) -> Result<Self::Plan, Vec<Refusal>> {
        let it = it.ok_or_else(|| vec![Refusal::new(Class::Refused, "lot-not-admitted")])?;
        if lot.state != LotState::Open {
            return Err(vec![not_open(&lot)]);
        }
        no_open_amounts(&lot)?;
        if !it.is_entered {
            let is_agreed = it.agreed == lot.terms_version;
            let code = if is_agreed { "lot-not-admitted" } else { "lot-terms-changed" };
            return Err(vec![Refusal::new(Class::Refused, code)]);
        }
        Ok((lot, it))
    }

    fn save(&self, (lot, it): Self::Plan, cx: &mut Cx<'_, '_>) -> Result<BidAnswer, Stop> {
        let bidder = Bidder(it.alias);
        let input = match self.buys {
            true => Input::Buy { lot: 0, bidder },
            false => Input::Bid { lot: 0, bidder, amount: self.amount, stage: self.stage },
        };
        let received = self.received.unwrap_or(cx.now);
        entered(cx, lot, &it, input, (received, Via::Room))
    }
}

/// A bid called in the hall, entered by a clerk for a bidder who is there.
#[derive(serde::Serialize)]
pub struct PlaceFloorBid {
    pub lot: LotId,
    pub bidder: u32,
    pub amount: i64,
    #[serde(skip)]
    received: Option<Instant>,
}

impl PlaceFloorBid {
    pub fn new(lot: LotId, bidder: u32, amount: i64) -> Self {
        Self { lot, bidder, amount, received: None }
    }
}

impl Act for PlaceFloorBid {
    const ACT: A = A::PlaceFloorBid;
    type Facts = (Lot, LotBidder);
    type Plan = (Lot, LotBidder);
    type Outcome = BidAnswer;

    fn prepare(&mut self, city: &City) -> Result<(), No> {
        self.received = Some(city.now());
        Ok(())
    }

    fn holds(&self) -> Vec<Hold> {
        vec![Hold::on(self.lot)]
    }

    fn read_committed(&self) -> bool {
        true
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Self::Facts, Stop> {
        let (lot, it) = (find(cx, self.lot)?, bidder_of(cx, self.lot, self.bidder)?);
        independent(cx, &lot, it.organisation)?;
        Ok((lot, it))
    }

    fn thing(&self, (lot, _): &Self::Facts) -> Thing {
        thing_of(lot)
    }

    fn decide(&self, (lot, it): Self::Facts, cx: &Cx<'_, '_>) -> Result<Self::Plan, Vec<Refusal>> {
        if lot.state != LotState::Open {
            return Err(vec![not_open(&lot)]);
        }
        no_open_amounts(&lot)?;
        if !it.is_entered {
            return Err(vec![Refusal::new(Class::Refused, "lot-not-admitted")]);
        }
        // Nobody of the bidder's own house enters its bids as a clerk.
        if cx.actor.roles.iter().any(|(own, _)| *own == it.organisation) {
            return Err(vec![Refusal::new(Class::Refused, "lot-own-bidder")]);
        }
        Ok((lot, it))
    }

    fn save(&self, (lot, it): Self::Plan, cx: &mut Cx<'_, '_>) -> Result<BidAnswer, Stop> {
        let bidder = Bidder(it.alias);
        let input = Input::Bid { lot: 0, bidder, amount: self.amount, stage: None };
        let received = self.received.unwrap_or(cx.now);
        entered(cx, lot, &it, input, (received, Via::Floor))
    }
}

impl City {
    /// Places a bid: the answer of the engine, or the refusal it gave, which is kept as well.
    pub fn bid(&self, asker: &Asker, bid: PlaceBid) -> Result<BidAnswer, No> {
        answered(self.perform(asker, bid)?)
    }

    /// Enters a bid of the hall.
    pub fn floor_bid(&self, asker: &Asker, bid: PlaceFloorBid) -> Result<BidAnswer, No> {
        answered(self.perform(asker, bid)?)
    }
}

fn answered(answer: BidAnswer) -> Result<BidAnswer, No> {
    match &answer.refused {
        Some(refused) => Err(refused.clone().into()),
        None => Ok(answer),
    }
}
