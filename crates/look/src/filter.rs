//! The filter panel: a GET form whose address is the filter, chips for what is set, facets.

use crate::{count, id, say, say_one};
use base::Lang;
use maud::{Markup, html};

/// What is set, and the address without it.
#[derive(Clone, Copy)]
pub struct Chip<'a> {
    pub text: &'a str,
    pub remove_href: &'a str,
}

/// One question of the panel with its answers and how many results each has.
pub struct Facet<'a> {
    pub title: &'a str,
    /// The name in the address.
    pub name: &'a str,
    pub choices: Vec<FacetChoice>,
    /// How many are shown before "more".
    pub shown: usize,
}

/// One answer of a facet.
pub struct FacetChoice {
    pub value: String,
    pub text: String,
    /// How many results have it.
    pub count: usize,
    pub is_set: bool,
}

/// The filters of a list.
pub struct Filters<'a> {
    pub lang: Lang,
    /// The path of the list.
    pub action: &'a str,
    /// What the address keeps although the panel does not show it: the query, the order.
    pub kept: &'a [(&'a str, &'a str)],
    pub chips: &'a [Chip<'a>],
    /// The address without any filter.
    pub clear_href: &'a str,
    /// Words in the address that are not known here.
    pub unknown: &'a [&'a str],
    /// Facets and ranges, drawn by `Facet::view` and `range_facet`.
    pub body: Markup,
}

impl Facet<'_> {
    /// The facet as checkboxes with counts.
    pub fn view(&self, lang: Lang) -> Markup {
        let (first, rest) = self.choices.split_at(self.choices.len().min(self.shown.max(1)));
        let is_any_set = rest.iter().any(|choice| choice.is_set);
        let more = say_one(lang, "filter-more", "count", rest.len());
        html! {
            fieldset.facet {
                legend { (self.title) }
                @for (index, choice) in first.iter().enumerate() {
                    (self.choice(lang, index, choice))
                }
                @if !rest.is_empty() {
                    details open[is_any_set] {
                        summary { (more) }
                        @for (index, choice) in rest.iter().enumerate() {
                            (self.choice(lang, index + first.len(), choice))
                        }
                    }
                }
            }
        }
    }

    fn choice(&self, lang: Lang, index: usize, of: &FacetChoice) -> Markup {
        let own = id("x-", &format!("{}-{index}", self.name));
        html! {
            div.choice {
                input type="checkbox" id=(own) name=(self.name) value=(of.value)
                    checked[of.is_set];
                label for=(own) { span { (of.text) } span.n { (count(lang, of.count)) } }
            }
        }
    }
}

/// A range with its unit: two fields, posted as `<name>_from` and `<name>_to`.
pub fn range_facet(lang: Lang, title: &str, name: &str, values: (&str, &str)) -> Markup {
    let (from, to) = (format!("{name}_from"), format!("{name}_to"));
    html! {
        fieldset.facet {
            legend { (title) }
            div.range {
                label for=(id("x-", &from)) { (say(lang, "filter-from")) }
                input id=(id("x-", &from)) name=(from) inputmode="decimal" value=(values.0);
                label for=(id("x-", &to)) { (say(lang, "filter-to")) }
                input id=(id("x-", &to)) name=(to) inputmode="decimal" value=(values.1);
            }
        }
    }
}

/// The panel; folded on narrow screens.
pub fn filter_panel(filters: &Filters<'_>) -> Markup {
    let lang = filters.lang;
    html! {
        details.filters {
            summary { (say(lang, "filter-open")) }
            form action=(filters.action) {
                h2 { (say(lang, "filter-title")) }
                @for (name, value) in filters.kept {
                    input type="hidden" name=(name) value=(value);
                }
                (filters.body)
                button.btn.second type="submit" { (say(lang, "button-filter")) }
            }
        }
    }
}

/// What is set, above the results: each chip removes one filter. Also names filters of the address
/// that are not known.
pub fn filter_chips(filters: &Filters<'_>) -> Markup {
    let lang = filters.lang;
    let unknown = words::list(lang, filters.unknown);
    html! {
        @if !filters.unknown.is_empty() {
            p.notice.wait { (say_one(lang, "filter-unknown", "names", unknown)) }
        }
        @if !filters.chips.is_empty() {
            div.chips role="group" aria-label=(say(lang, "filter-set")) {
                @for chip in filters.chips {
                    a.chip href=(chip.remove_href) {
                        span.sr { (say_one(lang, "filter-remove", "what", chip.text)) }
                        span aria-hidden="true" { (chip.text) " ×" }
                    }
                }
                a.small href=(filters.clear_href) { (say(lang, "filter-clear")) }
            }
        }
    }
}
