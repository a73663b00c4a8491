//! Deals: how a listing can be had, and the page of a deal for its parties and the office.

use crate::deal_form::{
    accept_form, answer_forms, declare_form, licence_forms, objection_form, offer_form,
};
use crate::form::{Ticket, ticket};
use crate::link;
use crate::page::{Page, get, me, moment, say};
use access::Act;
use app::No;
use app::deal::{DealRow, DealView, ListingView, Taken};
use base::{DealId, Refusal, limits};
use edge::{Reply, Request, Route};
use look::{Column, Crumb, Event, Hit, PageHead, Pager, Row, Section, Table, Tone};
use maud::{Markup, html};
use trading::deal::{DealState, Side};
use trading::listing::{DealMode, Terms};
use trading::open_licence::OpenLicenceState;

/// The routes that show deals.
pub static ROUTES: &[Route] = &[
    get("/listings/{id}", Act::LookAtListing, listing),
    get(link::DEALS, Act::ListDeals, list),
    get("/deals/{id}", Act::LookAtDeal, show),
];

fn listing(request: &Request) -> Result<Reply, No> {
    let view = request.city().listing(&request.asker, request.id("id")?)?;
    Ok(listing_page(request, &view, &[]))
}

/// The page of a listing, with the reasons why the last form was refused.
pub fn listing_page(request: &Request, view: &ListingView, errors: &[Refusal]) -> Reply {
    let lang = request.lang;
    let technology = &view.technology;
    let (title, title_lang) = technology.content.title.best(lang);
    let kind = say(request, &format!("listing-mode-{}", view.listing.mode.word()));
    let reference = view.listing.reference.to_string();
    let back = link::technology(technology.id);
    let content = html! {
        (look::page_head(&PageHead {
            lang,
            crumbs: &[Crumb { href: &back, text: title }],
            kind: &kind,
            title,
            title_lang: Some(title_lang),
            label: Some(&technology.label),
            reference: &reference,
            ..PageHead::default()
        }))
        (look::error_summary(lang, errors))
        (look::aside_split(
            html! {
                (look::part("get", &say(request, "deal-page-get"), html! {
                    p { (say(request, &format!("deal-page-how-{}", view.listing.mode.word()))) }
                    (taken(request, view))
                    (ways(request, view, errors))
                }))
                (tried(request, view))
            },
            html! {
                (look::sheet(&say(request, "deal-page-terms"), terms(request, &view.listing.terms)))
                (look::sheet(&say(request, "deal-page-rules"), html! {
                    p.small { (rules(request, view.listing.mode)) }
                }))
            },
        ))
    };
    let page = Page::new(request, title)
        .section(Section::Trade)
        .label(&technology.label, say(request, "technology-page-kind"))
        .at(link::listing(view.listing.id))
        .personal();
    page.failed(errors).reply(content)
}

/// The published rules of a way, with the city's own times.
fn rules(request: &Request, mode: DealMode) -> String {
    let pace = request.city().settings().pace;
    words::say_with(
        request.lang,
        &format!("deal-rules-{}", mode.word()),
        &[
            ("publicity", usize::from(pace.publicity_days).into()),
            ("checking", usize::from(pace.checking_days).into()),
            ("exclusivity", usize::from(pace.exclusivity_days).into()),
        ],
    )
}

/// Terms as facts.
pub fn terms(request: &Request, terms: &Terms) -> Markup {
    let lang = request.lang;
    let licence = say(request, &format!("listing-licence-{}", terms.licence.word()));
    let mut rows: Vec<(String, Markup)> =
        vec![(say(request, "listing-page-licence"), html! { (licence) })];
    if let Some(price) = terms.price {
        rows.push((say(request, "deal-page-price"), html! { (words::money(lang, price)) }));
    }
    if let Some(royalty) = terms.royalty {
        rows.push((say(request, "deal-page-royalty"), html! { (royalty) " %" }));
    }
    if let Some(years) = terms.term_years {
        let years = usize::try_from(years).unwrap_or(0);
        let text = words::say_with(lang, "deal-page-years", &[("count", years.into())]);
        rows.push((say(request, "deal-page-term"), html! { (text) }));
    }
    for (key, text) in [
        ("deal-page-territory", &terms.territory),
        ("deal-page-field-of-use", &terms.field_of_use),
        ("deal-page-notes", &terms.notes),
    ] {
        if !text.is_empty() {
            rows.push((say(request, key), html! { (text.best(lang).0) }));
        }
    }
    let rows: Vec<(&str, Markup)> =
        rows.iter().map(|(name, value)| (name.as_str(), value.clone())).collect();
    look::facts(&rows)
}

/// Who has it, as far as that is told.
fn taken(request: &Request, view: &ListingView) -> Markup {
    html! {
        @for it in view.taken.iter().filter(|it| it.state.is_live()) {
            (look::notice(request.lang, Tone::Wait, html! {
                p { strong { (taken_text(request, it)) } }
                @if let Some(price) = it.price {
                    p { (said(request, "deal-page-agreed-price", "price", words::money(request.lang, price))) }
                }
                @if it.is_own { p { a href=(link::deal(it.deal)) { (it.reference) } } }
                @if it.state == DealState::Published && request.me.is_some() && !it.is_own {
                    (objection_form(request, view.listing.id, it.deal))
                }
            }))
        }
    }
}

fn taken_text(request: &Request, it: &Taken) -> String {
    let key = format!("deal-taken-{}", it.state.word());
    said(request, &key, "at", moment(request, it.until))
}

pub fn said(request: &Request, key: &str, name: &str, value: String) -> String {
    words::say_with(request.lang, key, &[(name, value.into())])
}

/// What this reader can do about it.
fn ways(request: &Request, view: &ListingView, errors: &[Refusal]) -> Markup {
    let ways = &view.ways;
    let nothing = ways.accept.is_empty() && ways.offer.is_empty() && ways.notice.is_empty();
    let is_taken = view.taken.iter().any(|it| it.state.is_live());
    html! {
        @if !ways.accept.is_empty() { (accept_form(request, view, errors)) }
        @if !ways.offer.is_empty() { (offer_form(request, view, errors)) }
        @if view.listing.mode == DealMode::Auction {
            @for lot in &view.lots {
                p { a href=(link::auction(lot.id)) {
                    (words::say_with(request.lang, "deal-page-auction", &[
                        ("reference", lot.reference.to_string().into()),
                        ("state", say(request, &format!("lot-state-{}", lot.state.word())).into()),
                    ]))
                } }
            }
            @if view.lots.is_empty() { p.quiet { (say(request, "deal-page-no-auction")) } }
        }
        (licences(request, view))
        @if ways.declares { (declare_form(request, view, errors)) }
        @if request.me.is_none() {
            p { a href=(link::sign_in(&link::listing(view.listing.id))) { (say(request, "deal-page-sign-in")) } }
        } @else if nothing && !is_taken && matches!(view.listing.mode, DealMode::FixedPrice | DealMode::Negotiation) {
            p.quiet { (say(request, "deal-page-nothing")) }
        }
    }
}

/// Open licences of the listing: their state, notices, the register for whoever keeps it.
fn licences(request: &Request, view: &ListingView) -> Markup {
    let lang = request.lang;
    html! {
        @for it in &view.licences {
            @let tone = match it.licence.state {
                OpenLicenceState::Declared => Tone::Wait,
                OpenLicenceState::Announced => Tone::Ok,
                OpenLicenceState::Withdrawn | OpenLicenceState::Lapsed => Tone::Plain,
            };
            section.sheet.stack {
                p {
                    (look::state_tag(tone, &say(request, &format!("open-licence-state-{}", it.licence.state.word()))))
                    " " span.small.quiet { (it.licence.reference) }
                }
                @if it.licence.state == OpenLicenceState::Announced {
                    p { (said(request, "open-licence-since", "at", moment(request, it.licence.announced_at))) }
                }
                @if !it.licence.state.stands() {
                    p { (said(request, "open-licence-until", "at", moment(request, it.licence.ended_at))) }
                    @if it.licence.state == OpenLicenceState::Withdrawn { p.small { (it.licence.reason) } }
                    @else { p.small { (say(request, &format!("open-licence-lapse-{}", it.licence.reason))) } }
                }
                p.small { (words::say_with(lang, "open-licence-count", &[("count", it.n_licences.into())])) }
                (licence_forms(request, view, it))
                @if !it.register.is_empty() { (register(request, it)) }
            }
        }
    }
}

fn register(request: &Request, it: &app::deal::OpenLicenceView) -> Markup {
    let caption = say(request, "open-licence-register");
    let titles = ["open-licence-licensee", "open-licence-received", "open-licence-receipt"]
        .map(|key| (key, say(request, key)));
    let rows = it.register.iter().map(|(deal, name)| {
        Row::from(vec![
            html! { (name.best(request.lang).0) },
            html! { (moment(request, deal.opened_at)) },
            html! { a href=(link::deal(deal.id)) { (deal.reference) } },
        ])
    });
    look::table(&Table {
        lang: request.lang,
        caption: &caption,
        columns: titles.iter().map(|(key, title)| Column::text(key, title)).collect(),
        rows: rows.collect(),
        is_cards: true,
        ..Table::default()
    })
}

/// Every attempt over this listing, whichever way: its history.
fn tried(request: &Request, view: &ListingView) -> Markup {
    let over = view.taken.iter().filter(|it| !it.state.is_live());
    let over: Vec<&Taken> = over.collect();
    if view.lots.is_empty() && over.is_empty() {
        return html! {};
    }
    look::part(
        "tried",
        &say(request, "deal-page-tried"),
        html! {
            ul {
                @for lot in &view.lots {
                    li {
                        a href=(link::auction(lot.id)) { (lot.reference) } " · "
                        (say(request, "open-data-kind-lot")) " · "
                        (say(request, &format!("lot-state-{}", lot.state.word())))
                    }
                }
                @for it in over {
                    li {
                        a href=(link::deal(it.deal)) { (it.reference) } " · "
                        (say(request, &format!("deal-state-{}", it.state.word())))
                    }
                }
            }
        },
    )
}

fn list(request: &Request) -> Result<Reply, No> {
    let lang = request.lang;
    me(request)?;
    let before: Option<DealId> = match request.query.get("after") {
        "" => None,
        typed => Some(typed.parse().map_err(|_| Refusal::not_found())?),
    };
    let page = request.city().deals(&request.asker, before, limits::PAGE_ROWS)?;
    let title = say(request, "deal-page-title");
    let next = page.next.map(|id| look::address::with(link::DEALS, "after", &id.to_string()));
    let content = html! {
        (look::page_head(&PageHead {
            lang,
            title: &title,
            lead: Some(html! { (say(request, "deal-page-lead")) }),
            ..PageHead::default()
        }))
        @if !page.objected.is_empty() {
            (look::part("objected", &say(request, "deal-page-objected"), html! {
                @for row in &page.objected { (one(request, row)) }
            }))
        }
        @if page.rows.is_empty() {
            (look::empty(&say(request, "deal-page-none"), html! {
                p { a href=(link::TRADE) { (say(request, "deal-page-none-hint")) } }
            }))
        }
        @for row in &page.rows { (one(request, row)) }
        (look::pager(lang, &Pager::Keyset { previous: None, next: next.as_deref() }))
    };
    Ok(Page::new(request, &title).section(Section::Trade).personal().reply(content))
}

fn one(request: &Request, row: &DealRow) -> Markup {
    let lang = request.lang;
    let (title, title_lang) = row.title.best(lang);
    let key = format!("deal-page-with-{}", row.side.word());
    let facts = words::say_with(
        lang,
        &key,
        &[
            ("with", row.with.best(lang).0.to_owned().into()),
            ("at", moment(request, row.deal.changed_at).into()),
        ],
    );
    Hit {
        lang,
        href: &link::deal(row.deal.id),
        title: Some(html! { (title) }),
        title_lang: Some(title_lang),
        kind: &say(request, &format!("listing-mode-{}", row.deal.mode.word())),
        facts: &facts,
        state: Some(state_tag(request, row.deal.state)),
        ..Hit::default()
    }
    .view()
}

fn state_tag(request: &Request, state: DealState) -> Markup {
    let tone = match state {
        DealState::Talking | DealState::Reserved | DealState::Published => Tone::Wait,
        DealState::Objected => Tone::Live,
        DealState::Agreed | DealState::Signed => Tone::Ok,
        DealState::Refused | DealState::Expired | DealState::CalledOff => Tone::Plain,
    };
    look::state_tag(tone, &say(request, &format!("deal-state-{}", state.word())))
}

fn show(request: &Request) -> Result<Reply, No> {
    let view = request.city().deal(&request.asker, request.id("id")?)?;
    Ok(page(request, &view, &[]))
}

/// The page of a deal, with the reasons why the last form was refused.
pub fn page(request: &Request, view: &DealView, errors: &[Refusal]) -> Reply {
    let lang = request.lang;
    let deal = &view.deal;
    let (title, title_lang) = view.title.best(lang);
    let all = say(request, "deal-page-title");
    let reference = deal.reference.to_string();
    let forms = ticket(request);
    let told: Vec<(String, String, String, Markup)> = view
        .moves
        .iter()
        .rev()
        .map(|it| {
            let who = match it.side.as_str() {
                "owner" => view.owner_name.best(lang).0.to_owned(),
                "counterparty" => view.counterparty_name.best(lang).0.to_owned(),
                side => say(request, &format!("deal-side-{side}")),
            };
            let text = html! {
                p { (say(request, &format!("deal-move-{}", it.kind))) }
                @if matches!(it.kind.as_str(), "offer" | "accept" | "agree") {
                    @if let Some(price) = it.terms.price { p { (words::money(lang, price)) } }
                    @if let Some(royalty) = it.terms.royalty { p.small { (royalty) " %" } }
                    @if !it.terms.notes.is_empty() { p.small { (it.terms.notes.best(lang).0) } }
                }
                @if !it.reason.is_empty() { p.small { (it.reason) } }
            };
            (moment(request, it.at), it.at.rfc3339(), who, text)
        })
        .collect();
    let events: Vec<Event<'_>> = told
        .iter()
        .map(|(at, machine_at, who, text)| Event {
            at,
            machine_at,
            who,
            text: text.clone(),
            log_number: "",
        })
        .collect();
    let content = html! {
        (look::page_head(&PageHead {
            lang,
            crumbs: &[Crumb { href: link::DEALS, text: &all }],
            kind: &say(request, &format!("listing-mode-{}", deal.mode.word())),
            title,
            title_lang: Some(title_lang),
            tags: vec![state_tag(request, deal.state)],
            label: Some(&deal.label),
            reference: &reference,
            ..PageHead::default()
        }))
        (look::error_summary(lang, errors))
        (look::aside_split(
            html! {
                (look::part("now", &say(request, "deal-page-now"), html! {
                    p { strong { (said(request, &format!("deal-now-{}", deal.state.word()), "at",
                        moment(request, deal.until))) } }
                    @if deal.state == DealState::CalledOff && !deal.reason.is_empty() { p { (deal.reason) } }
                    (contracts(request, view, &forms))
                    (answer_forms(request, view, errors, &forms))
                }))
                (look::part("history", &say(request, "deal-page-history"), look::timeline(lang, &events)))
            },
            html! {
                (look::sheet(&say(request, "deal-page-parties"), look::facts(&[
                    (&say(request, "deal-side-owner"), html! { (view.owner_name.best(lang).0) }),
                    (&say(request, "deal-side-counterparty"), html! { (view.counterparty_name.best(lang).0) }),
                ])))
                (look::sheet(&say(request, "deal-page-terms"), terms(request, &deal.terms)))
                p { a href=(link::listing(deal.listing)) { (say(request, "deal-page-listing")) } }
            },
        ))
    };
    let page = Page::new(request, title)
        .section(Section::Trade)
        .label(&deal.label, say(request, "deal-page-kind"))
        .at(link::deal(deal.id))
        .personal();
    page.failed(errors).reply(content)
}

/// The contracts of the award, and the button that drafts one.
fn contracts(request: &Request, view: &DealView, forms: &Ticket) -> Markup {
    html! {
        @for it in &view.contracts {
            p {
                a href=(link::contract(it.id)) {
                    (said(request, "deal-page-contract", "reference", it.reference.to_string()))
                }
                " " (crate::contract::state_tag(request, it.state()))
            }
        }
        @if view.drafts {
            div.sheet.stack {
            p { (say(request, "deal-page-award")) }
            (look::post_button(&look::PostButton {
                action: &format!("{}/contract", link::deal(view.deal.id)),
                csrf: &forms.csrf,
                key: &forms.key,
                text: &say(request, "lot-page-draft-contract"),
                look: look::Look::Primary,
                values: &[],
            }))
            }
        } @else if view.deal.state == DealState::Agreed && view.contracts.is_empty() {
            p { (say(request, "deal-page-award")) }
        }
    }
}

/// For which side a form answers.
pub fn side_path(deal: DealId, side: Side) -> String {
    match side {
        Side::Owner => format!("{}/owner-answers", link::deal(deal)),
        Side::Counterparty => format!("{}/taker-answers", link::deal(deal)),
    }
}
