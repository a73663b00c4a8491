//! Listings: the terms on which a technology is offered; several for one technology.

use crate::act::{About, Act, Cx, Stop};
use crate::technology::{find, thing_of};
use access::{Act as A, Thing};
use base::{Class, ListingId, Reference, Refusal, TechnologyId};
use store::Hold;
use trading::listing::{
    CreateListing as CreateAsk, DealMode, Facts, Licence, Listing, Plan,
    ReviseListing as ReviseAsk, Terms, create, revise, withdraw,
};
use trading::technology::Technology;

/// What a change of a listing tells its caller.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct ListingChanged {
    pub listing: ListingId,
    pub technology: TechnologyId,
    pub reference: Reference,
    pub version: u64,
}

/// A technology, its listings, and the one in question.
pub struct Loaded {
    technology: Technology,
    others: Vec<Listing>,
    listing: Option<Listing>,
    /// What stands against other terms, beside the terms themselves.
    against: Vec<Refusal>,
}

/// The same with what is in the way of giving this licence, or of another way for a listing.
fn load_for(
    cx: &mut Cx<'_, '_>,
    technology: TechnologyId,
    (listing, mode, licence): (Option<ListingId>, DealMode, Licence),
) -> Result<Loaded, Stop> {
    let mut loaded = load(cx, technology, listing)?;
    let before = loaded.listing.as_ref();
    let is_moved = before.is_some_and(|it| it.mode != mode || it.terms.licence != licence);
    loaded.against =
        crate::deal::in_the_way(cx, technology, listing.filter(|_| is_moved), licence)?;
    if is_moved && let Some(id) = listing {
        let is_live = |lot: &trading::lot::Lot| crate::deal::is_live(lot.state);
        if store::lot::of_listing(cx.tx, id)?.iter().any(is_live) {
            loaded.against.push(Refusal::new(Class::Conflict, "lot-listing-busy"));
        }
    }
    Ok(loaded)
}

fn load(
    cx: &mut Cx<'_, '_>,
    technology: TechnologyId,
    listing: Option<ListingId>,
) -> Result<Loaded, Stop> {
    let technology = find(cx, technology)?;
    let mut others = store::listing::of_technology(cx.tx, technology.id)?;
    let wanted = listing.and_then(|id| others.iter().position(|listing| listing.id == id));
    if listing.is_some() && wanted.is_none() {
        return Err(Refusal::not_found().into());
    }
    let listing = wanted.map(|at| others.remove(at));
    Ok(Loaded { technology, others, listing, against: Vec::new() })
}

/// All reasons at once: those of the terms and those of what goes on.
fn with(against: &[Refusal], planned: Result<Plan, Vec<Refusal>>) -> Result<Plan, Vec<Refusal>> {
    match planned {
        Ok(plan) if against.is_empty() => Ok(plan),
        Ok(_) => Err(against.to_vec()),
        Err(mut no) => {
            no.extend_from_slice(against);
            Err(no)
        }
    }
}

fn facts(loaded: &Loaded) -> Facts<'_> {
    Facts { technology: &loaded.technology, others: &loaded.others, marking_released: false }
}

pub(crate) fn save(
    cx: &mut Cx<'_, '_>,
    before: Option<u64>,
    (technology, plan): (Technology, Plan),
    kind: &str,
) -> Result<ListingChanged, Stop> {
    let listing = plan.listing;
    let outcome = ListingChanged {
        listing: listing.id,
        technology: listing.technology,
        reference: listing.reference.clone(),
        version: listing.version,
    };
    if before == Some(listing.version) {
        return Ok(outcome);
    }
    let saved = match before {
        None => store::listing::add(cx.tx, &listing).map(|()| true)?,
        Some(version) => store::listing::change(cx.tx, version, &listing)?,
    };
    if !saved {
        return Err(Refusal::new(Class::Conflict, "version-conflict").into());
    }
    let body = serde_json::json!({
        "technology": technology.id,
        "mode": listing.mode.word(),
        "fields": plan.changes.iter().map(|change| change.field.as_str()).collect::<Vec<_>>(),
    });
    // The thing of the event is the technology's id in the body, so that followers of either find
    // it; label and owner are the technology's.
    let about = About {
        thing: listing.id.to_string(),
        version: listing.version,
        owner: Some(technology.owner),
        label: &technology.label,
        state: technology.state.word(),
    };
    cx.event(kind, about, body);
    Ok(outcome)
}

/// Offers a technology on these terms.
#[derive(serde::Serialize)]
pub struct CreateListing {
    pub technology: TechnologyId,
    pub mode: DealMode,
    pub terms: Terms,
}

impl Act for CreateListing {
    const ACT: A = A::CreateListing;
    type Facts = Loaded;
    type Plan = (Technology, Plan);
    type Outcome = ListingChanged;

    fn holds(&self) -> Vec<Hold> {
        vec![Hold::on(self.technology)]
    }

    fn read_committed(&self) -> bool {
        true
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Loaded, Stop> {
        load_for(cx, self.technology, (None, self.mode, self.terms.licence))
    }

    fn thing(&self, loaded: &Loaded) -> Thing {
        thing_of(&loaded.technology)
    }

    fn decide(&self, loaded: Loaded, cx: &Cx<'_, '_>) -> Result<Self::Plan, Vec<Refusal>> {
        let ask = CreateAsk {
            id: cx.city.with_chance(|chance| ListingId::new(cx.now, chance)),
            reference: cx.city.reference("LI", cx.now),
            mode: self.mode,
            terms: self.terms.clone(),
        };
        let plan = with(&loaded.against, create(&facts(&loaded), ask, cx.now))?;
        Ok((loaded.technology, plan))
    }

    fn save(&self, plan: Self::Plan, cx: &mut Cx<'_, '_>) -> Result<ListingChanged, Stop> {
        save(cx, None, plan, "listing-created")
    }
}

/// Changes the terms of a listing.
#[derive(serde::Serialize)]
pub struct ReviseListing {
    pub technology: TechnologyId,
    pub listing: ListingId,
    pub version: u64,
    pub mode: DealMode,
    pub terms: Terms,
}

impl Act for ReviseListing {
    const ACT: A = A::ReviseListing;
    type Facts = Loaded;
    type Plan = (Technology, Plan);
    type Outcome = ListingChanged;

    fn holds(&self) -> Vec<Hold> {
        vec![Hold::on(self.technology)]
    }

    fn read_committed(&self) -> bool {
        true
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Loaded, Stop> {
        let wanted = (Some(self.listing), self.mode, self.terms.licence);
        load_for(cx, self.technology, wanted)
    }

    fn thing(&self, loaded: &Loaded) -> Thing {
        thing_of(&loaded.technology)
    }

    fn decide(&self, loaded: Loaded, cx: &Cx<'_, '_>) -> Result<Self::Plan, Vec<Refusal>> {
        let before = loaded.listing.as_ref().ok_or_else(|| vec![Refusal::not_found()])?;
        let ask = ReviseAsk { version: self.version, mode: self.mode, terms: self.terms.clone() };
        let plan = with(&loaded.against, revise(&facts(&loaded), before, ask, cx.now))?;
        Ok((loaded.technology, plan))
    }

    fn save(&self, plan: Self::Plan, cx: &mut Cx<'_, '_>) -> Result<ListingChanged, Stop> {
        save(cx, Some(self.version), plan, "listing-revised")
    }
}

/// Takes a listing off the shelf, with a reason.
#[derive(serde::Serialize)]
pub struct WithdrawListing {
    pub technology: TechnologyId,
    pub listing: ListingId,
    pub version: u64,
    pub reason: String,
}

impl Act for WithdrawListing {
    const ACT: A = A::WithdrawListing;
    type Facts = Loaded;
    type Plan = (Technology, Plan);
    type Outcome = ListingChanged;

    fn holds(&self) -> Vec<Hold> {
        vec![Hold::on(self.technology)]
    }

    fn read_committed(&self) -> bool {
        true
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Loaded, Stop> {
        load(cx, self.technology, Some(self.listing))
    }

    fn thing(&self, loaded: &Loaded) -> Thing {
        thing_of(&loaded.technology)
    }

    fn decide(&self, loaded: Loaded, cx: &Cx<'_, '_>) -> Result<Self::Plan, Vec<Refusal>> {
        let before = loaded.listing.as_ref().ok_or_else(|| vec![Refusal::not_found()])?;
        let plan = withdraw(before, self.version, &self.reason, cx.now)?;
        Ok((loaded.technology, plan))
    }

    fn save(&self, plan: Self::Plan, cx: &mut Cx<'_, '_>) -> Result<ListingChanged, Stop> {
        save(cx, Some(self.version), plan, "listing-withdrawn")
    }
}
