//! Sealed months of the books, and how the books were found the last time.

use crate::form::{reasons, ticket};
use crate::link;
use crate::page::{Page, get, me, moment, post, say};
use access::Act;
use app::No;
use app::month::SealMonth;
use base::{Refusal, limits};
use edge::{Reply, Request, Route};
use look::{
    Choice, Column, Crumb, Field, Form, Look, PageHead, Section, Table, Tone, actions, button,
    select, text_field,
};
use maud::{Markup, html};

/// The routes of this file.
pub static ROUTES: &[Route] = &[
    get(link::MONTHS, Act::ListBankStatements, show),
    post(link::MONTHS, Act::SealMonth, seal),
    get("/months/{book}/{month}", Act::ListBankStatements, note),
];

fn show(request: &Request) -> Result<Reply, No> {
    me(request)?;
    page(request, &[])
}

fn page(request: &Request, errors: &[Refusal]) -> Result<Reply, No> {
    let lang = request.lang;
    let found = request.city().months(&request.asker)?;
    let title = say(request, "month-title");
    let heads = ["month", "book", "accounts", "root", "sealed"];
    let titles: Vec<String> =
        heads.iter().map(|head| say(request, &format!("month-column-{head}"))).collect();
    let columns = heads.iter().zip(&titles).map(|(key, title)| match *key {
        "accounts" => Column::figures(key, title, ""),
        _ => Column::text(key, title),
    });
    let rows = found.seals.iter().map(|it| {
        look::Row::from(vec![
            html! { a href=(link::month(&it.book, &it.month)) { (it.month) } },
            html! { (it.book) },
            html! { (words::number(lang, i64::try_from(it.n_accounts).unwrap_or(i64::MAX))) },
            html! { code { (it.root.get(..16).unwrap_or(&it.root)) "…" } },
            html! { (moment(request, it.sealed.1)) },
        ])
    });
    let forms = ticket(request);
    let form = Form::new(lang, link::MONTHS, &forms.csrf, &forms.key).with_errors(errors);
    let books: Vec<Choice<'_>> = found
        .books
        .iter()
        .map(|book| Choice {
            value: book,
            text: book,
            hint: "",
            is_chosen: book == request.form.get("book"),
        })
        .collect();
    let content = html! {
        (look::page_head(&PageHead {
            lang,
            crumbs: &[Crumb { href: link::ACCOUNTS, text: &say(request, "ledger-page-title") }],
            title: &title,
            lead: Some(html! { (say(request, "month-lead")) }),
            ..PageHead::default()
        }))
        (checked(request, found.check.as_ref()))
        (look::table(&Table {
            lang,
            caption: &title,
            is_caption_hidden: true,
            columns: columns.collect(),
            rows: rows.collect(),
            empty: Some(look::empty(&say(request, "month-none"), html! {})),
            is_cards: true,
            ..Table::default()
        }))
        @if !books.is_empty() {
            (look::part("seal", &say(request, "month-seal"), html! {
                p { (say(request, "month-seal-lead")) }
                (form.view(html! {
                    (select(&form, &Field { name: "book", ..Field::default() }, &books))
                    (text_field(&form, &Field {
                        name: "month", value: request.form.get("month"), most: Some(7),
                        hint: &say(request, "month-hint"), ..Field::default()
                    }))
                    (actions(&[button(&say(request, "month-seal"), Look::Primary)]))
                }))
            }))
        }
    };
    let page = Page::new(request, &title).section(Section::Trade).at(link::MONTHS);
    Ok(page.label(&app::ledger::label(), &title).failed(errors).reply(content))
}

/// How the books were found the last time they were checked.
fn checked(request: &Request, check: Option<&app::month::Check>) -> Markup {
    let lang = request.lang;
    let Some(check) = check else {
        return look::notice(lang, Tone::Plain, html! { (say(request, "month-unchecked")) });
    };
    let at = [("at", moment(request, check.at).into()), ("count", check.faults.len().into())];
    match check.faults.is_empty() {
        true => look::notice(lang, Tone::Ok, html! { (words::say_with(lang, "month-sound", &at)) }),
        false => look::notice(
            lang,
            Tone::Live,
            html! {
                p { (words::say_with(lang, "month-faults", &at)) }
                ul {
                    @for (kind, of) in check.faults.iter().take(limits::PAGE_ROWS) {
                        li { code { (kind) " " (of) } }
                    }
                }
            },
        ),
    }
}

fn seal(request: &Request) -> Result<Reply, No> {
    let act = SealMonth {
        book: request.form.get("book").to_owned(),
        month: request.form.get("month").trim().to_owned(),
    };
    match request.city().perform(&request.keyed(), act) {
        Ok(_) => Ok(Reply::see_other(link::MONTHS)),
        Err(no) => page(request, &reasons(no)?),
    }
}

/// The signed note of a seal and the balances under its root.
fn note(request: &Request) -> Result<Reply, No> {
    me(request)?;
    let (book, month) = (request.param("book"), request.param("month"));
    let (seal, balances) = request.city().month(&request.asker, book, month)?;
    let mut text = seal.note;
    text.push('\n');
    for (account, debits, credits) in balances {
        text.push_str(&format!("{account} {debits} {credits}\n"));
    }
    Ok(Reply::file("text/plain; charset=utf-8", &format!("seal-{month}.txt"), text))
}
