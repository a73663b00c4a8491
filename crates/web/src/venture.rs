//! Ventures: the list with the own holdings, and the page of one with its next steps.

use crate::form::ticket;
use crate::link;
use crate::page::{Page, get, me, moment, name, say};
use crate::venture_part::{duties, holders, money, said, shares_table};
use access::Act;
use app::No;
use app::venture::{VentureRow, VentureView};
use base::{Refusal, VentureId, limits};
use edge::{Reply, Request, Route};
use look::{
    Crumb, Hit, Look, PageHead, Pager, PostButton, Section, Step, StepState, Tone, link_button,
    post_button,
};
use maud::{Markup, html};
use trading::venture::{Venture, VentureState};

/// The routes that show ventures.
pub static ROUTES: &[Route] = &[
    get(link::VENTURES, Act::ListVentures, list),
    get("/ventures/{id}", Act::LookAtVenture, show),
];

fn list(request: &Request) -> Result<Reply, No> {
    let lang = request.lang;
    me(request)?;
    let before = match request.query.get("before") {
        "" => None,
        typed => Some(typed.parse::<VentureId>().map_err(|_| Refusal::not_found())?),
    };
    let page = request.city().ventures(&request.asker, before, limits::PAGE_ROWS)?;
    let holdings = request.city().holdings(&request.asker)?;
    let (title, lead) = (say(request, "venture-page-title"), say(request, "venture-page-lead"));
    let next = page.next.map(|id| look::address::with(link::VENTURES, "before", &id.to_string()));
    let content = html! {
        (look::page_head(&PageHead {
            lang,
            title: &title,
            lead: Some(html! { (lead) }),
            actions: vec![link_button(link::VENTURE_RULES, &say(request, "venture-page-rules"), Look::Plain)],
            ..PageHead::default()
        }))
        @if !holdings.is_empty() {
            (look::part("holdings", &say(request, "venture-page-holdings"), html! {
                @for it in &holdings {
                    (hit(request, (&it.venture, &it.title), &link::venture_holder(it.venture.id, it.holder),
                        it.company_name.best(lang).0))
                }
            }))
        }
        (look::part("ventures", &say(request, "venture-page-all"), html! {
            @if page.rows.is_empty() {
                (look::empty(&say(request, "venture-page-none"), html! {
                    p { (say(request, "venture-page-none-hint")) }
                }))
            } @else {
                @for row in &page.rows { (one(request, row)) }
            }
        }))
        (look::pager(lang, &Pager::Keyset { previous: None, next: next.as_deref() }))
    };
    Ok(Page::new(request, &title).section(Section::Trade).personal().reply(content))
}

fn one(request: &Request, row: &VentureRow) -> Markup {
    let facts = words::say_with(
        request.lang,
        "venture-page-row",
        &[
            ("owner", row.owner_name.best(request.lang).0.to_owned().into()),
            ("company", row.company_name.best(request.lang).0.to_owned().into()),
            ("reference", row.venture.reference.to_string().into()),
        ],
    );
    hit(request, (&row.venture, &row.title), &link::venture(row.venture.id), &facts)
}

fn hit(
    request: &Request,
    (venture, title): (&Venture, &base::Bilingual),
    href: &str,
    facts: &str,
) -> Markup {
    let (title, title_lang) = title.best(request.lang);
    Hit {
        lang: request.lang,
        href,
        title: Some(html! { (title) }),
        title_lang: Some(title_lang),
        state: Some(state_tag(request, venture)),
        facts,
        ..Hit::default()
    }
    .view()
}

/// How a venture stands, in words.
pub fn state_tag(request: &Request, it: &Venture) -> Markup {
    let tone = match it.state {
        VentureState::Prepared => Tone::Wait,
        VentureState::Running => Tone::Ok,
        VentureState::Withdrawn => Tone::Plain,
    };
    look::state_tag(tone, &say(request, &format!("venture-state-{}", it.state.word())))
}

/// The head of every page below a venture.
pub fn head(request: &Request, view: &VentureView, actions: Vec<Markup>) -> Markup {
    let it = view.venture();
    let (title, title_lang) = view.title.best(request.lang);
    let all = say(request, "venture-page-title");
    let reference = it.reference.to_string();
    let mut tags = vec![state_tag(request, it)];
    if it.invented {
        tags.push(look::tag(Tone::Plain, &say(request, "venture-page-invented")));
    }
    let tabs: Vec<(String, String, bool)> = ["", "valuation", "register", "exit"]
        .into_iter()
        .map(|part| {
            let href = if part.is_empty() {
                link::venture(it.id)
            } else {
                link::venture_part(it.id, part)
            };
            let key = if part.is_empty() { "overview" } else { part };
            let is_current = look::address::path(&request.path) == href
                || (!part.is_empty() && request.path.starts_with(&href));
            (href, say(request, &format!("venture-tab-{key}")), is_current)
        })
        .collect();
    let tabs: Vec<look::Tab<'_>> = tabs
        .iter()
        .map(|(href, text, is_current)| look::Tab {
            href,
            text,
            count: None,
            is_current: *is_current,
        })
        .collect();
    html! {
        (look::page_head(&PageHead {
            lang: request.lang,
            crumbs: &[Crumb { href: link::VENTURES, text: &all }],
            kind: &say(request, "venture-page-kind"),
            title,
            title_lang: Some(title_lang),
            tags,
            // That everybody may read the technology says nothing of the venture.
            label: Some(&it.label).filter(|label| !label.is_public()),
            reference: &reference,
            lead: Some(html! {
                (words::say_with(request.lang, "venture-page-sides", &[
                    ("owner", view.owner_name.best(request.lang).0.to_owned().into()),
                    ("company", view.company_name.best(request.lang).0.to_owned().into()),
                ]))
            }),
            actions,
            ..PageHead::default()
        }))
        (look::tabs(request.lang, title, &tabs))
    }
}

/// A page about a venture: never kept by anybody but its reader.
pub fn framed<'r>(request: &'r Request, view: &VentureView) -> Page<'r> {
    let title = view.title.best(request.lang).0.to_owned();
    Page::new(request, title)
        .section(Section::Trade)
        .highest(&view.venture().label, say(request, "venture-page-kind"))
        .personal()
}

fn show(request: &Request) -> Result<Reply, No> {
    let view = request.city().venture(&request.asker, request.id("id")?)?;
    Ok(page(request, &view, &[]))
}

/// The page of a venture, with the reasons why the last form was refused.
pub fn page(request: &Request, view: &VentureView, errors: &[Refusal]) -> Reply {
    let it = view.venture();
    let forms = ticket(request);
    let content = html! {
        (head(request, view, Vec::new()))
        (look::error_summary(request.lang, errors))
        (look::aside_split(
            html! {
                (look::part("next", &say(request, "venture-page-steps"), html! {
                    (steps(request, view))
                    @if view.offers.contribute { (contribute(request, view, &forms)) }
                }))
                @if !view.duties.is_empty() {
                    (look::part("duties", &say(request, "venture-page-duties"), duties(request, view)))
                }
                (look::part("shares", &say(request, "venture-page-shares"), shares_table(request, view)))
                (look::part("holders", &say(request, "venture-page-holders"), holders(request, view, errors)))
            },
            html! {
                (look::sheet(&say(request, "venture-page-facts"), facts(request, view)))
            },
        ))
    };
    framed(request, view).at(link::venture(it.id)).failed(errors).reply(content)
}

/// What was done and what comes next.
fn steps(request: &Request, view: &VentureView) -> Markup {
    let it = view.venture();
    let ran = it.state == VentureState::Running;
    let done = |is: bool| match (is, ran) {
        (true, _) | (_, true) => StepState::Done,
        _ => StepState::Now,
    };
    let valued = view.concluded.as_ref().map_or_else(String::new, |found| {
        said(request, "venture-step-valued", "value", money(request, it, found.value))
    });
    let agreed = match &view.allotted {
        Some(Ok(found)) => said(
            request,
            "venture-step-agreed",
            "shares",
            words::number(request.lang, found.shares),
        ),
        _ => String::new(),
    };
    let is_waiting = view.duties.iter().any(|it| it.code.is_some());
    let ends = view.duties.iter().filter_map(|it| it.ends).max().filter(|_| is_waiting);
    let waits = ends.map_or_else(String::new, |at| {
        said(request, "venture-step-waits", "at", moment(request, at))
    });
    let met = !view.duties.is_empty() && !is_waiting && it.plan.offer.is_some();
    let names = ["valuation", "offer", "duties", "contribution"]
        .map(|step| say(request, &format!("venture-step-{step}")));
    let last = if ran { StepState::Done } else { StepState::Later };
    let [one, two, three, four] = &names;
    let steps = [
        Step { name: one, detail: &valued, state: done(view.concluded.is_some()) },
        Step { name: two, detail: &agreed, state: done(it.plan.offer.is_some()) },
        Step { name: three, detail: &waits, state: done(met) },
        Step { name: four, detail: "", state: if met && !ran { StepState::Now } else { last } },
    ];
    look::steps(request.lang, &steps)
}

fn contribute(request: &Request, view: &VentureView, forms: &crate::form::Ticket) -> Markup {
    let it = view.venture();
    let version = it.version.to_string();
    let action = link::venture_part(it.id, "contribution");
    let is_met = it.plan.offer.is_some() && view.duties.iter().all(|duty| duty.code.is_none());
    html! {
        p.row {
            (link_button(&link::venture_part(it.id, "valuation"), &say(request, "venture-page-to-valuation"), Look::Second))
            (post_button(&PostButton {
                action: &action,
                csrf: &forms.csrf,
                key: &forms.key,
                text: &say(request, "venture-page-contribute"),
                look: if is_met { Look::Primary } else { Look::Plain },
                values: &[("version", &version)],
            }))
        }
        p.small.quiet { (say(request, "venture-page-contribute-hint")) }
    }
}

fn facts(request: &Request, view: &VentureView) -> Markup {
    let it = view.venture();
    let lang = request.lang;
    let mut rows: Vec<(String, Markup)> = vec![
        (
            say(request, "venture-fact-technology"),
            html! {
                a href=(link::technology(view.technology.0)) { (view.technology.1) }
            },
        ),
        (
            say(request, "venture-fact-owner"),
            html! {
                a href=(link::organisation(it.owner)) { (name(&view.owner_name, lang).0) }
            },
        ),
        (
            say(request, "venture-fact-company"),
            html! {
                a href=(link::organisation(it.company)) { (name(&view.company_name, lang).0) }
            },
        ),
    ];
    if let Some(found) = &view.concluded {
        let range = words::say_with(
            lang,
            "venture-range",
            &[
                ("low", money(request, it, found.low).into()),
                ("high", money(request, it, found.high).into()),
            ],
        );
        rows.push((
            say(request, "venture-fact-value"),
            html! { (money(request, it, found.value)) br; span.small.quiet { (range) } },
        ));
        rows.push((
            say(request, "venture-fact-valid"),
            html! { (words::date(lang, found.valid_until)) },
        ));
    }
    if let Some(offer) = &it.plan.offer {
        rows.push((
            say(request, "venture-fact-agreed"),
            html! { (money(request, it, offer.contribution.value)) },
        ));
    }
    rows.push((
        say(request, "venture-fact-entries"),
        html! { (words::number(lang, i64::try_from(it.n_entries).unwrap_or(i64::MAX))) },
    ));
    let named: Vec<(&str, Markup)> =
        rows.iter().map(|(name, value)| (name.as_str(), value.clone())).collect();
    html! {
        (look::facts(&named))
        @if view.offers.withdraw {
            @let forms = ticket(request);
            @let action = link::venture_part(it.id, "withdrawal");
            (look::confirm(&look::Confirm {
                lang,
                open: &say(request, "venture-page-withdraw-open"),
                title: &say(request, "venture-page-withdraw-title"),
                text: html! { p { (say(request, "venture-page-withdraw-text")) } },
                act: post_button(&PostButton {
                    action: &action,
                    csrf: &forms.csrf,
                    key: &forms.key,
                    text: &say(request, "venture-page-withdraw"),
                    look: Look::Danger,
                    values: &[],
                }),
            }))
        }
    }
}
