//! Agreements on services of an organisation, as unit and as customer: its people see them, and who
//! answers for the unit records and ends them.

use crate::form::{above, at, reasons, ticket};
use crate::link;
use crate::page::{Page, get, name, post, say};
use access::Act;
use app::No;
use app::agreement::{AgreementsView, EndAgreement, RecordAgreement};
use base::time::read_date;
use base::{Date, OrganisationId, Refusal, limits};
use edge::{Reply, Request, Route};
use instruments::agreement::{Agreement, NUMBER_CHARS_MAX};
use look::{Column, Crumb, Field, Form, Look, PageHead, PostButton, Table, Tone, Width};
use maud::{Markup, html};

/// The routes of this file.
pub static ROUTES: &[Route] = &[
    get("/organisations/{id}/agreements", Act::ListAgreements, show),
    post("/organisations/{id}/agreements", Act::KeepAgreements, record),
    post("/organisations/{id}/agreements/end", Act::KeepAgreements, end),
];

fn show(request: &Request) -> Result<Reply, No> {
    page(request, &[])
}

fn page(request: &Request, errors: &[Refusal]) -> Result<Reply, No> {
    let lang = request.lang;
    let id: OrganisationId = request.id("id")?;
    let view = request.city().agreements(&request.asker, id)?;
    let named = name(&view.organisation.profile.name, lang).0;
    let title = say(request, "agreement-title");
    let action = link::agreements(id);
    let content = html! {
        (look::page_head(&PageHead {
            lang,
            crumbs: &[Crumb { href: &link::organisation(id), text: &named }],
            title: &title,
            lead: Some(html! { (say(request, "agreement-lead")) }),
            ..PageHead::default()
        }))
        (above(request, errors, &[(view.may_keep, &action)]))
        (agreements(request, &view))
        @if view.may_keep { (look::part("new", &say(request, "agreement-new"), form(request, &action, errors))) }
    };
    Ok(Page::new(request, &title).at(action.as_str()).failed(errors).personal().reply(content))
}

fn form(request: &Request, action: &str, errors: &[Refusal]) -> Markup {
    let ticket = ticket(request);
    let form = Form::new(request.lang, action, &ticket.csrf, &ticket.key)
        .with_errors(at(request, errors, action));
    let typed = |name: &'static str| request.form.get(name);
    form.view(html! {
        (look::text_field(&form, &Field {
            name: "customer", value: typed("customer"), width: Width::Half,
            hint: &say(request, "agreement-customer-hint"), ..Field::default()
        }))
        (look::text_field(&form, &Field {
            name: "number", value: typed("number"), width: Width::Half, most: Some(NUMBER_CHARS_MAX),
            hint: &say(request, "agreement-number-hint"), ..Field::default()
        }))
        (look::date_field(&form, &Field { name: "from", value: typed("from"), ..Field::default() }))
        (look::date_field(&form, &Field { name: "until", value: typed("until"), ..Field::default() }))
        (look::text_area(&form, &Field {
            name: "subject", value: typed("subject"), is_optional: true, lines: Some(2),
            hint: &say(request, "agreement-subject-hint"), most: Some(limits::SUMMARY_CHARS_MAX),
            ..Field::default()
        }))
        (look::actions(&[look::button(&say(request, "agreement-record"), Look::Primary)]))
    })
}

fn agreements(request: &Request, view: &AgreementsView) -> Markup {
    let lang = request.lang;
    if view.agreements.is_empty() {
        return html! { p.quiet { (say(request, "agreement-none")) } };
    }
    let own = view.organisation.id;
    let action = format!("{}/end", link::agreements(own));
    let ticket = ticket(request);
    let press = say(request, "agreement-end");
    let link_to = |id: OrganisationId| {
        let named = view.names.get(&id.to_string()).map(|name| name.best(lang).0.to_owned());
        html! { a href=(link::organisation(id)) { (named.unwrap_or_default()) } }
    };
    let row = |it: &Agreement| {
        let (tone, key) = match it {
            it if it.ended_at.is_some() => (Tone::Plain, "ended"),
            it if it.holds_on(view.today) => (Tone::Ok, "holds"),
            it if view.today < it.from => (Tone::Wait, "later"),
            _ => (Tone::Plain, "over"),
        };
        let may_end = view.may_keep && it.unit == own && matches!(key, "holds" | "later");
        look::Row::from(vec![
            html! {
                code { (it.number) }
                @if !it.subject.is_empty() { br; span.small.quiet { (it.subject) } }
            },
            link_to(it.unit),
            link_to(it.customer),
            html! { (words::date(lang, it.from)) " – " (words::date(lang, it.until)) },
            html! {
                (look::state_tag(tone, &say(request, &format!("agreement-state-{key}"))))
                @if may_end {
                    " " (look::post_button(&PostButton {
                        action: &action,
                        csrf: &ticket.csrf,
                        key: &request.fresh_key(),
                        text: &press,
                        look: Look::Plain,
                        values: &[("number", &it.number)],
                    }))
                }
            },
        ])
    };
    let heads = ["number", "unit", "customer", "days", "state"]
        .map(|key| say(request, &format!("agreement-column-{key}")));
    let title = say(request, "agreement-title");
    look::table(&Table {
        lang,
        caption: &title,
        is_caption_hidden: true,
        columns: heads.iter().map(|head| Column::text("", head)).collect(),
        rows: view.agreements.iter().map(row).collect(),
        is_cards: true,
        ..Table::default()
    })
}

fn day(request: &Request, field: &'static str, no: &mut Vec<Refusal>) -> Option<Date> {
    let typed = request.form.get(field).trim();
    let found = read_date(typed);
    if found.is_none() {
        let code = if typed.is_empty() { "field-required" } else { "date-unreadable" };
        let refusal = Refusal::invalid(code).on(field);
        no.push(refusal.term("field", base::text::field_term(field)));
    }
    found
}

fn customer(request: &Request, no: &mut Vec<Refusal>) -> Option<OrganisationId> {
    let typed = request.form.get("customer").trim();
    if typed.is_empty() {
        let missing = Refusal::invalid("field-required").on("customer");
        no.push(missing.term("field", "field-customer"));
        return None;
    }
    let found = request.city().organisation_named(typed);
    found.map_err(|found| no.extend(found.0.into_iter().map(|one| one.on("customer")))).ok()
}

fn record(request: &Request) -> Result<Reply, No> {
    let unit: OrganisationId = request.id("id")?;
    let mut no = Vec::new();
    let customer = customer(request, &mut no);
    let (from, until) = (day(request, "from", &mut no), day(request, "until", &mut no));
    let (Some(customer), Some(from), Some(until)) = (customer, from, until) else {
        return page(request, &no);
    };
    let (number, subject) =
        (request.form.get("number").to_owned(), request.form.get("subject").to_owned());
    let act = RecordAgreement { unit, customer, number, from, until, subject };
    match request.city().perform(&request.keyed(), act) {
        Ok(_) => Ok(Reply::see_other(link::agreements(unit))),
        Err(no) => page(request, &reasons(no)?),
    }
}

fn end(request: &Request) -> Result<Reply, No> {
    let unit: OrganisationId = request.id("id")?;
    let number = request.form.get("number").to_owned();
    request.city().perform(&request.keyed(), EndAgreement { unit, number })?;
    Ok(Reply::see_other(link::agreements(unit)))
}
