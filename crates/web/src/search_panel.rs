//! The panel beside a list: each question with its answers and how many there are of each.

use crate::search_filter::{Group, Wanted, mode_name, status_name};
use app::gather::Tally;
use base::{Bilingual, Lang};
use look::{Chip, Facet, FacetChoice, Filters, range_facet};
use maud::{Markup, html};
use search::{Count, Facets};
use std::collections::BTreeMap;
use trading::FieldTree;

/// What the panel is drawn from.
pub struct Panel<'a> {
    pub lang: Lang,
    pub path: &'a str,
    pub tree: &'a FieldTree,
    pub wanted: &'a Wanted,
    pub facets: &'a Facets,
    /// Counts without the answers to a question: its other answers can be added to them.
    pub without: &'a [(Group, Tally)],
    pub owners: &'a BTreeMap<String, Bilingual>,
}

impl Panel<'_> {
    /// Hands the panel to whoever draws it.
    pub fn with(&self, draw: impl FnOnce(&Filters<'_>) -> Markup) -> Markup {
        let set = self.wanted.set(self.lang, self.tree, self.owners);
        let hrefs: Vec<String> = set.iter().map(|set| set.without.address(self.path)).collect();
        let chips: Vec<Chip<'_>> = set
            .iter()
            .zip(&hrefs)
            .map(|(set, href)| Chip { text: &set.text, remove_href: href })
            .collect();
        let kept = self.wanted.kept();
        let kept: Vec<(&str, &str)> =
            kept.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let unknown: Vec<&str> = self.wanted.unknown.iter().map(String::as_str).collect();
        draw(&Filters {
            lang: self.lang,
            action: self.path,
            kept: &kept,
            chips: &chips,
            clear_href: &self.wanted.bare().address(self.path),
            unknown: &unknown,
            body: self.body(),
        })
    }

    fn body(&self) -> Markup {
        let lang = self.lang;
        let title = |key: &str| words::say(lang, key);
        let show = |value: Option<u8>| value.map_or_else(String::new, |value| value.to_string());
        let year = |value: Option<u16>| value.map_or_else(String::new, |value| value.to_string());
        let (trl, years) = (self.wanted.trl, self.wanted.years);
        html! {
            (self.facet(&title("search-facet-field"), "field", self.fields()))
            (self.facet(&title("search-facet-owner"), "owner", self.owners()))
            (range_facet(lang, &title("search-facet-trl"), "trl", (&show(trl.0), &show(trl.1))))
            (self.facet(&title("search-facet-status"), "status", self.statuses()))
            (self.facet(&title("search-facet-mode"), "mode", self.modes()))
            (range_facet(lang, &title("search-facet-year"), "year",
                (&year(years.0), &year(years.1))))
            (self.class())
        }
    }

    fn facet(&self, title: &str, name: &str, choices: Vec<FacetChoice>) -> Markup {
        if choices.is_empty() {
            return html! {};
        }
        Facet { title, name, choices, shown: 8 }.view(self.lang)
    }

    fn counts(&self, group: Group) -> &Facets {
        let other = self.without.iter().find(|(known, _)| *known == group);
        other.map_or(self.facets, |(_, tally)| &tally.facets)
    }

    /// The tree of fields, depth first; a field counts what lies below it.
    fn fields(&self) -> Vec<FacetChoice> {
        let counts = &self.counts(Group::Field).fields;
        let mut choices = Vec::new();
        for root in self.tree.roots() {
            self.branch(&root.key, 0, counts, &mut choices);
        }
        choices
    }

    fn branch(&self, key: &str, depth: usize, counts: &[Count], into: &mut Vec<FacetChoice>) {
        let inside = counts.iter().filter(|count| self.tree.is(&count.value, key));
        let count: u64 = inside.map(|count| count.n).sum();
        let is_set = self.wanted.fields.iter().any(|set| set == key);
        if count == 0 && !is_set {
            return;
        }
        let name = self.tree.get(key).map_or(key, |field| field.name.best(self.lang).0);
        let text = format!("{}{name}", "– ".repeat(depth));
        into.push(FacetChoice { value: key.to_owned(), text, count: size(count), is_set });
        for child in self.tree.children(key) {
            self.branch(&child.key, depth + 1, counts, into);
        }
    }

    fn owners(&self) -> Vec<FacetChoice> {
        let counts = &self.counts(Group::Owner).owners;
        let name = |id: &str| {
            self.owners
                .get(id)
                .map_or_else(|| id.to_owned(), |name| name.best(self.lang).0.to_owned())
        };
        choices(counts, &self.wanted.owners, name)
    }

    fn statuses(&self) -> Vec<FacetChoice> {
        let counts = &self.counts(Group::Status).right_status;
        choices(counts, &self.wanted.statuses, |word| status_name(self.lang, word))
    }

    fn modes(&self) -> Vec<FacetChoice> {
        let counts = &self.counts(Group::Mode).deal_modes;
        choices(counts, &self.wanted.modes, |word| mode_name(self.lang, word))
    }

    fn class(&self) -> Markup {
        let title = words::say(self.lang, "search-facet-class");
        html! {
            fieldset.facet {
                legend { (title) }
                @for class in &self.wanted.classes {
                    input type="hidden" name="class" value=(class);
                }
                div.range {
                    input name="class" value="" maxlength="32" placeholder="G01N 29"
                        autocomplete="off" aria-label=(title);
                }
            }
        }
    }
}

fn choices(counts: &[Count], set: &[String], text: impl Fn(&str) -> String) -> Vec<FacetChoice> {
    let choice = |value: &str, n: u64| FacetChoice {
        value: value.to_owned(),
        text: text(value),
        count: size(n),
        is_set: set.iter().any(|known| known == value),
    };
    let mut found: Vec<FacetChoice> =
        counts.iter().map(|count| choice(&count.value, count.n)).collect();
    for value in set {
        if !counts.iter().any(|count| count.value == *value) {
            found.push(choice(value, 0));
        }
    }
    // Thirty are enough to choose from; what is set is always shown.
    let mut shown = 0;
    found.retain(|choice| {
        shown += 1;
        shown <= 30 || choice.is_set
    });
    found
}

/// A count as the components take it.
pub fn size(count: u64) -> usize {
    usize::try_from(count).unwrap_or(usize::MAX)
}
