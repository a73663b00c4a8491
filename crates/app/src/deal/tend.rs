//! What time does to deals and open licences: silence refuses, publicity ends, a lapsed patent's licence
//! is taken back. Each is an act in the installation's name.

use super::award::or_fallen;
use super::{DealChanged, after, find, holds, keep};
use crate::act::{Act, Cx, No, Stop};
use crate::asker::Asker;
use crate::city::City;
use crate::open_licence::LapseOpenLicence;
use access::{Act as A, Thing};
use base::{Class, DealId, Refusal, TechnologyId};
use store::Hold;
use trading::deal::{After, Deal, DealState, pass, recount};
use trading::workday::Change;

/// Deals and licences that one look takes up.
const A_LOOK: usize = 100;

/// Does to a deal what its time has come for.
#[derive(serde::Serialize)]
pub struct PassDeal {
    pub deal: DealId,
    #[serde(skip)]
    technology: Option<TechnologyId>,
}

impl PassDeal {
    pub fn new(deal: DealId) -> Self {
        Self { deal, technology: None }
    }
}

impl Act for PassDeal {
    const ACT: A = A::TendDeals;
    type Facts = (Deal, After, Vec<Deal>);
    type Plan = Deal;
    type Outcome = DealChanged;

    fn prepare(&mut self, city: &City) -> Result<(), No> {
        let found = city.store().read(|tx| store::deal::find(tx, self.deal))?;
        self.technology = found.map(|deal| deal.technology);
        Ok(())
    }

    fn holds(&self) -> Vec<Hold> {
        let mut holds = holds(self.technology);
        holds.push(Hold::on(self.deal));
        holds
    }

    fn read_committed(&self) -> bool {
        true
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Self::Facts, Stop> {
        let deal = find(cx, self.deal)?;
        let after = after(cx, deal.owner)?;
        let live = store::deal::live(cx.tx, deal.technology)?;
        Ok((deal, after, live))
    }

    fn thing(&self, _: &Self::Facts) -> Thing {
        Thing::open()
    }

    fn decide(
        &self,
        (deal, after, live): Self::Facts,
        cx: &Cx<'_, '_>,
    ) -> Result<Deal, Vec<Refusal>> {
        // Two nodes look at the same time, and one is later.
        let early = || vec![Refusal::new(Class::Conflict, "version-conflict")];
        let passed = pass(deal.clone(), &after, cx.now).ok_or_else(early)?;
        Ok(or_fallen(deal, passed, &live, cx.now))
    }

    fn save(&self, deal: Deal, cx: &mut Cx<'_, '_>) -> Result<DealChanged, Stop> {
        match deal.state {
            DealState::CalledOff => keep(cx, &deal, ("given", "contract")),
            _ => keep(cx, &deal, ("pass", "timer")),
        }
    }
}

/// Counts a deal's time limit anew, after words on days that it was counted without.
#[derive(serde::Serialize)]
pub(crate) struct RecountDeal {
    deal: DealId,
}

impl Act for RecountDeal {
    const ACT: A = A::TendDeals;
    type Facts = (Deal, Vec<Change>);
    /// As it was, and as it is now.
    type Plan = (Deal, Deal);
    type Outcome = DealChanged;

    fn holds(&self) -> Vec<Hold> {
        vec![Hold::on(self.deal)]
    }

    fn read_committed(&self) -> bool {
        true
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Self::Facts, Stop> {
        Ok((find(cx, self.deal)?, store::workday::changes(cx.tx)?))
    }

    fn thing(&self, _: &Self::Facts) -> Thing {
        Thing::open()
    }

    fn decide(
        &self,
        (deal, changes): Self::Facts,
        cx: &Cx<'_, '_>,
    ) -> Result<Self::Plan, Vec<Refusal>> {
        let early = || vec![Refusal::new(Class::Conflict, "version-conflict")];
        let counted = recount(deal.clone(), &changes, cx.now).ok_or_else(early)?;
        Ok((deal, counted))
    }

    fn save(&self, (before, deal): Self::Plan, cx: &mut Cx<'_, '_>) -> Result<DealChanged, Stop> {
        if deal.version == before.version {
            store::deal::see_days(cx.tx, deal.id, deal.days_seen)?;
            return Ok(DealChanged::of(&deal));
        }
        keep(cx, &deal, ("recount", "timer"))
    }
}

impl City {
    /// Does for every deal and open licence what its time has come for; says how many moved.
    pub fn tend_deals(&self) -> Result<usize, No> {
        let timer = Asker::person(self.row()?.operator);
        let now = self.now();
        let mut n_moved = 0;
        let mut failed = None;
        let mut count = |done: Result<(), No>| match done {
            Ok(()) => n_moved += 1,
            Err(no) if no.class() == Class::Conflict => {}
            Err(no) => {
                failed.get_or_insert(no);
            }
        };
        // No publicity ends by a calendar that has changed.
        for deal in self.store().read(|tx| store::deal::behind(tx, A_LOOK))? {
            count(self.perform(&timer, RecountDeal { deal }).map(|_| ()));
        }
        for deal in self.store().read(|tx| store::deal::due(tx, now, A_LOOK))? {
            count(self.perform(&timer, PassDeal::new(deal)).map(|_| ()));
        }
        let mut after = None;
        loop {
            let standing =
                self.store().read(|tx| store::open_licence::standing(tx, after, A_LOOK))?;
            for licence in &standing {
                // Most of them stand on: only those that have lapsed become an act.
                if self.has_lapsed(*licence)? {
                    let act = LapseOpenLicence { licence: *licence };
                    count(self.perform(&timer, act).map(|_| ()));
                }
            }
            after = standing.last().copied();
            if standing.len() < A_LOOK {
                break;
            }
        }
        failed.map_or(Ok(n_moved), Err)
    }
}
