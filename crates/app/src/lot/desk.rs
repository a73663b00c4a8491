//! What the office does with a running lot: stops it, lets it go on.

use crate::act::{Act, Cx, Stop};
use crate::lot::enter::{Via, enter_or_refuse};
use crate::lot::{LotChanged, find, thing_of, told};
use access::{Act as A, Thing};
use auction::Input;
use base::{Class, LotId, Refusal};
use store::Hold;
use trading::lot::{Lot, LotState};

/// Stops a running lot, for a complaint or a pending cancellation, or lets it go on with its end
/// shifted by the time it stood.
#[derive(serde::Serialize)]
pub struct HaltLot {
    pub lot: LotId,
    pub goes_on: bool,
}

impl Act for HaltLot {
    const ACT: A = A::HaltLot;
    type Facts = Lot;
    type Plan = Lot;
    type Outcome = LotChanged;

    fn holds(&self) -> Vec<Hold> {
        vec![Hold::on(self.lot)]
    }

    fn read_committed(&self) -> bool {
        true
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Lot, Stop> {
        find(cx, self.lot)
    }

    fn thing(&self, lot: &Lot) -> Thing {
        thing_of(lot)
    }

    fn decide(&self, lot: Lot, _: &Cx<'_, '_>) -> Result<Lot, Vec<Refusal>> {
        match lot.state {
            LotState::Open => Ok(lot),
            _ => Err(vec![crate::lot::announce::over(&lot)]),
        }
    }

    fn save(&self, mut lot: Lot, cx: &mut Cx<'_, '_>) -> Result<LotChanged, Stop> {
        match self.goes_on {
            true => {
                if crate::lot::complaint::is_stopped(cx, lot.id)? {
                    return Err(Refusal::new(Class::Conflict, "lot-standstill").into());
                }
                if crate::lot::cancellation::pending(cx, lot.id)?.is_some() {
                    return Err(Refusal::new(Class::Conflict, "lot-cancellation-pending").into());
                }
                go_on(cx, &mut lot)?;
                told(cx, &lot, "lot-resumed", serde_json::json!({}));
            }
            false => {
                enter_or_refuse(cx, &mut lot, Input::Halt { lot: 0 }, Via::Desk)?;
                told(cx, &lot, "lot-halted", serde_json::json!({}));
            }
        }
        Ok(LotChanged::of(&lot))
    }
}

/// Lets a lot that stands still go on, its end shifted by as long.
pub(crate) fn go_on(cx: &mut Cx<'_, '_>, lot: &mut Lot) -> Result<(), Stop> {
    enter_or_refuse(cx, lot, Input::GoOn { lot: 0 }, Via::Desk)?;
    if lot.terms.way.is_staged() {
        // The time it stood is no absence of the machine.
        store::falling::look(cx.tx, lot.id, cx.now)?;
    }
    Ok(())
}
