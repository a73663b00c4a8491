//! Emergency access: asked for on one page, decided on another, with everything about each on its own.

use crate::form::{reasons, ticket};
use crate::link;
use crate::page::{Page, get, may, me, moment, name, post, say, stamp, zoned};
use access::{Act, Thing};
use app::No;
use app::emergency::{
    AskForEmergency, EndEmergency, Entered, GrantEmergency, ListPage, RefuseEmergency, Shown, View,
};
use base::{EmergencyId, Instant, PersonId, Refusal, limits};
use edge::{Reply, Request, Route};
use look::{
    Choice, Column, Confirm, Crumb, Field, Form, Look, PageHead, Pager, PostButton, Table, Tone,
    Width,
};
use maud::{Markup, html};
use parties::emergency::{Ask, HOURS_MAX, Standing, State};

/// The routes of this file.
pub static ROUTES: &[Route] = &[
    get(link::EMERGENCIES, Act::ListEmergencies, list),
    post(link::EMERGENCIES, Act::AskForEmergency, ask),
    get("/emergencies/{id}", Act::LookAtEmergency, show),
    post("/emergencies/{id}/grant", Act::GrantEmergency, grant),
    post("/emergencies/{id}/refusal", Act::RefuseEmergency, refuse),
    post("/emergencies/{id}/end", Act::EndEmergency, end),
];

fn list(request: &Request) -> Result<Reply, No> {
    me(request)?;
    list_page(request, &[])
}

fn ask(request: &Request) -> Result<Reply, No> {
    me(request)?;
    let typed = &request.form;
    let ask = Ask {
        reference: typed.get("reference").trim().to_owned(),
        reason: typed.get("reason").to_owned(),
        hours: typed.get("hours").parse().unwrap_or(0),
    };
    match request.city().perform(&request.keyed(), AskForEmergency { ask }) {
        Ok(done) => Ok(Reply::see_other(told(done.emergency, "asked"))),
        Err(no) => list_page(request, &reasons(no)?),
    }
}

fn told(id: EmergencyId, done: &str) -> String {
    look::address::with(&link::emergency(id), "done", done)
}

fn list_page(request: &Request, errors: &[Refusal]) -> Result<Reply, No> {
    let lang = request.lang;
    let after = place(request.query.get("after"));
    let found = request.city().emergencies(&request.asker, after, limits::PAGE_ROWS)?;
    let title = say(request, "emergency-title");
    let next = found.next.map(|(at, id)| {
        look::address::with(link::EMERGENCIES, "after", &format!("{}.{id}", at.micros()))
    });
    let first = after.is_some().then_some(link::EMERGENCIES);
    let content = html! {
        (look::page_head(&PageHead {
            lang, title: &title, lead: Some(html! { (say(request, "emergency-lead")) }),
            ..PageHead::default()
        }))
        @if found.may_ask { (form(request, errors)) }
        (look::part("list", &say(request, "emergency-list"), table(request, &found)))
        (look::pager(lang, &Pager::Keyset { previous: first, next: next.as_deref() }))
    };
    let page = Page::new(request, &title).at(link::EMERGENCIES).personal();
    Ok(page.failed(errors).reply(content))
}

/// Where a page begins: the moment and the id of the row before.
fn place(typed: &str) -> Option<(Instant, EmergencyId)> {
    let (at, id) = typed.split_once('.')?;
    Some((Instant::from_micros(at.parse().ok()?), EmergencyId::parse(id).ok()?))
}

fn form(request: &Request, errors: &[Refusal]) -> Markup {
    let lang = request.lang;
    let ticket = ticket(request);
    let form = Form::new(lang, link::EMERGENCIES, &ticket.csrf, &ticket.key).with_errors(errors);
    let typed = &request.form;
    let values: Vec<String> = (1..=HOURS_MAX).map(|hours| hours.to_string()).collect();
    let texts: Vec<String> = (1..=HOURS_MAX).map(|n| hours(request, n)).collect();
    let chosen = if typed.get("hours").is_empty() { "1" } else { typed.get("hours") };
    let choices: Vec<Choice<'_>> = values
        .iter()
        .zip(&texts)
        .map(|(value, text)| Choice {
            value,
            text,
            is_chosen: value == chosen,
            ..Choice::default()
        })
        .collect();
    let body = html! {
        (look::text_field(&form, &Field {
            name: "reference", label: &say(request, "emergency-reference"),
            hint: &say(request, "emergency-reference-hint"), value: typed.get("reference"),
            width: Width::Half, most: Some(limits::NAME_CHARS_MAX), autocomplete: "off",
            ..Field::default()
        }))
        (look::text_area(&form, &Field {
            name: "reason", label: &say(request, "emergency-reason"),
            hint: &say(request, "emergency-reason-hint"), value: typed.get("reason"),
            lines: Some(3), most: Some(limits::SUMMARY_CHARS_MAX), ..Field::default()
        }))
        (look::radios(&form, &Field {
            name: "hours", label: &say(request, "emergency-hours"), ..Field::default()
        }, &choices))
        (look::actions(&[look::button(&say(request, "emergency-ask"), Look::Primary)]))
    };
    look::part(
        "new",
        &say(request, "emergency-new"),
        html! { p.quiet { (say(request, "emergency-new-hint")) } (form.view(body)) },
    )
}

fn hours(request: &Request, n: u64) -> String {
    let count = i64::try_from(n).unwrap_or(i64::MAX);
    words::say_with(request.lang, "emergency-n-hours", &[("count", count.into())])
}

fn table(request: &Request, found: &ListPage) -> Markup {
    let lang = request.lang;
    let heads = ["reference", "state", "who", "asked", "until"];
    let titles = heads.map(|head| {
        let title = say(request, &format!("emergency-column-{head}"));
        if matches!(head, "asked" | "until") { zoned(request, &title) } else { title }
    });
    let columns = heads.iter().zip(&titles).map(|(key, title)| Column::text(key, title)).collect();
    let row = |view: &View| {
        let it = &view.emergency;
        let until = it.opening().map(|opening| opening.until);
        look::Row::from(vec![
            html! { a href=(link::emergency(it.id)) { code { (it.reference.as_str()) } } },
            standing(request, view.standing),
            html! { (person(request, view, it.person)) },
            stamp(request, it.asked_at),
            html! { @if let Some(until) = until { (stamp(request, until)) } },
        ])
    };
    look::table(&Table {
        lang,
        caption: &say(request, "emergency-list"),
        is_caption_hidden: true,
        columns,
        rows: found.rows.iter().map(row).collect(),
        empty: Some(look::empty(
            &say(request, "emergency-none"),
            html! {
                p { (say(request, "emergency-none-hint")) }
            },
        )),
        is_cards: true,
        ..Table::default()
    })
}

fn standing(request: &Request, standing: Standing) -> Markup {
    let tone = match standing {
        Standing::Waiting => Tone::Wait,
        Standing::Running => Tone::Live,
        Standing::Lapsed
        | Standing::Withdrawn
        | Standing::Refused
        | Standing::Over
        | Standing::Ended => Tone::Plain,
    };
    look::state_tag(tone, &say(request, &format!("emergency-standing-{}", standing.word())))
}

/// A person by name, with the language of the name where that is another one.
fn person(request: &Request, view: &View, id: PersonId) -> Markup {
    let (text, found) = view
        .names
        .get(&id)
        .map_or_else(|| (String::new(), None), |named| name(named, request.lang));
    html! { span lang=[found.map(base::Lang::tag)] { (text) } }
}

fn show(request: &Request) -> Result<Reply, No> {
    me(request)?;
    let view = request.city().emergency(&request.asker, request.id("id")?)?;
    Ok(page(request, &view, &[]))
}

fn grant(request: &Request) -> Result<Reply, No> {
    me(request)?;
    let emergency: EmergencyId = request.id("id")?;
    answer(request, emergency, "granted", |request| {
        request.city().perform(&request.keyed(), GrantEmergency { emergency })
    })
}

fn refuse(request: &Request) -> Result<Reply, No> {
    me(request)?;
    let emergency: EmergencyId = request.id("id")?;
    let reason = request.form.get("reason").to_owned();
    answer(request, emergency, "refused", move |request| {
        request.city().perform(&request.keyed(), RefuseEmergency { emergency, reason })
    })
}

fn end(request: &Request) -> Result<Reply, No> {
    me(request)?;
    let emergency: EmergencyId = request.id("id")?;
    answer(request, emergency, "ended", |request| {
        request.city().perform(&request.keyed(), EndEmergency { emergency })
    })
}

fn answer(
    request: &Request,
    id: EmergencyId,
    done: &str,
    act: impl FnOnce(&Request) -> Result<app::emergency::EmergencyChanged, No>,
) -> Result<Reply, No> {
    match act(request) {
        Ok(_) => Ok(Reply::see_other(told(id, done))),
        Err(no) => {
            let reasons = reasons(no)?;
            let view = request.city().emergency(&request.asker, id)?;
            Ok(page(request, &view, &reasons))
        }
    }
}

/// What the page tells when the browser comes back from an act.
const TOLD: [&str; 4] = ["asked", "granted", "refused", "ended"];

fn page(request: &Request, view: &View, errors: &[Refusal]) -> Reply {
    let lang = request.lang;
    let it = &view.emergency;
    let title = say(request, "emergency-one");
    let list = say(request, "emergency-title");
    let done = TOLD.into_iter().find(|done| *done == request.query.get("done"));
    let content = html! {
        (look::page_head(&PageHead {
            lang,
            crumbs: &[Crumb { href: link::EMERGENCIES, text: &list }],
            title: &title,
            tags: vec![standing(request, view.standing)],
            reference: it.reference.as_str(),
            ..PageHead::default()
        }))
        @if let Some(done) = done {
            div role="status" {
                (look::notice(lang, Tone::Ok, html! {
                    p { (say(request, &format!("emergency-done-{done}"))) }
                }))
            }
        }
        @if !view.may_decide { (look::error_summary(lang, errors)) }
        (facts(request, view))
        @if let Some(shown) = &view.shown { (look::link_button(&address(shown), &say(request, "emergency-open"), Look::Primary)) }
        @if view.may_decide { (decision(request, view, errors)) }
        @if view.may_end { (ending(request, view)) }
    };
    Page::new(request, &title).at(link::emergency(it.id)).personal().failed(errors).reply(content)
}

fn address(shown: &Shown) -> String {
    match shown {
        Shown::Case(id) => link::case(*id),
        Shown::Technology(id) => link::technology(*id),
    }
}

fn facts(request: &Request, view: &View) -> Markup {
    let lang = request.lang;
    let it = &view.emergency;
    let by = |id: PersonId, at: Instant| {
        html! { (person(request, view, id)) " · " (moment(request, at)) }
    };
    let mut rows: Vec<(String, Markup)> = vec![
        (say(request, "emergency-column-who"), by(it.person, it.asked_at)),
        (say(request, "emergency-reason"), html! { (it.reason) }),
        (say(request, "emergency-hours"), html! { (hours(request, it.hours)) }),
    ];
    if view.standing == Standing::Waiting {
        let until = html! { (moment(request, it.lapses_at())) };
        rows.push((say(request, "emergency-waits-until"), until));
    }
    if let Some(opening) = it.opening() {
        rows.push((say(request, "emergency-opened-by"), by(opening.by, opening.at)));
        let until = html! { (moment(request, opening.until)) };
        rows.push((say(request, "emergency-column-until"), until));
    }
    if let Some((id, named)) = &view.owner {
        let (text, found) = name(named, lang);
        let owner = html! {
            a href=(link::organisation(*id)) lang=[found.map(base::Lang::tag)] { (text) }
        };
        rows.push((say(request, "emergency-owner"), owner));
    }
    match &it.state {
        State::Refused { by: who, at, why } => {
            rows.push((say(request, "emergency-refused-by"), by(*who, *at)));
            rows.push((say(request, "emergency-why-not"), html! { (why) }));
        }
        State::Ended { by: who, at, .. } => {
            rows.push((say(request, "emergency-ended-by"), by(*who, *at)));
        }
        State::Withdrawn { by: who, at } => {
            rows.push((say(request, "emergency-withdrawn-by"), by(*who, *at)));
        }
        State::Asked | State::Opened(_) => {}
    }
    if it.opening().is_some() {
        let looks = i64::try_from(it.n_looks).unwrap_or(i64::MAX);
        let looks = words::say_with(lang, "emergency-n-looks", &[("count", looks.into())]);
        let last = it.looked_at.map(|at| moment(request, at));
        rows.push((
            say(request, "emergency-looks"),
            html! {
                (looks) @if let Some(last) = last { " · " (last) }
            },
        ));
    }
    if view.view == "officer" && it.opening().is_some() {
        let names: Vec<String> = view
            .told
            .iter()
            .filter_map(|id| view.names.get(id))
            .map(|named| name(named, lang).0)
            .collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        rows.push((say(request, "emergency-told"), html! { (words::list(lang, &names)) }));
    }
    let rows: Vec<(&str, Markup)> =
        rows.iter().map(|(key, value)| (key.as_str(), value.clone())).collect();
    look::sheet("", look::facts(&rows))
}

fn decision(request: &Request, view: &View, errors: &[Refusal]) -> Markup {
    let lang = request.lang;
    let id = view.emergency.id;
    let (ticket, action) = (ticket(request), link::emergency_refusal(id));
    let form = Form::new(lang, &action, &ticket.csrf, &ticket.key).with_errors(errors);
    let open = [
        ("hours", hours(request, view.emergency.hours).into()),
        ("name", view.names.get(&view.emergency.person).map_or("", |it| it.best(lang).0).into()),
    ];
    let body = html! {
        p { (words::say_with(lang, "emergency-decide-lead", &open)) }
        (look::confirm(&Confirm {
            lang,
            open: &say(request, "emergency-grant"),
            title: &words::say_with(lang, "emergency-grant-title", &open),
            text: html! { p { (say(request, "emergency-grant-text")) } },
            act: look::post_button(&PostButton {
                action: &link::emergency_grant(id),
                csrf: &request.csrf,
                key: &request.fresh_key(),
                text: &say(request, "emergency-grant"),
                look: Look::Danger,
                values: &[],
            }),
        }))
        (form.view(html! {
            (look::text_area(&form, &Field {
                name: "reason", label: &say(request, "emergency-why-not"),
                hint: &say(request, "emergency-why-not-hint"),
                value: request.form.get("reason"), lines: Some(2),
                most: Some(limits::SUMMARY_CHARS_MAX), ..Field::default()
            }))
            (look::actions(&[look::button(&say(request, "emergency-refuse"), Look::Plain)]))
        }))
    };
    look::part("decision", &say(request, "emergency-decide"), body)
}

fn ending(request: &Request, view: &View) -> Markup {
    let is_running = view.standing == Standing::Running;
    let key = if is_running { "emergency-end" } else { "emergency-withdraw" };
    look::post_button(&PostButton {
        action: &link::emergency_end(view.emergency.id),
        csrf: &request.csrf,
        key: &request.fresh_key(),
        text: &say(request, key),
        look: Look::Plain,
        values: &[],
    })
}

/// The part of the desk: requests that wait for the reader's decision.
pub fn on_desk(request: &Request, waiting: &[View]) -> Markup {
    if waiting.is_empty() {
        return html! {};
    }
    let body = html! {
        ul {
            @for view in waiting {
                li {
                    a href=(link::emergency(view.emergency.id)) {
                        code { (view.emergency.reference.as_str()) }
                    }
                    " · " (person(request, view, view.emergency.person))
                    " · " (moment(request, view.emergency.asked_at))
                }
            }
        }
    };
    look::part("emergencies", &say(request, "emergency-desk-title"), body)
}

/// Above what is shown in an emergency alone: until when, and that every look is kept.
pub fn above(request: &Request, entered: Option<Entered>) -> Markup {
    let Some(entered) = entered else { return html! {} };
    let until = [("until", moment(request, entered.until).into())];
    look::notice(
        request.lang,
        Tone::Wait,
        html! {
            p {
                (words::say_with(request.lang, "emergency-above", &until)) " "
                a href=(link::emergency(entered.emergency)) { (say(request, "emergency-above-link")) }
            }
        },
    )
}

/// Whether this reader could ask for emergency access.
pub fn may_ask(request: &Request) -> bool {
    let own = request.me.as_ref().and_then(|me| me.actor.person);
    own.is_some_and(|own| may(request, Act::AskForEmergency, &Thing::own(own)))
}
