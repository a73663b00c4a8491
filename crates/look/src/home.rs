//! The start page: one question, the city working.

use crate::{Figure, Tone, count, figures, say};
use base::Lang;
use maud::{Markup, html};

/// A kind of thing to search in, with how many there are.
#[derive(Clone, Copy)]
pub struct Scope<'a> {
    pub text: &'a str,
    pub count: Option<usize>,
    pub href: &'a str,
    pub is_current: bool,
}

/// The first thing on the start page.
pub struct Hero<'a> {
    pub lang: Lang,
    /// "What does your work need next?" A Chinese question breaks only at zero-width spaces.
    pub question: &'a str,
    pub search: &'a str,
    pub suggest: &'a str,
    pub query: &'a str,
    pub scopes: &'a [Scope<'a>],
    /// Three searches to try, each with its address.
    pub examples: &'a [(&'a str, &'a str)],
    pub examples_title: &'a str,
    pub figures: &'a [Figure<'a>],
    /// "As of …" below the figures.
    pub as_of: &'a str,
    /// The last days of the city: see `pulse`.
    pub pulse: Option<Markup>,
}

/// The question with its large box, and the city in figures beside it.
pub fn hero(hero: &Hero<'_>) -> Markup {
    let lang = hero.lang;
    let suggest = (!hero.suggest.is_empty()).then_some(hero.suggest);
    html! {
        section.hero.full {
            div.hero-in {
                div.hero-ask {
                    h1 { (hero.question) }
                    form.ask role="search" action=(hero.search) {
                        input type="search" name="q" id="ask" value=(hero.query) autocomplete="off"
                            aria-label=(say(lang, "shell-search-what"))
                            placeholder=(say(lang, "shell-search-what")) data-suggest=[suggest]
                            data-suggest-title=(say(lang, "filter-suggestions"));
                        button.btn type="submit" { (say(lang, "shell-search")) }
                    }
                    (scopes(lang, hero.scopes))
                    @if !hero.examples.is_empty() {
                        p.examples {
                            span.quiet { (hero.examples_title) }
                            @for (text, href) in hero.examples { " " a href=(href) { (text) } }
                        }
                    }
                }
                @if !hero.figures.is_empty() {
                    div.hero-figures {
                        (figures(lang, hero.figures))
                        @if let Some(pulse) = &hero.pulse { (pulse) }
                        @if !hero.as_of.is_empty() { p.quiet.small { (hero.as_of) } }
                    }
                }
            }
        }
    }
}

fn scopes(lang: Lang, scopes: &[Scope<'_>]) -> Markup {
    html! {
        @if !scopes.is_empty() {
            ul.scopes aria-label=(say(lang, "filter-scopes")) {
                @for scope in scopes {
                    li {
                        a href=(scope.href) aria-current=[scope.is_current.then_some("true")] {
                            (scope.text)
                            @if let Some(number) = scope.count {
                                " " span.n { (count(lang, number)) }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// The city at work: how many acts on each of the last days, as thin columns.
pub fn pulse(sentence: &str, days: &[usize]) -> Markup {
    let most = days.iter().copied().max().unwrap_or(0).max(1);
    let width = days.len() * 8;
    html! {
        figure.pulse {
            svg viewBox={ "0 0 " (width) " 40" } preserveAspectRatio="none" role="img"
                aria-label=(sentence) {
                @for (index, number) in days.iter().enumerate() {
                    @let height = (number * 38 / most).max(1);
                    rect.now[index + 1 == days.len()] x=(index * 8) y=(40 - height) width="5"
                        height=(height) rx="1" {}
                }
            }
            figcaption.quiet.small { (sentence) }
        }
    }
}

/// One piece of news.
pub struct NewsItem<'a> {
    pub href: &'a str,
    pub title: &'a str,
    /// The language the title is really in.
    pub lang: Option<Lang>,
    pub tag: Option<(Tone, &'a str)>,
    pub facts: &'a str,
}

/// A column of news with a link to all of it.
pub struct News<'a> {
    pub title: &'a str,
    pub more_href: &'a str,
    pub more: &'a str,
    pub items: &'a [NewsItem<'a>],
    pub empty: &'a str,
}

/// Columns of news side by side.
pub fn news(columns: &[News<'_>]) -> Markup {
    html! {
        div.three {
            @for column in columns {
                section {
                    h2 { (column.title) }
                    @if column.items.is_empty() { p.quiet { (column.empty) } }
                    @else { ul { @for item in column.items { li { (one(item)) } } } }
                    @if !column.more_href.is_empty() {
                        p.small { a href=(column.more_href) { (column.more) } }
                    }
                }
            }
        }
    }
}

fn one(item: &NewsItem<'_>) -> Markup {
    html! {
        a href=(item.href) lang=[item.lang.map(Lang::tag)] { (item.title) }
        @if item.tag.is_some() || !item.facts.is_empty() {
            div.row.small.quiet {
                @if let Some((tone, text)) = item.tag { (crate::state_tag(tone, text)) }
                (item.facts)
            }
        }
    }
}
