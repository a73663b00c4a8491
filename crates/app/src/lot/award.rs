//! After the hammer: the winner signs or fails, the second waits if willing, a deposit is forfeited
//! once.

use crate::act::{Act, Cx, No, Stop};
use crate::city::City;
use crate::lot::bidder::reason_faults;
use crate::lot::deposit::{Accounts, release, take};
use crate::lot::outcome::ended;
use crate::lot::{
    LotChanged, bidder_of, find, holders, organisation_of, thing_for, thing_of, told,
};
use access::{Act as A, Thing};
use auction::{Award, AwardMove, AwardRefused, AwardState, DepositMove};
use base::{Class, Instant, LotId, OrganisationId, Refusal, Value, WorkingDays};
use store::Hold;
use store::StoreError;
use store::lot::Moved;
use trading::lot::{Deposit, Lot, LotBidder, LotState};

/// A sold lot with the moves of its award.
pub struct Sold {
    lot: Lot,
    moves: Vec<Moved>,
    /// A contract on it that somebody is drafting or has signed.
    contract: Option<base::Reference>,
    /// The working days, and the last word on them.
    days: (WorkingDays, u64),
}

fn load(cx: &mut Cx<'_, '_>, id: LotId) -> Result<Sold, Stop> {
    let lot = find(cx, id)?;
    let moves = store::lot::moves(cx.tx, id)?;
    let contracts = store::contract::of_lot(cx.tx, id)?;
    let live = contracts.into_iter().find(|it| it.state() != "abandoned");
    let days = crate::workday::days(cx.tx)?;
    Ok(Sold { lot, moves, contract: live.map(|it| it.reference), days })
}

/// The end of the time to sign that begins now, in working days.
pub(crate) fn until(days: &WorkingDays, lot: &Lot, from: Instant) -> Instant {
    days.add(from, u16::try_from(lot.terms.sign_days).unwrap_or(u16::MAX))
}

/// The number of whoever has the award.
pub(crate) fn holder(lot: &Lot) -> Option<u32> {
    let ended = ended(lot)?;
    let has_it = if lot.award == "standby" { ended.standby } else { ended.winner };
    has_it.map(|(alias, _)| alias)
}

/// Who has the award of a sold lot, and for how much.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Holder {
    pub organisation: OrganisationId,
    /// Minor units.
    pub price: i64,
}

impl Holder {
    /// Whoever has it now; nobody before the hammer and nobody once it is over.
    pub(crate) fn of(tx: &mut store::Tx<'_>, lot: &Lot) -> Result<Option<Self>, StoreError> {
        let Some(ended) = ended(lot).filter(|_| lot.state == LotState::Sold) else {
            return Ok(None);
        };
        let has_it = if lot.award == "standby" { ended.standby } else { ended.winner };
        let Some((alias, price)) = has_it else { return Ok(None) };
        let bidder = store::lot::bidder_of_alias(tx, lot.id, alias)?;
        Ok(bidder.map(|it| Self { organisation: it.organisation, price }))
    }
}

/// The contract of an award binds both: the deposit is set against the price, the second is free.
pub(crate) fn signed_by_contract(
    cx: &mut Cx<'_, '_>,
    id: LotId,
    accounts: &Accounts,
) -> Result<Lot, Stop> {
    let mut sold = load(cx, id)?;
    apply(cx, &mut sold, (AwardMove::Sign, "sign"), accounts)?;
    Ok(sold.lot)
}

/// The award as it was left.
fn award_of(sold: &Sold) -> Result<Award, Refusal> {
    let Sold { lot, moves, .. } = sold;
    let none = || Refusal::new(Class::Refused, "lot-not-sold");
    let sale = ended(lot).ok_or_else(none)?.sale()?;
    let until = lot.award_until;
    let state = match lot.award.as_str() {
        "best" => AwardState::Best { until },
        "standby" => AwardState::Standby { until },
        _ => return Err(refused(AwardRefused::Over)),
    };
    let has_left = moves.iter().any(|moved| moved.kind == "leave");
    Award::resume(&sale, state, has_left).ok_or_else(none)
}

fn refused(no: AwardRefused) -> Refusal {
    let of = |code, at| Refusal::new(Class::Conflict, code).with("at", Value::At(at));
    match no {
        AwardRefused::Over => Refusal::new(Class::Conflict, "lot-award-over"),
        AwardRefused::Late { until } => of("lot-award-late", until),
        AwardRefused::NotOver { until } => of("lot-award-runs", until),
        AwardRefused::NoStandby => Refusal::new(Class::Conflict, "lot-no-standby"),
    }
}

/// Makes a move: the ledger follows, the row says where the award stands.
fn apply(
    cx: &mut Cx<'_, '_>,
    sold: &mut Sold,
    (made, kind): (AwardMove, &str),
    accounts: &Accounts,
) -> Result<LotChanged, Stop> {
    // Nobody signs, fails or is refused while a complaint stands; leaving harms nobody.
    if kind != "leave"
        && let Some(no) = crate::lot::complaint::standstill(cx, sold.lot.id)?
    {
        return Err(no.into());
    }
    let mut award = award_of(sold)?;
    let follows = award.apply(made, cx.now).map_err(refused)?;
    let lot = &mut sold.lot;
    for follow in follows {
        let (bidder, becomes) = match follow {
            DepositMove::Apply(bidder) => (bidder, Deposit::Applied),
            DepositMove::Release(bidder) => (bidder, Deposit::Released),
            DepositMove::Forfeit(bidder) => (bidder, Deposit::Forfeited),
        };
        let held = holders(cx.tx, lot.id)?;
        let Some(mut it) = held.into_iter().find(|it| it.alias == bidder.0) else { continue };
        match becomes {
            Deposit::Released => release(cx, lot, &mut [it], accounts, becomes)?,
            _ => take(cx, lot, &mut it, accounts, becomes)?,
        }
    }
    (lot.state, lot.award) = match award.state() {
        AwardState::Best { .. } => (LotState::Sold, "best".to_owned()),
        AwardState::Standby { until } => {
            (lot.award_until, lot.days_seen) = (until, sold.days.1);
            (LotState::Sold, "standby".to_owned())
        }
        AwardState::Signed { .. } => (LotState::Signed, "signed".to_owned()),
        AwardState::Unsuccessful => (LotState::Unsuccessful, "unsuccessful".to_owned()),
    };
    lot.changed_at = cx.now;
    let n = 1 + sold.moves.len() as u64;
    let moved =
        Moved { n, at: cx.now, kind: kind.to_owned(), until: until(&sold.days.0, lot, cx.now) };
    store::lot::add_move(cx.tx, lot.id, &moved)?;
    sold.moves.push(moved);
    store::lot::end(cx.tx, lot)?;
    let body = serde_json::json!({ "move": kind, "award": lot.award });
    told(cx, lot, "lot-award-moved", body);
    Ok(LotChanged::of(lot))
}

/// Lets a second go at once that did not want to wait.
pub(crate) fn ask_standby(
    cx: &mut Cx<'_, '_>,
    lot: &mut Lot,
    accounts: &Accounts,
) -> Result<(), Stop> {
    let Some((alias, _)) = ended(lot).and_then(|ended| ended.standby) else { return Ok(()) };
    let it = store::lot::bidder_of_alias(cx.tx, lot.id, alias)?;
    if it.is_none_or(|it| it.stands_by) {
        return Ok(());
    }
    let days = crate::workday::days(cx.tx)?;
    let mut sold = Sold { lot: lot.clone(), moves: Vec::new(), contract: None, days };
    apply(cx, &mut sold, (AwardMove::Leave, "leave"), accounts)?;
    *lot = sold.lot;
    Ok(())
}

/// What the acts on an award have in common.
macro_rules! on_award {
    () => {
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

        fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Sold, Stop> {
            load(cx, self.lot)
        }
    };
}

/// Records that whoever has the award has signed: the deposit is set against the price.
#[derive(serde::Serialize)]
pub struct SignAward {
    pub lot: LotId,
    #[serde(skip)]
    accounts: Accounts,
}

impl SignAward {
    pub fn new(lot: LotId) -> Self {
        Self { lot, accounts: Accounts::default() }
    }
}

impl Act for SignAward {
    const ACT: A = A::SignAward;
    type Facts = Sold;
    type Plan = Sold;
    type Outcome = LotChanged;

    on_award!();

    fn thing(&self, sold: &Sold) -> Thing {
        thing_of(&sold.lot)
    }

    fn decide(&self, sold: Sold, _: &Cx<'_, '_>) -> Result<Sold, Vec<Refusal>> {
        // What is signed here is signed by both parties, and by nobody in their place.
        if let Some(reference) = &sold.contract {
            let no = Refusal::new(Class::Refused, "lot-has-contract");
            return Err(vec![no.text("reference", reference.to_string())]);
        }
        Ok(sold)
    }

    fn save(&self, mut sold: Sold, cx: &mut Cx<'_, '_>) -> Result<LotChanged, Stop> {
        apply(cx, &mut sold, (AwardMove::Sign, "sign"), &self.accounts)
    }
}

/// Rejects whoever has the award, with a reason; the deposit goes back and the second follows.
#[derive(serde::Serialize)]
pub struct RejectAward {
    pub lot: LotId,
    pub reason: String,
    #[serde(skip)]
    accounts: Accounts,
}

impl RejectAward {
    pub fn new(lot: LotId, reason: String) -> Self {
        Self { lot, reason, accounts: Accounts::default() }
    }
}

impl Act for RejectAward {
    const ACT: A = A::RejectAward;
    type Facts = Sold;
    type Plan = Sold;
    type Outcome = LotChanged;

    on_award!();

    fn thing(&self, sold: &Sold) -> Thing {
        thing_of(&sold.lot)
    }

    fn decide(&self, sold: Sold, _: &Cx<'_, '_>) -> Result<Sold, Vec<Refusal>> {
        let no = reason_faults(&self.reason, true);
        if no.is_empty() { Ok(sold) } else { Err(no) }
    }

    fn save(&self, mut sold: Sold, cx: &mut Cx<'_, '_>) -> Result<LotChanged, Stop> {
        let rejected = holder(&sold.lot);
        let made = AwardMove::Reject { standby_until: until(&sold.days.0, &sold.lot, cx.now) };
        let done = apply(cx, &mut sold, (made, "reject"), &self.accounts)?;
        // Whoever is rejected reads why, and so does the office.
        if let Some(alias) = rejected {
            let it = bidder_of(cx, self.lot, alias)?;
            let it = LotBidder { reason: self.reason.trim().to_owned(), ..it };
            store::lot::change_bidder(cx.tx, &it)?;
        }
        Ok(done)
    }
}

/// The time to sign is over: the deposit is forfeited and the second has a fresh clock.
#[derive(serde::Serialize)]
pub struct ExpireAward {
    pub lot: LotId,
    #[serde(skip)]
    accounts: Accounts,
}

impl ExpireAward {
    pub fn new(lot: LotId) -> Self {
        Self { lot, accounts: Accounts::default() }
    }
}

impl Act for ExpireAward {
    const ACT: A = A::TendLots;
    type Facts = Sold;
    type Plan = Sold;
    type Outcome = LotChanged;

    on_award!();

    fn thing(&self, _: &Sold) -> Thing {
        Thing::open()
    }

    fn decide(&self, sold: Sold, _: &Cx<'_, '_>) -> Result<Sold, Vec<Refusal>> {
        Ok(sold)
    }

    fn save(&self, mut sold: Sold, cx: &mut Cx<'_, '_>) -> Result<LotChanged, Stop> {
        let fell = holder(&sold.lot);
        let made = AwardMove::Expire { standby_until: until(&sold.days.0, &sold.lot, cx.now) };
        let done = apply(cx, &mut sold, (made, "expire"), &self.accounts)?;
        if let Some(alias) = fell {
            crate::lot::default::note(cx, &sold.lot, alias)?;
        }
        Ok(done)
    }
}

/// The waiting second leaves, with its deposit.
#[derive(serde::Serialize)]
pub struct LeaveStandby {
    pub lot: LotId,
    pub organisation: OrganisationId,
    #[serde(skip)]
    accounts: Accounts,
}

impl LeaveStandby {
    pub fn new(lot: LotId, organisation: OrganisationId) -> Self {
        Self { lot, organisation, accounts: Accounts::default() }
    }
}

impl Act for LeaveStandby {
    const ACT: A = A::LeaveStandby;
    type Facts = (Sold, u32);
    type Plan = Sold;
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
        let (_, it) = organisation_of(cx, self.lot, Some(self.organisation))?;
        let it = it.ok_or_else(Refusal::not_found)?;
        Ok((load(cx, self.lot)?, it.alias))
    }

    fn thing(&self, (sold, _): &Self::Facts) -> Thing {
        thing_for(&sold.lot, self.organisation)
    }

    fn decide(&self, (sold, alias): Self::Facts, _: &Cx<'_, '_>) -> Result<Sold, Vec<Refusal>> {
        let standby = ended(&sold.lot).and_then(|ended| ended.standby);
        if standby.is_none_or(|(second, _)| second != alias) {
            return Err(vec![Refusal::new(Class::Refused, "lot-no-standby")]);
        }
        Ok(sold)
    }

    fn save(&self, mut sold: Sold, cx: &mut Cx<'_, '_>) -> Result<LotChanged, Stop> {
        apply(cx, &mut sold, (AwardMove::Leave, "leave"), &self.accounts)
    }
}
