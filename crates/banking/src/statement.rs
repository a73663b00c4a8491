//! What a statement says, whatever it was written in.

use base::{Currency, Date};

/// One statement of one account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// The account's number, an IBAN or the bank's own; empty where the file does not tell.
    pub account: String,
    pub currency: Currency,
    /// The bank's number of the statement.
    pub number: String,
    pub opening: Option<Balance>,
    pub closing: Option<Balance>,
    pub lines: Vec<Line>,
}

/// A balance; a credit balance is above zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Balance {
    pub minor: i64,
    pub on: Option<Date>,
}

/// One booked line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Where it begins in the file, from 1.
    pub at: usize,
    pub value_date: Date,
    pub booked_on: Option<Date>,
    /// Above zero what came in, below zero what went out.
    pub minor: i64,
    pub is_reversal: bool,
    /// The bank's own reference.
    pub reference: Option<String>,
    /// The reference that whoever paid gave: our order number, if they used it.
    pub order: Option<String>,
    pub counterparty: Option<String>,
    pub counterparty_account: Option<String>,
    pub text: String,
}

/// What a file held.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Read {
    pub statements: Vec<Statement>,
    pub problems: Vec<Problem>,
    /// Problems beyond the bound.
    pub n_more: usize,
    /// Lines that the bank has not booked yet.
    pub n_pending: usize,
}

/// Something that could not be taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The line of the file, from 1.
    pub at: usize,
    /// The element, field or column: `Ntry/Amt`, `:61:`, `amount`.
    pub element: String,
    pub wrong: Wrong,
}

/// What is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// The file is larger than the bound.
    TooLarge,
    /// More lines, elements or depth than the bound.
    TooMany,
    /// It is not of its format at all.
    NotOfFormat,
    /// A declaration of a document type or an entity of its own; nothing honest needs one.
    Forbidden,
    Missing,
    /// An amount that cannot be read, or has more digits than its currency.
    Amount(String),
    Date(String),
    Currency(String),
    /// Neither debit nor credit.
    Sign(String),
    /// Opening balance and lines do not come to the closing balance; off by so much.
    Unbalanced(i128),
}

impl Read {
    pub(crate) fn problem(&mut self, at: usize, element: &str, wrong: Wrong) {
        if self.problems.len() < crate::PROBLEMS_MAX {
            self.problems.push(Problem { at, element: element.to_owned(), wrong });
        } else {
            self.n_more += 1;
        }
    }

    /// How many lines were taken.
    pub fn n_lines(&self) -> usize {
        self.statements.iter().map(|statement| statement.lines.len()).sum()
    }

    /// Takes a statement, and says where its sums do not come out.
    pub(crate) fn take(&mut self, at: usize, statement: Statement) {
        if let (Some(opening), Some(closing)) = (statement.opening, statement.closing) {
            let moved: i128 = statement.lines.iter().map(|line| i128::from(line.minor)).sum();
            let off = i128::from(opening.minor) + moved - i128::from(closing.minor);
            if off != 0 {
                self.problem(at, "balance", Wrong::Unbalanced(off));
            }
        }
        self.statements.push(statement);
    }
}

impl Statement {
    /// What a line is called as evidence, once and for ever: the bank's reference, or the
    /// statement's number and the place of the line in it.
    pub fn reference(&self, n: usize) -> Option<String> {
        let line = self.lines.get(n)?;
        let own = line.reference.clone().filter(|reference| !reference.is_empty());
        own.or_else(|| (!self.number.is_empty()).then(|| format!("{}/{}", self.number, n + 1)))
    }
}

/// A text within its bound, on one line.
pub(crate) fn text(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ").chars().take(crate::TEXT_CHARS_MAX).collect()
}
