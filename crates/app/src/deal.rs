//! Deals: a listing taken at its price, negotiated about, or licensed by notice; each ends in an award
//! from which a contract starts.
//!
//! Whatever begins a deal on a technology holds the technology, as changes of its listings do: so a price
//! is accepted in the version that stands or not at all, and an exclusive right has one taker.

mod award;
mod price;
mod publicity;
mod reading;
mod talk;
mod tend;

pub(crate) use award::{contract_failed, contract_of, given, rival_of, signed};
pub use price::AcceptPrice;
pub use publicity::{DecideObjection, ObjectToDeal};
pub(crate) use reading::is_live;
pub use reading::{DealPage, DealRow, DealView, ListingView, OpenLicenceView, Taken, Ways};
pub use store::deal::Moved;
pub use talk::{Answer, AnswerDeal, MakeOffer, Offer};
pub use tend::PassDeal;

use crate::act::{About, Cx, Stop};
use crate::city::City;
use access::Thing;
use base::WorkingDays;
use base::{DealId, Label, Level, ListingId, OrganisationId, Reference, Refusal, TechnologyId};
use parties::OrganisationKind;
use store::{Hold, StoreError, Tx};
use trading::deal::{After, Ask, Award, Deal, Facts};
use trading::listing::Listing;
use trading::lot::LotState;
use trading::open_licence::OpenLicence;
use trading::technology::Technology;

/// What a change of a deal tells its caller.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct DealChanged {
    pub deal: DealId,
    pub reference: Reference,
    pub state: String,
    pub version: u64,
}

impl DealChanged {
    fn of(deal: &Deal) -> Self {
        Self {
            deal: deal.id,
            reference: deal.reference.clone(),
            state: deal.state.word().to_owned(),
            version: deal.version,
        }
    }
}

/// What access judges of a deal, as a matter of one of its parties.
pub fn thing_for(deal: &Deal, party: OrganisationId) -> Thing {
    Thing {
        owner: Some(party),
        state: deal.state.word(),
        label: deal.label.clone(),
        ..Thing::default()
    }
}

/// What is known when somebody wants a deal on a listing.
pub struct Loaded {
    pub(crate) technology: Technology,
    pub(crate) listing: Listing,
    pub(crate) live: Vec<Deal>,
    pub(crate) standing: Option<OpenLicence>,
    is_auctioned: bool,
    days: (WorkingDays, u64),
}

pub(crate) fn load(cx: &mut Cx<'_, '_>, id: ListingId) -> Result<Loaded, Stop> {
    let listing = store::listing::find(cx.tx, id)?.ok_or_else(Refusal::not_found)?;
    let technology = crate::technology::find(cx, listing.technology)?;
    let live = store::deal::live(cx.tx, technology.id)?;
    let standing = store::open_licence::standing_on(cx.tx, technology.id)?;
    let is_auctioned = is_auctioned(cx.tx, id)?;
    let days = crate::workday::days(cx.tx)?;
    Ok(Loaded { technology, listing, live, standing, is_auctioned, days })
}

impl Loaded {
    pub(crate) fn facts(&self, city: &City) -> Facts<'_> {
        Facts {
            technology: &self.technology,
            listing: &self.listing,
            live: &self.live,
            is_auctioned: self.is_auctioned,
            open_licence: self.standing.as_ref().map(|it| &it.reference),
            pace: city.settings().pace,
            days: &self.days,
        }
    }

    /// The technology as a matter of the organisation that wants something of it.
    pub(crate) fn thing_for(&self, party: OrganisationId) -> Thing {
        Thing { owner: Some(party), ..crate::technology::thing_of(&self.technology) }
    }
}

fn is_auctioned(tx: &mut Tx<'_>, id: ListingId) -> Result<bool, StoreError> {
    let is_taken = |state| {
        matches!(state, LotState::Announced | LotState::Open | LotState::Sold | LotState::Signed)
    };
    Ok(store::lot::of_listing(tx, id)?.iter().any(|lot| is_taken(lot.state)))
}

/// The technology of a listing, to be held.
pub(crate) fn technology_of(
    city: &City,
    id: ListingId,
) -> Result<Option<TechnologyId>, StoreError> {
    let found = city.store().read(|tx| store::listing::find(tx, id))?;
    Ok(found.map(|listing| listing.technology))
}

pub(crate) fn holds(technology: Option<TechnologyId>) -> Vec<Hold> {
    technology.map(Hold::on).into_iter().collect()
}

/// What stands against another way for a listing, or against giving its right: a deal or an auction
/// that goes on, a right that was given, an open licence.
pub(crate) fn in_the_way(
    cx: &mut Cx<'_, '_>,
    technology: TechnologyId,
    listing: Option<ListingId>,
    licence: trading::Licence,
) -> Result<Vec<Refusal>, Stop> {
    let mut no = Vec::new();
    if trading::deal::is_exclusive(licence)
        && let Some(standing) = store::open_licence::standing_on(cx.tx, technology)?
    {
        let conflict = Refusal::new(base::Class::Refused, "deal-open-licence-stands");
        no.push(conflict.text("reference", standing.reference.as_str()));
    }
    let live = store::deal::live(cx.tx, technology)?;
    if let Some(deal) = live.iter().find(|deal| Some(deal.listing) == listing && is_busy(deal)) {
        let busy = Refusal::new(base::Class::Conflict, "deal-listing-busy");
        no.push(busy.text("reference", deal.reference.as_str()));
    }
    Ok(no)
}

/// Whether a deal keeps its listing as it is.
fn is_busy(deal: &Deal) -> bool {
    trading::deal::is_exclusive(deal.terms.licence) || deal.award().is_none()
}

/// Whether what an organisation of this kind agrees on is the public's matter.
pub(crate) fn is_public(kind: OrganisationKind) -> bool {
    matches!(
        kind,
        OrganisationKind::Institute | OrganisationKind::University | OrganisationKind::Agency
    )
}

/// How an agreement of this owner goes on.
fn after(cx: &mut Cx<'_, '_>, owner: OrganisationId) -> Result<After, Stop> {
    let found = store::organisation::find(cx.tx, owner)?.ok_or_else(Refusal::not_found)?;
    let is_public = is_public(found.profile.kind);
    let pace = cx.city.settings().pace;
    // Nobody else's agreements wait for days.
    let days = match is_public {
        true => crate::workday::days(cx.tx)?,
        false => (WorkingDays::china().clone(), 0),
    };
    Ok(After { is_public, pace, days })
}

/// A new deal's names.
fn ask(cx: &Cx<'_, '_>, counterparty: OrganisationId, version: u64) -> Result<Ask, Vec<Refusal>> {
    let sign_in = || vec![Refusal::new(base::Class::SignIn, "sign-in-required")];
    Ok(Ask {
        id: cx.city.with_chance(|chance| DealId::new(cx.now, chance)),
        reference: cx.city.reference("DL", cx.now),
        counterparty,
        person: cx.actor.person.ok_or_else(sign_in)?,
        version,
    })
}

/// Keeps a deal as it is now, with what was done, and tells it.
pub(crate) fn keep(
    cx: &mut Cx<'_, '_>,
    deal: &Deal,
    (kind, side): (&str, &str),
) -> Result<DealChanged, Stop> {
    if deal.version == 1 {
        store::deal::add(cx.tx, deal)?;
    } else {
        store::deal::change(cx.tx, deal)?;
    }
    let moved = Moved {
        n: deal.version,
        at: cx.now,
        kind: kind.to_owned(),
        side: side.to_owned(),
        person: cx.actor.person.map(|id| id.to_string()).unwrap_or_default(),
        terms: deal.terms.clone(),
        until: deal.until,
        reason: deal.reason.clone(),
    };
    store::deal::add_move(cx.tx, deal.id, &moved)?;
    // Amounts and names stay in the rows: the log says that something happened.
    let label = Label::at(Level::Restricted);
    let about = About {
        thing: deal.id.to_string(),
        version: deal.version,
        owner: Some(deal.owner),
        label: &label,
        state: deal.state.word(),
    };
    let body = serde_json::json!({
        "listing": deal.listing,
        "technology": deal.technology,
        "move": kind,
    });
    let kind = if deal.version == 1 { "deal-opened" } else { "deal-moved" };
    cx.event(kind, about, body);
    Ok(DealChanged::of(deal))
}

fn find(cx: &mut Cx<'_, '_>, id: DealId) -> Result<Deal, Stop> {
    Ok(store::deal::find(cx.tx, id)?.ok_or_else(Refusal::not_found)?)
}

/// The award of a deal: parties, price, terms; none before it stands.
pub fn award_of(tx: &mut Tx<'_>, id: DealId) -> Result<Option<Award>, StoreError> {
    Ok(store::deal::find(tx, id)?.and_then(|deal| deal.award()))
}
