//! Whole pages for what went wrong: what happened, what to do, who can help.

use crate::{Look, copy_id, link_button, say};
use base::{Class, Lang, Refusal};
use maud::{Markup, html};

/// What a page of an error needs to know.
#[derive(Default)]
pub struct ErrorPage<'a> {
    pub lang: Lang,
    /// The kind of no; nothing for a fault of our own.
    pub class: Option<Class>,
    /// The reasons, said below the title where they say more than it.
    pub reasons: &'a [Refusal],
    /// The number of our own fault, for asking about it.
    pub number: &'a str,
    pub home: &'a str,
    pub sign_in: &'a str,
    /// Where trying again makes sense: the same address.
    pub again: &'a str,
}

/// The content of an error page; the shell around it is that of any page.
pub fn error_page(error: &ErrorPage<'_>) -> Markup {
    let lang = error.lang;
    let noun = noun(error.class);
    html! {
        section.error-page {
            h1 { (say(lang, &format!("error-{noun}-title"))) }
            p.lead { (say(lang, &format!("error-{noun}-text"))) }
            @if !error.reasons.is_empty() { (crate::error_summary(lang, error.reasons)) }
            @if !error.number.is_empty() {
                p { (say(lang, "error-own-number")) " " (copy_id(lang, error.number)) }
            }
            div.row.actions {
                @if noun == "sign-in" {
                    (link_button(error.sign_in, &say(lang, "shell-sign-in"), Look::Primary))
                }
                @if !error.again.is_empty() {
                    (link_button(error.again, &say(lang, "button-try-again"), Look::Primary))
                }
                (link_button(error.home, &say(lang, "error-home"), Look::Plain))
            }
        }
    }
}

fn noun(class: Option<Class>) -> &'static str {
    match class {
        None => "own",
        Some(Class::NotFound) => "not-found",
        Some(Class::NotAllowed) => "not-allowed",
        Some(Class::SignIn) => "sign-in",
        Some(Class::Busy | Class::TooMany) => "busy",
        Some(Class::ReadOnly) => "read-only",
        Some(Class::Unknown) => "unknown",
        Some(Class::Conflict) => "conflict",
        Some(Class::Invalid | Class::Refused | Class::TooLarge) => "refused",
    }
}

impl ErrorPage<'_> {
    /// The title as the shell wants it.
    pub fn title(&self) -> String {
        say(self.lang, &format!("error-{}-title", noun(self.class)))
    }
}
