//! Offering a version, and signing it: with the last signature it binds, and everything follows in
//! the same act.

use crate::act::{Act, Cx, No, Stop};
use crate::city::City;
use crate::contract::payment::{income_account, set_deposit};
use crate::contract::{
    ContractChanged, find, happened, own_party, refusals, save, thing_of, today,
};
use crate::lot::{Accounts, Holder, signed_by_contract};
use ::contract::kept::Kept;
use ::contract::kind::Exclusivity;
use ::contract::signing::Step;
use ::contract::{Digest, Kind};
use access::{Act as A, Thing};
use base::{Class, ContractId, Instant, Lang, LotId, Refusal, TechnologyId, Value};
use store::Hold;
use trading::ListingState;
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
    touched: Option<(TechnologyId, Option<LotId>, Accounts)>,
}

impl SignContract {
    pub fn new(contract: ContractId, digest: Digest) -> Self {
        Self { contract, digest, touched: None }
    }
}

/// The contract, and the lot with whoever has its award.
pub struct Facts {
    kept: Kept,
    award: Option<(Lot, Option<Holder>)>,
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
        self.touched = Some((kept.technology, kept.lot, accounts));
        Ok(())
    }

    fn holds(&self) -> Vec<Hold> {
        let mut holds = vec![Hold::on(self.contract)];
        if let Some((technology, lot, accounts)) = &self.touched {
            holds.push(Hold::on(technology));
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
        Ok(Facts { kept, award })
    }

    fn thing(&self, facts: &Facts) -> Thing {
        thing_of(&facts.kept)
    }

    fn decide(&self, facts: Facts, cx: &Cx<'_, '_>) -> Result<Plan, Vec<Refusal>> {
        let Facts { mut kept, award } = facts;
        let party = own_party(&kept, cx)?;
        let person = cx.actor.person.ok_or_else(|| vec![crate::account::sign_in_required()])?;
        if let Some((lot, holder)) = &award {
            // A signature under a lost award would bind to nothing.
            let has_it = holder.is_some_and(|it| it.organisation == kept.acquirer);
            if !has_it || lot.award_until <= cx.now {
                let no = Refusal::new(Class::Conflict, "lot-award-late");
                return Err(vec![no.with("at", Value::At(lot.award_until))]);
            }
        }
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
        let Some((_, lot, accounts)) = &self.touched else { return Ok(done) };
        if let (true, Some(lot)) = (is_first, lot) {
            let lot = signed_by_contract(cx, *lot, accounts)?;
            set_deposit(cx, &kept, &lot, accounts.set())?;
        }
        if binds {
            withdraw_offers(cx, &kept)?;
        }
        Ok(done)
    }
}

/// Whether nobody else can have the technology on such terms.
fn is_alone(kept: &Kept) -> bool {
    let terms = kept.current();
    let exclusivity = terms.grant.as_ref().map(|it| it.exclusivity);
    terms.kind == Kind::Transfer
        || matches!(exclusivity, Some(Exclusivity::Exclusive | Exclusivity::Sole))
}

/// What is given to one alone is offered to nobody else, in no mode (trading.md 19, scenario 4).
fn withdraw_offers(cx: &mut Cx<'_, '_>, kept: &Kept) -> Result<(), Stop> {
    if !is_alone(kept) {
        return Ok(());
    }
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
