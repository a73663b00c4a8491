//! Opening sealed bids once a threshold of keys is in; calling a lot off where keys are missing.

use crate::act::{Act, Cx, No, Stop};
use crate::asker::Asker;
use crate::city::City;
use crate::lot::deposit::{Accounts, release};
use crate::lot::enter::{Via, enter_or_refuse};
use crate::lot::tend::finish;
use crate::lot::trustee::{list_of, published, state_of};
use crate::lot::{BIDDERS_MAX, Ended, LotChanged, cancellation, find, holders, reserve, told};
use access::{Act as A, Thing};
use auction::{CallOff, Input, Outcome, Unopened};
use base::{Class, Instant, LotId, Money, Refusal};
use sealed::{OpeningState, Place, SealedBid, TrusteeKey, Trustees};
use store::{Hold, StoreError, Tx};
use trading::lot::{Deposit, Lot, LotState};
use trading::sealing::{Seal, SealState};

/// What was found in a bid: minor units, or the word of the reason why it does not open.
type Found = Result<i64, &'static str>;

/// The bids of a lot as they were found outside the transaction.
#[derive(Clone, Debug)]
struct Looked {
    n_entries: u64,
    bids: Vec<(Seal, Found)>,
}

/// Opens every sealed bid of a lot at once, whoever asks, and closes it.
#[derive(serde::Serialize)]
pub struct OpenSeals {
    pub lot: LotId,
    #[serde(skip)]
    looked: Option<Looked>,
    #[serde(skip)]
    accounts: Accounts,
}

fn waits() -> Refusal {
    Refusal::new(Class::Conflict, "lot-keys-awaited")
}

impl OpenSeals {
    pub fn new(lot: LotId) -> Self {
        Self { lot, looked: None, accounts: Accounts::default() }
    }
}

/// What stands to be opened: the bids with their files.
struct Sheaf {
    lot: Lot,
    trustees: Trustees,
    keys: Vec<TrusteeKey>,
    bids: Vec<(Seal, Option<String>)>,
}

fn sheaf(tx: &mut Tx<'_>, id: LotId, now: Instant) -> Result<Result<Sheaf, Refusal>, StoreError> {
    let Some(lot) = store::lot::find(tx, id)? else { return Ok(Err(Refusal::not_found())) };
    let Some((_, trustees)) = published(tx, id)? else { return Ok(Err(waits())) };
    let known = store::sealing::trustees(tx, id)?;
    let Some((state, keys)) = state_of(&lot, &trustees, &known, now) else {
        return Ok(Err(waits()));
    };
    let seals = store::sealing::seals(tx, id, BIDDERS_MAX)?;
    let is_over = lot.state == LotState::Open && now >= lot.course.ends_at;
    // Where nobody has bid there is nothing to wait for.
    let is_ready = state == OpeningState::Open || seals.is_empty();
    if !is_over || lot.course.is_halted || !is_ready {
        return Ok(Err(waits()));
    }
    let mut bids = Vec::with_capacity(seals.len());
    for seal in seals {
        let file = store::sealing::file(tx, id, seal.bidder, seal.version)?;
        bids.push((seal, file));
    }
    let until = lot.terms.way.sealing().map_or(now, |sealing| sealing.until(lot.course.ends_at));
    // After a restore files may be missing: their bidders have until then to hand them in again.
    if bids.iter().any(|(_, file)| file.is_none()) && now < until {
        return Ok(Err(waits()));
    }
    Ok(Ok(Sheaf { lot, trustees, keys, bids }))
}

impl Sheaf {
    fn look(&self, seal: &Seal, file: Option<&str>) -> Found {
        let file = file.ok_or("file-missing")?;
        let bid = SealedBid::parse(file).ok_or("undecryptable")?;
        if store::log::hex(&bid.commitment()) != seal.commitment {
            return Err("undecryptable");
        }
        let place = Place {
            auction: self.lot.reference.to_string(),
            lot: 1,
            bidder: seal.bidder,
            version: seal.version,
        };
        let content = bid.open(&place, &self.trustees, &self.keys).map_err(|why| match why {
            sealed::Unopened::NotHis => "not-his",
            sealed::Unopened::NotAsSealed => "not-as-sealed",
            sealed::Unopened::Unreadable => "unreadable",
            sealed::Unopened::TooFewKeys | sealed::Unopened::Undecryptable => "undecryptable",
        })?;
        let (number, code) = content.amount.split_once(' ').ok_or("unreadable")?;
        let currency = self.lot.terms.currency;
        let money = Money::parse(number, currency).ok().filter(|_| code == currency.code());
        money.map(|money| money.minor).filter(|minor| *minor > 0).ok_or("unreadable")
    }
}

/// The engine's word for a reason.
fn of_engine(reason: &str) -> Unopened {
    match reason {
        "not-his" => Unopened::NotHis,
        "unreadable" => Unopened::Unreadable,
        _ => Unopened::Undecryptable,
    }
}

impl Act for OpenSeals {
    const ACT: A = A::TendLots;
    type Facts = Lot;
    type Plan = Lot;
    type Outcome = LotChanged;

    /// Ten thousand bids are opened here, outside the transaction.
    fn prepare(&mut self, city: &City) -> Result<(), No> {
        let (id, now) = (self.lot, city.now());
        let sheaf = city.store().read(|tx| sheaf(tx, id, now))??;
        let bids =
            sheaf.bids.iter().map(|(seal, file)| (seal.clone(), sheaf.look(seal, file.as_deref())));
        self.looked = Some(Looked { n_entries: sheaf.lot.course.n_entries, bids: bids.collect() });
        self.accounts = Accounts::of_holders(city, id)?;
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

    fn thing(&self, _: &Lot) -> Thing {
        Thing::open()
    }

    fn decide(&self, lot: Lot, _: &Cx<'_, '_>) -> Result<Lot, Vec<Refusal>> {
        let is_same =
            self.looked.as_ref().is_some_and(|looked| looked.n_entries == lot.course.n_entries);
        if lot.state == LotState::Open && is_same { Ok(lot) } else { Err(vec![waits()]) }
    }

    fn save(&self, mut lot: Lot, cx: &mut Cx<'_, '_>) -> Result<LotChanged, Stop> {
        let looked = self.looked.as_ref().ok_or_else(waits)?;
        for (seal, found) in &looked.bids {
            let amount = found.map_err(of_engine);
            let input = Input::Open { lot: 0, sealed: seal.entry, amount };
            enter_or_refuse(cx, &mut lot, input, Via::Timer)?;
            store::sealing::open_seal(cx.tx, seal, *found)?;
        }
        store::sealing::opened(cx.tx, lot.id, cx.now)?;
        let n_failed = looked.bids.iter().filter(|(_, found)| found.is_err()).count();
        let body = serde_json::json!({ "bids": looked.bids.len(), "failed": n_failed });
        told(cx, &lot, "lot-unsealed", body);
        reserve::reveal(cx, &mut lot)?;
        enter_or_refuse(cx, &mut lot, Input::Close { lot: 0 }, Via::Timer)?;
        finish(cx, &mut lot, &self.accounts)?;
        Ok(LotChanged::of(&lot))
    }
}

/// Calls a sealed lot off for which keys are missing: public halves before the opening, private ones
/// after the time for them. Every deposit is released.
#[derive(serde::Serialize)]
pub struct VoidLot {
    pub lot: LotId,
    #[serde(skip)]
    accounts: Accounts,
}

impl VoidLot {
    pub fn new(lot: LotId) -> Self {
        Self { lot, accounts: Accounts::default() }
    }
}

/// Whether nothing can be opened any more.
fn is_void(tx: &mut Tx<'_>, lot: &Lot, now: Instant) -> Result<bool, StoreError> {
    if lot.terms.way.sealing().is_none() {
        return Ok(false);
    }
    match lot.state {
        LotState::Announced => Ok(now >= lot.terms.frozen_from() && list_of(tx, lot)?.is_none()),
        LotState::Open if !lot.course.is_halted => {
            let Some((_, trustees)) = published(tx, lot.id)? else { return Ok(false) };
            let known = store::sealing::trustees(tx, lot.id)?;
            let state = state_of(lot, &trustees, &known, now).map(|(state, _)| state);
            Ok(state == Some(OpeningState::Void))
        }
        _ => Ok(false),
    }
}

impl Act for VoidLot {
    const ACT: A = A::TendLots;
    type Facts = (Lot, bool);
    type Plan = Lot;
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
        // What a complaint or a cancellation stops has its time moved, and with it that of the keys.
        let stands = crate::lot::complaint::is_stopped(cx, lot.id)?
            || cancellation::pending(cx, lot.id)?.is_some();
        let is_void = !stands && is_void(cx.tx, &lot, cx.now)?;
        Ok((lot, is_void))
    }

    fn thing(&self, _: &Self::Facts) -> Thing {
        Thing::open()
    }

    fn decide(&self, (lot, is_void): Self::Facts, _: &Cx<'_, '_>) -> Result<Lot, Vec<Refusal>> {
        if is_void { Ok(lot) } else { Err(vec![waits()]) }
    }

    fn save(&self, mut lot: Lot, cx: &mut Cx<'_, '_>) -> Result<LotChanged, Stop> {
        let why = CallOff::KeysLost;
        if lot.state == LotState::Open {
            enter_or_refuse(cx, &mut lot, Input::CallOff { lot: 0, why }, Via::Timer)?;
            finish(cx, &mut lot, &self.accounts)?;
            return Ok(LotChanged::of(&lot));
        }
        lot.state = LotState::CalledOff;
        lot.outcome = Ended::of(&Outcome::CalledOff(why)).text();
        lot.changed_at = cx.now;
        let mut held = holders(cx.tx, lot.id)?;
        release(cx, &lot, &mut held, &self.accounts, Deposit::Released)?;
        store::lot::end(cx.tx, &lot)?;
        told(cx, &lot, "lot-ended", serde_json::json!({ "how": cancellation::word_of(why) }));
        Ok(LotChanged::of(&lot))
    }
}

impl City {
    /// Opens the bids of a lot if a threshold of keys is in; what is not yet time for is no trouble.
    pub fn unseal(&self, lot: LotId) -> Result<bool, No> {
        let timer = Asker::person(self.row()?.operator);
        match self.perform(&timer, OpenSeals::new(lot)) {
            Ok(_) => Ok(true),
            Err(no) if no.class() == Class::Conflict => Ok(false),
            Err(no) => Err(no),
        }
    }
}

/// A bid is standing until it is opened: for those who look at a lot before.
pub(crate) fn is_unopened(seal: &Seal) -> bool {
    seal.state == SealState::Standing
}
