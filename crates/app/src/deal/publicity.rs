//! What a public institution agreed on is open to objections; the office decides them.

use super::{DealChanged, find, keep, thing_for};
use crate::act::{Act, Cx, Stop};
use access::{Act as A, Thing};
use base::{DealId, Refusal};
use store::Hold;
use trading::deal::{Deal, DealState, decide_objection, object};

/// Objects to an agreement that is published: its clock stands still.
#[derive(serde::Serialize)]
pub struct ObjectToDeal {
    pub deal: DealId,
    pub reason: String,
}

impl Act for ObjectToDeal {
    const ACT: A = A::ObjectToDeal;
    type Facts = Deal;
    type Plan = Deal;
    type Outcome = DealChanged;

    fn holds(&self) -> Vec<Hold> {
        vec![Hold::on(self.deal)]
    }

    fn read_committed(&self) -> bool {
        true
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Deal, Stop> {
        let deal = find(cx, self.deal)?;
        // What is not published is not there for anybody who could object.
        match deal.state {
            DealState::Published => Ok(deal),
            _ => Err(Refusal::not_found().into()),
        }
    }

    fn thing(&self, deal: &Deal) -> Thing {
        thing_for(deal, deal.owner)
    }

    fn decide(&self, deal: Deal, cx: &Cx<'_, '_>) -> Result<Deal, Vec<Refusal>> {
        object(deal, &self.reason, cx.now)
    }

    fn save(&self, deal: Deal, cx: &mut Cx<'_, '_>) -> Result<DealChanged, Stop> {
        keep(cx, &deal, ("object", "public"))
    }
}

/// Decides an objection, with the reason: upheld it ends the deal, dismissed the clock goes on.
#[derive(serde::Serialize)]
pub struct DecideObjection {
    pub deal: DealId,
    pub is_upheld: bool,
    pub reason: String,
}

impl Act for DecideObjection {
    const ACT: A = A::DecideObjection;
    type Facts = Deal;
    type Plan = Deal;
    type Outcome = DealChanged;

    fn holds(&self) -> Vec<Hold> {
        vec![Hold::on(self.deal)]
    }

    fn read_committed(&self) -> bool {
        true
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Deal, Stop> {
        find(cx, self.deal)
    }

    fn thing(&self, deal: &Deal) -> Thing {
        thing_for(deal, deal.owner)
    }

    fn decide(&self, deal: Deal, cx: &Cx<'_, '_>) -> Result<Deal, Vec<Refusal>> {
        decide_objection(deal, self.is_upheld, &self.reason, cx.now)
    }

    fn save(&self, deal: Deal, cx: &mut Cx<'_, '_>) -> Result<DealChanged, Stop> {
        let kind = if self.is_upheld { "uphold" } else { "dismiss" };
        keep(cx, &deal, (kind, "office"))
    }
}
