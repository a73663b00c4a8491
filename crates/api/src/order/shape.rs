//! The published shapes of payment orders.

use crate::shape::{Day, MoneyJson, id};
use app::No;
use app::order::{DraftOrder, MoveOrder, OrderMoved, OrderRow};
use banking::OrderStep;
use base::{AccountId, Date, OrderId, Refusal};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A payment order. The payee's account is shown to the office alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "PaymentOrder")]
pub struct OrderJson {
    pub id: String,
    /// What the bank is told to name.
    pub reference: String,
    pub bank: String,
    pub account: String,
    pub owner: String,
    pub amount: MoneyJson,
    pub payee: String,
    /// The bank's reference of the payment that it returns, or empty.
    pub source: String,
    pub purpose: String,
    /// `drafted`, `approved`, `sent`, `acknowledged`, `in-doubt`, `executed`, `rejected` or `dropped`.
    pub state: String,
    #[schemars(with = "Day")]
    pub due_on: String,
    pub is_late: bool,
    pub age_days: i64,
    pub bank_reference: String,
    pub reason: String,
    pub version: u64,
}

impl OrderJson {
    pub(crate) fn of(row: &OrderRow) -> Self {
        let order = &row.order;
        Self {
            id: order.id.to_string(),
            reference: order.reference.to_string(),
            bank: order.bank.to_string(),
            account: order.account.to_string(),
            owner: order.owner.to_string(),
            amount: order.money().into(),
            payee: order.payee.clone(),
            source: order.source.clone(),
            purpose: order.purpose.clone(),
            state: order.state.word().to_owned(),
            due_on: order.due_on.to_string(),
            is_late: row.is_late,
            age_days: row.age_days,
            bank_reference: order.bank_reference.clone(),
            reason: order.reason.clone(),
            version: order.version,
        }
    }
}

/// An order to draft. Nothing is held before another person approves it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "PaymentOrderDraft")]
pub struct DraftOrderJson {
    /// The account at a bank that it is paid from.
    pub bank: String,
    /// The account of the books that is debited.
    pub account: String,
    pub amount: MoneyJson,
    pub payee: String,
    #[serde(default)]
    pub payee_account: String,
    #[serde(default)]
    pub payee_bank: String,
    /// The bank's reference of the payment that it returns.
    #[serde(default)]
    pub source: String,
    pub purpose: String,
    /// Left out: within three working days.
    #[serde(default)]
    pub due_on: Option<String>,
}

fn day(field: &'static str, text: Option<&String>, no: &mut Vec<Refusal>) -> Option<Date> {
    let text = text?;
    let read = text.parse().ok();
    if read.is_none() {
        let refusal = Refusal::invalid("date-unreadable").on(field);
        no.push(refusal.term("field", base::text::field_term(field)));
    }
    read
}

impl DraftOrderJson {
    pub(crate) fn read(self) -> Result<DraftOrder, No> {
        let mut no = Vec::new();
        let bank: Option<AccountId> = id("bank", &self.bank, &mut no);
        let account: Option<AccountId> = id("account", &self.account, &mut no);
        let money = self.amount.read("amount", &mut no);
        let due_on = day("due_on", self.due_on.as_ref(), &mut no);
        match (bank, account, money, no.is_empty()) {
            (Some(bank), Some(account), Some(money), true) => Ok(DraftOrder {
                bank,
                account,
                money,
                payee: self.payee,
                payee_account: self.payee_account,
                payee_bank: self.payee_bank,
                source: self.source,
                purpose: self.purpose,
                due_on,
            }),
            _ => Err(No(no)),
        }
    }
}

/// The version that was seen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "SeenVersion")]
pub struct VersionJson {
    pub version: u64,
}

/// What became of an order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "PaymentOrderStep")]
pub struct OrderStepJson {
    pub version: u64,
    /// `send`, `acknowledge`, `doubt`, `execute`, `reject` or `drop`.
    pub step: String,
    /// The bank's own reference of the execution.
    #[serde(default)]
    pub reference: String,
    #[serde(default)]
    pub value_date: Option<String>,
    /// Why it was rejected, dropped or is in doubt.
    #[serde(default)]
    pub reason: String,
}

impl OrderStepJson {
    pub(crate) fn read(self, order: OrderId) -> Result<MoveOrder, No> {
        let mut no = Vec::new();
        let step = OrderStep::parse(&self.step);
        if step.is_none() {
            let refusal = Refusal::invalid("choice-unknown").on("step");
            no.push(refusal.term("field", "field-step").text("found", self.step.as_str()));
        }
        let value_date = day("value_date", self.value_date.as_ref(), &mut no);
        match step {
            Some(step) if no.is_empty() => {
                let mut act = MoveOrder::new(order, self.version, step).because(&self.reason);
                act.reference = self.reference;
                act.value_date = value_date;
                Ok(act)
            }
            _ => Err(No(no)),
        }
    }
}

/// How an order stands now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "PaymentOrderMoved")]
pub struct OrderMovedJson {
    pub order: String,
    pub reference: String,
    pub state: String,
    pub version: u64,
}

impl From<OrderMoved> for OrderMovedJson {
    fn from(of: OrderMoved) -> Self {
        Self {
            order: of.order.to_string(),
            reference: of.reference,
            state: of.state,
            version: of.version,
        }
    }
}
