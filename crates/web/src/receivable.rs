//! What is owed under contracts, by how late it is.

use crate::contract_part::date;
use crate::link;
use crate::page::{Page, get, me, say};
use crate::venture_part::said;
use access::Act;
use app::No;
use app::contract::{Receivable, Receivables};
use base::{Money, OrganisationId};
use edge::{Reply, Request, Route};
use look::{Column, Crumb, PageHead, Row, Section, Table, Tone};
use maud::{Markup, html};

/// The routes of this file.
pub static ROUTES: &[Route] = &[get(link::RECEIVABLES, Act::ListContracts, show)];

/// How late, in the order of the engine's sums.
const AGES: [&str; 5] = ["not-due", "month", "two-months", "three-months", "longer"];

fn show(request: &Request) -> Result<Reply, No> {
    let lang = request.lang;
    me(request)?;
    let found = request.city().receivables(&request.asker)?;
    let (title, all) = (say(request, "receivable-title"), say(request, "contract-page-title"));
    let lead = said(request, "receivable-lead", "date", words::date(lang, found.on));
    let content = html! {
        (look::page_head(&PageHead {
            lang,
            crumbs: &[Crumb { href: link::CONTRACTS, text: &all }],
            title: &title,
            lead: Some(html! { (lead) }),
            ..PageHead::default()
        }))
        @if found.rows.is_empty() {
            (look::empty(&say(request, "receivable-none"), html! {
                p { (say(request, "receivable-none-hint")) }
            }))
        } @else {
            (ages(request, &found))
            (rows(request, &found))
        }
        @if found.is_cut { p.quiet { (say(request, "receivable-cut")) } }
    };
    Ok(Page::new(request, &title).section(Section::Trade).personal().reply(content))
}

/// Sums by age, a row for each currency.
fn ages(request: &Request, found: &Receivables) -> Markup {
    let lang = request.lang;
    let caption = say(request, "receivable-ages");
    let currency = say(request, "receivable-currency");
    let heads = AGES.map(|age| (age, say(request, &format!("receivable-age-{age}"))));
    let columns = [Column::text("currency", &currency)]
        .into_iter()
        .chain(heads.iter().map(|(key, title)| Column::figures(key, title, "")));
    let line = |(of, sums): &(base::Currency, [i128; 5])| {
        let sum = |minor: &i128| {
            let minor = i64::try_from(*minor).unwrap_or(i64::MAX);
            html! { (words::money(lang, Money::new(minor, *of))) }
        };
        let first = html! { (of.code()) };
        Row::from([first].into_iter().chain(sums.iter().map(sum)).collect::<Vec<_>>())
    };
    look::table(&Table {
        lang,
        caption: &caption,
        columns: columns.collect(),
        rows: found.ages.iter().map(line).collect(),
        is_cards: true,
        ..Table::default()
    })
}

/// What is open, the oldest first.
fn rows(request: &Request, found: &Receivables) -> Markup {
    let lang = request.lang;
    let caption = say(request, "receivable-open");
    let heads = ["contract", "what", "debtor", "creditor", "due", "amount"]
        .map(|key| (key, say(request, &format!("receivable-column-{key}"))));
    let columns = heads.iter().map(|(key, title)| match *key {
        "amount" => Column::figures(key, title, ""),
        _ => Column::text(key, title),
    });
    let name = |id: OrganisationId| {
        let found = found.names.get(&id.to_string());
        found.map(|it| it.best(lang).0.to_owned()).unwrap_or_default()
    };
    let line = |it: &Receivable| {
        Row::from(vec![
            html! { a href=(link::contract(it.contract)) { (it.reference) } },
            html! { (self::name(request, &it.what, it.n)) },
            html! { (name(it.debtor)) },
            html! { (name(it.creditor)) },
            html! {
                (date(request, it.due))
                @if it.late_days > 0 {
                    " " (look::tag(Tone::Live, &words::say_with(lang, "receivable-late", &[
                        ("count", usize::try_from(it.late_days).unwrap_or(0).into()),
                    ])))
                }
            },
            html! {
                (words::money(lang, Money::new(it.open, it.currency)))
                @if it.open < it.amount {
                    p.small.quiet { (said(request, "receivable-of", "amount",
                        words::money(lang, Money::new(it.amount, it.currency)))) }
                }
            },
        ])
    };
    look::table(&Table {
        lang,
        caption: &caption,
        columns: columns.collect(),
        rows: found.rows.iter().map(line).collect(),
        is_cards: true,
        ..Table::default()
    })
}

/// What something owed is called: by its place in the plan, a royalty by its period.
pub fn name(request: &Request, what: &str, place: usize) -> String {
    match (what, what.strip_prefix("royalty-")) {
        ("deposit", _) => say(request, "contract-pay-deposit"),
        ("balance", _) => say(request, "contract-pay-balance"),
        (_, Some(n)) => {
            let n = n.parse::<u64>().map_or(1, |n| n + 1);
            said(request, "contract-pay-royalty", "n", n.to_string())
        }
        _ => said(request, "contract-pay-instalment", "n", place.to_string()),
    }
}
