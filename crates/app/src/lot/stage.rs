//! Lots whose stages follow each other by the clock, falling prices and rounds: the timer that goes from
//! one to the next.

use crate::act::{Act, Cx, No, Stop};
use crate::city::City;
use crate::lot::deposit::Accounts;
use crate::lot::enter::{Via, enter_or_refuse, table_course};
use crate::lot::tend::finish;
use crate::lot::{LotChanged, find, told};
use access::{Act as A, Thing};
use auction::{Event, Input, Phase, RoundStage, Table};
use base::{Class, Instant, LotId, Refusal};
use store::Hold;
use trading::lot::{Lot, LotState};

/// How late the timer may be before the machine counts as having been away.
const AWAY_US: i64 = 120_000_000;
/// How long after the last turn a lot is closed, so that what came in before is entered before.
const DRAIN_SECONDS: i64 = 1;

/// Goes on with a lot in stages: shows what a stage has brought, closes the lot where nobody may bid any
/// more, ends it where the machine was away too long, and notes when to look again.
#[derive(serde::Serialize)]
pub struct TendStages {
    pub lot: LotId,
    #[serde(skip)]
    accounts: Accounts,
}

impl TendStages {
    pub fn new(lot: LotId) -> Self {
        Self { lot, accounts: Accounts::default() }
    }
}

impl Act for TendStages {
    const ACT: A = A::TendLots;
    type Facts = (Lot, Option<Instant>);
    type Plan = (Lot, Instant);
    type Outcome = LotChanged;

    fn prepare(&mut self, city: &City) -> Result<(), No> {
        self.accounts = Accounts::of_holders(city, self.lot)?;
        Ok(())
    }

    fn holds(&self) -> Vec<Hold> {
        self.accounts.holds(self.lot)
    }

    fn read_committed(&self) -> bool {
        true
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Self::Facts, Stop> {
        Ok((find(cx, self.lot)?, store::falling::look_at(cx.tx, self.lot)?))
    }

    fn thing(&self, _: &Self::Facts) -> Thing {
        Thing::open()
    }

    fn decide(&self, (lot, at): Self::Facts, cx: &Cx<'_, '_>) -> Result<Self::Plan, Vec<Refusal>> {
        // Another node was faster, or the lot stands still.
        let due = at.filter(|at| *at <= cx.now);
        match due {
            Some(at) if lot.state == LotState::Open && !lot.course.is_halted => Ok((lot, at)),
            _ => Err(vec![Refusal::new(Class::Conflict, "lot-not-over")]),
        }
    }

    fn save(&self, (mut lot, due): Self::Plan, cx: &mut Cx<'_, '_>) -> Result<LotChanged, Stop> {
        if cx.now.micros().saturating_sub(due.micros()) > AWAY_US {
            let input = Input::Return { lot: 0, away_since: due };
            enter_or_refuse(cx, &mut lot, input, Via::Timer)?;
        }
        let event = stands(cx, &lot)?;
        match next(&event, cx.now) {
            Next::Ended => finish(cx, &mut lot, &self.accounts)?,
            Next::Close => {
                enter_or_refuse(cx, &mut lot, Input::Close { lot: 0 }, Via::Timer)?;
                finish(cx, &mut lot, &self.accounts)?;
            }
            Next::At(until) => {
                if let Some(table) = event.table(0, cx.now) {
                    show(cx, &mut lot, &event, &table)?;
                }
                store::falling::look(cx.tx, lot.id, until)?;
            }
        }
        Ok(LotChanged::of(&lot))
    }
}

/// The event of a lot as it stands now.
fn stands(cx: &mut Cx<'_, '_>, lot: &Lot) -> Result<Event, Stop> {
    let city = cx.city.clone();
    let seat = city.rooms().seat(cx, lot)?;
    let mut event = seat.event().clone();
    drop(seat);
    event.advance(cx.now);
    Ok(event)
}

enum Next {
    Ended,
    Close,
    At(Instant),
}

fn next(event: &Event, now: Instant) -> Next {
    if event.outcome(0).is_some() {
        return Next::Ended;
    }
    if let Some(table) = event.table(0, now) {
        let drained = table.until.plus_seconds(DRAIN_SECONDS);
        return match table.stage {
            RoundStage::Over if now >= drained => Next::Close,
            RoundStage::Over => Next::At(drained),
            _ => Next::At(table.until),
        };
    }
    match event.view(0, now).and_then(|view| view.phase) {
        None | Some((Phase::Over, _)) => Next::Close,
        Some((_, until)) => Next::At(until),
    }
}

/// Shows what the turn that has ended, or the opening, has brought.
fn show(cx: &mut Cx<'_, '_>, lot: &mut Lot, event: &Event, table: &Table) -> Result<(), Stop> {
    let best = table.offers.first();
    let (n_bids, ends_at) = table_course(event, table);
    lot.course.price = best.map(|(_, amount)| *amount);
    lot.course.leader = best.map(|(bidder, _)| bidder.0);
    (lot.course.n_bids, lot.course.ends_at) = (n_bids, ends_at);
    store::falling::show(cx.tx, lot.id, &lot.course)?;
    let stage = match table.stage {
        RoundStage::Offers => "offers",
        RoundStage::Pause => "pause",
        RoundStage::Turn => "turn",
        RoundStage::Over => "over",
    };
    let body = serde_json::json!({
        "stage": stage,
        "round": table.round,
        "turn": table.turn.map(|bidder| bidder.0),
        "until": table.until.rfc3339(),
        "price": lot.course.price.map(|minor| lot.terms.money(minor).decimal()),
    });
    told(cx, lot, "lot-stage", body);
    Ok(())
}
