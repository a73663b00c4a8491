//! Stand-ins: who does my tasks while I am away, and whose tasks I do.

use crate::case_facts::{process_name, task_name};
use crate::form::{day, reasons, ticket};
use crate::link;
use crate::page::{Page, get, me, name, post, say};
use access::Act;
use app::No;
use app::case::{EndStandIn, NameStandIn, StandIn, StandIns, process_of};
use base::{Instant, PersonId, Refusal, StandInId};
use edge::{Reply, Request, Route};
use look::{
    Choice, Column, Crumb, Field, Form, Kind, Look, PageHead, PostButton, Table, Tone, Width,
};
use maud::{Markup, html};

/// The routes of this file.
pub static ROUTES: &[Route] = &[
    get(link::STAND_INS, Act::ListStandIns, show),
    post(link::STAND_INS, Act::NameStandIn, create),
    post("/stand-ins/{id}/end", Act::EndStandIn, end),
];

fn show(request: &Request) -> Result<Reply, No> {
    me(request)?;
    let found = request.city().stand_ins(&request.asker)?;
    Ok(page(request, &found, &[]))
}

fn create(request: &Request) -> Result<Reply, No> {
    me(request)?;
    let typed = &request.form;
    let (from, until) = (day(request, "from", false), day(request, "until", true));
    let until = until.and_then(|until| {
        let missing =
            || Refusal::invalid("field-required").on("until").term("field", "field-until");
        until.ok_or_else(missing)
    });
    let to = typed.get("to").trim();
    let mut problems: Vec<Refusal> = Vec::new();
    if to.is_empty() {
        let missing = Refusal::invalid("field-required").on("to");
        problems.push(missing.term("field", "field-assignee"));
    }
    let processes: Vec<String> = typed.all("processes").into_iter().map(str::to_owned).collect();
    let done = match (from, until, problems.is_empty()) {
        (Ok(from), Ok(until), true) => {
            // An address that nobody has is refused like one of somebody who does not fit.
            let person = request.city().person_named(to);
            let to = person.unwrap_or_else(|_| PersonId::from_bits(0));
            let act = NameStandIn { to, processes, from, until };
            match request.city().perform(&request.keyed(), act) {
                Ok(_) => return Ok(told("named")),
                Err(no) => reasons(no)?,
            }
        }
        (from, until, _) => {
            problems.extend(from.err());
            problems.extend(until.err());
            if processes.is_empty() {
                problems.push(Refusal::invalid("case-stand-in-no-process").on("processes"));
            }
            problems
        }
    };
    let found = request.city().stand_ins(&request.asker)?;
    Ok(page(request, &found, &done))
}

fn told(what: &str) -> Reply {
    Reply::see_other(look::address::with(link::STAND_INS, "done", what))
}

fn end(request: &Request) -> Result<Reply, No> {
    me(request)?;
    let stand_in: StandInId = request.id("id")?;
    request.city().perform(&request.keyed(), EndStandIn { stand_in })?;
    Ok(told("ended"))
}

fn page(request: &Request, found: &StandIns, errors: &[Refusal]) -> Reply {
    let lang = request.lang;
    let title = say(request, "stand-in-title");
    let list = say(request, "case-title");
    let done = ["named", "ended"].into_iter().find(|done| *done == request.query.get("done"));
    let content = html! {
        (look::page_head(&PageHead {
            lang,
            crumbs: &[Crumb { href: link::CASES, text: &list }],
            title: &title,
            lead: Some(html! { p { (say(request, "stand-in-lead")) } }),
            ..PageHead::default()
        }))
        @if let Some(done) = done {
            div role="status" {
                (look::notice(lang, Tone::Ok, html! {
                    p { (say(request, &format!("stand-in-done-{done}"))) }
                }))
            }
        }
        (look::part("given", &say(request, "stand-in-given"), html! {
            (table(request, found, &found.given, Side::Given))
        }))
        @if found.processes.is_empty() {
            p.quiet { (say(request, "stand-in-nothing")) }
        } @else {
            (form(request, found, errors))
        }
        (look::part("held", &say(request, "stand-in-held"), html! {
            @if !found.held.is_empty() { p.quiet { (say(request, "stand-in-held-hint")) } }
            (table(request, found, &found.held, Side::Held))
        }))
    };
    Page::new(request, title).at(link::STAND_INS).personal().failed(errors).reply(content)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Given,
    Held,
}

fn table(request: &Request, found: &StandIns, rows: &[StandIn], side: Side) -> Markup {
    let lang = request.lang;
    let word = if side == Side::Given { "given" } else { "held" };
    let caption = say(request, &format!("stand-in-{word}"));
    if rows.is_empty() {
        return html! { p.quiet { (say(request, &format!("stand-in-{word}-none"))) } };
    }
    let heads = ["who", "process", "tasks", "from", "until", "state", "act"];
    let titles = heads.map(|head| say(request, &format!("stand-in-column-{head}")));
    let columns = heads.iter().zip(&titles).map(|(key, title)| Column::text(key, title)).collect();
    let line = |it: &StandIn| {
        let given = &it.delegation;
        let other = if side == Side::Given { given.to } else { given.giver };
        let (who, found) = found
            .names
            .get(&other)
            .map_or_else(|| (String::new(), None), |named| name(named, lang));
        let process = process_of(&given.process);
        let tasks: Vec<String> = process.map_or_else(Vec::new, |process| {
            given.tasks.iter().map(|task| task_name(lang, process, task)).collect()
        });
        let tasks: Vec<&str> = tasks.iter().map(String::as_str).collect();
        let is_now = given.lasts.holds(request.now);
        look::Row::from(vec![
            html! { span lang=[found.map(base::Lang::tag)] { (who) } },
            html! { (process.map_or_else(String::new, |process| process_name(lang, process))) },
            html! { (words::list(lang, &tasks)) },
            html! { (date(request, given.lasts.start())) },
            // The end is the first moment outside; people name the last day inside.
            html! { (date(request, given.lasts.end().plus_seconds(-1))) },
            look::state_tag(
                if is_now { Tone::Ok } else { Tone::Wait },
                &say(request, if is_now { "stand-in-now" } else { "stand-in-later" }),
            ),
            end_button(request, it.id, side),
        ])
    };
    look::table(&Table {
        lang,
        caption: &caption,
        is_caption_hidden: true,
        columns,
        rows: rows.iter().map(line).collect(),
        is_cards: true,
        ..Table::default()
    })
}

fn date(request: &Request, at: Instant) -> String {
    words::date(request.lang, at.date_at(request.city().settings().utc_offset_minutes))
}

fn end_button(request: &Request, id: StandInId, side: Side) -> Markup {
    let key = if side == Side::Given { "stand-in-end" } else { "stand-in-end-held" };
    look::post_button(&PostButton {
        action: &link::stand_in_end(id),
        csrf: &request.csrf,
        key: &request.fresh_key(),
        text: &say(request, key),
        look: Look::Plain,
        values: &[],
    })
}

fn form(request: &Request, found: &StandIns, errors: &[Refusal]) -> Markup {
    let lang = request.lang;
    let ticket = ticket(request);
    let form = Form::new(lang, link::STAND_INS, &ticket.csrf, &ticket.key).with_errors(errors);
    let typed = &request.form;
    let named: Vec<(&str, String)> =
        found.processes.iter().map(|process| (process.name, process_name(lang, process))).collect();
    let is_only = named.len() == 1;
    let choices: Vec<Choice<'_>> = named
        .iter()
        .map(|(value, text)| Choice {
            value,
            text,
            is_chosen: is_only || typed.all("processes").contains(value),
            ..Choice::default()
        })
        .collect();
    let body = html! {
        (look::text_field(&form, &Field {
            name: "to",
            label: &say(request, "stand-in-column-who"),
            hint: &say(request, "stand-in-to-hint"),
            value: typed.get("to"),
            kind: Kind::Email,
            width: Width::Half,
            autocomplete: "off",
            ..Field::default()
        }))
        (look::checkboxes(&form, &Field {
            name: "processes",
            label: &say(request, "stand-in-column-process"),
            ..Field::default()
        }, &choices))
        (look::date_field(&form, &Field {
            name: "from",
            label: &say(request, "stand-in-column-from"),
            hint: &say(request, "stand-in-from-hint"),
            value: typed.get("from"),
            is_optional: true,
            ..Field::default()
        }))
        (look::date_field(&form, &Field {
            name: "until",
            label: &say(request, "stand-in-column-until"),
            value: typed.get("until"),
            ..Field::default()
        }))
        (look::actions(&[look::button(&say(request, "stand-in-act"), Look::Primary)]))
    };
    look::part(
        "new",
        &say(request, "stand-in-new"),
        html! { p.quiet { (say(request, "stand-in-new-hint")) } (form.view(body)) },
    )
}
