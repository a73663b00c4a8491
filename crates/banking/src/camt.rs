//! ISO 20022 camt.053, bank to customer statement, versions 001.02 to 001.13.
//!
//! Element names are those of the message definition (www.iso20022.org, camt.053). Versions differ
//! in where a party's name stands and whether a status is a code; both are read.

use crate::LINES_MAX;
use crate::node::{self, Node};
use crate::statement::{Balance, Line, Read, Statement, Wrong, text};
use base::{Currency, Date, Instant, Money};

/// Reads a document.
pub(crate) fn read(document: &str, into: &mut Read) {
    let Some(root) = node::parse(document, into) else { return };
    let Some(message) = root.child("BkToCstmrStmt") else {
        into.problem(root.at, "BkToCstmrStmt", Wrong::Missing);
        return;
    };
    for part in message.all("Stmt") {
        if let Some(statement) = statement(part, into) {
            into.take(part.at, statement);
        }
    }
    if message.child("Stmt").is_none() {
        into.problem(message.at, "Stmt", Wrong::Missing);
    }
}

fn statement(of: &Node, into: &mut Read) -> Option<Statement> {
    let account = of.text_at("Acct/Id/IBAN").or_else(|| of.text_at("Acct/Id/Othr/Id"));
    let named = of.text_at("Acct/Ccy");
    let named = named.or_else(|| of.at_path("Bal/Amt").and_then(|node| node.currency.as_deref()));
    let named = named.or_else(|| of.at_path("Ntry/Amt").and_then(|node| node.currency.as_deref()));
    let currency = currency(of, "Acct/Ccy", named, into)?;
    let mut statement = Statement {
        account: text(account.unwrap_or("")),
        currency,
        number: text(of.text_at("Id").unwrap_or("")),
        opening: None,
        closing: None,
        lines: Vec::new(),
    };
    for balance in of.all("Bal") {
        let kind = balance.text_at("Tp/CdOrPrtry/Cd").unwrap_or("");
        let place = match kind {
            "OPBD" => &mut statement.opening,
            "PRCD" if statement.opening.is_none() => &mut statement.opening,
            "CLBD" => &mut statement.closing,
            _ => continue,
        };
        if let Some(minor) = amount(balance, "Bal", currency, into) {
            *place = Some(Balance { minor, on: date(balance, "Dt").ok().flatten() });
        }
    }
    for entry in of.all("Ntry") {
        let status = entry.text_at("Sts/Cd").or_else(|| entry.text_at("Sts"));
        if status.is_some_and(|status| status != "BOOK") {
            into.n_pending += 1;
            continue;
        }
        if into.n_lines() + statement.lines.len() >= LINES_MAX {
            into.problem(entry.at, "Ntry", Wrong::TooMany);
            break;
        }
        lines(entry, currency, &mut statement.lines, into);
    }
    Some(statement)
}

/// The lines of an entry: itself, or its details where each of them has an amount and all of them
/// come to the entry.
fn lines(entry: &Node, currency: Currency, to: &mut Vec<Line>, into: &mut Read) {
    let Some(minor) = amount(entry, "Ntry", currency, into) else { return };
    let day = |name: &str, into: &mut Read| match date(entry, name) {
        Ok(day) => day,
        Err(wrong) => {
            into.problem(entry.at, &format!("Ntry/{name}"), wrong);
            None
        }
    };
    let (booked_on, value_date) = (day("BookgDt", into), day("ValDt", into));
    let Some(value_date) = value_date.or(booked_on) else {
        into.problem(entry.at, "Ntry/ValDt", Wrong::Missing);
        return;
    };
    let is_reversal = matches!(entry.text_at("RvslInd"), Some("true" | "1"));
    let own = entry.text_at("AcctSvcrRef").or_else(|| entry.text_at("NtryRef"));
    let details: Vec<&Node> = entry.all("NtryDtls").flat_map(|part| part.all("TxDtls")).collect();
    let line = |minor: i64, part: Option<&Node>| {
        let of = part.unwrap_or(entry);
        let own_reference = of.text_at("Refs/AcctSvcrRef").or(own);
        let other = if minor >= 0 { "Dbtr" } else { "Cdtr" };
        let name = of
            .text_at(&format!("RltdPties/{other}/Pty/Nm"))
            .or_else(|| of.text_at(&format!("RltdPties/{other}/Nm")));
        let account = ["IBAN", "Othr/Id"]
            .iter()
            .find_map(|kind| of.text_at(&format!("RltdPties/{other}Acct/Id/{kind}")));
        let order = of.text_at("Refs/EndToEndId").filter(|order| *order != "NOTPROVIDED");
        Line {
            at: of.at,
            value_date,
            booked_on,
            minor,
            is_reversal,
            reference: own_reference.map(text),
            order: order.map(text),
            counterparty: name.map(text),
            counterparty_account: account.map(text),
            text: remittance(of)
                .or_else(|| entry.text_at("AddtlNtryInf").map(text))
                .unwrap_or_default(),
        }
    };
    let parts = parts(&details, minor, currency);
    match parts {
        Some(parts) => {
            let each = parts.into_iter().zip(&details);
            to.extend(each.enumerate().map(|(n, (minor, part))| {
                let line = line(minor, Some(part));
                // Details of one entry often share its reference; each line needs one of its own.
                let has_own = part.text_at("Refs/AcctSvcrRef").is_some();
                let reference = line.reference.clone().map(|reference| match has_own {
                    true => reference,
                    false => format!("{reference}/{}", n + 1),
                });
                Line { reference, ..line }
            }));
        }
        None => to.push(line(minor, details.first().copied().filter(|_| details.len() == 1))),
    }
}

/// Amounts of several details, where they come to the whole.
fn parts(details: &[&Node], whole: i64, currency: Currency) -> Option<Vec<i64>> {
    if details.len() < 2 {
        return None;
    }
    let sign = if whole < 0 { -1 } else { 1 };
    let amounts: Option<Vec<i64>> = details
        .iter()
        .map(|part| {
            let node = part.child("Amt").or_else(|| part.at_path("AmtDtls/TxAmt/Amt"))?;
            let is_same = node.currency.as_deref().is_none_or(|code| code == currency.code());
            let money = Money::parse(node.text.trim(), currency).ok().filter(|_| is_same)?;
            Some(sign * money.minor)
        })
        .collect();
    amounts
        .filter(|all| all.iter().map(|part| i128::from(*part)).sum::<i128>() == i128::from(whole))
}

fn remittance(of: &Node) -> Option<String> {
    let parts = of.child("RmtInf")?.all("Ustrd");
    let all: Vec<&str> = parts.map(|part| part.text.trim()).collect();
    (!all.is_empty()).then(|| text(&all.join(" ")))
}

/// The signed amount of an entry or balance.
fn amount(of: &Node, element: &str, currency: Currency, into: &mut Read) -> Option<i64> {
    let Some(node) = of.child("Amt") else {
        into.problem(of.at, &format!("{element}/Amt"), Wrong::Missing);
        return None;
    };
    let path = format!("{element}/Amt");
    if let Some(other) = node.currency.as_deref().filter(|code| *code != currency.code()) {
        into.problem(node.at, &path, Wrong::Currency(other.to_owned()));
        return None;
    }
    let money = Money::parse(node.text.trim(), currency).ok().filter(|money| money.minor >= 0);
    let Some(money) = money else {
        into.problem(node.at, &path, Wrong::Amount(text(&node.text)));
        return None;
    };
    match of.text_at("CdtDbtInd") {
        Some("CRDT") => Some(money.minor),
        Some("DBIT") => Some(-money.minor),
        other => {
            let given = other.unwrap_or("").to_owned();
            into.problem(of.at, &format!("{element}/CdtDbtInd"), Wrong::Sign(given));
            None
        }
    }
}

fn currency(of: &Node, element: &str, code: Option<&str>, into: &mut Read) -> Option<Currency> {
    let known = code.and_then(Currency::parse);
    if known.is_none() {
        let wrong = code.map_or(Wrong::Missing, |code| Wrong::Currency(text(code)));
        into.problem(of.at, element, wrong);
    }
    known
}

/// A day, given as such or as a moment with its offset.
fn date(of: &Node, name: &str) -> Result<Option<Date>, Wrong> {
    let Some(node) = of.child(name) else { return Ok(None) };
    let day = node.text_at("Dt").or_else(|| node.text_at("DtTm"));
    let day = day.unwrap_or_else(|| node.text.trim());
    let plain = day.get(..10).filter(|_| Instant::parse_rfc3339(day).is_some() || day.len() <= 19);
    let plain = plain.and_then(|day| day.parse().ok());
    plain.map(Some).ok_or_else(|| Wrong::Date(text(day)))
}
