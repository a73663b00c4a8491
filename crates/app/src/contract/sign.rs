//! Offering a version, and signing it: with the last signature it binds, and everything follows in
//! the same act.

use crate::act::{Act, Cx, No, Stop};
use crate::city::City;
use crate::contract::payment::{income_account, set_deposit};
use crate::contract::{
    ContractChanged, find, happened, own_party, refusals, save, thing_of, today,
};
use crate::deal::rival_of;
use crate::lot::{Accounts, Holder, signed_by_contract};
use ::contract::kept::Kept;
use ::contract::kind::Exclusivity;
use ::contract::signing::Step;
use ::contract::{Digest, Kind, Terms};
use access::{Act as A, Thing};
use base::{Class, ContractId, DealId, Instant, Lang, LotId, Refusal, TechnologyId, Value};
use store::Hold;
use trading::ListingState;
use trading::deal::{Deal, DealState};
use trading::lot::Lot;

/// Offers the last version for signature.
#[derive(serde::Serialize)]
pub struct OfferContract {
    pub contract: ContractId,
    pub version: u64,
    /// From this moment on nobody can sign it any more.
    pub until: Option<Instant>,
}

impl Act for OfferContract {
    const ACT: A = A::OfferContract;
    type Facts = Kept;
    type Plan = (Kept, String);
    type Outcome = ContractChanged;

    fn holds(&self) -> Vec<Hold> {
        vec![Hold::on(self.contract)]
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Kept, Stop> {
        find(cx, self.contract)
    }

    fn thing(&self, kept: &Kept) -> Thing {
        thing_of(kept)
    }

    fn decide(&self, kept: Kept, cx: &Cx<'_, '_>) -> Result<Self::Plan, Vec<Refusal>> {
        let by = own_party(&kept, cx)?;
        if kept.version != self.version {
            return Err(vec![Refusal::new(Class::Conflict, "version-conflict")]);
        }
        let step = Step::Offer { by: by.clone(), until: self.until };
        let life = kept.life.take(&step, cx.now).map_err(refusals)?;
        Ok((Kept { life, ..kept }, by))
    }

    fn save(
        &self,
        (mut kept, by): Self::Plan,
        cx: &mut Cx<'_, '_>,
    ) -> Result<ContractChanged, Stop> {
        save(cx, &mut kept, "offered", &by, "")
    }
}

/// Signs the offered version for one party, under the digest that was shown.
#[derive(serde::Serialize)]
pub struct SignContract {
    pub contract: ContractId,
    pub digest: Digest,
    /// What may change with the last signature; found before the act begins.
    #[serde(skip)]
    touched: Option<Touched>,
}

impl SignContract {
    pub fn new(contract: ContractId, digest: Digest) -> Self {
        Self { contract, digest, touched: None }
    }
}

/// What else the last signature may change.
struct Touched {
    technology: TechnologyId,
    lot: Option<LotId>,
    deal: Option<DealId>,
    accounts: Accounts,
}

/// The contract, the lot with whoever has its award, and every deal on the technology.
pub struct Facts {
    kept: Kept,
    award: Option<(Lot, Option<Holder>)>,
    live: Vec<Deal>,
}

impl Facts {
    /// A signature under a lost award would bind to nothing.
    fn lost(&self, cx: &Cx<'_, '_>) -> Option<Refusal> {
        if let Some((lot, holder)) = &self.award {
            let has_it = holder.is_some_and(|it| it.organisation == self.kept.acquirer);
            let late = || Refusal::new(Class::Conflict, "lot-award-late");
            let is_lost = !has_it || lot.award_until <= cx.now;
            return is_lost.then(|| late().with("at", Value::At(lot.award_until)));
        }
        if self.kept.bound.is_some() {
            return None;
        }
        if let Some(id) = self.kept.deal {
            let own = self.live.iter().find(|deal| deal.id == id);
            if own.is_none_or(|deal| deal.state != DealState::Agreed) {
                return Some(Refusal::new(Class::Conflict, "deal-no-award"));
            }
        }
        is_alone(&self.kept.terms).then(|| rival_of(&self.live, self.kept.deal)).flatten()
    }
}

/// The contract after the signature, and whether it binds for the first time.
pub struct Plan {
    kept: Kept,
    party: String,
    binds: bool,
    is_first: bool,
}

impl Act for SignContract {
    const ACT: A = A::SignContract;
    type Facts = Facts;
    type Plan = Plan;
    type Outcome = ContractChanged;

    fn prepare(&mut self, city: &City) -> Result<(), No> {
        let found = city.store().read(|tx| store::contract::find(tx, self.contract))?;
        let Some(kept) = found else { return Ok(()) };
        let accounts = match kept.lot {
            Some(lot) => Accounts::of_holders(city, lot)?.and(income_account(kept.id)),
            None => Accounts::default(),
        };
        let Kept { technology, lot, deal, .. } = kept;
        self.touched = Some(Touched { technology, lot, deal, accounts });
        Ok(())
    }

    fn holds(&self) -> Vec<Hold> {
        let mut holds = vec![Hold::on(self.contract)];
        if let Some(Touched { technology, lot, deal, accounts }) = &self.touched {
            holds.push(Hold::on(technology));
            holds.extend(deal.map(Hold::on));
            holds.extend(lot.map(|lot| accounts.holds(lot)).unwrap_or_default());
        }
        holds
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Facts, Stop> {
        let kept = find(cx, self.contract)?;
        let award = match kept.lot.filter(|_| kept.bound.is_none()) {
            Some(lot) => {
                let lot = store::lot::find(cx.tx, lot)?.ok_or_else(Refusal::not_found)?;
                let holder = Holder::of(cx.tx, &lot)?;
                Some((lot, holder))
            }
            None => None,
        };
        let live = store::deal::live(cx.tx, kept.technology)?;
        Ok(Facts { kept, award, live })
    }

    fn thing(&self, facts: &Facts) -> Thing {
        thing_of(&facts.kept)
    }

    fn decide(&self, facts: Facts, cx: &Cx<'_, '_>) -> Result<Plan, Vec<Refusal>> {
        let party = own_party(&facts.kept, cx)?;
        let person = cx.actor.person.ok_or_else(|| vec![crate::account::sign_in_required()])?;
        if let Some(lost) = facts.lost(cx) {
            return Err(vec![lost]);
        }
        let mut kept = facts.kept;
        let step = Step::Sign { party: party.clone(), person, digest: self.digest };
        let before = kept.life.bound().map(|it| it.version);
        kept.life = kept.life.take(&step, cx.now).map_err(refusals)?;
        let binds = kept.life.bound().map(|it| it.version) != before;
        let is_first = binds && kept.bound.is_none();
        if binds {
            kept.bound = Some(kept.terms.clone());
            kept.signed_on.get_or_insert_with(|| today(cx));
        }
        Ok(Plan { kept, party, binds, is_first })
    }

    fn save(&self, plan: Plan, cx: &mut Cx<'_, '_>) -> Result<ContractChanged, Stop> {
        let Plan { mut kept, party, binds, is_first } = plan;
        let done = save(cx, &mut kept, "signed", &party, "")?;
        if binds {
            happened(cx, &kept, "bound", "", "")?;
        }
        let Some(Touched { lot, deal, accounts, .. }) = &self.touched else { return Ok(done) };
        if let (true, Some(lot)) = (is_first, lot) {
            let lot = signed_by_contract(cx, *lot, accounts)?;
            set_deposit(cx, &kept, &lot, accounts.set())?;
        }
        if let (true, Some(deal)) = (is_first, deal) {
            crate::deal::signed(cx, *deal)?;
        }
        if binds && is_alone(kept.current()) {
            withdraw_offers(cx, &kept)?;
            crate::deal::given(cx, &kept)?;
        }
        Ok(done)
    }
}

/// Whether nobody else can have the technology on such terms.
fn is_alone(terms: &Terms) -> bool {
    let exclusivity = terms.grant.as_ref().map(|it| it.exclusivity);
    terms.kind == Kind::Transfer
        || matches!(exclusivity, Some(Exclusivity::Exclusive | Exclusivity::Sole))
}

/// What is given to one alone is offered to nobody else, in no mode (trading.md 19, scenario 4).
fn withdraw_offers(cx: &mut Cx<'_, '_>, kept: &Kept) -> Result<(), Stop> {
    let technology = crate::technology::find(cx, kept.technology)?;
    let [en, zh] = [Lang::En, Lang::Zh].map(|lang| words::say(lang, "contract-offer-gone"));
    let reason = format!("{zh} / {en}");
    for listing in store::listing::of_technology(cx.tx, kept.technology)? {
        if listing.state != ListingState::Offered {
            continue;
        }
        let plan = trading::listing::withdraw(&listing, listing.version, &reason, cx.now)?;
        let before = Some(listing.version);
        crate::listing::save(cx, before, (technology.clone(), plan), "listing-withdrawn")?;
    }
    Ok(())
}
