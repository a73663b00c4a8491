//! Auctions: the list, the page of one with its room, what is live, the poster of the hall.

use crate::form::ticket;
use crate::link;
use crate::lot_complaint::{own_part as complaints, standing_still};
use crate::lot_live::room_address;
use crate::lot_part::{facts, history, next_bids, now_panel, own_panel, register_panel, rules};
use crate::page::{Page, get, moment, say};
use access::Act;
use app::No;
use app::lot::{LotRow, LotView};
use base::{LotId, Refusal, limits};
use edge::{Reply, Request, Route};
use look::{Crumb, Hit, Look, PageHead, Pager, Section, Tone};
use maud::{Markup, html};
use trading::lot::{Lot, LotState};

/// The routes that show auctions.
pub static ROUTES: &[Route] = &[
    get(link::AUCTIONS, Act::ListLots, list),
    get("/auctions/{id}", Act::LookAtLot, show),
    get("/auctions/{id}/poster", Act::LookAtLot, poster),
    get("/auctions/{id}/rules", Act::LookAtLot, rules_text),
    get("/auctions/{id}/protocol", Act::LookAtLot, protocol),
];

/// Lots that run or will.
const LIVE: &[LotState] = &[LotState::Open, LotState::Announced];
/// Lots that are over.
const OVER: &[LotState] = &[
    LotState::Sold,
    LotState::Signed,
    LotState::Unsuccessful,
    LotState::Withdrawn,
    LotState::CalledOff,
];

fn list(request: &Request) -> Result<Reply, No> {
    let lang = request.lang;
    let is_over = request.query.get("part") == "over";
    let after = match request.query.get("after") {
        "" => None,
        typed => Some(typed.parse::<LotId>().map_err(|_| Refusal::not_found())?),
    };
    let states = if is_over { OVER } else { LIVE };
    let page = request.city().lots(&request.asker, states, after, limits::PAGE_ROWS)?;
    let (title, lead) = (say(request, "lot-page-title"), say(request, "lot-page-lead"));
    let over = look::address::with(link::AUCTIONS, "part", "over");
    let here = if is_over { over.as_str() } else { link::AUCTIONS };
    let next = page.next.map(|id| {
        look::address::and(
            &look::address::with(here, "part", if is_over { "over" } else { "live" }),
            "after",
            &id.to_string(),
        )
    });
    let (live_text, over_text) = (say(request, "lot-page-live"), say(request, "lot-page-over"));
    let tabs = [
        look::Tab { href: link::AUCTIONS, text: &live_text, count: None, is_current: !is_over },
        look::Tab { href: &over, text: &over_text, count: None, is_current: is_over },
    ];
    let mut rows: Vec<&LotRow> = page.rows.iter().collect();
    if !is_over {
        // What runs stands before what is announced; of each what ends first.
        rows.sort_by_key(|row| (row.lot.state != LotState::Open, row.lot.course.ends_at));
    }
    let events = say(request, "lot-event-title");
    let mut actions = vec![look::link_button(link::LOT_EVENTS, &events, Look::Plain)];
    if request.me.is_some() && !request.city().to_auction(&request.asker, 1)?.is_empty() {
        let text = say(request, "lot-new-title");
        actions.push(look::link_button(crate::lot_announce::NEW, &text, Look::Second));
    }
    let content = html! {
        (look::page_head(&PageHead {
            lang, title: &title, lead: Some(html! { (lead) }), actions, ..PageHead::default()
        }))
        (look::tabs(lang, &title, &tabs))
        @if page.rows.is_empty() {
            (look::empty(&say(request, "lot-page-none"), html! {
                p { (say(request, "lot-page-none-hint")) }
            }))
        } @else {
            @for row in rows { (one(request, row)) }
        }
        (look::pager(lang, &Pager::Keyset { previous: None, next: next.as_deref() }))
    };
    Ok(Page::new(request, &title).section(Section::Trade).personal().reply(content))
}

fn one(request: &Request, row: &LotRow) -> Markup {
    let lang = request.lang;
    let (title, title_lang) = row.title.best(lang);
    let lot = &row.lot;
    let price = lot.course.price.unwrap_or(lot.terms.start);
    let price = words::money(lang, lot.terms.money(price));
    let key = match lot.state {
        LotState::Announced => "lot-page-row-ahead",
        // Sealed bids are counted on the page of the auction alone.
        _ if lot.terms.way.sealing().is_some() => "lot-page-row-sealed",
        _ => "lot-page-row",
    };
    let facts = words::say_with(
        lang,
        key,
        &[
            ("price", price.into()),
            ("way", say(request, &format!("lot-way-{}", lot.terms.way.word())).into()),
            ("count", usize::try_from(lot.course.n_bids).unwrap_or(usize::MAX).into()),
            ("start", moment(request, lot.terms.opens).into()),
            ("end", moment(request, lot.course.ends_at).into()),
            ("owner", row.owner_name.best(lang).0.to_owned().into()),
        ],
    );
    Hit {
        lang,
        href: &link::auction(lot.id),
        title: Some(html! { (title) }),
        title_lang: Some(title_lang),
        passage: Some(html! { (state_tag(request, lot)) }),
        facts: &facts,
        ..Hit::default()
    }
    .view()
}

/// How a lot stands, in words.
pub fn state_tag(request: &Request, lot: &Lot) -> Markup {
    // Nobody bids any more, and nobody knows yet.
    let is_unopened = lot.terms.way.sealing().is_some() && request.now >= lot.course.ends_at;
    let tone = match lot.state {
        LotState::Open if is_unopened => Tone::Wait,
        LotState::Announced => Tone::Wait,
        LotState::Open => Tone::Live,
        LotState::Sold | LotState::Signed => Tone::Ok,
        LotState::Unsuccessful | LotState::Withdrawn | LotState::CalledOff => Tone::Plain,
    };
    let key = match lot.state {
        LotState::Open if lot.course.is_halted => "lot-page-halted".to_owned(),
        LotState::Open if request.now < lot.terms.opens => "lot-page-soon".to_owned(),
        LotState::Open if is_unopened => "lot-page-unopened".to_owned(),
        state => format!("lot-state-{}", state.word()),
    };
    look::state_tag(tone, &say(request, &key))
}

fn show(request: &Request) -> Result<Reply, No> {
    let view = request.city().lot(&request.asker, request.id("id")?)?;
    Ok(page(request, &view, &[]))
}

/// The page of a lot, with the reasons why the last form was refused.
pub fn page(request: &Request, view: &LotView, errors: &[Refusal]) -> Reply {
    let lang = request.lang;
    let lot = &view.lot;
    let (title, title_lang) = view.title.best(lang);
    let all = say(request, "lot-page-title");
    let mut actions = Vec::new();
    if view.offers.desk {
        let desk = link::auction_part(lot.id, "desk");
        actions.push(look::link_button(&desk, &say(request, "lot-page-desk"), Look::Second));
    }
    if view.offers.revise {
        let terms = link::auction_part(lot.id, "terms");
        actions.push(look::link_button(&terms, &say(request, "lot-terms-title"), Look::Second));
    }
    if view.offers.withdraw {
        let withdrawal = link::auction_part(lot.id, "withdrawal");
        actions.push(look::link_button(
            &withdrawal,
            &say(request, "lot-withdraw-title"),
            Look::Plain,
        ));
    }
    let poster = link::auction_part(lot.id, "poster");
    actions.push(look::link_button(&poster, &say(request, "lot-page-poster"), Look::Plain));
    let reference = lot.reference.to_string();
    let forms = ticket(request);
    let (live, mark) = room_address(request, view);
    let sealing = crate::sealing::of(request, view);
    let content = html! {
        (look::page_head(&PageHead {
            lang,
            crumbs: &[Crumb { href: link::AUCTIONS, text: &all }],
            kind: &say(request, "lot-page-kind"),
            title,
            title_lang: Some(title_lang),
            tags: vec![state_tag(request, lot)],
            label: Some(&lot.label),
            reference: &reference,
            actions,
            ..PageHead::default()
        }))
        (look::error_summary(lang, errors))
        p.sr #room-said aria-live="polite" {}
        div.room data-live=(live) data-mark=(mark) data-own[view.own.is_some()] {
            div.stack {
                (standing_still(request, view))
                (now_panel(request, view))
                (next_bids(request, view, &forms))
                (crate::workday::recounts(request, view))
                (contract_panel(request, view))
                (own_panel(request, view, errors))
                (crate::falling::panel(request, view, crate::falling::of(request, view).as_ref(), errors))
                (crate::falling::bids(request, view))
                (crate::rounds::panel(request, view, crate::rounds::of(request, view).as_ref(), errors))
                (crate::sealing::panels(request, view, sealing.as_ref(), errors))
                (register_panel(request, view, errors))
                (complaints(request, view, errors))
                (look::part("history", &say(request, "lot-page-history"), history(request, lot, &view.history)))
            }
            div.stack {
                (look::sheet(&say(request, "lot-page-facts"), facts(request, view)))
                (crate::sealing::trustees(request, sealing.as_ref()))
                (look::sheet(&say(request, "lot-page-rules"), rules(request, lot)))
            }
        }
    };
    let page = Page::new(request, title)
        .section(Section::Trade)
        .label(&lot.label, say(request, "lot-page-kind"))
        .at(link::auction(lot.id))
        .room()
        .personal();
    page.failed(errors).reply(content)
}

/// The contract of the award, for those who see it; or the button that drafts it.
fn contract_panel(request: &Request, view: &LotView) -> Markup {
    let lot = &view.lot;
    if !matches!(lot.state, LotState::Sold | LotState::Signed) {
        return html! {};
    }
    let Ok((contracts, drafts)) = request.city().contracts_of_lot(&request.asker, lot.id) else {
        return html! {};
    };
    let until = moment(request, lot.award_until);
    let action = link::auction_part(lot.id, "contract");
    let forms = ticket(request);
    html! {
        @for it in &contracts {
            @let reference = [("reference", it.reference.to_string().into())];
            section.sheet.stack {
                h2 { a href=(link::contract(it.id)) {
                    (words::say_with(request.lang, "lot-page-contract", &reference))
                } }
                p { (crate::contract::state_tag(request, it.state())) }
            }
        }
        @if drafts {
            section.sheet.stack {
                p { (words::say_with(request.lang, "lot-page-draft-contract-lead", &[("at", until.into())])) }
                (look::post_button(&look::PostButton {
                    action: &action,
                    csrf: &forms.csrf,
                    key: &forms.key,
                    text: &say(request, "lot-page-draft-contract"),
                    look: Look::Primary,
                    values: &[],
                }))
            }
        }
    }
}

/// Large enough for the hall: it fetches itself again by the same events.
fn poster(request: &Request) -> Result<Reply, No> {
    let lang = request.lang;
    let view = request.city().lot(&request.asker, request.id("id")?)?;
    let lot = &view.lot;
    let (title, title_lang) = view.title.best(lang);
    let (live, mark) = room_address(request, &view);
    let content = html! {
        (look::page_head(&PageHead {
            lang,
            kind: &say(request, "lot-page-kind"),
            title,
            title_lang: Some(title_lang),
            tags: vec![state_tag(request, lot)],
            ..PageHead::default()
        }))
        p.sr #room-said aria-live="polite" {}
        div.stack.poster data-live=(live) data-mark=(mark) {
            (now_panel(request, &view))
            (history(request, lot, view.history.get(..5).unwrap_or(&view.history)))
        }
        p.small { a href=(link::auction(lot.id)) { (say(request, "lot-page-back")) } }
    };
    let page = Page::new(request, title).section(Section::Trade);
    let page = page.label(&lot.label, say(request, "lot-page-kind"));
    Ok(page.room().personal().reply(content))
}

fn rules_text(request: &Request) -> Result<Reply, No> {
    let text = request.city().lot_rules(&request.asker, request.id("id")?)?;
    Ok(Reply::new("text/plain; charset=utf-8", text))
}

/// The signed protocol as a file.
fn protocol(request: &Request) -> Result<Reply, No> {
    let id: LotId = request.id("id")?;
    let view = request.city().lot(&request.asker, id)?;
    let kept = request.city().lot_protocol(&request.asker, id)?;
    let name = format!("attachment; filename=\"{}.txt\"", view.lot.reference);
    Ok(Reply::new("text/plain; charset=utf-8", kept.text).with_header("content-disposition", name))
}
