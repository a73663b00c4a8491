//! Until when somebody has access to the instruments of a unit: set by who answers for the unit.

use super::training::{Blocked, TrainingChanged, load_block, tell, unknown};
use crate::act::{Act, Cx, Stop};
use access::{Act as A, Thing};
use base::{Class, Instant, InstrumentId, PersonId, Refusal, limits, text};
use instruments::Instrument;

/// Sets until when somebody has access to every instrument of the unit; without an end they have it for
/// good.
#[derive(serde::Serialize)]
pub struct SetAccess {
    /// Any instrument of the unit.
    pub instrument: InstrumentId,
    pub person: PersonId,
    pub ends: Option<Instant>,
    pub reason: String,
}

impl Act for SetAccess {
    const ACT: A = A::QualifyPeople;
    type Facts = Blocked;
    type Plan = (Instrument, String);
    type Outcome = TrainingChanged;

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Blocked, Stop> {
        load_block(cx, self.instrument, self.person)
    }

    fn thing(&self, facts: &Blocked) -> Thing {
        facts.thing.clone()
    }

    fn decide(&self, facts: Blocked, cx: &Cx<'_, '_>) -> Result<Self::Plan, Vec<Refusal>> {
        let mut no = Vec::new();
        let reason = text::required_line("reason", &self.reason, limits::SUMMARY_CHARS_MAX)
            .map_err(|refusal| no.push(refusal))
            .unwrap_or_default();
        if !facts.is_known {
            no.push(unknown("person"));
        }
        if !facts.is_manager {
            no.push(Refusal::new(Class::NotAllowed, "training-access-unit"));
        }
        if cx.actor.person == Some(self.person) {
            no.push(Refusal::new(Class::NotAllowed, "qualification-of-oneself"));
        }
        if no.is_empty() { Ok((facts.it, reason)) } else { Err(no) }
    }

    fn save(&self, (it, reason): Self::Plan, cx: &mut Cx<'_, '_>) -> Result<TrainingChanged, Stop> {
        let by = cx.actor.person.ok_or_else(crate::account::sign_in_required)?;
        let whom = (it.owner, self.person);
        store::agreement::set_access(cx.tx, whom, (self.ends, &reason), (by, cx.now))?;
        let state = if self.ends.is_some() { "ends" } else { "free" };
        tell(cx, &it, ("training-access-set", state), self.person);
        let (state, course) = (state.to_owned(), String::new());
        Ok(TrainingChanged { instrument: it.id, person: self.person, course, state })
    }
}
