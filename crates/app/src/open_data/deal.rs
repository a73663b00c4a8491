//! What deals tell: what a public institution agreed on, from its publication on; open licences from
//! their announcement, with every licence that arose.

use super::contract::{Signed, Telling};
use super::{Matter, both, new_awards, party, told_tender};
use crate::city::City;
use base::{Bilingual, Instant, OpenLicenceId, Span};
use ocds::process::{
    Award, AwardState, Classification, Criteria, Item, Listing, Method, Organisation, Step, Tender,
    What,
};
use parties::organisation::Organisation as Party;
use store::{StoreError, Tx};
use trading::deal::{Deal, DealState};
use trading::listing::{DealMode, Terms};
use trading::open_licence::{OpenLicence, OpenLicenceState};
use trading::technology::Technology;

const ITEM: &str = "1";
/// How long a patent is in force at most, in days: where its end is not known.
const PATENT_DAYS: i64 = 20 * 366;
const DAY_SECONDS: i64 = 86_400;

/// What a deal or an open licence is about.
struct About {
    technology: Technology,
    owner: Party,
    office: Option<Party>,
}

fn about(tx: &mut Tx<'_>, id: base::TechnologyId) -> Result<Option<About>, StoreError> {
    let Some(technology) = store::technology::find(tx, id)? else { return Ok(None) };
    let Some(owner) = store::organisation::find(tx, technology.owner)? else { return Ok(None) };
    let office = match store::city::office(tx)? {
        Some(id) => store::organisation::find(tx, id)?,
        None => None,
    };
    Ok(Some(About { technology, owner, office }))
}

impl About {
    fn title(&self) -> Bilingual {
        self.technology.content.title.clone()
    }

    fn begin(&self) -> What {
        What::Listed(Listing {
            title: self.title(),
            description: self.technology.content.summary.clone(),
            documents: Vec::new(),
        })
    }

    fn tender(&self, mode: DealMode, terms: &Terms, submission: Span) -> Tender {
        let content = &self.technology.content;
        let class = content.classes.first().map(|class| Classification {
            scheme: class.scheme.to_uppercase(),
            id: class.symbol.clone(),
            description: String::new(),
        });
        let method = match mode {
            DealMode::OpenLicence => Method::Open,
            DealMode::Negotiation => Method::Limited,
            _ => Method::Direct,
        };
        Tender {
            title: self.title(),
            description: content.summary.clone(),
            method,
            method_details: both(&format!("listing-mode-{}", mode.word())),
            criteria: Criteria::FixedPrice,
            value: terms.price,
            submission,
            enquiries: None,
            eligibility: both("open-data-eligibility-deal"),
            items: vec![Item {
                id: ITEM.to_owned(),
                description: self.title(),
                classification: class,
                lot: None,
            }],
            lots: Vec::new(),
            documents: Vec::new(),
            auction_url: None,
        }
    }

    fn organisations(&self, others: &[Party]) -> Vec<Organisation> {
        let mut all: Vec<Organisation> = Vec::new();
        for own in [&self.owner].into_iter().chain(&self.office).chain(others) {
            if all.iter().all(|known| known.id != own.id.to_string()) {
                all.push(party(own));
            }
        }
        all
    }
}

/// A span that does not end before it starts.
fn span(from: Instant, to: Instant) -> Span {
    let to = to.max(Instant::from_micros(from.micros() + 1));
    Span::new(from, to).expect("it ends after it starts")
}

/// What a deal has to tell after these steps: nothing of what private firms agree on, nor before it is
/// published.
pub(super) fn of_deal(
    tx: &mut Tx<'_>,
    city: &City,
    deal: &Deal,
    (told, now): (&[Step], Instant),
) -> Result<Option<Matter>, StoreError> {
    let Some(about) = about(tx, deal.technology)? else { return Ok(None) };
    let is_public = crate::deal::is_public(about.owner.profile.kind);
    let contracts = store::contract::of_deal(tx, deal.id)?;
    let signed = Signed::of(tx, contracts)?;
    let state = match deal.state {
        // A contract that ended was signed all the same.
        DealState::CalledOff if signed.is_some() => AwardState::Active,
        DealState::Published | DealState::Objected | DealState::Agreed => AwardState::Pending,
        DealState::Signed => AwardState::Active,
        DealState::CalledOff => AwardState::Cancelled,
        _ => return Ok(None),
    };
    if !is_public || deal.mode == DealMode::OpenLicence {
        return Ok(None);
    }
    let Some(counterparty) = store::organisation::find(tx, deal.counterparty)? else {
        return Ok(None);
    };
    let mut due = Vec::new();
    if told_tender(told).is_none() {
        due.push(about.begin());
        let submission = span(deal.opened_at, deal.changed_at);
        due.push(What::Announced(about.tender(deal.mode, &deal.terms, submission)));
    }
    let winners = match state {
        // Named with the signature, and not before.
        AwardState::Active => vec![deal.counterparty.to_string()],
        _ => Vec::new(),
    };
    let award = Award {
        id: "1".to_owned(),
        lot: None,
        state,
        at: deal.changed_at,
        value: deal.terms.price,
        winners,
    };
    due.extend(new_awards(told, vec![award.clone()]));
    if let Some(signed) = signed {
        let title = about.title();
        due.extend(signed.due(&award, told, Telling::new(city, &title, &about.owner, now)));
    }
    Ok(Some(Matter {
        number: deal.reference.to_string(),
        kind: deal.mode.word(),
        thing: deal.id.to_string(),
        technology: deal.technology,
        title: about.title(),
        former: None,
        organisations: about.organisations(&[counterparty]),
        holder: deal.owner.to_string(),
        organiser: about.office.as_ref().map(|it| it.id.to_string()),
        due,
    }))
}

/// What an open licence has to tell after these steps.
pub(super) fn of_licence(
    tx: &mut Tx<'_>,
    city: &City,
    licence: &OpenLicence,
    (told, now): (&[Step], Instant),
) -> Result<Option<Matter>, StoreError> {
    if licence.state == OpenLicenceState::Declared || licence.announced_at.micros() == 0 {
        return Ok(None);
    }
    let Some(about) = about(tx, licence.technology)? else { return Ok(None) };
    let mut due = Vec::new();
    if told_tender(told).is_none() {
        due.push(about.begin());
        let end = licence.announced_at.plus_seconds(PATENT_DAYS * DAY_SECONDS);
        let submission = span(licence.announced_at, end);
        let tender = about.tender(DealMode::OpenLicence, &licence.terms, submission);
        due.push(What::Announced(tender));
    }
    let (mut awards, mut signed) = (Vec::new(), Vec::new());
    let mut licensees = Vec::new();
    for deal in licences_of(tx, licence)? {
        let Some(licensee) = store::organisation::find(tx, deal.counterparty)? else { continue };
        licensees.push(licensee);
        let contracts = store::contract::of_deal(tx, deal.id)?;
        let award = Award {
            id: deal.reference.to_string(),
            lot: None,
            state: AwardState::Active,
            at: deal.opened_at,
            value: deal.terms.price,
            winners: vec![deal.counterparty.to_string()],
        };
        if let Some(own) = Signed::of(tx, contracts)? {
            let title = about.title();
            signed.extend(own.due(&award, told, Telling::new(city, &title, &about.owner, now)));
        }
        awards.push(award);
    }
    due.extend(new_awards(told, awards));
    due.extend(signed);
    let is_called_off = told.iter().any(|step| matches!(step.what, What::CalledOff { .. }));
    if !licence.state.stands() && !is_called_off {
        let why = match licence.state {
            OpenLicenceState::Lapsed => both(&format!("open-licence-lapse-{}", licence.reason)),
            _ => both("open-licence-state-withdrawn"),
        };
        due.push(What::CalledOff { why });
    }
    Ok(Some(Matter {
        number: licence.reference.to_string(),
        kind: DealMode::OpenLicence.word(),
        thing: licence.id.to_string(),
        technology: licence.technology,
        title: about.title(),
        former: None,
        organisations: about.organisations(&licensees),
        holder: licence.owner.to_string(),
        organiser: about.office.as_ref().map(|it| it.id.to_string()),
        due,
    }))
}

/// The licences that arose under an open licence, the first first.
fn licences_of(tx: &mut Tx<'_>, licence: &OpenLicence) -> Result<Vec<Deal>, StoreError> {
    let mut all = store::deal::live(tx, licence.technology)?;
    // One whose contract has ended arose and was signed all the same.
    for deal in store::deal::of_listing(tx, licence.listing)? {
        let is_over = deal.state == DealState::CalledOff;
        if is_over && store::contract::of_deal(tx, deal.id)?.iter().any(|it| it.bound.is_some()) {
            all.push(deal);
        }
    }
    all.sort_by_key(|deal| deal.id);
    all.retain(|deal| {
        deal.listing == licence.listing
            && deal.mode == DealMode::OpenLicence
            && deal.opened_at >= licence.announced_at
            && (licence.state.stands() || deal.opened_at < licence.ended_at)
    });
    Ok(all)
}

/// The open licence under which a deal arose.
pub(super) fn licence_of(
    tx: &mut Tx<'_>,
    deal: &Deal,
) -> Result<Option<OpenLicenceId>, StoreError> {
    let all = store::open_licence::of_listing(tx, deal.listing)?;
    let under = |it: &&OpenLicence| {
        deal.opened_at >= it.announced_at && (it.state.stands() || deal.opened_at < it.ended_at)
    };
    Ok(all.iter().find(under).map(|it| it.id))
}
