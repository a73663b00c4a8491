//! One request to several units: their answers side by side, or the parts that each does.

use crate::form::ticket;
use crate::link;
use crate::page::{Page, get, me, say};
use crate::service_order::{cost, state_tag};
use access::Act;
use app::No;
use app::service_order::{OrderRow, RequestView};
use edge::{Reply, Request, Route};
use instruments::item::Mark;
use instruments::service_order::{Manner, State, Step};
use look::{Column, Crumb, Look, PageHead, PostButton, Row, Section, Table, post_button};
use maud::{Markup, html};

/// The routes of this file.
pub static ROUTES: &[Route] = &[get("/service-requests/{id}", Act::LookAtService, show)];

fn show(request: &Request) -> Result<Reply, No> {
    me(request)?;
    let lang = request.lang;
    let view = request.city().service_request(&request.asker, request.id("id")?)?;
    let it = &view.request;
    let title = match it.title.is_empty() {
        true => say(request, "service-request"),
        false => it.title.clone(),
    };
    let all = say(request, "service-title");
    let lead = say(request, &format!("service-request-lead-{}", it.manner));
    let content = html! {
        (look::page_head(&PageHead {
            lang,
            crumbs: &[Crumb { href: link::SERVICE_ORDERS, text: &all }],
            kind: &say(request, "service-request"),
            title: &title,
            reference: it.reference.as_str(),
            lead: Some(html! { p { (lead) } }),
            ..PageHead::default()
        }))
        (table(request, &view))
        p { (words::say_with(lang, "service-request-samples", &[("count", view.samples.len().into())])) }
    };
    Ok(Page::new(request, &title).section(Section::Share).personal().reply(content))
}

fn table(request: &Request, view: &RequestView) -> Markup {
    let lang = request.lang;
    let heads = ["unit", "state", "cost", "days", "marks", "next"]
        .map(|key| (key, say(request, &format!("service-column-{key}"))));
    let columns = heads.iter().map(|(key, head)| match *key {
        "cost" | "days" => Column::figures(key, head, ""),
        _ => Column::text(key, head),
    });
    let line = |(row, marks): &(OrderRow, Vec<Mark>)| {
        let order = &row.order;
        let names: Vec<String> =
            marks.iter().map(|mark| say(request, &format!("item-mark-{mark}"))).collect();
        let cells = vec![
            html! {
                a href=(link::service_order(order.id)) { (row.unit.best(lang).0) }
                @if let Some(it) = view.ratings.get(&order.unit) {
                    br; span.small.quiet { (crate::item::rated(request, *it)) }
                }
            },
            state_tag(request, order.state),
            html! { @if has_answered(view, row) { (cost(request, row)) } @else { "–" } },
            html! { @if has_answered(view, row) && order.days() > 0 { (order.days()) } @else { "–" } },
            html! { (names.join(", ")) },
            act(request, view, row),
        ];
        let is_marked = view.request.chosen == Some(order.id);
        Row { is_marked, ..Row::from(cells) }
    };
    look::table(&Table {
        lang,
        caption: &say(request, "service-answers"),
        is_caption_hidden: true,
        columns: columns.collect(),
        rows: view.orders.iter().map(line).collect(),
        is_cards: true,
        ..Table::default()
    })
}

/// An answer is what the unit said; list prices alone are none where answers are compared.
fn has_answered(view: &RequestView, row: &OrderRow) -> bool {
    view.request.manner == Manner::Each || row.order.matter.quote.is_some()
}

fn act(request: &Request, view: &RequestView, row: &OrderRow) -> Markup {
    let order = &row.order;
    if order.state != State::Quoted || !view.may_answer || view.request.chosen.is_some() {
        return html! {
            @match row.next {
                Some(step) => { a href=(format!("{}#next", link::service_order(order.id))) { (crate::service_order::step_name(request, step)) } }
                None => {}
            }
        };
    }
    let forms = ticket(request);
    let version = order.version.to_string();
    post_button(&PostButton {
        action: &link::service_order_part(order.id, "answers"),
        csrf: &forms.csrf,
        key: &forms.key,
        text: &say(request, "service-take"),
        look: Look::Primary,
        values: &[
            ("version", version.as_str()),
            ("step", Step::Accept.word()),
            ("voucher", &order.voucher.map(|id| id.to_string()).unwrap_or_default()),
        ],
    })
}
