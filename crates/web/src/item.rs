//! Test items: looked for by object, parameter, standard or plain words; the page of one.

use crate::link;
use crate::page::{Page, get, say};
use crate::service_form::may_order;
use crate::tariff::yuan;
use access::Act;
use app::No;
use app::item::{ItemAsk, ItemRow, ItemView};
use base::limits;
use edge::{Reply, Request, Route};
use instruments::item::{Accreditation, ClassPrice, Sheet};
use instruments::rating::Rating;
use instruments::standard::Status;
use look::{Crumb, Hit, Look, PageHead, Pager, Section, Tone, link_button};
use maud::{Markup, html};

/// The routes of this file.
pub static ROUTES: &[Route] =
    &[get(link::SERVICES, Act::ListItems, list), get("/services/{id}", Act::LookAtItem, show)];

fn list(request: &Request) -> Result<Reply, No> {
    let lang = request.lang;
    let typed = request.query.get("q");
    let page = request.query.get("page").parse().unwrap_or(1);
    let ask = ItemAsk {
        text: typed.to_owned(),
        unit: request.query.get("unit").parse().ok(),
        page,
        page_rows: limits::PAGE_ROWS,
        ..ItemAsk::default()
    };
    let found = request.city().test_items(&request.asker, &ask)?;
    let title = say(request, "item-title");
    let what = say(request, "item-search");
    let mut acts = Vec::new();
    if request.me.is_some() {
        acts.push(link_button(link::SERVICE_ORDERS, &say(request, "item-to-orders"), Look::Second));
    }
    if found.may_enter {
        acts.push(link_button(link::SERVICE_NEW, &say(request, "item-new"), Look::Second));
    }
    let unit = request.query.get("unit");
    let here = look::address::build(
        link::SERVICES,
        &[("q", typed), ("unit", unit)]
            .into_iter()
            .filter(|it| !it.1.is_empty())
            .collect::<Vec<_>>(),
    );
    let content = html! {
        (look::page_head(&PageHead {
            lang,
            title: &title,
            lead: Some(html! { p { (say(request, "item-lead")) } }),
            actions: acts,
            ..PageHead::default()
        }))
        form.ask role="search" method="get" action=(link::SERVICES) {
            input type="search" name="q" value=(typed) autocomplete="off" aria-label=(what)
                placeholder=(what) maxlength=(limits::QUERY_CHARS_MAX);
            @if !unit.is_empty() { input type="hidden" name="unit" value=(unit); }
            button.btn type="submit" { (say(request, "instrument-page-find")) }
        }
        @if found.rows.is_empty() {
            (look::empty(&say(request, "item-none"), html! { p { (say(request, "item-none-hint")) } }))
        } @else {
            @if !typed.is_empty() && may_order(request) {
                p { a href=(look::address::with(link::EXCHANGE_NEW, "q", typed)) { (say(request, "item-ask-several")) } }
            }
            (look::results(lang, found.total, true, html! {
                @for row in &found.rows { (hit(request, row, found.today)) }
            }))
        }
        (look::pager(lang, &Pager::Numbered {
            address: &here, page: found.page, page_rows: limits::PAGE_ROWS, total: found.total,
        }))
    };
    let page = Page::new(request, &title).section(Section::Share).own_search();
    Ok(page.indexed(say(request, "item-lead")).reply(content))
}

/// What is tested of what, as one line.
pub fn title(request: &Request, sheet: &Sheet) -> String {
    let lang = request.lang;
    let (object, parameter) = (sheet.object.best(lang).0, sheet.parameter.best(lang).0);
    let parts: Vec<&str> =
        [object, parameter].into_iter().filter(|part| !part.is_empty()).collect();
    parts.join(" · ")
}

/// One item in a list.
pub fn hit(request: &Request, row: &ItemRow, today: base::Date) -> Markup {
    let lang = request.lang;
    let sheet = &row.item.sheet;
    let title = title(request, sheet);
    let range = sheet.range.best(lang).0;
    let standard = sheet.standard.as_str();
    let mut facts: Vec<&str> = vec![standard, range, row.unit.best(lang).0];
    let said = row.rating.map(|it| rated(request, it)).unwrap_or_default();
    facts.push(&said);
    facts.retain(|fact| !fact.is_empty());
    Hit {
        lang,
        href: &link::service(row.item.id),
        title: Some(html! { (title) }),
        kind: &sheet.category,
        facts: &facts.join(" · "),
        state: Some(tags(request, row, today)),
        terms: &price(request, sheet),
        ..Hit::default()
    }
    .view()
}

/// Marks of accreditation valid today, and whether its standard no longer counts.
fn tags(request: &Request, row: &ItemRow, today: base::Date) -> Markup {
    let marks = row.item.sheet.marks_on(today);
    html! {
        @for mark in marks {
            (look::tag(Tone::Ok, &say(request, &format!("item-mark-{mark}")))) " "
        }
        @if is_old(row) {
            (look::tag(Tone::Wait, &say(request, "item-standard-old"))) " "
        }
        @if row.item.is_withdrawn {
            (look::state_tag(Tone::Plain, &say(request, "item-state-withdrawn")))
        }
        @if row.item.sheet.invented {
            (look::tag(Tone::Plain, &say(request, "item-invented")))
        }
    }
}

fn is_old(row: &ItemRow) -> bool {
    let status = row.standard.as_ref().map(|it| it.facts.status);
    matches!(status, Some(Status::Superseded | Status::Withdrawn))
}

/// What one sample costs, or that it is quoted.
pub fn price(request: &Request, sheet: &Sheet) -> String {
    match sheet.prices() {
        None => say(request, "item-quoted"),
        Some(it) => words::say_with(
            request.lang,
            "item-price-each",
            &[("price", yuan(request, it.price).into())],
        ),
    }
}

/// What customers of a laboratory said.
pub fn rated(request: &Request, it: Rating) -> String {
    let count = |n: u64| usize::try_from(n).unwrap_or(usize::MAX).into();
    let counts = [("rated", count(it.n_rated)), ("content", count(it.n_content))];
    words::say_with(request.lang, "item-rated", &counts)
}

fn show(request: &Request) -> Result<Reply, No> {
    let view = request.city().test_item(&request.asker, request.id("id")?)?;
    let lang = request.lang;
    let item = &view.row.item;
    let title = title(request, &item.sheet);
    let all = say(request, "item-title");
    let content = html! {
        (look::page_head(&PageHead {
            lang,
            crumbs: &[Crumb { href: link::SERVICES, text: &all }],
            kind: &say(request, "item-kind"),
            title: &title,
            tags: vec![tags(request, &view.row, view.today)],
            lead: Some(html! { p { (view.row.unit.best(lang).0) } }),
            actions: acts(request, &view),
            ..PageHead::default()
        }))
        (superseded(request, &view))
        (look::aside_split(
            html! {
                (look::part("facts", &say(request, "item-facts"), facts(request, &view)))
                (look::part("marks", &say(request, "item-accreditation"), accreditations(request, &view)))
            },
            html! {
                (look::sheet(&say(request, "item-terms"), terms(request, &view)))
            },
        ))
    };
    let page = Page::new(request, &title).section(Section::Share);
    let page = if item.is_withdrawn { page.personal() } else { page.indexed(title.clone()) };
    Ok(page.reply(content))
}

fn acts(request: &Request, view: &ItemView) -> Vec<Markup> {
    let mut acts = Vec::new();
    let id = view.row.item.id;
    if !view.row.item.is_withdrawn && (request.me.is_none() || may_order(request)) {
        let order = look::address::with(link::SERVICE_ORDER_NEW, "item", &id.to_string());
        let href = if request.me.is_some() { order } else { link::sign_in(&order) };
        acts.push(link_button(&href, &say(request, "item-request"), Look::Primary));
    }
    if view.may_save {
        let edit = link::service_part(id, "revision");
        acts.push(link_button(&edit, &say(request, "item-edit"), Look::Plain));
    }
    acts
}

fn superseded(request: &Request, view: &ItemView) -> Markup {
    if !is_old(&view.row) {
        return html! {};
    }
    look::notice(
        request.lang,
        Tone::Wait,
        html! {
            p {
                (say(request, "item-standard-old-text")) " "
                @if let Some(it) = &view.successor {
                    a href=(link::standard(it.id)) { (it.facts.number) }
                }
            }
        },
    )
}

fn facts(request: &Request, view: &ItemView) -> Markup {
    let lang = request.lang;
    let sheet = &view.row.item.sheet;
    let mut rows: Vec<(String, Markup)> = Vec::new();
    let mut put = |key: &str, value: Markup| rows.push((say(request, key), value));
    put("item-column-object", html! { (sheet.object.best(lang).0) });
    put("item-column-parameter", html! { (sheet.parameter.best(lang).0) });
    if !sheet.standard.is_empty() {
        let known = view.row.standard.as_ref();
        put(
            "item-column-standard",
            html! {
                @match known {
                    Some(it) => {
                        a href=(link::standard(it.id)) { (sheet.standard) } " "
                        (crate::standard::status_tag(request, it.facts.status)) br;
                        span.small { (it.facts.title.best(lang).0) }
                    }
                    None => { (sheet.standard) }
                }
            },
        );
    }
    for (key, text) in [
        ("item-column-range", &sheet.range),
        ("item-column-uncertainty", &sheet.uncertainty),
        ("item-column-exclusions", &sheet.exclusions),
        ("item-column-sample", &sheet.sample),
    ] {
        if !text.is_empty() {
            put(key, html! { (text.best(lang).0) });
        }
    }
    if !view.instruments.is_empty() {
        put(
            "item-column-instruments",
            html! {
                ul { @for (id, name) in &view.instruments {
                    li { a href=(link::instrument(*id)) { (name.best(lang).0) } }
                } }
            },
        );
    }
    named(&rows)
}

fn named(rows: &[(String, Markup)]) -> Markup {
    let rows: Vec<(&str, Markup)> =
        rows.iter().map(|(key, value)| (key.as_str(), value.clone())).collect();
    look::facts(&rows)
}

fn terms(request: &Request, view: &ItemView) -> Markup {
    let lang = request.lang;
    let sheet = &view.row.item.sheet;
    let days = |n: u32| words::say_with(lang, "item-days", &[("days", i64::from(n).into())]);
    let mut rows: Vec<(String, Markup)> = Vec::new();
    let mut put = |key: &str, value: Markup| rows.push((say(request, key), value));
    put("item-column-price", html! { (price(request, sheet)) });
    rows.extend(classes(request, sheet));
    let mut put = |key: &str, value: Markup| rows.push((say(request, key), value));
    if let Some(it) = sheet.prices() {
        if it.minimum > 0 {
            put("item-column-minimum", html! { (yuan(request, it.minimum)) });
        }
        put(
            "item-column-counted",
            html! { (say(request, &format!("item-counted-{}", it.counted))) },
        );
        if it.urgent_bp > 0 {
            put(
                "item-column-urgent",
                html! { "+" (words::percent(lang, i64::from(it.urgent_bp))) },
            );
        }
    }
    if sheet.usual_days > 0 {
        put("item-column-days", html! { (days(sheet.usual_days)) });
    }
    if sheet.urgent_days > 0 {
        put("item-column-urgent-days", html! { (days(sheet.urgent_days)) });
    }
    if let Some(it) = view.turnaround {
        put("item-column-median", html! { (days(it.median_days)) });
        put("item-column-ninetieth", html! { (days(it.ninetieth_days)) });
    }
    if let Some(it) = view.row.rating {
        put("item-rated-column", html! { (rated(request, it)) });
    }
    named(&rows)
}

/// The price of each class that has its own.
fn classes(request: &Request, sheet: &Sheet) -> Vec<(String, Markup)> {
    let of = |own: &ClassPrice| {
        let class = [("class", own.class.clone().into())];
        let title = words::say_with(request.lang, "item-column-class-price", &class);
        (title, html! { (yuan(request, own.price)) })
    };
    sheet.class_prices.iter().map(of).collect()
}

fn accreditations(request: &Request, view: &ItemView) -> Markup {
    let sheet = &view.row.item.sheet;
    let lang = request.lang;
    let row = |it: &Accreditation| {
        let is_valid = it.is_valid_on(view.today);
        let (tone, key) = match is_valid {
            true => (Tone::Ok, "item-valid"),
            false => (Tone::Plain, "item-not-valid"),
        };
        look::Row::from(vec![
            html! { (say(request, &format!("item-mark-{}", it.mark))) },
            html! { code { (it.certificate) } },
            html! { (words::date_range(lang, it.from, it.until)) },
            look::state_tag(tone, &say(request, key)),
        ])
    };
    let heads = ["mark", "certificate", "span", "state"]
        .map(|key| say(request, &format!("item-column-{key}")));
    look::table(&look::Table {
        lang,
        caption: &say(request, "item-accreditation"),
        is_caption_hidden: true,
        columns: heads.iter().map(|head| look::Column::text("", head)).collect(),
        rows: sheet.accreditations.iter().map(row).collect(),
        empty: Some(html! { p { (say(request, "item-accreditation-none")) } }),
        is_cards: true,
        ..look::Table::default()
    })
}

/// What is tested on an instrument, and the way to have something measured.
pub fn on_instrument(request: &Request, it: &instruments::Instrument) -> Markup {
    let found = request.city().items_of_instrument(&request.asker, it.id).unwrap_or_default();
    let today = request.now.date_at(request.city().settings().utc_offset_minutes);
    let is_listed = it.state() == instruments::instrument::State::Listed;
    let may_ask = is_listed && may_order(request);
    let order = look::address::with(link::SERVICE_ORDER_NEW, "instrument", &it.id.to_string());
    html! {
        @if !found.is_empty() || may_ask {
            (look::part("tests", &say(request, "item-on-instrument"), html! {
                @if !found.is_empty() {
                    (look::results(request.lang, found.len(), true, html! {
                        @for row in &found { (hit(request, row, today)) }
                    }))
                }
                @if may_ask {
                    p { a href=(order) { (say(request, "item-have-measured")) } }
                }
            }))
        }
    }
}
