//! Deals of the demonstration city: a negotiation under way, a price that somebody accepted, an open
//! licence with a licence taken. Everything is invented, and is made once.

use crate::exit::{Exit, Failure};
use app::contract::{DraftContract, DraftFrom};
use app::deal::{AcceptPrice, MakeOffer, Offer};
use app::open_licence::{AnnounceOpenLicence, DeclareOpenLicence, NotifyLicensor};
use app::{Asker, City};
use base::{Class, OrganisationId, PersonId, Refusal};
use std::collections::BTreeMap;
use trading::listing::{DealMode, Listing, Terms};

/// Who takes part: the organisation and the person who acts for it.
const TAKER: (&str, &str) = ("yanguang", "deng.haoran@demo.bellwether.example");
/// Listings looked through.
const LISTINGS_MAX: usize = 100;
const DAY: i64 = 86_400;

/// What the seeding of deals works with.
pub(crate) struct Deals<'c> {
    pub city: &'c City,
    pub operator: &'c Asker,
    pub organisations: &'c BTreeMap<String, OrganisationId>,
    /// By e-mail.
    pub people: &'c BTreeMap<String, PersonId>,
}

impl Deals<'_> {
    /// Makes one of each kind, unless the firm has deals already.
    pub(crate) fn seed(&self) -> Result<(), Failure> {
        let who = Asker::person(*self.people.get(TAKER.1).ok_or_else(|| broken(TAKER.1))?);
        let taker = *self.organisations.get(TAKER.0).ok_or_else(|| broken(TAKER.0))?;
        if !self.city.deals(&who, None, 1)?.rows.is_empty() {
            return Ok(());
        }
        for mode in [DealMode::Negotiation, DealMode::FixedPrice] {
            let Some(listing) = self.offered(taker, mode)? else { continue };
            match mode {
                DealMode::Negotiation => {
                    let terms = Terms { price: listing.terms.price, ..listing.terms.clone() };
                    let expires = self.city.now().plus_seconds(20 * DAY);
                    let offer = Offer { terms: priced(terms), expires };
                    let act = MakeOffer::new(listing.id, listing.version, taker, offer);
                    self.city.perform(&who, act)?;
                }
                _ => {
                    let act = AcceptPrice::new(listing.id, listing.version, taker);
                    self.city.perform(&who, act)?;
                }
            }
        }
        self.open_licence(&who, taker)
    }

    fn open_licence(&self, who: &Asker, taker: OrganisationId) -> Result<(), Failure> {
        let listed = self.city.offered_as(who, DealMode::OpenLicence, LISTINGS_MAX)?;
        for (listing, owner) in listed.into_iter().filter(|(_, owner)| *owner != taker) {
            let Some(officer) = self.officer(owner)? else { continue };
            // A patent may not be in force, or an exclusive right be offered beside it.
            let declared =
                self.city.perform(&officer, DeclareOpenLicence::new(listing.id, String::new()));
            let Ok(declared) = declared else { continue };
            let licence = declared.licence;
            self.city.perform(self.operator, AnnounceOpenLicence { licence })?;
            let notice = NotifyLicensor { licence, organisation: taker };
            let deal = self.city.perform(who, notice)?.deal;
            // Its contract waits to be read and signed.
            let from = DraftFrom::Deal(deal);
            self.city.perform(&officer, DraftContract { from, template: String::new() })?;
            return Ok(());
        }
        Ok(())
    }

    /// The first listing that is to be had this way and does not belong to the firm.
    fn offered(&self, taker: OrganisationId, mode: DealMode) -> Result<Option<Listing>, Failure> {
        let found = self.city.offered_as(&Asker::nobody(), mode, LISTINGS_MAX)?;
        Ok(found.into_iter().find(|(_, owner)| *owner != taker).map(|(listing, _)| listing))
    }

    /// Whoever speaks for an institute.
    pub(crate) fn officer(&self, owner: OrganisationId) -> Result<Option<Asker>, Failure> {
        for person in self.people.values() {
            let asker = Asker::person(*person);
            let Some(me) = self.city.me(&asker)? else { continue };
            let officers = me.actor.organisations_with(&[access::Role::TransferOfficer]);
            if officers.contains(&owner) {
                return Ok(Some(asker));
            }
        }
        Ok(None)
    }
}

/// An offer needs a price: an invented one where the listing names none.
fn priced(terms: Terms) -> Terms {
    let invented = base::Money::new(30_000_000, base::Currency::CNY);
    Terms { price: terms.price.or(Some(invented)), ..terms }
}

fn broken(what: &str) -> Failure {
    let reason = Refusal::new(Class::Unknown, "cli-demo-broken").text("found", what);
    Failure::new(Exit::Failed, reason)
}
