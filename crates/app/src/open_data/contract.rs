//! What a contract tells under its award: that it was signed, how it is kept, that it ended.
//!
//! Its words are its parties' alone. What a public institution was paid and when it delivered is told by
//! numbers and days; of private firms no more than that they signed, and that it is over.

use crate::city::City;
use crate::contract::ROYALTY;
use ::contract::kept::{Kept, Payment as Paid};
use ::contract::milestone::Standing;
use ::contract::signing::State;
use base::{Bilingual, Date, Instant, Lang, Money, Span};
use ocds::process::{Award, AwardState, Contract, Milestone, MilestoneState, Payment, Step, What};
use store::{StoreError, Tx};

/// A contract that bound both, and what was paid under it.
pub(super) struct Signed {
    kept: Kept,
    payments: Vec<Paid>,
}

/// When and where it is told.
#[derive(Clone, Copy)]
pub(super) struct Telling<'a> {
    pub title: &'a Bilingual,
    /// Whether the provider is a public institution.
    pub is_public: bool,
    pub now: Instant,
    pub offset_minutes: i32,
}

impl<'a> Telling<'a> {
    pub(super) fn new(
        city: &City,
        title: &'a Bilingual,
        owner: &parties::Organisation,
        now: Instant,
    ) -> Self {
        let offset_minutes = city.settings().utc_offset_minutes;
        let is_public = crate::deal::is_public(owner.profile.kind);
        Self { title, is_public, now, offset_minutes }
    }

    /// The beginning of a day.
    fn day(&self, on: Date) -> Option<Instant> {
        base::time::at_hour(on, 0, self.offset_minutes)
    }
}

impl Signed {
    /// The first of some contracts that was signed, with what was paid.
    pub(super) fn of(tx: &mut Tx<'_>, all: Vec<Kept>) -> Result<Option<Self>, StoreError> {
        let Some(kept) = all.into_iter().find(|it| it.bound.is_some()) else { return Ok(None) };
        let payments = store::contract_money::payments(tx, kept.id)?;
        Ok(Some(Self { kept, payments }))
    }

    /// What there is to tell after these steps, under the award that it was signed for.
    pub(super) fn due(&self, award: &Award, told: &[Step], how: Telling<'_>) -> Vec<What> {
        let id = self.kept.reference.to_string();
        let is_over =
            told.iter().any(|it| matches!(&it.what, What::Ended { contract } if *contract == id));
        if award.state != AwardState::Active || is_over {
            return Vec::new();
        }
        let mut due = Vec::new();
        let before = told.iter().rev().find_map(|step| match &step.what {
            What::Signed(it) | What::Changed { contract: it, .. } if it.id == id => Some(it),
            _ => None,
        });
        let now = self.contract(&id, award, before, how);
        match before {
            None => due.push(What::Signed(now)),
            Some(before) if *before != now => {
                let why = super::both("open-data-why-amended");
                due.push(What::Changed { contract: now, why });
            }
            Some(_) => {}
        }
        if how.is_public {
            due.extend(self.performed(&id, told, how));
        }
        if matches!(self.kept.life.state, State::Performed { .. } | State::Terminated { .. }) {
            due.push(What::Ended { contract: id });
        }
        due
    }

    fn contract(
        &self,
        id: &str,
        award: &Award,
        before: Option<&Contract>,
        how: Telling<'_>,
    ) -> Contract {
        let terms = self.kept.current();
        let total = terms.price.total().filter(|total| *total > 0);
        let total = total.map(|total| Money::new(total, terms.price.currency));
        let end = terms.until.and_then(|until| how.day(until));
        let span = how.day(terms.from).zip(end).and_then(|(from, end)| Span::new(from, end));
        let bound = self.kept.life.bound().map_or(how.now, |it| it.since);
        Contract {
            id: id.to_owned(),
            award: award.id.clone(),
            title: how.title.clone(),
            // An amendment binds later; the contract was signed once.
            signed: before.map_or(bound, |it| it.signed),
            span: span.filter(|_| how.is_public),
            value: if how.is_public { total } else { award.value },
            documents: Vec::new(),
        }
    }

    fn performed(&self, id: &str, told: &[Step], how: Telling<'_>) -> Option<What> {
        let (mut known, mut paid) = (Vec::new(), Vec::new());
        for step in told {
            if let What::Performed { contract, milestones, payments } = &step.what
                && contract == id
            {
                known.retain(|it: &Milestone| milestones.iter().all(|now| now.id != it.id));
                known.extend(milestones.iter().cloned());
                paid.extend(payments.iter().map(|it| it.id.clone()));
            }
        }
        let mut milestones = self.milestones(how);
        milestones.retain(|it| !known.contains(it));
        let mut payments = self.paid(how);
        payments.retain(|it| !paid.contains(&it.id));
        if milestones.is_empty() && payments.is_empty() {
            return None;
        }
        Some(What::Performed { contract: id.to_owned(), milestones, payments })
    }

    /// Milestones by their numbers: what is to be delivered is between the parties.
    fn milestones(&self, how: Telling<'_>) -> Vec<Milestone> {
        let today = how.now.date_at(how.offset_minutes);
        let all = self.kept.current().milestones.iter().enumerate();
        all.map(|(n, it)| {
            let n = (n + 1).to_string();
            let name = |lang: Lang| {
                words::say_with(lang, "open-data-milestone", &[("number", n.clone().into())])
            };
            let standing = it.standing(self.kept.happened(&it.key), today);
            let (state, met) = match standing {
                Standing::Accepted { on } => (MilestoneState::Met, how.day(on)),
                Standing::Late { .. } => (MilestoneState::NotMet, None),
                _ => (MilestoneState::Scheduled, None),
            };
            Milestone {
                title: Bilingual::new(name(Lang::En), name(Lang::Zh)),
                id: n,
                kind: "delivery".to_owned(),
                due: how.day(it.due),
                met,
                state,
            }
        })
        .collect()
    }

    /// What was paid of the agreed sum. A royalty is told to nobody: it shows what its licensee sells.
    fn paid(&self, how: Telling<'_>) -> Vec<Payment> {
        let kept = &self.kept;
        let of_price = self.payments.iter().filter(|it| !it.what.starts_with(ROYALTY));
        of_price
            .map(|it| Payment {
                id: it.n.to_string(),
                at: how.day(it.value_date).unwrap_or(it.at),
                value: Money::new(it.amount, kept.current().price.currency),
                payer: kept.acquirer.to_string(),
                payee: kept.provider.to_string(),
            })
            .collect()
    }
}
