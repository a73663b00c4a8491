//! A fixed price: whoever accepts it first has it.

use super::{DealChanged, Loaded, ask, holds, keep, load, technology_of};
use crate::act::{Act, Cx, No, Stop};
use crate::city::City;
use access::{Act as A, Thing};
use base::{ListingId, OrganisationId, Refusal, TechnologyId};
use store::Hold;
use trading::deal::{Deal, accept_price};

/// Accepts the price of a listing in the version that was read.
#[derive(serde::Serialize)]
pub struct AcceptPrice {
    pub listing: ListingId,
    pub version: u64,
    pub organisation: OrganisationId,
    #[serde(skip)]
    technology: Option<TechnologyId>,
}

impl AcceptPrice {
    pub fn new(listing: ListingId, version: u64, organisation: OrganisationId) -> Self {
        Self { listing, version, organisation, technology: None }
    }
}

impl Act for AcceptPrice {
    const ACT: A = A::AcceptPrice;
    type Facts = Loaded;
    type Plan = Deal;
    type Outcome = DealChanged;

    fn prepare(&mut self, city: &City) -> Result<(), No> {
        self.technology = technology_of(city, self.listing)?;
        Ok(())
    }

    fn holds(&self) -> Vec<Hold> {
        holds(self.technology)
    }

    fn read_committed(&self) -> bool {
        true
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Loaded, Stop> {
        load(cx, self.listing)
    }

    fn thing(&self, loaded: &Loaded) -> Thing {
        loaded.thing_for(self.organisation)
    }

    fn decide(&self, loaded: Loaded, cx: &Cx<'_, '_>) -> Result<Deal, Vec<Refusal>> {
        let ask = ask(cx, self.organisation, self.version)?;
        accept_price(&loaded.facts(cx.city), ask, cx.now)
    }

    fn save(&self, deal: Deal, cx: &mut Cx<'_, '_>) -> Result<DealChanged, Stop> {
        keep(cx, &deal, ("accept", "counterparty"))
    }
}
