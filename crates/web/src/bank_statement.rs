//! Statements of banks: handed in for an account, looked at line by line, taken; and the lines that
//! nobody knows, settled by hand.

use crate::form::{reasons, ticket};
use crate::ledger_part::{account_name, sum};
use crate::link;
use crate::order::age;
use crate::page::{Page, get, me, moment, post, say};
use access::Act;
use app::No;
use app::bank_statement::{
    DropStatement, LineState, LineView, Proposal, SettleLine, StatementState, StatementView,
};
use app::ledger::Wanted;
use base::{AccountId, BankStatementId, Instant, Refusal, limits};
use edge::{Body, Reply, Request, Route};
use look::{
    Choice, Column, Crumb, Field, FileField, Form, Look, PageHead, Pager, PostButton, Section,
    Table, Tone, actions, button, select, text_field,
};
use maud::{Markup, html};

/// The routes of this file.
pub static ROUTES: &[Route] = &[
    get("/accounts/{id}/statements", Act::ListBankStatements, list),
    Route {
        method: "POST",
        path: "/accounts/{id}/statements",
        act: Act::BringStatement,
        body: Body::Upload,
        face: &crate::PAGE,
        run: bring,
    },
    get("/statements/{id}", Act::ListBankStatements, show),
    post("/statements/{id}/taking", Act::TakeStatement, take),
    post("/statements/{id}/removal", Act::DropStatement, remove),
    get(link::UNMATCHED, Act::ListBankStatements, unmatched),
    get("/statements/{id}/lines/{n}", Act::ListBankStatements, line),
    post("/statements/{id}/lines/{n}", Act::SettleLine, settle),
];

/// What browsers offer to choose.
const ACCEPT: &str = ".xml,.camt,.053,.sta,.mt940,.940,.txt,.csv";
/// Statements that the page of an account lists.
const LISTED_MAX: usize = 50;
/// Accounts to choose from.
const CHOICES_MAX: usize = 200;

fn list(request: &Request) -> Result<Reply, No> {
    me(request)?;
    list_page(request, request.id("id")?, &[])
}

fn list_page(request: &Request, id: AccountId, errors: &[Refusal]) -> Result<Reply, No> {
    let lang = request.lang;
    let account = request.city().ledger_account(&request.asker, id)?;
    let all = request.city().bank_statements(&request.asker, id, LISTED_MAX)?;
    let (title, above) = (say(request, "bank-statements"), account_name(request, &account));
    let forms = ticket(request);
    let here = link::ledger_account_part(id, "statements");
    let form = Form::new(lang, &here, &forms.csrf, &forms.key).with_errors(errors).with_files();
    let rows = all.iter().map(|it| {
        let closing = it.closing.map_or_else(String::new, |(minor, day)| {
            format!("{} {}", sum(lang, &account.account.book, minor), words::date(lang, day))
        });
        look::Row::from(vec![
            html! { a href=(link::bank_statement(it.id)) {
                @if it.number.is_empty() { (it.name) } @else { (it.number) }
            } },
            html! { (moment(request, it.brought.1)) },
            html! { (words::number(lang, i64::try_from(it.n_lines).unwrap_or(i64::MAX))) },
            html! { (closing) },
            state_tag(request, it.state),
        ])
    });
    let heads = ["statement", "brought", "lines", "closing", "state"];
    let titles: Vec<String> =
        heads.iter().map(|head| say(request, &format!("bank-column-{head}"))).collect();
    let columns = heads.iter().zip(&titles).map(|(key, title)| Column::text(key, title)).collect();
    let content = html! {
        (look::page_head(&PageHead {
            lang,
            crumbs: &[
                Crumb { href: link::ACCOUNTS, text: &say(request, "ledger-page-title") },
                Crumb { href: &link::ledger_account(id), text: &above },
            ],
            title: &title,
            lead: Some(html! { (say(request, "bank-lead")) }),
            ..PageHead::default()
        }))
        (form.view(html! {
            (look::file_field(&form, &FileField {
                field: Field { name: "file", hint: &say(request, "bank-formats"), ..Field::default() },
                accept: ACCEPT,
                bytes_max: limits::UPLOAD_BYTES_MAX,
                ..FileField::default()
            }))
            (actions(&[button(&say(request, "bank-bring"), Look::Primary)]))
        }))
        (look::table(&Table {
            lang,
            caption: &title,
            is_caption_hidden: true,
            columns,
            rows: rows.collect(),
            empty: Some(look::empty(&say(request, "bank-none"), html! {})),
            is_cards: true,
            ..Table::default()
        }))
    };
    let page = Page::new(request, &title).section(Section::Trade).at(here.clone());
    Ok(page.label(&app::ledger::label(), &title).failed(errors).reply(content))
}

fn state_tag(request: &Request, state: StatementState) -> Markup {
    let tone = if state == StatementState::Taken { Tone::Ok } else { Tone::Wait };
    look::state_tag(tone, &say(request, &format!("bank-state-{}", state.word())))
}

fn bring(request: &Request) -> Result<Reply, No> {
    me(request)?;
    let id: AccountId = request.id("id")?;
    let Some(file) = request.files.iter().find(|file| file.field == "file") else {
        let no = Refusal::invalid("field-required").on("file").term("field", "field-file");
        return list_page(request, id, &[no]);
    };
    let read = (file.name.as_str(), file.bytes.as_slice());
    match request.city().bring_statements(&request.keyed(), id, read) {
        Ok(brought) => {
            let to = match brought.statements.as_slice() {
                [only] => link::bank_statement(only.statement),
                _ => link::ledger_account_part(id, "statements"),
            };
            Ok(Reply::see_other(to))
        }
        Err(no) => list_page(request, id, &reasons(no)?),
    }
}

fn show(request: &Request) -> Result<Reply, No> {
    me(request)?;
    page(request, request.id("id")?, &[])
}

fn page(request: &Request, id: BankStatementId, errors: &[Refusal]) -> Result<Reply, No> {
    let lang = request.lang;
    let after = request.query.get("after").parse().unwrap_or(0);
    let view = request.city().bank_statement(&request.asker, id, after, limits::PAGE_ROWS)?;
    let account = account_name(request, &view.account);
    let title = match view.statement.number.as_str() {
        "" => view.statement.name.clone(),
        number => number.to_owned(),
    };
    let here = link::bank_statement(id);
    let next = view.next.map(|n| look::address::with(&here, "after", &n.to_string()));
    let content = html! {
        (look::page_head(&PageHead {
            lang,
            crumbs: &[
                Crumb { href: &link::ledger_account(view.account.account.id), text: &account },
                Crumb {
                    href: &link::ledger_account_part(view.account.account.id, "statements"),
                    text: &say(request, "bank-statements"),
                },
            ],
            kind: &say(request, "bank-kind"),
            title: &title,
            tags: vec![state_tag(request, view.statement.state)],
            ..PageHead::default()
        }))
        (look::error_summary(lang, errors))
        (what(request, &view))
        (lines(request, &title, &view))
        (look::pager(lang, &Pager::Keyset { previous: None, next: next.as_deref() }))
    };
    let page = Page::new(request, &title).section(Section::Trade).at(here.clone());
    Ok(page.label(&app::ledger::label(), say(request, "bank-kind")).failed(errors).reply(content))
}

/// Who brought it, what the bank says at its end, and what can be done.
fn what(request: &Request, view: &StatementView) -> Markup {
    let lang = request.lang;
    let book = &view.account.account.book;
    let mut facts = vec![(
        say(request, "bank-fact-brought"),
        html! { (view.bringer.best(lang).0) " · " (moment(request, view.statement.brought.1)) },
    )];
    if let Some((minor, day)) = view.statement.closing {
        facts.push((
            say(request, "bank-fact-closing"),
            html! { (sum(lang, book, minor)) " · " (words::date(lang, day)) },
        ));
    }
    if view.statement.state == StatementState::Taken && view.statement.closing.is_some() {
        let even = match view.statement.difference {
            0 => look::state_tag(Tone::Ok, &say(request, "bank-even")),
            off => html! {
                (look::state_tag(Tone::Live, &words::say_with(lang, "bank-off",
                    &[("sum", sum(lang, book, off).into())])))
            },
        };
        facts.push((say(request, "bank-fact-difference"), even));
    }
    let facts: Vec<(&str, Markup)> =
        facts.iter().map(|(name, value)| (name.as_str(), value.clone())).collect();
    let forms = ticket(request);
    let here = link::bank_statement(view.statement.id);
    html! {
        (look::facts(&facts))
        @if view.statement.state == StatementState::Brought {
            p { (words::say_with(lang, "bank-waiting",
                &[("count", usize::try_from(view.n_brought).unwrap_or(usize::MAX).into())])) }
            div.row {
                (look::post_button(&PostButton {
                    action: &format!("{here}/taking"),
                    csrf: &forms.csrf,
                    key: &forms.key,
                    text: &say(request, "bank-take"),
                    look: Look::Primary,
                    values: &[],
                }))
                (look::post_button(&PostButton {
                    action: &format!("{here}/removal"),
                    csrf: &forms.csrf,
                    key: &request.fresh_key(),
                    text: &say(request, "bank-drop"),
                    look: Look::Plain,
                    values: &[],
                }))
            }
        }
    }
}

fn lines(request: &Request, caption: &str, view: &StatementView) -> Markup {
    let lang = request.lang;
    let book = &view.account.account.book;
    let heads = ["n", "day", "amount", "counterparty", "text", "became"];
    let titles: Vec<String> =
        heads.iter().map(|head| say(request, &format!("bank-column-{head}"))).collect();
    let columns = heads.iter().zip(&titles).map(|(key, title)| match *key {
        "amount" => Column::figures(key, title, ""),
        _ => Column::text(key, title),
    });
    let row = |it: &LineView| {
        let line = &it.line;
        look::Row::from(vec![
            html! { (line.n) },
            html! { (words::date(lang, line.value_date)) },
            html! { (sum(lang, book, line.minor)) },
            html! { (line.counterparty) },
            html! { (line.text) @if !line.order.is_empty() { " " code { (line.order) } } },
            became(request, it),
        ])
    };
    look::table(&Table {
        lang,
        caption,
        is_caption_hidden: true,
        columns: columns.collect(),
        rows: view.lines.iter().map(row).collect(),
        empty: Some(look::empty(&say(request, "bank-no-lines"), html! {})),
        is_cards: true,
        ..Table::default()
    })
}

/// What a line would be taken for, or became.
fn became(request: &Request, it: &LineView) -> Markup {
    let lang = request.lang;
    let line = &it.line;
    if let Some(proposal) = &it.proposal {
        return match proposal {
            Proposal::Order { order, reference, by_number, .. } => html! {
                a href=(link::order(*order)) { code { (reference) } }
                @if !by_number { " " (look::tag(Tone::Info, &say(request, "bank-by-amount"))) }
            },
            Proposal::Deposit { lot, reference, .. } => html! {
                a href=(link::auction(*lot)) { (say(request, "bank-deposit")) } " " code { (reference) }
            },
            Proposal::Payment { contract, what, n, reference } => html! {
                a href=(link::contract(*contract)) { (crate::receivable::name(request, what, *n)) }
                " " code { (reference) }
            },
            Proposal::AmountDiffers { reference } => html! {
                (look::tag(Tone::Live, &words::say_with(lang, "bank-amount-differs",
                    &[("reference", reference.clone().into())])))
            },
            Proposal::Ambiguous(n) => html! {
                (look::tag(Tone::Wait, &words::say_with(lang, "bank-ambiguous",
                    &[("count", (*n).into())])))
            },
            Proposal::Nothing => look::tag(Tone::Wait, &say(request, "bank-unknown")),
        };
    }
    let tag = |tone| look::tag(tone, &say(request, &format!("bank-line-{}", line.state.word())));
    let transfer = app::City::transfer_of_line(line);
    html! {
        @match line.state {
            LineState::Aside => {
                a href=(link::bank_line(line.statement, line.n)) { (say(request, "bank-line-aside")) }
            }
            LineState::Recorded | LineState::Settled => { (tag(Tone::Ok)) }
            LineState::Brought | LineState::Seen => { (tag(Tone::Plain)) }
        }
        @if let Some(id) = transfer {
            " " a href=(link::ledger_transfer(id)) { (say(request, "ledger-page-transfer")) }
        }
    }
}

/// Back to the statement, or the statement with the reasons.
fn back(request: &Request, id: BankStatementId, done: Result<(), No>) -> Result<Reply, No> {
    match done {
        Ok(()) => Ok(Reply::see_other(link::bank_statement(id))),
        Err(no) => page(request, id, &reasons(no)?),
    }
}

fn take(request: &Request) -> Result<Reply, No> {
    let id = request.id("id")?;
    back(request, id, request.city().take_statement(&request.keyed(), id).map(|_| ()))
}

fn remove(request: &Request) -> Result<Reply, No> {
    let id = request.id("id")?;
    let statement = request.city().bank_statement(&request.asker, id, 0, 1)?.statement;
    match request.city().perform(&request.keyed(), DropStatement { statement: id }) {
        Ok(_) => Ok(Reply::see_other(link::ledger_account_part(statement.account, "statements"))),
        Err(no) => page(request, id, &reasons(no)?),
    }
}

/// Where a page of unmatched lines goes on: a moment, a statement, a place.
fn cursor(text: &str) -> Option<(Instant, BankStatementId, u64)> {
    let mut parts = text.split('.');
    let at = Instant::from_micros(parts.next()?.parse().ok()?);
    Some((at, parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}

fn unmatched(request: &Request) -> Result<Reply, No> {
    me(request)?;
    let lang = request.lang;
    let after = cursor(request.query.get("after"));
    let found = request.city().lines_aside(&request.asker, after, limits::PAGE_ROWS)?;
    let title = say(request, "bank-unmatched");
    let next = found.next.map(|(at, id, n)| {
        look::address::with(link::UNMATCHED, "after", &format!("{}.{id}.{n}", at.micros()))
    });
    let heads = ["n", "day", "amount", "counterparty", "text", "account", "age"];
    let titles: Vec<String> =
        heads.iter().map(|head| say(request, &format!("bank-column-{head}"))).collect();
    let columns = heads.iter().zip(&titles).map(|(key, title)| match *key {
        "amount" | "age" => Column::figures(key, title, ""),
        _ => Column::text(key, title),
    });
    let rows = found.rows.iter().map(|it| {
        let line = &it.line;
        let amount = it
            .account
            .as_ref()
            .map_or_else(String::new, |at| sum(lang, &at.account.book, line.minor));
        look::Row::from(vec![
            html! { a href=(link::bank_line(line.statement, line.n)) { (line.reference) } },
            html! { (words::date(lang, line.value_date)) },
            html! { (amount) },
            html! { (line.counterparty) },
            html! { (line.text) },
            html! { @if let Some(at) = &it.account { (account_name(request, at)) } },
            html! { (age(request, it.age_days)) },
        ])
    });
    let content = html! {
        (look::page_head(&PageHead {
            lang,
            crumbs: &[Crumb { href: link::ACCOUNTS, text: &say(request, "ledger-page-title") }],
            title: &title,
            lead: Some(html! { (say(request, "bank-unmatched-lead")) }),
            ..PageHead::default()
        }))
        (look::table(&Table {
            lang,
            caption: &title,
            is_caption_hidden: true,
            columns: columns.collect(),
            rows: rows.collect(),
            empty: Some(look::empty(&say(request, "bank-unmatched-none"), html! {})),
            is_cards: true,
            ..Table::default()
        }))
        (look::pager(lang, &Pager::Keyset { previous: None, next: next.as_deref() }))
    };
    let page = Page::new(request, &title).section(Section::Trade);
    Ok(page.label(&app::ledger::label(), &title).personal().reply(content))
}

fn place(request: &Request) -> Result<(BankStatementId, u64), No> {
    let n = request.param("n").parse().map_err(|_| Refusal::not_found())?;
    Ok((request.id("id")?, n))
}

fn line(request: &Request) -> Result<Reply, No> {
    me(request)?;
    let (id, n) = place(request)?;
    line_page(request, (id, n), &[])
}

fn line_page(
    request: &Request,
    (id, n): (BankStatementId, u64),
    errors: &[Refusal],
) -> Result<Reply, No> {
    let lang = request.lang;
    let line = request.city().bank_line(&request.asker, id, n)?;
    let account = request.city().ledger_account(&request.asker, line.account)?;
    let accounts =
        request.city().ledger_accounts(&request.asker, Wanted::default(), CHOICES_MAX)?;
    let chosen = request.form.get("account");
    let owed = payments(request, &account, line.minor)?;
    let choices: Vec<(String, String)> = accounts
        .rows
        .iter()
        .filter(|it| {
            it.account.book == account.account.book
                && !it.account.is_bank()
                && it.account.purpose != ledger::Purpose::Suspense
        })
        .map(|it| (it.account.id.to_string(), account_name(request, it)))
        .collect();
    let choices: Vec<Choice<'_>> = owed
        .iter()
        .chain(&choices)
        .map(|(value, text)| Choice { value, text, hint: "", is_chosen: value == chosen })
        .collect();
    let title = sum(lang, &account.account.book, line.minor);
    let (all, here) = (say(request, "bank-unmatched"), link::bank_line(id, n));
    let facts: Vec<(String, Markup)> = [
        ("reference", html! { code { (line.reference) } }),
        ("day", html! { (words::date(lang, line.value_date)) }),
        ("counterparty", html! { (line.counterparty) " " code { (line.counterparty_account) } }),
        ("text", html! { (line.text) " " (line.order) }),
        ("account", html! { (account_name(request, &account)) }),
        ("reason", html! { (line.reason) }),
    ]
    .into_iter()
    .map(|(key, value)| (say(request, &format!("bank-column-{key}")), value))
    .collect();
    let facts: Vec<(&str, Markup)> =
        facts.iter().map(|(name, value)| (name.as_str(), value.clone())).collect();
    let forms = ticket(request);
    let form = Form::new(lang, &here, &forms.csrf, &forms.key).with_errors(errors);
    let content = html! {
        (look::page_head(&PageHead {
            lang,
            crumbs: &[
                Crumb { href: link::UNMATCHED, text: &all },
                Crumb { href: &link::bank_statement(id), text: &say(request, "bank-kind") },
            ],
            kind: &say(request, "bank-line"),
            title: &title,
            tags: vec![look::state_tag(Tone::Wait, &say(request, &format!("bank-line-{}", line.state.word())))],
            ..PageHead::default()
        }))
        (look::facts(&facts))
        @if line.state == LineState::Aside {
            (look::part("settle", &say(request, "bank-settle"), html! {
                p { (say(request, if line.minor > 0 { "bank-settle-in" } else { "bank-settle-out" })) }
                (form.view(html! {
                    (select(&form, &Field {
                        name: "account", label: &say(request, "bank-settle-with"), ..Field::default()
                    }, &choices))
                    (text_field(&form, &Field {
                        name: "reason", value: request.form.get("reason"),
                        most: Some(limits::NAME_CHARS_MAX), ..Field::default()
                    }))
                    (actions(&[button(&say(request, "bank-settle"), Look::Primary)]))
                }))
            }))
        }
    };
    let page = Page::new(request, &title).section(Section::Trade).at(here.clone());
    Ok(page.label(&app::ledger::label(), all).failed(errors).reply(content))
}

/// Open payments of contracts that money which came in may be, those of just that sum first.
fn payments(
    request: &Request,
    of: &app::ledger::Account,
    minor: i64,
) -> Result<Vec<(String, String)>, No> {
    if minor <= 0 {
        return Ok(Vec::new());
    }
    let mut open = request.city().receivables(&request.asker)?.rows;
    open.retain(|it| ledger::Book::Money(it.currency) == of.account.book);
    open.sort_by_key(|it| (it.open != minor, it.due));
    let choice = |it: &app::contract::Receivable| {
        let name = crate::receivable::name(request, &it.what, it.n);
        let sum = sum(request.lang, &of.account.book, it.open);
        (format!("{}/{}", it.contract, it.what), format!("{} · {name} · {sum}", it.reference))
    };
    Ok(open.iter().take(CHOICES_MAX).map(choice).collect())
}

fn settle(request: &Request) -> Result<Reply, No> {
    let (id, n) = place(request)?;
    let (with, reason) = (request.form.get("account"), request.form.get("reason"));
    if let Some((contract, what)) = with.split_once('/') {
        let contract = contract.parse().map_err(|_| Refusal::not_found())?;
        let act = SettleLine::paying((id, n), (contract, what), reason);
        return settled(request, (id, n), act);
    }
    let Ok(account) = with.parse::<AccountId>() else {
        let no = Refusal::invalid("choice-unknown").on("account");
        let no = no.term("field", base::text::field_term("account"));
        return line_page(request, (id, n), &[no]);
    };
    settled(request, (id, n), SettleLine::new(id, n, account, reason))
}

fn settled(request: &Request, place: (BankStatementId, u64), act: SettleLine) -> Result<Reply, No> {
    match request.city().perform(&request.keyed(), act) {
        Ok(_) => Ok(Reply::see_other(link::UNMATCHED)),
        Err(no) => line_page(request, place, &reasons(no)?),
    }
}
