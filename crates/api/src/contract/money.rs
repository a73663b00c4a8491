//! Money of contracts: payments, their division, royalties, rules and statements.

use super::shape::{
    ContractChangedJson, DivideJson, IncomeJson, PayJson, ReportJson, RulesJson, SplitJson,
};
use crate::operation::Call;
use crate::reply;
use crate::shape::{date, id};
use app::No;
use app::contract::{ConfirmPayment, DeclareIncomeRules, DivideIncome, ReportSales};
use base::{ContractId, Refusal};
use contract::rules::Rules;
use edge::Reply;

fn number(call: &Call<'_>) -> Result<u64, No> {
    Ok(call.request.param("number").parse().map_err(|_| Refusal::not_found())?)
}

pub(super) fn pay(call: &Call<'_>) -> Result<Reply, No> {
    let contract = call.id("id")?;
    let ask: PayJson = call.body()?;
    let view = call.city().contract(call.asker(), contract)?;
    let mut no = Vec::new();
    let amount = ask.amount.read("amount", &mut no);
    let currency = view.kept.current().price.currency;
    if amount.is_some_and(|it| it.currency != currency) {
        no.push(Refusal::invalid("contract-flaw-unfit").on("amount"));
    }
    let bank = id("bank", &ask.bank, &mut no);
    let value_date = ask.value_date.as_deref().and_then(|it| date("value_date", it, &mut no));
    let Some((amount, bank)) = amount.zip(bank).filter(|_| no.is_empty()) else {
        return Err(No(no));
    };
    let (what, reference) = (ask.what, ask.reference);
    let act = ConfirmPayment { contract, what, amount: amount.minor, bank, reference, value_date };
    Ok(reply::json(&ContractChangedJson::from(call.city().perform(call.asker(), act)?)))
}

pub(super) fn split(call: &Call<'_>) -> Result<Reply, No> {
    let contract: ContractId = call.id("id")?;
    let planned = call.city().income_plan(call.asker(), contract, number(call)?, &[])?;
    let view = call.city().contract(call.asker(), contract)?;
    Ok(reply::json(&SplitJson::of(&planned, view.kept.current().price.currency)))
}

pub(super) fn divide(call: &Call<'_>) -> Result<Reply, No> {
    let mut no = Vec::new();
    let costs = call.body::<DivideJson>()?.read(&mut no);
    if !no.is_empty() {
        return Err(No(no));
    }
    let act = DivideIncome::new(call.id("id")?, number(call)?, costs);
    Ok(reply::json(&ContractChangedJson::from(call.city().perform(call.asker(), act)?)))
}

pub(super) fn report(call: &Call<'_>) -> Result<Reply, No> {
    let ask: ReportJson = call.body()?;
    let mut no = Vec::new();
    let gross = ask.gross.read("gross", &mut no);
    let mut sum = |field: &str, it: Option<crate::shape::MoneyJson>| {
        it.and_then(|it| it.read(field, &mut no)).map_or(0, |it| it.minor)
    };
    let (deductions, profit) = (sum("deductions", ask.deductions), sum("profit", ask.profit));
    let Some(gross) = gross.filter(|_| no.is_empty()) else { return Err(No(no)) };
    let (contract, period, units) = (call.id("id")?, ask.period, ask.units);
    let act = ReportSales { contract, period, gross: gross.minor, deductions, units, profit };
    Ok(reply::json(&ContractChangedJson::from(call.city().perform(call.asker(), act)?)))
}

pub(super) fn income(call: &Call<'_>) -> Result<Reply, No> {
    let view = call.city().income(call.asker(), call.id("id")?, call.query.some("beneficiary"))?;
    Ok(reply::json(&IncomeJson::of(&view)))
}

pub(super) fn rules(call: &Call<'_>) -> Result<Reply, No> {
    let organisation = call.id("id")?;
    let ask: RulesJson = call.body()?;
    let mut no = Vec::new();
    let from = date("from", &ask.from, &mut no);
    let rules = serde_json::from_value::<Rules>(ask.rules);
    let unread = |_| Refusal::invalid("contract-flaw-unreadable").on("rules");
    let rules = rules.map_err(|it| no.push(unread(it))).ok();
    let Some((from, rules)) = from.zip(rules) else { return Err(No(no)) };
    let act = DeclareIncomeRules { organisation, from, source: ask.source, rules };
    call.city().perform(call.asker(), act)?;
    let view = call.city().income(call.asker(), organisation, None)?;
    Ok(reply::json(&IncomeJson::of(&view)))
}
