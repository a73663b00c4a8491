//! Buttons say the act; links go somewhere. Also: one-button forms, confirmation, ids to copy.

use crate::say;
use base::Lang;
use maud::{Markup, html};

/// How a button looks. One primary button a page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Look {
    /// The most likely next act.
    #[default]
    Primary,
    /// Beside it.
    Second,
    /// Everything else.
    Plain,
    /// Cannot be undone; stands apart and is confirmed.
    Danger,
    /// Acts in a live room: a bid.
    Live,
}

impl Look {
    pub(crate) fn class(self) -> &'static str {
        match self {
            Self::Primary => "btn",
            Self::Second => "btn second",
            Self::Plain => "btn plain",
            Self::Danger => "btn danger",
            Self::Live => "btn live",
        }
    }
}

/// A button that sends the form it stands in.
pub fn button(text: &str, look: Look) -> Markup {
    html! { button class=(look.class()) type="submit" { (text) } }
}

/// A button that sends the form with one more value: which of several buttons it was.
pub fn button_named(text: &str, look: Look, name: &str, value: &str) -> Markup {
    html! { button class=(look.class()) type="submit" name=(name) value=(value) { (text) } }
}

/// A link that looks like a button: the next step is another page.
pub fn link_button(href: &str, text: &str, look: Look) -> Markup {
    html! { a class=(look.class()) href=(href) { (text) } }
}

/// Acts in one row: the likely one first, the alternatives after it.
pub fn actions(acts: &[Markup]) -> Markup {
    html! { div.row.actions { @for act in acts { (act) } } }
}

/// A form of one button: follow, withdraw, take the next case.
#[derive(Clone, Copy, Default)]
pub struct PostButton<'a> {
    pub action: &'a str,
    pub csrf: &'a str,
    /// The idempotency key: pressing twice does it once.
    pub key: &'a str,
    pub text: &'a str,
    pub look: Look,
    /// More hidden values.
    pub values: &'a [(&'a str, &'a str)],
}

/// A form of one button.
pub fn post_button(post: &PostButton<'_>) -> Markup {
    html! {
        form.one method="post" action=(post.action) {
            (hidden(post.csrf, post.key))
            @for (name, value) in post.values { input type="hidden" name=(name) value=(value); }
            (button(post.text, post.look))
        }
    }
}

/// The two hidden values of every form that changes something.
pub(crate) fn hidden(csrf: &str, key: &str) -> Markup {
    html! {
        input type="hidden" name="csrf_token" value=(csrf);
        input type="hidden" name="idempotency_key" value=(key);
    }
}

/// An act that is asked about once more.
pub struct Confirm<'a> {
    pub lang: Lang,
    /// The button that opens the question: "Withdraw …".
    pub open: &'a str,
    /// The question: "Withdraw this listing?".
    pub title: &'a str,
    /// What will happen, and what cannot be undone.
    pub text: Markup,
    /// The form with the button that really does it, such as a `post_button`.
    pub act: Markup,
}

/// An act that is asked about once more: unfolds in place, and is a dialog where scripts run.
pub fn confirm(ask: &Confirm<'_>) -> Markup {
    html! {
        details.confirm data-confirm {
            summary.btn.plain.danger-text { (ask.open) }
            div.confirm-box {
                h2 { (ask.title) }
                div { (ask.text) }
                div.row {
                    (ask.act)
                    button.btn.plain type="button" data-close hidden {
                        (say(ask.lang, "button-leave"))
                    }
                }
            }
        }
    }
}

/// An id that can be copied with one press, or chosen as a whole without scripts.
pub fn copy_id(lang: Lang, text: &str) -> Markup {
    let what = crate::say_one(lang, "button-copy-what", "what", text);
    html! {
        span.copy data-copy {
            code { (text) }
            button.btn.plain.tiny type="button" hidden aria-label=(what) {
                (say(lang, "button-copy"))
            }
            span.quiet.small role="status" data-said=(say(lang, "button-copied")) {}
        }
    }
}
