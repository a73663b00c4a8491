//! Figures: one number said large, with its unit, its change and its date.

use crate::{say, say_one};
use base::Lang;
use maud::{Markup, html};

/// Against last time, already written: `6%`.
#[derive(Clone, Copy)]
pub enum Change<'a> {
    Up(&'a str),
    Down(&'a str),
    Same,
}

/// One figure. Fill in what is known, take the rest from the default.
#[derive(Clone, Copy, Default)]
pub struct Figure<'a> {
    /// Already written: `1,599`.
    pub value: &'a str,
    pub unit: &'a str,
    pub label: &'a str,
    pub change: Option<Change<'a>>,
    /// Period, state, date: "2025, final".
    pub note: &'a str,
    /// The rows behind it.
    pub href: &'a str,
}

/// Figures side by side.
pub fn figures(lang: Lang, figures: &[Figure<'_>]) -> Markup {
    html! {
        dl.figures {
            @for figure in figures {
                div {
                    dt { (figure.label) }
                    dd {
                        @if figure.href.is_empty() { (value(figure)) }
                        @else { a href=(figure.href) { (value(figure)) } }
                        @if let Some(change) = figure.change { " " (changed(lang, change)) }
                    }
                    @if !figure.note.is_empty() { dd.note { (figure.note) } }
                }
            }
        }
    }
}

fn value(figure: &Figure<'_>) -> Markup {
    html! { (figure.value) @if !figure.unit.is_empty() { span.unit { (figure.unit) } } }
}

fn changed(lang: Lang, change: Change<'_>) -> Markup {
    let (sign, class, shown, said) = match change {
        Change::Up(by) => ("▲", "change up", by, say_one(lang, "chart-up", "value", by)),
        Change::Down(by) => ("▼", "change down", by, say_one(lang, "chart-down", "value", by)),
        Change::Same => ("＝", "change", "", say(lang, "chart-same")),
    };
    html! {
        span class=(class) {
            span aria-hidden="true" { (sign) " " (shown) }
            span.sr { (said) }
        }
    }
}
