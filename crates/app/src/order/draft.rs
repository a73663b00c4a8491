//! Drafting an order, by hand or because a deposit is to go back.

use super::{OrderMoved, told};
use crate::act::{Act, Cx, Stop};
use crate::ledger::refused;
use access::{Act as A, Thing};
use banking::{Order, OrderState};
use base::workdays::WorkingDays;
use base::{AccountId, Date, Instant, Money, OrderId, Refusal, limits};
use ledger::{Book, Why};
use store::Hold;
use store::ledger::Kept;
use store::order::KeptOrder;

/// Working days within which money that is not owed goes back (auctions.md 56, ledger.md 13.1).
const REFUND_WORKDAYS: u16 = 3;

/// Drafts a payment order: nothing is held and nothing is sent before another person approves it.
#[derive(Clone, Debug, serde::Serialize)]
pub struct DraftOrder {
    /// The account at a bank that it is paid from.
    pub bank: AccountId,
    /// The account of the books that is debited.
    pub account: AccountId,
    pub money: Money,
    pub payee: String,
    pub payee_account: String,
    pub payee_bank: String,
    /// The bank's reference of the payment that it returns, or empty.
    pub source: String,
    pub purpose: String,
    /// By when; left out: within three working days.
    pub due_on: Option<Date>,
}

/// The two accounts, where they are.
pub struct Accounts {
    bank: Kept,
    account: Kept,
}

impl DraftOrder {
    fn texts(&self) -> Vec<Refusal> {
        let texts = [
            ("payee", &self.payee, true),
            ("payee_account", &self.payee_account, false),
            ("payee_bank", &self.payee_bank, false),
            ("source", &self.source, false),
            ("purpose", &self.purpose, true),
        ];
        let mut no = Vec::new();
        for (field, text, is_required) in texts {
            let length = text.trim().chars().count();
            if is_required && length == 0 {
                let refusal = Refusal::invalid("field-required").on(field);
                no.push(refusal.term("field", base::text::field_term(field)));
            }
            if length > limits::NAME_CHARS_MAX || text.chars().any(char::is_control) {
                let refusal = Refusal::invalid("ledger-text-unfit").on(field);
                no.push(refusal.number("most", limits::NAME_CHARS_MAX));
            }
        }
        if self.payee_account.trim().is_empty() && self.source.trim().is_empty() {
            no.push(Refusal::invalid("order-nowhere").on("payee_account"));
        }
        no
    }
}

impl Act for DraftOrder {
    const ACT: A = A::DraftOrder;
    type Facts = Accounts;
    type Plan = KeptOrder;
    type Outcome = OrderMoved;

    fn holds(&self) -> Vec<Hold> {
        Vec::new()
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Accounts, Stop> {
        let mut account = |id: AccountId| -> Result<Kept, Stop> {
            Ok(store::ledger::account(cx.tx, id)?.ok_or_else(Refusal::not_found)?)
        };
        Ok(Accounts { bank: account(self.bank)?, account: account(self.account)? })
    }

    fn thing(&self, _: &Accounts) -> Thing {
        Thing::open()
    }

    fn decide(&self, facts: Accounts, cx: &Cx<'_, '_>) -> Result<KeptOrder, Vec<Refusal>> {
        let mut no = self.texts();
        let (bank, account) = (&facts.bank.account, &facts.account.account);
        if !bank.is_bank() {
            no.push(Refusal::invalid("order-bank-unfit").on("bank"));
        }
        if account.is_bank() || account.book != bank.book {
            no.push(Refusal::invalid("order-account-unfit").on("account"));
        }
        if self.money.minor <= 0 {
            no.push(Refusal::invalid("order-amount").on("amount"));
        }
        let Book::Money(currency) = bank.book else {
            no.push(Refusal::invalid("order-bank-unfit").on("bank"));
            return Err(no);
        };
        if self.money.currency != currency {
            no.push(refused(Why::BookMismatch).on("amount"));
        }
        let person = match (cx.actor.person, no.is_empty()) {
            (Some(person), true) => person,
            _ => return Err(no),
        };
        let text = |text: &str| text.trim().to_owned();
        let order = Order {
            id: cx.city.with_chance(|chance| OrderId::new(cx.now, chance)),
            reference: cx.city.reference("PO", cx.now),
            bank: self.bank,
            account: self.account,
            owner: facts.account.owner,
            currency,
            minor: self.money.minor,
            payee: text(&self.payee),
            payee_account: text(&self.payee_account),
            payee_bank: text(&self.payee_bank),
            source: text(&self.source),
            purpose: text(&self.purpose),
            subject: account.subject.clone().unwrap_or_default(),
            state: OrderState::Drafted,
            hold: None,
            drafted: (person, cx.now),
            approved: None,
            sent_at: None,
            moved_at: cx.now,
            due_on: self.due_on.unwrap_or_else(|| due(cx.now)),
            keeper: Some(person),
            bank_reference: String::new(),
            reason: String::new(),
            version: 1,
        };
        Ok(KeptOrder { order, label: crate::ledger::label() })
    }

    fn save(&self, kept: KeptOrder, cx: &mut Cx<'_, '_>) -> Result<OrderMoved, Stop> {
        store::order::add(cx.tx, &kept)?;
        told(cx, &kept, "order-drafted");
        Ok(OrderMoved::of(&kept.order))
    }
}

/// The last day on which an order of now may be executed.
fn due(now: Instant) -> Date {
    let days = WorkingDays::china();
    days.date(days.add(now, REFUND_WORKDAYS))
}

/// A deposit that is to go back to the account that it came from.
pub(crate) struct Refund {
    pub bank: AccountId,
    pub claim: AccountId,
    pub owner: base::OrganisationId,
    pub money: base::Money,
    /// The bank's reference of the payment.
    pub source: String,
    pub subject: String,
}

/// Drafts a refund again that the bank rejected. It keeps its age, its day and whoever looks after it:
/// a failure makes no debt younger.
pub(super) fn again(cx: &mut Cx<'_, '_>, failed: &Order) -> Result<(), Stop> {
    let order = Order {
        id: cx.city.with_chance(|chance| OrderId::new(cx.now, chance)),
        reference: cx.city.reference("PO", cx.now),
        state: OrderState::Drafted,
        hold: None,
        approved: None,
        sent_at: None,
        moved_at: cx.now,
        bank_reference: String::new(),
        version: 1,
        ..failed.clone()
    };
    let kept = KeptOrder { order, label: crate::ledger::label() };
    store::order::add(cx.tx, &kept)?;
    told(cx, &kept, "order-drafted");
    Ok(())
}

/// Drafts the order of a refund in the transaction that releases the deposit, so that no deposit is
/// released without its order, nor twice.
pub(crate) fn refund(cx: &mut Cx<'_, '_>, refund: Refund) -> Result<(), Stop> {
    let person = cx.actor.person.ok_or_else(Refusal::not_found)?;
    let owner = store::organisation::find(cx.tx, refund.owner)?;
    let payee = owner.map(|it| it.profile.name).unwrap_or_default();
    let payee = payee.best(base::Lang::Zh).0.to_owned();
    let order = Order {
        id: cx.city.with_chance(|chance| OrderId::new(cx.now, chance)),
        reference: cx.city.reference("PO", cx.now),
        bank: refund.bank,
        account: refund.claim,
        owner: refund.owner,
        currency: refund.money.currency,
        minor: refund.money.minor,
        payee,
        payee_account: String::new(),
        payee_bank: String::new(),
        source: refund.source,
        purpose: words::say(base::Lang::Zh, "order-refund-purpose"),
        subject: refund.subject,
        state: OrderState::Drafted,
        hold: None,
        drafted: (person, cx.now),
        approved: None,
        sent_at: None,
        moved_at: cx.now,
        due_on: due(cx.now),
        // Nobody asked for it by hand, so nobody looks after it yet.
        keeper: None,
        bank_reference: String::new(),
        reason: String::new(),
        version: 1,
    };
    let kept = KeptOrder { order, label: crate::ledger::label() };
    store::order::add(cx.tx, &kept)?;
    told(cx, &kept, "order-drafted");
    Ok(())
}
