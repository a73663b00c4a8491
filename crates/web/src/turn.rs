//! The live queue of an instrument: who is next, joining, leaving, and the order that staff change.

use crate::booking::said;
use crate::form::{reasons, ticket};
use crate::link;
use crate::page::{Page, get, me, moment, post, say};
use access::Act;
use app::No;
use app::turn::{JoinQueue, LeaveQueue, QueueView, ReorderQueue};
use base::{InstrumentId, Refusal, TurnId};
use edge::{Reply, Request, Route};
use instruments::turn::{State, Turn};
use look::{
    Choice, Column, Crumb, Field, Form, Look, PageHead, PostButton, Section, Table, Tone, Width,
    actions, button, select, text_field,
};
use maud::{Markup, html};

/// The routes of this file.
pub static ROUTES: &[Route] = &[
    get("/instruments/{id}/queue", Act::LookAtInstrument, show),
    post("/instruments/{id}/queue", Act::KeepWishes, join),
    post("/instruments/{id}/queue/departure", Act::KeepWishes, leave),
    post("/instruments/{id}/queue/order", Act::SetBookingRules, reorder),
];

fn show(request: &Request) -> Result<Reply, No> {
    page(request, request.id("id")?, &[])
}

fn here(id: InstrumentId) -> String {
    link::instrument_part(id, "queue")
}

fn page(request: &Request, id: InstrumentId, no: &[Refusal]) -> Result<Reply, No> {
    let lang = request.lang;
    let view = request.city().queue(&request.asker, id)?;
    let (name, _) = view.instrument.sheet.name.best(lang);
    let title = said(request, "turn-page-title", &[("name", name.to_owned().into())]);
    let back = link::instrument(id);
    let (tone, key) = match (view.is_in_use, view.is_paused) {
        (_, true) => (Tone::Wait, "turn-page-paused"),
        (true, false) => (Tone::Live, "turn-page-in-use"),
        (false, false) => (Tone::Ok, "turn-page-free"),
    };
    let count = [("count", view.turns.len().into())];
    let content = html! {
        (look::page_head(&PageHead {
            lang,
            crumbs: &[Crumb { href: &back, text: name }],
            title: &title,
            tags: vec![look::state_tag(tone, &say(request, key))],
            lead: Some(html! { p { (said(request, "turn-page-count", &count)) } }),
            ..PageHead::default()
        }))
        (look::error_summary(lang, no))
        (own(request, &view))
        @if !view.turns.is_empty() { (table(request, &view)) }
        @if view.is_staff && view.turns.len() > 1 { (order(request, &view)) }
    };
    let page = Page::new(request, &title).section(Section::Share).at(back).personal();
    Ok(if no.is_empty() { page.reply(content) } else { page.failed(no).reply(content) })
}

/// The reader's own place with the way out, or the way in.
fn own(request: &Request, view: &QueueView) -> Markup {
    let fresh = ticket(request);
    let press = |action: &str, key: &str, look: Look, values: &[(&str, &str)]| {
        look::post_button(&PostButton {
            action,
            csrf: &fresh.csrf,
            key: &fresh.key,
            text: &say(request, key),
            look,
            values,
        })
    };
    let mine = view.turns.iter().position(|(turn, _)| Some(turn.id) == view.own);
    if let Some(at) = mine {
        let turn = &view.turns[at].0;
        let (id, version) = (turn.id.to_string(), turn.version.to_string());
        let leave = format!("{}/departure", here(view.instrument.id));
        return look::sheet(
            &say(request, "turn-page-own"),
            html! {
                @match turn.called_until.filter(|_| turn.state == State::Called) {
                    Some(until) => {
                        p { strong { (said(request, "turn-page-called", &[("at", moment(request, until).into())])) } }
                        p { a.btn href=(link::kiosk(view.instrument.id)) { (say(request, "turn-page-begin")) } }
                    },
                    None => p { (said(request, "turn-page-place", &[("place", (at + 1).into())])) },
                }
                (press(&leave, "turn-page-leave", Look::Second, &[("turn", &id), ("version", &version)]))
            },
        );
    }
    html! {
        @if view.may_join {
            (actions(&[press(&here(view.instrument.id), "turn-page-join", Look::Primary, &[])]))
        } @else if request.me.is_none() {
            p { a href=(link::sign_in(&here(view.instrument.id))) { (say(request, "turn-page-sign-in")) } }
        } @else if !view.is_in_use && view.turns.is_empty() {
            p { a href=(link::kiosk(view.instrument.id)) { (say(request, "turn-page-go")) } }
        }
    }
}

fn who(request: &Request, view: &QueueView, (n, turn): (usize, &Turn)) -> String {
    let name = view.turns[n].1.as_ref().map(|name| name.best(request.lang).0.to_owned());
    match (Some(turn.id) == view.own, name) {
        (true, _) => say(request, "turn-page-you"),
        (false, Some(name)) => name,
        (false, None) => say(request, "turn-page-somebody"),
    }
}

fn table(request: &Request, view: &QueueView) -> Markup {
    let titles = ["place", "who", "since", "state"]
        .map(|key| (key, say(request, &format!("turn-page-head-{key}"))));
    let row = |(n, (turn, _)): (usize, &(Turn, Option<base::Bilingual>))| {
        let tone = if turn.state == State::Called { Tone::Ok } else { Tone::Wait };
        let cells = vec![
            html! { (n + 1) },
            html! { (who(request, view, (n, turn))) },
            html! { (moment(request, turn.joined)) },
            look::state_tag(tone, &say(request, &format!("turn-state-{}", turn.state.code()))),
        ];
        look::Row { cells, ..look::Row::default() }
    };
    look::table(&Table {
        lang: request.lang,
        caption: &say(request, "turn-page-line"),
        is_caption_hidden: true,
        columns: titles.iter().map(|(key, title)| Column::text(key, title)).collect(),
        rows: view.turns.iter().enumerate().map(row).collect(),
        is_cards: true,
        ..Table::default()
    })
}

/// Staff move somebody before somebody else, with a reason.
fn order(request: &Request, view: &QueueView) -> Markup {
    let fresh = ticket(request);
    let address = format!("{}/order", here(view.instrument.id));
    let form = Form::new(request.lang, &address, &fresh.csrf, &fresh.key);
    let names: Vec<(String, String)> = view
        .turns
        .iter()
        .enumerate()
        .map(|(n, (turn, _))| {
            (turn.id.to_string(), format!("{}. {}", n + 1, who(request, view, (n, turn))))
        })
        .collect();
    let choices: Vec<Choice<'_>> =
        names.iter().map(|(value, text)| Choice { value, text, ..Choice::default() }).collect();
    let label = |key: &str| say(request, &format!("turn-field-{key}"));
    look::sheet(
        &say(request, "turn-page-order"),
        form.view(html! {
            (select(&form, &Field { name: "turn", label: &label("turn"), width: Width::Half, ..Field::default() }, &choices))
            (select(&form, &Field { name: "before", label: &label("before"), is_optional: true, width: Width::Half, ..Field::default() }, &choices))
            (text_field(&form, &Field { name: "reason", label: &label("reason"), ..Field::default() }))
            (actions(&[button(&say(request, "turn-page-order-send"), Look::Second)]))
        }),
    )
}

fn back<T>(request: &Request, id: InstrumentId, done: Result<T, No>) -> Result<Reply, No> {
    match done {
        Ok(_) => Ok(Reply::see_other(here(id))),
        Err(no) => page(request, id, &reasons(no)?),
    }
}

fn join(request: &Request) -> Result<Reply, No> {
    me(request)?;
    let id: InstrumentId = request.id("id")?;
    let done = request.city().perform(&request.keyed(), JoinQueue { instrument: id });
    back(request, id, done)
}

fn turn(request: &Request, name: &str) -> Option<TurnId> {
    TurnId::parse(request.form.get(name)).ok()
}

fn leave(request: &Request) -> Result<Reply, No> {
    let id: InstrumentId = request.id("id")?;
    let turn = turn(request, "turn").ok_or_else(Refusal::not_found)?;
    let version = request.form.get("version").parse().unwrap_or(0);
    back(request, id, request.city().perform(&request.keyed(), LeaveQueue { turn, version }))
}

fn reorder(request: &Request) -> Result<Reply, No> {
    let id: InstrumentId = request.id("id")?;
    let act = ReorderQueue {
        instrument: id,
        turn: turn(request, "turn").ok_or_else(Refusal::not_found)?,
        before: turn(request, "before"),
        reason: request.form.get("reason").to_owned(),
    };
    back(request, id, request.city().perform(&request.keyed(), act))
}
