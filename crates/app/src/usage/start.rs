//! A use begins: every check at the door, in the order of the engine.

use crate::act::{Act, Cx, Stop};
use crate::instrument;
use crate::tariff::{class_of, wall};
use crate::usage::{UseChanged, label, told};
use access::{Act as A, Thing};
use base::{InstrumentId, OrganisationId, Refusal, UseId, VoucherId, limits};
use instruments::Instrument;
use instruments::sheet::Condition;
use instruments::start::{Facts as Door, Role, check};
use instruments::tariff::{Tariff, Way, valid_on};
use instruments::usage::{Kept, Source};
use store::Hold;

/// Begins a use of an instrument.
#[derive(serde::Serialize)]
pub struct StartUse {
    pub instrument: InstrumentId,
    /// For whom: who pays.
    pub organisation: OrganisationId,
    pub project: String,
    pub way: Way,
    pub source: Source,
    pub voucher: Option<VoucherId>,
}

/// What is known at the door.
pub struct Found {
    instrument: Instrument,
    is_visible: bool,
    running: Vec<Kept>,
    tariffs: Vec<Tariff>,
    class: String,
    /// Whether the voucher that was named is the organisation's own.
    has_voucher: bool,
}

impl Act for StartUse {
    const ACT: A = A::StartUse;
    type Facts = Found;
    type Plan = Kept;
    type Outcome = UseChanged;

    fn holds(&self) -> Vec<Hold> {
        vec![Hold::on(self.instrument)]
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Found, Stop> {
        let found = instrument::find(cx, self.instrument)?;
        let thing = instrument::thing_of(&found, &cx.actor);
        let is_visible = crate::act::may(&cx.actor, A::LookAtInstrument, &thing).is_ok();
        let day = wall(&found)(cx.now).date;
        let class = class_of(cx.tx, (found.owner, self.organisation), day)?;
        let kept = store::tariff::of_instrument(cx.tx, self.instrument)?;
        let has_voucher = match self.voucher {
            None => true,
            Some(id) => store::voucher::find(cx.tx, id)?
                .is_some_and(|it| it.terms.holder == self.organisation),
        };
        Ok(Found {
            running: store::usage::running(cx.tx, self.instrument)?,
            tariffs: kept.into_iter().map(|it| it.tariff).collect(),
            instrument: found,
            is_visible,
            class,
            has_voucher,
        })
    }

    fn thing(&self, found: &Found) -> Thing {
        Thing {
            owner: Some(self.organisation),
            desk: Some(found.instrument.owner),
            label: label(),
            ..Thing::default()
        }
    }

    fn decide(&self, found: Found, cx: &Cx<'_, '_>) -> Result<Kept, Vec<Refusal>> {
        let person = cx.actor.person.ok_or_else(|| vec![Refusal::not_found()])?;
        let mut no = check(&self.door(&found, person), cx.now).err().unwrap_or_default();
        if !found.is_visible {
            return Err(no);
        }
        let day = wall(&found.instrument)(cx.now).date;
        let is_priced = valid_on(&found.tariffs, &found.class, self.way, day).is_some();
        if !found.tariffs.is_empty() && !is_priced {
            no.push(Refusal::invalid("no-tariff").with("on", base::Value::On(day)));
        }
        if !found.has_voucher {
            no.push(Refusal::invalid("voucher-other-holder").on("voucher"));
        }
        let project = base::text::line("project", &self.project, limits::NAME_CHARS_MAX);
        let (project, []) = (project, no.as_slice()) else { return Err(no) };
        let seats: Vec<u32> = found.running.iter().map(|it| it.seat).collect();
        let seat = (1..=found.instrument.sheet.seats()).find(|seat| !seats.contains(seat));
        Ok(Kept {
            id: cx.city.with_chance(|chance| UseId::new(cx.now, chance)),
            instrument: self.instrument,
            unit: found.instrument.owner,
            person,
            organisation: self.organisation,
            project: project.map_err(|refusal| vec![refusal])?,
            booking: None,
            way: self.way,
            source: self.source,
            seat: seat.unwrap_or(1),
            started_at: cx.now,
            stopped_at: None,
            voucher: self.voucher,
            note: String::new(),
            version: 1,
        })
    }

    fn save(&self, it: Kept, cx: &mut Cx<'_, '_>) -> Result<UseChanged, Stop> {
        store::usage::add(cx.tx, &it)?;
        told(cx, &it, "use-started", serde_json::json!({ "instrument": it.instrument }));
        Ok(UseChanged::of(&it, None))
    }
}

impl StartUse {
    fn door(&self, found: &Found, person: base::PersonId) -> Door {
        let it = &found.instrument;
        let operates = it.is_operated_by(person);
        let broken =
            matches!(it.sheet.condition, Condition::AwaitsRepair | Condition::AwaitsScrapping);
        let seats = usize::try_from(it.sheet.seats()).unwrap_or(usize::MAX);
        let taken = found.running.len() >= seats;
        let own = found.running.iter().find(|use_| use_.person == person);
        let since = own.or_else(|| found.running.first().filter(|_| taken));
        Door {
            may_use: true,
            is_visible: found.is_visible,
            role: if operates { Role::Staff } else { Role::User },
            is_operational: !broken && it.retired.is_none(),
            in_use_since: since.map(|use_| use_.started_at),
            take_over: false,
            is_qualified: true,
            for_another: false,
            resources_down: Vec::new(),
            area: None,
            needs_booking: false,
            booking: None,
            project_ok: true,
            access_until: None,
            cooling_until: None,
            outage_until: None,
        }
    }
}
