//! Red flags over the city's own auctions, for officers: the numbers, and what was left out and why.

use crate::link;
use crate::page::{Page, get, moment, say};
use access::Act;
use app::No;
use app::open_data::FlagsView;
use base::{Bilingual, Label, Level};
use edge::{Reply, Request, Route};
use look::{Column, Crumb, PageHead, Row, Section, Table, Tone};
use maud::{Markup, html};
use ocds::flags::{Code, Figure, Share, Subject, Why};

/// The routes of red flags.
pub static ROUTES: &[Route] = &[get(link::RED_FLAGS, Act::LookAtRedFlags, show)];

fn show(request: &Request) -> Result<Reply, No> {
    let lang = request.lang;
    let view = request.city().red_flags(&request.asker)?;
    let (title, lead) =
        (say(request, "open-data-flags-title"), say(request, "open-data-flags-lead"));
    let all = say(request, "open-data-title");
    let looked =
        words::say_with(lang, "open-data-flags-looked", &[("count", view.n_processes.into())]);
    let content = html! {
        (look::page_head(&PageHead {
            lang,
            crumbs: &[Crumb { href: link::OPEN_DATA, text: &all }],
            title: &title,
            lead: Some(html! { (lead) }),
            ..PageHead::default()
        }))
        (look::notice(lang, Tone::Info, html! {
            p { (looked) @if view.is_more { " " (say(request, "open-data-flags-more")) } }
            p.small { (say(request, "open-data-flags-method")) }
        }))
        (look::part("flags", &say(request, "open-data-flags-found"), found(request, &view)))
        (look::part("limits", &say(request, "open-data-flags-limits"), limits(request, &view)))
        (look::part("excluded", &say(request, "open-data-flags-excluded"), excluded(request, &view)))
    };
    let label = Label::at(Level::Restricted);
    let page = Page::new(request, &title).section(Section::Trade).label(&label, &title);
    Ok(page.personal().reply(content))
}

fn meaning(request: &Request, code: Code) -> Markup {
    let key = format!("open-data-flag-{}", code.as_str().to_lowercase());
    html! { strong { (code.as_str()) } " " (say(request, &key)) }
}

fn found(request: &Request, view: &FlagsView) -> Markup {
    let title = say(request, "open-data-flags-found");
    let titles = ["code", "subject", "found", "limit", "look"]
        .map(|key| (key, say(request, &format!("open-data-flags-col-{key}"))));
    let rows = view.flags.iter().map(|flag| {
        let evidence = &flag.evidence;
        Row::from(vec![
            meaning(request, flag.code),
            subject(request, view, &flag.subject),
            figure(request, flag.found),
            html! { @if let Some(limit) = flag.limit { (figure(request, limit)) } },
            html! {
                @for id in &evidence.organisations { p { (name(request, view.names.get(id))) } }
                @for number in &evidence.processes { p { (process(request, view, number)) } }
                @if !evidence.bids.is_empty() {
                    p.small { (words::say_with(request.lang, "open-data-flags-bids",
                        &[("bids", evidence.bids.join(", ").into())])) }
                }
            },
        ])
    });
    look::table(&Table {
        lang: request.lang,
        caption: &title,
        is_caption_hidden: true,
        columns: titles.iter().map(|(key, title)| Column::text(key, title)).collect(),
        rows: rows.collect(),
        empty: Some(look::empty(&say(request, "open-data-flags-none"), html! {})),
        is_cards: true,
        ..Table::default()
    })
}

fn limits(request: &Request, view: &FlagsView) -> Markup {
    let title = say(request, "open-data-flags-limits");
    let titles = ["code", "n", "q1", "q3", "lower", "upper"]
        .map(|key| (key, say(request, &format!("open-data-flags-col-{key}"))));
    let rows = view.spreads.iter().map(|(code, spread)| {
        Row::from(vec![
            meaning(request, *code),
            html! { (spread.n) },
            share(request, spread.q1),
            share(request, spread.q3),
            share(request, spread.lower),
            share(request, spread.upper),
        ])
    });
    look::table(&Table {
        lang: request.lang,
        caption: &title,
        is_caption_hidden: true,
        columns: titles.iter().map(|(key, title)| Column::text(key, title)).collect(),
        rows: rows.collect(),
        empty: Some(html! { p.quiet { (say(request, "open-data-flags-limits-none")) } }),
        note: Some(html! { (say(request, "open-data-flags-quartiles")) }),
        ..Table::default()
    })
}

fn excluded(request: &Request, view: &FlagsView) -> Markup {
    let title = say(request, "open-data-flags-excluded");
    let titles = ["code", "subject", "why"]
        .map(|key| (key, say(request, &format!("open-data-flags-col-{key}"))));
    let rows = view.exclusions.iter().map(|it| {
        Row::from(vec![
            meaning(request, it.code),
            subject(request, view, &it.subject),
            html! { (why(request, &it.why)) },
        ])
    });
    look::table(&Table {
        lang: request.lang,
        caption: &title,
        is_caption_hidden: true,
        columns: titles.iter().map(|(key, title)| Column::text(key, title)).collect(),
        rows: rows.collect(),
        empty: Some(html! { p.quiet { (say(request, "open-data-flags-excluded-none")) } }),
        is_cards: true,
        ..Table::default()
    })
}

fn why(request: &Request, why: &Why) -> String {
    let (key, count) = match why {
        Why::FixedPrice => ("fixed-price", 0),
        Why::NotPriceAlone => ("not-price-alone", 0),
        Why::OtherCurrency => ("other-currency", 0),
        Why::NoAmount => ("no-amount", 0),
        Why::NoAward => ("no-award", 0),
        Why::SeveralAwards => ("several-awards", 0),
        Why::Jointly => ("jointly", 0),
        Why::NoWinningBid => ("no-winning-bid", 0),
        Why::NoOtherBid => ("no-other-bid", 0),
        Why::NotBest => ("not-best", 0),
        Why::InvalidBids(bids) => ("invalid-bids", bids.len()),
        Why::FewValues(n) => ("few-values", *n),
        Why::FewOfThem(n) => ("few-of-them", *n),
    };
    words::say_with(request.lang, &format!("open-data-why-{key}"), &[("count", count.into())])
}

fn subject(request: &Request, view: &FlagsView, subject: &Subject) -> Markup {
    match subject {
        Subject::Process { number, .. } => process(request, view, number),
        Subject::Holder(id) | Subject::Bidder(id) => {
            html! { (name(request, view.names.get(id))) }
        }
        Subject::All => html! { (say(request, "open-data-flags-all")) },
    }
}

fn process(request: &Request, view: &FlagsView, number: &str) -> Markup {
    match view.lots.get(number) {
        Some((lot, title)) => html! {
            a href=(link::auction(*lot)) { (title.best(request.lang).0) } " "
            span.small.quiet { (number) }
        },
        None => html! { (number) },
    }
}

fn name(request: &Request, name: Option<&Bilingual>) -> String {
    name.map(|name| name.best(request.lang).0.to_owned()).unwrap_or_default()
}

fn figure(request: &Request, figure: Figure) -> Markup {
    let lang = request.lang;
    match figure {
        Figure::Count(n) => html! { (words::number(lang, i64::from(n))) },
        Figure::Days(n) => {
            let n = usize::try_from(n).unwrap_or(0);
            html! { (words::say_with(lang, "open-data-flags-days", &[("count", n.into())])) }
        }
        Figure::Share(found) => share(request, found),
        Figure::Money(money) => html! { (words::money(lang, money)) },
        Figure::Moment(at) => html! { (moment(request, at)) },
    }
}

fn share(request: &Request, share: Share) -> Markup {
    html! { (words::percent(request.lang, share.billionths() / 100_000)) }
}
