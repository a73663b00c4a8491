//! What people do to a contract: offer, sign, mark, pay, report, and every turn it may take.

use crate::contract::page;
use crate::form::{day, reasons};
use crate::link;
use crate::listing_money::read_money;
use crate::page::post;
use access::Act;
use app::No;
use app::contract::{
    ConfirmPayment, DraftContract, DraftFrom, Mark, MarkMilestone, MoveContract, OfferContract,
    ReportSales, SignContract, Turn,
};
use base::{ContractId, Currency, Date, Refusal};
use contract::Digest;
use contract::signing::Ground;
use edge::{Reply, Request, Route};

/// The routes of this file.
pub static ROUTES: &[Route] = &[
    post("/auctions/{id}/contract", Act::DraftContract, award),
    post("/deals/{id}/contract", Act::DraftContract, agreed),
    post("/contracts/{id}/offer", Act::OfferContract, offer),
    post("/contracts/{id}/signature", Act::SignContract, sign),
    post("/contracts/{id}/turns", Act::MoveContract, turn),
    post("/contracts/{id}/milestones", Act::MarkMilestone, mark),
    post("/contracts/{id}/payments", Act::ConfirmPayment, pay),
    post("/contracts/{id}/reports", Act::ReportSales, report),
];

/// Back to the contract, or its page with the reasons.
fn back(request: &Request, id: ContractId, done: Result<(), No>) -> Result<Reply, No> {
    match done {
        Ok(()) => Ok(Reply::see_other(link::contract(id))),
        Err(no) => {
            let errors = reasons(no)?;
            let view = request.city().contract(&request.asker, id)?;
            Ok(page(request, &view, &errors))
        }
    }
}

/// Drafts the contract of an award, and goes on with it.
fn award(request: &Request) -> Result<Reply, No> {
    let act = DraftContract { from: DraftFrom::Lot(request.id("id")?), template: String::new() };
    let done = request.city().perform(&request.keyed(), act)?;
    Ok(Reply::see_other(link::contract(done.contract)))
}

/// Drafts the contract of a deal's award, and goes on with it.
fn agreed(request: &Request) -> Result<Reply, No> {
    let act = DraftContract { from: DraftFrom::Deal(request.id("id")?), template: String::new() };
    let done = request.city().perform(&request.keyed(), act)?;
    Ok(Reply::see_other(link::contract(done.contract)))
}

/// The version of the row that the form was made for.
pub fn version(request: &Request) -> u64 {
    request.form.get("version").parse().unwrap_or(0)
}

fn offer(request: &Request) -> Result<Reply, No> {
    let contract = request.id("id")?;
    let done = day(request, "until", true).map_err(No::from).and_then(|until| {
        let act = OfferContract { contract, version: version(request), until };
        request.city().perform(&request.keyed(), act).map(|_| ())
    });
    back(request, contract, done)
}

fn sign(request: &Request) -> Result<Reply, No> {
    let contract = request.id("id")?;
    let digest = Digest::parse(request.form.get("digest"));
    let unread = || Refusal::invalid("contract-flaw-another-text").on("digest");
    let done = digest.ok_or_else(|| unread().into()).and_then(|digest| {
        let act = SignContract::new(contract, digest);
        request.city().perform(&request.keyed(), act).map(|_| ())
    });
    back(request, contract, done)
}

fn unknown(field: &'static str) -> Refusal {
    let refusal = Refusal::invalid("choice-unknown").on(field);
    refusal.term("field", base::text::field_term(field))
}

fn turn(request: &Request) -> Result<Reply, No> {
    let contract = request.id("id")?;
    let why = request.form.get("why").to_owned();
    let turn = match request.form.get("turn") {
        "refuse" => Turn::Refuse { why },
        "withdraw" => Turn::Withdraw { why },
        "abandon" => Turn::Abandon { why },
        "perform" => Turn::Perform,
        "notify" => Turn::Notify { what: why },
        "settle" => Turn::Settle,
        "end-breach" => Turn::End { ground: Ground::Breach, why },
        "end-agreement" => Turn::End { ground: Ground::Agreement, why },
        "end-law" => Turn::End { ground: Ground::Law, why },
        _ => return Err(unknown("turn").into()),
    };
    let done = request.city().perform(&request.keyed(), MoveContract::new(contract, turn));
    back(request, contract, done.map(|_| ()))
}

fn mark(request: &Request) -> Result<Reply, No> {
    let contract = request.id("id")?;
    let mark = match request.form.get("do") {
        "delivered" => Mark::Delivered,
        "accepted" => Mark::Accepted,
        "rejected" => Mark::Rejected { why: request.form.get("why").to_owned() },
        _ => return Err(unknown("do").into()),
    };
    let milestone = request.form.get("milestone").to_owned();
    let act = MarkMilestone { contract, milestone, mark };
    back(request, contract, request.city().perform(&request.keyed(), act).map(|_| ()))
}

/// A sum that was typed, in minor units; nothing typed is none.
pub fn sum(
    request: &Request,
    field: &'static str,
    currency: Currency,
    no: &mut Vec<Refusal>,
) -> Option<i64> {
    match read_money(request.form.get(field), currency) {
        Ok(found) => found.map(|it| it.minor),
        Err(()) => {
            let term = base::text::field_term("amount");
            no.push(Refusal::invalid("money-unreadable").on(field).term("field", term));
            None
        }
    }
}

/// A day that was typed; nothing typed is none.
pub fn typed_day(typed: &str, field: &str, no: &mut Vec<Refusal>) -> Option<Date> {
    if typed.trim().is_empty() {
        return None;
    }
    let found = base::time::read_date(typed.trim());
    if found.is_none() {
        let refusal = Refusal::invalid("date-unreadable").on(field.to_owned());
        no.push(refusal.term("field", "field-date"));
    }
    found
}

fn currency_of(request: &Request, id: ContractId) -> Result<Currency, No> {
    let view = request.city().contract(&request.asker, id)?;
    Ok(view.kept.current().price.currency)
}

fn required(field: &'static str, no: &mut Vec<Refusal>) {
    let refusal = Refusal::invalid("field-required").on(field);
    no.push(refusal.term("field", "field-amount"));
}

fn pay(request: &Request) -> Result<Reply, No> {
    let contract = request.id("id")?;
    let currency = currency_of(request, contract)?;
    let mut no = Vec::new();
    let amount = sum(request, "amount", currency, &mut no);
    if amount.is_none() && no.is_empty() {
        required("amount", &mut no);
    }
    let value_date = typed_day(request.form.get("value_date"), "value_date", &mut no);
    let bank = request.form.get("bank").parse().map_err(|_| no.push(unknown("bank"))).ok();
    let done = match (amount, bank) {
        (Some(amount), Some(bank)) if no.is_empty() => {
            let what = request.form.get("what").to_owned();
            let reference = request.form.get("reference").to_owned();
            let act = ConfirmPayment { contract, what, amount, bank, reference, value_date };
            request.city().perform(&request.keyed(), act).map(|_| ())
        }
        _ => Err(No(no)),
    };
    back(request, contract, done)
}

fn report(request: &Request) -> Result<Reply, No> {
    let contract = request.id("id")?;
    let currency = currency_of(request, contract)?;
    let mut no = Vec::new();
    let gross = sum(request, "gross", currency, &mut no);
    let deductions = sum(request, "deductions", currency, &mut no).unwrap_or(0);
    let profit = sum(request, "profit", currency, &mut no).unwrap_or(0);
    if gross.is_none() && no.is_empty() {
        required("gross", &mut no);
    }
    let number = |field: &'static str, no: &mut Vec<Refusal>| {
        let typed = request.form.get(field).trim();
        match typed.parse::<i64>() {
            Ok(n) => n,
            Err(_) if typed.is_empty() => 0,
            Err(_) => {
                no.push(Refusal::invalid("contract-flaw-unreadable").on(field));
                0
            }
        }
    };
    let units = number("units", &mut no);
    // People count from one.
    let period = u32::try_from(number("period", &mut no) - 1).map_err(|_| {
        no.push(Refusal::invalid("contract-flaw-unknown").on("period"));
    });
    let done = match (gross, period) {
        (Some(gross), Ok(period)) if no.is_empty() => {
            let act = ReportSales { contract, period, gross, deductions, units, profit };
            request.city().perform(&request.keyed(), act).map(|_| ())
        }
        _ => Err(No(no)),
    };
    back(request, contract, done)
}
