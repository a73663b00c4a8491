//! Deals: what comes of a listing between its owner and one counterparty, by whichever way.
//!
//! A fixed price is reserved by whoever accepts it first; a negotiation goes in rounds, of which only
//! the last open offer can be accepted and silence is a refusal; a notice under an open licence is a
//! deal at once. Each ends in the same award: parties, price and terms that a contract starts from.
//! What a public institution agrees on is published for some working days before it stands; an
//! objection stops that clock.

mod award;

pub use award::{SIGNING_DAYS, fall, let_go, note, rival, sign, unrivalled};

use crate::listing::{DealMode, Licence, Listing, ListingState, Terms};
use crate::technology::{State, Technology};
use crate::words_of;
use crate::workday::Change;
use base::limits::SUMMARY_CHARS_MAX;
use base::workdays::WorkingDays;
use base::{Class, DealId, Instant, Label, ListingId, Money, OrganisationId, Reference, Refusal};
use base::{PersonId, TechnologyId, Value, text};

/// Offers of one negotiation.
pub const OFFERS_MAX: u64 = 100;
/// How long an offer may stand, in days.
pub const OFFER_DAYS_MAX: i64 = 366;
const DAY_SECONDS: i64 = 86_400;

words_of! {
    /// Where a deal stands.
    DealState {
        // Offers go to and fro.
        Talking = "talking",
        // A fixed price was accepted; the owner may still find a reason against it.
        Reserved = "reserved",
        // Agreed, and told to the public before it stands.
        Published = "published",
        // Somebody objects: the clock stands still.
        Objected = "objected",
        // The award: a contract may start.
        Agreed = "agreed",
        Signed = "signed",
        Refused = "refused",
        Expired = "expired",
        CalledOff = "called-off",
    }
    /// Who moves.
    Side {
        Owner = "owner",
        Counterparty = "counterparty",
    }
}

impl DealState {
    /// Whether it keeps others from an exclusive right.
    pub fn is_live(self) -> bool {
        !matches!(self, Self::Refused | Self::Expired | Self::CalledOff)
    }
}

impl Side {
    /// The one across.
    pub fn other(self) -> Self {
        match self {
            Self::Owner => Self::Counterparty,
            Self::Counterparty => Self::Owner,
        }
    }
}

/// How long things take: what an operator sets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// Working days for which an agreement on a public institution's result is published.
    pub publicity_days: u16,
    /// Working days for which an accepted price is looked at before it stands.
    pub checking_days: u16,
    /// Days for which one counterparty alone negotiates about an exclusive right.
    pub exclusivity_days: u16,
}

impl Default for Pace {
    fn default() -> Self {
        Self { publicity_days: 15, checking_days: 3, exclusivity_days: 60 }
    }
}

/// A deal as kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deal {
    pub id: DealId,
    pub reference: Reference,
    pub listing: ListingId,
    pub technology: TechnologyId,
    /// Who gives: the owner of the technology.
    pub owner: OrganisationId,
    /// Who takes and pays.
    pub counterparty: OrganisationId,
    pub mode: DealMode,
    pub state: DealState,
    /// What was agreed, or is asked for now; the last open offer in a negotiation.
    pub terms: Terms,
    /// The version of the listing that was accepted or talked about.
    pub listing_version: u64,
    /// When what runs now ends: a reservation, an offer, the publicity.
    pub until: Instant,
    /// What was left of the publicity when its clock was stopped, in microseconds.
    pub left_us: i64,
    /// Until when nobody else may negotiate; the epoch where that is not so.
    pub exclusive_until: Instant,
    /// The number of the last offer.
    pub n_offers: u64,
    /// Who made it.
    pub offered_by: Side,
    /// Why it ended, or what is objected.
    pub reason: String,
    pub version: u64,
    pub opened_by: PersonId,
    pub opened_at: Instant,
    pub changed_at: Instant,
    /// The label of its technology, as it is now.
    pub label: Label,
    /// The last change of a working day that what runs now was counted with.
    pub days_seen: u64,
}

/// What an award says, whichever way led to it: a contract starts from it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Award {
    pub deal: DealId,
    pub reference: Reference,
    pub listing: ListingId,
    pub technology: TechnologyId,
    pub giver: OrganisationId,
    pub taker: OrganisationId,
    pub price: Option<Money>,
    pub terms: Terms,
}

impl Deal {
    /// The organisation of a side.
    pub fn party(&self, side: Side) -> OrganisationId {
        match side {
            Side::Owner => self.owner,
            Side::Counterparty => self.counterparty,
        }
    }

    fn moved(self, state: DealState, now: Instant) -> Self {
        Self { state, version: self.version + 1, changed_at: now, ..self }
    }
}

/// Whether a right can be given to one alone.
pub fn is_exclusive(licence: Licence) -> bool {
    matches!(licence, Licence::Assignment | Licence::Exclusive | Licence::Sole)
}

/// What is known of a listing when somebody wants a deal.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    pub technology: &'a Technology,
    pub listing: &'a Listing,
    /// Every deal of the technology that has not come to nothing.
    pub live: &'a [Deal],
    /// Whether the listing is in an auction now, or was sold in one.
    pub is_auctioned: bool,
    /// The reference of the open licence that stands on the technology.
    pub open_licence: Option<&'a Reference>,
    pub pace: Pace,
    /// The city's days, and the number of their last change.
    pub days: &'a (WorkingDays, u64),
}

/// Who asks for a deal.
#[derive(Clone, Debug)]
pub struct Ask {
    pub id: DealId,
    pub reference: Reference,
    pub counterparty: OrganisationId,
    pub person: PersonId,
    /// The version of the listing that was read.
    pub version: u64,
}

fn refused(code: &'static str) -> Refusal {
    Refusal::new(Class::Refused, code)
}

/// What stands against any deal on a listing by this way.
fn against(facts: &Facts<'_>, ask: &Ask, mode: DealMode) -> Vec<Refusal> {
    let listing = facts.listing;
    let mut no = Vec::new();
    if !matches!(facts.technology.state, State::Confirmed) {
        no.push(refused("listing-technology-not-confirmed"));
    }
    if !matches!(listing.state, ListingState::Offered) {
        no.push(refused("listing-withdrawn"));
    }
    if listing.mode != mode {
        no.push(
            refused("deal-other-way").term("way", format!("listing-mode-{}", listing.mode.word())),
        );
    }
    if ask.counterparty == facts.technology.owner {
        no.push(refused("deal-own"));
    }
    if facts.is_auctioned {
        no.push(Refusal::new(Class::Conflict, "deal-auctioned"));
    }
    no.extend(conflict(facts, is_exclusive(listing.terms.licence), listing.id));
    no
}

/// The right that is in the way: an exclusive one that somebody has, or an open licence that stands.
fn conflict(facts: &Facts<'_>, is_exclusive: bool, listing: ListingId) -> Option<Refusal> {
    let taken = |deal: &&Deal| {
        let gives_all = self::is_exclusive(deal.terms.licence);
        let is_firm = matches!(deal.state, DealState::Agreed | DealState::Signed);
        let is_taken = deal.listing == listing && deal.mode != DealMode::Negotiation;
        gives_all && (is_firm || is_taken)
    };
    if let Some(deal) = facts.live.iter().find(taken) {
        let code = match deal.state {
            DealState::Agreed | DealState::Signed => "deal-right-given",
            _ => "deal-reserved",
        };
        let no = Refusal::new(Class::Conflict, code).text("reference", deal.reference.as_str());
        return Some(no.with("at", Value::At(deal.until)));
    }
    let standing = facts.open_licence.filter(|_| is_exclusive)?;
    Some(refused("deal-open-licence-stands").text("reference", standing.as_str()))
}

fn begin(facts: &Facts<'_>, ask: Ask, state: DealState, now: Instant) -> Deal {
    let listing = facts.listing;
    Deal {
        id: ask.id,
        reference: ask.reference,
        listing: listing.id,
        technology: facts.technology.id,
        owner: facts.technology.owner,
        counterparty: ask.counterparty,
        mode: listing.mode,
        state,
        terms: listing.terms.clone(),
        listing_version: listing.version,
        until: now,
        left_us: 0,
        exclusive_until: Instant::from_micros(0),
        n_offers: 0,
        offered_by: Side::Owner,
        reason: String::new(),
        version: 1,
        opened_by: ask.person,
        opened_at: now,
        changed_at: now,
        label: facts.technology.label.clone(),
        days_seen: facts.days.1,
    }
}

/// Accepts a fixed price in the version that was read: acceptance is the reservation.
///
/// # Errors
/// The version is gone (with the one of now), somebody else has it, or it is not to be had so.
pub fn accept_price(facts: &Facts<'_>, ask: Ask, now: Instant) -> Result<Deal, Vec<Refusal>> {
    let mut no = against(facts, &ask, DealMode::FixedPrice);
    let listing = facts.listing;
    if listing.mode == DealMode::FixedPrice && listing.version != ask.version {
        let changed = Refusal::new(Class::Conflict, "deal-price-changed");
        let changed = changed.number("seen", ask.version).number("now", listing.version);
        no.push(match listing.terms.price {
            Some(price) => changed.with("price", Value::Money(price)),
            None => changed,
        });
    }
    if !no.is_empty() {
        return Err(no);
    }
    let until = facts.days.0.add(now, facts.pace.checking_days);
    Ok(Deal { until, ..begin(facts, ask, DealState::Reserved, now) })
}

/// An offer in a negotiation: it is complete, and replaces the one before.
#[derive(Clone, Debug)]
pub struct Offer {
    pub terms: Terms,
    /// From then on silence is a refusal.
    pub expires: Instant,
}

fn offer_faults(offer: &Offer, licence: Licence, now: Instant) -> Vec<Refusal> {
    let mut no = Vec::new();
    if offer.terms.licence != licence {
        no.push(Refusal::invalid("deal-other-right").on("licence"));
    }
    match offer.terms.price {
        Some(price) if price.minor < 0 => {
            no.push(Refusal::invalid("listing-price-negative").on("price"));
        }
        None if offer.terms.royalty.is_none() => {
            no.push(Refusal::invalid("deal-needs-price").on("price"));
        }
        _ => {}
    }
    let longest = now.plus_seconds(OFFER_DAYS_MAX * DAY_SECONDS);
    if offer.expires <= now || offer.expires > longest {
        no.push(Refusal::invalid("deal-offer-expiry").on("expires").number("days", OFFER_DAYS_MAX));
    }
    no
}

/// Begins a negotiation with the counterparty's first offer.
///
/// # Errors
/// The listing is not negotiated, the offer is incomplete, another negotiates about an exclusive right.
pub fn negotiate(
    facts: &Facts<'_>,
    ask: Ask,
    offer: Offer,
    now: Instant,
) -> Result<Deal, Vec<Refusal>> {
    let mut no = against(facts, &ask, DealMode::Negotiation);
    no.extend(offer_faults(&offer, facts.listing.terms.licence, now));
    let is_sole = is_exclusive(facts.listing.terms.licence);
    let on_it = |deal: &&Deal| deal.listing == facts.listing.id;
    let own = |deal: &&Deal| {
        deal.counterparty == ask.counterparty
            && !matches!(deal.state, DealState::Agreed | DealState::Signed)
    };
    if let Some(deal) = facts.live.iter().filter(on_it).find(own) {
        let known = Refusal::new(Class::Conflict, "deal-talking-already");
        no.push(known.text("reference", deal.reference.as_str()));
    } else if let Some(deal) =
        facts.live.iter().filter(on_it).find(|deal| is_sole && deal.mode == DealMode::Negotiation)
        && no.iter().all(|one| one.code != "deal-right-given")
    {
        // Who it is with is nobody's business; until when is.
        let taken = Refusal::new(Class::Conflict, "deal-talks-exclusive");
        no.push(taken.with("at", Value::At(deal.exclusive_until.max(deal.until))));
    }
    if !no.is_empty() {
        return Err(no);
    }
    let exclusive_until = match is_sole {
        true => now.plus_seconds(i64::from(facts.pace.exclusivity_days) * DAY_SECONDS),
        false => Instant::from_micros(0),
    };
    let deal = begin(facts, ask, DealState::Talking, now);
    Ok(Deal {
        terms: offer.terms,
        until: offer.expires,
        exclusive_until,
        n_offers: 1,
        offered_by: Side::Counterparty,
        ..deal
    })
}

/// What a side answers.
#[derive(Clone, Debug)]
pub enum Answer {
    Counter(Offer),
    /// Accepts the offer of this number.
    Accept {
        offer: u64,
    },
    /// Ends it, with the reason that the other side reads.
    Refuse {
        reason: String,
    },
    /// The owner finds nothing against an accepted price.
    Confirm,
    /// Lets go of an award that no contract holds, with the reason.
    LetGo {
        reason: String,
    },
}

/// How an agreement goes on: at once, or through the publicity of a public institution.
#[derive(Clone, Debug)]
pub struct After {
    /// Whether the owner is a public institution.
    pub is_public: bool,
    pub pace: Pace,
    /// The city's days, and the number of their last change.
    pub days: (WorkingDays, u64),
}

impl After {
    fn agree(&self, deal: Deal, now: Instant) -> Deal {
        if self.is_public && self.pace.publicity_days > 0 {
            let (days, days_seen) = (&self.days.0, self.days.1);
            let until = days.add(now, self.pace.publicity_days);
            return Deal { until, days_seen, ..deal.moved(DealState::Published, now) };
        }
        Deal { until: now, ..deal.moved(DealState::Agreed, now) }
    }
}

fn not_now(deal: &Deal) -> Refusal {
    let no = Refusal::new(Class::Conflict, "deal-not-now");
    no.term("state", format!("deal-state-{}", deal.state.word()))
}

/// A side answers.
///
/// # Errors
/// It is not its turn, the offer is not the last open one or has expired, or the answer is faulty.
pub fn answer(
    deal: Deal,
    side: Side,
    answer: Answer,
    after: &After,
    now: Instant,
) -> Result<Deal, Vec<Refusal>> {
    match (deal.state, answer) {
        (DealState::Talking, Answer::Counter(offer)) => counter(deal, side, offer, now),
        (DealState::Talking, Answer::Accept { offer }) => {
            let no = turn_faults(&deal, side, offer, now);
            if no.is_empty() { Ok(after.agree(deal, now)) } else { Err(no) }
        }
        (DealState::Talking, Answer::Refuse { reason }) => {
            ended(deal, DealState::Refused, &reason, now)
        }
        (DealState::Reserved, Answer::Confirm) if side == Side::Owner => Ok(after.agree(deal, now)),
        (DealState::Reserved, Answer::Refuse { reason }) if side == Side::Owner => {
            ended(deal, DealState::Refused, &reason, now)
        }
        (_, Answer::LetGo { reason }) => let_go(deal, side, &reason, now),
        _ => Err(vec![not_now(&deal)]),
    }
}

fn turn_faults(deal: &Deal, side: Side, offer: u64, now: Instant) -> Vec<Refusal> {
    if deal.offered_by == side {
        return vec![Refusal::new(Class::Conflict, "deal-others-turn")];
    }
    if offer != deal.n_offers {
        let gone = Refusal::new(Class::Conflict, "deal-offer-replaced");
        return vec![gone.number("seen", offer).number("now", deal.n_offers)];
    }
    if now >= deal.until {
        return vec![expired(deal)];
    }
    Vec::new()
}

fn expired(deal: &Deal) -> Refusal {
    Refusal::new(Class::Conflict, "deal-offer-expired").with("at", Value::At(deal.until))
}

fn counter(deal: Deal, side: Side, offer: Offer, now: Instant) -> Result<Deal, Vec<Refusal>> {
    let mut no = offer_faults(&offer, deal.terms.licence, now);
    if deal.offered_by == side {
        no.push(Refusal::new(Class::Conflict, "deal-others-turn"));
    } else if now >= deal.until {
        no.push(expired(&deal));
    }
    if deal.n_offers >= OFFERS_MAX {
        no.push(refused("deal-offers-many").number("most", OFFERS_MAX));
    }
    if !no.is_empty() {
        return Err(no);
    }
    let n_offers = deal.n_offers + 1;
    let deal = deal.moved(DealState::Talking, now);
    Ok(Deal { terms: offer.terms, until: offer.expires, n_offers, offered_by: side, ..deal })
}

fn said(field: &'static str, reason: &str) -> Result<String, Vec<Refusal>> {
    match text::line(field, reason, SUMMARY_CHARS_MAX) {
        Ok(said) if said.is_empty() => {
            Err(vec![Refusal::invalid("field-required").on(field).term("field", "field-reason")])
        }
        Ok(said) => Ok(said),
        Err(no) => Err(vec![no]),
    }
}

fn ended(deal: Deal, state: DealState, reason: &str, now: Instant) -> Result<Deal, Vec<Refusal>> {
    let reason = said("reason", reason)?;
    Ok(Deal { reason, ..deal.moved(state, now) })
}

/// Somebody objects to what is published: the clock stands still.
///
/// # Errors
/// Nothing is published now, or no reason is given.
pub fn object(deal: Deal, reason: &str, now: Instant) -> Result<Deal, Vec<Refusal>> {
    if deal.state != DealState::Published || now >= deal.until {
        return Err(vec![not_now(&deal)]);
    }
    let reason = said("reason", reason)?;
    let left_us = deal.until.micros() - now.micros();
    Ok(Deal { reason, left_us, ..deal.moved(DealState::Objected, now) })
}

/// The office decides an objection: upheld it ends the deal, dismissed the clock goes on.
///
/// # Errors
/// There is none, or no reason is given.
pub fn decide_objection(
    deal: Deal,
    is_upheld: bool,
    reason: &str,
    now: Instant,
) -> Result<Deal, Vec<Refusal>> {
    if deal.state != DealState::Objected {
        return Err(vec![not_now(&deal)]);
    }
    if is_upheld {
        return ended(deal, DealState::CalledOff, reason, now);
    }
    let reason = said("reason", reason)?;
    let until = Instant::from_micros(now.micros() + deal.left_us);
    Ok(Deal { until, left_us: 0, reason, ..deal.moved(DealState::Published, now) })
}

/// What time does: silence refuses an offer, an unrefused price stands, the publicity ends.
pub fn pass(deal: Deal, after: &After, now: Instant) -> Option<Deal> {
    if now < deal.until {
        return None;
    }
    match deal.state {
        DealState::Talking => Some(deal.moved(DealState::Expired, now)),
        DealState::Reserved => Some(after.agree(deal, now)),
        DealState::Published => Some(deal.moved(DealState::Agreed, now)),
        _ => None,
    }
}

/// A time limit of working days after the changes it was counted without: how long a price is looked at,
/// how long an agreement is published. What was announced never comes earlier. `None` where nothing
/// runs that is counted so, or no change is new.
pub fn recount(deal: Deal, changes: &[Change], now: Instant) -> Option<Deal> {
    let last = changes.last().map_or(0, |it| it.n);
    let is_counted = matches!(deal.state, DealState::Reserved | DealState::Published);
    if !is_counted || deal.days_seen >= last {
        return None;
    }
    // While the clock stood still no day of it went by, so what was said then counts from its going on.
    let moved = crate::workday::recount(changes, deal.days_seen, deal.changed_at, deal.until);
    let Some((_, _, until)) = moved.last().copied() else {
        return Some(Deal { days_seen: last, ..deal });
    };
    let state = deal.state;
    Some(Deal { until, days_seen: last, ..deal.moved(state, now) })
}

/// A licence by notice: it stands from the moment the notice arrives.
pub(crate) fn by_notice(facts: &Facts<'_>, ask: Ask, now: Instant) -> Deal {
    begin(facts, ask, DealState::Agreed, now)
}
