//! A contract as the city keeps it: whose it is, its life, its terms, what happened since.
//!
//! Invariant: what is owed, delivered and registered follows the terms that bind, never a draft of
//! an amendment.

use crate::filing::Filing;
use crate::milestone::{Happened, Standing};
use crate::plan::{self, Due, Expected};
use crate::registration::Extra;
use crate::royalty::Report;
use crate::typing::Traits;
use crate::{Contract, Minor, Side, Terms};
use base::{
    AccountId, Bilingual, ContractId, Currency, Date, DealId, Instant, Label, ListingId, LotId,
    OrganisationId, PersonId, Reference, TechnologyId,
};
use std::collections::BTreeMap;

/// A contract with everything but its texts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    pub id: ContractId,
    pub reference: Reference,
    /// The auction it came out of.
    pub lot: Option<LotId>,
    /// The deal it came out of.
    pub deal: Option<DealId>,
    pub listing: ListingId,
    pub technology: TechnologyId,
    pub provider: OrganisationId,
    pub acquirer: OrganisationId,
    /// At least that of members; that of the technology where that is higher.
    pub label: Label,
    /// The technology's own label, as it is now: what a party's clearance is held against. That it is
    /// a party is its right to read what binds it, whatever its clearance says of members.
    pub judged: Label,
    pub life: Contract,
    /// Of the last version.
    pub terms: Terms,
    /// Of the version that binds, or bound until the end.
    pub bound: Option<Terms>,
    /// The template it is drawn from, which it keeps: name and version.
    pub template: (String, u64),
    pub happened: BTreeMap<String, Vec<Happened>>,
    pub filing: Filing,
    pub extra: Extra,
    /// What its parties answered about its matter; none before they did.
    pub traits: Option<Traits>,
    /// The day on which it first bound everybody.
    pub signed_on: Option<Date>,
    /// Counts the changes of the row, from 1.
    pub version: u64,
    pub drafted_by: Option<PersonId>,
    pub changed_at: Instant,
}

/// Something that happened to a contract, as its parties read it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moved {
    pub n: u64,
    pub at: Instant,
    pub person: Option<PersonId>,
    /// Key of the party, or empty for the office and the timer.
    pub party: String,
    /// Such as `signed`; `contract-move-<kind>` is its text.
    pub kind: String,
    /// Why, or which milestone.
    pub text: String,
}

/// A payment that came in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payment {
    /// From 1.
    pub n: u64,
    /// Key of an instalment, or `royalty-3` for a period.
    pub what: String,
    pub amount: Minor,
    pub source: Source,
    pub value_date: Date,
    pub at: Instant,
    /// How it was divided, once it is.
    pub split: Option<Split>,
}

/// Where a payment came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// An account at a bank, with the bank's own reference.
    Bank { account: AccountId, reference: String },
    /// The deposit of the auction, set against the price.
    Deposit,
}

impl Source {
    pub fn code(&self) -> &'static str {
        match self {
            Self::Bank { .. } => "bank",
            Self::Deposit => "deposit",
        }
    }
}

/// A division as it was posted, with all that it was reckoned from.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Split {
    /// The number of the organisation's rules.
    pub rules: u64,
    pub costs: Vec<crate::income::Cost>,
    pub divided: crate::income::Divided,
    /// What each claimant is called, by key.
    pub names: BTreeMap<String, Bilingual>,
}

/// What somebody got out of one payment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    pub beneficiary: String,
    pub name: Bilingual,
    pub is_inventor: bool,
    pub contract: ContractId,
    pub payment: u64,
    pub currency: Currency,
    pub gross: Minor,
    pub withheld: Minor,
    pub net: Minor,
    pub at: Instant,
}

/// A template of an office, as it was uploaded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptTemplate {
    pub name: String,
    /// From 1; 0 is the one that comes with the program.
    pub n: u64,
    pub source: String,
    pub note: String,
    pub by: Option<PersonId>,
    pub at: Instant,
}

/// A payment of the plan with what came in for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owed {
    pub expected: Expected,
    pub paid: Minor,
    /// Still to be paid and past its day.
    pub is_late: bool,
}

impl Kept {
    /// The word of its state.
    pub fn state(&self) -> &'static str {
        self.life.code()
    }

    /// The terms that count: those that bind, before that the draft.
    pub fn current(&self) -> &Terms {
        self.bound.as_ref().unwrap_or(&self.terms)
    }

    /// The key of an organisation's party.
    pub fn party_of(&self, organisation: OrganisationId) -> Option<&str> {
        let party = self.terms.parties.iter().find(|it| it.organisation == Some(organisation));
        party.map(|it| it.key.as_str())
    }

    /// The side of a party's key.
    pub fn side_of(&self, key: &str) -> Option<Side> {
        self.terms.parties.iter().find(|it| it.key == key).map(|it| it.side)
    }

    /// What happened to a milestone.
    pub fn happened(&self, milestone: &str) -> &[Happened] {
        self.happened.get(milestone).map_or(&[], Vec::as_slice)
    }

    /// When milestones were accepted, as it stands on a day.
    pub fn accepted(&self, on: Date) -> BTreeMap<String, Date> {
        let of = |it: &crate::Milestone| match it.standing(self.happened(&it.key), on) {
            Standing::Accepted { on } => Some((it.key.clone(), on)),
            _ => None,
        };
        self.current().milestones.iter().filter_map(of).collect()
    }

    /// The fixed payments with what came in for each.
    pub fn owed(&self, payments: &[Payment], on: Date) -> Vec<Owed> {
        let plan = plan::payments(self.current(), self.signed_on, &self.accepted(on));
        let owed = |expected: Expected| {
            let came = payments.iter().filter(|it| it.what == expected.key);
            let paid = came.fold(0_i64, |sum, it| sum.saturating_add(it.amount));
            let is_over = matches!(expected.due, Due::On(due) if due < on);
            Owed { is_late: is_over && paid < expected.amount, paid, expected }
        };
        plan.into_iter().map(owed).collect()
    }

    /// What the royalty comes to by period, from the reports.
    pub fn royalties(&self, reports: &[Report], on: Date) -> Vec<crate::royalty::Due> {
        let royalty = self.current().price.royalty.as_ref();
        royalty.and_then(|it| it.reckon(reports, on)).unwrap_or_default()
    }
}
