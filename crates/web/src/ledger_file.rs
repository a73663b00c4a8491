//! The books as files: a statement as a workbook or a table, the whole as hledger or beancount.

use crate::case_file::line;
use crate::export::{failed, workbook};
use crate::ledger::part;
use crate::ledger_part::{account_name, code_name};
use crate::link;
use crate::page::{get, me, moment, say};
use access::Act;
use app::No;
use app::ledger::{Account, Line, Part};
use base::{AccountId, Class, Refusal, limits};
use edge::{Reply, Request, Route};
use ledger::LegKind;
use ledger::export::{Extract, beancount, hledger};
use std::collections::BTreeMap;

/// The routes of this file.
pub static ROUTES: &[Route] = &[
    get("/accounts/{id}/statement.csv", Act::ExportAccount, csv),
    get("/accounts/{id}/statement.xlsx", Act::ExportAccount, xlsx),
    get(link::BOOKS_HLEDGER, Act::ExportAccount, as_hledger),
    get(link::BOOKS_BEANCOUNT, Act::ExportAccount, as_beancount),
];

const HEADS: [&str; 13] = [
    "number",
    "at",
    "value-date",
    "what",
    "line",
    "in",
    "out",
    "balance",
    "held",
    "other",
    "evidence",
    "transfer",
    "act",
];

struct Whole {
    account: Account,
    rows: Vec<Vec<String>>,
}

/// Every line of the span, newest first.
fn whole(request: &Request) -> Result<Whole, No> {
    let id: AccountId = request.id("id")?;
    let mut wanted = Part { before: None, ..part(request)? };
    let mut rows = Vec::new();
    loop {
        let page =
            request.city().ledger_statement(&request.asker, id, wanted, limits::PAGE_ROWS_MAX)?;
        rows.extend(page.lines.iter().map(|it| cells(request, &page.account, it)));
        if rows.len() > limits::EXPORT_ROWS_MAX {
            let refusal = Refusal::new(Class::TooLarge, "export-too-many");
            return Err(refusal.number("most", limits::EXPORT_ROWS_MAX).into());
        }
        match page.next {
            Some(next) => wanted.before = Some(next),
            None => return Ok(Whole { account: page.account, rows }),
        }
    }
}

fn cells(request: &Request, account: &Account, it: &Line) -> Vec<String> {
    let (told, book) = (&it.told, &account.account.book);
    let decimal = |minor: i64| book.decimal(minor);
    let is_freed = matches!(told.kind, LegKind::Voided | LegKind::Expired);
    let is_in = (told.side == account.account.side) != is_freed;
    let amount = decimal(told.amount.minor());
    let (into, out) = if is_in { (amount, String::new()) } else { (String::new(), amount) };
    let kind = match told.kind {
        LegKind::Posted => "ledger-page-posted",
        LegKind::Held => "ledger-page-line-held",
        LegKind::Voided => "ledger-page-line-voided",
        LegKind::Expired => "ledger-page-line-expired",
    };
    let evidence = told.evidence.as_ref();
    vec![
        told.version.to_string(),
        told.at.rfc3339(),
        told.value_date.to_string(),
        code_name(request, told.code),
        say(request, kind),
        into,
        out,
        decimal(told.after.balance),
        decimal(told.after.held),
        it.counterparty.as_ref().map(|other| account_name(request, other)).unwrap_or_default(),
        evidence.map(|it| format!("{} {}", it.grade.code(), it.reference)).unwrap_or_default(),
        told.transfer.to_string(),
        it.act.to_string(),
    ]
}

fn heads(request: &Request) -> Vec<String> {
    HEADS.map(|head| say(request, &format!("ledger-page-head-{head}"))).into()
}

fn name(request: &Request, ending: &str) -> String {
    let day = request.now.date_at(request.city().settings().utc_offset_minutes);
    format!("statement-{day}.{ending}")
}

fn csv(request: &Request) -> Result<Reply, No> {
    me(request)?;
    let whole = whole(request)?;
    let mut text = String::from('\u{feff}');
    line(&mut text, &heads(request));
    for cells in &whole.rows {
        line(&mut text, cells);
    }
    Ok(Reply::file("text/csv; charset=utf-8", &name(request, "csv"), text))
}

fn xlsx(request: &Request) -> Result<Reply, No> {
    let who = me(request)?.person.name.best(request.lang).0.to_owned();
    let whole = whole(request)?;
    let told =
        |key: &str, value: String| (say(request, &format!("technology-export-{key}")), value);
    let n_rows = i64::try_from(whole.rows.len()).unwrap_or(i64::MAX);
    let about = [
        (say(request, "ledger-page-kind"), account_name(request, &whole.account)),
        (say(request, "ledger-page-fact-book"), whole.account.account.book.to_string()),
        told("as-of", moment(request, request.now)),
        told("rows", words::number(request.lang, n_rows)),
        told("label", words::label(request.lang, &app::ledger::label())),
        told("who", who),
    ];
    let book = papers::Plain {
        sheet: &say(request, "ledger-page-statement"),
        about: &say(request, "technology-export-about"),
        lines: &about,
        heads: &heads(request),
        rows: &whole.rows,
        as_of: request.now,
    };
    Ok(workbook(&name(request, "xlsx"), book.xlsx().map_err(|error| failed(&error))?))
}

/// The whole of the books as plain text that one of its readers understands.
fn written(request: &Request, write: fn(&Extract<'_>) -> String) -> Result<String, No> {
    me(request)?;
    let (accounts, transfers) = request.city().whole_ledger(&request.asker)?;
    let accounts: Vec<&ledger::Account> = accounts.iter().collect();
    let transfers: Vec<&ledger::Transfer> = transfers.iter().collect();
    let opening = BTreeMap::new();
    let title = request.city().row()?.name_en.clone();
    let extract = Extract {
        title: &title,
        accounts: &accounts,
        transfers: &transfers,
        opening: &opening,
        opened_on: None,
    };
    Ok(write(&extract))
}

fn as_hledger(request: &Request) -> Result<Reply, No> {
    let text = written(request, hledger)?;
    Ok(Reply::file("text/plain; charset=utf-8", "books.journal", text))
}

fn as_beancount(request: &Request) -> Result<Reply, No> {
    let text = written(request, beancount)?;
    Ok(Reply::file("text/plain; charset=utf-8", "books.beancount", text))
}
