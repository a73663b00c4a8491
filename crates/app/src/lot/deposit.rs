//! Deposits: paid in and held for a lot, released, set against the price, or forfeited; each once.
//!
//! The books are the only register of who has paid: what came in moves from the bank to the
//! bidder's claim and is held from there to the lot. Accounts and transfers have ids that follow from
//! lot and bidder, so that a repeated act repeats its transfers.

use crate::act::{Act, Cx, No, Stop};
use crate::city::City;
use crate::ledger::{Opening, ensure_account, holds_on, post};
use crate::lot::enter::{Via, enter_or_refuse};
use crate::lot::{
    LotChanged, bidder_of, find, holders, organisation_of, thing_for, thing_of, told_in_private,
};
use access::{Act as A, Thing};
use auction::{Bidder, Input};
use base::{AccountId, Class, Date, Instant, LotId, Money, OrganisationId, Refusal, TransferId};
use ledger::{Amount, Ask, Asked, Book, Code, Evidence, Flags, Grade, Purpose, References};
use std::collections::BTreeSet;
use store::Hold;
use store::ledger::Kept;
use trading::lot::{Deposit, Lot, LotBidder, LotState};

/// Paid in, held for a lot, and what became of it.
const PAID_IN: Code = Code(110);
const HELD: Code = Code(111);
const TOWARDS_PRICE: Code = Code(112);
const FORFEITED: Code = Code(113);

/// How long after everything a hold ends by itself, should nobody resolve it.
const SAFETY_DAYS: i64 = 30;
const DAY_SECONDS: i64 = 86_400;

pub(crate) fn derived(parts: &[&str]) -> u128 {
    use sha2::{Digest, Sha256};
    let digest =
        parts.iter().fold(Sha256::new(), |all, part| all.chain_update(part).chain_update([0]));
    digest.finalize().iter().take(16).fold(0, |bits, byte| (bits << 8) | u128::from(*byte))
}

/// The claim of a bidder who paid in for a lot.
pub fn deposit_account(lot: LotId, bidder: OrganisationId) -> AccountId {
    AccountId::from_bits(derived(&["deposit", &lot.to_string(), &bidder.to_string()]))
}

/// What a lot holds.
pub fn lot_account(lot: LotId) -> AccountId {
    AccountId::from_bits(derived(&["lot", &lot.to_string()]))
}

/// What is owed to the seller of a lot.
pub fn payable_account(lot: LotId) -> AccountId {
    AccountId::from_bits(derived(&["payable", &lot.to_string()]))
}

/// A transfer of the n-th deposit of a bidder.
fn transfer(lot: LotId, it: &LotBidder, what: &str) -> TransferId {
    let (lot, bidder) = (lot.to_string(), it.organisation.to_string());
    TransferId::from_bits(derived(&[what, &lot, &bidder, &it.n_deposits.to_string()]))
}

/// The accounts that an act on a lot may change, found before it begins.
#[derive(Clone, Debug, Default)]
pub(crate) struct Accounts(BTreeSet<AccountId>);

impl Accounts {
    /// Those of everybody who holds a deposit.
    pub(crate) fn of_holders(city: &City, lot: LotId) -> Result<Self, No> {
        let held = city.store().read(|tx| holders(tx, lot))?;
        let mut all: BTreeSet<AccountId> =
            held.iter().map(|it| deposit_account(lot, it.organisation)).collect();
        if !all.is_empty() {
            all.extend([lot_account(lot), payable_account(lot)]);
        }
        Ok(Self(all))
    }

    fn of_one(lot: LotId, bidder: OrganisationId) -> Self {
        Self(BTreeSet::from([deposit_account(lot, bidder), lot_account(lot)]))
    }

    /// These and another.
    pub(crate) fn and(mut self, account: AccountId) -> Self {
        self.0.insert(account);
        self
    }

    pub(crate) fn set(&self) -> &BTreeSet<AccountId> {
        &self.0
    }

    /// The lot, then the accounts.
    pub(crate) fn holds(&self, lot: LotId) -> Vec<Hold> {
        let mut holds = holds_on(&self.0);
        holds.push(Hold::on(lot));
        holds
    }
}

/// Opens an account of a lot unless it is open.
fn ensure(
    cx: &mut Cx<'_, '_>,
    lot: &Lot,
    id: AccountId,
    (purpose, owner): (Purpose, OrganisationId),
) -> Result<(), Stop> {
    let opening =
        Opening { purpose, owner, currency: lot.terms.currency, subject: lot.id.to_string() };
    ensure_account(cx, id, &opening)
}

/// Releases deposits that are held, all in one chain.
pub(crate) fn release(
    cx: &mut Cx<'_, '_>,
    lot: &Lot,
    held: &mut [LotBidder],
    accounts: &Accounts,
    becomes: Deposit,
) -> Result<(), Stop> {
    let mut asks = Vec::with_capacity(held.len());
    for it in held.iter() {
        let hold = it.hold.ok_or_else(Refusal::not_found)?;
        asks.push(Ask::void(transfer(lot.id, it, "void"), hold));
    }
    chain(cx, asks, accounts)?;
    for it in held {
        it.deposit = becomes;
        store::lot::change_bidder(cx.tx, it)?;
        told_in_private(cx, lot, it, "lot-deposit-released");
        send_back(cx, lot, it)?;
    }
    Ok(())
}

/// Drafts the order by which a released deposit goes back to where it came from.
fn send_back(cx: &mut Cx<'_, '_>, lot: &Lot, it: &LotBidder) -> Result<(), Stop> {
    let Some(paid) = store::ledger::transfer(cx.tx, transfer(lot.id, it, "paid"))? else {
        return Ok(());
    };
    let paid = paid.transfer;
    let evidence = paid.refs.evidence.ok_or_else(Refusal::not_found)?;
    let refund = crate::order::Refund {
        bank: paid.debit,
        claim: paid.credit,
        owner: it.organisation,
        money: Money::new(paid.amount.minor(), lot.terms.currency),
        source: evidence.reference,
        subject: lot.reference.to_string(),
    };
    crate::order::refund(cx, refund)
}

/// Sets a held deposit against the price, or forfeits it: either way it is owed to the seller.
pub(crate) fn take(
    cx: &mut Cx<'_, '_>,
    lot: &Lot,
    it: &mut LotBidder,
    accounts: &Accounts,
    becomes: Deposit,
) -> Result<(), Stop> {
    let (hold, Some(sum)) = (it.hold.ok_or_else(Refusal::not_found)?, lot.terms.deposit) else {
        return Ok(());
    };
    ensure(cx, lot, payable_account(lot.id), (Purpose::Payable, lot.owner))?;
    let code = if becomes == Deposit::Applied { TOWARDS_PRICE } else { FORFEITED };
    let moved = Ask::single(
        transfer(lot.id, it, "owed"),
        (lot_account(lot.id), payable_account(lot.id)),
        amount(sum)?,
        (Book::Money(lot.terms.currency), code),
    );
    let posted = Ask::post(transfer(lot.id, it, "post"), hold, Asked::All);
    chain(cx, vec![posted, moved], accounts)?;
    it.deposit = becomes;
    store::lot::change_bidder(cx.tx, it)?;
    let kind =
        if becomes == Deposit::Applied { "lot-deposit-applied" } else { "lot-deposit-forfeited" };
    told_in_private(cx, lot, it, kind);
    Ok(())
}

/// Posts transfers as one chain; nothing where there are none.
fn chain(cx: &mut Cx<'_, '_>, mut asks: Vec<Ask>, accounts: &Accounts) -> Result<(), Stop> {
    let Some(last) = asks.len().checked_sub(1) else { return Ok(()) };
    for ask in &mut asks[..last] {
        ask.flags = ask.flags.and(Flags::LINKED);
    }
    post(cx, &asks, &accounts.0).map(|_| ())
}

fn amount(minor: i64) -> Result<Amount, Refusal> {
    Amount::new(minor).ok_or_else(|| Refusal::invalid("lot-flaw-beyond").on("deposit"))
}

/// Confirms that a bidder's deposit came in, as a bank's reference shows, and holds it for the lot.
#[derive(serde::Serialize)]
pub struct ReceiveDeposit {
    pub lot: LotId,
    pub bidder: u32,
    /// The account at a bank where it came in.
    pub bank: AccountId,
    /// The bank's own reference of the payment.
    pub reference: String,
    pub value_date: Option<Date>,
    #[serde(skip)]
    accounts: Accounts,
}

impl ReceiveDeposit {
    pub fn new(lot: LotId, bidder: u32, bank: AccountId, reference: String) -> Self {
        let accounts = Accounts::default();
        Self { lot, bidder, bank, reference, value_date: None, accounts }
    }
}

impl Act for ReceiveDeposit {
    const ACT: A = A::ReceiveDeposit;
    type Facts = (Lot, LotBidder, Option<Kept>);
    type Plan = (Lot, LotBidder);
    type Outcome = LotChanged;

    fn prepare(&mut self, city: &City) -> Result<(), No> {
        let (lot, alias) = (self.lot, self.bidder);
        let found = city.store().read(|tx| store::lot::bidder_of_alias(tx, lot, alias))?;
        if let Some(it) = found {
            self.accounts = Accounts::of_one(lot, it.organisation);
            self.accounts.0.insert(self.bank);
        }
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
        let it = bidder_of(cx, self.lot, self.bidder)?;
        Ok((lot, it, store::ledger::account(cx.tx, self.bank)?))
    }

    fn thing(&self, (lot, ..): &Self::Facts) -> Thing {
        thing_of(lot)
    }

    fn decide(
        &self,
        (lot, it, bank): Self::Facts,
        cx: &Cx<'_, '_>,
    ) -> Result<Self::Plan, Vec<Refusal>> {
        let mut no = Vec::new();
        let refused = |code| Refusal::new(Class::Refused, code);
        if !lot.takes_bidders(cx.now) {
            no.push(crate::lot::announce::over(&lot));
        }
        if lot.terms.deposit.is_none() {
            no.push(refused("lot-no-deposit"));
        }
        if it.state != trading::lot::BidderState::Admitted {
            no.push(refused("lot-not-admitted"));
        }
        if it.deposit == Deposit::Held {
            no.push(Refusal::new(Class::Conflict, "lot-deposit-as-is"));
        }
        let book = Book::Money(lot.terms.currency);
        if !bank.is_some_and(|kept| kept.account.is_bank() && kept.account.book == book) {
            no.push(Refusal::invalid("lot-bank-unfit").on("bank"));
        }
        let length = self.reference.trim().chars().count();
        if !(1..=base::limits::NAME_CHARS_MAX).contains(&length)
            || self.reference.chars().any(char::is_control)
        {
            no.push(Refusal::invalid("ledger-proof-unfit").on("reference"));
        }
        if no.is_empty() { Ok((lot, it)) } else { Err(no) }
    }

    fn save(&self, (mut lot, mut it): Self::Plan, cx: &mut Cx<'_, '_>) -> Result<LotChanged, Stop> {
        let claim = deposit_account(lot.id, it.organisation);
        ensure(cx, &lot, claim, (Purpose::Deposit, it.organisation))?;
        ensure(cx, &lot, lot_account(lot.id), (Purpose::Lot, lot.owner))?;
        it.n_deposits += 1;
        let sum = amount(lot.terms.deposit.unwrap_or(0))?;
        let book = Book::Money(lot.terms.currency);
        let evidence = Evidence { grade: Grade::E2, reference: self.reference.trim().to_owned() };
        let refs = References {
            evidence: Some(evidence),
            value_date: self.value_date,
            ..References::default()
        };
        let paid = transfer(lot.id, &it, "paid");
        let paid = Ask::single(paid, (self.bank, claim), sum, (book.clone(), PAID_IN));
        let hold = transfer(lot.id, &it, "hold");
        let held = Ask::single(hold, (claim, lot_account(lot.id)), sum, (book, HELD));
        let held = held.pending(timeout_s(&lot, cx.now));
        chain(cx, vec![Ask { refs, ..paid }, held], &self.accounts)?;
        it.deposit = Deposit::Held;
        it.hold = Some(hold);
        if lot.state == LotState::Open && it.is_entered {
            let input = Input::HoldDeposit { lot: 0, bidder: Bidder(it.alias) };
            enter_or_refuse(cx, &mut lot, input, Via::Desk)?;
        }
        store::lot::change_bidder(cx.tx, &it)?;
        told_in_private(cx, &lot, &it, "lot-deposit-held");
        Ok(LotChanged::of(&lot))
    }
}

/// Seconds after which a hold ends by itself: past the latest end and two times to sign, in working
/// days, of which there are never fewer than one in two.
fn timeout_s(lot: &Lot, now: Instant) -> u32 {
    let terms = &lot.terms;
    let end = terms.latest_end().unwrap_or(terms.closes.plus_seconds(SAFETY_DAYS * DAY_SECONDS));
    let days = 4 * i64::from(terms.sign_days) + SAFETY_DAYS;
    let seconds = end.plus_seconds(days * DAY_SECONDS).seconds_since(now);
    u32::try_from(seconds).unwrap_or(u32::MAX)
}

/// Asks for the own deposit back, before any bid that it secures.
#[derive(serde::Serialize)]
pub struct FreeDeposit {
    pub lot: LotId,
    pub organisation: OrganisationId,
}

impl Act for FreeDeposit {
    const ACT: A = A::FreeDeposit;
    type Facts = (Lot, LotBidder);
    type Plan = (Lot, LotBidder);
    type Outcome = LotChanged;

    fn holds(&self) -> Vec<Hold> {
        Accounts::of_one(self.lot, self.organisation).holds(self.lot)
    }

    fn read_committed(&self) -> bool {
        true
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Self::Facts, Stop> {
        let lot = find(cx, self.lot)?;
        let (_, it) = organisation_of(cx, self.lot, Some(self.organisation))?;
        Ok((lot, it.ok_or_else(Refusal::not_found)?))
    }

    fn thing(&self, (lot, it): &Self::Facts) -> Thing {
        thing_for(lot, it.organisation)
    }

    fn decide(&self, (lot, it): Self::Facts, _: &Cx<'_, '_>) -> Result<Self::Plan, Vec<Refusal>> {
        let is_live = matches!(lot.state, LotState::Announced | LotState::Open);
        if !is_live || it.deposit != Deposit::Held {
            return Err(vec![Refusal::new(Class::Conflict, "lot-deposit-as-is")]);
        }
        Ok((lot, it))
    }

    fn save(&self, (mut lot, it): Self::Plan, cx: &mut Cx<'_, '_>) -> Result<LotChanged, Stop> {
        if it.is_entered {
            let input = Input::FreeDeposit { lot: 0, bidder: Bidder(it.alias) };
            enter_or_refuse(cx, &mut lot, input, Via::Room)?;
        }
        let accounts = Accounts::of_one(lot.id, it.organisation);
        release(cx, &lot, &mut [it], &accounts, Deposit::Released)?;
        Ok(LotChanged::of(&lot))
    }
}
