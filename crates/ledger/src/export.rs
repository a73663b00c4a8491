//! The books as plain text: hledger, beancount, CSV.
//!
//! One chain is one transaction; its date is the value date, its second date the instant. Holds are
//! left out, since they moved nothing. Every commodity sums to zero by itself, and the sums of an
//! export equal the books.

mod beancount;
mod csv;
mod hledger;

pub use beancount::beancount;
pub use csv::{accounts_csv, transfers_csv};
pub use hledger::hledger;

use crate::{Account, Purpose, Transfer};
use base::{AccountId, Date};
use std::collections::BTreeMap;

/// Minutes from UTC of the days in exports.
const CHINA_MINUTES: i32 = 480;

/// What is written: accounts, transfers in the order of their making, and what stood before them.
pub struct Extract<'a> {
    pub title: &'a str,
    /// By id.
    pub accounts: &'a [&'a Account],
    pub transfers: &'a [&'a Transfer],
    /// Balances (debits less credits) before the first transfer, none for a whole history.
    pub opening: &'a BTreeMap<AccountId, i64>,
    /// The day on which those balances stood.
    pub opened_on: Option<Date>,
}

impl<'a> Extract<'a> {
    /// Posted transfers by transaction: those of one chain together.
    fn transactions(&self) -> Vec<Vec<&'a Transfer>> {
        let posted = self.transfers.iter().copied().filter(|transfer| transfer.is_posted());
        let mut all: Vec<Vec<&Transfer>> = Vec::new();
        for transfer in posted {
            let is_next_link =
                |last: &Vec<&Transfer>| transfer.chain.is_some() && last[0].chain == transfer.chain;
            match all.last_mut().filter(|last| is_next_link(last)) {
                Some(last) => last.push(transfer),
                None => all.push(vec![transfer]),
            }
        }
        all
    }

    /// Balances at the end, debits less credits: what stood before and what was posted.
    pub fn closing(&self) -> BTreeMap<AccountId, i128> {
        let mut sums: BTreeMap<AccountId, i128> =
            self.opening.iter().map(|(id, minor)| (*id, i128::from(*minor))).collect();
        for transfer in self.transfers.iter().filter(|transfer| transfer.is_posted()) {
            let amount = i128::from(transfer.amount.minor());
            *sums.entry(transfer.debit).or_default() += amount;
            *sums.entry(transfer.credit).or_default() -= amount;
        }
        sums
    }

    fn account(&self, id: AccountId) -> Option<&'a Account> {
        let at = self.accounts.binary_search_by_key(&id, |account| account.id).ok()?;
        Some(self.accounts[at])
    }

    /// The first day on which anything is written about an account.
    fn first_day(&self) -> Option<Date> {
        let opened = self.accounts.iter().map(|account| account.opened_at.date_at(CHINA_MINUTES));
        let moved = self.transfers.iter().map(|transfer| transfer.value_date);
        opened.chain(moved).chain(self.opened_on).min()
    }
}

/// The root of a purpose in plain-text books.
fn root(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::Bank | Purpose::Receivable => "Assets",
        Purpose::Deposit
        | Purpose::Lot
        | Purpose::Payable
        | Purpose::Suspense
        | Purpose::Instrument
        | Purpose::Royalty
        | Purpose::Dividend => "Liabilities",
        Purpose::Voucher
        | Purpose::Budget
        | Purpose::Fund
        | Purpose::Award
        | Purpose::Shares
        | Purpose::Memorandum
        | Purpose::Control => "Equity",
    }
}

/// A text that stays on its line and in its quotes.
fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_control() || matches!(c, '"' | '\\') { ' ' } else { c }).collect()
}

/// A decimal of any size with the account's places.
fn decimal(account: &Account, minor: i128) -> String {
    let places = usize::try_from(account.book.places()).expect("few digits");
    let sign = if minor < 0 { "-" } else { "" };
    let digits = format!("{:0>width$}", minor.unsigned_abs(), width = places + 1);
    match digits.split_at(digits.len() - places) {
        (whole, "") => format!("{sign}{whole}"),
        (whole, part) => format!("{sign}{whole}.{part}"),
    }
}
