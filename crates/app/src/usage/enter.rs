//! A use that staff enters afterwards, with a reason: the weakest evidence, never over another use.

use crate::act::{Act, Cx, No, Stop};
use crate::city::City;
use crate::instrument;
use crate::ledger::holds_on;
use crate::usage::{Charging, Delivered, UseChanged, books, told};
use access::{Act as A, Thing};
use base::{
    AccountId, Class, InstrumentId, OrganisationId, PersonId, Refusal, Span, UseId, Value, limits,
};
use instruments::service_record::Evidence;
use instruments::tariff::Way;
use instruments::usage::{Kept, Source};
use std::collections::BTreeSet;
use store::Hold;

/// Enters a use that nobody recorded.
#[derive(serde::Serialize)]
pub struct EnterUse {
    pub instrument: InstrumentId,
    pub organisation: OrganisationId,
    /// Who used it; nothing for whoever enters it.
    pub person: Option<PersonId>,
    pub project: String,
    pub way: Way,
    pub span: Span,
    pub reason: String,
    #[serde(skip)]
    accounts: BTreeSet<AccountId>,
}

impl EnterUse {
    pub fn new(instrument: InstrumentId, organisation: OrganisationId, span: Span) -> Self {
        Self {
            instrument,
            organisation,
            person: None,
            project: String::new(),
            way: Way::Own,
            span,
            reason: String::new(),
            accounts: BTreeSet::new(),
        }
    }
}

impl Act for EnterUse {
    const ACT: A = A::EnterUse;
    type Facts = (Charging, Vec<Kept>, Thing);
    type Plan = (Charging, Kept);
    type Outcome = UseChanged;

    fn prepare(&mut self, city: &City) -> Result<(), No> {
        let id = self.instrument;
        if let Some(found) = city.store().read(|tx| store::instrument::find(tx, id))? {
            self.accounts = books::accounts((found.owner, self.organisation), None);
        }
        Ok(())
    }

    fn holds(&self) -> Vec<Hold> {
        let mut holds = holds_on(&self.accounts);
        holds.push(Hold::on(self.instrument));
        holds
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Self::Facts, Stop> {
        let found = instrument::find(cx, self.instrument)?;
        let thing = instrument::thing_of(&found, &cx.actor);
        if store::organisation::find(cx.tx, self.organisation)?.is_none() {
            crate::act::may(&cx.actor, A::EnterUse, &thing)?;
            let id = self.organisation.to_string();
            let no = Refusal::invalid("organisation-unknown").on("organisation").text("found", id);
            return Err(no.into());
        }
        let span = (self.span.start(), self.span.end());
        let others = store::usage::overlapping(cx.tx, self.instrument, span, 100)?;
        let who = (self.organisation, self.span.start());
        Ok((Charging::load(cx, found, who, None)?, others, thing))
    }

    fn thing(&self, (.., thing): &Self::Facts) -> Thing {
        thing.clone()
    }

    fn decide(
        &self,
        (charging, others, _): Self::Facts,
        cx: &Cx<'_, '_>,
    ) -> Result<Self::Plan, Vec<Refusal>> {
        let mut no = Vec::new();
        let seats = usize::try_from(charging.instrument.sheet.seats()).unwrap_or(usize::MAX);
        if let Some(other) = others.first().filter(|_| others.len() >= seats) {
            let refusal = Refusal::new(Class::Conflict, "use-overlap").on("from");
            no.push(refusal.with("since", Value::At(other.started_at)));
        }
        if self.span.end() > cx.now {
            no.push(Refusal::invalid("adjustment-not-past").on("until"));
        }
        let day = base::WorkingDays::china();
        let days = (day.date(self.span.end()), day.date(cx.now));
        if instruments::adjustment::is_locked(days.0, days.1) {
            no.push(Refusal::new(Class::Refused, "charge-locked").on("until"));
        }
        let reason = base::text::required_line("reason", &self.reason, limits::SUMMARY_CHARS_MAX);
        let project = base::text::line("project", &self.project, limits::NAME_CHARS_MAX);
        no.extend([reason.as_ref().err(), project.as_ref().err()].into_iter().flatten().cloned());
        let (Some(me), Ok(note), Ok(project)) = (cx.actor.person, reason, project) else {
            return Err(no);
        };
        let taken: Vec<u32> = others.iter().map(|it| it.seat).collect();
        let seat = (1..=charging.instrument.sheet.seats()).find(|seat| !taken.contains(seat));
        let it = Kept {
            id: cx.city.with_chance(|chance| UseId::new(cx.now, chance)),
            instrument: self.instrument,
            unit: charging.instrument.owner,
            person: self.person.unwrap_or(me),
            organisation: self.organisation,
            project,
            booking: None,
            way: self.way,
            source: Source::Manual,
            seat: seat.unwrap_or(1),
            started_at: self.span.start(),
            stopped_at: Some(self.span.end()),
            voucher: None,
            note,
            version: 1,
        };
        no.extend(charging.price(&Delivered::of(&it)).err());
        if no.is_empty() { Ok((charging, it)) } else { Err(no) }
    }

    fn save(&self, (charging, it): Self::Plan, cx: &mut Cx<'_, '_>) -> Result<UseChanged, Stop> {
        store::usage::add(cx.tx, &it)?;
        let charge = charging.settle(cx, &Delivered::of(&it), Evidence::Weak)?;
        let body = serde_json::json!({ "charge": charge.as_ref().map(|line| line.id) });
        told(cx, &it, "use-entered", body);
        Ok(UseChanged::of(&it, charge.as_ref()))
    }
}
