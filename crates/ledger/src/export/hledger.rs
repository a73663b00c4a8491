//! A journal that `hledger check --strict` accepts.

use super::{CHINA_MINUTES, Extract, decimal, plain, root};
use crate::{Account, Transfer};
use std::fmt::Write;

/// The extract as a journal of hledger.
pub fn hledger(of: &Extract) -> String {
    let mut text = format!("; {}\n\ndecimal-mark .\n", plain(of.title));
    declare(&mut text, of);
    opening(&mut text, of);
    for transaction in of.transactions() {
        write_one(&mut text, of, &transaction);
    }
    text
}

fn declare(text: &mut String, of: &Extract) {
    let mut books: Vec<_> = of.accounts.iter().map(|account| &account.book).collect();
    books.sort();
    books.dedup();
    for book in books {
        let places = usize::try_from(book.places()).expect("few digits");
        let zeros = "0".repeat(places);
        let _ = writeln!(text, "commodity 1000.{zeros} \"{}\"", book.commodity());
    }
    for account in of.accounts {
        let _ = writeln!(text, "account {}  ; name: {}", name(account), tag(&account.name()));
    }
}

fn opening(text: &mut String, of: &Extract) {
    let Some(day) = of.opened_on.filter(|_| !of.opening.is_empty()) else { return };
    let _ = writeln!(text, "\n{day} * opening balances");
    for (id, minor) in of.opening {
        if let Some(account) = of.account(*id) {
            posting(text, account, i128::from(*minor));
        }
    }
}

fn write_one(text: &mut String, of: &Extract, links: &[&Transfer]) {
    let Some(first) = links.first() else { return };
    let day = first.at.date_at(CHINA_MINUTES);
    let _ = writeln!(text, "\n{}={day} * ({}) code {}", first.value_date, first.id, first.code.0);
    for transfer in links {
        for (key, value) in tags(transfer) {
            let _ = writeln!(text, "    ; {key}: {}", tag(&value));
        }
        let amount = i128::from(transfer.amount.minor());
        for (id, minor) in [(transfer.debit, amount), (transfer.credit, -amount)] {
            if let Some(account) = of.account(id) {
                posting(text, account, minor);
            }
        }
    }
}

fn tags(transfer: &Transfer) -> Vec<(&'static str, String)> {
    let refs = &transfer.refs;
    let evidence = refs.evidence.as_ref();
    let all = [
        ("transfer", Some(transfer.id.to_string())),
        ("act", refs.act.map(|id| id.to_string())),
        ("case", refs.case.map(|id| id.to_string())),
        ("chain", transfer.chain.map(|id| id.to_string())),
        ("evidence", evidence.map(|e| format!("{} {}", e.grade.code(), e.reference))),
        ("corrects", refs.corrects.map(|id| id.to_string())),
    ];
    all.into_iter().filter_map(|(key, value)| value.map(|value| (key, value))).collect()
}

fn posting(text: &mut String, account: &Account, minor: i128) {
    let amount = decimal(account, minor);
    let commodity = account.book.commodity();
    let _ = writeln!(text, "    {}  {amount} \"{commodity}\"", name(account));
}

/// The name of an account: its root, its purpose, its id. What people call it is a tag.
fn name(account: &Account) -> String {
    let root = root(account.purpose).to_ascii_lowercase();
    format!("{root}:{}:{}", account.purpose.code(), account.id)
}

/// The value of a tag: a comma would end it.
fn tag(text: &str) -> String {
    plain(text).replace(',', " ")
}
