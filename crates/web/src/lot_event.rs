//! Events of several lots: the list, one with its lots in their order and what became of them, the
//! poster of the hall, one calendar of all lots.

use crate::form::ticket;
use crate::link;
use crate::lot::state_tag;
use crate::page::{Page, get, moment, say};
use access::Act;
use app::No;
use app::lot_event::{EventLot, LotEventView};
use base::{Bilingual, LotEventId, Refusal, Span, limits};
use calendar::ical::{Event, Feed, Status};
use edge::{Cache, Reply, Request, Route};
use look::{Column, Crumb, Hit, Look, PageHead, Pager, PostButton, Section, Table, Tone};
use maud::{Markup, html};
use trading::lot::{Lot, LotState};
use trading::lot_event::LotEventState;

/// The routes that show events.
pub static ROUTES: &[Route] = &[
    get(link::LOT_EVENTS, Act::ListLotEvents, list),
    get("/auctions/events/{id}", Act::ListLotEvents, show),
    get("/auctions/events/{id}/poster", Act::ListLotEvents, poster),
    get("/auctions/events/{id}/calendar.ics", Act::ListLotEvents, feed),
];

/// Minutes after which a calendar program asks again.
const REFRESH_MINUTES: u16 = 60;

fn list(request: &Request) -> Result<Reply, No> {
    let lang = request.lang;
    let after = match request.query.get("after") {
        "" => None,
        typed => Some(typed.parse::<LotEventId>().map_err(|_| Refusal::not_found())?),
    };
    let page = request.city().lot_events(&request.asker, after, limits::PAGE_ROWS)?;
    let (title, all) = (say(request, "lot-event-title"), say(request, "lot-page-title"));
    let mut actions = Vec::new();
    if page.keeps {
        let text = say(request, "lot-event-new");
        actions.push(look::link_button(link::LOT_EVENT_NEW, &text, Look::Second));
    }
    let next = page.next.map(|id| look::address::with(link::LOT_EVENTS, "after", &id.to_string()));
    let content = html! {
        (look::page_head(&PageHead {
            lang, crumbs: &[Crumb { href: link::AUCTIONS, text: &all }], title: &title,
            lead: Some(html! { (say(request, "lot-event-lead")) }), actions, ..PageHead::default()
        }))
        @if page.rows.is_empty() {
            (look::empty(&say(request, "lot-event-none"), html! { p { (say(request, "lot-event-none-hint")) } }))
        }
        @for view in &page.rows {
            @let (name, name_lang) = view.event.content.name.best(lang);
            (Hit {
                lang,
                href: &link::lot_event(view.event.id),
                title: Some(html! { (name) }),
                title_lang: Some(name_lang),
                facts: &facts(request, view),
                ..Hit::default()
            }.view())
        }
        (look::pager(lang, &Pager::Keyset { previous: None, next: next.as_deref() }))
    };
    Ok(Page::new(request, &title).section(Section::Trade).personal().reply(content))
}

/// How many lots, and from when until when.
fn facts(request: &Request, view: &LotEventView) -> String {
    let count = ("count", view.lots.len().into());
    match view.span() {
        Some((from, until)) => {
            let args = [
                count,
                ("from", moment(request, from).into()),
                ("until", moment(request, until).into()),
            ];
            words::say_with(request.lang, "lot-event-facts", &args)
        }
        None => words::say_with(request.lang, "lot-event-lots-count", &[count]),
    }
}

fn show(request: &Request) -> Result<Reply, No> {
    let view = request.city().lot_event(&request.asker, request.id("id")?)?;
    Ok(page(request, &view, &[]))
}

/// The page of an event, with the reasons why the last form was refused.
pub fn page(request: &Request, view: &LotEventView, errors: &[Refusal]) -> Reply {
    let lang = request.lang;
    let event = &view.event;
    let (name, name_lang) = event.content.name.best(lang);
    let (all, events) = (say(request, "lot-page-title"), say(request, "lot-event-title"));
    let part = |part: &str| link::lot_event_part(event.id, part);
    let mut actions = Vec::new();
    let is_live = event.state == LotEventState::Announced;
    if is_live && view.lots.iter().any(|it| !it.register.is_empty()) {
        let text = say(request, "lot-event-register");
        actions.push(look::link_button(&part("registration"), &text, Look::Primary));
    }
    if is_live && view.keeps {
        let text = say(request, "lot-event-revise");
        actions.push(look::link_button(&part("revision"), &text, Look::Second));
    }
    actions.push(look::link_button(&part("poster"), &say(request, "lot-page-poster"), Look::Plain));
    actions.push(look::link_button(
        &part("calendar.ics"),
        &say(request, "lot-event-calendar"),
        Look::Plain,
    ));
    let reference = event.reference.to_string();
    let content = html! {
        (look::page_head(&PageHead {
            lang,
            crumbs: &[
                Crumb { href: link::AUCTIONS, text: &all },
                Crumb { href: link::LOT_EVENTS, text: &events },
            ],
            kind: &say(request, "lot-event-kind"),
            title: name,
            title_lang: Some(name_lang),
            lead: Some(html! { (facts(request, view)) }),
            reference: &reference,
            actions,
            ..PageHead::default()
        }))
        (look::error_summary(lang, errors))
        @if !is_live {
            (look::notice(lang, Tone::Info, html! { (say(request, "lot-event-is-withdrawn")) }))
        }
        (text_of(request, &event.content.text))
        @if !event.content.place.is_empty() {
            @let (place, place_lang) = event.content.place.best(lang);
            p { strong { (say(request, "lot-event-place")) } " " span lang=(place_lang.tag()) { (place) } }
        }
        (lots(request, view))
        @if is_live && view.keeps { (withdrawal(request, view)) }
    };
    let page = Page::new(request, name).section(Section::Trade).at(link::lot_event(event.id));
    page.personal().failed(errors).reply(content)
}

fn text_of(request: &Request, text: &Bilingual) -> Markup {
    if text.is_empty() {
        return html! {};
    }
    let (text, lang) = text.best(request.lang);
    html! { div.stack lang=(lang.tag()) { @for line in text.lines().filter(|it| !it.is_empty()) { p { (line) } } } }
}

/// The lots in their order: when each opens, how it stands, what became of it.
fn lots(request: &Request, view: &LotEventView) -> Markup {
    let lang = request.lang;
    let title = say(request, "lot-event-lots");
    let heads = ["number", "lot", "opens", "stands", "price"]
        .map(|key| (key, say(request, &format!("lot-event-{key}"))));
    let columns = heads.iter().map(|(key, head)| match *key {
        "number" | "price" => Column::figures(key, head, ""),
        _ => Column::text(key, head),
    });
    let row = |(n, it): (usize, &EventLot)| {
        let (name, name_lang) = it.title.best(lang);
        let way = say(request, &format!("lot-way-{}", it.lot.terms.way.word()));
        look::Row::from(vec![
            html! { (n) },
            html! {
                a href=(link::auction(it.lot.id)) lang=(name_lang.tag()) { (name) }
                br; span.small.quiet { (it.owner_name.best(lang).0) " · " (way) }
            },
            html! { (moment(request, it.lot.terms.opens)) },
            html! { (state_tag(request, &it.lot)) (own(request, it)) },
            html! { (price(request, it)) },
        ])
    };
    look::table(&Table {
        lang,
        caption: &title,
        columns: columns.collect(),
        rows: (1..).zip(&view.lots).map(row).collect(),
        is_cards: true,
        ..Table::default()
    })
}

/// The reader's own place in a lot.
fn own(request: &Request, it: &EventLot) -> Markup {
    let Some((number, state)) = it.own else { return html! {} };
    let args = [("bidder", number.to_string().into())];
    html! {
        div.small {
            (words::say_with(request.lang, "lot-page-number", &args)) " · "
            (say(request, &format!("lot-bidder-{}", state.word())))
        }
    }
}

/// What a lot was sold for, or how it ended; before that its price now.
fn price(request: &Request, it: &EventLot) -> Markup {
    let money = |minor: i64| words::money(request.lang, it.lot.terms.money(minor));
    match (&it.ended, it.lot.course.price) {
        (Some(ended), _) => match ended.winner {
            Some((_, price)) => html! { strong { (money(price)) } },
            None => html! { (say(request, &format!("lot-how-{}", ended.how))) },
        },
        (None, Some(price)) => html! { (money(price)) },
        (None, None) => {
            let args = [("sum", money(it.lot.terms.start).into())];
            html! { (words::say_with(request.lang, "lot-event-from", &args)) }
        }
    }
}

fn withdrawal(request: &Request, view: &LotEventView) -> Markup {
    let forms = ticket(request);
    let version = view.event.version.to_string();
    html! {
        details {
            summary { (say(request, "lot-event-withdraw")) }
            p { (say(request, "lot-event-withdraw-lead")) }
            (look::post_button(&PostButton {
                action: &link::lot_event_part(view.event.id, "withdrawal"),
                csrf: &forms.csrf,
                key: &forms.key,
                text: &say(request, "lot-event-withdraw"),
                look: Look::Danger,
                values: &[("version", &version)],
            }))
        }
    }
}

/// For the hall: what runs now in large, then what comes; it loads itself anew every half minute.
fn poster(request: &Request) -> Result<Reply, No> {
    let view = request.city().lot_event(&request.asker, request.id("id")?)?;
    let lang = request.lang;
    let (name, name_lang) = view.event.content.name.best(lang);
    let runs = |lot: &Lot| lot.state == LotState::Open && view.now >= lot.terms.opens;
    let content = html! {
        (look::page_head(&PageHead {
            lang,
            kind: &say(request, "lot-event-kind"),
            title: name,
            title_lang: Some(name_lang),
            lead: Some(html! { (facts(request, &view)) }),
            ..PageHead::default()
        }))
        div.stack.poster {
            @for it in view.lots.iter().filter(|it| runs(&it.lot)) {
                @let (title, title_lang) = it.title.best(lang);
                section.sheet.stack {
                    h2 lang=(title_lang.tag()) { a href=(link::auction_part(it.lot.id, "poster")) { (title) } }
                    p.price { (price(request, it)) }
                    p { (state_tag(request, &it.lot)) }
                }
            }
            (lots(request, &view))
        }
        p.small { a href=(link::lot_event(view.event.id)) { (say(request, "lot-event-back")) } }
    };
    let page = Page::new(request, name).section(Section::Trade);
    let reply = page.personal().reply(content);
    Ok(reply.with_header("refresh", "30"))
}

/// One calendar of all lots that this reader may see.
fn feed(request: &Request) -> Result<Reply, No> {
    let view = request.city().lot_event(&request.asker, request.id("id")?)?;
    let events = view.lots.iter().filter_map(|it| entry(request, &view, it)).collect();
    let name = view.event.content.name.best(request.lang).0.to_owned();
    let text = Feed { name, refresh_minutes: REFRESH_MINUTES, events }.write();
    Ok(Reply::new("text/calendar; charset=utf-8", text).kept(Cache::Revalidate))
}

fn entry(request: &Request, view: &LotEventView, it: &EventLot) -> Option<Event> {
    let lot = &it.lot;
    let span = Span::new(lot.terms.opens, lot.course.ends_at)?;
    let is_off = matches!(lot.state, LotState::Withdrawn | LotState::CalledOff)
        || view.event.state == LotEventState::Withdrawn;
    let money = words::money(request.lang, lot.terms.money(lot.terms.start));
    let start = [("sum", words::Arg::from(money))];
    Some(Event {
        uid: format!("{}@lots.bellwether", lot.id),
        sequence: u32::try_from(lot.terms_version).unwrap_or(u32::MAX),
        span,
        status: if is_off { Status::Cancelled } else { Status::Confirmed },
        summary: it.title.best(request.lang).0.to_owned(),
        description: words::say_with(request.lang, "lot-event-from", &start),
        location: view.event.content.place.best(request.lang).0.to_owned(),
        url: format!("{}{}", request.origin(), link::auction(lot.id)),
        changed: lot.changed_at,
    })
}
