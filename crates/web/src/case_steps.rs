//! What a case asks of its reader: steps with their questions, tasks to take up or hand over.

use crate::case_facts::{due, process_name, state_name, step_name, task_name};
use crate::case_form::{answers, fields};
use crate::form::Ticket;
use crate::link;
use crate::page::say;
use app::case::View;
use base::Refusal;
use cases::{Needed, Process, Step, Task};
use edge::{Fields, Request};
use look::{Field, Form, Look, PostButton};
use maud::{Markup, html};

/// Which form of the page was refused.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Refused {
    #[default]
    None,
    Step,
    Hand,
    Clock,
    Note,
    Withdrawal,
}

/// What a page of a case is drawn from besides the case.
pub struct Sheet<'a> {
    pub request: &'a Request,
    pub view: &'a View,
    pub ticket: Ticket,
    pub typed: Fields,
    pub refused: Refused,
    pub errors: Vec<Refusal>,
}

impl Sheet<'_> {
    /// The reasons for one of the forms.
    pub fn errors_of(&self, form: Refused) -> &[Refusal] {
        if self.refused == form { &self.errors } else { &[] }
    }

    /// Whether what was refused is a button or a page of its own: its reasons stand on top.
    pub fn is_bare(&self) -> bool {
        let is_button = self.refused == Refused::Hand && !self.typed.has("to");
        let is_resuming = self.refused == Refused::Clock && !self.typed.has("reason");
        is_button || is_resuming || self.refused == Refused::Withdrawal
    }

    /// The version of the case as forms carry it.
    pub fn version(&self) -> String {
        self.view.case.running.version.to_string()
    }
}

/// The step that was chosen, if it is offered now: `task.step`; of one alone that one.
pub fn chosen(view: &View, named: &str) -> Option<(&'static Task, &'static Step)> {
    let mut offered = view.offered.iter();
    let found = offered.find(|it| format!("{}.{}", it.task.name, it.step.name) == named);
    let only = || (view.offered.len() == 1).then(|| &view.offered[0]);
    found.or_else(only).map(|it| (it.task, it.step))
}

/// A step that is done on a page of its own.
fn page_of(view: &View, step: &Step) -> Option<String> {
    has_page(view.process, step).then(|| link::case_amendment(view.case.id))
}

/// Whether a step is done on a page of its own.
pub fn has_page(process: &Process, step: &Step) -> bool {
    process.name == trading::release::NAME && step.name == "hand-in"
}

/// Whether a step ends a matter against whoever opened it.
pub fn is_grave(step: &Step) -> bool {
    matches!(step.name, "refuse" | "decline")
}

/// What is asked of the reader.
pub fn asked(sheet: &Sheet<'_>) -> Markup {
    let (request, view) = (sheet.request, sheet.view);
    let named = match sheet.refused {
        Refused::Step => format!("{}.{}", sheet.typed.get("task"), sheet.typed.get("step")),
        _ => request.query.get("step").to_owned(),
    };
    let chosen = chosen(view, &named);
    let is_lost = sheet.refused == Refused::Step
        && chosen.is_none_or(|(task, step)| format!("{}.{}", task.name, step.name) != named);
    look::part(
        "asked",
        &say(request, "case-asked"),
        html! {
            @if is_lost { (lost(sheet)) }
            @for open in &view.case.running.tasks { (crate::case_clock::stopped(sheet, open)) }
            @if view.offered.is_empty() { (nothing(sheet)) }
            @for open in &view.case.running.tasks {
                @let mine: Vec<_> = view.offered.iter().filter(|it| it.task.name == open.name).collect();
                @if !mine.is_empty() {
                    div.sheet.stack {
                        h3 { (task_name(request.lang, view.process, &open.name)) }
                        p { span.quiet { (say(request, "case-due")) } " " (due(request, open.due_at)) }
                        (for_another(sheet, mine[0].on_behalf_of))
                        @if view.takes_up.contains(&open.name) { (take_up(sheet, &open.name)) }
                        @match chosen.filter(|(task, _)| task.name == open.name) {
                            Some((task, step)) => (step_form(sheet, task, step, mine.len() > 1)),
                            None => (choices(sheet, &mine)),
                        }
                    }
                }
            }
        },
    )
}

/// Says that a task is another's, for whom the reader stands in.
fn for_another(sheet: &Sheet<'_>, giver: Option<base::PersonId>) -> Markup {
    let lang = sheet.request.lang;
    let Some(named) = giver.and_then(|id| sheet.view.assignees.get(&id)) else { return html! {} };
    let args = [("name", named.best(lang).0.into())];
    html! {
        p { (look::state_tag(look::Tone::Info, &words::say_with(lang, "case-for-another", &args))) }
        p.quiet.small { (words::say_with(lang, "case-for-another-hint", &args)) }
    }
}

fn nothing(sheet: &Sheet<'_>) -> Markup {
    let (request, view) = (sheet.request, sheet.view);
    let lang = request.lang;
    let state = state_name(lang, view.process, &view.case.running.state);
    html! {
        @if view.case.ended_at.is_some() {
            p { (words::say_with(lang, "case-ended", &[("state", state.into())])) }
        } @else {
            p { (say(request, "case-asked-none")) }
            @for open in &view.case.running.tasks {
                @let task = task_name(lang, view.process, &open.name);
                p {
                    @match open.assignee.and_then(|id| view.assignees.get(&id)) {
                        Some(who) => (words::say_with(lang, "case-waits-for-who", &[
                            ("task", task.into()), ("name", who.best(lang).0.into()),
                        ])),
                        None => (words::say_with(lang, "case-waits-for", &[("task", task.into())])),
                    }
                    @if open.stopped.is_none() { " " (due(request, open.due_at)) }
                }
            }
        }
    }
}

fn choices(sheet: &Sheet<'_>, mine: &[&app::case::Offered]) -> Markup {
    let (request, view) = (sheet.request, sheet.view);
    let acts: Vec<Markup> = mine
        .iter()
        .enumerate()
        .map(|(at, it)| {
            let named = format!("{}.{}", it.task.name, it.step.name);
            let here = look::address::with(&link::case(view.case.id), "step", &named);
            let href = page_of(view, it.step).unwrap_or_else(|| format!("{here}#asked"));
            let look = if at == 0 { Look::Primary } else { Look::Second };
            look::link_button(&href, &step_name(request.lang, view.process, it.step.name), look)
        })
        .collect();
    html! {
        @if mine.len() > 1 { p.quiet { (say(request, "case-choose-step")) } }
        (look::actions(&acts))
    }
}

fn step_form(sheet: &Sheet<'_>, task: &Task, step: &Step, has_others: bool) -> Markup {
    let (request, view) = (sheet.request, sheet.view);
    let name = step_name(request.lang, view.process, step.name);
    if let Some(href) = page_of(view, step) {
        return look::actions(&[look::link_button(&href, &name, Look::Primary)]);
    }
    let action = link::case_steps(view.case.id);
    let errors = sheet.errors_of(Refused::Step);
    let form =
        Form::new(request.lang, &action, &sheet.ticket.csrf, &sheet.ticket.key).with_errors(errors);
    let has_files = step.documents != Needed::No;
    let form = if has_files { form.with_files() } else { form };
    let typed = match sheet.refused {
        Refused::Step => sheet.typed.clone(),
        _ => first(view),
    };
    let version = sheet.version();
    let look = if is_grave(step) { Look::Danger } else { Look::Primary };
    let other = link::case(view.case.id);
    form.view(html! {
        input type="hidden" name="version" value=(version);
        input type="hidden" name="task" value=(task.name);
        input type="hidden" name="step" value=(step.name);
        @if let Some(giver) = giver(view, task, step) {
            input type="hidden" name="on_behalf_of" value=(giver);
        }
        h4 { (name) }
        (fields(&form, view.process, step, &typed))
        @if step.reason != Needed::No {
            (look::text_area(&form, &Field {
                name: "reason",
                hint: &say(request, "case-reason-hint"),
                value: typed.get("reason"),
                is_optional: step.reason == Needed::Optional,
                lines: Some(3),
                ..Field::default()
            }))
        }
        @if has_files {
            (crate::file::field(request, &form, &typed, step.documents == Needed::Optional))
        }
        (look::actions(&[
            look::button(&name, look),
            html! { @if has_others { a href=(format!("{other}#asked")) { (say(request, "case-other-step")) } } },
        ]))
    })
}

/// For whom the reader would take this step.
fn giver(view: &View, task: &Task, step: &Step) -> Option<base::PersonId> {
    let offered =
        view.offered.iter().find(|it| it.task.name == task.name && it.step.name == step.name);
    offered.and_then(|it| it.on_behalf_of)
}

/// What a step's form shows at first: the level that the proposer asked for.
fn first(view: &View) -> Fields {
    let mut typed = Fields::default();
    if view.process.name == trading::release::NAME
        && let Some(matter) = app::release::matter_of(&view.case)
    {
        typed.0.push(("level".to_owned(), matter.disclosure.proposed));
        let cut = matter.cut.iter().map(|part| (format!("cut-{part}"), "yes".to_owned()));
        typed.0.extend(cut);
    }
    typed
}

/// What was typed for a step that is not open any more.
fn lost(sheet: &Sheet<'_>) -> Markup {
    let (request, view) = (sheet.request, sheet.view);
    let lang = request.lang;
    let (task, step) = (sheet.typed.get("task"), sheet.typed.get("step"));
    let declared = view.process.task(task).and_then(|task| task.step(step));
    let given = declared.map(|step| answers(step, &sheet.typed)).unwrap_or_default();
    let mut rows = crate::case_facts::answered(lang, view.process, (task, step), &given);
    let reason = sheet.typed.get("reason");
    if !reason.is_empty() {
        rows.push((say(request, "case-reason"), html! { span.diff { (reason) } }));
    }
    html! {
        (look::error_summary(lang, &sheet.errors))
        @if !rows.is_empty() {
            h3 { (say(request, "case-kept")) }
            (crate::technology_part::named(rows))
        }
    }
}

fn take_up(sheet: &Sheet<'_>, task: &str) -> Markup {
    let (request, view) = (sheet.request, sheet.view);
    let me = request.me.as_ref().map(|me| me.person.id.to_string()).unwrap_or_default();
    html! {
        div.row {
            (look::post_button(&PostButton {
                action: &link::case_assignments(view.case.id),
                csrf: &sheet.ticket.csrf,
                key: &request.fresh_key(),
                text: &say(request, "case-take-up"),
                look: Look::Plain,
                values: &[("version", &sheet.version()), ("task", task), ("person", &me)],
            }))
            span.quiet.small { (say(request, "case-take-up-hint")) }
        }
    }
}

/// A note for everybody who sees the case.
pub fn note(sheet: &Sheet<'_>) -> Markup {
    let (request, view) = (sheet.request, sheet.view);
    if !view.may_note {
        return html! {};
    }
    let action = link::case_notes(view.case.id);
    let errors = sheet.errors_of(Refused::Note);
    let key = request.fresh_key();
    let form = Form::new(request.lang, &action, &sheet.ticket.csrf, &key).with_errors(errors);
    let form = form.with_files();
    let is_again = sheet.refused == Refused::Note;
    let none = Fields::default();
    let typed = if is_again { &sheet.typed } else { &none };
    let body = form.view(html! {
        (look::text_area(&form, &Field {
            name: "text",
            hint: &say(request, "case-note-hint"),
            value: typed.get("text"),
            lines: Some(3),
            ..Field::default()
        }))
        (crate::file::field(request, &form, typed, true))
        (look::actions(&[look::button(&say(request, "case-note-act"), Look::Second)]))
    });
    html! {
        details.sheet open[is_again] {
            summary { (say(request, "case-note-title")) }
            div.stack { (body) }
        }
    }
}

/// The name of the case's process, where a title is wanted and the matter has none.
pub fn kind(request: &Request, view: &View) -> String {
    process_name(request.lang, view.process)
}
