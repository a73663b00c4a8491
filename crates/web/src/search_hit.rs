//! One technology in a list: title, why it matched, how fresh it is, on which terms.

use crate::link;
use crate::search_filter::{field_name, mode_name, status_name};
use app::gather::{Marker, Piece};
use app::search::Found;
use base::Lang;
use look::{Hit, Tone, label_badge, other_language, state_tag};
use maud::{Markup, html};
use trading::FieldTree;
use trading::listing::Listing;

/// Characters of the passage below a title.
const PASSAGE_CHARS: usize = 180;
/// Offers named in a list.
const OFFERS_SHOWN: usize = 2;

/// What all hits of a page share.
pub struct Hits<'a> {
    pub lang: Lang,
    pub tree: &'a FieldTree,
    pub marker: &'a Marker,
    pub offset_minutes: i32,
}

/// Pieces with the marked ones marked.
pub fn pieces(pieces: &[Piece]) -> Markup {
    html! {
        @for piece in pieces {
            @if piece.is_marked { mark { (piece.text) } } @else { (piece.text) }
        }
    }
}

impl Hits<'_> {
    /// The hits as articles.
    pub fn view(&self, rows: &[Found]) -> Markup {
        html! { @for row in rows { (self.one(row)) } }
    }

    fn one(&self, row: &Found) -> Markup {
        let lang = self.lang;
        let summary = &row.summary;
        let (title, title_lang) = summary.title.best(lang);
        let other = if title_lang == lang { summary.title.get(lang.other()) } else { "" };
        let passage = summary.summary.best(lang);
        let shown = if title.is_empty() {
            html! { (withheld(lang, summary.reference.as_str())) }
        } else {
            pieces(&self.marker.mark(title))
        };
        let passage_markup = (!passage.0.is_empty()).then(|| {
            let tag = (passage.1 != lang).then(|| passage.1.tag());
            html! { span lang=[tag] {
                (pieces(&self.marker.snippet(passage.0, PASSAGE_CHARS)))
            } }
        });
        let why: Vec<String> = row.why.iter().map(|one| reason(lang, one)).collect();
        let why = if row.reasons.is_empty() { why } else { alike(lang, row) };
        Hit {
            lang,
            href: &link::technology(summary.id),
            title: Some(shown),
            title_lang: (!title.is_empty()).then_some(title_lang),
            title_other: other,
            passage: passage_markup,
            facts: &self.facts(row),
            why: &why,
            state: self.state(row, title_lang),
            terms: &terms(lang, &row.offers),
            ..Hit::default()
        }
        .view()
    }

    fn facts(&self, row: &Found) -> String {
        let lang = self.lang;
        let summary = &row.summary;
        let mut parts = vec![row.owner_name.best(lang).0.to_owned()];
        if !summary.field.is_empty() {
            let leaf = self.tree.get(&summary.field);
            let name = leaf.map(|field| field.name.best(lang).0.to_owned());
            parts.push(name.unwrap_or_else(|| field_name(lang, self.tree, &summary.field)));
        }
        if summary.trl > 0 {
            let level = [("level", usize::from(summary.trl).into())];
            parts.push(words::say_with(lang, "technology-trl", &level));
        }
        if summary.right_status != "none" {
            let status = status_name(lang, &summary.right_status);
            parts.push(match summary.year {
                0 => status,
                year => format!("{status} · {year}"),
            });
        }
        let (key, at) = match summary.confirmed_at {
            Some(at) => ("search-confirmed", at),
            None => ("search-changed", summary.changed_at),
        };
        let date = words::date(lang, at.date_at(self.offset_minutes));
        parts.push(words::say_with(lang, key, &[("date", date.into())]));
        parts.retain(|part| !part.is_empty());
        parts.join(" · ")
    }

    fn state(&self, row: &Found, title_lang: Lang) -> Option<Markup> {
        let lang = self.lang;
        let summary = &row.summary;
        let is_plain = summary.state == "confirmed" && summary.label.is_public();
        let is_other = title_lang != lang && !summary.title.is_empty();
        (!is_plain || is_other).then(|| {
            html! {
                @if summary.state != "confirmed" { (state(lang, &summary.state)) }
                @if !summary.label.is_public() { (label_badge(lang, &summary.label)) }
                @if is_other { (other_language(lang, title_lang)) }
            }
        })
    }
}

/// The state of a technology as a tag.
pub fn state(lang: Lang, word: &str) -> Markup {
    let tone = match word {
        "confirmed" => Tone::Ok,
        "withdrawn" => Tone::Live,
        "drafted" => Tone::Wait,
        _ => Tone::Plain,
    };
    state_tag(tone, &words::say(lang, &format!("technology-state-{word}")))
}

/// What stands for a title that is not told.
pub fn withheld(lang: Lang, reference: &str) -> String {
    words::say_with(lang, "search-withheld", &[("reference", reference.into())])
}

/// The terms of the first offers in one line.
fn terms(lang: Lang, offers: &[Listing]) -> String {
    let one = |offer: &Listing| {
        let mode = mode_name(lang, offer.mode.word());
        match offer.terms.price {
            Some(price) => format!("{mode} {}", words::money(lang, price)),
            None => mode,
        }
    };
    let mut shown: Vec<String> = offers.iter().take(OFFERS_SHOWN).map(one).collect();
    let rest = offers.len().saturating_sub(OFFERS_SHOWN);
    if rest > 0 {
        shown.push(words::say_with(lang, "search-more-offers", &[("count", rest.into())]));
    }
    shown.join(" · ")
}

/// Why a query found it, as a sentence.
fn reason(lang: Lang, matched: &search::Matched) -> String {
    let quoted: Vec<String> = matched.words.iter().take(6).map(|word| quote(lang, word)).collect();
    let key = match matched.field {
        "title" => "search-why-title",
        "body" => "search-why-body",
        "translation" => "search-why-translation",
        _ => "search-why-other",
    };
    words::say_with(lang, key, &[("words", words::list(lang, &quoted).into())])
}

/// Why it is like another one: the words they share, as they stand in its title and summary in the
/// reader's language.
fn alike(lang: Lang, row: &Found) -> Vec<String> {
    let (title, summary) = (row.summary.title.best(lang).0, row.summary.summary.best(lang).0);
    let mut words: Vec<String> = Vec::new();
    for text in [title, summary] {
        for word in shared_words(text, row.reasons.iter().map(|reason| reason.term.as_str())) {
            let is_new = !words.iter().any(|known| known.contains(&word));
            if is_new && words.len() < ALIKE_WORDS {
                words.push(word);
            }
        }
    }
    if words.is_empty() {
        // They meet in their long texts or in the other language alone.
        return vec![words::say(lang, "search-why-alike-text")];
    }
    let words: Vec<String> = words.iter().map(|word| quote(lang, word)).collect();
    vec![words::say_with(lang, "search-why-alike", &[("words", words::list(lang, &words).into())])]
}

/// Words named as reasons at most.
const ALIKE_WORDS: usize = 4;
/// Characters that join words and belong to none; a pair with one of them is no word.
const JOINING: &str = "与和的在及用对为由从以不后中上下于或其等可将把被并而使能无一了是有个各";

/// The words of a text that these terms stand for. Chinese is indexed by pairs of characters; pairs
/// that overlap are one longer word.
fn shared_words<'t>(text: &str, terms: impl Iterator<Item = &'t str>) -> Vec<String> {
    let mut found: Vec<(usize, usize)> = Vec::new();
    for term in terms {
        let mut at = 0;
        for piece in Marker::new(term).mark(text) {
            let end = at + piece.text.len();
            if piece.is_marked && tells(&piece.text) {
                found.push((at, end));
            }
            at = end;
        }
    }
    found.sort_unstable();
    let mut joined: Vec<(usize, usize)> = Vec::new();
    for (from, to) in found {
        match joined.last_mut() {
            Some(last) if from < last.1 => last.1 = last.1.max(to),
            _ => joined.push((from, to)),
        }
    }
    joined.into_iter().filter_map(|(from, to)| text.get(from..to)).map(str::to_lowercase).collect()
}

/// Whether a marked piece says something on its own.
fn tells(piece: &str) -> bool {
    let mut letters = piece.chars();
    let first = letters.next();
    let is_one_letter = letters.all(|c| Some(c) == first);
    let is_number = piece.chars().all(|c| c.is_ascii_digit());
    !is_one_letter && !is_number && !piece.chars().any(|c| JOINING.contains(c))
}

fn quote(lang: Lang, word: &str) -> String {
    words::say_with(lang, "search-quoted", &[("word", word.into())])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, terms: &[&str], want: &[&str]) {
        assert_eq!(shared_words(text, terms.iter().copied()), want, "{text}");
    }

    #[test]
    fn shared_words_are_words() {
        check("一种分选机", &["选机", "分选"], &["分选机"]);
        // Pairs across two words, doubled characters and numbers say nothing.
        check("油菜与绿肥光光95", &["菜与", "光光", "95"], &[]);
        check("A turbine blade", &["turbin", "荧光"], &["turbine"]);
        check("机器人与机器", &["机器", "器人"], &["机器人", "机器"]);
    }
}
