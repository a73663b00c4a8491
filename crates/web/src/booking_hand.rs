//! Giving a booking to a colleague: offering it, taking it over, saying no.

use crate::booking::{said, when};
use crate::form::{reasons, ticket};
use crate::link;
use crate::page::{Page, me, post, say};
use access::Act;
use app::No;
use app::booking::{BookingView, OfferBooking, TakeBooking};
use base::{BookingId, PersonId, Refusal};
use calendar::Zone;
use edge::{Reply, Request, Route};
use instruments::booking::State;
use look::{Choice, Crumb, Field, Form, Look, PageHead, PostButton, Section, Width};
use look::{actions, button, select};
use maud::{Markup, html};

/// The routes of this file.
pub static ROUTES: &[Route] = &[
    post("/bookings/{id}/offer", Act::ChangeBooking, offer),
    post("/bookings/{id}/acceptance", Act::KeepWishes, take),
    post("/bookings/{id}/refusal", Act::KeepWishes, decline),
];

/// On the page of a booking: to whom it is offered, or the form that offers it.
pub fn form(request: &Request, view: &BookingView) -> Result<Markup, No> {
    let booking = &view.booking;
    let is_open = booking.state == State::Confirmed && booking.span.start() > request.now;
    if !is_open || !view.is_own {
        return Ok(html! {});
    }
    let colleagues = request.city().booking_colleagues(&request.asker)?;
    let title = say(request, "booking-page-hand");
    if let Some(to) = booking.offered_to {
        let named = colleagues.iter().find(|(id, _)| *id == to);
        let name = named.map_or("…", |(_, name)| name.best(request.lang).0).to_owned();
        let fresh = ticket(request);
        let version = booking.version.to_string();
        let back = look::post_button(&PostButton {
            action: &link::booking_part(booking.id, "offer"),
            csrf: &fresh.csrf,
            key: &fresh.key,
            text: &say(request, "booking-page-hand-back"),
            look: Look::Second,
            values: &[("version", &version)],
        });
        return Ok(look::sheet(
            &title,
            html! { p { (said(request, "booking-page-handed", &[("person", name.into())])) } (back) },
        ));
    }
    if colleagues.is_empty() {
        return Ok(html! {});
    }
    let fresh = ticket(request);
    let address = link::booking_part(booking.id, "offer");
    let form = Form::new(request.lang, &address, &fresh.csrf, &fresh.key);
    let ids: Vec<String> = colleagues.iter().map(|(id, _)| id.to_string()).collect();
    let choices: Vec<Choice<'_>> = colleagues
        .iter()
        .zip(&ids)
        .map(|((_, name), id)| Choice {
            value: id,
            text: name.best(request.lang).0,
            ..Choice::default()
        })
        .collect();
    let label = say(request, "booking-field-to");
    Ok(look::sheet(
        &title,
        form.view(html! {
            p { (say(request, "booking-page-hand-lead")) }
            input type="hidden" name="version" value=(booking.version);
            (select(&form, &Field { name: "to", label: &label, width: Width::Half, ..Field::default() }, &choices))
            (actions(&[button(&say(request, "booking-page-hand-send"), Look::Second)]))
        }),
    ))
}

/// Above the own bookings: what colleagues offer.
pub fn offered(request: &Request) -> Result<Markup, No> {
    let rows = request.city().bookings_offered(&request.asker)?;
    let one = |view: &BookingView| {
        let zone = Zone::named(&view.zone).unwrap_or_else(Zone::china);
        let version = view.booking.version.to_string();
        let fresh = ticket(request);
        let press = |part: &str, key: &str, look: Look| {
            look::post_button(&PostButton {
                action: &link::booking_part(view.booking.id, part),
                csrf: &fresh.csrf,
                key: &request.fresh_key(),
                text: &say(request, key),
                look,
                values: &[("version", &version)],
            })
        };
        look::sheet(
            &say(request, "booking-page-handed-to-me"),
            html! {
                p { strong { (view.instrument.best(request.lang).0) } }
                p { (when(request, &zone, view.booking.span)) " · " (view.person.best(request.lang).0) }
                (actions(&[
                    press("acceptance", "booking-page-hand-take", Look::Primary),
                    press("refusal", "booking-page-hand-decline", Look::Second),
                ]))
            },
        )
    };
    Ok(html! { @for view in &rows { (one(view)) } })
}

fn version(request: &Request) -> u64 {
    request.form.get("version").parse().unwrap_or(0)
}

fn offer(request: &Request) -> Result<Reply, No> {
    me(request)?;
    let id: BookingId = request.id("id")?;
    let to = PersonId::parse(request.form.get("to")).ok();
    let act = OfferBooking::new(id, version(request), to);
    match request.city().perform(&request.keyed(), act) {
        Ok(_) => Ok(Reply::see_other(link::booking(id))),
        Err(no) => refused(request, &reasons(no)?),
    }
}

fn take(request: &Request) -> Result<Reply, No> {
    let id: BookingId = request.id("id")?;
    let act = TakeBooking::new(id, version(request), true);
    match request.city().perform(&request.keyed(), act) {
        Ok(_) => Ok(Reply::see_other(link::booking(id))),
        Err(no) => refused(request, &reasons(no)?),
    }
}

fn decline(request: &Request) -> Result<Reply, No> {
    let act = TakeBooking::new(request.id("id")?, version(request), false);
    match request.city().perform(&request.keyed(), act) {
        Ok(_) => Ok(Reply::see_other(link::BOOKINGS)),
        Err(no) => refused(request, &reasons(no)?),
    }
}

/// All reasons against it, and the way back.
fn refused(request: &Request, no: &[Refusal]) -> Result<Reply, No> {
    let title = say(request, "booking-page-hand");
    let own = say(request, "booking-page-own");
    let content = html! {
        (look::page_head(&PageHead {
            lang: request.lang,
            crumbs: &[Crumb { href: link::BOOKINGS, text: &own }],
            title: &title,
            ..PageHead::default()
        }))
        (look::error_summary(request.lang, no))
        (offered(request)?)
    };
    let page = Page::new(request, &title).section(Section::Share).at(link::BOOKINGS).personal();
    Ok(page.failed(no).reply(content))
}
