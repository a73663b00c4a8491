//! What time does to lots: rules freeze before the opening, the hammer falls after the end, the
//! protocol is signed, the time to sign runs out. Each step is an act in the installation's name.

use crate::act::{Act, Cx, No, Stop};
use crate::asker::Asker;
use crate::city::City;
use crate::lot::deposit::{Accounts, release};
use crate::lot::enter::{Via, enter_or_refuse, freeze};
use crate::lot::outcome::state_after;
use crate::lot::trustee::list_of;
use crate::lot::{
    EndCancellation, Ended, ExpireAward, LotChanged, OpenSeals, TendStages, VoidLot, award, find,
    holders, reserve, told,
};
use crate::workday::RecountAward;
use access::{Act as A, Thing};
use auction::{Entry, Fate, Input};
use base::{Class, LotId, Refusal};
use sealed::Trustees;
use store::{Hold, StoreError};
use trading::lot::{Deposit, FREEZE_SECONDS, Lot, LotState};

/// How long after its end a lot is closed, so that what came in before is entered before.
const DRAIN_SECONDS: i64 = 1;
/// Lots that one look takes up.
const LOTS_A_LOOK: usize = 100;

/// What a look did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tended {
    pub n_opened: usize,
    pub n_closed: usize,
    pub n_protocols: usize,
    pub n_expired: usize,
}

/// Freezes the rules of a lot that opens soon.
#[derive(serde::Serialize)]
pub struct OpenLot {
    pub lot: LotId,
}

impl Act for OpenLot {
    const ACT: A = A::TendLots;
    type Facts = (Lot, Option<Trustees>);
    type Plan = (Lot, Option<Trustees>);
    type Outcome = LotChanged;

    fn holds(&self) -> Vec<Hold> {
        vec![Hold::on(self.lot)]
    }

    fn read_committed(&self) -> bool {
        true
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Self::Facts, Stop> {
        let lot = find(cx, self.lot)?;
        let list = list_of(cx.tx, &lot)?;
        Ok((lot, list))
    }

    fn thing(&self, _: &Self::Facts) -> Thing {
        Thing::open()
    }

    fn decide(
        &self,
        (lot, list): Self::Facts,
        cx: &Cx<'_, '_>,
    ) -> Result<Self::Plan, Vec<Refusal>> {
        // Two nodes look at the same time, and one is later.
        if lot.state != LotState::Announced || cx.now < lot.terms.frozen_from() {
            return Err(vec![Refusal::new(Class::Conflict, "lot-frozen")]);
        }
        // Sealed bids need somebody to seal them for.
        if lot.terms.way.sealing().is_some() && list.is_none() {
            return Err(vec![Refusal::new(Class::Conflict, "lot-keys-awaited")]);
        }
        Ok((lot, list))
    }

    fn save(&self, (mut lot, list): Self::Plan, cx: &mut Cx<'_, '_>) -> Result<LotChanged, Stop> {
        let is_pending = crate::lot::cancellation::pending(cx, lot.id)?.is_some();
        if is_pending || crate::lot::complaint::is_stopped(cx, lot.id)? {
            return Err(Refusal::new(Class::Conflict, "lot-standstill").into());
        }
        if let Some(list) = list {
            let (text, digest) = (list.to_string(), list.digest());
            store::sealing::list(cx.tx, lot.id, (&text, &digest), cx.now)?;
            told(cx, &lot, "lot-trustees-listed", serde_json::json!({ "trustees": digest }));
        }
        freeze(cx, &mut lot)?;
        if lot.terms.way.is_staged() {
            store::falling::look(cx.tx, lot.id, lot.terms.opens)?;
        }
        Ok(LotChanged::of(&lot))
    }
}

/// Closes a lot whose end has passed: once, whoever asks.
#[derive(serde::Serialize)]
pub struct CloseLot {
    pub lot: LotId,
    #[serde(skip)]
    accounts: Accounts,
}

impl CloseLot {
    pub fn new(lot: LotId) -> Self {
        Self { lot, accounts: Accounts::default() }
    }
}

impl Act for CloseLot {
    const ACT: A = A::TendLots;
    type Facts = Lot;
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

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Lot, Stop> {
        find(cx, self.lot)
    }

    fn thing(&self, _: &Lot) -> Thing {
        Thing::open()
    }

    fn decide(&self, lot: Lot, cx: &Cx<'_, '_>) -> Result<Lot, Vec<Refusal>> {
        // A late bid may have moved the end since the timer looked.
        let is_over = lot.state == LotState::Open && cx.now >= lot.course.ends_at;
        if is_over { Ok(lot) } else { Err(vec![Refusal::new(Class::Conflict, "lot-not-over")]) }
    }

    fn save(&self, mut lot: Lot, cx: &mut Cx<'_, '_>) -> Result<LotChanged, Stop> {
        reserve::reveal(cx, &mut lot)?;
        enter_or_refuse(cx, &mut lot, Input::Close { lot: 0 }, Via::Timer)?;
        finish(cx, &mut lot, &self.accounts)?;
        Ok(LotChanged::of(&lot))
    }
}

/// Writes how a lot ended, releases the deposits that the engine releases, begins the award.
pub(crate) fn finish(cx: &mut Cx<'_, '_>, lot: &mut Lot, accounts: &Accounts) -> Result<(), Stop> {
    let city = cx.city.clone();
    let seat = city.rooms().seat(cx, lot)?;
    let lost = || StoreError::Damaged(format!("{} ended without an outcome", lot.id));
    let outcome = seat.event().outcome(0).cloned().ok_or_else(lost)?;
    let fates = seat.event().fates(0).to_vec();
    drop(seat);
    city.rooms().forget(lot.id);
    let ended = Ended::of(&outcome);
    lot.state = state_after(&outcome);
    lot.outcome = ended.text();
    lot.changed_at = cx.now;
    if lot.state == LotState::Sold {
        lot.award = "best".to_owned();
        let (days, seen) = crate::workday::days(cx.tx)?;
        (lot.award_until, lot.days_seen) = (award::until(&days, lot, cx.now), seen);
    }
    let held = holders(cx.tx, lot.id)?;
    let stays = |alias: u32| {
        fates.iter().any(|(bidder, fate)| bidder.0 == alias && *fate != Fate::Released)
    };
    let mut freed: Vec<_> = held.into_iter().filter(|it| !stays(it.alias)).collect();
    release(cx, lot, &mut freed, accounts, Deposit::Released)?;
    store::lot::end(cx.tx, lot)?;
    let told_of = serde_json::json!({
        "how": ended.how,
        "winner": ended.winner.map(|(bidder, _)| bidder),
        "price": ended.winner.map(|(_, price)| lot.terms.money(price).decimal()),
    });
    told(cx, lot, "lot-ended", told_of);
    award::ask_standby(cx, lot, accounts)
}

/// Signs and keeps the protocol of a lot that has ended; its entries change no more.
#[derive(serde::Serialize)]
pub struct KeepProtocol {
    pub lot: LotId,
    #[serde(skip)]
    signed: Option<store::lot::Protocol>,
}

impl KeepProtocol {
    pub fn new(lot: LotId) -> Self {
        Self { lot, signed: None }
    }
}

impl Act for KeepProtocol {
    const ACT: A = A::TendLots;
    type Facts = Lot;
    type Plan = Lot;
    type Outcome = LotChanged;

    /// Ten thousand bids are run again here, outside the transaction.
    fn prepare(&mut self, city: &City) -> Result<(), No> {
        let id = self.lot;
        let found = city.store().read(|tx| {
            let Some(lot) = store::lot::find(tx, id)? else { return Ok(None) };
            let rules = store::lot::rules(tx, id)?;
            Ok(Some((rules, store::lot::lines(tx, id, 0, lot.course.n_entries)?, lot)))
        })?;
        let (rules, lines, lot) = found.ok_or_else(Refusal::not_found)?;
        if matches!(lot.state, LotState::Announced | LotState::Open) {
            return Err(Refusal::new(Class::Conflict, "lot-not-over").into());
        }
        let damaged = |what: &str| No::from(StoreError::Damaged(format!("{what} of {id}")));
        let rules = auction::protocol::read_rules(&rules).ok_or_else(|| damaged("the rules"))?;
        let entries: Option<Vec<Entry>> =
            lines.iter().map(|(_, line)| auction::protocol::read_line(line, &rules.unit)).collect();
        let entries = entries.ok_or_else(|| damaged("an entry"))?;
        let text =
            auction::protocol::write_public(rules, &entries).map_err(|_| damaged("the rules"))?;
        let digest = auction::protocol::digest_of(&text).to_string();
        let text = city.sign_protocol(&text)?;
        self.signed = Some(store::lot::Protocol { text, digest, at: city.now() });
        Ok(())
    }

    fn holds(&self) -> Vec<Hold> {
        vec![Hold::on(self.lot)]
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
        Ok(lot)
    }

    fn save(&self, lot: Lot, cx: &mut Cx<'_, '_>) -> Result<LotChanged, Stop> {
        let signed = self.signed.as_ref().ok_or_else(Refusal::not_found)?;
        if store::lot::add_protocol(cx.tx, lot.id, signed)? {
            told(cx, &lot, "lot-protocol-signed", serde_json::json!({ "digest": signed.digest }));
        }
        Ok(LotChanged::of(&lot))
    }
}

impl City {
    /// Does for every lot what its time has come for. A lot that fails keeps no other waiting; what
    /// was wrong with the first is told when all were looked at.
    pub fn tend_lots(&self) -> Result<Tended, No> {
        let timer = Asker::person(self.row()?.operator);
        let now = self.now();
        let look = |find: fn(&mut store::Tx<'_>, base::Instant, usize) -> Result<_, StoreError>,
                    at| { self.store().read(|tx| find(tx, at, LOTS_A_LOOK)) };
        let mut done = Tended::default();
        let mut failed = None;
        for lot in look(store::lot::to_open, now.plus_seconds(FREEZE_SECONDS))? {
            let n_opened = self.tend(&timer, OpenLot { lot }, &mut failed);
            done.n_opened += n_opened;
            if n_opened == 0 {
                done.n_closed += self.tend(&timer, VoidLot::new(lot), &mut failed);
            }
        }
        for lot in look(store::lot::to_close, now.plus_seconds(-DRAIN_SECONDS))? {
            done.n_closed += self.tend(&timer, CloseLot::new(lot), &mut failed);
        }
        for lot in look(store::sealing::to_unseal, now.plus_seconds(-DRAIN_SECONDS))? {
            let n_opened = self.tend(&timer, OpenSeals::new(lot), &mut failed);
            done.n_closed += n_opened;
            if n_opened == 0 {
                done.n_closed += self.tend(&timer, VoidLot::new(lot), &mut failed);
            }
        }
        for lot in look(store::falling::to_look, now)? {
            done.n_closed += self.tend(&timer, TendStages::new(lot), &mut failed);
        }
        for lot in look(store::cancellation::due, now)? {
            done.n_closed += self.tend(&timer, EndCancellation::new(lot), &mut failed);
        }
        // No award expires by a calendar that has changed.
        for lot in look(store::workday::behind, now)? {
            self.tend(&timer, RecountAward { lot }, &mut failed);
        }
        for lot in look(store::lot::to_expire, now)? {
            done.n_expired += self.tend(&timer, ExpireAward::new(lot), &mut failed);
        }
        for lot in self.store().read(|tx| store::lot::without_protocol(tx, LOTS_A_LOOK))? {
            done.n_protocols += self.tend(&timer, KeepProtocol::new(lot), &mut failed);
        }
        self.call_keys(now)?;
        failed.map_or(Ok(done), Err)
    }

    /// One lot; how many acts were done, which is one or none. That another node was faster is no
    /// trouble.
    fn tend<T: Act<Outcome = LotChanged>>(
        &self,
        timer: &Asker,
        act: T,
        failed: &mut Option<No>,
    ) -> usize {
        match self.perform(timer, act) {
            Ok(_) => 1,
            Err(no) if no.class() == Class::Conflict => 0,
            Err(no) => {
                failed.get_or_insert(no);
                0
            }
        }
    }
}
