//! Negotiations: offers and counter-offers, of which only the last open one can be accepted.

use super::{
    DealChanged, Loaded, after, ask, contract_of, find, holds, keep, load, technology_of, thing_for,
};
use crate::act::{Act, Cx, No, Stop};
use crate::city::City;
use access::{Act as A, Thing};
use base::{Class, DealId, Instant, ListingId, OrganisationId, Reference, Refusal, TechnologyId};
use store::Hold;
use trading::deal::{
    After, Answer as Answered, Deal, Offer as Offered, Side, answer, negotiate, unrivalled,
};
use trading::listing::Terms;

/// An offer: all of its terms, and until when it stands.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Offer {
    pub terms: Terms,
    pub expires: Instant,
}

impl From<&Offer> for Offered {
    fn from(of: &Offer) -> Self {
        Self { terms: of.terms.clone(), expires: of.expires }
    }
}

/// Begins a negotiation about a listing with an offer.
#[derive(serde::Serialize)]
pub struct MakeOffer {
    pub listing: ListingId,
    pub version: u64,
    pub organisation: OrganisationId,
    pub offer: Offer,
    #[serde(skip)]
    technology: Option<TechnologyId>,
}

impl MakeOffer {
    pub fn new(
        listing: ListingId,
        version: u64,
        organisation: OrganisationId,
        offer: Offer,
    ) -> Self {
        Self { listing, version, organisation, offer, technology: None }
    }
}

impl Act for MakeOffer {
    const ACT: A = A::MakeOffer;
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
        negotiate(&loaded.facts(cx.city), ask, (&self.offer).into(), cx.now)
    }

    fn save(&self, deal: Deal, cx: &mut Cx<'_, '_>) -> Result<DealChanged, Stop> {
        keep(cx, &deal, ("offer", "counterparty"))
    }
}

/// What a side answers.
#[derive(Clone, Debug, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Answer {
    Counter(Offer),
    /// The number of the offer that was read.
    Accept(u64),
    Refuse(String),
    /// The owner has nothing against an accepted price.
    Confirm,
    /// An award that no contract holds is let go, with the reason.
    LetGo(String),
}

impl Answer {
    fn word(&self) -> &'static str {
        match self {
            Self::Counter(_) => "offer",
            Self::Accept(_) => "agree",
            Self::Refuse(_) => "refuse",
            Self::Confirm => "confirm",
            Self::LetGo(_) => "let-go",
        }
    }
}

/// A side of a deal answers: its owner, or the counterparty.
#[derive(serde::Serialize)]
pub struct AnswerDeal<const OWNER: bool> {
    pub deal: DealId,
    pub answer: Answer,
    #[serde(skip)]
    technology: Option<TechnologyId>,
}

impl<const OWNER: bool> AnswerDeal<OWNER> {
    const SIDE: Side = if OWNER { Side::Owner } else { Side::Counterparty };

    pub fn new(deal: DealId, answer: Answer) -> Self {
        Self { deal, answer, technology: None }
    }
}

/// A deal, how its agreement goes on, and what else there is on its technology.
pub struct Answering {
    deal: Deal,
    after: After,
    live: Vec<Deal>,
    /// The reference of its contract.
    contract: Option<Reference>,
}

impl<const OWNER: bool> Act for AnswerDeal<OWNER> {
    const ACT: A = if OWNER { A::AnswerAsOwner } else { A::AnswerAsTaker };
    type Facts = Answering;
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

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Answering, Stop> {
        let deal = find(cx, self.deal)?;
        let after = after(cx, deal.owner)?;
        let live = store::deal::live(cx.tx, deal.technology)?;
        let contract = contract_of(cx.tx, deal.id)?.map(|it| it.reference);
        Ok(Answering { deal, after, live, contract })
    }

    fn thing(&self, facts: &Answering) -> Thing {
        thing_for(&facts.deal, facts.deal.party(Self::SIDE))
    }

    fn decide(&self, facts: Answering, cx: &Cx<'_, '_>) -> Result<Deal, Vec<Refusal>> {
        let Answering { deal, after, live, contract } = facts;
        if let (Answer::LetGo(_), Some(held)) = (&self.answer, contract) {
            let no = Refusal::new(Class::Conflict, "deal-has-contract");
            return Err(vec![no.text("reference", held.as_str())]);
        }
        let answered = match &self.answer {
            Answer::Counter(offer) => Answered::Counter(offer.into()),
            Answer::Accept(offer) => Answered::Accept { offer: *offer },
            Answer::Refuse(reason) => Answered::Refuse { reason: reason.clone() },
            Answer::Confirm => Answered::Confirm,
            Answer::LetGo(reason) => Answered::LetGo { reason: reason.clone() },
        };
        unrivalled(answer(deal, Self::SIDE, answered, &after, cx.now)?, &live)
    }

    fn save(&self, deal: Deal, cx: &mut Cx<'_, '_>) -> Result<DealChanged, Stop> {
        keep(cx, &deal, (self.answer.word(), Self::SIDE.word()))
    }
}
