//! The rows that a batch is decided over, and what it changed of them.
//!
//! In memory `Books` holds everything; over a database it holds what a batch names: the accounts,
//! the transfers of its ids and pending ids, and every due hold on those accounts with the accounts
//! on its other side. What is not in it counts as absent.

use crate::rule::{Does, Place, Plan, Verdict};
use crate::{
    Account, Amount, Ask, BATCH_MAX, Book, Counters, EXPIRIES_MAX, Flags, Hold, HoldState,
    OpenAccount, Side, Transfer, Why, account::State,
};
use base::{AccountId, Date, Instant, TransferId};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// Accounts, transfers and holds under the rules.
#[derive(Clone, Debug, Default)]
pub struct Books {
    pub(crate) accounts: HashMap<AccountId, Account>,
    pub(crate) transfers: HashMap<TransferId, Transfer>,
    pub(crate) holds: HashMap<TransferId, Hold>,
    pub(crate) burnt: HashMap<TransferId, Burnt>,
    /// Bank references that a posted transfer used, by bank account.
    pub(crate) references: HashSet<(AccountId, String)>,
    /// The last day of the last sealed month of a book.
    pub(crate) sealed: HashMap<Book, Date>,
    /// The instant of the newest transfer.
    pub(crate) newest: Option<Instant>,
    /// Waiting holds by expiry, then instant, then place, then id.
    due: BTreeSet<(Instant, Instant, u32, TransferId)>,
}

/// An id that was refused for the state of the books, and will be refused for ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Burnt {
    pub id: TransferId,
    /// The first refusal.
    pub why: Why,
    pub at: Instant,
}

/// What becomes of one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Done now; so much moved or is held.
    Created {
        amount: Amount,
        at: Instant,
    },
    /// Done before, with this content; nothing happened now.
    Exists {
        amount: Amount,
        at: Instant,
    },
    Refused(Why),
    /// Refused for ever, for what it was refused first.
    AlreadyFailed(Burnt),
}

impl Answer {
    /// Whether the transfer is in the books.
    pub fn is_success(self) -> bool {
        matches!(self, Self::Created { .. } | Self::Exists { .. })
    }

    /// The stable number; 0 stands for created.
    pub fn number(self) -> u16 {
        match self {
            Self::Created { .. } => 0,
            Self::Exists { .. } => Why::Exists.number(),
            Self::Refused(why) => why.number(),
            Self::AlreadyFailed(_) => Why::IdAlreadyFailed.number(),
        }
    }
}

/// What a leg did to its account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LegKind {
    /// Value moved, at once or by posting a hold.
    Posted,
    Held,
    Voided,
    Expired,
}

/// One change of one account, with the counters after it: a balance at any instant is the last leg
/// up to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leg {
    pub account: AccountId,
    /// The account's version after the change; dense from 1.
    pub version: i64,
    /// Of an expiry: the hold itself.
    pub transfer: TransferId,
    pub side: Side,
    pub kind: LegKind,
    /// What was posted, held or freed.
    pub amount: Amount,
    pub at: Instant,
    pub counters: Counters,
}

/// Rows to write, in the order of their making.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    pub transfers: Vec<Transfer>,
    pub legs: Vec<Leg>,
    /// Holds as they stand now, new and changed.
    pub holds: Vec<Hold>,
    pub burnt: Vec<Burnt>,
    /// Accounts that changed, with the version they had before.
    pub accounts: Vec<(AccountId, i64)>,
}

enum Undo {
    State(AccountId, State),
    Transfer(TransferId),
    Hold(TransferId, Option<Hold>),
    Reference(AccountId, String),
    Newest(Option<Instant>),
}

/// What one batch has done so far.
#[derive(Default)]
struct Work {
    changes: Changes,
    before: BTreeMap<AccountId, i64>,
    holds: BTreeMap<TransferId, Option<Hold>>,
    undo: Vec<Undo>,
}

/// A chain under way.
struct Chain {
    first: usize,
    id: TransferId,
    is_broken: bool,
    /// How much had been done when it began: undo steps, transfers, legs.
    mark: (usize, usize, usize),
}

impl Books {
    /// Takes an account into the rows.
    pub fn put_account(&mut self, account: Account) {
        self.accounts.insert(account.id, account);
    }

    /// Takes a kept transfer into the rows.
    pub fn put_transfer(&mut self, transfer: Transfer) {
        self.newest = self.newest.max(Some(transfer.at));
        self.transfers.insert(transfer.id, transfer);
    }

    /// Takes a hold into the rows; its transfer is there already.
    pub fn put_hold(&mut self, hold: Hold) {
        assert!(self.transfers.contains_key(&hold.id), "a hold is put after its transfer");
        self.set_hold(hold.id, Some(hold));
    }

    /// Takes a burnt id into the rows.
    pub fn put_burnt(&mut self, burnt: Burnt) {
        self.burnt.insert(burnt.id, burnt);
    }

    /// Takes a used bank reference into the rows.
    pub fn put_reference(&mut self, account: AccountId, reference: String) {
        self.references.insert((account, reference));
    }

    /// The instant of the newest transfer anywhere, for imports.
    pub fn put_newest(&mut self, at: Instant) {
        self.newest = self.newest.max(Some(at));
    }

    /// No value date up to this day is taken any more.
    pub fn seal(&mut self, book: Book, through: Date) {
        let last = self.sealed.entry(book).or_insert(through);
        *last = (*last).max(through);
    }

    pub fn account(&self, id: AccountId) -> Option<&Account> {
        self.accounts.get(&id)
    }

    pub fn transfer(&self, id: TransferId) -> Option<&Transfer> {
        self.transfers.get(&id)
    }

    pub fn hold(&self, id: TransferId) -> Option<&Hold> {
        self.holds.get(&id)
    }

    /// All accounts by id.
    pub fn accounts(&self) -> Vec<&Account> {
        let mut all: Vec<&Account> = self.accounts.values().collect();
        all.sort_by_key(|account| account.id);
        all
    }

    /// All transfers in the order of their making.
    pub fn transfers(&self) -> Vec<&Transfer> {
        let mut all: Vec<&Transfer> = self.transfers.values().collect();
        all.sort_by_key(|transfer| (transfer.at, transfer.step, transfer.id));
        all
    }

    /// Opens an account.
    ///
    /// # Errors
    /// [`Why::Exists`] where the same one is open already, else the first fault.
    pub fn open(
        &mut self,
        ask: &OpenAccount,
        operator: &str,
        now: Instant,
    ) -> Result<&Account, Why> {
        let account = ask.decide(self.accounts.get(&ask.id), operator, now)?;
        Ok(self.accounts.entry(ask.id).or_insert(account))
    }

    /// Decides a batch: first what is due on the accounts it touches, then its requests in order.
    pub fn run(&mut self, asks: &[Ask], now: Instant) -> (Vec<Answer>, Changes) {
        assert!(asks.len() <= BATCH_MAX, "a batch has a bound");
        let touched = self.touched(asks);
        let now = self.not_before(&touched, now);
        let mut work = Work::default();
        self.release_due(&mut work, now, EXPIRIES_MAX, Some(&touched));
        let answers = self.decide_all(&mut work, asks, now);
        (answers, self.finish(work))
    }

    /// Frees holds whose time has ended, at most so many, on whatever account.
    pub fn sweep(&mut self, now: Instant, max: usize) -> Changes {
        let mut work = Work::default();
        self.release_due(&mut work, now, max.min(EXPIRIES_MAX), None);
        self.finish(work)
    }

    fn decide_all(&mut self, work: &mut Work, asks: &[Ask], now: Instant) -> Vec<Answer> {
        let is_import = asks.first().is_some_and(|ask| ask.flags.has(Flags::IMPORTED));
        let mut answers: Vec<Answer> = Vec::with_capacity(asks.len());
        let mut chain: Option<Chain> = None;
        for (index, ask) in asks.iter().enumerate() {
            let is_linked = ask.flags.has(Flags::LINKED);
            if is_linked && chain.is_none() {
                let mark = (work.undo.len(), work.changes.transfers.len(), work.changes.legs.len());
                chain = Some(Chain { first: index, id: ask.id, is_broken: false, mark });
            }
            let is_open = is_linked && index + 1 == asks.len();
            let step = u32::try_from(index).expect("a batch has a bound");
            let place = Place { now, step, chain: chain.as_ref().map(|chain| chain.id), is_import };
            let answer = match &chain {
                _ if is_open => Answer::Refused(Why::ChainOpen),
                Some(chain) if chain.is_broken => Answer::Refused(Why::ChainFailed),
                _ => self.decide(work, ask, &place),
            };
            answers.push(answer);
            if let Some(chain) = chain.as_mut().filter(|chain| !chain.is_broken)
                && !answer.is_success()
            {
                chain.is_broken = true;
                self.roll_back(work, chain.mark);
                answers[chain.first..index].fill(Answer::Refused(Why::ChainFailed));
            }
            if let Answer::Refused(why) = answer
                && why.is_transient()
            {
                let burnt = Burnt { id: ask.id, why, at: now };
                self.burnt.insert(ask.id, burnt);
                work.changes.burnt.push(burnt);
            }
            if !is_linked || is_open {
                chain = None;
            }
        }
        answers
    }

    fn decide(&mut self, work: &mut Work, ask: &Ask, place: &Place) -> Answer {
        match self.judge(ask, place) {
            Verdict::Do(plan) => {
                let (amount, at) = (plan.transfer.amount, plan.transfer.at);
                self.apply(work, *plan);
                Answer::Created { amount, at }
            }
            Verdict::Done(answer) => answer,
        }
    }

    fn apply(&mut self, work: &mut Work, plan: Plan) {
        let Plan { transfer, does } = plan;
        let (debit, credit) = (transfer.debit, transfer.credit);
        let (amount, at, flags) = (transfer.amount, transfer.at, transfer.flags);
        let leg = |side, kind, amount| LegOf { transfer: transfer.id, side, kind, amount, at };
        work.undo.push(Undo::Newest(self.newest));
        self.newest = self.newest.max(Some(at));
        for (account, side, closing) in [
            (debit, Side::Debit, Flags::CLOSING_DEBIT),
            (credit, Side::Credit, Flags::CLOSING_CREDIT),
        ] {
            match does {
                Does::Move => self.change(work, account, leg(side, LegKind::Posted, amount), |s| {
                    grow(posted(&mut s.counters, side), amount);
                }),
                Does::Hold => self.change(work, account, leg(side, LegKind::Held, amount), |s| {
                    grow(pending(&mut s.counters, side), amount);
                    if flags.has(closing) {
                        s.closed_by = Some(transfer.id);
                    }
                }),
                Does::Post { held, .. } => {
                    self.change(work, account, leg(side, LegKind::Posted, amount), |s| {
                        shrink(pending(&mut s.counters, side), held);
                        grow(posted(&mut s.counters, side), amount);
                    });
                }
                Does::Void { hold, held } => {
                    self.change(work, account, leg(side, LegKind::Voided, held), |s| {
                        shrink(pending(&mut s.counters, side), held);
                        s.closed_by = s.closed_by.filter(|by| *by != hold);
                    });
                }
            }
        }
        self.keep(work, transfer, does);
    }

    /// Keeps the transfer itself, its hold and its bank references.
    fn keep(&mut self, work: &mut Work, transfer: Transfer, does: Does) {
        for account in self.evidenced(&transfer) {
            let reference = transfer.refs.evidence.clone().map(|evidence| evidence.reference);
            let reference = reference.expect("a posted transfer of a bank account has evidence");
            if self.references.insert((account, reference.clone())) {
                work.undo.push(Undo::Reference(account, reference));
            }
        }
        let (id, expires_at) = (transfer.id, transfer.expires_at());
        work.undo.push(Undo::Transfer(id));
        work.changes.transfers.push(transfer.clone());
        self.transfers.insert(id, transfer);
        match does {
            Does::Move => {}
            Does::Hold => {
                self.move_hold(work, Hold { id, expires_at, state: HoldState::Waiting });
            }
            Does::Post { hold, .. } => self.resolve(work, hold, HoldState::Posted { by: id }),
            Does::Void { hold, .. } => self.resolve(work, hold, HoldState::Voided { by: id }),
        }
    }

    /// The bank accounts whose evidence a posted transfer uses up.
    pub(crate) fn evidenced(&self, transfer: &Transfer) -> Vec<AccountId> {
        if !transfer.is_posted() {
            return Vec::new();
        }
        let both = [transfer.debit, transfer.credit];
        both.into_iter().filter(|id| self.accounts.get(id).is_some_and(Account::is_bank)).collect()
    }

    fn resolve(&mut self, work: &mut Work, id: TransferId, state: HoldState) {
        let hold = *self.holds.get(&id).expect("a hold that is resolved was found before");
        assert_eq!(hold.state, HoldState::Waiting, "a hold resolves once");
        self.move_hold(work, Hold { state, ..hold });
    }

    fn move_hold(&mut self, work: &mut Work, hold: Hold) {
        let before = self.holds.get(&hold.id).copied();
        work.undo.push(Undo::Hold(hold.id, before));
        work.holds.entry(hold.id).or_insert(before);
        self.set_hold(hold.id, Some(hold));
    }

    fn set_hold(&mut self, id: TransferId, hold: Option<Hold>) {
        let transfer = self.transfers.get(&id).expect("a hold has its transfer");
        let (at, step) = (transfer.at, transfer.step);
        let old = match hold {
            Some(hold) => self.holds.insert(id, hold),
            None => self.holds.remove(&id),
        };
        let key = |hold: Hold| hold.expires_at.map(|expiry| (expiry, at, step, id));
        if let Some(key) = old.and_then(key) {
            self.due.remove(&key);
        }
        if let Some(key) = hold.filter(|hold| hold.state == HoldState::Waiting).and_then(key) {
            self.due.insert(key);
        }
    }

    fn change(&mut self, work: &mut Work, id: AccountId, leg: LegOf, how: impl FnOnce(&mut State)) {
        let account = self.accounts.get_mut(&id).expect("an account that changes was found before");
        work.undo.push(Undo::State(id, account.state));
        work.before.entry(id).or_insert(account.state.version);
        how(&mut account.state);
        account.state.version += 1;
        account.state.touched_at = Some(leg.at);
        let (version, counters) = (account.state.version, account.state.counters);
        let LegOf { transfer, side, kind, amount, at } = leg;
        let leg = Leg { account: id, version, transfer, side, kind, amount, at, counters };
        work.changes.legs.push(leg);
    }

    fn roll_back(&mut self, work: &mut Work, (undo, transfers, legs): (usize, usize, usize)) {
        while work.undo.len() > undo {
            match work.undo.pop().expect("longer than the mark") {
                Undo::State(id, state) => {
                    self.accounts.get_mut(&id).expect("it was changed").state = state;
                }
                Undo::Transfer(id) => {
                    self.transfers.remove(&id);
                }
                Undo::Hold(id, hold) => self.set_hold(id, hold),
                Undo::Reference(account, reference) => {
                    self.references.remove(&(account, reference));
                }
                Undo::Newest(newest) => self.newest = newest,
            }
        }
        work.changes.transfers.truncate(transfers);
        work.changes.legs.truncate(legs);
    }

    fn finish(&self, work: Work) -> Changes {
        let mut changes = work.changes;
        let now = |id: &AccountId| self.accounts[id].state.version;
        changes.accounts =
            work.before.into_iter().filter(|(id, before)| now(id) != *before).collect();
        let holds = work.holds.into_iter().map(|(id, before)| (before, self.holds.get(&id)));
        changes.holds = holds
            .filter_map(|(before, now)| now.copied().filter(|now| before != Some(*now)))
            .collect();
        changes
    }

    /// Accounts that a batch names, itself or by the holds it resolves.
    fn touched(&self, asks: &[Ask]) -> BTreeSet<AccountId> {
        let of = |ask: &Ask| {
            let held = ask.pending.and_then(|id| self.transfers.get(&id));
            [ask.debit, ask.credit, held.map(|t| t.debit), held.map(|t| t.credit)]
        };
        asks.iter().flat_map(of).flatten().collect()
    }

    /// A clock that steps back does not turn the order of an account's legs.
    fn not_before(&self, touched: &BTreeSet<AccountId>, now: Instant) -> Instant {
        let last = touched.iter().filter_map(|id| self.accounts.get(id)?.state.touched_at).max();
        last.map_or(now, |last| last.max(now))
    }

    fn release_due(
        &mut self,
        work: &mut Work,
        now: Instant,
        max: usize,
        on: Option<&BTreeSet<AccountId>>,
    ) {
        let is_meant = |id: &TransferId| {
            let held = &self.transfers[id];
            on.is_none_or(|on| on.contains(&held.debit) || on.contains(&held.credit))
        };
        let due = self.due.iter().take_while(|(expiry, ..)| *expiry <= now);
        let due: Vec<TransferId> = due.map(|(.., id)| *id).filter(is_meant).take(max).collect();
        for id in due {
            self.expire(work, id, now);
        }
        // What ended has ended, whatever the requests of the batch come to.
        work.undo.clear();
    }

    fn expire(&mut self, work: &mut Work, id: TransferId, now: Instant) {
        let held = &self.transfers[&id];
        let (transfer, amount) = (held.id, held.amount);
        for (account, side) in [(held.debit, Side::Debit), (held.credit, Side::Credit)] {
            let last = self.accounts.get(&account).and_then(|account| account.state.touched_at);
            let at = last.map_or(now, |last| last.max(now));
            let leg = LegOf { transfer, side, kind: LegKind::Expired, amount, at };
            self.change(work, account, leg, |state| {
                shrink(pending(&mut state.counters, side), amount);
                state.closed_by = state.closed_by.filter(|by| *by != id);
            });
        }
        self.resolve(work, id, HoldState::Expired { at: now });
    }
}

/// A leg before its account is asked for version and counters.
struct LegOf {
    transfer: TransferId,
    side: Side,
    kind: LegKind,
    amount: Amount,
    at: Instant,
}

fn pending(counters: &mut Counters, side: Side) -> &mut Amount {
    match side {
        Side::Debit => &mut counters.debits_pending,
        Side::Credit => &mut counters.credits_pending,
    }
}

fn posted(counters: &mut Counters, side: Side) -> &mut Amount {
    match side {
        Side::Debit => &mut counters.debits_posted,
        Side::Credit => &mut counters.credits_posted,
    }
}

fn grow(counter: &mut Amount, by: Amount) {
    *counter = counter.plus(by).expect("overflow is refused before anything changes");
}

fn shrink(counter: &mut Amount, by: Amount) {
    *counter = counter.minus(by).expect("what is freed was held");
}
