//! The few drawings that stand beside words: the mark, the glass, the arrow.

use maud::{Markup, html};

/// The bell of the city.
pub(crate) fn mark() -> Markup {
    html! {
        svg.mark viewBox="0 0 32 32" fill="none" stroke="currentColor" stroke-width="2.4"
            stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" {
            path d="M16 4v3M7 24c2-2 2.4-4.6 2.4-8.4a6.6 6.6 0 0 1 13.2 0c0 3.8.4 6.4 2.4 8.4z" {}
            path d="M13 27.6a3.2 3.2 0 0 0 6 0" {}
            path d="M3 13c.6-2 1.6-3.7 3-5M29 13c-.6-2-1.6-3.7-3-5" opacity=".55" {}
        }
    }
}

/// The glass of a search box; its button carries the word for speech output.
pub(crate) fn glass() -> Markup {
    html! {
        svg.glyph viewBox="0 0 20 20" fill="none" stroke="currentColor" stroke-width="2"
            stroke-linecap="round" aria-hidden="true" {
            circle cx="8.5" cy="8.5" r="5.5" {}
            path d="M12.8 12.8 17 17" {}
        }
    }
}
