//! Handing a task over: to a colleague by name, to somebody by address, or back to all.

use crate::case_facts::task_name;
use crate::case_steps::{Refused, Sheet};
use crate::link;
use crate::page::{name, say};
use app::case::Colleague;
use look::{Choice, Field, Form, Kind, Look, PostButton, Width, fieldset};
use maud::{Markup, html};

/// Handing a task over, or putting it back.
pub fn part(sheet: &Sheet<'_>) -> Markup {
    let view = sheet.view;
    let tasks: Vec<&cases::OpenTask> =
        view.case.running.tasks.iter().filter(|open| view.gives.contains(&open.name)).collect();
    if tasks.is_empty() {
        return html! {};
    }
    let is_refused = sheet.refused == Refused::Hand && sheet.typed.has("to");
    html! {
        details.sheet open[is_refused] {
            summary { (say(sheet.request, "case-hand-over-title")) }
            div.stack { @for open in tasks { (task(sheet, open)) } }
        }
    }
}

fn task(sheet: &Sheet<'_>, open: &cases::OpenTask) -> Markup {
    let (request, view) = (sheet.request, sheet.view);
    let lang = request.lang;
    let action = link::case_assignments(view.case.id);
    let is_this = sheet.typed.has("to") && sheet.typed.get("task") == open.name;
    let errors = if is_this { sheet.errors_of(Refused::Hand) } else { &[] };
    let key = request.fresh_key();
    let form = Form::new(lang, &action, &sheet.ticket.csrf, &key).with_errors(errors);
    let version = sheet.version();
    let typed = |name: &str| if errors.is_empty() { "" } else { sheet.typed.get(name) };
    // Without the names the address still works.
    let found = request.city().colleagues_for(&request.asker, &view.case, &open.name);
    let mut colleagues = found.unwrap_or_default();
    colleagues.retain(|colleague| Some(colleague.person) != open.assignee);
    html! {
        @if open.assignee.is_some() {
            (look::post_button(&PostButton {
                action: &action,
                csrf: &sheet.ticket.csrf,
                key: &request.fresh_key(),
                text: &say(request, "case-put-back"),
                look: Look::Plain,
                values: &[("version", &version), ("task", &open.name), ("back", "1")],
            }))
        }
        (form.view(html! {
            input type="hidden" name="version" value=(version);
            input type="hidden" name="task" value=(open.name);
            (fieldset(&task_name(lang, view.process, &open.name), "", html! {
                @if !colleagues.is_empty() { (choice(sheet, &form, &colleagues)) }
                (look::text_field(&form, &Field {
                    name: "to",
                    label: &say(request, if colleagues.is_empty() { "case-hand-over-to" }
                        else { "case-hand-over-none" }),
                    hint: &say(request, "case-hand-over-to-hint"),
                    value: typed("to"),
                    kind: Kind::Email,
                    width: Width::Half,
                    autocomplete: "off",
                    is_optional: !colleagues.is_empty(),
                    ..Field::default()
                }))
                (look::text_area(&form, &Field {
                    name: "reason",
                    hint: &say(request, "case-hand-over-reason-hint"),
                    value: typed("reason"),
                    is_optional: true,
                    lines: Some(2),
                    ..Field::default()
                }))
            }))
            (look::actions(&[look::button(&say(request, "case-hand-over"), Look::Second)]))
        }))
    }
}

fn choice(sheet: &Sheet<'_>, form: &Form<'_>, colleagues: &[Colleague]) -> Markup {
    let lang = sheet.request.lang;
    let named: Vec<(String, String)> = colleagues
        .iter()
        .map(|colleague| (colleague.person.to_string(), name(&colleague.name, lang).0))
        .collect();
    let choices: Vec<Choice<'_>> = named
        .iter()
        .map(|(value, text)| Choice {
            value,
            text,
            is_chosen: sheet.typed.get("colleague") == value,
            ..Choice::default()
        })
        .collect();
    look::select(
        form,
        &Field {
            name: "colleague",
            label: &say(sheet.request, "case-hand-over-colleague"),
            is_optional: true,
            width: Width::Half,
            ..Field::default()
        },
        &choices,
    )
}
