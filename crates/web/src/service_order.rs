//! Orders of tests: what waits for the reader, the list, the page of one with its next step.

use crate::link;
use crate::page::{Page, get, me, say, stamp, zoned};
use crate::service_step as step;
use crate::tariff::yuan;
use access::Act;
use app::No;
use app::service_order::{OrderPage, OrderRow, OrderView, SampleView, UnitTurnaround};
use base::{Refusal, ServiceOrderId, limits};
use edge::{Reply, Request, Route};
use instruments::service::{Order, Whereabouts};
use instruments::service_order::{Manner, State, Step};
use look::{
    Column, Crumb, Look, PageHead, Pager, Row, Section, StepState, Table, Tone, link_button,
};
use maud::{Markup, html};

/// The routes of this file.
pub static ROUTES: &[Route] = &[
    get(link::SERVICE_ORDERS, Act::ListServices, list),
    get("/service-orders/{id}", Act::LookAtService, show),
];

fn list(request: &Request) -> Result<Reply, No> {
    me(request)?;
    let lang = request.lang;
    let before = match request.query.get("before") {
        "" => None,
        typed => Some(typed.parse::<ServiceOrderId>().map_err(|_| Refusal::not_found())?),
    };
    let found = request.city().service_orders(&request.asker, before, limits::PAGE_ROWS)?;
    let title = say(request, "service-title");
    let next =
        found.next.map(|id| look::address::with(link::SERVICE_ORDERS, "before", &id.to_string()));
    let mut acts = vec![link_button(link::SERVICES, &say(request, "service-find"), Look::Primary)];
    if crate::service_form::may_order(request) {
        let several = say(request, "service-ask-several");
        acts.push(link_button(link::EXCHANGE_NEW, &several, Look::Second));
    }
    let content = html! {
        (look::page_head(&PageHead {
            lang,
            title: &title,
            lead: Some(html! { p { (say(request, "service-lead")) } }),
            actions: acts,
            ..PageHead::default()
        }))
        @if before.is_none() { (waiting(request, &found)) }
        (look::part("all", &say(request, "service-all"), html! {
            (table(request, &say(request, "service-all"), &found.rows, "service-none"))
            (look::pager(lang, &Pager::Keyset { previous: None, next: next.as_deref() }))
        }))
        @if !found.turnarounds.is_empty() {
            (look::part("turnaround", &say(request, "service-turnaround"), turnaround(request, &found.turnarounds)))
        }
    };
    Ok(Page::new(request, &title).section(Section::Share).personal().reply(content))
}

fn waiting(request: &Request, found: &OrderPage) -> Markup {
    look::part(
        "waiting",
        &say(request, "service-waiting"),
        html! {
            (table(request, &say(request, "service-waiting"), &found.waiting, "service-waiting-none"))
        },
    )
}

/// The name of a step as a button says it.
pub fn step_name(request: &Request, step: Step) -> String {
    say(request, &format!("service-do-{step}"))
}

/// Where an order stands.
pub fn state_tag(request: &Request, state: State) -> Markup {
    let tone = match state {
        State::Draft | State::Cancelled | State::Returned | State::Closed => Tone::Plain,
        State::Submitted | State::Approved | State::Quoted | State::Cleared => Tone::Wait,
        State::Accepted | State::Received | State::InTest | State::Tested => Tone::Info,
        State::Reported => Tone::Ok,
        State::Rejected => Tone::Live,
    };
    look::state_tag(tone, &say(request, &format!("service-state-{state}")))
}

/// What an order is called: its title, else what is tested first.
pub fn name(request: &Request, order: &Order) -> String {
    if !order.matter.title.is_empty() {
        return order.matter.title.clone();
    }
    let first = order.matter.lines.first();
    first.map(|line| line.what.best(request.lang).0.to_owned()).unwrap_or_default()
}

/// What it costs, or that nobody has said yet.
pub fn cost(request: &Request, row: &OrderRow) -> String {
    match row.cost {
        Some(minor) => yuan(request, minor),
        None => say(request, "service-no-price-yet"),
    }
}

fn table(request: &Request, caption: &str, rows: &[OrderRow], none: &str) -> Markup {
    let lang = request.lang;
    let heads = ["order", "unit", "customer", "state", "cost", "next"]
        .map(|key| (key, say(request, &format!("service-column-{key}"))));
    let columns = heads.iter().map(|(key, head)| match *key {
        "cost" => Column::figures(key, head, ""),
        _ => Column::text(key, head),
    });
    let line = |it: &OrderRow| {
        let order = &it.order;
        let href = link::service_order(order.id);
        Row::from(vec![
            html! {
                a href=(href) { (name(request, order)) } br;
                span.small.quiet { code { (order.reference) } }
                @if order.matter.is_urgent { " " (look::tag(Tone::Live, &say(request, "service-urgent"))) }
            },
            html! { (it.unit.best(lang).0) },
            html! { (it.customer.best(lang).0) },
            state_tag(request, order.state),
            html! { (cost(request, it)) },
            html! { @if let Some(step) = it.next { a href=(format!("{href}#next")) { (step_name(request, step)) } } },
        ])
    };
    look::table(&Table {
        lang,
        caption,
        is_caption_hidden: true,
        columns: columns.collect(),
        rows: rows.iter().map(line).collect(),
        empty: Some(look::empty(&say(request, none), html! {})),
        is_cards: true,
        ..Table::default()
    })
}

fn turnaround(request: &Request, all: &[UnitTurnaround]) -> Markup {
    let lang = request.lang;
    let heads = ["test", "count", "median", "ninetieth"]
        .map(|key| (key, say(request, &format!("service-column-{key}"))));
    let days = say(request, "item-days-unit");
    let columns = heads.iter().map(|(key, head)| match *key {
        "test" => Column::text(key, head),
        "count" => Column::figures(key, head, ""),
        _ => Column::figures(key, head, &days),
    });
    let row = |it: &UnitTurnaround| {
        let names = [it.object.best(lang).0, it.parameter.best(lang).0];
        let n = i64::try_from(it.turnaround.n_orders).unwrap_or(i64::MAX);
        Row::from(vec![
            html! { a href=(link::service(it.item)) { (names.join(" · ")) } },
            html! { (words::number(lang, n)) },
            html! { (it.turnaround.median_days) },
            html! { (it.turnaround.ninetieth_days) },
        ])
    };
    look::table(&Table {
        lang,
        caption: &say(request, "service-turnaround"),
        is_caption_hidden: true,
        columns: columns.collect(),
        rows: all.iter().map(row).collect(),
        note: Some(html! { (say(request, "service-turnaround-note")) }),
        is_cards: true,
        ..Table::default()
    })
}

fn show(request: &Request) -> Result<Reply, No> {
    me(request)?;
    page(request, request.id("id")?, &[])
}

/// The page of an order, after a step that was refused with its reasons.
pub fn page(request: &Request, id: ServiceOrderId, errors: &[Refusal]) -> Result<Reply, No> {
    let lang = request.lang;
    let view = request.city().service_order(&request.asker, id)?;
    let order = &view.row.order;
    let title = name(request, order);
    let all = say(request, "service-title");
    let mut crumbs = vec![Crumb { href: link::SERVICE_ORDERS, text: &all }];
    let several =
        view.request.as_ref().map(|it| (link::service_request(it.id), it.reference.to_string()));
    if let Some((href, text)) = &several {
        crumbs.push(Crumb { href, text });
    }
    let content = html! {
        (look::page_head(&PageHead {
            lang,
            crumbs: &crumbs,
            kind: &say(request, "service-kind"),
            title: &title,
            tags: vec![state_tag(request, order.state)],
            reference: order.reference.as_str(),
            lead: Some(html! { p { (view.row.unit.best(lang).0) " · " (view.row.customer.best(lang).0) } }),
            ..PageHead::default()
        }))
        (look::error_summary(lang, errors))
        (look::aside_split(
            html! {
                (look::part("way", &say(request, "service-way"), way(request, order)))
                (look::part("lines", &say(request, "service-asked"), lines(request, &view)))
                (look::part("samples", &say(request, "service-samples"), samples(request, &view)))
                @if order.matter.report.is_some() {
                    (look::part("report", &say(request, "service-report"), report(request, &view)))
                }
                @if !view.charges.is_empty() {
                    (look::part("charges", &say(request, "service-charges"), crate::charge::lines(request, &view.charges)))
                }
                (look::part("moves", &say(request, "service-moves"), moves(request, &view)))
            },
            html! {
                (step::next(request, &view, errors))
                (look::sheet(&say(request, "service-facts"), facts(request, &view)))
                (step::exits(request, &view))
            },
        ))
    };
    let page = Page::new(request, &title).section(Section::Share).personal();
    Ok(page.at(link::service_order(id)).failed(errors).reply(content))
}

/// The way of an order, with what is done, what is next and what comes later.
fn way(request: &Request, order: &Order) -> Markup {
    use State::{Accepted, Cleared, Closed, InTest, Quoted, Received, Reported, Submitted, Tested};
    let times = order.matter.times;
    let mut all = vec![(Submitted, times.submitted)];
    if times.quoted.is_some() || !order.is_listed() {
        all.push((Quoted, times.quoted));
    }
    all.extend([
        (Accepted, times.accepted),
        (Received, times.received),
        (InTest, times.started),
        (Tested, times.tested),
        (Reported, times.reported),
        (Cleared, times.cleared),
        (Closed, times.over.filter(|_| order.state == Closed)),
    ]);
    let is_broken = order.state.is_over() && order.state != Closed;
    if is_broken {
        all.retain(|(_, at)| at.is_some());
        all.push((order.state, times.over));
    }
    let named: Vec<(String, String, StepState)> = all
        .iter()
        .map(|(state, at)| {
            let how = match at {
                Some(_) if is_broken && *state == order.state => StepState::Problem,
                Some(_) if *state == order.state && !order.state.is_over() => StepState::Now,
                Some(_) => StepState::Done,
                None => StepState::Later,
            };
            // The hour stands below, with who did it.
            let offset = request.city().settings().utc_offset_minutes;
            let day = at.map(|at| words::date(request.lang, at.date_at(offset)));
            (say(request, &format!("service-state-{state}")), day.unwrap_or_default(), how)
        })
        .collect();
    let steps: Vec<look::Step<'_>> = named
        .iter()
        .map(|(name, detail, state)| look::Step { name, detail, state: *state })
        .collect();
    look::steps(request.lang, &steps)
}

fn lines(request: &Request, view: &OrderView) -> Markup {
    let lang = request.lang;
    let matter = &view.row.order.matter;
    let heads =
        ["test", "standard", "price"].map(|key| say(request, &format!("service-column-{key}")));
    let row = |line: &instruments::service::Line| {
        let what = line.what.best(lang).0;
        Row::from(vec![
            html! {
                @match (line.item, line.instrument) {
                    (Some(item), _) => { a href=(link::service(item)) { (what) } }
                    (None, Some(instrument)) => { a href=(link::instrument(instrument)) { (what) } }
                    (None, None) => { (what) }
                }
            },
            html! { (line.standard) },
            html! {
                @match line.prices {
                    Some(prices) => (words::say_with(lang, "item-price-each", &[("price", yuan(request, prices.price).into())])),
                    None => (say(request, "item-quoted")),
                }
            },
        ])
    };
    html! {
        (look::table(&Table {
            lang,
            caption: &say(request, "service-asked"),
            is_caption_hidden: true,
            columns: heads.iter().map(|head| Column::text("", head)).collect(),
            rows: matter.lines.iter().map(row).collect(),
            is_cards: true,
            ..Table::default()
        }))
        @if !matter.note.is_empty() { p { (matter.note) } }
        @if let Some(quote) = &matter.quote {
            p {
                strong { (say(request, "service-quote")) } ": "
                (words::say_with(lang, "item-price-each", &[("price", yuan(request, quote.prices.price).into())]))
                @if quote.prices.minimum > 0 {
                    ", " (say(request, "item-column-minimum")) " " (yuan(request, quote.prices.minimum))
                }
                " · " (words::say_with(lang, "item-days", &[("days", i64::from(quote.days).into())]))
                " · " (say(request, &format!("item-counted-{}", quote.prices.counted)))
            }
            @if !quote.note.is_empty() { p { (quote.note) } }
        }
    }
}

fn samples(request: &Request, view: &OrderView) -> Markup {
    let lang = request.lang;
    let id = view.row.order.id;
    let heads = ["sample", "material", "amount", "where", "result"]
        .map(|key| say(request, &format!("service-column-{key}")));
    let row = |it: &SampleView| {
        let sample = &it.kept.sample;
        let last = it.chain.last();
        Row::from(vec![
            html! {
                a href=(link::service_sample(id, it.kept.place)) { code { (it.kept.code) } } br;
                span.small { (sample.label) }
            },
            html! { (sample.material) @if !sample.form.is_empty() { " · " (sample.form) } },
            html! { (sample.amount) },
            html! {
                @if it.kept.whereabouts == Whereabouts::Here && !it.stands.is_empty() { (it.stands) }
                @else { (say(request, &format!("service-where-{}", it.kept.whereabouts))) }
                @if let Some((custody, who)) = last {
                    br; span.small.quiet { (who.best(lang).0) " · " (stamp(request, custody.at)) }
                }
            },
            html! {
                @match sample.succeeded {
                    Some(true) => (look::tag(Tone::Ok, &say(request, "service-succeeded"))),
                    Some(false) => (look::tag(Tone::Wait, &say(request, "service-failed"))),
                    None => "–",
                }
            },
        ])
    };
    html! {
        (look::table(&Table {
            lang,
            caption: &say(request, "service-samples"),
            is_caption_hidden: true,
            columns: heads.iter().map(|head| Column::text("", head)).collect(),
            rows: view.samples.iter().map(row).collect(),
            is_cards: true,
            ..Table::default()
        }))
        p { a href=(link::service_order_part(id, "labels")) { (say(request, "service-labels")) } }
    }
}

fn report(request: &Request, view: &OrderView) -> Markup {
    let Some(report) = &view.row.order.matter.report else { return html! {} };
    let marks = report.marks.iter().map(|mark| say(request, &format!("item-mark-{mark}")));
    let marks: Vec<String> = marks.collect();
    let name = view.report.as_ref().map_or("", |file| file.name.as_str());
    let day = say(request, "service-report-day");
    let mark = say(request, "service-report-marks");
    let file = say(request, "service-report-file");
    let mut rows = vec![
        (file.as_str(), html! { a href=(link::file(report.file)) { (name) } }),
        ("SHA-256", look::copy_id(request.lang, &report.hash)),
        (day.as_str(), html! { (words::date(request.lang, report.day)) }),
    ];
    if !marks.is_empty() {
        rows.push((mark.as_str(), html! { (words::list(request.lang, &marks)) }));
    }
    look::facts(&rows)
}

fn moves(request: &Request, view: &OrderView) -> Markup {
    let lang = request.lang;
    let heads = ["step", "who", "at", "said"].map(|key| {
        let text = say(request, &format!("service-column-{key}"));
        if key == "at" { zoned(request, &text) } else { text }
    });
    let row = |(it, who): &(app::service_order::Move, base::Bilingual)| {
        Row::from(vec![
            html! { (say(request, &format!("service-step-{}", it.step))) },
            html! { (who.best(lang).0) br; span.small.quiet { (say(request, &format!("service-side-{}", it.side))) } },
            html! { (stamp(request, it.at)) },
            html! { (it.note) },
        ])
    };
    look::table(&Table {
        lang,
        caption: &say(request, "service-moves"),
        is_caption_hidden: true,
        columns: heads.iter().map(|head| Column::text("", head)).collect(),
        rows: view.moves.iter().map(row).collect(),
        is_cards: true,
        ..Table::default()
    })
}

fn facts(request: &Request, view: &OrderView) -> Markup {
    let lang = request.lang;
    let order = &view.row.order;
    let mut rows: Vec<(String, Markup)> = Vec::new();
    let mut put = |key: &str, value: Markup| rows.push((say(request, key), value));
    put("service-column-cost", html! { (cost(request, &view.row)) });
    put(
        "service-column-count",
        html! { (words::number(lang, i64::try_from(view.samples.len()).unwrap_or(i64::MAX))) },
    );
    if order.matter.is_urgent {
        put("service-urgent", html! { (say(request, "service-yes")) });
    }
    if !order.matter.project.is_empty() {
        put("service-project", html! { (order.matter.project) });
    }
    if let Some(voucher) = order.voucher.filter(|_| view.may_answer) {
        put(
            "service-voucher",
            html! { a href=(link::voucher(voucher)) { (say(request, "service-voucher-open")) } },
        );
    }
    if let Some(promised) = view.promised {
        put(
            "service-promised",
            html! {
                (words::date(lang, promised.day))
                @if promised.is_late { " " (look::tag(Tone::Live, &say(request, "service-late"))) }
            },
        );
    }
    put("service-person", html! { (view.person.best(lang).0) });
    if let Some(opinion) = order.opinion {
        put(
            "service-opinion",
            html! { (say(request, &format!("service-opinion-{opinion}"))) @if !order.matter.word.is_empty() { br; (order.matter.word) } },
        );
    }
    let rows: Vec<(&str, Markup)> =
        rows.iter().map(|(key, value)| (key.as_str(), value.clone())).collect();
    html! {
        (look::facts(&rows))
        @if order.state == State::Cancelled && order.matter.manner == Manner::Compare {
            p.small { (say(request, "service-not-taken")) }
        }
    }
}
