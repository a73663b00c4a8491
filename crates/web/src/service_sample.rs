//! Samples: labels to print, and the page that the code on a label opens.

use crate::form::{reasons, ticket};
use crate::link;
use crate::page::{Page, get, me, post, say, stamp, zoned};
use access::Act;
use app::No;
use app::service_order::{MoveSample, OrderView, SampleView};
use base::{Refusal, ServiceOrderId};
use edge::{Reply, Request, Route};
use instruments::service::Whereabouts;
use look::{Crumb, Field, Form, Look, PageHead, Row, Section, Table, actions, button, text_field};
use maud::{Markup, html};

/// The routes of this file.
pub static ROUTES: &[Route] = &[
    get("/service-orders/{id}/labels", Act::LookAtService, labels),
    get("/service-orders/{id}/samples/{place}", Act::LookAtService, show),
    post("/service-orders/{id}/samples/{place}/moves", Act::WorkOnService, moved),
];

/// Labels of every sample, each with the code that opens its page.
fn labels(request: &Request) -> Result<Reply, No> {
    me(request)?;
    let id: ServiceOrderId = request.id("id")?;
    let lang = request.lang;
    let view = request.city().service_order(&request.asker, id)?;
    let title = say(request, "service-labels");
    let here = link::service_order(id);
    let content = html! {
        (look::page_head(&PageHead {
            lang,
            crumbs: &[Crumb { href: &here, text: view.row.order.reference.as_str() }],
            title: &title,
            lead: Some(html! { p { (say(request, "service-labels-lead")) } }),
            ..PageHead::default()
        }))
        @for it in &view.samples {
            (look::sheet(&it.kept.code, html! {
                p { strong { (it.kept.sample.label) } " · " (view.row.customer.best(lang).0) }
                @if !it.kept.sample.hazard.is_empty() { p { strong { (it.kept.sample.hazard) } } }
                @if !it.kept.sample.storage.is_empty() { p { (it.kept.sample.storage) } }
                (look::qr(lang, &format!("{}{}", request.origin(), link::service_sample(id, it.kept.place))))
            }))
        }
    };
    Ok(Page::new(request, &title).section(Section::Share).personal().reply(content))
}

fn found(request: &Request) -> Result<(OrderView, usize), No> {
    let view = request.city().service_order(&request.asker, request.id("id")?)?;
    let place: usize = request.param("place").parse().map_err(|_| Refusal::not_found())?;
    let at = place.checked_sub(1).filter(|at| *at < view.samples.len());
    Ok((view, at.ok_or_else(Refusal::not_found)?))
}

fn show(request: &Request) -> Result<Reply, No> {
    me(request)?;
    page(request, &[])
}

fn page(request: &Request, errors: &[Refusal]) -> Result<Reply, No> {
    let lang = request.lang;
    let (view, at) = found(request)?;
    let it = view.samples.get(at).ok_or_else(Refusal::not_found)?;
    let order = &view.row.order;
    let here = link::service_order(order.id);
    let title = it.kept.sample.label.clone();
    let content = html! {
        (look::page_head(&PageHead {
            lang,
            crumbs: &[Crumb { href: &here, text: order.reference.as_str() }],
            kind: &say(request, "service-sample"),
            title: &title,
            reference: &it.kept.code,
            ..PageHead::default()
        }))
        (look::error_summary(lang, errors))
        (look::aside_split(
            html! {
                (look::part("chain", &say(request, "service-custody"), chain(request, it)))
            },
            html! {
                @if view.may_work && it.kept.whereabouts == Whereabouts::Here { (move_form(request, order.id, it, errors)) }
                (look::sheet(&say(request, "service-facts"), facts(request, it)))
            },
        ))
    };
    let page = Page::new(request, &title).section(Section::Share).personal();
    Ok(page.at(link::service_sample(order.id, it.kept.place)).failed(errors).reply(content))
}

fn chain(request: &Request, it: &SampleView) -> Markup {
    let lang = request.lang;
    let heads = ["what", "who", "at", "where", "said"].map(|key| {
        let text = say(request, &format!("service-column-{key}"));
        if key == "at" { zoned(request, &text) } else { text }
    });
    let rows = it.chain.iter().map(|(link, who)| {
        Row::from(vec![
            html! { (say(request, &format!("service-handling-{}", link.act))) },
            html! { (who.best(lang).0) },
            html! { (stamp(request, link.at)) },
            html! { (link.stands) },
            html! { (link.note) },
        ])
    });
    look::table(&Table {
        lang,
        caption: &say(request, "service-custody"),
        is_caption_hidden: true,
        columns: heads.iter().map(|head| look::Column::text("", head)).collect(),
        rows: rows.collect(),
        empty: Some(html! { p { (say(request, "service-custody-none")) } }),
        is_cards: true,
        ..Table::default()
    })
}

fn facts(request: &Request, it: &SampleView) -> Markup {
    let sample = &it.kept.sample;
    let mut rows: Vec<(String, Markup)> = vec![(
        say(request, "service-column-where"),
        html! { (say(request, &format!("service-where-{}", it.kept.whereabouts))) @if !it.stands.is_empty() { ": " (it.stands) } },
    )];
    for (key, text) in [
        ("service-column-material", &sample.material),
        ("service-field-form", &sample.form),
        ("service-column-amount", &sample.amount),
        ("service-field-hazard", &sample.hazard),
        ("service-field-storage", &sample.storage),
    ] {
        if !text.is_empty() {
            rows.push((say(request, key), html! { (text) }));
        }
    }
    rows.push((
        say(request, "service-field-rest"),
        html! { (say(request, &format!("service-rest-{}", sample.rest))) },
    ));
    let rows: Vec<(&str, Markup)> =
        rows.iter().map(|(key, value)| (key.as_str(), value.clone())).collect();
    look::facts(&rows)
}

fn move_form(request: &Request, id: ServiceOrderId, it: &SampleView, errors: &[Refusal]) -> Markup {
    let forms = ticket(request);
    let action = format!("{}/moves", link::service_sample(id, it.kept.place));
    let form = Form::new(request.lang, &action, &forms.csrf, &forms.key);
    let typed = |name: &str| if errors.is_empty() { "" } else { request.form.get(name) };
    let line = |name: &'static str, label: &str, is_optional: bool| {
        let label = say(request, label);
        text_field(
            &form,
            &Field { name, label: &label, value: typed(name), is_optional, ..Field::default() },
        )
    };
    look::sheet(
        &say(request, "service-move"),
        form.view(html! {
            (line("stands", "service-field-stands", false))
            (line("note", "service-field-note", true))
            (actions(&[button(&say(request, "service-do-move"), Look::Primary)]))
        }),
    )
}

fn moved(request: &Request) -> Result<Reply, No> {
    let (view, at) = found(request)?;
    let it = view.samples.get(at).ok_or_else(Refusal::not_found)?;
    let (order, sample) = (view.row.order.id, it.kept.id);
    let stands = request.form.get("stands").to_owned();
    let note = request.form.get("note").to_owned();
    let act = MoveSample { order, sample, stands, note };
    match request.city().perform(&request.keyed(), act) {
        Ok(_) => Ok(Reply::see_other(link::service_sample(order, it.kept.place))),
        Err(no) => page(request, &reasons(no)?),
    }
}
