//! Waiting for time: what the reader waits for and is offered, the form that begins it, who waits.

use crate::booking::{read_wall, said, typed, when};
use crate::form::{above, at, reasons, ticket};
use crate::link;
use crate::page::{Page, get, me, moment, post, say};
use access::Act;
use app::No;
use app::booking::WeekView;
use app::wait::{
    DeclineOffer, JoinWaitList, LeaveWaitList, TakeOffer, UnwatchInstrument, Watch,
    WatchInstrument, WishView,
};
use base::{Bilingual, InstrumentId, Refusal, Span, WishId};
use calendar::Zone;
use edge::{Reply, Request, Route};
use instruments::wait::State;
use look::{
    Choice, Column, Confirm, Crumb, Field, Form, Look, PageHead, PostButton, Section, Table, Tone,
    Width, actions, button, checkboxes, radios, text_field,
};
use maud::{Markup, html};

/// The routes of this file.
pub static ROUTES: &[Route] = &[
    get(link::WAITS, Act::ListBookings, own),
    post("/waits/{id}/acceptance", Act::KeepWishes, take),
    post("/waits/{id}/refusal", Act::KeepWishes, decline),
    post("/waits/{id}/departure", Act::KeepWishes, leave),
    get("/instruments/{id}/waits/new", Act::KeepWishes, blank),
    post("/instruments/{id}/waits", Act::KeepWishes, join),
    get("/instruments/{id}/waits", Act::LookAtInstrument, who),
    post("/instruments/{id}/watch", Act::KeepWishes, watch),
    post("/instruments/{id}/watch/end", Act::KeepWishes, unwatch),
];

/// Where an offer is taken, below its wish.
const TAKE: &str = "acceptance";
/// What the forms propose where nothing is known.
const PROPOSED_MINUTES: u32 = 60;
const PROPOSED_DAYS: i64 = 7;

fn own(request: &Request) -> Result<Reply, No> {
    me(request)?;
    page(request, &[])
}

fn page(request: &Request, no: &[Refusal]) -> Result<Reply, No> {
    let lang = request.lang;
    let rows = request.city().own_wishes(&request.asker)?;
    let watches = request.city().watches(&request.asker)?;
    let title = say(request, "wait-page-own");
    let bookings = say(request, "booking-page-own");
    let (offers, others): (Vec<&WishView>, Vec<&WishView>) =
        rows.iter().partition(|view| view.wish.state == State::Offered);
    let done = match request.query.get("done") {
        "joined" => Some("wait-page-joined"),
        "declined" => Some("wait-page-declined"),
        "left" => Some("wait-page-left"),
        _ => None,
    };
    let taken = |view: &&&WishView| !view.accessories.is_empty();
    let taken: Vec<String> =
        offers.iter().filter(taken).map(|view| link::wait_part(view.wish.id, TAKE)).collect();
    let forms: Vec<(bool, &str)> = taken.iter().map(|it| (true, it.as_str())).collect();
    let content = html! {
        (look::page_head(&PageHead {
            lang,
            crumbs: &[Crumb { href: link::BOOKINGS, text: &bookings }],
            title: &title,
            lead: Some(html! { p { (say(request, "wait-page-own-lead")) } }),
            ..PageHead::default()
        }))
        (above(request, no, &forms))
        @if let Some(key) = done { (look::notice(lang, Tone::Ok, html! { p { (say(request, key)) } })) }
        @for view in offers { (offer(request, view, no)) }
        @if rows.is_empty() {
            (look::empty(&say(request, "wait-page-own-none"), html! {
                p { a href=(link::INSTRUMENTS) { (say(request, "wait-page-own-hint")) } }
            }))
        }
        @if !others.is_empty() { (table(request, &others)) }
        @if !watches.is_empty() { (watched(request, &watches)) }
    };
    let page = Page::new(request, &title).section(Section::Share).at(link::WAITS).personal();
    Ok(if no.is_empty() { page.reply(content) } else { page.failed(no).reply(content) })
}

/// Time that is held for the reader: the likely answer first.
fn offer(request: &Request, view: &WishView, no: &[Refusal]) -> Markup {
    let Some(offer) = view.wish.offer else { return html! {} };
    let named = view.instruments.iter().find(|(id, ..)| *id == offer.instrument);
    let Some((_, name, zone)) = named else { return html! {} };
    let zone = Zone::named(zone).unwrap_or_else(Zone::china);
    let version = view.wish.version.to_string();
    let fresh = ticket(request);
    let press = |part: &str, key: &str, look: Look| {
        look::post_button(&PostButton {
            action: &link::wait_part(view.wish.id, part),
            csrf: &fresh.csrf,
            key: &request.fresh_key(),
            text: &say(request, key),
            look,
            values: &[("version", &version)],
        })
    };
    let until = [("at", moment(request, offer.until).into())];
    look::sheet(
        &say(request, "wait-page-offer"),
        html! {
            p { strong { (name.best(request.lang).0) } }
            p { (when(request, &zone, offer.span)) }
            p { (said(request, "wait-page-offer-until", &until)) }
            @if view.is_first_right { p { (say(request, "wait-page-first-right")) } }
            @if view.accessories.is_empty() {
                (actions(&[
                    press(TAKE, "wait-page-take", Look::Primary),
                    press("refusal", "wait-page-decline", Look::Second),
                ]))
            } @else {
                (take_form(request, view, no))
                (actions(&[press("refusal", "wait-page-decline", Look::Second)]))
            }
        },
    )
}

/// Takes the offer with what shall be lent.
fn take_form(request: &Request, view: &WishView, no: &[Refusal]) -> Markup {
    let fresh = ticket(request);
    let action = link::wait_part(view.wish.id, TAKE);
    let form = Form::new(request.lang, &action, &fresh.csrf, &fresh.key)
        .with_errors(at(request, no, &action));
    let wanted = crate::accessory::typed(request);
    form.view(html! {
        input type="hidden" name="version" value=(view.wish.version);
        (crate::accessory::fields(request, &form, (&view.accessories, &wanted)))
        (actions(&[button(&say(request, "wait-page-take"), Look::Primary)]))
    })
}

fn names(request: &Request, view: &WishView) -> Markup {
    html! {
        @for (n, (id, name, _)) in view.instruments.iter().enumerate() {
            @if n > 0 { br; }
            a href=(link::instrument_part(*id, "week")) { (name.best(request.lang).0) }
        }
    }
}

fn zone_of(view: &WishView) -> Zone {
    let first = view.instruments.first();
    first.and_then(|(.., zone)| Zone::named(zone)).unwrap_or_else(Zone::china)
}

fn time(request: &Request, view: &WishView) -> Markup {
    let zone = zone_of(view);
    let wish = &view.wish;
    let args = [
        ("minutes", i64::from(wish.minutes).into()),
        ("when", when(request, &zone, wish.within).into()),
    ];
    let how = if wish.is_at_once { "wait-page-at-once" } else { "wait-page-offer-first" };
    html! {
        div {
            (said(request, "wait-page-length", &args))
            br; span.small.quiet { (say(request, how)) }
        }
    }
}

/// How it stands, and why it was passed over.
fn stands(request: &Request, view: &WishView) -> Markup {
    let wish = &view.wish;
    let tone = match wish.state {
        State::Waiting => Tone::Wait,
        State::Offered => Tone::Info,
        State::Served => Tone::Ok,
        State::Left | State::Expired => Tone::Plain,
    };
    let count = [("count", i64::try_from(view.n_before).unwrap_or(i64::MAX).into())];
    html! {
        div {
            (look::state_tag(tone, &say(request, &format!("wait-state-{}", wish.state.code()))))
            @if wish.state == State::Waiting {
                p.small { (said(request, "wait-page-before", &count)) }
                @if view.is_first_right { p.small { (say(request, "wait-page-first-right")) } }
                @if !wish.told.is_empty() {
                    p.small { (say(request, "wait-page-told")) }
                    ul.small {
                        @for problem in &wish.told {
                            li { (words::refusal(request.lang, &problem.refusal()).text) }
                        }
                    }
                }
            }
        }
    }
}

fn table(request: &Request, rows: &[&WishView]) -> Markup {
    let titles: Vec<(&str, String)> = [
        ("instrument", say(request, "booking-page-instrument")),
        ("when", say(request, "wait-page-when")),
        ("state", say(request, "booking-page-state")),
        ("act", say(request, "wait-page-how")),
    ]
    .into();
    let row = |view: &&WishView| {
        let act = match view.wish.state.is_live() {
            true => leaving(request, view),
            false => html! {},
        };
        let cells = vec![names(request, view), time(request, view), stands(request, view), act];
        look::Row { cells, ..look::Row::default() }
    };
    look::table(&Table {
        lang: request.lang,
        caption: &say(request, "wait-page-own"),
        is_caption_hidden: true,
        columns: titles.iter().map(|(key, title)| Column::text(key, title)).collect(),
        rows: rows.iter().map(row).collect(),
        is_cards: true,
        ..Table::default()
    })
}

fn leaving(request: &Request, view: &WishView) -> Markup {
    let fresh = ticket(request);
    let version = view.wish.version.to_string();
    look::confirm(&Confirm {
        lang: request.lang,
        open: &say(request, "wait-page-leave"),
        title: &say(request, "wait-page-leave-ask"),
        text: html! { p { (say(request, "wait-page-leave-text")) } },
        act: look::post_button(&PostButton {
            action: &link::wait_part(view.wish.id, "departure"),
            csrf: &fresh.csrf,
            key: &fresh.key,
            text: &say(request, "wait-page-leave"),
            look: Look::Danger,
            values: &[("version", &version)],
        }),
    })
}

fn watched(request: &Request, all: &[Watch]) -> Markup {
    let facts = |watch: &Watch| {
        let args = [
            ("minutes", i64::from(watch.notice.least_minutes).into()),
            ("days", i64::from(watch.notice.days_ahead).into()),
        ];
        said(request, "wait-page-watch-facts", &args)
    };
    look::part(
        "watches",
        &say(request, "wait-page-watches"),
        html! {
            ul {
                @for watch in all {
                    li.row {
                        a href=(link::instrument_part(watch.instrument, "week")) { (watch.name.best(request.lang).0) }
                        " " (facts(watch)) " "
                        (end_watch(request, watch.instrument))
                    }
                }
            }
        },
    )
}

fn end_watch(request: &Request, id: InstrumentId) -> Markup {
    let fresh = ticket(request);
    look::post_button(&PostButton {
        action: &link::instrument_part(id, "watch/end"),
        csrf: &fresh.csrf,
        key: &fresh.key,
        text: &say(request, "wait-page-watch-end"),
        look: Look::Plain,
        values: &[],
    })
}

fn version(request: &Request) -> u64 {
    request.form.get("version").parse().unwrap_or(0)
}

/// Back to the list, or the list with the reasons.
fn back(request: &Request, done: Result<&str, No>) -> Result<Reply, No> {
    match done {
        Ok(word) => Ok(Reply::see_other(look::address::with(link::WAITS, "done", word))),
        Err(no) => page(request, &reasons(no)?),
    }
}

fn take(request: &Request) -> Result<Reply, No> {
    let id: WishId = request.id("id")?;
    let done = crate::accessory::asked(&crate::accessory::typed(request)).map_err(No::from);
    let done = done.and_then(|accessories| {
        let mut act = TakeOffer::new(id, version(request));
        act.accessories = accessories;
        request.city().perform(&request.keyed(), act)
    });
    match done {
        Ok(done) => {
            let address = link::booking(done.booking);
            Ok(Reply::see_other(look::address::with(&address, "done", &done.state)))
        }
        Err(no) => page(request, &reasons(no)?),
    }
}

fn decline(request: &Request) -> Result<Reply, No> {
    let act = DeclineOffer::new(request.id("id")?, version(request));
    back(request, request.city().perform(&request.keyed(), act).map(|_| "declined"))
}

fn leave(request: &Request) -> Result<Reply, No> {
    let act = LeaveWaitList::new(request.id("id")?, version(request));
    back(request, request.city().perform(&request.keyed(), act).map(|_| "left"))
}

/// What was typed into the form.
#[derive(Default)]
struct Draft {
    earliest: String,
    latest: String,
    minutes: String,
    is_at_once: bool,
    others: Vec<String>,
}

fn blank(request: &Request) -> Result<Reply, No> {
    me(request)?;
    let view = request.city().instrument_week(&request.asker, request.id("id")?, None)?;
    form_page(request, &view, &proposed(request, &view), &[])
}

/// The time that was looked at, or the next days.
fn proposed(request: &Request, view: &WeekView) -> Draft {
    let zone = &view.zone;
    let grid = view.rules.grid.value;
    let start = read_wall(zone, "earliest", request.query.get("start"));
    let start = start.unwrap_or_else(|_| grid.next_start(zone, view.now));
    let asked = read_wall(zone, "latest", request.query.get("end"));
    let end = asked.clone().unwrap_or_else(|_| start.plus_seconds(PROPOSED_DAYS * 86_400));
    let asked = asked.ok().and_then(|end| Span::new(start, end));
    let least = view.rules.least_minutes.value.max(PROPOSED_MINUTES);
    let minutes = asked.map_or(i64::from(least), calendar::zone::minutes);
    Draft {
        earliest: typed(zone, start),
        latest: typed(zone, end),
        minutes: minutes.to_string(),
        ..Draft::default()
    }
}

fn join(request: &Request) -> Result<Reply, No> {
    me(request)?;
    let id: InstrumentId = request.id("id")?;
    let view = request.city().instrument_week(&request.asker, id, None)?;
    let form = &request.form;
    let draft = Draft {
        earliest: form.get("earliest").to_owned(),
        latest: form.get("latest").to_owned(),
        minutes: form.get("minutes").to_owned(),
        is_at_once: form.get("how") == "once",
        others: form.all("others").into_iter().map(str::to_owned).collect(),
    };
    let earliest = read_wall(&view.zone, "earliest", &draft.earliest);
    let latest = read_wall(&view.zone, "latest", &draft.latest);
    let (earliest, latest) = match (earliest, latest) {
        (Ok(earliest), Ok(latest)) => (earliest, latest),
        (earliest, latest) => {
            let no: Vec<Refusal> = [earliest.err(), latest.err()].into_iter().flatten().collect();
            return form_page(request, &view, &draft, &no);
        }
    };
    let others = draft.others.iter().filter_map(|text| InstrumentId::parse(text).ok());
    let act = JoinWaitList {
        instruments: std::iter::once(id).chain(others).collect(),
        organisation: None,
        earliest,
        latest,
        minutes: draft.minutes.trim().parse().unwrap_or(0),
        is_at_once: draft.is_at_once,
    };
    match request.city().perform(&request.keyed(), act) {
        Ok(_) => back(request, Ok("joined")),
        Err(no) => form_page(request, &view, &draft, &reasons(no)?),
    }
}

fn form_page(
    request: &Request,
    view: &WeekView,
    draft: &Draft,
    no: &[Refusal],
) -> Result<Reply, No> {
    let lang = request.lang;
    let it = &view.instrument;
    let others = request.city().waitable_besides(&request.asker, it.id)?;
    let watches = request.city().watches(&request.asker)?;
    let (name, _) = it.sheet.name.best(lang);
    let title = said(request, "wait-page-new", &[("name", name.to_owned().into())]);
    let back = link::instrument_part(it.id, "week");
    let is_watched = watches.iter().any(|watch| watch.instrument == it.id);
    let content = html! {
        (look::page_head(&PageHead {
            lang,
            crumbs: &[Crumb { href: &back, text: name }],
            title: &title,
            lead: Some(html! { p { (say(request, "wait-page-new-lead")) } }),
            ..PageHead::default()
        }))
        (form(request, view, draft, (&others, no)))
        (look::sheet(&say(request, "wait-page-watch"), html! {
            @if is_watched {
                p { (say(request, "wait-page-watched")) }
                (end_watch(request, it.id))
            } @else {
                p { (say(request, "wait-page-watch-lead")) }
                (watch_form(request, it.id, no))
            }
        }))
    };
    let page = Page::new(request, &title).section(Section::Share).at(back).personal();
    Ok(if no.is_empty() { page.reply(content) } else { page.failed(no).reply(content) })
}

fn form(
    request: &Request,
    view: &WeekView,
    draft: &Draft,
    (others, no): (&[(InstrumentId, Bilingual)], &[Refusal]),
) -> Markup {
    let fresh = ticket(request);
    let address = link::instrument_part(view.instrument.id, "waits");
    let form = Form::new(request.lang, &address, &fresh.csrf, &fresh.key)
        .with_errors(at(request, no, &address));
    let label = |key: &str| say(request, &format!("wait-field-{key}"));
    let hint = say(request, "booking-page-hint-time");
    let (first, once) = (label("how-offer"), label("how-once"));
    let how = [
        Choice { value: "offer", text: &first, is_chosen: !draft.is_at_once, ..Choice::default() },
        Choice { value: "once", text: &once, is_chosen: draft.is_at_once, ..Choice::default() },
    ];
    let ids: Vec<String> = others.iter().map(|(id, _)| id.to_string()).collect();
    let choices: Vec<Choice<'_>> = others
        .iter()
        .zip(&ids)
        .map(|((_, name), id)| Choice {
            value: id,
            text: name.best(request.lang).0,
            is_chosen: draft.others.contains(id),
            ..Choice::default()
        })
        .collect();
    form.view(html! {
        (text_field(&form, &Field { name: "earliest", label: &label("earliest"), hint: &hint, value: &draft.earliest, width: Width::Half, ..Field::default() }))
        (text_field(&form, &Field { name: "latest", label: &label("latest"), value: &draft.latest, width: Width::Half, ..Field::default() }))
        (text_field(&form, &Field { name: "minutes", label: &label("minutes"), value: &draft.minutes, kind: look::Kind::Number, width: Width::Short, ..Field::default() }))
        (radios(&form, &Field { name: "how", label: &label("how"), ..Field::default() }, &how))
        @if !choices.is_empty() {
            (checkboxes(&form, &Field { name: "others", label: &label("others"), is_optional: true, ..Field::default() }, &choices))
        }
        (actions(&[button(&say(request, "wait-page-join-send"), Look::Primary)]))
    })
}

fn watch_form(request: &Request, id: InstrumentId, no: &[Refusal]) -> Markup {
    let fresh = ticket(request);
    let address = link::instrument_part(id, "watch");
    let no = at(request, no, &address);
    let form = Form::new(request.lang, &address, &fresh.csrf, &fresh.key).with_errors(no);
    let label = |key: &str| say(request, &format!("wait-field-{key}"));
    let hint = label("hours-hint");
    let was = |name: &str, proposed: String| match no {
        [] => proposed,
        _ => request.form.get(name).to_owned(),
    };
    let minutes = was("least", PROPOSED_MINUTES.to_string());
    let days = was("days", PROPOSED_DAYS.to_string());
    let (from, to) = (was("from", String::new()), was("to", String::new()));
    form.view(html! {
        (text_field(&form, &Field { name: "least", label: &label("minutes"), value: &minutes, kind: look::Kind::Number, width: Width::Short, ..Field::default() }))
        (text_field(&form, &Field { name: "days", label: &label("days"), value: &days, kind: look::Kind::Number, width: Width::Short, ..Field::default() }))
        (text_field(&form, &Field { name: "from", label: &label("from"), hint: &hint, value: &from, is_optional: true, width: Width::Short, ..Field::default() }))
        (text_field(&form, &Field { name: "to", label: &label("to"), value: &to, is_optional: true, width: Width::Short, ..Field::default() }))
        (actions(&[button(&say(request, "wait-page-watch-send"), Look::Second)]))
    })
}

/// A minute of the day: `08:30` is 510, and what cannot be read is none of a day.
fn minute(text: &str) -> u16 {
    let plain: String = text.trim().chars().map(base::time::half_width).collect();
    if plain.is_empty() {
        return 0;
    }
    let read = plain.split_once(':').and_then(|(hour, minute)| {
        let (hour, minute) = (hour.parse::<u16>().ok()?, minute.parse::<u16>().ok()?);
        (hour <= 24 && minute < 60).then_some(hour * 60 + minute)
    });
    read.unwrap_or(u16::MAX)
}

fn watch(request: &Request) -> Result<Reply, No> {
    me(request)?;
    let id: InstrumentId = request.id("id")?;
    let number = |name: &str| request.form.get(name).trim().parse().unwrap_or(0);
    let hours = (minute(request.form.get("from")), minute(request.form.get("to")));
    let (least_minutes, days_ahead) = (number("least"), number("days"));
    let act = WatchInstrument { instrument: id, least_minutes, days_ahead, hours };
    match request.city().perform(&request.keyed(), act) {
        Ok(()) => Ok(Reply::see_other(link::instrument_part(id, "waits/new"))),
        Err(no) => {
            let no = reasons(no)?;
            let view = request.city().instrument_week(&request.asker, id, None)?;
            form_page(request, &view, &proposed(request, &view), &no)
        }
    }
}

fn unwatch(request: &Request) -> Result<Reply, No> {
    let act = UnwatchInstrument { instrument: request.id("id")? };
    request.city().perform(&request.keyed(), act)?;
    Ok(Reply::see_other(link::WAITS))
}

/// Who waits for an instrument, for its own people.
fn who(request: &Request) -> Result<Reply, No> {
    me(request)?;
    let id: InstrumentId = request.id("id")?;
    let rows = request.city().waiting_for(&request.asker, id)?;
    let week = request.city().instrument_week(&request.asker, id, None)?;
    let (name, _) = week.instrument.sheet.name.best(request.lang);
    let title = said(request, "wait-page-who", &[("name", name.to_owned().into())]);
    let back = link::instrument_part(id, "week");
    let titles = [
        ("place", say(request, "wait-page-place")),
        ("person", say(request, "booking-page-person")),
        ("when", say(request, "wait-page-when")),
        ("state", say(request, "booking-page-state")),
    ];
    let row = |(n, view): (usize, &WishView)| {
        let cells = vec![
            html! { (n + 1) },
            html! { (view.person.best(request.lang).0) },
            time(request, view),
            stands(request, view),
        ];
        look::Row { cells, ..look::Row::default() }
    };
    let content = html! {
        (look::page_head(&PageHead {
            lang: request.lang,
            crumbs: &[Crumb { href: &back, text: name }],
            title: &title,
            ..PageHead::default()
        }))
        @if rows.is_empty() {
            (look::empty(&say(request, "wait-page-who-none"), html! {}))
        } @else {
            (look::table(&Table {
                lang: request.lang,
                caption: &title,
                is_caption_hidden: true,
                columns: titles.iter().map(|(key, title)| Column::text(key, title)).collect(),
                rows: rows.iter().enumerate().map(row).collect(),
                is_cards: true,
                ..Table::default()
            }))
        }
    };
    Ok(Page::new(request, &title).section(Section::Share).at(back).personal().reply(content))
}
