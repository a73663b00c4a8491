//! What somebody booked, used and waits for at instruments, among everything that is held on them.

use crate::link;
use crate::page::{moment, say};
use app::personal::AtInstruments;
use edge::Request;
use maud::{Markup, html};
use serde_json::{Value, json};

/// Lines of each kind that the page shows; the file has all.
const SHOWN_MAX: usize = 50;

/// The part of the file: a published shape, so names and formats stay.
pub fn document(data: &AtInstruments) -> Value {
    let bookings = data.bookings.iter().map(|it| {
        json!({
            "id": it.id,
            "reference": it.reference,
            "instrument": it.instrument,
            "organisation": it.organisation,
            "state": it.state.code(),
            "starts_at": it.span.start().rfc3339(),
            "ends_at": it.span.end().rfc3339(),
            "purpose": it.purpose,
            "project": it.project,
            "reason": it.reason,
            "accessories": it.accessories,
            "made_at": it.made_at.rfc3339(),
        })
    });
    let uses = data.uses.iter().map(|it| {
        json!({
            "id": it.id,
            "instrument": it.instrument,
            "organisation": it.organisation,
            "booking": it.booking,
            "project": it.project,
            "started_at": it.started_at.rfc3339(),
            "stopped_at": it.stopped_at.map(base::Instant::rfc3339),
            "note": it.note,
        })
    });
    let wishes = data.wishes.iter().map(|it| {
        json!({
            "id": it.id,
            "instruments": it.instruments,
            "organisation": it.organisation,
            "from": it.within.start().rfc3339(),
            "until": it.within.end().rfc3339(),
            "minutes": it.minutes,
            "books_at_once": it.is_at_once,
            "state": it.state.code(),
            "joined_at": it.joined.rfc3339(),
        })
    });
    let watches = data.watches.iter().map(|(instrument, notice)| {
        json!({
            "instrument": instrument,
            "least_minutes": notice.least_minutes,
            "days_ahead": notice.days_ahead,
            "hours": [notice.hours.0, notice.hours.1],
        })
    });
    let turns = data.turns.iter().map(|it| {
        json!({
            "id": it.id,
            "instrument": it.instrument,
            "state": it.state.code(),
            "joined_at": it.joined.rfc3339(),
            "called_until": it.called_until.map(base::Instant::rfc3339),
        })
    });
    let access = data
        .access
        .iter()
        .map(|it| json!({ "unit": it.owner, "ends_at": it.ends.rfc3339(), "reason": it.reason }));
    let feedback = data.feedback.iter().map(|it| {
        let answer = it.answer.as_ref();
        json!({
            "use": it.id,
            "asked_at": it.asked_at.rfc3339(),
            "answered_at": answer.map(|(at, _)| at.rfc3339()),
            "opinion": answer.map(|(_, said)| said.opinion.word()),
            "in_order": answer.map(|(_, said)| said.is_in_order),
            "problem": answer.map(|(_, said)| said.problem.as_str()),
            "note": answer.map(|(_, said)| said.note.as_str()),
        })
    });
    let faults = data.faults.iter().map(|it| {
        json!({
            "id": it.id,
            "instrument": it.instrument,
            "said": it.said,
            "reported_at": it.reported_at.rfc3339(),
            "state": it.state.word(),
            "answer": it.answer,
        })
    });
    let area_bookings = data.area_bookings.iter().map(|it| {
        json!({
            "id": it.id,
            "area": it.area,
            "is_cancelled": it.is_cancelled,
            "starts_at": it.span.start().rfc3339(),
            "ends_at": it.span.end().rfc3339(),
        })
    });
    let visits = data.visits.iter().map(|it| {
        json!({
            "area": it.area,
            "entered_at": it.entered_at.rfc3339(),
            "left_at": it.left_at.map(base::Instant::rfc3339),
        })
    });
    let entries = data.entries.iter().map(|it| {
        json!({
            "area": it.area,
            "reason": it.reason,
            "granted_at": it.granted_at.rfc3339(),
        })
    });
    json!({
        "access_ends": access.collect::<Vec<Value>>(),
        "feedback": feedback.collect::<Vec<Value>>(),
        "faults": faults.collect::<Vec<Value>>(),
        "bookings": bookings.collect::<Vec<Value>>(),
        "uses": uses.collect::<Vec<Value>>(),
        "wishes": wishes.collect::<Vec<Value>>(),
        "watches": watches.collect::<Vec<Value>>(),
        "turns": turns.collect::<Vec<Value>>(),
        "area_bookings": area_bookings.collect::<Vec<Value>>(),
        "area_visits": visits.collect::<Vec<Value>>(),
        "area_entries": entries.collect::<Vec<Value>>(),
    })
}

/// The parts of the page: each line leads to its thing.
pub fn parts(request: &Request, data: &AtInstruments) -> Markup {
    let (bookings, uses) = (data.bookings.iter().rev(), data.uses.iter());
    let bookings = bookings.map(|it| (link::booking(it.id), moment(request, it.span.start())));
    let uses = uses.map(|it| (link::use_(it.id), moment(request, it.started_at)));
    let wishes = data.wishes.iter();
    let wishes = wishes.map(|it| (link::WAITS.to_owned(), moment(request, it.within.start())));
    let watches = data.watches.iter();
    let watches = watches.map(|(id, _)| (link::instrument(*id), id.to_string()));
    let turns = data.turns.iter();
    let turns =
        turns.map(|it| (link::instrument_part(it.instrument, "queue"), moment(request, it.joined)));
    let access = data.access.iter();
    let access = access.map(|it| (link::organisation(it.owner), moment(request, it.ends)));
    let feedback = data.feedback.iter();
    let feedback = feedback.map(|it| (link::use_(it.id), moment(request, it.asked_at)));
    let faults = data.faults.iter().map(|it| {
        (link::instrument_part(it.instrument, "upkeep"), moment(request, it.reported_at))
    });
    let area_bookings = data.area_bookings.iter();
    let area_bookings =
        area_bookings.map(|it| (link::area(it.area), moment(request, it.span.start())));
    let visits = data.visits.iter();
    let visits = visits.map(|it| (link::area(it.area), moment(request, it.entered_at)));
    let entries = data.entries.iter();
    let entries = entries.map(|it| (link::area(it.area), moment(request, it.granted_at)));
    html! {
        (part(request, "bookings", bookings.collect()))
        (part(request, "uses", uses.collect()))
        (part(request, "wishes", wishes.collect()))
        (part(request, "watches", watches.collect()))
        (part(request, "turns", turns.collect()))
        (part(request, "access", access.collect()))
        (part(request, "feedback", feedback.collect()))
        (part(request, "faults", faults.collect()))
        (part(request, "area-bookings", area_bookings.collect()))
        (part(request, "area-visits", visits.collect()))
        (part(request, "area-entries", entries.collect()))
    }
}

fn part(request: &Request, key: &str, rows: Vec<(String, String)>) -> Markup {
    if rows.is_empty() {
        return html! {};
    }
    let more = [("count", rows.len().into())];
    look::part(
        key,
        &say(request, &format!("personal-{key}")),
        html! {
            ul { @for (address, text) in rows.iter().take(SHOWN_MAX) { li { a href=(address) { (text) } } } }
            @if rows.len() > SHOWN_MAX {
                p.small { (words::say_with(request.lang, "personal-time-more", &more)) }
            }
        },
    )
}
