//! Pages of a list: numbered while the whole is small, by key when others write meanwhile.

use crate::address::with;
use crate::{say, say_one};
use base::Lang;
use maud::{Markup, html};
use words::Arg;

/// How a list is paged.
pub enum Pager<'a> {
    /// Pages counted from 1; the address keeps everything but `page`.
    Numbered { address: &'a str, page: usize, page_rows: usize, total: usize },
    /// By key: rows never repeat or vanish between pages.
    Keyset { previous: Option<&'a str>, next: Option<&'a str> },
}

/// The pager, or nothing where one page holds all.
pub fn pager(lang: Lang, pager: &Pager<'_>) -> Markup {
    match pager {
        Pager::Numbered { address, page, page_rows, total } => {
            let pages = total.div_ceil((*page_rows).max(1));
            if pages < 2 {
                return html! {};
            }
            let first = page.saturating_sub(1) * page_rows + 1;
            let last = (page * page_rows).min(*total);
            let args = [
                ("first", Arg::from(first)),
                ("last", Arg::from(last)),
                ("total", Arg::from(*total)),
            ];
            let href = |number: usize| with(address, "page", &number.to_string());
            html! {
                nav.pager aria-label=(say(lang, "table-pages")) {
                    p.quiet.small { (words::say_with(lang, "table-showing", &args)) }
                    ul {
                        @if *page > 1 { (step(lang, "table-previous", "prev", &href(page - 1))) }
                        @for slot in slots(*page, pages) {
                            li { (numbered(lang, slot, *page, &href)) }
                        }
                        @if *page < pages { (step(lang, "table-next", "next", &href(page + 1))) }
                    }
                }
            }
        }
        Pager::Keyset { previous: None, next: None } => html! {},
        Pager::Keyset { previous, next } => html! {
            nav.pager aria-label=(say(lang, "table-pages")) {
                ul {
                    @if let Some(href) = previous { (step(lang, "table-previous", "prev", href)) }
                    @if let Some(href) = next { (step(lang, "table-next", "next", href)) }
                }
            }
        },
    }
}

fn step(lang: Lang, key: &str, rel: &str, href: &str) -> Markup {
    html! {
        li {
            a.step href=(href) rel=(rel) {
                @if rel == "prev" { span aria-hidden="true" { "←" } }
                (say(lang, key))
                @if rel == "next" { span aria-hidden="true" { "→" } }
            }
        }
    }
}

fn numbered(
    lang: Lang,
    slot: Option<usize>,
    page: usize,
    href: &impl Fn(usize) -> String,
) -> Markup {
    html! {
        @match slot {
            None => { span.gap { "…" } },
            Some(number) => {
                a href=(href(number)) aria-current=[(number == page).then_some("page")]
                    aria-label=(say_one(lang, "table-page", "number", number)) { (number) }
            },
        }
    }
}

/// First, last, and those around the current page; a gap where some are left out.
fn slots(page: usize, pages: usize) -> Vec<Option<usize>> {
    let near = |number: &usize| *number == 1 || *number == pages || number.abs_diff(page) <= 1;
    let mut slots = Vec::new();
    let mut before = 0;
    for number in (1..=pages).filter(near) {
        match number - before {
            1 => {}
            2 => slots.push(Some(before + 1)),
            _ => slots.push(None),
        }
        slots.push(Some(number));
        before = number;
    }
    slots
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(page: usize, pages: usize, want: &str) {
        let shown: Vec<String> = slots(page, pages)
            .into_iter()
            .map(|slot| slot.map_or("…".into(), |number| number.to_string()))
            .collect();
        assert_eq!(shown.join(" "), want);
    }

    #[test]
    fn pages_around_the_current_one_are_shown() {
        check(1, 1, "1");
        check(1, 9, "1 2 … 9");
        check(4, 9, "1 2 3 4 5 … 9");
        check(5, 9, "1 … 4 5 6 … 9");
        check(9, 9, "1 … 8 9");
    }
}
