//! What is done to a case by its forms: a step, a task given, a note, the withdrawal.

use crate::case::page;
use crate::case_form::answers;
use crate::case_matter::{labelled, title};
use crate::case_steps::{Refused, Sheet};
use crate::file::{self, brought};
use crate::form::{reasons, ticket};
use crate::link;
use crate::page::{Page, get, me, post, say};
use access::Act;
use app::No;
use app::case::{AssignTask, CaseMoved, NoteCase, TakeStep, View, WithdrawCase};
use base::{Class, PersonId, Refusal};
use edge::{Fields, Reply, Request, Route};
use look::{Crumb, Field, Form, Look, PageHead, Tone, notice, page_head};
use maud::html;

/// The refusal that a fresh proof answers.
pub const PROOF_NEEDED: &str = "case-fresh-proof-needed";

/// The routes of this file.
pub static ROUTES: &[Route] = &[
    get("/cases/{id}/steps", Act::TakeStep, to_case),
    file::post("/cases/{id}/steps", Act::TakeStep, step),
    get("/cases/{id}/assignments", Act::AssignTask, to_case),
    post("/cases/{id}/assignments", Act::AssignTask, assign),
    get("/cases/{id}/notes", Act::NoteCase, to_case),
    file::post("/cases/{id}/notes", Act::NoteCase, note),
    get("/cases/{id}/withdrawal", Act::WithdrawCase, withdrawal),
    post("/cases/{id}/withdrawal", Act::WithdrawCase, withdraw),
];

/// The case that the address names, for somebody who is signed in.
pub fn view(request: &Request) -> Result<View, No> {
    me(request)?;
    request.city().case(&request.asker, request.id("id")?)
}

/// These have no page of their own: reloading after a refusal leads back to the case.
pub fn to_case(request: &Request) -> Result<Reply, No> {
    Ok(Reply::see_other(link::case(view(request)?.case.id)))
}

/// To the case, which tells what was done.
pub fn back(done: &CaseMoved, told: &str) -> Reply {
    Reply::see_other(look::address::with(&link::case(done.case), "done", told))
}

/// The version that the writer of a form saw.
pub fn version(request: &Request, view: &View) -> u64 {
    request.form.get("version").parse().unwrap_or(view.case.running.version)
}

/// The case again, with a form that was refused.
pub fn again(
    request: &Request,
    (refused, errors): (Refused, Vec<Refusal>),
    typed: Fields,
) -> Result<Reply, No> {
    let ticket = ticket(request);
    // Read anew: somebody may have been faster.
    let view = view(request)?;
    Ok(page(&Sheet { request, view: &view, ticket, typed, refused, errors }))
}

/// Reasons of a form about a case: that somebody else has the task by now belongs there too.
pub fn told(no: No) -> Result<Vec<Refusal>, No> {
    let is_of_case = no.0.iter().all(|refusal| refusal.code.starts_with("case-"));
    if no.class() == Class::NotAllowed && is_of_case { Ok(no.0) } else { reasons(no) }
}

fn step(request: &Request) -> Result<Reply, No> {
    let view = view(request)?;
    let brought = brought(request)?;
    let typed = brought.carried(&request.form);
    if brought.is_only_removed || !brought.refused.is_empty() {
        return again(request, (Refused::Step, brought.refused), typed);
    }
    let (task, step) = (typed.get("task"), typed.get("step"));
    let declared = view.process.task(task).and_then(|task| task.step(step));
    let act = TakeStep {
        case: view.case.id,
        version: version(request, &view),
        task: task.to_owned(),
        step: step.to_owned(),
        answers: declared.map(|step| answers(step, &typed)).unwrap_or_default(),
        reason: typed.get("reason").trim().to_owned(),
        on_behalf_of: PersonId::parse(typed.get("on_behalf_of")).ok(),
        documents: brought.ids,
    };
    match request.city().perform(&request.keyed(), act) {
        Ok(done) => Ok(back(&done, outcome(&done))),
        Err(no) => {
            let errors = told(no)?;
            // Nothing else is wrong: the proof is asked for, and the step goes on with what was
            // typed.
            if errors.iter().all(|no| no.code == PROOF_NEEDED) {
                return Ok(crate::proof::asked_for(request, &typed));
            }
            again(request, (Refused::Step, wanted(errors)), typed)
        }
    }
}

/// Reasons of which a fresh proof is asked for by itself once the others are mended.
fn wanted(errors: Vec<Refusal>) -> Vec<Refusal> {
    errors.into_iter().filter(|no| no.code != PROOF_NEEDED).collect()
}

fn outcome(done: &CaseMoved) -> &'static str {
    if done.technology.is_some() { "released" } else { "step" }
}

fn assign(request: &Request) -> Result<Reply, No> {
    let view = view(request)?;
    let typed = &request.form;
    let is_back = typed.has("back");
    let is_up = typed.has("person");
    let to = if is_back { Ok(None) } else { receiver(request, is_up).map(Some) };
    let to = match to {
        Ok(to) => to,
        Err(refusal) => {
            return again(request, (Refused::Hand, vec![refusal]), request.form.clone());
        }
    };
    let act = AssignTask {
        case: view.case.id,
        version: version(request, &view),
        task: typed.get("task").to_owned(),
        to,
        reason: typed.get("reason").trim().to_owned(),
    };
    match request.city().perform(&request.keyed(), act) {
        Ok(done) => Ok(back(
            &done,
            if is_back {
                "back"
            } else if is_up {
                "taken"
            } else {
                "given"
            },
        )),
        Err(no) => {
            let at_field = |no: Refusal| match no.field.as_deref() {
                Some("assignee") => no.on("to"),
                _ => no,
            };
            let errors = told(no)?.into_iter().map(at_field).collect();
            again(request, (Refused::Hand, errors), request.form.clone())
        }
    }
}

/// To whom: by id where a button says so, else by the address that was typed.
fn receiver(request: &Request, is_up: bool) -> Result<PersonId, Refusal> {
    let unknown = || Refusal::invalid("case-assignee-unknown").on("to");
    if is_up {
        return PersonId::parse(request.form.get("person")).map_err(|_| unknown());
    }
    let chosen = request.form.get("colleague");
    if !chosen.is_empty() {
        return PersonId::parse(chosen).map_err(|_| unknown());
    }
    request.city().person_named(request.form.get("to")).map_err(|_| unknown())
}

fn note(request: &Request) -> Result<Reply, No> {
    let view = view(request)?;
    let brought = brought(request)?;
    let typed = brought.carried(&request.form);
    if brought.is_only_removed || !brought.refused.is_empty() {
        return again(request, (Refused::Note, brought.refused), typed);
    }
    let text = typed.get("text").to_owned();
    let act = NoteCase { case: view.case.id, text, documents: brought.ids };
    match request.city().perform(&request.keyed(), act) {
        Ok(done) => Ok(back(&done, "noted")),
        Err(no) => again(request, (Refused::Note, told(no)?), typed),
    }
}

fn withdrawal(request: &Request) -> Result<Reply, No> {
    let view = view(request)?;
    crate::technology_form::allowed(request, view.may_withdraw)?;
    Ok(withdrawal_page(request, &view, &[]))
}

fn withdraw(request: &Request) -> Result<Reply, No> {
    let view = view(request)?;
    let reason = request.form.get("reason").trim().to_owned();
    let act = WithdrawCase { case: view.case.id, version: version(request, &view), reason };
    match request.city().perform(&request.keyed(), act) {
        Ok(done) => Ok(back(&done, "withdrawn")),
        Err(no) => {
            let errors = told(no)?;
            if errors.iter().any(crate::case::is_conflict) {
                return again(request, (Refused::Withdrawal, errors), request.form.clone());
            }
            Ok(withdrawal_page(request, &view, &errors))
        }
    }
}

fn withdrawal_page(request: &Request, view: &View, errors: &[Refusal]) -> Reply {
    let lang = request.lang;
    let action = link::case_withdrawal(view.case.id);
    let case = link::case(view.case.id);
    let ticket = ticket(request);
    let form = Form::new(lang, &action, &ticket.csrf, &ticket.key).with_errors(errors);
    let heading = say(request, "case-withdraw-title");
    let list = say(request, "case-title");
    let of = title(lang, view).map_or_else(|| view.case.reference.to_string(), |(title, _)| title);
    let version = view.case.running.version.to_string();
    let content = html! {
        (page_head(&PageHead {
            lang,
            crumbs: &[Crumb { href: link::CASES, text: &list }, Crumb { href: &case, text: &of }],
            title: &heading,
            label: Some(&view.case.label),
            reference: view.case.reference.as_str(),
            lead: Some(html! { p { strong { (of) } } }),
            ..PageHead::default()
        }))
        (notice(lang, Tone::Wait, html! { p { (say(request, "case-withdraw-lead")) } }))
        (form.view(html! {
            input type="hidden" name="version" value=(version);
            (look::text_area(&form, &Field {
                name: "reason",
                hint: &say(request, "case-reason-hint"),
                value: request.form.get("reason"),
                lines: Some(3),
                ..Field::default()
            }))
            (look::actions(&[
                look::button(&say(request, "case-withdraw-act"), Look::Danger),
                html! { a href=(case) { (say(request, "button-cancel")) } },
            ]))
        }))
    };
    let page = Page::new(request, heading).at(action.as_str()).personal();
    labelled(request, page, &view.case.label).failed(errors).reply(content)
}
