//! What time does to deals and open licences: silence refuses, publicity ends, a lapsed patent's licence
//! is taken back. Each is an act in the installation's name.

use super::{DealChanged, after, find, keep};
use crate::act::{Act, Cx, No, Stop};
use crate::asker::Asker;
use crate::city::City;
use crate::open_licence::LapseOpenLicence;
use access::{Act as A, Thing};
use base::{Class, DealId, Refusal};
use store::Hold;
use trading::deal::{After, Deal, pass};

/// Deals and licences that one look takes up.
const A_LOOK: usize = 100;

/// Does to a deal what its time has come for.
#[derive(serde::Serialize)]
pub struct PassDeal {
    pub deal: DealId,
}

impl Act for PassDeal {
    const ACT: A = A::TendDeals;
    type Facts = (Deal, After<'static>);
    type Plan = Deal;
    type Outcome = DealChanged;

    fn holds(&self) -> Vec<Hold> {
        vec![Hold::on(self.deal)]
    }

    fn read_committed(&self) -> bool {
        true
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Self::Facts, Stop> {
        let deal = find(cx, self.deal)?;
        let after = after(cx, deal.owner)?;
        Ok((deal, after))
    }

    fn thing(&self, _: &Self::Facts) -> Thing {
        Thing::open()
    }

    fn decide(&self, (deal, after): Self::Facts, cx: &Cx<'_, '_>) -> Result<Deal, Vec<Refusal>> {
        // Two nodes look at the same time, and one is later.
        let early = || vec![Refusal::new(Class::Conflict, "version-conflict")];
        pass(deal, &after, cx.now).ok_or_else(early)
    }

    fn save(&self, deal: Deal, cx: &mut Cx<'_, '_>) -> Result<DealChanged, Stop> {
        keep(cx, &deal, ("pass", "timer"))
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
        for deal in self.store().read(|tx| store::deal::due(tx, now, A_LOOK))? {
            count(self.perform(&timer, PassDeal { deal }).map(|_| ()));
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
