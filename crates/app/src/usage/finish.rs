//! A use ends: its minutes are charged and written into the ledger of services.

use crate::act::{Act, Cx, No, Stop};
use crate::city::City;
use crate::instrument;
use crate::ledger::holds_on;
use crate::usage::{Charging, Delivered, UseChanged, find, prepare, thing_of, told};
use access::{Act as A, Thing};
use base::{AccountId, Class, Instant, Refusal, UseId, Value, limits};
use instruments::service_record::Evidence;
use instruments::usage::{Kept, OPEN_HOURS_MAX};
use std::collections::BTreeSet;
use store::Hold;

/// Ends a use, now or, where nobody ended it in time, at a moment that staff proposes.
#[derive(serde::Serialize)]
pub struct StopUse {
    #[serde(rename = "use")]
    pub id: UseId,
    /// When it really ended; nothing for now.
    pub ended_at: Option<Instant>,
    /// Answers and remarks.
    pub note: String,
    #[serde(skip)]
    accounts: BTreeSet<AccountId>,
}

impl StopUse {
    pub fn new(id: UseId) -> Self {
        Self { id, ended_at: None, note: String::new(), accounts: BTreeSet::new() }
    }

    /// At a moment that lies behind, for a reason.
    pub fn at(id: UseId, ended_at: Instant, note: &str) -> Self {
        Self { ended_at: Some(ended_at), note: note.to_owned(), ..Self::new(id) }
    }
}

impl Act for StopUse {
    const ACT: A = A::StopUse;
    type Facts = (Kept, Charging, Thing);
    type Plan = (Kept, Charging);
    type Outcome = UseChanged;

    fn prepare(&mut self, city: &City) -> Result<(), No> {
        self.accounts = prepare(city, self.id)?;
        Ok(())
    }

    fn holds(&self) -> Vec<Hold> {
        let mut holds = holds_on(&self.accounts);
        holds.push(Hold::on(self.id));
        holds
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Self::Facts, Stop> {
        let it = find(cx, self.id)?;
        let found = instrument::find(cx, it.instrument)?;
        let thing = thing_of(&it, Some(&found), &cx.actor);
        let who = (it.organisation, it.started_at);
        let charging = Charging::load(cx, found, who, it.voucher)?;
        Ok((it, charging, thing))
    }

    fn thing(&self, (.., thing): &Self::Facts) -> Thing {
        thing.clone()
    }

    fn decide(
        &self,
        (mut it, charging, _): Self::Facts,
        cx: &Cx<'_, '_>,
    ) -> Result<Self::Plan, Vec<Refusal>> {
        if it.stopped_at.is_some() {
            return Err(vec![Refusal::new(Class::Conflict, "use-over")]);
        }
        let mut no = Vec::new();
        let end = self.ended_at.unwrap_or(cx.now);
        if end < it.started_at || end > cx.now {
            no.push(Refusal::invalid("use-end-outside").on("ended_at"));
        }
        let limit = it.started_at.plus_seconds(3_600 * OPEN_HOURS_MAX);
        let operates = cx.actor.person.is_some_and(|me| charging.instrument.is_operated_by(me));
        let manages = cx.actor.roles.iter().any(|(id, role)| {
            *id == it.unit
                && matches!(role, access::Role::TransferOfficer | access::Role::FirmAdministrator)
        });
        let is_staff = operates || manages;
        if self.ended_at.is_some() && !is_staff {
            no.push(Refusal::new(Class::NotAllowed, "use-end-by-staff").on("ended_at"));
        }
        // Nobody charges himself a day for a forgotten stop: staff looks at it first.
        if self.ended_at.is_none() && cx.now >= limit && !is_staff {
            let refusal = Refusal::new(Class::Refused, "use-unfinished");
            no.push(refusal.with("since", Value::At(it.started_at)));
        }
        match base::text::block("note", &self.note, limits::SUMMARY_CHARS_MAX) {
            Ok(note) => it.note = note,
            Err(refusal) => no.push(refusal),
        }
        if self.ended_at.is_some() && self.note.trim().is_empty() {
            no.push(Refusal::invalid("adjustment-reason-missing").on("note"));
        }
        it.stopped_at = Some(end);
        no.extend(charging.price(&Delivered::of(&it)).err());
        if no.is_empty() { Ok((it, charging)) } else { Err(no) }
    }

    fn save(
        &self,
        (mut it, charging): Self::Plan,
        cx: &mut Cx<'_, '_>,
    ) -> Result<UseChanged, Stop> {
        let version = it.version;
        if !store::usage::change(cx.tx, &it, version)? {
            return Err(Refusal::new(Class::Conflict, "version-conflict").into());
        }
        it.version += 1;
        let evidence = Evidence::from(it.source.strength());
        let charge = charging.settle(cx, &Delivered::of(&it), evidence)?;
        let body = serde_json::json!({ "charge": charge.as_ref().map(|line| line.id) });
        told(cx, &it, "use-stopped", body);
        Ok(UseChanged::of(&it, charge.as_ref()))
    }
}
