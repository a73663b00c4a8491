//! Who controls an organisation: shown to the office, entered and ended there.

use crate::form::{above, at, reasons, ticket};
use crate::link;
use crate::page::{Page, get, moment, name, post, say};
use access::Act;
use app::No;
use app::control::{ControlView, EndControl, EnterControl, EnterJurisdiction};
use base::{OrganisationId, Refusal};
use edge::{Reply, Request, Route};
use look::{Column, Crumb, Field, Form, Look, PageHead, PostButton, Table, Width};
use maud::{Markup, html};
use parties::control::{Control, GROUNDS_CHARS_MAX};

/// The routes of this file.
pub static ROUTES: &[Route] = &[
    get("/organisations/{id}/controllers", Act::KeepControls, show),
    post("/organisations/{id}/controllers", Act::KeepControls, enter),
    post("/organisations/{id}/controllers/end", Act::KeepControls, end),
    post("/organisations/{id}/jurisdiction", Act::KeepControls, jurisdiction),
];

fn show(request: &Request) -> Result<Reply, No> {
    page(request, &[])
}

fn page(request: &Request, errors: &[Refusal]) -> Result<Reply, No> {
    let lang = request.lang;
    let id: OrganisationId = request.id("id")?;
    let view = request.city().controls(&request.asker, id)?;
    let named = name(&view.organisation.profile.name, lang).0;
    let title = say(request, "control-title");
    let (ticket, action) = (ticket(request), link::controllers(id));
    let form = Form::new(lang, &action, &ticket.csrf, &ticket.key)
        .with_errors(at(request, errors, &action));
    let place = link::jurisdiction(id);
    let places =
        Form::new(lang, &place, &ticket.csrf, &ticket.key).with_errors(at(request, errors, &place));
    let (entered, counts) = &view.jurisdiction;
    let typed = match request.form.has("jurisdiction") {
        true => request.form.get("jurisdiction"),
        false => entered,
    };
    let content = html! {
        (look::page_head(&PageHead {
            lang,
            crumbs: &[Crumb { href: &link::organisation(id), text: &named }],
            title: &title,
            lead: Some(html! { (say(request, "control-lead")) }),
            ..PageHead::default()
        }))
        (above(request, errors, &[(true, &action), (true, &place)]))
        (controls(request, &view))
        (look::part("enter", &say(request, "control-enter"), form.view(html! {
            (look::text_field(&form, &Field {
                name: "controller", value: request.form.get("controller"), width: Width::Half,
                hint: &say(request, "control-controller-hint"), ..Field::default()
            }))
            (look::text_area(&form, &Field {
                name: "grounds", value: request.form.get("grounds"),
                hint: &say(request, "control-grounds-hint"), most: Some(GROUNDS_CHARS_MAX),
                lines: Some(2), ..Field::default()
            }))
            (look::actions(&[look::button(&say(request, "control-enter"), Look::Primary)]))
        })))
        (look::part("jurisdiction", &say(request, "control-jurisdiction"), html! {
            p { (match counts {
                Some(code) => words::say_with(lang, "control-jurisdiction-counts", &[("code", code.clone().into())]),
                None => say(request, "control-jurisdiction-none"),
            }) }
            (places.view(html! {
                (look::text_field(&places, &Field {
                    name: "jurisdiction", value: typed, width: Width::Tiny, is_optional: true,
                    hint: &say(request, "control-jurisdiction-hint"), ..Field::default()
                }))
                (look::actions(&[look::button(&say(request, "control-jurisdiction-enter"), Look::Plain)]))
            }))
        }))
    };
    Ok(Page::new(request, &title).at(action.as_str()).failed(errors).personal().reply(content))
}

fn controls(request: &Request, view: &ControlView) -> Markup {
    let lang = request.lang;
    if view.controls.is_empty() {
        return html! { p.quiet { (say(request, "control-none")) } };
    }
    let ticket = ticket(request);
    let action = format!("{}/end", link::controllers(view.organisation.id));
    let press = say(request, "control-end");
    let row = |it: &Control| {
        let named = view.names.get(&it.controller).map(|name| name.best(lang).0.to_owned());
        let end = |at: Option<base::Instant>| match at {
            Some(at) => html! { (moment(request, at)) },
            None => look::post_button(&PostButton {
                action: &action,
                csrf: &ticket.csrf,
                key: &request.fresh_key(),
                text: &press,
                look: Look::Plain,
                values: &[("controller", &it.controller.to_string())],
            }),
        };
        look::Row::from(vec![
            html! { a href=(link::organisation(it.controller)) { (named.unwrap_or_default()) } },
            html! { (it.grounds) },
            html! { (moment(request, it.entered_at)) },
            end(it.ended_at),
        ])
    };
    let heads = ["controller", "grounds", "entered", "ended"]
        .map(|key| say(request, &format!("control-column-{key}")));
    let title = say(request, "control-title");
    look::table(&Table {
        lang,
        caption: &title,
        is_caption_hidden: true,
        columns: heads.iter().map(|head| Column::text("", head)).collect(),
        rows: view.controls.iter().map(row).collect(),
        is_cards: true,
        ..Table::default()
    })
}

fn enter(request: &Request) -> Result<Reply, No> {
    let organisation: OrganisationId = request.id("id")?;
    let typed = request.form.get("controller").trim();
    if typed.is_empty() {
        let missing = Refusal::invalid("field-required").on("controller");
        return page(request, &[missing.term("field", "field-controller")]);
    }
    let controller = match request.city().organisation_named(typed) {
        Ok(controller) => controller,
        Err(no) => {
            let on_form = |refusal: Refusal| refusal.on("controller");
            return page(request, &no.0.into_iter().map(on_form).collect::<Vec<_>>());
        }
    };
    let grounds = request.form.get("grounds").to_owned();
    let act = EnterControl { organisation, controller, grounds };
    match request.city().perform(&request.keyed(), act) {
        Ok(_) => Ok(Reply::see_other(link::controllers(organisation))),
        Err(no) => page(request, &reasons(no)?),
    }
}

fn end(request: &Request) -> Result<Reply, No> {
    let organisation: OrganisationId = request.id("id")?;
    let controller = request.form.get("controller").parse().map_err(|_| Refusal::not_found())?;
    request.city().perform(&request.keyed(), EndControl { organisation, controller })?;
    Ok(Reply::see_other(link::controllers(organisation)))
}

fn jurisdiction(request: &Request) -> Result<Reply, No> {
    let organisation: OrganisationId = request.id("id")?;
    let jurisdiction = request.form.get("jurisdiction").to_owned();
    let act = EnterJurisdiction { organisation, jurisdiction };
    match request.city().perform(&request.keyed(), act) {
        Ok(_) => Ok(Reply::see_other(link::controllers(organisation))),
        Err(no) => page(request, &reasons(no)?),
    }
}
