//! The clock of a task: stopped while somebody is waited for, and running again.

use crate::case_act::{again, back, told, version, view};
use crate::case_facts::task_name;
use crate::case_steps::{Refused, Sheet};
use crate::link;
use crate::page::{get, post, say};
use access::Act;
use app::No;
use app::case::{Turn, TurnClock};
use edge::{Reply, Request, Route};
use look::{Field, Form, Look, fieldset};
use maud::{Markup, html};

/// The routes of this file.
pub static ROUTES: &[Route] = &[
    get("/cases/{id}/pauses", Act::StopClock, crate::case_act::to_case),
    post("/cases/{id}/pauses", Act::StopClock, stop),
    get("/cases/{id}/resumptions", Act::StopClock, crate::case_act::to_case),
    post("/cases/{id}/resumptions", Act::StopClock, resume),
];

fn stop(request: &Request) -> Result<Reply, No> {
    turn(request, Turn::Stop)
}

fn resume(request: &Request) -> Result<Reply, No> {
    turn(request, Turn::Resume)
}

fn turn(request: &Request, turn: Turn) -> Result<Reply, No> {
    let view = view(request)?;
    let act = TurnClock {
        case: view.case.id,
        version: version(request, &view),
        task: request.form.get("task").to_owned(),
        reason: request.form.get("reason").trim().to_owned(),
        turn,
    };
    match request.city().perform(&request.keyed(), act) {
        Ok(done) => Ok(back(&done, if turn == Turn::Stop { "stopped" } else { "resumed" })),
        Err(no) => again(request, (Refused::Clock, told(no)?), request.form.clone()),
    }
}

/// Stopping a clock, and what stands still.
pub fn part(sheet: &Sheet<'_>) -> Markup {
    let (request, view) = (sheet.request, sheet.view);
    let lang = request.lang;
    let tasks = &view.case.running.tasks;
    let turns = |open: &&cases::OpenTask| view.turns.contains(&open.name);
    let running: Vec<&cases::OpenTask> =
        tasks.iter().filter(turns).filter(|open| open.stopped.is_none()).collect();
    if running.is_empty() {
        return html! {};
    }
    let errors = sheet.errors_of(Refused::Clock);
    let action = link::case_pauses(view.case.id);
    let key = request.fresh_key();
    let form = Form::new(lang, &action, &sheet.ticket.csrf, &key).with_errors(errors);
    let typed = if errors.is_empty() { "" } else { sheet.typed.get("reason") };
    let version = view.case.running.version.to_string();
    html! {
        details.sheet open[!errors.is_empty()] {
            summary { (say(request, "case-clock-title")) }
            div.stack {
                p.quiet { (say(request, "case-clock-hint")) }
                @for open in running {
                    (form.view(html! {
                        input type="hidden" name="version" value=(version);
                        input type="hidden" name="task" value=(open.name);
                        (fieldset(&task_name(lang, view.process, &open.name), "", html! {
                            (look::text_area(&form, &Field {
                                name: "reason",
                                hint: &say(request, "case-clock-reason-hint"),
                                value: typed,
                                lines: Some(2),
                                ..Field::default()
                            }))
                        }))
                        (look::actions(&[
                            look::button(&say(request, "case-clock-stop"), Look::Second),
                        ]))
                    }))
                }
            }
        }
    }
}

/// A stopped clock at its task, with the way to let it run again.
pub fn stopped(sheet: &Sheet<'_>, open: &cases::OpenTask) -> Markup {
    let (request, view) = (sheet.request, sheet.view);
    let Some(stopped) = &open.stopped else { return html! {} };
    let lang = request.lang;
    let may = view.turns.contains(&open.name);
    let version = view.case.running.version.to_string();
    let why = [("reason", stopped.reason.as_str().into())];
    html! {
        (look::notice(lang, look::Tone::Wait, html! {
            p { strong { (since(request, stopped)) } }
            p.diff { (words::say_with(lang, "case-clock-why", &why)) }
            @if may {
                (look::post_button(&look::PostButton {
                    action: &link::case_resumptions(view.case.id),
                    csrf: &sheet.ticket.csrf,
                    key: &request.fresh_key(),
                    text: &say(request, "case-clock-resume"),
                    look: Look::Second,
                    values: &[("version", &version), ("task", &open.name)],
                }))
                p.quiet.small { (say(request, "case-clock-resume-hint")) }
            }
        }))
    }
}

/// Since when a clock stands still, in words.
pub fn since(request: &Request, stopped: &cases::Stopped) -> String {
    since_at(request, stopped.since)
}

/// The same where only the moment is known.
pub fn since_at(request: &Request, at: base::Instant) -> String {
    let offset = request.city().settings().utc_offset_minutes;
    let date = words::date(request.lang, at.date_at(offset));
    words::say_with(request.lang, "case-clock-since", &[("date", date.into())])
}
