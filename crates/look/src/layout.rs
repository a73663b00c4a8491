//! How parts lie on a page.

use maud::{Markup, html};

/// Parts below each other with even space.
pub fn stack(body: Markup) -> Markup {
    html! { div.stack { (body) } }
}

/// A thing that stands alone on its own sheet; an empty title leaves the head out.
pub fn sheet(title: &str, body: Markup) -> Markup {
    html! { section.sheet.stack { @if !title.is_empty() { h2 { (title) } } (body) } }
}

/// A part of a page with its head and an anchor to link to.
pub fn part(id: &str, title: &str, body: Markup) -> Markup {
    html! { section.part.stack id=(id) { h2 { (title) } (body) } }
}

/// The main column and what stands beside it; below it on narrow screens.
/// Without anything beside it, the page has the whole width.
pub fn aside_split(main: Markup, aside: Markup) -> Markup {
    if aside.0.trim().is_empty() {
        return html! { div.stack { (main) } };
    }
    html! { div.split { div.stack { (main) } aside.stack { (aside) } } }
}
