//! Booking at the instrument itself: from now on, until a time of today.

use crate::booking::{read_wall, said, told, typed};
use crate::form::{reasons, ticket};
use crate::link;
use crate::page::{Page, get, me, post, say};
use access::Act;
use app::No;
use app::booking::{BookAsk, WeekView};
use base::{Instant, InstrumentId, Refusal};
use edge::{Reply, Request, Route};
use instruments::problem::Problem;
use look::{
    Crumb, Field, Form, Look, PageHead, Section, Tone, Width, actions, button, button_named,
    text_field,
};
use maud::html;

/// The routes of this file.
pub static ROUTES: &[Route] = &[
    get("/kiosk/{id}/booking", Act::BookTime, blank),
    post("/kiosk/{id}/booking", Act::BookTime, book),
];

/// What the form proposes where the rules name no more.
const PROPOSED_MINUTES: i64 = 60;

/// The first moment from now on at which a booking may begin: a whole minute, on the grid of the rules.
fn first(view: &WeekView) -> Instant {
    let minute = 60_000_000;
    let floor = view.now.micros().div_euclid(minute) * minute;
    let next = if floor < view.now.micros() { floor + minute } else { floor };
    view.rules.grid.value.next_start(&view.zone, Instant::from_micros(next))
}

fn week(request: &Request) -> Result<WeekView, No> {
    me(request)?;
    request.city().instrument_week(&request.asker, request.id("id")?, None)
}

fn blank(request: &Request) -> Result<Reply, No> {
    let view = week(request)?;
    let least = i64::from(view.rules.least_minutes.value).max(PROPOSED_MINUTES);
    let end = calendar::zone::plus_minutes(first(&view), least);
    let end = typed(&view.zone, end);
    Ok(page(request, &view, &end, (&[], None)))
}

/// Until a time of today, or of the day that stands before it.
fn read_end(view: &WeekView, text: &str) -> Result<Instant, Refusal> {
    let text = text.trim();
    let today = view.zone.date(view.now);
    let text = if text.contains(' ') { text.to_owned() } else { format!("{today} {text}") };
    read_wall(&view.zone, "until", &text)
}

fn book(request: &Request) -> Result<Reply, No> {
    let view = week(request)?;
    let id: InstrumentId = view.instrument.id;
    let typed_end = request.form.get("until");
    let end = match read_end(&view, typed_end) {
        Ok(end) => end,
        Err(no) => return Ok(page(request, &view, typed_end, (&[no], None))),
    };
    let mut ask = BookAsk::new(id, first(&view), end);
    match crate::accessory::asked(&crate::accessory::typed(request)) {
        Ok(lent) => ask.accessories = lent,
        Err(no) => return Ok(page(request, &view, typed_end, (&[no], None))),
    }
    request.form.get("purpose").clone_into(&mut ask.purpose);
    if request.form.get("do") == "check" {
        let problems = request.city().check_booking(&request.asker, &ask)?.verdict.problems;
        let no: Vec<Refusal> = problems.iter().map(Problem::refusal).collect();
        return Ok(page(request, &view, typed_end, (&no, Some(&problems))));
    }
    match request.city().book(&request.keyed(), ask.clone()) {
        Ok(done) => {
            let address = link::booking(done.booking);
            Ok(Reply::see_other(look::address::with(&address, "done", &done.state)))
        }
        Err(no) => {
            let checked = request.city().check_booking(&request.asker, &ask);
            let problems = checked.map(|checked| checked.verdict.problems).unwrap_or_default();
            let no = reasons(no)?;
            Ok(page(request, &view, typed_end, (&no, Some(&problems))))
        }
    }
}

fn page(
    request: &Request,
    view: &WeekView,
    end: &str,
    (no, problems): (&[Refusal], Option<&[Problem]>),
) -> Reply {
    let lang = request.lang;
    let it = &view.instrument;
    let (name, name_lang) = it.sheet.name.best(lang);
    let title = said(request, "booking-now-title", &[("name", name.to_owned().into())]);
    let back = link::kiosk(it.id);
    let fresh = ticket(request);
    let address = format!("{back}/booking");
    let form = Form::new(lang, &address, &fresh.csrf, &fresh.key).with_errors(no);
    let label = say(request, "booking-now-until");
    let purpose = say(request, "booking-field-purpose");
    let ask = read_end(view, end).map(|end| BookAsk::new(it.id, first(view), end));
    let price = ask.ok().and_then(|ask| request.city().booking_estimate(&request.asker, &ask).ok());
    let content = html! {
        (look::page_head(&PageHead {
            lang,
            crumbs: &[Crumb { href: &back, text: name }],
            kind: &say(request, "usage-kiosk-kind"),
            title: &title,
            title_lang: Some(name_lang),
            lead: Some(html! { p { (said(request, "booking-now-from", &[("at", typed(&view.zone, first(view)).into())])) } }),
            ..PageHead::default()
        }))
        @if let Some(problems) = problems { (told(problems)) }
        @if view.may_book {
            (form.view(html! {
                (text_field(&form, &Field { name: "until", label: &label, value: end, width: Width::Short, ..Field::default() }))
                (text_field(&form, &Field { name: "purpose", label: &purpose, value: request.form.get("purpose"), is_optional: true, width: Width::Half, ..Field::default() }))
                (crate::accessory::fields(request, &form, (&crate::accessory::of(view), &crate::accessory::typed(request))))
                @if let Some((price, _)) = &price { (crate::estimate::sheet(request, price)) }
                (actions(&[
                    button(&say(request, "booking-now-send"), Look::Primary),
                    button_named(&say(request, "booking-page-form-check"), Look::Plain, "do", "check"),
                ]))
            }))
        } @else {
            (look::notice(lang, Tone::Wait, html! { p { (say(request, "booking-now-none")) } }))
        }
    };
    let page = Page::new(request, &title).section(Section::Share).at(back).personal();
    if no.is_empty() { page.reply(content) } else { page.failed(no).reply(content) }
}
