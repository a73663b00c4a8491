//! Lines that nobody knows: put among the unmatched of their bank account, settled by hand.

use super::{BY_HAND, StatementMoved, UNMATCHED, line, suspense_account, told};
use crate::act::{About, Act, Cx, No, Stop, offers};
use crate::city::City;
use crate::contract::{income_account, office_thing, payment_faults, take_in};
use crate::ledger::{burnt_by, holds_on, leg_id, post};
use ::contract::kept::{Kept as Contract, Payment, Source};
use access::{Act as A, Thing};
use base::{AccountId, BankStatementId, Class, ContractId, PersonId, Refusal, limits};
use ledger::{Amount, Ask, Book, Evidence, Grade, Limit, OpenAccount, Purpose, References, Side};
use std::collections::BTreeSet;
use store::bank_statement::{BankLine, LineState};
use store::ledger::Kept;
use store::{Hold, StoreError};

/// The amount of a line, whichever way it went.
fn amount(line: &BankLine) -> Result<Amount, Refusal> {
    let minor = i64::try_from(line.minor.unsigned_abs()).ok();
    minor.and_then(Amount::new).ok_or_else(|| Refusal::invalid("order-amount").on("amount"))
}

/// Opens the account of the unmatched unless it is open. It grows with what is unmatched on either
/// way and never goes below nothing.
fn ensure(cx: &mut Cx<'_, '_>, bank: &Kept, is_in: bool) -> Result<AccountId, Stop> {
    let id = suspense_account(bank.account.id, is_in);
    if store::ledger::account(cx.tx, id)?.is_some() {
        return Ok(id);
    }
    let (side, limit) = match is_in {
        true => (Side::Credit, Limit::DebitsWithinCredits),
        false => (Side::Debit, Limit::CreditsWithinDebits),
    };
    let opening = OpenAccount {
        id,
        book: Some(bank.account.book.clone()),
        purpose: Some(Purpose::Suspense),
        owner: Some(bank.owner.to_string()),
        subject: Some(bank.account.id.to_string()),
        side,
        limit,
        bank: None,
    };
    let operator = store::city::office(cx.tx)?.map(|id| id.to_string()).unwrap_or_default();
    let account = opening.decide(None, &operator, cx.now).map_err(crate::ledger::refused)?;
    let kept = Kept { account, owner: bank.owner, label: crate::ledger::label() };
    store::ledger::add_account(cx.tx, &kept)?;
    let body = serde_json::json!({
        "book": kept.account.book.to_string(),
        "purpose": Purpose::Suspense.code(),
        "subject": bank.account.id,
    });
    let about = About {
        thing: id.to_string(),
        version: 0,
        owner: Some(bank.owner),
        label: &kept.label,
        state: "",
    };
    cx.event("ledger-account-opened", about, body);
    Ok(id)
}

/// Puts a line among the unmatched: the money is recorded where the bank says it is, and what it is
/// for waits for somebody.
#[derive(serde::Serialize)]
pub struct ParkLine {
    pub statement: BankStatementId,
    /// The place of the line, from 1.
    pub line: u64,
    #[serde(skip)]
    accounts: BTreeSet<AccountId>,
}

impl ParkLine {
    pub fn new(statement: BankStatementId, line: u64) -> Self {
        Self { statement, line, accounts: BTreeSet::new() }
    }
}

impl Act for ParkLine {
    const ACT: A = A::ParkLine;
    type Facts = (BankLine, Kept);
    type Plan = (BankLine, Kept);
    type Outcome = StatementMoved;

    fn prepare(&mut self, city: &City) -> Result<(), No> {
        let (statement, n) = (self.statement, self.line);
        let found = city.store().read(|tx| store::bank_statement::line(tx, statement, n))?;
        if let Some(line) = found {
            let other = suspense_account(line.account, line.minor > 0);
            self.accounts = BTreeSet::from([line.account, other]);
        }
        Ok(())
    }

    fn holds(&self) -> Vec<Hold> {
        let mut holds = holds_on(&self.accounts);
        holds.push(Hold::on(self.statement));
        holds
    }

    fn read_committed(&self) -> bool {
        true
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Self::Facts, Stop> {
        let line = line(cx, (self.statement, self.line))?;
        let bank = store::ledger::account(cx.tx, line.account)?.ok_or_else(Refusal::not_found)?;
        Ok((line, bank))
    }

    fn thing(&self, _: &Self::Facts) -> Thing {
        Thing::open()
    }

    fn decide(
        &self,
        (line, bank): Self::Facts,
        _: &Cx<'_, '_>,
    ) -> Result<Self::Plan, Vec<Refusal>> {
        match line.state {
            LineState::Brought => Ok((line, bank)),
            _ => Err(vec![Refusal::new(Class::Conflict, "bank-line-as-is")]),
        }
    }

    fn save(&self, (line, bank): Self::Plan, cx: &mut Cx<'_, '_>) -> Result<StatementMoved, Stop> {
        let is_in = line.minor > 0;
        let other = ensure(cx, &bank, is_in)?;
        let accounts = if is_in { (line.account, other) } else { (other, line.account) };
        let id = leg_id(cx.act, "unmatched");
        let evidence = Evidence { grade: Grade::E2, reference: line.reference.clone() };
        let sealed = store::month::through(cx.tx, &bank.account.book)?;
        // A sealed month is closed for good: what comes late carries the day of its recording.
        let value_date = Some(line.value_date).filter(|day| sealed.is_none_or(|end| *day > end));
        let refs = References { evidence: Some(evidence), value_date, ..References::default() };
        let ask = Ask::single(id, accounts, amount(&line)?, (bank.account.book.clone(), UNMATCHED));
        post(cx, &[Ask { refs, ..ask }], &self.accounts)?;
        store::bank_statement::put_aside(cx.tx, (line.statement, line.n), id, cx.now)?;
        let body = serde_json::json!({ "line": line.n, "transfer": id });
        told(cx, line.statement, "bank-line-aside", body);
        Ok(StatementMoved { statement: line.statement, replayed: false })
    }

    fn remember(&self, reasons: &[Refusal], cx: &mut Cx<'_, '_>) -> Result<(), StoreError> {
        store::ledger::burn(cx.tx, &burnt_by(reasons, cx.now))
    }
}

/// Settles an unmatched line by hand: what came in goes to an account or is a payment of a contract, what
/// went out is taken from an account, with the reason why.
#[derive(serde::Serialize)]
pub struct SettleLine {
    pub statement: BankStatementId,
    pub line: u64,
    /// The account that the money was meant for, or was paid for.
    pub account: AccountId,
    /// The contract and what it is owed, where the line is its payment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payment: Option<(ContractId, String)>,
    pub reason: String,
    #[serde(skip)]
    accounts: BTreeSet<AccountId>,
}

/// What a line is settled with.
pub enum Settled {
    Account(Box<Kept>),
    Payment(Box<(Contract, Vec<Payment>)>),
}

impl SettleLine {
    pub fn new(statement: BankStatementId, line: u64, account: AccountId, reason: &str) -> Self {
        let (reason, accounts) = (reason.to_owned(), BTreeSet::new());
        Self { statement, line, account, payment: None, reason, accounts }
    }

    /// The line is a payment of a contract: an instalment, or the royalty of a period.
    pub fn paying(
        (statement, line): (BankStatementId, u64),
        (contract, what): (ContractId, &str),
        reason: &str,
    ) -> Self {
        let payment = Some((contract, what.to_owned()));
        Self { payment, ..Self::new(statement, line, income_account(contract), reason) }
    }

    fn faults_of(&self, line: &BankLine, bank: &Kept, with: &Settled) -> Vec<Refusal> {
        let unfit = || Refusal::invalid("order-account-unfit").on("account");
        match with {
            Settled::Account(other) => {
                let is_fit = !other.account.is_bank()
                    && other.account.purpose != Purpose::Suspense
                    && other.account.book == bank.account.book;
                (!is_fit).then(unfit).into_iter().collect()
            }
            Settled::Payment(of) => {
                let (kept, payments) = of.as_ref();
                let what = self.payment.as_ref().map_or("", |(_, what)| what);
                let book = Book::Money(kept.current().price.currency);
                let is_fit = line.minor > 0 && book == bank.account.book;
                let no = (!is_fit).then(unfit);
                no.into_iter().chain(payment_faults(kept, payments, (what, line.minor))).collect()
            }
        }
    }
}

impl Act for SettleLine {
    const ACT: A = A::SettleLine;
    type Facts = (BankLine, Kept, Settled);
    type Plan = (BankLine, Kept, Settled, PersonId);
    type Outcome = StatementMoved;

    fn prepare(&mut self, city: &City) -> Result<(), No> {
        let (statement, n) = (self.statement, self.line);
        let found = city.store().read(|tx| store::bank_statement::line(tx, statement, n))?;
        if let Some(line) = found {
            let own = suspense_account(line.account, line.minor > 0);
            self.accounts = BTreeSet::from([own, self.account]);
        }
        Ok(())
    }

    fn holds(&self) -> Vec<Hold> {
        let mut holds = holds_on(&self.accounts);
        holds.push(Hold::on(self.statement));
        holds.extend(self.payment.as_ref().map(|(contract, _)| Hold::on(*contract)));
        holds
    }

    fn read_committed(&self) -> bool {
        true
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Self::Facts, Stop> {
        let line = line(cx, (self.statement, self.line))?;
        let own = suspense_account(line.account, line.minor > 0);
        let mut account = |id: AccountId| -> Result<Kept, Stop> {
            Ok(store::ledger::account(cx.tx, id)?.ok_or_else(Refusal::not_found)?)
        };
        let bank = account(line.account)?;
        if line.state == LineState::Aside {
            account(own)?;
        }
        let Some((contract, _)) = &self.payment else {
            let other = account(self.account)?;
            return Ok((line, bank, Settled::Account(Box::new(other))));
        };
        let kept = store::contract::find(cx.tx, *contract)?.ok_or_else(Refusal::not_found)?;
        if !offers(&cx.actor, A::ConfirmPayment, &office_thing(&kept)) {
            return Err(Refusal::not_found().into());
        }
        let payments = store::contract_money::payments(cx.tx, kept.id)?;
        Ok((line, bank, Settled::Payment(Box::new((kept, payments)))))
    }

    fn thing(&self, _: &Self::Facts) -> Thing {
        Thing::open()
    }

    fn decide(
        &self,
        (line, bank, with): Self::Facts,
        cx: &Cx<'_, '_>,
    ) -> Result<Self::Plan, Vec<Refusal>> {
        let mut no = Vec::new();
        if line.state != LineState::Aside {
            no.push(Refusal::new(Class::Conflict, "bank-line-as-is"));
        }
        no.extend(self.faults_of(&line, &bank, &with));
        let length = self.reason.trim().chars().count();
        if length == 0 {
            let required = Refusal::invalid("field-required").on("reason");
            no.push(required.term("field", base::text::field_term("reason")));
        }
        if length > limits::NAME_CHARS_MAX || self.reason.chars().any(char::is_control) {
            let unfit = Refusal::invalid("ledger-text-unfit").on("reason");
            no.push(unfit.number("most", limits::NAME_CHARS_MAX));
        }
        match cx.actor.person {
            Some(person) if no.is_empty() => Ok((line, bank, with, person)),
            _ => Err(no),
        }
    }

    fn save(
        &self,
        (line, bank, with, person): Self::Plan,
        cx: &mut Cx<'_, '_>,
    ) -> Result<StatementMoved, Stop> {
        let is_in = line.minor > 0;
        let own = suspense_account(line.account, is_in);
        let id = match with {
            Settled::Account(_) => {
                let accounts = if is_in { (own, self.account) } else { (self.account, own) };
                let id = leg_id(cx.act, "by-hand");
                let purpose = (bank.account.book.clone(), BY_HAND);
                post(cx, &[Ask::single(id, accounts, amount(&line)?, purpose)], &self.accounts)?;
                id
            }
            Settled::Payment(of) => {
                let (mut kept, payments) = *of;
                let payment = Payment {
                    n: 1 + payments.len() as u64,
                    what: self.payment.as_ref().map(|(_, what)| what.clone()).unwrap_or_default(),
                    amount: line.minor,
                    source: Source::Bank {
                        account: line.account,
                        reference: line.reference.clone(),
                    },
                    value_date: line.value_date,
                    at: cx.now,
                    split: None,
                };
                let from = (own, References::default(), &self.accounts);
                take_in(cx, &mut kept, &payment, from)?.1
            }
        };
        let reason = self.reason.trim();
        store::bank_statement::settle(cx.tx, (line.statement, line.n), id, (reason, person))?;
        let body = serde_json::json!({ "line": line.n, "transfer": id, "reason": reason });
        told(cx, line.statement, "bank-line-settled", body);
        Ok(StatementMoved { statement: line.statement, replayed: false })
    }

    fn remember(&self, reasons: &[Refusal], cx: &mut Cx<'_, '_>) -> Result<(), StoreError> {
        // A payment of a contract is the same transfer whoever enters it: it is tried again.
        match self.payment {
            Some(_) => Ok(()),
            None => store::ledger::burn(cx.tx, &burnt_by(reasons, cx.now)),
        }
    }
}
