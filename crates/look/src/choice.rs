//! Choosing: lists to open, one of several, several of several.

use crate::field::{Field, around, describe, errors, has_hint, hints, label};
use crate::form::Form;
use crate::{id, say};
use maud::{Markup, html};

/// One thing to choose.
#[derive(Clone, Copy, Default)]
pub struct Choice<'a> {
    pub value: &'a str,
    pub text: &'a str,
    pub hint: &'a str,
    pub is_chosen: bool,
}

/// A list to open; for more than about six choices. Nothing chosen shows "Choose".
pub fn select(form: &Form<'_>, field: &Field<'_>, choices: &[Choice<'_>]) -> Markup {
    let none = !choices.iter().any(|choice| choice.is_chosen);
    around(form, field, |part| {
        html! {
            select id=(part.id) name=(field.name) required[!field.is_optional]
                aria-describedby=[part.described.as_deref()]
                aria-invalid=[part.is_wrong.then_some("true")] {
                @if none || field.is_optional {
                    option value="" selected[none] { (say(form.lang, "form-choose")) }
                }
                @for choice in choices {
                    option value=(choice.value) selected[choice.is_chosen] { (choice.text) }
                }
            }
        }
    })
}

/// One of several.
pub fn radios(form: &Form<'_>, field: &Field<'_>, choices: &[Choice<'_>]) -> Markup {
    group(form, field, choices, "radio")
}

/// Several of several; all are posted under the one name.
pub fn checkboxes(form: &Form<'_>, field: &Field<'_>, choices: &[Choice<'_>]) -> Markup {
    group(form, field, choices, "checkbox")
}

fn group(form: &Form<'_>, field: &Field<'_>, choices: &[Choice<'_>], kind: &str) -> Markup {
    let sentences = form.sentences(field.name);
    let name = form.own(field.name);
    let part = describe(&name, has_hint(field), !sentences.is_empty());
    html! {
        fieldset class={ "field choices" @if part.is_wrong { " bad" } }
            aria-describedby=[part.described.as_deref()] {
            legend {
                (label(form.lang, field))
                @if field.is_optional { " " span.quiet { (say(form.lang, "form-optional")) } }
            }
            (hints(form.lang, &name, field))
            (errors(form.lang, &name, &sentences))
            @for (index, choice) in choices.iter().enumerate() {
                // The first one has the field's own id, so that the summary leads to it.
                @let own = if index == 0 { part.id.clone() }
                    else { id("f-", &format!("{name}.{index}")) };
                div.choice {
                    input type=(kind) id=(own) name=(field.name) value=(choice.value)
                        checked[choice.is_chosen];
                    label for=(own) {
                        (choice.text)
                        @if !choice.hint.is_empty() { span.hint { (choice.hint) } }
                    }
                }
            }
        }
    }
}
