//! What can be had, shared and asked for today: the pages behind three of the five verbs.

use crate::link;
use crate::page::{Page, get, say};
use crate::search_filter::mode_name;
use crate::search_hit::Hits;
use access::Act;
use app::No;
use app::gather::Marker;
use app::search::Ask;
use edge::{Reply, Request, Route};
use look::{Figure, PageHead, Section};
use maud::{Markup, html};
use search::Filters;
use trading::listing::DealMode;

/// The routes of the three verbs.
pub static ROUTES: &[Route] = &[
    get(link::TRADE, Act::ListTechnologies, trade),
    get(link::SHARE, Act::ReadLog, share),
    get(link::SUPPORT, Act::ReadLog, support),
];

/// Offers shown; the rest is a search.
const OFFERS_SHOWN: usize = 10;

fn trade(request: &Request) -> Result<Reply, No> {
    let lang = request.lang;
    let modes: Vec<String> = DealMode::ALL.iter().map(|mode| mode.word().to_owned()).collect();
    let ask = Ask {
        filters: Filters { deal_modes: modes.clone(), ..Filters::default() },
        limit: OFFERS_SHOWN,
        facets: true,
        ..Ask::default()
    };
    let found = request.city().search(&request.asker, &ask)?;
    let counts = request.city().counts(&request.asker, &Filters::default())?;
    let drawn: Vec<(String, String, String)> = modes
        .iter()
        .map(|mode| {
            let n = counts.by_mode.iter().find(|one| &one.value == mode).map_or(0, |one| one.n);
            let n = words::number(lang, i64::try_from(n).unwrap_or(i64::MAX));
            (n, mode_name(lang, mode), link::search_within("", "mode", mode))
        })
        .collect();
    let figures: Vec<Figure<'_>> = drawn
        .iter()
        .map(|(value, label, href)| Figure { value, label, href, ..Figure::default() })
        .collect();
    let title = say(request, "home-trade-title");
    let lead = say(request, "home-trade-lead");
    let marker = Marker::new("");
    let hits = Hits {
        lang,
        tree: request.city().fields(),
        marker: &marker,
        offset_minutes: request.city().settings().utc_offset_minutes,
    };
    let mut all = link::search("");
    for mode in &modes {
        all = look::address::and(&all, "mode", mode);
    }
    let content = html! {
        (look::page_head(&PageHead {
            lang, title: &title, lead: Some(html! { (lead) }), ..PageHead::default()
        }))
        (look::figures(lang, &figures))
        p.row {
            a href=(link::AUCTIONS) { (say(request, "home-trade-auctions")) }
            @if request.me.is_some() {
                a href=(link::DEALS) { (say(request, "deal-page-title")) }
                a href=(link::VENTURES) { (say(request, "venture-page-title")) }
            }
            a href=(link::OPEN_DATA) { (say(request, "home-trade-open-data")) }
            @if request.me.is_some() {
                a href=(link::CONTRACTS) { (say(request, "home-trade-contracts")) }
            }
        }
        (look::part("offers", &say(request, "home-trade-offers"), html! {
            @if found.rows.is_empty() {
                (look::empty(&say(request, "home-modes-none"), html! {}))
            } @else {
                (hits.view(&found.rows))
                p { a href=(all) { (say(request, "home-modes-more")) } }
            }
        }))
        (look::part("how", &say(request, "home-trade-how"), html! {
            p { (say(request, "home-trade-how-text")) }
        }))
    };
    let page = Page::new(request, &title).section(Section::Trade).highest(&found.label, &title);
    Ok(page.indexed(lead).reply(content))
}

/// What anybody can do with instruments, and what is the reader's own.
fn share(request: &Request) -> Result<Reply, No> {
    let lang = request.lang;
    let (title, lead) = (say(request, "home-share-title"), say(request, "home-share-lead"));
    let list = |ways: &[(&str, &str)]| {
        html! { ul { @for (key, href) in ways { li { a href=(href) { (say(request, key)) } } } } }
    };
    let open = list(&[
        ("home-share-instruments", link::INSTRUMENTS),
        ("home-share-free", link::FREE_TIME),
        ("home-share-services", link::SERVICES),
        ("home-share-standards", link::STANDARDS),
        ("home-share-joint", link::JOINT_REQUESTS),
        ("home-share-institutes", link::ORGANISATIONS),
    ]);
    let own = list(&[
        ("home-share-bookings", link::BOOKINGS),
        ("home-share-waits", link::WAITS),
        ("home-share-orders", link::SERVICE_ORDERS),
        ("home-share-uses", link::USES),
        ("home-share-statements", link::STATEMENTS),
        ("home-share-vouchers", link::VOUCHERS),
        ("home-share-records", link::SERVICE_RECORDS),
        ("home-share-hours", link::MACHINE_HOURS),
    ]);
    let content = html! {
        (look::page_head(&PageHead {
            lang, title: &title, lead: Some(html! { (lead) }), ..PageHead::default()
        }))
        (look::part("today", &say(request, "home-today"), open))
        @if request.me.is_some() {
            (look::part("own", &say(request, "home-share-own"), own))
        }
    };
    Ok(Page::new(request, &title).section(Section::Share).reply(content))
}

fn support(request: &Request) -> Result<Reply, No> {
    let ways = [
        ("home-support-technologies", link::search("")),
        ("home-support-offers", link::TRADE.to_owned()),
        ("home-support-figures", link::MEASURE_TECHNOLOGIES.to_owned()),
    ];
    Ok(later(request, Section::Support, "support", &ways))
}

/// A verb that opens later: says so, and what can be done today.
fn later(request: &Request, section: Section, verb: &str, ways: &[(&str, String)]) -> Reply {
    let lang = request.lang;
    let title = say(request, &format!("home-{verb}-title"));
    let lead = say(request, &format!("home-{verb}-lead"));
    let today: Markup = html! {
        ul { @for (key, href) in ways { li { a href=(href) { (say(request, key)) } } } }
    };
    let content = html! {
        (look::page_head(&PageHead {
            lang, title: &title, lead: Some(html! { (lead) }), ..PageHead::default()
        }))
        (look::part("today", &say(request, "home-today"), today))
    };
    Page::new(request, &title).section(section).reply(content)
}
