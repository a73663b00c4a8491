//! Open licences: declared, announced, taken by notice, withdrawn or lapsed.

use crate::act::{About, Act, Cx, No, Stop};
use crate::city::City;
use crate::deal::{DealChanged, Loaded, holds, keep, load, technology_of};
use access::{Act as A, Thing};
use base::{
    Class, DealId, ListingId, OpenLicenceId, OrganisationId, Reference, Refusal, TechnologyId,
};
use store::Hold;
use trading::deal::{Ask, Deal};
use trading::listing::Listing;
use trading::open_licence::{Declare, OpenLicence, declare};
use trading::technology::Technology;

/// What a change of an open licence tells its caller.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct OpenLicenceChanged {
    pub licence: OpenLicenceId,
    pub reference: Reference,
    pub state: String,
    pub version: u64,
}

/// What access judges of an open licence, as a matter of an organisation.
pub fn thing_for(it: &OpenLicence, party: OrganisationId) -> Thing {
    Thing {
        owner: Some(party),
        state: it.state.word(),
        label: it.label.clone(),
        ..Thing::default()
    }
}

fn find(cx: &mut Cx<'_, '_>, id: OpenLicenceId) -> Result<OpenLicence, Stop> {
    Ok(store::open_licence::find(cx.tx, id)?.ok_or_else(Refusal::not_found)?)
}

fn keep_licence(
    cx: &mut Cx<'_, '_>,
    it: &OpenLicence,
    kind: &str,
) -> Result<OpenLicenceChanged, Stop> {
    if it.version == 1 {
        store::open_licence::add(cx.tx, it)?;
    } else {
        store::open_licence::change(cx.tx, it)?;
    }
    let about = About {
        thing: it.id.to_string(),
        version: it.version,
        owner: Some(it.owner),
        label: &it.label,
        state: it.state.word(),
    };
    let body = serde_json::json!({ "listing": it.listing, "technology": it.technology });
    cx.event(kind, about, body);
    Ok(OpenLicenceChanged {
        licence: it.id,
        reference: it.reference.clone(),
        state: it.state.word().to_owned(),
        version: it.version,
    })
}

/// Declares that anybody may use a patent, on the terms of a listing.
#[derive(serde::Serialize)]
pub struct DeclareOpenLicence {
    pub listing: ListingId,
    /// The number of the evaluation report, for utility models and designs.
    pub report: String,
    #[serde(skip)]
    technology: Option<TechnologyId>,
}

impl DeclareOpenLicence {
    pub fn new(listing: ListingId, report: String) -> Self {
        Self { listing, report, technology: None }
    }
}

impl Act for DeclareOpenLicence {
    const ACT: A = A::DeclareOpenLicence;
    type Facts = (Loaded, Vec<Listing>);
    type Plan = OpenLicence;
    type Outcome = OpenLicenceChanged;

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

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Self::Facts, Stop> {
        let loaded = load(cx, self.listing)?;
        let mut others = store::listing::of_technology(cx.tx, loaded.technology.id)?;
        others.retain(|other| other.id != self.listing);
        Ok((loaded, others))
    }

    fn thing(&self, (loaded, _): &Self::Facts) -> Thing {
        crate::technology::thing_of(&loaded.technology)
    }

    fn decide(
        &self,
        (loaded, others): Self::Facts,
        cx: &Cx<'_, '_>,
    ) -> Result<OpenLicence, Vec<Refusal>> {
        let ask = Declare {
            id: cx.city.with_chance(|chance| OpenLicenceId::new(cx.now, chance)),
            reference: cx.city.reference("OL", cx.now),
            report: self.report.clone(),
        };
        let today = cx.now.date_at(cx.city.settings().utc_offset_minutes);
        declare(
            &loaded.technology,
            (&loaded.listing, &others),
            (&loaded.live, loaded.standing.as_ref().map(|it| &it.reference)),
            ask,
            (today, cx.now),
        )
    }

    fn save(&self, it: OpenLicence, cx: &mut Cx<'_, '_>) -> Result<OpenLicenceChanged, Stop> {
        keep_licence(cx, &it, "open-licence-declared")
    }
}

/// What acts on one open licence have in common.
macro_rules! on_licence {
    () => {
        type Plan = OpenLicence;
        type Outcome = OpenLicenceChanged;

        fn holds(&self) -> Vec<Hold> {
            vec![Hold::on(self.licence)]
        }

        fn read_committed(&self) -> bool {
            true
        }
    };
}

/// The office announces a declaration: from then on notices are taken.
#[derive(serde::Serialize)]
pub struct AnnounceOpenLicence {
    pub licence: OpenLicenceId,
}

impl Act for AnnounceOpenLicence {
    const ACT: A = A::AnnounceOpenLicence;
    type Facts = OpenLicence;
    on_licence!();

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<OpenLicence, Stop> {
        find(cx, self.licence)
    }

    fn thing(&self, it: &OpenLicence) -> Thing {
        thing_for(it, it.owner)
    }

    fn decide(&self, it: OpenLicence, cx: &Cx<'_, '_>) -> Result<OpenLicence, Vec<Refusal>> {
        it.announce(cx.now)
    }

    fn save(&self, it: OpenLicence, cx: &mut Cx<'_, '_>) -> Result<OpenLicenceChanged, Stop> {
        keep_licence(cx, &it, "open-licence-announced")
    }
}

/// The owner withdraws an open licence: licences that arose stay.
#[derive(serde::Serialize)]
pub struct WithdrawOpenLicence {
    pub licence: OpenLicenceId,
    pub reason: String,
}

impl Act for WithdrawOpenLicence {
    const ACT: A = A::WithdrawOpenLicence;
    type Facts = OpenLicence;
    on_licence!();

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<OpenLicence, Stop> {
        find(cx, self.licence)
    }

    fn thing(&self, it: &OpenLicence) -> Thing {
        thing_for(it, it.owner)
    }

    fn decide(&self, it: OpenLicence, cx: &Cx<'_, '_>) -> Result<OpenLicence, Vec<Refusal>> {
        it.withdraw(&self.reason, cx.now)
    }

    fn save(&self, it: OpenLicence, cx: &mut Cx<'_, '_>) -> Result<OpenLicenceChanged, Stop> {
        keep_licence(cx, &it, "open-licence-withdrawn")
    }
}

/// The last patent is gone, or its owner: the open licence lapses.
#[derive(serde::Serialize)]
pub struct LapseOpenLicence {
    pub licence: OpenLicenceId,
}

impl Act for LapseOpenLicence {
    const ACT: A = A::TendDeals;
    type Facts = (OpenLicence, Technology);
    on_licence!();

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Self::Facts, Stop> {
        let it = find(cx, self.licence)?;
        let technology = crate::technology::find(cx, it.technology)?;
        Ok((it, technology))
    }

    fn thing(&self, _: &Self::Facts) -> Thing {
        Thing::open()
    }

    fn decide(
        &self,
        (it, technology): Self::Facts,
        cx: &Cx<'_, '_>,
    ) -> Result<OpenLicence, Vec<Refusal>> {
        let today = cx.now.date_at(cx.city.settings().utc_offset_minutes);
        let stands = || vec![Refusal::new(Class::Conflict, "version-conflict")];
        it.lapse(&technology, today, cx.now).ok_or_else(stands)
    }

    fn save(&self, it: OpenLicence, cx: &mut Cx<'_, '_>) -> Result<OpenLicenceChanged, Stop> {
        keep_licence(cx, &it, "open-licence-lapsed")
    }
}

/// Takes a licence by a notice: it stands from the moment in which the notice arrives.
#[derive(serde::Serialize)]
pub struct GiveNotice {
    pub licence: OpenLicenceId,
    pub organisation: OrganisationId,
}

impl Act for GiveNotice {
    const ACT: A = A::GiveNotice;
    type Facts = (OpenLicence, Loaded);
    type Plan = Deal;
    type Outcome = DealChanged;

    // Held as its withdrawal is: a notice is before it or after it.
    fn holds(&self) -> Vec<Hold> {
        vec![Hold::on(self.licence)]
    }

    fn read_committed(&self) -> bool {
        true
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Self::Facts, Stop> {
        let it = find(cx, self.licence)?;
        let loaded = load(cx, it.listing)?;
        Ok((it, loaded))
    }

    fn thing(&self, (it, _): &Self::Facts) -> Thing {
        thing_for(it, self.organisation)
    }

    fn decide(&self, (it, loaded): Self::Facts, cx: &Cx<'_, '_>) -> Result<Deal, Vec<Refusal>> {
        let sign_in = || vec![Refusal::new(Class::SignIn, "sign-in-required")];
        let ask = Ask {
            id: cx.city.with_chance(|chance| DealId::new(cx.now, chance)),
            reference: cx.city.reference("DL", cx.now),
            counterparty: self.organisation,
            person: cx.actor.person.ok_or_else(sign_in)?,
            version: loaded.listing.version,
        };
        it.notice(&loaded.facts(cx.city), ask, cx.now)
    }

    fn save(&self, deal: Deal, cx: &mut Cx<'_, '_>) -> Result<DealChanged, Stop> {
        keep(cx, &deal, ("notice", "counterparty"))
    }
}

impl City {
    /// Whether an open licence has lost what it stands on.
    pub(crate) fn has_lapsed(&self, id: OpenLicenceId) -> Result<bool, No> {
        let now = self.now();
        let today = now.date_at(self.settings().utc_offset_minutes);
        Ok(self.store().read(|tx| {
            let Some(it) = store::open_licence::find(tx, id)? else { return Ok(false) };
            let found = store::technology::find(tx, it.technology)?;
            Ok(found.is_some_and(|technology| it.lapse(&technology, today, now).is_some()))
        })?)
    }
}
