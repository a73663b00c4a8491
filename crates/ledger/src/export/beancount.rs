//! A file that `bean-check` accepts, with a balance assertion for every account at its end.

use super::{Extract, decimal, plain, root};
use crate::{Account, Transfer};
use std::fmt::Write;

/// The extract as a file of beancount.
pub fn beancount(of: &Extract) -> String {
    let mut text = format!("option \"title\" \"{}\"\n\n", plain(of.title));
    let Some(first_day) = of.first_day() else { return text };
    for account in of.accounts {
        let (name, commodity) = (name(account), account.book.commodity());
        let _ = writeln!(text, "{first_day} open {name} {commodity}");
        let _ = writeln!(text, "  name: \"{}\"", plain(&account.name()));
    }
    if let Some(day) = of.opened_on.filter(|_| !of.opening.is_empty()) {
        let _ = writeln!(text, "\n{day} * \"opening balances\"");
        for (id, minor) in of.opening {
            if let Some(account) = of.account(*id) {
                posting(&mut text, account, i128::from(*minor));
            }
        }
    }
    for transaction in of.transactions() {
        write_one(&mut text, of, &transaction);
    }
    assertions(&mut text, of);
    text
}

fn write_one(text: &mut String, of: &Extract, links: &[&Transfer]) {
    let Some(first) = links.first() else { return };
    let _ = writeln!(text, "\n{} * \"code {}\"", first.value_date, first.code.0);
    if let Some(chain) = first.chain {
        let _ = writeln!(text, "  chain: \"{chain}\"");
    }
    for transfer in links {
        let amount = i128::from(transfer.amount.minor());
        for (id, minor) in [(transfer.debit, amount), (transfer.credit, -amount)] {
            if let Some(account) = of.account(id) {
                posting(text, account, minor);
                metadata(text, transfer);
            }
        }
    }
}

fn metadata(text: &mut String, transfer: &Transfer) {
    let refs = &transfer.refs;
    let evidence = refs.evidence.as_ref();
    let all = [
        ("transfer", Some(transfer.id.to_string())),
        ("recorded", Some(transfer.at.rfc3339())),
        ("act", refs.act.map(|id| id.to_string())),
        ("case", refs.case.map(|id| id.to_string())),
        ("evidence", evidence.map(|e| format!("{} {}", e.grade.code(), plain(&e.reference)))),
        ("corrects", refs.corrects.map(|id| id.to_string())),
    ];
    for (key, value) in all {
        if let Some(value) = value {
            let _ = writeln!(text, "    {key}: \"{value}\"");
        }
    }
}

/// What every account holds on the morning after the last day.
fn assertions(text: &mut String, of: &Extract) {
    let last = of.transfers.iter().map(|transfer| transfer.value_date).max().or(of.opened_on);
    let Some(day) = last.and_then(|last| last.tomorrow().ok()) else { return };
    text.push('\n');
    for (id, minor) in of.closing() {
        if let Some(account) = of.account(id) {
            let (amount, commodity) = (decimal(account, minor), account.book.commodity());
            let _ = writeln!(text, "{day} balance {} {amount} {commodity}", name(account));
        }
    }
}

fn posting(text: &mut String, account: &Account, minor: i128) {
    let (amount, commodity) = (decimal(account, minor), account.book.commodity());
    let _ = writeln!(text, "  {}  {amount} {commodity}", name(account));
}

/// The name of an account in segments of capitals and digits; what people call it is metadata.
fn name(account: &Account) -> String {
    let segment = |text: &str| text.replace('_', "-").to_ascii_uppercase();
    let purpose = segment(account.purpose.code());
    format!("{}:{purpose}:{}", root(account.purpose), segment(&account.id.to_string()))
}
