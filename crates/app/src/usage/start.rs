//! A use begins: every check at the door, in the order of the engine; a booking for now is taken up.

use super::door::{self, Found};
use crate::act::{Act, Cx, Stop};
use crate::booking::tie;
use crate::usage::{UseChanged, label, relay, told};
use access::{Act as A, Thing};
use base::{InstrumentId, OrganisationId, Refusal, UseId, VoucherId};
use instruments::start::Pass;
use instruments::tariff::Way;
use instruments::usage::{Kept, Source};
use store::Hold;

/// Begins a use of an instrument.
#[derive(Clone, serde::Serialize)]
pub struct StartUse {
    pub instrument: InstrumentId,
    /// For whom: who pays.
    pub organisation: OrganisationId,
    /// What is charged; that of the booking where it is left empty.
    pub project: String,
    pub way: Way,
    pub source: Source,
    /// Who pays a part; what the booking holds where none is named.
    pub voucher: Option<VoucherId>,
    /// What staff lets pass, and why.
    pub passes: Vec<Pass>,
    pub reason: String,
}

impl StartUse {
    /// Working at an instrument oneself, as the page there has it.
    pub fn new(instrument: InstrumentId, organisation: OrganisationId) -> Self {
        Self {
            instrument,
            organisation,
            project: String::new(),
            way: Way::Own,
            source: Source::Kiosk,
            voucher: None,
            passes: Vec::new(),
            reason: String::new(),
        }
    }

    pub(super) fn thing_of(&self, found: &Found) -> Thing {
        Thing {
            owner: Some(self.organisation),
            desk: Some(found.instrument.owner),
            label: label(),
            ..Thing::default()
        }
    }
}

impl Act for StartUse {
    const ACT: A = A::StartUse;
    type Facts = Found;
    type Plan = (Found, Kept);
    type Outcome = UseChanged;

    fn holds(&self) -> Vec<Hold> {
        vec![Hold::on(self.instrument)]
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Found, Stop> {
        door::load(cx.tx, &cx.actor, self, cx.now)
    }

    fn thing(&self, found: &Found) -> Thing {
        self.thing_of(found)
    }

    fn decide(&self, found: Found, cx: &Cx<'_, '_>) -> Result<Self::Plan, Vec<Refusal>> {
        let person = cx.actor.person.ok_or_else(|| vec![Refusal::not_found()])?;
        let project = door::judge(self, &found, person, cx.now)?;
        let booking = found.booking.as_ref();
        let it = Kept {
            id: cx.city.with_chance(|chance| UseId::new(cx.now, chance)),
            instrument: self.instrument,
            unit: found.instrument.owner,
            person,
            organisation: self.organisation,
            project,
            booking: booking.map(|booking| booking.id),
            way: self.way,
            source: self.source,
            seat: found.seat(),
            started_at: cx.now,
            stopped_at: None,
            voucher: self.voucher.or(found.held),
            note: String::new(),
            version: 1,
        };
        Ok((found, it))
    }

    fn save(&self, (found, it): Self::Plan, cx: &mut Cx<'_, '_>) -> Result<UseChanged, Stop> {
        store::usage::add(cx.tx, &it)?;
        if let Some(booking) = &found.booking {
            tie::begin(cx, &found.instrument, booking)?;
        }
        let mut body = serde_json::json!({ "instrument": it.instrument, "booking": it.booking });
        if !self.passes.is_empty() {
            let passed: Vec<_> = self.passes.iter().map(|pass| pass.word()).collect();
            body["passed"] = serde_json::json!(passed);
            body["reason"] = serde_json::json!(self.reason.trim());
        }
        told(cx, &it, "use-started", body);
        let bypass = self.passes.contains(&Pass::Relay).then(|| self.reason.trim());
        let has_relay = relay::begins(cx, &it, bypass)?;
        Ok(UseChanged { has_relay, ..UseChanged::of(&it, None) })
    }
}
