//! Parts of the pages of the books: sums, names of accounts, figures, what a bank account stands for.

use crate::link;
use crate::page::{moment, say};
use app::No;
use app::ledger::{Account, Statement};
use base::{Instant, Lang, Money};
use edge::Request;
use ledger::account::Keeps;
use ledger::{Book, Code, Grade, HoldState, LegKind, Limit, Purpose};
use look::{Figure, Look, Tone};
use maud::{Markup, html};

/// A sum in the unit of its book.
pub fn sum(lang: Lang, book: &Book, minor: i64) -> String {
    match book {
        Book::Money(currency) => words::money(lang, Money::new(minor, *currency)),
        _ => format!("{} {}", book.decimal(minor), book.commodity()),
    }
}

/// What an account is called: its purpose, and the bank's number or what it is about.
pub fn account_name(request: &Request, it: &Account) -> String {
    let purpose = say(request, &format!("ledger-page-purpose-{}", it.account.purpose.code()));
    let about = match (&it.account.bank, &it.about) {
        (Some(bank), _) => format!("{} {}", bank.institution, bank.masked_number),
        (None, Some(about)) => about.best(request.lang).0.to_owned(),
        (None, None) => it.owner_name.best(request.lang).0.to_owned(),
    };
    let args = [("purpose", purpose.into()), ("about", about.into())];
    words::say_with(request.lang, "ledger-page-name", &args)
}

/// What a transfer is for.
pub fn code_name(request: &Request, code: Code) -> String {
    let key = format!("ledger-page-code-{}", code.0);
    match words::has(&key) {
        true => say(request, &key),
        false => {
            let args = [("code", code.0.to_string().into())];
            words::say_with(request.lang, "ledger-page-code", &args)
        }
    }
}

/// Held, given back or run out, as a tag; what was posted needs none.
pub fn kind_name(request: &Request, kind: LegKind) -> Markup {
    let (tone, key) = match kind {
        LegKind::Posted => return html! {},
        LegKind::Held => (Tone::Wait, "ledger-page-line-held"),
        LegKind::Voided => (Tone::Plain, "ledger-page-line-voided"),
        LegKind::Expired => (Tone::Plain, "ledger-page-line-expired"),
    };
    look::tag(tone, &say(request, key))
}

/// How a transfer stands: posted, held, or what became of the hold.
pub fn standing(request: &Request, view: &app::ledger::Transfer) -> Markup {
    let link = |id: base::TransferId| {
        html! { " " a href=(link::ledger_transfer(id)) { (say(request, "ledger-page-resolved-by")) } }
    };
    let (tone, key, by) = match view.hold {
        Some(HoldState::Waiting) => (Tone::Wait, "ledger-page-line-held", html! {}),
        Some(HoldState::Posted { by }) => (Tone::Ok, "ledger-page-hold-posted", link(by)),
        Some(HoldState::Voided { by }) => (Tone::Plain, "ledger-page-line-voided", link(by)),
        Some(HoldState::Expired { .. }) => (Tone::Plain, "ledger-page-line-expired", html! {}),
        None if view.transfer.is_posted() => (Tone::Ok, "ledger-page-posted", html! {}),
        None => (Tone::Plain, "ledger-page-line-voided", html! {}),
    };
    html! { (look::state_tag(tone, &say(request, key))) (by) }
}

/// The grade of evidence in words.
pub fn graded(request: &Request, grade: Grade) -> String {
    say(request, &format!("ledger-page-grade-{}", grade.code().to_ascii_lowercase()))
}

/// Balance, held, available, announced.
pub fn figures(request: &Request, it: &Account) -> Markup {
    let (lang, book) = (request.lang, &it.account.book);
    let drawn = [
        ("balance", it.shown.balance),
        ("held", it.shown.held),
        ("available", it.shown.available),
        ("announced", it.shown.announced),
    ]
    .map(|(name, minor)| {
        (sum(lang, book, minor), say(request, &format!("ledger-page-column-{name}")))
    });
    let figures: Vec<Figure<'_>> =
        drawn.iter().map(|(value, label)| Figure { value, label, ..Figure::default() }).collect();
    look::figures(lang, &figures)
}

/// What stands behind an account: for a bank's, where the money is, since when it is recorded so, and how sure.
pub fn bank_facts(request: &Request, page: &Statement) -> Markup {
    let lang = request.lang;
    let (it, account) = (&page.account, &page.account.account);
    let say = |key: &str| say(request, &format!("ledger-page-fact-{key}"));
    let mut facts: Vec<(String, Markup)> = vec![
        (say("owner"), html! { (it.owner_name.best(lang).0) }),
        (say("book"), html! { (account.book) }),
        (say("opened"), html! { (moment(request, account.opened_at)) }),
    ];
    if let Some(bank) = &account.bank {
        facts.push((say("institution"), html! { (bank.institution) }));
        facts.push((say("number"), html! { (bank.masked_number) }));
        facts.push((say("keeps"), html! { (say(&format!("keeps-{}", keeps(bank.keeps)))) }));
        let custody = if bank.is_custodian { "custodian" } else { "no-custodian" };
        facts.push((say("custody"), html! { (say(custody)) }));
    }
    if let Some(subject) = &account.subject {
        facts.push((say("subject"), html! { code { (subject) } }));
    }
    if account.limit != Limit::Free {
        facts.push((say("limit"), html! { (say("limit-text")) }));
    }
    if account.state.closed_by.is_some() {
        facts.push((say("closed"), html! { (look::state_tag(Tone::Wait, &say("closed-tag"))) }));
    }
    let facts: Vec<(&str, Markup)> =
        facts.iter().map(|(name, value)| (name.as_str(), value.clone())).collect();
    html! {
        (look::facts(&facts))
        (recorded(request, page))
    }
}

/// "Recorded at a bank, as of a moment, with this grade": never a promise of money with us.
fn recorded(request: &Request, page: &Statement) -> Markup {
    let account = &page.account.account;
    let (Some(bank), Some(at)) = (&account.bank, account.state.touched_at) else {
        return html! {};
    };
    let proved = page.lines.iter().find_map(|line| line.told.evidence.as_ref());
    let grade = proved.map_or(Grade::E2, |evidence| evidence.grade);
    html! {
        p.small {
            (words::say_with(request.lang, "ledger-page-recorded", &[
                ("bank", bank.institution.clone().into()),
                ("at", moment(request, at).into()),
                ("grade", graded(request, grade).into()),
            ]))
        }
    }
}

fn keeps(keeps: Keeps) -> &'static str {
    keeps.code()
}

/// The moment that was typed: a day and a time of it, or the end of the day.
fn typed_moment(request: &Request) -> Option<Instant> {
    let date = base::time::read_date(request.query.get("on").trim())?;
    let offset = request.city().settings().utc_offset_minutes;
    let time = request.query.get("at").trim();
    if time.is_empty() {
        let next = crate::form::moment_of(date.tomorrow().ok()?, offset)?;
        return Some(Instant::from_micros(next.micros() - 1));
    }
    let (hours, minutes) = time.split_once(':')?;
    let (hours, minutes): (i64, i64) = (hours.parse().ok()?, minutes.parse().ok()?);
    if !(0..24).contains(&hours) || !(0..60).contains(&minutes) {
        return None;
    }
    let start = crate::form::moment_of(date, offset)?;
    Some(start.plus_seconds(hours * 3_600 + minutes * 60))
}

/// Asks for the balance of any moment, and answers.
pub fn as_of_panel(request: &Request, it: &Account) -> Result<Markup, No> {
    let (lang, book, id) = (request.lang, &it.account.book, it.account.id);
    let is_asked = !request.query.get("on").is_empty();
    let answer = match typed_moment(request) {
        Some(at) => {
            let shown = request.city().ledger_balance(&request.asker, id, at)?;
            let args = [
                ("at", moment(request, at).into()),
                ("balance", sum(lang, book, shown.balance).into()),
                ("held", sum(lang, book, shown.held).into()),
            ];
            html! { p role="status" { (words::say_with(lang, "ledger-page-was", &args)) } }
        }
        None if is_asked => html! { p.notice.wait { (say(request, "ledger-page-was-unread")) } },
        None => html! {},
    };
    let (on, at) = (say(request, "ledger-page-on"), say(request, "ledger-page-time"));
    Ok(look::sheet(
        &say(request, "ledger-page-as-of"),
        html! {
            form.stack method="get" action=(link::ledger_account(id)) {
                label { (on) " " input type="date" name="on" value=(request.query.get("on")); }
                label { (at) " " input type="time" name="at" value=(request.query.get("at")); }
                (look::actions(&[look::button(&say(request, "ledger-page-ask"), Look::Second)]))
            }
            (answer)
        },
    ))
}

/// Purposes to choose from above the list.
pub fn filter(request: &Request, chosen: Option<Purpose>) -> Markup {
    const SHOWN: [Purpose; 6] = [
        Purpose::Bank,
        Purpose::Deposit,
        Purpose::Lot,
        Purpose::Payable,
        Purpose::Receivable,
        Purpose::Suspense,
    ];
    let all = say(request, "ledger-page-all");
    let named: Vec<(String, String, bool)> = SHOWN
        .iter()
        .map(|purpose| {
            let href = look::address::with(link::ACCOUNTS, "purpose", purpose.code());
            let text = say(request, &format!("ledger-page-purpose-{}", purpose.code()));
            (href, text, chosen == Some(*purpose))
        })
        .collect();
    let first =
        look::Tab { href: link::ACCOUNTS, text: &all, count: None, is_current: chosen.is_none() };
    let tabs: Vec<look::Tab<'_>> = std::iter::once(first)
        .chain(named.iter().map(|(href, text, is_current)| look::Tab {
            href,
            text,
            count: None,
            is_current: *is_current,
        }))
        .collect();
    look::tabs(request.lang, &say(request, "ledger-page-title"), &tabs)
}
