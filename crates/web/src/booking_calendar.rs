//! Calendars that programs subscribe to: addresses with a secret, and the texts behind them.

use crate::form::{reasons, ticket};
use crate::link;
use crate::page::{Page, get, me, moment, post, say};
use access::Act;
use app::No;
use app::booking::{BookingView, CalendarText, MakeCalendarLink, RevokeCalendarLink};
use base::{InstrumentId, Lang, OrganisationId, Refusal};
use calendar::ical::{Event, Feed, FreeBusy};
use edge::{Cache, Reply, Request, Route};
use look::{
    Choice, Crumb, Field, Form, Look, PageHead, PostButton, Section, Tone, Width, actions, button,
    select, text_field,
};
use maud::{Markup, html};

/// The routes of this file.
pub static ROUTES: &[Route] = &[
    get(link::CALENDARS, Act::KeepCalendarLinks, list),
    post(link::CALENDARS, Act::KeepCalendarLinks, make),
    post("/bookings/calendars/revocation", Act::KeepCalendarLinks, revoke),
    get("/calendars/{secret}", Act::ReadCalendar, read),
    get("/instruments/{id}/freebusy.ics", Act::LookAtInstrument, free_busy),
];

const CALENDAR: &str = "text/calendar; charset=utf-8";
/// The choice of what one operates.
const DUTIES: &str = "duties";

/// Minutes after which programs ask again.
const REFRESH_MINUTES: u16 = 15;

fn list(request: &Request) -> Result<Reply, No> {
    me(request)?;
    page(request, "", &[])
}

fn page(request: &Request, made: &str, no: &[Refusal]) -> Result<Reply, No> {
    let lang = request.lang;
    let links = request.city().calendar_links(&request.asker)?;
    let title = say(request, "booking-page-calendars");
    let own = say(request, "booking-page-own");
    let fresh = ticket(request);
    let form = Form::new(lang, link::CALENDARS, &fresh.csrf, &fresh.key).with_errors(no);
    let name = say(request, "booking-field-name");
    let instrument = request.query.get("instrument");
    let content = html! {
        (look::page_head(&PageHead {
            lang,
            crumbs: &[Crumb { href: link::BOOKINGS, text: &own }],
            title: &title,
            lead: Some(html! { p { (say(request, "booking-page-calendars-lead")) } }),
            ..PageHead::default()
        }))
        @if !made.is_empty() {
            (look::notice(lang, Tone::Ok, html! {
                p { (say(request, "booking-page-calendars-made")) }
                (look::copy_id(lang, made))
            }))
        }
        @if links.is_empty() {
            (look::empty(&say(request, "booking-page-calendars-none"), html! {}))
        }
        ul {
            @for own in &links {
                li.row {
                    (own.name) " · " (moment(request, own.made_at)) " "
                    (look::post_button(&PostButton {
                        action: "/bookings/calendars/revocation",
                        csrf: &fresh.csrf,
                        key: &request.fresh_key(),
                        text: &say(request, "booking-page-calendars-revoke"),
                        look: Look::Plain,
                        values: &[("link", &own.id)],
                    }))
                }
            }
        }
        (look::sheet(&say(request, "booking-page-calendars-new"), form.view(html! {
            input type="hidden" name="instrument" value=(instrument);
            @if instrument.is_empty() { (whose(request, &form)) }
            (text_field(&form, &Field { name: "name", label: &name, width: Width::Half, ..Field::default() }))
            (actions(&[button(&say(request, "booking-page-calendars-new"), Look::Primary)]))
        })))
    };
    let page = Page::new(request, &title).section(Section::Share).at(link::CALENDARS).personal();
    Ok(if no.is_empty() { page.reply(content) } else { page.failed(no).reply(content) })
}

/// What the calendar shows: the own bookings, what one operates, a unit's instruments.
fn whose(request: &Request, form: &Form<'_>) -> Markup {
    let (own, duties) = (say(request, "booking-page-own"), say(request, "booking-calendar-duties"));
    let units: Vec<(String, String)> = crate::booking::own_organisations(request)
        .iter()
        .map(|(id, name)| {
            let name = name.best(request.lang).0.to_owned();
            let args = [("unit", name.into())];
            (id.to_string(), words::say_with(request.lang, "booking-calendar-unit", &args))
        })
        .collect();
    let all = [("", own.as_str()), (DUTIES, duties.as_str())];
    let all = all.into_iter().chain(units.iter().map(|(id, name)| (id.as_str(), name.as_str())));
    let typed = request.form.get("of");
    let choices: Vec<Choice<'_>> = all
        .map(|(value, text)| Choice { value, text, is_chosen: typed == value, ..Choice::default() })
        .collect();
    let label = say(request, "booking-calendar-of");
    let field = Field {
        name: "of",
        label: &label,
        is_optional: true,
        width: Width::Half,
        ..Field::default()
    };
    select(form, &field, &choices)
}

/// When an instrument is taken, for programs: no names, no ids of bookings.
fn free_busy(request: &Request) -> Result<Reply, No> {
    let found = request.city().instrument_busy(&request.asker, request.id("id")?)?;
    let text = FreeBusy {
        uid: format!("busy-{}", found.instrument.id),
        stamp: found.stamp,
        within: found.within,
        busy: found.busy.as_slice().to_vec(),
    };
    let reply = Reply::new(CALENDAR, text.write());
    // Of a hidden instrument its own people alone are told.
    Ok(if request.me.is_none() { reply.kept(Cache::Revalidate) } else { reply })
}

fn make(request: &Request) -> Result<Reply, No> {
    me(request)?;
    let instrument = InstrumentId::parse(request.form.get("instrument")).ok();
    let name = request.form.get("name").to_owned();
    let of = request.form.get("of");
    let unit = OrganisationId::parse(of).ok().filter(|_| instrument.is_none());
    let act = MakeCalendarLink { name, instrument, unit, is_duty: of == DUTIES };
    match request.city().perform(&request.keyed(), act) {
        Ok(made) if made.secret.is_empty() => Ok(Reply::see_other(link::CALENDARS)),
        Ok(made) => {
            let address = format!("{}/calendars/{}", request.origin(), made.secret);
            page(request, &address, &[])
        }
        Err(no) => page(request, "", &reasons(no)?),
    }
}

fn revoke(request: &Request) -> Result<Reply, No> {
    let act = RevokeCalendarLink { link: request.form.get("link").to_owned() };
    request.city().perform(&request.keyed(), act)?;
    Ok(Reply::see_other(link::CALENDARS))
}

fn read(request: &Request) -> Result<Reply, No> {
    let calendar = request.city().calendar(request.param("secret"))?;
    let text = feed(request, &calendar).write();
    Ok(Reply::new(CALENDAR, text).kept(Cache::Revalidate))
}

fn feed(request: &Request, calendar: &CalendarText) -> Feed {
    let lang = calendar.lang;
    let name = match calendar.of.is_empty() {
        true if calendar.is_of_several => words::say(lang, "booking-calendar-duties"),
        true => words::say(lang, "booking-page-calendar-own"),
        false => calendar.of.best(lang).0.to_owned(),
    };
    let events = calendar.bookings.iter();
    Feed {
        name,
        refresh_minutes: REFRESH_MINUTES,
        events: events.map(|view| event(request, calendar, view, lang)).collect(),
    }
}

/// An event names the instrument to its own person, and the person to the instrument's people; to
/// everybody else the time is taken and no more.
fn event(request: &Request, calendar: &CalendarText, view: &BookingView, lang: Lang) -> Event {
    let booking = &view.booking;
    let instrument = view.instrument.best(lang).0;
    let summary = match (view.is_own, calendar.shows_people) {
        (true, _) => instrument.to_owned(),
        (_, true) if calendar.is_of_several => {
            format!("{instrument} · {}", view.person.best(lang).0)
        }
        (_, true) => view.person.best(lang).0.to_owned(),
        _ => format!("{}: {instrument}", words::say(lang, "booking-calendar-taken")),
    };
    let is_known = view.is_own || calendar.shows_people;
    let url = format!("{}{}", request.origin(), link::booking(booking.id));
    Event {
        uid: booking.id.to_string(),
        sequence: booking.sequence,
        span: booking.span,
        status: booking.state.in_calendar(),
        summary,
        description: if is_known { booking.purpose.clone() } else { String::new() },
        location: instrument.to_owned(),
        url: if is_known { url } else { String::new() },
        changed: booking.changed_at,
    }
}
