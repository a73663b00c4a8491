//! One entry into the register of shares.

use crate::act::{Act, Cx, Stop};
use crate::venture::{VentureChanged, find, keep, register, thing_of};
use access::{Act as A, Thing};
use base::{Class, Refusal, VentureId};
use equity::{Event, Table};
use store::Hold;
use trading::venture::Register;

/// Enters what happened to shares: decided over every entry before it, under a hold.
#[derive(serde::Serialize)]
pub struct EnterShares {
    pub venture: VentureId,
    /// The last entry that was seen, where the caller minds what came between.
    pub seen: Option<u64>,
    pub event: Event,
}

impl Act for EnterShares {
    const ACT: A = A::EnterShares;
    type Facts = Register;
    type Plan = (Register, Table, Table);
    type Outcome = VentureChanged;

    fn holds(&self) -> Vec<Hold> {
        vec![Hold::on(self.venture)]
    }

    fn read_committed(&self) -> bool {
        true
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Register, Stop> {
        let venture = find(cx, self.venture)?;
        Ok(register(cx.tx, venture)?)
    }

    fn thing(&self, register: &Register) -> Thing {
        thing_of(&register.venture)
    }

    fn decide(&self, register: Register, cx: &Cx<'_, '_>) -> Result<Self::Plan, Vec<Refusal>> {
        if self.seen.is_some_and(|seen| seen != register.venture.n_entries) {
            return Err(vec![Refusal::new(Class::Conflict, "version-conflict")]);
        }
        let after = register.enter(&self.event, cx.now)?;
        let before = register.table()?;
        Ok((register, before, after))
    }

    fn save(
        &self,
        (mut register, before, after): Self::Plan,
        cx: &mut Cx<'_, '_>,
    ) -> Result<VentureChanged, Stop> {
        keep(cx, &mut register, self.event.clone(), (&before, &after))?;
        Ok(VentureChanged::of(&register.venture))
    }
}
