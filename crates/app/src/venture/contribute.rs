//! The technology becomes the company's, for shares of the institute and its inventors.

use crate::act::{Act, Cx, Stop};
use crate::venture::{VentureChanged, find, keep, register, thing_of, told};
use access::{Act as A, Thing};
use base::{Class, Refusal, VentureId};
use store::Hold;
use trading::venture::{Register, VentureState, contribute};

/// Lets the planned contribution take effect: every duty is met, every waiting period is over.
#[derive(serde::Serialize)]
pub struct ContributeTechnology {
    pub venture: VentureId,
    /// The version of the plan that was read.
    pub version: u64,
}

impl Act for ContributeTechnology {
    const ACT: A = A::ContributeTechnology;
    type Facts = Register;
    type Plan = (Register, Vec<equity::Event>);
    type Outcome = VentureChanged;

    fn holds(&self) -> Vec<Hold> {
        vec![Hold::on(self.venture)]
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Register, Stop> {
        let venture = find(cx, self.venture)?;
        Ok(register(cx.tx, venture)?)
    }

    fn thing(&self, register: &Register) -> Thing {
        thing_of(&register.venture)
    }

    fn decide(&self, register: Register, cx: &Cx<'_, '_>) -> Result<Self::Plan, Vec<Refusal>> {
        if register.venture.version != self.version {
            return Err(vec![Refusal::new(Class::Conflict, "version-conflict")]);
        }
        let done = contribute(&register, cx.now)?;
        Ok((register, done.events))
    }

    fn save(
        &self,
        (mut register, events): Self::Plan,
        cx: &mut Cx<'_, '_>,
    ) -> Result<VentureChanged, Stop> {
        let mut table = register.table()?;
        for event in events {
            let before = table.clone();
            table.apply(&event).map_err(trading::venture::refusals)?;
            keep(cx, &mut register, event, (&before, &table))?;
        }
        let venture = &mut register.venture;
        venture.state = VentureState::Running;
        venture.changed_at = cx.now;
        if !store::venture::change(cx.tx, venture, self.version)? {
            return Err(Refusal::new(Class::Conflict, "version-conflict").into());
        }
        venture.version += 1;
        told(cx, venture, "venture-contributed", serde_json::json!({}));
        Ok(VentureChanged::of(venture))
    }
}
