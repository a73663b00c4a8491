//! Contracts: the list, and one with everything that is under way about it.

use crate::contract_part as part;
use crate::link;
use crate::page::{Page, get, moment, say};
use access::Act;
use app::No;
use app::contract::{ContractRow, ContractView};
use base::{ContractId, Refusal, limits};
use edge::{Reply, Request, Route};
use look::{Crumb, Hit, Look, PageHead, Pager, Section, Tone};
use maud::{Markup, html};

/// The routes that show contracts.
pub static ROUTES: &[Route] = &[
    get(link::CONTRACTS, Act::ListContracts, list),
    get("/contracts/{id}", Act::LookAtContract, show),
];

/// States in which something is to be done.
const LIVE: &[&str] = &["draft", "offered", "partly-signed", "in-force", "breached"];
/// States in which all is over.
const OVER: &[&str] = &["performed", "terminated", "abandoned"];

fn list(request: &Request) -> Result<Reply, No> {
    let lang = request.lang;
    let is_over = request.query.get("part") == "over";
    let after = match request.query.get("after") {
        "" => None,
        typed => Some(typed.parse::<ContractId>().map_err(|_| Refusal::not_found())?),
    };
    let states = if is_over { OVER } else { LIVE };
    let page = request.city().contracts(&request.asker, states, after, limits::PAGE_ROWS)?;
    let (title, lead) = (say(request, "contract-page-title"), say(request, "contract-page-lead"));
    let over = look::address::with(link::CONTRACTS, "part", "over");
    let here = look::address::with(link::CONTRACTS, "part", if is_over { "over" } else { "live" });
    let next = page.next.map(|id| look::address::and(&here, "after", &id.to_string()));
    let (live_text, over_text) =
        (say(request, "contract-page-live"), say(request, "contract-page-over"));
    let tabs = [
        look::Tab { href: link::CONTRACTS, text: &live_text, count: None, is_current: !is_over },
        look::Tab { href: &over, text: &over_text, count: None, is_current: is_over },
    ];
    let content = html! {
        (look::page_head(&PageHead {
            lang, title: &title, lead: Some(html! { (lead) }), ..PageHead::default()
        }))
        (look::tabs(lang, &title, &tabs))
        @if page.rows.is_empty() {
            (look::empty(&say(request, "contract-page-none"), html! {
                p { (say(request, "contract-page-none-hint")) }
            }))
        } @else {
            @for row in &page.rows { (one(request, row)) }
        }
        (look::pager(lang, &Pager::Keyset { previous: None, next: next.as_deref() }))
        ul {
            li { a href=(link::RECEIVABLES) { (say(request, "receivable-title")) } }
            li { a href=(link::CONTRACT_STATISTICS) { (say(request, "contract-count-title")) } }
            li { a href=(link::CONTRACT_TEMPLATES) { (say(request, "contract-template-title")) } }
        }
    };
    Ok(Page::new(request, &title).section(Section::Trade).personal().reply(content))
}

fn one(request: &Request, row: &ContractRow) -> Markup {
    let lang = request.lang;
    let kept = &row.kept;
    let terms = kept.current();
    let (title, title_lang) = terms.subject.title.best(lang);
    let facts = words::say_with(
        lang,
        "contract-page-row",
        &[
            ("reference", kept.reference.to_string().into()),
            ("provider", row.provider.best(lang).0.to_owned().into()),
            ("acquirer", row.acquirer.best(lang).0.to_owned().into()),
            ("price", part::total(request, terms).into()),
            ("at", moment(request, kept.changed_at).into()),
        ],
    );
    Hit {
        lang,
        href: &link::contract(kept.id),
        title: Some(html! { (title) }),
        title_lang: Some(title_lang),
        passage: Some(html! {
            (state_tag(request, kept.state()))
            @if row.waits { " " (look::tag(Tone::Live, &say(request, "contract-page-your-turn"))) }
        }),
        facts: &facts,
        ..Hit::default()
    }
    .view()
}

/// How a contract stands, in words.
pub fn state_tag(request: &Request, state: &str) -> Markup {
    let tone = match state {
        "in-force" | "performed" => Tone::Ok,
        "offered" | "partly-signed" => Tone::Wait,
        "breached" => Tone::Live,
        _ => Tone::Plain,
    };
    look::state_tag(tone, &say(request, &format!("contract-state-{state}")))
}

fn show(request: &Request) -> Result<Reply, No> {
    let view = request.city().contract(&request.asker, request.id("id")?)?;
    Ok(page(request, &view, &[]))
}

/// The page of a contract, with the reasons why the last form was refused.
pub fn page(request: &Request, view: &ContractView, errors: &[Refusal]) -> Reply {
    let lang = request.lang;
    let kept = &view.kept;
    let (title, title_lang) = kept.current().subject.title.best(lang);
    let (all, kind) = (say(request, "contract-page-title"), say(request, "contract-page-kind"));
    let reference = kept.reference.to_string();
    let text = link::contract_part(kept.id, "text");
    let mut actions = Vec::new();
    if view.offers.revise {
        let terms = link::contract_part(kept.id, "terms");
        actions.push(look::link_button(
            &terms,
            &say(request, "contract-page-revise"),
            Look::Second,
        ));
    }
    actions.push(look::link_button(&text, &say(request, "contract-page-text"), Look::Plain));
    if kept.bound.is_some() {
        let filing = link::contract_part(kept.id, "registration");
        actions.push(look::link_button(
            &filing,
            &say(request, "contract-filing-title"),
            Look::Plain,
        ));
    }
    let content = html! {
        (look::page_head(&PageHead {
            lang,
            crumbs: &[Crumb { href: link::CONTRACTS, text: &all }],
            kind: &kind,
            title,
            title_lang: Some(title_lang),
            tags: vec![state_tag(request, kept.state())],
            label: Some(&kept.label),
            reference: &reference,
            actions,
            ..PageHead::default()
        }))
        (look::error_summary(lang, errors))
        (look::aside_split(html! {
            (part::next_step(request, view))
            (crate::contract_money::payments(request, view))
            (part::milestones(request, view))
            (crate::contract_money::royalties(request, view))
            (part::turns(request, view))
            (part::history(request, view))
        }, html! {
            (look::sheet(&say(request, "contract-page-facts"), part::facts(request, view)))
            (look::sheet(&say(request, "contract-page-versions"), part::versions(request, view)))
            (part::documents(request, view))
        }))
    };
    let page = Page::new(request, title).section(Section::Trade).label(&kept.label, kind);
    page.at(link::contract(kept.id)).personal().failed(errors).reply(content)
}
