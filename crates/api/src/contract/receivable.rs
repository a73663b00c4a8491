//! What is owed under contracts, by how late it is.

use crate::operation::{Answer, Call, Operation};
use crate::reply;
use crate::shape::MoneyJson;
use access::Act as A;
use app::No;
use app::contract::Receivables;
use base::{Currency, Money};
use edge::Reply;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A payment that is open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "Receivable")]
pub struct ReceivableJson {
    pub contract: String,
    pub reference: String,
    pub creditor: String,
    pub debtor: String,
    /// The key of an instalment, or `royalty-3` for a period.
    pub what: String,
    pub amount: MoneyJson,
    /// What is left of it.
    pub open: MoneyJson,
    /// A day, such as `2026-03-31`.
    pub due: String,
    /// Days past its day; below nothing before it.
    pub late_days: i32,
}

/// Sums of one currency by age.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "ReceivableAges")]
pub struct AgesJson {
    pub not_due: MoneyJson,
    pub late_30: MoneyJson,
    pub late_60: MoneyJson,
    pub late_90: MoneyJson,
    pub late_longer: MoneyJson,
}

/// What is owed, as the reader may see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "Receivables")]
pub struct ReceivablesJson {
    /// The day of the ages.
    pub on: String,
    pub ages: Vec<AgesJson>,
    /// The oldest first.
    pub data: Vec<ReceivableJson>,
    /// Whether older contracts were not looked at.
    pub is_cut: bool,
}

impl From<&Receivables> for ReceivablesJson {
    fn from(of: &Receivables) -> Self {
        let money = |minor: i64, currency: Currency| MoneyJson::from(Money::new(minor, currency));
        let ages = of.ages.iter().map(|(currency, sums)| {
            let [a, b, c, d, e] =
                sums.map(|sum| money(i64::try_from(sum).unwrap_or(i64::MAX), *currency));
            AgesJson { not_due: a, late_30: b, late_60: c, late_90: d, late_longer: e }
        });
        let data = of.rows.iter().map(|it| ReceivableJson {
            contract: it.contract.to_string(),
            reference: it.reference.to_string(),
            creditor: it.creditor.to_string(),
            debtor: it.debtor.to_string(),
            what: it.what.clone(),
            amount: money(it.amount, it.currency),
            open: money(it.open, it.currency),
            due: it.due.to_string(),
            late_days: it.late_days,
        });
        let (on, is_cut) = (of.on.to_string(), of.is_cut);
        Self { on, ages: ages.collect(), data: data.collect(), is_cut }
    }
}

pub(super) static RECEIVABLES: Operation = Operation {
    answer: Answer::json::<ReceivablesJson>(200),
    ..Operation::list(
        "contract-receivables",
        "/api/v1/receivables",
        A::ListContracts,
        |request| RECEIVABLES.answer(request),
        owed,
    )
};

fn owed(call: &Call<'_>) -> Result<Reply, No> {
    let found = call.city().receivables(call.asker())?;
    Ok(reply::json(&ReceivablesJson::from(&found)))
}
