//! The relay of an instrument, for whoever looks after it: what switches it, how it stands, and what it
//! did not do.

use crate::booking::said;
use crate::form::{reasons, ticket};
use crate::link;
use crate::page::{Page, get, moment, post, say, stamp, zoned};
use access::Act;
use app::No;
use app::usage::{RelayView, SetRelay, SettleRelayProblem};
use base::{Bilingual, InstrumentId, Refusal};
use edge::{Reply, Request, Route};
use instruments::relay::Problem;
use look::{
    Choice, Column, Crumb, Field, Form, Look, PageHead, Section, Table, Tone, actions, button,
    select, text_field,
};
use maud::{Markup, html};

/// The routes of this file.
pub static ROUTES: &[Route] = &[
    get("/instruments/{id}/relay", Act::KeepRelay, show),
    post("/instruments/{id}/relay", Act::KeepRelay, set),
    post("/instruments/{id}/relay/settlement", Act::KeepRelay, settle),
];

fn here(id: InstrumentId) -> String {
    link::instrument_part(id, "relay")
}

fn show(request: &Request) -> Result<Reply, No> {
    page(request, request.id("id")?, &[])
}

fn page(request: &Request, id: InstrumentId, no: &[Refusal]) -> Result<Reply, No> {
    let lang = request.lang;
    let view = request.city().relay(&request.asker, id)?;
    let name = view.instrument.sheet.name.best(lang).0;
    let title = say(request, "relay-page-title");
    // Each form says what is wrong with it alone.
    let is_note = no.iter().any(|refusal| refusal.field.as_deref() == Some("note"));
    let (settles, sets): (&[Refusal], &[Refusal]) = if is_note { (no, &[]) } else { (&[], no) };
    let content = html! {
        (look::page_head(&PageHead {
            lang,
            crumbs: &[Crumb { href: &link::instrument(id), text: name }],
            title: &title,
            lead: Some(html! { p { (say(request, "relay-page-lead")) } }),
            ..PageHead::default()
        }))
        (stands(request, &view))
        (look::part("problems", &say(request, "relay-page-problems"), problems(request, &view, settles)))
        (look::part("address", &say(request, "relay-page-address"), form(request, &view, sets)))
    };
    let page = Page::new(request, &title).section(Section::Share).at(here(id));
    Ok(page.highest(&view.instrument.label, &title).personal().failed(no).reply(content))
}

/// How it stands, as far as it was told.
fn stands(request: &Request, view: &RelayView) -> Markup {
    let lang = request.lang;
    let Some(want) = view.want.as_ref().filter(|_| view.relay.is_some()) else {
        let key = if view.relay.is_some() { "relay-page-unused" } else { "relay-page-none" };
        return look::notice(lang, Tone::Info, html! { p { (say(request, key)) } });
    };
    let state = say(request, &format!("relay-wants-{}", want.wants));
    let at = moment(request, want.at);
    match want.next_at {
        None => {
            let args = [("state", state.into()), ("at", at.into())];
            look::notice(
                lang,
                Tone::Ok,
                html! { p { (said(request, "relay-page-stands", &args)) } },
            )
        }
        Some(next) => {
            let next = moment(request, next);
            let args = [("state", state.into()), ("at", next.into())];
            look::notice(
                lang,
                Tone::Live,
                html! {
                    p { (said(request, "relay-page-again", &args)) }
                    @if !want.said.is_empty() { p.small { (want.said) } }
                },
            )
        }
    }
}

fn problems(request: &Request, view: &RelayView, no: &[Refusal]) -> Markup {
    let heads = ["at", "fault", "person"].map(|key| {
        let text = say(request, &format!("relay-column-{key}"));
        if key == "at" { zoned(request, &text) } else { text }
    });
    let title = say(request, "relay-page-problems");
    let table = look::table(&Table {
        lang: request.lang,
        caption: &title,
        is_caption_hidden: true,
        columns: heads.iter().map(|head| Column::text("", head)).collect(),
        rows: view.problems.iter().map(|it| row(request, it)).collect(),
        empty: Some(look::empty(&say(request, "relay-page-problems-none"), html! {})),
        is_cards: true,
        ..Table::default()
    });
    html! {
        (table)
        @if !view.problems.is_empty() { (settling(request, view, no)) }
    }
}

fn fault(request: &Request, it: &Problem) -> String {
    say(request, &format!("relay-fault-{}", it.fault))
}

fn row(request: &Request, (it, person): &(Problem, Bilingual)) -> look::Row {
    look::Row::from(vec![
        html! { (stamp(request, it.at)) },
        html! { (fault(request, it)) br; span.small.quiet { (it.said) } },
        html! { (person.best(request.lang).0) },
    ])
}

/// Says of one problem what was done about it.
fn settling(request: &Request, view: &RelayView, no: &[Refusal]) -> Markup {
    let forms = ticket(request);
    let action = format!("{}/settlement", here(view.instrument.id));
    let form = Form::new(request.lang, &action, &forms.csrf, &forms.key).with_errors(no);
    let chosen = request.form.get("problem");
    let named: Vec<(String, String)> = view
        .problems
        .iter()
        .map(|(it, _)| {
            (it.id.to_string(), format!("{} · {}", moment(request, it.at), fault(request, it)))
        })
        .collect();
    let choices: Vec<Choice<'_>> = named
        .iter()
        .map(|(value, text)| Choice {
            value,
            text,
            is_chosen: value == chosen,
            ..Choice::default()
        })
        .collect();
    let label = |key: &str| say(request, &format!("relay-field-{key}"));
    let note = request.form.get("note");
    form.view(html! {
        (select(&form, &Field { name: "problem", label: &label("problem"), ..Field::default() }, &choices))
        (text_field(&form, &Field { name: "note", label: &label("note"), value: note, ..Field::default() }))
        (actions(&[button(&say(request, "relay-settle"), Look::Second)]))
    })
}

fn form(request: &Request, view: &RelayView, no: &[Refusal]) -> Markup {
    let forms = ticket(request);
    let action = here(view.instrument.id);
    let form = Form::new(request.lang, &action, &forms.csrf, &forms.key).with_errors(no);
    let kept = view.relay.as_ref().map_or("", |it| it.relay.as_str());
    let value = if no.is_empty() { kept } else { request.form.get("relay") };
    let (label, hint) = (say(request, "relay-field-relay"), say(request, "relay-field-relay-hint"));
    form.view(html! {
        (text_field(&form, &Field { name: "relay", label: &label, hint: &hint, value, is_optional: true, ..Field::default() }))
        (actions(&[button(&say(request, "relay-set"), Look::Primary)]))
    })
}

fn back(request: &Request, id: InstrumentId, done: Result<(), No>) -> Result<Reply, No> {
    match done {
        Ok(()) => Ok(Reply::see_other(here(id))),
        Err(no) => page(request, id, &reasons(no)?),
    }
}

fn set(request: &Request) -> Result<Reply, No> {
    let id: InstrumentId = request.id("id")?;
    let act = SetRelay { instrument: id, relay: request.form.get("relay").to_owned() };
    back(request, id, request.city().perform(&request.keyed(), act).map(|_| ()))
}

fn settle(request: &Request) -> Result<Reply, No> {
    let instrument = request.id("id")?;
    let problem = request.form.get("problem").parse().map_err(|_| Refusal::not_found())?;
    let note = request.form.get("note").to_owned();
    let act = SettleRelayProblem { instrument, problem, note };
    back(request, instrument, request.city().perform(&request.keyed(), act).map(|_| ()))
}
