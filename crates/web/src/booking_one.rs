//! A booking and the lists of them: the own ones, those that wait for an answer, free time.

use crate::booking::{read_wall, said, typed, when};
use crate::booking_step;
use crate::form::{reasons, ticket};
use crate::link;
use crate::page::{Page, get, me, moment, post, say};
use access::Act;
use app::No;
use app::booking::{BookingView, CancelBooking, DecideBooking, FreeAsk, FreeSlot, MoveBooking};
use base::{BookingId, Refusal};
use calendar::Zone;
use edge::{Reply, Request, Route};
use instruments::booking::State;
use instruments::estimate::Price;
use instruments::problem::{Code, Problem};
use look::{
    Column, Confirm, Crumb, Field, Form, Look, PageHead, PostButton, Section, Table, Tone, Width,
    actions, button, text_field,
};
use maud::{Markup, html};

/// The routes of this file.
pub static ROUTES: &[Route] = &[
    get(link::BOOKINGS, Act::ListBookings, own),
    get("/bookings/waiting", Act::ListBookings, waiting),
    get("/bookings/{id}", Act::LookAtBooking, show),
    post("/bookings/{id}/moves", Act::ChangeBooking, shift),
    post("/bookings/{id}/cancellation", Act::ChangeBooking, cancel),
    post("/bookings/{id}/decision", Act::DecideBooking, decide),
    get("/instruments/free", Act::ListInstruments, free),
];

/// Free times that one page lists.
const FREE_MAX: usize = 50;
/// Days of the past that the own bookings show.
const PAST_DAYS: i64 = 30;

fn zone_of(view: &BookingView) -> Zone {
    Zone::named(&view.zone).unwrap_or_else(Zone::china)
}

/// How a booking stands, as a tag.
pub fn state_of(request: &Request, view: &BookingView) -> Markup {
    let state = view.booking.state;
    let tone = match state {
        State::Pending => Tone::Wait,
        State::Confirmed => Tone::Ok,
        State::InUse => Tone::Info,
        State::Missed | State::Displaced | State::Declined => Tone::Live,
        _ => Tone::Plain,
    };
    look::state_tag(tone, &say(request, &format!("booking-state-{}", state.code())))
}

/// When it was used, and how that kept to the booked time.
fn used(request: &Request, view: &BookingView) -> Markup {
    let zone = zone_of(view);
    let clock = |at| words::clock(at, zone.offset_minutes(at));
    let kept = view.end.as_ref().and_then(|end| end.kept);
    html! {
        @if let Some(used) = view.used {
            (clock(used.first)) "–" @if let Some(last) = used.last { (clock(last)) }
            @if let Some(kept) = kept {
                " " span.quiet { (say(request, &format!("booking-kept-{}", kept.code()))) }
            }
        }
    }
}

/// Bookings one below the other, without one column.
pub fn table(request: &Request, caption: &str, rows: &[BookingView], left_out: &str) -> Markup {
    let titles: Vec<(&str, String)> = ["instrument", "when", "person", "used", "state"]
        .into_iter()
        .filter(|key| *key != left_out)
        .map(|key| (key, say(request, &format!("booking-page-{key}"))))
        .collect();
    let row = |view: &BookingView| {
        let name = view.instrument.best(request.lang).0;
        let mut cells = vec![
            html! { a href=(link::booking(view.booking.id)) { (name) } },
            html! { (when(request, &zone_of(view), view.booking.span)) },
        ];
        if left_out != "person" {
            cells.push(html! { (view.person.best(request.lang).0) });
        }
        if left_out != "used" {
            cells.push(used(request, view));
        }
        cells.push(state_of(request, view));
        look::Row { cells, ..look::Row::default() }
    };
    look::table(&Table {
        lang: request.lang,
        caption,
        is_caption_hidden: true,
        columns: titles.iter().map(|(key, title)| Column::text(key, title)).collect(),
        rows: rows.iter().map(row).collect(),
        is_cards: true,
        ..Table::default()
    })
}

fn list(request: &Request, rows: &[BookingView], (word, above): (&str, Markup)) -> Reply {
    let title = say(request, &format!("booking-page-{word}"));
    let buttons = match word {
        "own" => vec![
            look::link_button(
                link::FREE_TIME,
                &say(request, "booking-page-find-free"),
                Look::Second,
            ),
            look::link_button(link::WAITS, &say(request, "wait-page-own"), Look::Plain),
            look::link_button(
                link::CALENDARS,
                &say(request, "booking-page-calendars"),
                Look::Plain,
            ),
        ],
        _ => Vec::new(),
    };
    let content = html! {
        (look::page_head(&PageHead { lang: request.lang, title: &title, actions: buttons, ..PageHead::default() }))
        (above)
        @if rows.is_empty() {
            (look::empty(&say(request, &format!("booking-page-{word}-none")), html! {
                @if word == "own" {
                    p { a href=(link::INSTRUMENTS) { (say(request, "booking-page-own-hint")) } }
                }
            }))
        } @else {
            (table(request, &title, rows, if word == "own" { "person" } else { "used" }))
        }
    };
    Page::new(request, &title).section(Section::Share).personal().reply(content)
}

fn own(request: &Request) -> Result<Reply, No> {
    me(request)?;
    let from = request.now.plus_seconds(-PAST_DAYS * 86_400);
    let rows = request.city().own_bookings(&request.asker, from)?;
    Ok(list(request, &rows, ("own", crate::booking_hand::offered(request)?)))
}

fn waiting(request: &Request) -> Result<Reply, No> {
    me(request)?;
    let rows = request.city().bookings_to_decide(&request.asker)?;
    Ok(list(request, &rows, ("waiting", html! {})))
}

fn show(request: &Request) -> Result<Reply, No> {
    let view = request.city().booking(&request.asker, request.id("id")?)?;
    page(request, &view, &[])
}

fn page(request: &Request, view: &BookingView, no: &[Refusal]) -> Result<Reply, No> {
    let hand = crate::booking_hand::form(request, view)?;
    let cost = request.city().booking_cost(&request.asker, view.booking.id)?;
    let lang = request.lang;
    let booking = &view.booking;
    let (name, name_lang) = view.instrument.best(lang);
    let reference = booking.reference.to_string();
    let own = say(request, "booking-page-own");
    let content = html! {
        (look::page_head(&PageHead {
            lang,
            crumbs: &[Crumb { href: link::BOOKINGS, text: &own }],
            kind: &say(request, "booking-page-one"),
            title: name,
            title_lang: Some(name_lang),
            tags: vec![state_of(request, view)],
            reference: &reference,
            ..PageHead::default()
        }))
        (done(request, view))
        (displaced(request, view))
        (crate::feedback::on_booking(request, view))
        @if !view.may_change { (look::error_summary(lang, no)) }
        (look::aside_split(
            html! {
                (facts(request, view))
                @if view.may_change && matches!(booking.state, State::Confirmed | State::InUse) {
                    p { a href=(link::kiosk(booking.instrument)) { (say(request, "booking-page-to-kiosk")) } }
                }
                // Whoever reads it may not be who chooses the payer.
                @if let Some(cost) = cost.as_ref().filter(|it| !matches!(it.price, Price::Open)) {
                    (crate::estimate::sheet(request, cost))
                }
                @if view.may_decide { (booking_step::form(request, view)) }
            },
            html! {
                @if view.may_change { (move_form(request, view, no)) (hand) (cancel_button(request, view)) }
            },
        ))
    };
    let page = Page::new(request, name).section(Section::Share).at(link::booking(booking.id));
    let page = page.personal();
    Ok(if no.is_empty() { page.reply(content) } else { page.failed(no).reply(content) })
}

fn done(request: &Request, view: &BookingView) -> Markup {
    let booking = &view.booking;
    html! {
        @match request.query.get("done") {
            "confirmed" => (look::notice(request.lang, Tone::Ok, html! {
                p { (said(request, "booking-page-done", &[("reference", booking.reference.to_string().into())])) }
            })),
            "pending" => (look::notice(request.lang, Tone::Wait, html! {
                @let at = booking.decide_by.unwrap_or(booking.span.start());
                p { (said(request, "booking-page-done-pending", &[("at", moment(request, at).into())])) }
            })),
            "cancelled" => {
                @let key = match booking.state {
                    State::CancelledLate => "booking-page-done-cancelled-late",
                    _ => "booking-page-done-cancelled",
                };
                (look::notice(request.lang, Tone::Ok, html! { p { (say(request, key)) } }))
            }
            "moved" => (look::notice(request.lang, Tone::Ok, html! { p { (say(request, "booking-page-done-moved")) } })),
            _ => {},
        }
    }
}

/// What an outage means for a booking that it took.
fn displaced(request: &Request, view: &BookingView) -> Markup {
    let booking = &view.booking;
    if booking.state != State::Displaced {
        return html! {};
    }
    let outages = link::instrument_part(booking.instrument, "outages");
    let key = if view.is_own { "booking-page-displaced" } else { "booking-page-displaced-other" };
    look::notice(
        request.lang,
        Tone::Wait,
        html! {
            p { (say(request, key)) }
            p.row {
                @if view.is_own { a href=(link::WAITS) { (say(request, "wait-page-own")) } }
                a href=(outages) { (say(request, "booking-page-displaced-outage")) }
            }
        },
    )
}

fn facts(request: &Request, view: &BookingView) -> Markup {
    let booking = &view.booking;
    let here = link::instrument(booking.instrument);
    let mut rows: Vec<(String, Markup)> = vec![
        (
            say(request, "booking-page-instrument"),
            html! { a href=(here) { (view.instrument.best(request.lang).0) } },
        ),
        (
            say(request, "booking-page-when"),
            html! {
                (when(request, &zone_of(view), booking.span))
                " " span.quiet { (view.zone) }
            },
        ),
        (say(request, "booking-page-person"), html! { (view.person.best(request.lang).0) }),
    ];
    if let Some(series) = crate::booking_series::on_booking(request, view) {
        rows.push((say(request, "booking-series"), series));
    }
    if let Some(by) = booking.decide_by {
        rows.push((say(request, "booking-page-decide-by"), html! { (moment(request, by)) }));
    }
    if let Some(steps) = booking_step::steps(request, view) {
        rows.push((say(request, "booking-step-title"), steps));
    }
    if view.used.is_some() {
        rows.push((say(request, "booking-page-used"), used(request, view)));
    }
    if let Some(end) = &view.end
        && let Some(fee) = end.fee
    {
        let line = say(request, "booking-page-fee-line");
        rows.push((
            say(request, "booking-page-fee"),
            html! {
                a href=(link::charge(fee)) { (line) }
                @if end.resold_minutes > 0 {
                    " " span.quiet { (said(request, "booking-page-resold", &[("minutes", i64::try_from(end.resold_minutes).unwrap_or(i64::MAX).into())])) }
                }
            },
        ));
    }
    for (key, text) in [
        ("booking-field-purpose", &booking.purpose),
        ("booking-field-project", &booking.project),
        ("booking-field-reason", &booking.reason),
    ] {
        if !text.is_empty() {
            rows.push((say(request, key), html! { (text) }));
        }
    }
    if !booking.accessories.is_empty() {
        let lent = crate::accessory::lines(request, &view.accessories, &booking.accessories);
        rows.push((crate::accessory::title(request), lent));
    }
    if !booking.asked.is_empty() {
        let lines = booking.asked.iter().map(Problem::refusal);
        let lines: Vec<String> = lines.map(|it| words::refusal(request.lang, &it).text).collect();
        rows.push((
            say(request, "booking-page-asked"),
            html! { ul { @for line in &lines { li { (line) } } } },
        ));
    }
    let rows: Vec<(&str, Markup)> =
        rows.iter().map(|(name, value)| (name.as_str(), value.clone())).collect();
    look::facts(&rows)
}

fn move_form(request: &Request, view: &BookingView, no: &[Refusal]) -> Markup {
    let fresh = ticket(request);
    let booking = &view.booking;
    let address = link::booking_part(booking.id, "moves");
    let form = Form::new(request.lang, &address, &fresh.csrf, &fresh.key).with_errors(no);
    let zone = zone_of(view);
    let was = |name: &str, at| match request.form.get(name) {
        "" => typed(&zone, at),
        text => text.to_owned(),
    };
    let (start, end) = (was("start", booking.span.start()), was("end", booking.span.end()));
    let (from, until) = (say(request, "booking-field-start"), say(request, "booking-field-end"));
    let lent = match request.form.get("version") {
        "" => crate::accessory::standing(&booking.accessories),
        _ => crate::accessory::typed(request),
    };
    look::sheet(
        &say(request, "booking-page-move"),
        form.view(html! {
            input type="hidden" name="version" value=(booking.version);
            (text_field(&form, &Field { name: "start", label: &from, value: &start, width: Width::Half, ..Field::default() }))
            (text_field(&form, &Field { name: "end", label: &until, value: &end, width: Width::Half, ..Field::default() }))
            (crate::accessory::fields(request, &form, (&view.accessories, &lent)))
            (actions(&[button(&say(request, "booking-page-move-send"), Look::Second)]))
        }),
    )
}

fn cancel_button(request: &Request, view: &BookingView) -> Markup {
    let fresh = ticket(request);
    let version = view.booking.version.to_string();
    look::confirm(&Confirm {
        lang: request.lang,
        open: &say(request, "booking-page-cancel"),
        title: &say(request, "booking-page-cancel-ask"),
        text: html! { p { (say(request, "booking-page-cancel-text")) } },
        act: look::post_button(&PostButton {
            action: &link::booking_part(view.booking.id, "cancellation"),
            csrf: &fresh.csrf,
            key: &fresh.key,
            text: &say(request, "booking-page-cancel"),
            look: Look::Danger,
            values: &[("version", &version)],
        }),
    })
}

/// Back to the booking, or its page with the reasons.
fn back(request: &Request, id: BookingId, done: Result<&str, No>) -> Result<Reply, No> {
    match done {
        Ok(word) => Ok(Reply::see_other(look::address::with(&link::booking(id), "done", word))),
        Err(no) => {
            let no = reasons(no)?;
            let view = request.city().booking(&request.asker, id)?;
            page(request, &view, &no)
        }
    }
}

fn version(request: &Request) -> u64 {
    request.form.get("version").parse().unwrap_or(0)
}

fn shift(request: &Request) -> Result<Reply, No> {
    let id: BookingId = request.id("id")?;
    let view = request.city().booking(&request.asker, id)?;
    let zone = zone_of(&view);
    let read = |name| read_wall(&zone, name, request.form.get(name));
    let lent = crate::accessory::typed(request);
    let done = match (read("start"), read("end"), crate::accessory::asked(&lent)) {
        (Ok(start), Ok(end), Ok(asked)) => {
            let mut act = MoveBooking::new(id, version(request), (start, end));
            // A form without such fields leaves what is lent as it is.
            act.accessories = (!lent.is_empty()).then_some(asked);
            request.city().perform(&request.keyed(), act).map(|_| "moved")
        }
        (start, end, lent) => {
            Err(No([start.err(), end.err(), lent.err()].into_iter().flatten().collect()))
        }
    };
    back(request, id, done)
}

fn cancel(request: &Request) -> Result<Reply, No> {
    let id = request.id("id")?;
    let act = CancelBooking::new(id, version(request), request.form.get("reason"));
    let done = request.city().perform(&request.keyed(), act);
    if done.is_ok() {
        // The page that follows shows what it cost; the timer does it too.
        request.city().settle_booking_of(id);
    }
    back(request, id, done.map(|_| "cancelled"))
}

fn decide(request: &Request) -> Result<Reply, No> {
    let id = request.id("id")?;
    let agrees = request.form.get("do") == "agree";
    let reason = request.form.get("reason").to_owned();
    let act = DecideBooking::new(id, version(request), (agrees, reason));
    let done = request.city().perform(&request.keyed(), act);
    if done.is_ok() && !agrees {
        request.city().settle_booking_of(id);
    }
    back(request, id, done.map(|_| "decided"))
}

fn free(request: &Request) -> Result<Reply, No> {
    let lang = request.lang;
    let query = &request.query;
    let zone = Zone::china();
    let from = match query.get("from") {
        "" => request.now,
        text => base::time::read_date(text).map_or(request.now, |date| zone.at_minute(date, 0)),
    };
    let minutes: u32 = query.get("minutes").trim().parse().unwrap_or(120);
    let ask = FreeAsk {
        words: query.get("q").chars().take(base::limits::QUERY_CHARS_MAX).collect(),
        from,
        until: from.plus_seconds(14 * 86_400),
        minutes: minutes.clamp(1, 1440 * 7),
        limit: FREE_MAX,
    };
    let found = request.city().free_slots(&request.asker, &ask)?;
    let title = say(request, "booking-page-free-title");
    let label = |key: &str| say(request, &format!("booking-field-{key}"));
    let day = zone.date(from).to_string();
    let content = html! {
        (look::page_head(&PageHead {
            lang,
            crumbs: &[Crumb { href: link::INSTRUMENTS, text: &say(request, "instrument-page-title") }],
            title: &title,
            lead: Some(html! { p { (say(request, "booking-page-free-lead")) } }),
            ..PageHead::default()
        }))
        form.row method="get" action=(link::FREE_TIME) {
            label { (label("words")) " " input type="search" name="q" value=(ask.words); } " "
            label { (label("minutes")) " " input type="text" inputmode="numeric" name="minutes" value=(ask.minutes) size="5"; } " "
            label { (label("from")) " " input type="date" name="from" value=(day); } " "
            button.btn type="submit" { (say(request, "booking-page-free-find")) }
        }
        @if found.is_empty() {
            (look::empty(&say(request, "booking-page-free-none"), html! {}))
        } @else {
            (slots(request, &found))
        }
    };
    Ok(Page::new(request, &title).section(Section::Share).personal().reply(content))
}

fn slots(request: &Request, found: &[FreeSlot]) -> Markup {
    let is_any_lacking = found.iter().any(|slot| !slot.lacks.is_empty());
    let mut titles = vec![
        ("instrument", say(request, "booking-page-instrument")),
        ("when", say(request, "booking-page-when")),
    ];
    if is_any_lacking {
        titles.push(("lacks", say(request, "booking-page-free-lacks")));
    }
    let lacking = |slot: &FreeSlot| {
        let of =
            |code: &Code| say(request, &format!("booking-lacks-{}", code.code().replace('_', "-")));
        let all: Vec<String> = slot.lacks.iter().map(of).collect();
        words::list(request.lang, &all.iter().map(String::as_str).collect::<Vec<_>>())
    };
    let row = |slot: &FreeSlot| {
        let zone = Zone::named(&slot.zone).unwrap_or_else(Zone::china);
        let book = link::instrument_part(slot.instrument, "bookings/new");
        let book = look::address::with(&book, "start", &typed(&zone, slot.span.start()));
        let trust = link::instrument_part(slot.instrument, "qualifications");
        let mut cells = vec![
            html! {
                a href=(link::instrument(slot.instrument)) { (slot.name.best(request.lang).0) }
                br; span.small.quiet { (slot.owner.best(request.lang).0) }
            },
            // What cannot be booked yet leads to what is to be done.
            html! {
                @if slot.lacks.is_empty() { a href=(book) { (when(request, &zone, slot.span)) } }
                @else { (when(request, &zone, slot.span)) }
            },
        ];
        if is_any_lacking {
            cells.push(html! {
                @if !slot.lacks.is_empty() { a href=(trust) { (lacking(slot)) } }
            });
        }
        look::Row { cells, ..look::Row::default() }
    };
    look::table(&Table {
        lang: request.lang,
        caption: &say(request, "booking-page-free-title"),
        is_caption_hidden: true,
        columns: titles.iter().map(|(key, title)| Column::text(key, title)).collect(),
        rows: found.iter().map(row).collect(),
        is_cards: true,
        ..Table::default()
    })
}
