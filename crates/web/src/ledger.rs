//! The books: accounts that the reader may see, one of them with its statement, one transfer.

use crate::ledger_part::{
    account_name, as_of_panel, bank_facts, code_name, figures, filter, graded, kind_name, sum,
};
use crate::link;
use crate::page::{Page, get, may, me, moment, say, stamp, zoned};
use access::{Act, Thing};
use app::No;
use app::ledger::{Account, Line, Part, Statement, Wanted};
use base::{AccountId, Instant, Refusal, TransferId, limits};
use edge::{Reply, Request, Route};
use ledger::Purpose;
use look::{Column, Crumb, Look, PageHead, Pager, Table, Tone};
use maud::{Markup, html};

/// The routes of this file.
pub static ROUTES: &[Route] = &[
    get(link::ACCOUNTS, Act::ListAccounts, list),
    get("/accounts/{id}", Act::LookAtAccount, show),
    get("/transfers/{id}", Act::LookAtAccount, transfer),
];

fn list(request: &Request) -> Result<Reply, No> {
    me(request)?;
    let lang = request.lang;
    let after = match request.query.get("after") {
        "" => None,
        typed => Some(typed.parse::<AccountId>().map_err(|_| Refusal::not_found())?),
    };
    let purpose = Purpose::parse(request.query.get("purpose"));
    let wanted = Wanted { owner: None, purpose, after };
    let page = request.city().ledger_accounts(&request.asker, wanted, limits::PAGE_ROWS)?;
    let title = say(request, "ledger-page-title");
    let here = match purpose {
        Some(purpose) => look::address::with(link::ACCOUNTS, "purpose", purpose.code()),
        None => link::ACCOUNTS.to_owned(),
    };
    let next = page.next.map(|id| look::address::with(&here, "after", &id.to_string()));
    let content = html! {
        (look::page_head(&PageHead {
            lang,
            title: &title,
            lead: Some(html! { (say(request, "ledger-page-lead")) }),
            actions: acts(request),
            ..PageHead::default()
        }))
        (filter(request, purpose))
        (accounts(request, &title, &page.rows))
        (look::pager(lang, &Pager::Keyset { previous: None, next: next.as_deref() }))
    };
    let page = Page::new(request, &title).label(&app::ledger::label(), &title);
    Ok(page.personal().reply(content))
}

/// What the keepers of the books do from here.
fn acts(request: &Request) -> Vec<Markup> {
    if !may(request, Act::PostTransfers, &Thing::open()) {
        return Vec::new();
    }
    let mut acts = Vec::new();
    for (href, key) in [
        (link::ORDERS, "order-title"),
        (link::UNMATCHED, "bank-unmatched"),
        (link::MONTHS, "month-title"),
        (link::BOOKS_HLEDGER, "ledger-page-hledger"),
        (link::BOOKS_BEANCOUNT, "ledger-page-beancount"),
    ] {
        acts.push(look::link_button(href, &say(request, key), Look::Plain));
    }
    acts
}

fn accounts(request: &Request, caption: &str, rows: &[Account]) -> Markup {
    let lang = request.lang;
    let heads = ["account", "owner", "balance", "held", "available"];
    let titles: Vec<String> =
        heads.iter().map(|head| say(request, &format!("ledger-page-column-{head}"))).collect();
    let columns = heads.iter().zip(&titles).map(|(key, title)| match *key {
        "account" | "owner" => Column::text(key, title),
        _ => Column::figures(key, title, ""),
    });
    // What is no money is named by its account already; its long unit would push the figures away.
    let figure = |book: &ledger::Book, minor: i64| match book {
        ledger::Book::Money(_) => sum(lang, book, minor),
        _ => book.decimal(minor),
    };
    let line = |it: &Account| {
        let book = &it.account.book;
        look::Row::from(vec![
            html! { a href=(link::ledger_account(it.account.id)) { (account_name(request, it)) } },
            html! { (it.owner_name.best(lang).0) },
            html! { (figure(book, it.shown.balance)) },
            html! { (figure(book, it.shown.held)) },
            html! { (figure(book, it.shown.available)) },
        ])
    };
    look::table(&Table {
        lang,
        caption,
        is_caption_hidden: true,
        columns: columns.collect(),
        rows: rows.iter().map(line).collect(),
        empty: Some(look::empty(
            &say(request, "ledger-page-none"),
            html! { p { (say(request, "ledger-page-none-hint")) } },
        )),
        is_cards: true,
        ..Table::default()
    })
}

/// The part of a statement that an address asks for.
pub fn part(request: &Request) -> Result<Part, No> {
    let before = match request.query.get("before") {
        "" => None,
        typed => Some(typed.parse::<i64>().map_err(|_| Refusal::not_found())?),
    };
    let day = |name: &str| base::time::read_date(request.query.get(name).trim());
    let offset = request.city().settings().utc_offset_minutes;
    let start = |date: Option<jiff::civil::Date>| {
        date.and_then(|date| crate::form::moment_of(date, offset))
    };
    let until = day("until").and_then(|date| date.tomorrow().ok());
    let until = start(until).map(|at| Instant::from_micros(at.micros().saturating_sub(1)));
    Ok(Part { from: start(day("from")), until, before })
}

fn show(request: &Request) -> Result<Reply, No> {
    me(request)?;
    let lang = request.lang;
    let id: AccountId = request.id("id")?;
    let page =
        request.city().ledger_statement(&request.asker, id, part(request)?, limits::PAGE_ROWS)?;
    let account = &page.account;
    let title = account_name(request, account);
    let all = say(request, "ledger-page-title");
    let here = link::ledger_account(id);
    let kept = |address: String, name: &str| match request.query.get(name) {
        "" => address,
        value => look::address::with(&address, name, value),
    };
    let here = kept(kept(here, "from"), "until");
    let next = page.next.map(|at| look::address::with(&here, "before", &at.to_string()));
    let content = html! {
        (look::page_head(&PageHead {
            lang,
            crumbs: &[Crumb { href: link::ACCOUNTS, text: &all }],
            kind: &say(request, "ledger-page-kind"),
            title: &title,
            label: Some(&app::ledger::label()),
            reference: &id.to_string(),
            actions: statements(request, account),
            ..PageHead::default()
        }))
        (figures(request, account))
        (reconciled(request, account)?)
        (look::aside_split(
            html! {
                (look::part("statement", &say(request, "ledger-page-statement"), html! {
                    p.row {
                        a href=(kept(kept(link::ledger_account_part(id, "statement.xlsx"), "from"), "until")) {
                            (say(request, "table-export-xlsx"))
                        }
                        a href=(kept(kept(link::ledger_account_part(id, "statement.csv"), "from"), "until")) {
                            (say(request, "table-export-csv"))
                        }
                    }
                    (lines(request, &page))
                    (look::pager(lang, &Pager::Keyset { previous: None, next: next.as_deref() }))
                }))
            },
            html! {
                (look::sheet(&say(request, "ledger-page-facts"), bank_facts(request, &page)))
                (as_of_panel(request, account)?)
            },
        ))
    };
    let page = Page::new(request, &title).label(&app::ledger::label(), all);
    Ok(page.personal().reply(content))
}

/// The way to the bank's own statements, for those who bring them.
fn statements(request: &Request, account: &Account) -> Vec<Markup> {
    let may_bring = may(request, Act::BringStatement, &Thing::open());
    // What is owed to somebody is paid by an order, which begins here.
    let is_owed = matches!(account.account.purpose, Purpose::Payable | Purpose::Deposit);
    if is_owed && account.shown.available > 0 && may(request, Act::DraftOrder, &Thing::open()) {
        let href = look::address::with(link::ORDER_NEW, "account", &account.account.id.to_string());
        return vec![look::link_button(&href, &say(request, "order-pay-out"), Look::Primary)];
    }
    if !account.account.is_bank() || !may_bring {
        return Vec::new();
    }
    let href = link::ledger_account_part(account.account.id, "statements");
    vec![look::link_button(&href, &say(request, "bank-statements"), Look::Second)]
}

/// Whether a bank's account is what its bank says, wherever it is shown.
fn reconciled(request: &Request, account: &Account) -> Result<Markup, No> {
    use app::bank_statement::Reconciled;
    if !account.account.is_bank() {
        return Ok(html! {});
    }
    let lang = request.lang;
    let day = |day: base::Date| words::date(lang, day);
    let (tone, text) = match request.city().reconciled(&request.asker, account.account.id)? {
        Reconciled::Never => (Tone::Plain, say(request, "bank-never-reconciled")),
        Reconciled::Even(at) => {
            let args = [("day", day(at).into())];
            (Tone::Ok, words::say_with(lang, "bank-reconciled", &args))
        }
        Reconciled::Off { difference, since } => {
            let off = sum(lang, &account.account.book, difference);
            let args = [
                ("day", since.map_or_else(|| say(request, "bank-ever"), day).into()),
                ("sum", off.into()),
            ];
            (Tone::Live, words::say_with(lang, "bank-not-reconciled", &args))
        }
    };
    Ok(look::notice(lang, tone, html! { (text) }))
}

fn lines(request: &Request, page: &Statement) -> Markup {
    let lang = request.lang;
    let heads = ["at", "what", "other", "in", "out", "balance"];
    let titles: Vec<String> = heads
        .iter()
        .map(|head| say(request, &format!("ledger-page-column-{head}")))
        .enumerate()
        .map(|(n, title)| if n == 0 { zoned(request, &title) } else { title })
        .collect();
    let columns = heads.iter().zip(&titles).map(|(key, title)| match *key {
        "in" | "out" | "balance" => Column::figures(key, title, ""),
        _ => Column::text(key, title),
    });
    look::table(&Table {
        lang,
        caption: &say(request, "ledger-page-statement"),
        is_caption_hidden: true,
        columns: columns.collect(),
        rows: page.lines.iter().map(|line| row(request, &page.account, line)).collect(),
        empty: Some(look::empty(&say(request, "ledger-page-unmoved"), html! {})),
        is_cards: true,
        ..Table::default()
    })
}

fn row(request: &Request, account: &Account, line: &Line) -> look::Row {
    let (lang, told) = (request.lang, &line.told);
    let book = &account.account.book;
    let offset = request.city().settings().utc_offset_minutes;
    let amount = sum(lang, book, told.amount.minor());
    let is_in = (told.side == account.account.side) != is_freed(told.kind);
    let (into, out) = if is_in { (amount.as_str(), "") } else { ("", amount.as_str()) };
    look::Row::from(vec![
        html! {
            a href=(link::ledger_transfer(told.transfer)) { (stamp(request, told.at)) }
            @if told.at.date_at(offset) != told.value_date {
                br;
                span.small {
                    (words::say_with(lang, "ledger-page-value-date",
                        &[("date", words::date(lang, told.value_date).into())]))
                }
            }
        },
        html! { (code_name(request, told.code)) " " (kind_name(request, told.kind)) },
        html! {
            @match &line.counterparty {
                Some(other) => {
                    a href=(link::ledger_account(other.account.id)) { (account_name(request, other)) }
                }
                None => { span.quiet { (say(request, "ledger-page-hidden")) } }
            }
        },
        html! { (into) },
        html! { (out) },
        html! { (sum(lang, book, told.after.balance)) },
    ])
}

/// Whether the line takes back what was only held.
fn is_freed(kind: ledger::LegKind) -> bool {
    matches!(kind, ledger::LegKind::Voided | ledger::LegKind::Expired)
}

fn transfer(request: &Request) -> Result<Reply, No> {
    me(request)?;
    let lang = request.lang;
    let id: TransferId = request.id("id")?;
    let view = request.city().ledger_transfer(&request.asker, id)?;
    let it = &view.transfer;
    let (all, title) = (say(request, "ledger-page-title"), code_name(request, it.code));
    let amount = sum(lang, &it.book, it.amount.minor());
    let side = |side: &Option<app::ledger::Side>| match side {
        Some(side) => html! {
            a href=(link::ledger_account(side.account.account.id)) {
                (account_name(request, &side.account))
            }
            @if let Some(after) = &side.after {
                br;
                span.small {
                    (words::say_with(lang, "ledger-page-after", &[
                        ("balance", sum(lang, &it.book, after.balance).into()),
                        ("held", sum(lang, &it.book, after.held).into()),
                    ]))
                }
            }
        },
        None => html! { span.quiet { (say(request, "ledger-page-hidden")) } },
    };
    let others = |ids: &[TransferId]| {
        html! {
            @for id in ids { p { a href=(link::ledger_transfer(*id)) { code { (id) } } } }
        }
    };
    let heads = ["amount", "debit", "credit", "kind", "value-day", "recorded", "evidence"];
    let names: Vec<String> =
        heads.iter().map(|head| say(request, &format!("ledger-page-fact-{head}"))).collect();
    let mut facts: Vec<(&str, Markup)> = vec![
        (&names[0], html! { strong { (amount) } }),
        (&names[1], side(&view.debit)),
        (&names[2], side(&view.credit)),
        (&names[3], html! { (crate::ledger_part::standing(request, &view)) }),
        (&names[4], html! { (words::date(lang, it.value_date)) }),
        (&names[5], html! { (moment(request, it.at)) }),
    ];
    if let Some(evidence) = &it.refs.evidence {
        facts.push((
            &names[6],
            html! { (graded(request, evidence.grade)) ": " (evidence.reference) },
        ));
    }
    let content = html! {
        (look::page_head(&PageHead {
            lang,
            crumbs: &[Crumb { href: link::ACCOUNTS, text: &all }],
            kind: &say(request, "ledger-page-transfer"),
            title: &title,
            reference: &id.to_string(),
            ..PageHead::default()
        }))
        (look::facts(&facts))
        @if let Some(of) = it.refs.corrects {
            (look::sheet(&say(request, "ledger-page-corrects"), others(&[of])))
        }
        @if !view.corrections.is_empty() {
            (look::sheet(&say(request, "ledger-page-corrected"), others(&view.corrections)))
        }
        @if !view.beside.is_empty() {
            (look::sheet(&say(request, "ledger-page-beside"), others(&view.beside)))
        }
        (look::sheet(&say(request, "ledger-page-entry"), entry(request, &view)))
    };
    let page = Page::new(request, &title).label(&app::ledger::label(), all);
    Ok(page.personal().reply(content))
}

/// The act and the entry of the log that a transfer leads to, with its proof.
fn entry(request: &Request, view: &app::ledger::Transfer) -> Markup {
    let lang = request.lang;
    html! {
        @match &view.entry {
            Some(entry) => {
                p {
                    (words::say_with(lang, "ledger-page-entry-text", &[
                        ("number", entry.seq.to_string().into()),
                        ("at", moment(request, entry.at).into()),
                    ]))
                }
                p { (say(request, "ledger-page-act")) " " code { (entry.by) } " " code { (view.act) } }
                @if entry.is_provable {
                    p {
                        a href=(link::log_receipt(entry.seq)) { (say(request, "ledger-page-receipt")) }
                    }
                } @else {
                    p.quiet { (say(request, "ledger-page-no-receipt")) }
                }
            }
            None => { p.quiet { (say(request, "ledger-page-no-entry")) } }
        }
    }
}
