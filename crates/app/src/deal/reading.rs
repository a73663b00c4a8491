//! What a reader may see of deals: its parties and the office everything, everybody else that a listing
//! is reserved, until when others negotiate, and what is published before it stands.

use super::{is_auctioned, thing_for};
use crate::act::{No, Stop, offers};
use crate::asker::Asker;
use crate::city::{City, Rx};
use ::contract::kept::Kept;
use access::{Act as A, Role, Thing};
use base::{
    Bilingual, DealId, Instant, ListingId, LotId, Money, OrganisationId, Reference, Refusal,
    TechnologyId, limits,
};
use std::collections::BTreeMap;
use store::deal::Moved;
use trading::deal::{Deal, DealState, Side, is_exclusive};
use trading::listing::{DealMode, Listing, ListingState};
use trading::lot::{Lot, LotState};
use trading::open_licence::{OpenLicence, OpenLicenceState};
use trading::technology::Technology;

/// A deal in a list.
#[derive(Clone, Debug)]
pub struct DealRow {
    pub deal: Deal,
    pub title: Bilingual,
    /// The other side.
    pub with: Bilingual,
    pub side: Side,
}

/// A page of deals.
#[derive(Clone, Debug)]
pub struct DealPage {
    pub rows: Vec<DealRow>,
    pub next: Option<DealId>,
    /// Deals to which somebody objects, for the office.
    pub objected: Vec<DealRow>,
}

/// A deal as its parties and the office see it.
#[derive(Clone, Debug)]
pub struct DealView {
    pub deal: Deal,
    pub title: Bilingual,
    pub technology: (TechnologyId, Reference),
    pub owner_name: Bilingual,
    pub counterparty_name: Bilingual,
    pub moves: Vec<Moved>,
    /// The sides for which this reader may answer.
    pub sides: Vec<Side>,
    /// Whether this reader decides objections.
    pub decides: bool,
    /// Its contracts that this reader may see, newest first.
    pub contracts: Vec<Kept>,
    /// Whether this reader may draft its contract now.
    pub drafts: bool,
    /// The sides that may let the award go now.
    pub lets_go: Vec<Side>,
    pub now: Instant,
}

/// What everybody may know of a deal that takes a listing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    pub deal: DealId,
    pub reference: Reference,
    pub state: DealState,
    pub until: Instant,
    /// The agreed price, once it is published.
    pub price: Option<Money>,
    /// Whether this reader is a party to it or of the office.
    pub is_own: bool,
}

/// An open licence with what arose under it.
#[derive(Clone, Debug)]
pub struct OpenLicenceView {
    pub licence: OpenLicence,
    pub n_licences: usize,
    /// The register, for the owner and the office.
    pub register: Vec<(Deal, Bilingual)>,
    pub announces: bool,
    pub withdraws: bool,
}

/// What this reader may do on a listing, for which organisations.
#[derive(Clone, Debug, Default)]
pub struct Ways {
    pub accept: Vec<(OrganisationId, Bilingual)>,
    pub offer: Vec<(OrganisationId, Bilingual)>,
    pub notice: Vec<(OrganisationId, Bilingual)>,
    pub declares: bool,
    pub announces_lot: bool,
}

/// A listing with the ways to get it and everything that was tried.
#[derive(Clone, Debug)]
pub struct ListingView {
    pub listing: Listing,
    pub technology: Technology,
    pub owner_name: Bilingual,
    pub ways: Ways,
    pub taken: Vec<Taken>,
    pub licences: Vec<OpenLicenceView>,
    pub lots: Vec<Lot>,
    pub now: Instant,
}

/// Organisations for which the reader may take something.
fn taking_for(rx: &Rx<'_, '_>) -> Vec<OrganisationId> {
    let mut all = rx.actor.organisations_with(&[
        Role::FirmMember,
        Role::FirmAdministrator,
        Role::Member,
        Role::TransferOfficer,
    ]);
    all.sort_unstable();
    all.dedup();
    all
}

fn name(rx: &mut Rx<'_, '_>, id: OrganisationId) -> Result<Bilingual, Stop> {
    let found = store::organisation::find(rx.tx, id)?;
    Ok(found.map(|it| it.profile.name).unwrap_or_default())
}

/// Whether the reader sees everything of a deal.
fn sees(rx: &Rx<'_, '_>, deal: &Deal) -> bool {
    [deal.owner, deal.counterparty]
        .iter()
        .any(|party| rx.may(A::LookAtDeal, &thing_for(deal, *party)).is_ok())
}

fn row(rx: &mut Rx<'_, '_>, deal: Deal, side: Side) -> Result<DealRow, Stop> {
    let technology = store::technology::find(rx.tx, deal.technology)?;
    let title = technology.map(|it| it.content.title).unwrap_or_default();
    let with = name(rx, deal.party(side.other()))?;
    Ok(DealRow { deal, title, with, side })
}

impl City {
    /// The deals of the reader's organisations, newest first, before one of them.
    pub fn deals(
        &self,
        asker: &Asker,
        before: Option<DealId>,
        limit: usize,
    ) -> Result<DealPage, No> {
        let limit = limit.clamp(1, limits::PAGE_ROWS_MAX);
        self.read(asker, |rx| {
            rx.may(A::ListDeals, &Thing::open())?;
            let mut found: BTreeMap<DealId, (Deal, Side)> = BTreeMap::new();
            for organisation in taking_for(rx) {
                let own = store::deal::of_organisation(rx.tx, organisation, before, limit + 1)?;
                for deal in own.into_iter().filter(|deal| sees(rx, deal)) {
                    let is_owner = deal.owner == organisation;
                    let side = if is_owner { Side::Owner } else { Side::Counterparty };
                    found.insert(deal.id, (deal, side));
                }
            }
            let is_more = found.len() > limit;
            let mut rows = Vec::new();
            for (deal, side) in found.into_values().rev().take(limit) {
                rows.push(row(rx, deal, side)?);
            }
            let next = rows.last().map(|row| row.deal.id).filter(|_| is_more);
            let mut objected = Vec::new();
            for deal in store::deal::objected(rx.tx, limit)? {
                let thing = thing_for(&deal, deal.owner);
                if rx.may(A::DecideObjection, &thing).is_ok() {
                    objected.push(row(rx, deal, Side::Owner)?);
                }
            }
            Ok(DealPage { rows, next, objected })
        })
    }

    /// One deal, for its parties and the office.
    pub fn deal(&self, asker: &Asker, id: DealId) -> Result<DealView, No> {
        self.read(asker, |rx| {
            let deal = store::deal::find(rx.tx, id)?.ok_or_else(Refusal::not_found)?;
            if !sees(rx, &deal) {
                return Err(Refusal::not_found().into());
            }
            let technology =
                store::technology::find(rx.tx, deal.technology)?.ok_or_else(Refusal::not_found)?;
            let may = |act, party| offers(&rx.actor, act, &thing_for(&deal, party));
            let mut sides = Vec::new();
            if may(A::AnswerAsOwner, deal.owner) {
                sides.push(Side::Owner);
            }
            if may(A::AnswerAsTaker, deal.counterparty) {
                sides.push(Side::Counterparty);
            }
            let decides = may(A::DecideObjection, deal.owner);
            let all = store::contract::of_deal(rx.tx, id)?;
            let is_free =
                deal.state == DealState::Agreed && all.iter().all(|it| it.state() == "abandoned");
            let thing = crate::technology::thing_of(&technology);
            let thing = Thing { desk: Some(deal.counterparty), ..thing };
            let drafts = is_free && offers(&rx.actor, A::DraftContract, &thing);
            let bound = deal.owner_bound_until();
            let may_go =
                |side: &Side| *side == Side::Counterparty || bound.is_some_and(|it| it <= rx.now);
            let lets_go = sides.iter().copied().filter(|side| is_free && may_go(side)).collect();
            let sees =
                |it: &Kept| offers(&rx.actor, A::LookAtContract, &crate::contract::thing_of(it));
            let contracts = all.into_iter().filter(sees).collect();
            Ok(DealView {
                contracts,
                drafts,
                lets_go,
                title: technology.content.title.clone(),
                technology: (technology.id, technology.reference.clone()),
                owner_name: name(rx, deal.owner)?,
                counterparty_name: name(rx, deal.counterparty)?,
                moves: store::deal::moves(rx.tx, id)?,
                sides,
                decides,
                now: rx.now,
                deal,
            })
        })
    }

    /// A listing with every way to get it, for whoever may see its technology.
    pub fn listing(&self, asker: &Asker, id: ListingId) -> Result<ListingView, No> {
        self.read(asker, |rx| {
            let listing = store::listing::find(rx.tx, id)?.ok_or_else(Refusal::not_found)?;
            let technology = store::technology::find(rx.tx, listing.technology)?
                .ok_or_else(Refusal::not_found)?;
            let thing = crate::technology::thing_of(&technology);
            rx.may(A::LookAtListing, &thing).map_err(|_| Refusal::not_found())?;
            let deals = store::deal::of_listing(rx.tx, id)?;
            let actor = rx.actor.clone();
            let mut lots = store::lot::of_listing(rx.tx, id)?;
            lots.retain(|lot| offers(&actor, A::LookAtLot, &crate::lot::thing_of(lot)));
            let licences = store::open_licence::of_listing(rx.tx, id)?;
            let ways = ways(rx, (&technology, &listing), &deals, &licences)?;
            let taken = deals.iter().filter_map(|deal| taken(rx, deal)).collect();
            let mut seen = Vec::new();
            for licence in licences {
                seen.push(licence_view(rx, licence, &deals)?);
            }
            let owner_name = name(rx, technology.owner)?;
            let now = rx.now;
            Ok(ListingView {
                listing,
                technology,
                owner_name,
                ways,
                taken,
                licences: seen,
                lots,
                now,
            })
        })
    }

    /// Listings that are offered in a way and that the reader may see, with who offers them.
    pub fn offered_as(
        &self,
        asker: &Asker,
        mode: DealMode,
        limit: usize,
    ) -> Result<Vec<(Listing, OrganisationId)>, No> {
        self.read(asker, |rx| {
            let mut found = Vec::new();
            for id in store::deal::offered_as(rx.tx, mode, limit)? {
                let Some(listing) = store::listing::find(rx.tx, id)? else { continue };
                let Some(technology) = store::technology::find(rx.tx, listing.technology)? else {
                    continue;
                };
                let thing = crate::technology::thing_of(&technology);
                if rx.may(A::LookAtListing, &thing).is_ok() {
                    found.push((listing, technology.owner));
                }
            }
            Ok(found)
        })
    }

    /// The lot of a listing that can be bid on or was sold last, for the page of a technology.
    pub fn live_lot_of(&self, asker: &Asker, id: ListingId) -> Result<Option<LotId>, No> {
        self.read(asker, |rx| {
            let actor = rx.actor.clone();
            let lots = store::lot::of_listing(rx.tx, id)?;
            let seen = |lot: &&Lot| offers(&actor, A::LookAtLot, &crate::lot::thing_of(lot));
            Ok(lots.iter().find(seen).map(|lot| lot.id))
        })
    }

    /// The award of a deal, for its parties and the office; none before it stands.
    pub fn deal_award(
        &self,
        asker: &Asker,
        id: DealId,
    ) -> Result<Option<trading::deal::Award>, No> {
        Ok(self.deal(asker, id)?.deal.award())
    }
}

/// What is told of a deal on the page of its listing.
fn taken(rx: &Rx<'_, '_>, deal: &Deal) -> Option<Taken> {
    let is_own = sees(rx, deal);
    // A negotiation about a right that many can have is nobody's business, nor what came to nothing.
    let is_told = deal.state.is_live()
        && deal.mode != DealMode::OpenLicence
        && (is_exclusive(deal.terms.licence) || deal.state != DealState::Talking);
    if !is_own && !is_told {
        return None;
    }
    let is_public = matches!(deal.state, DealState::Published | DealState::Objected);
    let until = match deal.state {
        DealState::Talking => deal.exclusive_until.max(deal.until),
        _ => deal.until,
    };
    Some(Taken {
        deal: deal.id,
        reference: deal.reference.clone(),
        state: deal.state,
        until,
        price: deal.terms.price.filter(|_| is_own || is_public),
        is_own,
    })
}

fn licence_view(
    rx: &mut Rx<'_, '_>,
    licence: OpenLicence,
    deals: &[Deal],
) -> Result<OpenLicenceView, Stop> {
    let thing = crate::open_licence::thing_for(&licence, licence.owner);
    let actor = rx.actor.clone();
    let may = |act| offers(&actor, act, &thing);
    let under = |deal: &&Deal| {
        deal.mode == DealMode::OpenLicence
            && deal.opened_at >= licence.announced_at
            && (licence.state.stands() || deal.opened_at < licence.ended_at)
    };
    let own: Vec<&Deal> = deals.iter().filter(under).collect();
    let mut register = Vec::new();
    if may(A::LookAtDeal) {
        for deal in &own {
            register.push(((*deal).clone(), name(rx, deal.counterparty)?));
        }
    }
    Ok(OpenLicenceView {
        n_licences: own.len(),
        register,
        announces: licence.state == OpenLicenceState::Declared && may(A::AnnounceOpenLicence),
        withdraws: licence.state.stands() && may(A::WithdrawOpenLicence),
        licence,
    })
}

fn ways(
    rx: &mut Rx<'_, '_>,
    (technology, listing): (&Technology, &Listing),
    deals: &[Deal],
    licences: &[OpenLicence],
) -> Result<Ways, Stop> {
    let mut ways = Ways::default();
    if listing.state != ListingState::Offered {
        return Ok(ways);
    }
    let thing = crate::technology::thing_of(technology);
    let actor = rx.actor.clone();
    let stands = licences.iter().any(|it| it.state.stands());
    ways.declares = listing.mode == DealMode::OpenLicence
        && !stands
        && offers(&actor, A::DeclareOpenLicence, &thing);
    let is_busy = is_auctioned(rx.tx, listing.id)?;
    ways.announces_lot =
        listing.mode == DealMode::Auction && !is_busy && offers(&actor, A::AnnounceLot, &thing);
    let is_announced = licences.iter().any(|it| it.state == OpenLicenceState::Announced);
    let is_free =
        !deals.iter().any(|deal| deal.state.is_live() && is_exclusive(deal.terms.licence));
    let (act, list) = match listing.mode {
        DealMode::FixedPrice if is_free => (A::AcceptPrice, &mut ways.accept),
        DealMode::Negotiation if is_free => (A::MakeOffer, &mut ways.offer),
        DealMode::OpenLicence if is_announced => (A::NotifyLicensor, &mut ways.notice),
        _ => return Ok(ways),
    };
    for organisation in taking_for(rx) {
        let for_it = Thing { owner: Some(organisation), ..thing.clone() };
        let has_one =
            deals.iter().any(|deal| deal.counterparty == organisation && deal.state.is_live());
        if organisation != technology.owner && !has_one && offers(&actor, act, &for_it) {
            list.push((organisation, name(rx, organisation)?));
        }
    }
    Ok(ways)
}

/// Whether a lot keeps a listing busy.
pub(crate) fn is_live(state: LotState) -> bool {
    matches!(state, LotState::Announced | LotState::Open | LotState::Sold)
}
