//! Open licences (Patent Law of China, articles 50 to 52): declared by the owner, announced by the office,
//! taken by anybody with a notice, withdrawn or lapsed; licences that arose stay.

use crate::deal::{self, Ask, Deal, DealState, Facts};
use crate::listing::{DealMode, Listing, ListingState, Terms};
use crate::technology::{Right, RightKind, RightStatus, State, Technology};
use crate::words_of;
use base::limits::SUMMARY_CHARS_MAX;
use base::{Class, Instant, Label, ListingId, OpenLicenceId, OrganisationId, Reference, Refusal};
use base::{TechnologyId, Value, text, time::Date};

words_of! {
    /// Where an open licence stands.
    OpenLicenceState {
        Declared = "declared",
        Announced = "announced",
        Withdrawn = "withdrawn",
        Lapsed = "lapsed",
    }
}

impl OpenLicenceState {
    /// Whether it keeps the owner from giving an exclusive right.
    pub fn stands(self) -> bool {
        matches!(self, Self::Declared | Self::Announced)
    }
}

/// An open licence as kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenLicence {
    pub id: OpenLicenceId,
    pub reference: Reference,
    pub listing: ListingId,
    pub technology: TechnologyId,
    pub owner: OrganisationId,
    pub state: OpenLicenceState,
    /// The fee and its standard: a price once, a royalty on sales, or both.
    pub terms: Terms,
    /// The number of the evaluation report of a utility model or design.
    pub report: String,
    pub declared_at: Instant,
    pub announced_at: Instant,
    pub ended_at: Instant,
    pub reason: String,
    pub version: u64,
    pub label: Label,
}

/// A declaration.
#[derive(Clone, Debug)]
pub struct Declare {
    pub id: OpenLicenceId,
    pub reference: Reference,
    pub report: String,
}

fn refused(code: &'static str) -> Refusal {
    Refusal::new(Class::Refused, code)
}

fn is_patent(right: &&Right) -> bool {
    matches!(right.kind, RightKind::Invention | RightKind::UtilityModel | RightKind::Design)
}

/// Whether a right is in force on a day.
fn is_in_force(right: &Right, today: Date) -> bool {
    right.status == RightStatus::Granted && right.expires.is_none_or(|day| day >= today)
}

/// Declares one on a listing, with everything that stands against it.
///
/// # Errors
/// No patent in force, a report that is missing, an exclusive right given or offered elsewhere.
pub fn declare(
    technology: &Technology,
    (listing, others): (&Listing, &[Listing]),
    (live, standing): (&[Deal], Option<&Reference>),
    ask: Declare,
    (today, now): (Date, Instant),
) -> Result<OpenLicence, Vec<Refusal>> {
    let mut no = Vec::new();
    if !matches!(technology.state, State::Confirmed) {
        no.push(refused("listing-technology-not-confirmed"));
    }
    if !matches!(listing.state, ListingState::Offered) {
        no.push(refused("listing-withdrawn"));
    }
    if listing.mode != DealMode::OpenLicence {
        no.push(
            refused("deal-other-way").term("way", format!("listing-mode-{}", listing.mode.word())),
        );
    }
    let patents: Vec<&Right> = technology.content.rights.iter().filter(is_patent).collect();
    let in_force: Vec<&&Right> = patents.iter().filter(|it| is_in_force(it, today)).collect();
    if in_force.is_empty() {
        no.push(refused("open-licence-needs-patent"));
    }
    let report = text::line("report", &ask.report, SUMMARY_CHARS_MAX).unwrap_or_else(|one| {
        no.push(one);
        String::new()
    });
    let needs_report =
        !in_force.is_empty() && in_force.iter().all(|right| right.kind != RightKind::Invention);
    if needs_report && report.is_empty() {
        no.push(Refusal::invalid("open-licence-needs-report").on("report"));
    }
    if let Some(reference) = standing {
        let known = Refusal::new(Class::Conflict, "open-licence-stands");
        no.push(known.text("reference", reference.as_str()));
    }
    let given = live.iter().find(|deal| deal::is_exclusive(deal.terms.licence));
    let offered = others.iter().find(|other| {
        other.state == ListingState::Offered && deal::is_exclusive(other.terms.licence)
    });
    let in_the_way = given.map(|deal| &deal.reference).or(offered.map(|other| &other.reference));
    if let Some(reference) = in_the_way {
        no.push(refused("open-licence-exclusive").text("reference", reference.as_str()));
    }
    if !no.is_empty() {
        return Err(no);
    }
    let never = Instant::from_micros(0);
    Ok(OpenLicence {
        id: ask.id,
        reference: ask.reference,
        listing: listing.id,
        technology: technology.id,
        owner: technology.owner,
        state: OpenLicenceState::Declared,
        terms: listing.terms.clone(),
        report,
        declared_at: now,
        announced_at: never,
        ended_at: never,
        reason: String::new(),
        version: 1,
        label: technology.label.clone(),
    })
}

impl OpenLicence {
    fn not_now(&self) -> Vec<Refusal> {
        let no = Refusal::new(Class::Conflict, "open-licence-not-now");
        vec![no.term("state", format!("open-licence-state-{}", self.state.word()))]
    }

    /// The office announces it: from then on notices are taken.
    ///
    /// # Errors
    /// It was not just declared.
    pub fn announce(self, now: Instant) -> Result<Self, Vec<Refusal>> {
        match self.state {
            OpenLicenceState::Declared => {
                let state = OpenLicenceState::Announced;
                Ok(Self { state, announced_at: now, version: self.version + 1, ..self })
            }
            _ => Err(self.not_now()),
        }
    }

    /// The owner takes it back: no notice counts from this moment on, and earlier ones stay.
    ///
    /// # Errors
    /// It does not stand, or no reason is given.
    pub fn withdraw(self, reason: &str, now: Instant) -> Result<Self, Vec<Refusal>> {
        if !self.state.stands() {
            return Err(self.not_now());
        }
        let reason = text::line("reason", reason, SUMMARY_CHARS_MAX).map_err(|no| vec![no])?;
        if reason.is_empty() {
            let no = Refusal::invalid("field-required").on("reason");
            return Err(vec![no.term("field", "field-reason")]);
        }
        let state = OpenLicenceState::Withdrawn;
        Ok(Self { state, reason, ended_at: now, version: self.version + 1, ..self })
    }

    /// What time and the register do: it lapses with the last patent, or with another owner.
    pub fn lapse(self, technology: &Technology, today: Date, now: Instant) -> Option<Self> {
        let has_right = technology
            .content
            .rights
            .iter()
            .filter(is_patent)
            .any(|right| is_in_force(right, today));
        let reason = match () {
            () if !has_right => "right-lapsed",
            () if technology.owner != self.owner => "transferred",
            () if !matches!(technology.state, State::Confirmed) => "withdrawn",
            () => return None,
        };
        if !self.state.stands() {
            return None;
        }
        let (state, reason) = (OpenLicenceState::Lapsed, reason.to_owned());
        Some(Self { state, reason, ended_at: now, version: self.version + 1, ..self })
    }

    /// A notice that arrives now: the licence arises with it.
    ///
    /// # Errors
    /// It does not stand (with when it ended), its own owner asks, or this organisation has one.
    pub fn notice(&self, facts: &Facts<'_>, ask: Ask, now: Instant) -> Result<Deal, Vec<Refusal>> {
        let mut no = Vec::new();
        if self.state != OpenLicenceState::Announced {
            let over = Refusal::new(Class::Conflict, "open-licence-takes-none");
            no.push(over.with("at", Value::At(self.ended_at)));
        }
        if ask.counterparty == self.owner {
            no.push(refused("deal-own"));
        }
        let has_one = |deal: &&Deal| {
            deal.listing == self.listing
                && deal.counterparty == ask.counterparty
                && matches!(deal.state, DealState::Agreed | DealState::Signed)
        };
        if let Some(deal) = facts.live.iter().find(has_one) {
            let known = Refusal::new(Class::Conflict, "open-licence-had");
            no.push(known.text("reference", deal.reference.as_str()));
        }
        if !no.is_empty() {
            return Err(no);
        }
        // The terms are those that were announced, whatever the listing says by now.
        Ok(Deal { terms: self.terms.clone(), ..deal::by_notice(facts, ask, now) })
    }
}
