//! What the office does with a running lot: stops it, lets it go on, calls it off.

use crate::act::{Act, Cx, No, Stop};
use crate::city::City;
use crate::lot::deposit::{Accounts, release};
use crate::lot::enter::{Via, enter_or_refuse};
use crate::lot::tend::finish;
use crate::lot::{LotChanged, find, holders, thing_of, told};
use access::{Act as A, Thing};
use auction::{CallOff, Input, Outcome};
use base::{Class, LotId, Refusal};
use store::Hold;
use trading::lot::{Deposit, Lot, LotState};

/// Why a lot may be called off, by their words.
const WHY: &[(CallOff, &str)] = &[
    (CallOff::NoDemand, "no-demand"),
    (CallOff::CannotBeMended, "cannot-be-mended"),
    (CallOff::ForceMajeure, "force-majeure"),
    (CallOff::CostsCut, "costs-cut"),
    (CallOff::NoOffer, "no-offer"),
    (CallOff::KeysLost, "keys-lost"),
];

pub(crate) fn word_of(why: CallOff) -> &'static str {
    WHY.iter().find(|(own, _)| *own == why).map_or("", |(_, word)| word)
}

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
        let (input, kind) = match self.goes_on {
            true => (Input::GoOn { lot: 0 }, "lot-resumed"),
            false => (Input::Halt { lot: 0 }, "lot-halted"),
        };
        if self.goes_on && crate::lot::complaint::is_stopped(cx, lot.id)? {
            return Err(Refusal::new(Class::Conflict, "lot-standstill").into());
        }
        enter_or_refuse(cx, &mut lot, input, Via::Desk)?;
        if self.goes_on && lot.terms.way.falling().is_some() {
            // The time it stood is no absence of the machine.
            store::falling::look(cx.tx, lot.id, cx.now)?;
        }
        told(cx, &lot, kind, serde_json::json!({}));
        Ok(LotChanged::of(&lot))
    }
}

/// Calls a lot off, for a reason of the closed list; every deposit is released.
#[derive(serde::Serialize)]
pub struct CallOffLot {
    pub lot: LotId,
    /// `no-demand`, `cannot-be-mended`, `force-majeure`, `costs-cut` or `no-offer`.
    pub why: String,
    #[serde(skip)]
    accounts: Accounts,
}

impl CallOffLot {
    pub fn new(lot: LotId, why: String) -> Self {
        Self { lot, why, accounts: Accounts::default() }
    }

    fn reason(&self) -> Option<CallOff> {
        let known = WHY.iter().filter(|(why, _)| *why != CallOff::KeysLost);
        known.clone().find(|(_, word)| *word == self.why).map(|(why, _)| *why)
    }
}

impl Act for CallOffLot {
    const ACT: A = A::CallOffLot;
    type Facts = Lot;
    type Plan = (Lot, CallOff);
    type Outcome = LotChanged;

    fn prepare(&mut self, city: &City) -> Result<(), No> {
        self.accounts = Accounts::of_holders(city, self.lot)?;
        Ok(())
    }

    fn holds(&self) -> Vec<Hold> {
        self.accounts.holds(self.lot)
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

    fn decide(&self, lot: Lot, _: &Cx<'_, '_>) -> Result<Self::Plan, Vec<Refusal>> {
        let Some(why) = self.reason() else {
            let no = Refusal::invalid("choice-unknown").on("why");
            return Err(vec![no.term("field", "field-why")]);
        };
        match lot.state {
            LotState::Announced | LotState::Open => Ok((lot, why)),
            _ => Err(vec![crate::lot::announce::over(&lot)]),
        }
    }

    fn save(&self, (mut lot, why): Self::Plan, cx: &mut Cx<'_, '_>) -> Result<LotChanged, Stop> {
        if lot.state == LotState::Open {
            enter_or_refuse(cx, &mut lot, Input::CallOff { lot: 0, why }, Via::Desk)?;
            finish(cx, &mut lot, &self.accounts)?;
            return Ok(LotChanged::of(&lot));
        }
        lot.state = LotState::CalledOff;
        lot.outcome = crate::lot::Ended::of(&Outcome::CalledOff(why)).text();
        lot.changed_at = cx.now;
        let mut held = holders(cx.tx, lot.id)?;
        release(cx, &lot, &mut held, &self.accounts, Deposit::Released)?;
        store::lot::end(cx.tx, &lot)?;
        told(cx, &lot, "lot-ended", serde_json::json!({ "how": word_of(why) }));
        Ok(LotChanged::of(&lot))
    }
}
