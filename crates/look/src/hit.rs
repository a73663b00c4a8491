//! Search results: what matched and why, how fresh, whose, at which price.

use crate::{say, say_one};
use base::Lang;
use maud::{Markup, html};

/// One result. Fill in what is known, take the rest from the default.
#[derive(Default)]
pub struct Hit<'a> {
    pub lang: Lang,
    pub href: &'a str,
    /// The title with its marks: see `marked`.
    pub title: Option<Markup>,
    /// The language the title is really in.
    pub title_lang: Option<Lang>,
    /// The title in the other language.
    pub title_other: &'a str,
    /// What kind of thing: "Instrument".
    pub kind: &'a str,
    /// A passage with marks.
    pub passage: Option<Markup>,
    /// Owner, maturity, date, in one quiet line.
    pub facts: &'a str,
    /// Why it matched, each a reason a person can read.
    pub why: &'a [String],
    /// The state, at the side.
    pub state: Option<Markup>,
    /// Price or terms, below the state.
    pub terms: &'a str,
    pub action: Option<Markup>,
}

impl Hit<'_> {
    /// The result as one entry of a list.
    pub fn view(&self) -> Markup {
        let lang = self.lang;
        let title_lang = self.title_lang.unwrap_or(lang);
        html! {
            article.hit {
                div.hit-main {
                    @if !self.kind.is_empty() { p.kind { (self.kind) } }
                    h2 lang=[(title_lang != lang).then(|| title_lang.tag())] {
                        a href=(self.href) { @if let Some(title) = &self.title { (title) } }
                    }
                    @if !self.title_other.is_empty() {
                        p.title-other lang=(title_lang.other().tag()) { (self.title_other) }
                    }
                    @if let Some(passage) = &self.passage { p.passage { (passage) } }
                    @if !self.facts.is_empty() { p.quiet.small { (self.facts) } }
                    @if !self.why.is_empty() {
                        ul.why aria-label=(say(lang, "filter-why")) {
                            @for reason in self.why { li { (reason) } }
                        }
                    }
                }
                @if self.state.is_some() || !self.terms.is_empty() || self.action.is_some() {
                    div.hit-side {
                        @if let Some(state) = &self.state { (state) }
                        @if !self.terms.is_empty() { p.small.quiet { (self.terms) } }
                        @if let Some(action) = &self.action { (action) }
                    }
                }
            }
        }
    }
}

/// A text with the matched words marked. Ranges are start and end in bytes; one that does not fit
/// is left out.
pub fn marked(text: &str, ranges: &[(usize, usize)]) -> Markup {
    let mut pieces: Vec<(bool, &str)> = Vec::new();
    let mut done = 0;
    for (start, end) in ranges.iter().copied() {
        let (Some(before), Some(hit)) = (text.get(done..start), text.get(start..end)) else {
            continue;
        };
        pieces.push((false, before));
        pieces.push((true, hit));
        done = end;
    }
    pieces.push((false, text.get(done..).unwrap_or("")));
    html! {
        @for (is_hit, piece) in pieces { @if is_hit { mark { (piece) } } @else { (piece) } }
    }
}

/// The head of a list of results: how many, and in which order.
pub fn results(lang: Lang, total: usize, is_exact: bool, hits: Markup) -> Markup {
    let key = if is_exact { "table-results" } else { "table-results-more" };
    html! {
        div.results {
            p.results-count role="status" { (say_one(lang, key, "count", total)) }
            (hits)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_never_cut_a_character() {
        let html = |ranges: &[(usize, usize)]| marked("叶片<b>", ranges).into_string();
        assert_eq!(html(&[(0, 3)]), "<mark>叶</mark>片&lt;b&gt;");
        assert_eq!(html(&[(1, 3), (3, 6), (2, 9), (40, 50)]), "叶<mark>片</mark>&lt;b&gt;");
    }
}
