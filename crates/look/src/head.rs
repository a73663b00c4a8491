//! The head of a page: where it is, what it is, what can be done; and tabs as links.

use crate::{say, say_one};
use base::{Label, Lang, limits};
use maud::{Markup, html};

/// One step of the way down to this page.
#[derive(Clone, Copy)]
pub struct Crumb<'a> {
    pub href: &'a str,
    pub text: &'a str,
}

/// The way down to this page, without the page itself.
pub fn breadcrumb(lang: Lang, crumbs: &[Crumb<'_>]) -> Markup {
    html! {
        nav.crumbs aria-label=(say(lang, "page-breadcrumb")) {
            ol { @for crumb in crumbs { li { a href=(crumb.href) { (crumb.text) } } } }
        }
    }
}

/// The head of a page. Fill in what is known, take the rest from the default.
#[derive(Default)]
pub struct PageHead<'a> {
    pub lang: Lang,
    pub crumbs: &'a [Crumb<'a>],
    /// What kind of thing it is: "Technology".
    pub kind: &'a str,
    pub title: &'a str,
    /// The language the title is really in, where it is not the page's.
    pub title_lang: Option<Lang>,
    /// The title in the other language.
    pub title_other: &'a str,
    /// States, in one row with the label.
    pub tags: Vec<Markup>,
    pub label: Option<&'a Label>,
    /// The reference or id, to copy.
    pub reference: &'a str,
    /// One paragraph below the title.
    pub lead: Option<Markup>,
    /// The next step first.
    pub actions: Vec<Markup>,
}

/// The head of a page with its one `h1`.
pub fn page_head(head: &PageHead<'_>) -> Markup {
    let lang = head.lang;
    let title_lang = head.title_lang.filter(|real| *real != lang);
    let has_tags = !head.tags.is_empty() || head.label.is_some() || !head.reference.is_empty();
    html! {
        header.page-head {
            @if !head.crumbs.is_empty() { (breadcrumb(lang, head.crumbs)) }
            @if !head.kind.is_empty() { p.kind { (head.kind) } }
            h1 lang=[title_lang.map(Lang::tag)] { (head.title) }
            @if !head.title_other.is_empty() {
                p.title-other lang=(title_lang.unwrap_or(lang).other().tag()) { (head.title_other) }
            }
            @if has_tags {
                div.row.tags {
                    @for one in &head.tags { (one) }
                    @if let Some(label) = head.label { (crate::label_badge(lang, label)) }
                    @if !head.reference.is_empty() { (crate::copy_id(lang, head.reference)) }
                }
            }
            @if let Some(lead) = &head.lead { div.lead { (lead) } }
            @if !head.actions.is_empty() { (crate::actions(&head.actions)) }
        }
    }
}

/// One part of a thing that has its own address.
#[derive(Clone, Copy, Default)]
pub struct Tab<'a> {
    pub href: &'a str,
    pub text: &'a str,
    /// Told up to `COUNTED_MAX`.
    pub count: Option<usize>,
    pub is_current: bool,
}

/// Parts of a thing as links in one row.
pub fn tabs(lang: Lang, thing: &str, tabs: &[Tab<'_>]) -> Markup {
    html! {
        nav.tabs aria-label=(say_one(lang, "page-tabs", "thing", thing)) {
            ul {
                @for tab in tabs {
                    li {
                        a href=(tab.href) aria-current=[tab.is_current.then_some("page")] {
                            (tab.text)
                            @if let Some(number) = tab.count {
                                " " span.n { (words::number_up_to(lang, number as u64, limits::COUNTED_MAX)) }
                            }
                        }
                    }
                }
            }
        }
    }
}
