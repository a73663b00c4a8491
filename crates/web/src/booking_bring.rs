//! Bringing existing bookings out of a calendar: handed in, judged row by row, booked.
//!
//! Nothing is written before the preview was seen.

use crate::accessory;
use crate::booking::{said, told, when};
use crate::form::{reasons, ticket};
use crate::import_kept::{self, Handed};
use crate::link;
use crate::page::{Page, get, me, post, say};
use crate::refused::PAGE;
use crate::technology_form::required;
use access::Act;
use app::No;
use app::booking::{CalendarBrought, CalendarRowTold, WeekView, calendar_rows};
use base::{InstrumentId, Refusal, Span};
use edge::{Body, Reply, Request, Route};
use instruments::series::Mode;
use look::{
    Choice, Column, Crumb, Field, FileField, Form, Look, PageHead, Row, Section, Table, Tone,
    actions, button, file_field, radios,
};
use maud::{Markup, html};
use std::sync::Arc;

/// The routes of this file.
pub static ROUTES: &[Route] = &[
    get("/instruments/{id}/bookings/import", Act::BookTime, blank),
    Route {
        method: "POST",
        path: "/instruments/{id}/bookings/import",
        act: Act::BookTime,
        body: Body::Upload,
        face: &PAGE,
        run: look_at,
    },
    post("/instruments/{id}/bookings/import/run", Act::BookTime, run),
];

const ACCEPT: &str = ".ics,.ical,.ifb,.txt";
const BYTES_MAX: u64 = 2 << 20;

fn week(request: &Request) -> Result<WeekView, No> {
    request.city().instrument_week(&request.asker, request.id("id")?, None)
}

fn blank(request: &Request) -> Result<Reply, No> {
    me(request)?;
    Ok(form_page(request, &week(request)?, &[]))
}

fn here(id: InstrumentId) -> String {
    link::instrument_part(id, "bookings/import")
}

fn whole(request: &Request, view: &WeekView, no: &[Refusal], body: &Markup) -> Reply {
    let lang = request.lang;
    let (name, _) = view.instrument.sheet.name.best(lang);
    let title = said(request, "booking-import-title", &[("name", name.to_owned().into())]);
    let back = link::instrument_part(view.instrument.id, "week");
    let content = html! {
        (look::page_head(&PageHead {
            lang,
            crumbs: &[Crumb { href: &back, text: name }],
            title: &title,
            lead: Some(html! { p { (say(request, "booking-import-lead")) } }),
            ..PageHead::default()
        }))
        (body)
    };
    let page = Page::new(request, &title).section(Section::Share).at(back).personal();
    if no.is_empty() { page.reply(content) } else { page.failed(no).reply(content) }
}

fn form_page(request: &Request, view: &WeekView, no: &[Refusal]) -> Reply {
    let fresh = ticket(request);
    let address = here(view.instrument.id);
    let form = Form::new(request.lang, &address, &fresh.csrf, &fresh.key);
    let form = form.with_files().with_errors(no);
    let hint = say(request, "booking-import-hint");
    let body = form.view(html! {
        (file_field(&form, &FileField {
            field: Field { name: "file", hint: &hint, ..Field::default() },
            accept: ACCEPT,
            bytes_max: BYTES_MAX,
            is_several: false,
            kept: &[],
        }))
        (accessory::fields(request, &form, (&accessory::of(view), &accessory::typed(request))))
        (actions(&[button(&say(request, "booking-import-look"), Look::Primary)]))
    });
    whole(request, view, no, &body)
}

/// Reads the calendar and shows what each row would become.
fn look_at(request: &Request) -> Result<Reply, No> {
    let person = me(request)?.actor.person.ok_or_else(Refusal::not_found)?;
    let view = week(request)?;
    let file = request.files.iter().find(|file| file.field == "file" && !file.bytes.is_empty());
    let Some(file) = file else { return Ok(form_page(request, &view, &[required("file")])) };
    let bytes: Arc<[u8]> = Arc::from(file.bytes.as_slice());
    match judged(request, &view, &bytes, (Mode::AllOrNothing, true)) {
        Ok(brought) => {
            let id = request.fresh_key();
            import_kept::keep(Handed {
                id: id.clone(),
                person,
                owner: view.instrument.owner,
                source: String::new(),
                files: vec![(file.name.clone(), bytes)],
                at: request.now,
                import: None,
            });
            Ok(preview(request, &view, &id, &brought))
        }
        Err(no) => Ok(form_page(request, &view, &reasons(no)?)),
    }
}

fn judged(
    request: &Request,
    view: &WeekView,
    bytes: &[u8],
    way: (Mode, bool),
) -> Result<CalendarBrought, No> {
    let text = String::from_utf8_lossy(bytes);
    let rows = calendar_rows(&text, &view.zone)?;
    if rows.is_empty() {
        return Err(Refusal::invalid("booking-import-empty").on("file").into());
    }
    let lent = accessory::asked(&accessory::typed(request))?;
    request.city().bring_bookings(&request.keyed(), view.instrument.id, (rows, lent), way)
}

fn preview(request: &Request, view: &WeekView, id: &str, brought: &CalendarBrought) -> Reply {
    let n_fine = brought.rows.iter().filter(|row| row.is_fine).count();
    let n_all = brought.rows.len();
    let counts = [("fine", n_fine.into()), ("all", n_all.into())];
    let fresh = ticket(request);
    let address = format!("{}/run", here(view.instrument.id));
    let form = Form::new(request.lang, &address, &fresh.csrf, &fresh.key);
    let (all, skip) = (say(request, "booking-import-all"), say(request, "booking-import-skip"));
    let ways = [
        Choice { value: "all", text: &all, is_chosen: n_fine == n_all, ..Choice::default() },
        Choice { value: "skip", text: &skip, is_chosen: n_fine < n_all, ..Choice::default() },
    ];
    let label = say(request, "booking-import-way");
    let body = html! {
        p { (said(request, "booking-import-counts", &counts)) }
        (rows(request, view, (&brought.rows, false)))
        @if n_fine > 0 {
            (form.view(html! {
                input type="hidden" name="upload" value=(id);
                (accessory::hidden(&accessory::typed(request)))
                @if n_fine < n_all {
                    (radios(&form, &Field { name: "way", label: &label, ..Field::default() }, &ways))
                }
                (actions(&[button(&say(request, "booking-import-run"), Look::Primary)]))
            }))
        }
        p { a href=(here(view.instrument.id)) { (say(request, "booking-import-other")) } }
    };
    whole(request, view, &[], &body)
}

fn rows(request: &Request, view: &WeekView, (all, is_done): (&[CalendarRowTold], bool)) -> Markup {
    let lang = request.lang;
    let row = |it: &CalendarRowTold| {
        let span = it.row.span.and_then(|(from, until)| Span::new(from, until));
        let (tone, key) = match it.is_fine {
            true if is_done => (Tone::Ok, "booking-series-booked"),
            true => (Tone::Ok, "booking-import-fine"),
            false => (Tone::Live, "booking-import-refused"),
        };
        Row::from(vec![
            html! { @if let Some(span) = span { (when(request, &view.zone, span)) } },
            html! { (it.row.purpose) @if !it.row.email.is_empty() { br; span.small.quiet { (it.row.email) } } },
            html! {
                div {
                    (look::state_tag(tone, &say(request, key)))
                    @if !it.row.fault.is_empty() { br; span.small { (say(request, &it.row.fault)) } }
                    @if !it.is_fine { (told(&it.problems)) }
                    @for problem in &it.problems {
                        br; span.small { (words::refusal(lang, &problem.refusal()).text) }
                    }
                }
            },
            html! { (it.row.line) },
        ])
    };
    let heads = ["when", "purpose", "outcome", "line"]
        .map(|key| say(request, &format!("booking-import-head-{key}")));
    look::table(&Table {
        lang,
        caption: &say(request, "booking-import-rows"),
        is_caption_hidden: true,
        columns: heads.iter().map(|head| Column::text("", head)).collect(),
        rows: all.iter().map(row).collect(),
        is_cards: true,
        ..Table::default()
    })
}

/// Books what was looked at: judged again, because time has passed.
fn run(request: &Request) -> Result<Reply, No> {
    let person = me(request)?.actor.person.ok_or_else(Refusal::not_found)?;
    let view = week(request)?;
    let found = import_kept::of_person(request.form.get("upload"), person, request.now);
    let bytes = found.and_then(|handed| handed.files.into_iter().next()).map(|(_, bytes)| bytes);
    let Some(bytes) = bytes else {
        let forgotten = Refusal::invalid("instrument-import-forgotten").on("file");
        return Ok(form_page(request, &view, &[forgotten]));
    };
    let mode = match request.form.get("way") {
        "skip" => Mode::SkipConflicts,
        _ => Mode::AllOrNothing,
    };
    match judged(request, &view, &bytes, (mode, false)) {
        Ok(brought) => {
            let counts =
                [("count", usize::try_from(brought.n_booked).unwrap_or(usize::MAX).into())];
            let tone = if brought.n_booked > 0 { Tone::Ok } else { Tone::Wait };
            let body = html! {
                (look::notice(request.lang, tone, html! { p { (said(request, "booking-import-done", &counts)) } }))
                (rows(request, &view, (&brought.rows, brought.n_booked > 0)))
                p { a href=(link::BOOKINGS) { (say(request, "booking-page-own")) } }
            };
            Ok(whole(request, &view, &[], &body))
        }
        Err(no) => Ok(form_page(request, &view, &reasons(no)?)),
    }
}
