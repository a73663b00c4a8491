//! Small words in a coloured field: states, kinds, labels. The word carries the meaning.

use crate::notice::Tone;
use crate::{say, say_one};
use base::{Label, Lang, Level};
use maud::{Markup, html};

/// A word with a tone.
pub fn tag(tone: Tone, text: &str) -> Markup {
    html! { span class={ "tag " (tone.class()) } { (text) } }
}

/// A state with the sign that tells it from others without colour.
pub fn state_tag(tone: Tone, text: &str) -> Markup {
    html! {
        span class={ "tag " (tone.class()) } {
            span.sign aria-hidden="true" { (tone.sign()) } (text)
        }
    }
}

/// The label of a thing as text in a badge: level, compartments, jurisdictions.
pub fn label_badge(lang: Lang, label: &Label) -> Markup {
    let hint = say(lang, &format!("label-level-{}-hint", label.level.word()));
    let class = match label.level {
        Level::Public => "label-badge",
        Level::Registered => "label-badge registered",
        Level::Members => "label-badge members",
        Level::Restricted => "label-badge restricted",
    };
    html! {
        span class=(class) title=(hint) {
            span.sr { (say(lang, "label-title")) " " }
            (words::label(lang, label))
        }
    }
}

/// Marks a text that is shown in its own language because there is no translation.
pub fn other_language(lang: Lang, shown_in: Lang) -> Markup {
    let key = if shown_in == Lang::En { "form-english" } else { "form-chinese" };
    let text = say_one(lang, "form-other-language", "language", say(lang, key));
    html! { @if shown_in != lang { span.tag { (text) } } }
}
