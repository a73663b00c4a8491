//! Drafting: out of an award, or freely between two organisations over a listing.

use crate::act::{Act, Cx, Stop};
use crate::contract::{ContractChanged, happened, prefill, template, today};
use crate::lot::{Ended, Holder};
use ::contract::filing::Filing;
use ::contract::kept::Kept;
use ::contract::registration::Extra;
use ::contract::signing::Contract;
use access::{Act as A, Thing};
use base::{Class, ContractId, DealId, ListingId, LotId, Money, OrganisationId, Refusal};
use std::collections::BTreeMap;
use store::Hold;
use store::contract::Version;
use trading::deal::DealState;
use trading::listing::Terms;
use trading::lot::Lot;

/// What a contract is drafted out of.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub enum DraftFrom {
    /// The award of an auction: whoever has it is the acquirer, the price is the one that won.
    Lot(LotId),
    /// A deal whose award stands: its counterparty acquires, on the terms that were agreed.
    Deal(DealId),
    /// An offer, to somebody who wants it. The price is the listing's unless one is named.
    Listing { listing: ListingId, acquirer: OrganisationId, price: Option<Money> },
}

/// Drafts a contract with everything filled in that the city knows.
#[derive(serde::Serialize)]
pub struct DraftContract {
    pub from: DraftFrom,
    /// The name of a template; its last version is taken.
    pub template: String,
}

/// Everything a draft is filled from.
pub struct Basis {
    pub(crate) technology: trading::Technology,
    pub(crate) listing: trading::Listing,
    pub(crate) provider: parties::Organisation,
    pub(crate) acquirer: parties::Organisation,
    /// The lot, the price that won, and the deposit that is set against it.
    pub(crate) lot: Option<(Lot, i64)>,
    pub(crate) deal: Option<DealId>,
    pub(crate) price: Option<Money>,
    template: (String, u64, Result<::contract::Template, Vec<::contract::Fault>>),
    known: Vec<Kept>,
    /// Whether the award still runs.
    award: Option<Refusal>,
    /// Deals and open licences in the way of a free draft.
    taken: Vec<Refusal>,
}

/// The offer, who takes it, the award it comes from, and why that no longer runs.
struct Acquiring {
    listing: ListingId,
    acquirer: OrganisationId,
    lot: Option<(Lot, i64)>,
    /// The terms of a deal's award.
    agreed: Option<(DealId, Terms)>,
    award: Option<Refusal>,
}

impl Acquiring {
    fn freely(listing: ListingId, acquirer: OrganisationId) -> Self {
        Self { listing, acquirer, lot: None, agreed: None, award: None }
    }

    /// What a deal agreed on; whoever may not see the deal learns nothing of it.
    fn of_deal(cx: &mut Cx<'_, '_>, id: DealId) -> Result<Self, Stop> {
        let deal = store::deal::find(cx.tx, id)?.ok_or_else(Refusal::not_found)?;
        let sees = |party| {
            let thing = crate::deal::thing_for(&deal, party);
            crate::act::offers(&cx.actor, A::LookAtDeal, &thing)
        };
        if !sees(deal.owner) && !sees(deal.counterparty) {
            return Err(Refusal::not_found().into());
        }
        let award = match deal.state {
            DealState::Agreed => None,
            DealState::Signed => Some(Refusal::new(Class::Conflict, "deal-signed-already")),
            _ => Some(Refusal::new(Class::Conflict, "deal-no-award")),
        };
        let freely = Self::freely(deal.listing, deal.counterparty);
        Ok(Self { agreed: Some((id, deal.terms)), award, ..freely })
    }
}

impl DraftContract {
    fn acquirer(&self, cx: &mut Cx<'_, '_>) -> Result<Acquiring, Stop> {
        match &self.from {
            DraftFrom::Listing { listing, acquirer, .. } => {
                Ok(Acquiring::freely(*listing, *acquirer))
            }
            DraftFrom::Deal(id) => Acquiring::of_deal(cx, *id),
            DraftFrom::Lot(id) => {
                let lot = store::lot::find(cx.tx, *id)?.ok_or_else(Refusal::not_found)?;
                // Whoever asks before the hammer learns no more than that there is nothing to sign.
                let holder = Holder::of(cx.tx, &lot)?;
                let none = || Refusal::new(Class::Refused, "lot-not-sold");
                let holder = holder.ok_or_else(none)?;
                let over = Ended::read(&lot.outcome).is_none() || lot.award_until <= cx.now;
                let late = Refusal::new(Class::Conflict, "lot-award-late")
                    .with("at", base::Value::At(lot.award_until));
                let award = over.then_some(late);
                let freely = Acquiring::freely(lot.listing, holder.organisation);
                Ok(Acquiring { lot: Some((lot, holder.price)), award, ..freely })
            }
        }
    }
}

impl Act for DraftContract {
    const ACT: A = A::DraftContract;
    type Facts = Basis;
    type Plan = (Kept, Version);
    type Outcome = ContractChanged;

    fn holds(&self) -> Vec<Hold> {
        match &self.from {
            DraftFrom::Lot(id) => vec![Hold::on(id)],
            DraftFrom::Deal(id) => vec![Hold::on(id)],
            DraftFrom::Listing { listing, .. } => vec![Hold::on(listing)],
        }
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Basis, Stop> {
        let Acquiring { listing, acquirer, lot, agreed, award } = self.acquirer(cx)?;
        let mut listing = store::listing::find(cx.tx, listing)?.ok_or_else(Refusal::not_found)?;
        let technology = crate::technology::find(cx, listing.technology)?;
        let organisation = |cx: &mut Cx<'_, '_>, id| -> Result<parties::Organisation, Stop> {
            Ok(store::organisation::find(cx.tx, id)?.ok_or_else(Refusal::not_found)?)
        };
        let provider = organisation(cx, technology.owner)?;
        let acquirer = organisation(cx, acquirer)?;
        let known = match (&lot, &agreed) {
            (Some((lot, _)), _) => store::contract::of_lot(cx.tx, lot.id)?,
            (None, Some((deal, _))) => store::contract::of_deal(cx.tx, *deal)?,
            (None, None) => Vec::new(),
        };
        let price = match &self.from {
            DraftFrom::Listing { price, .. } => *price,
            DraftFrom::Lot(_) | DraftFrom::Deal(_) => None,
        };
        let taken = match &self.from {
            DraftFrom::Listing { .. } => {
                crate::deal::in_the_way(cx, technology.id, Some(listing.id), listing.terms.licence)?
            }
            DraftFrom::Lot(_) | DraftFrom::Deal(_) => Vec::new(),
        };
        // What was agreed counts, and not what is asked for by now.
        let deal = agreed.map(|(deal, terms)| {
            listing.terms = terms;
            deal
        });
        let template = template::last(cx.tx, &self.template)?.ok_or_else(|| {
            Refusal::invalid("choice-unknown").on("template").term("field", "field-template")
        })?;
        let template = (template.name, template.n, ::contract::Template::parse(&template.source));
        Ok(Basis {
            technology,
            listing,
            provider,
            acquirer,
            lot,
            deal,
            price,
            template,
            known,
            award,
            taken,
        })
    }

    fn thing(&self, basis: &Basis) -> Thing {
        let thing = crate::technology::thing_of(&basis.technology);
        Thing { desk: Some(basis.acquirer.id), ..thing }
    }

    fn decide(&self, basis: Basis, cx: &Cx<'_, '_>) -> Result<Self::Plan, Vec<Refusal>> {
        let mut no: Vec<Refusal> = basis.award.iter().chain(&basis.taken).cloned().collect();
        let lives = |it: &&Kept| it.acquirer == basis.acquirer.id && it.state() != "abandoned";
        if let Some(known) = basis.known.iter().find(lives) {
            let refusal = Refusal::new(Class::Conflict, "contract-drafted-already");
            no.push(refusal.text("reference", known.reference.to_string()));
        }
        if basis.provider.id == basis.acquirer.id {
            no.push(Refusal::new(Class::Refused, "contract-with-oneself").on("acquirer"));
        }
        let is_free = matches!(self.from, DraftFrom::Listing { .. });
        let is_offered = basis.listing.state == trading::ListingState::Offered;
        if is_free && !is_offered {
            no.push(Refusal::new(Class::Refused, "listing-withdrawn"));
        }
        if is_free && basis.listing.mode == trading::DealMode::Auction {
            no.push(Refusal::new(Class::Refused, "contract-by-auction").on("listing"));
        }
        let terms = prefill::terms(&basis, cx.city.reference("CT", cx.now), today(cx));
        if is_free && terms.price.total() == Some(0) && terms.price.royalty.is_none() {
            let required = Refusal::invalid("field-required").on("price");
            no.push(required.term("field", "field-price"));
        }
        if !no.is_empty() {
            return Err(no);
        }
        let (name, n, parsed) = &basis.template;
        let template = parsed.as_ref().map_err(|faults| template::refusals(faults))?;
        let drawn = template.draw(&terms).map_err(template::undrawable)?;
        let digest = drawn.document.digest();
        // The acquirer of an award drafts as the acquirer; everybody else for the provider, whose
        // offer it is.
        let by = match cx.actor.roles.iter().any(|(of, _)| *of == basis.acquirer.id) {
            true => prefill::ACQUIRER,
            false => prefill::PROVIDER,
        };
        let life = Contract::draft(&terms, Vec::new(), digest, by, cx.now)
            .map_err(crate::contract::refusals)?;
        let reference = base::Reference::parse(&terms.reference).expect("drawn by the city");
        let label = base::Label::at(base::Level::Members);
        let kept = Kept {
            id: cx.city.with_chance(|chance| ContractId::new(cx.now, chance)),
            reference,
            lot: basis.lot.as_ref().map(|(lot, _)| lot.id),
            deal: basis.deal,
            listing: basis.listing.id,
            technology: basis.technology.id,
            provider: basis.provider.id,
            acquirer: basis.acquirer.id,
            label: basis.technology.label.least_upper_bound(&label),
            judged: basis.technology.label.clone(),
            life,
            terms: terms.clone(),
            bound: None,
            template: (name.clone(), *n),
            happened: BTreeMap::new(),
            filing: Filing::Open,
            extra: Extra::default(),
            traits: None,
            signed_on: None,
            version: 0,
            drafted_by: cx.actor.person,
            changed_at: cx.now,
        };
        Ok((kept, Version { digest, terms, document: drawn.document }))
    }

    fn save(
        &self,
        (kept, version): Self::Plan,
        cx: &mut Cx<'_, '_>,
    ) -> Result<ContractChanged, Stop> {
        store::contract::add(cx.tx, &kept)?;
        store::contract::add_version(cx.tx, kept.id, 1, &version)?;
        let by = kept.life.versions.first().map_or("", |it| it.by.as_str()).to_owned();
        happened(cx, &kept, "drafted", &by, "")?;
        Ok(ContractChanged::of(&kept))
    }
}
