//! Facts in two columns, answers to check, and the page after an act.

use crate::{copy_id, say, say_one};
use base::Lang;
use maud::{Markup, html};

/// Facts: a name and what is known, in two columns. Absent values are left to the caller.
pub fn facts(facts: &[(&str, Markup)]) -> Markup {
    html! {
        dl.facts { @for (name, value) in facts { div { dt { (name) } dd { (value) } } } }
    }
}

/// One answer to check before sending.
pub struct Answer<'a> {
    pub name: &'a str,
    /// Nothing: said so, and the row stands out.
    pub value: Option<Markup>,
    /// Where it is changed; that page comes back here.
    pub change_href: &'a str,
}

/// Answers to check, each with its link to change.
pub fn answers(lang: Lang, title: &str, answers: &[Answer<'_>]) -> Markup {
    html! {
        section.answers {
            h2 { (title) }
            dl {
                @for answer in answers {
                    div.missing[answer.value.is_none()] {
                        dt { (answer.name) }
                        dd {
                            @match &answer.value {
                                Some(value) => (value),
                                None => (say(lang, "form-missing")),
                            }
                        }
                        dd.change {
                            a href=(answer.change_href) {
                                span aria-hidden="true" { (say(lang, "button-change")) }
                                span.sr {
                                    (say_one(lang, "button-change-what", "what", answer.name))
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// The page after an act.
pub struct Confirmation<'a> {
    pub lang: Lang,
    /// "The listing is published".
    pub title: &'a str,
    /// What people say aloud.
    pub reference: &'a str,
    /// When it was done, already written.
    pub at: &'a str,
    /// What happens next, by whom, until when.
    pub next: Markup,
    pub actions: Vec<Markup>,
}

/// The panel after an act, with the page's `h1`. Loading it again does nothing.
pub fn confirmation(done: &Confirmation<'_>) -> Markup {
    let lang = done.lang;
    html! {
        section.confirmation role="status" {
            h1 { (done.title) }
            @if !done.reference.is_empty() {
                p { (say(lang, "page-reference")) }
                p.reference { (copy_id(lang, done.reference)) }
            }
            @if !done.at.is_empty() { p.small { (done.at) } }
        }
        section.stack {
            h2 { (say(lang, "form-next")) }
            (done.next)
            @if !done.actions.is_empty() { (crate::actions(&done.actions)) }
        }
    }
}
