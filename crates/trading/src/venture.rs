//! Ventures: a company that redevelops a technology which is contributed to it for shares.
//!
//! Values, shares and duties are decided by the crate `equity` over what is kept here: the plan of
//! the contribution, the holders under their keys, and the entries of the register in their order.
//! Law is rows with days and sources ([`Rules`]), which an office sets; nothing here is law.

use crate::technology::{State, Technology};
use crate::words_of;
use base::{
    Bilingual, Class, Currency, Date, Instant, Label, Money, OrganisationId, PersonId, Reference,
    Refusal, TechnologyId, VentureId,
};
use equity::contribution::{Contribution, Floor};
use equity::duty::Duty;
use equity::valuation::{Concluded, Valuation};
use equity::{Event, Flaw, Table};
use std::borrow::Cow;

mod contribute;
mod duty;
mod register;
mod text;

pub use contribute::contribute;
pub use duty::{Note, Standing, check_note, standings};
pub use register::{Entry, Register, chain_of};
pub use text::check_texts;

/// Holders of one company.
pub const HOLDERS_MAX: usize = 500;
/// Entries of one register.
pub const ENTRIES_MAX: usize = 2_000;
/// Notices, objections and approvals of one venture.
pub const NOTES_MAX: usize = 500;
/// Opinions of experts in one valuation.
pub const OPINIONS_MAX: usize = 20;

words_of! {
    /// Where a venture stands.
    VentureState {
        // Valued, announced, agreed on; the company may have founders already.
        Prepared = "prepared",
        // The technology is the company's, the shares are issued.
        Running = "running",
        Withdrawn = "withdrawn",
    }
    /// What was noted about a duty.
    NoteKind {
        Notice = "notice",
        Objection = "objection",
        Settlement = "settlement",
        Approval = "approval",
    }
}

/// What is to be contributed, and for what.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Plan {
    pub valuation: Option<Valuation>,
    pub offer: Option<Offer>,
    /// When it changed last: a notice announces what is agreed, and nothing that comes after it.
    #[serde(default)]
    pub changed_at: Option<Instant>,
}

/// The value both sides agreed on, as shares of a class.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Offer {
    pub class: String,
    /// Its day is that of the agreement; the floor of the day on which it takes effect counts.
    pub contribution: Contribution,
}

/// Parameters of law, each row with its days and source.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Rules {
    pub duties: Vec<Duty>,
    /// The least part of the shares that is owed to the inventors.
    pub floors: Vec<Floor>,
}

/// Rows of law that an office may enter.
pub const RULES_MAX: usize = 200;

impl Rules {
    /// The rows a city begins with, until its office sets others.
    pub fn initial() -> Self {
        serde_json::from_str(include_str!("venture/rules.json")).expect("a test reads these rows")
    }

    /// Everything wrong with rows that an office entered.
    pub fn flaws(&self) -> Vec<Flaw> {
        let mut found = equity::duty::flaws(&self.duties);
        let mut when = |is: bool, field: String, code: &'static str| {
            if is {
                found.push(Flaw { field, code });
            }
        };
        when(self.duties.len() > RULES_MAX, "duties".to_owned(), "too-many");
        when(self.floors.len() > RULES_MAX, "floors".to_owned(), "too-many");
        for (n, it) in self.duties.iter().enumerate() {
            let is_twice = self.duties.iter().take(n).any(|other| other.key == it.key);
            when(is_twice, format!("rows.{n}.key"), "twice");
        }
        for (n, it) in self.floors.iter().enumerate() {
            when(it.source.trim().is_empty(), format!("floors.{n}.source"), "absent");
            let is_wrong = it.until.is_some_and(|last| last < it.from);
            when(is_wrong, format!("floors.{n}.until"), "out-of-order");
        }
        found
    }
}

/// A venture as kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Venture {
    pub id: VentureId,
    pub reference: Reference,
    pub technology: TechnologyId,
    /// The institute that contributes: the owner of the technology.
    pub owner: OrganisationId,
    /// The company that redevelops it.
    pub company: OrganisationId,
    pub currency: Currency,
    pub state: VentureState,
    pub plan: Plan,
    /// The version of the plan and of the state.
    pub version: u64,
    /// Entries of the register, and the chain of digests up to the last of them.
    pub n_entries: u64,
    pub chain: String,
    pub invented: bool,
    pub changed_at: Instant,
    /// The label of its technology, as it is now.
    pub label: Label,
}

/// Somebody who holds shares, or is to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    pub venture: VentureId,
    /// From 1 in the order of entry.
    pub n: u64,
    pub organisation: Option<OrganisationId>,
    pub person: Option<PersonId>,
    /// Where neither has a place in the city.
    pub name: Bilingual,
    /// Whether its shares are the state's.
    pub is_state: bool,
}

impl Holder {
    /// Under which the register knows it.
    pub fn key(&self) -> String {
        key_of(self.n)
    }
}

/// The key of the n-th holder.
pub fn key_of(n: u64) -> String {
    format!("h{n}")
}

/// What opening needs.
pub struct Open {
    pub id: VentureId,
    pub reference: Reference,
    pub company: OrganisationId,
    pub currency: Currency,
}

/// Opens a venture for a technology, or says all that stands against it.
pub fn open(technology: &Technology, ask: Open, now: Instant) -> Result<Venture, Vec<Refusal>> {
    let mut no = Vec::new();
    if !matches!(technology.state, State::Confirmed) {
        no.push(Refusal::new(Class::Refused, "venture-technology-not-confirmed"));
    }
    if technology.owner == ask.company {
        no.push(Refusal::new(Class::Refused, "venture-own-company").on("company"));
    }
    if !no.is_empty() {
        return Err(no);
    }
    Ok(Venture {
        id: ask.id,
        reference: ask.reference,
        technology: technology.id,
        owner: technology.owner,
        company: ask.company,
        currency: ask.currency,
        state: VentureState::Prepared,
        plan: Plan::default(),
        version: 1,
        n_entries: 0,
        chain: String::new(),
        invented: technology.content.invented,
        changed_at: now,
        label: technology.label.clone(),
    })
}

impl Venture {
    pub fn money(&self, minor: i64) -> Money {
        Money::new(minor, self.currency)
    }

    /// What the valuation comes to, if there is one.
    pub fn concluded(&self) -> Option<Concluded> {
        self.plan.valuation.as_ref().and_then(|it| it.conclude().ok())
    }

    /// The value of the step that is planned.
    pub fn value(&self) -> i64 {
        self.plan.offer.as_ref().map_or(0, |it| it.contribution.value)
    }

    /// Whether plan and notes may change.
    pub fn still_prepared(&self) -> Result<(), Refusal> {
        match self.state {
            VentureState::Prepared => Ok(()),
            _ => Err(Refusal::new(Class::Conflict, "venture-not-prepared")),
        }
    }
}

/// Checks a valuation before it is kept: every method with its inputs, or why it is not used.
pub fn check_valuation(it: &Valuation, today: Date) -> Result<Concluded, Vec<Refusal>> {
    let mut no = Vec::new();
    if it.opinions.len() > OPINIONS_MAX {
        no.push(Refusal::invalid("venture-too-many").on("opinions"));
    }
    if it.on > today {
        no.push(ahead("on"));
    }
    no.extend(check_texts(it));
    match it.conclude() {
        Ok(concluded) if no.is_empty() => Ok(concluded),
        Ok(_) => Err(no),
        Err(flaws) => {
            no.extend(refusals(flaws));
            Err(no)
        }
    }
}

/// A day that has not come.
pub fn ahead(field: &'static str) -> Refusal {
    Refusal::invalid("venture-day-ahead").on(field)
}

/// Codes by which something in the request has to be mended; the others are rules that say no.
const TO_MEND: &[&str] = &[
    "absent",
    "beyond",
    "not-whole",
    "out-of-order",
    "same",
    "too-few",
    "too-large",
    "too-many",
    "twice",
    "unfit",
    "unknown",
    "unreadable",
];

/// Flaws as faces and `words` know them.
pub fn refusals(flaws: Vec<Flaw>) -> Vec<Refusal> {
    flaws.into_iter().map(refusal).collect()
}

fn refusal(flaw: Flaw) -> Refusal {
    let class = if TO_MEND.contains(&flaw.code) { Class::Invalid } else { Class::Refused };
    let code = Cow::Owned(format!("venture-{}", flaw.code));
    Refusal { code, ..Refusal::new(class, "") }.on(flaw.field)
}

/// Every holder that an event names, by the field that names it.
pub fn holders_named<'e>(event: &'e Event) -> Vec<(String, &'e str)> {
    use equity::What;
    let one = |field: &str, key: &'e str| vec![(field.to_owned(), key)];
    match &event.what {
        What::Round { round } => {
            let allotments = round.allotments.iter().enumerate();
            let allotments =
                allotments.map(|(n, it)| (format!("round.allotments.{n}.holder"), &*it.holder));
            let tranches = round.tranches.iter().enumerate();
            let tranches =
                tranches.map(|(n, it)| (format!("round.tranches.{n}.holder"), &*it.holder));
            allotments.chain(tranches).collect()
        }
        What::Grant { grant } => one("grant.holder", &grant.holder),
        What::Transfer { transfer } => {
            let mut all = one("transfer.from", &transfer.from);
            all.extend(one("transfer.to", &transfer.to));
            all.extend(transfer.waived.iter().map(|it| ("transfer.waived".to_owned(), &**it)));
            all
        }
        What::Leave { holder, .. }
        | What::Convert { holder, .. }
        | What::BuyBack { holder, .. }
        | What::Lock { holder, .. } => one("holder", holder),
        What::Define { .. }
        | What::Pool { .. }
        | What::Exercise { .. }
        | What::Lapse { .. }
        | What::Limit { .. }
        | What::Accept { .. }
        | What::Miss { .. } => Vec::new(),
    }
}

/// The register replayed; what is kept was accepted by the same engine.
pub(crate) fn replay(entries: &[Entry]) -> Result<Table, Vec<Refusal>> {
    let events: Vec<Event> = entries.iter().map(|it| it.event.clone()).collect();
    Table::replay(&events).map_err(|stopped| refusals(stopped.flaws))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_rules_read_and_have_sources() {
        let rules = Rules::initial();
        assert_eq!(rules.flaws(), []);
        assert!(rules.duties.iter().all(|it| !it.source.is_empty()));
        assert_eq!(rules.floors.len(), 2);
    }

    #[test]
    fn every_flaw_is_a_refusal_of_ours() {
        for code in equity::flaw::CODES {
            let no = refusals(vec![Flaw { field: "x".into(), code }]).remove(0);
            assert_eq!(no.code, format!("venture-{code}"));
            assert!(matches!(no.class, Class::Invalid | Class::Refused));
        }
        assert!(TO_MEND.iter().all(|code| equity::flaw::CODES.contains(code)));
    }
}
