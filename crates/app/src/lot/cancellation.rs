//! Calling a lot off: asked for with a reason of a closed list and grounds that everybody reads, open
//! to appeal while the lot stands still, and in effect only then. An appeal is a complaint that comes
//! in meanwhile; one that is right lets the lot go on, with its times moved by as long as it stood.

use crate::act::{Act, Cx, No, Stop};
use crate::city::City;
use crate::lot::announce::over;
use crate::lot::deposit::{Accounts, release};
use crate::lot::desk::go_on;
use crate::lot::enter::{Via, enter_or_refuse};
use crate::lot::tend::finish;
use crate::lot::{BIDDERS_MAX, LotChanged, find, holders, thing_of, told};
use access::{Act as A, Thing};
use auction::{CallOff, Input, Outcome};
use base::{Class, Instant, LotId, Refusal};
use store::Hold;
use trading::cancellation::{Cancellation, CancellationState, STANDSTILL_SECONDS};
use trading::complaint::checked;
use trading::lot::{BidderState, Deposit, Lot, LotState};

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

fn reason_of(word: &str) -> Option<CallOff> {
    let known = WHY.iter().filter(|(why, _)| *why != CallOff::KeysLost);
    known.clone().find(|(_, own)| *own == word).map(|(why, _)| *why)
}

/// The cancellation of a lot that waits, if one does.
pub(crate) fn pending(cx: &mut Cx<'_, '_>, lot: LotId) -> Result<Option<Cancellation>, Stop> {
    let all = store::cancellation::of_lot(cx.tx, lot)?;
    Ok(all.into_iter().find(Cancellation::is_pending))
}

fn is_live(lot: &Lot) -> bool {
    matches!(lot.state, LotState::Announced | LotState::Open)
}

/// Ends a lot for this reason; every deposit is released.
fn call_off(
    cx: &mut Cx<'_, '_>,
    lot: &mut Lot,
    why: CallOff,
    accounts: &Accounts,
) -> Result<(), Stop> {
    if lot.state == LotState::Open {
        enter_or_refuse(cx, lot, Input::CallOff { lot: 0, why }, Via::Desk)?;
        return finish(cx, lot, accounts);
    }
    lot.state = LotState::CalledOff;
    lot.outcome = crate::lot::Ended::of(&Outcome::CalledOff(why)).text();
    lot.changed_at = cx.now;
    let mut held = holders(cx.tx, lot.id)?;
    release(cx, lot, &mut held, accounts, Deposit::Released)?;
    store::lot::end(cx.tx, lot)?;
    told(cx, lot, "lot-ended", serde_json::json!({ "how": word_of(why) }));
    Ok(())
}

/// Asks for a lot to be called off. Where somebody takes part it stands still until appeals are over;
/// where nobody does it is off at once.
#[derive(serde::Serialize)]
pub struct CallOffLot {
    pub lot: LotId,
    /// `no-demand`, `cannot-be-mended`, `force-majeure`, `costs-cut` or `no-offer`.
    pub why: String,
    /// What everybody reads of it.
    pub grounds: String,
    #[serde(skip)]
    accounts: Accounts,
}

impl CallOffLot {
    pub fn new(lot: LotId, why: String, grounds: String) -> Self {
        Self { lot, why, grounds, accounts: Accounts::default() }
    }
}

/// What is known when somebody wants to call a lot off.
pub struct Asked {
    lot: Lot,
    before: Vec<Cancellation>,
    /// Whether anybody could appeal.
    has_bidders: bool,
}

impl Act for CallOffLot {
    const ACT: A = A::CallOffLot;
    type Facts = Asked;
    type Plan = (Asked, CallOff, Cancellation);
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

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Asked, Stop> {
        let lot = find(cx, self.lot)?;
        let before = store::cancellation::of_lot(cx.tx, self.lot)?;
        let all = store::lot::bidders(cx.tx, self.lot, BIDDERS_MAX)?;
        let takes_part = |state| matches!(state, BidderState::Asked | BidderState::Admitted);
        let has_bidders = all.iter().any(|it| takes_part(it.state));
        Ok(Asked { lot, before, has_bidders })
    }

    fn thing(&self, facts: &Asked) -> Thing {
        thing_of(&facts.lot)
    }

    fn decide(&self, facts: Asked, cx: &Cx<'_, '_>) -> Result<Self::Plan, Vec<Refusal>> {
        let mut no = Vec::new();
        let why = reason_of(&self.why);
        if why.is_none() {
            no.push(Refusal::invalid("choice-unknown").on("why").term("field", "field-why"));
        }
        let grounds = checked("grounds", &self.grounds, true).map_err(|fault| no.push(fault));
        if !is_live(&facts.lot) {
            no.push(over(&facts.lot));
        }
        if facts.before.iter().any(Cancellation::is_pending) {
            no.push(Refusal::new(Class::Conflict, "lot-cancellation-pending"));
        }
        let Some(person) = cx.actor.person else {
            return Err(vec![Refusal::new(Class::SignIn, "sign-in-required")]);
        };
        let (Some(why), Ok(grounds), true) = (why, grounds, no.is_empty()) else { return Err(no) };
        let waits = if facts.has_bidders { STANDSTILL_SECONDS } else { 0 };
        let cancellation = Cancellation {
            lot: self.lot,
            n: 1 + facts.before.first().map_or(0, |it| it.n),
            why: self.why.clone(),
            grounds,
            asked_by: person,
            asked_at: cx.now,
            until: cx.now.plus_seconds(waits),
            state: CancellationState::Pending,
            ended_at: Instant::from_micros(0),
        };
        Ok((facts, why, cancellation))
    }

    fn save(&self, plan: Self::Plan, cx: &mut Cx<'_, '_>) -> Result<LotChanged, Stop> {
        let (Asked { mut lot, has_bidders, .. }, why, mut it) = plan;
        store::cancellation::add(cx.tx, &it)?;
        if !has_bidders {
            (it.state, it.ended_at) = (CancellationState::Active, cx.now);
            store::cancellation::end(cx.tx, &it)?;
            call_off(cx, &mut lot, why, &self.accounts)?;
            return Ok(LotChanged::of(&lot));
        }
        if lot.state == LotState::Open && !lot.course.is_halted {
            enter_or_refuse(cx, &mut lot, Input::Halt { lot: 0 }, Via::Desk)?;
        }
        let body = serde_json::json!({ "why": it.why, "until": it.until.rfc3339() });
        told(cx, &lot, "lot-cancellation-asked", body);
        Ok(LotChanged::of(&lot))
    }
}

/// A cancellation against which no appeal is open any more takes effect: once, whoever asks.
#[derive(serde::Serialize)]
pub struct EndCancellation {
    pub lot: LotId,
    #[serde(skip)]
    accounts: Accounts,
}

impl EndCancellation {
    pub fn new(lot: LotId) -> Self {
        Self { lot, accounts: Accounts::default() }
    }
}

impl Act for EndCancellation {
    const ACT: A = A::TendLots;
    type Facts = (Lot, Option<Cancellation>, bool);
    type Plan = (Lot, Cancellation);
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

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Self::Facts, Stop> {
        let lot = find(cx, self.lot)?;
        let it = pending(cx, self.lot)?;
        let all = store::complaint::of_lot(cx.tx, self.lot)?;
        let is_open = |asked: &Cancellation| {
            all.iter().any(|it| it.state.stops_award() && asked.is_appealed_by(it.lodged_at))
        };
        let waits = it.as_ref().is_some_and(is_open);
        Ok((lot, it, waits))
    }

    fn thing(&self, _: &Self::Facts) -> Thing {
        Thing::open()
    }

    fn decide(&self, facts: Self::Facts, cx: &Cx<'_, '_>) -> Result<Self::Plan, Vec<Refusal>> {
        let (lot, it, waits) = facts;
        match it.filter(|it| !waits && it.until <= cx.now) {
            Some(it) => Ok((lot, it)),
            None => Err(vec![Refusal::new(Class::Conflict, "lot-standstill")]),
        }
    }

    fn save(&self, (mut lot, mut it): Self::Plan, cx: &mut Cx<'_, '_>) -> Result<LotChanged, Stop> {
        (it.state, it.ended_at) = (CancellationState::Active, cx.now);
        if !store::cancellation::end(cx.tx, &it)? {
            return Err(Refusal::new(Class::Conflict, "lot-standstill").into());
        }
        // Its seller may have taken it back meanwhile: then there is nothing left to call off.
        if let Some(why) = reason_of(&it.why).filter(|_| is_live(&lot)) {
            call_off(cx, &mut lot, why, &self.accounts)?;
        }
        Ok(LotChanged::of(&lot))
    }
}

/// An appeal won: the cancellation falls, and the lot goes on unless something else stops it.
pub(crate) fn fall(
    cx: &mut Cx<'_, '_>,
    lot: &mut Lot,
    it: Cancellation,
    is_stopped: bool,
) -> Result<(), Stop> {
    let asked_at = it.asked_at;
    let it = Cancellation { state: CancellationState::Unsuccessful, ended_at: cx.now, ..it };
    store::cancellation::end(cx.tx, &it)?;
    told(cx, lot, "lot-cancellation-fell", serde_json::json!({ "n": it.n }));
    match lot.state {
        LotState::Open if lot.course.is_halted && !is_stopped => go_on(cx, lot),
        LotState::Announced => shift(cx, lot, asked_at),
        _ => Ok(()),
    }
}

/// Moves the times of an announced lot by as long as it could not open.
pub(crate) fn shift(cx: &mut Cx<'_, '_>, lot: &mut Lot, since: Instant) -> Result<(), Stop> {
    let stood = cx.now.seconds_since(since).max(0);
    lot.terms.opens = lot.terms.opens.plus_seconds(stood);
    lot.terms.closes = lot.terms.closes.plus_seconds(stood);
    lot.course.ends_at = lot.terms.closes;
    lot.changed_at = cx.now;
    Ok(store::lot::shift(cx.tx, lot)?)
}
