//! Opening a venture, planning its contribution, taking it back.

use crate::act::{Act, Cx, Stop};
use crate::venture::{VentureChanged, find, thing_of, told};
use access::{Act as A, Thing};
use base::{Class, Currency, OrganisationId, Refusal, TechnologyId, VentureId, WorkingDays};
use equity::valuation::Valuation;
use store::Hold;
use trading::technology::Technology;
use trading::venture::{
    Holder, Offer, Open, Venture, VentureState, check_texts, check_valuation, open, refusals,
};

/// Opens a venture for a technology and the company that is to redevelop it. The institute is its
/// first holder, with shares of the state.
#[derive(serde::Serialize)]
pub struct OpenVenture {
    pub technology: TechnologyId,
    pub company: OrganisationId,
    pub currency: Currency,
}

impl Act for OpenVenture {
    const ACT: A = A::OpenVenture;
    type Facts = (Technology, Vec<Venture>);
    type Plan = Venture;
    type Outcome = VentureChanged;

    fn holds(&self) -> Vec<Hold> {
        vec![Hold::on(self.technology)]
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Self::Facts, Stop> {
        let technology = crate::technology::find(cx, self.technology)?;
        let company = store::organisation::find(cx.tx, self.company)?;
        if company.is_none_or(|it| it.merged_into.is_some()) {
            let id = self.company.to_string();
            let no = Refusal::invalid("organisation-unknown").on("company").text("found", id);
            crate::act::may(&cx.actor, A::OpenVenture, &crate::technology::thing_of(&technology))?;
            return Err(no.into());
        }
        let before = store::venture::of_technology(cx.tx, self.technology)?;
        Ok((technology, before))
    }

    fn thing(&self, (technology, _): &Self::Facts) -> Thing {
        crate::technology::thing_of(technology)
    }

    fn decide(
        &self,
        (technology, before): Self::Facts,
        cx: &Cx<'_, '_>,
    ) -> Result<Venture, Vec<Refusal>> {
        let is_same =
            |it: &Venture| it.company == self.company && it.state != VentureState::Withdrawn;
        if before.iter().any(is_same) {
            return Err(vec![Refusal::new(Class::Conflict, "venture-open-already").on("company")]);
        }
        let ask = Open {
            id: cx.city.with_chance(|chance| VentureId::new(cx.now, chance)),
            reference: cx.city.reference("VE", cx.now),
            company: self.company,
            currency: self.currency,
        };
        open(&technology, ask, cx.now)
    }

    fn save(&self, venture: Venture, cx: &mut Cx<'_, '_>) -> Result<VentureChanged, Stop> {
        store::venture::add(cx.tx, &venture, cx.actor.person)?;
        let institute = Holder {
            venture: venture.id,
            n: 1,
            organisation: Some(venture.owner),
            person: None,
            name: base::Bilingual::default(),
            is_state: true,
        };
        store::venture::add_holder(cx.tx, &institute, cx.now)?;
        told(cx, &venture, "venture-opened", serde_json::json!({}));
        Ok(VentureChanged::of(&venture))
    }
}

/// Keeps a valuation, an agreed contribution, or both; what is left out stays as it was.
#[derive(serde::Serialize)]
pub struct ReviseVenture {
    pub venture: VentureId,
    pub version: u64,
    pub valuation: Option<Valuation>,
    pub offer: Option<Offer>,
}

impl Act for ReviseVenture {
    const ACT: A = A::ReviseVenture;
    type Facts = (Venture, Vec<Holder>, trading::venture::Rules);
    type Plan = Venture;
    type Outcome = VentureChanged;

    fn holds(&self) -> Vec<Hold> {
        vec![Hold::on(self.venture)]
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Self::Facts, Stop> {
        let venture = find(cx, self.venture)?;
        let holders = store::venture::holders(cx.tx, self.venture, trading::venture::HOLDERS_MAX)?;
        Ok((venture, holders, store::venture::rules(cx.tx)?))
    }

    fn thing(&self, (venture, ..): &Self::Facts) -> Thing {
        thing_of(venture)
    }

    fn decide(
        &self,
        (mut venture, holders, rules): Self::Facts,
        cx: &Cx<'_, '_>,
    ) -> Result<Venture, Vec<Refusal>> {
        venture.still_prepared().map_err(|no| vec![no])?;
        if venture.version != self.version {
            return Err(vec![Refusal::new(Class::Conflict, "version-conflict")]);
        }
        let today = WorkingDays::china().date(cx.now);
        let mut no = Vec::new();
        if let Some(it) = &self.valuation {
            no.extend(check_valuation(it, today).err().unwrap_or_default());
            venture.plan.valuation = Some(it.clone());
        }
        if let Some(it) = &self.offer {
            no.extend(check_texts(it));
            no.extend(check_offer(it, &holders, &rules));
            venture.plan.offer = Some(it.clone());
        }
        venture.plan.changed_at = Some(cx.now);
        venture.changed_at = cx.now;
        if no.is_empty() { Ok(venture) } else { Err(no) }
    }

    fn save(&self, mut venture: Venture, cx: &mut Cx<'_, '_>) -> Result<VentureChanged, Stop> {
        if !store::venture::change(cx.tx, &venture, self.version)? {
            return Err(Refusal::new(Class::Conflict, "version-conflict").into());
        }
        venture.version += 1;
        told(cx, &venture, "venture-planned", serde_json::json!({}));
        Ok(VentureChanged::of(&venture))
    }
}

/// Whatever the floors of its day and the holders entered say against an offer.
fn check_offer(it: &Offer, holders: &[Holder], rules: &trading::venture::Rules) -> Vec<Refusal> {
    let contribution = &it.contribution;
    let is_known = |key: &str| holders.iter().any(|holder| holder.key() == key);
    let mut flaws = contribution.allot(&rules.floors).err().unwrap_or_default();
    let mut when = |is: bool, field: String| {
        if is {
            flaws.push(equity::Flaw { field, code: "unknown" });
        }
    };
    when(!is_known(&contribution.owner), "owner".to_owned());
    for (n, (key, _)) in contribution.inventors.iter().enumerate() {
        when(!is_known(key), format!("inventors.{n}"));
    }
    refusals(flaws)
}

/// Takes a venture back whose technology was not contributed yet.
#[derive(serde::Serialize)]
pub struct WithdrawVenture {
    pub venture: VentureId,
}

impl Act for WithdrawVenture {
    const ACT: A = A::WithdrawVenture;
    type Facts = Venture;
    type Plan = Venture;
    type Outcome = VentureChanged;

    fn holds(&self) -> Vec<Hold> {
        vec![Hold::on(self.venture)]
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Venture, Stop> {
        find(cx, self.venture)
    }

    fn thing(&self, venture: &Venture) -> Thing {
        thing_of(venture)
    }

    fn decide(&self, mut venture: Venture, cx: &Cx<'_, '_>) -> Result<Venture, Vec<Refusal>> {
        venture.still_prepared().map_err(|no| vec![no])?;
        venture.state = VentureState::Withdrawn;
        venture.changed_at = cx.now;
        Ok(venture)
    }

    fn save(&self, mut venture: Venture, cx: &mut Cx<'_, '_>) -> Result<VentureChanged, Stop> {
        if !store::venture::change(cx.tx, &venture, venture.version)? {
            return Err(Refusal::new(Class::Conflict, "version-conflict").into());
        }
        venture.version += 1;
        told(cx, &venture, "venture-withdrawn", serde_json::json!({}));
        Ok(VentureChanged::of(&venture))
    }
}
