//! Messages in a box: notices, banners, empty places.

use crate::say;
use base::Lang;
use maud::{Markup, html};

/// What a colour means. Cinnabar is live, urgent or wrong, and nothing else.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    /// Neither good nor bad.
    #[default]
    Plain,
    /// Acts and links; worth knowing.
    Info,
    /// Settled.
    Ok,
    /// Waits for somebody.
    Wait,
    /// Live, urgent or wrong.
    Live,
}

impl Tone {
    pub(crate) fn class(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Info => "info",
            Self::Ok => "ok",
            Self::Wait => "wait",
            Self::Live => "live",
        }
    }

    pub(crate) fn sign(self) -> &'static str {
        match self {
            Self::Plain => "○",
            Self::Info => "◆",
            Self::Ok => "✓",
            Self::Wait => "◔",
            Self::Live => "●",
        }
    }

    fn word(self, lang: Lang) -> String {
        match self {
            Self::Plain | Self::Info => say(lang, "page-notice"),
            Self::Ok => say(lang, "page-good"),
            Self::Wait => say(lang, "page-warning"),
            Self::Live => say(lang, "page-problem"),
        }
    }
}

/// A message inside a page.
pub fn notice(lang: Lang, tone: Tone, body: Markup) -> Markup {
    html! {
        div class={ "notice " (tone.class()) } role="note" {
            strong { span.sign aria-hidden="true" { (tone.sign()) } (tone.word(lang)) }
            div { (body) }
        }
    }
}

/// A line over the whole width, above the page.
pub fn banner(tone: Tone, body: Markup) -> Markup {
    html! { div class={ "banner " (tone.class()) } { p.wrap { (body) } } }
}

/// Says that looks at this part are recorded.
pub fn look_recorded(lang: Lang) -> Markup {
    html! {
        p.look-recorded {
            strong { (say(lang, "shell-look-title")) } " " (say(lang, "shell-look-recorded"))
        }
    }
}

/// What stands where nothing is: a kind sentence, what the list is for, how to fill it.
pub fn empty(title: &str, body: Markup) -> Markup {
    html! { div.empty { p.empty-title { (title) } (body) } }
}
