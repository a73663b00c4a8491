//! A listing: the terms on which a technology is offered. One technology may have many.
//!
//! Invariants: an offered listing has every term its mode asks for; only a confirmed technology is
//! offered; what may not be exported at all is not offered at all. Hidden reserves, bids and lots
//! are not here: an auction takes its opening price from the terms.

use crate::compare::{self, Change};
use crate::{ExportCategory, Percent, State, Technology, marking, words_of};
use base::limits::{NAME_CHARS_MAX, PARTS_MAX, SUMMARY_CHARS_MAX, TEXT_CHARS_MAX};
use base::{Bilingual, Class, Instant, ListingId, Money, Reference, Refusal, TechnologyId, text};

/// A licence or an offer lasts at most so many years.
pub const TERM_YEARS_MAX: u32 = 50;

words_of! {
    /// How a price is found.
    DealMode {
        FixedPrice = "fixed-price",
        Negotiation = "negotiation",
        OpenLicence = "open-licence",
        Auction = "auction",
        Equity = "equity",
    }

    /// What the buyer gets.
    Licence {
        Assignment = "assignment",
        Exclusive = "exclusive",
        Sole = "sole",
        NonExclusive = "non-exclusive",
        Open = "open",
    }
}

/// One offer, as it is kept.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Listing {
    pub id: ListingId,
    pub reference: Reference,
    pub technology: TechnologyId,
    pub mode: DealMode,
    pub terms: Terms,
    pub state: ListingState,
    /// Counts the changes, from 1.
    pub version: u64,
    pub changed_at: Instant,
}

/// Where a listing stands.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(tag = "state", rename_all = "lowercase")]
pub enum ListingState {
    Offered,
    Withdrawn { reason: String },
}

impl ListingState {
    /// The words of all states.
    pub const WORDS: [&'static str; 2] = ["offered", "withdrawn"];

    /// The word as it is stored and published.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Offered => "offered",
            Self::Withdrawn { .. } => "withdrawn",
        }
    }

    /// Reads the word; the reason is stored beside it.
    pub fn parse(word: &str, reason: &str) -> Option<Self> {
        match word {
            "offered" => Some(Self::Offered),
            "withdrawn" => Some(Self::Withdrawn { reason: reason.to_owned() }),
            _ => None,
        }
    }

    /// The reason of a withdrawal, empty otherwise.
    pub fn reason(&self) -> &str {
        match self {
            Self::Withdrawn { reason } => reason,
            Self::Offered => "",
        }
    }
}

/// What is asked and given.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Terms {
    pub licence: Licence,
    /// The price; in an auction the opening price, as equity the valuation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price: Option<Money>,
    /// The running royalty on sales.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub royalty: Option<Percent>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub term_years: Option<u32>,
    #[serde(default, skip_serializing_if = "Bilingual::is_empty")]
    pub territory: Bilingual,
    #[serde(default, skip_serializing_if = "Bilingual::is_empty")]
    pub field_of_use: Bilingual,
    #[serde(default, skip_serializing_if = "Bilingual::is_empty")]
    pub notes: Bilingual,
}

impl Terms {
    /// Nothing but the kind of licence.
    pub fn of(licence: Licence) -> Self {
        Self {
            licence,
            price: None,
            royalty: None,
            term_years: None,
            territory: Bilingual::default(),
            field_of_use: Bilingual::default(),
            notes: Bilingual::default(),
        }
    }
}

/// What has to be saved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    pub listing: Listing,
    /// Empty when nothing changes: then nothing is saved.
    pub changes: Vec<Change>,
}

/// What is known when a technology is offered or its offer changes.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    pub technology: &'a Technology,
    /// The other listings of this technology.
    pub others: &'a [Listing],
    /// A confidentiality officer released a wrong hit of the marking patterns.
    pub marking_released: bool,
}

/// A new offer.
#[derive(Clone, Debug)]
pub struct CreateListing {
    pub id: ListingId,
    pub reference: Reference,
    pub mode: DealMode,
    pub terms: Terms,
}

/// Offers a technology.
pub fn create(facts: &Facts<'_>, ask: CreateListing, now: Instant) -> Result<Plan, Vec<Refusal>> {
    let mut terms = ask.terms;
    let mut refusals = technology_refusals(facts.technology);
    refusals.extend(tidy(&mut terms, facts.marking_released));
    refusals.extend(lacks(ask.mode, &terms));
    refusals.extend(repeated(facts.others, ask.mode, &terms));
    let offered = facts.others.iter().filter(|other| other.state == ListingState::Offered);
    if offered.count() >= PARTS_MAX {
        refusals.push(Refusal::new(Class::Refused, "listing-too-many").number("most", PARTS_MAX));
    }
    if !refusals.is_empty() {
        return Err(refusals);
    }
    let changes = compare::differences(&(), &terms);
    let listing = Listing {
        id: ask.id,
        reference: ask.reference,
        technology: facts.technology.id,
        mode: ask.mode,
        terms,
        state: ListingState::Offered,
        version: 1,
        changed_at: now,
    };
    Ok(Plan { listing, changes })
}

/// New terms for an offer.
#[derive(Clone, Debug)]
pub struct ReviseListing {
    /// The version that the writer saw.
    pub version: u64,
    pub mode: DealMode,
    pub terms: Terms,
}

/// Changes an offer's terms.
pub fn revise(
    facts: &Facts<'_>,
    before: &Listing,
    ask: ReviseListing,
    now: Instant,
) -> Result<Plan, Vec<Refusal>> {
    let mut terms = ask.terms;
    let mut refusals = version_refusal(before, ask.version);
    if before.state != ListingState::Offered {
        refusals.push(Refusal::new(Class::Refused, "listing-withdrawn"));
    }
    refusals.extend(technology_refusals(facts.technology));
    refusals.extend(tidy(&mut terms, facts.marking_released));
    refusals.extend(lacks(ask.mode, &terms));
    let others: Vec<Listing> =
        facts.others.iter().filter(|other| other.id != before.id).cloned().collect();
    refusals.extend(repeated(&others, ask.mode, &terms));
    if !refusals.is_empty() {
        return Err(refusals);
    }
    let mut changes = compare::differences(&before.terms, &terms);
    if ask.mode != before.mode {
        changes.insert(0, Change::of("mode", before.mode.word(), ask.mode.word()));
    }
    if changes.is_empty() {
        return Ok(Plan { listing: before.clone(), changes });
    }
    let listing = Listing { mode: ask.mode, terms, ..next(before, now) };
    Ok(Plan { listing, changes })
}

/// Takes an offer back, with the reason that readers are shown.
pub fn withdraw(
    before: &Listing,
    version: u64,
    reason: &str,
    now: Instant,
) -> Result<Plan, Vec<Refusal>> {
    let mut refusals = version_refusal(before, version);
    if before.state != ListingState::Offered {
        refusals.push(Refusal::new(Class::Refused, "listing-withdrawn"));
    }
    match text::line("reason", reason, SUMMARY_CHARS_MAX) {
        Ok(reason) if reason.is_empty() => {
            refusals.push(Refusal::invalid("listing-needs-reason").on("reason"));
        }
        Ok(reason) => {
            if let Some(pattern) = marking::find(&reason) {
                refusals.push(marking::refusal("reason", "reason", pattern));
            }
            if refusals.is_empty() {
                let state = ListingState::Withdrawn { reason };
                let changes = vec![Change::of("state", before.state.word(), state.word())];
                return Ok(Plan { listing: Listing { state, ..next(before, now) }, changes });
            }
        }
        Err(refusal) => refusals.push(refusal),
    }
    Err(refusals)
}

fn next(before: &Listing, now: Instant) -> Listing {
    Listing { version: before.version + 1, changed_at: now, ..before.clone() }
}

fn version_refusal(listing: &Listing, seen: u64) -> Vec<Refusal> {
    if listing.version == seen {
        return Vec::new();
    }
    let refusal = Refusal::new(Class::Conflict, "version-conflict");
    vec![refusal.number("seen", seen).number("now", listing.version)]
}

fn technology_refusals(technology: &Technology) -> Vec<Refusal> {
    let mut refusals = Vec::new();
    let refused = |code| Refusal::new(Class::Refused, code);
    match technology.state {
        State::Stub => refusals.push(refused("technology-stub")),
        State::Withdrawn { .. } => refusals.push(refused("technology-withdrawn")),
        State::Drafted => refusals.push(refused("listing-technology-not-confirmed")),
        State::Confirmed => {}
    }
    if technology.content.export.category == ExportCategory::Prohibited {
        refusals.push(refused("listing-export-prohibited"));
    }
    refusals
}

fn repeated(others: &[Listing], mode: DealMode, terms: &Terms) -> Option<Refusal> {
    let same = |other: &&Listing| {
        other.state == ListingState::Offered && other.mode == mode && other.terms == *terms
    };
    let other = others.iter().find(same)?;
    let refusal = Refusal::new(Class::Conflict, "listing-repeated");
    Some(refusal.text("reference", other.reference.as_str()))
}

fn tidy(terms: &mut Terms, marking_released: bool) -> Vec<Refusal> {
    let mut refusals = Vec::new();
    for (field, both, most) in [
        ("territory", &mut terms.territory, NAME_CHARS_MAX),
        ("field_of_use", &mut terms.field_of_use, SUMMARY_CHARS_MAX),
        ("notes", &mut terms.notes, TEXT_CHARS_MAX),
    ] {
        let read = if field == "notes" { text::block } else { text::line };
        for (lang, value) in [("en", &mut both.en), ("zh", &mut both.zh)] {
            let path = format!("{field}.{lang}");
            match read(field, value, most) {
                Ok(text) => *value = text,
                Err(refusal) => refusals.push(refusal.on(&*path)),
            }
            if let Some(pattern) = marking::find(value).filter(|_| !marking_released) {
                refusals.push(marking::refusal(&path, &field.replace('_', "-"), pattern));
            }
        }
    }
    if terms.price.is_some_and(|price| price.minor < 0) {
        refusals.push(Refusal::invalid("listing-price-negative").on("price"));
    }
    if let Some(years) = terms.term_years
        && !(1..=TERM_YEARS_MAX).contains(&years)
    {
        let refusal = Refusal::invalid("listing-term-range").on("term_years");
        refusals.push(refusal.number("found", years).number("most", TERM_YEARS_MAX));
    }
    refusals
}

/// The terms that each mode asks for.
fn lacks(mode: DealMode, terms: &Terms) -> Vec<Refusal> {
    use {DealMode as Mode, Licence as Kind};
    let mut refusals = Vec::new();
    let mode_key = format!("listing-mode-{mode}");
    let mut say = |code: &'static str, field: &str| {
        refusals.push(Refusal::invalid(code).on(field).term("mode", &*mode_key));
    };
    let has_price = terms.price.is_some_and(|price| price.minor > 0);
    if matches!(mode, Mode::FixedPrice | Mode::Auction | Mode::Equity) && !has_price {
        say("listing-needs-price", "price");
    }
    // An open licence may cost nothing, but it has to say so (Patent Law of China, article 50).
    if mode == Mode::OpenLicence && terms.price.is_none() && terms.royalty.is_none() {
        say("listing-needs-price-or-royalty", "price");
    }
    let fits = match mode {
        Mode::OpenLicence => matches!(terms.licence, Kind::Open | Kind::NonExclusive),
        _ => terms.licence != Kind::Open,
    };
    if !fits {
        let licence = format!("listing-licence-{}", terms.licence);
        let refusal = Refusal::invalid("listing-licence-unfit").on("licence");
        refusals.push(refusal.term("mode", &*mode_key).term("licence", licence));
        return refusals;
    }
    match terms.licence {
        Kind::Assignment if terms.term_years.is_some() => {
            refusals.push(Refusal::invalid("listing-term-with-assignment").on("term_years"));
        }
        Kind::Assignment => {}
        // Shares carry the right as long as the company lasts; talks settle the term themselves.
        _ if matches!(mode, Mode::Equity | Mode::Negotiation) => {}
        _ => {
            for (lacks, code, field) in [
                (terms.term_years.is_none(), "listing-needs-term", "term_years"),
                (terms.territory.is_empty(), "listing-needs-territory", "territory"),
            ] {
                if lacks {
                    let refusal = Refusal::invalid(code).on(field);
                    refusals.push(refusal.term("mode", &*mode_key));
                }
            }
        }
    }
    refusals
}

#[cfg(test)]
mod tests;
