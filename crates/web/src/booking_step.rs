//! Who agrees to a booking: the steps with whoever answered them, whose turn it is, and the form of the one
//! whose it is.

use crate::form::ticket;
use crate::link;
use crate::page::{moment, say};
use app::booking::BookingView;
use edge::Request;
use instruments::booking::State;
use look::{Field, Form, Look, Tone, actions, button_named, text_field};
use maud::{Markup, html};

/// The steps in their order; nothing where none was set.
pub fn steps(request: &Request, view: &BookingView) -> Option<Markup> {
    let stages = &view.booking.steps;
    if stages.is_empty() {
        return None;
    }
    let is_open = view.booking.state == State::Pending;
    let turn = view.booking.turn();
    Some(html! {
        ol {
            @for stage in stages {
                li {
                    (say(request, &format!("booking-step-{}", stage.step))) " "
                    @match stage.agreed {
                        Some((by, at)) => {
                            (look::state_tag(Tone::Ok, &say(request, "booking-step-agreed")))
                            " " span.small.quiet {
                                @if let Some(name) = view.approvers.get(&by) { (name.best(request.lang).0) ", " }
                                (moment(request, at))
                            }
                        }
                        None if is_open && turn == Some(stage.step) => {
                            (look::state_tag(Tone::Wait, &say(request, "booking-step-turn")))
                        }
                        None if is_open => span.small.quiet { (say(request, "booking-step-later")) },
                        None => {}
                    }
                }
            }
        }
    })
}

/// The form of whoever answers now.
pub fn form(request: &Request, view: &BookingView) -> Markup {
    let fresh = ticket(request);
    let address = link::booking_part(view.booking.id, "decision");
    let form = Form::new(request.lang, &address, &fresh.csrf, &fresh.key);
    let reason = say(request, "booking-field-reason");
    look::part(
        "decide",
        &say(request, "booking-page-decide"),
        form.view(html! {
            input type="hidden" name="version" value=(view.booking.version);
            (text_field(&form, &Field {
                name: "reason", label: &reason, value: request.form.get("reason"), is_optional: true,
                ..Field::default()
            }))
            (actions(&[
                button_named(&say(request, "booking-page-agree"), Look::Primary, "do", "agree"),
                button_named(&say(request, "booking-page-decline"), Look::Second, "do", "decline"),
            ]))
        }),
    )
}
