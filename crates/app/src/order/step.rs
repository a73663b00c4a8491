//! What is done to an order: approved, sent, acknowledged, executed, rejected, in doubt, dropped.

use super::{OrderMoved, PAID_OUT, find, thing_of, told};
use crate::act::{Act, Cx, No, Stop};
use crate::city::City;
use crate::ledger::{burnt_by, holds_on, leg_id, post};
use access::{Act as A, Thing};
use banking::{OrderState, OrderStep};
use base::{AccountId, Class, Date, OrderId, Refusal, limits};
use ledger::{Amount, Ask, Asked, Book, Evidence, Grade, References};
use std::collections::BTreeSet;
use store::order::KeptOrder;
use store::{Hold, StoreError};

/// The accounts of an order, found before an act begins.
fn accounts(city: &City, id: OrderId) -> Result<BTreeSet<AccountId>, No> {
    let found = city.store().read(|tx| store::order::find(tx, id))?;
    Ok(found.map(|kept| BTreeSet::from([kept.order.bank, kept.order.account])).unwrap_or_default())
}

fn held_with(order: OrderId, accounts: &BTreeSet<AccountId>) -> Vec<Hold> {
    let mut holds = holds_on(accounts);
    holds.push(Hold::on(order));
    holds
}

/// That the version seen is the one that stands, and that the step is one of its state.
fn check(kept: &KeptOrder, version: u64, step: OrderStep) -> Result<OrderState, Vec<Refusal>> {
    let order = &kept.order;
    if order.version != version {
        let no = Refusal::new(Class::Conflict, "version-conflict");
        return Err(vec![no.number("version", order.version)]);
    }
    step.from(order.state).ok_or_else(|| {
        let no = Refusal::new(Class::Conflict, "order-no-such-step").on("step");
        vec![no.term("state", format!("order-state-{}", order.state.word()))]
    })
}

/// Approves an order, which holds its money without an end. Never whoever drafted it.
#[derive(serde::Serialize)]
pub struct ApproveOrder {
    pub order: OrderId,
    pub version: u64,
    #[serde(skip)]
    accounts: BTreeSet<AccountId>,
}

impl ApproveOrder {
    pub fn new(order: OrderId, version: u64) -> Self {
        Self { order, version, accounts: BTreeSet::new() }
    }
}

impl Act for ApproveOrder {
    const ACT: A = A::ApproveOrder;
    type Facts = KeptOrder;
    type Plan = KeptOrder;
    type Outcome = OrderMoved;

    fn prepare(&mut self, city: &City) -> Result<(), No> {
        self.accounts = accounts(city, self.order)?;
        Ok(())
    }

    fn holds(&self) -> Vec<Hold> {
        held_with(self.order, &self.accounts)
    }

    fn read_committed(&self) -> bool {
        true
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<KeptOrder, Stop> {
        find(cx, self.order)
    }

    fn thing(&self, kept: &KeptOrder) -> Thing {
        thing_of(kept)
    }

    fn decide(&self, mut kept: KeptOrder, cx: &Cx<'_, '_>) -> Result<KeptOrder, Vec<Refusal>> {
        let state = check(&kept, self.version, OrderStep::Approve)?;
        let order = &mut kept.order;
        let Some(person) = cx.actor.person.filter(|person| *person != order.drafted.0) else {
            return Err(vec![Refusal::new(Class::Refused, "order-own-draft")]);
        };
        order.state = state;
        order.approved = Some((person, cx.now));
        order.keeper = order.keeper.or(Some(person));
        order.moved_at = cx.now;
        order.version += 1;
        Ok(kept)
    }

    fn save(&self, mut kept: KeptOrder, cx: &mut Cx<'_, '_>) -> Result<OrderMoved, Stop> {
        let order = &mut kept.order;
        let amount = Amount::new(order.minor)
            .ok_or_else(|| Refusal::invalid("order-amount").on("amount"))?;
        let hold = leg_id(cx.act, "order-hold");
        let accounts = (order.account, order.bank);
        let ask = Ask::single(hold, accounts, amount, (Book::Money(order.currency), PAID_OUT));
        post(cx, &[ask.pending(0)], &self.accounts)?;
        order.hold = Some(hold);
        store::order::change(cx.tx, order)?;
        told(cx, &kept, "order-approved");
        Ok(OrderMoved::of(&kept.order))
    }

    fn remember(&self, reasons: &[Refusal], cx: &mut Cx<'_, '_>) -> Result<(), StoreError> {
        store::ledger::burn(cx.tx, &burnt_by(reasons, cx.now))
    }
}

/// Any other step of an order.
#[derive(serde::Serialize)]
pub struct MoveOrder {
    pub order: OrderId,
    pub version: u64,
    #[serde(serialize_with = "word")]
    pub step: OrderStep,
    /// The bank's own reference, where it was executed.
    pub reference: String,
    pub value_date: Option<Date>,
    pub reason: String,
    #[serde(skip)]
    accounts: BTreeSet<AccountId>,
}

fn word<S: serde::Serializer>(step: &OrderStep, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(step.word())
}

impl MoveOrder {
    pub fn new(order: OrderId, version: u64, step: OrderStep) -> Self {
        let (reference, reason) = (String::new(), String::new());
        Self {
            order,
            version,
            step,
            reference,
            value_date: None,
            reason,
            accounts: BTreeSet::new(),
        }
    }

    /// The bank executed it under this reference.
    pub fn executed(order: OrderId, version: u64, reference: &str, on: Option<Date>) -> Self {
        let reference = reference.to_owned();
        Self { reference, value_date: on, ..Self::new(order, version, OrderStep::Execute) }
    }

    /// The same with a reason.
    pub fn because(self, reason: &str) -> Self {
        Self { reason: reason.to_owned(), ..self }
    }

    fn texts(&self) -> Vec<Refusal> {
        let mut no = Vec::new();
        let is_fit = |text: &str| {
            text.trim().chars().count() <= limits::NAME_CHARS_MAX
                && !text.chars().any(char::is_control)
        };
        for (field, text) in [("reference", &self.reference), ("reason", &self.reason)] {
            if !is_fit(text) {
                let refusal = Refusal::invalid("ledger-text-unfit").on(field);
                no.push(refusal.number("most", limits::NAME_CHARS_MAX));
            }
        }
        let required = |field: &'static str| {
            Refusal::invalid("field-required")
                .on(field)
                .term("field", base::text::field_term(field))
        };
        if self.step == OrderStep::Execute && self.reference.trim().is_empty() {
            no.push(required("reference"));
        }
        if self.step.needs_reason() && self.reason.trim().is_empty() {
            no.push(required("reason"));
        }
        no
    }

    /// What the step does to the hold.
    fn ask(&self, kept: &KeptOrder, cx: &Cx<'_, '_>) -> Option<Ask> {
        let hold = kept.order.hold?;
        let id = leg_id(cx.act, "order-end");
        match self.step {
            OrderStep::Execute => {
                let reference = self.reference.trim().to_owned();
                let evidence = Some(Evidence { grade: Grade::E2, reference });
                let refs =
                    References { evidence, value_date: self.value_date, ..References::default() };
                Some(Ask { refs, ..Ask::post(id, hold, Asked::All) })
            }
            OrderStep::Reject | OrderStep::Drop => Some(Ask::void(id, hold)),
            _ => None,
        }
    }
}

impl Act for MoveOrder {
    const ACT: A = A::MoveOrder;
    type Facts = KeptOrder;
    type Plan = KeptOrder;
    type Outcome = OrderMoved;

    fn prepare(&mut self, city: &City) -> Result<(), No> {
        self.accounts = accounts(city, self.order)?;
        Ok(())
    }

    fn holds(&self) -> Vec<Hold> {
        held_with(self.order, &self.accounts)
    }

    fn read_committed(&self) -> bool {
        true
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<KeptOrder, Stop> {
        find(cx, self.order)
    }

    fn thing(&self, kept: &KeptOrder) -> Thing {
        thing_of(kept)
    }

    fn decide(&self, mut kept: KeptOrder, cx: &Cx<'_, '_>) -> Result<KeptOrder, Vec<Refusal>> {
        if self.step == OrderStep::Approve {
            return Err(vec![
                Refusal::invalid("choice-unknown").on("step").term("field", "field-step"),
            ]);
        }
        let state = check(&kept, self.version, self.step)?;
        let no = self.texts();
        if !no.is_empty() {
            return Err(no);
        }
        let order = &mut kept.order;
        order.state = state;
        order.moved_at = cx.now;
        order.keeper = order.keeper.or(cx.actor.person);
        order.version += 1;
        if self.step == OrderStep::Send {
            order.sent_at = Some(cx.now);
        }
        if self.step == OrderStep::Execute {
            order.bank_reference = self.reference.trim().to_owned();
        }
        if self.step.needs_reason() {
            order.reason = self.reason.trim().to_owned();
        }
        Ok(kept)
    }

    fn save(&self, kept: KeptOrder, cx: &mut Cx<'_, '_>) -> Result<OrderMoved, Stop> {
        if let Some(ask) = self.ask(&kept, cx) {
            post(cx, &[ask], &self.accounts)?;
        }
        store::order::change(cx.tx, &kept.order)?;
        told(cx, &kept, &format!("order-{}", kept.order.state.word()));
        if kept.order.state == OrderState::Rejected && kept.order.is_refund() {
            // What is owed stays owed: somebody's task until the books show it paid.
            super::draft::again(cx, &kept.order)?;
        }
        Ok(OrderMoved::of(&kept.order))
    }
}

/// Takes an order over: who looks after it until it is done.
#[derive(serde::Serialize)]
pub struct KeepOrder {
    pub order: OrderId,
    pub version: u64,
}

impl Act for KeepOrder {
    const ACT: A = A::KeepOrder;
    type Facts = KeptOrder;
    type Plan = KeptOrder;
    type Outcome = OrderMoved;

    fn holds(&self) -> Vec<Hold> {
        vec![Hold::on(self.order)]
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<KeptOrder, Stop> {
        find(cx, self.order)
    }

    fn thing(&self, kept: &KeptOrder) -> Thing {
        thing_of(kept)
    }

    fn decide(&self, mut kept: KeptOrder, cx: &Cx<'_, '_>) -> Result<KeptOrder, Vec<Refusal>> {
        let order = &mut kept.order;
        if order.version != self.version {
            let no = Refusal::new(Class::Conflict, "version-conflict");
            return Err(vec![no.number("version", order.version)]);
        }
        if !order.state.is_open() {
            let no = Refusal::new(Class::Conflict, "order-no-such-step").on("step");
            return Err(vec![no.term("state", format!("order-state-{}", order.state.word()))]);
        }
        order.keeper = cx.actor.person;
        order.version += 1;
        Ok(kept)
    }

    fn save(&self, kept: KeptOrder, cx: &mut Cx<'_, '_>) -> Result<OrderMoved, Stop> {
        store::order::change(cx.tx, &kept.order)?;
        told(cx, &kept, "order-kept");
        Ok(OrderMoved::of(&kept.order))
    }
}
