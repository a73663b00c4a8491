//! Repeating rows of fields: inventors, rights. Adding and removing are buttons that send the
//! form, so they work without scripts and keep what has been typed.

use crate::form::Form;
use crate::say;
use maud::{Markup, html};
use words::Arg;

/// Rows of one kind.
#[derive(Clone, Copy)]
pub struct Rows<'a> {
    /// The name of the rows as posted: `inventors`.
    pub name: &'a str,
    /// The heading: "Inventors".
    pub title: &'a str,
    /// One of them: "inventor".
    pub what: &'a str,
    pub hint: &'a str,
    /// How many may stand here at most.
    pub most: usize,
}

/// The rows, each under its number. The buttons send `do` as `add:inventors` and
/// `remove:inventors:2`, counted from 0.
pub fn rows(form: &Form<'_>, of: &Rows<'_>, bodies: &[Markup]) -> Markup {
    let lang = form.lang;
    let sentences = form.sentences(of.name);
    let numbered = |key: &str, number: usize| {
        words::say_with(lang, key, &[("what", Arg::from(of.what)), ("number", number.into())])
    };
    html! {
        fieldset.group id=(crate::id("f-", &form.own(of.name))) tabindex="-1" {
            legend { (of.title) }
            @if !of.hint.is_empty() { p.hint { (of.hint) } }
            (crate::field::errors(lang, &form.own(of.name), &sentences))
            ol.rows {
                @for (index, body) in bodies.iter().enumerate() {
                    li.row-of-fields {
                        fieldset {
                            legend { (numbered("form-row", index + 1)) }
                            div.fields { (body) }
                        }
                        button.btn.plain.tiny type="submit" name="do" formnovalidate
                            value={ "remove:" (of.name) ":" (index) }
                            aria-label=(numbered("form-row-remove", index + 1))
                            { (say(lang, "button-remove")) }
                    }
                }
            }
            @if bodies.len() < of.most {
                button.btn.plain type="submit" name="do" value={ "add:" (of.name) } formnovalidate {
                    (crate::say_one(lang, "form-row-add", "what", of.what))
                }
            }
        }
    }
}
