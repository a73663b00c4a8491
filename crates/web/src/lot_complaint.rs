//! Complaints on the pages of an auction: lodged by bidders, decided at the desk.

use crate::form::ticket;
use crate::link;
use crate::lot_act::{back, to_desk, unknown};
use crate::page::{moment, post, say};
use access::Act;
use app::No;
use app::lot::{LodgeComplaint, LotView, MoveComplaint, WithdrawComplaint};
use base::{Bilingual, ComplaintId, LotId, OrganisationId, Refusal};
use edge::{Reply, Request, Route};
use look::{Field, Form, Look, Tone, actions, button, button_named, notice, text_area};
use maud::{Markup, html};
use trading::complaint::{Complaint, ComplaintState, TEXT_CHARS_MAX};
use trading::lot::LotState;

/// The routes of this file.
pub static ROUTES: &[Route] = &[
    post("/auctions/{id}/complaints", Act::LodgeComplaint, lodge),
    post("/auctions/{id}/complaints/withdrawal", Act::WithdrawComplaint, withdraw),
    post("/auctions/{id}/desk/complaint", Act::MoveComplaint, decide),
];

fn organisation(request: &Request) -> Result<OrganisationId, No> {
    request.form.get("organisation").parse().map_err(|_| unknown("organisation"))
}

fn complaint(request: &Request) -> Result<ComplaintId, No> {
    request.form.get("complaint_id").parse().map_err(|_| Refusal::not_found().into())
}

fn lodge(request: &Request) -> Result<Reply, No> {
    let lot: LotId = request.id("id")?;
    let text = request.form.get("complaint").to_owned();
    let act = LodgeComplaint { lot, organisation: organisation(request)?, text };
    back(request, lot, request.city().perform(&request.keyed(), act).map(|_| ()))
}

fn withdraw(request: &Request) -> Result<Reply, No> {
    let lot: LotId = request.id("id")?;
    let (complaint, organisation) = (complaint(request)?, organisation(request)?);
    let act = WithdrawComplaint { lot, complaint, organisation };
    back(request, lot, request.city().perform(&request.keyed(), act).map(|_| ()))
}

fn decide(request: &Request) -> Result<Reply, No> {
    let lot: LotId = request.id("id")?;
    let act = MoveComplaint {
        lot,
        complaint: complaint(request)?,
        to: request.form.get("do").to_owned(),
        reply: request.form.get("reply").to_owned(),
    };
    to_desk(request, lot, request.city().perform(&request.keyed(), act).map(|_| ()))
}

/// What everybody is told: that it stands still, and what does.
pub fn standing_still(request: &Request, view: &LotView) -> Markup {
    let key = match (view.stands_still, view.lot.state) {
        ((true, _), LotState::Announced | LotState::Open) => Some("complaint-lot-stands"),
        ((_, true), LotState::Sold) => Some("complaint-award-stands"),
        _ => None,
    };
    html! {
        (cancellation(request, view))
        @if let Some(key) = key { (notice(request.lang, Tone::Wait, html! { (say(request, key)) })) }
    }
}

/// A wish to call the lot off: why, on what grounds, until when one may appeal, and what came of it.
fn cancellation(request: &Request, view: &LotView) -> Markup {
    let Some(it) = &view.cancellation else { return html! {} };
    let lead = words::say_with(
        request.lang,
        &format!("lot-cancellation-{}", it.state.word()),
        &[("until", moment(request, it.until).into())],
    );
    let tone = if it.is_pending() { Tone::Wait } else { Tone::Info };
    notice(
        request.lang,
        tone,
        html! {
            p { strong { (lead) } }
            p { (say(request, &format!("lot-cancellation-why-{}", it.why))) }
            p.passage { (it.grounds) }
        },
    )
}

/// The own complaints of a bidder, and the form for another.
pub fn own_part(request: &Request, view: &LotView, errors: &[Refusal]) -> Markup {
    let Some(own) = &view.own else { return html! {} };
    let organisation = own.bidder.organisation;
    let mine: Vec<_> =
        view.complaints.iter().filter(|(it, _)| it.organisation == organisation).collect();
    let is_live = matches!(view.lot.state, LotState::Announced | LotState::Open | LotState::Sold);
    let may = is_live && !mine.iter().any(|(it, _)| it.state.stops_award());
    if mine.is_empty() && !may {
        return html! {};
    }
    let forms = ticket(request);
    let action = link::auction_part(view.lot.id, "complaints");
    let form = Form::new(request.lang, &action, &forms.csrf, &forms.key).with_told(errors);
    let is_appeal = view.cancellation.as_ref().is_some_and(|it| it.is_pending());
    let appeal = say(request, "complaint-appeal-field");
    let word = if is_appeal { "complaint-appeal" } else { "complaint-lodge" };
    let is_open = is_appeal || errors.iter().any(|no| no.field.as_deref() == Some("complaint"));
    look::part(
        "complaints",
        &say(request, "complaint-own"),
        html! {
            @for (it, _) in &mine { (one(request, it, None)) (withdrawal(request, view, it)) }
            @if may {
                details open[is_open] {
                    summary { (say(request, word)) }
                    (form.view(html! {
                        p { (say(request, &format!("{word}-lead"))) }
                        input type="hidden" name="organisation" value=(organisation);
                        (text_area(&form, &Field {
                            name: "complaint", value: request.form.get("complaint"),
                            label: if is_appeal { &appeal } else { "" },
                            most: Some(TEXT_CHARS_MAX), ..Field::default()
                        }))
                        (actions(&[button(&say(request, word), Look::Primary)]))
                    }))
                }
            }
        },
    )
}

fn withdrawal(request: &Request, view: &LotView, it: &Complaint) -> Markup {
    if !matches!(it.state, ComplaintState::Pending | ComplaintState::Accepted) {
        return html! {};
    }
    let forms = ticket(request);
    let action = link::auction_part(view.lot.id, "complaints/withdrawal");
    let form = Form::new(request.lang, &action, &forms.csrf, &forms.key);
    form.view(html! {
        input type="hidden" name="organisation" value=(it.organisation);
        input type="hidden" name="complaint_id" value=(it.id);
        (actions(&[button(&say(request, "complaint-withdraw"), Look::Second)]))
    })
}

fn one(request: &Request, it: &Complaint, name: Option<&Bilingual>) -> Markup {
    let tone = match it.state {
        ComplaintState::Pending | ComplaintState::Accepted | ComplaintState::Satisfied => {
            Tone::Wait
        }
        ComplaintState::Resolved => Tone::Ok,
        _ => Tone::Plain,
    };
    html! {
        p.row {
            (look::tag(tone, &say(request, &format!("complaint-state-{}", it.state.word()))))
            span.small.quiet { (moment(request, it.lodged_at)) }
            @if let Some(name) = name { strong { (name.best(request.lang).0) } }
        }
        p.passage { (it.text) }
        @if !it.reply.is_empty() {
            p { strong { (say(request, "complaint-reply")) } " " (it.reply) }
        }
    }
}

/// All complaints at the desk, with what can be done about each.
pub fn desk_part(request: &Request, view: &LotView) -> Markup {
    look::part(
        "complaints",
        &say(request, "complaint-all"),
        html! {
            @if view.complaints.is_empty() { p.quiet { (say(request, "complaint-none")) } }
            @for (it, name) in &view.complaints {
                section.sheet.stack {
                    (one(request, it, Some(name)))
                    (decision(request, view, it))
                }
            }
        },
    )
}

fn decision(request: &Request, view: &LotView, it: &Complaint) -> Markup {
    let moves = it.state.moves();
    if moves.is_empty() {
        return html! {};
    }
    let forms = ticket(request);
    let action = link::auction_part(view.lot.id, "desk/complaint");
    let form = Form::new(request.lang, &action, &forms.csrf, &forms.key);
    let is_optional = moves.iter().any(|made| !made.needs_reply());
    let buttons: Vec<Markup> = moves
        .iter()
        .enumerate()
        .map(|(n, made)| {
            let text = say(request, &format!("complaint-move-{}", made.word()));
            let look = if n == 0 { Look::Primary } else { Look::Second };
            button_named(&text, look, "do", made.word())
        })
        .collect();
    form.view(html! {
        input type="hidden" name="complaint_id" value=(it.id);
        (text_area(&form, &Field {
            name: "reply", is_optional, hint: &say(request, "complaint-reply-hint"),
            most: Some(TEXT_CHARS_MAX), lines: Some(3), ..Field::default()
        }))
        (actions(&buttons))
    })
}
