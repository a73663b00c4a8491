//! Getting over a lost second factor: started on the person's page, confirmed by another
//! administrator from the desk.

use crate::form::{Ticket, reasons, ticket};
use crate::link;
use crate::page::{Page, get, may, me, moment, post, say};
use access::{Act, Thing};
use app::No;
use app::person::View;
use app::recovery::{
    ConfirmFactorRecovery, RefuseFactorRecovery, StartFactorRecovery, WaitingRecovery,
};
use base::{Instant, PersonId, Refusal, limits};
use edge::{Reply, Request, Route};
use look::{Choice, Confirm, Crumb, Field, Form, Look, PageHead, PostButton};
use maud::{Markup, html};
use parties::factor::Proofing;

/// The routes of recoveries.
pub static ROUTES: &[Route] = &[
    get("/people/{id}/recovery", Act::StartFactorRecovery, show),
    post("/people/{id}/recovery", Act::StartFactorRecovery, start),
    post("/people/{id}/recovery/confirmation", Act::ConfirmFactorRecovery, confirm),
    post("/people/{id}/recovery/refusal", Act::RefuseFactorRecovery, refuse),
];

/// The part of the desk: recoveries that wait for the reader, or are about the reader.
pub fn on_desk(request: &Request, waiting: &[WaitingRecovery]) -> Markup {
    if waiting.is_empty() {
        return html! {};
    }
    let ticket = ticket(request);
    let title = say(request, "factor-recovery-waits-title");
    look::part(
        "recoveries",
        &title,
        html! { @for one in waiting { (open(request, one, &ticket)) } },
    )
}

/// The part of a person's page, for those who may start or decide.
pub fn on_person(
    request: &Request,
    view: &View,
    thing: &Thing,
    ticket: &Ticket,
) -> Result<Markup, No> {
    if !may(request, Act::StartFactorRecovery, thing) {
        return Ok(html! {});
    }
    if !view.has_factor {
        let none = html! { p.quiet { (say(request, "factor-state-off")) } };
        return Ok(look::part("recovery", &say(request, "factor-title"), none));
    }
    let id = view.person.id;
    let waiting = request.city().waiting_recoveries(&request.asker)?;
    let body = match waiting.iter().find(|one| one.recovery.person == id) {
        Some(one) => open(request, one, ticket),
        None => html! {
            p.quiet { (say(request, "factor-recovery-lead")) }
            (look::link_button(
                &link::person_recovery(id), &say(request, "factor-recovery-start"), Look::Plain,
            ))
        },
    };
    Ok(look::part("recovery", &say(request, "factor-recovery-title"), body))
}

fn open(request: &Request, one: &WaitingRecovery, ticket: &Ticket) -> Markup {
    let lang = request.lang;
    let recovery = &one.recovery;
    let is_own = request.me.as_ref().is_some_and(|me| me.person.id == recovery.person);
    let started = [
        ("name", one.started_by.best(lang).0.into()),
        ("at", moment(request, recovery.started_at).into()),
    ];
    let until = [("at", moment(request, one.ends_at).into())];
    let name = [("name", one.person.best(lang).0.into())];
    let version = recovery.started_at.micros().to_string();
    let values = [("started_at", version.as_str())];
    let button = |action: &str, key: &str, look| {
        look::post_button(&PostButton {
            action,
            csrf: &ticket.csrf,
            key: &ticket.key,
            text: &say(request, key),
            look,
            values: &values,
        })
    };
    let confirmation = link::person_recovery_confirmation(recovery.person);
    let refusal = link::person_recovery_refusal(recovery.person);
    html! {
        div.sheet.stack {
            p { a href=(link::person(recovery.person)) { (one.person.best(lang).0) } }
            @if is_own { p { (say(request, "factor-recovery-own")) } }
            p { (words::say(lang, &format!("factor-proofing-{}", recovery.proofing.word()))) }
            p { (recovery.reason) }
            p.quiet {
                (words::say_with(lang, "factor-recovery-by", &started)) " · "
                (words::say_with(lang, "factor-recovery-until", &until))
            }
            @if !one.may_confirm && !is_own {
                p.quiet { (say(request, "factor-recovery-other")) }
            }
            div.row.actions {
                @if one.may_confirm {
                    (look::confirm(&Confirm {
                        lang,
                        open: &say(request, "factor-recovery-confirm"),
                        title: &words::say_with(lang, "factor-recovery-confirm-title", &name),
                        text: html! { p { (say(request, "factor-recovery-confirm-text")) } },
                        act: button(&confirmation, "factor-recovery-confirm", Look::Danger),
                    }))
                }
                (button(&refusal, "factor-recovery-refuse", Look::Plain))
            }
        }
    }
}

fn show(request: &Request) -> Result<Reply, No> {
    me(request)?;
    let view = request.city().person(&request.asker, request.id("id")?)?;
    if !may(request, Act::StartFactorRecovery, &crate::person::thing(&view)) {
        return Err(Refusal::new(base::Class::NotAllowed, "not-allowed").into());
    }
    Ok(page(request, &view, "", "", &[]))
}

fn start(request: &Request) -> Result<Reply, No> {
    let person: PersonId = request.id("id")?;
    let (way, reason) = (request.form.get("proofing"), request.form.get("reason"));
    let tried = match Proofing::parse(way) {
        None => {
            let missing = Refusal::invalid("field-required").on("proofing");
            Err(missing.term("field", "field-proofing").into())
        }
        Some(proofing) => {
            let act = StartFactorRecovery { person, proofing, reason: reason.to_owned() };
            request.city().perform(&request.keyed(), act).map(|_| ())
        }
    };
    match tried {
        Ok(()) => Ok(Reply::see_other(changed(person))),
        Err(no) => {
            let reasons = reasons(no)?;
            let view = request.city().person(&request.asker, person)?;
            Ok(page(request, &view, way, reason, &reasons))
        }
    }
}

fn page(request: &Request, view: &View, way: &str, reason: &str, reasons: &[Refusal]) -> Reply {
    let lang = request.lang;
    let ticket = ticket(request);
    let id = view.person.id;
    let here = link::person_recovery(id);
    let form = Form::new(lang, &here, &ticket.csrf, &ticket.key).with_errors(reasons);
    let title = say(request, "factor-recovery-title");
    let name = view.person.name.best(lang).0;
    let texts = Proofing::ALL.map(|way| say(request, &format!("factor-proofing-{}", way.word())));
    let choices: Vec<Choice<'_>> = Proofing::ALL
        .iter()
        .zip(&texts)
        .map(|(known, text)| Choice {
            value: known.word(),
            text,
            is_chosen: known.word() == way,
            ..Choice::default()
        })
        .collect();
    let body = html! {
        (look::radios(&form, &Field {
            name: "proofing", label: &say(request, "factor-recovery-how"), ..Field::default()
        }, &choices))
        (look::text_area(&form, &Field {
            name: "reason", label: &say(request, "factor-recovery-reason"),
            hint: &say(request, "factor-recovery-reason-hint"), value: reason, lines: Some(3),
            most: Some(limits::SUMMARY_CHARS_MAX), ..Field::default()
        }))
        (look::actions(&[look::button(&say(request, "factor-recovery-start"), Look::Primary)]))
    };
    let head = PageHead {
        lang,
        crumbs: &[Crumb { href: &link::person(id), text: name }],
        title: &title,
        lead: Some(html! { (say(request, "factor-recovery-lead")) }),
        ..PageHead::default()
    };
    let content = html! { (look::page_head(&head)) (form.view(body)) };
    Page::new(request, &title).personal().at(here.as_str()).failed(reasons).reply(content)
}

fn changed(person: PersonId) -> String {
    look::address::with(&link::person(person), "changed", "1")
}

fn started_at(request: &Request) -> Instant {
    Instant::from_micros(request.form.get("started_at").parse().unwrap_or(0))
}

fn confirm(request: &Request) -> Result<Reply, No> {
    let person: PersonId = request.id("id")?;
    let act = ConfirmFactorRecovery { person, started_at: started_at(request) };
    request.city().perform(&request.keyed(), act)?;
    Ok(Reply::see_other(changed(person)))
}

fn refuse(request: &Request) -> Result<Reply, No> {
    let person: PersonId = request.id("id")?;
    let act = RefuseFactorRecovery { person, started_at: started_at(request) };
    request.city().perform(&request.keyed(), act)?;
    Ok(Reply::see_other(link::DESK))
}
