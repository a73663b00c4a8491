//! Tables as banks' web pages export them: a heading row in English or Chinese, one line a row.

use crate::LINES_MAX;
use crate::statement::{Balance, Line, Read, Statement, Wrong, text};
use base::time::{half_width, read_date};
use base::{Currency, Date, Money};

/// Rows before the heading: banks write the account and the span there.
const PREFACE_MAX: usize = 30;

/// Columns by what they are called, folded to small letters without spaces.
const NAMES: &[(Column, &[&str])] = &[
    (
        Column::Date,
        &[
            "date",
            "bookingdate",
            "transactiondate",
            "交易日期",
            "记账日期",
            "入账日期",
            "日期",
            "交易时间",
        ],
    ),
    (Column::ValueDate, &["valuedate", "起息日", "起息日期"]),
    (Column::Amount, &["amount", "金额", "交易金额", "发生额"]),
    (
        Column::Debit,
        &["debit", "withdrawal", "paidout", "借方", "借方发生额", "借方金额", "支出", "支出金额"],
    ),
    (
        Column::Credit,
        &["credit", "deposit", "paidin", "贷方", "贷方发生额", "贷方金额", "收入", "收入金额"],
    ),
    (Column::Sign, &["debit/credit", "dc", "sign", "借贷标志", "借贷", "收支"]),
    (Column::Balance, &["balance", "余额", "账户余额"]),
    (
        Column::Reference,
        &["reference", "bankreference", "transactionid", "交易流水号", "流水号", "凭证号"],
    ),
    (
        Column::Order,
        &["order", "ordernumber", "endtoendid", "customerreference", "订单号", "客户参考号"],
    ),
    (Column::Name, &["counterparty", "payee", "payer", "name", "对方户名", "对方名称", "对方单位"]),
    (Column::Account, &["counterpartyaccount", "account", "iban", "对方账号", "对方帐号"]),
    (Column::Text, &["text", "description", "memo", "details", "摘要", "附言", "用途", "备注"]),
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Column {
    Date,
    ValueDate,
    Amount,
    Debit,
    Credit,
    Sign,
    Balance,
    Reference,
    Order,
    Name,
    Account,
    Text,
}

/// The columns of a file.
struct Heading(Vec<(Column, usize)>);

/// Reads a table of one account of this currency.
pub(crate) fn read(file: &str, currency: Currency, into: &mut Read) {
    let mut rows = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter(file))
        .from_reader(file.as_bytes());
    let mut heading: Option<Heading> = None;
    let mut lines: Vec<Line> = Vec::new();
    let mut balances: Vec<i64> = Vec::new();
    let mut row = csv::StringRecord::new();
    for n in 0.. {
        match rows.read_record(&mut row) {
            Ok(true) => {}
            Ok(false) => break,
            Err(_) => {
                into.problem(n + 1, "row", Wrong::NotOfFormat);
                return;
            }
        }
        let at = row.position().and_then(|at| usize::try_from(at.line()).ok()).unwrap_or(n + 1);
        let Some(columns) = &heading else {
            heading = Heading::of(&row);
            if heading.is_none() && n >= PREFACE_MAX {
                break;
            }
            continue;
        };
        if row.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        if lines.len() >= LINES_MAX {
            into.problem(at, "row", Wrong::TooMany);
            break;
        }
        match line(columns, &row, at, currency) {
            Ok(line) => {
                let balance = columns.cell(&row, Column::Balance);
                balances.extend(balance.and_then(|cell| signed(cell, currency)));
                lines.push(line);
            }
            Err((column, wrong)) => into.problem(at, column, wrong),
        }
    }
    if heading.is_none() {
        into.problem(1, "heading", Wrong::Missing);
        return;
    }
    into.take(1, statement(lines, &balances, currency));
}

/// A statement whose balances come from the column of balances, where every line has one. Tables
/// run forward or backward in time; whichever order fits is taken.
fn statement(lines: Vec<Line>, balances: &[i64], currency: Currency) -> Statement {
    let mut statement = Statement {
        account: String::new(),
        currency,
        number: String::new(),
        opening: None,
        closing: None,
        lines,
    };
    let moved: Vec<i64> = statement.lines.iter().map(|line| line.minor).collect();
    let ends = |first: usize, last: usize| {
        let opening = balances[first].checked_sub(moved[first])?;
        Some((opening, balances[last]))
    };
    if balances.len() == moved.len() && !moved.is_empty() {
        let last = moved.len() - 1;
        let is_backward = last > 0 && balances[0].checked_sub(moved[0]) == Some(balances[1]);
        let ends = if is_backward { ends(last, 0) } else { ends(0, last) };
        if let Some((opening, closing)) = ends {
            statement.opening = Some(Balance { minor: opening, on: None });
            statement.closing = Some(Balance { minor: closing, on: None });
        }
    }
    statement
}

impl Heading {
    /// The heading, if this row is one: it has a date and some kind of amount.
    fn of(row: &csv::StringRecord) -> Option<Self> {
        let fold = |cell: &str| -> String {
            cell.chars()
                .map(half_width)
                .filter(|c| !c.is_whitespace() && *c != '_')
                .collect::<String>()
                .to_lowercase()
        };
        let found = row.iter().enumerate().filter_map(|(n, cell)| {
            let cell = fold(cell);
            let cell = cell.split('(').next().unwrap_or("").to_owned();
            let known = NAMES.iter().find(|(_, names)| names.contains(&cell.as_str()));
            known.map(|(column, _)| (*column, n))
        });
        let heading = Self(found.collect());
        let has = |column| heading.0.iter().any(|(own, _)| *own == column);
        let has_amount = has(Column::Amount) || has(Column::Debit) || has(Column::Credit);
        ((has(Column::Date) || has(Column::ValueDate)) && has_amount).then_some(heading)
    }

    fn cell<'a>(&self, row: &'a csv::StringRecord, column: Column) -> Option<&'a str> {
        let (_, n) = self.0.iter().find(|(own, _)| *own == column)?;
        let cell = row.get(*n)?.trim();
        // Spreadsheets are kept from reading long numbers as such by a tab or an apostrophe.
        let cell = cell.trim_matches(['\t', '\'', '`']);
        (!cell.is_empty() && cell != "-" && cell != "--").then_some(cell)
    }
}

fn line(
    columns: &Heading,
    row: &csv::StringRecord,
    at: usize,
    currency: Currency,
) -> Result<Line, (&'static str, Wrong)> {
    let day = |column, name| match columns.cell(row, column) {
        None => Ok(None),
        Some(cell) => date(cell).map(Some).ok_or((name, Wrong::Date(text(cell)))),
    };
    let (booked_on, value_date) =
        (day(Column::Date, "date")?, day(Column::ValueDate, "value date")?);
    let value_date = value_date.or(booked_on).ok_or(("date", Wrong::Missing))?;
    let cell = |column| columns.cell(row, column).map(text);
    Ok(Line {
        at,
        value_date,
        booked_on,
        minor: moved(columns, row, currency)?,
        is_reversal: false,
        reference: cell(Column::Reference),
        order: cell(Column::Order),
        counterparty: cell(Column::Name),
        counterparty_account: cell(Column::Account).map(|account| account.replace(' ', "")),
        text: cell(Column::Text).unwrap_or_default(),
    })
}

/// What moved: two columns, or one with a sign or a column that tells it.
fn moved(
    columns: &Heading,
    row: &csv::StringRecord,
    currency: Currency,
) -> Result<i64, (&'static str, Wrong)> {
    let read = |column, name: &'static str| match columns.cell(row, column) {
        None => Ok(None),
        Some(cell) => signed(cell, currency).map(Some).ok_or((name, Wrong::Amount(text(cell)))),
    };
    let (debit, credit) = (read(Column::Debit, "debit")?, read(Column::Credit, "credit")?);
    match (debit.filter(|minor| *minor != 0), credit.filter(|minor| *minor != 0)) {
        (Some(_), Some(_)) => return Err(("debit", Wrong::Sign("debit and credit".to_owned()))),
        (Some(out), None) => return Ok(-out.saturating_abs()),
        (None, Some(into)) => return Ok(into),
        (None, None) => {}
    }
    let minor = read(Column::Amount, "amount")?.ok_or(("amount", Wrong::Missing))?;
    let sign: Option<String> = columns.cell(row, Column::Sign).map(str::to_lowercase);
    match sign.as_deref() {
        None => Ok(minor),
        Some("c" | "cr" | "crdt" | "credit" | "贷" | "收入" | "收" | "来账") => {
            Ok(minor.saturating_abs())
        }
        Some("d" | "dr" | "dbit" | "debit" | "借" | "支出" | "支" | "往账") => {
            Ok(-minor.saturating_abs())
        }
        Some(other) => Err(("sign", Wrong::Sign(text(other)))),
    }
}

/// An amount with or without thousands marks, full-width digits and a currency sign before it.
fn signed(cell: &str, currency: Currency) -> Option<i64> {
    let plain: String = cell
        .chars()
        .map(half_width)
        .filter(|c| !c.is_whitespace() && !matches!(c, ',' | '¥' | '￥' | '$' | '€' | '+'))
        .collect();
    Money::parse(&plain, currency).ok().map(|money| money.minor)
}

/// A day, with or without a time of day after it.
fn date(cell: &str) -> Option<Date> {
    let day = cell.split([' ', 'T']).next().unwrap_or(cell);
    read_date(day).or_else(|| read_date(cell))
}

/// Comma, semicolon or tab: whichever the first rows have most of.
fn delimiter(file: &str) -> u8 {
    let head: String = file.lines().take(PREFACE_MAX).collect();
    let count = |byte: u8| head.bytes().filter(|own| *own == byte).count();
    [b',', b'\t', b';'].into_iter().max_by_key(|byte| (count(*byte), *byte == b',')).unwrap_or(b',')
}
