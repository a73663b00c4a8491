//! Accounts and transfers as CSV: one row each, amounts as decimals of their book.

use super::Extract;
use crate::{Account, Flags, Transfer};

/// One row for every account of the extract, with its counters.
pub fn accounts_csv(of: &Extract) -> String {
    let head = "account,book,purpose,owner,subject,opened_at,closed_by,debits_posted,credits_posted,\
                debits_pending,credits_pending,version\n";
    of.accounts.iter().fold(head.to_owned(), |text, account| text + &account_row(account))
}

/// One row for every transfer of the extract, holds and their resolutions among them.
pub fn transfers_csv(of: &Extract) -> String {
    let head = "transfer,book,debit,credit,amount,kind,code,pending,chain,act,case,value_date,at,\
                grade,evidence,corrects\n";
    of.transfers.iter().fold(head.to_owned(), |text, transfer| text + &transfer_row(transfer))
}

fn account_row(account: &Account) -> String {
    let counters = &account.state.counters;
    let amount = |of: crate::Amount| account.book.decimal(of.minor());
    row(&[
        account.id.to_string(),
        account.book.to_string(),
        account.purpose.code().to_owned(),
        text(account.owner.as_deref().unwrap_or("")),
        text(account.subject.as_deref().unwrap_or("")),
        account.opened_at.rfc3339(),
        account.state.closed_by.map(|id| id.to_string()).unwrap_or_default(),
        amount(counters.debits_posted),
        amount(counters.credits_posted),
        amount(counters.debits_pending),
        amount(counters.credits_pending),
        account.state.version.to_string(),
    ])
}

fn transfer_row(transfer: &Transfer) -> String {
    let refs = &transfer.refs;
    let evidence = refs.evidence.as_ref();
    row(&[
        transfer.id.to_string(),
        transfer.book.to_string(),
        transfer.debit.to_string(),
        transfer.credit.to_string(),
        transfer.book.decimal(transfer.amount.minor()),
        kind(transfer.flags).to_owned(),
        transfer.code.0.to_string(),
        transfer.pending.map(|id| id.to_string()).unwrap_or_default(),
        transfer.chain.map(|id| id.to_string()).unwrap_or_default(),
        refs.act.map(|id| id.to_string()).unwrap_or_default(),
        refs.case.map(|id| id.to_string()).unwrap_or_default(),
        transfer.value_date.to_string(),
        transfer.at.rfc3339(),
        evidence.map(|evidence| evidence.grade.code().to_owned()).unwrap_or_default(),
        evidence.map(|evidence| text(&evidence.reference)).unwrap_or_default(),
        refs.corrects.map(|id| id.to_string()).unwrap_or_default(),
    ])
}

fn kind(flags: Flags) -> &'static str {
    match flags {
        flags if flags.has(Flags::PENDING) => "pending",
        flags if flags.has(Flags::POST) => "post",
        flags if flags.has(Flags::VOID) => "void",
        _ => "single",
    }
}

/// A text of somebody else: a leading sign would be a formula to a spreadsheet.
fn text(text: &str) -> String {
    match text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        true => format!("'{text}"),
        false => text.to_owned(),
    }
}

fn row(cells: &[String]) -> String {
    let cells: Vec<String> = cells.iter().map(|cell| quoted(cell)).collect();
    cells.join(",") + "\n"
}

fn quoted(cell: &str) -> String {
    match cell.contains(['"', ',', '\n', '\r']) {
        true => format!("\"{}\"", cell.replace('"', "\"\"")),
        false => cell.to_owned(),
    }
}
