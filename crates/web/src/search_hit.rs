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

/// Why it is like another one: the words they share, as they stand in its title and summary.
fn alike(lang: Lang, row: &Found) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for reason in &row.reasons {
        let Some(word) = as_written(row, &reason.term) else { continue };
        let tells = word.chars().count() > 1 && !word.chars().all(|c| c.is_ascii_digit());
        if tells && words.len() < 5 && !words.contains(&word) {
            words.push(word);
        }
    }
    if words.is_empty() {
        // They meet in their long texts alone; the bare terms are better than no reason.
        words.extend(row.reasons.iter().take(3).map(|reason| reason.term.clone()));
    }
    let words: Vec<String> = words.iter().map(|word| quote(lang, word)).collect();
    vec![words::say_with(lang, "search-why-alike", &[("words", words::list(lang, &words).into())])]
}

/// The word behind a stem.
fn as_written(row: &Found, term: &str) -> Option<String> {
    let marker = Marker::new(term);
    let (title, summary) = (&row.summary.title, &row.summary.summary);
    [&title.en, &title.zh, &summary.en, &summary.zh]
        .into_iter()
        .flat_map(|text| marker.mark(text))
        .find(|piece| piece.is_marked)
        .map(|piece| piece.text.to_lowercase())
}

fn quote(lang: Lang, word: &str) -> String {
    words::say_with(lang, "search-quoted", &[("word", word.into())])
}
